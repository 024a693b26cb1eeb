/* levels.h: the effect at each level of a modifier: an estimator run on the rows of each. */
#ifndef WRT_EFFECT_ESTIMATORS_LEVELS_H
#define WRT_EFFECT_ESTIMATORS_LEVELS_H

#include "effect/estimators/estimator.h"

typedef struct {
    const char *level; /* its name */
    size_t rows;
    wrt_status status;     /* WRT_OK: estimate holds; else why it does not */
    wrt_estimate estimate; /* per-row arrays are those of the level's rows, in row order */
    wrt_err err;
} wrt_level_effect;

/* out: an array of *n effects in the arena, one a level of study.modifier, in its order. A level
 * that has no estimate (an arm is missing in it) keeps its error; the others go on. Covariates that
 * are constant within a level are left out there. WRT_E_INPUT when the study has no modifier. Each
 * estimate's details are the caller's. Levels are fitted apart and are not corrected for being
 * many. */
wrt_status wrt_levels_run(wrt_level_effect **out, size_t *n, const wrt_estimator *estimator,
                          const wrt_study *study, const wrt_estimator_options *options,
                          wrt_arena *arena, wrt_err *err);

#endif
