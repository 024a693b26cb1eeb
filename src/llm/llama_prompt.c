/* llama_prompt.c: from a system and a user text to tokens, through the model's chat template.
 *
 * The template is applied to two marks instead of the texts, the result is cut at the marks, and
 * only the template's own pieces are tokenised with control tokens. So a user text that holds
 * "<|im_end|>" stays text: it cannot close its turn. A model without a known template gets the
 * texts as plain lines. */
#include "base/arena.h"
#include "llm/llama_backend.h"

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

static wrt_status add_pieces(wrt_llama_tokens *out, const wrt_llama *self, const piece *pieces,
                             size_t n, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (llama_vocab_get_add_bos(self->vocab) && llama_vocab_bos(self->vocab) >= 0) {
        reserve(out, 1);
        out->ids[out->n++] = llama_vocab_bos(self->vocab);
    }
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        status = wrt_llama_tokenize(out, self, pieces[i].text, pieces[i].special, err);
    return status;
}

/* Cuts the applied template at `mark`: what stands before it goes to *head, the rest to *tail. */
static void cut(const char *text, const char *mark, wrt_str *head, const char **tail) {
    const char *at = strstr(text, mark);
    *head = (wrt_str){text, (size_t)(at - text)};
    *tail = at + strlen(mark);
}

static wrt_status add_two_texts(wrt_llama_tokens *out, const wrt_llama *self, const char *applied,
                                const wrt_llm_prompt *prompt, wrt_err *err) {
    piece pieces[5] = {{.special = true},
                       {prompt->system, false},
                       {.special = true},
                       {prompt->user, false},
                       {.special = true}};
    const char *rest = applied;
    cut(rest, system_mark, &pieces[0].text, &rest);
    cut(rest, user_mark, &pieces[2].text, &rest);
    pieces[4].text = wrt_str_of(rest);
    return add_pieces(out, self, pieces, 5, err);
}

static wrt_status add_one_text(wrt_llama_tokens *out, const wrt_llama *self, const char *applied,
                               wrt_str text, wrt_err *err) {
    piece pieces[3] = {{.special = true}, {text, false}, {.special = true}};
    const char *rest = applied;
    cut(rest, user_mark, &pieces[0].text, &rest);
    pieces[2].text = wrt_str_of(rest);
    return add_pieces(out, self, pieces, 3, err);
}

wrt_status wrt_llama_prompt_tokens(wrt_llama_tokens *out, const wrt_llama *self,
                                   const wrt_llm_prompt *prompt, wrt_err *err) {
    char applied[TEMPLATE_MAX];
    if (prompt->system.len > 0 && prompt->user.len > 0 && apply_template(applied, self, true))
        return add_two_texts(out, self, applied, prompt, err);
    bool plain = !apply_template(applied, self, false);
    wrt_buf joined = join_texts(prompt);
    wrt_str text = wrt_buf_str(&joined);
    const piece lines[] = {{text, false}, {WRT_STR("\n"), false}};
    wrt_status status =
        plain ? add_pieces(out, self, lines, 2, err) : add_one_text(out, self, applied, text, err);
    wrt_buf_free(&joined);
    if (status == WRT_OK && out->n == 0)
        status = wrt_fail(err, WRT_E_INPUT, "%s: the prompt has no tokens", self->name);
    return status;
}
