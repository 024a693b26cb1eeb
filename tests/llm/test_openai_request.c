/* test_openai_request.c: requests to OpenAI-style servers and to llama-server.
 *
 * The expected texts are literal requests in the form that the servers document; they are compared
 * as JSON, so that the order of members does not matter but each member and value does. */
#include "llm/http/native.h"
#include "llm/http/openai.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

static wrt_json *parse(const char *text) {
    wrt_json *value = NULL;
    assert_int_equal(wrt_json_parse(&value, wrt_str_of(text), NULL), WRT_OK);
    return value;
}

static void check_json(wrt_buf *written, const char *expected) {
    wrt_json *wanted = parse(expected);
    wrt_json *found = parse(written->ptr);
    if (!wrt_json_equal(found, wanted))
        fail_msg("wrote %s, wanted %s", written->ptr, expected);
    wrt_json_free(wanted);
    wrt_json_free(found);
    wrt_buf_free(written);
}

static void check_chat(const wrt_openai_chat *chat, const char *expected) {
    wrt_buf out = wrt_buf_make(WRT_KIB(64));
    assert_int_equal(wrt_openai_write_chat(&out, chat, NULL), WRT_OK);
    check_json(&out, expected);
}

static void refuse_chat(const wrt_openai_chat *chat, const char *message) {
    wrt_buf out = wrt_buf_make(WRT_KIB(64));
    wrt_err err = {WRT_OK, ""};
    assert_int_equal(wrt_openai_write_chat(&out, chat, &err), WRT_E_INPUT);
    assert_string_equal(err.message, message);
    assert_int_equal(out.len, 0);
    wrt_buf_free(&out);
}

static wrt_openai_chat make_chat(void) {
    wrt_openai_chat chat = WRT_OPENAI_CHAT_INIT;
    chat.user = WRT_STR("Does metformin lower HbA1c?");
    return chat;
}

static void chat_sends_only_message_when_nothing_else_is_asked(void **state) {
    (void)state;
    wrt_openai_chat chat = make_chat();
    check_chat(&chat,
               "{\"messages\":[{\"role\":\"user\",\"content\":\"Does metformin lower HbA1c?\"}]}");
}

static void chat_sends_every_member_when_asked(void **state) {
    (void)state;
    const wrt_str stop[] = {WRT_STR("\n\n"), WRT_STR("END")};
    wrt_openai_chat chat = make_chat();
    chat.model = "gpt-4.1-mini";
    chat.system = WRT_STR("Be \"brief\".");
    chat.sampling = (wrt_openai_sampling){64, 0, 0.5, 42, stop, 2, true};
    chat.is_streamed = true;
    chat.has_stream_usage = true;
    chat.top_logprobs = 5;
    check_chat(&chat,
               "{\"model\":\"gpt-4.1-mini\",\"messages\":[{\"role\":\"system\",\"content\":"
               "\"Be \\\"brief\\\".\"},{\"role\":\"user\",\"content\":\"Does metformin "
               "lower HbA1c?\"}],\"max_tokens\":64,\"temperature\":0,\"top_p\":0.5,"
               "\"seed\":42,\"top_k\":0,\"min_p\":0,\"stop\":[\"\\n\\n\",\"END\"],\"stream\":true,"
               "\"stream_options\":{\"include_usage\":true},\"logprobs\":true,"
               "\"top_logprobs\":5}");
    chat = make_chat();
    chat.sampling.max_tokens = 9;
    chat.has_completion_limit = true;
    chat.top_logprobs = 0;
    chat.has_stream_usage = true; /* means nothing without a stream */
    check_chat(&chat, "{\"messages\":[{\"role\":\"user\",\"content\":\"Does metformin lower "
                      "HbA1c?\"}],\"max_completion_tokens\":9,\"logprobs\":true}");
}

