/* plot.c: frame, text and tables. Axes: plot_axis.c; colours: style.c. */
#include "draw/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- text */

/* Bytes of the well-formed character at `text`; 0 when it is none that XML 1.0 may hold. */
static size_t character(const char *text) {
    size_t len = 1, most = strnlen(text, 4);
    while (len < most && ((unsigned char)text[len] & 0xc0) == 0x80)
        len++;
    if (!wrt_utf8_valid((wrt_str){text, len}))
        return 0;
    bool is_nonchar = len == 3 && (unsigned char)text[0] == 0xef &&
                      (unsigned char)text[1] == 0xbf && (unsigned char)text[2] >= 0xbe;
    return is_nonchar ? 0 : len;
}

/* Marks that reorder text (U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069) and C1 controls: a
 * name must not be able to look like another one. */
static bool reorders(const char *text, size_t len) {
    const unsigned char *u = (const unsigned char *)text;
    if (len == 2)
        return u[0] == 0xc2 && u[1] <= 0x9f;
    if (len != 3 || u[0] != 0xe2)
        return false;
    return (u[1] == 0x80 && (u[2] == 0x8e || u[2] == 0x8f || (u[2] >= 0xa8 && u[2] <= 0xae))) ||
           (u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9);
}

static void add_character(wrt_buf *out, const char *text, size_t len) {
    unsigned char c = (unsigned char)text[0];
    const char *entity = c == '&'               ? "&amp;"
                         : c == '<'             ? "&lt;"
                         : c == '>'             ? "&gt;"
                         : c == '"'             ? "&quot;"
                         : c < ' ' || c == 0x7f ? " "
                                                : NULL;
    if (entity != NULL)
        wrt_buf_add_c(out, entity);
    else if (reorders(text, len))
        wrt_buf_add_c(out, "\xef\xbf\xbd");
    else
        wrt_buf_add(out, text, len);
}

/* Steps over a character, or over one byte that is none; *len 0 then. */
static const char *step(const char *text, size_t *len) {
    *len = character(text);
    return text + (*len > 0 ? *len : 1);
}

void wrt_plot_escape(wrt_buf *out, const char *text) {
    size_t len;
    for (const char *next; *text != '\0'; text = next) {
        next = step(text, &len);
        if (len > 0)
            add_character(out, text, len);
        else
            wrt_buf_add_char(out, '?');
    }
}

/* In font sizes, no narrower than common sans-serif fonts (DejaVu Sans is among the widest). */
static double width_of(const char *text, size_t len) {
    unsigned char c = (unsigned char)text[0];
    if (len <= 1 && c != '\0' && strchr("ijlI.,:;|!' ()[]/-", c) != NULL)
        return 0.42;
    if (len <= 1 && c != '\0' && strchr("mwMWOQGD@%&", c) != NULL)
        return 1.0;
    if (len <= 1 && c >= 'A' && c <= 'Z')
        return 0.78;
    if (len <= 1)
        return c == '+' || c == '=' || c == '<' || c == '>' || c == '~' ? 0.85 : 0.66;
    return c >= 0xe1 ? 1.1 : 0.9;
}

double wrt_plot_width(const char *text, double size) {
    double width = 0;
    size_t len;
    for (const char *next; *text != '\0'; text = next) {
        next = step(text, &len);
        width += width_of(text, len);
    }
    return width * size;
}

/* Bytes of text that fit into the room, an ellipsis included when it is cut. */
static size_t fitting(const char *text, double size, double room) {
    const char *at = text, *next;
    double width = 0;
    size_t len;
    if (room <= 0 || wrt_plot_width(text, size) <= room)
        return strlen(text);
    for (; *at != '\0'; at = next) {
        next = step(at, &len);
        width += width_of(at, len) * size;
        if (width + size > room)
            break;
    }
    return (size_t)(at - text);
}

void wrt_plot_text(wrt_buf *out, const wrt_plot_place *place, const char *text) {
    static const char *const anchors[] = {"start", "middle", "end"};
    size_t fit = fitting(text, place->size, place->room), whole = strlen(text), len;
    if (fit < whole) {
        wrt_buf_add_c(out, "<g><title>");
        wrt_plot_escape(out, text);
        wrt_buf_add_c(out, "</title>");
    }
    wrt_buf_printf(out, "<text class=\"wp-text%s%s%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">",
                   place->size < 13 ? " wp-small" : "", place->class[0] != '\0' ? " " : "",
                   place->class, place->x, place->y, anchors[place->anchor]);
    for (const char *at = text, *next; at < text + fit; at = next) {
        next = step(at, &len);
        if (len > 0)
            add_character(out, at, len);
        else
            wrt_buf_add_char(out, '?');
    }
    wrt_buf_add_c(out, fit < whole ? "\xe2\x80\xa6</text></g>\n" : "</text>\n");
}

