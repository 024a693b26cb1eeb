/* aipw.c: one-step scores from fitted or cross-fitted nuisances. */
#include "effect/estimators/aipw.h"

#include "effect/estimators/arms.h"
#include "effect/estimators/crossfit.h"
#include "effect/estimators/potential.h"
#include "effect/estimators/propensity.h"
#include "effect/fit/linalg.h"

typedef struct {
    wrt_design design;
    wrt_crossfit *crossfit; /* NULL: none */
} plan;

typedef struct {
    const double *e, *mean[2];
    double *score[2];       /* n */
    double average[2];      /* E[Y(0)], E[Y(1)] */
    wrt_propensity p;       /* without cross-fitting */
    wrt_potential outcomes; /* without cross-fitting */
} parts;

void wrt_aipw_scores(double *out[2], const wrt_study *study, wrt_estimand estimand, const double *e,
                     const double *const mean[2]) {
    for (size_t i = 0; i < study->n; i++) {
        int own = study->treatment[i] == 1.0;
        double g = wrt_arms_population(estimand, study->treatment[i]);
        for (int arm = 0; arm < 2; arm++)
            out[arm][i] = g * mean[arm][i];
        out[own][i] += wrt_arms_weight(estimand, own, e[i]) * (study->outcome[i] - mean[own][i]);
    }
}

static wrt_status find_nuisances(parts *out, const wrt_arms_ctx *c, const double *counts,
                                 wrt_arena *arena, wrt_err *err) {
    const plan *p = c->more;
    if (p->crossfit != NULL) {
        wrt_crossfit_nuisances all = {0};
        wrt_status status = wrt_crossfit_find(&all, p->crossfit, counts, arena, err);
        out->e = all.e;
        out->mean[0] = all.mean[0];
        out->mean[1] = all.mean[1];
        return status;
    }
    wrt_status status =
        wrt_propensity_find(&out->p, c->study, &p->design, c->options, counts, arena, err);
    if (status == WRT_OK)
        status =
            wrt_potential_fit(&out->outcomes, c->study, &p->design, c->options, counts, arena, err);
    out->e = out->p.e;
    out->mean[0] = out->outcomes.mean[0];
    out->mean[1] = out->outcomes.mean[1];
    return status;
}

static wrt_status find(parts *out, const wrt_arms_ctx *c, const double *counts, wrt_arena *arena,
                       wrt_err *err) {
    const wrt_study *study = c->study;
    *out = (parts){0};
    wrt_status status = find_nuisances(out, c, counts, arena, err);
    if (status != WRT_OK)
        return status;
    double total = 0.0;
    for (int arm = 0; arm < 2; arm++)
        out->score[arm] = wrt_arena_calloc(arena, study->n, sizeof(double));
    wrt_aipw_scores(out->score, study, c->options->estimand, out->e, out->mean);
    for (size_t i = 0; i < study->n; i++) {
        double count = wrt_arms_count(counts, i);
        total += count * wrt_arms_population(c->options->estimand, study->treatment[i]);
        out->average[0] += count * out->score[0][i];
        out->average[1] += count * out->score[1][i];
    }
    out->average[0] /= total;
    out->average[1] /= total;
    return WRT_OK;
}

static wrt_status draw(double *out, const double *counts, const void *ctx, wrt_arena *scratch,
                       wrt_err *err) {
    parts p;
    wrt_status status = find(&p, ctx, counts, scratch, err);
    if (status == WRT_OK)
        *out = p.average[1] - p.average[0];
    return status;
}

/* Parts of the rows in the nuisances: derivatives of the difference of the averages in the log odds
 * of the propensity and in the linear predictor of each outcome model. */
static void add_nuisances(double *psi, double share, const parts *p, const wrt_arms_ctx *c,
                          wrt_arena *arena) {
    const wrt_study *study = c->study;
    const wrt_design *design = &((const plan *)c->more)->design;
    size_t n = study->n, k = design->k;
    double *along = wrt_arena_calloc(arena, 3 * n, sizeof *along);
    double *gradient = wrt_arena_calloc(arena, 3 * k, sizeof *gradient);
    for (size_t i = 0; i < n; i++) {
        int own = study->treatment[i] == 1.0;
        double g = wrt_arms_population(c->options->estimand, study->treatment[i]);
        double w = wrt_arms_weight(c->options->estimand, own, p->e[i]);
        double slope = wrt_arms_weight_slope(c->options->estimand, own, p->e[i]);
        for (int arm = 0; arm < 2; arm++)
            along[i + (size_t)arm * n] =
                (g - (arm == own ? w : 0.0)) * p->outcomes.slope[arm][i] / (share * (double)n);
        along[i + 2 * n] = (own == 1 ? 1.0 : -1.0) * slope * (study->outcome[i] - p->mean[own][i]) /
                           (share * (double)n);
    }
    wrt_linalg_multiply_transposed(gradient, design->x, n, k, along, 3);
    wrt_potential_add_influence(psi, -1.0, gradient, &p->outcomes, 0, study, design, arena);
    wrt_potential_add_influence(psi, 1.0, gradient + k, &p->outcomes, 1, study, design, arena);
    wrt_propensity_add_influence(psi, gradient + 2 * k, &p->p, study, arena);
}

