/* local.h: weighted polynomial fits to one side of a point (local polynomials at a boundary).
 *
 * Rows carry x, the distance from the point, and y. Weights are triangular, max(0, 1 - |x|/h) / h;
 * the polynomial is in u = x / h, so that powers stay near one. Fan and Gijbels, Local Polynomial
 * Modelling and Its Applications, 1996, section 3.1. */
#ifndef WRT_EFFECT_FIT_LOCAL_H
#define WRT_EFFECT_FIT_LOCAL_H

#include "base/err.h"

#include <stddef.h>

enum { WRT_LOCAL_ORDER_MAX = 4, WRT_LOCAL_TERMS = WRT_LOCAL_ORDER_MAX + 1 };

typedef struct {
    const double *x, *y;
    size_t n;
} wrt_local_rows;

typedef struct {
    size_t k; /* order + 1 */
    double h;
    size_t rows;                  /* of positive weight */
    double beta[WRT_LOCAL_TERMS]; /* of u^j */
    double inverse[WRT_LOCAL_TERMS * WRT_LOCAL_TERMS];
} wrt_local;

/* False when fewer different x than terms have weight. O(n k^2). */
bool wrt_local_fit(wrt_local *out, const wrt_local_rows *rows, size_t order, double h);

/* What y of a row at x adds to beta[term], per unit: sum over rows of it times y is beta[term]. */
double wrt_local_pull(const wrt_local *fit, size_t term, double x);

/* The residual of a row times the correction of HC0 to HC3 (hc 0 to 3) for its leverage. */
double wrt_local_residual(const wrt_local *fit, double x, double y, int hc);

/* sum over rows of (pull * residual)^2: the variance of beta[term]. */
double wrt_local_variance(const wrt_local *fit, const wrt_local_rows *rows, size_t term, int hc);

/* sum over rows of pull * u^(order + 1): what a next power of coefficient one adds to beta[term].
 */
double wrt_local_next(const wrt_local *fit, const wrt_local_rows *rows, size_t term);

#endif
