/* cladder_item.h: a record of CLadder (Jin et al., NeurIPS 2023) as a typed query.
 *
 * Read are `meta` (graph_id, query_type, treatment, outcome, mediators, collider, polarity,
 * given_info with the unrounded probabilities) and, for a graph_id that is not among the ten of the
 * paper, the edges of reasoning.step1. Never read: answer, groundtruth, estimand, the other steps
 * and the text. A given difference of two probabilities is left out: no type needs it. */
#ifndef WRT_EVAL_CLADDER_ITEM_H
#define WRT_EVAL_CLADDER_ITEM_H

#include "base/err.h"
#include "base/json.h"

/* The query in the form of typed.h; the caller frees. WRT_E_INPUT names what the record lacks. */
wrt_status wrt_cladder_query(wrt_json **out, const wrt_json *record, wrt_err *err);

/* Appends to `facts` what one member of given_info says: "p(Y | X, V2)": [[p00, p01], [p10, p11]],
 * "P(X)": p or [p], "P(Y=1, X=0)": p. WRT_E_INPUT: another form. */
wrt_status wrt_cladder_facts(wrt_json *facts, const char *name, const wrt_json *value,
                             wrt_err *err);

#endif
