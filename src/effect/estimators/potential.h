/* potential.h: models of the outcome under each arm, and both predictions for every row.
 *
 * One model an arm, linear or logistic as the outcome is: the same fit as one pooled model with all
 * products of treatment and covariates. */
#ifndef WRT_EFFECT_ESTIMATORS_POTENTIAL_H
#define WRT_EFFECT_ESTIMATORS_POTENTIAL_H

#include "effect/estimators/estimator.h"
#include "effect/fit/mean.h"

typedef struct {
    wrt_mean model[2];  /* of arm 0 and arm 1 */
    double *weights[2]; /* n, of each row in the fit: 0 in the other arm */
    double *mean[2];    /* n, predicted outcome of every row under the arm */
    double *slope[2];   /* n, derivative of it in the linear predictor */
} wrt_potential;

/* Rows count counts[i] times (NULL: once). Errors of the fits, which name the arm. */
wrt_status wrt_potential_fit(wrt_potential *out, const wrt_study *study, const wrt_design *design,
                             const wrt_estimator_options *options, const double *counts,
                             wrt_arena *arena, wrt_err *err);

/* influence (n) += scale * n * gradient' (d coefficients of the arm's model / d rows). */
void wrt_potential_add_influence(double *influence, double scale, const double *gradient,
                                 const wrt_potential *potential, int arm, const wrt_study *study,
                                 const wrt_design *design, wrt_arena *arena);

#endif
