/* column.h: one column of a table: its kind, its levels, its numbers.
 *
 * A column is profiled cell by cell before its kind is known, and filled in a second reading, so
 * that no text is kept but the levels. Values are 8 bytes a row whatever the kind. */
#ifndef WRT_EFFECT_DATA_COLUMN_H
#define WRT_EFFECT_DATA_COLUMN_H

#include "base/err.h"
#include "effect/data/levels.h"

#include <stddef.h>

typedef enum {
    WRT_COLUMN_EMPTY,   /* every cell is missing */
    WRT_COLUMN_INTEGER, /* whole numbers */
    WRT_COLUMN_REAL,
    WRT_COLUMN_BOOLEAN, /* true and false as 1 and 0 */
    WRT_COLUMN_DATE,    /* days since 1970-01-01 */
    WRT_COLUMN_NOMINAL, /* the number of the level, levels in bytewise order */
    WRT_COLUMN_TEXT     /* more different texts than levels can be: no values */
} wrt_column_kind;

enum { WRT_COLUMN_SHOWN = 40 };

typedef struct {
    char *name;
    bool is_wanted; /* a column that nobody asked for has no kind and no values */
    bool is_forced; /* nominal whatever its cells look like */
    wrt_column_kind kind;
    double *values;     /* a row each, NaN where missing; NULL unless wanted, and for TEXT */
    wrt_levels *levels; /* of NOMINAL, else NULL */

    size_t n_missing, n_integers, n_reals, n_dates, n_booleans, n_texts; /* cells */
    size_t odd_line;                /* the first cell that is no number stands here; 0: none */
    char odd[WRT_COLUMN_SHOWN + 4]; /* its text, cut */

    bool is_collecting; /* profiling: levels are being gathered */
    bool has_overflown; /* profiling: more levels than the cap */
    bool needs_again;   /* profiling: a text came behind numbers; read once more for the levels */
} wrt_column;

void wrt_column_clear(wrt_column *column); /* frees what it owns */

/* Profiling: one cell, trimmed, on that line. */
void wrt_column_see(wrt_column *column, wrt_str cell, bool is_missing, size_t line);
/* Gets ready for another profiling, which gathers levels from the start. */
void wrt_column_restart(wrt_column *column);
/* Settles the kind and the order of levels. */
void wrt_column_settle(wrt_column *column);

/* The value of a cell under the settled kind; false when it has none, which happens only when the
 * file changed between the two readings. */
bool wrt_column_value(double *out, const wrt_column *column, wrt_str cell, bool is_missing);

const char *wrt_column_kind_name(wrt_column_kind kind); /* "integer", "nominal", ... */

#endif
