/* answer.c: the stages of an answer, in order. */
#include "effect/answer.h"

#include "base/hash.h"
#include "effect/answer_json.h"
#include "effect/doubts.h"
#include "effect/estimators/naive.h"
#include "effect/estimators/ols.h"
#include "effect/estimators/registry.h"
#include "effect/identified.h"
#include "effect/resample/shard.h"

#include <string.h>

typedef struct {
    wrt_effect_answer *answer;
    wrt_effect_question *question;
    const wrt_estimator *estimator;
} work;

/* ---- the table */

static wrt_names graph_names(const wrt_effect_question *q) {
    size_t n = q->graph != NULL ? wrt_graph_count(q->graph) : 0;
    const char **names = wrt_arena_calloc(q->arena, n + 1, sizeof *names);
    for (size_t i = 0; i < n; i++)
        names[i] = wrt_graph_name(q->graph, (int)i);
    return (wrt_names){names, n};
}

/* Columns with a role, and whatever the graph may call for. */
static wrt_status read_table(const work *w, const wrt_effect_source *source, wrt_err *err) {
    const wrt_effect_question *q = w->question;
    wrt_names wanted = wrt_roles_columns(&q->roles, q->arena), extra = graph_names(q);
    wrt_names last = {&q->negative_control, q->negative_control != NULL ? 1 : 0};
    const char **columns = wrt_arena_calloc(q->arena, wanted.n + last.n + 1, sizeof *columns);
    for (size_t i = 0; i < wanted.n; i++)
        columns[i] = wanted.items[i];
    for (size_t i = 0; i < last.n; i++)
        columns[wanted.n + i] = last.items[i];
    wrt_table_options options = {.columns = columns,
                                 .n_columns = wanted.n + last.n,
                                 .extra = extra.items,
                                 .n_extra = extra.n,
                                 .nominal = q->roles.categorical.items,
                                 .n_nominal = q->roles.categorical.n};
    if (q->missing_texts.n > 0) {
        options.missing = q->missing_texts.items;
        options.n_missing = q->missing_texts.n;
    }
    if (source->fd >= 0)
        return wrt_table_read_fd(&w->answer->table, source->fd, source->path, &options, err);
    return wrt_table_read_with(&w->answer->table, source->path, &options, err);
}

/* ---- the graph */

static wrt_design design_of(const wrt_estimator *e) {
    return e->wants_mediators                    ? WRT_DESIGN_FRONTDOOR
           : e->wants_instruments                ? WRT_DESIGN_INSTRUMENT
           : e->wants_period || e->wants_running ? WRT_DESIGN_OTHER
                                                 : WRT_DESIGN_ADJUSTMENT;
}

static wrt_names column_names(const wrt_table *table, wrt_arena *arena) {
    size_t n = wrt_table_columns(table);
    const char **names = wrt_arena_calloc(arena, n + 1, sizeof *names);
    for (size_t i = 0; i < n; i++)
        names[i] = wrt_table_column_name(table, i);
    return (wrt_names){names, n};
}

/* The covariates that the graph chose take the place of "auto"; those given are judged. */
static wrt_status ask_graph(work *w, wrt_err *err) {
    wrt_effect_question *q = w->question;
    if (q->graph == NULL)
        return WRT_OK;
    wrt_design design = design_of(w->estimator);
    wrt_names set = design == WRT_DESIGN_FRONTDOOR    ? q->roles.mediators
                    : design == WRT_DESIGN_INSTRUMENT ? q->roles.instruments
                                                      : q->roles.adjust;
    wrt_names columns = column_names(w->answer->table, q->arena);
    wrt_identified found;
    wrt_status status =
        wrt_effect_identified(&found, q->graph,
                              &(wrt_identified_question){.treatment = q->roles.treatment,
                                                         .outcome = q->roles.outcome,
                                                         .design = design,
                                                         .choose = q->adjust_auto,
                                                         .names = set.items,
                                                         .n = set.n,
                                                         .given = q->roles.adjust.items,
                                                         .n_given = q->roles.adjust.n,
                                                         .columns = columns.items,
                                                         .n_columns = columns.n},
                              q->arena, err);
    w->answer->basis = found.basis;
    if (status == WRT_OK && q->adjust_auto)
        q->roles.adjust = (wrt_names){found.names, found.n};
    return status;
}

/* ---- shards of a bootstrap */

/* Shards belong together when question and table are the same. */
static const char *identity_of(const work *w) {
    wrt_buf text = wrt_buf_make(WRT_MIB(64) + WRT_KIB(1));
    char hex[WRT_SHA256_HEX + 1];
    wrt_buf_printf(&text, "%s %s", wrt_table_sha256(w->answer->table), w->question->identity);
    wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(&text));
    wrt_sha256_hex(hex, &digest);
    wrt_buf_free(&text);
    return wrt_arena_strdup(w->answer->arena, hex, strlen(hex));
}

