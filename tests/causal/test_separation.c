/* d-separation on textbook graphs; every expected answer is from the definition, by hand. */
#include "support.h"

#include "causal/separation.h"

#include <stdio.h>

static void separation_follows_chain_fork_and_collider(void **state) {
    (void)state;
    assert_string_equal(open_path("dag { A -> B -> C }", "A", "C", ""), "A -> B -> C");
    assert_string_equal(open_path("dag { A -> B -> C }", "A", "C", "B"), "");
    assert_string_equal(open_path("dag { A <- B -> C }", "A", "C", ""), "A <- B -> C");
    assert_string_equal(open_path("dag { A <- B -> C }", "A", "C", "B"), "");
    assert_string_equal(open_path("dag { A -> B <- C }", "A", "C", ""), "");
    assert_string_equal(open_path("dag { A -> B <- C }", "A", "C", "B"), "A -> B <- C");
}

static void separation_opens_collider_when_descendant_is_given(void **state) {
    (void)state;
    assert_string_equal(open_path("dag { A -> B <- C; B -> D -> E }", "A", "C", "E"),
                        "A -> B <- C");
    assert_string_equal(open_path("dag { A -> B <- C; B -> D -> E }", "A", "C", ""), "");
}

static void separation_treats_bidirected_edge_as_hidden_common_cause(void **state) {
    (void)state;
    assert_string_equal(open_path("dag { A <-> B }", "A", "B", ""), "A <-> B");
    assert_string_equal(open_path("dag { A <-> B -> C }", "A", "C", ""), "A <-> B -> C");
    assert_string_equal(open_path("dag { A <-> B -> C }", "A", "C", "B"), "");
    assert_string_equal(open_path("dag { A <-> B <-> C }", "A", "C", ""), "");
    assert_string_equal(open_path("dag { A <-> B <-> C }", "A", "C", "B"), "A <-> B <-> C");
    const char *drawn = "dag { U [latent]; V [latent]; U -> A; U -> B; V -> B; V -> C }";
    assert_string_equal(open_path(drawn, "A", "C", ""), "");
    assert_string_equal(open_path(drawn, "A", "C", "B"), "A <- U -> B <- V -> C");
    /* Both edges of a bow: the bidirected one makes B a collider of nothing, the directed one goes
     * on to C. */
    assert_string_equal(open_path("dag { A -> B -> C; A <-> B }", "A", "C", "B"), "");
}

static void separation_handles_m_graph(void **state) {
    (void)state;
    const char *m = "dag { X <- A -> M <- B -> Y }";
    assert_string_equal(open_path(m, "X", "Y", ""), "");
    assert_string_equal(open_path(m, "X", "Y", "M"), "X <- A -> M <- B -> Y");
    assert_string_equal(open_path(m, "X", "Y", "A M"), "");
}

static void separation_finds_path_between_sets(void **state) {
    (void)state;
    const char *g = "dag { A -> C; B -> D; E -> D }";
    assert_string_equal(open_path(g, "A B", "D", "C"), "B -> D");
    assert_string_equal(open_path(g, "A C", "D E", "B"), "");
    assert_string_equal(open_path(g, "A E", "B C", "D"), "A -> C");
}

/* A given node as both x and z is refused, as is x and y, and y and z. */
static void separation_refuses_overlap(void **state) {
    (void)state;
    wrt_graph *graph = graph_of("dag { A -> B -> C }");
    wrt_node_set a = set_of(graph, "A"), c = set_of(graph, "C"), none = {0};
    bool separated;
    wrt_err err;
    assert_int_equal(wrt_graph_separated(&separated, NULL, graph, &a, &a, &none, &err),
                     WRT_E_INPUT);
    assert_string_equal(err.message, "'A' is in both x and y");
    assert_int_equal(wrt_graph_separated(&separated, NULL, graph, &a, &c, &a, &err), WRT_E_INPUT);
    assert_string_equal(err.message, "'A' is in both x and given");
    assert_int_equal(wrt_graph_separated(&separated, NULL, graph, &a, &c, &c, &err), WRT_E_INPUT);
    assert_string_equal(err.message, "'C' is in both y and given");
    assert_int_equal(wrt_graph_separated(&separated, NULL, graph, &none, &c, &a, &err), WRT_OK);
    assert_true(separated);
    wrt_node_set_free(&a);
    wrt_node_set_free(&c);
    wrt_graph_free(graph);
}

static wrt_graph *numbered(int n) {
    wrt_graph *graph = wrt_graph_new();
    char name[16];
    int node;
    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof name, "n%d", i);
        wrt_graph_add_node(&node, graph, wrt_str_of(name), NULL);
    }
    return graph;
}

static bool ends_separated(const wrt_graph *graph, int last, int given, char **path) {
    int first = 0;
    wrt_node_set x = {&first, 1}, y = {&last, 1}, z = {&given, given >= 0};
    bool separated;
    assert_int_equal(wrt_graph_separated(&separated, path, graph, &x, &y, &z, NULL), WRT_OK);
    return separated;
}

static void separation_answers_on_chain_of_100000_nodes(void **state) {
    (void)state;
    const int n = 100000;
    wrt_graph *graph = numbered(n);
    for (int i = 0; i + 1 < n; i++)
        wrt_graph_add_edge(graph, i, i + 1, NULL);
    assert_int_equal(wrt_graph_finish(graph, NULL), WRT_OK);
    char *path;
    assert_false(ends_separated(graph, n - 1, -1, &path));
    assert_non_null(strstr(path, "n0 -> n1 -> n2 -> "));
    assert_non_null(strstr(path, "-> n19 ... (99960 nodes) ... -> n99980 -> "));
    free(path);
    assert_true(ends_separated(graph, n - 1, n / 2, NULL));
    wrt_graph_free(graph);
}

/* Two rails with all rungs: 2^50000 paths. */
static void separation_answers_on_ladder_of_50000_layers(void **state) {
    (void)state;
    const int n = 100000;
    wrt_graph *graph = numbered(n);
    for (int i = 0; i + 3 < n; i += 2)
        for (int from = i; from < i + 2; from++) {
            wrt_graph_add_edge(graph, from, i + 2, NULL);
            wrt_graph_add_edge(graph, from, i + 3, NULL);
        }
    assert_int_equal(wrt_graph_finish(graph, NULL), WRT_OK);
    assert_false(ends_separated(graph, n - 1, n / 2, NULL));
    assert_true(ends_separated(graph, 1, -1, NULL));
    assert_false(ends_separated(graph, 1, n - 1, NULL));
    wrt_graph_free(graph);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(separation_follows_chain_fork_and_collider),
        cmocka_unit_test(separation_opens_collider_when_descendant_is_given),
        cmocka_unit_test(separation_treats_bidirected_edge_as_hidden_common_cause),
        cmocka_unit_test(separation_handles_m_graph),
        cmocka_unit_test(separation_finds_path_between_sets),
        cmocka_unit_test(separation_refuses_overlap),
        cmocka_unit_test(separation_answers_on_chain_of_100000_nodes),
        cmocka_unit_test(separation_answers_on_ladder_of_50000_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
