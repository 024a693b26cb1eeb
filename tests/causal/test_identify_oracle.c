/* Identification against brute force: every graph of up to four observed nodes, the verdict against
 * a search for hedges over all subsets, formulas against the truncated factorisation of random
 * models, hedges against their definition. */
#include "support.h"

#include "../oracle/adjustment_oracle.h"
#include "../oracle/intervention_oracle.h"
#include "causal/identify/identify.h"

#include <math.h>
#include <stdio.h>

enum { MODELS = 5 };
static const double TOLERANCE = 1e-9;
/* Not in the order of the alphabet, so that order by name and causal order differ. */
static const char *const NAMES[] = {"D", "B", "A", "C", "F", "E"};

typedef struct {
    causal_graph plain;
    wrt_graph *graph;
    causal_model models[MODELS];
    double joint[MODELS][ORACLE_ASSIGNMENTS_MAX];
} scene;

typedef struct {
    size_t queries, identified, defined, undefined, backdoor, front_door, hedges;
} tally;

static unsigned pairs_of(int n) {
    return (unsigned)(n * (n - 1) / 2);
}

static void add_node(wrt_graph *graph, const char *name) {
    int index;
    assert_int_equal(wrt_graph_add_node(&index, graph, wrt_str_of(name), NULL), WRT_OK);
}

/* Bit k of edges (bows) is the k-th pair a < b. */
static void build(scene *s, int n, unsigned edges, unsigned bows, uint64_t *seed) {
    unsigned k = 0;
    s->plain = (causal_graph){.n = n};
    s->graph = wrt_graph_new();
    for (int v = 0; v < n; v++)
        add_node(s->graph, NAMES[v]);
    for (int a = 0; a < n; a++) {
        for (int b = a + 1; b < n; b++, k++) {
            if (edges >> k & 1U) {
                s->plain.parents[b] |= 1U << a;
                assert_int_equal(wrt_graph_add_edge(s->graph, a, b, NULL), WRT_OK);
            }
            if (bows >> k & 1U) {
                s->plain.spouses[a] |= 1U << b;
                s->plain.spouses[b] |= 1U << a;
                assert_int_equal(wrt_graph_add_bidirected(s->graph, a, b, NULL), WRT_OK);
            }
        }
    }
    assert_int_equal(wrt_graph_finish(s->graph, NULL), WRT_OK);
    for (int m = 0; m < MODELS; m++) {
        model_kind kind = m < 3 ? MODEL_POSITIVE : m == 3 ? MODEL_SPARSE : MODEL_DETERMINISTIC;
        model_draw(&s->models[m], &s->plain, kind, seed);
        model_intervene(s->joint[m], &s->models[m], 0);
    }
}

static wrt_node_set set_of_mask(unsigned mask) {
    wrt_node_set set = {calloc(32, sizeof(int)), 0};
    for (int v = 0; mask >> v != 0; v++)
        if (mask >> v & 1U)
            set.items[set.n++] = v;
    return set;
}

static unsigned mask_of_set(const wrt_node_set *set) {
    unsigned mask = 0;
    for (size_t i = 0; i < set->n; i++)
        mask |= 1U << set->items[i];
    return mask;
}

/* ---- verdicts with conditions, by the other oracle's paths */

static bool is_settable(const causal_graph *g, unsigned x, unsigned y, unsigned z, int node) {
    static oracle_query query;
    oracle_graph cut = {.n = g->n};
    for (int a = 0; a < g->n; a++) {
        for (int b = 0; b < g->n; b++) {
            bool into_x = (x >> b & 1U) != 0;
            cut.edge[a][b] = (g->parents[b] >> a & 1U) != 0 && !into_x && a != node;
            cut.bow[a][b] = (g->spouses[a] >> b & 1U) != 0 && !into_x && (x >> a & 1U) == 0;
        }
    }
    oracle_ask(&query, &cut, 1U << node, y, false);
    return oracle_separated(&query, x | (z & ~(1U << node)));
}

static bool is_identifiable(const causal_graph *g, unsigned x, unsigned y, unsigned z) {
    for (int v = g->n - 1; v >= 0; v--)
        if ((z >> v & 1U) != 0 && is_settable(g, x, y, z, v))
            return is_identifiable(g, x | 1U << v, y, z & ~(1U << v));
    return !oracle_has_hedge(g, x, y | z);
}

/* ---- the front-door criterion, by paths and subsets */

static bool cut_separated(const causal_graph *g, unsigned from, unsigned to, unsigned given,
                          unsigned cut) {
    static oracle_query query;
    oracle_graph graph = {.n = g->n};
    for (int a = 0; a < g->n; a++)
        for (int b = 0; b < g->n; b++) {
            graph.edge[a][b] = (g->parents[b] >> a & 1U) != 0 && (cut >> a & 1U) == 0;
            graph.bow[a][b] = (g->spouses[a] >> b & 1U) != 0;
        }
    oracle_ask(&query, &graph, from, to, false);
    return oracle_separated(&query, given);
}

