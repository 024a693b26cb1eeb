/* forest.h: estimates with their intervals, one below the other; adjusted beside unadjusted. */
#ifndef WRT_DRAW_FOREST_H
#define WRT_DRAW_FOREST_H

#include "base/err.h"
#include "draw/plot.h"

enum { WRT_FOREST_ROWS_MAX = 200 };

typedef struct {
    const char *label;          /* "aipw"; "unadjusted" */
    double estimate, low, high; /* limits NAN: none; estimate NAN: the row says so */
    bool is_unadjusted;         /* hollow diamond in place of a filled square */
} wrt_forest_row;

typedef struct {
    wrt_plot_caption caption; /* title NULL: "Estimates" */
    const char *measure;      /* label of the axis; NULL: "effect" */
    bool is_ratio;            /* numbers are ratios: log axis, no effect at 1; else at 0 */
    const wrt_forest_row *rows;
    size_t n;
} wrt_forest;

/* WRT_E_INPUT: no rows, or a ratio that is not above 0; WRT_E_LIMIT: more than
 * WRT_FOREST_ROWS_MAX. Appends one <svg> element. */
wrt_status wrt_forest_svg(wrt_buf *out, const wrt_forest *forest, wrt_err *err);
/* The same as an HTML table. */
wrt_status wrt_forest_table(wrt_buf *out, const wrt_forest *forest, wrt_err *err);

#endif
