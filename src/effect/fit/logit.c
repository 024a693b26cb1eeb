/* logit.c: Newton's method with step halving. */
#include "effect/fit/logit.h"

#include "effect/fit/linalg.h"

#include <math.h>
#include <string.h>

enum { STEPS_MAX = 100, HALVINGS_MAX = 40, SUSPICIOUS_STEP = 5 };

static const double score_tolerance = 1e-12;
static const double score_acceptable = 1e-9;
static const double extreme_eta = 12.0; /* beyond it a probability is within 1e-5 of 0 or 1 */

typedef struct {
    const wrt_design *design;
    const double *t, *weights, *penalty;
    double *eta, *curvature; /* n; of the current coefficients */
    double *scale;           /* k, sum of |w x_ij| */
    double *score, *step;    /* k */
    double *hessian;         /* k x k, its factor after solve */
    double loss;
    wrt_arena *arena;
} newton;

double wrt_logit_inverse(double eta) {
    if (eta >= 0.0)
        return 1.0 / (1.0 + exp(-eta));
    double e = exp(eta);
    return e / (1.0 + e);
}

static double weight_of(const newton *w, size_t i) {
    return w->weights != NULL ? w->weights[i] : 1.0;
}

static double loss_of(const newton *w, const double *eta, const double *beta) {
    double loss = 0.0;
    for (size_t i = 0; i < w->design->n; i++) {
        double weight = weight_of(w, i);
        if (weight > 0.0)
            loss += weight * (log1p(exp(-fabs(eta[i]))) + fmax(eta[i], 0.0) - w->t[i] * eta[i]);
    }
    for (size_t j = 0; w->penalty != NULL && j < w->design->k; j++)
        loss += 0.5 * w->penalty[j] * beta[j] * beta[j];
    return loss;
}

/* Score and information at beta; returns the largest share of the score. */
static double differentiate(newton *w, wrt_logit *fit) {
    size_t n = w->design->n, k = w->design->k;
    double *residual = w->curvature, largest = 0.0;
    for (size_t i = 0; i < n; i++) {
        fit->fitted[i] = wrt_logit_inverse(w->eta[i]);
        residual[i] = weight_of(w, i) * (w->t[i] - fit->fitted[i]);
    }
    wrt_linalg_vector_transposed(w->score, w->design->x, n, n, k, residual);
    for (size_t j = 0; j < k; j++) {
        if (w->penalty != NULL)
            w->score[j] -= w->penalty[j] * fit->coefficients[j];
        largest = fmax(largest, w->scale[j] > 0.0 ? fabs(w->score[j]) / w->scale[j] : 0.0);
    }
    for (size_t i = 0; i < n; i++)
        w->curvature[i] = weight_of(w, i) * fit->fitted[i] * (1.0 - fit->fitted[i]);
    wrt_linalg_gram(w->hessian, w->design->x, n, n, k, w->curvature);
    for (size_t j = 0; w->penalty != NULL && j < k; j++)
        w->hessian[j + j * k] += w->penalty[j];
    return largest;
}

static wrt_status solve(newton *w, wrt_err *err) {
    size_t k = w->design->k, column = 0;
    if (!wrt_linalg_cholesky(w->hessian, k, &column))
        return wrt_design_fail_singular(w->design, column, err);
    memcpy(w->step, w->score, k * sizeof *w->step);
    wrt_linalg_cholesky_solve(w->hessian, k, w->step, 1);
    return WRT_OK;
}

/* Goes along the step, halved until the loss falls; false when it falls nowhere. */
static bool advance(newton *w, wrt_logit *fit) {
    size_t n = w->design->n, k = w->design->k;
    double *beta = w->scale + k; /* k, beside the scales */
    for (int halving = 0; halving < HALVINGS_MAX; halving++) {
        double share = ldexp(1.0, -halving);
        for (size_t j = 0; j < k; j++)
            beta[j] = fit->coefficients[j] + share * w->step[j];
        wrt_linalg_vector(w->eta, w->design->x, n, n, k, beta);
        double loss = loss_of(w, w->eta, beta);
        if (loss <= w->loss + 1e-12 * fabs(w->loss)) {
            w->loss = loss;
            memcpy(fit->coefficients, beta, k * sizeof *beta);
            return true;
        }
    }
    wrt_linalg_vector(w->eta, w->design->x, n, n, k, fit->coefficients);
    return false;
}

bool wrt_logit_separates(const double *d, const wrt_design *design, const double *t,
                         const double *weights, wrt_arena *arena) {
    double *along = wrt_arena_calloc(arena, design->n, sizeof *along), largest = 0.0;
    wrt_linalg_vector(along, design->x, design->n, design->n, design->k, d);
    for (size_t i = 0; i < design->n; i++)
        if (weights == NULL || weights[i] > 0.0)
            largest = fmax(largest, fabs(along[i]));
    if (!(largest > 0.0))
        return false;
    for (size_t i = 0; i < design->n; i++) {
        if (weights != NULL && weights[i] <= 0.0)
            continue;
        bool is_between = t[i] > 0.0 && t[i] < 1.0;
        double side = t[i] >= 0.5 ? along[i] : -along[i];
        if (side < -1e-6 * largest || (is_between && fabs(along[i]) > 1e-6 * largest))
            return false;
    }
    return true;
}

