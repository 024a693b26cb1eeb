/* score_job.h: the questions of one evaluation as token paths, and the walk over their tree.
 * Private to src/llm/llama; see score_job.c for how a wave is laid out. */
#ifndef WRT_LLM_LLAMA_SCORE_JOB_H
#define WRT_LLM_LLAMA_SCORE_JOB_H

#include "llm/llama/internal.h"
#include "llm/prefix_tree.h"

typedef struct {
    wrt_llama *llama;
    wrt_token_path *paths; /* one a candidate, question after question; they own their ids, which
                              begin `base` tokens earlier */
    double *sums;          /* by path */
    size_t *n_read;        /* by path: log probabilities summed so far */
    size_t n_paths;
    size_t n_tokens;
    int64_t prompt_tokens;
    size_t number; /* of the question at hand, from 1, as the caller counts */
    size_t base;   /* tokens that all paths had in front and sequence 0 of the cache holds */
    wrt_prefix_tree tree;
} wrt_llama_job;

/* Room for n questions. */
void wrt_llama_job_make(wrt_llama_job *out, wrt_llama *llama, const wrt_llm_question *questions,
                        size_t n);
void wrt_llama_job_free(wrt_llama_job *job);
/* Appends a question; WRT_E_LIMIT when it does not fit into the context. */
wrt_status wrt_llama_job_add(wrt_llama_job *job, const wrt_llm_question *question, wrt_err *err);
/* Takes the first n tokens off every path, which have them in common; they count as evaluated. */
void wrt_llama_job_set_base(wrt_llama_job *job, size_t n);
/* Evaluates the tree of all paths, wave by wave. Progress is told when `tells` is set. */
wrt_status wrt_llama_job_run(wrt_llama_job *job, wrt_llm_usage *usage, bool tells, wrt_err *err);
/* Scores that are complete; the others, of a call that ended early, stay as they are. */
void wrt_llama_job_fill(wrt_llm_score *out, const wrt_llama_job *job);

#endif
