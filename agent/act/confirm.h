/* confirm.h: what a tool says about the graph is checked against the graph.
 *
 * Tools are plugins and may be anybody's. Before a path becomes a claim every edge of it is looked
 * up in the graph this program opened itself, and the stored row is what goes on: a plugin can
 * choose among true edges, never add one. */
#ifndef WRT_AGENT_ACT_CONFIRM_H
#define WRT_AGENT_ACT_CONFIRM_H

#include "agent/turn.h"

typedef struct {
    const wrt_json *paths; /* data of a kg_paths result */
    const char *from, *to; /* ids that every path runs between */
} wrt_confirmation;

/* Rebuilds paths from stored rows (one look-up "edges"): [{"nodes":[{"id","name","kind"}],"edges":
 * [stored edge...],"score","sign"}], sign the product of the stored signs or null. An edge that the
 * tool says to read from object to subject keeps "reversed":true; it is no effect of what comes
 * before. WRT_E_FAILED names the edge that is not in the graph, does not join its neighbours, or a
 * path that does not run from `from` to `to`. Caller frees. */
wrt_status wrt_confirm_paths(wrt_json **out, wrt_turn *turn, const wrt_confirmation *what,
                             wrt_err *err);

/* The look-up itself (lookup.h), for who looks again: the rows that the graph (ctx) holds of query
 * {"ids":[..]}, as {id: row}. */
wrt_status wrt_confirm_look_edges(wrt_json **out, const wrt_json *query, void *ctx, wrt_err *err);

#endif