size_t wrt_plot_break(const char *text, double size, double room) {
    size_t fit = fitting(text, size, room), len;
    const char *cut = text;
    if (fit == strlen(text))
        return fit;
    for (const char *at = text, *next; at < text + fit; at = next) {
        next = step(at, &len);
        if (len == 1 && (*at == ' ' || *at == ',' || *at == '-' || *at == '_'))
            cut = next;
    }
    return (size_t)(cut - text);
}

/* ---- frame */

/* An id as the caption gives it, without what an id may not hold. */
static void add_id(wrt_buf *out, const char *id) {
    if (id == NULL || *id == '\0')
        id = "plot";
    for (; *id != '\0'; id++) {
        bool fits = (*id >= 'a' && *id <= 'z') || (*id >= 'A' && *id <= 'Z') ||
                    (*id >= '0' && *id <= '9') || *id == '-';
        wrt_buf_add_char(out, fits ? *id : '-');
    }
}

void wrt_plot_open(wrt_buf *out, const wrt_plot_caption *caption, const char *description,
                   double width, double height) {
    wrt_buf_add_c(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"");
    add_id(out, caption->id);
    wrt_buf_add_c(out, "-title ");
    add_id(out, caption->id);
    wrt_buf_printf(
        out, "-desc\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\">\n<title id=\"",
        width, height, width, height);
    add_id(out, caption->id);
    wrt_buf_add_c(out, "-title\">");
    wrt_plot_escape(out, caption->title);
    wrt_buf_add_c(out, "</title>\n<desc id=\"");
    add_id(out, caption->id);
    wrt_buf_add_c(out, "-desc\">");
    wrt_plot_escape(out, description);
    wrt_buf_add_c(out, "</desc>\n");
    if (!caption->is_bare) {
        wrt_buf_add_c(out, "<style>\n");
        wrt_plot_style(out);
        wrt_buf_add_c(out, "</style>\n");
    }
    wrt_buf_add_c(out, "<rect class=\"wp-paper\" width=\"100%\" height=\"100%\"/>\n");
    wrt_plot_text(out, &(wrt_plot_place){16, 24, width - 32, 13, WRT_PLOT_LEFT, "wp-bold"},
                  caption->title);
}

void wrt_plot_close(wrt_buf *out) {
    wrt_buf_add_c(out, "</svg>\n");
}

/* ---- numbers */

int wrt_plot_decimals(double scale) {
    if (!isfinite(scale) || scale == 0)
        return 2;
    int places = 2 - (int)floor(log10(fabs(scale)));
    return places < 0 ? 0 : places > 6 ? 6 : places;
}

void wrt_plot_number(char out[32], double value, int decimals) {
    if (isnan(value))
        (void)snprintf(out, 32, "unknown");
    else if (isinf(value))
        (void)snprintf(out, 32, value > 0 ? "infinite" : "-infinite");
    else if (fabs(value) >= 1e6 || (value != 0 && fabs(value) < 1e-6))
        (void)snprintf(out, 32, "%.2g", value);
    else
        (void)snprintf(out, 32, "%.*f", decimals, value);
    if (out[0] == '-' && strspn(out + 1, "0.") == strlen(out + 1))
        memmove(out, out + 1, strlen(out));
}

void wrt_plot_interval(char out[112], const double value_low_high[3], int decimals) {
    char text[3][32];
    for (int i = 0; i < 3; i++)
        wrt_plot_number(text[i], value_low_high[i], decimals);
    if (isnan(value_low_high[1]) || isnan(value_low_high[2]))
        (void)snprintf(out, 112, "%s", text[0]);
    else
        (void)snprintf(out, 112, "%s (%s to %s)", text[0], text[1], text[2]);
}

/* ---- tables */

void wrt_plot_table_open(wrt_buf *out, const char *caption, const char *const *heads, size_t n) {
    wrt_buf_add_c(out, "<table>\n<caption>");
    wrt_plot_escape(out, caption);
    wrt_buf_add_c(out, "</caption>\n<thead><tr>");
    for (size_t i = 0; i < n; i++) {
        wrt_buf_add_c(out, "<th scope=\"col\">");
        wrt_plot_escape(out, heads[i]);
        wrt_buf_add_c(out, "</th>");
    }
    wrt_buf_add_c(out, "</tr></thead>\n<tbody>\n");
}

void wrt_plot_row_open(wrt_buf *out, const char *head) {
    wrt_buf_add_c(out, "<tr><th scope=\"row\">");
    wrt_plot_escape(out, head);
    wrt_buf_add_c(out, "</th>");
}

void wrt_plot_cell(wrt_buf *out, const char *text) {
    wrt_buf_add_c(out, "<td>");
    wrt_plot_escape(out, text);
    wrt_buf_add_c(out, "</td>");
}

void wrt_plot_row_close(wrt_buf *out) {
    wrt_buf_add_c(out, "</tr>\n");
}

void wrt_plot_table_close(wrt_buf *out) {
    wrt_buf_add_c(out, "</tbody>\n</table>\n");
}
