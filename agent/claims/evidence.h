/* evidence.h: what claims stand on. Evidence is made from observations by code, never from prose.
 */
#ifndef WRT_AGENT_CLAIMS_EVIDENCE_H
#define WRT_AGENT_CLAIMS_EVIDENCE_H

#include "agent/claims/retraction.h"

/* The evidence of one run, in order of first use; ids are e1, e2, ... */
typedef struct {
    wrt_json *list;                 /* array of evidence objects (CONTRACTS.md, "Claim") */
    wrt_json *by_key;               /* edge id -> evidence id */
    wrt_json *stored;               /* what the local copy of PubMed said of them (cited.h) */
    wrt_retraction_sources sources; /* what is known of cited publications; borrowed */
} wrt_evidence;

wrt_evidence wrt_evidence_make(void);
void wrt_evidence_free(wrt_evidence *evidence);

/* Evidence id of an edge of a kg_paths result, added when new; borrowed. "retracted": every cited
 * publication is withdrawn (retraction.h); "withdrawn": [{"pmid","status"}], absent when none is;
 * "retraction_checked": somebody knows each; "unchecked": how many nobody knows, absent when it is
 * none or all; "rechecked": true when PubMed itself told of each in this run, else absent. proof:
 * the number of the look-up that proves the row (rows.h), kept as "proof" of the locator; 0: none.
 */
const char *wrt_evidence_of_edge(wrt_evidence *evidence, const wrt_json *edge, const char *snapshot,
                                 int64_t proof);

/* Adds the outcome of an identification check: `graph` as drawn, the two tools' data. */
const char *wrt_evidence_of_identification(wrt_evidence *evidence, const wrt_json *graph,
                                           const wrt_json *check, const wrt_json *sets);

/* Adds an object (consumed) that has all but an id, which it is given; borrowed. */
const char *wrt_evidence_add(wrt_evidence *evidence, wrt_json *object);

/* The evidence object of an id; NULL when there is none. */
const wrt_json *wrt_evidence_find(const wrt_evidence *evidence, const char *id);

#endif
