/* overlap.c: propensities of both arms, side by side. */
#include "effect/checks/overlap.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static wrt_status check(const wrt_study *study, const double *propensity, const double *weights,
                        wrt_err *err) {
    size_t rows[2] = {0};
    for (size_t i = 0; i < study->n; i++) {
        if (!(propensity[i] >= 0 && propensity[i] <= 1))
            return wrt_fail(err, WRT_E_INPUT, "row %zu: a propensity lies in [0, 1], not %g", i + 1,
                            propensity[i]);
        if (weights != NULL && (!(weights[i] >= 0) || isinf(weights[i])))
            return wrt_fail(err, WRT_E_INPUT, "row %zu: a weight must be 0 or more, not %g", i + 1,
                            weights[i]);
        rows[study->treatment[i] == 1]++;
    }
    if (!study->treatment_is_binary || rows[0] == 0 || rows[1] == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "overlap compares two arms: %zu treated and %zu untreated", rows[1],
                        rows[0]);
    return WRT_OK;
}

static void describe(wrt_overlap_arm *out, const wrt_study *study, int arm,
                     const double *propensity, const double *weights) {
    double *values = wrt_calloc(study->n, sizeof *values), sum = 0, squares = 0, most = 0;
    for (size_t i = 0; i < study->n; i++) {
        if ((study->treatment[i] == 1) != (arm == 1))
            continue;
        double p = propensity[i], w = weights != NULL ? weights[i] : 1;
        int bin = (int)(p * WRT_OVERLAP_BINS);
        out->bins[bin < WRT_OVERLAP_BINS ? bin : WRT_OVERLAP_BINS - 1]++;
        values[out->rows++] = p;
        sum += w;
        squares += w * w;
        most = fmax(most, w);
    }
    qsort(values, out->rows, sizeof *values, by_value);
    out->low = values[0];
    out->high = values[out->rows - 1];
    out->median = (values[(out->rows - 1) / 2] + values[out->rows / 2]) / 2;
    out->ess = squares > 0 ? sum * sum / squares : 0;
    out->most_weight = sum > 0 ? most / sum : 0;
    free(values);
}

static wrt_overlap_verdict judge(const wrt_overlap *o) {
    double outside =
        (double)(o->outside_support > o->outside_five ? o->outside_support : o->outside_five) /
        (double)o->n;
    bool is_poor = outside > 0.25, is_limited = outside > 0.05;
    for (int i = 0; i < 2; i++) {
        const wrt_overlap_arm *arm = &o->arm[i];
        double share = arm->ess / (double)arm->rows;
        is_poor =
            is_poor || share < 0.1 || arm->ess < 10 || (arm->rows >= 20 && arm->most_weight > 0.1);
        is_limited = is_limited || share < 0.5;
    }
    return is_poor ? WRT_OVERLAP_POOR : is_limited ? WRT_OVERLAP_LIMITED : WRT_OVERLAP_GOOD;
}

wrt_status wrt_overlap_of(wrt_overlap *out, const wrt_study *study, const double *propensity,
                          const double *weights, wrt_err *err) {
    wrt_status status = check(study, propensity, weights, err);
    if (status != WRT_OK)
        return status;
    *out = (wrt_overlap){.n = study->n};
    for (int arm = 0; arm < 2; arm++)
        describe(&out->arm[arm], study, arm, propensity, weights);
    out->support_low = fmax(out->arm[0].low, out->arm[1].low);
    out->support_high = fmin(out->arm[0].high, out->arm[1].high);
    for (size_t i = 0; i < study->n; i++) {
        double p = propensity[i];
        out->outside_support += p < out->support_low || p > out->support_high;
        out->outside_five += p < 0.05 || p > 0.95;
        out->outside_ten += p < 0.1 || p > 0.9;
        out->trimmed += weights != NULL && weights[i] == 0;
    }
    out->verdict = judge(out);
    return WRT_OK;
}

/* ---- words */

const char *wrt_overlap_verdict_name(wrt_overlap_verdict verdict) {
    static const char *const names[] = {"good", "limited", "poor"};
    return names[verdict];
}

static const char *const VERDICT_TEXT[] = {
    "Both arms hold units of every kind that occurs.",
    "Some kinds of units occur almost only in one arm: the answer leans on the model or on few "
    "rows there.",
    "The arms hardly overlap: the answer is an extrapolation, or hangs on a few rows. Trim, or ask "
    "for the effect where both arms occur.",
};

static wrt_json *arm_json(const wrt_overlap_arm *arm) {
    wrt_json *one = wrt_json_new_object(), *bins = wrt_json_new_array();
    wrt_json_set_int(one, "rows", (int64_t)arm->rows);
    wrt_json_set_number(one, "low", arm->low);
    wrt_json_set_number(one, "median", arm->median);
    wrt_json_set_number(one, "high", arm->high);
    wrt_json_set_number(one, "ess", arm->ess);
    wrt_json_set_number(one, "largest_weight_share", arm->most_weight);
    for (int i = 0; i < WRT_OVERLAP_BINS; i++)
        wrt_json_push(bins, wrt_json_new_int((int64_t)arm->bins[i]));
    wrt_json_set(one, "bins", bins);
    return one;
}

wrt_json *wrt_overlap_json(const wrt_overlap *o) {
    wrt_json *all = wrt_json_new_object(), *support = wrt_json_new_array();
    wrt_json_set_text(all, "verdict", wrt_overlap_verdict_name(o->verdict));
    wrt_json_set_text(all, "text", VERDICT_TEXT[o->verdict]);
    if (o->support_low <= o->support_high) {
        wrt_json_push(support, wrt_json_new_number(o->support_low));
        wrt_json_push(support, wrt_json_new_number(o->support_high));
    }
    wrt_json_set(all, "support", support);
    wrt_json_set_int(all, "outside_support", (int64_t)o->outside_support);
    wrt_json_set_int(all, "outside_0.05", (int64_t)o->outside_five);
    wrt_json_set_int(all, "outside_0.1", (int64_t)o->outside_ten);
    wrt_json_set_int(all, "trimmed", (int64_t)o->trimmed);
    wrt_json_set_number(all, "trimmed_share", (double)o->trimmed / (double)o->n);
    wrt_json_set(all, "treated", arm_json(&o->arm[1]));
    wrt_json_set(all, "untreated", arm_json(&o->arm[0]));
    return all;
}
