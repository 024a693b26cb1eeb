/* conflict.c: implications of a graph, tested one by one, judged together. */
#include "effect/checks/conflict.h"
#include "causal/implications.h"
#include "effect/checks/finite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- many tests */

typedef struct {
    double p;
    size_t at;
} ranked;

static int by_p(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->p != y->p)
        return x->p > y->p ? 1 : -1;
    return (x->at > y->at) - (x->at < y->at);
}

void wrt_conflict_adjust(double *holm, double *by, const double *p, size_t n) {
    ranked *order = wrt_calloc(n, sizeof *order);
    size_t m = 0;
    double harmonic = 0, most = 0, least = 1;
    for (size_t i = 0; i < n; i++) {
        holm[i] = by[i] = NAN;
        if (!isnan(p[i]))
            order[m++] = (ranked){p[i], i};
    }
    qsort(order, m, sizeof *order, by_p);
    for (size_t k = 0; k < m; k++) {
        harmonic += 1 / (double)(k + 1);
        most = fmax(most, fmin(1, (double)(m - k) * order[k].p));
        holm[order[k].at] = most;
    }
    for (size_t k = m; k-- > 0;) {
        least = fmin(least, (double)m * harmonic / (double)(k + 1) * order[k].p);
        by[order[k].at] = least;
    }
    free(order);
}

/* ---- one implication */

static const wrt_test_column *column_named(const wrt_conflict_question *q, const char *name) {
    for (size_t j = 0; j < q->n_columns; j++) {
        if (strcmp(q->columns[j].name, name) == 0)
            return &q->columns[j];
    }
    return NULL;
}

static wrt_independence missing(const char *name, wrt_arena *arena) {
    return (wrt_independence){.reason = wrt_arena_printf(arena, "no column %s", name),
                              .statistic = NAN,
                              .p_value = NAN,
                              .correlation = NAN};
}

static wrt_conflict_item item_of(const wrt_implication *implied, const wrt_graph *graph,
                                 const wrt_conflict_question *q, wrt_arena *arena) {
    size_t n = implied->given.n;
    wrt_conflict_item item = {.x = wrt_arena_printf(arena, "%s", wrt_graph_name(graph, implied->x)),
                              .y = wrt_arena_printf(arena, "%s", wrt_graph_name(graph, implied->y)),
                              .given = wrt_arena_calloc(arena, n, sizeof *item.given),
                              .n_given = n};
    const wrt_test_column **given = wrt_arena_calloc(arena, n, sizeof(const wrt_test_column *));
    const char *absent = NULL;
    wrt_independence_question question = {.x = column_named(q, item.x),
                                          .y = column_named(q, item.y),
                                          .given = given,
                                          .n_given = n,
                                          .n = q->n};
    for (size_t j = 0; j < n; j++) {
        item.given[j] =
            wrt_arena_printf(arena, "%s", wrt_graph_name(graph, implied->given.items[j]));
        given[j] = column_named(q, item.given[j]);
        absent = given[j] == NULL ? item.given[j] : absent;
    }
    absent = question.y == NULL ? item.y : absent;
    absent = question.x == NULL ? item.x : absent;
    item.test = absent != NULL ? missing(absent, arena) : wrt_independence_test(&question, arena);
    return item;
}

/* ---- all of them */

static wrt_status check(const wrt_conflict_question *q, wrt_err *err) {
    if (!(q->alpha > 0 && q->alpha < 1))
        return wrt_fail(err, WRT_E_INPUT, "alpha must be between 0 and 1, not %g", q->alpha);
    for (size_t j = 0; j < q->n_columns; j++) {
        if (column_named(q, q->columns[j].name) != &q->columns[j])
            return wrt_fail(err, WRT_E_INPUT, "two columns are named %s", q->columns[j].name);
    }
    return WRT_OK;
}

static void judge(wrt_conflict *out, wrt_arena *arena) {
    double *p = wrt_arena_calloc(arena, out->n, sizeof *p);
    double *holm = wrt_arena_calloc(arena, out->n, sizeof *holm);
    double *by = wrt_arena_calloc(arena, out->n, sizeof *by);
    for (size_t i = 0; i < out->n; i++)
        p[i] = out->items[i].test.p_value;
    wrt_conflict_adjust(holm, by, p, out->n);
    for (size_t i = 0; i < out->n; i++) {
        out->items[i].holm = holm[i];
        out->items[i].by = by[i];
        out->n_tested += isnan(p[i]) ? 0 : 1;
        out->n_rejected += holm[i] <= out->alpha;
        out->n_rejected_by += by[i] <= out->alpha;
    }
}

