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

static wrt_status open_again(wrt_reading_source *out, const wrt_table_source *source,
                             wrt_err *err) {
    wrt_input *input = NULL;
    bool is_path = source->fd < 0, is_again = true;
    *out = (wrt_reading_source){.path = is_path ? source->path : NULL,
                                .name = wrt_path_base(source->path),
                                .fd = source->fd};
    wrt_status status = is_path ? WRT_OK : wrt_input_open_fd(&input, source->fd, source->path, err);
    if (status == WRT_OK)
        is_again = is_path ? strcmp(source->path, "-") != 0 : wrt_input_is_seekable(input);
    wrt_input_close(input);
    return is_again ? status
                    : wrt_fail(err, WRT_E_UNSUPPORTED,
                               "standard input and pipes cannot be read again and again: save "
                               "it to a file");
}

wrt_status wrt_table_stream(wrt_table **out, const wrt_table_source *source,
                            const wrt_table_options *options, const wrt_table_scan *scan,
                            wrt_err *err) {
    wrt_reading_source from;
    *out = NULL;
    assert(scan->rows > 0);
    wrt_status status = open_again(&from, source, err);
    return status == WRT_OK ? wrt_reading_run(out, &from, options, scan, err) : status;
}

wrt_status wrt_table_read_header(wrt_table **out, const wrt_table_source *source, wrt_err *err) {
    wrt_reading_source from;
    *out = NULL;
    wrt_status status = open_again(&from, source, err);
    return status == WRT_OK ? wrt_reading_header(out, &from, err) : status;
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
