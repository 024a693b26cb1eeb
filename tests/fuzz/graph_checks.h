/* graph_checks.h: what must hold of whatever a reader of graphs makes of hostile bytes.
 *
 * An error is one line; a graph that was read is written as text, as object and, where it can be,
 * as BIF, and all read back to the same; and on small graphs the sets listed are accepted by the
 * check. Frees the graph. */
#ifndef WRT_TESTS_FUZZ_GRAPH_CHECKS_H
#define WRT_TESTS_FUZZ_GRAPH_CHECKS_H

#include "causal/graph.h"

void check_graph_or_error(wrt_graph *graph, wrt_status status, const wrt_err *err);

#endif
