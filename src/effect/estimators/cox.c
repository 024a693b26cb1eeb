/* cox.c: the fit by Newton's method, and its tests. */
#include "effect/estimators/cox.h"
#include "effect/estimators/cox_walk.h"
#include "effect/fit/linalg.h"

#include <math.h>
#include <string.h>

enum { ITERATIONS_MAX = 60, HALVINGS_MAX = 30 };

/* Of scaled columns. A Newton step above the first while the likelihood stands still: it has no
 * maximum. */
static const double MONOTONE_STEP = 1e-3, STEP_DONE = 1e-9;

typedef struct {
    const wrt_cox_rows *rows;
    double log_likelihood;
    double *score, *information; /* p, p * p */
    double *hazard;              /* n */
} model;

static void add_term(void *ctx, const wrt_cox_term *term) {
    model *m = ctx;
    size_t p = m->rows->p;
    for (size_t i = 0; i < p; i++) {
        m->score[i] -= term->weight * term->mean[i];
        for (size_t j = 0; j <= i; j++)
            m->information[i * p + j] += term->weight * term->variance[i * p + j];
    }
}

static void evaluate(model *m, const double *beta) {
    const wrt_cox_rows *rows = m->rows;
    size_t p = rows->p;
    memset(m->score, 0, p * sizeof *m->score);
    memset(m->information, 0, p * p * sizeof *m->information);
    for (size_t i = 0; i < rows->n; i++) {
        if (rows->event[i] != 1)
            continue;
        for (size_t j = 0; j < p; j++)
            m->score[j] += rows->weight[i] * rows->x[i * p + j];
    }
    m->log_likelihood = wrt_cox_walk(rows, beta, m->hazard, add_term, m);
    wrt_cox_mirror(m->information, p);
}

/* ---- what can go wrong */

static wrt_status fail_dependent(const wrt_cox_data *data, size_t column, wrt_err *err) {
    return wrt_fail(err, WRT_E_INPUT,
                    "%s is a combination of the columns before it among the rows at risk: leave it "
                    "out",
                    data->names[column]);
}

static wrt_status fail_monotone(const wrt_cox_data *data, size_t column, double log_ratio,
                                wrt_err *err) {
    return wrt_fail(err, WRT_E_INPUT,
                    "%s separates events from survivors: its log hazard ratio grows without bound "
                    "(%.3g so far). Leave it out, or merge levels that have no events",
                    data->names[column], log_ratio);
}

static size_t largest(const double *values, size_t p) {
    size_t at = 0;
    for (size_t j = 1; j < p; j++) {
        if (fabs(values[j]) > fabs(values[at]))
            at = j;
    }
    return at;
}

/* ---- Newton's method on scaled columns */

typedef struct {
    model *m;
    double *beta, *step, *next, *factor;
} search;

static wrt_status newton_step(search *s, const wrt_cox_data *data, wrt_err *err) {
    size_t p = data->p, bad;
    memcpy(s->factor, s->m->information, p * p * sizeof *s->factor);
    if (!wrt_linalg_cholesky(s->factor, p, &bad)) {
        size_t at = largest(s->beta, p);
        if (fabs(s->beta[at]) > 5)
            return fail_monotone(data, at, s->beta[at] / s->m->rows->scale[at], err);
        return fail_dependent(data, bad, err);
    }
    memcpy(s->step, s->m->score, p * sizeof *s->step);
    wrt_linalg_cholesky_solve(s->factor, p, s->step, 1);
    return WRT_OK;
}

/* Moves along the step, halved until the likelihood does not fall; returns the gain. */
static double advance(search *s) {
    size_t p = s->m->rows->p;
    double before = s->m->log_likelihood, slack = 1e-12 * fabs(before);
    for (int halving = 0; halving < HALVINGS_MAX; halving++) {
        for (size_t j = 0; j < p; j++)
            s->next[j] = s->beta[j] + s->step[j];
        evaluate(s->m, s->next);
        if (s->m->log_likelihood >= before - slack)
            break;
        for (size_t j = 0; j < p; j++)
            s->step[j] /= 2;
    }
    memcpy(s->beta, s->next, p * sizeof *s->beta);
    return s->m->log_likelihood - before;
}

