/* setup.h: everything that a live question needs, put together from the environment
 * (environment.h).
 *
 * Beside the data directory's other files: pubmed-cache.db, and pubmed-rate, through which programs
 * of one user share the limit of their network address (pubmed-rate-key that of the key). */
#ifndef WRT_PUBMED_LIVE_SETUP_H
#define WRT_PUBMED_LIVE_SETUP_H

#include "pubmed/live/call.h"

/* May this request be sent? WRT_OK, or a failure (WRT_E_DENIED) that ends the question. */
typedef wrt_status (*wrt_live_gate_fn)(const wrt_live_request *request, void *ctx, wrt_err *err);

typedef struct {
    const char *home;         /* data directory, made when missing; NULL: no cache, own rate */
    bool is_offline;          /* only the cache, or a cassette that is played, answers */
    int64_t timeout_ms;       /* 0: 120 s */
    const wrt_cancel *cancel; /* NULL: none */
    wrt_live_gate_fn gate;    /* asked before each request, one to a cassette too; NULL: nobody */
    void *gate_ctx;           /* both borrowed for the life of the setup */
} wrt_live_setup_options;

typedef struct wrt_live_setup wrt_live_setup;

/* WRT_E_INPUT, WRT_E_CREDENTIAL: a variable is malformed (its value is not repeated). A cache that
 * cannot be opened is left out, a rate file that cannot be made is done without: each with a
 * warning in the log. */
wrt_status wrt_live_setup_new(wrt_live_setup **out, const wrt_live_setup_options *options,
                              wrt_err *err);
void wrt_live_setup_free(wrt_live_setup *setup); /* accepts NULL */

wrt_live *wrt_live_setup_live(wrt_live_setup *setup);

#endif
