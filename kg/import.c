/* import.c: one pair of KGX files into a graph file, all or nothing.
 *
 * Everything happens in one transaction: tables (when the file is new), rows, file hashes,
 * snapshot. Files are known by their SHA-256, so that the same content is taken once whatever it is
 * called. The file is left in SQLite's DELETE journal mode: readers need no file beside it. */
#include "kg/import.h"

#include "base/file.h"
#include "kg/ingest.h"
#include "kg/names.h"
#include "kg/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 256 };

typedef struct {
    const wrt_kg_import_options *options;
    char nodes_sha256[WRT_SHA256_HEX + 1], edges_sha256[WRT_SHA256_HEX + 1]; /* "" when not given */
    wrt_db *db;
    wrt_kg_store *store;
    wrt_kg_ingest *ingest;
    int64_t source;
    char snapshot[WRT_SHA256_HEX + 1];
    bool already;
} job;

/* ---- arguments */

static wrt_status check_label(const char *what, const char *text, wrt_err *err) {
    size_t len = text == NULL ? 0 : strlen(text);
    if (len == 0)
        return wrt_fail(err, WRT_E_INPUT, "an import needs a %s", what);
    if (len > NAME_MAX_BYTES || !wrt_utf8_valid((wrt_str){text, len}))
        return wrt_fail(err, WRT_E_INPUT, "the %s must be UTF-8 of at most %d bytes", what,
                        NAME_MAX_BYTES);
    return WRT_OK;
}

static wrt_status check_options(const wrt_kg_import_options *options, wrt_err *err) {
    if (options->nodes_path == NULL && options->edges_path == NULL)
        return wrt_fail(err, WRT_E_INPUT, "an import needs a nodes file, an edges file or both");
    wrt_status status = check_label("source name", options->source, err);
    if (status == WRT_OK)
        status = check_label("source version", options->version, err);
    if (status == WRT_OK && options->license != NULL)
        status = check_label("license", options->license, err);
    return status;
}

static wrt_status hash_file(char hex[WRT_SHA256_HEX + 1], const char *path, wrt_err *err) {
    wrt_sha256 digest;
    hex[0] = '\0';
    if (path == NULL)
        return WRT_OK;
    if (!wrt_file_exists(path))
        return wrt_fail(err, WRT_E_NOT_FOUND, "no file %s to import", wrt_path_base(path));
    wrt_status status = wrt_sha256_of_file(&digest, path, err);
    if (status == WRT_OK)
        wrt_sha256_hex(hex, &digest);
    return status;
}

/* ---- what is there already */

