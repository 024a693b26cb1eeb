/* plugin_call.c: the host table, and one call through it.
 *
 * Everything the host lends to a call (memory, argument texts) lives in the call's arena and is
 * freed when run() has returned and its result has been copied. */
#include "agent/host/plugin_call.h"

#include "agent/host/outputs.h"
#include "agent/host/plugin_load.h"
#include "agent/host/score.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/schema.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LENT_MAX = 64, FIRST_LENT_FD = 4 };

typedef struct {
    const wrt_call_options *options;
    const wrt_tool *tool;
    wrt_arena *arena;
    const wrt_host *host; /* the table itself */
    size_t used;          /* bytes handed out by host->alloc */
    int lent[LENT_MAX];   /* descriptors handed out by host->open_file */
    const wrt_call_file *lent_of[LENT_MAX];
    size_t n_lent;
} call_state;

static void *service_alloc(void *ctx, size_t size) {
    call_state *call = ctx;
    if (size > (size_t)WRT_CALL_MEMORY_MAX - call->used)
        return NULL;
    call->used += size;
    return wrt_arena_alloc(call->arena, size);
}

static void service_log(void *ctx, int level, const char *message) {
    const call_state *call = ctx;
    if (call->options->log != NULL && message != NULL)
        call->options->log(level, message, call->options->ctx);
}

static int service_is_cancelled(void *ctx) {
    const call_state *call = ctx;
    int64_t limit = call->options->give_up_at_ms;
    return limit != 0 && wrt_clock_monotonic_ms() >= limit;
}

static const char *service_file(void *ctx, const char *name) {
    const call_state *call = ctx;
    uint32_t flags = call->tool->flags;
    if (name == NULL)
        return NULL;
    if (strcmp(name, "kg") == 0 && (flags & WRT_TOOL_READS_KG) != 0)
        return call->options->files.kg;
    if (strcmp(name, "pubmed") == 0 && (flags & WRT_TOOL_READS_PUBMED) != 0)
        return call->options->files.pubmed;
    return NULL;
}

static int service_arg_number(void *ctx, const char *name, double *out) {
    const call_state *call = ctx;
    const wrt_json *value = name != NULL ? wrt_json_get(call->options->args, name) : NULL;
    if (!wrt_json_is(value, WRT_JSON_NUMBER) || out == NULL)
        return 0;
    *out = wrt_json_number(value, 0);
    return 1;
}

static int service_arg_text(void *ctx, const char *name, const char **out) {
    const call_state *call = ctx;
    const wrt_json *value = name != NULL ? wrt_json_get(call->options->args, name) : NULL;
    if (wrt_json_text(value) == NULL || out == NULL)
        return 0;
    *out = wrt_json_text(value);
    return 1;
}

static int service_http(void *ctx, const wrt_host_request *request, wrt_host_response *out) {
    const call_state *call = ctx;
    if (out == NULL || out->struct_size < sizeof *out)
        return WRT_HOST_HTTP_BAD_REQUEST;
    *out = (wrt_host_response){.struct_size = out->struct_size,
                               .retry_after_ms = -1,
                               .content_type = "",
                               .body = "",
                               .message = ""};
    if (request == NULL || request->struct_size < sizeof *request) {
        out->message = "wanted a request with its struct_size set";
        return WRT_HOST_HTTP_BAD_REQUEST;
    }
    if (call->options->http == NULL) {
        out->message = "there is no host to ask";
        return WRT_HOST_HTTP_NO_SERVICE;
    }
    return call->options->http(out, request, call->host, call->options->ctx);
}

static int64_t service_time_left_ms(void *ctx) {
    const call_state *call = ctx;
    int64_t limit = call->options->give_up_at_ms, left = limit - wrt_clock_monotonic_ms();
    return limit == 0 ? -1 : left > 0 ? left : 0;
}

/* ---- files, scores and outputs */

