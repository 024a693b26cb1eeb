/* bounds.c: what a path still has to pay, by dynamic programming from both ends.
 *
 * Layer r follows from layer r - 1 by one edge. The first half of the layers is pushed backwards
 * from the target along incoming edges; the rest is pulled, and only for nodes that the source
 * reaches in the hops that are left, so that neither side is walked deeper than half way. Walks may
 * repeat nodes, hence the values bound simple paths from below: admissible and consistent in the
 * sense of Hart, Nilsson, Raphael (IEEE Trans. SSC 1968;4:100). */
#include "kg/paths/search.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const wrt_kg_query *query;
    wrt_kg_bounds *bounds;
    uint32_t *frontier, *next; /* nodes whose value fell in the last layer */
    size_t n_frontier, n_next;
    bool *queued;
    int pushed;                           /* layers made by pushing */
    uint32_t *near;                       /* nodes that the source reaches, in order of hops */
    size_t near_end[WRT_KG_HOPS_MAX + 1]; /* near[0 .. near_end[d]) within d hops */
} maker;

static double *layer_from_last(maker *m, int r) {
    size_t n = m->query->csr->n_nodes * (size_t)m->bounds->parities;
    double *layer = wrt_calloc(n + 1, sizeof *layer);
    memcpy(layer, m->bounds->best[r - 1], n * sizeof *layer);
    m->bounds->best[r] = layer;
    return layer;
}

static void relax_into(maker *m, double *layer, const double *last, uint32_t node) {
    const wrt_kg_csr *csr = m->query->csr;
    const int parities = m->bounds->parities;
    for (uint32_t i = csr->from[node]; i < csr->from[node + 1]; i++) {
        uint32_t before = csr->arcs[i].node, edge = csr->arcs[i].edge ^ WRT_KG_ARC_BACK;
        if (before == m->query->to || !(before == m->query->from || m->query->inner[before]) ||
            !wrt_kg_edge_open(m->query, edge))
            continue;
        for (int parity = 0; parity < parities; parity++) {
            int after = wrt_kg_parity_after(m->query, edge, parity);
            double value = csr->cost[edge & WRT_KG_RANK] *
                           last[(size_t)node * (size_t)parities + (size_t)after];
            double *slot = &layer[(size_t)before * (size_t)parities + (size_t)parity];
            if (!(value < *slot))
                continue;
            *slot = value;
            /* The source ends every walk: nothing is carried on from it. */
            if (before != m->query->from && !m->queued[before]) {
                m->queued[before] = true;
                m->next[m->n_next++] = before;
            }
        }
    }
}

static void push_layer(maker *m, int r) {
    double *layer = layer_from_last(m, r);
    m->n_next = 0;
    for (size_t i = 0; i < m->n_frontier; i++)
        relax_into(m, layer, m->bounds->best[r - 1], m->frontier[i]);
    for (size_t i = 0; i < m->n_next; i++)
        m->queued[m->next[i]] = false;
    uint32_t *swap = m->frontier;
    m->frontier = m->next;
    m->next = swap;
    m->n_frontier = m->n_next;
}

/* Nodes within `depth` hops of the source, by breadth. */
static void reach(maker *m, int depth) {
    const wrt_kg_csr *csr = m->query->csr;
    size_t at = 0, n = 0;
    m->near[n++] = m->query->from;
    m->queued[m->query->from] = true;
    m->near_end[0] = n;
    for (int d = 1; d <= depth; d++) {
        for (size_t end = n; at < end; at++) {
            uint32_t node = m->near[at];
            for (uint32_t i = csr->from[node]; i < csr->from[node + 1]; i++) {
                uint32_t other = csr->arcs[i].node;
                if (m->queued[other] || !m->query->inner[other] || other == m->query->to ||
                    !wrt_kg_edge_open(m->query, csr->arcs[i].edge))
                    continue;
                m->queued[other] = true;
                m->near[n++] = other;
            }
        }
        m->near_end[d] = n;
    }
}

static void pull_node(const maker *m, double *layer, const double *last, uint32_t node) {
    const wrt_kg_csr *csr = m->query->csr;
    const size_t parities = (size_t)m->bounds->parities;
    for (uint32_t i = csr->from[node]; i < csr->from[node + 1]; i++) {
        uint32_t other = csr->arcs[i].node, edge = csr->arcs[i].edge;
        if (other == m->query->from || !(other == m->query->to || m->query->inner[other]) ||
            !wrt_kg_edge_open(m->query, edge))
            continue;
        for (int parity = 0; parity < m->bounds->parities; parity++) {
            int after = wrt_kg_parity_after(m->query, edge, parity);
            double value =
                csr->cost[edge & WRT_KG_RANK] * last[(size_t)other * parities + (size_t)after];
            if (value < layer[(size_t)node * parities + (size_t)parity])
                layer[(size_t)node * parities + (size_t)parity] = value;
        }
    }
}

void wrt_kg_bounds_make(wrt_kg_bounds *out, const wrt_kg_query *query) {
    size_t n = query->csr->n_nodes;
    *out = (wrt_kg_bounds){.parities = query->sign != 0 ? 2 : 1};
    maker m = {.query = query, .bounds = out, .pushed = (query->max_hops + 1) / 2};
    m.frontier = wrt_calloc(n + 1, sizeof *m.frontier);
    m.next = wrt_calloc(n + 1, sizeof *m.next);
    m.near = wrt_calloc(n + 1, sizeof *m.near);
    m.queued = wrt_calloc(n + 1, sizeof *m.queued);
    size_t states = n * (size_t)out->parities;
    out->best[0] = wrt_calloc(states + 1, sizeof(double));
    for (size_t i = 0; i < states; i++)
        out->best[0][i] = INFINITY;
    out->best[0][(size_t)query->to * (size_t)out->parities] = 1;
    m.frontier[m.n_frontier++] = query->to;
    for (int r = 1; r <= m.pushed; r++)
        push_layer(&m, r);
    if (query->max_hops > m.pushed)
        reach(&m, query->max_hops - m.pushed - 1);
    for (int r = m.pushed + 1; r <= query->max_hops; r++) {
        double *layer = layer_from_last(&m, r);
        for (size_t i = 0; i < m.near_end[query->max_hops - r]; i++)
            pull_node(&m, layer, out->best[r - 1], m.near[i]);
    }
    free(m.frontier);
    free(m.next);
    free(m.near);
    free(m.queued);
}

void wrt_kg_bounds_free(wrt_kg_bounds *bounds) {
    for (int r = 0; r <= WRT_KG_HOPS_MAX; r++)
        free(bounds->best[r]);
    *bounds = (wrt_kg_bounds){.parities = 0};
}
