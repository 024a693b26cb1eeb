/* moral.c: builds the moral graph with one hub per district.
 *
 * Each kept node v is joined to the hub of its own district and to the hubs of its children's
 * districts. Two nodes are then joined through hubs exactly when a path of colliders connects
 * them. */
#include "causal/moral.h"

#include "base/arena.h"

#include <stdlib.h>

typedef struct {
    const wrt_reach *reach;
    const wrt_reach_rules *rules;
    int *vertex; /* per node, -1 when not a vertex */
    int *hub;    /* per node, -1 when not an ancestor */
    int *stack;  /* room for all nodes */
} builder;

static bool has_mark(const builder *b, int node, unsigned mark) {
    return (b->reach->marks[node] & mark) != 0;
}

/* Numbers the vertices; returns how many. */
static int number_nodes(builder *b, int n) {
    int count = 0;
    for (int v = 0; v < n; v++) {
        b->hub[v] = -1;
        b->vertex[v] = -1;
        if (has_mark(b, v, WRT_MARK_ANCESTOR) && !has_mark(b, v, WRT_MARK_INCLUDED))
            b->vertex[v] = count++;
    }
    return count;
}

/* Gives every node of the district of `first` the hub. */
static void fill_district(builder *b, int first, int hub) {
    size_t depth = 0;
    b->hub[first] = hub;
    b->stack[depth++] = first;
    while (depth > 0) {
        size_t n;
        const int *spouses = wrt_graph_spouses(b->reach->graph, b->stack[--depth], &n);
        for (size_t i = 0; i < n; i++) {
            if (b->hub[spouses[i]] >= 0 || !has_mark(b, spouses[i], WRT_MARK_ANCESTOR))
                continue;
            b->hub[spouses[i]] = hub;
            b->stack[depth++] = spouses[i];
        }
    }
}

static int number_hubs(builder *b, int n, int first_hub) {
    int hub = first_hub;
    for (int v = 0; v < n; v++)
        if (b->hub[v] < 0 && has_mark(b, v, WRT_MARK_ANCESTOR))
            fill_district(b, v, hub++);
    return hub;
}

/* Calls for each edge vertex - hub: counts (fill == NULL) or writes both directions. */
static void join(const wrt_moral *moral, int *fill, int vertex, int hub) {
    if (fill == NULL) {
        moral->offset[vertex + 1]++;
        moral->offset[hub + 1]++;
        return;
    }
    moral->adjacent[fill[vertex]++] = hub;
    moral->adjacent[fill[hub]++] = vertex;
}

static void join_all(const builder *b, const wrt_moral *moral, int *fill) {
    for (int v = 0; v < moral->n_nodes; v++) {
        int node = moral->node[v];
        size_t n;
        const int *children = wrt_graph_children(b->reach->graph, node, &n);
        bool may_be_cut = has_mark(b, node, b->rules->cut_from);
        join(moral, fill, v, b->hub[node]);
        for (size_t i = 0; i < n; i++) {
            if (b->hub[children[i]] < 0 || b->hub[children[i]] == b->hub[node])
                continue;
            if (!may_be_cut || !has_mark(b, children[i], b->rules->cut_into))
                join(moral, fill, v, b->hub[children[i]]);
        }
    }
}

static void fill_kinds(const builder *b, wrt_moral *out, int n, const unsigned char *is_free) {
    for (int v = 0; v < n; v++) {
        if (b->vertex[v] < 0)
            continue;
        out->node[b->vertex[v]] = v;
        out->kind[b->vertex[v]] = has_mark(b, v, WRT_MARK_TREATMENT) ? WRT_VERTEX_SOURCE
                                  : has_mark(b, v, WRT_MARK_OUTCOME) ? WRT_VERTEX_TARGET
                                  : is_free[v] != 0                  ? WRT_VERTEX_FREE
                                                                     : WRT_VERTEX_FIXED;
    }
}

void wrt_moral_init(wrt_moral *out, const wrt_reach *reach, const wrt_reach_rules *rules,
                    const unsigned char *is_free) {
    int n = (int)wrt_graph_count(reach->graph);
    size_t room = (size_t)n + 1;
    builder b = {.reach = reach, .rules = rules};
    b.vertex =
        wrt_realloc(NULL, 3 * room * sizeof *b.vertex); /* all written before they are read */
    b.hub = b.vertex + room;
    b.stack = b.hub + room;
    *out = (wrt_moral){0};
    out->n_nodes = number_nodes(&b, n);
    out->n_vertices = number_hubs(&b, n, out->n_nodes);
    size_t count = (size_t)out->n_vertices;
    out->offset = wrt_calloc(count + 2, 2 * sizeof *out->offset + sizeof *out->kind);
    out->node = out->offset + count + 2;
    out->kind = (unsigned char *)(out->node + count + 2);
    fill_kinds(&b, out, n, is_free);
    join_all(&b, out, NULL);
    int *fill = wrt_calloc(count + 1, sizeof *fill);
    for (size_t v = 0; v < count; v++) {
        out->offset[v + 1] += out->offset[v];
        fill[v] = out->offset[v];
    }
    out->adjacent = wrt_calloc((size_t)out->offset[count] + 1, sizeof *out->adjacent);
    join_all(&b, out, fill);
    free(fill);
    free(b.vertex);
}

void wrt_moral_free(wrt_moral *moral) {
    free(moral->offset);
    free(moral->adjacent);
    *moral = (wrt_moral){0};
}
