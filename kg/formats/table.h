/* table.h: rows of a delimited text file.
 *
 * A row that cannot be read (not UTF-8, a zero byte, too long, more cells than columns, a quote
 * that is not closed) goes to the sink's reject with its line, and reading goes on. With a header,
 * columns are found by name in any order; a header with a name twice or without a name is an error.
 * A row may have fewer cells than columns: the missing ones are empty. */
#ifndef WRT_KG_FORMATS_TABLE_H
#define WRT_KG_FORMATS_TABLE_H

#include "base/input.h"
#include "kg/sink.h"

enum { WRT_KG_LINE_MAX = 4 << 20, WRT_KG_COLUMNS_MAX = 1024 };

typedef struct {
    char separator;
    bool is_quoted; /* cells may stand in quotes, doubled inside, with line feeds (RFC 4180) */
    bool has_header;
    bool is_commented; /* lines that begin with '#' are skipped */
    const char *const
        *columns; /* names when there is no header, NULL-terminated; NULL: 1, 2, ... */
} wrt_kg_table_style;

typedef struct wrt_kg_table wrt_kg_table;

/* input is borrowed. Reads the header. */
wrt_status wrt_kg_table_open(wrt_kg_table **out, wrt_input *input, const wrt_kg_table_style *style,
                             wrt_err *err);
void wrt_kg_table_close(wrt_kg_table *table); /* accepts NULL */

size_t wrt_kg_table_columns(const wrt_kg_table *table);
const char *wrt_kg_table_column(const wrt_kg_table *table, size_t index);
/* Index of a column, or -1. */
int wrt_kg_table_find(const wrt_kg_table *table, const char *name);
/* The same, where the format cannot do without it: WRT_E_INPUT names the column. */
wrt_status wrt_kg_table_need(int *out, const wrt_kg_table *table, const char *name, wrt_err *err);

/* Indexes of n columns, -1 for those that are not there. */
void wrt_kg_table_locate(int *out, const wrt_kg_table *table, const char *const *names, size_t n);

/* Next row that is not blank; *row is false at the end. */
wrt_status wrt_kg_table_next(bool *row, wrt_kg_table *table, const wrt_kg_sink *sink, wrt_err *err);
/* Calls row(ctx) for each until one fails. */
wrt_status wrt_kg_table_each(wrt_kg_table *table, const wrt_kg_sink *sink,
                             wrt_status (*row)(void *ctx, wrt_err *err), void *ctx, wrt_err *err);
/* Trimmed; "" for column -1 and beyond the row's cells; valid UTF-8; borrowed until next. */
wrt_str wrt_kg_table_cell(const wrt_kg_table *table, int column);
size_t wrt_kg_table_cells(const wrt_kg_table *table);  /* cells of the current row */
uint64_t wrt_kg_table_line(const wrt_kg_table *table); /* where the row begins, from 1 */

#endif
