/* table.c: where tables come from, and what may be asked of them. */
#include "effect/data/table.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/input.h"
#include "effect/data/reading.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

<<<<<<< HEAD
struct wrt_table {
    char *name;
    wrt_column *columns;
    size_t n_columns, rows;
    char sha256[WRT_SHA256_HEX + 1];
};

/* Where the bytes are: a path, a descriptor (path NULL, fd >= 0) or memory. */
typedef struct {
    const char *path, *name;
    int fd;
    wrt_str bytes;
} source;

typedef struct {
    wrt_table *table;
    source from;
    wrt_table_options options;
    char separator;
    wrt_input *input;
    wrt_csv *csv;
} reading;

typedef wrt_status record_action(reading *r, size_t row, wrt_err *err);

static wrt_status open_source(wrt_input **out, const source *from, wrt_err *err) {
    if (from->path != NULL)
        return wrt_input_open(out, from->path, err);
    if (from->fd >= 0)
        return wrt_input_open_fd(out, from->fd, from->name, err);
    return wrt_input_open_bytes(out, from->bytes, from->name, err);
}

static void close_reading(reading *r) {
    wrt_csv_free(r->csv);
    wrt_input_close(r->input);
    r->csv = NULL;
    r->input = NULL;
}

/* Opens the file and takes the header record. */
static wrt_status begin(reading *r, wrt_err *err) {
    bool got;
    wrt_status status = open_source(&r->input, &r->from, err);
    if (status != WRT_OK)
        return status;
    r->csv = wrt_csv_new(r->input, r->separator);
    status = wrt_csv_next(&got, r->csv, err);
    if (status == WRT_OK && !got)
        status = wrt_fail(err, WRT_E_INPUT, "%s is empty: a header line is needed", r->table->name);
    return status;
}

static wrt_status check_width(const reading *r, size_t row, wrt_err *err) {
    const wrt_table *t = r->table;
    size_t count = wrt_csv_count(r->csv);
    if (count != t->n_columns)
        return wrt_fail(err, WRT_E_INPUT, "%s line %zu: %zu fields, the header has %zu%s", t->name,
                        wrt_csv_line(r->csv), count, t->n_columns,
                        count == 1 && wrt_csv_field(r->csv, 0).len == 0 ? " (an empty line)" : "");
    if (row >= WRT_TABLE_ROWS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%s: at most %d rows are read", t->name,
                        WRT_TABLE_ROWS_MAX);
    return WRT_OK;
}

/* One reading of the whole file; *rows records behind the header. */
static wrt_status read_all(size_t *rows, reading *r, record_action *action, wrt_err *err) {
    bool got = true;
    *rows = 0;
    wrt_status status = begin(r, err);
    while (status == WRT_OK) {
        status = wrt_csv_next(&got, r->csv, err);
        if (status != WRT_OK || !got)
            break;
        status = check_width(r, *rows, err);
        if (status == WRT_OK)
            status = action(r, *rows, err);
        ++*rows;
    }
    close_reading(r);
    return status;
}

/* ---- the header */

