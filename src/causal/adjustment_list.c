/* adjustment_list.c: adjustment sets of four kinds, and whether there is any.
 *
 * With the candidates R (ancestors of treatment, outcome and included nodes, observed, neither
 * forbidden nor excluded) a valid set exists if and only if R together with the included nodes is
 * one (van der Zander, Liskiewicz, Textor 2019: the canonical set). Minimal and
 * minimum sets are separators of nodes of R in the moral graph of the proper back-door graph; the
 * O-set (Henckel, Perkovic, Maathuis, JRSS-B 84, 2022, 579-599) is read off the parents of the
 * causal nodes.
 *
 * The verdict answers the question, not the kind: it is the same for all four. */
#include "causal/adjustment.h"

#include "base/arena.h"
#include "causal/backdoor.h"
#include "causal/classes/class_internal.h"
#include "causal/graph_internal.h"
#include "causal/optimal.h"
#include "causal/separators.h"
#include "causal/vertex_cut.h"

#include <stdlib.h>
#include <string.h>

enum { SETS_DEFAULT = 100, MEMBERS_MAX = 20000000 };

typedef struct {
    wrt_backdoor backdoor;
    const wrt_effect_query *query;
    const wrt_adjust_options *options;
    const wrt_node_set *include; /* never NULL; with the selected nodes */
    size_t n_included;           /* without these */
    unsigned char *is_free;      /* per node: in R */
    wrt_adjustment_sets *out;
    size_t max, room, members; /* members: over all sets listed */
    const wrt_moral *moral;
} lister;

static const wrt_node_set EMPTY = {0};

static int compare_ints(const void *a, const void *b) {
    int left = *(const int *)a, right = *(const int *)b;
    return (left > right) - (left < right);
}

/* ---- the candidates */

static wrt_status check_costs(const lister *l, wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    const int *costs = l->options->costs;
    bool by_variance =
        l->options->kind == WRT_ADJUST_OPTIMAL || l->options->kind == WRT_ADJUST_OPTIMAL_MINIMAL;
    if (by_variance && l->backdoor.selected.n > 0)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "which set has the lowest variance is not known in a graph with selection "
                        "nodes; ask for minimal sets");
    if (costs != NULL && l->options->kind != WRT_ADJUST_MINIMUM)
        return wrt_fail(err, WRT_E_INPUT, "costs go with the kind minimum only");
    for (size_t v = 0; costs != NULL && v < wrt_graph_count(l->query->graph); v++)
        if (costs[v] < 1 || costs[v] > WRT_ADJUST_COST_MAX)
            return wrt_fail(
                err, WRT_E_INPUT, "costs: that of '%s' is %d; 1 to %d are taken",
                wrt_graph_label(label, wrt_str_of(wrt_graph_name(l->query->graph, (int)v))),
                costs[v], WRT_ADJUST_COST_MAX);
    return WRT_OK;
}

static wrt_status check_options(const lister *l, wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    const wrt_node_set *exclude = l->options->exclude;
    if (l->options->max > WRT_ADJUST_SETS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "max is %zu; at most %d sets are listed", l->options->max,
                        WRT_ADJUST_SETS_MAX);
    wrt_status status = check_costs(l, err);
    if (status == WRT_OK)
        status = wrt_backdoor_check_members(&l->backdoor, l->include, "include", err);
    for (size_t i = 0; status == WRT_OK && exclude != NULL && i < l->include->n; i++) {
        wrt_str name = wrt_str_of(wrt_graph_name(l->query->graph, l->include->items[i]));
        if (wrt_node_set_has(exclude, l->include->items[i]))
            status = wrt_fail(err, WRT_E_INPUT, "'%s' is in both include and exclude",
                              wrt_graph_label(label, name));
    }
    return status;
}

