/* table.c: lines of an input cut into cells.
 *
 * Cells are views into the line. A quoted cell is unescaped into a second buffer; it may go over
 * several lines, which are joined up to a number of lines and bytes. When no quote closes it, its
 * first line is refused and the others are read again as records of their own, so that a stray
 * quote costs one row and not the rest of the file. */
#include "kg/formats/table.h"

#include "base/arena.h"
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORD_LINES_MAX = 100 };

static const char unclosed[] = "a quote is not closed";
static const char too_many[] = "the line has more than 1024 cells";

struct wrt_kg_table {
    wrt_input *input;
    wrt_kg_table_style style;
    char **columns; /* NULL when there is neither header nor names */
    size_t n_columns;
    wrt_str *cells;
    size_t n_cells;
    size_t *starts; /* of the cells in unquoted */
    wrt_buf record, unquoted;
    wrt_buf pending; /* lines to be read again, each with its line feed */
    size_t pending_at;
    uint64_t pending_line, line;
    bool is_utf16; /* by its byte order mark */
};

/* ---- checking and cutting one record */

/* Why the text cannot be used, or NULL. */
static const char *fault_of(wrt_str text) {
    if (text.len > 0 && memchr(text.ptr, '\0', text.len) != NULL)
        return "the line holds a zero byte";
    return wrt_utf8_valid(text) ? NULL : "the line is not valid UTF-8";
}

static const char *add_cell(wrt_kg_table *table, wrt_str cell) {
    if (table->n_cells == WRT_KG_COLUMNS_MAX)
        return too_many;
    table->cells[table->n_cells++] = wrt_str_trim(cell);
    return NULL;
}

static const char *split_plain(wrt_kg_table *table, wrt_str line) {
    const char *at = line.ptr, *end = line.ptr + line.len;
    for (;;) {
        const char *stop = at < end ? memchr(at, table->style.separator, (size_t)(end - at)) : NULL;
        const char *fault = add_cell(table, (wrt_str){at, (size_t)((stop ? stop : end) - at)});
        if (fault != NULL || stop == NULL)
            return fault;
        at = stop + 1;
    }
}

/* The text of a cell that begins after its opening quote; *at comes to stand after the closing one.
 * False when there is none. */
static bool read_quoted(wrt_buf *out, size_t *at, wrt_str line) {
    while (*at < line.len) {
        const char *quote = memchr(line.ptr + *at, '"', line.len - *at);
        size_t stop = quote != NULL ? (size_t)(quote - line.ptr) : line.len;
        wrt_buf_add(out, line.ptr + *at, stop - *at);
        *at = stop + 1;
        if (quote == NULL)
            return false;
        if (*at >= line.len || line.ptr[*at] != '"')
            return true;
        wrt_buf_add_char(out, '"');
        (*at)++;
    }
    return false;
}

static const char *split_quoted(wrt_kg_table *table, wrt_str line) {
    wrt_buf *out = &table->unquoted;
    size_t *starts = table->starts, n = 0, at = 0;
    const char *fault = NULL;
    wrt_buf_clear(out);
    for (bool more = true; more && fault == NULL;) {
        if (n == WRT_KG_COLUMNS_MAX) {
            fault = too_many;
            break;
        }
        starts[n++] = out->len;
        if (at < line.len && line.ptr[at] == '"') {
            at++;
            if (!read_quoted(out, &at, line))
                fault = unclosed;
        }
        const char *stop =
            at < line.len ? memchr(line.ptr + at, table->style.separator, line.len - at) : NULL;
        size_t end = stop != NULL ? (size_t)(stop - line.ptr) : line.len;
        if (at < end)
            wrt_buf_add(out, line.ptr + at, end - at);
        at = end + 1;
        more = stop != NULL;
    }
    starts[n] = out->len;
    wrt_str text = wrt_buf_str(out);
    for (size_t i = 0; i < n && fault == NULL; i++)
        fault = add_cell(table, (wrt_str){text.ptr + starts[i], starts[i + 1] - starts[i]});
    return fault;
}

static const char *split(wrt_kg_table *table, wrt_str line) {
    table->n_cells = 0;
    bool has_quotes = table->style.is_quoted && memchr(line.ptr, '"', line.len) != NULL;
    return has_quotes ? split_quoted(table, line) : split_plain(table, line);
}

/* ---- records */

/* Next line: of those that a failed join gave back, or of the input. */
static wrt_status next_line(bool *got, wrt_str *line, uint64_t *number, wrt_kg_table *table,
                            wrt_err *err) {
    if (table->pending_at >= table->pending.len) {
        wrt_status status = wrt_input_line(got, line, table->input, WRT_KG_LINE_MAX, err);
        *number = wrt_input_line_number(table->input);
        return status;
    }
    const char *from = table->pending.ptr + table->pending_at;
    const char *end = memchr(from, '\n', table->pending.len - table->pending_at);
    *line = (wrt_str){from, (size_t)(end - from)};
    *number = table->pending_line++;
    table->pending_at += line->len + 1;
    *got = true;
    return WRT_OK;
}

