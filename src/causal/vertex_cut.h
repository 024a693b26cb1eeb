/* vertex_cut.h: a smallest separator of an undirected graph. Internal to src/causal. */
#ifndef WRT_CAUSAL_VERTEX_CUT_H
#define WRT_CAUSAL_VERTEX_CUT_H

#include "causal/moral.h"

/* A cheapest set of FREE vertices that separates SOURCE from TARGET vertices; of several the one
 * nearest the targets, which is unique. There must be one. cost[v] is that of node v of the graph,
 * at least 1 (NULL: 1 each, so that the set is a smallest one). *out (the caller's, ascending
 * vertices) gets *n of them. Dinic's algorithm: O(sqrt(vertices) * edges) at cost 1 each, else
 * O(vertices^2 * edges) at worst. */
void wrt_vertex_cut_min(int **out, size_t *n, const wrt_moral *moral, const int *cost);

/* The minimal separator nearest the targets, which is unique: the FREE vertices first met from the
 * targets, and of those the ones met from the sources. O(vertices + edges). */
void wrt_vertex_cut_nearest(int **out, size_t *n, const wrt_moral *moral);

#endif
