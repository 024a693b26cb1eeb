/* test_openai.c: whole replies of OpenAI-style servers.
 *
 * The bodies have the shapes that llama-server 0.5.0, vLLM, Ollama and OpenAI document; the
 * numbers are made up. Malformed ones differ from a good one in one place. */
#include "llm/http/openai.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef wrt_status (*read_function)(wrt_openai_reply *out, wrt_str body,
                                    const wrt_openai_expect *expect, wrt_err *err);

static const char *const tool_names[] = {"pubmed_search", "stop"};

static wrt_openai_expect expect_nothing(void) {
    return WRT_OPENAI_EXPECT_INIT;
}

static wrt_openai_expect expect_tools(void) {
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    expect.tools = tool_names;
    expect.n_tools = 2;
    return expect;
}

static wrt_openai_expect expect_logprobs(int top) {
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    expect.top_logprobs = top;
    return expect;
}

static wrt_openai_reply read_good(read_function read, const char *body, wrt_openai_expect expect) {
    wrt_openai_reply reply;
    wrt_err err = {WRT_OK, ""};
    if (read(&reply, wrt_str_of(body), &expect, &err) != WRT_OK)
        fail_msg("%s: %s", err.message, body);
    return reply;
}

static void refuse(read_function read, const char *body, wrt_openai_expect expect,
                   wrt_status status, const char *message) {
    wrt_openai_reply reply;
    wrt_err err = {WRT_OK, ""};
    wrt_status found = read(&reply, wrt_str_of(body), &expect, &err);
    if (found != status || strcmp(err.message, message) != 0)
        fail_msg("%d \"%s\" for %.300s", found, err.message, body);
    assert_null(reply.arena);
    assert_null(reply.text.ptr);
    wrt_openai_reply_free(&reply);
}

static void check_text(wrt_str found, const char *expected) {
    assert_int_equal(found.len, strlen(expected));
    assert_memory_equal(found.ptr, expected, found.len);
}

/* Exactly this double; cmocka compares floats with a tolerance. */
static void check_log_p(double found, double expected) {
    if (!(found == expected))
        fail_msg("log P %.17g, not %.17g", found, expected);
}

/* ---- chat ------------------------------------------------------------------------------------ */

static const char llama_chat[] =
    "{\"choices\":[{\"finish_reason\":\"length\",\"index\":0,\"message\":{\"role\":\"assistant\","
    "\"content\":\"Yes \\u2013 by\"},\"logprobs\":{\"content\":[{\"id\":9820,\"token\":\"Yes\","
    "\"bytes\":[89,101,115],\"logprob\":-0.25,\"top_logprobs\":[{\"id\":9820,\"token\":\"Yes\","
    "\"bytes\":[89,101,115],\"logprob\":-0.25},{\"id\":2822,\"token\":\"No\",\"bytes\":[78,111],"
    "\"logprob\":-1.5}]},{\"id\":784,\"token\":\"\",\"bytes\":[32,226,128],\"logprob\":"
    "-3.4028234663852886e+38,\"top_logprobs\":[]},{\"id\":230,\"token\":\"\",\"bytes\":[147],"
    "\"logprob\":0.0,\"top_logprobs\":[]},{\"id\":411,\"token\":\" by\",\"bytes\":[32,98,121],"
    "\"logprob\":-2,\"top_logprobs\":[]}]}}],\"created\":1764000000,\"model\":\"tiny.gguf\","
    "\"system_fingerprint\":\"b1-de3ff81\",\"object\":\"chat.completion\",\"usage\":{"
    "\"completion_tokens\":4,\"prompt_tokens\":21,\"total_tokens\":25,\"prompt_tokens_details\":{"
    "\"cached_tokens\":20}},\"id\":\"chatcmpl-x\",\"timings\":{\"cache_n\":20,\"prompt_n\":1,"
    "\"prompt_ms\":4.2}}";

static void chat_reads_text_and_logprobs_of_llama_server(void **state) {
    (void)state;
    wrt_openai_reply reply = read_good(wrt_openai_read_chat, llama_chat, expect_logprobs(2));
    check_text(reply.text, "Yes \xE2\x80\x93 by");
    check_text(reply.model, "tiny.gguf");
    check_text(reply.finish_text, "length");
    assert_int_equal(reply.finish, WRT_OPENAI_FINISH_LENGTH);
    assert_int_equal(reply.usage.prompt, 21);
    assert_int_equal(reply.usage.completion, 4);
    assert_int_equal(reply.usage.cached, 20);
    assert_int_equal(reply.n_tokens, 4);
    assert_int_equal(reply.tokens[0].id, 9820);
    check_log_p(reply.tokens[0].log_p, -0.25);
    assert_int_equal(reply.tokens[0].n_top, 2);
    assert_int_equal(reply.tokens[0].top[1].id, 2822);
    check_text(reply.tokens[0].top[1].bytes, "No");
    check_log_p(reply.tokens[0].top[1].log_p, -1.5);
    check_text(reply.tokens[1].bytes, " \xE2\x80"); /* part of a character */
    assert_true(isnan(reply.tokens[1].log_p));      /* written for minus infinity */
    check_log_p(reply.tokens[2].log_p, 0);
    check_log_p(reply.tokens[3].log_p, -2);
    wrt_openai_reply_free(&reply);
    wrt_openai_reply_free(&reply);
    wrt_openai_reply_free(NULL);
}

