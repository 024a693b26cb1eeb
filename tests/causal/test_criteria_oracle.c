/* Front-door sets, instruments and implications against their definitions by path enumeration
 * (tests/oracle/criteria_oracle.h): every DAG of up to four nodes in a fixed order, with every
 * choice of at most two latent nodes and every pair of ends (front-door sets: up to five nodes),
 * and random graphs of up to seven nodes with bidirected edges. Zero differences allowed. */
#include "oracle_graphs.h"

#include "../oracle/criteria_oracle.h"
#include "base/rng.h"
#include "causal/frontdoor.h"
#include "causal/implications.h"
#include "causal/instruments.h"

#include <stdio.h>

static unsigned graphs_seen, questions_of_five, frontdoor_sets, instruments_seen, implications_seen;

/* ---- where the graphs come from */

static bool chance(wrt_rng *rng, double p) {
    return wrt_rng_uniform(rng) < p;
}

static void random_sample(oracle_sample *s, uint32_t stream, unsigned i) {
    wrt_rng rng = wrt_rng_make(20260101, stream, i);
    oracle_graph *g = &s->oracle;
    *g = (oracle_graph){.n = 2 + (int)wrt_rng_below(&rng, 6)};
    double density = 0.15 + 0.4 * wrt_rng_uniform(&rng);
    double bows = chance(&rng, 0.5) ? 0.0 : 0.3 * wrt_rng_uniform(&rng);
    int order[ORACLE_NODES_MAX];
    for (int v = 0; v < g->n; v++) {
        int k = (int)wrt_rng_below(&rng, (uint64_t)v + 1);
        order[v] = order[k];
        order[k] = v;
    }
    for (int a = 0; a < g->n; a++)
        for (int b = a + 1; b < g->n; b++) {
            g->edge[order[a]][order[b]] = chance(&rng, density);
            g->bow[a][b] = g->bow[b][a] = chance(&rng, bows);
        }
    s->x = (int)wrt_rng_below(&rng, (uint64_t)g->n);
    s->y = (s->x + 1 + (int)wrt_rng_below(&rng, (uint64_t)g->n - 1)) % g->n;
    for (int v = 0; v < g->n; v++)
        if (v != s->x && v != s->y && chance(&rng, 0.2))
            g->latent |= 1u << v;
}

static void each_random_graph(unsigned count, uint32_t stream, oracle_sample_fn *check) {
    for (unsigned i = 0; i < count; i++) {
        oracle_sample s = {0};
        random_sample(&s, stream, i);
        s.graph = graph_of_oracle(&s.oracle, false);
        check(&s);
        wrt_graph_free(s.graph);
        graphs_seen++;
    }
}

/* "v0" < "v0 v2" < "v1": the order of words. */
static bool comes_before(unsigned a, unsigned b) {
    for (int v = 0; v < ORACLE_NODES_MAX; v++) {
        bool in_a = (a & 1u << v) != 0, in_b = (b & 1u << v) != 0;
        if (in_a != in_b)
            return in_a ? (b >> v) != 0 : (a >> v) == 0;
    }
    return false;
}

/* ---- front-door */

typedef struct {
    unsigned include, exclude;
    bool is_set[1 << ORACLE_NODES_MAX]; /* by mask, within include and exclude */
    unsigned count, maximal;
} truth;

static void fill_truth(truth *t, const oracle_sample *s) {
    unsigned all = (1u << s->oracle.n) - 1;
    unsigned barred = 1u << s->x | 1u << s->y | s->oracle.latent | t->exclude;
    for (unsigned z = 0; z <= all; z++) {
        t->is_set[z] = (z & barred) == 0 && (z & t->include) == t->include &&
                       oracle_frontdoor(&s->oracle, 1u << s->x, 1u << s->y, z) == 0;
        t->count += t->is_set[z];
        if (t->is_set[z])
            t->maximal |= z;
    }
}

static wrt_adjustment_sets list(const oracle_sample *s, const truth *t, wrt_frontdoor_kind kind,
                                size_t max) {
    int items[4][ORACLE_NODES_MAX];
    wrt_node_set x = set_of_mask(1u << s->x, items[0]), y = set_of_mask(1u << s->y, items[1]);
    wrt_node_set in = set_of_mask(t->include, items[2]), out = set_of_mask(t->exclude, items[3]);
    wrt_effect_query query = {s->graph, &x, &y, WRT_EFFECT_TOTAL};
    wrt_frontdoor_options options = {kind, max, &in, &out};
    wrt_adjustment_sets sets;
    assert_int_equal(wrt_frontdoor_list(&sets, &query, &options, NULL), WRT_OK);
    return sets;
}

static bool has_causal_path(const oracle_sample *s) {
    oracle_effect effect;
    oracle_effect_of(&effect, &s->oracle, s->x, s->y, false);
    return effect.has_causal_path;
}

