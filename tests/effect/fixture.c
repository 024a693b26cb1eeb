/* fixture.c: see fixture.h. */
#include "tests/effect/fixture.h"

#include "effect/fit/quantile.h"

#include <math.h>

enum { STREAM_ROWS = 0x524f5753, GRID = 200 };

wrt_study *fixture_study(size_t n, size_t k, wrt_arena *arena) {
    wrt_study *s = wrt_arena_alloc(arena, sizeof *s);
    *s = (wrt_study){.n = n, .treatment_is_binary = true, .arena = arena};
    s->treatment = wrt_arena_calloc(arena, n, sizeof(double));
    s->outcome = wrt_arena_calloc(arena, n, sizeof(double));
    s->covariates = (wrt_block){.values = wrt_arena_calloc(arena, n * k, sizeof(double)),
                                .columns = k,
                                .names = wrt_arena_calloc(arena, k, sizeof(char *))};
    for (size_t j = 0; j < k; j++)
        s->covariates.names[j] = wrt_arena_printf(arena, "x%zu", j + 1);
    return s;
}

void fixture_count_treated(wrt_study *study) {
    study->n_treated = 0;
    for (size_t i = 0; i < study->n; i++)
        study->n_treated += study->treatment[i] == 1.0;
}

double fixture_normal(wrt_rng *rng) {
    return wrt_normal_quantile(wrt_rng_uniform(rng) + 0x1p-54);
}

static double logistic(double eta) {
    return 1.0 / (1.0 + exp(-eta));
}

static double propensity(const fixture_design *d, double x1, double x2) {
    return logistic(d->confounding * (x1 + 0.5 * x2));
}

/* Expected outcome of a row under t. */
static double mean_of(const fixture_design *d, double x1, double x2, double t) {
    double eta = 0.8 * x1 + 0.6 * x2 + t * (d->effect + d->interaction * x1);
    return d->is_binary ? logistic(eta - 0.5) : 2.0 + eta;
}

wrt_study *fixture_simulate(const fixture_design *d, uint64_t set, wrt_arena *arena) {
    wrt_study *s = fixture_study(d->n, d->k, arena);
    wrt_rng rng = wrt_rng_make(7, STREAM_ROWS, set);
    double shared = 0.0, shared_x = 0.0;
    if (d->clusters > 0)
        s->cluster = wrt_arena_calloc(arena, d->n, sizeof(size_t));
    if (d->gives_propensity)
        s->propensity = wrt_arena_calloc(arena, d->n, sizeof(double));
    for (size_t i = 0; i < d->n; i++) {
        size_t cluster = d->clusters > 0 ? i * d->clusters / d->n : 0;
        if (s->cluster != NULL && (i == 0 || cluster != s->cluster[i - 1])) {
            shared = fixture_normal(&rng);
            shared_x = fixture_normal(&rng);
        }
        if (s->cluster != NULL)
            s->cluster[i] = cluster;
        double *x = s->covariates.values + i;
        for (size_t j = 0; j < d->k; j++)
            x[j * d->n] = fixture_normal(&rng);
        if (d->clusters > 0)
            x[0] = 0.8 * shared_x + 0.6 * x[0];
        double x1 = x[0], x2 = d->k > 1 ? x[d->n] : 0.0, e = propensity(d, x1, x2);
        s->treatment[i] = wrt_rng_uniform(&rng) < e;
        double mean = mean_of(d, x1, x2, s->treatment[i]);
        double noise = fixture_normal(&rng) * (d->is_heteroskedastic ? 0.5 + fabs(x2) : 1.0);
        s->outcome[i] =
            d->is_binary ? (double)(wrt_rng_uniform(&rng) < mean) : mean + noise + shared;
        if (s->propensity != NULL)
            s->propensity[i] = e;
    }
    s->outcome_is_binary = d->is_binary;
    s->n_clusters = d->clusters;
    fixture_count_treated(s);
    return s;
}

/* Midpoint rule over the square of +-8 standard deviations; without a second covariate, x2 is 0. */
double fixture_truth(const fixture_design *d, wrt_estimand estimand) {
    double sum = 0.0, total = 0.0, width = 16.0 / GRID;
    for (int a = 0; a < GRID; a++)
        for (int b = 0; b < GRID; b++) {
            double x1 = -8.0 + (a + 0.5) * width, x2 = -8.0 + (b + 0.5) * width;
            double density = exp(-0.5 * (x1 * x1 + x2 * x2));
            double e = propensity(d, x1, d->k > 1 ? x2 : 0.0);
            double g = estimand == WRT_ESTIMAND_ATE   ? 1.0
                       : estimand == WRT_ESTIMAND_ATT ? e
                                                      : 1.0 - e;
            double effect =
                mean_of(d, x1, d->k > 1 ? x2 : 0.0, 1.0) - mean_of(d, x1, d->k > 1 ? x2 : 0.0, 0.0);
            sum += g * density * effect;
            total += g * density;
        }
    return sum / total;
}
