/* test_whatif.c: counterfactuals from partial evidence, simulated populations and effects, against
 * sums over all pairs of units and what they would have been. */
#include "support.h"

#include "scm/infer/bounds.h"
#include "scm/infer/effect.h"
#include "scm/infer/predict.h"
#include "scm/infer/sample.h"
#include "scm/infer/simulate.h"
#include "scm/infer/twin.h"
#include "scm/infer/whatif.h"

#include "base/buf.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static scm_scene draw_evidence(const scm_oracle *m, uint64_t *state) {
    scm_scene s = scm_nothing();
    for (int v = 0; v < m->n; v++)
        if (scm_random(state) % 2 == 0)
            s.seen[v] = (int)(scm_random(state) % (uint64_t)m->k[v]);
    return s;
}

static void twin_networks_agree_with_sums_over_pairs_of_worlds(void **state) {
    (void)state;
    uint64_t seed = 91;
    size_t compared = 0, impossible = 0;
    for (int round = 0; round < 120; round++) {
        scm_oracle m;
        scm_draw(&m, 3 + round % 3, 3, round % 3 == 2, &seed);
        scm_scene s = draw_evidence(&m, &seed);
        double ignored[SCM_VALUES], had = scm_observe(ignored, &m, &s, 0);
        wrt_scm *scm = scm_of_oracle(&m, round % 2 == 0);
        asked_rows asked = {.oracle = &m};
        wrt_scm_rows rows = round % 2 == 0 ? wrt_scm_rows_of_tables(scm) : rows_of_oracle(&asked);
        int target = (int)(scm_random(&seed) % (uint64_t)(m.n - 1)), set[SCM_VARIABLES];
        for (int v = 0; v < SCM_VARIABLES; v++)
            set[v] = -1;
        set[target] = (int)(scm_random(&seed) % (uint64_t)m.k[target]);
        if (round % 5 == 0 && target + 2 < m.n)
            set[target + 1] = 0;
        for (int coupling = 0; coupling < 3; coupling++)
            for (int outcome = 0; outcome < m.n; outcome++) {
                double want[SCM_VALUES];
                wrt_scm_world factual, after;
                wrt_scm_exact_answer got;
                world_of_scene(&factual, scm, rows, &m, &s);
                wrt_scm_world_copy(&after, &factual);
                for (int v = 0; v < m.n; v++)
                    if (set[v] >= 0)
                        wrt_scm_world_set(&after, (size_t)v, (size_t)set[v]);
                wrt_status status = wrt_scm_twin(&got, &factual, &after, (size_t)outcome,
                                                 (wrt_scm_coupling)coupling, NULL);
                assert_int_equal(status, had > 0.0 ? WRT_OK : WRT_E_NOT_FOUND);
                if (had > 0.0) {
                    scm_counterfactual(want, &m, &s, set, outcome, (oracle_coupling)coupling);
                    for (int i = 0; i < m.k[outcome]; i++)
                        assert_true(fabs(got.p[i] - want[i]) < 1e-10);
                    compared++;
                } else {
                    impossible++;
                }
                free(got.p);
            }
        wrt_scm_free(scm);
    }
    assert_true(compared > 1000 && impossible > 30);
}

/* ---- questions in names */

static wrt_json *values_of(const int *values, int n) {
    wrt_json *out = wrt_json_new_object();
    for (int v = 0; v < n; v++) {
        char name[16], value[2] = {0};
        if (values[v] < 0)
            continue;
        snprintf(name, sizeof name, "v%d", v);
        value[0] = (char)('a' + values[v]);
        wrt_json_set_text(out, name, value);
    }
    return out;
}

