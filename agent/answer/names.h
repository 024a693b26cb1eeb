/* names.h: what the things are called that a run is about. */
#ifndef WRT_AGENT_ANSWER_NAMES_H
#define WRT_AGENT_ANSWER_NAMES_H

#include "base/json.h"

/* [{"name"}]: treatment and outcome, columns of the table, nodes of stated and drawn graphs,
 * variables of a structural model; each once. scope: the frame and results by step. Caller frees.
 */
wrt_json *wrt_answer_names(const wrt_json *scope);

#endif
