/* store.c: the tables, opening, and reading back what is held. */
#include "pubmed/store.h"

#include "base/file.h"
#include "pubmed/pack.h"
#include "pubmed/store_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { APPLICATION_ID = 0x5752504d, SCHEMA_VERSION = 1 }; /* "WRPM" */

/* `word` is contentless: it indexes folded words, so the stored text could not stand in for its
 * content. Its ranking weighs title 4, abstract 1, subjects 2, codes 0. */
static const char schema[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE file(n INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL,"
    " year INTEGER NOT NULL, number INTEGER NOT NULL, md5 TEXT, sha256 TEXT NOT NULL,"
    " articles INTEGER NOT NULL DEFAULT 0, stored INTEGER NOT NULL DEFAULT 0,"
    " filtered INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0,"
    " finished TEXT NOT NULL DEFAULT '');"
    "CREATE UNIQUE INDEX file_hash ON file(sha256);"
    "CREATE TABLE article(pmid INTEGER PRIMARY KEY, version INTEGER NOT NULL,"
    " year INTEGER NOT NULL, flags INTEGER NOT NULL, own INTEGER NOT NULL,"
    " status INTEGER NOT NULL, file INTEGER NOT NULL, body BLOB NOT NULL);"
    "CREATE TABLE mark(target INTEGER NOT NULL, source INTEGER NOT NULL, status INTEGER NOT NULL,"
    " file INTEGER NOT NULL, PRIMARY KEY(target, source, status)) WITHOUT ROWID;"
    "CREATE INDEX mark_source ON mark(source);"
    "CREATE TABLE deleted(pmid INTEGER PRIMARY KEY, file INTEGER NOT NULL);"
    "CREATE TABLE change(n INTEGER PRIMARY KEY, pmid INTEGER NOT NULL, before INTEGER NOT NULL,"
    " after INTEGER NOT NULL, file INTEGER NOT NULL);"
    "CREATE INDEX change_pmid ON change(pmid);"
    "CREATE TABLE term(term TEXT PRIMARY KEY, articles INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE subject(ui TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX subject_name ON subject(name COLLATE NOCASE);"
    "CREATE VIRTUAL TABLE word USING fts5(title, abstract, subjects, codes, content='',"
    " tokenize='ascii', detail=full);"
    "INSERT INTO word(word, rank) VALUES('rank', 'bm25(4.0, 1.0, 2.0, 0.0)');"
    "INSERT INTO word(word, rank) VALUES('hashsize', 4194304);";

/* ---- small queries */

wrt_status wrt_pubmed_prepare(wrt_stmt **out, wrt_pubmed_store *store, const char *sql,
                              wrt_err *err) {
    return *out != NULL ? WRT_OK : wrt_db_prepare(out, store->db, sql, err);
}

wrt_status wrt_pubmed_query_int(int64_t *out, wrt_pubmed_store *store, const char *sql,
                                wrt_err *err) {
    *out = 0;
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, store->db, sql, err);
    if (status == WRT_OK)
        status = wrt_stmt_step(&row, stmt, err);
    if (status == WRT_OK && row)
        *out = wrt_stmt_int(stmt, 0);
    wrt_stmt_free(stmt);
    return status;
}

wrt_status wrt_pubmed_meta_get(char **out, wrt_pubmed_store *store, const char *key, wrt_err *err) {
    *out = NULL;
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status =
        wrt_db_prepare(&stmt, store->db, "SELECT value FROM meta WHERE key=?1", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_c(stmt, 1, key);
        status = wrt_stmt_step(&row, stmt, err);
    }
    if (status == WRT_OK)
        *out = wrt_strdup(row ? wrt_stmt_text(stmt, 0).ptr : "");
    wrt_stmt_free(stmt);
    return status;
}

wrt_status wrt_pubmed_meta_set(wrt_pubmed_store *store, const char *key, const char *value,
                               wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_status status = wrt_db_prepare(
        &stmt, store->db, "INSERT OR REPLACE INTO meta(key, value) VALUES(?1, ?2)", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_c(stmt, 1, key);
        wrt_stmt_bind_c(stmt, 2, value);
        status = wrt_stmt_run(stmt, err);
    }
    wrt_stmt_free(stmt);
    return status;
}

wrt_status wrt_pubmed_meta_int(int64_t *out, wrt_pubmed_store *store, const char *key,
                               wrt_err *err) {
    char *text = NULL;
    *out = 0;
    wrt_status status = wrt_pubmed_meta_get(&text, store, key, err);
    if (status == WRT_OK && *text != '\0' && !wrt_str_to_int64(out, wrt_str_of(text)))
        status =
            wrt_fail(err, WRT_E_INPUT, "%s is damaged: its %s is not a number", store->name, key);
    free(text);
    return status;
}

/* ---- opening */

static wrt_status check_format(wrt_pubmed_store *store, wrt_err *err) {
    int64_t id = 0, version = 0;
    wrt_status status = wrt_pubmed_query_int(&id, store, "PRAGMA application_id", err);
    if (status == WRT_OK)
        status = wrt_pubmed_query_int(&version, store, "PRAGMA user_version", err);
    if (status != WRT_OK)
        return status;
    if (id != APPLICATION_ID)
        return wrt_fail(err, WRT_E_INPUT, "%s is not a PubMed store", store->name);
    if (version != SCHEMA_VERSION)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "%s has store format %lld; this program reads format %d: import anew",
                        store->name, (long long)version, SCHEMA_VERSION);
    return WRT_OK;
}

