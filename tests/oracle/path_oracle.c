/* path_oracle.c: see path_oracle.h. Recursive and quadratic on purpose: the shortest code that can
 * be checked by eye. */
#include "tests/oracle/path_oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const oracle_query *query;
    oracle_path *paths;
    size_t n, room;
    int stack[ORACLE_HOPS];
} enumeration;

static const oracle_edge *sorted_edges; /* for compare, which has no context */

/* Edges with the predicate that leave (side 0) or enter (side 1) a node. */
static int degree(const oracle_query *q, int node, int predicate, int side) {
    int n = 0;
    for (int i = 0; i < q->n_edges; i++)
        if (q->edges[i].predicate == predicate &&
            (side == 0 ? q->edges[i].from : q->edges[i].to) == node)
            n++;
    return n;
}

static void emit(enumeration *e, int hops) {
    oracle_path path = {.hops = hops, .sign = 1};
    double product = 1;
    for (int i = 0; i < hops; i++) {
        const oracle_edge *edge = &e->query->edges[e->stack[i]];
        path.edges[i] = e->stack[i];
        product *= degree(e->query, edge->from, edge->predicate, 0);
        product *= degree(e->query, edge->to, edge->predicate, 1);
        if (edge->sign == ORACLE_NULL_SIGN || path.sign == ORACLE_NULL_SIGN)
            path.sign = ORACLE_NULL_SIGN;
        else if (edge->sign != 0)
            path.sign *= edge->sign;
    }
    path.score = pow(product, -0.5);
    if (e->query->sign != 0 && path.sign != e->query->sign)
        return;
    if (e->n == e->room) {
        e->room = e->room * 2 + 16;
        e->paths = realloc(e->paths, e->room * sizeof *e->paths);
        if (e->paths == NULL)
            abort();
    }
    e->paths[e->n++] = path;
}

static bool visited(const enumeration *e, int hops, int node) {
    if (node == e->query->from)
        return true;
    for (int i = 0; i < hops; i++)
        if (e->query->edges[e->stack[i]].to == node)
            return true;
    return false;
}

static void walk(enumeration *e, int node, int hops) {
    if (node == e->query->to) {
        emit(e, hops);
        return;
    }
    if (hops == e->query->max_hops)
        return;
    for (int i = 0; i < e->query->n_edges; i++) {
        const oracle_edge *edge = &e->query->edges[i];
        if (edge->from != node || visited(e, hops, edge->to) ||
            !e->query->allowed_predicate[edge->predicate])
            continue;
        if (edge->to != e->query->to && !e->query->allowed_node[edge->to])
            continue;
        e->stack[hops] = i;
        walk(e, edge->to, hops + 1);
    }
}

static int compare(const void *a, const void *b) {
    const oracle_path *x = a, *y = b;
    if (fabs(x->score - y->score) > 1e-12 * x->score)
        return x->score > y->score ? -1 : 1;
    if (x->hops != y->hops)
        return x->hops - y->hops;
    for (int i = 0; i < x->hops; i++) {
        int order = strcmp(sorted_edges[x->edges[i]].id, sorted_edges[y->edges[i]].id);
        if (order != 0)
            return order;
    }
    return 0;
}

oracle_path *oracle_paths(size_t *n, const oracle_query *query) {
    enumeration e = {.query = query};
    if (query->from != query->to)
        walk(&e, query->from, 0);
    sorted_edges = query->edges;
    if (e.n > 0)
        qsort(e.paths, e.n, sizeof *e.paths, compare);
    *n = e.n;
    return e.paths;
}
