/* lookup.h: what the program itself reads from the graph or from the local copy of PubMed.
 *
 * Every such read is an event "lookup" {"n","what","query","result" | "blob" | "error":{"code",
 * "message"}}, recorded before it is used, so that a run can be resumed and replayed from its
 * journal alone and an auditor sees the very rows that claims stand on. While planning only,
 * nothing is recorded. Code of the agent reaches kg/ and src/pubmed/ through here and in no other
 * way. */
#ifndef WRT_AGENT_ACT_LOOKUP_H
#define WRT_AGENT_ACT_LOOKUP_H

#include "agent/turn.h"

/* Reads: *found is the caller's; a failure is recorded, too, and is the result of the lookup. */
typedef wrt_status wrt_look(wrt_json **found, const wrt_json *query, void *ctx, wrt_err *err);

/* what: one word for the ledger: "link", "resolve", "edges", "standing", ... query: what is asked,
 * consumed. *out is the caller's. */
wrt_status wrt_lookup(wrt_json **out, wrt_turn *turn, const char *what, wrt_json *query,
                      wrt_look *look, void *ctx, wrt_err *err);

#endif
