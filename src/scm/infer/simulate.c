/* simulate.c: the factual units, one predicted world for each value of the treatment, true
 * propensities. */
#include "scm/infer/simulate.h"

#include "base/arena.h"
#include "scm/infer/lookup.h"
#include "scm/infer/predict.h"
#include "scm/infer/sample.h"

#include <stdlib.h>
#include <string.h>

static wrt_status check(const wrt_scm_world *world, const wrt_scm_simulation *how, wrt_err *err) {
    const char *name = wrt_scm_variable_at(world->scm, how->treatment)->name;
    if (how->treatment == how->outcome)
        return wrt_fail(err, WRT_E_INPUT, "\"%s\" is both treatment and outcome", name);
    if (world->act[how->treatment] != WRT_SCM_KEPT)
        return wrt_fail(err, WRT_E_INPUT,
                        "\"%s\" is intervened on: its potential outcomes cover every value already",
                        name);
    return WRT_OK;
}

static wrt_status add_propensities(wrt_scm_population *out, const wrt_scm_world *world,
                                   size_t treatment, wrt_err *err) {
    size_t n = out->units.n, k = out->n_arms;
    uint64_t *numbers = wrt_calloc(n, sizeof *numbers);
    wrt_scm_lookup rows;
    out->propensity = wrt_calloc(k * n, sizeof *out->propensity);
    wrt_scm_units_rows(numbers, &out->units, world->scm, treatment, 0, n);
    wrt_status status = wrt_scm_lookup_ask(&rows, world, treatment, numbers, n, err);
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        for (size_t t = 0; t < k; t++)
            out->propensity[t * n + i] = rows.p[rows.slot[i] * k + t];
    wrt_scm_lookup_free(&rows);
    free(numbers);
    return status;
}

static wrt_status add_arm(wrt_scm_population *out, const wrt_scm_world *world,
                          const wrt_scm_simulation *how, size_t arm, wrt_err *err) {
    bool needed[WRT_SCM_VARIABLES_MAX] = {false};
    wrt_scm_world after;
    wrt_scm_units units;
    wrt_scm_world_copy(&after, world);
    wrt_scm_world_set(&after, how->treatment, arm);
    needed[how->outcome] = needed[how->treatment] = true;
    wrt_scm_world_mark_ancestors(needed, &after);
    wrt_status status =
        wrt_scm_predict(&units, &out->units, &after, needed, how->coupling, how->seed, err);
    if (status == WRT_OK)
        memcpy(out->potential + arm * out->units.n, wrt_scm_units_column(&units, how->outcome),
               out->units.n);
    wrt_scm_units_free(&units);
    wrt_scm_world_free(&after);
    return status;
}

wrt_status wrt_scm_simulate(wrt_scm_population *out, const wrt_scm_world *world,
                            const wrt_scm_simulation *how, wrt_err *err) {
    *out = (wrt_scm_population){0};
    wrt_status status = check(world, how, err);
    if (status == WRT_OK && wrt_scm_world_has_evidence(world))
        status = wrt_scm_sample_given(&out->units, world, how->first, how->n, how->seed, err);
    else if (status == WRT_OK)
        status = wrt_scm_sample(&out->units, world, how->first, how->n, how->seed, err);
    if (status != WRT_OK)
        return status;
    out->n_arms = wrt_scm_variable_at(world->scm, how->treatment)->n_values;
    out->potential = wrt_calloc(out->n_arms * how->n, 1);
    status = add_propensities(out, world, how->treatment, err);
    for (size_t arm = 0; arm < out->n_arms && status == WRT_OK; arm++)
        status = add_arm(out, world, how, arm, err);
    return status;
}

void wrt_scm_population_free(wrt_scm_population *population) {
    wrt_scm_units_free(&population->units);
    free(population->potential);
    free(population->propensity);
    *population = (wrt_scm_population){0};
}

wrt_status wrt_scm_shard(uint64_t *first, size_t *count, size_t n, size_t k, size_t of,
                         wrt_err *err) {
    if (k < 1 || k > of || of > UINT32_MAX || n > UINT32_MAX)
        return wrt_fail(err, WRT_E_INPUT,
                        "shard %zu/%zu: the first number runs from 1 to the second", k, of);
    uint64_t from = (uint64_t)n * (k - 1) / of, to = (uint64_t)n * k / of;
    *first = from;
    *count = (size_t)(to - from);
    return WRT_OK;
}
