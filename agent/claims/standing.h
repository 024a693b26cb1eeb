/* standing.h: what PubMed says now of the publications that routes cite.
 *
 * The step "recheck" of a protocol, taken when the user asks for it (wrt_agent_config.recheck): a
 * tool fetches the records over the network, decided and recorded like every call, before any claim
 * is made. What comes back is one more voice: it may object to a paper, and never lifts what the
 * local copy or the graph holds against it (retraction.h). A service that fails leaves the answer
 * as it would be without the step, and the answer says so. */
#ifndef WRT_AGENT_CLAIMS_STANDING_H
#define WRT_AGENT_CLAIMS_STANDING_H

#include "base/json.h"

enum { WRT_STANDING_MAX = 200 }; /* PMIDs of one re-check */

/* The PMIDs that edges of the paths cite, as texts, each once, in the order of first citation; of
 * more than WRT_STANDING_MAX the others are counted in *left_out. The caller frees. O(n^2). */
wrt_json *wrt_standing_cited(size_t *left_out, const wrt_json *paths);

/* {"123":"retracted"}: the status in each record (data of pubmed_fetch) that was asked for. A
 * status without a meaning here counts as not told. result NULL or failed: empty. The caller frees.
 */
wrt_json *wrt_standing_read(const wrt_json *asked, const wrt_json *result);

/* The "recheck" of an answer: {"asked":n,"answered":n,"withdrawn":n,"left_out":n}, and "failed",
 * why nothing was learnt, when that is so. result NULL: no step was taken. The caller frees. */
wrt_json *wrt_standing_report(const wrt_json *asked, size_t left_out, const wrt_json *result,
                              const wrt_json *standings);

#endif
