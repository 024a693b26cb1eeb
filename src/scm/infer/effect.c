/* effect.c: four queries and the support of the contrast. */
#include "scm/infer/effect.h"

#include "scm/infer/exact.h"

#include <math.h>
#include <stdlib.h>

enum { PROFILES_MAX = 1 << 20 };

static wrt_status check(const wrt_scm_world *world, const wrt_scm_contrast *c, wrt_err *err) {
    const wrt_scm_variable *t = wrt_scm_variable_at(world->scm, c->treatment);
    if (c->treatment == c->outcome)
        return wrt_fail(err, WRT_E_INPUT, "\"%s\" is both treatment and outcome", t->name);
    if (c->reference == c->value)
        return wrt_fail(err, WRT_E_INPUT, "the contrast compares \"%s\" with itself",
                        t->values[c->value]);
    if (world->act[c->treatment] != WRT_SCM_KEPT || world->seen[c->treatment])
        return wrt_fail(err, WRT_E_INPUT,
                        "\"%s\" is the treatment: neither intervene on it nor give it", t->name);
    return WRT_OK;
}

static wrt_status ask(wrt_scm_answer *out, const wrt_scm_world *world, const wrt_scm_contrast *c,
                      size_t value, bool is_done, wrt_err *err) {
    wrt_scm_world world_of = *world;
    /* Each part has draws of its own: its error is then independent of the others'. */
    uint64_t part = 1;
    part += value == c->value ? 1 : 0;
    part += is_done ? 2 : 0;
    wrt_scm_question question = {
        .method = c->method, .n = c->n, .seed = c->seed ^ part * UINT64_C(0x9e3779b97f4a7c15)};
    if (is_done)
        wrt_scm_world_set(&world_of, c->treatment, value);
    else
        wrt_scm_world_see(&world_of, c->treatment, value);
    return wrt_scm_query_world(out, &world_of, c->outcome, &question, err);
}

static wrt_status differ(wrt_scm_effect *out, double *difference, double *se,
                         const wrt_scm_world *world, const wrt_scm_contrast *c, bool is_done,
                         wrt_err *err) {
    wrt_scm_answer a, b;
    wrt_status status = ask(&a, world, c, c->reference, is_done, err);
    if (status == WRT_OK)
        status = ask(&b, world, c, c->value, is_done, err);
    if (status != WRT_OK)
        return status;
    out->n = a.n;
    for (size_t i = 0; i < a.n; i++) {
        difference[i] = b.p[i] - a.p[i];
        se[i] = hypot(a.se[i], b.se[i]);
    }
    if (a.method == WRT_SCM_METHOD_SAMPLE || b.method == WRT_SCM_METHOD_SAMPLE)
        out->method = WRT_SCM_METHOD_SAMPLE;
    out->n_units = a.n_units > b.n_units ? a.n_units : b.n_units;
    out->is_weak = out->is_weak || a.is_weak || b.is_weak;
    return WRT_OK;
}

/* The joint of the treatment's parents and the treatment gives every propensity that occurs. */
static wrt_status find_smallest(wrt_scm_effect *out, const wrt_scm_world *world,
                                const wrt_scm_contrast *c, wrt_err *err) {
    const wrt_scm_variable *t = wrt_scm_variable_at(world->scm, c->treatment);
    size_t asked[WRT_SCM_VARIABLES_MAX + 1], k = t->n_values;
    double cells = 1.0;
    wrt_scm_exact_answer joint;
    for (size_t j = 0; j <= t->n_parents; j++) {
        asked[j] = j < t->n_parents ? t->parents[j] : c->treatment;
        cells *= (double)wrt_scm_variable_at(world->scm, asked[j])->n_values;
    }
    out->p_smallest = (double)NAN;
    if (cells > PROFILES_MAX)
        return WRT_OK;
    wrt_status status = wrt_scm_exact(&joint, world, asked, t->n_parents + 1, err);
    if (status == WRT_OK)
        out->p_smallest = 1.0;
    for (size_t at = 0; at + k <= joint.cells && status == WRT_OK; at += k) {
        double sum = 0.0;
        for (size_t i = 0; i < k; i++)
            sum += joint.p[at + i];
        if (sum > 0.0)
            out->p_smallest = fmin(out->p_smallest,
                                   fmin(joint.p[at + c->reference], joint.p[at + c->value]) / sum);
    }
    free(joint.p);
    return status == WRT_E_LIMIT ? WRT_OK : status;
}

static wrt_status find_support(wrt_scm_effect *out, const wrt_scm_world *world,
                               const wrt_scm_contrast *c, wrt_err *err) {
    wrt_scm_answer answer;
    wrt_scm_question question = {.method = c->method, .n = c->n, .seed = c->seed};
    wrt_status status = wrt_scm_query_world(&answer, world, c->treatment, &question, err);
    if (status != WRT_OK)
        return status;
    out->p_reference = answer.p[c->reference];
    out->p_value = answer.p[c->value];
    size_t never = out->p_reference > 0.0 ? c->value : c->reference;
    if (out->p_reference <= 0.0 || out->p_value <= 0.0)
        return wrt_fail(err, WRT_E_NOT_FOUND,
                        "\"%s\" is never \"%s\" here: nothing to compare with",
                        wrt_scm_variable_at(world->scm, c->treatment)->name,
                        wrt_scm_variable_at(world->scm, c->treatment)->values[never]);
    if (c->method == WRT_SCM_METHOD_SAMPLE) {
        out->p_smallest = (double)NAN;
        return WRT_OK;
    }
    return find_smallest(out, world, c, err);
}

wrt_status wrt_scm_effect_find(wrt_scm_effect *out, const wrt_scm_world *world,
                               const wrt_scm_contrast *contrast, wrt_err *err) {
    *out = (wrt_scm_effect){.method = WRT_SCM_METHOD_EXACT};
    wrt_status status = check(world, contrast, err);
    if (status == WRT_OK)
        status = find_support(out, world, contrast, err);
    if (status == WRT_OK)
        status =
            differ(out, out->observational, out->se_observational, world, contrast, false, err);
    if (status == WRT_OK)
        status =
            differ(out, out->interventional, out->se_interventional, world, contrast, true, err);
    for (size_t i = 0; i < out->n && status == WRT_OK; i++)
        out->gap[i] = out->observational[i] - out->interventional[i];
    return status;
}
