/* reading.c: readings of one file.
 *
 *   header -> profile (every wanted cell) -> settle kinds -> [profile again] -> fill values
 *
 * A reading is one run over all records with one action per record. */
#include "effect/data/reading.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"
#include "effect/data/csv.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    wrt_table *table;
    wrt_reading_source from;
    wrt_table_options options;
    char separator;
    wrt_input *input;
    wrt_csv *csv;
    const wrt_table_scan *scan; /* NULL: all values are kept */
    size_t pass, held;          /* of the scan: rows in the columns */
} reading;

typedef wrt_status record_action(reading *r, size_t row, wrt_err *err);

static wrt_status open_source(wrt_input **out, const wrt_reading_source *from, wrt_err *err) {
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

/* Opens the file and takes the header record, if it has one. */
static wrt_status begin(reading *r, wrt_err *err) {
    bool got;
    wrt_status status = open_source(&r->input, &r->from, err);
    if (status != WRT_OK)
        return status;
    r->csv = wrt_csv_new(r->input, r->separator);
    if (r->options.names != NULL)
        return WRT_OK;
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

static wrt_str header_cell(const reading *r, size_t i) {
    return wrt_str_trim(r->options.names != NULL ? wrt_str_of(r->options.names[i])
                                                 : wrt_csv_field(r->csv, i));
}

static wrt_status check_name(const wrt_table *t, size_t i, wrt_err *err) {
    const char *name = t->columns[i].name;
    if (name[0] == '\0')
        return wrt_fail(err, WRT_E_INPUT, "%s: column %zu has no name", t->name, i + 1);
    for (size_t j = 0; j < i; j++)
        if (strcmp(t->columns[j].name, name) == 0)
            return wrt_fail(err, WRT_E_INPUT, "%s: two columns are named \"%.80s\"", t->name, name);
    return WRT_OK;
}

static bool are_all_numbers(const reading *r) {
    double value;
    for (size_t i = 0; i < r->table->n_columns; i++)
        if (!wrt_str_to_double(&value, header_cell(r, i)))
            return false;
    return true;
}

static wrt_status take_header(reading *r, wrt_err *err) {
    wrt_table *t = r->table;
    t->n_columns = r->options.names != NULL ? r->options.n_names : wrt_csv_count(r->csv);
    t->columns = wrt_calloc(t->n_columns, sizeof *t->columns);
    wrt_status status = WRT_OK;
    if (are_all_numbers(r))
        return wrt_fail(err, WRT_E_INPUT,
                        "%s: the first line holds numbers only: a header line is needed, or the "
                        "names of the columns",
                        t->name);
    for (size_t i = 0; status == WRT_OK && i < t->n_columns; i++) {
        wrt_str name = header_cell(r, i);
        wrt_column *column = &t->columns[i];
        column->name = wrt_calloc(name.len + 1, 1);
        if (name.len > 0)
            memcpy(column->name, name.ptr, name.len);
        status = check_name(t, i, err);
        column->is_wanted = r->options.columns == NULL ||
                            is_listed(column->name, r->options.columns, r->options.n_columns) ||
                            is_listed(column->name, r->options.extra, r->options.n_extra);
        column->is_forced = is_listed(column->name, r->options.nominal, r->options.n_nominal);
    }
    return status;
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
    if (r->options.names != NULL) {
        close_reading(r);
        status = status == WRT_OK ? take_header(r, err) : status;
        return status == WRT_OK ? check_wanted(r, err) : status;
    }
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

/* The values of the record at hand, to that row of the columns. */
static wrt_status take_values(reading *r, size_t row, wrt_err *err) {
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

static wrt_status fill_record(reading *r, size_t row, wrt_err *err) {
    return row < r->table->rows ? take_values(r, row, err) : changed(r->table, err);
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

/* Settles the columns and gives them room for that many rows. */
static void make_room(wrt_table *t, size_t rows) {
    for (size_t i = 0; i < t->n_columns; i++) {
        wrt_column *column = &t->columns[i];
        if (!column->is_wanted)
            continue;
        wrt_column_settle(column);
        if (column->kind != WRT_COLUMN_TEXT)
            column->values = wrt_calloc(rows + 1, sizeof *column->values);
    }
}

static wrt_status check_cells(const reading *r, wrt_err *err) {
    size_t cap = r->options.cells_max > 0 ? r->options.cells_max : WRT_TABLE_CELLS_MAX, wanted = 0;
    for (size_t i = 0; i < r->table->n_columns; i++)
        wanted += r->table->columns[i].is_wanted;
    if (wanted == 0 || r->table->rows <= cap / wanted)
        return WRT_OK;
    return wrt_fail(err, WRT_E_LIMIT,
                    "%s: %zu rows of %zu columns are more than the %zu cells that are held in "
                    "memory: use fewer columns, or stream it (naive, ols)",
                    r->table->name, r->table->rows, wanted, cap);
}

static wrt_status fill(reading *r, wrt_err *err) {
    size_t rows;
    if (check_cells(r, err) != WRT_OK)
        return WRT_E_LIMIT;
    make_room(r->table, r->table->rows);
    wrt_status status = read_all(&rows, r, fill_record, err);
    return status == WRT_OK && rows != r->table->rows ? changed(r->table, err) : status;
}

/* ---- handing over in pieces */

static wrt_status hand_over(reading *r, wrt_err *err) {
    if (r->held == 0)
        return WRT_OK;
    size_t all = r->table->rows;
    r->table->rows = r->held;
    wrt_status status = r->scan->piece(r->table, r->pass, r->scan->ctx, err);
    r->table->rows = all;
    r->held = 0;
    return status;
}

static wrt_status scan_record(reading *r, size_t row, wrt_err *err) {
    if (row >= r->table->rows)
        return changed(r->table, err);
    wrt_status status = take_values(r, r->held, err);
    if (status == WRT_OK && ++r->held == r->scan->rows)
        status = hand_over(r, err);
    return status;
}

static wrt_status scan(reading *r, wrt_err *err) {
    make_room(r->table, r->scan->rows);
    wrt_status status = r->scan->begin(r->table, r->scan->ctx, err);
    for (r->pass = 0; status == WRT_OK && r->pass < r->scan->passes; r->pass++) {
        size_t rows;
        status = read_all(&rows, r, scan_record, err);
        if (status == WRT_OK && rows != r->table->rows)
            status = changed(r->table, err);
        if (status == WRT_OK)
            status = hand_over(r, err);
        if (status == WRT_OK)
            status = r->scan->end(r->pass, r->scan->ctx, err);
    }
    for (size_t i = 0; i < r->table->n_columns; i++) {
        free(r->table->columns[i].values);
        r->table->columns[i].values = NULL;
    }
    return status;
}

static wrt_status hash_source(wrt_table *t, const wrt_reading_source *from, wrt_err *err) {
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

wrt_status wrt_reading_run(wrt_table **out, const wrt_reading_source *from,
                           const wrt_table_options *options, const wrt_table_scan *asked,
                           wrt_err *err) {
    reading r = {.from = *from, .table = wrt_calloc(1, sizeof *r.table), .scan = asked};
    if (options != NULL)
        r.options = *options;
    r.table->name = wrt_strdup(from->name);
    wrt_status status = read_header(&r, err);
    if (status == WRT_OK)
        status = profile(&r, err);
    if (status == WRT_OK)
        status = hash_source(r.table, from, err);
    if (status == WRT_OK)
        status = asked != NULL ? scan(&r, err) : fill(&r, err);
    if (status == WRT_OK)
        *out = r.table;
    else
        wrt_table_free(r.table);
    return status;
}

wrt_status wrt_reading_header(wrt_table **out, const wrt_reading_source *from, wrt_err *err) {
    reading r = {.from = *from, .table = wrt_calloc(1, sizeof *r.table)};
    r.table->name = wrt_strdup(from->name);
    wrt_status status = read_header(&r, err);
    if (status == WRT_OK)
        *out = r.table;
    else
        wrt_table_free(r.table);
    return status;
}
