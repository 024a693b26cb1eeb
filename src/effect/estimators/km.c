/* km.c: the product-limit estimator, weighted or not. */
#include "effect/estimators/km.h"
#include "effect/fit/quantile.h"

#include <math.h>
#include <stdlib.h>

static const double SLACK = 1e-9; /* of a survival probability that is compared with a level */

typedef struct {
    double time, event, weight;
} row;

static int by_time(const void *a, const void *b) {
    const row *x = a, *y = b;
    return (x->time > y->time) - (x->time < y->time);
}

static wrt_status check_rows(const wrt_survival *data, double level, wrt_err *err) {
    if (data->n == 0)
        return wrt_fail(err, WRT_E_INPUT, "a survival curve needs rows, there are none");
    if (!(level > 0 && level < 1))
        return wrt_fail(err, WRT_E_INPUT, "level must be between 0 and 1, not %g", level);
    for (size_t i = 0; i < data->n; i++) {
        if (!isfinite(data->time[i]) || data->time[i] < 0)
            return wrt_fail(err, WRT_E_INPUT, "row %zu: a time must be 0 or more, not %g", i + 1,
                            data->time[i]);
        if (data->event[i] != 0 && data->event[i] != 1)
            return wrt_fail(err, WRT_E_INPUT, "row %zu: event must be 1 or 0 (censored), not %g",
                            i + 1, data->event[i]);
        if (data->weight != NULL && (!isfinite(data->weight[i]) || data->weight[i] <= 0))
            return wrt_fail(err, WRT_E_INPUT, "row %zu: a weight must be above 0, not %g", i + 1,
                            data->weight[i]);
    }
    return WRT_OK;
}

static row *sorted_rows(const wrt_survival *data, wrt_arena *arena) {
    row *rows = wrt_arena_calloc(arena, data->n, sizeof *rows);
    for (size_t i = 0; i < data->n; i++)
        rows[i] = (row){data->time[i], data->event[i], data->weight ? data->weight[i] : 1.0};
    qsort(rows, data->n, sizeof *rows, by_time);
    return rows;
}

static void allocate(wrt_km_curve *out, size_t n, wrt_arena *arena) {
    double **const columns[] = {&out->time,     &out->at_risk,   &out->events, &out->censored,
                                &out->survival, &out->greenwood, &out->low,    &out->high};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        *columns[i] = wrt_arena_calloc(arena, n, sizeof(double));
    out->rows_at_risk = wrt_arena_calloc(arena, n, sizeof(size_t));
}

/* At risk at the distinct times, from the last row to the first; `squares` gets sums of w^2. */
static void count(wrt_km_curve *out, const row *rows, double *squares) {
    double weight = 0, square = 0;
    size_t k = out->n;
    for (size_t i = out->rows; i-- > 0;) {
        weight += rows[i].weight;
        square += rows[i].weight * rows[i].weight;
        if (i + 1 == out->rows || rows[i].time != rows[i + 1].time)
            out->time[--k] = rows[i].time;
        if (rows[i].event == 1)
            out->events[k] += rows[i].weight;
        else
            out->censored[k] += rows[i].weight;
        out->at_risk[k] = weight;
        out->rows_at_risk[k] = out->rows - i;
        squares[k] = square;
    }
}

static void add_interval(wrt_km_curve *out, size_t k) {
    double s = out->survival[k];
    out->low[k] = out->high[k] = NAN;
    if (s <= 0 || s >= 1)
        return;
    double theta =
        wrt_normal_quantile(0.5 + 0.5 * out->level) * sqrt(out->greenwood[k]) / fabs(log(s));
    out->low[k] = pow(s, exp(theta));
    out->high[k] = pow(s, exp(-theta));
}

static void multiply(wrt_km_curve *out, const double *squares) {
    double survival = 1, greenwood = 0;
    for (size_t k = 0; k < out->n; k++) {
        if (out->events[k] > 0) {
            double y = out->at_risk[k], effective = y * y / squares[k];
            bool is_last = out->events[k] >= y * (1 - 1e-12);
            double stay = is_last ? 0 : 1 - out->events[k] / y;
            survival *= stay;
            greenwood += is_last ? INFINITY : (1 - stay) / (effective * stay);
        }
        out->survival[k] = survival;
        out->greenwood[k] = greenwood;
        add_interval(out, k);
    }
}

wrt_status wrt_km_fit(wrt_km_curve *out, const wrt_survival *data, double level, wrt_arena *arena,
                      wrt_err *err) {
    wrt_status status = check_rows(data, level, err);
    if (status != WRT_OK)
        return status;
    row *rows = sorted_rows(data, arena);
    *out = (wrt_km_curve){.rows = data->n, .level = level, .n = 1};
    for (size_t i = 1; i < data->n; i++)
        out->n += rows[i].time != rows[i - 1].time;
    allocate(out, out->n, arena);
    double *squares = wrt_arena_calloc(arena, out->n, sizeof *squares);
    count(out, rows, squares);
    multiply(out, squares);
    return WRT_OK;
}

/* ---- reading a curve */

size_t wrt_km_index(const wrt_km_curve *curve, double time) {
    size_t low = 0, high = curve->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (curve->time[middle] <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? curve->n : low - 1;
}

double wrt_km_survival_at(const wrt_km_curve *curve, double time) {
    size_t k = wrt_km_index(curve, time);
    return k == curve->n ? 1.0 : curve->survival[k];
}

size_t wrt_km_rows_at_risk(const wrt_km_curve *curve, double time) {
    size_t k = wrt_km_index(curve, time);
    if (k == curve->n)
        return curve->rows;
    if (curve->time[k] == time)
        return curve->rows_at_risk[k];
    return k + 1 < curve->n ? curve->rows_at_risk[k + 1] : 0;
}

static double first_at_most(const wrt_km_curve *curve, const double *values, double level) {
    for (size_t k = 0; k < curve->n; k++) {
        if (curve->survival[k] == 0 || values[k] <= level + SLACK)
            return curve->time[k];
    }
    return NAN;
}

wrt_km_quantile wrt_km_quantile_of(const wrt_km_curve *curve, double p) {
    wrt_km_quantile q = {.time = first_at_most(curve, curve->survival, 1 - p),
                         .low = first_at_most(curve, curve->low, 1 - p),
                         .high = NAN};
    for (size_t k = 0; k < curve->n && isnan(q.high); k++) {
        if (curve->survival[k] > 0 && curve->high[k] <= 1 - p + SLACK)
            q.high = curve->time[k];
    }
    return q;
}