static bool leads_past(const causal_graph *g, unsigned x, unsigned y, unsigned m) {
    unsigned reached = x;
    for (int v = 0; v < g->n; v++)
        if ((g->parents[v] & reached) != 0 && (m >> v & 1U) == 0)
            reached |= 1U << v;
    return (reached & y) != 0;
}

static bool is_front_door(const causal_graph *g, unsigned x, unsigned y, unsigned m) {
    return (m & (x | y)) == 0 && !leads_past(g, x, y, m) && cut_separated(g, x, m, 0, x) &&
           cut_separated(g, m, y, x, m);
}

/* No smaller member of the family will do, and there is one exactly when found. */
static void check_front_door(const causal_graph *g, unsigned x, unsigned y,
                             const wrt_identification *found) {
    bool exists = false, any_path = leads_past(g, x, y, 0);
    unsigned set = mask_of_set(&found->set);
    if (found->method == WRT_IDENTIFY_FRONTDOOR)
        assert_true(is_front_door(g, x, y, set));
    for (unsigned m = 1; any_path && m < 1U << g->n; m++) {
        if (!is_front_door(g, x, y, m))
            continue;
        exists = true;
        if (found->method == WRT_IDENTIFY_FRONTDOOR && (m & ~set) == 0)
            assert_int_equal(m, set);
    }
    assert_int_equal(found->method == WRT_IDENTIFY_FRONTDOOR, exists);
}

/* ---- formulas */

static void compare_values(tally *t, const scene *s, const wrt_identification *found, int m,
                           const unsigned mask[3]) {
    int n = s->plain.n, node[ORACLE_OBSERVED_MAX], digit[ORACLE_OBSERVED_MAX];
    unsigned x = mask[0], y = mask[1], z = mask[2];
    double truth[ORACLE_ASSIGNMENTS_MAX], value = 0, spread = 0;
    wrt_joint joint = {.n = n, .p = (double *)s->joint[m]};
    wrt_estimand_table *table = NULL;
    wrt_err err = {0};
    for (int v = 0; v < n; v++)
        joint.variable[v] = node[v] = v;
    if (wrt_estimand_evaluate(&table, found->estimand, &joint, s->graph, &err) != WRT_OK)
        fail_msg("%s", err.message);
    model_intervene(truth, &s->models[m], x);
    for (unsigned a = 0; a < 1U << n; a++) {
        if ((a & ~(x | y | z)) != 0)
            continue;
        int asked[ORACLE_OBSERVED_MAX];
        size_t n_asked = 0;
        for (int v = 0; v < n; v++)
            if ((x | y | z) >> v & 1U) {
                asked[n_asked] = node[v];
                digit[n_asked++] = (int)(a >> v & 1U);
            }
        /* truth is summed with x fixed, so that the rest is a distribution */
        double under = model_sum(truth, n, x | z, a);
        bool defined = wrt_estimand_value(&value, &spread, table, n_asked, asked, digit);
        t->defined += defined ? 1 : 0;
        t->undefined += defined ? 0 : 1;
        if (m < 3)
            assert_true(defined && spread < TOLERANCE);
        if (!defined || under == 0)
            continue;
        double wanted = model_sum(truth, n, x | y | z, a) / under;
        if (fabs(value - wanted) > TOLERANCE || spread > TOLERANCE) {
            wrt_buf text = wrt_buf_make(WRT_KIB(64)), graph = wrt_buf_make(WRT_KIB(64));
            wrt_estimand_write_text(&text, found->estimand, s->graph, NULL, NULL);
            wrt_graph_to_dagitty(&graph, s->graph);
            fail_msg("model %d x %u y %u z %u at %u: %.12g, not %.12g (spread %g): %s in %s", m, x,
                     y, z, a, value, wanted, spread, text.ptr, graph.ptr);
        }
    }
    wrt_estimand_table_free(table);
}

/* ---- hedges */

static void copy_forest(oracle_forest *out, const wrt_c_forest *forest) {
    *out = (oracle_forest){.nodes = mask_of_set(&forest->nodes)};
    for (size_t i = 0; i < forest->n_edges; i++) {
        out->edges[out->n_edges][0] = forest->edges[i].from;
        out->edges[out->n_edges++][1] = forest->edges[i].to;
    }
    for (size_t i = 0; i < forest->n_bidirected; i++) {
        out->bidirected[out->n_bidirected][0] = forest->bidirected[i].from;
        out->bidirected[out->n_bidirected++][1] = forest->bidirected[i].to;
    }
}

