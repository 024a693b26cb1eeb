/* population.c: members of a family one after the other, each in blocks of units; effects are
 * gathered on the way. Rows as text: population_rows.c. */
#include "scm/ask/population.h"

#include "base/arena.h"
#include "scm/ask/population_rows.h"
#include "scm/mechanism/phrasing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 8192 };

/* Of one member: sums over units of 1[Y(b) = y] - 1[Y(a) = y], and of their squares. */
typedef struct {
    double sum[WRT_SCM_VALUES_MAX], squares[WRT_SCM_VALUES_MAX];
    double n;
} effects;

typedef struct {
    const wrt_scm_source *first;
    const wrt_scm_sink *sink;
    wrt_scm_request request; /* the member's */
    size_t treatment, outcome, reference, value;
    uint64_t from; /* units of this shard */
    size_t count;
    size_t phrasings, seeds;
    effects *all; /* phrasings x seeds */
    wrt_scm_mechanism_usage usage;
    wrt_json *members;
} maker;

/* ---- one member */

static void gather(effects *out, const maker *m, const wrt_scm_population *p) {
    size_t n = p->units.n;
    for (size_t i = 0; i < n; i++) {
        size_t a = p->potential[m->reference * n + i], b = p->potential[m->value * n + i];
        if (a == b)
            continue;
        out->sum[a] -= 1.0;
        out->sum[b] += 1.0;
        out->squares[a] += 1.0;
        out->squares[b] += 1.0;
    }
    out->n += (double)n;
}

static wrt_status make_block(effects *out, const maker *m, const wrt_scm_source *source,
                             const wrt_scm_simulation *how, wrt_scm_rows_place *place,
                             wrt_err *err) {
    wrt_scm_population population = {0};
    wrt_scm_world world;
    wrt_buf text = wrt_buf_make(WRT_MIB(1024));
    wrt_status status = wrt_scm_source_world(&world, source, err);
    if (status == WRT_OK)
        status = wrt_scm_simulate(&population, &world, how, err);
    if (status == WRT_OK) {
        gather(out, m, &population);
        wrt_scm_rows_write(&text, &population, place);
        status = text.overflow ? wrt_fail(err, WRT_E_LIMIT, "a block of units takes over 1 GiB")
                               : m->sink->write(m->sink->ctx, wrt_buf_str(&text), err);
    }
    wrt_buf_free(&text);
    wrt_scm_world_free(&world);
    wrt_scm_population_free(&population);
    return status;
}

static wrt_status make_units(effects *out, maker *m, const wrt_scm_source *source,
                             wrt_scm_rows_place *place, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t at = 0; at < m->count && status == WRT_OK; at += BLOCK) {
        const wrt_scm_simulation how = {.first = m->from + at,
                                        .n = m->count - at < BLOCK ? m->count - at : BLOCK,
                                        .seed = m->request.seed,
                                        .treatment = m->treatment,
                                        .outcome = m->outcome,
                                        .coupling = m->request.coupling};
        status = make_block(out, m, source, &how, place, err);
    }
    wrt_scm_mechanism_usage used = wrt_scm_mechanism_usage_of(source->mechanism);
    if (used.contexts > 0 && isfinite(used.mass))
        m->usage.mass += (used.mass - m->usage.mass) * (double)used.contexts /
                         (double)(m->usage.contexts + used.contexts);
    m->usage.rows += used.rows;
    m->usage.contexts += used.contexts;
    return status;
}

/* The mean over units and its standard error by which units were drawn. */
static double mean_of(const effects *e, size_t y) {
    return e->n > 0 ? e->sum[y] / e->n : 0.0;
}

static double error_of(const effects *e, size_t y) {
    double mean = mean_of(e, y);
    return e->n > 1 ? sqrt(fmax(0.0, e->squares[y] / e->n - mean * mean) / (e->n - 1.0)) : 0.0;
}

