/* graph.c: building a causal graph and the const view of it.
 *
 * Edges are collected as pairs and become sorted compressed rows in wrt_graph_finish, by two
 * stable counting sorts. A cycle is found by Kahn's topological sort, so the check is linear and
 * needs no recursion; what remains after the sort holds a cycle that a walk along parents finds.
 *
 * Invariant after finish: rows are ascending without repeats and the directed part is acyclic. */
#include "causal/classes/class_internal.h"
#include "causal/graph_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

wrt_graph *wrt_graph_new(void) {
    wrt_graph *graph = wrt_calloc(1, sizeof *graph);
    graph->arena = wrt_arena_new();
    /* The address differs between runs, so nobody can prepare names that all collide. Node order
     * does not depend on it. */
    graph->key = (uint64_t)(uintptr_t)graph * 0x9E3779B97F4A7C15u;
    return graph;
}

static void free_rows(graph_rows *rows) {
    free(rows->offset);
    free(rows->items);
}

void wrt_graph_free(wrt_graph *graph) {
    if (graph == NULL)
        return;
    wrt_arena_free(graph->arena);
    wrt_class_free(graph->klass);
    free(graph->names);
    free(graph->latent);
    free(graph->selected);
    free(graph->slots);
    free(graph->directed.items);
    free(graph->spouse.items);
    free_rows(&graph->children);
    free_rows(&graph->parents);
    free_rows(&graph->spouses);
    free(graph->stars.start);
    free(graph->stars.items);
    free(graph);
}

static wrt_status check_name(wrt_str name, wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    if (name.len == 0)
        return wrt_fail(err, WRT_E_INPUT, "a node name is empty");
    if (!wrt_utf8_valid(name))
        return wrt_fail(err, WRT_E_INPUT, "a node name is not valid UTF-8");
    for (size_t i = 0; i < name.len; i++) {
        unsigned char byte = (unsigned char)name.ptr[i];
        if (byte < 0x20 || byte == 0x7f)
            return wrt_fail(err, WRT_E_INPUT, "a node name holds the control character 0x%02x",
                            byte);
    }
    if (name.len > GRAPH_NAME_MAX)
        return wrt_fail(err, WRT_E_INPUT, "node name '%s' has %zu bytes; at most %d are allowed",
                        wrt_graph_label(label, name), name.len, GRAPH_NAME_MAX);
    return WRT_OK;
}

wrt_status wrt_graph_add_node(int *out, wrt_graph *graph, wrt_str name, wrt_err *err) {
    assert(!graph->finished);
    wrt_status status = check_name(name, err);
    if (status != WRT_OK)
        return status;
    int known = wrt_graph_lookup(graph, name);
    if (known >= 0) {
        *out = known;
        return WRT_OK;
    }
    if (graph->n >= WRT_GRAPH_NODES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "a graph holds at most %d nodes", WRT_GRAPH_NODES_MAX);
    if (graph->n == graph->room) {
        graph->room = graph->room == 0 ? 16 : graph->room * 2;
        graph->names = wrt_realloc(graph->names, graph->room * sizeof *graph->names);
        graph->latent = wrt_realloc(graph->latent, graph->room * sizeof *graph->latent);
        graph->selected = wrt_realloc(graph->selected, graph->room * sizeof *graph->selected);
    }
    int node = (int)graph->n++;
    graph->names[node] = wrt_arena_strdup(graph->arena, name.ptr, name.len);
    graph->latent[node] = graph->selected[node] = false;
    wrt_graph_enter(graph, node);
    *out = node;
    return WRT_OK;
}

#ifndef NDEBUG
/* For assertions only. */
static bool is_node(const wrt_graph *graph, int node) {
    return node >= 0 && (size_t)node < graph->n;
}
#endif

