/* test_bootstrap.c: draws that do not depend on who computes them, BCa limits by hand, and counts
 * that mean the same as copies. */
#include "effect/estimators/aipw.h"
#include "effect/estimators/crossfit.h"
#include "effect/estimators/gcomp.h"
#include "effect/estimators/ipw.h"
#include "effect/estimators/naive.h"
#include "effect/estimators/ols.h"
#include "effect/estimators/strata.h"
#include "effect/fit/quantile.h"
#include "effect/resample/bootstrap.h"
#include "effect/resample/folds.h"
#include "effect/resample/shard.h"
#include "effect/resample/take.h"
#include "effect/resample/threads.h"
#include "tests/effect/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const fixture_design linear = {.n = 300,
                                      .k = 3,
                                      .confounding = 0.6,
                                      .effect = 1.0,
                                      .interaction = 0.7,
                                      .is_heteroskedastic = true};
static const fixture_design binary = {
    .n = 600, .k = 3, .confounding = 0.6, .effect = 0.8, .is_binary = true};
static const fixture_design clustered = {
    .n = 300, .k = 2, .confounding = 0.5, .effect = 1.0, .clusters = 30};

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

/* By scipy.stats. */
static void quantiles_are_those_of_tables(void **state) {
    (void)state;
    assert_near(wrt_normal_quantile(0.975), 1.959963984540054, 1e-14);
    assert_near(wrt_normal_quantile(0.01), -2.3263478740408408, 1e-14);
    assert_near(wrt_normal_quantile(1e-10), -6.361340902404056, 1e-12);
    assert_near(wrt_normal_quantile(0.3), -0.5244005127080409, 1e-14);
    assert_near(wrt_normal_cdf(-1.96), 0.024997895148220435, 1e-16);
    assert_near(wrt_t_quantile(0.975, 3.0), 3.182446305284263, 1e-12);
    assert_near(wrt_t_quantile(0.95, 10.0), 1.8124611228116756, 1e-12);
    assert_near(wrt_t_quantile(0.01, 1.0), -31.820515953773928, 1e-10);
    assert_near(wrt_t_quantile(0.6, 2.5), 0.2814595127485477, 1e-12);
    assert_near(wrt_t_cdf(3.182446305284263, 3.0), 0.975, 1e-12);
}

static void counts_are_of_the_draw_alone(void **state) {
    wrt_arena *arena = *state;
    enum { N = 50 };
    double a[N], b[N], sum = 0.0, twice = 0.0;
    wrt_bootstrap_plan plan = {.n = N, .draws = 1000, .seed = 3, .threads = 1};
    wrt_bootstrap_plan other = plan;
    other.threads = 8;
    other.draws = 200;
    wrt_bootstrap_count(a, &plan, 17, arena);
    wrt_bootstrap_count(b, &other, 17, arena);
    assert_memory_equal(a, b, sizeof a);
    wrt_bootstrap_count(b, &plan, 18, arena);
    assert_true(memcmp(a, b, sizeof a) != 0);
    for (size_t draw = 0; draw < 1000; draw++) {
        wrt_bootstrap_count(a, &plan, draw, arena);
        double all = 0.0;
        for (size_t i = 0; i < N; i++)
            all += a[i];
        assert_near(all, N, 0.0);
        sum += a[7];
        twice += a[7] * a[7];
    }
    assert_near(sum / 1000.0, 1.0, 0.15);                   /* binomial(50, 1/50) */
    assert_near(twice / 1000.0 - 1.0, 1.0 - 1.0 / N, 0.25); /* its variance */
}

static void counts_of_a_cluster_are_equal(void **state) {
    wrt_arena *arena = *state;
    const wrt_study *s = fixture_simulate(&clustered, 1, arena);
    double *counts = wrt_arena_calloc(arena, s->n, sizeof *counts), clusters = 0.0;
    wrt_bootstrap_plan plan = {
        .n = s->n, .cluster = s->cluster, .n_clusters = s->n_clusters, .draws = 100, .threads = 1};
    wrt_bootstrap_count(counts, &plan, 5, arena);
    for (size_t i = 0; i < s->n; i++) {
        if (i > 0 && s->cluster[i] == s->cluster[i - 1])
            assert_near(counts[i], counts[i - 1], 0.0);
        else
            clusters += counts[i];
    }
    assert_near(clusters, 30.0, 0.0);
}

