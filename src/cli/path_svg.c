/* path_svg.c: a drawing of paths as an SVG file. */
#include "cli/path_drawing.h"
#include "cli/path_table.h"
#include "cli/terminal.h"

#include <string.h>

enum { NODE_HEIGHT = 36, LABEL_COLUMNS = 28, EDGE_LABEL_COLUMNS = 26, LANE = 22 };

static const char *const SIGN_CLASS[] = {"minus", "none", "plus", "unknown"};
static const char *const SIGN_WORDS[] = {"decreases", "no sign", "increases", "sign not known"};

/* Plain colours first and the dark ones after them, so that readers without variables and media
 * queries show the light picture. */
static const char STYLE[] =
    "<style>\n"
    ".paper{fill:#fff}text{fill:#222;font:13px system-ui,sans-serif}\n"
    ".kind,.label,.legend{font-size:11px}.kind{fill:#666}\n"
    ".label{paint-order:stroke;stroke:#fff;stroke-width:4px}\n"
    ".node{fill:#f4f6f8;stroke:#222;stroke-width:1.3}.end{stroke-width:3}\n"
    ".edge{fill:none;stroke:#666;stroke-width:1.6}\n"
    ".plus{stroke:#00795a}.minus{stroke:#b34700}.unknown{stroke-dasharray:5 4}\n"
    ".head-plus{fill:#00795a}.head-minus{fill:none;stroke:#b34700;stroke-width:3}\n"
    ".head-none{fill:none;stroke:#666;stroke-width:1.6}\n"
    "@media (prefers-color-scheme:dark){\n"
    ".paper{fill:#16181c}text{fill:#e8e8e8}.kind{fill:#a8adb5}.label{stroke:#16181c}\n"
    ".node{fill:#24282f;stroke:#e8e8e8}.edge,.head-none{stroke:#a8adb5}\n"
    ".plus{stroke:#4fd0a5}.head-plus{fill:#4fd0a5}.minus,.head-minus{stroke:#ff9a5c}\n"
    "}\n"
    "</style>\n";

static const char MARKERS[] =
    "<defs>\n"
    "<marker id=\"plus\" viewBox=\"0 0 10 10\" refX=\"10\" refY=\"5\" markerWidth=\"11\" "
    "markerHeight=\"11\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">"
    "<path class=\"head-plus\" d=\"M0 0L10 5L0 10Z\"/></marker>\n"
    "<marker id=\"minus\" viewBox=\"0 0 6 16\" refX=\"4\" refY=\"8\" markerWidth=\"6\" "
    "markerHeight=\"16\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">"
    "<path class=\"head-minus\" d=\"M4 0V16\"/></marker>\n"
    "<marker id=\"none\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"11\" "
    "markerHeight=\"11\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">"
    "<path class=\"head-none\" d=\"M1 1L9 5L1 9\"/></marker>\n"
    "</defs>\n";

/* ---- text */

static void add_escaped(wrt_buf *out, wrt_str text) {
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        const char *entity = c == '&'    ? "&amp;"
                             : c == '<'  ? "&lt;"
                             : c == '>'  ? "&gt;"
                             : c == '"'  ? "&quot;"
                             : c < ' '   ? " "
                             : c == 0x7f ? " "
                                         : NULL;
        if (entity != NULL)
            wrt_buf_add_c(out, entity);
        else
            wrt_buf_add_char(out, text.ptr[i]);
    }
}

/* At most so many columns, with an ellipsis where it was cut. */
static void add_shown(wrt_buf *out, const char *text, size_t columns) {
    wrt_str all = wrt_str_of(text);
    size_t fit = wrt_terminal_fit(all, columns);
    if (fit < all.len)
        fit = wrt_terminal_fit(all, columns - 1);
    add_escaped(out, (wrt_str){all.ptr, fit});
    if (fit < all.len)
        wrt_buf_add_c(out, "\xe2\x80\xa6");
}

static const char *name_of(const wrt_json *node) {
    return wrt_json_get_text(node, "name", wrt_json_get_text(node, "id", "?"));
}

