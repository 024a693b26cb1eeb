/* path_oracle.h: all simple paths of a small directed multigraph, by brute force.
 *
 * Shares no code with kg/: adjacency is a plain list that is scanned for every step, all paths are
 * listed, then sorted. */
#ifndef TESTS_ORACLE_PATH_ORACLE_H
#define TESTS_ORACLE_PATH_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

enum { ORACLE_HOPS = 6, ORACLE_NULL_SIGN = 5 };

typedef struct {
    int from, to, predicate;
    int sign; /* +1, 0, -1, ORACLE_NULL_SIGN */
    char id[24];
} oracle_edge;

typedef struct {
    const oracle_edge *edges;
    int n_edges;
    int from, to, max_hops;
    int sign;                 /* 0 any */
    const bool *allowed_node; /* as inner node; ends are not asked */
    const bool *allowed_predicate;
} oracle_query;

typedef struct {
    int hops;
    int edges[ORACLE_HOPS];
    double score;
    int sign; /* +1, -1, ORACLE_NULL_SIGN */
} oracle_path;

/* All paths, best first, ties by fewer hops, then edge ids; the caller frees. */
oracle_path *oracle_paths(size_t *n, const oracle_query *query);

#endif
