/* project.h: the latent projection of a graph. */
#ifndef WRT_CAUSAL_PROJECT_H
#define WRT_CAUSAL_PROJECT_H

#include "causal/graph.h"

/* The graph over the observed nodes, with bidirected edges for latent common causes, that has the
 * same separations and the same identifiable effects (Verma 1993; Tian, Pearl 2002). Nodes stand in
 * a topological order. Finished; the caller's. O(nodes * edges) at worst and linear without latent
 * nodes; WRT_E_LIMIT when it would have more than WRT_GRAPH_EDGES_MAX edges. */
wrt_status wrt_graph_project(wrt_graph **out, const wrt_graph *graph, wrt_err *err);

#endif
