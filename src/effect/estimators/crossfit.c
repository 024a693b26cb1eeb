/* crossfit.c: held-out nuisances, for the sample and for its bootstrap draws. */
#include "effect/estimators/crossfit.h"

#include "effect/estimators/arms.h"
#include "effect/estimators/potential.h"
#include "effect/estimators/propensity.h"
#include "effect/fit/heldout.h"
#include "effect/fit/logit.h"
#include "effect/resample/folds.h"

#include <string.h>

struct wrt_crossfit {
    const wrt_study *study;
    const wrt_design *design;
    const wrt_estimator_options *options;
    size_t *fold; /* n */

    /* Of a bootstrap: */
    size_t *order;        /* n, rows by arm, within it by fold */
    wrt_design standard;  /* the design with columns of mean 0 and variance 1, rows in that order */
    double *start;        /* k, of the propensity; NULL when it is given */
    double *arm_start[2]; /* k, of logistic outcomes; NULL when linear */
};

static void order_rows(wrt_crossfit *c, wrt_arena *arena) {
    size_t at = 0, n = c->study->n;
    c->order = wrt_arena_calloc(arena, n, sizeof *c->order);
    for (int arm = 0; arm < 2; arm++)
        for (size_t f = 0; f < c->options->folds; f++)
            for (size_t i = 0; i < n; i++)
                if (c->fold[i] == f && (c->study->treatment[i] == 1.0) == (arm == 1))
                    c->order[at++] = i;
}

static void standardise(wrt_crossfit *c, wrt_arena *arena) {
    size_t n = c->design->n, k = c->design->k;
    c->standard = *c->design;
    c->standard.x = wrt_arena_calloc(arena, n * k, sizeof(double));
    for (size_t j = 0; j < k; j++) {
        const double *x = c->design->x + j * n;
        double mean = 0.0, squares = 0.0;
        for (size_t i = 0; i < n; i++)
            mean += x[i] / (double)n;
        for (size_t i = 0; i < n; i++)
            squares += (x[i] - mean) * (x[i] - mean) / (double)n;
        double shift = j > 0 ? mean : 0.0, scale = j > 0 && squares > 0.0 ? sqrt(squares) : 1.0;
        for (size_t i = 0; i < n; i++)
            c->standard.x[i + j * n] = (x[i] - shift) / scale;
    }
}

/* Puts the rows of the standard design in order: draws then read them nearly one after the other.
 */
static void sort_rows(wrt_crossfit *c, wrt_arena *arena) {
    size_t n = c->design->n;
    double *column = wrt_arena_calloc(arena, n, sizeof *column);
    for (size_t j = 0; j < c->design->k; j++) {
        memcpy(column, c->standard.x + j * n, n * sizeof *column);
        for (size_t i = 0; i < n; i++)
            c->standard.x[i + j * n] = column[c->order[i]];
    }
}

static wrt_status find_starts(wrt_crossfit *c, wrt_arena *arena, wrt_err *err) {
    const wrt_study *study = c->study;
    wrt_logit fit = {0};
    wrt_status status = WRT_OK;
    if (study->propensity == NULL) {
        status = wrt_logit_fit(&fit, &c->standard, study->treatment, NULL, NULL, NULL,
                               "the treatment", arena, err);
        c->start = fit.coefficients;
    }
    for (int arm = 0; arm < 2 && study->outcome_is_binary && status == WRT_OK; arm++) {
        double *weights = wrt_arena_calloc(arena, study->n, sizeof *weights);
        for (size_t i = 0; i < study->n; i++)
            weights[i] = (study->treatment[i] == 1.0) == (arm == 1);
        status = wrt_logit_fit(
            &fit, &c->standard, study->outcome, weights, NULL, NULL,
            arm == 1 ? "the outcome of the treated" : "the outcome of the untreated", arena, err);
        c->arm_start[arm] = fit.coefficients;
    }
    return status;
}