static void whatif_gives_posteriors_effects_and_bounds_that_hold(void **state) {
    (void)state;
    uint64_t seed = 92;
    size_t kinds[3] = {0}, sampled = 0, outer = 0, within = 0;
    for (int round = 0; round < 90; round++) {
        scm_oracle m;
        scm_draw(&m, 4, 3, false, &seed);
        scm_scene s = draw_evidence(&m, &seed);
        int set[SCM_VARIABLES] = {-1, -1, -1, -1, -1, -1, -1}, outcome = 3, target = round % 3;
        set[target] = (int)(scm_random(&seed) % (uint64_t)m.k[target]);
        wrt_scm *scm = scm_of_oracle(&m, true);
        wrt_json *evidence = values_of(s.seen, m.n), *do_values = values_of(set, m.n);
        wrt_scm_whatif_question question = {
            .outcome = "v3", .evidence = evidence, .do_values = do_values, .n = 20000};
        wrt_scm_whatif exact, drawn;
        double want[SCM_VALUES];
        for (int coupling = 0; coupling < 3; coupling++) {
            wrt_err err = {0};
            question.coupling = (wrt_scm_coupling)coupling;
            question.method = WRT_SCM_METHOD_EXACT;
            if (wrt_scm_whatif_ask(&exact, scm, wrt_scm_rows_of_tables(scm), &question, &err) !=
                WRT_OK)
                fail_msg("%s", err.message);
            scm_counterfactual(want, &m, &s, set, outcome, (oracle_coupling)coupling);
            for (int i = 0; i < m.k[outcome]; i++) {
                assert_true(fabs(exact.counterfactual[i] - want[i]) < 1e-10);
                assert_true(want[i] > exact.low[i] - 1e-10 && want[i] < exact.high[i] + 1e-10);
                assert_true(exact.effect[i] >= exact.effect_low[i] - 1e-10 &&
                            exact.effect[i] <= exact.effect_high[i] + 1e-10);
                if (exact.bounds == WRT_SCM_BOUNDS_IDENTIFIED)
                    assert_true(exact.low[i] == exact.high[i]);
            }
            for (int v = 0; v < m.n; v++) {
                (void)scm_observe(want, &m, &s, v);
                for (int i = 0; i < m.k[v]; i++)
                    assert_true(fabs(exact.posterior[v * WRT_SCM_VALUES_MAX + i] - want[i]) <
                                1e-12);
            }
            kinds[exact.bounds]++;
            question.method = WRT_SCM_METHOD_SAMPLE;
            if (round % 9 == 0) {
                assert_int_equal(
                    wrt_scm_whatif_ask(&drawn, scm, wrt_scm_rows_of_tables(scm), &question, NULL),
                    WRT_OK);
                for (int i = 0; i < m.k[outcome]; i++) {
                    double miss = fabs(drawn.counterfactual[i] - exact.counterfactual[i]);
                    assert_true(miss < 6 * drawn.se_counterfactual[i]);
                    assert_true(fabs(drawn.effect[i] - exact.effect[i]) < 6 * drawn.se_effect[i]);
                    if (exact.bounds != WRT_SCM_BOUNDS_OUTER)
                        continue;
                    outer++;
                    within += drawn.low[i] <= exact.low[i] + 1e-12 &&
                              drawn.high[i] >= exact.high[i] - 1e-12;
                }
                assert_int_equal(drawn.method, WRT_SCM_METHOD_SAMPLE);
                sampled++;
                wrt_scm_whatif_free(&drawn);
            }
            wrt_scm_whatif_free(&exact);
        }
        wrt_json_free(evidence);
        wrt_json_free(do_values);
        wrt_scm_free(scm);
    }
    assert_true(kinds[WRT_SCM_BOUNDS_IDENTIFIED] > 20 && kinds[WRT_SCM_BOUNDS_SHARP] > 20 &&
                kinds[WRT_SCM_BOUNDS_OUTER] > 20 && sampled == 30);
    /* bounds that are sampled hold the exact ones */
    assert_true(outer > 20 && (double)within >= 0.9 * (double)outer);
}

/* t -> y, P(t = 1) = 0.5 by z: P(t=1 | z=0) = 0.004, P(t=1 | z=1) = 0.5; y = 1 with 0.3, 0.6. */
static const char small[] =
    "{\"schema\":\"warrant/scm/1\",\"name\":\"made up\",\"variables\":["
    "{\"name\":\"z\",\"values\":[\"0\",\"1\"],\"cpt\":{\"rows\":[{\"p\":[0.5,0.5]}]}},"
    "{\"name\":\"t\",\"values\":[\"0\",\"1\"],\"parents\":[\"z\"],\"cpt\":{\"rows\":["
    "{\"z\":\"0\",\"p\":[0.996,0.004]},{\"z\":\"1\",\"p\":[0.5,0.5]}]}},"
    "{\"name\":\"y\",\"values\":[\"0\",\"1\"],\"parents\":[\"t\"],\"cpt\":{\"rows\":["
    "{\"t\":\"0\",\"p\":[0.7,0.3]},{\"t\":\"1\",\"p\":[0.4,0.6]}]}}]}";

