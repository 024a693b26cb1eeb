/* test_seal.c: values that are stored apart from their commitments, and taken away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "ledger/seal.h"
#include "tamper.h"

static const char START[] =
    "{\"question\":\"Is patient 7 at risk?\",\"sealed\":[\"args\",\"question\"]}";

static void append(wrt_run *run, const char *type, const char *body) {
    wrt_json *value = test_json(body);
    wrt_err err = {0};
    if (wrt_run_append(NULL, run, type, value, NULL, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(value);
}

static void append_call(wrt_run *run) {
    append(run, "policy.decision",
           "{\"id\":\"d1\",\"phase\":\"tool_call\",\"step\":\"s1\",\"decision\":\"allow\","
           "\"request\":{\"tool\":\"t\",\"args\":{\"age\":54}}}");
    append(run, "tool.call",
           "{\"step\":\"s1\",\"tool\":\"t\",\"args\":{\"age\":54},\"decision\":\"d1\"}");
    append(run, "tool.result",
           "{\"step\":\"s1\",\"tool\":\"t\",\"result\":[{\"args\":1,\"a/b~\":"
           "{\"question\":[2]}}]}");
}

static void seal(wrt_run *run) {
    wrt_json *end = test_json("{\"outcome\":\"answered\"}");
    assert_int_equal(wrt_run_seal(run, end, NULL), WRT_OK);
    wrt_json_free(end);
}

static void write_run(char id[WRT_RUN_ID_MAX], wrt_ledger *ledger, const char *start) {
    wrt_run *run = NULL;
    wrt_err err = {0};
    wrt_json *body = test_json(start);
    if (wrt_run_start(&run, ledger, body, &err) != WRT_OK)
        fail_msg("%s", err.message);
    snprintf(id, WRT_RUN_ID_MAX, "%s", wrt_run_id(run));
    append_call(run);
    seal(run);
    wrt_json_free(body);
    wrt_run_free(run);
}

static int setup(void **state) {
    test_store_setup(state);
    test_store *store = *state;
    write_run(store->run, store->ledger, START);
    return 0;
}

static bool store_holds(const test_store *store, const char *text) {
    bool is_there = false;
    for (int seq = 0; seq < 5; seq++) {
        size_t len = 0;
        char *bytes = test_read_bytes(&len, store, seq);
        is_there = is_there || strstr(bytes, text) != NULL;
        free(bytes);
    }
    return is_there;
}

static void seal_keeps_values_out_of_the_events(void **state) {
    const test_store *store = *state;
    assert_false(store_holds(store, "patient 7"));
    assert_false(store_holds(store, "\"age\""));
    assert_true(store_holds(store, "{\"commit\":\""));
    test_expect_good(store);
}

static void seal_gives_the_values_back_to_who_reads_the_run(void **state) {
    const test_store *store = *state;
    wrt_json *events = NULL;
    wrt_run_info *runs = NULL;
    size_t n = 0;
    assert_int_equal(wrt_ledger_events(&events, store->ledger, store->run, NULL), WRT_OK);
    assert_string_equal(
        wrt_json_get_text(wrt_json_get(wrt_json_at(events, 0), "body"), "question", ""),
        "Is patient 7 at risk?");
    assert_int_equal(
        wrt_json_get_int(wrt_json_path(wrt_json_at(events, 1), "body.request.args"), "age", 0), 54);
    wrt_json_free(events);
    assert_int_equal(wrt_ledger_list(&runs, &n, store->ledger, NULL), WRT_OK);
    assert_string_equal(runs[0].question, "Is patient 7 at risk?");
    wrt_run_info_free(runs, n);
}

/* SHA-256(salt || canonical value), from what stands in the store, by hand. */
static void seal_commits_to_salt_and_canonical_value(void **state) {
    const test_store *store = *state;
    char hex[65], expected[90];
    bool row = false;
    wrt_stmt *stmt =
        test_prepared(store, "SELECT salt, value FROM opening WHERE seq = 2 AND pointer = '/args'");
    assert_int_equal(wrt_stmt_step(&row, stmt, NULL), WRT_OK);
    assert_true(row);
    const wrt_str parts[] = {wrt_stmt_blob(stmt, 0), wrt_stmt_blob(stmt, 1)};
    assert_int_equal(parts[0].len, 32);
    assert_true(wrt_str_equal_c(parts[1], "{\"age\":54}"));
    wrt_sha256 digest = wrt_sha256_of_parts(parts, 2);
    wrt_sha256_hex(hex, &digest);
    snprintf(expected, sizeof expected, "\"args\":{\"commit\":\"%s\"}", hex);
    wrt_stmt_free(stmt);
    assert_true(store_holds(store, expected));
    stmt = test_prepared(store, "SELECT count(DISTINCT salt), count(*) FROM opening");
    assert_int_equal(wrt_stmt_step(&row, stmt, NULL), WRT_OK);
    assert_int_equal(wrt_stmt_int(stmt, 0), wrt_stmt_int(stmt, 1)); /* none twice */
    assert_int_equal(wrt_stmt_int(stmt, 1), 5);
    wrt_stmt_free(stmt);
    stmt = test_prepared(store, "SELECT 1 FROM seal"); /* no secret outlives its run */
    assert_int_equal(wrt_stmt_step(&row, stmt, NULL), WRT_OK);
    assert_false(row);
    wrt_stmt_free(stmt);
}

