/* test_llama_generate.c: what the in-process model writes at temperature 1, under schemas, tools
 * and grammars: always a value that fits, and drawn from the right distribution. */
#include "base/schema.h"
#include "support.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Schemas in the manner of the tools' arguments; all texts are short, so that a model that writes
 * at random comes to an end. */
static const char *const schemas[] = {
    "{\"type\":\"object\",\"required\":[\"text\"],\"additionalProperties\":false,\"properties\":{"
    "\"text\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":30},"
    "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":100}}}",
    "{\"type\":\"object\",\"required\":[\"id\",\"direction\"],\"additionalProperties\":false,"
    "\"properties\":{\"id\":{\"type\":\"string\",\"pattern\":\"^[A-Z]{2,8}:[0-9]{1,7}$\"},"
    "\"direction\":{\"enum\":[\"out\",\"in\",\"both\"]},\"sign\":{\"enum\":[1,-1,null]}}}",
    "{\"$defs\":{\"name\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":6}},"
    "\"type\":\"object\",\"required\":[\"treatment\",\"set\"],\"additionalProperties\":false,"
    "\"properties\":{\"treatment\":{\"anyOf\":[{\"$ref\":\"#/$defs/name\"},{\"type\":\"array\","
    "\"minItems\":1,\"maxItems\":3,\"items\":{\"$ref\":\"#/$defs/name\"}}]},"
    "\"set\":{\"type\":\"array\",\"maxItems\":4,\"items\":{\"$ref\":\"#/$defs/name\"}}}}",
    "{\"type\":\"object\",\"required\":[\"p\",\"ok\"],\"additionalProperties\":false,"
    "\"properties\":"
    "{\"p\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1},\"ok\":{\"type\":\"boolean\"},"
    "\"why\":{\"type\":[\"string\",\"null\"],\"maxLength\":12}}}",
    "{\"type\":\"array\",\"minItems\":2,\"maxItems\":3,\"items\":{\"type\":\"integer\","
    "\"minimum\":-12,\"maximum\":345}}"};
enum { SCHEMAS = sizeof schemas / sizeof schemas[0] };

static const wrt_llm_prompt plain = {.system = {"Answer in JSON.", 15},
                                     .user = {"What does the drug do?", 22}};

/* One generation under a schema, judged by the validator, which shares no code with the grammar. */
static void write_one(wrt_llm *llm, const wrt_json *schema, uint64_t seed, int max_tokens) {
    wrt_err err = {0};
    wrt_llm_reply reply;
    wrt_json *value = NULL;
    const wrt_llm_request request = {.prompt = plain,
                                     .schema = schema,
                                     .max_tokens = max_tokens,
                                     .temperature = 1,
                                     .seed = seed};
    if (wrt_llm_generate(&reply, llm, &request, &err) != WRT_OK)
        fail_msg("seed %d: %s", (int)seed, err.message);
    if (wrt_json_parse(&value, wrt_buf_str(&reply.text), &err) != WRT_OK ||
        wrt_schema_validate(schema, value, "reply", &err) != WRT_OK)
        fail_msg("seed %d: %s: %s", (int)seed, wrt_buf_str(&reply.text).ptr, err.message);
    wrt_json_free(value);
    wrt_llm_reply_free(&reply);
}

static void write_many(wrt_llm *llm, int rounds, int max_tokens) {
    wrt_json *parsed[SCHEMAS];
    for (size_t i = 0; i < SCHEMAS; i++)
        assert_int_equal(wrt_json_parse(&parsed[i], wrt_str_of(schemas[i]), NULL), WRT_OK);
    for (int k = 0; k < rounds; k++)
        write_one(llm, parsed[(size_t)k % SCHEMAS], (uint64_t)k, max_tokens);
    for (size_t i = 0; i < SCHEMAS; i++)
        wrt_json_free(parsed[i]);
}

static void generate_fits_its_schema_in_500_draws(void **state) {
    (void)state;
    wrt_llm *llm = open_tiny((wrt_llm_options){0});
    write_many(llm, 500, 400);
    assert_int_equal(wrt_llm_usage_of(llm).calls, 500);
    wrt_llm_close(llm);
}

