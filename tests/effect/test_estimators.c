/* test_estimators.c: estimators by hand and by brute force, and what they refuse. */
#include "effect/estimators/aipw.h"
#include "effect/estimators/gcomp.h"
#include "effect/estimators/ipw.h"
#include "effect/estimators/levels.h"
#include "effect/estimators/match.h"
#include "effect/estimators/naive.h"
#include "effect/estimators/ols.h"
#include "effect/estimators/strata.h"
#include "tests/effect/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const fixture_design linear = {
    .n = 240, .k = 2, .confounding = 0.6, .effect = 1.0, .interaction = 0.7};

static int arena_new(void **state) {
    *state = wrt_arena_new();
    return 0;
}

static int arena_free(void **state) {
    wrt_arena_free(*state);
    return 0;
}

static void assert_near(double a, double b, double tolerance) {
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g within %g", a, b, tolerance);
}

static wrt_estimate run(const wrt_estimator *estimator, const wrt_study *study,
                        const wrt_estimator_options *options, wrt_arena *arena) {
    wrt_estimate e = {0};
    wrt_err err = {0};
    if (estimator->run(&e, study, options, arena, &err) != WRT_OK)
        fail_msg("%s: %s", estimator->name, err.message);
    wrt_json_free(e.details);
    e.details = NULL;
    return e;
}

/* Expects a refusal whose message holds `part`. */
static void refuses(const wrt_estimator *estimator, const wrt_study *study,
                    const wrt_estimator_options *options, wrt_status status, const char *part,
                    wrt_arena *arena) {
    wrt_estimate e = {0};
    wrt_err err = {0};
    assert_int_equal(estimator->run(&e, study, options, arena, &err), status);
    assert_null(e.details);
    if (strstr(err.message, part) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, part);
}

static wrt_study *study_of(size_t n, const double *x, const double *t, const double *y,
                           wrt_arena *arena) {
    wrt_study *s = fixture_study(n, x != NULL ? 1 : 0, arena);
    if (x != NULL)
        memcpy(s->covariates.values, x, n * sizeof *x);
    memcpy(s->treatment, t, n * sizeof *t);
    memcpy(s->outcome, y, n * sizeof *y);
    fixture_count_treated(s);
    return s;
}

/* A given propensity of 1/4, 1/4, 1/2, 1/2 and two rows in each arm. Horvitz-Thompson ATE:
 * (8/(1/4) + 6/(1/2))/4 - (2/(3/4) + 4/(1/2))/4 = 44/4 - (8/3 + 8)/4. Hajek: 44/6 - (32/3)/(10/3).
 * ATT, Hajek: (8 + 6)/2 - (2/3 + 4)/(1/3 + 1). ATC: (8 * 3 + 6)/(3 + 1) - (2 + 4)/2. */
static void ipw_matches_hand_calculations(void **state) {
    wrt_arena *arena = *state;
    double t[] = {1, 0, 1, 0}, y[] = {8, 2, 6, 4}, e[] = {0.25, 0.25, 0.5, 0.5};
    wrt_study *s = study_of(4, NULL, t, y, arena);
    s->propensity = e;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    assert_near(run(&wrt_estimator_ipw, s, &o, arena).estimate, 44.0 / 6.0 - 3.2, 1e-12);
    o.is_normalised = false;
    assert_near(run(&wrt_estimator_ipw, s, &o, arena).estimate, 11.0 - 8.0 / 3.0, 1e-12);
    o.is_normalised = true;
    o.estimand = WRT_ESTIMAND_ATT;
    assert_near(run(&wrt_estimator_ipw, s, &o, arena).estimate, 7.0 - 3.5, 1e-12);
    o.estimand = WRT_ESTIMAND_ATC;
    assert_near(run(&wrt_estimator_ipw, s, &o, arena).estimate, 7.5 - 3.0, 1e-12);
}

/* Two strata, propensities 0.2 and 0.6. Low: treated 5, untreated 1, 3; high: treated 9, 11,
 * untreated 4. Differences 3 and 6. ATE (3 * 3 + 3 * 6)/6 = 4.5;
 * ATT (1 * 3 + 2 * 6)/3 = 5; ATC (2 * 3 + 1 * 6)/3 = 4. The
 * influence function has mean zero. */
