/* path_drawing.c: the union of paths and where its nodes go; Graphviz text.
 *
 * Layers by the least distance from the first node, the last node alone on the right. Order within
 * a layer by barycentres of the neighbours, swept to and fro (Sugiyama, Tagawa, Toda, IEEE Trans.
 * Syst. Man Cybern. 1981;11:109-125). Few nodes, so that every step looks at all edges. */
#include "cli/path_drawing.h"

#include "base/arena.h"
#include "cli/path_table.h"
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>

enum { SWEEPS = 8, LABEL_COLUMNS = 28, ROW = 62, GAP = 150, MARGIN = 24, LEGEND = 64 };

static const double COLUMN_WIDTH = 7.4, PADDING = 26;

/* ---- collecting */

static size_t find_node(wrt_path_drawing *d, const wrt_json *node, int layer) {
    const char *id = wrt_json_get_text(node, "id", "");
    size_t i = 0;
    while (i < d->n_nodes && strcmp(wrt_json_get_text(d->nodes[i].node, "id", ""), id) != 0)
        i++;
    if (i == WRT_PATH_NODES_MAX)
        return i;
    if (i == d->n_nodes)
        d->nodes[d->n_nodes++] = (wrt_path_node){.node = node, .layer = layer};
    if (layer < d->nodes[i].layer)
        d->nodes[i].layer = layer;
    return i;
}

static bool add_edge(wrt_path_drawing *d, const wrt_json *edge, size_t left, size_t right) {
    const char *id = wrt_json_get_text(edge, "id", "");
    bool back = wrt_json_get_bool(edge, "reversed", false);
    size_t from = back ? right : left, to = back ? left : right;
    int lane = 0;
    for (size_t i = 0; i < d->n_edges; i++) {
        wrt_path_edge *old = &d->edges[i];
        bool same_ends =
            (old->from == from && old->to == to) || (old->from == to && old->to == from);
        if (same_ends && strcmp(wrt_json_get_text(old->edge, "id", ""), id) == 0) {
            old->n_paths++;
            return true;
        }
        lane += same_ends;
    }
    if (d->n_edges == WRT_PATH_EDGES_MAX)
        return false;
    d->edges[d->n_edges++] = (wrt_path_edge){edge, from, to, lane, 1};
    return true;
}

static bool add_path(wrt_path_drawing *d, const wrt_json *path) {
    const wrt_json *edge = wrt_json_first(wrt_json_get(path, "edges"));
    size_t last = WRT_PATH_NODES_MAX;
    int step = 0;
    WRT_JSON_EACH(node, wrt_json_get(path, "nodes")) {
        size_t here = find_node(d, node, step);
        if (here == WRT_PATH_NODES_MAX)
            return false;
        d->nodes[here].is_end = d->nodes[here].is_end || step == 0 || wrt_json_next(node) == NULL;
        if (step++ > 0 && edge != NULL) {
            if (!add_edge(d, edge, last, here))
                return false;
            edge = wrt_json_next(edge);
        }
        last = here;
    }
    d->n_paths++;
    return true;
}

/* ---- placing */

static int last_layer(const wrt_path_drawing *d) {
    int last = 0;
    for (size_t i = 0; i < d->n_nodes; i++)
        last = d->nodes[i].layer > last ? d->nodes[i].layer : last;
    return last;
}

/* The end on the right stands behind everything else. */
static void move_end(wrt_path_drawing *d) {
    int last = 0;
    for (size_t i = 0; i < d->n_nodes; i++)
        if (!d->nodes[i].is_end && d->nodes[i].layer > last)
            last = d->nodes[i].layer;
    for (size_t i = 0; i < d->n_nodes; i++)
        if (d->nodes[i].is_end && d->nodes[i].layer > 0)
            d->nodes[i].layer = last + 1;
}

/* Mean order of a node's neighbours in other layers; its own when it has none. */
static double barycentre(const wrt_path_drawing *d, size_t node) {
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < d->n_edges; i++) {
        const wrt_path_edge *e = &d->edges[i];
        size_t other = e->from == node ? e->to : e->to == node ? e->from : node;
        if (other == node || d->nodes[other].layer == d->nodes[node].layer)
            continue;
        sum += d->nodes[other].order;
        n++;
    }
    return n > 0 ? sum / (double)n : d->nodes[node].order;
}

typedef struct {
    double key;
    size_t node;
} place;

static int by_key(const void *a, const void *b) {
    const place *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->node < y->node ? -1 : x->node > y->node;
}

/* Orders one layer and spreads it around the middle. */
static void order_layer(wrt_path_drawing *d, int layer) {
    place places[WRT_PATH_NODES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < d->n_nodes; i++)
        if (d->nodes[i].layer == layer)
            places[n++] = (place){barycentre(d, i), i};
    qsort(places, n, sizeof *places, by_key);
    for (size_t i = 0; i < n; i++)
        d->nodes[places[i].node].order = (double)i - (double)(n - 1) / 2;
}

static const char *name_of(const wrt_json *node) {
    return wrt_json_get_text(node, "name", wrt_json_get_text(node, "id", "?"));
}

