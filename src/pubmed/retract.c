/* retract.c: the standing of PMIDs, as the tables say it. */
#include "pubmed/retract.h"

#include "pubmed/store_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char RECORD[] = "SELECT article.own, file.name, file.finished FROM article"
                             " LEFT JOIN file ON file.n=article.file WHERE pmid=?1";
static const char MARK[] = "SELECT status, source, file.name, file.finished FROM mark"
                           " LEFT JOIN file ON file.n=mark.file WHERE target=?1"
                           " ORDER BY status DESC, source DESC LIMIT 1";
static const char DELETED[] = "SELECT file.name, file.finished FROM deleted"
                              " LEFT JOIN file ON file.n=deleted.file WHERE pmid=?1";

static void take_source(wrt_pubmed_standing *out, wrt_stmt *stmt, int column) {
    wrt_str name = wrt_stmt_text(stmt, column), when = wrt_stmt_text(stmt, column + 1);
    snprintf(out->source, sizeof out->source, "%s", name.ptr);
    snprintf(out->when, sizeof out->when, "%s", when.ptr);
    out->source[wrt_utf8_valid_prefix(wrt_str_of(out->source))] = '\0';
}

static wrt_pubmed_status clean(int64_t value) {
    return value > WRT_PUBMED_UNKNOWN && value <= WRT_PUBMED_DELETED ? (wrt_pubmed_status)value
                                                                     : WRT_PUBMED_UNKNOWN;
}

static wrt_status stand_by_record(wrt_pubmed_standing *out, wrt_stmt *stmt, wrt_err *err) {
    wrt_stmt_bind_int(stmt, 1, out->pmid);
    wrt_status status = wrt_stmt_step(&out->is_held, stmt, err);
    if (status == WRT_OK && out->is_held) {
        out->status = clean(wrt_stmt_int(stmt, 0));
        out->by = out->pmid;
        take_source(out, stmt, 1);
    }
    wrt_stmt_reset(stmt);
    return status;
}

static wrt_status stand_by_mark(wrt_pubmed_standing *out, wrt_stmt *stmt, wrt_err *err) {
    bool row = false;
    wrt_stmt_bind_int(stmt, 1, out->pmid);
    wrt_status status = wrt_stmt_step(&row, stmt, err);
    if (status == WRT_OK && row && clean(wrt_stmt_int(stmt, 0)) > out->status) {
        out->status = clean(wrt_stmt_int(stmt, 0));
        out->by = wrt_stmt_int(stmt, 1);
        take_source(out, stmt, 2);
    }
    wrt_stmt_reset(stmt);
    return status;
}

static wrt_status stand_by_deletion(wrt_pubmed_standing *out, wrt_stmt *stmt, wrt_err *err) {
    bool row = false;
    wrt_stmt_bind_int(stmt, 1, out->pmid);
    wrt_status status = wrt_stmt_step(&row, stmt, err);
    if (status == WRT_OK && row) {
        out->status = WRT_PUBMED_DELETED;
        out->by = 0;
        take_source(out, stmt, 0);
    }
    wrt_stmt_reset(stmt);
    return status;
}

wrt_status wrt_pubmed_standing_of(wrt_pubmed_standing *out, wrt_pubmed_store *store,
                                  const int64_t *pmids, size_t n, wrt_err *err) {
    wrt_status status = wrt_pubmed_prepare(&store->stand_record, store, RECORD, err);
    if (status == WRT_OK)
        status = wrt_pubmed_prepare(&store->stand_mark, store, MARK, err);
    if (status == WRT_OK)
        status = wrt_pubmed_prepare(&store->stand_deleted, store, DELETED, err);
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        out[i] = (wrt_pubmed_standing){.pmid = pmids[i]};
        status = stand_by_record(&out[i], store->stand_record, err);
        if (status == WRT_OK)
            status = stand_by_mark(&out[i], store->stand_mark, err);
        if (status == WRT_OK)
            status = stand_by_deletion(&out[i], store->stand_deleted, err);
    }
    return status;
}

wrt_status wrt_pubmed_objection(wrt_pubmed_status *out, wrt_pubmed_store *store, int64_t pmid,
                                wrt_err *err) {
    wrt_pubmed_standing standing = {.status = WRT_PUBMED_UNKNOWN};
    wrt_status status = wrt_pubmed_standing_of(&standing, store, &pmid, 1, err);
    *out = status == WRT_OK && !wrt_pubmed_status_is_ground(standing.status) ? standing.status
                                                                             : WRT_PUBMED_UNKNOWN;
    return status;
}

