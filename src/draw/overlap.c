/* overlap.c: propensities of the treated above the line, of the untreated below it. */
#include "draw/love.h"

#include <math.h>
#include <stdio.h>

enum { WIDTH = 760, LEFT = 120, PLOT = 600, MIDDLE = 160, BAR = 96, BOTTOM = 272 };

static const char *const ARM_NAME[] = {"untreated", "treated"};

/* Of the rows of its arm; an arm of nobody has none. */
static double share(const wrt_propensities *o, int arm, int bin) {
    double rows = (double)o->arm[arm].rows;
    return rows > 0 ? (double)o->arm[arm].bins[bin] / rows : 0;
}

static double tallest(const wrt_propensities *o) {
    double most = 0;
    for (int arm = 0; arm < 2; arm++)
        for (int b = 0; b < WRT_PROPENSITY_BINS; b++)
            most = fmax(most, share(o, arm, b));
    return fmax(most, 1e-9);
}

static void add_bar(wrt_buf *out, const wrt_propensities *o, int arm, int bin, double unit) {
    size_t rows = o->arm[arm].bins[bin];
    double height = unit * share(o, arm, bin);
    double width = (double)PLOT / WRT_PROPENSITY_BINS;
    if (rows == 0 || height <= 0)
        return;
    wrt_buf_printf(out,
                   "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">"
                   "<title>%s, propensity %.2f to %.2f: %zu rows</title></rect>\n",
                   arm == 1 ? "wp-one" : "wp-two wp-hollow", LEFT + bin * width + 1,
                   arm == 1 ? MIDDLE - height : MIDDLE, width - 2, height, ARM_NAME[arm],
                   (double)bin / WRT_PROPENSITY_BINS, (double)(bin + 1) / WRT_PROPENSITY_BINS,
                   rows);
}

static void add_arm(wrt_buf *out, const wrt_propensities *o, int arm, double unit) {
    const wrt_propensity_arm *a = &o->arm[arm];
    double y = arm == 1 ? MIDDLE - BAR / 2.0 : MIDDLE + BAR / 2.0;
    char text[64];
    for (int b = 0; b < WRT_PROPENSITY_BINS; b++)
        add_bar(out, o, arm, b, unit);
    wrt_plot_text(out, &(wrt_plot_place){16, y - 8, LEFT - 24, 13, WRT_PLOT_LEFT, ""},
                  ARM_NAME[arm]);
    (void)snprintf(text, sizeof text, "%zu rows", a->rows);
    wrt_plot_text(out, &(wrt_plot_place){16, y + 8, LEFT - 24, 11, WRT_PLOT_LEFT, "wp-dim"}, text);
    (void)snprintf(text, sizeof text, "ESS %.0f", a->ess);
    wrt_plot_text(out, &(wrt_plot_place){16, y + 22, LEFT - 24, 11, WRT_PLOT_LEFT, "wp-dim"}, text);
}

static wrt_plot_caption caption_of(const wrt_propensities *o) {
    wrt_plot_caption caption = o->caption;
    caption.title = caption.title != NULL ? caption.title : "Overlap of propensities";
    return caption;
}

void wrt_propensities_svg(wrt_buf *out, const wrt_propensities *overlap) {
    wrt_plot_caption caption = caption_of(overlap);
    wrt_plot_axis axis = wrt_plot_axis_make(0, 1, false, LEFT, LEFT + PLOT);
    char text[96];
    wrt_plot_open(out, &caption,
                  "Histograms of the propensity to be treated: of treated rows upwards and filled, "
                  "of untreated rows downwards and hollow, each as shares of its arm. The table "
                  "holds the same numbers.",
                  WIDTH, BOTTOM + 48);
    (void)snprintf(text, sizeof text, "overlap: %s; %zu of %zu rows outside common support",
                   overlap->verdict, overlap->outside_support, overlap->n);
    wrt_plot_text(out, &(wrt_plot_place){LEFT, 46, PLOT, 11, WRT_PLOT_LEFT, "wp-dim"}, text);
    for (int arm = 1; arm >= 0; arm--)
        add_arm(out, overlap, arm, BAR / tallest(overlap));
    wrt_buf_printf(out, "<path class=\"wp-line\" d=\"M%d %dh%d\"/>\n", LEFT, MIDDLE, PLOT);
    wrt_plot_axis_draw(out, &axis, BOTTOM, "propensity: probability of treatment");
    wrt_plot_close(out);
}

void wrt_propensities_table(wrt_buf *out, const wrt_propensities *overlap) {
    static const char *const heads[] = {"propensity", "treated rows", "untreated rows"};
    char text[64];
    wrt_plot_table_open(out, caption_of(overlap).title, heads, 3);
    for (int b = 0; b < WRT_PROPENSITY_BINS; b++) {
        (void)snprintf(text, sizeof text, "%.2f to %.2f", (double)b / WRT_PROPENSITY_BINS,
                       (double)(b + 1) / WRT_PROPENSITY_BINS);
        wrt_plot_row_open(out, text);
        for (int arm = 1; arm >= 0; arm--) {
            (void)snprintf(text, sizeof text, "%zu", overlap->arm[arm].bins[b]);
            wrt_plot_cell(out, text);
        }
        wrt_plot_row_close(out);
    }
    wrt_plot_table_close(out);
}
