/* Pictures: DOT text reads back, SVG escapes names and marks roles. */
#include "support.h"

#include "base/rng.h"
#include "causal/draw/draw.h"
#include "draw/graph_picture.h"

#include <stdio.h>

static wrt_graph *random_graph(unsigned i, size_t *n_edges) {
    wrt_rng rng = wrt_rng_make(20260102, 1, i);
    wrt_graph *graph = wrt_graph_new();
    int n = 1 + (int)wrt_rng_below(&rng, 30);
    double density = 4.0 * wrt_rng_uniform(&rng) / n;
    for (int v = 0; v < n; v++) {
        char name[32];
        int node;
        snprintf(name, sizeof name, "v \"%d\" <&\\>%.*s", v, v % 9, "xxxxxxxxx");
        assert_int_equal(wrt_graph_add_node(&node, graph, wrt_str_of(name), NULL), WRT_OK);
        if (wrt_rng_uniform(&rng) < 0.2)
            wrt_graph_set_latent(graph, node);
    }
    *n_edges = 0;
    for (int a = 0; a < n; a++)
        for (int b = a + 1; b < n; b++) {
            if (wrt_rng_uniform(&rng) < density) {
                assert_int_equal(wrt_graph_add_edge(graph, a, b, NULL), WRT_OK);
                ++*n_edges;
            }
            if (wrt_rng_uniform(&rng) < density / 3) {
                assert_int_equal(wrt_graph_add_bidirected(graph, a, b, NULL), WRT_OK);
                ++*n_edges;
            }
        }
    assert_int_equal(wrt_graph_finish(graph, NULL), WRT_OK);
    return graph;
}

static void dot_reads_back_to_an_equal_graph(void **state) {
    (void)state;
    for (unsigned i = 0; i < 300; i++) {
        size_t n_edges;
        wrt_graph *graph = random_graph(i, &n_edges), *again = NULL;
        wrt_buf text = wrt_buf_make(WRT_MIB(1));
        wrt_err err = {0};
        wrt_graph_to_dot(&text, graph, NULL);
        if (wrt_graph_parse_text(&again, wrt_buf_str(&text), &err) != WRT_OK)
            fail_msg("%s in %s", err.message, wrt_buf_str(&text).ptr);
        wrt_json *before = wrt_graph_to_json(graph), *after = wrt_graph_to_json(again);
        assert_true(wrt_json_equal(before, after));
        wrt_json_free(before);
        wrt_json_free(after);
        wrt_buf_free(&text);
        wrt_graph_free(graph);
        wrt_graph_free(again);
    }
}

static size_t count_of(const char *text, const char *part) {
    size_t n = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        n++;
    return n;
}

static void svg_marks_roles_and_the_open_path(void **state) {
    (void)state;
    wrt_graph *graph = graph_of("dag { X -> Y; X <- U -> \"A & <b>\" -> Y; U [latent]; Y <-> Z }");
    wrt_node_set x = set_of(graph, "X"), y = set_of(graph, "Y"), z = set_of(graph, "Z");
    wrt_drawing drawing = {&x, &y, &z, "X <- U -> A & <b> -> Y"};
    wrt_buf svg = wrt_buf_make(WRT_MIB(1));
    assert_int_equal(wrt_graph_to_svg(&svg, graph, &drawing, NULL), WRT_OK);
    const char *text = wrt_buf_str(&svg).ptr;
    assert_int_equal(count_of(text, "<title>"), 5);
    assert_int_equal(count_of(text, ">A &amp; &lt;b&gt;<"), 1);
    assert_int_equal(count_of(text, "<title>A &amp; &lt;b&gt; (other variable)</title>"), 1);
    assert_int_equal(count_of(text, "<b>"), 0);
    /* three marked edges and the line of the legend; a dashed edge and its line */
    assert_int_equal(count_of(text, "class=\"wg-head wg-head-open\""), 4);
    assert_int_equal(count_of(text, "class=\"wg-edge wg-open\""), 4);
    assert_int_equal(count_of(text, "class=\"wg-edge wg-both\""), 2);
    assert_int_equal(count_of(text, "treatment (thick border)"), 1);
    assert_int_equal(count_of(text, "not observed (dashed)"), 1);
    wrt_buf_free(&svg);
    wrt_node_set_free(&x);
    wrt_node_set_free(&y);
    wrt_node_set_free(&z);
    wrt_graph_free(graph);
}

static void svg_refuses_what_is_too_large_to_read(void **state) {
    (void)state;
    wrt_graph *graph = wrt_graph_new();
    wrt_buf svg = wrt_buf_make(WRT_MIB(1));
    wrt_err err;
    for (int v = 0; v <= WRT_GRAPH_PICTURE_NODES_MAX; v++) {
        char name[16];
        int node;
        snprintf(name, sizeof name, "v%d", v);
        assert_int_equal(wrt_graph_add_node(&node, graph, wrt_str_of(name), NULL), WRT_OK);
    }
    assert_int_equal(wrt_graph_finish(graph, NULL), WRT_OK);
    assert_int_equal(wrt_graph_to_svg(&svg, graph, NULL, &err), WRT_E_LIMIT);
    assert_string_equal(err.message, "301 nodes and 0 edges are too many for a picture; at most "
                                     "300 and 1500");
    wrt_graph_free(graph);
    graph = graph_of("dag { }");
    assert_int_equal(wrt_graph_to_svg(&svg, graph, NULL, &err), WRT_OK);
    wrt_graph_free(graph);
    wrt_buf_free(&svg);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dot_reads_back_to_an_equal_graph),
        cmocka_unit_test(svg_marks_roles_and_the_open_path),
        cmocka_unit_test(svg_refuses_what_is_too_large_to_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
