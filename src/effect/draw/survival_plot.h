/* survival_plot.h: survival curves of two arms, with their intervals, censorings and the numbers at
 * risk below. */
#ifndef WRT_EFFECT_DRAW_SURVIVAL_PLOT_H
#define WRT_EFFECT_DRAW_SURVIVAL_PLOT_H

#include "base/buf.h"
#include "effect/estimators/km.h"

typedef struct {
    const char *id, *title;       /* NULL: "plot", "Survival" */
    const char *time_label;       /* NULL: "time" */
    const char *label[2];         /* of the arms; NULL: "untreated", "treated" */
    const wrt_km_curve *curve[2]; /* untreated, treated */
    double horizon;               /* a dashed line; 0: none */
} wrt_survival_plot;

/* Vertices closer than a tenth of a pixel are joined, so that the size of the picture does not grow
 * with the rows. */
void wrt_survival_svg(wrt_buf *out, const wrt_survival_plot *plot);
/* Survival, interval and rows at risk at the ticks of the axis, as an HTML table. */
void wrt_survival_table(wrt_buf *out, const wrt_survival_plot *plot);

#endif
