/* generate.c: text, greedy or drawn, that a grammar admits.
 *
 * At each step one token is chosen and tried against the grammar alone; only when it is refused is
 * the whole vocabulary filtered, which costs far more. A token is accepted only after the grammar
 * admitted it: accepting a forbidden one ends the process. Control tokens are never emitted; an
 * end-of-text token is admitted by the grammar exactly where a sentence may end. */
#include "base/rng.h"
#include "llm/llama/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE_MAX = 512 };

/* ---- the grammar ----------------------------------------------------------------------------- */

/* NULL when there is nothing to keep to. The grammar's text was parsed by gbnf.c before. */
static wrt_status open_grammar(struct llama_sampler **out, const wrt_llama *self, const char *gbnf,
                               wrt_err *err) {
    *out = NULL;
    if (gbnf == NULL)
        return WRT_OK;
    if (self->end_token == LLAMA_TOKEN_NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "%s: the model has no end-of-text token, so no grammar can end",
                        self->name);
    wrt_llama_log_clear();
    *out = llama_sampler_init_grammar(self->vocab, gbnf, "root");
    if (*out == NULL)
        return wrt_fail(err, WRT_E_INPUT, "llama.cpp cannot use the grammar%s%s",
                        wrt_llama_log_last()[0] == '\0' ? "" : ": ", wrt_llama_log_last());
    return WRT_OK;
}

static bool grammar_admits(struct llama_sampler *grammar, llama_token id) {
    llama_token_data one = {.id = id, .logit = 0.0F};
    llama_token_data_array list = {.data = &one, .size = 1, .selected = -1};
    llama_sampler_apply(grammar, &list);
    return isfinite(one.logit);
}

/* ---- UTF-8 ----------------------------------------------------------------------------------- */

/* Whether text, which does not hold a whole character, could still become one: some padding with
 * continuation bytes is well formed. The second byte is the one whose range depends on the first.
 */
static bool may_become_character(wrt_str text) {
    static const char seconds[] = {'\x80', '\x90', '\xa0'};
    if (text.len >= 4)
        return false;
    for (size_t k = 0; k < sizeof seconds; k++) {
        char padded[4] = {0, seconds[k], '\x80', '\x80'};
        memcpy(padded, text.ptr, text.len);
        for (size_t len = text.len + 1; len <= sizeof padded; len++) {
            if (wrt_utf8_valid((wrt_str){padded, len}))
                return true;
        }
    }
    return false;
}

/* What stands behind the last whole character of the text so far. */
static wrt_str unfinished(const wrt_buf *text) {
    size_t from = text->len < 3 ? 0 : text->len - 3;
    while (from < text->len && ((unsigned char)text->ptr[from] & 0xc0) == 0x80)
        from++; /* to the start of a character */
    wrt_str tail = {wrt_buf_str(text).ptr + from, text->len - from};
    size_t whole = wrt_utf8_valid_prefix(tail);
    return (wrt_str){tail.ptr + whole, tail.len - whole};
}

/* ---- choosing a token ------------------------------------------------------------------------ */

static bool may_emit(const wrt_llama *self, llama_token id) {
    const unsigned barred =
        LLAMA_TOKEN_ATTR_UNKNOWN | LLAMA_TOKEN_ATTR_UNUSED | LLAMA_TOKEN_ATTR_CONTROL;
    return ((unsigned)llama_vocab_get_attr(self->vocab, id) & barred) == 0 ||
           llama_vocab_is_eog(self->vocab, id);
}

static size_t load_row(wrt_llama *self, const float *logits) {
    size_t n = 0;
    for (llama_token id = 0; id < self->n_vocab; id++) {
        if (may_emit(self, id))
            self->row[n++] = (llama_token_data){.id = id, .logit = logits[id]};
    }
    return n;
}

typedef struct {
    wrt_llama *llama;
    const wrt_llm_request *request;
    struct llama_sampler *grammar; /* NULL: none */
    wrt_rng rng;
    wrt_llm_reply *out;
    llama_pos pos;
    int left; /* tokens that may still be made */
} writer;

/* Byte tokens can spell what is not UTF-8, which the library's grammars let through. */
static bool keeps_utf8(const writer *w, llama_token id) {
    char bytes[3 + PIECE_MAX];
    wrt_str tail = unfinished(&w->out->text);
    if (llama_vocab_is_eog(w->llama->vocab, id))
        return tail.len == 0;
    memcpy(bytes, tail.ptr, tail.len);
    int32_t n = llama_token_to_piece(w->llama->vocab, id, bytes + tail.len, PIECE_MAX, 0, true);
    if (n < 0)
        return false;
    wrt_str text = {bytes, tail.len + (size_t)n};
    size_t whole = wrt_utf8_valid_prefix(text);
    return whole == text.len || may_become_character((wrt_str){bytes + whole, text.len - whole});
}

