/* turn.h: the state of one run, and the two things every stage does with it: write to the ledger
 * before an effect is used, and ask the policy before an effect happens. */
#ifndef WRT_AGENT_TURN_H
#define WRT_AGENT_TURN_H

#include "agent/agent.h"
#include "policies/decider.h"

typedef struct {
    const wrt_agent_config *config;
    wrt_run *run;        /* NULL while planning only: nothing is recorded then */
    wrt_json *start;     /* body of run.start (open.h): the only place settings are read from; while
                            planning only, those of its members that are settings */
    wrt_json *tools;     /* full descriptions of all tools (toolhost.h), as the run began */
    wrt_json *protocols; /* {type: protocol}, as the run began; made by wrt_open_prepare */
    const wrt_policy *policy; /* of config, or of a rehearsal's record */
    wrt_policy *own_policy;   /* the latter */
    wrt_decider *decider;     /* of policy; made for the first decision */
    int64_t started_ms;       /* monotonic */
    int decisions;            /* made so far; their ids are d1, d2, ... */
    int model_calls;
    int lookups;        /* recorded so far (lookup.h) */
    wrt_json *counters; /* {"tool.calls":n, "llm.calls":n, ...} (policies/counters.h): what was done
                           so far, which limit rules read */
    wrt_json *history;  /* [{"tool","phase"}]: what seq conditions read */
    wrt_json *warnings; /* array of text, shown with the answer */
    wrt_json *labels; /* of the question, found here or given by policy; in the taint of every later
                         request */
    wrt_json *read;   /* taint.h: the join of everything read so far */
    wrt_json *taints; /* {"frame": taint, step: taint} */
    wrt_json *frozen; /* freeze.h: {step: sha256 | true once taken}; NULL: no plan yet */
    wrt_llm_usage used, used_before; /* of the model: noted so far, when the run began */
    wrt_json *notices;               /* codes of the notify obligations met so far, each once */
} wrt_turn;

wrt_turn wrt_turn_make(const wrt_agent_config *config);
void wrt_turn_free(wrt_turn *turn);

void wrt_turn_warn(wrt_turn *turn, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends an event. body is consumed. What may differ between two runs of one question (which of
 * several servers answered) belongs in meta (consumed, may be NULL). */
wrt_status wrt_turn_record_meta(wrt_turn *turn, const char *type, wrt_json *body, wrt_json *meta,
                                wrt_err *err);
wrt_status wrt_turn_record(wrt_turn *turn, const char *type, wrt_json *body, wrt_err *err);

/* What the journal holds of an event that is still to come: the body of the next recorded event of
 * this type whose body has every member of `like` (consumed), NULL where there is none: the run is
 * new, or was cut off before. Whoever asks the world for anything (a tool, the model, a person)
 * asks here first and takes what it finds, then makes the event as ever: it is compared with the
 * recorded one. Borrowed from the run. */
const wrt_json *wrt_turn_recall(const wrt_turn *turn, const char *type, wrt_json *like);

/* True when nothing but the record may be asked: there is no engine behind the run. */
bool wrt_turn_is_rehearsal(const wrt_turn *turn);

/* WRT_E_INTEGRITY: in a rehearsal, what is not recorded cannot be had. */
wrt_status wrt_turn_fail_unrecorded(const wrt_turn *turn, const char *what, wrt_err *err);

/* The record is none that a run could have left: why is completed with the event and given to err.
 * WRT_E_INTEGRITY; the run is neither gone on with nor sealed. */
wrt_status wrt_turn_refuse(const wrt_turn *turn, wrt_err *why, wrt_err *err);

/* Puts bytes into a blob of the run and sets {"sha256","size"} as member `key` of the event. */
wrt_status wrt_turn_put_blob(wrt_turn *turn, wrt_json *event, const char *key, wrt_str bytes,
                             wrt_err *err);

/* Reads a value that an event holds as member `inline_key`, or else as JSON in the blob of member
 * "blob". *out is the caller's; NULL with WRT_OK when the event holds neither. */
wrt_status wrt_turn_read_value(wrt_json **out, const wrt_turn *turn, const wrt_json *event,
                               const char *inline_key, wrt_err *err);

/* The full description of a tool (toolhost.h), as it was when the run began; NULL: nobody knows it.
 * Borrowed. */
const wrt_json *wrt_turn_tool(const wrt_turn *turn, const char *name);

/* Did the run begin with a language model? With a graph, with a local copy of PubMed? */
bool wrt_turn_has_model(const wrt_turn *turn);
bool wrt_turn_has_graph(const wrt_turn *turn);
bool wrt_turn_has_pubmed(const wrt_turn *turn);

/* From now on `name` ("frame", a step) has this taint (consumed), and the run has read it. */
void wrt_turn_read(wrt_turn *turn, const char *name, wrt_json *taint);

/* The question is the user's; the form of an identifier in it makes it `phi`. */
void wrt_turn_read_question(wrt_turn *turn, const char *question);

/* Asks the policy about a request of the given phase and records the decision. `request` is
 * consumed and completed with phase, principal, mode, counters, history and,
 * where it has none, the taint of everything read so far. *decision (may be NULL)
 * is the caller's: the decision record with its "id". A hold is put to whoever may grant (hold.h)
 * and, when granted, decided again with the approvals in the request. Returns WRT_OK for allow,
 * WRT_E_DENIED for deny and for a hold that was not granted, with the determining rule ids in err.
 * `step` names the plan step, or NULL. */
wrt_status wrt_turn_decide(wrt_json **decision, wrt_turn *turn, const char *phase,
                           wrt_json *request, const char *step, wrt_err *err);

/* Adds n to a counter of policies/counters.h. */
void wrt_turn_count(wrt_turn *turn, const char *name, int64_t n);

/* Did some decision oblige the program to notify of this? */
bool wrt_turn_has_notice(const wrt_turn *turn, const char *code);

/* What is left of the run's time, in ms, at least 0; -1: there is no limit. */
int64_t wrt_turn_time_left(const wrt_turn *turn);

/* WRT_E_TIMEOUT when the run's time budget is spent, WRT_E_INTERRUPTED when the user asked to end.
 */
wrt_status wrt_turn_check_budget(const wrt_turn *turn, wrt_err *err);

#endif