static void chat_leaves_logprobs_out_when_not_asked(void **state) {
    (void)state;
    wrt_openai_reply reply = read_good(wrt_openai_read_chat, llama_chat, expect_nothing());
    assert_int_equal(reply.n_tokens, 0);
    wrt_openai_reply_free(&reply);
}

static void chat_reads_reply_of_openai(void **state) {
    (void)state;
    wrt_openai_reply reply = read_good(
        wrt_openai_read_chat,
        "{\"id\":\"chatcmpl-B9\",\"object\":\"chat.completion\",\"created\":1741569952,\"model\":"
        "\"gpt-4.1-2025-04-14\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
        "\"content\":\"Hello!\",\"refusal\":null,\"annotations\":[]},\"logprobs\":{\"content\":[{"
        "\"token\":\"Hello\",\"logprob\":-0.31725305,\"bytes\":[72,101,108,108,111],"
        "\"top_logprobs\":[{\"token\":\"Hi\",\"logprob\":-1.3190403,\"bytes\":[72,105]}]},{"
        "\"token\":\"!\",\"logprob\":-9999.0,\"bytes\":null,\"top_logprobs\":[]}],\"refusal\":"
        "null},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":19,\"completion_tokens\":"
        "10,\"total_tokens\":29,\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
        "\"completion_tokens_details\":{\"reasoning_tokens\":0}},\"service_tier\":\"default\"}",
        expect_logprobs(1));
    check_text(reply.text, "Hello!");
    check_text(reply.refusal, "");
    assert_int_equal(reply.finish, WRT_OPENAI_FINISH_STOP);
    assert_int_equal(reply.n_tokens, 2);
    assert_int_equal(reply.tokens[0].id, -1);
    check_log_p(reply.tokens[0].log_p, -0.31725305);
    check_text(reply.tokens[0].top[0].bytes, "Hi");
    check_text(reply.tokens[1].bytes, "!");
    assert_true(isnan(reply.tokens[1].log_p));
    wrt_openai_reply_free(&reply);
}

static void chat_reads_refusal_and_content_filter(void **state) {
    (void)state;
    wrt_openai_reply reply = read_good(
        wrt_openai_read_chat,
        "{\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\""
        ":null,\"refusal\":\"I cannot help.\"},\"finish_reason\":\"stop\"}]}",
        expect_nothing());
    check_text(reply.refusal, "I cannot help.");
    assert_int_equal(reply.usage.prompt, -1);
    assert_int_equal(reply.usage.completion, -1);
    assert_int_equal(reply.usage.cached, -1);
    wrt_openai_reply_free(&reply);
    reply = read_good(wrt_openai_read_chat,
                      "{\"choices\":[{\"message\":{\"content\":null},\"finish_reason\":"
                      "\"content_filter\"}],\"usage\":null,\"error\":null}",
                      expect_nothing());
    assert_int_equal(reply.finish, WRT_OPENAI_FINISH_CONTENT_FILTER);
    check_text(reply.model, "");
    wrt_openai_reply_free(&reply);
    reply = read_good(wrt_openai_read_chat,
                      "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":"
                      "\"abort\"}]}",
                      expect_nothing());
    assert_int_equal(reply.finish, WRT_OPENAI_FINISH_UNKNOWN);
    check_text(reply.finish_text, "abort");
    wrt_openai_reply_free(&reply);
}