static void seal_finds_another_value_salt_or_place(void **state) {
    const test_store *store = *state;
    static const struct {
        const char *sql;
        int64_t seq;
    } cases[] = {
        {"UPDATE opening SET value = CAST('{\"age\":55}' AS BLOB) WHERE seq = 2", 2},
        {"UPDATE opening SET value = CAST('{' AS BLOB) WHERE seq = 1", 1},
        {"UPDATE opening SET salt = zeroblob(32) WHERE seq = 0", 0},
        {"UPDATE opening SET salt = zeroblob(31) WHERE seq = 0", 0},
        {"UPDATE opening SET pointer = '/tool' WHERE seq = 2", 2},
        {"UPDATE opening SET pointer = '/result/1/args' WHERE pointer = '/result/0/args'", 3},
        {"UPDATE opening SET seq = 4 WHERE seq = 0", 4},
        {"UPDATE opening SET seq = 9 WHERE seq = 0", NO_EVENT},
    };
    test_raw(store, "CREATE TEMP TABLE kept AS SELECT * FROM opening");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_raw(store, cases[i].sql);
        test_expect_bad(store, 1, cases[i].seq);
        test_raw(store, "DELETE FROM opening; INSERT INTO opening SELECT * FROM kept");
    }
    test_expect_good(store);
}

static void seal_leaves_content_hashes_free_of_salts(void **state) {
    const test_store *store = *state;
    char other[WRT_RUN_ID_MAX], one[65], two[65];
    write_run(other, store->ledger, START);
    assert_int_equal(wrt_ledger_content_hash(one, store->ledger, store->run, NULL), WRT_OK);
    assert_int_equal(wrt_ledger_content_hash(two, store->ledger, other, NULL), WRT_OK);
    assert_string_equal(one, two);
}

/* A run that stopped after its start goes on with the same salts. */
static void seal_makes_the_same_salts_when_a_run_goes_on(void **state) {
    test_store *store = *state;
    wrt_run *run = NULL;
    wrt_json *body = test_json(START);
    wrt_err err = {0};
    char id[WRT_RUN_ID_MAX];
    assert_int_equal(wrt_run_start(&run, store->ledger, body, NULL), WRT_OK);
    wrt_json_free(body);
    snprintf(id, sizeof id, "%s", wrt_run_id(run));
    wrt_run_free(run);
    if (wrt_run_resume(&run, store->ledger, id, &err) != WRT_OK)
        fail_msg("%s", err.message);
    append_call(run);
    seal(run);
    wrt_run_free(run);
    snprintf(store->run, sizeof store->run, "%s", id);
    test_expect_good(store);
    wrt_stmt *stmt = test_prepared(store, "SELECT count(*) FROM opening WHERE run = "
                                          "(SELECT max(id) FROM run WHERE id = ?1) OR run = ?1");
    bool row = false;
    wrt_stmt_bind_c(stmt, 1, id);
    assert_int_equal(wrt_stmt_step(&row, stmt, NULL), WRT_OK);
    assert_int_equal(wrt_stmt_int(stmt, 0), 5);
    wrt_stmt_free(stmt);
}

