/* kgx.c: a line reader with a cap, and the checks that make its cells safe to store.
 *
 * Input comes in chunks of 64 KiB from a file, or as one chunk from memory; a line is copied into
 * one buffer and cut at its tabs in place, so memory is that of the longest line. */
#include "kg/kgx.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CHUNK = 1 << 16 };

struct wrt_kgx {
    FILE *input; /* NULL when reading memory */
    char *name;
    char *chunk; /* owned when input is not NULL */
    size_t at, have;
    const char *bytes; /* chunk, or the caller's text */
    wrt_buf header, line;
    wrt_str *columns; /* views into header */
    wrt_str *cells;   /* views into line */
    size_t n_columns, n_cells;
    size_t number; /* of the line last read */
};

/* Fills the chunk; false at the end of input. */
static bool refill(wrt_kgx *file) {
    if (file->input == NULL)
        return false;
    file->have = fread(file->chunk, 1, CHUNK, file->input);
    file->at = 0;
    return file->have > 0;
}

/* Reads one line without its terminator into *out. */
static wrt_status read_line(bool *got, wrt_kgx *file, wrt_buf *out, wrt_err *err) {
    wrt_buf_clear(out);
    *got = false;
    bool ended = false;
    while (!ended && (file->at < file->have || refill(file))) {
        *got = true;
        const char *from = file->bytes + file->at;
        const char *newline = memchr(from, '\n', file->have - file->at);
        size_t len = newline != NULL ? (size_t)(newline - from) : file->have - file->at;
        wrt_buf_add(out, from, len);
        file->at += len + (newline != NULL ? 1 : 0);
        ended = newline != NULL;
        if (out->overflow)
            return wrt_fail(err, WRT_E_LIMIT, "%s:%zu: the line is longer than %d bytes",
                            file->name, file->number + 1, WRT_KGX_LINE_MAX);
    }
    if (file->input != NULL && ferror(file->input))
        return wrt_fail(err, WRT_E_FAILED, "%s: reading failed after line %zu", file->name,
                        file->number);
    if (*got)
        file->number++;
    if (out->len > 0 && out->ptr[out->len - 1] == '\r')
        out->ptr[--out->len] = '\0';
    return WRT_OK;
}

/* Splits at tabs into at most `room` views; false when there are more. */
static bool split(wrt_str *out, size_t *n, size_t room, wrt_str line) {
    *n = 0;
    wrt_str cell, rest = line;
    while (wrt_str_cut(&cell, &rest, '\t')) {
        if (*n == room)
            return false;
        out[(*n)++] = wrt_str_trim(cell);
    }
    return true;
}

static wrt_status check_text(const wrt_kgx *file, wrt_str line, wrt_err *err) {
    if (line.len > 0 && memchr(line.ptr, '\0', line.len) != NULL)
        return wrt_fail(err, WRT_E_INPUT, "%s:%zu: the line holds a zero byte", file->name,
                        file->number);
    if (!wrt_utf8_valid(line))
        return wrt_fail(err, WRT_E_INPUT, "%s:%zu: the line is not valid UTF-8", file->name,
                        file->number);
    return WRT_OK;
}

/* Says what a file is that clearly is not TSV. */
static wrt_status check_kind(const wrt_kgx *file, wrt_str first, wrt_err *err) {
    if (wrt_str_starts_with(first, WRT_STR("version https://git-lfs.github.com/spec/")))
        return wrt_fail(err, WRT_E_INPUT,
                        "%s is a Git-LFS pointer, not the data: run `git lfs pull` in the "
                        "repository it came from and import the fetched file",
                        file->name);
    if (wrt_str_starts_with(first, WRT_STR("\x1f\x8b")))
        return wrt_fail(err, WRT_E_UNSUPPORTED, "%s is gzip data: unpack it with gunzip first",
                        file->name);
    if (wrt_str_starts_with(first, WRT_STR("{")) || wrt_str_starts_with(first, WRT_STR("[")))
        return wrt_fail(err, WRT_E_UNSUPPORTED, "%s looks like JSON: KGX is read in its TSV form",
                        file->name);
    return WRT_OK;
}

static int compare_str(const void *a, const void *b) {
    return wrt_str_compare(*(const wrt_str *)a, *(const wrt_str *)b);
}

static wrt_status check_columns(const wrt_kgx *file, wrt_err *err) {
    wrt_str *sorted = wrt_calloc(file->n_columns, sizeof *sorted);
    memcpy(sorted, file->columns, file->n_columns * sizeof *sorted);
    qsort(sorted, file->n_columns, sizeof *sorted, compare_str);
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < file->n_columns && status == WRT_OK; i++) {
        if (sorted[i].len == 0)
            status = wrt_fail(err, WRT_E_INPUT, "%s:1: a column has no name", file->name);
        else if (i > 0 && wrt_str_equal(sorted[i], sorted[i - 1]))
            status = wrt_fail(err, WRT_E_INPUT, "%s:1: column \"%.*s\" stands twice", file->name,
                              (int)sorted[i].len, sorted[i].ptr);
    }
    free(sorted);
    return status;
}

