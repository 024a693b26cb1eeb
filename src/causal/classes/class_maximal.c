/* class_maximal.c: is a graph with arrows and `<->` edges a maximal ancestral graph?
 *
 * Ancestral: no A <-> B with a directed path from A to B. Maximal: no two nodes that are not
 * adjacent have an inducing path, on which every inner node is a collider and an ancestor of an
 * end (Richardson, Spirtes, Annals of Statistics 30 (2002) 962-1030). Ancestors are rows of bits,
 * so a pair costs one search through bidirected edges. */
#include "causal/classes/class_internal.h"

#include "base/arena.h"

#include <stdlib.h>

enum { WORD_BITS = 64 };
static const size_t WORK_MAX = 400000000; /* edges looked at over all pairs */

typedef struct {
    const wrt_graph *graph;
    size_t words;
    uint64_t *up; /* bit w of row v: w is an ancestor of v or v itself */
    int *from, *queue;
    size_t work;
} checker;

static bool is_ancestor(const checker *c, int w, int v) {
    return (c->up[(size_t)v * c->words + (size_t)w / WORD_BITS] >> (w % WORD_BITS) & 1) != 0;
}

/* Rows in topological order: parents first. */
static void fill_ancestors(checker *c) {
    const wrt_graph *graph = c->graph;
    int *waiting = wrt_calloc(graph->n + 1, sizeof *waiting);
    size_t head = 0, tail = 0;
    for (int v = 0; v < (int)graph->n; v++) {
        waiting[v] = graph->parents.offset[v + 1] - graph->parents.offset[v];
        c->up[(size_t)v * c->words + (size_t)v / WORD_BITS] |= (uint64_t)1 << (v % WORD_BITS);
        if (waiting[v] == 0)
            c->queue[tail++] = v;
    }
    while (head < tail) {
        int v = c->queue[head++];
        for (int i = graph->children.offset[v]; i < graph->children.offset[v + 1]; i++) {
            int child = graph->children.items[i];
            for (size_t w = 0; w < c->words; w++)
                c->up[(size_t)child * c->words + w] |= c->up[(size_t)v * c->words + w];
            if (--waiting[child] == 0)
                c->queue[tail++] = child;
        }
    }
    free(waiting);
}

static wrt_status check_ancestral(const checker *c, wrt_err *err) {
    const wrt_graph *graph = c->graph;
    for (int v = 0; v < (int)graph->n; v++)
        for (int i = graph->spouses.offset[v]; i < graph->spouses.offset[v + 1]; i++) {
            int other = graph->spouses.items[i];
            if (!is_ancestor(c, v, other))
                continue;
            char a[GRAPH_LABEL_MAX], b[GRAPH_LABEL_MAX];
            wrt_graph_label(a, wrt_str_of(graph->names[v]));
            wrt_graph_label(b, wrt_str_of(graph->names[other]));
            return wrt_fail(err, WRT_E_INPUT,
                            "the graph has an almost directed cycle: %s <-> %s, and a directed "
                            "path runs from %s to %s",
                            a, b, a, b);
        }
    return WRT_OK;
}

static bool has_spouse(const wrt_graph *graph, int v) {
    return graph->spouses.offset[v] < graph->spouses.offset[v + 1];
}

static bool has_edge(const graph_rows *rows, int from, int to) {
    int low = rows->offset[from], end = rows->offset[from + 1], high = end;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (rows->items[middle] < to)
            low = middle + 1;
        else
            high = middle;
    }
    return low < end && rows->items[low] == to;
}

/* An arrowhead at `to`. */
static bool points_at(const wrt_graph *graph, int from, int to) {
    return has_edge(&graph->children, from, to) || has_edge(&graph->spouses, from, to);
}

/* Queues the neighbours of v over one kind of edge that may be inner nodes of an inducing path
 * between a and b. */
static size_t enter(checker *c, const graph_rows *rows, int v, const graph_pair *ends,
                    size_t tail) {
    for (int i = rows->offset[v]; i < rows->offset[v + 1]; i++) {
        int w = rows->items[i];
        c->work++;
        if (c->from[w] != -2 || !has_spouse(c->graph, w) ||
            !(is_ancestor(c, w, ends->from) || is_ancestor(c, w, ends->to)))
            continue;
        c->from[w] = v;
        c->queue[tail++] = w;
    }
    return tail;
}

