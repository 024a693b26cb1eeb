/* test_conflict.c: tests of independence against R (tests/peers/effect_checks.py), and graphs that
 * fit a table or do not. */
#include "base/file.h"
#include "effect/checks/conflict.h"
#include "effect/fit/tail.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_near(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance * fmax(1e-300, fabs(want))))
        fail_msg("got %.15g, want %.15g", got, want);
}

enum { COLUMNS = 7 };
static const char *const NAMES[COLUMNS] = {"u", "v", "w", "a", "b", "c", "pair"};
static const size_t LEVELS[COLUMNS] = {0, 0, 0, 2, 2, 3, 60};

typedef struct {
    wrt_arena *arena;
    wrt_json *root;
    wrt_test_column columns[COLUMNS];
    size_t n;
} stored;

static const double *numbers(stored *s, const wrt_json *list) {
    double *out = wrt_arena_calloc(s->arena, wrt_json_count(list), sizeof *out);
    size_t n = 0;
    WRT_JSON_EACH(item, list) {
        out[n++] = wrt_json_number(item, NAN);
    }
    return out;
}

static stored open_stored(void) {
    stored s = {.arena = wrt_arena_new()};
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    assert_int_equal(
        wrt_file_read(&text, TEST_SOURCE_DIR "/tests/peers/effect_checks.json", WRT_MIB(1), NULL),
        WRT_OK);
    assert_int_equal(wrt_json_parse(&s.root, wrt_buf_str(&text), NULL), WRT_OK);
    wrt_buf_free(&text);
    const wrt_json *table = wrt_json_get(s.root, "table");
    s.n = wrt_json_count(wrt_json_get(table, "u"));
    for (size_t j = 0; j < COLUMNS; j++)
        s.columns[j] =
            (wrt_test_column){NAMES[j], numbers(&s, wrt_json_get(table, NAMES[j])), LEVELS[j]};
    return s;
}

static const double *peer(stored *s, const char *name) {
    return numbers(s, wrt_json_get(wrt_json_get(s->root, "r"), name));
}

static void close_stored(stored *s) {
    wrt_json_free(s->root);
    wrt_arena_free(s->arena);
}

static const wrt_test_column *named(const stored *s, char name) {
    for (size_t j = 0; j < COLUMNS; j++) {
        if (NAMES[j][0] == name)
            return &s->columns[j];
    }
    return NULL;
}

/* names: x, y, and what is given, one letter each. */
static wrt_independence ask(stored *s, const char *names) {
    const wrt_test_column *given[COLUMNS];
    size_t n = strlen(names) - 2;
    for (size_t j = 0; j < n; j++)
        given[j] = named(s, names[j + 2]);
    wrt_independence_question q = {named(s, names[0]), named(s, names[1]), given, n, s->n};
    return wrt_independence_test(&q, s->arena);
}

static void independence_agrees_with_r(void **state) {
    (void)state;
    stored s = open_stored();
    wrt_independence t = ask(&s, "uv");
    assert_near(t.correlation, peer(&s, "correlation")[0], 1e-10);
    assert_near(t.statistic, peer(&s, "correlation")[1], 1e-10);
    assert_near(t.p_value, peer(&s, "correlation")[2], 1e-9);
    t = ask(&s, "uvwc");
    assert_near(t.correlation, peer(&s, "partial")[0], 1e-10);
    assert_near(t.p_value, peer(&s, "partial")[2], 1e-9);
    for (int turn = 0; turn < 2; turn++) {
        t = ask(&s, turn == 0 ? "ucw" : "cuw");
        assert_near(t.statistic, peer(&s, "nested")[0], 1e-8);
        assert_near(t.df, peer(&s, "nested")[1], 0);
        assert_near(t.df2, peer(&s, "nested")[2], 0);
        assert_near(t.p_value, peer(&s, "nested")[3], 1e-9);
    }
    t = ask(&s, "bca");
    assert_string_equal(t.method, "G test by strata");
    assert_near(t.statistic, peer(&s, "g_test")[0], 1e-9);
    assert_near(t.df, peer(&s, "g_loglin")[1], 0);
    assert_near(t.p_value, peer(&s, "g_test")[2], 1e-9);
    t = ask(&s, "abp");
    assert_string_equal(t.method, "Cochran-Mantel-Haenszel");
    assert_near(t.statistic, peer(&s, "mantel_haenszel")[0], 1e-10);
    assert_near(t.p_value, peer(&s, "mantel_haenszel")[1], 1e-10);
    t = ask(&s, "cbw");
    assert_near(t.statistic, peer(&s, "covariance")[0], 1e-8);
    assert_near(t.df, peer(&s, "covariance")[1], 0);
    assert_near(t.p_value, peer(&s, "covariance")[2], 1e-9);
    close_stored(&s);
}

