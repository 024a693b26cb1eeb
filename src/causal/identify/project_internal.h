/* project_internal.h: the edges of a latent projection, for project.c and admg.c. */
#ifndef WRT_CAUSAL_PROJECT_INTERNAL_H
#define WRT_CAUSAL_PROJECT_INTERNAL_H

#include "causal/graph_internal.h"

/* The edges among the observed ancestors of `of` (NULL: all observed nodes), which `kept` gets
 * (per node, false on entry). Both orders of every bidirected edge; edges may repeat. Nodes are
 * those of `graph`. The items of both lists are the caller's, in case of failure too. */
wrt_status wrt_graph_project_edges(graph_pairs *directed, graph_pairs *spouse, bool *kept,
                                   const wrt_graph *graph, const wrt_node_set *of, wrt_err *err);

#endif
