/* potential.c: two fits and four columns of predictions. */
#include "effect/estimators/potential.h"

#include "effect/estimators/arms.h"

static const char *const what[] = {"the outcome of the untreated", "the outcome of the treated"};

static wrt_status fit_arm(wrt_potential *out, int arm, const wrt_study *study,
                          const wrt_design *design, const wrt_estimator_options *options,
                          const double *counts, wrt_arena *arena, wrt_err *err) {
    double *weights = wrt_arena_calloc(arena, study->n, sizeof *weights);
    for (size_t i = 0; i < study->n; i++)
        if ((study->treatment[i] == 1.0) == (arm == 1))
            weights[i] = wrt_arms_count(counts, i);
    wrt_mean_options kind = {
        .is_logistic = study->outcome_is_binary, .ridge = options->ridge, .what = what[arm]};
    wrt_status status =
        wrt_mean_fit(&out->model[arm], design, study->outcome, weights, &kind, arena, err);
    if (status != WRT_OK)
        return status;
    out->weights[arm] = weights;
    out->mean[arm] = wrt_arena_calloc(arena, study->n, sizeof(double));
    out->slope[arm] = wrt_arena_calloc(arena, study->n, sizeof(double));
    wrt_mean_predict(out->mean[arm], out->slope[arm], &out->model[arm], design);
    return WRT_OK;
}

wrt_status wrt_potential_fit(wrt_potential *out, const wrt_study *study, const wrt_design *design,
                             const wrt_estimator_options *options, const double *counts,
                             wrt_arena *arena, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (int arm = 0; arm < 2 && status == WRT_OK; arm++)
        status = fit_arm(out, arm, study, design, options, counts, arena, err);
    return status;
}

void wrt_potential_add_influence(double *influence, double scale, const double *gradient,
                                 const wrt_potential *potential, int arm, const wrt_study *study,
                                 const wrt_design *design, wrt_arena *arena) {
    wrt_mean_add_influence(influence, scale * (double)study->n, gradient, &potential->model[arm],
                           design, study->outcome, potential->mean[arm], potential->weights[arm],
                           arena);
}
