/* exchange.h: one HTTP exchange of a tool as it crosses the channel between worker and host.
 *
 * Asked: {"n","method","url","headers":["Name: value"],"timeout_ms","body":"..."|null}, n counting
 * from 1 within the call. Answered: {"n","status","content_type","retry_after_ms","bytes":N}, and
 * when N is not 0 one more frame of exactly N bytes as the server sent them; or {"n","refused":
 * CODE,"message"}, CODE one of the names of wrt_host_http. */
#ifndef WRT_AGENT_HOST_EXCHANGE_H
#define WRT_AGENT_HOST_EXCHANGE_H

#include "base/err.h"
#include "base/json.h"
#include "warrant/plugin.h"

enum {
    WRT_EXCHANGE_HEADERS_MAX = 8,
    WRT_EXCHANGE_BODY_MAX = 1 << 20,    /* bytes that a tool sends at once */
    WRT_EXCHANGE_ANSWER_MAX = 16 << 20, /* bytes of one answer: they fit one frame */
    WRT_EXCHANGE_TIME_MAX_MS = 3600000
};

/* Borrowed from the JSON it was read from. */
typedef struct {
    int64_t n;
    int64_t timeout_ms; /* 0: what the call has left */
    const char *method, *url;
    const wrt_json *headers; /* array of text */
    const char *body;        /* NULL: none */
} wrt_exchange;

/* The worker's side. What no JSON could carry (bytes that are not UTF-8, sizes beyond the caps, a
 * missing text) is WRT_E_INPUT with the reason, and nothing goes out. The caller frees *out. */
wrt_status wrt_exchange_write(wrt_json **out, const wrt_host_request *request, int64_t n,
                              wrt_err *err);

/* The host's side: WRT_E_INPUT when the shape is not the one above, which no worker of ours sends.
 * Whether the request may be made is not judged here. */
wrt_status wrt_exchange_read(wrt_exchange *out, const wrt_json *asked, wrt_err *err);

/* "denied", ...; NULL outside the enum. */
const char *wrt_exchange_code_name(wrt_host_http code);
wrt_host_http wrt_exchange_code_of(const char *name); /* an unknown name is ..._UNAVAILABLE */

#endif
