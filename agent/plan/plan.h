/* plan.h: a plan is data: {"schema":"warrant/plan/1","type","protocol","made_by","steps":[...]}.
 *
 * The protocol supplies the steps that must be there; the model may add optional ones and pick
 * calls from a menu (propose.h); a plan of the user's takes the place of both (plan_given.h),
 * and its "made_by" is "user". The plan is checked (tools exist, references point backwards,
 * policy) and frozen before any tool runs. */
#ifndef WRT_AGENT_PLAN_PLAN_H
#define WRT_AGENT_PLAN_PLAN_H

#include "agent/turn.h"

/* Completes the protocol for this question. Caller frees. */
wrt_status wrt_plan_make(wrt_json **plan, wrt_turn *turn, const wrt_json *protocol,
                         const wrt_json *frame, wrt_err *err);

/* WRT_E_INPUT names the step and what is wrong with it; WRT_E_DENIED when policy forbids the plan.
 */
wrt_status wrt_plan_check(wrt_turn *turn, const wrt_json *plan, wrt_err *err);

/* Asks the policy about a plan; step names the one that was added last, NULL: the plan is whole.
 * WRT_E_DENIED as wrt_plan_check. */
wrt_status wrt_plan_decide(wrt_turn *turn, const wrt_json *plan, const char *step, wrt_err *err);

/* Copies args with every reference "$a.b[0].c" replaced by the value found there in scope, an
 * object that holds "frame" and one member per finished step. WRT_E_NOT_FOUND names the reference
 * that leads nowhere; a member or element "$a.b?" that leads nowhere is left out. Caller frees. */
wrt_status wrt_plan_bind(wrt_json **args, const wrt_json *template_args, const wrt_json *scope,
                         wrt_err *err);

/* Is the step to be taken? A step with "when", a reference, is not where that leads nowhere, to
 * null or to false; with {"step","status":[...]} it is when that step was taken and ended so. */
bool wrt_plan_applies(const wrt_json *step, const wrt_json *scope);

#endif
