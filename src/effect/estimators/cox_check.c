/* cox_check.c: the score test of proportional hazards, and scaled Schoenfeld residuals. */
#include "effect/estimators/cox.h"
#include "effect/estimators/cox_walk.h"
#include "effect/fit/linalg.h"
#include "effect/fit/tail.h"

#include <math.h>
#include <string.h>

/* Second derivatives in (beta, theta): sums of V, g V and g^2 V over the terms. */
typedef struct {
    size_t p;
    const double *g;              /* per group */
    double *plain, *once, *twice; /* p * p, lower triangles */
    double *score;                /* p: of theta */
    double *mean;                 /* groups * p: what events are compared with */
} blocks;

static void add_term(void *ctx, const wrt_cox_term *t) {
    blocks *b = ctx;
    double g = b->g[t->group];
    for (size_t i = 0; i < b->p; i++) {
        b->score[i] -= t->weight * g * t->mean[i];
        b->mean[t->group * b->p + i] += t->mean[i] / t->steps;
        for (size_t j = 0; j <= i; j++) {
            double v = t->weight * t->variance[i * b->p + j];
            b->plain[i * b->p + j] += v;
            b->once[i * b->p + j] += g * v;
            b->twice[i * b->p + j] += g * g * v;
        }
    }
}

/* ---- the scale of time */

static wrt_status transform(double *out, double time, wrt_cox_time scale, const wrt_km_curve *km,
                            wrt_err *err) {
    if (scale == WRT_COX_TIME_LOG && time <= 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "an event at time 0 has no logarithm: check hazards on another scale");
    size_t k = wrt_km_index(km, time);
    *out = scale == WRT_COX_TIME_IDENTITY ? time
           : scale == WRT_COX_TIME_LOG    ? log(time)
                                          : 1 - (k == 0 ? 1 : km->survival[k - 1]);
    return WRT_OK;
}

/* g of each group, centred on its mean over events, which keeps the blocks well conditioned. */
static wrt_status scale_of_time(double *g, const wrt_cox_rows *rows, const wrt_survival *data,
                                wrt_cox_time scale, wrt_err *err) {
    wrt_arena *scratch = wrt_arena_new();
    wrt_km_curve km;
    wrt_survival unweighted = {data->n, data->time, data->event, NULL};
    wrt_status status = wrt_km_fit(&km, &unweighted, 0.95, scratch, err);
    double mean = 0, n = 0;
    for (size_t i = 0; i < rows->n && status == WRT_OK; i++) {
        if (rows->event[i] != 1)
            continue;
        double *here = &g[rows->group[i] - 1];
        status = transform(here, rows->time[i], scale, &km, err);
        n++;
        mean += (*here - mean) / n;
    }
    for (size_t k = 0; k < rows->n_groups; k++)
        g[k] -= mean;
    wrt_arena_free(scratch);
    return status;
}

/* ---- tests */

/* Information of theta given beta, C - B A^-1 B, into b->twice. */
static bool condition(blocks *b, wrt_arena *scratch) {
    size_t p = b->p, bad;
    double *solved = wrt_arena_calloc(scratch, p * p, sizeof *solved);
    double *part = wrt_arena_calloc(scratch, p * p, sizeof *part);
    wrt_cox_mirror(b->plain, p);
    wrt_cox_mirror(b->once, p);
    wrt_cox_mirror(b->twice, p);
    if (!wrt_linalg_cholesky(b->plain, p, &bad))
        return false;
    memcpy(solved, b->once, p * p * sizeof *solved);
    wrt_linalg_cholesky_solve(b->plain, p, solved, p);
    wrt_linalg_multiply(part, b->once, p, p, solved, p);
    for (size_t i = 0; i < p * p; i++)
        b->twice[i] -= part[i];
    return true;
}

static void test(wrt_cox_check *out, blocks *b, wrt_arena *scratch) {
    size_t p = b->p, bad;
    double *solved = wrt_arena_calloc(scratch, p, sizeof *solved);
    for (size_t j = 0; j < p; j++) {
        double variance = b->twice[j * p + j];
        out->chi2[j] = variance > 0 ? b->score[j] * b->score[j] / variance : NAN;
        out->p_value[j] = wrt_tail_chi2(out->chi2[j], 1);
        solved[j] = b->score[j];
    }
    out->global_chi2 = NAN;
    if (wrt_linalg_cholesky(b->twice, p, &bad)) {
        wrt_linalg_cholesky_solve(b->twice, p, solved, 1);
        out->global_chi2 = wrt_linalg_dot(b->score, solved, p);
    }
    out->global_p = wrt_tail_chi2(out->global_chi2, (double)p);
}

