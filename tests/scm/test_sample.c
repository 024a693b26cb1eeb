/* test_sample.c: drawn and weighted units against sums over all units. */
#include "support.h"

#include "scm/infer/query.h"
#include "scm/infer/sample.h"
#include "scm/infer/simulate.h"
#include "scm/infer/tally.h"
#include "scm/infer/weigh.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void units_have_the_distribution_of_the_model(void **state) {
    (void)state;
    enum { N = 100000 };
    uint64_t seed = 81;
    const double alpha = 1e-6 / (12 * 6 * 4);
    for (int round = 0; round < 12; round++) {
        scm_oracle m;
        scm_scene s = scm_nothing();
        double soft[SCM_VALUES], want[SCM_VALUES];
        wrt_scm_world world;
        wrt_scm_units units;
        scm_draw(&m, 6, 4, round % 2 == 1, &seed);
        scm_draw_row(soft, m.k[1], false, &seed);
        if (round % 3 == 1)
            s.set[2] = 1;
        if (round % 3 == 2)
            s.soft[1] = soft;
        wrt_scm *scm = scm_of_oracle(&m, true);
        world_of_scene(&world, scm, wrt_scm_rows_of_tables(scm), &m, &s);
        assert_int_equal(wrt_scm_sample(&units, &world, 1000, N, (uint64_t)round, NULL), WRT_OK);
        for (int v = 0; v < m.n; v++) {
            double counts[SCM_VALUES] = {0};
            const uint8_t *column = wrt_scm_units_column(&units, (size_t)v);
            for (size_t i = 0; i < N; i++)
                counts[column[i]]++;
            (void)scm_observe(want, &m, &s, v);
            for (int i = 0; i < m.k[v]; i++) {
                if (want[i] == 0.0 || want[i] == 1.0)
                    assert_true(counts[i] == N * want[i]);
                else
                    assert_false(is_implausible(counts[i], N, want[i], alpha));
            }
        }
        wrt_scm_units_free(&units);
        wrt_scm_world_free(&world);
        wrt_scm_free(scm);
    }
}

/* Tables, rows that are asked for in batches, rows asked for depth first, shards: the same bytes.
 */
static void units_depend_on_seed_and_number_alone(void **state) {
    (void)state;
    enum { N = 3001 };
    uint64_t seed = 82;
    scm_oracle m;
    scm_scene s = scm_nothing();
    scm_draw(&m, 7, 4, false, &seed);
    s.set[1] = 0;
    wrt_scm *tables = scm_of_oracle(&m, true), *phrases = scm_of_oracle(&m, false);
    asked_rows level = {.oracle = &m}, deep = {.oracle = &m};
    wrt_scm_rows rows[] = {wrt_scm_rows_of_tables(tables), rows_of_oracle(&level),
                           rows_of_oracle(&deep)};
    wrt_scm_units want, got, part;
    rows[2].depth_first = true;
    for (int way = 0; way < 3; way++) {
        wrt_scm_world world;
        world_of_scene(&world, way == 0 ? tables : phrases, rows[way], &m, &s);
        assert_int_equal(wrt_scm_sample(&got, &world, 7, N, 99, NULL), WRT_OK);
        if (way == 0)
            want = got;
        assert_memory_equal(got.values, want.values, (size_t)N * 7);
        for (size_t k = 1; k <= 3; k++) {
            uint64_t first = 0;
            size_t count = 0;
            assert_int_equal(wrt_scm_shard(&first, &count, N, k, 3, NULL), WRT_OK);
            assert_int_equal(wrt_scm_sample(&part, &world, 7 + first, count, 99, NULL), WRT_OK);
            for (size_t v = 0; v < 7; v++)
                assert_memory_equal(wrt_scm_units_column(&part, v),
                                    wrt_scm_units_column(&want, v) + first, count);
            wrt_scm_units_free(&part);
        }
        if (way > 0)
            wrt_scm_units_free(&got);
    }
    /* level by level: one ask for each variable that is drawn, four times over */
    assert_int_equal(level.asks, 4 * 6);
    assert_true(level.rows < 4 * 6 * 64);
    wrt_scm_units_free(&want);
    wrt_scm_free(tables);
    wrt_scm_free(phrases);
}

