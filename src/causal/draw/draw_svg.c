/* draw_svg.c: a graph as an SVG file, with a legend of the marks that occur in it. */
#include "base/arena.h"
#include "causal/draw/draw.h"
#include "causal/draw/draw_layout.h"

#include <stdlib.h>
#include <string.h>

enum { LABEL_CHARACTERS_MAX = 32, LEGEND_STEP = 26, LEGEND_WIDTH = 330 };

static const double CHARACTER_WIDTH = 8.6, LABEL_PADDING = 26;

typedef enum { PLAIN, TREATMENT, OUTCOME, ADJUSTED, LATENT, SELECTED, N_ROLES } role;

typedef struct {
    const wrt_graph *graph;
    const wrt_drawing *drawing;
    wrt_layout layout;
    unsigned char *role;   /* per node */
    unsigned char *marked; /* per route: on the drawn path */
    bool has_bidirected, has_path;
    bool has_role[N_ROLES];
    wrt_buf *out;
} picture;

/* ---- names */

/* Bytes of the first characters of a name, and the columns they take; wide scripts take two. */
static size_t shown_part(const char *name, double *columns) {
    size_t bytes = 0, characters = 0;
    *columns = 0;
    while (name[bytes] != '\0' && characters < LABEL_CHARACTERS_MAX) {
        unsigned char lead = (unsigned char)name[bytes];
        *columns += lead >= 0xe1 ? 2 : 1;
        characters++;
        bytes++;
        while (((unsigned char)name[bytes] & 0xc0) == 0x80)
            bytes++;
    }
    if (name[bytes] != '\0')
        *columns += 2;
    return bytes;
}

static void add_escaped(wrt_buf *out, const char *text, size_t len) {
    for (size_t i = 0; i < len; i++) {
        const char *entity = text[i] == '&'   ? "&amp;"
                             : text[i] == '<' ? "&lt;"
                             : text[i] == '>' ? "&gt;"
                             : text[i] == '"' ? "&quot;"
                                              : NULL;
        if (entity != NULL)
            wrt_buf_add_c(out, entity);
        else
            wrt_buf_add_char(out, text[i]);
    }
}

/* ---- the path to mark, from its text */

/* The node whose name stands at `text` and is followed by an edge or the end; longest name first.
 * -1 when there is none. */
static int node_in_text(const wrt_graph *graph, const char *text, size_t *len) {
    int found = -1;
    *len = 0;
    for (int v = 0; v < (int)wrt_graph_count(graph); v++) {
        const char *name = wrt_graph_name(graph, v);
        size_t n = strlen(name);
        if (n < *len || strncmp(name, text, n) != 0)
            continue;
        const char *after = text + n;
        if (*after == '\0' || strncmp(after, " -> ", 4) == 0 || strncmp(after, " <- ", 4) == 0 ||
            strncmp(after, " <-> ", 5) == 0) {
            found = v;
            *len = n;
        }
    }
    return found;
}

static void mark_step(picture *p, int a, int b, bool is_bidirected) {
    for (size_t i = 0; i < p->layout.n_routes; i++) {
        const wrt_route *r = &p->layout.routes[i];
        bool is_pair = (r->from == a && r->to == b) || (r->from == b && r->to == a);
        if (is_pair && r->is_bidirected == is_bidirected)
            p->marked[i] = 1;
    }
    p->has_path = true;
}

static void mark_path(picture *p, const char *text) {
    size_t len;
    int last = -1, node;
    bool is_bidirected = false;
    while (text != NULL && (node = node_in_text(p->graph, text, &len)) >= 0) {
        if (last >= 0)
            mark_step(p, last, node, is_bidirected);
        last = node;
        text += len;
        is_bidirected = strncmp(text, " <-> ", 5) == 0;
        text = *text == '\0' ? NULL : text + (is_bidirected ? 5 : 4);
    }
}

/* ---- shapes */

