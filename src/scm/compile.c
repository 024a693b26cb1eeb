/* compile.c: see compile.h. */
#include "scm/compile.h"

#include "scm/model/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- cost */

static double contexts_of(const wrt_scm *scm, const wrt_scm_variable *v) {
    double contexts = 1.0;
    for (size_t j = 0; j < v->n_parents; j++)
        contexts *= (double)wrt_scm_variable_at(scm, v->parents[j])->n_values;
    return contexts;
}

/* Cells of C that n balls hit in the mean; exact also when C is far beyond n. */
static double occupied(double cells, double n) {
    return cells <= 1.0 ? fmin(cells, n) : -cells * expm1(n * log1p(-1.0 / cells));
}

wrt_scm_cost wrt_scm_cost_of(const wrt_scm *scm, uint64_t units) {
    wrt_scm_cost cost = {.units = units, .fits = true};
    for (size_t i = 0; i < wrt_scm_count(scm); i++) {
        const wrt_scm_variable *v = wrt_scm_variable_at(scm, i);
        if (v->table != NULL)
            continue;
        double contexts = contexts_of(scm, v);
        double sampled = occupied(contexts, (double)units);
        cost.contexts += contexts;
        cost.scores += contexts * (double)v->n_values;
        cost.sampled_contexts += sampled;
        cost.sampled_scores += sampled * (double)v->n_values;
        cost.fits = cost.fits && contexts <= WRT_SCM_ROWS_MAX;
    }
    cost.compile = cost.fits && cost.contexts <= 1.5 * cost.sampled_contexts;
    return cost;
}

static void explain(wrt_buf *out, const wrt_scm_cost *cost) {
    wrt_buf_printf(out,
                   "tables need %.0f contexts; %llu units meet at most %.0f of them in the mean",
                   cost->contexts, (unsigned long long)cost->units, cost->sampled_contexts);
    if (cost->contexts <= 0.0)
        wrt_buf_add_c(out, ": every mechanism is a table already");
    else if (!cost->fits)
        wrt_buf_printf(out, ", and a table would have more than %d rows", WRT_SCM_ROWS_MAX);
    else if (cost->compile)
        wrt_buf_add_c(out, ", so tables cost hardly more and answer every question exactly");
    else
        wrt_buf_printf(out, ", which is %.2g %% of that work",
                       100.0 * cost->sampled_contexts / cost->contexts);
}

wrt_json *wrt_scm_cost_json(const wrt_scm_cost *cost) {
    wrt_json *out = wrt_json_new_object();
    wrt_buf why = wrt_buf_make(400);
    explain(&why, cost);
    wrt_json_set_number(out, "units", (double)cost->units);
    wrt_json_set_number(out, "contexts", cost->contexts);
    wrt_json_set_number(out, "scores", cost->scores);
    wrt_json_set_number(out, "sampled_contexts", cost->sampled_contexts);
    wrt_json_set_number(out, "sampled_scores", cost->sampled_scores);
    wrt_json_set_bool(out, "fits", cost->fits);
    wrt_json_set_text(out, "cheaper", cost->compile ? "compile" : "sample");
    wrt_json_set(out, "why", wrt_json_new_text(wrt_buf_str(&why)));
    wrt_buf_free(&why);
    return out;
}

/* ---- compiling */

static const char *keep(wrt_scm *scm, const char *text) {
    return wrt_scm_keep(scm, wrt_str_of(text));
}

static void copy_phrasings(wrt_scm_variable *to, wrt_scm *scm, const wrt_scm_variable *from) {
    wrt_scm_phrasing *list = wrt_arena_calloc(scm->arena, from->n_phrasings, sizeof *list);
    for (size_t i = 0; i < from->n_phrasings; i++)
        list[i] = (wrt_scm_phrasing){.before = keep(scm, from->phrasings[i].before),
                                     .after = keep(scm, from->phrasings[i].after)};
    to->phrasings = list;
    to->n_phrasings = from->n_phrasings;
}

static wrt_status copy_variable(wrt_scm *scm, const wrt_scm_variable *from, wrt_err *err) {
    wrt_scm_variable *to = NULL;
    wrt_status status = wrt_scm_add(&to, scm, wrt_str_of(from->name), err);
    if (status != WRT_OK)
        return status;
    const char **values = wrt_arena_calloc(scm->arena, from->n_values, sizeof *values);
    size_t *parents = wrt_arena_calloc(scm->arena, from->n_parents, sizeof *parents);
    for (size_t k = 0; k < from->n_values; k++)
        values[k] = keep(scm, from->values[k]);
    if (from->n_parents > 0)
        memcpy(parents, from->parents, from->n_parents * sizeof *parents);
    to->role = keep(scm, from->role);
    to->values = values;
    to->n_values = from->n_values;
    to->parents = parents;
    to->n_parents = from->n_parents;
    to->is_ordinal = from->is_ordinal;
    copy_phrasings(to, scm, from);
    return WRT_OK;
}

static wrt_status fill_table(wrt_scm *scm, size_t variable, const wrt_scm_rows *rows,
                             wrt_err *err) {
    wrt_scm_variable *v = &scm->variables[variable];
    size_t n = 0;
    double *table = NULL;
    wrt_status status = wrt_scm_make_table(&table, &n, scm, v, err);
    if (status != WRT_OK)
        return status;
    uint64_t *numbers = wrt_calloc(n, sizeof *numbers);
    for (size_t i = 0; i < n; i++)
        numbers[i] = i;
    status = rows->ask(table, rows->ctx, variable, numbers, n, err);
    free(numbers);
    v->table = table;
    return status;
}

static void copy_head(wrt_scm *to, const wrt_scm *from) {
    to->name = keep(to, from->name);
    to->about = keep(to, from->about);
    to->intro = keep(to, from->intro);
    to->scoring = from->scoring;
    to->treatment = from->treatment;
    to->outcome = from->outcome;
    if (from->origin != NULL)
        wrt_scm_set_origin(to, from->origin);
}

wrt_status wrt_scm_compile(wrt_scm **out, const wrt_scm *scm, const wrt_scm_rows *rows,
                           const wrt_json *origin, wrt_err *err) {
    wrt_scm *made = wrt_scm_new();
    wrt_status status = WRT_OK;
    size_t n = wrt_scm_count(scm);
    *out = NULL;
    copy_head(made, scm);
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        status = copy_variable(made, wrt_scm_variable_at(scm, i), err);
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        status = fill_table(made, i, rows, err);
    if (status == WRT_OK && wrt_scm_needs_model(scm))
        wrt_scm_set_origin(made, origin);
    if (status == WRT_OK)
        status = wrt_scm_finish(made, err);
    if (status == WRT_OK)
        *out = made;
    else
        wrt_scm_free(made);
    return status;
}
