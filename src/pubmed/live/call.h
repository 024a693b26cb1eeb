/* call.h: one question, asked until it is answered or the time is over.
 *
 * A call looks into the cache, sends, tells a fault from an answer, lets the caller's reader read
 * the answer, and tries again where the fault may pass: after 1, 2, 4, 8 s, each between three
 * quarters and five quarters of it, and never before Retry-After. Everything that a wrt_live does
 * ends before its one deadline. What is read from a good answer is kept in the cache. */
#ifndef WRT_PUBMED_LIVE_CALL_H
#define WRT_PUBMED_LIVE_CALL_H

#include "base/arena.h"
#include "pubmed/live/cache.h"
#include "pubmed/live/fault.h"

typedef enum {
    WRT_LIVE_SESSION_KIND, /* refers to a result stored at the service: never kept */
    WRT_LIVE_SEARCH_KIND,  /* kept for a day */
    WRT_LIVE_ARTICLE_KIND, /* a week */
    WRT_LIVE_LINK_KIND,    /* a week */
    WRT_LIVE_WORD_KIND     /* spelling, citation matching: 30 days */
} wrt_live_kind;

typedef struct {
    wrt_live_transport transport;    /* send NULL: offline, only the cache answers */
    wrt_live_cache *cache;           /* borrowed; NULL: none */
    const wrt_cancel *cancel;        /* borrowed; NULL: none */
    int64_t timeout_ms;              /* for all calls together, from wrt_live_new; 0: 120 s */
    int64_t backoff_ms;              /* the first wait; 0: 1 s */
    int tries;                       /* 1 to 5; 0: 4 */
    const char *ncbi_url, *epmc_url; /* base addresses, ending in '/'; NULL: the public ones */
} wrt_live_options;

typedef struct wrt_live wrt_live;

/* WRT_E_INPUT: options out of range, or a base address that is neither https nor loopback. A
 * wrt_live belongs to one thread. */
wrt_status wrt_live_new(wrt_live **out, const wrt_live_options *options, wrt_err *err);
void wrt_live_free(wrt_live *live); /* accepts NULL */

const char *wrt_live_ncbi_url(const wrt_live *live);
const char *wrt_live_epmc_url(const wrt_live *live);

/* Reads one whole answer of the asked format. It is called anew for each try and starts from
 * nothing; it sets *fault where it does not return WRT_OK (a reader that leaves it NONE fails for
 * good with what it returned). */
typedef wrt_status (*wrt_live_read_fn)(wrt_live_fault *fault, wrt_str body, void *ctx,
                                       wrt_err *err);

typedef struct {
    const char *service;      /* for messages: "esearch" */
    const char *format;       /* "xml", "json" or "text" */
    wrt_live_request request; /* deadline_ms and cancel are filled in */
    wrt_live_kind kind;
    wrt_live_read_fn read;
    void *ctx;
} wrt_live_question;

/* One piece of work: where its results go, and how old the answers are that it used. Zero but for
 * live and arena at the start; at_ms is the time (Unix) of the oldest answer. */
typedef struct {
    wrt_live *live;
    wrt_arena *arena;
    bool is_fresh; /* the cache is not asked, unless offline; what comes is kept in it */
    int64_t at_ms;
    bool is_cached; /* an answer came from the cache */
} wrt_live_work;

/* Fails as wrt_live_fault_fail says, with the fault kept in work->live; also with WRT_E_TIMEOUT
 * when the deadline forbids another try, WRT_E_INTERRUPTED, WRT_E_LIMIT. */
wrt_status wrt_live_ask(wrt_live_work *work, const wrt_live_question *question, wrt_err *err);

/* The fault of the last wrt_live_ask of this object, kind NONE when it succeeded. */
const wrt_live_fault *wrt_live_last_fault(const wrt_live *live);

/* Requests sent so far, tries counted singly. */
int64_t wrt_live_sent(const wrt_live *live);

#endif
