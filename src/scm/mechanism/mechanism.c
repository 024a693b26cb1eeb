/* mechanism.c: rows that are not known yet are put to the scorer in batches. */
#include "scm/mechanism/mechanism.h"

#include "base/arena.h"
#include "scm/mechanism/phrasing.h"
#include "scm/mechanism/prompt.h"
#include "scm/mechanism/row_store.h"
#include "scm/mechanism/rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 4096 }; /* contexts of one call */

struct wrt_scm_mechanism {
    const wrt_scm *scm;
    wrt_scm_scorer scorer; /* score NULL: none */
    wrt_scm_scoring scoring;
    size_t *phrasings;     /* by variable */
    wrt_row_store *stores; /* by variable */
    wrt_llm_score **bases; /* by variable: scores without parents, for pmi; NULL: not asked yet */
    wrt_scm_mechanism_usage usage;
    bool depth_first;
};

/* ---- asking the language model */

/* Prompts of some rows of one variable, and what the language model said to them. */
typedef struct {
    wrt_arena *arena;
    wrt_scm_prompt *prompts;
    wrt_llm_question *questions;
    wrt_llm_score *scores; /* n_values a row */
    size_t n;
} batch;

static batch batch_make(size_t n, size_t width) {
    wrt_arena *arena = wrt_arena_new();
    return (batch){.arena = arena,
                   .prompts = wrt_arena_calloc(arena, n, sizeof(wrt_scm_prompt)),
                   .questions = wrt_arena_calloc(arena, n, sizeof(wrt_llm_question)),
                   .scores = wrt_arena_calloc(arena, n * width, sizeof(wrt_llm_score))};
}

/* values NULL: the empty context. */
static wrt_status batch_add(batch *b, const wrt_scm_mechanism *m, size_t variable,
                            const uint8_t *values, wrt_err *err) {
    const wrt_scm_ask ask = {
        .phrasings = m->phrasings, .variable = variable, .values = values, .rule = m->scoring.rule};
    wrt_scm_prompt *prompt = &b->prompts[b->n];
    wrt_status status = wrt_scm_prompt_make(prompt, b->arena, m->scm, &ask, err);
    if (status == WRT_OK)
        b->questions[b->n++] = (wrt_llm_question){
            .prompt = {.text = prompt->text}, .candidates = prompt->candidates, .n = prompt->n};
    return status;
}

static wrt_status batch_ask(batch *b, wrt_scm_mechanism *m, wrt_err *err) {
    bool is_reference = m->scoring.rule == WRT_SCM_REFERENCE;
    return m->scorer.score(b->scores, m->scorer.ctx, b->questions, b->n, is_reference, err);
}

static wrt_status need_base(wrt_scm_mechanism *m, size_t variable, wrt_err *err) {
    size_t width = wrt_scm_variable_at(m->scm, variable)->n_values;
    if (m->scoring.rule != WRT_SCM_PMI || m->bases[variable] != NULL)
        return WRT_OK;
    batch b = batch_make(1, width);
    wrt_status status = batch_add(&b, m, variable, NULL, err);
    if (status == WRT_OK)
        status = batch_ask(&b, m, err);
    if (status == WRT_OK) {
        m->bases[variable] = wrt_calloc(width, sizeof(wrt_llm_score));
        memcpy(m->bases[variable], b.scores, width * sizeof(wrt_llm_score));
    }
    wrt_arena_free(b.arena);
    return status;
}

static void count_mass(wrt_scm_mechanism_usage *usage, double mass) {
    usage->contexts++;
    usage->mass += (mass - usage->mass) / (double)usage->contexts;
}

static wrt_status keep_rows(wrt_scm_mechanism *m, const batch *b, size_t variable,
                            const uint64_t *numbers, double *rows, wrt_err *err) {
    size_t width = wrt_scm_variable_at(m->scm, variable)->n_values;
    for (size_t i = 0; i < b->n; i++) {
        double *row = rows + i * width;
        double mass = 0.0;
        const wrt_scm_scored scored = {.scoring = &m->scoring,
                                       .prompt = &b->prompts[i],
                                       .scores = b->scores + i * width,
                                       .base = m->bases[variable]};
        wrt_status status = wrt_scm_rule_apply(row, &mass, &scored, err);
        if (status != WRT_OK)
            return status;
        count_mass(&m->usage, mass);
        wrt_row_store_put(&m->stores[variable], numbers[i], row);
    }
    return WRT_OK;
}

