/* tamper.c: ways to look at a stored run and to falsify it. */
#include "tamper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/merkle.h"
#include "base/sign.h"
#include "ledger/event.h"
#include "ledger/note.h"

/* ---- running an audit and looking at its report */

void test_assert_failure(const wrt_json *report, wrt_status status, int level, int64_t seq) {
    const wrt_json *failure = wrt_json_get(report, "first_failure");
    assert_int_equal(status, WRT_E_INTEGRITY);
    assert_int_equal(wrt_json_get_int(failure, "level", -1), level);
    if (seq >= 0 && wrt_json_get_int(failure, "seq", -1) != seq)
        fail_msg("expected event %d: %s", (int)seq, wrt_json_get_text(failure, "message", "?"));
    if (seq == NO_EVENT)
        assert_true(wrt_json_is(wrt_json_get(failure, "seq"), WRT_JSON_NULL));
    assert_false(wrt_json_get_bool(wrt_json_at(wrt_json_get(report, "levels"), (size_t)level - 1),
                                   "ok", true));
}

void test_expect_bad(const test_store *store, int level, int64_t seq) {
    wrt_json *report = NULL;
    wrt_err err = {0};
    wrt_status status = wrt_audit_run(&report, store->ledger, store->run, NULL, 2, &err);
    test_assert_failure(report, status, level, seq);
    wrt_json_free(report);
}

void test_expect_good(const test_store *store) {
    wrt_json *report = NULL;
    wrt_err err = {0};
    if (wrt_audit_run(&report, store->ledger, store->run, NULL, 2, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(report);
}

/* ---- tampering with rows */

wrt_stmt *test_prepared(const test_store *store, const char *sql) {
    wrt_stmt *stmt = NULL;
    assert_int_equal(wrt_db_prepare(&stmt, store->raw, sql, NULL), WRT_OK);
    return stmt;
}

/* A column of one event; the caller frees it. */
char *test_read_column(size_t *len, const test_store *store, const char *sql, int seq) {
    bool row = false;
    wrt_stmt *stmt = test_prepared(store, sql);
    wrt_stmt_bind_int(stmt, 1, seq);
    assert_int_equal(wrt_stmt_step(&row, stmt, NULL), WRT_OK);
    assert_true(row);
    wrt_str value = wrt_stmt_blob(stmt, 0);
    char *copy = calloc(1, value.len + 1);
    assert_non_null(copy);
    memcpy(copy, value.ptr, value.len);
    *len = value.len;
    wrt_stmt_free(stmt);
    return copy;
}

char *test_read_bytes(size_t *len, const test_store *store, int seq) {
    return test_read_column(len, store, "SELECT bytes FROM event WHERE seq = ?", seq);
}

void test_write_column(const test_store *store, const char *sql, int seq, wrt_str value) {
    wrt_stmt *stmt = test_prepared(store, sql);
    wrt_stmt_bind_blob(stmt, 1, value);
    wrt_stmt_bind_int(stmt, 2, seq);
    assert_int_equal(wrt_stmt_run(stmt, NULL), WRT_OK);
    wrt_stmt_free(stmt);
}

void test_write_bytes(const test_store *store, int seq, const char *bytes, size_t len) {
    test_write_column(store, "UPDATE event SET bytes = ? WHERE seq = ?", seq,
                      (wrt_str){bytes, len});
}

/* Writes bytes and the leaf hash that belongs to them. */
void test_write_event(const test_store *store, int seq, const char *bytes, size_t len) {
    wrt_sha256 leaf = wrt_event_leaf((wrt_str){bytes, len}, seq);
    test_write_bytes(store, seq, bytes, len);
    test_write_column(store, "UPDATE event SET leaf = ? WHERE seq = ?", seq,
                      (wrt_str){(const char *)leaf.bytes, sizeof leaf.bytes});
}

/* Replaces the first `from` in an event by `to` of the same length, and its leaf hash. */
void test_forge(const test_store *store, int seq, const char *from, const char *to) {
    size_t len = 0;
    char *bytes = test_read_bytes(&len, store, seq);
    char *at = strstr(bytes, from);
    assert_non_null(at);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(at, to, strlen(to));
    test_write_event(store, seq, bytes, len);
    free(bytes);
}

char *test_read_checkpoint(size_t *len, const test_store *store) {
    return test_read_column(len, store, "SELECT checkpoint FROM run WHERE ?1 = 0", 0);
}

void test_write_checkpoint(const test_store *store, wrt_str note) {
    wrt_stmt *stmt = test_prepared(store, "UPDATE run SET checkpoint = ?");
    wrt_stmt_bind_text(stmt, 1, note);
    assert_int_equal(wrt_stmt_run(stmt, NULL), WRT_OK);
    wrt_stmt_free(stmt);
}

/* Links all events anew and signs them with the store's own key. */
void test_reseal(const test_store *store, const char *origin) {
    wrt_sha256 leaves[TEST_RUN_EVENTS];
    wrt_signing_key *key = NULL;
    char *path = wrt_path_join(store->folder, "keys/ledger.key");
    assert_int_equal(wrt_signing_key_load(&key, path, NULL), WRT_OK);
    wrt_stmt *count = test_prepared(store, "SELECT count(*) FROM event");
    bool row = false;
    assert_int_equal(wrt_stmt_step(&row, count, NULL), WRT_OK);
    int n = (int)wrt_stmt_int(count, 0);
    wrt_stmt_free(count);
    for (int seq = 0; seq < n; seq++) {
        size_t len = 0;
        char *bytes = test_read_bytes(&len, store, seq);
        char *prev = strstr(bytes, "\"prev\":\"");
        if (seq > 0 && prev != NULL) {
            char hex[65];
            wrt_sha256_hex(hex, &leaves[seq - 1]);
            memcpy(prev + 8, hex, 64);
        }
        test_write_event(store, seq, bytes, len);
        leaves[seq] = wrt_event_leaf((wrt_str){bytes, len}, seq);
        free(bytes);
    }
    wrt_head head = {n, wrt_merkle_root(leaves, (size_t)n)};
    wrt_buf note = wrt_buf_make(WRT_CHECKPOINT_MAX);
    wrt_checkpoint_write(&note, origin, &head, key);
    test_write_checkpoint(store, wrt_buf_str(&note));
    wrt_buf_free(&note);
    wrt_signing_key_free(key);
    free(path);
}

/* Replaces the first `from` in an event by `to`, of any length, and signs the run anew. */
void test_rewrite(const test_store *store, int seq, const char *from, const char *to) {
    size_t len = 0;
    char *bytes = test_read_bytes(&len, store, seq);
    char *at = strstr(bytes, from);
    assert_non_null(at);
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_add(&text, bytes, (size_t)(at - bytes));
    wrt_buf_add_c(&text, to);
    wrt_buf_add_c(&text, at + strlen(from));
    test_write_event(store, seq, text.ptr, text.len);
    test_reseal(store, store->run);
    wrt_buf_free(&text);
    free(bytes);
}

const char TEST_RESULT_SHA[] = "da3d3b50b8ab55d0357666d07fd6b7df14176f24776482192546508336b1526a";
const char TEST_POLICY_SHA[] = "e9a0e8ce06dad51c18b8c90330abf7d014ef456eb39747b709b0ea14a7888e5d";

void test_blob_name(char out[96], const char *hex) {
    snprintf(out, 96, "blobs/%.2s/%s", hex, hex);
}
