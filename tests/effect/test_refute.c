/* test_refute.c: refuters on data whose truth is known, on estimators that are wrong on purpose,
 * and on propensities that no longer fit. */
#include "base/rng.h"
#include "effect/checks/refute.h"
#include "effect/checks/refute_study.h"
#include "effect/estimators/aipw.h"
#include "effect/estimators/cox.h"
#include "effect/estimators/ipw.h"
#include "effect/estimators/ols.h"
#include "effect/estimators/rmst.h"
#include "effect/fit/quantile.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 300, REPETITIONS = 60 };

typedef struct {
    wrt_arena *arena;
    wrt_study study;
    double *propensity; /* the true one */
    wrt_estimator_options options;
} trial;

static double normal(wrt_rng *rng) {
    return wrt_normal_quantile(0.5e-9 + (1 - 1e-9) * wrt_rng_uniform(rng));
}

/* x confounds: P(t) = logistic(x), y = 2 t + 3 x + noise. */
static trial make_trial(void) {
    static const char *names[] = {"x"};
    static size_t source[] = {0};
    trial t = {.arena = wrt_arena_new(), .options = WRT_ESTIMATOR_OPTIONS_DEFAULT};
    double *x = wrt_arena_calloc(t.arena, ROWS, sizeof *x);
    wrt_rng rng = wrt_rng_make(7, 1, 1);
    t.options.folds = 0;
    t.propensity = wrt_arena_calloc(t.arena, ROWS, sizeof(double));
    t.study = (wrt_study){.n = ROWS,
                          .treatment = wrt_arena_calloc(t.arena, ROWS, sizeof(double)),
                          .outcome = wrt_arena_calloc(t.arena, ROWS, sizeof(double)),
                          .treatment_is_binary = true,
                          .covariates = {x, 1, names, source},
                          .arena = t.arena};
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = normal(&rng);
        t.propensity[i] = 1 / (1 + exp(-x[i]));
        t.study.treatment[i] = wrt_rng_uniform(&rng) < t.propensity[i];
        t.study.outcome[i] = 2 * t.study.treatment[i] + 3 * x[i] + normal(&rng);
        t.study.n_treated += t.study.treatment[i] == 1;
    }
    return t;
}

static wrt_status refute(wrt_refutation *out, trial *t, wrt_estimator_run *run, wrt_refuter kind,
                         size_t repetitions) {
    wrt_estimate original = {0};
    assert_int_equal(run(&original, &t->study, &t->options, t->arena, NULL), WRT_OK);
    wrt_json_free(original.details);
    wrt_refute_question q = {.refuter = kind,
                             .study = &t->study,
                             .run = run,
                             .options = &t->options,
                             .original = &original,
                             .repetitions = repetitions,
                             .seed = 42};
    return wrt_refute(out, &q, t->arena, NULL);
}

static void sound_estimators_pass(void **state) {
    (void)state;
    trial t = make_trial();
    wrt_estimator_run *const runs[] = {wrt_estimator_ols.run, wrt_estimator_ipw.run,
                                       wrt_estimator_aipw.run};
    for (size_t k = 0; k < 3; k++) {
        for (int kind = 0; kind < WRT_REFUTE_COUNT; kind++) {
            wrt_refutation r;
            assert_int_equal(refute(&r, &t, runs[k], (wrt_refuter)kind, REPETITIONS), WRT_OK);
            assert_true(r.passes && r.intervals_hold);
            assert_int_equal(r.n, REPETITIONS);
            assert_true(r.sd > 0 && r.low <= r.mean && r.mean <= r.high);
            if (kind == WRT_REFUTE_PLACEBO && k != 1) /* nothing random comes near 2 */
                assert_true(fabs(r.share - 1.0 / (REPETITIONS + 1)) < 1e-12);
            wrt_json *json = wrt_refutation_json(&r);
            assert_true(wrt_json_get_bool(json, "passes", false));
            assert_string_equal(wrt_json_get_text(json, "refuter", ""),
                                wrt_refuter_name((wrt_refuter)kind));
            wrt_json_free(json);
        }
    }
    wrt_arena_free(t.arena);
}

/* Kept, the true propensities of the real treatment make weights of a permuted one that are no
 * weights of anything; the refuter drops them. */
