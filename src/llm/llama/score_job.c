/* score_job.c: log P(candidate | prompt) for all questions of a job in one walk over the tree of
 * their shared prefixes (prefix_tree.h).
 *
 * Each wave is one batch. Sequence 0 of the cache holds the spine; every tip of the wave gets a
 * sequence of its own that shares the spine's cells, and a token carries the sequences of all tips
 * below it, so that the attention mask shows every token exactly its own history:
 *
 *   prompt  0 1 2 3        {1,2,3}          a = x y z   b = x y w   c = v
 *           x  {1,2} - y {1,2}              rows read: last prompt token (x, v), x (y), y (z, w)
 *           (v, z, w are last tokens: they are predicted but never evaluated)
 *
 * After a wave the path of its last tip is the only one that later nodes can hang on; it becomes
 * the next spine. log P is logit - log sum exp over the vocabulary, summed in double. */
#include "llm/llama/score_job.h"
#include "base/arena.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Logit rows are kept by the library until the next decode. */
static const uint64_t row_bytes_max = UINT64_C(64) << 20;
static const size_t tokens_max = (size_t)1 << 26; /* of all paths of one call */

/* ---- tokens ---------------------------------------------------------------------------------- */

static wrt_str with_terminator(wrt_buf *text, const wrt_llm_question *question, size_t k) {
    wrt_buf_clear(text);
    wrt_buf_add_str(text, question->candidates[k]);
    wrt_buf_add_str(text, question->terminator);
    return wrt_buf_str(text);
}

static size_t first_difference(const wrt_llama_tokens *a, const int32_t *ids, size_t n) {
    size_t i = 0;
    while (i < a->n && i < n && a->ids[i] == ids[i])
        i++;
    return i;
}

/* Too long for the context: says what was needed and what fits. */
static wrt_status too_long(const wrt_llama_job *j, size_t need, wrt_err *err) {
    return wrt_fail(err, WRT_E_LIMIT,
                    "question %zu needs %zu tokens with its candidate; the model's context holds "
                    "%u, so shorten the prompt by %zu",
                    j->number, need, j->llama->n_context, need - j->llama->n_context);
}

static wrt_status add_candidate(wrt_llama_job *j, const wrt_llama_prompt *prompt, wrt_str text,
                                wrt_err *err) {
    wrt_llama_tokens ids = {0};
    wrt_status status = wrt_llama_prompt_tokens(&ids, j->llama, prompt, text, err);
    if (status == WRT_OK && ids.n > j->llama->n_context)
        status = too_long(j, ids.n, err);
    if (status == WRT_OK && (j->n_tokens += ids.n) > tokens_max)
        status = wrt_fail(err, WRT_E_LIMIT, "the questions hold more than %zu tokens; ask in parts",
                          tokens_max);
    if (status == WRT_OK) {
        ids.ids = wrt_realloc(ids.ids, ids.n * sizeof *ids.ids); /* room was for a token a byte */
        j->paths[j->n_paths++] = (wrt_token_path){.ids = ids.ids, .n = ids.n};
    } else {
        wrt_llama_tokens_free(&ids);
    }
    return status;
}

/* Where the scored tokens begin: the first place at which any candidate of the question differs
 * from the prompt alone. */
static wrt_status set_start(wrt_llama_job *j, const wrt_llama_tokens *alone, size_t n_candidates,
                            wrt_err *err) {
    wrt_token_path *paths = j->paths + j->n_paths - n_candidates;
    size_t from = alone->n;
    for (size_t k = 0; k < n_candidates; k++) {
        size_t at = first_difference(alone, paths[k].ids, paths[k].n);
        from = at < from ? at : from;
    }
    if (from == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "question %zu: the prompt has no token in front of the candidates; give it "
                        "more text",
                        j->number);
    for (size_t k = 0; k < n_candidates; k++) {
        if (paths[k].n <= from)
            return wrt_fail(err, WRT_E_INPUT, "question %zu: candidate %zu has no tokens",
                            j->number, k + 1);
        paths[k].from = from;
    }
    return WRT_OK;
}

