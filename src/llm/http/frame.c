/* frame.c: from a prompt to the token ids of a llama-server, so that text cannot pose as markup.
 *
 * The server's template is applied to two marks instead of the texts, the result is cut at the
 * marks, and only the template's own pieces are tokenised with control tokens (as llama/prompt.c
 * does in process). What stands behind the last control token, or all of a plain text, is kept as
 * text: a tokenizer may merge its end with what follows, so the two are tokenised together. */
#include "llm/http/internal.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

static const char system_mark[] = "WRTSYSTEMTEXT";
static const char user_mark[] = "WRTUSERTEXT";

enum { SPECIALS_MAX = 64 }; /* tokens of the template's last piece that are looked at */

/* ---- lists of ids ---------------------------------------------------------------------------- */

void wrt_ids_add(wrt_ids *ids, const int32_t *more, size_t n) {
    if (ids->n + n > ids->room) {
        ids->room = ids->n + n + 64;
        ids->ids = wrt_realloc(ids->ids, ids->room * sizeof *ids->ids);
    }
    if (n > 0)
        memcpy(ids->ids + ids->n, more, n * sizeof *more);
    ids->n += n;
}

void wrt_ids_free(wrt_ids *ids) {
    free(ids->ids);
    *ids = (wrt_ids){0};
}

void wrt_frame_free(wrt_frame *frame) {
    wrt_ids_free(&frame->before);
    wrt_ids_free(&frame->between);
    wrt_ids_free(&frame->after);
    wrt_buf_free(&frame->tail);
    *frame = (wrt_frame){0};
}

static wrt_status add_tokens(wrt_ids *out, wrt_attempt *attempt, wrt_str text, unsigned how,
                             wrt_err *err) {
    wrt_openai_reply reply;
    if (text.len == 0)
        return WRT_OK;
    wrt_status status = wrt_ask_tokens(&reply, attempt, text, how, err);
    if (status != WRT_OK)
        return status;
    wrt_ids_add(out, reply.ids, reply.n_ids);
    wrt_openai_reply_free(&reply);
    return WRT_OK;
}

/* ---- learning -------------------------------------------------------------------------------- */

/* What the server puts in front of every text: the part of the tokens with "special" tokens added
 * that is not there without. */
static wrt_status learn_start(wrt_ids *out, wrt_attempt *attempt, wrt_err *err) {
    wrt_openai_reply plain;
    wrt_openai_reply whole = {0};
    wrt_status status = wrt_ask_tokens(&plain, attempt, WRT_STR("a"), WRT_TOKENS_PLAIN, err);
    if (status == WRT_OK)
        status = wrt_ask_tokens(&whole, attempt, WRT_STR("a"), WRT_TOKENS_START, err);
    size_t n = 0;
    while (status == WRT_OK && n + plain.n_ids <= whole.n_ids &&
           memcmp(whole.ids + n, plain.ids, plain.n_ids * sizeof *plain.ids) != 0)
        n++;
    if (status == WRT_OK && n + plain.n_ids > whole.n_ids)
        status = wrt_ask_blame(attempt,
                               wrt_fail(err, WRT_E_FAILED,
                                        "the tokens of a text with start tokens do not hold those "
                                        "without"),
                               err);
    if (status == WRT_OK)
        wrt_ids_add(out, whole.ids, n);
    wrt_openai_reply_free(&plain);
    wrt_openai_reply_free(&whole);
    return status;
}

static wrt_status apply_template(wrt_openai_reply *out, wrt_attempt *attempt, bool with_system,
                                 wrt_err *err) {
    wrt_http_response response;
    wrt_buf body = wrt_buf_make(WRT_KIB(64));
    wrt_status status = wrt_native_write_template(&body, wrt_str_of(with_system ? system_mark : ""),
                                                  wrt_str_of(user_mark), err);
    const wrt_question question = {.path = "/apply-template", .body = wrt_buf_str(&body)};
    if (status == WRT_OK)
        status = wrt_ask(&response, attempt, &question, err);
    wrt_buf_free(&body);
    if (status != WRT_OK)
        return status;
    status = wrt_native_read_template(out, wrt_buf_str(&response.body), err);
    wrt_http_response_free(&response);
    return status == WRT_OK ? WRT_OK : wrt_ask_blame(attempt, status, err);
}

/* True when mark stands exactly once in text; *at is where. */
static bool find_once(const char *text, const char *mark, const char **at) {
    *at = strstr(text, mark);
    return *at != NULL && strstr(*at + 1, mark) == NULL;
}

