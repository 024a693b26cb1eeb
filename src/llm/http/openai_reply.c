/* openai_reply.c: whole replies of /v1/chat/completions and /v1/completions.
 *
 * A reply is read member by member, then held to what was asked for: one choice, calls of offered
 * tools with object arguments, as many log probabilities as there are tokens. The second half is
 * shared with streamed replies. */
#include "llm/http/openai_internal.h"

#include <stdlib.h>
#include <string.h>

wrt_openai_reply wrt_openai_reply_make(void) {
    wrt_openai_reply reply = {.arena = wrt_arena_new(), .usage = {-1, -1, -1}};
    reply.model = reply.text = reply.refusal = reply.finish_text = WRT_STR("");
    return reply;
}

void wrt_openai_reply_free(wrt_openai_reply *reply) {
    if (reply == NULL)
        return;
    for (size_t i = 0; i < reply->n_calls; i++)
        wrt_json_free(reply->calls[i].arguments);
    wrt_arena_free(reply->arena);
    *reply = (wrt_openai_reply){0};
}

/* ---- checks shared with streams -------------------------------------------------------------- */

static bool is_offered(const wrt_openai_expect *expect, wrt_str name) {
    for (size_t i = 0; i < expect->n_tools; i++) {
        if (wrt_str_equal_c(name, expect->tools[i]))
            return true;
    }
    return false;
}

static wrt_status parse_arguments(wrt_openai_call *call, wrt_str text, bool is_cut, wrt_err *err) {
    wrt_err inner = {WRT_OK, "it is not an object"};
    wrt_status status = wrt_json_parse(&call->arguments, text, &inner);
    if (status == WRT_OK && wrt_json_is(call->arguments, WRT_JSON_OBJECT))
        return WRT_OK;
    wrt_json_free(call->arguments);
    call->arguments = NULL;
    if (status != WRT_OK && is_cut)
        return wrt_fail(err, WRT_E_LIMIT, "the token limit cut the arguments of tool \"%.64s\"",
                        call->name.ptr);
    return wrt_fail(err, WRT_E_FAILED,
                    "the arguments of tool \"%.64s\" must be the text of a JSON object: %s",
                    call->name.ptr, inner.message);
}

wrt_status wrt_openai_close_calls(wrt_openai_reply *out, const wrt_openai_raw_call *raw, size_t n,
                                  const wrt_openai_expect *expect, wrt_err *err) {
    out->calls = wrt_arena_calloc(out->arena, n, sizeof *out->calls);
    for (size_t i = 0; i < n; i++) {
        if (!is_offered(expect, raw[i].name))
            return wrt_fail(err, WRT_E_FAILED,
                            "the model called \"%.64s\", which is not a tool "
                            "that was offered",
                            raw[i].name.ptr);
        wrt_openai_call *call = &out->calls[i];
        call->id = wrt_openai_keep(out->arena, raw[i].id);
        call->name = wrt_openai_keep(out->arena, raw[i].name);
        wrt_status status =
            parse_arguments(call, raw[i].arguments, out->finish == WRT_OPENAI_FINISH_LENGTH, err);
        if (status != WRT_OK)
            return status;
        out->n_calls++;
    }
    return WRT_OK;
}

bool wrt_openai_has_reasoning(const wrt_json *message) {
    return wrt_json_get_text(message, "reasoning_content", "")[0] != '\0' ||
           wrt_json_get_text(message, "reasoning", "")[0] != '\0';
}

wrt_status wrt_openai_check_answer(const wrt_openai_reply *reply, bool has_content,
                                   bool has_reasoning, wrt_err *err) {
    bool is_cut = reply->finish == WRT_OPENAI_FINISH_LENGTH ||
                  reply->finish == WRT_OPENAI_FINISH_CONTENT_FILTER;
    if (reply->text.len > 0 || reply->n_calls > 0 || reply->refusal.len > 0 || is_cut)
        return WRT_OK;
    if (has_reasoning)
        return wrt_fail(err, WRT_E_FAILED, "the model wrote only reasoning, no text");
    return has_content ? WRT_OK
                       : wrt_fail(err, WRT_E_FAILED,
                                  "the message in the reply has no content, no tool call and no "
                                  "refusal");
}

/* The prompt's places, asked for in either way, must be as many as the prompt has tokens. */
static wrt_status check_prompt(const wrt_openai_reply *reply, const wrt_openai_expect *expect,
                               wrt_err *err) {
    if (expect->prompt_logprobs >= 0 &&
        (reply->n_prompt == 0 || (expect->n_prompt > 0 && reply->n_prompt != expect->n_prompt)))
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "the server sent log probabilities of %zu prompt tokens, not of %zu: it "
                        "does not know prompt_logprobs",
                        reply->n_prompt, expect->n_prompt);
    if (expect->is_echoed && expect->top_logprobs >= 0 && reply->n_tokens < expect->n_prompt)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "the server sent log probabilities of %zu tokens for a prompt of %zu: it "
                        "does not know echo",
                        reply->n_tokens, expect->n_prompt);
    return WRT_OK;
}

