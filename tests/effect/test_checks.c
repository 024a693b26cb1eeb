/* test_checks.c: sensitivity, balance, overlap, negative controls and profiles against papers and
 * hand calculations. */
#include "effect/checks/balance.h"
#include "effect/checks/evalue.h"
#include "effect/checks/extrapolation.h"
#include "effect/checks/negative_control.h"
#include "effect/checks/overlap.h"
#include "effect/checks/robustness.h"
#include "effect/checks/tipping.h"
#include "effect/estimators/ols.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_near(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance))
        fail_msg("got %.12g, want %.12g", got, want);
}

/* ---- E-values: the two examples of VanderWeele and Ding 2017, and its conversions by hand */

static void evalue_matches_the_papers_examples(void **state) {
    (void)state;
    wrt_evalue v;
    assert_int_equal(wrt_evalue_of_ratio(&v, WRT_RATIO_RISK, 3.9, 1.8, 8.7, NULL), WRT_OK);
    assert_near(v.point, 7.26, 0.005);
    assert_near(v.limit, 3.0, 1e-12);
    assert_int_equal(wrt_evalue_of_ratio(&v, WRT_RATIO_RISK, 0.80, 0.71, 0.91, NULL), WRT_OK);
    assert_near(v.point, 1.81, 0.005);
    assert_near(v.limit, 1.43, 0.005);
    assert_int_equal(wrt_evalue_of_ratio(&v, WRT_RATIO_RISK, 1.2, 0.9, 1.6, NULL), WRT_OK);
    assert_near(v.limit, 1, 0);
    assert_int_equal(wrt_evalue_of_ratio(&v, WRT_RATIO_RISK, 1, 1, 1, NULL), WRT_OK);
    assert_near(v.point, 1, 0);
    wrt_json *json = wrt_evalue_json(&v);
    assert_near(wrt_json_get_number(json, "e_value", 0), 1, 0);
    wrt_json_free(json);
}

static void evalue_converts_other_measures(void **state) {
    (void)state;
    wrt_evalue v;
    assert_int_equal(wrt_evalue_of_ratio(&v, WRT_RATIO_ODDS_COMMON, 4, 2.25, 9, NULL), WRT_OK);
    assert_near(v.risk_ratio, 2, 1e-15);
    assert_near(v.risk_low, 1.5, 1e-15);
    assert_near(v.point, 2 + sqrt(2), 1e-12);
    assert_int_equal(wrt_evalue_of_ratio(&v, WRT_RATIO_HAZARD_COMMON, 2, NAN, NAN, NULL), WRT_OK);
    assert_near(v.risk_ratio, 1.6126, 2e-4);
    assert_true(isnan(v.limit));
    assert_int_equal(wrt_evalue_of_difference(&v, 1, 0.2, 2, NULL), WRT_OK);
    assert_near(v.risk_ratio, exp(0.455), 1e-12);
    assert_near(v.risk_low, exp(0.455 - 0.178), 1e-12);
    assert_int_equal(wrt_evalue_of_risk_difference(&v, 0.1, 0.05, 0.95, 0.2, NULL), WRT_OK);
    assert_near(v.risk_ratio, 1.5, 1e-12);
    assert_near(v.risk_low, 1.25, 1e-12);
    assert_near(v.risk_high, 5, 1e-12); /* risks end at 1 */
    assert_int_equal(wrt_evalue_of_ratio(&v, WRT_RATIO_RISK, -1, NAN, NAN, NULL), WRT_E_INPUT);
    assert_int_equal(wrt_evalue_of_ratio(&v, WRT_RATIO_RISK, 2, 2.5, 3, NULL), WRT_E_INPUT);
    assert_int_equal(wrt_evalue_of_difference(&v, 1, 0.1, 0, NULL), WRT_E_INPUT);
    assert_int_equal(wrt_evalue_of_risk_difference(&v, 0.9, NAN, NAN, 0.2, NULL), WRT_E_INPUT);
}

/* ---- tipping points: what is computed does what it says when put back in */

