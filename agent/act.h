/* act.h: one step: policy, budget, tool, policy again, observation; each in the ledger before the
 * next. */
#ifndef WRT_AGENT_ACT_H
#define WRT_AGENT_ACT_H

#include "agent/turn.h"

/* Runs a plan step. *result is always a complete tool result and the caller's: a denied call has
 * status "gated", a failing one "error". Fails only when the run itself cannot go on: the ledger,
 * the budget.
 */
wrt_status wrt_act_step(wrt_json **result, wrt_turn *turn, const wrt_json *step,
                        const wrt_json *scope, wrt_err *err);

/* Replaces what the decision's redact obligations name by a mark that says what stood there. */
void wrt_act_redact(wrt_json *result, const wrt_json *decision);

#endif
