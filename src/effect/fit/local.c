/* local.c: normal equations of at most five columns. */
#include "effect/fit/local.h"

#include "effect/fit/linalg.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { TERMS = WRT_LOCAL_TERMS };

static double weight_at(double h, double x) {
    double left = 1 - fabs(x) / h;
    return left > 0 ? left / h : 0;
}

static void powers(double out[TERMS], size_t k, double u) {
    out[0] = 1;
    for (size_t j = 1; j < k; j++)
        out[j] = out[j - 1] * u;
}

bool wrt_local_fit(wrt_local *out, const wrt_local_rows *rows, size_t order, double h) {
    assert(order <= WRT_LOCAL_ORDER_MAX);
    size_t k = order + 1, bad = 0;
    double gram[TERMS * TERMS] = {0}, p[TERMS];
    *out = (wrt_local){.k = k, .h = h};
    for (size_t i = 0; i < rows->n; i++) {
        double w = weight_at(h, rows->x[i]);
        if (!(w > 0))
            continue;
        out->rows++;
        powers(p, k, rows->x[i] / h);
        for (size_t a = 0; a < k; a++) {
            out->beta[a] += w * p[a] * rows->y[i];
            for (size_t b = 0; b < k; b++)
                gram[a + b * k] += w * p[a] * p[b];
        }
    }
    if (out->rows <= k || !wrt_linalg_cholesky(gram, k, &bad))
        return false;
    wrt_linalg_cholesky_solve(gram, k, out->beta, 1);
    wrt_linalg_cholesky_inverse(out->inverse, gram, k);
    return true;
}

double wrt_local_pull(const wrt_local *fit, size_t term, double x) {
    double p[TERMS], sum = 0, w = weight_at(fit->h, x);
    if (!(w > 0))
        return 0;
    powers(p, fit->k, x / fit->h);
    for (size_t j = 0; j < fit->k; j++)
        sum += fit->inverse[term + j * fit->k] * p[j];
    return sum * w;
}

static double leverage_at(const wrt_local *fit, const double p[TERMS], double w) {
    double sum = 0;
    for (size_t a = 0; a < fit->k; a++)
        for (size_t b = 0; b < fit->k; b++)
            sum += p[a] * fit->inverse[a + b * fit->k] * p[b];
    return w * sum;
}

double wrt_local_residual(const wrt_local *fit, double x, double y, int hc) {
    double p[TERMS], e = y, n = (double)fit->rows;
    powers(p, fit->k, x / fit->h);
    for (size_t j = 0; j < fit->k; j++)
        e -= fit->beta[j] * p[j];
    if (hc == 1)
        return e * sqrt(n / (n - (double)fit->k));
    if (hc < 2)
        return e;
    double left = 1 - leverage_at(fit, p, weight_at(fit->h, x));
    if (left <= 1e-12)
        return 0;
    return hc == 2 ? e / sqrt(left) : e / left;
}

double wrt_local_variance(const wrt_local *fit, const wrt_local_rows *rows, size_t term, int hc) {
    double sum = 0;
    for (size_t i = 0; i < rows->n; i++) {
        double pull = wrt_local_pull(fit, term, rows->x[i]);
        double part = pull != 0 ? pull * wrt_local_residual(fit, rows->x[i], rows->y[i], hc) : 0;
        sum += part * part;
    }
    return sum;
}

double wrt_local_next(const wrt_local *fit, const wrt_local_rows *rows, size_t term) {
    double sum = 0;
    for (size_t i = 0; i < rows->n; i++)
        sum += wrt_local_pull(fit, term, rows->x[i]) * pow(rows->x[i] / fit->h, (double)fit->k);
    return sum;
}
