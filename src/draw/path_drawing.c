/* path_drawing.c: the union of paths; Graphviz text. */
#include "draw/path_drawing.h"

#include "base/arena.h"
#include "draw/path_words.h"

#include <stdlib.h>
#include <string.h>

/* ---- collecting */

static size_t find_node(wrt_path_drawing *d, const wrt_json *node) {
    const char *id = wrt_json_get_text(node, "id", "");
    size_t i = 0;
    while (i < d->n_nodes && strcmp(wrt_json_get_text(d->nodes[i].node, "id", ""), id) != 0)
        i++;
    if (i == d->n_nodes && i < WRT_PATH_NODES_MAX)
        d->nodes[d->n_nodes++] = (wrt_path_node){.node = node};
    return i;
}

static bool add_edge(wrt_path_drawing *d, const wrt_json *edge, size_t left, size_t right) {
    const char *id = wrt_json_get_text(edge, "id", "");
    bool back = wrt_json_get_bool(edge, "reversed", false);
    for (size_t i = 0; i < d->n_edges; i++) {
        wrt_path_edge *old = &d->edges[i];
        bool same_ends = (old->left == left && old->right == right) ||
                         (old->left == right && old->right == left);
        if (same_ends && strcmp(wrt_json_get_text(old->edge, "id", ""), id) == 0) {
            old->n_paths++;
            return true;
        }
    }
    if (left == right)
        return true;
    if (d->n_edges == WRT_PATH_EDGES_MAX)
        return false;
    d->edges[d->n_edges++] = (wrt_path_edge){edge, left, right, back, 1};
    return true;
}

static bool add_path(wrt_path_drawing *d, const wrt_json *path) {
    const wrt_json *edge = wrt_json_first(wrt_json_get(path, "edges"));
    size_t last = WRT_PATH_NODES_MAX;
    int step = 0;
    WRT_JSON_EACH(node, wrt_json_get(path, "nodes")) {
        size_t here = find_node(d, node);
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
    size_t from = e->is_reversed ? e->right : e->left, to = e->is_reversed ? e->left : e->right;
    wrt_buf tip = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add_c(out, "  ");
    add_quoted(out, wrt_json_get_text(d->nodes[from].node, "id", "?"));
    wrt_buf_add_c(out, " -> ");
    add_quoted(out, wrt_json_get_text(d->nodes[to].node, "id", "?"));
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
        add_quoted(out, wrt_path_node_name(node->node));
        wrt_buf_add_c(out, ", tooltip=");
        add_quoted(out, wrt_json_get_text(node->node, "kind", "?"));
        wrt_buf_add_c(out, node->is_end ? ", peripheries=2];\n" : "];\n");
    }
    for (size_t i = 0; i < drawing->n_edges; i++)
        add_dot_edge(out, drawing, &drawing->edges[i]);
    wrt_buf_add_c(out, "}\n");
}