static void add_list(wrt_buf *out, const char *title, wrt_json *list) {
    size_t n = 0;
    wrt_buf_add_c(out, title);
    WRT_JSON_EACH(item, list) {
        wrt_buf_add_c(out, n++ > 0 ? ", " : "");
        add_escaped(out, wrt_str_of(wrt_json_text(item)));
    }
    if (n == 0)
        wrt_buf_add_c(out, "none stated");
    wrt_json_free(list);
}

/* ---- nodes */

static void add_node(wrt_buf *out, const wrt_path_node *node) {
    wrt_buf_add_c(out, "<g><title>");
    add_escaped(out, wrt_str_of(name_of(node->node)));
    wrt_buf_add_c(out, " (");
    add_escaped(out, wrt_str_of(wrt_json_get_text(node->node, "id", "?")));
    wrt_buf_printf(out,
                   ")</title>\n<rect class=\"node%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                   "height=\"%d\" rx=\"7\"/>\n",
                   node->is_end ? " end" : "", node->x - node->width / 2,
                   node->y - NODE_HEIGHT / 2.0, node->width, NODE_HEIGHT);
    wrt_buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", node->x,
                   node->y - 1);
    add_shown(out, name_of(node->node), LABEL_COLUMNS);
    wrt_buf_printf(out,
                   "</text>\n<text class=\"kind\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
                   node->x, node->y + 13);
    add_shown(out, wrt_json_get_text(node->node, "kind", "?"), LABEL_COLUMNS);
    wrt_buf_add_c(out, "</text></g>\n");
}

/* ---- edges */

typedef struct {
    double x1, y1, x2, y2, x3, y3, x4, y4; /* a cubic Bezier curve */
} curve;

static curve curve_of(const wrt_path_node *from, const wrt_path_node *to, int lane) {
    int side = (lane + 1) / 2; /* lanes 1, 2, 3, ... lie at +1, -1, +2, ... */
    double shift = side * (lane % 2 == 0 ? -LANE : LANE), way = 0;
    curve c = {.y1 = from->y, .y4 = to->y};
    if (from->layer == to->layer) { /* an arc on the right of the layer */
        double x = from->x + from->width / 2, y = to->x + to->width / 2;
        double out = (x > y ? x : y) + 70 + (lane * LANE);
        return (curve){x, from->y, out, from->y, out, to->y, y, to->y};
    }
    bool forward = from->layer < to->layer;
    c.x1 = from->x + (forward ? 1 : -1) * from->width / 2;
    c.x4 = to->x - (forward ? 1 : -1) * to->width / 2;
    way = (c.x4 - c.x1) / 2;
    c.x2 = c.x1 + way;
    c.x3 = c.x4 - way;
    c.y2 = c.y1 + shift * 2;
    c.y3 = c.y4 + shift * 2;
    return c;
}

static void add_edge_title(wrt_buf *out, const wrt_path_drawing *d, const wrt_path_edge *e) {
    wrt_json *one = wrt_json_new_array();
    wrt_json_push(one, wrt_json_copy(e->edge));
    wrt_buf_add_c(out, "<title>");
    add_escaped(out, wrt_str_of(name_of(d->nodes[e->from].node)));
    wrt_buf_add_c(out, wrt_path_edge_is_symmetric(e->edge) ? " \xe2\x80\x93 " : " \xe2\x86\x92 ");
    add_escaped(out, wrt_str_of(wrt_path_edge_label(e->edge)));
    wrt_buf_add_c(out, wrt_path_edge_is_symmetric(e->edge) ? " \xe2\x80\x93 " : " \xe2\x86\x92 ");
    add_escaped(out, wrt_str_of(name_of(d->nodes[e->to].node)));
    wrt_buf_printf(out, "\n%s; in %zu of %zu paths\nedge ", SIGN_WORDS[wrt_path_sign(e->edge) + 1],
                   e->n_paths, d->n_paths);
    add_escaped(out, wrt_str_of(wrt_json_get_text(e->edge, "id", "?")));
    add_list(out, "\nsources: ", wrt_path_sources(one));
    add_list(out, "\npublications: ", wrt_path_publications(one));
    const wrt_json *retracted = wrt_json_get(e->edge, "retracted_publications");
    if (wrt_json_count(retracted) > 0)
        add_list(out, "\nretracted: ", wrt_json_copy(retracted));
    wrt_buf_add_c(out, "</title>\n");
    wrt_json_free(one);
}