static void place_nodes(wrt_path_drawing *d) {
    int layers = last_layer(d) + 1;
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (int k = 0; k < layers; k++)
            order_layer(d, sweep % 2 == 0 ? k : layers - 1 - k);
    double lowest = 0, left = MARGIN;
    for (int k = 0; k < layers; k++) {
        double widest = 0;
        for (size_t i = 0; i < d->n_nodes; i++) {
            wrt_path_node *node = &d->nodes[i];
            size_t columns = wrt_terminal_columns(wrt_str_of(name_of(node->node)));
            if (node->layer != k)
                continue;
            node->width =
                (double)(columns < LABEL_COLUMNS ? columns : LABEL_COLUMNS) * COLUMN_WIDTH +
                PADDING;
            widest = node->width > widest ? node->width : widest;
            lowest = node->order < lowest ? node->order : lowest;
        }
        for (size_t i = 0; i < d->n_nodes; i++)
            if (d->nodes[i].layer == k)
                d->nodes[i].x = left + widest / 2;
        left += widest + GAP;
    }
    for (size_t i = 0; i < d->n_nodes; i++)
        d->nodes[i].y = (d->nodes[i].order - lowest) * ROW + MARGIN + ROW / 2.0;
    d->width = left - GAP + MARGIN;
    d->height = -2 * lowest * ROW + 2 * MARGIN + ROW + LEGEND;
}

wrt_status wrt_path_drawing_make(wrt_path_drawing *out, const wrt_json *paths, wrt_err *err) {
    *out = (wrt_path_drawing){.nodes = wrt_calloc(WRT_PATH_NODES_MAX, sizeof *out->nodes),
                              .edges = wrt_calloc(WRT_PATH_EDGES_MAX, sizeof *out->edges)};
    WRT_JSON_EACH(path, paths) {
        if (add_path(out, path))
            continue;
        wrt_path_drawing_free(out);
        return wrt_fail(
            err, WRT_E_LIMIT,
            "a picture holds at most %d nodes and %d edges: ask for fewer paths (--top)",
            WRT_PATH_NODES_MAX, WRT_PATH_EDGES_MAX);
    }
    move_end(out);
    place_nodes(out);
    return WRT_OK;
}

void wrt_path_drawing_free(wrt_path_drawing *drawing) {
    free(drawing->nodes);
    free(drawing->edges);
    *drawing = (wrt_path_drawing){.n_nodes = 0};
}

/* ---- Graphviz */

static void add_quoted(wrt_buf *out, const char *text) {
    wrt_buf_add_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            wrt_buf_add_char(out, '\\');
        wrt_buf_add_char(out, (unsigned char)*text < ' ' ? ' ' : *text);
    }
    wrt_buf_add_char(out, '"');
}

static void add_joined(wrt_buf *out, const char *title, wrt_json *list) {
    size_t n = 0;
    WRT_JSON_EACH(item, list)
    wrt_buf_printf(out, "%s%s", n++ == 0 ? title : ", ", wrt_json_text(item));
    wrt_json_free(list);
}

/* "sources: a, b; publications: PMID:1" of one edge. */
static void add_provenance(wrt_buf *out, const wrt_json *edge) {
    wrt_json *one = wrt_json_new_array();
    wrt_json_push(one, wrt_json_copy(edge));
    add_joined(out, "sources: ", wrt_path_sources(one));
    add_joined(out, "; publications: ", wrt_path_publications(one));
    const wrt_json *retracted = wrt_json_get(edge, "retracted_publications");
    if (wrt_json_count(retracted) > 0)
        add_joined(out, "; retracted: ", wrt_json_copy(retracted));
    wrt_json_free(one);
}

static void add_dot_edge(wrt_buf *out, const wrt_path_drawing *d, const wrt_path_edge *e) {
    static const char *const looks[] = {
        "color=\"#d55e00\", arrowhead=tee", "color=\"#666666\", arrowhead=vee",
        "color=\"#009e73\", arrowhead=normal", "color=\"#666666\", arrowhead=vee, style=dashed"};
    wrt_buf tip = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add_c(out, "  ");
    add_quoted(out, wrt_json_get_text(d->nodes[e->from].node, "id", "?"));
    wrt_buf_add_c(out, " -> ");
    add_quoted(out, wrt_json_get_text(d->nodes[e->to].node, "id", "?"));
    wrt_buf_add_c(out, " [label=");
    add_quoted(out, wrt_path_edge_label(e->edge));
    wrt_buf_printf(out, ", %s%s, tooltip=", looks[wrt_path_sign(e->edge) + 1],
                   wrt_path_edge_is_symmetric(e->edge) ? ", dir=none" : "");
    add_provenance(&tip, e->edge);
    add_quoted(out, wrt_buf_str(&tip).ptr);
    wrt_buf_add_c(out, "];\n");
    wrt_buf_free(&tip);
}

void wrt_path_drawing_dot(wrt_buf *out, const wrt_path_drawing *drawing) {
    wrt_buf_add_c(out, "digraph paths {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n");
    for (size_t i = 0; i < drawing->n_nodes; i++) {
        const wrt_path_node *node = &drawing->nodes[i];
        wrt_buf_add_c(out, "  ");
        add_quoted(out, wrt_json_get_text(node->node, "id", "?"));
        wrt_buf_add_c(out, " [label=");
        add_quoted(out, name_of(node->node));
        wrt_buf_add_c(out, ", tooltip=");
        add_quoted(out, wrt_json_get_text(node->node, "kind", "?"));
        wrt_buf_add_c(out, node->is_end ? ", peripheries=2];\n" : "];\n");
    }
    for (size_t i = 0; i < drawing->n_edges; i++)
        add_dot_edge(out, drawing, &drawing->edges[i]);
    wrt_buf_add_c(out, "}\n");
}
