/* doubts.c: an estimator run again: within levels, on changed data, on an outcome it cannot move.
 */
#include "effect/doubts.h"

#include "effect/checks/conflict.h"
#include "effect/checks/extrapolation.h"
#include "effect/checks/finite.h"
#include "effect/checks/negative_control.h"
#include "effect/checks/refute.h"
#include "effect/estimators/levels.h"

#include <math.h>
#include <string.h>

#define CONFLICT_ALPHA 0.05

typedef struct {
    wrt_effect_answer *answer;
    const wrt_effect_question *question;
    const wrt_estimator *estimator;
    wrt_estimator_options options; /* errors by influence: no bootstrap within a repetition */
} work;

/* ---- by levels */

static wrt_json *level_json(wrt_level_effect *e) {
    wrt_json *out = wrt_json_new_object();
    wrt_json_set_text(out, "level", e->level);
    wrt_json_set_int(out, "n", (int64_t)e->rows);
    if (e->status != WRT_OK) {
        wrt_json_set_text(out, "not_estimated", e->err.message);
        return out;
    }
    wrt_effect_set_finite(out, "estimate", e->estimate.estimate);
    wrt_effect_set_finite(out, "se", e->estimate.se);
    wrt_effect_set_finite(out, "low", e->estimate.low);
    wrt_effect_set_finite(out, "high", e->estimate.high);
    wrt_json_free(e->estimate.details);
    return out;
}

static wrt_status add_levels(const work *w, wrt_err *err) {
    wrt_level_effect *effects = NULL;
    size_t n = 0;
    if (w->answer->study.modifier == NULL)
        return WRT_OK;
    wrt_estimator_options options = w->options;
    options.ridges = NULL; /* levels choose their own */
    wrt_status status = wrt_levels_run(&effects, &n, w->estimator, &w->answer->study, &options,
                                       w->answer->arena, err);
    if (status != WRT_OK)
        return status;
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < n; i++)
        wrt_json_push(list, level_json(&effects[i]));
    wrt_json_set(w->answer->data, "by", list);
    return WRT_OK;
}

/* ---- refuters */

static wrt_json *refuter_json(const work *w, wrt_refuter refuter) {
    wrt_refutation found;
    wrt_err why = {0};
    wrt_refute_question question = {.refuter = refuter,
                                    .study = &w->answer->study,
                                    .run = w->estimator->run,
                                    .options = &w->options,
                                    .original = &w->answer->estimate,
                                    .repetitions = WRT_DOUBTS_REPETITIONS,
                                    .seed = w->options.seed};
    if (wrt_refute(&found, &question, w->answer->arena, &why) == WRT_OK)
        return wrt_refutation_json(&found);
    wrt_json *out = wrt_json_new_object();
    wrt_json_set_text(out, "refuter", wrt_refuter_name(refuter));
    wrt_json_set_text(out, "not_run", why.message);
    return out;
}

static void add_refuters(const work *w) {
    if (!w->question->refute)
        return;
    wrt_json *list = wrt_json_new_array();
    for (int refuter = 0; refuter < WRT_REFUTE_COUNT; refuter++)
        wrt_json_push(list, refuter_json(w, (wrt_refuter)refuter));
    wrt_json_set(w->answer->data, "refuters", list);
}

/* ---- negative control */

static wrt_status add_control(const work *w, wrt_err *err) {
    const char *name = w->question->negative_control;
    wrt_negative_control found;
    if (name == NULL)
        return WRT_OK;
    wrt_effect_question other = *w->question;
    other.roles.outcome = name;
    wrt_study study = {0};
    wrt_status status = wrt_study_build(&study, w->answer->table, &other.roles, err);
    wrt_negative_control_question question = {.study = &study,
                                              .run = w->estimator->run,
                                              .options = &w->options,
                                              .name = name,
                                              .outcome = study.outcome};
    if (status == WRT_OK)
        status = wrt_negative_control_of(&found, &question, w->answer->arena, err);
    if (status == WRT_OK)
        wrt_json_set(w->answer->data, "negative_control", wrt_negative_control_json(&found));
    wrt_study_free(&study);
    return status;
}

/* ---- is there anybody like this? */

