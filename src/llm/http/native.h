/* native.h: the endpoints that only llama-server has: tokens in, tokens and exact log P out.
 *
 * log P of a given continuation: force it with a grammar of token ids, ask for the log probability
 * of each token (which the server takes from the raw logits, before the grammar), and check that
 * exactly those tokens came back. Statuses are those of openai.h. Written against llama.cpp 0.5.0.
 */
#ifndef WRT_LLM_HTTP_NATIVE_H
#define WRT_LLM_HTTP_NATIVE_H

#include "llm/http/openai.h"

/* ---- requests ------------------------------------------------------------------------------- */

typedef enum { WRT_NATIVE_UNSET, WRT_NATIVE_OFF, WRT_NATIVE_ON } wrt_native_switch;

/* POST /completion. A member is sent unless it has the value in _INIT. */
typedef struct {
    const int32_t *ids; /* the prompt, n_ids of them, at least one */
    size_t n_ids;
    int n_predict;                /* from 1 (the server takes 0 as 1); -1: not sent */
    wrt_openai_sampling sampling; /* its max_tokens is ignored */
    bool has_no_samplers;         /* "samplers": []: the likeliest token that the grammar allows */
    wrt_str grammar;              /* GBNF; empty: not sent */
    int32_t forced_id;            /* logit_bias that makes this the next token; -1: not sent */
    int n_probs;                  /* from 1: log P of the tokens and of the n likeliest; -1 */
    wrt_native_switch cache_prompt;
    bool has_tokens; /* "return_tokens": the reply lists the token ids */
    int id_slot;     /* 0 to 65535; -1: not sent */
} wrt_native_completion;
#define WRT_NATIVE_COMPLETION_INIT                                                                 \
    ((wrt_native_completion){.n_predict = -1,                                                      \
                             .sampling = WRT_OPENAI_SAMPLING_INIT,                                 \
                             .forced_id = -1,                                                      \
                             .n_probs = -1,                                                        \
                             .id_slot = -1})

wrt_status wrt_native_write_completion(wrt_buf *out, const wrt_native_completion *completion,
                                       wrt_err *err);
/* POST /tokenize; all members are sent. `is_special`: control tokens in the text are recognised. */
wrt_status wrt_native_write_tokenize(wrt_buf *out, wrt_str text, bool has_start_token,
                                     bool is_special, bool has_pieces, wrt_err *err);
/* POST /apply-template with a system message (may be empty) and a user message. */
wrt_status wrt_native_write_template(wrt_buf *out, wrt_str system, wrt_str user, wrt_err *err);

/* Appends the grammar "root ::= <[id]> <[id]> ..." that allows these tokens only; n from 1. */
void wrt_native_add_forced_grammar(wrt_buf *out, const int32_t *ids, size_t n);

/* ---- replies -------------------------------------------------------------------------------- */

/* POST /completion: text, ids, tokens with log P (expect->top_logprobs: n_probs), finish, usage,
 * model, is_truncated. With both asked for, ids and tokens must be the same tokens; only a stop
 * word, whose tokens are cut off, makes `tokens` shorter. */
wrt_status wrt_native_read_completion(wrt_openai_reply *out, wrt_str body,
                                      const wrt_openai_expect *expect, wrt_err *err);
/* Sum of log P over a reply to a forced request. WRT_E_UNSUPPORTED when the tokens that came back
 * are not `ids` or one of them has no log P. */
wrt_status wrt_native_forced_log_p(double *out, const wrt_openai_reply *reply, const int32_t *ids,
                                   size_t n, wrt_err *err);
/* POST /tokenize (vLLM's too): ids; with pieces also `tokens`, whose bytes are the pieces. */
wrt_status wrt_native_read_tokenize(wrt_openai_reply *out, wrt_str body, wrt_err *err);
/* POST /apply-template: the prompt as `text`, not empty. */
wrt_status wrt_native_read_template(wrt_openai_reply *out, wrt_str body, wrt_err *err);

/* GET /props. Texts are "" and numbers -1 where the server does not say. */
typedef struct {
    wrt_arena *arena;
    wrt_str build;         /* build_info */
    wrt_str model_path;    /* on the server's machine: for comparing, not for showing */
    wrt_str chat_template; /* Jinja text */
    int64_t n_slots;
    int64_t n_context; /* tokens of one slot */
} wrt_native_props;

wrt_status wrt_native_read_props(wrt_native_props *out, wrt_str body, wrt_err *err);
void wrt_native_props_free(wrt_native_props *props); /* accepts NULL and all zero */

/* GET /v1/models, of any server; numbers are -1 where the server does not say. */
typedef struct {
    wrt_str id;
    wrt_str owner;           /* owned_by */
    int64_t n_context;       /* llama-server meta.n_ctx, vLLM max_model_len */
    int64_t n_context_train; /* llama-server */
    int64_t n_vocab;         /* llama-server */
} wrt_native_model;

typedef struct {
    wrt_arena *arena;
    wrt_native_model *models;
    size_t n_models; /* at most WRT_NATIVE_MODELS_MAX */
} wrt_native_models;

enum { WRT_NATIVE_MODELS_MAX = 4096 };

wrt_status wrt_native_read_models(wrt_native_models *out, wrt_str body, wrt_err *err);
void wrt_native_models_free(wrt_native_models *models); /* accepts NULL and all zero */

/* GET /health: true for 200 (with {"status":"ok"}, or no body as vLLM sends it), false for the 503
 * of a server that still loads its model; any other answer is an error. */
wrt_status wrt_native_read_health(bool *is_ready, int http_status, wrt_str content_type,
                                  wrt_str body, wrt_err *err);

#endif
