/* path_svg.c: a drawing of paths as SVG. Labels of edges are nodes of the layout, so that none lies
 * on another or on a line. */
#include "draw/path_drawing.h"

#include "base/arena.h"
#include "draw/arrow.h"
#include "draw/layers.h"
#include "draw/path_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 13, SMALL = 11, NAME_ROOM = 190, LABEL_ROOM = 180, PADDING = 20, LINE = 16 };
enum { NODE_HEIGHT = 56, LABEL_HEIGHT = 18, STEP = 58, TITLE = 28, LEGEND = 26, MARK_WIDTH = 34 };

static const char *const LINE_CLASS[] = {"wg-minus", "wg-none", "wg-plus", "wg-unknown"};

/* ---- layout: nodes first, then one label for each edge */

static double node_width(const wrt_json *node) {
    const char *name = wrt_path_node_name(node), *kind = wrt_json_get_text(node, "kind", NULL);
    double width = wrt_plot_width(name, NAME);
    double below = wrt_plot_width(kind != NULL ? kind : wrt_json_get_text(node, "id", "?"), SMALL);
    width = width > below ? width : below;
    return (width < NAME_ROOM ? width : NAME_ROOM) + PADDING;
}

static wrt_status place(wrt_layout *out, const wrt_path_drawing *d, wrt_err *err) {
    size_t n = d->n_nodes + d->n_edges;
    double *width = wrt_calloc(n + 1, sizeof *width), *height = wrt_calloc(n + 1, sizeof *height);
    wrt_layers_edge *edges = wrt_calloc(2 * d->n_edges + 1, sizeof *edges);
    for (size_t i = 0; i < d->n_nodes; i++) {
        width[i] = node_width(d->nodes[i].node);
        height[i] = NODE_HEIGHT;
    }
    for (size_t i = 0; i < d->n_edges; i++) {
        const wrt_path_edge *e = &d->edges[i];
        int label = (int)(d->n_nodes + i);
        double room = wrt_plot_width(wrt_path_edge_label(e->edge), SMALL) + 4;
        width[label] = room < LABEL_ROOM ? room : LABEL_ROOM;
        height[label] = LABEL_HEIGHT;
        edges[2 * i] = (wrt_layers_edge){(int)e->left, label, false};
        edges[2 * i + 1] = (wrt_layers_edge){label, (int)e->right, false};
    }
    wrt_layers_graph graph = {n, 2 * d->n_edges, width, height, edges, STEP, TITLE};
    wrt_status status = wrt_layout_init(out, &graph, err);
    free(width);
    free(height);
    free(edges);
    return status;
}

/* ---- nodes */

static void add_middle(wrt_buf *out, const wrt_slot *slot, double y, double size,
                       const char *text) {
    wrt_plot_text(out,
                  &(wrt_plot_place){slot->x, slot->y + y, slot->width - 12, size, WRT_PLOT_MIDDLE,
                                    size < NAME ? "wp-dim" : ""},
                  text);
}

/* A name on one line or two, and its kind, or its id, below. */
static void add_name(wrt_buf *out, const wrt_slot *slot, const wrt_json *node) {
    const char *name = wrt_path_node_name(node);
    const char *below = wrt_json_get_text(node, "kind", wrt_json_get_text(node, "id", "?"));
    size_t cut = wrt_plot_break(name, NAME, slot->width - 12);
    if (cut == 0 || cut == strlen(name)) {
        add_middle(out, slot, -2, NAME, name);
        add_middle(out, slot, LINE - 2, SMALL, below);
        return;
    }
    wrt_buf first = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add(&first, name, cut);
    add_middle(out, slot, -LINE / 2.0 - 2, NAME, wrt_buf_str(&first).ptr);
    add_middle(out, slot, LINE / 2.0 - 2, NAME, name + cut);
    add_middle(out, slot, LINE * 1.5 - 4, SMALL, below);
    wrt_buf_free(&first);
}

