/* iv.c: two fits by orthogonal factors. */
#include "effect/estimators/iv.h"

#include "effect/estimators/anderson_rubin.h"
#include "effect/estimators/linear.h"
#include "effect/fit/linalg.h"
#include "effect/fit/tail.h"

#include <string.h>

enum { TREATMENT = 1, WEAK_F = 10 };

/* Both stages. first: [1, covariates, instruments]; second: [1, fitted treatment, covariates]. */
typedef struct {
    wrt_design first_design, second_design;
    wrt_ols first, second; /* residuals of `second` are with the treatment itself */
} stages;

static wrt_design first_design(const wrt_study *s, wrt_arena *arena) {
    wrt_design covariates = wrt_design_new(s->n, NULL, NULL, &s->covariates, arena), all;
    all = (wrt_design){.n = s->n, .k = covariates.k + s->instruments.columns};
    all.x = wrt_arena_calloc(arena, all.n * all.k, sizeof *all.x);
    all.names = wrt_arena_calloc(arena, all.k, sizeof *all.names);
    memcpy(all.x, covariates.x, covariates.n * covariates.k * sizeof *all.x);
    memcpy(all.x + covariates.n * covariates.k, s->instruments.values,
           s->n * s->instruments.columns * sizeof *all.x);
    for (size_t j = 0; j < all.k; j++)
        all.names[j] =
            j < covariates.k ? covariates.names[j] : s->instruments.names[j - covariates.k];
    return all;
}

/* Residuals of the second stage are turned into those with the treatment itself. */
static void put_treatment_back(wrt_ols *second, const wrt_ols *first, const double *counts) {
    double squares = 0;
    for (size_t i = 0; i < second->n; i++) {
        second->residuals[i] -= second->coefficients[TREATMENT] * first->residuals[i];
        squares += wrt_arms_count(counts, i) * second->residuals[i] * second->residuals[i];
    }
    second->variance = squares / (second->rows - (double)second->k);
}

static wrt_status fit_stages(stages *out, const wrt_study *s, const double *counts,
                             wrt_arena *arena, wrt_err *err) {
    wrt_ols first = {0}, second = {0};
    out->first_design = first_design(s, arena);
    wrt_status status =
        wrt_ols_fit(&first, &out->first_design, s->treatment, counts, NULL, arena, err);
    if (status != WRT_OK)
        return status;
    double *fitted = wrt_arena_calloc(arena, s->n, sizeof *fitted);
    for (size_t i = 0; i < s->n; i++)
        fitted[i] = s->treatment[i] - first.residuals[i];
    out->second_design =
        wrt_design_new(s->n, fitted, "the fitted treatment", &s->covariates, arena);
    status = wrt_ols_fit(&second, &out->second_design, s->outcome, counts, NULL, arena, err);
    if (status != WRT_OK) {
        wrt_err_prefix(err, "the instruments do not move the treatment");
        return status;
    }
    put_treatment_back(&second, &first, counts);
    out->first = first;
    out->second = second;
    return WRT_OK;
}

static wrt_status draw(double *out, const double *counts, const void *ctx, wrt_arena *scratch,
                       wrt_err *err) {
    const wrt_arms_ctx *c = ctx;
    stages s = {0};
    wrt_status status = fit_stages(&s, c->study, counts, scratch, err);
    if (status == WRT_OK)
        *out = s.second.coefficients[TREATMENT];
    return status;
}

static double sum_of_squares(const double *values, size_t n) {
    return wrt_linalg_dot(values, values, n);
}

/* ---- how strong the instruments are */

/* g' V^-1 g / q of the instruments' coefficients. */
static double robust_f(const stages *s, const wrt_study *study,
                       const wrt_estimator_options *options, wrt_arena *arena) {
    size_t k = s->first.k, q = study->instruments.columns, from = k - q, bad = 0;
    wrt_linear linear = {&s->first, &s->first_design, from};
    wrt_estimator_options robust = *options;
    robust.se = WRT_SE_ROBUST;
    const double *v = wrt_linear_covariance(&linear, study, &robust, arena);
    double *block = wrt_arena_calloc(arena, q * q, sizeof *block);
    double *solved = wrt_arena_calloc(arena, q, sizeof *solved);
    for (size_t i = 0; i < q; i++)
        for (size_t j = 0; j < q; j++)
            block[i + j * q] = v[(from + i) + (from + j) * k];
    memcpy(solved, s->first.coefficients + from, q * sizeof *solved);
    if (!wrt_linalg_cholesky(block, q, &bad))
        return (double)NAN;
    wrt_linalg_cholesky_solve(block, q, solved, 1);
    return wrt_linalg_dot(solved, s->first.coefficients + from, q) / (double)q;
}

