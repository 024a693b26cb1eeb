/* test_audit.c: every way to tamper with a stored run that was thought of, and what the audit says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/merkle.h"
#include "base/sign.h"
#include "ledger/event.h"
#include "ledger/note.h"
#include "tamper.h"

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
        char *bytes = test_read_bytes(&len, store, seq);
        assert_true(len > 150);
        for (size_t i = 0; i < len; i++) {
            char kept = bytes[i];
            bytes[i] = (char)(kept ^ (1 << (i % 8)));
            test_write_bytes(store, seq, bytes, len);
            test_expect_bad(store, 1, seq);
            bytes[i] = kept;
        }
        test_write_bytes(store, seq, bytes, len);
        free(bytes);
    }
    test_expect_good(store);
}

static void audit_names_the_event_when_its_leaf_is_touched(void **state) {
    const test_store *store = *state;
    const char *sql = "UPDATE event SET leaf = ? WHERE seq = ?";
    for (int seq = 0; seq < TEST_RUN_EVENTS; seq++) {
        size_t len = 0;
        char *leaf = test_read_column(&len, store, "SELECT leaf FROM event WHERE seq = ?", seq);
        assert_int_equal(len, 32);
        for (size_t i = 0; i < len; i++) {
            leaf[i] ^= 0x10;
            test_write_column(store, sql, seq, (wrt_str){leaf, len});
            test_expect_bad(store, 1, seq);
            leaf[i] ^= 0x10;
        }
        test_write_column(store, sql, seq, (wrt_str){leaf, 31});
        test_expect_bad(store, 1, seq);
        test_write_column(store, sql, seq, (wrt_str){leaf, len});
        free(leaf);
    }
    test_expect_good(store);
}

/* Bytes and leaf are both replaced, so only the link after it, or the signed root, can tell. */
static void audit_names_the_event_when_bytes_and_leaf_are_replaced(void **state) {
    const test_store *store = *state;
    for (int seq = 0; seq < TEST_RUN_EVENTS; seq++) {
        size_t len = 0;
        char *bytes = test_read_bytes(&len, store, seq);
        test_forge(store, seq, "\"meta\":{\"ts\":\"2", "\"meta\":{\"ts\":\"3");
        test_expect_bad(store, 1, seq);
        test_write_event(store, seq, bytes, len);
        free(bytes);
    }
    test_expect_good(store);
}

static void audit_names_the_event_when_its_prev_is_forged(void **state) {
    const test_store *store = *state;
    for (int seq = 1; seq + 1 < TEST_RUN_EVENTS; seq++) {
        size_t len = 0;
        char *bytes = test_read_bytes(&len, store, seq);
        char *forged = test_read_bytes(&len, store, seq);
        char *at = strstr(forged, "\"prev\":\"") + 8;
        at[5] = at[5] == '0' ? '1' : '0';
        test_write_event(store, seq, forged, len);
        test_expect_bad(store, 1, seq);
        test_write_event(store, seq, bytes, len);
        free(bytes);
        free(forged);
    }
    test_expect_good(store);
}

/* The whole tail is rewritten with fitting links: nothing but the signature is left to object. */
static void audit_finds_a_chain_that_was_linked_anew(void **state) {
    const test_store *store = *state;
    test_forge(store, 5, "lowers", "raises");
    for (int seq = 6; seq < TEST_RUN_EVENTS; seq++) {
        size_t len = 0;
        char hex[65];
        char *before = test_read_bytes(&len, store, seq - 1);
        wrt_sha256 leaf = wrt_event_leaf((wrt_str){before, len}, seq - 1);
        free(before);
        wrt_sha256_hex(hex, &leaf);
        char *bytes = test_read_bytes(&len, store, seq);
        memcpy(strstr(bytes, "\"prev\":\"") + 8, hex, 64);
        test_write_event(store, seq, bytes, len);
        free(bytes);
    }
    test_expect_bad(store, 1, TEST_RUN_EVENTS - 1);
}

