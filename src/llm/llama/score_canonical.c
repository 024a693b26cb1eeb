/* score_canonical.c: scores whose bits depend on their question alone.
 *
 * What a kernel rounds depends on the shape of an evaluation and on where keys and values lie in
 * the cache. So a question is always evaluated in the same shape: the tokens that its candidates
 * have in common are cut into blocks at every BLOCK-th position; each full block is one evaluation
 * behind the blocks before it; the rest, with all candidates, is the last one (in more waves when
 * it does not fit, which again depends on the question alone). Token i of the blocks lies in cell
 * i.
 *
 *   tokens   t0 ... t3 | t4 ... t7 | t8 t9 a b     question 1, candidates a b, c d
 *                                          c d
 *            t0 ... t3 | t4 ... t7 | u8 ...        question 2 goes on behind two kept blocks
 *
 * A block depends on the tokens up to its end only, so blocks in common with the question before
 * are kept, in a call and from call to call; questions of a call are taken in the order of their
 * tokens, which makes neighbours share the most. What this costs beyond one tree of all questions
 * is at most BLOCK - 1 tokens twice for each question: the rest of the prompt, and a block in which
 * it branches off. */
#include "base/arena.h"
#include "llm/llama/score_job.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = WRT_LLAMA_BLOCK };

typedef struct {
    wrt_llama_job job;
    size_t place; /* of the question among those asked */
    size_t first; /* of its scores */
    size_t head;  /* tokens in full blocks */
} item;

static size_t block_of(const wrt_llama *llama) {
    size_t batch = llama_n_batch(llama->context);
    return batch < BLOCK ? batch : BLOCK;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static size_t count_kept(const wrt_llama *llama, const item *it) {
    const int32_t *ids = it->job.paths[0].ids;
    size_t n = 0;
    while (n < it->head && n < llama->kept.n && llama->kept.ids[n] == ids[n])
        n++;
    return n - n % block_of(llama);
}

static wrt_status decode_block(wrt_llama *llama, const int32_t *ids, size_t from, size_t n,
                               wrt_err *err) {
    llama_token token[BLOCK];
    llama_pos pos[BLOCK];
    int32_t n_seq[BLOCK];
    llama_seq_id zero = 0, *seq[BLOCK];
    int8_t logits[BLOCK] = {0};
    for (size_t i = 0; i < n; i++) {
        token[i] = ids[from + i];
        pos[i] = (llama_pos)(from + i);
        n_seq[i] = 1;
        seq[i] = &zero;
    }
    struct llama_batch batch = {.n_tokens = (int32_t)n,
                                .token = token,
                                .pos = pos,
                                .n_seq_id = n_seq,
                                .seq_id = seq,
                                .logits = logits};
    return wrt_llama_decode(llama, batch, err);
}

/* Leaves exactly the question's full blocks in the cache. */
static wrt_status load_blocks(wrt_llama *llama, const item *it, wrt_llm_usage *usage,
                              wrt_err *err) {
    llama_memory_t memory = llama_get_memory(llama->context);
    size_t block = block_of(llama);
    size_t n = count_kept(llama, it);
    wrt_status status = WRT_OK;
    if (n == 0)
        llama_memory_clear(memory, false);
    else
        llama_memory_seq_rm(memory, 0, (llama_pos)n, -1);
    for (; n < it->head && status == WRT_OK; n += block) {
        status = decode_block(llama, it->job.paths[0].ids, n, block, err);
        usage->decoded += (int64_t)block;
    }
    if (status == WRT_OK)
        wrt_llama_keep(llama, it->job.paths[0].ids, it->head);
    return status;
}

/* ---- questions ------------------------------------------------------------------------------- */

static wrt_status item_make(item *it, wrt_llama *llama, const wrt_llm_score_job *asked,
                            size_t place, wrt_err *err) {
    it->place = place;
    wrt_llama_job_make(&it->job, llama, &asked->questions[place], 1);
    it->job.number = asked->places[place] + 1;
    wrt_status status = wrt_llama_check_time(llama, err);
    if (status == WRT_OK)
        status = wrt_llama_job_add(&it->job, &asked->questions[place], err);
    if (status == WRT_OK) {
        size_t head = it->job.paths[0].from - 1; /* the last one's logits are read */
        it->head = head - head % block_of(llama);
    }
    return status;
}

/* By the tokens in blocks; the order is of no consequence but for what neighbours share. */
static int compare(const void *left, const void *right) {
    const item *a = left, *b = right;
    const int32_t *x = a->job.paths[0].ids, *y = b->job.paths[0].ids;
    size_t n = a->head < b->head ? a->head : b->head;
    for (size_t i = 0; i < n; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    if (a->head != b->head)
        return a->head < b->head ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

static wrt_status run_item(item *it, wrt_llm_score *out, wrt_llm_usage *usage, wrt_err *err) {
    wrt_llama *llama = it->job.llama;
    llama_memory_t memory = llama_get_memory(llama->context);
    wrt_status status = load_blocks(llama, it, usage, err);
    if (status != WRT_OK)
        return status;
    wrt_llama_job_set_base(&it->job, it->head);
    status = wrt_llama_job_run(&it->job, usage, false, err);
    if (status != WRT_OK) {
        wrt_llama_keep(llama, NULL, 0);
        return status;
    }
    wrt_llama_job_fill(out + it->first, &it->job);
    llama_memory_seq_keep(memory, 0);
    llama_memory_seq_rm(memory, 0, (llama_pos)it->head, -1);
    return status;
}

/* What one tree of all questions would have evaluated. */
static int64_t count_least(const item *items, size_t n) {
    wrt_prefix_tree tree;
    size_t total = 0, at = 0;
    for (size_t i = 0; i < n; i++)
        total += items[i].job.n_paths;
    wrt_token_path *paths = wrt_calloc(total + 1, sizeof *paths);
    for (size_t i = 0; i < n; i++) {
        memcpy(paths + at, items[i].job.paths, items[i].job.n_paths * sizeof *paths);
        at += items[i].job.n_paths;
    }
    wrt_prefix_tree_build(&tree, paths, total);
    int64_t least = (int64_t)tree.n_nodes;
    wrt_prefix_tree_free(&tree);
    free(paths);
    return least;
}

wrt_status wrt_llama_score_canonical(wrt_llama *llama, wrt_llm_score *out,
                                     const wrt_llm_score_job *asked, wrt_llm_usage *usage,
                                     wrt_err *err) {
    item *items = wrt_calloc(asked->n, sizeof *items);
    wrt_status status = WRT_OK;
    size_t made = 0, first = 0;
    wrt_llama_resume(llama);
    while (made < asked->n && status == WRT_OK) {
        items[made].first = first;
        first += asked->questions[made].n;
        status = item_make(&items[made], llama, asked, made, err);
        made++;
    }
    if (status == WRT_OK) {
        qsort(items, made, sizeof *items, compare);
        usage->decoded_least += count_least(items, made);
    }
    for (size_t i = 0; i < made && status == WRT_OK; i++) {
        status = run_item(&items[i], out, usage, err);
        if (status == WRT_OK && i + 1 < made)
            status = wrt_llama_go_on(llama, i + 1, made, err);
    }
    for (size_t i = 0; i < made; i++)
        wrt_llama_job_free(&items[i].job);
    free(items);
    return status;
}
