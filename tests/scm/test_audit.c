/* test_audit.c: effects over phrasings by hand, and a null that keeps its level. */
#include "support.h"

#include "scm/infer/audit.h"

#include <math.h>
#include <string.h>

static void audit_is_right_by_hand(void **state) {
    (void)state;
    /* effects 0.1, 0.2, 0.3: mean 0.2, deviation 0.1; t(2) = 4.302652730 */
    const double p[] = {0.5, 0.6, 0.3, 0.5, 0.1, 0.4};
    wrt_scm_labelled data = {.p = p, .n_phrasings = 3, .n_labels = 2, .value = 1};
    wrt_scm_presence found;
    assert_int_equal(wrt_scm_audit_labels(&found, &data, NULL), WRT_OK);
    assert_true(fabs(found.effect - 0.2) < 1e-15 && fabs(found.deviation - 0.1) < 1e-15);
    assert_true(fabs(found.high - found.effect - 4.302652730 * 0.1 / sqrt(3)) < 1e-9);
    assert_true(found.is_exact && found.shuffles == 8);
    assert_true(found.p_value == 0.25); /* all exchanged or none, of 8 */
    assert_true(isinf(found.detectable));
    assert_true(fabs(found.null_low + 0.2) < 1e-12 && fabs(found.null_high - 0.2) < 1e-12);
}

/* Each mean has one of equal size and opposite sign among the exchanges, so that the two stand or
 * fall together: 2 of 32 are more than 5 %; of 64, the largest size alone is less. */
static void detectable_is_a_size_whose_p_is_small_enough(void **state) {
    (void)state;
    static const double effects[] = {0.01, 0.02, 0.04, 0.08, 0.16, 0.32};
    for (size_t n = 5; n <= 6; n++) {
        double p[12] = {0};
        wrt_scm_presence found;
        for (size_t f = 0; f < n; f++)
            p[2 * f + 1] = effects[f];
        wrt_scm_labelled data = {.p = p, .n_phrasings = n, .n_labels = 2, .value = 1};
        assert_int_equal(wrt_scm_audit_labels(&found, &data, NULL), WRT_OK);
        assert_true(found.p_value == (n == 5 ? 2.0 / 32 : 2.0 / 64));
        if (n == 5)
            assert_true(isinf(found.detectable));
        else
            assert_true(fabs(found.detectable - 0.63 / 6) < 1e-12);
    }
}

static void interval_is_that_of_students_t(void **state) {
    (void)state;
    /* table values of t with 0.975 for n - 1 degrees of freedom (NIST, e-Handbook, 1.3.6.7.2) */
    static const struct {
        size_t n;
        double t;
    } cases[] = {{2, 12.706}, {3, 4.303}, {6, 2.571}, {11, 2.228}, {31, 2.042}, {101, 1.984}};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        double p[202] = {0}, n = (double)cases[c].n;
        wrt_scm_presence found;
        for (size_t f = 0; f < cases[c].n; f++)
            p[2 * f + 1] = f % 2 == 0 ? 0.25 : 0.5;
        wrt_scm_labelled data = {
            .p = p, .n_phrasings = cases[c].n, .n_labels = 2, .value = 1, .shuffles = 10};
        assert_int_equal(wrt_scm_audit_labels(&found, &data, NULL), WRT_OK);
        double t = (found.high - found.effect) / (found.deviation / sqrt(n));
        assert_true(fabs(t - cases[c].t) < 6e-4);
    }
}

/* Without an effect, p <= 0.05 in one audit of twenty; with one, in nearly all. */
static void null_keeps_its_level_and_finds_an_effect(void **state) {
    (void)state;
    enum { AUDITS = 400, PHRASINGS = 30, LABELS = 3 };
    uint64_t seed = 31;
    for (int real = 0; real < 2; real++) {
        double rejected = 0;
        for (int audit = 0; audit < AUDITS; audit++) {
            double p[PHRASINGS * LABELS];
            wrt_scm_presence found;
            wrt_scm_labelled data = {.p = p,
                                     .n_phrasings = PHRASINGS,
                                     .n_labels = LABELS,
                                     .reference = 2,
                                     .value = 0,
                                     .seed = (uint64_t)audit,
                                     .shuffles = 999};
            for (int f = 0; f < PHRASINGS; f++) {
                double level = scm_uniform(&seed) / 2;
                for (int t = 0; t < LABELS; t++)
                    p[f * LABELS + t] =
                        level + 0.1 * scm_uniform(&seed) + (real == 1 && t == 0 ? 0.04 : 0.0);
            }
            assert_int_equal(wrt_scm_audit_labels(&found, &data, NULL), WRT_OK);
            assert_false(found.is_exact);
            rejected += found.p_value <= 0.05;
            assert_true(found.null_low < 0 && found.null_high > 0);
            if (fabs(found.effect) > found.detectable)
                assert_true(found.p_value <= 0.051);
        }
        if (real == 0)
            assert_false(is_implausible(rejected, AUDITS, 0.05, 1e-6));
        else
            assert_true(rejected > 0.95 * AUDITS);
    }
}

static void audit_names_what_is_wrong(void **state) {
    (void)state;
    const double p[] = {0.5, 0.6, 0.3, (double)NAN};
    wrt_scm_presence found;
    wrt_err err = {0};
    wrt_scm_labelled one = {.p = p, .n_phrasings = 1, .n_labels = 2, .value = 1};
    assert_int_equal(wrt_scm_audit_labels(&found, &one, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "at least 2 phrasings"));
    wrt_scm_labelled bad = {.p = p, .n_phrasings = 2, .n_labels = 2, .value = 1};
    assert_int_equal(wrt_scm_audit_labels(&found, &bad, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "phrasing 2"));
    wrt_scm_labelled same = {.p = p, .n_phrasings = 2, .n_labels = 2};
    assert_int_equal(wrt_scm_audit_labels(&found, &same, &err), WRT_E_INPUT);
    wrt_scm_labelled many = {
        .p = p, .n_phrasings = 2, .n_labels = 2, .value = 1, .shuffles = WRT_SCM_SHUFFLES_MAX + 1};
    assert_int_equal(wrt_scm_audit_labels(&found, &many, &err), WRT_E_LIMIT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(audit_is_right_by_hand),
        cmocka_unit_test(detectable_is_a_size_whose_p_is_small_enough),
        cmocka_unit_test(interval_is_that_of_students_t),
        cmocka_unit_test(null_keeps_its_level_and_finds_an_effect),
        cmocka_unit_test(audit_names_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
