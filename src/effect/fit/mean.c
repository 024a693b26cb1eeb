/* mean.c: one face of ols.c and logit.c. */
#include "effect/fit/mean.h"

#include "effect/fit/linalg.h"
#include "effect/fit/logit.h"
#include "effect/fit/ols.h"

wrt_status wrt_mean_fit(wrt_mean *out, const wrt_design *design, const double *y,
                        const double *weights, const wrt_mean_options *options, wrt_arena *arena,
                        wrt_err *err) {
    const double *penalty = wrt_design_penalty(design, weights, options->ridge, arena);
    *out = (wrt_mean){.is_logistic = options->is_logistic, .k = design->k};
    if (options->is_logistic) {
        wrt_logit fit = {0};
        wrt_status status =
            wrt_logit_fit(&fit, design, y, weights, penalty, NULL, options->what, arena, err);
        out->coefficients = fit.coefficients;
        out->inverse = fit.inverse;
        return status;
    }
    wrt_ols fit = {0};
    wrt_status status = wrt_ols_fit(&fit, design, y, weights, penalty, arena, err);
    if (status != WRT_OK)
        wrt_err_prefix(err, "%s", options->what);
    out->coefficients = fit.coefficients;
    out->inverse = fit.inverse;
    return status;
}

void wrt_mean_predict(double *mean, double *slope, const wrt_mean *model,
                      const wrt_design *design) {
    wrt_linalg_vector(mean, design->x, design->n, design->n, design->k, model->coefficients);
    for (size_t i = 0; i < design->n; i++) {
        if (model->is_logistic)
            mean[i] = wrt_logit_inverse(mean[i]);
        if (slope != NULL)
            slope[i] = model->is_logistic ? mean[i] * (1.0 - mean[i]) : 1.0;
    }
}

void wrt_mean_add_influence(double *out, double scale, const double *gradient,
                            const wrt_mean *model, const wrt_design *design, const double *y,
                            const double *mean, const double *weights, wrt_arena *arena) {
    double *direction = wrt_arena_calloc(arena, model->k, sizeof *direction);
    double *along = wrt_arena_calloc(arena, design->n, sizeof *along);
    wrt_linalg_multiply(direction, model->inverse, model->k, model->k, gradient, 1);
    wrt_linalg_vector(along, design->x, design->n, design->n, design->k, direction);
    for (size_t i = 0; i < design->n; i++)
        out[i] += scale * along[i] * (weights != NULL ? weights[i] : 1.0) * (y[i] - mean[i]);
}
