/* test_coupling.c: closed forms against simulated races, margins, noise and bounds. */
#include "support.h"

#include "scm/infer/coupling.h"

#include <math.h>
#include <string.h>

enum { PAIRS = 100, DRAWS = 400000 };

static void gumbel_rows_agree_with_simulated_races(void **state) {
    (void)state;
    uint64_t seed = 20261125; /* fixed before the first run */
    const double alpha = 1e-6 / (PAIRS * SCM_VALUES * SCM_VALUES);
    for (int pair = 0; pair < PAIRS; pair++) {
        int k = 2 + pair % (SCM_VALUES - 1);
        double p[SCM_VALUES], q[SCM_VALUES], row[SCM_VALUES];
        long counts[SCM_VALUES * SCM_VALUES];
        scm_draw_row(p, k, pair % 3 == 1, &seed);
        scm_draw_row(q, k, pair % 3 == 2, &seed);
        scm_race(counts, p, q, k, DRAWS, &seed);
        for (int i = 0; i < k; i++) {
            if (p[i] == 0.0)
                continue;
            wrt_scm_coupling_row(row, WRT_SCM_GUMBEL, p, q, (size_t)k, (size_t)i);
            for (int j = 0; j < k; j++) {
                double want = p[i] * row[j], got = (double)counts[i * k + j];
                if (want == 0.0 || want == 1.0)
                    assert_true(got == want * DRAWS);
                else if (is_implausible(got, DRAWS, want, alpha))
                    fail_msg("pair %d, %d -> %d: %.0f of %d, want %.9g", pair, i, j, got, DRAWS,
                             want);
            }
        }
    }
}

static void rows_agree_with_integrals_and_keep_their_margins(void **state) {
    (void)state;
    uint64_t seed = 5;
    for (int pair = 0; pair < 3000; pair++) {
        int k = 2 + pair % (SCM_VALUES - 1);
        double p[SCM_VALUES], q[SCM_VALUES];
        scm_draw_row(p, k, pair % 4 == 1 || pair % 4 == 3, &seed);
        scm_draw_row(q, k, pair % 4 == 2 || pair % 4 == 3, &seed);
        if (pair % 7 == 0) /* equal ratios: shares among the first values are kept */
            for (int i = 0; i < k; i++)
                q[i] = i + 1 < k ? p[i] / 2 : 1 - (1 - p[k - 1]) / 2;
        for (int coupling = WRT_SCM_GUMBEL; coupling <= WRT_SCM_INDEPENDENT; coupling++) {
            double mixed[SCM_VALUES] = {0};
            for (int i = 0; i < k; i++) {
                double row[SCM_VALUES], want[SCM_VALUES], sum = 0;
                if (p[i] == 0.0)
                    continue;
                wrt_scm_coupling_row(row, (wrt_scm_coupling)coupling, p, q, (size_t)k, (size_t)i);
                scm_couple(want, (oracle_coupling)coupling, p, q, k, i);
                for (int j = 0; j < k; j++) {
                    assert_true(row[j] >= 0.0);
                    /* the oracle divides by p_i, which is as small as 1e-3 / 6 */
                    assert_true(fabs(row[j] - want[j]) < 1e-11);
                    mixed[j] += p[i] * row[j];
                    sum += row[j];
                }
                assert_true(fabs(sum - 1.0) < 1e-12);
            }
            for (int j = 0; j < k; j++)
                assert_true(fabs(mixed[j] - q[j]) < 1e-12);
        }
    }
}

static void gumbel_row_is_right_by_hand(void **state) {
    (void)state;
    double row[3];
    /* p = 1/2, 1/2; q = 1/4, 3/4: r = 2, 2/3. From 0: stays with 1 / (1 + 3/4 (2 - 2/3)) = 1/2. */
    wrt_scm_coupling_row(row, WRT_SCM_GUMBEL, (double[]){0.5, 0.5}, (double[]){0.25, 0.75}, 2, 0);
    assert_true(fabs(row[0] - 0.5) < 1e-15 && fabs(row[1] - 0.5) < 1e-15);
    /* From 1, whose odds grew: it stays. */
    wrt_scm_coupling_row(row, WRT_SCM_GUMBEL, (double[]){0.5, 0.5}, (double[]){0.25, 0.75}, 2, 1);
    assert_true(row[0] == 0.0 && row[1] == 1.0);
    /* What is impossible afterwards is left for good: q = 0, 1/3, 2/3 spreads as q over equal r. */
    wrt_scm_coupling_row(row, WRT_SCM_GUMBEL, (double[]){1, 0, 0}, (double[]){0, 1.0 / 3, 2.0 / 3},
                         3, 0);
    assert_true(row[0] == 0.0 && fabs(row[1] - 1.0 / 3) < 1e-15);
    /* The same distribution in another context changes nothing. */
    double p[] = {0.1, 0.2, 0.7};
    wrt_scm_coupling_row(row, WRT_SCM_GUMBEL, p, p, 3, 1);
    assert_true(row[0] == 0.0 && row[1] == 1.0 && row[2] == 0.0);
    /* Probabilities near the smallest double neither overflow nor divide by zero. */
    wrt_scm_coupling_row(row, WRT_SCM_GUMBEL, (double[]){1e-300, 0.5, 0.5},
                         (double[]){5e-324, 0.25, 0.75}, 3, 0);
    assert_true(row[0] >= 0.0 && fabs(row[0] + row[1] + row[2] - 1.0) < 1e-12);
}

