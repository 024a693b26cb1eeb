/* link.h: what the local PubMed says of one link of a route.
 *
 * The publications that the row cites, where the copy holds them, and the papers found for the
 * names of both ends are read for sentences that name both. A sentence of the row's direction
 * supports the claim, one of the opposite, or of no effect, speaks against it, all others are
 * context; withdrawn papers and preprints are counted and not quoted. Nothing is asked of any
 * network. Without a local copy nothing is looked up. */
#ifndef WRT_AGENT_LINK_H
#define WRT_AGENT_LINK_H

#include "agent/literature/quote.h"

/* Adds grounds, rebuttals and a limit to the claim of `edge`, whose two ends as the route reads
 * them are the claim's subject and object. A copy that cannot be read is a warning of the run. */
wrt_status wrt_link_literature(wrt_json *claim, wrt_claims *claims, const wrt_json *edge,
                               wrt_turn *turn, wrt_err *err);

enum { WRT_LINK_PAPERS_MAX = 10, WRT_LINK_FOUND_MAX = 5 };

#endif