static bool is_listed(const char *name, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

static bool ends_with(wrt_str text, const char *end) {
    size_t len = strlen(end);
    return text.len >= len && memcmp(text.ptr + text.len - len, end, len) == 0;
}

static char separator_of_name(const char *name) {
    static const char *const packed[] = {".gz", ".bz2", ".zst"};
    wrt_str text = wrt_str_of(name);
    for (int i = 0; i < 3; i++)
        if (ends_with(text, packed[i]))
            text.len -= strlen(packed[i]);
    return ends_with(text, ".tsv") || ends_with(text, ".tab") ? '\t' : ',';
}

static bool header_holds(const reading *r, char byte) {
    wrt_str only = wrt_csv_field(r->csv, 0);
    return wrt_csv_count(r->csv) == 1 && only.len > 0 && memchr(only.ptr, byte, only.len) != NULL;
}

static wrt_status take_header(reading *r, wrt_err *err) {
    wrt_table *t = r->table;
    t->n_columns = wrt_csv_count(r->csv);
    t->columns = wrt_calloc(t->n_columns, sizeof *t->columns);
    for (size_t i = 0; i < t->n_columns; i++) {
        wrt_str name = wrt_str_trim(wrt_csv_field(r->csv, i));
        wrt_column *column = &t->columns[i];
        column->name = wrt_calloc(name.len + 1, 1);
        if (name.len == 0)
            return wrt_fail(err, WRT_E_INPUT, "%s: column %zu has no name", t->name, i + 1);
        memcpy(column->name, name.ptr, name.len);
        for (size_t j = 0; j < i; j++)
            if (strcmp(t->columns[j].name, column->name) == 0)
                return wrt_fail(err, WRT_E_INPUT, "%s: two columns are named \"%s\"", t->name,
                                column->name);
        column->is_wanted = r->options.columns == NULL ||
                            is_listed(column->name, r->options.columns, r->options.n_columns) ||
                            is_listed(column->name, r->options.extra, r->options.n_extra);
        column->is_forced = is_listed(column->name, r->options.nominal, r->options.n_nominal);
    }
    return WRT_OK;
}

static wrt_status check_wanted(const reading *r, wrt_err *err) {
    size_t found;
    wrt_status status = WRT_OK;
    for (size_t i = 0; status == WRT_OK && i < r->options.n_columns; i++)
        status = wrt_table_find(&found, r->table, r->options.columns[i], err);
    for (size_t i = 0; status == WRT_OK && i < r->options.n_nominal; i++)
        status = wrt_table_find(&found, r->table, r->options.nominal[i], err);
    return status;
}

static wrt_status read_header(reading *r, wrt_err *err) {
    r->separator = r->options.separator;
    if (r->separator == 0)
        r->separator = separator_of_name(r->table->name);
    wrt_status status = begin(r, err);
    if (status == WRT_OK && r->options.separator == 0 && header_holds(r, '\t')) {
        close_reading(r);
        r->separator = '\t';
        status = begin(r, err);
    }
    if (status == WRT_OK && r->options.separator == 0 && header_holds(r, ';'))
        status = wrt_fail(err, WRT_E_INPUT,
                          "%s: the header has semicolons and no comma: say that the separator is "
                          "';' (numbers have a decimal point all the same)",
                          r->table->name);
    if (status == WRT_OK)
        status = take_header(r, err);
    close_reading(r);
    return status == WRT_OK ? check_wanted(r, err) : status;
}

/* ---- cells */

static bool means_missing(const reading *r, wrt_str cell) {
    if (r->options.missing == NULL)
        return cell.len == 0 || (cell.ptr[0] == 'N' &&
                                 (wrt_str_equal_c(cell, "NA") || wrt_str_equal_c(cell, "NaN")));
    for (size_t i = 0; i < r->options.n_missing; i++)
        if (wrt_str_equal_c(cell, r->options.missing[i]))
            return true;
    return false;
}

static wrt_status profile_record(reading *r, size_t row, wrt_err *err) {
    (void)row;
    (void)err;
    for (size_t i = 0; i < r->table->n_columns; i++) {
        if (!r->table->columns[i].is_wanted)
            continue;
        wrt_str cell = wrt_str_trim(wrt_csv_field(r->csv, i));
        wrt_column_see(&r->table->columns[i], cell, means_missing(r, cell), wrt_csv_line(r->csv));
    }
    return WRT_OK;
}

static wrt_status changed(const wrt_table *t, wrt_err *err) {
    return wrt_fail(err, WRT_E_INPUT, "%s changed while it was read: read it again", t->name);
}

static wrt_status fill_record(reading *r, size_t row, wrt_err *err) {
    if (row >= r->table->rows)
        return changed(r->table, err);
    for (size_t i = 0; i < r->table->n_columns; i++) {
        wrt_column *column = &r->table->columns[i];
        if (column->values == NULL)
            continue;
        wrt_str cell = wrt_str_trim(wrt_csv_field(r->csv, i));
        if (!wrt_column_value(&column->values[row], column, cell, means_missing(r, cell)))
            return changed(r->table, err);
    }
    return WRT_OK;
}

/* ---- readings */

static wrt_status profile(reading *r, wrt_err *err) {
    wrt_table *t = r->table;
    wrt_status status = read_all(&t->rows, r, profile_record, err);
    bool again = false;
    for (size_t i = 0; i < t->n_columns; i++)
        again = again || t->columns[i].needs_again;
    if (status != WRT_OK || !again)
        return status;
    /* Only the columns in question are profiled once more. */
    bool *wanted = wrt_calloc(t->n_columns, sizeof *wanted);
    for (size_t i = 0; i < t->n_columns; i++) {
        wanted[i] = t->columns[i].is_wanted;
        t->columns[i].is_wanted = t->columns[i].needs_again;
        if (t->columns[i].needs_again)
            wrt_column_restart(&t->columns[i]);
    }
    size_t rows;
    status = read_all(&rows, r, profile_record, err);
    for (size_t i = 0; i < t->n_columns; i++)
        t->columns[i].is_wanted = wanted[i];
    free(wanted);
    return status == WRT_OK && rows != t->rows ? changed(t, err) : status;
}

static wrt_status fill(reading *r, wrt_err *err) {
    wrt_table *t = r->table;
    for (size_t i = 0; i < t->n_columns; i++) {
        wrt_column *column = &t->columns[i];
        if (!column->is_wanted)
            continue;
        wrt_column_settle(column);
        if (column->kind != WRT_COLUMN_TEXT)
            column->values = wrt_calloc(t->rows + 1, sizeof *column->values);
    }
    size_t rows;
    wrt_status status = read_all(&rows, r, fill_record, err);
    return status == WRT_OK && rows != t->rows ? changed(t, err) : status;
}

static wrt_status hash_source(wrt_table *t, const source *from, wrt_err *err) {
    wrt_sha256 digest;
    wrt_status status = WRT_OK;
    if (from->path != NULL)
        status = wrt_sha256_of_file(&digest, from->path, err);
    else if (from->fd >= 0)
        status = wrt_sha256_of_fd(&digest, from->fd, from->name, err);
    else
        digest = wrt_sha256_of(from->bytes);
    if (status == WRT_OK)
        wrt_sha256_hex(t->sha256, &digest);
    return status;
}

static wrt_status read_source(wrt_table **out, const source *from, const wrt_table_options *options,
                              wrt_err *err) {
    reading r = {.from = *from, .table = wrt_calloc(1, sizeof *r.table)};
    if (options != NULL)
        r.options = *options;
    r.table->name = wrt_strdup(from->name);
    wrt_status status = read_header(&r, err);
    if (status == WRT_OK)
        status = profile(&r, err);
    if (status == WRT_OK)
        status = fill(&r, err);
    if (status == WRT_OK)
        status = hash_source(r.table, from, err);
    if (status == WRT_OK)
        *out = r.table;
    else
        wrt_table_free(r.table);
    return status;
}

=======
>>>>>>> h-data
wrt_status wrt_table_parse_with(wrt_table **out, const char *name, wrt_str text,
                                const wrt_table_options *options, wrt_err *err) {
    *out = NULL;
    wrt_reading_source from = {.name = name, .fd = -1, .bytes = text};
    return wrt_reading_run(out, &from, options, NULL, err);
}

wrt_status wrt_table_parse(wrt_table **out, const char *name, wrt_str text, wrt_err *err) {
    return wrt_table_parse_with(out, name, text, NULL, err);
}

/* The bytes of what cannot be read twice. */
static wrt_status read_held(wrt_table **out, wrt_input *input, const wrt_table_options *options,
                            wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_MIB(1024));
    wrt_str piece = WRT_STR(" ");
    wrt_status status = WRT_OK;
    while (status == WRT_OK && piece.len > 0 && !text.overflow) {
        status = wrt_input_read(&piece, input, err);
        if (status == WRT_OK)
            wrt_buf_add_str(&text, piece);
    }
    if (status == WRT_OK && text.overflow)
        status = wrt_fail(err, WRT_E_LIMIT,
                          "%s: more than 1 GiB from a pipe: save it to a file and name that",
                          wrt_input_name(input));
    if (status == WRT_OK)
        status = wrt_table_parse_with(out, wrt_input_name(input), wrt_buf_str(&text), options, err);
    wrt_buf_free(&text);
    return status;
}

