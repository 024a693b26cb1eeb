/* ipw.c: weighted means of the arms. */
#include "effect/estimators/ipw.h"

#include "effect/estimators/arms.h"
#include "effect/estimators/propensity.h"
#include "effect/fit/linalg.h"

typedef struct {
    double mean[2];  /* of the arms */
    double total[2]; /* what the weighted sums were divided by */
} arms;

static void weigh(arms *out, const double *e, const wrt_study *study,
                  const wrt_estimator_options *options, const double *counts) {
    double sum[2] = {0.0, 0.0}, rows = 0.0;
    *out = (arms){0};
    for (size_t i = 0; i < study->n; i++) {
        int arm = study->treatment[i] == 1.0;
        double count = wrt_arms_count(counts, i);
        double w = count * wrt_arms_weight(options->estimand, arm, e[i]);
        sum[arm] += w * study->outcome[i];
        out->total[arm] += w;
        rows += count * wrt_arms_population(options->estimand, study->treatment[i]);
    }
    for (int arm = 0; arm < 2; arm++) {
        if (!options->is_normalised)
            out->total[arm] = rows;
        out->mean[arm] = sum[arm] / out->total[arm];
    }
}

static wrt_status draw(double *out, const double *counts, const void *ctx, wrt_arena *scratch,
                       wrt_err *err) {
    const wrt_arms_ctx *c = ctx;
    wrt_propensity p = {0};
    arms a = {0};
    wrt_status status =
        wrt_propensity_find(&p, c->study, c->more, c->options, counts, scratch, err);
    if (status != WRT_OK)
        return status;
    weigh(&a, p.e, c->study, c->options, counts);
    *out = a.mean[1] - a.mean[0];
    return WRT_OK;
}

/* psi = w (y - mean) n / total in the row's arm (Hajek), (w y - g mean) n / total (Horvitz and
 * Thompson), plus the part of the row in the propensity; along holds d w / d eta times what it
 * multiplies. */
static double *influence_of(const arms *a, const wrt_propensity *p, const wrt_arms_ctx *c,
                            wrt_arena *arena) {
    const wrt_study *study = c->study;
    double n = (double)study->n, *psi = wrt_arena_calloc(arena, study->n, sizeof *psi);
    double *along = wrt_arena_calloc(arena, study->n, sizeof *along);
    double *gradient = wrt_arena_calloc(arena, p->design.k, sizeof *gradient);
    wrt_estimand estimand = c->options->estimand;
    bool is_normalised = c->options->is_normalised;
    for (size_t i = 0; i < study->n; i++) {
        int arm = study->treatment[i] == 1.0;
        double sign = arm == 1 ? 1.0 : -1.0, share = n / a->total[arm];
        double y = study->outcome[i] - (is_normalised ? a->mean[arm] : 0.0);
        double g = wrt_arms_population(estimand, study->treatment[i]);
        psi[i] = sign * share * wrt_arms_weight(estimand, arm, p->e[i]) * y;
        if (!is_normalised)
            psi[i] -= share * g * (a->mean[1] - a->mean[0]);
        along[i] = sign * share * wrt_arms_weight_slope(estimand, arm, p->e[i]) * y / n;
    }
    wrt_linalg_vector_transposed(gradient, p->design.x, study->n, study->n, p->design.k, along);
    wrt_propensity_add_influence(psi, gradient, p, study, arena);
    return psi;
}

static void describe(wrt_estimate *out, const arms *a, const wrt_propensity *p,
                     const wrt_arms_ctx *c, wrt_arena *arena) {
    const wrt_study *study = c->study;
    double *weights = wrt_arena_calloc(arena, study->n, sizeof *weights);
    for (size_t i = 0; i < study->n; i++) {
        int arm = study->treatment[i] == 1.0;
        weights[i] = wrt_arms_weight(c->options->estimand, arm, p->e[i]) / a->total[arm];
    }
    out->weights = weights;
    out->propensity = p->e;
    out->n_used = study->n;
    out->measure = study->outcome_is_binary ? "risk difference" : "difference in means";
    wrt_json *details = wrt_estimate_details(out), *ess = wrt_json_new_object();
    wrt_json_set_text(details, "weighting",
                      c->options->is_normalised ? "Hajek" : "Horvitz-Thompson");
    wrt_json_set_number(ess, "treated", wrt_arms_effective_size(weights, study, 1));
    wrt_json_set_number(ess, "untreated", wrt_arms_effective_size(weights, study, 0));
    wrt_json_set(details, "ess", ess);
    wrt_propensity_report(out, p, study, arena);
}

static wrt_status run(wrt_estimate *out, const wrt_study *study,
                      const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    *out = (wrt_estimate){0};
    wrt_status status = wrt_arms_check(&wrt_estimator_ipw, study, options, 2, err);
    if (status != WRT_OK)
        return status;
    if (options->trim > 0.0)
        return wrt_propensity_run_trimmed(out, study, options, run, arena, err);
    wrt_design design = wrt_design_new(study->n, NULL, NULL, &study->covariates, arena);
    wrt_arms_ctx ctx = {study, options, &design};
    wrt_propensity p = {0};
    arms a = {0};
    if ((status = wrt_propensity_find(&p, study, &design, options, NULL, arena, err)) != WRT_OK)
        return status;
    weigh(&a, p.e, study, options, NULL);
    out->mean_treated = a.mean[1];
    out->mean_untreated = a.mean[0];
    out->estimate = a.mean[1] - a.mean[0];
    out->influence = influence_of(&a, &p, &ctx, arena);
    if ((status = wrt_estimate_close(out, draw, &ctx, arena, err)) != WRT_OK)
        return status;
    describe(out, &a, &p, &ctx, arena);
    return WRT_OK;
}

const wrt_estimator wrt_estimator_ipw = {
    .name = "ipw",
    .source = "Hajek 1971; Lunceford and Davidian 2004, doi:10.1002/sim.1903",
    .run = run,
    .estimands = 1U << WRT_ESTIMAND_ATE | 1U << WRT_ESTIMAND_ATT | 1U << WRT_ESTIMAND_ATC,
    .errors = 1U << WRT_SE_ROBUST | 1U << WRT_SE_BOOTSTRAP,
    .adjusts = true,
};
