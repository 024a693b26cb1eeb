/* graph_bif.h: the structure of a Bayesian network in the Bayesian Interchange Format.
 *
 *   network NAME { ... }
 *   variable NAME { ... }
 *   probability ( CHILD | PARENT, ... ) { ... }
 *
 * Variables become nodes and parents edges; what stands between braces (states, properties,
 * probabilities) is skipped. Comments are // and slash-star. Names may be in double quotes.
 * Internal to src/causal: wrt_graph_parse_text reads BIF when the text begins with `network`. */
#ifndef WRT_CAUSAL_GRAPH_BIF_H
#define WRT_CAUSAL_GRAPH_BIF_H

#include "causal/graph.h"

/* `network`, perhaps a name, and an open brace: no graph text of another kind begins so. */
bool wrt_graph_is_bif(wrt_str text);

/* Fills an empty graph; the caller finishes it. Valid UTF-8 is expected. WRT_E_INPUT names the line
 * and what is wrong: a block that is unknown or does not end, a variable declared twice, a
 * probability of a variable that is not declared, or a second one of the same variable. O(bytes).
 */
wrt_status wrt_graph_read_bif(wrt_graph *graph, wrt_str text, wrt_err *err);

#endif
