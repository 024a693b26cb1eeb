/* test_http_pool.c: several servers as one, the ways to score that llama-server has no need of, and
 * what the spec and the environment may say. */
#include "base/clock.h"
#include "base/file.h"
#include "fake_server.h"
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

static const wrt_llm_prompt chat = {.system = {"Answer in one word.", 19}, .user = {"Well?", 5}};
static const wrt_llm_prompt text = {.text = {"The answer is\n", 14}};
static const wrt_str yes_no[] = {{"yes", 3}, {"no", 2}};

static wrt_status try_open(wrt_llm **out, const char *spec, wrt_llm_options options, wrt_err *err) {
    *err = (wrt_err){0};
    return wrt_llm_open(out, spec, &options, err);
}

static wrt_llm *open_spec(const char *spec, wrt_llm_options options) {
    wrt_err err;
    wrt_llm *llm = NULL;
    if (try_open(&llm, spec, options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return llm;
}

static wrt_llm *open_two(const fake *a, const fake *b, wrt_llm_options options) {
    char spec[120];
    (void)snprintf(spec, sizeof spec, "http:%s,%s/v1", a->base, b->base);
    return open_spec(spec, options);
}

static void score_many(wrt_llm_score *out, wrt_llm *llm, const wrt_llm_prompt *prompt, size_t n) {
    wrt_err err = {0};
    wrt_llm_question *questions = calloc(n, sizeof *questions);
    assert_non_null(questions);
    for (size_t i = 0; i < n; i++)
        questions[i] = (wrt_llm_question){.prompt = *prompt, .candidates = yes_no, .n = 2};
    wrt_status status = wrt_llm_score_all(out, llm, questions, n, &err);
    free(questions);
    if (status != WRT_OK)
        fail_msg("%s", err.message);
}

static wrt_status write_word(wrt_llm_reply *out, wrt_llm *llm, wrt_err *err) {
    const wrt_llm_request request = {.prompt = chat, .max_tokens = 9};
    *err = (wrt_err){0};
    return wrt_llm_generate(out, llm, &request, err);
}

static void must_write(wrt_llm *llm, const char *replica) {
    wrt_llm_reply reply;
    wrt_err err;
    if (write_word(&reply, llm, &err) != WRT_OK)
        fail_msg("%s", err.message);
    assert_string_equal(reply.text.ptr, "Yes, it does.");
    if (replica != NULL)
        assert_string_equal(reply.replica, replica);
    wrt_llm_reply_free(&reply);
}

/* ---- the pool -------------------------------------------------------------------------------- */

static void work_goes_to_the_endpoint_with_the_least_in_flight(void **state) {
    (void)state;
    enum { N = 40 };
    wrt_llm_score scores[2 * N];
    int64_t of_replica[2] = {0};
    fake fast = {.flags = FAKE_USAGE | FAKE_ECHO, .pause_ms = 2};
    fake slow = {.flags = FAKE_USAGE | FAKE_ECHO, .pause_ms = 20};
    fake_start(&fast);
    fake_start(&slow);
    wrt_llm *llm = open_two(&fast, &slow, (wrt_llm_options){0});
    score_many(scores, llm, &text, N);
    for (size_t i = 0; i < N; i++) {
        assert_true(fabs(scores[2 * i].log_p + 18.7) < 1e-9);
        assert_true(fabs(scores[2 * i + 1].log_p + 12.1) < 1e-9);
    }
    for (size_t i = 0; i < 2 * (size_t)N; i++) {
        assert_in_range(scores[i].replica, 1, 2);
        assert_int_equal(scores[i].replica, scores[i - i % 2].replica);
        of_replica[scores[i].replica - 1]++;
    }
    wrt_pool_counts one = wrt_http_counts(llm->self, 0);
    assert_int_equal(of_replica[0], 2 * one.answered);
    wrt_pool_counts two = wrt_http_counts(llm->self, 1);
    assert_int_equal(one.answered + two.answered, N);
    assert_int_equal(one.failed + two.failed, 0);
    assert_true(two.answered >= 4);           /* the slow one works, too, */
    assert_true(one.answered > two.answered); /* but gets less */
    assert_int_equal(wrt_llm_usage_of(llm).retries, 0);
    wrt_llm_close(llm);
    fake_stop(&fast);
    fake_stop(&slow);
}

static void single_requests_go_to_the_first_endpoint_when_all_are_idle(void **state) {
    (void)state;
    fake a = {0};
    fake b = {0};
    fake_start(&a);
    fake_start(&b);
    wrt_llm *llm = open_two(&a, &b, (wrt_llm_options){0});
    for (int i = 0; i < 3; i++)
        must_write(llm, a.base + 7);
    assert_int_equal(wrt_http_counts(llm->self, 0).answered, 3);
    assert_int_equal(wrt_http_counts(llm->self, 1).answered, 0);
    wrt_llm_close(llm);
    fake_stop(&a);
    fake_stop(&b);
}

static void request_is_repeated_elsewhere_when_an_endpoint_fails(void **state) {
    (void)state;
    static const fake_mode modes[] = {FAKE_RESET, FAKE_500, FAKE_SHORT, FAKE_NO_DONE};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        fake bad = {0};
        fake good = {0};
        fake_start(&bad);
        fake_start(&good);
        wrt_llm *llm = open_two(&bad, &good, (wrt_llm_options){0});
        atomic_store(&bad.mode, modes[i]);
        unsigned before = atomic_load(&bad.answered);
        int64_t start = wrt_clock_monotonic_ms();
        must_write(llm, good.base + 7);
        must_write(llm, good.base + 7); /* the other one rests */
        assert_true(wrt_clock_monotonic_ms() - start < 400);
        /* On a reset of a kept connection libcurl itself tries a fresh one, once. */
        unsigned asked = atomic_load(&bad.answered) - before;
        assert_in_range(asked, 1, modes[i] == FAKE_RESET ? 2 : 1);
        assert_int_equal(wrt_llm_usage_of(llm).retries, 1);
        assert_int_equal(wrt_http_counts(llm->self, 0).failed, 1);
        assert_int_equal(wrt_http_counts(llm->self, 1).answered, 2);
        wrt_llm_close(llm);
        fake_stop(&bad);
        fake_stop(&good);
    }
}

static void endpoint_is_checked_before_it_works_again(void **state) {
    (void)state;
    fake bad = {0};
    fake good = {0};
    fake_start(&bad);
    fake_start(&good);
    wrt_llm *llm = open_two(&bad, &good, (wrt_llm_options){0});
    unsigned healths = atomic_load(&bad.healths);
    atomic_store(&bad.mode, FAKE_500_ALL);
    must_write(llm, good.base + 7);
    usleep(600000); /* its rest of 500 ms is over, but it is not well */
    must_write(llm, good.base + 7);
    assert_int_equal(atomic_load(&bad.healths) - healths, 1);
    atomic_store(&bad.mode, FAKE_GOOD);
    must_write(llm, good.base + 7); /* it rests for another second */
    usleep(1100000);
    must_write(llm, bad.base + 7);
    assert_int_equal(atomic_load(&bad.healths) - healths, 2);
    wrt_llm_close(llm);
    fake_stop(&bad);
    fake_stop(&good);
}

static void request_waits_as_long_as_the_server_asks(void **state) {
    (void)state;
    fake f = {0};
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    atomic_store(&f.mode, FAKE_429_ONCE); /* Retry-After: 1 */
    int64_t start = wrt_clock_monotonic_ms();
    must_write(llm, f.base + 7);
    int64_t took = wrt_clock_monotonic_ms() - start;
    assert_in_range(took, 1000, 1500);
    atomic_store(&f.mode, FAKE_500_ONCE);
    must_write(llm, f.base + 7);
    assert_int_equal(wrt_llm_usage_of(llm).retries, 2);
    wrt_llm_close(llm);
    fake_stop(&f);
}

/* Rests of 0.5, 1 and 2 s, of each a random part; a server's 0 does not make them nothing. */
/* Two servers share the time; one alone may be silent for all of it. */
static void request_waits_in_silence_as_long_as_no_other_server_is_there(void **state) {
    (void)state;
    fake hung = {0};
    fake good = {0};
    fake slow = {.pause_ms = 0};
    fake_start(&hung);
    fake_start(&good);
    fake_start(&slow);
    wrt_llm *llm = open_two(&hung, &good, (wrt_llm_options){.timeout_ms = 1200});
    atomic_store(&hung.mode, FAKE_STALL_HEAD);
    int64_t start = wrt_clock_monotonic_ms();
    must_write(llm, good.base + 7);
    assert_in_range(wrt_clock_monotonic_ms() - start, 500, 1150);
    wrt_llm_close(llm);
    llm = open_spec(slow.base, (wrt_llm_options){.timeout_ms = 2000});
    slow.pause_ms = 1400; /* nobody asks it now */
    must_write(llm, slow.base + 7);
    wrt_llm_close(llm);
    fake_stop(&hung);
    fake_stop(&good);
    fake_stop(&slow);
}

static void request_does_not_hurry_when_the_server_asks_for_no_wait(void **state) {
    (void)state;
    fake f = {0};
    wrt_err err;
    wrt_llm_reply reply;
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    atomic_store(&f.mode, FAKE_429_ZERO);
    unsigned before = atomic_load(&f.answered);
    int64_t start = wrt_clock_monotonic_ms();
    assert_int_equal(write_word(&reply, llm, &err), WRT_E_UNAVAILABLE);
    assert_int_equal(atomic_load(&f.answered) - before, 4);
    assert_true(wrt_clock_monotonic_ms() - start >= 100); /* less: once in 6000 runs at most */
    wrt_llm_close(llm);
    fake_stop(&f);
}

static wrt_status end_so(wrt_attempt *attempt, void *ctx, wrt_err *err) {
    const wrt_status *status = ctx;
    attempt->is_spent = true;
    return *status == WRT_OK ? WRT_OK : wrt_fail(err, *status, "as told");
}

/* Two failures in a row with an unfinished call between them: a rest of 1 s, not of 500 ms. */
static void failures_are_counted_on_when_a_call_is_only_cut_short(void **state) {
    (void)state;
    static const wrt_status ends[] = {WRT_E_UNAVAILABLE, WRT_E_TIMEOUT, WRT_E_INTERRUPTED,
                                      WRT_E_UNAVAILABLE};
    fake f = {0};
    wrt_err err = {0};
    wrt_pool_outcome outcome;
    wrt_status end = WRT_OK;
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    wrt_pool *pool = ((wrt_servers *)llm->self)->pool;
    wrt_pool_call call = {.task = end_so, .ctx = &end};
    assert_int_equal(wrt_pool_take_http(&call.http, pool, &err), WRT_OK);
    for (size_t i = 0; i < 4; i++) {
        end = ends[i];
        call.deadline_ms = wrt_clock_monotonic_ms() + 2000;
        assert_int_equal(wrt_pool_try(&outcome, pool, &call, &err), end);
    }
    end = WRT_OK;
    call.deadline_ms = wrt_clock_monotonic_ms() + 800;
    assert_int_equal(wrt_pool_try(&outcome, pool, &call, &err), WRT_E_TIMEOUT);
    call.deadline_ms += 1000;
    assert_int_equal(wrt_pool_try(&outcome, pool, &call, &err), WRT_OK);
    wrt_pool_give_http(pool, call.http);
    wrt_llm_close(llm);
    fake_stop(&f);
}

static void request_is_given_up_after_four_attempts(void **state) {
    (void)state;
    fake f = {0};
    wrt_err err;
    wrt_llm_reply reply;
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    atomic_store(&f.mode, FAKE_500);
    unsigned before = atomic_load(&f.answered);
    assert_int_equal(write_word(&reply, llm, &err), WRT_E_UNAVAILABLE);
    assert_int_equal(atomic_load(&f.answered) - before, 4);
    assert_non_null(strstr(err.message, "4 attempts failed, the last one: 127.0.0.1"));
    assert_non_null(strstr(err.message, "HTTP 500: out of luck"));
    assert_int_equal(wrt_llm_usage_of(llm).retries, 3);
    wrt_llm_close(llm);
    fake_stop(&f);
}

/* Questions 12, 13 and 21 fail, on eight threads; always 12 is told, the others being stopped. */
static void failure_of_the_first_question_is_reported_whatever_the_timing(void **state) {
    (void)state;
    enum { N = 30 };
    wrt_llm_score scores[2 * N];
    wrt_llm_question questions[N];
    fake a = {.flags = FAKE_USAGE | FAKE_ECHO, .pause_ms = 1};
    fake b = {.flags = FAKE_USAGE | FAKE_ECHO, .pause_ms = 3};
    fake_start(&a);
    fake_start(&b);
    wrt_llm *llm = open_two(&a, &b, (wrt_llm_options){0});
    for (size_t i = 0; i < N; i++)
        questions[i] = (wrt_llm_question){.prompt = text, .candidates = yes_no, .n = 2};
    questions[11].prompt.text = questions[12].prompt.text = questions[20].prompt.text =
        WRT_STR("fail\n");
    for (int round = 0; round < 10; round++) {
        wrt_err err = {0};
        unsigned before = atomic_load(&a.answered) + atomic_load(&b.answered);
        assert_int_equal(wrt_llm_score_all(scores, llm, questions, N, &err), WRT_E_INPUT);
        if (strncmp(err.message, "question 12: 127.0.0.1", 22) != 0 ||
            strstr(err.message, "told to") == NULL)
            fail_msg("%s", err.message);
        unsigned asked = atomic_load(&a.answered) + atomic_load(&b.answered) - before;
        assert_true(asked < 3 * N); /* some were not begun */
    }
    wrt_llm_close(llm);
    fake_stop(&a);
    fake_stop(&b);
}

static void work_goes_only_where_it_was_proved(void **state) {
    (void)state;
    enum { N = 12 };
    wrt_llm_score scores[2 * N];
    fake plain = {.flags = FAKE_USAGE};
    fake able = {.flags = FAKE_USAGE | FAKE_ECHO};
    fake_start(&plain);
    fake_start(&able);
    wrt_llm *llm = open_two(&plain, &able, (wrt_llm_options){0});
    score_many(scores, llm, &text, N);
    assert_int_equal(wrt_http_counts(llm->self, 0).answered, 0);
    assert_int_equal(wrt_http_counts(llm->self, 1).answered, N);
    must_write(llm, plain.base + 7);
    wrt_llm_close(llm);
    fake_stop(&plain);
    fake_stop(&able);
}

/* ---- scores that are not llama-server's -------------------------------------------------------
 */

static void text_scores_are_exact_when_prompt_tokens_are_scored(void **state) {
    (void)state;
    static const unsigned ways[] = {FAKE_ECHO, FAKE_PROMPT_LOGPROBS};
    const wrt_llm_question question = {
        .prompt = text, .candidates = yes_no, .n = 2, .terminator = WRT_STR(".")};
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
    const wrt_llm_prompt *const prompts[] = {&chat, &text};
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
    score_many(scores, llm, &chat, 1);
    assert_int_equal(scores[0].quality, WRT_LLM_BOUND);
    assert_true(fabs(scores[0].high - log(0.01)) < 1e-6);
    wrt_llm_close(llm);
    fake_stop(&f);
}

/* log P of "?", which is not listed, is at most `high`, for chats and for texts; NAN: nothing can
 * be said. */
static void assert_bound(const char *top, double high) {
    const wrt_str candidates[] = {WRT_STR("?"), WRT_STR("#")};
    const wrt_llm_prompt *const prompts[] = {&chat, &text};
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
        {.prompt = chat, .candidates = spaced, .n = 2},
        {.prompt = {.text = {"The answer is", 13}}, .candidates = yes_no, .n = 2}};
    wrt_llm_score scores[2];
    wrt_err err = {0};
    fake_start(&f);
    fake_start(&certain);
    const wrt_llm_question plain = {.prompt = chat, .candidates = yes_no, .n = 2};
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
        score_many(scores, llm, &chat, 1);
        assert_int_equal(scores[1].quality, WRT_LLM_SAMPLED);
        assert_true(fabs(scores[1].log_p - log(0.25)) < 1e-9);
        assert_true(fabs(exp(scores[1].low) - 0.132524) < 1e-6);
        assert_true(fabs(exp(scores[1].high) - 0.421066) < 1e-6);
        assert_true(fabs(exp(scores[0].low) - 0.578934) < 1e-6);
        assert_true(fabs(exp(scores[0].high) - 0.867476) < 1e-6);
        assert_int_equal(wrt_llm_usage_of(llm).reply_tokens, 32 * 3);
        wrt_llm_close(llm);
        llm = open_spec(f.base, (wrt_llm_options){.accept = WRT_LLM_BOUND});
        wrt_llm_question question = {.prompt = chat, .candidates = yes_no, .n = 2};
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
    score_many(scores, llm, &chat, 1);
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
    const wrt_llm_question question = {.prompt = chat, .candidates = yes_no, .n = 2};
    assert_int_equal(wrt_llm_choose(&choice, llm, &question, NULL), WRT_OK);
    assert_int_equal(choice.index, 1);
    assert_true(choice.by_text);
    assert_int_equal(choice.quality, WRT_LLM_MISSING);
    wrt_llm_close(llm);
    fake_stop(&f);
}

