/* test_fit.c: the algebra and the fits against closed forms: a line through four points, a two by
 * two table, a known dependence, a table with an empty cell. */
#include "base/rng.h"
#include "effect/fit/linalg.h"
#include "effect/fit/logit.h"
#include "effect/fit/mean.h"
#include "effect/fit/ols.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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

static wrt_design design_of(size_t n, size_t columns, double *values, const char **names,
                            wrt_arena *arena) {
    wrt_block block = {.values = values, .columns = columns, .names = names};
    return wrt_design_new(n, NULL, NULL, &block, arena);
}

/* Uniform numbers in n x k. */
static double *noise(size_t n, size_t k, uint32_t stream, wrt_arena *arena) {
    double *x = wrt_arena_calloc(arena, n * k, sizeof *x);
    wrt_rng rng = wrt_rng_make(1, stream, 0);
    for (size_t i = 0; i < n * k; i++)
        x[i] = 2.0 * wrt_rng_uniform(&rng) - 1.0;
    return x;
}

static void linalg_gram_and_qr_agree_with_plain_sums(void **state) {
    wrt_arena *arena = *state;
    enum { N = 700, K = 5 };
    double *x = noise(N, K, 1, arena), *w = noise(N, 1, 2, arena);
    double gram[K * K], r[K * K], again[K * K];
    for (size_t i = 0; i < N; i++)
        w[i] = i % 3 == 0 ? 0.0 : fabs(w[i]);
    wrt_linalg_gram(gram, x, N, N, K, w);
    wrt_linalg_qr(r, x, N, K, w);
    wrt_linalg_gram(again, r, K, K, K, NULL);
    for (size_t a = 0; a < K; a++)
        for (size_t b = 0; b < K; b++) {
            double sum = 0.0;
            for (size_t i = 0; i < N; i++)
                sum += w[i] * x[i + a * N] * x[i + b * N];
            assert_near(gram[a + b * K], sum, 1e-10);
            assert_near(again[a + b * K], sum, 1e-10);
        }
}

/* Column 3 is column 1 - 2 column 0; column 4 is all zeros. */
static void linalg_finds_the_columns_that_depend(void **state) {
    wrt_arena *arena = *state;
    enum { N = 300, K = 5 };
    double *x = noise(N, K, 3, arena), r[K * K];
    bool is_dependent[K];
    for (size_t i = 0; i < N; i++) {
        x[i + 3 * N] = x[i + N] - 2.0 * x[i];
        x[i + 4 * N] = 0.0;
    }
    wrt_linalg_qr(r, x, N, K, NULL);
    assert_int_equal(wrt_linalg_find_dependent(is_dependent, r, K, 1e-10), 3);
    assert_false(is_dependent[0] || is_dependent[1] || is_dependent[2]);
    assert_true(is_dependent[3] && is_dependent[4]);
    double gram[K * K];
    size_t column = 0;
    wrt_linalg_gram(gram, x, N, N, K, NULL);
    assert_false(wrt_linalg_cholesky(gram, K, &column));
    assert_int_equal(column, 3);
}

static void linalg_inverse_times_matrix_is_one(void **state) {
    wrt_arena *arena = *state;
    enum { N = 50, K = 6 };
    double *x = noise(N, K, 4, arena), gram[K * K], factor[K * K], inverse[K * K], one[K * K];
    wrt_linalg_gram(gram, x, N, N, K, NULL);
    memcpy(factor, gram, sizeof factor);
    assert_true(wrt_linalg_cholesky(factor, K, NULL));
    wrt_linalg_cholesky_inverse(inverse, factor, K);
    wrt_linalg_multiply(one, gram, K, K, inverse, K);
    for (size_t i = 0; i < (size_t)K * K; i++)
        assert_near(one[i], i % (K + 1) == 0 ? 1.0 : 0.0, 1e-12);
    double condition = wrt_linalg_cholesky_condition(factor, K, wrt_linalg_norm1(gram, K));
    assert_near(condition, 1.0 / (wrt_linalg_norm1(gram, K) * wrt_linalg_norm1(inverse, K)),
                0.5 * condition);
}

/* y = 1, 3, 2, 5 at x = 0, 1, 2, 3: slope 1.1, intercept 1.1, squares 2.7; inverse of [4 6; 6 14]
 * is [14 -6; -6 4] / 20. HC0 of the slope by hand: sum of ((x - 1.5) e)^2 / 25. */
