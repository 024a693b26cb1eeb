/* crossfit.c: held-out nuisances, for the sample and for its bootstrap draws. */
#include "effect/estimators/crossfit.h"

#include "effect/estimators/arms.h"
#include "effect/estimators/potential.h"
#include "effect/estimators/propensity.h"
#include "effect/fit/heldout.h"
#include "effect/fit/logit.h"
#include "effect/resample/folds.h"

#include <math.h>
#include <string.h>

/* Held-out propensities are drawn in to here (Chernozhukov et al. 2018 do so in their
 * examples): a model that never saw a row must not give it the weight of a thousand. */
static const double extreme = 0.01;

struct wrt_crossfit {
    const wrt_study *study;
    const wrt_design *design;
    const wrt_estimator_options *options;
    wrt_estimator_options chosen; /* options with `ridges` */
    wrt_ridges ridges;
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
        const double *penalty =
            wrt_design_penalty(&c->standard, NULL, c->options->ridges->propensity, arena);
        status = wrt_logit_fit(&fit, &c->standard, study->treatment, NULL, penalty, NULL,
                               "the treatment", arena, err);
        c->start = fit.coefficients;
    }
    for (int arm = 0; arm < 2 && study->outcome_is_binary && status == WRT_OK; arm++) {
        double *weights = wrt_arena_calloc(arena, study->n, sizeof *weights);
        for (size_t i = 0; i < study->n; i++)
            weights[i] = (study->treatment[i] == 1.0) == (arm == 1);
        const double *penalty =
            wrt_design_penalty(&c->standard, weights, c->options->ridges->outcome[arm], arena);
        status = wrt_logit_fit(
            &fit, &c->standard, study->outcome, weights, penalty, NULL,
            arm == 1 ? "the outcome of the treated" : "the outcome of the untreated", arena, err);
        c->arm_start[arm] = fit.coefficients;
    }
    return status;
}

/* ---- penalties: of a grid, what predicts held-out rows best */

/* Strength on standardised columns: a normal prior of variance 1/strength on their coefficients
 * (logistic), or this many rows that say zero (linear). */
static const double strengths[] = {0.0, 1.0, 10.0, 100.0, 1000.0};
enum { STRENGTHS = sizeof strengths / sizeof strengths[0] };

static double loss_of(double y, double mean, bool is_class) {
    return is_class ? -(y * log(mean) + (1.0 - y) * log(1.0 - mean)) : (y - mean) * (y - mean);
}

/* Held-out losses of the propensity, and of the outcome in each arm. */
static void find_losses(double out[3], const wrt_crossfit *c, const wrt_crossfit_nuisances *all) {
    const wrt_study *s = c->study;
    out[0] = out[1] = out[2] = 0.0;
    for (size_t i = 0; i < s->n; i++) {
        int arm = s->treatment[i] == 1.0;
        double mean = all->mean[arm][i];
        if (s->outcome_is_binary)
            mean = fmin(fmax(mean, extreme), 1.0 - extreme);
        out[0] += loss_of(s->treatment[i], all->e[i], true);
        out[1 + arm] += loss_of(s->outcome[i], mean, s->outcome_is_binary);
    }
}

static wrt_status choose_ridges(wrt_crossfit *c, wrt_arena *arena, wrt_err *err) {
    double best[3] = {HUGE_VAL, HUGE_VAL, HUGE_VAL}, loss[3];
    double rows[3] = {(double)c->study->n, (double)(c->study->n - c->study->n_treated),
                      (double)c->study->n_treated};
    double chosen[3] = {0.0, 0.0, 0.0};
    for (size_t g = 0; g < STRENGTHS; g++) {
        wrt_crossfit_nuisances all = {0};
        for (int q = 0; q < 3; q++)
            rows[q] = fmax(rows[q], 1.0);
        c->ridges =
            (wrt_ridges){strengths[g] / rows[0], {strengths[g] / rows[1], strengths[g] / rows[2]}};
        wrt_status status = wrt_crossfit_find_each(&all, c, NULL, arena, err);
        if (status != WRT_OK)
            return status;
        find_losses(loss, c, &all);
        for (int q = 0; q < 3; q++)
            if (loss[q] < best[q]) {
                best[q] = loss[q];
                chosen[q] = strengths[g] / rows[q];
            }
    }
    c->ridges = (wrt_ridges){chosen[0], {chosen[1], chosen[2]}};
    return WRT_OK;
}

const wrt_ridges *wrt_crossfit_ridges(const wrt_crossfit *crossfit) {
    return crossfit->options->ridges;
}

