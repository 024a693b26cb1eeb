/* project.c: latent projection.
 *
 * The observed nodes below a node through latent nodes only (its "reach") are found by a
 * depth-first walk. Directed edges lead from an observed node to its reach; the reach of a latent
 * node without a latent parent is joined pairwise, as are the reaches of both ends of a bidirected
 * edge. */
#include "causal/identify/project.h"

#include "base/arena.h"
#include "causal/identify/admg.h"
#include "causal/identify/project_internal.h"
#include "causal/reach.h"

#include <stdlib.h>

enum { STEPS_MAX = 100000000 };

typedef struct {
    const wrt_graph *graph;
    const bool *in; /* per node: an ancestor of what is asked about */
    int *seen;      /* per node: the last walk that met it */
    int walk;
    int *stack;
    graph_pairs *directed, *spouse;
    size_t steps;
    bool full;
} projector;

typedef struct {
    int *items;
    size_t n;
} met_nodes;

static void add_pair(projector *p, graph_pairs *pairs, int from, int to) {
    if (pairs->n >= 2 * (size_t)WRT_GRAPH_EDGES_MAX) {
        p->full = true;
        return;
    }
    if (pairs->n == pairs->room) {
        pairs->room = pairs->room == 0 ? 64 : 2 * pairs->room;
        pairs->items = wrt_realloc(pairs->items, pairs->room * sizeof *pairs->items);
    }
    pairs->items[pairs->n++] = (graph_pair){from, to};
}

/* Appends to out the observed nodes that directed paths through latent nodes lead to from v, v
 * itself left out. out has room for all nodes. */
static void walk_down(met_nodes *out, projector *p, int v) {
    size_t depth = 0;
    p->walk++;
    p->stack[depth++] = v;
    while (depth > 0 && !p->full) {
        size_t n;
        const int *children = wrt_graph_children(p->graph, p->stack[--depth], &n);
        for (size_t i = 0; i < n; i++) {
            int child = children[i];
            if (p->seen[child] == p->walk || !p->in[child])
                continue;
            p->seen[child] = p->walk;
            if (wrt_graph_is_latent(p->graph, child))
                p->stack[depth++] = child;
            else
                out->items[out->n++] = child;
        }
        p->steps += n + 1;
        p->full = p->full || p->steps > STEPS_MAX;
    }
}

/* v itself when it is observed, else what it reaches. */
static void tops(met_nodes *out, projector *p, int v) {
    out->n = 0;
    if (wrt_graph_is_latent(p->graph, v))
        walk_down(out, p, v);
    else
        out->items[out->n++] = v;
}

static void join(projector *p, const met_nodes *a, const met_nodes *b) {
    for (size_t i = 0; i < a->n && !p->full; i++) {
        for (size_t j = 0; j < b->n; j++) {
            if (a->items[i] == b->items[j])
                continue;
            add_pair(p, p->spouse, a->items[i], b->items[j]);
            add_pair(p, p->spouse, b->items[j], a->items[i]);
        }
    }
}

static bool has_latent_parent(const projector *p, int v) {
    size_t n;
    const int *parents = wrt_graph_parents(p->graph, v, &n);
    for (size_t i = 0; i < n; i++)
        if (wrt_graph_is_latent(p->graph, parents[i]))
            return true;
    return false;
}

static void project_node(projector *p, int v, met_nodes *first, met_nodes *second) {
    size_t n;
    const int *spouses = wrt_graph_spouses(p->graph, v, &n);
    first->n = 0;
    if (!wrt_graph_is_latent(p->graph, v)) {
        walk_down(first, p, v);
        for (size_t i = 0; i < first->n; i++)
            add_pair(p, p->directed, v, first->items[i]);
    } else if (!has_latent_parent(p, v)) {
        walk_down(first, p, v);
        join(p, first, first);
    }
    for (size_t i = 0; i < n && !p->full; i++) {
        if (spouses[i] < v || !p->in[spouses[i]])
            continue;
        tops(first, p, v);
        tops(second, p, spouses[i]);
        join(p, first, second);
    }
}

