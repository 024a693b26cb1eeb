/* nearest.c: the separator nearest to a node, in three linear walks. */
#include "causal/nearest.h"

#include "base/arena.h"

uint64_t wrt_nearest_walk_cost(const wrt_graph *graph) {
    uint64_t cost = wrt_graph_count(graph) + 1;
    for (int v = 0; v < (int)wrt_graph_count(graph); v++) {
        size_t children, spouses;
        wrt_graph_children(graph, v, &children);
        wrt_graph_spouses(graph, v, &spouses);
        cost += 2 * children + spouses;
    }
    return cost;
}

static void mark_ancestors(wrt_reach *reach, const wrt_reach_rules *rules, const int ends[2]) {
    wrt_reach_rules up = WRT_REACH_ANCESTORS;
    up.cut_from = rules->cut_from;
    up.cut_into = rules->cut_into;
    wrt_reach_clear_mark(reach, WRT_MARK_INCLUDED | WRT_MARK_ANCESTOR);
    reach->marks[ends[0]] |= WRT_MARK_INCLUDED;
    reach->marks[ends[1]] |= WRT_MARK_INCLUDED;
    wrt_reach_run(reach, &up, WRT_MARK_INCLUDED, 0);
    wrt_reach_mark_visited(reach, WRT_MARK_ANCESTOR);
}

static wrt_node_set free_ancestors(const wrt_reach *reach, const unsigned char *is_free) {
    size_t n = wrt_graph_count(reach->graph);
    wrt_node_set set = {wrt_calloc(n + 1, sizeof(int)), 0};
    for (size_t v = 0; v < n; v++) {
        unsigned marks = reach->marks[v];
        bool is_end = (marks & WRT_MARK_INCLUDED) != 0;
        if (is_free[v] != 0 && (marks & WRT_MARK_ANCESTOR) != 0 && !is_end)
            set.items[set.n++] = (int)v;
    }
    return set;
}

/* Keeps the members that an open walk from `start` meets. Returns whether it meets `other`. */
static bool keep_met(wrt_node_set *set, wrt_reach *reach, const wrt_reach_rules *rules, int start,
                     int other) {
    size_t kept = 0;
    wrt_reach_condition(reach, rules, set);
    wrt_reach_run_from(reach, rules, start, 0);
    for (size_t i = 0; i < set->n; i++)
        if (reach->seen[set->items[i]] != 0)
            set->items[kept++] = set->items[i];
    set->n = kept;
    return reach->seen[other] != 0;
}

bool wrt_nearest_separator(wrt_node_set *out, wrt_reach *reach, const wrt_reach_rules *rules,
                           const int ends[2], const unsigned char *is_free) {
    mark_ancestors(reach, rules, ends);
    *out = free_ancestors(reach, is_free);
    if (keep_met(out, reach, rules, ends[0], ends[1])) {
        wrt_node_set_free(out);
        return false;
    }
    keep_met(out, reach, rules, ends[1], ends[0]);
    return true;
}
