/* run_view.h: where the parts of a run lie among its events; shared by both writers. */
#ifndef WRT_REPORT_RUN_VIEW_H
#define WRT_REPORT_RUN_VIEW_H

#include "base/err.h"
#include "base/json.h"

typedef struct {
    const wrt_json *events;
    const char *run;       /* id of the run */
    const wrt_json *first; /* event 0, run.start */
    const wrt_json *start, *frame, *graph, *answer,
        *finish;               /* bodies; NULL when absent, last one */
    size_t n_events, n_claims; /* n_claims: events of type claim */
} wrt_run_view;

/* Borrowed from events. WRT_E_INPUT when they are not those of a run; WRT_E_LIMIT. */
wrt_status wrt_run_view_make(wrt_run_view *out, const wrt_json *events, wrt_err *err);

/* The element of an array whose "id" is `id`, and its place; NULL when there is none. */
const wrt_json *wrt_run_view_by_id(size_t *index, const wrt_json *list, const char *id);

#endif
