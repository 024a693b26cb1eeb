/* test_openai_stream.c: chat replies that arrive in pieces.
 *
 * Each stream goes through the event reader as the bytes of a server, split in different ways; the
 * bodies have the shapes that llama-server 0.5.0, vLLM, Ollama and OpenAI document. Every proper
 * prefix of a stream must be an error. */
#include "llm/http/openai.h"
#include "llm/http/sse.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <string.h>

static const char *const tool_names[] = {"pubmed_search", "stop"};

typedef struct {
    wrt_openai_stream *stream;
    wrt_err *err;
} feeder;

static wrt_status pass_on(wrt_str event, wrt_str data, void *ctx) {
    feeder *self = ctx;
    (void)event;
    return wrt_openai_stream_feed(self->stream, data, self->err);
}

static wrt_openai_expect expect_tools(void) {
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    expect.tools = tool_names;
    expect.n_tools = 2;
    return expect;
}

/* Reads a whole stream in pieces of `step` bytes. */
static wrt_status read_stream(wrt_openai_reply *out, wrt_str bytes, size_t step,
                              const wrt_openai_expect *expect, wrt_err *err) {
    feeder self = {wrt_openai_stream_new(expect), err};
    wrt_sse sse = wrt_sse_make(WRT_MIB(1), pass_on, &self);
    wrt_status status = WRT_OK;
    while (bytes.len > 0 && status == WRT_OK) {
        size_t len = step < bytes.len ? step : bytes.len;
        status = wrt_sse_feed(&sse, (wrt_str){bytes.ptr, len}, err);
        bytes = (wrt_str){bytes.ptr + len, bytes.len - len};
    }
    bool is_whole = status == WRT_OK;
    wrt_status finished = wrt_openai_stream_finish(out, self.stream, is_whole ? err : NULL);
    assert_true(is_whole || finished != WRT_OK);
    wrt_openai_stream_free(self.stream);
    wrt_sse_free(&sse);
    return is_whole ? finished : status;
}

