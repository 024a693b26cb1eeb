/* worker.c: the other side of toolhost.c: one process, one plugin, one request at a time.
 *
 * The worker enters its sandbox before it opens the plugin, so that the plugin's constructors run
 * inside too. It trusts its host and nothing else; the host trusts no byte of what it answers.
 *
 * Under a sanitizer the worker ends without the leak check, which would have to trace the process
 * and is forbidden here; wrt_plugin_call runs the same tools in process, where leaks are found. */
#include "agent/host/plugin_call.h"
#include "agent/host/plugin_load.h"
#include "agent/host/sandbox.h"
#include "agent/host/tool_desc.h"
#include "agent/host/toolhost.h"
#include "agent/host/wire.h"
#include "agent/host/worker_ask.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOG_LINES_MAX = 200, LOG_LINE_BYTES = 500, CPU_SHARE = 8 /* threads at full use */ };

typedef struct {
    char *plugin_path, *kg_path, *pubmed_path; /* absolute; the latter two may be NULL */
    wrt_json *warnings;                        /* of the sandbox; sent with the first answer */
    wrt_loaded_plugin *plugin;
    wrt_err refusal;          /* why there is no plugin */
    wrt_worker_asking asking; /* with the number of the request that is being answered */
    int log_lines;            /* sent during this call */
    int received[WRT_WIRE_DESCRIPTORS_MAX]; /* files of this request, ours to close */
    size_t n_received;
    wrt_call_options *options; /* of the call that is being answered */
} worker;

static wrt_status send_json(const wrt_json *message) {
    wrt_buf text = wrt_buf_make(WRT_WIRE_FRAME_MAX);
    wrt_json_write(&text, message);
    wrt_status status = wrt_wire_write(WRT_WIRE_WORKER_FD, wrt_buf_str(&text), NULL);
    wrt_buf_free(&text);
    return status;
}

static wrt_status send_answer(const worker *w, const char *key, wrt_json *value) {
    wrt_json *message = wrt_json_new_object();
    wrt_json_set_int(message, "seq", w->asking.seq);
    wrt_json_set(message, key, value);
    wrt_status status = send_json(message);
    wrt_json_free(message);
    return status;
}

static wrt_status send_error(const worker *w, const char *code, const char *text) {
    wrt_json *error = wrt_json_new_object();
    wrt_json_set_text(error, "code", code);
    wrt_json_set_text(error, "message", text);
    return send_answer(w, "error", error);
}

static wrt_status send_log(int level, const char *text) {
    wrt_str line = {text, strnlen(text, LOG_LINE_BYTES)};
    while (line.len > 0 && !wrt_utf8_valid(line))
        line.len--; /* keeps the valid head, also where the cap split a code point */
    wrt_json *pair = wrt_json_new_array();
    wrt_json_push(pair, wrt_json_new_int(level));
    wrt_json_push(pair, wrt_json_new_text(line));
    wrt_json *message = wrt_json_new_object();
    wrt_json_set(message, "log", pair);
    wrt_status status = send_json(message);
    wrt_json_free(message);
    return status;
}

static void log_from_plugin(int level, const char *line, void *ctx) {
    worker *w = ctx;
    if (w->log_lines++ < LOG_LINES_MAX)
        send_log(level < 0 ? 0 : level > 3 ? 3 : level, line);
}

static int http_from_plugin(wrt_host_response *out, const wrt_host_request *request,
                            const wrt_host *host, void *ctx) {
    worker *w = ctx;
    return wrt_worker_http(out, request, host, &w->asking);
}

/* The clock stood still while the model computed. */
static int score_from_plugin(wrt_host_text *out, const wrt_json *questions, const wrt_host *host,
                             void *ctx) {
    worker *w = ctx;
    int64_t before_ms = w->asking.waited_ms;
    int code = wrt_worker_score(out, questions, host, &w->asking);
    w->options->give_up_at_ms += w->asking.waited_ms - before_ms;
    return code;
}

static int output_from_plugin(int *fd, const char **message, const char *name, const wrt_host *host,
                              void *ctx) {
    worker *w = ctx;
    return wrt_worker_output(fd, message, name, host, &w->asking);
}

