/* test_db.c: round trips, error statuses, and files that are not databases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/db.h"
#include "base/file.h"

typedef struct {
    char folder[32];
    char *path;
} room;

static int make_room(void **state) {
    room *r = calloc(1, sizeof *r);
    if (r == NULL)
        return -1;
    snprintf(r->folder, sizeof r->folder, "/tmp/wrt-db-XXXXXX");
    if (mkdtemp(r->folder) == NULL)
        return -1;
    r->path = wrt_path_join(r->folder, "a b?#%.db");
    *state = r;
    return 0;
}

static wrt_status remove_entry(const char *name, void *ctx) {
    char *path = wrt_path_join(ctx, name);
    unlink(path);
    free(path);
    return WRT_OK;
}

static int drop_room(void **state) {
    room *r = *state;
    wrt_dir_each(r->folder, remove_entry, r->folder, NULL);
    int rc = rmdir(r->folder);
    free(r->path);
    free(r);
    return rc;
}

static wrt_db *opened(const char *path, unsigned flags) {
    wrt_db *db = NULL;
    wrt_err err = {0};
    assert_int_equal(wrt_db_open(&db, path, flags, &err), WRT_OK);
    return db;
}

static wrt_stmt *prepared(wrt_db *db, const char *sql) {
    wrt_stmt *stmt = NULL;
    assert_int_equal(wrt_db_prepare(&stmt, db, sql, NULL), WRT_OK);
    return stmt;
}

static int64_t one_int(wrt_db *db, const char *sql) {
    wrt_stmt *stmt = prepared(db, sql);
    bool row = false;
    assert_int_equal(wrt_stmt_step(&row, stmt, NULL), WRT_OK);
    assert_true(row);
    int64_t value = wrt_stmt_int(stmt, 0);
    wrt_stmt_free(stmt);
    return value;
}

static void db_round_trips_every_type(void **state) {
    const room *r = *state;
    wrt_db *db = opened(r->path, WRT_DB_CREATE);
    assert_int_equal(wrt_db_exec(db, "CREATE TABLE t(a TEXT, b BLOB, c INTEGER, d REAL, e)", NULL),
                     WRT_OK);
    wrt_stmt *put = prepared(db, "INSERT INTO t VALUES(?,?,?,?,?)");
    wrt_stmt_bind_text(put, 1, WRT_STR("h\xc3\xa9"));
    wrt_stmt_bind_blob(put, 2, (wrt_str){"\0\1", 2});
    wrt_stmt_bind_int(put, 3, INT64_MIN);
    wrt_stmt_bind_double(put, 4, 0.1);
    wrt_stmt_bind_c(put, 5, NULL);
    assert_int_equal(wrt_stmt_run(put, NULL), WRT_OK);
    assert_int_equal(wrt_db_last_row_id(db), 1);
    wrt_stmt_bind_text(put, 1, (wrt_str){NULL, 0}); /* the other bindings were cleared */
    wrt_stmt_bind_blob(put, 2, (wrt_str){NULL, 0});
    assert_int_equal(wrt_stmt_run(put, NULL), WRT_OK);
    wrt_stmt_free(put);
    wrt_stmt *get = prepared(db, "SELECT a,b,c,d,e FROM t ORDER BY rowid");
    bool row = false;
    assert_int_equal(wrt_stmt_step(&row, get, NULL), WRT_OK);
    assert_true(wrt_str_equal_c(wrt_stmt_text(get, 0), "h\xc3\xa9"));
    assert_int_equal(wrt_stmt_blob(get, 1).len, 2);
    assert_true(wrt_stmt_int(get, 2) == INT64_MIN);
    assert_true(wrt_stmt_double(get, 3) == 0.1);
    assert_true(wrt_stmt_is_null(get, 4));
    assert_string_equal(wrt_stmt_text(get, 4).ptr, "");
    assert_int_equal(wrt_stmt_step(&row, get, NULL), WRT_OK);
    assert_false(wrt_stmt_is_null(get, 0)); /* empty, not null */
    assert_false(wrt_stmt_is_null(get, 1));
    assert_true(wrt_stmt_is_null(get, 2));
    assert_int_equal(wrt_stmt_step(&row, get, NULL), WRT_OK);
    assert_false(row);
    wrt_stmt_free(get);
    wrt_stmt_free(NULL);
    wrt_db_close(db);
    wrt_db_close(NULL);
}

static void db_transaction_is_undone_by_rollback(void **state) {
    const room *r = *state;
    wrt_db *db = opened(r->path, WRT_DB_CREATE | WRT_DB_WAL);
    wrt_db_rollback(db); /* no transaction is open */
    assert_int_equal(wrt_db_exec(db, "CREATE TABLE t(a)", NULL), WRT_OK);
    assert_int_equal(wrt_db_begin(db, NULL), WRT_OK);
    assert_int_equal(wrt_db_exec(db, "INSERT INTO t VALUES(1)", NULL), WRT_OK);
    wrt_db_rollback(db);
    assert_int_equal(one_int(db, "SELECT count(*) FROM t"), 0);
    assert_int_equal(wrt_db_begin(db, NULL), WRT_OK);
    assert_int_equal(wrt_db_exec(db, "INSERT INTO t VALUES(1); INSERT INTO t VALUES(2);", NULL),
                     WRT_OK);
    assert_int_equal(wrt_db_commit(db, NULL), WRT_OK);
    assert_int_equal(one_int(db, "SELECT count(*) FROM t"), 2);
    assert_int_equal(one_int(db, "PRAGMA synchronous"), 2);
    assert_int_equal(one_int(db, "PRAGMA foreign_keys"), 1);
    assert_int_equal(one_int(db, "PRAGMA trusted_schema"), 0);
    wrt_db_close(db);
}

