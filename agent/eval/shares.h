/* shares.h: shares with their intervals, means with theirs, over rows (eval.h). */
#ifndef WRT_EVAL_SHARES_H
#define WRT_EVAL_SHARES_H

#include "base/json.h"

#include <stdint.h>

/* The 95 % interval of a share of k in n (Wilson, JASA 22, 1927; the score interval without
 * continuity correction). n = 0: [0, 1]. */
void wrt_wilson(double *low, double *high, size_t k, size_t n);

/* {"n","correct","accuracy" (null without rows),"low","high"} */
wrt_json *wrt_share_of(size_t correct, size_t n);

/* Adds n, correct, accuracy, low, high, main, apart, by_*, measures of the rows to a result. Means
 * have a 95 % percentile bootstrap interval over rows (Efron, Tibshirani 1993; 2,000 resamples with
 * this seed). O(rows * groups), and resamples * rows a measure. */
void wrt_shares_add(wrt_json *result, const wrt_json *rows, uint64_t seed);

/* Two-sided exact McNemar test: b and c are the items that only one of two got right. */
double wrt_mcnemar(size_t b, size_t c);

#endif
