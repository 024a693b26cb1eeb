/* score_cache.c: one table of scores by key, one of the models that computed them. */
#include "llm/score_cache.h"

#include "base/arena.h"
#include "base/db.h"
#include "base/hash.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS model(id INTEGER PRIMARY KEY, description TEXT UNIQUE NOT NULL);"
    "CREATE TABLE IF NOT EXISTS score(key BLOB PRIMARY KEY, log_p REAL NOT NULL,"
    " tokens INTEGER NOT NULL, model INTEGER NOT NULL REFERENCES model(id)) WITHOUT ROWID;";

struct wrt_score_cache {
    wrt_db *db;
    wrt_stmt *get;
    wrt_stmt *put;
    int64_t model;          /* row of what computes the scores now */
    wrt_sha256 identity[2]; /* by wrt_score_rule */
};

/* ---- opening --------------------------------------------------------------------------------- */

static wrt_status add_model(wrt_score_cache *cache, const wrt_json *description, wrt_err *err) {
    wrt_stmt *insert = NULL;
    wrt_stmt *select = NULL;
    bool row = false;
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_json_write_canonical(&text, description);
    wrt_status status = wrt_db_prepare(&insert, cache->db,
                                       "INSERT OR IGNORE INTO model(description) VALUES(?1)", err);
    if (status == WRT_OK)
        status =
            wrt_db_prepare(&select, cache->db, "SELECT id FROM model WHERE description=?1", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_text(insert, 1, wrt_buf_str(&text));
        wrt_stmt_bind_text(select, 1, wrt_buf_str(&text));
        status = wrt_stmt_run(insert, err);
    }
    if (status == WRT_OK)
        status = wrt_stmt_step(&row, select, err);
    if (status == WRT_OK)
        cache->model = row ? wrt_stmt_int(select, 0) : 0;
    wrt_stmt_free(insert);
    wrt_stmt_free(select);
    wrt_buf_free(&text);
    return status;
}

wrt_status wrt_score_cache_open(wrt_score_cache **out, const char *path, wrt_str identity,
                                const wrt_json *description, wrt_err *err) {
    const wrt_str sum[] = {identity, WRT_STR("\n" WRT_SCORE_RULE)};
    const wrt_str reference[] = {identity, WRT_STR("\n" WRT_SCORE_RULE_REFERENCE)};
    wrt_score_cache *cache = wrt_calloc(1, sizeof *cache);
    wrt_crypto_init();
    cache->identity[WRT_SCORE_SUM] = wrt_sha256_of_parts(sum, 2);
    cache->identity[WRT_SCORE_REFERENCE] = wrt_sha256_of_parts(reference, 2);
    wrt_status status = wrt_db_open(&cache->db, path, WRT_DB_CREATE | WRT_DB_WAL, err);
    if (status == WRT_OK)
        status = wrt_db_exec(cache->db, schema, err);
    if (status == WRT_OK)
        status = add_model(cache, description, err);
    if (status == WRT_OK)
        status = wrt_db_prepare(&cache->get, cache->db,
                                "SELECT log_p, tokens FROM score WHERE key=?1", err);
    if (status == WRT_OK)
        status = wrt_db_prepare(&cache->put, cache->db,
                                "INSERT OR IGNORE INTO score(key, log_p, tokens, model)"
                                " VALUES(?1, ?2, ?3, ?4)",
                                err);
    if (status != WRT_OK) {
        wrt_err_prefix(err, "score cache");
        wrt_score_cache_close(cache);
        return status;
    }
    *out = cache;
    return WRT_OK;
}