static void ols_matches_a_line_by_hand(void **state) {
    wrt_arena *arena = *state;
    double x[] = {0, 1, 2, 3}, y[] = {1, 3, 2, 5}, covariance[4];
    const char *names[] = {"x"};
    wrt_design d = design_of(4, 1, x, names, arena);
    wrt_ols fit = {0};
    assert_int_equal(wrt_ols_fit(&fit, &d, y, NULL, NULL, arena, NULL), WRT_OK);
    assert_near(fit.coefficients[0], 1.1, 1e-14);
    assert_near(fit.coefficients[1], 1.1, 1e-14);
    assert_near(fit.variance, 2.7 / 2.0, 1e-13);
    wrt_ols_covariance(covariance, &fit, &d, NULL, WRT_OLS_CLASSICAL, NULL, 0, arena);
    assert_near(covariance[3], 1.35 / 5.0, 1e-13);
    assert_near(covariance[0], 1.35 * 14.0 / 20.0, 1e-13);
    double e[] = {-0.1, 0.8, -1.3, 0.6}, meat = 0.0;
    for (int i = 0; i < 4; i++)
        meat += pow((i - 1.5) * e[i], 2.0);
    wrt_ols_covariance(covariance, &fit, &d, NULL, WRT_OLS_HC0, NULL, 0, arena);
    assert_near(covariance[3], meat / 25.0, 1e-14);
    wrt_ols_covariance(covariance, &fit, &d, NULL, WRT_OLS_HC1, NULL, 0, arena);
    assert_near(covariance[3], 2.0 * meat / 25.0, 1e-14);
}

/* Integer weights are rows repeated. */
static void ols_weights_are_repeated_rows(void **state) {
    wrt_arena *arena = *state;
    double x[] = {0, 1, 2, 3}, y[] = {1, 3, 2, 5}, w[] = {1, 2, 0, 3};
    double x2[] = {0, 1, 1, 3, 3, 3}, y2[] = {1, 3, 3, 5, 5, 5};
    const char *names[] = {"x"};
    wrt_design d = design_of(4, 1, x, names, arena), d2 = design_of(6, 1, x2, names, arena);
    wrt_ols a = {0}, b = {0};
    assert_int_equal(wrt_ols_fit(&a, &d, y, w, NULL, arena, NULL), WRT_OK);
    assert_int_equal(wrt_ols_fit(&b, &d2, y2, NULL, NULL, arena, NULL), WRT_OK);
    assert_near(a.coefficients[1], b.coefficients[1], 1e-13);
    assert_near(a.variance, b.variance, 1e-13);
}

static void ols_names_the_dependent_column(void **state) {
    wrt_arena *arena = *state;
    double x[] = {0, 1, 2, 3, 5, 7, 9, 11}, y[] = {1, 3, 2, 5};
    const char *names[] = {"dose", "dose doubled"};
    wrt_design d = design_of(4, 2, x, names, arena);
    wrt_ols fit = {0};
    wrt_err err = {0};
    assert_int_equal(wrt_ols_fit(&fit, &d, y, NULL, NULL, arena, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "\"dose doubled\""));
    const double *penalty = wrt_design_penalty(&d, NULL, 0.1, arena);
    assert_int_equal(wrt_ols_fit(&fit, &d, y, NULL, penalty, arena, &err), WRT_OK);
}

/* One column, ridge l: slope = Sxy / (Sxx (1 + l n / n)), the intercept unpenalised. */
static void ols_ridge_shrinks_by_the_stated_share(void **state) {
    wrt_arena *arena = *state;
    double x[] = {0, 1, 2, 3}, y[] = {1, 3, 2, 5};
    const char *names[] = {"x"};
    wrt_design d = design_of(4, 1, x, names, arena);
    wrt_ols fit = {0};
    const double *penalty = wrt_design_penalty(&d, NULL, 0.25, arena);
    assert_int_equal(wrt_ols_fit(&fit, &d, y, NULL, penalty, arena, NULL), WRT_OK);
    assert_near(fit.coefficients[1], 5.5 / (5.0 * 1.25), 1e-13);
    assert_near(fit.coefficients[0], 2.75 - 1.5 * 5.5 / 6.25, 1e-13);
}

/* Twenty rows, x = 1 in the second ten; 3 and 8 of ten have t = 1: intercept log(3/7), slope
 * log(8/2) - log(3/7); variance of the slope 1/3 + 1/7 + 1/8 + 1/2 (Woolf 1955). */
