/* test_script.c: specs, request checks and the scripted backend. */
#include "base/file.h"
#include "llm/llm.h"
#include "support.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/warrant-script-XXXXXX";
static const wrt_llm_prompt prompt = {.system = {"Choose.", 7}, .user = {"Which one?", 10}};

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state) {
    (void)state;
    return rmdir(folder);
}

/* Writes a script, opens it, removes the file. */
static wrt_status open_script(wrt_llm **out, const char *lines, wrt_err *err) {
    char *path = wrt_path_join(folder, "replies.jsonl");
    wrt_buf spec = wrt_buf_make(4096);
    wrt_buf_printf(&spec, "script:%s", path);
    assert_int_equal(wrt_file_write(path, wrt_str_of(lines), 0600, NULL), WRT_OK);
    wrt_status status = wrt_llm_open(out, spec.ptr, NULL, err);
    unlink(path);
    wrt_buf_free(&spec);
    free(path);
    return status;
}

static void script_answers_in_order_when_replies_fit(void **state) {
    (void)state;
    const wrt_str options[] = {WRT_STR("stop"), WRT_STR("search"), WRT_STR("ask")};
    double log_p[3];
    size_t index = 9;
    wrt_llm *llm = NULL;
    wrt_buf text = wrt_buf_make(100);
    assert_int_equal(open_script(&llm,
                                 "{\"kind\":\"choose\",\"option\":\"search\"}\n\n"
                                 "{\"kind\":\"generate\",\"text\":\"metformin\"}\n"
                                 "{\"kind\":\"score\",\"log_p\":[-1.5,-0.25,-3]}\n",
                                 NULL),
                     WRT_OK);
    assert_int_equal(ask_choice(&index, llm, &prompt, options, 3, NULL), WRT_OK);
    assert_int_equal(index, 1);
    assert_int_equal(ask_text(&text, llm, &prompt, "root ::= [a-z]+", 5, NULL), WRT_OK);
    assert_string_equal(text.ptr, "metformin");
    assert_int_equal(ask_scores(log_p, llm, &prompt, options, 3, WRT_STR(""), NULL), WRT_OK);
    assert_true(log_p[0] == -1.5 && log_p[1] == -0.25 && log_p[2] == -3.0);
    wrt_buf_free(&text);
    wrt_llm_close(llm);
}

static void script_refuses_when_option_is_not_offered(void **state) {
    (void)state;
    const wrt_str options[] = {WRT_STR("stop"), WRT_STR("search")};
    size_t index;
    wrt_err err = {0};
    wrt_llm *llm = NULL;
    assert_int_equal(open_script(&llm, "{\"kind\":\"choose\",\"option\":\"fly\"}\n", NULL), WRT_OK);
    assert_int_equal(ask_choice(&index, llm, &prompt, options, 2, &err), WRT_E_INPUT);
    assert_string_equal(err.message, "replies.jsonl line 1: \"fly\" was not offered; offered: "
                                     "\"stop\" | \"search\"");
    wrt_llm_close(llm);
}

static void script_refuses_when_reply_is_of_another_kind(void **state) {
    (void)state;
    const wrt_str options[] = {WRT_STR("stop"), WRT_STR("search")};
    double log_p[2];
    wrt_err err = {0};
    wrt_llm *llm = NULL;
    wrt_buf text = wrt_buf_make(100);
    assert_int_equal(open_script(&llm,
                                 "{\"kind\":\"generate\",\"text\":\"x\"}\n"
                                 "{\"kind\":\"choose\",\"option\":\"stop\"}\n"
                                 "{\"kind\":\"score\",\"log_p\":[-1]}\n",
                                 NULL),
                     WRT_OK);
    assert_int_equal(ask_scores(log_p, llm, &prompt, options, 2, WRT_STR(""), &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "line 1: a \"generate\" reply does not fit a choice"));
    assert_int_equal(ask_text(&text, llm, &prompt, "root ::= [a-z]+", 5, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "line 2: a \"choose\" reply does not fit"));
    assert_int_equal(ask_scores(log_p, llm, &prompt, options, 2, WRT_STR(""), &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "line 3"));
    wrt_buf_free(&text);
    wrt_llm_close(llm);
}

