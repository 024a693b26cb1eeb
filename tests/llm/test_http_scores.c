/* test_http_scores.c: the ways to score that llama-server has no need of. */
#include "base/clock.h"
#include "base/file.h"
#include "fake_calls.h"
#include "llm/http/internal.h"
#include "llm/internal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- scores that are not llama-server's -------------------------------------------------------
 */

static void text_scores_are_exact_when_prompt_tokens_are_scored(void **state) {
    (void)state;
    static const unsigned ways[] = {FAKE_ECHO, FAKE_PROMPT_LOGPROBS};
    const wrt_llm_question question = {
        .prompt = fake_text, .candidates = fake_yes_no, .n = 2, .terminator = WRT_STR(".")};
    for (size_t i = 0; i < 2; i++) {
        wrt_llm_score scores[2];
        fake f = {.flags = FAKE_USAGE | ways[i]};
        fake_start(&f);
        wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
        assert_int_equal(wrt_llm_score_all(scores, llm, &question, 1, NULL), WRT_OK);
        assert_int_equal(scores[0].quality, WRT_LLM_EXACT);
        assert_int_equal(scores[0].tokens, 4);
        assert_true(fabs(scores[0].log_p - (-18.7 - 6.6)) < 1e-9); /* '.' is byte 46 */
        assert_true(fabs(scores[1].log_p - (-12.1 - 6.6)) < 1e-9);
        wrt_llm_close(llm);
        fake_stop(&f);
    }
}

/* Listed: yes e^-0.5 = 0.6065, n e^-1.5 = 0.2231, maybe e^-2.5 = 0.0821; left over 0.0883. */
static void top_tokens_bound_what_they_do_not_tell(void **state) {
    (void)state;
    const wrt_str candidates[] = {WRT_STR("yes"), WRT_STR("no"), WRT_STR("never"), WRT_STR("?")};
    const wrt_llm_prompt *const prompts[] = {&fake_chat, &fake_text};
    fake f = {.flags = FAKE_USAGE | FAKE_TOP};
    wrt_err err = {0};
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){.accept = WRT_LLM_BOUND});
    for (size_t i = 0; i < 2; i++) {
        wrt_llm_score scores[4];
        const wrt_llm_question question = {.prompt = *prompts[i], .candidates = candidates, .n = 4};
        assert_int_equal(wrt_llm_score_all(scores, llm, &question, 1, &err), WRT_OK);
        assert_int_equal(scores[0].quality, WRT_LLM_EXACT);
        assert_true(scores[0].log_p == -0.5 && scores[0].tokens == 1);
        assert_int_equal(scores[1].quality, WRT_LLM_BOUND);
        assert_true(isnan(scores[1].log_p) && isinf(scores[1].low));
        assert_true(fabs(scores[1].high + 1.5) < 1e-9);
        assert_true(fabs(scores[2].high + 1.5) < 1e-9);
        assert_true(fabs(scores[3].high + 2.5) < 1e-9); /* less than 0.0883 */
        wrt_llm_choice choice;
        assert_int_equal(wrt_llm_choose(&choice, llm, &question, &err), WRT_OK);
        assert_int_equal(choice.index, 0);
        assert_int_equal(choice.quality, WRT_LLM_BOUND);
        assert_false(choice.by_text);
    }
    wrt_llm_close(llm);
    fake_stop(&f);
}

/* Of two listed tokens 0.95 and 0.04, 0.01 is left over: less than the least of the list. */
static void bound_is_what_the_list_leaves_when_that_is_less(void **state) {
    (void)state;
    fake f = {.flags = FAKE_USAGE | FAKE_TOP,
              .top = "{\"a\":-0.05129329438755058,\"b\":-3.2188758248682006}"};
    wrt_llm_score scores[2];
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){.accept = WRT_LLM_BOUND});
    score_many(scores, llm, &fake_chat, 1);
    assert_int_equal(scores[0].quality, WRT_LLM_BOUND);
    assert_true(fabs(scores[0].high - log(0.01)) < 1e-6);
    wrt_llm_close(llm);
    fake_stop(&f);
}

