/* openai_stream.c: a chat reply that arrives in pieces.
 *
 * Each event is one JSON object with a delta; texts, calls and log probabilities grow until a
 * finish_reason and [DONE] have come. Only then is there a reply: a stream that ends earlier is an
 * error whatever it held. Invariant: calls are numbered 0, 1, 2, ... in the order of first
 * appearance, and all data of a stream together stay below WRT_OPENAI_BODY_MAX. */
#include "llm/http/openai_internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    wrt_str id; /* in the reply's arena */
    wrt_str name;
    wrt_buf arguments;
} growing_call;

struct wrt_openai_stream {
    const wrt_openai_expect *expect;
    wrt_openai_reply reply; /* all but texts, calls and tokens */
    wrt_buf text;
    wrt_buf refusal;
    growing_call calls[WRT_OPENAI_CALLS_MAX];
    size_t n_calls;
    wrt_openai_token_list tokens;
    bool has_content; /* a text, maybe empty, has come */
    bool has_reasoning;
    size_t n_bytes; /* of data so far */
    bool is_done;   /* [DONE] has come */
    wrt_status status;
};

wrt_openai_stream *wrt_openai_stream_new(const wrt_openai_expect *expect) {
    wrt_openai_stream *stream = wrt_calloc(1, sizeof *stream);
    stream->expect = expect;
    stream->reply = wrt_openai_reply_make();
    stream->text = wrt_buf_make(WRT_OPENAI_TEXT_MAX);
    stream->refusal = wrt_buf_make(WRT_OPENAI_TEXT_MAX);
    return stream;
}

void wrt_openai_stream_free(wrt_openai_stream *stream) {
    if (stream == NULL)
        return;
    for (size_t i = 0; i < stream->n_calls; i++)
        wrt_buf_free(&stream->calls[i].arguments);
    wrt_openai_reply_free(&stream->reply);
    wrt_buf_free(&stream->text);
    wrt_buf_free(&stream->refusal);
    free(stream->tokens.items);
    free(stream);
}

wrt_str wrt_openai_stream_text(const wrt_openai_stream *stream) {
    return wrt_buf_str(&stream->text);
}

/* Appends the string at `key`, if there is one. */
static wrt_status add_text(wrt_buf *out, const wrt_json *object, const char *key, wrt_err *err) {
    const wrt_json *value = wrt_json_get(object, key);
    if (wrt_json_typeof(value) == WRT_JSON_NULL)
        return WRT_OK;
    if (!wrt_json_is(value, WRT_JSON_STRING))
        return wrt_fail(err, WRT_E_FAILED, "\"%s\" in the stream must be a string", key);
    wrt_buf_add_c(out, wrt_json_text(value));
    return out->overflow ? wrt_fail(err, WRT_E_FAILED, "\"%s\" in the stream grew beyond %zu bytes",
                                    key, out->cap)
                         : WRT_OK;
}

/* Keeps the first value; a later one must be absent, empty or the same. */
static wrt_status keep_once(wrt_str *out, wrt_arena *arena, const wrt_json *object, const char *key,
                            wrt_err *err) {
    const char *text = wrt_json_get_text(object, key, "");
    wrt_str found = wrt_str_of(text);
    if (found.len == 0 || wrt_str_equal(*out, found))
        return WRT_OK;
    if (found.len > WRT_OPENAI_ID_MAX)
        return wrt_fail(err, WRT_E_FAILED,
                        "\"%s\" of a tool call has %zu bytes, at most %d are read", key, found.len,
                        (int)WRT_OPENAI_ID_MAX);
    if (out->len > 0)
        return wrt_fail(err, WRT_E_FAILED,
                        "\"%s\" of a tool call changed from \"%.64s\" to \"%.64s\"", key, out->ptr,
                        text);
    *out = wrt_openai_keep(arena, found);
    return WRT_OK;
}

