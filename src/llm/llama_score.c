/* llama_score.c: log P(option | prompt) for all options in one pass over the model.
 *
 * The options' tokens form a trie below the prompt. Prompt and trie go into one batch in which each
 * token carries the sequence ids of the options that pass through it, so that the attention mask
 * shows every token exactly its own history:
 *
 *   prompt  0 1 2 3        {a,b,c}          a = x y z   b = x y w   c = v
 *           x  {a,b} - y {a,b}              rows read: last prompt token (x, v), x (y), y (z, w)
 *           (v, z, w are last tokens: they are predicted but never decoded)
 *
 * log P is logit - log sum exp over the vocabulary, accumulated in double. It is the probability
 * of the option's canonical token sequence; other tokenisations of the same text hold mass too.
 * Invariant: a child comes after its parent in the batch, and its set of ids is a subset. */
#include "base/arena.h"
#include "llm/llama_backend.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Logit rows are kept by the library until the next decode: 1 GiB at most. */
static const uint64_t logit_bytes_max = UINT64_C(1) << 30;

typedef struct {
    llama_token token;
    size_t parent; /* node index; node 0 is the last prompt token */
    int32_t depth; /* 0 for node 0 */
    uint64_t options;
} node;

typedef struct {
    node *nodes;
    size_t n_nodes;
    double *log_sum; /* by node: log of the sum of exp(logits); NAN until needed */
    wrt_llama_tokens prompt;
    wrt_llama_tokens option[WRT_LLM_OPTIONS_MAX];
    size_t n_options;
} trie;

_Static_assert(WRT_LLM_OPTIONS_MAX <= 64, "a node keeps its options in 64 bits");

/* ---- batches --------------------------------------------------------------------------------- */

wrt_status wrt_llama_decode(wrt_llama *self, struct llama_batch batch, wrt_err *err) {
    if (batch.n_tokens < 1 || (uint32_t)batch.n_tokens > llama_n_batch(self->context))
        return wrt_fail(err, WRT_E_LIMIT, "a batch of %d tokens; accepted: 1 to %u", batch.n_tokens,
                        llama_n_batch(self->context));
    int32_t code = llama_decode(self->context, batch);
    if (code == 0)
        return WRT_OK;
    /* A failed decode may leave part of its tokens, and numbers that are not finite. */
    llama_memory_clear(llama_get_memory(self->context), true);
    if (code == 1)
        return wrt_fail(err, WRT_E_LIMIT, "%s: the context of %u tokens is full", self->name,
                        self->n_context);
    return wrt_fail(err, WRT_E_FAILED, "%s: llama.cpp failed to evaluate the prompt (code %d)",
                    self->name, code);
}

/* ---- the trie -------------------------------------------------------------------------------- */

static size_t find_child(const trie *t, size_t parent, llama_token token) {
    for (size_t i = parent + 1; i < t->n_nodes; i++) {
        if (t->nodes[i].parent == parent && t->nodes[i].token == token)
            return i;
    }
    return 0;
}

/* Adds all tokens of option k but the last. */
static void add_option(trie *t, size_t k) {
    size_t at = 0;
    t->nodes[0].options |= UINT64_C(1) << k;
    for (size_t i = 0; i + 1 < t->option[k].n; i++) {
        size_t child = find_child(t, at, t->option[k].ids[i]);
        if (child == 0) {
            child = t->n_nodes++;
            t->nodes[child] =
                (node){.token = t->option[k].ids[i], .parent = at, .depth = t->nodes[at].depth + 1};
        }
        t->nodes[child].options |= UINT64_C(1) << k;
        at = child;
    }
}

static void trie_free(trie *t) {
    for (size_t k = 0; k < t->n_options; k++)
        wrt_llama_tokens_free(&t->option[k]);
    wrt_llama_tokens_free(&t->prompt);
    free(t->nodes);
    free(t->log_sum);
}

static wrt_status tokenize_option(trie *t, const wrt_llama *self, wrt_str option,
                                  wrt_str terminator, wrt_err *err) {
    size_t k = t->n_options++;
    char *text = wrt_calloc(option.len + terminator.len + 1, 1);
    memcpy(text, option.ptr, option.len);
    if (terminator.len > 0)
        memcpy(text + option.len, terminator.ptr, terminator.len);
    wrt_status status = wrt_llama_tokenize(
        &t->option[k], self, (wrt_str){text, option.len + terminator.len}, false, err);
    free(text);
    if (status == WRT_OK && t->option[k].n == 0)
        status = wrt_fail(err, WRT_E_INPUT, "option %zu has no tokens", k + 1);
    return status;
}

static wrt_status check_room(const trie *t, const wrt_llama *self, size_t option_tokens,
                             wrt_err *err) {
    size_t need = t->prompt.n + option_tokens;
    if (need > self->n_context)
        return wrt_fail(err, WRT_E_LIMIT,
                        "prompt and options need up to %zu tokens; the model's context holds %u",
                        need, self->n_context);
    uint64_t rows = (uint64_t)option_tokens + 1;
    if (rows * (uint64_t)self->n_vocab * sizeof(float) > logit_bytes_max)
        return wrt_fail(err, WRT_E_LIMIT,
                        "the options have %zu tokens; this model's vocabulary allows %" PRIu64,
                        option_tokens,
                        logit_bytes_max / sizeof(float) / (uint64_t)self->n_vocab - 1);
    return WRT_OK;
}

