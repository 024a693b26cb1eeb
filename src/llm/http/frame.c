/* frame.c: from a prompt to the token ids of a llama-server, so that text cannot pose as markup.
 *
 * The server's template is applied to two marks instead of the texts and taken apart into control
 * tokens, text and the places of the two texts, as llama/prompt.c does in process. Between two
 * control tokens all text, the template's and the prompt's, is one run and is tokenised as one,
 * without control tokens. The last run (all of a plain text) is kept as text: a tokenizer may merge
 * its end with what follows. */
#include "llm/http/internal.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

static const char system_mark[] = "WRTSYSTEMTEXT";
static const char user_mark[] = "WRTUSERTEXT";

enum { PARTS_MAX = 512 }; /* of one template */

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
    for (size_t i = 0; i < frame->n; i++)
        free(frame->parts[i].text);
    free(frame->parts);
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

static void add_part(wrt_frame *frame, wrt_part_kind kind, int32_t id, wrt_str text) {
    wrt_part part = {.kind = kind, .id = id};
    if (frame->n == PARTS_MAX || (kind == WRT_PART_TEXT && text.len == 0))
        return;
    if (kind == WRT_PART_TEXT) {
        part.text = wrt_calloc(text.len + 1, 1);
        memcpy(part.text, text.ptr, text.len);
    }
    frame->parts[frame->n++] = part;
}

/* A stretch of the template: its control tokens, found in the text one after another, and the text
 * between them. */
static wrt_status learn_markup(wrt_frame *out, wrt_attempt *attempt, wrt_str text, wrt_err *err) {
    wrt_openai_reply read;
    if (text.len == 0)
        return WRT_OK;
    wrt_status status = wrt_ask_tokens(&read, attempt, text, WRT_TOKENS_CONTROL, err);
    for (size_t i = 0; status == WRT_OK && i < read.n_tokens; i++) {
        const wrt_openai_token *token = &read.tokens[i];
        bool ends_run = false;
        const char *at = token->bytes.len == 0 || text.len == 0
                             ? NULL
                             : memmem(text.ptr, text.len, token->bytes.ptr, token->bytes.len);
        if (at != NULL)
            status = is_control(&ends_run, attempt, token, err);
        if (status != WRT_OK || !ends_run)
            continue;
        size_t before = (size_t)(at - text.ptr);
        add_part(out, WRT_PART_TEXT, 0, (wrt_str){text.ptr, before});
        add_part(out, WRT_PART_CONTROL, token->id, WRT_STR(""));
        text = (wrt_str){at + token->bytes.len, text.len - before - token->bytes.len};
    }
    wrt_openai_reply_free(&read);
    add_part(out, WRT_PART_TEXT, 0, text);
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
        out->parts = wrt_calloc(PARTS_MAX, sizeof *out->parts);
        if (with_system) {
            status = learn_markup(out, attempt, (wrt_str){text, (size_t)(system - text)}, err);
            add_part(out, WRT_PART_SYSTEM, 0, WRT_STR(""));
            text = system + sizeof system_mark - 1;
        }
        if (status == WRT_OK)
            status = learn_markup(out, attempt, (wrt_str){text, (size_t)(user - text)}, err);
        add_part(out, WRT_PART_USER, 0, WRT_STR(""));
        if (status == WRT_OK)
            status = learn_markup(out, attempt, wrt_str_of(user + sizeof user_mark - 1), err);
        out->is_known = out->n < PARTS_MAX;
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
    size_t n = 0;
    while (frame != NULL && n < self->start.n && n < frame->n &&
           frame->parts[n].kind == WRT_PART_CONTROL && frame->parts[n].id == self->start.ids[n])
        n++;
    if (n < self->start.n || n == 0)
        wrt_ids_add(out, self->start.ids, self->start.n);
}

static wrt_status add_framed(wrt_prompt_ids *out, const wrt_frame *frame, wrt_attempt *attempt,
                             const wrt_llm_prompt *prompt, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < frame->n && status == WRT_OK; i++) {
        const wrt_part *part = &frame->parts[i];
        if (part->kind == WRT_PART_CONTROL) {
            status =
                add_tokens(&out->head, attempt, wrt_buf_str(&out->tail), WRT_TOKENS_PLAIN, err);
            wrt_buf_clear(&out->tail);
            wrt_ids_add(&out->head, &part->id, 1);
        } else {
            wrt_buf_add_str(&out->tail, part->kind == WRT_PART_SYSTEM ? prompt->system
                                        : part->kind == WRT_PART_USER ? prompt->user
                                                                      : wrt_str_of(part->text));
        }
    }
    return status;
}

static wrt_status add_chat(wrt_prompt_ids *out, const wrt_servers *self, wrt_attempt *attempt,
                           const wrt_llm_prompt *prompt, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (prompt->system.len > 0 && prompt->user.len > 0 && self->both.is_known) {
        add_start(&out->head, self, &self->both);
        return add_framed(out, &self->both, attempt, prompt, err);
    }
    wrt_buf joined = wrt_prompt_join(prompt);
    if (self->user_only.is_known) {
        const wrt_llm_prompt one = {.user = wrt_buf_str(&joined)};
        add_start(&out->head, self, &self->user_only);
        status = add_framed(out, &self->user_only, attempt, &one, err);
    } else {
        add_start(&out->head, self, NULL);
        wrt_buf_add_str(&out->tail, wrt_buf_str(&joined));
        wrt_buf_add_char(&out->tail, '\n');
    }
    wrt_buf_free(&joined);
    return status;
}

/* Bytes of the template's own text, which stands in the tail before its run ends. */
static size_t text_bytes(const wrt_frame *frame) {
    size_t bytes = 0;
    for (size_t i = 0; i < frame->n; i++)
        bytes += frame->parts[i].text == NULL ? 0 : strlen(frame->parts[i].text);
    return bytes;
}

wrt_status wrt_prompt_ids_make(wrt_prompt_ids *out, const wrt_servers *self, wrt_attempt *attempt,
                               const wrt_llm_prompt *prompt, wrt_err *err) {
    size_t room = text_bytes(&self->both) + text_bytes(&self->user_only) + 3;
    *out = (wrt_prompt_ids){
        .tail = wrt_buf_make(prompt->system.len + prompt->user.len + prompt->text.len + room)};
    if (prompt->text.len == 0)
        return add_chat(out, self, attempt, prompt, err);
    add_start(&out->head, self, NULL);
    wrt_buf_add_str(&out->tail, prompt->text);
    return WRT_OK;
}
