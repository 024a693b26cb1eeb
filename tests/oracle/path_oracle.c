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
    oracle_path now;
} enumeration;

static const oracle_edge *sorted_edges; /* for compare, which has no context */

/* ---- edges */

static bool same_type(const oracle_query *q, const oracle_edge *a, const oracle_edge *b) {
    return a->word == b->word && q->kind[a->from] == q->kind[b->from] &&
           q->kind[a->to] == q->kind[b->to];
}

static bool same_statement(const oracle_query *q, const oracle_edge *a, const oracle_edge *b) {
    bool ends = a->from == b->from && a->to == b->to;
    bool turned = a->from == b->to && a->to == b->from;
    return same_type(q, a, b) && a->sign == b->sign && a->both_ways == b->both_ways &&
           (ends || (turned && a->both_ways));
}

bool oracle_is_twin(const oracle_query *q, int edge) {
    const oracle_edge *e = &q->edges[edge];
    for (int i = 0; i < q->n_edges; i++) {
        const oracle_edge *other = &q->edges[i];
        if (i == edge || !same_statement(q, e, other))
            continue;
        if (other->evidence > e->evidence ||
            (other->evidence == e->evidence && strcmp(other->id, e->id) < 0))
            return true;
    }
    return false;
}

/* Statements of the type of `e` at a node, on the side where e has it: side 0 is `from`. An edge
 * that holds both ways between nodes of one kind has no sides. */
static int degree(const oracle_query *q, const oracle_edge *e, int node, int side) {
    int n = 0;
    for (int i = 0; i < q->n_edges; i++) {
        const oracle_edge *other = &q->edges[i];
        if (!same_type(q, e, other) || other->both_ways != e->both_ways || oracle_is_twin(q, i))
            continue;
        bool sideless = e->both_ways && q->kind[e->from] == q->kind[e->to];
        n += (side == 0 || sideless) && other->from == node;
        n += (side == 1 || sideless) && other->to == node;
    }
    return n;
}

static int sign_read(const oracle_edge *e, bool back) {
    return back && (!e->both_ways || e->is_causal) ? ORACLE_NULL_SIGN : e->sign;
}

/* ---- weights */

static int arcs_at(const oracle_query *q, int node) {
    int n = 0;
    for (int i = 0; i < q->n_edges; i++)
        n += (q->edges[i].from == node) + (q->edges[i].to == node);
    return n;
}

static double weigh(const oracle_query *q, const oracle_path *p) {
    double product = 1, least = log(2.0 * q->graph_edges);
    switch (q->rank) {
    case ORACLE_MECHANISM:
        for (int i = 0; i < p->hops; i++)
            product *= q->edges[p->edges[i]].prior;
        return product * pow(p->product, -0.4);
    case ORACLE_DWPC:
        return pow(p->product, -0.4); /* divided later */
    case ORACLE_INFORMATION:
        for (int i = 1; i < p->hops; i++)
            least = fmin(least, log(2.0 * q->graph_edges / arcs_at(q, p->nodes[i])));
        return least;
    case ORACLE_EVIDENCE:
        for (int i = 0; i < p->hops; i++)
            product *=
                (q->edges[p->edges[i]].evidence + 1.0) / (q->edges[p->edges[i]].evidence + 2.0);
        return product;
    case ORACLE_SIGNED:
        product = p->sign == -1 ? 1 : p->sign == 1 ? pow(2, -52) : 0.5;
        return product * pow(p->product, -0.5);
    case ORACLE_DEGREE_PRODUCT:
        break;
    }
    return pow(p->product, -0.5);
}

static bool same_metapath(const oracle_query *q, const oracle_path *a, const oracle_path *b) {
    bool same = a->hops == b->hops;
    for (int i = 0; i < a->hops && same; i++)
        same = a->back[i] == b->back[i] &&
               same_type(q, &q->edges[a->edges[i]], &q->edges[b->edges[i]]);
    return same;
}

static void divide_by_metapath(const oracle_query *q, oracle_path *paths, size_t n) {
    double *sums = calloc(n + 1, sizeof *sums);
    if (sums == NULL)
        abort();
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            if (same_metapath(q, &paths[i], &paths[j]))
                sums[i] += paths[j].weight;
    for (size_t i = 0; i < n; i++)
        paths[i].weight /= sums[i];
    free(sums);
}

/* ---- paths */

