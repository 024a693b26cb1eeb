/* test_streamed.c: a streamed file gives what the table in memory gives, and peers' values. */
#include "base/file.h"
#include "base/rng.h"
#include "effect/estimators/ols.h"
#include "effect/estimators/streamed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define LIST(...)                                                                                  \
    ((wrt_names){(const char *const[]){__VA_ARGS__},                                               \
                 sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)})
#define FILE_MADE TEST_BINARY_DIR "/streamed.csv"

static const wrt_table_source made = {FILE_MADE, -1};
static const wrt_table_source stored = {TEST_SOURCE_DIR "/tests/peers/linear.csv", -1};

/* Two pieces and a bit, with missing cells, three arms, a constant and a collinear column. */
static void make_file(void) {
    static const char *const arms[] = {"drug", "placebo", "other"}, *const sites[] = {"a", "b",
                                                                                      "c"};
    wrt_buf text = wrt_buf_make(WRT_MIB(16));
    wrt_buf_add_c(&text, "arm,dose,two,y,bad,x1,x2,sum,one,site\n");
    for (unsigned i = 0; i < 2 * WRT_STREAMED_ROWS + 100; i++) {
        wrt_rng rng = wrt_rng_make(5, 1, i);
        double x1 = wrt_rng_uniform(&rng), x2 = 1e3 + wrt_rng_uniform(&rng);
        uint64_t arm = wrt_rng_below(&rng, 3), site = wrt_rng_below(&rng, 3);
        double y = 2 * (arm == 0) + x1 - x2 + (double)site + (0.5 + x1) * wrt_rng_uniform(&rng);
        wrt_buf_printf(&text, "%s,%g,%d,%.9g,%s,%.9g,", arms[arm], 0.5 * (double)arm,
                       arm == 0 ? 3 : 1, y, y > -998 ? "yes" : "no", x1);
        if (i % 97 == 0)
            wrt_buf_add_c(&text, "NA");
        else
            wrt_buf_printf(&text, "%.9g", x2);
        wrt_buf_printf(&text, ",%.17g,7,%s\n", 2 * x1 + 1, sites[site]);
    }
    assert_false(text.overflow);
    assert_int_equal(wrt_file_write(FILE_MADE, wrt_buf_str(&text), 0600, NULL), WRT_OK);
    wrt_buf_free(&text);
}

static void near(double ours, double theirs) {
    if (!(fabs(ours - theirs) <= 1e-9 * fabs(theirs)))
        fail_msg("%.15g, in memory %.15g", ours, theirs);
}

