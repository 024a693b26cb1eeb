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

/* Small queries are many, so that the blocks are few and each of a graph of 100 nodes is of a size
 * that malloc keeps at hand. The states are written before they are read. */
void wrt_reach_init(wrt_reach *reach, const wrt_graph *graph) {
    size_t n = wrt_graph_count(graph) + 1, per_node = sizeof *reach->marks + sizeof *reach->seen;
    *reach = (wrt_reach){.graph = graph};
    reach->queue = wrt_realloc(NULL, 2 * n * sizeof *reach->queue);
    reach->from = wrt_realloc(NULL, 2 * n * sizeof *reach->from);
    reach->marks = wrt_realloc(NULL, n * per_node);
    reach->seen = (unsigned char *)(reach->marks + n);
    memset(reach->marks, 0, n * per_node);
}

void wrt_reach_free(wrt_reach *reach) {
    free(reach->queue);
    free(reach->from);
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

/* What the loop needs, in registers: a store to `seen` could change anything behind a pointer. */
typedef struct {
    const graph_stars *stars;
    const unsigned short *marks;
    unsigned char *seen;
    int *queue, *from;
    size_t visited;
    wrt_reach_rules rules;
} walk;

static inline bool is_cut(const walk *w, int parent, int child) {
    return (w->marks[parent] & w->rules.cut_from) != 0 &&
           (w->marks[child] & w->rules.cut_into) != 0;
}

/* Pushes the unseen neighbours over one kind of edge; returns a state that has stop_mark or -1.
 * Inlined once per kind, so that the kind costs nothing in the loop. */
static inline int expand(walk *w, int state, wrt_departure to, unsigned stop_mark) {
    int node = (int)((unsigned)state / 2);
    int row = GRAPH_STAR_KINDS * node + (to == WRT_TO_PARENT   ? GRAPH_STAR_PARENTS
                                         : to == WRT_TO_SPOUSE ? GRAPH_STAR_SPOUSES
                                                               : GRAPH_STAR_CHILDREN);
    const int *end = w->stars->items + w->stars->start[row + 1];
    wrt_arrival arrival = to == WRT_TO_PARENT ? WRT_ARRIVE_TAIL : WRT_ARRIVE_HEAD;
    unsigned char bit = (unsigned char)(1u << arrival);
    for (const int *item = w->stars->items + w->stars->start[row]; item < end; item++) {
        int other = *item;
        if ((w->seen[other] & bit) != 0)
            continue;
        unsigned marks = w->marks[other];
        if (!allows(&w->rules.enter, marks))
            continue;
        if (to != WRT_TO_SPOUSE && w->rules.cut_from != 0 &&
            is_cut(w, to == WRT_TO_CHILD ? node : other, to == WRT_TO_CHILD ? other : node))
            continue;
        int entered = 2 * other + (int)arrival;
        w->seen[other] |= bit;
        w->from[entered] = 2 * state + (to == WRT_TO_SPOUSE);
        w->queue[w->visited++] = entered;
        if ((marks & stop_mark) != 0)
            return entered;
    }
    return -1;
}

static int search(wrt_reach *reach, const wrt_reach_rules *rules, unsigned stop_mark) {
    walk w = {&reach->graph->stars, reach->marks,   reach->seen, reach->queue,
              reach->from,          reach->visited, *rules};
    int found = -1;
    for (size_t head = 0; head < w.visited && found < 0; head++) {
        int state = w.queue[head];
        unsigned marks = w.marks[(unsigned)state / 2];
        const wrt_turn *turns = w.rules.turn[state & 1];
        if (allows(&turns[WRT_TO_PARENT], marks))
            found = expand(&w, state, WRT_TO_PARENT, stop_mark);
        if (found < 0 && allows(&turns[WRT_TO_CHILD], marks))
            found = expand(&w, state, WRT_TO_CHILD, stop_mark);
        if (found < 0 && allows(&turns[WRT_TO_SPOUSE], marks))
            found = expand(&w, state, WRT_TO_SPOUSE, stop_mark);
    }
    reach->visited = w.visited;
    return found;
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

int wrt_reach_run_set(wrt_reach *reach, const wrt_reach_rules *rules, const wrt_node_set *sources,
                      unsigned stop_mark) {
    restart(reach);
    for (size_t i = 0; i < sources->n; i++)
        push_source(reach, sources->items[i]);
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
    if (reach->is_conditioned)
        wrt_reach_clear_mark(reach, WRT_MARK_GIVEN | WRT_MARK_OPEN);
    reach->is_conditioned = given->n > 0;
    wrt_reach_mark_set(reach, given, WRT_MARK_GIVEN);
    wrt_reach_run_set(reach, &ancestors, given, 0);
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
