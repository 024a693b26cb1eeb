/* worker_http.c: the worker's end of an exchange. What the host would not accept at all is refused
 * here, so that a plugin's slip is an error of its own and not the end of its worker. */
#include "agent/host/worker_ask.h"

#include "agent/host/exchange.h"

static int refuse(wrt_host_response *out, const wrt_host *host, wrt_host_http code,
                  const char *message) {
    const char *copy = wrt_worker_keep(host, wrt_str_of(message));
    out->message = copy != NULL ? copy : "";
    return (int)code;
}

static int take_answer(wrt_host_response *out, const wrt_json *head, const wrt_host *host,
                       wrt_worker_asking *asking) {
    const char *refused = wrt_json_get_text(head, "refused", NULL);
    if (refused != NULL)
        return refuse(out, host, wrt_exchange_code_of(refused),
                      wrt_json_get_text(head, "message", ""));
    wrt_str body;
    if (wrt_worker_read_body(&body, host, asking, wrt_json_get_int(head, "bytes", 0)) != WRT_OK)
        return (int)WRT_HOST_HTTP_UNAVAILABLE;
    const char *type =
        wrt_worker_keep(host, wrt_str_of(wrt_json_get_text(head, "content_type", "")));
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
    const wrt_json *head = NULL;
    wrt_err err = {0};
    int code = (int)WRT_HOST_HTTP_UNAVAILABLE;
    if (asking->is_lost)
        return code;
    if (wrt_exchange_write(&asked, request, asking->n[WRT_ASK_HTTP] + 1, &err) != WRT_OK)
        return refuse(out, host, WRT_HOST_HTTP_BAD_REQUEST, err.message);
    if (wrt_worker_ask(&frame, &head, NULL, asking, WRT_ASK_HTTP, asked) == WRT_OK)
        code = take_answer(out, head, host, asking);
    wrt_json_free(frame);
    return code;
}
