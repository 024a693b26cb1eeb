/* cox_run.c: Cox regression as an estimator of a treatment's log hazard ratio. */
#include "effect/checks/finite.h"
#include "effect/estimators/arms.h"
#include "effect/estimators/cox.h"
#include "effect/estimators/survival_arms.h"
#include "effect/fit/quantile.h"

#include <math.h>
#include <string.h>

enum { EVENTS_PER_COLUMN = 10 };

static wrt_status check(const wrt_study *study, const wrt_estimator_options *options,
                        wrt_err *err) {
    wrt_status status = wrt_survival_check(study, err);
    if (status != WRT_OK)
        return status;
    status = wrt_arms_check(&wrt_estimator_cox, study, options, 2, err);
    if (status != WRT_OK)
        return status;
    if (options->se == WRT_SE_CLASSICAL && study->propensity != NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "classical errors are wrong with inverse-probability weights: ask for "
                        "\"robust\"");
    if (options->estimand != WRT_ESTIMAND_ATE && study->propensity == NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "a Cox model with covariates has one hazard ratio, for everybody alike: "
                        "the estimands att and atc need a column of propensities");
    return WRT_OK;
}

static wrt_cox_data data_of(const wrt_study *study, const wrt_estimator_options *options,
                            wrt_arena *arena) {
    size_t n = study->n;
    double *weights = study->propensity != NULL
                          ? wrt_survival_weights(study, options->estimand, study->propensity, arena)
                          : NULL;
    size_t extra = weights != NULL ? 0 : study->covariates.columns;
    double *x = wrt_arena_calloc(arena, n * (extra + 1), sizeof *x);
    const char **names = wrt_arena_calloc(arena, extra + 1, sizeof *names);
    memcpy(x, study->treatment, n * sizeof *x);
    if (extra > 0)
        memcpy(x + n, study->covariates.values, n * extra * sizeof *x);
    names[0] = "treatment";
    for (size_t j = 0; j < extra; j++)
        names[j + 1] = study->covariates.names[j];
    return (wrt_cox_data){.rows = {n, study->outcome, study->event, weights},
                          .p = extra + 1,
                          .x = x,
                          .names = names,
                          .cluster = study->cluster,
                          .n_clusters = study->n_clusters,
                          .efron = options->efron};
}

/* ---- details */

static wrt_json *column_json(const wrt_cox_fit *fit, const wrt_cox_data *data,
                             const wrt_cox_check *hazards, const wrt_estimator_options *options,
                             size_t j) {
    const double *cov = options->se == WRT_SE_CLASSICAL ? fit->covariance : fit->robust;
    double se = sqrt(cov[j * fit->p + j]),
           half = wrt_normal_quantile(0.5 + 0.5 * options->level) * se;
    wrt_json *one = wrt_json_new_object();
    wrt_json_set_text(one, "name", data->names[j]);
    wrt_effect_set_finite(one, "log_hazard_ratio", fit->beta[j]);
    wrt_effect_set_finite(one, "se", se);
    wrt_effect_set_finite(one, "hazard_ratio", exp(fit->beta[j]));
    wrt_effect_set_finite(one, "low", exp(fit->beta[j] - half));
    wrt_effect_set_finite(one, "high", exp(fit->beta[j] + half));
    wrt_effect_set_finite(one, "proportional_chi2", hazards->chi2[j]);
    wrt_effect_set_finite(one, "proportional_p", hazards->p_value[j]);
    return one;
}

