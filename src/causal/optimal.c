/* optimal.c: see optimal.h. The work is done on the latent projection, where all nodes are
 * observed; its nodes go by the same names. */
#include "causal/optimal.h"

#include "causal/backdoor.h"
#include "causal/graph_internal.h"
#include "causal/identify/project.h"

#include <stdlib.h>

enum { TRIED_MAX = 1000 };
enum { SIDE = 1, TIED = 2, MEMBER = 4 }; /* SIDE: joined to the treatment past forbidden nodes */

typedef struct {
    wrt_graph *graph; /* the projection */
    wrt_backdoor backdoor;
    int x, y;
    unsigned char *is; /* per node */
    int *queue;
} search;

static unsigned marks_of(const search *s, int v) {
    return s->backdoor.reach.marks[v];
}

static bool is_usable(const search *s, int v) {
    return (marks_of(s, v) & (WRT_MARK_FORBIDDEN | WRT_MARK_TREATMENT)) == 0;
}

/* ---- what is joined to the treatment */

static int add_side(search *s, int tail, const int *nodes, size_t n) {
    for (size_t i = 0; i < n; i++) {
        int v = nodes[i];
        if ((s->is[v] & SIDE) != 0 || (marks_of(s, v) & WRT_MARK_FORBIDDEN) != 0)
            continue;
        s->is[v] |= SIDE;
        s->queue[tail++] = v;
    }
    return tail;
}

static void mark_side(search *s) {
    int tail = add_side(s, 0, &s->x, 1);
    for (int head = 0; head < tail; head++) {
        size_t n;
        const int *nodes = wrt_graph_parents(s->graph, s->queue[head], &n);
        tail = add_side(s, tail, nodes, n);
        nodes = wrt_graph_children(s->graph, s->queue[head], &n);
        tail = add_side(s, tail, nodes, n);
        nodes = wrt_graph_spouses(s->graph, s->queue[head], &n);
        tail = add_side(s, tail, nodes, n);
    }
}

/* ---- the candidate */

static bool may_be_tied(const search *s, int v) {
    return is_usable(s, v) && (s->is[v] & TIED) == 0 &&
           ((marks_of(s, v) & WRT_MARK_ANCESTOR) != 0 || (s->is[v] & SIDE) == 0);
}

/* C: over bidirected edges from the causal nodes. */
static void mark_tied(search *s) {
    int tail = 0, n_nodes = (int)wrt_graph_count(s->graph);
    for (int v = 0; v < n_nodes; v++)
        if ((marks_of(s, v) & WRT_MARK_CAUSAL) != 0)
            s->queue[tail++] = v;
    for (int head = 0; head < tail; head++) {
        size_t n;
        const int *spouses = wrt_graph_spouses(s->graph, s->queue[head], &n);
        for (size_t i = 0; i < n; i++) {
            if (!may_be_tied(s, spouses[i]))
                continue;
            s->is[spouses[i]] |= TIED | MEMBER;
            s->queue[tail++] = spouses[i];
        }
    }
    for (int head = 0; head < tail; head++) {
        size_t n;
        const int *parents = wrt_graph_parents(s->graph, s->queue[head], &n);
        for (size_t i = 0; i < n; i++)
            if (is_usable(s, parents[i]))
                s->is[parents[i]] |= MEMBER;
    }
}

/* Is there a valid set that holds v? The one of all usable ancestors with v is one if any is (van
 * der Zander, Liskiewicz, Textor 2019). */
static bool is_in_valid_set(search *s, int v, wrt_node_set *scratch) {
    wrt_reach *reach = &s->backdoor.reach;
    scratch->n = 0;
    wrt_reach_clear_mark(reach, WRT_MARK_ANCESTOR);
    wrt_reach_mark_set(reach, &(wrt_node_set){&v, 1}, WRT_MARK_INCLUDED);
    wrt_reach_run(reach, &WRT_REACH_ANCESTORS,
                  WRT_MARK_TREATMENT | WRT_MARK_OUTCOME | WRT_MARK_INCLUDED, 0);
    wrt_reach_mark_visited(reach, WRT_MARK_ANCESTOR);
    wrt_reach_clear_mark(reach, WRT_MARK_INCLUDED);
    for (int u = 0; u < (int)wrt_graph_count(s->graph); u++)
        if ((marks_of(s, u) & WRT_MARK_ANCESTOR) != 0 && is_usable(s, u))
            scratch->items[scratch->n++] = u;
    return wrt_backdoor_open_path(&s->backdoor, scratch) < 0;
}

