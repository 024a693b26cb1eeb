/* openai_request.c: requests to /v1/chat/completions and /v1/completions.
 *
 * Each member of the options becomes one member of the JSON, in a fixed order, or is left out. */
#include "llm/http/openai_internal.h"

#include <string.h>

/* ---- constraints ----------------------------------------------------------------------------- */

/* 1 to 64 of A-Z a-z 0-9 _ -, the names that every server takes. */
static bool is_name(const char *name) {
    size_t len = name == NULL ? 0 : strlen(name);
    return len >= 1 && len <= 64 &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == len;
}

static wrt_status check_name(const char *what, const char *name, wrt_err *err) {
    return is_name(name) ? WRT_OK
                         : wrt_fail(err, WRT_E_INPUT,
                                    "%s \"%.64s\" must be 1 to 64 letters, digits, '_' or '-'",
                                    what, name == NULL ? "" : name);
}

static wrt_status check_schema(const char *what, const wrt_json *schema, wrt_err *err) {
    return wrt_json_is(schema, WRT_JSON_OBJECT)
               ? WRT_OK
               : wrt_fail(err, WRT_E_INPUT, "%s must be a JSON object", what);
}

static wrt_status set_response_format(wrt_json *root, const wrt_openai_constraint *constraint,
                                      wrt_err *err) {
    wrt_status status = check_name("schema name", constraint->name, err);
    if (status == WRT_OK)
        status = check_schema("the schema of response_format", constraint->schema, err);
    if (status != WRT_OK)
        return status;
    wrt_json *format = wrt_json_new_object();
    wrt_json *inner = wrt_json_new_object();
    wrt_json_set_text(format, "type", "json_schema");
    wrt_json_set_text(inner, "name", constraint->name);
    wrt_json_set_bool(inner, "strict", constraint->is_strict);
    wrt_json_set(inner, "schema", wrt_json_copy(constraint->schema));
    wrt_json_set(format, "json_schema", inner);
    wrt_json_set(root, "response_format", format);
    return WRT_OK;
}

static wrt_status set_structured(wrt_json *root, const wrt_openai_constraint *constraint,
                                 wrt_err *err) {
    wrt_json *outputs = wrt_json_new_object();
    wrt_json_set(root, "structured_outputs", outputs);
    if (constraint->kind == WRT_OPENAI_STRUCTURED_GRAMMAR)
        return wrt_openai_set_text(outputs, "grammar", constraint->grammar, err);
    if (constraint->kind == WRT_OPENAI_STRUCTURED_CHOICE) {
        if (constraint->n_choices == 0 || constraint->n_choices > WRT_OPENAI_CHOICES_MAX)
            return wrt_fail(err, WRT_E_INPUT, "choice must hold 1 to %d texts, not %zu",
                            (int)WRT_OPENAI_CHOICES_MAX, constraint->n_choices);
        return wrt_openai_set_texts(outputs, "choice", constraint->choices, constraint->n_choices,
                                    err);
    }
    wrt_status status = check_schema("the schema of structured_outputs", constraint->schema, err);
    if (status == WRT_OK)
        wrt_json_set(outputs, "json", wrt_json_copy(constraint->schema));
    return status;
}

static wrt_status set_constraint(wrt_json *root, const wrt_openai_constraint *constraint,
                                 wrt_err *err) {
    switch (constraint->kind) {
    case WRT_OPENAI_FREE:
        return WRT_OK;
    case WRT_OPENAI_RESPONSE_FORMAT:
        return set_response_format(root, constraint, err);
    case WRT_OPENAI_GRAMMAR:
        return wrt_openai_set_text(root, "grammar", constraint->grammar, err);
    case WRT_OPENAI_STRUCTURED_JSON:
    case WRT_OPENAI_STRUCTURED_GRAMMAR:
    case WRT_OPENAI_STRUCTURED_CHOICE:
        return set_structured(root, constraint, err);
    }
    return wrt_fail(err, WRT_E_INPUT, "%d is no kind of constraint", (int)constraint->kind);
}

/* ---- tools ----------------------------------------------------------------------------------- */

static wrt_status push_tool(wrt_json *list, const wrt_openai_tool *tool, wrt_err *err) {
    wrt_json *entry = wrt_json_new_object();
    wrt_json *function = wrt_json_new_object();
    wrt_json_push(list, entry);
    wrt_json_set_text(entry, "type", "function");
    wrt_json_set(entry, "function", function);
    wrt_status status = check_name("tool name", tool->name, err);
    if (status != WRT_OK)
        return status;
    wrt_json_set_text(function, "name", tool->name);
    if (tool->description != NULL)
        status = wrt_openai_set_text(function, "description", wrt_str_of(tool->description), err);
    if (status == WRT_OK && tool->parameters != NULL)
        status = check_schema("parameters", tool->parameters, err);
    if (status != WRT_OK) {
        wrt_err_prefix(err, "tool \"%s\"", tool->name);
        return status;
    }
    if (tool->parameters != NULL)
        wrt_json_set(function, "parameters", wrt_json_copy(tool->parameters));
    if (tool->is_strict)
        wrt_json_set_bool(function, "strict", true);
    return WRT_OK;
}

static bool is_offered(const wrt_openai_tool *tools, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++) {
        if (strcmp(tools[i].name, name) == 0)
            return true;
    }
    return false;
}