/* The ancestors that may be members of a set. */
static void free_ancestors(lister *l) {
    const unsigned unusable = WRT_MARK_TREATMENT | WRT_MARK_OUTCOME | WRT_MARK_FORBIDDEN |
                              WRT_MARK_INCLUDED | WRT_MARK_EXCLUDED;
    const unsigned short *marks = l->backdoor.reach.marks;
    size_t n = wrt_graph_count(l->query->graph);
    for (size_t v = 0; v < n; v++)
        l->is_free[v] = (marks[v] & WRT_MARK_ANCESTOR) != 0 && (marks[v] & unusable) == 0 &&
                        !wrt_graph_is_latent(l->query->graph, (int)v);
}

static void mark_candidates(lister *l) {
    wrt_reach *reach = &l->backdoor.reach;
    wrt_reach_mark_set(reach, l->include, WRT_MARK_INCLUDED);
    if (l->options->exclude != NULL)
        wrt_reach_mark_set(reach, l->options->exclude, WRT_MARK_EXCLUDED);
    wrt_reach_run(reach, &WRT_REACH_ANCESTORS,
                  WRT_MARK_TREATMENT | WRT_MARK_OUTCOME | WRT_MARK_INCLUDED, 0);
    wrt_reach_mark_visited(reach, WRT_MARK_ANCESTOR);
    l->is_free = wrt_calloc(wrt_graph_count(l->query->graph) + 1, sizeof *l->is_free);
    free_ancestors(l);
}

/* R and the included nodes. The caller frees. */
static wrt_node_set canonical_set(const lister *l) {
    size_t n = wrt_graph_count(l->query->graph);
    wrt_node_set set = {wrt_calloc(n + 1, sizeof(int)), 0};
    for (size_t v = 0; v < n; v++)
        if (l->is_free[v] != 0 || (l->backdoor.reach.marks[v] & WRT_MARK_INCLUDED) != 0)
            set.items[set.n++] = (int)v;
    return set;
}

static bool is_valid(lister *l, const wrt_node_set *set) {
    return wrt_backdoor_forbidden_member(&l->backdoor, set) < 0 &&
           wrt_backdoor_open_path(&l->backdoor, set) < 0;
}

/* The canonical set of a class holds the possible ancestors, so that it does not hang on the member
 * chosen. Excluded nodes can spoil that set but not the member's, which is then kept. */
static void widen_canonical(lister *l, wrt_node_set *canonical) {
    wrt_class_mark_ancestors(&l->backdoor, l->query->graph,
                             WRT_MARK_TREATMENT | WRT_MARK_OUTCOME | WRT_MARK_INCLUDED);
    free_ancestors(l);
    wrt_node_set wide = canonical_set(l);
    wrt_node_set *worse = is_valid(l, &wide) ? canonical : &wide;
    wrt_node_set_free(worse);
    if (worse == canonical)
        *canonical = wide;
}

/* ---- what is listed */

/* Takes over items; what is selected is conditioned on in any case and not listed. */
static void append_set(lister *l, wrt_node_set set) {
    size_t kept = 0;
    for (size_t i = 0; i < set.n; i++)
        if (!wrt_node_set_has(&l->backdoor.selected, set.items[i]))
            set.items[kept++] = set.items[i];
    set.n = kept;
    if (l->out->n_sets == l->room) {
        l->room = l->room == 0 ? 8 : l->room * 2;
        l->out->sets = wrt_realloc(l->out->sets, l->room * sizeof *l->out->sets);
    }
    l->out->sets[l->out->n_sets++] = set;
    l->members += set.n;
}

/* The included nodes and the nodes of some vertices. */
static wrt_node_set join_included(const lister *l, const int *vertices, size_t n) {
    wrt_node_set set = {wrt_calloc(l->include->n + n + 1, sizeof(int)), 0};
    for (size_t i = 0; i < l->include->n; i++)
        set.items[set.n++] = l->include->items[i];
    for (size_t i = 0; i < n; i++)
        set.items[set.n++] = l->moral->node[vertices[i]];
    qsort(set.items, set.n, sizeof(int), compare_ints);
    return set;
}

static bool visit_minimal(const int *vertices, size_t n, void *ctx) {
    lister *l = ctx;
    if (l->out->n_sets == l->max || l->members > MEMBERS_MAX) {
        l->out->complete = false;
        return false;
    }
    append_set(l, join_included(l, vertices, n));
    return true;
}