static wrt_status ask_small(wrt_scm_whatif *out, const char *evidence_text, const char *do_text,
                            wrt_scm_coupling coupling, wrt_err *err) {
    wrt_scm *scm = scm_of_text(small);
    wrt_json *evidence = json_of(evidence_text), *do_values = json_of(do_text);
    wrt_scm_whatif_question question = {
        .outcome = "y", .evidence = evidence, .do_values = do_values, .coupling = coupling};
    wrt_status status = wrt_scm_whatif_ask(out, scm, wrt_scm_rows_of_tables(scm), &question, err);
    wrt_json_free(evidence);
    wrt_json_free(do_values);
    wrt_scm_free(scm);
    return status;
}

static void whatif_is_right_by_hand(void **state) {
    (void)state;
    wrt_scm_whatif w;
    /* p = 0.7, 0.3, q = 0.4, 0.6, seen y = 0: r = 1.75, 0.5; stays 1 / (1 + 0.6 * 1.25) = 4/7.
     * Bounds of staying: (0.7 + 0.4 - 1) / 0.7 and 0.4 / 0.7. */
    assert_int_equal(
        ask_small(&w, "{\"t\":\"0\",\"y\":\"0\"}", "{\"t\":\"1\"}", WRT_SCM_GUMBEL, NULL), WRT_OK);
    assert_true(fabs(w.counterfactual[0] - 4.0 / 7) < 1e-12);
    assert_int_equal(w.bounds, WRT_SCM_BOUNDS_SHARP);
    assert_true(fabs(w.low[0] - 1.0 / 7) < 1e-12 && fabs(w.high[0] - 4.0 / 7) < 1e-12);
    assert_true(w.factual[0] == 1.0 && fabs(w.effect[1] - 3.0 / 7) < 1e-12);
    assert_true(fabs(w.effect_high[1] - 6.0 / 7) < 1e-12);
    wrt_scm_whatif_free(&w);
    /* Without the outcome, the interventional distribution, whatever the coupling. */
    assert_int_equal(ask_small(&w, "{\"t\":\"0\"}", "{\"t\":\"1\"}", WRT_SCM_INVCDF, NULL), WRT_OK);
    assert_int_equal(w.bounds, WRT_SCM_BOUNDS_IDENTIFIED);
    assert_true(fabs(w.counterfactual[1] - 0.6) < 1e-12 && fabs(w.factual[1] - 0.3) < 1e-12);
    wrt_scm_whatif_free(&w);
}

/* Doing what was done leaves things as they were, whatever the coupling. */
static void whatif_of_what_is_so_is_what_is(void **state) {
    (void)state;
    wrt_scm_whatif out;
    assert_int_equal(
        ask_small(&out, "{\"t\":\"1\",\"y\":\"1\"}", "{\"t\":\"1\"}", WRT_SCM_GUMBEL, NULL),
        WRT_OK);
    assert_true(fabs(out.low[1] - 1.0) < 1e-12 && fabs(out.high[0]) < 1e-12);
    wrt_scm_whatif_free(&out);
}

static void whatif_tells_when_the_model_has_no_support(void **state) {
    (void)state;
    wrt_scm_whatif w;
    assert_int_equal(ask_small(&w, "{\"z\":\"0\",\"t\":\"0\",\"y\":\"1\"}", "{\"t\":\"1\"}",
                               WRT_SCM_GUMBEL, NULL),
                     WRT_OK);
    assert_true(w.is_support_known && w.support.is_extrapolation);
    assert_true(fabs(w.support.p - 0.004) < 1e-12);
    /* the nearest profile that is treated so: z = 1 */
    assert_int_equal(w.support.distance, 1);
    assert_int_equal(w.support.variable[0], 0);
    assert_int_equal(w.support.value[0], 1);
    wrt_scm_whatif_free(&w);
    assert_int_equal(
        ask_small(&w, "{\"z\":\"1\",\"t\":\"0\"}", "{\"t\":\"1\"}", WRT_SCM_GUMBEL, NULL), WRT_OK);
    assert_false(w.support.is_extrapolation);
    assert_int_equal(w.support.distance, 0);
    wrt_scm_whatif_free(&w);
}

