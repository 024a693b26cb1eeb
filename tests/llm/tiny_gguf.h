/* tiny_gguf.h: a complete GGUF model of half a megabyte with random weights, made on the spot. */
#ifndef WRT_TESTS_TINY_GGUF_H
#define WRT_TESTS_TINY_GGUF_H

#include "base/buf.h"

enum { TINY_VOCAB = 352, TINY_CONTEXT = 2048, TINY_TENSORS = 21 };

/* What may differ from the plain model. */
typedef struct {
    bool adds_bos;      /* wants a beginning-of-text token */
    bool no_template;   /* without a chat template */
    bool sentencepiece; /* a vocabulary in the manner of SentencePiece, which adds a space in front
                         */
    int byte_tokens;    /* sentencepiece: how many of the 256 bytes have a token; 0: all */
} tiny_variant;

/* Appends the bytes of the model: llama architecture, 2 layers of width 64, F32, ChatML template,
 * a byte-level vocabulary with a few biomedical words. Equal bytes on every call. */
void tiny_gguf_build(wrt_buf *out);
void tiny_gguf_build_variant(wrt_buf *out, const tiny_variant *variant);

/* ---- the pieces, for tests that need files which are wrong in one place */

void gguf_u32(wrt_buf *out, uint32_t value);
void gguf_u64(wrt_buf *out, uint64_t value);
void gguf_text(wrt_buf *out, const char *text);
void gguf_header(wrt_buf *out, uint32_t version, uint64_t n_tensors, uint64_t n_keys);
void gguf_key_u32(wrt_buf *out, const char *key, uint32_t value);
void gguf_key_text(wrt_buf *out, const char *key, const char *value);

#endif