static void units_agree_with_what_is_given(void **state) {
    (void)state;
    enum { N = 20000 };
    uint64_t seed = 83;
    scm_oracle m;
    scm_scene s = scm_nothing();
    double want[SCM_VALUES], counts[SCM_VALUES] = {0};
    wrt_scm_world world;
    wrt_scm_units units, part;
    wrt_err err = {0};
    scm_draw(&m, 6, 3, false, &seed);
    s.seen[5] = 1;
    s.seen[3] = 0;
    wrt_scm *scm = scm_of_oracle(&m, true);
    world_of_scene(&world, scm, wrt_scm_rows_of_tables(scm), &m, &s);
    assert_int_equal(wrt_scm_sample_given(&units, &world, 0, N, 4, NULL), WRT_OK);
    (void)scm_observe(want, &m, &s, 0);
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(wrt_scm_units_column(&units, 5)[i], 1);
        assert_int_equal(wrt_scm_units_column(&units, 3)[i], 0);
        counts[wrt_scm_units_column(&units, 0)[i]]++;
    }
    for (int i = 0; i < m.k[0]; i++)
        assert_false(is_implausible(counts[i], N, want[i], 1e-8));
    assert_int_equal(wrt_scm_sample_given(&part, &world, 500, 100, 4, NULL), WRT_OK);
    for (size_t v = 0; v < 6; v++)
        assert_memory_equal(wrt_scm_units_column(&part, v), wrt_scm_units_column(&units, v) + 500,
                            100);
    wrt_scm_units_free(&part);
    wrt_scm_units_free(&units);
    memset(m.table[5], 0, sizeof m.table[5]);
    for (int r = 0; r < SCM_ROWS; r++)
        m.table[5][r][0] = 1.0;
    wrt_scm_free(scm);
    scm = scm_of_oracle(&m, true);
    world_of_scene(&world, scm, wrt_scm_rows_of_tables(scm), &m, &s);
    assert_int_equal(wrt_scm_sample_given(&units, &world, 0, 1000, 4, &err), WRT_E_LIMIT);
    assert_non_null(strstr(err.message, "too rare"));
    wrt_scm_units_free(&units);
    wrt_scm_free(scm);
}

/* Estimates within six of their own standard errors, rare evidence among it. */
static void weighted_units_agree_within_their_error(void **state) {
    (void)state;
    uint64_t seed = 84;
    size_t weak = 0;
    for (int round = 0; round < 40; round++) {
        scm_oracle m;
        scm_scene s = scm_nothing();
        double want[SCM_VALUES];
        wrt_scm_world world;
        wrt_scm_answer answer;
        wrt_scm_question question = {
            .method = WRT_SCM_METHOD_SAMPLE, .n = 20000, .seed = (uint64_t)round};
        scm_draw(&m, 7, 4, round % 4 == 3, &seed);
        s.seen[6] = 1;
        s.seen[5] = round % 2 == 0 ? 0 : -1;
        s.set[2] = round % 3 == 0 ? 0 : -1;
        double had = scm_observe(want, &m, &s, 0);
        wrt_scm *scm = scm_of_oracle(&m, true);
        world_of_scene(&world, scm, wrt_scm_rows_of_tables(scm), &m, &s);
        wrt_status status = wrt_scm_query_world(&answer, &world, 0, &question, NULL);
        assert_int_equal(status, had > 0.0 ? WRT_OK : WRT_E_NOT_FOUND);
        if (had > 0.0) {
            for (int i = 0; i < m.k[0]; i++) {
                if (fabs(answer.p[i] - want[i]) > 6 * answer.se[i] || answer.se[i] > 0.05)
                    fail_msg("round %d: %g, want %g, error %g, effective %g", round, answer.p[i],
                             want[i], answer.se[i], answer.effective);
            }
            assert_true(fabs(answer.log_p_given - log(had)) < 0.1);
            assert_int_equal(answer.rung, s.set[2] >= 0 ? 2 : 1);
            weak += answer.is_weak;
        }
        wrt_scm_world_free(&world);
        wrt_scm_free(scm);
    }
    assert_int_equal(weak, 0);
}

/* ---- rare evidence: eight binary roots of probability 0.1 each, and a child whose probability is
 * 10^(number of ones - 8). Given the child, each root is 1 with probability 1 / 1.9 by itself, and
 * the evidence has the probability 0.19^8. */
static wrt_status ask_rare(double *out, void *ctx, size_t variable, const uint64_t *numbers,
                           size_t n, wrt_err *err) {
    (void)ctx, (void)err;
    for (size_t i = 0; i < n; i++) {
        double p = variable < 8 ? 0.1 : pow(10, __builtin_popcountll(numbers[i]) - 8);
        out[2 * i] = 1 - p;
        out[2 * i + 1] = p;
    }
    return WRT_OK;
}

static wrt_scm *all_of_eight(void) {
    char text[4096];
    size_t at = (size_t)snprintf(text, sizeof text,
                                 "{\"schema\":\"warrant/scm/1\",\"name\":\"x\",\"variables\":[");
    for (int v = 0; v < 9; v++)
        at += (size_t)snprintf(text + at, sizeof text - at,
                               "%s{\"name\":\"v%d\",\"values\":[\"a\",\"b\"],\"parents\":[%s],"
                               "\"phrases\":[{\"before\":\"x\"}]}",
                               v > 0 ? "," : "", v,
                               v < 8 ? ""
                                     : "\"v0\",\"v1\",\"v2\",\"v3\",\"v4\",\"v5\",\"v6\",\"v7\"");
    snprintf(text + at, sizeof text - at, "]}");
    return scm_of_text(text);
}