static void db_read_only_cannot_write(void **state) {
    const room *r = *state;
    wrt_db *db = opened(r->path, WRT_DB_CREATE);
    assert_int_equal(wrt_db_exec(db, "CREATE TABLE t(a); INSERT INTO t VALUES(7)", NULL), WRT_OK);
    wrt_db_close(db);
    static const unsigned ways[] = {WRT_DB_READ, WRT_DB_READ | WRT_DB_IMMUTABLE};
    for (size_t i = 0; i < 2; i++) {
        db = opened(r->path, ways[i]);
        assert_int_equal(one_int(db, "SELECT a FROM t"), 7);
        assert_int_equal(wrt_db_exec(db, "INSERT INTO t VALUES(8)", NULL), WRT_E_FAILED);
        wrt_db_close(db);
    }
}

static void db_open_reports_missing_and_foreign_files(void **state) {
    const room *r = *state;
    wrt_db *db = NULL;
    wrt_err err = {0};
    assert_int_equal(wrt_db_open(&db, r->path, WRT_DB_READ, &err), WRT_E_NOT_FOUND);
    assert_int_equal(wrt_db_open(&db, r->path, WRT_DB_WRITE, &err), WRT_E_NOT_FOUND);
    assert_null(db);
    assert_null(strstr(err.message, "/tmp"));
    assert_int_equal(wrt_db_open(&db, r->folder, WRT_DB_READ, &err), WRT_E_INPUT);
    char text[2000];
    memset(text, 'x', sizeof text);
    assert_int_equal(wrt_file_write(r->path, (wrt_str){text, sizeof text}, 0600, NULL), WRT_OK);
    assert_int_equal(wrt_db_open(&db, r->path, WRT_DB_READ, &err), WRT_E_INPUT);
    assert_int_equal(wrt_db_open(&db, r->path, WRT_DB_CREATE | WRT_DB_WAL, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "a b?#%.db"));
}

static void db_reports_damage_when_a_page_is_overwritten(void **state) {
    const room *r = *state;
    wrt_db *db = opened(r->path, WRT_DB_CREATE);
    assert_int_equal(wrt_db_exec(db, "CREATE TABLE t(a); INSERT INTO t VALUES(7)", NULL), WRT_OK);
    wrt_db_close(db);
    FILE *file = fopen(r->path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 4096, SEEK_SET), 0); /* page 2 is the root of t */
    assert_int_equal(fwrite("\377\377\377\377\377\377\377\377", 1, 8, file), 8);
    fclose(file);
    db = opened(r->path, WRT_DB_READ);
    wrt_stmt *stmt = prepared(db, "SELECT a FROM t");
    bool row = false;
    wrt_err err = {0};
    assert_int_equal(wrt_stmt_step(&row, stmt, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "damaged"));
    wrt_stmt_free(stmt);
    wrt_db_close(db);
}

static void db_messages_hold_no_sql(void **state) {
    const room *r = *state;
    wrt_db *db = opened(r->path, WRT_DB_CREATE);
    wrt_stmt *stmt = NULL;
    wrt_err err = {0};
    assert_int_equal(wrt_db_prepare(&stmt, db, "SELECT secret FROM nowhere", &err), WRT_E_INPUT);
    assert_null(stmt);
    assert_null(strstr(err.message, "secret"));
    assert_null(strstr(err.message, "nowhere"));
    assert_int_equal(wrt_db_exec(db, "CREATE TABLE t(a UNIQUE) ; INSERT INTO t VALUES(1)", &err),
                     WRT_OK);
    assert_int_equal(wrt_db_exec(db, "INSERT INTO t VALUES(1)", &err), WRT_E_FAILED);
    assert_null(strstr(err.message, "t.a"));
    stmt = prepared(db, "SELECT ?");
    wrt_stmt_bind_int(stmt, 2, 1); /* there is no second parameter */
    bool row = false;
    assert_int_equal(wrt_stmt_step(&row, stmt, &err), WRT_E_FAILED);
    wrt_stmt_reset(stmt);
    assert_int_equal(wrt_stmt_step(&row, stmt, &err), WRT_OK);
    wrt_stmt_free(stmt);
    wrt_db_close(db);
}

static void db_two_connections_share_a_wal_file(void **state) {
    const room *r = *state;
    wrt_db *a = opened(r->path, WRT_DB_CREATE | WRT_DB_WAL);
    wrt_db *b = opened(r->path, WRT_DB_WRITE | WRT_DB_WAL);
    assert_int_equal(wrt_db_exec(a, "CREATE TABLE t(a)", NULL), WRT_OK);
    assert_int_equal(wrt_db_exec(b, "INSERT INTO t VALUES(3)", NULL), WRT_OK);
    wrt_db *reader = opened(r->path, WRT_DB_READ);
    assert_int_equal(one_int(reader, "SELECT a FROM t"), 3);
    wrt_db_close(reader);
    wrt_db_close(a);
    wrt_db_close(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(db_round_trips_every_type, make_room, drop_room),
        cmocka_unit_test_setup_teardown(db_transaction_is_undone_by_rollback, make_room, drop_room),
        cmocka_unit_test_setup_teardown(db_read_only_cannot_write, make_room, drop_room),
        cmocka_unit_test_setup_teardown(db_open_reports_missing_and_foreign_files, make_room,
                                        drop_room),
        cmocka_unit_test_setup_teardown(db_reports_damage_when_a_page_is_overwritten, make_room,
                                        drop_room),
        cmocka_unit_test_setup_teardown(db_messages_hold_no_sql, make_room, drop_room),
        cmocka_unit_test_setup_teardown(db_two_connections_share_a_wal_file, make_room, drop_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