/* Draws 1..999 about 400.5: z0 = quantile of 400/999 = -0.2521; influence 3, -1, -1, -1: a =
 * 24 / (6 * 12^1.5) = 0.0962; limits at the shares that Efron's formula gives, by scipy. */
static void limits_are_those_of_efron_by_hand(void **state) {
    wrt_arena *arena = *state;
    double values[999], influence[] = {3, -1, -1, -1};
    for (int i = 0; i < 999; i++)
        values[i] = 999 - i;
    wrt_bootstrap_plan plan = {.n = 4, .draws = 999, .threads = 1};
    wrt_bootstrap b = {0};
    assert_int_equal(wrt_bootstrap_close(&b, &plan, values, 400.5, influence, 0.9, arena, NULL),
                     WRT_OK);
    assert_near(b.z0, -0.2523108519316564, 1e-12);
    assert_near(b.acceleration, 24.0 / (6.0 * pow(12.0, 1.5)), 1e-15);
    assert_near(b.low, 32.62038868808887, 1e-9);
    assert_near(b.high, 911.5781211971477, 1e-9);
    assert_near(b.bias, 99.5, 1e-9);
    assert_near(b.se, sqrt(999.0 * 1000.0 / 12.0), 1e-9); /* of 1..n: n (n + 1) / 12 */
}