static void logit_matches_a_two_by_two_table(void **state) {
    wrt_arena *arena = *state;
    double x[20] = {0}, t[20] = {0};
    const char *names[] = {"exposed"};
    for (int i = 0; i < 20; i++) {
        x[i] = i >= 10;
        t[i] = i < 3 || i >= 12;
    }
    wrt_design d = design_of(20, 1, x, names, arena);
    wrt_logit fit = {0};
    assert_int_equal(wrt_logit_fit(&fit, &d, t, NULL, NULL, NULL, "t", arena, NULL), WRT_OK);
    assert_near(fit.coefficients[0], log(3.0 / 7.0), 1e-12);
    assert_near(fit.coefficients[1], log(4.0) - log(3.0 / 7.0), 1e-12);
    assert_near(fit.inverse[3], 1.0 / 3 + 1.0 / 7 + 1.0 / 8 + 1.0 / 2, 1e-11);
    assert_near(fit.fitted[0], 0.3, 1e-12);
    assert_true(fit.score <= 1e-12);
    double table[] = {3, 7, 8, 2}, cell_x[] = {0, 0, 1, 1}, cell_t[] = {1, 0, 1, 0};
    wrt_design cells = design_of(4, 1, cell_x, names, arena);
    assert_int_equal(wrt_logit_fit(&fit, &cells, cell_t, table, NULL, NULL, "t", arena, NULL),
                     WRT_OK);
    assert_near(fit.coefficients[1], log(4.0) - log(3.0 / 7.0), 1e-12);
}

/* Nobody with the marker was untreated: quasi-complete separation, by the marker, whatever else is
 * in the model. And age above 50 alone decides: complete separation. */
static void logit_names_what_separates(void **state) {
    wrt_arena *arena = *state;
    enum { N = 60 };
    double x[2 * N] = {0}, t[N] = {0}, *u = noise(N, 2, 5, arena);
    const char *names[] = {"age", "marker=yes"};
    for (int i = 0; i < N; i++) {
        x[i] = 50.0 + 20.0 * u[i];
        x[i + N] = i < 8;
        t[i] = i < 8 || u[i + N] > 0.0;
    }
    wrt_design d = design_of(N, 2, x, names, arena);
    wrt_logit fit = {0};
    wrt_err err = {0};
    assert_int_equal(wrt_logit_fit(&fit, &d, t, NULL, NULL, NULL, "t", arena, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "\"marker=yes\""));
    assert_non_null(strstr(err.message, "separate"));
    const double *penalty = wrt_design_penalty(&d, NULL, 0.01, arena);
    assert_int_equal(wrt_logit_fit(&fit, &d, t, NULL, penalty, NULL, "t", arena, &err), WRT_OK);
    for (int i = 0; i < N; i++)
        t[i] = x[i] > 50.0;
    assert_int_equal(wrt_logit_fit(&fit, &d, t, NULL, NULL, NULL, "t", arena, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "\"age\""));
}

/* Strong but not perfect: one row on the wrong side keeps the fit finite. */
static void logit_fits_what_is_nearly_separated(void **state) {
    wrt_arena *arena = *state;
    enum { N = 400 };
    double *x = noise(N, 1, 6, arena), t[N];
    const char *names[] = {"x"};
    for (int i = 0; i < N; i++)
        t[i] = x[i] > 0.0;
    x[0] = t[0] == 1.0 ? -0.02 : 0.02;
    wrt_design d = design_of(N, 1, x, names, arena);
    wrt_logit fit = {0};
    assert_int_equal(wrt_logit_fit(&fit, &d, t, NULL, NULL, NULL, "t", arena, NULL), WRT_OK);
    double score[2] = {0};
    for (int i = 0; i < N; i++) {
        double p = 1.0 / (1.0 + exp(-fit.coefficients[0] - fit.coefficients[1] * x[i]));
        score[0] += t[i] - p;
        score[1] += (t[i] - p) * x[i];
    }
    assert_near(score[0], 0.0, 1e-8);
    assert_near(score[1], 0.0, 1e-8);
    assert_true(fit.coefficients[1] > 20.0);
}

/* Sixty rows, a number and an indicator of the first six, in which all have class 1: the likelihood
 * rises without end in the indicator, and only there. */
