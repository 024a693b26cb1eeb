/* ols.h: least squares by orthogonal factors, and five covariances of its coefficients.
 *
 * Coefficients come from a QR decomposition made in blocks of rows, not from normal equations, so
 * that nearly dependent columns keep their digits; memory beside the input is O(n + k^2). With
 * weights, the sum of weights times squared residuals is minimised; with integer weights that is a
 * row repeated. Covariances: White 1980 (HC0), MacKinnon and White 1985 (HC1 to HC3), clusters with
 * Liang and Zeger 1986 and the factor G/(G-1) (n-1)/(n-k) of statsmodels and Stata. */
#ifndef WRT_EFFECT_FIT_OLS_H
#define WRT_EFFECT_FIT_OLS_H

#include "effect/fit/design.h"

typedef struct {
    size_t n, k;
    double *coefficients; /* k */
    double *residuals;    /* n */
    double *factor;       /* R, k x k upper triangular, R'R = X' W X (+ penalty) */
    double *inverse;      /* (R'R)^-1, k x k */
    double rows;          /* sum of the weights */
    double variance;      /* of the residuals, sum of w e^2 / (rows - k) */
} wrt_ols;

typedef enum {
    WRT_OLS_CLASSICAL,
    WRT_OLS_HC0,
    WRT_OLS_HC1,
    WRT_OLS_HC2,
    WRT_OLS_HC3,
    WRT_OLS_CLUSTER
} wrt_ols_covariance_kind;

/* weights: n, >= 0, NULL for ones. penalty: k, >= 0, NULL for none (wrt_design_penalty).
 * WRT_E_INPUT when a column is dependent on those before it (named) or there are fewer rows than
 * columns. All in the arena. O(2 n k^2). */
wrt_status wrt_ols_fit(wrt_ols *out, const wrt_design *design, const double *y,
                       const double *weights, const double *penalty, wrt_arena *arena,
                       wrt_err *err);

/* out: k x k. cluster: n dense ids below n_clusters, of WRT_OLS_CLUSTER only. weights as fitted
 * (analytic weights: a row stays one observation). A row with leverage 1 has no residual left: it
 * adds nothing to HC2 and HC3. */
void wrt_ols_covariance(double *out, const wrt_ols *fit, const wrt_design *design,
                        const double *weights, wrt_ols_covariance_kind kind, const size_t *cluster,
                        size_t n_clusters, wrt_arena *arena);

#endif
