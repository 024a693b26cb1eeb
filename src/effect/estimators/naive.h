/* naive.h: the unadjusted difference in means between treated and untreated rows.
 *
 * It measures association (rung 1): it equals the average treatment effect only when the groups are
 * exchangeable, as in a randomised trial. Standard error: Welch 1947, sqrt(s1^2/n1 + s0^2/n0);
 * interval: normal approximation, estimate +- 1.96 se. Mean and variance by Welford's update, in
 * row order. Two doors: a table read once, column by column, and a study like every estimator. */
#ifndef WRT_EFFECT_NAIVE_H
#define WRT_EFFECT_NAIVE_H

#include "effect/data/table.h"
#include "effect/estimators/estimator.h"

typedef struct {
    double estimate, se, ci_low, ci_high; /* in units of the outcome; 95 % interval */
    double mean_treated, mean_untreated;
    size_t n, n_treated; /* rows used */
    size_t dropped;      /* rows with a missing treatment or outcome */
} wrt_naive_estimate;

/* treatment: a column of 0 and 1; outcome: a numeric column. WRT_E_INPUT when the treatment holds
 * another value or a group has fewer than two rows. O(rows). */
wrt_status wrt_effect_naive(wrt_naive_estimate *out, const wrt_table *table, const char *treatment,
                            const char *outcome, wrt_err *err);

/* The same difference for a study. It is no estimate of the effect on anybody, so every estimand
 * gets the same number; with clusters the error is by influence function. */
extern const wrt_estimator wrt_estimator_naive;

#endif