static void tipping_point_takes_the_estimate_to_nothing(void **state) {
    (void)state;
    double gamma = wrt_tipping_ratio(1.5, 0.6, 0.2);
    assert_near(gamma, (0.4 - 1.5 * 0.8) / (1.5 * 0.2 - 0.6), 1e-12); /* 8/3 */
    assert_near(wrt_tipping_corrected_ratio(1.5, gamma, 0.6, 0.2), 1, 1e-12);
    assert_near(wrt_tipping_prevalence(1.5, gamma, 0.2), 0.6, 1e-12);
    assert_true(isnan(wrt_tipping_ratio(4, 0.6, 0.2))); /* at most p1 / p0 = 3 */
    assert_near(wrt_tipping_shift(2, 0.6, 0.2), 5, 1e-12);
    assert_near(wrt_tipping_corrected_difference(2, 5, 0.6, 0.2), 0, 1e-12);
    assert_true(isnan(wrt_tipping_shift(2, 0.3, 0.3)));
    /* A protective estimate tips by a harmful confounder that is rarer among the treated. */
    gamma = wrt_tipping_ratio(0.5, 0.1, 0.7);
    assert_true(gamma > 1);
    assert_near(wrt_tipping_corrected_ratio(0.5, gamma, 0.1, 0.7), 1, 1e-12);
}

static void tipping_table_covers_the_limit(void **state) {
    (void)state;
    wrt_json *table = NULL;
    wrt_tipping_question q = {false, 2, 0.8, 3.2};
    assert_int_equal(wrt_tipping_table(&table, &q, NULL), WRT_OK);
    const wrt_json *rows = wrt_json_get(table, "rows"), *first = wrt_json_first(rows);
    assert_int_equal(wrt_json_count(rows), 20);
    assert_near(wrt_json_get_number(first, "tips_estimate", 0), 2 / (0.1 - 0.3), 1e-12);
    assert_near(wrt_json_get_number(first, "tips_limit", 0), 0.8 / (0.1 - 0.3), 1e-12);
    wrt_json_free(table);
    q.low = -0.1;
    assert_int_equal(wrt_tipping_table(&table, &q, NULL), WRT_OK);
    first = wrt_json_first(wrt_json_get(table, "rows"));
    assert_true(wrt_json_is(wrt_json_get(first, "tips_limit"), WRT_JSON_NULL));
    wrt_json_free(table);
    q = (wrt_tipping_question){true, -2, NAN, NAN};
    assert_int_equal(wrt_tipping_table(&table, &q, NULL), WRT_E_INPUT);
}

/* ---- robustness values: the Darfur example of Cinelli and Hazlett 2020 (estimate 0.097, error
 * 0.023, 783 degrees of freedom): partial R2 2.2 %, RV 13.9 %, RV at 5 % 7.6 % */

static void robustness_matches_the_papers_example(void **state) {
    (void)state;
    wrt_robustness r;
    wrt_robustness_question q = {0.0973158, 0.0232567, 783, 1, 0.05};
    assert_int_equal(wrt_robustness_of(&r, &q, NULL), WRT_OK);
    assert_near(r.partial_r2, 0.022, 5e-4);
    assert_near(r.value, 0.139, 5e-4);
    assert_near(r.value_alpha, 0.076, 5e-4);
    /* A confounder of strength RV on both sides biases by exactly the estimate. */
    assert_near(wrt_robustness_bias(q.se, q.df, r.value, r.value), q.estimate, 1e-9);
    q.estimate = 0.02; /* not significant to begin with */
    assert_int_equal(wrt_robustness_of(&r, &q, NULL), WRT_OK);
    assert_near(r.value_alpha, 0, 0);
    q.se = 0;
    assert_int_equal(wrt_robustness_of(&r, &q, NULL), WRT_E_INPUT);
}

/* ---- balance and overlap */

static wrt_study arms_study(size_t n, double *treatment, double *x) {
    static const char *names[] = {"age"};
    static size_t source[] = {0};
    wrt_study s = {.n = n, .treatment = treatment, .treatment_is_binary = true};
    s.covariates = (wrt_block){x, 1, names, source};
    for (size_t i = 0; i < n; i++)
        s.n_treated += treatment[i] == 1;
    return s;
}

/* Treated 1, 2, 3: mean 2, variance 1. Untreated 2, 4, 6: mean 4, variance 4; with weights 2, 1, 0:
 * mean 8/3, variance (8/3) / (3 - 5/3) = 2. */