/* The reply, which must not depend on the pieces; no proper prefix may give one. */
static wrt_openai_reply read_good(const char *text, wrt_openai_expect expect) {
    wrt_openai_reply reply;
    wrt_str bytes = wrt_str_of(text);
    for (size_t len = 0; len < bytes.len - 1; len++) {
        wrt_status status = read_stream(&reply, (wrt_str){text, len}, bytes.len, &expect, NULL);
        assert_int_equal(status, WRT_E_UNAVAILABLE);
        assert_null(reply.arena);
    }
    for (size_t step = 1; step < 8; step++) {
        assert_int_equal(read_stream(&reply, bytes, step, &expect, NULL), WRT_OK);
        wrt_openai_reply_free(&reply);
    }
    wrt_err err = {WRT_OK, ""};
    if (read_stream(&reply, bytes, bytes.len, &expect, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return reply;
}

static void refuse(const char *text, wrt_openai_expect expect, wrt_status status,
                   const char *message) {
    wrt_openai_reply reply;
    wrt_err err = {WRT_OK, ""};
    wrt_status found = read_stream(&reply, wrt_str_of(text), 5, &expect, &err);
    if (found != status || strcmp(err.message, message) != 0)
        fail_msg("%d \"%s\" for %s", found, err.message, text);
    assert_null(reply.arena);
}

static void check_text(wrt_str found, const char *expected) {
    assert_int_equal(found.len, strlen(expected));
    assert_memory_equal(found.ptr, expected, found.len);
}

#define DONE   "data: [DONE]\n\n"
#define FINISH "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"

static void stream_reads_text_of_llama_server(void **state) {
    (void)state;
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    expect.top_logprobs = 1;
    wrt_openai_reply reply = read_good(
        "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"role\":\"assistant\","
        "\"content\":null}}],\"created\":1764000000,\"id\":\"chatcmpl-a\",\"model\":\"tiny.gguf\","
        "\"system_fingerprint\":\"b1\",\"object\":\"chat.completion.chunk\"}\n\n"
        "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"content\":\"Yes\"},"
        "\"logprobs\":{\"content\":[{\"id\":9820,\"token\":\"Yes\",\"bytes\":[89,101,115],"
        "\"logprob\":-0.25,\"top_logprobs\":[{\"id\":9820,\"token\":\"Yes\",\"bytes\":[89,101,115],"
        "\"logprob\":-0.25}]}]}}],\"model\":\"tiny.gguf\"}\n\n"
        ": ping\n\n"
        "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"content\":"
        "\" \\u2013\"},\"logprobs\":{\"content\":[{\"id\":784,\"token\":\" \\u2013\",\"bytes\":[32,"
        "226,128,147],\"logprob\":-1.75,\"top_logprobs\":[]}]}}],\"model\":\"tiny.gguf\"}\n\n"
        "data: {\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}],\"model\":"
        "\"tiny.gguf\"}\n\n"
        "data: {\"choices\":[],\"model\":\"tiny.gguf\",\"usage\":{\"completion_tokens\":3,"
        "\"prompt_tokens\":21,\"total_tokens\":24,\"prompt_tokens_details\":{\"cached_tokens\":20}}"
        ",\"timings\":{\"cache_n\":20}}\n\n" DONE,
        expect);
    check_text(reply.text, "Yes \xE2\x80\x93");
    check_text(reply.model, "tiny.gguf");
    assert_int_equal(reply.finish, WRT_OPENAI_FINISH_STOP);
    assert_int_equal(reply.usage.prompt, 21);
    assert_int_equal(reply.usage.completion, 3);
    assert_int_equal(reply.usage.cached, 20);
    assert_int_equal(reply.n_tokens, 2);
    assert_int_equal(reply.tokens[1].id, 784);
    assert_true(reply.tokens[0].log_p == -0.25 && reply.tokens[1].log_p == -1.75);
    check_text(reply.tokens[0].top[0].bytes, "Yes");
    wrt_openai_reply_free(&reply);
}

/* OpenAI: names first, arguments in shreds, two calls, usage null until the end. */
static void stream_assembles_tool_calls_by_index(void **state) {
    (void)state;
    wrt_openai_reply reply = read_good(
        "data: {\"id\":\"c\",\"model\":\"gpt-4.1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":"
        "\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":"
        "\"function\",\"function\":{\"name\":\"pubmed_search\",\"arguments\":\"\"}}],\"refusal\":"
        "null},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{"
        "\"arguments\":\"{\\\"query\\\":\"}}]},\"finish_reason\":null}],\"usage\":null}\n\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":1,\"id\":\"call_2\""
        ",\"type\":\"function\",\"function\":{\"name\":\"stop\",\"arguments\":\"{\"}},{\"index\":0,"
        "\"function\":{\"arguments\":\"\\\"statin\\\"}\"}}]},\"finish_reason\":null}]}\n\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":1,\"function\":{"
        "\"arguments\":\"}\"}}]},\"finish_reason\":null}]}\n\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n"
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}\n\n" DONE,
        expect_tools());
    assert_int_equal(reply.finish, WRT_OPENAI_FINISH_TOOL_CALLS);
    assert_int_equal(reply.n_calls, 2);
    check_text(reply.calls[0].id, "call_1");
    check_text(reply.calls[0].name, "pubmed_search");
    assert_string_equal(wrt_json_get_text(reply.calls[0].arguments, "query", ""), "statin");
    check_text(reply.calls[1].id, "call_2");
    check_text(reply.calls[1].name, "stop");
    assert_int_equal(reply.usage.completion, 4);
    wrt_openai_reply_free(&reply);
}

/* Ollama repeats the role in each chunk; Azure begins with a chunk without choices. */
static void stream_takes_repeated_roles_and_empty_choices(void **state) {
    (void)state;
    wrt_openai_reply reply =
        read_good("data: {\"choices\":[],\"prompt_filter_results\":[]}\r\n\r\n"
                  "data: {\"model\":\"llama3.2\",\"choices\":[{\"index\":0,\"delta\":{\"role\":"
                  "\"assistant\",\"content\":\"a\"},\"finish_reason\":null}]}\r\n\r\n"
                  "data: {\"model\":\"llama3.2\",\"choices\":[{\"index\":0,\"delta\":{\"role\":"
                  "\"assistant\",\"content\":\"b\"},\"finish_reason\":null}]}\r\n\r\n"
                  "data: {\"model\":\"llama3.2\",\"choices\":[{\"index\":0,\"delta\":{\"role\":"
                  "\"assistant\",\"content\":\"\"},\"finish_reason\":\"length\"}]}\r\n\r\n"
                  "data: [DONE]\n\n",
                  WRT_OPENAI_EXPECT_INIT);
    check_text(reply.text, "ab");
    assert_int_equal(reply.finish, WRT_OPENAI_FINISH_LENGTH);
    assert_int_equal(reply.usage.completion, -1);
    wrt_openai_reply_free(&reply);
}

static void stream_reads_refusal(void **state) {
    (void)state;
    wrt_openai_reply reply =
        read_good("data: {\"choices\":[{\"delta\":{\"refusal\":\"I \"}}]}\n\n"
                  "data: {\"choices\":[{\"delta\":{\"refusal\":\"cannot.\"}}]}\n\n" FINISH DONE,
                  WRT_OPENAI_EXPECT_INIT);
    check_text(reply.refusal, "I cannot.");
    check_text(reply.text, "");
    wrt_openai_reply_free(&reply);
}

static void stream_says_unavailable_when_cut(void **state) {
    (void)state;
    static const char broken[] = "the stream broke off before its end ([DONE])";
    const wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    refuse("", expect, WRT_E_UNAVAILABLE, broken);
    refuse("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n", expect, WRT_E_UNAVAILABLE,
           broken);
    refuse(FINISH, expect, WRT_E_UNAVAILABLE, broken);
    refuse(FINISH "data: [DONE]\n", expect, WRT_E_UNAVAILABLE, broken);
    refuse(FINISH "data: {\"choices\":[{\"del", expect, WRT_E_UNAVAILABLE, broken);
    refuse("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n" DONE, expect, WRT_E_FAILED,
           "the stream ended without a finish_reason");
    refuse(DONE, expect, WRT_E_FAILED, "the stream ended without a finish_reason");
}

static void stream_gives_error_when_server_reports_one(void **state) {
    (void)state;
    const wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    refuse(
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
        "data: {\"error\":{\"code\":500,\"message\":\"Context size has been exceeded.\",\"type\":"
        "\"server_error\"}}\n\n",
        expect, WRT_E_LIMIT,
        "the request does not fit the server's context: Context size has been exceeded.");
    refuse("data: {\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\","
           "\"param\":null,\"code\":null}}\n\n" DONE,
           expect, WRT_E_UNAVAILABLE, "the server answered with an error: The server had an error");
    refuse("data: {\"object\":\"error\",\"message\":\"bad schema\",\"type\":\"BadRequestError\","
           "\"param\":null,\"code\":400}\n\n",
           expect, WRT_E_INPUT, "the server answered HTTP 400: bad schema");
}

static void stream_refuses_chunk_when_malformed(void **state) {
    (void)state;
    static const struct {
        const char *text;
        wrt_status status;
        const char *message;
    } cases[] = {
        {"data: {\"choices\":1}\n\n", WRT_E_FAILED,
         "the reply has no \"choices\": is this an OpenAI-style server?"},
        {"data: \n\n", WRT_E_FAILED, "the server sent nothing instead of a JSON reply"},
        {"data: {\"choices\":[{\"index\":1,\"delta\":{}}]}\n\n", WRT_E_FAILED,
         "\"choices\" in the reply must hold choice 0"},
        {"data: {\"choices\":[{\"text\":\"a\"}]}\n\n", WRT_E_FAILED,
         "a choice in the stream has no \"delta\""},
        {"data: {\"choices\":[{\"delta\":{\"role\":\"tool\"}}]}\n\n", WRT_E_FAILED,
         "the stream is of role \"tool\", not assistant"},
        {"data: {\"choices\":[{\"delta\":{\"content\":7}}]}\n\n", WRT_E_FAILED,
         "\"content\" in the stream must be a string"},
        {"data: {\"choices\":[{\"delta\":{\"tool_calls\":{}}}]}\n\n", WRT_E_FAILED,
         "\"tool_calls\" in the stream must be a list"},
        {"data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":1}]}}]}\n\n", WRT_E_FAILED,
         "a tool call in the stream must have an \"index\" from 0 to 0"},
        {"data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"a\"}]}}]}\n\n", WRT_E_FAILED,
         "a tool call in the stream must have an \"index\" from 0 to 0"},
        {"data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\"},{\"index\":0,"
         "\"id\":\"b\"}]}}]}\n\n",
         WRT_E_FAILED, "\"id\" of a tool call changed from \"a\" to \"b\""},
        {"data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":"
         "\"rm\",\"arguments\":\"{}\"}}]}}]}\n\n" FINISH DONE,
         WRT_E_FAILED, "the model called \"rm\", which is not a tool that was offered"},
        {"data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":"
         "\"stop\",\"arguments\":\"{\"}}]}}]}\n\ndata: {\"choices\":[{\"delta\":{},"
         "\"finish_reason\":\"length\"}]}\n\n" DONE,
         WRT_E_LIMIT, "the token limit cut the arguments of tool \"stop\""},
        {FINISH "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n" DONE, WRT_E_FAILED,
         "the stream goes on after its finish_reason"},
        {FINISH "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\n" DONE,
         WRT_E_FAILED, "the reply finished twice: \"stop\", then \"length\""},
        {FINISH DONE DONE, WRT_E_FAILED, "the stream goes on after [DONE]"},
        {"data: {\"choices\":[{\"delta\":{\"content\":\"\xFF\"}}]}\n\n", WRT_E_FAILED,
         "event 1 of the stream is not valid UTF-8"},
        {FINISH "data: {\"choices\":[],\"usage\":{\"completion_tokens\":-4}}\n\n" DONE,
         WRT_E_FAILED,
         "\"completion_tokens\" in the reply must be a whole number from 0 to 1000000000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        refuse(cases[i].text, expect_tools(), cases[i].status, cases[i].message);
}

