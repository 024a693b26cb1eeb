/* propensity.h: P(treatment = 1 | covariates) of every row, given or fitted, and what fitting it
 * adds to an influence function. */
#ifndef WRT_EFFECT_ESTIMATORS_PROPENSITY_H
#define WRT_EFFECT_ESTIMATORS_PROPENSITY_H

#include "effect/estimators/estimator.h"
#include "effect/fit/mean.h"

typedef struct {
    const double *e;   /* n */
    bool is_fitted;    /* false: the study's own */
    wrt_mean model;    /* when fitted */
    wrt_design design; /* [1, covariates] */
} wrt_propensity;

/* Rows count weights[i] times (NULL: once) in the fit. design: [1, covariates], made by the caller
 * once for all draws. WRT_E_INPUT for separation (named column) and the like. */
wrt_status wrt_propensity_find(wrt_propensity *out, const wrt_study *study,
                               const wrt_design *design, const wrt_estimator_options *options,
                               const double *weights, wrt_arena *arena, wrt_err *err);

/* influence (n) += n * gradient' (information)^-1 x_i (t_i - e_i), for a quantity with that
 * gradient (k) in the coefficients; nothing for a propensity that was given. */
void wrt_propensity_add_influence(double *influence, const double *gradient,
                                  const wrt_propensity *propensity, const wrt_study *study,
                                  wrt_arena *arena);

/* Warns of propensities outside [0.01, 0.99]; details: min, max. */
void wrt_propensity_report(wrt_estimate *out, const wrt_propensity *propensity,
                           const wrt_study *study, wrt_arena *arena);

/* Runs `inner` on the rows whose propensity lies in [trim, 1 - trim] and spreads what it says of
 * rows over all of them, NAN or 0 elsewhere. The estimand is then that of the rows kept (Crump,
 * Hotz, Imbens, Mitnik 2009, doi:10.1093/biomet/asn055): details.trimmed counts the others, a
 * warning says so. A fitted propensity decides who stays and is then fitted again to those; its
 * being estimated is not accounted for in who stays. */
wrt_status wrt_propensity_run_trimmed(wrt_estimate *out, const wrt_study *study,
                                      const wrt_estimator_options *options,
                                      wrt_estimator_run *inner, wrt_arena *arena, wrt_err *err);

#endif