wrt_status wrt_crossfit_new(wrt_crossfit **out, const wrt_study *study, const wrt_design *design,
                            const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    wrt_crossfit *c = wrt_arena_alloc(arena, sizeof *c);
    *c = (wrt_crossfit){.study = study, .design = design, .options = options};
    c->fold = wrt_arena_calloc(arena, study->n, sizeof *c->fold);
    wrt_status status = wrt_folds_assign(c->fold, study, options->folds, options->seed, arena, err);
    if (status == WRT_OK && options->se == WRT_SE_BOOTSTRAP && options->ridge <= 0.0) {
        order_rows(c, arena);
        standardise(c, arena);
        status = find_starts(c, arena, err);
        sort_rows(c, arena);
    }
    *out = c;
    return status;
}

/* The drawn rows gathered: by arm, within it by fold. */
typedef struct {
    size_t m, arm_from[3]; /* rows; where the arms begin, and the end */
    size_t *row;           /* m, of the study */
    size_t *at;            /* m, of the standard design */
    double *x;             /* m x k, standardised, rows times root */
    double *y, *t, *root;  /* m; root of the count */
    wrt_heldout_run *runs; /* 2 x folds, by arm and fold */
} drawn;

static void gather(drawn *out, const wrt_crossfit *c, const double *counts, wrt_arena *arena) {
    size_t n = c->study->n, k = c->design->k, folds = c->options->folds;
    *out = (drawn){.row = wrt_arena_calloc(arena, n, sizeof(size_t)),
                   .at = wrt_arena_calloc(arena, n, sizeof(size_t)),
                   .runs = wrt_arena_calloc(arena, 2 * folds, sizeof(wrt_heldout_run))};
    for (size_t i = 0; i < n; i++) {
        size_t row = c->order[i];
        if (counts[row] <= 0.0)
            continue;
        size_t arm = c->study->treatment[row] == 1.0;
        wrt_heldout_run *run = &out->runs[arm * folds + c->fold[row]];
        if (run->n++ == 0)
            *run = (wrt_heldout_run){.from = out->m, .n = 1, .fold = c->fold[row]};
        if (arm == 0)
            out->arm_from[1] = out->m + 1;
        out->at[out->m] = i;
        out->row[out->m++] = row;
    }
    out->arm_from[2] = out->m;
    out->x = wrt_arena_calloc(arena, out->m * k, sizeof(double));
    out->y = wrt_arena_calloc(arena, 3 * out->m, sizeof(double));
    out->t = out->y + out->m;
    out->root = out->t + out->m;
    for (size_t i = 0; i < out->m; i++) {
        out->y[i] = c->study->outcome[out->row[i]];
        out->t[i] = c->study->treatment[out->row[i]];
        out->root[i] = sqrt(counts[out->row[i]]);
    }
    for (size_t j = 0; j < k; j++) {
        const double *from = c->standard.x + j * n;
        double *to = out->x + j * out->m;
        for (size_t i = 0; i < out->m; i++)
            to[i] = out->root[i] * from[out->at[i]];
    }
}

/* out[row] = prediction, of every drawn row, by the coefficients without its fold. */
static void predict(double *out, const drawn *d, const wrt_crossfit *c, const double *coefficients,
                    bool is_logistic, wrt_arena *arena) {
    size_t k = c->design->k, folds = c->options->folds;
    double *eta = wrt_arena_calloc(arena, d->m, sizeof *eta);
    for (size_t r = 0; r < 2 * folds; r++) {
        const wrt_heldout_run *run = &d->runs[r];
        wrt_linalg_vector(eta, d->x + run->from, d->m, run->n, k, coefficients + run->fold * k);
        for (size_t i = 0; i < run->n; i++) {
            eta[i] /= d->root[run->from + i];
            out[d->row[run->from + i]] = is_logistic ? wrt_logit_inverse(eta[i]) : eta[i];
        }
    }
}

static bool fit_propensity(double *out, const wrt_crossfit *c, const drawn *d, wrt_arena *arena) {
    size_t k = c->design->k, folds = c->options->folds;
    double *coefficients = wrt_arena_calloc(arena, k * folds, sizeof *coefficients);
    wrt_heldout_data data = {{d->x, d->m, d->m, k}, d->t, d->root, d->runs, 2 * folds, folds};
    if (!wrt_heldout_logistic(coefficients, &data, c->start, arena))
        return false;
    predict(out, d, c, coefficients, true, arena);
    return true;
}

