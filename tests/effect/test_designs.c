/* test_designs.c: iv, front door, differences in differences and discontinuities: hand
 * calculations, refusals, warnings, bootstrap. */
#include "effect/estimators/did.h"
#include "effect/estimators/frontdoor.h"
#include "effect/estimators/iv.h"
#include "effect/estimators/rdd.h"

#include "base/buf.h"
#include "base/rng.h"
#include "effect/fit/quantile.h"
#include "effect/fit/tail.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LIST(...)                                                                                  \
    ((wrt_names){(const char *const[]){__VA_ARGS__},                                               \
                 sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)})

/* A study and what was estimated from it. */
typedef struct {
    wrt_study study;
    wrt_arena *arena;
    wrt_estimate e;
    wrt_status status;
    wrt_err err;
} result;

static result estimate(const char *text, const wrt_roles *roles, const wrt_estimator *estimator,
                       const wrt_estimator_options *options) {
    result r = {.arena = wrt_arena_new()};
    wrt_table *table = NULL;
    if (wrt_table_parse(&table, "t.csv", wrt_str_of(text), &r.err) != WRT_OK ||
        wrt_study_build(&r.study, table, roles, &r.err) != WRT_OK)
        fail_msg("%s", r.err.message);
    r.status = estimator->run(&r.e, &r.study, options, r.arena, &r.err);
    wrt_table_free(table);
    return r;
}

static void release(result *r) {
    if (r->status == WRT_OK)
        wrt_json_free(r->e.details);
    wrt_study_free(&r->study);
    wrt_arena_free(r->arena);
}

static bool warns(const result *r, const char *word) {
    for (size_t i = 0; i < r->e.n_warnings; i++)
        if (strstr(r->e.warnings[i], word) != NULL)
            return true;
    return false;
}

static void expect_refusal(result r, wrt_status status, const char *word) {
    if (r.status != status || strstr(r.err.message, word) == NULL)
        fail_msg("status %d, \"%s\" lacks \"%s\"", r.status, r.err.message, word);
    release(&r);
}

/* 0.05 and 0.95 quantiles of tables; P(X >= x) = exp(-x/2) with two degrees of freedom. */
static void chi_square_equals_tables(void **state) {
    (void)state;
    assert_true(fabs(wrt_tail_chi2(3.841458820694124, 1) - 0.05) < 1e-13);
    assert_true(fabs(wrt_tail_chi2(18.307038053275146, 10) - 0.05) < 1e-13);
    assert_true(fabs(wrt_tail_chi2(700, 2) / exp(-350) - 1) < 1e-11);
    assert_true(fabs(wrt_tail_chi2(0.5, 2) - exp(-0.25)) < 1e-14);
    assert_true(fabs(wrt_chi2_quantile(0.95, 1) - 3.841458820694124) < 1e-11);
    assert_true(wrt_tail_chi2(0, 3) >= 1);
}

/* Instrument 0: treated 1 of 4, mean 2; instrument 1: treated 3 of 4, mean 5. Wald 3 / 0.5 = 6. */
static const char WALD[] = "z,t,y\n0,0,1\n0,1,3\n0,0,2\n0,0,2\n1,1,6\n1,1,5\n1,0,4\n1,1,5\n";

static void iv_is_walds_ratio_by_hand(void **state) {
    (void)state;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {.treatment = "t", .outcome = "y", .instruments = LIST("z")};
    result r = estimate(WALD, &roles, &wrt_estimator_iv, &o);
    assert_int_equal(r.status, WRT_OK);
    assert_true(fabs(r.e.estimate - 6) < 1e-12);
    const wrt_json *wald = wrt_json_get(r.e.details, "wald");
    assert_true(fabs(wrt_json_get_number(wald, "outcome_difference", 0) - 3) < 1e-12);
    assert_true(fabs(wrt_json_get_number(wald, "treatment_difference", 0) - 0.5) < 1e-12);
    assert_true(warns(&r, "the instruments are weak"));
    release(&r);
}

/* Anderson and Rubin's set solves a quadratic: at its ends the statistic equals its bound, which is
 * checked by regressing y - b t on the instrument in closed form. */