wrt_status wrt_crossfit_new(wrt_crossfit **out, const wrt_study *study, const wrt_design *design,
                            const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    wrt_crossfit *c = wrt_arena_alloc(arena, sizeof *c);
    *c = (wrt_crossfit){.study = study, .design = design, .options = options};
    c->fold = wrt_arena_calloc(arena, study->n, sizeof *c->fold);
    wrt_status status = wrt_folds_assign(c->fold, study, options->folds, options->seed, arena, err);
    if (status == WRT_OK && options->ridges == NULL) {
        c->ridges = (wrt_ridges){options->ridge, {options->ridge, options->ridge}};
        c->chosen = *options;
        c->chosen.ridges = &c->ridges;
        c->options = &c->chosen;
        if (options->choose_ridge)
            status = choose_ridges(c, arena, err);
    }
    if (status == WRT_OK && options->se == WRT_SE_BOOTSTRAP) {
        order_rows(c, arena);
        standardise(c, arena);
        if (find_starts(c, arena, NULL) == WRT_OK)
            sort_rows(c, arena);
        else
            c->order = NULL; /* each fold alone finds its way, or says why not */
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

/* k x folds penalties, as wrt_design_penalty has them of the rows outside each fold. */
static const double *penalties(const wrt_heldout_data *d, double ridge, wrt_arena *arena) {
    size_t k = d->x.k, folds = d->folds;
    if (ridge <= 0.0)
        return NULL;
    double *all = wrt_arena_calloc(arena, k * folds, sizeof *all);
    double *sums = wrt_arena_calloc(arena, 3 * (folds + 1), sizeof *sums);
    for (size_t j = 1; j < k; j++) {
        memset(sums, 0, 3 * (folds + 1) * sizeof *sums);
        for (size_t r = 0; r < d->n_runs; r++)
            for (size_t i = d->runs[r].from; i < d->runs[r].from + d->runs[r].n; i++) {
                double root = d->root[i], x = d->x.x[i + j * d->x.stride]; /* times root */
                double *of_fold = sums + 3 * d->runs[r].fold;
                of_fold[0] += root * root;
                of_fold[1] += root * x;
                of_fold[2] += x * x;
            }
        for (size_t f = 0; f < folds; f++)
            for (int q = 0; q < 3; q++)
                sums[3 * folds + (size_t)q] += sums[3 * f + (size_t)q];
        for (size_t f = 0; f < folds; f++) {
            const double *all_rows = sums + 3 * folds, *own = sums + 3 * f;
            double w = all_rows[0] - own[0], x = all_rows[1] - own[1], xx = all_rows[2] - own[2];
            all[j + f * k] = w > 0.0 ? ridge * fmax(xx - x * x / w, 0.0) : 0.0;
        }
    }
    return all;
}

static bool fit_propensity(double *out, const wrt_crossfit *c, const drawn *d, wrt_arena *arena) {
    size_t k = c->design->k, folds = c->options->folds;
    double *coefficients = wrt_arena_calloc(arena, k * folds, sizeof *coefficients);
    wrt_heldout_data data = {{d->x, d->m, d->m, k}, d->t, d->root, d->runs, 2 * folds, folds, NULL};
    data.penalty = penalties(&data, c->options->ridges->propensity, arena);
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
                             folds,
                             NULL};
    data.penalty = penalties(&data, c->options->ridges->outcome[arm], arena);
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

static void draw_in(double *e, size_t n) {
    for (size_t i = 0; i < n; i++)
        e[i] = fmin(fmax(e[i], extreme), 1.0 - extreme);
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
    draw_in(e, n);
    *out = (wrt_crossfit_nuisances){
        crossfit->start == NULL ? crossfit->study->propensity : e, {mean[0], mean[1]}, NULL};
    return WRT_OK;
}

static const char *first_note(const char *found, const wrt_propensity *p,
                              const wrt_potential *outcomes) {
    const char *const notes[] = {found, p->model.note, outcomes->model[0].note,
                                 outcomes->model[1].note};
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++)
        if (notes[i] != NULL)
            return notes[i];
    return NULL;
}

wrt_status wrt_crossfit_find_each(wrt_crossfit_nuisances *out, const wrt_crossfit *crossfit,
                                  const double *counts, wrt_arena *arena, wrt_err *err) {
    const wrt_study *study = crossfit->study;
    size_t n = study->n;
    double *e = blank(0.5, n, arena), *mean[] = {blank(0.0, n, arena), blank(0.0, n, arena)};
    double *weights = wrt_arena_calloc(arena, n, sizeof *weights);
    const char *note = NULL;
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
        note = first_note(note, &p, &outcomes);
        for (size_t i = 0; i < n; i++)
            if (crossfit->fold[i] == f && wrt_arms_count(counts, i) > 0.0) {
                e[i] = p.is_fitted ? fmin(fmax(p.e[i], extreme), 1.0 - extreme) : p.e[i];
                mean[0][i] = outcomes.mean[0][i];
                mean[1][i] = outcomes.mean[1][i];
            }
    }
    *out = (wrt_crossfit_nuisances){e, {mean[0], mean[1]}, note};
    return WRT_OK;
}