/* ---- opening --------------------------------------------------------------------------------- */

static void open_waits_when_the_model_is_loading(void **state) {
    (void)state;
    fake f = {.mode = FAKE_LOADING};
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    assert_int_equal(atomic_load(&f.healths), 4);
    wrt_llm_close(llm);
    fake_stop(&f);
}

/* A server may refuse a path that it does not know. */
static bool is_able(const wrt_llm *llm, const char *name) {
    wrt_json *facts = wrt_llm_describe(llm);
    bool is_able = wrt_json_get_bool(wrt_json_get(facts, "capabilities"), name, false);
    wrt_json_free(facts);
    return is_able;
}

/* Three refusals for each question, then the truth; and what never comes is no "no". */
static void open_finds_the_same_when_the_server_is_busy(void **state) {
    (void)state;
    fake f = {.flags = FAKE_USAGE | FAKE_PROMPT_LOGPROBS, .busy_scores = 3};
    fake llama = {.flags = FAKE_USAGE | FAKE_LLAMA, .busy_props = 3};
    fake busy = {.flags = FAKE_USAGE | FAKE_ECHO, .busy_scores = 1000000};
    fake busy_llama = {.flags = FAKE_USAGE | FAKE_LLAMA, .busy_props = 1000000};
    const fake *const never[] = {&busy, &busy_llama};
    wrt_err err;
    fake_start(&f);
    fake_start(&llama);
    fake_start(&busy);
    fake_start(&busy_llama);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    assert_true(is_able(llm, "prompt_logprobs"));
    wrt_llm_close(llm);
    llm = open_spec(llama.base, (wrt_llm_options){0});
    assert_true(is_able(llm, "forced_tokens"));
    wrt_llm_close(llm);
    for (size_t i = 0; i < 2; i++) {
        int64_t start = wrt_clock_monotonic_ms();
        assert_int_equal(
            try_open(&llm, never[i]->base, (wrt_llm_options){.timeout_ms = 1200}, &err),
            WRT_E_UNAVAILABLE);
        assert_non_null(strstr(err.message, "HTTP 503: too busy"));
        assert_true(wrt_clock_monotonic_ms() - start < 2000);
    }
    fake_stop(&f);
    fake_stop(&llama);
    fake_stop(&busy);
    fake_stop(&busy_llama);
}

