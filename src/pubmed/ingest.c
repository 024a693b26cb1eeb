/* ingest.c: one source into the tables.
 *
 * Invariant: article.status is the worst of what the record says (article.own) and of the marks on
 * it; wrt_pubmed_status is ordered so that the worst is the greatest. */
#include "pubmed/ingest.h"

#include "base/clock.h"
#include "pubmed/index.h"
#include "pubmed/pack.h"
#include "pubmed/store_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wrt_pubmed_ingest {
    wrt_pubmed_store *store;
    wrt_pubmed_index *index;
    wrt_pubmed_filter filter;
    bool has_filter, is_live;
    int64_t file;
    wrt_pubmed_ingested counts;
    wrt_arena *arena; /* of one article */
    wrt_buf body;
    char revised[16]; /* the latest date of revision seen */
    wrt_stmt *held, *worst_mark, *is_deleted, *targets;
    wrt_stmt *put, *drop, *set_status, *put_mark, *drop_marks, *put_deleted, *drop_deleted, *log;
};

/* A record that may change standing, with its standing before. */
typedef struct {
    int64_t pmid;
    wrt_pubmed_status before;
} affected;

typedef struct {
    affected *list;
    size_t n, room;
} affected_list;

/* What is held of one PMID. */
typedef struct {
    bool is_held, is_deleted;
    int version;
    int64_t file;
    wrt_pubmed_status own, mark;
    wrt_str body; /* in the arena, only when asked for */
} holding;

/* ---- standing */

static wrt_status one_int(int64_t *out, wrt_stmt *stmt, int64_t key, wrt_err *err) {
    bool row = false;
    wrt_stmt_bind_int(stmt, 1, key);
    wrt_status status = wrt_stmt_step(&row, stmt, err);
    *out = status == WRT_OK && row ? wrt_stmt_int(stmt, 0) : 0;
    wrt_stmt_reset(stmt);
    return status;
}

static wrt_pubmed_status as_status(int64_t value) {
    return value > WRT_PUBMED_UNKNOWN && value <= WRT_PUBMED_DELETED ? (wrt_pubmed_status)value
                                                                     : WRT_PUBMED_UNKNOWN;
}

static wrt_pubmed_status standing_of(const holding *h) {
    if (h->is_deleted)
        return WRT_PUBMED_DELETED;
    wrt_pubmed_status own = h->is_held ? h->own : WRT_PUBMED_UNKNOWN;
    return own > h->mark ? own : h->mark;
}

/* The body, when asked for, is valid until the next look-up that asks for one. */
static wrt_status look_up(holding *out, wrt_pubmed_ingest *in, int64_t pmid, bool with_body,
                          wrt_err *err) {
    *out = (holding){0};
    int64_t mark = 0, gone = 0;
    wrt_stmt_bind_int(in->held, 1, pmid);
    wrt_status status = wrt_stmt_step(&out->is_held, in->held, err);
    if (status == WRT_OK && out->is_held) {
        out->version = (int)wrt_stmt_int(in->held, 0);
        out->file = wrt_stmt_int(in->held, 1);
        out->own = as_status(wrt_stmt_int(in->held, 2));
        if (with_body) {
            wrt_arena_free(in->arena);
            in->arena = wrt_arena_new();
            wrt_str body = wrt_stmt_blob(in->held, 3);
            out->body = (wrt_str){wrt_arena_strdup(in->arena, body.ptr, body.len), body.len};
        }
    }
    wrt_stmt_reset(in->held);
    if (status == WRT_OK)
        status = one_int(&mark, in->worst_mark, pmid, err);
    if (status == WRT_OK)
        status = one_int(&gone, in->is_deleted, pmid, err);
    out->mark = as_status(mark);
    out->is_deleted = gone != 0;
    return status;
}

static bool is_worth_a_line(wrt_pubmed_status status) {
    return status >= WRT_PUBMED_CONCERN;
}

/* Writes the standing that a record has now and logs the change. */
static wrt_status settle(wrt_pubmed_ingest *in, const affected *a, wrt_err *err) {
    holding now;
    wrt_status status = look_up(&now, in, a->pmid, false, err);
    wrt_pubmed_status after = standing_of(&now);
    if (status == WRT_OK && now.is_held) {
        wrt_stmt_bind_int(in->set_status, 1, after);
        wrt_stmt_bind_int(in->set_status, 2, a->pmid);
        status = wrt_stmt_run(in->set_status, err);
    }
    if (status != WRT_OK || after == a->before ||
        !(is_worth_a_line(after) || is_worth_a_line(a->before)))
        return status;
    in->counts.changes++;
    wrt_stmt_bind_int(in->log, 1, a->pmid);
    wrt_stmt_bind_int(in->log, 2, a->before);
    wrt_stmt_bind_int(in->log, 3, after);
    wrt_stmt_bind_int(in->log, 4, in->file);
    return wrt_stmt_run(in->log, err);
}

