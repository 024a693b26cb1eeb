/* overlap.h: does every kind of unit occur in both arms?
 *
 * Reports the range of propensities in each arm, a histogram for each, rows outside the region in
 * which both arms have rows (common support, from the larger minimum to the smaller maximum), the
 * share outside [0.1, 0.9] (Crump, Hotz, Imbens, Mitnik, Biometrika 2009,
 * doi:10.1093/biomet/asn055: a rule of thumb for trimming) and the effective sample size of each
 * arm, (sum w)^2 / sum w^2 (Kish, "Survey sampling", 1965). */
#ifndef WRT_EFFECT_OVERLAP_H
#define WRT_EFFECT_OVERLAP_H

#include "effect/study.h"

enum { WRT_OVERLAP_BINS = 20 }; /* of width 0.05 over [0, 1]; the last one is closed */

typedef enum {
    WRT_OVERLAP_GOOD,
    WRT_OVERLAP_LIMITED, /* over 5 % of rows outside common support or outside [0.05, 0.95], or an
                            arm's ESS below half of its rows */
    WRT_OVERLAP_POOR     /* over 25 % so, or an ESS below a tenth of the rows or below 10, or one
                            row with over a tenth of its arm's weight in an arm of 20 rows or more:
                            the answer hangs on a few rows */
} wrt_overlap_verdict;

typedef struct {
    size_t rows;
    double low, high, median; /* of propensities */
    size_t bins[WRT_OVERLAP_BINS];
    double ess;         /* rows when unweighted */
    double most_weight; /* largest share of the arm's weight in one row */
} wrt_overlap_arm;

typedef struct {
    wrt_overlap_arm arm[2];           /* untreated, treated */
    double support_low, support_high; /* common support; low > high: there is none */
    size_t outside_support;
    size_t outside_five, outside_ten; /* propensity outside [0.05, 0.95], [0.1, 0.9] */
    size_t n;
    size_t trimmed; /* rows that the estimator left out for their propensity */
    wrt_overlap_verdict verdict;
} wrt_overlap;

/* propensity: study->n, each in [0, 1]; weights: study->n, at least 0, or NULL; rows with weight 0
 * count as trimmed. WRT_E_INPUT: an arm without rows, a value out of range. O(n log n). */
wrt_status wrt_overlap_of(wrt_overlap *out, const wrt_study *study, const double *propensity,
                          const double *weights, wrt_err *err);

const char *wrt_overlap_verdict_name(wrt_overlap_verdict verdict); /* "good", "limited", "poor" */

/* {"verdict","text","support","outside_support","outside_0.05","outside_0.1","trimmed",
 * "trimmed_share","treated":{...},"untreated":{...}} */
wrt_json *wrt_overlap_json(const wrt_overlap *overlap);

#endif
