/* score.c: which way a question is scored, and the jobs for the pool.
 *
 * The best quality that any endpoint has proved for the kind of prompt is taken, up to what the
 * caller accepts; a question that none can answer so well is MISSING. One question is one job on
 * one endpoint, so that its scores come from one server. */
#include "llm/http/internal.h"

#include "base/arena.h"
#include "base/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_FORCED = 1, SLOTS = 4 };
static const double sum_max = 1.02; /* rounding of servers that share batches */

/* ---- scores ---------------------------------------------------------------------------------- */

wrt_llm_score wrt_score_exact(double log_p, size_t n_tokens) {
    double p = log_p > 0 ? 0 : log_p;
    return (wrt_llm_score){
        .log_p = p, .low = p, .high = p, .tokens = (int)n_tokens, .quality = WRT_LLM_EXACT};
}

wrt_str wrt_score_text(wrt_buf *text, const wrt_llm_question *question, size_t k) {
    wrt_buf_clear(text);
    wrt_buf_add_str(text, question->candidates[k]);
    wrt_buf_add_str(text, question->terminator);
    return wrt_buf_str(text);
}

wrt_status wrt_score_check_sum(const wrt_llm_score *scores, size_t n, wrt_err *err) {
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += scores[k].quality == WRT_LLM_EXACT ? exp(scores[k].log_p) : 0;
    return sum <= sum_max
               ? WRT_OK
               : wrt_fail(err, WRT_E_FAILED,
                          "the probabilities of the candidates add up to %.3g: what the server "
                          "reports is not the model's distribution",
                          sum);
}

/* ---- ways ------------------------------------------------------------------------------------ */

/* A way to score, and what an endpoint must have proved for it. */
typedef struct {
    wrt_pool_task *task;
    unsigned all, any;
    wrt_llm_quality quality;
    size_t slots; /* questions at a time on one endpoint */
} score_way;

/* Best first. What a slot of a llama-server has evaluated is of use on that slot only, and slots do
 * not share their batches' rounding, so it gets one question at a time. */
static const score_way chat_ways[] = {
    {wrt_score_forced, WRT_CAN_FORCE, 0, WRT_LLM_EXACT, SLOTS_FORCED},
    {wrt_score_top, WRT_CAN_CHAT_TOP, 0, WRT_LLM_BOUND, SLOTS},
    {wrt_score_sampled, 0, WRT_CAN_CHAT_FORM *WRT_FORMS_ALL, WRT_LLM_SAMPLED, SLOTS},
};
static const score_way text_ways[] = {
    {wrt_score_forced, WRT_CAN_FORCE, 0, WRT_LLM_EXACT, SLOTS_FORCED},
    {wrt_score_by_prompt, WRT_CAN_PROMPT_LOGPROBS, 0, WRT_LLM_EXACT, SLOTS},
    {wrt_score_by_prompt, WRT_CAN_ECHO, 0, WRT_LLM_EXACT, SLOTS},
    {wrt_score_top, WRT_CAN_TEXT_TOP, 0, WRT_LLM_BOUND, SLOTS},
    {wrt_score_sampled, 0, WRT_CAN_TEXT_FORM *WRT_FORMS_ALL, WRT_LLM_SAMPLED, SLOTS},
};

/* NULL: none that is good enough. */
static const score_way *find_way(const wrt_servers *self, const wrt_llm_question *question,
                                 wrt_llm_quality accept) {
    bool is_text = question->prompt.text.len > 0;
    const score_way *ways = is_text ? text_ways : chat_ways;
    size_t n = is_text ? sizeof text_ways / sizeof *ways : sizeof chat_ways / sizeof *ways;
    for (size_t i = 0; i < n; i++) {
        if (ways[i].quality <= accept &&
            wrt_pool_count_able(self->pool, ways[i].all, ways[i].any) > 0 &&
            (ways[i].task != wrt_score_top || wrt_score_top_fits(question)))
            return &ways[i];
    }
    return NULL;
}

/* ---- jobs ------------------------------------------------------------------------------------ */