static void stream_says_unsupported_when_logprobs_are_left_out(void **state) {
    (void)state;
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    expect.top_logprobs = 0;
    refuse("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n" FINISH DONE, expect,
           WRT_E_UNSUPPORTED, "the server sent no log probabilities although they were asked for");
}

static void stream_stays_failed_when_fed_again(void **state) {
    (void)state;
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    wrt_openai_reply reply;
    wrt_openai_stream *stream = wrt_openai_stream_new(&expect);
    assert_int_equal(wrt_openai_stream_feed(
                         stream, WRT_STR("{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}"), NULL),
                     WRT_OK);
    check_text(wrt_openai_stream_text(stream), "a");
    assert_int_equal(wrt_openai_stream_feed(stream, WRT_STR("{"), NULL), WRT_E_FAILED);
    assert_int_equal(wrt_openai_stream_feed(stream, WRT_STR("[DONE]"), NULL), WRT_E_FAILED);
    assert_int_equal(wrt_openai_stream_finish(&reply, stream, NULL), WRT_E_FAILED);
    assert_null(reply.arena);
    wrt_openai_stream_free(stream);
    wrt_openai_stream_free(NULL);
}

static void stream_refuses_texts_when_they_grow_without_end(void **state) {
    (void)state;
    wrt_openai_expect expect = expect_tools();
    wrt_err err = {WRT_OK, ""};
    wrt_buf chunk = wrt_buf_make(WRT_MIB(2));
    wrt_openai_stream *stream = wrt_openai_stream_new(&expect);
    wrt_buf_add_c(&chunk, "{\"choices\":[{\"delta\":{\"content\":\"");
    for (int i = 0; i < 1000000; i++)
        wrt_buf_add_char(&chunk, 'a');
    wrt_buf_add_c(&chunk, "\"}}]}");
    for (int i = 0; i < 4; i++)
        assert_int_equal(wrt_openai_stream_feed(stream, wrt_buf_str(&chunk), &err), WRT_OK);
    assert_int_equal(wrt_openai_stream_feed(stream, wrt_buf_str(&chunk), &err), WRT_E_FAILED);
    assert_string_equal(err.message, "\"content\" in the stream grew beyond 4194304 bytes");
    wrt_openai_stream_free(stream);
    /* chunks that hold nothing add up as well: 33 of a little more than a million bytes */
    stream = wrt_openai_stream_new(&expect);
    wrt_buf_clear(&chunk);
    wrt_buf_add_c(&chunk, "{\"choices\":[],\"x\":\"");
    while (chunk.len < 1048574)
        wrt_buf_add_char(&chunk, 'a');
    wrt_buf_add_c(&chunk, "\"}");
    for (int i = 0; i < 32; i++)
        assert_int_equal(wrt_openai_stream_feed(stream, wrt_buf_str(&chunk), &err), WRT_OK);
    assert_int_equal(wrt_openai_stream_feed(stream, wrt_buf_str(&chunk), &err), WRT_E_FAILED);
    assert_string_equal(err.message, "the stream is larger than 33554432 bytes");
    wrt_openai_stream_free(stream);
    wrt_buf_free(&chunk);
}

