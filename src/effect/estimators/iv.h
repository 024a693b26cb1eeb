/* iv.h: two-stage least squares with one treatment and one or more instruments.
 *
 * First stage: treatment on covariates and instruments; second stage: outcome on the fitted
 * treatment and covariates; errors from the residuals with the treatment itself (Wooldridge,
 * Econometric Analysis of Cross Section and Panel Data, 2010, section 5.2). One two-valued
 * instrument without covariates gives Wald's estimator (Wald 1940). With effects that differ the
 * number is a mean over those whom the instrument moves, not over everyone (Imbens and Angrist
 * 1994, doi:10.2307/2951620).
 *
 * Details: the first stage (coefficients, classical and robust F of the instruments, partial R2),
 * Wald's two differences, Sargan's test with more instruments than one (Sargan 1958), and the
 * interval of Anderson and Rubin (1949), which holds however weak the instruments are. A robust F
 * below 10 is warned of (Staiger and Stock 1997, doi:10.2307/2171753). Errors: classical, HC0, HC1,
 * clustered, bootstrap. */
#ifndef WRT_EFFECT_ESTIMATORS_IV_H
#define WRT_EFFECT_ESTIMATORS_IV_H

#include "effect/estimators/estimator.h"

extern const wrt_estimator wrt_estimator_iv;

#endif
