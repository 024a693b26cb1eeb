/* nearest.h: one separating set of two nodes, by reachability alone.
 *
 * If any set of free nodes separates a and b, the free ancestors of both do. Of these, the ones
 * that an open walk from a meets separate already, and nearest to a; of those, the ones that an
 * open walk from b meets are a minimal set (van der Zander, Liskiewicz, UAI 2019, PMLR 115).
 * Internal to src/causal. */
#ifndef WRT_CAUSAL_NEAREST_H
#define WRT_CAUSAL_NEAREST_H

#include "causal/reach.h"

enum { WRT_NEAREST_ALWAYS = 2 }; /* is_free of a node conditioned on in any case, not listed */

/* False, and *out empty, when no set of free nodes separates a and b under `rules`; else *out is a
 * minimal one, the one nearest to a, freed by the caller. is_free holds a flag per node; the flags
 * of a and b do not matter. Uses the marks GIVEN, OPEN, INCLUDED and ANCESTOR. O(nodes + edges). */
bool wrt_nearest_separator(wrt_node_set *out, wrt_reach *reach, const wrt_reach_rules *rules,
                           const int ends[2], const unsigned char *is_free);

/* Nodes and edge ends of the graph: the most that a walk costs, for limits on whole listings. */
uint64_t wrt_nearest_walk_cost(const wrt_graph *graph);

#endif