static void add_shape(wrt_buf *out, role kind, double x, double y, double width) {
    double left = x - width / 2, height = WRT_LAYOUT_NODE_HEIGHT, top = y - height / 2;
    if (kind == PLAIN || kind == LATENT) {
        wrt_buf_printf(out,
                       "<ellipse cx=\"%.1f\" cy=\"%.1f\" rx=\"%.1f\" ry=\"%.1f\" fill=\"#fff\" "
                       "stroke=\"#333\" stroke-width=\"1.5\"%s/>\n",
                       x, y, width / 2, height / 2,
                       kind == LATENT ? " stroke-dasharray=\"5 4\"" : "");
        return;
    }
    if (kind == SELECTED) {
        double cut = height / 3, right = left + width, bottom = top + height;
        wrt_buf_printf(
            out,
            "<polygon points=\"%.1f,%.1f %.1f,%.1f %.1f,%.1f %.1f,%.1f %.1f,%.1f %.1f,%.1f "
            "%.1f,%.1f %.1f,%.1f\" fill=\"#fff\" stroke=\"#333\" "
            "stroke-width=\"2.5\"/>\n",
            left + cut, top, right - cut, top, right, top + cut, right, bottom - cut, right - cut,
            bottom, left + cut, bottom, left, bottom - cut, left, top + cut);
        return;
    }
    const char *fill = kind == TREATMENT ? "#d6e6f7" : kind == OUTCOME ? "#fde9c9" : "#d0d0d0";
    wrt_buf_printf(out,
                   "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\" "
                   "stroke=\"#333\" stroke-width=\"%s\"/>\n",
                   left, top, width, height, fill, kind == TREATMENT ? "3.5" : "1.5");
    if (kind == OUTCOME)
        wrt_buf_printf(out,
                       "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"none\" "
                       "stroke=\"#333\" stroke-width=\"1.5\"/>\n",
                       left + 4, top + 4, width - 8, height - 8);
}

static void add_node(picture *p, int node) {
    const char *name = wrt_graph_name(p->graph, node);
    const wrt_slot *slot = &p->layout.slots[node];
    double columns;
    size_t shown = shown_part(name, &columns);
    wrt_buf_add_c(p->out, "<g><title>");
    add_escaped(p->out, name, strlen(name));
    wrt_buf_add_c(p->out, "</title>\n");
    add_shape(p->out, (role)p->role[node], slot->x, slot->y, slot->width);
    wrt_buf_printf(p->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", slot->x,
                   slot->y + 5);
    add_escaped(p->out, name, shown);
    wrt_buf_add_c(p->out, name[shown] != '\0' ? "...</text></g>\n" : "</text></g>\n");
}

/* ---- edges */

static void add_line_style(picture *p, bool is_bidirected, bool is_marked) {
    wrt_buf_printf(
        p->out, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"%s marker-end=\"url(#%s)\"",
        is_marked ? "#c0392b" : "#333", is_marked ? "4" : "1.5",
        is_bidirected ? " stroke-dasharray=\"7 4\"" : "", is_marked ? "marked-head" : "head");
    if (is_bidirected)
        wrt_buf_printf(p->out, " marker-start=\"url(#%s)\"", is_marked ? "marked-tail" : "tail");
    wrt_buf_add_c(p->out, "/>\n");
}

/* Where a line meets a node: towards the other end, within the middle half of its side. */
static double meet_x(const wrt_slot *node, double towards) {
    double shift = (towards - node->x) * 0.2, most = node->width / 4;
    return node->x + (shift > most ? most : shift < -most ? -most : shift);
}

static void add_bends(picture *p, const wrt_route *r) {
    for (int k = 0; k < r->n_bends; k++) {
        const wrt_slot *bend = &p->layout.slots[r->first_bend + k];
        wrt_buf_printf(p->out, " L%.1f %.1f L%.1f %.1f", bend->x,
                       bend->y - WRT_LAYOUT_NODE_HEIGHT / 2.0, bend->x,
                       bend->y + WRT_LAYOUT_NODE_HEIGHT / 2.0);
    }
}

