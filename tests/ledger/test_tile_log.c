/* test_tile_log.c: the transparency log of a run: tiles, heads on the way, other heads, one claim
 * alone, witnesses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/merkle_log.h"
#include "ledger/bundle.h"
#include "tamper.h"

enum { LONG_RUN = 4200 }; /* two full levels of tiles, and a head by number */

static char *export_bundle(const test_store *store) {
    wrt_err err = {0};
    char *folder = wrt_path_join(store->folder, "bundle");
    if (wrt_audit_export(store->ledger, store->run, folder, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return folder;
}

static void append(wrt_run *run, const char *type, const char *body) {
    wrt_json *value = test_json(body);
    wrt_err err = {0};
    if (wrt_run_append(NULL, run, type, value, NULL, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(value);
}

/* A run of n events whose third freezes a plan. */
static void write_long_run(test_store *store, int n) {
    wrt_run *run = NULL;
    wrt_json *body = test_json("{\"question\":\"q\"}");
    assert_int_equal(wrt_run_start(&run, store->ledger, body, NULL), WRT_OK);
    snprintf(store->run, sizeof store->run, "%s", wrt_run_id(run));
    append(run, "plan", "{\"steps\":[]}");
    append(run, "plan.frozen", "{\"digest\":\"00\"}");
    append(run, "claim", "{\"id\":\"c1\",\"text\":\"one\"}");
    for (int i = 4; i < n - 1; i++)
        append(run, "note", "{\"text\":\"\xc3\xa9\"}");
    assert_int_equal(wrt_run_seal(run, body, NULL), WRT_OK);
    wrt_json_free(body);
    wrt_run_free(run);
}

static int setup_long(void **state) {
    test_store_setup(state);
    write_long_run(*state, LONG_RUN);
    return 0;
}

static int setup_short(void **state) {
    test_store_setup(state);
    write_long_run(*state, 9);
    return 0;
}

/* ---- tiles */

/* Entries, tiles and root fit each other as c2sp.org/tlog-tiles says; nothing of the store is used
 * but the files. */
static void check_tiles(const test_store *store, const char *folder) {
    wrt_merkle_log *log = wrt_merkle_log_new();
    size_t len = 0;
    for (int tile = 0; tile <= 16; tile++) {
        char path[64];
        snprintf(path, sizeof path, "tile/entries/%03d%s", tile, tile == 16 ? ".p/104" : "");
        char *text = test_read_file(&len, folder, path);
        for (size_t at = 0; at < len;) {
            size_t size = (size_t)(unsigned char)text[at] << 8 | (unsigned char)text[at + 1];
            wrt_sha256 leaf = wrt_merkle_leaf((wrt_str){text + at + 2, size});
            wrt_merkle_log_push(log, &leaf);
            at += 2 + size;
        }
        free(text);
    }
    assert_int_equal(wrt_merkle_log_size(log), LONG_RUN);
    char *tile = test_read_file(&len, folder, "tile/0/016.p/104");
    size_t n = 0;
    assert_int_equal(len, 104 * 32);
    assert_memory_equal(tile, wrt_merkle_log_level(&n, log, 0) + 4096, len);
    free(tile);
    tile = test_read_file(&len, folder, "tile/1/000.p/16");
    assert_int_equal(len, 16 * 32);
    assert_memory_equal(tile, wrt_merkle_log_level(&n, log, 8), len);
    free(tile);
    char root[48], *note = test_read_file(&len, folder, "checkpoint");
    wrt_sha256 head = wrt_merkle_log_root(log, LONG_RUN);
    wrt_base64_encode(root, head.bytes, sizeof head.bytes);
    assert_non_null(strstr(note, root));
    free(note);
    wrt_merkle_log_free(log);
    test_expect_good(store);
}

static void log_paths_of_tiles_are_those_of_the_standard(void **state) {
    (void)state;
    char path[WRT_TILE_PATH_MAX];
    wrt_tile_path(path, "0", 1234067, 256);
    assert_string_equal(path, "tile/0/x001/x234/067");
    wrt_tile_path(path, "1", 67000, 3);
    assert_string_equal(path, "tile/1/x067/000.p/3");
    wrt_tile_path(path, "entries", 0, 1);
    assert_string_equal(path, "tile/entries/000.p/1");
}

/* ---- heads on the way */

static wrt_head read_note(const char *text) {
    wrt_head head = {0};
    wrt_str rest = wrt_str_of(text), line;
    assert_true(wrt_str_cut(&line, &rest, '\n') && wrt_str_cut(&line, &rest, '\n'));
    assert_true(wrt_str_to_int64(&head.size, line) && wrt_str_cut(&line, &rest, '\n'));
    assert_true(wrt_base64_decode(head.root.bytes, 32, line));
    return head;
}

static void check_growth(const char *folder) {
    static const int sizes[] = {3, 4096};
    for (size_t i = 0; i < 2; i++) {
        char path[64], first[24];
        size_t len = 0, n = 0;
        wrt_sha256 proof[WRT_MERKLE_PROOF_MAX];
        snprintf(path, sizeof path, "heads/%d.checkpoint", sizes[i]);
        char *note = test_read_file(&len, folder, path);
        wrt_head old = read_note(note);
        snprintf(path, sizeof path, "heads/%d.growth", sizes[i]);
        char *growth = test_read_file(&len, folder, path);
        snprintf(first, sizeof first, "old %d\n", sizes[i]);
        assert_int_equal(strncmp(growth, first, strlen(first)), 0);
        wrt_str rest = wrt_str_of(growth + strlen(first)), line;
        while (wrt_str_cut(&line, &rest, '\n') && line.len > 0)
            assert_true(wrt_base64_decode(proof[n++].bytes, 32, line));
        wrt_head now = read_note(rest.ptr);
        assert_int_equal(old.size, sizes[i]);
        assert_int_equal(now.size, LONG_RUN);
        const wrt_merkle_head before = {(size_t)old.size, old.root};
        const wrt_merkle_head after = {(size_t)now.size, now.root};
        assert_true(wrt_merkle_verify_growth(&before, &after, proof, n));
        free(note);
        free(growth);
    }
}

static void log_files_of_a_long_run_prove_its_tree_and_its_growth(void **state) {
    char *folder = export_bundle(*state);
    check_tiles(*state, folder);
    check_growth(folder);
    free(folder);
}

static void log_heads_cannot_be_removed_moved_or_added(void **state) {
    const test_store *store = *state;
    test_expect_good(store);
    test_raw(store, "CREATE TEMP TABLE kept AS SELECT * FROM head");
    test_raw(store, "DELETE FROM head");
    test_expect_bad(store, 1, 2);
    test_raw(store, "INSERT INTO head SELECT run, 4, note FROM kept");
    test_expect_bad(store, 1, 2);
    test_raw(store, "INSERT INTO head SELECT * FROM kept");
    test_expect_bad(store, 1, 3); /* the one that nobody asked for */
    test_raw(store, "DELETE FROM head WHERE size = 4");
    test_raw(store, "UPDATE head SET note = (SELECT checkpoint FROM run)");
    test_expect_bad(store, 1, 2); /* signed, but over other events */
    test_raw(store, "UPDATE head SET note = 'x'");
    test_expect_bad(store, 1, 2);
    test_raw(store, "DELETE FROM head; INSERT INTO head SELECT * FROM kept");
    test_raw(store, "INSERT INTO head SELECT run, 99, note FROM kept");
    test_expect_bad(store, 1, NO_EVENT);
    test_raw(store, "DELETE FROM head WHERE size = 99");
    test_expect_good(store);
}

static void log_heads_of_a_bundle_are_asked_for(void **state) {
    char *folder = export_bundle(*state);
    static const char *const names[] = {"heads/3.checkpoint", "heads/3.growth"};
    for (size_t i = 0; i < 2; i++) {
        wrt_json *report = NULL;
        size_t len = 0;
        char *text = test_read_file(&len, folder, names[i]);
        for (size_t at = 0; at < len; at++) {
            text[at] ^= 1;
            test_write_file(folder, names[i], text, len);
            wrt_status status = wrt_audit_bundle(&report, folder, NULL, 1, NULL);
            test_assert_failure(report, status, 1, -2);
            wrt_json_free(report);
            text[at] ^= 1;
        }
        test_write_file(folder, names[i], text, len);
        free(text);
    }
    free(folder);
}

/* ---- another head */

static wrt_status audit_against(wrt_json **report, const test_store *store, const char *note) {
    const wrt_audit_options options = {.max_level = 1, .against = note};
    return wrt_audit_run_with(report, store->ledger, store->run, &options, NULL);
}

static void expect_against(const test_store *store, const char *note, wrt_status expected,
                           int64_t seq) {
    wrt_json *report = NULL;
    wrt_status status = audit_against(&report, store, note);
    assert_int_equal(status, expected);
    if (expected == WRT_E_INTEGRITY)
        test_assert_failure(report, status, 1, seq);
    wrt_json_free(report);
}

static void log_is_held_against_another_head(void **state) {
    const test_store *store = *state;
    size_t len = 0;
    char *last = test_read_checkpoint(&len, store);
    char *first = test_read_column(&len, store, "SELECT note FROM head WHERE ?1 = 0", 0);
    expect_against(store, first, WRT_OK, 0);
    expect_against(store, last, WRT_OK, 0);
    expect_against(store, "nonsense", WRT_E_INPUT, 0);
    char *forged = wrt_strdup(last);
    strstr(forged, "\n9\n")[1] = '8';
    expect_against(store, forged, WRT_E_INPUT, 0);
    free(forged);
    free(first);
    free(last);
}

/* Whoever holds the key can sign another history; a head seen before gives it away. */
static void log_finds_a_fork(void **state) {
    const test_store *store = *state;
    size_t len = 0;
    char *seen = test_read_checkpoint(&len, store);
    test_rewrite(store, 5, "lowers", "raises");
    test_expect_good(store);
    expect_against(store, seen, WRT_E_INTEGRITY, TEST_RUN_EVENTS - 1);
    char *other = test_read_checkpoint(&len, store);
    expect_against(store, other, WRT_OK, 0);
    test_raw(store, "DELETE FROM event WHERE seq = 7");
    test_reseal(store, store->run);
    expect_against(store, other, WRT_E_INTEGRITY, 7);
    free(other);
    free(seen);
}

/* ---- one claim alone */

static void stored_key(unsigned char key[32], const test_store *store) {
    char *path = wrt_path_join(store->folder, "keys/ledger.pub");
    assert_int_equal(wrt_audit_parse_key(key, path, NULL), WRT_OK);
    free(path);
}

static void log_claim_is_verified_alone(void **state) {
    const test_store *store = *state;
    char *folder = export_bundle(store);
    size_t len = 0;
    unsigned char key[32];
    stored_key(key, store);
    char *proof = test_read_file(&len, folder, "proofs/c1.tlog-proof");
    wrt_audit_options options = {.public_key = key, .max_level = 1};
    wrt_json *report = NULL;
    wrt_str same = WRT_STR("{\"text\": \"one\", \"id\": \"c1\"}"),
            other = WRT_STR("{\"id\":\"c1\"}");
    assert_int_equal(wrt_audit_proof(&report, (wrt_str){proof, len}, &same, &options, NULL),
                     WRT_OK);
    assert_string_equal(wrt_json_get_text(wrt_json_get(report, "claim"), "text", ""), "one");
    assert_int_equal(wrt_json_get_int(report, "index", 0), 3);
    wrt_json_free(report);
    wrt_status status = wrt_audit_proof(&report, (wrt_str){proof, len}, &other, &options, NULL);
    test_assert_failure(report, status, 1, 3);
    wrt_json_free(report);
    for (size_t i = 0; i < len; i++) {
        proof[i] = (char)(proof[i] ^ (1 << (i % 8)));
        status = wrt_audit_proof(&report, (wrt_str){proof, len}, NULL, &options, NULL);
        test_assert_failure(report, status, 1, -2);
        wrt_json_free(report);
        status = wrt_audit_proof(&report, (wrt_str){proof, i}, NULL, &options, NULL);
        test_assert_failure(report, status, 1, -2);
        wrt_json_free(report);
        proof[i] = (char)(proof[i] ^ (1 << (i % 8)));
    }
    key[0] ^= 1;
    status = wrt_audit_proof(&report, (wrt_str){proof, len}, NULL, &options, NULL);
    test_assert_failure(report, status, 1, NO_EVENT);
    wrt_json_free(report);
    options.public_key = NULL;
    assert_int_equal(wrt_audit_proof(&report, (wrt_str){proof, len}, NULL, &options, NULL),
                     WRT_E_INPUT);
    assert_null(report);
    free(proof);
    free(folder);
}

/* ---- witnesses */

typedef struct {
    wrt_signing_key *key;
    char vkey[160];
    char name[32];
    unsigned char id[4];
} witness;

/* The key id and the verifier key as c2sp.org/signed-note defines them. */
static witness make_witness(const test_store *store, const char *name) {
    witness w = {0};
    char id_hex[9], encoded[64];
    unsigned char typed[33] = {4};
    snprintf(w.name, sizeof w.name, "%s", name);
    char *path = wrt_path_join(store->folder, wrt_path_base(name));
    assert_int_equal(wrt_signing_key_create(&w.key, path, NULL), WRT_OK);
    free(path);
    memcpy(typed + 1, wrt_signing_key_public(w.key), 32);
    const wrt_str parts[] = {wrt_str_of(name), WRT_STR("\n"), {(const char *)typed, 33}};
    wrt_sha256 digest = wrt_sha256_of_parts(parts, 3);
    memcpy(w.id, digest.bytes, 4);
    wrt_hex_encode(id_hex, w.id, 4);
    wrt_base64_encode(encoded, typed, sizeof typed);
    snprintf(w.vkey, sizeof w.vkey, "%s+%s+%s", name, id_hex, encoded);
    return w;
}

/* Adds a line of the witness to the note: id, time, signature over header, time and text. */
static void cosign(wrt_buf *note, const witness *w, const char *header) {
    unsigned char line[4 + 8 + 64] = {0};
    char encoded[128];
    size_t text_len = (size_t)(strstr(note->ptr, "\n\n") - note->ptr) + 1;
    wrt_buf message = wrt_buf_make(WRT_KIB(4));
    wrt_buf_printf(&message, "%s\ntime 1679315147\n", header);
    wrt_buf_add(&message, note->ptr, text_len);
    memcpy(line, w->id, 4);
    const unsigned char time[4] = {0x64, 0x18, 0x50, 0xcb}; /* 1679315147, as in the standard */
    memcpy(line + 8, time, 4);
    wrt_sign(line + 12, w->key, wrt_buf_str(&message));
    wrt_base64_encode(encoded, line, sizeof line);
    wrt_buf_printf(note, "\xe2\x80\x94 %s %s\n", w->name, encoded);
    wrt_buf_free(&message);
}

static size_t count_met(bool *met, const char *policy_text, const wrt_buf *note) {
    wrt_tlog_policy *policy = NULL;
    wrt_err err = {0};
    size_t n = 0;
    if (wrt_tlog_policy_parse(&policy, wrt_str_of(policy_text), &err) != WRT_OK)
        fail_msg("%s", err.message);
    *met = wrt_tlog_policy_met(&n, policy, wrt_buf_str(note));
    wrt_tlog_policy_free(policy);
    return n;
}

static void log_counts_cosignatures(void **state) {
    const test_store *store = *state;
    witness x = make_witness(store, "witness.example/x"), y = make_witness(store, "y");
    witness z = make_witness(store, "z");
    char policy[1024];
    bool met = true;
    size_t len = 0;
    char *stored = test_read_checkpoint(&len, store);
    wrt_buf note = wrt_buf_make(WRT_CHECKPOINT_MAX);
    wrt_buf_add(&note, stored, len);
    snprintf(policy, sizeof policy,
             "# two of three\nwitness X %s\nwitness Y\t%s https://y.example\n witness Z %s\n\n"
             "group XYZ 2 X Y Z\nquorum XYZ\n",
             x.vkey, y.vkey, z.vkey);
    assert_int_equal(count_met(&met, policy, &note), 0);
    assert_false(met);
    cosign(&note, &x, "cosignature/v1");
    cosign(&note, &x, "cosignature/v1"); /* twice is once */
    assert_int_equal(count_met(&met, policy, &note), 1);
    assert_false(met);
    cosign(&note, &y, "cosignature/v2"); /* another statement */
    assert_int_equal(count_met(&met, policy, &note), 1);
    cosign(&note, &z, "cosignature/v1");
    assert_int_equal(count_met(&met, policy, &note), 2);
    assert_true(met);
    memcpy(strstr(policy, "XYZ 2"), "XYZ 3", 5);
    assert_int_equal(count_met(&met, policy, &note), 2);
    assert_false(met);
    count_met(&met, "quorum none\n", &note);
    assert_true(met);

    wrt_tlog_policy *one = NULL;
    assert_int_equal(wrt_tlog_policy_of_witness(&one, wrt_str_of(y.vkey), NULL), WRT_OK);
    wrt_audit_options options = {.max_level = 1, .witnesses = one};
    wrt_json *report = NULL;
    wrt_status status = wrt_audit_run_with(&report, store->ledger, store->run, &options, NULL);
    test_assert_failure(report, status, 1, NO_EVENT);
    wrt_json_free(report);
    cosign(&note, &y, "cosignature/v1");
    options.against = note.ptr; /* on the head that was brought */
    assert_int_equal(wrt_audit_run_with(&report, store->ledger, store->run, &options, NULL),
                     WRT_OK);
    wrt_json_free(report);
    options.against = NULL;
    test_write_checkpoint(store, wrt_buf_str(&note)); /* or on the run's own */
    assert_int_equal(wrt_audit_run_with(&report, store->ledger, store->run, &options, NULL),
                     WRT_OK);
    wrt_json_free(report);
    wrt_tlog_policy_free(one);
    wrt_buf_free(&note);
    free(stored);
    wrt_signing_key_free(x.key);
    wrt_signing_key_free(y.key);
    wrt_signing_key_free(z.key);
}

static void log_policy_says_what_is_wrong_with_it(void **state) {
    const test_store *store = *state;
    witness x = make_witness(store, "x"), y = make_witness(store, "y");
    char own[WRT_NOTE_VKEY_MAX];
    wrt_note_write_vkey(own, wrt_signing_key_public(x.key));
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "no quorum line"},
        {"quorum none\nquorum none\n", "line 2: a second quorum"},
        {"quorum A\n", "no line before defines"},
        {"frog\n", "line 1: a line begins with"},
        {"witness A\nquorum A\n", "witness NAME VKEY"},
        {"witness A $X\nwitness A $Y\nquorum A\n", "line 2: this name is taken"},
        {"witness A $X\nwitness B $X\nquorum A\n", "line 2: a second witness of this key"},
        {"witness none $X\nquorum none\n", "this name is taken"},
        {"witness A $L\nquorum A\n", "type 0x04"},
        {"log $X\nquorum none\n", "type 0x01"},
        {"log $L\nlog $L\nquorum none\n", "a second log"},
        {"witness A $X\ngroup G 2 A\nquorum G\n", "the threshold"},
        {"witness A $X\ngroup G 0 A\nquorum G\n", "the threshold"},
        {"witness A $X\ngroup G 01 A\nquorum G\n", "the threshold"},
        {"witness A $X\ngroup G any A B\nquorum G\n", "no line before defines"},
        {"witness A $X\ngroup G any G\nquorum G\n", "no line before defines"},
        {"witness A $X\ngroup G any A\ngroup H any A\nquorum H\n", "line 3: a member that belongs"},
        {"witness A $X\ngroup G 2 A A\nquorum G\n", "a member that belongs"},
        {"quorum none\r\n", "a control character"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_buf text = wrt_buf_make(WRT_KIB(4));
        for (const char *at = cases[i].text; *at != '\0'; at++) {
            if (*at == '$')
                wrt_buf_add_c(&text, *++at == 'X' ? x.vkey : *at == 'Y' ? y.vkey : own);
            else
                wrt_buf_add_char(&text, *at);
        }
        wrt_tlog_policy *policy = NULL;
        wrt_err err = {0};
        assert_int_equal(wrt_tlog_policy_parse(&policy, wrt_buf_str(&text), &err), WRT_E_INPUT);
        assert_null(policy);
        if (strstr(err.message, cases[i].message) == NULL)
            fail_msg("%s: %s", cases[i].text, err.message);
        wrt_buf_free(&text);
    }
    wrt_signing_key_free(x.key);
    wrt_signing_key_free(y.key);
}

#define TEST(f, setup) cmocka_unit_test_setup_teardown(f, setup, test_store_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(log_files_of_a_long_run_prove_its_tree_and_its_growth, setup_long),
        cmocka_unit_test(log_paths_of_tiles_are_those_of_the_standard),
        TEST(log_heads_cannot_be_removed_moved_or_added, setup_short),
        TEST(log_heads_of_a_bundle_are_asked_for, setup_short),
        TEST(log_is_held_against_another_head, setup_short),
        TEST(log_finds_a_fork, test_store_setup_run),
        TEST(log_claim_is_verified_alone, setup_short),
        TEST(log_counts_cosignatures, setup_short),
        TEST(log_policy_says_what_is_wrong_with_it, test_store_setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
