/* strata.h: differences within strata of the propensity, averaged over the population.
 *
 * Rosenbaum and Rubin 1984, doi:10.1080/01621459.1984.10478078: options.strata strata at quantiles
 * of the propensity of all rows, equal propensities in one stratum. What is estimated is the effect
 * adjusted for the strata: five of them leave about a tenth of the confounding (Cochran 1968).
 * Errors take the strata as given; the bootstrap forms them anew in each draw. */
#ifndef WRT_EFFECT_ESTIMATORS_STRATA_H
#define WRT_EFFECT_ESTIMATORS_STRATA_H

#include "effect/estimators/estimator.h"

enum { WRT_STRATA_MAX = 1000 };

extern const wrt_estimator wrt_estimator_strata;

#endif
