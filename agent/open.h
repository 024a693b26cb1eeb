/* open.h: the first event of a run: everything that its answer depends on, by content hash where it
 * is long: the question, the program, its tools, the model, the policy, the graph's snapshot, seed
 * and settings.
 *
 * "run.start" {"question","program","program_sha256","tools" (manifest),"tool_descriptions" (blob),
 * "protocols" (blob),"model" (with its "destinations"),"policy":{"sha256","document" (blob)},
 * "kg_snapshot","pubmed","sandbox":"whole"|"none","seed","offline","no_latent","recheck",
 * "hypotheses","timeout_ms","inputs","plan","context"}. Blobs hold what later stages read, so that
 * a run can be made again from its journal and its blobs alone. */
#ifndef WRT_AGENT_OPEN_H
#define WRT_AGENT_OPEN_H

#include "agent/turn.h"

/* Those members of run.start that need no reading. The caller's. */
wrt_json *wrt_open_settings(const wrt_agent_config *config);

/* Full descriptions of the tools of config, by name; NULL without tools. The caller's. */
wrt_json *wrt_open_tools(const wrt_agent_config *config);

/* Reads the protocols of config into the turn. */
wrt_status wrt_open_prepare(wrt_turn *turn, wrt_err *err);

/* Starts turn->run with "run.start". Where turn->run is a run that is resumed, it must have begun
 * the same way: WRT_E_INPUT names what differs and how to mend it. Where it is a rehearsal, all is
 * taken from the record. What of it the answer shows, too, is set there. */
wrt_status wrt_open_run(wrt_turn *turn, wrt_json *answer, const char *question, wrt_err *err);

/* answer.model: one line on who chose. */
void wrt_open_model_line(wrt_json *answer, const wrt_turn *turn);

/* Sets those members of config that run.start holds as settings; inputs and plan are borrowed. */
void wrt_open_read_settings(wrt_agent_config *config, const wrt_json *start);

#endif
