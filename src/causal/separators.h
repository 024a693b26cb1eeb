/* separators.h: all minimal separators of an undirected graph, one after the other. Internal to
 * src/causal. */
#ifndef WRT_CAUSAL_SEPARATORS_H
#define WRT_CAUSAL_SEPARATORS_H

#include "causal/moral.h"

/* Receives one separator: n vertices in no order. Returns false to stop the listing. */
typedef bool wrt_separator_visit(const int *vertices, size_t n, void *ctx);

/* Calls visit for every minimal set of FREE vertices that separates the SOURCE vertices from the
 * TARGET vertices; each exactly once. Returns false when visit stopped it, true when the listing
 * is complete. Time between two calls: O(largest separator * (vertices + edges)). */
bool wrt_separators_each(const wrt_moral *moral, wrt_separator_visit *visit, void *ctx);

#endif
