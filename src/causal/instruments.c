/* instruments.c: which nodes are instruments, and given what.
 *
 * Whatever proposes a set W, the same three conditions judge it, so a wrong proposal costs time and
 * not truth. Proposals are the empty set, the separators of z and y nearest to y and to z, then all
 * sets by size within the work limit. */
#include "causal/instruments.h"

#include "base/arena.h"
#include "causal/backdoor.h"
#include "causal/classes/class_graph.h"
#include "causal/nearest.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    wrt_backdoor backdoor;
    int treatment, outcome;
    unsigned char *is_free; /* per node: may be z or in W */
    int *usable;            /* the free nodes */
    size_t n_usable;
    size_t tried;        /* sets, for this z */
    uint64_t cost, work; /* of one set; so far, over all z */
    uint64_t search_work;
} finder;

/* W separates z from y in the cut graph and leaves z and x connected in the graph itself. */
static bool is_instrument(finder *f, int z, const wrt_node_set *given) {
    wrt_reach *reach = &f->backdoor.reach;
    f->tried++;
    f->work += f->cost;
    wrt_reach_condition(reach, &f->backdoor.connected, given);
    if (wrt_reach_run_from(reach, &f->backdoor.connected, z, WRT_MARK_OUTCOME) >= 0)
        return false;
    wrt_reach_condition(reach, &WRT_REACH_CONNECTED, given);
    return wrt_reach_run_from(reach, &WRT_REACH_CONNECTED, z, WRT_MARK_TREATMENT) >= 0;
}

/* Drops members that are not needed. */
static void shrink(finder *f, int z, wrt_node_set *given) {
    for (size_t i = given->n; i-- > 0;) {
        int dropped = given->items[i];
        size_t after = given->n - 1 - i;
        memmove(&given->items[i], &given->items[i + 1], after * sizeof(int));
        given->n--;
        if (is_instrument(f, z, given))
            continue;
        memmove(&given->items[i + 1], &given->items[i], after * sizeof(int));
        given->items[i] = dropped;
        given->n++;
    }
}

/* Next choice of `size` positions below n in lexicographic order; false after the last. */
static bool next_choice(size_t *positions, size_t size, size_t n) {
    size_t i = size;
    while (i > 0 && positions[i - 1] == n - size + i - 1)
        i--;
    if (i == 0)
        return false;
    positions[i - 1]++;
    for (size_t k = i; k < size; k++)
        positions[k] = positions[k - 1] + 1;
    return true;
}

typedef enum { FOUND, NONE, GAVE_UP } answer;

/* All sets W by size, the smallest first. `given` has room for every usable node. */
static answer search(finder *f, int z, wrt_node_set *given) {
    size_t *positions = wrt_calloc(f->n_usable + 1, sizeof *positions);
    uint64_t before = f->work;
    answer result = NONE;
    for (size_t size = 1; size <= f->n_usable && result == NONE; size++) {
        for (size_t i = 0; i < size; i++)
            positions[i] = i;
        do {
            bool has_z = false;
            given->n = size;
            for (size_t i = 0; i < size; i++) {
                given->items[i] = f->usable[positions[i]];
                has_z = has_z || given->items[i] == z;
            }
            if (has_z)
                continue;
            if (f->tried >= WRT_INSTRUMENT_SETS ||
                f->search_work + (f->work - before) > WRT_INSTRUMENT_SEARCH_WORK)
                result = GAVE_UP;
            else if (is_instrument(f, z, given))
                result = FOUND;
        } while (result == NONE && next_choice(positions, size, f->n_usable));
    }
    f->search_work += f->work - before;
    free(positions);
    return result;
}

/* Proposes the separator of the two ends nearest to the first. */
static bool try_nearest(finder *f, wrt_node_set *given, const int ends[2], bool *is_separable) {
    int z = ends[0] == f->outcome ? ends[1] : ends[0];
    wrt_node_set nearest;
    f->work += f->cost;
    *is_separable = wrt_nearest_separator(&nearest, &f->backdoor.reach, &f->backdoor.connected,
                                          ends, f->is_free);
    bool found = *is_separable && is_instrument(f, z, &nearest);
    if (found) {
        memcpy(given->items, nearest.items, nearest.n * sizeof(int));
        given->n = nearest.n;
    }
    wrt_node_set_free(&nearest);
    return found;
}

static answer decide(finder *f, int z, wrt_node_set *given) {
    const int from_outcome[2] = {f->outcome, z}, from_z[2] = {z, f->outcome};
    bool is_separable = false;
    answer result = NONE;
    f->tried = 0;
    given->n = 0;
    if (f->work > WRT_INSTRUMENT_WORK)
        return GAVE_UP;
    if (is_instrument(f, z, given) || try_nearest(f, given, from_outcome, &is_separable))
        result = FOUND;
    else if (is_separable)
        result = try_nearest(f, given, from_z, &is_separable) ? FOUND : search(f, z, given);
    if (result == FOUND)
        shrink(f, z, given);
    return result;
}

