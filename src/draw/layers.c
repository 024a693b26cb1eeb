/* layers.c: layered layout (Sugiyama, Tagawa, Toda, IEEE Trans. SMC 11, 1981, 109-125). */
#include "draw/layers.h"

#include "base/arena.h"

#include <stdlib.h>

enum { ORDER_SWEEPS = 12, PLACE_SWEEPS = 24, MARGIN = 24, GAP = 28, BEND_WIDTH = 8, PORT_GAP = 16 };

/* ---- layers */

/* Children of each node: next[first[v]] .. next[first[v + 1] - 1]. */
typedef struct {
    int *first, *next, *waiting; /* waiting: parents whose layer is not known yet */
    int *queue;
    bool *is_done;
} ranking;

static void fill_children(ranking *r, const wrt_layers_graph *g) {
    for (size_t i = 0; i < g->n_edges; i++)
        if (!g->edges[i].is_bidirected)
            r->first[g->edges[i].from + 1]++;
    for (size_t v = 0; v < g->n_nodes; v++)
        r->first[v + 1] += r->first[v];
    int *at = wrt_calloc(g->n_nodes + 1, sizeof *at);
    for (size_t i = 0; i < g->n_edges; i++) {
        const wrt_layers_edge *e = &g->edges[i];
        if (e->is_bidirected)
            continue;
        r->next[r->first[e->from] + at[e->from]++] = e->to;
        r->waiting[e->to]++;
    }
    free(at);
}

/* The children of v stand below it; returns how many of them wait for nobody any more. */
static int release_children(ranking *r, wrt_layout *l, int v, int *queue) {
    int n = 0;
    r->is_done[v] = true;
    for (int i = r->first[v]; i < r->first[v + 1]; i++) {
        int child = r->next[i];
        if (r->is_done[child]) /* this edge closes a cycle */
            continue;
        if (l->slots[child].layer <= l->slots[v].layer)
            l->slots[child].layer = l->slots[v].layer + 1;
        if (--r->waiting[child] == 0)
            queue[n++] = child;
    }
    return n;
}

/* Longest path from the roots. Where only cycles are left, their first node goes ahead. */
static void walk_down(ranking *r, wrt_layout *l) {
    int n = (int)l->n_nodes, head = 0, tail = 0, next = 0;
    for (int v = 0; v < n; v++)
        if (r->waiting[v] == 0)
            r->queue[tail++] = v;
    while (head < n) {
        if (head == tail) {
            while (r->is_done[next])
                next++;
            r->waiting[next] = -1;
            r->queue[tail++] = next;
        }
        tail += release_children(r, l, r->queue[head], r->queue + tail);
        head++;
    }
}

/* A root moves down to just above its first child. */
static void lower_root(wrt_layout *l, const ranking *r, const bool *has_parent, int v) {
    int nearest = 0;
    for (int i = r->first[v]; i < r->first[v + 1] && !has_parent[v]; i++) {
        int layer = l->slots[r->next[i]].layer;
        nearest = i == r->first[v] || layer < nearest ? layer : nearest;
    }
    if (nearest > 0)
        l->slots[v].layer = nearest - 1;
    if (l->slots[v].layer >= l->n_layers)
        l->n_layers = l->slots[v].layer + 1;
}

static void fill_layers(wrt_layout *l, const wrt_layers_graph *g) {
    size_t n = g->n_nodes;
    ranking r = {.first = wrt_calloc(n + 2, sizeof *r.first),
                 .next = wrt_calloc(g->n_edges + 1, sizeof *r.next),
                 .waiting = wrt_calloc(n + 1, sizeof *r.waiting),
                 .queue = wrt_calloc(n + 1, sizeof *r.queue),
                 .is_done = wrt_calloc(n + 1, sizeof *r.is_done)};
    bool *has_parent = wrt_calloc(n + 1, sizeof *has_parent);
    fill_children(&r, g);
    for (size_t v = 0; v < n; v++)
        has_parent[v] = r.waiting[v] > 0;
    walk_down(&r, l);
    for (size_t v = 0; v < n; v++)
        lower_root(l, &r, has_parent, (int)v);
    free(r.first);
    free(r.next);
    free(r.waiting);
    free(r.queue);
    free(r.is_done);
    free(has_parent);
}

/* ---- routes and bends */

static int layers_apart(const wrt_layout *l, int a, int b) {
    return abs(l->slots[a].layer - l->slots[b].layer);
}

