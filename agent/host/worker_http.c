/* worker_http.c: the worker's end of an exchange. What the host would not accept at all is refused
 * here, so that a plugin's slip is an error of its own and not the end of its worker. */
#include "agent/host/worker_http.h"

#include "agent/host/exchange.h"
#include "agent/host/wire.h"

#include <string.h>

/* The host's memory lives as long as the call; NULL when the call's limit is reached. */
static const char *keep(const wrt_host *host, wrt_str text) {
    char *copy = host->alloc(host->ctx, text.len + 1);
    if (copy != NULL && text.len > 0)
        memcpy(copy, text.ptr, text.len);
    return copy;
}

static int refuse(wrt_host_response *out, const wrt_host *host, wrt_host_http code,
                  const char *message) {
    const char *copy = keep(host, wrt_str_of(message));
    out->message = copy != NULL ? copy : "";
    return (int)code;
}

static wrt_status send_question(const wrt_worker_asking *asking, wrt_json *asked) {
    wrt_json *message = wrt_json_new_object();
    wrt_buf text = wrt_buf_make(WRT_WIRE_FRAME_MAX);
    wrt_json_set_int(message, "seq", asking->seq);
    wrt_json_set(message, "http", asked);
    wrt_json_write(&text, message);
    wrt_status status = wrt_wire_write(WRT_WIRE_WORKER_FD, wrt_buf_str(&text), NULL);
    wrt_buf_free(&text);
    wrt_json_free(message);
    return status;
}

static wrt_status read_head(wrt_json **out, const wrt_worker_asking *asking) {
    wrt_buf frame = wrt_buf_make(WRT_WIRE_FRAME_MAX);
    wrt_status status = wrt_wire_read(&frame, WRT_WIRE_WORKER_FD, NULL);
    if (status == WRT_OK)
        status = wrt_json_parse(out, wrt_buf_str(&frame), NULL);
    wrt_buf_free(&frame);
    const wrt_json *head = status == WRT_OK ? wrt_json_get(*out, "http") : NULL;
    bool is_ours = wrt_json_get_int(*out, "seq", -1) == asking->seq &&
                   wrt_json_get_int(head, "n", -1) == asking->n;
    return status == WRT_OK && !is_ours ? WRT_E_INPUT : status;
}

/* Reads the bytes that follow, even when there is no room for them: the channel must stay in step.
 */
static wrt_status read_body(wrt_str *out, const wrt_host *host, int64_t bytes) {
    *out = WRT_STR("");
    if (bytes == 0)
        return WRT_OK;
    wrt_buf frame = wrt_buf_make(WRT_EXCHANGE_ANSWER_MAX);
    wrt_status status = wrt_wire_read(&frame, WRT_WIRE_WORKER_FD, NULL);
    if (status == WRT_OK && (int64_t)frame.len != bytes)
        status = WRT_E_INPUT;
    if (status == WRT_OK)
        *out = (wrt_str){keep(host, wrt_buf_str(&frame)), frame.len};
    wrt_buf_free(&frame);
    return status;
}

static int take_answer(wrt_host_response *out, const wrt_json *head, const wrt_host *host,
                       wrt_worker_asking *asking) {
    const char *refused = wrt_json_get_text(head, "refused", NULL);
    if (refused != NULL)
        return refuse(out, host, wrt_exchange_code_of(refused),
                      wrt_json_get_text(head, "message", ""));
    wrt_str body;
    asking->is_lost = read_body(&body, host, wrt_json_get_int(head, "bytes", 0)) != WRT_OK;
    const char *type = keep(host, wrt_str_of(wrt_json_get_text(head, "content_type", "")));
    if (asking->is_lost)
        return (int)WRT_HOST_HTTP_UNAVAILABLE;
    if (body.ptr == NULL || type == NULL)
        return (int)WRT_HOST_HTTP_TOO_LARGE;
    out->status = (int32_t)wrt_json_get_int(head, "status", 0);
    out->retry_after_ms = wrt_json_get_int(head, "retry_after_ms", -1);
    out->content_type = type;
    out->body = body.ptr;
    out->body_len = body.len;
    return (int)WRT_HOST_HTTP_ANSWERED;
}

int wrt_worker_http(wrt_host_response *out, const wrt_host_request *request, const wrt_host *host,
                    wrt_worker_asking *asking) {
    wrt_json *asked = NULL, *frame = NULL;
    wrt_err err = {0};
    if (asking->is_lost)
        return (int)WRT_HOST_HTTP_UNAVAILABLE;
    if (wrt_exchange_write(&asked, request, asking->n + 1, &err) != WRT_OK)
        return refuse(out, host, WRT_HOST_HTTP_BAD_REQUEST, err.message);
    asking->n++;
    if (send_question(asking, asked) != WRT_OK || read_head(&frame, asking) != WRT_OK) {
        asking->is_lost = true;
        wrt_json_free(frame);
        return (int)WRT_HOST_HTTP_UNAVAILABLE;
    }
    int code = take_answer(out, wrt_json_get(frame, "http"), host, asking);
    wrt_json_free(frame);
    return code;
}
