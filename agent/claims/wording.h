/* wording.h: sentences about edges and paths, made by code from graph names and predicates. */
#ifndef WRT_AGENT_CLAIMS_WORDING_H
#define WRT_AGENT_CLAIMS_WORDING_H

#include "base/buf.h"
#include "base/json.h"

/* "Metformin negatively regulates Intestinal D-glucose absorption": the record's own predicate
 * where the edge carries a causal statement (is_causal), else "A is associated with B (recorded as
 * ...)": a label is free text and may sound stronger than its warrant. */
void wrt_word_edge(wrt_buf *out, const wrt_json *from, const wrt_json *edge, const wrt_json *to,
                   bool is_causal);

/* "A, B and C": the inner nodes of a path. */
void wrt_word_inner_nodes(wrt_buf *out, const wrt_json *path);

enum { WRT_HYPOTHESIS_WORDINGS = 3 };

/* Equivalent hedged sentences for a hypothesis; none asserts more than `relation` may. Fills
 * out[0..WRT_HYPOTHESIS_WORDINGS) (each appended to its own empty buffer). */
void wrt_word_hypothesis(wrt_buf out[WRT_HYPOTHESIS_WORDINGS], const wrt_json *path,
                         const char *relation);

/* A sentence of somebody else's in quotation marks that nothing inside can end, with its source:
 * "Alphadrug lowered it." (PMID 20). */
void wrt_word_quotation(wrt_buf *out, const char *text, const char *pmid);

/* "is associated with" for associated_with, "decreases" for decreases, ... */
const char *wrt_word_relation(const char *relation);

#endif
