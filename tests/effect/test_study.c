/* test_study.c: from a table and roles to numbers, and every refusal on the way. */
#include "effect/study.h"

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

static wrt_status build(wrt_study *out, const char *text, const wrt_roles *roles, wrt_err *err) {
    wrt_table *table = NULL;
    assert_int_equal(wrt_table_parse(&table, "t.csv", wrt_str_of(text), NULL), WRT_OK);
    wrt_status status = wrt_study_build(out, table, roles, err);
    wrt_table_free(table);
    return status;
}

static const char PEOPLE[] = "id,arm,y,age,race,site,twice,one,copy\n"
                             "1,drug,3.5,40,white,1,80,7,40\n"
                             "2,placebo,1,50,black,2,100,7,50\n"
                             "3,drug,2,61,asian,3,122,7,61\n"
                             "4,placebo,4,NA,white,1,0,7,1\n"
                             "5,drug,5,45,black,2,90,7,45\n"
                             "6,placebo,2.5,33,white,3,66,7,33\n"
                             "7,placebo,3,38,asian,1,76,7,38\n"
                             "8,drug,1.5,52,white,2,104,7,52\n"
                             "9,placebo,0,47,black,3,94,7,47\n";

static void study_spreads_levels_and_names_what_it_left_out(void **state) {
    (void)state;
    wrt_study s;
    wrt_err err = {0};
    wrt_roles roles = {.treatment = "arm",
                       .outcome = "y",
                       .adjust = LIST("age", "race", "site", "twice", "one", "copy"),
                       .categorical = LIST("site")};
    assert_int_equal(build(&s, PEOPLE, &roles, &err), WRT_OK);
    assert_int_equal(s.n, 8);
    assert_true(s.treatment_is_binary);
    assert_string_equal(s.treated_level, "drug");
    assert_string_equal(s.untreated_level, "placebo");
    assert_int_equal(s.n_treated, 4);
    static const char *const names[] = {"age", "race=black", "race=white", "site=2", "site=3"};
    assert_int_equal(s.covariates.columns, 5);
    for (size_t j = 0; j < 5; j++)
        assert_string_equal(s.covariates.names[j], names[j]);
    static const double black[] = {0, 1, 0, 1, 0, 0, 0, 1}, site3[] = {0, 0, 1, 0, 1, 0, 0, 1};
    for (size_t i = 0; i < 8; i++) {
        assert_true(s.covariates.values[1 * 8 + i] == black[i]);
        assert_true(s.covariates.values[4 * 8 + i] == site3[i]);
    }
    assert_int_equal(s.covariates.source[0], 3);
    assert_int_equal(s.covariates.source[4], 5);
    const wrt_json *out = wrt_json_get(s.account, "collinear");
    assert_int_equal(wrt_json_count(out), 3);
    assert_string_equal(wrt_json_get_text(wrt_json_at(out, 0), "why", ""), "equals 2*age");
    assert_string_equal(wrt_json_get_text(wrt_json_at(out, 1), "column", ""), "one");
    assert_string_equal(wrt_json_get_text(wrt_json_at(out, 1), "why", ""), "constant");
    assert_string_equal(wrt_json_get_text(wrt_json_at(out, 2), "why", ""), "equals age");
    assert_int_equal(wrt_json_get_int(wrt_json_path(s.account, "missing_by_column"), "age", 0), 1);
    assert_int_equal(wrt_json_get_int(wrt_json_path(s.account, "dropped"), "missing", 0), 1);
    assert_int_equal(wrt_json_count(wrt_json_path(s.account, "categorical.site")), 3);
    wrt_study_free(&s);
}