wrt_status wrt_llama_job_add(wrt_llama_job *j, const wrt_llm_question *question, wrt_err *err) {
    wrt_llama_prompt prompt = {0};
    wrt_llama_tokens alone = {0};
    wrt_buf text = wrt_buf_make(WRT_MIB(16));
    wrt_status status = wrt_llama_prompt_make(&prompt, j->llama, &question->prompt, err);
    if (status == WRT_OK)
        status = wrt_llama_prompt_tokens(&alone, j->llama, &prompt, WRT_STR(""), err);
    for (size_t k = 0; k < question->n && status == WRT_OK; k++) {
        wrt_str more = with_terminator(&text, question, k);
        status = text.overflow ? wrt_fail(err, WRT_E_LIMIT, "candidate %zu is too long", k + 1)
                               : add_candidate(j, &prompt, more, err);
    }
    if (status == WRT_OK)
        status = set_start(j, &alone, question->n, err);
    j->prompt_tokens += (int64_t)alone.n;
    wrt_buf_free(&text);
    wrt_llama_tokens_free(&alone);
    wrt_llama_prompt_free(&prompt);
    return status;
}

/* ---- batches --------------------------------------------------------------------------------- */

/* Room for the largest wave. */
typedef struct {
    struct llama_batch batch;
    llama_seq_id *ids; /* tips of the wave, one after another: 1, 2, 3, ... */
} room;

static room room_make(const wrt_prefix_limits *limits) {
    room r = {0};
    r.batch.token = wrt_calloc(limits->tokens, sizeof *r.batch.token);
    r.batch.pos = wrt_calloc(limits->tokens, sizeof *r.batch.pos);
    r.batch.n_seq_id = wrt_calloc(limits->tokens, sizeof *r.batch.n_seq_id);
    r.batch.seq_id = wrt_calloc(limits->tokens, sizeof *r.batch.seq_id);
    r.batch.logits = wrt_calloc(limits->tokens, sizeof *r.batch.logits);
    r.ids = wrt_calloc(limits->tips, sizeof *r.ids);
    for (size_t i = 0; i < limits->tips; i++)
        r.ids[i] = (llama_seq_id)(i + 1);
    return r;
}

static void room_free(room *r) {
    free(r->batch.token);
    free(r->batch.pos);
    free(r->batch.n_seq_id);
    free(r->batch.seq_id);
    free(r->batch.logits);
    free(r->ids);
}

/* Fills the batch with the wave: the tips below a node are consecutive, so its sequences are a
 * slice of one list. Tip t hangs on the spine where its first node of the wave does. */
static void load_wave(room *r, const wrt_llama_job *j, const wrt_prefix_wave *wave) {
    llama_memory_t memory = llama_get_memory(j->llama->context);
    const wrt_prefix_tree *tree = &j->tree;
    size_t tip = 0;
    llama_pos hook = 0;
    llama_pos base = (llama_pos)j->base;
    r->batch.n_tokens = (int32_t)(wave->end - wave->begin);
    for (size_t i = wave->begin; i < wave->end; i++) {
        size_t at = i - wave->begin;
        size_t below = 0;
        size_t end = wrt_prefix_subtree_end(tree, wave, i);
        for (size_t d = i; d < end; d++)
            below += wrt_prefix_is_tip(tree, wave, d);
        r->batch.token[at] = tree->nodes[i].token;
        r->batch.pos[at] = base + (llama_pos)tree->nodes[i].depth;
        r->batch.seq_id[at] = r->ids + tip;
        r->batch.n_seq_id[at] = (int32_t)below;
        r->batch.logits[at] = (int8_t)tree->nodes[i].wanted;
        if (i == wave->begin || (llama_pos)tree->nodes[i].depth < hook)
            hook = (llama_pos)tree->nodes[i].depth;
        if (wrt_prefix_is_tip(tree, wave, i)) {
            if (base + hook > 0)
                llama_memory_seq_cp(memory, 0, r->ids[tip], 0, base + hook);
            tip++;
        }
    }
}

/* Leaves in the cache only the path from the root to the parent of the next wave's first node. */
static void keep_spine(const wrt_llama_job *j, const wrt_prefix_wave *wave) {
    llama_memory_t memory = llama_get_memory(j->llama->context);
    llama_seq_id last = (llama_seq_id)wave->tips;
    if (wave->end == j->tree.n_nodes)
        return;
    llama_memory_seq_keep(memory, last);
    llama_memory_seq_cp(memory, last, 0, -1, -1);
    llama_memory_seq_rm(memory, last, -1, -1);
    llama_memory_seq_rm(memory, 0, (llama_pos)(j->base + j->tree.nodes[wave->end].depth), -1);
}