/* Ollama gives calls and text in one message; vLLM adds members of its own. */
static void chat_reads_tool_calls(void **state) {
    (void)state;
    wrt_openai_reply reply = read_good(
        wrt_openai_read_chat,
        "{\"id\":\"chatcmpl-594\",\"object\":\"chat.completion\",\"created\":1764000000,\"model\":"
        "\"qwen3:4b\",\"system_fingerprint\":\"fp_ollama\",\"choices\":[{\"index\":0,\"message\":{"
        "\"role\":\"assistant\",\"content\":\"\",\"reasoning\":\"Hm.\",\"tool_calls\":[{\"id\":"
        "\"call_ab\",\"index\":0,\"type\":\"function\",\"function\":{\"name\":\"pubmed_search\","
        "\"arguments\":\"{\\\"query\\\":\\\"metformin\\\",\\\"n\\\":5}\"}},{\"type\":\"function\","
        "\"function\":{\"name\":\"stop\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\""
        "}],\"usage\":{\"prompt_tokens\":180,\"completion_tokens\":44,\"total_tokens\":224}}",
        expect_tools());
    assert_int_equal(reply.finish, WRT_OPENAI_FINISH_TOOL_CALLS);
    assert_int_equal(reply.n_calls, 2);
    check_text(reply.calls[0].id, "call_ab");
    check_text(reply.calls[0].name, "pubmed_search");
    assert_string_equal(wrt_json_get_text(reply.calls[0].arguments, "query", ""), "metformin");
    assert_int_equal(wrt_json_get_int(reply.calls[0].arguments, "n", 0), 5);
    check_text(reply.calls[1].id, "");
    check_text(reply.calls[1].name, "stop");
    assert_int_equal(wrt_json_count(reply.calls[1].arguments), 0);
    wrt_openai_reply_free(&reply);
}

static void refuse_call(const char *call, const char *finish, wrt_status status,
                        const char *message) {
    wrt_buf body = wrt_buf_make(WRT_MIB(4));
    wrt_buf_printf(&body,
                   "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":null,"
                   "\"tool_calls\":%s},\"finish_reason\":\"%s\"}]}",
                   call, finish);
    refuse(wrt_openai_read_chat, body.ptr, expect_tools(), status, message);
    wrt_buf_free(&body);
}

static void chat_refuses_tool_call_when_it_is_malformed(void **state) {
    (void)state;
    static const char shape[] = "a tool call in the reply must have a function with \"name\" and "
                                "\"arguments\" as strings";
    refuse_call("[{\"function\":{\"name\":\"rm_rf\",\"arguments\":\"{}\"}}]", "tool_calls",
                WRT_E_FAILED, "the model called \"rm_rf\", which is not a tool that was offered");
    refuse_call("[{\"function\":{\"name\":\"stop\",\"arguments\":\"[]\"}}]", "tool_calls",
                WRT_E_FAILED,
                "the arguments of tool \"stop\" must be the text of a JSON object: it is not an "
                "object");
    refuse_call("[{\"function\":{\"name\":\"stop\",\"arguments\":{}}}]", "tool_calls", WRT_E_FAILED,
                shape);
    refuse_call("[{\"function\":{\"name\":\"stop\"}}]", "tool_calls", WRT_E_FAILED, shape);
    refuse_call("[{\"function\":{\"arguments\":\"{}\"}}]", "tool_calls", WRT_E_FAILED, shape);
    refuse_call("[{\"type\":\"custom\",\"function\":{\"name\":\"stop\",\"arguments\":\"{}\"}}]",
                "tool_calls", WRT_E_FAILED, shape);
    refuse_call("[7]", "tool_calls", WRT_E_FAILED, shape);
    refuse_call("{}", "tool_calls", WRT_E_FAILED, "\"tool_calls\" in the reply must be a list");
    refuse_call("[{\"function\":{\"name\":\"stop\",\"arguments\":\"{\\\"a\\\":\"}}]", "length",
                WRT_E_LIMIT, "the token limit cut the arguments of tool \"stop\"");
    refuse_call("[]", "tool_calls", WRT_E_FAILED,
                "the message in the reply has no content, no tool call and no refusal");
    refuse(wrt_openai_read_chat,
           "{\"choices\":[{\"message\":{\"content\":\"\",\"tool_calls\":[]},\"finish_reason\":"
           "\"tool_calls\"}]}",
           expect_tools(), WRT_E_FAILED,
           "the reply finished with \"tool_calls\" but holds no call");
}

static void chat_refuses_tool_calls_when_too_many_or_large(void **state) {
    (void)state;
    wrt_buf list = wrt_buf_make(WRT_MIB(4));
    wrt_buf_add_char(&list, '[');
    for (int i = 0; i < 65; i++)
        wrt_buf_printf(&list, "%s{\"function\":{\"name\":\"stop\",\"arguments\":\"{}\"}}",
                       i == 0 ? "" : ",");
    wrt_buf_add_char(&list, ']');
    refuse_call(list.ptr, "tool_calls", WRT_E_FAILED,
                "the reply has 65 tool calls, at most 64 are read");
    wrt_buf_clear(&list);
    wrt_buf_add_c(&list, "[{\"function\":{\"name\":\"stop\",\"arguments\":\"");
    for (int i = 0; i < 1048577; i++)
        wrt_buf_add_char(&list, ' ');
    wrt_buf_add_c(&list, "\"}}]");
    refuse_call(list.ptr, "tool_calls", WRT_E_FAILED,
                "a tool call in the reply has 1048577 bytes of arguments and 0 of id, at most "
                "1048576 and 256 are read");
    wrt_buf_free(&list);
}

/* ---- what is not a reply --------------------------------------------------------------------- */

