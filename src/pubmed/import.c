/* import.c: what is checked of a file before, while and after it is read. */
#include "pubmed/import.h"

#include "base/file.h"
#include "base/md5.h"
#include "pubmed/reader.h"
#include "pubmed/store_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MD5_FILE_MAX = 4096, PROGRESS_EACH = 1000 };

/* ---- names and order */

static bool take_digits(int *out, const char **at, size_t least, size_t most) {
    size_t n = 0;
    *out = 0;
    while (n < most && (*at)[n] >= '0' && (*at)[n] <= '9')
        *out = *out * 10 + ((*at)[n++] - '0');
    *at += n;
    return n >= least;
}

bool wrt_pubmed_file_number(int *year, int *number, const char *name) {
    *year = *number = 0;
    int y = 0, n = 0;
    const char *at = name;
    if (strncmp(at, "pubmed", 6) != 0 && strncmp(at, "medline", 7) != 0)
        return false;
    at += *at == 'p' ? 6 : 7;
    if (!take_digits(&y, &at, 2, 2) || *at++ != 'n' || !take_digits(&n, &at, 4, 6) || n == 0 ||
        (strcmp(at, ".xml") != 0 && strcmp(at, ".xml.gz") != 0))
        return false;
    *year = y;
    *number = n;
    return true;
}

typedef struct {
    const char *path;
    bool is_numbered;
    int year, number;
    size_t index;
} entry;

static int compare_entries(const void *a, const void *b) {
    const entry *left = a, *right = b;
    if (left->is_numbered != right->is_numbered)
        return left->is_numbered ? -1 : 1;
    if (left->year != right->year)
        return left->year - right->year;
    if (left->number != right->number)
        return left->number - right->number;
    return left->index < right->index ? -1 : 1;
}

void wrt_pubmed_import_sort(const char **paths, size_t n) {
    entry *list = wrt_calloc(n + 1, sizeof *list);
    for (size_t i = 0; i < n; i++) {
        list[i] = (entry){.path = paths[i], .index = i};
        list[i].is_numbered =
            wrt_pubmed_file_number(&list[i].year, &list[i].number, wrt_path_base(paths[i]));
    }
    qsort(list, n, sizeof *list, compare_entries);
    for (size_t i = 0; i < n; i++)
        paths[i] = list[i].path;
    free(list);
}

/* The last numbered file of the store; year 0 when there is none. */
static wrt_status last_file(int *year, int *number, wrt_pubmed_store *store, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status =
        wrt_db_prepare(&stmt, store->db,
                       "SELECT year, number FROM file WHERE kind='file' AND number>0"
                       " ORDER BY year DESC, number DESC LIMIT 1",
                       err);
    if (status == WRT_OK)
        status = wrt_stmt_step(&row, stmt, err);
    *year = row ? (int)wrt_stmt_int(stmt, 0) : 0;
    *number = row ? (int)wrt_stmt_int(stmt, 1) : 0;
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status check_order(wrt_pubmed_store *store, const char *name, wrt_err *err) {
    int year = 0, number = 0, last_year = 0, last_number = 0;
    if (!wrt_pubmed_file_number(&year, &number, name))
        return WRT_OK;
    wrt_status status = last_file(&last_year, &last_number, store, err);
    if (status != WRT_OK || last_number == 0)
        return status;
    if (year != last_year)
        return wrt_fail(err, WRT_E_INPUT,
                        "%s belongs to the baseline of 20%02d and this store to that of 20%02d: a "
                        "new baseline replaces everything, import it into a fresh store (another "
                        "-C DIR, or move pubmed.db away)",
                        name, year, last_year);
    if (number <= last_number)
        return wrt_fail(err, WRT_E_INPUT,
                        "%s comes before n%04d, which is in the store: its records would replace "
                        "newer ones; import in order into a fresh store, or --force",
                        name, last_number);
    return WRT_OK;
}

/* ---- checksums */

/* The first run of exactly 32 hexadecimal digits: "MD5(name)= sum" or "sum  name". */
static bool find_sum(char out[WRT_MD5_HEX + 1], wrt_str text) {
    size_t run = 0;
    for (size_t i = 0; i <= text.len; i++) {
        char c = i < text.len ? text.ptr[i] : ' ';
        if (c >= 'A' && c <= 'F')
            c = (char)(c - 'A' + 'a');
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) {
            if (run < WRT_MD5_HEX)
                out[run] = c;
            run++;
            continue;
        }
        if (run == WRT_MD5_HEX) {
            out[WRT_MD5_HEX] = '\0';
            return true;
        }
        run = 0;
    }
    return false;
}

static wrt_status check_md5(bool *checked, char sum[WRT_MD5_HEX + 1], const char *path,
                            wrt_err *err) {
    char wanted[WRT_MD5_HEX + 1];
    wrt_buf beside = wrt_buf_make(WRT_KIB(64)), text = wrt_buf_make(MD5_FILE_MAX);
    wrt_buf_printf(&beside, "%s.md5", path);
    *checked = false;
    wrt_status status = WRT_OK;
    if (!beside.overflow && wrt_file_exists(beside.ptr)) {
        status = wrt_file_read(&text, beside.ptr, MD5_FILE_MAX, err);
        if (status == WRT_OK && !find_sum(wanted, wrt_buf_str(&text)))
            status = wrt_fail(err, WRT_E_INPUT, "%s holds no MD5 sum: fetch it again",
                              wrt_path_base(beside.ptr));
        if (status == WRT_OK)
            status = wrt_md5_of_file(sum, path, err);
        if (status == WRT_OK && strcmp(sum, wanted) != 0)
            status = wrt_fail(err, WRT_E_INPUT,
                              "%s does not have the MD5 sum that stands beside it: fetch it again",
                              wrt_path_base(path));
        *checked = status == WRT_OK;
    }
    wrt_buf_free(&beside);
    wrt_buf_free(&text);
    return status;
}

