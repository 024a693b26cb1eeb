/* act.h: steps: policy, budget, tool, policy again, observation; each in the ledger before the
 * next. */
#ifndef WRT_AGENT_ACT_ACT_H
#define WRT_AGENT_ACT_ACT_H

#include "agent/act/batch.h"

/* Takes one step. *result is always a complete tool result and the caller's: a denied call has
 * status "gated", a failing one "error". Fails, with *result NULL, only when the run itself cannot
 * go on: the ledger, the budget. */
wrt_status wrt_act_step(wrt_json **result, wrt_turn *turn, const wrt_json *step,
                        const wrt_json *scope, wrt_err *err);

/* Takes the *n steps of the plan from `step` on (batch.h: 1..WRT_BATCH_MAX). results[0..*n) are
 * as of wrt_act_step. *n becomes smaller where a step in the middle was not called: those after it
 * are still to be taken; and 0 on failure. */
wrt_status wrt_act(wrt_json **results, size_t *n, wrt_turn *turn, const wrt_json *step,
                   const wrt_json *scope, wrt_err *err);

#endif
