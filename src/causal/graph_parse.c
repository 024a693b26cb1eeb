/* graph_parse.c: the graph argument as a JSON object, {"nodes","edges","bidirected","latent"}.
 *
 * Members that are not known are refused, because a misspelt "latents" would otherwise turn a
 * confounded graph into an unconfounded one. A string goes to the text reader. */
#include "causal/graph_internal.h"

#include <string.h>

typedef wrt_status add_edge(wrt_graph *graph, int from, int to, wrt_err *err);

static wrt_status check_members(const wrt_json *object, wrt_err *err) {
    static const char *const known[] = {"nodes", "edges", "bidirected", "latent"};
    WRT_JSON_EACH(member, object) {
        bool is_known = false;
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            is_known = is_known || strcmp(wrt_json_key(member), known[i]) == 0;
        char label[GRAPH_LABEL_MAX];
        if (!is_known)
            return wrt_fail(err, WRT_E_INPUT,
                            "graph: unknown member '%s'; accepted: nodes, edges, bidirected, "
                            "latent",
                            wrt_graph_label(label, wrt_str_of(wrt_json_key(member))));
        if (!wrt_json_is(member, WRT_JSON_ARRAY))
            return wrt_fail(err, WRT_E_INPUT, "graph.%s: expected an array, found %s",
                            wrt_json_key(member), wrt_json_type_name(wrt_json_typeof(member)));
    }
    return WRT_OK;
}

static wrt_status add_nodes(wrt_graph *graph, const wrt_json *names, wrt_err *err) {
    WRT_JSON_EACH(name, names) {
        if (!wrt_json_is(name, WRT_JSON_STRING))
            return wrt_fail(err, WRT_E_INPUT, "graph.nodes: expected names, found %s",
                            wrt_json_type_name(wrt_json_typeof(name)));
        int node;
        wrt_status status = wrt_graph_add_node(&node, graph, wrt_str_of(wrt_json_text(name)), err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

static wrt_status add_pair(wrt_graph *graph, const wrt_json *pair, add_edge *add, wrt_err *err) {
    int end[2];
    const wrt_json *name = wrt_json_first(pair);
    for (int i = 0; i < 2; i++, name = wrt_json_next(name)) {
        wrt_status status =
            wrt_graph_add_node(&end[i], graph, wrt_str_of(wrt_json_text(name)), err);
        if (status != WRT_OK)
            return status;
    }
    return add(graph, end[0], end[1], err);
}

static wrt_status add_pairs(wrt_graph *graph, const wrt_json *pairs, const char *what,
                            add_edge *add, wrt_err *err) {
    size_t index = 0;
    WRT_JSON_EACH(pair, pairs) {
        if (!wrt_json_is(pair, WRT_JSON_ARRAY) || wrt_json_count(pair) != 2 ||
            !wrt_json_is(wrt_json_first(pair), WRT_JSON_STRING) ||
            !wrt_json_is(wrt_json_next(wrt_json_first(pair)), WRT_JSON_STRING))
            return wrt_fail(err, WRT_E_INPUT, "graph.%s[%zu]: expected an array of two names", what,
                            index);
        wrt_status status = add_pair(graph, pair, add, err);
        if (status != WRT_OK) {
            wrt_err_prefix(err, "graph.%s[%zu]", what, index);
            return status;
        }
        index++;
    }
    return WRT_OK;
}

static wrt_status mark_latent(wrt_graph *graph, const wrt_json *names, wrt_err *err) {
    WRT_JSON_EACH(name, names) {
        if (!wrt_json_is(name, WRT_JSON_STRING))
            return wrt_fail(err, WRT_E_INPUT, "graph.latent: expected names, found %s",
                            wrt_json_type_name(wrt_json_typeof(name)));
        int node;
        wrt_status status = wrt_graph_find(&node, graph, wrt_str_of(wrt_json_text(name)), err);
        if (status != WRT_OK) {
            wrt_err_prefix(err, "graph.latent");
            return status;
        }
        wrt_graph_set_latent(graph, node);
    }
    return WRT_OK;
}

static wrt_status build_from_object(wrt_graph *graph, const wrt_json *object, wrt_err *err) {
    wrt_status status = check_members(object, err);
    if (status == WRT_OK)
        status = add_nodes(graph, wrt_json_get(object, "nodes"), err);
    if (status == WRT_OK)
        status = add_pairs(graph, wrt_json_get(object, "edges"), "edges", wrt_graph_add_edge, err);
    if (status == WRT_OK)
        status = add_pairs(graph, wrt_json_get(object, "bidirected"), "bidirected",
                           wrt_graph_add_bidirected, err);
    if (status == WRT_OK)
        status = mark_latent(graph, wrt_json_get(object, "latent"), err);
    return status == WRT_OK ? wrt_graph_finish(graph, err) : status;
}

wrt_status wrt_graph_parse(wrt_graph **out, const wrt_json *value, wrt_err *err) {
    *out = NULL;
    if (wrt_json_is(value, WRT_JSON_STRING))
        return wrt_graph_parse_text(out, wrt_str_of(wrt_json_text(value)), err);
    if (!wrt_json_is(value, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_INPUT,
                        "graph: expected dagitty or DOT text, or an object with nodes and edges, "
                        "found %s",
                        wrt_json_type_name(wrt_json_typeof(value)));
    wrt_graph *graph = wrt_graph_new();
    wrt_status status = build_from_object(graph, value, err);
    if (status == WRT_OK)
        *out = graph;
    else
        wrt_graph_free(graph);
    return status;
}
