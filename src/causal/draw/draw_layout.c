/* draw_layout.c: layered layout (Sugiyama, Tagawa, Toda, IEEE Trans. SMC 11, 1981, 109-125). */
#include "causal/draw/draw_layout.h"

#include "base/arena.h"

#include <stdlib.h>

enum { ORDER_SWEEPS = 12, PLACE_SWEEPS = 24, MARGIN = 24, GAP = 28, BEND_WIDTH = 8 };

/* ---- layers */

/* Longest path from the roots; a root then moves down to just above its first child. */
static void fill_layers(wrt_layout *l, const wrt_graph *graph) {
    int n = (int)l->n_nodes, head = 0, tail = 0;
    int *queue = wrt_calloc((size_t)n + 1, sizeof *queue);
    size_t *waiting = wrt_calloc((size_t)n + 1, sizeof *waiting), k;
    for (int v = 0; v < n; v++) {
        wrt_graph_parents(graph, v, &waiting[v]);
        if (waiting[v] == 0)
            queue[tail++] = v;
    }
    while (head < tail) {
        int v = queue[head++];
        const int *children = wrt_graph_children(graph, v, &k);
        for (size_t i = 0; i < k; i++) {
            wrt_slot *child = &l->slots[children[i]];
            if (child->layer <= l->slots[v].layer)
                child->layer = l->slots[v].layer + 1;
            if (--waiting[children[i]] == 0)
                queue[tail++] = children[i];
        }
    }
    for (int v = 0; v < n; v++) {
        size_t n_parents;
        wrt_graph_parents(graph, v, &n_parents);
        const int *children = wrt_graph_children(graph, v, &k);
        int nearest = k > 0 && n_parents == 0 ? l->slots[children[0]].layer : 0;
        for (size_t i = 1; i < k && n_parents == 0; i++)
            if (l->slots[children[i]].layer < nearest)
                nearest = l->slots[children[i]].layer;
        if (nearest > 0)
            l->slots[v].layer = nearest - 1;
        if (l->slots[v].layer >= l->n_layers)
            l->n_layers = l->slots[v].layer + 1;
    }
    free(queue);
    free(waiting);
}

/* ---- routes and bends */

static int layers_apart(const wrt_layout *l, int a, int b) {
    return abs(l->slots[a].layer - l->slots[b].layer);
}

static void add_routes(wrt_layout *l, const wrt_graph *graph, int v, bool bidirected) {
    size_t n;
    const int *ends =
        bidirected ? wrt_graph_spouses(graph, v, &n) : wrt_graph_children(graph, v, &n);
    for (size_t i = 0; i < n; i++) {
        if (bidirected && ends[i] < v)
            continue;
        bool turn = bidirected && l->slots[ends[i]].layer < l->slots[v].layer;
        int apart = layers_apart(l, v, ends[i]);
        l->routes[l->n_routes++] = (wrt_route){turn ? ends[i] : v, turn ? v : ends[i], bidirected,
                                               (int)l->n_slots, apart > 1 ? apart - 1 : 0};
        l->n_slots += apart > 1 ? (size_t)apart - 1 : 0;
    }
}

static size_t count_edges(const wrt_graph *graph) {
    size_t total = 0;
    for (int v = 0; v < (int)wrt_graph_count(graph); v++) {
        size_t n;
        wrt_graph_children(graph, v, &n);
        total += n;
        wrt_graph_spouses(graph, v, &n);
        total += n;
    }
    return total;
}

static wrt_status fill_routes(wrt_layout *l, const wrt_graph *graph, wrt_err *err) {
    l->routes = wrt_calloc(count_edges(graph) + 1, sizeof *l->routes);
    for (int v = 0; v < (int)l->n_nodes; v++) {
        add_routes(l, graph, v, false);
        add_routes(l, graph, v, true);
    }
    if (l->n_slots > l->n_nodes + WRT_LAYOUT_BENDS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the picture would need %zu bends; at most %d are drawn",
                        l->n_slots - l->n_nodes, WRT_LAYOUT_BENDS_MAX);
    l->slots = wrt_realloc(l->slots, (l->n_slots + 1) * sizeof *l->slots);
    for (size_t i = 0; i < l->n_routes; i++) {
        const wrt_route *r = &l->routes[i];
        for (int k = 0; k < r->n_bends; k++)
            l->slots[r->first_bend + k] =
                (wrt_slot){.layer = l->slots[r->from].layer + 1 + k, .width = BEND_WIDTH};
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

static void finish(wrt_layout *l) {
    double low = 0, high = 0;
    for (size_t i = 0; i < l->n_slots; i++) {
        double left = l->slots[i].x - l->slots[i].width / 2;
        double right = l->slots[i].x + l->slots[i].width / 2;
        low = i == 0 || left < low ? left : low;
        high = i == 0 || right > high ? right : high;
    }
    for (size_t i = 0; i < l->n_slots; i++) {
        l->slots[i].x += MARGIN + GAP - low;
        l->slots[i].y =
            MARGIN + WRT_LAYOUT_NODE_HEIGHT + (double)WRT_LAYOUT_LAYER_STEP * l->slots[i].layer;
    }
    l->width = high - low + 2 * (MARGIN + GAP);
    l->height = 2.0 * MARGIN + 2 * WRT_LAYOUT_NODE_HEIGHT +
                (double)WRT_LAYOUT_LAYER_STEP * (l->n_layers > 0 ? l->n_layers - 1 : 0);
}

wrt_status wrt_layout_init(wrt_layout *out, const wrt_graph *graph, const double *label_width,
                           wrt_err *err) {
    size_t n = wrt_graph_count(graph);
    *out = (wrt_layout){.n_nodes = n, .n_slots = n};
    out->slots = wrt_calloc(n + 1, sizeof *out->slots);
    for (size_t v = 0; v < n; v++)
        out->slots[v].width = label_width[v];
    fill_layers(out, graph);
    wrt_status status = fill_routes(out, graph, err);
    if (status != WRT_OK)
        return status;
    placer p = {.layout = out};
    p.by_place = wrt_calloc(out->n_slots + 1, sizeof *p.by_place);
    p.first = wrt_calloc((size_t)out->n_layers + 2, sizeof *p.first);
    p.sum = wrt_calloc(out->n_slots + 1, sizeof *p.sum);
    p.n_near = wrt_calloc(out->n_slots + 1, sizeof *p.n_near);
    fill_places(&p);
    order_layers(&p);
    place_all(&p);
    finish(out);
    free(p.by_place);
    free(p.first);
    free(p.sum);
    free(p.n_near);
    return WRT_OK;
}

void wrt_layout_free(wrt_layout *layout) {
    free(layout->slots);
    free(layout->routes);
    *layout = (wrt_layout){0};
}
