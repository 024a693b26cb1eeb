/* score_prompt.c: exact scores of text prompts from servers that give log P of a prompt's tokens.
 *
 * Two dialects of /v1/completions: prompt_logprobs (vLLM) names the tokens by id, echo by their
 * text. Prompt, and prompt with each candidate, are sent as text, so the server's own tokenizer
 * joins them; scored is from the first token at which any candidate differs from the prompt alone,
 * as everywhere. A server that ignores the parameter is found out by counting: there must be one
 * log probability for each prompt token that its usage counts. */
#include "llm/http/internal.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 16 << 20 };

/* ---- one text -------------------------------------------------------------------------------- */

typedef struct {
    wrt_openai_reply reply;
    const wrt_openai_token *tokens; /* of the text alone; borrowed from the reply */
    size_t n;
} sequence;

static wrt_openai_completion request_of(const wrt_attempt *attempt, wrt_str text) {
    wrt_openai_completion request = WRT_OPENAI_COMPLETION_INIT;
    request.model = attempt->endpoint->model;
    request.prompt = text;
    request.sampling.max_tokens = 1;
    request.sampling.temperature = 0;
    return request;
}

static wrt_status wrong_count(const wrt_attempt *attempt, size_t n, int64_t wanted, wrt_err *err) {
    return wrt_fail(err, WRT_E_UNSUPPORTED,
                    "%s: the server gave log probabilities of %zu tokens, its usage counts %lld",
                    attempt->endpoint->name, n, (long long)wanted);
}

/* Each place must name the one token that stands there. */
static wrt_status read_places(sequence *out, const wrt_attempt *attempt, wrt_err *err) {
    wrt_openai_reply *reply = &out->reply;
    if (reply->usage.prompt < 1 || reply->n_prompt != (size_t)reply->usage.prompt)
        return wrong_count(attempt, reply->n_prompt, reply->usage.prompt, err);
    wrt_openai_token *tokens = wrt_arena_calloc(reply->arena, reply->n_prompt, sizeof *tokens);
    for (size_t i = 0; i < reply->n_prompt; i++) {
        const wrt_openai_token *place = &reply->prompt[i];
        if (place->n_top > 1 || (place->n_top == 0 && i > 0))
            return wrt_fail(err, WRT_E_UNSUPPORTED,
                            "%s: the server lists %zu tokens at place %zu of the prompt, one was "
                            "asked for",
                            attempt->endpoint->name, place->n_top, i);
        tokens[i] = place->n_top == 1 ? place->top[0] : *place;
    }
    out->tokens = tokens;
    out->n = reply->n_prompt;
    return WRT_OK;
}

static wrt_status ask_places(sequence *out, wrt_attempt *attempt, wrt_str text, wrt_err *err) {
    wrt_openai_completion request = request_of(attempt, text);
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    request.prompt_logprobs = expect.prompt_logprobs = 0;
    wrt_status status = wrt_ask_text(&out->reply, attempt, &request, &expect, err);
    return status == WRT_OK ? read_places(out, attempt, err) : status;
}

/* Whether the tokens from `first` on are the text, byte for byte. A server may put one token in
 * front of each text. */
static bool spells(const sequence *s, wrt_str text, size_t first) {
    size_t at = 0;
    for (size_t i = first; i < s->n; i++) {
        wrt_str bytes = s->tokens[i].bytes;
        if (bytes.len > text.len - at || memcmp(bytes.ptr, text.ptr + at, bytes.len) != 0)
            return false;
        at += bytes.len;
    }
    return at == text.len;
}

static wrt_status read_echo(sequence *out, const wrt_attempt *attempt, wrt_str text, wrt_err *err) {
    const wrt_openai_reply *reply = &out->reply;
    const wrt_openai_usage *usage = &reply->usage;
    if (usage->prompt < 1 || usage->completion < 0 ||
        reply->n_tokens != (size_t)(usage->prompt + usage->completion))
        return wrong_count(attempt, reply->n_tokens,
                           usage->prompt < 0 ? -1 : usage->prompt + usage->completion, err);
    if (!wrt_str_starts_with(reply->text, text))
        return wrt_fail(err, WRT_E_UNSUPPORTED, "%s: the reply does not begin with the prompt",
                        attempt->endpoint->name);
    out->tokens = reply->tokens;
    out->n = (size_t)usage->prompt;
    return spells(out, text, 0) || spells(out, text, 1)
               ? WRT_OK
               : wrt_fail(err, WRT_E_UNSUPPORTED, "%s: the echoed tokens do not spell the prompt",
                          attempt->endpoint->name);
}

