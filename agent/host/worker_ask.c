/* worker_ask.c: the channel as a worker's questions use it, and the questions that have no more to
 * them than their form. What the host would not accept at all is refused here, so that a plugin's
 * slip is an error of its own and not the end of its worker. */
#include "agent/host/worker_ask.h"

#include "agent/host/exchange.h"
#include "agent/host/outputs.h"
#include "agent/host/sandbox.h"
#include "agent/host/wire.h"

#include <string.h>
#include <unistd.h>

static const char *const kind_keys[] = {"http", "score", "output"};

_Static_assert(sizeof kind_keys / sizeof kind_keys[0] == WRT_ASK_KINDS, "every kind has a key");

const char *wrt_worker_keep(const wrt_host *host, wrt_str text) {
    char *copy = host->alloc(host->ctx, text.len + 1);
    if (copy != NULL && text.len > 0)
        memcpy(copy, text.ptr, text.len);
    return copy;
}

static wrt_status send_question(const wrt_worker_asking *asking, const char *key, wrt_json *asked) {
    wrt_json *message = wrt_json_new_object();
    wrt_buf text = wrt_buf_make(WRT_WIRE_FRAME_MAX);
    wrt_json_set_int(message, "seq", asking->seq);
    wrt_json_set(message, key, asked);
    wrt_json_write(&text, message);
    wrt_status status = wrt_wire_write(WRT_WIRE_WORKER_FD, wrt_buf_str(&text), NULL);
    wrt_buf_free(&text);
    wrt_json_free(message);
    return status;
}

/* *fd is the one descriptor, -1 when none came; more are closed, and none is ours. */
static wrt_status read_frame(wrt_json **out, int *fd) {
    int descriptors[WRT_WIRE_DESCRIPTORS_MAX];
    size_t n = 0;
    wrt_buf frame = wrt_buf_make(WRT_WIRE_FRAME_MAX);
    wrt_status status = wrt_wire_read_with(&frame, descriptors, &n, WRT_WIRE_WORKER_FD, NULL);
    if (status == WRT_OK)
        status = wrt_json_parse(out, wrt_buf_str(&frame), NULL);
    wrt_buf_free(&frame);
    *fd = n == 1 ? descriptors[0] : -1;
    for (size_t i = 0; n > 1 && i < n; i++)
        close(descriptors[i]);
    return n > 1 ? WRT_E_INPUT : status;
}

wrt_status wrt_worker_ask(wrt_json **frame, const wrt_json **head, int *fd,
                          wrt_worker_asking *asking, wrt_ask_kind kind, wrt_json *asked) {
    int came = -1;
    *frame = NULL;
    wrt_json_set_int(asked, "n", ++asking->n[kind]);
    wrt_status status = send_question(asking, kind_keys[kind], asked);
    if (status == WRT_OK)
        status = read_frame(frame, &came);
    *head = status == WRT_OK ? wrt_json_get(*frame, kind_keys[kind]) : NULL;
    bool is_ours = wrt_json_get_int(*frame, "seq", -1) == asking->seq &&
                   wrt_json_get_int(*head, "n", -1) == asking->n[kind];
    bool is_given = wrt_json_get_bool(*head, "given", false);
    if (fd != NULL)
        *fd = came;
    else if (came >= 0)
        close(came);
    if (status == WRT_OK && is_ours && is_given == (came >= 0))
        return WRT_OK;
    if (fd != NULL && came >= 0) {
        close(came);
        *fd = -1;
    }
    asking->is_lost = true;
    return WRT_E_INPUT;
}

wrt_status wrt_worker_read_body(wrt_str *out, const wrt_host *host, wrt_worker_asking *asking,
                                int64_t bytes) {
    *out = WRT_STR("");
    if (bytes == 0)
        return WRT_OK;
    wrt_buf frame = wrt_buf_make(WRT_EXCHANGE_ANSWER_MAX);
    wrt_status status = wrt_wire_read(&frame, WRT_WIRE_WORKER_FD, NULL);
    if (status == WRT_OK && (int64_t)frame.len != bytes)
        status = WRT_E_INPUT;
    if (status == WRT_OK)
        *out = (wrt_str){wrt_worker_keep(host, wrt_buf_str(&frame)), frame.len};
    wrt_buf_free(&frame);
    asking->is_lost = status != WRT_OK;
    return status;
}

/* ---- scores */

static int refuse_text(wrt_host_text *out, const wrt_host *host, wrt_host_http code,
                       const char *message) {
    const char *copy = wrt_worker_keep(host, wrt_str_of(message));
    out->message = copy != NULL ? copy : "";
    return (int)code;
}

static int take_scores(wrt_host_text *out, const wrt_json *head, const wrt_host *host,
                       wrt_worker_asking *asking) {
    const char *refused = wrt_json_get_text(head, "refused", NULL);
    wrt_str body;
    asking->waited_ms += wrt_json_get_int(head, "took_ms", 0);
    if (refused != NULL)
        return refuse_text(out, host, wrt_exchange_code_of(refused),
                           wrt_json_get_text(head, "message", ""));
    if (wrt_worker_read_body(&body, host, asking, wrt_json_get_int(head, "bytes", 0)) != WRT_OK)
        return (int)WRT_HOST_HTTP_UNAVAILABLE;
    if (body.ptr == NULL)
        return (int)WRT_HOST_HTTP_TOO_LARGE;
    out->text = body.ptr;
    out->len = body.len;
    return (int)WRT_HOST_HTTP_ANSWERED;
}

int wrt_worker_score(wrt_host_text *out, const wrt_json *questions, const wrt_host *host,
                     wrt_worker_asking *asking) {
    wrt_json *asked = wrt_json_new_object(), *frame = NULL;
    const wrt_json *head = NULL;
    int code = (int)WRT_HOST_HTTP_UNAVAILABLE;
    wrt_json_set(asked, "questions", wrt_json_copy(questions));
    if (asking->is_lost)
        wrt_json_free(asked);
    else if (wrt_worker_ask(&frame, &head, NULL, asking, WRT_ASK_SCORE, asked) == WRT_OK)
        code = take_scores(out, head, host, asking);
    wrt_json_free(frame);
    return code;
}

/* ---- outputs */

int wrt_worker_output(int *fd, const char **message, const char *name, const wrt_host *host,
                      wrt_worker_asking *asking) {
    wrt_json *asked = wrt_json_new_object(), *frame = NULL;
    const wrt_json *head = NULL;
    int code = (int)WRT_HOST_HTTP_UNAVAILABLE;
    wrt_json_set_text(asked, "name", name);
    if (asking->is_lost) {
        wrt_json_free(asked);
    } else if (wrt_worker_ask(&frame, &head, fd, asking, WRT_ASK_OUTPUT, asked) == WRT_OK) {
        const char *refused = wrt_json_get_text(head, "refused", NULL);
        const char *why = wrt_worker_keep(host, wrt_str_of(wrt_json_get_text(head, "message", "")));
        *message = why != NULL ? why : "";
        code = refused != NULL ? (int)wrt_exchange_code_of(refused) : (int)WRT_HOST_HTTP_ANSWERED;
    }
    if (code == (int)WRT_HOST_HTTP_ANSWERED)
        wrt_sandbox_allow_writing();
    wrt_json_free(frame);
    return code;
}