static void chat_sends_constraint_in_form_of_its_server(void **state) {
    (void)state;
    const wrt_str choices[] = {WRT_STR("yes"), WRT_STR("no")};
    wrt_json *schema = parse("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}");
    wrt_openai_chat chat = make_chat();
    chat.user = WRT_STR("u");
    chat.constraint = (wrt_openai_constraint){WRT_OPENAI_RESPONSE_FORMAT, "claim", true, schema,
                                              WRT_STR("root ::= \"x\""),  choices, 2};
    check_chat(&chat, "{\"messages\":[{\"role\":\"user\",\"content\":\"u\"}],\"response_format\":{"
                      "\"type\":\"json_schema\",\"json_schema\":{\"name\":\"claim\",\"strict\":true"
                      ",\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":"
                      "\"integer\"}}}}}}");
    chat.constraint.kind = WRT_OPENAI_STRUCTURED_JSON;
    check_chat(&chat, "{\"messages\":[{\"role\":\"user\",\"content\":\"u\"}],\"structured_outputs\""
                      ":{\"json\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":"
                      "\"integer\"}}}}}");
    chat.constraint.kind = WRT_OPENAI_STRUCTURED_GRAMMAR;
    check_chat(&chat, "{\"messages\":[{\"role\":\"user\",\"content\":\"u\"}],\"structured_outputs\""
                      ":{\"grammar\":\"root ::= \\\"x\\\"\"}}");
    chat.constraint.kind = WRT_OPENAI_STRUCTURED_CHOICE;
    check_chat(&chat, "{\"messages\":[{\"role\":\"user\",\"content\":\"u\"}],\"structured_outputs\""
                      ":{\"choice\":[\"yes\",\"no\"]}}");
    chat.constraint.kind = WRT_OPENAI_GRAMMAR;
    check_chat(&chat, "{\"messages\":[{\"role\":\"user\",\"content\":\"u\"}],\"grammar\":\"root ::="
                      " \\\"x\\\"\"}");
    wrt_json_free(schema);
}

static void chat_sends_tools_when_there_are_some(void **state) {
    (void)state;
    wrt_json *schema = parse("{\"type\":\"object\"}");
    const wrt_openai_tool tools[] = {{"pubmed_search", "Finds papers.", schema, true},
                                     {"stop", NULL, NULL, false}};
    wrt_openai_chat chat = make_chat();
    chat.user = WRT_STR("u");
    chat.tools = tools;
    chat.n_tools = 2;
    chat.tool_choice = "required";
    check_chat(&chat, "{\"messages\":[{\"role\":\"user\",\"content\":\"u\"}],\"tools\":[{\"type\":"
                      "\"function\",\"function\":{\"name\":\"pubmed_search\",\"description\":"
                      "\"Finds papers.\",\"parameters\":{\"type\":\"object\"},\"strict\":true}},{"
                      "\"type\":\"function\",\"function\":{\"name\":\"stop\"}}],\"tool_choice\":"
                      "\"required\"}");
    chat.tool_choice = "stop";
    chat.n_tools = 2;
    chat.tools = tools;
    wrt_buf out = wrt_buf_make(WRT_KIB(4));
    assert_int_equal(wrt_openai_write_chat(&out, &chat, NULL), WRT_OK);
    wrt_json *written = parse(out.ptr);
    wrt_json *wanted = parse("{\"type\":\"function\",\"function\":{\"name\":\"stop\"}}");
    assert_true(wrt_json_equal(wrt_json_get(written, "tool_choice"), wanted));
    wrt_json_free(wanted);
    wrt_json_free(written);
    wrt_buf_free(&out);
    chat.tool_choice = "fly";
    refuse_chat(&chat, "tool_choice \"fly\" must be auto, none, required or a tool's name");
    wrt_json_free(schema);
}

static void chat_refuses_when_number_is_out_of_range(void **state) {
    (void)state;
    wrt_openai_chat chat = make_chat();
    chat.sampling.max_tokens = 0;
    refuse_chat(&chat, "max_tokens must be from 1 to 1048576, not 0");
    chat.sampling.max_tokens = 1048577;
    refuse_chat(&chat, "max_tokens must be from 0 to 1048576, not 1048577");
    chat = make_chat();
    chat.sampling.max_tokens = -2;
    refuse_chat(&chat, "max_tokens must be from 0 to 1048576, not -2");
    chat = make_chat();
    chat.sampling.temperature = 2.5;
    refuse_chat(&chat, "temperature must be from 0 to 2");
    chat.sampling.temperature = (double)NAN;
    refuse_chat(&chat, "temperature must be from 0 to 2");
    chat = make_chat();
    chat.sampling.top_p = 0;
    refuse_chat(&chat, "top_p must be above 0, at most 1");
    chat = make_chat();
    chat.sampling.seed = INT64_C(9007199254740992);
    refuse_chat(&chat, "seed must be from 0 to 9007199254740991, not 9007199254740992");
    chat = make_chat();
    chat.top_logprobs = -7;
    refuse_chat(&chat, "top_logprobs must be from 0 to 524288, not -7");
}