static void strata_match_hand_calculations(void **state) {
    wrt_arena *arena = *state;
    double t[] = {1, 0, 0, 1, 1, 0}, y[] = {5, 1, 3, 9, 11, 4}, sum = 0.0;
    double e[] = {0.2, 0.2, 0.2, 0.6, 0.6, 0.6};
    wrt_study *s = study_of(6, NULL, t, y, arena);
    s->propensity = e;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    o.strata = 2;
    wrt_estimate ate = run(&wrt_estimator_strata, s, &o, arena);
    assert_near(ate.estimate, 4.5, 1e-12);
    for (int i = 0; i < 6; i++)
        sum += ate.influence[i];
    assert_near(sum, 0.0, 1e-12);
    o.estimand = WRT_ESTIMAND_ATT;
    assert_near(run(&wrt_estimator_strata, s, &o, arena).estimate, 5.0, 1e-12);
    o.estimand = WRT_ESTIMAND_ATC;
    assert_near(run(&wrt_estimator_strata, s, &o, arena).estimate, 4.0, 1e-12);
    s->treatment[0] = 0.0;
    fixture_count_treated(s);
    refuses(&wrt_estimator_strata, s, &o, WRT_E_INPUT, "fewer strata", arena);
}

/* AIPW by hand with a given propensity of 1/2 and no covariates: outcome models are arm means, so
 * the estimate is their difference for every estimand. */
static void aipw_without_covariates_is_the_difference_in_means(void **state) {
    wrt_arena *arena = *state;
    double t[] = {1, 1, 0, 0, 1, 0}, y[] = {3, 5, 1, 2, 7, 6}, e[] = {.5, .5, .5, .5, .5, .5};
    wrt_study *s = study_of(6, NULL, t, y, arena);
    s->propensity = e;
    for (int estimand = 0; estimand < 3; estimand++) {
        wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
        o.estimand = (wrt_estimand)estimand;
        o.folds = 0;
        wrt_estimate a = run(&wrt_estimator_aipw, s, &o, arena);
        assert_near(a.estimate, 2.0, 1e-12);
        assert_near(a.mean_treated, 5.0, 1e-12);
        assert_near(run(&wrt_estimator_naive, s, &o, arena).estimate, 2.0, 1e-12);
        assert_near(run(&wrt_estimator_gcomp, s, &o, arena).estimate, 2.0, 1e-12);
    }
}

/* Welch by hand: test_naive.c has the same rows. */
static void naive_keeps_the_error_of_welch(void **state) {
    wrt_arena *arena = *state;
    double t[] = {1, 0, 1, 0, 1}, y[] = {3, 1, 5, 3, 7};
    wrt_study *s = study_of(5, NULL, t, y, arena);
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_estimate e = run(&wrt_estimator_naive, s, &o, arena);
    assert_near(e.estimate, 3.0, 1e-12);
    assert_near(e.se, sqrt(7.0 / 3.0), 1e-12);
    assert_string_equal(e.se_method, "Welch");
}

/* ---- matching beside loops that share nothing with it: two covariates, inverse covariance by
 * hand. */

typedef struct {
    double inverse[3]; /* xx, xy, yy */
    const wrt_study *s;
} plane;

static plane plane_of(const wrt_study *s) {
    const double *x = s->covariates.values, *z = x + s->n;
    double mx = 0, mz = 0, xx = 0, xz = 0, zz = 0, n = (double)s->n;
    for (size_t i = 0; i < s->n; i++) {
        mx += x[i] / n;
        mz += z[i] / n;
    }
    for (size_t i = 0; i < s->n; i++) {
        xx += (x[i] - mx) * (x[i] - mx) / (n - 1);
        xz += (x[i] - mx) * (z[i] - mz) / (n - 1);
        zz += (z[i] - mz) * (z[i] - mz) / (n - 1);
    }
    double det = xx * zz - xz * xz;
    return (plane){{zz / det, -xz / det, xx / det}, s};
}

static double distance(const plane *p, size_t i, size_t j) {
    const double *x = p->s->covariates.values, *z = x + p->s->n;
    double a = x[i] - x[j], b = z[i] - z[j];
    return a * a * p->inverse[0] + 2 * a * b * p->inverse[1] + b * b * p->inverse[2];
}

/* Mean outcome of the m nearest rows to i in an arm (no ties), each used[j] += 1/m. */
static double nearest_mean(const plane *p, size_t i, double arm, size_t m, double *used) {
    bool taken[1000] = {false};
    double sum = 0.0;
    for (size_t round = 0; round < m; round++) {
        size_t best = p->s->n;
        for (size_t j = 0; j < p->s->n; j++)
            if (j != i && p->s->treatment[j] == arm && !taken[j] &&
                (best == p->s->n || distance(p, i, j) < distance(p, i, best)))
                best = j;
        taken[best] = true;
        sum += p->s->outcome[best];
        if (used != NULL)
            used[best] += 1.0 / (double)m;
    }
    return sum / (double)m;
}