/* log P of "?", which is not listed, is at most `high`, for chats and for texts; NAN: nothing can
 * be said. */
static void assert_bound(const char *top, double high) {
    const wrt_str candidates[] = {WRT_STR("?"), WRT_STR("#")};
    const wrt_llm_prompt *const prompts[] = {&fake_chat, &fake_text};
    fake f = {.flags = FAKE_USAGE | FAKE_TOP, .top = top, .drawn = "z"};
    wrt_err err = {0};
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){.accept = WRT_LLM_BOUND});
    for (size_t i = 0; i < 2; i++) {
        wrt_llm_score scores[2];
        const wrt_llm_question question = {.prompt = *prompts[i], .candidates = candidates, .n = 2};
        wrt_status status = wrt_llm_score_all(scores, llm, &question, 1, &err);
        if (status != (isnan(high) ? WRT_E_UNSUPPORTED : WRT_OK))
            fail_msg("%s", err.message);
        if (isnan(high))
            continue;
        assert_int_equal(scores[0].quality, WRT_LLM_BOUND);
        if (fabs(scores[0].high - high) > 1e-9)
            fail_msg("%s: %.9g, not %.9g", top, scores[0].high, high);
    }
    wrt_llm_close(llm);
    fake_stop(&f);
}

/* "z" is listed because it was drawn, however unlikely it is. */
static void bound_holds_when_the_drawn_token_is_listed(void **state) {
    (void)state;
    wrt_buf top = wrt_buf_make(WRT_KIB(1));
    /* Instead of the third: less than e^-1.5, but no more than what is left over. */
    assert_bound("{\"yes\":-0.5,\"n\":-1.5,\"z\":-9}", log(1 - exp(-0.5) - exp(-1.5) - exp(-9)));
    assert_bound("{\"yes\":-2,\"n\":-3,\"z\":-9}", -3);
    /* Behind the 20 that were asked for. */
    wrt_buf_add_c(&top, "{");
    for (int i = 0; i < 20; i++)
        wrt_buf_printf(&top, "\"t%d\":-4,", i);
    wrt_buf_add_c(&top, "\"z\":-9}");
    assert_bound(top.ptr, -4);
    /* 21 of which none is the drawn one. */
    top.ptr[top.len - 6] = 'y';
    assert_bound(top.ptr, (double)NAN);
    wrt_buf_free(&top);
}

static void bounds_are_not_given_when_they_are_not_accepted_or_not_sound(void **state) {
    (void)state;
    fake f = {.flags = FAKE_USAGE | FAKE_TOP};
    fake certain = {.flags = FAKE_USAGE | FAKE_TOP, .top = "{\"a\":-0.01,\"b\":-0.01}"};
    const wrt_str spaced[] = {WRT_STR(" yes"), WRT_STR(" no")};
    const wrt_llm_question questions[] = {
        {.prompt = fake_chat, .candidates = spaced, .n = 2},
        {.prompt = {.text = {"The answer is", 13}}, .candidates = fake_yes_no, .n = 2}};
    wrt_llm_score scores[2];
    wrt_err err = {0};
    fake_start(&f);
    fake_start(&certain);
    const wrt_llm_question plain = {.prompt = fake_chat, .candidates = fake_yes_no, .n = 2};
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    assert_int_equal(wrt_llm_score_all(scores, llm, &plain, 1, &err), WRT_E_UNSUPPORTED);
    wrt_llm_close(llm);
    llm = open_spec(f.base, (wrt_llm_options){.accept = WRT_LLM_BOUND});
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(wrt_llm_score_all(scores, llm, &questions[i], 1, &err), WRT_E_UNSUPPORTED);
    wrt_llm_close(llm);
    llm = open_spec(certain.base, (wrt_llm_options){.accept = WRT_LLM_BOUND});
    assert_int_equal(wrt_llm_score_all(scores, llm, &plain, 1, &err), WRT_E_UNSUPPORTED);
    wrt_llm_close(llm);
    fake_stop(&f);
    fake_stop(&certain);
}

/* The fake draws "no" for every fourth seed: 8 of 32. Wilson's interval for 8 of 32 is [0.132524,
 * 0.421066], for 24 of 32 [0.578934, 0.867476]. */