static void chat_refuses_when_text_cannot_be_sent(void **state) {
    (void)state;
    wrt_openai_chat chat = make_chat();
    chat.user = WRT_STR("");
    refuse_chat(&chat, "message of the user: content must not be empty");
    chat.user = WRT_STR("a\xC3");
    refuse_chat(&chat, "message of the user: content must be UTF-8 text without U+0000");
    chat = make_chat();
    chat.system = (wrt_str){"a\0b", 3};
    refuse_chat(&chat, "message of the system: content must be UTF-8 text without U+0000");
    chat = make_chat();
    chat.model = "";
    refuse_chat(&chat, "model must not be empty");
    const wrt_str stop[] = {WRT_STR("")};
    chat = make_chat();
    chat.sampling.stop = stop;
    chat.sampling.n_stop = 1;
    refuse_chat(&chat, "stop must not be empty");
    chat = make_chat();
    chat.constraint.kind = WRT_OPENAI_GRAMMAR;
    refuse_chat(&chat, "grammar must not be empty");
    chat.constraint.kind = WRT_OPENAI_STRUCTURED_CHOICE;
    refuse_chat(&chat, "choice must hold 1 to 4096 texts, not 0");
    chat.constraint.kind = WRT_OPENAI_STRUCTURED_JSON;
    refuse_chat(&chat, "the schema of structured_outputs must be a JSON object");
    chat.constraint = (wrt_openai_constraint){.kind = WRT_OPENAI_RESPONSE_FORMAT, .name = "a b"};
    refuse_chat(&chat, "schema name \"a b\" must be 1 to 64 letters, digits, '_' or '-'");
}

static void chat_refuses_when_tools_are_unfit(void **state) {
    (void)state;
    wrt_json *list = parse("[]");
    wrt_openai_tool tools[2] = {{"a b", NULL, NULL, false}, {"a", NULL, NULL, false}};
    wrt_openai_chat chat = make_chat();
    chat.tools = tools;
    chat.n_tools = 2;
    refuse_chat(&chat, "tool name \"a b\" must be 1 to 64 letters, digits, '_' or '-'");
    tools[0].name = "a";
    refuse_chat(&chat, "tool \"a\" is there twice");
    tools[0].parameters = list;
    refuse_chat(&chat, "tool \"a\": parameters must be a JSON object");
    tools[0].parameters = NULL;
    tools[0].description = "\xFF";
    refuse_chat(&chat, "tool \"a\": description must be UTF-8 text without U+0000");
    wrt_json_free(list);
}

static void chat_says_limit_when_request_passes_cap(void **state) {
    (void)state;
    wrt_openai_chat chat = make_chat();
    wrt_buf out = wrt_buf_make(20);
    wrt_err err = {WRT_OK, ""};
    assert_int_equal(wrt_openai_write_chat(&out, &chat, &err), WRT_E_LIMIT);
    assert_string_equal(err.message, "the request is larger than 20 bytes");
    wrt_buf_free(&out);
}

static void completion_sends_text_or_ids(void **state) {
    (void)state;
    const int32_t ids[] = {1, 450, 29871};
    wrt_buf out = wrt_buf_make(WRT_KIB(4));
    wrt_openai_completion completion = WRT_OPENAI_COMPLETION_INIT;
    completion.prompt = WRT_STR("The sky");
    assert_int_equal(wrt_openai_write_completion(&out, &completion, NULL), WRT_OK);
    check_json(&out, "{\"prompt\":\"The sky\"}");
    completion.model = "m";
    completion.ids = ids;
    completion.n_ids = 3;
    completion.sampling.max_tokens = 0;
    completion.sampling.temperature = 0;
    completion.sampling.seed = 7;
    completion.is_echoed = true;
    completion.logprobs = 0;
    completion.prompt_logprobs = 1;
    assert_int_equal(wrt_openai_write_completion(&out, &completion, NULL), WRT_OK);
    check_json(&out, "{\"model\":\"m\",\"prompt\":[1,450,29871],\"max_tokens\":0,\"temperature\":0,"
                     "\"seed\":7,\"echo\":true,\"logprobs\":0,\"prompt_logprobs\":1}");
}

static void completion_refuses_when_token_id_is_negative(void **state) {
    (void)state;
    const int32_t ids[] = {1, -1};
    wrt_err err = {WRT_OK, ""};
    wrt_buf out = wrt_buf_make(WRT_KIB(4));
    wrt_openai_completion completion = WRT_OPENAI_COMPLETION_INIT;
    completion.ids = ids;
    completion.n_ids = 2;
    assert_int_equal(wrt_openai_write_completion(&out, &completion, &err), WRT_E_INPUT);
    assert_string_equal(err.message, "a token id must be from 0 to 2147483647, not -1");
    completion.n_ids = 1048577;
    assert_int_equal(wrt_openai_write_completion(&out, &completion, &err), WRT_E_LIMIT);
    wrt_buf_free(&out);
}

