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

/* Graphviz text. `<->` is an edge with dir=both, latent nodes have the mark latent, so
 * wrt_graph_parse_text reads an equal graph from it. */
void wrt_graph_to_dot(wrt_buf *out, const wrt_graph *graph, const wrt_drawing *drawing);

/* A standalone SVG file (draw/graph_picture.h). WRT_E_LIMIT above its caps. */
wrt_status wrt_graph_to_svg(wrt_buf *out, const wrt_graph *graph, const wrt_drawing *drawing,
                            wrt_err *err);

#endif