static void emit(enumeration *e) {
    oracle_path path = e->now;
    int n_signed = 0;
    path.sign = 1;
    path.product = 1;
    for (int i = 0; i < path.hops; i++) {
        const oracle_edge *edge = &e->query->edges[path.edges[i]];
        int sign = sign_read(edge, path.back[i]);
        path.product *= degree(e->query, edge, edge->from, 0);
        path.product *= degree(e->query, edge, edge->to, 1);
        if (sign == ORACLE_NULL_SIGN || path.sign == ORACLE_NULL_SIGN)
            path.sign = ORACLE_NULL_SIGN;
        else if (sign != 0)
            path.sign *= sign;
        n_signed += sign == 1 || sign == -1;
    }
    if (n_signed == 0 && path.sign != ORACLE_NULL_SIGN)
        path.sign = 0;
    path.weight = weigh(e->query, &path);
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

/* The node that an edge leads to from `node`; -1 when it does not. */
static int follow(const oracle_query *q, int edge, int node, bool back) {
    const oracle_edge *e = &q->edges[edge];
    if (!q->allowed_edge[edge] || oracle_is_twin(q, edge))
        return -1;
    if (!back)
        return e->from == node ? e->to : -1;
    return e->to == node && (e->both_ways || q->any_direction) ? e->from : -1;
}

static bool visited(const enumeration *e, int node) {
    for (int i = 0; i <= e->now.hops; i++)
        if (e->now.nodes[i] == node)
            return true;
    return false;
}

static void walk(enumeration *e) {
    const oracle_query *q = e->query;
    int node = e->now.nodes[e->now.hops];
    if (node == q->to) {
        emit(e);
        return;
    }
    if (e->now.hops == q->max_hops)
        return;
    for (int i = 0; i < 2 * q->n_edges; i++) {
        int next = follow(q, i / 2, node, i % 2 == 1);
        if (next < 0 || visited(e, next) || (next != q->to && !q->allowed_node[next]))
            continue;
        e->now.edges[e->now.hops] = i / 2;
        e->now.back[e->now.hops] = i % 2 == 1;
        e->now.nodes[++e->now.hops] = next;
        walk(e);
        e->now.hops--;
    }
}

static int compare(const void *a, const void *b) {
    const oracle_path *x = a, *y = b;
    if (fabs(x->weight - y->weight) > 1e-12 * x->weight)
        return x->weight > y->weight ? -1 : 1;
    if (x->product != y->product)
        return x->product < y->product ? -1 : 1;
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
    e.now.nodes[0] = query->from;
    if (query->from != query->to)
        walk(&e);
    if (query->rank == ORACLE_DWPC)
        divide_by_metapath(query, e.paths, e.n);
    sorted_edges = query->edges;
    if (e.n > 0)
        qsort(e.paths, e.n, sizeof *e.paths, compare);
    *n = e.n;
    return e.paths;
}

/* ---- the doubled graph */

typedef struct {
    const oracle_query *query;
    int nodes[ORACLE_HOPS + 1], signs[ORACLE_HOPS + 1];
    int hops, n_signed; /* edges that have a sign */
    size_t n;
} doubled;

static bool repeats_state(const doubled *d, int node, int sign) {
    for (int i = 0; i <= d->hops; i++)
        if (d->nodes[i] == node && d->signs[i] == sign)
            return true;
    return false;
}

static bool visits_both_signs(const doubled *d) {
    for (int i = 0; i <= d->hops; i++)
        for (int j = 0; j < i; j++)
            if (d->nodes[i] == d->nodes[j])
                return true;
    return false;
}

static void walk_doubled(doubled *d) {
    const oracle_query *q = d->query;
    int node = d->nodes[d->hops], sign = d->signs[d->hops];
    if (node == q->to && sign == q->sign) {
        d->n += d->n_signed > 0 && !visits_both_signs(d);
        return;
    }
    if (d->hops == q->max_hops)
        return;
    for (int i = 0; i < 2 * q->n_edges; i++) {
        int next = follow(q, i / 2, node, i % 2 == 1);
        int edge_sign = sign_read(&q->edges[i / 2], i % 2 == 1);
        if (next < 0 || edge_sign == ORACLE_NULL_SIGN ||
            (next != q->to && next != q->from && !q->allowed_node[next]))
            continue;
        int after = edge_sign < 0 ? -sign : sign;
        if (repeats_state(d, next, after))
            continue;
        d->nodes[++d->hops] = next;
        d->signs[d->hops] = after;
        d->n_signed += edge_sign != 0;
        walk_doubled(d);
        d->n_signed -= edge_sign != 0;
        d->hops--;
    }
}

size_t oracle_count_doubled(const oracle_query *query) {
    doubled d = {.query = query};
    d.nodes[0] = query->from;
    d.signs[0] = 1;
    if (query->from != query->to)
        walk_doubled(&d);
    return d.n;
}

double oracle_cover(const oracle_path *const *paths, size_t n, const double *node_weight) {
    bool shown[ORACLE_NODES] = {false};
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        for (int j = 1; j < paths[i]->hops; j++) {
            int node = paths[i]->nodes[j];
            sum += shown[node] ? 0 : node_weight[node];
            shown[node] = true;
        }
    return sum;
}
