/* ols.c: QR of [X y] in blocks; the last column of R holds Q'y. */
#include "effect/fit/ols.h"

#include "effect/fit/linalg.h"

#include <math.h>
#include <string.h>

/* A column with less than this share of its length beside the others is theirs: statsmodels' pinv
 * cuts at 1e-15, R's lm at 1e-7. */
static const double dependent = 1e-10;

/* [X y] with one row sqrt(penalty_j) e_j for each penalised column below it. */
static double *beside(const wrt_design *d, const double *y, const double *penalty, size_t *rows,
                      wrt_arena *arena) {
    size_t n = d->n, k = d->k, m = penalty != NULL ? n + k : n;
    double *both = wrt_arena_calloc(arena, m * (k + 1), sizeof *both);
    for (size_t j = 0; j < k; j++) {
        memcpy(both + j * m, d->x + j * n, n * sizeof *both);
        if (penalty != NULL)
            both[n + j + j * m] = sqrt(penalty[j]);
    }
    memcpy(both + k * m, y, n * sizeof *both);
    *rows = m;
    return both;
}

static const double *longer(const double *weights, size_t n, size_t m, wrt_arena *arena) {
    if (weights == NULL || m == n)
        return weights;
    double *all = wrt_arena_calloc(arena, m, sizeof *all);
    memcpy(all, weights, n * sizeof *all);
    for (size_t i = n; i < m; i++)
        all[i] = 1.0;
    return all;
}

static wrt_status check(const wrt_ols *fit, const wrt_design *d, wrt_arena *arena, wrt_err *err) {
    bool *is_dependent = wrt_arena_calloc(arena, d->k, sizeof *is_dependent);
    if (wrt_linalg_find_dependent(is_dependent, fit->factor, d->k, dependent) == d->k)
        return WRT_OK;
    for (size_t j = 0; j < d->k; j++)
        if (is_dependent[j])
            return wrt_design_fail_singular(d, j, err);
    return WRT_OK;
}

/* (R'R)^-1 = R^-1 R^-1'. */
static void invert(wrt_ols *fit, wrt_arena *arena) {
    size_t k = fit->k;
    double *root = wrt_arena_calloc(arena, k * k, sizeof *root); /* R'^-1 */
    for (size_t j = 0; j < k; j++)
        root[j + j * k] = 1.0;
    wrt_linalg_solve_upper_transposed(fit->factor, k, root, k);
    wrt_linalg_gram(fit->inverse, root, k, k, k, NULL);
}

static void finish(wrt_ols *fit, const wrt_design *d, const double *y, const double *weights) {
    double squares = 0.0;
    wrt_linalg_vector(fit->residuals, d->x, d->n, d->n, d->k, fit->coefficients);
    for (size_t i = 0; i < d->n; i++) {
        double w = weights != NULL ? weights[i] : 1.0;
        fit->residuals[i] = y[i] - fit->residuals[i];
        fit->rows += w;
        squares += w * fit->residuals[i] * fit->residuals[i];
    }
    fit->variance = squares / (fit->rows - (double)d->k);
}

wrt_status wrt_ols_fit(wrt_ols *out, const wrt_design *design, const double *y,
                       const double *weights, const double *penalty, wrt_arena *arena,
                       wrt_err *err) {
    size_t k = design->k, rows = 0;
    double *both = beside(design, y, penalty, &rows, arena);
    double *r = wrt_arena_calloc(arena, (k + 1) * (k + 1), sizeof *r);
    wrt_linalg_qr(r, both, rows, k + 1, longer(weights, design->n, rows, arena));
    *out = (wrt_ols){.n = design->n,
                     .k = k,
                     .coefficients = wrt_arena_calloc(arena, k, sizeof(double)),
                     .residuals = wrt_arena_calloc(arena, design->n, sizeof(double)),
                     .factor = wrt_arena_calloc(arena, k * k, sizeof(double)),
                     .inverse = wrt_arena_calloc(arena, k * k, sizeof(double))};
    for (size_t j = 0; j < k; j++)
        memcpy(out->factor + j * k, r + j * (k + 1), k * sizeof *r);
    wrt_status status = check(out, design, arena, err);
    if (status != WRT_OK)
        return status;
    memcpy(out->coefficients, r + k * (k + 1), k * sizeof *r);
    wrt_linalg_solve_upper(out->factor, k, out->coefficients, 1);
    invert(out, arena);
    finish(out, design, y, weights);
    return WRT_OK;
}

/* w e of each row, with the correction of its kind for leverage. */
static void scores(double *out, const wrt_ols *fit, const wrt_design *d, const double *weights,
                   wrt_ols_covariance_kind kind) {
    bool is_leveraged = kind == WRT_OLS_HC2 || kind == WRT_OLS_HC3;
    if (is_leveraged)
        wrt_linalg_leverage(out, d->x, d->n, d->k, fit->factor);
    for (size_t i = 0; i < d->n; i++) {
        double w = weights != NULL ? weights[i] : 1.0, left = is_leveraged ? 1.0 - w * out[i] : 1.0;
        double e = w * fit->residuals[i];
        if (left <= 1e-12)
            out[i] = 0.0;
        else
            out[i] = kind == WRT_OLS_HC2 ? e / sqrt(left) : e / left;
    }
}

static void cluster_meat(double *out, const wrt_design *d, const double *score,
                         const size_t *cluster, size_t n_clusters, wrt_arena *arena) {
    double *sums = wrt_arena_calloc(arena, n_clusters * d->k, sizeof *sums);
    for (size_t j = 0; j < d->k; j++)
        for (size_t i = 0; i < d->n; i++)
            sums[cluster[i] + j * n_clusters] += score[i] * d->x[i + j * d->n];
    wrt_linalg_gram(out, sums, n_clusters, n_clusters, d->k, NULL);
}

static double factor_of(const wrt_ols *fit, wrt_ols_covariance_kind kind, size_t n_clusters) {
    double n = fit->rows, k = (double)fit->k, g = (double)n_clusters;
    if (kind == WRT_OLS_HC1)
        return n / (n - k);
    return kind == WRT_OLS_CLUSTER ? g / (g - 1.0) * (n - 1.0) / (n - k) : 1.0;
}

void wrt_ols_covariance(double *out, const wrt_ols *fit, const wrt_design *design,
                        const double *weights, wrt_ols_covariance_kind kind, const size_t *cluster,
                        size_t n_clusters, wrt_arena *arena) {
    size_t n = design->n, k = design->k;
    if (kind == WRT_OLS_CLASSICAL) {
        for (size_t i = 0; i < k * k; i++)
            out[i] = fit->variance * fit->inverse[i];
        return;
    }
    double *score = wrt_arena_calloc(arena, n, sizeof *score);
    double *meat = wrt_arena_calloc(arena, k * k, sizeof *meat);
    double *half = wrt_arena_calloc(arena, k * k, sizeof *half);
    scores(score, fit, design, weights, kind);
    if (kind == WRT_OLS_CLUSTER) {
        cluster_meat(meat, design, score, cluster, n_clusters, arena);
    } else {
        for (size_t i = 0; i < n; i++)
            score[i] *= score[i];
        wrt_linalg_gram(meat, design->x, n, n, k, score);
    }
    wrt_linalg_multiply(half, meat, k, k, fit->inverse, k);
    wrt_linalg_multiply(out, fit->inverse, k, k, half, k);
    for (size_t i = 0; i < k * k; i++)
        out[i] *= factor_of(fit, kind, n_clusters);
}