static void push_pair(graph_pairs *pairs, int from, int to) {
    if (pairs->n == pairs->room) {
        pairs->room = pairs->room == 0 ? 32 : pairs->room * 2;
        pairs->items = wrt_realloc(pairs->items, pairs->room * sizeof *pairs->items);
    }
    pairs->items[pairs->n++] = (graph_pair){from, to};
}

static wrt_status check_edge(const wrt_graph *graph, int a, int b, const char *mark, wrt_err *err) {
    assert(!graph->finished && is_node(graph, a) && is_node(graph, b));
    if (a == b) {
        char label[GRAPH_LABEL_MAX];
        wrt_graph_label(label, wrt_str_of(graph->names[a]));
        return wrt_fail(err, WRT_E_INPUT, "self-loop %s %s %s: an edge joins two different nodes",
                        label, mark, label);
    }
    if (graph->directed.n + graph->spouse.n / 2 >= WRT_GRAPH_EDGES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "a graph holds at most %d edges", WRT_GRAPH_EDGES_MAX);
    return WRT_OK;
}

wrt_status wrt_graph_add_edge(wrt_graph *graph, int from, int to, wrt_err *err) {
    wrt_status status = check_edge(graph, from, to, "->", err);
    if (status == WRT_OK)
        push_pair(&graph->directed, from, to);
    return status;
}

wrt_status wrt_graph_add_bidirected(wrt_graph *graph, int a, int b, wrt_err *err) {
    wrt_status status = check_edge(graph, a, b, "<->", err);
    if (status == WRT_OK) {
        push_pair(&graph->spouse, a, b);
        push_pair(&graph->spouse, b, a);
    }
    return status;
}

void wrt_graph_set_latent(wrt_graph *graph, int node) {
    assert(!graph->finished && is_node(graph, node));
    graph->latent[node] = true;
}

void wrt_graph_set_selected(wrt_graph *graph, int node) {
    assert(!graph->finished && is_node(graph, node));
    graph->n_selected += graph->selected[node] ? 0 : 1;
    graph->selected[node] = true;
}

bool wrt_graph_is_selected(const wrt_graph *graph, int node) {
    assert(is_node(graph, node));
    return graph->selected[node];
}

wrt_node_set wrt_graph_selected(const wrt_graph *graph) {
    wrt_node_set set = {wrt_calloc(graph->n_selected + 1, sizeof(int)), 0};
    for (int v = 0; graph->n_selected > 0 && v < (int)graph->n; v++)
        if (graph->selected[v])
            set.items[set.n++] = v;
    return set;
}

/* ---- finishing */

static int pair_key(const graph_pair *pair, bool by_to) {
    return by_to ? pair->to : pair->from;
}

/* Stable counting sort by one end; offset (n + 1 entries) is left as the row starts. */
static void sort_by(graph_pair *out, int *offset, const graph_pairs *pairs, size_t n, bool by_to) {
    memset(offset, 0, (n + 1) * sizeof *offset);
    for (size_t i = 0; i < pairs->n; i++)
        offset[pair_key(&pairs->items[i], by_to) + 1]++;
    for (size_t v = 0; v < n; v++)
        offset[v + 1] += offset[v];
    for (size_t i = 0; i < pairs->n; i++)
        out[offset[pair_key(&pairs->items[i], by_to)]++] = pairs->items[i];
    for (size_t v = n; v > 0; v--)
        offset[v] = offset[v - 1];
    offset[0] = 0;
}

static size_t drop_repeats(graph_pairs *pairs) {
    size_t kept = 0;
    for (size_t i = 0; i < pairs->n; i++) {
        const graph_pair *pair = &pairs->items[i];
        if (kept > 0 && pairs->items[kept - 1].from == pair->from &&
            pairs->items[kept - 1].to == pair->to)
            continue;
        pairs->items[kept++] = *pair;
    }
    size_t dropped = pairs->n - kept;
    pairs->n = kept;
    return dropped;
}