static void whatif_names_what_is_wrong(void **state) {
    (void)state;
    static const struct {
        const char *evidence, *do_text, *word;
        wrt_status want;
    } cases[] = {
        {"{\"t\":\"0\"}", "{}", "needs an intervention", WRT_E_INPUT},
        {"{\"t\":\"0\"}", "{\"t\":{\"0\":1}}", "sets a variable", WRT_E_UNSUPPORTED},
        {"{\"t\":\"0\"}", "{\"t\":\"2\"}", "0, 1", WRT_E_INPUT},
        {"{\"q\":\"0\"}", "{\"t\":\"1\"}", "z, t, y", WRT_E_INPUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_scm_whatif w;
        wrt_err err = {0};
        assert_int_equal(ask_small(&w, cases[i].evidence, cases[i].do_text, WRT_SCM_GUMBEL, &err),
                         cases[i].want);
        assert_non_null(strstr(err.message, cases[i].word));
        wrt_scm_whatif_free(&w);
    }
}

/* ---- populations */

static void units_keep_what_they_are_in_their_own_arm(void **state) {
    (void)state;
    enum { N = 20000 };
    uint64_t seed = 93;
    for (int round = 0; round < 12; round++) {
        scm_oracle m;
        scm_scene s = scm_nothing();
        wrt_scm_world world;
        wrt_scm_simulation how = {.first = 5,
                                  .n = N,
                                  .seed = 17,
                                  .treatment = 2,
                                  .outcome = 5,
                                  .coupling = (wrt_scm_coupling)(round % 3)};
        wrt_scm_population whole, part;
        scm_draw(&m, 6, 3, round % 4 == 3, &seed);
        wrt_scm *scm = scm_of_oracle(&m, true);
        world_of_scene(&world, scm, wrt_scm_rows_of_tables(scm), &m, &s);
        assert_int_equal(wrt_scm_simulate(&whole, &world, &how, NULL), WRT_OK);
        const uint8_t *t = wrt_scm_units_column(&whole.units, 2);
        const uint8_t *y = wrt_scm_units_column(&whole.units, 5);
        for (size_t i = 0; i < N; i++) {
            double sum = 0;
            assert_int_equal(whole.potential[t[i] * (size_t)N + i], y[i]);
            for (size_t arm = 0; arm < whole.n_arms; arm++)
                sum += whole.propensity[arm * N + i];
            assert_true(fabs(sum - 1) < 1e-12 && whole.propensity[t[i] * (size_t)N + i] > 0);
        }
        for (size_t arm = 0; arm < whole.n_arms; arm++) {
            double want[SCM_VALUES], counts[SCM_VALUES] = {0};
            s.set[2] = (int)arm;
            (void)scm_observe(want, &m, &s, 5);
            for (size_t i = 0; i < N; i++)
                counts[whole.potential[arm * N + i]]++;
            for (int i = 0; i < m.k[5]; i++)
                if (want[i] > 0 && want[i] < 1)
                    assert_false(is_implausible(counts[i], N, want[i], 1e-9));
        }
        how.first += 100;
        how.n = 50;
        assert_int_equal(wrt_scm_simulate(&part, &world, &how, NULL), WRT_OK);
        for (size_t arm = 0; arm < whole.n_arms; arm++) {
            assert_memory_equal(part.potential + arm * 50, whole.potential + arm * N + 100, 50);
            assert_memory_equal(part.propensity + arm * 50, whole.propensity + arm * N + 100,
                                50 * sizeof *part.propensity);
        }
        wrt_scm_population_free(&part);
        wrt_scm_population_free(&whole);
        wrt_scm_free(scm);
    }
}

static void prediction_copies_what_does_not_descend_from_the_intervention(void **state) {
    (void)state;
    enum { N = 5000 };
    uint64_t seed = 94;
    scm_oracle m;
    scm_scene s = scm_nothing();
    wrt_scm_world world, after;
    wrt_scm_units factual, other;
    scm_draw(&m, 7, 3, false, &seed);
    wrt_scm *scm = scm_of_oracle(&m, true);
    bool below[WRT_SCM_VARIABLES_MAX] = {false};
    size_t moved = 0;
    below[3] = true;
    wrt_scm_mark_descendants(below, scm);
    world_of_scene(&world, scm, wrt_scm_rows_of_tables(scm), &m, &s);
    assert_int_equal(wrt_scm_sample(&factual, &world, 0, N, 1, NULL), WRT_OK);
    for (int coupling = 0; coupling < 3; coupling++) {
        wrt_scm_world_copy(&after, &world);
        wrt_scm_world_set(&after, 3, 1);
        assert_int_equal(
            wrt_scm_predict(&other, &factual, &after, NULL, (wrt_scm_coupling)coupling, 2, NULL),
            WRT_OK);
        for (size_t v = 0; v < 7; v++) {
            const uint8_t *was = wrt_scm_units_column(&factual, v);
            const uint8_t *is = wrt_scm_units_column(&other, v);
            for (size_t i = 0; i < N; i++) {
                if (!below[v] || wrt_scm_units_column(&factual, 3)[i] == 1)
                    assert_int_equal(was[i], is[i]);
                moved += was[i] != is[i];
            }
        }
        wrt_scm_units_free(&other);
    }
    assert_true(moved > N);
    wrt_scm_units_free(&factual);
    wrt_scm_free(scm);
}

/* Standardisation over the treatment's parents, from a simulated table alone, finds do(). */
static void adjustment_on_simulated_units_finds_the_effect(void **state) {
    (void)state;
    enum { N = 400000 };
    uint64_t seed = 95;
    for (int round = 0; round < 6; round++) {
        scm_oracle m;
        scm_scene s = scm_nothing();
        wrt_scm_world world;
        wrt_scm_units units;
        wrt_scm_effect effect;
        scm_draw(&m, 5, 2, false, &seed);
        for (int v = 0; v < 3; v++) /* nobody is without a chance of either treatment */
            for (int r = 0; r < SCM_ROWS; r++)
                for (int i = 0; i < 2; i++)
                    m.table[v][r][i] = 0.2 + 0.6 * m.table[v][r][i];
        wrt_scm *scm = scm_of_oracle(&m, true);
        world_of_scene(&world, scm, wrt_scm_rows_of_tables(scm), &m, &s);
        wrt_scm_contrast contrast = {.treatment = 2, .outcome = 4, .reference = 0, .value = 1};
        assert_int_equal(wrt_scm_effect_find(&effect, &world, &contrast, NULL), WRT_OK);
        double want[2][SCM_VALUES], seen[2][SCM_VALUES], adjusted = 0, p_t;
        for (int t = 0; t < 2; t++) {
            s.set[2] = t;
            (void)scm_observe(want[t], &m, &s, 4);
            s.set[2] = -1;
            s.seen[2] = t;
            p_t = scm_observe(seen[t], &m, &s, 4);
            assert_true(fabs(p_t - (t == 0 ? effect.p_reference : effect.p_value)) < 1e-12);
            s.seen[2] = -1;
        }
        for (int i = 0; i < 2; i++) {
            assert_true(fabs(effect.interventional[i] - (want[1][i] - want[0][i])) < 1e-12);
            assert_true(fabs(effect.observational[i] - (seen[1][i] - seen[0][i])) < 1e-12);
            assert_true(fabs(effect.gap[i] - (seen[1][i] - seen[0][i] - want[1][i] + want[0][i])) <
                        1e-12);
        }
        assert_true(effect.p_smallest >= 0.2 - 1e-12 && effect.p_smallest <= 0.5);
        double n[4][2] = {{0}}, ones[4][2] = {{0}};
        assert_int_equal(wrt_scm_sample(&units, &world, 0, N, 7, NULL), WRT_OK);
        for (size_t i = 0; i < N; i++) {
            int z = wrt_scm_units_column(&units, 0)[i] * 2 + wrt_scm_units_column(&units, 1)[i];
            int t = wrt_scm_units_column(&units, 2)[i];
            n[z][t]++;
            ones[z][t] += wrt_scm_units_column(&units, 4)[i];
        }
        for (int z = 0; z < 4; z++)
            if (n[z][0] > 0 && n[z][1] > 0)
                adjusted += (n[z][0] + n[z][1]) / N * (ones[z][1] / n[z][1] - ones[z][0] / n[z][0]);
        /* the standard error is at most about 0.5 * sqrt(2 / (0.2 N)) = 0.0025 */
        assert_true(fabs(adjusted - effect.interventional[1]) < 0.0125);
        wrt_scm_units_free(&units);
        wrt_scm_free(scm);
    }
}

/* Under either treatment value, y = "b" takes one half of the unit interval and not the other: were
 * both arms drawn by the same numbers, the difference would be twice as uncertain as stated. */
static void sampled_effects_err_as_they_say(void **state) {
    (void)state;
    enum { RUNS = 400 };
    static const char text[] =
        "{\"schema\":\"warrant/scm/1\",\"name\":\"made up\",\"variables\":["
        "{\"name\":\"x\",\"values\":[\"a\",\"b\"],\"cpt\":{\"rows\":[{\"p\":[0.5,0.5]}]}},"
        "{\"name\":\"y\",\"values\":[\"a\",\"b\",\"c\"],\"parents\":[\"x\"],\"cpt\":{\"rows\":["
        "{\"x\":\"a\",\"p\":[0,0.5,0.5]},{\"x\":\"b\",\"p\":[0.5,0.5,0]}]}}]}";
    wrt_scm *scm = scm_of_text(text);
    wrt_scm_world world;
    double beyond[2] = {0, 0};
    wrt_scm_world_init(&world, scm, wrt_scm_rows_of_tables(scm));
    for (uint64_t run = 0; run < RUNS; run++) {
        wrt_scm_effect effect;
        wrt_scm_contrast contrast = {.treatment = 0,
                                     .outcome = 1,
                                     .value = 1,
                                     .method = WRT_SCM_METHOD_SAMPLE,
                                     .n = 1000,
                                     .seed = run};
        assert_int_equal(wrt_scm_effect_find(&effect, &world, &contrast, NULL), WRT_OK);
        beyond[0] += fabs(effect.interventional[1]) > 1.96 * effect.se_interventional[1];
        beyond[1] += fabs(effect.observational[1]) > 1.96 * effect.se_observational[1];
    }
    assert_false(is_implausible(beyond[0], RUNS, 0.05, 1e-6));
    assert_false(is_implausible(beyond[1], RUNS, 0.05, 1e-6));
    wrt_scm_free(scm);
}

/* Twelve things seen of which none makes the treatment less rare: all profiles near by are tried,
 * but not beyond the rows that may be asked for. */
typedef struct {
    const wrt_scm *scm;
    size_t rows;
} rare_rows;

static wrt_status ask_rare(double *out, void *ctx, size_t variable, const uint64_t *numbers,
                           size_t n, wrt_err *err) {
    rare_rows *rare = ctx;
    bool is_root = wrt_scm_variable_at(rare->scm, variable)->n_parents == 0;
    (void)numbers;
    (void)err;
    rare->rows += n;
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = is_root ? 0.5 : 0.999;
        out[2 * i + 1] = 1.0 - out[2 * i];
    }
    return WRT_OK;
}

