/* generate.c: text from a server, streamed where it is a chat, under a constraint it has proved.
 *
 * A llama-server reads control tokens in every text that it is sent as text. So its plain prompts,
 * and chat turns whose texts would be read otherwise without control tokens, are sent as token ids
 * made by frame.c. Other servers do as their template does.
 *
 * A stream counts as an answer once it is whole. Until something was handed to on_text the request
 * may be repeated on another endpoint; afterwards never. */
#include "llm/http/internal.h"

#include "base/arena.h"
#include "base/clock.h"
#include "llm/http/sse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENT_MAX = 4 << 20, RAW_MAX = 4 << 20, CALL_MS = 120000 };
static const uint64_t seed_max = (UINT64_C(1) << 53) - 1;

/* One call of generate. */
typedef struct {
    const wrt_servers *self;
    const wrt_llm_request *request;
    wrt_openai_tool *tools; /* native ones; n_tools, with their names beside them */
    const char **tool_names;
    size_t n_tools;
    wrt_openai_reply reply; /* on success */
    wrt_llm_usage usage;
} job;

/* ---- parts of a request ---------------------------------------------------------------------- */

static unsigned forms_of(const wrt_llm_request *request) {
    return request->schema != NULL ? WRT_FORMS_ALL : WRT_FORMS_OF_GRAMMAR;
}

static void set_constraint(wrt_openai_constraint *out, const job *j, const wrt_endpoint *endpoint,
                           unsigned base) {
    const wrt_llm_request *request = j->request;
    if (request->gbnf != NULL)
        wrt_form_set(out, wrt_form_best(endpoint->can, base, forms_of(request)), request->gbnf,
                     request->schema);
}

/* Servers other than llama-server draw from all tokens unless told otherwise. */
static wrt_openai_sampling sampling_of(const wrt_llm_request *request,
                                       const wrt_endpoint *endpoint) {
    wrt_openai_sampling sampling = WRT_OPENAI_SAMPLING_INIT;
    sampling.max_tokens = request->max_tokens;
    sampling.temperature = request->temperature;
    if (request->temperature > 0) {
        sampling.top_p = request->top_p > 0 ? request->top_p : 1;
        sampling.seed = (int64_t)(request->seed & seed_max);
        sampling.has_no_cut = endpoint->build != NULL;
    }
    return sampling;
}

/* The key must not get to the user's screen or into a record, even if a server writes it. */
static wrt_status check_key(const wrt_attempt *attempt, wrt_str text, wrt_err *err) {
    size_t at = wrt_api_key_find(text, attempt->key);
    return attempt->key == NULL || text.len - at < strlen(attempt->key)
               ? WRT_OK
               : wrt_fail(err, WRT_E_FAILED, "the server repeated the API key in its reply");
}

static wrt_status check_calls(const wrt_attempt *attempt, const wrt_openai_reply *reply,
                              wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < reply->n_calls && status == WRT_OK; i++) {
        wrt_buf text = wrt_buf_make((size_t)2 * WRT_OPENAI_BODY_MAX);
        wrt_json_write(&text, reply->calls[i].arguments);
        status = check_key(attempt, wrt_buf_str(&text), err);
        wrt_buf_free(&text);
    }
    return status;
}

static void hand_on(job *j, wrt_attempt *attempt, wrt_str piece) {
    if (piece.len == 0 || j->request->on_text == NULL)
        return;
    attempt->is_spent = true;
    j->request->on_text(piece, j->request->ctx);
}

/* ---- a streamed chat ------------------------------------------------------------------------- */

typedef struct {
    job *job;
    wrt_attempt *attempt;
    wrt_openai_stream *stream;
    wrt_sse sse;
    wrt_buf raw;  /* what came before the first event: maybe no stream at all */
    size_t shown; /* bytes of text handed on */
    bool is_ours; /* the failure was found here, not by the transport */
    wrt_err *err;
} stream;

static wrt_status on_event(wrt_str event, wrt_str data, void *ctx) {
    stream *s = ctx;
    (void)event;
    wrt_status status = wrt_openai_stream_feed(s->stream, data, s->err);
    if (status != WRT_OK)
        return status;
    wrt_str text = wrt_openai_stream_text(s->stream);
    wrt_str fresh = {text.ptr + s->shown, text.len - s->shown};
    status = check_key(s->attempt, fresh, s->err);
    if (status != WRT_OK)
        return status;
    fresh.len = wrt_api_key_find(fresh, s->attempt->key); /* the end may begin the key */
    hand_on(s->job, s->attempt, fresh);
    s->shown += fresh.len;
    const wrt_llm_options *options = &s->job->self->options;
    bool goes_on =
        options->progress == NULL ||
        options->progress(s->sse.n_events, (size_t)s->job->request->max_tokens, options->ctx);
    return goes_on ? WRT_OK : wrt_fail(s->err, WRT_E_INTERRUPTED, "interrupted");
}

