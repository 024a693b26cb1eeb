/* survival_arms.c: two curves, side by side. */
#include "effect/estimators/survival_arms.h"
#include "effect/checks/finite.h"
#include "effect/fit/linalg.h"
#include "effect/fit/quantile.h"

#include <math.h>
#include <string.h>

enum { FEW_AT_RISK = 10 };

static const char *const ARM_NAME[] = {"untreated", "treated"};

wrt_status wrt_survival_check(const wrt_study *study, wrt_err *err) {
    size_t events[2] = {0}, rows[2] = {0};
    if (study->event == NULL)
        return wrt_fail(err, WRT_E_INPUT,
                        "the outcome is no time to event: name the column that tells events (1) "
                        "from censorings (0)");
    if (!study->treatment_is_binary)
        return wrt_fail(err, WRT_E_INPUT,
                        "survival is compared between two arms: the treatment "
                        "must have two levels");
    for (size_t i = 0; i < study->n; i++) {
        rows[study->treatment[i] == 1]++;
        events[study->treatment[i] == 1] += study->event[i] == 1;
    }
    if (rows[0] < 2 || rows[1] < 2 || events[0] == 0 || events[1] == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "each arm needs two rows and one event: %zu rows and %zu events treated, "
                        "%zu and %zu untreated",
                        rows[1], events[1], rows[0], events[0]);
    return WRT_OK;
}

static wrt_survival rows_of_arm(const wrt_study *study, int arm, const double *weights,
                                wrt_arena *arena) {
    double *time = wrt_arena_calloc(arena, study->n, sizeof *time);
    double *event = wrt_arena_calloc(arena, study->n, sizeof *event);
    double *weight = weights != NULL ? wrt_arena_calloc(arena, study->n, sizeof *weight) : NULL;
    size_t n = 0;
    for (size_t i = 0; i < study->n; i++) {
        if ((study->treatment[i] == 1) != (arm == 1))
            continue;
        time[n] = study->outcome[i];
        event[n] = study->event[i];
        if (weight != NULL)
            weight[n] = weights[i];
        n++;
    }
    return (wrt_survival){n, time, event, weight};
}

double *wrt_survival_weights(const wrt_study *study, wrt_estimand estimand,
                             const double *propensity, wrt_arena *arena) {
    double share[2] = {1, 1};
    double *weights = wrt_arena_calloc(arena, study->n, sizeof *weights);
    if (estimand == WRT_ESTIMAND_ATE) {
        share[1] = (double)study->n_treated / (double)study->n;
        share[0] = 1 - share[1];
    }
    for (size_t i = 0; i < study->n; i++) {
        int arm = study->treatment[i] == 1;
        weights[i] = share[arm] * wrt_arms_weight(estimand, arm, propensity[i]);
    }
    return weights;
}

/* ---- curves and horizon */

static double last_time(const wrt_km_curve *curve) {
    return curve->time[curve->n - 1];
}

static wrt_status choose_horizon(wrt_survival_arms *arms, double asked, wrt_err *err) {
    double last[2] = {last_time(&arms->curve[0]), last_time(&arms->curve[1])};
    arms->horizon_is_given = asked > 0;
    arms->horizon = arms->horizon_is_given ? asked : fmin(last[0], last[1]);
    if (arms->horizon <= 0)
        return wrt_fail(err, WRT_E_INPUT, "all times of an arm are 0: nothing to compare");
    for (int arm = 0; arm < 2; arm++) {
        const wrt_km_curve *curve = &arms->curve[arm];
        if (arms->horizon > last[arm] && curve->survival[curve->n - 1] > 0)
            return wrt_fail(err, WRT_E_INPUT,
                            "horizon %g lies beyond the last %s time, %g, where rows are still "
                            "without event; the largest horizon is %g",
                            arms->horizon, ARM_NAME[arm], last[arm], fmin(last[0], last[1]));
    }
    return WRT_OK;
}

wrt_status wrt_survival_arms_fit(wrt_survival_arms *out, const wrt_study *study,
                                 const wrt_estimator_options *options, wrt_arena *arena,
                                 wrt_err *err) {
    wrt_status status = wrt_survival_check(study, err);
    if (status != WRT_OK)
        return status;
    if (isnan(options->horizon) || isinf(options->horizon) || options->horizon < 0)
        return wrt_fail(err, WRT_E_INPUT, "horizon must be a time above 0, not %g",
                        options->horizon);
    *out = (wrt_survival_arms){0};
    if (study->propensity != NULL || study->covariates.columns > 0) {
        wrt_design design = wrt_design_new(study->n, NULL, NULL, &study->covariates, arena);
        status = wrt_propensity_find(&out->propensity, study, &design, options, NULL, arena, err);
        if (status != WRT_OK)
            return status;
        out->weights = wrt_survival_weights(study, options->estimand, out->propensity.e, arena);
    }
    for (int arm = 0; arm < 2; arm++) {
        wrt_survival rows = rows_of_arm(study, arm, out->weights, arena);
        status = wrt_km_fit(&out->curve[arm], &rows, options->level, arena, err);
        if (status != WRT_OK)
            return status;
    }
    return choose_horizon(out, options->horizon, err);
}

/* ---- influence */

/* coefficient / (Y - d), 0 beyond the horizon and where the curve reaches 0. */
static double jump(const wrt_km_curve *curve, const double *coefficient, double horizon, size_t k) {
    double stay = curve->at_risk[k] - curve->events[k];
    return curve->time[k] <= horizon && curve->survival[k] > 0 ? coefficient[k] / stay : 0;
}