static void chat_refuses_body_when_it_is_not_a_reply(void **state) {
    (void)state;
    static const struct {
        const char *body;
        wrt_status status;
        const char *message;
    } cases[] = {
        {"", WRT_E_FAILED, "the server sent nothing instead of a JSON reply"},
        {" \r\n", WRT_E_FAILED, "the server sent nothing instead of a JSON reply"},
        {"<!DOCTYPE html><html>", WRT_E_FAILED,
         "the server sent an HTML page instead of a JSON reply"},
        {"[]", WRT_E_FAILED, "the server's reply is a JSON array, not an object"},
        {"{}", WRT_E_FAILED, "the reply has no \"choices\": is this an OpenAI-style server?"},
        {"{\"choices\":{}}", WRT_E_FAILED,
         "the reply has no \"choices\": is this an OpenAI-style server?"},
        {"{\"choices\":[]}", WRT_E_FAILED, "\"choices\" in the reply is empty"},
        {"{\"choices\":[1]}", WRT_E_FAILED, "\"choices\" in the reply must hold choice 0"},
        {"{\"choices\":[{\"index\":1,\"message\":{\"content\":\"a\"}}]}", WRT_E_FAILED,
         "\"choices\" in the reply must hold choice 0"},
        {"{\"choices\":[{},{}]}", WRT_E_FAILED, "the reply has 2 choices, one was asked for"},
        {"{\"choices\":[{}]}", WRT_E_FAILED, "the reply has no \"message\""},
        {"{\"choices\":[{\"message\":{}}]}", WRT_E_FAILED,
         "the message in the reply has no content, no tool call and no refusal"},
        {"{\"choices\":[{\"message\":{\"content\":null},\"finish_reason\":\"stop\"}]}",
         WRT_E_FAILED, "the message in the reply has no content, no tool call and no refusal"},
        {"{\"choices\":[{\"message\":{\"content\":\"\"},\"finish_reason\":null}]}", WRT_E_FAILED,
         "the reply holds no text, no call and no finish_reason"},
        {"{\"choices\":[{\"message\":{\"content\":[\"a\"]}}]}", WRT_E_FAILED,
         "\"content\" in the reply must be a string, not a JSON array"},
        {"{\"choices\":[{\"message\":{\"role\":\"user\",\"content\":\"a\"}}]}", WRT_E_FAILED,
         "the reply is of role \"user\", not assistant"},
        {"{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":3}]}", WRT_E_FAILED,
         "\"finish_reason\" in the reply must be a string, not a JSON number"},
        {"{\"model\":1,\"choices\":[{\"message\":{\"content\":\"a\"}}]}", WRT_E_FAILED,
         "\"model\" in the reply must be a string, not a JSON number"},
        {"{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}",
         WRT_E_UNAVAILABLE, "the server answered HTTP 503: Loading model"},
        {"{\"object\":\"error\",\"message\":\"bad\",\"type\":\"BadRequestError\",\"code\":400}",
         WRT_E_INPUT, "the server answered HTTP 400: bad"},
        {"{\"error\":\"model 'x' not found\"}", WRT_E_FAILED,
         "the server answered with an error: model 'x' not found"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        refuse(wrt_openai_read_chat, cases[i].body, expect_nothing(), cases[i].status,
               cases[i].message);
}

static void chat_refuses_body_when_json_is_malformed(void **state) {
    (void)state;
    static const char *const bodies[] = {
        "{\"choices\":[{\"message\":{\"content\":\"a\"}}]",
        "{\"choices\":[{\"message\":{\"content\":\"a\xC3\"}}]}",
        "{\"choices\":[{\"message\":{\"content\":\"\\u0000\"}}]}",
        "{\"choices\":[],\"choices\":[]}",
        "data: {}",
        "{\"a\":NaN}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        wrt_openai_reply reply;
        wrt_openai_expect expect = expect_nothing();
        wrt_err err = {WRT_OK, ""};
        assert_int_equal(wrt_openai_read_chat(&reply, wrt_str_of(bodies[i]), &expect, &err),
                         WRT_E_FAILED);
        assert_non_null(strstr(err.message, "the server's reply is not JSON: "));
        assert_null(reply.arena);
    }
}

static void refuse_usage(const char *usage, const char *message) {
    wrt_buf body = wrt_buf_make(WRT_KIB(4));
    wrt_buf_printf(&body,
                   "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],"
                   "\"usage\":%s}",
                   usage);
    refuse(wrt_openai_read_chat, body.ptr, expect_nothing(), WRT_E_FAILED, message);
    wrt_buf_free(&body);
}

