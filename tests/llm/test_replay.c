/* test_replay.c: a recorded run's answers, given again to the same questions and to no others. */
#include "support.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

static wrt_status give_tape(wrt_json **out, const char *run, void *ctx, wrt_err *err) {
    if (strcmp(run, "R1") != 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "no run %s", run);
    return wrt_json_parse(out, wrt_str_of(ctx), err);
}

static wrt_status open_tape(wrt_llm **out, const char *tape, wrt_err *err) {
    const wrt_llm_options options = {.tape = give_tape, .ctx = (void *)(uintptr_t)tape};
    return wrt_llm_open(out, "replay:R1", &options, err);
}

static const char tape[] =
    "[{\"form\":\"score\",\"system\":\"s\",\"user\":\"first\",\"options\":[\"a\",\"b\"],"
    "\"log_p\":[-1.5,-0.25],\"choice\":1},"
    "{\"form\":\"score\",\"system\":\"s\",\"user\":\"first\",\"options\":[\"a\",\"b\"],"
    "\"log_p\":[-0.5,-2],\"choice\":0},"
    "{\"form\":\"grammar\",\"system\":\"s\",\"user\":\"word it\",\"options\":[\"x\",\"y\"],"
    "\"text\":\"y\",\"choice\":1},"
    "{\"form\":\"score\",\"system\":\"s\",\"user\":\"bounds\",\"options\":[\"a\",\"b\"],"
    "\"log_p\":[-0.75,null],\"low\":[-0.75,null],\"high\":[-0.75,-3],\"choice\":0},"
    "{\"form\":\"score\",\"system\":\"s\",\"user\":\"written\",\"options\":[\"a\",\"b\"],"
    "\"log_p\":[null,null],\"by_text\":true,\"choice\":1},"
    "{\"form\":\"score\",\"system\":\"s\",\"user\":\"late\",\"options\":[\"a\",\"b\"],"
    "\"error\":\"too slow\",\"status\":\"timeout\",\"choice\":0}]";

static wrt_llm_question question(const char *user) {
    static const wrt_str candidates[] = {{"a", 1}, {"b", 1}};
    return (wrt_llm_question){.prompt = {.system = WRT_STR("s"), .user = wrt_str_of(user)},
                              .candidates = candidates,
                              .n = 2};
}

static void replay_answers_each_question_as_recorded(void **state) {
    (void)state;
    wrt_llm *llm = NULL;
    wrt_llm_choice choice;
    wrt_err err = {0};
    wrt_buf text = wrt_buf_make(100);
    const wrt_llm_question first = question("first");
    const wrt_llm_question bounds = question("bounds");
    const wrt_llm_question written = question("written");
    const wrt_llm_question late = question("late");
    const wrt_llm_prompt word = {.system = WRT_STR("s"), .user = WRT_STR("word it")};
    assert_int_equal(open_tape(&llm, tape, NULL), WRT_OK);
    assert_int_equal(ask_text(&text, llm, &word, "root ::= \"x\" | \"y\"", 9, NULL), WRT_OK);
    assert_string_equal(text.ptr, "y"); /* asked out of order */
    assert_int_equal(wrt_llm_choose(&choice, llm, &first, NULL), WRT_OK);
    assert_true(choice.index == 1 && choice.scores[0].log_p == -1.5);
    assert_int_equal(wrt_llm_choose(&choice, llm, &first, NULL), WRT_OK);
    assert_true(choice.index == 0 && choice.scores[1].log_p == -2);
    assert_int_equal(wrt_llm_choose(&choice, llm, &bounds, NULL), WRT_OK);
    assert_int_equal(choice.quality, WRT_LLM_BOUND);
    assert_true(choice.index == 0 && isnan(choice.scores[1].log_p) && choice.scores[1].high == -3 &&
                choice.scores[1].low == -INFINITY);
    assert_int_equal(wrt_llm_choose(&choice, llm, &late, &err), WRT_E_TIMEOUT);
    assert_string_equal(err.message, "too slow");
    assert_int_equal(wrt_llm_choose(&choice, llm, &first, &err), WRT_E_FAILED);
    assert_non_null(strstr(err.message, "run R1 holds no answer (or no further one)"));
    assert_int_equal(wrt_llm_choose(&choice, llm, &written, &err), WRT_OK);
    assert_true(choice.by_text && choice.index == 1 && choice.quality == WRT_LLM_MISSING);
    wrt_llm_close(llm);
    wrt_buf_free(&text);
}

