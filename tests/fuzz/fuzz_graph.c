/* fuzz_graph.c: graph text of any type, or a graph object when the bytes are JSON.
 *
 * Whatever the bytes are: nothing crashes; an error is one line; a graph that was read is written
 * as text and as object and both read back to the same bytes; and on small graphs the sets listed
 * are accepted by the check. */
#include "causal/adjustment.h"
#include "causal/classes/class_graph.h"
#include "causal/separation.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { QUERIED_NODES_MAX = 200, SETS_MAX = 20 };

static void check(bool holds) {
    if (!holds)
        abort();
}

static wrt_graph *read_graph(wrt_str text) {
    wrt_json *value = NULL;
    wrt_graph *graph;
    wrt_err err = {0};
    wrt_status status = wrt_json_parse(&value, text, NULL) == WRT_OK
                            ? wrt_graph_parse_any(&graph, value, &err)
                            : wrt_graph_parse_any_text(&graph, text, &err);
    wrt_json_free(value);
    if (status == WRT_OK)
        return graph;
    check(graph == NULL && err.code == status && err.message[0] != '\0' &&
          strchr(err.message, '\n') == NULL);
    return NULL;
}

static void check_round_trip(const wrt_graph *graph) {
    wrt_buf first = wrt_buf_make(WRT_MIB(64)), second = wrt_buf_make(WRT_MIB(64));
    wrt_graph_to_dagitty(&first, graph);
    wrt_graph *again = read_graph(wrt_buf_str(&first));
    check(again != NULL);
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
    bool separated;
    char *path;
    check(wrt_graph_separated(&separated, &path, graph, &x, &y, &none, NULL) == WRT_OK);
    check(separated == (path == NULL));
    free(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_graph *graph = read_graph((wrt_str){(const char *)data, size});
    if (graph == NULL)
        return 0;
    check_round_trip(graph);
    size_t n = wrt_graph_count(graph);
    if (n >= 2 && n <= QUERIED_NODES_MAX)
        check_queries(graph);
    wrt_graph_free(graph);
    return 0;
}