static void smollm2_fits_its_schema_in_60_draws(void **state) {
    (void)state;
    need_smollm2();
    wrt_llm *llm = NULL;
    assert_int_equal(open_path(&llm, smollm2_path(), NULL, NULL), WRT_OK);
    write_many(llm, 60, 200);
    wrt_llm_close(llm);
}

/* ---- the law of draws ------------------------------------------------------------------------ */

/* Four one-byte tokens: their scores give the distribution that the grammar leaves. */
static void draws_follow_the_scores(void **state) {
    (void)state;
    enum { N = 4, DRAWS = 2000 };
    const wrt_str letters[N] = {WRT_STR("a"), WRT_STR("b"), WRT_STR("c"), WRT_STR("d")};
    const double temperature = 1.5;
    double log_p[N];
    double expected[N];
    double total = 0;
    double chi_square = 0;
    int counts[N] = {0};
    wrt_llm *llm = open_tiny((wrt_llm_options){0});
    assert_int_equal(ask_scores(log_p, llm, &plain, letters, N, WRT_STR(""), NULL), WRT_OK);
    for (int i = 0; i < N; i++)
        total += exp(log_p[i] / temperature);
    for (uint64_t seed = 0; seed < DRAWS; seed++) {
        wrt_llm_reply reply;
        const wrt_llm_request request = {.prompt = plain,
                                         .gbnf = "root ::= [a-d]",
                                         .max_tokens = 4,
                                         .temperature = temperature,
                                         .seed = seed};
        assert_int_equal(wrt_llm_generate(&reply, llm, &request, NULL), WRT_OK);
        counts[reply.text.ptr[0] - 'a']++;
        wrt_llm_reply_free(&reply);
    }
    for (int i = 0; i < N; i++) {
        expected[i] = DRAWS * exp(log_p[i] / temperature) / total;
        chi_square += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
        print_message("%c: %d draws, %.1f expected\n", 'a' + i, counts[i], expected[i]);
    }
    assert_true(chi_square < 21.1); /* 3 degrees of freedom, p = 1e-4; the seeds are fixed */
    wrt_llm_close(llm);
}

static void nucleus_keeps_the_likeliest_only(void **state) {
    (void)state;
    wrt_llm *llm = open_tiny((wrt_llm_options){0});
    wrt_buf greedy = wrt_buf_make(100);
    assert_int_equal(ask_text(&greedy, llm, &plain, "root ::= [a-z]{8}", 20, NULL), WRT_OK);
    for (uint64_t seed = 0; seed < 5; seed++) {
        wrt_llm_reply reply;
        const wrt_llm_request request = {.prompt = plain,
                                         .gbnf = "root ::= [a-z]{8}",
                                         .max_tokens = 20,
                                         .temperature = 1,
                                         .top_p = 1e-9,
                                         .seed = seed};
        assert_int_equal(wrt_llm_generate(&reply, llm, &request, NULL), WRT_OK);
        assert_string_equal(reply.text.ptr, greedy.ptr);
        wrt_llm_reply_free(&reply);
    }
    wrt_buf_free(&greedy);
    wrt_llm_close(llm);
}

/* Without a constraint a text may be cut anywhere, but not inside a character. */
static void free_text_is_cut_between_characters(void **state) {
    (void)state;
    int cut = 0;
    wrt_llm *llm = open_tiny((wrt_llm_options){0});
    for (uint64_t seed = 0; seed < 200; seed++) {
        wrt_llm_reply reply;
        wrt_err err = {0};
        const wrt_llm_request request = {
            .prompt = plain, .max_tokens = 3, .temperature = 1, .seed = seed};
        if (wrt_llm_generate(&reply, llm, &request, &err) != WRT_OK)
            fail_msg("seed %d: %s", (int)seed, err.message);
        cut += reply.stop == WRT_LLM_STOP_LIMIT;
        wrt_llm_reply_free(&reply);
    }
    assert_true(cut > 100);
    wrt_llm_close(llm);
}

/* ---- tools ----------------------------------------------------------------------------------- */

