/* bootstrap.c: counts by draw, values by draw, BCa over all of them. */
#include "effect/resample/bootstrap.h"

#include "base/rng.h"
#include "effect/fit/quantile.h"
#include "effect/resample/threads.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

enum { STREAM_BOOTSTRAP = 0x424f4f54 }; /* "BOOT" */

void wrt_bootstrap_count(double *counts, const wrt_bootstrap_plan *plan, size_t draw,
                         wrt_arena *scratch) {
    wrt_rng rng = wrt_rng_make(plan->seed, STREAM_BOOTSTRAP, draw);
    size_t units = plan->cluster != NULL ? plan->n_clusters : plan->n;
    double *drawn =
        plan->cluster != NULL ? wrt_arena_calloc(scratch, units, sizeof *drawn) : counts;
    for (size_t i = 0; i < units; i++)
        drawn[i] = 0.0;
    for (size_t i = 0; i < units; i++)
        drawn[wrt_rng_below(&rng, units)] += 1.0;
    for (size_t i = 0; i < plan->n && plan->cluster != NULL; i++)
        counts[i] = drawn[plan->cluster[i]];
}

typedef struct {
    double *values;
    const wrt_bootstrap_plan *plan;
    wrt_bootstrap_statistic *statistic;
    const void *ctx;
    pthread_mutex_t lock;             /* of the two below */
    wrt_arena *idle[WRT_THREADS_MAX]; /* scratch memory between draws */
    size_t n_idle;
} drawing;

/* At most one a thread is ever out, so there is always room to put one back. */
static wrt_arena *borrow_scratch(drawing *d) {
    pthread_mutex_lock(&d->lock);
    wrt_arena *scratch = d->n_idle > 0 ? d->idle[--d->n_idle] : NULL;
    pthread_mutex_unlock(&d->lock);
    return scratch != NULL ? scratch : wrt_arena_new();
}

static void return_scratch(drawing *d, wrt_arena *scratch) {
    wrt_arena_reset(scratch);
    pthread_mutex_lock(&d->lock);
    d->idle[d->n_idle++] = scratch;
    pthread_mutex_unlock(&d->lock);
}

static wrt_status run_draw(size_t draw, void *ctx, wrt_err *err) {
    drawing *d = ctx;
    const wrt_bootstrap_plan *plan = d->plan;
    d->values[draw] = NAN;
    if (plan->shards > 1 && draw % plan->shards != plan->shard)
        return WRT_OK;
    wrt_arena *scratch = borrow_scratch(d);
    double *counts = wrt_arena_calloc(scratch, plan->n, sizeof *counts), value = NAN;
    wrt_bootstrap_count(counts, plan, draw, scratch);
    wrt_status status = d->statistic(&value, counts, d->ctx, scratch, err);
    return_scratch(d, scratch);
    d->values[draw] = status == WRT_OK && isfinite(value) ? value : NAN;
    return status == WRT_E_INPUT || status == WRT_E_FAILED ? WRT_OK : status;
}

wrt_status wrt_bootstrap_draw(double *values, const wrt_bootstrap_plan *plan,
                              wrt_bootstrap_statistic *statistic, const void *ctx, wrt_err *err) {
    if (plan->draws < WRT_BOOTSTRAP_DRAWS_MIN || plan->draws > WRT_BOOTSTRAP_DRAWS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "a bootstrap takes %d to %d draws, not %zu",
                        WRT_BOOTSTRAP_DRAWS_MIN, WRT_BOOTSTRAP_DRAWS_MAX, plan->draws);
    drawing d = {.values = values,
                 .plan = plan,
                 .statistic = statistic,
                 .ctx = ctx,
                 .lock = PTHREAD_MUTEX_INITIALIZER};
    wrt_status status = wrt_threads_run(plan->draws, plan->threads, run_draw, &d, err);
    while (d.n_idle > 0)
        wrt_arena_free(d.idle[--d.n_idle]);
    pthread_mutex_destroy(&d.lock);
    return status;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double quantile(const double *sorted, size_t n, double p) {
    double at = fmin(fmax(p, 0.0), 1.0) * (double)(n - 1); /* also 0 for NAN */
    size_t below = (size_t)at;
    if (below + 1 >= n)
        return sorted[n - 1];
    return sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]);
}

static double acceleration_of(const wrt_bootstrap_plan *plan, const double *influence,
                              wrt_arena *arena) {
    if (influence == NULL)
        return 0.0;
    size_t units = plan->cluster != NULL ? plan->n_clusters : plan->n;
    double *sums = wrt_arena_calloc(arena, units, sizeof *sums), squares = 0.0, cubes = 0.0;
    for (size_t i = 0; i < plan->n; i++)
        sums[plan->cluster != NULL ? plan->cluster[i] : i] += influence[i];
    for (size_t u = 0; u < units; u++) {
        squares += sums[u] * sums[u];
        cubes += sums[u] * sums[u] * sums[u];
    }
    return squares > 0.0 ? cubes / (6.0 * pow(squares, 1.5)) : 0.0;
}

/* The share of draws below which the limit at normal quantile z lies. */
static double adjusted(const wrt_bootstrap *b, double z) {
    double shifted = b->z0 + z;
    return wrt_normal_cdf(b->z0 + shifted / (1.0 - b->acceleration * shifted));
}

static void moments(wrt_bootstrap *out, const double *sorted, size_t n, double estimate) {
    double mean = 0.0, squares = 0.0, below = 0.0;
    for (size_t i = 0; i < n; i++) {
        mean += sorted[i] / (double)n;
        below += sorted[i] < estimate ? 1.0 : sorted[i] == estimate ? 0.5 : 0.0;
    }
    for (size_t i = 0; i < n; i++)
        squares += (sorted[i] - mean) * (sorted[i] - mean);
    double most = (double)n - 0.5; /* keeps z0 finite when all draws lie on one side */
    out->bias = mean - estimate;
    out->se = sqrt(squares / (double)(n - 1));
    out->z0 = wrt_normal_quantile(fmin(fmax(below, 0.5), most) / (double)n);
}

wrt_status wrt_bootstrap_close(wrt_bootstrap *out, const wrt_bootstrap_plan *plan,
                               const double *values, double estimate, const double *influence,
                               double level, wrt_arena *arena, wrt_err *err) {
    double *sorted = wrt_arena_calloc(arena, plan->draws, sizeof *sorted);
    size_t n = 0;
    for (size_t b = 0; b < plan->draws; b++)
        if (isfinite(values[b]))
            sorted[n++] = values[b];
    *out = (wrt_bootstrap){.failed = plan->draws - n};
    if (n < WRT_BOOTSTRAP_DRAWS_MIN || out->failed * 10 > plan->draws)
        return wrt_fail(err, WRT_E_INPUT,
                        "%zu of %zu bootstrap draws have no estimate (an arm or a level is too "
                        "rare to be drawn each time): use the robust interval, or fewer columns",
                        out->failed, plan->draws);
    qsort(sorted, n, sizeof *sorted, by_value);
    moments(out, sorted, n, estimate);
    out->acceleration = acceleration_of(plan, influence, arena);
    double z = wrt_normal_quantile(0.5 + 0.5 * level);
    out->low = quantile(sorted, n, adjusted(out, -z));
    out->high = quantile(sorted, n, adjusted(out, z));
    return WRT_OK;
}
