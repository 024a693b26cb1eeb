/* work.h: the events of a run as pieces of work with a start and an end. */
#ifndef WRT_REPORT_WORK_H
#define WRT_REPORT_WORK_H

#include "draw/timeline.h"
#include "report/run_view.h"

enum { WRT_SPAN_LABEL_MAX = 96 };

typedef struct {
    wrt_span span;       /* its label points into text */
    int64_t first, last; /* events */
    bool is_open;        /* a request that was never answered */
    char text[WRT_SPAN_LABEL_MAX];
} wrt_work;

typedef struct {
    wrt_work *list; /* by first event */
    size_t n;
    bool has_clock; /* false: an event states no time; all spans are 0 */
} wrt_works;

/* A request and its answer (tool, model, network, approval) are one piece of work; any other event
 * is one that takes no time. Times are meta.ts, seconds since run.start. Quadratic only in requests
 * that wait at the same time. */
void wrt_works_read(wrt_works *out, const wrt_run_view *view);
void wrt_works_free(wrt_works *works);

/* Milliseconds since 1970 of "2026-01-31T23:59:59.123Z"; -1 when it is none. */
int64_t wrt_report_unix_ms(const char *text);

#endif
