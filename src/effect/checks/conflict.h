/* conflict.h: does the table contradict the graph?
 *
 * Each independence that the graph implies (causal/implications.h) is tested on the table. A graph
 * is contradicted by few small p values after correction for their number: Holm 1979 (some
 * implication is wrong, at the level alpha) and Benjamini and Yekutieli, Annals of Statistics 2001
 * (of those called wrong, a share alpha at most is right; holds for tests that depend on each
 * other). No conflict proves no graph: other graphs imply the same, and tests of few rows or of
 * crooked dependence see little. */
#ifndef WRT_EFFECT_CONFLICT_H
#define WRT_EFFECT_CONFLICT_H

#include "base/err.h"
#include "base/json.h"
#include "causal/graph.h"
#include "effect/checks/independence.h"

typedef struct {
    const wrt_test_column *columns; /* of the table, by the names that the graph uses */
    size_t n_columns, n;
    double alpha; /* in (0, 1) */
    size_t max;   /* implications tried; 0: 100 */
} wrt_conflict_question;

typedef struct {
    const char *x, *y;
    const char **given;
    size_t n_given;
    wrt_independence test;
    double holm, by; /* adjusted p values; NAN when not tested */
} wrt_conflict_item;

typedef struct {
    bool is_complete; /* all implications of the graph were listed */
    wrt_conflict_item *items;
    size_t n, n_tested, n_rejected, n_rejected_by; /* at alpha, by Holm and by the other */
    double alpha;
} wrt_conflict;

/* WRT_E_INPUT: alpha out of range, two columns of one name; else the errors of
 * wrt_implications_list. Everything in the arena. */
wrt_status wrt_conflict_of(wrt_conflict *out, const wrt_graph *graph,
                           const wrt_conflict_question *question, wrt_arena *arena, wrt_err *err);

/* {"verdict":"conflict|none_found|not_testable","text","alpha","tested","complete","tests":[...]};
 * the caller owns it. */
wrt_json *wrt_conflict_json(const wrt_conflict *conflict);

/* Adjusted p values in the order of p; NAN stays NAN and does not count. holm and by: n each. */
void wrt_conflict_adjust(double *holm, double *by, const double *p, size_t n);

#endif
