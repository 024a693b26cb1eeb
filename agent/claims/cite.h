/* cite.h: rows of the graph as evidence, with what speaks against them.
 *
 * A row is cited with the proof that it belongs to the snapshot (rows.h), recorded once. Rows that
 * state the opposite for the same two ends are cited, too: they are the rebuttals of the claim and
 * stand first among its grounds. */
#ifndef WRT_AGENT_CLAIMS_CITE_H
#define WRT_AGENT_CLAIMS_CITE_H

#include "agent/claims/claim.h"

/* Evidence id of a row; proved, looked up and recorded the first time. Borrowed from claims. */
wrt_status wrt_cite_edge(const char **id, wrt_claims *claims, const wrt_json *edge,
                         const wrt_claim_context *context, wrt_err *err);

/* Cites the rows that speak against `edge` and adds them to the claim: grounds of role contradicts,
 * "rebuttals", a limit each. Rows whose support was withdrawn speak against nothing. */
wrt_status wrt_cite_opposed(wrt_json *claim, wrt_claims *claims, const wrt_json *edge,
                            const wrt_claim_context *context, wrt_err *err);

/* Limits that say which of the cited publications are withdrawn and how many nobody knows. */
void wrt_cite_limits(wrt_json *claim, const wrt_evidence *evidence, const char *id);

#endif
