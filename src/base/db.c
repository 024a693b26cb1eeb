/* db.c: SQLite behind two small types.
 *
 * Connections are opened defensively (no trusted schema, no double-quoted strings, no writes to the
 * schema by hand) and read the first page at once, so that a file that is not a database is found
 * at wrt_db_open. Invariants: a statement remembers its first failed bind and reports it at the
 * next step; messages are made here from result codes, never from the library's text, which may
 * quote SQL or data. */
#include "base/db.h"

#include <assert.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"

enum { BUSY_TIMEOUT_MS = 5000, PATIENT_TIMEOUT_MS = 60000, WAL_WAIT_MS = 20, PATH_CAP = 65536 };

struct wrt_db {
    sqlite3 *handle;
    char *name;          /* last component of the path, for messages */
    size_t n_statements; /* of ours; a virtual table keeps some of its own */
};

struct wrt_stmt {
    sqlite3_stmt *handle;
    wrt_db *db;
    int bind_code; /* the first bind that failed since the last reset, or SQLITE_OK */
};

/* ---- result codes */

typedef struct {
    int code;
    wrt_status status;
    const char *text;
} code_row;

static const code_row CODES[] = {
    {SQLITE_CORRUPT, WRT_E_INPUT, "the database is damaged"},
    {SQLITE_NOTADB, WRT_E_INPUT, "not a database"},
    {SQLITE_ERROR, WRT_E_FAILED, "a database statement failed"},
    {SQLITE_BUSY, WRT_E_UNAVAILABLE,
     "the database is locked by another process: try again when that has ended"},
    {SQLITE_LOCKED, WRT_E_UNAVAILABLE, "the database is locked"},
    {SQLITE_READONLY, WRT_E_FAILED, "the database cannot be written"},
    {SQLITE_IOERR, WRT_E_FAILED, "reading or writing the database failed"},
    {SQLITE_FULL, WRT_E_FAILED, "no space is left for the database"},
    {SQLITE_CANTOPEN, WRT_E_FAILED, "the database cannot be opened"},
    {SQLITE_TOOBIG, WRT_E_LIMIT, "a value is too large for the database"},
    {SQLITE_CONSTRAINT, WRT_E_FAILED, "a row conflicts with the rules of its table"},
    {SQLITE_INTERRUPT, WRT_E_TIMEOUT, "a database statement was interrupted"},
};

static wrt_status fail_code(const char *name, int code, wrt_err *err) {
    int primary = code & 0xff;
    if (primary == SQLITE_NOMEM)
        wrt_out_of_memory();
    for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++)
        if (CODES[i].code == primary)
            return wrt_fail(err, CODES[i].status, "%s: %s", name, CODES[i].text);
    return wrt_fail(err, WRT_E_FAILED, "%s: the database failed with code %d", name, code);
}

/* ---- opening */

/* "file:" URI of a path; everything but plain characters is percent-encoded. */
static char *immutable_uri(const char *path) {
    wrt_buf uri = wrt_buf_make(PATH_CAP);
    wrt_buf_add_c(&uri, path[0] == '/' ? "file://" : "file:");
    for (const char *at = path; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     strchr("/._-~", c) != NULL;
        if (plain)
            wrt_buf_add_char(&uri, *at);
        else
            wrt_buf_printf(&uri, "%%%02X", (unsigned)c);
    }
    wrt_buf_add_c(&uri, "?immutable=1");
    return wrt_buf_take(&uri);
}

static wrt_status check_path(const char *path, unsigned flags, wrt_err *err) {
    const char *name = wrt_path_base(path);
    struct stat info;
    if (strlen(path) > PATH_CAP / 4)
        return wrt_fail(err, WRT_E_LIMIT, "a path of a database longer than %d bytes",
                        PATH_CAP / 4);
    if (stat(path, &info) == 0) {
        if (S_ISREG(info.st_mode))
            return WRT_OK;
        return wrt_fail(err, WRT_E_INPUT, "%s: not a database file", name);
    }
    if (flags & WRT_DB_CREATE)
        return WRT_OK;
    if (errno == ENOENT || errno == ENOTDIR)
        return wrt_fail(err, WRT_E_NOT_FOUND, "%s: no such database", name);
    return wrt_fail(err, WRT_E_FAILED, "%s: cannot be opened: %s", name, strerror(errno));
}

