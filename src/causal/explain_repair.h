/* explain_repair.h: from a wrong adjustment set to a right one. Internal to src/causal. */
#ifndef WRT_CAUSAL_EXPLAIN_REPAIR_H
#define WRT_CAUSAL_EXPLAIN_REPAIR_H

#include "causal/adjustment.h"

/* The set without one node; freed by the caller. */
wrt_node_set wrt_repair_without(const wrt_node_set *set, int node);

/* Appends what to drop, add or use instead of an invalid set; culprit is the member to blame or
 * -1. Every set it names is valid. Where there is none: a front-door set or instruments. */
void wrt_repair_suggest(wrt_buf *out, const wrt_effect_query *query, const wrt_node_set *set,
                        int culprit);

#endif