static void chat_refuses_usage_when_absurd(void **state) {
    (void)state;
    static const char range[] =
        "\"prompt_tokens\" in the reply must be a whole number from 0 to 1000000000";
    refuse_usage("{\"prompt_tokens\":-1}", range);
    refuse_usage("{\"prompt_tokens\":1000000001}", range);
    refuse_usage("{\"prompt_tokens\":1.5}", range);
    refuse_usage("{\"prompt_tokens\":\"1\"}", range);
    refuse_usage("[]", "\"usage\" in the reply must be an object");
    refuse_usage("{\"prompt_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":6}}",
                 "\"usage\" in the reply counts 6 cached of 5 prompt tokens");
}

/* ---- log probabilities ----------------------------------------------------------------------- */

static void refuse_logprobs(const char *logprobs, wrt_status status, const char *message) {
    wrt_buf body = wrt_buf_make(WRT_KIB(4));
    wrt_buf_printf(&body,
                   "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\","
                   "\"logprobs\":%s}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}",
                   logprobs);
    refuse(wrt_openai_read_chat, body.ptr, expect_logprobs(1), status, message);
    wrt_buf_free(&body);
}

static void chat_refuses_logprobs_when_malformed(void **state) {
    (void)state;
    static const char absent[] =
        "the server sent no log probabilities although they were asked for";
    refuse_logprobs("null", WRT_E_UNSUPPORTED, absent);
    refuse_logprobs("{}", WRT_E_UNSUPPORTED, absent);
    refuse_logprobs("{\"content\":[]}", WRT_E_UNSUPPORTED, absent);
    refuse_logprobs("{\"content\":{}}", WRT_E_FAILED,
                    "log probabilities in the reply must be a list");
    refuse_logprobs("{\"content\":[{\"token\":\"a\",\"logprob\":0.5}]}", WRT_E_FAILED,
                    "log probability 0.5 in the reply is above 0");
    refuse_logprobs("{\"content\":[{\"token\":\"a\",\"logprob\":\"-1\"}]}", WRT_E_FAILED,
                    "a log probability in the reply must be a number");
    refuse_logprobs("{\"content\":[{\"token\":\"a\"}]}", WRT_E_FAILED,
                    "a log probability in the reply must be a number");
    refuse_logprobs("{\"content\":[{\"logprob\":-1}]}", WRT_E_FAILED,
                    "a log probability in the reply belongs to no token");
    refuse_logprobs("{\"content\":[{\"token\":\"a\",\"logprob\":-1,\"bytes\":[256]}]}",
                    WRT_E_FAILED, "bytes of a token in the reply must be 0 to 255");
    refuse_logprobs("{\"content\":[{\"token\":\"a\",\"logprob\":-1,\"id\":-1}]}", WRT_E_FAILED,
                    "a token id in the reply must be a whole number from 0 to 2147483647");
    refuse_logprobs("{\"content\":[{\"token\":\"a\",\"logprob\":-1,\"top_logprobs\":{}}]}",
                    WRT_E_FAILED, "\"top_logprobs\" in the reply must be a list");
    refuse_logprobs("{\"content\":[{\"token\":\"a\",\"logprob\":-1,\"top_logprobs\":[{},{},{}]}]}",
                    WRT_E_FAILED,
                    "the reply lists 3 alternatives of a token, at most 2 were asked for");
    refuse_logprobs("{\"content\":[{\"token\":\"a\",\"logprob\":-1},{\"token\":\"b\",\"logprob\":"
                    "-1}]}",
                    WRT_E_FAILED,
                    "the reply has log probabilities of 2 tokens, its usage counts 1");
}

static void chat_takes_zero_for_logprob_when_rounding_lifted_it(void **state) {
    (void)state;
    wrt_openai_reply reply =
        read_good(wrt_openai_read_chat,
                  "{\"choices\":[{\"message\":{\"content\":\"ab\"},\"finish_reason\":\"stop\","
                  "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":1e-6},{\"token\":\"b\","
                  "\"logprob\":null}]}}]}",
                  expect_logprobs(0));
    check_log_p(reply.tokens[0].log_p, 0);
    assert_true(isnan(reply.tokens[1].log_p));
    wrt_openai_reply_free(&reply);
}

/* ---- completions ----------------------------------------------------------------------------- */

