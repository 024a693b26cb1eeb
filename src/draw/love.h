/* love.h: balance of covariates before and after adjustment, a row a covariate (Love 2004), worst
 * first; and the propensities of both arms as mirrored histograms. */
#ifndef WRT_DRAW_LOVE_H
#define WRT_DRAW_LOVE_H

#include "base/err.h"
#include "draw/plot.h"

enum { WRT_LOVE_ROWS_MAX = 60 }; /* the worst before adjustment; a line counts the others */
enum { WRT_PROPENSITY_BINS = 20 };

typedef struct {
    const char *name;
    double mean_treated, mean_untreated;
    double smd_before, smd_after;     /* after: NAN without adjustment */
    double ratio_before, ratio_after; /* of variances; NAN: none */
} wrt_love_row;

typedef struct {
    wrt_plot_caption caption; /* title NULL: "Balance of covariates" */
    const wrt_love_row *rows;
    size_t n;
    double threshold; /* of the dashed line */
    bool has_after;
} wrt_love;

/* WRT_E_INPUT: no covariates. */
wrt_status wrt_love_svg(wrt_buf *out, const wrt_love *love, wrt_err *err);
/* All covariates, in the same order, as an HTML table. */
wrt_status wrt_love_table(wrt_buf *out, const wrt_love *love, wrt_err *err);

typedef struct {
    size_t rows;
    double ess;                       /* effective number of rows */
    size_t bins[WRT_PROPENSITY_BINS]; /* of width 1 / WRT_PROPENSITY_BINS over [0, 1] */
} wrt_propensity_arm;

typedef struct {
    wrt_plot_caption caption;  /* title NULL: "Overlap of propensities" */
    wrt_propensity_arm arm[2]; /* untreated, treated */
    const char *verdict;       /* "good" */
    size_t n, outside_support;
} wrt_propensities;

void wrt_propensities_svg(wrt_buf *out, const wrt_propensities *propensities);
void wrt_propensities_table(wrt_buf *out, const wrt_propensities *propensities);

#endif
