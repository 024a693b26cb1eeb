/* test_levels.c: what an honest signature does not excuse: malformed events, missing decisions and
 * results, and the levels that callers add. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tamper.h"

/* ---- what a writer who holds the key could have signed */
static void audit_holds_signed_events_to_their_form(void **state) {
    const test_store *store = *state;
    test_reseal(store, store->run);
    test_expect_good(store);
    static const char *const changes[][2] = {
        {"{\"body\"", "{ \"body\""},            /* white space */
        {"\"v\":1", "\"v\":1.0"},               /* another spelling of a number */
        {"\"v\":1", "\"v\":2"},                 /* another version */
        {"\"v\":1}", "\"v\":1,\"w\":1}"},       /* one member more */
        {"\"run\":\"2", "\"run\":\"3"},         /* another run */
        {"\"seq\":7", "\"seq\":6"},             /* another place */
        {"\"type\":\"run.end\"", "\"type\":7"}, /* no type */
    };
    size_t len = 0;
    char *kept = test_read_bytes(&len, store, 7);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        test_rewrite(store, 7, changes[i][0], changes[i][1]);
        test_expect_bad(store, 1, 7);
        test_write_event(store, 7, kept, len);
        test_reseal(store, store->run);
        test_expect_good(store);
    }
    free(kept);
}

static void audit_refuses_the_head_of_another_run(void **state) {
    const test_store *store = *state;
    test_reseal(store, "20260101-000000-abcdef");
    test_expect_bad(store, 1, NO_EVENT);
    test_reseal(store, "");
    test_expect_bad(store, 1, NO_EVENT);
}

static void audit_refuses_a_blob_of_another_size(void **state) {
    const test_store *store = *state;
    test_rewrite(store, 4, "\"size\":14", "\"size\":15");
    test_expect_bad(store, 1, 4);
}

static void audit_level_two_wants_one_start_and_one_end(void **state) {
    const test_store *store = *state;
    test_rewrite(store, 6, "\"type\":\"answer\"", "\"type\":\"run.end\"");
    test_expect_bad(store, 2, 6);
    test_rewrite(store, 6, "\"type\":\"run.end\"", "\"type\":\"run.start\"");
    test_expect_bad(store, 2, 6);
    test_rewrite(store, 6, "\"type\":\"run.start\"", "\"type\":\"answer\"");
    test_expect_good(store);
    test_rewrite(store, 0, "\"type\":\"run.start\"", "\"type\":\"input\"");
    test_expect_bad(store, 2, 0);
    test_rewrite(store, 0, "\"type\":\"input\"", "\"type\":\"run.start\"");
    test_raw(store, "DELETE FROM event WHERE seq = 7");
    test_reseal(store, store->run);
    test_expect_bad(store, 2, 6);
}

/* ---- level 2 */

typedef struct {
    const char *events[8]; /* "type body", between run.start and run.end */
    int bad_seq;           /* -1: complete */
} complete_case;

#define D1                                                                                         \
    "policy.decision {\"id\":\"d1\",\"phase\":\"tool_call\",\"step\":\"s1\",\"decision\":"         \
    "\"allow\",\"request\":{\"tool\":\"t\"}}"
#define CALL "tool.call {\"step\":\"s1\",\"tool\":\"t\",\"args\":{},\"decision\":\"d1\"}"
#define NET(id, verdict, number)                                                                   \
    "policy.decision {\"id\":\"" id                                                                \
    "\",\"phase\":\"tool_call\",\"step\":\"s1\",\"decision\":\"" verdict                           \
    "\",\"request\":{\"tool\":\"t\",\"dest\":{\"host\":\"h\"},\"http\":{\"n\":" number             \
    ",\"url\":\"u\"}}}"
#define ASKED(id, number)                                                                          \
    "http.request {\"step\":\"s1\",\"tool\":\"t\",\"decision\":\"" id "\",\"n\":" number           \
    ",\"url\":\"u\"}"
#define SAID(number) "http.response {\"step\":\"s1\",\"tool\":\"t\",\"n\":" number "}"
#define RESULT       "tool.result {\"step\":\"s1\",\"tool\":\"t\",\"result\":{}}"