wrt_status wrt_table_read_fd(wrt_table **out, int fd, const char *name,
                             const wrt_table_options *options, wrt_err *err) {
    *out = NULL;
    wrt_input *input = NULL;
    wrt_status status = wrt_input_open_fd(&input, fd, name, err);
    if (status == WRT_OK && !wrt_input_is_seekable(input)) {
        status = read_held(out, input, options, err);
    } else if (status == WRT_OK) {
        wrt_reading_source from = {.name = name, .fd = fd};
        status = wrt_reading_run(out, &from, options, NULL, err);
    }
    wrt_input_close(input);
    return status;
}

wrt_status wrt_table_read_with(wrt_table **out, const char *path, const wrt_table_options *options,
                               wrt_err *err) {
    *out = NULL;
    if (strcmp(path, "-") == 0)
        return wrt_table_read_fd(out, 0, "standard input", options, err);
    wrt_reading_source from = {.path = path, .name = wrt_path_base(path), .fd = -1};
    return wrt_reading_run(out, &from, options, NULL, err);
}

wrt_status wrt_table_stream(wrt_table **out, const char *path, const wrt_table_options *options,
                            const wrt_table_scan *scan, wrt_err *err) {
    *out = NULL;
    assert(scan->rows > 0);
    if (strcmp(path, "-") == 0)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "standard input cannot be read again and again: save it to a file");
    wrt_reading_source from = {.path = path, .name = wrt_path_base(path), .fd = -1};
    return wrt_reading_run(out, &from, options, scan, err);
}

