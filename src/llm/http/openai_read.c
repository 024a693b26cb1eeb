/* openai_read.c: checked members of replies.
 *
 * Text becomes JSON in one place (wrt_openai_parse), which also turns away what servers send in
 * place of a result. Every later step takes one member, checks its type and range, and copies it
 * into the reply's arena. */
#include "llm/http/openai_internal.h"

#include <string.h>

static const int64_t count_max = 1000000000; /* tokens; no server has a context of that size */

bool wrt_openai_is_error(const wrt_json *object) {
    const wrt_json *error = wrt_json_get(object, "error");
    if (error != NULL && !wrt_json_is(error, WRT_JSON_NULL))
        return true;
    return strcmp(wrt_json_get_text(object, "object", ""), "error") == 0;
}

/* ---- U+0000 in the text of a token ----------------------------------------------------------- */

/* End of the string whose first quote is at `start`: its last quote, or text.len. */
static size_t string_end(wrt_str text, size_t start) {
    size_t at = start + 1;
    while (at < text.len && text.ptr[at] != '"')
        at += text.ptr[at] == '\\' ? 2 : 1;
    return at < text.len ? at : text.len;
}

/* Puts U+FFFD in the place of each escaped U+0000; both escapes have six bytes. */
static void mask_string(char *text, size_t start, size_t end) {
    for (size_t at = start; at + 6 <= end; at += text[at] == '\\' ? 2 : 1) {
        if (memcmp(text + at, "\\u0000", 6) == 0)
            memcpy(text + at, "\\ufffd", 6);
    }
}

static bool is_token_key(wrt_str name) {
    return wrt_str_equal_c(name, "token") || wrt_str_equal_c(name, "decoded_token");
}

/* Many vocabularies have a token for the byte 0, which shows up wherever all alternatives are
 * listed. Its text is spelt out beside its `bytes` or id, which are what counts, and would make the
 * reader refuse the whole reply. The text of a reply itself is not touched. */
static void mask_tokens(wrt_buf *out, wrt_str body) {
    bool is_token = false;
    wrt_buf_add_str(out, body);
    for (size_t at = 0; at < body.len; at++) {
        if (body.ptr[at] != '"')
            continue;
        size_t end = string_end(body, at);
        size_t next = end + 1;
        while (next < body.len && strchr(" \t\r\n", body.ptr[next]) != NULL)
            next++;
        bool is_key = next < body.len && body.ptr[next] == ':';
        if (is_token && !is_key)
            mask_string(out->ptr, at + 1, end);
        is_token = is_key && is_token_key((wrt_str){body.ptr + at + 1, end - at - 1});
        at = end;
    }
}

static wrt_status parse_body(wrt_json **out, wrt_str body, wrt_err *err) {
    if (memmem(body.ptr, body.len, "\\u0000", 6) == NULL)
        return wrt_json_parse(out, body, err);
    wrt_buf masked = wrt_buf_make(WRT_OPENAI_BODY_MAX);
    mask_tokens(&masked, body);
    wrt_status status = wrt_json_parse(out, wrt_buf_str(&masked), err);
    wrt_buf_free(&masked);
    return status;
}

/* ---- members --------------------------------------------------------------------------------- */

/* A success status says nothing about the body: what is not the JSON object of a result fails. */
wrt_status wrt_openai_parse(wrt_json **out, wrt_str body, wrt_err *err) {
    *out = NULL;
    if (body.len > WRT_OPENAI_BODY_MAX)
        return wrt_fail(err, WRT_E_FAILED, "the reply has %zu bytes, at most %d are read", body.len,
                        (int)WRT_OPENAI_BODY_MAX);
    wrt_str text = wrt_str_trim(body);
    if (text.len == 0 || text.ptr[0] == '<')
        return wrt_fail(err, WRT_E_FAILED, "the server sent %s instead of a JSON reply",
                        text.len == 0 ? "nothing" : "an HTML page");
    wrt_err inner = {WRT_OK, ""};
    if (parse_body(out, body, &inner) != WRT_OK)
        return wrt_fail(err, WRT_E_FAILED, "the server's reply is not JSON: %s", inner.message);
    wrt_status status = WRT_OK;
    if (!wrt_json_is(*out, WRT_JSON_OBJECT))
        status = wrt_fail(err, WRT_E_FAILED, "the server's reply is a JSON %s, not an object",
                          wrt_json_type_name(wrt_json_typeof(*out)));
    else if (wrt_openai_is_error(*out))
        status = wrt_openai_read_error(err, 200, WRT_STR(""), body);
    if (status != WRT_OK) {
        wrt_json_free(*out);
        *out = NULL;
    }
    return status;
}

wrt_str wrt_openai_keep(wrt_arena *arena, wrt_str text) {
    return (wrt_str){wrt_arena_strdup(arena, text.len == 0 ? "" : text.ptr, text.len), text.len};
}

static bool is_absent(const wrt_json *value) {
    return wrt_json_typeof(value) == WRT_JSON_NULL;
}

wrt_status wrt_openai_read_text(wrt_str *out, wrt_arena *arena, const wrt_json *object,
                                const char *key, wrt_err *err) {
    const wrt_json *value = wrt_json_get(object, key);
    if (is_absent(value))
        return WRT_OK;
    const char *text = wrt_json_text(value);
    if (text == NULL)
        return wrt_fail(err, WRT_E_FAILED, "\"%s\" in the reply must be a string, not a JSON %s",
                        key, wrt_json_type_name(wrt_json_typeof(value)));
    wrt_str found = wrt_str_of(text);
    if (found.len > WRT_OPENAI_TEXT_MAX)
        return wrt_fail(err, WRT_E_FAILED, "\"%s\" in the reply has %zu bytes, at most %d are read",
                        key, found.len, (int)WRT_OPENAI_TEXT_MAX);
    *out = wrt_openai_keep(arena, found);
    return WRT_OK;
}

