/* summary.c: see summary.h. */
#include "effect/data/summary.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Of n sorted values, n > 0. */
static double quantile(const double *sorted, size_t n, double p) {
    double at = (double)(n - 1) * p;
    size_t low = (size_t)at;
    double above = low + 1 < n ? sorted[low + 1] : sorted[low];
    return sorted[low] + (at - (double)low) * (above - sorted[low]);
}

static void set_finite(wrt_json *out, const char *key, double value) {
    if (isfinite(value))
        wrt_json_set_number(out, key, value);
    else
        wrt_json_set(out, key, wrt_json_new_null());
}

static void summarise_numbers(wrt_json *out, const wrt_column *column, size_t rows) {
    double *sorted = wrt_calloc(rows + 1, sizeof *sorted), mean = 0, squares = 0;
    size_t n = 0;
    for (size_t row = 0; row < rows; row++) {
        double value = column->values[row];
        if (isnan(value))
            continue;
        sorted[n++] = value;
        double delta = value - mean;
        mean += delta / (double)n;
        squares += delta * (value - mean);
    }
    qsort(sorted, n, sizeof *sorted, by_value);
    set_finite(out, "mean", mean);
    set_finite(out, "sd", n > 1 ? sqrt(squares / (double)(n - 1)) : (double)NAN);
    set_finite(out, "min", sorted[0]);
    set_finite(out, "q25", quantile(sorted, n, 0.25));
    set_finite(out, "median", quantile(sorted, n, 0.5));
    set_finite(out, "q75", quantile(sorted, n, 0.75));
    set_finite(out, "max", sorted[n - 1]);
    free(sorted);
}

/* A level and how many rows have it. */
typedef struct {
    size_t level, n;
} counted;

/* Most frequent first, then in the order of levels. */
static int by_count(const void *a, const void *b) {
    const counted *left = a, *right = b;
    if (left->n != right->n)
        return left->n < right->n ? 1 : -1;
    return (left->level > right->level) - (left->level < right->level);
}

static void summarise_levels(wrt_json *out, const wrt_column *column, size_t rows) {
    size_t n = wrt_levels_count(column->levels);
    counted *counts = wrt_calloc(n + 1, sizeof *counts);
    wrt_json *list = wrt_json_new_array();
    for (size_t k = 0; k < n; k++)
        counts[k].level = k;
    for (size_t row = 0; row < rows; row++)
        if (!isnan(column->values[row]))
            counts[(size_t)column->values[row]].n++;
    qsort(counts, n, sizeof *counts, by_count);
    for (size_t k = 0; k < n && k < WRT_SUMMARY_LEVELS; k++) {
        wrt_json *entry = wrt_json_new_object();
        wrt_json_set_text(entry, "level", wrt_levels_text(column->levels, counts[k].level));
        wrt_json_set_int(entry, "n", (int64_t)counts[k].n);
        wrt_json_push(list, entry);
    }
    wrt_json_set_int(out, "levels", (int64_t)n);
    wrt_json_set(out, "counts", list);
    free(counts);
}

wrt_json *wrt_table_summarise(const wrt_table *table) {
    wrt_json *all = wrt_json_new_array();
    size_t rows = wrt_table_rows(table);
    for (size_t i = 0; i < wrt_table_columns(table); i++) {
        const wrt_column *c = wrt_table_column(table, i);
        if (!c->is_wanted)
            continue;
        wrt_json *one = wrt_json_new_object();
        wrt_json_set_text(one, "column", c->name);
        wrt_json_set_text(one, "kind", wrt_column_kind_name(c->kind));
        wrt_json_set_int(one, "n", (int64_t)(rows - c->n_missing));
        wrt_json_set_int(one, "missing", (int64_t)c->n_missing);
        if (c->values != NULL && c->kind == WRT_COLUMN_NOMINAL)
            summarise_levels(one, c, rows);
        else if (c->values != NULL && c->kind != WRT_COLUMN_EMPTY)
            summarise_numbers(one, c, rows);
        wrt_json_push(all, one);
    }
    return all;
}
