/* test_together.c: steps of a plan taken together (act/batch, act/call, host/together), with more
 * threads than the machine has processors. Built for ThreadSanitizer, too: what the threads share
 * is what it looks at. Expected results are sums; order and record are those of one thread. */
#include "agent/act/act.h"
#include "agent/act/batch.h"
#include "agent/plan/freeze.h"
#include "agent/turn.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "tests/support/tree.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { STEPS = WRT_BATCH_MAX, THREADS = 4 };

static const char rules[] =
    "{\"schema\":\"warrant/policy/1\",\"name\":\"t\",\"rules\":[{\"id\":\"all\",\"effect\":"
    "\"permit\",\"phases\":[\"tool_call\",\"tool_result\"],\"message\":\"m\"},{\"id\":\"few\","
    "\"effect\":\"limit\",\"phases\":[\"tool_call\"],\"limit\":{\"counter\":\"tool.calls\","
    "\"max\":100},\"message\":\"m\"}]}";

typedef struct {
    char folder[40];
    wrt_cancel cancel;
    wrt_agent_config config;
    wrt_turn turn;
} bench;

static bench *open_bench(int threads) {
    static const char *const folders[] = {TEST_PLUGINS "/good", NULL};
    const wrt_toolhost_options options = {
        .worker_exe = TEST_WORKER, .plugin_dirs = folders, .timeout_ms = 60000};
    bench *b = calloc(1, sizeof *b);
    wrt_json *start = wrt_json_new_object();
    assert_non_null(b);
    snprintf(b->folder, sizeof b->folder, "/tmp/warrant-together-XXXXXX");
    assert_non_null(mkdtemp(b->folder));
    wrt_log_set_level(WRT_LOG_ERROR);
    b->config.threads = threads;
    b->config.cancel = &b->cancel;
    b->config.policy = wrt_policy_new();
    assert_int_equal(wrt_policy_add_text(b->config.policy, "t", wrt_str_of(rules), NULL), WRT_OK);
    assert_int_equal(wrt_toolhost_new(&b->config.tools, &options, NULL), WRT_OK);
    assert_int_equal(wrt_ledger_open(&b->config.ledger, b->folder, true, NULL), WRT_OK);
    b->turn = wrt_turn_make(&b->config);
    assert_int_equal(wrt_run_start(&b->turn.run, b->config.ledger, start, NULL), WRT_OK);
    wrt_json_free(start);
    return b;
}

static void close_bench(bench *b) {
    wrt_turn_free(&b->turn);
    wrt_toolhost_free(b->config.tools);
    wrt_policy_free(b->config.policy);
    wrt_ledger_close(b->config.ledger);
    test_remove_tree(b->folder);
    free(b);
}

/* Steps "s0", "s1", ...: tools in turn, sums of their own numbers. */
static wrt_json *make_plan(const char *const *tools, size_t n_tools, size_t n) {
    wrt_json *plan = wrt_json_new_object(), *steps = wrt_json_new_array();
    for (size_t i = 0; i < n; i++) {
        const char *tool = tools[i % n_tools];
        wrt_json *step = wrt_json_new_object(), *args = wrt_json_new_object();
        char id[32];
        snprintf(id, sizeof id, "s%zu", i);
        if (strcmp(tool, "test_sum") == 0) {
            wrt_json_set_int(args, "a", (int64_t)i);
            wrt_json_set_int(args, "b", 100);
        }
        wrt_json_set_text(step, "id", id);
        wrt_json_set_text(step, "tool", tool);
        wrt_json_set(step, "args", args);
        wrt_json_push(steps, step);
    }
    wrt_json_set(plan, "steps", steps);
    return plan;
}

/* Takes the first n steps of the plan together. */
static wrt_status take(wrt_json **results, size_t *n, bench *b, const wrt_json *plan,
                       wrt_err *err) {
    wrt_json *scope = wrt_json_new_object();
    assert_int_equal(wrt_plan_freeze(&b->turn, plan, NULL), WRT_OK);
    wrt_status status =
        wrt_act(results, n, &b->turn, wrt_json_first(wrt_json_get(plan, "steps")), scope, err);
    wrt_json_free(scope);
    return status;
}

static void free_results(wrt_json **results, size_t n) {
    for (size_t i = 0; i < n; i++)
        wrt_json_free(results[i]);
}

