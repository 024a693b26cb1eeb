/* draw.h: from mechanism paths to a causal graph.
 *
 * Nodes are the nodes of the paths, labelled by name (by "name (id)" where two share one). Edges
 * run as the paths run. A latent common cause, drawn as treatment <-> outcome, stands for
 * everything that makes people take the treatment and also changes the outcome; it is there unless
 * the user asserts that none is unmeasured, so that the adjustment check can fail. A path that
 * would close a cycle is left out and reported; an edge whose predicate is an association without
 * causal direction is drawn and reported as assumed. */
#ifndef WRT_AGENT_PLAN_DRAW_H
#define WRT_AGENT_PLAN_DRAW_H

#include "base/json.h"

/* args: {"paths":[as kg_paths data],"treatment":{"id"..},"outcome":{"id"..},"most":n?}. Returns a
 * complete result; data is {"graph":{"nodes","edges","bidirected"},"treatment":label,
 * "outcome":label,"drawn":[path indices],"left_out":[{"path","reason"}],"assumed":[edge ids],
 * "latent":bool}; status "empty" when no path could be drawn. Caller frees. */
wrt_json *wrt_draw_graph(const wrt_json *args, bool no_latent);

#endif
