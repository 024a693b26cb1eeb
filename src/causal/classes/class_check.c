/* class_check.c: is this graph a CPDAG, and does it look like a PAG?
 *
 * A graph with arrows and lines is the CPDAG of some DAG iff it is a chain graph, its chain
 * components are chordal, no A -> B -- C is induced, and every arrow is strongly protected
 * (Andersson, Madigan, Perlman, Annals of Statistics 25 (1997) 505-541, theorem 4.1). With A -> C
 * for every A -> B -- C all nodes of a component have the same parents, so a cycle through lines
 * would be a cycle of arrows, which wrt_graph_finish has ruled out. For a PAG the same idea is
 * property P1 of Zhang 2008: A *-> B o-* C needs A *-> C. Chordality is checked by
 * class_member.c. */
#include "causal/classes/class_internal.h"

#include <string.h>

static const char *label_of(char out[GRAPH_LABEL_MAX], const wrt_graph *graph, int node) {
    return wrt_graph_label(out, wrt_str_of(graph->names[node]));
}

/* ---- CPDAG */

/* The first node that is a parent of one and not of the other; -1 when both have the same. */
static int lone_parent(const wrt_graph *graph, int one, int other) {
    size_t n, m, k = 0;
    const int *a = wrt_graph_parents(graph, one, &n), *b = wrt_graph_parents(graph, other, &m);
    for (size_t i = 0; i < n; i++) {
        while (k < m && b[k] < a[i])
            k++;
        if (k == m || b[k] != a[i])
            return a[i];
    }
    return -1;
}

static wrt_status check_lines(const wrt_graph *graph, int b, wrt_err *err) {
    const struct graph_class *klass = graph->klass;
    for (int i = klass->offset[b]; i < klass->offset[b + 1]; i++) {
        int c = klass->links[i].node;
        if (klass->links[i].near != END_CIRCLE)
            continue;
        int a = lone_parent(graph, b, c);
        if (a < 0)
            continue;
        char la[GRAPH_LABEL_MAX], lb[GRAPH_LABEL_MAX], lc[GRAPH_LABEL_MAX];
        label_of(la, graph, a);
        label_of(lb, graph, b);
        label_of(lc, graph, c);
        return wrt_fail(err, WRT_E_INPUT, "not a CPDAG: %s -> %s -- %s without %s -> %s", la, lb,
                        lc, la, lc);
    }
    return WRT_OK;
}

static bool is_adjacent(const wrt_graph *graph, int a, int b) {
    return wrt_class_link(graph->klass, a, b) != NULL;
}

/* c -> a -> b with c, b not adjacent; or a -> b <- c with a, c not adjacent. */
static bool is_protected_by_parent(const wrt_graph *graph, int a, int b) {
    size_t n;
    const int *parents = wrt_graph_parents(graph, a, &n);
    for (size_t i = 0; i < n; i++)
        if (!is_adjacent(graph, parents[i], b))
            return true;
    parents = wrt_graph_parents(graph, b, &n);
    for (size_t i = 0; i < n; i++)
        if (parents[i] != a && !is_adjacent(graph, parents[i], a))
            return true;
    return false;
}

/* a -> c -> b; or a -- c -> b and a -- d -> b with c, d not adjacent. */
static bool is_protected_by_path(const wrt_graph *graph, int a, int b) {
    const struct graph_class *klass = graph->klass;
    size_t n;
    const int *parents = wrt_graph_parents(graph, b, &n);
    for (size_t i = 0; i < n; i++) {
        const graph_link *link = wrt_class_link(klass, a, parents[i]);
        if (link == NULL || link->far == END_TAIL)
            continue;
        if (link->near == END_TAIL)
            return true;
        for (size_t k = 0; k < i; k++) {
            const graph_link *other = wrt_class_link(klass, a, parents[k]);
            if (other != NULL && other->near == END_CIRCLE &&
                !is_adjacent(graph, parents[i], parents[k]))
                return true;
        }
    }
    return false;
}

static wrt_status check_arrows(const wrt_graph *graph, int a, wrt_err *err) {
    size_t n;
    const int *children = wrt_graph_children(graph, a, &n);
    for (size_t i = 0; i < n; i++) {
        if (is_protected_by_parent(graph, a, children[i]) ||
            is_protected_by_path(graph, a, children[i]))
            continue;
        char la[GRAPH_LABEL_MAX], lb[GRAPH_LABEL_MAX];
        label_of(la, graph, a);
        label_of(lb, graph, children[i]);
        return wrt_fail(err, WRT_E_INPUT,
                        "not a CPDAG: nothing fixes the direction of %s -> %s, so its class has "
                        "%s -- %s",
                        la, lb, la, lb);
    }
    return WRT_OK;
}

wrt_status wrt_class_check_cpdag(const wrt_graph *graph, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (int v = 0; v < (int)graph->n && status == WRT_OK; v++)
        status = check_lines(graph, v, err);
    for (int v = 0; v < (int)graph->n && status == WRT_OK; v++)
        status = check_arrows(graph, v, err);
    return status;
}

/* ---- PAG */

static wrt_status refuse_turn(const wrt_graph *graph, int a, int b, int c, wrt_err *err) {
    char la[GRAPH_LABEL_MAX], lb[GRAPH_LABEL_MAX], lc[GRAPH_LABEL_MAX];
    const struct graph_class *klass = graph->klass;
    label_of(la, graph, a);
    label_of(lb, graph, b);
    label_of(lc, graph, c);
    return wrt_fail(err, WRT_E_INPUT,
                    "not a pag: %s%s%s%s%s needs an edge between %s and %s with an arrowhead at %s",
                    la, wrt_class_edge_text(klass, wrt_class_link(klass, a, b)), lb,
                    wrt_class_edge_text(klass, wrt_class_link(klass, b, c)), lc, la, lc, lc);
}

/* a *-> b o-* c for all a and c. */
static wrt_status check_turns(const wrt_graph *graph, int b, wrt_err *err) {
    const struct graph_class *klass = graph->klass;
    for (int i = klass->offset[b]; i < klass->offset[b + 1]; i++) {
        if (klass->links[i].near != END_CIRCLE)
            continue;
        for (int k = klass->offset[b]; k < klass->offset[b + 1]; k++) {
            if (klass->links[k].near != END_ARROW)
                continue;
            int a = klass->links[k].node, c = klass->links[i].node;
            const graph_link *link = wrt_class_link(klass, a, c);
            if (link == NULL || link->far != END_ARROW)
                return refuse_turn(graph, a, b, c, err);
        }
    }
    return WRT_OK;
}

wrt_status wrt_class_check_pag(const wrt_graph *graph, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (int v = 0; v < (int)graph->n && status == WRT_OK; v++)
        status = check_turns(graph, v, err);
    return status;
}
