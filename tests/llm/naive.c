/* naive.c: see naive.h. A context of one sequence, cleared before every text; the softmax is the
 * textbook one in long double. */
#include "naive.h"

#include <llama.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct naive {
    bool special, bos;
    struct llama_model *model;
    struct llama_context *context;
};

naive *naive_open(const char *path, bool kv_f32) {
    return naive_open_threads(path, kv_f32, 1);
}

naive *naive_open_threads(const char *path, bool kv_f32, int threads) {
    struct llama_model_params model = llama_model_default_params();
    struct llama_context_params context = llama_context_default_params();
    naive *n = calloc(1, sizeof *n);
    n->model = llama_model_load_from_file(path, model);
    if (n->model == NULL) {
        free(n);
        return NULL;
    }
    context.n_ctx = 2048;
    context.n_threads = context.n_threads_batch = threads;
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

static double log_softmax(const naive *n, int index, llama_token token) {
    const float *logits = llama_get_logits_ith(n->context, index);
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
            sum += log_softmax(n, -1, ids[i]);
        if (i + 1 == n_prompt + n_text)
            break;
        if (llama_decode(n->context, llama_batch_get_one(&ids[i], 1)) != 0)
            return NAN;
    }
    return sum;
}

enum { CONTINUE_ROOM = 1024 };

/* Evaluates all tokens but the last at once and sums log P from token `from` on. */
static double sum_batch(naive *n, llama_token *ids, int count, int from) {
    double sum = 0;
    struct llama_batch batch = llama_batch_init(count, 0, 1);
    for (int i = 0; i + 1 < count; i++) {
        batch.token[i] = ids[i];
        batch.pos[i] = i;
        batch.n_seq_id[i] = 1;
        batch.seq_id[i][0] = 0;
        batch.logits[i] = i + 1 >= from;
    }
    batch.n_tokens = count - 1;
    llama_memory_clear(llama_get_memory(n->context), true);
    if (llama_decode(n->context, batch) != 0)
        sum = NAN;
    for (int i = from; i < count; i++)
        sum += log_softmax(n, i - 1, ids[i]);
    llama_batch_free(batch);
    return sum;
}

void naive_set(naive *n, bool special, bool bos) {
    n->special = special;
    n->bos = bos;
}

static int tokenize_joined(const naive *n, const char *prompt, const char *text, llama_token *ids) {
    size_t len = strlen(prompt) + strlen(text);
    char *joined = calloc(len + 1, 1);
    memcpy(joined, prompt, strlen(prompt));
    memcpy(joined + strlen(prompt), text, strlen(text));
    if (n->bos)
        ids[0] = llama_vocab_bos(llama_model_get_vocab(n->model));
    int count = tokenize(n, joined, n->special, ids + n->bos, CONTINUE_ROOM - n->bos);
    free(joined);
    if (n->bos && count > 0 && ids[1] == ids[0]) { /* the text brings it itself */
        memmove(ids, ids + 1, (size_t)count * sizeof *ids);
        return count;
    }
    return count + n->bos;
}

int naive_tokens(const naive *n, const char *prompt, const char *text, int *out, int room) {
    llama_token ids[CONTINUE_ROOM];
    int count = tokenize_joined(n, prompt, text, ids);
    for (int i = 0; i < count && i < room; i++)
        out[i] = ids[i];
    return count < room ? count : room;
}

double naive_continue(naive *n, const char *prompt, const char *const *texts, size_t n_texts,
                      size_t which, int *tokens) {
    llama_token alone[CONTINUE_ROOM];
    llama_token ids[CONTINUE_ROOM];
    int from = tokenize_joined(n, prompt, "", alone);
    for (size_t k = 0; k < n_texts; k++) {
        int count = tokenize_joined(n, prompt, texts[k], ids);
        int same = 0;
        while (same < from && same < count && ids[same] == alone[same])
            same++;
        from = same;
    }
    int count = tokenize_joined(n, prompt, texts[which], ids);
    if (from < 1 || count <= from)
        return NAN;
    if (tokens != NULL)
        *tokens = count - from;
    return sum_batch(n, ids, count, from);
}

double naive_mean_behind(naive *n, const char *prompt, const char *text) {
    llama_token ids[CONTINUE_ROOM];
    double sum = 0;
    int from = tokenize_joined(n, prompt, "", ids);
    int more = tokenize(n, text, false, ids + from, CONTINUE_ROOM - from);
    if (from < 1 || more < 1)
        return NAN;
    llama_memory_clear(llama_get_memory(n->context), true);
    for (int i = 0; i < from + more; i++)
        if (llama_decode(n->context, llama_batch_get_one(&ids[i], 1)) != 0)
            return NAN;
    for (int i = from; i < from + more; i++)
        sum += log_softmax(n, -1, ids[i]);
    return sum / more;
}

/* log of the sum of exp over the row behind the last token. */
static double row_log_sum(const naive *n) {
    const float *logits = llama_get_logits_ith(n->context, -1);
    int size = llama_vocab_n_tokens(llama_model_get_vocab(n->model));
    double top = -INFINITY, sum = 0;
    for (int i = 0; i < size; i++)
        top = logits[i] > top ? logits[i] : top;
    for (int i = 0; i < size; i++)
        sum += exp(logits[i] - top);
    return top + log(sum);
}

long naive_authors(naive *n, double *log_p, const char *prompt, const char *const *texts,
                   size_t n_texts, bool only_count) {
    llama_token ids[CONTINUE_ROOM], more[CONTINUE_ROOM];
    int from = tokenize_joined(n, prompt, "", ids);
    long evaluated = from;
    if (from < 1)
        return -1;
    llama_memory_clear(llama_get_memory(n->context), true);
    if (!only_count && llama_decode(n->context, llama_batch_get_one(ids, from)) != 0)
        return -1;
    for (size_t k = 0; k < n_texts; k++) {
        int count = tokenize(n, texts[k], false, more, CONTINUE_ROOM);
        evaluated += count;
        if (count < 1)
            return -1;
        if (only_count)
            continue;
        if (llama_decode(n->context, llama_batch_get_one(more, count)) != 0)
            return -1;
        double log_sum = row_log_sum(n);
        log_p[k] = 0;
        for (int i = 0; i < count; i++)
            log_p[k] += (llama_get_logits_ith(n->context, -1)[more[i]] - log_sum) / count;
        llama_memory_seq_rm(llama_get_memory(n->context), 0, from, -1);
    }
    return evaluated;
}