/* ---- taking away */

static wrt_json *audit_bundle(const char *folder, wrt_status expected) {
    wrt_json *report = NULL;
    wrt_err err = {0};
    wrt_status status = wrt_audit_bundle(&report, folder, NULL, 2, &err);
    if (status != expected)
        fail_msg("%d: %s", (int)status, err.message);
    return report;
}

static wrt_status export_without(const test_store *store, const char *folder, const char *names) {
    wrt_json *list = test_json(names);
    const wrt_export_options options = {.redact = list};
    wrt_status status = wrt_audit_export_as(store->ledger, store->run, folder, &options, NULL);
    wrt_json_free(list);
    return status;
}

static void seal_lets_values_be_taken_away(void **state) {
    const test_store *store = *state;
    char *folder = wrt_path_join(store->folder, "bundle");
    assert_int_equal(export_without(store, folder, "[\"text\"]"), WRT_E_INPUT); /* in the clear */
    assert_int_equal(export_without(store, folder, "[\"step\"]"), WRT_E_INPUT);
    assert_int_equal(export_without(store, folder, "[\"args\"]"), WRT_OK);
    wrt_json *report = audit_bundle(folder, WRT_OK);
    assert_int_equal(wrt_json_get_int(report, "redacted", 0), 3);
    assert_true(wrt_json_is(wrt_json_get(report, "content"), WRT_JSON_NULL));
    wrt_json_free(report);
    size_t len = 0;
    char *sealed = test_read_file(&len, folder, "sealed.jsonl");
    assert_null(strstr(sealed, "\"age\""));
    assert_non_null(strstr(sealed, "\"pointer\":\"/result/0/a~1b~0/question\""));
    char *at = strstr(sealed, "patient 7");
    assert_non_null(at);
    at[8] = '8'; /* an opened value that was altered */
    test_write_file(folder, "sealed.jsonl", sealed, len);
    report = audit_bundle(folder, WRT_E_INTEGRITY);
    test_assert_failure(report, WRT_E_INTEGRITY, 1, 0);
    wrt_json_free(report);
    test_write_file(folder, "sealed.jsonl", "{}\n", 3);
    report = audit_bundle(folder, WRT_E_INTEGRITY);
    wrt_json_free(report);
    free(sealed);
    free(folder);
}

static void seal_refuses_names_that_rules_need(void **state) {
    const test_store *store = *state;
    static const char *const starts[] = {"{\"sealed\":[\"step\"]}", "{\"sealed\":[\"decision\"]}",
                                         "{\"sealed\":[1]}", "{\"sealed\":\"args\"}"};
    for (size_t i = 0; i < 4; i++) {
        wrt_run *run = NULL;
        wrt_json *body = test_json(starts[i]);
        assert_int_equal(wrt_run_start(&run, store->ledger, body, NULL), WRT_E_INPUT);
        assert_null(run);
        wrt_json_free(body);
    }
}

#define SEAL_TEST(f) cmocka_unit_test_setup_teardown(f, setup, test_store_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SEAL_TEST(seal_keeps_values_out_of_the_events),
        SEAL_TEST(seal_gives_the_values_back_to_who_reads_the_run),
        SEAL_TEST(seal_commits_to_salt_and_canonical_value),
        SEAL_TEST(seal_finds_another_value_salt_or_place),
        SEAL_TEST(seal_leaves_content_hashes_free_of_salts),
        SEAL_TEST(seal_makes_the_same_salts_when_a_run_goes_on),
        SEAL_TEST(seal_lets_values_be_taken_away),
        SEAL_TEST(seal_refuses_names_that_rules_need),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
