/* retractions.c: a list of PMIDs into the graph, and look-ups by PMID.
 *
 * The list goes the way of an import: a copy of the graph, one transaction, a rename. */
#include "kg/store/retractions.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/input.h"
#include "kg/ingest/workfile.h"
#include "kg/internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINE_MAX_BYTES = 1 << 20, LISTED = 1000, LIMIT_DEFAULT = 50, LIMIT_MAX = 100000 };
#define NO_COLUMN SIZE_MAX

typedef struct {
    wrt_db *db;
    wrt_stmt *insert;
    wrt_input *input;
    char separator;        /* 0: one PMID a line */
    size_t column, nature; /* of the PMID; of what happened to the paper, or NO_COLUMN */
    bool started;          /* the first line was seen */
    int64_t n_skipped;
    wrt_json *skipped;
} loader;

/* ---- lines */

static bool read_pmid(int64_t *out, wrt_str text) {
    text = wrt_str_trim(text);
    if (wrt_kg_pmid_of(out, text))
        return true;
    return wrt_str_to_int64(out, text) && *out > 0;
}

/* Takes the next cell off *rest (RFC 4180): a separator in quotes is text, and so is a doubled
 * quote. False at the end of the line. */
static bool next_cell(wrt_str *out, wrt_str *rest, char separator) {
    if (rest->ptr == NULL)
        return false;
    bool quoted = rest->len > 0 && rest->ptr[0] == '"', inside = false;
    size_t at = 0;
    for (; at < rest->len && (inside || rest->ptr[at] != separator); at++)
        if (quoted && rest->ptr[at] == '"')
            inside = !inside;
    *out = (wrt_str){rest->ptr, at};
    if (quoted && at >= 2 && out->ptr[at - 1] == '"')
        *out = (wrt_str){out->ptr + 1, at - 2};
    bool more = at < rest->len;
    *rest = more ? (wrt_str){rest->ptr + at + 1, rest->len - at - 1} : (wrt_str){NULL, 0};
    return true;
}

static bool cell_at(wrt_str *out, wrt_str line, char separator, size_t column) {
    wrt_str rest = line;
    for (size_t i = 0; next_cell(out, &rest, separator); i++)
        if (i == column)
            return true;
    return false;
}

static bool is_named(wrt_str cell, const char *name) {
    return cell.len == strlen(name) && strncasecmp(cell.ptr, name, cell.len) == 0;
}

/* The header of a table, when the first line is one. */
static bool take_header(loader *l, wrt_str line) {
    const char separators[] = {'\t', ','};
    for (size_t s = 0; s < sizeof separators; s++) {
        wrt_str cell, rest = line;
        bool found = false;
        l->nature = NO_COLUMN;
        for (size_t column = 0; next_cell(&cell, &rest, separators[s]); column++) {
            cell = wrt_str_trim(cell);
            if (is_named(cell, "RetractionNature"))
                l->nature = column;
            if (found || !(is_named(cell, "pmid") || is_named(cell, "OriginalPaperPubMedID")))
                continue;
            l->column = column;
            found = true;
        }
        if (found) {
            l->separator = separators[s];
            return true;
        }
    }
    return false;
}

static void skip(loader *l, const char *reason) {
    if (l->n_skipped++ >= LISTED)
        return;
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set_int(entry, "line", (int64_t)wrt_input_line_number(l->input));
    wrt_json_set_text(entry, "reason", reason);
    wrt_json_push(l->skipped, entry);
}

static wrt_status insert_pmid(loader *l, wrt_str text, wrt_err *err) {
    int64_t pmid = 0;
    if (!read_pmid(&pmid, text)) {
        skip(l, "not a PMID");
        return WRT_OK;
    }
    wrt_stmt_bind_int(l->insert, 1, pmid);
    return wrt_stmt_run(l->insert, err);
}

/* The PMIDs of one cell; Retraction Watch writes 0 where a paper has none. */
static wrt_status insert_cell(loader *l, wrt_str cell, wrt_err *err) {
    wrt_status status = WRT_OK;
    size_t start = 0;
    for (size_t at = 0; at <= cell.len && status == WRT_OK; at++) {
        if (at < cell.len && cell.ptr[at] != ';' && cell.ptr[at] != '|')
            continue;
        wrt_str item = wrt_str_trim((wrt_str){cell.ptr + start, at - start});
        if (item.len > 0 && !wrt_str_equal_c(item, "0"))
            status = insert_pmid(l, item, err);
        start = at + 1;
    }
    return status;
}

