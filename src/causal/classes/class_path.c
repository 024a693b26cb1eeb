/* class_path.c: an open path of definite status, as the witness of a class.
 *
 * On a path of definite status every inner node is a collider in all members or in none: an arrow
 * points at it from both sides, or a tail is there, or both ends are circles and its neighbours on
 * the path are not adjacent (Zhang, JMLR 9 (2008) 1437-1474, section 3.3). The search is
 * breadth-first over edges with a direction, each visited once with and once without an arrowhead
 * back towards the start. A walk that meets a node twice is no path and is given up, as is a
 * search that takes too long: the caller then draws the path of a member. */
#include "causal/classes/class_internal.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { TURNS_MAX = 20000000, PATH_SHOWN_MAX = 200, PATH_ENDS_SHOWN = 20 };

/* A state is 2 * (index of the link just walked) + (an arrowhead points back). */
typedef struct {
    const wrt_graph *graph;
    const unsigned short *marks;
    const bool *is_open; /* a definite ancestor of a given node, or one itself */
    bool back_door;
    int *owner; /* per link: the node it leaves */
    int *from;  /* per state: state before, -1 a start, -2 not met */
    int *queue;
    size_t n_queue, turns;
} search;

/* Given nodes and the nodes with a directed path to one. */
static bool *mark_open(const wrt_graph *graph, const unsigned short *marks) {
    bool *is_open = wrt_calloc(graph->n + 1, sizeof *is_open);
    int *queue = wrt_calloc(graph->n + 1, sizeof *queue);
    size_t tail = 0;
    for (size_t v = 0; v < graph->n; v++) {
        is_open[v] = (marks[v] & WRT_MARK_GIVEN) != 0;
        if (is_open[v])
            queue[tail++] = (int)v;
    }
    for (size_t head = 0; head < tail; head++) {
        size_t n;
        const int *parents = wrt_graph_parents(graph, queue[head], &n);
        for (size_t i = 0; i < n; i++) {
            if (is_open[parents[i]])
                continue;
            is_open[parents[i]] = true;
            queue[tail++] = parents[i];
        }
    }
    free(queue);
    return is_open;
}

static bool passes(const search *s, int link_in, int link_out) {
    const struct graph_class *klass = s->graph->klass;
    const graph_link *in = &klass->links[link_in], *out = &klass->links[link_out];
    int v = in->node;
    if (in->far == END_ARROW && out->near == END_ARROW)
        return s->is_open[v];
    if ((s->marks[v] & WRT_MARK_GIVEN) != 0)
        return false;
    if (in->far == END_TAIL || out->near == END_TAIL)
        return true;
    return in->far == END_CIRCLE && out->near == END_CIRCLE &&
           wrt_class_link(klass, s->owner[link_in], out->node) == NULL;
}

/* Walks one link; true when it ends the search. */
static bool step(search *s, int link, bool pointed_back, int before) {
    const graph_link *walked = &s->graph->klass->links[link];
    unsigned marks = s->marks[walked->node];
    bool back = pointed_back || walked->near == END_ARROW;
    int state = 2 * link + (back ? 1 : 0);
    if (s->from[state] != -2 || (s->back_door && (marks & WRT_MARK_TREATMENT) != 0))
        return false;
    s->from[state] = before;
    s->queue[s->n_queue++] = state;
    return (marks & WRT_MARK_OUTCOME) != 0 && (back || !s->back_door);
}

/* The state that ends an open walk, or -1. */
static int run(search *s) {
    const struct graph_class *klass = s->graph->klass;
    for (int v = 0; v < (int)s->graph->n; v++)
        for (int i = klass->offset[v]; i < klass->offset[v + 1]; i++)
            if ((s->marks[v] & WRT_MARK_TREATMENT) != 0 && step(s, i, false, -1))
                return s->queue[s->n_queue - 1];
    for (size_t head = 0; head < s->n_queue && s->turns < TURNS_MAX; head++) {
        int link = s->queue[head] / 2, v = klass->links[link].node;
        for (int i = klass->offset[v]; i < klass->offset[v + 1]; i++) {
            s->turns++;
            if (klass->links[i].node != s->owner[link] && passes(s, link, i) &&
                step(s, i, s->queue[head] % 2 != 0, s->queue[head]))
                return s->queue[s->n_queue - 1];
        }
    }
    return -1;
}

/* ---- the text */

/* Links of the walk, first one first; NULL when it meets a node twice. */
static int *trace(size_t *n, const search *s, int state) {
    bool *met = wrt_calloc(s->graph->n + 1, sizeof *met);
    size_t at = 1;
    for (int t = state; s->from[t] >= 0; t = s->from[t])
        at++;
    int *links = wrt_calloc(at, sizeof *links);
    bool is_path = true;
    *n = at;
    for (int t = state; at > 0; t = s->from[t]) {
        int node = s->graph->klass->links[t / 2].node;
        links[--at] = t / 2;
        is_path = is_path && !met[node];
        met[node] = true;
    }
    is_path = is_path && !met[s->owner[links[0]]];
    free(met);
    if (is_path)
        return links;
    free(links);
    return NULL;
}

static char *write_path(const search *s, const int *links, size_t n) {
    const struct graph_class *klass = s->graph->klass;
    wrt_buf text = wrt_buf_make(WRT_KIB(256));
    wrt_buf_add_c(&text, s->graph->names[s->owner[links[0]]]);
    for (size_t i = 0; i < n; i++) {
        if (n > PATH_SHOWN_MAX && i == PATH_ENDS_SHOWN) {
            i = n - PATH_ENDS_SHOWN;
            wrt_buf_printf(&text, " ... (%zu nodes) ...", n - (size_t)2 * PATH_ENDS_SHOWN);
        }
        wrt_buf_add_c(&text, wrt_class_edge_text(klass, &klass->links[links[i]]));
        wrt_buf_add_c(&text, s->graph->names[klass->links[links[i]].node]);
    }
    return wrt_buf_take(&text);
}

char *wrt_class_open_path(const wrt_graph *graph, const unsigned short *marks, bool back_door) {
    const struct graph_class *klass = graph->klass;
    size_t n_links = (size_t)klass->offset[graph->n];
    search s = {.graph = graph, .marks = marks, .back_door = back_door};
    bool *is_open = mark_open(graph, marks);
    s.is_open = is_open;
    s.owner = wrt_calloc(n_links + 1, sizeof *s.owner);
    s.from = wrt_calloc(2 * n_links + 1, sizeof *s.from);
    s.queue = wrt_calloc(2 * n_links + 1, sizeof *s.queue);
    for (int v = 0; v < (int)graph->n; v++)
        for (int i = klass->offset[v]; i < klass->offset[v + 1]; i++)
            s.owner[i] = v;
    for (size_t i = 0; i < 2 * n_links; i++)
        s.from[i] = -2;
    int state = run(&s);
    size_t n = 0;
    int *links = state < 0 ? NULL : trace(&n, &s, state);
    char *text = links == NULL ? NULL : write_path(&s, links, n);
    free(links);
    free(is_open);
    free(s.owner);
    free(s.from);
    free(s.queue);
    return text;
}