static void completion_reads_echo_of_vllm(void **state) {
    (void)state;
    wrt_openai_expect expect = expect_logprobs(1);
    expect.is_echoed = true;
    expect.n_prompt = 2;
    wrt_openai_reply reply = read_good(
        wrt_openai_read_completion,
        "{\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":1764000000,\"model\":"
        "\"facebook/opt-125m\",\"choices\":[{\"index\":0,\"text\":\"The sky is\",\"logprobs\":{"
        "\"text_offset\":[0,3,7],\"token_logprobs\":[null,-5.5,-0.5],\"tokens\":[\"The\",\" sky\","
        "\" is\"],\"top_logprobs\":[null,{\" sky\":-5.5,\" first\":-2.25},{\" is\":-0.5}]},"
        "\"finish_reason\":\"length\",\"stop_reason\":null,\"prompt_logprobs\":null}],\"usage\":{"
        "\"prompt_tokens\":2,\"total_tokens\":3,\"completion_tokens\":1}}",
        expect);
    check_text(reply.text, "The sky is");
    assert_int_equal(reply.n_tokens, 3);
    assert_true(isnan(reply.tokens[0].log_p));
    assert_int_equal(reply.tokens[0].n_top, 0);
    check_log_p(reply.tokens[1].log_p, -5.5);
    check_text(reply.tokens[1].bytes, " sky");
    assert_int_equal(reply.tokens[1].text_offset, 3);
    assert_int_equal(reply.tokens[1].n_top, 2);
    check_text(reply.tokens[1].top[1].bytes, " first");
    check_log_p(reply.tokens[1].top[1].log_p, -2.25);
    assert_int_equal(reply.tokens[2].text_offset, 7);
    wrt_openai_reply_free(&reply);
}

static void completion_reads_prompt_logprobs_of_vllm(void **state) {
    (void)state;
    wrt_openai_expect expect = expect_nothing();
    expect.prompt_logprobs = 1;
    expect.n_prompt = 3;
    wrt_openai_reply reply = read_good(
        wrt_openai_read_completion,
        "{\"choices\":[{\"index\":0,\"text\":\" blue\",\"logprobs\":null,\"finish_reason\":"
        "\"length\",\"prompt_logprobs\":[null,{\"6360\":{\"logprob\":-7.25,\"rank\":412,"
        "\"decoded_token\":\" sky\"},\"78\":{\"logprob\":-1.5,\"rank\":1,\"decoded_token\":"
        "\" first\"}},{\"16\":{\"logprob\":-0.75,\"rank\":1,\"decoded_token\":\" is\"}}]}],"
        "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}",
        expect);
    assert_int_equal(reply.n_prompt, 3);
    assert_int_equal(reply.prompt[0].n_top, 0);
    assert_true(isnan(reply.prompt[0].log_p));
    assert_int_equal(reply.prompt[1].n_top, 2);
    const wrt_openai_token *found =
        wrt_openai_find_token(reply.prompt[1].top, reply.prompt[1].n_top, 6360);
    assert_non_null(found);
    check_log_p(found->log_p, -7.25);
    assert_int_equal(found->rank, 412);
    check_text(found->bytes, " sky");
    assert_null(wrt_openai_find_token(reply.prompt[1].top, reply.prompt[1].n_top, 16));
    wrt_openai_reply_free(&reply);
}

/* llama-server takes `echo` and `prompt_logprobs` and answers as if they had not been sent. */
static void chat_fails_when_only_thoughts_were_written(void **state) {
    (void)state;
    static const char form[] =
        "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
        "%s,\"%s\":\"Hm.\"},\"finish_reason\":\"%s\"}]}";
    char body[256];
    (void)snprintf(body, sizeof body, form, "\"\"", "reasoning_content", "stop");
    refuse(wrt_openai_read_chat, body, expect_nothing(), WRT_E_FAILED,
           "the model wrote only reasoning, no text");
    (void)snprintf(body, sizeof body, form, "null", "reasoning", "stop");
    refuse(wrt_openai_read_chat, body, expect_nothing(), WRT_E_FAILED,
           "the model wrote only reasoning, no text");
    (void)snprintf(body, sizeof body, form, "null", "reasoning", "length");
    wrt_openai_reply reply = read_good(wrt_openai_read_chat, body, expect_nothing());
    check_text(reply.text, "");
    wrt_openai_reply_free(&reply);
}

/* SGLang does not know offsets and writes -1 for each. */
static void completion_reads_columns_without_offsets(void **state) {
    (void)state;
    wrt_openai_reply reply = read_good(
        wrt_openai_read_completion,
        "{\"choices\":[{\"index\":0,\"text\":\" is\",\"finish_reason\":\"length\",\"logprobs\":{"
        "\"text_offset\":[-1],\"token_logprobs\":[-0.5],\"tokens\":[\" is\"]}}]}",
        expect_logprobs(1));
    assert_int_equal(reply.n_tokens, 1);
    assert_int_equal(reply.tokens[0].text_offset, -1);
    check_log_p(reply.tokens[0].log_p, -0.5);
    wrt_openai_reply_free(&reply);
}

