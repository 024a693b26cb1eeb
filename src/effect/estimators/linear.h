/* linear.h: what estimators share whose effect is one coefficient of a linear fit. */
#ifndef WRT_EFFECT_ESTIMATORS_LINEAR_H
#define WRT_EFFECT_ESTIMATORS_LINEAR_H

#include "effect/estimators/arms.h"
#include "effect/fit/ols.h"

/* A fit, its design, the coefficient that is the effect, and the rows that were fitted. */
typedef struct {
    const wrt_ols *fit; /* residuals are those that errors are made of */
    const wrt_design *design;
    size_t column;
} wrt_linear;

/* estimate, influence (n inverse[column] x_i e_i) and n_used. */
void wrt_linear_open(wrt_estimate *out, const wrt_linear *linear, wrt_arena *arena);

/* se, low, high, se_method: classical, by cluster when the study has clusters, or options.hc;
 * Student's t with n - k degrees of freedom, clusters less one when clustered. */
void wrt_linear_close(wrt_estimate *out, const wrt_linear *linear, const wrt_study *study,
                      const wrt_estimator_options *options, wrt_arena *arena);

/* The covariance that wrt_linear_close uses: k x k, in the arena. */
double *wrt_linear_covariance(const wrt_linear *linear, const wrt_study *study,
                              const wrt_estimator_options *options, wrt_arena *arena);

/* Checks of wrt_arms_check that do not need two arms: support of estimand and interval, options. */
wrt_status wrt_linear_check(const wrt_estimator *estimator, const wrt_study *study,
                            const wrt_estimator_options *options, wrt_err *err);

#endif