/* What is told of a server goes into a hash, so it holds nothing that comes and goes. */
static void description_leaves_out_what_one_reply_happened_to_tell(void **state) {
    (void)state;
    fake f = {.flags = FAKE_USAGE | FAKE_TOP};
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    wrt_json *facts = wrt_llm_describe(llm);
    assert_int_equal(wrt_json_get_int(wrt_json_get(facts, "capabilities"), "chat_top", -1), 20);
    assert_int_equal(wrt_json_get_int(wrt_json_get(facts, "capabilities"), "text_top", -1), 20);
    assert_null(wrt_json_path(facts, "capabilities.cached_tokens"));
    assert_true(wrt_json_get_bool(wrt_json_get(facts, "capabilities"), "usage", false));
    wrt_json_free(facts);
    wrt_llm_close(llm);
    fake_stop(&f);
}

static void open_takes_a_server_that_refuses_only_health(void **state) {
    (void)state;
    fake f = {.mode = FAKE_401_HEALTH};
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    must_write(llm, f.base + 7);
    wrt_llm_close(llm);
    fake_stop(&f);
}

static void open_takes_a_server_without_health_and_list(void **state) {
    (void)state;
    fake f = {.flags = FAKE_NO_LIST | FAKE_NO_TEXT};
    char spec[100];
    fake_start(&f);
    (void)snprintf(spec, sizeof spec, "http:%s/v1/#mine", f.base);
    wrt_llm *llm = open_spec(spec, (wrt_llm_options){0});
    must_write(llm, f.base + 7);
    char *body = loopback_body(f.server, loopback_requests(f.server) - 1);
    assert_non_null(strstr(body, "\"model\":\"mine\""));
    free(body);
    wrt_llm_close(llm);
    fake_stop(&f);
}

