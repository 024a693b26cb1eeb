/* answer_streamed.h: the answer about a table that is never held in memory: naive and ols.
 *
 * The same data as any answer, less what needs the rows: balance, overlap, doubts. An adjusted
 * estimate of it is rung 1, because nobody has looked whether the arms overlap. */
#ifndef WRT_EFFECT_ANSWER_STREAMED_H
#define WRT_EFFECT_ANSWER_STREAMED_H

#include "effect/answer.h"

enum { WRT_ANSWER_STREAM_MIB = 256 }; /* files above this are streamed where that can be */

/* *out: whether to stream. Asked for, it is WRT_E_UNSUPPORTED where it cannot be, with the reason;
 * else larger files are streamed when the question allows it. */
wrt_status wrt_effect_answer_streams(bool *out, const wrt_effect_question *question,
                                     const wrt_estimator *estimator,
                                     const wrt_effect_source *source, wrt_err *err);

/* Fills study (counts and account), estimate, unadjusted and rows. */
wrt_status wrt_effect_answer_stream(wrt_effect_answer *out, const wrt_effect_question *question,
                                    const wrt_estimator *estimator, const wrt_effect_source *source,
                                    const wrt_table_options *options, wrt_err *err);

#endif
