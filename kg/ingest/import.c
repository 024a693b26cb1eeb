/* import.c: a job of files into a graph file, resumable and exactly once.
 *
 * The work file carries the id of its job, a hash over the graph it started from, the options and
 * the files. Each file is one transaction that ends with its row in `file`; the derived tables and
 * the snapshot are the last one. What a file brought is kept in its row, so that the report of a
 * resumed job is that of an undisturbed one. The graph is left in SQLite's DELETE journal mode:
 * readers need no file beside it. */
#include "kg/ingest/import.h"

#include "base/arena.h"
#include "base/file.h"
#include "kg/ingest/ingest.h"
#include "kg/ingest/workfile.h"
#include "kg/names/names.h"
#include "kg/store/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_MAX_BYTES = 256, FILES_MAX = 10000, REPORT_MAX = 8 << 20 };

typedef struct {
    char sha256[WRT_SHA256_HEX + 1];
    uint64_t bytes;
    bool known;   /* before this run */
    bool repeats; /* an earlier file of the job */
} file_state;

typedef struct {
    const wrt_kg_import_job *job;
    const char *name; /* of the graph file */
    file_state *files;
    char id[WRT_SHA256_HEX + 1];
    wrt_kg_workfile work;
    wrt_kg_watch watch;
    wrt_db *db;
    wrt_kg_store *store;
    wrt_kg_ingest *ingest;
    size_t n_done; /* files of this job that the work file holds */
    size_t n_resumed;
    bool already;
    char snapshot[WRT_SHA256_HEX + 1];
    wrt_json *warnings, *reports; /* what each file brought */
} run;

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

static wrt_status check_job(const wrt_kg_import_job *job, wrt_err *err) {
    if (job->n_files == 0 || job->n_files > FILES_MAX)
        return wrt_fail(err, WRT_E_INPUT, "an import needs 1 to %d files", FILES_MAX);
    wrt_status status = check_label("source name", job->source, err);
    if (status == WRT_OK)
        status = check_label("source version", job->version, err);
    if (status == WRT_OK && job->license != NULL)
        status = check_label("license", job->license, err);
    return status;
}

static wrt_status hash_file(file_state *out, const char *path, wrt_err *err) {
    wrt_sha256 digest;
    struct stat info;
    if (stat(path, &info) != 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "no file %s to import", wrt_path_base(path));
    out->bytes = info.st_size > 0 ? (uint64_t)info.st_size : 0;
    wrt_status status = wrt_sha256_of_file(&digest, path, err);
    if (status == WRT_OK)
        wrt_sha256_hex(out->sha256, &digest);
    return status;
}

static bool is_repeat(const run *r, size_t i) {
    for (size_t k = 0; k < i; k++)
        if (strcmp(r->files[k].sha256, r->files[i].sha256) == 0 &&
            strcmp(r->job->files[k].role, r->job->files[i].role) == 0)
            return true;
    return false;
}

static wrt_status hash_files(run *r, wrt_err *err) {
    wrt_status status = WRT_OK;
    r->files = wrt_calloc(r->job->n_files, sizeof *r->files);
    wrt_kg_watch_phase(&r->watch, "hashing files");
    for (size_t i = 0; i < r->job->n_files && status == WRT_OK; i++) {
        status = wrt_kg_watch_look(&r->watch, i, r->job->n_files, err);
        if (status == WRT_OK)
            status = hash_file(&r->files[i], r->job->files[i].path, err);
        r->files[i].repeats = status == WRT_OK && is_repeat(r, i);
    }
    return status;
}