/* Sorts the pairs by (from, to) and drops repeats; returns how many were dropped. */
static size_t sort_pairs(graph_pairs *pairs, size_t n) {
    graph_pair *spare = wrt_calloc(pairs->n + 1, sizeof *spare);
    int *offset = wrt_calloc(n + 1, sizeof *offset);
    sort_by(spare, offset, pairs, n, true);
    graph_pairs by_to = {spare, pairs->n, pairs->n};
    if (pairs->n > 0)
        sort_by(pairs->items, offset, &by_to, n, false);
    free(spare);
    free(offset);
    return drop_repeats(pairs);
}

/* Rows keyed by one end that list the other end. The pairs are sorted by (from, to). */
static void fill_rows(graph_rows *rows, const graph_pairs *pairs, size_t n, bool by_to) {
    graph_pair *sorted = wrt_calloc(pairs->n + 1, sizeof *sorted);
    rows->offset = wrt_calloc(n + 1, sizeof *rows->offset);
    rows->items = wrt_calloc(pairs->n + 1, sizeof *rows->items);
    sort_by(sorted, rows->offset, pairs, n, by_to);
    for (size_t i = 0; i < pairs->n; i++)
        rows->items[i] = pair_key(&sorted[i], !by_to);
    free(sorted);
}

static int copy_row(int *to, const graph_rows *rows, size_t v) {
    int n = rows->offset[v + 1] - rows->offset[v];
    memcpy(to, rows->items + rows->offset[v], (size_t)n * sizeof *to);
    return n;
}

static void fill_stars(wrt_graph *graph) {
    const graph_rows *kinds[GRAPH_STAR_KINDS] = {[GRAPH_STAR_PARENTS] = &graph->parents,
                                                 [GRAPH_STAR_SPOUSES] = &graph->spouses,
                                                 [GRAPH_STAR_CHILDREN] = &graph->children};
    size_t row = 0, ends = 2 * graph->directed.n + graph->spouse.n;
    int at = 0;
    graph->stars.start = wrt_calloc(GRAPH_STAR_KINDS * graph->n + 1, sizeof(int));
    graph->stars.items = wrt_calloc(ends + 1, sizeof(int));
    for (size_t v = 0; v < graph->n; v++)
        for (int kind = 0; kind < GRAPH_STAR_KINDS; kind++) {
            graph->stars.start[row++] = at;
            at += copy_row(graph->stars.items + at, kinds[kind], v);
        }
    graph->stars.start[row] = at;
}

static void clear_pairs(graph_pairs *pairs) {
    free(pairs->items);
    *pairs = (graph_pairs){0};
}

/* Kahn's algorithm; waiting[v] is left as the number of parents of v that were never removed. */
static bool is_acyclic(const wrt_graph *graph, int *waiting) {
    int *ready = wrt_calloc(graph->n + 1, sizeof *ready);
    size_t head = 0, tail = 0;
    for (size_t v = 0; v < graph->n; v++) {
        waiting[v] = graph->parents.offset[v + 1] - graph->parents.offset[v];
        if (waiting[v] == 0)
            ready[tail++] = (int)v;
    }
    while (head < tail) {
        int v = ready[head++];
        for (int i = graph->children.offset[v]; i < graph->children.offset[v + 1]; i++) {
            int child = graph->children.items[i];
            if (--waiting[child] == 0)
                ready[tail++] = child;
        }
    }
    free(ready);
    return tail == graph->n;
}

static int waiting_parent(const wrt_graph *graph, const int *waiting, int v) {
    for (int i = graph->parents.offset[v]; i < graph->parents.offset[v + 1]; i++)
        if (waiting[graph->parents.items[i]] > 0)
            return graph->parents.items[i];
    return -1;
}

/* Every node that still waits has a parent that waits, so walking up closes a cycle. cycle gets
 * the nodes against the arrows; returns their number. */
