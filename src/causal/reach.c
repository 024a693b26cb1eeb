/* reach.c: breadth-first search over (node, arrival) states under a table of turns.
 *
 * Bayes ball (Shachter 1998) is the table WRT_REACH_CONNECTED: entered at a tail, a node that is
 * not given passes everywhere; entered at an arrowhead, it passes to children when it is not
 * given, and to parents and spouses when it is an ancestor of a given node or one itself. */
#include "causal/reach.h"

#include "base/arena.h"
#include "causal/graph_internal.h"

#include <stdlib.h>
#include <string.h>

#define ALWAYS                                                                                     \
    { 0, 0 }
#define NEVER                                                                                      \
    { WRT_MARK_NEVER, 0 }
#define UNLESS_GIVEN                                                                               \
    { 0, WRT_MARK_GIVEN }
#define IF_OPEN                                                                                    \
    { WRT_MARK_OPEN, 0 }

/*                                            to parent     to child      to spouse */
const wrt_reach_rules WRT_REACH_ANCESTORS = {{{ALWAYS, NEVER, NEVER}, /* entered at a tail */
                                              {NEVER, NEVER, NEVER}}, /* at an arrowhead */
                                             ALWAYS,
                                             0,
                                             0};
const wrt_reach_rules WRT_REACH_DESCENDANTS = {
    {{NEVER, ALWAYS, NEVER}, {NEVER, ALWAYS, NEVER}}, ALWAYS, 0, 0};
const wrt_reach_rules WRT_REACH_CONNECTED = {
    {{UNLESS_GIVEN, UNLESS_GIVEN, UNLESS_GIVEN}, {IF_OPEN, UNLESS_GIVEN, IF_OPEN}}, ALWAYS, 0, 0};

/* Two blocks, since small queries are many: the states, which are written before they are read, and
 * the zeroed bytes per node. */
void wrt_reach_init(wrt_reach *reach, const wrt_graph *graph) {
    size_t n = wrt_graph_count(graph) + 1;
    *reach = (wrt_reach){.graph = graph};
    reach->queue = wrt_realloc(NULL, 4 * n * sizeof *reach->queue);
    reach->from = reach->queue + 2 * n;
    reach->marks = wrt_calloc(n, sizeof *reach->marks + sizeof *reach->seen);
    reach->seen = (unsigned char *)(reach->marks + n);
}

void wrt_reach_free(wrt_reach *reach) {
    free(reach->queue);
    free(reach->marks);
    *reach = (wrt_reach){0};
}

void wrt_reach_mark_set(wrt_reach *reach, const wrt_node_set *set, unsigned mark) {
    for (size_t i = 0; i < set->n; i++)
        reach->marks[set->items[i]] |= (unsigned short)mark;
}

void wrt_reach_clear_mark(wrt_reach *reach, unsigned mark) {
    size_t n = wrt_graph_count(reach->graph);
    for (size_t v = 0; v < n; v++)
        reach->marks[v] &= (unsigned short)~mark;
}

static bool allows(const wrt_turn *turn, unsigned marks) {
    return (marks & turn->need) == turn->need && (marks & turn->ban) == 0;
}

static void restart(wrt_reach *reach) {
    for (size_t i = 0; i < reach->visited; i++)
        reach->seen[reach->queue[i] / 2] = 0;
    reach->visited = 0;
}

static void push_source(wrt_reach *reach, int node) {
    reach->seen[node] = 3; /* coming back to a source would only lengthen a path */
    reach->from[2 * node + WRT_ARRIVE_TAIL] = -1;
    reach->queue[reach->visited++] = 2 * node + WRT_ARRIVE_TAIL;
}

static bool is_cut(const wrt_reach *reach, const wrt_reach_rules *rules, int parent, int child) {
    return (reach->marks[parent] & rules->cut_from) != 0 &&
           (reach->marks[child] & rules->cut_into) != 0;
}

/* Pushes the unseen neighbours over one kind of edge; returns a state that has stop_mark or -1.
 * Inlined once per kind, so that the kind costs nothing in the loop. */
static inline int expand(wrt_reach *reach, const wrt_reach_rules *rules, int state,
                         wrt_departure to, unsigned stop_mark) {
    int node = state / 2;
    const graph_stars *stars = &reach->graph->stars;
    int row = GRAPH_STAR_KINDS * node + (to == WRT_TO_PARENT   ? GRAPH_STAR_PARENTS
                                         : to == WRT_TO_SPOUSE ? GRAPH_STAR_SPOUSES
                                                               : GRAPH_STAR_CHILDREN);
    const int *end = stars->items + stars->start[row + 1];
    wrt_arrival arrival = to == WRT_TO_PARENT ? WRT_ARRIVE_TAIL : WRT_ARRIVE_HEAD;
    unsigned char bit = (unsigned char)(1u << arrival);
    for (const int *item = stars->items + stars->start[row]; item < end; item++) {
        int other = *item;
        if ((reach->seen[other] & bit) != 0)
            continue;
        unsigned marks = reach->marks[other];
        if (!allows(&rules->enter, marks))
            continue;
        if (to != WRT_TO_SPOUSE && rules->cut_from != 0 &&
            is_cut(reach, rules, to == WRT_TO_CHILD ? node : other,
                   to == WRT_TO_CHILD ? other : node))
            continue;
        int entered = 2 * other + (int)arrival;
        reach->seen[other] |= bit;
        reach->from[entered] = 2 * state + (to == WRT_TO_SPOUSE);
        reach->queue[reach->visited++] = entered;
        if ((marks & stop_mark) != 0)
            return entered;
    }
    return -1;
}

