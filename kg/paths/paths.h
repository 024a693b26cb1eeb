/* paths.h: the best simple paths between two nodes.
 *
 * What "best" means is the option `rank`; wrt_kg_path_rank_definition says each definition in
 * words. The default, "mechanism", is made for the question how a drug acts on a disease. On 120
 * DrugMechDB cases over Hetionet it finds 38 % of the curated nodes in ten paths and 46 % in fifty,
 * where plain degree products find 28 % and 36 % (tests/bench/eval_mechanism.c prints the table).
 *
 * Edges are followed from subject to object; one that holds both ways ("symmetric") is followed
 * both ways. Sign of a path: product of edge signs, where edges without direction of effect are
 * neutral (factor 1) and an edge of unknown sign makes the path's sign null; so does a causal edge
 * read from its effect. Neutral edges alone have the sign 0: two genes of one process do not raise
 * each other. Edges that state the same stand once, the others as its alternatives.
 *
 * A path never passes a direct "treats" or "palliates" edge between a drug and a disease unless
 * that is asked for. Work is bounded (WRT_KG_PATH_WORK_MAX, WRT_KG_PATH_COUNT_MAX): shorter paths
 * are met before longer ones, and when a limit is reached the result says "truncated". Degrees are
 * those of the whole graph, whatever the options leave out. From a node to itself there is no
 * path. */
#ifndef WRT_KG_PATHS_H
#define WRT_KG_PATHS_H

#include "kg/kg.h"

enum {
    WRT_KG_PATH_WORK_MAX = 2000000,  /* partial paths kept by the best-first search; it looks at 25
                                        times as many edges at most */
    WRT_KG_PATH_COUNT_MAX = 20000000 /* edges looked at to meet or count all paths */
};

typedef struct {
    int max_hops;               /* 1..6; 0 means 4 */
    size_t k;                   /* 1..1000; 0 means 10 */
    const wrt_json *kinds;      /* NULL, or kinds allowed for inner nodes */
    const wrt_json *predicates; /* NULL, or predicates (or the source's labels) allowed */
    const wrt_json *exclude;    /* NULL, or ids of nodes a path must not touch */
    int sign;                   /* 0 any, +1 or -1 to keep that sign only */
    const char *rank;           /* "mechanism" (NULL), "degree_product", "dwpc", "information",
                                   "evidence", "signed" */
    const char *direction;      /* "stored" (NULL); "any": also from object to subject, such edges
                                   then say "reversed" and have no sign */
    int cover;                  /* 0 as the rank does, +1 choose paths that show new nodes, -1 best
                                   scores only */
    double w;                   /* damping of degrees, (0, 2]; 0 means the rank's own */
    bool include_treats;        /* follow direct treatment edges too; naming them in predicates does
                                   the same */
} wrt_kg_path_options;

typedef struct {
    size_t found;        /* paths that satisfy the options, before the cut at k */
    bool truncated;      /* a work limit was reached: there may be better paths */
    bool found_is_exact; /* false: counting stopped at its own limit, there are at least `found` */
} wrt_kg_path_stats;

/* *out is [{"nodes":[{"id","name","kind"}...],"edges":[{"id","predicate","original_predicate",
 * "direction","sign","causal","sources","publications","license","knowledge_level","agent_type",
 * "record_id","sha256","primary_knowledge_source"}...],"metapath","score","sign"}], in the order of
 * the rank, ties by higher degree product, fewer hops, then edge ids. An edge read from object to
 * subject has "reversed":true and the sign with which it counts; "alternatives" lists ids of edges
 * that state the same, "contradicted_by" those that join the same nodes by the same predicate with
 * the opposite sign; "sign_conflict", "retracted_publications" and "support_retracted" as in
 * wrt_kg_edge. Paths chosen to cover have "gain", 0..1. An unknown id, also in exclude, is
 * WRT_E_NOT_FOUND. An empty array is success. An empty list in the options restricts nothing. */
wrt_status wrt_kg_paths(wrt_json **out, wrt_kg_path_stats *stats, wrt_kg *kg, const char *from_id,
                        const char *to_id, const wrt_kg_path_options *options, wrt_err *err);

/* What the score of a rank means, in words; NULL for an unknown name. */
const char *wrt_kg_path_rank_definition(const char *rank);

#endif