static void add_node(wrt_buf *out, const wrt_path_node *node, const wrt_slot *slot) {
    wrt_buf_add_c(out, "<g><title>");
    wrt_plot_escape(out, wrt_path_node_name(node->node));
    wrt_buf_add_c(out, " (");
    wrt_plot_escape(out, wrt_json_get_text(node->node, "id", "?"));
    wrt_buf_printf(out,
                   ")</title>\n<rect class=\"wg-node%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                   "height=\"%d\" rx=\"7\"/>\n",
                   node->is_end ? " wg-end" : "", slot->x - slot->width / 2,
                   slot->y - NODE_HEIGHT / 2.0, slot->width, NODE_HEIGHT);
    add_name(out, slot, node->node);
    wrt_buf_add_c(out, "</g>\n");
}

/* ---- edges */

static void add_list(wrt_buf *out, const char *title, wrt_json *list) {
    size_t n = 0;
    wrt_buf_add_c(out, title);
    WRT_JSON_EACH(item, list) {
        if (wrt_json_text(item) == NULL)
            continue;
        wrt_buf_add_c(out, n++ > 0 ? ", " : "");
        wrt_plot_escape(out, wrt_json_text(item));
    }
    if (n == 0)
        wrt_buf_add_c(out, "none stated");
    wrt_json_free(list);
}

static void add_edge_title(wrt_buf *out, const wrt_path_drawing *d, const wrt_path_edge *e) {
    const char *arrow = wrt_path_edge_is_symmetric(e->edge) ? " \xe2\x80\x93 " : " \xe2\x86\x92 ";
    wrt_json *one = wrt_json_new_array();
    wrt_json_push(one, wrt_json_copy(e->edge));
    wrt_buf_add_c(out, "<title>");
    wrt_plot_escape(out, wrt_path_node_name(d->nodes[e->is_reversed ? e->right : e->left].node));
    wrt_buf_add_c(out, arrow);
    wrt_plot_escape(out, wrt_path_edge_label(e->edge));
    wrt_buf_add_c(out, arrow);
    wrt_plot_escape(out, wrt_path_node_name(d->nodes[e->is_reversed ? e->left : e->right].node));
    wrt_buf_printf(out, "\n%s; in %zu of %zu paths\nedge ", wrt_path_sign_word(e->edge), e->n_paths,
                   d->n_paths);
    wrt_plot_escape(out, wrt_json_get_text(e->edge, "id", "?"));
    add_list(out, "\nsources: ", wrt_path_sources(one));
    add_list(out, "\npublications: ", wrt_path_publications(one));
    const wrt_json *retracted = wrt_json_get(e->edge, "retracted_publications");
    if (wrt_json_count(retracted) > 0)
        add_list(out, "\nretracted: ", wrt_json_copy(retracted));
    wrt_buf_add_c(out, "</title>\n");
    wrt_json_free(one);
}

static wrt_arrow_head head_of(const wrt_json *edge) {
    int sign = wrt_path_sign(edge);
    return wrt_path_edge_is_symmetric(edge) ? WRT_ARROW_NONE
           : sign == 1                      ? WRT_ARROW_FILLED
           : sign == -1                     ? WRT_ARROW_BAR
                                            : WRT_ARROW_VEE;
}

static const char *head_class(wrt_arrow_head head) {
    return head == WRT_ARROW_FILLED ? "wg-head wg-head-plus"
           : head == WRT_ARROW_BAR  ? "wg-bar"
                                    : "wg-vee";
}

/* Half of an edge: to its label, or from there on. */
static void add_half(wrt_buf *out, const wrt_layout *layout, size_t route, wrt_arrow arrow) {
    const wrt_route *r = &layout->routes[route];
    wrt_point *points = wrt_calloc(2 * (size_t)r->n_bends + 2, sizeof *points);
    arrow.points = points;
    arrow.n = wrt_layout_points(points, layout, r);
    wrt_arrow_draw(out, &arrow);
    free(points);
}

