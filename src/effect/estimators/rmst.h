/* rmst.h: what a treatment does to survival, without a model: difference in restricted mean
 * survival time, and in survival at a time.
 *
 * The restricted mean survival time is the area under the survival curve from 0 to a horizon: the
 * mean time lived within it. Variance sum_k A_k^2 d_k / (Y_k (Y_k - d_k)) with A_k the area from
 * t_k to the horizon (Klein and Moeschberger, "Survival analysis", 2nd ed. 2003, 4.5). Royston and
 * Parmar, BMC Medical Research Methodology 2013, doi:10.1186/1471-2288-13-152: needs no
 * proportional hazards. ATE, ATT and ATC by inverse-probability weights (survival_arms.h); without
 * covariates and propensities all three are the same difference between arms. Errors:
 * WRT_SE_ROBUST only. */
#ifndef WRT_EFFECT_RMST_H
#define WRT_EFFECT_RMST_H

#include "effect/estimators/estimator.h"
#include "effect/estimators/km.h"

typedef struct {
    double mean, se; /* in units of time; se by Greenwood, NAN when the curve reaches 0 at once */
} wrt_rmst;

/* O(times). horizon > 0; beyond the last time the last survival is carried on. */
wrt_rmst wrt_rmst_of(const wrt_km_curve *curve, double horizon);

/* Area under the curve from each of its times to the horizon (0 beyond it). out: curve->n. */
void wrt_rmst_areas(double *out, const wrt_km_curve *curve, double horizon);

extern const wrt_estimator wrt_estimator_rmst; /* measure "RMST difference" */
extern const wrt_estimator wrt_estimator_km;   /* "survival difference", at the horizon */

#endif
