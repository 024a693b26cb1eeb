/* ipw.h: inverse probability weighting: each arm weighted to stand for the population.
 *
 * Horvitz and Thompson 1952 (sums over the number of rows) and Hajek 1971 (over the sum of weights,
 * the default). The influence function accounts for the propensity being fitted (Lunceford and
 * Davidian 2004, doi:10.1002/sim.1903): taking it as known would overstate the error. Estimands by
 * the weights of arms.h; trimming changes the estimand (propensity.h). */
#ifndef WRT_EFFECT_ESTIMATORS_IPW_H
#define WRT_EFFECT_ESTIMATORS_IPW_H

#include "effect/estimators/estimator.h"

extern const wrt_estimator wrt_estimator_ipw;

#endif
