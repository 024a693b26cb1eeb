/* forest.c: a forest plot and its table. */
#include "draw/forest.h"

#include <math.h>

enum { WIDTH = 760, TOP = 44, ROW = 28, LEFT = 16, LABEL = 200, PLOT = 330, NUMBERS = 190 };

static wrt_status check(const wrt_forest *f, wrt_err *err) {
    if (f->n == 0)
        return wrt_fail(err, WRT_E_INPUT, "a forest plot needs an estimate");
    if (f->n > WRT_FOREST_ROWS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "a forest plot takes %d rows, not %zu",
                        WRT_FOREST_ROWS_MAX, f->n);
    for (size_t i = 0; i < f->n; i++) {
        const wrt_forest_row *row = &f->rows[i];
        if (f->is_ratio && (row->estimate <= 0 || row->low < 0 || row->high <= 0))
            return wrt_fail(err, WRT_E_INPUT, "%s: a ratio is above 0", row->label);
    }
    return WRT_OK;
}

static double none(const wrt_forest *f) {
    return f->is_ratio ? 1 : 0;
}

static void widen(double range[2], double value) {
    if (!isfinite(value))
        return;
    range[0] = fmin(range[0], value);
    range[1] = fmax(range[1], value);
}

static wrt_plot_axis axis_of(const wrt_forest *f, double left, double right) {
    double range[2] = {none(f), none(f)};
    for (size_t i = 0; i < f->n; i++) {
        widen(range, f->rows[i].estimate);
        if (!f->is_ratio || f->rows[i].low > 0)
            widen(range, f->rows[i].low);
        widen(range, f->rows[i].high);
    }
    return wrt_plot_axis_make(range[0], range[1], f->is_ratio, left, right);
}

/* Two digits of the smallest standard error or so: more would be noise. */
static int decimals_of(const wrt_forest *f) {
    double scale = 0;
    for (size_t i = 0; i < f->n; i++) {
        const wrt_forest_row *row = &f->rows[i];
        double size = isfinite(row->high - row->low) ? row->high - row->low : fabs(row->estimate);
        if (isfinite(size) && size > 0 && (scale == 0 || size < scale))
            scale = size;
    }
    return wrt_plot_decimals(10 * scale);
}

/* Head of an arrow where an interval goes on beyond the axis. */
static void add_arrow(wrt_buf *out, double x, double y, double way) {
    wrt_buf_printf(out, "<path class=\"wp-line\" d=\"M%.1f %.1fL%.1f %.1fL%.1f %.1f\"/>\n",
                   x - 6 * way, y - 4, x, y, x - 6 * way, y + 4);
}

static void add_mark(wrt_buf *out, const wrt_plot_axis *axis, const wrt_forest_row *row, double y) {
    double x = wrt_plot_at(axis, row->estimate);
    if (!isnan(row->low) && !isnan(row->high)) {
        double from = wrt_plot_at(axis, row->low), to = wrt_plot_at(axis, row->high);
        wrt_buf_printf(out, "<path class=\"wp-line\" d=\"M%.1f %.1fH%.1f\"/>\n", from, y, to);
        if (isinf(row->low) || (axis->is_log && row->low == 0))
            add_arrow(out, from, y, -1);
        if (isinf(row->high))
            add_arrow(out, to, y, 1);
    }
    if (row->is_unadjusted)
        wrt_buf_printf(out, "<path class=\"wp-two wp-hollow\" d=\"M%.1f %.1fl6 6l-6 6l-6 -6Z\"/>\n",
                       x, y - 6);
    else
        wrt_buf_printf(out,
                       "<rect class=\"wp-one\" x=\"%.1f\" y=\"%.1f\" width=\"10\" "
                       "height=\"10\"/>\n",
                       x - 5, y - 5);
}

static void add_row(wrt_buf *out, const wrt_plot_axis *axis, const wrt_forest_row *row, double y,
                    int decimals) {
    char text[112];
    wrt_plot_text(out, &(wrt_plot_place){LEFT, y + 4, LABEL - 12, 13, WRT_PLOT_LEFT, ""},
                  row->label);
    if (isfinite(row->estimate)) {
        add_mark(out, axis, row, y);
        wrt_plot_interval(text, (double[]){row->estimate, row->low, row->high}, decimals);
    }
    wrt_plot_text(out, &(wrt_plot_place){WIDTH - LEFT, y + 4, NUMBERS, 11, WRT_PLOT_RIGHT, ""},
                  isfinite(row->estimate) ? text : "not estimated");
}

static wrt_plot_caption caption_of(const wrt_forest *f) {
    wrt_plot_caption caption = f->caption;
    caption.title = caption.title != NULL ? caption.title : "Estimates";
    return caption;
}

wrt_status wrt_forest_svg(wrt_buf *out, const wrt_forest *f, wrt_err *err) {
    wrt_status status = check(f, err);
    if (status != WRT_OK)
        return status;
    wrt_plot_caption caption = caption_of(f);
    wrt_plot_axis axis = axis_of(f, LEFT + LABEL, LEFT + LABEL + PLOT);
    double bottom = TOP + (double)f->n * ROW, middle = wrt_plot_at(&axis, none(f));
    int decimals = decimals_of(f);
    wrt_plot_open(out, &caption,
                  "Forest plot: a square (adjusted) or hollow diamond (unadjusted) for each "
                  "estimate, a line for its interval, a dashed line at no effect. The table holds "
                  "the same numbers.",
                  WIDTH, bottom + 48);
    wrt_buf_printf(out, "<path class=\"wp-null\" d=\"M%.1f %dV%.1f\"/>\n", middle, TOP - 6, bottom);
    for (size_t i = 0; i < f->n; i++)
        add_row(out, &axis, &f->rows[i], TOP + (double)i * ROW + ROW / 2.0, decimals);
    wrt_plot_axis_draw(out, &axis, bottom, f->measure != NULL ? f->measure : "effect");
    wrt_plot_close(out);
    return WRT_OK;
}

wrt_status wrt_forest_table(wrt_buf *out, const wrt_forest *f, wrt_err *err) {
    static const char *const heads[] = {"estimator", "estimate", "low", "high"};
    wrt_status status = check(f, err);
    if (status != WRT_OK)
        return status;
    int decimals = decimals_of(f);
    wrt_plot_table_open(out, caption_of(f).title, heads, 4);
    for (size_t i = 0; i < f->n; i++) {
        const double values[] = {f->rows[i].estimate, f->rows[i].low, f->rows[i].high};
        char text[32];
        wrt_plot_row_open(out, f->rows[i].label);
        for (int j = 0; j < 3; j++) {
            wrt_plot_number(text, values[j], decimals);
            wrt_plot_cell(out, text);
        }
        wrt_plot_row_close(out);
    }
    wrt_plot_table_close(out);
    return WRT_OK;
}
