/* crossfit.h: propensity and both outcome predictions of every row, from models that did not see
 * it.
 *
 * Folds by resample/folds.h: a row keeps its fold in all bootstrap draws, so that its copies are
 * held out together. Without counts each fold is fitted alone (propensity.h, potential.h). A draw
 * goes through fit/heldout.h, which ends at the same optimum with a tenth of the work, and falls
 * back to fitting each fold alone when that does not get there or a ridge penalty is asked for. */
#ifndef WRT_EFFECT_ESTIMATORS_CROSSFIT_H
#define WRT_EFFECT_ESTIMATORS_CROSSFIT_H

#include "effect/estimators/estimator.h"
#include "effect/fit/design.h"

typedef struct wrt_crossfit wrt_crossfit;

typedef struct {
    const double *e;       /* n; 0.5 for rows with count 0 */
    const double *mean[2]; /* n each, untreated and treated; 0 for rows with count 0 */
} wrt_crossfit_nuisances;

/* Deals out folds; for a bootstrap, also makes what draws start from. Study, design and options are
 * borrowed. Everything in the arena. */
wrt_status wrt_crossfit_new(wrt_crossfit **out, const wrt_study *study, const wrt_design *design,
                            const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err);

/* counts: n, NULL for each row once. Errors name the fold. Safe from several threads at once. */
wrt_status wrt_crossfit_find(wrt_crossfit_nuisances *out, const wrt_crossfit *crossfit,
                             const double *counts, wrt_arena *arena, wrt_err *err);

/* The slow way for any counts: each fold alone, from nothing. What tests compare with. */
wrt_status wrt_crossfit_find_each(wrt_crossfit_nuisances *out, const wrt_crossfit *crossfit,
                                  const double *counts, wrt_arena *arena, wrt_err *err);

#endif