static void search_for_support_asks_for_few_rows(void **state) {
    (void)state;
    enum { ROOTS = 12, ROWS = 200 };
    wrt_buf text = wrt_buf_make(1 << 16);
    wrt_scm_world factual, after;
    wrt_scm_support support;
    wrt_buf_printf(&text, "{\"schema\":\"warrant/scm/1\",\"name\":\"made up\",\"variables\":[");
    for (int v = 0; v < ROOTS; v++)
        wrt_buf_printf(&text,
                       "{\"name\":\"r%d\",\"values\":[\"a\",\"b\"],"
                       "\"phrases\":[{\"before\":\"r\"}]},",
                       v);
    wrt_buf_printf(&text, "{\"name\":\"t\",\"values\":[\"a\",\"b\"],\"phrases\":"
                          "[{\"before\":\"t\"}],\"parents\":[");
    for (int v = 0; v < ROOTS; v++)
        wrt_buf_printf(&text, "%s\"r%d\"", v > 0 ? "," : "", v);
    wrt_buf_printf(&text, "]}]}");
    wrt_scm *scm = scm_of_text(wrt_buf_str(&text).ptr);
    rare_rows rare = {scm, 0};
    wrt_scm_world_init(&factual, scm, (wrt_scm_rows){.ask = ask_rare, .ctx = &rare});
    for (size_t v = 0; v < ROOTS; v++)
        wrt_scm_world_see(&factual, v, 0);
    factual.rows_max = ROWS;
    wrt_scm_world_copy(&after, &factual);
    wrt_scm_world_set(&after, ROOTS, 1);
    assert_int_equal(wrt_scm_support_find(&support, &factual, &after, NULL), WRT_OK);
    assert_true(fabs(support.p - 0.001) < 1e-12 && support.is_extrapolation);
    assert_int_equal(support.distance, -1);
    assert_in_range(rare.rows, ROWS / 2, 2 * ROWS);
    wrt_scm_free(scm);
    wrt_buf_free(&text);
}