static void script_names_call_when_lines_run_out(void **state) {
    (void)state;
    const wrt_str options[] = {WRT_STR("stop"), WRT_STR("search")};
    size_t index;
    wrt_err err = {0};
    wrt_llm *llm = NULL;
    assert_int_equal(open_script(&llm, "{\"kind\":\"choose\",\"option\":\"stop\"}", NULL), WRT_OK);
    assert_int_equal(ask_choice(&index, llm, &prompt, options, 2, NULL), WRT_OK);
    assert_int_equal(ask_choice(&index, llm, &prompt, options, 2, &err), WRT_E_INPUT);
    assert_string_equal(err.message,
                        "replies.jsonl: no reply left for call 2, which asks to choose an option");
    wrt_llm_close(llm);
}

static void script_prefers_first_when_default_is_set(void **state) {
    (void)state;
    const wrt_str options[] = {WRT_STR("stop"), WRT_STR("search")};
    size_t index = 9;
    wrt_err err = {0};
    wrt_llm *llm = NULL;
    wrt_buf text = wrt_buf_make(100);
    assert_int_equal(open_script(&llm,
                                 "{\"kind\":\"default\",\"choose\":\"first\"}\n"
                                 "{\"kind\":\"choose\",\"option\":\"search\"}\n",
                                 NULL),
                     WRT_OK);
    assert_int_equal(ask_choice(&index, llm, &prompt, options, 2, NULL), WRT_OK);
    assert_int_equal(index, 1);
    assert_int_equal(ask_choice(&index, llm, &prompt, options, 2, NULL), WRT_OK);
    assert_int_equal(index, 0);
    assert_int_equal(ask_text(&text, llm, &prompt, "root ::= [a-z]+", 5, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "call 3"));
    wrt_buf_free(&text);
    wrt_llm_close(llm);
}

static void script_fails_as_told_when_reply_is_error(void **state) {
    (void)state;
    const wrt_str options[] = {WRT_STR("stop")};
    double log_p;
    wrt_err err = {0};
    wrt_llm *llm = NULL;
    assert_int_equal(
        open_script(&llm, "{\"kind\":\"error\",\"status\":\"timeout\",\"message\":\"too slow\"}\n",
                    NULL),
        WRT_OK);
    assert_int_equal(ask_scores(&log_p, llm, &prompt, options, 1, WRT_STR(""), &err),
                     WRT_E_TIMEOUT);
    assert_string_equal(err.message, "too slow");
    wrt_llm_close(llm);
}

static void script_fails_as_interrupted_when_told_so(void **state) {
    (void)state;
    const wrt_str options[] = {WRT_STR("stop")};
    double log_p;
    wrt_llm *llm = NULL;
    assert_int_equal(
        open_script(&llm,
                    "{\"kind\":\"error\",\"status\":\"interrupted\",\"message\":\"stopped\"}\n",
                    NULL),
        WRT_OK);
    assert_int_equal(ask_scores(&log_p, llm, &prompt, options, 1, WRT_STR(""), NULL),
                     WRT_E_INTERRUPTED);
    wrt_llm_close(llm);
}

/* A script with a line of this kind is a model with tool calls of its own, which may also speak. */
static void script_calls_tools_when_a_line_says_so(void **state) {
    (void)state;
    static const char *const want[] = {"{\"name\":\"t\",\"arguments\":{\"about\":\"y\"}}", NULL};
    wrt_json *tools = NULL;
    wrt_llm *llm = NULL;
    wrt_err err = {0};
    wrt_llm_reply reply;
    assert_int_equal(
        wrt_json_parse(&tools,
                       WRT_STR("[{\"name\":\"t\",\"parameters\":{\"type\":\"object\","
                               "\"properties\":{\"about\":{\"enum\":[\"x\",\"y\"]}}}}]"),
                       NULL),
        WRT_OK);
    const wrt_llm_request request = {.prompt = prompt, .tools = tools, .max_tokens = 9};
    assert_int_equal(
        open_script(&llm,
                    "{\"kind\":\"call\",\"name\":\"t\",\"arguments\":{\"about\":\"y\"}}\n"
                    "{\"kind\":\"generate\",\"text\":\"none\"}\n"
                    "{\"kind\":\"call\",\"name\":\"t\",\"arguments\":{\"about\":\"z\"}}\n"
                    "{\"kind\":\"call\",\"name\":\"u\",\"arguments\":{}}\n",
                    NULL),
        WRT_OK);
    for (size_t i = 0; i < 2; i++) {
        wrt_json *call = NULL;
        assert_int_equal(wrt_llm_generate(&reply, llm, &request, NULL), WRT_OK);
        assert_int_equal(wrt_json_count(reply.tool_calls), want[i] != NULL);
        if (want[i] != NULL) {
            assert_int_equal(wrt_json_parse(&call, wrt_str_of(want[i]), NULL), WRT_OK);
            assert_true(wrt_json_equal(wrt_json_first(reply.tool_calls), call));
        }
        wrt_json_free(call);
        wrt_llm_reply_free(&reply);
    }
    assert_int_equal(wrt_llm_generate(&reply, llm, &request, &err), WRT_E_FAILED);
    assert_non_null(strstr(err.message, "\"t\" wrongly"));
    assert_int_equal(wrt_llm_generate(&reply, llm, &request, &err), WRT_E_FAILED);
    assert_non_null(strstr(err.message, "a tool \"u\" that it was not given"));
    wrt_llm_close(llm);
    wrt_json_free(tools);
}

