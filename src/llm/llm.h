/* llm.h: one interface to a language model: text under a grammar, and log P(candidate | prompt).
 *
 * A model is opened from a spec (`--model`): "llama:FILE.gguf" (in process), "script:FILE"
 * (scripted replies, for tests), "default" (the first *.gguf of options->models_dir by name) or
 * "none" (no model: opening gives NULL and success). One owner thread per wrt_llm. Everything the
 * program lets a model decide goes through wrt_llm_score (choose among options) or wrt_llm_generate
 * under a grammar, so that a weak model can choose badly but never derail the loop. */
#ifndef WRT_LLM_LLM_H
#define WRT_LLM_LLM_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

typedef struct wrt_llm wrt_llm;

typedef struct {
    const char *models_dir; /* where "default" looks for a GGUF; may be NULL */
    int threads;            /* 0: 1 thread; at most 256 */
    uint64_t seed;          /* recorded; decoding is greedy, so it does not change results */
    int context;            /* tokens; 0: 4096, or what the model was trained on if that is less */
    bool kv_f32;            /* keep keys and values in 32 bits: twice the memory, less rounding */
} wrt_llm_options;

enum { WRT_LLM_OPTIONS_MAX = 64 };

/* Opens a spec. "none" sets *out to NULL and returns WRT_OK. A file that is not a GGUF model, or is
 * damaged, is WRT_E_INPUT naming it; a kind this build lacks is WRT_E_UNSUPPORTED; "default"
 * without a model in the folder is WRT_E_NOT_FOUND. `options` may be NULL. */
wrt_status wrt_llm_open(wrt_llm **out, const char *spec, const wrt_llm_options *options,
                        wrt_err *err);
void wrt_llm_close(wrt_llm *llm); /* accepts NULL */

/* What the ledger records: {"kind","model","sha256","build","threads","context",...}; no absolute
 * path. Caller frees. */
wrt_json *wrt_llm_describe(const wrt_llm *llm);

typedef struct {
    wrt_str system; /* instruction, may be empty */
    wrt_str user;   /* the turn; untrusted text in it is quoted and labelled by the caller */
} wrt_llm_prompt;

/* log_p[i] = log P(option i | prompt), natural logarithm, summed over the option's tokens in the
 * assistant's turn after the model's chat template; raw, not normalised over the options. Options
 * are non-empty, at most 64, and prefix-free once `terminator` (may be empty) is put behind each.
 * WRT_E_LIMIT when prompt and options do not fit the context. */
wrt_status wrt_llm_score(double *log_p, wrt_llm *llm, const wrt_llm_prompt *prompt,
                         const wrt_str *options, size_t n, wrt_str terminator, wrt_err *err);

/* Greedy text under a GBNF grammar whose root is `root`, at most max_tokens tokens. The text in
 * *out (appended) is a sentence of the grammar, or, when the limit cut it, WRT_E_LIMIT is returned.
 */
wrt_status wrt_llm_generate(wrt_buf *out, wrt_llm *llm, const wrt_llm_prompt *prompt,
                            const char *gbnf, int max_tokens, wrt_err *err);

/* Index of the option with the highest log_p (the first on a tie), through wrt_llm_score; options
 * that are not prefix-free as they stand are scored with a newline behind each. log_p holds n
 * values, or is NULL. */
wrt_status wrt_llm_choose(size_t *index, double *log_p, wrt_llm *llm, const wrt_llm_prompt *prompt,
                          const wrt_str *options, size_t n, wrt_err *err);

#endif
