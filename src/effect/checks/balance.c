/* balance.c: standardised mean differences and variance ratios. */
#include "effect/checks/balance.h"
#include "effect/checks/finite.h"

#include <math.h>

typedef struct {
    double weight, squares, mean, spread; /* spread: sum of w (x - mean)^2 */
} moments;

/* West's update: one pass, weights of any size. */
static void add(moments *m, double x, double w) {
    if (w <= 0)
        return;
    double delta = x - m->mean;
    m->weight += w;
    m->squares += w * w;
    m->mean += delta * w / m->weight;
    m->spread += w * delta * (x - m->mean);
}

static double variance(const moments *m) {
    double whole = m->weight - m->squares / m->weight;
    return whole > 0 ? m->spread / whole : 0;
}

static double smd(double difference, double scale) {
    if (scale > 0)
        return difference / scale;
    return difference == 0 ? 0 : copysign(INFINITY, difference);
}

static wrt_balance_row compare(const wrt_study *study, const double *x, const double *weights) {
    moments plain[2] = {{0}}, weighted[2] = {{0}};
    bool is_indicator = true;
    for (size_t i = 0; i < study->n; i++) {
        int arm = study->treatment[i] == 1;
        add(&plain[arm], x[i], 1);
        if (weights != NULL)
            add(&weighted[arm], x[i], weights[i]);
        is_indicator = is_indicator && (x[i] == 0 || x[i] == 1);
    }
    double v1 = variance(&plain[1]), v0 = variance(&plain[0]), scale = sqrt((v1 + v0) / 2);
    double w1 = variance(&weighted[1]), w0 = variance(&weighted[0]);
    wrt_balance_row row = {.mean_treated = plain[1].mean,
                           .mean_untreated = plain[0].mean,
                           .smd_before = smd(plain[1].mean - plain[0].mean, scale),
                           .ratio_before = !is_indicator && v0 > 0 ? v1 / v0 : NAN,
                           .is_indicator = is_indicator,
                           .weighted_treated = NAN,
                           .weighted_untreated = NAN,
                           .smd_after = NAN,
                           .ratio_after = NAN};
    if (weights != NULL) {
        row.weighted_treated = weighted[1].mean;
        row.weighted_untreated = weighted[0].mean;
        row.smd_after = smd(weighted[1].mean - weighted[0].mean, scale);
        row.ratio_after = !is_indicator && w0 > 0 ? w1 / w0 : NAN;
    }
    return row;
}

static wrt_status check(const wrt_study *study, const double *weights, wrt_err *err) {
    double total[2] = {0};
    if (!study->treatment_is_binary)
        return wrt_fail(err, WRT_E_INPUT, "balance compares two arms: the treatment is not binary");
    for (size_t i = 0; i < study->n; i++) {
        double w = weights != NULL ? weights[i] : 1;
        if (!(w >= 0) || isinf(w))
            return wrt_fail(err, WRT_E_INPUT, "row %zu: a weight must be 0 or more, not %g", i + 1,
                            w);
        total[study->treatment[i] == 1] += w;
    }
    if (total[0] <= 0 || total[1] <= 0)
        return wrt_fail(err, WRT_E_INPUT, "the %s arm has no rows with weight",
                        total[1] <= 0 ? "treated" : "untreated");
    return WRT_OK;
}

wrt_status wrt_balance_of(wrt_balance *out, const wrt_study *study, const double *weights,
                          wrt_arena *arena, wrt_err *err) {
    wrt_status status = check(study, weights, err);
    if (status != WRT_OK)
        return status;
    size_t n = study->covariates.columns;
    *out = (wrt_balance){.n = n,
                         .rows = wrt_arena_calloc(arena, n, sizeof *out->rows),
                         .worst_after = weights != NULL ? 0 : NAN,
                         .is_weighted = weights != NULL};
    for (size_t j = 0; j < n; j++) {
        wrt_balance_row *row = &out->rows[j];
        *row = compare(study, study->covariates.values + j * study->n, weights);
        row->name = study->covariates.names[j];
        out->worst_before = fmax(out->worst_before, fabs(row->smd_before));
        out->above_before += fabs(row->smd_before) > WRT_BALANCE_SMD;
        if (weights != NULL) {
            out->worst_after = fmax(out->worst_after, fabs(row->smd_after));
            out->above_after += fabs(row->smd_after) > WRT_BALANCE_SMD;
        }
    }
    return WRT_OK;
}

/* Infinite differences (a covariate that tells the arms apart for certain) are null here and
 * counted in "above". */
static wrt_json *row_json(const wrt_balance_row *row, bool is_weighted) {
    wrt_json *one = wrt_json_new_object();
    wrt_json_set_text(one, "name", row->name);
    wrt_effect_set_finite(one, "mean_treated", row->mean_treated);
    wrt_effect_set_finite(one, "mean_untreated", row->mean_untreated);
    wrt_effect_set_finite(one, "smd_before", row->smd_before);
    wrt_effect_set_finite(one, "variance_ratio_before", row->ratio_before);
    if (is_weighted) {
        wrt_effect_set_finite(one, "weighted_mean_treated", row->weighted_treated);
        wrt_effect_set_finite(one, "weighted_mean_untreated", row->weighted_untreated);
        wrt_effect_set_finite(one, "smd_after", row->smd_after);
        wrt_effect_set_finite(one, "variance_ratio_after", row->ratio_after);
    }
    return one;
}

wrt_json *wrt_balance_json(const wrt_balance *balance) {
    wrt_json *all = wrt_json_new_object(), *list = wrt_json_new_array();
    wrt_effect_set_finite(all, "threshold", WRT_BALANCE_SMD);
    wrt_effect_set_finite(all, "worst_before", balance->worst_before);
    wrt_json_set_int(all, "above_before", (int64_t)balance->above_before);
    if (balance->is_weighted) {
        wrt_effect_set_finite(all, "worst_after", balance->worst_after);
        wrt_json_set_int(all, "above_after", (int64_t)balance->above_after);
    }
    for (size_t j = 0; j < balance->n; j++)
        wrt_json_push(list, row_json(&balance->rows[j], balance->is_weighted));
    wrt_json_set(all, "covariates", list);
    return all;
}
