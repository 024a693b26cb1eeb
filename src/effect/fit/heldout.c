/* heldout.c: sums of all rows less sums of a fold. */
#include "effect/fit/heldout.h"

#include "effect/fit/logit.h"

#include <math.h>
#include <string.h>

enum { STEPS_MAX = 40, PAIRS = 8 };

static const double score_tolerance = 1e-10;

/* factors (k x k x folds): Cholesky factor of the Gram matrix outside each fold; v: further weights
 * of the rows, NULL for none. */
static bool factor_outside(double *factors, const wrt_heldout_data *d, const double *v,
                           wrt_arena *scratch) {
    size_t k = d->x.k, square = k * k;
    double *total = wrt_arena_calloc(scratch, 2 * square, sizeof *total), *part = total + square;
    memset(factors, 0, square * d->folds * sizeof *factors);
    for (size_t r = 0; r < d->n_runs; r++) {
        const wrt_heldout_run *run = &d->runs[r];
        wrt_linalg_gram(part, d->x.x + run->from, d->x.stride, run->n, k,
                        v != NULL ? v + run->from : NULL);
        for (size_t i = 0; i < square; i++) {
            total[i] += part[i];
            factors[run->fold * square + i] += part[i];
        }
    }
    for (size_t f = 0; f < d->folds; f++) {
        double *factor = factors + f * square;
        for (size_t i = 0; i < square; i++)
            factor[i] = total[i] - factor[i];
        if (!wrt_linalg_cholesky(factor, k, NULL))
            return false;
    }
    return true;
}

/* scores (k x folds) = sum of x_i w_i (y_i - prediction of fold f's coefficients) over the rows
 * outside each fold. Run by run, so that a run is still in the cache for its second product. block:
 * rows x folds and k x folds behind it. */
static void score(double *scores, const wrt_heldout_data *d, const double *coefficients,
                  bool is_logistic, double *block) {
    size_t k = d->x.k, all = k * d->folds;
    memset(scores, 0, all * sizeof *scores);
    for (size_t r = 0; r < d->n_runs; r++) {
        const wrt_heldout_run *run = &d->runs[r];
        const double *y = d->y + run->from, *root = d->root + run->from;
        wrt_rows_view rows = {d->x.x + run->from, d->x.stride, run->n, k};
        double *part = block + d->x.n * d->folds;
        wrt_linalg_view_multiply(block, &rows, coefficients, d->folds);
        for (size_t f = 0; f < d->folds; f++) {
            double *at = block + f * run->n;
            for (size_t i = 0; i < run->n && f != run->fold; i++)
                at[i] = is_logistic ? root[i] * (y[i] - 1.0 / (1.0 + exp(-at[i] / root[i])))
                                    : root[i] * y[i] - at[i];
            if (f == run->fold)
                memset(at, 0, run->n * sizeof *at);
        }
        wrt_linalg_view_multiply_transposed(part, &rows, block, d->folds);
        for (size_t i = 0; i < all; i++)
            scores[i] += part[i];
    }
}

/* The same at one common point, where every row has one residual: the sums over all rows less those
 * over each fold. beta NULL: zeros. curvature (rows, unless NULL): p (1 - p). */
static void score_common(double *scores, double *curvature, const wrt_heldout_data *d,
                         const double *beta, double *block) {
    size_t k = d->x.k;
    double *part = block + d->x.n, *total = part + k;
    memset(scores, 0, k * d->folds * sizeof *scores);
    memset(block, 0, (d->x.n + 2 * k) * sizeof *block);
    for (size_t r = 0; r < d->n_runs; r++) {
        const wrt_heldout_run *run = &d->runs[r];
        const double *x = d->x.x + run->from, *root = d->root + run->from;
        double *at = block + run->from;
        if (beta != NULL)
            wrt_linalg_vector(at, x, d->x.stride, run->n, k, beta);
        for (size_t i = 0; i < run->n; i++) {
            double p = beta != NULL ? 1.0 / (1.0 + exp(-at[i] / root[i])) : 0.0;
            at[i] = root[i] * (d->y[run->from + i] - p);
            if (curvature != NULL)
                curvature[run->from + i] = p * (1.0 - p);
        }
        wrt_linalg_vector_transposed(part, x, d->x.stride, run->n, k, at);
        for (size_t j = 0; j < k; j++) {
            total[j] += part[j];
            scores[run->fold * k + j] -= part[j];
        }
    }
    for (size_t i = 0; i < k * d->folds; i++)
        scores[i] += total[i % k];
}

/* Room for either: (n + k) folds, or n + 2 k, which is no more as there are two folds. */
static double *block_of(const wrt_heldout_data *d, wrt_arena *scratch) {
    return wrt_arena_calloc(scratch, (d->x.n + d->x.k) * d->folds, sizeof(double));
}

/* step (k x folds) = factor^-1 scores, of each fold. */
static void solve_folds(double *step, const double *factors, const double *scores, size_t k,
                        size_t folds) {
    memcpy(step, scores, k * folds * sizeof *step);
    for (size_t f = 0; f < folds; f++)
        wrt_linalg_cholesky_solve(factors + f * k * k, k, step + f * k, 1);
}

