/* scm_scores.c: see scm_scores.h. */
#include "tools/scm_scores.h"

#include <string.h>

/* Of one call: below the host's 4096 questions, 65536 candidates, 1 MiB. */
enum { QUESTIONS = 1000, TEXT_BYTES = 500000 };

static wrt_json *question_json(const wrt_llm_question *question) {
    wrt_json *out = wrt_json_new_object(), *prompt = wrt_json_new_object();
    wrt_json *candidates = wrt_json_new_array();
    wrt_json_set(prompt, "text", wrt_json_new_text(question->prompt.text));
    for (size_t i = 0; i < question->n; i++)
        wrt_json_push(candidates, wrt_json_new_text(question->candidates[i]));
    wrt_json_set(out, "prompt", prompt);
    wrt_json_set(out, "candidates", candidates);
    return out;
}

static size_t bytes_of(const wrt_llm_question *question) {
    size_t bytes = question->prompt.text.len + 64;
    for (size_t i = 0; i < question->n; i++)
        bytes += question->candidates[i].len + 4;
    return bytes;
}

static wrt_status read_answer(wrt_llm_score *out, const wrt_llm_question *question,
                              const wrt_json *answer, wrt_err *err) {
    for (size_t i = 0; i < question->n; i++) {
        const wrt_json *log_p = wrt_json_at(wrt_json_get(answer, "log_p"), i);
        const char *quality = wrt_json_text(wrt_json_at(wrt_json_get(answer, "quality"), i));
        double p = wrt_json_number(log_p, 1.0);
        if (quality == NULL || strcmp(quality, "exact") != 0 || p > 0.0)
            return wrt_fail(err, WRT_E_UNSUPPORTED,
                            "the host's model gave a score that is %s, not exact",
                            quality != NULL ? quality : "missing");
        out[i] = (wrt_llm_score){
            .log_p = p,
            .low = p,
            .high = p,
            .tokens = (int)wrt_json_number(wrt_json_at(wrt_json_get(answer, "tokens"), i), 0),
            .quality = WRT_LLM_EXACT};
    }
    return WRT_OK;
}

/* Asks the first questions that fit one call; *n becomes how many. */
static wrt_status ask_some(wrt_llm_score *out, scm_scores *scores, const wrt_llm_question *all,
                           size_t *n, wrt_err *err) {
    wrt_json *questions = wrt_json_new_array(), *answers = NULL;
    size_t taken = 0, bytes = 0;
    for (; taken < *n && taken < QUESTIONS && (taken == 0 || bytes < TEXT_BYTES); taken++) {
        bytes += bytes_of(&all[taken]);
        wrt_json_push(questions, question_json(&all[taken]));
    }
    *n = taken;
    scores->batches++;
    wrt_status status = wrt_adapter_score(&answers, scores->call, questions, err);
    const wrt_json *answer = wrt_json_first(answers);
    for (size_t i = 0; i < taken && status == WRT_OK; i++) {
        status = read_answer(out, &all[i], answer, err);
        out += all[i].n;
        answer = wrt_json_next(answer);
    }
    wrt_json_free(answers);
    wrt_json_free(questions);
    return status;
}

static wrt_status score(wrt_llm_score *out, void *ctx, const wrt_llm_question *questions, size_t n,
                        bool is_reference, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (is_reference)
        return wrt_fail(
            err, WRT_E_UNSUPPORTED,
            "the rule reference is computed in process only: scm query --rule reference");
    for (size_t at = 0; at < n && status == WRT_OK;) {
        size_t part = n - at;
        status = ask_some(out, ctx, questions + at, &part, err);
        for (size_t i = at; i < at + part; i++)
            out += questions[i].n;
        at += part;
    }
    return status;
}

static wrt_json *describe(void *ctx) {
    const scm_scores *scores = ctx;
    return wrt_adapter_model(scores->call);
}

static wrt_json *usage(void *ctx) {
    const scm_scores *scores = ctx;
    wrt_json *out = wrt_json_new_object();
    wrt_json_set_int(out, "calls", scores->batches);
    return out;
}

wrt_scm_scorer scm_scorer_of_host(scm_scores *scores) {
    return (wrt_scm_scorer){.score = score, .describe = describe, .usage = usage, .ctx = scores};
}
