/* test_ledger.c: writing runs and reading them back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "store.h"

static wrt_run *started(test_store *store, const char *body_text) {
    wrt_run *run = NULL;
    wrt_err err = {0};
    wrt_json *body = test_json(body_text);
    if (wrt_run_start(&run, store->ledger, body, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(body);
    return run;
}

static wrt_status append(wrt_run *run, const char *type, const char *body_text,
                         const char *meta_text) {
    wrt_json *body = test_json(body_text);
    wrt_json *meta = meta_text != NULL ? test_json(meta_text) : NULL;
    wrt_status status = wrt_run_append(NULL, run, type, body, meta, NULL);
    wrt_json_free(body);
    wrt_json_free(meta);
    return status;
}

static wrt_status seal(wrt_run *run, const char *body_text) {
    wrt_json *body = test_json(body_text);
    wrt_status status = wrt_run_seal(run, body, NULL);
    wrt_json_free(body);
    return status;
}

static void ledger_reads_back_events_in_order(void **state) {
    test_store *store = *state;
    wrt_run *run = started(store, "{\"question\":\"q\"}");
    int64_t seq = 0;
    wrt_json *body = test_json("{\"b\":1,\"a\":[true,null]}");
    wrt_json *meta = test_json("{\"duration_ms\":5,\"ts\":\"mine\"}");
    assert_int_equal(wrt_run_append(&seq, run, "plan", body, meta, NULL), WRT_OK);
    assert_int_equal(seq, 1);
    assert_int_equal(seal(run, "{\"outcome\":\"answered\"}"), WRT_OK);
    wrt_json *events = NULL;
    assert_int_equal(wrt_ledger_events(&events, store->ledger, wrt_run_id(run), NULL), WRT_OK);
    assert_int_equal(wrt_json_count(events), 3);
    const wrt_json *event = wrt_json_at(events, 1);
    assert_string_equal(wrt_json_get_text(event, "type", ""), "plan");
    assert_string_equal(wrt_json_get_text(event, "run", ""), wrt_run_id(run));
    assert_int_equal(wrt_json_get_int(event, "seq", -1), 1);
    assert_true(wrt_json_equal(wrt_json_get(event, "body"), body));
    assert_int_equal(wrt_json_get_int(wrt_json_get(event, "meta"), "duration_ms", -1), 5);
    const char *ts = wrt_json_get_text(wrt_json_get(event, "meta"), "ts", "");
    assert_int_equal(strlen(ts), 24); /* the ledger's clock, not the caller's text */
    assert_string_equal(wrt_json_get_text(wrt_json_at(events, 2), "type", ""), "run.end");
    assert_true(wrt_json_is(wrt_json_get(wrt_json_at(events, 0), "prev"), WRT_JSON_NULL));
    wrt_json_free(events);
    wrt_json_free(body);
    wrt_json_free(meta);
    wrt_run_free(run);
}

static void ledger_run_id_has_the_stated_form(void **state) {
    test_store *store = *state;
    wrt_run *run = started(store, "{}");
    const char *id = wrt_run_id(run);
    assert_int_equal(strlen(id), 22);
    assert_int_equal(id[8], '-');
    assert_int_equal(id[15], '-');
    assert_int_equal(strspn(id + 16, "0123456789abcdef"), 6);
    wrt_run_free(run);
}

static void ledger_refuses_what_cannot_be_an_event(void **state) {
    test_store *store = *state;
    wrt_run *run = started(store, "{}");
    assert_int_equal(append(run, "plan", "[1]", NULL), WRT_E_INPUT);
    assert_int_equal(append(run, "plan", "{}", "[]"), WRT_E_INPUT);
    assert_int_equal(append(run, "", "{}", NULL), WRT_E_INPUT);
    assert_int_equal(append(run, "run.end", "{}", NULL), WRT_E_INPUT);
    assert_int_equal(append(run, "run.start", "{}", NULL), WRT_E_INPUT);
    wrt_json *deep = wrt_json_new_object();
    for (int i = 0; i < 70; i++) {
        wrt_json *outer = wrt_json_new_object();
        wrt_json_set(outer, "x", deep);
        deep = outer;
    }
    assert_int_equal(wrt_run_append(NULL, run, "plan", deep, NULL, NULL), WRT_E_LIMIT);
    wrt_json_free(deep);
    wrt_json *large = wrt_json_new_object();
    char *text = malloc((5 << 20) + 1);
    assert_non_null(text);
    memset(text, 'x', 5 << 20);
    text[5 << 20] = '\0';
    wrt_json_set_text(large, "x", text);
    free(text);
    assert_int_equal(wrt_run_append(NULL, run, "plan", large, NULL, NULL), WRT_E_LIMIT);
    wrt_json_free(large);
    /* Nothing of all that was written. */
    assert_int_equal(append(run, "plan", "{}", NULL), WRT_OK);
    assert_int_equal(seal(run, "{}"), WRT_OK);
    assert_int_equal(append(run, "plan", "{}", NULL), WRT_E_INPUT);
    assert_int_equal(seal(run, "{}"), WRT_E_INPUT);
    wrt_json *events = NULL;
    assert_int_equal(wrt_ledger_events(&events, store->ledger, wrt_run_id(run), NULL), WRT_OK);
    assert_int_equal(wrt_json_count(events), 3);
    wrt_json_free(events);
    wrt_run_free(run);
}

