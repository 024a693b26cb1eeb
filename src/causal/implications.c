/* implications.c: one independence per separable pair, in the order of names.
 *
 * A pair is separable exactly when its observed ancestors separate it, so there is no need to test
 * for edges or for the inducing paths that latent nodes leave. */
#include "causal/implications.h"

#include "base/arena.h"
#include "causal/nearest.h"

#include <stdlib.h>
#include <string.h>

enum { LISTED_DEFAULT = 100 };

typedef struct {
    wrt_reach reach;
    unsigned char *is_observed; /* per node */
    int *order;                 /* observed nodes by name */
    size_t n_order, max, room;
    uint64_t cost, work; /* of one pair; so far */
} lister;

typedef struct {
    const char *name;
    int node;
} named;

static int compare_named(const void *a, const void *b) {
    return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

static void fill_order(lister *l) {
    const wrt_graph *graph = l->reach.graph;
    size_t n = wrt_graph_count(graph);
    named *names = wrt_calloc(n + 1, sizeof *names);
    l->is_observed = wrt_calloc(n + 1, 1);
    l->order = wrt_calloc(n + 1, sizeof *l->order);
    for (int v = 0; v < (int)n; v++) {
        if (wrt_graph_is_selected(graph, v))
            l->is_observed[v] = WRT_NEAREST_ALWAYS;
        if (wrt_graph_is_latent(graph, v) || wrt_graph_is_selected(graph, v))
            continue;
        l->is_observed[v] = 1;
        names[l->n_order++] = (named){wrt_graph_name(graph, v), v};
    }
    qsort(names, l->n_order, sizeof *names, compare_named);
    for (size_t i = 0; i < l->n_order; i++)
        l->order[i] = names[i].node;
    free(names);
}

static void append(wrt_implications *out, lister *l, const int ends[2], wrt_node_set given) {
    if (out->n == l->room) {
        l->room = l->room == 0 ? 16 : l->room * 2;
        out->items = wrt_realloc(out->items, l->room * sizeof *out->items);
    }
    given.items = wrt_realloc(given.items, (given.n + 1) * sizeof(int));
    out->items[out->n++] = (wrt_implication){ends[0], ends[1], given};
}

/* False when the list is full and there is one more. */
static bool try_pair(wrt_implications *out, lister *l, const int ends[2]) {
    wrt_node_set given;
    l->work += l->cost;
    if (l->work > WRT_IMPLICATIONS_WORK)
        return false;
    if (!wrt_nearest_separator(&given, &l->reach, &WRT_REACH_CONNECTED, ends, l->is_observed))
        return true;
    bool has_room = out->n < l->max;
    if (has_room)
        append(out, l, ends, given);
    else
        wrt_node_set_free(&given);
    return has_room;
}

wrt_status wrt_implications_list(wrt_implications *out, const wrt_graph *graph, size_t max,
                                 wrt_err *err) {
    *out = (wrt_implications){.complete = true};
    if (max > WRT_IMPLICATIONS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "max is %zu; at most %d implications are listed", max,
                        WRT_IMPLICATIONS_MAX);
    lister l = {.max = max == 0 ? LISTED_DEFAULT : max};
    wrt_reach_init(&l.reach, graph);
    fill_order(&l);
    l.cost = wrt_nearest_walk_cost(graph);
    for (size_t i = 0; i < l.n_order && out->complete; i++)
        for (size_t k = i + 1; k < l.n_order && out->complete; k++) {
            const int ends[2] = {l.order[i], l.order[k]};
            out->complete = try_pair(out, &l, ends);
        }
    free(l.is_observed);
    free(l.order);
    wrt_reach_free(&l.reach);
    return WRT_OK;
}

void wrt_implications_free(wrt_implications *implications) {
    if (implications == NULL)
        return;
    for (size_t i = 0; i < implications->n; i++)
        wrt_node_set_free(&implications->items[i].given);
    free(implications->items);
    *implications = (wrt_implications){0};
}