/* The last inner node of an inducing path between two nodes; -1 when there is none. The search
 * never returns to the ends: an inner node is an ancestor of an end, and so not the end itself. */
static int search_inducing(checker *c, const graph_pair *ends) {
    const wrt_graph *graph = c->graph;
    size_t tail = 0, head = 0;
    int found = -1;
    c->from[ends->from] = c->from[ends->to] = -1;
    tail = enter(c, &graph->children, ends->from, ends, tail);
    tail = enter(c, &graph->spouses, ends->from, ends, tail);
    while (head < tail && found < 0) {
        int v = c->queue[head++];
        if (points_at(graph, ends->to, v))
            found = v;
        else
            tail = enter(c, &graph->spouses, v, ends, tail);
    }
    for (size_t i = 0; i < tail && found < 0; i++)
        c->from[c->queue[i]] = -2;
    if (found < 0)
        c->from[ends->from] = c->from[ends->to] = -2;
    return found;
}

enum { PATH_SHOWN_MAX = 12 };

static wrt_status report_inducing(const checker *c, const graph_pair *ends, int last,
                                  wrt_err *err) {
    const wrt_graph *graph = c->graph;
    char label[GRAPH_LABEL_MAX], other[GRAPH_LABEL_MAX];
    wrt_buf text = wrt_buf_make(WRT_KIB(8));
    int v = ends->to;
    wrt_buf_add_c(&text, wrt_graph_label(label, wrt_str_of(graph->names[v])));
    wrt_buf_add_c(&text, has_edge(&graph->children, v, last) ? " -> " : " <-> ");
    for (int u = last, shown = 1; u != ends->from && shown < PATH_SHOWN_MAX;
         u = c->from[u], shown++) {
        bool is_tail = c->from[u] == ends->from && has_edge(&graph->children, ends->from, u);
        wrt_buf_printf(&text, "%s%s", wrt_graph_label(label, wrt_str_of(graph->names[u])),
                       is_tail ? " <- " : " <-> ");
    }
    wrt_buf_add_c(&text, wrt_graph_label(label, wrt_str_of(graph->names[ends->from])));
    wrt_graph_label(other, wrt_str_of(graph->names[ends->to]));
    wrt_str shown = wrt_buf_str(&text);
    wrt_status status = wrt_fail(err, WRT_E_INPUT,
                                 "the graph is not maximal: no set separates '%s' and '%s', which "
                                 "are not adjacent, because of the inducing path %.*s",
                                 other, label, (int)shown.len, shown.ptr);
    wrt_buf_free(&text);
    return status;
}

/* All nodes after v that are not adjacent to it. */
static wrt_status check_node(checker *c, int v, wrt_err *err) {
    const wrt_graph *graph = c->graph;
    for (int w = v + 1; w < (int)graph->n; w++) {
        graph_pair ends = {v, w};
        if (points_at(graph, v, w) || points_at(graph, w, v))
            continue;
        int last = search_inducing(c, &ends);
        if (last >= 0)
            return report_inducing(c, &ends, last, err);
        if (c->work > WORK_MAX)
            return wrt_fail(err, WRT_E_LIMIT,
                            "the graph has too many '<->' edges to tell whether it is maximal");
    }
    return WRT_OK;
}

wrt_status wrt_class_check_mag(const wrt_graph *graph, wrt_err *err) {
    checker c = {.graph = graph, .words = graph->n / WORD_BITS + 1};
    c.up = wrt_calloc((graph->n + 1) * c.words, sizeof *c.up);
    c.from = wrt_calloc(graph->n + 1, sizeof *c.from);
    c.queue = wrt_calloc(graph->n + 1, sizeof *c.queue);
    for (size_t v = 0; v < graph->n; v++)
        c.from[v] = -2;
    fill_ancestors(&c);
    wrt_status status = check_ancestral(&c, err);
    for (int v = 0; v < (int)graph->n && status == WRT_OK; v++)
        status = check_node(&c, v, err);
    free(c.up);
    free(c.from);
    free(c.queue);
    return status;
}
