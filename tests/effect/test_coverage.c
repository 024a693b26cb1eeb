/* test_coverage.c: intervals cover what they say. tests/bench/effect_coverage runs the same table
 * with 1,000 sets; here 100 a case, against the binomial bounds of a true coverage of 95 %. */
#include "tests/effect/coverage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Of 100 intervals that cover 95 %, fewer than 84 do so with probability 1e-5, so in one of the
 * thirty cases with 3e-4. An interval whose error is taken by half covers 67 % and fails nearly
 * always. The sets are fixed: the test gives one answer. */
enum {
    SETS = 100,
    FEWEST = 84,
    BOOTSTRAP_SETS = 20,
    BOOTSTRAP_FEWEST = 14,
    CENTRED_SETS = 50,
    DRAWS = 200
};

static void intervals_cover_the_truth(void **state) {
    (void)state;
    for (size_t i = 0; i < coverage_n_cases; i++) {
        const coverage_case *c = &coverage_cases[i];
        bool is_slow = c->se == WRT_SE_BOOTSTRAP;
        size_t sets = is_slow ? BOOTSTRAP_SETS : SETS;
        size_t fewest = is_slow ? BOOTSTRAP_FEWEST : FEWEST;
        coverage_result r = coverage_run(c, 0, sets, DRAWS);
        print_message("%-26s %3zu of %zu cover %.3f, bias %+.3f, error %.3f for %.3f\n", c->name,
                      r.covered, r.sets, r.truth, r.mean - r.truth, r.mean_se, r.sd);
        if (r.refused > 0)
            fail_msg("%s: %s", c->name, r.why);
        if (r.covered < fewest)
            fail_msg("%s: %zu of %zu intervals cover", c->name, r.covered, r.sets);
    }
}

/* The mean of the estimates lies within four of its standard errors of the truth. */
static void estimates_are_centred_on_the_truth(void **state) {
    (void)state;
    for (size_t i = 0; i < coverage_n_cases; i++) {
        const coverage_case *c = &coverage_cases[i];
        if (c->se == WRT_SE_BOOTSTRAP)
            continue;
        coverage_result r = coverage_run(c, 1000, CENTRED_SETS, DRAWS);
        double bound = 4.0 * r.sd / sqrt((double)r.sets) + 0.01;
        if (!(fabs(r.mean - r.truth) <= bound))
            fail_msg("%s: mean estimate %.3f, truth %.3f", c->name, r.mean, r.truth);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_cover_the_truth),
        cmocka_unit_test(estimates_are_centred_on_the_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
