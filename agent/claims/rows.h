/* rows.h: what the program itself reads of the graph for a claim: that a row belongs to the
 * snapshot, and what other rows say of the same two nodes. Every read is a look-up on record. */
#ifndef WRT_AGENT_CLAIMS_ROWS_H
#define WRT_AGENT_CLAIMS_ROWS_H

#include "agent/turn.h"

enum { WRT_ROWS_BETWEEN_MAX = 50 }; /* rows between two nodes that are looked at */

/* The look-up "proof" {"edge"} of a row (kg/store/proof.h), which level 4 of an audit checks again
 * without the graph. *n is its number in the ledger, 0 when nothing is recorded. WRT_E_INPUT when
 * the graph was altered after its import: no claim stands on such a row. */
wrt_status wrt_rows_prove(int64_t *n, wrt_turn *turn, const char *edge, wrt_err *err);

/* The look-up "between" {"a","b"}: rows that state the opposite direction of effect for the same
 * ends as `edge`, read the same way; in order of id. [] for an edge without a direction of effect.
 * At most WRT_ROWS_BETWEEN_MAX rows are looked at. Caller frees. */
wrt_status wrt_rows_opposed(wrt_json **out, wrt_turn *turn, const wrt_json *edge, wrt_err *err);

/* Does `other` state the opposite direction of effect for the ends of `edge`? */
bool wrt_rows_oppose(const wrt_json *edge, const wrt_json *other);

/* The look-up itself (lookup.h), for who looks again: query {"a","b"}, ctx the graph. */
wrt_status wrt_rows_look_between(wrt_json **found, const wrt_json *query, void *ctx, wrt_err *err);

#endif
