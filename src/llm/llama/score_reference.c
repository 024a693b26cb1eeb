/* score_reference.c: the formula of wrt_llm_score_reference: the mean of log P of a candidate's
 * tokens, all read behind its last one.
 *
 * Each candidate is evaluated by itself, prompt and candidate in one batch from an empty cache, as
 * shape of its own: slow, but this is for comparing, and its bits depend on nothing else. */
#include "base/arena.h"
#include "llm/llama/internal.h"

#include <math.h>
#include <stdlib.h>

/* Evaluates ids[from..from+n) in sequence 0; logits behind the last one when `last`. */
static wrt_status decode_part(wrt_llama *llama, const wrt_llama_tokens *ids, size_t from, size_t n,
                              bool last, wrt_err *err) {
    llama_seq_id zero = 0;
    struct llama_batch batch = {.n_tokens = (int32_t)n, .token = ids->ids + from};
    batch.pos = wrt_calloc(n, sizeof *batch.pos);
    batch.n_seq_id = wrt_calloc(n, sizeof *batch.n_seq_id);
    batch.seq_id = wrt_calloc(n, sizeof *batch.seq_id);
    batch.logits = wrt_calloc(n, sizeof *batch.logits);
    for (size_t i = 0; i < n; i++) {
        batch.pos[i] = (llama_pos)(from + i);
        batch.n_seq_id[i] = 1;
        batch.seq_id[i] = &zero;
    }
    batch.logits[n - 1] = last ? 1 : 0;
    wrt_status status = wrt_llama_decode(llama, batch, err);
    free(batch.pos);
    free(batch.n_seq_id);
    free((void *)batch.seq_id);
    free(batch.logits);
    return status;
}

static wrt_status decode_all(wrt_llama *llama, const wrt_llama_tokens *ids, wrt_llm_usage *usage,
                             wrt_err *err) {
    size_t room = llama_n_batch(llama->context);
    wrt_status status = WRT_OK;
    llama_memory_clear(llama_get_memory(llama->context), false);
    llama->kept.n = 0;
    for (size_t from = 0; from < ids->n && status == WRT_OK; from += room) {
        size_t n = ids->n - from < room ? ids->n - from : room;
        status = decode_part(llama, ids, from, n, from + n == ids->n, err);
        usage->decoded += (int64_t)n;
    }
    return status;
}

/* The mean of log P of the last n tokens, all in the row behind them. */
static wrt_status read_mean(wrt_llm_score *out, wrt_llama *llama, const wrt_llama_tokens *ids,
                            size_t n, wrt_err *err) {
    const float *logits = llama_get_logits_ith(llama->context, -1);
    double sum = 0.0;
    if (logits == NULL)
        return wrt_fail(err, WRT_E_FAILED, "%s: the model gave no logits", llama->name);
    double log_sum = wrt_llama_log_sum_exp(logits, llama->n_vocab);
    for (size_t i = ids->n - n; i < ids->n; i++)
        sum += (double)logits[ids->ids[i]] - log_sum;
    double mean = sum / (double)n;
    if (!isfinite(mean))
        return wrt_fail(err, WRT_E_FAILED, "%s: the model gave no finite probability", llama->name);
    mean = mean < 0.0 ? mean : 0.0;
    *out = (wrt_llm_score){
        .log_p = mean, .low = mean, .high = mean, .tokens = (int)n, .quality = WRT_LLM_EXACT};
    return WRT_OK;
}

static wrt_status score_candidate(wrt_llm_score *out, wrt_llama *llama,
                                  const wrt_llama_prompt *prompt, wrt_str candidate,
                                  wrt_llm_usage *usage, wrt_err *err) {
    wrt_llama_tokens ids = {0};
    wrt_status status = wrt_llama_prompt_tokens(&ids, llama, prompt, WRT_STR(""), err);
    size_t before = ids.n;
    usage->prompt_tokens += (int64_t)before;
    if (status == WRT_OK)
        status = wrt_llama_tokenize(&ids, llama, candidate, false, err);
    if (status == WRT_OK && (ids.n == before || ids.n > llama->n_context))
        status = wrt_fail(err, WRT_E_LIMIT,
                          "prompt and candidate are %zu tokens; the model's context holds %u",
                          ids.n, llama->n_context);
    if (status == WRT_OK)
        status = decode_all(llama, &ids, usage, err);
    if (status == WRT_OK)
        status = read_mean(out, llama, &ids, ids.n - before, err);
    wrt_llama_tokens_free(&ids);
    return status;
}

static wrt_status score_question(wrt_llm_score *out, wrt_llama *llama,
                                 const wrt_llm_question *question, wrt_llm_usage *usage,
                                 wrt_err *err) {
    wrt_llama_prompt prompt = {0};
    wrt_status status = wrt_llama_prompt_make(&prompt, llama, &question->prompt, err);
    for (size_t k = 0; k < question->n && status == WRT_OK; k++)
        status = score_candidate(&out[k], llama, &prompt, question->candidates[k], usage, err);
    wrt_llama_prompt_free(&prompt);
    return status;
}

wrt_status wrt_llama_score_reference(void *object, wrt_llm_score *out, const wrt_llm_score_job *job,
                                     wrt_llm_usage *usage, wrt_err *err) {
    wrt_llama *llama = object;
    wrt_status status = WRT_OK;
    wrt_llama_begin(llama);
    for (size_t i = 0; i < job->n && status == WRT_OK; out += job->questions[i++].n) {
        status = score_question(out, llama, &job->questions[i], usage, err);
        if (status == WRT_OK)
            status = wrt_llama_go_on(llama, i + 1, job->n, err);
        if (status != WRT_OK)
            wrt_err_prefix(err, "question %zu", job->places[i] + 1);
    }
    return status;
}
