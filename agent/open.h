/* open.h: the first event of a run: everything that its answer depends on, by content hash where it
 * is long: the question, the program, its tools, the model, the policy, the graph's snapshot, seed
 * and settings. */
#ifndef WRT_AGENT_OPEN_H
#define WRT_AGENT_OPEN_H

#include "agent/turn.h"

/* Starts turn->run with "run.start". What of it the answer shows, too, is set there. */
wrt_status wrt_open_run(wrt_turn *turn, wrt_json *answer, const char *question, wrt_err *err);

/* answer.model: one line on who chose. */
void wrt_open_model_line(wrt_json *answer, const wrt_llm *llm);

#endif
