/* naive.h: the oracle for scores: no shared work, no code of src/llm. */
#ifndef WRT_TESTS_NAIVE_H
#define WRT_TESTS_NAIVE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct naive naive;

typedef struct {
    const char *text;
    bool special; /* control tokens are recognised */
} naive_piece;

/* NULL when the model cannot be loaded. The engine must have been started before, by opening a
 * model through llm.h. */
naive *naive_open(const char *path, bool kv_f32);
naive *naive_open_threads(const char *path, bool kv_f32, int threads);
void naive_close(naive *n); /* accepts NULL */

/* log P(text | pieces), text tokenised apart from the pieces; every token is a decode of its own.
 * NAN when anything fails. */
double naive_log_p(naive *n, const naive_piece *pieces, size_t n_pieces, const char *text);

/* For what follows: control tokens are recognised in prompts; a beginning-of-text token stands in
 * front. Both are off at first. */
void naive_set(naive *n, bool special, bool bos);

/* log P of texts[which] behind the plain text `prompt`: text and prompt are tokenised together, and
 * summed are the tokens from the first that any of the n texts changes. The whole sequence is
 * evaluated again for each call, in one batch. *tokens (may be NULL) is how many were summed. */
double naive_continue(naive *n, const char *prompt, const char *const *texts, size_t n_texts,
                      size_t which, int *tokens);

/* The mean, over the tokens of `text` tokenised alone, of their log P behind the last of them;
 * every token is a decode of its own. */
double naive_mean_behind(naive *n, const char *prompt, const char *text);

/* Scores by the algorithm of Bynum and Cho's code: one pass over the prompt, then one pass over
 * each text behind it, tokenised alone; log_p[k] is the mean of log P of the text's tokens behind
 * its last. Returns how many tokens were evaluated, -1 when anything fails. With `only_count`
 * nothing is. */
long naive_authors(naive *n, double *log_p, const char *prompt, const char *const *texts,
                   size_t n_texts, bool only_count);

/* Tokens of prompt and text together, at most `room` of them; returns how many. */
int naive_tokens(const naive *n, const char *prompt, const char *text, int *out, int room);

#endif
