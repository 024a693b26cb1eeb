/* recompute_exchange.h: the network of a call that is made again: the exchanges that were recorded,
 * and no other. Nothing is sent. */
#ifndef WRT_AGENT_AUDIT_RECOMPUTE_EXCHANGE_H
#define WRT_AGENT_AUDIT_RECOMPUTE_EXCHANGE_H

#include "agent/audit/recompute_call.h"

typedef struct {
    const wrt_recompute_call *call;
    const char *step;
    bool is_short; /* set: the tool asked for more than is recorded, and was refused */
} wrt_recompute_exchanges;

/* Did the call of this step ask the network, or was it to? `call` is its tool.call body. */
bool wrt_recompute_has_exchanges(const wrt_recompute_call *c, const wrt_json *call);

/* The guard of the call; `exchanges` must outlive it. A request that is not the recorded one of its
 * number fails the call. */
wrt_egress_guard wrt_recompute_guard(wrt_recompute_exchanges *exchanges);

/* The event of this type, step and number; NULL: none. Borrowed. O(events). */
const wrt_json *wrt_recompute_find(const wrt_json *events, const char *type, const char *step,
                                   int64_t n);

#endif
