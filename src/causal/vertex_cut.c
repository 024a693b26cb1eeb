/* vertex_cut.c: minimum vertex cut by maximum flow (Menger; Dinic 1970; Even, Tarjan 1975).
 *
 * Every FREE vertex is split into an in-side and an out-side joined by an arc of its cost; all
 * other vertices and edges have unbounded capacity, a super-source feeds the SOURCE vertices and
 * the TARGET vertices drain into a super-sink. After a maximum flow, let T be the flow vertices
 * from which the sink can still be reached: the split vertices that cross into T are the cut
 * nearest the sink, the same for every maximum flow.
 *
 * Arcs come in pairs: arc ^ 1 is the reverse of arc. Depth-first search keeps its own stack. */
#include "causal/vertex_cut.h"

#include "base/arena.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const wrt_moral *moral;
    const int *cost; /* per node of the graph, or NULL */
    int n;           /* flow vertices */
    int source, sink;
    int *offset, *slots; /* arcs that leave v: slots[offset[v] .. offset[v + 1]) */
    int *head, *room;    /* per arc: its end, remaining capacity */
    int n_arcs;
    int *level, *next, *queue, *path;
} network;

/* in-side of v is v; the out-side of a FREE vertex is n_vertices + v, of any other v itself. */
static int out_side(const wrt_moral *moral, int v) {
    return moral->kind[v] == WRT_VERTEX_FREE ? moral->n_vertices + v : v;
}

static void add_arc(network *net, int from, int to, int capacity) {
    net->head[net->n_arcs] = to;
    net->room[net->n_arcs++] = capacity;
    net->head[net->n_arcs] = from;
    net->room[net->n_arcs++] = 0;
}

static void add_arcs(network *net) {
    const wrt_moral *moral = net->moral;
    for (int v = 0; v < moral->n_vertices; v++) {
        if (moral->kind[v] == WRT_VERTEX_FREE)
            add_arc(net, v, out_side(moral, v), net->cost == NULL ? 1 : net->cost[moral->node[v]]);
        if (moral->kind[v] == WRT_VERTEX_SOURCE)
            add_arc(net, net->source, v, INT_MAX);
        if (moral->kind[v] == WRT_VERTEX_TARGET)
            add_arc(net, v, net->sink, INT_MAX);
        for (int i = moral->offset[v]; i < moral->offset[v + 1]; i++)
            add_arc(net, out_side(moral, v), moral->adjacent[i], INT_MAX);
    }
}

/* Rows of arcs per flow vertex: the start of an arc is the end of its reverse. */
static void index_arcs(network *net) {
    for (int arc = 0; arc < net->n_arcs; arc++)
        net->offset[net->head[arc ^ 1] + 1]++;
    for (int v = 0; v < net->n; v++) {
        net->offset[v + 1] += net->offset[v];
        net->next[v] = net->offset[v];
    }
    for (int arc = 0; arc < net->n_arcs; arc++)
        net->slots[net->next[net->head[arc ^ 1]]++] = arc;
}

static void network_init(network *net, const wrt_moral *moral, const int *cost) {
    *net = (network){.moral = moral, .cost = cost, .n = 2 * moral->n_vertices + 2};
    net->source = net->n - 2;
    net->sink = net->n - 1;
    size_t n = (size_t)net->n + 1;
    size_t arcs = 2 * ((size_t)moral->offset[moral->n_vertices] + 3 * n);
    net->offset = wrt_calloc(n + 1, sizeof(int));
    net->slots = wrt_calloc(arcs, sizeof(int));
    net->head = wrt_calloc(arcs, sizeof(int));
    net->room = wrt_calloc(arcs, sizeof(int));
    net->level = wrt_calloc(n, sizeof(int));
    net->next = wrt_calloc(n, sizeof(int));
    net->queue = wrt_calloc(n, sizeof(int));
    net->path = wrt_calloc(n, sizeof(int));
    add_arcs(net);
    index_arcs(net);
}

static void network_free(network *net) {
    free(net->offset);
    free(net->slots);
    free(net->head);
    free(net->room);
    free(net->level);
    free(net->next);
    free(net->queue);
    free(net->path);
}

/* Breadth-first levels over arcs with room, from the source, or against them from the sink.
 * Unreached: -1. */
static void set_levels(network *net, bool from_sink) {
    for (int v = 0; v < net->n; v++)
        net->level[v] = -1;
    size_t head = 0, tail = 0;
    net->queue[tail++] = from_sink ? net->sink : net->source;
    net->level[net->queue[0]] = 0;
    while (head < tail) {
        int v = net->queue[head++];
        for (int i = net->offset[v]; i < net->offset[v + 1]; i++) {
            int arc = net->slots[i], w = net->head[arc];
            if (net->level[w] >= 0 || net->room[from_sink ? arc ^ 1 : arc] == 0)
                continue;
            net->level[w] = net->level[v] + 1;
            net->queue[tail++] = w;
        }
    }
}

