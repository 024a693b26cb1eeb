/* linear.c: see linear.h. */
#include "effect/estimators/linear.h"

#include "effect/fit/quantile.h"

void wrt_linear_open(wrt_estimate *out, const wrt_linear *linear, wrt_arena *arena) {
    const wrt_ols *fit = linear->fit;
    double *psi = wrt_arena_calloc(arena, fit->n, sizeof *psi);
    for (size_t j = 0; j < fit->k; j++)
        for (size_t i = 0; i < fit->n; i++)
            psi[i] += fit->inverse[linear->column + j * fit->k] * linear->design->x[i + j * fit->n];
    for (size_t i = 0; i < fit->n; i++)
        psi[i] *= (double)fit->n * fit->residuals[i];
    out->estimate = fit->coefficients[linear->column];
    out->influence = psi;
    out->n_used = fit->n;
}

static wrt_ols_covariance_kind kind_of(const wrt_study *study,
                                       const wrt_estimator_options *options) {
    if (options->se == WRT_SE_CLASSICAL)
        return WRT_OLS_CLASSICAL;
    if (study->cluster != NULL)
        return WRT_OLS_CLUSTER;
    return WRT_OLS_HC0 + (wrt_ols_covariance_kind)options->hc;
}

double *wrt_linear_covariance(const wrt_linear *linear, const wrt_study *study,
                              const wrt_estimator_options *options, wrt_arena *arena) {
    size_t k = linear->fit->k;
    double *covariance = wrt_arena_calloc(arena, k * k, sizeof *covariance);
    wrt_ols_covariance(covariance, linear->fit, linear->design, NULL, kind_of(study, options),
                       study->cluster, study->n_clusters, arena);
    return covariance;
}

void wrt_linear_close(wrt_estimate *out, const wrt_linear *linear, const wrt_study *study,
                      const wrt_estimator_options *options, wrt_arena *arena) {
    static const char *const names[] = {"classical", "HC0", "HC1", "HC2", "HC3", "clustered"};
    size_t k = linear->fit->k, at = linear->column + linear->column * k;
    wrt_ols_covariance_kind kind = kind_of(study, options);
    double df = kind == WRT_OLS_CLUSTER ? (double)study->n_clusters - 1
                                        : (double)linear->fit->n - (double)k;
    out->se = sqrt(wrt_linear_covariance(linear, study, options, arena)[at]);
    out->se_method = names[kind];
    double reach = wrt_t_quantile(0.5 + 0.5 * options->level, df) * out->se;
    out->low = out->estimate - reach;
    out->high = out->estimate + reach;
}

wrt_status wrt_linear_check(const wrt_estimator *estimator, const wrt_study *study,
                            const wrt_estimator_options *options, wrt_err *err) {
    wrt_study two_arms = *study;
    two_arms.treatment_is_binary = true;
    two_arms.n_treated = study->treatment_is_binary ? study->n_treated : study->n / 2;
    return wrt_arms_check(estimator, &two_arms, options, 1, err);
}
