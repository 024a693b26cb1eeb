/* crate_parts.h: entities of an RO-Crate while it is being built. Internal to the crate writer. */
#ifndef WRT_REPORT_CRATE_PARTS_H
#define WRT_REPORT_CRATE_PARTS_H

#include "report/run_view.h"

enum { WRT_CRATE_ID_MAX = 128 };

typedef struct {
    const wrt_run_view *view;
    const wrt_json *files;      /* as given */
    const wrt_json *plan;       /* body of the last plan event, or NULL */
    wrt_json *graph;            /* "@graph" */
    wrt_json *parts, *mentions; /* ids of what the root refers to */
    wrt_json *blobs;            /* SHA-256 -> media type, where the events tell it */
    bool has_steps;             /* a tool of the plan was called */
} wrt_crate;

#define WRT_CRATE_PLAN    "plan.json"
#define WRT_CRATE_PROGRAM "#program"
#define WRT_CRATE_ASKER   "#asker"
#define WRT_CRATE_RUN     "#run"

/* Appends an entity to the graph and returns it, for more members. name may be NULL. */
wrt_json *wrt_crate_add(wrt_crate *crate, const char *id, const char *type, const char *name);
wrt_json *wrt_crate_ref(const char *id); /* {"@id": id} */
/* One more reference under a key: alone, or in an array from the second one on. */
void wrt_crate_push_ref(wrt_json *entity, const char *key, const char *id);
bool wrt_crate_has_file(const wrt_crate *crate, const char *path);

/* startTime and endTime of an action; events may be NULL or hold no time. */
void wrt_crate_set_times(wrt_json *action, const wrt_json *first, const wrt_json *last);
void wrt_crate_set_status(wrt_json *action, bool completed, const char *error);

/* Each call of a tool as an action, each tool as an application, each step of the plan that was
 * taken as a step of the workflow (`plan` entity, which may be NULL). Process and Provenance Run
 * Crate. */
void wrt_crate_add_steps(wrt_crate *crate, wrt_json *plan);

#endif
