/* draw_layout.h: where the nodes and edges of a picture go. Internal to src/causal.
 *
 * Layers by longest path; an edge over several layers passes a bend in each layer between, which
 * takes room as a node does, so no line crosses a label; order within a layer by barycentres,
 * positions by isotonic regression towards the neighbours' middle. */
#ifndef WRT_CAUSAL_DRAW_LAYOUT_H
#define WRT_CAUSAL_DRAW_LAYOUT_H

#include "causal/graph.h"

enum { WRT_LAYOUT_BENDS_MAX = 20000, WRT_LAYOUT_NODE_HEIGHT = 34, WRT_LAYOUT_LAYER_STEP = 96 };

/* Slots 0..n_nodes-1 are nodes, the rest bends. x, y are centres, in pixels. */
typedef struct {
    int layer, rank; /* rank: place within the layer, from the left */
    double x, y, width;
} wrt_slot;

/* An edge from an upper node to a lower one, or within a layer. */
typedef struct {
    int from, to; /* for a directed edge, its direction */
    bool is_bidirected;
    int first_bend, n_bends; /* slots, from `from` to `to` */
} wrt_route;

typedef struct {
    size_t n_nodes, n_slots, n_routes;
    int n_layers;
    wrt_slot *slots;
    wrt_route *routes;
    double width, height;
} wrt_layout;

/* label_width: pixels per node. WRT_E_LIMIT above LAYOUT_BENDS_MAX bends. */
wrt_status wrt_layout_init(wrt_layout *out, const wrt_graph *graph, const double *label_width,
                           wrt_err *err);
void wrt_layout_free(wrt_layout *layout);

#endif
