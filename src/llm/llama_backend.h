/* llama_backend.h: what the files of the llama.cpp back end share. Private; includes llama.h. */
#ifndef WRT_LLM_LLAMA_BACKEND_H
#define WRT_LLM_LLAMA_BACKEND_H

#include "base/hash.h"
#include "llm/backend.h"

#include <llama.h>

/* One model with one context. The context is cleared before each request and each request is one
 * fixed plan of batches, so that equal requests give equal bits whatever was asked before. */
typedef struct {
    struct llama_model *model;
    struct llama_context *context;
    const struct llama_vocab *vocab;
    char *name; /* of the file, without folders */
    char sha256[WRT_SHA256_HEX + 1];
    uint32_t n_context; /* tokens that prompt, options and reply may fill together */
    int32_t n_vocab;
    llama_token end_token; /* an end-of-text token, or LLAMA_TOKEN_NULL */
    llama_token_data *row; /* n_vocab entries of work space for constrained sampling */
    int threads;
    bool kv_f32;
} wrt_llama;

typedef struct {
    llama_token *ids;
    size_t n;
    size_t room;
} wrt_llama_tokens;

/* ---- llama_open.c */

/* Starts the engine once per process: silent log, back end for this processor, no debugger. */
wrt_status wrt_llama_start(wrt_err *err);
struct llama_model_params wrt_llama_model_params(void);
struct llama_context_params wrt_llama_context_params(uint32_t context, int threads, bool kv_f32);

/* ---- llama_log.c */

void wrt_llama_log_install(void);
void wrt_llama_log_clear(void);
/* The last error line of this thread since the clear, without line end; "" when there is none. */
const char *wrt_llama_log_last(void);

/* ---- llama_probe.c */

/* Loads the model and decodes one token in a child process, so that a file on which the library
 * ends the process is WRT_E_INPUT here. `name` is for the message. */
wrt_status wrt_llama_probe(const char *path, const char *name, wrt_err *err);

/* ---- llama_prompt.c */

void wrt_llama_tokens_free(wrt_llama_tokens *tokens);
/* Appends the tokens of text. Control tokens are recognised only when `special`, so that text from
 * outside cannot pose as the end of a turn. */
wrt_status wrt_llama_tokenize(wrt_llama_tokens *out, const wrt_llama *self, wrt_str text,
                              bool special, wrt_err *err);
/* The whole prompt up to where the assistant's turn begins. */
wrt_status wrt_llama_prompt_tokens(wrt_llama_tokens *out, const wrt_llama *self,
                                   const wrt_llm_prompt *prompt, wrt_err *err);

/* ---- llama_score.c, llama_generate.c */

wrt_status wrt_llama_score(void *self, double *log_p, const wrt_llm_prompt *prompt,
                           const wrt_str *options, size_t n, wrt_str terminator, wrt_err *err);
wrt_status wrt_llama_generate(void *self, wrt_buf *out, const wrt_llm_prompt *prompt,
                              const char *gbnf, int max_tokens, wrt_err *err);
/* Decodes a batch after the checks whose failure would end the process; clears on failure. */
wrt_status wrt_llama_decode(wrt_llama *self, struct llama_batch batch, wrt_err *err);

#endif
