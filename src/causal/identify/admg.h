/* admg.h: the graph over observed nodes that identification works on, and walks inside a part of
 * it.
 *
 * The latent projection (Verma 1993; Tian, Pearl 2002): a -> b where a directed path of latent
 * nodes leads from a to b, a <-> b where a path without colliders, through latent nodes only, has
 * arrowheads at both ends. Nodes are numbered along one topological order that depends on names
 * alone: by the length of the longest path that ends in a node, then by name. So "before" is "<"
 * and results do not depend on the order of the input. Internal to src/causal. */
#ifndef WRT_CAUSAL_ADMG_H
#define WRT_CAUSAL_ADMG_H

#include "base/arena.h"
#include "causal/graph.h"

typedef struct {
    int *offset; /* neighbours of v: items[offset[v] .. offset[v + 1]), ascending */
    int *items;
} wrt_admg_rows;

typedef struct {
    wrt_arena *arena;
    const wrt_graph *graph; /* what it was made of */
    int n;
    int *node;  /* index in `graph` of node v */
    int *local; /* per node of `graph`, -1 when it is not here */
    wrt_admg_rows parents, children, spouses;
} wrt_admg;

/* Projects the ancestors of the nodes of `of` (NULL: the whole graph). Freed by the caller in
 * either case. WRT_E_LIMIT when the projection has more than WRT_GRAPH_EDGES_MAX edges or takes
 * more than a hundred million steps (many nodes above many latent nodes). */
wrt_status wrt_admg_init(wrt_admg *out, const wrt_graph *graph, const wrt_node_set *of,
                         wrt_err *err);
void wrt_admg_free(wrt_admg *admg);

/* A part of the nodes: ascending indices, and a mark per node of the whole. */
typedef struct {
    int *items;
    int n;
    unsigned char *has;
} wrt_part;

wrt_part wrt_part_new(const wrt_admg *admg); /* empty; memory of the admg's arena */
void wrt_part_add(wrt_part *part, int v);    /* v is after all members */
wrt_part wrt_part_all(const wrt_admg *admg);
wrt_part wrt_part_minus(const wrt_admg *admg, const wrt_part *a, const wrt_part *b);

/* Ancestors of `of` (itself included) by directed edges inside `within`; O(its edges + n). */
wrt_part wrt_admg_ancestors(const wrt_admg *admg, const wrt_part *within, const wrt_part *of);
/* The district (c-component) of v inside `within`. */
wrt_part wrt_admg_district(const wrt_admg *admg, const wrt_part *within, int v);

#endif
