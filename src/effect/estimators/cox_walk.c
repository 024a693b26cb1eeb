/* cox_walk.c: risk sets grow as time runs backwards, so that sums over them are running sums. */
#include "effect/estimators/cox_walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows */

typedef struct {
    double time;
    size_t row;
} key;

static int by_time(const void *a, const void *b) {
    const key *x = a, *y = b;
    if (x->time != y->time)
        return x->time > y->time ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

static void sort_rows(wrt_cox_rows *out, const wrt_survival *rows) {
    key *keys = wrt_calloc(rows->n, sizeof *keys);
    for (size_t i = 0; i < rows->n; i++)
        keys[i] = (key){rows->time[i], i};
    qsort(keys, rows->n, sizeof *keys, by_time);
    for (size_t i = 0; i < rows->n; i++) {
        size_t row = keys[i].row;
        out->order[i] = row;
        out->time[i] = rows->time[row];
        out->event[i] = rows->event[row];
        out->weight[i] = rows->weight != NULL ? rows->weight[row] : 1;
    }
    free(keys);
}

static void number_groups(wrt_cox_rows *out) {
    size_t first = 0;
    while (first < out->n) {
        size_t end = first;
        bool has_event = false;
        for (; end < out->n && out->time[end] == out->time[first]; end++)
            has_event = has_event || out->event[end] == 1;
        out->n_groups += has_event;
        for (; first < end; first++)
            out->group[first] = out->n_groups;
    }
}

static wrt_status scale_column(wrt_cox_rows *out, const wrt_cox_data *data, size_t j,
                               wrt_err *err) {
    const double *x = data->x + j * out->n;
    double mean = 0, spread = 0, largest = 0;
    for (size_t i = 0; i < out->n; i++) {
        if (!isfinite(x[i]))
            return wrt_fail(err, WRT_E_INPUT, "row %zu: %s is not a finite number", i + 1,
                            data->names[j]);
        mean += (x[i] - mean) / (double)(i + 1);
        largest = fmax(largest, fabs(x[i]));
    }
    for (size_t i = 0; i < out->n; i++)
        spread += (x[i] - mean) * (x[i] - mean);
    out->scale[j] = sqrt(spread / (double)out->n);
    if (!(out->scale[j] > 1e-12 * largest))
        return wrt_fail(err, WRT_E_INPUT, "%s has the same value in every row: leave it out",
                        data->names[j]);
    for (size_t i = 0; i < out->n; i++)
        out->x[i * out->p + j] = (x[out->order[i]] - mean) / out->scale[j];
    return WRT_OK;
}

wrt_status wrt_cox_rows_make(wrt_cox_rows *out, const wrt_cox_data *data, wrt_arena *arena,
                             wrt_err *err) {
    size_t n = data->rows.n, p = data->p;
    *out = (wrt_cox_rows){
        .n = n,
        .p = p,
        .efron = data->efron,
        .order = wrt_arena_calloc(arena, n, sizeof(size_t)),
        .time = wrt_arena_calloc(arena, n, sizeof(double)),
        .event = wrt_arena_calloc(arena, n, sizeof(double)),
        .weight = wrt_arena_calloc(arena, n, sizeof(double)),
        .x = wrt_arena_calloc(arena, n * p, sizeof(double)),
        .scale = wrt_arena_calloc(arena, p, sizeof(double)),
        .group = wrt_arena_calloc(arena, n, sizeof(size_t)),
    };
    sort_rows(out, &data->rows);
    number_groups(out);
    wrt_status status = WRT_OK;
    for (size_t j = 0; j < p && status == WRT_OK; j++)
        status = scale_column(out, data, j, err);
    return status;
}

/* ---- sums over a set of rows */

typedef struct {
    double s0, *s1, *s2; /* sums of r, r x, r x x' (lower triangle) */
} sums;

static sums sums_make(size_t p, wrt_arena *arena) {
    return (sums){0, wrt_arena_calloc(arena, p, sizeof(double)),
                  wrt_arena_calloc(arena, p * p, sizeof(double))};
}

static void sums_clear(sums *s, size_t p) {
    s->s0 = 0;
    memset(s->s1, 0, p * sizeof *s->s1);
    memset(s->s2, 0, p * p * sizeof *s->s2);
}

static void sums_add(sums *s, const double *x, double r, size_t p) {
    s->s0 += r;
    for (size_t i = 0; i < p; i++) {
        double rx = r * x[i];
        s->s1[i] += rx;
        for (size_t j = 0; j <= i; j++)
            s->s2[i * p + j] += rx * x[j];
    }
}

/* ---- the pass */

typedef struct {
    const wrt_cox_rows *rows;
    sums all, tied;
    double *mean, *variance;
    size_t n_tied; /* events of the group */
    double weight_tied;
    size_t group;
    double time, log_likelihood;
    wrt_cox_visit *visit;
    void *ctx;
} pass;

static void visit_term(pass *w, double share, double weight, double steps) {
    size_t p = w->rows->p;
    double s0 = w->all.s0 - share * w->tied.s0;
    for (size_t i = 0; i < p; i++)
        w->mean[i] = (w->all.s1[i] - share * w->tied.s1[i]) / s0;
    for (size_t i = 0; i < p; i++) {
        for (size_t j = 0; j <= i; j++)
            w->variance[i * p + j] = (w->all.s2[i * p + j] - share * w->tied.s2[i * p + j]) / s0 -
                                     w->mean[i] * w->mean[j];
    }
    w->log_likelihood -= weight * log(s0);
    if (w->visit != NULL)
        w->visit(w->ctx, &(wrt_cox_term){w->group, w->time, share, weight, steps, s0, w->mean,
                                         w->variance});
}

static void visit_group(pass *w) {
    if (!w->rows->efron || w->n_tied < 2) {
        visit_term(w, 0, w->weight_tied, 1);
        return;
    }
    double n = (double)w->n_tied;
    for (size_t k = 0; k < w->n_tied; k++)
        visit_term(w, (double)k / n, w->weight_tied / n, n);
}

/* The rows that share the time of sorted position `last`; returns the first of them. */
static size_t enter_group(pass *w, size_t last, const double *hazard, const double *eta) {
    const wrt_cox_rows *rows = w->rows;
    size_t i = last + 1, p = rows->p;
    sums_clear(&w->tied, p);
    w->n_tied = 0;
    w->weight_tied = 0;
    while (i-- > 0 && rows->time[i] == rows->time[last]) {
        double r = rows->weight[i] * hazard[i];
        sums_add(&w->all, rows->x + i * p, r, p);
        if (rows->event[i] == 1) {
            sums_add(&w->tied, rows->x + i * p, r, p);
            w->n_tied++;
            w->weight_tied += rows->weight[i];
            w->log_likelihood += rows->weight[i] * eta[i];
        }
    }
    w->time = rows->time[last];
    w->group = rows->group[last] - 1; /* wraps when no event came so far; not used then */
    return i + 1;
}

static double linear_predictor(double *eta, const wrt_cox_rows *rows, const double *beta) {
    double most = -INFINITY;
    for (size_t i = 0; i < rows->n; i++) {
        eta[i] = 0;
        for (size_t j = 0; j < rows->p; j++)
            eta[i] += beta[j] * rows->x[i * rows->p + j];
        most = fmax(most, eta[i]);
    }
    return most;
}

double wrt_cox_walk(const wrt_cox_rows *rows, const double *beta, double *hazard,
                    wrt_cox_visit *visit, void *ctx) {
    wrt_arena *scratch = wrt_arena_new();
    size_t p = rows->p;
    double *eta = wrt_arena_calloc(scratch, rows->n, sizeof *eta);
    double shift = linear_predictor(eta, rows, beta);
    pass w = {.rows = rows,
              .all = sums_make(p, scratch),
              .tied = sums_make(p, scratch),
              .mean = wrt_arena_calloc(scratch, p, sizeof(double)),
              .variance = wrt_arena_calloc(scratch, p * p, sizeof(double)),
              .visit = visit,
              .ctx = ctx};
    for (size_t i = 0; i < rows->n; i++) {
        eta[i] -= shift;
        hazard[i] = exp(eta[i]);
    }
    for (size_t end = rows->n; end > 0;) {
        end = enter_group(&w, end - 1, hazard, eta);
        if (w.n_tied > 0)
            visit_group(&w);
    }
    wrt_arena_free(scratch);
    return w.log_likelihood;
}

void wrt_cox_mirror(double *matrix, size_t p) {
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < i; j++)
            matrix[j * p + i] = matrix[i * p + j];
}
