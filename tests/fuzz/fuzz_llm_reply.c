/* fuzz_llm_reply.c: every reader of what a model server sends.
 *
 * The first byte selects the reader and what was asked for, the rest is the body; for the stream it
 * is a whole event stream. Whatever the bytes are: nothing crashes or leaks; a refusal has a
 * one-line reason and leaves nothing behind; an accepted reply keeps the promises of the header. */
#include "llm/http/native.h"
#include "llm/http/openai.h"
#include "llm/http/sse.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const tool_names[] = {"stop", "search"};

static void check(bool holds) {
    if (!holds) {
        abort();
    }
}

static void check_refusal(const wrt_err *err, wrt_status status) {
    wrt_str message = wrt_str_of(err->message);
    check(status != WRT_OK && err->code == status);
    check(message.len > 0 && wrt_utf8_valid(message) && strchr(err->message, '\n') == NULL);
}

/* ---- promises of an accepted reply ----------------------------------------------------------- */

static void check_tokens(const wrt_openai_token *tokens, size_t n) {
    check(n <= WRT_OPENAI_TOKENS_MAX);
    for (size_t i = 0; i < n; i++) {
        check(tokens[i].id >= -1 && tokens[i].rank >= 0 && tokens[i].text_offset >= -1);
        check(isnan(tokens[i].log_p) || (tokens[i].log_p <= 0 && tokens[i].log_p > -9999));
        check(tokens[i].bytes.ptr != NULL || tokens[i].bytes.len == 0);
        for (size_t k = 0; k < tokens[i].n_top; k++) {
            const wrt_openai_token *top = &tokens[i].top[k];
            check(top->n_top == 0 && top->id >= -1 && (isnan(top->log_p) || top->log_p <= 0));
        }
    }
}

static void check_calls(const wrt_openai_reply *reply) {
    check(reply->n_calls <= WRT_OPENAI_CALLS_MAX);
    for (size_t i = 0; i < reply->n_calls; i++) {
        check(wrt_str_equal_c(reply->calls[i].name, tool_names[0]) ||
              wrt_str_equal_c(reply->calls[i].name, tool_names[1]));
        check(wrt_json_is(reply->calls[i].arguments, WRT_JSON_OBJECT));
        check(wrt_utf8_valid(reply->calls[i].id));
    }
}

static void check_reply(const wrt_openai_reply *reply) {
    check(wrt_utf8_valid(reply->text) && reply->text.len <= WRT_OPENAI_TEXT_MAX);
    check(wrt_utf8_valid(reply->model) && wrt_utf8_valid(reply->refusal));
    check(reply->usage.prompt >= -1 && reply->usage.completion >= -1 && reply->usage.cached >= -1);
    check((reply->finish == WRT_OPENAI_FINISH_TOOL_CALLS) <= (reply->n_calls > 0));
    check_calls(reply);
    check_tokens(reply->tokens, reply->n_tokens);
    check_tokens(reply->prompt, reply->n_prompt);
    for (size_t i = 0; i < reply->n_ids; i++) {
        check(reply->ids[i] >= 0);
    }
}

static void close_reply(wrt_openai_reply *reply, wrt_status status, const wrt_err *err) {
    if (status == WRT_OK) {
        check_reply(reply);
    } else {
        check_refusal(err, status);
        check(reply->arena == NULL && reply->n_calls == 0 && reply->n_tokens == 0);
    }
    wrt_openai_reply_free(reply);
}

/* ---- the readers ----------------------------------------------------------------------------- */

/* Bits 4 to 6 of the first byte say what was asked for. */
static wrt_openai_expect make_expect(uint8_t selector) {
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    expect.tools = tool_names;
    expect.n_tools = 2;
    expect.top_logprobs = (selector & 16) != 0 ? 2 : -1;
    expect.prompt_logprobs = (selector & 32) != 0 ? 1 : -1;
    expect.is_echoed = (selector & 64) != 0;
    expect.n_prompt = (selector & 64) != 0 ? 2 : 0;
    return expect;
}

typedef wrt_status (*read_function)(wrt_openai_reply *out, wrt_str body,
                                    const wrt_openai_expect *expect, wrt_err *err);