static void audit_refuses_an_event_that_is_not_canonical(void **state) {
    const test_store *store = *state;
    size_t len = 0;
    char *bytes = test_read_bytes(&len, store, 6);
    char *longer = calloc(1, len + 2);
    assert_non_null(longer);
    longer[0] = ' ';
    memcpy(longer + 1, bytes, len);
    test_write_event(store, 6, longer, len + 1);
    test_expect_bad(store, 1, 6);
    test_write_event(store, 6, "{}", 2);
    test_expect_bad(store, 1, 6);
    test_write_event(store, 6, "", 0);
    test_expect_bad(store, 1, 6);
    test_write_event(store, 6, bytes, len);
    test_expect_good(store);
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
        test_expect_bad(store, 1, seq);
        /* The rows behind it move up: the event itself says where it stood. */
        snprintf(sql, sizeof sql, "UPDATE event SET seq = -seq WHERE seq > %d", seq);
        test_raw(store, sql);
        test_raw(store, "UPDATE event SET seq = -seq - 1 WHERE seq < 0");
        test_expect_bad(store, 1, seq);
        test_raw(store, "DELETE FROM event; INSERT INTO event SELECT * FROM kept; DROP TABLE kept");
    }
    test_expect_good(store);
}

static void audit_names_the_first_missing_event_when_the_tail_is_cut(void **state) {
    const test_store *store = *state;
    for (int seq = TEST_RUN_EVENTS - 1; seq >= 0; seq--) {
        char sql[100];
        snprintf(sql, sizeof sql, "DELETE FROM event WHERE seq >= %d", seq);
        test_raw(store, sql);
        test_expect_bad(store, 1, seq);
    }
}

static void audit_finds_an_event_that_was_inserted(void **state) {
    const test_store *store = *state;
    test_raw(store, "UPDATE event SET seq = -seq WHERE seq > 4");
    test_raw(store, "UPDATE event SET seq = -seq + 1 WHERE seq < 0");
    test_raw(store, "INSERT INTO event SELECT run, 5, bytes, leaf FROM event WHERE seq = 4");
    test_expect_bad(store, 1, 5);
}

static void audit_finds_an_event_that_was_added_at_the_end(void **state) {
    const test_store *store = *state;
    size_t len = 0;
    char hex[65];
    char forged[600];
    char *last = test_read_bytes(&len, store, 7);
    wrt_sha256 leaf = wrt_event_leaf((wrt_str){last, len}, 7);
    free(last);
    wrt_sha256_hex(hex, &leaf);
    snprintf(forged, sizeof forged,
             "{\"body\":{},\"meta\":{\"ts\":\"x\"},\"prev\":\"%s\",\"run\":\"%s\",\"seq\":8,"
             "\"type\":\"claim\",\"v\":1}",
             hex, store->run);
    test_raw(store, "INSERT INTO event SELECT run, 8, bytes, leaf FROM event WHERE seq = 7");
    test_write_event(store, 8, forged, strlen(forged));
    test_expect_bad(store, 1, 8);
    leaf = wrt_event_leaf(wrt_str_of(forged), 8); /* the first of two is named */
    wrt_sha256_hex(hex, &leaf);
    memcpy(strstr(forged, "\"prev\":\"") + 8, hex, 64);
    memcpy(strstr(forged, "\"seq\":8"), "\"seq\":9", 7);
    test_raw(store, "INSERT INTO event SELECT run, 9, bytes, leaf FROM event WHERE seq = 7");
    test_write_event(store, 9, forged, strlen(forged));
    test_expect_bad(store, 1, 8);
}

static void audit_finds_events_that_changed_places(void **state) {
    const test_store *store = *state;
    test_raw(store, "UPDATE event SET seq = 99 WHERE seq = 2");
    test_raw(store, "UPDATE event SET seq = 2 WHERE seq = 3");
    test_raw(store, "UPDATE event SET seq = 3 WHERE seq = 99");
    test_expect_bad(store, 1, 2);
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
    test_expect_bad(store, 1, 5);
}

static void audit_finds_a_seq_or_run_that_was_renamed(void **state) {
    const test_store *store = *state;
    test_raw(store, "UPDATE event SET seq = 12 WHERE seq = 7");
    test_expect_bad(store, 1, 7);
    test_raw(store, "UPDATE event SET seq = -3 WHERE seq = 12");
    test_expect_bad(store, 1, NO_EVENT);
    test_raw(store, "UPDATE event SET seq = 7 WHERE seq = -3");
    test_expect_good(store);
    test_raw(store, "UPDATE event SET run = 'x' WHERE seq = 7");
    test_expect_bad(store, 1, 7);
}

/* ---- the row of the run */

static void audit_covers_the_row_of_the_run(void **state) {
    const test_store *store = *state;
    test_raw(store, "UPDATE run SET started = started + 1");
    test_expect_bad(store, 1, 0);
    test_raw(store, "UPDATE run SET started = 9223372036854775807");
    test_expect_bad(store, 1, 0);
    test_raw(store, "DELETE FROM run");
    test_expect_bad(store, 1, NO_EVENT);
    char id[WRT_RUN_ID_MAX];
    assert_int_equal(wrt_ledger_find(id, store->ledger, store->run, NULL), WRT_OK);
}

