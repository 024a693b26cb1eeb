/* graph_parse.c: the graph argument as a JSON object, {"nodes","edges","bidirected","latent"}, and
 * for classes {"type","undirected","marks"}.
 *
 * Members that are not known are refused, because a misspelt "latents" would otherwise turn a
 * confounded graph into an unconfounded one. A string goes to the text reader. */
#include "causal/classes/class_internal.h"
#include "causal/graph_internal.h"

#include <string.h>

typedef wrt_status add_edge(wrt_graph *graph, int from, int to, wrt_err *err);

static wrt_status check_members(const wrt_json *object, bool any, wrt_err *err) {
    static const char *const known[] = {"nodes", "edges",      "bidirected", "latent",
                                        "type",  "undirected", "marks",      "selected"};
    size_t n_known = any ? sizeof known / sizeof known[0] : 4;
    WRT_JSON_EACH(member, object) {
        bool is_known = false;
        for (size_t i = 0; i < n_known; i++)
            is_known = is_known || strcmp(wrt_json_key(member), known[i]) == 0;
        char label[GRAPH_LABEL_MAX];
        if (!is_known)
            return wrt_fail(err, WRT_E_INPUT,
                            "graph: unknown member '%s'; accepted: nodes, edges, bidirected, "
                            "latent%s",
                            wrt_graph_label(label, wrt_str_of(wrt_json_key(member))),
                            any ? ", type, undirected, marks, selected" : "");
        if (!wrt_json_is(member, WRT_JSON_ARRAY) && strcmp(wrt_json_key(member), "type") != 0)
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

typedef void set_mark(wrt_graph *graph, int node);

/* The nodes named by the member `what` of the object. */
static wrt_status mark_nodes(wrt_graph *graph, const wrt_json *object, const char *what,
                             set_mark *set, wrt_err *err) {
    WRT_JSON_EACH(name, wrt_json_get(object, what)) {
        if (!wrt_json_is(name, WRT_JSON_STRING))
            return wrt_fail(err, WRT_E_INPUT, "graph.%s: expected names, found %s", what,
                            wrt_json_type_name(wrt_json_typeof(name)));
        int node;
        wrt_status status = wrt_graph_find(&node, graph, wrt_str_of(wrt_json_text(name)), err);
        if (status != WRT_OK) {
            wrt_err_prefix(err, "graph.%s", what);
            return status;
        }
        set(graph, node);
    }
    return WRT_OK;
}

/* ---- classes */

static wrt_status read_type(wrt_graph_type *out, const wrt_json *type, wrt_err *err) {
    *out = WRT_GRAPH_DAG;
    if (type == NULL)
        return WRT_OK;
    if (!wrt_json_is(type, WRT_JSON_STRING))
        return wrt_fail(err, WRT_E_INPUT, "graph.type: expected a text, found %s",
                        wrt_json_type_name(wrt_json_typeof(type)));
    for (int i = WRT_GRAPH_DAG; i <= WRT_GRAPH_PAG; i++)
        if (strcmp(wrt_json_text(type), wrt_graph_type_name((wrt_graph_type)i)) == 0) {
            *out = (wrt_graph_type)i;
            return WRT_OK;
        }
    char label[GRAPH_LABEL_MAX];
    return wrt_fail(err, WRT_E_INPUT,
                    "graph.type: unknown type '%s'; accepted: dag, pdag, mag and pag",
                    wrt_graph_label(label, wrt_str_of(wrt_json_text(type))));
}

static wrt_status add_arrow(wrt_graph *graph, int from, int to, wrt_err *err) {
    return wrt_class_add(graph, &(graph_pair){from, to}, END_TAIL, END_ARROW, err);
}

static wrt_status add_double_arrow(wrt_graph *graph, int a, int b, wrt_err *err) {
    return wrt_class_add(graph, &(graph_pair){a, b}, END_ARROW, END_ARROW, err);
}

static wrt_status add_line(wrt_graph *graph, int a, int b, wrt_err *err) {
    return wrt_class_add(graph, &(graph_pair){a, b}, END_TAIL, END_TAIL, err);
}

static wrt_status read_mark(unsigned char ends[2], wrt_str mark, wrt_err *err) {
    static const struct {
        const char *text;
        unsigned char ends[2];
    } known[] = {{"o->", {END_CIRCLE, END_ARROW}},  {"<-o", {END_ARROW, END_CIRCLE}},
                 {"o-o", {END_CIRCLE, END_CIRCLE}}, {"->", {END_TAIL, END_ARROW}},
                 {"<-", {END_ARROW, END_TAIL}},     {"<->", {END_ARROW, END_ARROW}}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (wrt_str_equal_c(mark, known[i].text)) {
            memcpy(ends, known[i].ends, 2);
            return WRT_OK;
        }
    char label[GRAPH_LABEL_MAX];
    return wrt_fail(err, WRT_E_INPUT, "unknown mark '%s'; accepted: o->, <-o, o-o, ->, <- and <->",
                    wrt_graph_label(label, mark));
}

/* [A, MARK, B] */
static wrt_status add_marked(wrt_graph *graph, const wrt_json *triple, wrt_err *err) {
    wrt_str text[3];
    const wrt_json *item = wrt_json_is(triple, WRT_JSON_ARRAY) ? wrt_json_first(triple) : NULL;
    for (int i = 0; i < 3; i++, item = wrt_json_next(item)) {
        if (item == NULL || !wrt_json_is(item, WRT_JSON_STRING) || wrt_json_count(triple) != 3)
            return wrt_fail(err, WRT_E_INPUT, "expected an array of name, mark, name");
        text[i] = wrt_str_of(wrt_json_text(item));
    }
    graph_pair pair;
    unsigned char ends[2];
    wrt_status status = wrt_graph_add_node(&pair.from, graph, text[0], err);
    if (status == WRT_OK)
        status = wrt_graph_add_node(&pair.to, graph, text[2], err);
    if (status == WRT_OK)
        status = read_mark(ends, text[1], err);
    return status == WRT_OK
               ? wrt_class_add(graph, &pair, (graph_end)ends[0], (graph_end)ends[1], err)
               : status;
}

static wrt_status add_class_edges(wrt_graph *graph, const wrt_json *object, wrt_err *err) {
    wrt_status status = add_pairs(graph, wrt_json_get(object, "edges"), "edges", add_arrow, err);
    if (status == WRT_OK)
        status = add_pairs(graph, wrt_json_get(object, "bidirected"), "bidirected",
                           add_double_arrow, err);
    if (status == WRT_OK)
        status = add_pairs(graph, wrt_json_get(object, "undirected"), "undirected", add_line, err);
    size_t index = 0;
    WRT_JSON_EACH(triple, wrt_json_get(object, "marks")) {
        if (status == WRT_OK) {
            status = add_marked(graph, triple, err);
            if (status != WRT_OK)
                wrt_err_prefix(err, "graph.marks[%zu]", index);
        }
        index++;
    }
    return status;
}

/* A DAG may hold the members of classes when they are empty. */
static wrt_status check_dag_members(const wrt_json *object, wrt_err *err) {
    static const char *const members[] = {"undirected", "marks"};
    for (size_t i = 0; i < 2; i++) {
        const wrt_json *member = wrt_json_get(object, members[i]);
        if (member != NULL && wrt_json_count(member) > 0)
            return wrt_fail(err, WRT_E_INPUT,
                            "graph.%s: a dag has no such edges; set \"type\" to %s", members[i],
                            i == 0 ? "pdag" : "pag");
    }
    return WRT_OK;
}

static wrt_status build_class(wrt_graph *graph, const wrt_json *object, wrt_err *err) {
    wrt_status status = add_nodes(graph, wrt_json_get(object, "nodes"), err);
    if (status == WRT_OK)
        status = add_class_edges(graph, object, err);
    if (status == WRT_OK)
        status = mark_nodes(graph, object, "latent", wrt_graph_set_latent, err);
    if (status == WRT_OK && wrt_json_count(wrt_json_get(object, "selected")) > 0)
        status = wrt_fail(err, WRT_E_UNSUPPORTED,
                          "graph.selected: selection nodes are not supported in a %s; draw a dag",
                          wrt_graph_type_name(wrt_graph_type_of(graph)));
    return status == WRT_OK ? wrt_graph_finish(graph, err) : status;
}

static wrt_status build_from_object(wrt_graph *graph, const wrt_json *object, bool any,
                                    wrt_err *err) {
    wrt_graph_type type = WRT_GRAPH_DAG;
    wrt_status status = check_members(object, any, err);
    if (status == WRT_OK)
        status = read_type(&type, wrt_json_get(object, "type"), err);
    if (status == WRT_OK && type != WRT_GRAPH_DAG) {
        wrt_class_begin(graph, type);
        return build_class(graph, object, err);
    }
    if (status == WRT_OK)
        status = check_dag_members(object, err);
    if (status == WRT_OK)
        status = add_nodes(graph, wrt_json_get(object, "nodes"), err);
    if (status == WRT_OK)
        status = add_pairs(graph, wrt_json_get(object, "edges"), "edges", wrt_graph_add_edge, err);
    if (status == WRT_OK)
        status = add_pairs(graph, wrt_json_get(object, "bidirected"), "bidirected",
                           wrt_graph_add_bidirected, err);
    if (status == WRT_OK)
        status = mark_nodes(graph, object, "latent", wrt_graph_set_latent, err);
    if (status == WRT_OK)
        status = mark_nodes(graph, object, "selected", wrt_graph_set_selected, err);
    return status == WRT_OK ? wrt_graph_finish(graph, err) : status;
}

static wrt_status parse(wrt_graph **out, const wrt_json *value, bool any, wrt_err *err) {
    *out = NULL;
    if (wrt_json_is(value, WRT_JSON_STRING))
        return (any ? wrt_graph_parse_any_text
                    : wrt_graph_parse_text)(out, wrt_str_of(wrt_json_text(value)), err);
    if (!wrt_json_is(value, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_INPUT,
                        "graph: expected dagitty or DOT text, or an object with nodes and edges, "
                        "found %s",
                        wrt_json_type_name(wrt_json_typeof(value)));
    wrt_graph *graph = wrt_graph_new();
    wrt_status status = build_from_object(graph, value, any, err);
    if (status == WRT_OK)
        *out = graph;
    else
        wrt_graph_free(graph);
    return status;
}

wrt_status wrt_graph_parse(wrt_graph **out, const wrt_json *value, wrt_err *err) {
    return parse(out, value, false, err);
}

wrt_status wrt_graph_parse_any(wrt_graph **out, const wrt_json *value, wrt_err *err) {
    return parse(out, value, true, err);
}
