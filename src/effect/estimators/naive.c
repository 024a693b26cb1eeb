/* naive.c: difference in means with Welch's standard error. */
#include "effect/estimators/naive.h"

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
