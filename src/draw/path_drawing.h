/* path_drawing.h: paths of a knowledge graph as one picture: Graphviz text or SVG.
 *
 * The union of the paths: a node and an edge once each, from above. The sign of an edge is told by
 * colour and by the shape of its end: a filled arrow increases, a bar decreases, an open arrow has
 * no sign, a dashed line an unknown one; no arrow holds both ways. A dotted line: no assertion of
 * its source, but a prediction or of unknown level. */
#ifndef WRT_DRAW_PATH_DRAWING_H
#define WRT_DRAW_PATH_DRAWING_H

#include "base/json.h"
#include "draw/plot.h"

enum { WRT_PATH_NODES_MAX = 300, WRT_PATH_EDGES_MAX = 1000 };

typedef struct {
    const wrt_json *node; /* borrowed: {"id","name","kind"?} */
    bool is_end;          /* the first or last node of the paths */
} wrt_path_node;

typedef struct {
    const wrt_json *edge; /* borrowed */
    size_t left, right;   /* nodes, as the paths are walked */
    bool is_reversed;     /* the statement runs from right to left */
    size_t n_paths;       /* that hold it */
} wrt_path_edge;

typedef struct {
    wrt_path_node *nodes;
    wrt_path_edge *edges;
    size_t n_nodes, n_edges, n_paths;
} wrt_path_drawing;

/* Collects; paths ([{"nodes","edges"}] of kg_paths) are borrowed and must outlive the drawing.
 * WRT_E_LIMIT above PATH_NODES_MAX or PATH_EDGES_MAX, with the way out. */
wrt_status wrt_path_drawing_make(wrt_path_drawing *out, const wrt_json *paths, wrt_err *err);
void wrt_path_drawing_free(wrt_path_drawing *drawing);

/* A `digraph` whose node names are the ids. */
void wrt_path_drawing_dot(wrt_buf *out, const wrt_path_drawing *drawing);

/* One <svg> element. Sources and publications of an edge stand in its <title>. WRT_E_LIMIT where
 * the layout would be too large. */
wrt_status wrt_path_drawing_svg(wrt_buf *out, const wrt_path_drawing *drawing,
                                const wrt_plot_caption *caption, wrt_err *err);

#endif
