/* test_http_pool.c: several servers as one: who works, who rests, who is asked again. */
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
    score_many(scores, llm, &fake_text, N);
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
        questions[i] = (wrt_llm_question){.prompt = fake_text, .candidates = fake_yes_no, .n = 2};
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
    score_many(scores, llm, &fake_text, N);
    assert_int_equal(wrt_http_counts(llm->self, 0).answered, 0);
    assert_int_equal(wrt_http_counts(llm->self, 1).answered, N);
    must_write(llm, plain.base + 7);
    wrt_llm_close(llm);
    fake_stop(&plain);
    fake_stop(&able);
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
    };
    return cmocka_run_group_tests(tests, no_keys, no_keys);
}
