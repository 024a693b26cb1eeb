/* order.h: in which order to sum out the nodes of a network. Internal to src/scm/infer. */
#ifndef WRT_SCM_INFER_ORDER_H
#define WRT_SCM_INFER_ORDER_H

#include "scm/infer/network.h"

typedef struct {
    uint16_t nodes[WRT_SCM_NODES_MAX];
    size_t n;
    double cells;  /* of all tables that will be made, the summed node included */
    double widest; /* of the largest */
    uint16_t at;   /* the node at which the largest is made */
} wrt_scm_order;

/* The cheaper of min-fill and min-weight over the nodes marked in `chosen`. Ties go to the smaller
 * table, then to the smaller number. An order that comes to a table beyond WRT_SCM_CELLS_MAX ends
 * there: its cells are infinite, and widest is the size of that table.
 * O(nodes^2 * degree * nodes / 64). */
void wrt_scm_order_find(wrt_scm_order *out, const wrt_scm_network *network, const bool *chosen);

#endif
