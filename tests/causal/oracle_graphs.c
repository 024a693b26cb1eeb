/* oracle_graphs.c: see oracle_graphs.h. */
#include "oracle_graphs.h"

#include <stdio.h>

int mask_size(unsigned set) {
    int size = 0;
    for (; set != 0; set &= set - 1)
        size++;
    return size;
}

int add_oracle_node(wrt_graph *graph, const char *prefix, int number) {
    char name[16];
    int node = -1;
    snprintf(name, sizeof name, "%s%d", prefix, number);
    assert_int_equal(wrt_graph_add_node(&node, graph, wrt_str_of(name), NULL), WRT_OK);
    return node;
}

wrt_graph *graph_of_oracle(const oracle_graph *g, bool split) {
    wrt_graph *graph = wrt_graph_new();
    int n_splits = 0;
    for (int v = 0; v < g->n; v++)
        if (add_oracle_node(graph, "v", v) == v && (g->latent & 1u << v) != 0)
            wrt_graph_set_latent(graph, v);
    for (int a = 0; a < g->n; a++)
        for (int b = 0; b < g->n; b++) {
            if (g->edge[a][b])
                assert_int_equal(wrt_graph_add_edge(graph, a, b, NULL), WRT_OK);
            if (!g->bow[a][b] || a > b)
                continue;
            if (!split) {
                assert_int_equal(wrt_graph_add_bidirected(graph, a, b, NULL), WRT_OK);
                continue;
            }
            int hidden = add_oracle_node(graph, "hidden", n_splits++);
            wrt_graph_set_latent(graph, hidden);
            assert_int_equal(wrt_graph_add_edge(graph, hidden, a, NULL), WRT_OK);
            assert_int_equal(wrt_graph_add_edge(graph, hidden, b, NULL), WRT_OK);
        }
    assert_int_equal(wrt_graph_finish(graph, NULL), WRT_OK);
    return graph;
}

wrt_node_set set_of_mask(unsigned mask, int items[ORACLE_NODES_MAX]) {
    wrt_node_set set = {items, 0};
    for (int v = 0; v < ORACLE_NODES_MAX; v++)
        if ((mask & 1u << v) != 0)
            items[set.n++] = v;
    return set;
}

unsigned mask_of_set(const wrt_node_set *set) {
    unsigned mask = 0;
    for (size_t i = 0; i < set->n; i++) {
        assert_true(set->items[i] < ORACLE_NODES_MAX);
        assert_true(i == 0 || set->items[i - 1] < set->items[i]);
        mask |= 1u << set->items[i];
    }
    return mask;
}

unsigned each_small_dag(int n, int latent_max, oracle_sample_fn *check) {
    int slots = n * (n - 1) / 2;
    unsigned graphs = 0;
    for (unsigned edges = 0; edges < 1u << slots; edges++)
        for (unsigned latent = 0; latent < 1u << n; latent++) {
            if (mask_size(latent) > latent_max)
                continue;
            oracle_sample s = {.oracle = {.n = n, .latent = latent}};
            int slot = 0;
            for (int a = 0; a < n; a++)
                for (int b = a + 1; b < n; b++)
                    s.oracle.edge[a][b] = (edges & 1u << slot++) != 0;
            s.graph = graph_of_oracle(&s.oracle, false);
            for (s.x = 0; s.x < n; s.x++)
                for (s.y = 0; s.y < n; s.y++)
                    if (s.x != s.y && (latent & (1u << s.x | 1u << s.y)) == 0)
                        check(&s);
            wrt_graph_free(s.graph);
            graphs++;
        }
    return graphs;
}
