/* draw_dot.c: a graph as Graphviz text that reads back to an equal graph. */
#include "causal/draw/draw.h"

static void add_name(wrt_buf *out, const char *name) {
    wrt_buf_add_char(out, '"');
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            wrt_buf_add_char(out, '\\');
        wrt_buf_add_char(out, *p);
    }
    wrt_buf_add_char(out, '"');
}

static bool is_in(const wrt_node_set *set, int node) {
    return set != NULL && wrt_node_set_has(set, node);
}

static void add_node(wrt_buf *out, const wrt_graph *graph, int node, const wrt_drawing *drawing) {
    wrt_buf_add_c(out, "  ");
    add_name(out, wrt_graph_name(graph, node));
    if (wrt_graph_is_latent(graph, node))
        wrt_buf_add_c(out, " [latent=true, shape=ellipse, style=dashed]");
    else if (wrt_graph_is_selected(graph, node))
        wrt_buf_add_c(out, " [selected=true, shape=octagon, style=bold]");
    else if (is_in(drawing->treatment, node))
        wrt_buf_add_c(out, " [shape=box, penwidth=3]");
    else if (is_in(drawing->outcome, node))
        wrt_buf_add_c(out, " [shape=doubleoctagon]");
    else if (is_in(drawing->adjusted, node))
        wrt_buf_add_c(out, " [shape=box, style=filled, fillcolor=lightgrey]");
    wrt_buf_add_c(out, ";\n");
}

static void add_edges(wrt_buf *out, const wrt_graph *graph, int node, bool bidirected) {
    size_t n;
    const int *ends =
        bidirected ? wrt_graph_spouses(graph, node, &n) : wrt_graph_children(graph, node, &n);
    for (size_t i = 0; i < n; i++) {
        if (bidirected && ends[i] < node)
            continue;
        wrt_buf_add_c(out, "  ");
        add_name(out, wrt_graph_name(graph, node));
        wrt_buf_add_c(out, " -> ");
        add_name(out, wrt_graph_name(graph, ends[i]));
        wrt_buf_add_c(out, bidirected ? " [dir=both, style=dashed];\n" : ";\n");
    }
}

void wrt_graph_to_dot(wrt_buf *out, const wrt_graph *graph, const wrt_drawing *drawing) {
    static const wrt_drawing nothing = {0};
    int n = (int)wrt_graph_count(graph);
    wrt_buf_add_c(out, "digraph {\n");
    for (int v = 0; v < n; v++)
        add_node(out, graph, v, drawing == NULL ? &nothing : drawing);
    for (int v = 0; v < n; v++) {
        add_edges(out, graph, v, false);
        add_edges(out, graph, v, true);
    }
    wrt_buf_add_c(out, "}\n");
}
