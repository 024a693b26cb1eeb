/* unhidden.h: the builtin step "unhidden": the stated graph as it would be if everything that has a
 * name in it were measured, to find what would have to be. Pure. */
#ifndef WRT_AGENT_PLAN_UNHIDDEN_H
#define WRT_AGENT_PLAN_UNHIDDEN_H

#include "base/json.h"

/* args: {"graph","treatment","outcome"}. Data: {"graph" without latent nodes,"was_latent":[names],
 * "common_causes":[[a,b]]}, the last being bidirected edges: causes that have no name. Status
 * "empty" when nothing was latent, "error" for a graph that cannot be read. Never NULL; caller
 * frees. */
wrt_json *wrt_unhidden_graph(const wrt_json *args);

#endif
