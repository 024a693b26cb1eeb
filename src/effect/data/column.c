/* column.c: see column.h. */
#include "effect/data/column.h"

#include "effect/data/cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void wrt_column_clear(wrt_column *column) {
    free(column->name);
    free(column->values);
    wrt_levels_free(column->levels);
    *column = (wrt_column){0};
}

static void note_odd(wrt_column *column, wrt_str cell, size_t line) {
    if (column->odd_line != 0)
        return;
    column->odd_line = line;
    size_t len = cell.len;
    if (len > WRT_COLUMN_SHOWN)
        len = wrt_utf8_valid_prefix((wrt_str){cell.ptr, WRT_COLUMN_SHOWN});
    memcpy(column->odd, cell.ptr, len);
    memcpy(column->odd + len, cell.len > len ? "..." : "", cell.len > len ? 4 : 1);
    wrt_utf8_make_printable(column->odd, len);
}

static size_t seen(const wrt_column *column) {
    return column->n_integers + column->n_reals + column->n_dates + column->n_booleans +
           column->n_texts;
}

/* Levels are gathered from the first cell on when that is a text; a text behind other cells asks
 * for a second profiling, which is rare and costs no memory in all other columns. */
static void gather(wrt_column *column, wrt_str cell, bool is_first, bool is_text) {
    if (is_first && (is_text || column->is_forced) && column->levels == NULL) {
        column->levels = wrt_levels_new();
        column->is_collecting = true;
    }
    if (column->is_collecting && !wrt_levels_add(column->levels, cell)) {
        column->is_collecting = false;
        column->has_overflown = true;
    }
    if (is_text && column->levels == NULL)
        column->needs_again = true;
}

void wrt_column_see(wrt_column *column, wrt_str cell, bool is_missing, size_t line) {
    if (is_missing) {
        column->n_missing++;
        return;
    }
    double value;
    bool is_first = seen(column) == 0;
    wrt_cell_kind kind = wrt_cell_read(&value, cell);
    column->n_integers += kind == WRT_CELL_INTEGER;
    column->n_reals += kind == WRT_CELL_REAL;
    column->n_dates += kind == WRT_CELL_DATE;
    column->n_booleans += kind == WRT_CELL_BOOLEAN;
    column->n_texts += kind == WRT_CELL_TEXT;
    if (kind != WRT_CELL_INTEGER && kind != WRT_CELL_REAL)
        note_odd(column, cell, line);
    size_t all = seen(column);
    bool is_alike = column->n_integers + column->n_reals == all || column->n_dates == all ||
                    column->n_booleans == all;
    gather(column, cell, is_first, !is_alike);
}

void wrt_column_restart(wrt_column *column) {
    wrt_levels_free(column->levels);
    *column = (wrt_column){.name = column->name, .is_wanted = column->is_wanted, .is_forced = true};
}

void wrt_column_settle(wrt_column *column) {
    size_t all = seen(column);
    if (all == 0)
        column->kind = WRT_COLUMN_EMPTY;
    else if (column->is_forced || column->n_texts > 0 || column->levels != NULL)
        column->kind = column->has_overflown ? WRT_COLUMN_TEXT : WRT_COLUMN_NOMINAL;
    else if (column->n_dates == all)
        column->kind = WRT_COLUMN_DATE;
    else if (column->n_booleans == all)
        column->kind = WRT_COLUMN_BOOLEAN;
    else
        column->kind = column->n_reals > 0 ? WRT_COLUMN_REAL : WRT_COLUMN_INTEGER;
    if (column->kind == WRT_COLUMN_NOMINAL && !wrt_levels_sort(column->levels))
        column->kind = WRT_COLUMN_TEXT;
}

bool wrt_column_value(double *out, const wrt_column *column, wrt_str cell, bool is_missing) {
    *out = (double)NAN;
    if (is_missing)
        return true;
    if (column->kind == WRT_COLUMN_NOMINAL) {
        size_t level;
        if (!wrt_levels_find(&level, column->levels, cell))
            return false;
        *out = (double)level;
        return true;
    }
    wrt_cell_kind kind = wrt_cell_read(out, cell);
    bool is_number = kind == WRT_CELL_INTEGER || kind == WRT_CELL_REAL;
    if (column->kind == WRT_COLUMN_DATE)
        return kind == WRT_CELL_DATE;
    if (column->kind == WRT_COLUMN_BOOLEAN)
        return kind == WRT_CELL_BOOLEAN;
    return is_number && column->kind != WRT_COLUMN_EMPTY;
}

const char *wrt_column_kind_name(wrt_column_kind kind) {
    static const char *const names[] = {"empty", "integer", "real", "boolean",
                                        "date",  "nominal", "text"};
    return names[kind];
}