static wrt_status maximise(wrt_cox_fit *out, search *s, const wrt_cox_data *data, wrt_err *err) {
    size_t p = data->p;
    for (out->iterations = 0; out->iterations < ITERATIONS_MAX;) {
        wrt_status status = newton_step(s, data, err);
        if (status != WRT_OK)
            return status;
        if (out->iterations == 0)
            for (size_t j = 0; j < p; j++)
                out->score_test += s->m->score[j] * s->step[j];
        double gain = advance(s);
        size_t at = largest(s->step, p);
        out->iterations++;
        if (fabs(s->step[at]) <= STEP_DONE * (1 + fabs(s->beta[at])))
            return newton_step(s, data, err);
        if (fabs(gain) <= 1e-9 * (fabs(s->m->log_likelihood) + 0.1) &&
            fabs(s->step[at]) > MONOTONE_STEP)
            return fail_monotone(data, at, s->beta[at] / s->m->rows->scale[at], err);
    }
    return wrt_fail(err, WRT_E_INPUT,
                    "the Cox model did not settle in %d steps: look for columns of extreme values",
                    ITERATIONS_MAX);
}

/* ---- robust errors */

/* Sums over the terms of each event time: hazard and hazard-weighted mean, for the rows that stay
 * at risk and, less by Efron's share, for the tied events themselves; the mean that events are
 * compared with. */
typedef struct {
    size_t p;
    double *all0, *all1, *own0, *own1, *mean; /* per group; ...1 and mean: group * p */
} jumps;

static void add_jump(void *ctx, const wrt_cox_term *t) {
    jumps *j = ctx;
    double whole = t->weight / t->at_risk, part = whole * (1 - t->share);
    j->all0[t->group] += whole;
    j->own0[t->group] += part;
    for (size_t i = 0; i < j->p; i++) {
        size_t at = t->group * j->p + i;
        j->all1[at] += whole * t->mean[i];
        j->own1[at] += part * t->mean[i];
        j->mean[at] += t->mean[i] / t->steps;
    }
}

static jumps make_jumps(const model *m, const double *beta, wrt_arena *arena) {
    size_t p = m->rows->p, g = m->rows->n_groups;
    jumps j = {.p = p,
               .all0 = wrt_arena_calloc(arena, g, sizeof(double)),
               .own0 = wrt_arena_calloc(arena, g, sizeof(double)),
               .all1 = wrt_arena_calloc(arena, g * p, sizeof(double)),
               .own1 = wrt_arena_calloc(arena, g * p, sizeof(double)),
               .mean = wrt_arena_calloc(arena, g * p, sizeof(double))};
    (void)wrt_cox_walk(m->rows, beta, m->hazard, add_jump, &j);
    return j;
}

/* Score residual of each row, times its weight, by sorted position: n * p. */
static void score_residuals(double *out, const model *m, const jumps *j, wrt_arena *arena) {
    const wrt_cox_rows *rows = m->rows;
    size_t p = rows->p, passed = 0;
    double sum0 = 0, *sum1 = wrt_arena_calloc(arena, p, sizeof *sum1);
    for (size_t i = 0; i < rows->n; i++) {
        for (; passed < rows->group[i]; passed++) {
            sum0 += j->all0[passed];
            for (size_t c = 0; c < p; c++)
                sum1[c] += j->all1[passed * p + c];
        }
        bool is_event = rows->event[i] == 1;
        size_t g = passed - 1; /* of an event: its own group */
        double h0 = sum0 - (is_event ? j->all0[g] - j->own0[g] : 0);
        for (size_t c = 0; c < p; c++) {
            double x = rows->x[i * p + c];
            double h1 = sum1[c] - (is_event ? j->all1[g * p + c] - j->own1[g * p + c] : 0);
            double residual =
                (is_event ? x - j->mean[g * p + c] : 0) - m->hazard[i] * (x * h0 - h1);
            out[i * p + c] = rows->weight[i] * residual;
        }
    }
}

/* robust = sum over clusters of s s', s the sum of the rows' influences. */
static void add_sandwich(double *robust, const double *influence, const wrt_cox_data *data,
                         wrt_arena *arena) {
    size_t n = data->rows.n, p = data->p, n_sums = data->cluster ? data->n_clusters : n;
    const double *parts = influence;
    if (data->cluster != NULL) {
        double *sums = wrt_arena_calloc(arena, n_sums * p, sizeof *sums);
        for (size_t i = 0; i < n; i++)
            for (size_t c = 0; c < p; c++)
                sums[data->cluster[i] * p + c] += influence[i * p + c];
        parts = sums;
    }
    for (size_t g = 0; g < n_sums; g++)
        for (size_t a = 0; a < p; a++)
            for (size_t b = 0; b < p; b++)
                robust[a * p + b] += parts[g * p + a] * parts[g * p + b];
}

