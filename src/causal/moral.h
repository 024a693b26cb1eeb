/* moral.h: the moral graph of the proper back-door graph, in linear size.
 *
 * Separation in a graph with directed and bidirected edges is plain separation in the moral graph
 * of the ancestors (Lauritzen et al. 1990; for bidirected edges Richardson 2003, who joins all
 * nodes that a path of colliders connects). Marrying all parents of a district would take
 * quadratic space, so each district gets a hub vertex instead, joined to its members and to their
 * parents; no separator may hold a hub, hence separators of nodes are the same. Internal to
 * src/causal. */
#ifndef WRT_CAUSAL_MORAL_H
#define WRT_CAUSAL_MORAL_H

#include "causal/reach.h"

typedef enum {
    WRT_VERTEX_FIXED, /* hubs, latent and forbidden nodes: in no separator */
    WRT_VERTEX_FREE,  /* may be in a separator */
    WRT_VERTEX_SOURCE,
    WRT_VERTEX_TARGET
} wrt_vertex_kind;

/* Vertices 0..n_nodes-1 are nodes, the rest hubs. */
typedef struct {
    int n_nodes, n_vertices;
    int *node;           /* graph index of vertex v < n_nodes */
    unsigned char *kind; /* wrt_vertex_kind */
    int *offset;         /* neighbours of v: adjacent[offset[v] .. offset[v + 1]) */
    int *adjacent;
} wrt_moral;

/* Takes the nodes marked ANCESTOR; those marked INCLUDED are conditioned on, so they only marry
 * their parents. Edges that `rules` cuts are left out. is_free tells which nodes may separate.
 * O(nodes + edges). */
void wrt_moral_init(wrt_moral *out, const wrt_reach *reach, const wrt_reach_rules *rules,
                    const unsigned char *is_free);
void wrt_moral_free(wrt_moral *moral);

#endif