static void iv_anderson_rubin_ends_are_on_the_bound(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_rng rng = wrt_rng_make(7, 1, 0);
    wrt_buf_add_c(&text, "z,t,y\n");
    for (int i = 0; i < 200; i++) {
        double u = wrt_rng_uniform(&rng), z = wrt_rng_uniform(&rng);
        double t = 2 * z + u + wrt_rng_uniform(&rng);
        wrt_buf_printf(&text, "%.6f,%.6f,%.6f\n", z, t, 1.5 * t + 2 * u + wrt_rng_uniform(&rng));
    }
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {.treatment = "t", .outcome = "y", .instruments = LIST("z")};
    result r = estimate(wrt_buf_str(&text).ptr, &roles, &wrt_estimator_iv, &o);
    assert_int_equal(r.status, WRT_OK);
    assert_false(warns(&r, "weak"));
    const wrt_json *ar = wrt_json_get(r.e.details, "anderson_rubin");
    assert_string_equal(wrt_json_get_text(ar, "form", ""), "interval");
    double low = wrt_json_get_number(ar, "low", 0), high = wrt_json_get_number(ar, "high", 0);
    assert_true(low < 1.5 && 1.5 < high && low < r.e.estimate && r.e.estimate < high);
    for (int end = 0; end < 2; end++) {
        double b = end ? high : low, mean = 0, mz = 0, szz = 0, sze = 0, see = 0;
        size_t n = r.study.n;
        for (size_t i = 0; i < n; i++) {
            mean += (r.study.outcome[i] - b * r.study.treatment[i]) / (double)n;
            mz += r.study.instruments.values[i] / (double)n;
        }
        for (size_t i = 0; i < n; i++) {
            double e = r.study.outcome[i] - b * r.study.treatment[i] - mean;
            double z = r.study.instruments.values[i] - mz;
            szz += z * z;
            sze += z * e;
            see += e * e;
        }
        double gain = sze * sze / szz, f = gain / ((see - gain) / (double)(n - 2));
        assert_true(fabs(f - 3.841458820694124) < 1e-6);
    }
    release(&r);
    wrt_buf_free(&text);
}

static void iv_refuses_what_it_cannot_do(void **state) {
    (void)state;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {.treatment = "t", .outcome = "y"};
    expect_refusal(estimate(WALD, &roles, &wrt_estimator_iv, &o), WRT_E_INPUT,
                   "needs an instrument");
    roles.instruments = LIST("z");
    o.hc = WRT_HC3;
    expect_refusal(estimate(WALD, &roles, &wrt_estimator_iv, &o), WRT_E_UNSUPPORTED, "HC0 and HC1");
    o.hc = WRT_HC1;
    o.estimand = WRT_ESTIMAND_ATT;
    expect_refusal(estimate(WALD, &roles, &wrt_estimator_iv, &o), WRT_E_UNSUPPORTED, "ATT");
    /* An instrument unrelated to the treatment: differences are zero. */
    o.estimand = WRT_ESTIMAND_ATE;
    expect_refusal(estimate("z,t,y\n0,0,1\n0,1,3\n0,0,2\n0,1,2\n1,1,6\n1,0,5\n1,0,4\n1,1,5\n",
                            &roles, &wrt_estimator_iv, &o),
                   WRT_E_INPUT, "do not move the treatment");
}

/* An instrument that is also a covariate's double is left out, and said so. */
static void iv_says_that_an_instrument_was_left_out(void **state) {
    (void)state;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {
        .treatment = "t", .outcome = "y", .adjust = LIST("x"), .instruments = LIST("z")};
    expect_refusal(estimate("z,t,y,x\n0,0,1,0\n0,1,3,0\n0,0,2,0\n0,0,2,0\n1,1,6,2\n1,1,5,2\n"
                            "1,0,4,2\n1,1,5,2\n",
                            &roles, &wrt_estimator_iv, &o),
                   WRT_E_INPUT, "account.collinear");
}

/* Means 1, 2 (untreated) and 4, 9 (treated): (9 - 4) - (2 - 1) = 4. */
static const char PANEL[] = "g,p,y,u\n0,0,0,1\n0,0,2,2\n0,1,1,1\n0,1,3,2\n1,0,3,3\n1,0,5,4\n"
                            "1,1,8,3\n1,1,10,4\n";

static void did_is_four_means_by_hand(void **state) {
    (void)state;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {.treatment = "g", .outcome = "y", .period = "p"};
    o.estimand = WRT_ESTIMAND_ATT;
    result r = estimate(PANEL, &roles, &wrt_estimator_did, &o);
    assert_int_equal(r.status, WRT_OK);
    assert_true(fabs(r.e.estimate - 4) < 1e-12);
    const wrt_json *means = wrt_json_get(r.e.details, "means");
    assert_true(fabs(wrt_json_get_number(means, "treated_after", 0) - 9) < 1e-12);
    assert_true(warns(&r, "name the unit as cluster"));
    release(&r);
    /* Within each unit the change is exact (1 or 5): clustered errors are zero. */
    roles.cluster = "u";
    r = estimate(PANEL, &roles, &wrt_estimator_did, &o);
    assert_int_equal(r.status, WRT_OK);
    assert_true(r.e.se < 1e-12 && warns(&r, "4 clusters are few"));
    release(&r);
}