bool wrt_heldout_linear(double *coefficients, const wrt_heldout_data *data, wrt_arena *scratch) {
    size_t k = data->x.k, folds = data->folds;
    double *factors = wrt_arena_calloc(scratch, k * k * folds, sizeof *factors);
    double *block = block_of(data, scratch);
    double *scores = wrt_arena_calloc(scratch, 2 * k * folds, sizeof *scores);
    double *step = scores + k * folds;
    if (!factor_outside(factors, data, NULL, scratch))
        return false;
    score_common(scores, NULL, data, NULL, block);
    solve_folds(coefficients, factors, scores, k, folds);
    score(scores, data, coefficients, false, block);
    solve_folds(step, factors, scores, k, folds);
    for (size_t i = 0; i < k * folds; i++)
        coefficients[i] += step[i];
    return true;
}

/* The last PAIRS steps and changes of score of one fold. */
typedef struct {
    double *step, *change;   /* k x PAIRS each, in a ring */
    double curvature[PAIRS]; /* step' change */
    size_t n;                /* pairs seen */
} memory;

typedef struct {
    const wrt_heldout_data *data;
    size_t n, k, folds;
    double *factors;                /* k x k x folds */
    double *scores, *before, *step; /* k x folds */
    double *block;                  /* of score */
    double total;                   /* sum of the weights */
    memory *pairs;                  /* folds */
} search;

static void prepare(search *s, const wrt_heldout_data *data, wrt_arena *scratch) {
    size_t n = data->x.n, k = data->x.k, folds = data->folds;
    *s = (search){.data = data, .n = n, .k = k, .folds = folds};
    s->factors = wrt_arena_calloc(scratch, k * k * folds, sizeof(double));
    s->scores = wrt_arena_calloc(scratch, 3 * k * folds, sizeof(double));
    s->before = s->scores + k * folds;
    s->step = s->before + k * folds;
    s->block = block_of(data, scratch);
    s->pairs = wrt_arena_calloc(scratch, folds, sizeof *s->pairs);
    for (size_t f = 0; f < folds; f++) {
        s->pairs[f].step = wrt_arena_calloc(scratch, 2 * k * PAIRS, sizeof(double));
        s->pairs[f].change = s->pairs[f].step + k * PAIRS;
    }
    for (size_t i = 0; i < n; i++)
        s->total += data->root[i] * data->root[i];
}

static double largest_share(const search *s) {
    double largest = 0.0;
    for (size_t i = 0; i < s->k * s->folds; i++) {
        double share = fabs(s->scores[i]) / s->total;
        if (!(share <= largest))
            largest = share; /* also NAN */
    }
    return largest;
}

/* Two loops over the pairs with the factored information between them (Nocedal 1980). */
static void find_step(search *s, size_t f) {
    memory *m = &s->pairs[f];
    double *q = s->step + f * s->k, alpha[PAIRS];
    size_t held = m->n < PAIRS ? m->n : PAIRS;
    memcpy(q, s->scores + f * s->k, s->k * sizeof *q);
    for (size_t back = 1; back <= held; back++) {
        size_t at = (m->n - back) % PAIRS;
        alpha[at] = wrt_linalg_dot(m->step + at * s->k, q, s->k) / m->curvature[at];
        for (size_t j = 0; j < s->k; j++)
            q[j] -= alpha[at] * m->change[j + at * s->k];
    }
    wrt_linalg_cholesky_solve(s->factors + f * s->k * s->k, s->k, q, 1);
    for (size_t back = held; back >= 1; back--) {
        size_t at = (m->n - back) % PAIRS;
        double beta = wrt_linalg_dot(m->change + at * s->k, q, s->k) / m->curvature[at];
        for (size_t j = 0; j < s->k; j++)
            q[j] += (alpha[at] - beta) * m->step[j + at * s->k];
    }
}

/* A pair that shows positive curvature, as a concave likelihood does beyond rounding. */
static void remember(search *s, size_t f) {
    memory *m = &s->pairs[f];
    size_t at = m->n % PAIRS;
    double *step = m->step + at * s->k, *change = m->change + at * s->k;
    for (size_t j = 0; j < s->k; j++) {
        step[j] = s->step[j + f * s->k];
        change[j] = s->before[j + f * s->k] - s->scores[j + f * s->k];
    }
    m->curvature[at] = wrt_linalg_dot(step, change, s->k);
    if (m->curvature[at] > 0.0)
        m->n++;
}

bool wrt_heldout_logistic(double *coefficients, const wrt_heldout_data *data, const double *start,
                          wrt_arena *scratch) {
    search s;
    prepare(&s, data, scratch);
    size_t all = s.k * s.folds;
    double *curvature = wrt_arena_calloc(scratch, s.n, sizeof *curvature);
    for (size_t f = 0; f < s.folds; f++)
        memcpy(coefficients + f * s.k, start, s.k * sizeof *start);
    score_common(s.scores, curvature, data, start, s.block);
    if (!factor_outside(s.factors, data, curvature, scratch))
        return false;
    solve_folds(s.step, s.factors, s.scores, s.k, s.folds);
    for (size_t i = 0; i < all; i++)
        coefficients[i] += s.step[i];
    score(s.scores, data, coefficients, true, s.block);
    for (int steps = 0; steps < STEPS_MAX; steps++) {
        double share = largest_share(&s);
        if (!isfinite(share) || share <= score_tolerance)
            return isfinite(share);
        for (size_t f = 0; f < s.folds; f++)
            find_step(&s, f);
        for (size_t i = 0; i < all; i++)
            coefficients[i] += s.step[i];
        memcpy(s.before, s.scores, all * sizeof *s.before);
        score(s.scores, data, coefficients, true, s.block);
        for (size_t f = 0; f < s.folds; f++)
            remember(&s, f);
    }
    return false;
}
