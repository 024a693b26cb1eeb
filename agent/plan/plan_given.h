/* plan_given.h: plans that a person wrote or edited, and what parts two plans. */
#ifndef WRT_AGENT_PLAN_PLAN_GIVEN_H
#define WRT_AGENT_PLAN_PLAN_GIVEN_H

#include "base/err.h"
#include "base/json.h"

enum { WRT_PLAN_STEPS_MAX = 64 };

/* Is this a plan in the form of plan.h, of at most WRT_PLAN_STEPS_MAX steps in the form of
 * protocol.h and with no other members? "frame" and "made_by" are passed over. That tools and
 * references are there is checked when it is taken. WRT_E_INPUT names step and member. */
wrt_status wrt_plan_check_given(const wrt_json *plan, wrt_err *err);

/* {"equal":bool,"type":[a,b]|absent,"added":[ids],"removed":[ids],"moved":[ids],
 *  "changed":[{"step","members":[names]}]} from a to b. Caller frees. O(steps of a x of b). */
wrt_json *wrt_plan_diff(const wrt_json *a, const wrt_json *b);

#endif