static const complete_case COMPLETE[] = {
    {{D1, CALL, RESULT}, -1},
    {{D1, CALL, RESULT,
      "policy.decision {\"id\":\"d2\",\"phase\":\"tool_call\",\"decision\":\"allow\"}",
      "tool.call {\"step\":\"s1\",\"tool\":\"t\",\"args\":{},\"decision\":\"d2\"}", RESULT},
     -1},                                  /* a retry of the step, decided again */
    {{D1, CALL, RESULT, CALL, RESULT}, 4}, /* one decision for two calls */
    {{"policy.decision {\"id\":\"d1\",\"phase\":\"tool_call\",\"decision\":\"allow\",\"request\":{"
      "\"tool\":\"t\",\"args\":{\"x\":1}}}",
      CALL, RESULT},
     2}, /* other arguments than those allowed */
    {{"claim {}"}, -1},
    {{CALL, RESULT}, 1},                   /* no decision */
    {{CALL, D1, RESULT}, 1},               /* decided afterwards */
    {{D1, CALL}, 2},                       /* no result */
    {{D1, RESULT}, 2},                     /* no call */
    {{D1, CALL, RESULT, RESULT}, 4},       /* two results */
    {{D1, CALL, CALL, RESULT, RESULT}, 3}, /* two calls of a step at once */
    {{D1, D1, CALL, RESULT}, 2},           /* two decisions of one id */
    {{"policy.decision {\"id\":\"d1\",\"phase\":\"tool_call\",\"decision\":\"deny\"}", CALL,
      RESULT},
     2},
    {{"policy.decision {\"id\":\"d1\",\"phase\":\"tool_call\",\"decision\":\"hold\"}", CALL,
      RESULT},
     2},
    {{"policy.decision {\"id\":\"d1\",\"phase\":\"claim\",\"decision\":\"allow\"}", CALL, RESULT},
     2},
    {{"policy.decision {\"id\":\"d1\",\"phase\":\"tool_call\",\"decision\":\"allow\",\"request\":{"
      "\"tool\":\"other\"}}",
      CALL, RESULT},
     2},
    {{"policy.decision {\"id\":\"d1\",\"phase\":\"tool_call\",\"decision\":\"allow\",\"step\":"
      "\"s2\"}",
      CALL, RESULT},
     2},
    {{D1, CALL, "tool.result {\"step\":\"s2\",\"tool\":\"t\",\"result\":{}}"}, 3},
    {{D1, CALL, "tool.result {\"step\":\"s1\",\"tool\":\"u\",\"result\":{}}"}, 3},
    {{D1, CALL, "tool.result {\"step\":\"s1\",\"tool\":\"t\"}"}, 3},
    {{D1, "tool.call {\"tool\":\"t\",\"decision\":\"d1\"}"}, 2},
    {{"policy.decision {\"phase\":\"tool_call\"}"}, 1},
    /* exchanges with the network: inside a call, each under a decision of its own, answered */
    {{D1, CALL, NET("d2", "allow", "1"), ASKED("d2", "1"), SAID("1"), RESULT}, -1},
    {{D1, CALL, NET("d2", "deny", "1"), RESULT}, -1},
    {{D1, CALL, NET("d2", "deny", "1"), ASKED("d2", "1"), SAID("1"), RESULT}, 4},
    {{D1, CALL, ASKED("d1", "1"), SAID("1"), RESULT}, 3},
    {{D1, CALL, ASKED("d9", "1"), SAID("1"), RESULT}, 3},
    {{D1, CALL, ASKED("d2", "1"), NET("d2", "allow", "1"), SAID("1"), RESULT}, 3},
    {{D1, CALL, NET("d2", "allow", "2"), ASKED("d2", "1"), SAID("1"), RESULT}, 4},
    {{D1, CALL, NET("d2", "allow", "1"), ASKED("d2", "1"), RESULT}, 5},
    {{D1, CALL, NET("d2", "allow", "1"), ASKED("d2", "1"), SAID("2"), RESULT}, 5},
    {{D1, CALL, NET("d2", "allow", "1"), ASKED("d2", "1"), SAID("1"), SAID("1"), RESULT}, 6},
    {{D1, CALL, NET("d2", "allow", "1"), ASKED("d2", "1"), SAID("1"), ASKED("d2", "1"), SAID("1"),
      RESULT},
     6},
    {{NET("d2", "allow", "1"), ASKED("d2", "1"), SAID("1")}, 2},
    {{NET("d1", "allow", "1"), CALL, RESULT}, 2}, /* it allowed an exchange, not a call */
};

