/* class_effect.c: what the generalised adjustment criterion asks of a CPDAG, MAG or PAG.
 *
 * Perkovic, Textor, Kalisch, Maathuis, JMLR 18 (2018) 1-62: a set is valid iff the graph is
 * amenable (every proper possibly directed path from treatment to outcome begins with a visible
 * edge out of the treatment), no member is a possible descendant of a node on such a path, and the
 * set blocks every proper definite-status path that is not possibly directed. Given the first two,
 * blocking in one member of the class is blocking in the class (ibid., lemmas on amenable graphs),
 * so the paths are left to backdoor.c on the member; this file marks the rest. A walk goes along
 * an edge when no arrowhead points back. O(nodes + edges), visibility O(edges * degree). */
#include "causal/classes/class_internal.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

/* Marks of this file, in spare bits of the reach marks. */
enum { MARK_MAY_BE_REACHED = 1 << 12, MARK_MAY_REACH = 1 << 13, MARK_MAY_BE_CAUSAL = 1 << 14 };

typedef struct {
    const wrt_graph *graph;
    unsigned short *marks;
    int *queue;
    int *from; /* node before, -1 for a source; -2 not met */
    size_t n_queue;
} walk;

static void walk_init(walk *w, const wrt_graph *graph, unsigned short *marks) {
    *w = (walk){.graph = graph, .marks = marks};
    w->queue = wrt_calloc(graph->n + 1, sizeof *w->queue);
    w->from = wrt_calloc(graph->n + 1, sizeof *w->from);
}

static void walk_free(walk *w) {
    free(w->queue);
    free(w->from);
}

static void walk_start(walk *w, unsigned source_mark) {
    w->n_queue = 0;
    for (size_t v = 0; v < w->graph->n; v++) {
        w->from[v] = -2;
        if ((w->marks[v] & source_mark) == 0)
            continue;
        w->from[v] = -1;
        w->queue[w->n_queue++] = (int)v;
    }
}

/* Walks along possibly directed edges (down) or against them (up); nodes with a bit of `ban` are
 * not entered. Stops at a node with a bit of stop_mark and returns it; else -1. */
static int walk_run(walk *w, bool down, unsigned ban, unsigned stop_mark) {
    const struct graph_class *klass = w->graph->klass;
    for (size_t head = 0; head < w->n_queue; head++) {
        int v = w->queue[head];
        if ((w->marks[v] & stop_mark) != 0)
            return v;
        for (int i = klass->offset[v]; i < klass->offset[v + 1]; i++) {
            const graph_link *link = &klass->links[i];
            if ((down ? link->near : link->far) == END_ARROW || w->from[link->node] != -2 ||
                (w->marks[link->node] & ban) != 0)
                continue;
            w->from[link->node] = v;
            w->queue[w->n_queue++] = link->node;
        }
    }
    return -1;
}

static void mark_walk(walk *w, unsigned mark) {
    for (size_t i = 0; i < w->n_queue; i++)
        w->marks[w->queue[i]] |= (unsigned short)mark;
}

/* ---- visible edges */

/* An edge from -> to is visible when some node not adjacent to `to` points at `from`, or reaches
 * it by a path of colliders that are parents of `to`: no hidden common cause can then stand behind
 * the edge (Zhang 2008, definition 8). */
static bool is_visible(walk *w, int from, int to) {
    const struct graph_class *klass = w->graph->klass;
    for (size_t v = 0; v < w->graph->n; v++)
        w->from[v] = -2;
    w->n_queue = 0;
    w->queue[w->n_queue++] = from;
    w->from[from] = -1;
    for (size_t head = 0; head < w->n_queue; head++) {
        int v = w->queue[head];
        for (int i = klass->offset[v]; i < klass->offset[v + 1]; i++) {
            const graph_link *link = &klass->links[i];
            if (link->near != END_ARROW || link->node == to)
                continue;
            const graph_link *onward = wrt_class_link(klass, link->node, to);
            if (onward == NULL)
                return true;
            if (link->far != END_ARROW || onward->near != END_TAIL || onward->far != END_ARROW ||
                w->from[link->node] != -2)
                continue;
            w->from[link->node] = v;
            w->queue[w->n_queue++] = link->node;
        }
    }
    return false;
}

/* The effect of `from` on nodes behind the edge goes over it in every member, unconfounded. */
static bool is_certain(walk *w, int from, const graph_link *link) {
    if (link->near != END_TAIL || link->far != END_ARROW)
        return false;
    return w->graph->klass->type == WRT_GRAPH_CPDAG || is_visible(w, from, link->node);
}

/* ---- the marks of an effect query */

static bool is_before(const wrt_graph *graph, const graph_pair *a, const graph_pair *b) {
    int order = strcmp(graph->names[a->from], graph->names[b->from]);
    return order != 0 ? order < 0 : strcmp(graph->names[a->to], graph->names[b->to]) < 0;
}