static void script_refuses_to_open_when_a_line_is_malformed(void **state) {
    (void)state;
    static const char *const bad[] = {
        "{\"kind\":\"choose\"}\n",
        "{\"kind\":\"generate\",\"text\":7}\n",
        "{\"kind\":\"score\",\"log_p\":[]}\n",
        "{\"kind\":\"score\",\"log_p\":[0.5]}\n",
        "{\"kind\":\"error\",\"status\":\"ok\"}\n",
        "{\"kind\":\"call\",\"name\":\"t\",\"arguments\":\"{}\"}\n",
        "{\"kind\":\"wink\"}\n",
        "[1]\n",
        "not json\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        wrt_err err = {0};
        wrt_llm *llm = NULL;
        assert_int_equal(open_script(&llm, bad[i], &err), WRT_E_INPUT);
        assert_null(llm);
        assert_non_null(strstr(err.message, "replies.jsonl line 1"));
    }
    wrt_err err = {0};
    wrt_llm *llm = NULL;
    assert_int_equal(open_script(&llm,
                                 "{\"kind\":\"choose\",\"option\":\"a\"}\n"
                                 "{\"kind\":\"default\",\"choose\":\"first\"}\n",
                                 &err),
                     WRT_E_INPUT);
    assert_non_null(strstr(err.message, "replies.jsonl line 2"));
    assert_int_equal(wrt_llm_open(&llm, "script:/nowhere/a.jsonl", NULL, &err), WRT_E_INPUT);
    assert_string_equal(err.message, "a.jsonl: no such script");
}

static void script_describes_itself_by_name_and_hash(void **state) {
    (void)state;
    wrt_llm *llm = NULL;
    assert_int_equal(open_script(&llm, "{\"kind\":\"choose\",\"option\":\"a\"}\n", NULL), WRT_OK);
    wrt_json *facts = wrt_llm_describe(llm);
    assert_string_equal(wrt_json_get_text(facts, "kind", ""), "script");
    assert_string_equal(wrt_json_get_text(facts, "model", ""), "replies.jsonl");
    /* printf '{"kind":"choose","option":"a"}\n' | sha256sum */
    assert_string_equal(wrt_json_get_text(facts, "sha256", ""),
                        "8bdad83b180b077a21ec74c214dd6bbfa5b0f0e16a93db52899cab70cbbe12c0");
    wrt_json_free(facts);
    wrt_llm_close(llm);
}

/* ---- what every backend relies on ----------------------------------------------------------- */

static void llm_opens_nothing_when_spec_is_none(void **state) {
    (void)state;
    const wrt_str options[] = {WRT_STR("a")};
    double log_p;
    wrt_err err = {0};
    wrt_llm *llm = (wrt_llm *)&log_p;
    assert_int_equal(wrt_llm_open(&llm, "none", NULL, &err), WRT_OK);
    assert_null(llm);
    assert_int_equal(ask_scores(&log_p, llm, &prompt, options, 1, WRT_STR(""), &err),
                     WRT_E_UNSUPPORTED);
    wrt_json *facts = wrt_llm_describe(llm);
    assert_string_equal(wrt_json_get_text(facts, "kind", ""), "none");
    wrt_json_free(facts);
    wrt_llm_close(llm);
}