static void stream_refuses_calls_when_too_many(void **state) {
    (void)state;
    wrt_openai_expect expect = expect_tools();
    wrt_err err = {WRT_OK, ""};
    wrt_buf chunk = wrt_buf_make(WRT_KIB(4));
    wrt_openai_stream *stream = wrt_openai_stream_new(&expect);
    wrt_status status = WRT_OK;
    for (int i = 0; i <= 64; i++) {
        assert_int_equal(status, WRT_OK);
        wrt_buf_clear(&chunk);
        wrt_buf_printf(&chunk, "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":%d}]}}]}", i);
        status = wrt_openai_stream_feed(stream, wrt_buf_str(&chunk), &err);
    }
    assert_int_equal(status, WRT_E_FAILED);
    assert_string_equal(err.message, "the stream has more than 64 tool calls");
    wrt_openai_stream_free(stream);
    wrt_buf_free(&chunk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stream_reads_text_of_llama_server),
        cmocka_unit_test(stream_assembles_tool_calls_by_index),
        cmocka_unit_test(stream_takes_repeated_roles_and_empty_choices),
        cmocka_unit_test(stream_reads_refusal),
        cmocka_unit_test(stream_says_unavailable_when_cut),
        cmocka_unit_test(stream_gives_error_when_server_reports_one),
        cmocka_unit_test(stream_refuses_chunk_when_malformed),
        cmocka_unit_test(stream_says_unsupported_when_logprobs_are_left_out),
        cmocka_unit_test(stream_stays_failed_when_fed_again),
        cmocka_unit_test(stream_refuses_texts_when_they_grow_without_end),
        cmocka_unit_test(stream_refuses_calls_when_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
