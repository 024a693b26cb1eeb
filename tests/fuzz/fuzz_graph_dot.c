/* fuzz_graph_dot.c: DOT: the bytes inside a digraph, held to graph_checks.h. */
#include "graph_checks.h"

#include "causal/classes/class_graph.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_str text = {(const char *)data, size};
    wrt_graph *graph = NULL;
    wrt_err err = {0};
    wrt_buf framed = wrt_buf_make(WRT_MIB(64));
    wrt_buf_add_c(&framed, "digraph {");
    wrt_buf_add(&framed, text.ptr, text.len);
    wrt_buf_add_c(&framed, "\n}");
    wrt_status status = wrt_graph_parse_any_text(&graph, wrt_buf_str(&framed), &err);
    check_graph_or_error(graph, status, &err);
    wrt_buf_free(&framed);
    return 0;
}
