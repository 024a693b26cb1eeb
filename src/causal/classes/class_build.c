/* class_build.c: the edges of a CPDAG, MAG or PAG as one list per node with the marks of both ends.
 *
 * Definite edges live in the rows of wrt_graph as in a DAG; lines and circle edges are collected
 * here. Finishing joins both into `links`, refuses two different edges between two nodes, and
 * hands over to the checks of the type. */
#include "causal/classes/class_internal.h"

#include <assert.h>
#include <stdlib.h>

static const char *const type_names[] = {[WRT_GRAPH_DAG] = "dag",
                                         [WRT_GRAPH_CPDAG] = "pdag",
                                         [WRT_GRAPH_MAG] = "mag",
                                         [WRT_GRAPH_PAG] = "pag"};

const char *wrt_graph_type_name(wrt_graph_type type) {
    return type_names[type];
}

wrt_graph_type wrt_graph_type_of(const wrt_graph *graph) {
    return graph->klass == NULL ? WRT_GRAPH_DAG : graph->klass->type;
}

wrt_status wrt_graph_require_dag(const wrt_graph *graph, const char *what, wrt_err *err) {
    if (graph->n_selected > 0)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "%s is not supported in a graph with selection nodes; remove the mark "
                        "'selected'",
                        what);
    if (graph->klass == NULL)
        return WRT_OK;
    return wrt_fail(err, WRT_E_UNSUPPORTED,
                    "%s is not supported for a graph of type '%s'; accepted: dag (with '<->' and "
                    "latent nodes) and digraph",
                    what, wrt_graph_type_name(graph->klass->type));
}

const wrt_graph *wrt_graph_member(const wrt_graph *graph) {
    return graph->klass == NULL || graph->klass->member == NULL ? graph : graph->klass->member;
}

void wrt_class_begin(wrt_graph *graph, wrt_graph_type type) {
    assert(graph->klass == NULL && graph->directed.n == 0 && graph->spouse.n == 0);
    if (type == WRT_GRAPH_DAG)
        return;
    graph->klass = wrt_calloc(1, sizeof *graph->klass);
    graph->klass->type = type;
}

void wrt_class_free(struct graph_class *klass) {
    if (klass == NULL)
        return;
    free(klass->lines.items);
    free(klass->circles.items);
    free(klass->offset);
    free(klass->links);
    wrt_graph_free(klass->member);
    free(klass);
}

/* ---- adding edges */

static wrt_status refuse_edge(const wrt_graph *graph, const char *mark, const char *accepted,
                              wrt_err *err) {
    return wrt_fail(err, WRT_E_INPUT, "a %s has no '%s' edge; accepted: %s",
                    type_names[graph->klass->type], mark, accepted);
}

static wrt_status check_kind(const wrt_graph *graph, graph_end from, graph_end to, wrt_err *err) {
    wrt_graph_type type = graph->klass->type;
    const char *accepted = type == WRT_GRAPH_CPDAG ? "'->', '<-' and '--'"
                           : type == WRT_GRAPH_MAG ? "'->', '<-' and '<->'"
                                                   : "'->', '<-', '<->', '@->', '<-@' and '@-@'";
    bool has_circle = from == END_CIRCLE || to == END_CIRCLE;
    if (from == END_TAIL && to == END_TAIL && type != WRT_GRAPH_CPDAG)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "a '--' edge in a %s speaks of selection variables, which are not "
                        "supported; accepted: %s",
                        type_names[type], accepted);
    if (has_circle && type != WRT_GRAPH_PAG)
        return refuse_edge(graph, "@", accepted, err);
    if (from == END_ARROW && to == END_ARROW && type == WRT_GRAPH_CPDAG)
        return refuse_edge(graph, "<->", accepted, err);
    return WRT_OK;
}

static void push(graph_pairs *pairs, int from, int to) {
    if (pairs->n == pairs->room) {
        pairs->room = pairs->room == 0 ? 32 : pairs->room * 2;
        pairs->items = wrt_realloc(pairs->items, pairs->room * sizeof *pairs->items);
    }
    pairs->items[pairs->n++] = (graph_pair){from, to};
}