static bool fit_outcome(double *out, const wrt_crossfit *c, const drawn *d, int arm,
                        wrt_arena *arena) {
    size_t k = c->design->k, folds = c->options->folds, from = d->arm_from[arm];
    double *coefficients = wrt_arena_calloc(arena, k * folds, sizeof *coefficients);
    wrt_heldout_run *runs = wrt_arena_calloc(arena, folds, sizeof *runs);
    memcpy(runs, d->runs + (arm == 1 ? folds : 0), folds * sizeof *runs);
    for (size_t f = 0; f < folds; f++)
        runs[f].from = runs[f].n > 0 ? runs[f].from - from : 0;
    wrt_heldout_data data = {{d->x + from, d->m, d->arm_from[arm + 1] - from, k},
                             d->y + from,
                             d->root + from,
                             runs,
                             folds,
                             folds};
    bool is_logistic = c->arm_start[arm] != NULL;
    bool is_found = is_logistic
                        ? wrt_heldout_logistic(coefficients, &data, c->arm_start[arm], arena)
                        : wrt_heldout_linear(coefficients, &data, arena);
    if (is_found)
        predict(out, d, c, coefficients, is_logistic, arena);
    return is_found;
}

static double *blank(double value, size_t n, wrt_arena *arena) {
    double *all = wrt_arena_calloc(arena, n, sizeof *all);
    for (size_t i = 0; i < n && value != 0.0; i++)
        all[i] = value;
    return all;
}

wrt_status wrt_crossfit_find(wrt_crossfit_nuisances *out, const wrt_crossfit *crossfit,
                             const double *counts, wrt_arena *arena, wrt_err *err) {
    if (counts == NULL || crossfit->order == NULL)
        return wrt_crossfit_find_each(out, crossfit, counts, arena, err);
    drawn d;
    size_t n = crossfit->study->n;
    double *e = blank(0.5, n, arena), *mean[] = {blank(0.0, n, arena), blank(0.0, n, arena)};
    gather(&d, crossfit, counts, arena);
    bool is_found = crossfit->start == NULL || fit_propensity(e, crossfit, &d, arena);
    for (int arm = 0; arm < 2; arm++)
        is_found = is_found && fit_outcome(mean[arm], crossfit, &d, arm, arena);
    if (!is_found)
        return wrt_crossfit_find_each(out, crossfit, counts, arena, err);
    *out = (wrt_crossfit_nuisances){crossfit->start == NULL ? crossfit->study->propensity : e,
                                    {mean[0], mean[1]}};
    return WRT_OK;
}

wrt_status wrt_crossfit_find_each(wrt_crossfit_nuisances *out, const wrt_crossfit *crossfit,
                                  const double *counts, wrt_arena *arena, wrt_err *err) {
    const wrt_study *study = crossfit->study;
    size_t n = study->n;
    double *e = blank(0.5, n, arena), *mean[] = {blank(0.0, n, arena), blank(0.0, n, arena)};
    double *weights = wrt_arena_calloc(arena, n, sizeof *weights);
    for (size_t f = 0; f < crossfit->options->folds; f++) {
        wrt_propensity p = {0};
        wrt_potential outcomes = {0};
        for (size_t i = 0; i < n; i++)
            weights[i] = crossfit->fold[i] == f ? 0.0 : wrt_arms_count(counts, i);
        wrt_status status = wrt_propensity_find(&p, study, crossfit->design, crossfit->options,
                                                weights, arena, err);
        if (status == WRT_OK)
            status = wrt_potential_fit(&outcomes, study, crossfit->design, crossfit->options,
                                       weights, arena, err);
        if (status != WRT_OK) {
            wrt_err_prefix(err, "without fold %zu of %zu", f + 1, crossfit->options->folds);
            return status;
        }
        for (size_t i = 0; i < n; i++)
            if (crossfit->fold[i] == f && wrt_arms_count(counts, i) > 0.0) {
                e[i] = p.e[i];
                mean[0][i] = outcomes.mean[0][i];
                mean[1][i] = outcomes.mean[1][i];
            }
    }
    *out = (wrt_crossfit_nuisances){e, {mean[0], mean[1]}};
    return WRT_OK;
}
