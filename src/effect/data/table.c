/* table.c: one pass over the bytes; cells are views into the unescaped text. */
#include "effect/data/table.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct wrt_table {
    char *name;
    char *text;     /* the file, unescaped in place; every cell is terminated */
    wrt_str *cells; /* row-major, the header first */
    size_t n_cells, room;
    size_t columns, rows;
    char sha256[WRT_SHA256_HEX + 1];
};

typedef struct {
    wrt_table *table;
    char *at, *end; /* what is left to read */
    char *write;    /* where the next unescaped byte goes; never ahead of `at` */
    size_t line;    /* 1-based */
    size_t in_record;
} reader;

static wrt_status bad(const reader *r, wrt_err *err, const char *what) {
    return wrt_fail(err, WRT_E_INPUT, "%s line %zu: %s", r->table->name, r->line, what);
}

static void push_cell(wrt_table *t, char *start, size_t len) {
    if (t->n_cells == t->room) {
        t->room = t->room > 0 ? 2 * t->room : 256;
        t->cells = wrt_realloc(t->cells, t->room * sizeof *t->cells);
    }
    t->cells[t->n_cells++] = (wrt_str){start, len};
}

/* The quoted part of a field, from behind its opening quote to behind its closing one. */
static wrt_status read_quoted(reader *r, wrt_err *err) {
    size_t opened = r->line;
    while (r->at < r->end) {
        if (*r->at == '"') {
            if (r->at + 1 < r->end && r->at[1] == '"') {
                r->at++;
            } else {
                r->at++;
                return WRT_OK;
            }
        }
        r->line += *r->at == '\n';
        *r->write++ = *r->at++;
    }
    r->line = opened;
    return bad(r, err, "a quoted field is never closed");
}

static bool at_field_end(const reader *r) {
    return r->at == r->end || *r->at == ',' || *r->at == '\n' ||
           (*r->at == '\r' && (r->at + 1 == r->end || r->at[1] == '\n'));
}

static wrt_status read_field(reader *r, wrt_err *err) {
    char *start = r->write;
    if (r->at < r->end && *r->at == '"') {
        r->at++;
        wrt_status status = read_quoted(r, err);
        if (status != WRT_OK)
            return status;
        if (!at_field_end(r))
            return bad(r, err, "text behind a closing quote");
    } else {
        while (!at_field_end(r)) {
            if (*r->at == '"')
                return bad(r, err, "a quote inside an unquoted field: quote the whole field");
            *r->write++ = *r->at++;
        }
    }
    push_cell(r->table, start, (size_t)(r->write - start));
    r->in_record++;
    return WRT_OK;
}

static wrt_status end_record(reader *r, wrt_err *err) {
    wrt_table *t = r->table;
    assert(r->in_record > 0); /* a record has a field, though it may be empty */
    if (t->columns == 0)
        t->columns = r->in_record;
    else if (r->in_record != t->columns)
        return wrt_fail(err, WRT_E_INPUT, "%s line %zu: %zu fields, the header has %zu", t->name,
                        r->line, r->in_record, t->columns);
    if (t->columns > WRT_TABLE_COLUMNS_MAX || t->n_cells / t->columns > WRT_TABLE_ROWS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%s: at most %d columns and %d rows are read", t->name,
                        WRT_TABLE_COLUMNS_MAX, WRT_TABLE_ROWS_MAX);
    r->in_record = 0;
    return WRT_OK;
}

/* Behind a field: the separator, or the end of the record and its line break. */
static wrt_status after_field(reader *r, bool *more, wrt_err *err) {
    *more = r->at < r->end && *r->at == ',';
    char *stop = r->at;
    if (*more) {
        r->at++;
    } else {
        wrt_status status = end_record(r, err);
        if (status != WRT_OK)
            return status;
        if (r->at < r->end && *r->at == '\r')
            r->at++;
        if (r->at < r->end)
            r->at++;
        r->line++;
    }
    if (stop < r->end)
        *r->write++ = '\0';
    return WRT_OK;
}

static wrt_status check_header(const wrt_table *t, wrt_err *err) {
    for (size_t i = 0; i < t->columns; i++) {
        if (t->cells[i].len == 0)
            return wrt_fail(err, WRT_E_INPUT, "%s: column %zu has no name", t->name, i + 1);
        for (size_t j = 0; j < i; j++)
            if (wrt_str_equal(t->cells[i], t->cells[j]))
                return wrt_fail(err, WRT_E_INPUT, "%s: two columns are named \"%.*s\"", t->name,
                                (int)t->cells[i].len, t->cells[i].ptr);
    }
    return WRT_OK;
}

