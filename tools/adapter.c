/* adapter.c: the envelope around a tool's data. */
#include "tools/adapter.h"

#include <string.h>

enum { RESULT_MAX = 16 << 20 }; /* what the host accepts */

static void set_error(wrt_json *result, const char *code, const char *message) {
    wrt_json *error = wrt_json_new_object();
    wrt_json_set_text(error, "code", code);
    wrt_json_set_text(error, "message", message);
    wrt_json_set(result, "error", error);
}

static const char *error_code(const wrt_adapter_call *call, wrt_status status) {
    if (call->error_code != NULL)
        return call->error_code;
    return status == WRT_E_INPUT ? "bad_args" : wrt_status_name(status);
}

static wrt_json *coverage_of(const wrt_adapter_call *call) {
    wrt_json *coverage = wrt_json_new_object();
    wrt_json_set_int(coverage, "seen", call->seen);
    wrt_json_set(coverage, "total",
                 call->total < 0 ? wrt_json_new_null() : wrt_json_new_int(call->total));
    return coverage;
}

/* Takes data and what the call holds into a result object. */
static wrt_json *make_result(wrt_adapter_call *call, wrt_json *data, wrt_status status,
                             const wrt_err *err) {
    wrt_json *result = wrt_json_new_object();
    bool is_failure = status != WRT_OK && status != WRT_E_NOT_FOUND;
    if (is_failure) { /* half of an answer is none */
        wrt_json_free(data);
        data = NULL;
    }
    if (status == WRT_E_NOT_FOUND) {
        call->status = "empty";
        wrt_json_push_text(call->warnings, err->message);
    }
    if (status != WRT_OK)
        call->seen = call->total = 0;
    wrt_json_set_text(result, "status", is_failure ? "error" : call->status);
    wrt_json_set(result, "data", data != NULL ? data : wrt_json_new_null());
    wrt_json_set(result, "coverage", coverage_of(call));
    wrt_json_set(result, "source", call->source); /* NULL leaves it out */
    wrt_json_set(result, "echo", call->echo);
    wrt_json_set(result, "warnings", call->warnings);
    if (is_failure)
        set_error(result, error_code(call, status), err->message);
    return result;
}

/* Copies the text into memory of the host. */
static int hand_over(const wrt_host *host, const wrt_json *result, const char **out) {
    static const char too_large[] =
        "{\"status\":\"error\",\"error\":{\"code\":\"limit\",\"message\":\"the result is larger "
        "than 16 MiB; ask for less\"}}";
    wrt_buf text = wrt_buf_make(RESULT_MAX);
    wrt_json_write(&text, result);
    char *copy = text.overflow ? NULL : host->alloc(host->ctx, text.len + 1);
    if (copy != NULL)
        memcpy(copy, text.ptr, text.len + 1);
    *out = copy != NULL ? copy : too_large;
    wrt_buf_free(&text);
    return 0;
}

int wrt_adapter_run(const wrt_host *host, wrt_str args, const char **result,
                    wrt_adapter_body *body) {
    wrt_json *parsed = NULL, *data = NULL;
    wrt_err err = {0};
    wrt_adapter_call call = {
        .host = host, .status = "ok", .seen = 1, .total = 1, .warnings = wrt_json_new_array()};
    wrt_status status = wrt_json_parse(&parsed, args, &err);
    bool is_object = wrt_json_is(parsed, WRT_JSON_OBJECT);
    call.args = parsed;
    call.echo = is_object ? wrt_json_copy(parsed) : wrt_json_new_object();
    if (status == WRT_OK && !is_object)
        status = wrt_fail(&err, WRT_E_INPUT, "args: wanted an object");
    if (status == WRT_OK)
        status = body(&data, &call, &err);
    wrt_json *answer = make_result(&call, data, status, &err);
    int code = hand_over(host, answer, result);
    wrt_json_free(answer);
    wrt_json_free(parsed);
    return code;
}

void wrt_adapter_count(wrt_adapter_call *call, size_t seen, int64_t total) {
    call->seen = (int64_t)seen;
    call->total = total;
    if (seen == 0)
        call->status = "empty";
}

void wrt_adapter_echo_text(wrt_adapter_call *call, const char *name, const char *fallback) {
    if (wrt_json_get(call->args, name) == NULL)
        wrt_json_set_text(call->echo, name, fallback);
}

void wrt_adapter_echo_int(wrt_adapter_call *call, const char *name, int64_t fallback) {
    if (wrt_json_get(call->args, name) == NULL)
        wrt_json_set_int(call->echo, name, fallback);
}