/* c = 2a - 3b + 5 exactly, in floating point too. */
static void study_names_a_linear_function_of_two_columns(void **state) {
    (void)state;
    wrt_study s;
    wrt_roles roles = {.treatment = "t", .outcome = "y", .adjust = LIST("a", "b", "c")};
    assert_int_equal(build(&s,
                           "t,y,a,b,c\n0,1,1,4,-5\n1,3,2,1,6\n0,2,3,7,-10\n1,4,5,2,9\n"
                           "0,9,8,3,12\n1,7,4,4,1\n0,5,6,9,-10\n1,8,7,1,16\n",
                           &roles, NULL),
                     WRT_OK);
    assert_int_equal(s.covariates.columns, 2);
    assert_string_equal(
        wrt_json_get_text(wrt_json_at(wrt_json_get(s.account, "collinear"), 0), "why", ""),
        "equals 2*a - 3*b + 5");
    wrt_study_free(&s);
}

/* Correlation 1 - 5e-9 is near, not equal: nothing is left out. */
static void study_keeps_nearly_collinear_columns(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_add_c(&text, "t,y,a,b\n");
    for (int i = 0; i < 100; i++)
        wrt_buf_printf(&text, "%d,%d,%d,%.9f\n", i % 2, (i * 7) % 13, i,
                       i + 0.003 * ((i * 37) % 11 - 5));
    wrt_study s;
    wrt_roles roles = {.treatment = "t", .outcome = "y", .adjust = LIST("a", "b")};
    assert_int_equal(build(&s, wrt_buf_str(&text).ptr, &roles, NULL), WRT_OK);
    assert_int_equal(s.covariates.columns, 2);
    assert_null(wrt_json_get(s.account, "collinear"));
    wrt_study_free(&s);
    wrt_buf_free(&text);
}

static void study_warns_of_codes_used_as_quantities(void **state) {
    (void)state;
    wrt_study s;
    wrt_roles roles = {.treatment = "arm", .outcome = "y", .adjust = LIST("site")};
    assert_int_equal(build(&s, PEOPLE, &roles, NULL), WRT_OK);
    assert_int_equal(s.covariates.columns, 1);
    const char *warning = wrt_json_text(wrt_json_at(wrt_json_get(s.account, "warnings"), 0));
    assert_non_null(warning);
    assert_non_null(strstr(warning, "\"site\" has 3 different whole numbers (1 to 3)"));
    wrt_study_free(&s);
}

static const char ARMS[] = "g,y,e,p,when,c,r\n"
                           "A,1,0,0.5,2020-01-01,x,-1\nB,2,1,0.5,2021-01-01,y,1\n"
                           "C,3,1,0.4,2020-01-01,x,-2\nA,4,0,0.3,2021-01-01,y,2\n"
                           "B,5,1,0.5,2020-01-01,x,-3\nA,6,1,0.6,2021-01-01,z,3\n"
                           "B,7,0,0.5,2020-01-01,z,-4\nA,8,1,0.7,2021-01-01,x,4\n"
                           "B,9,0,0.5,2020-01-01,y,-5\nC,1,1,0.5,2021-01-01,z,5\n";

static void study_takes_every_single_role(void **state) {
    (void)state;
    wrt_study s;
    wrt_err err = {0};
    wrt_roles roles = {.treatment = "g",
                       .treated = "B",
                       .untreated = "A",
                       .outcome = "y",
                       .event = "e",
                       .propensity = "p",
                       .period = "when",
                       .cluster = "c",
                       .modifier = "c",
                       .running = "r"};
    assert_int_equal(build(&s, ARMS, &roles, &err), WRT_OK);
    assert_int_equal(s.n, 8); /* C is left out */
    assert_int_equal(wrt_json_get_int(wrt_json_get(s.account, "dropped"), "other_arms", 0), 2);
    static const double treated[] = {0, 1, 0, 1, 0, 1, 0, 1}, after[] = {0, 1, 1, 0, 1, 0, 1, 0};
    static const size_t cluster[] = {0, 1, 1, 0, 2, 2, 0, 1};
    for (size_t i = 0; i < 8; i++) {
        assert_true(s.treatment[i] == treated[i]);
        assert_true(s.period[i] == after[i]);
        assert_int_equal(s.cluster[i], cluster[i]);
        assert_int_equal(s.modifier[i], cluster[i]);
    }
    assert_int_equal(s.n_clusters, 3);
    assert_string_equal(s.modifier_levels[2], "z");
    assert_true(s.event[1] == 1 && s.propensity[2] == 0.3 && s.running[0] == -1);
    wrt_study_free(&s);
}