static int service_open_file(void *ctx, const char *arg, wrt_host_file *out) {
    call_state *call = ctx;
    const wrt_call_file *file = NULL;
    if (arg == NULL || out == NULL || out->struct_size < sizeof *out)
        return WRT_HOST_HTTP_BAD_REQUEST;
    *out = (wrt_host_file){.struct_size = out->struct_size, .fd = -1, .sha256 = "", .name = ""};
    for (size_t i = 0; i < call->options->n_opened && file == NULL; i++) {
        if (strcmp(call->options->opened[i].arg, arg) == 0)
            file = &call->options->opened[i];
    }
    if (file == NULL)
        return WRT_HOST_HTTP_UNDECLARED;
    int fd = call->n_lent < LENT_MAX ? fcntl(file->fd, F_DUPFD_CLOEXEC, FIRST_LENT_FD) : -1;
    if (fd < 0 || lseek(fd, 0, SEEK_SET) != 0) {
        if (fd >= 0)
            close(fd);
        return WRT_HOST_HTTP_UNAVAILABLE;
    }
    call->lent[call->n_lent] = fd;
    call->lent_of[call->n_lent++] = file;
    out->fd = fd;
    out->bytes = file->bytes;
    out->sha256 = file->sha256;
    out->name = file->name;
    return WRT_HOST_HTTP_ANSWERED;
}

/* Closes what the plugin left open: the number may be another file's by now. */
static void take_back(const call_state *call) {
    struct stat lent, now;
    for (size_t i = 0; i < call->n_lent; i++) {
        if (fstat(call->lent_of[i]->fd, &lent) == 0 && fstat(call->lent[i], &now) == 0 &&
            lent.st_dev == now.st_dev && lent.st_ino == now.st_ino)
            close(call->lent[i]);
    }
}

static int parse_questions(wrt_json **out, wrt_str text, wrt_err *err) {
    if (text.len > (size_t)2 * WRT_SCORE_BYTES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "wanted at most 1 MiB of questions at once, found more");
    wrt_status status = wrt_json_parse(out, text, err);
    return status == WRT_OK ? wrt_score_check(*out, err) : status;
}

static int service_score(void *ctx, const char *questions, size_t len, wrt_host_text *out) {
    call_state *call = ctx;
    wrt_json *parsed = NULL;
    wrt_err err = {0};
    int code = WRT_HOST_HTTP_BAD_REQUEST;
    if (out == NULL || out->struct_size < sizeof *out)
        return code;
    *out = (wrt_host_text){.struct_size = out->struct_size, .text = "", .message = ""};
    if (questions == NULL)
        len = 0;
    if (parse_questions(&parsed, (wrt_str){questions, len}, &err) != WRT_OK) {
        char *why = service_alloc(ctx, strlen(err.message) + 1);
        if (why != NULL)
            memcpy(why, err.message, strlen(err.message));
        out->message = why != NULL ? why : "";
    } else if (call->options->score == NULL) {
        out->message = "there is no host to ask";
        code = WRT_HOST_HTTP_NO_SERVICE;
    } else {
        code = call->options->score(out, parsed, call->host, call->options->ctx);
    }
    wrt_json_free(parsed);
    return code;
}

static const char *service_describe_model(void *ctx) {
    const call_state *call = ctx;
    const char *model = call->options->model;
    return model != NULL ? model : "{\"kind\":\"none\"}";
}

static int service_create_output(void *ctx, const char *name, int *fd, const char **message) {
    const call_state *call = ctx;
    const char *ignored;
    if (message == NULL)
        message = &ignored;
    *message = "";
    if (fd == NULL)
        return WRT_HOST_HTTP_BAD_REQUEST;
    *fd = -1;
    if (!wrt_outputs_is_name(name)) {
        *message = "wanted a name of 1 to 100 of [A-Za-z0-9._-] that begins with a letter or digit";
        return WRT_HOST_HTTP_BAD_REQUEST;
    }
    if (call->options->create_output == NULL) {
        *message = "there is no host to ask";
        return WRT_HOST_HTTP_NO_SERVICE;
    }
    return call->options->create_output(fd, message, name, call->host, call->options->ctx);
}

