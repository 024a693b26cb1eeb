/* toolhost_call.c: one tool call, from checked arguments to a complete result.
 *
 * Whatever a plugin or its worker does wrong becomes a result with status "error" and one of these
 * codes: unknown_tool, bad_args, tool_timeout, tool_crashed, tool_failed, bad_result,
 * plugin_refused, plugin_changed, file_changed, output_failed. A worker that breaks the protocol of
 * questions is stopped, and its call is a bad_result; a refused question is the tool's to report.
 */
#include "agent/host/toolhost_internal.h"

#include "agent/host/result.h"
#include "agent/host/wire.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/schema.h"

#include <string.h>

enum { LOG_FRAMES_MAX = 1000 };

/* ---- asking a worker */

static void forward_log(const wrt_process *process, const wrt_json *line) {
    const char *text = wrt_json_text(wrt_json_at(line, 1));
    double level = wrt_json_number(wrt_json_at(line, 0), WRT_LOG_DEBUG);
    if (text != NULL && level >= WRT_LOG_ERROR && level <= WRT_LOG_DEBUG)
        wrt_log((wrt_log_level)level, "%s: %s", process->label, text);
}

static wrt_status receive_json(wrt_json **out, wrt_process *process, int64_t deadline_ms,
                               wrt_err *err) {
    wrt_buf frame = wrt_buf_make(WRT_WIRE_FRAME_MAX);
    wrt_status status = wrt_process_receive(&frame, process, deadline_ms, err);
    if (status == WRT_OK && wrt_json_parse(out, wrt_buf_str(&frame), err) != WRT_OK) {
        wrt_err_prefix(err, "answered with bad JSON");
        status = WRT_E_INPUT;
    }
    wrt_buf_free(&frame);
    return status;
}

wrt_status wrt_asking_send(const wrt_asking *asking, const wrt_json *message,
                           wrt_descriptors descriptors, wrt_err *err) {
    wrt_buf body = wrt_buf_make(WRT_WIRE_FRAME_MAX);
    wrt_json_write(&body, message);
    wrt_status status =
        body.overflow ? wrt_fail(err, WRT_E_LIMIT, "wanted at most 16 MiB of arguments, found more")
                      : wrt_process_send_with(asking->process, wrt_buf_str(&body), descriptors,
                                              asking->deadline_ms, err);
    wrt_buf_free(&body);
    return status;
}

/* Deals with a frame that is not the answer: a line of the log, or a question. */
static wrt_status take_frame(wrt_asking *asking, const wrt_json *frame, int *log_lines,
                             wrt_err *err) {
    const wrt_json *line = wrt_json_get(frame, "log");
    if (line == NULL)
        return wrt_service_answer(asking, frame, err);
    forward_log(asking->process, line);
    return ++*log_lines < LOG_FRAMES_MAX
               ? WRT_OK
               : wrt_fail(err, WRT_E_INPUT, "answered with more than %d log lines", LOG_FRAMES_MAX);
}

static bool is_answer(const wrt_asking *asking, const wrt_json *frame) {
    static const char *const keys[] = {"result", "error", "plugin", "refusal"};
    bool has_one = false;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        has_one = has_one || wrt_json_get(frame, keys[i]) != NULL;
    return has_one && wrt_json_count(frame) == 2 &&
           wrt_json_get_int(frame, "seq", 0) == asking->process->asked;
}

static wrt_status receive_answer(wrt_json **answer, wrt_asking *asking, wrt_err *err) {
    int log_lines = 0;
    for (;;) { /* ends by itself: log lines, questions and time are counted */
        wrt_json *frame = NULL;
        wrt_status status = receive_json(&frame, asking->process, asking->deadline_ms, err);
        if (status == WRT_OK && is_answer(asking, frame)) {
            *answer = frame;
            return WRT_OK;
        }
        if (status == WRT_OK)
            status = take_frame(asking, frame, &log_lines, err);
        wrt_json_free(frame);
        if (status != WRT_OK)
            return status;
    }
}

