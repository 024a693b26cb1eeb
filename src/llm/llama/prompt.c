/* prompt.c: from a prompt to tokens, through the model's chat template when it is a chat turn.
 *
 * The template is applied to two marks instead of the texts, and only in what the template itself
 * wrote are control tokens recognised. So a user text that holds "<|im_end|>" stays text: it cannot
 * close its turn. A model without a known template gets the texts as plain lines.
 *
 * Between two control tokens all text, the template's and the user's, is one run and is tokenised
 * as one, as the model was trained on it. The run behind the last control token (all of a plain
 * text) is kept as text, the tail: a tokenizer may merge its end with what follows, so tail and
 * candidate are tokenised together. */
#include "base/arena.h"
#include "llm/llama/internal.h"

#include <stdlib.h>
#include <string.h>

static const char system_mark[] = "WRTSYSTEMTEXT";
static const char user_mark[] = "WRTUSERTEXT";

enum { TEMPLATE_MAX = 8192, TEXT_MAX = 16 << 20 };

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
    if (text.len > TEXT_MAX)
        return wrt_fail(
            err, WRT_E_LIMIT,
            "a text of %zu bytes; accepted: %d, and the model's context holds %u tokens", text.len,
            TEXT_MAX, self->n_context);
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

/* ---- runs ------------------------------------------------------------------------------------ */

void wrt_llama_prompt_free(wrt_llama_prompt *prompt) {
    wrt_llama_tokens_free(&prompt->head);
    wrt_buf_free(&prompt->tail);
}

static void add_token(wrt_llama_tokens *out, llama_token id) {
    reserve(out, 1);
    out->ids[out->n++] = id;
}

static void add_beginning(wrt_llama_tokens *out, const wrt_llama *self) {
    if (llama_vocab_get_add_bos(self->vocab) && llama_vocab_bos(self->vocab) >= 0)
        add_token(out, llama_vocab_bos(self->vocab));
}

/* A template may write the token itself. */
static void drop_second_beginning(wrt_llama_tokens *ids, const wrt_llama *self) {
    llama_token bos = llama_vocab_bos(self->vocab);
    if (!llama_vocab_get_add_bos(self->vocab) || ids->n < 2 || ids->ids[0] != bos ||
        ids->ids[1] != bos)
        return;
    memmove(ids->ids, ids->ids + 1, (ids->n - 1) * sizeof *ids->ids);
    ids->n--;
}

static bool is_control(const wrt_llama *self, llama_token id) {
    return ((unsigned)llama_vocab_get_attr(self->vocab, id) & LLAMA_TOKEN_ATTR_CONTROL) != 0;
}

/* Ends the run that is open in out->tail. */
static wrt_status end_run(wrt_llama_prompt *out, const wrt_llama *self, wrt_err *err) {
    wrt_status status = wrt_llama_tokenize(&out->head, self, wrt_buf_str(&out->tail), false, err);
    wrt_buf_clear(&out->tail);
    return status;
}

/* A piece of the template: its control tokens end runs, its text joins them. A control token whose
 * name does not stand in the text (a tokenizer that alters text) leaves the piece as text. */
static wrt_status add_markup(wrt_llama_prompt *out, const wrt_llama *self, wrt_str text,
                             wrt_err *err) {
    wrt_llama_tokens ids = {0};
    wrt_status status = wrt_llama_tokenize(&ids, self, text, true, err);
    for (size_t i = 0; ids.ids != NULL && i < ids.n && status == WRT_OK; i++) {
        wrt_str name = wrt_str_of(llama_vocab_get_text(self->vocab, ids.ids[i]));
        const char *at = !is_control(self, ids.ids[i]) || name.len == 0 || text.len == 0
                             ? NULL
                             : memmem(text.ptr, text.len, name.ptr, name.len);
        if (at == NULL)
            continue;
        wrt_buf_add(&out->tail, text.ptr, (size_t)(at - text.ptr));
        status = end_run(out, self, err);
        add_token(&out->head, ids.ids[i]);
        text.len -= (size_t)(at - text.ptr) + name.len;
        text.ptr = at + name.len;
    }
    wrt_buf_add_str(&out->tail, text);
    wrt_llama_tokens_free(&ids);
    return status;
}

/* Cuts the applied template at `mark`: what stands before it goes to *head, the rest to *tail. */
static void cut(const char *text, const char *mark, wrt_str *head, const char **tail) {
    const char *at = strstr(text, mark);
    *head = (wrt_str){text, (size_t)(at - text)};
    *tail = at + strlen(mark);
}

static wrt_status add_turn(wrt_llama_prompt *out, const wrt_llama *self, const char **applied,
                           const char *mark, wrt_str text, wrt_err *err) {
    wrt_str markup;
    cut(*applied, mark, &markup, applied);
    wrt_status status = add_markup(out, self, markup, err);
    wrt_buf_add_str(&out->tail, text);
    return status;
}

static wrt_status add_chat(wrt_llama_prompt *out, const wrt_llama *self,
                           const wrt_llm_prompt *prompt, wrt_err *err) {
    char applied[TEMPLATE_MAX];
    const char *rest = applied;
    bool is_pair = prompt->system.len > 0 && prompt->user.len > 0;
    if (is_pair && apply_template(applied, self, true)) {
        wrt_status status = add_turn(out, self, &rest, system_mark, prompt->system, err);
        if (status == WRT_OK)
            status = add_turn(out, self, &rest, user_mark, prompt->user, err);
        return status == WRT_OK ? add_markup(out, self, wrt_str_of(rest), err) : status;
    }
    wrt_buf joined = join_texts(prompt);
    wrt_status status = WRT_OK;
    if (apply_template(applied, self, false)) {
        status = add_turn(out, self, &rest, user_mark, wrt_buf_str(&joined), err);
        if (status == WRT_OK)
            status = add_markup(out, self, wrt_str_of(rest), err);
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
    drop_second_beginning(&out->head, self);
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
