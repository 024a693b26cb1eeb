/* prompt.c: from a prompt to tokens, through the model's chat template when it is a chat turn.
 *
 * The template is applied to two marks instead of the texts, the result is cut at the marks, and
 * only the template's own pieces are tokenised with control tokens. So a user text that holds
 * "<|im_end|>" stays text: it cannot close its turn. A model without a known template gets the
 * texts as plain lines.
 *
 * What stands behind the last control token of a prompt (all of a plain text) is kept as text, the
 * tail: a tokenizer may merge its end with the beginning of what follows, so tail and candidate are
 * tokenised together. */
#include "base/arena.h"
#include "llm/llama/internal.h"

#include <stdlib.h>
#include <string.h>

static const char system_mark[] = "WRTSYSTEMTEXT";
static const char user_mark[] = "WRTUSERTEXT";

enum { TEMPLATE_MAX = 8192, BYTES_PER_TOKEN_MAX = 64 };

void wrt_llama_tokens_free(wrt_llama_tokens *tokens) {
    free(tokens->ids);
    *tokens = (wrt_llama_tokens){0};
}

static void reserve(wrt_llama_tokens *tokens, size_t more) {
    if (tokens->n + more <= tokens->room)
        return;
    tokens->room = tokens->n + more + 64;
    tokens->ids = wrt_realloc(tokens->ids, tokens->room * sizeof *tokens->ids);
}

wrt_status wrt_llama_tokenize(wrt_llama_tokens *out, const wrt_llama *self, wrt_str text,
                              bool special, wrt_err *err) {
    size_t cap = (size_t)self->n_context * BYTES_PER_TOKEN_MAX;
    if (text.len > cap)
        return wrt_fail(err, WRT_E_LIMIT, "a text of %zu bytes; the model's context takes %zu",
                        text.len, cap);
    if (text.len == 0)
        return WRT_OK;
    int32_t room = (int32_t)text.len + 8; /* a token holds a byte at least, but for a few */
    reserve(out, (size_t)room);
    int32_t n = llama_tokenize(self->vocab, text.ptr, (int32_t)text.len, out->ids + out->n, room,
                               false, special);
    if (n < 0 && n != INT32_MIN) {
        room = -n;
        reserve(out, (size_t)room);
        n = llama_tokenize(self->vocab, text.ptr, (int32_t)text.len, out->ids + out->n, room, false,
                           special);
    }
    if (n < 0)
        return wrt_fail(err, WRT_E_FAILED, "%s: the text cannot be tokenised", self->name);
    out->n += (size_t)n;
    return WRT_OK;
}

/* ---- the template ---------------------------------------------------------------------------- */

/* True when mark stands exactly once in text; *at is where. */
static bool find_once(const char *text, const char *mark, const char **at) {
    *at = strstr(text, mark);
    return *at != NULL && strstr(*at + 1, mark) == NULL;
}

/* Applies the model's template to the marks; false when it has none that the library knows or
 * when a mark does not come through exactly once, the system's before the user's. */
static bool apply_template(char *out, const wrt_llama *self, bool with_system) {
    const struct llama_chat_message messages[] = {{"system", system_mark}, {"user", user_mark}};
    const char *template = llama_model_chat_template(self->model, NULL);
    const char *user = NULL;
    const char *system = NULL;
    if (template == NULL)
        return false;
    int32_t n = llama_chat_apply_template(template, with_system ? messages : messages + 1,
                                          with_system ? 2 : 1, true, out, TEMPLATE_MAX - 1);
    if (n <= 0 || n >= TEMPLATE_MAX - 1)
        return false;
    out[n] = '\0';
    if (!find_once(out, user_mark, &user))
        return false;
    return !with_system || (find_once(out, system_mark, &system) && system < user);
}

/* Without a template, or with one that drops the system text, both go where the user's goes. */
static wrt_buf join_texts(const wrt_llm_prompt *prompt) {
    wrt_buf text = wrt_buf_make(prompt->system.len + prompt->user.len + 2);
    wrt_buf_add_str(&text, prompt->system);
    if (prompt->system.len > 0 && prompt->user.len > 0)
        wrt_buf_add_c(&text, "\n\n");
    wrt_buf_add_str(&text, prompt->user);
    return text;
}

/* ---- the pieces ------------------------------------------------------------------------------ */

typedef struct {
    wrt_str text;
    bool special;
} piece;

void wrt_llama_prompt_free(wrt_llama_prompt *prompt) {
    wrt_llama_tokens_free(&prompt->head);
    wrt_buf_free(&prompt->tail);
}

static wrt_status add_pieces(wrt_llama_tokens *out, const wrt_llama *self, const piece *pieces,
                             size_t n, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        status = wrt_llama_tokenize(out, self, pieces[i].text, pieces[i].special, err);
    return status;
}

static void add_beginning(wrt_llama_tokens *out, const wrt_llama *self) {
    if (!llama_vocab_get_add_bos(self->vocab) || llama_vocab_bos(self->vocab) < 0)
        return;
    reserve(out, 1);
    out->ids[out->n++] = llama_vocab_bos(self->vocab);
}

/* Index behind the last control token in ids, 0 when there is none. */
static size_t after_control(const wrt_llama *self, const wrt_llama_tokens *ids) {
    size_t n = ids->n;
    while (n > 0 && ((unsigned)llama_vocab_get_attr(self->vocab, ids->ids[n - 1]) &
                     (LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_USER_DEFINED)) == 0)
        n--;
    return n;
}