static void list_separators(lister *l) {
    wrt_moral moral;
    wrt_moral_init(&moral, &l->backdoor.reach, &l->backdoor.connected, l->is_free);
    l->moral = &moral;
    if (l->options->kind == WRT_ADJUST_MINIMAL) {
        wrt_separators_each(&moral, visit_minimal, l);
    } else {
        int *vertices;
        size_t n;
        if (l->options->kind == WRT_ADJUST_OPTIMAL_MINIMAL)
            wrt_vertex_cut_nearest(&vertices, &n, &moral);
        else
            wrt_vertex_cut_min(&vertices, &n, &moral, l->options->costs);
        append_set(l, join_included(l, vertices, n));
        free(vertices);
    }
    l->moral = NULL;
    wrt_moral_free(&moral);
}

/* ---- the O-set */

static bool has_latent(const wrt_graph *graph) {
    for (int v = 0; v < (int)wrt_graph_count(graph); v++) {
        size_t spouses;
        wrt_graph_spouses(graph, v, &spouses);
        if (wrt_graph_is_latent(graph, v) || spouses > 0)
            return true;
    }
    return false;
}

static wrt_status check_optimal(const lister *l, wrt_err *err) {
    const wrt_graph *graph = l->query->graph;
    if (l->query->effect != WRT_EFFECT_TOTAL)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "the optimal set is defined for total effects only; ask for minimal sets");
    if (wrt_graph_type_of(graph) == WRT_GRAPH_MAG || wrt_graph_type_of(graph) == WRT_GRAPH_PAG)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "the optimal set needs a graph without latent variables; a %s stands for "
                        "graphs with them; ask for minimal or minimum sets",
                        wrt_graph_type_name(wrt_graph_type_of(graph)));
    if (has_latent(graph) && (l->query->treatment->n > 1 || l->query->outcome->n > 1))
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "with latent variables the optimal set is known for one treatment and one "
                        "outcome; ask for optimal_minimal");
    for (size_t i = 0; i < l->query->outcome->n && l->backdoor.has_causal_path; i++) {
        char label[GRAPH_LABEL_MAX];
        int node = l->query->outcome->items[i];
        if ((l->backdoor.reach.marks[node] & WRT_MARK_REACHED) == 0)
            return wrt_fail(err, WRT_E_UNSUPPORTED,
                            "the optimal set needs a causal path to every outcome, and there is "
                            "none to '%s'",
                            wrt_graph_label(label, wrt_str_of(wrt_graph_name(graph, node))));
    }
    return WRT_OK;
}

/* The parents of the causal nodes that are neither forbidden nor treatments. */
static wrt_node_set optimal_set(const lister *l) {
    const wrt_graph *graph = l->backdoor.reach.graph;
    const unsigned short *marks = l->backdoor.reach.marks;
    size_t n = wrt_graph_count(graph);
    wrt_node_set set = {wrt_calloc(n + 1, sizeof(int)), 0};
    for (int v = 0; v < (int)n; v++) {
        size_t n_children;
        const int *children = wrt_graph_children(graph, v, &n_children);
        bool is_parent = false;
        for (size_t i = 0; i < n_children && !is_parent; i++)
            is_parent = (marks[children[i]] & WRT_MARK_CAUSAL) != 0;
        if (is_parent && (marks[v] & (WRT_MARK_FORBIDDEN | WRT_MARK_TREATMENT)) == 0)
            set.items[set.n++] = v;
    }
    return set;
}

/* Constraints that the O-set breaks have no known optimum: refused rather than approximated. */
static wrt_status check_constraints(const lister *l, const wrt_node_set *set, wrt_err *err) {
    const wrt_node_set *exclude = l->options->exclude;
    int broken = -1;
    bool missing = false;
    for (size_t i = 0; i < l->include->n; i++)
        if (!wrt_node_set_has(set, l->include->items[i])) {
            broken = l->include->items[i];
            missing = true;
        }
    for (size_t i = 0; exclude != NULL && broken < 0 && i < set->n; i++)
        if (wrt_node_set_has(exclude, set->items[i]))
            broken = set->items[i];
    if (broken < 0)
        return WRT_OK;
    char label[GRAPH_LABEL_MAX];
    wrt_graph_label(label, wrt_str_of(wrt_graph_name(l->query->graph, broken)));
    return wrt_fail(err, WRT_E_UNSUPPORTED,
                    missing ? "the optimal set does not hold '%s', which is to be included; ask "
                              "for minimal sets"
                            : "the optimal set holds '%s', which is excluded; ask for minimal sets",
                    label);
}

