/* support.c: see support.h. */
#include "support.h"

#include "causal/separation.h"

#include <stdio.h>

static char answer[1 << 16];

wrt_graph *graph_of(const char *text) {
    wrt_graph *graph;
    wrt_err err = {0};
    if (wrt_graph_parse_text(&graph, wrt_str_of(text), &err) != WRT_OK)
        fail_msg("graph \"%s\": %s", text, err.message);
    return graph;
}

const char *graph_error(const char *text, wrt_status expected) {
    wrt_graph *graph;
    wrt_err err = {0};
    assert_int_equal(wrt_graph_parse_text(&graph, wrt_str_of(text), &err), expected);
    assert_null(graph);
    snprintf(answer, sizeof answer, "%s", err.message);
    return answer;
}

static int compare_ints(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

wrt_node_set set_of(const wrt_graph *graph, const char *names) {
    wrt_node_set set = {calloc(64, sizeof(int)), 0};
    wrt_str rest = wrt_str_of(names), name;
    assert_non_null(set.items);
    while (rest.len > 0 && wrt_str_cut(&name, &rest, ' ')) {
        wrt_err err = {0};
        if (wrt_graph_find(&set.items[set.n++], graph, name, &err) != WRT_OK)
            fail_msg("%s", err.message);
    }
    qsort(set.items, set.n, sizeof(int), compare_ints);
    return set;
}

const char *open_path(const char *graph_text, const char *x, const char *y, const char *given) {
    wrt_graph *graph = graph_of(graph_text);
    wrt_node_set xs = set_of(graph, x), ys = set_of(graph, y), zs = set_of(graph, given);
    bool separated;
    char *path;
    assert_int_equal(wrt_graph_separated(&separated, &path, graph, &xs, &ys, &zs, NULL), WRT_OK);
    snprintf(answer, sizeof answer, "%s", separated ? "" : path);
    free(path);
    wrt_node_set_free(&xs);
    wrt_node_set_free(&ys);
    wrt_node_set_free(&zs);
    wrt_graph_free(graph);
    return answer;
}

const char *check_text(const char *graph_text, const char *x, const char *y, const char *set,
                       wrt_effect_kind effect) {
    wrt_graph *graph = graph_of(graph_text);
    wrt_node_set xs = set_of(graph, x), ys = set_of(graph, y), zs = set_of(graph, set);
    wrt_effect_query query = {graph, &xs, &ys, effect};
    wrt_adjustment_verdict verdict;
    wrt_err err = {0};
    if (wrt_adjustment_check(&verdict, &query, &zs, &err) == WRT_OK)
        snprintf(answer, sizeof answer, "%s", verdict.text);
    else
        snprintf(answer, sizeof answer, "error: %s", err.message);
    wrt_adjustment_verdict_free(&verdict);
    wrt_node_set_free(&xs);
    wrt_node_set_free(&ys);
    wrt_node_set_free(&zs);
    wrt_graph_free(graph);
    return answer;
}

static size_t write_set(size_t at, const wrt_graph *graph, const wrt_node_set *set) {
    wrt_json *names = wrt_node_set_to_json(graph, set);
    at += (size_t)snprintf(answer + at, sizeof answer - at, " {");
    const char *gap = "";
    WRT_JSON_EACH(name, names) {
        at += (size_t)snprintf(answer + at, sizeof answer - at, "%s%s", gap, wrt_json_text(name));
        gap = " ";
    }
    wrt_json_free(names);
    return at + (size_t)snprintf(answer + at, sizeof answer - at, "}");
}

static wrt_status list_into_answer(const char *graph_text, const char *x, const char *y,
                                   list_options asked) {
    wrt_graph *graph = graph_of(graph_text);
    wrt_node_set xs = set_of(graph, x), ys = set_of(graph, y);
    wrt_node_set in = set_of(graph, asked.include == NULL ? "" : asked.include);
    wrt_node_set ex = set_of(graph, asked.exclude == NULL ? "" : asked.exclude);
    wrt_effect_query query = {graph, &xs, &ys, asked.effect};
    wrt_adjust_options options = {.kind = asked.kind,
                                  .max = asked.max,
                                  .include = asked.include == NULL ? NULL : &in,
                                  .exclude = asked.exclude == NULL ? NULL : &ex};
    wrt_adjustment_sets sets;
    wrt_err err = {0};
    wrt_status status = wrt_adjustment_list(&sets, &query, &options, &err);
    size_t at = 0;
    if (status == WRT_OK) {
        at = (size_t)snprintf(answer, sizeof answer, "%s:", wrt_adjust_verdict_name(sets.verdict));
        for (size_t i = 0; i < sets.n_sets; i++)
            at = write_set(at, graph, &sets.sets[i]);
        snprintf(answer + at, sizeof answer - at, "%s", sets.complete ? "" : " ...");
    } else {
        snprintf(answer, sizeof answer, "%s", err.message);
    }
    wrt_adjustment_sets_free(&sets);
    wrt_node_set_free(&xs);
    wrt_node_set_free(&ys);
    wrt_node_set_free(&in);
    wrt_node_set_free(&ex);
    wrt_graph_free(graph);
    return status;
}

const char *list_text_with(const char *graph, const char *x, const char *y, list_options options) {
    if (list_into_answer(graph, x, y, options) != WRT_OK)
        fail_msg("%s", answer);
    return answer;
}

const char *list_text(const char *graph, const char *x, const char *y, wrt_adjust_kind kind) {
    return list_text_with(graph, x, y, (list_options){.kind = kind});
}

const char *list_error(const char *graph, const char *x, const char *y, list_options options,
                       wrt_status expected) {
    assert_int_equal(list_into_answer(graph, x, y, options), expected);
    return answer;
}