static void frequencies_carry_their_interval_when_nothing_better_is_there(void **state) {
    (void)state;
    static const unsigned ways[] = {FAKE_FORMAT, FAKE_STRUCTURED, FAKE_GRAMMAR};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        wrt_llm_score scores[2];
        fake f = {.flags = FAKE_USAGE | ways[i]};
        fake_start(&f);
        wrt_llm *llm = open_spec(f.base, (wrt_llm_options){.accept = WRT_LLM_SAMPLED});
        score_many(scores, llm, &fake_chat, 1);
        assert_int_equal(scores[1].quality, WRT_LLM_SAMPLED);
        assert_true(fabs(scores[1].log_p - log(0.25)) < 1e-9);
        assert_true(fabs(exp(scores[1].low) - 0.132524) < 1e-6);
        assert_true(fabs(exp(scores[1].high) - 0.421066) < 1e-6);
        assert_true(fabs(exp(scores[0].low) - 0.578934) < 1e-6);
        assert_true(fabs(exp(scores[0].high) - 0.867476) < 1e-6);
        assert_int_equal(wrt_llm_usage_of(llm).reply_tokens, 32 * 3);
        wrt_llm_close(llm);
        llm = open_spec(f.base, (wrt_llm_options){.accept = WRT_LLM_BOUND});
        wrt_llm_question question = {.prompt = fake_chat, .candidates = fake_yes_no, .n = 2};
        unsigned before = atomic_load(&f.answered);
        assert_int_equal(wrt_llm_score_all(scores, llm, &question, 1, NULL), WRT_E_UNSUPPORTED);
        assert_int_equal(atomic_load(&f.answered), before); /* not even tried */
        wrt_llm_close(llm);
        fake_stop(&f);
    }
}

/* A llama-server whose forced tokens tell nothing; it would leave out unlikely tokens. */
static void draws_are_from_all_tokens_of_a_llama_server(void **state) {
    (void)state;
    fake f = {.flags = FAKE_USAGE | FAKE_LLAMA | FAKE_FORMAT, .mode = FAKE_ZERO};
    wrt_llm_score scores[2];
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){.accept = WRT_LLM_SAMPLED});
    score_many(scores, llm, &fake_chat, 1);
    assert_int_equal(scores[0].quality, WRT_LLM_SAMPLED);
    char *body = loopback_body(f.server, loopback_requests(f.server) - 1);
    assert_non_null(strstr(body, "\"top_k\":0"));
    assert_non_null(strstr(body, "\"min_p\":0"));
    free(body);
    wrt_llm_close(llm);
    fake_stop(&f);
}

static void choice_is_written_when_nothing_can_be_scored(void **state) {
    (void)state;
    fake f = {.flags = FAKE_FORMAT, .held_text = "{\"choice\": \"no\"}"};
    wrt_llm_choice choice;
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    const wrt_llm_question question = {.prompt = fake_chat, .candidates = fake_yes_no, .n = 2};
    assert_int_equal(wrt_llm_choose(&choice, llm, &question, NULL), WRT_OK);
    assert_int_equal(choice.index, 1);
    assert_true(choice.by_text);
    assert_int_equal(choice.quality, WRT_LLM_MISSING);
    wrt_llm_close(llm);
    fake_stop(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_scores_are_exact_when_prompt_tokens_are_scored),
        cmocka_unit_test(top_tokens_bound_what_they_do_not_tell),
        cmocka_unit_test(bound_is_what_the_list_leaves_when_that_is_less),
        cmocka_unit_test(bound_holds_when_the_drawn_token_is_listed),
        cmocka_unit_test(bounds_are_not_given_when_they_are_not_accepted_or_not_sound),
        cmocka_unit_test(frequencies_carry_their_interval_when_nothing_better_is_there),
        cmocka_unit_test(draws_are_from_all_tokens_of_a_llama_server),
        cmocka_unit_test(choice_is_written_when_nothing_can_be_scored),
    };
    return cmocka_run_group_tests(tests, no_keys, no_keys);
}
