/* refute_study.c: permutations, noise and parts of a study. */
#include "effect/checks/refute_study.h"
#include "effect/fit/quantile.h"
#include "effect/resample/take.h"

#include <stdint.h>
#include <string.h>

/* A permutation of 0..n-1 (Fisher and Yates). */
static size_t *permutation(size_t n, wrt_rng *rng, wrt_arena *arena) {
    size_t *order = wrt_arena_calloc(arena, n, sizeof *order);
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)wrt_rng_below(rng, i), kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
    return order;
}

static double *taken(const double *values, const size_t *rows, size_t n, wrt_arena *arena) {
    if (values == NULL)
        return NULL;
    double *out = wrt_arena_calloc(arena, n, sizeof *out);
    for (size_t i = 0; i < n; i++)
        out[i] = values[rows[i]];
    return out;
}

/* The treatment of each cluster; NULL when it is not constant in each. */
static double *cluster_treatments(const wrt_study *study, wrt_arena *arena) {
    double *treatment = wrt_arena_calloc(arena, study->n_clusters, sizeof *treatment);
    bool *is_known = wrt_arena_calloc(arena, study->n_clusters, sizeof *is_known);
    for (size_t i = 0; i < study->n; i++) {
        size_t c = study->cluster[i];
        if (is_known[c] && treatment[c] != study->treatment[i])
            return NULL;
        treatment[c] = study->treatment[i];
        is_known[c] = true;
    }
    return treatment;
}

wrt_study wrt_study_permute_treatment(const wrt_study *study, wrt_rng *rng, wrt_arena *arena) {
    wrt_study out = *study;
    double *by_cluster = study->cluster != NULL ? cluster_treatments(study, arena) : NULL;
    if (by_cluster != NULL) {
        size_t *order = permutation(study->n_clusters, rng, arena);
        out.treatment = wrt_arena_calloc(arena, study->n, sizeof *out.treatment);
        for (size_t i = 0; i < study->n; i++)
            out.treatment[i] = by_cluster[order[study->cluster[i]]];
    } else
        out.treatment = taken(study->treatment, permutation(study->n, rng, arena), study->n, arena);
    out.n_treated = 0;
    for (size_t i = 0; i < study->n; i++)
        out.n_treated += out.treatment[i] == 1;
    out.propensity = NULL;
    return out;
}

wrt_study wrt_study_permute_outcome(const wrt_study *study, wrt_rng *rng, wrt_arena *arena) {
    wrt_study out = *study;
    size_t *order = permutation(study->n, rng, arena);
    out.outcome = taken(study->outcome, order, study->n, arena);
    out.event = taken(study->event, order, study->n, arena);
    return out;
}

static double normal(wrt_rng *rng) {
    double u = 0;
    while (u == 0)
        u = wrt_rng_uniform(rng);
    return wrt_normal_quantile(u);
}

wrt_study wrt_study_add_noise(const wrt_study *study, wrt_rng *rng, wrt_arena *arena) {
    wrt_study out = *study;
    const wrt_block *from = &study->covariates;
    size_t k = from->columns, n = study->n;
    wrt_block to = {.columns = k + 1,
                    .values = wrt_arena_calloc(arena, n * (k + 1), sizeof(double)),
                    .names = wrt_arena_calloc(arena, k + 1, sizeof(char *)),
                    .source = wrt_arena_calloc(arena, k + 1, sizeof(size_t))};
    if (k > 0)
        memcpy(to.values, from->values, n * k * sizeof(double));
    for (size_t j = 0; j < k; j++) {
        to.names[j] = from->names[j];
        to.source[j] = from->source != NULL ? from->source[j] : j;
    }
    to.names[k] = "random common cause";
    to.source[k] = SIZE_MAX;
    for (size_t i = 0; i < n; i++)
        to.values[k * n + i] = normal(rng);
    out.covariates = to;
    return out;
}

/* ---- parts */

static size_t *sample(size_t n, size_t whole, wrt_rng *rng, wrt_arena *arena) {
    size_t *rows = wrt_arena_calloc(arena, n, sizeof *rows), found = 0;
    for (size_t i = 0; i < whole && found < n; i++) { /* Fan, Muller, Rezucha 1962: in order */
        if (wrt_rng_below(rng, whole - i) < n - found)
            rows[found++] = i;
    }
    return rows;
}

wrt_study wrt_study_take_part(const wrt_study *study, double share, wrt_rng *rng,
                              wrt_arena *arena) {
    wrt_study out;
    size_t n = (size_t)((double)study->n * share);
    n = n > 0 ? n : 1;
    wrt_study_take(&out, study, sample(n, study->n, rng, arena), n, arena);
    return out;
}