static int search(wrt_reach *reach, const wrt_reach_rules *rules, unsigned stop_mark) {
    for (size_t head = 0; head < reach->visited; head++) {
        int state = reach->queue[head], found = -1;
        unsigned marks = reach->marks[state / 2];
        const wrt_turn *turns = rules->turn[state % 2];
        if (allows(&turns[WRT_TO_PARENT], marks))
            found = expand(reach, rules, state, WRT_TO_PARENT, stop_mark);
        if (found < 0 && allows(&turns[WRT_TO_CHILD], marks))
            found = expand(reach, rules, state, WRT_TO_CHILD, stop_mark);
        if (found < 0 && allows(&turns[WRT_TO_SPOUSE], marks))
            found = expand(reach, rules, state, WRT_TO_SPOUSE, stop_mark);
        if (found >= 0)
            return found;
    }
    return -1;
}

int wrt_reach_run(wrt_reach *reach, const wrt_reach_rules *rules, unsigned source_mark,
                  unsigned stop_mark) {
    size_t n = wrt_graph_count(reach->graph);
    restart(reach);
    for (size_t v = 0; v < n; v++)
        if ((reach->marks[v] & source_mark) != 0)
            push_source(reach, (int)v);
    return search(reach, rules, stop_mark);
}

int wrt_reach_run_from(wrt_reach *reach, const wrt_reach_rules *rules, int source,
                       unsigned stop_mark) {
    restart(reach);
    push_source(reach, source);
    return search(reach, rules, stop_mark);
}

void wrt_reach_mark_visited(wrt_reach *reach, unsigned mark) {
    for (size_t i = 0; i < reach->visited; i++)
        reach->marks[reach->queue[i] / 2] |= (unsigned short)mark;
}

void wrt_reach_condition(wrt_reach *reach, const wrt_reach_rules *rules,
                         const wrt_node_set *given) {
    wrt_reach_rules ancestors = WRT_REACH_ANCESTORS;
    ancestors.cut_from = rules->cut_from;
    ancestors.cut_into = rules->cut_into;
    wrt_reach_clear_mark(reach, WRT_MARK_GIVEN | WRT_MARK_OPEN);
    wrt_reach_mark_set(reach, given, WRT_MARK_GIVEN);
    wrt_reach_run(reach, &ancestors, WRT_MARK_GIVEN, 0);
    wrt_reach_mark_visited(reach, WRT_MARK_OPEN);
}

/* ---- the path to a state */

enum { PATH_SHOWN_MAX = 200, PATH_ENDS_SHOWN = 20 };

/* The states of the walk that ends in `state`, first node first; returns their number. */
static size_t trace(int **out, const wrt_reach *reach, int state) {
    size_t n = 1;
    for (int s = state; reach->from[s] >= 0; s = reach->from[s] / 2)
        n++;
    int *states = wrt_calloc(n, sizeof *states);
    size_t at = n;
    for (int s = state; at > 0; s = reach->from[s] / 2)
        states[--at] = s;
    *out = states;
    return n;
}

static const char *edge_mark(const wrt_reach *reach, int state) {
    if (reach->from[state] % 2 != 0)
        return " <-> ";
    return state % 2 == WRT_ARRIVE_HEAD ? " -> " : " <- ";
}

char *wrt_reach_path(const wrt_reach *reach, int state) {
    int *states;
    size_t n = trace(&states, reach, state);
    wrt_buf text = wrt_buf_make(WRT_KIB(256));
    for (size_t i = 0; i < n; i++) {
        if (n > PATH_SHOWN_MAX && i == PATH_ENDS_SHOWN) {
            i = n - PATH_ENDS_SHOWN;
            wrt_buf_printf(&text, " ... (%zu nodes) ...", n - (size_t)2 * PATH_ENDS_SHOWN);
        }
        if (i > 0)
            wrt_buf_add_c(&text, edge_mark(reach, states[i]));
        wrt_buf_add_c(&text, wrt_graph_name(reach->graph, states[i] / 2));
    }
    free(states);
    return wrt_buf_take(&text);
}

/* The edge between steps i and i + 1 points at step i. */
static bool points_back(const wrt_reach *reach, int next_state) {
    return reach->from[next_state] % 2 != 0 || next_state % 2 == WRT_ARRIVE_TAIL;
}

int wrt_reach_path_collider(wrt_reach *reach, int state, int *opener) {
    int *states;
    size_t n = trace(&states, reach, state);
    int collider = -1;
    for (size_t i = 1; i + 1 < n && collider < 0; i++) {
        if (states[i] % 2 != WRT_ARRIVE_HEAD || !points_back(reach, states[i + 1]))
            continue;
        if ((reach->marks[states[i] / 2] & WRT_MARK_GIVEN) == 0)
            collider = states[i] / 2;
    }
    free(states);
    if (collider >= 0)
        *opener = wrt_reach_run_from(reach, &WRT_REACH_DESCENDANTS, collider, WRT_MARK_GIVEN) / 2;
    return collider;
}
