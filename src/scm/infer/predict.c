/* predict.c: one variable after the other, for the units in which a parent changed. */
#include "scm/infer/predict.h"

#include "base/arena.h"
#include "base/rng.h"
#include "scm/infer/lookup.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const wrt_scm_units *factual;
    wrt_scm_units *out;
    const wrt_scm_world *after;
    wrt_scm_coupling coupling;
    uint64_t seed;
    bool changed[WRT_SCM_VARIABLES_MAX]; /* in some unit */
} predictor;

/* The units whose row of a variable changed, and both rows. */
typedef struct {
    uint32_t *unit;
    uint64_t *was, *is;
    size_t n;
} moves;

static bool parents_changed(const predictor *s, size_t variable) {
    const wrt_scm_variable *v = wrt_scm_variable_at(s->after->scm, variable);
    for (size_t j = 0; j < v->n_parents; j++)
        if (s->changed[v->parents[j]])
            return true;
    return false;
}

static void find_moves(moves *m, const predictor *s, size_t variable) {
    size_t n = s->factual->n;
    m->unit = wrt_calloc(n, sizeof *m->unit);
    m->was = wrt_calloc(n, sizeof *m->was);
    m->is = wrt_calloc(n, sizeof *m->is);
    wrt_scm_units_rows(m->was, s->factual, s->after->scm, variable, 0, n);
    wrt_scm_units_rows(m->is, s->out, s->after->scm, variable, 0, n);
    for (size_t i = 0; i < n; i++) {
        if (m->was[i] == m->is[i])
            continue;
        m->unit[m->n] = (uint32_t)i;
        m->was[m->n] = m->was[i];
        m->is[m->n++] = m->is[i];
    }
}

/* The noise of a context is its own: keyed by the number of its row as well. */
static size_t draw_fresh(const predictor *s, size_t variable, size_t unit, uint64_t row,
                         const double *q, size_t k) {
    double cumulated[WRT_SCM_VALUES_MAX];
    uint64_t seed = s->seed ^ (row + 1) * UINT64_C(0x9e3779b97f4a7c15);
    wrt_scm_cumulate(cumulated, q, k);
    return wrt_scm_pick(cumulated, k,
                        wrt_scm_units_uniform(s->factual, unit, seed,
                                              wrt_scm_stream(WRT_SCM_NOISE_FRESH, 0, variable)));
}

static size_t carry_over(const predictor *s, size_t variable, size_t unit, const double *p,
                         const double *q, size_t k, size_t value) {
    double u[WRT_SCM_VALUES_MAX + 1], noise[WRT_SCM_VALUES_MAX];
    size_t n = s->coupling == WRT_SCM_GUMBEL ? k + 1 : 1;
    wrt_rng rng = wrt_rng_make(s->seed, wrt_scm_stream(WRT_SCM_NOISE_ABDUCED, 0, variable),
                               wrt_scm_units_number(s->factual, unit));
    for (size_t i = 0; i < n; i++)
        u[i] = wrt_rng_uniform(&rng);
    wrt_scm_coupling_abduce(noise, s->coupling, p, k, value, u);
    return wrt_scm_coupling_apply(s->coupling, noise, q, k);
}

static wrt_status move_units(predictor *s, size_t variable, const moves *m, wrt_err *err) {
    size_t k = wrt_scm_variable_at(s->after->scm, variable)->n_values;
    const uint8_t *from = wrt_scm_units_column(s->factual, variable);
    uint8_t *to = wrt_scm_units_column(s->out, variable);
    wrt_scm_lookup was, is = {0};
    wrt_status status = wrt_scm_lookup_ask(&was, s->after, variable, m->was, m->n, err);
    if (status == WRT_OK)
        status = wrt_scm_lookup_ask(&is, s->after, variable, m->is, m->n, err);
    for (size_t i = 0; i < m->n && status == WRT_OK; i++) {
        uint32_t unit = m->unit[i];
        const double *q = is.p + is.slot[i] * k;
        size_t value =
            s->coupling == WRT_SCM_INDEPENDENT
                ? draw_fresh(s, variable, unit, m->is[i], q, k)
                : carry_over(s, variable, unit, was.p + was.slot[i] * k, q, k, from[unit]);
        to[unit] = (uint8_t)value;
    }
    wrt_scm_lookup_free(&was);
    wrt_scm_lookup_free(&is);
    return status;
}

static wrt_status predict_variable(predictor *s, size_t variable, wrt_err *err) {
    uint8_t *to = wrt_scm_units_column(s->out, variable);
    const uint8_t *from = wrt_scm_units_column(s->factual, variable);
    moves m = {0};
    wrt_status status = WRT_OK;
    if (s->after->act[variable] == WRT_SCM_SET) {
        memset(to, s->after->value[variable], s->out->n);
    } else if (s->after->act[variable] == WRT_SCM_KEPT && parents_changed(s, variable)) {
        find_moves(&m, s, variable);
        if (m.n > 0)
            status = move_units(s, variable, &m, err);
        free(m.unit);
        free(m.was);
        free(m.is);
    }
    s->changed[variable] = memcmp(to, from, s->out->n) != 0;
    return status;
}

wrt_status wrt_scm_predict(wrt_scm_units *out, const wrt_scm_units *factual,
                           const wrt_scm_world *after, const bool *needed,
                           wrt_scm_coupling coupling, uint64_t seed, wrt_err *err) {
    predictor s = {
        .factual = factual, .out = out, .after = after, .coupling = coupling, .seed = seed};
    wrt_status status = wrt_scm_units_make(out, after->scm, factual->first, factual->n, err);
    if (status != WRT_OK)
        return status;
    memcpy(out->values, factual->values, out->n * out->n_variables);
    for (size_t i = 0; i < after->n && status == WRT_OK; i++)
        if (needed == NULL || needed[i])
            status = predict_variable(&s, i, err);
    return status;
}