static void balance_matches_a_hand_calculation(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    double t[] = {1, 0, 1, 0, 1, 0}, x[] = {1, 2, 2, 4, 3, 6}, w[] = {1, 2, 1, 1, 1, 0};
    wrt_study s = arms_study(6, t, x);
    wrt_balance b;
    assert_int_equal(wrt_balance_of(&b, &s, w, arena, NULL), WRT_OK);
    assert_near(b.rows[0].smd_before, -2 / sqrt(2.5), 1e-12);
    assert_near(b.rows[0].smd_after, (2 - 8.0 / 3) / sqrt(2.5), 1e-12);
    assert_near(b.rows[0].ratio_before, 0.25, 1e-12);
    assert_near(b.rows[0].ratio_after, 0.5, 1e-12);
    assert_near(b.worst_after, 2.0 / 3 / sqrt(2.5), 1e-12);
    assert_int_equal(b.above_after, 1);
    wrt_json *json = wrt_balance_json(&b);
    assert_int_equal(wrt_json_get_int(json, "above_before", 0), 1);
    wrt_json_free(json);
    assert_int_equal(wrt_balance_of(&b, &s, NULL, arena, NULL), WRT_OK);
    assert_true(isnan(b.rows[0].smd_after) && !b.is_weighted);
    double apart[] = {1, 0, 1, 0, 1, 0}, none[] = {0, 1, 0, 1, 0, 1};
    s = arms_study(6, t, apart);
    assert_int_equal(wrt_balance_of(&b, &s, NULL, arena, NULL), WRT_OK);
    assert_true(isinf(b.worst_before) && b.rows[0].is_indicator);
    assert_int_equal(wrt_balance_of(&b, &s, none, arena, NULL), WRT_E_INPUT);
    wrt_arena_free(arena);
}

static void overlap_counts_what_lies_outside(void **state) {
    (void)state;
    double t[] = {1, 1, 1, 1, 0, 0, 0, 0}, p[] = {0.5, 0.6, 0.7, 0.96, 0.04, 0.4, 0.5, 0.6};
    double w[] = {1, 1, 0, 2, 1, 1, 1, 1};
    wrt_study s = arms_study(8, t, p);
    wrt_overlap o;
    assert_int_equal(wrt_overlap_of(&o, &s, p, w, NULL), WRT_OK);
    assert_near(o.support_low, 0.5, 0);
    assert_near(o.support_high, 0.6, 0);
    assert_int_equal(o.outside_support, 4);
    assert_int_equal(o.outside_five, 2);
    assert_int_equal(o.trimmed, 1);
    assert_near(o.arm[1].ess, 16.0 / 6, 1e-12);
    assert_near(o.arm[1].most_weight, 0.5, 1e-12);
    assert_near(o.arm[0].median, 0.45, 1e-12);
    assert_int_equal(o.arm[1].bins[10], 1);
    assert_int_equal(o.arm[1].bins[19], 1);
    assert_int_equal(o.verdict, WRT_OVERLAP_POOR);
    p[0] = 1.5;
    assert_int_equal(wrt_overlap_of(&o, &s, p, NULL, NULL), WRT_E_INPUT);
}

static void overlap_verdict_follows_the_documented_limits(void **state) {
    (void)state;
    double t[200], p[200], w[200];
    wrt_overlap o;
    for (size_t i = 0; i < 200; i++) {
        t[i] = (double)(i % 2);
        p[i] = 0.3 + 0.4 * (double)(i / 2) / 100;
        w[i] = 1;
    }
    wrt_study s = arms_study(200, t, p);
    assert_int_equal(wrt_overlap_of(&o, &s, p, w, NULL), WRT_OK);
    assert_int_equal(o.verdict, WRT_OVERLAP_GOOD);
    for (size_t i = 0; i < 24; i++) /* 12 % of the rows */
        p[i] = 0.97;
    assert_int_equal(wrt_overlap_of(&o, &s, p, w, NULL), WRT_OK);
    assert_int_equal(o.verdict, WRT_OVERLAP_LIMITED);
    w[1] = 50; /* a third of the treated arm's weight */
    assert_int_equal(wrt_overlap_of(&o, &s, p, w, NULL), WRT_OK);
    assert_int_equal(o.verdict, WRT_OVERLAP_POOR);
    wrt_json *json = wrt_overlap_json(&o);
    assert_string_equal(wrt_json_get_text(json, "verdict", ""), "poor");
    assert_int_equal(wrt_json_count(wrt_json_path(json, "treated.bins")), WRT_OVERLAP_BINS);
    wrt_json_free(json);
}

/* ---- negative control: the control is the confounder and a wave; without adjustment the treatment
 * seems to change it, with adjustment it does not */

static void negative_control_sees_confounding(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    double t[200], x[200], control[200], y[200];
    for (size_t i = 0; i < 200; i++) {
        x[i] = sin((double)i);
        t[i] = x[i] + 0.8 * cos(3.7 * (double)i) > 0;
        control[i] = x[i] + 0.3 * sin(7.3 * (double)i + 1);
        y[i] = t[i] + x[i];
    }
    wrt_study s = arms_study(200, t, x);
    wrt_estimator_options options = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    s.outcome = y;
    wrt_negative_control c;
    wrt_negative_control_question q = {&s, wrt_estimator_ols.run, &options, "shoe size", control};
    assert_int_equal(wrt_negative_control_of(&c, &q, arena, NULL), WRT_OK);
    assert_true(c.holds && c.p_value > 0.05);
    assert_non_null(strstr(c.text, "shoe size"));
    s.covariates.columns = 0;
    assert_int_equal(wrt_negative_control_of(&c, &q, arena, NULL), WRT_OK);
    assert_true(!c.holds && c.p_value < 1e-6);
    wrt_json *json = wrt_negative_control_json(&c);
    assert_false(wrt_json_get_bool(json, "holds", true));
    wrt_json_free(json);
    control[3] = NAN;
    assert_int_equal(wrt_negative_control_of(&c, &q, arena, NULL), WRT_E_INPUT);
    wrt_arena_free(arena);
}

