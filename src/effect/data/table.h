/* table.h: a CSV table in memory: strict RFC 4180, columns by name.
 *
 * The first record is the header. A field is quoted with '"' when it holds a comma, a quote
 * (doubled) or a line break; anything behind a closing quote but a comma or the end of the line is
 * an error, as is a record with another number of fields than the header. Text must be UTF-8; a
 * byte order mark is skipped; CRLF and LF end a record. Cells "", NA and NaN are missing. */
#ifndef WRT_EFFECT_TABLE_H
#define WRT_EFFECT_TABLE_H

#include "base/err.h"
#include "base/str.h"

typedef struct wrt_table wrt_table;

enum { WRT_TABLE_COLUMNS_MAX = 4096, WRT_TABLE_ROWS_MAX = 10000000 };

/* Reads a file of at most 1 GiB. WRT_E_INPUT names file, line and column. */
wrt_status wrt_table_read(wrt_table **out, const char *path, wrt_err *err);
wrt_status wrt_table_parse(wrt_table **out, const char *name, wrt_str text, wrt_err *err);
void wrt_table_free(wrt_table *table); /* accepts NULL */

size_t wrt_table_rows(const wrt_table *table); /* without the header */
size_t wrt_table_columns(const wrt_table *table);
const char *wrt_table_column_name(const wrt_table *table, size_t column);
const char *wrt_table_sha256(const wrt_table *table); /* hex digest of the file's bytes */

/* Index of a column; WRT_E_INPUT lists the columns there are. */
wrt_status wrt_table_find(size_t *out, const wrt_table *table, const char *name, wrt_err *err);

/* The cell's text, borrowed; "" when missing. */
wrt_str wrt_table_text(const wrt_table *table, size_t row, size_t column);
bool wrt_table_is_missing(const wrt_table *table, size_t row, size_t column);

/* The column as doubles, NaN where missing; the caller frees. WRT_E_INPUT names the first line
 * whose cell is not a number. */
wrt_status wrt_table_numbers(double **out, const wrt_table *table, size_t column, wrt_err *err);

#endif