static void compare_all(const oracle_sample *s, const truth *t) {
    wrt_adjustment_sets sets = list(s, t, WRT_FRONTDOOR_ALL, 1000);
    assert_true(sets.complete);
    assert_int_equal(sets.n_sets, t->count);
    assert_int_equal(sets.verdict, !has_causal_path(s) ? WRT_ADJUST_NO_CAUSAL_PATH
                                   : t->count > 0      ? WRT_ADJUST_OK
                                                       : WRT_ADJUST_NO_SET);
    for (size_t i = 0; i < sets.n_sets; i++) {
        assert_true(t->is_set[mask_of_set(&sets.sets[i])]);
        if (i > 0)
            assert_true(comes_before(mask_of_set(&sets.sets[i - 1]), mask_of_set(&sets.sets[i])));
    }
    frontdoor_sets += (unsigned)sets.n_sets;
    wrt_adjustment_sets_free(&sets);
    if (t->count > 1) {
        sets = list(s, t, WRT_FRONTDOOR_ALL, t->count - 1);
        assert_false(sets.complete);
        assert_int_equal(sets.n_sets, t->count - 1);
        wrt_adjustment_sets_free(&sets);
    }
}

static void compare_one(const oracle_sample *s, const truth *t, wrt_frontdoor_kind kind) {
    wrt_adjustment_sets sets = list(s, t, kind, 0);
    assert_true(sets.complete);
    assert_int_equal(sets.n_sets, t->count > 0);
    if (sets.n_sets > 0) {
        unsigned z = mask_of_set(&sets.sets[0]);
        assert_true(t->is_set[z]);
        if (kind == WRT_FRONTDOOR_MAXIMAL)
            assert_int_equal(z, t->maximal);
        for (unsigned part = 0; kind == WRT_FRONTDOOR_MINIMAL && part < z; part++)
            assert_false((part & z) == part && t->is_set[part]);
    }
    wrt_adjustment_sets_free(&sets);
}

static void compare_checks(const oracle_sample *s) {
    static const wrt_frontdoor_reason reasons[] = {WRT_FRONTDOOR_VALID, WRT_FRONTDOOR_UNINTERCEPTED,
                                                   WRT_FRONTDOOR_TREATMENT, WRT_FRONTDOOR_OUTCOME};
    unsigned barred = 1u << s->x | 1u << s->y | s->oracle.latent;
    for (unsigned z = 0; z < 1u << s->oracle.n; z++) {
        int items[3][ORACLE_NODES_MAX];
        wrt_node_set x = set_of_mask(1u << s->x, items[0]), y = set_of_mask(1u << s->y, items[1]);
        wrt_node_set set = set_of_mask(z, items[2]);
        wrt_effect_query query = {s->graph, &x, &y, WRT_EFFECT_TOTAL};
        wrt_frontdoor_verdict verdict;
        wrt_status status = wrt_frontdoor_check(&verdict, &query, &set, NULL);
        assert_int_equal(status, (z & barred) != 0 ? WRT_E_INPUT : WRT_OK);
        if (status == WRT_OK) {
            int wrong = oracle_frontdoor(&s->oracle, 1u << s->x, 1u << s->y, z);
            assert_int_equal(verdict.reason, reasons[wrong]);
            assert_int_equal(verdict.valid, wrong == 0);
            assert_true((verdict.witness == NULL) == (wrong == 0));
            oracle_path path;
            if (wrong != 0)
                assert_true(oracle_path_read(&path, verdict.witness));
        }
        wrt_frontdoor_verdict_free(&verdict);
    }
}

static void compare_frontdoor(const oracle_sample *s) {
    static truth t;
    t = (truth){0};
    fill_truth(&t, s);
    compare_all(s, &t);
    compare_one(s, &t, WRT_FRONTDOOR_MAXIMAL);
    compare_one(s, &t, WRT_FRONTDOOR_MINIMAL);
    compare_checks(s);
    for (int v = 0; v < s->oracle.n; v++) { /* include v, exclude the next node */
        unsigned barred = 1u << s->x | 1u << s->y | s->oracle.latent;
        t = (truth){.include = 1u << v, .exclude = 1u << (v + 1) % s->oracle.n};
        if ((barred & t.include) != 0)
            continue;
        fill_truth(&t, s);
        compare_all(s, &t);
        compare_one(s, &t, WRT_FRONTDOOR_MAXIMAL);
        compare_one(s, &t, WRT_FRONTDOOR_MINIMAL);
    }
}

static void frontdoor_agrees_with_definition_on_every_small_graph(void **state) {
    (void)state;
    for (int n = 2; n <= 4; n++)
        graphs_seen += each_small_dag(n, 2, compare_frontdoor);
    assert_true(frontdoor_sets > 1000);
}

