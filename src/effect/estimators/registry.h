/* registry.h: the estimators there are, by name. */
#ifndef WRT_EFFECT_ESTIMATORS_REGISTRY_H
#define WRT_EFFECT_ESTIMATORS_REGISTRY_H

#include "effect/estimators/estimator.h"

extern const wrt_estimator *const wrt_estimators[]; /* NULL-terminated, simple ones first */

/* WRT_E_INPUT lists the names. */
wrt_status wrt_estimator_find(const wrt_estimator **out, const char *name, wrt_err *err);

/* WRT_E_INPUT names the column that the estimator needs and the study lacks, or that the study has
 * and the estimator would not read. */
wrt_status wrt_estimator_check_study(const wrt_estimator *estimator, const wrt_study *study,
                                     wrt_err *err);

#endif
