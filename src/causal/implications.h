/* implications.h: what a graph says that data can contradict.
 *
 * For each pair of observed nodes that some set of observed nodes separates, one independence
 * statement: a and b are independent given a minimal such set. Latent nodes and bidirected edges
 * count: A <-> B implies nothing about A and B, and neither do two nodes that share a latent
 * parent. Selected nodes (wrt_graph_set_selected) are conditioned on in every statement and named
 * in none: what holds among selected units. */
#ifndef WRT_CAUSAL_IMPLICATIONS_H
#define WRT_CAUSAL_IMPLICATIONS_H

#include "causal/graph.h"

enum { WRT_IMPLICATIONS_MAX = 100000 };

/* Work of one listing at most: pairs tried times nodes and edge ends. Some seconds. */
#define WRT_IMPLICATIONS_WORK UINT64_C(2000000000)

typedef struct {
    int x, y; /* x before y by name */
    wrt_node_set given;
} wrt_implication;

typedef struct {
    bool complete;          /* false when listing stopped at `max`, or at its work limit */
    wrt_implication *items; /* sorted by name of x, then of y */
    size_t n;
} wrt_implications;

/* max 0: 100; more than WRT_IMPLICATIONS_MAX is WRT_E_INPUT. The set is the one nearest to x (van
 * der Zander, Liskiewicz, UAI 2019). O(nodes + edges) per pair tried. */
wrt_status wrt_implications_list(wrt_implications *out, const wrt_graph *graph, size_t max,
                                 wrt_err *err);
void wrt_implications_free(wrt_implications *implications);

#endif