wrt_json *wrt_pubmed_standing_json(const wrt_pubmed_standing *standing) {
    char pmid[24], by[24];
    wrt_json *json = wrt_json_new_object();
    snprintf(pmid, sizeof pmid, "%" PRId64, standing->pmid);
    snprintf(by, sizeof by, "%" PRId64, standing->by);
    wrt_json_set_text(json, "pmid", pmid);
    wrt_json_set_text(json, "status", wrt_pubmed_status_name(standing->status));
    wrt_json_set_bool(json, "held", standing->is_held);
    wrt_json_set_text(json, "by", standing->by > 0 ? by : NULL);
    wrt_json_set_text(json, "source", standing->source[0] != '\0' ? standing->source : NULL);
    wrt_json_set_text(json, "when", standing->when[0] != '\0' ? standing->when : NULL);
    return json;
}

bool wrt_pubmed_read_pmid(int64_t *out, wrt_str text) {
    text = wrt_str_trim(text);
    if (text.len > 4 && strncasecmp(text.ptr, "pmid", 4) == 0) {
        text = (wrt_str){text.ptr + 4, text.len - 4};
        if (text.len > 0 && text.ptr[0] == ':')
            text = (wrt_str){text.ptr + 1, text.len - 1};
        text = wrt_str_trim(text);
    }
    return wrt_pubmed_pmid_of_text(out, text);
}

static wrt_status collect(int64_t **out, size_t *n, wrt_stmt *stmt, wrt_err *err) {
    size_t room = 0;
    bool row = false;
    wrt_status status = WRT_OK;
    while ((status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        if (*n == room) {
            room = room * 2 + 64;
            *out = wrt_realloc(*out, room * sizeof **out);
        }
        (*out)[(*n)++] = wrt_stmt_int(stmt, 0);
    }
    return status;
}

/* 3: WRT_PUBMED_CONCERN. Deletions stand in their own table. */
#define WITHDRAWN                                                                                  \
    "SELECT pmid FROM article WHERE status>=3 UNION SELECT target FROM mark WHERE status>=3"       \
    " UNION SELECT pmid FROM deleted"
static const char ALL[] = WITHDRAWN " ORDER BY 1";
/* What changed, and was not taken back since. */
static const char SINCE[] =
    "SELECT DISTINCT pmid FROM change JOIN file ON file.n=change.file"
    " WHERE after>=3 AND finished>=?1 AND pmid IN (" WITHDRAWN ") ORDER BY 1";
_Static_assert(WRT_PUBMED_CONCERN == 3, "the two queries above");

wrt_status wrt_pubmed_withdrawn(int64_t **out, size_t *n, wrt_pubmed_store *store,
                                const char *since, wrt_err *err) {
    *out = NULL;
    *n = 0;
    wrt_stmt *stmt = NULL;
    wrt_status status = wrt_db_prepare(&stmt, store->db, since != NULL ? SINCE : ALL, err);
    if (status == WRT_OK && since != NULL)
        wrt_stmt_bind_c(stmt, 1, since);
    if (status == WRT_OK)
        status = collect(out, n, stmt, err);
    wrt_stmt_free(stmt);
    if (status != WRT_OK) {
        free(*out);
        *out = NULL;
        *n = 0;
    }
    return status;
}

static wrt_status keep_retracted(int64_t *out, size_t *n, wrt_pubmed_store *store,
                                 const int64_t *pmids, size_t n_pmids, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < n_pmids && status == WRT_OK; i++) {
        wrt_pubmed_standing standing;
        status = wrt_pubmed_standing_of(&standing, store, &pmids[i], 1, err);
        if (status == WRT_OK && standing.status == WRT_PUBMED_RETRACTED)
            out[(*n)++] = standing.pmid;
    }
    return status;
}

wrt_status wrt_pubmed_cites_retracted(int64_t **out, size_t *n, wrt_pubmed_store *store,
                                      const wrt_pubmed_article *article, wrt_err *err) {
    *n = 0;
    *out = wrt_calloc(article->n_references + article->n_cites + 1, sizeof **out);
    wrt_status status =
        keep_retracted(*out, n, store, article->references, article->n_references, err);
    if (status == WRT_OK)
        status = keep_retracted(*out, n, store, article->cites, article->n_cites, err);
    return status;
}