static const char mixed_tape[] =
    "[{\"form\":\"score\",\"user\":\"settled\",\"system\":\"s\",\"options\":[\"a\",\"b\"],"
    "\"log_p\":[-3,null],\"low\":[-3,-1],\"high\":[-3,-0.5]},"
    "{\"form\":\"score\",\"user\":\"bounds\",\"system\":\"s\",\"options\":[\"a\",\"b\"],"
    "\"log_p\":[-3,null],\"low\":[-3,-4],\"high\":[-3,-0.5]},"
    "{\"form\":\"score\",\"user\":\"bounds\",\"system\":\"s\",\"options\":[\"a\",\"b\"],"
    "\"log_p\":[-3,null],\"low\":[-3,-4],\"high\":[-3,-0.5]},"
    "{\"form\":\"score\",\"user\":\"drawn\",\"system\":\"s\",\"options\":[\"a\",\"b\"],"
    "\"log_p\":[-1,-2],\"quality\":\"sampled\"}]";

/* What is not exact reaches only a caller that accepts it, and says what it is. */
static void scores_worse_than_accepted_are_refused(void **state) {
    (void)state;
    wrt_llm *llm = NULL;
    wrt_llm_choice choice;
    wrt_llm_score scores[2];
    wrt_err err = {0};
    const wrt_llm_question settled = question("settled");
    const wrt_llm_question bounds = question("bounds");
    const wrt_llm_question drawn = question("drawn");
    assert_int_equal(open_tape(&llm, mixed_tape, NULL), WRT_OK);
    assert_int_equal(wrt_llm_choose(&choice, llm, &settled, NULL), WRT_OK);
    assert_true(choice.index == 1 && choice.quality == WRT_LLM_BOUND && !choice.by_text);
    assert_int_equal(wrt_llm_score_all(scores, llm, &bounds, 1, &err), WRT_E_UNSUPPORTED);
    assert_string_equal(err.message, "the model can give only a score of quality \"bound\" where "
                                     "\"exact\" is wanted");
    assert_int_equal(wrt_llm_score_all(scores, llm, &drawn, 1, &err), WRT_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "\"sampled\""));
    wrt_llm_close(llm);
    const wrt_llm_options options = {
        .tape = give_tape, .ctx = (void *)(uintptr_t)mixed_tape, .accept = WRT_LLM_BOUND};
    assert_int_equal(wrt_llm_open(&llm, "replay:R1", &options, NULL), WRT_OK);
    assert_int_equal(wrt_llm_score_all(scores, llm, &bounds, 1, NULL), WRT_OK);
    assert_int_equal(scores[0].quality, WRT_LLM_EXACT);
    assert_int_equal(scores[1].quality, WRT_LLM_BOUND);
    assert_true(isnan(scores[1].log_p) && scores[1].low == -4 && scores[1].high == -0.5);
    wrt_llm_close(llm);
}

static void replay_refuses_what_was_not_asked(void **state) {
    (void)state;
    wrt_llm *llm = NULL;
    wrt_llm_choice choice;
    wrt_err err = {0};
    const wrt_str other[] = {WRT_STR("a"), WRT_STR("c")};
    wrt_llm_question asked = question("first");
    assert_int_equal(open_tape(&llm, tape, NULL), WRT_OK);
    asked.candidates = other;
    assert_int_equal(wrt_llm_choose(&choice, llm, &asked, &err), WRT_E_FAILED);
    asked = question("never asked");
    assert_int_equal(wrt_llm_choose(&choice, llm, &asked, &err), WRT_E_FAILED);
    wrt_llm_close(llm);
}