/* Bodies of the events of a run, each with its type; what identifies the run is in no body. */
static char *record_of(bench *b) {
    wrt_json *events = NULL, *end = wrt_json_new_object();
    wrt_buf text = wrt_buf_make(WRT_MIB(4));
    char id[WRT_RUN_ID_MAX];
    snprintf(id, sizeof id, "%s", wrt_run_id(b->turn.run));
    assert_int_equal(wrt_run_seal(b->turn.run, end, NULL), WRT_OK);
    assert_int_equal(wrt_ledger_events(&events, b->config.ledger, id, NULL), WRT_OK);
    WRT_JSON_EACH(event, events) {
        wrt_buf_printf(&text, "%s ", wrt_json_get_text(event, "type", "?"));
        wrt_json_write_canonical(&text, wrt_json_get(event, "body"));
        wrt_buf_add_char(&text, '\n');
    }
    wrt_json_free(events);
    wrt_json_free(end);
    return wrt_buf_take(&text);
}

/* ---- */

static void steps_taken_together_are_those_taken_alone(void **state) {
    static const char *const tools[] = {"test_sum"};
    char *records[2];
    (void)state;
    for (int i = 0; i < 2; i++) {
        bench *b = open_bench(i == 0 ? 1 : THREADS);
        for (int round = 0; round < 3; round++) {
            wrt_json *plan = make_plan(tools, 1, STEPS + 3), *results[STEPS];
            size_t n = wrt_batch_size(&b->turn, wrt_json_first(wrt_json_get(plan, "steps")));
            assert_int_equal(n, STEPS);
            assert_int_equal(take(results, &n, b, plan, NULL), WRT_OK);
            assert_int_equal(n, STEPS);
            for (size_t k = 0; k < n; k++)
                assert_int_equal((int)wrt_json_number(wrt_json_path(results[k], "data.sum"), -1),
                                 100 + k);
            free_results(results, n);
            wrt_json_free(plan);
        }
        records[i] = record_of(b);
        close_bench(b);
    }
    assert_string_equal(records[0], records[1]);
    free(records[0]);
    free(records[1]);
}

/* A worker dies while others answer, are waited for, and are started. */
static void a_crash_among_them_is_its_own(void **state) {
    static const char *const tools[] = {"unruly_slow", "unruly_crash", "test_sum", "no_such"};
    bench *b = open_bench(THREADS);
    wrt_json *plan = make_plan(tools, 4, STEPS), *results[STEPS];
    size_t n = STEPS;
    (void)state;
    assert_int_equal(take(results, &n, b, plan, NULL), WRT_OK);
    assert_int_equal(n, STEPS);
    static const char *const want[] = {"ok", "tool_crashed", "ok", "unknown_tool"};
    for (size_t i = 0; i < n; i++) {
        const char *code = wrt_json_text(wrt_json_path(results[i], "error.code"));
        assert_string_equal(code != NULL ? code : wrt_json_get_text(results[i], "status", "?"),
                            want[i % 4]);
    }
    free_results(results, n);
    wrt_json_free(plan);
    close_bench(b);
}

static void *cancel_soon(void *ctx) {
    const struct timespec pause = {.tv_nsec = 5000000};
    nanosleep(&pause, NULL);
    wrt_cancel_request(ctx);
    return NULL;
}

/* The end is asked for from another thread, at no particular moment: the calls under way are
 * finished and recorded, or the run stays open; the next batch is not begun. */
static void an_end_asked_for_meanwhile_ends_the_next_batch(void **state) {
    static const char *const tools[] = {"unruly_slow", "test_sum"};
    bench *b = open_bench(THREADS);
    wrt_json *plan = make_plan(tools, 2, 4), *results[STEPS];
    size_t n = 4;
    pthread_t other;
    wrt_err err = {0};
    (void)state;
    assert_int_equal(pthread_create(&other, NULL, cancel_soon, &b->cancel), 0);
    wrt_status status = take(results, &n, b, plan, &err);
    pthread_join(other, NULL);
    assert_true(status == WRT_OK || status == WRT_E_INTERRUPTED);
    assert_int_equal(n, status == WRT_OK ? 4 : 0);
    free_results(results, n);
    n = 4;
    assert_int_equal(take(results, &n, b, plan, &err), WRT_E_INTERRUPTED);
    assert_int_equal(n, 0);
    wrt_json_free(plan);
    close_bench(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_taken_together_are_those_taken_alone),
        cmocka_unit_test(a_crash_among_them_is_its_own),
        cmocka_unit_test(an_end_asked_for_meanwhile_ends_the_next_batch),
    };
    wrt_crypto_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
