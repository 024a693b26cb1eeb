/* unhidden.c: a graph without latent nodes. */
#include "agent/plan/unhidden.h"

#include "agent/host/result.h"
#include "causal/graph.h"

wrt_json *wrt_unhidden_graph(const wrt_json *args) {
    wrt_graph *graph = NULL;
    wrt_err err = {0};
    if (wrt_graph_parse(&graph, wrt_json_get(args, "graph"), &err) != WRT_OK)
        return wrt_result_error("bad_args", err.message, NULL);
    wrt_json *result = wrt_json_new_object(), *data = wrt_json_new_object();
    wrt_json *object = wrt_graph_to_json(graph), *latent = wrt_json_take(object, "latent");
    wrt_json_set(object, "latent", wrt_json_new_array());
    wrt_json_set_text(result, "status", wrt_json_count(latent) > 0 ? "ok" : "empty");
    wrt_json_set(data, "common_causes", wrt_json_copy(wrt_json_get(object, "bidirected")));
    wrt_json_set(data, "was_latent", latent);
    wrt_json_set(data, "graph", object);
    wrt_json_set(result, "data", data);
    wrt_graph_free(graph);
    return result;
}