static wrt_status take_line(loader *l, wrt_str line, wrt_err *err) {
    line = wrt_str_trim(line);
    if (!l->started && wrt_str_starts_with(line, WRT_STR("\xef\xbb\xbf")))
        line = (wrt_str){line.ptr + 3, line.len - 3};
    if (line.len == 0 || line.ptr[0] == '#')
        return WRT_OK;
    bool is_header = !l->started && take_header(l, line);
    l->started = true;
    if (is_header)
        return WRT_OK;
    if (l->separator == 0)
        return insert_pmid(l, line, err);
    wrt_str cell, nature;
    if (!cell_at(&cell, line, l->separator, l->column)) {
        skip(l, "the line has fewer cells than the header");
        return WRT_OK;
    }
    /* Retraction Watch lists corrections, concerns and reinstatements as well. */
    if (l->nature != NO_COLUMN && cell_at(&nature, line, l->separator, l->nature) &&
        !is_named(wrt_str_trim(nature), "Retraction")) {
        skip(l, "its RetractionNature is not Retraction");
        return WRT_OK;
    }
    return insert_cell(l, cell, err);
}

static wrt_status read_list(loader *l, wrt_err *err) {
    wrt_str line;
    bool got = false;
    wrt_status status = wrt_db_exec(l->db, "DELETE FROM retraction;", err);
    if (status == WRT_OK)
        status = wrt_db_prepare(&l->insert, l->db,
                                "INSERT OR IGNORE INTO retraction(pmid) VALUES(?1)", err);
    while (status == WRT_OK) {
        status = wrt_input_line(&got, &line, l->input, LINE_MAX_BYTES, err);
        if (status == WRT_OK && !got)
            break;
        if (status == WRT_OK)
            status = take_line(l, line, err);
    }
    wrt_stmt_free(l->insert);
    return status;
}

/* ---- the graph */

static wrt_status count(int64_t *out, wrt_db *db, const char *sql, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, db, sql, err);
    if (status == WRT_OK)
        status = wrt_stmt_step(&row, stmt, err);
    *out = status == WRT_OK && row ? wrt_stmt_int(stmt, 0) : 0;
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status make_report(wrt_json **out, loader *l, const char *path, const char *hex,
                              wrt_err *err) {
    int64_t pmids = 0, edges = 0;
    wrt_status status = count(&pmids, l->db, "SELECT count(*) FROM retraction", err);
    if (status == WRT_OK)
        status =
            count(&edges, l->db,
                  "SELECT count(DISTINCT edge) FROM citation JOIN retraction USING(pmid)", err);
    if (status == WRT_OK && pmids == 0)
        status = wrt_fail(err, WRT_E_INPUT,
                          "%s holds no PMID, so that the list in force stays: expected one a line, "
                          "or a table with a column pmid or OriginalPaperPubMedID",
                          wrt_path_base(path));
    if (status != WRT_OK)
        return status;
    *out = wrt_json_new_object();
    wrt_json_set_text(*out, "file", wrt_path_base(path));
    wrt_json_set_text(*out, "sha256", hex);
    wrt_json_set_int(*out, "pmids", pmids);
    wrt_json_set_int(*out, "edges", edges);
    wrt_json_set(*out, "skipped", wrt_json_copy(l->skipped));
    wrt_json_set_int(*out, "skipped_total", l->n_skipped);
    return WRT_OK;
}

/* What is kept of a list: {"file","sha256","pmids"}. */
static wrt_status note_list(loader *l, const wrt_json *report, wrt_err *err) {
    static const char *const kept[] = {"file", "sha256", "pmids"};
    wrt_json *list = wrt_json_new_object();
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        wrt_json_set(list, kept[i], wrt_json_copy(wrt_json_get(report, kept[i])));
    wrt_json_write_canonical(&text, list);
    wrt_status status = wrt_kg_meta_set(l->db, "retractions", text.len > 0 ? text.ptr : "{}", err);
    wrt_buf_free(&text);
    wrt_json_free(list);
    return status;
}

static wrt_status load_into(wrt_json **report, loader *l, const char *name, const char *path,
                            const char *hex, wrt_err *err) {
    wrt_status status = wrt_kg_schema_check(l->db, name, err);
    if (status == WRT_OK)
        status = wrt_db_begin(l->db, err);
    if (status == WRT_OK)
        status = read_list(l, err);
    if (status == WRT_OK)
        status = make_report(report, l, path, hex, err);
    if (status == WRT_OK)
        status = note_list(l, *report, err);
    if (status == WRT_OK)
        status = wrt_db_commit(l->db, err);
    wrt_db_rollback(l->db);
    return status;
}

