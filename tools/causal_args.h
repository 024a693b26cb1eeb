/* causal_args.h: the arguments that the causal tools share: a graph, sets of its nodes, an effect.
 */
#ifndef WRT_TOOLS_CAUSAL_ARGS_H
#define WRT_TOOLS_CAUSAL_ARGS_H

#include "causal/adjustment.h"
#include "tools/adapter.h"

/* Sets error_code "bad_graph"; warns of repeated edges. CPDAG, MAG and PAG are for engine calls
 * that know them: the functions named "any". */
wrt_status causal_parse_graph(wrt_graph **out, wrt_adapter_call *call, wrt_err *err);
wrt_status causal_parse_any_graph(wrt_graph **out, wrt_adapter_call *call, wrt_err *err);
/* The argument `name`: a node's name or an array of them; absent: the empty set. */
wrt_status causal_parse_set(wrt_node_set *out, const wrt_graph *graph, const wrt_adapter_call *call,
                            const char *name, wrt_err *err);

typedef struct {
    wrt_graph *graph;
    wrt_node_set treatment, outcome;
    wrt_effect_query query; /* points to the members above */
} causal_question;

/* Starts from {0}; freed by the caller in either case. */
wrt_status causal_parse_question(causal_question *out, wrt_adapter_call *call, wrt_err *err);
wrt_status causal_parse_any_question(causal_question *out, wrt_adapter_call *call, wrt_err *err);
void causal_free_question(causal_question *q);

/* Tools of the same plugin that stand in other files. */
extern const wrt_tool causal_frontdoor_tool;
extern const wrt_tool causal_instruments_tool;
extern const wrt_tool causal_implications_tool;

#endif