/* Residuals of the events in the columns' own units: V r d + beta. */
static void set_residuals(wrt_cox_check *out, const wrt_cox_rows *rows, const wrt_cox_fit *fit,
                          const double *mean) {
    size_t p = rows->p, e = 0;
    for (size_t i = 0; i < rows->n; i++) {
        if (rows->event[i] != 1)
            continue;
        const double *compared = mean + (rows->group[i] - 1) * p;
        double *row = out->residuals + e * p;
        for (size_t a = 0; a < p; a++) {
            double sum = 0;
            for (size_t c = 0; c < p; c++)
                sum += fit->covariance[a * p + c] * (rows->x[i * p + c] - compared[c]) *
                       rows->scale[c];
            row[a] = (double)out->n_events * sum + fit->beta[a];
        }
        out->time[e++] = rows->time[i];
    }
}

static blocks make_blocks(const wrt_cox_rows *rows, wrt_arena *scratch) {
    size_t p = rows->p;
    return (blocks){.p = p,
                    .plain = wrt_arena_calloc(scratch, p * p, sizeof(double)),
                    .once = wrt_arena_calloc(scratch, p * p, sizeof(double)),
                    .twice = wrt_arena_calloc(scratch, p * p, sizeof(double)),
                    .score = wrt_arena_calloc(scratch, p, sizeof(double)),
                    .mean = wrt_arena_calloc(scratch, rows->n_groups * p, sizeof(double))};
}

static void walk(blocks *b, const wrt_cox_rows *rows, const wrt_cox_fit *fit, wrt_arena *scratch) {
    double *beta = wrt_arena_calloc(scratch, rows->p, sizeof *beta);
    double *hazard = wrt_arena_calloc(scratch, rows->n, sizeof *hazard);
    for (size_t j = 0; j < rows->p; j++)
        beta[j] = fit->beta[j] * rows->scale[j];
    for (size_t i = 0; i < rows->n; i++) {
        if (rows->event[i] != 1)
            continue;
        for (size_t j = 0; j < rows->p; j++)
            b->score[j] += rows->weight[i] * b->g[rows->group[i] - 1] * rows->x[i * rows->p + j];
    }
    (void)wrt_cox_walk(rows, beta, hazard, add_term, b);
}

wrt_status wrt_cox_check_hazards(wrt_cox_check *out, const wrt_cox_data *data,
                                 const wrt_cox_fit *fit, wrt_cox_time scale, wrt_arena *arena,
                                 wrt_err *err) {
    wrt_arena *scratch = wrt_arena_new();
    size_t p = data->p;
    wrt_cox_rows rows;
    wrt_status status = wrt_cox_rows_make(&rows, data, scratch, err);
    if (status == WRT_OK) {
        double *g = wrt_arena_calloc(scratch, rows.n_groups, sizeof *g);
        blocks b = make_blocks(&rows, scratch);
        b.g = g;
        *out = (wrt_cox_check){.p = p,
                               .n_events = fit->n_events,
                               .chi2 = wrt_arena_calloc(arena, p, sizeof(double)),
                               .p_value = wrt_arena_calloc(arena, p, sizeof(double)),
                               .time = wrt_arena_calloc(arena, fit->n_events, sizeof(double)),
                               .residuals =
                                   wrt_arena_calloc(arena, fit->n_events * p, sizeof(double))};
        status = scale_of_time(g, &rows, &data->rows, scale, err);
        if (status == WRT_OK) {
            walk(&b, &rows, fit, scratch);
            set_residuals(out, &rows, fit, b.mean);
            if (condition(&b, scratch))
                test(out, &b, scratch);
            else
                status = wrt_fail(err, WRT_E_INPUT, "the columns are too alike to test hazards");
        }
    }
    wrt_arena_free(scratch);
    return status;
}
