/* graph_picture.c: nodes with their roles, edges, the open path, the legend. */
#include "draw/graph_picture.h"

#include "base/arena.h"
#include "draw/arrow.h"

#include <stdlib.h>
#include <string.h>

enum { LABEL = 13, LABEL_ROOM = 170, LABEL_PADDING = 34, NODE_LEAST = 52, TITLE = 28, LINE = 15 };
enum { TALL = 48 }; /* a node of two lines */
enum { LEGEND_STEP = 26, LEGEND_WIDTH = 340, TEXT = 90, ARC = 46 };

typedef struct {
    const wrt_graph_picture *p;
    wrt_layout layout;
    bool *marked; /* per route: on the open path */
    bool has_bidirected, has_path;
    bool has_role[WRT_N_ROLES];
    wrt_buf *out;
} picture;

const char *wrt_graph_role_name(wrt_graph_role role) {
    static const char *const names[WRT_N_ROLES] = {"other variable", "treatment",
                                                   "outcome",        "adjusted for",
                                                   "not observed",   "only units with one value"};
    return names[role];
}

/* ---- the path to mark, from its text */

/* The node whose name stands at `text` and is followed by an edge or the end; longest name first.
 * -1 when there is none. */
static int node_in_text(const wrt_graph_picture *p, const char *text, size_t *len) {
    int found = -1;
    *len = 0;
    for (size_t v = 0; v < p->n_nodes; v++) {
        size_t n = strlen(p->names[v]);
        if (n < *len || strncmp(p->names[v], text, n) != 0)
            continue;
        const char *after = text + n;
        if (*after == '\0' || strncmp(after, " -> ", 4) == 0 || strncmp(after, " <- ", 4) == 0 ||
            strncmp(after, " <-> ", 5) == 0) {
            found = (int)v;
            *len = n;
        }
    }
    return found;
}

static void mark_step(picture *pic, int a, int b, bool is_bidirected) {
    for (size_t i = 0; i < pic->layout.n_routes; i++) {
        const wrt_route *r = &pic->layout.routes[i];
        bool is_pair = (r->from == a && r->to == b) || (r->from == b && r->to == a);
        if (is_pair && r->is_bidirected == is_bidirected)
            pic->marked[i] = pic->has_path = true;
    }
}

static void mark_path(picture *pic, const char *text) {
    size_t len;
    int last = -1, node;
    bool is_bidirected = false;
    while (text != NULL && (node = node_in_text(pic->p, text, &len)) >= 0) {
        if (last >= 0)
            mark_step(pic, last, node, is_bidirected);
        last = node;
        text += len;
        is_bidirected = strncmp(text, " <-> ", 5) == 0;
        text = *text == '\0' ? NULL : text + (is_bidirected ? 5 : 4);
    }
}

/* ---- nodes */

static void add_octagon(wrt_buf *out, const wrt_slot *s) {
    double left = s->x - s->width / 2, right = left + s->width;
    double top = s->y - s->height / 2, bottom = top + s->height, cut = s->height / 3;
    wrt_buf_printf(out,
                   "<path class=\"wg-node wg-selected\" d=\"M%.1f %.1fL%.1f %.1fL%.1f %.1fL%.1f "
                   "%.1fL%.1f %.1fL%.1f %.1fL%.1f %.1fL%.1f %.1fZ\"/>\n",
                   left + cut, top, right - cut, top, right, top + cut, right, bottom - cut,
                   right - cut, bottom, left + cut, bottom, left, bottom - cut, left, top + cut);
}

static void add_box(wrt_buf *out, const char *class, const wrt_slot *s, double inset) {
    wrt_buf_printf(out,
                   "<rect class=\"wg-node%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                   "height=\"%.1f\"/>\n",
                   class, s->x - s->width / 2 + inset, s->y - s->height / 2 + inset,
                   s->width - 2 * inset, s->height - 2 * inset);
}

static void add_shape(wrt_buf *out, wrt_graph_role role, const wrt_slot *s) {
    switch (role) {
    case WRT_ROLE_TREATMENT:
        add_box(out, " wg-treatment", s, 0);
        break;
    case WRT_ROLE_OUTCOME:
        add_box(out, " wg-outcome", s, 0);
        add_box(out, " wg-ring", s, 4);
        break;
    case WRT_ROLE_ADJUSTED:
        add_box(out, " wg-adjusted", s, 0);
        break;
    case WRT_ROLE_SELECTED:
        add_octagon(out, s);
        break;
    default:
        wrt_buf_printf(out,
                       "<ellipse class=\"wg-node%s\" cx=\"%.1f\" cy=\"%.1f\" rx=\"%.1f\" "
                       "ry=\"%.1f\"/>\n",
                       role == WRT_ROLE_LATENT ? " wg-latent" : "", s->x, s->y, s->width / 2,
                       s->height / 2);
    }
}