static void add_route(wrt_layout *l, const wrt_layers_edge *e) {
    bool turn = e->is_bidirected && l->slots[e->to].layer < l->slots[e->from].layer;
    int apart = layers_apart(l, e->from, e->to);
    l->routes[l->n_routes++] = (wrt_route){.from = turn ? e->to : e->from,
                                           .to = turn ? e->from : e->to,
                                           .is_bidirected = e->is_bidirected,
                                           .first_bend = (int)l->n_slots,
                                           .n_bends = apart > 1 ? apart - 1 : 0};
    l->n_slots += apart > 1 ? (size_t)apart - 1 : 0;
}

static wrt_status fill_routes(wrt_layout *l, const wrt_layers_graph *g, wrt_err *err) {
    l->routes = wrt_calloc(g->n_edges + 1, sizeof *l->routes);
    for (size_t i = 0; i < g->n_edges; i++)
        add_route(l, &g->edges[i]);
    if (l->n_slots > l->n_nodes + WRT_LAYERS_BENDS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the picture would need %zu bends; at most %d are drawn",
                        l->n_slots - l->n_nodes, WRT_LAYERS_BENDS_MAX);
    l->slots = wrt_realloc(l->slots, (l->n_slots + 1) * sizeof *l->slots);
    for (size_t i = 0; i < l->n_routes; i++) {
        const wrt_route *r = &l->routes[i];
        int layer = l->slots[r->from].layer, way = layer < l->slots[r->to].layer ? 1 : -1;
        for (int k = 0; k < r->n_bends; k++)
            l->slots[r->first_bend + k] =
                (wrt_slot){.layer = layer + way * (1 + k), .width = BEND_WIDTH};
    }
    return WRT_OK;
}

/* ---- order within layers */

typedef struct {
    wrt_layout *layout;
    int *by_place; /* slots, layer by layer, from the left */
    int *first;    /* first[k]: where layer k begins in by_place */
    double *sum;   /* per slot: over neighbours in the layer looked at */
    int *n_near;
} placer;

static void add_link(placer *p, int a, int b, bool look_up, bool use_x) {
    const wrt_slot *slots = p->layout->slots;
    if (slots[a].layer == slots[b].layer)
        return;
    int upper = slots[a].layer < slots[b].layer ? a : b, lower = upper == a ? b : a;
    int to = look_up ? lower : upper, from = look_up ? upper : lower;
    p->sum[to] += use_x ? slots[from].x : slots[from].rank;
    p->n_near[to]++;
}

/* Sums over the neighbours one layer up or down. */
static void sum_neighbours(placer *p, bool look_up, bool use_x) {
    const wrt_layout *l = p->layout;
    for (size_t i = 0; i < l->n_slots; i++) {
        p->sum[i] = 0;
        p->n_near[i] = 0;
    }
    for (size_t i = 0; i < l->n_routes; i++) {
        const wrt_route *r = &l->routes[i];
        int last = r->from;
        for (int k = 0; k < r->n_bends; k++) {
            add_link(p, last, r->first_bend + k, look_up, use_x);
            last = r->first_bend + k;
        }
        add_link(p, last, r->to, look_up, use_x);
    }
}

/* Stable insertion sort of one layer by barycentre; slots without neighbours keep their place. */
static void sort_layer(placer *p, int layer) {
    wrt_slot *slots = p->layout->slots;
    int first = p->first[layer], end = p->first[layer + 1];
    for (int i = first; i < end; i++) {
        int s = p->by_place[i];
        p->sum[s] = p->n_near[s] > 0 ? p->sum[s] / p->n_near[s] : slots[s].rank;
    }
    for (int i = first + 1; i < end; i++) {
        int moving = p->by_place[i], k = i;
        for (; k > first && p->sum[p->by_place[k - 1]] > p->sum[moving]; k--)
            p->by_place[k] = p->by_place[k - 1];
        p->by_place[k] = moving;
    }
    for (int i = first; i < end; i++)
        slots[p->by_place[i]].rank = i - first;
}

static void fill_places(placer *p) {
    wrt_layout *l = p->layout;
    for (size_t i = 0; i < l->n_slots; i++)
        p->first[l->slots[i].layer + 1]++;
    for (int k = 0; k < l->n_layers; k++)
        p->first[k + 1] += p->first[k];
    int *at = wrt_calloc((size_t)l->n_layers + 1, sizeof *at);
    for (size_t i = 0; i < l->n_slots; i++) {
        int layer = l->slots[i].layer;
        l->slots[i].rank = at[layer]++;
        p->by_place[p->first[layer] + l->slots[i].rank] = (int)i;
    }
    free(at);
}