static wrt_status ask_echo(sequence *out, wrt_attempt *attempt, wrt_str text, wrt_err *err) {
    wrt_openai_completion request = request_of(attempt, text);
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    request.is_echoed = expect.is_echoed = true;
    request.logprobs = expect.top_logprobs = 1;
    wrt_status status = wrt_ask_text(&out->reply, attempt, &request, &expect, err);
    return status == WRT_OK ? read_echo(out, attempt, text, err) : status;
}

static wrt_status ask_sequence(sequence *out, wrt_attempt *attempt, wrt_str text, wrt_err *err) {
    return (attempt->endpoint->can & WRT_CAN_PROMPT_LOGPROBS) != 0
               ? ask_places(out, attempt, text, err)
               : ask_echo(out, attempt, text, err);
}

/* ---- proofs ---------------------------------------------------------------------------------- */

/* Texts that a server scores to prove that it can. The second serves when the first tells nothing.
 */
static const wrt_str probe_texts[] = {{"The gene increases the level of a protein.", 42},
                                      {"The capital of France is", 24}};
static const double same_log_p =
    0.05; /* nats; rounding of servers that share batches stays below */

typedef wrt_status ask_function(sequence *out, wrt_attempt *attempt, wrt_str text, wrt_err *err);

static bool is_same(const wrt_openai_token *a, const wrt_openai_token *b) {
    return a->id == b->id && a->text_offset == b->text_offset && wrt_str_equal(a->bytes, b->bytes);
}

/* A text of several tokens, the first without log P (nothing stands before it), the others with,
 * and not all of them certain. */
static wrt_status judge(const sequence *s, const wrt_attempt *attempt, wrt_err *err) {
    double sum = 0;
    for (size_t i = 1; i < s->n; i++)
        sum += s->tokens[i].log_p;
    if (s->n >= 2 && !isnan(s->tokens[0].log_p))
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "%s: the first token of a text has a log probability: the others are not "
                        "at their places",
                        attempt->endpoint->name);
    return s->n >= 2 && isfinite(sum) && sum < -1e-6
               ? WRT_OK
               : wrt_fail(err, WRT_E_UNSUPPORTED,
                          "%s: log probabilities of %zu tokens of a text add up to %g",
                          attempt->endpoint->name, s->n, sum);
}

/* The likeliest token behind a text, with its log P, as the server writes it. */
static wrt_status ask_next(wrt_openai_reply *out, wrt_attempt *attempt, wrt_str text,
                           wrt_err *err) {
    wrt_openai_completion request = request_of(attempt, text);
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    request.logprobs = expect.top_logprobs = 1;
    return wrt_ask_text(out, attempt, &request, &expect, err);
}

/* Whether `longer` is `s` and one token more. */
static bool adds_one(const sequence *s, const sequence *longer) {
    if (longer->n != s->n + 1)
        return false;
    for (size_t i = 0; i < s->n; i++) {
        if (!is_same(&s->tokens[i], &longer->tokens[i]))
            return false;
    }
    return true;
}

/* Holds the last place of a text against what the server said when it wrote that token. *is_told
 * stays false when they could not but agree, or cannot be compared. */
static wrt_status compare(bool *is_told, const sequence *s, const sequence *longer, double written,
                          const wrt_attempt *attempt, wrt_err *err) {
    if (!adds_one(s, longer))
        return WRT_OK;
    double last = longer->tokens[longer->n - 1].log_p;
    double before = longer->tokens[longer->n - 2].log_p;
    if (!(fabs(last - written) <= same_log_p))
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "%s: a token has log probability %.4f when it is written and %.4f when it "
                        "stands in a text",
                        attempt->endpoint->name, written, last);
    *is_told = fabs(last - before) > same_log_p;
    return WRT_OK;
}

/* One text, and that text with the token that the server would write behind it. */
static wrt_status prove_one(bool *is_told, ask_function *ask, wrt_attempt *attempt, wrt_str text,
                            wrt_err *err) {
    sequence s = {0};
    sequence longer = {0};
    wrt_openai_reply next = {0};
    wrt_buf joined = wrt_buf_make(TEXT_MAX);
    wrt_status status = ask(&s, attempt, text, err);
    if (status == WRT_OK)
        status = judge(&s, attempt, err);
    if (status == WRT_OK)
        status = ask_next(&next, attempt, text, err);
    if (status == WRT_OK && next.n_tokens == 1 && next.text.len > 0) {
        wrt_buf_add_str(&joined, text);
        wrt_buf_add_str(&joined, next.text);
        status = ask(&longer, attempt, wrt_buf_str(&joined), err);
        if (status == WRT_OK)
            status = judge(&longer, attempt, err);
        if (status == WRT_OK)
            status = compare(is_told, &s, &longer, next.tokens[0].log_p, attempt, err);
    }
    wrt_openai_reply_free(&s.reply);
    wrt_openai_reply_free(&longer.reply);
    wrt_openai_reply_free(&next);
    wrt_buf_free(&joined);
    return status;
}

