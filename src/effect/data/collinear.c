/* collinear.c: see collinear.h. z is a column minus its mean, over its standard deviation. */
#include "effect/data/collinear.h"

#include "base/buf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SUSPECT 1e-6 /* of the variance: below, the data are asked */
#define LIMIT   1e-7 /* of the standard deviation */
#define NAMED   1e-6 /* standardised coefficients below are taken for zero */

enum { ROWS = 256, TERMS_MAX = 4 };

typedef struct {
    const wrt_collinear_input *in;
    double *mean, *sd; /* m */
    double *gram;      /* m x m correlations */
    double *factor;    /* m x m, lower, by kept columns in order */
    size_t *kept;      /* their numbers */
    size_t n_kept;
    double *coefficients; /* of the column under judgement, on kept ones, standardised */
    double *residual;     /* n, when first needed */
} work;

static void moments(work *w, size_t j) {
    const double *x = w->in->columns[j];
    double mean = 0, squares = 0, low = x[0], high = x[0];
    for (size_t i = 0; i < w->in->n; i++)
        mean += (x[i] - mean) / (double)(i + 1);
    for (size_t i = 0; i < w->in->n; i++) {
        squares += (x[i] - mean) * (x[i] - mean);
        low = fmin(low, x[i]);
        high = fmax(high, x[i]);
    }
    w->mean[j] = mean;
    w->sd[j] = low == high ? 0 : sqrt(squares / (double)w->in->n);
}

static double z(const work *w, size_t j, size_t i) {
    return (w->in->columns[j][i] - w->mean[j]) / w->sd[j];
}

/* Correlations, a block of rows at a time so that the block stays in cache. */
static void correlate(work *w) {
    size_t m = w->in->m, n = w->in->n;
    double *block = wrt_calloc(m * ROWS, sizeof *block);
    for (size_t from = 0; from < n; from += ROWS) {
        size_t rows = n - from < ROWS ? n - from : ROWS;
        for (size_t j = 0; j < m; j++)
            for (size_t i = 0; i < rows; i++)
                block[j * ROWS + i] = w->sd[j] > 0 ? z(w, j, from + i) : 0;
        for (size_t j = 0; j < m; j++)
            for (size_t k = 0; k <= j; k++) {
                double sum = 0;
                for (size_t i = 0; i < rows; i++)
                    sum += block[j * ROWS + i] * block[k * ROWS + i];
                w->gram[j * m + k] += sum / (double)n;
            }
    }
    free(block);
}

/* Solves L L' b = right for the kept columns; right and b are n_kept long and may be one array. */
static void solve(const work *w, double *b, const double *right) {
    size_t m = w->in->m;
    for (size_t a = 0; a < w->n_kept; a++) {
        double sum = right[a];
        for (size_t k = 0; k < a; k++)
            sum -= w->factor[a * m + k] * b[k];
        b[a] = sum / w->factor[a * m + a];
    }
    for (size_t a = w->n_kept; a-- > 0;) {
        double sum = b[a];
        for (size_t k = a + 1; k < w->n_kept; k++)
            sum -= w->factor[k * m + a] * b[k];
        b[a] = sum / w->factor[a * m + a];
    }
}

/* residual = z_j - sum over kept of coefficient * z; returns its mean square. */
static double residual_of(work *w, size_t j) {
    double squares = 0;
    for (size_t i = 0; i < w->in->n; i++)
        w->residual[i] = z(w, j, i);
    for (size_t a = 0; a < w->n_kept; a++)
        for (size_t i = 0; i < w->in->n; i++)
            w->residual[i] -= w->coefficients[a] * z(w, w->kept[a], i);
    for (size_t i = 0; i < w->in->n; i++)
        squares += w->residual[i] * w->residual[i];
    return squares / (double)w->in->n;
}