static void order_layers(placer *p) {
    int n = p->layout->n_layers;
    for (int sweep = 0; sweep < ORDER_SWEEPS; sweep++) {
        bool look_up = sweep % 2 == 0;
        for (int k = 0; k < n; k++) {
            sum_neighbours(p, look_up, false);
            sort_layer(p, look_up ? k : n - 1 - k);
        }
    }
}

/* ---- positions */

typedef struct {
    double mean;
    int n;
} block;

/* Least squares to the wanted positions with the gaps kept: pool adjacent violators. */
static void place_layer(placer *p, int layer, block *blocks) {
    wrt_slot *slots = p->layout->slots;
    int first = p->first[layer], end = p->first[layer + 1], n_blocks = 0;
    double offset = 0;
    for (int i = first; i < end; i++) {
        int s = p->by_place[i];
        if (i > first)
            offset += GAP + (slots[s].width + slots[p->by_place[i - 1]].width) / 2;
        double wanted = (p->n_near[s] > 0 ? p->sum[s] / p->n_near[s] : slots[s].x) - offset;
        blocks[n_blocks++] = (block){wanted, 1};
        while (n_blocks > 1 && blocks[n_blocks - 2].mean > blocks[n_blocks - 1].mean) {
            block last = blocks[--n_blocks], *into = &blocks[n_blocks - 1];
            into->mean = (into->mean * into->n + last.mean * last.n) / (into->n + last.n);
            into->n += last.n;
        }
    }
    offset = 0;
    for (int i = first, b = 0, left = blocks[0].n; i < end; i++, left--) {
        int s = p->by_place[i];
        if (left == 0)
            left = blocks[++b].n;
        if (i > first)
            offset += GAP + (slots[s].width + slots[p->by_place[i - 1]].width) / 2;
        slots[s].x = blocks[b].mean + offset;
    }
}

static void place_all(placer *p) {
    wrt_layout *l = p->layout;
    block *blocks = wrt_calloc(l->n_slots + 1, sizeof *blocks);
    for (int sweep = 0; sweep <= PLACE_SWEEPS; sweep++) {
        bool look_up = sweep % 2 == 0;
        for (int k = 0; k < l->n_layers; k++) {
            sum_neighbours(p, look_up, true);
            place_layer(p, look_up ? k : l->n_layers - 1 - k, blocks);
        }
    }
    free(blocks);
}

/* ---- where edges meet nodes */

typedef struct {
    int node;
    bool is_below;  /* at the lower side of the node */
    double towards; /* x of the slot at the other end of this piece */
    double *offset;
} port;

static int by_side(const void *a, const void *b) {
    const port *x = a, *y = b;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    if (x->is_below != y->is_below)
        return x->is_below ? 1 : -1;
    if (x->towards != y->towards)
        return x->towards < y->towards ? -1 : 1;
    return (x->offset > y->offset) - (x->offset < y->offset);
}

static port port_of(const wrt_layout *l, int node, int other, double *offset) {
    const wrt_slot *here = &l->slots[node], *there = &l->slots[other];
    return (port){node, here->layer < there->layer, there->x, offset};
}

/* The ends at one side of a node, evenly spread around its middle. */
static void spread(const wrt_layout *l, port *ports, size_t n) {
    double room = l->slots[ports[0].node].width * 0.7 / (double)n;
    double gap = room < PORT_GAP ? room : PORT_GAP;
    for (size_t i = 0; i < n; i++)
        *ports[i].offset = ((double)i - (double)(n - 1) / 2) * gap;
}

static void fill_offsets(wrt_layout *l) {
    port *ports = wrt_calloc(2 * l->n_routes + 1, sizeof *ports);
    size_t n = 0;
    for (size_t i = 0; i < l->n_routes; i++) {
        wrt_route *r = &l->routes[i];
        if (l->slots[r->from].layer == l->slots[r->to].layer)
            continue;
        int second = r->n_bends > 0 ? r->first_bend : r->to;
        int before = r->n_bends > 0 ? r->first_bend + r->n_bends - 1 : r->from;
        ports[n++] = port_of(l, r->from, second, &r->from_offset);
        ports[n++] = port_of(l, r->to, before, &r->to_offset);
    }
    qsort(ports, n, sizeof *ports, by_side);
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && ports[end].node == ports[first].node &&
                              ports[end].is_below == ports[first].is_below;)
            end++;
        spread(l, ports + first, end - first);
    }
    free(ports);
}

/* ---- all */

