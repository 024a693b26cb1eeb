/* survival_plot.c: step curves and the table at risk. */
#include "effect/draw/survival_plot.h"
#include "draw/plot.h"

#include <math.h>
#include <stdio.h>

enum {
    WIDTH = 760,
    LEFT = 120,
    RIGHT = 736,
    TOP = 72,
    BOTTOM = 332,
    RISK = 392,
    ROW = 18,
    CENSORED_GAP = 6
};

static const double JOINED = 0.1; /* pixels */

static const char *label_of(const wrt_survival_plot *p, int arm) {
    static const char *const names[] = {"untreated", "treated"};
    return p->label[arm] != NULL ? p->label[arm] : names[arm];
}

static wrt_plot_axis time_axis(const wrt_survival_plot *p) {
    double last = p->horizon;
    for (int arm = 0; arm < 2; arm++)
        last = fmax(last, p->curve[arm]->time[p->curve[arm]->n - 1]);
    return wrt_plot_axis_make(0, last, false, LEFT, RIGHT);
}

static double y_of(double survival) {
    return BOTTOM - survival * (BOTTOM - TOP);
}

/* ---- curves */

/* Steps through `values` (NAN: the last one stays), from where the path stands, forwards. */
static double add_steps(wrt_buf *out, const wrt_km_curve *curve, const double *values,
                        const wrt_plot_axis *axis) {
    double x = axis->left, y = y_of(1);
    for (size_t k = 0; k < curve->n; k++) {
        double to_x = wrt_plot_at(axis, curve->time[k]);
        double to_y = isnan(values[k]) ? y : y_of(values[k]);
        bool is_last = k + 1 == curve->n;
        if (!is_last && (to_y == y || (to_x - x < JOINED && to_y - y < JOINED)))
            continue;
        wrt_buf_printf(out, "H%.1fV%.1f", to_x, to_y);
        x = to_x;
        y = to_y;
    }
    return x;
}

/* The same steps backwards, from the end of the curve to its begin. */
static void add_steps_back(wrt_buf *out, const wrt_km_curve *curve, const double *values,
                           const wrt_plot_axis *axis) {
    double x = axis->right;
    for (size_t k = curve->n; k-- > 0;) {
        double to_x = wrt_plot_at(axis, curve->time[k]);
        if (isnan(values[k]) || (k > 0 && values[k - 1] == values[k]))
            continue;
        if (x - to_x < JOINED)
            continue;
        wrt_buf_printf(out, "V%.1fH%.1f", y_of(values[k]), to_x);
        x = to_x;
    }
}

static const char *class_of(int arm) {
    return arm == 1 ? "wp-one" : "wp-two";
}

static void add_band(wrt_buf *out, const wrt_km_curve *curve, int arm, const wrt_plot_axis *axis) {
    wrt_buf_printf(out, "<path class=\"%s wp-band\" d=\"M%.1f %.1f", class_of(arm), axis->left,
                   y_of(1));
    (void)add_steps(out, curve, curve->high, axis);
    add_steps_back(out, curve, curve->low, axis);
    wrt_buf_printf(out, "V%.1fH%.1fZ\"/>\n", y_of(1), axis->left);
}

static void add_curve(wrt_buf *out, const wrt_km_curve *curve, int arm, const wrt_plot_axis *axis) {
    double last = -1e9;
    wrt_buf_printf(out, "<path class=\"%s wp-curve%s\" d=\"M%.1f %.1f", class_of(arm),
                   arm == 0 ? " wp-dash" : "", axis->left, y_of(1));
    (void)add_steps(out, curve, curve->survival, axis);
    wrt_buf_printf(out, "\"/>\n<path class=\"%s wp-curve\" d=\"", class_of(arm));
    wrt_buf_printf(out, "M%.1f %.1f", axis->left, y_of(1));
    for (size_t k = 0; k < curve->n; k++) {
        double x = wrt_plot_at(axis, curve->time[k]);
        if (curve->censored[k] <= 0 || x - last < CENSORED_GAP)
            continue;
        wrt_buf_printf(out, "M%.1f %.1fv8", x, y_of(curve->survival[k]) - 4);
        last = x;
    }
    wrt_buf_add_c(out, "\"/>\n");
}

/* ---- around them */

static void add_survival_axis(wrt_buf *out) {
    wrt_buf_printf(out, "<path class=\"wp-line\" d=\"M%d %dV%d\"/>\n", LEFT, TOP, BOTTOM);
    for (int i = 0; i <= 4; i++) {
        char text[8];
        double y = y_of(i / 4.0);
        (void)snprintf(text, sizeof text, "%d %%", 25 * i);
        wrt_buf_printf(out, "<path class=\"wp-grid\" d=\"M%d %.1fH%d\"/>\n", LEFT, y, RIGHT);
        wrt_plot_text(out, &(wrt_plot_place){LEFT - 8, y + 4, 60, 11, WRT_PLOT_RIGHT, ""}, text);
    }
}

