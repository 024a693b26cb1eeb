/* ols.c: one fit, one coefficient. */
#include "effect/estimators/ols.h"

#include "effect/estimators/arms.h"
#include "effect/fit/ols.h"
#include "effect/fit/quantile.h"

enum { TREATMENT = 1 }; /* its column of the design */

static wrt_status fit_with(wrt_ols *out, const wrt_arms_ctx *c, const double *counts,
                           wrt_arena *arena, wrt_err *err) {
    const wrt_design *design = c->more;
    double *penalty = wrt_design_penalty(design, counts, c->options->ridge, arena);
    if (penalty != NULL) /* the effect itself is not shrunk */
        penalty[TREATMENT] = 0.0;
    return wrt_ols_fit(out, design, c->study->outcome, counts, penalty, arena, err);
}

static wrt_status draw(double *out, const double *counts, const void *ctx, wrt_arena *scratch,
                       wrt_err *err) {
    wrt_ols fit = {0};
    wrt_status status = fit_with(&fit, ctx, counts, scratch, err);
    if (status == WRT_OK)
        *out = fit.coefficients[TREATMENT];
    return status;
}

/* n times row TREATMENT of (X'X)^-1 times x_i e_i. */
static const double *influence_of(const wrt_ols *fit, const wrt_design *design, wrt_arena *arena) {
    double *psi = wrt_arena_calloc(arena, fit->n, sizeof *psi);
    for (size_t j = 0; j < fit->k; j++)
        for (size_t i = 0; i < fit->n; i++)
            psi[i] += fit->inverse[TREATMENT + j * fit->k] * design->x[i + j * fit->n];
    for (size_t i = 0; i < fit->n; i++)
        psi[i] *= (double)fit->n * fit->residuals[i];
    return psi;
}

static void close_analytic(wrt_estimate *out, const wrt_ols *fit, const wrt_arms_ctx *c,
                           wrt_arena *arena) {
    static const char *const hc[] = {"HC0", "HC1", "HC2", "HC3"};
    const wrt_study *study = c->study;
    const wrt_estimator_options *o = c->options;
    double *covariance = wrt_arena_calloc(arena, fit->k * fit->k, sizeof *covariance);
    double df = (double)fit->n - (double)fit->k;
    wrt_ols_covariance_kind kind = WRT_OLS_HC0 + (wrt_ols_covariance_kind)o->hc;
    out->se_method = hc[o->hc];
    if (o->se == WRT_SE_CLASSICAL) {
        kind = WRT_OLS_CLASSICAL;
        out->se_method = "classical";
    } else if (study->cluster != NULL) {
        kind = WRT_OLS_CLUSTER;
        df = (double)study->n_clusters - 1.0;
        out->se_method = "clustered";
    }
    wrt_ols_covariance(covariance, fit, c->more, NULL, kind, study->cluster, study->n_clusters,
                       arena);
    out->se = sqrt(covariance[TREATMENT + TREATMENT * fit->k]);
    double reach = wrt_t_quantile(0.5 + 0.5 * o->level, df) * out->se;
    out->low = out->estimate - reach;
    out->high = out->estimate + reach;
}

static wrt_status check(const wrt_study *study, const wrt_estimator_options *options,
                        const wrt_design *design, wrt_err *err) {
    if (study->n <= design->k)
        return wrt_fail(err, WRT_E_INPUT, "ols fits %zu columns to %zu rows: leave columns out",
                        design->k, study->n);
    wrt_study two_arms = *study; /* a slope needs no arms, all else is checked alike */
    two_arms.treatment_is_binary = true;
    two_arms.n_treated = study->treatment_is_binary ? study->n_treated : study->n / 2;
    return wrt_arms_check(&wrt_estimator_ols, &two_arms, options, 1, err);
}

static wrt_status run(wrt_estimate *out, const wrt_study *study,
                      const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    wrt_design design =
        wrt_design_new(study->n, study->treatment, "the treatment", &study->covariates, arena);
    wrt_arms_ctx ctx = {study, options, &design};
    wrt_ols fit = {0};
    *out = (wrt_estimate){.mean_treated = NAN, .mean_untreated = NAN, .n_used = study->n};
    wrt_status status = check(study, options, &design, err);
    if (status == WRT_OK)
        status = fit_with(&fit, &ctx, NULL, arena, err);
    if (status != WRT_OK)
        return status;
    out->estimate = fit.coefficients[TREATMENT];
    out->influence = influence_of(&fit, &design, arena);
    out->measure = !study->treatment_is_binary ? "slope per unit of the treatment"
                   : study->outcome_is_binary  ? "risk difference"
                                               : "difference in means";
    if (options->se == WRT_SE_BOOTSTRAP)
        return wrt_estimate_close(out, draw, &ctx, arena, err);
    close_analytic(out, &fit, &ctx, arena);
    return WRT_OK;
}

const wrt_estimator wrt_estimator_ols = {
    .name = "ols",
    .source = "White 1980, doi:10.2307/1912934; MacKinnon and White 1985",
    .run = run,
    .estimands = 1U << WRT_ESTIMAND_ATE,
    .errors = 1U << WRT_SE_ROBUST | 1U << WRT_SE_CLASSICAL | 1U << WRT_SE_BOOTSTRAP,
    .adjusts = true,
};