static void placebo_does_not_use_stale_propensities(void **state) {
    (void)state;
    trial t = make_trial();
    wrt_refutation r;
    t.study.propensity = t.propensity;
    assert_int_equal(refute(&r, &t, wrt_estimator_ipw.run, WRT_REFUTE_PLACEBO, REPETITIONS),
                     WRT_OK);
    assert_true(r.passes);
    wrt_rng rng = wrt_rng_make(42, 1, 1);
    wrt_study copy = wrt_study_permute_treatment(&t.study, &rng, t.arena);
    assert_null(copy.propensity);
    assert_ptr_equal(t.study.propensity, t.propensity);
    wrt_estimate stale;
    double mean = 0;
    for (uint64_t k = 0; k < 20; k++) { /* what a tool that keeps them would report */
        rng = wrt_rng_make(42, 1, k);
        copy = wrt_study_permute_treatment(&t.study, &rng, t.arena);
        copy.propensity = t.propensity;
        assert_int_equal(wrt_estimator_ipw.run(&stale, &copy, &t.options, t.arena, NULL), WRT_OK);
        wrt_json_free(stale.details);
        mean += stale.estimate / 20;
    }
    assert_true(fabs(mean) > 10 * fabs(r.mean) && fabs(mean) > 1);
    wrt_arena_free(t.arena);
}

/* ---- estimators that are wrong */

static wrt_status run_shifted(wrt_estimate *out, const wrt_study *study,
                              const wrt_estimator_options *options, wrt_arena *arena,
                              wrt_err *err) {
    wrt_status status = wrt_estimator_ols.run(out, study, options, arena, err);
    out->estimate += 1;
    return status;
}

static wrt_status run_overconfident(wrt_estimate *out, const wrt_study *study,
                                    const wrt_estimator_options *options, wrt_arena *arena,
                                    wrt_err *err) {
    wrt_status status = wrt_estimator_ols.run(out, study, options, arena, err);
    out->low = out->estimate - out->se / 3;
    out->high = out->estimate + out->se / 3;
    return status;
}

static wrt_status run_first_row(wrt_estimate *out, const wrt_study *study,
                                const wrt_estimator_options *options, wrt_arena *arena,
                                wrt_err *err) {
    wrt_status status = wrt_estimator_ols.run(out, study, options, arena, err);
    out->estimate = study->n == ROWS ? 100 : out->estimate; /* all of it hangs on being complete */
    return status;
}

static wrt_status run_noise(wrt_estimate *out, const wrt_study *study,
                            const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    wrt_status status = wrt_estimator_ols.run(out, study, options, arena, err);
    out->estimate += study->covariates.columns > 1 ? 1 : 0;
    return status;
}

static wrt_status run_refusing(wrt_estimate *out, const wrt_study *study,
                               const wrt_estimator_options *options, wrt_arena *arena,
                               wrt_err *err) {
    if (study->propensity != NULL)
        return wrt_estimator_ols.run(out, study, options, arena, err);
    return wrt_fail(err, WRT_E_INPUT, "no propensities at all");
}

static void wrong_estimators_are_caught(void **state) {
    (void)state;
    trial t = make_trial();
    wrt_refutation r;
    assert_int_equal(refute(&r, &t, run_shifted, WRT_REFUTE_PLACEBO, REPETITIONS), WRT_OK);
    assert_false(r.passes);
    assert_non_null(strstr(r.text, "biased"));
    assert_int_equal(refute(&r, &t, run_shifted, WRT_REFUTE_DUMMY_OUTCOME, REPETITIONS), WRT_OK);
    assert_false(r.passes);
    assert_int_equal(refute(&r, &t, run_overconfident, WRT_REFUTE_PLACEBO, REPETITIONS), WRT_OK);
    assert_true(r.passes && !r.intervals_hold);
    assert_true(r.misses > 0.5);
    assert_int_equal(refute(&r, &t, run_first_row, WRT_REFUTE_SUBSET, REPETITIONS), WRT_OK);
    assert_false(r.passes);
    assert_int_equal(refute(&r, &t, run_noise, WRT_REFUTE_RANDOM_CAUSE, REPETITIONS), WRT_OK);
    assert_false(r.passes);
    t.study.propensity = t.propensity;
    assert_int_equal(refute(&r, &t, run_refusing, WRT_REFUTE_PLACEBO, REPETITIONS), WRT_E_INPUT);
    wrt_arena_free(t.arena);
}

/* ---- states */

