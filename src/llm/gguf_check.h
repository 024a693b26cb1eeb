/* gguf_check.h: is this file a complete, well-formed GGUF model? Private to src/llm. */
#ifndef WRT_LLM_GGUF_CHECK_H
#define WRT_LLM_GGUF_CHECK_H

#include "base/err.h"
#include "base/str.h"

/* What the walk found; zero where the file does not say. */
typedef struct {
    uint32_t version;
    uint64_t n_tensors;
    uint64_t n_tokens;    /* length of tokenizer.ggml.tokens */
    uint64_t data_offset; /* where tensor data starts in the file */
    uint64_t data_end;    /* end of the last tensor; never beyond the file */
    char architecture[64];
} wrt_gguf_facts;

/* Walks a whole GGUF file that lies in memory (version 2 or 3, little-endian) without copying it.
 * WRT_E_INPUT says what is wrong and at which byte; WRT_E_UNSUPPORTED for a file split in parts or
 * one of the other byte order. `facts` may be NULL. O(file header + t log t) for t tokens. */
wrt_status wrt_gguf_check(wrt_gguf_facts *facts, wrt_str file, wrt_err *err);

/* Maps `path` read-only and checks it; messages begin with the file's last path component. */
wrt_status wrt_gguf_check_file(wrt_gguf_facts *facts, const char *path, wrt_err *err);

/* Elements and bytes of one block of a tensor type; false for a type that no file may use. */
bool wrt_gguf_type_size(uint32_t type, uint32_t *elements, uint32_t *bytes);

#endif