static void noise_gives_back_the_value_and_the_closed_form(void **state) {
    (void)state;
    enum { N = 40000 };
    uint64_t seed = 6;
    const double alpha = 1e-6 / (60 * SCM_VALUES);
    for (int round = 0; round < 60; round++) {
        int k = 2 + round % (SCM_VALUES - 1);
        size_t n = (size_t)k, value = 0;
        wrt_scm_coupling coupling = round % 2 == 0 ? WRT_SCM_GUMBEL : WRT_SCM_INVCDF;
        double p[SCM_VALUES], q[SCM_VALUES], row[SCM_VALUES], noise[SCM_VALUES], u[SCM_VALUES + 1];
        double counts[SCM_VALUES] = {0};
        scm_draw_row(p, k, round % 3 == 0, &seed);
        scm_draw_row(q, k, round % 3 == 1, &seed);
        do
            value = (size_t)(scm_random(&seed) % n);
        while (p[value] == 0.0);
        for (int draw = 0; draw < N; draw++) {
            for (size_t i = 0; i <= n; i++)
                u[i] = draw % 100 == 0 ? 0.0 : scm_uniform(&seed);
            wrt_scm_coupling_abduce(noise, coupling, p, n, value, u);
            assert_int_equal(wrt_scm_coupling_apply(coupling, noise, p, n), value);
            if (draw % 100 != 0)
                counts[wrt_scm_coupling_apply(coupling, noise, q, n)]++;
        }
        wrt_scm_coupling_row(row, coupling, p, q, n, value);
        for (int j = 0; j < k; j++) {
            if (row[j] < 1e-14 || row[j] > 1.0 - 1e-14)
                assert_true(fabs(counts[j] - N * 0.99 * row[j]) < 0.5);
            else
                assert_false(is_implausible(counts[j], N * 0.99, row[j], alpha));
        }
    }
}

/* Any coupling at all: the north-west corner rule for a random order of either side's values. */
static void draw_coupling(double cells[][SCM_VALUES], const double *p, const double *q, int k,
                          uint64_t *state) {
    int rows[SCM_VALUES], columns[SCM_VALUES];
    double left[SCM_VALUES], room[SCM_VALUES];
    for (int i = 0; i < k; i++) {
        rows[i] = columns[i] = i;
        left[i] = p[i];
        room[i] = q[i];
    }
    for (int i = k - 1; i > 0; i--) {
        int a = (int)(scm_random(state) % (uint64_t)(i + 1)), swap = rows[i];
        rows[i] = rows[a];
        rows[a] = swap;
        a = (int)(scm_random(state) % (uint64_t)(i + 1));
        swap = columns[i];
        columns[i] = columns[a];
        columns[a] = swap;
    }
    memset(cells, 0, SCM_VALUES * sizeof *cells);
    for (int a = 0; a < k; a++)
        for (int b = 0; b < k; b++) {
            double take = fmin(left[rows[a]], room[columns[b]]);
            cells[rows[a]][columns[b]] += take;
            left[rows[a]] -= take;
            room[columns[b]] -= take;
        }
}

static void bounds_hold_every_coupling_and_are_reached(void **state) {
    (void)state;
    uint64_t seed = 7;
    for (int round = 0; round < 300; round++) {
        int k = 2 + round % 3;
        double p[SCM_VALUES], q[SCM_VALUES], w[SCM_VALUES], low[SCM_VALUES], high[SCM_VALUES];
        double least[SCM_VALUES], most[SCM_VALUES], cells[SCM_VALUES][SCM_VALUES];
        scm_draw_row(p, k, round % 3 == 1, &seed);
        scm_draw_row(q, k, round % 3 == 2, &seed);
        scm_draw_row(w, k, round % 2 == 1, &seed);
        for (int i = 0; i < k; i++) {
            w[i] = p[i] > 0.0 ? w[i] : 0.0;
            least[i] = 2;
            most[i] = -1;
        }
        wrt_scm_coupling_bounds(low, high, p, q, w, (size_t)k);
        for (int draw = 0; draw < 400; draw++) {
            draw_coupling(cells, p, q, k, &seed);
            for (int j = 0; j < k; j++) {
                double sum = 0;
                for (int i = 0; i < k; i++)
                    sum += p[i] > 0.0 ? w[i] * cells[i][j] / p[i] : 0.0;
                assert_true(sum > low[j] - 1e-12 && sum < high[j] + 1e-12);
                least[j] = fmin(least[j], sum);
                most[j] = fmax(most[j], sum);
            }
        }
        for (int j = 0; j < k; j++)
            assert_true(least[j] < low[j] + 1e-12 && most[j] > high[j] - 1e-12);
    }
}

static void couplings_are_known_by_name(void **state) {
    (void)state;
    wrt_scm_coupling coupling = WRT_SCM_GUMBEL;
    wrt_err err = {0};
    assert_int_equal(wrt_scm_coupling_of(&coupling, "invcdf", NULL), WRT_OK);
    assert_string_equal(wrt_scm_coupling_name(coupling), "invcdf");
    assert_int_equal(wrt_scm_coupling_of(&coupling, "shared", &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "gumbel, invcdf or independent"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gumbel_rows_agree_with_simulated_races),
        cmocka_unit_test(rows_agree_with_integrals_and_keep_their_margins),
        cmocka_unit_test(gumbel_row_is_right_by_hand),
        cmocka_unit_test(noise_gives_back_the_value_and_the_closed_form),
        cmocka_unit_test(bounds_hold_every_coupling_and_are_reached),
        cmocka_unit_test(couplings_are_known_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