static wrt_status read_records(wrt_table *t, size_t len, wrt_err *err) {
    reader r = {.table = t, .at = t->text, .end = t->text + len, .write = t->text, .line = 1};
    if (len >= 3 && memcmp(t->text, "\xef\xbb\xbf", 3) == 0)
        r.at = r.write = t->text + 3;
    bool more = false;
    while (r.at < r.end || more) {
        wrt_status status = read_field(&r, err);
        if (status == WRT_OK)
            status = after_field(&r, &more, err);
        if (status != WRT_OK)
            return status;
    }
    if (t->columns == 0)
        return wrt_fail(err, WRT_E_INPUT, "%s is empty: a header line is needed", t->name);
    t->rows = t->n_cells / t->columns - 1;
    return check_header(t, err);
}

wrt_status wrt_table_parse(wrt_table **out, const char *name, wrt_str text, wrt_err *err) {
    *out = NULL;
    if (!wrt_utf8_valid(text) || memchr(text.ptr ? text.ptr : "", '\0', text.len) != NULL)
        return wrt_fail(err, WRT_E_INPUT, "%s is not UTF-8 text", name);
    wrt_table *t = wrt_calloc(1, sizeof *t);
    wrt_sha256 digest = wrt_sha256_of(text);
    wrt_sha256_hex(t->sha256, &digest);
    t->name = wrt_strdup(name);
    t->text = wrt_calloc(text.len + 1, 1);
    if (text.ptr != NULL)
        memcpy(t->text, text.ptr, text.len);
    wrt_status status = read_records(t, text.len, err);
    if (status == WRT_OK)
        *out = t;
    else
        wrt_table_free(t);
    return status;
}

wrt_status wrt_table_read(wrt_table **out, const char *path, wrt_err *err) {
    *out = NULL;
    wrt_buf text = wrt_buf_make(WRT_MIB(1024));
    wrt_status status = wrt_file_read(&text, path, WRT_MIB(1024), err);
    if (status == WRT_OK)
        status = wrt_table_parse(out, wrt_path_base(path), wrt_buf_str(&text), err);
    wrt_buf_free(&text);
    return status;
}

void wrt_table_free(wrt_table *table) {
    if (table == NULL)
        return;
    free(table->name);
    free(table->text);
    free(table->cells);
    free(table);
}

size_t wrt_table_rows(const wrt_table *table) {
    return table->rows;
}

size_t wrt_table_columns(const wrt_table *table) {
    return table->columns;
}

const char *wrt_table_column_name(const wrt_table *table, size_t column) {
    return table->cells[column].ptr;
}

const char *wrt_table_sha256(const wrt_table *table) {
    return table->sha256;
}

wrt_status wrt_table_find(size_t *out, const wrt_table *table, const char *name, wrt_err *err) {
    for (size_t i = 0; i < table->columns; i++)
        if (wrt_str_equal_c(table->cells[i], name)) {
            *out = i;
            return WRT_OK;
        }
    wrt_buf names = wrt_buf_make(200);
    for (size_t i = 0; i < table->columns && !names.overflow; i++)
        wrt_buf_printf(&names, "%s%s", i > 0 ? ", " : "", table->cells[i].ptr);
    wrt_fail(err, WRT_E_INPUT, "%s has no column \"%s\"; it has: %s%s", table->name, name,
             wrt_buf_str(&names).ptr, names.overflow ? ", ..." : "");
    wrt_buf_free(&names);
    return WRT_E_INPUT;
}

wrt_str wrt_table_text(const wrt_table *table, size_t row, size_t column) {
    return table->cells[(row + 1) * table->columns + column];
}

bool wrt_table_is_missing(const wrt_table *table, size_t row, size_t column) {
    wrt_str cell = wrt_str_trim(wrt_table_text(table, row, column));
    return cell.len == 0 || wrt_str_equal_c(cell, "NA") || wrt_str_equal_c(cell, "NaN");
}

wrt_status wrt_table_numbers(double **out, const wrt_table *table, size_t column, wrt_err *err) {
    double *values = wrt_calloc(table->rows > 0 ? table->rows : 1, sizeof *values);
    for (size_t row = 0; row < table->rows; row++) {
        wrt_str cell = wrt_str_trim(wrt_table_text(table, row, column));
        if (wrt_table_is_missing(table, row, column)) {
            values[row] = (double)NAN;
        } else if (!wrt_str_to_double(&values[row], cell)) {
            free(values);
            *out = NULL;
            return wrt_fail(err, WRT_E_INPUT, "%s row %zu, column \"%s\": \"%.*s\" is not a number",
                            table->name, row + 1, wrt_table_column_name(table, column),
                            (int)(cell.len < 40 ? cell.len : 40), cell.ptr);
        }
    }
    *out = values;
    return WRT_OK;
}