/* SHA-256 over the graph that the job starts from and all that decides what it does. */
static wrt_status identify(run *r, wrt_err *err) {
    wrt_sha256 digest;
    char base[WRT_SHA256_HEX + 1] = "";
    if (wrt_file_exists(r->work.graph)) {
        wrt_status status = wrt_sha256_of_file(&digest, r->work.graph, err);
        if (status != WRT_OK)
            return status;
        wrt_sha256_hex(base, &digest);
    }
    wrt_json *id = wrt_json_new_object(), *files = wrt_json_new_array();
    wrt_json_set_text(id, "base", base);
    wrt_json_set_text(id, "source", r->job->source);
    wrt_json_set_text(id, "version", r->job->version);
    wrt_json_set_text(id, "license", r->job->license);
    wrt_json_set_bool(id, "strict", r->job->is_strict);
    for (size_t i = 0; i < r->job->n_files; i++) {
        wrt_json_push_text(files, r->files[i].sha256);
        wrt_json_push_text(files, r->job->files[i].role);
    }
    wrt_json_set(id, "files", files);
    wrt_buf bytes = wrt_buf_make(REPORT_MAX);
    wrt_json_write_canonical(&bytes, id);
    digest = wrt_sha256_of(wrt_buf_str(&bytes));
    wrt_sha256_hex(r->id, &digest);
    wrt_buf_free(&bytes);
    wrt_json_free(id);
    return WRT_OK;
}

/* ---- what is there already */

static wrt_status file_is_known(bool *known, wrt_json **report, wrt_db *db, const char *sha256,
                                const char *role, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    *known = false;
    *report = NULL;
    wrt_status status =
        wrt_db_prepare(&stmt, db, "SELECT report FROM file WHERE sha256=?1 AND role=?2", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_c(stmt, 1, sha256);
        wrt_stmt_bind_c(stmt, 2, role);
        status = wrt_stmt_step(known, stmt, err);
    }
    if (status == WRT_OK && *known)
        (void)wrt_json_parse(report, wrt_stmt_text(stmt, 0), NULL);
    wrt_stmt_free(stmt);
    return status;
}

/* A file is held once, under the source that brought it first: said when this job names another. */
static wrt_status warn_of_source(run *r, size_t i, wrt_db *db, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, db,
                                       "SELECT source.id, source.version FROM file JOIN source"
                                       " ON source.n=file.source WHERE sha256=?1 AND role=?2"
                                       " AND (source.id<>?3 OR source.version<>?4)",
                                       err);
    if (status == WRT_OK) {
        wrt_stmt_bind_c(stmt, 1, r->files[i].sha256);
        wrt_stmt_bind_c(stmt, 2, r->job->files[i].role);
        wrt_stmt_bind_c(stmt, 3, r->job->source);
        wrt_stmt_bind_c(stmt, 4, r->job->version);
        status = wrt_stmt_step(&row, stmt, err);
    }
    if (status == WRT_OK && row && wrt_kg_is_clean(wrt_stmt_text(stmt, 0)) &&
        wrt_kg_is_clean(wrt_stmt_text(stmt, 1))) {
        wrt_buf text = wrt_buf_make(WRT_KIB(64));
        wrt_buf_printf(&text, "%s is held already as source \"%s\", version \"%s\", and stays so",
                       wrt_path_base(r->job->files[i].path), wrt_stmt_text(stmt, 0).ptr,
                       wrt_stmt_text(stmt, 1).ptr);
        wrt_json_push_text(r->warnings, wrt_buf_str(&text).ptr);
        wrt_buf_free(&text);
    }
    wrt_stmt_free(stmt);
    return status;
}

/* Marks the files that the graph holds; without a graph none. */
static wrt_status find_known(run *r, wrt_err *err) {
    wrt_db *db = NULL;
    size_t n = 0;
    if (!wrt_file_exists(r->work.graph))
        return WRT_OK;
    wrt_status status = wrt_db_open(&db, r->work.graph, WRT_DB_READ, err);
    if (status == WRT_OK)
        status = wrt_kg_schema_check(db, r->name, err);
    for (size_t i = 0; i < r->job->n_files && status == WRT_OK; i++) {
        wrt_json *report = NULL;
        status = file_is_known(&r->files[i].known, &report, db, r->files[i].sha256,
                               r->job->files[i].role, err);
        n += r->files[i].known || r->files[i].repeats;
        wrt_json_free(report);
        if (status == WRT_OK && r->files[i].known)
            status = warn_of_source(r, i, db, err);
    }
    r->already = status == WRT_OK && n == r->job->n_files;
    char *stored = NULL;
    if (r->already)
        status = wrt_kg_meta_get(&stored, db, "snapshot", err);
    if (stored != NULL)
        snprintf(r->snapshot, sizeof r->snapshot, "%s", stored);
    free(stored);
    wrt_db_close(db);
    return status;
}