static void write_complete_case(test_store *store, const complete_case *c) {
    wrt_run *run = NULL;
    wrt_json *empty = wrt_json_new_object();
    assert_int_equal(wrt_run_start(&run, store->ledger, empty, NULL), WRT_OK);
    snprintf(store->run, sizeof store->run, "%s", wrt_run_id(run));
    for (size_t i = 0; i < 8 && c->events[i] != NULL; i++) {
        char type[40] = {0};
        const char *space = strchr(c->events[i], ' ');
        memcpy(type, c->events[i], (size_t)(space - c->events[i]));
        wrt_json *body = test_json(space + 1);
        assert_int_equal(wrt_run_append(NULL, run, type, body, NULL, NULL), WRT_OK);
        wrt_json_free(body);
    }
    assert_int_equal(wrt_run_seal(run, empty, NULL), WRT_OK);
    wrt_json_free(empty);
    wrt_run_free(run);
}

static void audit_level_two_names_the_event_that_breaks_a_rule(void **state) {
    test_store *store = *state;
    for (size_t i = 0; i < sizeof COMPLETE / sizeof COMPLETE[0]; i++) {
        write_complete_case(store, &COMPLETE[i]);
        if (COMPLETE[i].bad_seq < 0)
            test_expect_good(store);
        else
            test_expect_bad(store, 2, COMPLETE[i].bad_seq);
    }
}

/* ---- hooks */

typedef struct {
    int calls;
    bool ok;
    size_t events;
    wrt_status blob;
} hook_state;

static void check_hook(wrt_audit_finding *out, const wrt_json *events,
                       const wrt_audit_source *source, void *ctx) {
    hook_state *seen = ctx;
    wrt_buf blob = wrt_buf_make(1000);
    seen->calls++;
    seen->events = wrt_json_count(events);
    seen->blob = wrt_audit_get_blob(&blob, source, TEST_RESULT_SHA, NULL);
    wrt_buf_free(&blob);
    out->ok = seen->ok;
    out->seq = 2;
    snprintf(out->detail, sizeof out->detail, "looked at decisions");
}

static void audit_runs_hooks_after_its_own_levels(void **state) {
    const test_store *store = *state;
    hook_state seen = {.ok = true};
    const wrt_audit_hook hook = {3, "policy", check_hook, &seen};
    wrt_audit_options options = {.max_level = 2, .hooks = &hook, .n_hooks = 1};
    wrt_json *report = NULL;
    assert_int_equal(wrt_audit_run_with(&report, store->ledger, store->run, &options, NULL),
                     WRT_OK);
    assert_int_equal(seen.calls, 0); /* above max_level */
    wrt_json_free(report);
    options.max_level = 3;
    assert_int_equal(wrt_audit_run_with(&report, store->ledger, store->run, &options, NULL),
                     WRT_OK);
    assert_int_equal(seen.calls, 1);
    assert_int_equal(seen.events, TEST_RUN_EVENTS);
    assert_int_equal(seen.blob, WRT_OK);
    wrt_json_free(report);
    seen.ok = false;
    wrt_status status = wrt_audit_run_with(&report, store->ledger, store->run, &options, NULL);
    test_assert_failure(report, status, 3, 2);
    assert_int_equal(strlen(wrt_json_get_text(report, "content", "")), 64);
    wrt_json_free(report);
    test_raw(store, "DELETE FROM event WHERE seq = 1");
    status = wrt_audit_run_with(&report, store->ledger, store->run, &options, NULL);
    test_assert_failure(report, status, 1, 1);
    assert_int_equal(seen.calls, 2); /* not run over a damaged chain */
    wrt_json_free(report);
}

#define EMPTY_TEST(f) cmocka_unit_test_setup_teardown(f, test_store_setup, test_store_teardown)
#define RUN_TEST(f)   cmocka_unit_test_setup_teardown(f, test_store_setup_run, test_store_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        RUN_TEST(audit_holds_signed_events_to_their_form),
        RUN_TEST(audit_refuses_the_head_of_another_run),
        RUN_TEST(audit_refuses_a_blob_of_another_size),
        RUN_TEST(audit_level_two_wants_one_start_and_one_end),
        EMPTY_TEST(audit_level_two_names_the_event_that_breaks_a_rule),
        RUN_TEST(audit_runs_hooks_after_its_own_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