static wrt_status join_shards(work *w, wrt_err *err) {
    wrt_effect_question *q = w->question;
    const char *mine = identity_of(w);
    if (q->n_parts == 0)
        return WRT_OK;
    const wrt_json **parts = wrt_arena_calloc(q->arena, q->n_parts, sizeof *parts);
    for (size_t i = 0; i < q->n_parts; i++) {
        parts[i] = wrt_json_get(q->parts[i], "bootstrap_shard");
        if (strcmp(wrt_json_get_text(parts[i], "id", ""), mine) != 0)
            return wrt_fail(err, WRT_E_INPUT,
                            "result %zu to be merged is of another table, of other arguments, or "
                            "no shard: give the same arguments, less --shard",
                            i + 1);
    }
    size_t draws = 0;
    wrt_status status =
        wrt_shard_merge(&q->options.drawn, &draws, parts, q->n_parts, w->answer->arena, err);
    if (status == WRT_OK && draws != q->options.draws)
        status = wrt_fail(err, WRT_E_INPUT, "the shards hold %zu draws, %zu were asked for", draws,
                          q->options.draws);
    return status;
}

static void write_shard(const work *w) {
    const wrt_effect_question *q = w->question;
    if (q->shards > 0 && w->answer->estimate.draws != NULL)
        wrt_json_set(w->answer->data, "bootstrap_shard",
                     wrt_shard_write(w->answer->estimate.draws, q->options.draws, q->options.shard,
                                     q->shards, identity_of(w)));
}

/* ---- estimates */

static void tell(wrt_effect_answer *answer, const wrt_estimate *estimate) {
    for (size_t i = 0; i < estimate->n_warnings; i++)
        wrt_json_push_text(answer->warnings, estimate->warnings[i]);
}

/* The same measure with nothing adjusted for. */
static wrt_status run_unadjusted(work *w, wrt_err *err) {
    wrt_effect_answer *a = w->answer;
    wrt_study bare = a->study;
    wrt_estimator_options options = w->question->options;
    bare.covariates = (wrt_block){0};
    bare.propensity = NULL;
    options.se = WRT_SE_ROBUST;
    options.shards = 0;
    const wrt_estimator *e = bare.event != NULL          ? w->estimator
                             : !bare.treatment_is_binary ? &wrt_estimator_ols
                                                         : &wrt_estimator_naive;
    options.estimand = WRT_ESTIMAND_ATE;
    return e->run(&a->unadjusted, &bare, &options, a->arena, err);
}

static wrt_status check(work *w, wrt_err *err) {
    wrt_effect_answer *a = w->answer;
    const wrt_estimate *e = &a->estimate;
    wrt_status status = WRT_OK;
    if (a->study.treatment_is_binary && a->study.covariates.columns > 0) {
        status = wrt_balance_of(&a->balance, &a->study, e->weights, a->arena, err);
        a->has_balance = status == WRT_OK;
    }
    if (status == WRT_OK && e->propensity != NULL) {
        status = wrt_overlap_of(&a->overlap, &a->study, e->propensity, e->weights, err);
        a->has_overlap = status == WRT_OK;
    }
    return status;
}

wrt_status wrt_effect_answer_question(wrt_effect_answer *out, wrt_effect_question *question,
                                      const wrt_effect_source *source, wrt_err *err) {
    *out = (wrt_effect_answer){.arena = wrt_arena_new(), .warnings = wrt_json_new_array()};
    work w = {.answer = out, .question = question};
    wrt_status status = wrt_estimator_find(&w.estimator, question->estimator, err);
    if (status == WRT_OK)
        status = read_table(&w, source, err);
    if (status == WRT_OK)
        status = ask_graph(&w, err);
    if (status == WRT_OK)
        status = wrt_study_build(&out->study, out->table, &question->roles, err);
    if (status == WRT_OK)
        status = wrt_estimator_check_study(w.estimator, &out->study, err);
    if (status == WRT_OK)
        status = join_shards(&w, err);
    if (status == WRT_OK)
        status = w.estimator->run(&out->estimate, &out->study, &question->options, out->arena, err);
    if (status == WRT_OK)
        status = run_unadjusted(&w, err);
    if (status == WRT_OK)
        status = check(&w, err);
    if (status == WRT_OK) {
        tell(out, &out->estimate);
        out->data = wrt_effect_answer_json(out, question, w.estimator);
        write_shard(&w);
        status = wrt_effect_doubts(out, question, w.estimator, err);
    }
    return status;
}

void wrt_effect_answer_free(wrt_effect_answer *answer) {
    wrt_json_free(answer->data);
    wrt_json_free(answer->basis);
    wrt_json_free(answer->warnings);
    wrt_json_free(answer->estimate.details);
    wrt_json_free(answer->unadjusted.details);
    wrt_study_free(&answer->study);
    wrt_table_free(answer->table);
    wrt_arena_free(answer->arena);
    *answer = (wrt_effect_answer){0};
}