static void ledger_lists_newest_first_with_what_events_say(void **state) {
    test_store *store = *state;
    char sealed[WRT_RUN_ID_MAX], open[WRT_RUN_ID_MAX];
    test_store_write_run(sealed, store->ledger, true);
    test_store_write_run(open, store->ledger, false);
    wrt_run_info *list = NULL;
    size_t n = 0;
    assert_int_equal(wrt_ledger_list(&list, &n, store->ledger, NULL), WRT_OK);
    assert_int_equal(n, 2);
    assert_string_equal(list[0].id, open);
    assert_string_equal(list[0].outcome, "open");
    assert_false(list[0].sealed);
    assert_int_equal(list[0].events, 7);
    assert_string_equal(list[1].id, sealed);
    assert_string_equal(list[1].outcome, "answered");
    assert_string_equal(list[1].question, "Does metformin lower HbA1c?");
    assert_true(list[1].sealed);
    assert_int_equal(list[1].events, 8);
    assert_int_equal(strlen(list[1].started), 24);
    wrt_run_info_free(list, n);
    test_raw(store, "UPDATE event SET bytes = x'7b7d' WHERE seq = 7");
    assert_int_equal(wrt_ledger_list(&list, &n, store->ledger, NULL), WRT_OK);
    assert_string_equal(list[1].outcome, "damaged");
    wrt_run_info_free(list, n);
}

static void ledger_lists_a_run_as_open_when_its_writer_was_killed(void **state) {
    test_store *store = *state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) { /* dies between two events without closing anything */
        wrt_ledger *ledger = NULL;
        wrt_run *run = NULL;
        wrt_json *body = wrt_json_new_object();
        if (wrt_ledger_open(&ledger, store->folder, true, NULL) != WRT_OK ||
            wrt_run_start(&run, ledger, body, NULL) != WRT_OK ||
            wrt_run_append(NULL, run, "plan", body, NULL, NULL) != WRT_OK)
            _exit(1);
        _exit(7);
    }
    int code = 0;
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_int_equal(WEXITSTATUS(code), 7);
    wrt_run_info *list = NULL;
    size_t n = 0;
    assert_int_equal(wrt_ledger_list(&list, &n, store->ledger, NULL), WRT_OK);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].outcome, "open");
    assert_int_equal(list[0].events, 2);
    wrt_json *events = NULL;
    assert_int_equal(wrt_ledger_events(&events, store->ledger, list[0].id, NULL), WRT_OK);
    wrt_json_free(events);
    wrt_run_info_free(list, n);
}

static void ledger_find_resolves_last_ids_and_prefixes(void **state) {
    test_store *store = *state;
    char id[WRT_RUN_ID_MAX] = "?";
    wrt_err err = {0};
    assert_int_equal(wrt_ledger_find(id, store->ledger, "last", &err), WRT_E_NOT_FOUND);
    test_raw(store, "INSERT INTO run VALUES('20260101-100000-aaaaaa', 1000, NULL);"
                    "INSERT INTO run VALUES('20260102-100000-bbbbbb', 3000, NULL);"
                    "INSERT INTO run VALUES('20260102-100000-bbbccc', 2000, NULL);");
    assert_int_equal(wrt_ledger_find(id, store->ledger, "last", &err), WRT_OK);
    assert_string_equal(id, "20260102-100000-bbbbbb");
    assert_int_equal(wrt_ledger_find(id, store->ledger, "20260101", &err), WRT_OK);
    assert_string_equal(id, "20260101-100000-aaaaaa");
    assert_int_equal(wrt_ledger_find(id, store->ledger, "20260102-100000-bbbccc", &err), WRT_OK);
    assert_string_equal(id, "20260102-100000-bbbccc");
    assert_int_equal(wrt_ledger_find(id, store->ledger, "20260102", &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "2 runs begin with"));
    assert_int_equal(wrt_ledger_find(id, store->ledger, "20260101-x", &err), WRT_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "nearest: 20260101-100000-aaaaaa"));
    assert_int_equal(wrt_ledger_find(id, store->ledger, "%", &err), WRT_E_NOT_FOUND);
    assert_int_equal(wrt_ledger_find(id, store->ledger, "", &err), WRT_E_INPUT);
    assert_string_equal(id, "");
}