wrt_status wrt_toolhost_ask(wrt_json **answer, wrt_asking *asking, wrt_json *request,
                            wrt_err *err) {
    *answer = NULL;
    wrt_json_set_int(request, "seq", ++asking->process->asked);
    wrt_status status = wrt_asking_send(asking, request, asking->files, err);
    if (status == WRT_OK)
        status = receive_answer(answer, asking, err);
    if (status != WRT_OK)
        wrt_process_stop(asking->process); /* what else lies in the channel belongs to nobody */
    return status;
}

/* ---- one call */

wrt_status wrt_toolhost_check(const wrt_toolhost *host, const char *tool, const wrt_json *args,
                              wrt_err *err) {
    const wrt_host_tool *found = wrt_toolhost_find(host, tool, err);
    if (found == NULL)
        return WRT_E_NOT_FOUND;
    return wrt_schema_validate(wrt_json_get(found->about, "args_schema"), args, "args", err);
}

/* A worker that waits for a request. A file that is no longer the one whose hash the run recorded
 * is not started. */
static wrt_status ready_worker(const wrt_host_call *call, wrt_err *err) {
    const wrt_toolhost *host = call->host;
    const wrt_host_plugin *plugin = &host->plugins[call->tool->plugin];
    if (wrt_process_is_idle(call->process))
        return WRT_OK;
    wrt_process_stop(call->process);
    wrt_sha256 hash;
    char hex[WRT_SHA256_HEX + 1];
    wrt_status status = wrt_sha256_of_file(&hash, plugin->path, err);
    if (status != WRT_OK)
        return wrt_fail(err, WRT_E_INTEGRITY, "%s can no longer be read",
                        wrt_path_base(plugin->path));
    wrt_sha256_hex(hex, &hash);
    if (strcmp(hex, plugin->sha256) != 0)
        return wrt_fail(err, WRT_E_INTEGRITY, "%s is not the file that was loaded",
                        wrt_path_base(plugin->path));
    wrt_process_spec spec = {.exe = host->exe,
                             .plugin = plugin->path,
                             .kg = plugin->reads_kg ? host->kg_path : NULL,
                             .pubmed = plugin->reads_pubmed ? host->pubmed_path : NULL};
    return wrt_process_start(call->process, &spec, err);
}

static bool has_flag(const wrt_host_tool *tool, wrt_tool_flags flag) {
    return (wrt_json_get_int(tool->about, "flags", 0) & (int64_t)flag) != 0;
}

static wrt_json *make_request(const wrt_host_call *call) {
    const wrt_toolhost *host = call->host;
    wrt_json *request = wrt_json_new_object();
    wrt_json_set_text(request, "op", "call");
    wrt_json_set_text(request, "tool", wrt_json_get_text(call->tool->about, "name", ""));
    wrt_json_set_int(request, "timeout_ms", call->timeout_ms);
    wrt_json_set(request, "args", wrt_json_copy(call->args));
    if (call->files != NULL)
        wrt_json_set(request, "files", wrt_files_record(call->files));
    if (has_flag(call->tool, WRT_TOOL_SCORES))
        wrt_json_set(request, "model",
                     host->model_about != NULL ? wrt_json_copy(host->model_about)
                                               : wrt_llm_describe(host->llm));
    return request;
}

/* What an unusable answer means to the caller; NULL when the host itself is at fault. */
static const char *code_of(wrt_status status) {
    switch (status) {
    case WRT_E_TIMEOUT:
        return "tool_timeout";
    case WRT_E_UNAVAILABLE:
        return "tool_crashed";
    case WRT_E_INPUT:
        return "bad_result";
    case WRT_E_LIMIT:
        return "bad_args";
    case WRT_E_INTEGRITY:
        return "plugin_changed";
    default:
        return NULL;
    }
}

static wrt_json *fail_call(const char *code, const char *tool, const char *message,
                           const wrt_json *args) {
    wrt_err text = {0};
    wrt_fail(&text, WRT_E_FAILED, "%s: %s", tool, message);
    return wrt_result_error(code, text.message, args);
}

static wrt_json *plugin_source(const wrt_json *about) {
    wrt_json *list = wrt_json_new_array(), *entry = wrt_json_new_object();
    wrt_json_set_text(entry, "id", wrt_json_get_text(about, "name", "plugin"));
    wrt_json_set_text(entry, "version", wrt_json_get_text(about, "version", ""));
    wrt_json_set_text(entry, "license", wrt_json_get_text(about, "license", ""));
    wrt_json_push(list, entry);
    return list;
}

