/* csr.h: all edges as flat arrays, private to kg/.
 *
 *   from: | 0 | 2 | 5 | ...        arcs at node v: arcs[from[v] .. from[v+1])
 *   arcs: | (node, edge) | ...     the other end; the edge's rank and three flags
 *
 * Nodes count from 0 here (node number - 1). An edge's rank is its place in bytewise order of edge
 * id, so comparing ranks compares ids. Every edge stands at both of its ends: at its object with
 * the flag BACK. The arcs of a node stand in order of the other end, so that all arcs between two
 * nodes are one run, found by bisection.
 *
 * Edges of one metaedge share the kinds of both ends, the predicate, the source's own label and
 * whether they hold both ways: the "metaedge" of a hetnet (Himmelstein, Baranzini, PLOS Comput Biol
 * 2015;11:e1004259). Edges that state the same (ends, metaedge, sign, direction) are twins: the one
 * with the most evidence, then the first by id, stands for them, the others carry the flag TWIN and
 * count nowhere. */
#ifndef WRT_KG_CSR_H
#define WRT_KG_CSR_H

#include "kg/store/store.h"

typedef struct {
    uint32_t node;
    uint32_t edge; /* rank | WRT_KG_ARC_BACK | WRT_KG_ARC_BOTH | WRT_KG_ARC_TWIN */
} wrt_kg_arc;

#define WRT_KG_ARC_BACK (UINT32_C(1) << 31) /* leaves the edge's object */
#define WRT_KG_ARC_BOTH (UINT32_C(1) << 30) /* the edge holds both ways */
#define WRT_KG_ARC_TWIN (UINT32_C(1) << 29) /* another edge states the same */
#define WRT_KG_RANK     (WRT_KG_ARC_TWIN - 1)

typedef struct {
    uint32_t predicate, original; /* terms; original may be 0 */
    uint32_t subject_kind, object_kind;
    bool holds_both_ways;
    size_t n_edges;
} wrt_kg_csr_metaedge;

typedef struct {
    size_t n_nodes, n_edges, n_metaedges, n_statements; /* statements: edges that are no twins */
    wrt_kg_csr_metaedge *metaedges;
    uint32_t *number; /* by rank: row number in `edge` */
    uint32_t *subject, *object;
    uint32_t *metaedge;
    int8_t *sign; /* +1, 0, -1, WRT_KG_SIGN_UNKNOWN */
    bool *is_causal;
    uint8_t *evidence; /* supports and publications, 255 for more */
    double *cost;      /* degree of the subject times degree of the object, each counting the
                          statements of the same metaedge on that side; a whole number */
    uint32_t *from;    /* n_nodes + 1 */
    wrt_kg_arc *arcs;  /* 2 * n_edges */
} wrt_kg_csr;

/* Reads the adjacency table; kind holds a term per node. WRT_E_INPUT when a record is impossible,
 * WRT_E_LIMIT beyond 2^29 edges. O(nodes + edges), plus sorting within runs of parallel edges. */
wrt_status wrt_kg_csr_load(wrt_kg_csr *out, const wrt_kg_store *store, const uint32_t *kind,
                           size_t n_nodes, wrt_err *err);
void wrt_kg_csr_free(wrt_kg_csr *csr);

static inline uint32_t wrt_kg_arc_rank(wrt_kg_arc arc) {
    return arc.edge & WRT_KG_RANK;
}

/* The arcs between two nodes: arcs[*start .. end), end returned; empty when there are none. O(log
 * degree). */
uint32_t wrt_kg_csr_run(uint32_t *start, const wrt_kg_csr *csr, uint32_t node, uint32_t other);

/* Edges that leave and that enter a node as stored, twins included. */
void wrt_kg_csr_degrees(size_t *in, size_t *out, const wrt_kg_csr *csr, uint32_t node);

#endif
