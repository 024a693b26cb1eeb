/* propensity.c: logistic propensities and trimming by them. */
#include "effect/estimators/propensity.h"

#include "effect/estimators/arms.h"
#include "effect/resample/take.h"

static const double extreme = 0.01;

wrt_status wrt_propensity_find(wrt_propensity *out, const wrt_study *study,
                               const wrt_design *design, const wrt_estimator_options *options,
                               const double *weights, wrt_arena *arena, wrt_err *err) {
    *out = (wrt_propensity){.e = study->propensity, .design = *design};
    if (study->propensity != NULL)
        return WRT_OK;
    wrt_mean_options logistic = {
        .is_logistic = true, .ridge = options->ridge, .what = "the treatment"};
    wrt_status status =
        wrt_mean_fit(&out->model, design, study->treatment, weights, &logistic, arena, err);
    if (status != WRT_OK)
        return status;
    double *e = wrt_arena_calloc(arena, study->n, sizeof *e);
    wrt_mean_predict(e, NULL, &out->model, design);
    for (size_t i = 0; i < study->n; i++) /* a weight of a row that another fold predicts */
        e[i] = fmin(fmax(e[i], 1e-12), 1.0 - 1e-12);
    out->e = e;
    out->is_fitted = true;
    return WRT_OK;
}

void wrt_propensity_add_influence(double *influence, const double *gradient,
                                  const wrt_propensity *propensity, const wrt_study *study,
                                  wrt_arena *arena) {
    if (propensity->is_fitted)
        wrt_mean_add_influence(influence, (double)study->n, gradient, &propensity->model,
                               &propensity->design, study->treatment, propensity->e, NULL, arena);
}

void wrt_propensity_report(wrt_estimate *out, const wrt_propensity *propensity,
                           const wrt_study *study, wrt_arena *arena) {
    double low = 1.0, high = 0.0;
    size_t outside = 0;
    for (size_t i = 0; i < study->n; i++) {
        low = fmin(low, propensity->e[i]);
        high = fmax(high, propensity->e[i]);
        outside += propensity->e[i] < extreme || propensity->e[i] > 1.0 - extreme;
    }
    wrt_json *all = wrt_json_new_object();
    wrt_json_set_bool(all, "fitted", propensity->is_fitted);
    wrt_json_set_number(all, "min", low);
    wrt_json_set_number(all, "max", high);
    wrt_json_set(wrt_estimate_details(out), "propensity", all);
    if (outside > 0)
        wrt_estimate_warn(out, arena,
                          "%zu of %zu rows have a propensity below %g or above %g: few rows of "
                          "the other arm are like them",
                          outside, study->n, extreme, 1.0 - extreme);
}

/* Values of the kept rows put back among all n; `scale` times, `elsewhere` in the others. */
static const double *spread(const double *kept, const size_t *rows, size_t m, size_t n,
                            const double fill[2], wrt_arena *arena) {
    if (kept == NULL)
        return NULL;
    double *all = wrt_arena_calloc(arena, n, sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i] = fill[1];
    for (size_t i = 0; i < m; i++)
        all[rows[i]] = fill[0] * kept[i];
    return all;
}

static void spread_rows(wrt_estimate *out, const size_t *rows, size_t m, size_t n, const double *e,
                        wrt_arena *arena) {
    const double scaled[] = {(double)n / (double)m, 0.0}, zero[] = {1.0, 0.0}, none[] = {1.0, NAN};
    out->influence = spread(out->influence, rows, m, n, scaled, arena);
    out->weights = spread(out->weights, rows, m, n, zero, arena);
    out->unit_effects = spread(out->unit_effects, rows, m, n, none, arena);
    out->propensity = e;
}

wrt_status wrt_propensity_run_trimmed(wrt_estimate *out, const wrt_study *study,
                                      const wrt_estimator_options *options,
                                      wrt_estimator_run *inner, wrt_arena *arena, wrt_err *err) {
    wrt_propensity all = {0};
    wrt_design design = wrt_design_new(study->n, NULL, NULL, &study->covariates, arena);
    wrt_status status = wrt_propensity_find(&all, study, &design, options, NULL, arena, err);
    if (status != WRT_OK)
        return status;
    size_t *rows = wrt_arena_calloc(arena, study->n, sizeof *rows), m = 0;
    for (size_t i = 0; i < study->n; i++)
        if (all.e[i] >= options->trim && all.e[i] <= 1.0 - options->trim)
            rows[m++] = i;
    wrt_study kept = {0};
    wrt_study_take(&kept, study, rows, m, arena);
    wrt_estimator_options untrimmed = *options;
    untrimmed.trim = 0.0;
    if ((status = inner(out, &kept, &untrimmed, arena, err)) != WRT_OK)
        return status;
    spread_rows(out, rows, m, study->n, all.e, arena);
    wrt_json_set_int(wrt_estimate_details(out), "trimmed", (int64_t)(study->n - m));
    if (m < study->n)
        wrt_estimate_warn(out, arena,
                          "%zu of %zu rows with a propensity outside [%g, %g] are left out: the "
                          "effect is that of the rows kept",
                          study->n - m, study->n, options->trim, 1.0 - options->trim);
    return WRT_OK;
}