static wrt_json *details_of(const wrt_cox_fit *fit, const wrt_cox_data *data,
                            const wrt_cox_check *hazards, const wrt_estimator_options *options) {
    wrt_json *all = wrt_json_new_object(), *columns = wrt_json_new_array();
    wrt_json_set_text(all, "ties", data->efron ? "efron" : "breslow");
    wrt_json_set_text(all, "adjustment",
                      data->rows.weight != NULL ? "inverse-probability weights (marginal)"
                      : fit->p > 1              ? "covariates in the model (conditional)"
                                                : "none");
    wrt_json_set_int(all, "events", (int64_t)fit->n_events);
    wrt_json_set_int(all, "tied_events", (int64_t)fit->n_tied);
    wrt_json_set_int(all, "iterations", (int64_t)fit->iterations);
    wrt_effect_set_finite(all, "log_likelihood", fit->log_likelihood);
    wrt_effect_set_finite(all, "log_likelihood_null", fit->log_likelihood_null);
    wrt_effect_set_finite(all, "likelihood_ratio_test", fit->ratio_test);
    wrt_effect_set_finite(all, "score_test", fit->score_test);
    wrt_effect_set_finite(all, "proportional_global_p", hazards->global_p);
    for (size_t j = 0; j < fit->p; j++)
        wrt_json_push(columns, column_json(fit, data, hazards, options, j));
    wrt_json_set(all, "columns", columns);
    return all;
}

static void warn(wrt_estimate *out, const wrt_cox_fit *fit, const wrt_cox_data *data,
                 const wrt_cox_check *hazards, wrt_arena *arena) {
    if (hazards->p_value[0] < 0.05)
        wrt_estimate_warn(out, arena,
                          "the hazards are not proportional (p = %.2g): the ratio is an average "
                          "over follow-up that depends on censoring; prefer rmst",
                          hazards->p_value[0]);
    if (fit->n_events < EVENTS_PER_COLUMN * fit->p)
        wrt_estimate_warn(out, arena, "%zu events for %zu columns: estimates are unstable",
                          fit->n_events, fit->p);
    if (data->rows.weight != NULL)
        wrt_estimate_warn(out, arena, "errors take the propensities as known");
    else if (fit->p > 1)
        wrt_estimate_warn(out, arena,
                          "a hazard ratio given covariates is not the ratio in the population, "
                          "even without confounding");
}

static wrt_status run(wrt_estimate *out, const wrt_study *study,
                      const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    wrt_cox_fit fit;
    wrt_cox_check hazards;
    *out = (wrt_estimate){0};
    if (options->trim > 0)
        return wrt_propensity_run_trimmed(out, study, options, run, arena, err);
    wrt_status status = check(study, options, err);
    if (status != WRT_OK)
        return status;
    wrt_cox_data data = data_of(study, options, arena);
    status = wrt_cox_fit_rows(&fit, &data, arena, err);
    if (status == WRT_OK)
        status = wrt_cox_check_hazards(&hazards, &data, &fit, WRT_COX_TIME_KM, arena, err);
    if (status != WRT_OK)
        return status;
    bool is_classical = options->se == WRT_SE_CLASSICAL;
    double *influence = wrt_arena_calloc(arena, study->n, sizeof *influence);
    for (size_t i = 0; i < study->n; i++)
        influence[i] = (double)study->n * fit.influence[i * fit.p];
    double se = sqrt(is_classical ? fit.covariance[0] : fit.robust[0]);
    double half = wrt_normal_quantile(0.5 + 0.5 * options->level) * se;
    *out = (wrt_estimate){.estimate = fit.beta[0],
                          .se = se,
                          .low = fit.beta[0] - half,
                          .high = fit.beta[0] + half,
                          .measure = "log hazard ratio",
                          .se_method = is_classical             ? "inverse information"
                                       : study->cluster != NULL ? "Lin-Wei sandwich, by cluster"
                                                                : "Lin-Wei sandwich",
                          .mean_treated = NAN,
                          .mean_untreated = NAN,
                          .n_used = study->n,
                          .influence = influence,
                          .propensity = study->propensity,
                          .weights = data.rows.weight};
    out->details = details_of(&fit, &data, &hazards, options);
    warn(out, &fit, &data, &hazards, arena);
    return WRT_OK;
}

const wrt_estimator wrt_estimator_cox = {
    .name = "cox",
    .source = "Cox 1972; Efron 1977; Lin and Wei 1989, doi:10.1080/01621459.1989.10478874",
    .run = run,
    .estimands = 1U << WRT_ESTIMAND_ATE | 1U << WRT_ESTIMAND_ATT | 1U << WRT_ESTIMAND_ATC,
    .errors = 1U << WRT_SE_ROBUST | 1U << WRT_SE_CLASSICAL,
    .adjusts = true,
    .wants_survival = true,
};
