/* ledger.c: the store of runs, opened and read.
 *
 * A run (id, start, signed head), its events (position, bytes, leaf hash), the heads that were
 * signed on the way (number of events, signed note), and for runs with sealed values what opens
 * their commitments, and while they are open the secret of the salts (seal.h). All else
 * that is shown of a run is derived from the bytes of its events, so that there is nothing to
 * falsify beside them. No table has a row id or a second index: each value is stored once. */
#include "ledger/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "ledger/internal.h"

static const char SCHEMA[] = "CREATE TABLE IF NOT EXISTS run("
                             "  id TEXT PRIMARY KEY NOT NULL,"
                             "  started INTEGER NOT NULL,"
                             "  checkpoint TEXT) STRICT, WITHOUT ROWID;"
                             "CREATE TABLE IF NOT EXISTS event("
                             "  run TEXT NOT NULL REFERENCES run(id),"
                             "  seq INTEGER NOT NULL,"
                             "  bytes BLOB NOT NULL,"
                             "  leaf BLOB NOT NULL,"
                             "  PRIMARY KEY(run, seq)) STRICT, WITHOUT ROWID;"
                             "CREATE TABLE IF NOT EXISTS head("
                             "  run TEXT NOT NULL REFERENCES run(id),"
                             "  size INTEGER NOT NULL,"
                             "  note TEXT NOT NULL,"
                             "  PRIMARY KEY(run, size)) STRICT, WITHOUT ROWID;"
                             "CREATE TABLE IF NOT EXISTS opening("
                             "  run TEXT NOT NULL REFERENCES run(id),"
                             "  seq INTEGER NOT NULL,"
                             "  pointer TEXT NOT NULL,"
                             "  salt BLOB NOT NULL,"
                             "  value BLOB NOT NULL,"
                             "  PRIMARY KEY(run, seq, pointer)) STRICT, WITHOUT ROWID;"
                             "CREATE TABLE IF NOT EXISTS seal("
                             "  run TEXT PRIMARY KEY NOT NULL REFERENCES run(id),"
                             "  secret BLOB NOT NULL) STRICT, WITHOUT ROWID;";

wrt_status wrt_ledger_stored(wrt_status status, wrt_err *err) {
    if (status != WRT_E_INPUT)
        return status;
    if (err != NULL)
        err->code = WRT_E_INTEGRITY;
    return WRT_E_INTEGRITY;
}

/* ---- opening */

/* A store on a medium that cannot be written is still readable when no log is waiting beside it. */
static wrt_status open_existing(wrt_db **out, const char *path, const char *log_path,
                                wrt_err *err) {
    wrt_status status = wrt_db_open(out, path, WRT_DB_WRITE | WRT_DB_WAL | WRT_DB_PATIENT, err);
    if (status == WRT_E_FAILED && !wrt_file_exists(log_path))
        status = wrt_db_open(out, path, WRT_DB_READ | WRT_DB_IMMUTABLE, err);
    return status;
}

