/* test_bundle.c: the exported folder, and every way to tamper with it. */
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
#include "base/merkle.h"
#include "ledger/event.h"
#include "tamper.h"

static void expect_bad_bundle(const char *folder, int64_t seq) {
    wrt_json *report = NULL;
    wrt_status status = wrt_audit_bundle(&report, folder, NULL, 2, NULL);
    test_assert_failure(report, status, 1, seq);
    wrt_json_free(report);
}

static void expect_good_bundle(const char *folder) {
    wrt_json *report = NULL;
    wrt_err err = {0};
    if (wrt_audit_bundle(&report, folder, NULL, 2, &err) != WRT_OK)
        fail_msg("%s", err.message);
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
    assert_int_equal(strncmp(text, "c2sp.org/tlog-proof@v1\nextra ", 29), 0);
    const char *index = strstr(text, "\nindex 5\n");
    assert_non_null(index);
    size_t before = (size_t)(index - text) + 9;
    size_t note_len = 0;
    char *note = test_read_file(&note_len, folder, "checkpoint");
    assert_string_equal(text + len - note_len, note);
    /* Between them three hashes (depth of 8 leaves), a line of 44 characters each, a blank line. */
    assert_int_equal(len - note_len, before + 3 * 45 + 1);
    free(text);
    free(note);
    wrt_json *manifest = NULL;
    text = test_read_file(&len, folder, "manifest.json");
    assert_int_equal(wrt_json_parse(&manifest, (wrt_str){text, len}, NULL), WRT_OK);
    assert_string_equal(wrt_json_get_text(manifest, "schema", ""), "warrant/bundle/2");
    assert_string_equal(wrt_json_get_text(manifest, "run", ""), store->run);
    assert_int_equal(wrt_json_get_int(manifest, "events", 0), TEST_RUN_EVENTS);
    assert_int_equal(wrt_json_count(wrt_json_get(manifest, "files")), 10);
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
    for (int i = 0; i < 3; i++) /* what it is, the event, its index */
        assert_true(wrt_str_cut(&line, &rest, '\n'));
    for (int i = 0; i < 3; i++) {
        assert_true(wrt_str_cut(&line, &rest, '\n'));
        assert_true(wrt_base64_decode(proof[i].bytes, 32, line));
    }
    wrt_sha256 root;
    for (int i = 0; i < 4; i++) /* blank line, origin, size, root */
        assert_true(wrt_str_cut(&line, &rest, '\n'));
    assert_true(wrt_base64_decode(root.bytes, 32, line));
    size_t event_len = 0;
    char *event = test_read_bytes(&event_len, store, 5);
    wrt_sha256 leaf = wrt_event_leaf((wrt_str){event, event_len}, 5);
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
    test_forge(store, 5, "lowers", "raises");
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
    test_blob_name(result, TEST_RESULT_SHA);
    test_blob_name(policy, TEST_POLICY_SHA);
    const char *const names[] = {"manifest.json",
                                 "checkpoint",
                                 "claims.jsonl",
                                 "proofs/c1.tlog-proof",
                                 "policy/policy.json",
                                 "tile/0/000.p/8",
                                 "tile/entries/000.p/8",
                                 result,
                                 policy};
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
    test_assert_failure(report, status, 1, NO_EVENT);
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
    char *event = test_read_bytes(&len, store, 0);
    wrt_sha256 digest = wrt_event_leaf((wrt_str){event, len}, 0);
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

#define RUN_TEST(f) cmocka_unit_test_setup_teardown(f, test_store_setup_run, test_store_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
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