static wrt_status set_tool_choice(wrt_json *root, const wrt_openai_chat *chat, wrt_err *err) {
    const char *wanted = chat->tool_choice;
    if (strcmp(wanted, "auto") == 0 || strcmp(wanted, "none") == 0 ||
        strcmp(wanted, "required") == 0) {
        wrt_json_set_text(root, "tool_choice", wanted);
        return WRT_OK;
    }
    if (!is_offered(chat->tools, chat->n_tools, wanted))
        return wrt_fail(err, WRT_E_INPUT,
                        "tool_choice \"%.64s\" must be auto, none, required or a tool's name",
                        wanted);
    wrt_json *choice = wrt_json_new_object();
    wrt_json *function = wrt_json_new_object();
    wrt_json_set_text(choice, "type", "function");
    wrt_json_set_text(function, "name", wanted);
    wrt_json_set(choice, "function", function);
    wrt_json_set(root, "tool_choice", choice);
    return WRT_OK;
}

static wrt_status set_tools(wrt_json *root, const wrt_openai_chat *chat, wrt_err *err) {
    if (chat->n_tools > WRT_OPENAI_TOOLS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%zu tools, at most %d are sent", chat->n_tools,
                        (int)WRT_OPENAI_TOOLS_MAX);
    wrt_status status = WRT_OK;
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < chat->n_tools && status == WRT_OK; i++) {
        status = push_tool(list, &chat->tools[i], err);
        if (status == WRT_OK && is_offered(chat->tools, i, chat->tools[i].name))
            status = wrt_fail(err, WRT_E_INPUT, "tool \"%s\" is there twice", chat->tools[i].name);
    }
    if (chat->n_tools > 0)
        wrt_json_set(root, "tools", list);
    else
        wrt_json_free(list);
    if (status == WRT_OK && chat->tool_choice != NULL)
        status = set_tool_choice(root, chat, err);
    return status;
}

/* ---- requests -------------------------------------------------------------------------------- */

static wrt_status set_model(wrt_json *root, const char *model, wrt_err *err) {
    return model == NULL ? WRT_OK : wrt_openai_set_text(root, "model", wrt_str_of(model), err);
}

static wrt_status set_chat_limit(wrt_json *root, const wrt_openai_chat *chat, wrt_err *err) {
    const char *key = chat->has_completion_limit ? "max_completion_tokens" : "max_tokens";
    if (chat->sampling.max_tokens == 0)
        return wrt_fail(err, WRT_E_INPUT, "%s must be from 1 to %d, not 0", key,
                        (int)WRT_OPENAI_TOKENS_MAX);
    return wrt_openai_set_int(root, key, chat->sampling.max_tokens, WRT_OPENAI_TOKENS_MAX, err);
}

static void set_stream(wrt_json *root, const wrt_openai_chat *chat) {
    if (!chat->is_streamed)
        return;
    wrt_json_set_bool(root, "stream", true);
    if (chat->has_stream_usage) {
        wrt_json *options = wrt_json_new_object();
        wrt_json_set_bool(options, "include_usage", true);
        wrt_json_set(root, "stream_options", options);
    }
}

/* top_logprobs is left out at 0: OpenAI takes either, llama-server reads it as "no log-probs". */
static wrt_status set_chat_logprobs(wrt_json *root, int top_logprobs, wrt_err *err) {
    if (top_logprobs == -1)
        return WRT_OK;
    wrt_json_set_bool(root, "logprobs", true);
    return top_logprobs == 0
               ? WRT_OK
               : wrt_openai_set_int(root, "top_logprobs", top_logprobs, WRT_OPENAI_TOP_MAX, err);
}

wrt_status wrt_openai_write_chat(wrt_buf *out, const wrt_openai_chat *chat, wrt_err *err) {
    wrt_json *root = wrt_json_new_object();
    wrt_status status = set_model(root, chat->model, err);
    if (status == WRT_OK)
        status = wrt_openai_set_messages(root, chat->system, chat->user, err);
    if (status == WRT_OK)
        status = set_chat_limit(root, chat, err);
    if (status == WRT_OK)
        status = wrt_openai_set_sampling(root, &chat->sampling, err);
    if (status == WRT_OK) {
        set_stream(root, chat);
        status = set_chat_logprobs(root, chat->top_logprobs, err);
    }
    if (status == WRT_OK)
        status = set_constraint(root, &chat->constraint, err);
    if (status == WRT_OK)
        status = set_tools(root, chat, err);
    return wrt_openai_write(out, root, status, err);
}

wrt_status wrt_openai_write_completion(wrt_buf *out, const wrt_openai_completion *completion,
                                       wrt_err *err) {
    wrt_json *root = wrt_json_new_object();
    wrt_status status = set_model(root, completion->model, err);
    if (status == WRT_OK)
        status = completion->n_ids > 0
                     ? wrt_openai_set_ids(root, "prompt", completion->ids, completion->n_ids, err)
                     : wrt_openai_set_text(root, "prompt", completion->prompt, err);
    if (status == WRT_OK)
        status = wrt_openai_set_int(root, "max_tokens", completion->sampling.max_tokens,
                                    WRT_OPENAI_TOKENS_MAX, err);
    if (status == WRT_OK)
        status = wrt_openai_set_sampling(root, &completion->sampling, err);
    if (status == WRT_OK && completion->is_echoed)
        wrt_json_set_bool(root, "echo", true);
    if (status == WRT_OK)
        status =
            wrt_openai_set_int(root, "logprobs", completion->logprobs, WRT_OPENAI_TOP_MAX, err);
    if (status == WRT_OK)
        status = wrt_openai_set_int(root, "prompt_logprobs", completion->prompt_logprobs,
                                    WRT_OPENAI_TOP_MAX, err);
    if (status == WRT_OK)
        status = set_constraint(root, &completion->constraint, err);
    return wrt_openai_write(out, root, status, err);
}