static void did_refuses_what_it_cannot_do(void **state) {
    (void)state;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {.treatment = "g", .outcome = "y", .period = "p"};
    expect_refusal(estimate(PANEL, &roles, &wrt_estimator_did, &o), WRT_E_UNSUPPORTED,
                   "does not estimate the ATE; it estimates: ATT");
    o.estimand = WRT_ESTIMAND_ATT;
    expect_refusal(estimate("g,p,y\n0,0,0\n0,0,2\n0,1,1\n0,1,3\n1,0,3\n1,0,5\n1,0,8\n1,1,10\n",
                            &roles, &wrt_estimator_did, &o),
                   WRT_E_INPUT, "the treated group has 1 after");
    roles.period = NULL;
    expect_refusal(estimate(PANEL, &roles, &wrt_estimator_did, &o), WRT_E_INPUT, "needs a period");
}

/* y = 1 + x on the left and 4 + 2 x on the right of 10, without noise: the jump at 10 is 24 - 11
 * = 13. */
static char *line_with_jump(const char *above, const char *below) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_add_c(&text, "x,t,y\n");
    for (int i = 0; i < 40; i++) {
        double x = 0.25 + 0.5 * i;
        wrt_buf_printf(&text, "%g,%s,%.17g\n", x, x > 10 ? above : below,
                       x > 10 ? 4 + 2 * x : 1 + x);
    }
    return wrt_buf_take(&text);
}

static void rdd_finds_an_exact_jump_on_either_side(void **state) {
    (void)state;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {.treatment = "t", .outcome = "y", .running = "x"};
    o.cutoff = 10;
    o.bandwidth = 6;
    char *text = line_with_jump("1", "0");
    result r = estimate(text, &roles, &wrt_estimator_rdd, &o);
    assert_int_equal(r.status, WRT_OK);
    assert_true(fabs(r.e.estimate - 13) < 1e-9 && fabs(r.e.mean_treated - 24) < 1e-9);
    assert_true(r.e.low <= 13 + 1e-9 && r.e.high >= 13 - 1e-9);
    assert_true(warns(&r, "not tested here"));
    assert_string_equal(wrt_json_get_text(r.e.details, "treated_side", ""), "above");
    release(&r);
    free(text);
    text = line_with_jump("0", "1");
    r = estimate(text, &roles, &wrt_estimator_rdd, &o);
    assert_int_equal(r.status, WRT_OK);
    assert_true(fabs(r.e.estimate + 13) < 1e-9);
    assert_string_equal(wrt_json_get_text(r.e.details, "treated_side", ""), "below");
    release(&r);
    free(text);
}

static void rdd_refuses_what_it_cannot_do(void **state) {
    (void)state;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {.treatment = "t", .outcome = "y", .running = "x"};
    char *text = line_with_jump("1", "0");
    o.cutoff = 12;
    o.bandwidth = 6;
    expect_refusal(estimate(text, &roles, &wrt_estimator_rdd, &o), WRT_E_INPUT,
                   "4 of 40 rows have the treatment of the other side");
    o.cutoff = 10;
    o.bandwidth = 0.6;
    expect_refusal(estimate(text, &roles, &wrt_estimator_rdd, &o), WRT_E_INPUT,
                   "widen the bandwidth");
    o.bandwidth = -1;
    expect_refusal(estimate(text, &roles, &wrt_estimator_rdd, &o), WRT_E_INPUT, "bandwidth");
    o.bandwidth = 6;
    o.se = WRT_SE_BOOTSTRAP;
    expect_refusal(estimate(text, &roles, &wrt_estimator_rdd, &o), WRT_E_UNSUPPORTED,
                   "no bootstrap interval");
    o.se = WRT_SE_ROBUST;
    roles.running = NULL;
    expect_refusal(estimate(text, &roles, &wrt_estimator_rdd, &o), WRT_E_INPUT,
                   "needs a running variable");
    free(text);
}

static void rdd_warns_of_heaped_values(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_rng rng = wrt_rng_make(3, 1, 0);
    wrt_buf_add_c(&text, "x,t,y\n");
    for (int i = 0; i < 300; i++) {
        int x = (int)wrt_rng_below(&rng, 40);
        wrt_buf_printf(&text, "%d,%d,%.6f\n", x, x >= 20, wrt_rng_uniform(&rng) + (x >= 20));
    }
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {.treatment = "t", .outcome = "y", .running = "x"};
    o.cutoff = 20;
    result r = estimate(wrt_buf_str(&text).ptr, &roles, &wrt_estimator_rdd, &o);
    assert_int_equal(r.status, WRT_OK);
    assert_true(warns(&r, "share their value"));
    release(&r);
    wrt_buf_free(&text);
}

/* P(m=1|t=1) = 3/4, P(m=1|t=0) = 1/4, P(t) = 1/2; E[Y|m=1,t] = 5, 3 (t = 1, 0), E[Y|m=0,t] = 2, 1:
 * effect = (3/4 - 1/4) * ((5 + 3) / 2 - (2 + 1) / 2) = 1.25. */
