/* observe.h: what the steps of a plan observed, for the answer. */
#ifndef WRT_AGENT_ACT_OBSERVE_H
#define WRT_AGENT_ACT_OBSERVE_H

#include "base/json.h"

/* Sets answer.observations: [{"step","tool","status":"skipped" or that of the result,"coverage"?,
 * "digest"?,"shown":bool}] for every step of the plan that calls a tool, in its order. Shown in the
 * section "observations" are those that no maker of the protocol knows of: steps that the user or
 * the model added; and all of them where the protocol lists that section itself. The section is
 * added where there is something to show. results: of the steps taken, by id; scope: what their
 * arguments were bound in (plan.h). A shown observation about a graph also has "nodes", the names
 * that may stand in its digest, until its text is decided (utter.h). */
void wrt_observe(wrt_json *answer, const wrt_json *plan, const wrt_json *protocol,
                 const wrt_json *results, const wrt_json *scope);

#endif