static const double *influence_of(const parts *p, const wrt_arms_ctx *c, wrt_arena *arena) {
    const wrt_study *study = c->study;
    double share = 0.0, *psi = wrt_arena_calloc(arena, study->n, sizeof *psi);
    double difference = p->average[1] - p->average[0];
    for (size_t i = 0; i < study->n; i++)
        share += wrt_arms_population(c->options->estimand, study->treatment[i]);
    share /= (double)study->n;
    for (size_t i = 0; i < study->n; i++)
        psi[i] = (p->score[1][i] - p->score[0][i] -
                  difference * wrt_arms_population(c->options->estimand, study->treatment[i])) /
                 share;
    if (((const plan *)c->more)->crossfit == NULL && c->options->ridge <= 0.0)
        add_nuisances(psi, share, p, c, arena);
    return psi;
}

static void describe(wrt_estimate *out, const parts *p, const wrt_arms_ctx *c, wrt_arena *arena) {
    const wrt_study *study = c->study;
    double *effects = wrt_arena_calloc(arena, study->n, sizeof *effects);
    double *weights = wrt_arena_calloc(arena, study->n, sizeof *weights), total[2] = {0.0, 0.0};
    for (size_t i = 0; i < study->n; i++) {
        int arm = study->treatment[i] == 1.0;
        effects[i] = p->mean[1][i] - p->mean[0][i];
        weights[i] = wrt_arms_weight(c->options->estimand, arm, p->e[i]);
        total[arm] += weights[i];
    }
    for (size_t i = 0; i < study->n; i++)
        weights[i] /= total[study->treatment[i] == 1.0];
    out->unit_effects = effects;
    out->weights = weights;
    out->propensity = p->e;
    out->n_used = study->n;
    out->measure = study->outcome_is_binary ? "risk difference" : "difference in means";
    wrt_json *details = wrt_estimate_details(out), *ess = wrt_json_new_object();
    bool is_crossed = ((const plan *)c->more)->crossfit != NULL;
    wrt_json_set_int(details, "folds", is_crossed ? (int64_t)c->options->folds : 0);
    wrt_json_set_number(ess, "treated", wrt_arms_effective_size(weights, study, 1));
    wrt_json_set_number(ess, "untreated", wrt_arms_effective_size(weights, study, 0));
    wrt_json_set(details, "ess", ess);
    wrt_propensity shown = {.e = p->e, .is_fitted = study->propensity == NULL};
    wrt_propensity_report(out, &shown, study, arena);
}

static wrt_status run(wrt_estimate *out, const wrt_study *study,
                      const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    *out = (wrt_estimate){0};
    wrt_status status = wrt_arms_check(&wrt_estimator_aipw, study, options, 2, err);
    if (status != WRT_OK)
        return status;
    if (options->trim > 0.0)
        return wrt_propensity_run_trimmed(out, study, options, run, arena, err);
    plan how = {.design = wrt_design_new(study->n, NULL, NULL, &study->covariates, arena)};
    wrt_arms_ctx ctx = {study, options, &how};
    parts p;
    if (options->folds > 1)
        status = wrt_crossfit_new(&how.crossfit, study, &how.design, options, arena, err);
    if (status == WRT_OK)
        status = find(&p, &ctx, NULL, arena, err);
    if (status != WRT_OK)
        return status;
    out->mean_treated = p.average[1];
    out->mean_untreated = p.average[0];
    out->estimate = p.average[1] - p.average[0];
    out->influence = influence_of(&p, &ctx, arena);
    if ((status = wrt_estimate_close(out, draw, &ctx, arena, err)) != WRT_OK)
        return status;
    describe(out, &p, &ctx, arena);
    return WRT_OK;
}

const wrt_estimator wrt_estimator_aipw = {
    .name = "aipw",
    .source = "Robins, Rotnitzky, Zhao 1994, doi:10.1080/01621459.1994.10476818; Chernozhukov et "
              "al. 2018, doi:10.1111/ectj.12097",
    .run = run,
    .estimands = 1U << WRT_ESTIMAND_ATE | 1U << WRT_ESTIMAND_ATT | 1U << WRT_ESTIMAND_ATC,
    .errors = 1U << WRT_SE_ROBUST | 1U << WRT_SE_BOOTSTRAP,
    .adjusts = true,
};
