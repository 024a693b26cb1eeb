/* survival_arms.c: two curves, side by side. */
#include "effect/estimators/survival_arms.h"
#include "effect/checks/finite.h"
#include "effect/fit/tail.h"

#include <math.h>

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

static double weight_of(wrt_estimand estimand, bool is_treated, double p, double share) {
    switch (estimand) {
    case WRT_ESTIMAND_ATT:
        return is_treated ? 1 : p / (1 - p);
    case WRT_ESTIMAND_ATC:
        return is_treated ? (1 - p) / p : 1;
    case WRT_ESTIMAND_ATE:
    default:
        return is_treated ? share / p : (1 - share) / (1 - p);
    }
}

double *wrt_survival_weights(const wrt_study *study, wrt_estimand estimand, wrt_arena *arena) {
    if (study->propensity == NULL)
        return NULL;
    double share = (double)study->n_treated / (double)study->n;
    double *weights = wrt_arena_calloc(arena, study->n, sizeof *weights);
    for (size_t i = 0; i < study->n; i++)
        weights[i] = weight_of(estimand, study->treatment[i] == 1, study->propensity[i], share);
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
    *out = (wrt_survival_arms){.weights = wrt_survival_weights(study, options->estimand, arena)};
    for (int arm = 0; arm < 2; arm++) {
        wrt_survival rows = rows_of_arm(study, arm, out->weights, arena);
        status = wrt_km_fit(&out->curve[arm], &rows, options->level, arena, err);
        if (status != WRT_OK)
            return status;
    }
    return choose_horizon(out, options->horizon, err);
}

/* ---- influence */

void wrt_survival_add_influence(double *influence, const wrt_survival_arms *arms,
                                const wrt_study *study, int arm, const double *coefficient) {
    const wrt_km_curve *curve = &arms->curve[arm];
    double sign = arm == 1 ? 1.0 : -1.0, n = (double)study->n;
    wrt_arena *scratch = wrt_arena_new();
    double *passed = wrt_arena_calloc(scratch, curve->n, sizeof *passed);
    double sum = 0;
    for (size_t k = 0; k < curve->n; k++) {
        double y = curve->at_risk[k];
        if (curve->time[k] <= arms->horizon)
            sum += coefficient[k] * curve->events[k] / (y * y);
        passed[k] = sum;
    }
    for (size_t i = 0; i < study->n; i++) {
        if ((study->treatment[i] == 1) != (arm == 1))
            continue;
        size_t k = wrt_km_index(curve, study->outcome[i]);
        double own = study->event[i] == 1 && curve->time[k] <= arms->horizon
                         ? coefficient[k] / curve->at_risk[k]
                         : 0;
        influence[i] -= sign * n * (arms->weights ? arms->weights[i] : 1) * (own - passed[k]);
    }
    wrt_arena_free(scratch);
}

double wrt_survival_influence_se(const double *influence, const wrt_study *study,
                                 wrt_arena *arena) {
    double sum = 0;
    if (study->cluster == NULL) {
        for (size_t i = 0; i < study->n; i++)
            sum += influence[i] * influence[i];
        return sqrt(sum) / (double)study->n;
    }
    double *of_cluster = wrt_arena_calloc(arena, study->n_clusters, sizeof *of_cluster);
    for (size_t i = 0; i < study->n; i++)
        of_cluster[study->cluster[i]] += influence[i];
    for (size_t g = 0; g < study->n_clusters; g++)
        sum += of_cluster[g] * of_cluster[g];
    return sqrt(sum) / (double)study->n;
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

wrt_json *wrt_survival_arms_json(const wrt_survival_arms *arms) {
    wrt_json *all = wrt_json_new_object(), *list = wrt_json_new_array();
    wrt_effect_set_finite(all, "horizon", arms->horizon);
    wrt_json_set_text(all, "horizon_rule",
                      arms->horizon_is_given ? "given" : "the last time both arms are at risk");
    wrt_json_set_bool(all, "weighted", arms->weights != NULL);
    wrt_json_push(list, arm_json(arms, 1));
    wrt_json_push(list, arm_json(arms, 0));
    wrt_json_set(all, "arms", list);
    return all;
}

static void add_warnings(wrt_estimate *out, const wrt_survival_arms *arms, const wrt_study *study,
                         wrt_arena *arena) {
    const char **warnings = wrt_arena_calloc(arena, 3, sizeof *warnings);
    size_t n = 0;
    if (study->covariates.columns > 0 && arms->weights == NULL)
        warnings[n++] = "covariates are not adjusted for: this estimator adjusts by propensities, "
                        "and none were given";
    if (arms->weights != NULL)
        warnings[n++] = "errors take the propensities as known";
    for (int arm = 0; arm < 2 && n < 3; arm++) {
        size_t left = wrt_km_rows_at_risk(&arms->curve[arm], arms->horizon);
        if (left < 10 && arms->curve[arm].survival[arms->curve[arm].n - 1] > 0)
            warnings[n++] = wrt_arena_printf(
                arena, "only %zu %s rows are at risk at the horizon, %g: a shorter one is safer",
                left, ARM_NAME[arm], arms->horizon);
    }
    out->warnings = warnings;
    out->n_warnings = n;
}

void wrt_survival_conclude(wrt_estimate *out, const wrt_survival_arms *arms, const wrt_study *study,
                           const wrt_estimator_options *options, wrt_arena *arena) {
    bool by_influence = arms->weights != NULL || study->cluster != NULL;
    out->estimate = out->mean_treated - out->mean_untreated;
    out->se_method = study->cluster != NULL ? "influence function, by cluster"
                     : by_influence         ? "influence function"
                                            : "Greenwood";
    if (by_influence)
        out->se = wrt_survival_influence_se(out->influence, study, arena);
    double half = wrt_tail_z_of_level(options->level) * out->se;
    out->low = out->estimate - half;
    out->high = out->estimate + half;
    out->n_used = study->n;
    out->propensity = study->propensity;
    out->weights = arms->weights;
    out->details = wrt_survival_arms_json(arms);
    add_warnings(out, arms, study, arena);
}
