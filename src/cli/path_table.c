/* path_table.c: see path_table.h. */
#include "cli/path_table.h"

#include "cli/terminal.h"
#include "draw/path_words.h"

#include <string.h>

enum { SOURCES_COLUMNS = 24, UNKNOWN = 2, PATH_LEAST = 24, LINE_MAX_BYTES = 1 << 20 };

static const char BOLD[] = "\033[1m", GREEN[] = "\033[32m", RED[] = "\033[31m", PLAIN[] = "\033[0m";

typedef struct {
    FILE *out;
    size_t width, indent, column;
    bool colour;
} printer;

/* ---- one path */

static const char *colour_of(const printer *p, int sign) {
    if (!p->colour || sign == 0 || sign == UNKNOWN)
        return "";
    return sign > 0 ? GREEN : RED;
}

static void add_clean(wrt_buf *out, const char *text) {
    size_t start = out->len;
    wrt_buf_add_c(out, text);
    if (out->len > start)
        wrt_utf8_make_printable(out->ptr + start, out->len - start);
}

/* " -[label]-| " as it is read along the path. */
static void add_arrow(wrt_buf *out, const wrt_json *edge) {
    int sign = wrt_path_sign(edge);
    bool both = wrt_path_edge_is_symmetric(edge);
    bool back = !both && wrt_json_get_bool(edge, "reversed", false);
    const char *contradicted = wrt_json_count(wrt_json_get(edge, "contradicted_by")) > 0 ||
                                       wrt_json_get_bool(edge, "sign_conflict", false)
                                   ? " !"
                                   : "";
    const char *retracted = wrt_json_get_bool(edge, "support_retracted", false) ? " retracted" : "";
    const char *signed_label = !both || sign == 0 || sign == UNKNOWN ? "" : sign > 0 ? " +" : " -";
    wrt_buf_add_c(out, back ? (sign == 1 ? "<+[" : sign == -1 ? "|-[" : "<-[") : "-[");
    add_clean(out, wrt_path_edge_label(edge));
    wrt_buf_printf(out, "%s%s%s", signed_label, contradicted, retracted);
    wrt_buf_add_c(out, back || both ? "]-" : sign == 1 ? "]+>" : sign == -1 ? "]-|" : "]->");
}

/* Prints a piece, on a new line when it does not fit behind what is there. */
static void put(printer *p, const wrt_buf *piece, const char *colour) {
    size_t columns = wrt_terminal_columns(wrt_buf_str(piece));
    if (p->width > 0 && p->column > p->indent && p->column + 1 + columns > p->width) {
        fprintf(p->out, "\n%*s", (int)p->indent, "");
        p->column = p->indent;
    } else if (p->column > p->indent) {
        fputc(' ', p->out);
        p->column++;
    }
    fprintf(p->out, "%s%s%s", colour, wrt_buf_str(piece).ptr, colour[0] != '\0' ? PLAIN : "");
    p->column += columns;
}

static void print_steps(printer *p, const wrt_json *path) {
    const wrt_json *edge = wrt_json_first(wrt_json_get(path, "edges"));
    wrt_buf piece = wrt_buf_make(LINE_MAX_BYTES);
    p->column = p->indent;
    WRT_JSON_EACH(node, wrt_json_get(path, "nodes")) {
        wrt_buf_clear(&piece);
        add_clean(&piece, wrt_json_get_text(node, "name", wrt_json_get_text(node, "id", "?")));
        put(p, &piece, "");
        if (edge == NULL)
            break;
        wrt_buf_clear(&piece);
        add_arrow(&piece, edge);
        put(p, &piece, colour_of(p, wrt_path_sign(edge)));
        edge = wrt_json_next(edge);
    }
    fputc('\n', p->out);
    wrt_buf_free(&piece);
}

static void add_sources(wrt_buf *out, const wrt_json *edges) {
    wrt_json *sources = wrt_path_sources(edges);
    WRT_JSON_EACH(source, sources) {
        if (out->len > 0)
            wrt_buf_add_char(out, ',');
        add_clean(out, wrt_json_text(source));
    }
    wrt_json_free(sources);
}

static void print_path(printer *p, const wrt_json *path, size_t rank) {
    static const char *const signs[] = {"-", "0", "+", "?"};
    const wrt_json *edges = wrt_json_get(path, "edges");
    wrt_json *publications = wrt_path_publications(edges);
    wrt_buf sources = wrt_buf_make(LINE_MAX_BYTES);
    int sign = wrt_path_sign(path);
    add_sources(&sources, edges);
    wrt_str text = wrt_buf_str(&sources);
    size_t fit = wrt_terminal_fit(text, SOURCES_COLUMNS);
    const char *colour = colour_of(p, sign);
    fprintf(p->out, "%3zu  %-9.4g  %s%-4s%s  %4zu  %4zu  %.*s%*s  ", rank,
            wrt_json_get_number(path, "score", 0), colour, signs[sign + 1],
            colour[0] != '\0' ? PLAIN : "", wrt_json_count(edges), wrt_json_count(publications),
            (int)fit, text.ptr,
            (int)(SOURCES_COLUMNS - wrt_terminal_columns((wrt_str){text.ptr, fit})), "");
    print_steps(p, path);
    wrt_buf_free(&sources);
    wrt_json_free(publications);
}

void wrt_path_table_print(FILE *out, const wrt_json *paths, size_t width, bool colour) {
    static const char header[] = "  #  score      sign  hops  refs  sources                   path";
    printer p = {.out = out, .width = width, .colour = colour};
    p.indent = sizeof header - sizeof "path";
    if (width > 0 && width < p.indent + PATH_LEAST)
        p.width = p.indent + PATH_LEAST;
    size_t rank = 0;
    fprintf(out, "%s%s%s\n", colour ? BOLD : "", header, colour ? PLAIN : "");
    WRT_JSON_EACH(path, paths)
    print_path(&p, path, ++rank);
}
