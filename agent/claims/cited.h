/* cited.h: what the local copy of PubMed says of the publications that edges cite. */
#ifndef WRT_AGENT_CLAIMS_CITED_H
#define WRT_AGENT_CLAIMS_CITED_H

#include "agent/claims/evidence.h"
#include "agent/turn.h"

/* Looks up the PMIDs that edges of the paths ([{"edges":[{"publications"}]}]) cite and that are not
 * known yet, all in one look-up "standing" {"pmids"} -> {"123":"retracted"}, and adds them to
 * evidence->sources.stored. Call it before the edges become evidence: what was not looked up counts
 * as not checked. Without a local copy nothing happens; one that cannot be read is a warning of the
 * run. Fails only when the ledger does. O(n log n) in the citations. */
wrt_status wrt_cited_learn(wrt_evidence *evidence, wrt_turn *turn, const wrt_json *paths,
                           wrt_err *err);

#endif