static wrt_status add_loose(wrt_graph *graph, graph_pairs *pairs, const graph_pair *ends,
                            wrt_err *err) {
    const struct graph_class *klass = graph->klass;
    char label[GRAPH_LABEL_MAX];
    if (ends->from == ends->to)
        return wrt_fail(err, WRT_E_INPUT, "self-loop at '%s': an edge joins two different nodes",
                        wrt_graph_label(label, wrt_str_of(graph->names[ends->from])));
    if (klass->lines.n + klass->circles.n >= WRT_GRAPH_EDGES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "a graph holds at most %d edges", WRT_GRAPH_EDGES_MAX);
    push(pairs, ends->from, ends->to);
    return WRT_OK;
}

wrt_status wrt_class_add(wrt_graph *graph, const graph_pair *ends, graph_end at_from,
                         graph_end at_to, wrt_err *err) {
    assert(graph->klass != NULL && !graph->finished);
    graph_pair back = {ends->to, ends->from};
    wrt_status status = check_kind(graph, at_from, at_to, err);
    if (status != WRT_OK)
        return status;
    if (at_from == at_to)
        return at_from == END_ARROW ? wrt_graph_add_bidirected(graph, ends->from, ends->to, err)
                                    : add_loose(graph, &graph->klass->lines, ends, err);
    if (at_from == END_ARROW)
        return wrt_class_add(graph, &back, at_to, at_from, err);
    if (at_from == END_CIRCLE)
        return add_loose(graph, &graph->klass->circles, ends, err);
    return wrt_graph_add_edge(graph, ends->from, ends->to, err);
}

/* ---- finishing: all edges in one list */

typedef struct {
    int from;
    graph_link link;
} half;

typedef struct {
    half *items;
    size_t n;
} halves;

static void add_halves(halves *all, const graph_pair *ends, graph_end at_from, graph_end at_to) {
    unsigned char from = (unsigned char)at_from, to = (unsigned char)at_to;
    all->items[all->n++] = (half){ends->from, {ends->to, from, to}};
    all->items[all->n++] = (half){ends->to, {ends->from, to, from}};
}

static int compare_halves(const void *a, const void *b) {
    const half *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->link.node != y->link.node)
        return x->link.node < y->link.node ? -1 : 1;
    int left = x->link.near * 4 + x->link.far, right = y->link.near * 4 + y->link.far;
    return (left > right) - (left < right);
}

static halves collect_halves(const wrt_graph *graph) {
    const struct graph_class *klass = graph->klass;
    size_t definite = 0;
    if (graph->n > 0)
        definite =
            (size_t)graph->children.offset[graph->n] + (size_t)graph->spouses.offset[graph->n];
    halves all = {0};
    all.items =
        wrt_calloc(2 * (definite + klass->lines.n + klass->circles.n) + 1, sizeof *all.items);
    for (int v = 0; v < (int)graph->n; v++) {
        for (int i = graph->children.offset[v]; i < graph->children.offset[v + 1]; i++)
            add_halves(&all, &(graph_pair){v, graph->children.items[i]}, END_TAIL, END_ARROW);
        for (int i = graph->spouses.offset[v]; i < graph->spouses.offset[v + 1]; i++)
            if (graph->spouses.items[i] > v)
                add_halves(&all, &(graph_pair){v, graph->spouses.items[i]}, END_ARROW, END_ARROW);
    }
    for (size_t i = 0; i < klass->lines.n; i++)
        add_halves(&all, &klass->lines.items[i], END_CIRCLE, END_CIRCLE);
    for (size_t i = 0; i < klass->circles.n; i++)
        add_halves(&all, &klass->circles.items[i], END_CIRCLE, END_ARROW);
    if (all.n > 0)
        qsort(all.items, all.n, sizeof *all.items, compare_halves);
    return all;
}

static wrt_status refuse_second(const wrt_graph *graph, const half *one, const half *two,
                                wrt_err *err) {
    char a[GRAPH_LABEL_MAX], b[GRAPH_LABEL_MAX];
    wrt_graph_label(a, wrt_str_of(graph->names[one->from]));
    wrt_graph_label(b, wrt_str_of(graph->names[one->link.node]));
    return wrt_fail(err, WRT_E_INPUT,
                    "two edges join '%s' and '%s': %s%s%s and %s%s%s; a %s has one edge at most "
                    "between two nodes",
                    a, b, a, wrt_class_edge_text(graph->klass, &one->link), b, a,
                    wrt_class_edge_text(graph->klass, &two->link), b,
                    type_names[graph->klass->type]);
}

