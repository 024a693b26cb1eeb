/* frame.c: from a prompt to the token ids of a llama-server, so that text cannot pose as markup.
 *
 * The server's template is applied to two marks instead of the texts, and only in what the template
 * itself wrote are control tokens looked for; the frame is that text, cut at its control tokens and
 * marks. As in llama/prompt.c, all text between two control tokens, the template's and the user's,
 * is one run and is tokenised as one; runs that hold no mark are tokenised when the frame is
 * learnt. The run behind the last control token (all of a plain text) is kept as text, because a
 * tokenizer may merge its end with what follows. */
#include "llm/http/internal.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

static const char system_mark[] = "WRTSYSTEMTEXT";
static const char user_mark[] = "WRTUSERTEXT";

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
    for (size_t i = 0; i < frame->n_parts; i++) {
        wrt_ids_free(&frame->parts[i].ids);
        wrt_buf_free(&frame->parts[i].text);
    }
    free(frame->parts);
    *frame = (wrt_frame){0};
}

static bool is_listed(const wrt_ids *ids, int32_t id) {
    for (size_t i = 0; i < ids->n; i++) {
        if (ids->ids[i] == id)
            return true;
    }
    return false;
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

/* A frame in the making. */
typedef struct {
    wrt_frame *frame;
    wrt_attempt *attempt;
    size_t run;               /* first part of the run that is open */
    wrt_ids controls, others; /* tokens that were looked at */
} learner;

/* Whether the token's text is read otherwise where control tokens are not recognised. */
static wrt_status ask_is_control(bool *out, wrt_attempt *attempt, const wrt_openai_token *token,
                                 wrt_err *err) {
    wrt_openai_reply plain;
    wrt_openai_reply special = {0};
    *out = false;
    if (token->bytes.len == 0 || !wrt_utf8_valid(token->bytes))
        return WRT_OK;
    wrt_status status = wrt_ask_tokens(&plain, attempt, token->bytes, WRT_TOKENS_PLAIN, err);
    bool is_other = status == WRT_OK && (plain.n_ids != 1 || plain.ids[0] != token->id);
    if (is_other) { /* some tokenizers read any piece that stands alone otherwise */
        status = wrt_ask_tokens(&special, attempt, token->bytes, WRT_TOKENS_CONTROL, err);
        *out = status == WRT_OK && special.n_ids == 1 && special.ids[0] == token->id;
    }
    wrt_openai_reply_free(&plain);
    wrt_openai_reply_free(&special);
    return status;
}

static wrt_status is_control(bool *out, learner *l, const wrt_openai_token *token, wrt_err *err) {
    *out = is_listed(&l->controls, token->id);
    if (*out || is_listed(&l->others, token->id))
        return WRT_OK;
    wrt_status status = ask_is_control(out, l->attempt, token, err);
    wrt_ids_add(*out ? &l->controls : &l->others, &token->id, 1);
    return status;
}

static wrt_frame_part *add_part(learner *l, wrt_part_kind kind) {
    wrt_frame *frame = l->frame;
    frame->parts = wrt_realloc(frame->parts, (frame->n_parts + 1) * sizeof *frame->parts);
    wrt_frame_part *part = &frame->parts[frame->n_parts++];
    *part = (wrt_frame_part){.kind = kind, .text = wrt_buf_make(WRT_OPENAI_TEXT_MAX)};
    return part;
}

/* Joins template text to the run that is open. */
static void add_text(learner *l, wrt_str text) {
    const wrt_frame *frame = l->frame;
    if (text.len == 0)
        return;
    bool is_open =
        frame->n_parts > l->run && frame->parts[frame->n_parts - 1].kind == WRT_PART_TEXT;
    wrt_buf_add_str(
        is_open ? &frame->parts[frame->n_parts - 1].text : &add_part(l, WRT_PART_TEXT)->text, text);
    l->frame->n_text += text.len;
}

/* Ends the open run with a control token. A run of template text alone becomes ids now. */
static wrt_status end_run(learner *l, int32_t control, wrt_err *err) {
    wrt_frame *frame = l->frame;
    wrt_status status = WRT_OK;
    wrt_ids ids = {0};
    bool is_fixed = frame->n_parts == l->run + 1 && frame->parts[l->run].kind == WRT_PART_TEXT;
    if (is_fixed) {
        status = add_tokens(&ids, l->attempt, wrt_buf_str(&frame->parts[l->run].text),
                            WRT_TOKENS_PLAIN, err);
        wrt_buf_free(&frame->parts[--frame->n_parts].text);
    }
    wrt_ids_add(&ids, &control, 1);
    bool is_behind_ids =
        frame->n_parts > 0 && frame->parts[frame->n_parts - 1].kind == WRT_PART_IDS;
    wrt_frame_part *last =
        is_behind_ids ? &frame->parts[frame->n_parts - 1] : add_part(l, WRT_PART_IDS);
    wrt_ids_add(&last->ids, ids.ids, ids.n);
    wrt_ids_free(&ids);
    l->run = frame->n_parts;
    return status;
}

/* A piece of the template: its control tokens end runs, its text joins them. A control token whose
 * name does not stand in the text (a tokenizer that alters text) leaves the piece as text. */
static wrt_status learn_markup(learner *l, wrt_str text, wrt_err *err) {
    wrt_openai_reply reply = {0};
    wrt_status status = WRT_OK;
    if (text.len > 0)
        status = wrt_ask_tokens(&reply, l->attempt, text, WRT_TOKENS_CONTROL, err);
    for (size_t i = 0; i < reply.n_tokens && status == WRT_OK; i++) {
        wrt_str name = reply.tokens[i].bytes;
        bool is_found = false;
        status = is_control(&is_found, l, &reply.tokens[i], err);
        const char *at =
            !is_found || text.len == 0 ? NULL : memmem(text.ptr, text.len, name.ptr, name.len);
        if (at == NULL || status != WRT_OK)
            continue;
        add_text(l, (wrt_str){text.ptr, (size_t)(at - text.ptr)});
        status = end_run(l, reply.tokens[i].id, err);
        text.len -= (size_t)(at - text.ptr) + name.len;
        text.ptr = at + name.len;
    }
    add_text(l, text);
    wrt_openai_reply_free(&reply);
    return status;
}

/* The template up to a mark, and the place of the text that the mark stands for. */
static wrt_status learn_turn(learner *l, const char **applied, const char *mark, wrt_part_kind kind,
                             wrt_err *err) {
    const char *at = strstr(*applied, mark);
    wrt_status status = learn_markup(l, (wrt_str){*applied, (size_t)(at - *applied)}, err);
    *applied = at + strlen(mark);
    (void)add_part(l, kind);
    return status;
}

/* A template that loses a mark, repeats it or changes their order is not known. */
static wrt_status learn_frame(wrt_frame *out, wrt_attempt *attempt, bool with_system,
                              wrt_err *err) {
    learner l = {.frame = out, .attempt = attempt};
    wrt_openai_reply applied;
    const char *system = NULL;
    const char *user = NULL;
    wrt_status status = apply_template(&applied, attempt, with_system, err);
    if (status != WRT_OK)
        return status == WRT_E_INPUT || status == WRT_E_UNSUPPORTED || status == WRT_E_FAILED
                   ? WRT_OK /* a server without a template has no frame */
                   : status;
    const char *rest = applied.text.ptr;
    out->is_known = find_once(rest, user_mark, &user) &&
                    (!with_system || (find_once(rest, system_mark, &system) && system < user));
    if (out->is_known && with_system)
        status = learn_turn(&l, &rest, system_mark, WRT_PART_SYSTEM, err);
    if (out->is_known && status == WRT_OK)
        status = learn_turn(&l, &rest, user_mark, WRT_PART_USER, err);
    if (out->is_known && status == WRT_OK)
        status = learn_markup(&l, wrt_str_of(rest), err);
    wrt_ids_free(&l.controls);
    wrt_ids_free(&l.others);
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
    const wrt_ids *first = frame != NULL && frame->n_parts > 0 ? &frame->parts[0].ids : NULL;
    bool is_there = first != NULL && n > 0 && first->n >= n &&
                    memcmp(first->ids, self->start.ids, n * sizeof(int32_t)) == 0;
    if (!is_there)
        wrt_ids_add(out, self->start.ids, n);
}

/* The frame with the texts in their places. */
static wrt_status fill_frame(wrt_prompt_ids *out, const wrt_frame *frame, wrt_attempt *attempt,
                             const wrt_llm_prompt *texts, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < frame->n_parts && status == WRT_OK; i++) {
        const wrt_frame_part *part = &frame->parts[i];
        switch (part->kind) {
        case WRT_PART_TEXT:
            wrt_buf_add_str(&out->tail, wrt_buf_str(&part->text));
            break;
        case WRT_PART_SYSTEM:
            wrt_buf_add_str(&out->tail, texts->system);
            break;
        case WRT_PART_USER:
            wrt_buf_add_str(&out->tail, texts->user);
            break;
        case WRT_PART_IDS:
            status =
                add_tokens(&out->head, attempt, wrt_buf_str(&out->tail), WRT_TOKENS_PLAIN, err);
            wrt_buf_clear(&out->tail);
            wrt_ids_add(&out->head, part->ids.ids, part->ids.n);
            break;
        }
    }
    return status;
}

static wrt_status add_chat(wrt_prompt_ids *out, const wrt_servers *self, wrt_attempt *attempt,
                           const wrt_llm_prompt *prompt, wrt_err *err) {
    if (prompt->system.len > 0 && prompt->user.len > 0 && self->both.is_known) {
        add_start(&out->head, self, &self->both);
        return fill_frame(out, &self->both, attempt, prompt, err);
    }
    wrt_status status = WRT_OK;
    wrt_buf joined = wrt_prompt_join(prompt);
    if (self->user_only.is_known) {
        const wrt_llm_prompt one = {.user = wrt_buf_str(&joined)};
        add_start(&out->head, self, &self->user_only);
        status = fill_frame(out, &self->user_only, attempt, &one, err);
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
    size_t room = prompt->system.len + prompt->user.len + prompt->text.len + 3;
    *out =
        (wrt_prompt_ids){.tail = wrt_buf_make(room + self->both.n_text + self->user_only.n_text)};
    if (prompt->text.len == 0)
        return add_chat(out, self, attempt, prompt, err);
    add_start(&out->head, self, NULL);
    wrt_buf_add_str(&out->tail, prompt->text);
    return WRT_OK;
}