/* The profile's cell for a column, as the table's own cells are read. */
static wrt_status profile_cell(double *out, const work *w, size_t column, wrt_err *err) {
    const wrt_column *c = wrt_table_column(w->answer->table, column);
    const wrt_json *cell = wrt_json_get(w->question->profile, c->name);
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    if (wrt_json_is(cell, WRT_JSON_NUMBER))
        wrt_buf_printf(&text, "%.17g", wrt_json_number(cell, 0));
    else if (wrt_json_text(cell) != NULL)
        wrt_buf_add_c(&text, wrt_json_text(cell));
    bool is_read = text.len > 0 && !text.overflow &&
                   wrt_column_value(out, c, wrt_buf_str(&text), false) && isfinite(*out);
    wrt_buf_free(&text);
    return is_read ? WRT_OK
                   : wrt_fail(err, WRT_E_INPUT,
                              "\"profile\" needs a cell for the covariate \"%s\", such as the "
                              "table holds",
                              c->name);
}

/* Number, or indicator "column=level", of covariate j. */
static wrt_status profile_value(double *out, const work *w, size_t j, wrt_err *err) {
    const wrt_block *block = &w->answer->study.covariates;
    const wrt_column *c = wrt_table_column(w->answer->table, block->source[j]);
    wrt_status status = profile_cell(out, w, block->source[j], err);
    if (status == WRT_OK && c->kind == WRT_COLUMN_NOMINAL) {
        const char *level = block->names[j] + strlen(c->name) + 1;
        *out = strcmp(level, wrt_levels_text(c->levels, (size_t)*out)) == 0;
    }
    return status;
}

static wrt_status add_profile(const work *w, wrt_err *err) {
    const wrt_study *study = &w->answer->study;
    wrt_arena *arena = w->answer->arena;
    wrt_extrapolation found;
    if (w->question->profile == NULL)
        return WRT_OK;
    double *profile = wrt_arena_calloc(arena, study->covariates.columns + 1, sizeof *profile);
    wrt_status status = WRT_OK;
    for (size_t j = 0; j < study->covariates.columns && status == WRT_OK; j++)
        status = profile_value(&profile[j], w, j, err);
    WRT_JSON_EACH(cell, w->question->profile) {
        size_t column;
        if (status == WRT_OK)
            status = wrt_table_find(&column, w->answer->table, wrt_json_key(cell), err);
    }
    if (status == WRT_OK)
        status = wrt_study_need_binary(study, "a profile", err);
    if (status == WRT_OK)
        status = wrt_extrapolation_of(&found, study, profile, arena, err);
    if (status == WRT_OK)
        wrt_json_set(w->answer->data, "extrapolation", wrt_extrapolation_json(&found, study));
    return status;
}

/* ---- conflicts */

/* Columns of numbers that the graph names; texts with too many levels are not testable. */
static size_t test_columns(wrt_test_column *out, const work *w) {
    const wrt_table *table = w->answer->table;
    size_t n = 0;
    for (size_t i = 0; i < wrt_table_columns(table); i++) {
        const wrt_column *c = wrt_table_column(table, i);
        int node;
        wrt_str name = wrt_str_of(wrt_table_column_name(table, i));
        if (c->values == NULL || wrt_graph_find(&node, w->question->graph, name, NULL) != WRT_OK)
            continue;
        out[n++] = (wrt_test_column){wrt_table_column_name(table, i), c->values,
                                     c->levels != NULL ? wrt_levels_count(c->levels) : 0};
    }
    return n;
}

static wrt_status add_conflicts(const work *w, wrt_err *err) {
    if (!w->question->conflicts)
        return WRT_OK;
    wrt_arena *arena = w->answer->arena;
    wrt_test_column *columns =
        wrt_arena_calloc(arena, wrt_table_columns(w->answer->table) + 1, sizeof *columns);
    wrt_conflict found;
    wrt_conflict_question question = {.columns = columns,
                                      .n_columns = test_columns(columns, w),
                                      .n = wrt_table_rows(w->answer->table),
                                      .alpha = CONFLICT_ALPHA};
    wrt_status status = wrt_conflict_of(&found, w->question->graph, &question, arena, err);
    if (status == WRT_OK)
        wrt_json_set(w->answer->data, "conflicts", wrt_conflict_json(&found));
    return status;
}

wrt_status wrt_effect_doubts(wrt_effect_answer *answer, const wrt_effect_question *question,
                             const wrt_estimator *estimator, wrt_err *err) {
    work w = {answer, question, estimator, question->options};
    if (w.options.se == WRT_SE_BOOTSTRAP)
        w.options.se = WRT_SE_ROBUST;
    if (answer->estimate.ridges != NULL)
        w.options.ridges = answer->estimate.ridges; /* chosen once: a repetition is not to choose */
    w.options.shards = 0;
    wrt_status status = add_levels(&w, err);
    add_refuters(&w);
    if (status == WRT_OK)
        status = add_control(&w, err);
    if (status == WRT_OK)
        status = add_profile(&w, err);
    return status == WRT_OK ? add_conflicts(&w, err) : status;
}
