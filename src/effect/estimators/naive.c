/* naive.c: difference in means with Welch's standard error. */
#include "effect/estimators/naive.h"

#include "effect/estimators/arms.h"
#include "effect/fit/quantile.h"

#include <math.h>
#include <stdlib.h>

static const double z_975 = 1.959963984540054; /* 0.975 quantile of the standard normal */

typedef struct {
    size_t n;
    double mean, m2; /* m2: sum of squared deviations from the running mean */
} moments;

static void add(moments *m, double value) {
    double delta = value - m->mean;
    m->n++;
    m->mean += delta / (double)m->n;
    m->m2 += delta * (value - m->mean);
}

static double variance_of_mean(const moments *m) {
    return m->m2 / (double)(m->n - 1) / (double)m->n;
}

static wrt_status collect(moments group[2], size_t *dropped, const double *treatment,
                          const double *outcome, size_t rows, wrt_err *err) {
    for (size_t i = 0; i < rows; i++) {
        if (isnan(treatment[i]) || isnan(outcome[i])) {
            ++*dropped;
            continue;
        }
        if (treatment[i] != 0.0 && treatment[i] != 1.0)
            return wrt_fail(err, WRT_E_INPUT, "row %zu: the treatment must be 0 or 1, not %g",
                            i + 1, treatment[i]);
        add(&group[treatment[i] == 1.0], outcome[i]);
    }
    if (group[0].n < 2 || group[1].n < 2)
        return wrt_fail(err, WRT_E_INPUT, "both groups need two rows: %zu treated, %zu untreated",
                        group[1].n, group[0].n);
    return WRT_OK;
}

wrt_status wrt_effect_naive(wrt_naive_estimate *out, const wrt_table *table, const char *treatment,
                            const char *outcome, wrt_err *err) {
    size_t t_column = 0, y_column = 0, dropped = 0;
    double *t = NULL, *y = NULL;
    moments group[2] = {{0}, {0}};
    wrt_status status = wrt_table_find(&t_column, table, treatment, err);
    if (status == WRT_OK)
        status = wrt_table_find(&y_column, table, outcome, err);
    if (status == WRT_OK)
        status = wrt_table_numbers(&t, table, t_column, err);
    if (status == WRT_OK)
        status = wrt_table_numbers(&y, table, y_column, err);
    if (status == WRT_OK)
        status = collect(group, &dropped, t, y, wrt_table_rows(table), err);
    if (status == WRT_OK) {
        double se = sqrt(variance_of_mean(&group[0]) + variance_of_mean(&group[1]));
        double estimate = group[1].mean - group[0].mean;
        *out = (wrt_naive_estimate){
            .estimate = estimate,
            .se = se,
            .ci_low = estimate - z_975 * se,
            .ci_high = estimate + z_975 * se,
            .mean_treated = group[1].mean,
            .mean_untreated = group[0].mean,
            .n = group[0].n + group[1].n,
            .n_treated = group[1].n,
            .dropped = dropped,
        };
    }
    free(t);
    free(y);
    return status;
}

/* Means of the arms when row i is there counts[i] times. */
static void weigh(double mean[2], double rows[2], const wrt_study *study, const double *counts) {
    double sum[2] = {0.0, 0.0};
    rows[0] = rows[1] = 0.0;
    for (size_t i = 0; i < study->n; i++) {
        int arm = study->treatment[i] == 1.0;
        rows[arm] += wrt_arms_count(counts, i);
        sum[arm] += wrt_arms_count(counts, i) * study->outcome[i];
    }
    mean[0] = sum[0] / rows[0];
    mean[1] = sum[1] / rows[1];
}

static wrt_status draw(double *out, const double *counts, const void *ctx, wrt_arena *scratch,
                       wrt_err *err) {
    double mean[2], rows[2];
    (void)scratch;
    weigh(mean, rows, ((const wrt_arms_ctx *)ctx)->study, counts);
    if (rows[0] < 1.0 || rows[1] < 1.0)
        return wrt_fail(err, WRT_E_INPUT, "an arm was not drawn");
    *out = mean[1] - mean[0];
    return WRT_OK;
}

/* Welch's error in place of the influence function's: they differ by n / (n - 1) within arms. */
static void use_welch(wrt_estimate *out, const wrt_study *study, double level) {
    moments group[2] = {{0}, {0}};
    for (size_t i = 0; i < study->n; i++)
        add(&group[study->treatment[i] == 1.0], study->outcome[i]);
    double z = wrt_normal_quantile(0.5 + 0.5 * level);
    out->se = sqrt(variance_of_mean(&group[0]) + variance_of_mean(&group[1]));
    out->low = out->estimate - z * out->se;
    out->high = out->estimate + z * out->se;
    out->se_method = "Welch";
}

static wrt_status run(wrt_estimate *out, const wrt_study *study,
                      const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    wrt_arms_ctx ctx = {study, options, NULL};
    double mean[2], rows[2], n = (double)study->n;
    *out = (wrt_estimate){.n_used = study->n};
    wrt_status status = wrt_arms_check(&wrt_estimator_naive, study, options, 2, err);
    if (status != WRT_OK)
        return status;
    double *psi = wrt_arena_calloc(arena, study->n, sizeof *psi);
    weigh(mean, rows, study, NULL);
    for (size_t i = 0; i < study->n; i++) {
        int arm = study->treatment[i] == 1.0;
        psi[i] = (arm == 1 ? n : -n) / rows[arm] * (study->outcome[i] - mean[arm]);
    }
    out->mean_treated = mean[1];
    out->mean_untreated = mean[0];
    out->estimate = mean[1] - mean[0];
    out->influence = psi;
    out->measure = study->outcome_is_binary ? "risk difference" : "difference in means";
    status = wrt_estimate_close(out, draw, &ctx, arena, err);
    if (status == WRT_OK && options->se == WRT_SE_ROBUST && study->cluster == NULL)
        use_welch(out, study, options->level);
    return status;
}

const wrt_estimator wrt_estimator_naive = {
    .name = "naive",
    .source = "Welch 1947, doi:10.1093/biomet/34.1-2.28",
    .run = run,
    .estimands = 1U << WRT_ESTIMAND_ATE | 1U << WRT_ESTIMAND_ATT | 1U << WRT_ESTIMAND_ATC,
    .errors = 1U << WRT_SE_ROBUST | 1U << WRT_SE_BOOTSTRAP,
};
