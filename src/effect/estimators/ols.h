/* ols.h: the coefficient of the treatment in a linear regression on treatment and covariates.
 *
 * With a two-valued treatment the average effect when effects are equal or the outcome is linear in
 * the covariates; else a mean of effects weighted by the variance of the treatment (Angrist 1998),
 * which is why no ATT or ATC is offered. A treatment of many values gives a slope per unit. Errors:
 * HC0 to HC3, classical, or by cluster when the study has clusters; intervals by Student's t with
 * n - k degrees of freedom (clusters less one). */
#ifndef WRT_EFFECT_ESTIMATORS_OLS_H
#define WRT_EFFECT_ESTIMATORS_OLS_H

#include "effect/estimators/estimator.h"

extern const wrt_estimator wrt_estimator_ols;

#endif