static wrt_status join_links(wrt_graph *graph, wrt_err *err) {
    struct graph_class *klass = graph->klass;
    halves all = collect_halves(graph);
    size_t kept = 0, repeats = 0;
    wrt_status status = WRT_OK;
    klass->offset = wrt_calloc(graph->n + 1, sizeof *klass->offset);
    klass->links = wrt_calloc(all.n + 1, sizeof *klass->links);
    for (size_t i = 0; i < all.n && status == WRT_OK; i++) {
        const half *one = &all.items[i], *before = i > 0 ? one - 1 : NULL;
        if (before != NULL && before->from == one->from && before->link.node == one->link.node) {
            repeats++;
            if (compare_halves(before, one) != 0)
                status = refuse_second(graph, before, one, err);
            continue;
        }
        klass->links[kept++] = one->link;
        klass->offset[one->from + 1]++;
    }
    for (size_t v = 0; v < graph->n; v++)
        klass->offset[v + 1] += klass->offset[v];
    graph->merged += repeats / 2;
    free(all.items);
    return status;
}

static wrt_status check_observed(const wrt_graph *graph, wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    for (size_t v = 0; v < graph->n; v++)
        if (graph->latent[v])
            return wrt_fail(
                err, WRT_E_UNSUPPORTED, "'%s' is latent: the nodes of a %s are observed%s",
                wrt_graph_label(label, wrt_str_of(graph->names[v])), type_names[graph->klass->type],
                graph->klass->type == WRT_GRAPH_CPDAG
                    ? "; with latent variables use a pag"
                    : ", latent variables show as '<->' edges only");
    if (graph->klass->type != WRT_GRAPH_CPDAG && graph->n > WRT_GRAPH_MAG_NODES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "a %s holds at most %d nodes; this one has %zu",
                        type_names[graph->klass->type], WRT_GRAPH_MAG_NODES_MAX, graph->n);
    return WRT_OK;
}

wrt_status wrt_class_finish(wrt_graph *graph, wrt_err *err) {
    struct graph_class *klass = graph->klass;
    wrt_status status = join_links(graph, err);
    if (status == WRT_OK)
        status = check_observed(graph, err);
    if (status != WRT_OK)
        return status;
    if (klass->type == WRT_GRAPH_MAG)
        return wrt_class_check_mag(graph, err);
    status = klass->type == WRT_GRAPH_CPDAG ? wrt_class_check_cpdag(graph, err)
                                            : wrt_class_check_pag(graph, err);
    if (status == WRT_OK)
        status = wrt_class_build_member(graph, err);
    if (status == WRT_OK && klass->type == WRT_GRAPH_PAG) {
        status = wrt_class_check_mag(klass->member, err);
        if (status != WRT_OK)
            wrt_err_prefix(err, "not a pag: a graph of its class");
        else
            status = wrt_class_check_orientation(graph, err);
    }
    return status;
}

/* ---- reading */

const graph_link *wrt_class_link(const struct graph_class *klass, int from, int to) {
    int low = klass->offset[from], high = klass->offset[from + 1], end = high;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (klass->links[middle].node < to)
            low = middle + 1;
        else
            high = middle;
    }
    return low < end && klass->links[low].node == to ? &klass->links[low] : NULL;
}

const char *wrt_class_edge_text(const struct graph_class *klass, const graph_link *link) {
    static const char *const texts[3][3] = {
        [END_TAIL] = {" -- ", " -> ", " -- "},
        [END_ARROW] = {" <- ", " <-> ", " <-o "},
        [END_CIRCLE] = {" -- ", " o-> ", " o-o "},
    };
    bool is_line = link->near == END_CIRCLE && link->far == END_CIRCLE;
    return is_line && klass->type == WRT_GRAPH_CPDAG ? " -- " : texts[link->near][link->far];
}
