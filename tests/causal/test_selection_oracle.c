/* Selection nodes against numbers: in random models with hidden common causes, the sum over Z of
 * P(y | x, z, s) P(z | s) must be P(y | do(x)) exactly where the criterion says that Z is valid.
 * Every graph of four nodes with every selected node, random ones of five. Separation and
 * implications against conditional independence in the same models. */
#include "adjustment_compare.h"
#include "oracle_graphs.h"

#include "../oracle/intervention_oracle.h"
#include "causal/classes/class_graph.h"
#include "causal/draw/draw.h"
#include "causal/implications.h"
#include "causal/separation.h"

#include <math.h>
#include <stdio.h>

static const double TOLERANCE = 1e-9;

typedef struct {
    causal_graph plain;
    causal_model model;
    double joint[ORACLE_ASSIGNMENTS_MAX], set[ORACLE_OBSERVED_MAX][ORACLE_ASSIGNMENTS_MAX];
    int selected;
    wrt_graph *graph;
} scene;

static size_t n_valid, n_invalid, n_separated, n_listed, n_none;

static void build(scene *s, const causal_graph *plain, int selected, uint64_t *seed) {
    *s = (scene){.plain = *plain, .selected = selected, .graph = wrt_graph_new()};
    for (int v = 0; v < plain->n; v++)
        add_oracle_node(s->graph, "v", v);
    for (int a = 0; a < plain->n; a++)
        for (int b = a + 1; b < plain->n; b++) {
            if (plain->parents[b] >> a & 1U)
                assert_int_equal(wrt_graph_add_edge(s->graph, a, b, NULL), WRT_OK);
            if (plain->spouses[a] >> b & 1U)
                assert_int_equal(wrt_graph_add_bidirected(s->graph, a, b, NULL), WRT_OK);
        }
    wrt_graph_set_selected(s->graph, selected);
    assert_int_equal(wrt_graph_finish(s->graph, NULL), WRT_OK);
    model_draw(&s->model, plain, MODEL_POSITIVE, seed);
    model_intervene(s->joint, &s->model, 0);
    for (int v = 0; v < plain->n; v++)
        model_intervene(s->set[v], &s->model, 1U << v);
}

static double probability(const scene *s, const double *p, unsigned fixed, unsigned values) {
    return model_sum(p, s->plain.n, fixed, values);
}

/* Is the sum over z right for both values of x? */
static bool is_right(const scene *s, int x, int y, unsigned z) {
    unsigned xs = 1U << x, ys = 1U << y, sel = 1U << s->selected, n = 1U << s->plain.n;
    for (unsigned xv = 0; xv <= xs; xv += xs) {
        double sum = 0;
        for (unsigned zv = 0; zv < n; zv++) {
            if ((zv & ~z) != 0)
                continue;
            unsigned at = xv | ys | sel | zv;
            sum += probability(s, s->joint, xs | ys | z | sel, at) /
                   probability(s, s->joint, xs | z | sel, at) *
                   probability(s, s->joint, z | sel, at) / probability(s, s->joint, sel, sel);
        }
        /* summed over the rest, whatever x was set to */
        if (fabs(sum - probability(s, s->set[x], xs | ys, xv | ys)) > TOLERANCE)
            return false;
    }
    return true;
}

static bool is_independent(const scene *s, int a, int b, unsigned given) {
    unsigned as = 1U << a, bs = 1U << b;
    for (unsigned v = 0; v < 1U << s->plain.n; v++) {
        double all = probability(s, s->joint, given, v);
        double both = probability(s, s->joint, given | as | bs, v);
        double one = probability(s, s->joint, given | as, v);
        double other = probability(s, s->joint, given | bs, v);
        if (fabs(both * all - one * other) > 1e-12)
            return false;
    }
    return true;
}

