/* nearest.c: blocked distances, then exact ones for the candidates. */
#include "effect/estimators/nearest.h"

#include "effect/fit/linalg.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 32 };

typedef struct {
    const wrt_nearest_points *points;
    double *square;     /* n, |z_i|^2 */
    double *block;      /* BLOCK x k, rows of the block */
    double *product;    /* n x BLOCK, z_j' z_i */
    double slack;       /* what rounding may do to a squared distance */
    size_t *candidates; /* n */
    double *distance;   /* n, of the candidates */
} search;

/* Keeps the m smallest in ascending order; returns how many there are. */
static size_t insert(double *smallest, size_t held, size_t m, double value) {
    if (held == m && (m == 0 || value >= smallest[m - 1]))
        return held;
    size_t at = held < m ? held : m - 1;
    for (; at > 0 && smallest[at - 1] > value; at--)
        smallest[at] = smallest[at - 1];
    smallest[at] = value;
    return held < m ? held + 1 : m;
}

static double exact(const wrt_nearest_points *p, size_t i, size_t j) {
    double sum = 0.0;
    for (size_t c = 0; c < p->k; c++) {
        double d = p->z[i + c * p->n] - p->z[j + c * p->n];
        sum += d * d;
    }
    return sum;
}

static bool is_eligible(const wrt_nearest_points *p, size_t i, size_t j, bool is_own_arm) {
    return i != j && (p->treatment[i] == p->treatment[j]) == is_own_arm;
}

/* Candidates: rows whose rounded distance is at most the m-th plus the slack. */
static size_t shortlist(search *s, size_t i, const double *product, const wrt_nearest_query *q) {
    const wrt_nearest_points *p = s->points;
    double smallest[WRT_NEAREST_MAX] = {0};
    size_t held = 0, n = 0;
    for (size_t j = 0; j < p->n; j++)
        if (is_eligible(p, i, j, q->is_own_arm))
            held = insert(smallest, held, q->m, s->square[j] - 2.0 * product[j]);
    assert(held == q->m && held > 0);
    double limit = (held > 0 ? smallest[held - 1] : 0.0) + s->slack;
    for (size_t j = 0; j < p->n; j++)
        if (s->square[j] - 2.0 * product[j] <= limit && is_eligible(p, i, j, q->is_own_arm))
            s->candidates[n++] = j;
    return n;
}

static size_t choose(search *s, size_t i, size_t n, size_t m) {
    double smallest[WRT_NEAREST_MAX] = {0};
    size_t held = 0, kept = 0;
    for (size_t c = 0; c < n; c++) {
        s->distance[c] = exact(s->points, i, s->candidates[c]);
        held = insert(smallest, held, m, s->distance[c]);
    }
    double limit = (held > 0 ? smallest[held - 1] : 0.0) * (1.0 + 1e-12);
    for (size_t c = 0; c < n; c++)
        if (s->distance[c] <= limit)
            s->candidates[kept++] = s->candidates[c];
    return kept;
}

static void multiply_block(search *s, size_t from, size_t rows) {
    const wrt_nearest_points *p = s->points;
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < p->k; c++)
            s->block[c + r * p->k] = p->z[from + r + c * p->n];
    wrt_linalg_multiply(s->product, p->z, p->n, p->k, s->block, rows);
}

static void prepare(search *s, const wrt_nearest_points *p, wrt_arena *arena) {
    double largest = 0.0;
    *s = (search){.points = p,
                  .square = wrt_arena_calloc(arena, p->n, sizeof(double)),
                  .block = wrt_arena_calloc(arena, BLOCK * p->k, sizeof(double)),
                  .product = wrt_arena_calloc(arena, p->n * BLOCK, sizeof(double)),
                  .candidates = wrt_arena_calloc(arena, p->n, sizeof(size_t)),
                  .distance = wrt_arena_calloc(arena, p->n, sizeof(double))};
    for (size_t c = 0; c < p->k; c++)
        for (size_t i = 0; i < p->n; i++)
            s->square[i] += p->z[i + c * p->n] * p->z[i + c * p->n];
    for (size_t i = 0; i < p->n; i++)
        largest = fmax(largest, s->square[i]);
    s->slack = 1e-13 * (double)(p->k + 10) * largest;
}

void wrt_nearest_search(const wrt_nearest_points *points, const wrt_nearest_query *queries,
                        size_t n_queries, wrt_nearest_visit *visit, void *ctx) {
    search s;
    wrt_arena *arena = wrt_arena_new();
    prepare(&s, points, arena);
    for (size_t from = 0; from < points->n; from += BLOCK) {
        size_t rows = points->n - from < BLOCK ? points->n - from : BLOCK;
        multiply_block(&s, from, rows);
        for (size_t r = 0; r < rows; r++)
            for (size_t q = 0; q < n_queries; q++) {
                size_t n = shortlist(&s, from + r, s.product + r * points->n, &queries[q]);
                n = choose(&s, from + r, n, queries[q].m);
                visit(from + r, q, s.candidates, n, ctx);
            }
    }
    wrt_arena_free(arena);
}

wrt_status wrt_nearest_whiten(double *out, const wrt_block *block, size_t n, wrt_arena *arena,
                              wrt_err *err) {
    size_t k = block->columns, column = 0;
    double *covariance = wrt_arena_calloc(arena, k * k, sizeof *covariance);
    double *row = wrt_arena_calloc(arena, k, sizeof *row);
    for (size_t j = 0; j < k; j++) {
        double mean = 0.0;
        for (size_t i = 0; i < n; i++)
            mean += block->values[i + j * n] / (double)n;
        for (size_t i = 0; i < n; i++)
            out[i + j * n] = block->values[i + j * n] - mean;
    }
    wrt_linalg_gram(covariance, out, n, n, k, NULL);
    for (size_t i = 0; i < k * k; i++)
        covariance[i] /= (double)(n - 1);
    if (!wrt_linalg_cholesky(covariance, k, &column))
        return wrt_fail(err, WRT_E_INPUT,
                        "the distance of Mahalanobis is not defined: the columns before \"%s\" "
                        "determine it; leave it out, or match by propensity",
                        block->names != NULL ? block->names[column] : "?");
    for (size_t i = 0; i < n; i++) { /* forward substitution by L, row by row */
        for (size_t j = 0; j < k; j++) {
            double left = out[i + j * n];
            for (size_t c = 0; c < j; c++)
                left -= covariance[j + c * k] * row[c];
            row[j] = left / covariance[j + j * k];
        }
        for (size_t j = 0; j < k; j++)
            out[i + j * n] = row[j];
    }
    return WRT_OK;
}
