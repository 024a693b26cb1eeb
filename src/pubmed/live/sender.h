/* sender.h: exchanges over the program's own HTTP client.
 *
 * Adds the identity where a request wants it (the key and the address are known here and nowhere
 * else), waits for the rate limit before each send, and takes the identity out of what comes back:
 * the key from every answer, the address from every answer that is not a set of articles (which may
 * name the reader as an author), and the "api-key" that a 429 quotes, which may be the caller's
 * network address. */
#ifndef WRT_PUBMED_LIVE_SENDER_H
#define WRT_PUBMED_LIVE_SENDER_H

#include "base/rate.h"
#include "pubmed/live/exchange.h"

typedef struct wrt_live_sender wrt_live_sender;

typedef struct {
    const char *email;        /* NULL: none */
    const char *api_key;      /* NULL: none */
    wrt_rate *ncbi_rate;      /* for requests that want the identity; borrowed; NULL: no limit */
    wrt_rate *other_rate;     /* for the others; borrowed; NULL: no limit */
    int64_t stall_timeout_ms; /* 0: 30 s */
} wrt_live_sender_options;

/* WRT_E_CREDENTIAL: the key is not 8 to 128 letters and digits. WRT_E_INPUT: the address is none. A
 * sender belongs to one thread; rates are shared. */
wrt_status wrt_live_sender_new(wrt_live_sender **out, const wrt_live_sender_options *options,
                               wrt_err *err);
void wrt_live_sender_free(wrt_live_sender *sender); /* accepts NULL */

wrt_live_transport wrt_live_sender_transport(wrt_live_sender *sender);

/* Replaces the identity in bytes that came back, in place of equal or shorter length; for hosts
 * that carry requests themselves. `is_articles` keeps the address. NULL: none. */
void wrt_live_mask(wrt_buf *body, const char *email, const char *api_key, bool is_articles);

#endif
