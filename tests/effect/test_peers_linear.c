/* test_peers_linear.c: linear estimators beside statsmodels, linearmodels and rdrobust
 * (tests/peers/effect_linear.py made the tables and the values). */
#include "base/file.h"
#include "effect/estimators/did.h"
#include "effect/estimators/frontdoor.h"
#include "effect/estimators/iv.h"
#include "effect/estimators/ols.h"
#include "effect/estimators/rdd.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PEERS TEST_SOURCE_DIR "/tests/peers/"
#define LIST(...)                                                                                  \
    ((wrt_names){(const char *const[]){__VA_ARGS__},                                               \
                 sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)})

static wrt_json *peers;

static int load(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    assert_int_equal(wrt_file_read(&text, PEERS "effect_linear.json", WRT_MIB(1), NULL), WRT_OK);
    assert_int_equal(wrt_json_parse(&peers, wrt_buf_str(&text), NULL), WRT_OK);
    wrt_buf_free(&text);
    return 0;
}

static int unload(void **state) {
    (void)state;
    wrt_json_free(peers);
    return 0;
}

static void study_of(wrt_study *out, const char *file, const wrt_roles *roles) {
    wrt_table *table = NULL;
    wrt_err err = {0};
    char *path = wrt_path_join(PEERS, file);
    if (wrt_table_read(&table, path, &err) != WRT_OK ||
        wrt_study_build(out, table, roles, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_table_free(table);
    free(path);
}

static void close_to(const char *what, double ours, double theirs, double tolerance) {
    if (!(fabs(ours - theirs) <= tolerance * fabs(theirs)))
        fail_msg("%s: %.15g, the peer has %.15g", what, ours, theirs);
}

/* Estimates and hands out both; the caller frees details. */
static wrt_estimate estimate(const wrt_estimator *e, const wrt_study *study,
                             const wrt_estimator_options *options, wrt_arena *arena) {
    wrt_estimate out = {0};
    wrt_err err = {0};
    if (e->run(&out, study, options, arena, &err) != WRT_OK)
        fail_msg("%s: %s", e->name, err.message);
    return out;
}

static double se_of(const wrt_estimator *e, const wrt_study *study,
                    const wrt_estimator_options *options) {
    wrt_arena *arena = wrt_arena_new();
    wrt_estimate out = estimate(e, study, options, arena);
    double se = out.se;
    wrt_json_free(out.details);
    wrt_arena_free(arena);
    return se;
}

static const wrt_json *list_at(const wrt_json *list, size_t i) {
    return wrt_json_at(list, i);
}

static void ols_equals_statsmodels(void **state) {
    (void)state;
    static const char *const kinds[] = {"HC0", "HC1", "HC2", "HC3"};
    wrt_study s;
    wrt_arena *arena = wrt_arena_new();
    wrt_roles roles = {.treatment = "t", .outcome = "y", .adjust = LIST("x1", "x2", "site")};
    study_of(&s, "linear.csv", &roles);
    const wrt_json *case_ = wrt_json_get(peers, "ols");
    for (size_t j = 0; j < s.covariates.columns; j++)
        assert_string_equal(s.covariates.names[j],
                            wrt_json_text(list_at(wrt_json_get(case_, "columns"), j + 2)));
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    for (int hc = 0; hc < 4; hc++) {
        o.hc = (wrt_hc)hc;
        close_to(kinds[hc], se_of(&wrt_estimator_ols, &s, &o),
                 wrt_json_number(list_at(wrt_json_get(case_, kinds[hc]), 1), 0), 1e-8);
    }
    o.se = WRT_SE_CLASSICAL;
    wrt_estimate e = estimate(&wrt_estimator_ols, &s, &o, arena);
    close_to("coefficient", e.estimate,
             wrt_json_number(list_at(wrt_json_get(case_, "coefficients"), 1), 0), 1e-8);
    close_to("classical", e.se, wrt_json_number(list_at(wrt_json_get(case_, "classical"), 1), 0),
             1e-8);
    const wrt_json *interval = wrt_json_get(case_, "classical_interval");
    close_to("low", e.low, wrt_json_number(list_at(interval, 0), 0), 1e-8);
    close_to("high", e.high, wrt_json_number(list_at(interval, 1), 0), 1e-8);
    wrt_json_free(e.details);
    wrt_study_free(&s);
    roles.cluster = "clinic";
    study_of(&s, "linear.csv", &roles);
    o.se = WRT_SE_ROBUST;
    close_to("cluster", se_of(&wrt_estimator_ols, &s, &o),
             wrt_json_number(list_at(wrt_json_get(case_, "cluster"), 1), 0), 1e-8);
    wrt_study_free(&s);
    wrt_arena_free(arena);
}

/* The names of a JSON array, in the arena. */
static wrt_names names_of(const wrt_json *list, wrt_arena *arena) {
    size_t n = wrt_json_count(list);
    const char **items = wrt_arena_calloc(arena, n + 1, sizeof *items);
    for (size_t i = 0; i < n; i++)
        items[i] = wrt_json_text(wrt_json_at(list, i));
    return (wrt_names){items, n};
}

static void iv_errors_equal(const wrt_json *case_, wrt_roles *roles) {
    static const char *const kinds[] = {"HC0", "HC1"};
    wrt_study s;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    const wrt_json *se = wrt_json_get(case_, "se");
    study_of(&s, "instrument.csv", roles);
    for (int hc = 0; hc < 2; hc++) {
        o.hc = (wrt_hc)hc;
        close_to(kinds[hc], se_of(&wrt_estimator_iv, &s, &o), wrt_json_get_number(se, kinds[hc], 0),
                 1e-8);
    }
    o.se = WRT_SE_CLASSICAL;
    close_to("classical", se_of(&wrt_estimator_iv, &s, &o), wrt_json_get_number(se, "classical", 0),
             1e-8);
    wrt_study_free(&s);
    roles->cluster = "clinic";
    study_of(&s, "instrument.csv", roles);
    o.se = WRT_SE_ROBUST;
    close_to("cluster", se_of(&wrt_estimator_iv, &s, &o), wrt_json_get_number(se, "cluster", 0),
             1e-8);
    wrt_study_free(&s);
    roles->cluster = NULL;
}

static void iv_case_equals(const wrt_json *case_) {
    wrt_study s;
    wrt_arena *arena = wrt_arena_new();
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {.treatment = wrt_json_get_text(case_, "treatment", NULL),
                       .outcome = wrt_json_get_text(case_, "outcome", NULL),
                       .adjust = names_of(wrt_json_get(case_, "covariates"), arena),
                       .instruments = names_of(wrt_json_get(case_, "instruments"), arena)};
    study_of(&s, "instrument.csv", &roles);
    wrt_estimate e = estimate(&wrt_estimator_iv, &s, &o, arena);
    close_to("coefficient", e.estimate, wrt_json_get_number(case_, "coefficient", 0), 1e-8);
    const wrt_json *first = wrt_json_get(e.details, "first_stage");
    close_to("F", wrt_json_get_number(first, "f", 0),
             wrt_json_get_number(case_, "first_stage_f", 0), 1e-8);
    close_to("robust F", wrt_json_get_number(first, "f_robust", 0),
             wrt_json_get_number(case_, "first_stage_f_HC1", 0), 1e-8);
    close_to("partial R2", wrt_json_get_number(first, "partial_r2", 0),
             wrt_json_get_number(case_, "partial_r2", 0), 1e-8);
    const wrt_json *sargan = wrt_json_get(case_, "sargan");
    const wrt_json *ours = wrt_json_get(e.details, "overidentification");
    assert_true((sargan == NULL) == (ours == NULL));
    if (sargan != NULL) {
        close_to("Sargan", wrt_json_get_number(ours, "statistic", 0),
                 wrt_json_get_number(sargan, "statistic", 0), 1e-8);
        close_to("Sargan's p", wrt_json_get_number(ours, "p", 0),
                 wrt_json_get_number(sargan, "p", 0), 1e-8);
    }
    wrt_json_free(e.details);
    wrt_study_free(&s);
    iv_errors_equal(case_, &roles);
    wrt_arena_free(arena);
}

static void iv_equals_linearmodels(void **state) {
    (void)state;
    assert_int_equal(wrt_json_count(wrt_json_get(peers, "iv")), 4);
    WRT_JSON_EACH(case_, wrt_json_get(peers, "iv"))
    iv_case_equals(case_);
}

static void did_equals_statsmodels(void **state) {
    (void)state;
    WRT_JSON_EACH(case_, wrt_json_get(peers, "did")) {
        wrt_study s;
        wrt_arena *arena = wrt_arena_new();
        wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
        o.estimand = WRT_ESTIMAND_ATT;
        wrt_roles roles = {.treatment = "group",
                           .outcome = "y",
                           .period = "period",
                           .adjust = names_of(wrt_json_get(case_, "covariates"), arena)};
        study_of(&s, "panel.csv", &roles);
        wrt_estimate e = estimate(&wrt_estimator_did, &s, &o, arena);
        close_to("coefficient", e.estimate, wrt_json_get_number(case_, "coefficient", 0), 1e-8);
        close_to("HC1", e.se, wrt_json_get_number(case_, "HC1", 0), 1e-8);
        wrt_json_free(e.details);
        o.se = WRT_SE_CLASSICAL;
        close_to("classical", se_of(&wrt_estimator_did, &s, &o),
                 wrt_json_get_number(case_, "classical", 0), 1e-8);
        wrt_study_free(&s);
        roles.cluster = "unit";
        study_of(&s, "panel.csv", &roles);
        o.se = WRT_SE_ROBUST;
        close_to("cluster", se_of(&wrt_estimator_did, &s, &o),
                 wrt_json_get_number(case_, "cluster", 0), 1e-8);
        wrt_study_free(&s);
        wrt_arena_free(arena);
    }
}

static void rdd_equals_rdrobust(void **state) {
    (void)state;
    wrt_study s;
    wrt_roles roles = {.treatment = "d", .outcome = "y", .running = "r"};
    study_of(&s, "discontinuity.csv", &roles);
    assert_int_equal(wrt_json_count(wrt_json_get(peers, "rdd")), 12);
    WRT_JSON_EACH(case_, wrt_json_get(peers, "rdd")) {
        wrt_arena *arena = wrt_arena_new();
        wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
        o.hc = (wrt_hc)(wrt_json_get_text(case_, "vce", "")[2] - '0');
        if (wrt_json_get_bool(case_, "given", false))
            o.bandwidth = wrt_json_get_number(case_, "h", 0);
        wrt_estimate e = estimate(&wrt_estimator_rdd, &s, &o, arena);
        const wrt_json *robust = wrt_json_get(e.details, "bias_corrected");
        close_to("h", wrt_json_get_number(e.details, "bandwidth", 0),
                 wrt_json_get_number(case_, "h", 0), 1e-8);
        close_to("b", wrt_json_get_number(e.details, "bias_bandwidth", 0),
                 wrt_json_get_number(case_, "b", 0), 1e-8);
        close_to("coefficient", e.estimate, wrt_json_get_number(case_, "coefficient", 0), 1e-8);
        /* With HC1 rdrobust counts the rows of the wider window b for the line in window h. */
        if (o.hc != WRT_HC1 || o.bandwidth > 0)
            close_to("se", e.se, wrt_json_get_number(case_, "se", 0), 1e-8);
        close_to("bias-corrected", wrt_json_get_number(robust, "estimate", 0),
                 wrt_json_get_number(case_, "bias_corrected", 0), 1e-8);
        close_to("robust se", wrt_json_get_number(robust, "se", 0),
                 wrt_json_get_number(case_, "robust_se", 0), 1e-8);
        assert_true(e.n_used ==
                    (size_t)(wrt_json_number(list_at(wrt_json_get(case_, "rows"), 0), 0) +
                             wrt_json_number(list_at(wrt_json_get(case_, "rows"), 1), 0)));
        wrt_json_free(e.details);
        wrt_arena_free(arena);
    }
    wrt_study_free(&s);
}

/* The formula to 1e-10; its influence function beside numeric derivatives in the rows' weights. */
static void frontdoor_equals_cell_means(void **state) {
    (void)state;
    wrt_study s;
    wrt_arena *arena = wrt_arena_new();
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {.treatment = "t", .outcome = "y", .mediators = LIST("m")};
    study_of(&s, "mediator.csv", &roles);
    wrt_estimate e = estimate(&wrt_estimator_frontdoor, &s, &o, arena);
    const wrt_json *case_ = wrt_json_get(peers, "frontdoor");
    assert_string_equal(wrt_json_get_text(e.details, "form", ""), "cell means");
    close_to("formula", e.estimate, wrt_json_get_number(case_, "coefficient", 0), 1e-10);
    close_to("error", e.se, wrt_json_get_number(case_, "se", 0), 1e-6);
    assert_true(fabs(e.mean_treated - e.mean_untreated - e.estimate) < 1e-12);
    wrt_json_free(e.details);
    wrt_study_free(&s);
    wrt_arena_free(arena);
}

static void frontdoor_lines_equal_statsmodels(void **state) {
    (void)state;
    wrt_study s;
    wrt_arena *arena = wrt_arena_new();
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {
        .treatment = "t", .outcome = "y_line", .mediators = LIST("m1", "m2"), .adjust = LIST("x")};
    study_of(&s, "mediator.csv", &roles);
    wrt_estimate e = estimate(&wrt_estimator_frontdoor, &s, &o, arena);
    const wrt_json *case_ = wrt_json_get(peers, "frontdoor_line");
    assert_string_equal(wrt_json_get_text(e.details, "form", ""), "linear");
    close_to("products", e.estimate, wrt_json_get_number(case_, "coefficient", 0), 1e-8);
    close_to("error", e.se, wrt_json_get_number(case_, "se", 0), 1e-8);
    wrt_json_free(e.details);
    wrt_study_free(&s);
    wrt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ols_equals_statsmodels),
        cmocka_unit_test(iv_equals_linearmodels),
        cmocka_unit_test(did_equals_statsmodels),
        cmocka_unit_test(rdd_equals_rdrobust),
        cmocka_unit_test(frontdoor_equals_cell_means),
        cmocka_unit_test(frontdoor_lines_equal_statsmodels),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