static const char MEDIATED[] = "t,m,y\n1,1,4\n1,1,5\n1,1,6\n1,0,2\n0,1,3\n0,0,1\n0,0,0\n0,0,2\n";

static void frontdoor_is_its_formula_by_hand(void **state) {
    (void)state;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {.treatment = "t", .outcome = "y", .mediators = LIST("m")};
    result r = estimate(MEDIATED, &roles, &wrt_estimator_frontdoor, &o);
    assert_int_equal(r.status, WRT_OK);
    assert_true(fabs(r.e.estimate - 1.25) < 1e-12);
    double sum = 0;
    for (size_t i = 0; i < r.study.n; i++)
        sum += r.e.influence[i];
    assert_true(fabs(sum) < 1e-12);
    release(&r);
}

static void frontdoor_refuses_what_it_cannot_do(void **state) {
    (void)state;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {.treatment = "t", .outcome = "y"};
    expect_refusal(estimate(MEDIATED, &roles, &wrt_estimator_frontdoor, &o), WRT_E_INPUT,
                   "needs mediators");
    roles.mediators = LIST("m");
    expect_refusal(estimate("t,m,y\n1,1,4\n1,1,5\n1,2,6\n1,0,2\n0,1,3\n0,0,1\n0,0,0\n0,0,2\n",
                            &roles, &wrt_estimator_frontdoor, &o),
                   WRT_E_INPUT, "no row with treatment 0 has the mediators (m 2)");
}

/* Rows drawn with replacement agree with the influence function within a fifth at 200 rows. */
static void designs_bootstrap_near_their_analytic_errors(void **state) {
    (void)state;
    const wrt_estimator *const all[] = {&wrt_estimator_iv, &wrt_estimator_did,
                                        &wrt_estimator_frontdoor};
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_rng rng = wrt_rng_make(11, 1, 0);
    wrt_buf_add_c(&text, "z,t,p,m,y\n");
    for (int i = 0; i < 400; i++) {
        double u = wrt_rng_uniform(&rng), z = wrt_rng_below(&rng, 2) == 1 ? 1 : 0;
        int t = u + z + wrt_rng_uniform(&rng) > 1.5, p = (int)wrt_rng_below(&rng, 2);
        int m = wrt_rng_uniform(&rng) + 0.3 * t > 0.6;
        wrt_buf_printf(&text, "%g,%d,%d,%d,%.6f\n", z, t, p, m,
                       u + m + t * p + 2 * wrt_rng_uniform(&rng));
    }
    for (size_t k = 0; k < 3; k++) {
        wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
        wrt_roles roles = {.treatment = "t",
                           .outcome = "y",
                           .period = "p",
                           .instruments = LIST("z"),
                           .mediators = LIST("m")};
        o.estimand = k == 1 ? WRT_ESTIMAND_ATT : WRT_ESTIMAND_ATE;
        result plain = estimate(wrt_buf_str(&text).ptr, &roles, all[k], &o);
        o.se = WRT_SE_BOOTSTRAP;
        o.draws = 500;
        result drawn = estimate(wrt_buf_str(&text).ptr, &roles, all[k], &o);
        assert_int_equal(plain.status, WRT_OK);
        assert_int_equal(drawn.status, WRT_OK);
        assert_true(plain.e.estimate == drawn.e.estimate);
        if (fabs(drawn.e.se / plain.e.se - 1) > 0.2)
            fail_msg("%s: %g by bootstrap, %g", all[k]->name, drawn.e.se, plain.e.se);
        assert_true(drawn.e.low < drawn.e.estimate && drawn.e.estimate < drawn.e.high);
        release(&plain);
        release(&drawn);
    }
    wrt_buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chi_square_equals_tables),
        cmocka_unit_test(iv_is_walds_ratio_by_hand),
        cmocka_unit_test(iv_anderson_rubin_ends_are_on_the_bound),
        cmocka_unit_test(iv_refuses_what_it_cannot_do),
        cmocka_unit_test(iv_says_that_an_instrument_was_left_out),
        cmocka_unit_test(did_is_four_means_by_hand),
        cmocka_unit_test(did_refuses_what_it_cannot_do),
        cmocka_unit_test(rdd_finds_an_exact_jump_on_either_side),
        cmocka_unit_test(rdd_refuses_what_it_cannot_do),
        cmocka_unit_test(rdd_warns_of_heaped_values),
        cmocka_unit_test(frontdoor_is_its_formula_by_hand),
        cmocka_unit_test(frontdoor_refuses_what_it_cannot_do),
        cmocka_unit_test(designs_bootstrap_near_their_analytic_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
