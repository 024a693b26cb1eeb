/* world.c: reading interventions and observations; ancestors and descendants by one pass over the
 * topological order. */
#include "scm/infer/world.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double SUM_TOLERANCE = 1e-9;

void wrt_scm_world_init(wrt_scm_world *out, const wrt_scm *scm, wrt_scm_rows rows) {
    *out = (wrt_scm_world){
        .scm = scm, .rows = rows, .n = wrt_scm_count(scm), .rows_max = WRT_SCM_ROWS_ASKED_MAX};
}

void wrt_scm_world_free(wrt_scm_world *world) {
    for (size_t i = 0; i < world->n; i++) {
        free(world->drawn[i]);
        world->drawn[i] = NULL;
    }
}

void wrt_scm_world_copy(wrt_scm_world *out, const wrt_scm_world *world) {
    *out = *world;
    for (size_t i = 0; i < world->n; i++) {
        if (world->drawn[i] == NULL)
            continue;
        size_t k = wrt_scm_variable_at(world->scm, i)->n_values;
        out->drawn[i] = wrt_calloc(k, sizeof *out->drawn[i]);
        memcpy(out->drawn[i], world->drawn[i], k * sizeof *out->drawn[i]);
    }
}

void wrt_scm_world_set(wrt_scm_world *world, size_t variable, size_t value) {
    world->act[variable] = WRT_SCM_SET;
    world->value[variable] = (uint8_t)value;
}

void wrt_scm_world_see(wrt_scm_world *world, size_t variable, size_t value) {
    world->seen[variable] = true;
    world->value[variable] = (uint8_t)value;
}

/* ---- reading */

static wrt_status find_free(size_t *out, const wrt_scm_world *world, const wrt_json *item,
                            wrt_err *err) {
    const char *name = wrt_json_key(item);
    wrt_status status = wrt_scm_find(out, world->scm, name, err);
    if (status == WRT_OK && wrt_scm_world_is_pinned(world, *out))
        return wrt_fail(err, WRT_E_INPUT, "\"%s\" is both intervened on and given: leave one out",
                        name);
    return status;
}

static wrt_status find_value(size_t *out, const wrt_scm_world *world, size_t variable,
                             const wrt_json *item, wrt_err *err) {
    const char *value = wrt_json_text(item);
    return wrt_scm_find_value(out, world->scm, variable, value != NULL ? value : "(not a text)",
                              err);
}

static wrt_status read_weights(double *out, const wrt_scm_world *world, size_t variable,
                               const wrt_json *weights, wrt_err *err) {
    double sum = 0.0;
    const char *name = wrt_scm_variable_at(world->scm, variable)->name;
    WRT_JSON_EACH(item, weights) {
        size_t value = 0;
        double p = wrt_json_number(item, -1.0);
        wrt_status status =
            wrt_scm_find_value(&value, world->scm, variable, wrt_json_key(item), err);
        if (status != WRT_OK)
            return status;
        if (!(p >= 0.0 && p <= 1.0))
            return wrt_fail(err, WRT_E_INPUT, "\"%s\": a probability is not in [0, 1]", name);
        out[value] = p;
        sum += p;
    }
    if (fabs(sum - 1.0) > SUM_TOLERANCE)
        return wrt_fail(err, WRT_E_INPUT, "\"%s\": the distribution sums to %.12g, not 1", name,
                        sum);
    return WRT_OK;
}

static wrt_status read_soft(wrt_scm_world *world, size_t variable, const wrt_json *item,
                            wrt_err *err) {
    size_t k = wrt_scm_variable_at(world->scm, variable)->n_values;
    double *p = wrt_calloc(k, sizeof *p);
    wrt_status status = WRT_OK;
    if (wrt_json_count(item) == 1 && wrt_json_get_bool(item, "uniform", false))
        for (size_t i = 0; i < k; i++)
            p[i] = 1.0 / (double)k;
    else
        status = read_weights(p, world, variable, item, err);
    if (status != WRT_OK) {
        free(p);
        return status;
    }
    free(world->drawn[variable]);
    world->drawn[variable] = p;
    world->act[variable] = WRT_SCM_DRAWN;
    return WRT_OK;
}

static wrt_status check_object(const wrt_json *values, wrt_err *err) {
    if (wrt_json_is(values, WRT_JSON_OBJECT) || wrt_json_typeof(values) == WRT_JSON_NULL)
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "an object {variable: value} is needed, not %s",
                    wrt_json_type_name(wrt_json_typeof(values)));
}

wrt_status wrt_scm_world_read_do(wrt_scm_world *world, const wrt_json *values, wrt_err *err) {
    wrt_status status = check_object(values, err);
    WRT_JSON_EACH(item, values) {
        size_t variable = 0, value = 0;
        if (status == WRT_OK)
            status = find_free(&variable, world, item, err);
        if (status == WRT_OK && wrt_json_is(item, WRT_JSON_OBJECT)) {
            status = read_soft(world, variable, item, err);
        } else if (status == WRT_OK) {
            status = find_value(&value, world, variable, item, err);
            if (status == WRT_OK)
                wrt_scm_world_set(world, variable, value);
        }
        if (status != WRT_OK)
            return status;
    }
    return status;
}

wrt_status wrt_scm_world_read_given(wrt_scm_world *world, const wrt_json *values, wrt_err *err) {
    wrt_status status = check_object(values, err);
    WRT_JSON_EACH(item, values) {
        size_t variable = 0, value = 0;
        if (status == WRT_OK)
            status = find_free(&variable, world, item, err);
        if (status == WRT_OK)
            status = find_value(&value, world, variable, item, err);
        if (status != WRT_OK)
            return status;
        wrt_scm_world_see(world, variable, value);
    }
    return status;
}

/* ---- structure */

bool wrt_scm_world_is_pinned(const wrt_scm_world *world, size_t variable) {
    return world->seen[variable] || world->act[variable] == WRT_SCM_SET;
}

bool wrt_scm_world_is_intervened(const wrt_scm_world *world) {
    for (size_t i = 0; i < world->n; i++)
        if (world->act[i] != WRT_SCM_KEPT)
            return true;
    return false;
}

bool wrt_scm_world_has_evidence(const wrt_scm_world *world) {
    for (size_t i = 0; i < world->n; i++)
        if (world->seen[i])
            return true;
    return false;
}

void wrt_scm_world_mark_ancestors(bool *marks, const wrt_scm_world *world) {
    for (size_t i = world->n; i-- > 0;) {
        const wrt_scm_variable *v = wrt_scm_variable_at(world->scm, i);
        if (!marks[i] || world->act[i] != WRT_SCM_KEPT)
            continue;
        for (size_t j = 0; j < v->n_parents; j++)
            marks[v->parents[j]] = true;
    }
}

void wrt_scm_mark_descendants(bool *marks, const wrt_scm *scm) {
    for (size_t i = 0; i < wrt_scm_count(scm); i++) {
        const wrt_scm_variable *v = wrt_scm_variable_at(scm, i);
        for (size_t j = 0; j < v->n_parents && !marks[i]; j++)
            marks[i] = marks[v->parents[j]];
    }
}
