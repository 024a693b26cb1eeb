/* test_audit.c: every way to tamper with a run that was thought of, and what the audit says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/sign.h"
#include "ledger/merkle.h"
#include "ledger/note.h"
#include "store.h"

enum { NO_EVENT = -1 };

/* ---- running an audit and looking at its report */

static void assert_failure(const wrt_json *report, wrt_status status, int level, int64_t seq) {
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

static void expect_bad(const test_store *store, int level, int64_t seq) {
    wrt_json *report = NULL;
    wrt_err err = {0};
    wrt_status status = wrt_audit_run(&report, store->ledger, store->run, NULL, 2, &err);
    assert_failure(report, status, level, seq);
    wrt_json_free(report);
}

static void expect_good(const test_store *store) {
    wrt_json *report = NULL;
    wrt_err err = {0};
    if (wrt_audit_run(&report, store->ledger, store->run, NULL, 2, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(report);
}

static void expect_bad_bundle(const char *folder, int64_t seq) {
    wrt_json *report = NULL;
    wrt_status status = wrt_audit_bundle(&report, folder, NULL, 2, NULL);
    assert_failure(report, status, 1, seq);
    wrt_json_free(report);
}

static void expect_good_bundle(const char *folder) {
    wrt_json *report = NULL;
    wrt_err err = {0};
    if (wrt_audit_bundle(&report, folder, NULL, 2, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(report);
}

/* ---- tampering with rows */

static wrt_stmt *prepared(const test_store *store, const char *sql) {
    wrt_stmt *stmt = NULL;
    assert_int_equal(wrt_db_prepare(&stmt, store->raw, sql, NULL), WRT_OK);
    return stmt;
}

/* A column of one event; the caller frees it. */
static char *read_column(size_t *len, const test_store *store, const char *sql, int seq) {
    bool row = false;
    wrt_stmt *stmt = prepared(store, sql);
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

static char *read_bytes(size_t *len, const test_store *store, int seq) {
    return read_column(len, store, "SELECT bytes FROM event WHERE seq = ?", seq);
}

static void write_column(const test_store *store, const char *sql, int seq, wrt_str value) {
    wrt_stmt *stmt = prepared(store, sql);
    wrt_stmt_bind_blob(stmt, 1, value);
    wrt_stmt_bind_int(stmt, 2, seq);
    assert_int_equal(wrt_stmt_run(stmt, NULL), WRT_OK);
    wrt_stmt_free(stmt);
}

static void write_bytes(const test_store *store, int seq, const char *bytes, size_t len) {
    write_column(store, "UPDATE event SET bytes = ? WHERE seq = ?", seq, (wrt_str){bytes, len});
}

/* Writes bytes and the leaf hash that belongs to them. */
static void write_event(const test_store *store, int seq, const char *bytes, size_t len) {
    wrt_sha256 leaf = wrt_merkle_leaf((wrt_str){bytes, len});
    write_bytes(store, seq, bytes, len);
    write_column(store, "UPDATE event SET leaf = ? WHERE seq = ?", seq,
                 (wrt_str){(const char *)leaf.bytes, sizeof leaf.bytes});
}

/* Replaces the first `from` in an event by `to` of the same length, and its leaf hash. */
static void forge(const test_store *store, int seq, const char *from, const char *to) {
    size_t len = 0;
    char *bytes = read_bytes(&len, store, seq);
    char *at = strstr(bytes, from);
    assert_non_null(at);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(at, to, strlen(to));
    write_event(store, seq, bytes, len);
    free(bytes);
}

/* ---- a sound run */

static void audit_passes_a_run_that_nobody_touched(void **state) {
    const test_store *store = *state;
    wrt_json *report = NULL;
    assert_int_equal(wrt_audit_run(&report, store->ledger, store->run, NULL, 2, NULL), WRT_OK);
    assert_string_equal(wrt_json_get_text(report, "run", ""), store->run);
    assert_int_equal(wrt_json_get_int(report, "events", 0), TEST_RUN_EVENTS);
    assert_int_equal(wrt_json_count(wrt_json_get(report, "levels")), 2);
    assert_true(wrt_json_is(wrt_json_get(report, "first_failure"), WRT_JSON_NULL));
    assert_string_equal(wrt_json_get_text(report, "key_source", ""), "stored");
    char content[WRT_SHA256_HEX + 1];
    assert_int_equal(wrt_ledger_content_hash(content, store->ledger, store->run, NULL), WRT_OK);
    assert_string_equal(wrt_json_get_text(report, "content", ""), content);
    unsigned char key[32];
    assert_int_equal(wrt_audit_parse_key(key, wrt_json_get_text(report, "key", ""), NULL), WRT_OK);
    wrt_json_free(report);
    assert_int_equal(wrt_audit_run(&report, store->ledger, store->run, key, 1, NULL), WRT_OK);
    assert_int_equal(wrt_json_count(wrt_json_get(report, "levels")), 1);
    assert_string_equal(wrt_json_get_text(report, "key_source", ""), "given");
    wrt_json_free(report);
}

static void audit_reports_an_unknown_run(void **state) {
    const test_store *store = *state;
    wrt_json *report = NULL;
    assert_int_equal(wrt_audit_run(&report, store->ledger, "nope", NULL, 2, NULL), WRT_E_NOT_FOUND);
    assert_non_null(report);
    wrt_json_free(report);
    assert_int_equal(wrt_audit_bundle(&report, "/tmp/wrt-no-such-bundle", NULL, 2, NULL),
                     WRT_E_NOT_FOUND);
    wrt_json_free(report);
}

/* ---- events */

static void audit_names_the_event_when_any_byte_is_flipped(void **state) {
    const test_store *store = *state;
    for (int seq = 0; seq < TEST_RUN_EVENTS; seq++) {
        size_t len = 0;
        char *bytes = read_bytes(&len, store, seq);
        assert_true(len > 150);
        for (size_t i = 0; i < len; i++) {
            char kept = bytes[i];
            bytes[i] = (char)(kept ^ (1 << (i % 8)));
            write_bytes(store, seq, bytes, len);
            expect_bad(store, 1, seq);
            bytes[i] = kept;
        }
        write_bytes(store, seq, bytes, len);
        free(bytes);
    }
    expect_good(store);
}

static void audit_names_the_event_when_its_leaf_is_touched(void **state) {
    const test_store *store = *state;
    const char *sql = "UPDATE event SET leaf = ? WHERE seq = ?";
    for (int seq = 0; seq < TEST_RUN_EVENTS; seq++) {
        size_t len = 0;
        char *leaf = read_column(&len, store, "SELECT leaf FROM event WHERE seq = ?", seq);
        assert_int_equal(len, 32);
        for (size_t i = 0; i < len; i++) {
            leaf[i] ^= 0x10;
            write_column(store, sql, seq, (wrt_str){leaf, len});
            expect_bad(store, 1, seq);
            leaf[i] ^= 0x10;
        }
        write_column(store, sql, seq, (wrt_str){leaf, 31});
        expect_bad(store, 1, seq);
        write_column(store, sql, seq, (wrt_str){leaf, len});
        free(leaf);
    }
    expect_good(store);
}

/* Bytes and leaf are both replaced, so only the link after it, or the signed root, can tell. */
static void audit_names_the_event_when_bytes_and_leaf_are_replaced(void **state) {
    const test_store *store = *state;
    for (int seq = 0; seq < TEST_RUN_EVENTS; seq++) {
        size_t len = 0;
        char *bytes = read_bytes(&len, store, seq);
        forge(store, seq, "\"meta\":{\"ts\":\"2", "\"meta\":{\"ts\":\"3");
        expect_bad(store, 1, seq);
        write_event(store, seq, bytes, len);
        free(bytes);
    }
    expect_good(store);
}

static void audit_names_the_event_when_its_prev_is_forged(void **state) {
    const test_store *store = *state;
    for (int seq = 1; seq + 1 < TEST_RUN_EVENTS; seq++) {
        size_t len = 0;
        char *bytes = read_bytes(&len, store, seq);
        char *forged = read_bytes(&len, store, seq);
        char *at = strstr(forged, "\"prev\":\"") + 8;
        at[5] = at[5] == '0' ? '1' : '0';
        write_event(store, seq, forged, len);
        expect_bad(store, 1, seq);
        write_event(store, seq, bytes, len);
        free(bytes);
        free(forged);
    }
    expect_good(store);
}

/* The whole tail is rewritten with fitting links: nothing but the signature is left to object. */
static void audit_finds_a_chain_that_was_linked_anew(void **state) {
    const test_store *store = *state;
    forge(store, 5, "lowers", "raises");
    for (int seq = 6; seq < TEST_RUN_EVENTS; seq++) {
        size_t len = 0;
        char hex[65];
        char *before = read_bytes(&len, store, seq - 1);
        wrt_sha256 leaf = wrt_merkle_leaf((wrt_str){before, len});
        free(before);
        wrt_sha256_hex(hex, &leaf);
        char *bytes = read_bytes(&len, store, seq);
        memcpy(strstr(bytes, "\"prev\":\"") + 8, hex, 64);
        write_event(store, seq, bytes, len);
        free(bytes);
    }
    expect_bad(store, 1, TEST_RUN_EVENTS - 1);
}

static void audit_refuses_an_event_that_is_not_canonical(void **state) {
    const test_store *store = *state;
    size_t len = 0;
    char *bytes = read_bytes(&len, store, 6);
    char *longer = calloc(1, len + 2);
    assert_non_null(longer);
    longer[0] = ' ';
    memcpy(longer + 1, bytes, len);
    write_event(store, 6, longer, len + 1);
    expect_bad(store, 1, 6);
    write_event(store, 6, "{}", 2);
    expect_bad(store, 1, 6);
    write_event(store, 6, "", 0);
    expect_bad(store, 1, 6);
    write_event(store, 6, bytes, len);
    expect_good(store);
    free(bytes);
    free(longer);
}

static void audit_names_the_gap_when_an_event_is_deleted(void **state) {
    const test_store *store = *state;
    for (int seq = 0; seq < TEST_RUN_EVENTS; seq++) {
        char sql[100];
        test_raw(store, "CREATE TABLE kept AS SELECT * FROM event");
        snprintf(sql, sizeof sql, "DELETE FROM event WHERE seq = %d", seq);
        test_raw(store, sql);
        expect_bad(store, 1, seq);
        /* The rows behind it move up: the event itself says where it stood. */
        snprintf(sql, sizeof sql, "UPDATE event SET seq = -seq WHERE seq > %d", seq);
        test_raw(store, sql);
        test_raw(store, "UPDATE event SET seq = -seq - 1 WHERE seq < 0");
        expect_bad(store, 1, seq);
        test_raw(store, "DELETE FROM event; INSERT INTO event SELECT * FROM kept; DROP TABLE kept");
    }
    expect_good(store);
}

static void audit_names_the_first_missing_event_when_the_tail_is_cut(void **state) {
    const test_store *store = *state;
    for (int seq = TEST_RUN_EVENTS - 1; seq >= 0; seq--) {
        char sql[100];
        snprintf(sql, sizeof sql, "DELETE FROM event WHERE seq >= %d", seq);
        test_raw(store, sql);
        expect_bad(store, 1, seq);
    }
}

static void audit_finds_an_event_that_was_inserted(void **state) {
    const test_store *store = *state;
    test_raw(store, "UPDATE event SET seq = -seq WHERE seq > 4");
    test_raw(store, "UPDATE event SET seq = -seq + 1 WHERE seq < 0");
    test_raw(store, "INSERT INTO event SELECT run, 5, bytes, leaf FROM event WHERE seq = 4");
    expect_bad(store, 1, 5);
}

static void audit_finds_an_event_that_was_added_at_the_end(void **state) {
    const test_store *store = *state;
    size_t len = 0;
    char hex[65];
    char forged[600];
    char *last = read_bytes(&len, store, 7);
    wrt_sha256 leaf = wrt_merkle_leaf((wrt_str){last, len});
    free(last);
    wrt_sha256_hex(hex, &leaf);
    snprintf(forged, sizeof forged,
             "{\"body\":{},\"meta\":{\"ts\":\"x\"},\"prev\":\"%s\",\"run\":\"%s\",\"seq\":8,"
             "\"type\":\"claim\",\"v\":1}",
             hex, store->run);
    test_raw(store, "INSERT INTO event SELECT run, 8, bytes, leaf FROM event WHERE seq = 7");
    write_event(store, 8, forged, strlen(forged));
    expect_bad(store, 1, 8);
    leaf = wrt_merkle_leaf(wrt_str_of(forged)); /* the first of two is named */
    wrt_sha256_hex(hex, &leaf);
    memcpy(strstr(forged, "\"prev\":\"") + 8, hex, 64);
    memcpy(strstr(forged, "\"seq\":8"), "\"seq\":9", 7);
    test_raw(store, "INSERT INTO event SELECT run, 9, bytes, leaf FROM event WHERE seq = 7");
    write_event(store, 9, forged, strlen(forged));
    expect_bad(store, 1, 8);
}

static void audit_finds_events_that_changed_places(void **state) {
    const test_store *store = *state;
    test_raw(store, "UPDATE event SET seq = 99 WHERE seq = 2");
    test_raw(store, "UPDATE event SET seq = 2 WHERE seq = 3");
    test_raw(store, "UPDATE event SET seq = 3 WHERE seq = 99");
    expect_bad(store, 1, 2);
}

static void audit_finds_an_event_of_another_run(void **state) {
    test_store *store = *state;
    char other[WRT_RUN_ID_MAX];
    char sql[300];
    test_store_write_run(other, store->ledger, true);
    snprintf(sql, sizeof sql,
             "UPDATE event SET (bytes, leaf) = (SELECT bytes, leaf FROM event WHERE run = '%s' AND "
             "seq = 5) WHERE run = '%s' AND seq = 5",
             other, store->run);
    test_raw(store, sql);
    expect_bad(store, 1, 5);
}

static void audit_finds_a_seq_or_run_that_was_renamed(void **state) {
    const test_store *store = *state;
    test_raw(store, "UPDATE event SET seq = 12 WHERE seq = 7");
    expect_bad(store, 1, 7);
    test_raw(store, "UPDATE event SET seq = -3 WHERE seq = 12");
    expect_bad(store, 1, NO_EVENT);
    test_raw(store, "UPDATE event SET seq = 7 WHERE seq = -3");
    expect_good(store);
    test_raw(store, "UPDATE event SET run = 'x' WHERE seq = 7");
    expect_bad(store, 1, 7);
}

/* ---- the row of the run */

static void audit_covers_the_row_of_the_run(void **state) {
    const test_store *store = *state;
    test_raw(store, "UPDATE run SET started = started + 1");
    expect_bad(store, 1, 0);
    test_raw(store, "UPDATE run SET started = 9223372036854775807");
    expect_bad(store, 1, 0);
    test_raw(store, "DELETE FROM run");
    expect_bad(store, 1, NO_EVENT);
    char id[WRT_RUN_ID_MAX];
    assert_int_equal(wrt_ledger_find(id, store->ledger, store->run, NULL), WRT_OK);
}

static char *read_checkpoint(size_t *len, const test_store *store) {
    return read_column(len, store, "SELECT checkpoint FROM run WHERE ?1 = 0", 0);
}

static void write_checkpoint(const test_store *store, wrt_str note) {
    wrt_stmt *stmt = prepared(store, "UPDATE run SET checkpoint = ?");
    wrt_stmt_bind_text(stmt, 1, note);
    assert_int_equal(wrt_stmt_run(stmt, NULL), WRT_OK);
    wrt_stmt_free(stmt);
}

static void audit_finds_any_flipped_byte_of_the_checkpoint(void **state) {
    const test_store *store = *state;
    size_t len = 0;
    char *note = read_checkpoint(&len, store);
    assert_true(len > 150);
    for (size_t i = 0; i < len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            note[i] = (char)(note[i] ^ (1 << bit));
            write_checkpoint(store, (wrt_str){note, len});
            expect_bad(store, 1, NO_EVENT);
            note[i] = (char)(note[i] ^ (1 << bit));
        }
    }
    write_checkpoint(store, (wrt_str){note, len - 1});
    expect_bad(store, 1, NO_EVENT);
    write_checkpoint(store, (wrt_str){note, 0});
    expect_bad(store, 1, NO_EVENT);
    write_checkpoint(store, (wrt_str){note, len});
    expect_good(store);
    free(note);
}

static void audit_checkpoint_is_a_c2sp_note(void **state) {
    const test_store *store = *state;
    size_t len = 0;
    char expected[200];
    char *note = read_checkpoint(&len, store);
    wrt_json *report = NULL;
    assert_int_equal(wrt_audit_run(&report, store->ledger, store->run, NULL, 1, NULL), WRT_OK);
    unsigned char root[32];
    char root_text[48];
    assert_true(wrt_hex_decode(root, 32, wrt_str_of(wrt_json_get_text(report, "root", ""))));
    wrt_base64_encode(root_text, root, 32);
    snprintf(expected, sizeof expected, "warrant/%s\n8\n%s\n\n\xe2\x80\x94 warrant-ledger ",
             store->run, root_text);
    assert_int_equal(strncmp(note, expected, strlen(expected)), 0);
    assert_int_equal(len, strlen(expected) + 92 + 1); /* base64 of 68 bytes, newline */
    /* A witness may add its own line. */
    char witnessed[800];
    snprintf(witnessed, sizeof witnessed, "%s\xe2\x80\x94 witness.example AAAAAAAA\n", note);
    write_checkpoint(store, wrt_str_of(witnessed));
    expect_good(store);
    wrt_json_free(report);
    free(note);
}

static void audit_says_that_a_run_is_open_or_not_sealed(void **state) {
    test_store *store = *state;
    wrt_json *report = NULL;
    wrt_err err = {0};
    test_raw(store, "UPDATE run SET checkpoint = NULL");
    assert_int_equal(wrt_audit_run(&report, store->ledger, store->run, NULL, 2, &err),
                     WRT_E_INTEGRITY);
    assert_non_null(strstr(err.message, "not sealed"));
    wrt_json_free(report);
    test_store_write_run(store->run, store->ledger, false);
    assert_int_equal(wrt_audit_run(&report, store->ledger, store->run, NULL, 2, &err),
                     WRT_E_INTEGRITY);
    assert_non_null(strstr(err.message, "the run is open"));
    const wrt_json *second = wrt_json_at(wrt_json_get(report, "levels"), 1);
    assert_non_null(strstr(wrt_json_get_text(second, "detail", ""), "not checked"));
    wrt_json_free(report);
}

/* ---- keys */

static void audit_refuses_a_head_of_another_key(void **state) {
    const test_store *store = *state;
    unsigned char other[32];
    char vkey[WRT_NOTE_VKEY_MAX];
    wrt_json *report = NULL;
    memset(other, 7, sizeof other);
    assert_int_equal(wrt_audit_run(&report, store->ledger, store->run, other, 2, NULL),
                     WRT_E_INTEGRITY);
    wrt_json_free(report);
    size_t len = 0;
    char *kept = test_read_file(&len, store->folder, "keys/ledger.pub");
    wrt_note_write_vkey(vkey, other);
    test_write_file(store->folder, "keys/ledger.pub", vkey, strlen(vkey));
    expect_bad(store, 1, NO_EVENT);
    for (size_t i = 0; i + 1 < len; i++) { /* the vkey checks itself by its key id */
        kept[i] ^= 4;
        test_write_file(store->folder, "keys/ledger.pub", kept, len);
        expect_bad(store, 1, NO_EVENT);
        kept[i] ^= 4;
    }
    char *path = wrt_path_join(store->folder, "keys/ledger.pub");
    unlink(path);
    expect_bad(store, 1, NO_EVENT);
    free(path);
    free(kept);
}

/* Whoever can write the store can sign it anew; the key that the reader knows finds that. */
static void audit_with_a_given_key_finds_a_store_that_was_signed_anew(void **state) {
    const test_store *store = *state;
    unsigned char known[32];
    char *path = wrt_path_join(store->folder, "keys/ledger.pub");
    assert_int_equal(wrt_audit_parse_key(known, path, NULL), WRT_OK);
    char *key_path = wrt_path_join(store->folder, "other.key");
    wrt_signing_key *key = NULL;
    assert_int_equal(wrt_signing_key_create(&key, key_path, NULL), WRT_OK);
    forge(store, 7, "answered", "whatever");
    wrt_sha256 leaves[TEST_RUN_EVENTS];
    for (int seq = 0; seq < TEST_RUN_EVENTS; seq++) {
        size_t len = 0;
        char *bytes = read_bytes(&len, store, seq);
        leaves[seq] = wrt_merkle_leaf((wrt_str){bytes, len});
        free(bytes);
    }
    wrt_head head = {TEST_RUN_EVENTS, wrt_merkle_root(leaves, TEST_RUN_EVENTS)};
    wrt_buf note = wrt_buf_make(WRT_CHECKPOINT_MAX);
    wrt_checkpoint_write(&note, store->run, &head, key);
    write_checkpoint(store, wrt_buf_str(&note));
    char vkey[WRT_NOTE_VKEY_MAX];
    wrt_note_write_vkey(vkey, wrt_signing_key_public(key));
    test_write_file(store->folder, "keys/ledger.pub", vkey, strlen(vkey));
    expect_good(store); /* with the stored key it looks sound, and the report says "stored" */
    wrt_json *report = NULL;
    assert_int_equal(wrt_audit_run(&report, store->ledger, store->run, known, 2, NULL),
                     WRT_E_INTEGRITY);
    wrt_json_free(report);
    wrt_buf_free(&note);
    wrt_signing_key_free(key);
    free(key_path);
    free(path);
}

static void audit_parse_key_reads_a_vkey_or_a_file(void **state) {
    const test_store *store = *state;
    /* The key of RFC 8032 test 1 under the name of this program; key id computed with Python. */
    static const char vkey[] =
        "warrant-ledger+0704e8cd+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
    unsigned char key[32];
    char *path = wrt_path_join(store->folder, "keys/ledger.pub");
    assert_int_equal(wrt_audit_parse_key(key, path, NULL), WRT_OK);
    assert_int_equal(wrt_audit_parse_key(key, vkey, NULL), WRT_OK);
    char hex[65];
    wrt_hex_encode(hex, key, 32);
    assert_string_equal(hex, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    char written[WRT_NOTE_VKEY_MAX];
    wrt_note_write_vkey(written, key);
    assert_string_equal(written, vkey);
    static const char *const bad[] = {"", "warrant-ledger", "a+b+c", "/no/such/file",
                                      "a+00000000+"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(wrt_audit_parse_key(key, bad[i], NULL), WRT_E_INPUT);
    free(path);
}

/* ---- what a writer who holds the key could have signed */

/* Links all events anew and signs them with the store's own key. */
static void reseal(const test_store *store, const char *origin) {
    wrt_sha256 leaves[TEST_RUN_EVENTS];
    wrt_signing_key *key = NULL;
    char *path = wrt_path_join(store->folder, "keys/ledger.key");
    assert_int_equal(wrt_signing_key_load(&key, path, NULL), WRT_OK);
    wrt_stmt *count = prepared(store, "SELECT count(*) FROM event");
    bool row = false;
    assert_int_equal(wrt_stmt_step(&row, count, NULL), WRT_OK);
    int n = (int)wrt_stmt_int(count, 0);
    wrt_stmt_free(count);
    for (int seq = 0; seq < n; seq++) {
        size_t len = 0;
        char *bytes = read_bytes(&len, store, seq);
        char *prev = strstr(bytes, "\"prev\":\"");
        if (seq > 0 && prev != NULL) {
            char hex[65];
            wrt_sha256_hex(hex, &leaves[seq - 1]);
            memcpy(prev + 8, hex, 64);
        }
        write_event(store, seq, bytes, len);
        leaves[seq] = wrt_merkle_leaf((wrt_str){bytes, len});
        free(bytes);
    }
    wrt_head head = {n, wrt_merkle_root(leaves, (size_t)n)};
    wrt_buf note = wrt_buf_make(WRT_CHECKPOINT_MAX);
    wrt_checkpoint_write(&note, origin, &head, key);
    write_checkpoint(store, wrt_buf_str(&note));
    wrt_buf_free(&note);
    wrt_signing_key_free(key);
    free(path);
}

/* Replaces the first `from` in an event by `to`, of any length, and signs the run anew. */
static void rewrite(const test_store *store, int seq, const char *from, const char *to) {
    size_t len = 0;
    char *bytes = read_bytes(&len, store, seq);
    char *at = strstr(bytes, from);
    assert_non_null(at);
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_add(&text, bytes, (size_t)(at - bytes));
    wrt_buf_add_c(&text, to);
    wrt_buf_add_c(&text, at + strlen(from));
    write_event(store, seq, text.ptr, text.len);
    reseal(store, store->run);
    wrt_buf_free(&text);
    free(bytes);
}

static void audit_holds_signed_events_to_their_form(void **state) {
    const test_store *store = *state;
    reseal(store, store->run);
    expect_good(store);
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
    char *kept = read_bytes(&len, store, 7);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        rewrite(store, 7, changes[i][0], changes[i][1]);
        expect_bad(store, 1, 7);
        write_event(store, 7, kept, len);
        reseal(store, store->run);
        expect_good(store);
    }
    free(kept);
}

static void audit_refuses_the_head_of_another_run(void **state) {
    const test_store *store = *state;
    reseal(store, "20260101-000000-abcdef");
    expect_bad(store, 1, NO_EVENT);
    reseal(store, "");
    expect_bad(store, 1, NO_EVENT);
}

static void audit_refuses_a_blob_of_another_size(void **state) {
    const test_store *store = *state;
    rewrite(store, 4, "\"size\":14", "\"size\":15");
    expect_bad(store, 1, 4);
}

static void audit_level_two_wants_one_start_and_one_end(void **state) {
    const test_store *store = *state;
    rewrite(store, 6, "\"type\":\"answer\"", "\"type\":\"run.end\"");
    expect_bad(store, 2, 6);
    rewrite(store, 6, "\"type\":\"run.end\"", "\"type\":\"run.start\"");
    expect_bad(store, 2, 6);
    rewrite(store, 6, "\"type\":\"run.start\"", "\"type\":\"answer\"");
    expect_good(store);
    rewrite(store, 0, "\"type\":\"run.start\"", "\"type\":\"input\"");
    expect_bad(store, 2, 0);
    rewrite(store, 0, "\"type\":\"input\"", "\"type\":\"run.start\"");
    test_raw(store, "DELETE FROM event WHERE seq = 7");
    reseal(store, store->run);
    expect_bad(store, 2, 6);
}

/* ---- blobs and the database file */

static const char RESULT_SHA[] = "da3d3b50b8ab55d0357666d07fd6b7df14176f24776482192546508336b1526a";
static const char POLICY_SHA[] = "e9a0e8ce06dad51c18b8c90330abf7d014ef456eb39747b709b0ea14a7888e5d";

static void blob_name(char out[96], const char *hex) {
    snprintf(out, 96, "blobs/%.2s/%s", hex, hex);
}

static void audit_names_the_event_when_its_blob_is_touched(void **state) {
    const test_store *store = *state;
    char name[96];
    blob_name(name, RESULT_SHA);
    size_t len = 0;
    char *blob = test_read_file(&len, store->folder, name);
    for (size_t i = 0; i < len; i++) {
        blob[i] ^= 1;
        test_write_file(store->folder, name, blob, len);
        expect_bad(store, 1, 4);
        blob[i] ^= 1;
    }
    test_write_file(store->folder, name, blob, len - 1);
    expect_bad(store, 1, 4);
    test_write_file(store->folder, name, blob, len);
    expect_good(store);
    char *path = wrt_path_join(store->folder, name);
    unlink(path);
    expect_bad(store, 1, 4);
    free(path);
    blob_name(name, POLICY_SHA);
    path = wrt_path_join(store->folder, name);
    unlink(path);
    expect_bad(store, 1, 0);
    free(path);
    free(blob);
}

/* Audits a store from a file of rows; true when it passes. */
static wrt_status audit_folder(const char *folder, const char *run, const char *content) {
    wrt_ledger *ledger = NULL;
    wrt_json *report = NULL;
    wrt_status status = wrt_ledger_open(&ledger, folder, false, NULL);
    if (status == WRT_OK) {
        status = wrt_audit_run(&report, ledger, run, NULL, 2, NULL);
        if (status == WRT_OK)
            assert_string_equal(wrt_json_get_text(report, "content", ""), content);
        wrt_json_free(report);
    }
    wrt_ledger_close(ledger);
    return status;
}

/* Bytes of the file that hold no part of the run may change unseen; nothing else may, and no change
 * may be anything but an integrity failure or an unknown run. */
static void audit_survives_a_damaged_database_file(void **state) {
    test_store *store = *state;
    char content[WRT_SHA256_HEX + 1];
    assert_int_equal(wrt_ledger_content_hash(content, store->ledger, store->run, NULL), WRT_OK);
    wrt_db_close(store->raw);
    wrt_ledger_close(store->ledger);
    store->raw = NULL;
    store->ledger = NULL;
    size_t len = 0;
    char *file = test_read_file(&len, store->folder, "runs.db");
    assert_true(len >= 8192);
    int found = 0;
    for (size_t i = 0; i < len; i += i < 120 ? 1 : 37) {
        char kept = file[i];
        file[i] = (char)~kept;
        test_write_file(store->folder, "runs.db", file, len);
        wrt_status status = audit_folder(store->folder, store->run, content);
        if (status != WRT_OK && status != WRT_E_INTEGRITY && status != WRT_E_NOT_FOUND)
            fail_msg("byte %zu: status %d", i, (int)status);
        found += status != WRT_OK;
        file[i] = kept;
        char *log = wrt_path_join(store->folder, "runs.db-wal");
        unlink(log);
        free(log);
    }
    assert_true(found > 30);
    for (size_t cut = 0; cut < len; cut += 1000) {
        test_write_file(store->folder, "runs.db", file, cut);
        wrt_status status = audit_folder(store->folder, store->run, content);
        assert_true(status == WRT_E_INTEGRITY);
    }
    free(file);
}

/* ---- level 2 */

typedef struct {
    const char *events[6]; /* "type body", between run.start and run.end */
    int bad_seq;           /* -1: complete */
} complete_case;

#define D1                                                                                         \
    "policy.decision {\"id\":\"d1\",\"phase\":\"tool_call\",\"step\":\"s1\",\"decision\":"         \
    "\"allow\",\"request\":{\"tool\":\"t\"}}"
#define CALL   "tool.call {\"step\":\"s1\",\"tool\":\"t\",\"args\":{},\"decision\":\"d1\"}"
#define RESULT "tool.result {\"step\":\"s1\",\"tool\":\"t\",\"result\":{}}"

static const complete_case COMPLETE[] = {
    {{D1, CALL, RESULT}, -1},
    {{D1, CALL, RESULT, CALL, RESULT}, -1}, /* a retry of the step */
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
};

static void write_complete_case(test_store *store, const complete_case *c) {
    wrt_run *run = NULL;
    wrt_json *empty = wrt_json_new_object();
    assert_int_equal(wrt_run_start(&run, store->ledger, empty, NULL), WRT_OK);
    snprintf(store->run, sizeof store->run, "%s", wrt_run_id(run));
    for (size_t i = 0; i < 6 && c->events[i] != NULL; i++) {
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
            expect_good(store);
        else
            expect_bad(store, 2, COMPLETE[i].bad_seq);
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
    seen->blob = wrt_audit_get_blob(&blob, source, RESULT_SHA, NULL);
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
    assert_failure(report, status, 3, 2);
    assert_int_equal(strlen(wrt_json_get_text(report, "content", "")), 64);
    wrt_json_free(report);
    test_raw(store, "DELETE FROM event WHERE seq = 1");
    status = wrt_audit_run_with(&report, store->ledger, store->run, &options, NULL);
    assert_failure(report, status, 1, 1);
    assert_int_equal(seen.calls, 2); /* not run over a damaged chain */
    wrt_json_free(report);
}

/* ---- bundles */

static char *export_bundle(const test_store *store) {
    wrt_err err = {0};
    char *folder = wrt_path_join(store->folder, "bundle");
    if (wrt_audit_export(store->ledger, store->run, folder, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return folder;
}

static void bundle_holds_what_it_should(void **state) {
    const test_store *store = *state;
    char *folder = export_bundle(store);
    size_t len = 0;
    char *text = test_read_file(&len, folder, "claims.jsonl");
    assert_string_equal(text, "{\"id\":\"c1\",\"text\":\"metformin lowers HbA1c\"}\n");
    free(text);
    text = test_read_file(&len, folder, "policy/policy.json");
    assert_string_equal(text, "{\"rules\":[],\"schema\":\"warrant/policy/1\"}");
    free(text);
    text = test_read_file(&len, folder, "proofs/c1.tlog-proof");
    assert_int_equal(strncmp(text, "c2sp.org/tlog-proof@v1\nindex 5\n", 31), 0);
    size_t note_len = 0;
    char *note = test_read_file(&note_len, folder, "checkpoint");
    assert_string_equal(text + len - note_len, note);
    /* Between them three hashes (depth of 8 leaves), a line of 44 characters each, a blank line. */
    assert_int_equal(len - note_len, 31 + 3 * 45 + 1);
    free(text);
    free(note);
    wrt_json *manifest = NULL;
    text = test_read_file(&len, folder, "manifest.json");
    assert_int_equal(wrt_json_parse(&manifest, (wrt_str){text, len}, NULL), WRT_OK);
    assert_string_equal(wrt_json_get_text(manifest, "schema", ""), "warrant/bundle/1");
    assert_string_equal(wrt_json_get_text(manifest, "run", ""), store->run);
    assert_int_equal(wrt_json_get_int(manifest, "events", 0), TEST_RUN_EVENTS);
    assert_int_equal(wrt_json_count(wrt_json_get(manifest, "files")), 8);
    wrt_json_free(manifest);
    free(text);
    expect_good_bundle(folder);
    free(folder);
}

/* The proof of a claim, taken apart by hand, leads from its event to the signed root. */
static void bundle_proof_leads_to_the_root(void **state) {
    const test_store *store = *state;
    char *folder = export_bundle(store);
    size_t len = 0;
    char *text = test_read_file(&len, folder, "proofs/c1.tlog-proof");
    wrt_sha256 proof[3];
    wrt_str rest = {text, len}, line;
    assert_true(wrt_str_cut(&line, &rest, '\n') && wrt_str_cut(&line, &rest, '\n'));
    for (int i = 0; i < 3; i++) {
        assert_true(wrt_str_cut(&line, &rest, '\n'));
        assert_true(wrt_base64_decode(proof[i].bytes, 32, line));
    }
    wrt_sha256 root;
    for (int i = 0; i < 4; i++) /* blank line, origin, size, root */
        assert_true(wrt_str_cut(&line, &rest, '\n'));
    assert_true(wrt_base64_decode(root.bytes, 32, line));
    size_t event_len = 0;
    char *event = read_bytes(&event_len, store, 5);
    wrt_sha256 leaf = wrt_merkle_leaf((wrt_str){event, event_len});
    assert_true(wrt_merkle_verify(&leaf, 5, TEST_RUN_EVENTS, proof, 3, &root));
    free(event);
    free(text);
    free(folder);
}

static void bundle_export_refuses_what_is_not_sound(void **state) {
    test_store *store = *state;
    char *folder = export_bundle(store);
    wrt_err err = {0};
    assert_int_equal(wrt_audit_export(store->ledger, store->run, folder, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "not empty"));
    char *other = wrt_path_join(store->folder, "other");
    assert_int_equal(wrt_audit_export(store->ledger, "nope", other, &err), WRT_E_NOT_FOUND);
    char open[WRT_RUN_ID_MAX];
    test_store_write_run(open, store->ledger, false);
    assert_int_equal(wrt_audit_export(store->ledger, open, other, &err), WRT_E_INPUT);
    forge(store, 5, "lowers", "raises");
    assert_int_equal(wrt_audit_export(store->ledger, store->run, other, &err), WRT_E_INTEGRITY);
    assert_false(wrt_file_exists(other));
    free(other);
    free(folder);
}

/* Which event the byte at `offset` of events.jsonl belongs to. */
static int64_t line_of(const char *text, size_t offset) {
    int64_t line = 0;
    for (size_t i = 0; i < offset; i++)
        line += text[i] == '\n';
    return line;
}

static void bundle_names_the_event_when_any_byte_is_flipped(void **state) {
    const test_store *store = *state;
    char *folder = export_bundle(store);
    size_t len = 0;
    char *text = test_read_file(&len, folder, "events.jsonl");
    for (size_t i = 0; i < len; i++) {
        int64_t seq = line_of(text, i);
        char kept = text[i];
        text[i] = (char)(kept ^ (1 << (i % 8)));
        test_write_file(folder, "events.jsonl", text, len);
        expect_bad_bundle(folder, seq);
        text[i] = kept;
    }
    test_write_file(folder, "events.jsonl", text, len);
    expect_good_bundle(folder);
    free(text);
    free(folder);
}

static void bundle_finds_lines_cut_added_or_moved(void **state) {
    const test_store *store = *state;
    char *folder = export_bundle(store);
    size_t len = 0;
    char *text = test_read_file(&len, folder, "events.jsonl");
    char *second = strchr(text, '\n') + 1;
    char *third = strchr(second, '\n') + 1;
    test_write_file(folder, "events.jsonl", text, (size_t)(third - text));
    expect_bad_bundle(folder, 2);
    test_write_file(folder, "events.jsonl", second, len - (size_t)(second - text));
    expect_bad_bundle(folder, 0);
    test_write_file(folder, "events.jsonl", "", 0);
    expect_bad_bundle(folder, 0);
    test_write_file(folder, "events.jsonl", text, len - 1);
    expect_bad_bundle(folder, NO_EVENT); /* the last newline */
    wrt_buf moved = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add(&moved, second, (size_t)(third - second));
    wrt_buf_add(&moved, text, (size_t)(second - text));
    wrt_buf_add_c(&moved, third);
    test_write_file(folder, "events.jsonl", moved.ptr, moved.len);
    expect_bad_bundle(folder, 0);
    wrt_buf_clear(&moved);
    wrt_buf_add(&moved, text, len);
    wrt_buf_add_c(&moved, "{}\n");
    test_write_file(folder, "events.jsonl", moved.ptr, moved.len);
    expect_bad_bundle(folder, 8);
    wrt_buf_free(&moved);
    free(text);
    free(folder);
}

/* Every file but events.jsonl: any flipped byte is found, a missing file is found. */
static void bundle_finds_any_change_of_its_other_files(void **state) {
    const test_store *store = *state;
    char result[96], policy[96];
    blob_name(result, RESULT_SHA);
    blob_name(policy, POLICY_SHA);
    const char *const names[] = {
        "manifest.json",      "checkpoint", "claims.jsonl", "proofs/c1.tlog-proof",
        "policy/policy.json", result,       policy};
    char *folder = export_bundle(store);
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        size_t len = 0;
        char *text = test_read_file(&len, folder, names[k]);
        for (size_t i = 0; i < len; i++) {
            text[i] = (char)(text[i] ^ (1 << (i % 8)));
            test_write_file(folder, names[k], text, len);
            expect_bad_bundle(folder, -2);
            text[i] = (char)(text[i] ^ (1 << (i % 8)));
        }
        char *path = wrt_path_join(folder, names[k]);
        unlink(path);
        free(path);
        expect_bad_bundle(folder, -2);
        test_write_file(folder, names[k], text, len);
        free(text);
    }
    test_write_file(folder, "report.html", "<p>", 3); /* not listed: ignored */
    expect_good_bundle(folder);
    test_write_file(folder, "VERIFY.md", "trust me", 8);
    expect_bad_bundle(folder, NO_EVENT);
    free(folder);
}

static void bundle_is_checked_with_the_key_that_is_given(void **state) {
    const test_store *store = *state;
    char *folder = export_bundle(store);
    unsigned char key[32];
    char *path = wrt_path_join(store->folder, "keys/ledger.pub");
    wrt_json *report = NULL;
    assert_int_equal(wrt_audit_parse_key(key, path, NULL), WRT_OK);
    assert_int_equal(wrt_audit_bundle(&report, folder, key, 2, NULL), WRT_OK);
    wrt_json_free(report);
    key[0] ^= 1;
    wrt_status status = wrt_audit_bundle(&report, folder, key, 2, NULL);
    assert_failure(report, status, 1, NO_EVENT);
    wrt_json_free(report);
    free(path);
    free(folder);
}

/* Runs the indented lines of VERIFY.md as a shell script, as a reader would; false when a program
 * that they need is not installed. */
static bool follow_the_guide(const char *folder) {
    static const char script[] =
        "command -v openssl >/dev/null && command -v python3 >/dev/null || exit 77;"
        "sed -n 's/^    //p' VERIFY.md > guide.sh && sh -e guide.sh > guide.out 2>&1";
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (chdir(folder) == 0)
            execlp("sh", "sh", "-c", script, (char *)NULL);
        _exit(1);
    }
    int code = 0;
    assert_int_equal(waitpid(child, &code, 0), child);
    return !(WIFEXITED(code) && WEXITSTATUS(code) == 77);
}

static void bundle_guide_works_when_it_is_followed(void **state) {
    const test_store *store = *state;
    char *folder = export_bundle(store);
    if (!follow_the_guide(folder)) {
        free(folder);
        print_message("openssl or python3 is missing: VERIFY.md was not followed\n");
        skip();
    }
    size_t len = 0;
    char leaf[65];
    char expected[200];
    char *out = test_read_file(&len, folder, "guide.out");
    char *event = read_bytes(&len, store, 0);
    wrt_sha256 digest = wrt_merkle_leaf((wrt_str){event, len});
    char *note = test_read_file(&len, folder, "checkpoint");
    wrt_str rest = {note, len}, root;
    assert_true(wrt_str_cut(&root, &rest, '\n') && wrt_str_cut(&root, &rest, '\n') &&
                wrt_str_cut(&root, &rest, '\n'));
    wrt_sha256_hex(leaf, &digest);
    snprintf(expected, sizeof expected, "%s  -\n8 %.*s\nSignature Verified Successfully\n", leaf,
             (int)root.len, root.ptr);
    assert_string_equal(out, expected);
    free(note);
    free(event);
    free(out);
    free(folder);
}

#define EMPTY_TEST(f) cmocka_unit_test_setup_teardown(f, test_store_setup, test_store_teardown)
#define RUN_TEST(f)   cmocka_unit_test_setup_teardown(f, test_store_setup_run, test_store_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        RUN_TEST(audit_passes_a_run_that_nobody_touched),
        RUN_TEST(audit_reports_an_unknown_run),
        RUN_TEST(audit_names_the_event_when_any_byte_is_flipped),
        RUN_TEST(audit_names_the_event_when_its_leaf_is_touched),
        RUN_TEST(audit_names_the_event_when_bytes_and_leaf_are_replaced),
        RUN_TEST(audit_names_the_event_when_its_prev_is_forged),
        RUN_TEST(audit_finds_a_chain_that_was_linked_anew),
        RUN_TEST(audit_refuses_an_event_that_is_not_canonical),
        RUN_TEST(audit_names_the_gap_when_an_event_is_deleted),
        RUN_TEST(audit_names_the_first_missing_event_when_the_tail_is_cut),
        RUN_TEST(audit_finds_an_event_that_was_inserted),
        RUN_TEST(audit_finds_an_event_that_was_added_at_the_end),
        RUN_TEST(audit_finds_events_that_changed_places),
        RUN_TEST(audit_finds_an_event_of_another_run),
        RUN_TEST(audit_finds_a_seq_or_run_that_was_renamed),
        RUN_TEST(audit_covers_the_row_of_the_run),
        RUN_TEST(audit_finds_any_flipped_byte_of_the_checkpoint),
        RUN_TEST(audit_checkpoint_is_a_c2sp_note),
        RUN_TEST(audit_says_that_a_run_is_open_or_not_sealed),
        RUN_TEST(audit_refuses_a_head_of_another_key),
        RUN_TEST(audit_with_a_given_key_finds_a_store_that_was_signed_anew),
        RUN_TEST(audit_parse_key_reads_a_vkey_or_a_file),
        RUN_TEST(audit_holds_signed_events_to_their_form),
        RUN_TEST(audit_refuses_the_head_of_another_run),
        RUN_TEST(audit_refuses_a_blob_of_another_size),
        RUN_TEST(audit_level_two_wants_one_start_and_one_end),
        RUN_TEST(audit_names_the_event_when_its_blob_is_touched),
        RUN_TEST(audit_survives_a_damaged_database_file),
        EMPTY_TEST(audit_level_two_names_the_event_that_breaks_a_rule),
        RUN_TEST(audit_runs_hooks_after_its_own_levels),
        RUN_TEST(bundle_holds_what_it_should),
        RUN_TEST(bundle_proof_leads_to_the_root),
        RUN_TEST(bundle_export_refuses_what_is_not_sound),
        RUN_TEST(bundle_names_the_event_when_any_byte_is_flipped),
        RUN_TEST(bundle_finds_lines_cut_added_or_moved),
        RUN_TEST(bundle_finds_any_change_of_its_other_files),
        RUN_TEST(bundle_is_checked_with_the_key_that_is_given),
        RUN_TEST(bundle_guide_works_when_it_is_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