static void open_fails_when_the_server_is_none_of_ours(void **state) {
    (void)state;
    static const struct {
        unsigned flags;
        fake_mode mode;
        wrt_status status;
        const char *words;
    } cases[] = {{0, FAKE_401_ALL, WRT_E_CREDENTIAL, "refused the key"},
                 {0, FAKE_401, WRT_E_CREDENTIAL, "refused the key"},
                 {0, FAKE_HTML, WRT_E_FAILED, "HTML page"},
                 {0, FAKE_404, WRT_E_INPUT, "the model gpt-9 does not exist"},
                 {0, FAKE_500_ALL, WRT_E_UNAVAILABLE, "HTTP 500"},
                 {0, FAKE_STALL_HEAD, WRT_E_UNAVAILABLE, "silent for"},
                 {FAKE_NO_CHAT | FAKE_NO_TEXT, FAKE_GOOD, WRT_E_INPUT, "HTTP 404"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fake f = {.flags = cases[i].flags, .mode = cases[i].mode};
        wrt_llm *llm = NULL;
        wrt_err err;
        fake_start(&f);
        int64_t start = wrt_clock_monotonic_ms();
        wrt_status status = try_open(&llm, f.base, (wrt_llm_options){.timeout_ms = 1500}, &err);
        bool is_timeout = status == WRT_E_TIMEOUT && cases[i].mode == FAKE_STALL_HEAD;
        if (status != cases[i].status && !is_timeout)
            fail_msg("case %zu: %s: %s", i, wrt_status_name(status), err.message);
        if (strstr(err.message, cases[i].words) == NULL && !is_timeout)
            fail_msg("case %zu: %s", i, err.message);
        assert_null(llm);
        assert_true(wrt_clock_monotonic_ms() - start < 2500);
        fake_stop(&f);
    }
}

static void open_fails_soon_when_nobody_listens(void **state) {
    (void)state;
    fake f = {0};
    wrt_llm *llm = NULL;
    wrt_err err;
    fake_start(&f);
    char base[48];
    memcpy(base, f.base, sizeof base);
    fake_stop(&f);
    int64_t start = wrt_clock_monotonic_ms();
    assert_int_equal(try_open(&llm, base, (wrt_llm_options){0}, &err), WRT_E_UNAVAILABLE);
    assert_non_null(strstr(err.message, "the connection was refused"));
    assert_true(wrt_clock_monotonic_ms() - start < 3000);
}

static void open_refuses_a_pool_of_two_models(void **state) {
    (void)state;
    fake a = {0};
    fake b = {.model = "other"};
    wrt_llm *llm = NULL;
    wrt_err err;
    char spec[120];
    fake_start(&a);
    fake_start(&b);
    (void)snprintf(spec, sizeof spec, "http:%s,%s", a.base, b.base);
    assert_int_equal(try_open(&llm, spec, (wrt_llm_options){0}, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "serves \"fake\""));
    assert_non_null(strstr(err.message, "serves \"other\""));
    fake_stop(&a);
    fake_stop(&b);
}

static void open_refuses_what_is_no_list_of_servers(void **state) {
    (void)state;
    static const struct {
        const char *spec;
        wrt_status status;
        const char *words;
    } cases[] = {
        {"http:", WRT_E_INPUT, "says nothing after the colon"},
        {"http:,", WRT_E_INPUT, "server 1"},
        {"http:ftp://h", WRT_E_INPUT, "server 1"},
        {"http:HTTP://127.0.0.1:1", WRT_E_INPUT, "small letters"},
        {"HTTP://127.0.0.1:1", WRT_E_INPUT, "unknown model"},
        {"http://user:secret@127.0.0.1:1", WRT_E_INPUT, "server 1"},
        {"http://127.0.0.1:1?key=secret", WRT_E_INPUT, "query"},
        {"http://127.0.0.1:1#", WRT_E_INPUT, "behind '#'"},
        {"http:http://127.0.0.1:1,http://127.0.0.1:1/v1/", WRT_E_INPUT, "the same as server 1"},
        {"http:http://127.0.0.1:1,http://LOCALHOST:1,http://localhost:1", WRT_E_INPUT,
         "server 3 (localhost:1) is the same as server 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_llm *llm = NULL;
        wrt_err err;
        wrt_status status = try_open(&llm, cases[i].spec, (wrt_llm_options){0}, &err);
        if (status != cases[i].status || strstr(err.message, cases[i].words) == NULL)
            fail_msg("%s: %s: %s", cases[i].spec, wrt_status_name(status), err.message);
        assert_null(strstr(err.message, "secret"));
    }
    wrt_buf many = wrt_buf_make(WRT_KIB(8));
    wrt_llm *llm = NULL;
    wrt_err err;
    for (int i = 0; i < 65; i++)
        wrt_buf_printf(&many, "%shttp://127.0.0.1:%d", i == 0 ? "http:" : ",", i + 1);
    assert_int_equal(try_open(&llm, many.ptr, (wrt_llm_options){0}, &err), WRT_E_LIMIT);
    assert_non_null(strstr(err.message, "more than 64 servers"));
    wrt_buf_free(&many);
}

static void open_sends_nothing_when_it_is_to_stay_offline(void **state) {
    (void)state;
    fake f = {0};
    wrt_llm *llm = NULL;
    wrt_err err;
    char spec[120];
    fake_start(&f);
    (void)snprintf(spec, sizeof spec, "http:%s,https://198.51.100.7", f.base);
    assert_int_equal(try_open(&llm, spec, (wrt_llm_options){.offline = true}, &err), WRT_E_DENIED);
    assert_non_null(strstr(err.message, "198.51.100.7:443 is not on this host"));
    assert_int_equal(loopback_connections(f.server), 0);
    llm = open_spec(f.base, (wrt_llm_options){.offline = true});
    wrt_json *places = wrt_llm_destinations(llm);
    const wrt_json *place = wrt_json_at(places, 0);
    assert_string_equal(wrt_json_get_text(place, "host", ""), "127.0.0.1");
    assert_int_equal(wrt_json_get_int(place, "port", 0), loopback_port(f.server));
    assert_true(wrt_json_get_bool(place, "loopback", false));
    wrt_json_free(places);
    wrt_llm_close(llm);
    fake_stop(&f);
}

/* ---- the key --------------------------------------------------------------------------------- */

static const char key[] = "sk-veryverysecret0123456789";

static void assert_hidden(const char *words) {
    if (strstr(words, "veryverysecret") != NULL || strstr(words, "sk-very") != NULL)
        fail_msg("the key is in: %s", words);
}

static void key_is_sent_and_never_shown(void **state) {
    (void)state;
    static const fake_mode modes[] = {FAKE_QUOTES_KEY, FAKE_401, FAKE_400, FAKE_500, FAKE_HTML};
    fake f = {.flags = FAKE_LLAMA | FAKE_USAGE, .model = "sk-veryverysecret0123456789"};
    wrt_err err;
    wrt_llm_reply reply;
    wrt_llm_score scores[2];
    fake_start(&f);
    setenv("OPENAI_API_KEY", "sk-another", 1);
    setenv("WARRANT_API_KEY", key, 1);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){.timeout_ms = 400});
    assert_true(fake_saw_header(&f, "Authorization", "Bearer sk-veryverysecret0123456789"));
    assert_false(fake_saw_header(&f, "Authorization", "Bearer sk-another"));
    wrt_json *facts = wrt_llm_describe(llm);
    wrt_json *places = wrt_llm_destinations(llm);
    wrt_buf shown = wrt_buf_make(WRT_KIB(64));
    wrt_json_write(&shown, facts);
    wrt_json_write(&shown, places);
    assert_hidden(shown.ptr);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        const wrt_llm_question question = {.prompt = text, .candidates = yes_no, .n = 2};
        atomic_store(&f.mode, modes[i]);
        assert_int_not_equal(write_word(&reply, llm, &err), WRT_OK);
        assert_hidden(err.message);
        assert_int_not_equal(wrt_llm_score_all(scores, llm, &question, 1, &err), WRT_OK);
        assert_hidden(err.message);
    }
    wrt_llm_close(llm);
    atomic_store(&f.mode, FAKE_QUOTES_KEY);
    assert_int_not_equal(try_open(&llm, f.base, (wrt_llm_options){0}, &err), WRT_OK);
    assert_hidden(err.message);
    unsetenv("WARRANT_API_KEY");
    unsetenv("OPENAI_API_KEY");
    wrt_json_free(facts);
    wrt_json_free(places);
    wrt_buf_free(&shown);
    fake_stop(&f);
}

