/* anderson_rubin.h: an interval for the coefficient of an instrumented treatment that covers
 * however weak the instruments are (Anderson and Rubin 1949, doi:10.1214/aoms/1177730090).
 *
 * It holds the values b for which y - b t is not related to the instruments given covariates:
 * gain(b) / q <= chi-square quantile / q * variance(b), both sides quadratic in b. So the set is an
 * interval, everything, two rays, or empty when instruments disagree. Equal variances. */
#ifndef WRT_EFFECT_ESTIMATORS_ANDERSON_RUBIN_H
#define WRT_EFFECT_ESTIMATORS_ANDERSON_RUBIN_H

#include "base/json.h"

#include <stddef.h>

/* Residuals of outcome and treatment, n each, on covariates alone (without) and on covariates and
 * instruments (with), all with an intercept. */
typedef struct {
    const double *outcome_without, *treatment_without, *outcome_with, *treatment_with;
    size_t n, k, q; /* rows, columns of the fit with instruments, instruments */
} wrt_anderson_rubin;

/* {"form":"interval|everything|rays|empty","low":x,"high":x}: of rays, up to low and from high on.
 */
wrt_json *wrt_anderson_rubin_interval(const wrt_anderson_rubin *in, double level);

#endif