void wrt_survival_add_influence(double *influence, const wrt_survival_arms *arms,
                                const wrt_study *study, int arm, const double *coefficient) {
    const wrt_km_curve *curve = &arms->curve[arm];
    double sign = arm == 1 ? 1.0 : -1.0, n = (double)study->n, sum = 0;
    wrt_arena *scratch = wrt_arena_new();
    double *passed = wrt_arena_calloc(scratch, curve->n, sizeof *passed);
    for (size_t k = 0; k < curve->n; k++) {
        sum += jump(curve, coefficient, arms->horizon, k) * curve->events[k] / curve->at_risk[k];
        passed[k] = sum;
    }
    for (size_t i = 0; i < study->n; i++) {
        if ((study->treatment[i] == 1) != (arm == 1))
            continue;
        size_t k = wrt_km_index(curve, study->outcome[i]);
        double own = study->event[i] == 1 ? jump(curve, coefficient, arms->horizon, k) : 0;
        influence[i] -= sign * n * (arms->weights ? arms->weights[i] : 1) * (own - passed[k]);
    }
    wrt_arena_free(scratch);
}

/* What fitting the propensities adds: the influence of a row per unit of its weight, times the
 * slope of the weight in the log odds, is the derivative of the estimate in them. */
static void add_fitting(double *influence, const wrt_survival_arms *arms, const wrt_arms_ctx *ctx,
                        wrt_arena *arena) {
    const wrt_study *study = ctx->study;
    const wrt_propensity *p = &arms->propensity;
    wrt_estimand estimand = ctx->options->estimand;
    if (!p->is_fitted)
        return;
    double *along = wrt_arena_calloc(arena, study->n, sizeof *along);
    double *gradient = wrt_arena_calloc(arena, p->design.k, sizeof *gradient);
    for (size_t i = 0; i < study->n; i++) {
        int arm = study->treatment[i] == 1;
        along[i] = influence[i] / (double)study->n / wrt_arms_weight(estimand, arm, p->e[i]) *
                   wrt_arms_weight_slope(estimand, arm, p->e[i]);
    }
    wrt_linalg_vector_transposed(gradient, p->design.x, study->n, study->n, p->design.k, along);
    wrt_propensity_add_influence(influence, gradient, p, study, arena);
}

/* ---- words */

static wrt_json *arm_json(const wrt_survival_arms *arms, int arm) {
    const wrt_km_curve *curve = &arms->curve[arm];
    wrt_km_quantile median = wrt_km_quantile_of(curve, 0.5);
    size_t k = wrt_km_index(curve, arms->horizon);
    double events = 0;
    for (size_t i = 0; i < curve->n; i++)
        events += curve->events[i];
    wrt_json *one = wrt_json_new_object();
    wrt_json_set_text(one, "arm", ARM_NAME[arm]);
    wrt_json_set_int(one, "rows", (int64_t)curve->rows);
    wrt_effect_set_finite(one, "events", events);
    wrt_effect_set_finite(one, "survival_at_horizon", k < curve->n ? curve->survival[k] : 1);
    wrt_effect_set_finite(one, "low", k < curve->n ? curve->low[k] : NAN);
    wrt_effect_set_finite(one, "high", k < curve->n ? curve->high[k] : NAN);
    wrt_json_set_int(one, "at_risk_at_horizon", (int64_t)wrt_km_rows_at_risk(curve, arms->horizon));
    wrt_effect_set_finite(one, "median", median.time);
    wrt_effect_set_finite(one, "median_low", median.low);
    wrt_effect_set_finite(one, "median_high", median.high);
    return one;
}

static void describe(wrt_estimate *out, const wrt_survival_arms *arms, const wrt_study *study,
                     wrt_arena *arena) {
    wrt_json *all = wrt_estimate_details(out), *list = wrt_json_new_array();
    wrt_effect_set_finite(all, "horizon", arms->horizon);
    wrt_json_set_text(all, "horizon_rule",
                      arms->horizon_is_given ? "given" : "the last time both arms are at risk");
    wrt_json_set_bool(all, "weighted", arms->weights != NULL);
    wrt_json_push(list, arm_json(arms, 1));
    wrt_json_push(list, arm_json(arms, 0));
    wrt_json_set(all, "arms", list);
    if (arms->weights != NULL)
        wrt_propensity_report(out, &arms->propensity, study, arena);
    for (int arm = 0; arm < 2; arm++) {
        const wrt_km_curve *curve = &arms->curve[arm];
        size_t left = wrt_km_rows_at_risk(curve, arms->horizon);
        if (left < FEW_AT_RISK && curve->survival[curve->n - 1] > 0)
            wrt_estimate_warn(out, arena,
                              "only %zu %s rows are at risk at the horizon, %g: a shorter one is "
                              "safer",
                              left, ARM_NAME[arm], arms->horizon);
    }
}

wrt_status wrt_survival_conclude(wrt_estimate *out, const wrt_survival_arms *arms,
                                 const wrt_arms_ctx *ctx, wrt_arena *arena, wrt_err *err) {
    double *influence = wrt_arena_calloc(arena, ctx->study->n, sizeof *influence);
    memcpy(influence, out->influence, ctx->study->n * sizeof *influence);
    add_fitting(influence, arms, ctx, arena);
    out->influence = influence;
    out->estimate = out->mean_treated - out->mean_untreated;
    out->n_used = ctx->study->n;
    out->propensity = arms->propensity.e;
    out->weights = arms->weights;
    if (arms->weights != NULL || ctx->study->cluster != NULL) {
        wrt_status status = wrt_estimate_close(out, NULL, ctx, arena, err);
        if (status != WRT_OK)
            return status;
    } else {
        double half = wrt_normal_quantile(0.5 + 0.5 * ctx->options->level) * out->se;
        out->se_method = "Greenwood";
        out->low = out->estimate - half;
        out->high = out->estimate + half;
    }
    describe(out, arms, ctx->study, arena);
    return WRT_OK;
}