/* The column that moves the direction most: |d_j| times the spread of the column. */
static size_t moving_column(const newton *w) {
    const wrt_design *d = w->design;
    size_t best = d->k > 1 ? 1 : 0;
    double most = -1.0;
    for (size_t j = 1; j < d->k; j++) {
        const double *x = d->x + j * d->n;
        double low = INFINITY, high = -INFINITY;
        for (size_t i = 0; i < d->n; i++)
            if (weight_of(w, i) > 0.0) {
                low = fmin(low, x[i]);
                high = fmax(high, x[i]);
            }
        if (fabs(w->step[j]) * (high - low) > most) {
            most = fabs(w->step[j]) * (high - low);
            best = j;
        }
    }
    return best;
}

/* Looked for only where it would show: after some steps, with a probability at 0 or 1. */
static wrt_status check_separation(const newton *w, size_t steps, const char *what, wrt_err *err) {
    bool is_extreme = false;
    for (size_t i = 0; i < w->design->n && steps >= SUSPICIOUS_STEP && !is_extreme; i++)
        is_extreme = weight_of(w, i) > 0.0 && fabs(w->eta[i]) > extreme_eta;
    if (!is_extreme || w->penalty != NULL ||
        !wrt_logit_separates(w->step, w->design, w->t, w->weights, w->arena))
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT,
                    "%s has no finite logistic fit: the columns separate its two classes, \"%s\" "
                    "most of all; leave it out, merge its levels, or give a ridge penalty",
                    what, w->design->names[moving_column(w)]);
}

static wrt_status check_classes(const newton *w, const char *what, wrt_err *err) {
    double ones = 0.0, all = 0.0;
    for (size_t i = 0; i < w->design->n; i++) {
        ones += weight_of(w, i) * w->t[i];
        all += weight_of(w, i);
    }
    if (ones > 0.0 && ones < all)
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT,
                    "%s is %s in all %.0f rows that are fitted: both values are "
                    "needed",
                    what, ones > 0.0 ? "1" : "0", all);
}

static void prepare(newton *w, wrt_logit *out, const double *start) {
    size_t n = w->design->n, k = w->design->k;
    *out = (wrt_logit){.k = k,
                       .coefficients = wrt_arena_calloc(w->arena, k, sizeof(double)),
                       .fitted = wrt_arena_calloc(w->arena, n, sizeof(double)),
                       .inverse = wrt_arena_calloc(w->arena, k * k, sizeof(double))};
    w->eta = wrt_arena_calloc(w->arena, n, sizeof(double));
    w->curvature = wrt_arena_calloc(w->arena, n, sizeof(double));
    w->scale = wrt_arena_calloc(w->arena, 2 * k, sizeof(double));
    w->score = wrt_arena_calloc(w->arena, k, sizeof(double));
    w->step = wrt_arena_calloc(w->arena, k, sizeof(double));
    w->hessian = wrt_arena_calloc(w->arena, k * k, sizeof(double));
    for (size_t j = 0; j < k; j++)
        for (size_t i = 0; i < n; i++)
            w->scale[j] += fabs(weight_of(w, i) * w->design->x[i + j * n]);
    if (start != NULL)
        memcpy(out->coefficients, start, k * sizeof *start);
    wrt_linalg_vector(w->eta, w->design->x, n, n, k, out->coefficients);
    w->loss = loss_of(w, w->eta, out->coefficients);
}

wrt_status wrt_logit_fit(wrt_logit *out, const wrt_design *design, const double *t,
                         const double *weights, const double *penalty, const double *start,
                         const char *what, wrt_arena *arena, wrt_err *err) {
    newton w = {.design = design, .t = t, .weights = weights, .penalty = penalty, .arena = arena};
    wrt_status status = check_classes(&w, what, err);
    if (status != WRT_OK)
        return status;
    prepare(&w, out, start);
    for (bool is_moving = true;; out->iterations++) {
        out->score = differentiate(&w, out);
        bool is_done = out->score <= score_tolerance || !is_moving ||
                       (out->iterations == STEPS_MAX && out->score <= score_acceptable);
        if ((status = solve(&w, err)) != WRT_OK) {
            wrt_status why = check_separation(&w, out->iterations, what, err);
            return why != WRT_OK ? why : status;
        }
        if ((status = check_separation(&w, out->iterations, what, err)) != WRT_OK)
            return status;
        if (is_done || out->iterations == STEPS_MAX)
            break;
        is_moving = advance(&w, out);
    }
    if (out->score > score_acceptable)
        return wrt_fail(err, WRT_E_FAILED,
                        "the logistic fit of %s does not converge in %zu steps: give a ridge "
                        "penalty or leave columns out",
                        what, out->iterations);
    wrt_linalg_cholesky_inverse(out->inverse, w.hessian, design->k);
    return WRT_OK;
}
