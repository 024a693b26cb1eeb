/* score.c: a call's questions as one job, so that every distinct prefix is evaluated once, or,
 * where bits must not depend on the company, one after another (score_canonical.c). */
#include "llm/llama/score_job.h"

static wrt_status score_together(wrt_llama *llama, wrt_llm_score *out,
                                 const wrt_llm_score_job *asked, wrt_llm_usage *usage,
                                 wrt_err *err) {
    wrt_llama_job j;
    wrt_status status = WRT_OK;
    wrt_llama_job_make(&j, llama, asked->questions, asked->n);
    wrt_llama_begin(llama);
    for (size_t i = 0; i < asked->n && status == WRT_OK; i++) {
        j.number = asked->places[i] + 1;
        status = wrt_llama_check_time(llama, err);
        if (status == WRT_OK)
            status = wrt_llama_job_add(&j, &asked->questions[i], err);
    }
    if (status == WRT_OK) {
        status = wrt_llama_job_run(&j, usage, true, err);
        usage->decoded_least += (int64_t)j.tree.n_nodes;
        wrt_llama_job_fill(out, &j);
    }
    wrt_llama_job_free(&j);
    return status;
}

wrt_status wrt_llama_score_all(void *object, wrt_llm_score *out, const wrt_llm_score_job *asked,
                               wrt_llm_usage *usage, wrt_err *err) {
    wrt_llama *llama = object;
    return llama->options.canonical ? wrt_llama_score_canonical(llama, out, asked, usage, err)
                                    : score_together(llama, out, asked, usage, err);
}

wrt_status wrt_llama_check_fits(void *object, const wrt_llm_question *questions, size_t n,
                                wrt_err *err) {
    wrt_llama_job j;
    wrt_status status = WRT_OK;
    wrt_llama_job_make(&j, object, questions, n);
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        j.number = i + 1;
        status = wrt_llama_job_add(&j, &questions[i], err);
    }
    wrt_llama_job_free(&j);
    return status;
}