static void completion_says_unsupported_when_server_ignored_request(void **state) {
    (void)state;
    static const char llama_completion[] =
        "{\"choices\":[{\"text\":\" is\",\"index\":0,\"logprobs\":{\"content\":[{\"id\":16,"
        "\"token\":\" is\",\"bytes\":[32,105,115],\"logprob\":-0.5,\"top_logprobs\":[]}]},"
        "\"finish_reason\":\"length\"}],\"created\":1764000000,\"model\":\"tiny\",\"object\":"
        "\"text_completion\",\"usage\":{\"completion_tokens\":1,\"prompt_tokens\":2,"
        "\"total_tokens\":3},\"id\":\"chatcmpl-y\"}";
    wrt_openai_expect expect = expect_logprobs(1);
    wrt_openai_reply reply = read_good(wrt_openai_read_completion, llama_completion, expect);
    assert_int_equal(reply.n_tokens, 1);
    assert_int_equal(reply.tokens[0].id, 16);
    wrt_openai_reply_free(&reply);
    expect.is_echoed = true;
    expect.n_prompt = 2;
    refuse(wrt_openai_read_completion, llama_completion, expect, WRT_E_UNSUPPORTED,
           "the server sent log probabilities of 1 tokens for a prompt of 2: it does not know "
           "echo");
    expect = expect_nothing();
    expect.prompt_logprobs = 0;
    expect.n_prompt = 2;
    refuse(wrt_openai_read_completion, llama_completion, expect, WRT_E_UNSUPPORTED,
           "the server sent log probabilities of 0 prompt tokens, not of 2: it does not know "
           "prompt_logprobs");
}

static void refuse_columns(const char *logprobs, const char *message) {
    wrt_buf body = wrt_buf_make(WRT_KIB(4));
    wrt_buf_printf(&body,
                   "{\"choices\":[{\"text\":\"ab\",\"finish_reason\":\"stop\",\"logprobs\":%s}]}",
                   logprobs);
    refuse(wrt_openai_read_completion, body.ptr, expect_logprobs(1), WRT_E_FAILED, message);
    wrt_buf_free(&body);
}

static void completion_refuses_columns_when_they_do_not_match(void **state) {
    (void)state;
    refuse_columns("{\"tokens\":[\"a\",\"b\"],\"token_logprobs\":[-1]}",
                   "\"token_logprobs\" in the reply must list one entry for each of 2 tokens, "
                   "not 1");
    refuse_columns("{\"tokens\":[\"a\"],\"token_logprobs\":[-1],\"text_offset\":[]}",
                   "\"text_offset\" in the reply must list one entry for each of 1 tokens, not 0");
    refuse_columns("{\"tokens\":[\"a\"],\"token_logprobs\":[-1],\"top_logprobs\":{\"a\":-1}}",
                   "\"top_logprobs\" in the reply must list one entry for each of 1 tokens, not 1");
    refuse_columns("{\"token_logprobs\":[]}",
                   "\"tokens\" in the reply must list one entry for each of 0 tokens, not 0");
    refuse_columns("{\"tokens\":[1],\"token_logprobs\":[-1]}",
                   "\"tokens\" in the reply must list strings");
    refuse_columns("{\"tokens\":[\"a\"],\"token_logprobs\":[2]}",
                   "log probability 2 in the reply is above 0");
    refuse_columns("{\"tokens\":[\"a\"],\"token_logprobs\":[-1],\"text_offset\":[-3]}",
                   "\"text_offset\" in the reply must list whole numbers from -1 to 2147483647");
    refuse_columns("{\"tokens\":[\"a\"],\"token_logprobs\":[-1],\"top_logprobs\":[[-1]]}",
                   "\"top_logprobs\" in the reply must list objects");
    refuse_columns("{\"tokens\":[\"a\"],\"token_logprobs\":[-1],\"top_logprobs\":[{\"a\":-1,"
                   "\"b\":-2,\"c\":-3}]}",
                   "the reply lists 3 alternatives of a token, at most 2 were asked for");
}

static void refuse_prompt(const char *prompt, const char *message) {
    wrt_buf body = wrt_buf_make(WRT_KIB(4));
    wrt_openai_expect expect = expect_nothing();
    expect.prompt_logprobs = 0;
    wrt_buf_printf(&body, "{\"choices\":[{\"text\":\"a\",\"prompt_logprobs\":%s}]}", prompt);
    refuse(wrt_openai_read_completion, body.ptr, expect, WRT_E_FAILED, message);
    wrt_buf_free(&body);
}

static void completion_refuses_prompt_logprobs_when_malformed(void **state) {
    (void)state;
    refuse_prompt("{}", "prompt_logprobs in the reply must be a list");
    refuse_prompt("[null,[]]", "prompt_logprobs in the reply must list objects");
    refuse_prompt("[{\"a\":{\"logprob\":-1}}]",
                  "prompt_logprobs in the reply must map token ids, not \"a\"");
    refuse_prompt("[{\"-1\":{\"logprob\":-1}}]",
                  "prompt_logprobs in the reply must map token ids, not \"-1\"");
    refuse_prompt("[{\"1\":{\"logprob\":1}}]", "log probability 1 in the reply is above 0");
    refuse_prompt("[{\"1\":{}}]", "a log probability in the reply must be a number");
    refuse_prompt("[{\"1\":{\"logprob\":-1,\"rank\":-1}}]",
                  "\"rank\" in the reply must be a whole number from 0 to 1000000000");
    refuse(wrt_openai_read_completion, "{\"choices\":[{\"finish_reason\":\"stop\"}]}",
           expect_nothing(), WRT_E_FAILED, "the reply has no \"text\"");
}