/* One more arc of the level graph out of v, -1 when they are used up. */
static int next_arc(network *net, int v) {
    for (; net->next[v] < net->offset[v + 1]; net->next[v]++) {
        int arc = net->slots[net->next[v]];
        if (net->room[arc] > 0 && net->level[net->head[arc]] == net->level[v] + 1)
            return arc;
    }
    return -1;
}

/* As much as the path takes; an edge alone takes any amount, but no path is without a FREE vertex.
 * Reverse arcs of unbounded ones count what flows, which the costs of all nodes bound. */
static void push_path(network *net, size_t length) {
    int amount = INT_MAX;
    for (size_t i = 0; i < length; i++)
        if (net->room[net->path[i]] < amount)
            amount = net->room[net->path[i]];
    for (size_t i = 0; i < length; i++) {
        int arc = net->path[i];
        if (net->room[arc] != INT_MAX)
            net->room[arc] -= amount;
        if (net->room[arc ^ 1] != INT_MAX)
            net->room[arc ^ 1] += amount;
    }
}

/* A blocking flow: paths found depth-first, each arc given up at most once. */
static void push_blocking_flow(network *net) {
    size_t length = 0;
    memcpy(net->next, net->offset, (size_t)net->n * sizeof *net->next);
    for (;;) {
        int v = length == 0 ? net->source : net->head[net->path[length - 1]];
        if (v == net->sink) {
            push_path(net, length);
            length = 0;
            continue;
        }
        int arc = next_arc(net, v);
        if (arc >= 0) {
            net->path[length++] = arc;
        } else if (length == 0) {
            return;
        } else {
            length--;
            net->next[length == 0 ? net->source : net->head[net->path[length - 1]]]++;
        }
    }
}

void wrt_vertex_cut_min(int **out, size_t *n, const wrt_moral *moral, const int *cost) {
    network net;
    network_init(&net, moral, cost);
    for (set_levels(&net, false); net.level[net.sink] >= 0; set_levels(&net, false))
        push_blocking_flow(&net);
    set_levels(&net, true);
    *out = wrt_calloc((size_t)moral->n_nodes + 1, sizeof **out);
    *n = 0;
    for (int v = 0; v < moral->n_nodes; v++)
        if (moral->kind[v] == WRT_VERTEX_FREE && net.level[v] < 0 &&
            net.level[out_side(moral, v)] >= 0)
            (*out)[(*n)++] = v;
    network_free(&net);
}

/* ---- the nearest one */

/* Marks what is met from the vertices of one kind without going on from a stopped vertex. */
static void meet(unsigned char *met, const wrt_moral *moral, wrt_vertex_kind from,
                 const unsigned char *stops) {
    int *queue = wrt_calloc((size_t)moral->n_vertices + 1, sizeof *queue), tail = 0;
    for (int v = 0; v < moral->n_vertices; v++)
        if (moral->kind[v] == from) {
            met[v] = 1;
            queue[tail++] = v;
        }
    for (int head = 0; head < tail; head++) {
        int v = queue[head];
        for (int i = moral->offset[v]; i < moral->offset[v + 1] && !stops[v]; i++) {
            int next = moral->adjacent[i];
            if (met[next])
                continue;
            met[next] = 1;
            queue[tail++] = next;
        }
    }
    free(queue);
}

void wrt_vertex_cut_nearest(int **out, size_t *n, const wrt_moral *moral) {
    size_t room = (size_t)moral->n_vertices + 1;
    unsigned char *stops = wrt_calloc(room, 1), *met = wrt_calloc(room, 1);
    unsigned char *far = wrt_calloc(room, 1);
    for (int v = 0; v < moral->n_vertices; v++)
        stops[v] = moral->kind[v] == WRT_VERTEX_FREE;
    meet(met, moral, WRT_VERTEX_TARGET, stops);
    for (int v = 0; v < moral->n_vertices; v++)
        stops[v] = stops[v] && met[v];
    meet(far, moral, WRT_VERTEX_SOURCE, stops);
    *out = wrt_calloc((size_t)moral->n_nodes + 1, sizeof **out);
    *n = 0;
    for (int v = 0; v < moral->n_nodes; v++)
        if (stops[v] && far[v])
            (*out)[(*n)++] = v;
    free(stops);
    free(met);
    free(far);
}
