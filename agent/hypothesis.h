/* hypothesis.h: which of the paths found become hypotheses, and in which order.
 *
 * Paths whose sign agrees with the direction asked about come first, then those whose sign is
 * unknown or was not asked about, both in order of path score; paths of the opposite sign are
 * rebuttals and are always kept, up to the same number. The model may put another of the chosen
 * hypotheses first; it cannot add or drop one. */
#ifndef WRT_AGENT_HYPOTHESIS_H
#define WRT_AGENT_HYPOTHESIS_H

#include "agent/claim.h"

/* Makes claims of the paths and returns [{"role":"supports|contradicts","path":index,"claim":id,
 * "links":[claim ids]}]; hypotheses whose claim policy withheld are absent. Caller frees. */
wrt_status wrt_hypotheses_make(wrt_json **out, wrt_claims *claims, const wrt_json *paths,
                               const wrt_claim_context *context, wrt_err *err);

#endif