/* Opens the plugin once; a refusal is kept and told again. */
static bool is_loaded(worker *w) {
    if (w->plugin == NULL && w->refusal.code == WRT_OK)
        wrt_plugin_load(&w->plugin, w->plugin_path, &w->refusal);
    return w->plugin != NULL;
}

static wrt_status answer_describe(worker *w) {
    wrt_json *about = NULL;
    if (is_loaded(w))
        wrt_plugin_describe(&about, wrt_plugin_info(w->plugin), wrt_path_base(w->plugin_path),
                            &w->refusal);
    if (about == NULL)
        return send_answer(w, "refusal", wrt_json_new_c(w->refusal.message));
    return send_answer(w, "plugin", about);
}

/* The result's text goes out as it is: whether it is JSON is the host's to judge. */
static wrt_status send_result(const worker *w, wrt_str text) {
    wrt_buf frame = wrt_buf_make(WRT_WIRE_FRAME_MAX);
    wrt_buf_printf(&frame, "{\"seq\":%lld,\"result\":", (long long)w->asking.seq);
    wrt_buf_add_str(&frame, text);
    wrt_buf_add_char(&frame, '}');
    wrt_status status = wrt_wire_write(WRT_WIRE_WORKER_FD, wrt_buf_str(&frame), NULL);
    wrt_buf_free(&frame);
    return status;
}

/* The request's files with the descriptors that came with it, in the same order. */
static size_t list_files(wrt_call_file out[WRT_WIRE_DESCRIPTORS_MAX], const worker *w,
                         const wrt_json *request) {
    size_t n = 0;
    WRT_JSON_EACH(file, wrt_json_get(request, "files")) {
        if (n < w->n_received) {
            out[n] = (wrt_call_file){.arg = wrt_json_get_text(file, "arg", ""),
                                     .name = wrt_json_get_text(file, "name", ""),
                                     .sha256 = wrt_json_get_text(file, "sha256", ""),
                                     .bytes = wrt_json_get_int(file, "bytes", 0),
                                     .fd = w->received[n]};
            n++;
        }
    }
    return n;
}

static wrt_status run_tool(worker *w, const wrt_tool *tool, const wrt_json *request) {
    int64_t timeout_ms = wrt_json_get_int(request, "timeout_ms", 30000);
    wrt_call_file opened[WRT_WIRE_DESCRIPTORS_MAX];
    wrt_buf model = wrt_buf_make(WRT_KIB(64));
    if (wrt_json_get(request, "model") != NULL)
        wrt_json_write(&model, wrt_json_get(request, "model"));
    wrt_call_options options = {.args = wrt_json_get(request, "args"),
                                .files = {.kg = w->kg_path, .pubmed = w->pubmed_path},
                                .log = log_from_plugin,
                                .http = http_from_plugin,
                                .opened = opened,
                                .n_opened = list_files(opened, w, request),
                                .model = model.len > 0 ? model.ptr : NULL,
                                .score = score_from_plugin,
                                .create_output = output_from_plugin,
                                .ctx = w};
    /* A tenth of the time is left to a tool that looks at is_cancelled to answer what it has. */
    options.give_up_at_ms = wrt_clock_monotonic_ms() + timeout_ms - timeout_ms / 10;
    wrt_sandbox_allow_cpu(CPU_SHARE * (timeout_ms / 1000 + 1));
    w->log_lines = 0;
    w->options = &options;
    wrt_buf text = wrt_buf_make((size_t)WRT_CALL_RESULT_MAX);
    wrt_err err = {0};
    wrt_status status = wrt_tool_run(&text, tool, &options, &err);
    w->options = NULL;
    if (w->asking.is_lost)
        status = WRT_E_INPUT;
    else if (status == WRT_OK)
        status = send_result(w, wrt_buf_str(&text));
    else
        status = send_error(w, status == WRT_E_LIMIT ? "bad_result" : "tool_failed", err.message);
    wrt_buf_free(&text);
    wrt_buf_free(&model);
    return status;
}

