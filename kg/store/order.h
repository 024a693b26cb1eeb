/* order.h: the rank of each edge, its place in bytewise order of edge id; private to kg/. */
#ifndef WRT_KG_ORDER_H
#define WRT_KG_ORDER_H

#include "kg/store/store.h"

typedef struct {
    uint32_t *rank; /* by row number, n_rows + 1 places; WRT_KG_NO_RANK where there is no edge */
    size_t n_rows;  /* largest row number */
    size_t n_edges;
} wrt_kg_order;

#define WRT_KG_NO_RANK UINT32_MAX

/* Reads all ids. WRT_E_INPUT when two edges have one id. O(E) for made ids, which are sorted by
 * their 64-bit keys, O(E log E) for stated ones; at most 36 bytes an edge on the way and 4 when
 * done. */
wrt_status wrt_kg_order_load(wrt_kg_order *out, wrt_kg_store *store, wrt_err *err);
void wrt_kg_order_free(wrt_kg_order *order);

#endif