static void finish(wrt_layout *l, double step, double top) {
    double low = 0, high = 0;
    for (size_t i = 0; i < l->n_slots; i++) {
        double left = l->slots[i].x - l->slots[i].width / 2;
        double right = l->slots[i].x + l->slots[i].width / 2;
        low = i == 0 || left < low ? left : low;
        high = i == 0 || right > high ? right : high;
    }
    for (size_t i = 0; i < l->n_slots; i++) {
        l->slots[i].x += MARGIN - low;
        l->slots[i].y = top + MARGIN + WRT_LAYERS_NODE_HEIGHT + step * l->slots[i].layer;
    }
    l->width = high - low + 2 * MARGIN;
    l->height = top + 2.0 * MARGIN + 2 * WRT_LAYERS_NODE_HEIGHT +
                step * (l->n_layers > 0 ? l->n_layers - 1 : 0);
}

/* Bends take the height of their layer, so that lines turn between layers only. */
static void fill_heights(wrt_layout *l, const wrt_layers_graph *g) {
    double *highest = wrt_calloc((size_t)l->n_layers + 1, sizeof *highest);
    for (size_t v = 0; v < l->n_nodes; v++) {
        wrt_slot *slot = &l->slots[v];
        slot->height = g->height != NULL ? g->height[v] : WRT_LAYERS_NODE_HEIGHT;
        if (slot->height > highest[slot->layer])
            highest[slot->layer] = slot->height;
    }
    for (size_t i = l->n_nodes; i < l->n_slots; i++)
        l->slots[i].height = highest[l->slots[i].layer];
    free(highest);
}

static double side(const wrt_slot *slot, bool is_lower) {
    return slot->y + (is_lower ? slot->height : -slot->height) / 2;
}

size_t wrt_layout_points(wrt_point *out, const wrt_layout *l, const wrt_route *r) {
    const wrt_slot *from = &l->slots[r->from], *to = &l->slots[r->to];
    bool is_down = from->layer < to->layer;
    size_t n = 0;
    out[n++] = (wrt_point){from->x + r->from_offset, side(from, is_down)};
    for (int k = 0; k < r->n_bends; k++) {
        const wrt_slot *bend = &l->slots[r->first_bend + k];
        out[n++] = (wrt_point){bend->x, side(bend, !is_down)};
        out[n++] = (wrt_point){bend->x, side(bend, is_down)};
    }
    out[n++] = (wrt_point){to->x + r->to_offset, side(to, !is_down)};
    return n;
}

static wrt_status check(const wrt_layers_graph *g, wrt_err *err) {
    if (g->n_nodes > WRT_LAYERS_NODES_MAX || g->n_edges > WRT_LAYERS_EDGES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "a picture holds at most %d nodes and %d edges",
                        WRT_LAYERS_NODES_MAX, WRT_LAYERS_EDGES_MAX);
    for (size_t i = 0; i < g->n_edges; i++) {
        const wrt_layers_edge *e = &g->edges[i];
        int n = (int)g->n_nodes;
        if (e->from < 0 || e->to < 0 || e->from >= n || e->to >= n || e->from == e->to)
            return wrt_fail(err, WRT_E_INPUT, "edge %zu of a picture joins no two of its nodes", i);
    }
    return WRT_OK;
}

static void place_slots(wrt_layout *l) {
    placer p = {.layout = l};
    p.by_place = wrt_calloc(l->n_slots + 1, sizeof *p.by_place);
    p.first = wrt_calloc((size_t)l->n_layers + 2, sizeof *p.first);
    p.sum = wrt_calloc(l->n_slots + 1, sizeof *p.sum);
    p.n_near = wrt_calloc(l->n_slots + 1, sizeof *p.n_near);
    fill_places(&p);
    order_layers(&p);
    place_all(&p);
    free(p.by_place);
    free(p.first);
    free(p.sum);
    free(p.n_near);
}

wrt_status wrt_layout_init(wrt_layout *out, const wrt_layers_graph *graph, wrt_err *err) {
    *out = (wrt_layout){.n_nodes = graph->n_nodes, .n_slots = graph->n_nodes};
    wrt_status status = check(graph, err);
    if (status != WRT_OK)
        return status;
    out->slots = wrt_calloc(graph->n_nodes + 1, sizeof *out->slots);
    for (size_t v = 0; v < graph->n_nodes; v++)
        out->slots[v].width = graph->width[v];
    fill_layers(out, graph);
    status = fill_routes(out, graph, err);
    if (status != WRT_OK)
        return status;
    place_slots(out);
    fill_offsets(out);
    fill_heights(out, graph);
    finish(out, graph->step > 0 ? graph->step : WRT_LAYERS_STEP, graph->top);
    return WRT_OK;
}

void wrt_layout_free(wrt_layout *layout) {
    free(layout->slots);
    free(layout->routes);
    *layout = (wrt_layout){0};
}
