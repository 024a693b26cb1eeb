/* frontdoor_find.c: the largest front-door set within given candidates, in linear time.
 *
 * Condition 2 holds for a set when it holds for each member, so members with an open back-door path
 * from the treatment go first. Condition 3 fails for a candidate v when an open walk from the
 * outcome enters v by an arrowhead and passes only nodes that are in no set: such nodes let walks
 * through, members do not. v is then in no set either and lets walks through itself, those
 * included that were waiting at it. What is left at the end is the largest set for 2 and 3 (Jeong,
 * Tian, Bareinboim, NeurIPS 2022); each state is expanded once (Wienoebst, van der Zander,
 * Liskiewicz, AAAI 2024). Condition 1 gets easier as the set grows, so it is asked of the largest.
 */
#include "causal/frontdoor_find.h"

#include "base/arena.h"
#include "causal/classes/class_graph.h"

#include <stdlib.h>
#include <string.h>

/* The mark ANCESTOR is put on every node: as a cut_into it means any child. */
static const unsigned ANY_NODE = WRT_MARK_ANCESTOR;

wrt_reach_rules wrt_frontdoor_directed(void) {
    wrt_reach_rules rules = WRT_REACH_DESCENDANTS;
    rules.enter.ban = WRT_MARK_EXCLUDED | WRT_MARK_TREATMENT;
    return rules;
}

wrt_reach_rules wrt_frontdoor_from_treatment(void) {
    wrt_reach_rules rules = WRT_REACH_CONNECTED;
    rules.cut_from = WRT_MARK_TREATMENT;
    rules.cut_into = ANY_NODE;
    return rules;
}

wrt_reach_rules wrt_frontdoor_from_set(void) {
    wrt_reach_rules rules = WRT_REACH_CONNECTED;
    rules.cut_from = WRT_MARK_EXCLUDED;
    rules.cut_into = ANY_NODE;
    return rules;
}

wrt_status wrt_frontdoor_init(wrt_frontdoor *out, const wrt_effect_query *query, wrt_err *err) {
    *out = (wrt_frontdoor){0};
    if (query->effect != WRT_EFFECT_TOTAL)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "front-door sets are defined for total effects only");
    wrt_status status = wrt_graph_require_dag(query->graph, "the front-door criterion", err);
    if (status == WRT_OK)
        status = wrt_backdoor_init(&out->backdoor, query, err);
    if (status != WRT_OK)
        return status;
    wrt_reach *reach = &out->backdoor.reach;
    size_t n = wrt_graph_count(query->graph);
    const wrt_node_set nothing = {0};
    wrt_reach_rules rules = wrt_frontdoor_from_treatment();
    out->reaches_back = wrt_calloc(n + 1, 1);
    out->is_in = wrt_calloc(n + 1, 1);
    out->waits = wrt_calloc(n + 1, 1);
    out->queue = wrt_calloc(2 * n + 2, sizeof *out->queue);
    for (size_t v = 0; v < n; v++)
        reach->marks[v] |= (unsigned short)ANY_NODE;
    wrt_reach_condition(reach, &rules, &nothing);
    wrt_reach_run(reach, &rules, WRT_MARK_TREATMENT, 0);
    for (size_t v = 0; v < n; v++)
        out->reaches_back[v] = reach->seen[v] != 0;
    return WRT_OK;
}

void wrt_frontdoor_free(wrt_frontdoor *fd) {
    wrt_backdoor_free(&fd->backdoor);
    free(fd->reaches_back);
    free(fd->is_in);
    free(fd->waits);
    free(fd->queue);
    *fd = (wrt_frontdoor){0};
}

/* ---- condition 3 */

/* A walk arrives. At a member it waits, unless the arrowhead shows that it is none after all. */
static void arrive(wrt_frontdoor *fd, int node, wrt_arrival arrival) {
    unsigned char bit = (unsigned char)(1u << arrival);
    if ((fd->waits[node] & bit) != 0)
        return;
    fd->waits[node] |= bit;
    if (fd->is_in[node] == 0) {
        fd->queue[fd->n_queue++] = 2 * node + (int)arrival;
    } else if (arrival == WRT_ARRIVE_HEAD) {
        fd->is_in[node] = 0;
        for (int waiting = 0; waiting < 2; waiting++)
            if ((fd->waits[node] & 1u << waiting) != 0)
                fd->queue[fd->n_queue++] = 2 * node + waiting;
    }
}

static void arrive_at_all(wrt_frontdoor *fd, const int *nodes, size_t n, wrt_arrival arrival) {
    for (size_t i = 0; i < n; i++)
        arrive(fd, nodes[i], arrival);
}

/* Bayes ball given the treatment, colliders open at the treatment itself: a walk that turns there
 * does what an open collider above it would. */
static void leave(wrt_frontdoor *fd, int node, wrt_arrival arrival) {
    const wrt_graph *graph = fd->backdoor.reach.graph;
    bool is_given = (fd->backdoor.reach.marks[node] & WRT_MARK_TREATMENT) != 0;
    size_t n;
    if (is_given == (arrival == WRT_ARRIVE_HEAD)) {
        const int *parents = wrt_graph_parents(graph, node, &n);
        arrive_at_all(fd, parents, n, WRT_ARRIVE_TAIL);
        const int *spouses = wrt_graph_spouses(graph, node, &n);
        arrive_at_all(fd, spouses, n, WRT_ARRIVE_HEAD);
    }
    if (!is_given) {
        const int *children = wrt_graph_children(graph, node, &n);
        arrive_at_all(fd, children, n, WRT_ARRIVE_HEAD);
    }
}

static void drop_outcome_side(wrt_frontdoor *fd) {
    size_t n = wrt_graph_count(fd->backdoor.reach.graph);
    memset(fd->waits, 0, n);
    fd->n_queue = 0;
    for (size_t v = 0; v < n; v++)
        if ((fd->backdoor.reach.marks[v] & WRT_MARK_OUTCOME) != 0)
            arrive(fd, (int)v, WRT_ARRIVE_TAIL);
    for (size_t head = 0; head < fd->n_queue; head++)
        leave(fd, fd->queue[head] / 2, (wrt_arrival)(fd->queue[head] % 2));
}

bool wrt_frontdoor_find(wrt_frontdoor *fd, const unsigned char *candidates) {
    wrt_reach *reach = &fd->backdoor.reach;
    size_t n = wrt_graph_count(reach->graph);
    for (size_t v = 0; v < n; v++)
        fd->is_in[v] = candidates[v] != 0 && fd->reaches_back[v] == 0;
    drop_outcome_side(fd);
    wrt_reach_clear_mark(reach, WRT_MARK_EXCLUDED);
    for (size_t v = 0; v < n; v++) {
        if (fd->is_in[v] != 0)
            reach->marks[v] |= WRT_MARK_EXCLUDED;
        else if ((reach->marks[v] & WRT_MARK_INCLUDED) != 0)
            return false;
    }
    wrt_reach_rules rules = wrt_frontdoor_directed();
    return wrt_reach_run(reach, &rules, WRT_MARK_TREATMENT, WRT_MARK_OUTCOME) < 0;
}