static void add_line(picture *pic, const wrt_slot *slot, double below, const char *text) {
    wrt_plot_text(pic->out,
                  &(wrt_plot_place){slot->x, slot->y + 5 + below, slot->width - LABEL_PADDING + 10,
                                    LABEL, WRT_PLOT_MIDDLE, ""},
                  text);
}

/* A name on one line, or on two where a break lets it. */
static void add_name(picture *pic, const wrt_slot *slot, const char *name) {
    size_t cut = wrt_plot_break(name, LABEL, slot->width - LABEL_PADDING + 10);
    if (slot->height < TALL || cut == 0 || cut == strlen(name)) {
        add_line(pic, slot, 0, name);
        return;
    }
    wrt_buf first = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add(&first, name, cut);
    add_line(pic, slot, -LINE / 2.0, wrt_buf_str(&first).ptr);
    add_line(pic, slot, LINE / 2.0, name + cut);
    wrt_buf_free(&first);
}

static void add_node(picture *pic, size_t node) {
    const wrt_slot *slot = &pic->layout.slots[node];
    wrt_buf_add_c(pic->out, "<g><title>");
    wrt_plot_escape(pic->out, pic->p->names[node]);
    wrt_buf_printf(pic->out, " (%s)</title>\n", wrt_graph_role_name(pic->p->roles[node]));
    add_shape(pic->out, pic->p->roles[node], slot);
    add_name(pic, slot, pic->p->names[node]);
    wrt_buf_add_c(pic->out, "</g>\n");
}

/* ---- edges */

/* Within a layer: an arc above it. */
static void add_arc(picture *pic, const wrt_route *r, const char *line, const char *head) {
    const wrt_slot *from = &pic->layout.slots[r->from], *to = &pic->layout.slots[r->to];
    double top = from->y - from->height / 2, middle = (from->x + to->x) / 2;
    wrt_buf_printf(pic->out, "<path class=\"%s\" d=\"M%.1f %.1fQ%.1f %.1f %.1f %.1f\"/>\n", line,
                   from->x, top, middle, top - ARC, to->x, top);
    wrt_arrow_head_draw(pic->out, WRT_ARROW_FILLED, (wrt_point){to->x, top},
                        (wrt_point){to->x - middle, ARC}, head);
    if (r->is_bidirected)
        wrt_arrow_head_draw(pic->out, WRT_ARROW_FILLED, (wrt_point){from->x, top},
                            (wrt_point){from->x - middle, ARC}, head);
}

static void add_edge(picture *pic, size_t i) {
    const wrt_route *r = &pic->layout.routes[i];
    const char *line = r->is_bidirected ? (pic->marked[i] ? "wg-edge wg-both wg-open"
                                                          : "wg-edge "
                                                            "wg-both")
                       : pic->marked[i] ? "wg-edge wg-open"
                                        : "wg-edge";
    const char *head = pic->marked[i] ? "wg-head wg-head-open" : "wg-head";
    if (pic->layout.slots[r->from].layer == pic->layout.slots[r->to].layer) {
        add_arc(pic, r, line, head);
        return;
    }
    wrt_point *points = wrt_calloc(2 * (size_t)r->n_bends + 2, sizeof *points);
    size_t n = wrt_layout_points(points, &pic->layout, r);
    wrt_arrow_draw(pic->out,
                   &(wrt_arrow){points, n, WRT_ARROW_FILLED,
                                r->is_bidirected ? WRT_ARROW_FILLED : WRT_ARROW_NONE, line, head});
    free(points);
}

/* ---- legend */

static void add_legend_text(picture *pic, double y, const char *text) {
    wrt_plot_text(pic->out, &(wrt_plot_place){TEXT, y + 4, 0, 11, WRT_PLOT_LEFT, ""}, text);
}

static void add_legend_line(picture *pic, double y, const char *line, const char *head,
                            bool has_tail) {
    wrt_buf_printf(pic->out, "<path class=\"%s\" d=\"M%d %.1fH%d\"/>\n", line, has_tail ? 32 : 24,
                   y, 68);
    wrt_arrow_head_draw(pic->out, WRT_ARROW_FILLED, (wrt_point){76, y}, (wrt_point){1, 0}, head);
    if (has_tail)
        wrt_arrow_head_draw(pic->out, WRT_ARROW_FILLED, (wrt_point){24, y}, (wrt_point){-1, 0},
                            head);
}