static void add_edge(wrt_buf *out, const wrt_path_drawing *d, const wrt_path_edge *e) {
    curve c = curve_of(&d->nodes[e->from], &d->nodes[e->to], e->lane);
    int sign = wrt_path_sign(e->edge);
    const char *class = SIGN_CLASS[sign + 1];
    wrt_buf_add_c(out, "<g>");
    add_edge_title(out, d, e);
    wrt_buf_printf(out, "<path class=\"edge %s\" d=\"M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f\"",
                   class, c.x1, c.y1, c.x2, c.y2, c.x3, c.y3, c.x4, c.y4);
    if (!wrt_path_edge_is_symmetric(e->edge))
        wrt_buf_printf(out, " marker-end=\"url(#%s)\"", sign == 2 ? "none" : class);
    wrt_buf_add_c(out, "/></g>\n");
}

/* Labels stand above all lines. */
static void add_label(wrt_buf *out, const wrt_path_drawing *d, const wrt_path_edge *e) {
    curve c = curve_of(&d->nodes[e->from], &d->nodes[e->to], e->lane);
    wrt_buf_printf(out, "<text class=\"label\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
                   (c.x1 + 3 * c.x2 + 3 * c.x3 + c.x4) / 8,
                   (c.y1 + 3 * c.y2 + 3 * c.y3 + c.y4) / 8 - 4);
    add_shown(out, wrt_path_edge_label(e->edge), EDGE_LABEL_COLUMNS);
    wrt_buf_add_c(out, "</text>\n");
}

/* ---- the file */

static void add_legend(wrt_buf *out, const wrt_path_drawing *d) {
    static const char *const marks[] = {"minus", "none", "plus", "none"};
    double y = d->height - 20, x = 24;
    for (int i = 0; i < 4; i++) {
        wrt_buf_printf(out,
                       "<path class=\"edge %s\" d=\"M%.0f %.0fh34\" marker-end=\"url(#%s)\"/>"
                       "<text class=\"legend\" x=\"%.0f\" y=\"%.0f\">%s</text>\n",
                       SIGN_CLASS[i], x, y, marks[i], x + 42, y + 4, SIGN_WORDS[i]);
        x += 140;
    }
    wrt_buf_printf(out,
                   "<path class=\"edge\" d=\"M%.0f %.0fh34\"/><text class=\"legend\" x=\"%.0f\" "
                   "y=\"%.0f\">holds both ways</text>\n",
                   x, y, x + 42, y + 4);
}

void wrt_path_drawing_svg(wrt_buf *out, const wrt_path_drawing *drawing, const char *caption) {
    const double least = 740;
    double width = drawing->width > least ? drawing->width : least;
    wrt_buf_printf(out,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
                   "aria-labelledby=\"caption\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
                   "height=\"%.0f\">\n<title id=\"caption\">",
                   width, drawing->height, width, drawing->height);
    add_escaped(out, wrt_str_of(caption));
    wrt_buf_add_c(out, "</title>\n");
    wrt_buf_add_c(out, STYLE);
    wrt_buf_add_c(out, MARKERS);
    wrt_buf_add_c(out, "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
    for (size_t i = 0; i < drawing->n_edges; i++)
        add_edge(out, drawing, &drawing->edges[i]);
    for (size_t i = 0; i < drawing->n_edges; i++)
        add_label(out, drawing, &drawing->edges[i]);
    for (size_t i = 0; i < drawing->n_nodes; i++)
        add_node(out, &drawing->nodes[i]);
    add_legend(out, drawing);
    wrt_buf_add_c(out, "</svg>\n");
}