/* Do O and the treatment separate the outcome from every other node that some valid set holds? */
static wrt_status check_rest(bool *is_best, search *s, wrt_err *err) {
    int n = (int)wrt_graph_count(s->graph), tried = 0;
    wrt_node_set given = {wrt_calloc((size_t)n + 1, sizeof(int)), 0};
    wrt_status status = WRT_OK;
    wrt_reach from_y;
    for (int v = 0; v < n; v++)
        if (v == s->x || (s->is[v] & MEMBER) != 0)
            given.items[given.n++] = v;
    wrt_reach_init(&from_y, s->graph);
    wrt_reach_condition(&from_y, &WRT_REACH_CONNECTED, &given);
    wrt_reach_run_from(&from_y, &WRT_REACH_CONNECTED, s->y, 0);
    wrt_reach_mark_visited(&from_y, WRT_MARK_REACHED);
    *is_best = true;
    for (int v = 0; v < n && *is_best && status == WRT_OK; v++) {
        if ((from_y.marks[v] & WRT_MARK_REACHED) == 0 || !is_usable(s, v) ||
            (s->is[v] & MEMBER) != 0)
            continue;
        *is_best = !is_in_valid_set(s, v, &given);
        if (++tried > TRIED_MAX)
            status = wrt_fail(err, WRT_E_LIMIT,
                              "whether a set is optimal hangs on more than %d nodes; ask for "
                              "optimal_minimal",
                              TRIED_MAX);
    }
    wrt_reach_free(&from_y);
    wrt_node_set_free(&given);
    return status;
}

/* ---- in the projection and back */

static wrt_status find_same(int *out, const wrt_graph *in, const wrt_graph *graph, int node,
                            wrt_err *err) {
    return wrt_graph_find(out, in, wrt_str_of(wrt_graph_name(graph, node)), err);
}

static wrt_node_set members_of(const search *s, const wrt_graph *graph) {
    size_t n = wrt_graph_count(graph);
    wrt_node_set set = {wrt_calloc(n + 1, sizeof(int)), 0};
    for (int v = 0; v < (int)n; v++) {
        int here = wrt_graph_is_latent(graph, v)
                       ? -1
                       : wrt_graph_lookup(s->graph, wrt_str_of(wrt_graph_name(graph, v)));
        if (here >= 0 && (s->is[here] & MEMBER) != 0)
            set.items[set.n++] = v;
    }
    return set;
}

static wrt_status find_best(wrt_node_set *out, bool *is_best, search *s,
                            const wrt_effect_query *query, wrt_err *err) {
    wrt_node_set x = {&s->x, 1}, y = {&s->y, 1};
    wrt_effect_query inside = {s->graph, &x, &y, WRT_EFFECT_TOTAL};
    wrt_status status = wrt_backdoor_init(&s->backdoor, &inside, err);
    if (status == WRT_OK) {
        wrt_reach *reach = &s->backdoor.reach;
        wrt_reach_run(reach, &WRT_REACH_ANCESTORS, WRT_MARK_TREATMENT | WRT_MARK_OUTCOME, 0);
        wrt_reach_mark_visited(reach, WRT_MARK_ANCESTOR);
        s->is = wrt_calloc(wrt_graph_count(s->graph) + 1, sizeof *s->is);
        s->queue = wrt_calloc(wrt_graph_count(s->graph) + 1, sizeof *s->queue);
        mark_side(s);
        mark_tied(s);
        status = check_rest(is_best, s, err);
        *out = members_of(s, query->graph);
        free(s->is);
        free(s->queue);
    }
    wrt_backdoor_free(&s->backdoor);
    return status;
}

wrt_status wrt_optimal_with_latent(wrt_node_set *out, bool *is_best, const wrt_effect_query *query,
                                   wrt_err *err) {
    search s = {0};
    *out = (wrt_node_set){0};
    *is_best = false;
    wrt_status status = wrt_graph_project(&s.graph, query->graph, err);
    if (status == WRT_OK)
        status = find_same(&s.x, s.graph, query->graph, query->treatment->items[0], err);
    if (status == WRT_OK)
        status = find_same(&s.y, s.graph, query->graph, query->outcome->items[0], err);
    if (status == WRT_OK)
        status = find_best(out, is_best, &s, query, err);
    wrt_graph_free(s.graph);
    if (status != WRT_OK)
        wrt_node_set_free(out);
    return status;
}