static void study_maps_two_values_by_a_stated_rule(void **state) {
    (void)state;
    static const struct {
        const char *cells[2];
        const char *treated; /* expected level, NULL when the rule refuses */
    } cases[] = {
        {{"no", "yes"}, "yes"},
        {{"Control", "Alpha"}, "Alpha"},
        {{"2", "1"}, "2"},
        {{"false", "true"}, ""},
        {{"0", "1"}, ""},
        {{"male", "female"}, NULL},
        {{"placebo", "control"}, NULL},
        {{"-1", "1"}, "1"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        wrt_buf text = wrt_buf_make(WRT_KIB(4));
        wrt_buf_add_c(&text, "t,y\n");
        for (int i = 0; i < 10; i++)
            wrt_buf_printf(&text, "%s,%d\n", cases[k].cells[i % 2], i);
        wrt_study s;
        wrt_err err = {0};
        wrt_roles roles = {.treatment = "t", .outcome = "y"};
        wrt_status status = build(&s, wrt_buf_str(&text).ptr, &roles, &err);
        if (cases[k].treated == NULL) {
            assert_int_equal(status, WRT_E_INPUT);
            assert_non_null(strstr(err.message, "say which counts as 1"));
            roles.treated = cases[k].cells[0];
            assert_int_equal(build(&s, wrt_buf_str(&text).ptr, &roles, &err), WRT_OK);
            assert_true(s.treatment[0] == 1 && s.treatment[1] == 0);
        } else {
            assert_int_equal(status, WRT_OK);
            assert_string_equal(s.treated_level != NULL ? s.treated_level : "", cases[k].treated);
        }
        wrt_study_free(&s);
        wrt_buf_free(&text);
    }
}

static void study_keeps_a_continuous_treatment(void **state) {
    (void)state;
    wrt_study s;
    wrt_err err = {0};
    wrt_roles roles = {.treatment = "age", .outcome = "y"};
    assert_int_equal(build(&s, PEOPLE, &roles, NULL), WRT_OK);
    assert_false(s.treatment_is_binary);
    assert_true(s.treatment[0] == 40);
    assert_int_equal(wrt_study_need_binary(&s, "aipw", &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "aipw"));
    wrt_study_free(&s);
}

static void study_refuses_what_it_cannot_use(void **state) {
    (void)state;
    static const char few[] = "t,y,x\n1,1,2\n1,2,4\n1,3,1\n0,4,3\n0,5,9\n0,1,7\n0,2,8\n0,3,5\n";
    static const char flat[] = "t,y\n1,1\n1,2\n1,3\n1,4\n1,5\n";
    static const char mixed[] =
        "t,y,x\n1,1,2\n1,2,4\n1,3,many\n0,4,3\n0,5,9\n1,1,7\n0,2,8\n0,3,5\n";
    static const char copy[] = "t,y,x,w\n1,1,3,1\n1,2,5,1\n1,3,7,1\n0,4,9,0\n0,5,11,0\n1,1,3,1\n"
                               "0,2,5,0\n0,3,7,0\n";
    static const char huge[] = "t,y\n1,1\n0,1e300\n";
    static const char holes[] = "t,y\n1,\n0,NA\n1,NaN\n0,\n";
    const struct {
        const char *text;
        wrt_roles roles;
        const char *word;
    } cases[] = {
        {few, {.treatment = "t", .outcome = "y"}, "3 rows are treated"},
        {flat, {.treatment = "t", .outcome = "y"}, "\"1\" in every row"},
        {few, {.treatment = "q", .outcome = "y"}, "no column \"q\"; it has: t, y, x"},
        {few, {.treatment = "t", .outcome = "t"}, "two roles, treatment and outcome"},
        {few,
         {.treatment = "t", .outcome = "y", .adjust = LIST("y")},
         "two roles, outcome and covariate"},
        {few,
         {.treatment = "t", .outcome = "y", .adjust = LIST("x", "t")},
         "two roles, treatment and covariate"},
        {few, {.treatment = "t", .outcome = "y", .adjust = LIST("x", "x")}, "listed twice"},
        {few, {.treatment = "t", .outcome = "y", .categorical = LIST("z")}, "no column \"z\""},
        {few, {.outcome = "y"}, "needed"},
        {mixed,
         {.treatment = "t", .outcome = "y", .adjust = LIST("x")},
         "line 4, column \"x\": \"many\" is not a number, 7 other cells are"},
        {mixed, {.treatment = "t", .outcome = "x"}, "line 4, column \"x\""},
        {copy, {.treatment = "t", .outcome = "y", .adjust = LIST("x")}, "equals 0.5*x - 0.5"},
        {copy, {.treatment = "t", .outcome = "x", .adjust = LIST("w")}, "equals w"},
        {huge, {.treatment = "t", .outcome = "y"}, "row 2: 1e+300 is larger"},
        {holes, {.treatment = "t", .outcome = "y"}, "every cell of column \"y\""},
        {ARMS, {.treatment = "g", .outcome = "y"}, "has 3 levels"},
        {ARMS, {.treatment = "g", .outcome = "y", .treated = "A"}, "more than two levels"},
        {ARMS, {.treatment = "g", .outcome = "y", .treated = "Q", .untreated = "A"}, "no cell"},
        {ARMS, {.treatment = "when", .outcome = "g"}, "has 3 levels"},
        {ARMS, {.treatment = "e", .outcome = "y", .propensity = "r"}, "strictly between"},
        {ARMS, {.treatment = "e", .outcome = "y", .running = "c"}, "is not a number"},
        {ARMS, {.treatment = "e", .outcome = "y", .period = "p"}, "more than two values"},
        {ARMS, {.treatment = "e", .outcome = "r", .event = "when"}, "times are not negative"},
        {PEOPLE,
         {.treatment = "arm", .outcome = "y", .adjust = LIST("age"), .missing = WRT_MISSING_REFUSE},
         "\"age\" has 1 missing cells, the first in row 4"},
        {PEOPLE,
         {.treatment = "arm", .outcome = "y", .adjust = LIST("race"), .levels_max = 2},
         "has 3 levels"},
        {PEOPLE,
         {.treatment = "arm", .outcome = "y", .modifier = "age", .levels_max = 3},
         "more than 3 different values"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        wrt_study s;
        wrt_err err = {0};
        wrt_status status = build(&s, cases[k].text, &cases[k].roles, &err);
        if (status == WRT_OK || strstr(err.message, cases[k].word) == NULL)
            fail_msg("case %zu: status %d, \"%s\" lacks \"%s\"", k, status, err.message,
                     cases[k].word);
        assert_null(s.arena);
    }
}

static void study_lists_the_columns_it_needs(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    wrt_roles roles = {.treatment = "t",
                       .outcome = "y",
                       .adjust = LIST("a", "b"),
                       .cluster = "a",
                       .modifier = "m"};
    wrt_names names = wrt_roles_columns(&roles, arena);
    static const char *const expected[] = {"t", "y", "a", "b", "m"};
    assert_int_equal(names.n, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(names.items[i], expected[i]);
    wrt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(study_spreads_levels_and_names_what_it_left_out),
        cmocka_unit_test(study_names_a_linear_function_of_two_columns),
        cmocka_unit_test(study_keeps_nearly_collinear_columns),
        cmocka_unit_test(study_warns_of_codes_used_as_quantities),
        cmocka_unit_test(study_takes_every_single_role),
        cmocka_unit_test(study_maps_two_values_by_a_stated_rule),
        cmocka_unit_test(study_keeps_a_continuous_treatment),
        cmocka_unit_test(study_refuses_what_it_cannot_use),
        cmocka_unit_test(study_lists_the_columns_it_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
