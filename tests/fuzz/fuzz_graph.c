/* fuzz_graph.c: graph text of any type, as the bytes are, held to graph_checks.h. */
#include "graph_checks.h"

#include "causal/classes/class_graph.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_str text = {(const char *)data, size};
    wrt_graph *graph = NULL;
    wrt_err err = {0};
    wrt_status status = wrt_graph_parse_any_text(&graph, text, &err);
    check_graph_or_error(graph, status, &err);
    return 0;
}
