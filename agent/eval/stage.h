/* stage.h: a small made-up world in which a suite asks the whole program: a graph that its data
 * spell out, in a data directory of its own. */
#ifndef WRT_EVAL_STAGE_H
#define WRT_EVAL_STAGE_H

#include "agent/eval/suite.h"

/* One text in another's place: what an attacker wrote into a source. */
typedef struct {
    const char *table; /* "nodes" or "edges" */
    size_t row;
    const char *column, *text;
} wrt_stage_change;

/* Imports {"nodes":[{column:text}],"edges":[{column:text}]} (columns of KGX, those of the first
 * row) into a fresh data directory NAME below request->scratch, with the change (NULL: none). *home
 * is the caller's (free). WRT_E_INPUT when the import refuses a row, which it says. */
wrt_status wrt_stage_make(char **home, const wrt_eval_request *request, const char *name,
                          const wrt_json *graph, const wrt_stage_change *change, wrt_err *err);

/* The same without a graph. */
wrt_status wrt_stage_make_bare(char **home, const wrt_eval_request *request, const char *name,
                               wrt_err *err);

/* Puts [{"pmid","title","abstract"}] into a local copy of PubMed there. WRT_E_INPUT names what is
 * no PMID. */
wrt_status wrt_stage_add_papers(const char *home, const wrt_json *papers, wrt_err *err);

/* Asks there (wrt_eval_ask); the caller frees. */
wrt_status wrt_stage_ask(wrt_json **report, const wrt_eval_request *request,
                         const wrt_eval_question *question, wrt_err *err);

/* ---- what a report holds */

/* The body of the first event of this type, or NULL. */
const wrt_json *wrt_stage_event(const wrt_json *report, const char *type);
/* Appends a line a claim, sorted: kind, subject, relation, object, rung, warrant. */
void wrt_stage_claims(wrt_buf *out, const wrt_json *report);
/* Appends "step tool" of every call in order, joined by commas. */
void wrt_stage_calls(wrt_buf *out, const wrt_json *report);
/* Whether every call is of a step of the frozen plan, each at most once and in its order. */
bool wrt_stage_keeps_plan(const wrt_json *report);
/* The audit's highest level that passed; 0 when none did or there is no audit. */
int wrt_stage_audit_level(const wrt_json *report);

#endif