static void set_finite(wrt_json *object, const char *key, double value) {
    if (isfinite(value))
        wrt_json_set_number(object, key, value);
    else
        wrt_json_set(object, key, wrt_json_new_null());
}

/* none: the treatment on covariates alone. */
static wrt_status report_anderson_rubin(wrt_estimate *out, const stages *s, const wrt_ols *none,
                                        const wrt_arms_ctx *c, wrt_arena *arena, wrt_err *err) {
    const wrt_study *study = c->study;
    wrt_design without = wrt_design_new(study->n, NULL, NULL, &study->covariates, arena);
    wrt_ols y_without = {0}, y_with = {0};
    wrt_status status = wrt_ols_fit(&y_without, &without, study->outcome, NULL, NULL, arena, err);
    if (status == WRT_OK)
        status = wrt_ols_fit(&y_with, &s->first_design, study->outcome, NULL, NULL, arena, err);
    if (status != WRT_OK)
        return status;
    wrt_anderson_rubin in = {y_without.residuals,       none->residuals, y_with.residuals,
                             s->first.residuals,        study->n,        s->first.k,
                             study->instruments.columns};
    wrt_json_set(wrt_estimate_details(out), "anderson_rubin",
                 wrt_anderson_rubin_interval(&in, c->options->level));
    return WRT_OK;
}

static wrt_status report_first_stage(wrt_estimate *out, const stages *s, const wrt_arms_ctx *c,
                                     wrt_arena *arena, wrt_err *err) {
    const wrt_study *study = c->study;
    size_t q = study->instruments.columns, from = s->first.k - q;
    wrt_design without = wrt_design_new(study->n, NULL, NULL, &study->covariates, arena);
    wrt_ols none = {0};
    wrt_status status = wrt_ols_fit(&none, &without, study->treatment, NULL, NULL, arena, err);
    if (status != WRT_OK)
        return status;
    double left = sum_of_squares(s->first.residuals, study->n);
    double gained = sum_of_squares(none.residuals, study->n) - left;
    double f = gained / (double)q / s->first.variance,
           strong = robust_f(s, study, c->options, arena);
    wrt_json *stage = wrt_json_new_object(), *coefficients = wrt_json_new_object();
    for (size_t j = 0; j < q; j++)
        wrt_json_set_number(coefficients, study->instruments.names[j],
                            s->first.coefficients[from + j]);
    wrt_json_set(stage, "coefficients", coefficients);
    set_finite(stage, "f", f);
    set_finite(stage, "f_robust", strong);
    set_finite(stage, "partial_r2", gained / (gained + left));
    wrt_json_set(wrt_estimate_details(out), "first_stage", stage);
    status = report_anderson_rubin(out, s, &none, c, arena, err);
    if (!(strong >= WEAK_F))
        wrt_estimate_warn(out, arena,
                          "the instruments are weak: F of the first stage is %.3g, below %d; the "
                          "estimate leans towards the unadjusted one and its interval is too "
                          "short (see details.anderson_rubin)",
                          strong, WEAK_F);
    return status;
}

/* ---- more instruments than one */

/* n R2 of the residuals on everything exogenous; chi-square with q - 1 degrees of freedom. */
static wrt_status report_sargan(wrt_estimate *out, const stages *s, const wrt_study *study,
                                wrt_arena *arena, wrt_err *err) {
    size_t q = study->instruments.columns;
    if (q < 2)
        return WRT_OK;
    wrt_ols fit = {0};
    wrt_status status =
        wrt_ols_fit(&fit, &s->first_design, s->second.residuals, NULL, NULL, arena, err);
    if (status != WRT_OK)
        return status;
    double all = sum_of_squares(s->second.residuals, study->n);
    double statistic = (double)study->n * (1 - sum_of_squares(fit.residuals, study->n) / all);
    double p = wrt_tail_chi2(statistic, (double)q - 1);
    wrt_json *test = wrt_json_new_object();
    wrt_json_set_text(test, "test", "Sargan");
    set_finite(test, "statistic", statistic);
    wrt_json_set_int(test, "df", (int64_t)q - 1);
    set_finite(test, "p", p);
    wrt_json_set(wrt_estimate_details(out), "overidentification", test);
    if (p < 0.05)
        wrt_estimate_warn(out, arena,
                          "the instruments disagree (Sargan's test, p = %.2g): one of them acts on "
                          "the outcome by another way, or effects differ between those they move",
                          p);
    return WRT_OK;
}

