/* test_weights.c: fits and estimators against statsmodels, stored in tests/peers by the script of
 * the same name. */
#include "base/buf.h"
#include "base/file.h"
#include "effect/estimators/aipw.h"
#include "effect/estimators/gcomp.h"
#include "effect/estimators/ipw.h"
#include "effect/estimators/ols.h"
#include "effect/fit/logit.h"
#include "tests/effect/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
    wrt_json *peer;
    wrt_study *study; /* continuous outcome */
    wrt_study *risk;  /* the same rows, binary outcome */
    wrt_arena *arena;
} stored;

static void take(double *out, const wrt_json *list) {
    size_t i = 0;
    WRT_JSON_EACH(item, list) {
        out[i++] = wrt_json_number(item, NAN);
    }
}

static wrt_study *study_of(const wrt_json *data, const char *outcome, wrt_arena *arena) {
    const wrt_json *x = wrt_json_get(data, "x");
    size_t n = wrt_json_count(wrt_json_get(data, "t")), j = 0;
    wrt_study *s = fixture_study(n, wrt_json_count(x), arena);
    WRT_JSON_EACH(column, x) {
        take(s->covariates.values + n * j++, column);
    }
    take(s->treatment, wrt_json_get(data, "t"));
    take(s->outcome, wrt_json_get(data, outcome));
    s->outcome_is_binary = strcmp(outcome, "b") == 0;
    fixture_count_treated(s);
    return s;
}

static int setup(void **state) {
    static stored s;
    wrt_buf text = wrt_buf_make(1 << 20);
    s.arena = wrt_arena_new();
    assert_int_equal(
        wrt_file_read(&text, TEST_SOURCE_DIR "/tests/peers/effect_weights.json", 1 << 20, NULL),
        WRT_OK);
    assert_int_equal(wrt_json_parse(&s.peer, wrt_buf_str(&text), NULL), WRT_OK);
    wrt_buf_free(&text);
    s.study = study_of(wrt_json_get(s.peer, "data"), "y", s.arena);
    s.risk = study_of(wrt_json_get(s.peer, "data"), "b", s.arena);
    *state = &s;
    return 0;
}

static int teardown(void **state) {
    stored *s = *state;
    wrt_json_free(s->peer);
    wrt_arena_free(s->arena);
    return 0;
}

static void assert_close(double ours, double theirs, double relative) {
    if (!(fabs(ours - theirs) <= relative * fabs(theirs)))
        fail_msg("%.12g is not the peer's %.12g within %g of it", ours, theirs, relative);
}

static double number_at(const wrt_json *peer, const char *path, size_t index) {
    return wrt_json_number(wrt_json_at(wrt_json_path(peer, path), index), NAN);
}

static wrt_estimate run(const wrt_estimator *estimator, const wrt_study *study,
                        const wrt_estimator_options *options, wrt_arena *arena) {
    wrt_estimate e = {0};
    wrt_err err = {0};
    if (estimator->run(&e, study, options, arena, &err) != WRT_OK)
        fail_msg("%s: %s", estimator->name, err.message);
    wrt_json_free(e.details);
    return e;
}

/* Coefficient and six standard errors of the treatment, to 1e-8. */
static void ols_is_that_of_statsmodels(void **state) {
    const stored *s = *state;
    static const char *const names[] = {"ols.HC0", "ols.HC1", "ols.HC2", "ols.HC3"};
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    for (int hc = WRT_HC0; hc <= WRT_HC3; hc++) {
        o.hc = (wrt_hc)hc;
        wrt_estimate e = run(&wrt_estimator_ols, s->study, &o, s->arena);
        assert_close(e.estimate, number_at(s->peer, "ols.coefficients", 1), 1e-8);
        assert_close(e.se, number_at(s->peer, names[hc], 1), 1e-8);
        assert_string_equal(e.se_method, names[hc] + 4);
    }
    o.se = WRT_SE_CLASSICAL;
    assert_close(run(&wrt_estimator_ols, s->study, &o, s->arena).se,
                 number_at(s->peer, "ols.classical", 1), 1e-8);
    wrt_study clustered = *s->study;
    clustered.cluster = wrt_arena_calloc(s->arena, clustered.n, sizeof(size_t));
    clustered.n_clusters = 20;
    for (size_t i = 0; i < clustered.n; i++)
        clustered.cluster[i] = i % 20;
    o.se = WRT_SE_ROBUST;
    assert_close(run(&wrt_estimator_ols, &clustered, &o, s->arena).se,
                 number_at(s->peer, "ols.clustered", 1), 1e-8);
}