static void ledger_blobs_are_stored_once_and_checked(void **state) {
    test_store *store = *state;
    wrt_json *ref = NULL;
    assert_int_equal(wrt_ledger_put_blob(&ref, store->ledger, WRT_STR("abc"), NULL), WRT_OK);
    const char *hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_string_equal(wrt_json_get_text(ref, "sha256", ""), hex);
    assert_int_equal(wrt_json_get_int(ref, "size", -1), 3);
    wrt_json_free(ref);
    assert_int_equal(wrt_ledger_put_blob(&ref, store->ledger, WRT_STR("abc"), NULL), WRT_OK);
    wrt_json_free(ref);
    wrt_buf out = wrt_buf_make(3);
    assert_int_equal(wrt_ledger_get_blob(&out, store->ledger, hex, NULL), WRT_OK);
    assert_true(wrt_str_equal_c(wrt_buf_str(&out), "abc"));
    wrt_buf_clear(&out);
    char name[80];
    snprintf(name, sizeof name, "blobs/ba/%s", hex);
    test_write_file(store->folder, name, "abd", 3);
    assert_int_equal(wrt_ledger_get_blob(&out, store->ledger, hex, NULL), WRT_E_INTEGRITY);
    assert_int_equal(out.len, 0);
    assert_int_equal(wrt_ledger_put_blob(&ref, store->ledger, WRT_STR("abc"), NULL), WRT_OK);
    wrt_json_free(ref); /* putting it again mends it */
    assert_int_equal(wrt_ledger_get_blob(&out, store->ledger, hex, NULL), WRT_OK);
    wrt_buf_free(&out);
    wrt_buf small = wrt_buf_make(2);
    assert_int_equal(wrt_ledger_get_blob(&small, store->ledger, hex, NULL), WRT_E_LIMIT);
    char *path = wrt_path_join(store->folder, name);
    unlink(path);
    free(path);
    assert_int_equal(wrt_ledger_get_blob(&small, store->ledger, hex, NULL), WRT_E_INTEGRITY);
    assert_int_equal(wrt_ledger_get_blob(&small, store->ledger, "../x", NULL), WRT_E_INPUT);
    wrt_buf_free(&small);
}

static void ledger_content_hash_is_equal_for_equal_runs(void **state) {
    test_store *store = *state;
    char a[WRT_RUN_ID_MAX], b[WRT_RUN_ID_MAX];
    char hash_a[WRT_SHA256_HEX + 1], hash_b[WRT_SHA256_HEX + 1];
    test_store_write_run(a, store->ledger, true);
    usleep(2000); /* another clock reading */
    test_store_write_run(b, store->ledger, true);
    assert_string_not_equal(a, b);
    assert_int_equal(wrt_ledger_content_hash(hash_a, store->ledger, a, NULL), WRT_OK);
    assert_int_equal(wrt_ledger_content_hash(hash_b, store->ledger, b, NULL), WRT_OK);
    assert_string_equal(hash_a, hash_b);
    wrt_run *other = started(store, "{\"question\":\"another\"}");
    assert_int_equal(seal(other, "{\"outcome\":\"answered\"}"), WRT_OK);
    assert_int_equal(wrt_ledger_content_hash(hash_b, store->ledger, wrt_run_id(other), NULL),
                     WRT_OK);
    assert_string_not_equal(hash_a, hash_b);
    wrt_run_free(other);
}

static void ledger_event_content_hash_leaves_out_run_prev_and_meta(void **state) {
    (void)state;
    wrt_json *event = test_json("{\"v\":1,\"run\":\"r\",\"seq\":2,\"type\":\"plan\",\"body\":{},"
                                "\"prev\":null,\"meta\":{\"ts\":\"x\"}}");
    wrt_sha256 expected =
        wrt_sha256_of(WRT_STR("{\"body\":{},\"seq\":2,\"type\":\"plan\",\"v\":1}"));
    wrt_sha256 actual = wrt_event_content_hash(event);
    assert_true(wrt_sha256_equal(&actual, &expected));
    wrt_json_free(event);
}

static void ledger_open_says_what_is_wrong(void **state) {
    test_store *store = *state;
    wrt_ledger *ledger = NULL;
    wrt_err err = {0};
    char folder[64];
    snprintf(folder, sizeof folder, "%s/none", store->folder);
    assert_int_equal(wrt_ledger_open(&ledger, folder, false, &err), WRT_E_NOT_FOUND);
    assert_null(ledger);
    assert_int_equal(wrt_dir_make(folder, 0700, NULL), WRT_OK);
    test_write_file(folder, "runs.db", "not a database at all, but long enough to be read", 49);
    assert_int_equal(wrt_ledger_open(&ledger, folder, false, &err), WRT_E_INTEGRITY);
    assert_int_equal(err.code, WRT_E_INTEGRITY);
    assert_int_equal(wrt_ledger_open(&ledger, folder, true, &err), WRT_E_INTEGRITY);
    test_write_file(folder, "runs.db", "", 0);
    assert_int_equal(wrt_ledger_open(&ledger, folder, false, &err), WRT_E_INTEGRITY);
    assert_null(strstr(err.message, "/tmp"));
    wrt_ledger_close(NULL);
}

