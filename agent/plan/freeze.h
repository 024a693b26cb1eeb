/* freeze.h: a plan is fixed before the first tool is called, and every step that is taken is held
 * against it (plan-then-execute, arXiv:2506.08837): what a tool read can fill a step's arguments
 * where the plan refers to it, never add, change or repeat a step. */
#ifndef WRT_AGENT_PLAN_FREEZE_H
#define WRT_AGENT_PLAN_FREEZE_H

#include "agent/turn.h"

/* Fixes the plan and records "plan.frozen" {"sha256" (of its canonical bytes),"steps":{id: sha256},
 * "read":taint of what was read until now}. A plan that was fixed before is replaced. */
wrt_status wrt_plan_freeze(wrt_turn *turn, const wrt_json *plan, wrt_err *err);

/* May this step be taken now? A step of the frozen plan, as it was and for the first time: WRT_OK.
 * Any other is a deviation: a decision of phase "plan" with {"deviation":true,"reason","step",
 * "plan":{"steps":[step]},"tools"}, which needs a permit of its own; WRT_E_DENIED without one.
 * Leaving a step out is none. */
wrt_status wrt_plan_hold(wrt_turn *turn, const wrt_json *step, wrt_err *err);

#endif