/* The code of a worker's error, when it is one that a worker may give. */
static const char *known_code(const wrt_json *error) {
    static const char *const codes[] = {"bad_result", "plugin_refused", "unknown_tool"};
    const char *code = wrt_json_get_text(error, "code", "");
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (strcmp(codes[i], code) == 0)
            return codes[i];
    }
    return "tool_failed";
}

/* The worker's answer as a complete result; anything odd in it is an error result. */
static wrt_json *accept_answer(const wrt_json *answer, const wrt_host_tool *tool,
                               const wrt_json *plugin, const wrt_json *args) {
    const char *name = wrt_json_get_text(tool->about, "name", "");
    const wrt_json *error = wrt_json_get(answer, "error");
    if (error != NULL)
        return fail_call(known_code(error), name, wrt_json_get_text(error, "message", "failed"),
                         args);
    wrt_err err = {0};
    wrt_json *result = NULL, *source = plugin_source(plugin);
    wrt_result_defaults defaults = {
        .data_schema = wrt_json_get(tool->about, "data_schema"), .args = args, .source = source};
    if (wrt_json_get(answer, "result") == NULL)
        result = fail_call("bad_result", name, "the worker answered something else", args);
    else if (wrt_result_complete(&result, wrt_json_get(answer, "result"), &defaults, &err) !=
             WRT_OK)
        result = fail_call("bad_result", name, err.message, args);
    wrt_json_free(source);
    return result;
}

/* ---- what happens around the worker's answer */

/* The files that the call wrote, in echo.outputs; nobody is left who could write to them. */
static wrt_json *keep_outputs(wrt_json *result, wrt_outputs *outputs, const char *tool,
                              const wrt_json *args) {
    wrt_json *list = NULL;
    wrt_err err = {0};
    if (strcmp(wrt_json_get_text(result, "status", "error"), "error") == 0)
        return result;
    if (wrt_outputs_keep(&list, outputs, &err) == WRT_OK) {
        wrt_json_set(wrt_json_get_mut(result, "echo"), "outputs", list);
        return result;
    }
    wrt_json_free(list);
    wrt_json_free(result);
    return fail_call("output_failed", tool, err.message, args);
}

/* A result that was read from files which changed meanwhile is about nothing that was recorded. */
static wrt_json *doubt_files(wrt_json *result, const wrt_files *files, const char *tool,
                             const wrt_json *args) {
    wrt_err err = {0};
    if (wrt_files_check_unchanged(files, &err) == WRT_OK)
        return result;
    wrt_json_free(result);
    return fail_call("file_changed", tool, err.message, args);
}

void wrt_host_call_limit(wrt_host_call *call, int64_t limit_ms) {
    call->timeout_ms = call->host->timeout_ms;
    call->is_limited = limit_ms > 0 && limit_ms < call->timeout_ms;
    if (call->is_limited)
        call->timeout_ms = limit_ms;
}

/* What the worker may ask for meanwhile. */
static void open_services(wrt_host_call *call, int64_t now_ms) {
    const wrt_toolhost *host = call->host;
    const wrt_json *about = call->tool->about;
    call->taint = wrt_egress_taint(about, call->process->had_files);
    /* As in the worker, a tenth of the time is left to answer what there is. */
    call->egress =
        (wrt_egress_call){.egress = host->egress,
                          .tool = about,
                          .args = call->args,
                          .taint = call->taint,
                          .give_up_at_ms = now_ms + call->timeout_ms - call->timeout_ms / 10};
    call->score = (wrt_score_call){.llm = host->llm,
                                   .guard = &host->score_guard,
                                   .tool = about,
                                   .args = call->args,
                                   .taint = call->taint};
    call->outputs = wrt_outputs_new(host->output_dir, about);
    call->asking.egress = &call->egress;
    call->asking.score = &call->score;
    call->asking.outputs = call->outputs;
}

void wrt_host_call_begin(wrt_host_call *call, bool may_ask) {
    call->request = make_request(call);
    call->status = ready_worker(call, &call->said);
    int64_t now_ms = wrt_clock_monotonic_ms();
    size_t n = wrt_files_descriptors(call->descriptors, call->files);
    call->process->had_files = call->process->had_files || n > 0;
    call->asking = (wrt_asking){.process = call->process,
                                .deadline_ms = now_ms + call->timeout_ms,
                                .files = {call->descriptors, n}};
    if (may_ask)
        open_services(call, now_ms);
}