static void compare(const wrt_roles *roles, const wrt_estimator_options *o) {
    wrt_arena *arena = wrt_arena_new();
    wrt_streamed streamed;
    wrt_table *table = NULL;
    wrt_study study;
    wrt_estimate whole = {0};
    wrt_err err = {0};
    if (wrt_streamed_estimate(&streamed, &made, roles, NULL, o, arena, &err) != WRT_OK ||
        wrt_table_read(&table, FILE_MADE, &err) != WRT_OK ||
        wrt_study_build(&study, table, roles, &err) != WRT_OK ||
        wrt_estimator_ols.run(&whole, &study, o, arena, &err) != WRT_OK)
        fail_msg("%s", err.message);
    near(streamed.ols.estimate, whole.estimate);
    near(streamed.ols.se, whole.se);
    near(streamed.ols.low, whole.low);
    near(streamed.ols.high, whole.high);
    assert_string_equal(streamed.ols.se_method, whole.se_method);
    assert_int_equal(streamed.n, study.n);
    assert_int_equal(streamed.n_treated, study.n_treated);
    static const char *const same[] = {"file",           "dropped",       "rows_used",
                                       "missing_policy", "kinds",         "missing_by_column",
                                       "categorical",    "treated_level", "untreated_level",
                                       "outcome_level"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (wrt_json_get(study.account, same[i]) != NULL ||
            wrt_json_get(streamed.account, same[i]) != NULL)
            assert_true(wrt_json_equal(wrt_json_get(streamed.account, same[i]),
                                       wrt_json_get(study.account, same[i])));
    assert_int_equal(wrt_json_count(wrt_json_get(streamed.account, "collinear")),
                     wrt_json_count(wrt_json_get(study.account, "collinear")));
    if (study.treatment_is_binary) {
        double mean[2] = {0, 0}, n[2] = {0, 0};
        for (size_t i = 0; i < study.n; i++) {
            int arm = study.treatment[i] > 0;
            mean[arm] += (study.outcome[i] - mean[arm]) / ++n[arm];
        }
        near(streamed.naive.estimate, mean[1] - mean[0]);
        assert_string_equal(streamed.naive.measure, whole.measure);
    } else {
        assert_true(isnan(streamed.naive.estimate));
        wrt_estimate bare = {0};
        wrt_estimator_options classical = *o;
        classical.se = WRT_SE_CLASSICAL;
        study.covariates.columns = 0;
        assert_int_equal(wrt_estimator_ols.run(&bare, &study, &classical, arena, &err), WRT_OK);
        near(streamed.bare.estimate, bare.estimate);
        near(streamed.bare.se, bare.se);
        near(streamed.bare.low, bare.low);
        wrt_json_free(bare.details);
    }
    assert_string_equal(streamed.ols.measure, whole.measure);
    wrt_json_free(streamed.account);
    wrt_json_free(whole.details);
    wrt_study_free(&study);
    wrt_table_free(table);
    wrt_arena_free(arena);
}

static void streamed_equals_the_table_in_memory(void **state) {
    (void)state;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {.treatment = "arm",
                       .treated = "drug",
                       .untreated = "placebo",
                       .outcome = "y",
                       .adjust = LIST("x1", "x2", "sum", "one", "site")};
    make_file();
    for (int hc = 1; hc < 4; hc += 2) {
        o.hc = (wrt_hc)hc;
        compare(&roles, &o);
    }
    o.se = WRT_SE_CLASSICAL;
    compare(&roles, &o);
    o.se = WRT_SE_ROBUST;
    roles.outcome = "bad";
    compare(&roles, &o);
    roles.treated = roles.untreated = NULL;
    roles.treatment = "two"; /* 1 and 3 */
    compare(&roles, &o);
    roles.treatment = "dose"; /* three values: continuous */
    compare(&roles, &o);
    unlink(FILE_MADE);
}

static void streamed_equals_statsmodels(void **state) {
    (void)state;
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_roles roles = {.treatment = "t", .outcome = "y", .adjust = LIST("x1", "x2", "site")};
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_json *peers = NULL;
    wrt_arena *arena = wrt_arena_new();
    wrt_streamed streamed;
    assert_int_equal(
        wrt_file_read(&text, TEST_SOURCE_DIR "/tests/peers/effect_linear.json", WRT_MIB(1), NULL),
        WRT_OK);
    assert_int_equal(wrt_json_parse(&peers, wrt_buf_str(&text), NULL), WRT_OK);
    o.hc = WRT_HC3;
    assert_int_equal(wrt_streamed_estimate(&streamed, &stored, &roles, NULL, &o, arena, NULL),
                     WRT_OK);
    near(streamed.ols.estimate,
         wrt_json_number(wrt_json_at(wrt_json_path(peers, "ols.coefficients"), 1), 0));
    near(streamed.ols.se, wrt_json_number(wrt_json_at(wrt_json_path(peers, "ols.HC3"), 1), 0));
    wrt_json_free(streamed.account);
    wrt_json_free(peers);
    wrt_arena_free(arena);
    wrt_buf_free(&text);
}

static void streamed_refuses_what_it_cannot_do(void **state) {
    (void)state;
    static const char text[] = "t,y,x,g\n1,1,2,a\n1,2,4,b\n0,3,1,a\n0,4,3,b\n0,5,9,c\n1,1,7,a\n"
                               "0,2,8,b\n1,3,5,1\n";
    const struct {
        wrt_roles roles;
        const char *word;
    } cases[] = {
        {{.treatment = "t"}, "needed"},
        {{.treatment = "t", .outcome = "y", .cluster = "g"}, "read the table whole"},
        {{.treatment = "t", .outcome = "y", .adjust = LIST("y")}, "two roles"},
        {{.treatment = "t", .outcome = "q"}, "no column \"q\""},
        {{.treatment = "t", .outcome = "y", .adjust = LIST("g")}, "is not a number"},
        {{.treatment = "g", .outcome = "y", .categorical = LIST("g")}, "has 4 levels"},
        {{.treatment = "t", .outcome = "y", .treated = "1"}, "name both"},
    };
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    assert_int_equal(wrt_file_write(FILE_MADE, WRT_STR(text), 0600, NULL), WRT_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_arena *arena = wrt_arena_new();
        wrt_streamed streamed;
        wrt_err err = {0};
        wrt_status status =
            wrt_streamed_estimate(&streamed, &made, &cases[i].roles, NULL, &o, arena, &err);
        if (status == WRT_OK || strstr(err.message, cases[i].word) == NULL)
            fail_msg("case %zu: %d %s", i, status, err.message);
        wrt_arena_free(arena);
    }
    unlink(FILE_MADE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streamed_equals_the_table_in_memory),
        cmocka_unit_test(streamed_equals_statsmodels),
        cmocka_unit_test(streamed_refuses_what_it_cannot_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
