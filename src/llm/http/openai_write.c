/* openai_write.c: checked members of requests.
 *
 * The JSON builder asserts that its texts are UTF-8 without U+0000; prompts and grammars come from
 * outside, so each is checked here before it reaches the builder. */
#include "llm/http/openai_internal.h"

#include <string.h>

wrt_status wrt_openai_check_text(const char *name, wrt_str text, wrt_err *err) {
    if (text.len == 0)
        return wrt_fail(err, WRT_E_INPUT, "%s must not be empty", name);
    if (!wrt_utf8_valid(text) || memchr(text.ptr, '\0', text.len) != NULL)
        return wrt_fail(err, WRT_E_INPUT, "%s must be UTF-8 text without U+0000", name);
    return WRT_OK;
}

wrt_status wrt_openai_check_int(const char *name, int64_t value, int64_t most, wrt_err *err) {
    if (value < 0 || value > most)
        return wrt_fail(err, WRT_E_INPUT, "%s must be from 0 to %lld, not %lld", name,
                        (long long)most, (long long)value);
    return WRT_OK;
}

wrt_status wrt_openai_set_text(wrt_json *object, const char *key, wrt_str text, wrt_err *err) {
    wrt_status status = wrt_openai_check_text(key, text, err);
    if (status == WRT_OK)
        wrt_json_set(object, key, wrt_json_new_text(text));
    return status;
}

wrt_status wrt_openai_set_int(wrt_json *object, const char *key, int64_t value, int64_t most,
                              wrt_err *err) {
    if (value == -1)
        return WRT_OK;
    wrt_status status = wrt_openai_check_int(key, value, most, err);
    if (status == WRT_OK)
        wrt_json_set_int(object, key, value);
    return status;
}

wrt_status wrt_openai_set_texts(wrt_json *object, const char *key, const wrt_str *texts, size_t n,
                                wrt_err *err) {
    wrt_json *list = wrt_json_new_array();
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        status = wrt_openai_check_text(key, texts[i], err);
        if (status == WRT_OK)
            wrt_json_push(list, wrt_json_new_text(texts[i]));
    }
    wrt_json_set(object, key, list);
    return status;
}

wrt_status wrt_openai_set_ids(wrt_json *object, const char *key, const int32_t *ids, size_t n,
                              wrt_err *err) {
    if (n > WRT_OPENAI_TOKENS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%s holds %zu tokens, at most %d are sent", key, n,
                        (int)WRT_OPENAI_TOKENS_MAX);
    wrt_json *list = wrt_json_new_array();
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        status = wrt_openai_check_int("a token id", ids[i], INT32_MAX, err);
        if (status == WRT_OK)
            wrt_json_push(list, wrt_json_new_int(ids[i]));
    }
    wrt_json_set(object, key, list);
    return status;
}

/* Sets a number from 0 to `most`; a negative one is left out, and NaN is refused. */
static wrt_status set_number(wrt_json *object, const char *key, double value, double most,
                             wrt_err *err) {
    if (value < 0)
        return WRT_OK;
    if (!(value <= most))
        return wrt_fail(err, WRT_E_INPUT, "%s must be from 0 to %g", key, most);
    wrt_json_set_number(object, key, value);
    return WRT_OK;
}

wrt_status wrt_openai_set_sampling(wrt_json *object, const wrt_openai_sampling *sampling,
                                   wrt_err *err) {
    wrt_status status = set_number(object, "temperature", sampling->temperature, 2, err);
    if (status == WRT_OK && sampling->top_p == 0)
        status = wrt_fail(err, WRT_E_INPUT, "top_p must be above 0, at most 1");
    if (status == WRT_OK)
        status = set_number(object, "top_p", sampling->top_p, 1, err);
    if (status == WRT_OK && sampling->seed >= 0)
        status = wrt_openai_set_int(object, "seed", sampling->seed, (1LL << 53) - 1, err);
    if (status == WRT_OK && sampling->has_no_cut) {
        wrt_json_set_int(object, "top_k", 0);
        wrt_json_set_int(object, "min_p", 0);
    }
    if (status != WRT_OK || sampling->n_stop == 0)
        return status;
    if (sampling->n_stop > WRT_OPENAI_STOP_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%zu stop texts, at most %d are sent", sampling->n_stop,
                        (int)WRT_OPENAI_STOP_MAX);
    return wrt_openai_set_texts(object, "stop", sampling->stop, sampling->n_stop, err);
}

static wrt_status push_message(wrt_json *list, const char *role, wrt_str content, wrt_err *err) {
    wrt_json *message = wrt_json_new_object();
    wrt_json_push(list, message);
    wrt_json_set_text(message, "role", role);
    wrt_status status = wrt_openai_set_text(message, "content", content, err);
    if (status != WRT_OK)
        wrt_err_prefix(err, "message of the %s", role);
    return status;
}

wrt_status wrt_openai_set_messages(wrt_json *object, wrt_str system, wrt_str user, wrt_err *err) {
    wrt_json *list = wrt_json_new_array();
    wrt_json_set(object, "messages", list);
    wrt_status status = system.len == 0 ? WRT_OK : push_message(list, "system", system, err);
    return status != WRT_OK ? status : push_message(list, "user", user, err);
}

wrt_status wrt_openai_write(wrt_buf *out, wrt_json *request, wrt_status status, wrt_err *err) {
    if (status == WRT_OK) {
        wrt_json_write(out, request);
        if (out->overflow)
            status = wrt_fail(err, WRT_E_LIMIT, "the request is larger than %zu bytes", out->cap);
    }
    wrt_json_free(request);
    return status;
}