static void add_legend(picture *pic) {
    static const char *const texts[WRT_N_ROLES] = {"",
                                                   "treatment (thick border)",
                                                   "outcome (double border)",
                                                   "adjusted for (filled box)",
                                                   "not observed (dashed)",
                                                   "only units with one value (octagon)"};
    double y = pic->layout.height + LEGEND_STEP / 2.0;
    for (int role = WRT_ROLE_TREATMENT; role < WRT_N_ROLES; role++) {
        if (!pic->has_role[role])
            continue;
        wrt_buf_printf(pic->out, "<g transform=\"translate(50 %.1f) scale(1 .55)\">\n", y);
        add_shape(pic->out, (wrt_graph_role)role, &(wrt_slot){.width = 52, .height = 34});
        wrt_buf_add_c(pic->out, "</g>\n");
        add_legend_text(pic, y, texts[role]);
        y += LEGEND_STEP;
    }
    if (pic->has_bidirected) {
        add_legend_line(pic, y, "wg-edge wg-both", "wg-head", true);
        add_legend_text(pic, y, "unobserved common cause");
        y += LEGEND_STEP;
    }
    if (pic->has_path) {
        add_legend_line(pic, y, "wg-edge wg-open", "wg-head wg-head-open", false);
        add_legend_text(pic, y, "open path that causes bias (thick)");
    }
}

static int count_legend(const picture *pic) {
    int lines = pic->has_bidirected + pic->has_path;
    for (int role = WRT_ROLE_TREATMENT; role < WRT_N_ROLES; role++)
        lines += pic->has_role[role];
    return lines;
}

/* ---- the picture */

static void add_picture(picture *pic) {
    int lines = count_legend(pic);
    wrt_plot_caption caption = pic->p->caption;
    caption.title = caption.title != NULL ? caption.title : "Causal graph";
    double title = wrt_plot_width(caption.title, LABEL) + 40;
    double width = pic->layout.width, height = pic->layout.height + LEGEND_STEP * lines + 8;
    width = width > LEGEND_WIDTH ? width : LEGEND_WIDTH;
    width = title > width && title < 760 ? title : width;
    wrt_plot_open(pic->out, &caption,
                  "A directed graph. Boxes and ellipses are variables, arrows are assumed direct "
                  "effects, dashed lines with two heads are unobserved common causes.",
                  width, height);
    for (size_t i = 0; i < pic->layout.n_routes; i++)
        add_edge(pic, i);
    for (size_t v = 0; v < pic->layout.n_nodes; v++)
        add_node(pic, v);
    add_legend(pic);
    wrt_plot_close(pic->out);
}

static wrt_status check_size(const wrt_graph_picture *p, wrt_err *err) {
    if (p->n_nodes <= WRT_GRAPH_PICTURE_NODES_MAX && p->n_edges <= WRT_GRAPH_PICTURE_EDGES_MAX)
        return WRT_OK;
    return wrt_fail(
        err, WRT_E_LIMIT, "%zu nodes and %zu edges are too many for a picture; at most %d and %d",
        p->n_nodes, p->n_edges, WRT_GRAPH_PICTURE_NODES_MAX, WRT_GRAPH_PICTURE_EDGES_MAX);
}

/* Pixels of a node with its name on one line, or on two where it is long. */
static void measure(double *width, double *height, const char *name) {
    double text = wrt_plot_width(name, LABEL);
    bool is_long = text > LABEL_ROOM;
    *width = (is_long ? LABEL_ROOM : text) + LABEL_PADDING;
    *width = *width < NODE_LEAST ? NODE_LEAST : *width;
    *height = is_long ? TALL : WRT_LAYERS_NODE_HEIGHT;
}

wrt_status wrt_graph_picture_svg(wrt_buf *out, const wrt_graph_picture *p, wrt_err *err) {
    wrt_status status = check_size(p, err);
    if (status != WRT_OK)
        return status;
    picture pic = {.p = p, .out = out};
    double *width = wrt_calloc(p->n_nodes + 1, sizeof *width);
    double *height = wrt_calloc(p->n_nodes + 1, sizeof *height);
    for (size_t v = 0; v < p->n_nodes; v++) {
        measure(&width[v], &height[v], p->names[v]);
        pic.has_role[p->roles[v]] = true;
    }
    wrt_layers_graph graph = {.n_nodes = p->n_nodes,
                              .n_edges = p->n_edges,
                              .width = width,
                              .height = height,
                              .edges = p->edges,
                              .top = TITLE};
    status = wrt_layout_init(&pic.layout, &graph, err);
    if (status == WRT_OK) {
        pic.marked = wrt_calloc(p->n_edges + 1, sizeof *pic.marked);
        for (size_t i = 0; i < p->n_edges; i++)
            pic.has_bidirected = pic.has_bidirected || p->edges[i].is_bidirected;
        mark_path(&pic, p->open_path);
        add_picture(&pic);
    }
    free(width);
    free(height);
    free(pic.marked);
    wrt_layout_free(&pic.layout);
    return status;
}