static wrt_status on_data(wrt_str piece, void *ctx) {
    stream *s = ctx;
    if (s->sse.n_events == 0)
        wrt_buf_add_str(&s->raw, piece);
    wrt_status status = wrt_sse_feed(&s->sse, piece, s->err);
    s->is_ours = status != WRT_OK;
    if (status == WRT_E_LIMIT) { /* an event beyond the cap is the server's fault */
        status = WRT_E_FAILED;
        if (s->err != NULL)
            s->err->code = status;
    }
    return status;
}

/* The whole reply. A server that does not stream has sent it in one piece. */
static wrt_status close_stream(wrt_openai_reply *out, stream *s, const wrt_openai_expect *expect,
                               wrt_err *err) {
    wrt_status status = WRT_OK;
    if (s->sse.n_events == 0 && wrt_str_trim(wrt_buf_str(&s->raw)).len > 0 && !s->raw.overflow) {
        status = wrt_openai_read_chat(out, wrt_buf_str(&s->raw), expect, err);
        if (status == WRT_OK)
            status = check_key(s->attempt, out->text, err);
    } else {
        status = wrt_openai_stream_finish(out, s->stream, err);
    }
    if (status == WRT_OK)
        hand_on(s->job, s->attempt, (wrt_str){out->text.ptr + s->shown, out->text.len - s->shown});
    return status == WRT_OK ? WRT_OK : wrt_ask_blame(s->attempt, status, err);
}

static wrt_status ask_stream(wrt_openai_reply *out, job *j, wrt_attempt *attempt,
                             const wrt_openai_chat *chat, wrt_err *err) {
    wrt_http_response response = {0};
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    wrt_buf body = wrt_buf_make(WRT_OPENAI_BODY_MAX);
    expect.tools = j->tool_names;
    expect.n_tools = j->n_tools;
    stream s = {.job = j,
                .attempt = attempt,
                .stream = wrt_openai_stream_new(&expect),
                .raw = wrt_buf_make(RAW_MAX),
                .err = err};
    s.sse = wrt_sse_make(EVENT_MAX, on_event, &s);
    wrt_status status = wrt_ask_write_chat(&body, attempt->endpoint, chat, err);
    const wrt_question question = {
        .path = "/v1/chat/completions", .body = wrt_buf_str(&body), .on_data = on_data, .ctx = &s};
    if (status == WRT_OK)
        status = wrt_ask(&response, attempt, &question, err);
    if (status == WRT_OK)
        status = close_stream(out, &s, &expect, err);
    else if (s.is_ours)
        wrt_ask_blame(attempt, status, err);
    wrt_http_response_free(&response);
    wrt_openai_stream_free(s.stream);
    wrt_sse_free(&s.sse);
    wrt_buf_free(&s.raw);
    wrt_buf_free(&body);
    return status;
}

static wrt_status ask_chat(job *j, wrt_attempt *attempt, wrt_err *err) {
    const wrt_llm_request *request = j->request;
    const wrt_llm_prompt *prompt = &request->prompt;
    const wrt_endpoint *endpoint = attempt->endpoint;
    wrt_openai_chat chat = WRT_OPENAI_CHAT_INIT;
    wrt_buf joined = wrt_prompt_join(prompt);
    bool has_both = prompt->user.len > 0;
    chat.model = endpoint->model;
    chat.system = has_both ? prompt->system : WRT_STR("");
    chat.user = has_both ? prompt->user : wrt_buf_str(&joined);
    chat.sampling = sampling_of(request, endpoint);
    chat.is_streamed = true;
    chat.has_stream_usage = (endpoint->can & WRT_CAN_USAGE) != 0;
    chat.tools = j->tools;
    chat.n_tools = j->n_tools;
    chat.tool_choice = j->n_tools > 0 ? "auto" : NULL;
    set_constraint(&chat.constraint, j, endpoint, WRT_CAN_CHAT_FORM);
    wrt_status status = ask_stream(&j->reply, j, attempt, &chat, err);
    wrt_buf_free(&joined);
    return status;
}

/* ---- a continued text ------------------------------------------------------------------------ */

