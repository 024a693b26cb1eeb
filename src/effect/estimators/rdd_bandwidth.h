/* rdd_bandwidth.h: the window of a regression discontinuity with least mean squared error.
 *
 * Calonico, Cattaneo and Titiunik 2014 (doi:10.3982/ECTA11757), in the form of Calonico, Cattaneo
 * and Farrell 2020 (doi:10.1093/ectj/utz022) that rdrobust calls "mserd": one window for both
 * sides, triangular kernel, local lines, and three plug-in rounds, each giving the window that the
 * next needs for its bias: third derivative from a quartic over everything, then the window b of
 * the quadratic that estimates the bias, then the window h of the lines. Variances by residuals. */
#ifndef WRT_EFFECT_ESTIMATORS_RDD_BANDWIDTH_H
#define WRT_EFFECT_ESTIMATORS_RDD_BANDWIDTH_H

#include "effect/fit/local.h"

typedef struct {
    double h, b; /* of the lines; of the bias */
} wrt_rdd_bandwidth;

/* sides: left (x <= 0) and right (x >= 0) of the cutoff at 0. hc: 0 to 3. WRT_E_INPUT when a side
 * has too few different values for a round. O(n log n). */
wrt_status wrt_rdd_bandwidth_find(wrt_rdd_bandwidth *out, const wrt_local_rows sides[2], int hc,
                                  wrt_err *err);

#endif
