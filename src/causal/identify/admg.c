/* admg.c: numbering of the projected graph, and walks inside a part of it. */
#include "causal/identify/admg.h"

#include "causal/identify/project_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- rows */

static int compare_pairs(const void *a, const void *b) {
    const graph_pair *left = a, *right = b;
    if (left->from != right->from)
        return left->from < right->from ? -1 : 1;
    return (left->to > right->to) - (left->to < right->to);
}

static void sort_unique(graph_pairs *pairs) {
    size_t n = 0;
    if (pairs->n > 0)
        qsort(pairs->items, pairs->n, sizeof *pairs->items, compare_pairs);
    for (size_t i = 0; i < pairs->n; i++)
        if (n == 0 || compare_pairs(&pairs->items[n - 1], &pairs->items[i]) != 0)
            pairs->items[n++] = pairs->items[i];
    pairs->n = n;
}

/* Pairs are sorted; row v holds the second members of the pairs that begin with v. */
static wrt_admg_rows rows_of(wrt_arena *arena, int n, const graph_pairs *pairs) {
    wrt_admg_rows rows = {wrt_arena_calloc(arena, (size_t)n + 2, sizeof(int)),
                          wrt_arena_calloc(arena, pairs->n + 1, sizeof(int))};
    for (size_t i = 0; i < pairs->n; i++) {
        rows.offset[pairs->items[i].from + 1]++;
        rows.items[i] = pairs->items[i].to;
    }
    for (int v = 0; v < n; v++)
        rows.offset[v + 1] += rows.offset[v];
    return rows;
}

static void swap_ends(graph_pairs *pairs) {
    for (size_t i = 0; i < pairs->n; i++)
        pairs->items[i] = (graph_pair){pairs->items[i].to, pairs->items[i].from};
}

/* ---- the order */

typedef struct {
    int level, node;
    const char *name;
} ranked;

static int compare_ranked(const void *a, const void *b) {
    const ranked *left = a, *right = b;
    if (left->level != right->level)
        return left->level < right->level ? -1 : 1;
    return strcmp(left->name, right->name);
}

/* level[v] of the kept nodes: length of the longest directed path that ends there. Kahn's order
 * on the edges, which are sorted by their first member. */
static void find_levels(int *level, int n, const graph_pairs *directed) {
    int *open = wrt_calloc((size_t)n + 1, sizeof *open),
        *queue = wrt_calloc((size_t)n + 1, sizeof(int));
    size_t *first = wrt_calloc((size_t)n + 2, sizeof *first);
    int head = 0, tail = 0;
    for (size_t i = 0; i < directed->n; i++) {
        open[directed->items[i].to]++;
        first[directed->items[i].from + 1]++;
    }
    for (int v = 0; v < n; v++) {
        first[v + 1] += first[v];
        if (open[v] == 0)
            queue[tail++] = v;
    }
    for (; head < tail; head++) {
        int v = queue[head];
        for (size_t i = first[v]; i < first[v + 1]; i++) {
            int child = directed->items[i].to;
            level[child] = level[child] > level[v] + 1 ? level[child] : level[v] + 1;
            if (--open[child] == 0)
                queue[tail++] = child;
        }
    }
    free(open);
    free(queue);
    free(first);
}

static void number_nodes(wrt_admg *admg, const graph_pairs *directed, const bool *kept) {
    int n = (int)wrt_graph_count(admg->graph);
    int *level = wrt_calloc((size_t)n + 1, sizeof *level);
    ranked *order = wrt_calloc((size_t)n + 1, sizeof *order);
    find_levels(level, n, directed);
    for (int v = 0; v < n; v++)
        if (kept[v])
            order[admg->n++] = (ranked){level[v], v, wrt_graph_name(admg->graph, v)};
    if (admg->n > 0)
        qsort(order, (size_t)admg->n, sizeof *order, compare_ranked);
    admg->node = wrt_arena_calloc(admg->arena, (size_t)admg->n + 1, sizeof(int));
    admg->local = wrt_arena_calloc(admg->arena, (size_t)n + 1, sizeof(int));
    for (int v = 0; v < n; v++)
        admg->local[v] = -1;
    for (int i = 0; i < admg->n; i++) {
        admg->node[i] = order[i].node;
        admg->local[order[i].node] = i;
    }
    free(level);
    free(order);
}