static wrt_status file_is_known(bool *known, wrt_db *db, const char *sha256, const char *role,
                                wrt_err *err) {
    wrt_stmt *stmt = NULL;
    *known = true;
    if (sha256[0] == '\0')
        return WRT_OK;
    wrt_status status =
        wrt_db_prepare(&stmt, db, "SELECT 1 FROM file WHERE sha256=?1 AND role=?2", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_c(stmt, 1, sha256);
        wrt_stmt_bind_c(stmt, 2, role);
        status = wrt_stmt_step(known, stmt, err);
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status check_known(job *j, wrt_err *err) {
    bool nodes = false, edges = false;
    wrt_status status = file_is_known(&nodes, j->db, j->nodes_sha256, "nodes", err);
    if (status == WRT_OK)
        status = file_is_known(&edges, j->db, j->edges_sha256, "edges", err);
    j->already = status == WRT_OK && nodes && edges;
    if (!j->already)
        return status;
    char *stored = NULL;
    status = wrt_kg_meta_get(&stored, j->db, "snapshot", err);
    if (status == WRT_OK)
        snprintf(j->snapshot, sizeof j->snapshot, "%s", stored);
    free(stored);
    return status;
}

static wrt_status add_source(job *j, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(
        &stmt, j->db,
        "INSERT INTO source(id, version, stated_license) VALUES(?1, ?2, ?3) ON CONFLICT(id, "
        "version)"
        " DO UPDATE SET stated_license=coalesce(excluded.stated_license, stated_license)"
        " RETURNING n",
        err);
    if (status == WRT_OK) {
        wrt_stmt_bind_c(stmt, 1, j->options->source);
        wrt_stmt_bind_c(stmt, 2, j->options->version);
        wrt_stmt_bind_c(stmt, 3, j->options->license);
        status = wrt_stmt_step(&row, stmt, err);
        j->source = row ? wrt_stmt_int(stmt, 0) : 0;
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status add_file(job *j, const char *path, const char *sha256, const char *role,
                           wrt_err *err) {
    wrt_stmt *stmt = NULL;
    if (path == NULL)
        return WRT_OK;
    wrt_status status = wrt_db_prepare(
        &stmt, j->db,
        "INSERT OR IGNORE INTO file(sha256, role, name, source) VALUES(?1, ?2, ?3, ?4)", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_c(stmt, 1, sha256);
        wrt_stmt_bind_c(stmt, 2, role);
        wrt_stmt_bind_c(stmt, 3, wrt_path_base(path));
        wrt_stmt_bind_int(stmt, 4, j->source);
        status = wrt_stmt_run(stmt, err);
    }
    wrt_stmt_free(stmt);
    return status;
}

/* ---- the work */

static wrt_status read_files(job *j, wrt_err *err) {
    wrt_status status = WRT_OK;
    wrt_kgx *file = NULL;
    if (j->options->nodes_path != NULL) {
        status = wrt_kgx_open(&file, j->options->nodes_path, err);
        if (status == WRT_OK)
            status = wrt_kg_ingest_nodes(j->ingest, file, err);
        wrt_kgx_close(file);
        file = NULL;
    }
    if (status == WRT_OK && j->options->edges_path != NULL) {
        status = wrt_kgx_open(&file, j->options->edges_path, err);
        if (status == WRT_OK)
            status = wrt_kg_ingest_edges(j->ingest, file, err);
        wrt_kgx_close(file);
    }
    return status;
}

static wrt_status import_in_transaction(job *j, const char *name, wrt_err *err) {
    wrt_status status = wrt_kg_schema_ensure(j->db, name, err);
    if (status == WRT_OK)
        status = check_known(j, err);
    if (status != WRT_OK || j->already)
        return status;
    if ((status = wrt_kg_store_open(&j->store, j->db, name, err)) != WRT_OK ||
        (status = add_source(j, err)) != WRT_OK)
        return status;
    status = wrt_kg_ingest_new(&j->ingest, j->store, j->source, j->options->source,
                               j->options->license, err);
    if (status == WRT_OK)
        status = read_files(j, err);
    if (status == WRT_OK)
        status = add_file(j, j->options->nodes_path, j->nodes_sha256, "nodes", err);
    if (status == WRT_OK)
        status = add_file(j, j->options->edges_path, j->edges_sha256, "edges", err);
    if (status == WRT_OK)
        status = wrt_kg_names_index(j->db, err);
    if (status == WRT_OK)
        status = wrt_kg_snapshot_write(j->snapshot, j->store, err);
    return status;
}

static wrt_json *make_report(job *j) {
    const wrt_kg_ingest_counts none = {.nodes = 0};
    const wrt_kg_ingest_counts *counts =
        j->ingest != NULL ? wrt_kg_ingest_result(j->ingest) : &none;
    wrt_json *report = wrt_json_new_object();
    wrt_json_set_int(report, "nodes", counts->nodes);
    wrt_json_set_int(report, "edges", counts->edges);
    wrt_json_set_bool(report, "already", j->already);
    wrt_json_set_int(report, "unknown_nodes", counts->unknown_nodes);
    wrt_json_set_int(report, "renamed", counts->renamed);
    wrt_json_set(report, "skipped",
                 counts->skipped != NULL ? wrt_json_copy(counts->skipped) : wrt_json_new_array());
    wrt_json_set_int(report, "skipped_total", counts->n_skipped);
    wrt_json_set_text(report, "snapshot", j->snapshot);
    return report;
}

/* A graph that another program put into WAL mode comes back to DELETE: a reader in a sandbox may
 * not be able to make the files that WAL needs. */
static wrt_status leave_wal(wrt_db *db, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, db, "PRAGMA journal_mode=DELETE", err);
    if (status == WRT_OK)
        status = wrt_stmt_step(&row, stmt, err);
    wrt_stmt_free(stmt);
    return status == WRT_OK ? wrt_db_exec(db, "PRAGMA cache_size=-196608;", err) : status;
}

static wrt_status run_import(job *j, const char *name, wrt_err *err) {
    wrt_status status = leave_wal(j->db, err);
    if (status == WRT_OK)
        status = wrt_db_begin(j->db, err);
    if (status != WRT_OK)
        return status;
    status = import_in_transaction(j, name, err);
    if (status == WRT_OK && !j->already)
        return wrt_db_commit(j->db, err);
    return status;
}

wrt_status wrt_kg_import_kgx(wrt_json **report, const char *db_path,
                             const wrt_kg_import_options *options, wrt_err *err) {
    *report = NULL;
    wrt_crypto_init();
    job j = {.options = options};
    wrt_status status = check_options(options, err);
    if (status == WRT_OK)
        status = hash_file(j.nodes_sha256, options->nodes_path, err);
    if (status == WRT_OK)
        status = hash_file(j.edges_sha256, options->edges_path, err);
    if (status != WRT_OK)
        return status;
    bool existed = wrt_file_exists(db_path);
    status = wrt_db_open(&j.db, db_path, WRT_DB_CREATE, err);
    if (status != WRT_OK)
        return status;
    status = run_import(&j, wrt_path_base(db_path), err);
    if (status == WRT_OK)
        *report = make_report(&j);
    wrt_kg_ingest_free(j.ingest);
    wrt_kg_store_close(j.store);
    wrt_db_rollback(j.db);
    wrt_db_close(j.db);
    if (status != WRT_OK && !existed)
        remove(db_path);
    return status;
}