/* The number of a call must be known or the next new one. */
static wrt_status check_index(const wrt_openai_stream *stream, int64_t index, wrt_err *err) {
    if (index < 0 || index > (int64_t)stream->n_calls)
        return wrt_fail(err, WRT_E_FAILED,
                        "a tool call in the stream must have an \"index\" from 0 to %zu",
                        stream->n_calls);
    return index < WRT_OPENAI_CALLS_MAX
               ? WRT_OK
               : wrt_fail(err, WRT_E_FAILED, "the stream has more than %d tool calls",
                          (int)WRT_OPENAI_CALLS_MAX);
}

static growing_call *take_call(wrt_openai_stream *stream, size_t index) {
    growing_call *call = &stream->calls[index];
    if (index == stream->n_calls) {
        stream->n_calls++;
        *call = (growing_call){WRT_STR(""), WRT_STR(""), wrt_buf_make(WRT_OPENAI_ARGUMENTS_MAX)};
    }
    return call;
}

static wrt_status add_call(wrt_openai_stream *stream, const wrt_json *delta, wrt_err *err) {
    int64_t index = wrt_json_get_int(delta, "index", -1);
    wrt_status status = check_index(stream, index, err);
    if (status != WRT_OK)
        return status;
    growing_call *call = take_call(stream, (size_t)index);
    const wrt_json *function = wrt_json_get(delta, "function");
    status = keep_once(&call->id, stream->reply.arena, delta, "id", err);
    if (status == WRT_OK)
        status = keep_once(&call->name, stream->reply.arena, function, "name", err);
    if (status == WRT_OK)
        status = add_text(&call->arguments, function, "arguments", err);
    return status;
}

static wrt_status add_delta(wrt_openai_stream *stream, const wrt_json *delta, wrt_err *err) {
    const char *role = wrt_json_get_text(delta, "role", "assistant");
    if (strcmp(role, "assistant") != 0 && role[0] != '\0')
        return wrt_fail(err, WRT_E_FAILED, "the stream is of role \"%.40s\", not assistant", role);
    wrt_status status = add_text(&stream->text, delta, "content", err);
    stream->has_content |= wrt_json_is(wrt_json_get(delta, "content"), WRT_JSON_STRING);
    stream->has_reasoning |= wrt_openai_has_reasoning(delta);
    if (status == WRT_OK)
        status = add_text(&stream->refusal, delta, "refusal", err);
    const wrt_json *calls = wrt_json_get(delta, "tool_calls");
    if (status == WRT_OK && wrt_json_typeof(calls) != WRT_JSON_NULL &&
        !wrt_json_is(calls, WRT_JSON_ARRAY))
        status = wrt_fail(err, WRT_E_FAILED, "\"tool_calls\" in the stream must be a list");
    WRT_JSON_EACH(call, calls) {
        if (status != WRT_OK)
            break;
        status = add_call(stream, call, err);
    }
    return status;
}

/* Text or calls after the end would be lost on a reader that stops there. */
static bool is_late(const wrt_openai_stream *stream, const wrt_json *delta) {
    return stream->reply.finish_text.len > 0 &&
           (wrt_json_get_text(delta, "content", "")[0] != '\0' ||
            wrt_json_count(wrt_json_get(delta, "tool_calls")) > 0);
}

