/* did.h: difference in differences, two groups and two periods.
 *
 * The coefficient of group x period in a linear fit on both, their product and covariates: without
 * covariates (after - before) of the treated group minus (after - before) of the other (Angrist and
 * Pischke, Mostly Harmless Econometrics, 2009, section 5.2). It is the effect on the treated (ATT)
 * if both groups would have changed alike without treatment. `treatment` is the group, treated in
 * the later period. Rows of one unit belong together: give the unit as cluster (Bertrand, Duflo,
 * Mullainathan 2004, doi:10.1162/003355304772839588). Details: the four means. */
#ifndef WRT_EFFECT_ESTIMATORS_DID_H
#define WRT_EFFECT_ESTIMATORS_DID_H

#include "effect/estimators/estimator.h"

extern const wrt_estimator wrt_estimator_did;

#endif