wrt_status wrt_conflict_of(wrt_conflict *out, const wrt_graph *graph,
                           const wrt_conflict_question *question, wrt_arena *arena, wrt_err *err) {
    wrt_implications implied;
    wrt_status status = check(question, err);
    if (status == WRT_OK)
        status = wrt_implications_list(&implied, graph, question->max, err);
    if (status != WRT_OK)
        return status;
    *out = (wrt_conflict){.is_complete = implied.complete,
                          .n = implied.n,
                          .items = wrt_arena_calloc(arena, implied.n, sizeof *out->items),
                          .alpha = question->alpha};
    for (size_t i = 0; i < implied.n; i++)
        out->items[i] = item_of(&implied.items[i], graph, question, arena);
    wrt_implications_free(&implied);
    judge(out, arena);
    return WRT_OK;
}

/* ---- words */

static wrt_json *item_json(const wrt_conflict_item *item, double alpha) {
    wrt_json *one = wrt_json_new_object(), *given = wrt_json_new_array();
    wrt_json_set_text(one, "x", item->x);
    wrt_json_set_text(one, "y", item->y);
    for (size_t j = 0; j < item->n_given; j++)
        wrt_json_push_text(given, item->given[j]);
    wrt_json_set(one, "given", given);
    wrt_json_set_int(one, "rows", (int64_t)item->test.rows);
    if (item->test.method == NULL) {
        wrt_json_set_text(one, "not_testable", item->test.reason);
        return one;
    }
    wrt_json_set_text(one, "method", item->test.method);
    wrt_effect_set_finite(one, "statistic", item->test.statistic);
    if (item->test.df > 0)
        wrt_effect_set_finite(one, "df", item->test.df);
    if (item->test.df2 > 0)
        wrt_effect_set_finite(one, "df2", item->test.df2);
    if (!isnan(item->test.correlation))
        wrt_effect_set_finite(one, "partial_correlation", item->test.correlation);
    wrt_effect_set_finite(one, "p", item->test.p_value);
    wrt_effect_set_finite(one, "p_holm", item->holm);
    wrt_effect_set_finite(one, "p_benjamini_yekutieli", item->by);
    wrt_json_set_bool(one, "rejected", item->holm <= alpha);
    return one;
}

static const char *verdict_text(const wrt_conflict *c) {
    if (c->n_tested == 0)
        return c->n == 0 ? "The graph implies no independence that data could contradict."
                         : "None of the independences that the graph implies can be tested here.";
    if (c->n_rejected > 0)
        return "The table contradicts the graph: some independences that it implies do not hold. "
               "Estimates that rest on this graph are in doubt.";
    return "No conflict found. That supports the graph weakly: other graphs imply the same, and "
           "linear tests miss crooked dependence.";
}

wrt_json *wrt_conflict_json(const wrt_conflict *c) {
    wrt_json *all = wrt_json_new_object(), *tests = wrt_json_new_array();
    wrt_json_set_text(all, "verdict",
                      c->n_tested == 0    ? "not_testable"
                      : c->n_rejected > 0 ? "conflict"
                                          : "none_found");
    wrt_json_set_text(all, "text", verdict_text(c));
    wrt_json_set_number(all, "alpha", c->alpha);
    wrt_json_set_int(all, "implied", (int64_t)c->n);
    wrt_json_set_int(all, "tested", (int64_t)c->n_tested);
    wrt_json_set_int(all, "rejected_holm", (int64_t)c->n_rejected);
    wrt_json_set_int(all, "rejected_benjamini_yekutieli", (int64_t)c->n_rejected_by);
    wrt_json_set_bool(all, "complete", c->is_complete);
    for (size_t i = 0; i < c->n; i++)
        wrt_json_push(tests, item_json(&c->items[i], c->alpha));
    wrt_json_set(all, "tests", tests);
    return all;
}
