/* cover.c: which paths to show when they overlap.
 *
 * Every inner node weighs the sum of the weights of all paths through it: what many good paths pass
 * is likely to matter. A set of paths is worth the weight of the nodes it shows. That is a monotone
 * submodular function, so taking the best addition each time reaches at least 1 - 1/e of the best
 * set of the same size (Nemhauser, Wolsey, Fisher, Math Program 1978;14:265). Gains only fall as
 * nodes are covered, hence a gain computed earlier is an upper bound: the queue holds those and
 * recomputes the head only (Minoux, 1978, "Accelerated greedy algorithms").
 *
 * Paths of one or two hops are never lost: once no more places are left than such paths, only they
 * are chosen from. Those are the last of the k: the beginning of the list does not depend on it. */
#include "kg/paths/candidates.h"

#include "base/arena.h"

#include <stdlib.h>

enum { SHORT_HOPS = 2 };

typedef struct {
    wrt_kg_candidate *list;
    const wrt_kg_csr *csr;
    double *node_weight; /* 0 once covered */
    bool *chosen;
    size_t *heap, n_heap;
    size_t n_shorts;  /* short paths not chosen yet */
    bool only_shorts; /* the heap holds no others */
} cover;

static double gain_of(const cover *c, const wrt_kg_path *path) {
    double gain = 0;
    for (int i = 0; i + 1 < path->hops; i++)
        gain += c->node_weight[wrt_kg_far_end(c->csr, path->edges[i])];
    return gain;
}

/* The list is sorted by weight: among equal gains the first index is the better path. */
static bool before(const cover *c, size_t a, size_t b) {
    if (c->list[a].gain != c->list[b].gain)
        return c->list[a].gain > c->list[b].gain;
    return a < b;
}

static void sift_down(cover *c, size_t at) {
    size_t moving = c->heap[at];
    for (;;) {
        size_t child = at * 2 + 1;
        if (child >= c->n_heap)
            break;
        if (child + 1 < c->n_heap && before(c, c->heap[child + 1], c->heap[child]))
            child++;
        if (!before(c, c->heap[child], moving))
            break;
        c->heap[at] = c->heap[child];
        at = child;
    }
    c->heap[at] = moving;
}

static double weigh_nodes(cover *c, size_t n) {
    double total = 0;
    for (size_t i = 0; i < n; i++)
        for (int j = 0; j + 1 < c->list[i].path.hops; j++)
            c->node_weight[wrt_kg_far_end(c->csr, c->list[i].path.edges[j])] += c->list[i].weight;
    for (size_t v = 0; v < c->csr->n_nodes; v++)
        total += c->node_weight[v];
    return total;
}

static bool is_short(const cover *c, size_t at) {
    return c->list[at].path.hops <= SHORT_HOPS;
}

/* All paths that are not chosen, or the short ones of them. */
static void fill_heap(cover *c, size_t n) {
    c->n_heap = 0;
    for (size_t i = 0; i < n; i++) {
        if (c->chosen[i] || (c->only_shorts && !is_short(c, i)))
            continue;
        c->list[i].gain = gain_of(c, &c->list[i].path);
        c->heap[c->n_heap++] = i;
    }
    for (size_t i = c->n_heap / 2; i-- > 0;)
        sift_down(c, i);
}

/* The unchosen path of greatest gain. */
static size_t best_addition(cover *c) {
    for (;;) {
        size_t top = c->heap[0];
        double fresh = gain_of(c, &c->list[top].path);
        if (!c->chosen[top] && fresh == c->list[top].gain)
            return top;
        if (c->chosen[top])
            c->heap[0] = c->heap[--c->n_heap];
        else
            c->list[top].gain = fresh;
        sift_down(c, 0);
    }
}

static wrt_kg_candidate choose(cover *c, size_t at, double total) {
    wrt_kg_candidate out = c->list[at];
    out.gain = total > 0 ? gain_of(c, &out.path) / total : 0;
    c->chosen[at] = true;
    c->n_shorts -= is_short(c, at);
    for (int i = 0; i + 1 < out.path.hops; i++)
        c->node_weight[wrt_kg_far_end(c->csr, out.path.edges[i])] = 0;
    return out;
}

void wrt_kg_candidates_cover(wrt_kg_candidates *candidates, const wrt_kg_csr *csr, size_t k) {
    size_t n = candidates->n;
    wrt_kg_candidates_sort(candidates);
    cover c = {.list = candidates->list, .csr = csr};
    c.node_weight = wrt_calloc(csr->n_nodes + 1, sizeof *c.node_weight);
    c.chosen = wrt_calloc(n + 1, sizeof *c.chosen);
    c.heap = wrt_calloc(n + 1, sizeof *c.heap);
    double total = weigh_nodes(&c, n);
    for (size_t i = 0; i < n; i++)
        c.n_shorts += is_short(&c, i);
    fill_heap(&c, n);
    wrt_kg_candidate *order = wrt_calloc(k + 1, sizeof *order);
    for (size_t i = 0; i < k; i++) {
        if (!c.only_shorts && c.n_shorts >= k - i) {
            c.only_shorts = true;
            fill_heap(&c, n);
        }
        order[i] = choose(&c, best_addition(&c), total);
    }
    for (size_t i = 0; i < k; i++)
        candidates->list[i] = order[i];
    free(order);
    free(c.node_weight);
    free(c.chosen);
    free(c.heap);
}
