/* cache.c: one table of answers by the hash of their request.
 *
 * Invariant: the sum of `size` over the rows is at most max_bytes after each put. */
#include "pubmed/live/cache.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/db.h"
#include "base/hash.h"

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS answer(key BLOB PRIMARY KEY, url TEXT NOT NULL, form TEXT,"
    " at_ms INTEGER NOT NULL, used_ms INTEGER NOT NULL, size INTEGER NOT NULL,"
    " type TEXT NOT NULL, body BLOB NOT NULL);"
    "CREATE INDEX IF NOT EXISTS answer_used ON answer(used_ms);";

struct wrt_live_cache {
    wrt_db *db;
    wrt_stmt *get, *touch, *put, *sum, *drop;
    int64_t max_bytes;
};

/* ---- opening */

static wrt_status prepare_all(wrt_live_cache *cache, wrt_err *err) {
    const struct {
        wrt_stmt **stmt;
        const char *sql;
    } rows[] = {
        {&cache->get, "SELECT at_ms, type, body FROM answer WHERE key=?1"},
        {&cache->touch, "UPDATE answer SET used_ms=?2 WHERE key=?1"},
        {&cache->put, "INSERT OR REPLACE INTO answer(key, url, form, at_ms, used_ms, size, type,"
                      " body) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"},
        {&cache->sum, "SELECT COALESCE(SUM(size), 0) FROM answer"},
        {&cache->drop, "DELETE FROM answer WHERE key IN"
                       " (SELECT key FROM answer ORDER BY used_ms, key LIMIT 1)"},
    };
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && status == WRT_OK; i++)
        status = wrt_db_prepare(rows[i].stmt, cache->db, rows[i].sql, err);
    return status;
}

wrt_status wrt_live_cache_open(wrt_live_cache **out, const char *path,
                               const wrt_live_cache_options *options, wrt_err *err) {
    *out = NULL;
    wrt_live_cache *cache = wrt_calloc(1, sizeof *cache);
    wrt_crypto_init();
    cache->max_bytes =
        options != NULL && options->max_bytes > 0 ? options->max_bytes : (int64_t)WRT_MIB(256);
    wrt_status status = wrt_db_open(&cache->db, path, WRT_DB_CREATE | WRT_DB_WAL, err);
    if (status == WRT_OK)
        status = wrt_db_exec(cache->db, schema, err);
    if (status == WRT_OK)
        status = prepare_all(cache, err);
    if (status != WRT_OK) {
        (void)wrt_err_prefix(err, "cache of answers");
        wrt_live_cache_close(cache);
        return status;
    }
    *out = cache;
    return WRT_OK;
}

void wrt_live_cache_close(wrt_live_cache *cache) {
    if (cache == NULL)
        return;
    wrt_stmt_free(cache->get);
    wrt_stmt_free(cache->touch);
    wrt_stmt_free(cache->put);
    wrt_stmt_free(cache->sum);
    wrt_stmt_free(cache->drop);
    wrt_db_close(cache->db);
    free(cache);
}

/* ---- answers */

static wrt_sha256 key_of(const wrt_live_request *request) {
    bool has_form = request->form.ptr != NULL;
    const wrt_str parts[] = {has_form ? WRT_STR("POST\n") : WRT_STR("GET\n"),
                             wrt_str_of(request->url), WRT_STR("\n"),
                             has_form ? request->form : WRT_STR("")};
    return wrt_sha256_of_parts(parts, sizeof parts / sizeof parts[0]);
}

static wrt_str view(const wrt_sha256 *digest) {
    return (wrt_str){(const char *)digest->bytes, sizeof digest->bytes};
}

static void take_row(wrt_live_answer *out, wrt_stmt *row) {
    out->status = 200;
    out->at_ms = wrt_stmt_int(row, 0);
    (void)snprintf(out->content_type, sizeof out->content_type, "%s", wrt_stmt_text(row, 1).ptr);
    out->body = wrt_buf_make(WRT_LIVE_BODY_MAX);
    wrt_buf_add_str(&out->body, wrt_stmt_blob(row, 2));
}

static bool is_young(int64_t at_ms, int64_t max_age_ms) {
    int64_t age = wrt_clock_unix_ms() - at_ms;
    return max_age_ms < 0 || (age >= 0 && age <= max_age_ms);
}

wrt_status wrt_live_cache_get(bool *found, wrt_live_answer *out, wrt_live_cache *cache,
                              const wrt_live_request *request, int64_t max_age_ms, wrt_err *err) {
    wrt_sha256 key = key_of(request);
    bool row = false;
    *found = false;
    *out = (wrt_live_answer){.retry_after_ms = -1};
    wrt_stmt_bind_blob(cache->get, 1, view(&key));
    wrt_status status = wrt_stmt_step(&row, cache->get, err);
    if (status == WRT_OK && row && is_young(wrt_stmt_int(cache->get, 0), max_age_ms)) {
        take_row(out, cache->get);
        *found = true;
    }
    wrt_stmt_reset(cache->get);
    if (*found) { /* the order of use is a hint: a failure to write it is none */
        wrt_stmt_bind_blob(cache->touch, 1, view(&key));
        wrt_stmt_bind_int(cache->touch, 2, wrt_clock_unix_ms());
        (void)wrt_stmt_run(cache->touch, NULL);
    }
    return status;
}

static wrt_status total_size(int64_t *out, wrt_live_cache *cache, wrt_err *err) {
    bool row = false;
    wrt_status status = wrt_stmt_step(&row, cache->sum, err);
    *out = row ? wrt_stmt_int(cache->sum, 0) : 0;
    wrt_stmt_reset(cache->sum);
    return status;
}

static wrt_status shrink(wrt_live_cache *cache, wrt_err *err) {
    int64_t size = 0;
    wrt_status status = total_size(&size, cache, err);
    while (status == WRT_OK && size > cache->max_bytes) {
        status = wrt_stmt_run(cache->drop, err);
        if (status == WRT_OK)
            status = total_size(&size, cache, err);
    }
    return status;
}

static void bind_answer(wrt_stmt *put, const wrt_sha256 *key, const wrt_live_request *request,
                        const wrt_live_answer *answer) {
    wrt_stmt_bind_blob(put, 1, view(key));
    wrt_stmt_bind_c(put, 2, request->url);
    if (request->form.ptr != NULL)
        wrt_stmt_bind_text(put, 3, request->form);
    else
        wrt_stmt_bind_null(put, 3);
    wrt_stmt_bind_int(put, 4, answer->at_ms);
    wrt_stmt_bind_int(put, 5, wrt_clock_unix_ms());
    wrt_stmt_bind_int(put, 6, (int64_t)answer->body.len);
    wrt_stmt_bind_c(put, 7, answer->content_type);
    wrt_stmt_bind_blob(put, 8, wrt_buf_str(&answer->body));
}

wrt_status wrt_live_cache_put(wrt_live_cache *cache, const wrt_live_request *request,
                              const wrt_live_answer *answer, wrt_err *err) {
    if ((int64_t)answer->body.len > cache->max_bytes / 4)
        return WRT_OK;
    wrt_sha256 key = key_of(request);
    wrt_status status = wrt_db_begin(cache->db, err);
    if (status != WRT_OK)
        return status;
    bind_answer(cache->put, &key, request, answer);
    status = wrt_stmt_run(cache->put, err);
    if (status == WRT_OK)
        status = shrink(cache, err);
    if (status == WRT_OK)
        status = wrt_db_commit(cache->db, err);
    if (status != WRT_OK)
        wrt_db_rollback(cache->db);
    return status;
}
