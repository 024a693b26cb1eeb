/* hedge.c: two districts that cannot be told apart, as a pair of C-forests.
 *
 * Inner: the district C of D; outer: the district T around it, all of whose nodes are ancestors of
 * C inside T. Roots are the nodes of C without a child in C. Every other node of C keeps its first
 * child in C, every node of T outside C its first child on a shortest way into C; bidirected edges
 * are kept as a tree over C that is extended to one over T. */
#include "causal/identify/id.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const wrt_admg *admg;
    int *next; /* per node: the child kept, -1 for none */
    int *tie;  /* per node: the neighbour it was tied to, -1 for the first */
    bool *met; /* per node */
    int *queue;
} grower;

/* Ties the nodes of `within` to those in the queue, breadth first. */
static void grow_tree(grower *g, const wrt_part *within, int n) {
    const wrt_admg_rows *rows = &g->admg->spouses;
    for (int head = 0; head < n; head++) {
        int v = g->queue[head];
        for (int i = rows->offset[v]; i < rows->offset[v + 1]; i++) {
            int other = rows->items[i];
            if (g->met[other] || !within->has[other])
                continue;
            g->met[other] = true;
            g->tie[other] = v;
            g->queue[n++] = other;
        }
    }
}

static void tie_nodes(grower *g, const wrt_part *outer, const wrt_part *inner) {
    g->queue[0] = inner->items[0];
    g->met[inner->items[0]] = true;
    g->tie[inner->items[0]] = -1;
    grow_tree(g, inner, 1);
    memcpy(g->queue, inner->items, (size_t)inner->n * sizeof *g->queue);
    grow_tree(g, outer, inner->n);
}

static void choose_children(grower *g, const wrt_part *outer, const wrt_part *inner) {
    const wrt_admg_rows *up = &g->admg->parents, *down = &g->admg->children;
    int n = inner->n;
    for (int i = 0; i < n; i++) {
        int v = g->queue[i] = inner->items[i];
        g->next[v] = -1;
        for (int j = down->offset[v + 1]; j-- > down->offset[v];)
            if (inner->has[down->items[j]])
                g->next[v] = down->items[j];
    }
    memset(g->met, 0, (size_t)g->admg->n * sizeof *g->met);
    for (int head = 0; head < n; head++) {
        int v = g->queue[head];
        for (int i = up->offset[v]; i < up->offset[v + 1]; i++) {
            int parent = up->items[i];
            if (g->met[parent] || inner->has[parent] || !outer->has[parent])
                continue;
            g->met[parent] = true;
            g->next[parent] = v;
            g->queue[n++] = parent;
        }
    }
}

static wrt_node_set nodes_of(const wrt_admg *admg, const wrt_part *part) {
    wrt_node_set set = {wrt_calloc((size_t)part->n + 1, sizeof(int)), (size_t)part->n};
    for (int i = 0; i < part->n; i++)
        set.items[i] = admg->node[part->items[i]];
    if (set.n > 0)
        qsort(set.items, set.n, sizeof *set.items, wrt_ints_compare);
    return set;
}

static void fill_forest(wrt_c_forest *out, const grower *g, const wrt_part *part) {
    const int *node = g->admg->node;
    out->nodes = nodes_of(g->admg, part);
    out->edges = wrt_calloc((size_t)part->n + 1, sizeof *out->edges);
    out->bidirected = wrt_calloc((size_t)part->n + 1, sizeof *out->bidirected);
    for (int i = 0; i < part->n; i++) {
        int v = part->items[i];
        if (g->next[v] >= 0)
            out->edges[out->n_edges++] = (wrt_node_pair){node[v], node[g->next[v]]};
        if (g->tie[v] >= 0)
            out->bidirected[out->n_bidirected++] = (wrt_node_pair){node[g->tie[v]], node[v]};
    }
}

void wrt_hedge_fill(wrt_hedge *out, const wrt_admg *admg, const wrt_part *outer,
                    const wrt_part *inner) {
    size_t room = (size_t)admg->n + 1;
    wrt_part roots = wrt_part_new(admg);
    grower g = {.admg = admg};
    g.next = wrt_calloc(room, sizeof *g.next);
    g.tie = wrt_calloc(room, sizeof *g.tie);
    g.met = wrt_calloc(room, sizeof *g.met);
    g.queue = wrt_calloc(room, sizeof *g.queue);
    tie_nodes(&g, outer, inner);
    choose_children(&g, outer, inner);
    for (int i = 0; i < inner->n; i++)
        if (g.next[inner->items[i]] < 0)
            wrt_part_add(&roots, inner->items[i]);
    fill_forest(&out->outer, &g, outer);
    fill_forest(&out->inner, &g, inner);
    out->roots = nodes_of(admg, &roots);
    free(g.next);
    free(g.tie);
    free(g.met);
    free(g.queue);
}

static void add_names(wrt_buf *out, const wrt_graph *graph, const wrt_node_set *set) {
    wrt_json *names = wrt_node_set_to_json(graph, set);
    size_t at = 0;
    WRT_JSON_EACH(name, names) {
        if (at < WRT_STEP_NAMES_MAX)
            wrt_buf_printf(out, "%s%s", at > 0 ? ", " : "", wrt_json_text(name));
        at++;
    }
    if (at > WRT_STEP_NAMES_MAX)
        wrt_buf_printf(out, " and %zu more", at - WRT_STEP_NAMES_MAX);
    wrt_json_free(names);
}

char *wrt_hedge_words(const wrt_hedge *hedge, const wrt_graph *graph) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_add_c(&text, "{");
    add_names(&text, graph, &hedge->outer.nodes);
    wrt_buf_add_c(&text, "} and, inside it, {");
    add_names(&text, graph, &hedge->inner.nodes);
    wrt_buf_add_c(&text, "} form a hedge for the effect of ");
    add_names(&text, graph, &hedge->treatment);
    wrt_buf_add_c(&text, " on ");
    add_names(&text, graph, &hedge->outcome);
    wrt_buf_add_c(&text, ": each is tied together by unobserved common causes and leads to ");
    add_names(&text, graph, &hedge->roots);
    wrt_buf_add_c(&text,
                  ", and only the larger one holds a treatment. Two models can then agree on "
                  "everything observed and differ in this effect.");
    return wrt_buf_take(&text);
}

static void free_forest(wrt_c_forest *forest) {
    wrt_node_set_free(&forest->nodes);
    free(forest->edges);
    free(forest->bidirected);
}

void wrt_hedge_free(wrt_hedge *hedge) {
    if (hedge == NULL)
        return;
    free_forest(&hedge->outer);
    free_forest(&hedge->inner);
    wrt_node_set_free(&hedge->roots);
    wrt_node_set_free(&hedge->treatment);
    wrt_node_set_free(&hedge->outcome);
    free(hedge);
}