static void logit_is_that_of_statsmodels(void **state) {
    const stored *s = *state;
    wrt_design d = wrt_design_new(s->study->n, NULL, NULL, &s->study->covariates, s->arena);
    wrt_logit fit = {0};
    assert_int_equal(
        wrt_logit_fit(&fit, &d, s->study->treatment, NULL, NULL, NULL, "t", s->arena, NULL),
        WRT_OK);
    for (size_t j = 0; j < d.k; j++) {
        assert_close(fit.coefficients[j], number_at(s->peer, "logit.coefficients", j), 1e-9);
        assert_close(sqrt(fit.inverse[j + j * d.k]), number_at(s->peer, "logit.bse", j), 1e-8);
    }
}

/* Estimates to 1e-8, standard errors of the joint moment conditions to 1e-6. */
static void effects_are_those_of_statsmodels(void **state) {
    const stored *s = *state;
    static const struct {
        const wrt_estimator *estimator;
        wrt_estimand estimand;
        const char *path;
    } cases[] = {
        {&wrt_estimator_ipw, WRT_ESTIMAND_ATE, "effects.ipw_ate"},
        {&wrt_estimator_ipw, WRT_ESTIMAND_ATT, "effects.ipw_att"},
        {&wrt_estimator_ipw, WRT_ESTIMAND_ATC, "effects.ipw_atc"},
        {&wrt_estimator_gcomp, WRT_ESTIMAND_ATE, "effects.ra_ate"},
        {&wrt_estimator_gcomp, WRT_ESTIMAND_ATT, "effects.ra_att"},
        {&wrt_estimator_gcomp, WRT_ESTIMAND_ATC, "effects.ra_atc"},
        {&wrt_estimator_tlearner, WRT_ESTIMAND_ATT, "effects.ra_att"},
        {&wrt_estimator_aipw, WRT_ESTIMAND_ATE, "effects.aipw_ate"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
        o.estimand = cases[i].estimand;
        o.folds = 0;
        wrt_estimate e = run(cases[i].estimator, s->study, &o, s->arena);
        assert_close(e.estimate, number_at(s->peer, cases[i].path, 0), 1e-8);
        assert_close(e.se, number_at(s->peer, cases[i].path, 1), 1e-6);
        assert_close(e.mean_treated - e.mean_untreated, e.estimate, 1e-12);
    }
}

static void weighting_by_horvitz_and_thompson_is_the_plain_sum(void **state) {
    const stored *s = *state;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    o.is_normalised = false;
    wrt_estimate e = run(&wrt_estimator_ipw, s->study, &o, s->arena);
    assert_close(e.estimate, wrt_json_get_number(s->peer, "horvitz_thompson", NAN), 1e-8);
}

static void standardised_risks_are_those_of_statsmodels(void **state) {
    const stored *s = *state;
    static const char *const names[] = {"ate", "att", "atc"};
    for (int i = 0; i < 3; i++) {
        wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
        o.estimand = (wrt_estimand)i;
        wrt_estimate e = run(&wrt_estimator_gcomp, s->risk, &o, s->arena);
        double theirs =
            wrt_json_get_number(wrt_json_get(s->peer, "standardised_risk"), names[i], NAN);
        assert_close(e.estimate, theirs, 1e-8);
        assert_string_equal(e.measure, "risk difference");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ols_is_that_of_statsmodels),
        cmocka_unit_test(logit_is_that_of_statsmodels),
        cmocka_unit_test(effects_are_those_of_statsmodels),
        cmocka_unit_test(weighting_by_horvitz_and_thompson_is_the_plain_sum),
        cmocka_unit_test(standardised_risks_are_those_of_statsmodels),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
