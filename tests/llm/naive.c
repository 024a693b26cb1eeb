/* naive.c: the oracle for the trie: no shared work, no batch, no code of src/llm.
 *
 * Every token of prompt and text is a decode of its own in a context of one sequence, and the
 * softmax is the textbook one in long double. The engine must have been started before. */
#include "naive.h"

#include <llama.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct naive {
    struct llama_model *model;
    struct llama_context *context;
};

naive *naive_open(const char *path, bool kv_f32) {
    struct llama_model_params model = llama_model_default_params();
    struct llama_context_params context = llama_context_default_params();
    naive *n = calloc(1, sizeof *n);
    n->model = llama_model_load_from_file(path, model);
    if (n->model == NULL) {
        free(n);
        return NULL;
    }
    context.n_ctx = 2048;
    context.n_threads = context.n_threads_batch = 1;
    context.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    context.type_k = context.type_v = kv_f32 ? GGML_TYPE_F32 : GGML_TYPE_F16;
    n->context = llama_init_from_model(n->model, context);
    return n;
}

void naive_close(naive *n) {
    if (n == NULL)
        return;
    llama_free(n->context);
    llama_model_free(n->model);
    free(n);
}

static int tokenize(const naive *n, const char *text, bool special, llama_token *out, int room) {
    return llama_tokenize(llama_model_get_vocab(n->model), text, (int)strlen(text), out, room,
                          false, special);
}

static double log_softmax(const naive *n, llama_token token) {
    const float *logits = llama_get_logits_ith(n->context, -1);
    int size = llama_vocab_n_tokens(llama_model_get_vocab(n->model));
    long double sum = 0;
    for (int i = 0; i < size; i++)
        sum += expl((long double)logits[i] - (long double)logits[token]);
    return (double)-logl(sum);
}

double naive_log_p(naive *n, const naive_piece *pieces, size_t n_pieces, const char *text) {
    enum { ROOM = 2048 };
    static llama_token ids[ROOM];
    int n_prompt = 0;
    double sum = 0;
    for (size_t i = 0; i < n_pieces; i++) {
        int more = tokenize(n, pieces[i].text, pieces[i].special, ids + n_prompt, ROOM - n_prompt);
        if (more < 0)
            return NAN;
        n_prompt += more;
    }
    int n_text = tokenize(n, text, false, ids + n_prompt, ROOM - n_prompt);
    if (n_text < 1 || n_prompt < 1)
        return NAN;
    llama_memory_clear(llama_get_memory(n->context), true);
    for (int i = 0; i < n_prompt + n_text; i++) {
        if (i >= n_prompt)
            sum += log_softmax(n, ids[i]);
        if (i + 1 == n_prompt + n_text)
            break;
        if (llama_decode(n->context, llama_batch_get_one(&ids[i], 1)) != 0)
            return NAN;
    }
    return sum;
}