static void check_set(const scene *s, int x, int y, unsigned z) {
    int items[ORACLE_NODES_MAX];
    wrt_node_set xs = {&x, 1}, ys = {&y, 1}, set = set_of_mask(z, items);
    wrt_effect_query query = {s->graph, &xs, &ys, WRT_EFFECT_TOTAL};
    wrt_adjustment_verdict verdict;
    assert_int_equal(wrt_adjustment_check(&verdict, &query, &set, NULL), WRT_OK);
    if (verdict.valid != is_right(s, x, y, z)) {
        wrt_buf text = wrt_buf_make(WRT_KIB(4));
        wrt_graph_to_dagitty(&text, s->graph);
        fail_msg("%d -> %d given %u: %s in %s", x, y, z, verdict.text, text.ptr);
    }
    assert_true(verdict.valid || verdict.witness != NULL);
    *(verdict.valid ? &n_valid : &n_invalid) += 1;
    wrt_adjustment_verdict_free(&verdict);
}

/* Minimal sets are the valid sets without a valid proper subset; the smallest has the fewest. */
static void check_lists(const scene *s, int x, int y) {
    wrt_node_set xs = {&x, 1}, ys = {&y, 1};
    wrt_effect_query query = {s->graph, &xs, &ys, WRT_EFFECT_TOTAL};
    wrt_adjustment_sets minimal = list_sets(&query, WRT_ADJUST_MINIMAL, 100, 0, 0);
    wrt_adjustment_sets minimum = list_sets(&query, WRT_ADJUST_MINIMUM, 0, 0, 0);
    wrt_adjustment_sets canonical = list_sets(&query, WRT_ADJUST_CANONICAL, 0, 0, 0);
    unsigned banned = 1U << x | 1U << y | 1U << s->selected;
    size_t expected = 0;
    int fewest = 99;
    for (unsigned z = 0; z < 1U << s->plain.n; z++) {
        if ((z & banned) != 0 || !is_right(s, x, y, z))
            continue;
        bool is_minimal = true, is_listed = false;
        for (unsigned part = 0; part < z; part++)
            is_minimal = is_minimal && !((part & ~z) == 0 && is_right(s, x, y, part));
        for (size_t i = 0; i < minimal.n_sets; i++)
            is_listed = is_listed || mask_of_set(&minimal.sets[i]) == z;
        assert_int_equal(is_listed, is_minimal);
        expected += is_minimal ? 1 : 0;
        fewest = mask_size(z) < fewest ? mask_size(z) : fewest;
    }
    assert_int_equal(minimal.n_sets, expected);
    assert_int_equal(minimum.n_sets, expected > 0);
    assert_int_equal(canonical.n_sets, expected > 0);
    if (expected > 0) {
        assert_int_equal(minimum.sets[0].n, fewest);
        assert_true(is_right(s, x, y, mask_of_set(&canonical.sets[0])));
    } else {
        assert_true(minimal.verdict == WRT_ADJUST_NO_SET ||
                    minimal.verdict == WRT_ADJUST_NO_CAUSAL_PATH);
        n_none++;
    }
    n_listed += expected;
    wrt_adjustment_sets_free(&minimal);
    wrt_adjustment_sets_free(&minimum);
    wrt_adjustment_sets_free(&canonical);
}

static void check_separation(const scene *s, int a, int b, unsigned z) {
    int items[ORACLE_NODES_MAX];
    wrt_node_set as = {&a, 1}, bs = {&b, 1}, given = set_of_mask(z, items);
    bool separated;
    assert_int_equal(wrt_graph_separated(&separated, NULL, s->graph, &as, &bs, &given, NULL),
                     WRT_OK);
    assert_int_equal(separated, is_independent(s, a, b, z | 1U << s->selected));
    n_separated += separated ? 1 : 0;
}