static size_t find_cycle(int *cycle, const wrt_graph *graph, const int *waiting) {
    int *step = wrt_calloc(graph->n, sizeof *step); /* 1 + position in cycle */
    size_t n = 0;
    int v = 0;
    while (waiting[v] == 0)
        v++;
    while (step[v] == 0) {
        cycle[n] = v;
        step[v] = (int)++n;
        v = waiting_parent(graph, waiting, v);
        assert(v >= 0);
    }
    size_t first = (size_t)step[v] - 1;
    memmove(cycle, cycle + first, (n - first) * sizeof *cycle);
    free(step);
    return n - first;
}

enum { CYCLE_SHOWN_MAX = 12 };

static wrt_status report_cycle(const wrt_graph *graph, const int *waiting, wrt_err *err) {
    int *cycle = wrt_calloc(graph->n, sizeof *cycle);
    size_t n = find_cycle(cycle, graph, waiting);
    size_t start = 0;
    for (size_t i = 1; i < n; i++)
        if (cycle[i] < cycle[start])
            start = i;
    wrt_buf text = wrt_buf_make(WRT_KIB(8));
    for (size_t k = 0; k <= n; k++) {
        if (k == CYCLE_SHOWN_MAX && n > CYCLE_SHOWN_MAX) {
            wrt_buf_printf(&text, " -> ... (%zu nodes in all)", n);
            break;
        }
        char label[GRAPH_LABEL_MAX];
        wrt_str name = wrt_str_of(graph->names[cycle[(start + n - k) % n]]);
        wrt_buf_printf(&text, "%s%s", k == 0 ? "" : " -> ", wrt_graph_label(label, name));
    }
    wrt_str shown = wrt_buf_str(&text);
    wrt_status status = wrt_fail(err, WRT_E_INPUT, "the graph has a directed cycle: %.*s",
                                 (int)shown.len, shown.ptr);
    wrt_buf_free(&text);
    free(cycle);
    return status;
}

wrt_status wrt_graph_finish(wrt_graph *graph, wrt_err *err) {
    assert(!graph->finished);
    graph->finished = true;
    graph->merged = sort_pairs(&graph->directed, graph->n);
    graph->merged += sort_pairs(&graph->spouse, graph->n) / 2;
    fill_rows(&graph->children, &graph->directed, graph->n, false);
    fill_rows(&graph->parents, &graph->directed, graph->n, true);
    fill_rows(&graph->spouses, &graph->spouse, graph->n, false);
    fill_stars(graph);
    clear_pairs(&graph->directed);
    clear_pairs(&graph->spouse);
    int *waiting = wrt_calloc(graph->n + 1, sizeof *waiting);
    wrt_status status = is_acyclic(graph, waiting) ? WRT_OK : report_cycle(graph, waiting, err);
    free(waiting);
    return status == WRT_OK && graph->klass != NULL ? wrt_class_finish(graph, err) : status;
}

/* ---- the const view */

size_t wrt_graph_count(const wrt_graph *graph) {
    return graph->n;
}

const char *wrt_graph_name(const wrt_graph *graph, int node) {
    assert(is_node(graph, node));
    return graph->names[node];
}

bool wrt_graph_is_latent(const wrt_graph *graph, int node) {
    assert(is_node(graph, node));
    return graph->latent[node];
}

static const int *row(const wrt_graph *graph, const graph_rows *rows, int node, size_t *n) {
    assert(graph->finished && is_node(graph, node));
    (void)graph;
    *n = (size_t)(rows->offset[node + 1] - rows->offset[node]);
    return rows->items + rows->offset[node];
}

const int *wrt_graph_children(const wrt_graph *graph, int node, size_t *n) {
    return row(graph, &graph->children, node, n);
}

const int *wrt_graph_parents(const wrt_graph *graph, int node, size_t *n) {
    return row(graph, &graph->parents, node, n);
}

const int *wrt_graph_spouses(const wrt_graph *graph, int node, size_t *n) {
    return row(graph, &graph->spouses, node, n);
}

size_t wrt_graph_merged(const wrt_graph *graph) {
    return graph->merged;
}