typedef struct {
    const wrt_servers *self;
    const wrt_llm_score_job *asked;
    wrt_llm_score **outs;   /* where the scores of each question go */
    const score_way **ways; /* of each question */
    wrt_llm_usage *usages;  /* of each question */
    int64_t deadline_ms;    /* of the whole call; 0: each question has its own */
} call;

enum { QUESTION_MS = 120000 };

static int64_t deadline_of(const call *c) {
    return c->deadline_ms > 0 ? c->deadline_ms : wrt_clock_monotonic_ms() + QUESTION_MS;
}

static void set_missing(wrt_llm_score *scores, size_t n) {
    for (size_t k = 0; k < n; k++)
        scores[k] = WRT_LLM_SCORE_MISSING;
}

static wrt_status run_question(const wrt_pool_worker *worker, size_t index, void *ctx,
                               wrt_err *err) {
    call *c = ctx;
    const score_way *way = c->ways[index];
    wrt_pool_outcome outcome;
    const wrt_llm_question *question = &c->asked->questions[index];
    if (way == NULL) {
        set_missing(c->outs[index], question->n);
        return WRT_OK;
    }
    wrt_score_task task = {.self = c->self, .question = question, .out = c->outs[index]};
    const wrt_pool_call try = {.task = way->task,
                               .ctx = &task,
                               .all = way->all,
                               .any = way->any,
                               .http = worker->http,
                               .deadline_ms = deadline_of(c),
                               .cancel = worker->cancel};
    wrt_status status = wrt_pool_try(&outcome, c->self->pool, &try, err);
    if (status == WRT_OK)
        status = wrt_score_check_sum(task.out, question->n, err);
    for (size_t k = 0; k < question->n && status == WRT_OK; k++)
        task.out[k].replica = (int)outcome.index + 1;
    if (status == WRT_E_UNSUPPORTED) { /* it was proved when the model was opened */
        status = WRT_E_FAILED;
        if (err != NULL)
            err->code = status;
    }
    if (status != WRT_OK) {
        set_missing(task.out, question->n); /* nothing of a failed question goes to the cache */
        wrt_err_prefix(err, "question %zu", c->asked->places[index] + 1);
    }
    task.usage.retries = outcome.retries;
    c->usages[index] = task.usage;
    return status;
}

static size_t count_threads(const call *c) {
    size_t most = 1;
    for (size_t i = 0; i < c->asked->n; i++) {
        const score_way *way = c->ways[i];
        size_t n =
            way == NULL ? 0 : way->slots * wrt_pool_count_able(c->self->pool, way->all, way->any);
        most = n > most ? n : most;
    }
    return most;
}

static void add_usage(wrt_llm_usage *usage, const wrt_llm_usage *more) {
    usage->prompt_tokens += more->prompt_tokens;
    usage->cached_tokens += more->cached_tokens;
    usage->reply_tokens += more->reply_tokens;
    usage->retries += more->retries;
}

wrt_status wrt_http_score_all(void *object, wrt_llm_score *out, const wrt_llm_score_job *asked,
                              wrt_llm_usage *usage, wrt_err *err) {
    const wrt_servers *self = object;
    call c = {.self = self, .asked = asked};
    if (self->options.timeout_ms > 0)
        c.deadline_ms = wrt_clock_monotonic_ms() + self->options.timeout_ms;
    c.outs = wrt_calloc(asked->n, sizeof(wrt_llm_score *));
    c.ways = wrt_calloc(asked->n, sizeof(const score_way *));
    c.usages = wrt_calloc(asked->n, sizeof *c.usages);
    for (size_t i = 0; i < asked->n; i++) {
        c.outs[i] = out;
        c.ways[i] = find_way(self, &asked->questions[i], asked->accept);
        out += asked->questions[i].n;
    }
    const wrt_pool_work work = {.job = run_question,
                                .ctx = &c,
                                .n_jobs = asked->n,
                                .n_threads = count_threads(&c),
                                .cancel = self->options.cancel,
                                .progress = self->options.progress,
                                .progress_ctx = self->options.ctx};
    wrt_status status = wrt_pool_run(self->pool, &work, err);
    for (size_t i = 0; i < asked->n; i++)
        add_usage(usage, &c.usages[i]);
    free((void *)c.outs);
    free((void *)c.ways);
    free(c.usages);
    return status;
}