static wrt_status check_tables(wrt_db *db, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_status status =
        wrt_db_prepare(&stmt, db,
                       "SELECT run.id, started, checkpoint, seq, bytes, leaf, size, note"
                       " FROM run JOIN event ON event.run = run.id"
                       " LEFT JOIN head ON head.run = run.id LIMIT 1",
                       err);
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status open_db(wrt_db **out, const char *dir, bool create, wrt_err *err) {
    char *path = wrt_path_join(dir, "runs.db");
    char *log_path = wrt_path_join(dir, "runs.db-wal");
    wrt_status status = WRT_OK;
    if (create) {
        status = wrt_dir_make(dir, 0700, err);
        if (status != WRT_OK)
            goto out;
        status = wrt_db_open(out, path, WRT_DB_CREATE | WRT_DB_WAL | WRT_DB_PATIENT, err);
        if (status == WRT_OK)
            status = wrt_db_exec(*out, SCHEMA, err);
    } else {
        status = open_existing(out, path, log_path, err);
    }
    if (status == WRT_OK)
        status = check_tables(*out, err);
    status = wrt_ledger_stored(status, err);
out:
    free(path);
    free(log_path);
    return status;
}

wrt_status wrt_ledger_open(wrt_ledger **out, const char *dir, bool create, wrt_err *err) {
    *out = NULL;
    wrt_crypto_init();
    wrt_ledger *ledger = wrt_calloc(1, sizeof *ledger);
    wrt_status status = open_db(&ledger->db, dir, create, err);
    ledger->blobs = wrt_path_join(dir, "blobs");
    ledger->keys = wrt_path_join(dir, "keys");
    ledger->locks = wrt_path_join(dir, "runs.lock");
    if (status == WRT_OK)
        *out = ledger;
    else
        wrt_ledger_close(ledger);
    return status;
}

void wrt_ledger_close(wrt_ledger *ledger) {
    if (ledger == NULL)
        return;
    wrt_db_close(ledger->db);
    free(ledger->blobs);
    free(ledger->keys);
    free(ledger->locks);
    free(ledger);
}

/* ---- blobs */

static wrt_json *blob_ref(const char *sha256_hex, size_t size) {
    wrt_json *ref = wrt_json_new_object();
    wrt_json_set_text(ref, "sha256", sha256_hex);
    wrt_json_set_int(ref, "size", (int64_t)size);
    return ref;
}

wrt_json *wrt_blob_ref_of(wrt_str bytes) {
    char hex[WRT_SHA256_HEX + 1];
    wrt_sha256 digest = wrt_sha256_of(bytes);
    wrt_sha256_hex(hex, &digest);
    return blob_ref(hex, bytes.len);
}

/* True when the blob is there and whole; a damaged one is written again. */
static bool is_stored(const char *path, const wrt_sha256 *digest) {
    wrt_sha256 found;
    return wrt_file_exists(path) && wrt_sha256_of_file(&found, path, NULL) == WRT_OK &&
           wrt_sha256_equal(&found, digest);
}

wrt_status wrt_ledger_put_blob(wrt_json **out, wrt_ledger *ledger, wrt_str bytes, wrt_err *err) {
    *out = NULL;
    if (bytes.len > WRT_BLOB_BYTES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "a blob of %zu bytes; at most %d are accepted", bytes.len,
                        WRT_BLOB_BYTES_MAX);
    char hex[WRT_SHA256_HEX + 1];
    char part[3] = {0};
    wrt_sha256 digest = wrt_sha256_of(bytes);
    wrt_sha256_hex(hex, &digest);
    memcpy(part, hex, 2);
    char *folder = wrt_path_join(ledger->blobs, part);
    char *path = wrt_blob_path(ledger->blobs, hex);
    wrt_status status = WRT_OK;
    if (!is_stored(path, &digest)) {
        status = wrt_dir_make(folder, 0700, err);
        if (status == WRT_OK)
            status = wrt_file_write(path, bytes, 0600, err);
    }
    if (status == WRT_OK)
        *out = blob_ref(hex, bytes.len);
    free(folder);
    free(path);
    return status;
}

wrt_status wrt_ledger_get_blob(wrt_buf *out, wrt_ledger *ledger, const char *sha256_hex,
                               wrt_err *err) {
    return wrt_blob_read(out, ledger->blobs, sha256_hex, err);
}

/* ---- one run */

static wrt_status load_events(wrt_chain *out, wrt_ledger *ledger, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(
        &stmt, ledger->db, "SELECT seq, bytes, leaf FROM event WHERE run = ? ORDER BY seq", err);
    if (status != WRT_OK)
        return status;
    wrt_stmt_bind_c(stmt, 1, out->run);
    while ((status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_str leaf = wrt_stmt_blob(stmt, 2);
        wrt_sha256 claimed;
        bool is_claimed = leaf.len == WRT_SHA256_SIZE;
        if (is_claimed)
            memcpy(claimed.bytes, leaf.ptr, WRT_SHA256_SIZE);
        status = wrt_chain_add(out, wrt_stmt_int(stmt, 0), wrt_stmt_blob(stmt, 1),
                               is_claimed ? &claimed : NULL, err);
        if (status != WRT_OK)
            break;
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status load_heads(wrt_chain *out, wrt_ledger *ledger, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(
        &stmt, ledger->db, "SELECT size, note FROM head WHERE run = ? ORDER BY size", err);
    if (status != WRT_OK)
        return status;
    wrt_stmt_bind_c(stmt, 1, out->run);
    while ((status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        status = wrt_chain_add_head(out, wrt_stmt_int(stmt, 0), wrt_stmt_text(stmt, 1), err);
        if (status != WRT_OK)
            break;
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status load_openings(wrt_chain *out, wrt_ledger *ledger, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, ledger->db,
                                       "SELECT seq, pointer, salt, value FROM opening WHERE run = ?"
                                       " ORDER BY seq, pointer",
                                       err);
    if (status != WRT_OK)
        return status;
    wrt_stmt_bind_c(stmt, 1, out->run);
    while ((status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_str salt = wrt_stmt_blob(stmt, 2), value = wrt_stmt_blob(stmt, 3);
        wrt_opening opening = {.seq = wrt_stmt_int(stmt, 0), .len = value.len};
        if (salt.len == WRT_SALT_SIZE) /* else the zeros do not fit the commitment */
            memcpy(opening.salt, salt.ptr, WRT_SALT_SIZE);
        opening.pointer = wrt_strdup(wrt_stmt_text(stmt, 1).ptr);
        opening.value = wrt_calloc(value.len + 1, 1);
        memcpy(opening.value, value.ptr, value.len);
        status = wrt_openings_add(&out->openings, &opening, err);
        free(opening.pointer);
        free(opening.value);
        if (status != WRT_OK)
            break;
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status load_run_row(wrt_chain *out, wrt_ledger *ledger, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status =
        wrt_db_prepare(&stmt, ledger->db, "SELECT started, checkpoint FROM run WHERE id = ?", err);
    if (status != WRT_OK)
        return status;
    wrt_stmt_bind_c(stmt, 1, out->run);
    status = wrt_stmt_step(&row, stmt, err);
    if (status == WRT_OK && row) {
        out->has_started = true;
        out->started = wrt_stmt_int(stmt, 0);
        wrt_str note = wrt_stmt_text(stmt, 1);
        if (!wrt_stmt_is_null(stmt, 1)) {
            out->checkpoint = wrt_calloc(note.len + 1, 1);
            memcpy(out->checkpoint, note.ptr, note.len);
        }
    } else if (status == WRT_OK && out->n > 0) {
        status = wrt_fail(err, WRT_E_INTEGRITY, "run %s: its row is missing, its events are there",
                          out->run);
    } else if (status == WRT_OK) {
        status = wrt_fail(err, WRT_E_NOT_FOUND, "no run %s", out->run);
    }
    wrt_stmt_free(stmt);
    return status;
}

wrt_status wrt_ledger_load_chain(wrt_chain *out, wrt_ledger *ledger, const char *run,
                                 wrt_err *err) {
    if (strlen(run) >= sizeof out->run)
        return wrt_fail(err, WRT_E_NOT_FOUND, "no run has an id longer than %d bytes",
                        WRT_RUN_ID_MAX - 1);
    snprintf(out->run, sizeof out->run, "%s", run);
    out->blobs = wrt_strdup(ledger->blobs);
    wrt_status status = wrt_db_exec(ledger->db, "BEGIN", err);
    if (status == WRT_OK)
        status = load_events(out, ledger, err);
    if (status == WRT_OK)
        status = load_heads(out, ledger, err);
    if (status == WRT_OK)
        status = load_openings(out, ledger, err);
    if (status == WRT_OK)
        status = load_run_row(out, ledger, err);
    wrt_db_rollback(ledger->db);
    return wrt_ledger_stored(status, err);
}

/* Loads a run and checks its events. */
static wrt_status load_checked(wrt_chain *out, wrt_ledger *ledger, const char *run, wrt_err *err) {
    wrt_audit_finding finding = {0};
    wrt_status status = wrt_ledger_load_chain(out, ledger, run, err);
    if (status == WRT_OK &&
        (!wrt_chain_check_events(&finding, out) || !wrt_chain_check_openings(&finding, out)))
        status = wrt_fail(err, WRT_E_INTEGRITY, "run %s: %s", run, finding.detail);
    return status;
}

wrt_status wrt_ledger_events(wrt_json **out, wrt_ledger *ledger, const char *run, wrt_err *err) {
    wrt_chain chain = {0};
    *out = NULL;
    wrt_status status = load_checked(&chain, ledger, run, err);
    if (status == WRT_OK)
        *out = wrt_chain_take_events(&chain);
    wrt_chain_clear(&chain);
    return status;
}

wrt_status wrt_ledger_content_hash(char out[WRT_SHA256_HEX + 1], wrt_ledger *ledger,
                                   const char *run, wrt_err *err) {
    wrt_chain chain = {0};
    out[0] = '\0';
    wrt_status status = load_checked(&chain, ledger, run, err);
    wrt_sha256 content;
    if (status == WRT_OK && wrt_chain_content(&content, &chain))
        wrt_sha256_hex(out, &content);
    else if (status == WRT_OK)
        status = wrt_fail(err, WRT_E_INPUT, "run %s: values were taken away: no content hash", run);
    wrt_chain_clear(&chain);
    return status;
}
