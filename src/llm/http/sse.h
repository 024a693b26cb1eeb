/* sse.h: incremental reader of a text/event-stream (WHATWG HTML, "Server-sent events").
 *
 * Bytes go in as they arrive, in pieces of any size; whole events come out through a callback. The
 * same bytes give the same events however they are split. No I/O, no clock. */
#ifndef WRT_LLM_HTTP_SSE_H
#define WRT_LLM_HTTP_SSE_H

#include "base/buf.h"
#include "base/err.h"

/* One event: its name ("" when the stream gave none) and its data, lines joined by '\n'. Both are
 * valid UTF-8 and borrowed until the callback returns. A status other than WRT_OK stops the reader.
 */
typedef wrt_status (*wrt_sse_visit)(wrt_str event, wrt_str data, void *ctx);

typedef struct {
    wrt_sse_visit visit;
    void *ctx;
    size_t event_max;  /* bytes of one event: data, name and the line being read */
    wrt_buf line;      /* the line that has not ended yet */
    wrt_buf data;      /* data lines of this event, each followed by '\n' */
    wrt_buf event;     /* name of this event */
    size_t n_events;   /* handed out so far */
    bool is_started;   /* the first line, which may begin with a byte order mark, has ended */
    bool is_after_cr;  /* a '\n' that comes next belongs to the line end already seen */
    wrt_status status; /* of the first failure; sticky */
} wrt_sse;

/* A reader whose events take at most event_max bytes each (at least 1). */
wrt_sse wrt_sse_make(size_t event_max, wrt_sse_visit visit, void *ctx);
void wrt_sse_free(wrt_sse *sse); /* accepts NULL */

/* Reads the next piece. WRT_E_LIMIT: an event larger than event_max; WRT_E_FAILED: a name or data
 * that is not UTF-8; otherwise what the callback returned (then *err is left to the callback).
 * After a failure each call returns the same status and reads nothing. O(bytes). */
wrt_status wrt_sse_feed(wrt_sse *sse, wrt_str bytes, wrt_err *err);

/* To be asked when the stream has ended: true when it ended inside an event, that is, within a line
 * or before the blank line that would have handed the event out. Such an event is not handed out.
 */
bool wrt_sse_is_truncated(const wrt_sse *sse);

#endif