static void mean_says_that_it_shrank_what_separates_some_rows(void **state) {
    wrt_arena *arena = *state;
    enum { N = 60 };
    const char *names[] = {"dose", "rare"};
    double *x = noise(N, 2, 8, arena), y[N];
    for (size_t i = 0; i < N; i++) {
        x[N + i] = i < 6;
        y[i] = i < 6 || i % 2 == 0;
    }
    wrt_design design = design_of(N, 2, x, names, arena);
    wrt_mean fit = {0};
    wrt_mean_options o = {.is_logistic = true, .what = "the treatment"};
    assert_int_equal(wrt_mean_fit(&fit, &design, y, NULL, &o, arena, NULL), WRT_OK);
    assert_non_null(fit.note);
    assert_non_null(strstr(fit.note, "small ridge penalty"));
    assert_non_null(strstr(fit.note, "rare"));
    /* The stationary point of the penalised likelihood: variance of the indicator 0.09, prior
     * precision (1 / 60) 60 0.09, so sum of residuals of its rows = 0.09 times its coefficient. */
    double mean[N], score = 0.0;
    wrt_mean_predict(mean, NULL, &fit, &design);
    for (size_t i = 0; i < 6; i++)
        score += y[i] - mean[i];
    assert_near(score, 0.09 * fit.coefficients[2], 1e-8);
    o.ridge = 0.5; /* asked for: nothing to tell */
    assert_int_equal(wrt_mean_fit(&fit, &design, y, NULL, &o, arena, NULL), WRT_OK);
    assert_null(fit.note);
}

static void mean_refuses_classes_that_are_separated_altogether(void **state) {
    wrt_arena *arena = *state;
    enum { N = 40 };
    const char *names[] = {"dose"};
    double *x = noise(N, 1, 9, arena), y[N];
    for (size_t i = 0; i < N; i++)
        y[i] = x[i] > 0.1;
    wrt_design design = design_of(N, 1, x, names, arena);
    wrt_mean fit = {0};
    wrt_err err = {0};
    wrt_mean_options o = {.is_logistic = true, .what = "the treatment"};
    assert_int_equal(wrt_mean_fit(&fit, &design, y, NULL, &o, arena, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "dose"));
}

/* A level that no weighted row has: least squares of the others, and its column named. */
static void mean_leaves_out_what_weighted_rows_cannot_tell(void **state) {
    wrt_arena *arena = *state;
    enum { N = 30 };
    const char *names[] = {"dose", "level", "copy"};
    double *x = noise(N, 3, 10, arena), y[N], w[N];
    for (size_t i = 0; i < N; i++) {
        x[N + i] = i < 5;
        x[2 * N + i] = 2.0 * x[i];
        y[i] = 1.0 + 3.0 * x[i];
        w[i] = i >= 5;
    }
    wrt_design design = design_of(N, 3, x, names, arena);
    wrt_mean fit = {0};
    wrt_mean_options o = {.what = "the outcome"};
    assert_int_equal(wrt_mean_fit(&fit, &design, y, w, &o, arena, NULL), WRT_OK);
    assert_non_null(fit.note);
    assert_non_null(strstr(fit.note, "level"));
    assert_non_null(strstr(fit.note, "copy"));
    assert_near(fit.coefficients[0], 1.0, 1e-12);
    assert_near(fit.coefficients[1], 3.0, 1e-12);
    assert_near(fit.coefficients[2], 0.0, 0.0);
    assert_near(fit.coefficients[3], 0.0, 0.0);
    assert_near(fit.inverse[2 + 2 * 4], 0.0, 0.0);
}

static void logit_refuses_one_class(void **state) {
    wrt_arena *arena = *state;
    double x[] = {0, 1, 2}, t[] = {1, 1, 1};
    const char *names[] = {"x"};
    wrt_design d = design_of(3, 1, x, names, arena);
    wrt_logit fit = {0};
    wrt_err err = {0};
    assert_int_equal(wrt_logit_fit(&fit, &d, t, NULL, NULL, NULL, "the treatment", arena, &err),
                     WRT_E_INPUT);
    assert_non_null(strstr(err.message, "the treatment is 1 in all 3 rows"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linalg_gram_and_qr_agree_with_plain_sums),
        cmocka_unit_test(linalg_finds_the_columns_that_depend),
        cmocka_unit_test(linalg_inverse_times_matrix_is_one),
        cmocka_unit_test(ols_matches_a_line_by_hand),
        cmocka_unit_test(ols_weights_are_repeated_rows),
        cmocka_unit_test(ols_names_the_dependent_column),
        cmocka_unit_test(ols_ridge_shrinks_by_the_stated_share),
        cmocka_unit_test(logit_matches_a_two_by_two_table),
        cmocka_unit_test(logit_names_what_separates),
        cmocka_unit_test(logit_fits_what_is_nearly_separated),
        cmocka_unit_test(logit_refuses_one_class),
        cmocka_unit_test(mean_leaves_out_what_weighted_rows_cannot_tell),
        cmocka_unit_test(mean_refuses_classes_that_are_separated_altogether),
        cmocka_unit_test(mean_says_that_it_shrank_what_separates_some_rows),
    };
    return cmocka_run_group_tests(tests, arena_new, arena_free);
}