static wrt_status make_tables(wrt_pubmed_store *store, wrt_err *err) {
    char pragma[96];
    snprintf(pragma, sizeof pragma, "PRAGMA application_id=%d; PRAGMA user_version=%d;",
             APPLICATION_ID, SCHEMA_VERSION);
    wrt_status status = wrt_db_begin(store->db, err);
    if (status == WRT_OK)
        status = wrt_db_exec(store->db, schema, err);
    if (status == WRT_OK)
        status = wrt_db_exec(store->db, pragma, err);
    if (status == WRT_OK)
        status = wrt_db_commit(store->db, err);
    if (status != WRT_OK)
        wrt_db_rollback(store->db);
    return status;
}

static wrt_status prepare_file(wrt_pubmed_store *store, wrt_pubmed_store_mode mode, wrt_err *err) {
    int64_t tables = 0, id = 0;
    if (mode != WRT_PUBMED_STORE_WRITE)
        return check_format(store, err);
    wrt_status status = wrt_db_exec(store->db,
                                    "PRAGMA page_size=16384; PRAGMA cache_size=-32768; PRAGMA "
                                    "temp_store=MEMORY; PRAGMA foreign_keys=OFF;",
                                    err);
    if (status == WRT_OK)
        status = wrt_pubmed_query_int(&id, store, "PRAGMA application_id", err);
    if (status == WRT_OK)
        status = wrt_pubmed_query_int(&tables, store, "SELECT count(*) FROM sqlite_schema", err);
    if (status == WRT_OK && id == 0 && tables == 0)
        status = make_tables(store, err);
    return status == WRT_OK ? check_format(store, err) : status;
}

/* A journal that an interrupted import left is rolled back before reading; where that cannot be
 * done (an import is running, the folder cannot be written) the reader's own locks decide. */
static void recover(const char *path) {
    wrt_buf journal = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(&journal, "%s-journal", path);
    wrt_db *db = NULL;
    if (!journal.overflow && wrt_file_exists(journal.ptr) &&
        wrt_db_open(&db, path, WRT_DB_WRITE, NULL) == WRT_OK && wrt_db_begin(db, NULL) == WRT_OK)
        wrt_db_rollback(db);
    wrt_db_close(db);
    wrt_buf_free(&journal);
}

wrt_status wrt_pubmed_store_open(wrt_pubmed_store **out, const char *path,
                                 wrt_pubmed_store_mode mode, wrt_err *err) {
    static const unsigned flags[] = {WRT_DB_READ | WRT_DB_ONE_THREAD,
                                     WRT_DB_CREATE | WRT_DB_ONE_THREAD,
                                     WRT_DB_READ | WRT_DB_IMMUTABLE | WRT_DB_ONE_THREAD};
    *out = NULL;
    wrt_crypto_init();
    if (mode != WRT_PUBMED_STORE_WRITE && !wrt_file_exists(path))
        return wrt_fail(err, WRT_E_NOT_FOUND,
                        "no local PubMed here: load one with `warrant pubmed import FILE...`");
    if (mode == WRT_PUBMED_STORE_READ)
        recover(path);
    wrt_pubmed_store *store = wrt_calloc(1, sizeof *store);
    store->name = wrt_strdup(wrt_path_base(path));
    wrt_status status = wrt_db_open(&store->db, path, flags[mode], err);
    if (status == WRT_OK)
        status = prepare_file(store, mode, err);
    if (status != WRT_OK) {
        wrt_pubmed_store_close(store);
        return status;
    }
    *out = store;
    return WRT_OK;
}

