/* backend.h: what a backend of the language model layer provides; private to src/llm.
 *
 * llm.c checks requests before a backend sees them: texts are valid UTF-8, candidates are
 * non-empty, within their cap and prefix-free, a grammar parses, at most one constraint is given.
 * Tools never reach a backend without `native_tools`: llm.c turns them into a schema. A schema
 * always comes with its grammar (`gbnf` is never NULL then). What a backend wrote is checked by
 * llm.c. */
#ifndef WRT_LLM_BACKEND_H
#define WRT_LLM_BACKEND_H

#include "llm/llm.h"

/* What to score. A score that cannot be had at a quality of `accept` or better is MISSING, not an
 * error; a backend spends no effort on a quality beyond it. */
typedef struct {
    const wrt_llm_question *questions;
    const size_t *places; /* of each question in the caller's list, from 0; for messages */
    size_t n;
    wrt_llm_quality accept;
} wrt_llm_score_job;

typedef struct {
    const char *kind;   /* the part of the spec before ':' */
    bool is_sequential; /* wrt_llm_is_sequential */
    wrt_status (*open)(void **self, const char *rest, const wrt_llm_options *options, wrt_err *err);
    void (*close)(void *self);
    wrt_json *(*describe)(const void *self);
    /* NULL: the process itself. */
    wrt_json *(*destinations)(const void *self);
    /* Appends what makes two scores comparable for ever: weights, cache type, build (which holds
     * the tokenizer). NULL or no text appended: scores of this backend are not cached. */
    void (*identify)(const void *self, wrt_buf *out);
    /* NULL: cannot score. `out` holds MISSING everywhere before; a call that fails or is
     * interrupted may leave in it what was finished, which is then kept in the cache. Sums into
     * *usage what the call cost, also on failure. */
    wrt_status (*score_all)(void *self, wrt_llm_score *out, const wrt_llm_score_job *job,
                            wrt_llm_usage *usage, wrt_err *err);
    /* NULL: unsupported. As score_all, by the formula of wrt_llm_score_reference. */
    wrt_status (*score_reference)(void *self, wrt_llm_score *out, const wrt_llm_score_job *job,
                                  wrt_llm_usage *usage, wrt_err *err);
    /* NULL: cannot be told. Whether the questions fit into the context, by tokenising alone. */
    wrt_status (*check_fits)(void *self, const wrt_llm_question *questions, size_t n, wrt_err *err);
    /* Appends to out->text, or sets out->tool_calls. */
    wrt_status (*generate)(void *self, wrt_llm_reply *out, const wrt_llm_request *request,
                           wrt_llm_usage *usage, wrt_err *err);
    /* NULL: none. Whether tools are handed on as such; `own_calls` is that of the request. */
    bool (*native_tools)(const void *self, bool own_calls);
} wrt_llm_backend;

extern const wrt_llm_backend wrt_llm_backend_llama; /* opening reports WRT_E_UNSUPPORTED when not
                                                       built in */
extern const wrt_llm_backend wrt_llm_backend_http;
extern const wrt_llm_backend wrt_llm_backend_script;
extern const wrt_llm_backend wrt_llm_backend_replay;

#endif
