/* paths.h: the best simple directed paths between two nodes.
 *
 * Score of a path: the path degree product of hetnet connectivity search, prod over edges of
 * (out-degree of source * in-degree of target)^-0.5 counted per predicate (Himmelstein et al.,
 * eLife 2017;6:e26726, w = 0.5): paths through hubs score low. Sign of a path: product of edge
 * signs, where edges without direction of effect are neutral (factor 1) and an edge of unknown sign
 * makes the path's sign null. Search is bidirectional with an exact bound, never a blind
 * enumeration of a hub: it stops at a work limit (WRT_KG_PATH_WORK_MAX) and then says "truncated".
 * Degrees are those of the whole graph, whatever the options leave out. Parallel edges give paths
 * of their own; from a node to itself there is no path. */
#ifndef WRT_KG_PATHS_H
#define WRT_KG_PATHS_H

#include "kg/kg.h"

enum {
    WRT_KG_PATH_WORK_MAX = 2000000, /* partial paths kept by the search; it looks at 25 times as
                                       many edges at most */
    WRT_KG_PATH_COUNT_MAX = 5000000 /* edges looked at to count `found` */
};

typedef struct {
    int max_hops;               /* 1..6; 0 means 4 */
    size_t k;                   /* 1..1000; 0 means 10 */
    const wrt_json *kinds;      /* NULL, or kinds allowed for inner nodes */
    const wrt_json *predicates; /* NULL, or predicates allowed */
    const wrt_json *exclude;    /* NULL, or ids of nodes a path must not touch */
    int sign;                   /* 0 any, +1 or -1 to keep that sign only */
} wrt_kg_path_options;

typedef struct {
    size_t found;        /* paths that satisfy the options, before the cut at k */
    bool truncated;      /* the work limit was reached: there may be better paths */
    bool found_is_exact; /* false: counting stopped at its own limit, there are at least `found` */
} wrt_kg_path_stats;

/* Edges are followed in their stored direction only. *out is [{"nodes":[{"id","name","kind"}...],
 * "edges":[{"id","predicate","original_predicate","direction","sign","causal","sources",
 * "publications","license","knowledge_level","agent_type","record_id","sha256",
 * "primary_knowledge_source"}...],"metapath",
 * "score","sign"}], best score first, ties by fewer hops, then by edge ids in order. An unknown id,
 * also in exclude, is WRT_E_NOT_FOUND. An empty array is success. An empty list in the options
 * restricts nothing. */
wrt_status wrt_kg_paths(wrt_json **out, wrt_kg_path_stats *stats, wrt_kg *kg, const char *from_id,
                        const char *to_id, const wrt_kg_path_options *options, wrt_err *err);

#endif
