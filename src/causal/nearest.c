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

static void mark_ancestors(wrt_reach *reach, const wrt_reach_rules *rules, const int ends[2],
                           const unsigned char *is_free) {
    wrt_reach_rules up = WRT_REACH_ANCESTORS;
    up.cut_from = rules->cut_from;
    up.cut_into = rules->cut_into;
    wrt_reach_clear_mark(reach, WRT_MARK_INCLUDED | WRT_MARK_ANCESTOR);
    reach->marks[ends[0]] |= WRT_MARK_INCLUDED;
    reach->marks[ends[1]] |= WRT_MARK_INCLUDED;
    for (size_t v = 0; v < wrt_graph_count(reach->graph); v++)
        if (is_free[v] == WRT_NEAREST_ALWAYS)
            reach->marks[v] |= WRT_MARK_INCLUDED;
    wrt_reach_run(reach, &up, WRT_MARK_INCLUDED, 0);
    wrt_reach_mark_visited(reach, WRT_MARK_ANCESTOR);
}

static wrt_node_set free_ancestors(const wrt_reach *reach, const int ends[2],
                                   const unsigned char *is_free) {
    size_t n = wrt_graph_count(reach->graph);
    wrt_node_set set = {wrt_calloc(n + 1, sizeof(int)), 0};
    for (size_t v = 0; v < n; v++) {
        unsigned marks = reach->marks[v];
        bool is_end = (int)v == ends[0] || (int)v == ends[1];
        if (is_free[v] != 0 && (marks & WRT_MARK_ANCESTOR) != 0 && !is_end)
            set.items[set.n++] = (int)v;
    }
    return set;
}

/* Keeps the members that an open walk from `start` meets, and those that are always there. Returns
 * whether it meets `other`. */
static bool keep_met(wrt_node_set *set, wrt_reach *reach, const wrt_reach_rules *rules,
                     const int ends[2], const unsigned char *is_free) {
    size_t kept = 0;
    wrt_reach_condition(reach, rules, set);
    wrt_reach_run_from(reach, rules, ends[0], 0);
    for (size_t i = 0; i < set->n; i++)
        if (reach->seen[set->items[i]] != 0 || is_free[set->items[i]] == WRT_NEAREST_ALWAYS)
            set->items[kept++] = set->items[i];
    set->n = kept;
    return reach->seen[ends[1]] != 0;
}

bool wrt_nearest_separator(wrt_node_set *out, wrt_reach *reach, const wrt_reach_rules *rules,
                           const int ends[2], const unsigned char *is_free) {
    const int back[2] = {ends[1], ends[0]};
    size_t kept = 0;
    mark_ancestors(reach, rules, ends, is_free);
    *out = free_ancestors(reach, ends, is_free);
    if (keep_met(out, reach, rules, ends, is_free)) {
        wrt_node_set_free(out);
        return false;
    }
    keep_met(out, reach, rules, back, is_free);
    for (size_t i = 0; i < out->n; i++)
        if (is_free[out->items[i]] != WRT_NEAREST_ALWAYS)
            out->items[kept++] = out->items[i];
    out->n = kept;
    return true;
}