/* ---- the work file */

/* Whether a work file that an earlier run left is of this job. */
static bool is_of_this_job(run *r) {
    char *id = NULL;
    wrt_db *db = NULL;
    bool same = wrt_db_open(&db, r->work.work, WRT_DB_WRITE, NULL) == WRT_OK &&
                wrt_kg_schema_check(db, r->name, NULL) == WRT_OK &&
                wrt_kg_meta_get(&id, db, "job", NULL) == WRT_OK && strcmp(id, r->id) == 0;
    free(id);
    wrt_db_close(db);
    return same;
}

static wrt_status configure(wrt_db *db, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, db, "PRAGMA journal_mode=DELETE", err);
    if (status == WRT_OK)
        status = wrt_stmt_step(&row, stmt, err);
    wrt_stmt_free(stmt);
    return status == WRT_OK ? wrt_db_exec(db, "PRAGMA cache_size=-65536;", err) : status;
}

static wrt_status start_work(run *r, wrt_err *err) {
    wrt_status status = wrt_kg_workfile_copy(&r->work, err);
    if (status == WRT_OK)
        status = wrt_db_open(&r->db, r->work.work, WRT_DB_CREATE | WRT_DB_ONE_THREAD, err);
    if (status == WRT_OK)
        status = configure(r->db, err);
    if (status == WRT_OK)
        status = wrt_db_begin(r->db, err);
    if (status == WRT_OK)
        status = wrt_kg_schema_ensure(r->db, r->name, err);
    if (status == WRT_OK)
        status = wrt_kg_meta_set(r->db, "job", r->id, err);
    return status == WRT_OK ? wrt_db_commit(r->db, err) : status;
}

static wrt_status open_work(run *r, wrt_err *err) {
    if (wrt_file_exists(r->work.work) && is_of_this_job(r)) {
        wrt_status status =
            wrt_db_open(&r->db, r->work.work, WRT_DB_WRITE | WRT_DB_ONE_THREAD, err);
        return status == WRT_OK ? configure(r->db, err) : status;
    }
    if (wrt_file_exists(r->work.work)) {
        wrt_json_push_text(r->warnings, "an interrupted import of other files was discarded");
        wrt_kg_workfile_discard(&r->work);
    }
    return start_work(r, err);
}

/* ---- files */

static wrt_json *counts_json(const wrt_kg_ingest_counts *c) {
    wrt_json *out = wrt_json_new_object();
    wrt_json_set_int(out, "nodes", c->nodes);
    wrt_json_set_int(out, "edges", c->edges);
    wrt_json_set_int(out, "merged", c->merged);
    wrt_json_set_int(out, "amended", c->amended);
    wrt_json_set_int(out, "equal", c->equal);
    wrt_json_set_int(out, "unknown_nodes", c->unknown_nodes);
    wrt_json_set_int(out, "renamed", c->renamed);
    wrt_json_set_int(out, "kind_conflicts", c->kind_conflicts);
    wrt_json_set_int(out, "skipped_total", c->n_skipped);
    wrt_json_set(out, "skipped", wrt_json_copy(c->skipped));
    wrt_json_set(out, "conflicts", wrt_json_copy(c->conflicts));
    return out;
}