static void tails_and_corrections_agree_with_r(void **state) {
    (void)state;
    static const double x[] = {0.1, 3.84, 50, 1000, 0.001}, df[] = {1, 1, 30, 1000, 5};
    static const double f[] = {0.5, 4, 12, 1.1, 30}, d1[] = {1, 2, 5, 200, 3},
                        d2[] = {10, 20, 7, 3000, 100000};
    stored s = open_stored();
    for (int i = 0; i < 5; i++) {
        assert_near(wrt_tail_chi2(x[i], df[i]), peer(&s, "chi2")[i], 1e-10);
        assert_near(wrt_tail_f(f[i], d1[i], d2[i]), peer(&s, "f")[i], 1e-9);
    }
    assert_true(isnan(wrt_tail_chi2(1, 0)) && isnan(wrt_tail_f(NAN, 1, 1)));
    double p[8], holm[8], by[8];
    memcpy(p, peer(&s, "p"), 7 * sizeof *p);
    p[7] = NAN; /* a test that could not be made does not count */
    wrt_conflict_adjust(holm, by, p, 8);
    for (int i = 0; i < 7; i++) {
        assert_near(holm[i], peer(&s, "holm")[i], 1e-12);
        assert_near(by[i], peer(&s, "by")[i], 1e-12);
    }
    assert_true(isnan(holm[7]) && isnan(by[7]));
    close_stored(&s);
}

static void untestable_questions_say_why(void **state) {
    (void)state;
    stored s = open_stored();
    double *same = wrt_arena_calloc(s.arena, s.n, sizeof *same), *gaps, *twice, *wrong;
    gaps = wrt_arena_calloc(s.arena, s.n, sizeof *gaps);
    twice = wrt_arena_calloc(s.arena, s.n, sizeof *twice);
    wrong = wrt_arena_calloc(s.arena, s.n, sizeof *wrong);
    for (size_t i = 0; i < s.n; i++) {
        gaps[i] = i < 5 ? (double)i : NAN;
        twice[i] = 2 * s.columns[2].values[i] + 1;
        wrong[i] = (double)(i % 4);
    }
    wrt_test_column constant = {"same", same, 0}, sparse = {"gaps", gaps, 0},
                    copy = {"twice", twice, 0}, beyond = {"beyond", wrong, 3};
    const wrt_test_column *w = named(&s, 'w'), *u = named(&s, 'u');
    const struct {
        wrt_independence_question question;
        const char *reason;
    } cases[] = {{{&constant, u, NULL, 0, s.n}, "same does not vary"},
                 {{&sparse, u, NULL, 0, s.n}, "fewer than 8"},
                 {{&copy, u, &w, 1, s.n}, "twice is a function"},
                 {{&beyond, u, NULL, 0, s.n}, "beyond its levels"}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        wrt_independence t = wrt_independence_test(&cases[k].question, s.arena);
        assert_null(t.method);
        assert_true(isnan(t.p_value));
        if (strstr(t.reason, cases[k].reason) == NULL)
            fail_msg("%s", t.reason);
    }
    close_stored(&s);
}