static wrt_status prove(ask_function *ask, wrt_attempt *attempt, wrt_err *err) {
    bool is_told = false;
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof probe_texts / sizeof *probe_texts; i++) {
        if (status == WRT_OK && !is_told)
            status = prove_one(&is_told, ask, attempt, probe_texts[i], err);
    }
    if (status == WRT_OK && !is_told)
        status = wrt_fail(err, WRT_E_UNSUPPORTED,
                          "%s: nothing shows that log probabilities of a text are at their places",
                          attempt->endpoint->name);
    return status;
}

wrt_status wrt_prove_prompt_logprobs(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err) {
    wrt_status status = prove(ask_places, attempt, err);
    endpoint->can |= status == WRT_OK ? WRT_CAN_PROMPT_LOGPROBS : 0;
    return status;
}

wrt_status wrt_prove_echo(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err) {
    wrt_status status = prove(ask_echo, attempt, err);
    endpoint->can |= status == WRT_OK ? WRT_CAN_ECHO : 0;
    return status;
}

/* ---- one question ---------------------------------------------------------------------------- */

static size_t first_difference(const sequence *a, const sequence *b) {
    size_t i = 0;
    while (i < a->n && i < b->n && is_same(&a->tokens[i], &b->tokens[i]))
        i++;
    return i;
}

static wrt_status sum_up(wrt_llm_score *out, const wrt_attempt *attempt, const sequence *s,
                         size_t from, wrt_err *err) {
    double sum = 0;
    for (size_t i = from; i < s->n; i++)
        sum += s->tokens[i].log_p;
    if (isnan(sum))
        return wrt_fail(err, WRT_E_FAILED,
                        "%s: the server gave no log probability for a token of a candidate",
                        attempt->endpoint->name);
    *out = wrt_score_exact(sum, s->n - from);
    return WRT_OK;
}

static wrt_status fill(wrt_score_task *task, const wrt_attempt *attempt, const sequence *alone,
                       const sequence *all, wrt_err *err) {
    size_t n = task->question->n;
    size_t from = alone->n;
    wrt_status status = WRT_OK;
    for (size_t k = 0; k < n; k++) {
        size_t at = first_difference(alone, &all[k]);
        from = at < from ? at : from;
    }
    if (from == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "the prompt has no token in front of the candidates; give it more text");
    for (size_t k = 0; k < n && status == WRT_OK; k++)
        status = all[k].n <= from ? wrt_fail(err, WRT_E_INPUT, "candidate %zu has no tokens", k + 1)
                                  : sum_up(&task->out[k], attempt, &all[k], from, err);
    return status;
}

wrt_status wrt_score_by_prompt(wrt_attempt *attempt, void *ctx, wrt_err *err) {
    wrt_score_task *task = ctx;
    const wrt_llm_question *question = task->question;
    sequence alone = {0};
    sequence *all = wrt_calloc(question->n, sizeof *all);
    wrt_buf more = wrt_buf_make(TEXT_MAX);
    wrt_buf text = wrt_buf_make(TEXT_MAX);
    wrt_status status = ask_sequence(&alone, attempt, question->prompt.text, err);
    wrt_usage_add(&task->usage, &alone.reply.usage);
    for (size_t k = 0; k < question->n && status == WRT_OK; k++) {
        wrt_buf_clear(&text);
        wrt_buf_add_str(&text, question->prompt.text);
        wrt_buf_add_str(&text, wrt_score_text(&more, question, k));
        status = more.overflow || text.overflow
                     ? wrt_fail(err, WRT_E_LIMIT, "candidate %zu is too long", k + 1)
                     : ask_sequence(&all[k], attempt, wrt_buf_str(&text), err);
        wrt_usage_add(&task->usage, &all[k].reply.usage);
    }
    if (status == WRT_OK)
        status = fill(task, attempt, &alone, all, err);
    for (size_t k = 0; k < question->n; k++)
        wrt_openai_reply_free(&all[k].reply);
    wrt_openai_reply_free(&alone.reply);
    wrt_buf_free(&more);
    wrt_buf_free(&text);
    free(all);
    return status;
}