static void ledger_reports_events_that_were_altered(void **state) {
    test_store *store = *state;
    char id[WRT_RUN_ID_MAX];
    wrt_json *events = NULL;
    wrt_err err = {0};
    test_store_write_run(id, store->ledger, true);
    assert_int_equal(wrt_ledger_events(&events, store->ledger, "nothing", &err), WRT_E_NOT_FOUND);
    test_raw(store, "UPDATE event SET leaf = zeroblob(32) WHERE seq = 3");
    assert_int_equal(wrt_ledger_events(&events, store->ledger, id, &err), WRT_E_INTEGRITY);
    assert_null(events);
    assert_non_null(strstr(err.message, "event 3"));
}

static void ledger_makes_its_key_once_and_refuses_halves(void **state) {
    test_store *store = *state;
    wrt_err err = {0};
    size_t len = 0;
    struct stat info;
    char *key_path = wrt_path_join(store->folder, "keys/ledger.key");
    assert_int_equal(wrt_ledger_make_key(store->ledger, &err), WRT_OK);
    assert_int_equal(stat(key_path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    char *first = test_read_file(&len, store->folder, "keys/ledger.pub");
    assert_int_equal(strncmp(first, "warrant-ledger+", 15), 0);
    assert_int_equal(wrt_ledger_make_key(store->ledger, &err), WRT_OK);
    char *second = test_read_file(&len, store->folder, "keys/ledger.pub");
    assert_string_equal(first, second);
    unlink(key_path); /* the secret half is lost: a new one must not take its place silently */
    assert_int_equal(wrt_ledger_make_key(store->ledger, &err), WRT_E_CREDENTIAL);
    test_write_file(store->folder, "keys/ledger.key",
                    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n", 65);
    chmod(key_path, 0600);
    assert_int_equal(wrt_ledger_make_key(store->ledger, &err), WRT_E_CREDENTIAL);
    chmod(key_path, 0644);
    assert_int_equal(wrt_ledger_make_key(store->ledger, &err), WRT_E_CREDENTIAL);
    free(first);
    free(second);
    free(key_path);
}

static void ledger_two_writers_share_a_store(void **state) {
    test_store *store = *state;
    wrt_ledger *other = NULL;
    assert_int_equal(wrt_ledger_open(&other, store->folder, true, NULL), WRT_OK);
    wrt_run *a = started(store, "{}");
    wrt_run *b = NULL;
    wrt_json *body = wrt_json_new_object();
    assert_int_equal(wrt_run_start(&b, other, body, NULL), WRT_OK);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(append(a, "plan", "{}", NULL), WRT_OK);
        assert_int_equal(append(b, "plan", "{}", NULL), WRT_OK);
    }
    assert_int_equal(seal(a, "{}"), WRT_OK);
    assert_int_equal(seal(b, "{}"), WRT_OK);
    wrt_json *report = NULL;
    assert_int_equal(wrt_audit_run(&report, store->ledger, wrt_run_id(b), NULL, 2, NULL), WRT_OK);
    wrt_json_free(report);
    wrt_json_free(body);
    wrt_run_free(a);
    wrt_run_free(b);
    wrt_ledger_close(other);
}

#define STORE_TEST(f) cmocka_unit_test_setup_teardown(f, test_store_setup, test_store_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        STORE_TEST(ledger_reads_back_events_in_order),
        STORE_TEST(ledger_run_id_has_the_stated_form),
        STORE_TEST(ledger_refuses_what_cannot_be_an_event),
        STORE_TEST(ledger_lists_newest_first_with_what_events_say),
        STORE_TEST(ledger_lists_a_run_as_open_when_its_writer_was_killed),
        STORE_TEST(ledger_find_resolves_last_ids_and_prefixes),
        STORE_TEST(ledger_blobs_are_stored_once_and_checked),
        STORE_TEST(ledger_content_hash_is_equal_for_equal_runs),
        STORE_TEST(ledger_event_content_hash_leaves_out_run_prev_and_meta),
        STORE_TEST(ledger_open_says_what_is_wrong),
        STORE_TEST(ledger_reports_events_that_were_altered),
        STORE_TEST(ledger_makes_its_key_once_and_refuses_halves),
        STORE_TEST(ledger_two_writers_share_a_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
