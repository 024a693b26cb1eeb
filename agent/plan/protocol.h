/* protocol.h: plan templates, one file per question type (agent/protocols/<type>.json).
 *
 * A protocol is data: {"schema":"warrant/protocol/1","name","about","cues":[lower-case phrases that
 * mark this type],"default":bool,"needs":{name: kind}
 * (question/needs.h),"steps":[...],"optional":[...],"recheck":step,"claims":[{"make":NAME,...}],
 * "sections":[names],"change":text,"abstain":[...]}: claims and sections are makers of
 * makers/maker.h, change says what would change the conclusion. A step is
 *   {"id","tool","args","why"} or {"id","builtin":NAME,"args","why"} (builtin.h).
 * A step with "when":"$reference" (or several) is left out where one leads nowhere, to null or
 * false; one with "when":{"step","status":[...]} unless that step was taken and ended so.
 * "share": F, above 0 and at most 1, gives the call at most that part of what is left of the run's
 * time (--timeout).
 * "otherwise" holds steps that stand in for theirs, and under its name, when it was empty, an error
 * or gated: each is a step of the plan with "replaces". "propose": N, 1 to 8, lets the model add up
 * to N calls behind the others (propose.h). An optional step also has "ask", the question put to
 * the model. The step "recheck" (its id, too) is the last, taken when the user asks for it;
 * "$paths.cited" are the PMIDs that the paths cite. An abstention is {"step","status","because"}.
 * In args a text "$step.data[0].id" refers to an earlier result and
 * "$frame.treatment.id" to the frame; where it ends in "?" the argument is left out when it leads
 * nowhere. */
#ifndef WRT_AGENT_PLAN_PROTOCOL_H
#define WRT_AGENT_PLAN_PROTOCOL_H

#include "base/err.h"
#include "base/json.h"

/* Loads and checks the protocol of a type. WRT_E_INPUT names file, step and field. Caller frees. */
wrt_status wrt_protocol_load(wrt_json **out, const char *dir, const char *type, wrt_err *err);

/* [{"name","protocol"}] of every protocol in dir, by file name: what a run records and reads from
 * then on. Each is checked. Caller frees. */
wrt_status wrt_protocol_read_all(wrt_json **out, const char *dir, wrt_err *err);

/* Checks such a list, which came from elsewhere. */
wrt_status wrt_protocol_check_all(const wrt_json *all, wrt_err *err);

/* The protocol of a type in such a list; NULL when there is none. Borrowed. */
const wrt_json *wrt_protocol_find(const wrt_json *all, const char *type);

/* [{"name","cue","default","needs"}] of such a list; cue is the length in bytes of the longest of
 * its cues that the question holds as whole words, 0 for none. Caller frees. */
wrt_json *wrt_protocol_types(const wrt_json *all, wrt_str question);

/* Checks a list of steps by themselves; `file` is for messages. */
wrt_status wrt_protocol_check_steps(const wrt_json *steps, const char *file, wrt_err *err);

#endif
