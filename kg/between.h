/* between.h: what else the graph says of the same two nodes. */
#ifndef WRT_KG_BETWEEN_H
#define WRT_KG_BETWEEN_H

#include "kg/kg.h"

/* The edges between two nodes, in either direction and of any predicate, as wrt_kg_edge gives them,
 * in order of edge id, at most `limit`; *total (may be NULL) is how many there are. An unknown node
 * is WRT_E_NOT_FOUND. O(log degree + edges between). Caller frees *out. */
wrt_status wrt_kg_between(wrt_json **out, size_t *total, wrt_kg *kg, const char *const ends[2],
                          size_t limit, wrt_err *err);

#endif
