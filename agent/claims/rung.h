/* rung.h: how high on Pearl's ladder an edge or a path may stand.
 *
 * The table of ARCHITECTURE.md, "Rungs". Rung 1 is association, 2 intervention, 3 counterfactual. A
 * model may lower a rung, only a tool result can raise it. */
#ifndef WRT_AGENT_CLAIMS_RUNG_H
#define WRT_AGENT_CLAIMS_RUNG_H

#include "base/json.h"

/* 2 for a curated edge (knowledge_assertion by manual_agent) whose predicate asserts causal
 * influence, else 1. *reason is static text. */
int wrt_rung_of_edge(const wrt_json *edge, const char **reason);

/* Weakest edge of a path; *weakest (may be NULL) is that edge's index. */
int wrt_rung_of_path(const wrt_json *path, size_t *weakest);

/* Does a curator assert it (knowledge_assertion by manual_agent)? */
bool wrt_rung_is_curated(const wrt_json *edge);

/* The relation a claim about this edge may state: increases, decreases, causes, prevents, treats,
 * unknown (an effect without direction) or associated_with. Static text. */
const char *wrt_relation_of_edge(const wrt_json *edge);

/* The relation a sign gives: -1 decreases, +1 increases, else unknown. */
const char *wrt_relation_of_sign(const wrt_json *sign);

/* What a path says about a question that asked for this direction: "supports", "contradicts", or
 * "context" when the path's sign is unknown. Without a direction (0) every path supports. */
const char *wrt_role_of_path(const wrt_json *path, int want_sign);

/* Finds a record that states every edge of the path and writes its id to out (cut at room bytes).
 */
bool wrt_path_common_record(char *out, size_t room, const wrt_json *path);

#endif
