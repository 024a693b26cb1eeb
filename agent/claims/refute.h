/* refute.h: what would show that a hypothesis is wrong, by rule: which link to test and how.
 *
 * A route stands or falls with its weakest link (rung first, then certainty): an experiment that
 * changes one end and leaves the other as it was refutes it. A route of several links claims
 * mediation, too: an effect that is the same with an inner node held fixed refutes that (Pearl,
 * "Direct and indirect effects", UAI 2001). */
#ifndef WRT_AGENT_CLAIMS_REFUTE_H
#define WRT_AGENT_CLAIMS_REFUTE_H

#include "base/buf.h"
#include "base/json.h"

/* Appends one line about a path of the graph ({"nodes","edges"}); nothing for an empty one. */
void wrt_refute_path(wrt_buf *out, const wrt_json *path);

/* The index of the link with the least rung, among those the least certain, the first of several.
 */
size_t wrt_refute_weakest(const wrt_json *path);

#endif
