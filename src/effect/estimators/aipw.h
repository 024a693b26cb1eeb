/* aipw.h: augmented inverse probability weighting, with and without cross-fitting.
 *
 * Robins, Rotnitzky, Zhao 1994, doi:10.1080/01621459.1994.10476818; cross-fitting: Chernozhukov et
 * al. 2018, doi:10.1111/ectj.12097 (DML2: one mean over all rows). Right when the propensity or the
 * outcome model is. Logistic propensity (or the study's own), linear or logistic outcome models,
 * one an arm. Each row's nuisances come from the folds it is not in (folds.h).
 *
 * Errors: the efficient influence function. Without cross-fitting and without a ridge penalty the
 * rows' parts in the fitted nuisances are added (M-estimation), so that the error also holds when
 * one of the two models is wrong; with cross-fitting they are of second order and left out. */
#ifndef WRT_EFFECT_ESTIMATORS_AIPW_H
#define WRT_EFFECT_ESTIMATORS_AIPW_H

#include "effect/estimators/estimator.h"

extern const wrt_estimator wrt_estimator_aipw;

/* What AIPW averages, of every row, from three nuisances (n each): out[arm] (n) = g m + 1{arm} w (y
 * - m), g whether the row is of the population and w its balancing weight. */
void wrt_aipw_scores(double *out[2], const wrt_study *study, wrt_estimand estimand, const double *e,
                     const double *const mean[2]);

#endif