static void collect(wrt_str piece, void *ctx) {
    wrt_buf_add_str(ctx, piece);
}

/* In one piece or in several, of a chat or of a text. */
static void reply_fails_when_it_repeats_the_key(void **state) {
    (void)state;
    static const fake_mode modes[] = {FAKE_GOOD, FAKE_PIECES};
    fake f = {.flags = FAKE_USAGE, .text = "It is sk-veryverysecret0123456789, I think."};
    fake_start(&f);
    setenv("WARRANT_API_KEY", key, 1);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    for (size_t i = 0; i < 4; i++) {
        wrt_err err = {0};
        wrt_llm_reply reply;
        wrt_buf shown = wrt_buf_make(WRT_KIB(1));
        const wrt_llm_request request = {
            .prompt = i < 2 ? chat : text, .max_tokens = 99, .on_text = collect, .ctx = &shown};
        atomic_store(&f.mode, modes[i % 2]);
        assert_int_equal(wrt_llm_generate(&reply, llm, &request, &err), WRT_E_FAILED);
        assert_non_null(strstr(err.message, "repeated the API key"));
        assert_string_equal(shown.len > 0 ? shown.ptr : "", i == 1 ? "It is " : "");
        wrt_buf_free(&shown);
    }
    wrt_llm_close(llm);
    unsetenv("WARRANT_API_KEY");
    fake_stop(&f);
}