static void set_robust(wrt_cox_fit *out, const search *s, const wrt_cox_data *data,
                       wrt_arena *arena) {
    const wrt_cox_rows *rows = s->m->rows;
    size_t n = rows->n, p = rows->p;
    wrt_arena *scratch = wrt_arena_new();
    jumps j = make_jumps(s->m, s->beta, scratch);
    double *residuals = wrt_arena_calloc(scratch, n * p, sizeof *residuals);
    score_residuals(residuals, s->m, &j, scratch);
    out->influence = wrt_arena_calloc(arena, n * p, sizeof *out->influence);
    for (size_t i = 0; i < n; i++) {
        double *row = out->influence + rows->order[i] * p;
        memcpy(row, residuals + i * p, p * sizeof *row);
        wrt_linalg_cholesky_solve(s->factor, p, row, 1);
        for (size_t c = 0; c < p; c++)
            row[c] /= rows->scale[c];
    }
    add_sandwich(out->robust, out->influence, data, scratch);
    wrt_arena_free(scratch);
}

/* ---- the fit */

static wrt_status check(const wrt_cox_data *data, wrt_arena *arena, wrt_err *err) {
    wrt_km_curve curve;
    if (data->p == 0)
        return wrt_fail(err, WRT_E_INPUT, "a Cox model needs a column");
    if (data->p > WRT_COX_COLUMNS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "a Cox model takes %d columns, not %zu",
                        WRT_COX_COLUMNS_MAX, data->p);
    wrt_status status = wrt_km_fit(&curve, &data->rows, 0.95, arena, err);
    double events = 0;
    for (size_t k = 0; status == WRT_OK && k < curve.n; k++)
        events += curve.events[k];
    if (status == WRT_OK && events == 0)
        return wrt_fail(err, WRT_E_INPUT, "no row has an event: hazards cannot be compared");
    return status;
}

static void count_events(wrt_cox_fit *out, const wrt_cox_rows *rows) {
    size_t here = 0;
    for (size_t i = 0; i < rows->n; i++) {
        if (i == 0 || rows->time[i] != rows->time[i - 1])
            here = 0;
        if (rows->event[i] != 1)
            continue;
        out->n_events++;
        here++;
        out->n_tied += here == 1 ? 0 : here == 2 ? 2 : 1;
    }
}

static void conclude(wrt_cox_fit *out, const search *s, const double *scale) {
    size_t p = out->p;
    wrt_linalg_cholesky_inverse(out->covariance, s->factor, p);
    for (size_t a = 0; a < p; a++) {
        for (size_t b = 0; b < p; b++) {
            out->wald_test += s->beta[a] * s->m->information[a * p + b] * s->beta[b];
            out->covariance[a * p + b] /= scale[a] * scale[b];
        }
    }
    for (size_t a = 0; a < p; a++)
        out->beta[a] = s->beta[a] / scale[a];
    out->log_likelihood = s->m->log_likelihood;
    out->ratio_test = 2 * (out->log_likelihood - out->log_likelihood_null);
}

wrt_status wrt_cox_fit_rows(wrt_cox_fit *out, const wrt_cox_data *data, wrt_arena *arena,
                            wrt_err *err) {
    wrt_arena *scratch = wrt_arena_new();
    size_t n = data->rows.n, p = data->p;
    wrt_cox_rows rows;
    *out = (wrt_cox_fit){.n = n, .p = p};
    wrt_status status = check(data, scratch, err);
    if (status == WRT_OK)
        status = wrt_cox_rows_make(&rows, data, scratch, err);
    if (status != WRT_OK)
        goto out;
    model m = {.rows = &rows,
               .score = wrt_arena_calloc(scratch, p, sizeof(double)),
               .information = wrt_arena_calloc(scratch, p * p, sizeof(double)),
               .hazard = wrt_arena_calloc(scratch, n, sizeof(double))};
    search s = {.m = &m,
                .beta = wrt_arena_calloc(scratch, p, sizeof(double)),
                .step = wrt_arena_calloc(scratch, p, sizeof(double)),
                .next = wrt_arena_calloc(scratch, p, sizeof(double)),
                .factor = wrt_arena_calloc(scratch, p * p, sizeof(double))};
    out->beta = wrt_arena_calloc(arena, p, sizeof *out->beta);
    out->covariance = wrt_arena_calloc(arena, p * p, sizeof *out->covariance);
    out->robust = wrt_arena_calloc(arena, p * p, sizeof *out->robust);
    count_events(out, &rows);
    evaluate(&m, s.beta);
    out->log_likelihood_null = m.log_likelihood;
    status = maximise(out, &s, data, err);
    if (status != WRT_OK)
        goto out;
    conclude(out, &s, rows.scale);
    set_robust(out, &s, data, arena);
out:
    wrt_arena_free(scratch);
    return status;
}
