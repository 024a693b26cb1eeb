/* vertex_cut.h: a smallest separator of an undirected graph. Internal to src/causal. */
#ifndef WRT_CAUSAL_VERTEX_CUT_H
#define WRT_CAUSAL_VERTEX_CUT_H

#include "causal/moral.h"

/* A smallest set of FREE vertices that separates SOURCE from TARGET vertices; of several the one
 * nearest the targets, which is unique. There must be one. *out (the caller's, ascending vertices)
 * gets *n of them. Dinic's algorithm, O(sqrt(vertices) * edges) on unit vertex capacities. */
void wrt_vertex_cut_min(int **out, size_t *n, const wrt_moral *moral);

#endif
