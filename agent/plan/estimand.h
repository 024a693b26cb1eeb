/* estimand.h: the builtin step "estimand": what exactly is to be estimated, from what was handed
 * over.
 *
 * Fills in what follows from the rest: with a graph and an estimator that adjusts, covariates are
 * left to the graph; a second estimator of the same quantity checks the first; the unadjusted
 * difference is that of the same kind of outcome. Chooses nothing else. Pure. */
#ifndef WRT_AGENT_PLAN_ESTIMAND_H
#define WRT_AGENT_PLAN_ESTIMAND_H

#include "base/json.h"

/* args: {"inputs","treatment","outcome","adjust"?,"columns"?}. A result whose data holds arguments
 * of effect_estimate by name, and "naive", "second" (estimators; second absent where there is
 * none), "refute", "conflicts". Never NULL; caller frees. */
wrt_json *wrt_estimand_state(const wrt_json *args, uint64_t seed);

#endif
