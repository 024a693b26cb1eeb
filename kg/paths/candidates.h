/* candidates.h: all paths of a query with their weights, and which of them to show; private to
 * kg/. */
#ifndef WRT_KG_CANDIDATES_H
#define WRT_KG_CANDIDATES_H

#include "kg/paths/rank.h"
#include "kg/paths/search.h"

enum {
    WRT_KG_CANDIDATES_MAX = 1 << 18, /* paths kept; the lightest are dropped beyond, and said */
    WRT_KG_BEST_FIRST = 4096         /* paths of the longest lengths when there are too many */
};

typedef struct {
    wrt_kg_path path;
    double weight; /* > 0: the score */
    double gain;   /* what it added to the cover when it was chosen, 0..1 of all there is */
} wrt_kg_candidate;

typedef struct {
    wrt_kg_candidate *list;
    size_t n, room;
    size_t found;
    bool truncated, found_is_exact;
} wrt_kg_candidates;

/* Meets every simple path of the query by walking (kg/paths/walk.c). When count_max arcs do not
 * suffice, the lengths that were not completed are searched best first instead, and truncated is
 * set. */
void wrt_kg_candidates_make(wrt_kg_candidates *out, const wrt_kg_query *query,
                            const wrt_kg_scoring *scoring);
void wrt_kg_candidates_free(wrt_kg_candidates *candidates);

/* Puts the k heaviest first: ties by lower cost, fewer hops, edge ids. */
void wrt_kg_candidates_sort(wrt_kg_candidates *candidates);

/* Puts first the k paths that greedily cover the most node weight, in order of choice; k is at most
 * n. See kg/paths/cover.c. */
void wrt_kg_candidates_cover(wrt_kg_candidates *candidates, const wrt_kg_csr *csr, size_t k);

/* The order of wrt_kg_candidates_sort. */
int wrt_kg_candidate_compare(const void *a, const void *b);

#endif
