/* oracle_graphs.h: graphs of the oracles as graphs of src/causal, sets as bit masks, and every
 * small DAG. Node i is named "v<i>". */
#ifndef WRT_TESTS_ORACLE_GRAPHS_H
#define WRT_TESTS_ORACLE_GRAPHS_H

#include "../oracle/adjustment_oracle.h"
#include "support.h"

int mask_size(unsigned set);
/* A view of a mask as node set. */
wrt_node_set set_of_mask(unsigned mask, int items[ORACLE_NODES_MAX]);
/* Fails the test when the set is not ascending. */
unsigned mask_of_set(const wrt_node_set *set);

int add_oracle_node(wrt_graph *graph, const char *prefix, int number);
/* split: every <-> becomes an explicit latent node with two children. */
wrt_graph *graph_of_oracle(const oracle_graph *g, bool split);

/* One graph in both worlds, and the ends of a question. */
typedef struct {
    oracle_graph oracle;
    wrt_graph *graph;
    int x, y;
} oracle_sample;

typedef void oracle_sample_fn(const oracle_sample *s);

/* Every DAG of n nodes whose edges lead from lower to higher numbers, with every choice of at most
 * latent_max latent nodes and every ordered pair of observed ends: up to renaming, every question
 * there is. Returns the number of graphs. */
unsigned each_small_dag(int n, int latent_max, oracle_sample_fn *check);

#endif