static wrt_status check_tokens(const wrt_openai_reply *reply, const wrt_openai_expect *expect,
                               wrt_err *err) {
    if (expect->top_logprobs < 0)
        return WRT_OK;
    if (reply->n_tokens == 0 && (reply->text.len > 0 || reply->n_ids > 0))
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "the server sent no log probabilities although they were asked for");
    int64_t most = reply->usage.completion;
    if (most >= 0 && expect->is_echoed)
        most = reply->usage.prompt < 0 ? -1 : most + reply->usage.prompt;
    if (most >= 0 && reply->n_tokens > (size_t)most)
        return wrt_fail(err, WRT_E_FAILED,
                        "the reply has log probabilities of %zu tokens, its usage counts %lld",
                        reply->n_tokens, (long long)most);
    return WRT_OK;
}

wrt_status wrt_openai_close_reply(wrt_openai_reply *out, const wrt_openai_token_list *list,
                                  const wrt_openai_expect *expect, wrt_err *err) {
    out->tokens = wrt_arena_calloc(out->arena, list->n, sizeof *out->tokens);
    if (list->n > 0)
        memcpy(out->tokens, list->items, list->n * sizeof *out->tokens);
    out->n_tokens = list->n;
    bool is_empty = out->text.len == 0 && out->n_calls == 0 && out->refusal.len == 0;
    if (is_empty && out->finish_text.len == 0)
        return wrt_fail(err, WRT_E_FAILED, "the reply holds no text, no call and no finish_reason");
    if (out->finish == WRT_OPENAI_FINISH_TOOL_CALLS && out->n_calls == 0)
        return wrt_fail(err, WRT_E_FAILED,
                        "the reply finished with \"tool_calls\" but holds no call");
    wrt_status status = check_tokens(out, expect, err);
    return status != WRT_OK ? status : check_prompt(out, expect, err);
}

/* ---- a chat reply ---------------------------------------------------------------------------- */

/* {id?, type?, function: {name, arguments}}; the texts are borrowed from the JSON. */
static wrt_status read_call(wrt_openai_raw_call *out, const wrt_json *entry, wrt_err *err) {
    const wrt_json *function = wrt_json_get(entry, "function");
    const char *name = wrt_json_get_text(function, "name", NULL);
    const char *arguments = wrt_json_get_text(function, "arguments", NULL);
    if (strcmp(wrt_json_get_text(entry, "type", "function"), "function") != 0 || name == NULL ||
        arguments == NULL)
        return wrt_fail(err, WRT_E_FAILED,
                        "a tool call in the reply must have a function with \"name\" and "
                        "\"arguments\" as strings");
    *out = (wrt_openai_raw_call){wrt_str_of(wrt_json_get_text(entry, "id", "")), wrt_str_of(name),
                                 wrt_str_of(arguments)};
    if (out->arguments.len > WRT_OPENAI_ARGUMENTS_MAX || out->id.len > WRT_OPENAI_ID_MAX)
        return wrt_fail(err, WRT_E_FAILED,
                        "a tool call in the reply has %zu bytes of arguments and %zu of id, at "
                        "most %d and %d are read",
                        out->arguments.len, out->id.len, (int)WRT_OPENAI_ARGUMENTS_MAX,
                        (int)WRT_OPENAI_ID_MAX);
    return WRT_OK;
}

