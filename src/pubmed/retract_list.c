/* retract_list.c: a list of retracted PMIDs from a file of lines or a table. */
#include "base/file.h"
#include "base/input.h"
#include "pubmed/ingest.h"
#include "pubmed/retract.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINE_MAX_BYTES = 1 << 20 };
static const size_t NO_COLUMN = SIZE_MAX;

typedef struct {
    wrt_pubmed_ingest *ingest;
    wrt_pubmed_list_report *report;
    size_t column;  /* where the PMID stands */
    size_t nature;  /* where it stands what happened to the paper; NO_COLUMN: all are retracted */
    char separator; /* 0: the line starts with the PMID */
} list_reader;

/* Cuts the next field off *rest; quotes around a field are taken off, doubled ones inside stay. */
static bool next_field(wrt_str *out, wrt_str *rest, char separator) {
    if (rest->ptr == NULL)
        return false;
    size_t at = 0;
    bool quoted = rest->len > 0 && rest->ptr[0] == '"', inside = false;
    while (at < rest->len && (inside || rest->ptr[at] != separator)) {
        if (quoted && rest->ptr[at] == '"')
            inside = !inside;
        at++;
    }
    *out = (wrt_str){rest->ptr, at};
    if (quoted && at >= 2 && out->ptr[at - 1] == '"')
        *out = (wrt_str){out->ptr + 1, at - 2};
    bool more = at < rest->len;
    *rest = more ? (wrt_str){rest->ptr + at + 1, rest->len - at - 1} : (wrt_str){NULL, 0};
    return true;
}

static bool equals(wrt_str field, const char *lower) {
    field = wrt_str_trim(field);
    return field.len == strlen(lower) && strncasecmp(field.ptr, lower, field.len) == 0;
}

