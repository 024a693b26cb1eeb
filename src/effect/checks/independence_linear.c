/* independence_linear.c: tests that regress on what is given. */
#include "effect/checks/independence_internal.h"
#include "effect/fit/linalg.h"
#include "effect/fit/tail.h"

#include <math.h>
#include <string.h>

static const double SPANNED = 1e-9; /* share of a column's length that its residual may keep */

/* ---- an orthonormal basis, by Gram and Schmidt, twice (Giraud, Langou 2005) */

wrt_basis wrt_basis_make(size_t n, size_t columns_max, wrt_arena *arena) {
    wrt_basis b = {n, 1, wrt_arena_calloc(arena, n * (columns_max + 1), sizeof(double))};
    for (size_t i = 0; i < n; i++)
        b.q[i] = 1 / sqrt((double)n);
    return b;
}

void wrt_basis_residual(const wrt_basis *basis, double *values) {
    for (int round = 0; round < 2; round++) {
        for (size_t j = 0; j < basis->rank; j++) {
            const double *q = basis->q + j * basis->n;
            double share = wrt_linalg_dot(q, values, basis->n);
            for (size_t i = 0; i < basis->n; i++)
                values[i] -= share * q[i];
        }
    }
}

static double length(const double *values, size_t n) {
    return sqrt(wrt_linalg_dot(values, values, n));
}

static void add_values(wrt_basis *basis, double *values) {
    double before = length(values, basis->n);
    wrt_basis_residual(basis, values);
    double after = length(values, basis->n);
    if (!(after > SPANNED * before))
        return;
    double *q = basis->q + basis->rank++ * basis->n;
    for (size_t i = 0; i < basis->n; i++)
        q[i] = values[i] / after;
}

static void indicator(double *out, const wrt_test_column *column, size_t level, size_t n) {
    for (size_t i = 0; i < n; i++)
        out[i] = column->values[i] == (double)level;
}

void wrt_basis_add(wrt_basis *basis, const wrt_test_column *column, wrt_arena *arena) {
    double *values = wrt_arena_calloc(arena, basis->n, sizeof *values);
    if (column->levels == 0) {
        memcpy(values, column->values, basis->n * sizeof *values);
        add_values(basis, values);
    }
    for (size_t level = 1; level < column->levels; level++) {
        indicator(values, column, level, basis->n);
        add_values(basis, values);
    }
}

static size_t columns_of(const wrt_test_column *column) {
    return column->levels == 0 ? 1 : column->levels - 1;
}

static wrt_basis basis_of_given(const wrt_test_rows *rows, size_t extra, wrt_arena *arena) {
    size_t most = extra;
    for (size_t j = 0; j < rows->n_given; j++)
        most += columns_of(&rows->given[j]);
    wrt_basis basis = wrt_basis_make(rows->n, most, arena);
    for (size_t j = 0; j < rows->n_given; j++)
        wrt_basis_add(&basis, &rows->given[j], arena);
    return basis;
}

static wrt_independence spanned(const wrt_test_rows *rows, const wrt_test_column *column,
                                wrt_arena *arena) {
    return (wrt_independence){
        .reason = wrt_arena_printf(arena, "%s is a function of what is given", column->name),
        .rows = rows->n,
        .statistic = NAN,
        .p_value = NAN,
        .correlation = NAN};
}

/* ---- the three tests */

static double *residual_of(const wrt_basis *basis, const wrt_test_column *column,
                           wrt_arena *arena) {
    double *values = wrt_arena_calloc(arena, basis->n, sizeof *values);
    memcpy(values, column->values, basis->n * sizeof *values);
    double before = length(values, basis->n);
    wrt_basis_residual(basis, values);
    return length(values, basis->n) > SPANNED * before ? values : NULL;
}

static wrt_independence correlation(const wrt_test_rows *rows, wrt_arena *arena) {
    wrt_basis basis = basis_of_given(rows, 0, arena);
    double *x = residual_of(&basis, &rows->x, arena), *y = residual_of(&basis, &rows->y, arena);
    if (x == NULL || y == NULL)
        return spanned(rows, x == NULL ? &rows->x : &rows->y, arena);
    double r = wrt_linalg_dot(x, y, rows->n) / (length(x, rows->n) * length(y, rows->n));
    r = fmax(-1, fmin(1, r));
    double freedom = (double)rows->n - (double)(basis.rank - 1) - 3;
    double z = sqrt(freedom) * atanh(r);
    return (wrt_independence){.method = "partial correlation, Fisher's z",
                              .rows = rows->n,
                              .statistic = z,
                              .p_value = wrt_tail_normal_two(z),
                              .correlation = r};
}