static wrt_status add_choice(wrt_openai_stream *stream, const wrt_json *choice, wrt_err *err) {
    const wrt_json *delta = wrt_json_get(choice, "delta");
    if (!wrt_json_is(delta, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_FAILED, "a choice in the stream has no \"delta\"");
    if (is_late(stream, delta))
        return wrt_fail(err, WRT_E_FAILED, "the stream goes on after its finish_reason");
    wrt_status status = add_delta(stream, delta, err);
    const wrt_json *content = wrt_json_path(choice, "logprobs.content");
    if (status == WRT_OK && stream->expect->top_logprobs >= 0 &&
        wrt_json_typeof(content) != WRT_JSON_NULL)
        status = wrt_openai_add_tokens(&stream->tokens, stream->reply.arena, content,
                                       stream->expect->top_logprobs, err);
    if (status == WRT_OK)
        status = wrt_openai_read_finish(&stream->reply, choice, err);
    return status;
}

static wrt_status add_chunk(wrt_openai_stream *stream, const wrt_json *root, wrt_err *err) {
    const wrt_json *choice = NULL;
    wrt_status status = wrt_openai_read_choice(&choice, root, err);
    if (status == WRT_OK && choice != NULL)
        status = add_choice(stream, choice, err);
    if (status == WRT_OK && stream->reply.model.len == 0)
        status =
            wrt_openai_read_text(&stream->reply.model, stream->reply.arena, root, "model", err);
    if (status == WRT_OK)
        status = wrt_openai_read_usage(&stream->reply.usage, root, err);
    return status;
}

static wrt_status feed(wrt_openai_stream *stream, wrt_str data, wrt_err *err) {
    if (stream->is_done)
        return wrt_fail(err, WRT_E_FAILED, "the stream goes on after [DONE]");
    if (data.len > WRT_OPENAI_BODY_MAX - stream->n_bytes)
        return wrt_fail(err, WRT_E_FAILED, "the stream is larger than %d bytes",
                        (int)WRT_OPENAI_BODY_MAX);
    stream->n_bytes += data.len;
    if (wrt_str_equal_c(wrt_str_trim(data), "[DONE]")) {
        stream->is_done = true;
        return WRT_OK;
    }
    wrt_json *root = NULL;
    wrt_status status = wrt_openai_parse(&root, data, err);
    if (status == WRT_OK)
        status = add_chunk(stream, root, err);
    wrt_json_free(root);
    return status;
}

wrt_status wrt_openai_stream_feed(wrt_openai_stream *stream, wrt_str data, wrt_err *err) {
    if (stream->status == WRT_OK)
        stream->status = feed(stream, data, err);
    return stream->status;
}

static wrt_status close_stream(wrt_openai_stream *stream, wrt_err *err) {
    wrt_openai_reply *reply = &stream->reply;
    wrt_openai_raw_call raw[WRT_OPENAI_CALLS_MAX] = {0};
    if (!stream->is_done)
        return wrt_fail(err, WRT_E_UNAVAILABLE, "the stream broke off before its end ([DONE])");
    if (reply->finish_text.len == 0)
        return wrt_fail(err, WRT_E_FAILED, "the stream ended without a finish_reason");
    reply->text = wrt_openai_keep(reply->arena, wrt_buf_str(&stream->text));
    reply->refusal = wrt_openai_keep(reply->arena, wrt_buf_str(&stream->refusal));
    for (size_t i = 0; i < stream->n_calls; i++)
        raw[i] = (wrt_openai_raw_call){stream->calls[i].id, stream->calls[i].name,
                                       wrt_buf_str(&stream->calls[i].arguments)};
    wrt_status status = wrt_openai_close_calls(reply, raw, stream->n_calls, stream->expect, err);
    if (status == WRT_OK)
        status = wrt_openai_check_answer(reply, stream->has_content, stream->has_reasoning, err);
    return status != WRT_OK ? status
                            : wrt_openai_close_reply(reply, &stream->tokens, stream->expect, err);
}

wrt_status wrt_openai_stream_finish(wrt_openai_reply *out, wrt_openai_stream *stream,
                                    wrt_err *err) {
    *out = (wrt_openai_reply){0};
    if (stream->status == WRT_OK)
        stream->status = close_stream(stream, err);
    if (stream->status != WRT_OK)
        return stream->status;
    *out = stream->reply;
    stream->reply = (wrt_openai_reply){0};
    stream->status = WRT_E_FAILED; /* nothing is left to feed or to hand out */
    return WRT_OK;
}