static void note_member(maker *m, const wrt_scm_source *source, const effects *e) {
    const wrt_scm_variable *y = wrt_scm_variable_at(source->scm, m->outcome);
    wrt_json *member = wrt_json_new_object(), *list = wrt_json_new_object();
    wrt_json *facts = wrt_scm_mechanism_describe(source->mechanism);
    wrt_json_set(member, "phrasing", wrt_json_take(facts, "phrasing"));
    wrt_json_set_int(member, "seed", (int64_t)m->request.seed);
    wrt_json_set_int(member, "units", (int64_t)e->n);
    for (size_t i = 0; i < y->n_values; i++) {
        wrt_json *pair = wrt_json_new_array();
        wrt_json_push(pair, wrt_json_new_number(mean_of(e, i)));
        wrt_json_push(pair, wrt_json_new_number(error_of(e, i)));
        wrt_json_set(list, y->values[i], pair);
    }
    wrt_json_set(member, "effects", list);
    wrt_json_push(m->members, member);
    wrt_json_free(facts);
}

/* Phrasing f (drawn by the request's first seed) times seed s. */
static wrt_status make_member(maker *m, size_t f, size_t s, wrt_err *err) {
    const wrt_scm_request *request = m->first->request;
    effects *e = &m->all[f * m->seeds + s];
    wrt_scm_source source;
    m->request = *request;
    wrt_status status =
        wrt_scm_source_open(&source, m->first->scm, request, &m->first->scorer, (uint32_t)f, err);
    m->request.seed = request->seed + f * m->seeds + s;
    wrt_scm_rows_place place = {.source = &source,
                                .form = m->sink->form,
                                .treatment = m->treatment,
                                .outcome = m->outcome,
                                .is_family = m->phrasings * m->seeds > 1,
                                .phrasing = f,
                                .seed = m->request.seed};
    if (status == WRT_OK)
        status = make_units(e, m, &source, &place, err);
    if (status == WRT_OK)
        note_member(m, &source, e);
    wrt_scm_source_close(&source);
    return status;
}

/* ---- layers */

/* Variance between phrasings of their means over seeds, less what the draw of units explains. */
static wrt_json *phrasing_layer(const maker *m, size_t y, double mean) {
    double between = 0.0, within = 0.0;
    if (m->phrasings < 2)
        return wrt_json_new_null();
    for (size_t f = 0; f < m->phrasings; f++) {
        double sum = 0.0;
        for (size_t s = 0; s < m->seeds; s++) {
            const effects *e = &m->all[f * m->seeds + s];
            sum += mean_of(e, y);
            within += error_of(e, y) * error_of(e, y);
        }
        double difference = sum / (double)m->seeds - mean;
        between += difference * difference;
    }
    between /= (double)(m->phrasings - 1);
    within /= (double)(m->phrasings * m->seeds) * (double)m->seeds;
    return wrt_json_new_number(sqrt(fmax(0.0, between - within)));
}

static wrt_json *layers_json(const maker *m) {
    const wrt_scm_variable *v = wrt_scm_variable_at(m->first->scm, m->outcome);
    size_t members = m->phrasings * m->seeds;
    wrt_json *out = wrt_json_new_object();
    for (size_t y = 0; y < v->n_values; y++) {
        double mean = 0.0, variance = 0.0;
        for (size_t i = 0; i < members; i++) {
            mean += mean_of(&m->all[i], y) / (double)members;
            variance += error_of(&m->all[i], y) * error_of(&m->all[i], y) / (double)members;
        }
        wrt_json *effect = wrt_json_new_object(), *layers = wrt_json_new_object();
        wrt_json_set_number(effect, "effect", mean);
        wrt_json_set_number(layers, "sample", sqrt(variance));
        wrt_json_set(layers, "phrasing", phrasing_layer(m, y, mean));
        wrt_json_set(layers, "model", wrt_json_new_null());
        wrt_json_set(effect, "layers", layers);
        wrt_json_set(out, v->values[y], effect);
    }
    return out;
}