static void tools_give_a_call_of_one_of_them(void **state) {
    (void)state;
    static const char text[] =
        "[{\"name\":\"kg_resolve\",\"description\":\"find\",\"parameters\":{\"$defs\":{\"t\":"
        "{\"type\":\"string\",\"minLength\":1,\"maxLength\":9}},\"type\":\"object\",\"properties\":"
        "{\"text\":{\"$ref\":\"#/$defs/t\"}},\"required\":[\"text\"],"
        "\"additionalProperties\":false}},"
        "{\"name\":\"stop\",\"parameters\":{\"$defs\":{\"t\":{\"type\":\"integer\",\"minimum\":0,"
        "\"maximum\":9}},\"type\":\"object\",\"properties\":{\"default\":{\"$ref\":\"#/$defs/t\"}},"
        "\"required\":[\"default\"],\"additionalProperties\":false}}]";
    int resolves = 0;
    wrt_json *tools = NULL;
    wrt_err err = {0};
    wrt_llm *llm = open_tiny((wrt_llm_options){0});
    assert_int_equal(wrt_json_parse(&tools, wrt_str_of(text), NULL), WRT_OK);
    for (uint64_t seed = 0; seed < 40; seed++) {
        wrt_llm_reply reply;
        const wrt_llm_request request = {
            .prompt = plain, .tools = tools, .max_tokens = 200, .temperature = 1, .seed = seed};
        if (wrt_llm_generate(&reply, llm, &request, &err) != WRT_OK)
            fail_msg("%s", err.message);
        assert_int_equal(wrt_json_count(reply.tool_calls), 1);
        assert_int_equal(reply.text.len, 0);
        const wrt_json *call = wrt_json_first(reply.tool_calls);
        bool is_resolve = strcmp(wrt_json_get_text(call, "name", ""), "kg_resolve") == 0;
        const wrt_json *value =
            wrt_json_path(call, is_resolve ? "arguments.text" : "arguments.default");
        assert_true(wrt_json_is(value, is_resolve ? WRT_JSON_STRING : WRT_JSON_NUMBER));
        resolves += is_resolve;
        wrt_llm_reply_free(&reply);
    }
    assert_true(resolves > 0 && resolves < 40);
    wrt_json_free(tools);
    wrt_llm_close(llm);
}

/* ---- requests -------------------------------------------------------------------------------- */

static void generate_refuses_when_request_is_malformed(void **state) {
    (void)state;
    wrt_json *schema = NULL;
    wrt_json *tools = NULL;
    wrt_json *pattern = NULL;
    wrt_json *none = wrt_json_new_array();
    assert_int_equal(wrt_json_parse(&schema, WRT_STR("{\"type\":\"integer\"}"), NULL), WRT_OK);
    assert_int_equal(wrt_json_parse(&tools, WRT_STR("[{\"name\":\"x\"}]"), NULL), WRT_OK);
    assert_int_equal(
        wrt_json_parse(&pattern, WRT_STR("{\"type\":\"string\",\"pattern\":\"(?=a)b\"}"), NULL),
        WRT_OK);
    const struct {
        wrt_llm_request request;
        wrt_status status;
        const char *words;
    } cases[] = {
        {{.prompt = plain, .schema = schema, .gbnf = "root ::= \"a\"", .max_tokens = 5},
         WRT_E_INPUT,
         "one of grammar, schema and tools"},
        {{.prompt = plain, .max_tokens = 0}, WRT_E_INPUT, "max_tokens is 0"},
        {{.prompt = plain, .max_tokens = 5, .temperature = -1}, WRT_E_INPUT, "temperature is -1"},
        {{.prompt = plain, .max_tokens = 5, .temperature = NAN}, WRT_E_INPUT, "temperature is"},
        {{.prompt = plain, .max_tokens = 5, .top_p = 1.5}, WRT_E_INPUT, "top_p is 1.5"},
        {{.prompt = plain, .tools = tools, .max_tokens = 5}, WRT_E_INPUT, "\"x\" has no schema"},
        {{.prompt = plain, .tools = none, .max_tokens = 5}, WRT_E_INPUT, "1 to 128 tools"},
        {{.prompt = plain, .schema = tools, .max_tokens = 5}, WRT_E_INPUT, "schema"},
        {{.prompt = plain, .schema = pattern, .max_tokens = 5}, WRT_E_UNSUPPORTED, "pattern"},
        {{.max_tokens = 5}, WRT_E_INPUT, "the prompt is empty"},
        {{.prompt = {.user = {"\xff", 1}}, .max_tokens = 5}, WRT_E_INPUT, "not valid UTF-8"}};
    wrt_llm *llm = open_tiny((wrt_llm_options){0});
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_err err = {0};
        wrt_llm_reply reply;
        wrt_status status = wrt_llm_generate(&reply, llm, &cases[i].request, &err);
        if (status != cases[i].status || strstr(err.message, cases[i].words) == NULL)
            fail_msg("case %zu: status %d, %s", i, status, err.message);
        assert_null(reply.text.ptr);
    }
    wrt_json_free(schema);
    wrt_json_free(tools);
    wrt_json_free(pattern);
    wrt_json_free(none);
    wrt_llm_close(llm);
}

