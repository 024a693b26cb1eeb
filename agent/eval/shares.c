/* shares.c: see shares.h. */
#include "agent/eval/shares.h"

#include "base/arena.h"
#include "base/rng.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RESAMPLES = 2000, BOOTSTRAP_STREAM = 11, NAME_MAX_BYTES = 80 };
static const double z95 = 1.959963984540054; /* the normal quantile at 0.975 */

void wrt_wilson(double *low, double *high, size_t k, size_t n) {
    *low = 0;
    *high = 1;
    if (n == 0)
        return;
    double total = (double)n, p = (double)k / total, z2 = z95 * z95;
    double centre = (p + z2 / (2 * total)) / (1 + z2 / total);
    double half = z95 / (1 + z2 / total) * sqrt(p * (1 - p) / total + z2 / (4 * total * total));
    *low = k == 0 ? 0 : fmax(0, centre - half);
    *high = k == n ? 1 : fmin(1, centre + half);
}

static void set_share(wrt_json *out, size_t correct, size_t n) {
    double low, high;
    wrt_wilson(&low, &high, correct, n);
    wrt_json_set_int(out, "n", (int64_t)n);
    wrt_json_set_int(out, "correct", (int64_t)correct);
    wrt_json_set(out, "accuracy",
                 n > 0 ? wrt_json_new_number((double)correct / (double)n) : wrt_json_new_null());
    wrt_json_set_number(out, "low", low);
    wrt_json_set_number(out, "high", high);
}

wrt_json *wrt_share_of(size_t correct, size_t n) {
    wrt_json *out = wrt_json_new_object();
    set_share(out, correct, n);
    return out;
}

/* ---- shares */

static void add_one(wrt_json *shares, const char *value, bool correct) {
    const wrt_json *old = wrt_json_get(shares, value);
    size_t n = (size_t)wrt_json_get_int(old, "n", 0) + 1;
    size_t k = (size_t)wrt_json_get_int(old, "correct", 0) + (correct ? 1 : 0);
    wrt_json_set(shares, value, wrt_share_of(k, n));
}

static wrt_json *member(wrt_json *owner, const char *name) {
    if (wrt_json_get(owner, name) == NULL)
        wrt_json_set(owner, name, wrt_json_new_object());
    return wrt_json_get_mut(owner, name);
}

static void add_groups(wrt_json *result, const wrt_json *row, bool correct) {
    WRT_JSON_EACH(group, wrt_json_get(row, "groups")) {
        char name[NAME_MAX_BYTES];
        snprintf(name, sizeof name, "by_%s", wrt_json_key(group));
        add_one(member(result, name), wrt_json_text(group), correct);
    }
}

static void add_shares(wrt_json *result, const wrt_json *rows) {
    size_t n = 0, correct = 0, n_main = 0, correct_main = 0;
    WRT_JSON_EACH(row, rows) {
        const wrt_json *mark = wrt_json_get(row, "correct");
        if (!wrt_json_is(mark, WRT_JSON_BOOL))
            continue;
        bool is_right = wrt_json_bool(mark, false);
        const char *apart = wrt_json_get_text(row, "apart", NULL);
        n++;
        correct += is_right;
        n_main += apart == NULL;
        correct_main += apart == NULL && is_right;
        if (apart != NULL)
            add_one(member(result, "apart"), apart, is_right);
        add_groups(result, row, is_right);
    }
    set_share(result, correct, n);
    wrt_json_set_int(result, "n", (int64_t)wrt_json_count(rows));
    wrt_json_set(result, "main", wrt_share_of(correct_main, n_main));
}

/* ---- means */

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double mean_of(const double *values, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    return n > 0 ? sum / (double)n : 0;
}

static wrt_json *mean_json(const double *values, size_t n, uint64_t seed, uint64_t unit) {
    wrt_json *out = wrt_json_new_object();
    double *means = wrt_calloc(RESAMPLES, sizeof *means);
    wrt_rng rng = wrt_rng_make(seed, BOOTSTRAP_STREAM, unit);
    for (size_t b = 0; b < RESAMPLES; b++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += values[wrt_rng_below(&rng, n)];
        means[b] = sum / (double)n;
    }
    qsort(means, RESAMPLES, sizeof *means, compare_doubles);
    wrt_json_set_int(out, "n", (int64_t)n);
    wrt_json_set_number(out, "mean", mean_of(values, n));
    wrt_json_set_number(out, "low", means[RESAMPLES * 25 / 1000]);
    wrt_json_set_number(out, "high", means[RESAMPLES - 1 - RESAMPLES * 25 / 1000]);
    free(means);
    return out;
}

/* Names of measures in order of first appearance, as keys of an object. */
static wrt_json *measure_names(const wrt_json *rows) {
    wrt_json *names = wrt_json_new_object();
    WRT_JSON_EACH(row, rows)
    WRT_JSON_EACH(measure, wrt_json_get(row, "measures"))
    wrt_json_set_bool(names, wrt_json_key(measure), true);
    return names;
}

static void add_means(wrt_json *result, const wrt_json *rows, uint64_t seed) {
    wrt_json *names = measure_names(rows), *out = wrt_json_new_object();
    double *values = wrt_calloc(wrt_json_count(rows) + 1, sizeof *values);
    uint64_t unit = 0;
    WRT_JSON_EACH(name, names) {
        size_t n = 0;
        WRT_JSON_EACH(row, rows) {
            const wrt_json *value = wrt_json_get(wrt_json_get(row, "measures"), wrt_json_key(name));
            if (wrt_json_is(value, WRT_JSON_NUMBER))
                values[n++] = wrt_json_number(value, 0);
        }
        if (n > 0)
            wrt_json_set(out, wrt_json_key(name), mean_json(values, n, seed, unit++));
    }
    wrt_json_set(result, "measures", out);
    wrt_json_free(names);
    free(values);
}

void wrt_shares_add(wrt_json *result, const wrt_json *rows, uint64_t seed) {
    add_shares(result, rows);
    add_means(result, rows, seed);
}

/* ---- two runs over the same items */

double wrt_mcnemar(size_t b, size_t c) {
    size_t n = b + c, least = b < c ? b : c;
    double log_term = -(double)n * log(2), sum = 0; /* P(0 of n) */
    if (n == 0)
        return 1;
    for (size_t k = 0; k <= least; k++) {
        sum += exp(log_term);
        log_term += log((double)(n - k)) - log((double)(k + 1));
    }
    return fmin(1, 2 * sum);
}
