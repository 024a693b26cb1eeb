/* test_derived.c: files of a bundle that another room makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "tamper.h"

static wrt_status make_page(wrt_buf *out, const wrt_derive_input *in, wrt_err *err) {
    (void)err;
    wrt_buf_printf(out, "events %zu, level 2 %s\n", wrt_json_count(in->events),
                   wrt_json_get_bool(wrt_json_at(wrt_json_get(in->audit, "levels"), 1), "ok", false)
                       ? "holds"
                       : "fails");
    return wrt_audit_get_blob(out, in->source, TEST_RESULT_SHA, err);
}

/* Lists the files before it, the page among them. */
static wrt_status make_list(wrt_buf *out, const wrt_derive_input *in, wrt_err *err) {
    (void)err;
    wrt_json_write_canonical(out, in->files);
    return WRT_OK;
}

static wrt_status make_nothing(wrt_buf *out, const wrt_derive_input *in, wrt_err *err) {
    (void)in;
    wrt_buf_add_c(out, "half");
    return wrt_fail(err, WRT_E_LIMIT, "too large");
}

static wrt_status make_failure(wrt_buf *out, const wrt_derive_input *in, wrt_err *err) {
    (void)out;
    (void)in;
    return wrt_fail(err, WRT_E_INPUT, "cannot");
}

static const wrt_derived_file makers[] = {
    {"page.html", make_page}, {"huge.txt", make_nothing}, {"list.json", make_list}};
static const wrt_derived_files derived = {"maker 1", makers, 3, NULL};
static const wrt_derived_files later = {"maker 2", makers, 3, NULL};

static char *export_to(const test_store *store, const char *name) {
    wrt_err err = {0};
    char *folder = wrt_path_join(store->folder, name);
    if (wrt_audit_export_with(store->ledger, store->run, folder, &derived, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return folder;
}

static void expect(const char *folder, const wrt_derived_files *with, const char *detail) {
    const wrt_audit_options options = {.max_level = 2, .derived = with};
    wrt_json *report = NULL;
    wrt_err err = {0};
    wrt_status status = wrt_audit_bundle_with(&report, folder, &options, &err);
    const wrt_json *level = wrt_json_at(wrt_json_get(report, "levels"), 0);
    const char *found = wrt_json_get_text(level, "detail", "");
    if (strstr(found, detail) == NULL)
        fail_msg("\"%s\" is not in: %s", detail, found);
    assert_int_equal(status == WRT_OK, wrt_json_get_bool(level, "ok", false));
    wrt_json_free(report);
}

static void replace(const char *folder, const char *name, const char *from, const char *to) {
    size_t len = 0;
    char *text = test_read_file(&len, folder, name), *at = strstr(text, from);
    assert_non_null(at);
    wrt_buf changed = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add(&changed, text, (size_t)(at - text));
    wrt_buf_add_c(&changed, to);
    wrt_buf_add_c(&changed, at + strlen(from));
    test_write_file(folder, name, changed.ptr, changed.len);
    wrt_buf_free(&changed);
    free(text);
}

static void derived_files_are_written_and_listed(void **state) {
    const test_store *store = *state;
    char *folder = export_to(store, "bundle");
    size_t len = 0;
    char *text = test_read_file(&len, folder, "page.html");
    assert_int_equal(strncmp(text, "events 8, level 2 holds\n", 24), 0);
    free(text);
    text = test_read_file(&len, folder, "list.json");
    assert_non_null(strstr(text, "\"path\":\"page.html\""));
    assert_non_null(strstr(text, "\"path\":\"events.jsonl\""));
    assert_null(strstr(text, "list.json"));
    assert_null(strstr(text, "\"size\":0"));
    free(text);
    text = test_read_file(&len, folder, "manifest.json");
    assert_non_null(strstr(text, "\"derived_by\":\"maker 1\""));
    assert_non_null(strstr(text, "{\"derived\":true,\"path\":\"page.html\""));
    assert_null(strstr(text, "huge"));
    free(text);
    free(folder);
}

static void derived_files_are_made_again_by_the_same_program(void **state) {
    const test_store *store = *state;
    char *folder = export_to(store, "bundle");
    expect(folder, &derived, "the one stored with the run");
    replace(folder, "page.html", "holds", "HOLDS");
    expect(folder, &derived, "page.html is not what the events say");
    replace(folder, "page.html", "HOLDS", "holds");
    expect(folder, &derived, "the one stored with the run");
    test_write_file(folder, "huge.txt", "x", 1);
    expect(folder, &derived, "huge.txt is there, but manifest.json does not list it");
    free(folder);
}

static void derived_files_of_another_program_are_held_by_their_hashes(void **state) {
    const test_store *store = *state;
    char *folder = export_to(store, "bundle");
    expect(folder, &later, "derived files of another version: hashes compared only");
    expect(folder, NULL, "derived files of another version: hashes compared only");
    replace(folder, "page.html", "holds", "HOLDS");
    expect(folder, &later, "page.html is not what the events say");
    expect(folder, NULL, "page.html is not what the events say");
    replace(folder, "page.html", "HOLDS", "holds");
    char *path = wrt_path_join(folder, "list.json");
    unlink(path);
    free(path);
    expect(folder, NULL, "list.json is missing");
    free(folder);
}

static void derived_entries_name_nothing_outside_the_folder(void **state) {
    const test_store *store = *state;
    static const char *const bad[] = {"\"path\":\"../p.html\"", "\"path\":\"/etc/hosts\"",
                                      "\"path\":\".hidden\"", "\"path\":\"checkpoint\"",
                                      "\"path\":\"\""};
    char *folder = export_to(store, "bundle");
    const char *now = "\"path\":\"page.html\"";
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        replace(folder, "manifest.json", now, bad[i]);
        expect(folder, NULL, "no plain name of its own");
        replace(folder, "manifest.json",
                i == 3 ? "\"derived\":true,\"path\":\"checkpoint\"" : bad[i],
                i == 3 ? "\"derived\":true,\"path\":\"page.html\"" : now);
    }
    replace(folder, "manifest.json", "\"derived_by\":\"maker 1\"", "\"derived_by\":\"maker 3\"");
    expect(folder, &derived, "hashes compared only");
    replace(folder, "manifest.json", "\"derived_by\":\"maker 3\",", "");
    expect(folder, &derived, "page.html is there, but manifest.json does not list it");
    free(folder);
}

static void derived_failure_is_that_of_the_export(void **state) {
    const test_store *store = *state;
    static const wrt_derived_file failing[] = {{"page.html", make_failure}};
    static const wrt_derived_files broken = {"maker 1", failing, 1, NULL};
    char *folder = wrt_path_join(store->folder, "none");
    wrt_err err = {0};
    assert_int_equal(wrt_audit_export_with(store->ledger, store->run, folder, &broken, &err),
                     WRT_E_INPUT);
    assert_string_equal(err.message, "page.html: cannot");
    assert_false(wrt_file_exists(folder));
    free(folder);
}

#define RUN_TEST(f) cmocka_unit_test_setup_teardown(f, test_store_setup_run, test_store_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        RUN_TEST(derived_files_are_written_and_listed),
        RUN_TEST(derived_files_are_made_again_by_the_same_program),
        RUN_TEST(derived_files_of_another_program_are_held_by_their_hashes),
        RUN_TEST(derived_entries_name_nothing_outside_the_folder),
        RUN_TEST(derived_failure_is_that_of_the_export),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