/* Whether the token's text is read otherwise where control tokens are not recognised. */
static wrt_status is_control(bool *out, wrt_attempt *attempt, const wrt_openai_token *token,
                             wrt_err *err) {
    wrt_openai_reply reply;
    *out = false;
    if (token->bytes.len == 0 || !wrt_utf8_valid(token->bytes))
        return WRT_OK;
    wrt_status status = wrt_ask_tokens(&reply, attempt, token->bytes, WRT_TOKENS_PLAIN, err);
    if (status != WRT_OK)
        return status;
    *out = reply.n_ids != 1 || reply.ids[0] != token->id;
    if (*out) { /* some tokenizers read any piece that stands alone otherwise */
        wrt_openai_reply special;
        status = wrt_ask_tokens(&special, attempt, token->bytes, WRT_TOKENS_CONTROL, err);
        *out = status == WRT_OK && special.n_ids == 1 && special.ids[0] == token->id;
        wrt_openai_reply_free(&special);
    }
    wrt_openai_reply_free(&reply);
    return status;
}

/* Bytes up to the end of the last control token of the piece; 0 when there is none. */
static wrt_status find_last_control(size_t *bytes, wrt_attempt *attempt,
                                    const wrt_openai_reply *piece, size_t total, wrt_err *err) {
    size_t end = total;
    *bytes = 0;
    for (size_t i = piece->n_tokens; i > 0 && piece->n_tokens - i < SPECIALS_MAX; i--) {
        bool is_last = false;
        wrt_status status = is_control(&is_last, attempt, &piece->tokens[i - 1], err);
        if (status != WRT_OK || is_last) {
            *bytes = end;
            return status;
        }
        if (piece->tokens[i - 1].bytes.len > end)
            return WRT_OK;
        end -= piece->tokens[i - 1].bytes.len;
    }
    return WRT_OK;
}

static bool pieces_spell(const wrt_openai_reply *piece, wrt_str text) {
    size_t at = 0;
    for (size_t i = 0; i < piece->n_tokens; i++) {
        wrt_str bytes = piece->tokens[i].bytes;
        if (bytes.len > text.len - at || memcmp(text.ptr + at, bytes.ptr, bytes.len) != 0)
            return false;
        at += bytes.len;
    }
    return at == text.len;
}

/* The template's last piece: up to its last control token as ids, the rest as text. A piece that
 * does not fall apart so is taken as ids whole. */
static wrt_status learn_last_piece(wrt_frame *out, wrt_attempt *attempt, wrt_str text,
                                   wrt_err *err) {
    wrt_openai_reply whole;
    wrt_ids first = {0};
    size_t head = text.len;
    out->tail = wrt_buf_make(text.len);
    if (text.len == 0)
        return WRT_OK;
    wrt_status status = wrt_ask_tokens(&whole, attempt, text, WRT_TOKENS_CONTROL, err);
    if (status == WRT_OK && pieces_spell(&whole, text))
        status = find_last_control(&head, attempt, &whole, text.len, err);
    if (status == WRT_OK)
        status = add_tokens(&first, attempt, (wrt_str){text.ptr, head}, WRT_TOKENS_CONTROL, err);
    bool is_split =
        status == WRT_OK && first.n <= whole.n_ids &&
        (first.n == 0 || memcmp(first.ids, whole.ids, first.n * sizeof *first.ids) == 0);
    if (status == WRT_OK && is_split) {
        wrt_ids_add(&out->after, first.ids, first.n);
        wrt_buf_add(&out->tail, text.ptr + head, text.len - head);
    } else if (status == WRT_OK) {
        wrt_ids_add(&out->after, whole.ids, whole.n_ids);
    }
    wrt_ids_free(&first);
    wrt_openai_reply_free(&whole);
    return status;
}

/* Cuts the applied template at its marks. One that loses a mark, repeats it or changes their order
 * is not known. */
static wrt_status learn_frame(wrt_frame *out, wrt_attempt *attempt, bool with_system,
                              wrt_err *err) {
    wrt_openai_reply applied;
    const char *system = NULL;
    const char *user = NULL;
    wrt_status status = apply_template(&applied, attempt, with_system, err);
    if (status != WRT_OK)
        return status == WRT_E_INPUT || status == WRT_E_UNSUPPORTED || status == WRT_E_FAILED
                   ? WRT_OK /* a server without a template has no frame */
                   : status;
    const char *text = applied.text.ptr;
    out->is_known = find_once(text, user_mark, &user) &&
                    (!with_system || (find_once(text, system_mark, &system) && system < user));
    if (out->is_known) {
        const char *first = with_system ? system : user;
        status = add_tokens(&out->before, attempt, (wrt_str){text, (size_t)(first - text)},
                            WRT_TOKENS_CONTROL, err);
        if (status == WRT_OK && with_system) {
            const char *from = system + sizeof system_mark - 1;
            status = add_tokens(&out->between, attempt, (wrt_str){from, (size_t)(user - from)},
                                WRT_TOKENS_CONTROL, err);
        }
        if (status == WRT_OK)
            status = learn_last_piece(out, attempt, wrt_str_of(user + sizeof user_mark - 1), err);
    }
    wrt_openai_reply_free(&applied);
    return status;
}

