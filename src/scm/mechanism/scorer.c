/* scorer.c: a language model of this process as the one who gives scores (mechanism.h). */
#include "scm/mechanism/mechanism.h"

#include <string.h>

wrt_llm_options wrt_scm_llm_options(wrt_llm_options options) {
    options.canonical = true;
    options.kv_f32 = true;
    return options;
}

static wrt_status score(wrt_llm_score *out, void *ctx, const wrt_llm_question *questions, size_t n,
                        bool is_reference, wrt_err *err) {
    return is_reference ? wrt_llm_score_reference(out, ctx, questions, n, err)
                        : wrt_llm_score_all(out, ctx, questions, n, err);
}

static wrt_status check(void *ctx, const wrt_llm_question *questions, size_t n, wrt_err *err) {
    return wrt_llm_check_fits(ctx, questions, n, err);
}

static wrt_json *describe(void *ctx) {
    return wrt_llm_describe(ctx);
}

static wrt_json *usage(void *ctx) {
    wrt_llm_usage used = wrt_llm_usage_of(ctx);
    wrt_json *json = wrt_json_new_object();
    wrt_json_set_int(json, "calls", used.calls);
    wrt_json_set_int(json, "cache_hits", used.cache_hits);
    return json;
}

/* In process what the last question read is kept for the next one. */
static bool keeps_beginnings(const wrt_llm *llm) {
    wrt_json *facts = wrt_llm_describe(llm);
    bool is_llama = strcmp(wrt_json_get_text(facts, "kind", ""), "llama") == 0;
    wrt_json_free(facts);
    return is_llama;
}

wrt_scm_scorer wrt_scm_scorer_of_llm(wrt_llm *llm) {
    if (llm == NULL)
        return (wrt_scm_scorer){0};
    return (wrt_scm_scorer){.score = score,
                            .check = check,
                            .describe = describe,
                            .usage = usage,
                            .ctx = llm,
                            .depth_first = keeps_beginnings(llm)};
}

wrt_status wrt_scm_mechanism_new(wrt_scm_mechanism **out, const wrt_scm *scm,
                                 const wrt_scm_mechanism_options *options, wrt_err *err) {
    wrt_scm_scorer scorer = wrt_scm_scorer_of_llm(options->llm);
    return wrt_scm_mechanism_make(out, scm, &scorer, options, err);
}