static int open_handle(sqlite3 **out, const char *path, unsigned flags) {
    int mode = SQLITE_OPEN_READONLY;
    if (flags & WRT_DB_CREATE)
        mode = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    else if (flags & WRT_DB_WRITE)
        mode = SQLITE_OPEN_READWRITE;
    if (flags & WRT_DB_ONE_THREAD)
        mode |= SQLITE_OPEN_NOMUTEX;
    if (!(flags & WRT_DB_IMMUTABLE) || !(flags & WRT_DB_READ))
        return sqlite3_open_v2(path, out, mode, NULL);
    char *uri = immutable_uri(path);
    int code = sqlite3_open_v2(uri, out, mode | SQLITE_OPEN_URI, NULL);
    free(uri);
    return code;
}

/* Two processes that make one file at once can meet here, where SQLite does not wait by itself. */
static int use_wal(sqlite3 *handle, int timeout_ms) {
    int code = SQLITE_BUSY;
    for (int waited = 0; code == SQLITE_BUSY && waited <= timeout_ms; waited += WAL_WAIT_MS) {
        if (waited > 0)
            sqlite3_sleep(WAL_WAIT_MS);
        code = sqlite3_exec(handle, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
    }
    if (code == SQLITE_OK)
        code = sqlite3_exec(handle, "PRAGMA synchronous=FULL", NULL, NULL, NULL);
    return code;
}

static int configure(sqlite3 *handle, unsigned flags) {
    int timeout_ms = (flags & WRT_DB_PATIENT) != 0 ? PATIENT_TIMEOUT_MS : BUSY_TIMEOUT_MS;
    sqlite3_busy_timeout(handle, timeout_ms);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    int code =
        sqlite3_exec(handle, "PRAGMA cell_size_check=ON; PRAGMA schema_version;", NULL, NULL, NULL);
    if (code == SQLITE_OK && (flags & WRT_DB_WAL) && !(flags & WRT_DB_READ))
        code = use_wal(handle, timeout_ms);
    return code;
}

wrt_status wrt_db_open(wrt_db **out, const char *path, unsigned flags, wrt_err *err) {
    *out = NULL;
    assert(flags & (WRT_DB_READ | WRT_DB_CREATE | WRT_DB_WRITE));
    wrt_status status = check_path(path, flags, err);
    if (status != WRT_OK)
        return status;
    wrt_db *db = wrt_calloc(1, sizeof *db);
    db->name = wrt_strdup(wrt_path_base(path));
    int code = open_handle(&db->handle, path, flags);
    if (db->handle == NULL)
        wrt_out_of_memory();
    if (code == SQLITE_OK)
        code = configure(db->handle, flags);
    if ((code & 0xff) == SQLITE_ERROR) /* a header of a format that SQLite does not know */
        code = SQLITE_NOTADB;
    if (code != SQLITE_OK) {
        status = fail_code(db->name, code, err);
        wrt_db_close(db);
        return status;
    }
    *out = db;
    return WRT_OK;
}

void wrt_db_close(wrt_db *db) {
    if (db == NULL)
        return;
    assert(db->n_statements == 0);
    sqlite3_close_v2(db->handle);
    free(db->name);
    free(db);
}

/* ---- whole statements */

wrt_status wrt_db_exec(wrt_db *db, const char *sql, wrt_err *err) {
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? WRT_OK : fail_code(db->name, code, err);
}

wrt_status wrt_db_begin(wrt_db *db, wrt_err *err) {
    return wrt_db_exec(db, "BEGIN IMMEDIATE", err);
}

wrt_status wrt_db_commit(wrt_db *db, wrt_err *err) {
    return wrt_db_exec(db, "COMMIT", err);
}

void wrt_db_rollback(wrt_db *db) {
    if (!sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

int64_t wrt_db_last_row_id(const wrt_db *db) {
    return sqlite3_last_insert_rowid(db->handle);
}

/* ---- prepared statements */

wrt_status wrt_db_prepare(wrt_stmt **out, wrt_db *db, const char *sql, wrt_err *err) {
    *out = NULL;
    sqlite3_stmt *handle = NULL;
    int code = sqlite3_prepare_v2(db->handle, sql, -1, &handle, NULL);
    if (code == SQLITE_ERROR) /* the program's SQL is fixed: the tables must be other ones */
        return wrt_fail(err, WRT_E_INPUT, "%s: its tables are not the ones expected", db->name);
    if (code != SQLITE_OK)
        return fail_code(db->name, code, err);
    assert(handle != NULL);
    *out = wrt_calloc(1, sizeof **out);
    **out = (wrt_stmt){.handle = handle, .db = db, .bind_code = SQLITE_OK};
    db->n_statements++;
    return WRT_OK;
}

void wrt_stmt_free(wrt_stmt *stmt) {
    if (stmt == NULL)
        return;
    sqlite3_finalize(stmt->handle);
    stmt->db->n_statements--;
    free(stmt);
}

static void note_bind(wrt_stmt *stmt, int code) {
    if (stmt->bind_code == SQLITE_OK)
        stmt->bind_code = code;
}

void wrt_stmt_bind_text(wrt_stmt *stmt, int index, wrt_str text) {
    note_bind(stmt, sqlite3_bind_text64(stmt->handle, index, text.ptr != NULL ? text.ptr : "",
                                        text.len, SQLITE_TRANSIENT, SQLITE_UTF8));
}

void wrt_stmt_bind_c(wrt_stmt *stmt, int index, const char *text) {
    if (text == NULL)
        wrt_stmt_bind_null(stmt, index);
    else
        wrt_stmt_bind_text(stmt, index, (wrt_str){text, strlen(text)});
}

void wrt_stmt_bind_blob(wrt_stmt *stmt, int index, wrt_str bytes) {
    note_bind(stmt, sqlite3_bind_blob64(stmt->handle, index, bytes.ptr != NULL ? bytes.ptr : "",
                                        bytes.len, SQLITE_TRANSIENT));
}

void wrt_stmt_bind_int(wrt_stmt *stmt, int index, int64_t value) {
    note_bind(stmt, sqlite3_bind_int64(stmt->handle, index, value));
}

void wrt_stmt_bind_double(wrt_stmt *stmt, int index, double value) {
    note_bind(stmt, sqlite3_bind_double(stmt->handle, index, value));
}

void wrt_stmt_bind_null(wrt_stmt *stmt, int index) {
    note_bind(stmt, sqlite3_bind_null(stmt->handle, index));
}

wrt_status wrt_stmt_step(bool *row, wrt_stmt *stmt, wrt_err *err) {
    *row = false;
    if (stmt->bind_code != SQLITE_OK)
        return fail_code(stmt->db->name, stmt->bind_code, err);
    int code = sqlite3_step(stmt->handle);
    if (code == SQLITE_ROW || code == SQLITE_DONE) {
        *row = code == SQLITE_ROW;
        return WRT_OK;
    }
    return fail_code(stmt->db->name, code, err);
}

wrt_status wrt_stmt_run(wrt_stmt *stmt, wrt_err *err) {
    bool row = false;
    wrt_status status = wrt_stmt_step(&row, stmt, err);
    wrt_stmt_reset(stmt);
    return status;
}

void wrt_stmt_reset(wrt_stmt *stmt) {
    sqlite3_reset(stmt->handle);
    sqlite3_clear_bindings(stmt->handle);
    stmt->bind_code = SQLITE_OK;
}

/* ---- columns */

static wrt_str column_view(wrt_stmt *stmt, int column, const void *bytes) {
    if (bytes == NULL) /* SQL NULL or an empty blob */
        return (wrt_str){"", 0};
    return (wrt_str){bytes, (size_t)sqlite3_column_bytes(stmt->handle, column)};
}

wrt_str wrt_stmt_text(wrt_stmt *stmt, int column) {
    return column_view(stmt, column, sqlite3_column_text(stmt->handle, column));
}

wrt_str wrt_stmt_blob(wrt_stmt *stmt, int column) {
    return column_view(stmt, column, sqlite3_column_blob(stmt->handle, column));
}

int64_t wrt_stmt_int(wrt_stmt *stmt, int column) {
    return sqlite3_column_int64(stmt->handle, column);
}

double wrt_stmt_double(wrt_stmt *stmt, int column) {
    return sqlite3_column_double(stmt->handle, column);
}

bool wrt_stmt_is_null(wrt_stmt *stmt, int column) {
    return sqlite3_column_type(stmt->handle, column) == SQLITE_NULL;
}