static void check_hedge(const scene *s, const wrt_hedge *hedge, const unsigned mask[3]) {
    oracle_forest outer, inner;
    unsigned x = mask_of_set(&hedge->treatment), y = mask_of_set(&hedge->outcome);
    copy_forest(&outer, &hedge->outer);
    copy_forest(&inner, &hedge->inner);
    const char *fault =
        oracle_hedge_fault(&s->plain, x, y, &outer, &inner, mask_of_set(&hedge->roots));
    if (fault != NULL)
        fail_msg("hedge: %s", fault);
    /* Only conditions may have become treatments; what is left of them is an outcome. */
    assert_int_equal(x & ~mask[2], mask[0]);
    assert_int_equal(y & ~mask[2], mask[1]);
    assert_int_equal((x | y) & mask[2], mask[2]);
}

static void check_query(tally *t, const scene *s, const unsigned mask[3], bool general_only) {
    wrt_node_set x = set_of_mask(mask[0]), y = set_of_mask(mask[1]), z = set_of_mask(mask[2]);
    wrt_identify_query query = {s->graph, &x, &y, &z, general_only};
    wrt_identification found;
    wrt_err err = {0};
    if (wrt_identify(&found, &query, &err) != WRT_OK)
        fail_msg("%s", err.message);
    bool wanted = is_identifiable(&s->plain, mask[0], mask[1], mask[2]);
    if (wanted != (found.method != WRT_IDENTIFY_NONE)) {
        wrt_buf graph = wrt_buf_make(WRT_KIB(64));
        wrt_graph_to_dagitty(&graph, s->graph);
        fail_msg("x %u y %u z %u: verdict %d, want %d in %s", mask[0], mask[1], mask[2], !wanted,
                 wanted, graph.ptr);
    }
    assert_int_equal(found.hedge != NULL, !wanted);
    assert_true(found.n_steps > 0);
    if (general_only)
        assert_int_equal(found.method, wanted ? WRT_IDENTIFY_ID : WRT_IDENTIFY_NONE);
    else if (mask[2] == 0 && found.method != WRT_IDENTIFY_BACKDOOR)
        check_front_door(&s->plain, mask[0], mask[1], &found);
    t->front_door += found.method == WRT_IDENTIFY_FRONTDOOR ? 1 : 0;
    t->queries++;
    t->identified += wanted ? 1 : 0;
    t->backdoor += found.method == WRT_IDENTIFY_BACKDOOR ? 1 : 0;
    for (int m = 0; m < MODELS && wanted; m++)
        compare_values(t, s, &found, m, mask);
    if (!wanted) {
        t->hedges++;
        check_hedge(s, found.hedge, mask);
    }
    wrt_identification_free(&found);
    wrt_node_set_free(&x);
    wrt_node_set_free(&y);
    wrt_node_set_free(&z);
}

static void check_both(tally *t, const scene *s, unsigned x, unsigned y, unsigned z) {
    const unsigned mask[3] = {x, y, z};
    check_query(t, s, mask, true);
    check_query(t, s, mask, false);
}

static void report(const char *what, const tally *t) {
    printf("%s: %zu queries, %zu identified (%zu by adjustment, %zu by front door), %zu hedges, "
           "%zu values defined, "
           "%zu undefined\n",
           what, t->queries, t->identified, t->backdoor, t->front_door, t->hedges, t->defined,
           t->undefined);
}

static void identify_agrees_with_brute_force_on_all_queries_of_three_nodes(void **state) {
    (void)state;
    static scene s;
    uint64_t seed = 1;
    tally t = {0};
    for (int n = 2; n <= 3; n++) {
        unsigned choices = 1U << pairs_of(n), all = (1U << n) - 1;
        for (unsigned g = 0; g < choices * choices; g++) {
            build(&s, n, g % choices, g / choices, &seed);
            for (unsigned x = 1; x <= all; x++)
                for (unsigned y = 1; y <= all; y++)
                    for (unsigned z = 0; z <= all; z++)
                        if ((x & y) == 0 && ((x | y) & z) == 0)
                            check_both(&t, &s, x, y, z);
            wrt_graph_free(s.graph);
        }
    }
    report("three nodes", &t);
    assert_true(t.hedges > 100 && t.identified > 1000);
}

static void identify_agrees_with_brute_force_on_all_pairs_of_four_nodes(void **state) {
    (void)state;
    static scene s;
    uint64_t seed = 2;
    tally t = {0};
    for (unsigned g = 0; g < 4096; g++) {
        build(&s, 4, g % 64, g / 64, &seed);
        for (unsigned x = 0; x < 4; x++)
            for (unsigned y = 0; y < 4; y++)
                if (x != y) {
                    const unsigned mask[3] = {1U << x, 1U << y, 0};
                    check_query(&t, &s, mask, (g + x) % 2 == 0);
                }
        /* and three of the larger questions */
        for (int i = 0; i < 3;) {
            uint64_t draw = oracle_random(&seed);
            unsigned mask[3] = {draw & 15, (draw >> 4) & 15, (draw >> 8) & 15};
            mask[1] &= ~mask[0];
            mask[2] &= ~(mask[0] | mask[1]);
            if (mask[0] == 0 || mask[1] == 0)
                continue;
            check_query(&t, &s, mask, (draw >> 12 & 1) != 0);
            i++;
        }
        wrt_graph_free(s.graph);
    }
    report("four nodes", &t);
    assert_true(t.hedges > 1000 && t.identified > 10000);
}

