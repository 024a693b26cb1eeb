/* draw.h: pictures of a graph: Graphviz text and SVG.
 *
 * Both mark treatment, outcome, adjusted and latent nodes by shape and line as well as by colour,
 * so that they read in black and white. */
#ifndef WRT_CAUSAL_DRAW_H
#define WRT_CAUSAL_DRAW_H

#include "causal/graph.h"

/* What to mark; any set may be NULL. */
typedef struct {
    const wrt_node_set *treatment, *outcome, *adjusted;
    const char *path; /* an open path in the words of the causal functions, or NULL (SVG only) */
} wrt_drawing;

enum { WRT_DRAW_NODES_MAX = 300, WRT_DRAW_EDGES_MAX = 1500 };

/* Graphviz text. `<->` is an edge with dir=both, latent nodes have the mark latent, so
 * wrt_graph_parse_text reads an equal graph from it. */
void wrt_graph_to_dot(wrt_buf *out, const wrt_graph *graph, const wrt_drawing *drawing);

/* A standalone SVG file. Layers by longest path, order within a layer by barycentres (Sugiyama,
 * Tagawa, Toda 1981). WRT_E_LIMIT above DRAW_NODES_MAX or DRAW_EDGES_MAX. */
wrt_status wrt_graph_to_svg(wrt_buf *out, const wrt_graph *graph, const wrt_drawing *drawing,
                            wrt_err *err);

#endif