wrt_status wrt_openai_read_count(int64_t *out, const wrt_json *object, const char *key,
                                 wrt_err *err) {
    const wrt_json *value = wrt_json_get(object, key);
    if (is_absent(value))
        return WRT_OK;
    double count = wrt_json_number(value, -1);
    if (!wrt_json_is_integer(value) || count < 0 || count > (double)count_max)
        return wrt_fail(err, WRT_E_FAILED,
                        "\"%s\" in the reply must be a whole number from 0 to %lld", key,
                        (long long)count_max);
    *out = (int64_t)count;
    return WRT_OK;
}

wrt_status wrt_openai_read_id(int32_t *out, const wrt_json *value, wrt_err *err) {
    double id = wrt_json_number(value, -1);
    if (!wrt_json_is_integer(value) || id < 0 || id > INT32_MAX)
        return wrt_fail(err, WRT_E_FAILED,
                        "a token id in the reply must be a whole number from 0 to %d", INT32_MAX);
    *out = (int32_t)id;
    return WRT_OK;
}

wrt_status wrt_openai_read_ids(wrt_openai_reply *out, const wrt_json *list, wrt_err *err) {
    if (!wrt_json_is(list, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_FAILED, "\"tokens\" in the reply must be a list");
    size_t n = wrt_json_count(list);
    if (n > WRT_OPENAI_TOKENS_MAX)
        return wrt_fail(err, WRT_E_FAILED, "the reply lists %zu tokens, at most %d are read", n,
                        (int)WRT_OPENAI_TOKENS_MAX);
    out->ids = wrt_arena_calloc(out->arena, n, sizeof *out->ids);
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(item, list) {
        const wrt_json *id = wrt_json_is(item, WRT_JSON_OBJECT) ? wrt_json_get(item, "id") : item;
        status = wrt_openai_read_id(&out->ids[out->n_ids], id, err);
        if (status != WRT_OK)
            break;
        out->n_ids++;
    }
    return status;
}

wrt_status wrt_openai_read_usage(wrt_openai_usage *out, const wrt_json *root, wrt_err *err) {
    const wrt_json *usage = wrt_json_get(root, "usage");
    if (is_absent(usage))
        return WRT_OK;
    if (!wrt_json_is(usage, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_FAILED, "\"usage\" in the reply must be an object");
    wrt_status status = wrt_openai_read_count(&out->prompt, usage, "prompt_tokens", err);
    if (status == WRT_OK)
        status = wrt_openai_read_count(&out->completion, usage, "completion_tokens", err);
    if (status == WRT_OK)
        status = wrt_openai_read_count(&out->cached, wrt_json_get(usage, "prompt_tokens_details"),
                                       "cached_tokens", err);
    if (status == WRT_OK && out->prompt >= 0 && out->cached > out->prompt)
        status = wrt_fail(err, WRT_E_FAILED,
                          "\"usage\" in the reply counts %lld cached of %lld prompt tokens",
                          (long long)out->cached, (long long)out->prompt);
    return status;
}

wrt_status wrt_openai_read_finish(wrt_openai_reply *out, const wrt_json *choice, wrt_err *err) {
    static const struct {
        const char *word;
        wrt_openai_finish finish;
    } words[] = {
        {"stop", WRT_OPENAI_FINISH_STOP},
        {"length", WRT_OPENAI_FINISH_LENGTH},
        {"tool_calls", WRT_OPENAI_FINISH_TOOL_CALLS},
        {"content_filter", WRT_OPENAI_FINISH_CONTENT_FILTER},
    };
    wrt_str word = {NULL, 0};
    wrt_status status = wrt_openai_read_text(&word, out->arena, choice, "finish_reason", err);
    if (status != WRT_OK || word.len == 0)
        return status;
    if (out->finish_text.len > 0 && !wrt_str_equal(word, out->finish_text))
        return wrt_fail(err, WRT_E_FAILED, "the reply finished twice: \"%.40s\", then \"%.40s\"",
                        out->finish_text.ptr, word.ptr);
    out->finish_text = word;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (wrt_str_equal_c(word, words[i].word))
            out->finish = words[i].finish;
    }
    return WRT_OK;
}

wrt_status wrt_openai_read_choice(const wrt_json **out, const wrt_json *root, wrt_err *err) {
    *out = NULL;
    const wrt_json *choices = wrt_json_get(root, "choices");
    if (!wrt_json_is(choices, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_FAILED,
                        "the reply has no \"choices\": is this an "
                        "OpenAI-style server?");
    const wrt_json *first = wrt_json_first(choices);
    if (first == NULL)
        return WRT_OK;
    if (wrt_json_next(first) != NULL)
        return wrt_fail(err, WRT_E_FAILED, "the reply has %zu choices, one was asked for",
                        wrt_json_count(choices));
    int64_t index = 0;
    wrt_status status = wrt_openai_read_count(&index, first, "index", err);
    if (status == WRT_OK && (!wrt_json_is(first, WRT_JSON_OBJECT) || index != 0))
        status = wrt_fail(err, WRT_E_FAILED, "\"choices\" in the reply must hold choice 0");
    if (status == WRT_OK)
        *out = first;
    return status;
}