static void audit_finds_any_flipped_byte_of_the_checkpoint(void **state) {
    const test_store *store = *state;
    size_t len = 0;
    char *note = test_read_checkpoint(&len, store);
    assert_true(len > 150);
    for (size_t i = 0; i < len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            note[i] = (char)(note[i] ^ (1 << bit));
            test_write_checkpoint(store, (wrt_str){note, len});
            test_expect_bad(store, 1, NO_EVENT);
            note[i] = (char)(note[i] ^ (1 << bit));
        }
    }
    test_write_checkpoint(store, (wrt_str){note, len - 1});
    test_expect_bad(store, 1, NO_EVENT);
    test_write_checkpoint(store, (wrt_str){note, 0});
    test_expect_bad(store, 1, NO_EVENT);
    test_write_checkpoint(store, (wrt_str){note, len});
    test_expect_good(store);
    free(note);
}

static void audit_checkpoint_is_a_c2sp_note(void **state) {
    const test_store *store = *state;
    size_t len = 0;
    char expected[200];
    char *note = test_read_checkpoint(&len, store);
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
    test_write_checkpoint(store, wrt_str_of(witnessed));
    test_expect_good(store);
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
    test_expect_bad(store, 1, NO_EVENT);
    for (size_t i = 0; i + 1 < len; i++) { /* the vkey checks itself by its key id */
        kept[i] ^= 4;
        test_write_file(store->folder, "keys/ledger.pub", kept, len);
        test_expect_bad(store, 1, NO_EVENT);
        kept[i] ^= 4;
    }
    char *path = wrt_path_join(store->folder, "keys/ledger.pub");
    unlink(path);
    test_expect_bad(store, 1, NO_EVENT);
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
    test_forge(store, 7, "answered", "whatever");
    wrt_sha256 leaves[TEST_RUN_EVENTS];
    for (int seq = 0; seq < TEST_RUN_EVENTS; seq++) {
        size_t len = 0;
        char *bytes = test_read_bytes(&len, store, seq);
        leaves[seq] = wrt_event_leaf((wrt_str){bytes, len}, seq);
        free(bytes);
    }
    wrt_head head = {TEST_RUN_EVENTS, wrt_merkle_root(leaves, TEST_RUN_EVENTS)};
    wrt_buf note = wrt_buf_make(WRT_CHECKPOINT_MAX);
    wrt_checkpoint_write(&note, store->run, &head, key);
    test_write_checkpoint(store, wrt_buf_str(&note));
    char vkey[WRT_NOTE_VKEY_MAX];
    wrt_note_write_vkey(vkey, wrt_signing_key_public(key));
    test_write_file(store->folder, "keys/ledger.pub", vkey, strlen(vkey));
    test_expect_good(store); /* with the stored key it looks sound, and the report says "stored" */
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

/* ---- blobs and the database file */

static void audit_names_the_event_when_its_blob_is_touched(void **state) {
    const test_store *store = *state;
    char name[96];
    test_blob_name(name, TEST_RESULT_SHA);
    size_t len = 0;
    char *blob = test_read_file(&len, store->folder, name);
    for (size_t i = 0; i < len; i++) {
        blob[i] ^= 1;
        test_write_file(store->folder, name, blob, len);
        test_expect_bad(store, 1, 4);
        blob[i] ^= 1;
    }
    test_write_file(store->folder, name, blob, len - 1);
    test_expect_bad(store, 1, 4);
    test_write_file(store->folder, name, blob, len);
    test_expect_good(store);
    char *path = wrt_path_join(store->folder, name);
    unlink(path);
    test_expect_bad(store, 1, 4);
    free(path);
    test_blob_name(name, TEST_POLICY_SHA);
    path = wrt_path_join(store->folder, name);
    unlink(path);
    test_expect_bad(store, 1, 0);
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
        bool is_spare = cut + 4096 > len; /* the last page is of an empty table */
        assert_true(status == WRT_E_INTEGRITY || (is_spare && status == WRT_OK));
    }
    free(file);
}

#define RUN_TEST(f) cmocka_unit_test_setup_teardown(f, test_store_setup_run, test_store_teardown)

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
        RUN_TEST(audit_names_the_event_when_its_blob_is_touched),
        RUN_TEST(audit_survives_a_damaged_database_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
