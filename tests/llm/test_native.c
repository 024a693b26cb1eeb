/* test_native.c: replies of llama-server's own endpoints, in the shapes of llama.cpp 0.5.0. */
#include "llm/http/native.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void check_text(wrt_str found, const char *expected) {
    assert_int_equal(found.len, strlen(expected));
    assert_memory_equal(found.ptr, expected, found.len);
}

/* ---- /completion ----------------------------------------------------------------------------- */

/* A reply whose ids and probabilities are filled in. */
static char *make_body(const char *ids, const char *probabilities, const char *stop_type) {
    wrt_buf body = wrt_buf_make(WRT_KIB(16));
    wrt_buf_printf(
        &body,
        "{\"index\":0,\"content\":\" blue\",\"tokens\":%s,\"id_slot\":0,\"stop\":true,\"model\":"
        "\"tiny\",\"tokens_predicted\":3,\"tokens_evaluated\":7,\"generation_settings\":{\"seed\":"
        "4294967295,\"samplers\":[]},\"prompt\":\"<s> The sky is\",\"has_new_line\":false,"
        "\"truncated\":false,\"stop_type\":\"%s\",\"stopping_word\":\"\",\"tokens_cached\":9,"
        "\"timings\":{\"cache_n\":6,\"prompt_n\":1},\"completion_probabilities\":%s}",
        ids, stop_type, probabilities);
    return wrt_buf_take(&body);
}

static const char three[] =
    "[{\"id\":15,\"token\":\" bl\",\"bytes\":[32,98,108],\"logprob\":-0.5,\"top_logprobs\":[{"
    "\"id\":40,\"token\":\" a\",\"bytes\":[32,97],\"logprob\":-0.25}]},{\"id\":9,\"token\":\"u\","
    "\"bytes\":[117],\"logprob\":-1.25,\"top_logprobs\":[]},{\"id\":201,\"token\":\"\",\"bytes\":"
    "[195],\"logprob\":-0.125,\"top_logprobs\":[]}]";

static wrt_openai_expect expect_probs(void) {
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    expect.top_logprobs = 1;
    return expect;
}

static wrt_status read_body(wrt_openai_reply *out, char *body, wrt_err *err) {
    wrt_openai_expect expect = expect_probs();
    wrt_status status = wrt_native_read_completion(out, wrt_str_of(body), &expect, err);
    free(body);
    return status;
}

static void native_sums_log_p_when_tokens_were_forced(void **state) {
    (void)state;
    const int32_t forced[] = {15, 9, 201};
    const int32_t others[] = {15, 9, 202};
    wrt_openai_reply reply;
    wrt_err err = {WRT_OK, ""};
    double log_p = 1;
    assert_int_equal(read_body(&reply, make_body("[15,9,201]", three, "limit"), NULL), WRT_OK);
    check_text(reply.text, " blue");
    check_text(reply.model, "tiny");
    assert_int_equal(reply.finish, WRT_OPENAI_FINISH_LENGTH);
    assert_int_equal(reply.usage.prompt, 7);
    assert_int_equal(reply.usage.completion, 3);
    assert_int_equal(reply.usage.cached, 6);
    assert_false(reply.is_truncated);
    assert_int_equal(reply.n_ids, 3);
    check_text(reply.tokens[2].bytes, "\xC3");
    assert_int_equal(reply.tokens[0].top[0].id, 40);
    assert_int_equal(wrt_native_forced_log_p(&log_p, &reply, forced, 3, NULL), WRT_OK);
    assert_true(log_p == -1.875);
    assert_int_equal(wrt_native_forced_log_p(&log_p, &reply, others, 3, &err), WRT_E_UNSUPPORTED);
    assert_string_equal(err.message,
                        "the server wrote token 201 where the grammar allows only 202");
    assert_int_equal(wrt_native_forced_log_p(&log_p, &reply, forced, 2, &err), WRT_E_UNSUPPORTED);
    assert_string_equal(err.message, "the server wrote 3 tokens and scored 3, the grammar allows "
                                     "2: it does not follow grammars of tokens");
    wrt_openai_reply_free(&reply);
}

