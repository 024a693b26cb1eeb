/* csr.h: all edges as flat arrays, private to kg/.
 *
 *   out_from: | 0 | 2 | 5 | ...          node v leaves by out[out_from[v] .. out_from[v+1])
 *   out:      | (node, edge) | ...       the other end and the edge's rank
 *
 * Nodes count from 0 here (node number - 1). An edge's rank is its place in bytewise order of edge
 * id, so comparing ranks compares ids, and the arcs of a node stand in order of rank. */
#ifndef WRT_KG_CSR_H
#define WRT_KG_CSR_H

#include "kg/store.h"

typedef struct {
    uint32_t node, edge;
} wrt_kg_arc;

typedef struct {
    size_t n_nodes, n_edges;
    uint32_t *number; /* by rank: row number in `edge` */
    uint32_t *subject, *object;
    uint32_t *predicate, *original; /* terms */
    int16_t *sign;                  /* +1, 0, -1, WRT_KG_SIGN_UNKNOWN */
    double *cost; /* out-degree of the subject times in-degree of the object, both counting edges
                     of the same predicate; a whole number */
    uint32_t *out_from, *in_from; /* n_nodes + 1 each */
    wrt_kg_arc *out, *in;
} wrt_kg_csr;

/* Reads the adjacency table. WRT_E_INPUT when a record is impossible. O(nodes + edges). */
wrt_status wrt_kg_csr_load(wrt_kg_csr *out, const wrt_kg_store *store, size_t n_nodes,
                           wrt_err *err);
void wrt_kg_csr_free(wrt_kg_csr *csr);

#endif