static wrt_status read_header(wrt_kgx *file, wrt_err *err) {
    bool got = false;
    wrt_status status = read_line(&got, file, &file->header, err);
    if (status != WRT_OK)
        return status;
    if (!got)
        return wrt_fail(err, WRT_E_INPUT, "%s is empty: the first line must name the columns",
                        file->name);
    wrt_str first = wrt_buf_str(&file->header);
    if ((status = check_kind(file, first, err)) != WRT_OK ||
        (status = check_text(file, first, err)) != WRT_OK)
        return status;
    if (wrt_str_starts_with(first, WRT_STR("\xef\xbb\xbf")))
        first = (wrt_str){first.ptr + 3, first.len - 3};
    file->columns = wrt_calloc(WRT_KGX_COLUMNS_MAX, sizeof *file->columns);
    file->cells = wrt_calloc(WRT_KGX_COLUMNS_MAX, sizeof *file->cells);
    if (!split(file->columns, &file->n_columns, WRT_KGX_COLUMNS_MAX, first))
        return wrt_fail(err, WRT_E_LIMIT, "%s:1: more than %d columns", file->name,
                        WRT_KGX_COLUMNS_MAX);
    return check_columns(file, err);
}

static wrt_kgx *reader_new(const char *name) {
    wrt_kgx *file = wrt_calloc(1, sizeof *file);
    file->name = wrt_strdup(name);
    file->header = wrt_buf_make(WRT_KGX_LINE_MAX);
    file->line = wrt_buf_make(WRT_KGX_LINE_MAX);
    return file;
}

wrt_status wrt_kgx_open(wrt_kgx **out, const char *path, wrt_err *err) {
    *out = NULL;
    const char *name = wrt_path_base(path);
    struct stat about;
    FILE *input = fopen(path, "rbe");
    if (input == NULL)
        return wrt_fail(err, errno == ENOENT ? WRT_E_NOT_FOUND : WRT_E_FAILED, "cannot read %s: %s",
                        name, strerror(errno));
    if (fstat(fileno(input), &about) != 0 || S_ISDIR(about.st_mode)) {
        fclose(input);
        return wrt_fail(err, WRT_E_INPUT, "%s is not a file", name);
    }
    wrt_kgx *file = reader_new(name);
    file->input = input;
    file->chunk = wrt_calloc(CHUNK, 1);
    file->bytes = file->chunk;
    wrt_status status = read_header(file, err);
    if (status != WRT_OK) {
        wrt_kgx_close(file);
        return status;
    }
    *out = file;
    return WRT_OK;
}

wrt_status wrt_kgx_open_text(wrt_kgx **out, wrt_str text, const char *name, wrt_err *err) {
    *out = NULL;
    wrt_kgx *file = reader_new(name);
    file->bytes = text.ptr;
    file->have = text.len;
    wrt_status status = read_header(file, err);
    if (status != WRT_OK) {
        wrt_kgx_close(file);
        return status;
    }
    *out = file;
    return WRT_OK;
}

void wrt_kgx_close(wrt_kgx *file) {
    if (file == NULL)
        return;
    if (file->input != NULL)
        fclose(file->input);
    free(file->chunk);
    free(file->name);
    free(file->columns);
    free(file->cells);
    wrt_buf_free(&file->header);
    wrt_buf_free(&file->line);
    free(file);
}

size_t wrt_kgx_columns(const wrt_kgx *file) {
    return file->n_columns;
}

wrt_str wrt_kgx_column(const wrt_kgx *file, size_t index) {
    return file->columns[index];
}

wrt_status wrt_kgx_next(bool *row, wrt_kgx *file, wrt_err *err) {
    *row = false;
    for (;;) {
        bool got = false;
        wrt_status status = read_line(&got, file, &file->line, err);
        if (status != WRT_OK || !got)
            return status;
        wrt_str line = wrt_buf_str(&file->line);
        if ((status = check_text(file, line, err)) != WRT_OK)
            return status;
        if (wrt_str_trim(line).len == 0)
            continue;
        if (!split(file->cells, &file->n_cells, file->n_columns, line))
            return wrt_fail(err, WRT_E_INPUT, "%s:%zu: more cells than the %zu columns of line 1",
                            file->name, file->number, file->n_columns);
        *row = true;
        return WRT_OK;
    }
}

wrt_str wrt_kgx_cell(const wrt_kgx *file, size_t index) {
    return index < file->n_cells ? file->cells[index] : WRT_STR("");
}

size_t wrt_kgx_line(const wrt_kgx *file) {
    return file->number;
}

const char *wrt_kgx_name(const wrt_kgx *file) {
    return file->name;
}
