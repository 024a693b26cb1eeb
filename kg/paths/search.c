/* search.c: the k best simple paths, best first.
 *
 * A* over partial paths: the queue is ordered by cost so far times the least cost of what is left
 * (kg/paths/bounds.c), and a partial path whose bound exceeds the k-th best whole path is dropped.
 * When the head of the queue exceeds it, nothing better is left: the result is exact, ties
 * included, unless a work limit was reached before. Partial paths share their beginnings through
 * parent links. */
#include "kg/paths/search.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NO_PARENT = -1, EDGES_PER_PARTIAL = 25 };

/* Products of whole numbers are exact below 2^53; beyond, the order of factors shows in the last
 * bits, and bounds must not cut on that. */
static const double SLACK = 1 + 1e-9;

typedef struct {
    double cost;
    int32_t parent;
    uint32_t edge; /* that led here */
    uint32_t node;
    uint8_t hops, parity;
} partial;

typedef struct {
    double bound;
    int32_t partial;
} entry;

typedef struct {
    const wrt_kg_query *query;
    wrt_kg_bounds bounds;
    partial *pool;
    size_t n_pool, room_pool;
    entry *heap; /* a binary heap, least bound first */
    size_t n_heap, room_heap;
    wrt_kg_path *kept; /* a binary heap, worst path first, until the end */
    size_t n_kept, room_kept;
    size_t edges_seen;
    bool truncated;
} search;

/* ---- the queue */

static bool entry_before(const search *s, entry a, entry b) {
    if (a.bound != b.bound)
        return a.bound < b.bound;
    uint8_t x = s->pool[a.partial].hops, y = s->pool[b.partial].hops;
    return x != y ? x > y : a.partial < b.partial;
}

