/* frontdoor.h: the front-door plug-in: the effect of the treatment through mediators that carry all
 * of it (Pearl 1995, doi:10.1093/biomet/82.4.669).
 *
 * Mediators of few states, two-valued treatment, no covariates: the formula itself,
 *   E[Y(t)] = sum over m of P(m | t) sum over t' of P(t') E[Y | m, t'],
 * from cell means; every state of the mediators has to occur under both treatments. Errors by its
 * influence function (Fulcher, Shpitser, Marealle and Tchetgen Tchetgen 2020, Journal of the Royal
 * Statistical Society B 82, 199-214, theorem 1 without covariates). Else the linear form: the sum
 * over mediators of (effect of the treatment on it, given covariates) x (its coefficient in the
 * outcome given treatment, covariates and the other mediators); right when both are linear without
 * products of treatment and mediators; errors by the delta method. Details say which. */
#ifndef WRT_EFFECT_ESTIMATORS_FRONTDOOR_H
#define WRT_EFFECT_ESTIMATORS_FRONTDOOR_H

#include "effect/estimators/estimator.h"

/* Different rows of the mediators up to which the formula itself is used. */
enum { WRT_FRONTDOOR_STATES_MAX = 20 };

extern const wrt_estimator wrt_estimator_frontdoor;

#endif