/* ---- marks */

static wrt_pubmed_status mark_of_type(wrt_str type) {
    static const struct {
        const char *type;
        wrt_pubmed_status status;
    } rows[] = {
        {"RetractionOf", WRT_PUBMED_RETRACTED},
        {"RetractedandRepublishedFrom", WRT_PUBMED_RETRACTED},
        {"ExpressionOfConcernFor", WRT_PUBMED_CONCERN},
        {"ErratumFor", WRT_PUBMED_CORRECTED},
        {"CorrectedandRepublishedFrom", WRT_PUBMED_CORRECTED},
        {"UpdateOf", WRT_PUBMED_CORRECTED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (wrt_str_equal_c(type, rows[i].type))
            return rows[i].status;
    return WRT_PUBMED_UNKNOWN;
}

static wrt_status note(affected_list *all, wrt_pubmed_ingest *in, int64_t pmid, wrt_err *err) {
    holding now;
    for (size_t i = 0; i < all->n; i++)
        if (all->list[i].pmid == pmid)
            return WRT_OK;
    wrt_status status = look_up(&now, in, pmid, false, err);
    if (all->n == all->room) {
        all->room = all->room * 2 + 8;
        all->list = wrt_realloc(all->list, all->room * sizeof *all->list);
    }
    all->list[all->n++] = (affected){pmid, standing_of(&now)};
    return status;
}

static wrt_status put_mark(wrt_pubmed_ingest *in, int64_t target, int64_t source,
                           wrt_pubmed_status status, wrt_err *err) {
    in->counts.marks++;
    wrt_stmt_bind_int(in->put_mark, 1, target);
    wrt_stmt_bind_int(in->put_mark, 2, source);
    wrt_stmt_bind_int(in->put_mark, 3, status);
    wrt_stmt_bind_int(in->put_mark, 4, in->file);
    return wrt_stmt_run(in->put_mark, err);
}

/* Takes back what a record said of others. */
static wrt_status drop_marks(affected_list *all, wrt_pubmed_ingest *in, int64_t source,
                             wrt_err *err) {
    int64_t *targets = NULL;
    size_t n = 0;
    bool row = false;
    wrt_status status = WRT_OK;
    wrt_stmt_bind_int(in->targets, 1, source);
    while ((status = wrt_stmt_step(&row, in->targets, err)) == WRT_OK && row) {
        targets = wrt_realloc(targets, (n + 1) * sizeof *targets);
        targets[n++] = wrt_stmt_int(in->targets, 0);
    }
    wrt_stmt_reset(in->targets);
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        status = note(all, in, targets[i], err);
    if (status == WRT_OK && n > 0) {
        wrt_stmt_bind_int(in->drop_marks, 1, source);
        status = wrt_stmt_run(in->drop_marks, err);
    }
    free(targets);
    return status;
}

static wrt_status put_marks(affected_list *all, wrt_pubmed_ingest *in,
                            const wrt_pubmed_article *article, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < article->n_corrections && status == WRT_OK; i++) {
        const wrt_pubmed_correction *c = &article->corrections[i];
        wrt_pubmed_status mark = mark_of_type(c->type);
        if (mark == WRT_PUBMED_UNKNOWN || c->pmid <= 0 || c->pmid == article->pmid)
            continue;
        status = note(all, in, c->pmid, err);
        if (status == WRT_OK)
            status = put_mark(in, c->pmid, article->pmid, mark, err);
    }
    return status;
}

static wrt_status settle_all(wrt_pubmed_ingest *in, affected_list *all, wrt_status status,
                             wrt_err *err) {
    for (size_t i = 0; i < all->n && status == WRT_OK; i++)
        status = settle(in, &all->list[i], err);
    free(all->list);
    return status;
}

/* ---- records */

static wrt_status drop_record(wrt_pubmed_ingest *in, int64_t pmid, const holding *old,
                              wrt_err *err) {
    wrt_pubmed_article article;
    wrt_status status = wrt_pubmed_unpack(&article, in->arena, old->body, err);
    if (status == WRT_OK)
        status = wrt_pubmed_index_remove(in->index, &article, err);
    if (status == WRT_OK) {
        wrt_stmt_bind_int(in->drop, 1, pmid);
        status = wrt_stmt_run(in->drop, err);
    }
    return status;
}

static wrt_status put_record(wrt_pubmed_ingest *in, const wrt_pubmed_article *article,
                             wrt_pubmed_status effective, wrt_err *err) {
    wrt_buf_clear(&in->body);
    wrt_pubmed_pack(&in->body, article);
    if (in->body.overflow)
        return wrt_fail(err, WRT_E_LIMIT, "PMID %" PRId64 " is larger than %d bytes", article->pmid,
                        WRT_PUBMED_BODY_MAX);
    wrt_stmt_bind_int(in->put, 1, article->pmid);
    wrt_stmt_bind_int(in->put, 2, article->version);
    wrt_stmt_bind_int(in->put, 3, article->year);
    wrt_stmt_bind_int(in->put, 4, wrt_pubmed_flags_of(article));
    wrt_stmt_bind_int(in->put, 5, article->status);
    wrt_stmt_bind_int(in->put, 6, effective);
    wrt_stmt_bind_int(in->put, 7, in->file);
    wrt_stmt_bind_blob(in->put, 8, wrt_buf_str(&in->body));
    wrt_status status = wrt_stmt_run(in->put, err);
    return status == WRT_OK ? wrt_pubmed_index_add(in->index, article, err) : status;
}

/* The tombstone of an earlier deletion, and the earlier record. */
static wrt_status make_room(wrt_pubmed_ingest *in, int64_t pmid, const holding *old, wrt_err *err) {
    wrt_status status = old->is_held ? drop_record(in, pmid, old, err) : WRT_OK;
    if (status == WRT_OK && old->is_deleted) {
        wrt_stmt_bind_int(in->drop_deleted, 1, pmid);
        status = wrt_stmt_run(in->drop_deleted, err);
    }
    return status;
}

static wrt_status keep_or_mark(wrt_pubmed_ingest *in, const wrt_pubmed_article *article,
                               const holding *old, wrt_err *err) {
    if (!in->has_filter || wrt_pubmed_filter_passes(&in->filter, article)) {
        in->counts.stored++;
        in->counts.replaced += old->is_held;
        return put_record(in, article, article->status > old->mark ? article->status : old->mark,
                          err);
    }
    in->counts.filtered++;
    return article->status > WRT_PUBMED_OK
               ? put_mark(in, article->pmid, article->pmid, article->status, err)
               : WRT_OK;
}

/* Of live answers nothing is noted: a single fresh record does not make the copy a fresh one. */
static void note_revision(wrt_pubmed_ingest *in, wrt_str date) {
    if (!in->is_live && date.len < sizeof in->revised &&
        wrt_str_compare(date, wrt_str_of(in->revised)) > 0) {
        memcpy(in->revised, date.ptr, date.len);
        in->revised[date.len] = '\0';
    }
}

/* Is the record that is held a later one? Inside a source the version tells. Between sources an
 * earlier day of revision does: an old file, saved long ago, must not take back a retraction that
 * came before it. */
static wrt_status is_held_later(bool *out, wrt_pubmed_ingest *in, const holding *old,
                                const wrt_pubmed_article *article, wrt_err *err) {
    enum { DAY = 10 }; /* "2025-01-31" */
    wrt_pubmed_article held;
    *out = old->is_held && old->file == in->file && old->version > article->version;
    if (!old->is_held || old->file == in->file || article->date_revised.len != DAY)
        return WRT_OK;
    wrt_status status = wrt_pubmed_unpack(&held, in->arena, old->body, err);
    if (status == WRT_OK && held.date_revised.len == DAY)
        *out = wrt_str_compare(article->date_revised, held.date_revised) < 0;
    return status;
}

wrt_status wrt_pubmed_ingest_article(wrt_pubmed_ingest *in, const wrt_pubmed_article *article,
                                     wrt_err *err) {
    if (article->pmid <= 0)
        return wrt_fail(err, WRT_E_INPUT, "a record has no PMID");
    holding old;
    bool is_older = false;
    affected_list all = {0};
    in->counts.articles++;
    wrt_status status = look_up(&old, in, article->pmid, true, err);
    if (status == WRT_OK)
        status = is_held_later(&is_older, in, &old, article, err);
    if (status == WRT_OK && is_older) {
        in->counts.older++;
        return WRT_OK;
    }
    if (status == WRT_OK &&
        (standing_of(&old) >= WRT_PUBMED_CONCERN || article->status >= WRT_PUBMED_CONCERN))
        status = note(&all, in, article->pmid, err);
    if (status == WRT_OK)
        status = drop_marks(&all, in, article->pmid, err);
    if (status == WRT_OK)
        status = make_room(in, article->pmid, &old, err);
    if (status == WRT_OK)
        status = keep_or_mark(in, article, &old, err);
    if (status == WRT_OK)
        status = put_marks(&all, in, article, err);
    note_revision(in, article->date_revised);
    return settle_all(in, &all, status, err);
}

wrt_status wrt_pubmed_ingest_delete(wrt_pubmed_ingest *in, int64_t pmid, wrt_err *err) {
    holding old;
    affected_list all = {0};
    in->counts.deleted++;
    wrt_status status = look_up(&old, in, pmid, true, err);
    if (status == WRT_OK)
        status = note(&all, in, pmid, err);
    if (status == WRT_OK)
        status = drop_marks(&all, in, pmid, err);
    if (status == WRT_OK && old.is_held)
        status = drop_record(in, pmid, &old, err);
    if (status == WRT_OK) {
        wrt_stmt_bind_int(in->put_deleted, 1, pmid);
        wrt_stmt_bind_int(in->put_deleted, 2, in->file);
        status = wrt_stmt_run(in->put_deleted, err);
    }
    return settle_all(in, &all, status, err);
}

wrt_status wrt_pubmed_ingest_mark(wrt_pubmed_ingest *in, int64_t pmid, wrt_pubmed_status mark,
                                  wrt_err *err) {
    affected_list all = {0};
    wrt_status status = note(&all, in, pmid, err);
    if (status == WRT_OK)
        status = put_mark(in, pmid, 0, mark, err);
    return settle_all(in, &all, status, err);
}

/* ---- the transaction */

wrt_status wrt_pubmed_store_has(bool *out, wrt_pubmed_store *store, const char *sha256,
                                wrt_err *err) {
    wrt_stmt *stmt = NULL;
    *out = false;
    wrt_status status = wrt_db_prepare(&stmt, store->db, "SELECT 1 FROM file WHERE sha256=?1", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_c(stmt, 1, sha256);
        status = wrt_stmt_step(out, stmt, err);
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status put_file(wrt_pubmed_ingest *in, const wrt_pubmed_source *source, wrt_err *err) {
    char now[25], hex[WRT_SHA256_HEX + 1];
    wrt_stmt *stmt = NULL;
    const char *sha256 = source->sha256;
    if (sha256 == NULL) {
        char stamp[64];
        int len = snprintf(stamp, sizeof stamp, "%" PRId64 " %" PRId64, wrt_clock_unix_ms(),
                           wrt_clock_monotonic_ms());
        const wrt_str parts[] = {wrt_str_of(source->name), {stamp, (size_t)len}};
        wrt_sha256 sum = wrt_sha256_of_parts(parts, 2);
        wrt_sha256_hex(hex, &sum);
        sha256 = hex;
    }
    wrt_clock_format(now, wrt_clock_unix_ms());
    wrt_status status =
        wrt_db_prepare(&stmt, in->store->db,
                       "INSERT INTO file(name, kind, year, number, md5, sha256, finished)"
                       " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                       err);
    if (status == WRT_OK) {
        wrt_stmt_bind_c(stmt, 1, source->name);
        wrt_stmt_bind_c(stmt, 2, source->kind);
        wrt_stmt_bind_int(stmt, 3, source->year);
        wrt_stmt_bind_int(stmt, 4, source->number);
        wrt_stmt_bind_c(stmt, 5, source->md5);
        wrt_stmt_bind_c(stmt, 6, sha256);
        wrt_stmt_bind_c(stmt, 7, now);
        status = wrt_stmt_run(stmt, err);
        in->file = wrt_db_last_row_id(in->store->db);
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status finish_file(wrt_pubmed_ingest *in, wrt_err *err) {
    char now[25];
    wrt_stmt *stmt = NULL;
    wrt_clock_format(now, wrt_clock_unix_ms());
    wrt_status status = wrt_db_prepare(&stmt, in->store->db,
                                       "UPDATE file SET articles=?1, stored=?2, filtered=?3,"
                                       " deleted=?4, finished=?5 WHERE n=?6",
                                       err);
    if (status == WRT_OK) {
        wrt_stmt_bind_int(stmt, 1, in->counts.articles);
        wrt_stmt_bind_int(stmt, 2, in->counts.stored);
        wrt_stmt_bind_int(stmt, 3, in->counts.filtered);
        wrt_stmt_bind_int(stmt, 4, in->counts.deleted);
        wrt_stmt_bind_c(stmt, 5, now);
        wrt_stmt_bind_int(stmt, 6, in->file);
        status = wrt_stmt_run(stmt, err);
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status finish_meta(wrt_pubmed_ingest *in, wrt_err *err) {
    char *known = NULL;
    wrt_status status = wrt_pubmed_meta_get(&known, in->store, "newest_revised", err);
    if (status == WRT_OK && strcmp(in->revised, known) > 0)
        status = wrt_pubmed_meta_set(in->store, "newest_revised", in->revised, err);
    free(known);
    return status;
}

static wrt_status prepare(wrt_pubmed_ingest *in, wrt_err *err) {
    const struct {
        wrt_stmt **out;
        const char *sql;
    } list[] = {
        {&in->held, "SELECT version, file, own, body FROM article WHERE pmid=?1"},
        {&in->worst_mark, "SELECT max(status) FROM mark WHERE target=?1"},
        {&in->is_deleted, "SELECT 1 FROM deleted WHERE pmid=?1"},
        {&in->targets, "SELECT target FROM mark WHERE source=?1"},
        {&in->put, "INSERT INTO article(pmid, version, year, flags, own, status, file, body)"
                   " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"},
        {&in->drop, "DELETE FROM article WHERE pmid=?1"},
        {&in->set_status, "UPDATE article SET status=?1 WHERE pmid=?2 AND status<>?1"},
        {&in->put_mark, "INSERT OR REPLACE INTO mark(target, source, status, file)"
                        " VALUES(?1, ?2, ?3, ?4)"},
        {&in->drop_marks, "DELETE FROM mark WHERE source=?1"},
        {&in->put_deleted, "INSERT OR REPLACE INTO deleted(pmid, file) VALUES(?1, ?2)"},
        {&in->drop_deleted, "DELETE FROM deleted WHERE pmid=?1"},
        {&in->log, "INSERT INTO change(pmid, before, after, file) VALUES(?1, ?2, ?3, ?4)"},
    };
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof list / sizeof *list && status == WRT_OK; i++)
        status = wrt_db_prepare(list[i].out, in->store->db, list[i].sql, err);
    return status;
}

static void release(wrt_pubmed_ingest *in) {
    wrt_stmt *const all[] = {in->held,       in->worst_mark,  in->is_deleted,   in->targets,
                             in->put,        in->drop,        in->set_status,   in->put_mark,
                             in->drop_marks, in->put_deleted, in->drop_deleted, in->log};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        wrt_stmt_free(all[i]);
    wrt_pubmed_index_free(in->index);
    wrt_arena_free(in->arena);
    wrt_buf_free(&in->body);
    free(in);
}

wrt_status wrt_pubmed_ingest_begin(wrt_pubmed_ingest **out, wrt_pubmed_store *store,
                                   const wrt_pubmed_source *source, const wrt_pubmed_filter *filter,
                                   wrt_err *err) {
    *out = NULL;
    bool has = false;
    wrt_pubmed_ingest *in = wrt_calloc(1, sizeof *in);
    in->store = store;
    in->arena = wrt_arena_new();
    in->body = wrt_buf_make(WRT_PUBMED_BODY_MAX);
    in->has_filter = filter != NULL && !wrt_pubmed_filter_is_open(filter);
    if (in->has_filter)
        in->filter = *filter;
    in->is_live = strcmp(source->kind, "live") == 0;
    wrt_status status = wrt_db_begin(store->db, err);
    if (status == WRT_OK && source->sha256 != NULL)
        status = wrt_pubmed_store_has(&has, store, source->sha256, err);
    if (status == WRT_OK && has)
        status = wrt_fail(err, WRT_E_INPUT, "%s was ingested before", source->name);
    if (status == WRT_OK)
        status = prepare(in, err);
    if (status == WRT_OK)
        status = wrt_pubmed_index_new(&in->index, store, err);
    if (status == WRT_OK)
        status = put_file(in, source, err);
    if (status == WRT_OK)
        *out = in;
    else
        wrt_pubmed_ingest_abandon(in);
    return status;
}

wrt_status wrt_pubmed_ingest_commit(wrt_pubmed_ingested *counts, wrt_pubmed_ingest *in,
                                    wrt_err *err) {
    wrt_status status = wrt_pubmed_index_flush(in->index, err);
    if (status == WRT_OK)
        status = finish_meta(in, err);
    if (status == WRT_OK)
        status = finish_file(in, err);
    if (status == WRT_OK)
        status = wrt_db_commit(in->store->db, err);
    if (status != WRT_OK) {
        wrt_pubmed_ingest_abandon(in);
        return status;
    }
    if (counts != NULL)
        *counts = in->counts;
    release(in);
    return WRT_OK;
}

void wrt_pubmed_ingest_abandon(wrt_pubmed_ingest *in) {
    if (in == NULL)
        return;
    wrt_db *db = in->store->db;
    release(in);
    wrt_db_rollback(db);
}
