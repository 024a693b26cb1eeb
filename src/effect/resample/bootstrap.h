/* bootstrap.h: the distribution of an estimate over resampled rows or clusters, and BCa intervals.
 *
 * A draw gives every row (with clusters, every cluster) the number of times it was drawn, n out of
 * n with replacement: rows are never copied. Draw b is a pure function of (seed, b): it is the same
 * on one thread, on two, and on another machine that computes only its share of the draws (`shard`
 * of `shards` computes draws b with b mod shards == shard; resample/shard.h carries them).
 *
 * Interval: bias-corrected and accelerated (Efron 1987, doi:10.1080/01621459.1987.10478410). The
 * bias correction z0 is the normal quantile of the share of draws below the estimate (ties count
 * half). The acceleration is sum u^3 / (6 (sum u^2)^1.5) with u the influence function at each row,
 * summed within clusters (his equation 7.3, the infinitesimal jackknife); 0 when an estimator has
 * none. Quantiles interpolate linearly between ordered draws. */
#ifndef WRT_EFFECT_RESAMPLE_BOOTSTRAP_H
#define WRT_EFFECT_RESAMPLE_BOOTSTRAP_H

#include "base/arena.h"
#include "base/err.h"

#include <stdint.h>

enum { WRT_BOOTSTRAP_DRAWS_MIN = 100, WRT_BOOTSTRAP_DRAWS_MAX = 1000000 };

/* The estimate when row i is there counts[i] times (n whole numbers). scratch is emptied after the
 * draw. WRT_E_INPUT or WRT_E_FAILED: this draw has no estimate (an arm was not drawn, a fit
 * separates); it is counted and left out. Called from several threads. */
typedef wrt_status wrt_bootstrap_statistic(double *out, const double *counts, const void *ctx,
                                           wrt_arena *scratch, wrt_err *err);

typedef struct {
    size_t n;              /* rows */
    const size_t *cluster; /* n dense ids, NULL: rows are drawn */
    size_t n_clusters;
    size_t draws;
    uint64_t seed;
    int threads;
    size_t shard, shards; /* shards 0: all draws are computed here */
} wrt_bootstrap_plan;

typedef struct {
    double se, low, high; /* standard deviation of the draws; BCa limits */
    double bias;          /* mean of the draws less the estimate */
    double z0, acceleration;
    size_t failed; /* draws without an estimate */
} wrt_bootstrap;

/* counts (n) of draw b. O(n). */
void wrt_bootstrap_count(double *counts, const wrt_bootstrap_plan *plan, size_t draw,
                         wrt_arena *scratch);

/* values (draws): the statistic of each draw of this shard, NAN where it has none or the draw is
 * not of this shard. Any other error ends it. */
wrt_status wrt_bootstrap_draw(double *values, const wrt_bootstrap_plan *plan,
                              wrt_bootstrap_statistic *statistic, const void *ctx, wrt_err *err);

/* The interval of all draws. influence: n, NULL for none. WRT_E_INPUT when more than one draw in
 * ten has no estimate or fewer than WRT_BOOTSTRAP_DRAWS_MIN are left: the interval would speak of
 * the easy draws only. */
wrt_status wrt_bootstrap_close(wrt_bootstrap *out, const wrt_bootstrap_plan *plan,
                               const double *values, double estimate, const double *influence,
                               double level, wrt_arena *arena, wrt_err *err);

#endif