static void too_many_failed_draws_are_an_error(void **state) {
    wrt_arena *arena = *state;
    double values[200];
    for (int i = 0; i < 200; i++)
        values[i] = i % 8 == 0 ? NAN : (double)i;
    wrt_bootstrap_plan plan = {.n = 4, .draws = 200, .threads = 1};
    wrt_bootstrap b = {0};
    wrt_err err = {0};
    assert_int_equal(wrt_bootstrap_close(&b, &plan, values, 100, NULL, 0.95, arena, &err),
                     WRT_E_INPUT);
    assert_non_null(strstr(err.message, "25 of 200"));
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

static const wrt_estimator *const estimators[] = {&wrt_estimator_naive, &wrt_estimator_ols,
                                                  &wrt_estimator_gcomp, &wrt_estimator_ipw,
                                                  &wrt_estimator_aipw,  &wrt_estimator_strata};
enum { N_ESTIMATORS = sizeof estimators / sizeof *estimators };

static void threads_change_no_bit(void **state) {
    wrt_arena *arena = *state;
    const wrt_study *s = fixture_simulate(&linear, 2, arena);
    for (size_t i = 0; i < N_ESTIMATORS; i++) {
        wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
        o.se = WRT_SE_BOOTSTRAP;
        o.draws = 120;
        wrt_estimate one = run(estimators[i], s, &o, arena);
        o.threads = 2;
        wrt_estimate two = run(estimators[i], s, &o, arena);
        o.threads = 5;
        wrt_estimate five = run(estimators[i], s, &o, arena);
        assert_memory_equal(one.draws, two.draws, 120 * sizeof(double));
        assert_memory_equal(one.draws, five.draws, 120 * sizeof(double));
        assert_memory_equal(&one.low, &two.low, sizeof one.low);
        assert_memory_equal(&one.se, &five.se, sizeof one.se);
        assert_true(one.low < one.estimate && one.estimate < one.high);
    }
}

/* Two shards through their text, put together, are the run in one piece. */
static void shards_merge_to_the_same_bits(void **state) {
    wrt_arena *arena = *state;
    const wrt_study *s = fixture_simulate(&linear, 3, arena);
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_json *shards[2];
    o.se = WRT_SE_BOOTSTRAP;
    o.draws = 101;
    wrt_estimate whole = run(&wrt_estimator_aipw, s, &o, arena);
    for (size_t k = 0; k < 2; k++) {
        o.shards = 2;
        o.shard = k;
        wrt_estimate part = run(&wrt_estimator_aipw, s, &o, arena);
        assert_true(isnan(part.low) && isnan(part.draws[1 - k]));
        wrt_json *written = wrt_shard_write(part.draws, 101, k, 2, "aipw");
        wrt_buf text = wrt_buf_make(1 << 20);
        wrt_json_write(&text, written);
        assert_int_equal(wrt_json_parse(&shards[1 - k], wrt_buf_str(&text), NULL), WRT_OK);
        wrt_buf_free(&text);
        wrt_json_free(written);
    }
    size_t draws = 0;
    o.shards = 0;
    assert_int_equal(
        wrt_shard_merge(&o.drawn, &draws, (const wrt_json *const *)shards, 2, arena, NULL), WRT_OK);
    assert_int_equal(draws, 101);
    wrt_estimate merged = run(&wrt_estimator_aipw, s, &o, arena);
    assert_memory_equal(merged.draws, whole.draws, 101 * sizeof(double));
    assert_memory_equal(&merged.low, &whole.low, sizeof whole.low);
    assert_memory_equal(&merged.high, &whole.high, sizeof whole.high);
    wrt_err err = {0};
    assert_int_equal(
        wrt_shard_merge(&o.drawn, &draws, (const wrt_json *const *)shards, 1, arena, &err),
        WRT_E_INPUT);
    assert_non_null(strstr(err.message, "shard 0 of 2 is missing"));
    wrt_json_free(shards[1]);
    shards[1] = wrt_json_copy(shards[0]);
    assert_int_equal(
        wrt_shard_merge(&o.drawn, &draws, (const wrt_json *const *)shards, 2, arena, &err),
        WRT_E_INPUT);
    assert_non_null(strstr(err.message, "there twice"));
    wrt_json_set_text(shards[1], "id", "ipw");
    assert_int_equal(
        wrt_shard_merge(&o.drawn, &draws, (const wrt_json *const *)shards, 2, arena, &err),
        WRT_E_INPUT);
    assert_non_null(strstr(err.message, "another run"));
    wrt_json_free(shards[0]);
    wrt_json_free(shards[1]);
}

/* The first draw of an estimator is its estimate in the study with rows repeated. Without folds:
 * those go by row number. */
static void a_draw_is_the_estimate_of_its_copies(void **state) {
    wrt_arena *arena = *state;
    const fixture_design *const designs[] = {&linear, &binary};
    for (size_t d = 0; d < 2; d++) {
        const wrt_study *s = fixture_simulate(designs[d], 4, arena);
        wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
        o.folds = 0;
        o.draws = 100;
        double *counts = wrt_arena_calloc(arena, s->n, sizeof *counts);
        wrt_bootstrap_plan plan = {.n = s->n, .draws = 100, .threads = 1};
        wrt_study repeated = {0};
        wrt_bootstrap_count(counts, &plan, 0, arena);
        wrt_study_repeat(&repeated, s, counts, arena);
        assert_int_equal(repeated.n, s->n);
        for (size_t i = 0; i < N_ESTIMATORS; i++) {
            o.se = WRT_SE_BOOTSTRAP;
            double drawn = run(estimators[i], s, &o, arena).draws[0];
            o.se = WRT_SE_ROBUST;
            assert_near(drawn, run(estimators[i], &repeated, &o, arena).estimate, 1e-10);
        }
    }
}

/* All folds at once end where each fold alone does, with penalties and without. */
static void held_out_fits_are_those_of_each_fold_alone(void **state) {
    wrt_arena *arena = *state;
    const fixture_design *const designs[] = {&linear, &binary, &linear, &binary};
    static const wrt_ridges strong = {0.3, {0.02, 1.5}};
    for (size_t d = 0; d < 4; d++) {
        const wrt_study *s = fixture_simulate(designs[d], 5, arena);
        wrt_design design = wrt_design_new(s->n, NULL, NULL, &s->covariates, arena);
        wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
        o.se = WRT_SE_BOOTSTRAP;
        o.ridges = d < 2 ? NULL : &strong;
        wrt_crossfit *c = NULL;
        assert_int_equal(wrt_crossfit_new(&c, s, &design, &o, arena, NULL), WRT_OK);
        wrt_bootstrap_plan plan = {.n = s->n, .draws = 100, .threads = 1};
        double *counts = wrt_arena_calloc(arena, s->n, sizeof *counts);
        for (size_t draw = 0; draw < 20; draw++) {
            wrt_crossfit_nuisances fast = {0}, slow = {0};
            wrt_bootstrap_count(counts, &plan, draw, arena);
            assert_int_equal(wrt_crossfit_find(&fast, c, counts, arena, NULL), WRT_OK);
            assert_int_equal(wrt_crossfit_find_each(&slow, c, counts, arena, NULL), WRT_OK);
            for (size_t i = 0; i < s->n; i++) {
                assert_near(fast.e[i], slow.e[i], 1e-9);
                assert_near(fast.mean[0][i], slow.mean[0][i], 1e-8);
                assert_near(fast.mean[1][i], slow.mean[1][i], 1e-8);
            }
        }
    }
}

/* A row's fold is fixed by the seed; arms are dealt out evenly; clusters stay together. */
static void folds_are_even_and_fixed(void **state) {
    wrt_arena *arena = *state;
    const wrt_study *s = fixture_simulate(&linear, 6, arena),
                    *c = fixture_simulate(&clustered, 6, arena);
    size_t *a = wrt_arena_calloc(arena, s->n, sizeof *a),
           *b = wrt_arena_calloc(arena, s->n, sizeof *b);
    size_t rows[2][5] = {{0}};
    assert_int_equal(wrt_folds_assign(a, s, 5, 11, arena, NULL), WRT_OK);
    assert_int_equal(wrt_folds_assign(b, s, 5, 11, arena, NULL), WRT_OK);
    assert_memory_equal(a, b, s->n * sizeof *a);
    assert_int_equal(wrt_folds_assign(b, s, 5, 12, arena, NULL), WRT_OK);
    assert_true(memcmp(a, b, s->n * sizeof *a) != 0);
    for (size_t i = 0; i < s->n; i++)
        rows[s->treatment[i] == 1.0][a[i]]++;
    for (int arm = 0; arm < 2; arm++)
        for (int f = 1; f < 5; f++)
            assert_true(rows[arm][0] - rows[arm][f] <= 1);
    assert_int_equal(wrt_folds_assign(a, c, 5, 11, arena, NULL), WRT_OK);
    for (size_t i = 1; i < c->n; i++)
        if (c->cluster[i] == c->cluster[i - 1])
            assert_int_equal(a[i], a[i - 1]);
    wrt_err err = {0};
    assert_int_equal(wrt_folds_assign(a, c, 31, 11, arena, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "clusters"));
}

/* The bootstrap error of each estimator is near its influence-function error. */
static void bootstrap_errors_agree_with_influence_functions(void **state) {
    wrt_arena *arena = *state;
    const wrt_study *s = fixture_simulate(&linear, 8, arena);
    for (size_t i = 0; i < N_ESTIMATORS; i++) {
        wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
        o.draws = 400;
        double analytic = run(estimators[i], s, &o, arena).se;
        o.se = WRT_SE_BOOTSTRAP;
        double drawn = run(estimators[i], s, &o, arena).se;
        assert_true(fabs(drawn / analytic - 1.0) < 0.25);
    }
}

static wrt_status count_job(size_t job, void *ctx, wrt_err *err) {
    ((size_t *)ctx)[job]++;
    return job == 70 || job == 90 ? wrt_fail(err, WRT_E_LIMIT, "job %zu", job) : WRT_OK;
}

static void threads_run_each_job_once_and_report_a_failure(void **state) {
    (void)state;
    size_t seen[100] = {0};
    wrt_err err = {0};
    assert_int_equal(wrt_threads_run(70, 4, count_job, seen, &err), WRT_OK);
    for (size_t i = 0; i < 70; i++)
        assert_int_equal(seen[i], 1);
    assert_int_equal(wrt_threads_run(100, 4, count_job, seen, &err), WRT_E_LIMIT);
    assert_string_equal(err.message, "job 70");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_those_of_tables),
        cmocka_unit_test(counts_are_of_the_draw_alone),
        cmocka_unit_test(counts_of_a_cluster_are_equal),
        cmocka_unit_test(limits_are_those_of_efron_by_hand),
        cmocka_unit_test(too_many_failed_draws_are_an_error),
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(shards_merge_to_the_same_bits),
        cmocka_unit_test(a_draw_is_the_estimate_of_its_copies),
        cmocka_unit_test(held_out_fits_are_those_of_each_fold_alone),
        cmocka_unit_test(folds_are_even_and_fixed),
        cmocka_unit_test(bootstrap_errors_agree_with_influence_functions),
        cmocka_unit_test(threads_run_each_job_once_and_report_a_failure),
    };
    return cmocka_run_group_tests(tests, arena_new, arena_free);
}
