/* independence_strata.c: counts within the strata of discrete columns. */
#include "effect/checks/independence_internal.h"
#include "effect/fit/tail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS_MAX = 1000000, ROWS_PER_FREEDOM = 10 };

typedef struct {
    const wrt_test_rows *rows;
    size_t *order;  /* rows, those of a stratum side by side */
    double *counts; /* x levels * y levels, of the stratum at hand */
    double *row_sum, *column_sum;
    double g, df, informative;   /* G test */
    double difference, variance; /* Cochran-Mantel-Haenszel: of the cell (1, 1) */
} tally;

static int compare_given(const wrt_test_rows *rows, size_t a, size_t b) {
    for (size_t j = 0; j < rows->n_given; j++) {
        double u = rows->given[j].values[a], v = rows->given[j].values[b];
        if (u != v)
            return u < v ? -1 : 1;
    }
    return 0;
}

static int by_stratum(const void *a, const void *b, void *ctx) {
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int order = compare_given(ctx, x, y);
    return order != 0 ? order : (x > y) - (x < y);
}

static void count(tally *t, size_t first, size_t end) {
    size_t a = t->rows->x.levels, b = t->rows->y.levels;
    memset(t->counts, 0, a * b * sizeof *t->counts);
    memset(t->row_sum, 0, a * sizeof *t->row_sum);
    memset(t->column_sum, 0, b * sizeof *t->column_sum);
    for (size_t i = first; i < end; i++) {
        size_t row = t->order[i];
        size_t x = (size_t)t->rows->x.values[row], y = (size_t)t->rows->y.values[row];
        t->counts[x * b + y]++;
        t->row_sum[x]++;
        t->column_sum[y]++;
    }
}

static double occupied(const double *sums, size_t n) {
    double found = 0;
    for (size_t i = 0; i < n; i++)
        found += sums[i] > 0;
    return found;
}

static void add_stratum(tally *t, size_t first, size_t end) {
    size_t a = t->rows->x.levels, b = t->rows->y.levels;
    double n = (double)(end - first);
    count(t, first, end);
    for (size_t k = 0; k < a * b; k++) {
        double seen = t->counts[k];
        if (seen > 0)
            t->g += 2 * seen * log(seen * n / (t->row_sum[k / b] * t->column_sum[k % b]));
    }
    double df = (occupied(t->row_sum, a) - 1) * (occupied(t->column_sum, b) - 1);
    t->df += df;
    t->informative += df > 0 ? n : 0;
    if (a == 2 && b == 2 && n > 1) {
        double r = t->row_sum[1], c = t->column_sum[1];
        t->difference += t->counts[3] - r * c / n;
        t->variance += r * (n - r) * c * (n - c) / (n * n * (n - 1));
    }
}

static wrt_independence conclude(const tally *t) {
    size_t n = t->rows->n;
    wrt_independence out = {.rows = n, .statistic = NAN, .p_value = NAN, .correlation = NAN};
    if (t->df > 0 && t->informative >= ROWS_PER_FREEDOM * t->df) {
        out.method = "G test by strata";
        out.df = t->df;
        out.statistic = t->g;
    } else if (t->variance > 0) {
        out.method = "Cochran-Mantel-Haenszel";
        out.df = 1;
        out.statistic = t->difference * t->difference / t->variance;
    } else {
        out.reason = t->df > 0 ? "too few rows for so many strata and levels"
                               : "no stratum in which both vary";
        return out;
    }
    out.p_value = wrt_tail_chi2(out.statistic, out.df);
    return out;
}

wrt_independence wrt_independence_strata(const wrt_test_rows *rows, wrt_arena *arena) {
    size_t a = rows->x.levels, b = rows->y.levels;
    if (a > CELLS_MAX / b)
        return (wrt_independence){.reason = "too many levels",
                                  .rows = rows->n,
                                  .statistic = NAN,
                                  .p_value = NAN,
                                  .correlation = NAN};
    tally t = {.rows = rows,
               .order = wrt_arena_calloc(arena, rows->n, sizeof *t.order),
               .counts = wrt_arena_calloc(arena, a * b, sizeof(double)),
               .row_sum = wrt_arena_calloc(arena, a, sizeof(double)),
               .column_sum = wrt_arena_calloc(arena, b, sizeof(double))};
    for (size_t i = 0; i < rows->n; i++)
        t.order[i] = i;
    qsort_r(t.order, rows->n, sizeof *t.order, by_stratum, (void *)rows);
    for (size_t first = 0, end = 0; first < rows->n; first = end) {
        for (end = first; end < rows->n && compare_given(rows, t.order[first], t.order[end]) == 0;)
            end++;
        add_stratum(&t, first, end);
    }
    return conclude(&t);
}
