/* attest.h: level 4 of an audit: does the evidence say what the claims say, by what the bundle
 * itself carries?
 *
 * Every row of the graph is proved to belong to the snapshot that run.start names, and is what its
 * evidence object states. Every quotation is, byte for byte, at its offsets in the record that the
 * run read, and the record was in good standing then. Every claim is grounded in evidence recorded
 * before it; a claim about a link, or a route, says no more than its rows do: ends, direction,
 * relation, rung, wording; what speaks against a claim really does, and what the run read against a
 * link stands beside the claim. Rows are what their hashes say wherever they were read. The answer
 * holds the claims as they were recorded. No graph, no PubMed and no network are needed. */
#ifndef WRT_AGENT_AUDIT_ATTEST_H
#define WRT_AGENT_AUDIT_ATTEST_H

#include "kg/kg.h"
#include "ledger/audit.h"
#include "pubmed/store.h"

/* The hook for wrt_audit_options; needs no ctx. */
extern const wrt_audit_hook wrt_attest_evidence;

/* What an auditor may hold beside the bundle; each may be NULL. */
typedef struct {
    wrt_kg *kg;               /* must have the run's snapshot */
    wrt_pubmed_store *pubmed; /* what it says of a cited paper now counts, too */
} wrt_attest_with;

/* The same, and against these. `with` must outlive the audit. */
wrt_audit_hook wrt_attest_against(wrt_attest_with *with);

#endif