static void outer_bounds_of_evidence_too_improbable_for_a_double(void **state) {
    (void)state;
    wrt_scm_whatif out = {.n = 2};
    const double q[2] = {0, 1};
    wrt_scm_bounds_outer(&out, q, 0);
    for (size_t j = 0; j < 2; j++)
        assert_true(out.low[j] == 0 && out.high[j] == 1);
    wrt_scm_bounds_outer(&out, (const double[2]){0.25, 0.75}, 0.5);
    assert_true(out.low[0] == 0 && out.high[0] == 0.5 && out.low[1] == 0.5 && out.high[1] == 1);
}

static void effect_names_what_is_wrong(void **state) {
    (void)state;
    wrt_scm *scm = scm_of_text(small);
    wrt_scm_world world;
    wrt_scm_effect effect;
    wrt_err err = {0};
    wrt_scm_world_init(&world, scm, wrt_scm_rows_of_tables(scm));
    wrt_scm_contrast same = {.treatment = 1, .outcome = 1, .value = 1};
    assert_int_equal(wrt_scm_effect_find(&effect, &world, &same, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "both treatment and outcome"));
    wrt_scm_contrast itself = {.treatment = 1, .outcome = 2};
    assert_int_equal(wrt_scm_effect_find(&effect, &world, &itself, &err), WRT_E_INPUT);
    wrt_scm_contrast fine = {.treatment = 1, .outcome = 2, .value = 1};
    wrt_scm_world_see(&world, 1, 0);
    assert_int_equal(wrt_scm_effect_find(&effect, &world, &fine, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "neither intervene on it nor give it"));
    wrt_scm_free(scm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twin_networks_agree_with_sums_over_pairs_of_worlds),
        cmocka_unit_test(whatif_gives_posteriors_effects_and_bounds_that_hold),
        cmocka_unit_test(whatif_is_right_by_hand),
        cmocka_unit_test(whatif_of_what_is_so_is_what_is),
        cmocka_unit_test(whatif_tells_when_the_model_has_no_support),
        cmocka_unit_test(whatif_names_what_is_wrong),
        cmocka_unit_test(units_keep_what_they_are_in_their_own_arm),
        cmocka_unit_test(prediction_copies_what_does_not_descend_from_the_intervention),
        cmocka_unit_test(adjustment_on_simulated_units_finds_the_effect),
        cmocka_unit_test(sampled_effects_err_as_they_say),
        cmocka_unit_test(search_for_support_asks_for_few_rows),
        cmocka_unit_test(outer_bounds_of_evidence_too_improbable_for_a_double),
        cmocka_unit_test(effect_names_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