static wrt_status find_optimal(wrt_node_set *out, const lister *l, wrt_err *err) {
    bool is_best = true;
    *out = (wrt_node_set){0};
    if (!l->backdoor.has_causal_path || !has_latent(l->query->graph)) {
        *out = optimal_set(l);
        return WRT_OK;
    }
    wrt_status status = wrt_optimal_with_latent(out, &is_best, l->query, err);
    if (status == WRT_OK && !is_best)
        status = wrt_fail(err, WRT_E_UNSUPPORTED,
                          "with these latent variables no set is known to have the lowest variance "
                          "whatever the numbers: ask for optimal_minimal, the best of the minimal "
                          "sets");
    return status;
}

static wrt_status list_optimal(lister *l, wrt_err *err) {
    wrt_node_set set;
    wrt_status status = find_optimal(&set, l, err);
    if (status == WRT_OK)
        status = check_constraints(l, &set, err);
    if (status == WRT_OK && is_valid(l, &set))
        append_set(l, set);
    else
        wrt_node_set_free(&set);
    return status;
}

/* ---- order: by member names, as words in a dictionary; a set before those that extend it */

typedef struct {
    wrt_node_set set;
    int *ranks; /* of the members' names, ascending; owned by sort_sets */
} ranked;

static int compare_ranked(const void *a, const void *b) {
    const ranked *left = a, *right = b;
    size_t shorter = left->set.n < right->set.n ? left->set.n : right->set.n;
    for (size_t i = 0; i < shorter; i++)
        if (left->ranks[i] != right->ranks[i])
            return left->ranks[i] < right->ranks[i] ? -1 : 1;
    return (left->set.n > right->set.n) - (left->set.n < right->set.n);
}

typedef struct {
    const char *name;
    int node;
} named;