/* Where the last occurrence of token id's text in text ends; NULL when it is not there. */
static const char *behind_last(const wrt_llama *self, wrt_str text, llama_token id) {
    wrt_str name = wrt_str_of(llama_vocab_get_text(self->vocab, id));
    for (size_t at = text.len; name.len > 0 && at >= name.len; at--) {
        if (memcmp(text.ptr + at - name.len, name.ptr, name.len) == 0)
            return text.ptr + at;
    }
    return NULL;
}

/* Adds the template's last piece: up to its last control token to the head, the rest to the tail.
 * A piece that does not fall apart so goes to the head whole. */
static wrt_status add_last_piece(wrt_llama_prompt *out, const wrt_llama *self, wrt_str text,
                                 wrt_err *err) {
    wrt_llama_tokens whole = {0};
    wrt_llama_tokens first = {0};
    wrt_status status = wrt_llama_tokenize(&whole, self, text, true, err);
    size_t n = status == WRT_OK ? after_control(self, &whole) : 0;
    const char *at = n == 0 ? text.ptr : behind_last(self, text, whole.ids[n - 1]);
    wrt_str head = {text.ptr, at == NULL ? text.len : (size_t)(at - text.ptr)};
    if (status == WRT_OK)
        status = wrt_llama_tokenize(&first, self, head, true, err);
    if (status == WRT_OK &&
        (first.n != n || (n > 0 && memcmp(first.ids, whole.ids, n * sizeof *first.ids) != 0)))
        head.len = text.len;
    if (status == WRT_OK)
        status = wrt_llama_tokenize(&out->head, self, head, true, err);
    wrt_buf_add(&out->tail, text.ptr + head.len, text.len - head.len);
    wrt_llama_tokens_free(&whole);
    wrt_llama_tokens_free(&first);
    return status;
}

/* Cuts the applied template at `mark`: what stands before it goes to *head, the rest to *tail. */
static void cut(const char *text, const char *mark, wrt_str *head, const char **tail) {
    const char *at = strstr(text, mark);
    *head = (wrt_str){text, (size_t)(at - text)};
    *tail = at + strlen(mark);
}

static wrt_status add_two_texts(wrt_llama_prompt *out, const wrt_llama *self, const char *applied,
                                const wrt_llm_prompt *prompt, wrt_err *err) {
    piece pieces[4] = {
        {.special = true}, {prompt->system, false}, {.special = true}, {prompt->user, false}};
    const char *rest = applied;
    cut(rest, system_mark, &pieces[0].text, &rest);
    cut(rest, user_mark, &pieces[2].text, &rest);
    wrt_status status = add_pieces(&out->head, self, pieces, 4, err);
    return status != WRT_OK ? status : add_last_piece(out, self, wrt_str_of(rest), err);
}

static wrt_status add_one_text(wrt_llama_prompt *out, const wrt_llama *self, const char *applied,
                               wrt_str text, wrt_err *err) {
    piece pieces[2] = {{.special = true}, {text, false}};
    const char *rest = applied;
    cut(rest, user_mark, &pieces[0].text, &rest);
    wrt_status status = add_pieces(&out->head, self, pieces, 2, err);
    return status != WRT_OK ? status : add_last_piece(out, self, wrt_str_of(rest), err);
}

static wrt_status add_chat(wrt_llama_prompt *out, const wrt_llama *self,
                           const wrt_llm_prompt *prompt, wrt_err *err) {
    char applied[TEMPLATE_MAX];
    if (prompt->system.len > 0 && prompt->user.len > 0 && apply_template(applied, self, true))
        return add_two_texts(out, self, applied, prompt, err);
    wrt_buf joined = join_texts(prompt);
    wrt_status status = WRT_OK;
    if (apply_template(applied, self, false)) {
        status = add_one_text(out, self, applied, wrt_buf_str(&joined), err);
    } else {
        wrt_buf_add_str(&out->tail, wrt_buf_str(&joined));
        wrt_buf_add_char(&out->tail, '\n');
    }
    wrt_buf_free(&joined);
    return status;
}

wrt_status wrt_llama_prompt_make(wrt_llama_prompt *out, const wrt_llama *self,
                                 const wrt_llm_prompt *prompt, wrt_err *err) {
    wrt_status status = WRT_OK;
    *out = (wrt_llama_prompt){.tail = wrt_buf_make(prompt->text.len + prompt->system.len +
                                                   prompt->user.len + TEMPLATE_MAX)};
    add_beginning(&out->head, self);
    if (prompt->text.len > 0)
        wrt_buf_add_str(&out->tail, prompt->text);
    else
        status = add_chat(out, self, prompt, err);
    return status;
}

wrt_status wrt_llama_prompt_tokens(wrt_llama_tokens *out, const wrt_llama *self,
                                   const wrt_llama_prompt *prompt, wrt_str more, wrt_err *err) {
    wrt_buf text = wrt_buf_make(prompt->tail.len + more.len);
    reserve(out, prompt->head.n + 1);
    if (prompt->head.n > 0)
        memcpy(out->ids + out->n, prompt->head.ids, prompt->head.n * sizeof *out->ids);
    out->n += prompt->head.n;
    wrt_buf_add_str(&text, wrt_buf_str(&prompt->tail));
    wrt_buf_add_str(&text, more);
    wrt_status status = wrt_llama_tokenize(out, self, wrt_buf_str(&text), false, err);
    wrt_buf_free(&text);
    return status;
}
