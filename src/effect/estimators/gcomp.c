/* gcomp.c: standardisation over the rows of the population. */
#include "effect/estimators/gcomp.h"

#include "effect/estimators/arms.h"
#include "effect/estimators/potential.h"
#include "effect/fit/linalg.h"

/* Mean of the predictions under an arm over the population. */
static double mean_of(const wrt_potential *p, int arm, const wrt_study *study,
                      wrt_estimand estimand, const double *counts) {
    double sum = 0.0, total = 0.0;
    for (size_t i = 0; i < study->n; i++) {
        double g = wrt_arms_count(counts, i) * wrt_arms_population(estimand, study->treatment[i]);
        sum += g * p->mean[arm][i];
        total += g;
    }
    return sum / total;
}

/* ctx: more is the design. */
static wrt_status draw(double *out, const double *counts, const void *ctx, wrt_arena *scratch,
                       wrt_err *err) {
    const wrt_arms_ctx *c = ctx;
    wrt_potential p = {0};
    wrt_status status = wrt_potential_fit(&p, c->study, c->more, c->options, counts, scratch, err);
    if (status == WRT_OK)
        *out = mean_of(&p, 1, c->study, c->options->estimand, counts) -
               mean_of(&p, 0, c->study, c->options->estimand, counts);
    return status;
}

/* psi of the mean under an arm: its own row, and the row's part in the arm's model. */
static void add_influence(double *psi, double sign, double mean, const wrt_potential *p, int arm,
                          const wrt_arms_ctx *c, wrt_arena *arena) {
    const wrt_study *study = c->study;
    const wrt_design *design = c->more;
    double share = 0.0, *along = wrt_arena_calloc(arena, study->n, sizeof *along);
    double *gradient = wrt_arena_calloc(arena, design->k, sizeof *gradient);
    for (size_t i = 0; i < study->n; i++)
        share += wrt_arms_population(c->options->estimand, study->treatment[i]) / (double)study->n;
    for (size_t i = 0; i < study->n; i++) {
        double g = wrt_arms_population(c->options->estimand, study->treatment[i]) / share;
        psi[i] += sign * g * (p->mean[arm][i] - mean);
        along[i] = g * p->slope[arm][i] / (double)study->n;
    }
    wrt_linalg_vector_transposed(gradient, design->x, study->n, study->n, design->k, along);
    wrt_potential_add_influence(psi, sign, gradient, p, arm, study, design, arena);
}

static void describe(wrt_estimate *out, const wrt_potential *p, const wrt_study *study,
                     wrt_arena *arena) {
    double *effects = wrt_arena_calloc(arena, study->n, sizeof *effects);
    for (size_t i = 0; i < study->n; i++)
        effects[i] = p->mean[1][i] - p->mean[0][i];
    out->unit_effects = effects;
    out->n_used = study->n;
    out->measure = study->outcome_is_binary ? "risk difference" : "difference in means";
}

static wrt_status run(wrt_estimate *out, const wrt_estimator *self, const wrt_study *study,
                      const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    wrt_design design = wrt_design_new(study->n, NULL, NULL, &study->covariates, arena);
    wrt_arms_ctx ctx = {study, options, &design};
    wrt_potential p = {0};
    *out = (wrt_estimate){0};
    wrt_status status = wrt_arms_check(self, study, options, 2, err);
    if (status == WRT_OK)
        status = wrt_potential_fit(&p, study, &design, options, NULL, arena, err);
    if (status != WRT_OK)
        return status;
    double *psi = wrt_arena_calloc(arena, study->n, sizeof *psi);
    out->mean_treated = mean_of(&p, 1, study, options->estimand, NULL);
    out->mean_untreated = mean_of(&p, 0, study, options->estimand, NULL);
    out->estimate = out->mean_treated - out->mean_untreated;
    add_influence(psi, 1.0, out->mean_treated, &p, 1, &ctx, arena);
    add_influence(psi, -1.0, out->mean_untreated, &p, 0, &ctx, arena);
    out->influence = psi;
    describe(out, &p, study, arena);
    return wrt_estimate_close(out, draw, &ctx, arena, err);
}

static wrt_status run_gcomp(wrt_estimate *out, const wrt_study *study,
                            const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    return run(out, &wrt_estimator_gcomp, study, options, arena, err);
}

/* Mean effect of the rows of the population, by level of the modifier. */
static wrt_json *levels_of(const wrt_estimate *e, const wrt_study *study, wrt_estimand estimand) {
    wrt_json *all = wrt_json_new_object();
    for (size_t level = 0; level < study->n_modifier_levels; level++) {
        double sum = 0.0, total = 0.0;
        for (size_t i = 0; i < study->n; i++)
            if (study->modifier[i] == level) {
                double g = wrt_arms_population(estimand, study->treatment[i]);
                sum += g * e->unit_effects[i];
                total += g;
            }
        wrt_json_set(all, study->modifier_levels[level],
                     total > 0.0 ? wrt_json_new_number(sum / total) : wrt_json_new_null());
    }
    return all;
}

static wrt_status run_tlearner(wrt_estimate *out, const wrt_study *study,
                               const wrt_estimator_options *options, wrt_arena *arena,
                               wrt_err *err) {
    wrt_status status = run(out, &wrt_estimator_tlearner, study, options, arena, err);
    if (status != WRT_OK)
        return status;
    double low = INFINITY, high = -INFINITY, mean = 0.0, squares = 0.0;
    for (size_t i = 0; i < study->n; i++) {
        low = fmin(low, out->unit_effects[i]);
        high = fmax(high, out->unit_effects[i]);
        mean += out->unit_effects[i] / (double)study->n;
    }
    for (size_t i = 0; i < study->n; i++)
        squares += pow(out->unit_effects[i] - mean, 2.0);
    wrt_json *spread = wrt_json_new_object();
    wrt_json_set_number(spread, "min", low);
    wrt_json_set_number(spread, "max", high);
    wrt_json_set_number(spread, "sd", sqrt(squares / (double)study->n));
    wrt_json_set(wrt_estimate_details(out), "effects_of_rows", spread);
    if (study->modifier != NULL)
        wrt_json_set(wrt_estimate_details(out), "effects_by_level",
                     levels_of(out, study, options->estimand));
    return WRT_OK;
}

const wrt_estimator wrt_estimator_gcomp = {
    .name = "gcomp",
    .source = "Robins 1986, doi:10.1016/0270-0255(86)90088-6",
    .run = run_gcomp,
    .estimands = 1U << WRT_ESTIMAND_ATE | 1U << WRT_ESTIMAND_ATT | 1U << WRT_ESTIMAND_ATC,
    .errors = 1U << WRT_SE_ROBUST | 1U << WRT_SE_BOOTSTRAP,
    .adjusts = true,
};

const wrt_estimator wrt_estimator_tlearner = {
    .name = "tlearner",
    .source = "Kuenzel, Sekhon, Bickel, Yu 2019, doi:10.1073/pnas.1804597116",
    .run = run_tlearner,
    .estimands = 1U << WRT_ESTIMAND_ATE | 1U << WRT_ESTIMAND_ATT | 1U << WRT_ESTIMAND_ATC,
    .errors = 1U << WRT_SE_ROBUST | 1U << WRT_SE_BOOTSTRAP,
    .adjusts = true,
};
