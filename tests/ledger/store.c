/* store.c: a throw-away store of runs for the tests of the ledger. */
#include "store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/log.h"

wrt_json *test_json(const char *text) {
    wrt_json *value = NULL;
    wrt_err err = {0};
    if (wrt_json_parse(&value, wrt_str_of(text), &err) != WRT_OK)
        fail_msg("%s", err.message);
    return value;
}

static void append(wrt_run *run, const char *type, wrt_json *body) {
    wrt_err err = {0};
    if (wrt_run_append(NULL, run, type, body, NULL, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(body);
}

static wrt_json *with_blob(wrt_ledger *ledger, const char *text, const char *blob,
                           const char *path) {
    wrt_json *body = test_json(text);
    wrt_json *ref = NULL;
    assert_int_equal(wrt_ledger_put_blob(&ref, ledger, wrt_str_of(blob), NULL), WRT_OK);
    wrt_json *holder = strcmp(path, "document") == 0 ? wrt_json_get_mut(body, "policy") : body;
    wrt_json_set(holder, path, ref);
    return body;
}

void test_store_write_run(char id[WRT_RUN_ID_MAX], wrt_ledger *ledger, bool seal) {
    wrt_run *run = NULL;
    wrt_err err = {0};
    wrt_json *body =
        with_blob(ledger, "{\"question\":\"Does metformin lower HbA1c?\",\"seed\":7,\"policy\":{}}",
                  "{\"rules\":[],\"schema\":\"warrant/policy/1\"}", "document");
    if (wrt_run_start(&run, ledger, body, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(body);
    snprintf(id, WRT_RUN_ID_MAX, "%s", wrt_run_id(run));
    append(run, "frame", test_json("{\"kind\":\"effect\",\"note\":\"\\u03b2 \\n \\\"q\\\"\"}"));
    append(run, "policy.decision",
           test_json("{\"id\":\"d1\",\"phase\":\"tool_call\",\"step\":\"s1\",\"decision\":"
                     "\"allow\",\"request\":{\"tool\":\"kg_paths\"}}"));
    append(run, "tool.call",
           test_json("{\"step\":\"s1\",\"tool\":\"kg_paths\",\"args\":{\"k\":3,\"w\":0.25},"
                     "\"decision\":\"d1\"}"));
    append(run, "tool.result",
           with_blob(ledger, "{\"step\":\"s1\",\"tool\":\"kg_paths\"}", "a long result\n", "blob"));
    append(run, "claim", test_json("{\"id\":\"c1\",\"text\":\"metformin lowers HbA1c\"}"));
    append(run, "answer", test_json("{\"text\":\"yes\"}"));
    if (seal) {
        body = test_json("{\"outcome\":\"answered\"}");
        assert_int_equal(wrt_run_seal(run, body, &err), WRT_OK);
        wrt_json_free(body);
    }
    wrt_run_free(run);
}

static test_store *make_store(void) {
    wrt_err err = {0};
    test_store *store = calloc(1, sizeof *store);
    assert_non_null(store);
    snprintf(store->folder, sizeof store->folder, "/tmp/wrt-ledger-XXXXXX");
    assert_non_null(mkdtemp(store->folder));
    wrt_log_set_level(WRT_LOG_ERROR);
    if (wrt_ledger_open(&store->ledger, store->folder, true, &err) != WRT_OK)
        fail_msg("%s", err.message);
    char *path = wrt_path_join(store->folder, "runs.db");
    assert_int_equal(wrt_db_open(&store->raw, path, WRT_DB_WRITE, NULL), WRT_OK);
    free(path);
    test_raw(store, "PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF;");
    return store;
}

int test_store_setup(void **state) {
    *state = make_store();
    return 0;
}

int test_store_setup_run(void **state) {
    test_store *store = make_store();
    test_store_write_run(store->run, store->ledger, true);
    *state = store;
    return 0;
}

int test_store_teardown(void **state) {
    test_store *store = *state;
    wrt_db_close(store->raw);
    wrt_ledger_close(store->ledger);
    test_remove_tree(store->folder);
    free(store);
    return 0;
}

void test_raw(const test_store *store, const char *sql) {
    wrt_err err = {0};
    if (wrt_db_exec(store->raw, sql, &err) != WRT_OK)
        fail_msg("%s: %s", sql, err.message);
}

char *test_read_file(size_t *len, const char *folder, const char *name) {
    wrt_buf text = wrt_buf_make(WRT_MIB(4));
    wrt_err err = {0};
    char *path = wrt_path_join(folder, name);
    if (wrt_file_read(&text, path, WRT_MIB(4), &err) != WRT_OK)
        fail_msg("%s", err.message);
    free(path);
    *len = text.len;
    return wrt_buf_take(&text);
}

/* Without fsync: the tests write thousands of files that nobody will miss. */
void test_write_file(const char *folder, const char *name, const char *bytes, size_t len) {
    char *path = wrt_path_join(folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    free(path);
}
