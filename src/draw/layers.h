/* layers.h: where the nodes and edges of a picture of a graph go: layered layout from above.
 *
 * Layers by longest path; an edge over several layers passes a bend in each layer between, which
 * takes room as a node does, so no line crosses a label; order within a layer by barycentres,
 * positions by isotonic regression towards the neighbours' middle; where an edge meets a node by
 * the order of the other ends. A label on an edge is a node of its own between two edges. */
#ifndef WRT_DRAW_LAYERS_H
#define WRT_DRAW_LAYERS_H

#include "base/err.h"
#include "draw/arrow.h"

enum {
    WRT_LAYERS_NODES_MAX = 2000,
    WRT_LAYERS_EDGES_MAX = 4000,
    WRT_LAYERS_BENDS_MAX = 20000,
    WRT_LAYERS_NODE_HEIGHT = 34,
    WRT_LAYERS_STEP = 96
};

typedef struct {
    int from, to;       /* nodes, not equal */
    bool is_bidirected; /* says nothing about layers */
} wrt_layers_edge;

typedef struct {
    size_t n_nodes, n_edges;
    const double *width;  /* pixels per node */
    const double *height; /* NULL: WRT_LAYERS_NODE_HEIGHT each */
    const wrt_layers_edge *edges;
    double step; /* from one layer to the next; 0: WRT_LAYERS_STEP */
    double top;  /* pixels left free above all */
} wrt_layers_graph;

/* Slots 0..n_nodes-1 are nodes, the rest bends. x, y are centres, in pixels. */
typedef struct {
    int layer, rank;            /* rank: place within the layer, from the left */
    double x, y, width, height; /* a bend is as high as the highest node of its layer */
} wrt_slot;

/* An edge from a node to a lower one, or within a layer; upwards only where a cycle is closed or
 * the edge was given so. In the order of the edges given. */
typedef struct {
    int from, to; /* for a directed edge, its direction */
    bool is_bidirected;
    int first_bend, n_bends;       /* slots, from `from` to `to` */
    double from_offset, to_offset; /* where it meets its nodes, from their centre */
} wrt_route;

typedef struct {
    size_t n_nodes, n_slots, n_routes;
    int n_layers;
    wrt_slot *slots;
    wrt_route *routes;
    double width, height;
} wrt_layout;

/* Cycles are allowed: the edge that closes one points upwards. WRT_E_INPUT for an edge of unknown
 * or equal ends, WRT_E_LIMIT above the caps. About (nodes + edges + bends) * sweeps. */
wrt_status wrt_layout_init(wrt_layout *out, const wrt_layers_graph *graph, wrt_err *err);
void wrt_layout_free(wrt_layout *layout);

/* The points of a line along a route between two layers, for wrt_arrow_draw; out holds
 * 2 * n_bends + 2, returned as the number. */
size_t wrt_layout_points(wrt_point *out, const wrt_layout *layout, const wrt_route *route);

#endif
