/* search.h: search for simple paths over the arrays; private to kg/. */
#ifndef WRT_KG_SEARCH_H
#define WRT_KG_SEARCH_H

#include "kg/paths/csr.h"
#include "kg/predicates.h"

enum { WRT_KG_HOPS_MAX = 6 };

/* What is asked, in terms of the arrays. */
typedef struct {
    const wrt_kg_csr *csr;
    uint32_t from, to; /* different nodes */
    int max_hops;
    size_t k;
    int sign;              /* 0 any */
    bool any_direction;    /* edges may be read against their direction */
    const bool *inner;     /* by node: may stand inside a path */
    const bool *metaedges; /* by metaedge: may be followed */
    size_t work_max, count_max;
} wrt_kg_query;

/* Lower bounds for what is left of a path. best[r][state] is the least product of costs over all
 * walks of at most r edges from a node to the target, INFINITY when there is none. With a sign to
 * keep, a state is (node, parity of the minus signs to come): the doubled graph of INDRA's signed
 * search (Gyori et al., Mol Syst Biol 2017;13:954). Else it is the node. */
typedef struct {
    double *best[WRT_KG_HOPS_MAX + 1];
    int parities; /* states a node: 1 or 2 */
} wrt_kg_bounds;

/* Edges as the arcs name them: ranks, with WRT_KG_ARC_BACK where the path goes from object to
 * subject and WRT_KG_ARC_BOTH where the edge holds both ways. */
typedef struct {
    int hops;
    uint32_t edges[WRT_KG_HOPS_MAX];
    double cost; /* product of edge costs */
} wrt_kg_path;

typedef struct {
    wrt_kg_path *paths; /* best first */
    size_t n;
    size_t found;
    bool truncated, found_is_exact;
} wrt_kg_result;

/* The sign of an edge as a path reads it. An effect does not carry its sign back to its cause, and
 * an edge read against its direction says nothing: both are unknown. */
static inline int wrt_kg_sign_read(const wrt_kg_csr *csr, uint32_t edge) {
    uint32_t rank = edge & WRT_KG_RANK;
    bool back = (edge & WRT_KG_ARC_BACK) != 0, both = (edge & WRT_KG_ARC_BOTH) != 0;
    return back && (csr->is_causal[rank] || !both) ? WRT_KG_SIGN_UNKNOWN : csr->sign[rank];
}

/* Whether a path may follow an edge, given as arcs name it. */
static inline bool wrt_kg_edge_open(const wrt_kg_query *query, uint32_t edge) {
    const wrt_kg_csr *csr = query->csr;
    bool against = (edge & (WRT_KG_ARC_BACK | WRT_KG_ARC_BOTH)) == WRT_KG_ARC_BACK;
    if ((edge & WRT_KG_ARC_TWIN) != 0 || (against && !query->any_direction) ||
        !query->metaedges[csr->metaedge[edge & WRT_KG_RANK]])
        return false;
    return query->sign == 0 || wrt_kg_sign_read(csr, edge) != WRT_KG_SIGN_UNKNOWN;
}

/* State reached at the far end of an edge when `parity` minus signs (mod 2) are still to come
 * before it. */
static inline int wrt_kg_parity_after(const wrt_kg_query *query, uint32_t edge, int parity) {
    return query->sign != 0 && query->csr->sign[edge & WRT_KG_RANK] < 0 ? 1 - parity : parity;
}

/* The node that a path reaches by its edge. */
static inline uint32_t wrt_kg_far_end(const wrt_kg_csr *csr, uint32_t edge) {
    return (edge & WRT_KG_ARC_BACK) != 0 ? csr->subject[edge & WRT_KG_RANK]
                                         : csr->object[edge & WRT_KG_RANK];
}

/* O(max_hops * edges) time, O(max_hops * nodes) memory. */
void wrt_kg_bounds_make(wrt_kg_bounds *out, const wrt_kg_query *query);
void wrt_kg_bounds_free(wrt_kg_bounds *bounds);

/* The k paths of least cost, exact unless `truncated`; ties by fewer hops, then edge ids. */
void wrt_kg_search(wrt_kg_result *out, const wrt_kg_query *query);
void wrt_kg_result_free(wrt_kg_result *result);

/* Order of two paths of equal worth: fewer hops, then edge ids in order, forward before back. */
int wrt_kg_path_compare(const wrt_kg_path *a, const wrt_kg_path *b);

/* The cost of a path in a fixed order of factors, so that equal sets of factors give equal bits. */
double wrt_kg_path_cost(const wrt_kg_csr *csr, const wrt_kg_path *path);

/* The product of the signs, neutral ones skipped: +1, -1, 0 when all are neutral, or
 * WRT_KG_SIGN_UNKNOWN when one is. */
int wrt_kg_path_sign(const wrt_kg_csr *csr, const wrt_kg_path *path);

/* Whether a path of known signs and even parity has the sign that is asked for: neutral edges alone
 * have parity 0 and no sign. */
bool wrt_kg_path_fits(const wrt_kg_query *query, const wrt_kg_path *path);

/* Calls take for all simple paths, those of one hop first, then those of two, and so on. `cost` of
 * what take gets is unset. Returns how many there were; *complete_hops is the number of hops up to
 * which all were met: less than max_hops when count_max arcs did not suffice. take may be NULL. */
typedef void (*wrt_kg_take_path)(void *ctx, const wrt_kg_path *path);
size_t wrt_kg_walk(int *complete_hops, const wrt_kg_query *query, const wrt_kg_bounds *bounds,
                   wrt_kg_take_path take, void *ctx);

#endif
