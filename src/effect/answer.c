/* answer.c: the stages of an answer, in order. */
#include "effect/answer.h"

#include "base/hash.h"
#include "effect/answer_json.h"
#include "effect/answer_streamed.h"
#include "effect/doubts.h"
#include "effect/estimators/naive.h"
#include "effect/estimators/ols.h"
#include "effect/estimators/propensity.h"
#include "effect/estimators/registry.h"
#include "effect/identified.h"
#include "effect/resample/shard.h"
#include "effect/resample/take.h"

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
static wrt_table_options table_options(const wrt_effect_question *q) {
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
    return options;
}

/* Not found is what a graph says of an effect; a file that is not there is wrong input. */
static wrt_status missing_file(wrt_status status, wrt_err *err) {
    if (status != WRT_E_NOT_FOUND)
        return status;
    if (err != NULL)
        err->code = WRT_E_INPUT;
    return WRT_E_INPUT;
}

static wrt_status read_table(const work *w, const wrt_effect_source *source, wrt_err *err) {
    wrt_table_options options = table_options(w->question);
    wrt_status status =
        source->fd >= 0
            ? wrt_table_read_fd(&w->answer->table, source->fd, source->path, &options, err)
            : wrt_table_read_with(&w->answer->table, source->path, &options, err);
    if (status == WRT_OK)
        w->answer->rows = wrt_table_rows(w->answer->table);
    return missing_file(status, err);
}

/* ---- the graph */

