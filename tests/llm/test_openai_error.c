/* test_openai_error.c: answers that are not a success, in every form that servers give them. */
#include "llm/http/openai.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <string.h>

typedef struct {
    int http_status;
    const char *body;
    wrt_status status;
    const char *message;
} error_case;

static void check(const error_case *given, const char *content_type) {
    wrt_err err = {WRT_OK, ""};
    wrt_status status = wrt_openai_read_error(&err, given->http_status, wrt_str_of(content_type),
                                              wrt_str_of(given->body));
    if (status != given->status || err.code != status || strcmp(err.message, given->message) != 0)
        fail_msg("%d \"%s\" for %d %s", status, err.message, given->http_status, given->body);
}

static void check_all(const error_case *cases, size_t n) {
    for (size_t i = 0; i < n; i++)
        check(&cases[i], "application/json");
}

static void error_gives_status_of_each_http_status(void **state) {
    (void)state;
    static const error_case cases[] = {
        {400, "{\"error\":{\"message\":\"m\"}}", WRT_E_INPUT, "the server answered HTTP 400: m"},
        {404, "{\"error\":{\"message\":\"m\"}}", WRT_E_INPUT, "the server answered HTTP 404: m"},
        {422, "{\"error\":{\"message\":\"m\"}}", WRT_E_INPUT, "the server answered HTTP 422: m"},
        {408, "{\"error\":{\"message\":\"m\"}}", WRT_E_UNAVAILABLE,
         "the server answered HTTP 408: m"},
        {429, "{\"error\":{\"message\":\"m\"}}", WRT_E_UNAVAILABLE,
         "the server answered HTTP 429: m"},
        {500, "{\"error\":{\"message\":\"m\"}}", WRT_E_UNAVAILABLE,
         "the server answered HTTP 500: m"},
        {503, "{\"error\":{\"message\":\"m\"}}", WRT_E_UNAVAILABLE,
         "the server answered HTTP 503: m"},
        {599, "{\"error\":{\"message\":\"m\"}}", WRT_E_UNAVAILABLE,
         "the server answered HTTP 599: m"},
        {501,
         "{\"error\":{\"code\":501,\"message\":\"This server does not support embeddings\","
         "\"type\":\"not_supported_error\"}}",
         WRT_E_UNSUPPORTED,
         "the server answered HTTP 501: This server does not support embeddings"},
        {302, "", WRT_E_FAILED, "the server answered with an error: it said nothing else"},
        {200, "{}", WRT_E_FAILED, "the server answered with an error: {}"},
    };
    check_all(cases, sizeof cases / sizeof cases[0]);
}

/* OpenAI quotes a part of a wrong key; what another server quotes is not known. */
static void error_keeps_quiet_when_key_is_refused(void **state) {
    (void)state;
    static const error_case cases[] = {
        {401,
         "{\"error\":{\"message\":\"Incorrect API key provided: sk-secret\",\"type\":"
         "\"invalid_request_error\",\"param\":null,\"code\":\"invalid_api_key\"}}",
         WRT_E_CREDENTIAL, "the server refused the key, or access with it (HTTP 401)"},
        {401,
         "{\"error\":{\"message\":\"Invalid API Key\",\"type\":\"authentication_error\",\"code\":"
         "401}}",
         WRT_E_CREDENTIAL, "the server refused the key, or access with it (HTTP 401)"},
        {403, "sk-secret: maximum context length is 5 tokens", WRT_E_CREDENTIAL,
         "the server refused the key, or access with it (HTTP 403)"},
        {200, "{\"error\":{\"message\":\"sk-secret\",\"code\":401}}", WRT_E_CREDENTIAL,
         "the server refused the key, or access with it (HTTP 401)"},
    };
    check_all(cases, sizeof cases / sizeof cases[0]);
}

static void error_reads_message_in_any_form(void **state) {
    (void)state;
    static const error_case cases[] = {
        {404, "{\"error\":\"model 'qwen' not found, try pulling it first\"}", WRT_E_INPUT,
         "the server answered HTTP 404: model 'qwen' not found, try pulling it first"},
        {404, "{\"detail\":\"Not Found\"}", WRT_E_INPUT, "the server answered HTTP 404: Not Found"},
        {422,
         "{\"detail\":[{\"type\":\"int_parsing\",\"loc\":[\"body\",\"max_tokens\"],\"msg\":"
         "\"Input should be a valid integer\",\"input\":\"x\"}]}",
         WRT_E_INPUT, "the server answered HTTP 422: max_tokens: Input should be a valid integer"},
        {422, "{\"detail\":[]}", WRT_E_INPUT,
         "the server answered HTTP 422: the request is malformed"},
        {422, "{\"detail\":{\"message\":\"m\"}}", WRT_E_INPUT, "the server answered HTTP 422: m"},
        {404,
         "{\"object\":\"error\",\"message\":\"The model `x` does not exist.\",\"type\":"
         "\"NotFoundError\",\"param\":null,\"code\":404}",
         WRT_E_INPUT, "the server answered HTTP 404: The model `x` does not exist."},
        {400, "{\"message\":\"m\"}", WRT_E_INPUT, "the server answered HTTP 400: m"},
        {400, "{\"error\":{}}", WRT_E_INPUT, "the server answered HTTP 400: {\"error\":{}}"},
        {400, "{\"error\":null,\"message\":\"m\"}", WRT_E_INPUT, "the server answered HTTP 400: m"},
        {400, "\"m\"", WRT_E_INPUT, "the server answered HTTP 400: m"},
        {502, "upstream\nconnect \x1b[31merror", WRT_E_UNAVAILABLE,
         "the server answered HTTP 502: upstream?connect ?[31merror"},
        {502, " \n<html><body>Bad Gateway</body></html>", WRT_E_UNAVAILABLE,
         "the server answered HTTP 502: it sent an HTML page, as a proxy or another kind of "
         "server does"},
        {502, "", WRT_E_UNAVAILABLE, "the server answered HTTP 502: it said nothing else"},
        {400, "{\"error\":", WRT_E_INPUT, "the server answered HTTP 400: {\"error\":"},
        {400, "{\"error\":{\"message\":7}}", WRT_E_INPUT,
         "the server answered HTTP 400: {\"error\":{\"message\":7}}"},
    };
    check_all(cases, sizeof cases / sizeof cases[0]);
    static const error_case page = {404, "Not here", WRT_E_INPUT,
                                    "the server answered HTTP 404: it sent an HTML page, as a "
                                    "proxy or another kind of server does"};
    check(&page, "Text/HTML; charset=utf-8");
}