/* The request that llama-server answers with the exact log P of the tokens 15, 9 and 201. */
static void native_sends_forced_request_when_scoring(void **state) {
    (void)state;
    const int32_t prompt[] = {1, 2, 3};
    const int32_t forced[] = {15, 9, 201};
    wrt_buf grammar = wrt_buf_make(WRT_KIB(4));
    wrt_buf out = wrt_buf_make(WRT_KIB(4));
    wrt_native_add_forced_grammar(&grammar, forced, 3);
    assert_string_equal(grammar.ptr, "root ::= <[15]> <[9]> <[201]>");
    wrt_native_completion completion = WRT_NATIVE_COMPLETION_INIT;
    completion.ids = prompt;
    completion.n_ids = 3;
    completion.n_predict = 3;
    completion.grammar = wrt_buf_str(&grammar);
    completion.n_probs = 1;
    completion.sampling.temperature = 0;
    completion.has_no_samplers = true;
    completion.cache_prompt = WRT_NATIVE_ON;
    completion.has_tokens = true;
    completion.id_slot = 0;
    assert_int_equal(wrt_native_write_completion(&out, &completion, NULL), WRT_OK);
    check_json(&out, "{\"prompt\":[1,2,3],\"n_predict\":3,\"grammar\":\"root ::= <[15]> <[9]> "
                     "<[201]>\",\"n_probs\":1,\"temperature\":0,\"samplers\":[],\"cache_prompt\":"
                     "true,\"return_tokens\":true,\"id_slot\":0}");
    wrt_buf_free(&grammar);
}

static void native_sends_only_prompt_when_nothing_else_is_asked(void **state) {
    (void)state;
    const int32_t prompt[] = {1};
    wrt_buf out = wrt_buf_make(WRT_KIB(4));
    wrt_err err = {WRT_OK, ""};
    wrt_native_completion completion = WRT_NATIVE_COMPLETION_INIT;
    completion.ids = prompt;
    completion.n_ids = 1;
    assert_int_equal(wrt_native_write_completion(&out, &completion, NULL), WRT_OK);
    check_json(&out, "{\"prompt\":[1]}");
    completion.forced_id = 300;
    completion.cache_prompt = WRT_NATIVE_OFF;
    assert_int_equal(wrt_native_write_completion(&out, &completion, NULL), WRT_OK);
    check_json(&out, "{\"prompt\":[1],\"logit_bias\":[[300,100]],\"cache_prompt\":false}");
    completion.n_predict = 0;
    assert_int_equal(wrt_native_write_completion(&out, &completion, &err), WRT_E_INPUT);
    assert_string_equal(err.message, "n_predict must be at least 1");
    completion.n_predict = 1;
    completion.id_slot = 70000;
    assert_int_equal(wrt_native_write_completion(&out, &completion, &err), WRT_E_INPUT);
    assert_string_equal(err.message, "id_slot must be from 0 to 65535, not 70000");
    completion.n_ids = 0;
    assert_int_equal(wrt_native_write_completion(&out, &completion, &err), WRT_E_INPUT);
    assert_string_equal(err.message, "prompt must hold at least one token");
    wrt_buf_free(&out);
}

static void native_sends_text_when_tokenizing(void **state) {
    (void)state;
    wrt_buf out = wrt_buf_make(WRT_KIB(4));
    assert_int_equal(wrt_native_write_tokenize(&out, WRT_STR("a</s>"), false, false, true, NULL),
                     WRT_OK);
    check_json(&out, "{\"content\":\"a</s>\",\"add_special\":false,\"parse_special\":false,"
                     "\"with_pieces\":true}");
    assert_int_equal(wrt_native_write_tokenize(&out, WRT_STR("\xFF"), true, true, false, NULL),
                     WRT_E_INPUT);
    assert_int_equal(wrt_native_write_template(&out, WRT_STR("s"), WRT_STR("u"), NULL), WRT_OK);
    check_json(&out, "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\","
                     "\"content\":\"u\"}]}");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chat_sends_only_message_when_nothing_else_is_asked),
        cmocka_unit_test(chat_sends_every_member_when_asked),
        cmocka_unit_test(chat_sends_constraint_in_form_of_its_server),
        cmocka_unit_test(chat_sends_tools_when_there_are_some),
        cmocka_unit_test(chat_refuses_when_number_is_out_of_range),
        cmocka_unit_test(chat_refuses_when_text_cannot_be_sent),
        cmocka_unit_test(chat_refuses_when_tools_are_unfit),
        cmocka_unit_test(chat_says_limit_when_request_passes_cap),
        cmocka_unit_test(completion_sends_text_or_ids),
        cmocka_unit_test(completion_refuses_when_token_id_is_negative),
        cmocka_unit_test(native_sends_forced_request_when_scoring),
        cmocka_unit_test(native_sends_only_prompt_when_nothing_else_is_asked),
        cmocka_unit_test(native_sends_text_when_tokenizing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
