/* graph_write.c: a graph as JSON object and as dagitty text; both read back to an equal graph. */
#include "causal/classes/class_internal.h"
#include "causal/graph_internal.h"

#include <strings.h>

static void push_edges(wrt_json *list, const wrt_graph *graph, bool bidirected) {
    for (int v = 0; v < (int)graph->n; v++) {
        size_t n;
        const int *ends =
            bidirected ? wrt_graph_spouses(graph, v, &n) : wrt_graph_children(graph, v, &n);
        for (size_t i = 0; i < n; i++) {
            if (bidirected && ends[i] < v)
                continue;
            wrt_json *pair = wrt_json_new_array();
            wrt_json_push_text(pair, graph->names[v]);
            wrt_json_push_text(pair, graph->names[ends[i]]);
            wrt_json_push(list, pair);
        }
    }
}

/* The lines of a CPDAG, or the edges of a PAG that hold a circle. */
static void push_class(wrt_json *object, const wrt_graph *graph) {
    const struct graph_class *klass = graph->klass;
    bool has_lines = klass->type == WRT_GRAPH_CPDAG;
    wrt_json *list = wrt_json_new_array();
    for (int v = 0; v < (int)graph->n; v++)
        for (int i = klass->offset[v]; i < klass->offset[v + 1]; i++) {
            const graph_link *link = &klass->links[i];
            if (link->near != END_CIRCLE || (link->far == END_CIRCLE && link->node < v))
                continue;
            wrt_json *edge = wrt_json_new_array();
            wrt_json_push_text(edge, graph->names[v]);
            if (!has_lines)
                wrt_json_push_text(edge, link->far == END_CIRCLE ? "o-o" : "o->");
            wrt_json_push_text(edge, graph->names[link->node]);
            wrt_json_push(list, edge);
        }
    wrt_json_set_text(object, "type", wrt_graph_type_name(klass->type));
    if (klass->type == WRT_GRAPH_MAG)
        wrt_json_free(list);
    else
        wrt_json_set(object, has_lines ? "undirected" : "marks", list);
}

wrt_json *wrt_graph_to_json(const wrt_graph *graph) {
    wrt_json *object = wrt_json_new_object();
    wrt_json *nodes = wrt_json_new_array(), *latent = wrt_json_new_array();
    wrt_json *edges = wrt_json_new_array(), *bidirected = wrt_json_new_array();
    for (size_t v = 0; v < graph->n; v++) {
        wrt_json_push_text(nodes, graph->names[v]);
        if (graph->latent[v])
            wrt_json_push_text(latent, graph->names[v]);
    }
    push_edges(edges, graph, false);
    push_edges(bidirected, graph, true);
    wrt_json_set(object, "nodes", nodes);
    wrt_json_set(object, "edges", edges);
    wrt_json_set(object, "bidirected", bidirected);
    wrt_json_set(object, "latent", latent);
    if (graph->n_selected > 0) {
        wrt_node_set selected = wrt_graph_selected(graph);
        wrt_json_set(object, "selected", wrt_node_set_to_json(graph, &selected));
        wrt_node_set_free(&selected);
    }
    if (graph->klass != NULL)
        push_class(object, graph);
    return object;
}

static bool is_letter(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

/* Words that mean something to a reader of dagitty or DOT text where a name may stand. */
static bool is_word_of_syntax(const char *name) {
    static const char *const words[] = {"dag",   "pdag", "cpdag", "mag",      "pag",    "admg",
                                        "graph", "node", "edge",  "subgraph", "strict", "digraph"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasecmp(name, words[i]) == 0)
            return true;
    return false;
}

static bool is_plain(const char *name) {
    if (!is_letter(name[0]) || is_word_of_syntax(name))
        return false;
    for (const char *p = name; *p != '\0'; p++)
        if (!is_letter(*p) && !(*p >= '0' && *p <= '9'))
            return false;
    return true;
}

static void add_name(wrt_buf *out, const char *name) {
    if (is_plain(name)) {
        wrt_buf_add_c(out, name);
        return;
    }
    wrt_buf_add_char(out, '"');
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            wrt_buf_add_char(out, '\\');
        wrt_buf_add_char(out, *p);
    }
    wrt_buf_add_char(out, '"');
}

static void add_edges(wrt_buf *out, const wrt_graph *graph, int v, bool bidirected) {
    size_t n;
    const int *ends =
        bidirected ? wrt_graph_spouses(graph, v, &n) : wrt_graph_children(graph, v, &n);
    for (size_t i = 0; i < n; i++) {
        if (bidirected && ends[i] < v)
            continue;
        add_name(out, graph->names[v]);
        wrt_buf_add_c(out, bidirected ? " <-> " : " -> ");
        add_name(out, graph->names[ends[i]]);
        wrt_buf_add_char(out, '\n');
    }
}

static void add_circles(wrt_buf *out, const wrt_graph *graph, int v) {
    const struct graph_class *klass = graph->klass;
    for (int i = klass->offset[v]; i < klass->offset[v + 1]; i++) {
        const graph_link *link = &klass->links[i];
        if (link->near != END_CIRCLE || (link->far == END_CIRCLE && link->node < v))
            continue;
        add_name(out, graph->names[v]);
        wrt_buf_add_c(out, klass->type == WRT_GRAPH_CPDAG ? " -- "
                           : link->far == END_CIRCLE      ? " @-@ "
                                                          : " @-> ");
        add_name(out, graph->names[link->node]);
        wrt_buf_add_char(out, '\n');
    }
}

void wrt_graph_to_dagitty(wrt_buf *out, const wrt_graph *graph) {
    wrt_buf_printf(out, "%s {\n", wrt_graph_type_name(wrt_graph_type_of(graph)));
    for (size_t v = 0; v < graph->n; v++) {
        add_name(out, graph->names[v]);
        wrt_buf_add_c(out, graph->latent[v] && graph->selected[v] ? " [latent, selected]\n"
                           : graph->latent[v]                     ? " [latent]\n"
                           : graph->selected[v]                   ? " [selected]\n"
                                                                  : "\n");
    }
    for (int v = 0; v < (int)graph->n; v++)
        add_edges(out, graph, v, false);
    for (int v = 0; v < (int)graph->n; v++)
        add_edges(out, graph, v, true);
    for (int v = 0; v < (int)graph->n && graph->klass != NULL; v++)
        add_circles(out, graph, v);
    wrt_buf_add_c(out, "}\n");
}
