/* llama_generate.c: greedy text that a grammar admits.
 *
 * At each step the likeliest token is tried against the grammar alone; only when it is refused is
 * the whole vocabulary filtered, which costs far more. A token is accepted only after the grammar
 * admitted it: accepting a forbidden one ends the process. Control tokens are never emitted; an
 * end-of-text token is admitted by the grammar exactly where a sentence may end. */
#include "base/arena.h"
#include "llm/llama_backend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GRAMMAR_BYTES_MAX = 1 << 18, GRAMMAR_DEPTH_MAX = 128, PIECE_MAX = 512 };

/* ---- the grammar ----------------------------------------------------------------------------- */

/* Skips a literal, a character class or a comment that begins at text; else returns text. */
static const char *skip_quoted(const char *text) {
    char end = '\n';
    if (*text == '"')
        end = '"';
    else if (*text == '[')
        end = ']';
    else if (*text != '#')
        return text;
    for (text++; *text != '\0' && *text != end; text++) {
        if (end != '\n' && *text == '\\' && text[1] != '\0')
            text++;
    }
    return text;
}

/* The library's parser recurses on parentheses. */
static wrt_status check_grammar(const char *gbnf, wrt_err *err) {
    int depth = 0;
    if (strnlen(gbnf, GRAMMAR_BYTES_MAX + 1) > GRAMMAR_BYTES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the grammar is larger than %d bytes", GRAMMAR_BYTES_MAX);
    for (const char *at = gbnf; *at != '\0'; at++) {
        at = skip_quoted(at);
        if (*at == '\0')
            break;
        depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
        if (depth > GRAMMAR_DEPTH_MAX)
            return wrt_fail(err, WRT_E_LIMIT, "the grammar nests deeper than %d",
                            GRAMMAR_DEPTH_MAX);
    }
    return WRT_OK;
}

static wrt_status open_grammar(struct llama_sampler **out, const wrt_llama *self, const char *gbnf,
                               wrt_err *err) {
    wrt_status status = check_grammar(gbnf, err);
    if (status != WRT_OK)
        return status;
    wrt_llama_log_clear();
    *out = llama_sampler_init_grammar(self->vocab, gbnf, "root");
    if (*out == NULL)
        return wrt_fail(err, WRT_E_INPUT,
                        "the grammar does not parse as GBNF with a rule \"root\"%s%s",
                        wrt_llama_log_last()[0] == '\0' ? "" : ": ", wrt_llama_log_last());
    return WRT_OK;
}

static bool grammar_admits(struct llama_sampler *grammar, llama_token id) {
    llama_token_data one = {.id = id, .logit = 0.0F};
    llama_token_data_array list = {.data = &one, .size = 1, .selected = -1};
    llama_sampler_apply(grammar, &list);
    return isfinite(one.logit);
}

/* ---- choosing a token ------------------------------------------------------------------------ */

static bool may_emit(const wrt_llama *self, llama_token id) {
    const unsigned barred =
        LLAMA_TOKEN_ATTR_UNKNOWN | LLAMA_TOKEN_ATTR_UNUSED | LLAMA_TOKEN_ATTR_CONTROL;
    return ((unsigned)llama_vocab_get_attr(self->vocab, id) & barred) == 0 ||
           llama_vocab_is_eog(self->vocab, id);
}

/* The likeliest of the n candidates in self->row, the first on a tie; NULL when none is finite. */
static const llama_token_data *find_best(const wrt_llama *self, size_t n) {
    const llama_token_data *best = NULL;
    for (size_t i = 0; i < n; i++) {
        const llama_token_data *one = &self->row[i];
        if (isfinite(one->logit) && (best == NULL || one->logit > best->logit))
            best = one;
    }
    return best;
}

static size_t load_row(wrt_llama *self, const float *logits) {
    size_t n = 0;
    for (llama_token id = 0; id < self->n_vocab; id++) {
        if (may_emit(self, id))
            self->row[n++] = (llama_token_data){.id = id, .logit = logits[id]};
    }
    return n;
}

/* The next token, admitted by the grammar; LLAMA_TOKEN_NULL when there is none. */
static llama_token pick_token(wrt_llama *self, struct llama_sampler *grammar, const float *logits) {
    size_t n = load_row(self, logits);
    const llama_token_data *best = find_best(self, n);
    if (best == NULL)
        return LLAMA_TOKEN_NULL;
    if (grammar_admits(grammar, best->id))
        return best->id;
    llama_token_data_array list = {.data = self->row, .size = n, .selected = -1};
    llama_sampler_apply(grammar, &list);
    best = find_best(self, n);
    return best == NULL ? LLAMA_TOKEN_NULL : best->id;
}

/* ---- the loop -------------------------------------------------------------------------------- */

typedef struct {
    wrt_llama *llama;
    struct llama_sampler *grammar;
    wrt_buf *out;
    int left; /* tokens that may still be made */
} writer;

static wrt_status add_piece(writer *w, llama_token id, wrt_err *err) {
    char piece[PIECE_MAX];
    int32_t n = llama_token_to_piece(w->llama->vocab, id, piece, PIECE_MAX, 0, true);
    if (n < 0)
        return wrt_fail(err, WRT_E_FAILED, "%s: token %d is longer than %d bytes", w->llama->name,
                        id, PIECE_MAX);
    wrt_buf_add(w->out, piece, (size_t)n);
    if (w->out->overflow)
        return wrt_fail(err, WRT_E_LIMIT, "the text is longer than its buffer of %zu bytes",
                        w->out->cap);
    return WRT_OK;
}

static wrt_status cut_short(const writer *w, int max_tokens, wrt_err *err) {
    if (w->llama->end_token != LLAMA_TOKEN_NULL && grammar_admits(w->grammar, w->llama->end_token))
        return WRT_OK; /* it happens to be a whole sentence */
    return wrt_fail(err, WRT_E_LIMIT,
                    "the text was cut off after %d tokens, before the grammar's sentence ended",
                    max_tokens);
}

/* The prompt is decoded; writes tokens until the end, one decode each. */
static wrt_status write_text(writer *w, size_t n_prompt, int max_tokens, wrt_err *err) {
    wrt_llama *self = w->llama;
    llama_pos pos = (llama_pos)n_prompt;
    int32_t one = 1;
    int8_t wanted = 1;
    llama_seq_id zero = 0;
    llama_seq_id *seq = &zero;
    for (; w->left > 0; w->left--) {
        const float *logits = llama_get_logits_ith(self->context, -1);
        llama_token id = logits == NULL ? LLAMA_TOKEN_NULL : pick_token(self, w->grammar, logits);
        if (id == LLAMA_TOKEN_NULL)
            return wrt_fail(err, WRT_E_FAILED, "%s: no token of the model continues the sentence",
                            self->name);
        if (llama_vocab_is_eog(self->vocab, id))
            return WRT_OK;
        llama_sampler_accept(w->grammar, id);
        wrt_status status = add_piece(w, id, err);
        if (status != WRT_OK || w->left == 1)
            return status != WRT_OK ? status : cut_short(w, max_tokens, err);
        struct llama_batch batch = {.n_tokens = 1,
                                    .token = &id,
                                    .pos = &pos,
                                    .n_seq_id = &one,
                                    .seq_id = &seq,
                                    .logits = &wanted};
        status = wrt_llama_decode(self, batch, err);
        if (status != WRT_OK)
            return status;
        pos++;
    }
    return cut_short(w, max_tokens, err);
}

static wrt_status decode_prompt(wrt_llama *self, const wrt_llama_tokens *prompt, wrt_err *err) {
    if (prompt->n >= self->n_context)
        return wrt_fail(err, WRT_E_LIMIT,
                        "the prompt needs %zu tokens; the model's context holds %u, reply included",
                        prompt->n, self->n_context);
    llama_memory_clear(llama_get_memory(self->context), false);
    return wrt_llama_decode(self, llama_batch_get_one(prompt->ids, (int32_t)prompt->n), err);
}

wrt_status wrt_llama_generate(void *object, wrt_buf *out, const wrt_llm_prompt *prompt,
                              const char *gbnf, int max_tokens, wrt_err *err) {
    wrt_llama *self = object;
    wrt_llama_tokens tokens = {0};
    writer w = {.llama = self, .out = out};
    if (self->end_token == LLAMA_TOKEN_NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "%s: the model has no end-of-text token",
                        self->name);
    size_t before = out->len;
    wrt_status status = open_grammar(&w.grammar, self, gbnf, err);
    if (status == WRT_OK)
        status = wrt_llama_prompt_tokens(&tokens, self, prompt, err);
    if (status == WRT_OK)
        status = decode_prompt(self, &tokens, err);
    if (status == WRT_OK) {
        size_t room = self->n_context - tokens.n;
        w.left = (size_t)max_tokens < room ? max_tokens : (int)room;
        status = write_text(&w, tokens.n, w.left, err);
    }
    if (status == WRT_OK && out->len > before &&
        !wrt_utf8_valid((wrt_str){out->ptr + before, out->len - before}))
        status = wrt_fail(err, WRT_E_FAILED, "%s: the text is not valid UTF-8", self->name);
    if (w.grammar != NULL)
        llama_sampler_free(w.grammar);
    wrt_llama_tokens_free(&tokens);
    return status;
}
