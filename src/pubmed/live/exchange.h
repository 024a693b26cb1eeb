/* exchange.h: one question to a web service and its answer, whoever carries it.
 *
 * The seam between what is asked (eutils, europepmc) and how it gets there: a program's own HTTP
 * client (sender.h), the HTTP service that a host gives a sandboxed plugin, a cassette
 * (cassette.h).
 *
 * A request is public: it holds no key and no e-mail address, and so does everything derived from
 * it (keys of the cache, cassettes, messages). Who carries it adds the identity where
 * wants_identity says so (parameters "email" and "api_key", behind the last one of the form, or of
 * the URL when there is no form), holds the rate limit of the service, and takes the identity out
 * of what came back before it hands it on. */
#ifndef WRT_PUBMED_LIVE_EXCHANGE_H
#define WRT_PUBMED_LIVE_EXCHANGE_H

#include "base/buf.h"
#include "base/cancel.h"
#include "base/err.h"

enum { WRT_LIVE_TYPE_MAX = 127, WRT_LIVE_FORM_MAX = 1 << 20 };
#define WRT_LIVE_BODY_MAX WRT_MIB(64) /* decoded bytes of an answer */

typedef struct {
    const char *url;     /* https, or http to a loopback address */
    wrt_str form;        /* ptr NULL: a GET; else POSTed as application/x-www-form-urlencoded */
    bool wants_identity; /* NCBI: add "email" and "api_key" */
    int64_t deadline_ms; /* on the monotonic clock; 0: none */
    const wrt_cancel *cancel; /* NULL: none */
} wrt_live_request;

typedef struct {
    long status;                              /* 200 to 299 or 400 to 999 */
    char content_type[WRT_LIVE_TYPE_MAX + 1]; /* "" when absent */
    int64_t retry_after_ms;                   /* -1 when absent */
    int64_t at_ms;                            /* Unix time at which the server gave the answer */
    wrt_buf body;
} wrt_live_answer;

/* Carries one request, once: nothing is retried. *out is the caller's (wrt_live_answer_free) and
 * empty on failure.
 *   WRT_E_UNAVAILABLE, WRT_E_TIMEOUT  no whole answer came: a later try may succeed
 *   WRT_E_NOT_FOUND                   a cassette does not hold this exchange
 *   WRT_E_INTERRUPTED                 cancel was requested
 *   another                           trying again does not help */
typedef wrt_status (*wrt_live_send_fn)(wrt_live_answer *out, const wrt_live_request *request,
                                       void *ctx, wrt_err *err);

typedef struct {
    wrt_live_send_fn send;
    void *ctx;
} wrt_live_transport;

void wrt_live_answer_free(wrt_live_answer *answer); /* accepts NULL and an empty one */

/* Appends "&name=value" (the first one without '&') with the value percent-encoded. */
void wrt_live_add(wrt_buf *out, const char *name, wrt_str value);
void wrt_live_add_c(wrt_buf *out, const char *name, const char *value);
void wrt_live_add_int(wrt_buf *out, const char *name, int64_t value);

#endif
