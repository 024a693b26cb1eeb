/* result.c: checking and completing what a tool returned.
 *
 * The envelope is itself a schema, so a wrong member is named as a wrong argument would be. What a
 * tool may leave out is filled in: coverage counts the items of data, the total is unknown. */
#include "agent/host/result.h"

#include "base/schema.h"

#include <string.h>

static const char envelope_schema[] =
    "{\"type\":\"object\",\"required\":[\"status\"],\"additionalProperties\":false,\"properties\":{"
    "\"status\":{\"enum\":[\"ok\",\"empty\",\"partial\",\"truncated\",\"gated\",\"error\"]},"
    "\"data\":{},"
    "\"coverage\":{\"type\":\"object\",\"required\":[\"seen\",\"total\"],"
    "\"additionalProperties\":false,\"properties\":{"
    "\"seen\":{\"type\":\"integer\",\"minimum\":0},"
    "\"total\":{\"type\":[\"integer\",\"null\"],\"minimum\":0}}},"
    "\"source\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"id\",\"version\",\"license\"],\"additionalProperties\":false,\"properties\":{"
    "\"id\":{\"type\":\"string\",\"minLength\":1},\"version\":{\"type\":[\"string\",\"null\"]},"
    "\"license\":{\"type\":[\"string\",\"null\"]}}}},"
    "\"echo\":{\"type\":\"object\"},"
    "\"warnings\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
    "\"error\":{\"type\":\"object\",\"required\":[\"code\",\"message\"],"
    "\"additionalProperties\":false,\"properties\":{"
    "\"code\":{\"type\":\"string\",\"pattern\":\"^[a-z][a-z0-9_]{0,63}$\"},"
    "\"message\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":4000}}}}}";

static wrt_status check_envelope(const wrt_json *raw, wrt_err *err) {
    wrt_json *schema = NULL;
    wrt_status status = wrt_json_parse(&schema, wrt_str_of(envelope_schema), err);
    if (status == WRT_OK)
        status = wrt_schema_validate(schema, raw, "result", err);
    wrt_json_free(schema);
    return status;
}

static wrt_status check_data(const wrt_json *raw, const wrt_json *schema, wrt_err *err) {
    const wrt_json *data = wrt_json_get(raw, "data");
    bool has_error = wrt_json_get(raw, "error") != NULL;
    if (strcmp(wrt_json_get_text(raw, "status", ""), "error") == 0) {
        if (!has_error)
            return wrt_fail(err, WRT_E_INPUT,
                            "result.error: required with status error, found "
                            "nothing");
        return WRT_OK;
    }
    if (has_error)
        return wrt_fail(err, WRT_E_INPUT, "result.error: wanted none unless status is error");
    if (data == NULL)
        return wrt_fail(err, WRT_E_INPUT, "result.data: required field, found nothing");
    return wrt_schema_validate(schema, data, "result.data", err);
}

static wrt_json *counted_coverage(const wrt_json *data) {
    wrt_json *coverage = wrt_json_new_object();
    bool is_list = wrt_json_is(data, WRT_JSON_ARRAY);
    bool is_nothing = data == NULL || wrt_json_is(data, WRT_JSON_NULL);
    wrt_json_set_int(coverage, "seen",
                     is_list ? (int64_t)wrt_json_count(data) : (is_nothing ? 0 : 1));
    wrt_json_set(coverage, "total", wrt_json_new_null());
    return coverage;
}

/* Copies of `value`, or of the fallback, or an empty container. */
static wrt_json *copy_or(const wrt_json *value, const wrt_json *fallback, wrt_json_type type) {
    if (value != NULL)
        return wrt_json_copy(value);
    if (wrt_json_is(fallback, type))
        return wrt_json_copy(fallback);
    return type == WRT_JSON_ARRAY ? wrt_json_new_array() : wrt_json_new_object();
}

wrt_status wrt_result_complete(wrt_json **out, const wrt_json *raw,
                               const wrt_result_defaults *defaults, wrt_err *err) {
    *out = NULL;
    wrt_status status = check_envelope(raw, err);
    if (status == WRT_OK)
        status = check_data(raw, defaults->data_schema, err);
    if (status != WRT_OK)
        return status;
    wrt_json *result = wrt_json_new_object();
    const wrt_json *data = wrt_json_get(raw, "data"), *coverage = wrt_json_get(raw, "coverage");
    wrt_json_set_text(result, "status", wrt_json_get_text(raw, "status", "error"));
    wrt_json_set(result, "data", data != NULL ? wrt_json_copy(data) : wrt_json_new_null());
    wrt_json_set(result, "coverage",
                 coverage != NULL ? wrt_json_copy(coverage) : counted_coverage(data));
    wrt_json_set(result, "source",
                 copy_or(wrt_json_get(raw, "source"), defaults->source, WRT_JSON_ARRAY));
    wrt_json_set(result, "echo",
                 copy_or(wrt_json_get(raw, "echo"), defaults->args, WRT_JSON_OBJECT));
    wrt_json_set(result, "warnings", copy_or(wrt_json_get(raw, "warnings"), NULL, WRT_JSON_ARRAY));
    if (wrt_json_get(raw, "error") != NULL)
        wrt_json_set(result, "error", wrt_json_copy(wrt_json_get(raw, "error")));
    *out = result;
    return WRT_OK;
}

wrt_json *wrt_result_error(const char *code, const char *message, const wrt_json *args) {
    wrt_json *result = wrt_json_new_object(), *error = wrt_json_new_object();
    wrt_json_set_text(error, "code", code);
    wrt_json_set_text(error, "message", message);
    wrt_json_set_text(result, "status", "error");
    wrt_json_set(result, "data", wrt_json_new_null());
    wrt_json_set(result, "coverage", counted_coverage(NULL));
    wrt_json_set(result, "source", wrt_json_new_array());
    wrt_json_set(result, "echo", copy_or(NULL, args, WRT_JSON_OBJECT));
    wrt_json_set(result, "warnings", wrt_json_new_array());
    wrt_json_set(result, "error", error);
    return result;
}