void wrt_host_call_ask(wrt_host_call *call) {
    if (call->status == WRT_OK)
        call->status = wrt_toolhost_ask(&call->answer, &call->asking, call->request, &call->said);
}

/* How long a share of the run's time was depends on the clock, and is not said. */
static void say_late(wrt_host_call *call) {
    if (call->is_limited)
        wrt_fail(&call->said, WRT_E_TIMEOUT,
                 "gave no answer within its share of the time budget: raise the step's \"share\" "
                 "or --timeout");
    else
        wrt_fail(&call->said, WRT_E_TIMEOUT, "gave no answer within %lld ms",
                 (long long)call->timeout_ms);
}

/* What was read from files, and what was written to others. */
static wrt_json *settle_files(wrt_json *result, const wrt_host_call *call, const char *name) {
    result = doubt_files(result, call->files, name, call->args);
    return wrt_outputs_count(call->outputs) > 0
               ? keep_outputs(result, call->outputs, name, call->args)
               : result;
}

wrt_status wrt_host_call_end(wrt_json **result, wrt_host_call *call, wrt_err *err) {
    const char *name = wrt_json_get_text(call->tool->about, "name", "");
    wrt_status status = call->status;
    *result = NULL;
    if (status == WRT_E_TIMEOUT)
        say_late(call);
    if (wrt_outputs_count(call->outputs) > 0 || wrt_files_are_live(call->files))
        wrt_process_stop(call->process); /* it may still hold a descriptor */
    if (status == WRT_OK)
        *result = accept_answer(call->answer, call->tool,
                                call->host->plugins[call->tool->plugin].about, call->args);
    else if (code_of(status) != NULL)
        *result = fail_call(code_of(status), name, call->said.message, call->args);
    else
        status = wrt_fail(err, status, "%s: %s", name, call->said.message);
    if (*result != NULL) {
        *result = settle_files(*result, call, name);
        status = WRT_OK;
    }
    wrt_json_free(call->taint);
    wrt_outputs_free(call->outputs);
    wrt_json_free(call->request);
    wrt_json_free(call->answer);
    return status;
}

wrt_files *wrt_toolhost_files(const wrt_toolhost *host, const char *tool, const wrt_json *args) {
    const wrt_host_tool *found = wrt_toolhost_find(host, tool, NULL);
    wrt_files_options options = {
        .work = host->work_dir, .home = host->home_dir, .anywhere = host->any_path};
    return wrt_files_find(&options,
                          found != NULL ? wrt_json_get(found->about, "args_schema") : NULL, args);
}

wrt_status wrt_toolhost_call_with(wrt_json **result, wrt_toolhost *host, const char *tool,
                                  const wrt_json *args, wrt_files *files, wrt_err *err) {
    *result = NULL;
    wrt_err said = {0};
    wrt_status status = wrt_toolhost_check(host, tool, args, &said);
    if (status == WRT_OK)
        status = wrt_files_open(files, &said);
    if (status == WRT_OK) {
        const wrt_host_tool *found = wrt_toolhost_find(host, tool, NULL);
        wrt_host_call call = {.host = host,
                              .tool = found,
                              .args = args,
                              .files = files,
                              .process = &host->plugins[found->plugin].process};
        wrt_host_call_limit(&call, host->limit_ms);
        wrt_host_call_begin(&call, true);
        wrt_host_call_ask(&call);
        return wrt_host_call_end(result, &call, err);
    }
    *result = wrt_result_error(status == WRT_E_NOT_FOUND ? "unknown_tool" : "bad_args",
                               said.message, args);
    return WRT_OK;
}

wrt_status wrt_toolhost_call(wrt_json **result, wrt_toolhost *host, const char *tool,
                             const wrt_json *args, wrt_err *err) {
    wrt_files *files = wrt_toolhost_files(host, tool, args);
    wrt_status status = wrt_toolhost_call_with(result, host, tool, args, files, err);
    wrt_files_free(files);
    return status;
}