/* The file's row comes first, because nodes refer to it; its report is filled in at the end. */
static wrt_status add_file(int64_t *n, run *r, size_t i, uint32_t source, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, r->db,
                                       "INSERT INTO file(n, sha256, role, name, source) VALUES("
                                       "(SELECT count(*) FROM file)+1, ?1, ?2, ?3, ?4) RETURNING n",
                                       err);
    if (status == WRT_OK) {
        wrt_stmt_bind_c(stmt, 1, r->files[i].sha256);
        wrt_stmt_bind_c(stmt, 2, r->job->files[i].role);
        wrt_stmt_bind_c(stmt, 3, wrt_path_base(r->job->files[i].path));
        wrt_stmt_bind_int(stmt, 4, source);
        status = wrt_stmt_step(&row, stmt, err);
        *n = row ? wrt_stmt_int(stmt, 0) : 0;
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status keep_report(run *r, int64_t file, const wrt_json *report, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_buf text = wrt_buf_make(REPORT_MAX);
    wrt_json_write(&text, report);
    wrt_status status = wrt_db_prepare(&stmt, r->db, "UPDATE file SET report=?2 WHERE n=?1", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_int(stmt, 1, file);
        wrt_stmt_bind_text(stmt, 2, text.overflow ? WRT_STR("{}") : wrt_buf_str(&text));
        status = wrt_stmt_run(stmt, err);
    }
    wrt_stmt_free(stmt);
    wrt_buf_free(&text);
    return status;
}

static wrt_status read_one(run *r, size_t i, wrt_err *err) {
    const wrt_kg_import_file *file = &r->job->files[i];
    wrt_input *input = NULL;
    wrt_kg_ingest_file begin = {
        .name = wrt_path_base(file->path),
        .source = r->job->source,
        .version = r->job->version,
        .license = r->job->license,
        .is_strict = r->job->is_strict,
        .watch = &r->watch,
        .bytes = r->files[i].bytes,
    };
    uint32_t source = 0;
    wrt_status status = wrt_input_open(&input, file->path, err);
    if (status == WRT_OK)
        status = wrt_kg_ingest_source(&source, r->store, wrt_str_of(begin.source),
                                      wrt_str_of(begin.version), NULL, err);
    if (status == WRT_OK)
        status = add_file(&begin.file, r, i, source, err);
    begin.input = input;
    if (status == WRT_OK)
        status = wrt_kg_ingest_begin(r->ingest, &begin, err);
    if (status == WRT_OK) {
        const wrt_kg_sink sink = wrt_kg_ingest_sink(r->ingest);
        status = file->read(&sink, input, file->ctx, err);
    }
    wrt_input_close(input);
    if (status != WRT_OK)
        return status;
    wrt_json *report = counts_json(wrt_kg_ingest_result(r->ingest));
    status = keep_report(r, begin.file, report, err);
    wrt_json_push(r->reports, report);
    return status;
}

static wrt_status import_one(run *r, size_t i, wrt_err *err) {
    wrt_json *report = NULL;
    bool done = false;
    char phase[96];
    if (r->files[i].known || r->files[i].repeats)
        return WRT_OK;
    wrt_status status =
        file_is_known(&done, &report, r->db, r->files[i].sha256, r->job->files[i].role, err);
    if (status == WRT_OK && done) {
        if (report != NULL)
            wrt_json_push(r->reports, report);
        r->n_resumed++;
        r->n_done++;
        return WRT_OK;
    }
    snprintf(phase, sizeof phase, "reading %.80s", wrt_path_base(r->job->files[i].path));
    wrt_kg_watch_phase(&r->watch, phase);
    if (status == WRT_OK)
        status = wrt_db_begin(r->db, err);
    if (status == WRT_OK && r->ingest == NULL)
        status = wrt_kg_ingest_new(&r->ingest, r->store, err);
    if (status == WRT_OK)
        status = read_one(r, i, err);
    if (status == WRT_OK)
        status = wrt_db_commit(r->db, err);
    wrt_db_rollback(r->db);
    r->n_done += status == WRT_OK;
    r->watch.state.phase = "";
    return status;
}

/* The last transaction: what is derived from all edges; the mark of the job goes. */
static wrt_status finish(run *r, wrt_err *err) {
    wrt_kg_ingest_free(r->ingest); /* its memory is needed for the edges */
    r->ingest = NULL;
    wrt_status status = wrt_db_begin(r->db, err);
    if (status == WRT_OK)
        status = wrt_kg_names_index(r->db, err);
    if (status == WRT_OK)
        status = wrt_kg_snapshot_write(r->snapshot, r->store, &r->watch, err);
    if (status == WRT_OK)
        status = wrt_db_exec(r->db, "DELETE FROM meta WHERE key='job';", err);
    if (status == WRT_OK)
        status = wrt_db_commit(r->db, err);
    wrt_db_rollback(r->db);
    return status;
}

static void close_work(run *r) {
    wrt_kg_ingest_free(r->ingest);
    wrt_kg_store_close(r->store);
    wrt_db_close(r->db);
    r->ingest = NULL;
    r->store = NULL;
    r->db = NULL;
}

static wrt_status work(run *r, wrt_err *err) {
    wrt_status status = open_work(r, err);
    if (status == WRT_OK)
        status = wrt_kg_store_open(&r->store, r->db, r->name, err);
    for (size_t i = 0; i < r->job->n_files && status == WRT_OK; i++)
        status = import_one(r, i, err);
    if (status == WRT_OK)
        status = finish(r, err);
    close_work(r);
    return status == WRT_OK ? wrt_kg_workfile_publish(&r->work, err) : status;
}

/* ---- report */

static void add_counts(wrt_json *report, const wrt_json *reports) {
    static const char *const names[] = {"nodes",   "edges",          "merged",
                                        "amended", "equal",          "unknown_nodes",
                                        "renamed", "kind_conflicts", "skipped_total"};
    static const char *const lists[] = {"skipped", "conflicts"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int64_t sum = 0;
        WRT_JSON_EACH(item, reports)
        sum += wrt_json_get_int(item, names[i], 0);
        wrt_json_set_int(report, names[i], sum);
    }
    for (size_t i = 0; i < 2; i++) {
        wrt_json *all = wrt_json_new_array();
        size_t n = 0;
        WRT_JSON_EACH(item, reports) {
            WRT_JSON_EACH(entry, wrt_json_get(item, lists[i])) {
                if (n++ < WRT_KG_LISTED)
                    wrt_json_push(all, wrt_json_copy(entry));
            }
        }
        wrt_json_set(report, lists[i], all);
    }
}

static wrt_json *make_report(run *r) {
    wrt_json *report = wrt_json_new_object(), *files = wrt_json_new_array();
    add_counts(report, r->reports);
    wrt_json_set_bool(report, "already", r->already);
    wrt_json_set_int(report, "resumed", (int64_t)r->n_resumed);
    for (size_t i = 0; i < r->job->n_files; i++) {
        wrt_json *file = wrt_json_new_object();
        wrt_json_set_text(file, "name", wrt_path_base(r->job->files[i].path));
        wrt_json_set_text(file, "role", r->job->files[i].role);
        wrt_json_set_text(file, "sha256", r->files[i].sha256);
        wrt_json_set_bool(file, "already", r->files[i].known || r->files[i].repeats);
        wrt_json_push(files, file);
    }
    wrt_json_set(report, "files", files);
    wrt_json_set(report, "warnings", wrt_json_copy(r->warnings));
    wrt_json_set_text(report, "snapshot", r->snapshot);
    return report;
}

/* ---- the job */

static wrt_status run_job(run *r, const char *db_path, wrt_err *err) {
    wrt_status status = hash_files(r, err);
    if (status == WRT_OK)
        status = wrt_kg_workfile_open(&r->work, db_path, err);
    if (status != WRT_OK)
        return status;
    status = find_known(r, err);
    if (status != WRT_OK || r->already)
        return status;
    status = identify(r, err);
    if (status == WRT_OK)
        status = work(r, err);
    /* What is worth going on from stays: whole files, after an interrupt or a full disk. */
    bool resumable = (status == WRT_E_INTERRUPTED || status == WRT_E_FAILED) && r->n_done > 0;
    if (status != WRT_OK && !resumable)
        wrt_kg_workfile_discard(&r->work);
    return status;
}

wrt_status wrt_kg_import(wrt_json **report, const char *db_path, const wrt_kg_import_job *job,
                         wrt_err *err) {
    *report = NULL;
    wrt_crypto_init();
    run r = {
        .job = job,
        .name = wrt_path_base(db_path),
        .watch = {.cancel = job->cancel, .progress = job->progress, .ctx = job->progress_ctx},
        .warnings = wrt_json_new_array(),
        .reports = wrt_json_new_array(),
    };
    wrt_status status = check_job(job, err);
    if (status == WRT_OK)
        status = run_job(&r, db_path, err);
    if (status == WRT_OK)
        *report = make_report(&r);
    wrt_kg_workfile_close(&r.work);
    wrt_json_free(r.warnings);
    wrt_json_free(r.reports);
    free(r.files);
    return status;
}