static void add_edge(picture *p, size_t i) {
    const wrt_route *r = &p->layout.routes[i];
    const wrt_slot *slots = p->layout.slots, *from = &slots[r->from], *to = &slots[r->to];
    double half = WRT_LAYOUT_NODE_HEIGHT / 2.0;
    const wrt_slot *second = r->n_bends > 0 ? &slots[r->first_bend] : to;
    const wrt_slot *before = r->n_bends > 0 ? &slots[r->first_bend + r->n_bends - 1] : from;
    wrt_buf_add_c(p->out, "<path d=\"");
    if (from->layer == to->layer) { /* an arc above the layer, within the gap */
        wrt_buf_printf(p->out, "M%.1f %.1f Q%.1f %.1f %.1f %.1f", from->x, from->y - half,
                       (from->x + to->x) / 2, from->y - half - 70, to->x, to->y - half);
    } else {
        double shift = r->is_bidirected ? 16 : 0;
        double x = meet_x(from, second->x) + shift, end = meet_x(to, before->x) + shift;
        wrt_buf_printf(p->out, "M%.1f %.1f", x, from->y + half);
        add_bends(p, r);
        if (r->is_bidirected && r->n_bends == 0)
            wrt_buf_printf(p->out, " Q%.1f %.1f %.1f %.1f", (x + end) / 2 + 36,
                           (from->y + to->y) / 2, end, to->y - half);
        else
            wrt_buf_printf(p->out, " L%.1f %.1f", end, to->y - half);
    }
    add_line_style(p, r->is_bidirected, p->marked[i] != 0);
}

/* ---- the file */

static void add_marker(wrt_buf *out, const char *id, const char *colour, bool is_head) {
    wrt_buf_printf(out,
                   "<marker id=\"%s\" viewBox=\"0 0 10 10\" refX=\"%d\" refY=\"5\" "
                   "markerUnits=\"userSpaceOnUse\" markerWidth=\"11\" markerHeight=\"11\" "
                   "orient=\"auto\"><path d=\"%s\" fill=\"%s\"/></marker>\n",
                   id, is_head ? 9 : 1, is_head ? "M0 0 L10 5 L0 10 z" : "M10 0 L0 5 L10 10 z",
                   colour);
}

static void add_legend_line(wrt_buf *out, double y, const char *style, const char *text) {
    wrt_buf_printf(out, "<path d=\"M24 %.1f L76 %.1f\" fill=\"none\" %s/>\n", y, y, style);
    wrt_buf_printf(out, "<text x=\"90\" y=\"%.1f\">%s</text>\n", y + 5, text);
}

static void add_legend(picture *p) {
    static const char *const texts[N_ROLES] = {[PLAIN] = "other variable",
                                               [TREATMENT] = "treatment (thick border)",
                                               [OUTCOME] = "outcome (double border)",
                                               [ADJUSTED] = "adjusted for (filled box)",
                                               [LATENT] = "not observed (dashed)",
                                               [SELECTED] = "only units with one value (octagon)"};
    double y = p->layout.height + LEGEND_STEP / 2.0;
    for (int kind = TREATMENT; kind < N_ROLES; kind++) {
        if (!p->has_role[kind])
            continue;
        wrt_buf_printf(p->out, "<g transform=\"translate(50 %.1f) scale(1 0.55)\">\n", y);
        add_shape(p->out, (role)kind, 0, 0, 52);
        wrt_buf_printf(p->out, "</g>\n<text x=\"90\" y=\"%.1f\">%s</text>\n", y + 5, texts[kind]);
        y += LEGEND_STEP;
    }
    if (p->has_bidirected) {
        add_legend_line(p->out, y,
                        "stroke=\"#333\" stroke-width=\"1.5\" stroke-dasharray=\"7 4\" "
                        "marker-start=\"url(#tail)\" marker-end=\"url(#head)\"",
                        "unobserved common cause");
        y += LEGEND_STEP;
    }
    if (p->has_path)
        add_legend_line(p->out, y,
                        "stroke=\"#c0392b\" stroke-width=\"4\" marker-end=\"url(#marked-head)\"",
                        "open path that causes bias (thick)");
}

static int count_legend(const picture *p) {
    int lines = p->has_bidirected + p->has_path;
    for (int kind = TREATMENT; kind < N_ROLES; kind++)
        lines += p->has_role[kind];
    return lines;
}