wrt_status wrt_table_read(wrt_table **out, const char *path, wrt_err *err) {
    return wrt_table_read_with(out, path, NULL, err);
}

void wrt_table_free(wrt_table *table) {
    if (table == NULL)
        return;
    for (size_t i = 0; i < table->n_columns && table->columns != NULL; i++)
        wrt_column_clear(&table->columns[i]);
    free(table->columns);
    free(table->name);
    free(table);
}

/* ---- asking */

const char *wrt_table_name(const wrt_table *table) {
    return table->name;
}

size_t wrt_table_rows(const wrt_table *table) {
    return table->rows;
}

size_t wrt_table_columns(const wrt_table *table) {
    return table->n_columns;
}

const wrt_column *wrt_table_column(const wrt_table *table, size_t column) {
    assert(column < table->n_columns);
    return &table->columns[column];
}

const char *wrt_table_column_name(const wrt_table *table, size_t column) {
    return wrt_table_column(table, column)->name;
}

const char *wrt_table_sha256(const wrt_table *table) {
    return table->sha256;
}

wrt_status wrt_table_find(size_t *out, const wrt_table *table, const char *name, wrt_err *err) {
    for (size_t i = 0; i < table->n_columns; i++)
        if (strcmp(table->columns[i].name, name) == 0) {
            *out = i;
            return WRT_OK;
        }
    wrt_buf names = wrt_buf_make(200);
    for (size_t i = 0; i < table->n_columns && !names.overflow; i++)
        wrt_buf_printf(&names, "%s%s", i > 0 ? ", " : "", table->columns[i].name);
    wrt_fail(err, WRT_E_INPUT, "%s has no column \"%s\"; it has: %s%s", table->name, name,
             wrt_buf_str(&names).ptr, names.overflow ? ", ..." : "");
    wrt_buf_free(&names);
    return WRT_E_INPUT;
}

bool wrt_table_is_missing(const wrt_table *table, size_t row, size_t column) {
    assert(row < table->rows && wrt_table_column(table, column)->values != NULL);
    return isnan(table->columns[column].values[row]) != 0;
}

wrt_status wrt_table_check_numeric(const wrt_table *table, size_t column, wrt_err *err) {
    const wrt_column *c = wrt_table_column(table, column);
    assert(c->is_wanted);
    if (c->kind != WRT_COLUMN_NOMINAL && c->kind != WRT_COLUMN_TEXT)
        return WRT_OK;
    if (c->odd_line == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "%s, column \"%s\" is declared nominal; numbers are "
                        "needed here",
                        table->name, c->name);
    return wrt_fail(err, WRT_E_INPUT,
                    "%s line %zu, column \"%s\": \"%s\" is not a number (%zu of "
                    "%zu cells are)",
                    table->name, c->odd_line, c->name, c->odd, c->n_integers + c->n_reals,
                    table->rows - c->n_missing);
}

wrt_status wrt_table_numbers(double **out, const wrt_table *table, size_t column, wrt_err *err) {
    *out = NULL;
    wrt_status status = wrt_table_check_numeric(table, column, err);
    if (status != WRT_OK)
        return status;
    *out = wrt_calloc(table->rows + 1, sizeof **out);
    memcpy(*out, table->columns[column].values, table->rows * sizeof **out);
    return WRT_OK;
}
