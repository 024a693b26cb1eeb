/* adjustment_oracle.h: separation and adjustment by brute force, for graphs of a few nodes.
 *
 * Every simple path is enumerated and blocked by the textbook rule; validity is the adjustment
 * criterion by its definition; minimal sets come from trying every subset. It shares no code and no
 * idea (moral graph, back-door graph, reachability) with src/causal, so that a fault there does not
 * hide here. Sets of nodes are bit masks. */
#ifndef WRT_TESTS_ADJUSTMENT_ORACLE_H
#define WRT_TESTS_ADJUSTMENT_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

enum { ORACLE_NODES_MAX = 9, ORACLE_SUBSETS_MAX = 512, ORACLE_PATHS_MAX = 100000 };

typedef struct {
    int n;
    bool edge[ORACLE_NODES_MAX][ORACLE_NODES_MAX]; /* edge[a][b]: a -> b */
    bool bow[ORACLE_NODES_MAX][ORACLE_NODES_MAX];  /* symmetric: a <-> b */
    unsigned latent;
} oracle_graph;

/* step[i] joins node[i] and node[i + 1]: '>' is ->, '<' is <-, '-' is <->. */
typedef struct {
    int n;
    int node[ORACLE_NODES_MAX];
    char step[ORACLE_NODES_MAX];
} oracle_path;

/* One question with all its paths, so that many sets z can be tried. */
typedef struct {
    oracle_graph graph;
    unsigned x, y;
    bool direct;                            /* edges x -> y are not counted as paths */
    unsigned descendants[ORACLE_NODES_MAX]; /* of each node, itself included */
    unsigned forbidden;                     /* of the adjustment criterion */
    bool has_causal_path;
    size_t n_paths;
    oracle_path paths[ORACLE_PATHS_MAX];
} oracle_query;

void oracle_ask(oracle_query *out, const oracle_graph *graph, unsigned x, unsigned y, bool direct);

bool oracle_separated(const oracle_query *query, unsigned z);
/* z holds no forbidden node and blocks every proper path that is not causal (direct: every proper
 * path but the edge x -> y). */
bool oracle_valid(const oracle_query *query, unsigned z);
/* Valid sets of observed nodes that hold `include`, none of `exclude`, and of which no proper
 * subset is another; ordered by size, then as lists of ascending nodes. Returns their number. */
size_t oracle_minimal(unsigned out[ORACLE_SUBSETS_MAX], const oracle_query *query, unsigned include,
                      unsigned exclude);
bool oracle_any_valid(const oracle_query *query, unsigned include, unsigned exclude);
unsigned oracle_ancestors(const oracle_query *query, unsigned of);

/* Reads "v0 <- v1 <-> v2"; false when it is not such a text. */
bool oracle_path_read(oracle_path *out, const char *text);
/* The path is simple, uses edges of the graph, runs from x to y and is open given z. */
bool oracle_path_is_open(const oracle_query *query, const oracle_path *path, unsigned z);
/* It meets x at its start only, and not every step is '>'. */
bool oracle_path_is_proper_back_door(const oracle_query *query, const oracle_path *path);

#endif