/* ---- graphs */

typedef struct {
    double a[300], b[300], c[300];
} chain;

/* A -> B -> C; `direct` is the strength of A -> C. Waves of unrelated lengths for noise. */
static chain make_chain(double direct) {
    chain x;
    for (size_t i = 0; i < 300; i++) {
        double k = (double)i;
        x.a[i] = sin(1.7 * k) + sin(11.3 * k);
        x.b[i] = x.a[i] + sin(2.9 * k + 1) + sin(5.1 * k);
        x.c[i] = x.b[i] + direct * x.a[i] + sin(3.3 * k + 2) + sin(7.7 * k);
    }
    return x;
}

static wrt_conflict judge(const chain *x, const char *text, size_t n_columns, wrt_arena *arena) {
    wrt_test_column columns[] = {{"A", x->a, 0}, {"B", x->b, 0}, {"C", x->c, 0}};
    wrt_graph *graph = NULL;
    wrt_conflict out;
    wrt_conflict_question q = {columns, n_columns, 300, 0.05, 0};
    assert_int_equal(wrt_graph_parse_text(&graph, wrt_str_of(text), NULL), WRT_OK);
    assert_int_equal(wrt_conflict_of(&out, graph, &q, arena, NULL), WRT_OK);
    wrt_graph_free(graph);
    return out;
}

static const char *verdict(const wrt_conflict *c, wrt_json **json) {
    wrt_json_free(*json);
    *json = wrt_conflict_json(c);
    return wrt_json_get_text(*json, "verdict", "");
}

static void graphs_are_contradicted_by_tables_that_do_not_fit(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    wrt_json *json = NULL;
    chain fits = make_chain(0), differs = make_chain(1);
    wrt_conflict c = judge(&fits, "dag { A -> B -> C }", 3, arena);
    assert_int_equal(c.n, 1);
    assert_string_equal(verdict(&c, &json), "none_found");
    c = judge(&differs, "dag { A -> B -> C }", 3, arena);
    assert_int_equal(c.n_rejected, 1);
    assert_string_equal(verdict(&c, &json), "conflict");
    assert_string_equal(c.items[0].x, "A");
    assert_string_equal(c.items[0].given[0], "B");
    /* One p value: Holm leaves it as it is. */
    assert_near(c.items[0].holm, c.items[0].test.p_value, 0);
    c = judge(&fits, "dag { A -> B -> C; A -> C }", 3, arena);
    assert_int_equal(c.n, 0);
    assert_string_equal(verdict(&c, &json), "not_testable");
    c = judge(&fits, "dag { A -> B -> C }", 2, arena);
    assert_string_equal(c.items[0].test.reason, "no column C");
    assert_string_equal(verdict(&c, &json), "not_testable");
    wrt_json_free(json);
    wrt_arena_free(arena);
}

static void bad_questions_are_refused(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    wrt_graph *graph = NULL;
    wrt_conflict out;
    chain x = make_chain(0);
    wrt_test_column columns[] = {{"A", x.a, 0}, {"A", x.b, 0}};
    wrt_conflict_question q = {columns, 2, 300, 0.05, 0};
    assert_int_equal(wrt_graph_parse_text(&graph, WRT_STR("dag { A -> B -> C }"), NULL), WRT_OK);
    assert_int_equal(wrt_conflict_of(&out, graph, &q, arena, NULL), WRT_E_INPUT);
    q.n_columns = 1;
    q.alpha = 1;
    assert_int_equal(wrt_conflict_of(&out, graph, &q, arena, NULL), WRT_E_INPUT);
    wrt_graph_free(graph);
    wrt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(independence_agrees_with_r),
        cmocka_unit_test(tails_and_corrections_agree_with_r),
        cmocka_unit_test(untestable_questions_say_why),
        cmocka_unit_test(graphs_are_contradicted_by_tables_that_do_not_fit),
        cmocka_unit_test(bad_questions_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
