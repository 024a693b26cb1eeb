/* test_coverage.c: intervals cover what they say. `bench_effect coverage` runs the same table with
 * 1,000 sets; here few a case, against bounds that a right interval misses with small probability.
 */
#include "tests/effect/coverage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Of 40 intervals that cover 95 %, fewer than 30 do so with probability 3e-6, of 10 fewer than 5
 * with 3e-6. The ratio of the mean error to the spread of the estimates finds what these do not: it
 * has a standard error of 0.11 with 40 sets and of 0.24 with 10, and an error taken by half has a
 * ratio of 0.5. The sets are fixed: the test gives one answer. */
typedef struct {
    size_t sets, fewest;
    double low, high; /* of the mean error in the spread */
} bounds;

enum { DRAWS = 100 };

static const bounds analytic = {40, 30, 0.65, 1.6}, drawn = {10, 5, 0.45, 2.2};

static void intervals_cover_the_truth(void **state) {
    (void)state;
    for (size_t i = 0; i < coverage_n_cases; i++) {
        const coverage_case *c = &coverage_cases[i];
        const bounds *b = c->se == WRT_SE_BOOTSTRAP ? &drawn : &analytic;
        coverage_result r = coverage_run(c, 0, b->sets, DRAWS);
        double ratio = r.mean_se / r.sd;
        double off = fabs(r.mean - r.truth) / (r.sd / sqrt((double)r.sets));
        print_message("%-26s %3zu of %zu cover %.3f, bias %+.3f, error %.3f for %.3f\n", c->name,
                      r.covered, r.sets, r.truth, r.mean - r.truth, r.mean_se, r.sd);
        if (r.refused > 0)
            fail_msg("%s: %s", c->name, r.why);
        if (r.covered < b->fewest)
            fail_msg("%s: %zu of %zu intervals cover", c->name, r.covered, r.sets);
        if (!(ratio > b->low && ratio < b->high))
            fail_msg("%s: mean error %.3f, spread of the estimates %.3f", c->name, r.mean_se, r.sd);
        if (!(off < 4.5))
            fail_msg("%s: mean estimate %.3f, truth %.3f, %.1f errors off", c->name, r.mean,
                     r.truth, off);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_cover_the_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
