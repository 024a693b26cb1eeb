/* search.h: best-first search for simple paths over the arrays; private to kg/. */
#ifndef WRT_KG_SEARCH_H
#define WRT_KG_SEARCH_H

#include "kg/csr.h"

enum { WRT_KG_HOPS_MAX = 6 };

/* What is asked, in terms of the arrays. */
typedef struct {
    const wrt_kg_csr *csr;
    uint32_t from, to; /* different nodes */
    int max_hops;
    size_t k;
    int sign;               /* 0 any */
    const bool *inner;      /* by node: may stand inside a path */
    const bool *predicates; /* by term */
    size_t work_max, count_max;
} wrt_kg_query;

/* Lower bounds for what is left of a path. best[r][state] is the least product of costs over all
 * walks of at most r edges from a node to the target, INFINITY when there is none. With a sign to
 * keep, a state is (node, parity of the minus signs to come); else it is the node. */
typedef struct {
    double *best[WRT_KG_HOPS_MAX + 1];
    int parities; /* states a node: 1 or 2 */
} wrt_kg_bounds;

typedef struct {
    int hops;
    uint32_t edges[WRT_KG_HOPS_MAX]; /* ranks */
    double cost;                     /* product of edge costs; score = cost^-0.5 */
} wrt_kg_path;

typedef struct {
    wrt_kg_path *paths; /* best first */
    size_t n;
    size_t found;
    bool truncated, found_is_exact;
} wrt_kg_result;

bool wrt_kg_edge_allowed(const wrt_kg_query *query, uint32_t edge);

/* State reached at the far end of an edge when `parity` minus signs (mod 2) are still to come
 * before it. */
static inline int wrt_kg_parity_after(const wrt_kg_query *query, uint32_t edge, int parity) {
    return query->sign != 0 && query->csr->sign[edge] < 0 ? 1 - parity : parity;
}

/* O(max_hops * edges) time, O(max_hops * nodes) memory. */
void wrt_kg_bounds_make(wrt_kg_bounds *out, const wrt_kg_query *query);
void wrt_kg_bounds_free(wrt_kg_bounds *bounds);

void wrt_kg_search(wrt_kg_result *out, const wrt_kg_query *query);
void wrt_kg_result_free(wrt_kg_result *result);

/* How many paths satisfy the query; *exact is false when count_max edges did not suffice. */
size_t wrt_kg_count_paths(bool *exact, const wrt_kg_query *query, const wrt_kg_bounds *bounds);

#endif
