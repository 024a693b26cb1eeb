/* path_oracle.h: all simple paths of a small multigraph, by brute force.
 *
 * Shares no code with kg/: adjacency is a plain list that is scanned for every step, all paths are
 * listed, then sorted. */
#ifndef TESTS_ORACLE_PATH_ORACLE_H
#define TESTS_ORACLE_PATH_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

enum { ORACLE_HOPS = 6, ORACLE_NULL_SIGN = 5, ORACLE_NODES = 12 };

typedef enum {
    ORACLE_MECHANISM,
    ORACLE_DEGREE_PRODUCT,
    ORACLE_DWPC,
    ORACLE_INFORMATION,
    ORACLE_EVIDENCE,
    ORACLE_SIGNED
} oracle_rank;

typedef struct {
    int from, to, word; /* word: predicate and label, an index of the test's vocabulary */
    int sign;           /* +1, 0, -1, ORACLE_NULL_SIGN */
    bool is_causal, both_ways;
    int evidence;
    double prior;
    char id[24];
} oracle_edge;

typedef struct {
    const oracle_edge *edges;
    int n_edges, graph_edges; /* graph_edges: of the whole file, for information content */
    const int *kind;          /* by node */
    int from, to, max_hops;
    int sign; /* 0 any */
    bool any_direction;
    const bool *allowed_node; /* as inner node; ends are not asked */
    const bool *allowed_edge;
    oracle_rank rank;
} oracle_query;

typedef struct {
    int hops;
    int edges[ORACLE_HOPS];
    bool back[ORACLE_HOPS]; /* read from `to` to `from` */
    int nodes[ORACLE_HOPS + 1];
    double product; /* of degrees */
    double weight;
    int sign; /* +1, -1, 0 when all edges are neutral, ORACLE_NULL_SIGN */
} oracle_path;

/* All paths, best first by weight, then smaller product, fewer hops, edge ids; the caller frees. */
oracle_path *oracle_paths(size_t *n, const oracle_query *query);

/* Whether another edge states the same and stands for this one. */
bool oracle_is_twin(const oracle_query *query, int edge);

/* The same count of paths, made otherwise: walks in the doubled graph of (node, sign) from
 * (from, +) to (to, query->sign) that repeat no state, less those that visit a node in both
 * signs. query->sign is +1 or -1. */
size_t oracle_count_doubled(const oracle_query *query);

/* Weight of all nodes that the paths show, counting a node once: node_weight is by node. */
double oracle_cover(const oracle_path *const *paths, size_t n, const double *node_weight);

#endif