/* ---- Wald */

/* Mean of values where the instrument is above its least value, minus the mean elsewhere. */
static double difference(const double *values, const double *z, size_t n, double least) {
    double sum[2] = {0, 0}, count[2] = {0, 0};
    for (size_t i = 0; i < n; i++) {
        sum[z[i] > least] += values[i];
        count[z[i] > least]++;
    }
    return sum[1] / count[1] - sum[0] / count[0];
}

static bool has_two_values(double *least, const double *z, size_t n) {
    double low = z[0], high = z[0];
    for (size_t i = 0; i < n; i++) {
        low = fmin(low, z[i]);
        high = fmax(high, z[i]);
    }
    *least = low;
    for (size_t i = 0; i < n; i++)
        if (z[i] > low && z[i] < high)
            return false;
    return true;
}

static void report_wald(wrt_estimate *out, const wrt_study *s) {
    double least;
    const double *z = s->instruments.values;
    if (s->instruments.columns != 1 || s->covariates.columns > 0 ||
        !has_two_values(&least, z, s->n))
        return;
    wrt_json *wald = wrt_json_new_object();
    wrt_json_set_number(wald, "outcome_difference", difference(s->outcome, z, s->n, least));
    wrt_json_set_number(wald, "treatment_difference", difference(s->treatment, z, s->n, least));
    wrt_json_set(wrt_estimate_details(out), "wald", wald);
}

/* ---- all of it */

static wrt_status check(const wrt_study *study, const wrt_estimator_options *options,
                        wrt_err *err) {
    wrt_status status = wrt_linear_check(&wrt_estimator_iv, study, options, err);
    if (status != WRT_OK)
        return status;
    if (study->instruments.columns == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "iv needs an instrument: a column that moves the treatment and acts on "
                        "the outcome through it alone%s",
                        wrt_json_get(study->account, "collinear") != NULL
                            ? " (one was left out: see account.collinear)"
                            : "");
    if (options->se == WRT_SE_ROBUST && options->hc > WRT_HC1)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "iv has the robust errors HC0 and HC1");
    size_t k = 1 + study->covariates.columns + study->instruments.columns;
    if (study->n <= k)
        return wrt_fail(err, WRT_E_INPUT, "iv fits %zu columns to %zu rows: leave columns out", k,
                        study->n);
    return WRT_OK;
}

static void say_what(wrt_estimate *out, const wrt_study *study, wrt_arena *arena) {
    out->measure = !study->treatment_is_binary ? "slope per unit of the treatment"
                   : study->outcome_is_binary  ? "risk difference"
                                               : "difference in means";
    wrt_json_set_text(wrt_estimate_details(out), "population", "those whom the instruments move");
    wrt_estimate_warn(out, arena,
                      "the effect is that on those whom the instruments move; it is everyone's "
                      "only when effects are equal");
}

static wrt_status run(wrt_estimate *out, const wrt_study *study,
                      const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    stages s = {0};
    wrt_arms_ctx ctx = {study, options, NULL};
    *out = (wrt_estimate){.mean_treated = (double)NAN, .mean_untreated = (double)NAN};
    wrt_status status = check(study, options, err);
    if (status == WRT_OK)
        status = fit_stages(&s, study, NULL, arena, err);
    if (status != WRT_OK)
        return status;
    wrt_linear linear = {&s.second, &s.second_design, TREATMENT};
    wrt_linear_open(out, &linear, arena);
    say_what(out, study, arena);
    status = report_first_stage(out, &s, &ctx, arena, err);
    if (status == WRT_OK)
        status = report_sargan(out, &s, study, arena, err);
    if (status == WRT_OK)
        report_wald(out, study);
    if (status == WRT_OK && options->se == WRT_SE_BOOTSTRAP)
        status = wrt_estimate_close(out, draw, &ctx, arena, err);
    else if (status == WRT_OK)
        wrt_linear_close(out, &linear, study, options, arena);
    if (status != WRT_OK)
        wrt_json_free(out->details);
    return status;
}

const wrt_estimator wrt_estimator_iv = {
    .name = "iv",
    .source = "Wald 1940; Imbens and Angrist 1994, doi:10.2307/2951620; Sargan 1958",
    .run = run,
    .estimands = 1U << WRT_ESTIMAND_ATE,
    .errors = 1U << WRT_SE_ROBUST | 1U << WRT_SE_CLASSICAL | 1U << WRT_SE_BOOTSTRAP,
    .adjusts = true,
    .wants_instruments = true,
};