static void renumber(graph_pairs *pairs, const int *local) {
    for (size_t i = 0; i < pairs->n; i++)
        pairs->items[i] = (graph_pair){local[pairs->items[i].from], local[pairs->items[i].to]};
    sort_unique(pairs);
}

wrt_status wrt_admg_init(wrt_admg *out, const wrt_graph *graph, const wrt_node_set *of,
                         wrt_err *err) {
    graph_pairs directed = {0}, spouse = {0};
    *out = (wrt_admg){.arena = wrt_arena_new(), .graph = graph};
    bool *kept = wrt_calloc(wrt_graph_count(graph) + 1, sizeof *kept);
    wrt_status status = wrt_graph_project_edges(&directed, &spouse, kept, graph, of, err);
    if (status == WRT_OK) {
        sort_unique(&directed);
        number_nodes(out, &directed, kept);
        renumber(&directed, out->local);
        renumber(&spouse, out->local);
        out->children = rows_of(out->arena, out->n, &directed);
        out->spouses = rows_of(out->arena, out->n, &spouse);
        swap_ends(&directed);
        sort_unique(&directed);
        out->parents = rows_of(out->arena, out->n, &directed);
    }
    free(directed.items);
    free(spouse.items);
    free(kept);
    return status;
}

void wrt_admg_free(wrt_admg *admg) {
    wrt_arena_free(admg->arena);
    *admg = (wrt_admg){0};
}

/* ---- parts */

wrt_part wrt_part_new(const wrt_admg *admg) {
    size_t room = (size_t)admg->n + 1;
    return (wrt_part){wrt_arena_calloc(admg->arena, room, sizeof(int)), 0,
                      wrt_arena_calloc(admg->arena, room, 1)};
}

void wrt_part_add(wrt_part *part, int v) {
    part->items[part->n++] = v;
    part->has[v] = 1;
}

wrt_part wrt_part_all(const wrt_admg *admg) {
    wrt_part all = wrt_part_new(admg);
    for (int v = 0; v < admg->n; v++)
        wrt_part_add(&all, v);
    return all;
}

wrt_part wrt_part_minus(const wrt_admg *admg, const wrt_part *a, const wrt_part *b) {
    wrt_part rest = wrt_part_new(admg);
    for (int i = 0; i < a->n; i++)
        if (!b->has[a->items[i]])
            wrt_part_add(&rest, a->items[i]);
    return rest;
}

/* The members of `within` that a walk over `rows` from the first `n` nodes of `stack` meets; the
 * stack has room for all nodes. */
static wrt_part walk(const wrt_admg *admg, const wrt_admg_rows *rows, const wrt_part *within,
                     int *stack, int n) {
    wrt_part met = wrt_part_new(admg), sorted = {met.items, 0, met.has};
    for (int i = 0; i < n; i++)
        met.has[stack[i]] = 1;
    while (n > 0) {
        int v = stack[--n];
        for (int i = rows->offset[v]; i < rows->offset[v + 1]; i++) {
            int next = rows->items[i];
            if (met.has[next] || !within->has[next])
                continue;
            met.has[next] = 1;
            stack[n++] = next;
        }
    }
    for (int i = 0; i < within->n; i++)
        if (met.has[within->items[i]])
            sorted.items[sorted.n++] = within->items[i];
    return sorted;
}

wrt_part wrt_admg_ancestors(const wrt_admg *admg, const wrt_part *within, const wrt_part *of) {
    int *stack = wrt_calloc((size_t)admg->n + 1, sizeof *stack), n = 0;
    for (int i = 0; i < of->n; i++)
        if (within->has[of->items[i]])
            stack[n++] = of->items[i];
    wrt_part met = walk(admg, &admg->parents, within, stack, n);
    free(stack);
    return met;
}

wrt_part wrt_admg_district(const wrt_admg *admg, const wrt_part *within, int v) {
    int *stack = wrt_calloc((size_t)admg->n + 1, sizeof *stack);
    stack[0] = v;
    wrt_part met = walk(admg, &admg->spouses, within, stack, 1);
    free(stack);
    return met;
}