static wrt_status ask_text(job *j, wrt_attempt *attempt, const wrt_ids *ids, wrt_err *err) {
    const wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    wrt_openai_completion request = WRT_OPENAI_COMPLETION_INIT;
    request.model = attempt->endpoint->model;
    request.prompt = j->request->prompt.text;
    request.ids = ids->ids;
    request.n_ids = ids->n;
    request.sampling = sampling_of(j->request, attempt->endpoint);
    set_constraint(&request.constraint, j, attempt->endpoint, WRT_CAN_TEXT_FORM);
    wrt_status status = wrt_ask_text(&j->reply, attempt, &request, &expect, err);
    if (status == WRT_OK && (status = check_key(attempt, j->reply.text, err)) != WRT_OK)
        wrt_ask_blame(attempt, status, err);
    if (status == WRT_OK)
        hand_on(j, attempt, j->reply.text);
    return status;
}

static wrt_status ask_by_ids(job *j, wrt_attempt *attempt, wrt_err *err) {
    wrt_prompt_ids prompt = {0};
    wrt_openai_reply tail = {0};
    wrt_status status = wrt_prompt_ids_make(&prompt, j->self, attempt, &j->request->prompt, err);
    if (status == WRT_OK && prompt.tail.len > 0)
        status = wrt_ask_tokens(&tail, attempt, wrt_buf_str(&prompt.tail), WRT_TOKENS_PLAIN, err);
    if (status == WRT_OK) {
        wrt_ids_add(&prompt.head, tail.ids, tail.n_ids);
        status = ask_text(j, attempt, &prompt.head, err);
    }
    wrt_openai_reply_free(&tail);
    wrt_prompt_ids_free(&prompt);
    return status;
}

/* Whether the text is read otherwise with control tokens than without. */
static wrt_status has_control(bool *out, wrt_attempt *attempt, wrt_str text, wrt_err *err) {
    wrt_openai_reply plain;
    wrt_openai_reply special = {0};
    if (text.len == 0)
        return WRT_OK;
    wrt_status status = wrt_ask_tokens(&plain, attempt, text, WRT_TOKENS_PLAIN, err);
    if (status == WRT_OK)
        status = wrt_ask_tokens(&special, attempt, text, WRT_TOKENS_CONTROL, err);
    if (status == WRT_OK)
        *out |= plain.n_ids != special.n_ids ||
                memcmp(plain.ids, special.ids, plain.n_ids * sizeof *plain.ids) != 0;
    wrt_openai_reply_free(&plain);
    wrt_openai_reply_free(&special);
    return status;
}

/* ---- one attempt ----------------------------------------------------------------------------- */

/* Whether the texts must be sent as ids. */
static wrt_status needs_ids(bool *out, job *j, wrt_attempt *attempt, wrt_err *err) {
    const wrt_llm_prompt *prompt = &j->request->prompt;
    const unsigned needed = WRT_CAN_FORCE | WRT_CAN_TEXT;
    *out = false;
    if ((attempt->endpoint->can & needed) != needed)
        return WRT_OK;
    *out = prompt->text.len > 0;
    wrt_status status = has_control(out, attempt, prompt->system, err);
    return status == WRT_OK ? has_control(out, attempt, prompt->user, err) : status;
}

static wrt_status write_text(wrt_attempt *attempt, void *ctx, wrt_err *err) {
    static const wrt_ids none = {0};
    job *j = ctx;
    bool by_ids = false;
    wrt_status status = needs_ids(&by_ids, j, attempt, err);
    if (status != WRT_OK)
        return status;
    if (by_ids)
        status = ask_by_ids(j, attempt, err);
    else if (j->request->prompt.text.len > 0)
        status = ask_text(j, attempt, &none, err);
    else
        status = ask_chat(j, attempt, err);
    if (status != WRT_OK)
        return status;
    wrt_usage_add(&j->usage, &j->reply.usage);
    status = wrt_reply_check(&j->reply, j->request->gbnf != NULL, err);
    if (status == WRT_OK)
        status = check_calls(attempt, &j->reply, err);
    return status == WRT_OK ? WRT_OK : wrt_ask_blame(attempt, status, err);
}

/* ---- the call -------------------------------------------------------------------------------- */

static void list_tools(job *j, const wrt_json *tools) {
    j->tools = wrt_calloc(wrt_json_count(tools) + 1, sizeof *j->tools);
    j->tool_names = wrt_calloc(wrt_json_count(tools) + 1, sizeof(const char *));
    WRT_JSON_EACH(tool, tools) {
        const char *name = wrt_json_get_text(tool, "name", "");
        const char *description = wrt_json_get_text(tool, "description", NULL);
        j->tools[j->n_tools] = (wrt_openai_tool){
            .name = name,
            .description = description != NULL && description[0] != '\0' ? description : NULL,
            .parameters = wrt_json_get(tool, "parameters")};
        j->tool_names[j->n_tools++] = name;
    }
}

