/* internal.h: what the files of the llama.cpp backend share. Private; includes llama.h. */
#ifndef WRT_LLM_LLAMA_INTERNAL_H
#define WRT_LLM_LLAMA_INTERNAL_H

#include "base/hash.h"
#include "llm/backend.h"

#include <llama.h>

/* Tokens of one evaluation of a canonical score (score_canonical.c). */
enum { WRT_LLAMA_BLOCK = 4 };

typedef struct {
    llama_token *ids;
    size_t n;
    size_t room;
} wrt_llama_tokens;

/* One model with one context. The context is cleared before each request and each request is one
 * fixed plan of batches, so that equal requests give equal bits whatever was asked before. */
typedef struct {
    struct llama_model *model;
    struct llama_context *context;
    const struct llama_vocab *vocab;
    char *name; /* of the file, without folders */
    char sha256[WRT_SHA256_HEX + 1];
    uint32_t n_context;   /* tokens that prompt, candidate and reply may fill together */
    uint32_t n_sequences; /* paths that one evaluation may hold, the spine included */
    int32_t n_vocab;
    llama_token end_token; /* an end-of-text token, or LLAMA_TOKEN_NULL */
    llama_token_data *row; /* n_vocab entries of work space for sampling */
    bool extra_buffers;    /* weights repacked for this processor (false where that crashed) */
    wrt_llm_options options;
    int64_t deadline_ms;   /* of the running call on the monotonic clock; 0: none */
    wrt_llama_tokens kept; /* what sequence 0 of the cache holds, in blocks, from an earlier
                              canonical score; the cache holds nothing else then */
} wrt_llama;

/* A prompt ready for a model: tokens that no candidate can change, then text whose tokens may merge
 * with what follows. */
typedef struct {
    wrt_llama_tokens head;
    wrt_buf tail;
} wrt_llama_prompt;

/* ---- open.c */

/* Starts the engine once per process: silent log, backend for this processor, no debugger. */
wrt_status wrt_llama_start(wrt_err *err);
struct llama_model_params wrt_llama_model_params(bool extra_buffers);
struct llama_context_params wrt_llama_context_params(uint32_t context,
                                                     const wrt_llm_options *options);

/* ---- log.c */

void wrt_llama_log_install(void);
void wrt_llama_log_clear(void);
/* The last error line of this thread since the clear, without line end; "" when there is none. */
const char *wrt_llama_log_last(void);

/* ---- probe.c */

/* Loads the model and evaluates one token and one batch in a child process, so that a file on which
 * the library ends the process is WRT_E_INPUT here, and a processor path that does is found before
 * this process takes it: *extra_buffers tells whether the repacked weights can be used. `name` is
 * for the message. */
wrt_status wrt_llama_probe(bool *extra_buffers, const char *path, const char *name, wrt_err *err);

/* ---- prompt.c */

void wrt_llama_tokens_free(wrt_llama_tokens *tokens);
/* Appends the tokens of text. Control tokens are recognised only when `special`, so that text from
 * outside cannot pose as the end of a turn. */
wrt_status wrt_llama_tokenize(wrt_llama_tokens *out, const wrt_llama *self, wrt_str text,
                              bool special, wrt_err *err);
/* Through the model's chat template up to where the assistant's turn begins, or, for plain text, as
 * it stands; a beginning-of-text token only where the model wants one. */
wrt_status wrt_llama_prompt_make(wrt_llama_prompt *out, const wrt_llama *self,
                                 const wrt_llm_prompt *prompt, wrt_err *err);
void wrt_llama_prompt_free(wrt_llama_prompt *prompt);
/* Appends the tokens of the prompt with `more` behind it. */
wrt_status wrt_llama_prompt_tokens(wrt_llama_tokens *out, const wrt_llama *self,
                                   const wrt_llama_prompt *prompt, wrt_str more, wrt_err *err);

/* ---- decode.c */

/* Begins a call: clears the cache and sets the deadline. */
void wrt_llama_begin(wrt_llama *self);
/* Begins a call that goes on from what is kept: sets the deadline only. */
void wrt_llama_resume(wrt_llama *self);
/* Notes what the cache keeps; n = 0: nothing. */
void wrt_llama_keep(wrt_llama *self, const llama_token *ids, size_t n);
/* Evaluates a batch after the checks whose failure would end the process. On failure, among them
 * cancellation and the deadline, the cache is empty. */
wrt_status wrt_llama_decode(wrt_llama *self, struct llama_batch batch, wrt_err *err);
/* WRT_E_INTERRUPTED or WRT_E_TIMEOUT when the running call should end. */
wrt_status wrt_llama_check_time(const wrt_llama *self, wrt_err *err);
/* The same after a unit of work, which progress is told of. */
wrt_status wrt_llama_go_on(const wrt_llama *self, size_t done, size_t total, wrt_err *err);
bool wrt_llama_should_stop(void *self); /* llama.cpp's abort callback */
/* log of the sum of exp over a row of logits, in double. */
double wrt_llama_log_sum_exp(const float *logits, int32_t n);

/* ---- score.c, score_canonical.c, score_reference.c, generate.c */

wrt_status wrt_llama_score_all(void *self, wrt_llm_score *out, const wrt_llm_score_job *job,
                               wrt_llm_usage *usage, wrt_err *err);
wrt_status wrt_llama_score_canonical(wrt_llama *llama, wrt_llm_score *out,
                                     const wrt_llm_score_job *job, wrt_llm_usage *usage,
                                     wrt_err *err);
wrt_status wrt_llama_score_reference(void *self, wrt_llm_score *out, const wrt_llm_score_job *job,
                                     wrt_llm_usage *usage, wrt_err *err);
wrt_status wrt_llama_check_fits(void *self, const wrt_llm_question *questions, size_t n,
                                wrt_err *err);
wrt_status wrt_llama_generate(void *self, wrt_llm_reply *out, const wrt_llm_request *request,
                              wrt_llm_usage *usage, wrt_err *err);

#endif