static void add_legend(wrt_buf *out, const wrt_survival_plot *p) {
    for (int arm = 1; arm >= 0; arm--) {
        double x = arm == 1 ? LEFT : LEFT + 310;
        wrt_buf_printf(out, "<path class=\"%s wp-curve%s\" d=\"M%.1f 48h34\"/>\n", class_of(arm),
                       arm == 0 ? " wp-dash" : "", x);
        wrt_plot_text(out, &(wrt_plot_place){x + 42, 52, 250, 11, WRT_PLOT_LEFT, ""},
                      label_of(p, arm));
    }
}

static void add_at_risk(wrt_buf *out, const wrt_survival_plot *p, const wrt_plot_axis *axis) {
    wrt_plot_text(out, &(wrt_plot_place){16, RISK, 0, 11, WRT_PLOT_LEFT, "wp-dim"}, "at risk");
    for (int arm = 1; arm >= 0; arm--) {
        double y = RISK + ROW * (2 - arm), until = LEFT - 12;
        wrt_plot_text(out, &(wrt_plot_place){16, y, LEFT - 44, 11, WRT_PLOT_LEFT, ""},
                      label_of(p, arm));
        for (int i = 0; i < axis->n_ticks; i++) {
            char text[32];
            (void)snprintf(text, sizeof text, "%zu",
                           wrt_km_rows_at_risk(p->curve[arm], axis->ticks[i]));
            double x = wrt_plot_at(axis, axis->ticks[i]), half = wrt_plot_width(text, 11) / 2;
            if (x - half < until - 8 && i > 0)
                continue;
            until = x + half + 4;
            wrt_plot_text(out, &(wrt_plot_place){x, y, 0, 11, WRT_PLOT_MIDDLE, ""}, text);
        }
    }
}

static const char *title_of(const wrt_survival_plot *p) {
    return p->title != NULL ? p->title : "Survival";
}

void wrt_survival_svg(wrt_buf *out, const wrt_survival_plot *p) {
    wrt_plot_caption caption = {.id = p->id, .title = title_of(p)};
    wrt_plot_axis axis = time_axis(p);
    wrt_plot_open(out, &caption,
                  "Kaplan-Meier curves: treated solid, untreated dashed, bands for the intervals, "
                  "short strokes for censorings, rows at risk below. The table holds the same "
                  "numbers.",
                  WIDTH, RISK + 2 * ROW + 16);
    add_legend(out, p);
    add_survival_axis(out);
    for (int arm = 0; arm < 2; arm++)
        add_band(out, p->curve[arm], arm, &axis);
    for (int arm = 0; arm < 2; arm++)
        add_curve(out, p->curve[arm], arm, &axis);
    if (p->horizon > 0)
        wrt_buf_printf(out,
                       "<path class=\"wp-null\" d=\"M%.1f %dV%d\"><title>horizon</title>"
                       "</path>\n",
                       wrt_plot_at(&axis, p->horizon), TOP, BOTTOM);
    wrt_plot_axis_draw(out, &axis, BOTTOM, p->time_label != NULL ? p->time_label : "time");
    add_at_risk(out, p, &axis);
    wrt_plot_close(out);
}

/* ---- the table */

static void add_arm_cells(wrt_buf *out, const wrt_km_curve *curve, double time) {
    size_t k = wrt_km_index(curve, time);
    char text[112];
    double low = k < curve->n ? curve->low[k] : NAN, high = k < curve->n ? curve->high[k] : NAN;
    wrt_plot_interval(text, (double[]){wrt_km_survival_at(curve, time), low, high}, 3);
    wrt_plot_cell(out, text);
    (void)snprintf(text, sizeof text, "%zu", wrt_km_rows_at_risk(curve, time));
    wrt_plot_cell(out, text);
}

void wrt_survival_table(wrt_buf *out, const wrt_survival_plot *p) {
    static const char *const heads[] = {"time", "survival, treated", "at risk, treated",
                                        "survival, untreated", "at risk, untreated"};
    wrt_plot_axis axis = time_axis(p);
    char text[32];
    wrt_plot_table_open(out, title_of(p), heads, 5);
    for (int i = 0; i < axis.n_ticks; i++) {
        wrt_plot_number(text, axis.ticks[i], axis.decimals);
        wrt_plot_row_open(out, text);
        add_arm_cells(out, p->curve[1], axis.ticks[i]);
        add_arm_cells(out, p->curve[0], axis.ticks[i]);
        wrt_plot_row_close(out);
    }
    wrt_plot_table_close(out);
}