static wrt_status answer_call(worker *w, const wrt_json *request) {
    if (!is_loaded(w))
        return send_error(w, "plugin_refused", w->refusal.message);
    const wrt_tool *tool =
        wrt_plugin_find_tool(wrt_plugin_info(w->plugin), wrt_json_get_text(request, "tool", ""));
    if (tool == NULL)
        return send_error(w, "unknown_tool", "the plugin has no tool of that name");
    return run_tool(w, tool, request);
}

/* Reads a request and the descriptors that came with it: as many as it says. */
static wrt_status read_request(wrt_json **request, worker *w) {
    wrt_buf frame = wrt_buf_make(WRT_WIRE_FRAME_MAX);
    wrt_status status =
        wrt_wire_read_with(&frame, w->received, &w->n_received, WRT_WIRE_WORKER_FD, NULL);
    if (status == WRT_OK)
        status = wrt_json_parse(request, wrt_buf_str(&frame), NULL);
    wrt_buf_free(&frame);
    if (status == WRT_OK && wrt_json_count(wrt_json_get(*request, "files")) != w->n_received)
        status = WRT_E_INPUT;
    return status;
}

static void close_received(worker *w) {
    for (size_t i = 0; i < w->n_received; i++)
        close(w->received[i]);
    w->n_received = 0;
}

static void send_warnings(worker *w) {
    WRT_JSON_EACH(warning, w->warnings)
    send_log(1, wrt_json_text(warning));
    wrt_json_free(w->warnings);
    w->warnings = NULL;
}

/* WRT_OK: go on; anything else: the host is gone or sent nonsense. */
static wrt_status answer_next(worker *w) {
    wrt_json *request = NULL;
    wrt_status status = read_request(&request, w);
    if (status == WRT_OK) {
        send_warnings(w);
        w->asking = (wrt_worker_asking){.seq = wrt_json_get_int(request, "seq", 0)};
        const char *op = wrt_json_get_text(request, "op", "");
        status = strcmp(op, "describe") == 0 ? answer_describe(w)
                 : strcmp(op, "call") == 0   ? answer_call(w, request)
                                             : WRT_E_INPUT;
    }
    close_received(w);
    wrt_json_free(request);
    return status;
}

static bool has_channel(void) {
    struct stat info;
    return fstat(WRT_WIRE_WORKER_FD, &info) == 0 && S_ISSOCK(info.st_mode);
}

/* "kg=PATH", "pubmed=PATH". The path stays NULL when there is no such file yet. */
static void take_file(worker *w, const char *argument) {
    if (strncmp(argument, "kg=", 3) == 0 && w->kg_path == NULL)
        w->kg_path = realpath(argument + 3, NULL);
    else if (strncmp(argument, "pubmed=", 7) == 0 && w->pubmed_path == NULL)
        w->pubmed_path = realpath(argument + 7, NULL);
}

static wrt_status enter(worker *w, int argc, char **argv, wrt_err *err) {
    w->plugin_path = realpath(argv[2], NULL);
    if (w->plugin_path == NULL)
        return wrt_fail(err, WRT_E_NOT_FOUND, "%s: no such plugin", wrt_path_base(argv[2]));
    for (int i = 3; i < argc; i++)
        take_file(w, argv[i]);
    w->warnings = wrt_json_new_array();
    wrt_sandbox_options options = {.plugin_path = w->plugin_path,
                                   .files = {.kg = w->kg_path, .pubmed = w->pubmed_path}};
    return wrt_sandbox_enter(w->warnings, &options, err);
}

int wrt_toolhost_worker(int argc, char **argv) {
    if (argc < 3 || argc > 5 || !has_channel()) {
        fprintf(stderr, "warrant: __worker is started by warrant itself\n");
        return 2;
    }
    worker w = {0};
    wrt_err err = {0};
    wrt_status status = enter(&w, argc, argv, &err);
    if (status != WRT_OK)
        fprintf(stderr, "worker: %s\n", err.message);
    int code = wrt_status_exit_code(status);
    while (status == WRT_OK)
        status = answer_next(&w);
    if (WRT_SANDBOX_SANITIZED)
        _exit(code);
    wrt_plugin_unload(w.plugin);
    wrt_json_free(w.warnings);
    free(w.plugin_path);
    free(w.kg_path);
    free(w.pubmed_path);
    return code;
}