/* The lines after the first of the record, to be read again as records of their own. */
static void give_back(wrt_kg_table *table, size_t first_len) {
    wrt_buf lines = wrt_buf_make((size_t)4 * WRT_KG_LINE_MAX);
    if (table->record.len > first_len)
        wrt_buf_add(&lines, table->record.ptr + first_len + 1, table->record.len - first_len - 1);
    if (table->record.len > first_len)
        wrt_buf_add_char(&lines, '\n');
    if (table->pending_at < table->pending.len)
        wrt_buf_add(&lines, table->pending.ptr + table->pending_at,
                    table->pending.len - table->pending_at);
    wrt_buf_free(&table->pending);
    table->pending = lines;
    table->pending_at = 0;
    table->pending_line = table->line + 1;
}

/* Adds lines to a record until its quotes are closed; *fault when they are not in time. */
static wrt_status join_lines(const char **fault, wrt_kg_table *table, wrt_str first, wrt_err *err) {
    wrt_buf_clear(&table->record);
    wrt_buf_add_str(&table->record, first);
    for (int i = 1; i < RECORD_LINES_MAX; i++) {
        bool got = true;
        wrt_str line;
        uint64_t number = 0;
        wrt_status status = next_line(&got, &line, &number, table, err);
        if (status == WRT_E_LIMIT) {
            *fault = "a quote is not closed before a line of more than 4 MiB";
            return WRT_OK;
        }
        if (status != WRT_OK || !got)
            return status;
        size_t before = table->record.len;
        wrt_buf_add_char(&table->record, '\n');
        wrt_buf_add_str(&table->record, line);
        if (memchr(table->record.ptr + before, '"', table->record.len - before) == NULL)
            continue;
        *fault = fault_of(wrt_buf_str(&table->record));
        if (*fault == NULL)
            *fault = split(table, wrt_buf_str(&table->record));
        if (*fault != unclosed)
            return WRT_OK;
    }
    return WRT_OK;
}

static wrt_str without_mark(wrt_str line) {
    const wrt_str mark = WRT_STR("\xef\xbb\xbf");
    return wrt_str_starts_with(line, mark) ? (wrt_str){line.ptr + mark.len, line.len - mark.len}
                                           : line;
}

static wrt_status cut_record(const char **fault, wrt_kg_table *table, wrt_str line, wrt_err *err) {
    if ((*fault = fault_of(line)) != NULL || wrt_str_trim(line).len == 0)
        return WRT_OK;
    *fault = split(table, line);
    if (*fault != unclosed)
        return WRT_OK;
    size_t first_len = line.len;
    wrt_status status = join_lines(fault, table, line, err);
    if (status == WRT_OK && *fault != NULL) {
        table->n_cells = 0;
        give_back(table, first_len);
    }
    return status;
}

/* Next record, cut into cells, or *fault; neither cells nor fault at a line to be passed over. */
static wrt_status read_record(bool *got, const char **fault, wrt_kg_table *table, wrt_err *err) {
    wrt_str line;
    *fault = NULL;
    table->n_cells = 0;
    wrt_status status = next_line(got, &line, &table->line, table, err);
    if (status == WRT_E_LIMIT) {
        *fault = "the line is longer than 4 MiB";
        *got = true;
        return WRT_OK;
    }
    if (status != WRT_OK || !*got)
        return status;
    if (table->line == 1) {
        table->is_utf16 = wrt_str_starts_with(line, WRT_STR("\xff\xfe")) ||
                          wrt_str_starts_with(line, WRT_STR("\xfe\xff"));
        line = without_mark(line);
    }
    if (line.len == 0 || (table->style.is_commented && line.ptr[0] == '#'))
        return WRT_OK;
    return cut_record(fault, table, line, err);
}

/* ---- opening */

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static wrt_status check_columns(const wrt_kg_table *table, wrt_err *err) {
    const char *name = wrt_input_name(table->input);
    char **sorted = wrt_calloc(table->n_columns, sizeof *sorted);
    memcpy(sorted, table->columns, table->n_columns * sizeof *sorted);
    qsort(sorted, table->n_columns, sizeof *sorted, compare_names);
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < table->n_columns && status == WRT_OK; i++) {
        if (sorted[i][0] == '\0')
            status = wrt_fail(err, WRT_E_INPUT, "%s:%llu: a column has no name", name,
                              (unsigned long long)table->line);
        else if (i > 0 && strcmp(sorted[i], sorted[i - 1]) == 0)
            status = wrt_fail(err, WRT_E_INPUT, "%s:%llu: column \"%.100s\" stands twice", name,
                              (unsigned long long)table->line, sorted[i]);
    }
    free(sorted);
    return status;
}

static char *copy_text(wrt_str text) {
    char *copy = wrt_calloc(text.len + 1, 1);
    memcpy(copy, text.ptr, text.len);
    return copy;
}

static void name_columns(wrt_kg_table *table, const char *const *names) {
    size_t n = 0;
    while (names[n] != NULL)
        n++;
    table->columns = wrt_calloc(n + 1, sizeof *table->columns);
    for (; table->n_columns < n; table->n_columns++)
        table->columns[table->n_columns] = wrt_strdup(names[table->n_columns]);
}