static int compare_named(const void *a, const void *b) {
    return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

/* rank[node] for every node that some set holds. */
static void rank_members(const lister *l, int *rank) {
    size_t n = wrt_graph_count(l->query->graph), used = 0;
    named *names = wrt_calloc(n + 1, sizeof *names);
    for (size_t i = 0; i < l->out->n_sets; i++)
        for (size_t k = 0; k < l->out->sets[i].n; k++) {
            int node = l->out->sets[i].items[k];
            if (rank[node] == 0)
                names[used++] = (named){wrt_graph_name(l->query->graph, node), node};
            rank[node] = 1;
        }
    qsort(names, used, sizeof *names, compare_named);
    for (size_t i = 0; i < used; i++)
        rank[names[i].node] = (int)i;
    free(names);
}

static void sort_sets(const lister *l) {
    size_t n_sets = l->out->n_sets;
    int *rank = wrt_calloc(wrt_graph_count(l->query->graph) + 1, sizeof *rank);
    int *pool = wrt_calloc(l->members + 1, sizeof *pool);
    ranked *order = wrt_calloc(n_sets, sizeof *order);
    int *next = pool;
    rank_members(l, rank);
    for (size_t i = 0; i < n_sets; i++) {
        order[i] = (ranked){l->out->sets[i], next};
        for (size_t k = 0; k < order[i].set.n; k++)
            *next++ = rank[order[i].set.items[k]];
        qsort(order[i].ranks, order[i].set.n, sizeof(int), compare_ints);
    }
    qsort(order, n_sets, sizeof *order, compare_ranked);
    for (size_t i = 0; i < n_sets; i++)
        l->out->sets[i] = order[i].set;
    free(order);
    free(pool);
    free(rank);
}

/* ---- the listing */

static wrt_status list_kind(lister *l, wrt_node_set *canonical, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (l->options->kind == WRT_ADJUST_CANONICAL) {
        append_set(l, *canonical);
        *canonical = EMPTY;
    } else if (l->options->kind == WRT_ADJUST_OPTIMAL) {
        status = list_optimal(l, err);
    } else {
        list_separators(l);
    }
    if (l->out->n_sets > 1)
        sort_sets(l);
    return status;
}

static void set_verdict(const lister *l, bool exists, bool is_empty_valid) {
    l->out->verdict = !l->backdoor.has_causal_path ? WRT_ADJUST_NO_CAUSAL_PATH
                      : !exists                    ? WRT_ADJUST_NO_SET
                      : is_empty_valid             ? WRT_ADJUST_EMPTY_VALID
                                                   : WRT_ADJUST_OK;
}

/* Whether any set can be valid. */
static bool is_amenable(const lister *l) {
    return l->backdoor.uncertain_from < 0 && l->backdoor.selection_path == NULL;
}

/* The listing itself tells whether a set exists, and lists the empty one alone when it is valid. */
static void list_minimal(lister *l) {
    if (is_amenable(l) && wrt_backdoor_forbidden_member(&l->backdoor, l->include) < 0)
        list_separators(l);
    size_t n = l->out->n_sets;
    set_verdict(l, n > 0, n > 0 && l->out->sets[0].n == 0);
    if (n > 1)
        sort_sets(l);
}

static wrt_status list_sets(lister *l, wrt_err *err) {
    mark_candidates(l);
    l->out->complete = true;
    if (l->options->kind == WRT_ADJUST_MINIMAL) {
        list_minimal(l);
        return WRT_OK;
    }
    wrt_node_set canonical = canonical_set(l);
    bool exists = is_amenable(l) && is_valid(l, &canonical);
    set_verdict(l, exists, exists && l->n_included == 0 && is_valid(l, &EMPTY));
    if (exists && l->query->graph->klass != NULL && l->options->kind == WRT_ADJUST_CANONICAL)
        widen_canonical(l, &canonical);
    wrt_status status = exists ? list_kind(l, &canonical, err) : WRT_OK;
    wrt_node_set_free(&canonical);
    return status;
}

wrt_status wrt_adjustment_list(wrt_adjustment_sets *out, const wrt_effect_query *query,
                               const wrt_adjust_options *options, wrt_err *err) {
    *out = (wrt_adjustment_sets){0};
    lister l = {.query = query, .options = options, .out = out};
    l.include = options->include == NULL ? &EMPTY : options->include;
    l.max = options->max == 0 ? SETS_DEFAULT : options->max;
    wrt_status status = wrt_backdoor_init(&l.backdoor, query, err);
    if (status == WRT_OK)
        status = check_options(&l, err);
    if (status == WRT_OK && options->kind == WRT_ADJUST_OPTIMAL)
        status = check_optimal(&l, err);
    wrt_node_set joined = wrt_node_set_join(l.include, &l.backdoor.selected);
    l.n_included = l.include->n;
    l.include = &joined;
    if (status == WRT_OK)
        status = list_sets(&l, err);
    wrt_node_set_free(&joined);
    if (status != WRT_OK)
        wrt_adjustment_sets_free(out);
    wrt_backdoor_free(&l.backdoor);
    free(l.is_free);
    return status;
}

void wrt_adjustment_sets_free(wrt_adjustment_sets *sets) {
    if (sets == NULL)
        return;
    for (size_t i = 0; i < sets->n_sets; i++)
        wrt_node_set_free(&sets->sets[i]);
    free(sets->sets);
    *sets = (wrt_adjustment_sets){0};
}

const char *wrt_adjust_verdict_name(wrt_adjust_verdict_kind verdict) {
    static const char *const names[] = {
        [WRT_ADJUST_OK] = "ok",
        [WRT_ADJUST_EMPTY_VALID] = "empty_set_valid",
        [WRT_ADJUST_NO_SET] = "no_set",
        [WRT_ADJUST_NO_CAUSAL_PATH] = "no_causal_path",
    };
    return names[verdict];
}
