/* arms.h: what estimators with two arms share: the checks before, the weights between, the interval
 * after. */
#ifndef WRT_EFFECT_ESTIMATORS_ARMS_H
#define WRT_EFFECT_ESTIMATORS_ARMS_H

#include "effect/estimators/estimator.h"
#include "effect/resample/bootstrap.h"

/* WRT_E_UNSUPPORTED for an estimand or interval that the estimator has not (named, with those it
 * has), WRT_E_INPUT for options out of range, a treatment that is not binary, or an arm with fewer
 * than `rows` rows. */
wrt_status wrt_arms_check(const wrt_estimator *estimator, const wrt_study *study,
                          const wrt_estimator_options *options, size_t rows, wrt_err *err);

/* Whether row i is of the estimand's population: everyone, the treated, the untreated. */
double wrt_arms_population(wrt_estimand estimand, double treatment);

/* Weight that makes an arm (1 treated, 0 untreated) stand for the population, at propensity e:
 * ATE 1/e and 1/(1-e); ATT 1 and e/(1-e); ATC (1-e)/e and 1. The second is its derivative in the
 * log odds of e. */
double wrt_arms_weight(wrt_estimand estimand, int arm, double e);
double wrt_arms_weight_slope(wrt_estimand estimand, int arm, double e);

/* counts[i], 1 when counts is NULL. */
double wrt_arms_count(const double *counts, size_t i);

/* (sum w)^2 / sum w^2 of the rows of an arm (Kish 1965). */
double wrt_arms_effective_size(const double *weights, const wrt_study *study, int arm);

/* Study and options: the ctx of the statistics that estimators hand to wrt_estimate_close. */
typedef struct {
    const wrt_study *study;
    const wrt_estimator_options *options;
    const void *more; /* of the estimator */
} wrt_arms_ctx;

/* Fills se, low, high, se_method of an estimate whose `estimate` and `influence` stand. Robust:
 * se = sqrt(sum psi^2) / n and the normal interval; with clusters, sums of psi within them, the
 * factor G/(G-1) and Student's t with G-1 degrees of freedom. Bootstrap: wrt_bootstrap_draw of
 * `statistic` (ctx: a wrt_arms_ctx), details.bootstrap; a shard gets NAN and its draws. */
wrt_status wrt_estimate_close(wrt_estimate *out, wrt_bootstrap_statistic *statistic,
                              const wrt_arms_ctx *ctx, wrt_arena *arena, wrt_err *err);

/* Appends a warning, printf-style. */
void wrt_estimate_warn(wrt_estimate *out, wrt_arena *arena, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The object that details are set in, made at the first call. */
wrt_json *wrt_estimate_details(wrt_estimate *out);

const char *wrt_estimand_name(wrt_estimand estimand); /* "ATE" */

#endif