static wrt_status read_calls(wrt_openai_reply *out, const wrt_json *list,
                             const wrt_openai_expect *expect, wrt_err *err) {
    if (wrt_json_typeof(list) == WRT_JSON_NULL)
        return WRT_OK;
    if (!wrt_json_is(list, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_FAILED, "\"tool_calls\" in the reply must be a list");
    size_t n = wrt_json_count(list);
    if (n > WRT_OPENAI_CALLS_MAX)
        return wrt_fail(err, WRT_E_FAILED, "the reply has %zu tool calls, at most %d are read", n,
                        (int)WRT_OPENAI_CALLS_MAX);
    wrt_openai_raw_call raw[WRT_OPENAI_CALLS_MAX] = {0};
    size_t i = 0;
    WRT_JSON_EACH(entry, list) {
        wrt_status status = read_call(&raw[i++], entry, err);
        if (status != WRT_OK)
            return status;
    }
    return wrt_openai_close_calls(out, raw, n, expect, err);
}

static wrt_status read_message(wrt_openai_reply *out, const wrt_json *message,
                               const wrt_openai_expect *expect, wrt_err *err) {
    if (!wrt_json_is(message, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_FAILED, "the reply has no \"message\"");
    const char *role = wrt_json_get_text(message, "role", "assistant");
    if (strcmp(role, "assistant") != 0)
        return wrt_fail(err, WRT_E_FAILED, "the reply is of role \"%.40s\", not assistant", role);
    wrt_status status = wrt_openai_read_text(&out->text, out->arena, message, "content", err);
    if (status == WRT_OK)
        status = wrt_openai_read_text(&out->refusal, out->arena, message, "refusal", err);
    if (status == WRT_OK)
        status = read_calls(out, wrt_json_get(message, "tool_calls"), expect, err);
    bool has_content = wrt_json_is(wrt_json_get(message, "content"), WRT_JSON_STRING);
    return status == WRT_OK
               ? wrt_openai_check_answer(out, has_content, wrt_openai_has_reasoning(message), err)
               : status;
}

/* What chat and completion replies have in common; *choice is the only one. */
static wrt_status read_frame(wrt_openai_reply *out, const wrt_json **choice, const wrt_json *root,
                             wrt_err *err) {
    wrt_status status = wrt_openai_read_choice(choice, root, err);
    if (status == WRT_OK && *choice == NULL)
        status = wrt_fail(err, WRT_E_FAILED, "\"choices\" in the reply is empty");
    if (status == WRT_OK)
        status = wrt_openai_read_text(&out->model, out->arena, root, "model", err);
    if (status == WRT_OK)
        status = wrt_openai_read_usage(&out->usage, root, err);
    if (status == WRT_OK)
        status = wrt_openai_read_finish(out, *choice, err);
    return status;
}

static wrt_status read_chat(wrt_openai_reply *out, wrt_openai_token_list *list,
                            const wrt_json *root, const wrt_openai_expect *expect, wrt_err *err) {
    const wrt_json *choice = NULL;
    wrt_status status = read_frame(out, &choice, root, err);
    if (status == WRT_OK)
        status = read_message(out, wrt_json_get(choice, "message"), expect, err);
    const wrt_json *content = wrt_json_path(choice, "logprobs.content");
    if (status == WRT_OK && expect->top_logprobs >= 0 && wrt_json_typeof(content) != WRT_JSON_NULL)
        status = wrt_openai_add_tokens(list, out->arena, content, expect->top_logprobs, err);
    return status;
}

/* ---- a completion ---------------------------------------------------------------------------- */

/* Columns, or llama-server's list of objects. */
static wrt_status read_logprobs(wrt_openai_reply *out, wrt_openai_token_list *list,
                                const wrt_json *logprobs, int top_asked, wrt_err *err) {
    if (top_asked < 0 || wrt_json_typeof(logprobs) == WRT_JSON_NULL)
        return WRT_OK;
    const wrt_json *content = wrt_json_get(logprobs, "content");
    return content != NULL ? wrt_openai_add_tokens(list, out->arena, content, top_asked, err)
                           : wrt_openai_add_columns(list, out->arena, logprobs, top_asked, err);
}

static wrt_status read_completion(wrt_openai_reply *out, wrt_openai_token_list *list,
                                  const wrt_json *root, const wrt_openai_expect *expect,
                                  wrt_err *err) {
    const wrt_json *choice = NULL;
    wrt_status status = read_frame(out, &choice, root, err);
    if (status == WRT_OK && !wrt_json_is(wrt_json_get(choice, "text"), WRT_JSON_STRING))
        status = wrt_fail(err, WRT_E_FAILED, "the reply has no \"text\"");
    if (status == WRT_OK)
        status = wrt_openai_read_text(&out->text, out->arena, choice, "text", err);
    if (status == WRT_OK)
        status =
            read_logprobs(out, list, wrt_json_get(choice, "logprobs"), expect->top_logprobs, err);
    const wrt_json *prompt = wrt_json_get(choice, "prompt_logprobs");
    if (prompt == NULL)
        prompt = wrt_json_get(root, "prompt_logprobs");
    if (status == WRT_OK && expect->prompt_logprobs >= 0 &&
        wrt_json_typeof(prompt) != WRT_JSON_NULL)
        status = wrt_openai_read_prompt(out, prompt, expect->prompt_logprobs, err);
    return status;
}

/* ---- both ------------------------------------------------------------------------------------ */

typedef wrt_status (*read_function)(wrt_openai_reply *out, wrt_openai_token_list *list,
                                    const wrt_json *root, const wrt_openai_expect *expect,
                                    wrt_err *err);

static wrt_status read_reply(wrt_openai_reply *out, wrt_str body, const wrt_openai_expect *expect,
                             read_function read, wrt_err *err) {
    wrt_openai_token_list list = {NULL, 0, 0};
    wrt_json *root = NULL;
    *out = wrt_openai_reply_make();
    wrt_status status = wrt_openai_parse(&root, body, err);
    if (status == WRT_OK)
        status = read(out, &list, root, expect, err);
    if (status == WRT_OK)
        status = wrt_openai_close_reply(out, &list, expect, err);
    if (status != WRT_OK)
        wrt_openai_reply_free(out);
    free(list.items);
    wrt_json_free(root);
    return status;
}

wrt_status wrt_openai_read_chat(wrt_openai_reply *out, wrt_str body,
                                const wrt_openai_expect *expect, wrt_err *err) {
    return read_reply(out, body, expect, read_chat, err);
}

wrt_status wrt_openai_read_completion(wrt_openai_reply *out, wrt_str body,
                                      const wrt_openai_expect *expect, wrt_err *err) {
    return read_reply(out, body, expect, read_completion, err);
}
