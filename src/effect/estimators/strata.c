/* strata.c: cut at quantiles, compare within. */
#include "effect/estimators/strata.h"

#include "effect/estimators/arms.h"
#include "effect/estimators/propensity.h"

#include <stdlib.h>

typedef struct {
    double rows[2], sum[2], population; /* by arm; rows count as often as they were drawn */
} stratum;

typedef struct {
    wrt_propensity p;
    size_t *of; /* n, stratum of each row */
    stratum *all;
    size_t n;     /* strata made: fewer than asked for when propensities are tied */
    double total; /* rows of the population */
    double mean[2];
} strata;

typedef struct {
    double e, count;
} weighted;

static int by_propensity(const void *a, const void *b) {
    double x = ((const weighted *)a)->e, y = ((const weighted *)b)->e;
    return x < y ? -1 : x > y;
}

/* Upper bounds of the strata, the last INFINITY: values of e at each share of the rows, repeats
 * left out. */
static size_t find_bounds(double *bounds, const double *e, const double *counts, size_t n,
                          size_t asked, wrt_arena *arena) {
    weighted *sorted = wrt_arena_calloc(arena, n, sizeof *sorted);
    double total = 0.0, passed = 0.0;
    size_t made = 0, next = 1;
    for (size_t i = 0; i < n; i++) {
        sorted[i] = (weighted){e[i], wrt_arms_count(counts, i)};
        total += sorted[i].count;
    }
    qsort(sorted, n, sizeof *sorted, by_propensity);
    for (size_t i = 0; i < n && next < asked; i++) {
        passed += sorted[i].count;
        bool is_cut = false;
        for (; next < asked && passed >= total * (double)next / (double)asked; next++)
            is_cut = true;
        bool is_new = made == 0 || sorted[i].e > bounds[made - 1];
        if (is_cut && is_new && sorted[i].e < sorted[n - 1].e)
            bounds[made++] = sorted[i].e;
    }
    bounds[made++] = INFINITY;
    return made;
}

static void fill(strata *s, const wrt_arms_ctx *c, const double *counts, const double *bounds) {
    const wrt_study *study = c->study;
    for (size_t i = 0; i < study->n; i++) {
        size_t at = 0;
        while (s->p.e[i] > bounds[at])
            at++;
        double count = wrt_arms_count(counts, i);
        int arm = study->treatment[i] == 1.0;
        s->of[i] = at;
        s->all[at].rows[arm] += count;
        s->all[at].sum[arm] += count * study->outcome[i];
        s->all[at].population +=
            count * wrt_arms_population(c->options->estimand, study->treatment[i]);
    }
}

static wrt_status find(strata *s, const wrt_arms_ctx *c, const double *counts, wrt_arena *arena,
                       wrt_err *err) {
    size_t n = c->study->n, asked = c->options->strata;
    double *bounds = wrt_arena_calloc(arena, asked, sizeof *bounds);
    *s = (strata){.of = wrt_arena_calloc(arena, n, sizeof(size_t)),
                  .all = wrt_arena_calloc(arena, asked, sizeof(stratum))};
    wrt_status status =
        wrt_propensity_find(&s->p, c->study, c->more, c->options, counts, arena, err);
    if (status != WRT_OK)
        return status;
    s->n = find_bounds(bounds, s->p.e, counts, n, asked, arena);
    fill(s, c, counts, bounds);
    for (size_t h = 0; h < s->n; h++)
        s->total += s->all[h].population;
    for (size_t h = 0; h < s->n; h++) {
        const stratum *at = &s->all[h];
        if (at->rows[0] < 1.0 || at->rows[1] < 1.0)
            return wrt_fail(err, WRT_E_INPUT,
                            "stratum %zu of %zu has %.0f treated and %.0f untreated rows: ask for "
                            "fewer strata, or trim extreme propensities",
                            h + 1, s->n, at->rows[1], at->rows[0]);
        for (int arm = 0; arm < 2; arm++)
            s->mean[arm] += at->population / s->total * at->sum[arm] / at->rows[arm];
    }
    return WRT_OK;
}

static wrt_status draw(double *out, const double *counts, const void *ctx, wrt_arena *scratch,
                       wrt_err *err) {
    strata s;
    wrt_status status = find(&s, ctx, counts, scratch, err);
    if (status == WRT_OK)
        *out = s.mean[1] - s.mean[0];
    return status;
}

/* psi and weights: the stratum's share of the population over its rows of the arm. */
static void describe(wrt_estimate *out, const strata *s, const wrt_arms_ctx *c, wrt_arena *arena) {
    const wrt_study *study = c->study;
    double *psi = wrt_arena_calloc(arena, study->n, sizeof *psi), n = (double)study->n;
    double *weights = wrt_arena_calloc(arena, study->n, sizeof *weights);
    for (size_t i = 0; i < study->n; i++) {
        const stratum *at = &s->all[s->of[i]];
        int arm = study->treatment[i] == 1.0;
        double g = wrt_arms_population(c->options->estimand, study->treatment[i]);
        double difference = at->sum[1] / at->rows[1] - at->sum[0] / at->rows[0];
        weights[i] = at->population / s->total / at->rows[arm];
        psi[i] =
            g * n / s->total * (difference - (s->mean[1] - s->mean[0])) +
            (arm == 1 ? n : -n) * weights[i] * (study->outcome[i] - at->sum[arm] / at->rows[arm]);
    }
    out->influence = psi;
    out->weights = weights;
    out->propensity = s->p.e;
    out->n_used = study->n;
    out->measure = study->outcome_is_binary ? "risk difference" : "difference in means";
}

static wrt_status check(const wrt_study *study, const wrt_estimator_options *options,
                        wrt_err *err) {
    if (options->strata < 1 || options->strata > WRT_STRATA_MAX)
        return wrt_fail(err, WRT_E_INPUT, "1 to %d strata, not %zu", WRT_STRATA_MAX,
                        options->strata);
    return wrt_arms_check(&wrt_estimator_strata, study, options, 2, err);
}

static wrt_status run(wrt_estimate *out, const wrt_study *study,
                      const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    *out = (wrt_estimate){0};
    wrt_status status = check(study, options, err);
    if (status != WRT_OK)
        return status;
    if (options->trim > 0.0)
        return wrt_propensity_run_trimmed(out, study, options, run, arena, err);
    wrt_design design = wrt_design_new(study->n, NULL, NULL, &study->covariates, arena);
    wrt_arms_ctx ctx = {study, options, &design};
    strata s;
    if ((status = find(&s, &ctx, NULL, arena, err)) != WRT_OK)
        return status;
    out->mean_treated = s.mean[1];
    out->mean_untreated = s.mean[0];
    out->estimate = s.mean[1] - s.mean[0];
    describe(out, &s, &ctx, arena);
    if ((status = wrt_estimate_close(out, draw, &ctx, arena, err)) != WRT_OK)
        return status;
    wrt_json_set_int(wrt_estimate_details(out), "strata", (int64_t)s.n);
    wrt_propensity_report(out, &s.p, study, arena);
    return WRT_OK;
}

const wrt_estimator wrt_estimator_strata = {
    .name = "strata",
    .source = "Rosenbaum and Rubin 1984, doi:10.1080/01621459.1984.10478078",
    .run = run,
    .estimands = 1U << WRT_ESTIMAND_ATE | 1U << WRT_ESTIMAND_ATT | 1U << WRT_ESTIMAND_ATC,
    .errors = 1U << WRT_SE_ROBUST | 1U << WRT_SE_BOOTSTRAP,
    .adjusts = true,
};
