/* test_naive.c: a hand calculation, and two data sets whose naive difference is published. */
#include "base/file.h"
#include "effect/estimators/naive.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Treated 3, 5, 7 (mean 5, variance 4); untreated 1, 3 (mean 2, variance 2): difference 3,
 * se = sqrt(4/3 + 2/2) = sqrt(7/3). */
static void naive_matches_a_hand_calculation(void **state) {
    (void)state;
    wrt_table *t = NULL;
    wrt_naive_estimate e = {0};
    assert_int_equal(
        wrt_table_parse(&t, "t.csv", WRT_STR("t,y\n1,3\n0,1\n1,5\nNA,9\n0,3\n1,7\n1,\n"), NULL),
        WRT_OK);
    assert_int_equal(wrt_effect_naive(&e, t, "t", "y", NULL), WRT_OK);
    assert_true(fabs(e.estimate - 3.0) < 1e-12);
    assert_true(fabs(e.se - sqrt(7.0 / 3.0)) < 1e-12);
    assert_int_equal(e.n, 5);
    assert_int_equal(e.n_treated, 3);
    assert_int_equal(e.dropped, 2);
    wrt_table_free(t);
}

static void naive_refuses_bad_treatments(void **state) {
    (void)state;
    static const char *const bad[] = {"t,y\n2,3\n0,1\n", "t,y\n1,3\n1,1\n0,2\n", "t,y\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        wrt_table *t = NULL;
        wrt_naive_estimate e = {0};
        assert_int_equal(wrt_table_parse(&t, "t.csv", wrt_str_of(bad[i]), NULL), WRT_OK);
        assert_int_equal(wrt_effect_naive(&e, t, "t", "y", NULL), WRT_E_INPUT);
        wrt_table_free(t);
    }
}

/* LaLonde (observational): about -635; the NSW experiment: +1794.34 (Dehejia and Wahba 1999). */
static void naive_reproduces_published_differences(void **state) {
    (void)state;
    static const struct {
        const char *file;
        double estimate, tolerance;
    } cases[] = {{"data/effect/clinical/MatchIt.lalonde.csv", -635.0, 0.5},
                 {"data/effect/clinical/causaldata.nsw_mixtape.csv", 1794.34, 0.01}};
    const char *shared = getenv("WARRANT_SHARED");
    shared = shared != NULL ? shared : TEST_SOURCE_DIR "/../shared";
    for (size_t i = 0; i < 2; i++) {
        char *path = wrt_path_join(shared, cases[i].file);
        if (!wrt_file_exists(path)) {
            print_message("SKIPPED: %s is not there\n", cases[i].file);
            free(path);
            skip();
        }
        wrt_table *t = NULL;
        wrt_naive_estimate e = {0};
        assert_int_equal(wrt_table_read(&t, path, NULL), WRT_OK);
        assert_int_equal(wrt_effect_naive(&e, t, "treat", "re78", NULL), WRT_OK);
        assert_true(fabs(e.estimate - cases[i].estimate) < cases[i].tolerance);
        wrt_table_free(t);
        free(path);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(naive_matches_a_hand_calculation),
        cmocka_unit_test(naive_refuses_bad_treatments),
        cmocka_unit_test(naive_reproduces_published_differences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