static void compare_frontdoor_briefly(const oracle_sample *s) {
    static truth t;
    t = (truth){0};
    fill_truth(&t, s);
    compare_all(s, &t);
    compare_one(s, &t, WRT_FRONTDOOR_MINIMAL);
    questions_of_five++;
}

/* Every set, so whether there is one, and a minimal one; no included or excluded nodes. */
static void frontdoor_agrees_with_definition_on_every_graph_of_five_nodes(void **state) {
    (void)state;
    unsigned graphs = each_small_dag(5, 2, compare_frontdoor_briefly);
    assert_int_equal(graphs, 1024 * 16);
    assert_int_equal(questions_of_five, 1024 * (20 + 60 + 60));
    print_message("five nodes: %u graphs, %u front-door questions\n", graphs, questions_of_five);
    graphs_seen += graphs;
}

static void frontdoor_agrees_with_definition_on_random_graphs(void **state) {
    (void)state;
    each_random_graph(3000, 1, compare_frontdoor);
}

/* Two treatments or two outcomes. */
static void frontdoor_agrees_with_definition_for_joint_effects(void **state) {
    (void)state;
    unsigned found = 0;
    for (unsigned i = 0; i < 3000; i++) {
        oracle_sample s = {0};
        random_sample(&s, 4, i);
        unsigned x = 1u << s.x, y = 1u << s.y, *joint = i % 2 == 0 ? &x : &y;
        for (int v = 0; v < s.oracle.n && mask_size(*joint) < 2; v++)
            if (((x | y | s.oracle.latent) & 1u << v) == 0)
                *joint |= 1u << v;
        int items[2][ORACLE_NODES_MAX];
        wrt_node_set xs = set_of_mask(x, items[0]), ys = set_of_mask(y, items[1]);
        s.graph = graph_of_oracle(&s.oracle, false);
        wrt_effect_query query = {s.graph, &xs, &ys, WRT_EFFECT_TOTAL};
        wrt_frontdoor_options options = {.kind = WRT_FRONTDOOR_ALL, .max = 1000};
        wrt_adjustment_sets sets;
        assert_int_equal(wrt_frontdoor_list(&sets, &query, &options, NULL), WRT_OK);
        size_t at = 0;
        for (unsigned z = 0; z < 1u << s.oracle.n; z++) {
            bool is_set =
                (z & (x | y | s.oracle.latent)) == 0 && oracle_frontdoor(&s.oracle, x, y, z) == 0;
            at += is_set;
            bool is_listed = false;
            for (size_t k = 0; k < sets.n_sets; k++)
                is_listed = is_listed || mask_of_set(&sets.sets[k]) == z;
            assert_int_equal(is_listed, is_set);
        }
        assert_int_equal(sets.n_sets, at);
        found += (unsigned)at;
        wrt_adjustment_sets_free(&sets);
        wrt_graph_free(s.graph);
    }
    assert_true(found > 1000);
}

/* A chain of 20000 mediators: one in the middle will do, and no walk recurses. */
static void frontdoor_finds_a_minimal_set_in_a_long_chain(void **state) {
    (void)state;
    enum { LENGTH = 20000 };
    wrt_graph *graph = wrt_graph_new();
    for (int v = 0; v < LENGTH; v++) {
        char name[16];
        int node;
        snprintf(name, sizeof name, "v%05d", v);
        assert_int_equal(wrt_graph_add_node(&node, graph, wrt_str_of(name), NULL), WRT_OK);
        if (v > 0)
            assert_int_equal(wrt_graph_add_edge(graph, v - 1, v, NULL), WRT_OK);
    }
    assert_int_equal(wrt_graph_add_bidirected(graph, 0, LENGTH - 1, NULL), WRT_OK);
    assert_int_equal(wrt_graph_finish(graph, NULL), WRT_OK);
    int ends[] = {0, LENGTH - 1};
    wrt_node_set x = {&ends[0], 1}, y = {&ends[1], 1};
    wrt_effect_query query = {graph, &x, &y, WRT_EFFECT_TOTAL};
    wrt_frontdoor_options options = {.kind = WRT_FRONTDOOR_MINIMAL};
    wrt_adjustment_sets sets;
    assert_int_equal(wrt_frontdoor_list(&sets, &query, &options, NULL), WRT_OK);
    assert_int_equal(sets.n_sets, 1);
    assert_int_equal(sets.sets[0].n, 1);
    wrt_adjustment_sets_free(&sets);
    options = (wrt_frontdoor_options){.kind = WRT_FRONTDOOR_ALL, .max = 3};
    assert_int_equal(wrt_frontdoor_list(&sets, &query, &options, NULL), WRT_OK);
    assert_int_equal(sets.n_sets, 3);
    assert_false(sets.complete);
    wrt_adjustment_sets_free(&sets);
    wrt_graph_free(graph);
}

/* ---- instruments */