/* Adds log P of the token after node i to the sum of every path that wants it. */
static wrt_status read_row(wrt_llama_job *j, size_t i, const float *logits) {
    const wrt_prefix_node *node = &j->tree.nodes[i];
    if (logits == NULL)
        return WRT_E_FAILED;
    double log_sum = wrt_llama_log_sum_exp(logits, j->llama->n_vocab);
    for (size_t k = node->begin; k < node->end; k++) {
        size_t p = j->tree.order[k];
        size_t next = (size_t)node->depth + 1;
        if (next < j->paths[p].from)
            continue;
        double log_p = (double)logits[j->paths[p].ids[next]] - log_sum;
        if (!isfinite(log_p))
            return WRT_E_FAILED;
        j->sums[p] += log_p < 0 ? log_p : 0; /* rounding may leave a sliver above zero */
        j->n_read[p]++;
    }
    return WRT_OK;
}

static wrt_status run_wave(wrt_llama_job *j, room *r, const wrt_prefix_wave *wave, wrt_err *err) {
    load_wave(r, j, wave);
    wrt_status status = wrt_llama_decode(j->llama, r->batch, err);
    for (size_t i = wave->begin; i < wave->end && status == WRT_OK; i++) {
        if (!j->tree.nodes[i].wanted)
            continue;
        const float *logits = llama_get_logits_ith(j->llama->context, (int32_t)(i - wave->begin));
        if (read_row(j, i, logits) != WRT_OK)
            status = wrt_fail(err, WRT_E_FAILED, "%s: the model gave no finite probability",
                              j->llama->name);
    }
    if (status == WRT_OK)
        keep_spine(j, wave);
    return status;
}

static wrt_prefix_limits limits_of(const wrt_llama_job *j) {
    const wrt_llama *llama = j->llama;
    uint64_t rows = row_bytes_max / sizeof(float) / (uint64_t)llama->n_vocab;
    return (wrt_prefix_limits){
        .tokens = llama_n_batch(llama->context),
        .tips = llama->n_sequences - 1,
        .rows = rows < 1 ? 1 : (size_t)rows,
        .cells = llama->n_context - j->base,
    };
}

wrt_status wrt_llama_job_run(wrt_llama_job *j, wrt_llm_usage *usage, bool tells, wrt_err *err) {
    wrt_prefix_limits limits = limits_of(j);
    wrt_prefix_wave wave = {0};
    wrt_status status = WRT_OK;
    wrt_prefix_tree_build(&j->tree, j->paths, j->n_paths);
    usage->prompt_tokens += j->prompt_tokens;
    room r = room_make(&limits);
    while (status == WRT_OK && wrt_prefix_wave_next(&wave, &j->tree, &limits)) {
        status = run_wave(j, &r, &wave, err);
        usage->decoded += (int64_t)(wave.end - wave.begin);
        if (status == WRT_OK && tells && wave.end < j->tree.n_nodes)
            status = wrt_llama_go_on(j->llama, wave.end, j->tree.n_nodes, err);
    }
    room_free(&r);
    return status;
}

/* ---- jobs ------------------------------------------------------------------------------------ */

void wrt_llama_job_set_base(wrt_llama_job *j, size_t n) {
    for (size_t p = 0; p < j->n_paths; p++) {
        j->paths[p].ids += n;
        j->paths[p].n -= n;
        j->paths[p].from -= n;
    }
    j->base += n;
}

void wrt_llama_job_fill(wrt_llm_score *out, const wrt_llama_job *j) {
    for (size_t p = 0; p < j->n_paths; p++) {
        size_t tokens = j->paths[p].n - j->paths[p].from;
        if (j->n_read[p] == tokens)
            out[p] = (wrt_llm_score){.log_p = j->sums[p],
                                     .low = j->sums[p],
                                     .high = j->sums[p],
                                     .tokens = (int)tokens,
                                     .quality = WRT_LLM_EXACT};
    }
}

void wrt_llama_job_make(wrt_llama_job *j, wrt_llama *llama, const wrt_llm_question *questions,
                        size_t n) {
    size_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += questions[i].n;
    *j = (wrt_llama_job){.llama = llama,
                         .paths = wrt_calloc(total, sizeof *j->paths),
                         .sums = wrt_calloc(total, sizeof *j->sums),
                         .n_read = wrt_calloc(total, sizeof *j->n_read)};
}

void wrt_llama_job_free(wrt_llama_job *j) {
    for (size_t p = 0; p < j->n_paths; p++)
        free((void *)(j->paths[p].ids - j->base));
    wrt_prefix_tree_free(&j->tree);
    free(j->paths);
    free(j->sums);
    free(j->n_read);
}
