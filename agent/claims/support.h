/* support.h: what kind of publications a claim stands on, for rules to ask about. */
#ifndef WRT_AGENT_CLAIMS_SUPPORT_H
#define WRT_AGENT_CLAIMS_SUPPORT_H

#include "agent/claims/evidence.h"

/* {"publications","retracted","preprints","preprint_only"} over the evidence that the claim's
 * grounds name: how many publications are cited, how many of them are known to be withdrawn, and
 * how many are preprints by their identifier (arXiv, bioRxiv and medRxiv, Research Square,
 * ChemRxiv, Preprints.org, SSRN, OSF, PsyArXiv, TechRxiv). Each is counted once. Caller frees. */
wrt_json *wrt_support_of(const wrt_evidence *evidence, const wrt_json *claim);

/* Is the identifier ("PMID:1", "DOI:10.1101/x", "arXiv:2505.16982") that of a preprint? */
bool wrt_support_is_preprint(const char *publication);

#endif
