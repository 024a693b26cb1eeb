/* recompute_graph.h: verdicts about the graphs of a run, made again by the program's own engine. */
#ifndef WRT_AGENT_AUDIT_RECOMPUTE_GRAPH_H
#define WRT_AGENT_AUDIT_RECOMPUTE_GRAPH_H

#include "base/err.h"
#include "base/json.h"

/* graphs: [{"sha256","graph","treatment"?,"outcome"?}]. Adds a graph of the run (NULL: none), with
 * the ends that it was drawn for. */
void wrt_recompute_add_graph(wrt_json *graphs, const wrt_json *graph, const wrt_json *drawn);

/* Evidence of kind identification: in the form of verdict.h the whole verdict is made again; in
 * that of a drawn graph (identify.h), whether no adjustment is valid, and the adjustment sets.
 * WRT_E_INTEGRITY says what is otherwise. */
wrt_status wrt_recompute_verdict(const wrt_json *graphs, const wrt_json *evidence, wrt_err *err);

#endif