static void find_ancestors(bool *in, const wrt_graph *graph, const wrt_node_set *of) {
    wrt_reach reach;
    wrt_reach_init(&reach, graph);
    for (size_t v = 0; of == NULL && v < wrt_graph_count(graph); v++)
        in[v] = true;
    if (of != NULL) {
        wrt_reach_mark_set(&reach, of, WRT_MARK_OUTCOME);
        wrt_reach_run(&reach, &WRT_REACH_ANCESTORS, WRT_MARK_OUTCOME, 0);
        wrt_reach_mark_visited(&reach, WRT_MARK_ANCESTOR);
        for (size_t v = 0; v < wrt_graph_count(graph); v++)
            in[v] = (reach.marks[v] & WRT_MARK_ANCESTOR) != 0;
    }
    wrt_reach_free(&reach);
}

wrt_status wrt_graph_project_edges(graph_pairs *directed, graph_pairs *spouse, bool *kept,
                                   const wrt_graph *graph, const wrt_node_set *of, wrt_err *err) {
    size_t n = wrt_graph_count(graph);
    bool *in = wrt_calloc(n + 1, sizeof *in);
    met_nodes first = {wrt_calloc(n + 1, sizeof(int)), 0},
              second = {wrt_calloc(n + 1, sizeof(int)), 0};
    projector p = {.graph = graph, .in = in, .directed = directed, .spouse = spouse};
    p.seen = wrt_calloc(n + 1, sizeof *p.seen);
    p.stack = wrt_calloc(n + 1, sizeof *p.stack);
    find_ancestors(in, graph, of);
    for (size_t v = 0; v < n && !p.full; v++) {
        kept[v] = in[v] && !wrt_graph_is_latent(graph, (int)v);
        if (in[v])
            project_node(&p, (int)v, &first, &second);
    }
    free(in);
    free(first.items);
    free(second.items);
    free(p.seen);
    free(p.stack);
    if (p.full)
        return wrt_fail(err, WRT_E_LIMIT,
                        "without its latent nodes the graph has more than %d edges or takes more "
                        "than %d steps to build",
                        WRT_GRAPH_EDGES_MAX, STEPS_MAX);
    return WRT_OK;
}

/* ---- as a graph */

static wrt_status copy_edges(wrt_graph *to, const wrt_admg *admg, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (int v = 0; v < admg->n && status == WRT_OK; v++) {
        int index;
        wrt_str name = wrt_str_of(wrt_graph_name(admg->graph, admg->node[v]));
        status = wrt_graph_add_node(&index, to, name, err);
    }
    for (int v = 0; v < admg->n; v++) {
        for (int i = admg->children.offset[v]; i < admg->children.offset[v + 1]; i++)
            if (status == WRT_OK)
                status = wrt_graph_add_edge(to, v, admg->children.items[i], err);
        for (int i = admg->spouses.offset[v]; i < admg->spouses.offset[v + 1]; i++)
            if (status == WRT_OK && admg->spouses.items[i] > v)
                status = wrt_graph_add_bidirected(to, v, admg->spouses.items[i], err);
    }
    return status;
}

wrt_status wrt_graph_project(wrt_graph **out, const wrt_graph *graph, wrt_err *err) {
    wrt_admg admg;
    wrt_graph *projected = wrt_graph_new();
    wrt_status status = wrt_admg_init(&admg, graph, NULL, err);
    if (status == WRT_OK)
        status = copy_edges(projected, &admg, err);
    if (status == WRT_OK)
        status = wrt_graph_finish(projected, err);
    wrt_admg_free(&admg);
    if (status != WRT_OK) {
        wrt_graph_free(projected);
        projected = NULL;
    }
    *out = projected;
    return status;
}
