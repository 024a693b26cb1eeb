/* fault.h: the ways in which a web service fails to answer, told apart before "no hits" is said.
 *
 * The forms are those that NCBI's services were seen to use: errors inside a 200, pages of HTML
 * with a 200, the page of a failed proxy inside a 400, plain text, JSON, cut-off XML, broken
 * connections. Whether a fault may pass decides whether the question is asked again. */
#ifndef WRT_PUBMED_LIVE_FAULT_H
#define WRT_PUBMED_LIVE_FAULT_H

#include "base/json.h"
#include "pubmed/live/exchange.h"

typedef enum {
    WRT_LIVE_NONE,
    WRT_LIVE_RATE,       /* 429: too many requests                          passes */
    WRT_LIVE_SERVER,     /* 5xx; passes when 500, 502, 503 or 504 */
    WRT_LIVE_RELAYED,    /* 400 that wraps the page of a failed proxy       passes */
    WRT_LIVE_BACKEND,    /* an error text inside a whole answer             passes */
    WRT_LIVE_PAGE,       /* a page or another format than asked for         passes */
    WRT_LIVE_CUT,        /* the answer ends early or is not well formed     passes */
    WRT_LIVE_CONNECTION, /* no connection, reset, stalled                   passes */
    WRT_LIVE_SLOW,       /* no answer in the time of one try                passes */
    WRT_LIVE_SESSION,    /* the stored result set is gone: search again */
    WRT_LIVE_QUERY,      /* the service does not accept the query or the ids */
    WRT_LIVE_REQUEST,    /* another 4xx */
    WRT_LIVE_KEY,        /* the API key was refused */
    WRT_LIVE_SHAPE,      /* a whole answer of the right format with the wrong content */
    WRT_LIVE_ABSENT,     /* offline, and neither cache nor cassette has it */
    WRT_LIVE_OTHER       /* a cap, an interruption, the program's own failure */
} wrt_live_fault_kind;

enum { WRT_LIVE_SAID_MAX = 240 };

typedef struct {
    wrt_live_fault_kind kind;
    bool is_transient;
    long http_status;       /* 0: no answer */
    int64_t retry_after_ms; /* -1: not stated */
    int tries;
    char said[WRT_LIVE_SAID_MAX + 1]; /* what the service said, one printable line, or "" */
} wrt_live_fault;

const char *wrt_live_fault_name(wrt_live_fault_kind kind); /* "rate", "server", ... */

/* {"kind","transient","http_status","retry_after_ms","tries","said"}; the caller frees it. */
wrt_json *wrt_live_fault_json(const wrt_live_fault *fault);

/* Sets kind, is_transient (as the table says) and what was said; keeps the rest. */
void wrt_live_fault_set(wrt_live_fault *fault, wrt_live_fault_kind kind, wrt_str said);

/* What status line, type and first bytes of an answer say, before it is read; kind NONE when it may
 * be an answer. `format` is what was asked for: "xml", "json" or "text". Pure. */
void wrt_live_fault_of_answer(wrt_live_fault *fault, const wrt_live_answer *answer,
                              const char *format);

/* What the text of an <ERROR> says: BACKEND unless it is known to be about the request. Pure. */
void wrt_live_fault_of_error_text(wrt_live_fault *fault, wrt_str text);

/* The failure that a fault is to the caller, with a message that begins with `service`. */
wrt_status wrt_live_fault_fail(const wrt_live_fault *fault, const char *service, wrt_err *err);

#endif