static void error_says_what_fits_when_prompt_is_too_long(void **state) {
    (void)state;
    static const error_case cases[] = {
        {400,
         "{\"error\":{\"code\":400,\"message\":\"request (5000 tokens) exceeds the available "
         "context size (4096 tokens), try increasing it\",\"type\":\"exceed_context_size_error\","
         "\"n_prompt_tokens\":5000,\"n_ctx\":4096}}",
         WRT_E_LIMIT, "the request needs 5000 tokens, the server's context holds 4096"},
        {400,
         "{\"error\":{\"message\":\"request (70 tokens) exceeds the available context size (64 "
         "tokens), try increasing it\"}}",
         WRT_E_LIMIT, "the request needs 70 tokens, the server's context holds 64"},
        {400,
         "{\"error\":{\"message\":\"This model's maximum context length is 4097 tokens. However, "
         "your messages resulted in 5010 tokens. Please reduce the length of the messages.\","
         "\"type\":\"invalid_request_error\",\"param\":\"messages\",\"code\":"
         "\"context_length_exceeded\"}}",
         WRT_E_LIMIT, "the request needs 5010 tokens, the server's context holds 4097"},
        {400,
         "{\"object\":\"error\",\"message\":\"This model's maximum context length is 2048 tokens. "
         "However, you requested 2117 tokens (2101 in the messages, 16 in the completion).\","
         "\"type\":\"BadRequestError\",\"param\":null,\"code\":400}",
         WRT_E_LIMIT, "the request needs 2117 tokens, the server's context holds 2048"},
        {400,
         "{\"error\":{\"message\":\"The decoder prompt (length 9000) is longer than the maximum "
         "model length of 2048.\",\"type\":\"BadRequestError\",\"code\":400}}",
         WRT_E_LIMIT, "the request needs 9000 tokens, the server's context holds 2048"},
        {400, "{\"error\":{\"message\":\"too long\",\"code\":\"context_length_exceeded\"}}",
         WRT_E_LIMIT, "the request does not fit the server's context: too long"},
        {400, "{\"error\":{\"message\":\"maximum context length is 99999999999999999999\"}}",
         WRT_E_LIMIT,
         "the request does not fit the server's context: maximum context length is "
         "99999999999999999999"},
        {400, "{\"error\":{\"message\":\"maximum context length is 8\",\"n_ctx\":-1}}", WRT_E_LIMIT,
         "the request does not fit the server's context of 8 tokens: maximum context length is 8"},
        {500, "{\"error\":{\"message\":\"Context size has been exceeded.\"}}", WRT_E_LIMIT,
         "the request does not fit the server's context: Context size has been exceeded."},
    };
    check_all(cases, sizeof cases / sizeof cases[0]);
}

static void error_goes_by_type_when_http_status_is_success(void **state) {
    (void)state;
    static const error_case cases[] = {
        {200, "{\"error\":{\"message\":\"m\",\"type\":\"overloaded_error\"}}", WRT_E_UNAVAILABLE,
         "the server answered with an error: m"},
        {200, "{\"error\":{\"message\":\"m\",\"type\":\"not_supported_error\"}}", WRT_E_UNSUPPORTED,
         "the server answered with an error: m"},
        {200, "{\"error\":{\"message\":\"m\",\"type\":\"new_kind\"}}", WRT_E_FAILED,
         "the server answered with an error: m"},
        {200, "{\"error\":{\"message\":\"m\",\"code\":429}}", WRT_E_UNAVAILABLE,
         "the server answered HTTP 429: m"},
        {400, "{\"error\":{\"message\":\"m\",\"code\":500}}", WRT_E_INPUT,
         "the server answered HTTP 400: m"},
    };
    check_all(cases, sizeof cases / sizeof cases[0]);
}

static void error_cuts_message_when_long(void **state) {
    (void)state;
    wrt_err err = {WRT_OK, ""};
    wrt_buf body = wrt_buf_make(WRT_MIB(4));
    while (body.len < WRT_MIB(2))
        wrt_buf_add_c(&body, "aaaaaaaaaa");
    assert_int_equal(wrt_openai_read_error(&err, 500, WRT_STR(""), wrt_buf_str(&body)),
                     WRT_E_UNAVAILABLE);
    assert_int_equal(strlen(err.message), strlen("the server answered HTTP 500: ") + 300);
    assert_int_equal(wrt_openai_read_error(NULL, 500, WRT_STR(""), wrt_buf_str(&body)),
                     WRT_E_UNAVAILABLE);
    wrt_buf_free(&body);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_gives_status_of_each_http_status),
        cmocka_unit_test(error_keeps_quiet_when_key_is_refused),
        cmocka_unit_test(error_reads_message_in_any_form),
        cmocka_unit_test(error_says_what_fits_when_prompt_is_too_long),
        cmocka_unit_test(error_goes_by_type_when_http_status_is_success),
        cmocka_unit_test(error_cuts_message_when_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
