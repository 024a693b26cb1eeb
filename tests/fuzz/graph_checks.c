/* graph_checks.c: see graph_checks.h. */
#include "graph_checks.h"

#include "causal/adjustment.h"
#include "causal/classes/class_graph.h"
#include "causal/draw/draw.h"
#include "causal/separation.h"

#include <stdlib.h>
#include <string.h>

enum { QUERIED_NODES_MAX = 200, SETS_MAX = 20 };

static void check(bool holds) {
    if (!holds)
        abort();
}

static void check_round_trip(const wrt_graph *graph) {
    wrt_buf first = wrt_buf_make(WRT_MIB(64)), second = wrt_buf_make(WRT_MIB(64));
    wrt_graph_to_dagitty(&first, graph);
    wrt_graph *again;
    check(wrt_graph_parse_any_text(&again, wrt_buf_str(&first), NULL) == WRT_OK);
    wrt_graph_to_dagitty(&second, again);
    check(wrt_str_equal(wrt_buf_str(&first), wrt_buf_str(&second)));
    wrt_json *object = wrt_graph_to_json(graph), *copy = wrt_graph_to_json(again);
    check(wrt_json_equal(object, copy));
    wrt_graph_free(again);
    check(wrt_graph_parse_any(&again, object, NULL) == WRT_OK);
    check(wrt_graph_count(again) == wrt_graph_count(graph));
    wrt_graph_free(again);
    wrt_json_free(object);
    wrt_json_free(copy);
    wrt_buf_free(&first);
    wrt_buf_free(&second);
}

static void check_query(const wrt_effect_query *query, wrt_adjust_kind kind) {
    wrt_adjust_options options = {.kind = kind, .max = SETS_MAX};
    wrt_adjustment_sets sets;
    if (wrt_adjustment_list(&sets, query, &options, NULL) != WRT_OK)
        return;
    for (size_t i = 0; i < sets.n_sets; i++) {
        wrt_adjustment_verdict verdict;
        check(wrt_adjustment_check(&verdict, query, &sets.sets[i], NULL) == WRT_OK);
        check(verdict.valid);
        wrt_adjustment_verdict_free(&verdict);
    }
    wrt_adjustment_sets_free(&sets);
}

/* The first node as treatment, the last as outcome. */
static void check_queries(const wrt_graph *graph) {
    int first = 0, last = (int)wrt_graph_count(graph) - 1;
    wrt_node_set x = {&first, 1}, y = {&last, 1}, none = {0};
    for (int effect = WRT_EFFECT_TOTAL; effect <= WRT_EFFECT_DIRECT; effect++) {
        wrt_effect_query query = {graph, &x, &y, (wrt_effect_kind)effect};
        for (int kind = WRT_ADJUST_MINIMAL; kind <= WRT_ADJUST_OPTIMAL_MINIMAL; kind++)
            check_query(&query, (wrt_adjust_kind)kind);
    }
    if (wrt_graph_is_selected(graph, first) || wrt_graph_is_selected(graph, last))
        return;
    bool separated;
    char *path;
    check(wrt_graph_separated(&separated, &path, graph, &x, &y, &none, NULL) == WRT_OK);
    check(separated == (path == NULL));
    free(path);
}

/* Where BIF can say it, too. */
static void check_bif(const wrt_graph *graph) {
    wrt_buf text = wrt_buf_make(WRT_MIB(64)), first = wrt_buf_make(WRT_MIB(64));
    wrt_buf second = wrt_buf_make(WRT_MIB(64));
    wrt_graph *again;
    if (wrt_graph_to_bif(&text, graph, NULL) == WRT_OK) {
        check(wrt_graph_parse_text(&again, wrt_buf_str(&text), NULL) == WRT_OK);
        wrt_graph_to_dagitty(&first, graph);
        wrt_graph_to_dagitty(&second, again);
        check(wrt_str_equal(wrt_buf_str(&first), wrt_buf_str(&second)));
        wrt_graph_free(again);
    }
    wrt_buf_free(&text);
    wrt_buf_free(&first);
    wrt_buf_free(&second);
}

void check_graph_or_error(wrt_graph *graph, wrt_status status, const wrt_err *err) {
    if (status != WRT_OK) {
        check(graph == NULL && err->code == status && err->message[0] != '\0' &&
              strchr(err->message, '\n') == NULL);
        return;
    }
    check_round_trip(graph);
    check_bif(graph);
    size_t n = wrt_graph_count(graph);
    if (n >= 2 && n <= QUERIED_NODES_MAX)
        check_queries(graph);
    wrt_graph_free(graph);
}