/* "sk-very" begins the key, but what follows does not: it is only held back for a while. */
static void text_is_whole_when_it_only_resembles_the_key(void **state) {
    (void)state;
    fake f = {.flags = FAKE_USAGE, .text = "Not sk-veryveryold, but sk-very"};
    wrt_err err = {0};
    wrt_llm_reply reply;
    wrt_buf shown = wrt_buf_make(WRT_KIB(1));
    const wrt_llm_request request = {
        .prompt = chat, .max_tokens = 99, .on_text = collect, .ctx = &shown};
    fake_start(&f);
    setenv("WARRANT_API_KEY", key, 1);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    atomic_store(&f.mode, FAKE_PIECES);
    if (wrt_llm_generate(&reply, llm, &request, &err) != WRT_OK)
        fail_msg("%s", err.message);
    assert_string_equal(reply.text.ptr, f.text);
    assert_string_equal(shown.ptr, f.text);
    wrt_llm_reply_free(&reply);
    wrt_buf_free(&shown);
    wrt_llm_close(llm);
    unsetenv("WARRANT_API_KEY");
    fake_stop(&f);
}

static void key_is_refused_when_it_is_short(void **state) {
    (void)state;
    static const char *const variables[] = {"WARRANT_API_KEY", "OPENAI_API_KEY"};
    for (size_t i = 0; i < 2; i++) {
        wrt_llm *llm = NULL;
        wrt_err err;
        setenv(variables[i], "prompt_", 1);
        assert_int_equal(try_open(&llm, "http://127.0.0.1:1", (wrt_llm_options){0}, &err),
                         WRT_E_CREDENTIAL);
        assert_non_null(strstr(err.message, variables[i]));
        assert_non_null(strstr(err.message, "7 bytes; accepted: 8 or more"));
        unsetenv(variables[i]);
    }
}