static wrt_status gather(void *ctx, const wrt_scm_units *units, const double *log_w, wrt_err *err) {
    wrt_scm_tally *tally = ctx;
    (void)err;
    for (size_t i = 0; i < units->n; i++) {
        double w = wrt_scm_tally_unit(tally, log_w[i]);
        if (wrt_scm_units_column(units, 0)[i] == 1)
            wrt_scm_tally_add(tally, 0, w, 1.0);
    }
    return WRT_OK;
}

static void learning_finds_evidence_that_likelihood_weighting_misses(void **state) {
    (void)state;
    wrt_scm *scm = all_of_eight();
    wrt_scm_world world;
    wrt_scm_tally tally[2];
    wrt_scm_world_init(&world, scm, (wrt_scm_rows){.ask = ask_rare});
    wrt_scm_world_see(&world, 8, 1);
    for (int plain = 0; plain < 2; plain++) {
        wrt_scm_weighing how = {.n = 50000, .seed = 3, .is_plain = plain == 1};
        wrt_scm_tally_init(&tally[plain], 1);
        assert_int_equal(wrt_scm_weigh(&world, &how, gather, &tally[plain], NULL), WRT_OK);
    }
    /* likelihood weighting keeps (1.9^2 / 10.9)^8 of its units, about 7; learning most of them */
    assert_true(wrt_scm_tally_effective(&tally[1]) < 500);
    assert_false(wrt_scm_tally_is_weak(&tally[0]));
    assert_true(wrt_scm_tally_effective(&tally[0]) > 25000);
    assert_true(fabs(wrt_scm_tally_mean(&tally[0], 0) - 1 / 1.9) <
                5 * wrt_scm_tally_error(&tally[0], 0));
    assert_true(fabs(wrt_scm_tally_log_mean_weight(&tally[0]) - 8 * log(0.19)) < 0.02);
    wrt_scm_tally_free(&tally[0]);
    wrt_scm_tally_free(&tally[1]);
    wrt_scm_free(scm);
}

static void tally_matches_a_hand_calculation(void **state) {
    (void)state;
    wrt_scm_tally tally;
    wrt_scm_tally_init(&tally, 1);
    /* weights 1, 3, 0 times e^-1000; values 1, 0, 1: mean 1/4; sum w^2 (f - mean)^2 = 9/16 + 9/16
     */
    wrt_scm_tally_add(&tally, 0, wrt_scm_tally_unit(&tally, -1000.0), 1.0);
    (void)wrt_scm_tally_unit(&tally, log(3.0) - 1000.0);
    wrt_scm_tally_add(&tally, 0, wrt_scm_tally_unit(&tally, (double)-INFINITY), 1.0);
    assert_true(fabs(wrt_scm_tally_mean(&tally, 0) - 0.25) < 1e-12);
    assert_true(fabs(wrt_scm_tally_error(&tally, 0) - sqrt(18.0 / 16.0) / 4.0) < 1e-12);
    assert_true(fabs(wrt_scm_tally_effective(&tally) - 1.6) < 1e-12);
    assert_true(fabs(wrt_scm_tally_log_mean_weight(&tally) - (log(4.0 / 3.0) - 1000.0)) < 1e-12);
    assert_true(wrt_scm_tally_is_weak(&tally));
    wrt_scm_tally_free(&tally);
}

static void sampling_refuses_more_than_it_can_hold(void **state) {
    (void)state;
    wrt_scm *scm = all_of_eight();
    wrt_scm_world world;
    wrt_scm_units units;
    wrt_scm_weighing how = {.n = WRT_SCM_WEIGHED_MAX + 1};
    wrt_err err = {0};
    wrt_scm_world_init(&world, scm, (wrt_scm_rows){.ask = ask_rare});
    assert_int_equal(wrt_scm_sample(&units, &world, 0, (size_t)1 << 40, 1, &err), WRT_E_LIMIT);
    assert_non_null(strstr(err.message, "shards"));
    wrt_scm_units_free(&units);
    assert_int_equal(wrt_scm_weigh(&world, &how, gather, NULL, &err), WRT_E_LIMIT);
    wrt_scm_free(scm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_have_the_distribution_of_the_model),
        cmocka_unit_test(units_depend_on_seed_and_number_alone),
        cmocka_unit_test(units_agree_with_what_is_given),
        cmocka_unit_test(weighted_units_agree_within_their_error),
        cmocka_unit_test(learning_finds_evidence_that_likelihood_weighting_misses),
        cmocka_unit_test(tally_matches_a_hand_calculation),
        cmocka_unit_test(sampling_refuses_more_than_it_can_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