static void add_file(picture *p) {
    int lines = count_legend(p);
    double width = p->layout.width, height = p->layout.height + LEGEND_STEP * (double)lines + 8;
    if (lines > 0 && width < LEGEND_WIDTH)
        width = LEGEND_WIDTH;
    wrt_buf_printf(p->out,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
                   "viewBox=\"0 0 %.0f %.0f\" font-family=\"sans-serif\" font-size=\"14\">\n"
                   "<defs>\n",
                   width, height, width, height);
    add_marker(p->out, "head", "#333", true);
    add_marker(p->out, "tail", "#333", false);
    add_marker(p->out, "marked-head", "#c0392b", true);
    add_marker(p->out, "marked-tail", "#c0392b", false);
    wrt_buf_printf(p->out, "</defs>\n<rect width=\"%.0f\" height=\"%.0f\" fill=\"#fff\"/>\n", width,
                   height);
    for (size_t i = 0; i < p->layout.n_routes; i++)
        add_edge(p, i);
    for (size_t v = 0; v < p->layout.n_nodes; v++)
        add_node(p, (int)v);
    add_legend(p);
    wrt_buf_add_c(p->out, "</svg>\n");
}

/* ---- set-up */

static bool is_in(const wrt_node_set *set, int node) {
    return set != NULL && wrt_node_set_has(set, node);
}

static void fill_roles(picture *p) {
    const wrt_drawing *d = p->drawing;
    for (int v = 0; v < (int)wrt_graph_count(p->graph); v++) {
        role kind = is_in(d->treatment, v)               ? TREATMENT
                    : is_in(d->outcome, v)               ? OUTCOME
                    : is_in(d->adjusted, v)              ? ADJUSTED
                    : wrt_graph_is_selected(p->graph, v) ? SELECTED
                    : wrt_graph_is_latent(p->graph, v)   ? LATENT
                                                         : PLAIN;
        p->role[v] = (unsigned char)kind;
        p->has_role[kind] = true;
    }
    for (size_t i = 0; i < p->layout.n_routes; i++)
        p->has_bidirected = p->has_bidirected || p->layout.routes[i].is_bidirected;
}

static wrt_status check_size(const wrt_graph *graph, wrt_err *err) {
    size_t n = wrt_graph_count(graph), edges = 0;
    for (int v = 0; v < (int)n; v++) {
        size_t children, spouses;
        wrt_graph_children(graph, v, &children);
        wrt_graph_spouses(graph, v, &spouses);
        edges += children + spouses;
    }
    if (n <= WRT_DRAW_NODES_MAX && edges <= WRT_DRAW_EDGES_MAX)
        return WRT_OK;
    return wrt_fail(err, WRT_E_LIMIT,
                    "%zu nodes and %zu edges are too many for a picture; at most %d and %d", n,
                    edges, WRT_DRAW_NODES_MAX, WRT_DRAW_EDGES_MAX);
}

wrt_status wrt_graph_to_svg(wrt_buf *out, const wrt_graph *graph, const wrt_drawing *drawing,
                            wrt_err *err) {
    static const wrt_drawing nothing = {0};
    wrt_status status = check_size(graph, err);
    if (status != WRT_OK)
        return status;
    size_t n = wrt_graph_count(graph);
    picture p = {.graph = graph, .drawing = drawing == NULL ? &nothing : drawing, .out = out};
    double *width = wrt_calloc(n + 1, sizeof *width), columns;
    for (size_t v = 0; v < n; v++) {
        shown_part(wrt_graph_name(graph, (int)v), &columns);
        width[v] = columns * CHARACTER_WIDTH + LABEL_PADDING;
        width[v] = width[v] < 48 ? 48 : width[v];
    }
    status = wrt_layout_init(&p.layout, graph, width, err);
    if (status == WRT_OK) {
        p.role = wrt_calloc(n + 1, 1);
        p.marked = wrt_calloc(p.layout.n_routes + 1, 1);
        fill_roles(&p);
        mark_path(&p, p.drawing->path);
        add_file(&p);
    }
    free(width);
    free(p.role);
    free(p.marked);
    wrt_layout_free(&p.layout);
    return status;
}