static void compare_instruments_of(const oracle_sample *s, wrt_effect_kind kind) {
    oracle_effect effect;
    int items[2][ORACLE_NODES_MAX];
    wrt_node_set x = set_of_mask(1u << s->x, items[0]), y = set_of_mask(1u << s->y, items[1]);
    wrt_effect_query query = {s->graph, &x, &y, kind};
    wrt_instruments found;
    oracle_effect_of(&effect, &s->oracle, s->x, s->y, kind == WRT_EFFECT_DIRECT);
    assert_int_equal(wrt_instruments_list(&found, &query, 0, NULL), WRT_OK);
    assert_true(found.complete);
    assert_int_equal(found.has_causal_path, effect.has_causal_path);
    size_t at = 0;
    for (int z = 0; z < s->oracle.n && effect.has_causal_path; z++) {
        bool exists = false;
        for (unsigned given = 0; given < 1u << s->oracle.n && !exists; given++)
            exists = oracle_instrument(&effect, z, given);
        bool is_listed = at < found.n && found.items[at].node == z;
        assert_int_equal(is_listed, exists);
        if (!is_listed)
            continue;
        unsigned given = mask_of_set(&found.items[at++].given);
        assert_true(oracle_instrument(&effect, z, given));
        for (int v = 0; v < s->oracle.n; v++)
            if ((given & 1u << v) != 0)
                assert_false(oracle_instrument(&effect, z, given & ~(1u << v)));
    }
    assert_int_equal(at, found.n);
    instruments_seen += (unsigned)found.n;
    wrt_instruments_free(&found);
}

static void compare_instruments(const oracle_sample *s) {
    compare_instruments_of(s, WRT_EFFECT_TOTAL);
    compare_instruments_of(s, WRT_EFFECT_DIRECT);
}

static void instruments_agree_with_definition_on_every_small_graph(void **state) {
    (void)state;
    for (int n = 2; n <= 4; n++)
        graphs_seen += each_small_dag(n, 2, compare_instruments);
    assert_true(instruments_seen > 100);
}

static void instruments_agree_with_definition_on_random_graphs(void **state) {
    (void)state;
    each_random_graph(3000, 2, compare_instruments);
}

/* ---- implications */

static void compare_implications(const oracle_sample *s) {
    const oracle_graph *g = &s->oracle;
    if (s->x > s->y) /* one look per graph and pair is enough */
        return;
    wrt_implications found;
    assert_int_equal(wrt_implications_list(&found, s->graph, 0, NULL), WRT_OK);
    assert_true(found.complete);
    unsigned stated = ~0u;
    for (size_t i = 0; i < found.n; i++)
        if (found.items[i].x == s->x && found.items[i].y == s->y)
            stated = mask_of_set(&found.items[i].given);
    unsigned barred = g->latent | 1u << s->x | 1u << s->y;
    bool exists = false;
    for (unsigned z = 0; z < 1u << g->n; z++) {
        bool separates = (z & barred) == 0 && oracle_pair_separated(g, s->x, s->y, z);
        exists = exists || separates;
        if (stated != ~0u && z != stated && (z & stated) == z)
            assert_false(separates);
        if (z == stated)
            assert_true(separates);
    }
    assert_int_equal(stated != ~0u, exists && (g->latent & (1u << s->x | 1u << s->y)) == 0);
    implications_seen += (unsigned)found.n;
    wrt_implications_free(&found);
}

static void implications_agree_with_definition_on_every_small_graph(void **state) {
    (void)state;
    for (int n = 2; n <= 4; n++)
        graphs_seen += each_small_dag(n, 2, compare_implications);
}

static void implications_agree_with_definition_on_random_graphs(void **state) {
    (void)state;
    each_random_graph(3000, 3, compare_implications);
    assert_true(implications_seen > 1000);
}

static int report(void **state) {
    (void)state;
    print_message("%u graphs, %u front-door sets, %u instruments, %u implications\n", graphs_seen,
                  frontdoor_sets, instruments_seen, implications_seen);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frontdoor_agrees_with_definition_on_every_small_graph),
        cmocka_unit_test(frontdoor_agrees_with_definition_on_every_graph_of_five_nodes),
        cmocka_unit_test(frontdoor_agrees_with_definition_on_random_graphs),
        cmocka_unit_test(frontdoor_agrees_with_definition_for_joint_effects),
        cmocka_unit_test(frontdoor_finds_a_minimal_set_in_a_long_chain),
        cmocka_unit_test(instruments_agree_with_definition_on_every_small_graph),
        cmocka_unit_test(instruments_agree_with_definition_on_random_graphs),
        cmocka_unit_test(implications_agree_with_definition_on_every_small_graph),
        cmocka_unit_test(implications_agree_with_definition_on_random_graphs),
    };
    return cmocka_run_group_tests(tests, NULL, report);
}