/* Writes the rows of n distinct numbers, none of them known, and keeps them. */
static wrt_status score_rows(double *rows, wrt_scm_mechanism *m, size_t variable,
                             const uint64_t *numbers, size_t n, wrt_err *err) {
    const wrt_scm_variable *v = wrt_scm_variable_at(m->scm, variable);
    uint8_t values[WRT_SCM_VARIABLES_MAX];
    batch b = batch_make(n, v->n_values);
    wrt_status status = need_base(m, variable, err);
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        wrt_scm_row_values(values, m->scm, variable, numbers[i]);
        status = batch_add(&b, m, variable, values, err);
    }
    if (status == WRT_OK)
        status = batch_ask(&b, m, err);
    if (status == WRT_OK)
        status = keep_rows(m, &b, variable, numbers, rows, err);
    wrt_arena_free(b.arena);
    return status;
}

/* ---- rows */

static int compare_numbers(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* The distinct numbers of the list whose rows are not known, ascending. Caller frees. */
static uint64_t *find_unknown(size_t *n_out, const wrt_scm_mechanism *m, size_t variable,
                              const uint64_t *numbers, size_t n) {
    uint64_t *list = wrt_calloc(n + 1, sizeof *list);
    size_t found = 0, kept = 0;
    for (size_t i = 0; i < n; i++)
        if (wrt_row_store_get(&m->stores[variable], numbers[i]) == NULL)
            list[found++] = numbers[i];
    qsort(list, found, sizeof *list, compare_numbers);
    for (size_t i = 0; i < found; i++)
        if (kept == 0 || list[kept - 1] != list[i])
            list[kept++] = list[i];
    *n_out = kept;
    return list;
}

/* The row of a number: known before, or among those just scored. */
static const double *row_at(const wrt_scm_mechanism *m, size_t variable, uint64_t number,
                            const uint64_t *scored, const double *rows, size_t n) {
    const double *known = wrt_row_store_get(&m->stores[variable], number);
    if (known != NULL)
        return known;
    const uint64_t *at = bsearch(&number, scored, n, sizeof *scored, compare_numbers);
    return rows + (size_t)(at - scored) * wrt_scm_variable_at(m->scm, variable)->n_values;
}

static wrt_status ask_model(double *out, wrt_scm_mechanism *m, size_t variable,
                            const uint64_t *numbers, size_t n, wrt_err *err) {
    size_t width = wrt_scm_variable_at(m->scm, variable)->n_values;
    size_t n_unknown = 0;
    uint64_t *unknown = find_unknown(&n_unknown, m, variable, numbers, n);
    double *rows = wrt_calloc(n_unknown * width + 1, sizeof *rows);
    wrt_status status = WRT_OK;
    for (size_t at = 0; at < n_unknown && status == WRT_OK; at += BATCH) {
        size_t part = n_unknown - at < BATCH ? n_unknown - at : BATCH;
        status = score_rows(rows + at * width, m, variable, unknown + at, part, err);
    }
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        memcpy(out + i * width, row_at(m, variable, numbers[i], unknown, rows, n_unknown),
               width * sizeof *out);
    free(rows);
    free(unknown);
    return status;
}

static wrt_status ask_rows(double *out, void *ctx, size_t variable, const uint64_t *numbers,
                           size_t n, wrt_err *err) {
    wrt_scm_mechanism *m = ctx;
    wrt_scm_rows tables = wrt_scm_rows_of_tables(m->scm);
    wrt_status status = wrt_scm_row_check(m->scm, variable, numbers, n, err);
    if (status != WRT_OK)
        return status;
    m->usage.rows += n;
    if (wrt_scm_variable_at(m->scm, variable)->table != NULL)
        return tables.ask(out, tables.ctx, variable, numbers, n, err);
    status = m->scorer.score != NULL
                 ? ask_model(out, m, variable, numbers, n, err)
                 : wrt_fail(err, WRT_E_UNSUPPORTED,
                            "its mechanism is a language model's, and there is none; "
                            "give --model");
    if (status != WRT_OK)
        wrt_err_prefix(err, "variable \"%s\"", wrt_scm_variable_at(m->scm, variable)->name);
    return status;
}

wrt_scm_rows wrt_scm_mechanism_rows(wrt_scm_mechanism *m) {
    return (wrt_scm_rows){.ask = ask_rows, .ctx = m, .depth_first = m->depth_first};
}

/* ---- checks */

static void longest_values(uint8_t *out, const wrt_scm *scm, const wrt_scm_variable *v) {
    for (size_t j = 0; j < v->n_parents; j++) {
        const wrt_scm_variable *parent = wrt_scm_variable_at(scm, v->parents[j]);
        out[j] = 0;
        for (size_t k = 1; k < parent->n_values; k++)
            if (strlen(parent->values[k]) > strlen(parent->values[out[j]]))
                out[j] = (uint8_t)k;
    }
}

/* The prompt of the longest values must fit, and without parents there must be one for pmi. */
static wrt_status check_variable(wrt_scm_mechanism *m, size_t variable, wrt_err *err) {
    const wrt_scm_variable *v = wrt_scm_variable_at(m->scm, variable);
    uint8_t values[WRT_SCM_VARIABLES_MAX];
    uint64_t rows = 0;
    if (v->n_phrasings > 0 && m->phrasings[variable] >= v->n_phrasings)
        return wrt_fail(err, WRT_E_INPUT, "there is no phrasing %zu; there are %zu",
                        m->phrasings[variable], v->n_phrasings);
    if (v->table != NULL || m->scorer.score == NULL)
        return WRT_OK;
    batch b = batch_make(2, v->n_values);
    longest_values(values, m->scm, v);
    wrt_status status = wrt_scm_row_count(&rows, m->scm, variable, err);
    if (status == WRT_OK)
        status = batch_add(&b, m, variable, values, err);
    if (status == WRT_OK && m->scoring.rule == WRT_SCM_PMI)
        status = batch_add(&b, m, variable, NULL, err);
    if (status == WRT_OK && m->scorer.check != NULL)
        status = m->scorer.check(m->scorer.ctx, b.questions, b.n, err);
    wrt_arena_free(b.arena);
    return status;
}

static wrt_status check(wrt_scm_mechanism *m, wrt_err *err) {
    wrt_status status = wrt_scm_scoring_check(&m->scoring, err);
    for (size_t i = 0; i < wrt_scm_count(m->scm) && status == WRT_OK; i++) {
        status = check_variable(m, i, err);
        if (status != WRT_OK)
            wrt_err_prefix(err, "variable \"%s\"", wrt_scm_variable_at(m->scm, i)->name);
    }
    return status;
}

/* ---- objects */

wrt_status wrt_scm_mechanism_make(wrt_scm_mechanism **out, const wrt_scm *scm,
                                  const wrt_scm_scorer *scorer,
                                  const wrt_scm_mechanism_options *options, wrt_err *err) {
    size_t n = wrt_scm_count(scm);
    wrt_scm_mechanism *m = wrt_calloc(1, sizeof *m);
    *m = (wrt_scm_mechanism){.scm = scm,
                             .scorer = *scorer,
                             .scoring = options->scoring,
                             .phrasings = wrt_calloc(n, sizeof *m->phrasings),
                             .stores = wrt_calloc(n, sizeof *m->stores),
                             .bases = wrt_calloc(n, sizeof(wrt_llm_score *))};
    if (options->phrasings != NULL)
        memcpy(m->phrasings, options->phrasings, n * sizeof *m->phrasings);
    for (size_t i = 0; i < n; i++)
        m->stores[i].width = wrt_scm_variable_at(scm, i)->n_values;
    m->depth_first = scorer->depth_first && wrt_scm_needs_model(scm);
    wrt_status status = check(m, err);
    if (status != WRT_OK) {
        wrt_scm_mechanism_free(m);
        m = NULL;
    }
    *out = m;
    return status;
}

void wrt_scm_mechanism_free(wrt_scm_mechanism *m) {
    if (m == NULL)
        return;
    for (size_t i = 0; i < wrt_scm_count(m->scm); i++) {
        wrt_row_store_free(&m->stores[i]);
        free(m->bases[i]);
    }
    free(m->phrasings);
    free(m->stores);
    free((void *)m->bases);
    free(m);
}

wrt_scm_mechanism_usage wrt_scm_mechanism_usage_of(const wrt_scm_mechanism *m) {
    wrt_scm_mechanism_usage usage = m->usage;
    if (usage.contexts == 0)
        usage.mass = (double)NAN;
    return usage;
}

static wrt_json *describe_model(const wrt_scm_mechanism *m) {
    if (wrt_scm_needs_model(m->scm) && m->scorer.score != NULL)
        return m->scorer.describe(m->scorer.ctx);
    wrt_json *none = wrt_json_new_object();
    wrt_json_set_text(none, "kind", "none");
    return none;
}

wrt_json *wrt_scm_mechanism_describe(const wrt_scm_mechanism *m) {
    bool implied = wrt_scm_is_model_implied(m->scm);
    const wrt_json *origin = wrt_scm_origin(m->scm);
    wrt_json *out = wrt_json_new_object();
    wrt_json_set_text(out, "rule", wrt_scm_rule_name(m->scoring.rule));
    wrt_json_set_number(out, "temperature", m->scoring.temperature);
    wrt_json_set(out, "phrasing", wrt_scm_phrasing_json(m->phrasings, m->scm));
    wrt_json_set(out, "model", describe_model(m));
    wrt_json_set_bool(out, "model_implied", implied);
    if (implied)
        wrt_json_set_text(out, "label", WRT_SCM_LABEL);
    if (origin != NULL)
        wrt_json_set(out, "origin", wrt_json_copy(origin));
    return out;
}
