/* balance.h: are the arms alike in the covariates, before and after adjustment?
 *
 * Standardised mean differences (Austin, Statistics in Medicine 2009, doi:10.1002/sim.3697):
 * (m1 - m0) / sqrt((s1^2 + s0^2) / 2). Before and after share the denominator of the unweighted
 * arms, so that weighting cannot hide a difference by widening the spread. Variances with weights
 * are those of reliability weights; the ratio is treated to untreated (Rubin 2001: 1/2 to 2). */
#ifndef WRT_EFFECT_BALANCE_H
#define WRT_EFFECT_BALANCE_H

#include "effect/study.h"

/* Above this the arms differ to a degree that is usually called meaningful (Austin 2009). */
#define WRT_BALANCE_SMD 0.1

typedef struct {
    const char *name; /* borrowed from the study */
    double mean_treated, mean_untreated;
    double weighted_treated, weighted_untreated; /* NAN without weights */
    double smd_before, smd_after;     /* 0 when both arms are constant and alike, +-INFINITY when
                                         constant and different; after: NAN without weights */
    double ratio_before, ratio_after; /* of variances; NAN for an indicator or a constant */
    bool is_indicator;                /* all values 0 or 1 */
} wrt_balance_row;

typedef struct {
    size_t n;
    wrt_balance_row *rows;            /* in the order of the study's covariates */
    double worst_before, worst_after; /* largest |smd|; 0 without covariates, NAN without weights */
    size_t above_before, above_after; /* covariates beyond WRT_BALANCE_SMD */
    bool is_weighted;
} wrt_balance;

/* weights: study->n, of each row in its arm's mean, at least 0; NULL: before only. The treatment
 * must be binary with rows in both arms (WRT_E_INPUT), and each arm's weights must not all be 0.
 * O(n * covariates). */
wrt_status wrt_balance_of(wrt_balance *out, const wrt_study *study, const double *weights,
                          wrt_arena *arena, wrt_err *err);

/* {"worst_before","worst_after","above_before","above_after","threshold","covariates":[...]} */
wrt_json *wrt_balance_json(const wrt_balance *balance);

#endif
