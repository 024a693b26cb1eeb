/* draw_svg.c: a graph of the causal functions as the picture of draw/graph_picture.h. */
#include "base/arena.h"
#include "causal/draw/draw.h"
#include "draw/graph_picture.h"

#include <stdlib.h>

static bool is_in(const wrt_node_set *set, int node) {
    return set != NULL && wrt_node_set_has(set, node);
}

static wrt_graph_role role_of(const wrt_graph *graph, const wrt_drawing *d, int node) {
    return is_in(d->treatment, node)            ? WRT_ROLE_TREATMENT
           : is_in(d->outcome, node)            ? WRT_ROLE_OUTCOME
           : is_in(d->adjusted, node)           ? WRT_ROLE_ADJUSTED
           : wrt_graph_is_selected(graph, node) ? WRT_ROLE_SELECTED
           : wrt_graph_is_latent(graph, node)   ? WRT_ROLE_LATENT
                                                : WRT_ROLE_PLAIN;
}

/* The edges that leave a node, each bidirected one once; edges NULL: counts only. */
static size_t edges_of(wrt_layers_edge *edges, const wrt_graph *graph, int node) {
    size_t n_children, n_spouses, n = 0;
    const int *children = wrt_graph_children(graph, node, &n_children);
    const int *spouses = wrt_graph_spouses(graph, node, &n_spouses);
    for (size_t i = 0; i < n_children; i++, n++)
        if (edges != NULL)
            edges[n] = (wrt_layers_edge){node, children[i], false};
    for (size_t i = 0; i < n_spouses; i++) {
        if (spouses[i] < node)
            continue;
        if (edges != NULL)
            edges[n] = (wrt_layers_edge){node, spouses[i], true};
        n++;
    }
    return n;
}

wrt_status wrt_graph_to_svg(wrt_buf *out, const wrt_graph *graph, const wrt_drawing *drawing,
                            wrt_err *err) {
    static const wrt_drawing nothing = {0};
    size_t n = wrt_graph_count(graph), n_edges = 0;
    for (size_t v = 0; v < n; v++)
        n_edges += edges_of(NULL, graph, (int)v);
    const char **names = wrt_calloc(n + 1, sizeof *names);
    wrt_graph_role *roles = wrt_calloc(n + 1, sizeof *roles);
    wrt_layers_edge *edges = wrt_calloc(n_edges + 1, sizeof *edges);
    drawing = drawing != NULL ? drawing : &nothing;
    n_edges = 0;
    for (size_t v = 0; v < n; v++) {
        names[v] = wrt_graph_name(graph, (int)v);
        roles[v] = role_of(graph, drawing, (int)v);
        n_edges += edges_of(edges + n_edges, graph, (int)v);
    }
    wrt_graph_picture picture = {{.id = "graph"}, n, n_edges, names, roles, edges, drawing->path};
    wrt_status status = wrt_graph_picture_svg(out, &picture, err);
    free(names);
    free(roles);
    free(edges);
    return status;
}
