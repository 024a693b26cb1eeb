/* count.c: how many simple paths satisfy a query.
 *
 * Depth-first with a stack of at most max_hops arcs; a branch is entered only when the target can
 * still be reached in the hops that are left, so every entered branch but those that would repeat a
 * node leads to a path. */
#include "kg/search.h"

#include <math.h>

typedef struct {
    uint32_t node;
    uint32_t next; /* index into out of the arc to try next */
    int parity;
} frame;

static bool on_stack(const frame *stack, int depth, uint32_t node) {
    for (int i = 0; i <= depth; i++)
        if (stack[i].node == node)
            return true;
    return false;
}

size_t wrt_kg_count_paths(bool *exact, const wrt_kg_query *query, const wrt_kg_bounds *bounds) {
    const wrt_kg_csr *csr = query->csr;
    frame stack[WRT_KG_HOPS_MAX + 1];
    int depth = 0;
    size_t found = 0, seen = 0;
    *exact = true;
    stack[0] = (frame){query->from, csr->out_from[query->from], query->sign < 0 ? 1 : 0};
    while (depth >= 0) {
        frame *top = &stack[depth];
        if (top->next == csr->out_from[top->node + 1] || depth == query->max_hops) {
            depth--;
            continue;
        }
        wrt_kg_arc arc = csr->out[top->next++];
        if (++seen > query->count_max) {
            *exact = false;
            break;
        }
        if (!wrt_kg_edge_allowed(query, arc.edge))
            continue;
        int parity = wrt_kg_parity_after(query, arc.edge, top->parity);
        if (arc.node == query->to) {
            found += parity == 0;
            continue;
        }
        int left = query->max_hops - depth - 1;
        size_t state = (size_t)arc.node * (size_t)bounds->parities + (size_t)parity;
        if (!query->inner[arc.node] || isinf(bounds->best[left][state]) ||
            on_stack(stack, depth, arc.node))
            continue;
        stack[++depth] = (frame){arc.node, csr->out_from[arc.node], parity};
    }
    return found;
}