static int64_t told(int64_t count) {
    return count > 0 ? count : 0;
}

static wrt_status fill(wrt_llm_reply *out, const job *j, const wrt_endpoint *endpoint,
                       wrt_err *err) {
    const wrt_openai_reply *reply = &j->reply;
    wrt_buf_add_str(&out->text, reply->text);
    if (out->text.overflow)
        return wrt_fail(err, WRT_E_FAILED, "%s: the text has %zu bytes, at most %zu are read",
                        endpoint->name, reply->text.len, out->text.cap);
    out->stop = reply->finish == WRT_OPENAI_FINISH_LENGTH ? WRT_LLM_STOP_LIMIT : WRT_LLM_STOP_END;
    out->prompt_tokens = told(reply->usage.prompt);
    out->cached_tokens = told(reply->usage.cached);
    out->reply_tokens = told(reply->usage.completion);
    (void)snprintf(out->replica, sizeof out->replica, "%s", endpoint->name);
    if (reply->n_calls == 0)
        return WRT_OK;
    out->tool_calls = wrt_json_new_array();
    for (size_t i = 0; i < reply->n_calls; i++) {
        wrt_json *call = wrt_json_new_object();
        wrt_json_set(call, "name", wrt_json_new_text(reply->calls[i].name));
        wrt_json_set(call, "arguments", wrt_json_copy(reply->calls[i].arguments));
        wrt_json_push(out->tool_calls, call);
    }
    wrt_buf_clear(&out->text);
    return WRT_OK;
}

/* What an endpoint must have proved. */
static wrt_pool_call call_of(job *j) {
    const wrt_llm_options *options = &j->self->options;
    bool is_text = j->request->prompt.text.len > 0;
    unsigned base = is_text ? WRT_CAN_TEXT_FORM : WRT_CAN_CHAT_FORM;
    int64_t timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : CALL_MS;
    return (wrt_pool_call){.task = write_text,
                           .ctx = j,
                           .all = (is_text ? WRT_CAN_TEXT : WRT_CAN_CHAT) |
                                  (j->n_tools > 0 ? WRT_CAN_CALLS : 0),
                           .any = j->request->gbnf == NULL ? 0 : base * forms_of(j->request),
                           .deadline_ms = wrt_clock_monotonic_ms() + timeout_ms,
                           .cancel = options->cancel};
}

static wrt_status refuse(const job *j, wrt_err *err) {
    const wrt_llm_request *request = j->request;
    const char *what = request->gbnf != NULL && request->schema != NULL ? "a JSON schema"
                       : request->gbnf != NULL                          ? "a grammar"
                       : request->tools != NULL                         ? "tools"
                                                                        : "plain text";
    return wrt_fail(err, WRT_E_UNSUPPORTED,
                    "%s%s: no way of writing %s with %s was proved when the model was opened",
                    wrt_pool_endpoint(j->self->pool, 0)->name,
                    wrt_pool_size(j->self->pool) > 1 ? " and the others" : "",
                    request->prompt.text.len > 0 ? "on from a text" : "a chat reply", what);
}

wrt_status wrt_http_generate(void *object, wrt_llm_reply *out, const wrt_llm_request *request,
                             wrt_llm_usage *usage, wrt_err *err) {
    job j = {.self = object, .request = request};
    wrt_pool *pool = j.self->pool;
    wrt_pool_outcome outcome = {0};
    list_tools(&j, request->tools);
    wrt_pool_call call = call_of(&j);
    wrt_status status =
        wrt_pool_count_able(pool, call.all, call.any) > 0 ? WRT_OK : refuse(&j, err);
    if (status == WRT_OK)
        status = wrt_pool_take_http(&call.http, pool, err);
    if (status == WRT_OK)
        status = wrt_pool_try(&outcome, pool, &call, err);
    if (status == WRT_OK)
        status = fill(out, &j, wrt_pool_endpoint(pool, outcome.index), err);
    usage->prompt_tokens += j.usage.prompt_tokens;
    usage->cached_tokens += j.usage.cached_tokens;
    usage->reply_tokens += j.usage.reply_tokens;
    usage->retries += outcome.retries;
    wrt_pool_give_http(pool, call.http);
    wrt_openai_reply_free(&j.reply);
    free(j.tools);
    free((void *)j.tool_names);
    return status;
}
