/* plot_axis.c: ticks at round numbers. */
#include "draw/plot.h"

#include <math.h>
#include <stdio.h>

enum { WANTED = 6 };

static double clamp(double x, double low, double high) {
    return x < low ? low : x > high ? high : x;
}

static void linear_ticks(wrt_plot_axis *axis) {
    double rough = (axis->high - axis->low) / WANTED, power = pow(10, floor(log10(rough)));
    double share = rough / power;
    double gap = power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
    axis->low = floor(axis->low / gap + 1e-9) * gap;
    axis->high = ceil(axis->high / gap - 1e-9) * gap;
    axis->decimals = (int)clamp(-floor(log10(gap) + 1e-9), 0, 6);
    for (int i = 0; i < WRT_PLOT_TICKS_MAX && axis->low + i * gap <= axis->high + gap / 2; i++)
        axis->ticks[axis->n_ticks++] = axis->low + i * gap;
}

/* Steps 1, 2, 5 of each decade where that gives few ticks, else powers of ten, further apart when
 * they are many. */
static void log_ticks(wrt_plot_axis *axis) {
    double first = floor(log10(axis->low)), last = ceil(log10(axis->high));
    bool are_fine = last - first <= 2;
    double gap = are_fine ? 1 : ceil((last - first) / WANTED);
    for (int k = 0; first + k * gap <= last; k++) {
        static const double steps[] = {1, 2, 5};
        for (int i = 0; i < (are_fine ? 3 : 1) && axis->n_ticks < WRT_PLOT_TICKS_MAX; i++) {
            double tick = steps[i] * pow(10, first + k * gap);
            if (tick >= axis->low * (1 - 1e-9) && tick <= axis->high * (1 + 1e-9))
                axis->ticks[axis->n_ticks++] = tick;
        }
    }
    axis->decimals = 2;
}

wrt_plot_axis wrt_plot_axis_make(double low, double high, bool is_log, double left, double right) {
    wrt_plot_axis axis = {.low = low, .high = high, .left = left, .right = right, .is_log = is_log};
    if (is_log) {
        axis.low = clamp(isfinite(low) ? low : 1e-3, 1e-12, 1e12);
        axis.high = clamp(isfinite(high) ? high : 1e3, axis.low * 1.5, 1e13);
        log_ticks(&axis);
        return axis;
    }
    axis.low = isfinite(low) ? clamp(low, -1e300, 1e300) : -1;
    axis.high = isfinite(high) ? clamp(high, -1e300, 1e300) : 1;
    double least = 1e-6 * fmax(fabs(axis.low), fabs(axis.high));
    if (axis.high - axis.low <= least) {
        double half = fmax(1, 10 * least);
        axis.low -= half;
        axis.high += half;
    }
    linear_ticks(&axis);
    return axis;
}

double wrt_plot_at(const wrt_plot_axis *axis, double value) {
    double share = axis->is_log ? log(fmax(value, 1e-300) / axis->low) / log(axis->high / axis->low)
                                : (value - axis->low) / (axis->high - axis->low);
    return axis->left + clamp(share, 0, 1) * (axis->right - axis->left);
}

/* Shortest text of a tick of a log axis: 0.05, 2, 100, 1e+06. */
static void tick_text(char out[32], const wrt_plot_axis *axis, double tick) {
    if (axis->is_log)
        (void)snprintf(out, 32, "%.4g", tick);
    else
        wrt_plot_number(out, tick, axis->decimals);
}

void wrt_plot_axis_draw(wrt_buf *out, const wrt_plot_axis *axis, double y, const char *label) {
    double middle = (axis->left + axis->right) / 2, until = -1e9;
    char text[32];
    wrt_buf_printf(out, "<path class=\"wp-line\" d=\"M%.1f %.1fH%.1f\"/>\n", axis->left, y,
                   axis->right);
    for (int i = 0; i < axis->n_ticks; i++) {
        double x = wrt_plot_at(axis, axis->ticks[i]);
        wrt_buf_printf(out, "<path class=\"wp-line\" d=\"M%.1f %.1fv5\"/>\n", x, y);
        tick_text(text, axis, axis->ticks[i]);
        double half = wrt_plot_width(text, 11) / 2;
        if (x - half < until)
            continue;
        until = x + half + 4;
        wrt_plot_text(out, &(wrt_plot_place){x, y + 18, 0, 11, WRT_PLOT_MIDDLE, ""}, text);
    }
    wrt_plot_text(out,
                  &(wrt_plot_place){middle, y + 36, axis->right - axis->left + 80, 11,
                                    WRT_PLOT_MIDDLE, "wp-dim"},
                  label);
}