void wrt_pubmed_store_close(wrt_pubmed_store *store) {
    if (store == NULL)
        return;
    wrt_stmt_free(store->get);
    wrt_stmt_free(store->stand_record);
    wrt_stmt_free(store->stand_mark);
    wrt_stmt_free(store->stand_deleted);
    wrt_db_close(store->db);
    free(store->name);
    free(store);
}

/* ---- one article */

typedef struct {
    const char *ui;
    unsigned flags;
} design;

static const design DESIGNS[] = {
    {"D016449", WRT_PUBMED_RCT | WRT_PUBMED_TRIAL}, /* Randomized Controlled Trial */
    {"D017418", WRT_PUBMED_META_ANALYSIS},
    {"D000078182", WRT_PUBMED_SYSTEMATIC_REVIEW},
    {"D064888", WRT_PUBMED_OBSERVATIONAL},
    {"D016430", WRT_PUBMED_TRIAL}, /* Clinical Trial */
    {"D017426", WRT_PUBMED_TRIAL}, /* phases I to IV */
    {"D017427", WRT_PUBMED_TRIAL},
    {"D017428", WRT_PUBMED_TRIAL},
    {"D017429", WRT_PUBMED_TRIAL},
    {"D018848", WRT_PUBMED_TRIAL}, /* Controlled Clinical Trial */
    {"D016454", WRT_PUBMED_REVIEW},
    {"D002363", WRT_PUBMED_CASE_REPORT},
};

unsigned wrt_pubmed_flags_of(const wrt_pubmed_article *article) {
    unsigned flags = 0;
    for (size_t i = 0; i < article->n_types; i++)
        for (size_t k = 0; k < sizeof DESIGNS / sizeof *DESIGNS; k++)
            if (wrt_str_equal_c(article->types[i].ui, DESIGNS[k].ui))
                flags |= DESIGNS[k].flags;
    for (size_t i = 0; i < article->n_mesh; i++)
        if (wrt_str_equal_c(article->mesh[i].descriptor.ui, "D006801"))
            flags |= WRT_PUBMED_HUMAN;
    for (size_t i = 0; i < article->n_abstract; i++)
        if (article->abstract[i].text.len > 0)
            flags |= WRT_PUBMED_HAS_ABSTRACT;
    return flags;
}

static wrt_status status_of_row(wrt_pubmed_status *out, const wrt_pubmed_store *store,
                                int64_t value, wrt_err *err) {
    if (value < WRT_PUBMED_UNKNOWN || value > WRT_PUBMED_DELETED)
        return wrt_fail(err, WRT_E_INPUT, "%s is damaged: a status is out of range", store->name);
    *out = (wrt_pubmed_status)value;
    return WRT_OK;
}

wrt_status wrt_pubmed_store_get(bool *found, wrt_pubmed_article *out, wrt_pubmed_store *store,
                                wrt_arena *arena, int64_t pmid, wrt_err *err) {
    *found = false;
    *out = (wrt_pubmed_article){0};
    wrt_status status = wrt_pubmed_prepare(&store->get, store,
                                           "SELECT status, body FROM article WHERE pmid=?1", err);
    if (status != WRT_OK)
        return status;
    wrt_pubmed_status effective = WRT_PUBMED_UNKNOWN;
    wrt_stmt_bind_int(store->get, 1, pmid);
    status = wrt_stmt_step(found, store->get, err);
    if (status == WRT_OK && *found) {
        wrt_str body = wrt_stmt_blob(store->get, 1);
        wrt_str copy = {wrt_arena_strdup(arena, body.ptr, body.len), body.len};
        status = status_of_row(&effective, store, wrt_stmt_int(store->get, 0), err);
        if (status == WRT_OK)
            status = wrt_pubmed_unpack(out, arena, copy, err);
        out->status = effective;
    }
    wrt_stmt_reset(store->get);
    return status;
}

/* ---- the whole store */

static wrt_status add_count(wrt_json *info, const char *name, wrt_pubmed_store *store,
                            const char *sql, wrt_err *err) {
    int64_t n = 0;
    wrt_status status = wrt_pubmed_query_int(&n, store, sql, err);
    wrt_json_set_int(info, name, n);
    return status;
}

static wrt_json *text_or_null(wrt_str text) {
    return text.len > 0 && wrt_utf8_valid(text) && memchr(text.ptr, '\0', text.len) == NULL
               ? wrt_json_new_text(text)
               : wrt_json_new_null();
}

