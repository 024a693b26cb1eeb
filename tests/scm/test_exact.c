/* test_exact.c: variable elimination against sums over all units of random models. */
#include "support.h"

#include "scm/infer/exact.h"
#include "scm/infer/network.h"
#include "scm/infer/query.h"

#include "base/buf.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A random scene: each variable but the outcome is set, drawn anew, seen, or left. */
static scm_scene draw_scene(const scm_oracle *m, int outcome, double soft[][SCM_VALUES],
                            uint64_t *state) {
    scm_scene s = scm_nothing();
    for (int v = 0; v < m->n; v++) {
        uint64_t what = scm_random(state) % 8;
        int value = (int)(scm_random(state) % (uint64_t)m->k[v]);
        if (what == 0 && v != outcome)
            s.set[v] = value;
        if (what == 1 || what == 2) {
            scm_draw_row(soft[v], m->k[v], false, state);
            s.soft[v] = soft[v];
        }
        if ((what == 2 || what == 3) && v != outcome)
            s.seen[v] = value;
    }
    return s;
}

static void compare(const scm_oracle *m, const wrt_scm *scm, wrt_scm_rows rows, const scm_scene *s,
                    int outcome, size_t *impossible) {
    double want[SCM_VALUES], had = scm_observe(want, m, s, outcome);
    wrt_scm_world world;
    wrt_scm_exact_answer got;
    size_t asked = (size_t)outcome;
    world_of_scene(&world, scm, rows, m, s);
    wrt_status status = wrt_scm_exact(&got, &world, &asked, 1, NULL);
    if (had == 0) {
        assert_int_equal(status, WRT_E_NOT_FOUND);
        *impossible += 1;
    } else {
        assert_int_equal(status, WRT_OK);
        assert_true(fabs(got.log_p_given - log(had)) < 1e-9);
        for (int i = 0; i < m->k[outcome]; i++)
            assert_true(fabs(got.p[i] - want[i]) < 1e-12);
    }
    free(got.p);
    wrt_scm_world_free(&world);
}

static void exact_agrees_with_sums_over_all_units(void **state) {
    (void)state;
    uint64_t seed = 71;
    size_t impossible = 0;
    for (int round = 0; round < 400; round++) {
        scm_oracle m;
        double soft[SCM_VARIABLES][SCM_VALUES];
        scm_draw(&m, 2 + round % 6, 4, round % 2 == 1, &seed);
        int outcome = (int)(scm_random(&seed) % (uint64_t)m.n);
        scm_scene s = draw_scene(&m, outcome, soft, &seed);
        wrt_scm *tables = scm_of_oracle(&m, true), *phrases = scm_of_oracle(&m, false);
        asked_rows asked = {.oracle = &m};
        compare(&m, tables, wrt_scm_rows_of_tables(tables), &s, outcome, &impossible);
        compare(&m, phrases, rows_of_oracle(&asked), &s, outcome, &impossible);
        wrt_scm_free(tables);
        wrt_scm_free(phrases);
    }
    assert_in_range(impossible, 10, 400);
}

static void exact_gives_joint_distributions_and_all_marginals(void **state) {
    (void)state;
    uint64_t seed = 72;
    for (int round = 0; round < 60; round++) {
        scm_oracle m;
        scm_scene s = scm_nothing();
        double want[SCM_VALUES], *marginals = NULL;
        wrt_scm_world world;
        wrt_scm_exact_answer joint;
        scm_draw(&m, 6, 3, false, &seed);
        s.seen[round % 6] = 1;
        wrt_scm *scm = scm_of_oracle(&m, true);
        world_of_scene(&world, scm, wrt_scm_rows_of_tables(scm), &m, &s);
        size_t asked[] = {5, (size_t)(round % 6), (size_t)((round + 3) % 5)};
        size_t n = asked[1] == 5 || asked[1] == asked[2] ? 1 : 3;
        assert_int_equal(wrt_scm_exact(&joint, &world, asked, n, NULL), WRT_OK);
        /* P(5 = a, the seen one = its value, third = b) = P(third = b) P(5 = a | third = b) */
        scm_scene both = s;
        both.seen[asked[2]] = 1;
        if (n == 3) {
            size_t k = (size_t)m.k[asked[2]];
            double third = scm_observe(want, &m, &both, 5) / scm_observe(want, &m, &s, 5);
            (void)scm_observe(want, &m, &both, 5);
            size_t cell = (0 * (size_t)m.k[asked[1]] + 1) * k + 1;
            assert_true(fabs(joint.p[cell] - third * want[0]) < 1e-12);
            assert_true(joint.p[cell - k] == 0.0);
        }
        assert_int_equal(wrt_scm_exact_marginals(&marginals, &world, NULL), WRT_OK);
        for (int v = 0; v < m.n; v++) {
            (void)scm_observe(want, &m, &s, v);
            for (int i = 0; i < m.k[v]; i++)
                assert_true(fabs(marginals[v * WRT_SCM_VALUES_MAX + i] - want[i]) < 1e-12);
        }
        free(marginals);
        free(joint.p);
        wrt_scm_world_free(&world);
        wrt_scm_free(scm);
    }
}