/* ---- all nodes */

typedef struct {
    const char *name;
    int node;
} named;

static int compare_named(const void *a, const void *b) {
    return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

static void fill_usable(finder *f) {
    const wrt_graph *graph = f->backdoor.reach.graph;
    size_t n = wrt_graph_count(graph);
    named *names = wrt_calloc(n + 1, sizeof *names);
    const unsigned unusable = WRT_MARK_TREATMENT | WRT_MARK_OUTCOME | WRT_MARK_FORBIDDEN;
    f->is_free = wrt_calloc(n + 1, 1);
    f->usable = wrt_calloc(n + 1, sizeof *f->usable);
    for (int v = 0; v < (int)n; v++) {
        if ((f->backdoor.reach.marks[v] & unusable) != 0 || wrt_graph_is_latent(graph, v))
            continue;
        f->is_free[v] = 1;
        names[f->n_usable++] = (named){wrt_graph_name(graph, v), v};
    }
    qsort(names, f->n_usable, sizeof *names, compare_named);
    for (size_t i = 0; i < f->n_usable; i++)
        f->usable[i] = names[i].node;
    free(names);
}

static int compare_ints(const void *a, const void *b) {
    int left = *(const int *)a, right = *(const int *)b;
    return (left > right) - (left < right);
}

static void append(wrt_instruments *out, int node, const wrt_node_set *given) {
    wrt_instrument *item = &out->items[out->n++];
    *item = (wrt_instrument){node, {wrt_calloc(given->n + 1, sizeof(int)), given->n}};
    memcpy(item->given.items, given->items, given->n * sizeof(int));
    qsort(item->given.items, item->given.n, sizeof(int), compare_ints);
}

static void list_nodes(wrt_instruments *out, finder *f, size_t max) {
    wrt_node_set given = {wrt_calloc(wrt_graph_count(f->backdoor.reach.graph) + 1, sizeof(int)), 0};
    out->items = wrt_calloc(f->n_usable + 1, sizeof *out->items);
    out->undecided = wrt_calloc(f->n_usable + 1, sizeof *out->undecided);
    out->complete = true;
    for (size_t i = 0; i < f->n_usable && out->complete; i++) {
        answer result = decide(f, f->usable[i], &given);
        if (result == FOUND && max > 0 && out->n == max)
            out->complete = false;
        else if (result == FOUND)
            append(out, f->usable[i], &given);
        else if (result == GAVE_UP)
            out->undecided[out->n_undecided++] = f->usable[i];
    }
    out->complete = out->complete && out->n_undecided == 0;
    free(given.items);
}

wrt_status wrt_instruments_list(wrt_instruments *out, const wrt_effect_query *query, size_t max,
                                wrt_err *err) {
    *out = (wrt_instruments){0};
    finder f = {0};
    wrt_status status = wrt_graph_require_dag(query->graph, "the search for instruments", err);
    if (status == WRT_OK)
        status = wrt_backdoor_init(&f.backdoor, query, err);
    if (status == WRT_OK && (query->treatment->n != 1 || query->outcome->n != 1))
        status = wrt_fail(err, WRT_E_UNSUPPORTED,
                          "instruments are listed for one treatment and one outcome, not %zu and "
                          "%zu",
                          query->treatment->n, query->outcome->n);
    if (status == WRT_OK) {
        f.treatment = query->treatment->items[0];
        f.outcome = query->outcome->items[0];
        out->has_causal_path = f.backdoor.has_causal_path;
        out->complete = true;
        f.cost = wrt_nearest_walk_cost(query->graph);
        fill_usable(&f);
        if (out->has_causal_path)
            list_nodes(out, &f, max);
    }
    free(f.is_free);
    free(f.usable);
    wrt_backdoor_free(&f.backdoor);
    return status;
}

void wrt_instruments_free(wrt_instruments *instruments) {
    if (instruments == NULL)
        return;
    for (size_t i = 0; i < instruments->n; i++)
        wrt_node_set_free(&instruments->items[i].given);
    free(instruments->items);
    free(instruments->undecided);
    *instruments = (wrt_instruments){0};
}

wrt_json *wrt_instruments_to_json(const wrt_instruments *found, const wrt_graph *graph) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < found->n; i++) {
        wrt_json *item = wrt_json_new_object();
        wrt_json_set_text(item, "instrument", wrt_graph_name(graph, found->items[i].node));
        wrt_json_set(item, "given", wrt_node_set_to_json(graph, &found->items[i].given));
        wrt_json_push(list, item);
    }
    return list;
}

wrt_json *wrt_instruments_assumptions(void) {
    wrt_json *list = wrt_json_new_array();
    wrt_json_push_text(list, "linear relations with constant coefficients, or monotonicity for an "
                             "effect among compliers");
    return list;
}