/* One true statement for every pair that some set separates among the selected units. */
static void check_implications(const scene *s) {
    wrt_implications found;
    size_t expected = 0;
    assert_int_equal(wrt_implications_list(&found, s->graph, 0, NULL), WRT_OK);
    for (int a = 0; a < s->plain.n; a++)
        for (int b = a + 1; b < s->plain.n; b++) {
            bool any = false;
            unsigned banned = 1U << a | 1U << b | 1U << s->selected;
            for (unsigned z = 0; z < 1U << s->plain.n && a != s->selected && b != s->selected; z++)
                any = any || ((z & banned) == 0 && is_independent(s, a, b, z | 1U << s->selected));
            expected += any ? 1 : 0;
        }
    assert_int_equal(found.n, expected);
    for (size_t i = 0; i < found.n; i++)
        assert_true(is_independent(s, found.items[i].x, found.items[i].y,
                                   mask_of_set(&found.items[i].given) | 1U << s->selected));
    wrt_implications_free(&found);
}

static void check_graph(const causal_graph *plain, int selected, uint64_t *seed) {
    static scene s;
    build(&s, plain, selected, seed);
    check_implications(&s);
    for (int x = 0; x < plain->n; x++)
        for (int y = 0; y < plain->n; y++) {
            if (x == y || x == selected || y == selected)
                continue;
            for (unsigned z = 0; z < 1U << plain->n; z++) {
                if ((z & (1U << x | 1U << y | 1U << selected)) != 0)
                    continue;
                check_set(&s, x, y, z);
                if (x < y)
                    check_separation(&s, x, y, z);
            }
            check_lists(&s, x, y);
        }
    wrt_graph_free(s.graph);
}

static void selection_is_drawn_and_direct_effects_are_refused(void **state) {
    (void)state;
    wrt_graph *graph = NULL, *again = NULL;
    wrt_err err = {0};
    static const char text[] = "dag { X -> Y; X -> S; S [selected] }";
    assert_int_equal(wrt_graph_parse_any_text(&graph, WRT_STR(text), NULL), WRT_OK);
    wrt_buf dot = wrt_buf_make(WRT_KIB(4)), svg = wrt_buf_make(WRT_KIB(64));
    wrt_graph_to_dot(&dot, graph, NULL);
    assert_int_equal(wrt_graph_parse_any_text(&again, wrt_buf_str(&dot), NULL), WRT_OK);
    for (int v = 0; v < 3; v++)
        assert_int_equal(wrt_graph_is_selected(again, v), v == 2);
    assert_int_equal(wrt_graph_to_svg(&svg, graph, NULL, NULL), WRT_OK);
    assert_non_null(strstr(svg.ptr, "wg-node wg-selected"));
    assert_non_null(strstr(svg.ptr, "only units with one value (octagon)"));
    wrt_node_set x = set_of(graph, "X"), y = set_of(graph, "Y"), s = set_of(graph, "S");
    wrt_effect_query direct = {graph, &x, &y, WRT_EFFECT_DIRECT};
    wrt_adjustment_verdict verdict;
    assert_int_equal(wrt_adjustment_check(&verdict, &direct, &(wrt_node_set){0}, &err),
                     WRT_E_UNSUPPORTED);
    wrt_effect_query total = {graph, &x, &y, WRT_EFFECT_TOTAL};
    assert_int_equal(wrt_adjustment_check(&verdict, &total, &s, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "is conditioned on already"));
    wrt_effect_query of_selected = {graph, &x, &s, WRT_EFFECT_TOTAL};
    assert_int_equal(wrt_adjustment_check(&verdict, &of_selected, &(wrt_node_set){0}, &err),
                     WRT_E_INPUT);
    wrt_node_set_free(&x);
    wrt_node_set_free(&y);
    wrt_node_set_free(&s);
    wrt_buf_free(&dot);
    wrt_buf_free(&svg);
    wrt_graph_free(graph);
    wrt_graph_free(again);
}

