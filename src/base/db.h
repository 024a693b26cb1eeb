/* db.h: SQLite behind two small types. No SQL text and no path reaches an error message. */
#ifndef WRT_BASE_DB_H
#define WRT_BASE_DB_H

#include "base/err.h"
#include "base/str.h"

typedef struct wrt_db wrt_db;
typedef struct wrt_stmt wrt_stmt;

typedef enum {
    WRT_DB_READ = 1,        /* read only; the file must exist */
    WRT_DB_CREATE = 2,      /* read and write, made when missing */
    WRT_DB_WRITE = 4,       /* read and write; the file must exist */
    WRT_DB_WAL = 8,         /* with CREATE or WRITE: write-ahead log, synchronous=FULL */
    WRT_DB_IMMUTABLE = 16,  /* with READ: no locks, no -wal or -shm file is touched */
    WRT_DB_ONE_THREAD = 32, /* the caller sees to it that one thread at a time uses it: faster */
    WRT_DB_PATIENT = 64     /* waits a minute for other writers: many small transactions of many */
} wrt_db_flags;

/* A missing file (READ, WRITE) is WRT_E_NOT_FOUND; a file that is not a database or is damaged is
 * WRT_E_INPUT; both name the file's last path component. Foreign keys are on, trusted_schema off,
 * busy timeout 5 s, or 60 s. */
wrt_status wrt_db_open(wrt_db **out, const char *path, unsigned flags, wrt_err *err);
void wrt_db_close(wrt_db *db); /* accepts NULL; statements must be freed before */

/* Runs statements separated by ';' that return no rows. */
wrt_status wrt_db_exec(wrt_db *db, const char *sql, wrt_err *err);
wrt_status wrt_db_begin(wrt_db *db, wrt_err *err); /* BEGIN IMMEDIATE */
wrt_status wrt_db_commit(wrt_db *db, wrt_err *err);
void wrt_db_rollback(wrt_db *db); /* harmless when no transaction is open */
int64_t wrt_db_last_row_id(const wrt_db *db);

wrt_status wrt_db_prepare(wrt_stmt **out, wrt_db *db, const char *sql, wrt_err *err);
void wrt_stmt_free(wrt_stmt *stmt); /* accepts NULL */

/* Parameters count from 1. Text and blobs are copied. */
void wrt_stmt_bind_text(wrt_stmt *stmt, int index, wrt_str text);
void wrt_stmt_bind_c(wrt_stmt *stmt, int index, const char *text); /* NULL binds SQL NULL */
void wrt_stmt_bind_blob(wrt_stmt *stmt, int index, wrt_str bytes);
void wrt_stmt_bind_int(wrt_stmt *stmt, int index, int64_t value);
void wrt_stmt_bind_double(wrt_stmt *stmt, int index, double value);
void wrt_stmt_bind_null(wrt_stmt *stmt, int index);

/* One step: *row says whether a row is there. A failed bind shows here. A damaged file is
 * WRT_E_INPUT (the ledger turns it into WRT_E_INTEGRITY). */
wrt_status wrt_stmt_step(bool *row, wrt_stmt *stmt, wrt_err *err);
/* Steps a statement that returns no row, then resets it. */
wrt_status wrt_stmt_run(wrt_stmt *stmt, wrt_err *err);
void wrt_stmt_reset(wrt_stmt *stmt); /* also clears the bindings */

/* Columns count from 0; views are valid until the next step, reset or free. */
wrt_str wrt_stmt_text(wrt_stmt *stmt, int column); /* "" for NULL; ptr is NUL-terminated */
wrt_str wrt_stmt_blob(wrt_stmt *stmt, int column);
int64_t wrt_stmt_int(wrt_stmt *stmt, int column);
double wrt_stmt_double(wrt_stmt *stmt, int column);
bool wrt_stmt_is_null(wrt_stmt *stmt, int column);

#endif