static void heap_push(search *s, entry e) {
    if (s->n_heap == s->room_heap) {
        s->room_heap = s->room_heap == 0 ? 256 : s->room_heap * 2;
        s->heap = wrt_realloc(s->heap, s->room_heap * sizeof *s->heap);
    }
    size_t at = s->n_heap++;
    while (at > 0 && entry_before(s, e, s->heap[(at - 1) / 2])) {
        s->heap[at] = s->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    s->heap[at] = e;
}

static entry heap_pop(search *s) {
    entry top = s->heap[0], last = s->heap[--s->n_heap];
    size_t at = 0;
    for (;;) {
        size_t child = at * 2 + 1;
        if (child >= s->n_heap)
            break;
        if (child + 1 < s->n_heap && entry_before(s, s->heap[child + 1], s->heap[child]))
            child++;
        if (!entry_before(s, s->heap[child], last))
            break;
        s->heap[at] = s->heap[child];
        at = child;
    }
    s->heap[at] = last;
    return top;
}

/* ---- whole paths */

static int compare_paths(const void *a, const void *b) {
    const wrt_kg_path *x = a, *y = b;
    if (x->cost != y->cost)
        return x->cost < y->cost ? -1 : 1;
    return wrt_kg_path_compare(x, y);
}

static void sift_down(wrt_kg_path *heap, size_t n, wrt_kg_path path) {
    size_t at = 0;
    for (;;) {
        size_t child = at * 2 + 1;
        if (child >= n)
            break;
        if (child + 1 < n && compare_paths(&heap[child + 1], &heap[child]) > 0)
            child++;
        if (compare_paths(&heap[child], &path) <= 0)
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = path;
}

static void keep_path(search *s, const wrt_kg_path *path) {
    if (s->n_kept == s->query->k) {
        if (compare_paths(path, &s->kept[0]) < 0)
            sift_down(s->kept, s->n_kept, *path);
        return;
    }
    if (s->n_kept == s->room_kept) {
        s->room_kept = s->room_kept == 0 ? 16 : s->room_kept * 2;
        s->kept = wrt_realloc(s->kept, s->room_kept * sizeof *s->kept);
    }
    size_t at = s->n_kept++;
    while (at > 0 && compare_paths(path, &s->kept[(at - 1) / 2]) > 0) {
        s->kept[at] = s->kept[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    s->kept[at] = *path;
}

static double limit(const search *s) {
    return s->n_kept == s->query->k ? s->kept[0].cost * SLACK : INFINITY;
}

static void finish_path(search *s, int32_t last, uint32_t edge) {
    wrt_kg_path path = {.hops = s->pool[last].hops + 1};
    path.edges[path.hops - 1] = edge;
    for (int32_t at = last; s->pool[at].parent != NO_PARENT; at = s->pool[at].parent)
        path.edges[s->pool[at].hops - 1] = s->pool[at].edge;
    path.cost = wrt_kg_path_cost(s->query->csr, &path);
    if (wrt_kg_path_fits(s->query, &path))
        keep_path(s, &path);
}

/* ---- partial paths */

static bool visits(const search *s, int32_t at, uint32_t node) {
    for (; at != NO_PARENT; at = s->pool[at].parent)
        if (s->pool[at].node == node)
            return true;
    return false;
}

static bool add_partial(search *s, partial p, double bound) {
    if (s->n_pool >= s->query->work_max) {
        s->truncated = true;
        return false;
    }
    if (s->n_pool == s->room_pool) {
        s->room_pool = s->room_pool == 0 ? 256 : s->room_pool * 2;
        s->pool = wrt_realloc(s->pool, s->room_pool * sizeof *s->pool);
    }
    s->pool[s->n_pool] = p;
    heap_push(s, (entry){bound, (int32_t)s->n_pool++});
    return true;
}

/* Takes one edge out of the partial path `at`. */
static bool extend(search *s, int32_t at, wrt_kg_arc arc) {
    const wrt_kg_query *q = s->query;
    const partial from = s->pool[at];
    if (!wrt_kg_edge_open(q, arc.edge))
        return true;
    int parity = wrt_kg_parity_after(q, arc.edge, from.parity);
    if (arc.node == q->to) {
        if (parity == 0)
            finish_path(s, at, arc.edge);
        return true;
    }
    int left = q->max_hops - from.hops - 1;
    double cost = from.cost * q->csr->cost[wrt_kg_arc_rank(arc)];
    size_t state = (size_t)arc.node * (size_t)s->bounds.parities + (size_t)parity;
    double bound = cost * s->bounds.best[left][state];
    if (!q->inner[arc.node] || arc.node == q->from || isinf(bound) || bound > limit(s) ||
        visits(s, at, arc.node))
        return true;
    return add_partial(
        s, (partial){cost, at, arc.edge, arc.node, (uint8_t)(from.hops + 1), (uint8_t)parity},
        bound);
}

static void run(search *s) {
    const wrt_kg_csr *csr = s->query->csr;
    while (s->n_heap > 0 && !s->truncated) {
        entry top = heap_pop(s);
        if (top.bound > limit(s))
            return;
        uint32_t node = s->pool[top.partial].node;
        s->edges_seen += csr->from[node + 1] - csr->from[node];
        if (s->edges_seen / EDGES_PER_PARTIAL > s->query->work_max) {
            s->truncated = true;
            return;
        }
        for (uint32_t i = csr->from[node]; i < csr->from[node + 1]; i++)
            if (!extend(s, top.partial, csr->arcs[i]))
                return;
    }
}

void wrt_kg_search(wrt_kg_result *out, const wrt_kg_query *query) {
    *out = (wrt_kg_result){.found_is_exact = true};
    search s = {.query = query};
    wrt_kg_bounds_make(&s.bounds, query);
    int parity = query->sign < 0 ? 1 : 0;
    double least = s.bounds.best[query->max_hops]
                                [(size_t)query->from * (size_t)s.bounds.parities + (size_t)parity];
    if (!isinf(least)) {
        add_partial(&s, (partial){1, NO_PARENT, 0, query->from, 0, (uint8_t)parity}, least);
        run(&s);
    }
    if (s.n_kept > 0)
        qsort(s.kept, s.n_kept, sizeof *s.kept, compare_paths);
    out->paths = s.kept;
    out->n = out->found = s.n_kept;
    out->truncated = s.truncated;
    if (s.n_kept == query->k || s.truncated) {
        int complete = 0;
        size_t counted = wrt_kg_walk(&complete, query, &s.bounds, NULL, NULL);
        out->found = counted > s.n_kept ? counted : s.n_kept;
        out->found_is_exact = complete == query->max_hops;
    }
    free(s.pool);
    free(s.heap);
    wrt_kg_bounds_free(&s.bounds);
}

void wrt_kg_result_free(wrt_kg_result *result) {
    free(result->paths);
    *result = (wrt_kg_result){.n = 0};
}