/* `numeric` on what is given, and on that with `discrete`. */
static wrt_independence nested(const wrt_test_rows *rows, const wrt_test_column *numeric,
                               const wrt_test_column *discrete, wrt_arena *arena) {
    wrt_basis basis = basis_of_given(rows, discrete->levels, arena);
    size_t small = basis.rank;
    double *y = residual_of(&basis, numeric, arena);
    if (y == NULL)
        return spanned(rows, numeric, arena);
    double left = wrt_linalg_dot(y, y, rows->n);
    wrt_basis_add(&basis, discrete, arena);
    if (basis.rank == small)
        return spanned(rows, discrete, arena);
    wrt_basis_residual(&basis, y);
    double rest = wrt_linalg_dot(y, y, rows->n);
    double df = (double)(basis.rank - small), df2 = (double)(rows->n - basis.rank);
    double f = ((left - rest) / df) / (rest / df2);
    return (wrt_independence){.method = "nested linear models, F",
                              .rows = rows->n,
                              .statistic = f,
                              .df = df,
                              .df2 = df2,
                              .p_value = wrt_tail_f(f, df, df2),
                              .correlation = NAN};
}

/* Residuals of the indicators of a column: n * count; those that are spanned are left out. */
static double *indicator_residuals(size_t *count, const wrt_basis *basis,
                                   const wrt_test_column *column, wrt_arena *arena) {
    size_t n = basis->n;
    double *all = wrt_arena_calloc(arena, n * column->levels, sizeof *all);
    *count = 0;
    for (size_t level = 1; level < column->levels; level++) {
        double *one = all + *count * n;
        indicator(one, column, level, n);
        double before = length(one, n);
        wrt_basis_residual(basis, one);
        *count += before > 0 && length(one, n) > SPANNED * before;
    }
    return all;
}

/* n mean' S^-1 mean of the products of residuals: chi-squared with as many degrees of freedom. */
static wrt_independence covariance(const wrt_test_rows *rows, wrt_arena *arena) {
    wrt_basis basis = basis_of_given(rows, 0, arena);
    size_t n = rows->n, a, b, bad;
    double *x = indicator_residuals(&a, &basis, &rows->x, arena);
    double *y = indicator_residuals(&b, &basis, &rows->y, arena);
    size_t m = a * b;
    if (m == 0)
        return spanned(rows, a == 0 ? &rows->x : &rows->y, arena);
    wrt_independence out = {.rows = n, .statistic = NAN, .p_value = NAN, .correlation = NAN};
    out.reason = "too many levels for the covariance of residuals";
    if (m > WRT_INDEPENDENCE_PRODUCTS_MAX)
        return out;
    double *products = wrt_arena_calloc(arena, n * m, sizeof *products);
    double *mean = wrt_arena_calloc(arena, m, sizeof *mean);
    double *gram = wrt_arena_calloc(arena, m * m, sizeof *gram);
    for (size_t k = 0; k < m; k++) {
        for (size_t i = 0; i < n; i++) {
            products[k * n + i] = x[k / b * n + i] * y[k % b * n + i];
            mean[k] += products[k * n + i] / (double)n;
        }
        for (size_t i = 0; i < n; i++)
            products[k * n + i] -= mean[k];
    }
    wrt_linalg_gram(gram, products, n, n, m, NULL);
    out.reason = "products of residuals that depend on each other";
    if (!wrt_linalg_cholesky(gram, m, &bad))
        return out;
    double *solved = wrt_arena_calloc(arena, m, sizeof *solved);
    memcpy(solved, mean, m * sizeof *solved);
    wrt_linalg_cholesky_solve(gram, m, solved, 1);
    out.reason = NULL;
    out.method = "covariance of residuals, chi-squared";
    out.df = (double)m;
    out.statistic = (double)n * (double)n * wrt_linalg_dot(mean, solved, m);
    out.p_value = wrt_tail_chi2(out.statistic, out.df);
    return out;
}

wrt_independence wrt_independence_linear(const wrt_test_rows *rows, wrt_arena *arena) {
    if (rows->x.levels == 0 && rows->y.levels == 0)
        return correlation(rows, arena);
    if (rows->x.levels == 0)
        return nested(rows, &rows->x, &rows->y, arena);
    if (rows->y.levels == 0)
        return nested(rows, &rows->y, &rows->x, arena);
    return covariance(rows, arena);
}
