/* order.c: two greedy orders on the graph of nodes that share a factor, kept as rows of bits. */
#include "scm/infer/order.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>

/* Over the nodes that occur in a factor, renumbered from 0. */
typedef struct {
    uint64_t *next_to;                /* `words` words per node: its neighbours */
    uint16_t node[WRT_SCM_NODES_MAX]; /* number in the network */
    double card[WRT_SCM_NODES_MAX];
    bool left[WRT_SCM_NODES_MAX]; /* chosen, and not eliminated yet */
    size_t n, words;
} graph;

typedef struct {
    double fill, cells;
} price;

static void number_nodes(graph *g, uint16_t *local, const wrt_scm_network *network,
                         const bool *chosen) {
    bool occurs[WRT_SCM_NODES_MAX] = {false};
    for (size_t f = 0; f < network->n_factors; f++)
        for (size_t i = 0; network->factors[f].p != NULL && i < network->factors[f].n; i++)
            occurs[network->factors[f].nodes[i]] = true;
    for (size_t i = 0; i < WRT_SCM_NODES_MAX; i++) {
        if (!occurs[i])
            continue;
        local[i] = (uint16_t)g->n;
        g->node[g->n] = (uint16_t)i;
        g->card[g->n] = network->card[i];
        g->left[g->n++] = chosen[i];
    }
    g->words = (g->n + 63) / 64;
    g->next_to = wrt_calloc(g->n * g->words, sizeof *g->next_to);
}

static void link_factors(graph *g, const uint16_t *local, const wrt_scm_network *network) {
    for (size_t f = 0; f < network->n_factors; f++) {
        const wrt_scm_factor *factor = &network->factors[f];
        for (size_t i = 0; factor->p != NULL && i < factor->n; i++)
            for (size_t j = 0; j < factor->n; j++) {
                size_t a = local[factor->nodes[i]], b = local[factor->nodes[j]];
                if (a != b)
                    g->next_to[a * g->words + b / 64] |= UINT64_C(1) << b % 64;
            }
    }
}

static size_t list_neighbours(uint16_t *out, const graph *g, size_t node) {
    size_t n = 0;
    for (size_t w = 0; w < g->words; w++)
        for (uint64_t word = g->next_to[node * g->words + w]; word != 0; word &= word - 1)
            out[n++] = (uint16_t)(w * 64 + (size_t)__builtin_ctzll(word));
    return n;
}

/* What eliminating the node would cost: edges to add, and cells of the table. */
static price price_of(const graph *g, size_t node, bool with_fill) {
    uint16_t around[WRT_SCM_NODES_MAX];
    const uint64_t *own = g->next_to + node * g->words;
    size_t n = list_neighbours(around, g, node), joined = 0;
    price p = {0.0, g->card[node]};
    for (size_t i = 0; i < n; i++)
        p.cells *= g->card[around[i]];
    if (!with_fill)
        return p;
    for (size_t i = 0; i < n; i++) {
        const uint64_t *row = g->next_to + around[i] * g->words;
        for (size_t w = 0; w < g->words; w++)
            joined += (size_t)__builtin_popcountll(row[w] & own[w]);
    }
    p.fill = (double)(n * n) - (double)(n + joined);
    return p;
}

static bool is_better(const price *a, const price *b, bool by_fill) {
    if (by_fill && a->fill != b->fill)
        return a->fill < b->fill;
    return a->cells < b->cells;
}

static void eliminate(graph *g, size_t node) {
    uint16_t around[WRT_SCM_NODES_MAX];
    const uint64_t *own = g->next_to + node * g->words;
    size_t n = list_neighbours(around, g, node);
    for (size_t i = 0; i < n; i++) {
        uint64_t *row = g->next_to + around[i] * g->words;
        for (size_t w = 0; w < g->words; w++)
            row[w] |= own[w];
        row[around[i] / 64] &= ~(UINT64_C(1) << around[i] % 64);
        row[node / 64] &= ~(UINT64_C(1) << node % 64);
    }
    g->left[node] = false;
}

static void record(wrt_scm_order *out, const graph *g, size_t node, double cells) {
    out->nodes[out->n++] = g->node[node];
    out->cells += cells;
    if (cells <= out->widest)
        return;
    out->widest = cells;
    out->at = g->node[node];
}

/* The cheapest node left; g->n when none is. */
static size_t choose(price *best, const graph *g, bool by_fill) {
    size_t at = g->n;
    for (size_t i = 0; i < g->n; i++) {
        if (!g->left[i])
            continue;
        price p = price_of(g, i, by_fill);
        if (at == g->n || is_better(&p, best, by_fill)) {
            *best = p;
            at = i;
        }
    }
    return at;
}

static void find_greedy(wrt_scm_order *out, const wrt_scm_network *network, const bool *chosen,
                        bool by_fill) {
    uint16_t local[WRT_SCM_NODES_MAX];
    graph g = {0};
    price best = {0.0, 0.0};
    number_nodes(&g, local, network, chosen);
    link_factors(&g, local, network);
    *out = (wrt_scm_order){0};
    for (size_t at; out->widest <= WRT_SCM_CELLS_MAX && (at = choose(&best, &g, by_fill)) < g.n;) {
        record(out, &g, at, best.cells);
        eliminate(&g, at);
    }
    if (out->widest > WRT_SCM_CELLS_MAX)
        out->cells = (double)INFINITY;
    free(g.next_to);
}

void wrt_scm_order_find(wrt_scm_order *out, const wrt_scm_network *network, const bool *chosen) {
    wrt_scm_order other;
    find_greedy(out, network, chosen, true);
    find_greedy(&other, network, chosen, false);
    if (other.cells < out->cells)
        *out = other;
}
