/* table.h: a CSV or TSV table, column by column, as numbers.
 *
 * The first record is the header; one of numbers only is refused, because it is a row. Cells are
 * trimmed of white space. The file is read twice (three times when a text stands behind numbers in
 * a column): for the kinds and levels, then for the values, of the wanted columns only. So memory
 * is 8 bytes x rows x wanted columns and the levels, never the text. gzip, bzip2 and zstd are read
 * through. What the text may look like: csv.h; what a cell may say: cell.h; the kinds of columns:
 * column.h. */
#ifndef WRT_EFFECT_TABLE_H
#define WRT_EFFECT_TABLE_H

#include "effect/data/column.h"

typedef struct wrt_table wrt_table;

enum {
    WRT_TABLE_COLUMNS_MAX = 4096,
    WRT_TABLE_ROWS_MAX = 10000000,
    WRT_TABLE_CELLS_MAX = 500000000
};

/* All-zero is the default. Names are borrowed for the call. */
typedef struct {
    char separator;           /* ',', ';' or '\t'; 0: tab for names ending in .tsv or .tab (.gz),
                                 or when the header has tabs and no comma; else comma */
    const char *const *names; /* the file has no header and these are the columns; NULL: it has */
    size_t n_names;
    const char *const *missing; /* texts that mean missing; NULL: "", "NA" and "NaN" */
    size_t n_missing;
    const char *const *columns; /* the wanted ones; NULL: all */
    size_t n_columns;
    const char *const *extra; /* wanted as well where there are such columns */
    size_t n_extra;
    const char *const *nominal; /* wanted columns that are nominal whatever their cells look like */
    size_t n_nominal;
    size_t cells_max; /* most rows x wanted columns that are kept, WRT_E_LIMIT beyond; 0:
                         WRT_TABLE_CELLS_MAX, 4 GB of values */
} wrt_table_options;

/* "-" is standard input; what cannot be read twice (a pipe) is held in memory, at most 1 GiB.
 * WRT_E_INPUT names file, line and column; options may be NULL. */
wrt_status wrt_table_read(wrt_table **out, const char *path, wrt_err *err);
wrt_status wrt_table_read_with(wrt_table **out, const char *path, const wrt_table_options *options,
                               wrt_err *err);
/* From an open descriptor, which stays the caller's; name stands for it in messages. */
wrt_status wrt_table_read_fd(wrt_table **out, int fd, const char *name,
                             const wrt_table_options *options, wrt_err *err);
wrt_status wrt_table_parse(wrt_table **out, const char *name, wrt_str text, wrt_err *err);
wrt_status wrt_table_parse_with(wrt_table **out, const char *name, wrt_str text,
                                const wrt_table_options *options, wrt_err *err);
void wrt_table_free(wrt_table *table); /* accepts NULL */

/* Where a table comes from: an open descriptor (the caller's), or a path when fd is -1. */
typedef struct {
    const char *path; /* also what messages call it */
    int fd;
} wrt_table_source;

/* A table of names alone, without rows. */
wrt_status wrt_table_read_header(wrt_table **out, const wrt_table_source *source, wrt_err *err);

/* Who wants the values in pieces. begin: kinds and levels are known, no values yet. piece: a table
 * of at most `rows` rows, in the order of the file, to be used during the call. end: of a pass. Any
 * failure ends it. */
typedef struct {
    size_t rows;   /* of a piece, at least 1 */
    size_t passes; /* how often the whole file is handed over */
    wrt_status (*begin)(const wrt_table *table, void *ctx, wrt_err *err);
    wrt_status (*piece)(const wrt_table *piece, size_t pass, void *ctx, wrt_err *err);
    wrt_status (*end)(size_t pass, void *ctx, wrt_err *err);
    void *ctx;
} wrt_table_scan;

/* Reads a file whose values need not fit into memory: one reading for kinds and levels, then one
 * for each pass. *out has everything but values. */
wrt_status wrt_table_stream(wrt_table **out, const wrt_table_source *source,
                            const wrt_table_options *options, const wrt_table_scan *scan,
                            wrt_err *err);

const char *wrt_table_name(const wrt_table *table);
size_t wrt_table_rows(const wrt_table *table); /* without the header */
size_t wrt_table_columns(const wrt_table *table);
const char *wrt_table_column_name(const wrt_table *table, size_t column);
const wrt_column *wrt_table_column(const wrt_table *table, size_t column);
const char *wrt_table_sha256(const wrt_table *table); /* hex digest of the file's bytes */

/* Index of a column; WRT_E_INPUT lists the columns there are. */
wrt_status wrt_table_find(size_t *out, const wrt_table *table, const char *name, wrt_err *err);

/* Of a column that was wanted. */
bool wrt_table_is_missing(const wrt_table *table, size_t row, size_t column);

/* The column as doubles, NaN where missing; the caller frees. WRT_E_INPUT names the first line
 * whose cell is not a number. */
wrt_status wrt_table_numbers(double **out, const wrt_table *table, size_t column, wrt_err *err);

/* The failure of wrt_table_numbers alone: WRT_OK when the column is numeric (or empty). */
wrt_status wrt_table_check_numeric(const wrt_table *table, size_t column, wrt_err *err);

#endif
