/* match.h: nearest-neighbour matching with replacement, its bias corrected, its variance analytic.
 *
 * Each row of the population is compared with the mean of its options.matches nearest rows of the
 * other arm, ties included (nearest.h), by Mahalanobis distance of the covariates or, by
 * options.by_propensity, by the propensity. Matching on covariates leaves a bias from matches that
 * are not exact; a linear regression among the matches removes it (Abadie and Imbens 2011,
 * doi:10.1198/jbes.2009.07333). Variance: Abadie and Imbens 2006,
 * doi:10.1111/j.1468-0262.2006.00655.x, conditional variances from the four nearest rows of the
 * same arm; with a fitted propensity, corrected for it (Abadie and Imbens 2016,
 * doi:10.3982/ECTA11293). The bootstrap is refused: it is not valid here (Abadie and Imbens 2008,
 * doi:10.3982/ECTA6474). Clusters are refused. */
#ifndef WRT_EFFECT_ESTIMATORS_MATCH_H
#define WRT_EFFECT_ESTIMATORS_MATCH_H

#include "effect/estimators/estimator.h"

extern const wrt_estimator wrt_estimator_match;

#endif
