/* answer_streamed.c: when a table is streamed, and what is then told of it. */
#include "effect/answer_streamed.h"

#include "effect/estimators/arms.h"
#include "effect/estimators/naive.h"
#include "effect/estimators/ols.h"
#include "effect/estimators/streamed.h"

#include <sys/stat.h>

static wrt_status check(const wrt_effect_question *q, const wrt_estimator *estimator,
                        wrt_err *err) {
    wrt_estimator_options options = q->options;
    options.choose_ridge = false;
    bool has_doubts =
        q->refute || q->conflicts || q->negative_control != NULL || q->profile != NULL;
    if ((estimator != &wrt_estimator_naive && estimator != &wrt_estimator_ols) || has_doubts)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "a streamed table gives naive and ols, without refuters, conflicts, a "
                        "negative control or a profile: leave \"stream\" out for the others");
    return wrt_streamed_check(&q->roles, &options, err);
}

/* Whether the file is a plain one of more than that many bytes. */
static bool is_large(const wrt_effect_source *source) {
    struct stat info;
    int failed = source->fd >= 0 ? fstat(source->fd, &info) : stat(source->path, &info);
    return failed == 0 && S_ISREG(info.st_mode) &&
           info.st_size > (off_t)WRT_ANSWER_STREAM_MIB * 1024 * 1024;
}

wrt_status wrt_effect_answer_streams(bool *out, const wrt_effect_question *question,
                                     const wrt_estimator *estimator,
                                     const wrt_effect_source *source, wrt_err *err) {
    *out = question->stream;
    if (question->stream)
        return check(question, estimator, err);
    *out = is_large(source) && check(question, estimator, NULL) == WRT_OK;
    return WRT_OK;
}

wrt_status wrt_effect_answer_stream(wrt_effect_answer *out, const wrt_effect_question *question,
                                    const wrt_estimator *estimator, const wrt_effect_source *source,
                                    const wrt_table_options *options, wrt_err *err) {
    wrt_streamed found;
    wrt_status status = wrt_streamed_estimate(&found, source, &question->roles, options,
                                              &question->options, out->arena, err);
    if (status != WRT_OK)
        return status;
    out->study = (wrt_study){.n = found.n,
                             .n_treated = found.n_treated,
                             .treatment_is_binary = found.treatment_is_binary,
                             .outcome_is_binary = found.outcome_is_binary,
                             .account = found.account};
    out->study.covariates.columns = found.covariates;
    out->rows = found.rows;
    out->outcome_sd = found.outcome_sd;
    out->is_streamed = true;
    out->unadjusted = found.treatment_is_binary ? found.naive : found.bare;
    out->estimate = estimator == &wrt_estimator_naive ? found.naive : found.ols;
    return estimator == &wrt_estimator_naive
               ? wrt_arms_check(estimator, &out->study, &question->options, 2, err)
               : WRT_OK;
}
