/* causal_args.c: see causal_args.h. */
#include "tools/causal_args.h"

#include "causal/classes/class_graph.h"

#include <string.h>

static wrt_status after_parsing(const wrt_graph *graph, wrt_adapter_call *call, wrt_status status,
                                wrt_err *err) {
    if (status != WRT_OK) {
        call->error_code = "bad_graph";
        wrt_err_prefix(err, "graph");
    } else if (wrt_graph_merged(graph) > 0) {
        wrt_json_push_text(call->warnings, "the graph repeats an edge; it counts once");
    }
    return status;
}

wrt_status causal_parse_graph(wrt_graph **out, wrt_adapter_call *call, wrt_err *err) {
    wrt_status status = wrt_graph_parse(out, wrt_json_get(call->args, "graph"), err);
    return after_parsing(*out, call, status, err);
}

wrt_status causal_parse_any_graph(wrt_graph **out, wrt_adapter_call *call, wrt_err *err) {
    wrt_status status = wrt_graph_parse_any(out, wrt_json_get(call->args, "graph"), err);
    return after_parsing(*out, call, status, err);
}

wrt_status causal_parse_set(wrt_node_set *out, const wrt_graph *graph, const wrt_adapter_call *call,
                            const char *name, wrt_err *err) {
    return wrt_node_set_parse(out, graph, wrt_json_get(call->args, name), name, err);
}

/* The rest of a question whose graph was read with `status`. */
static wrt_status parse_ends(causal_question *out, wrt_adapter_call *call, wrt_status status,
                             wrt_err *err) {
    const char *effect = wrt_json_get_text(call->args, "effect", "total");
    wrt_adapter_echo_text(call, "effect", "total");
    if (status == WRT_OK)
        status = causal_parse_set(&out->treatment, out->graph, call, "treatment", err);
    if (status == WRT_OK)
        status = causal_parse_set(&out->outcome, out->graph, call, "outcome", err);
    out->query = (wrt_effect_query){.graph = out->graph,
                                    .treatment = &out->treatment,
                                    .outcome = &out->outcome,
                                    .effect = strcmp(effect, "direct") == 0 ? WRT_EFFECT_DIRECT
                                                                            : WRT_EFFECT_TOTAL};
    return status;
}

wrt_status causal_parse_question(causal_question *out, wrt_adapter_call *call, wrt_err *err) {
    return parse_ends(out, call, causal_parse_graph(&out->graph, call, err), err);
}

wrt_status causal_parse_any_question(causal_question *out, wrt_adapter_call *call, wrt_err *err) {
    return parse_ends(out, call, causal_parse_any_graph(&out->graph, call, err), err);
}

void causal_free_question(causal_question *q) {
    wrt_node_set_free(&q->treatment);
    wrt_node_set_free(&q->outcome);
    wrt_graph_free(q->graph);
}