static wrt_status add_newest(wrt_json *info, wrt_pubmed_store *store, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(
        &stmt, store->db, "SELECT name, finished FROM file WHERE kind='file' ORDER BY n DESC", err);
    if (status == WRT_OK)
        status = wrt_stmt_step(&row, stmt, err);
    const wrt_str none = {"", 0};
    wrt_json_set(info, "newest_file", text_or_null(row ? wrt_stmt_text(stmt, 0) : none));
    wrt_json_set(info, "newest_finished", text_or_null(row ? wrt_stmt_text(stmt, 1) : none));
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status add_meta(wrt_json *info, wrt_pubmed_store *store, wrt_err *err) {
    char *revised = NULL, *filters = NULL;
    wrt_json *parsed = NULL;
    wrt_status status = wrt_pubmed_meta_get(&revised, store, "newest_revised", err);
    if (status == WRT_OK)
        status = wrt_pubmed_meta_get(&filters, store, "filters", err);
    if (status == WRT_OK && *filters != '\0')
        status = wrt_json_parse(&parsed, wrt_str_of(filters), err);
    if (status == WRT_OK) {
        wrt_json_set(info, "newest_revised", text_or_null(wrt_str_of(revised)));
        wrt_json_set(info, "filters", parsed != NULL ? parsed : wrt_json_new_null());
    }
    free(revised);
    free(filters);
    return status;
}

wrt_status wrt_pubmed_store_info(wrt_json **out, wrt_pubmed_store *store, wrt_err *err) {
    char id[WRT_SHA256_HEX + 1];
    wrt_json *info = wrt_json_new_object();
    wrt_status status = add_count(info, "articles", store, "SELECT count(*) FROM article", err);
    if (status == WRT_OK)
        status = add_count(info, "deleted", store, "SELECT count(*) FROM deleted", err);
    if (status == WRT_OK)
        status = add_count(info, "files", store, "SELECT count(*) FROM file", err);
    if (status == WRT_OK)
        status = add_newest(info, store, err);
    if (status == WRT_OK)
        status = add_meta(info, store, err);
    if (status == WRT_OK)
        status = wrt_pubmed_store_id(id, store, err);
    if (status == WRT_OK)
        wrt_json_set_text(info, "id", id);
    *out = status == WRT_OK ? info : NULL;
    if (status != WRT_OK)
        wrt_json_free(info);
    return status;
}

/* Folds the rows of a query into *sum: SHA-256(sum || "column\n"...) row by row. */
static wrt_status hash_rows(wrt_sha256 *sum, wrt_pubmed_store *store, const char *sql, int columns,
                            wrt_err *err) {
    enum { COLUMNS_MAX = 8 };
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, store->db, sql, err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_str parts[1 + 2 * COLUMNS_MAX];
        char lengths[COLUMNS_MAX][24];
        size_t n = 0;
        parts[n++] = (wrt_str){(const char *)sum->bytes, sizeof sum->bytes};
        for (int i = 0; i < columns; i++) {
            wrt_str value = wrt_stmt_blob(stmt, i);
            int len = snprintf(lengths[i], sizeof lengths[i], "%zu:", value.len);
            parts[n++] = (wrt_str){lengths[i], (size_t)len};
            parts[n++] = value;
        }
        *sum = wrt_sha256_of_parts(parts, n);
    }
    wrt_stmt_free(stmt);
    return status;
}

wrt_status wrt_pubmed_store_id(char out[WRT_SHA256_HEX + 1], wrt_pubmed_store *store,
                               wrt_err *err) {
    wrt_sha256 sum = wrt_sha256_of(WRT_STR("warrant pubmed store"));
    wrt_status status = hash_rows(&sum, store, "SELECT name, sha256 FROM file ORDER BY n", 2, err);
    if (status == WRT_OK)
        status = hash_rows(&sum, store, "SELECT value FROM meta WHERE key='filters'", 1, err);
    wrt_sha256_hex(out, &sum);
    return status;
}

wrt_status wrt_pubmed_store_content_hash(char out[WRT_SHA256_HEX + 1], wrt_pubmed_store *store,
                                         wrt_err *err) {
    wrt_sha256 sum = wrt_sha256_of(WRT_STR("warrant pubmed content"));
    wrt_status status = hash_rows(
        &sum, store, "SELECT pmid, version, own, status, body FROM article ORDER BY pmid", 5, err);
    if (status == WRT_OK)
        status = hash_rows(&sum, store, "SELECT target, source, status FROM mark ORDER BY 1, 2, 3",
                           3, err);
    if (status == WRT_OK)
        status = hash_rows(&sum, store, "SELECT pmid FROM deleted ORDER BY pmid", 1, err);
    wrt_sha256_hex(out, &sum);
    return status;
}