static void llm_refuses_when_spec_is_unknown(void **state) {
    (void)state;
    static const struct {
        const char *spec;
        wrt_status status;
        const char *words;
    } cases[] = {{"replay:R1", WRT_E_UNSUPPORTED, "no recorded runs can be read here"},
                 {"gpt", WRT_E_INPUT, "unknown model \"gpt\""},
                 {"/home/someone/model.gguf", WRT_E_INPUT, "unknown model \"model.gguf\""},
                 {"script:", WRT_E_INPUT, "says nothing after the colon"},
                 {"default", WRT_E_NOT_FOUND, "no *.gguf in the models folder"},
                 {"", WRT_E_INPUT, "unknown model"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_err err = {0};
        wrt_llm *llm = NULL;
        assert_int_equal(wrt_llm_open(&llm, cases[i].spec, NULL, &err), cases[i].status);
        assert_null(llm);
        assert_non_null(strstr(err.message, cases[i].words));
        assert_null(strstr(err.message, "someone"));
    }
}

static void llm_refuses_score_when_options_are_ambiguous(void **state) {
    (void)state;
    const wrt_str options[] = {WRT_STR("not"), WRT_STR("no")};
    const wrt_str empty[] = {WRT_STR("a"), WRT_STR("")};
    const wrt_str bytes[] = {WRT_STR("a"), WRT_STR("\xff")};
    double log_p[2];
    size_t index = 9;
    wrt_err err = {0};
    wrt_llm *llm = NULL;
    assert_int_equal(open_script(&llm, "{\"kind\":\"choose\",\"option\":\"no\"}\n", NULL), WRT_OK);
    assert_int_equal(ask_scores(log_p, llm, &prompt, options, 2, WRT_STR(""), &err), WRT_E_INPUT);
    assert_non_null(
        strstr(err.message, "candidate 2 (\"no\") is a prefix of candidate 1 (\"not\")"));
    assert_int_equal(ask_scores(log_p, llm, &prompt, empty, 2, WRT_STR(""), &err), WRT_E_INPUT);
    assert_int_equal(ask_scores(log_p, llm, &prompt, bytes, 2, WRT_STR(""), &err), WRT_E_INPUT);
    assert_int_equal(ask_scores(log_p, llm, &prompt, options, 0, WRT_STR(""), &err), WRT_E_INPUT);
    assert_int_equal(ask_scores(log_p, llm, &prompt, options, 65, WRT_STR(""), &err), WRT_E_LIMIT);
    assert_int_equal(ask_choice(&index, llm, &prompt, options, 2, &err), WRT_OK);
    assert_int_equal(index, 1);
    wrt_llm_close(llm);
}

/* ---- rules: by what is asked, not by when */

static wrt_status choose_as(size_t *index, wrt_llm *llm, const char *system, const char *user,
                            const wrt_str *options, size_t n) {
    const wrt_llm_prompt asked = {.system = wrt_str_of(system), .user = wrt_str_of(user)};
    *index = 99;
    return ask_choice(index, llm, &asked, options, n, NULL);
}

static void script_rules_answer_whatever_fits_them(void **state) {
    (void)state;
    const wrt_str ids[] = {WRT_STR("X:1"), WRT_STR("X:2"), WRT_STR("X:3")};
    const wrt_str numbers[] = {WRT_STR("1"), WRT_STR("2"), WRT_STR("12")};
    const char *routes = "Routes:\n1: through \"a\"\n12: through \"b\"\n2: through \"bc\"\n";
    size_t index;
    wrt_llm *llm = NULL;
    assert_int_equal(
        open_script(&llm,
                    "{\"kind\":\"default\",\"choose\":\"first\"}\n"
                    "{\"kind\":\"rule\",\"asks\":[\"the id\",\"twin\"],\"option\":\"X:9\"}\n"
                    "{\"kind\":\"rule\",\"asks\":[\"the id\",\"twin\"],\"option\":\"X:3\"}\n"
                    "{\"kind\":\"rule\",\"asks\":[\"the number\"],\"holding\":\"\\\"bc\\\"\"}\n"
                    "{\"kind\":\"choose\",\"option\":\"X:2\"}\n",
                    NULL),
        WRT_OK);
    for (int again = 0; again < 2; again++) { /* X:9 is not offered: the next rule that fits */
        assert_int_equal(choose_as(&index, llm, "Give the id.", "Name: twin", ids, 3), WRT_OK);
        assert_int_equal(index, 2);
    }
    assert_int_equal(choose_as(&index, llm, "Give the number.", routes, numbers, 3), WRT_OK);
    assert_int_equal(index, 1);
    assert_int_equal(choose_as(&index, llm, "Give the id.", "Name: other", ids, 3), WRT_OK);
    assert_int_equal(index, 1); /* no rule fits: the line in order */
    assert_int_equal(choose_as(&index, llm, "Give the id.", "Name: other", ids, 3), WRT_OK);
    assert_int_equal(index, 0); /* and then the default */
    wrt_llm_close(llm);
}

static void script_rules_write_what_they_say(void **state) {
    (void)state;
    wrt_llm *llm = NULL;
    wrt_buf text = wrt_buf_make(100);
    const wrt_llm_prompt other = {.system = WRT_STR("Write."), .user = WRT_STR("abc")};
    assert_int_equal(open_script(&llm,
                                 "{\"kind\":\"rule\",\"asks\":[\"Choose.\"],\"text\":\"said\"}\n"
                                 "{\"kind\":\"rule\",\"asks\":[\"Write.\"],\"repeat\":true}\n",
                                 NULL),
                     WRT_OK);
    assert_int_equal(ask_text(&text, llm, &prompt, "root ::= [a-z]+", 5, NULL), WRT_OK);
    assert_string_equal(text.ptr, "said");
    wrt_buf_free(&text);
    text = wrt_buf_make(100);
    assert_int_equal(ask_text(&text, llm, &other, "root ::= [a-z]+", 5, NULL), WRT_OK);
    assert_string_equal(text.ptr, "abc");
    wrt_buf_free(&text);
    wrt_llm_close(llm);
}

static void script_refuses_rules_that_say_nothing(void **state) {
    (void)state;
    static const char *const lines[] = {
        "{\"kind\":\"rule\",\"option\":\"a\"}",
        "{\"kind\":\"rule\",\"asks\":[],\"option\":\"a\"}",
        "{\"kind\":\"rule\",\"asks\":[\"\"],\"option\":\"a\"}",
        "{\"kind\":\"rule\",\"asks\":[1],\"option\":\"a\"}",
        "{\"kind\":\"rule\",\"asks\":\"a\",\"option\":\"a\"}",
        "{\"kind\":\"rule\",\"asks\":[\"a\"]}",
        "{\"kind\":\"rule\",\"asks\":[\"a\"],\"option\":\"a\",\"text\":\"b\"}",
        "{\"kind\":\"rule\",\"asks\":[\"a\"],\"repeat\":false}",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        wrt_err err = {0};
        wrt_llm *llm = NULL;
        assert_int_equal(open_script(&llm, lines[i], &err), WRT_E_INPUT);
        assert_non_null(strstr(err.message, "replies.jsonl line 1: "));
        assert_null(llm);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(script_answers_in_order_when_replies_fit),
        cmocka_unit_test(script_rules_answer_whatever_fits_them),
        cmocka_unit_test(script_rules_write_what_they_say),
        cmocka_unit_test(script_refuses_rules_that_say_nothing),
        cmocka_unit_test(script_refuses_when_option_is_not_offered),
        cmocka_unit_test(script_refuses_when_reply_is_of_another_kind),
        cmocka_unit_test(script_names_call_when_lines_run_out),
        cmocka_unit_test(script_prefers_first_when_default_is_set),
        cmocka_unit_test(script_fails_as_told_when_reply_is_error),
        cmocka_unit_test(script_fails_as_interrupted_when_told_so),
        cmocka_unit_test(script_calls_tools_when_a_line_says_so),
        cmocka_unit_test(script_refuses_to_open_when_a_line_is_malformed),
        cmocka_unit_test(script_describes_itself_by_name_and_hash),
        cmocka_unit_test(llm_opens_nothing_when_spec_is_none),
        cmocka_unit_test(llm_refuses_when_spec_is_unknown),
        cmocka_unit_test(llm_refuses_score_when_options_are_ambiguous),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
