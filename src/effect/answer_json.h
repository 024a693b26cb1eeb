/* answer_json.h: an answer as data of effect_estimate, its rung and its assumptions. Internal to
 * src/effect. */
#ifndef WRT_EFFECT_ANSWER_JSON_H
#define WRT_EFFECT_ANSWER_JSON_H

#include "effect/answer.h"

/* The caller frees. */
wrt_json *wrt_effect_answer_json(const wrt_effect_answer *answer,
                                 const wrt_effect_question *question,
                                 const wrt_estimator *estimator);

#endif