static void add_edge(wrt_buf *out, const wrt_path_drawing *d, const wrt_layout *layout, size_t i) {
    const wrt_path_edge *e = &d->edges[i];
    const wrt_slot *label = &layout->slots[d->n_nodes + i];
    wrt_arrow_head head = head_of(e->edge);
    char class[64];
    (void)snprintf(class, sizeof class, "wg-edge %s%s", LINE_CLASS[wrt_path_sign(e->edge) + 1],
                   wrt_path_edge_is_weak(e->edge) ? " wg-weak" : "");
    wrt_arrow arrow = {.line_class = class, .head_class = head_class(head)};
    wrt_buf_add_c(out, "<g>");
    add_edge_title(out, d, e);
    arrow.tail = e->is_reversed ? head : WRT_ARROW_NONE;
    add_half(out, layout, 2 * i, arrow);
    arrow.tail = WRT_ARROW_NONE;
    arrow.head = e->is_reversed ? WRT_ARROW_NONE : head;
    add_half(out, layout, 2 * i + 1, arrow);
    wrt_plot_text(
        out, &(wrt_plot_place){label->x, label->y + 4, label->width, SMALL, WRT_PLOT_MIDDLE, ""},
        wrt_path_edge_label(e->edge));
    wrt_buf_add_c(out, "</g>\n");
}

/* ---- the picture */

typedef struct {
    const char *line;
    wrt_arrow_head head;
    const char *text;
} mark;

/* The marks that occur; returns their number. */
static size_t find_marks(mark out[6], const wrt_path_drawing *d) {
    static const mark all[6] = {
        {"wg-edge wg-minus", WRT_ARROW_BAR, "decreases"},
        {"wg-edge wg-plus", WRT_ARROW_FILLED, "increases"},
        {"wg-edge wg-none", WRT_ARROW_VEE, "no sign"},
        {"wg-edge wg-unknown", WRT_ARROW_VEE, "sign not known"},
        {"wg-edge", WRT_ARROW_NONE, "association, or holds both ways"},
        {"wg-edge wg-weak", WRT_ARROW_NONE, "not asserted by its source"},
    };
    bool occurs[6] = {false};
    size_t n = 0;
    for (size_t i = 0; i < d->n_edges; i++) {
        static const int by_sign[] = {0, 2, 1, 3};
        const wrt_json *edge = d->edges[i].edge;
        occurs[wrt_path_edge_is_symmetric(edge) ? 4 : by_sign[wrt_path_sign(edge) + 1]] = true;
        occurs[5] = occurs[5] || wrt_path_edge_is_weak(edge);
    }
    for (size_t i = 0; i < 6; i++)
        if (occurs[i])
            out[n++] = all[i];
    return n;
}

static void add_legend(wrt_buf *out, const mark *marks, size_t n, double y) {
    for (size_t i = 0; i < n; i++, y += LEGEND) {
        wrt_buf_printf(out, "<path class=\"%s\" d=\"M24 %.1fh%d\"/>\n", marks[i].line, y,
                       MARK_WIDTH);
        wrt_arrow_head_draw(out, marks[i].head, (wrt_point){24 + MARK_WIDTH + 6, y},
                            (wrt_point){1, 0}, head_class(marks[i].head));
        wrt_plot_text(out,
                      &(wrt_plot_place){24 + MARK_WIDTH + 18, y + 4, 0, SMALL, WRT_PLOT_LEFT, ""},
                      marks[i].text);
    }
}

wrt_status wrt_path_drawing_svg(wrt_buf *out, const wrt_path_drawing *drawing,
                                const wrt_plot_caption *caption, wrt_err *err) {
    const double least = 480;
    wrt_layout layout;
    mark marks[6];
    size_t n_marks = find_marks(marks, drawing);
    wrt_status status = place(&layout, drawing, err);
    if (status == WRT_OK) {
        double width = layout.width > least ? layout.width : least;
        wrt_plot_open(out, caption,
                      "Routes from above to below: boxes are things, lines are recorded "
                      "statements with their words. The table holds the same.",
                      width, layout.height + LEGEND * (double)n_marks);
        for (size_t i = 0; i < drawing->n_edges; i++)
            add_edge(out, drawing, &layout, i);
        for (size_t i = 0; i < drawing->n_nodes; i++)
            add_node(out, &drawing->nodes[i], &layout.slots[i]);
        add_legend(out, marks, n_marks, layout.height);
        wrt_plot_close(out);
    }
    wrt_layout_free(&layout);
    return status;
}
