/* backend.h: what a backend of the language model layer provides; private to src/llm. */
#ifndef WRT_LLM_BACKEND_H
#define WRT_LLM_BACKEND_H

#include "llm/llm.h"

typedef struct {
    const char *kind; /* the part of the spec before ':' */
    wrt_status (*open)(void **self, const char *rest, const wrt_llm_options *options, wrt_err *err);
    void (*close)(void *self);
    wrt_json *(*describe)(const void *self);
    wrt_status (*score)(void *self, double *log_p, const wrt_llm_prompt *prompt,
                        const wrt_str *options, size_t n, wrt_str terminator, wrt_err *err);
    wrt_status (*generate)(void *self, wrt_buf *out, const wrt_llm_prompt *prompt, const char *gbnf,
                           int max_tokens, wrt_err *err);
} wrt_llm_backend;

extern const wrt_llm_backend
    wrt_llm_backend_llama; /* reports WRT_E_UNSUPPORTED when not built in */
extern const wrt_llm_backend wrt_llm_backend_script;

#endif