static void run_reader(read_function read, wrt_str body, uint8_t selector) {
    wrt_openai_expect expect = make_expect(selector);
    wrt_openai_reply reply;
    wrt_err err = {WRT_OK, ""};
    wrt_status status = read(&reply, body, &expect, &err);
    close_reply(&reply, status, &err);
}

static wrt_status read_tokenize(wrt_openai_reply *out, wrt_str body,
                                const wrt_openai_expect *expect, wrt_err *err) {
    (void)expect;
    return wrt_native_read_tokenize(out, body, err);
}

static wrt_status read_template(wrt_openai_reply *out, wrt_str body,
                                const wrt_openai_expect *expect, wrt_err *err) {
    (void)expect;
    return wrt_native_read_template(out, body, err);
}

static wrt_status pass_on(wrt_str event, wrt_str data, void *ctx) {
    (void)event;
    return wrt_openai_stream_feed(ctx, data, NULL);
}

/* The reply of a stream; the pieces in which it comes do not matter. */
static wrt_status read_stream(wrt_openai_reply *out, wrt_str body, const wrt_openai_expect *expect,
                              wrt_err *err) {
    wrt_openai_stream *stream = wrt_openai_stream_new(expect);
    wrt_sse sse = wrt_sse_make(WRT_KIB(64), pass_on, stream);
    wrt_status status = wrt_sse_feed(&sse, body, NULL);
    check(wrt_utf8_valid(wrt_openai_stream_text(stream)));
    *out = (wrt_openai_reply){0};
    if (status == WRT_OK)
        status = wrt_openai_stream_finish(out, stream, err);
    else
        wrt_fail(err, status, "the stream was refused");
    wrt_sse_free(&sse);
    wrt_openai_stream_free(stream);
    return status;
}

static void run_error(wrt_str body, uint8_t selector) {
    static const int http_statuses[] = {200, 302, 400, 401, 404, 429, 500, 503};
    wrt_err err = {WRT_OK, ""};
    int http_status = http_statuses[selector >> 4 & 7];
    check_refusal(&err, wrt_openai_read_error(&err, http_status, WRT_STR(""), body));
}

static void run_health(wrt_str body, uint8_t selector) {
    wrt_err err = {WRT_OK, ""};
    bool is_ready = false;
    int http_status = (selector & 16) != 0 ? 503 : 200;
    wrt_status status = wrt_native_read_health(&is_ready, http_status, WRT_STR(""), body, &err);
    if (status != WRT_OK)
        check_refusal(&err, status);
    check(!is_ready || http_status == 200);
}

static void run_props(wrt_str body) {
    wrt_native_props props;
    wrt_err err = {WRT_OK, ""};
    wrt_status status = wrt_native_read_props(&props, body, &err);
    if (status != WRT_OK)
        check_refusal(&err, status);
    else
        check(props.n_slots >= -1 && props.n_context >= -1 && wrt_utf8_valid(props.build));
    wrt_native_props_free(&props);
}

static void run_models(wrt_str body) {
    wrt_native_models models;
    wrt_err err = {WRT_OK, ""};
    wrt_status status = wrt_native_read_models(&models, body, &err);
    if (status != WRT_OK)
        check_refusal(&err, status);
    for (size_t i = 0; i < models.n_models; i++)
        check(models.models[i].id.len > 0 && models.models[i].n_vocab >= -1);
    wrt_native_models_free(&models);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const read_function readers[] = {wrt_openai_read_chat,
                                            wrt_openai_read_completion,
                                            wrt_native_read_completion,
                                            read_tokenize,
                                            read_template,
                                            read_stream};
    enum { READERS = sizeof readers / sizeof readers[0] };
    if (size == 0)
        return 0;
    wrt_str body = {(const char *)data + 1, size - 1};
    unsigned kind = data[0] & 15u;
    if (kind < READERS)
        run_reader(readers[kind], body, data[0]);
    else if (kind == READERS)
        run_error(body, data[0]);
    else if (kind == READERS + 1)
        run_health(body, data[0]);
    else if (kind == READERS + 2)
        run_props(body);
    else
        run_models(body);
    return 0;
}