/* A call and a text instead of one; the model had tool calls of its own, and so has the replay. */
static void replay_calls_tools_as_recorded(void **state) {
    (void)state;
    static const char calls[] =
        "[{\"form\":\"calls\",\"system\":\"s\",\"user\":\"next\",\"options\":[\"none\",\"t y\"],"
        "\"calls\":[{\"name\":\"t\",\"arguments\":{\"about\":\"y\"}}],\"choice\":1},"
        "{\"form\":\"calls\",\"system\":\"s\",\"user\":\"next\",\"options\":[\"none\",\"t y\"],"
        "\"text\":\"no more\",\"choice\":0}]";
    wrt_json *tools = NULL;
    wrt_llm *llm = NULL;
    wrt_llm_reply reply;
    assert_int_equal(wrt_json_parse(&tools,
                                    WRT_STR("[{\"name\":\"t\",\"parameters\":{\"type\":\"object\","
                                            "\"properties\":{\"about\":{\"enum\":[\"y\"]}}}}]"),
                                    NULL),
                     WRT_OK);
    const wrt_llm_request request = {.prompt = {.system = WRT_STR("s"), .user = WRT_STR("next")},
                                     .tools = tools,
                                     .own_calls = true,
                                     .max_tokens = 9};
    assert_int_equal(open_tape(&llm, calls, NULL), WRT_OK);
    wrt_json *facts = wrt_llm_describe(llm);
    assert_true(wrt_json_get_bool(wrt_json_get(facts, "capabilities"), "tool_calls", false));
    wrt_json_free(facts);
    assert_int_equal(wrt_llm_generate(&reply, llm, &request, NULL), WRT_OK);
    assert_string_equal(wrt_json_get_text(wrt_json_first(reply.tool_calls), "name", ""), "t");
    wrt_llm_reply_free(&reply);
    assert_int_equal(wrt_llm_generate(&reply, llm, &request, NULL), WRT_OK);
    assert_null(reply.tool_calls);
    assert_string_equal(reply.text.ptr, "no more");
    wrt_llm_reply_free(&reply);
    wrt_llm_close(llm);
    wrt_json_free(tools);
}

static void replay_refuses_to_open_when_tape_is_malformed(void **state) {
    (void)state;
    static const char *const bad[] = {
        "[{\"form\":\"score\",\"options\":[\"a\"],\"log_p\":[]}]",
        "[{\"form\":\"grammar\",\"options\":[\"a\"]}]",
        "[{\"form\":\"score\",\"options\":[\"a\"],\"log_p\":[7]}]",
        "[{\"form\":\"calls\",\"options\":[\"none\"],\"calls\":{}}]",
        "[{\"form\":\"wink\"}]",
        "[7]",
    };
    wrt_llm *llm = NULL;
    wrt_err err = {0};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(open_tape(&llm, bad[i], &err), WRT_E_INPUT);
        assert_non_null(strstr(err.message, "replay: exchange 1"));
        assert_null(llm);
    }
    const wrt_llm_options options = {.tape = give_tape};
    assert_int_equal(wrt_llm_open(&llm, "replay:R2", &options, &err), WRT_E_NOT_FOUND);
    assert_int_equal(wrt_llm_open(&llm, "replay:R1", NULL, &err), WRT_E_UNSUPPORTED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replay_answers_each_question_as_recorded),
        cmocka_unit_test(scores_worse_than_accepted_are_refused),
        cmocka_unit_test(replay_refuses_what_was_not_asked),
        cmocka_unit_test(replay_calls_tools_as_recorded),
        cmocka_unit_test(replay_refuses_to_open_when_tape_is_malformed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