static wrt_status load_in_copy(wrt_json **report, loader *l, const wrt_kg_workfile *work,
                               const char *path, wrt_err *err) {
    wrt_sha256 digest;
    char hex[WRT_SHA256_HEX + 1];
    if (!wrt_file_exists(work->graph))
        return wrt_fail(err, WRT_E_NOT_FOUND, "no knowledge graph here: import one first");
    if (wrt_file_exists(work->work))
        return wrt_fail(err, WRT_E_UNAVAILABLE,
                        "an import into %s was interrupted: run it again first",
                        wrt_path_base(work->graph));
    wrt_status status = wrt_sha256_of_file(&digest, path, err);
    if (status == WRT_OK) {
        wrt_sha256_hex(hex, &digest);
        status = wrt_kg_workfile_copy(work, err);
    }
    if (status != WRT_OK)
        return status;
    status = wrt_db_open(&l->db, work->work, WRT_DB_WRITE, err);
    if (status == WRT_OK)
        status = load_into(report, l, wrt_path_base(work->graph), path, hex, err);
    wrt_db_close(l->db);
    if (status == WRT_OK)
        status = wrt_kg_workfile_publish(work, err);
    if (status != WRT_OK)
        wrt_kg_workfile_discard(work);
    return status;
}

wrt_status wrt_kg_retractions_load(wrt_json **report, const char *db_path, const char *list_path,
                                   wrt_err *err) {
    wrt_kg_workfile work = {.graph = NULL};
    loader l = {.skipped = wrt_json_new_array()};
    *report = NULL;
    wrt_crypto_init();
    wrt_status status = wrt_input_open(&l.input, list_path, err);
    if (status == WRT_OK)
        status = wrt_kg_workfile_open(&work, db_path, err);
    if (status == WRT_OK)
        status = load_in_copy(report, &l, &work, list_path, err);
    if (status != WRT_OK) {
        wrt_json_free(*report);
        *report = NULL;
    }
    wrt_kg_workfile_close(&work);
    wrt_input_close(l.input);
    wrt_json_free(l.skipped);
    return status;
}

/* ---- edges that cite */

static wrt_status want_pmid(int64_t *out, const wrt_json *item, wrt_err *err) {
    if (wrt_json_is_integer(item) && wrt_json_number(item, 0) > 0) {
        *out = (int64_t)wrt_json_number(item, 0);
        return WRT_OK;
    }
    if (wrt_json_text(item) != NULL && read_pmid(out, wrt_str_of(wrt_json_text(item))))
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "a PMID is a number, \"123\" or \"PMID:123\"");
}

/* Marks the rows that cite one of the PMIDs. */
static wrt_status mark_citing(bool *marks, size_t n_rows, wrt_kg *kg, const wrt_json *pmids,
                              wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_status status =
        wrt_db_prepare(&stmt, kg->db, "SELECT edge FROM citation WHERE pmid=?1", err);
    WRT_JSON_EACH(item, pmids) {
        int64_t pmid = 0;
        bool row = false;
        if (status == WRT_OK)
            status = want_pmid(&pmid, item, err);
        if (status != WRT_OK)
            break;
        wrt_stmt_bind_int(stmt, 1, pmid);
        while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
            int64_t n = wrt_stmt_int(stmt, 0);
            if (n < 1 || (uint64_t)n > n_rows)
                status = wrt_kg_damaged(kg->store, "its index of publications is wrong", err);
            else
                marks[n] = true;
        }
        wrt_stmt_reset(stmt);
    }
    wrt_stmt_free(stmt);
    return status;
}

wrt_status wrt_kg_edges_citing(wrt_json **out, size_t *total, wrt_kg *kg, const wrt_json *pmids,
                               size_t limit, wrt_err *err) {
    *out = NULL;
    *total = 0;
    limit = limit == 0 ? LIMIT_DEFAULT : limit;
    if (!wrt_json_is(pmids, WRT_JSON_ARRAY) || limit > LIMIT_MAX)
        return wrt_fail(err, WRT_E_INPUT, "PMIDs must be an array, the limit at most %d",
                        LIMIT_MAX);
    size_t n_rows = 0;
    for (size_t rank = 0; rank < kg->csr.n_edges; rank++)
        n_rows = kg->csr.number[rank] > n_rows ? kg->csr.number[rank] : n_rows;
    bool *marks = wrt_calloc(n_rows + 1, sizeof *marks);
    wrt_json *list = wrt_json_new_array();
    wrt_status status = mark_citing(marks, n_rows, kg, pmids, err);
    for (size_t rank = 0; rank < kg->csr.n_edges && status == WRT_OK; rank++) {
        wrt_json *edge = NULL;
        if (!marks[kg->csr.number[rank]] || (*total)++ >= limit)
            continue;
        status = wrt_kg_edge_full(&edge, NULL, kg->store, kg->csr.number[rank], err);
        if (status == WRT_OK)
            wrt_json_push(list, edge);
    }
    free(marks);
    if (status != WRT_OK) {
        wrt_json_free(list);
        return status;
    }
    *out = list;
    return WRT_OK;
}