static wrt_identified_design design_of(const wrt_estimator *e) {
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
static wrt_status ask_graph(work *w, const wrt_table *table, wrt_err *err) {
    wrt_effect_question *q = w->question;
    if (q->graph == NULL)
        return WRT_OK;
    wrt_identified_design design = design_of(w->estimator);
    wrt_names set = design == WRT_DESIGN_FRONTDOOR    ? q->roles.mediators
                    : design == WRT_DESIGN_INSTRUMENT ? q->roles.instruments
                                                      : q->roles.adjust;
    wrt_names columns = column_names(table, q->arena);
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
    if (q->shards > 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "shards are merged without asking for one: leave \"shard\" out");
    const wrt_json **parts = wrt_arena_calloc(q->arena, q->n_parts, sizeof(void *));
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
    if (answer->outcome_sd <= 0 && answer->study.event == NULL)
        wrt_json_push_text(answer->warnings,
                           "the outcome does not vary within the arms: its error of zero says that "
                           "too few rows were seen, not that the effect is known");
    WRT_JSON_EACH(warning, wrt_json_get(answer->study.account, "warnings"))
    wrt_json_push_text(answer->warnings, wrt_json_text(warning));
    for (size_t i = 0; i < estimate->n_warnings; i++)
        wrt_json_push_text(answer->warnings, estimate->warnings[i]);
}

/* Of two periods, the difference after treatment. */
static void keep_later(wrt_study *study, wrt_arena *arena) {
    wrt_study whole = *study;
    size_t *rows = wrt_arena_calloc(arena, whole.n, sizeof *rows), n = 0;
    for (size_t i = 0; i < whole.n; i++)
        if (whole.period[i] > 0)
            rows[n++] = i;
    wrt_study_take(study, &whole, rows, n, arena);
}

/* The same measure with nothing adjusted for. */
static wrt_status run_unadjusted(work *w, wrt_err *err) {
    wrt_effect_answer *a = w->answer;
    wrt_study bare = a->study;
    if (w->estimator->wants_period)
        keep_later(&bare, a->arena);
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

/* Standard deviation of the outcome within arms, pooled. */
static double outcome_sd(const wrt_study *s) {
    if (!s->treatment_is_binary)
        return (double)NAN;
    double sum[2] = {0, 0}, squares[2] = {0, 0}, n[2] = {0, 0};
    for (size_t i = 0; i < s->n; i++) {
        int arm = s->treatment[i] > 0.5;
        n[arm] += 1;
        double gap = s->outcome[i] - sum[arm];
        sum[arm] += gap / n[arm];
        squares[arm] += gap * (s->outcome[i] - sum[arm]);
    }
    return sqrt((squares[0] + squares[1]) / (n[0] + n[1] - 2));
}

/* The estimator's propensities, or for an adjustment that has none, some fitted to judge overlap.
 */
static const double *propensity_of(work *w) {
    wrt_effect_answer *a = w->answer;
    wrt_propensity fitted = {0};
    wrt_err why = {0};
    bool has_other_basis = w->estimator->wants_instruments || w->estimator->wants_mediators ||
                           w->estimator->wants_period || w->estimator->wants_running;
    if (a->estimate.propensity != NULL || has_other_basis || !w->estimator->adjusts ||
        !a->study.treatment_is_binary || a->study.covariates.columns == 0)
        return a->estimate.propensity;
    wrt_design design = wrt_design_new(a->study.n, NULL, NULL, &a->study.covariates, a->arena);
    wrt_estimator_options plain = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    if (wrt_propensity_find(&fitted, &a->study, &design, &plain, NULL, a->arena, &why) == WRT_OK)
        return fitted.e;
    wrt_buf text = wrt_buf_make(WRT_KIB(2));
    wrt_buf_printf(&text, "overlap was not judged: %s", why.message);
    wrt_json_push_text(a->warnings, wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
    return NULL;
}

static double *pick(const double *values, const size_t *rows, size_t n, wrt_arena *arena) {
    double *picked = wrt_arena_calloc(arena, n, sizeof *picked);
    for (size_t i = 0; i < n; i++)
        picked[i] = values[rows[i]];
    return picked;
}

/* Of the rows that were not trimmed: the estimate is about these. */
static wrt_status check_overlap(work *w, wrt_err *err) {
    wrt_effect_answer *a = w->answer;
    const double *propensity = propensity_of(w), *weights = a->estimate.weights;
    double trim = a->estimate.propensity != NULL ? w->question->options.trim : 0.0;
    if (propensity == NULL)
        return WRT_OK;
    size_t *rows = wrt_arena_calloc(a->arena, a->study.n, sizeof *rows), n = 0;
    for (size_t i = 0; i < a->study.n; i++)
        if (propensity[i] >= trim && propensity[i] <= 1.0 - trim)
            rows[n++] = i;
    wrt_study kept;
    wrt_study_take(&kept, &a->study, rows, n, a->arena);
    if (weights != NULL && a->estimate.propensity != NULL)
        weights = pick(weights, rows, n, a->arena);
    else
        weights = NULL; /* of rows that a propensity for overlap alone says nothing of */
    wrt_status status =
        wrt_overlap_of(&a->overlap, &kept, pick(propensity, rows, n, a->arena), weights, err);
    a->has_overlap = status == WRT_OK;
    a->overlap.n = a->study.n;
    a->overlap.trimmed = a->study.n - n; /* weight 0 is otherwise that of a row nobody matched */
    return status;
}

static wrt_status check(work *w, wrt_err *err) {
    wrt_effect_answer *a = w->answer;
    const wrt_estimate *e = &a->estimate;
    wrt_status status = WRT_OK;
    if (a->study.treatment_is_binary && a->study.covariates.columns > 0) {
        status = wrt_balance_of(&a->balance, &a->study, e->weights, a->arena, err);
        a->has_balance = status == WRT_OK;
    }
    if (status == WRT_OK)
        status = check_overlap(w, err);
    a->outcome_sd = outcome_sd(&a->study);
    return status;
}

/* ---- the whole */

/* ATE where the estimator has it, else what it has. */
static void settle_estimand(work *w) {
    wrt_estimand *estimand = &w->question->options.estimand;
    if (!w->question->has_estimand)
        for (int e = WRT_ESTIMAND_ATC; e >= WRT_ESTIMAND_ATE; e--)
            if (w->estimator->estimands & 1U << e)
                *estimand = (wrt_estimand)e;
}

static wrt_status answer_whole(work *w, const wrt_effect_source *source, wrt_err *err) {
    wrt_effect_answer *out = w->answer;
    wrt_effect_question *question = w->question;
    wrt_status status = read_table(w, source, err);
    if (status == WRT_OK)
        status = ask_graph(w, out->table, err);
    if (status == WRT_OK)
        status = wrt_study_build(&out->study, out->table, &question->roles, err);
    if (status == WRT_OK)
        status = wrt_estimator_check_study(w->estimator, &out->study, err);
    if (status == WRT_OK)
        status = join_shards(w, err);
    if (status == WRT_OK)
        status =
            w->estimator->run(&out->estimate, &out->study, &question->options, out->arena, err);
    if (status == WRT_OK)
        status = run_unadjusted(w, err);
    return status == WRT_OK ? check(w, err) : status;
}

static wrt_status answer_streamed(work *w, const wrt_effect_source *source, wrt_err *err) {
    wrt_table *header = NULL;
    wrt_status status =
        w->question->graph != NULL ? wrt_table_read_header(&header, source, err) : WRT_OK;
    status = missing_file(status, err);
    if (status == WRT_OK)
        status = ask_graph(w, header, err);
    wrt_table_free(header);
    if (status == WRT_OK && !w->estimator->adjusts && w->question->roles.adjust.n > 0) {
        wrt_study asked = {.covariates.columns = w->question->roles.adjust.n};
        status = wrt_estimator_check_study(w->estimator, &asked, err);
    }
    wrt_table_options options = table_options(w->question);
    if (status == WRT_OK)
        status = missing_file(
            wrt_effect_answer_stream(w->answer, w->question, w->estimator, source, &options, err),
            err);
    return status;
}

wrt_status wrt_effect_answer_question(wrt_effect_answer *out, wrt_effect_question *question,
                                      const wrt_effect_source *source, wrt_err *err) {
    *out = (wrt_effect_answer){.arena = wrt_arena_new(), .warnings = wrt_json_new_array()};
    work w = {.answer = out, .question = question};
    bool streams = false;
    wrt_status status = wrt_estimator_find(&w.estimator, question->estimator, err);
    if (status == WRT_OK) {
        settle_estimand(&w);
        status = wrt_effect_answer_streams(&streams, question, w.estimator, source, err);
    }
    if (status == WRT_OK)
        status = streams ? answer_streamed(&w, source, err) : answer_whole(&w, source, err);
    if (status == WRT_OK) {
        tell(out, &out->estimate);
        out->data = wrt_effect_answer_json(out, question, w.estimator);
    }
    if (status == WRT_OK && !streams) {
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
