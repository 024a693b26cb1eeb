/* separation.h: d-separation (m-separation with bidirected edges) with an open path as witness. */
#ifndef WRT_CAUSAL_SEPARATION_H
#define WRT_CAUSAL_SEPARATION_H

#include "causal/graph.h"

/* A CPDAG, MAG or PAG is read as its class: its members agree on every separation, so one of them
 * answers, and the path shown is of definite status (class_graph.h).
 * *separated tells whether x and y are separated by `given`. When they are not and path is not
 * NULL, *path is one open path in text, "X <- A -> B <-> Y" (every collider on it is in `given` or
 * has a descendant there), NUL-terminated and freed by the caller; else NULL. It is a shortest open
 * path; of one with more than 200 nodes the middle is left out and the text says so. Empty x or y
 * are separated from anything; latent nodes may be in any set. Overlapping sets are WRT_E_INPUT.
 * Selected nodes (wrt_graph_set_selected) are conditioned on beside `given`; x and y hold none.
 * Reachability over (node, direction), each visited once: O(nodes + edges).
 * Method: Shachter 1998 (Bayes ball); Geiger, Verma, Pearl 1990. */
wrt_status wrt_graph_separated(bool *separated, char **path, const wrt_graph *graph,
                               const wrt_node_set *x, const wrt_node_set *y,
                               const wrt_node_set *given, wrt_err *err);

#endif