/* The outcome is 2 t exactly, so that the correction of bias has nothing to do; the weights show
 * who was whose match. */
static void match_agrees_with_plain_loops(void **state) {
    wrt_arena *arena = *state;
    wrt_study *s = fixture_simulate(&linear, 5, arena);
    size_t n = s->n, m = 3;
    plane p = plane_of(s);
    double *used = wrt_arena_calloc(arena, n, sizeof *used), estimate = 0.0, sum = 0.0;
    double *effect = wrt_arena_calloc(arena, n, sizeof *effect);
    for (size_t i = 0; i < n; i++)
        s->outcome[i] = s->treatment[i] * 2.0;
    for (size_t i = 0; i < n; i++) {
        double other = nearest_mean(&p, i, 1.0 - s->treatment[i], m, used);
        effect[i] = s->treatment[i] == 1.0 ? s->outcome[i] - other : other - s->outcome[i];
        estimate += effect[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++)
        sum += used[i];
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    o.matches = m;
    wrt_estimate e = run(&wrt_estimator_match, s, &o, arena);
    assert_near(e.estimate, estimate, 1e-10);
    assert_near(e.estimate, 2.0, 1e-10);
    assert_near(e.se, 0.0, 1e-10);
    for (size_t i = 0; i < n; i++)
        assert_near(e.weights[i], (1.0 + used[i]) / (double)n, 1e-12);
    assert_near(sum, (double)n, 1e-9);
}

/* By a given propensity nothing is corrected: estimate and variance are those of the loops. */
static void match_by_propensity_agrees_with_plain_loops(void **state) {
    wrt_arena *arena = *state;
    fixture_design d = linear;
    d.gives_propensity = true;
    d.k = 2;
    wrt_study *s = fixture_simulate(&d, 6, arena), line = *s;
    size_t n = s->n, m = 2;
    line.covariates.values = wrt_arena_calloc(arena, 2 * n, sizeof(double));
    memcpy(line.covariates.values, s->propensity, n * sizeof(double));
    plane p = {{1.0, 0.0, 0.0}, &line};
    for (int estimand = 0; estimand < 3; estimand++) {
        double *used = wrt_arena_calloc(arena, n, sizeof *used), estimate = 0.0, total = 0.0;
        double *effect = wrt_arena_calloc(arena, n, sizeof *effect), variance = 0.0;
        for (size_t i = 0; i < n; i++) {
            bool is_in = estimand == 0 || (estimand == 1) == (s->treatment[i] == 1.0);
            double other = nearest_mean(&p, i, 1.0 - s->treatment[i], m, is_in ? used : NULL);
            effect[i] = s->treatment[i] == 1.0 ? s->outcome[i] - other : other - s->outcome[i];
            estimate += is_in ? effect[i] : 0.0;
            total += is_in;
        }
        estimate /= total;
        for (size_t i = 0; i < n; i++) {
            bool is_in = estimand == 0 || (estimand == 1) == (s->treatment[i] == 1.0);
            double own = nearest_mean(&p, i, s->treatment[i], 4, NULL);
            double sigma2 = 0.8 * pow(s->outcome[i] - own, 2.0), k = used[i];
            double factor =
                is_in ? k * k + (2.0 * (double)m - 1.0) / (double)m * k : k * k - k / (double)m;
            variance += (is_in ? pow(effect[i] - estimate, 2.0) : 0.0) + factor * sigma2;
        }
        wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
        o.matches = m;
        o.by_propensity = true;
        o.estimand = (wrt_estimand)estimand;
        wrt_estimate e = run(&wrt_estimator_match, s, &o, arena);
        assert_near(e.estimate, estimate, 1e-10);
        assert_near(e.se, sqrt(variance) / total, 1e-10);
        assert_string_equal(e.se_method, "Abadie-Imbens 2006");
    }
}

/* Four treated and four untreated rows at the same point: each treated row has four matches at a
 * share of a quarter; the effect is the difference in means. */
static void match_takes_all_ties(void **state) {
    wrt_arena *arena = *state;
    enum { N = 12 };
    double x[N], t[N], y[N];
    for (int i = 0; i < N; i++) {
        x[i] = i % 6 == 5;
        t[i] = i < 6;
        y[i] = i;
    }
    wrt_study *s = study_of(N, x, t, y, arena);
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_estimate e = run(&wrt_estimator_match, s, &o, arena);
    assert_near(e.estimate, -6.0, 1e-12);
    for (int i = 0; i < N; i++)
        assert_near(e.weights[i], 2.0 / N, 1e-12);
}

/* The correction removes the bias of matches that are far off: y = 3 x exactly, effect 1. */
static void match_corrects_a_linear_bias(void **state) {
    wrt_arena *arena = *state;
    enum { N = 20 };
    double x[N], t[N], y[N];
    for (int i = 0; i < N; i++) {
        t[i] = i < 10;
        x[i] = t[i] == 1.0 ? i + 8.3 : i - 10.0;
        y[i] = 3.0 * x[i] + t[i];
    }
    wrt_study *s = study_of(N, x, t, y, arena);
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    o.estimand = WRT_ESTIMAND_ATT;
    o.matches = 3;
    assert_near(run(&wrt_estimator_match, s, &o, arena).estimate, 1.0, 1e-9);
}

static void match_refuses_the_bootstrap_and_clusters(void **state) {
    wrt_arena *arena = *state;
    wrt_study *s = fixture_simulate(&linear, 1, arena);
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    o.se = WRT_SE_BOOTSTRAP;
    refuses(&wrt_estimator_match, s, &o, WRT_E_UNSUPPORTED, "Abadie and Imbens 2008", arena);
    o.se = WRT_SE_ROBUST;
    s->cluster = wrt_arena_calloc(arena, s->n, sizeof(size_t));
    s->n_clusters = 1;
    refuses(&wrt_estimator_match, s, &o, WRT_E_UNSUPPORTED, "cluster", arena);
}

static void estimators_refuse_what_cannot_be_answered(void **state) {
    wrt_arena *arena = *state;
    wrt_study *s = fixture_simulate(&linear, 1, arena);
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_study one_arm = *s, levels = *s;
    one_arm.treatment = wrt_arena_calloc(arena, s->n, sizeof(double));
    one_arm.treatment[0] = 1.0;
    one_arm.n_treated = 1;
    levels.treatment_is_binary = false;
    refuses(&wrt_estimator_ipw, &one_arm, &o, WRT_E_INPUT, "1 treated", arena);
    refuses(&wrt_estimator_match, &one_arm, &o, WRT_E_INPUT, "at least 5 rows", arena);
    refuses(&wrt_estimator_aipw, &levels, &o, WRT_E_INPUT, "two values", arena);
    o.se = WRT_SE_CLASSICAL;
    refuses(&wrt_estimator_gcomp, s, &o, WRT_E_UNSUPPORTED, "robust, bootstrap", arena);
    o.se = WRT_SE_ROBUST;
    o.estimand = WRT_ESTIMAND_ATT;
    refuses(&wrt_estimator_ols, s, &o, WRT_E_UNSUPPORTED, "it estimates: ATE", arena);
    o.estimand = WRT_ESTIMAND_ATE;
    o.trim = 0.7;
    refuses(&wrt_estimator_ipw, s, &o, WRT_E_INPUT, "0.7", arena);
    o.trim = 0.0;
    o.folds = 200;
    refuses(&wrt_estimator_aipw, s, &o, WRT_E_INPUT, "ask for fewer", arena);
    wrt_study separated = *s;
    separated.covariates.values = wrt_arena_calloc(arena, 2 * s->n, sizeof(double));
    memcpy(separated.covariates.values, s->covariates.values, s->n * sizeof(double));
    memcpy(separated.covariates.values + s->n, s->treatment, s->n * sizeof(double));
    refuses(&wrt_estimator_ipw, &separated, &o, WRT_E_INPUT, "\"x2\"", arena);
}

/* A treatment of many values: the slope of y = 2 t + x exactly. */
static void ols_gives_a_slope_for_a_dose(void **state) {
    wrt_arena *arena = *state;
    double x[] = {1, 4, 2, 8, 5, 7}, t[] = {0, 1, 2, 3, 4, 5}, y[6];
    for (int i = 0; i < 6; i++)
        y[i] = 2.0 * t[i] + x[i];
    wrt_study *s = study_of(6, x, t, y, arena);
    s->treatment_is_binary = false;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_estimate e = run(&wrt_estimator_ols, s, &o, arena);
    assert_near(e.estimate, 2.0, 1e-12);
    assert_string_equal(e.measure, "slope per unit of the treatment");
}

/* Trimming leaves out the rows it says, and is the estimate of the others alone. */
static void trimming_is_the_estimate_of_the_rows_kept(void **state) {
    wrt_arena *arena = *state;
    fixture_design d = linear;
    d.gives_propensity = true;
    d.confounding = 1.5;
    wrt_study *s = fixture_simulate(&d, 9, arena);
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    o.trim = 0.2;
    wrt_estimate e = {0};
    assert_int_equal(wrt_estimator_ipw.run(&e, s, &o, arena, NULL), WRT_OK);
    double sum[2] = {0}, total[2] = {0};
    size_t kept = 0;
    for (size_t i = 0; i < s->n; i++) {
        bool is_kept = s->propensity[i] >= 0.2 && s->propensity[i] <= 0.8;
        int arm = s->treatment[i] == 1.0;
        double w = 1.0 / (arm == 1 ? s->propensity[i] : 1.0 - s->propensity[i]);
        sum[arm] += is_kept ? w * s->outcome[i] : 0.0;
        total[arm] += is_kept ? w : 0.0;
        kept += is_kept;
        assert_true(is_kept == (e.weights[i] > 0.0));
    }
    assert_near(e.estimate, sum[1] / total[1] - sum[0] / total[0], 1e-12);
    assert_int_equal(e.n_used, kept);
    assert_int_equal(wrt_json_get_int(e.details, "trimmed", -1), s->n - kept);
    assert_true(e.n_warnings >= 1 && kept < s->n);
    double squares = 0.0;
    for (size_t i = 0; i < s->n; i++)
        squares += e.influence[i] * e.influence[i];
    assert_near(sqrt(squares) / (double)s->n, e.se, 1e-12);
    wrt_json_free(e.details);
}

/* Effects by level: y = t (1 + level) exactly, the level among the covariates. */
static void levels_have_effects_of_their_own(void **state) {
    wrt_arena *arena = *state;
    enum { N = 60 };
    double x[N], t[N], y[N];
    for (int i = 0; i < N; i++) {
        x[i] = i % 3;
        t[i] = i / 3 % 2;
        y[i] = t[i] * (1.0 + x[i]) + 0.1 * (i / 6 % 2);
    }
    wrt_study *s = study_of(N, x, t, y, arena);
    const char *names[] = {"low", "middle", "high", "none"};
    s->modifier = wrt_arena_calloc(arena, N, sizeof(size_t));
    for (int i = 0; i < N; i++)
        s->modifier[i] = (size_t)x[i];
    s->modifier_levels = names;
    s->n_modifier_levels = 4;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_level_effect *all = NULL;
    size_t n = 0;
    assert_int_equal(wrt_levels_run(&all, &n, &wrt_estimator_gcomp, s, &o, arena, NULL), WRT_OK);
    assert_int_equal(n, 4);
    for (size_t level = 0; level < 3; level++) {
        assert_int_equal(all[level].status, WRT_OK);
        assert_int_equal(all[level].rows, 20);
        assert_near(all[level].estimate.estimate, 1.0 + (double)level, 1e-12);
    }
    assert_string_equal(all[2].level, "high");
    assert_int_equal(all[3].status, WRT_E_INPUT);
    s->modifier = NULL;
    assert_int_equal(wrt_levels_run(&all, &n, &wrt_estimator_gcomp, s, &o, arena, NULL),
                     WRT_E_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ipw_matches_hand_calculations),
        cmocka_unit_test(strata_match_hand_calculations),
        cmocka_unit_test(aipw_without_covariates_is_the_difference_in_means),
        cmocka_unit_test(naive_keeps_the_error_of_welch),
        cmocka_unit_test(match_agrees_with_plain_loops),
        cmocka_unit_test(match_by_propensity_agrees_with_plain_loops),
        cmocka_unit_test(match_takes_all_ties),
        cmocka_unit_test(match_corrects_a_linear_bias),
        cmocka_unit_test(match_refuses_the_bootstrap_and_clusters),
        cmocka_unit_test(estimators_refuse_what_cannot_be_answered),
        cmocka_unit_test(ols_gives_a_slope_for_a_dose),
        cmocka_unit_test(trimming_is_the_estimate_of_the_rows_kept),
        cmocka_unit_test(levels_have_effects_of_their_own),
    };
    return cmocka_run_group_tests(tests, arena_new, arena_free);
}