static void repetitions_depend_on_seed_and_number_only(void **state) {
    (void)state;
    trial t = make_trial();
    wrt_refutation few, many;
    assert_int_equal(refute(&few, &t, wrt_estimator_ols.run, WRT_REFUTE_SUBSET, 5), WRT_OK);
    assert_int_equal(refute(&many, &t, wrt_estimator_ols.run, WRT_REFUTE_SUBSET, 10), WRT_OK);
    for (size_t i = 0; i < 5; i++)
        assert_true(few.estimates[i] == many.estimates[i]);
    assert_true(many.estimates[5] != many.estimates[4]);
    assert_int_equal(refute(&few, &t, wrt_estimator_ols.run, WRT_REFUTE_SUBSET, 1), WRT_E_INPUT);
    double instrument[ROWS] = {0};
    t.study.instruments = (wrt_block){instrument, 1, NULL, NULL};
    assert_int_equal(refute(&few, &t, wrt_estimator_ols.run, WRT_REFUTE_PLACEBO, 5),
                     WRT_E_UNSUPPORTED);
    wrt_arena_free(t.arena);
}

static void changed_studies_keep_what_they_must(void **state) {
    (void)state;
    trial t = make_trial();
    wrt_rng rng = wrt_rng_make(1, 1, 1);
    size_t *cluster = wrt_arena_calloc(t.arena, ROWS, sizeof *cluster);
    for (size_t i = 0; i < ROWS; i++) {
        cluster[i] = i / 10;
        t.study.treatment[i] = (double)(i / 10 % 3 == 0);
    }
    t.study.cluster = cluster;
    t.study.n_clusters = ROWS / 10;
    wrt_study s = wrt_study_permute_treatment(&t.study, &rng, t.arena);
    assert_int_equal(s.n_treated, 100);
    bool moved = false;
    for (size_t i = 0; i < ROWS; i++) {
        assert_true(s.treatment[i] == s.treatment[i / 10 * 10]); /* clusters stay whole */
        moved = moved || s.treatment[i] != t.study.treatment[i];
    }
    assert_true(moved);
    s = wrt_study_take_part(&t.study, 0.5, &rng, t.arena);
    assert_int_equal(s.n, ROWS / 2);
    for (size_t i = 0; i < s.n; i++)
        assert_true(s.cluster[i] < s.n_clusters);
    s = wrt_study_add_noise(&t.study, &rng, t.arena);
    assert_int_equal(s.covariates.columns, 2);
    assert_memory_equal(s.covariates.values, t.study.covariates.values, ROWS * sizeof(double));
    double mean = 0, square = 0;
    for (size_t i = 0; i < ROWS; i++) {
        mean += s.covariates.values[ROWS + i] / ROWS;
        square += s.covariates.values[ROWS + i] * s.covariates.values[ROWS + i] / ROWS;
    }
    assert_true(fabs(mean) < 0.25 && fabs(square - 1) < 0.35);
    wrt_arena_free(t.arena);
}

/* Times to event: outcome and event move together, and survival estimators pass too. */
static void survival_estimators_are_refuted_too(void **state) {
    (void)state;
    trial t = make_trial();
    t.study.event = wrt_arena_calloc(t.arena, ROWS, sizeof(double));
    wrt_rng rng = wrt_rng_make(3, 1, 1);
    for (size_t i = 0; i < ROWS; i++) {
        double rate = 0.1 * exp(0.5 * t.study.covariates.values[i] - t.study.treatment[i]);
        double time = -log(1 - wrt_rng_uniform(&rng)) / rate;
        t.study.outcome[i] = fmin(time, 15);
        t.study.event[i] = time <= 15;
    }
    t.options.horizon = 12;
    for (int kind = 0; kind < WRT_REFUTE_COUNT; kind++) {
        wrt_refutation r;
        assert_int_equal(refute(&r, &t, wrt_estimator_cox.run, (wrt_refuter)kind, 40), WRT_OK);
        assert_true(r.passes && r.intervals_hold);
        assert_int_equal(refute(&r, &t, wrt_estimator_rmst.run, (wrt_refuter)kind, 40), WRT_OK);
        assert_true(r.passes && r.intervals_hold);
    }
    wrt_rng pairs = wrt_rng_make(1, 1, 1);
    wrt_study s = wrt_study_permute_outcome(&t.study, &pairs, t.arena);
    for (size_t i = 0; i < ROWS; i++)
        assert_true((s.outcome[i] < 15) == (s.event[i] == 1));
    wrt_arena_free(t.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_estimators_pass),
        cmocka_unit_test(placebo_does_not_use_stale_propensities),
        cmocka_unit_test(wrong_estimators_are_caught),
        cmocka_unit_test(repetitions_depend_on_seed_and_number_only),
        cmocka_unit_test(changed_studies_keep_what_they_must),
        cmocka_unit_test(survival_estimators_are_refuted_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