static bool admits(const writer *w, llama_token id) {
    return keeps_utf8(w, id) && (w->grammar == NULL || grammar_admits(w->grammar, id));
}

/* All tokens that may come next, in row; returns how many. */
static size_t load_admitted(writer *w, const float *logits) {
    wrt_llama *self = w->llama;
    llama_token_data_array list = {
        .data = self->row, .size = load_row(self, logits), .selected = -1};
    size_t n = 0;
    if (w->grammar != NULL)
        llama_sampler_apply(w->grammar, &list);
    for (size_t i = 0; i < list.size; i++) {
        if (isfinite(self->row[i].logit) && keeps_utf8(w, self->row[i].id))
            self->row[n++] = self->row[i];
    }
    return n;
}

/* The likeliest of the n candidates in row, the first on a tie; NULL when none is finite. */
static const llama_token_data *find_best(const llama_token_data *row, size_t n) {
    const llama_token_data *best = NULL;
    for (size_t i = 0; i < n; i++) {
        if (isfinite(row[i].logit) && (best == NULL || row[i].logit > best->logit))
            best = &row[i];
    }
    return best;
}

static int by_logit(const void *left, const void *right) {
    const llama_token_data *a = left;
    const llama_token_data *b = right;
    if (a->logit != b->logit)
        return a->logit > b->logit ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

/* Cuts row to the smallest set of likeliest tokens that holds top_p of the mass `total`. */
static size_t keep_nucleus(llama_token_data *row, size_t n, double top, const writer *w,
                           double *total) {
    double wanted = w->request->top_p * *total;
    double mass = 0;
    size_t kept = 0;
    qsort(row, n, sizeof *row, by_logit);
    while (kept < n && mass < wanted)
        mass += exp((row[kept++].logit - top) / w->request->temperature);
    *total = mass;
    return kept;
}

/* A draw from softmax(logit / temperature) over the n candidates in row. */
static const llama_token_data *draw(llama_token_data *row, size_t n, writer *w) {
    const llama_token_data *best = find_best(row, n);
    if (best == NULL || w->request->temperature <= 0)
        return best;
    double top = best->logit;
    double total = 0;
    double scale = w->request->temperature;
    for (size_t i = 0; i < n; i++)
        total += isfinite(row[i].logit) ? exp((row[i].logit - top) / scale) : 0;
    if (w->request->top_p > 0 && w->request->top_p < 1)
        n = keep_nucleus(row, n, top, w, &total);
    double mark = wrt_rng_uniform(&w->rng) * total;
    const llama_token_data *last = NULL;
    for (size_t i = 0; i < n; i++) {
        double mass = isfinite(row[i].logit) ? exp((row[i].logit - top) / scale) : 0;
        if (mass <= 0)
            continue;
        last = &row[i];
        if (mark < mass)
            return last;
        mark -= mass;
    }
    return last; /* rounding: the mark lay at the very end */
}

/* The next token, admitted by the grammar; LLAMA_TOKEN_NULL when there is none. The grammar is
 * asked about one token first and applied to all only when that one is refused: a draw that is
 * accepted with probability p(x), else redrawn among the admitted, has the law of the latter. A
 * nucleus is cut from what is admitted, so there the order cannot be turned round. */
static llama_token pick_token(writer *w, const float *logits) {
    wrt_llama *self = w->llama;
    bool has_nucleus = w->request->top_p > 0 && w->request->top_p < 1;
    const llama_token_data *one = NULL;
    if (!has_nucleus) {
        one = draw(self->row, load_row(self, logits), w);
        if (one == NULL)
            return LLAMA_TOKEN_NULL;
        if (admits(w, one->id))
            return one->id;
    }
    one = draw(self->row, load_admitted(w, logits), w);
    return one == NULL ? LLAMA_TOKEN_NULL : one->id;
}

/* ---- the loop -------------------------------------------------------------------------------- */

static wrt_status add_piece(writer *w, llama_token id, wrt_err *err) {
    char piece[PIECE_MAX];
    int32_t n = llama_token_to_piece(w->llama->vocab, id, piece, PIECE_MAX, 0, true);
    if (n < 0)
        return wrt_fail(err, WRT_E_FAILED, "%s: token %d is longer than %d bytes", w->llama->name,
                        id, PIECE_MAX);
    wrt_buf_add(&w->out->text, piece, (size_t)n);
    if (w->out->text.overflow)
        return wrt_fail(err, WRT_E_LIMIT, "the text is longer than its buffer of %zu bytes",
                        w->out->text.cap);
    if (w->request->on_text != NULL)
        w->request->on_text((wrt_str){piece, (size_t)n}, w->request->ctx);
    return WRT_OK;
}

static wrt_status cut_short(const writer *w, wrt_err *err) {
    w->out->stop = WRT_LLM_STOP_LIMIT;
    if (w->grammar == NULL) { /* not in the middle of a character */
        size_t part = unfinished(&w->out->text).len;
        if (part > 0)
            w->out->text.ptr[w->out->text.len -= part] = '\0';
        return WRT_OK;
    }
    w->out->stop = WRT_LLM_STOP_END;
    if (grammar_admits(w->grammar, w->llama->end_token))
        return WRT_OK; /* it happens to be a whole sentence */
    return wrt_fail(err, WRT_E_LIMIT,
                    "the text was cut off after %lld tokens, before the grammar's sentence ended",
                    (long long)w->out->reply_tokens);
}

static wrt_status decode_one(writer *w, llama_token id, wrt_err *err) {
    int32_t one = 1;
    int8_t wanted = 1;
    llama_seq_id zero = 0;
    llama_seq_id *seq = &zero;
    struct llama_batch batch = {.n_tokens = 1,
                                .token = &id,
                                .pos = &w->pos,
                                .n_seq_id = &one,
                                .seq_id = &seq,
                                .logits = &wanted};
    wrt_status status = wrt_llama_decode(w->llama, batch, err);
    w->pos++;
    return status;
}

/* The prompt is decoded; writes tokens until the end, one evaluation each. */
static wrt_status write_text(writer *w, wrt_err *err) {
    wrt_llama *self = w->llama;
    size_t total = (size_t)w->left;
    for (;; w->left--) {
        const float *logits = llama_get_logits_ith(self->context, -1);
        llama_token id = logits == NULL ? LLAMA_TOKEN_NULL : pick_token(w, logits);
        if (id == LLAMA_TOKEN_NULL)
            return wrt_fail(err, WRT_E_FAILED, "%s: no token of the model continues the sentence",
                            self->name);
        if (llama_vocab_is_eog(self->vocab, id))
            return WRT_OK;
        if (w->grammar != NULL)
            llama_sampler_accept(w->grammar, id);
        w->out->reply_tokens++;
        wrt_status status = add_piece(w, id, err);
        if (status == WRT_OK)
            status = wrt_llama_go_on(self, total - (size_t)w->left + 1, total, err);
        if (status != WRT_OK || w->left == 1)
            return status != WRT_OK ? status : cut_short(w, err);
        status = decode_one(w, id, err);
        if (status != WRT_OK)
            return status;
    }
}

static wrt_status decode_prompt(wrt_llama *self, const wrt_llama_tokens *prompt, wrt_err *err) {
    size_t step = llama_n_batch(self->context);
    if (prompt->n == 0)
        return wrt_fail(err, WRT_E_INPUT, "%s: the prompt has no tokens", self->name);
    if (prompt->n >= self->n_context)
        return wrt_fail(err, WRT_E_LIMIT,
                        "the prompt needs %zu tokens; the model's context holds %u, reply included",
                        prompt->n, self->n_context);
    wrt_llama_begin(self);
    for (size_t at = 0; at < prompt->n; at += step) {
        size_t n = prompt->n - at < step ? prompt->n - at : step;
        wrt_status status =
            wrt_llama_decode(self, llama_batch_get_one(prompt->ids + at, (int32_t)n), err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

static wrt_status prompt_tokens(wrt_llama_tokens *out, const wrt_llama *self,
                                const wrt_llm_prompt *prompt, wrt_err *err) {
    wrt_llama_prompt made = {0};
    wrt_status status = wrt_llama_prompt_make(&made, self, prompt, err);
    if (status == WRT_OK)
        status = wrt_llama_prompt_tokens(out, self, &made, WRT_STR(""), err);
    wrt_llama_prompt_free(&made);
    return status;
}

wrt_status wrt_llama_generate(void *object, wrt_llm_reply *out, const wrt_llm_request *request,
                              wrt_llm_usage *usage, wrt_err *err) {
    enum { STREAM_TEXT = 1 };
    wrt_llama *self = object;
    wrt_llama_tokens tokens = {0};
    writer w = {.llama = self,
                .request = request,
                .rng = wrt_rng_make(request->seed, STREAM_TEXT, 0),
                .out = out};
    wrt_status status = open_grammar(&w.grammar, self, request->gbnf, err);
    if (status == WRT_OK)
        status = prompt_tokens(&tokens, self, &request->prompt, err);
    if (status == WRT_OK)
        status = decode_prompt(self, &tokens, err);
    if (status == WRT_OK) {
        size_t room = self->n_context - tokens.n;
        w.pos = (llama_pos)tokens.n;
        w.left = (size_t)request->max_tokens < room ? request->max_tokens : (int)room;
        status = write_text(&w, err);
    }
    out->prompt_tokens = (int64_t)tokens.n;
    usage->prompt_tokens += out->prompt_tokens;
    usage->reply_tokens += out->reply_tokens;
    if (w.grammar != NULL)
        llama_sampler_free(w.grammar);
    wrt_llama_tokens_free(&tokens);
    return status;
}
