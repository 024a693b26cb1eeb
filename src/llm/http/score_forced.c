/* score_forced.c: exact scores from a llama-server, by forcing the tokens of each candidate.
 *
 * Prompt and candidate become token ids by the rule of llama/score.c: the end of the prompt and the
 * candidate are tokenised together, and scored from the first place at which any candidate of the
 * question differs from the prompt alone. A grammar of token ids then leaves the server no choice,
 * while the log probabilities that it reports are those before the grammar. That the tokens came
 * back as forced, and with finite log P, is checked each time.
 *
 * A token that is not whole UTF-8 text cannot be forced so. One that ends inside a character is
 * read from the list of the likeliest tokens instead, since the server drops it from its report;
 * another is forced by a bias, which the reported log P does not show either. */
#include "llm/http/internal.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_FIRST = 1024, TEXT_MAX = 16 << 20 };

typedef enum { WHOLE, STRAY, CUT } token_kind;

/* The tokens of prompt and candidate. */
typedef struct {
    wrt_ids ids;
    token_kind *kinds; /* of the tokens from `fixed` on */
    size_t fixed;      /* tokens of the prompt's head */
} path;

typedef struct {
    wrt_attempt *attempt;
    wrt_score_task *task;
    wrt_prompt_ids prompt;
    path alone;
    path *paths; /* one a candidate */
    size_t from; /* first token that is scored */
} job;

/* ---- tokens ---------------------------------------------------------------------------------- */

static size_t length_by_lead(unsigned char byte) {
    return byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
}

/* Whether the bytes end inside a UTF-8 character. */
static bool ends_inside(wrt_str bytes) {
    for (size_t back = 1; back <= 3 && back <= bytes.len; back++) {
        unsigned char byte = (unsigned char)bytes.ptr[bytes.len - back];
        if (byte >= 0xc0)
            return length_by_lead(byte) > back;
        if (byte < 0x80)
            return false;
    }
    return false;
}

static token_kind kind_of(wrt_str bytes) {
    if (wrt_utf8_valid(bytes))
        return WHOLE;
    return ends_inside(bytes) ? CUT : STRAY;
}

static void path_free(path *p) {
    wrt_ids_free(&p->ids);
    free(p->kinds);
}

/* The tokens of the prompt with `more` behind it. */
static wrt_status make_path(path *out, const job *j, wrt_str more, wrt_err *err) {
    wrt_openai_reply reply = {0};
    wrt_status status = WRT_OK;
    wrt_buf text = wrt_buf_make(j->prompt.tail.len + more.len);
    wrt_buf_add_str(&text, wrt_buf_str(&j->prompt.tail));
    wrt_buf_add_str(&text, more);
    wrt_ids_add(&out->ids, j->prompt.head.ids, j->prompt.head.n);
    out->fixed = out->ids.n;
    if (text.len > 0)
        status = wrt_ask_tokens(&reply, j->attempt, wrt_buf_str(&text), WRT_TOKENS_PLAIN, err);
    wrt_ids_add(&out->ids, reply.ids, reply.n_ids);
    out->kinds = wrt_calloc(reply.n_ids + 1, sizeof *out->kinds);
    for (size_t i = 0; i < reply.n_ids; i++)
        out->kinds[i] = kind_of(reply.tokens[i].bytes);
    wrt_openai_reply_free(&reply);
    wrt_buf_free(&text);
    return status;
}

static size_t first_difference(const wrt_ids *a, const wrt_ids *b) {
    size_t i = 0;
    while (i < a->n && i < b->n && a->ids[i] == b->ids[i])
        i++;
    return i;
}

/* One token more than is sent: the server needs a place for what it writes last. */
static wrt_status check_room(const job *j, size_t n, wrt_err *err) {
    int64_t room = j->attempt->endpoint->n_context;
    if (room < 0 || (int64_t)n < room)
        return WRT_OK;
    return wrt_fail(err, WRT_E_LIMIT,
                    "%s: the prompt needs %zu tokens with its candidate; the server's context "
                    "takes %zu, so shorten the prompt by %zu",
                    j->attempt->endpoint->name, n, (size_t)room - 1, n - (size_t)room + 1);
}

static wrt_status set_start(job *j, wrt_err *err) {
    size_t n = j->task->question->n;
    j->from = j->alone.ids.n;
    for (size_t k = 0; k < n; k++) {
        size_t at = first_difference(&j->alone.ids, &j->paths[k].ids);
        j->from = at < j->from ? at : j->from;
    }
    if (j->from == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "the prompt has no token in front of the candidates; give it more text");
    for (size_t k = 0; k < n; k++) {
        if (j->paths[k].ids.n <= j->from || j->from < j->paths[k].fixed)
            return wrt_fail(err, WRT_E_INPUT, "candidate %zu has no tokens", k + 1);
    }
    return WRT_OK;
}