/* The share of column j's variance that kept columns leave, from the data. */
static double judge(work *w, size_t j) {
    size_t m = w->in->m;
    double *right = wrt_calloc(w->n_kept + 1, sizeof *right);
    if (w->residual == NULL)
        w->residual = wrt_calloc(w->in->n, sizeof *w->residual);
    for (size_t a = 0; a < w->n_kept; a++)
        right[a] = w->gram[j * m + w->kept[a]];
    solve(w, w->coefficients, right);
    (void)residual_of(w, j);
    for (size_t a = 0; a < w->n_kept; a++) {
        right[a] = 0;
        for (size_t i = 0; i < w->in->n; i++)
            right[a] += w->residual[i] * z(w, w->kept[a], i);
        right[a] /= (double)w->in->n;
    }
    solve(w, right, right);
    for (size_t a = 0; a < w->n_kept; a++)
        w->coefficients[a] += right[a];
    free(right);
    return residual_of(w, j);
}

/* Row of the factor for column j as the next kept one, but its diagonal; returns what is left of
 * its variance by the factorisation. */
static double project(work *w, size_t j) {
    size_t m = w->in->m, row = w->n_kept;
    double left = w->gram[j * m + j];
    for (size_t a = 0; a < w->n_kept; a++) {
        double sum = w->gram[j * m + w->kept[a]];
        for (size_t k = 0; k < a; k++)
            sum -= w->factor[row * m + k] * w->factor[a * m + k];
        w->factor[row * m + a] = sum / w->factor[a * m + a];
        left -= w->factor[row * m + a] * w->factor[row * m + a];
    }
    return left;
}

static void add_term(wrt_buf *text, double coefficient, const char *name) {
    bool is_first = text->len == strlen("equals ");
    double size = fabs(coefficient);
    wrt_buf_add_c(text, coefficient < 0 ? (is_first ? "-" : " - ") : (is_first ? "" : " + "));
    if (name == NULL)
        wrt_buf_printf(text, "%.6g", size);
    else if (fabs(size - 1) < NAMED)
        wrt_buf_add_c(text, name);
    else
        wrt_buf_printf(text, "%.6g*%s", size, name);
}

static const char *explain(const work *w, size_t j, wrt_arena *arena) {
    size_t terms = 0;
    double constant = w->mean[j];
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_add_c(&text, "equals ");
    for (size_t a = 0; a < w->n_kept; a++) {
        if (fabs(w->coefficients[a]) < NAMED)
            continue;
        double raw = w->coefficients[a] * w->sd[j] / w->sd[w->kept[a]];
        constant -= raw * w->mean[w->kept[a]];
        if (++terms <= TERMS_MAX)
            add_term(&text, raw, w->in->names[w->kept[a]]);
    }
    if (fabs(constant) > NAMED * (fabs(w->mean[j]) + w->sd[j]))
        add_term(&text, constant, NULL);
    const char *why =
        terms > TERMS_MAX
            ? wrt_arena_printf(arena, "a linear function of %zu columns before it", terms)
            : wrt_arena_strdup(arena, text.ptr, text.len);
    wrt_buf_free(&text);
    return why;
}

static void visit(const char **out, work *w, size_t j, wrt_arena *arena) {
    if (w->sd[j] <= 0) {
        out[j] = "constant";
        return;
    }
    double left = project(w, j);
    if (left < SUSPECT) {
        left = judge(w, j);
        if (left < LIMIT * LIMIT && j >= w->in->n_fixed) {
            out[j] = explain(w, j, arena);
            return;
        }
        left = fmax(left, LIMIT * LIMIT);
    }
    w->factor[w->n_kept * w->in->m + w->n_kept] = sqrt(left);
    w->kept[w->n_kept++] = j;
}

void wrt_collinear_find(const char **out, const wrt_collinear_input *input, wrt_arena *arena) {
    size_t m = input->m;
    memset(out, 0, m * sizeof *out);
    if (m == 0 || input->n == 0)
        return;
    work w = {
        .in = input,
        .mean = wrt_calloc(m, sizeof(double)),
        .sd = wrt_calloc(m, sizeof(double)),
        .gram = wrt_calloc(m * m, sizeof(double)),
        .factor = wrt_calloc(m * m, sizeof(double)),
        .kept = wrt_calloc(m, sizeof(size_t)),
        .coefficients = wrt_calloc(m, sizeof(double)),
    };
    for (size_t j = 0; j < m; j++)
        moments(&w, j);
    correlate(&w);
    for (size_t j = 0; j < m; j++)
        visit(out, &w, j, arena);
    free(w.mean);
    free(w.sd);
    free(w.gram);
    free(w.factor);
    free(w.kept);
    free(w.coefficients);
    free(w.residual);
}