static void native_gives_no_sum_when_log_p_is_missing(void **state) {
    (void)state;
    const int32_t forced[] = {15};
    wrt_openai_reply reply;
    wrt_err err = {WRT_OK, ""};
    double log_p = 1;
    assert_int_equal(read_body(&reply,
                               make_body("[15]",
                                         "[{\"id\":15,\"token\":\"a\",\"bytes\":[97],\"logprob\":"
                                         "-3.4028234663852886e+38,\"top_logprobs\":[]}]",
                                         "limit"),
                               NULL),
                     WRT_OK);
    assert_int_equal(wrt_native_forced_log_p(&log_p, &reply, forced, 1, &err), WRT_E_UNSUPPORTED);
    assert_string_equal(err.message, "the server gave no log probability for a token");
    assert_true(log_p == 1);
    wrt_openai_reply_free(&reply);
}

/* The token for the byte 0 is among the alternatives of every full list. */
static void native_takes_byte_zero_when_it_is_a_token(void **state) {
    (void)state;
    static const char with_zero[] =
        "[{\"id\":15,\"token\": \"a\\\\u0000\\u0000\",\"bytes\":[97],\"logprob\":-0.5,"
        "\"top_logprobs\":[{\"id\":3,\"token\":\"\\u0000\",\"bytes\":[0],\"logprob\":-9.5}]}]";
    wrt_openai_reply reply;
    wrt_err err = {WRT_OK, ""};
    assert_int_equal(read_body(&reply, make_body("[15]", with_zero, "limit"), NULL), WRT_OK);
    assert_int_equal(reply.tokens[0].top[0].id, 3);
    assert_int_equal(reply.tokens[0].top[0].bytes.len, 1);
    assert_int_equal(reply.tokens[0].top[0].bytes.ptr[0], 0);
    assert_true(reply.tokens[0].top[0].log_p == -9.5);
    wrt_openai_reply_free(&reply);
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    static const char *const refused[] = {
        "{\"content\":\"\\u0000\",\"stop\":true}",
        "{\"content\":\"a\",\"stop\":true,\"\\u0000\":1}",
        "{\"content\":\"a\",\"stop\":true,\"token\":1,\"b\":\"\\u0000\"}",
        "{\"content\":\"a\",\"stop\":true,\"token\":\"b\",\"c\":[\"\\u0000\"]}",
        "{\"token\":\"\\u0000",
        "{\"token\":\"\\u0000\\",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_int_equal(wrt_native_read_completion(&reply, wrt_str_of(refused[i]), &expect, &err),
                         WRT_E_FAILED);
}

static void native_refuses_completion_when_lists_differ(void **state) {
    (void)state;
    wrt_openai_reply reply;
    wrt_err err = {WRT_OK, ""};
    assert_int_equal(read_body(&reply, make_body("[15,9]", three, "eos"), &err), WRT_E_FAILED);
    assert_int_equal(read_body(&reply, make_body("[15,9,200]", three, "eos"), &err), WRT_E_FAILED);
    assert_string_equal(err.message, "the reply lists 3 tokens, its log probabilities belong to 3 "
                                     "or to others");
    assert_int_equal(read_body(&reply, make_body("[15,9,201,7]", three, "eos"), &err),
                     WRT_E_FAILED);
    assert_null(reply.arena);
    assert_int_equal(read_body(&reply, make_body("[15]", "[]", "limit"), &err), WRT_E_UNSUPPORTED);
    assert_string_equal(err.message,
                        "the server sent no log probabilities although they were asked for");
    /* the tokens of a stop word are cut off */
    assert_int_equal(read_body(&reply, make_body("[15,9,201,7]", three, "word"), &err), WRT_OK);
    assert_int_equal(reply.finish, WRT_OPENAI_FINISH_STOP);
    assert_int_equal(reply.n_tokens, 3);
    wrt_openai_reply_free(&reply);
}

static void native_refuses_completion_when_malformed(void **state) {
    (void)state;
    static const struct {
        const char *body;
        wrt_status status;
        const char *message;
    } cases[] = {
        {"{\"stop\":true}", WRT_E_FAILED, "the reply has no \"content\""},
        {"{\"content\":\"a\",\"stop\":false}", WRT_E_FAILED,
         "the reply is not a finished completion (\"stop\")"},
        {"{\"content\":\"a\",\"stop\":true,\"tokens\":{}}", WRT_E_FAILED,
         "\"tokens\" in the reply must be a list"},
        {"{\"content\":\"a\",\"stop\":true,\"tokens\":[1.5]}", WRT_E_FAILED,
         "a token id in the reply must be a whole number from 0 to 2147483647"},
        {"{\"content\":\"a\",\"stop\":true,\"tokens_evaluated\":-1}", WRT_E_FAILED,
         "\"tokens_evaluated\" in the reply must be a whole number from 0 to 1000000000"},
        {"[{\"content\":\"a\",\"stop\":true}]", WRT_E_FAILED,
         "the server's reply is a JSON array, not an object"},
        {"{\"error\":{\"code\":400,\"message\":\"Failed to parse grammar\",\"type\":"
         "\"invalid_request_error\"}}",
         WRT_E_INPUT, "the server answered HTTP 400: Failed to parse grammar"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_openai_reply reply;
        wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
        wrt_err err = {WRT_OK, ""};
        assert_int_equal(
            wrt_native_read_completion(&reply, wrt_str_of(cases[i].body), &expect, &err),
            cases[i].status);
        assert_string_equal(err.message, cases[i].message);
        assert_null(reply.arena);
    }
}

/* ---- /tokenize, /apply-template -------------------------------------------------------------- */

static void native_reads_tokens_with_and_without_pieces(void **state) {
    (void)state;
    wrt_openai_reply reply;
    assert_int_equal(wrt_native_read_tokenize(&reply, WRT_STR("{\"tokens\":[123,456,789]}"), NULL),
                     WRT_OK);
    assert_int_equal(reply.n_ids, 3);
    assert_int_equal(reply.ids[2], 789);
    assert_int_equal(reply.n_tokens, 0);
    wrt_openai_reply_free(&reply);
    assert_int_equal(
        wrt_native_read_tokenize(&reply,
                                 WRT_STR("{\"tokens\":[{\"id\":198,\"piece\":[195]},{\"id\":164,"
                                         "\"piece\":[161]},{\"id\":7,\"piece\":\" a\"}]}"),
                                 NULL),
        WRT_OK);
    assert_int_equal(reply.n_ids, 3);
    assert_int_equal(reply.ids[0], 198);
    assert_int_equal(reply.n_tokens, 3);
    check_text(reply.tokens[0].bytes, "\xC3");
    check_text(reply.tokens[2].bytes, " a");
    assert_int_equal(reply.tokens[2].id, 7);
    assert_true(isnan(reply.tokens[2].log_p));
    wrt_openai_reply_free(&reply);
    assert_int_equal(wrt_native_read_tokenize(&reply, WRT_STR("{\"tokens\":[]}"), NULL), WRT_OK);
    assert_int_equal(reply.n_ids, 0);
    wrt_openai_reply_free(&reply);
    assert_int_equal(wrt_native_read_tokenize(&reply,
                                              WRT_STR("{\"count\":1,\"max_model_len\":2048,"
                                                      "\"tokens\":[5],\"token_strs\":null}"),
                                              NULL),
                     WRT_OK);
    assert_int_equal(reply.ids[0], 5);
    wrt_openai_reply_free(&reply);
}

static void native_refuses_tokens_when_malformed(void **state) {
    (void)state;
    static const char *const bodies[] = {
        "{}",
        "{\"tokens\":null}",
        "{\"tokens\":[-1]}",
        "{\"tokens\":[2147483648]}",
        "{\"tokens\":[\"1\"]}",
        "{\"tokens\":[{\"id\":1}]}",
        "{\"tokens\":[{\"id\":1,\"piece\":7}]}",
        "{\"tokens\":[{\"id\":1,\"piece\":\"a\"},2]}",
        "{\"tokens\":[{\"id\":1,\"piece\":[-1]}]}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        wrt_openai_reply reply;
        assert_int_equal(wrt_native_read_tokenize(&reply, wrt_str_of(bodies[i]), NULL),
                         WRT_E_FAILED);
        assert_null(reply.arena);
    }
}

static void native_reads_prompt_of_template(void **state) {
    (void)state;
    wrt_openai_reply reply;
    assert_int_equal(
        wrt_native_read_template(
            &reply, WRT_STR("{\"prompt\":\"<|im_start|>user\\nu<|im_end|>\\n\"}"), NULL),
        WRT_OK);
    check_text(reply.text, "<|im_start|>user\nu<|im_end|>\n");
    wrt_openai_reply_free(&reply);
    assert_int_equal(wrt_native_read_template(&reply, WRT_STR("{\"prompt\":\"\"}"), NULL),
                     WRT_E_FAILED);
    assert_int_equal(wrt_native_read_template(&reply, WRT_STR("{\"prompt\":[1]}"), NULL),
                     WRT_E_FAILED);
}

/* ---- what the server is ---------------------------------------------------------------------- */

static void native_reads_props(void **state) {
    (void)state;
    wrt_native_props props;
    wrt_err err = {WRT_OK, ""};
    assert_int_equal(
        wrt_native_read_props(
            &props,
            WRT_STR("{\"default_generation_settings\":{\"params\":{\"seed\":4294967295},\"n_ctx\":"
                    "1024},\"total_slots\":4,\"model_alias\":\"tiny\",\"model_path\":"
                    "\"/m/tiny.gguf\",\"modalities\":{\"vision\":false},\"chat_template\":"
                    "\"{{ x }}\",\"build_info\":\"b1-de3ff81\",\"is_sleeping\":false}"),
            &err),
        WRT_OK);
    check_text(props.build, "b1-de3ff81");
    check_text(props.model_path, "/m/tiny.gguf");
    check_text(props.chat_template, "{{ x }}");
    assert_int_equal(props.n_slots, 4);
    assert_int_equal(props.n_context, 1024);
    wrt_native_props_free(&props);
    wrt_native_props_free(&props);
    assert_int_equal(wrt_native_read_props(&props, WRT_STR("{\"a\":1}"), &err), WRT_E_FAILED);
    assert_string_equal(err.message, "the reply has no \"default_generation_settings\"");
    assert_null(props.arena);
    assert_int_equal(
        wrt_native_read_props(
            &props, WRT_STR("{\"default_generation_settings\":{},\"total_slots\":\"4\"}"), &err),
        WRT_E_FAILED);
}

static void native_reads_models_of_any_server(void **state) {
    (void)state;
    wrt_native_models models;
    assert_int_equal(
        wrt_native_read_models(
            &models,
            WRT_STR("{\"models\":[{\"name\":\"tiny\"}],\"object\":\"list\",\"data\":[{\"id\":"
                    "\"tiny\",\"object\":\"model\",\"created\":1764000000,\"owned_by\":"
                    "\"llamacpp\",\"meta\":{\"vocab_type\":1,\"n_vocab\":352,\"n_ctx\":4096,"
                    "\"n_ctx_train\":2048,\"n_embd\":64,\"n_params\":135000,\"size\":540000,"
                    "\"ftype\":\"F32\"}}]}"),
            NULL),
        WRT_OK);
    assert_int_equal(models.n_models, 1);
    check_text(models.models[0].id, "tiny");
    check_text(models.models[0].owner, "llamacpp");
    assert_int_equal(models.models[0].n_context, 4096);
    assert_int_equal(models.models[0].n_context_train, 2048);
    assert_int_equal(models.models[0].n_vocab, 352);
    wrt_native_models_free(&models);
    assert_int_equal(
        wrt_native_read_models(&models,
                               WRT_STR("{\"object\":\"list\",\"data\":[{\"id\":\"opt\","
                                       "\"owned_by\":\"vllm\",\"root\":\"opt\",\"parent\":null,"
                                       "\"max_model_len\":2048},{\"id\":\"gpt-4.1\"}]}"),
                               NULL),
        WRT_OK);
    assert_int_equal(models.n_models, 2);
    assert_int_equal(models.models[0].n_context, 2048);
    assert_int_equal(models.models[0].n_vocab, -1);
    check_text(models.models[1].owner, "");
    assert_int_equal(models.models[1].n_context, -1);
    wrt_native_models_free(&models);
    wrt_native_models_free(NULL);
}

static void native_refuses_models_when_malformed(void **state) {
    (void)state;
    wrt_native_models models;
    wrt_err err = {WRT_OK, ""};
    assert_int_equal(wrt_native_read_models(&models, WRT_STR("{\"data\":{}}"), &err), WRT_E_FAILED);
    assert_string_equal(err.message, "the reply has no list \"data\" of models");
    assert_int_equal(wrt_native_read_models(&models, WRT_STR("{\"data\":[{}]}"), &err),
                     WRT_E_FAILED);
    assert_string_equal(err.message, "a model in the reply has no \"id\"");
    wrt_buf body = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add_c(&body, "{\"data\":[{\"id\":\"a\"}");
    for (int i = 0; i < 4096; i++)
        wrt_buf_add_c(&body, ",{\"id\":\"a\"}");
    wrt_buf_add_c(&body, "]}");
    assert_int_equal(wrt_native_read_models(&models, wrt_buf_str(&body), &err), WRT_E_LIMIT);
    assert_string_equal(err.message, "the server lists 4097 models, at most 4096 are read");
    assert_null(models.arena);
    wrt_buf_free(&body);
}

static void native_tells_ready_from_loading(void **state) {
    (void)state;
    static const struct {
        int http_status;
        const char *body;
        wrt_status status;
        bool is_ready;
    } cases[] = {
        {200, "{\"status\":\"ok\"}", WRT_OK, true},
        {200, "", WRT_OK, true},
        {503,
         "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}",
         WRT_OK, false},
        {503, "<html>maintenance</html>", WRT_E_UNAVAILABLE, false},
        {503, "", WRT_E_UNAVAILABLE, false},
        {200, "{\"status\":\"loading\"}", WRT_E_FAILED, false},
        {200, "<html>", WRT_E_FAILED, false},
        {404, "{\"detail\":\"Not Found\"}", WRT_E_INPUT, false},
        {401, "", WRT_E_CREDENTIAL, false},
        {500, "", WRT_E_UNAVAILABLE, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool is_ready = !cases[i].is_ready;
        assert_int_equal(wrt_native_read_health(&is_ready, cases[i].http_status, WRT_STR(""),
                                                wrt_str_of(cases[i].body), NULL),
                         cases[i].status);
        assert_int_equal(is_ready, cases[i].is_ready);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(native_sums_log_p_when_tokens_were_forced),
        cmocka_unit_test(native_gives_no_sum_when_log_p_is_missing),
        cmocka_unit_test(native_takes_byte_zero_when_it_is_a_token),
        cmocka_unit_test(native_refuses_completion_when_lists_differ),
        cmocka_unit_test(native_refuses_completion_when_malformed),
        cmocka_unit_test(native_reads_tokens_with_and_without_pieces),
        cmocka_unit_test(native_refuses_tokens_when_malformed),
        cmocka_unit_test(native_reads_prompt_of_template),
        cmocka_unit_test(native_reads_props),
        cmocka_unit_test(native_reads_models_of_any_server),
        cmocka_unit_test(native_refuses_models_when_malformed),
        cmocka_unit_test(native_tells_ready_from_loading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
