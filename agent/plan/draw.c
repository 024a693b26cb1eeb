/* draw.c: drawing the causal graph that a set of mechanism paths implies. */
#include "agent/plan/draw.h"

#include "base/arena.h"
#include "causal/graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWN_PATHS_MAX = 10 };

typedef struct {
    wrt_json *labels; /* node id -> label */
    wrt_json *nodes;  /* labels in order of first mention */
    wrt_json *edges;  /* [[from, to]...] */
    wrt_json *seen;   /* "from id\nto id" -> true */
    wrt_json *drawn, *left_out, *assumed;
} drawing;

static bool label_is_taken(const drawing *d, const char *label) {
    WRT_JSON_EACH(item, d->labels)
    if (strcmp(wrt_json_text(item), label) == 0)
        return true;
    return false;
}

static const char *label_of(drawing *d, const wrt_json *node) {
    const char *id = wrt_json_get_text(node, "id", "?");
    const char *known = wrt_json_get_text(d->labels, id, NULL);
    if (known != NULL)
        return known;
    wrt_buf label = wrt_buf_make(WRT_KIB(16));
    wrt_buf_add_c(&label, wrt_json_get_text(node, "name", id));
    if (label.len == 0 || label_is_taken(d, wrt_buf_str(&label).ptr))
        wrt_buf_printf(&label, " (%s)", id);
    wrt_json_set_text(d->labels, id, wrt_buf_str(&label).ptr);
    wrt_json_push_text(d->nodes, wrt_buf_str(&label).ptr);
    wrt_buf_free(&label);
    return wrt_json_get_text(d->labels, id, "?");
}

static wrt_json *pair(const char *from, const char *to) {
    wrt_json *list = wrt_json_new_array();
    wrt_json_push_text(list, from);
    wrt_json_push_text(list, to);
    return list;
}

static wrt_json *graph_object(const drawing *d, wrt_json *bidirected) {
    wrt_json *graph = wrt_json_new_object();
    wrt_json_set(graph, "nodes", wrt_json_copy(d->nodes));
    wrt_json_set(graph, "edges", wrt_json_copy(d->edges));
    wrt_json_set(graph, "bidirected", bidirected);
    wrt_json_set(graph, "latent", wrt_json_new_array());
    return graph;
}

/* Adds the edges of a path that are not drawn yet to a copy of the edge list. */
static wrt_json *edges_with(drawing *d, const wrt_json *path, wrt_json *fresh) {
    wrt_json *edges = wrt_json_copy(d->edges);
    const wrt_json *node = wrt_json_first(wrt_json_get(path, "nodes"));
    for (; node != NULL && wrt_json_next(node) != NULL; node = wrt_json_next(node)) {
        const wrt_json *next = wrt_json_next(node);
        wrt_buf key = wrt_buf_make(WRT_KIB(16));
        wrt_buf_printf(&key, "%s\n%s", wrt_json_get_text(node, "id", "?"),
                       wrt_json_get_text(next, "id", "?"));
        const char *from = label_of(d, node);
        if (wrt_json_get(d->seen, wrt_buf_str(&key).ptr) == NULL &&
            wrt_json_get(fresh, wrt_buf_str(&key).ptr) == NULL) {
            wrt_json_set_bool(fresh, wrt_buf_str(&key).ptr, true);
            wrt_json_push(edges, pair(from, label_of(d, next)));
        }
        wrt_buf_free(&key);
    }
    return edges;
}

static void note_assumed(drawing *d, const wrt_json *path) {
    WRT_JSON_EACH(edge, wrt_json_get(path, "edges")) {
        if (wrt_json_get_bool(edge, "causal", false) && !wrt_json_get_bool(edge, "reversed", false))
            continue;
        bool known = false;
        WRT_JSON_EACH(id, d->assumed)
        known = known || strcmp(wrt_json_text(id), wrt_json_get_text(edge, "id", "?")) == 0;
        if (!known)
            wrt_json_push_text(d->assumed, wrt_json_get_text(edge, "id", "?"));
    }
}

static void leave_out(drawing *d, int64_t index, const char *reason) {
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set_int(entry, "path", index);
    wrt_json_set_text(entry, "reason", reason);
    wrt_json_push(d->left_out, entry);
}

/* Draws a path when the graph stays acyclic; else undoes it and says which cycle it would close. */
static void draw_path(drawing *d, const wrt_json *path, int64_t index) {
    wrt_json *fresh = wrt_json_new_object();
    wrt_json *nodes_before = wrt_json_copy(d->nodes), *labels_before = wrt_json_copy(d->labels);
    wrt_json *edges_before = d->edges;
    d->edges = edges_with(d, path, fresh);
    wrt_json *candidate = graph_object(d, wrt_json_new_array());
    wrt_graph *graph = NULL;
    wrt_err err = {0};
    if (wrt_graph_parse(&graph, candidate, &err) == WRT_OK) {
        WRT_JSON_EACH(key, fresh)
        wrt_json_set_bool(d->seen, wrt_json_key(key), true);
        wrt_json_push(d->drawn, wrt_json_new_int(index));
        note_assumed(d, path);
        wrt_json_free(edges_before);
        wrt_json_free(nodes_before);
        wrt_json_free(labels_before);
    } else {
        leave_out(d, index, err.message);
        wrt_json_free(d->edges);
        wrt_json_free(d->nodes);
        wrt_json_free(d->labels);
        d->edges = edges_before;
        d->nodes = nodes_before;
        d->labels = labels_before;
    }
    wrt_graph_free(graph);
    wrt_json_free(candidate);
    wrt_json_free(fresh);
}

static wrt_json *drawing_data(drawing *d, const wrt_json *treatment, const wrt_json *outcome,
                              bool no_latent) {
    const char *from = label_of(d, treatment), *to = label_of(d, outcome);
    wrt_json *bidirected = wrt_json_new_array(), *data = wrt_json_new_object();
    if (!no_latent)
        wrt_json_push(bidirected, pair(from, to));
    wrt_json_set(data, "graph", graph_object(d, bidirected));
    wrt_json_set_text(data, "treatment", from);
    wrt_json_set_text(data, "outcome", to);
    wrt_json_set(data, "drawn", d->drawn);
    wrt_json_set(data, "left_out", d->left_out);
    wrt_json_set(data, "assumed", d->assumed);
    wrt_json_set_bool(data, "latent", !no_latent);
    return data;
}

wrt_json *wrt_draw_graph(const wrt_json *args, bool no_latent) {
    drawing d = {
        .labels = wrt_json_new_object(),
        .nodes = wrt_json_new_array(),
        .edges = wrt_json_new_array(),
        .seen = wrt_json_new_object(),
        .drawn = wrt_json_new_array(),
        .left_out = wrt_json_new_array(),
        .assumed = wrt_json_new_array(),
    };
    int64_t index = 0, most = wrt_json_get_int(args, "most", DRAWN_PATHS_MAX);
    WRT_JSON_EACH(path, wrt_json_get(args, "paths")) {
        if (index == most)
            break;
        draw_path(&d, path, index++);
    }
    wrt_json *result = wrt_json_new_object();
    wrt_json_set_text(result, "status", wrt_json_count(d.drawn) > 0 ? "ok" : "empty");
    wrt_json_set(result, "data",
                 drawing_data(&d, wrt_json_get(args, "treatment"), wrt_json_get(args, "outcome"),
                              no_latent));
    wrt_json_free(d.labels);
    wrt_json_free(d.nodes);
    wrt_json_free(d.edges);
    wrt_json_free(d.seen);
    return result;
}