/* A key that is a word of ours hides neither our messages nor the names of capabilities. */
static void own_words_are_shown_when_the_key_is_one_of_them(void **state) {
    (void)state;
    fake f = {.flags = FAKE_USAGE | FAKE_ECHO};
    wrt_err err;
    wrt_llm_score scores[2];
    fake_start(&f);
    setenv("WARRANT_API_KEY", "prompt_logprobs", 1);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    wrt_json *facts = wrt_llm_describe(llm);
    assert_non_null(wrt_json_path(facts, "capabilities.prompt_logprobs"));
    wrt_json_free(facts);
    wrt_llm_close(llm);
    setenv("WARRANT_API_KEY", "question", 1);
    llm = open_spec(f.base, (wrt_llm_options){0});
    const wrt_llm_question asked = {
        .prompt = {.text = {"fail\n", 5}}, .candidates = yes_no, .n = 2};
    err = (wrt_err){0};
    assert_int_equal(wrt_llm_score_all(scores, llm, &asked, 1, &err), WRT_E_INPUT);
    assert_int_equal(strncmp(err.message, "question 1: ", 12), 0);
    wrt_llm_close(llm);
    setenv("WARRANT_API_KEY", "reasoning", 1);
    llm = open_spec(f.base, (wrt_llm_options){0});
    atomic_store(&f.mode, FAKE_REASONING);
    wrt_llm_reply reply;
    assert_int_equal(write_word(&reply, llm, &err), WRT_E_FAILED);
    assert_non_null(strstr(err.message, "wrote only reasoning, no text"));
    wrt_llm_close(llm);
    unsetenv("WARRANT_API_KEY");
    fake_stop(&f);
}

/* What such a model refuses is learnt from its refusals and not sent again. */
static void open_learns_what_a_thinking_model_refuses(void **state) {
    (void)state;
    fake f = {.flags = FAKE_USAGE | FAKE_FORMAT | FAKE_TOP | FAKE_NO_TEXT | FAKE_THINKER};
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    wrt_json *facts = wrt_llm_describe(llm);
    const wrt_json *can = wrt_json_get(facts, "capabilities");
    assert_true(wrt_json_get_bool(can, "max_completion_tokens", false));
    assert_true(wrt_json_get_bool(can, "no_temperature", false));
    assert_string_equal(wrt_json_get_text(can, "chat_constraint", ""), "response_format");
    assert_int_equal(wrt_json_get_int(can, "chat_top", -1), 0); /* it lists none in one token */
    assert_int_equal(wrt_json_get_int(can, "text_top", -1), 0);
    wrt_json_free(facts);
    wrt_llm_reply reply;
    const wrt_llm_request request = {.prompt = chat, .max_tokens = 99, .temperature = 0.5};
    assert_int_equal(wrt_llm_generate(&reply, llm, &request, NULL), WRT_OK);
    assert_string_equal(reply.text.ptr, "Yes, it does.");
    wrt_llm_reply_free(&reply);
    char *body = loopback_body(f.server, loopback_requests(f.server) - 1);
    assert_non_null(strstr(body, "\"max_completion_tokens\":99"));
    assert_null(strstr(body, "temperature"));
    free(body);
    wrt_llm_close(llm);
    fake_stop(&f);
}

static void key_does_not_go_unencrypted_to_another_host(void **state) {
    (void)state;
    wrt_llm *llm = NULL;
    wrt_err err;
    setenv("WARRANT_API_KEY", key, 1);
    assert_int_equal(try_open(&llm, "http://198.51.100.7:1", (wrt_llm_options){0}, &err),
                     WRT_E_CREDENTIAL);
    assert_hidden(err.message);
    unsetenv("WARRANT_API_KEY");
}

