/* test_shares.c: intervals against published values, samples, exact tests. */
#include "agent/eval/sample.h"
#include "agent/eval/shares.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool near(double a, double b, double within) {
    return fabs(a - b) <= within;
}

/* Newcombe, Statistics in Medicine 17 (1998), table I, method 3. */
static void wilson_is_that_of_newcombes_table(void **state) {
    (void)state;
    static const struct {
        size_t k, n;
        double low, high;
    } cases[] = {{81, 263, 0.2553, 0.3662},
                 {15, 148, 0.0624, 0.1605},
                 {0, 20, 0.0000, 0.1611},
                 {1, 29, 0.0061, 0.1718}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double low, high;
        wrt_wilson(&low, &high, cases[i].k, cases[i].n);
        assert_true(near(low, cases[i].low, 5.1e-5) && near(high, cases[i].high, 5.1e-5));
        wrt_wilson(&low, &high, cases[i].n - cases[i].k, cases[i].n); /* mirrored */
        assert_true(near(1 - high, cases[i].low, 5.1e-5) && near(1 - low, cases[i].high, 5.1e-5));
    }
    double low, high;
    wrt_wilson(&low, &high, 0, 0);
    assert_true(low == 0 && high == 1);
}

static void mcnemar_counts_binomial_tails(void **state) {
    (void)state;
    assert_true(near(wrt_mcnemar(1, 6), 2.0 * 8 / 128, 1e-12));
    assert_true(near(wrt_mcnemar(0, 5), 2.0 / 32, 1e-12));
    assert_true(near(wrt_mcnemar(3, 9), 2.0 * (1 + 12 + 66 + 220) / 4096, 1e-12));
    assert_true(wrt_mcnemar(5, 5) == 1 && wrt_mcnemar(0, 0) == 1);
    assert_true(wrt_mcnemar(0, 5000) >= 0 && wrt_mcnemar(0, 5000) < 1e-300);
}

enum { N = 100 };

static void set_strata(const char **strata) {
    for (size_t i = 0; i < N; i++)
        strata[i] = i % 10 == 9 ? "rare" : i % 10 >= 6 ? "middle" : "often";
}

static void sample_gives_each_stratum_its_share(void **state) {
    (void)state;
    const char *strata[N];
    size_t out[N], n_rare = 0, n_middle = 0;
    set_strata(strata);
    assert_int_equal(wrt_sample_pick(out, strata, N, 10, 7), 10);
    for (size_t i = 0; i < 10; i++) {
        n_rare += strcmp(strata[out[i]], "rare") == 0;
        n_middle += strcmp(strata[out[i]], "middle") == 0;
        assert_true(i == 0 || out[i] > out[i - 1]);
    }
    assert_int_equal(n_rare, 1);
    assert_int_equal(n_middle, 3);
}

static void sample_depends_on_the_seed_alone(void **state) {
    (void)state;
    const char *strata[N];
    size_t a[N], b[N], c[N];
    set_strata(strata);
    size_t n = wrt_sample_pick(a, strata, N, 33, 1);
    assert_int_equal(wrt_sample_pick(b, strata, N, 33, 1), n);
    assert_int_equal(wrt_sample_pick(c, strata, N, 33, 2), n);
    assert_memory_equal(a, b, n * sizeof *a);
    assert_memory_not_equal(a, c, n * sizeof *a);
    assert_int_equal(n, 33);
    assert_int_equal(wrt_sample_pick(a, strata, N, 0, 1), N);
    assert_int_equal(wrt_sample_pick(a, strata, N, N + 5, 1), N);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(a[i], i);
}

/* Over many seeds every item of a stratum is drawn about equally often: 1000 draws of 6 among 60,
 * expected 100 each, standard deviation 9.5. */
static void sample_prefers_no_item(void **state) {
    (void)state;
    const char *strata[N];
    size_t out[N], drawn[N] = {0};
    set_strata(strata);
    for (uint64_t seed = 0; seed < 1000; seed++) {
        size_t n = wrt_sample_pick(out, strata, N, 10, seed);
        for (size_t i = 0; i < n; i++)
            drawn[out[i]]++;
    }
    for (size_t i = 0; i < N; i++)
        assert_true(drawn[i] > 55 && drawn[i] < 145);
}

static wrt_json *parse(const char *text) {
    wrt_json *json = NULL;
    assert_int_equal(wrt_json_parse(&json, wrt_str_of(text), NULL), WRT_OK);
    return json;
}

static void rows_are_counted_by_group_and_apart(void **state) {
    (void)state;
    wrt_json *rows = parse("[{\"correct\":true,\"groups\":{\"rung\":\"1\"},\"measures\":{\"m\":1}},"
                           "{\"correct\":false,\"groups\":{\"rung\":\"1\"},\"measures\":{\"m\":0}},"
                           "{\"correct\":true,\"groups\":{\"rung\":\"2\"},\"apart\":\"odd\"},"
                           "{\"measures\":{\"m\":2}}]");
    wrt_json *result = wrt_json_new_object();
    wrt_shares_add(result, rows, 1);
    assert_int_equal(wrt_json_get_int(result, "n", 0), 4);
    assert_int_equal(wrt_json_get_int(result, "correct", 0), 2);
    assert_true(near(wrt_json_get_number(result, "accuracy", 0), 2.0 / 3, 1e-12));
    assert_int_equal(wrt_json_number(wrt_json_path(result, "main.n"), 0), 2);
    assert_int_equal(wrt_json_number(wrt_json_path(result, "main.correct"), 0), 1);
    assert_int_equal(wrt_json_number(wrt_json_path(result, "apart.odd.n"), 0), 1);
    assert_int_equal(wrt_json_number(wrt_json_path(result, "by_rung.1.n"), 0), 2);
    assert_int_equal(wrt_json_number(wrt_json_path(result, "by_rung.2.correct"), 0), 1);
    assert_int_equal(wrt_json_number(wrt_json_path(result, "measures.m.n"), 0), 3);
    assert_true(near(wrt_json_number(wrt_json_path(result, "measures.m.mean"), 0), 1, 1e-12));
    double low = wrt_json_number(wrt_json_path(result, "measures.m.low"), -1);
    double high = wrt_json_number(wrt_json_path(result, "measures.m.high"), -1);
    assert_true(low >= 0 && low < 1 && high > 1 && high <= 2);
    wrt_json_free(rows);
    wrt_json_free(result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wilson_is_that_of_newcombes_table),
        cmocka_unit_test(mcnemar_counts_binomial_tails),
        cmocka_unit_test(sample_gives_each_stratum_its_share),
        cmocka_unit_test(sample_depends_on_the_seed_alone),
        cmocka_unit_test(sample_prefers_no_item),
        cmocka_unit_test(rows_are_counted_by_group_and_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
