/* km.h: survival curves by the product-limit estimator.
 *
 * Kaplan and Meier, JASA 1958, doi:10.1080/01621459.1958.10501452. Variance by Greenwood (1926);
 * pointwise intervals on the scale of log(-log S) (Kalbfleisch and Prentice 1980), which stay
 * within 0 and 1. With weights (inverse probabilities), counts are sums of weights and the number
 * at risk of Greenwood's formula is the effective one, (sum w)^2 / sum w^2 (Xie and Liu, Statistics
 * in Medicine 2005, doi:10.1002/sim.2174). Events at a time come before censorings at it. */
#ifndef WRT_EFFECT_KM_H
#define WRT_EFFECT_KM_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    size_t n;
    const double *time;   /* >= 0 */
    const double *event;  /* 1 event, 0 censored */
    const double *weight; /* > 0; NULL: all 1 */
} wrt_survival;

/* One entry a distinct time, ascending; all in the caller's arena. */
typedef struct {
    size_t n, rows;
    double *time;
    double *at_risk, *events, *censored; /* just before, at, at; sums of weights when weighted */
    size_t *rows_at_risk;                /* rows, whatever their weights */
    double *survival;                    /* from `time` on, until the next one */
    double *greenwood;                   /* sum of d / (Y (Y - d)); infinite once survival is 0 */
    double *low, *high;                  /* NAN where survival is 1 or 0 */
    double level;
} wrt_km_curve;

/* WRT_E_INPUT: no rows, a time that is negative or not finite, an event that is neither 0 nor 1, a
 * weight that is not positive; `level` outside (0, 1). O(n log n). */
wrt_status wrt_km_fit(wrt_km_curve *out, const wrt_survival *data, double level, wrt_arena *arena,
                      wrt_err *err);

/* Index of the last entry at or before `time`; curve->n before the first: survival is 1 there. */
size_t wrt_km_index(const wrt_km_curve *curve, double time);
double wrt_km_survival_at(const wrt_km_curve *curve, double time);
size_t wrt_km_rows_at_risk(const wrt_km_curve *curve, double time); /* rows with time >= `time` */

typedef struct {
    double time;      /* first time at which survival is at most 1 - p; NAN: not reached */
    double low, high; /* Brookmeyer and Crowley 1982, on the log(-log) scale; NAN: not reached */
} wrt_km_quantile;

wrt_km_quantile wrt_km_quantile_of(const wrt_km_curve *curve, double p); /* 0.5: the median */

#endif