static void key_file_is_read_only_when_nobody_else_can(void **state) {
    (void)state;
    fake f = {0};
    wrt_llm *llm = NULL;
    wrt_err err;
    char path[] = "/tmp/warrant-key-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    fake_start(&f);
    setenv("WARRANT_API_KEY_FILE", path, 1);
    assert_int_equal(wrt_file_write(path, WRT_STR("  sk-fromafile \r\nsecond line\n"), 0600, NULL),
                     WRT_OK);
    llm = open_spec(f.base, (wrt_llm_options){0});
    assert_true(fake_saw_header(&f, "Authorization", "Bearer sk-fromafile"));
    wrt_llm_close(llm);
    chmod(path, 0640);
    unsigned before = loopback_connections(f.server);
    assert_int_equal(try_open(&llm, f.base, (wrt_llm_options){0}, &err), WRT_E_CREDENTIAL);
    assert_non_null(strstr(err.message, "may be read by others (mode 640)"));
    assert_int_equal(wrt_file_write(path, WRT_STR("\nkey\n"), 0600, NULL), WRT_OK);
    assert_int_equal(try_open(&llm, f.base, (wrt_llm_options){0}, &err), WRT_E_CREDENTIAL);
    unlink(path);
    assert_int_equal(try_open(&llm, f.base, (wrt_llm_options){0}, &err), WRT_E_CREDENTIAL);
    setenv("WARRANT_API_KEY_FILE", "/dev/null", 1);
    assert_int_equal(try_open(&llm, f.base, (wrt_llm_options){0}, &err), WRT_E_CREDENTIAL);
    assert_non_null(strstr(err.message, "regular file"));
    assert_int_equal(loopback_connections(f.server), before);
    unsetenv("WARRANT_API_KEY_FILE");
    fake_stop(&f);
}

static int no_keys(void **state) {
    (void)state;
    unsetenv("WARRANT_API_KEY");
    unsetenv("OPENAI_API_KEY");
    unsetenv("WARRANT_API_KEY_FILE");
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_goes_to_the_endpoint_with_the_least_in_flight),
        cmocka_unit_test(single_requests_go_to_the_first_endpoint_when_all_are_idle),
        cmocka_unit_test(request_is_repeated_elsewhere_when_an_endpoint_fails),
        cmocka_unit_test(endpoint_is_checked_before_it_works_again),
        cmocka_unit_test(request_waits_as_long_as_the_server_asks),
        cmocka_unit_test(request_waits_in_silence_as_long_as_no_other_server_is_there),
        cmocka_unit_test(request_does_not_hurry_when_the_server_asks_for_no_wait),
        cmocka_unit_test(failures_are_counted_on_when_a_call_is_only_cut_short),
        cmocka_unit_test(request_is_given_up_after_four_attempts),
        cmocka_unit_test(failure_of_the_first_question_is_reported_whatever_the_timing),
        cmocka_unit_test(work_goes_only_where_it_was_proved),
        cmocka_unit_test(text_scores_are_exact_when_prompt_tokens_are_scored),
        cmocka_unit_test(top_tokens_bound_what_they_do_not_tell),
        cmocka_unit_test(bound_is_what_the_list_leaves_when_that_is_less),
        cmocka_unit_test(bound_holds_when_the_drawn_token_is_listed),
        cmocka_unit_test(bounds_are_not_given_when_they_are_not_accepted_or_not_sound),
        cmocka_unit_test(frequencies_carry_their_interval_when_nothing_better_is_there),
        cmocka_unit_test(draws_are_from_all_tokens_of_a_llama_server),
        cmocka_unit_test(choice_is_written_when_nothing_can_be_scored),
        cmocka_unit_test(open_waits_when_the_model_is_loading),
        cmocka_unit_test(open_finds_the_same_when_the_server_is_busy),
        cmocka_unit_test(description_leaves_out_what_one_reply_happened_to_tell),
        cmocka_unit_test(open_takes_a_server_that_refuses_only_health),
        cmocka_unit_test(open_takes_a_server_without_health_and_list),
        cmocka_unit_test(open_fails_when_the_server_is_none_of_ours),
        cmocka_unit_test(open_fails_soon_when_nobody_listens),
        cmocka_unit_test(open_refuses_a_pool_of_two_models),
        cmocka_unit_test(open_refuses_what_is_no_list_of_servers),
        cmocka_unit_test(open_sends_nothing_when_it_is_to_stay_offline),
        cmocka_unit_test(key_is_sent_and_never_shown),
        cmocka_unit_test(reply_fails_when_it_repeats_the_key),
        cmocka_unit_test(text_is_whole_when_it_only_resembles_the_key),
        cmocka_unit_test(key_is_refused_when_it_is_short),
        cmocka_unit_test(own_words_are_shown_when_the_key_is_one_of_them),
        cmocka_unit_test(open_learns_what_a_thinking_model_refuses),
        cmocka_unit_test(key_does_not_go_unencrypted_to_another_host),
        cmocka_unit_test(key_file_is_read_only_when_nobody_else_can),
    };
    return cmocka_run_group_tests(tests, no_keys, no_keys);
}
