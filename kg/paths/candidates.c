/* candidates.c: collecting paths and weighing them. */
#include "kg/paths/candidates.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

int wrt_kg_candidate_compare(const void *a, const void *b) {
    const wrt_kg_candidate *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    if (x->path.cost != y->path.cost)
        return x->path.cost < y->path.cost ? -1 : 1;
    return wrt_kg_path_compare(&x->path, &y->path);
}

void wrt_kg_candidates_sort(wrt_kg_candidates *candidates) {
    if (candidates->n > 0)
        qsort(candidates->list, candidates->n, sizeof *candidates->list, wrt_kg_candidate_compare);
}

/* ---- collecting */

typedef struct {
    wrt_kg_candidates *out;
    const wrt_kg_query *query;
    const wrt_kg_scoring *scoring;
} collection;

static void drop_lightest(wrt_kg_candidates *candidates) {
    wrt_kg_candidates_sort(candidates);
    candidates->n = WRT_KG_CANDIDATES_MAX;
    candidates->truncated = true;
}

static void add(void *ctx, const wrt_kg_path *path) {
    collection *c = ctx;
    wrt_kg_candidates *out = c->out;
    if (out->n == out->room) {
        out->room = out->room == 0 ? 1024 : out->room * 2;
        out->list = wrt_realloc(out->list, out->room * sizeof *out->list);
    }
    wrt_kg_candidate *last = &out->list[out->n++];
    *last = (wrt_kg_candidate){.path = *path};
    last->path.cost = wrt_kg_path_cost(c->query->csr, path);
    last->weight = wrt_kg_rank_weight(c->scoring, c->query->csr, &last->path);
    if (out->n == (size_t)WRT_KG_CANDIDATES_MAX * 2)
        drop_lightest(out);
}

/* Replaces the paths of lengths that were cut short by the best of those lengths. */
static void search_long(collection *c, int complete_hops) {
    wrt_kg_candidates *out = c->out;
    size_t kept = 0;
    for (size_t i = 0; i < out->n; i++)
        if (out->list[i].path.hops <= complete_hops)
            out->list[kept++] = out->list[i];
    out->n = kept;
    wrt_kg_query query = *c->query;
    wrt_kg_result best;
    query.k = WRT_KG_BEST_FIRST;
    query.count_max = 0;
    wrt_kg_search(&best, &query);
    for (size_t i = 0; i < best.n; i++)
        if (best.paths[i].hops > complete_hops)
            add(c, &best.paths[i]);
    wrt_kg_result_free(&best);
    out->truncated = true;
    out->found_is_exact = false;
    out->found = out->found > out->n ? out->found : out->n;
}

/* ---- the share of a metapath */

typedef struct {
    uint64_t key;
    size_t index;
} keyed;

/* Types and directions of the edges in 64 bits: two metapaths of one question share a key with
 * probability 2^-64. */
static uint64_t metapath_key(const wrt_kg_csr *csr, const wrt_kg_path *path) {
    uint64_t key = (uint64_t)path->hops;
    for (int i = 0; i < path->hops; i++) {
        uint64_t type = (uint64_t)csr->metaedge[path->edges[i] & WRT_KG_RANK] << 1 |
                        (uint64_t)((path->edges[i] & WRT_KG_ARC_BACK) != 0);
        key = (key ^ type) * UINT64_C(0x9e3779b97f4a7c15);
        key ^= key >> 29;
    }
    return key;
}

static int compare_keys(const void *a, const void *b) {
    const keyed *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static void divide_by_metapath(wrt_kg_candidates *out, const wrt_kg_csr *csr) {
    keyed *keys = wrt_calloc(out->n + 1, sizeof *keys);
    for (size_t i = 0; i < out->n; i++)
        keys[i] = (keyed){metapath_key(csr, &out->list[i].path), i};
    qsort(keys, out->n, sizeof *keys, compare_keys);
    for (size_t start = 0, end = 0; start < out->n; start = end) {
        double sum = 0;
        for (; end < out->n && keys[end].key == keys[start].key; end++)
            sum += out->list[keys[end].index].weight;
        for (size_t i = start; i < end; i++)
            out->list[keys[i].index].weight /= sum;
    }
    free(keys);
}

void wrt_kg_candidates_make(wrt_kg_candidates *out, const wrt_kg_query *query,
                            const wrt_kg_scoring *scoring) {
    *out = (wrt_kg_candidates){.found_is_exact = true};
    collection c = {out, query, scoring};
    wrt_kg_bounds bounds;
    int complete_hops = 0;
    wrt_kg_bounds_make(&bounds, query);
    out->found = wrt_kg_walk(&complete_hops, query, &bounds, add, &c);
    wrt_kg_bounds_free(&bounds);
    if (complete_hops < query->max_hops)
        search_long(&c, complete_hops);
    if (out->n > WRT_KG_CANDIDATES_MAX)
        drop_lightest(out);
    if (scoring->rank == WRT_KG_RANK_DWPC && out->n > 0)
        divide_by_metapath(out, query->csr);
}

void wrt_kg_candidates_free(wrt_kg_candidates *candidates) {
    free(candidates->list);
    *candidates = (wrt_kg_candidates){.n = 0};
}
