/* paths.h: the best simple directed paths between two nodes.
 *
 * Score of a path: the path degree product of hetnet connectivity search, prod over edges of
 * (out-degree of source * in-degree of target)^-0.5 counted per predicate (Himmelstein et al.,
 * eLife 2017;6:e26726, w = 0.5): paths through hubs score low. Sign of a path: product of edge
 * signs, where edges without direction of effect are neutral (factor 1) and an edge of unknown sign
 * makes the path's sign null. Search is bidirectional with an exact bound, never a blind
 * enumeration of a hub: it stops at a documented work limit and then says "truncated". */
#ifndef WRT_KG_PATHS_H
#define WRT_KG_PATHS_H

#include "kg/kg.h"

typedef struct {
    int max_hops;               /* 1..6; 0 means 4 */
    size_t k;                   /* 1..1000; 0 means 10 */
    const wrt_json *kinds;      /* NULL, or kinds allowed for inner nodes */
    const wrt_json *predicates; /* NULL, or predicates allowed */
    const wrt_json *exclude;    /* NULL, or ids of nodes a path must not touch */
    int sign;                   /* 0 any, +1 or -1 to keep that sign only */
} wrt_kg_path_options;

typedef struct {
    size_t found;   /* paths that satisfy the options, before the cut at k */
    bool truncated; /* the work limit was reached: there may be better paths */
} wrt_kg_path_stats;

/* Edges are followed in their stored direction only. *out is [{"nodes":[{"id","name","kind"}...],
 * "edges":[{"id","predicate","original_predicate","direction","sign","causal","sources",
 * "publications","license","knowledge_level","agent_type","record_id","sha256"}...],"metapath",
 * "score","sign"}], best score first, ties by fewer hops, then by edge ids. Unknown ids are
 * WRT_E_NOT_FOUND. An empty array is success. */
wrt_status wrt_kg_paths(wrt_json **out, wrt_kg_path_stats *stats, wrt_kg *kg, const char *from_id,
                        const char *to_id, const wrt_kg_path_options *options, wrt_err *err);

#endif
