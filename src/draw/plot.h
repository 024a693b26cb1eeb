/* plot.h: what the pictures share: an SVG frame, style, text that fits, axes, tables.
 *
 * A picture is one <svg> element without script, outside reference or fixed id, light and dark by
 * media query, with <title> and <desc>; several may stand in one page when their ids differ. Its
 * twin is an HTML <table> of the same numbers. All text is escaped and made valid for XML 1.0. Text
 * is measured by a table of widths on the generous side, cut with an ellipsis where it does not
 * fit, and then whole in a <title> beside it. */
#ifndef WRT_DRAW_PLOT_H
#define WRT_DRAW_PLOT_H

#include "base/buf.h"

enum { WRT_PLOT_TICKS_MAX = 12 };

/* id: letters, digits and '-', unique in the page; NULL: "plot". title: what is seen; NULL: a
 * general one. */
typedef struct {
    const char *id, *title;
    bool is_bare; /* the page around it holds wrt_plot_style already */
} wrt_plot_caption;

/* The rules of all pictures, without <style>. Plain colours first and the dark ones after them, so
 * that readers without media queries show the light picture; paper is always light. */
void wrt_plot_style(wrt_buf *out);

typedef enum { WRT_PLOT_LEFT, WRT_PLOT_MIDDLE, WRT_PLOT_RIGHT } wrt_plot_anchor;

/* Frame, style and background; `description` for those who do not see it. */
void wrt_plot_open(wrt_buf *out, const wrt_plot_caption *caption, const char *description,
                   double width, double height);
void wrt_plot_close(wrt_buf *out);

/* Pixels that text takes at most, at a font size in pixels. */
double wrt_plot_width(const char *text, double size);

typedef struct {
    double x, y; /* baseline */
    double room; /* pixels; 0: as wide as it is */
    double size; /* 13 or 11 */
    wrt_plot_anchor anchor;
    const char *class; /* more classes, or "" */
} wrt_plot_place;

void wrt_plot_text(wrt_buf *out, const wrt_plot_place *place, const char *text);

/* Bytes of a first line: up to the last space, comma or hyphen where it still fits into the room;
 * all of the text when all fits; 0 when no break does. */
size_t wrt_plot_break(const char *text, double size, double room);
void wrt_plot_escape(wrt_buf *out, const char *text);

/* ---- numbers */

/* Decimals with which numbers up to `scale` show three digits, 0 to 6. */
int wrt_plot_decimals(double scale);
/* "-0.12", "1.3e+07" beyond 1e6, "unknown" for NAN, "infinite"; never "-0.00". */
void wrt_plot_number(char out[32], double value, int decimals);
/* "0.52 (0.31 to 0.73)", "0.52" without limits. */
void wrt_plot_interval(char out[112], const double value_low_high[3], int decimals);

/* ---- axes */

typedef struct {
    double low, high;   /* of the data, widened to ticks; low < high */
    double left, right; /* pixels */
    double ticks[WRT_PLOT_TICKS_MAX];
    int n_ticks, decimals;
    bool is_log; /* low, high and ticks are ratios, above 0 */
} wrt_plot_axis;

/* An axis for values from low to high between two pixels. Ticks at 1, 2 or 5 times a power of ten
 * (log: also 1, 2, 5 of each decade, or powers of ten when there are many). */
wrt_plot_axis wrt_plot_axis_make(double low, double high, bool is_log, double left, double right);
double wrt_plot_at(const wrt_plot_axis *axis, double value); /* pixel, kept within the axis */
/* Line, ticks and label below at y. */
void wrt_plot_axis_draw(wrt_buf *out, const wrt_plot_axis *axis, double y, const char *label);

/* ---- tables */

void wrt_plot_table_open(wrt_buf *out, const char *caption, const char *const *heads, size_t n);
void wrt_plot_row_open(wrt_buf *out, const char *head); /* first cell, scope="row" */
void wrt_plot_cell(wrt_buf *out, const char *text);
void wrt_plot_row_close(wrt_buf *out);
void wrt_plot_table_close(wrt_buf *out);

#endif