void wrt_score_cache_close(wrt_score_cache *cache) {
    if (cache == NULL)
        return;
    wrt_stmt_free(cache->get);
    wrt_stmt_free(cache->put);
    wrt_db_close(cache->db);
    free(cache);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static wrt_str view(const wrt_sha256 *digest) {
    return (wrt_str){(const char *)digest->bytes, sizeof digest->bytes};
}

static int compare_digests(const void *a, const void *b) {
    return memcmp(a, b, sizeof(wrt_sha256));
}

/* Of everything but the candidate itself; the candidates count as a set. */
static wrt_sha256 hash_of_question(const wrt_score_cache *cache, wrt_score_rule rule,
                                   const wrt_llm_question *question) {
    const wrt_str texts[] = {question->prompt.system, question->prompt.user, question->prompt.text,
                             question->terminator};
    wrt_sha256 digests[5 + WRT_LLM_CANDIDATES_MAX];
    wrt_str parts[5 + WRT_LLM_CANDIDATES_MAX];
    digests[0] = cache->identity[rule];
    for (size_t i = 0; i < 4; i++)
        digests[1 + i] = wrt_sha256_of(texts[i]);
    for (size_t k = 0; k < question->n; k++)
        digests[5 + k] = wrt_sha256_of(question->candidates[k]);
    qsort(digests + 5, question->n, sizeof *digests, compare_digests);
    for (size_t i = 0; i < 5 + question->n; i++)
        parts[i] = view(&digests[i]);
    return wrt_sha256_of_parts(parts, 5 + question->n);
}

static wrt_sha256 key_of(const wrt_sha256 *question, wrt_str candidate) {
    wrt_sha256 digest = wrt_sha256_of(candidate);
    const wrt_str parts[] = {view(question), view(&digest)};
    return wrt_sha256_of_parts(parts, 2);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* A row that no score can have is damage. */
static wrt_status read_row(wrt_llm_score *out, wrt_stmt *stmt, wrt_err *err) {
    double log_p = wrt_stmt_double(stmt, 0);
    int64_t tokens = wrt_stmt_int(stmt, 1);
    if (!isfinite(log_p) || log_p > 0 || tokens < 1 || tokens > INT32_MAX)
        return wrt_fail(err, WRT_E_INPUT,
                        "score cache: a row is damaged; delete the file, nothing but time is lost");
    *out = (wrt_llm_score){.log_p = log_p,
                           .low = log_p,
                           .high = log_p,
                           .tokens = (int)tokens,
                           .quality = WRT_LLM_EXACT};
    return WRT_OK;
}

wrt_status wrt_score_cache_get(bool *found, wrt_llm_score *out, wrt_score_cache *cache,
                               wrt_score_rule rule, const wrt_llm_question *question,
                               wrt_err *err) {
    wrt_sha256 base = hash_of_question(cache, rule, question);
    wrt_status status = WRT_OK;
    *found = true;
    for (size_t k = 0; k < question->n && status == WRT_OK && *found; k++) {
        wrt_sha256 key = key_of(&base, question->candidates[k]);
        wrt_stmt_bind_blob(cache->get, 1, view(&key));
        status = wrt_stmt_step(found, cache->get, err);
        if (status == WRT_OK && *found)
            status = read_row(&out[k], cache->get, err);
        wrt_stmt_reset(cache->get);
    }
    return status;
}

static wrt_status put_question(wrt_score_cache *cache, wrt_score_rule rule,
                               const wrt_llm_question *question, const wrt_llm_score *scores,
                               wrt_err *err) {
    wrt_sha256 base = hash_of_question(cache, rule, question);
    wrt_status status = WRT_OK;
    for (size_t k = 0; k < question->n && status == WRT_OK; k++) {
        if (scores[k].quality != WRT_LLM_EXACT)
            continue;
        wrt_sha256 key = key_of(&base, question->candidates[k]);
        wrt_stmt_bind_blob(cache->put, 1, view(&key));
        wrt_stmt_bind_double(cache->put, 2, scores[k].log_p);
        wrt_stmt_bind_int(cache->put, 3, scores[k].tokens);
        wrt_stmt_bind_int(cache->put, 4, cache->model);
        status = wrt_stmt_run(cache->put, err);
    }
    return status;
}

wrt_status wrt_score_cache_put(wrt_score_cache *cache, wrt_score_rule rule,
                               const wrt_llm_question *const *questions,
                               const wrt_llm_score *const *scores, size_t n, wrt_err *err) {
    wrt_status status = wrt_db_begin(cache->db, err);
    if (status != WRT_OK)
        return status;
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        status = put_question(cache, rule, questions[i], scores[i], err);
    if (status == WRT_OK)
        status = wrt_db_commit(cache->db, err);
    if (status != WRT_OK)
        wrt_db_rollback(cache->db);
    return status;
}