static wrt_status read_header(wrt_kg_table *table, wrt_err *err) {
    const char *fault = NULL, *name = wrt_input_name(table->input);
    bool got = true;
    while (got && fault == NULL && table->n_cells == 0) {
        wrt_status status = read_record(&got, &fault, table, err);
        if (status != WRT_OK)
            return status;
    }
    if (table->is_utf16)
        fault = "the file is UTF-16: convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)";
    if (fault != NULL)
        return wrt_fail(err, WRT_E_INPUT, "%s:%llu: %s", name, (unsigned long long)table->line,
                        fault);
    if (!got)
        return wrt_fail(err, WRT_E_INPUT, "%s is empty: the first line must name the columns",
                        name);
    table->columns = wrt_calloc(table->n_cells, sizeof *table->columns);
    for (; table->n_columns < table->n_cells; table->n_columns++)
        table->columns[table->n_columns] = copy_text(table->cells[table->n_columns]);
    return check_columns(table, err);
}

wrt_status wrt_kg_table_open(wrt_kg_table **out, wrt_input *input, const wrt_kg_table_style *style,
                             wrt_err *err) {
    wrt_kg_table *table = wrt_calloc(1, sizeof *table);
    *out = NULL;
    table->input = input;
    table->style = *style;
    table->cells = wrt_calloc(WRT_KG_COLUMNS_MAX, sizeof *table->cells);
    table->starts = wrt_calloc(WRT_KG_COLUMNS_MAX + 1, sizeof *table->starts);
    table->record = wrt_buf_make(WRT_KG_LINE_MAX);
    table->unquoted = wrt_buf_make(WRT_KG_LINE_MAX);
    wrt_status status = WRT_OK;
    if (style->has_header)
        status = read_header(table, err);
    else if (style->columns != NULL)
        name_columns(table, style->columns);
    if (status == WRT_OK)
        *out = table;
    else
        wrt_kg_table_close(table);
    return status;
}

void wrt_kg_table_close(wrt_kg_table *table) {
    if (table == NULL)
        return;
    for (size_t i = 0; i < table->n_columns; i++)
        free(table->columns[i]);
    free(table->columns);
    free(table->cells);
    free(table->starts);
    wrt_buf_free(&table->record);
    wrt_buf_free(&table->unquoted);
    wrt_buf_free(&table->pending);
    free(table);
}

/* ---- columns and rows */

size_t wrt_kg_table_columns(const wrt_kg_table *table) {
    return table->n_columns;
}

const char *wrt_kg_table_column(const wrt_kg_table *table, size_t index) {
    return table->columns[index];
}

int wrt_kg_table_find(const wrt_kg_table *table, const char *name) {
    for (size_t i = 0; i < table->n_columns; i++)
        if (strcmp(table->columns[i], name) == 0)
            return (int)i;
    return -1;
}

wrt_status wrt_kg_table_need(int *out, const wrt_kg_table *table, const char *name, wrt_err *err) {
    *out = wrt_kg_table_find(table, name);
    if (*out >= 0)
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "%s:1: this format needs a column \"%s\"",
                    wrt_input_name(table->input), name);
}

void wrt_kg_table_locate(int *out, const wrt_kg_table *table, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        out[i] = wrt_kg_table_find(table, names[i]);
}

/* Cells beyond the columns are an error unless they are empty. */
static const char *check_width(wrt_kg_table *table) {
    if (table->columns == NULL)
        return NULL;
    while (table->n_cells > table->n_columns && table->cells[table->n_cells - 1].len == 0)
        table->n_cells--;
    return table->n_cells > table->n_columns ? "more cells than columns" : NULL;
}

wrt_status wrt_kg_table_next(bool *row, wrt_kg_table *table, const wrt_kg_sink *sink,
                             wrt_err *err) {
    const char *fault = NULL;
    bool got = true;
    *row = false;
    while (got) {
        wrt_status status = read_record(&got, &fault, table, err);
        if (status != WRT_OK)
            return status;
        if (got && fault == NULL)
            fault = check_width(table);
        if (fault != NULL && (status = sink->reject(sink->ctx, table->line, fault, err)) != WRT_OK)
            return status;
        if (fault == NULL && table->n_cells > 0) {
            *row = true;
            return WRT_OK;
        }
    }
    return WRT_OK;
}

wrt_status wrt_kg_table_each(wrt_kg_table *table, const wrt_kg_sink *sink,
                             wrt_status (*row)(void *ctx, wrt_err *err), void *ctx, wrt_err *err) {
    bool got = true;
    wrt_status status = WRT_OK;
    while (status == WRT_OK && (status = wrt_kg_table_next(&got, table, sink, err)) == WRT_OK &&
           got)
        status = row(ctx, err);
    return status;
}

wrt_str wrt_kg_table_cell(const wrt_kg_table *table, int column) {
    return column >= 0 && (size_t)column < table->n_cells ? table->cells[column] : WRT_STR("");
}

size_t wrt_kg_table_cells(const wrt_kg_table *table) {
    return table->n_cells;
}

uint64_t wrt_kg_table_line(const wrt_kg_table *table) {
    return table->line;
}