static void selection_agrees_with_numbers_on_graphs_of_four_nodes(void **state) {
    (void)state;
    uint64_t seed = 21;
    n_valid = n_invalid = n_separated = n_listed = n_none = 0;
    for (unsigned code = 0; code < 4096; code++) {
        causal_graph g = {.n = 4};
        int k = 0;
        for (int a = 0; a < 4; a++)
            for (int b = a + 1; b < 4; b++, k++) {
                g.parents[b] |= (code >> k & 1U) << a;
                g.spouses[a] |= (code >> (k + 6) & 1U) << b;
                g.spouses[b] |= (code >> (k + 6) & 1U) << a;
            }
        check_graph(&g, (int)(oracle_random(&seed) % 4), &seed);
    }
    printf("four nodes: %zu valid sets, %zu not, %zu separations, %zu questions without a set\n",
           n_valid, n_invalid, n_separated, n_none);
    assert_true(n_valid > 2000 && n_invalid > 10000 && n_separated > 500);
}

static void selection_agrees_with_numbers_on_random_graphs_of_six_nodes(void **state) {
    (void)state;
    uint64_t seed = 22;
    n_valid = n_invalid = n_separated = n_listed = n_none = 0;
    for (int i = 0; i < 150; i++) {
        causal_graph g = {.n = 6};
        int bows = 0;
        for (int a = 0; a < 6; a++)
            for (int b = a + 1; b < 6; b++) {
                bool bow = oracle_random(&seed) % 10 == 0 && bows++ < 4;
                g.parents[b] |= (unsigned)(oracle_random(&seed) % 3 == 0) << a;
                g.spouses[a] |= (unsigned)bow << b;
                g.spouses[b] |= (unsigned)bow << a;
            }
        check_graph(&g, (int)(oracle_random(&seed) % 6), &seed);
    }
    printf("six nodes: %zu valid sets, %zu not, %zu separations, %zu questions without a set\n",
           n_valid, n_invalid, n_separated, n_none);
    assert_true(n_valid > 3000 && n_invalid > 10000 && n_separated > 500);
}

static void selection_is_read_written_and_refused(void **state) {
    (void)state;
    wrt_graph *graph = NULL;
    wrt_err err = {0};
    static const char text[] = "dag { X -> Y; A -> Y; S [selected]; A -> S }";
    assert_int_equal(wrt_graph_parse_any_text(&graph, WRT_STR(text), NULL), WRT_OK);
    wrt_json *object = wrt_graph_to_json(graph);
    wrt_buf first = wrt_buf_make(WRT_KIB(4)), second = wrt_buf_make(WRT_KIB(4));
    wrt_graph_to_dagitty(&first, graph);
    assert_non_null(strstr(first.ptr, "S [selected]"));
    wrt_graph_free(graph);
    assert_int_equal(wrt_graph_parse_any(&graph, object, NULL), WRT_OK);
    wrt_graph_to_dagitty(&second, graph);
    assert_string_equal(first.ptr, second.ptr);
    wrt_node_set x = set_of(graph, "X"), y = set_of(graph, "Y"), none = {0};
    wrt_effect_query query = {graph, &x, &y, WRT_EFFECT_TOTAL};
    wrt_adjustment_verdict verdict;
    assert_int_equal(wrt_adjustment_check(&verdict, &query, &none, NULL), WRT_OK);
    assert_int_equal(verdict.reason, WRT_REASON_SELECTION);
    assert_string_equal(verdict.witness, "S <- A -> Y");
    wrt_adjustment_verdict_free(&verdict);
    assert_int_equal(wrt_graph_parse(&(wrt_graph *){NULL}, object, &err), WRT_E_INPUT);
    assert_int_equal(wrt_graph_parse_text(&(wrt_graph *){NULL}, WRT_STR(text), &err),
                     WRT_E_UNSUPPORTED);
    wrt_node_set_free(&x);
    wrt_node_set_free(&y);
    wrt_json_free(object);
    wrt_buf_free(&first);
    wrt_buf_free(&second);
    wrt_graph_free(graph);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selection_is_read_written_and_refused),
        cmocka_unit_test(selection_is_drawn_and_direct_effects_are_refused),
        cmocka_unit_test(selection_agrees_with_numbers_on_graphs_of_four_nodes),
        cmocka_unit_test(selection_agrees_with_numbers_on_random_graphs_of_six_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