/* ---- the same question with nodes and edges in another order */

static void build_backwards(scene *s, unsigned edges, unsigned bows) {
    s->graph = wrt_graph_new();
    for (int v = 3; v >= 0; v--)
        add_node(s->graph, NAMES[v]);
    unsigned k = 6;
    for (int a = 2; a >= 0; a--) {
        for (int b = 3; b > a; b--) {
            k--;
            if (edges >> k & 1U)
                assert_int_equal(wrt_graph_add_edge(s->graph, 3 - a, 3 - b, NULL), WRT_OK);
            if (bows >> k & 1U)
                assert_int_equal(wrt_graph_add_bidirected(s->graph, 3 - b, 3 - a, NULL), WRT_OK);
        }
    }
    assert_int_equal(wrt_graph_finish(s->graph, NULL), WRT_OK);
}

/* Method and formula or roots; the caller frees. */
static char *answer_of(const wrt_graph *graph, int x, int y) {
    wrt_node_set xs = {&x, 1}, ys = {&y, 1};
    wrt_identify_query query = {graph, &xs, &ys, NULL, false};
    wrt_identification found;
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    assert_int_equal(wrt_identify(&found, &query, NULL), WRT_OK);
    wrt_buf_printf(&text, "%s ", wrt_identify_method_name(found.method));
    if (found.estimand != NULL)
        assert_int_equal(wrt_identification_write(&text, NULL, &found, &query, NULL), WRT_OK);
    else
        wrt_buf_add_c(&text, found.hedge_text);
    for (size_t i = 0; i < found.n_steps; i++)
        wrt_buf_add_c(&text, found.steps[i]);
    wrt_identification_free(&found);
    return wrt_buf_take(&text);
}

static void identify_does_not_depend_on_the_order_of_nodes(void **state) {
    (void)state;
    static scene s, t;
    uint64_t seed = 4;
    for (unsigned g = 0; g < 4096; g++) {
        int x = (int)(g % 3), y = 3;
        build(&s, 4, g % 64, g / 64, &seed);
        build_backwards(&t, g % 64, g / 64);
        char *one = answer_of(s.graph, x, y), *other = answer_of(t.graph, 3 - x, 3 - y);
        assert_string_equal(one, other);
        free(one);
        free(other);
        wrt_graph_free(s.graph);
        wrt_graph_free(t.graph);
    }
}

/* A sparse choice of the bits below n. */
static unsigned draw_bits(unsigned n, uint64_t *seed) {
    uint64_t both = oracle_random(seed) & (oracle_random(seed) | oracle_random(seed));
    return (unsigned)(both & ((1U << n) - 1));
}

static unsigned count_bits(unsigned bits) {
    unsigned n = 0;
    for (; bits != 0; bits &= bits - 1)
        n++;
    return n;
}

static void identify_agrees_with_brute_force_on_random_larger_graphs(void **state) {
    (void)state;
    static scene s;
    uint64_t seed = 3;
    tally t = {0};
    for (int i = 0; i < 600; i++) {
        int n = 5 + i % 2;
        unsigned edges = draw_bits(pairs_of(n), &seed), bows;
        do
            bows = draw_bits(pairs_of(n), &seed) & draw_bits(pairs_of(n), &seed);
        while (count_bits(bows) > 5);
        build(&s, n, edges, bows, &seed);
        for (int j = 0; j < 4; j++) {
            unsigned y = 1U << (n - 1 - j % 2),
                     x = 1U << (oracle_random(&seed) % (unsigned)(n - 2));
            unsigned z = j < 3 ? 0 : draw_bits((unsigned)n, &seed) & ~(x | y);
            const unsigned mask[3] = {x, y, z};
            check_query(&t, &s, mask, j % 2 == 0);
        }
        wrt_graph_free(s.graph);
    }
    report("five and six nodes", &t);
    assert_true(t.hedges > 50 && t.identified > 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identify_agrees_with_brute_force_on_all_queries_of_three_nodes),
        cmocka_unit_test(identify_agrees_with_brute_force_on_all_pairs_of_four_nodes),
        cmocka_unit_test(identify_does_not_depend_on_the_order_of_nodes),
        cmocka_unit_test(identify_agrees_with_brute_force_on_random_larger_graphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