/* ---- ending early ---------------------------------------------------------------------------- */

static wrt_cancel cancel;
static int pieces;

static void cancel_after_five(wrt_str piece, void *ctx) {
    (void)piece;
    (void)ctx;
    if (++pieces == 5)
        wrt_cancel_request(&cancel);
}

static bool stop_at_once(size_t done, size_t total, void *ctx) {
    (void)total;
    (void)ctx;
    return done == 0;
}

static void calls_end_when_cancelled_or_late_and_the_next_works(void **state) {
    (void)state;
    const wrt_str yes_no[] = {WRT_STR("yes"), WRT_STR("no")};
    double before[2];
    double after[2];
    wrt_llm_reply reply;
    wrt_err err = {0};
    const wrt_llm_request request = {.prompt = plain,
                                     .gbnf = "root ::= [a-z]{500}",
                                     .max_tokens = 900,
                                     .on_text = cancel_after_five};
    wrt_llm *llm = open_tiny((wrt_llm_options){.cancel = &cancel});
    assert_int_equal(ask_scores(before, llm, &plain, yes_no, 2, WRT_STR(""), NULL), WRT_OK);
    assert_int_equal(wrt_llm_generate(&reply, llm, &request, &err), WRT_E_INTERRUPTED);
    assert_int_equal(pieces, 5);
    assert_int_equal(ask_scores(after, llm, &plain, yes_no, 2, WRT_STR(""), &err),
                     WRT_E_INTERRUPTED);
    atomic_store(&cancel.requested, 0);
    assert_int_equal(ask_scores(after, llm, &plain, yes_no, 2, WRT_STR(""), NULL), WRT_OK);
    assert_memory_equal(before, after, sizeof before);
    wrt_llm_close(llm);
    llm = open_tiny((wrt_llm_options){.timeout_ms = 1});
    assert_int_equal(wrt_llm_generate(&reply, llm, &request, &err), WRT_E_TIMEOUT);
    wrt_llm_close(llm);
    llm = open_tiny((wrt_llm_options){.progress = stop_at_once, .batch = 16});
    assert_int_equal(ask_scores(after, llm, &plain, yes_no, 2, WRT_STR(""), &err),
                     WRT_E_INTERRUPTED);
    wrt_llm_close(llm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generate_fits_its_schema_in_500_draws),
        cmocka_unit_test(smollm2_fits_its_schema_in_60_draws),
        cmocka_unit_test(draws_follow_the_scores),
        cmocka_unit_test(nucleus_keeps_the_likeliest_only),
        cmocka_unit_test(free_text_is_cut_between_characters),
        cmocka_unit_test(tools_give_a_call_of_one_of_them),
        cmocka_unit_test(generate_refuses_when_request_is_malformed),
        cmocka_unit_test(calls_end_when_cancelled_or_late_and_the_next_works),
    };
    return cmocka_run_group_tests(tests, tiny_setup, tiny_teardown);
}
