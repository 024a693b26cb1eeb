/* doubts.h: what a question may ask for beside the estimate: the effect by levels of a column,
 * refuters, a negative control, and whether the table contradicts the graph. Internal to
 * src/effect. */
#ifndef WRT_EFFECT_DOUBTS_H
#define WRT_EFFECT_DOUBTS_H

#include "effect/answer.h"

enum { WRT_DOUBTS_REPETITIONS = 100 };

/* Sets "by", "refuters", "negative_control", "extrapolation" and "conflicts" in answer->data, as
 * far as they were asked for. A level in which the effect cannot be estimated, and a refuter that
 * does not apply, say so in place of numbers. Errors: the negative control's column, a profile
 * without a cell for each covariate, and those of the graph. */
wrt_status wrt_effect_doubts(wrt_effect_answer *answer, const wrt_effect_question *question,
                             const wrt_estimator *estimator, wrt_err *err);

#endif
