/* timeline.c: lanes that occur, bars, an axis of seconds. */
#include "draw/timeline.h"

#include <math.h>

enum { WIDTH = 760, LEFT = 110, PLOT = 620, TOP = 40, ROW = 28, BAR = 16 };

static const double THINNEST = 2; /* pixels: what takes no time is still seen */

const char *wrt_lane_name(wrt_lane lane) {
    static const char *const names[WRT_N_LANES] = {"model",  "tool",   "network",
                                                   "policy", "person", "program"};
    return names[lane];
}

typedef struct {
    double y[WRT_N_LANES]; /* of the middle; below 0: the lane does not occur */
    double bottom, end_s;
    size_t n;
} lanes;

static lanes find_lanes(const wrt_timeline *t) {
    lanes out = {.n = t->n < WRT_TIMELINE_SPANS_MAX ? t->n : WRT_TIMELINE_SPANS_MAX};
    bool occurs[WRT_N_LANES] = {false};
    for (size_t i = 0; i < out.n; i++) {
        occurs[t->spans[i].lane] = true;
        out.end_s = fmax(out.end_s, t->spans[i].end_s);
    }
    out.bottom = TOP;
    for (int lane = 0; lane < WRT_N_LANES; lane++) {
        out.y[lane] = occurs[lane] ? out.bottom + ROW / 2.0 : -1;
        out.bottom += occurs[lane] ? ROW : 0;
    }
    return out;
}

static void add_span(wrt_buf *out, const wrt_plot_axis *axis, const wrt_span *span, double y) {
    double from = wrt_plot_at(axis, span->start_s), to = wrt_plot_at(axis, span->end_s);
    double width = fmax(to - from, THINNEST);
    wrt_buf_printf(out,
                   "<rect class=\"wt-%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\">"
                   "<title>",
                   wrt_lane_name(span->lane), fmin(from, LEFT + PLOT - width), y - BAR / 2.0, width,
                   BAR);
    wrt_plot_escape(out, span->label);
    wrt_buf_printf(out, ": %.3f s, from %.3f s</title></rect>\n", span->end_s - span->start_s,
                   span->start_s);
}

void wrt_timeline_svg(wrt_buf *out, const wrt_timeline *t) {
    wrt_plot_caption caption = t->caption;
    lanes l = find_lanes(t);
    wrt_plot_axis axis = wrt_plot_axis_make(0, fmax(l.end_s, 0.001), false, LEFT, LEFT + PLOT);
    caption.title = caption.title != NULL ? caption.title : "Who worked when";
    wrt_plot_open(out, &caption,
                  "A bar from start to end of each piece of work, in one row for each kind of "
                  "worker. The table holds the same numbers.",
                  WIDTH, l.bottom + 48);
    for (int lane = 0; lane < WRT_N_LANES; lane++) {
        if (l.y[lane] < 0)
            continue;
        wrt_plot_text(out, &(wrt_plot_place){16, l.y[lane] + 4, LEFT - 24, 13, WRT_PLOT_LEFT, ""},
                      wrt_lane_name((wrt_lane)lane));
        wrt_buf_printf(out, "<path class=\"wp-grid\" d=\"M%d %.1fh%d\"/>\n", LEFT, l.y[lane], PLOT);
    }
    for (size_t i = 0; i < l.n; i++)
        add_span(out, &axis, &t->spans[i], l.y[t->spans[i].lane]);
    wrt_plot_axis_draw(out, &axis, l.bottom, "seconds since the run began");
    wrt_plot_close(out);
}