static wrt_host host_table(call_state *call) {
    return (wrt_host){.struct_size = sizeof(wrt_host),
                      .abi_major = WRT_PLUGIN_ABI_MAJOR,
                      .abi_minor = WRT_PLUGIN_ABI_MINOR,
                      .ctx = call,
                      .alloc = service_alloc,
                      .log = service_log,
                      .is_cancelled = service_is_cancelled,
                      .file = service_file,
                      .arg_number = service_arg_number,
                      .arg_text = service_arg_text,
                      .http = service_http,
                      .time_left_ms = service_time_left_ms,
                      .open_file = service_open_file,
                      .score = service_score,
                      .describe_model = service_describe_model,
                      .create_output = service_create_output};
}

const wrt_tool *wrt_plugin_find_tool(const wrt_plugin *plugin, const char *name) {
    for (size_t i = 0; i < plugin->n_tools; i++) {
        if (strcmp(plugin->tools[i]->name, name) == 0)
            return plugin->tools[i];
    }
    return NULL;
}

static wrt_status copy_result(wrt_buf *out, const wrt_tool *tool, int code, const char *text,
                              wrt_err *err) {
    if (code != 0)
        return wrt_fail(err, WRT_E_FAILED, "%s: run() returned %d, wanted 0", tool->name, code);
    if (text == NULL)
        return wrt_fail(err, WRT_E_FAILED, "%s: run() gave no result", tool->name);
    size_t len = strnlen(text, (size_t)WRT_CALL_RESULT_MAX + 1);
    if (len > (size_t)WRT_CALL_RESULT_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%s: wanted a result of at most 16 MiB, found more",
                        tool->name);
    wrt_buf_add(out, text, len);
    return WRT_OK;
}

wrt_status wrt_tool_run(wrt_buf *out, const wrt_tool *tool, const wrt_call_options *options,
                        wrt_err *err) {
    call_state call = {.options = options, .tool = tool, .arena = wrt_arena_new()};
    wrt_buf args = wrt_buf_make(WRT_MIB(32));
    wrt_status status;
    wrt_json_write(&args, options->args);
    if (args.overflow) {
        status = wrt_fail(err, WRT_E_LIMIT, "%s: wanted at most 32 MiB of arguments, found more",
                          tool->name);
        goto out;
    }
    wrt_host host = host_table(&call);
    call.host = &host;
    const char *text = NULL;
    int code = tool->run(&host, args.ptr, args.len, &text);
    status = copy_result(out, tool, code, text, err);
    take_back(&call);
out:
    wrt_buf_free(&args);
    wrt_arena_free(call.arena);
    return status;
}

static wrt_status check_args(const wrt_tool *tool, const wrt_json *args, wrt_err *err) {
    wrt_json *schema = NULL;
    wrt_status status = wrt_json_parse(&schema, wrt_str_of(tool->args_schema), err);
    if (status == WRT_OK)
        status = wrt_schema_validate(schema, args, "args", err);
    wrt_json_free(schema);
    return status;
}

wrt_status wrt_plugin_call(wrt_json **result, const wrt_plugin *plugin, const char *tool,
                           const wrt_call_options *options, wrt_err *err) {
    *result = NULL;
    const wrt_tool *found = wrt_plugin_find_tool(plugin, tool);
    if (found == NULL)
        return wrt_fail(err, WRT_E_NOT_FOUND, "plugin %s has no tool of that name", plugin->name);
    wrt_status status = check_args(found, options->args, err);
    if (status != WRT_OK)
        return status;
    wrt_buf text = wrt_buf_make((size_t)WRT_CALL_RESULT_MAX);
    status = wrt_tool_run(&text, found, options, err);
    if (status == WRT_OK && wrt_json_parse(result, wrt_buf_str(&text), err) != WRT_OK) {
        wrt_err_prefix(err, "result of %s", tool);
        if (err != NULL)
            err->code = WRT_E_FAILED;
        status = WRT_E_FAILED;
    }
    wrt_buf_free(&text);
    return status;
}
