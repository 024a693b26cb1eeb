/* hypothesis.h: which of the paths found become hypotheses, and in which order.
 *
 * Paths over the same nodes are one route; of parallel edges the variant with the higher rung, then
 * the one that a single record states as a whole, then the better score stands for it. Routes whose
 * sign agrees with the direction asked about support, those of the opposite sign contradict, those
 * of unknown sign are context; each group is ordered by rung, then score, and cut at the same
 * number. When no direction was asked about, every route supports. The model may put another of the
 * supporting hypotheses first; it cannot add or drop one. */
#ifndef WRT_AGENT_CLAIMS_HYPOTHESIS_H
#define WRT_AGENT_CLAIMS_HYPOTHESIS_H

#include "agent/claims/claim.h"

/* Makes claims of the paths and returns [{"role":"supports|contradicts|context","path":index,
 * "claim":id,"links":[claim ids]}]; hypotheses whose claim policy withheld are absent. *routes is
 * the number of different routes there were to choose from. Caller frees. */
wrt_status wrt_hypotheses_make(wrt_json **out, size_t *routes, wrt_claims *claims,
                               const wrt_json *paths, const wrt_claim_context *context,
                               wrt_err *err);

#endif