static wrt_status build_trie(trie *t, const wrt_llama *self, const wrt_str *options, size_t n,
                             wrt_str terminator, wrt_err *err) {
    size_t inner = 0;
    wrt_status status = WRT_OK;
    for (size_t k = 0; k < n && status == WRT_OK; k++) {
        status = tokenize_option(t, self, options[k], terminator, err);
        if (status == WRT_OK)
            inner += t->option[k].n - 1;
    }
    if (status == WRT_OK)
        status = check_room(t, self, inner, err);
    if (status != WRT_OK)
        return status;
    t->nodes = wrt_calloc(inner + 1, sizeof *t->nodes);
    t->log_sum = wrt_calloc(inner + 1, sizeof *t->log_sum);
    t->n_nodes = 1;
    for (size_t k = 0; k < n; k++)
        add_option(t, k);
    for (size_t i = 0; i < t->n_nodes; i++)
        t->log_sum[i] = NAN;
    return WRT_OK;
}

/* ---- one decode ------------------------------------------------------------------------------ */

/* A batch and the sequence ids that its tokens point into. */
typedef struct {
    struct llama_batch batch;
    llama_seq_id *ids;
} plan;

static void plan_free(plan *p) {
    free(p->batch.token);
    free(p->batch.pos);
    free(p->batch.n_seq_id);
    free(p->batch.seq_id);
    free(p->batch.logits);
    free(p->ids);
}

/* Appends a token that belongs to `options`; *ids is where its sequence ids may be written. */
static void plan_add(plan *p, llama_token token, llama_pos pos, uint64_t options,
                     llama_seq_id **ids, bool logits) {
    int32_t i = p->batch.n_tokens++;
    p->batch.token[i] = token;
    p->batch.pos[i] = pos;
    p->batch.logits[i] = (int8_t)logits;
    p->batch.seq_id[i] = *ids;
    for (llama_seq_id k = 0; k < WRT_LLM_OPTIONS_MAX; k++) {
        if (options >> k & 1)
            *(*ids)++ = k;
    }
    p->batch.n_seq_id[i] = (int32_t)(*ids - p->batch.seq_id[i]);
}

static void plan_make(plan *p, const trie *t) {
    size_t n = t->prompt.n + t->n_nodes - 1;
    p->batch.token = wrt_calloc(n, sizeof *p->batch.token);
    p->batch.pos = wrt_calloc(n, sizeof *p->batch.pos);
    p->batch.n_seq_id = wrt_calloc(n, sizeof *p->batch.n_seq_id);
    p->batch.seq_id = wrt_calloc(n, sizeof *p->batch.seq_id);
    p->batch.logits = wrt_calloc(n, sizeof *p->batch.logits);
    p->ids = wrt_calloc(t->n_nodes * WRT_LLM_OPTIONS_MAX, sizeof *p->ids);
    llama_seq_id *ids = p->ids;
    for (size_t i = 0; i < t->prompt.n; i++) { /* all share the ids of node 0 */
        ids = p->ids;
        plan_add(p, t->prompt.ids[i], (llama_pos)i, t->nodes[0].options, &ids,
                 i + 1 == t->prompt.n);
    }
    for (size_t i = 1; i < t->n_nodes; i++)
        plan_add(p, t->nodes[i].token, (llama_pos)t->prompt.n - 1 + t->nodes[i].depth,
                 t->nodes[i].options, &ids, true);
}

static double log_sum_exp(const float *logits, int32_t n) {
    double top = logits[0];
    double sum = 0;
    for (int32_t i = 1; i < n; i++)
        top = logits[i] > top ? logits[i] : top;
    for (int32_t i = 0; i < n; i++)
        sum += exp(logits[i] - top);
    return top + log(sum);
}

/* log P(token | the path to `at`). */
static wrt_status read_log_p(const trie *t, wrt_llama *self, size_t at, llama_token token,
                             double *out) {
    int32_t index = (int32_t)(t->prompt.n - 1 + at);
    const float *logits = llama_get_logits_ith(self->context, index);
    if (logits == NULL || token < 0 || token >= self->n_vocab)
        return WRT_E_FAILED;
    if (isnan(t->log_sum[at]))
        t->log_sum[at] = log_sum_exp(logits, self->n_vocab);
    *out = (double)logits[token] - t->log_sum[at];
    return isfinite(*out) ? WRT_OK : WRT_E_FAILED;
}

static wrt_status read_option(const trie *t, wrt_llama *self, size_t k, double *out) {
    size_t at = 0;
    double sum = 0;
    for (size_t i = 0; i < t->option[k].n; i++) {
        double log_p = 0;
        wrt_status status = read_log_p(t, self, at, t->option[k].ids[i], &log_p);
        if (status != WRT_OK)
            return status;
        sum += log_p;
        if (i + 1 < t->option[k].n)
            at = find_child(t, at, t->option[k].ids[i]);
    }
    *out = sum < 0 ? sum : 0; /* rounding may leave a sliver above zero */
    return WRT_OK;
}

wrt_status wrt_llama_score(void *object, double *log_p, const wrt_llm_prompt *prompt,
                           const wrt_str *options, size_t n, wrt_str terminator, wrt_err *err) {
    wrt_llama *self = object;
    trie t = {0};
    plan p = {0};
    wrt_status status = wrt_llama_prompt_tokens(&t.prompt, self, prompt, err);
    if (status == WRT_OK)
        status = build_trie(&t, self, options, n, terminator, err);
    if (status != WRT_OK)
        goto out;
    plan_make(&p, &t);
    llama_memory_clear(llama_get_memory(self->context), false);
    status = wrt_llama_decode(self, p.batch, err);
    for (size_t k = 0; k < n && status == WRT_OK; k++) {
        status = read_option(&t, self, k, &log_p[k]);
        if (status != WRT_OK)
            wrt_fail(err, status, "%s: the model gave no finite probability for option %zu",
                     self->name, k + 1);
    }
out:
    plan_free(&p);
    trie_free(&t);
    return status;
}