/* ---- services of the host */

static wrt_status fail_service(int code, const char *what, const char *message, wrt_err *err) {
    static const struct {
        wrt_host_http code;
        wrt_status status;
    } table[] = {{WRT_HOST_HTTP_BAD_REQUEST, WRT_E_INPUT},
                 {WRT_HOST_HTTP_DENIED, WRT_E_DENIED},
                 {WRT_HOST_HTTP_OFFLINE, WRT_E_DENIED},
                 {WRT_HOST_HTTP_BUDGET, WRT_E_LIMIT},
                 {WRT_HOST_HTTP_TIMEOUT, WRT_E_TIMEOUT},
                 {WRT_HOST_HTTP_TOO_LARGE, WRT_E_LIMIT},
                 {WRT_HOST_HTTP_UNDECLARED, WRT_E_UNSUPPORTED},
                 {WRT_HOST_HTTP_NO_SERVICE, WRT_E_UNSUPPORTED}};
    wrt_status status = WRT_E_UNAVAILABLE;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if ((int)table[i].code == code)
            status = table[i].status;
    }
    return wrt_fail(err, status, "%s: %s", what,
                    message[0] != '\0' ? message : "the host gave no reason");
}

wrt_status wrt_adapter_open_file(wrt_host_file *out, wrt_adapter_call *call, const char *arg,
                                 wrt_err *err) {
    const wrt_host *host = call->host;
    *out = (wrt_host_file){.struct_size = sizeof *out, .fd = -1};
    if (!WRT_HOST_HAS(host, open_file))
        return wrt_fail(err, WRT_E_UNSUPPORTED, "%s: this host opens no files", arg);
    int code = host->open_file(host->ctx, arg, out);
    if (code == WRT_HOST_HTTP_UNDECLARED)
        return wrt_fail(err, WRT_E_INPUT, "args.%s: wanted the path of a file, found none", arg);
    if (code != WRT_HOST_HTTP_ANSWERED)
        return fail_service(code, arg, "", err);
    wrt_json *about = wrt_json_new_object();
    wrt_json_set_text(about, "name", out->name);
    wrt_json_set_int(about, "bytes", out->bytes);
    wrt_json_set_text(about, "sha256", out->sha256);
    wrt_json_set(call->echo, arg, about);
    return WRT_OK;
}

wrt_status wrt_adapter_score(wrt_json **answers, const wrt_adapter_call *call,
                             const wrt_json *questions, wrt_err *err) {
    const wrt_host *host = call->host;
    wrt_host_text answer = {.struct_size = sizeof answer};
    *answers = NULL;
    if (!WRT_HOST_HAS(host, score))
        return wrt_fail(err, WRT_E_UNSUPPORTED, "this host has no language model for tools");
    wrt_buf text = wrt_buf_make((size_t)RESULT_MAX);
    wrt_json_write(&text, questions);
    int code = text.overflow ? (int)WRT_HOST_HTTP_TOO_LARGE
                             : host->score(host->ctx, text.ptr, text.len, &answer);
    wrt_buf_free(&text);
    if (code != WRT_HOST_HTTP_ANSWERED)
        return fail_service(code, "the language model",
                            answer.message != NULL ? answer.message : "", err);
    return wrt_json_parse(answers, (wrt_str){answer.text, answer.len}, err);
}

wrt_json *wrt_adapter_model(const wrt_adapter_call *call) {
    const wrt_host *host = call->host;
    wrt_json *about = NULL;
    const char *text = WRT_HOST_HAS(host, describe_model) ? host->describe_model(host->ctx) : NULL;
    if (text == NULL || wrt_json_parse(&about, wrt_str_of(text), NULL) != WRT_OK) {
        about = wrt_json_new_object();
        wrt_json_set_text(about, "kind", "none");
    }
    return about;
}

wrt_status wrt_adapter_create_output(int *fd, const wrt_adapter_call *call, const char *name,
                                     wrt_err *err) {
    const wrt_host *host = call->host;
    const char *message = "";
    *fd = -1;
    if (!WRT_HOST_HAS(host, create_output))
        return wrt_fail(err, WRT_E_UNSUPPORTED, "this host keeps no files");
    int code = host->create_output(host->ctx, name, fd, &message);
    return code == WRT_HOST_HTTP_ANSWERED ? WRT_OK : fail_service(code, name, message, err);
}