/* Of the edges that break amenability the first by name. */
static void find_uncertain(wrt_backdoor *backdoor, walk *w, const wrt_node_set *treatment) {
    const struct graph_class *klass = w->graph->klass;
    const unsigned short *marks = w->marks;
    for (size_t t = 0; t < treatment->n; t++) {
        int x = treatment->items[t];
        for (int i = klass->offset[x]; i < klass->offset[x + 1]; i++) {
            const graph_link *link = &klass->links[i];
            graph_pair edge = {x, link->node};
            graph_pair best = {backdoor->uncertain_from, backdoor->uncertain_to};
            if (link->near == END_ARROW || (marks[edge.to] & MARK_MAY_REACH) == 0)
                continue;
            if ((best.from >= 0 && !is_before(w->graph, &edge, &best)) || is_certain(w, x, link))
                continue;
            backdoor->uncertain_from = edge.from;
            backdoor->uncertain_to = edge.to;
        }
    }
}

void wrt_class_mark_effect(wrt_backdoor *backdoor, const wrt_effect_query *query) {
    const wrt_graph *graph = query->graph;
    unsigned short *marks = backdoor->reach.marks;
    const unsigned both = MARK_MAY_BE_REACHED | MARK_MAY_REACH;
    walk w;
    walk_init(&w, graph, marks);
    walk_start(&w, WRT_MARK_TREATMENT);
    walk_run(&w, true, 0, 0);
    mark_walk(&w, MARK_MAY_BE_REACHED);
    walk_start(&w, WRT_MARK_OUTCOME);
    walk_run(&w, false, WRT_MARK_TREATMENT, 0);
    mark_walk(&w, MARK_MAY_REACH);
    backdoor->has_causal_path = false;
    for (size_t v = 0; v < graph->n; v++) {
        if ((marks[v] & both) != both || (marks[v] & WRT_MARK_TREATMENT) != 0)
            continue;
        marks[v] |= MARK_MAY_BE_CAUSAL;
        backdoor->has_causal_path = true;
    }
    walk_start(&w, MARK_MAY_BE_CAUSAL);
    walk_run(&w, true, 0, 0);
    mark_walk(&w, WRT_MARK_FORBIDDEN);
    find_uncertain(backdoor, &w, query->treatment);
    walk_free(&w);
}

void wrt_class_mark_ancestors(wrt_backdoor *backdoor, const wrt_graph *graph,
                              unsigned source_mark) {
    walk w;
    walk_init(&w, graph, backdoor->reach.marks);
    walk_start(&w, source_mark);
    walk_run(&w, false, 0, 0);
    mark_walk(&w, WRT_MARK_ANCESTOR);
    walk_free(&w);
}

/* ---- in words */

/* The node with a bit of stop_mark nearest to `from`, itself included. */
static int nearest(const wrt_backdoor *backdoor, const wrt_graph *graph, int from, bool down,
                   unsigned through, unsigned stop_mark) {
    walk w;
    walk_init(&w, graph, backdoor->reach.marks);
    for (size_t v = 0; v < graph->n; v++) {
        unsigned marks = w.marks[v];
        bool is_open = through == 0 || (marks & (through | stop_mark)) != 0;
        w.from[v] = is_open ? -2 : -1;
    }
    w.from[from] = -1;
    w.queue[w.n_queue++] = from;
    int found = walk_run(&w, down, 0, stop_mark);
    walk_free(&w);
    return found < 0 ? from : found;
}

void wrt_class_explain_forbidden(wrt_buf *text, const wrt_backdoor *backdoor,
                                 const wrt_effect_query *query, int node) {
    const wrt_graph *graph = query->graph;
    int cause = nearest(backdoor, graph, node, false, 0, MARK_MAY_BE_CAUSAL);
    int outcome = nearest(backdoor, graph, cause, true, MARK_MAY_REACH, WRT_MARK_OUTCOME);
    int treatment = nearest(backdoor, graph, cause, false, MARK_MAY_BE_REACHED, WRT_MARK_TREATMENT);
    wrt_buf_printf(text, "%s ", graph->names[node]);
    if (cause != node && (backdoor->reach.marks[cause] & WRT_MARK_OUTCOME) != 0) {
        wrt_buf_printf(text, "is a possible descendant of the outcome %s (forbidden)",
                       graph->names[cause]);
        return;
    }
    if (cause != node)
        wrt_buf_printf(text, "is a possible descendant of %s, which ", graph->names[cause]);
    wrt_buf_printf(text, "may lie on a causal path from %s to %s (forbidden)",
                   graph->names[treatment], graph->names[outcome]);
}

void wrt_class_explain_amenable(wrt_buf *text, char **witness, const wrt_backdoor *backdoor,
                                const wrt_effect_query *query) {
    const wrt_graph *graph = query->graph;
    int from = backdoor->uncertain_from, to = backdoor->uncertain_to;
    const graph_link *link = wrt_class_link(graph->klass, from, to);
    int outcome = nearest(backdoor, graph, to, true, MARK_MAY_REACH, WRT_MARK_OUTCOME);
    wrt_buf edge = wrt_buf_make(WRT_KIB(8));
    wrt_buf_printf(&edge, "%s%s%s", graph->names[from], wrt_class_edge_text(graph->klass, link),
                   graph->names[to]);
    *witness = wrt_buf_take(&edge);
    wrt_buf_printf(text, "the effect of %s on %s is not fixed by the graph: %s ",
                   graph->names[from], graph->names[outcome], *witness);
    if (link->near == END_TAIL)
        wrt_buf_add_c(text, "is not visible, so a hidden common cause may stand behind it");
    else
        wrt_buf_printf(text, "may be %s -> %s or not", graph->names[from], graph->names[to]);
}