/* ---- size ------------------------------------------------------------------------------------ */

/* A million of anything ends in one line, before memory for them is taken. */
static void readers_refuse_lists_when_they_are_endless(void **state) {
    (void)state;
    wrt_buf body = wrt_buf_make(WRT_MIB(32));
    wrt_buf_add_c(&body, "{\"choices\":[{}");
    for (int i = 0; i < 1000000; i++)
        wrt_buf_add_c(&body, ",{}");
    wrt_buf_add_c(&body, "]}");
    refuse(wrt_openai_read_chat, body.ptr, expect_nothing(), WRT_E_FAILED,
           "the reply has 1000001 choices, one was asked for");
    wrt_buf_clear(&body);
    wrt_buf_add_c(&body, "{\"choices\":[{\"message\":{\"content\":\"a\"},\"logprobs\":{\"content\":"
                         "[{\"token\":\"a\",\"logprob\":-1,\"top_logprobs\":[1");
    for (int i = 0; i < 1000000; i++)
        wrt_buf_add_c(&body, ",1");
    wrt_buf_add_c(&body, "]}]}}]}");
    refuse(wrt_openai_read_chat, body.ptr, expect_logprobs(5), WRT_E_FAILED,
           "the reply lists 1000001 alternatives of a token, at most 6 were asked for");
    wrt_buf_clear(&body);
    wrt_buf_add_c(&body, "{\"choices\":[{\"message\":{\"content\":\"a\"},\"logprobs\":{\"content\":"
                         "[1");
    for (int i = 0; i < 1048576; i++)
        wrt_buf_add_c(&body, ",1");
    wrt_buf_add_c(&body, "]}}]}");
    refuse(wrt_openai_read_chat, body.ptr, expect_logprobs(5), WRT_E_FAILED,
           "the reply lists 1048577 tokens, at most 1048576 are read");
    wrt_buf_free(&body);
}

static void readers_refuse_texts_when_they_are_huge(void **state) {
    (void)state;
    wrt_buf body = wrt_buf_make(WRT_MIB(64));
    wrt_buf_add_c(&body, "{\"choices\":[{\"message\":{\"content\":\"");
    for (int i = 0; i < 4194305; i++)
        wrt_buf_add_char(&body, 'a');
    wrt_buf_add_c(&body, "\"}}]}");
    refuse(wrt_openai_read_chat, body.ptr, expect_nothing(), WRT_E_FAILED,
           "\"content\" in the reply has 4194305 bytes, at most 4194304 are read");
    while (body.len <= WRT_MIB(32))
        wrt_buf_add_c(&body, "                                                                ");
    refuse(wrt_openai_read_chat, body.ptr, expect_nothing(), WRT_E_FAILED,
           "the reply has 33554473 bytes, at most 33554432 are read");
    wrt_buf_free(&body);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chat_reads_text_and_logprobs_of_llama_server),
        cmocka_unit_test(chat_leaves_logprobs_out_when_not_asked),
        cmocka_unit_test(chat_reads_reply_of_openai),
        cmocka_unit_test(chat_reads_refusal_and_content_filter),
        cmocka_unit_test(chat_reads_tool_calls),
        cmocka_unit_test(chat_refuses_tool_call_when_it_is_malformed),
        cmocka_unit_test(chat_refuses_tool_calls_when_too_many_or_large),
        cmocka_unit_test(chat_refuses_body_when_it_is_not_a_reply),
        cmocka_unit_test(chat_refuses_body_when_json_is_malformed),
        cmocka_unit_test(chat_refuses_usage_when_absurd),
        cmocka_unit_test(chat_refuses_logprobs_when_malformed),
        cmocka_unit_test(chat_takes_zero_for_logprob_when_rounding_lifted_it),
        cmocka_unit_test(completion_reads_echo_of_vllm),
        cmocka_unit_test(completion_reads_prompt_logprobs_of_vllm),
        cmocka_unit_test(completion_reads_columns_without_offsets),
        cmocka_unit_test(chat_fails_when_only_thoughts_were_written),
        cmocka_unit_test(completion_says_unsupported_when_server_ignored_request),
        cmocka_unit_test(completion_refuses_columns_when_they_do_not_match),
        cmocka_unit_test(completion_refuses_prompt_logprobs_when_malformed),
        cmocka_unit_test(readers_refuse_lists_when_they_are_endless),
        cmocka_unit_test(readers_refuse_texts_when_they_are_huge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
