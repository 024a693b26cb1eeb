/* cache.h: answers kept in SQLite, so that a question is asked once.
 *
 * Keyed by the public request (URL and form; no key, no address). Only answers that were read and
 * found good are kept. Each kind of answer has its age beyond which it is asked for again; offline,
 * any age serves and the caller says how old it is. When the file grows beyond its cap the answers
 * used longest ago go first. The file may be deleted at any time. */
#ifndef WRT_PUBMED_LIVE_CACHE_H
#define WRT_PUBMED_LIVE_CACHE_H

#include "pubmed/live/exchange.h"

typedef struct wrt_live_cache wrt_live_cache;

typedef struct {
    int64_t max_bytes; /* of all bodies; 0: 256 MiB */
} wrt_live_cache_options;

/* Opens or makes the file. WRT_E_INPUT: another kind of database. A cache belongs to one thread;
 * several processes may have it open. */
wrt_status wrt_live_cache_open(wrt_live_cache **out, const char *path,
                               const wrt_live_cache_options *options, wrt_err *err);
void wrt_live_cache_close(wrt_live_cache *cache); /* accepts NULL */

/* *found says whether an answer at most max_age_ms old is there (-1: of any age); then *out is the
 * caller's. An answer dated in the future counts as too old unless any age serves. */
wrt_status wrt_live_cache_get(bool *found, wrt_live_answer *out, wrt_live_cache *cache,
                              const wrt_live_request *request, int64_t max_age_ms, wrt_err *err);

/* Keeps the answer in place of an older one. A body beyond a quarter of the cap is not kept. */
wrt_status wrt_live_cache_put(wrt_live_cache *cache, const wrt_live_request *request,
                              const wrt_live_answer *answer, wrt_err *err);

#endif
