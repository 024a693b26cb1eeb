/* rdd.h: sharp regression discontinuity: the jump of the outcome where the running variable passes
 * the cutoff and the treatment changes.
 *
 * Local lines on both sides, triangular kernel, in a window given or chosen by least mean squared
 * error (rdd_bandwidth.h). In such a window the lines are biased by as much as they vary, so the
 * interval is the robust bias-corrected one of Calonico, Cattaneo and Titiunik 2014
 * (doi:10.3982/ECTA11757): around the estimate less its bias, with the error of estimating that. It
 * need not be centred on the estimate; `se` is that of the lines, details hold both. A given window
 * serves lines and bias alike. Errors: HC0 to HC3 by residuals, or by cluster.
 *
 * The effect is that at the cutoff only. Fuzzy designs, covariates and the bootstrap are refused;
 * no test of the density of the running variable is made, and a warning says so. */
#ifndef WRT_EFFECT_ESTIMATORS_RDD_H
#define WRT_EFFECT_ESTIMATORS_RDD_H

#include "effect/estimators/estimator.h"

extern const wrt_estimator wrt_estimator_rdd;

#endif
