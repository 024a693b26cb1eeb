/* affected.h: what rests on papers that were withdrawn: edges of the graph and claims of past runs.
 *
 * Nothing is changed: a sealed run stays what it was, and the graph keeps its edges. The reader
 * learns what lost how many of its sources. */
#ifndef WRT_AGENT_CLAIMS_AFFECTED_H
#define WRT_AGENT_CLAIMS_AFFECTED_H

#include "kg/kg.h"
#include "ledger/ledger.h"
#include "pubmed/retract.h"

/* The withdrawn papers with their standing now, ascending by PMID. */
typedef struct {
    const wrt_pubmed_standing *list;
    size_t n;
} wrt_affected_papers;

enum { WRT_AFFECTED_EDGES_MAX = 1000 }; /* listed; *total counts all */

/* [{"id","subject":{"id","name"},"predicate","object":{"id","name"},"publications":n,"remaining":k,
 * "lost":[{"pmid","status"}]}] in order of edge id; a paper that several supports cite counts once.
 */
wrt_status wrt_affected_edges(wrt_json **out, size_t *total, wrt_kg *kg,
                              const wrt_affected_papers *papers, wrt_err *err);

/* [{"run","started","question","claim","kind","text","rung","publications":n,"remaining":k,
 * "lost":[...]}] newest run first: claims whose supporting or contradicting evidence cites a
 * withdrawn paper. Runs that cannot be read are counted in *unreadable. O(events of the ledger). */
wrt_status wrt_affected_claims(wrt_json **out, size_t *unreadable, wrt_ledger *ledger,
                               const wrt_affected_papers *papers, wrt_err *err);

#endif
