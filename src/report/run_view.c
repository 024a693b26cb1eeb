/* run_view.c: one pass over the events of a run. */
#include "report/run_view.h"

#include "report/report.h"

#include <string.h>

/* Its frame is the one of the question without names that must not be said. */
static void note_answer(wrt_run_view *view, const wrt_json *answer) {
    view->answer = answer;
    if (wrt_json_get(answer, "frame") != NULL)
        view->frame = wrt_json_get(answer, "frame");
}

static void note_event(wrt_run_view *view, const char *type, const wrt_json *body) {
    if (strcmp(type, "frame") == 0)
        view->frame = body;
    else if (strcmp(type, "graph") == 0)
        view->graph = body;
    else if (strcmp(type, "answer") == 0)
        note_answer(view, body);
    else if (strcmp(type, "run.end") == 0)
        view->finish = body;
    else if (strcmp(type, "claim") == 0)
        view->n_claims++;
}

wrt_status wrt_run_view_make(wrt_run_view *out, const wrt_json *events, wrt_err *err) {
    const wrt_json *first = wrt_json_is(events, WRT_JSON_ARRAY) ? wrt_json_first(events) : NULL;
    if (strcmp(wrt_json_get_text(first, "type", ""), "run.start") != 0)
        return wrt_fail(err, WRT_E_INPUT, "the events of a run begin with run.start");
    *out = (wrt_run_view){
        .events = events,
        .run = wrt_json_get_text(first, "run", "unknown"),
        .first = first,
        .start = wrt_json_get(first, "body"),
    };
    WRT_JSON_EACH(event, events) {
        if (out->n_events++ == WRT_REPORT_EVENTS_MAX)
            return wrt_fail(err, WRT_E_LIMIT, "a run of more than %d events is not reported",
                            WRT_REPORT_EVENTS_MAX);
        note_event(out, wrt_json_get_text(event, "type", ""), wrt_json_get(event, "body"));
    }
    return WRT_OK;
}

const wrt_json *wrt_run_view_by_id(size_t *index, const wrt_json *list, const char *id) {
    size_t at = 0;
    WRT_JSON_EACH(item, list) {
        if (id != NULL && strcmp(wrt_json_get_text(item, "id", ""), id) == 0) {
            if (index != NULL)
                *index = at;
            return item;
        }
        at++;
    }
    return NULL;
}