wrt_status wrt_frames_learn(wrt_servers *self, wrt_attempt *attempt, wrt_err *err) {
    wrt_status status = learn_start(&self->start, attempt, err);
    if (status == WRT_OK)
        status = learn_frame(&self->both, attempt, true, err);
    if (status == WRT_OK)
        status = learn_frame(&self->user_only, attempt, false, err);
    return status;
}

/* ---- prompts --------------------------------------------------------------------------------- */

wrt_buf wrt_prompt_join(const wrt_llm_prompt *prompt) {
    wrt_buf text = wrt_buf_make(prompt->system.len + prompt->user.len + 2);
    wrt_buf_add_str(&text, prompt->system);
    if (prompt->system.len > 0 && prompt->user.len > 0)
        wrt_buf_add_c(&text, "\n\n");
    wrt_buf_add_str(&text, prompt->user);
    return text;
}

void wrt_prompt_ids_free(wrt_prompt_ids *prompt) {
    wrt_ids_free(&prompt->head);
    wrt_buf_free(&prompt->tail);
}

/* The start tokens, unless the template brings them itself. */
static void add_start(wrt_ids *out, const wrt_servers *self, const wrt_frame *frame) {
    size_t n = self->start.n;
    bool is_there = frame != NULL && n > 0 && frame->before.n >= n &&
                    memcmp(frame->before.ids, self->start.ids, n * sizeof(int32_t)) == 0;
    if (!is_there)
        wrt_ids_add(out, self->start.ids, n);
}

static wrt_status add_framed(wrt_prompt_ids *out, const wrt_frame *frame, wrt_attempt *attempt,
                             const wrt_str *texts, wrt_err *err) {
    wrt_ids_add(&out->head, frame->before.ids, frame->before.n);
    wrt_status status = add_tokens(&out->head, attempt, texts[0], WRT_TOKENS_PLAIN, err);
    wrt_ids_add(&out->head, frame->between.ids, frame->between.n);
    if (status == WRT_OK)
        status = add_tokens(&out->head, attempt, texts[1], WRT_TOKENS_PLAIN, err);
    wrt_ids_add(&out->head, frame->after.ids, frame->after.n);
    wrt_buf_add_str(&out->tail, wrt_buf_str(&frame->tail));
    return status;
}

static wrt_status add_chat(wrt_prompt_ids *out, const wrt_servers *self, wrt_attempt *attempt,
                           const wrt_llm_prompt *prompt, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (prompt->system.len > 0 && prompt->user.len > 0 && self->both.is_known) {
        const wrt_str texts[] = {prompt->system, prompt->user};
        add_start(&out->head, self, &self->both);
        return add_framed(out, &self->both, attempt, texts, err);
    }
    wrt_buf joined = wrt_prompt_join(prompt);
    if (self->user_only.is_known) {
        const wrt_str texts[] = {wrt_buf_str(&joined), WRT_STR("")};
        add_start(&out->head, self, &self->user_only);
        status = add_framed(out, &self->user_only, attempt, texts, err);
    } else {
        add_start(&out->head, self, NULL);
        wrt_buf_add_str(&out->tail, wrt_buf_str(&joined));
        wrt_buf_add_char(&out->tail, '\n');
    }
    wrt_buf_free(&joined);
    return status;
}

wrt_status wrt_prompt_ids_make(wrt_prompt_ids *out, const wrt_servers *self, wrt_attempt *attempt,
                               const wrt_llm_prompt *prompt, wrt_err *err) {
    size_t room = self->both.tail.len + self->user_only.tail.len + 3;
    *out = (wrt_prompt_ids){
        .tail = wrt_buf_make(prompt->system.len + prompt->user.len + prompt->text.len + room)};
    if (prompt->text.len == 0)
        return add_chat(out, self, attempt, prompt, err);
    add_start(&out->head, self, NULL);
    wrt_buf_add_str(&out->tail, prompt->text);
    return WRT_OK;
}