/* ---- profiles: rows on a 10 x 10 grid, the untreated on its left half only */

static void profiles_are_placed(void **state) {
    (void)state;
    static const char *names[] = {"age", "dose"};
    wrt_arena *arena = wrt_arena_new();
    double t[150], x[300];
    for (size_t i = 0; i < 150; i++) {
        size_t k = i < 100 ? i : i - 100;
        t[i] = i < 100;
        x[i] = (double)(i < 100 ? k % 10 : k % 5);
        x[150 + i] = (double)(i < 100 ? k / 10 : k / 5);
    }
    wrt_study s = {.n = 150, .treatment = t, .treatment_is_binary = true};
    s.covariates = (wrt_block){x, 2, names, (size_t[]){0, 1}};
    wrt_extrapolation e;
    assert_int_equal(wrt_extrapolation_of(&e, &s, (double[]){2, 3}, arena, NULL), WRT_OK);
    assert_int_equal(e.place, WRT_PROFILE_INSIDE);
    assert_near(e.nearest[0].distance, 0, 1e-9);
    assert_int_equal(wrt_extrapolation_of(&e, &s, (double[]){8, 3}, arena, NULL), WRT_OK);
    assert_int_equal(e.place, WRT_PROFILE_EDGE);
    assert_true(e.outside[0][0] && !e.outside[1][0] && !e.outside[0][1]);
    assert_near(e.nearest[0].share, 0, 0);
    wrt_json *json = wrt_extrapolation_json(&e, &s);
    assert_string_equal(wrt_json_text(wrt_json_first(wrt_json_get(json, "beyond_untreated"))),
                        "age");
    wrt_json_free(json);
    assert_int_equal(wrt_extrapolation_of(&e, &s, (double[]){2, 30}, arena, NULL), WRT_OK);
    assert_int_equal(e.place, WRT_PROFILE_OUTSIDE);
    assert_true(e.leverage > e.leverage_most);
    assert_int_equal(wrt_extrapolation_of(&e, &s, (double[]){NAN, 1}, arena, NULL), WRT_E_INPUT);
    for (size_t i = 0; i < 150; i++)
        x[150 + i] = 2 * x[i];
    assert_int_equal(wrt_extrapolation_of(&e, &s, (double[]){1, 1}, arena, NULL), WRT_E_INPUT);
    wrt_arena_free(arena);
}

/* One covariate 0, 1, 2, 3, mean 1.5, sum of squares 5: leverage of 2.5 is 1/4 + 1/5. */
static void leverage_matches_a_hand_calculation(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    double t[] = {1, 0, 1, 0}, x[] = {0, 1, 2, 3};
    wrt_study s = arms_study(4, t, x);
    wrt_extrapolation e;
    assert_int_equal(wrt_extrapolation_of(&e, &s, (double[]){2.5}, arena, NULL), WRT_OK);
    assert_near(e.leverage, 0.25 + 0.2, 1e-12);
    assert_near(e.leverage_most, 0.25 + 2.25 / 5, 1e-12);
    assert_near(e.leverage_mean, 0.5, 1e-12);
    assert_near(e.nearest[1].distance, 0.5 / sqrt(5.0 / 3), 1e-12);
    assert_int_equal(e.nearest[0].row, 3);
    wrt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evalue_matches_the_papers_examples),
        cmocka_unit_test(evalue_converts_other_measures),
        cmocka_unit_test(tipping_point_takes_the_estimate_to_nothing),
        cmocka_unit_test(tipping_table_covers_the_limit),
        cmocka_unit_test(robustness_matches_the_papers_example),
        cmocka_unit_test(balance_matches_a_hand_calculation),
        cmocka_unit_test(overlap_counts_what_lies_outside),
        cmocka_unit_test(overlap_verdict_follows_the_documented_limits),
        cmocka_unit_test(negative_control_sees_confounding),
        cmocka_unit_test(profiles_are_placed),
        cmocka_unit_test(leverage_matches_a_hand_calculation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