/* ---- filters */

/* The filter in force: the store's, or the one given while the store has none. *is_new says that
 * it must be written. */
static wrt_status choose_filter(wrt_pubmed_filter *out, bool *is_new, wrt_pubmed_store *store,
                                const wrt_pubmed_filter *given, wrt_err *err) {
    char *text = NULL;
    wrt_json *json = NULL;
    *out = given != NULL ? *given : (wrt_pubmed_filter){0};
    wrt_status status = wrt_pubmed_meta_get(&text, store, "filters", err);
    *is_new = status == WRT_OK && *text == '\0';
    if (status == WRT_OK && !*is_new) {
        status = wrt_json_parse(&json, wrt_str_of(text), err);
        if (status == WRT_OK)
            status = wrt_pubmed_filter_read(out, json, err);
        if (status == WRT_OK && given != NULL && !wrt_pubmed_filter_equal(given, out))
            status = wrt_fail(err, WRT_E_INPUT,
                              "this store was begun with other filters (%.200s): give the same or "
                              "none, or begin a fresh store",
                              text);
    }
    wrt_json_free(json);
    free(text);
    return status;
}

static wrt_status write_filter(wrt_pubmed_store *store, const wrt_pubmed_filter *filter,
                               wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    wrt_json *json = wrt_pubmed_filter_json(filter);
    wrt_json_write_canonical(&text, json);
    wrt_status status = wrt_pubmed_meta_set(store, "filters", text.ptr, err);
    wrt_json_free(json);
    wrt_buf_free(&text);
    return status;
}

/* ---- one file */

typedef struct {
    wrt_pubmed_ingest *ingest;
    const wrt_pubmed_import_options *options;
    const char *name;
    int64_t articles;
} reading;

static wrt_status take_article(const wrt_pubmed_article *article, void *ctx, wrt_err *err) {
    reading *r = ctx;
    if (wrt_cancel_requested(r->options->cancel))
        return wrt_fail(err, WRT_E_INTERRUPTED, "interrupted: the same command goes on from here");
    if (++r->articles % PROGRESS_EACH == 0 && r->options->progress != NULL)
        r->options->progress(r->name, r->articles, r->options->ctx);
    return wrt_pubmed_ingest_article(r->ingest, article, err);
}

static wrt_status take_deleted(int64_t pmid, void *ctx, wrt_err *err) {
    const reading *r = ctx;
    return wrt_pubmed_ingest_delete(r->ingest, pmid, err);
}

static wrt_status ingest_file(wrt_pubmed_import_report *report, wrt_pubmed_store *store,
                              const char *path, const wrt_pubmed_source *source,
                              const wrt_pubmed_import_options *options, wrt_err *err) {
    wrt_pubmed_filter filter;
    bool is_new = false;
    reading r = {.options = options, .name = source->name};
    wrt_pubmed_counts counts = {0};
    const wrt_pubmed_sink sink = {.article = take_article, .deleted = take_deleted};
    wrt_status status = choose_filter(&filter, &is_new, store, options->filter, err);
    if (status == WRT_OK)
        status = wrt_pubmed_ingest_begin(&r.ingest, store, source, &filter, err);
    if (status == WRT_OK && is_new)
        status = write_filter(store, &filter, err);
    if (status == WRT_OK)
        status = wrt_pubmed_read_file(&counts, path, sink, &r, err);
    report->books = counts.books;
    if (status == WRT_OK)
        return wrt_pubmed_ingest_commit(&report->counts, r.ingest, err);
    wrt_pubmed_ingest_abandon(r.ingest);
    return status;
}

static wrt_status hash_file(char out[WRT_SHA256_HEX + 1], const char *path, wrt_err *err) {
    wrt_sha256 sum;
    if (strcmp(path, "-") == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "the store takes files, which it can recognise again, not standard input");
    if (!wrt_file_exists(path))
        return wrt_fail(err, WRT_E_INPUT, "%s: no such file", wrt_path_base(path));
    wrt_status status = wrt_sha256_of_file(&sum, path, err);
    if (status == WRT_OK)
        wrt_sha256_hex(out, &sum);
    return status;
}

wrt_status wrt_pubmed_import_file(wrt_pubmed_import_report *report, wrt_pubmed_store *store,
                                  const char *path, const wrt_pubmed_import_options *options,
                                  wrt_err *err) {
    char md5[WRT_MD5_HEX + 1] = "";
    *report = (wrt_pubmed_import_report){0};
    snprintf(report->name, sizeof report->name, "%s", wrt_path_base(path));
    report->name[wrt_utf8_valid_prefix(wrt_str_of(report->name))] = '\0';
    wrt_status status = hash_file(report->sha256, path, err);
    if (status == WRT_OK)
        status = wrt_pubmed_store_has(&report->was_there, store, report->sha256, err);
    if (status != WRT_OK || report->was_there)
        return status;
    if (!options->force)
        status = check_order(store, report->name, err);
    if (status == WRT_OK)
        status = check_md5(&report->md5_checked, md5, path, err);
    if (status != WRT_OK)
        return status;
    wrt_pubmed_source source = {.name = report->name,
                                .kind = "file",
                                .md5 = report->md5_checked ? md5 : NULL,
                                .sha256 = report->sha256};
    wrt_pubmed_file_number(&source.year, &source.number, report->name);
    status = ingest_file(report, store, path, &source, options, err);
    bool names_file = err != NULL && strncmp(err->message, report->name, strlen(report->name)) == 0;
    if (status != WRT_OK && status != WRT_E_INTERRUPTED && !names_file)
        wrt_err_prefix(err, "%s", report->name);
    return status;
}
