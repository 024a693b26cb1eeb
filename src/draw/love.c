/* love.c: love plots. */
#include "draw/love.h"

#include "base/arena.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { WIDTH = 760, TOP = 66, ROW = 22, LEFT = 16, LABEL = 240, PLOT = 470 };

/* ---- order */

typedef struct {
    const wrt_love_row *row;
} ranked;

static int worst_first(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    double u = fabs(x->row->smd_before), v = fabs(y->row->smd_before);
    if (u != v)
        return u < v ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

static ranked *sorted(const wrt_love *love) {
    ranked *rows = wrt_calloc(love->n, sizeof *rows);
    for (size_t j = 0; j < love->n; j++)
        rows[j].row = &love->rows[j];
    qsort(rows, love->n, sizeof *rows, worst_first);
    return rows;
}

static wrt_status check(const wrt_love *love, wrt_err *err) {
    return love->n > 0 ? WRT_OK : wrt_fail(err, WRT_E_INPUT, "there are no covariates to balance");
}

/* ---- the picture */

static double largest(const ranked *rows, size_t n, double threshold) {
    double most = 2 * threshold;
    for (size_t j = 0; j < n; j++) {
        double values[] = {fabs(rows[j].row->smd_before), fabs(rows[j].row->smd_after)};
        for (int i = 0; i < 2; i++)
            most = isfinite(values[i]) ? fmax(most, values[i]) : most;
    }
    return most;
}

static void add_before(wrt_buf *out, double x, double y) {
    wrt_buf_printf(out, "<path class=\"wp-two wp-hollow\" d=\"M%.1f %.1fl5 5l-5 5l-5 -5Z\"/>\n", x,
                   y - 5);
}

static void add_after(wrt_buf *out, double x, double y) {
    wrt_buf_printf(out, "<circle class=\"wp-one\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/>\n", x, y);
}

static void add_row(wrt_buf *out, const wrt_plot_axis *axis, const wrt_love_row *row, double y) {
    double before = wrt_plot_at(axis, fabs(row->smd_before));
    wrt_plot_text(out, &(wrt_plot_place){LEFT, y + 4, LABEL - 16, 11, WRT_PLOT_LEFT, ""},
                  row->name);
    wrt_buf_printf(out, "<path class=\"wp-grid\" d=\"M%.1f %.1fH%.1f\"/>\n", axis->left, y,
                   axis->right);
    add_before(out, before, y);
    if (isinf(row->smd_before))
        wrt_plot_text(out, &(wrt_plot_place){before - 10, y + 4, 0, 11, WRT_PLOT_RIGHT, "wp-dim"},
                      "beyond");
    if (!isnan(row->smd_after))
        add_after(out, wrt_plot_at(axis, fabs(row->smd_after)), y);
}

static void add_legend(wrt_buf *out, bool is_weighted) {
    add_before(out, LEFT + LABEL, 44);
    wrt_plot_text(out, &(wrt_plot_place){LEFT + LABEL + 12, 48, 0, 11, WRT_PLOT_LEFT, ""},
                  "before adjustment");
    if (!is_weighted)
        return;
    add_after(out, LEFT + LABEL + 170, 44);
    wrt_plot_text(out, &(wrt_plot_place){LEFT + LABEL + 182, 48, 0, 11, WRT_PLOT_LEFT, ""},
                  "after adjustment");
}

static wrt_plot_caption caption_of(const wrt_love *love) {
    wrt_plot_caption caption = love->caption;
    caption.title = caption.title != NULL ? caption.title : "Balance of covariates";
    return caption;
}

wrt_status wrt_love_svg(wrt_buf *out, const wrt_love *love, wrt_err *err) {
    wrt_status status = check(love, err);
    if (status != WRT_OK)
        return status;
    ranked *rows = sorted(love);
    size_t n = love->n < WRT_LOVE_ROWS_MAX ? love->n : WRT_LOVE_ROWS_MAX;
    double bottom = TOP + (double)n * ROW, height = bottom + 48 + (n < love->n ? 20 : 0);
    wrt_plot_axis axis = wrt_plot_axis_make(0, largest(rows, n, love->threshold), false,
                                            LEFT + LABEL, LEFT + LABEL + PLOT);
    wrt_plot_caption caption = caption_of(love);
    wrt_plot_open(out, &caption,
                  "Love plot: the absolute standardised mean difference of each covariate between "
                  "the arms, hollow diamonds before and filled circles after adjustment, a dashed "
                  "line at the usual limit. The table holds the same numbers.",
                  WIDTH, height);
    add_legend(out, love->has_after);
    for (size_t j = 0; j < n; j++)
        add_row(out, &axis, rows[j].row, TOP + (double)j * ROW + ROW / 2.0);
    wrt_buf_printf(out, "<path class=\"wp-null\" d=\"M%.1f %dV%.1f\"/>\n",
                   wrt_plot_at(&axis, love->threshold), TOP - 4, bottom);
    wrt_plot_axis_draw(out, &axis, bottom, "absolute standardised mean difference");
    if (n < love->n) {
        char text[96];
        (void)snprintf(text, sizeof text,
                       "%zu more covariates with smaller differences stand in "
                       "the table",
                       love->n - n);
        wrt_plot_text(out, &(wrt_plot_place){LEFT, bottom + 58, 0, 11, WRT_PLOT_LEFT, "wp-dim"},
                      text);
    }
    wrt_plot_close(out);
    free(rows);
    return WRT_OK;
}

/* ---- its table */

static void add_numbers(wrt_buf *out, const double *values, size_t n) {
    char text[32];
    for (size_t i = 0; i < n; i++) {
        wrt_plot_number(text, values[i], 3);
        wrt_plot_cell(out, isnan(values[i]) ? "-" : text);
    }
}

wrt_status wrt_love_table(wrt_buf *out, const wrt_love *love, wrt_err *err) {
    static const char *const heads[] = {
        "covariate",        "mean, treated",         "mean, untreated",     "difference before",
        "difference after", "variance ratio before", "variance ratio after"};
    wrt_status status = check(love, err);
    if (status != WRT_OK)
        return status;
    ranked *rows = sorted(love);
    wrt_plot_table_open(out, caption_of(love).title, heads, 7);
    for (size_t j = 0; j < love->n; j++) {
        const wrt_love_row *r = rows[j].row;
        wrt_plot_row_open(out, r->name);
        add_numbers(out,
                    (double[]){r->mean_treated, r->mean_untreated, r->smd_before, r->smd_after,
                               r->ratio_before, r->ratio_after},
                    6);
        wrt_plot_row_close(out);
    }
    wrt_plot_table_close(out);
    free(rows);
    return WRT_OK;
}
