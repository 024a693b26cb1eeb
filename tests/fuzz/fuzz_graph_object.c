/* fuzz_graph_object.c: a graph object, when the bytes are JSON, held to graph_checks.h. */
#include "graph_checks.h"

#include "causal/classes/class_graph.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_str text = {(const char *)data, size};
    wrt_graph *graph = NULL;
    wrt_err err = {0};
    wrt_json *value = NULL;
    if (wrt_json_parse(&value, text, NULL) != WRT_OK)
        return 0;
    wrt_status status = wrt_graph_parse_any(&graph, value, &err);
    check_graph_or_error(graph, status, &err);
    wrt_json_free(value);
    return 0;
}
