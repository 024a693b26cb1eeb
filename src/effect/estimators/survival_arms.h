/* survival_arms.h: the two arms of a study with times to event: weights, curves, influence.
 *
 * Shared by the estimators that compare two survival curves. Weighted curves use the study's
 * propensities (Cole and Hernan, Computer Methods and Programs in Biomedicine 2004,
 * doi:10.1016/j.cmpb.2003.10.004); their errors then come from influence functions, with the
 * weights taken as known. */
#ifndef WRT_EFFECT_SURVIVAL_ARMS_H
#define WRT_EFFECT_SURVIVAL_ARMS_H

#include "effect/estimators/arms.h"
#include "effect/estimators/estimator.h"
#include "effect/estimators/km.h"
#include "effect/estimators/propensity.h"

typedef struct {
    wrt_km_curve curve[2];     /* untreated, treated */
    double *weights;           /* study->n; NULL: unweighted */
    wrt_propensity propensity; /* of the weights */
    double horizon;            /* > 0 */
    bool horizon_is_given;
} wrt_survival_arms;

/* What every estimator of times to event asks of a study: times, events, a binary treatment, two
 * rows and one event in each arm. WRT_E_INPUT says what is missing. */
wrt_status wrt_survival_check(const wrt_study *study, wrt_err *err);

/* Inverse-probability weights for the estimand from propensities (study->n). Those of the ATE are
 * stabilised by the share of each arm. */
double *wrt_survival_weights(const wrt_study *study, wrt_estimand estimand,
                             const double *propensity, wrt_arena *arena);

/* Curves, weighted when the study has propensities or covariates to fit them to, and the horizon.
 * options->horizon 0: the last time at which both arms have rows at risk. WRT_E_INPUT: a horizon
 * beyond the last time of an arm whose curve has not come down to 0, because nothing is known there
 * (Royston and Parmar 2013). */
wrt_status wrt_survival_arms_fit(wrt_survival_arms *out, const wrt_study *study,
                                 const wrt_estimator_options *options, wrt_arena *arena,
                                 wrt_err *err);

/* Adds (for the untreated arm: takes off) the influence of each row of an arm on a functional of
 * its curve: -n sum_k c_k (dN_i - Y_i d_k / Y_k) / (Y_k - d_k), where c_k = coefficient[k] for the
 * times up to the horizon: the survival at the horizon, for that survival; the area under the curve
 * from t_k to the horizon, for the restricted mean. The exact derivative in the rows' weights, ties
 * included, so that its sum of squares is Greenwood's. influence: study->n. O(n log n). */
void wrt_survival_add_influence(double *influence, const wrt_survival_arms *arms,
                                const wrt_study *study, int arm, const double *coefficient);

/* Completes an estimate whose means, influence and Greenwood error `se` are there: difference,
 * interval, details ({"horizon","horizon_rule","weighted","arms":[{"arm","rows","events",
 * "survival_at_horizon","median",...}]}), warnings. With weights or clusters the error comes from
 * the influence values in place of Greenwood's. */
wrt_status wrt_survival_conclude(wrt_estimate *out, const wrt_survival_arms *arms,
                                 const wrt_arms_ctx *ctx, wrt_arena *arena, wrt_err *err);

#endif
