/* rmst.c: areas under survival curves, and their differences between arms. */
#include "effect/estimators/rmst.h"
#include "effect/estimators/arms.h"
#include "effect/estimators/survival_arms.h"

#include <math.h>

void wrt_rmst_areas(double *out, const wrt_km_curve *curve, double horizon) {
    double area = 0, until = horizon;
    for (size_t k = curve->n; k-- > 0;) {
        out[k] = 0;
        if (curve->time[k] >= horizon)
            continue;
        area += curve->survival[k] * (until - curve->time[k]);
        until = curve->time[k];
        out[k] = area;
    }
}

wrt_rmst wrt_rmst_of(const wrt_km_curve *curve, double horizon) {
    wrt_arena *scratch = wrt_arena_new();
    double *areas = wrt_arena_calloc(scratch, curve->n, sizeof *areas);
    wrt_rmst_areas(areas, curve, horizon);
    double first = fmin(curve->time[0], horizon), variance = 0, before = 0;
    for (size_t k = 0; k < curve->n && areas[k] > 0; k++) {
        variance += areas[k] * areas[k] * (curve->greenwood[k] - before);
        before = curve->greenwood[k];
    }
    wrt_rmst r = {first + areas[0], sqrt(variance)};
    wrt_arena_free(scratch);
    return r;
}

static wrt_status begin(wrt_survival_arms *arms, const wrt_estimator *estimator,
                        const wrt_arms_ctx *ctx, wrt_arena *arena, wrt_err *err) {
    wrt_status status = wrt_survival_check(ctx->study, err);
    if (status == WRT_OK)
        status = wrt_arms_check(estimator, ctx->study, ctx->options, 2, err);
    if (status == WRT_OK)
        status = wrt_survival_arms_fit(arms, ctx->study, ctx->options, arena, err);
    return status;
}

static wrt_status run_rmst(wrt_estimate *out, const wrt_study *study,
                           const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    wrt_survival_arms arms;
    wrt_arms_ctx ctx = {study, options, NULL};
    *out = (wrt_estimate){0};
    if (options->trim > 0)
        return wrt_propensity_run_trimmed(out, study, options, run_rmst, arena, err);
    wrt_status status = begin(&arms, &wrt_estimator_rmst, &ctx, arena, err);
    if (status != WRT_OK)
        return status;
    double *influence = wrt_arena_calloc(arena, study->n, sizeof *influence);
    wrt_rmst mean[2];
    for (int arm = 0; arm < 2; arm++) {
        const wrt_km_curve *curve = &arms.curve[arm];
        double *areas = wrt_arena_calloc(arena, curve->n, sizeof *areas);
        mean[arm] = wrt_rmst_of(curve, arms.horizon);
        wrt_rmst_areas(areas, curve, arms.horizon);
        wrt_survival_add_influence(influence, &arms, study, arm, areas);
    }
    *out = (wrt_estimate){.measure = "RMST difference",
                          .mean_treated = mean[1].mean,
                          .mean_untreated = mean[0].mean,
                          .se = hypot(mean[0].se, mean[1].se),
                          .influence = influence};
    return wrt_survival_conclude(out, &arms, &ctx, arena, err);
}

const wrt_estimator wrt_estimator_rmst = {
    .name = "rmst",
    .source = "Royston and Parmar 2013, doi:10.1186/1471-2288-13-152",
    .run = run_rmst,
    .estimands = 1U << WRT_ESTIMAND_ATE | 1U << WRT_ESTIMAND_ATT | 1U << WRT_ESTIMAND_ATC,
    .errors = 1U << WRT_SE_ROBUST,
    .adjusts = true,
    .wants_survival = true,
};

static wrt_status run_km(wrt_estimate *out, const wrt_study *study,
                         const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    wrt_survival_arms arms;
    wrt_arms_ctx ctx = {study, options, NULL};
    *out = (wrt_estimate){0};
    if (options->trim > 0)
        return wrt_propensity_run_trimmed(out, study, options, run_km, arena, err);
    wrt_status status = begin(&arms, &wrt_estimator_km, &ctx, arena, err);
    if (status != WRT_OK)
        return status;
    double *influence = wrt_arena_calloc(arena, study->n, sizeof *influence);
    double survival[2], variance = 0;
    for (int arm = 0; arm < 2; arm++) {
        const wrt_km_curve *curve = &arms.curve[arm];
        size_t last = wrt_km_index(curve, arms.horizon);
        double *same = wrt_arena_calloc(arena, curve->n, sizeof *same);
        survival[arm] = wrt_km_survival_at(curve, arms.horizon);
        for (size_t k = 0; k < curve->n; k++)
            same[k] = survival[arm];
        wrt_survival_add_influence(influence, &arms, study, arm, same);
        if (last < curve->n && survival[arm] > 0)
            variance += survival[arm] * survival[arm] * curve->greenwood[last];
    }
    *out = (wrt_estimate){.measure = "survival difference",
                          .mean_treated = survival[1],
                          .mean_untreated = survival[0],
                          .se = sqrt(variance),
                          .influence = influence};
    return wrt_survival_conclude(out, &arms, &ctx, arena, err);
}

const wrt_estimator wrt_estimator_km = {
    .name = "km",
    .source = "Kaplan and Meier 1958; Cole and Hernan 2004, doi:10.1016/j.cmpb.2003.10.004",
    .run = run_km,
    .estimands = 1U << WRT_ESTIMAND_ATE | 1U << WRT_ESTIMAND_ATT | 1U << WRT_ESTIMAND_ATC,
    .errors = 1U << WRT_SE_ROBUST,
    .adjusts = true,
    .wants_survival = true,
};