static wrt_status tokenize(job *j, wrt_err *err) {
    const wrt_llm_question *question = j->task->question;
    wrt_buf text = wrt_buf_make(TEXT_MAX);
    wrt_status status =
        wrt_prompt_ids_make(&j->prompt, j->task->self, j->attempt, &question->prompt, err);
    if (status == WRT_OK)
        status = make_path(&j->alone, j, WRT_STR(""), err);
    for (size_t k = 0; k < question->n && status == WRT_OK; k++) {
        wrt_str more = wrt_score_text(&text, question, k);
        status = text.overflow ? wrt_fail(err, WRT_E_LIMIT, "candidate %zu is too long", k + 1)
                               : make_path(&j->paths[k], j, more, err);
        if (status == WRT_OK)
            status = check_room(j, j->paths[k].ids.n, err);
    }
    wrt_buf_free(&text);
    return status == WRT_OK ? set_start(j, err) : status;
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* Tokens of a path that are asked for together. */
typedef struct {
    const path *path;
    size_t begin, n;
} span;

static const int32_t *ids_of(const span *s) {
    return s->path->ids.ids + s->begin;
}

static wrt_native_completion request_of(const span *s) {
    wrt_native_completion request = WRT_NATIVE_COMPLETION_INIT;
    request.ids = s->path->ids.ids;
    request.n_ids = s->begin;
    request.n_predict = (int)s->n;
    request.sampling.temperature = 0;
    request.has_no_samplers = true;
    request.n_probs = 1;
    request.cache_prompt = WRT_NATIVE_ON;
    request.has_tokens = true;
    return request;
}

/* Sends the request; *out is freed by the caller on success. */
static wrt_status ask(wrt_openai_reply *out, const job *j, const wrt_native_completion *request,
                      wrt_err *err) {
    wrt_status status = wrt_ask_completion(out, j->attempt, request, err);
    if (status != WRT_OK)
        return status;
    wrt_usage_add(&j->task->usage, &out->usage);
    if (!out->is_truncated)
        return WRT_OK;
    wrt_openai_reply_free(out);
    return wrt_fail(err, WRT_E_LIMIT, "%s: prompt and candidate do not fit the server's context",
                    j->attempt->endpoint->name);
}

static wrt_status ask_forced(double *log_p, const job *j, const wrt_native_completion *request,
                             const span *s, wrt_err *err) {
    wrt_openai_reply reply;
    wrt_status status = ask(&reply, j, request, err);
    if (status != WRT_OK)
        return status;
    status = wrt_native_forced_log_p(log_p, &reply, ids_of(s), s->n, err);
    wrt_openai_reply_free(&reply);
    return status == WRT_OK ? WRT_OK : wrt_ask_blame(j->attempt, status, err);
}

static wrt_status force_run(double *log_p, const job *j, const span *s, wrt_err *err) {
    wrt_native_completion request = request_of(s);
    wrt_buf grammar = wrt_buf_make(16 * s->n + 64);
    wrt_native_add_forced_grammar(&grammar, ids_of(s), s->n);
    request.grammar = wrt_buf_str(&grammar);
    wrt_status status = ask_forced(log_p, j, &request, s, err);
    wrt_buf_free(&grammar);
    return status;
}

static wrt_status force_stray(double *log_p, const job *j, const span *s, wrt_err *err) {
    wrt_native_completion request = request_of(s);
    request.forced_id = *ids_of(s);
    return ask_forced(log_p, j, &request, s, err);
}

/* Reads log P of one token from the n likeliest; *log_p is NAN when it is not among them. The token
 * that is written is an ordinary one, because the report of a token that is cut is dropped. */
static wrt_status look_up(double *log_p, const job *j, const span *s, int n, wrt_err *err) {
    wrt_openai_reply reply;
    double ignored = 0;
    int32_t plain = j->attempt->endpoint->plain_token;
    wrt_native_completion request = request_of(s);
    wrt_buf grammar = wrt_buf_make(64);
    wrt_native_add_forced_grammar(&grammar, &plain, 1);
    request.grammar = wrt_buf_str(&grammar);
    request.n_probs = n;
    *log_p = (double)NAN;
    wrt_status status = ask(&reply, j, &request, err);
    wrt_buf_free(&grammar);
    if (status != WRT_OK)
        return status;
    status = wrt_native_forced_log_p(&ignored, &reply, &plain, 1, err);
    if (status == WRT_OK) {
        const wrt_openai_token *found =
            wrt_openai_find_token(reply.tokens[0].top, reply.tokens[0].n_top, *ids_of(s));
        *log_p = found == NULL ? (double)NAN : found->log_p;
    }
    wrt_openai_reply_free(&reply);
    return status == WRT_OK ? WRT_OK : wrt_ask_blame(j->attempt, status, err);
}

static wrt_status find_cut(double *log_p, const job *j, const span *s, wrt_err *err) {
    const wrt_endpoint *endpoint = j->attempt->endpoint;
    int all = endpoint->n_vocab > 0 && endpoint->n_vocab < WRT_OPENAI_TOP_MAX
                  ? (int)endpoint->n_vocab
                  : WRT_OPENAI_TOP_MAX;
    wrt_status status = look_up(log_p, j, s, all < LIST_FIRST ? all : LIST_FIRST, err);
    if (status == WRT_OK && isnan(*log_p) && all > LIST_FIRST)
        status = look_up(log_p, j, s, all, err);
    if (status == WRT_OK && isnan(*log_p))
        status = wrt_fail(err, WRT_E_FAILED, "%s: the server gave no log probability for token %d",
                          endpoint->name, *ids_of(s));
    return status;
}

/* ---- scores ---------------------------------------------------------------------------------- */

/* Tokens from `at` on that a grammar can force together. */
static size_t run_length(const path *p, size_t at) {
    size_t end = at;
    while (end < p->ids.n && p->kinds[end - p->fixed] == WHOLE)
        end++;
    return end - at;
}

static wrt_status score_path(wrt_llm_score *out, const job *j, const path *p, wrt_err *err) {
    double sum = 0;
    wrt_status status = WRT_OK;
    span s = {.path = p, .begin = j->from};
    for (; s.begin < p->ids.n && status == WRT_OK; s.begin += s.n) {
        double log_p = 0;
        size_t run = run_length(p, s.begin);
        s.n = run > 0 ? run : 1;
        if (run > 0)
            status = force_run(&log_p, j, &s, err);
        else if (p->kinds[s.begin - p->fixed] == STRAY)
            status = force_stray(&log_p, j, &s, err);
        else
            status = find_cut(&log_p, j, &s, err);
        sum += log_p;
    }
    *out = wrt_score_exact(sum, p->ids.n - j->from);
    return status;
}

wrt_status wrt_score_forced(wrt_attempt *attempt, void *ctx, wrt_err *err) {
    wrt_score_task *task = ctx;
    size_t n = task->question->n;
    job j = {.attempt = attempt, .task = task};
    j.paths = wrt_calloc(n, sizeof *j.paths);
    wrt_status status = tokenize(&j, err);
    for (size_t k = 0; k < n && status == WRT_OK; k++)
        status = score_path(&task->out[k], &j, &j.paths[k], err);
    for (size_t k = 0; k < n; k++)
        path_free(&j.paths[k]);
    path_free(&j.alone);
    wrt_prompt_ids_free(&j.prompt);
    free(j.paths);
    return status;
}

/* ---- proof ----------------------------------------------------------------------------------- */

static const wrt_str probe_text = {"The gene TP53 zq", 16};

/* Whether the pieces are the text, byte for byte (but for the space that some tokenizers put in
 * front), and the last two can be forced. */
static bool spells(const wrt_openai_reply *tokens, wrt_str text) {
    size_t at = 0;
    size_t n = tokens->n_tokens;
    for (size_t i = 0; i < n; i++) {
        wrt_str bytes = tokens->tokens[i].bytes;
        if (i == 0 && bytes.len > 0 && bytes.ptr[0] == ' ')
            bytes = (wrt_str){bytes.ptr + 1, bytes.len - 1};
        if (bytes.len > text.len - at || memcmp(bytes.ptr, text.ptr + at, bytes.len) != 0)
            return false;
        at += bytes.len;
    }
    return at == text.len && n >= 3 && kind_of(tokens->tokens[n - 1].bytes) == WHOLE &&
           kind_of(tokens->tokens[n - 2].bytes) == WHOLE;
}

/* The last two tokens of a text, unlikely to be written by chance, are forced behind the others. A
 * server whose values are all 0 reports probabilities after the grammar. */
wrt_status wrt_prove_forced(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err) {
    wrt_openai_reply tokens;
    wrt_score_task task = {0};
    const job j = {.attempt = attempt, .task = &task};
    double log_p = 0;
    wrt_status status = wrt_ask_tokens(&tokens, attempt, probe_text, WRT_TOKENS_PLAIN, err);
    if (status == WRT_OK && !spells(&tokens, probe_text))
        status = wrt_fail(err, WRT_E_UNSUPPORTED, "%s: its tokens do not spell the text",
                          endpoint->name);
    if (status == WRT_OK) {
        const path p = {.ids = {tokens.ids, tokens.n_ids, tokens.n_ids}};
        const span last = {.path = &p, .begin = tokens.n_ids - 2, .n = 2};
        status = force_run(&log_p, &j, &last, err);
        endpoint->plain_token = tokens.ids[tokens.n_ids - 1];
    }
    if (status == WRT_OK && !(log_p < -1e-6))
        status = wrt_fail(err, WRT_E_UNSUPPORTED,
                          "%s: the log probability of forced tokens is %g: it is taken after the "
                          "grammar",
                          endpoint->name, log_p);
    endpoint->can |= status == WRT_OK ? WRT_CAN_FORCE : 0;
    endpoint->probe_log_p = log_p;
    wrt_openai_reply_free(&tokens);
    return status;
}
