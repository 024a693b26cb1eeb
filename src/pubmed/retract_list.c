/* retract_list.c: a list of retracted PMIDs from a file of lines or a table. */
#include "base/file.h"
#include "base/input.h"
#include "pubmed/ingest.h"
#include "pubmed/retract.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINE_MAX_BYTES = 1 << 20 };

typedef struct {
    wrt_pubmed_ingest *ingest;
    wrt_pubmed_list_report *report;
    size_t column;  /* where the PMID stands */
    char separator; /* 0: the line starts with it */
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

static bool names_pmids(wrt_str name) {
    static const char *const names[] = {"pmid", "pubmed id", "pubmed_id", "pubmedid",
                                        "originalpaperpubmedid"};
    name = wrt_str_trim(name);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (name.len == strlen(names[i]) && strncasecmp(name.ptr, names[i], name.len) == 0)
            return true;
    return false;
}

/* Is this the header of a table? Then the column and the separator are known. */
static bool read_header(list_reader *reader, wrt_str line) {
    static const char separators[] = {'\t', ',', ';'};
    for (size_t i = 0; i < sizeof separators; i++) {
        wrt_str field, rest = line;
        for (size_t column = 0; next_field(&field, &rest, separators[i]); column++)
            if (names_pmids(field)) {
                reader->column = column;
                reader->separator = separators[i];
                return true;
            }
    }
    return false;
}

static bool find_pmid(int64_t *out, const list_reader *reader, wrt_str line) {
    wrt_str field = {NULL, 0};
    if (reader->separator != 0) {
        wrt_str rest = line;
        for (size_t column = 0; next_field(&field, &rest, reader->separator); column++)
            if (column == reader->column)
                return wrt_pubmed_read_pmid(out, field);
        return false;
    }
    size_t len = 0;
    while (len < line.len && strchr(" \t,;", line.ptr[len]) == NULL)
        len++;
    return wrt_pubmed_read_pmid(out, (wrt_str){line.ptr, len});
}

static wrt_status take_line(list_reader *reader, wrt_str line, wrt_err *err) {
    int64_t pmid = 0;
    line = wrt_str_trim(line);
    if (line.len == 0 || line.ptr[0] == '#')
        return WRT_OK;
    if (find_pmid(&pmid, reader, line)) {
        reader->report->pmids++;
        return wrt_pubmed_ingest_mark(reader->ingest, pmid, WRT_PUBMED_RETRACTED, err);
    }
    if (reader->report->pmids > 0 || reader->separator != 0 || !read_header(reader, line))
        reader->report->skipped++;
    return WRT_OK;
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
