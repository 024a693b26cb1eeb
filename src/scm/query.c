/* query.c: enumeration in topological order with an odometer over the free variables. */
#include "scm/query.h"

#include <string.h>

typedef enum { FREE, DONE, GIVEN } pin; /* DONE: set by do(), its mechanism is not consulted */

typedef struct {
    const wrt_scm *scm;
    pin pins[WRT_SCM_VARIABLES_MAX];
    size_t value[WRT_SCM_VARIABLES_MAX];
    size_t n;
} world;

static wrt_status pin_values(world *w, const wrt_json *values, pin kind, wrt_err *err) {
    WRT_JSON_EACH(item, values) {
        size_t variable = 0;
        const char *name = wrt_json_key(item), *value = wrt_json_text(item);
        wrt_status status = wrt_scm_find(&variable, w->scm, name != NULL ? name : "?", err);
        if (status == WRT_OK && w->pins[variable] != FREE)
            status = wrt_fail(err, WRT_E_INPUT, "\"%s\" is both intervened on and given", name);
        if (status == WRT_OK)
            status = wrt_scm_find_value(&w->value[variable], w->scm, variable,
                                        value != NULL ? value : "(not a text)", err);
        if (status != WRT_OK)
            return status;
        w->pins[variable] = kind;
    }
    return WRT_OK;
}

static wrt_status check_size(const world *w, wrt_err *err) {
    size_t states = 1;
    for (size_t i = 0; i < w->n; i++) {
        const wrt_scm_variable *v = wrt_scm_variable_at(w->scm, i);
        if (v->table == NULL && w->pins[i] != DONE)
            return wrt_fail(err, WRT_E_UNSUPPORTED,
                            "variable \"%s\" has phrases: this version computes tables only",
                            v->name);
        if (w->pins[i] == FREE)
            states *= v->n_values;
        if (states > WRT_SCM_STATES_MAX)
            return wrt_fail(err, WRT_E_LIMIT, "more than %d joint states: too many to enumerate",
                            WRT_SCM_STATES_MAX);
    }
    return WRT_OK;
}

static double probability(const world *w) {
    double p = 1.0;
    for (size_t i = 0; i < w->n && p > 0.0; i++) {
        const wrt_scm_variable *v = wrt_scm_variable_at(w->scm, i);
        if (w->pins[i] == DONE)
            continue;
        size_t row = 0;
        for (size_t j = 0; j < v->n_parents; j++)
            row = row * wrt_scm_variable_at(w->scm, v->parents[j])->n_values +
                  w->value[v->parents[j]];
        p *= v->table[row * v->n_values + w->value[i]];
    }
    return p;
}

/* The next combination of the free variables; false after the last. */
static bool advance(world *w) {
    for (size_t i = w->n; i-- > 0;) {
        if (w->pins[i] != FREE)
            continue;
        if (++w->value[i] < wrt_scm_variable_at(w->scm, i)->n_values)
            return true;
        w->value[i] = 0;
    }
    return false;
}

wrt_status wrt_scm_query(wrt_scm_answer *out, const wrt_scm *scm, const char *outcome,
                         const wrt_json *do_values, const wrt_json *given, wrt_err *err) {
    world w = {.scm = scm, .n = wrt_scm_count(scm)};
    size_t target = 0;
    *out = (wrt_scm_answer){0};
    wrt_status status = wrt_scm_find(&target, scm, outcome, err);
    if (status == WRT_OK)
        status = pin_values(&w, do_values, DONE, err);
    if (status == WRT_OK)
        status = pin_values(&w, given, GIVEN, err);
    if (status == WRT_OK)
        status = check_size(&w, err);
    if (status != WRT_OK)
        return status;
    out->n = wrt_scm_variable_at(scm, target)->n_values;
    out->rung = wrt_json_count(do_values) > 0 ? 2 : 1;
    do {
        double p = probability(&w);
        out->p[w.value[target]] += p;
        out->p_given += p;
    } while (advance(&w));
    if (out->p_given <= 0.0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "what is given has probability 0 in this model");
    for (size_t i = 0; i < out->n; i++)
        out->p[i] /= out->p_given;
    return WRT_OK;
}
