/* walk.c: all simple paths of a query, one length after the other.
 *
 * Depth-first with a stack of at most max_hops arcs; a branch is entered only when the target can
 * still be reached in the hops that are left, and the last hop is found by bisection in the run of
 * arcs to the target. Shorter paths are complete before a longer one is met, so that a limit never
 * hides a direct hit behind a hub (iterative deepening: Korf, Artif Intell 1985;27:97). */
#include "kg/paths/search.h"

#include <math.h>

typedef struct {
    uint32_t node;
    uint32_t next, end; /* arcs to try */
    int parity;
} frame;

typedef struct {
    const wrt_kg_query *query;
    const wrt_kg_bounds *bounds;
    wrt_kg_take_path take;
    void *ctx;
    frame stack[WRT_KG_HOPS_MAX + 1];
    int depth;
    wrt_kg_path path;
    size_t found, seen;
} walk;

static bool on_stack(const walk *w, uint32_t node) {
    for (int i = 0; i <= w->depth; i++)
        if (w->stack[i].node == node)
            return true;
    return false;
}

/* Whether the target is too far from a node, whatever the sign. */
static bool too_far(const walk *w, uint32_t node, int left) {
    const double *best = &w->bounds->best[left][(size_t)node * (size_t)w->bounds->parities];
    return isinf(best[0]) && isinf(best[w->bounds->parities - 1]);
}

static void push(walk *w, uint32_t node, int parity) {
    const wrt_kg_csr *csr = w->query->csr;
    frame *top = &w->stack[++w->depth];
    *top = (frame){node, csr->from[node], csr->from[node + 1], parity};
    if (w->depth == w->path.hops - 1)
        top->end = wrt_kg_csr_run(&top->next, csr, node, w->query->to);
}

/* Takes the next arc of the frame on top. */
static void step(walk *w) {
    const wrt_kg_query *q = w->query;
    frame *top = &w->stack[w->depth];
    const wrt_kg_arc arc = q->csr->arcs[top->next++];
    const int left = w->path.hops - w->depth - 1;
    w->seen++;
    if ((left == 0) != (arc.node == q->to) ||
        (left > 0 && (!q->inner[arc.node] || too_far(w, arc.node, left))) ||
        !wrt_kg_edge_open(q, arc.edge))
        return;
    int parity = wrt_kg_parity_after(q, arc.edge, top->parity);
    w->path.edges[w->depth] = arc.edge;
    if (left == 0) {
        if (parity != 0 || !wrt_kg_path_fits(q, &w->path))
            return;
        w->found++;
        if (w->take != NULL)
            w->take(w->ctx, &w->path);
        return;
    }
    size_t state = (size_t)arc.node * (size_t)w->bounds->parities + (size_t)parity;
    if (!isinf(w->bounds->best[left][state]) && !on_stack(w, arc.node))
        push(w, arc.node, parity);
}

/* All paths of exactly path.hops hops; false when the limit came first. */
static bool walk_length(walk *w) {
    w->depth = -1;
    push(w, w->query->from, w->query->sign < 0 ? 1 : 0);
    while (w->depth >= 0) {
        if (w->stack[w->depth].next == w->stack[w->depth].end)
            w->depth--;
        else if (w->seen >= w->query->count_max)
            return false;
        else
            step(w);
    }
    return true;
}

size_t wrt_kg_walk(int *complete_hops, const wrt_kg_query *query, const wrt_kg_bounds *bounds,
                   wrt_kg_take_path take, void *ctx) {
    walk w = {.query = query, .bounds = bounds, .take = take, .ctx = ctx};
    *complete_hops = 0;
    for (int hops = 1; hops <= query->max_hops; hops++) {
        w.path.hops = hops;
        if (!walk_length(&w))
            break;
        *complete_hops = hops;
    }
    return w.found;
}