/* ---- sizes. Made-up rows: the first value has the probability given, the rest share what is
 * left. */
typedef struct {
    const wrt_scm *scm;
    double p;
    size_t rows;
} constant;

static wrt_status ask_constant(double *out, void *ctx, size_t variable, const uint64_t *numbers,
                               size_t n, wrt_err *err) {
    constant *c = ctx;
    size_t k = wrt_scm_variable_at(c->scm, variable)->n_values;
    (void)numbers, (void)err;
    c->rows += n;
    for (size_t i = 0; i < n * k; i++)
        out[i] = i % k == 0 ? c->p : (1 - c->p) / (double)(k - 1);
    return WRT_OK;
}

/* Roots r0.. of 16 values, children c0.. that each have all roots as parents, and a loner. */
static wrt_scm *bipartite(int roots, int children) {
    wrt_buf text = wrt_buf_make(1 << 20);
    wrt_buf_printf(&text, "{\"schema\":\"warrant/scm/1\",\"name\":\"made up\",\"variables\":["
                          "{\"name\":\"loner\",\"values\":[\"a\",\"b\"],\"phrases\":[{\"before\":"
                          "\"x\"}]}");
    for (int v = 0; v < roots + children; v++) {
        bool is_root = v < roots;
        wrt_buf_printf(&text, ",{\"name\":\"%c%d\",\"values\":[", is_root ? 'r' : 'c', v);
        for (int i = 0; i < 16; i++)
            wrt_buf_printf(&text, "%s\"%c\"", i > 0 ? "," : "", 'a' + i);
        wrt_buf_printf(&text, "],\"parents\":[");
        for (int j = 0; j < roots && !is_root; j++)
            wrt_buf_printf(&text, "%s\"r%d\"", j > 0 ? "," : "", j);
        wrt_buf_printf(&text, "],\"phrases\":[{\"before\":\"x\"}]}");
    }
    wrt_buf_printf(&text, "]}");
    wrt_scm *scm = scm_of_text(wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
    return scm;
}

static size_t find(const wrt_scm *scm, const char *name) {
    size_t index = 0;
    assert_int_equal(wrt_scm_find(&index, scm, name, NULL), WRT_OK);
    return index;
}

static void exact_says_how_large_a_table_it_would_need(void **state) {
    (void)state;
    wrt_scm *scm = bipartite(8, 1);
    constant rows = {scm, 0.25, 0};
    wrt_scm_world world;
    wrt_scm_exact_answer answer;
    wrt_err err = {0};
    wrt_scm_world_init(&world, scm, (wrt_scm_rows){.ask = ask_constant, .ctx = &rows});
    size_t child = find(scm, "c8"), root = find(scm, "r0"), loner = find(scm, "loner");
    assert_int_equal(wrt_scm_exact(&answer, &world, &child, 1, &err), WRT_E_LIMIT);
    assert_non_null(strstr(err.message, "6.87e+10 cells")); /* 16^9 */
    assert_non_null(strstr(err.message, "\"c8\""));
    assert_int_equal(rows.rows, 0);
    /* the child is barren for a root, and so are its rows */
    assert_int_equal(wrt_scm_exact(&answer, &world, &root, 1, NULL), WRT_OK);
    assert_int_equal(rows.rows, 1);
    free(answer.p);
    /* with all parents but one given, one slice is asked for: 16 rows */
    for (int j = 1; j < 8; j++) {
        char name[16];
        snprintf(name, sizeof name, "r%d", j);
        wrt_scm_world_see(&world, find(scm, name), 3);
    }
    rows.rows = 0;
    world.rows_max = 16 + 1 + 7 - 1;
    assert_int_equal(wrt_scm_exact(&answer, &world, &child, 1, &err), WRT_E_LIMIT);
    assert_non_null(strstr(err.message, "24 rows"));
    assert_int_equal(rows.rows, 0);
    world.rows_max++;
    assert_int_equal(wrt_scm_exact(&answer, &world, &child, 1, NULL), WRT_OK);
    assert_int_equal(rows.rows, 16 + 1 + 7);
    assert_true(fabs(answer.p[0] - 0.25) < 1e-12);
    free(answer.p);
    assert_int_equal(wrt_scm_exact(&answer, &world, &loner, 1, NULL), WRT_OK);
    assert_true(fabs(answer.log_p_given - 7 * log(0.05)) < 1e-9);
    free(answer.p);
    wrt_scm_free(scm);
}

/* Every pair of 9 roots has a child that is seen: tables of 16 * 16 cells, whose product has 16^9.
 * The loner is not joined to them. */
static void exact_answers_beside_a_part_that_is_too_large(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(1 << 20);
    wrt_buf_printf(&text, "%s",
                   "{\"schema\":\"warrant/scm/1\",\"name\":\"made up\",\"variables\":["
                   "{\"name\":\"loner\",\"values\":[\"a\",\"b\"],\"phrases\":[{"
                   "\"before\":\"x\"}]}");
    for (int i = 0; i < 9; i++) {
        wrt_buf_printf(&text, ",{\"name\":\"r%d\",\"values\":[", i);
        for (int j = 0; j < 16; j++)
            wrt_buf_printf(&text, "%s\"%c\"", j > 0 ? "," : "", 'a' + j);
        wrt_buf_printf(&text, "],\"phrases\":[{\"before\":\"x\"}]}");
    }
    for (int i = 0; i < 9; i++)
        for (int j = 0; j < i; j++)
            wrt_buf_printf(&text,
                           ",{\"name\":\"c%d%d\",\"values\":[\"a\",\"b\"],\"parents\":[\"r%d\","
                           "\"r%d\"],\"phrases\":[{\"before\":\"x\"}]}",
                           i, j, i, j);
    wrt_buf_printf(&text, "]}");
    wrt_scm *scm = scm_of_text(wrt_buf_str(&text).ptr);
    constant rows = {scm, 0.25, 0};
    wrt_scm_world world;
    wrt_scm_exact_answer answer;
    double log_p = 0;
    size_t loner = find(scm, "loner"), root = find(scm, "r0");
    wrt_scm_world_init(&world, scm, (wrt_scm_rows){.ask = ask_constant, .ctx = &rows});
    for (size_t v = 10; v < wrt_scm_count(scm); v++)
        wrt_scm_world_see(&world, v, 0);
    assert_int_equal(wrt_scm_exact(&answer, &world, &loner, 1, NULL), WRT_OK);
    assert_true(answer.p[0] == 0.25);
    assert_true(isnan(answer.log_p_given));
    free(answer.p);
    assert_int_equal(wrt_scm_exact_evidence(&log_p, &world, NULL), WRT_E_LIMIT);
    assert_int_equal(wrt_scm_exact(&answer, &world, &root, 1, NULL), WRT_E_LIMIT);
    free(answer.p);
    wrt_scm_free(scm);
    wrt_buf_free(&text);
}

static void exact_keeps_evidence_that_would_underflow(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(1 << 20);
    wrt_buf_printf(&text, "{\"schema\":\"warrant/scm/1\",\"name\":\"made up\",\"variables\":[");
    for (int v = 0; v < 400; v++)
        wrt_buf_printf(&text,
                       "%s{\"name\":\"n%d\",\"values\":[\"a\",\"b\"],\"parents\":[%s],"
                       "\"phrases\":[{\"before\":\"x\"}]}",
                       v > 0 ? "," : "", v, v > 0 ? "\"n0\"" : "");
    wrt_buf_printf(&text, "]}");
    wrt_scm *scm = scm_of_text(wrt_buf_str(&text).ptr);
    constant rows = {scm, 1e-3, 0};
    wrt_scm_world world;
    double log_p = 0;
    wrt_scm_world_init(&world, scm, (wrt_scm_rows){.ask = ask_constant, .ctx = &rows});
    for (size_t v = 1; v < 400; v++)
        wrt_scm_world_see(&world, v, 0);
    assert_int_equal(wrt_scm_exact_evidence(&log_p, &world, NULL), WRT_OK);
    assert_true(fabs(log_p - 399 * log(1e-3)) < 1e-8); /* e-2756: no double holds it */
    wrt_scm_free(scm);
    wrt_buf_free(&text);
}

/* Two things seen that have probability 1e-200 each, whatever their cause. */
static void exact_keeps_rows_that_would_underflow(void **state) {
    (void)state;
    static const char text[] =
        "{\"schema\":\"warrant/scm/1\",\"name\":\"made up\",\"variables\":["
        "{\"name\":\"x\",\"values\":[\"a\",\"b\"],\"cpt\":{\"rows\":[{\"p\":[0.75,0.25]}]}},"
        "{\"name\":\"y\",\"values\":[\"a\",\"b\"],\"parents\":[\"x\"],\"cpt\":{\"rows\":["
        "{\"x\":\"a\",\"p\":[1e-200,1]},{\"x\":\"b\",\"p\":[2e-200,1]}]}},"
        "{\"name\":\"z\",\"values\":[\"a\",\"b\"],\"parents\":[\"x\"],\"cpt\":{\"rows\":["
        "{\"x\":\"a\",\"p\":[1e-200,1]},{\"x\":\"b\",\"p\":[3e-200,1]}]}}]}";
    wrt_scm *scm = scm_of_text(text);
    wrt_scm_world world;
    wrt_scm_exact_answer answer;
    size_t x = find(scm, "x");
    wrt_scm_world_init(&world, scm, wrt_scm_rows_of_tables(scm));
    wrt_scm_world_see(&world, find(scm, "y"), 0);
    wrt_scm_world_see(&world, find(scm, "z"), 0);
    assert_int_equal(wrt_scm_exact(&answer, &world, &x, 1, NULL), WRT_OK);
    assert_true(fabs(answer.p[0] - 0.75 / (0.75 + 0.25 * 6)) < 1e-12);
    assert_true(fabs(answer.log_p_given - (log(0.75 + 0.25 * 6) - 400 * log(10.0))) < 1e-9);
    free(answer.p);
    wrt_scm_free(scm);
}

/* Tables over 24 binary nodes each, one node of each kept: summing out 23 nodes makes tables of
 * 2^24 + 2^23 + ... + 4 cells, and 8 such blocks are all that is allowed. */
static void exact_refuses_too_much_work_in_all(void **state) {
    (void)state;
    enum { BLOCK = 24 };
    wrt_scm *scm = bipartite(8, 1);
    for (size_t blocks = 8; blocks <= 9; blocks++) {
        wrt_scm_network network;
        wrt_scm_solution solution;
        wrt_scm_factor *f = NULL;
        wrt_err err = {0};
        uint16_t nodes[BLOCK], keep[9];
        wrt_scm_network_init(&network, scm);
        network.is_rehearsal = true;
        for (size_t b = 0; b < blocks; b++) {
            for (size_t i = 0; i < BLOCK; i++) {
                nodes[i] = (uint16_t)(b * BLOCK + i);
                network.card[nodes[i]] = 2;
            }
            keep[b] = nodes[0];
            assert_int_equal(wrt_scm_network_add(&f, &network, nodes, BLOCK, NULL), WRT_OK);
        }
        wrt_status status = wrt_scm_network_solve(&solution, &network, keep, blocks, &err);
        assert_int_equal(status, blocks == 8 ? WRT_OK : WRT_E_LIMIT);
        if (blocks == 9)
            assert_non_null(strstr(err.message, "3.02e+08 cells in all"));
        wrt_scm_network_free(&network);
    }
    wrt_scm_free(scm);
}

/* A ring of four binary nodes: the first to go joins its neighbours, so that the tables have
 * 8 + 8 + 4 + 2 cells. */
static void orders_count_the_edges_that_they_add(void **state) {
    (void)state;
    wrt_scm *scm = bipartite(8, 1);
    wrt_scm_network network;
    wrt_scm_solution solution;
    wrt_scm_network_init(&network, scm);
    for (uint16_t i = 0; i < 4; i++)
        network.card[i] = 2;
    for (uint16_t i = 0; i < 4; i++) {
        const uint16_t nodes[2] = {i, (uint16_t)((i + 1) % 4)};
        wrt_scm_factor *f = NULL;
        assert_int_equal(wrt_scm_network_add(&f, &network, nodes, 2, NULL), WRT_OK);
        for (size_t cell = 0; cell < f->cells; cell++)
            f->p[cell] = 1.0;
    }
    assert_int_equal(wrt_scm_network_solve(&solution, &network, NULL, 0, NULL), WRT_OK);
    assert_true(solution.work == 22.0);
    assert_true(fabs(solution.log_total - log(16.0)) < 1e-12);
    free(solution.p);
    wrt_scm_network_free(&network);
    wrt_scm_free(scm);
}

/* ---- questions in names */

static const char chain[] =
    "{\"schema\":\"warrant/scm/1\",\"name\":\"made up\",\"variables\":["
    "{\"name\":\"x\",\"values\":[\"0\",\"1\"],\"cpt\":{\"rows\":[{\"p\":[0.5,0.5]}]}},"
    "{\"name\":\"y\",\"values\":[\"0\",\"1\"],\"parents\":[\"x\"],\"cpt\":{\"rows\":["
    "{\"x\":\"0\",\"p\":[0.9,0.1]},{\"x\":\"1\",\"p\":[0,1]}]}}]}";

static wrt_status ask(double *p, const char *do_text, const char *given_text, wrt_err *err) {
    wrt_scm *scm = scm_of_text(chain);
    wrt_json *do_values = do_text != NULL ? json_of(do_text) : NULL;
    wrt_json *given = given_text != NULL ? json_of(given_text) : NULL;
    wrt_scm_answer answer;
    wrt_scm_question question = {.outcome = "y", .do_values = do_values, .given = given};
    wrt_status status = wrt_scm_query(&answer, scm, wrt_scm_rows_of_tables(scm), &question, err);
    *p = answer.p[1];
    wrt_json_free(do_values);
    wrt_json_free(given);
    wrt_scm_free(scm);
    return status;
}

static void query_reads_soft_interventions(void **state) {
    (void)state;
    double p = 0;
    assert_int_equal(ask(&p, "{\"x\":{\"1\":0.25,\"0\":0.75}}", NULL, NULL), WRT_OK);
    assert_true(fabs(p - (0.75 * 0.1 + 0.25)) < 1e-15);
    assert_int_equal(ask(&p, "{\"x\":{\"uniform\":true}}", NULL, NULL), WRT_OK);
    assert_true(fabs(p - 0.55) < 1e-15);
    assert_int_equal(ask(&p, "{\"y\":{\"1\":1}}", "{\"x\":\"0\"}", NULL), WRT_OK);
    assert_true(p == 1.0);
}

static void query_names_what_is_wrong(void **state) {
    (void)state;
    static const struct {
        const char *do_text, *given_text, *word;
        wrt_status want;
    } cases[] = {
        {"{\"x\":{\"1\":0.25}}", NULL, "sums to 0.25", WRT_E_INPUT},
        {"{\"x\":{\"2\":1}}", NULL, "0, 1", WRT_E_INPUT},
        {"{\"x\":{\"1\":-1}}", NULL, "[0, 1]", WRT_E_INPUT},
        {"{\"x\":3}", NULL, "not a text", WRT_E_INPUT},
        {"{\"x\":\"0\"}", "{\"x\":\"0\"}", "both intervened on and given", WRT_E_INPUT},
        {"[\"x\"]", NULL, "an object", WRT_E_INPUT},
        {NULL, "{\"z\":\"0\"}", "x, y", WRT_E_INPUT},
        {NULL, "\"x\"", "not string", WRT_E_INPUT},
        {NULL, "{\"x\":\"1\",\"y\":\"0\"}", "probability 0", WRT_E_NOT_FOUND},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_err err = {0};
        double p = 0;
        assert_int_equal(ask(&p, cases[i].do_text, cases[i].given_text, &err), cases[i].want);
        assert_non_null(strstr(err.message, cases[i].word));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_agrees_with_sums_over_all_units),
        cmocka_unit_test(exact_gives_joint_distributions_and_all_marginals),
        cmocka_unit_test(exact_says_how_large_a_table_it_would_need),
        cmocka_unit_test(exact_answers_beside_a_part_that_is_too_large),
        cmocka_unit_test(exact_keeps_evidence_that_would_underflow),
        cmocka_unit_test(exact_keeps_rows_that_would_underflow),
        cmocka_unit_test(exact_refuses_too_much_work_in_all),
        cmocka_unit_test(orders_count_the_edges_that_they_add),
        cmocka_unit_test(query_reads_soft_interventions),
        cmocka_unit_test(query_names_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
