/* pairs.h: random prompts with random candidates, the same for every run. */
#ifndef WRT_TESTS_LLM_PAIRS_H
#define WRT_TESTS_LLM_PAIRS_H

#include "llm/llm.h"
#include "naive.h"

enum { PAIR_QUESTIONS = 50, PAIR_CANDIDATES = 4, PAIRS = PAIR_QUESTIONS * PAIR_CANDIDATES };

typedef struct {
    char *prompts[PAIR_QUESTIONS];
    char *texts[PAIR_QUESTIONS][PAIR_CANDIDATES];
    wrt_str views[PAIR_QUESTIONS][PAIR_CANDIDATES];
    wrt_llm_question questions[PAIR_QUESTIONS];
} pairs;

/* Prompts share beginnings of random length; candidates begin with a space, a letter or a comma, so
 * that some merge with the end of the prompt; all are prefix-free by their ends. */
void pairs_make(pairs *out, uint64_t seed);
void pairs_free(pairs *p);

/* What naive_continue gives for every pair. */
void pairs_naive(double out[PAIRS], int tokens[PAIRS], const pairs *p, naive *oracle);

#endif