static bool names_pmids(wrt_str name) {
    static const char *const names[] = {"pmid", "pubmed id", "pubmed_id", "pubmedid",
                                        "originalpaperpubmedid"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (equals(name, names[i]))
            return true;
    return false;
}

/* Is this the header of a table? Then the columns and the separator are known. */
static bool read_header(list_reader *reader, wrt_str line) {
    static const char separators[] = {'\t', ',', ';'};
    for (size_t i = 0; i < sizeof separators && reader->separator == 0; i++) {
        wrt_str field, rest = line;
        reader->nature = NO_COLUMN;
        for (size_t column = 0; next_field(&field, &rest, separators[i]); column++) {
            if (reader->separator == 0 && names_pmids(field)) {
                reader->column = column;
                reader->separator = separators[i];
            }
            if (equals(field, "retractionnature"))
                reader->nature = column;
        }
    }
    return reader->separator != 0;
}

static wrt_str field_at(const list_reader *reader, wrt_str line, size_t wanted) {
    wrt_str field = {NULL, 0}, rest = line;
    for (size_t column = 0; next_field(&field, &rest, reader->separator); column++)
        if (column == wanted)
            return field;
    return (wrt_str){"", 0};
}

/* The cell of a table, or the first word of a line. */
static wrt_str pmids_of(const list_reader *reader, wrt_str line) {
    size_t len = 0;
    if (reader->separator != 0)
        return field_at(reader, line, reader->column);
    while (len < line.len && strchr(" \t,;", line.ptr[len]) == NULL)
        len++;
    return (wrt_str){line.ptr, len};
}

/* What a line says of its papers; a word that is not known counts as the worst. */
static wrt_pubmed_status nature_of(const list_reader *reader, wrt_str line) {
    if (reader->separator == 0 || reader->nature == NO_COLUMN)
        return WRT_PUBMED_RETRACTED;
    wrt_str nature = field_at(reader, line, reader->nature);
    if (equals(nature, "expression of concern"))
        return WRT_PUBMED_CONCERN;
    if (equals(nature, "correction"))
        return WRT_PUBMED_CORRECTED;
    return equals(nature, "reinstatement") ? WRT_PUBMED_UNKNOWN : WRT_PUBMED_RETRACTED;
}

/* Marks each PMID of a cell; *n counts them. */
static wrt_status mark_all(int64_t *n, list_reader *reader, wrt_str cell, wrt_pubmed_status mark,
                           wrt_err *err) {
    wrt_status status = WRT_OK;
    while (status == WRT_OK && cell.ptr != NULL) {
        int64_t pmid = 0;
        size_t len = 0;
        while (len < cell.len && strchr(";|", cell.ptr[len]) == NULL)
            len++;
        if (wrt_pubmed_read_pmid(&pmid, (wrt_str){cell.ptr, len})) {
            ++*n;
            status = wrt_pubmed_ingest_mark(reader->ingest, pmid, mark, err);
        }
        cell =
            len < cell.len ? (wrt_str){cell.ptr + len + 1, cell.len - len - 1} : (wrt_str){NULL, 0};
    }
    return status;
}

static wrt_status take_line(list_reader *reader, wrt_str line, wrt_err *err) {
    int64_t n = 0;
    line = wrt_str_trim(line);
    if (line.len == 0 || line.ptr[0] == '#')
        return WRT_OK;
    wrt_status status = WRT_OK;
    wrt_pubmed_status mark = nature_of(reader, line);
    if (mark != WRT_PUBMED_UNKNOWN)
        status = mark_all(&n, reader, pmids_of(reader, line), mark, err);
    reader->report->pmids += n;
    if (n == 0 &&
        (reader->report->pmids > 0 || reader->separator != 0 || !read_header(reader, line)))
        reader->report->skipped++;
    return status;
}

static wrt_status read_lines(list_reader *reader, wrt_input *input, wrt_err *err) {
    bool got = true;
    wrt_str line;
    wrt_status status = WRT_OK;
    while (status == WRT_OK) {
        status = wrt_input_line(&got, &line, input, LINE_MAX_BYTES, err);
        if (status != WRT_OK || !got)
            break;
        reader->report->lines++;
        status = take_line(reader, line, err);
    }
    if (status == WRT_OK && reader->report->pmids == 0)
        status = wrt_fail(err, WRT_E_INPUT,
                          "%s holds no PMID: expected one at the start of each line, or a table "
                          "with a column named pmid",
                          wrt_input_name(input));
    return status;
}

static wrt_status load(list_reader *reader, wrt_pubmed_store *store, const char *path,
                       const char *sha256, wrt_err *err) {
    wrt_input *input = NULL;
    const wrt_pubmed_source source = {
        .name = wrt_path_base(path), .kind = "list", .sha256 = sha256};
    wrt_pubmed_ingested counts = {0};
    wrt_status status = wrt_input_open(&input, path, err);
    if (status == WRT_OK)
        status = wrt_pubmed_ingest_begin(&reader->ingest, store, &source, NULL, err);
    if (status == WRT_OK)
        status = read_lines(reader, input, err);
    wrt_input_close(input);
    if (status == WRT_OK) {
        status = wrt_pubmed_ingest_commit(&counts, reader->ingest, err);
        reader->report->changes = counts.changes;
    } else {
        wrt_pubmed_ingest_abandon(reader->ingest);
    }
    return status;
}

wrt_status wrt_pubmed_retractions_load(wrt_pubmed_list_report *report, wrt_pubmed_store *store,
                                       const char *path, wrt_err *err) {
    wrt_sha256 sum;
    char sha256[WRT_SHA256_HEX + 1];
    list_reader reader = {.report = report};
    *report = (wrt_pubmed_list_report){0};
    if (strcmp(path, "-") == 0)
        return wrt_fail(err, WRT_E_INPUT, "a list cannot be read from standard input: name a file");
    if (!wrt_file_exists(path))
        return wrt_fail(err, WRT_E_INPUT, "%s: no such file", wrt_path_base(path));
    wrt_status status = wrt_sha256_of_file(&sum, path, err);
    if (status != WRT_OK)
        return status;
    wrt_sha256_hex(sha256, &sum);
    status = wrt_pubmed_store_has(&report->was_loaded, store, sha256, err);
    if (status != WRT_OK || report->was_loaded)
        return status;
    return load(&reader, store, path, sha256, err);
}