static wrt_json *report(maker *m) {
    const wrt_scm *scm = m->first->scm;
    const wrt_scm_variable *t = wrt_scm_variable_at(scm, m->treatment);
    wrt_json *out = wrt_json_new_object(), *contrast = wrt_json_new_array();
    wrt_scm_coupling coupling = m->first->request->coupling;
    wrt_json_push_text(contrast, t->values[m->reference]);
    wrt_json_push_text(contrast, t->values[m->value]);
    wrt_json_set_text(out, "treatment", t->name);
    wrt_json_set_text(out, "outcome", wrt_scm_variable_at(scm, m->outcome)->name);
    wrt_json_set(out, "contrast", contrast);
    wrt_json_set_int(out, "units", (int64_t)m->count);
    wrt_json_set_int(out, "first", (int64_t)m->from);
    wrt_json_set(out, "effects", layers_json(m));
    wrt_json_set(out, "members", m->members);
    m->members = NULL;
    wrt_scm_source_sign(out, m->first,
                        &(wrt_scm_basis){3, WRT_SCM_METHOD_SAMPLE, m->count, &coupling});
    wrt_json *usage = wrt_json_get_mut(out, "usage");
    wrt_json_set_int(usage, "rows", (int64_t)m->usage.rows);
    wrt_json_set_int(usage, "contexts", (int64_t)m->usage.contexts);
    if (m->usage.contexts > 0)
        wrt_json_set_number(usage, "mass", m->usage.mass);
    return out;
}

/* ---- */

static wrt_status prepare(maker *m, wrt_err *err) {
    const wrt_scm_request *request = m->first->request;
    m->from = 0;
    m->count = m->first->n;
    m->phrasings = request->family > 0 ? request->family : 1;
    m->seeds = request->seeds;
    wrt_status status = wrt_scm_source_treatment(&m->treatment, m->first, err);
    if (status == WRT_OK)
        status = wrt_scm_source_outcome(&m->outcome, m->first, err);
    if (status == WRT_OK)
        status = wrt_scm_source_contrast(&m->reference, &m->value, m->first, m->treatment, err);
    if (status == WRT_OK && request->shards > 0 && m->phrasings * m->seeds > 1)
        status = wrt_fail(err, WRT_E_INPUT, "a family is not cut into shards: give each its seed");
    if (status == WRT_OK && request->shards > 0)
        status =
            wrt_scm_shard(&m->from, &m->count, m->first->n, request->shard, request->shards, err);
    m->all = wrt_calloc(m->phrasings * m->seeds, sizeof *m->all);
    return status;
}

static wrt_status write_head(const maker *m, wrt_err *err) {
    wrt_scm_rows_place place = {.source = m->first,
                                .form = m->sink->form,
                                .treatment = m->treatment,
                                .outcome = m->outcome,
                                .is_family = m->phrasings * m->seeds > 1};
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_scm_rows_head(&text, &place);
    wrt_status status = text.overflow ? wrt_fail(err, WRT_E_LIMIT, "the header is over 64 MiB")
                                      : m->sink->write(m->sink->ctx, wrt_buf_str(&text), err);
    wrt_buf_free(&text);
    return status;
}

wrt_status wrt_scm_reply_simulate(wrt_json **data, const wrt_scm_source *first,
                                  const wrt_scm_sink *sink, wrt_err *err) {
    maker m = {.first = first, .sink = sink, .members = wrt_json_new_array()};
    wrt_status status = prepare(&m, err);
    *data = NULL;
    if (status == WRT_OK && first->request->shard <= 1)
        status = write_head(&m, err);
    for (size_t f = 0; f < m.phrasings && status == WRT_OK; f++)
        for (size_t s = 0; s < m.seeds && status == WRT_OK; s++)
            status = make_member(&m, f, s, err);
    if (status == WRT_OK)
        *data = report(&m);
    wrt_json_free(m.members);
    free(m.all);
    return status;
}
