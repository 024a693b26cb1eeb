/* gcomp.h: g-computation and the T-learner: outcomes under both arms are predicted for every row
 * and averaged over the population of the estimand.
 *
 * Robins 1986, doi:10.1016/0270-0255(86)90088-6 (g-computation, here with one time point); Kuenzel,
 * Sekhon, Bickel, Yu 2019, doi:10.1073/pnas.1804597116 (T-learner). Both fit one model in each arm
 * (potential.h), linear or logistic as the outcome is, which equals one pooled model with all
 * products of treatment and covariates; so their means agree to the last digit, and both give an
 * effect to every row. They differ in their claim: `gcomp` reports the mean, `tlearner` also the
 * spread of the effects of rows and, with a modifier, their mean at each of its levels. Standard
 * errors by the influence function of all fits together (M-estimation, Stefanski and Boos 2002). */
#ifndef WRT_EFFECT_ESTIMATORS_GCOMP_H
#define WRT_EFFECT_ESTIMATORS_GCOMP_H

#include "effect/estimators/estimator.h"

extern const wrt_estimator wrt_estimator_gcomp;
extern const wrt_estimator wrt_estimator_tlearner;

#endif
