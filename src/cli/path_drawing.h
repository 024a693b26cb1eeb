/* path_drawing.h: paths of a knowledge graph as one picture: Graphviz text or SVG.
 *
 * The union of the paths: a node and an edge once each, from left to right. The sign of an edge is
 * told by colour and by the shape of its end: a filled arrow increases, a bar decreases, an open
 * arrow has no sign, a dashed line an unknown one; no arrow holds both ways. */
#ifndef WRT_CLI_PATH_DRAWING_H
#define WRT_CLI_PATH_DRAWING_H

#include "base/err.h"
#include "base/json.h"

enum { WRT_PATH_NODES_MAX = 300, WRT_PATH_EDGES_MAX = 1000 };

typedef struct {
    const wrt_json *node; /* borrowed: {"id","name","kind"} */
    bool is_end;          /* the first or last node of the paths */
    int layer;            /* from the left: the least number of steps from the first node */
    double order;         /* within the layer, from above */
    double x, y, width;   /* centre, pixels */
} wrt_path_node;

typedef struct {
    const wrt_json *edge; /* borrowed */
    size_t from, to;      /* nodes, in the direction of the statement */
    int lane;             /* 0, 1, ...: number among the edges of the same two nodes */
    size_t n_paths;       /* that hold it */
} wrt_path_edge;

typedef struct {
    wrt_path_node *nodes;
    wrt_path_edge *edges;
    size_t n_nodes, n_edges, n_paths;
    double width, height; /* pixels */
} wrt_path_drawing;

/* Collects and places; paths are borrowed and must outlive the drawing. WRT_E_LIMIT above
 * PATH_NODES_MAX or PATH_EDGES_MAX, with the way out. */
wrt_status wrt_path_drawing_make(wrt_path_drawing *out, const wrt_json *paths, wrt_err *err);
void wrt_path_drawing_free(wrt_path_drawing *drawing);

/* A `digraph` whose node names are the ids. */
void wrt_path_drawing_dot(wrt_buf *out, const wrt_path_drawing *drawing);

/* A standalone SVG file for light and dark screens, without scripts. caption: what it shows, with
 * the snapshot. Sources and publications of an edge stand in its <title>. */
void wrt_path_drawing_svg(wrt_buf *out, const wrt_path_drawing *drawing, const char *caption);

#endif
