/* graph_picture.h: a causal graph as SVG. Roles of nodes are told by shape and line as well as by
 * colour, so that the picture reads in black and white; a legend names the marks that occur. */
#ifndef WRT_DRAW_GRAPH_PICTURE_H
#define WRT_DRAW_GRAPH_PICTURE_H

#include "draw/layers.h"
#include "draw/plot.h"

enum { WRT_GRAPH_PICTURE_NODES_MAX = 300, WRT_GRAPH_PICTURE_EDGES_MAX = 1500 };

typedef enum {
    WRT_ROLE_PLAIN,     /* ellipse */
    WRT_ROLE_TREATMENT, /* box with a thick border */
    WRT_ROLE_OUTCOME,   /* box with a double border */
    WRT_ROLE_ADJUSTED,  /* grey box */
    WRT_ROLE_LATENT,    /* dashed ellipse */
    WRT_ROLE_SELECTED,  /* octagon */
    WRT_N_ROLES
} wrt_graph_role;

typedef struct {
    wrt_plot_caption caption; /* title NULL: "Causal graph" */
    size_t n_nodes, n_edges;
    const char *const *names;
    const wrt_graph_role *roles;
    const wrt_layers_edge *edges;
    const char *open_path; /* "X <- U -> Y": drawn thick; NULL: none */
} wrt_graph_picture;

/* WRT_E_LIMIT above GRAPH_PICTURE_NODES_MAX or _EDGES_MAX, WRT_E_INPUT for edges between no two
 * nodes. Appends one <svg> element. */
wrt_status wrt_graph_picture_svg(wrt_buf *out, const wrt_graph_picture *picture, wrt_err *err);

/* "treatment", "not observed", ...: for the table beside the picture. */
const char *wrt_graph_role_name(wrt_graph_role role);

#endif
