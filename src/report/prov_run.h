/* prov_run.h: what has been declared of a run so far. Internal to the PROV writer. */
#ifndef WRT_REPORT_PROV_RUN_H
#define WRT_REPORT_PROV_RUN_H

#include "report/prov_doc.h"
#include "report/run_view.h"

enum { WRT_PROV_NAME_MAX = 96 };

#define WRT_PROV_RUN     "run:run"
#define WRT_PROV_PROGRAM "run:program"
#define WRT_PROV_USER    "run:user"
#define WRT_PROV_MODEL   "run:model"

typedef struct {
    wrt_prov_doc doc;
    const wrt_run_view *view;
    const wrt_json *plan_body;
    /* Id in the run -> identifier of the document. */
    wrt_json *decisions, *evidence, *claims, *publications, *blobs;
    wrt_json *agents;  /* tool -> who answers for it */
    wrt_json *calls;   /* step -> its open tool call */
    wrt_json *results; /* step -> its last result */
    wrt_json *by_tool; /* tool -> its last result */
    /* Identifiers; empty: not declared. */
    char question[WRT_PROV_NAME_MAX], frame[WRT_PROV_NAME_MAX], plan[WRT_PROV_NAME_MAX];
    char policy[WRT_PROV_NAME_MAX], kg[WRT_PROV_NAME_MAX], pubmed[WRT_PROV_NAME_MAX];
    char approval[WRT_PROV_NAME_MAX], model_call[WRT_PROV_NAME_MAX];
    bool has_model;
} wrt_prov_run;

/* "run:<kind>-<seq>" */
void wrt_prov_name(char out[WRT_PROV_NAME_MAX], const char *kind, const wrt_json *event);

/* Time of the event as PROV wants it, or NULL; *seconds in UTC, "2026-01-31T12:00:00.000Z". */
const char *wrt_prov_time(const wrt_json *event);

/* Declares an activity of the program that the run started; its name is left in out. */
void wrt_prov_activity(wrt_prov_run *p, char out[WRT_PROV_NAME_MAX], const char *kind,
                       const wrt_json *event, const char *label);
/* Declares an entity made by the activity, which may be NULL or "". extra as in wrt_prov_declare */
void wrt_prov_product(wrt_prov_run *p, char out[WRT_PROV_NAME_MAX], const char *kind,
                      const wrt_json *event, const char *activity, wrt_json *extra);

/* The identifier a map holds for the text member of an object; NULL when there is none. */
const char *wrt_prov_known(const wrt_json *map, const wrt_json *object, const char *member);
void wrt_prov_remember(wrt_json *map, const char *id, const char *name); /* id may be NULL */

/* Declares {"sha256","size"} once, made by the activity the first time; its identifier is left in
 * out, "" when reference is none. */
void wrt_prov_blob(wrt_prov_run *p, char out[WRT_PROV_NAME_MAX], const wrt_json *reference,
                   const char *activity);

/* One event of a call to a tool, the network or a model. False: its type is another one. */
bool wrt_prov_add_call(wrt_prov_run *p, const char *type, const wrt_json *event);

/* An activity used what the arguments of a step refer to ("$paths.data"); for an entity instead,
 * that it was derived from it. */
void wrt_prov_follow_args(wrt_prov_run *p, wrt_prov_kind kind, const char *name, const char *step);

#endif
