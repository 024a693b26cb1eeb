/* Random graphs against the brute-force oracle of tests/oracle: separation, validity, witnesses,
 * minimal lists, minimum size, canonical and optimal sets, with zero differences allowed.
 * WARRANT_ORACLE_GRAPHS sets the number of graphs (default 20000). */
#include "adjustment_compare.h"
#include "oracle_graphs.h"

#include "base/rng.h"
#include "causal/separation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* One random graph in both worlds; node i is named "v<i>". */
typedef struct {
    oracle_graph oracle;
    wrt_graph *graph;
} sample;

static oracle_query query; /* large: kept off the stack */

static bool chance(wrt_rng *rng, double p) {
    return wrt_rng_uniform(rng) < p;
}

static void shuffle(wrt_rng *rng, int *items, int n) {
    for (int i = 0; i < n; i++)
        items[i] = i;
    for (int i = n - 1; i > 0; i--) {
        int k = (int)wrt_rng_below(rng, (uint64_t)i + 1), kept = items[i];
        items[i] = items[k];
        items[k] = kept;
    }
}

static oracle_graph random_graph(wrt_rng *rng) {
    oracle_graph g = {.n = 2 + (int)wrt_rng_below(rng, 5)};
    double density = 0.15 + 0.5 * wrt_rng_uniform(rng);
    double bow_density = chance(rng, 0.5) ? 0.0 : 0.35 * wrt_rng_uniform(rng);
    double latent_rate = chance(rng, 0.5) ? 0.0 : 0.3;
    int order[ORACLE_NODES_MAX];
    shuffle(rng, order, g.n);
    for (int i = 0; i < g.n; i++) {
        if (chance(rng, latent_rate))
            g.latent |= 1u << i;
        for (int k = i + 1; k < g.n; k++) {
            g.edge[order[i]][order[k]] = chance(rng, density);
            g.bow[i][k] = g.bow[k][i] = chance(rng, bow_density);
        }
    }
    return g;
}

/* Disjoint non-empty x and y out of `pool`; false when it is too small. */
static bool pick_ends(wrt_rng *rng, unsigned pool, unsigned *x, unsigned *y) {
    int order[ORACLE_NODES_MAX], usable[ORACLE_NODES_MAX], n = 0;
    shuffle(rng, order, ORACLE_NODES_MAX);
    for (int i = 0; i < ORACLE_NODES_MAX; i++)
        if ((pool & 1u << order[i]) != 0)
            usable[n++] = order[i];
    if (n < 2)
        return false;
    *x = 1u << usable[0];
    *y = 1u << usable[1];
    if (n > 2 && chance(rng, 0.15))
        *x |= 1u << usable[2];
    if (n > 3 && chance(rng, 0.15))
        *y |= 1u << usable[3];
    return true;
}

static unsigned all_nodes(const oracle_graph *g) {
    return (1u << g->n) - 1;
}

/* ---- separation */

static void compare_separation(const sample *s, wrt_rng *rng) {
    unsigned x, y;
    if (!pick_ends(rng, all_nodes(&s->oracle), &x, &y))
        return;
    oracle_ask(&query, &s->oracle, x, y, false);
    int x_items[ORACLE_NODES_MAX], y_items[ORACLE_NODES_MAX], z_items[ORACLE_NODES_MAX];
    wrt_node_set xs = set_of_mask(x, x_items), ys = set_of_mask(y, y_items);
    for (unsigned z = 0; z <= all_nodes(&s->oracle); z++) {
        if ((z & (x | y)) != 0 || chance(rng, 0.5))
            continue;
        wrt_node_set zs = set_of_mask(z, z_items);
        bool separated;
        char *path;
        assert_int_equal(wrt_graph_separated(&separated, &path, s->graph, &xs, &ys, &zs, NULL),
                         WRT_OK);
        assert_int_equal(separated, oracle_separated(&query, z));
        assert_int_equal(separated, path == NULL);
        oracle_path read;
        assert_true(separated ||
                    (oracle_path_read(&read, path) && oracle_path_is_open(&query, &read, z)));
        free(path);
    }
}

/* ---- validity and lists */

static void compare_effect(const sample *s, wrt_rng *rng, unsigned x, unsigned y,
                           wrt_effect_kind effect) {
    int x_items[ORACLE_NODES_MAX], y_items[ORACLE_NODES_MAX];
    wrt_node_set xs = set_of_mask(x, x_items), ys = set_of_mask(y, y_items);
    wrt_effect_query asked = {s->graph, &xs, &ys, effect};
    oracle_ask(&query, &s->oracle, x, y, effect == WRT_EFFECT_DIRECT);
    unsigned observed = all_nodes(&s->oracle) & ~(x | y | s->oracle.latent);
    for (unsigned z = 0; z <= all_nodes(&s->oracle); z++)
        if ((z & ~observed) == 0)
            compare_check(&query, &asked, z);
    compare_minimal(&query, &asked, 0, 0);
    compare_canonical(&query, &asked, 0, 0);
    unsigned include = observed & (unsigned)wrt_rng_below(rng, 256);
    include &= (unsigned)wrt_rng_below(rng, 256);
    unsigned exclude = observed & (unsigned)wrt_rng_below(rng, 256) & ~include;
    exclude &= (unsigned)wrt_rng_below(rng, 256);
    compare_minimal(&query, &asked, include, exclude);
    compare_canonical(&query, &asked, include, exclude);
}

/* A latent common cause drawn as a node must act as the bidirected edge does. */
static void compare_split(const sample *s, unsigned x, unsigned y) {
    int x_items[ORACLE_NODES_MAX], y_items[ORACLE_NODES_MAX];
    wrt_node_set xs = set_of_mask(x, x_items), ys = set_of_mask(y, y_items);
    wrt_graph *split = graph_of_oracle(&s->oracle, true);
    wrt_effect_query drawn = {split, &xs, &ys, WRT_EFFECT_TOTAL};
    oracle_ask(&query, &s->oracle, x, y, false);
    compare_minimal(&query, &drawn, 0, 0);
    compare_canonical(&query, &drawn, 0, 0);
    wrt_graph_free(split);
}

static unsigned long graphs_wanted(unsigned long fallback) {
    const char *text = getenv("WARRANT_ORACLE_GRAPHS");
    int64_t wanted;
    if (text != NULL && wrt_str_to_int64(&wanted, wrt_str_of(text)) && wanted > 0)
        return (unsigned long)wanted;
    return fallback;
}

static void adjustment_agrees_with_path_enumeration_on_random_graphs(void **state) {
    (void)state;
    unsigned long n = graphs_wanted(20000);
    for (unsigned long i = 0; i < n; i++) {
        wrt_rng rng = wrt_rng_make(20240611, 1, i);
        sample s = {.oracle = random_graph(&rng)};
        s.graph = graph_of_oracle(&s.oracle, false);
        compare_separation(&s, &rng);
        unsigned x, y;
        if (pick_ends(&rng, all_nodes(&s.oracle) & ~s.oracle.latent, &x, &y)) {
            compare_effect(&s, &rng, x, y, WRT_EFFECT_TOTAL);
            if (chance(&rng, 0.5))
                compare_effect(&s, &rng, x, y, WRT_EFFECT_DIRECT);
            if (chance(&rng, 0.25))
                compare_split(&s, x, y);
        }
        wrt_graph_free(s.graph);
    }
    print_message("%lu random graphs, no difference\n", n);
}

/* ---- the answer is about names: order of nodes and edges and bystanders do not matter */

/* The graph with nodes entered in the given order, an isolated node and a child of v<y>. */
static wrt_graph *build_shuffled(const oracle_graph *g, const int *order, int y) {
    wrt_graph *graph = wrt_graph_new();
    int index[ORACLE_NODES_MAX] = {0};
    add_oracle_node(graph, "alone", 0);
    for (int i = 0; i < g->n; i++)
        index[order[i]] = add_oracle_node(graph, "v", order[i]);
    for (int i = g->n - 1; i >= 0; i--)
        for (int k = 0; k < g->n; k++) {
            int a = order[i], b = order[k];
            if (g->edge[a][b])
                wrt_graph_add_edge(graph, index[a], index[b], NULL);
            if (g->bow[a][b])
                wrt_graph_add_bidirected(graph, index[a], index[b], NULL);
        }
    wrt_graph_add_edge(graph, index[y], add_oracle_node(graph, "child", 0), NULL);
    for (int v = 0; v < g->n; v++)
        if ((g->latent & 1u << v) != 0)
            wrt_graph_set_latent(graph, index[v]);
    assert_int_equal(wrt_graph_finish(graph, NULL), WRT_OK);
    return graph;
}

/* The answer of one listing as JSON text; freed by the caller. */
static char *listed(const wrt_graph *graph, int x, int y, wrt_adjust_kind kind) {
    char name[16];
    int ends[2] = {x, y};
    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "v%d", ends[i]);
        assert_int_equal(wrt_graph_find(&ends[i], graph, wrt_str_of(name), NULL), WRT_OK);
    }
    wrt_node_set xs = {&ends[0], 1}, ys = {&ends[1], 1};
    wrt_effect_query asked = {graph, &xs, &ys, WRT_EFFECT_TOTAL};
    wrt_adjustment_sets sets = list_sets(&asked, kind, 1000, 0, 0);
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_add_c(&text, wrt_adjust_verdict_name(sets.verdict));
    for (size_t i = 0; i < sets.n_sets; i++) {
        wrt_json *names = wrt_node_set_to_json(graph, &sets.sets[i]);
        wrt_json_write(&text, names);
        wrt_json_free(names);
    }
    wrt_adjustment_sets_free(&sets);
    return wrt_buf_take(&text);
}

static void adjustment_is_unchanged_by_order_and_bystanders(void **state) {
    static const wrt_adjust_kind kinds[] = {WRT_ADJUST_MINIMAL, WRT_ADJUST_MINIMUM,
                                            WRT_ADJUST_CANONICAL};
    (void)state;
    for (unsigned i = 0; i < 10000; i++) {
        wrt_rng rng = wrt_rng_make(20240614, 4, i);
        oracle_graph g = random_graph(&rng);
        int ends[ORACLE_NODES_MAX], order[ORACLE_NODES_MAX];
        shuffle(&rng, ends, g.n);
        shuffle(&rng, order, g.n);
        if ((g.latent & (1u << ends[0] | 1u << ends[1])) != 0)
            continue;
        wrt_graph *plain = graph_of_oracle(&g, false),
                  *shuffled = build_shuffled(&g, order, ends[1]);
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
            char *first = listed(plain, ends[0], ends[1], kinds[k]);
            char *second = listed(shuffled, ends[0], ends[1], kinds[k]);
            assert_string_equal(first, second);
            free(first);
            free(second);
        }
        wrt_graph_free(plain);
        wrt_graph_free(shuffled);
    }
}

/* ---- the O-set: no valid set has a smaller asymptotic variance in linear Gaussian models */

enum { N = ORACLE_NODES_MAX };

/* Covariance of the linear model x_v = sum of weight * parent + noise, nodes in any order. */
static void covariance(double out[N][N], const oracle_graph *g, wrt_rng *rng) {
    double total[N][N] = {{0}}, weight[N][N] = {{0}}, noise[N];
    for (int a = 0; a < g->n; a++) {
        noise[a] = 0.5 + wrt_rng_uniform(rng);
        total[a][a] = 1.0;
        for (int b = 0; b < g->n; b++)
            if (g->edge[a][b])
                weight[a][b] = 0.3 + wrt_rng_uniform(rng);
    }
    for (int round = 0; round < g->n; round++) /* total = I + weight * total, a nilpotent series */
        for (int a = 0; a < g->n; a++)
            for (int b = 0; b < g->n; b++) {
                double sum = a == b ? 1.0 : 0.0;
                for (int k = 0; k < g->n; k++)
                    sum += weight[a][k] * total[k][b];
                total[a][b] = sum;
            }
    for (int a = 0; a < g->n; a++)
        for (int b = 0; b < g->n; b++) {
            out[a][b] = 0.0;
            for (int k = 0; k < g->n; k++)
                out[a][b] += total[k][a] * noise[k] * total[k][b];
        }
}

/* Variance of v that a linear regression on the nodes of z leaves: pivots of the Cholesky kind. */
static double residual_variance(double cov[N][N], int n, int v, unsigned z) {
    double work[N][N];
    memcpy(work, cov, sizeof work);
    for (int p = 0; p < n; p++) {
        if ((z & 1u << p) == 0)
            continue;
        for (int a = 0; a < n; a++)
            for (int b = 0; b < n; b++)
                if (a != p && b != p)
                    work[a][b] -= work[a][p] * work[p][b] / work[p][p];
        for (int a = 0; a < n; a++)
            if (a != p)
                work[a][p] = work[p][a] = 0.0;
    }
    return work[v][v];
}

/* The asymptotic variance of the coefficient of x when y is regressed on x and z. */
static double asymptotic_variance(double cov[N][N], int n, int x, int y, unsigned z) {
    return residual_variance(cov, n, y, z | 1u << x) / residual_variance(cov, n, x, z);
}

static void compare_optimal(const oracle_graph *g, wrt_rng *rng, int x, int y) {
    int x_item = x, y_item = y;
    wrt_node_set xs = {&x_item, 1}, ys = {&y_item, 1};
    wrt_graph *graph = graph_of_oracle(g, false);
    wrt_effect_query asked = {graph, &xs, &ys, WRT_EFFECT_TOTAL};
    oracle_ask(&query, g, 1u << x, 1u << y, false);
    wrt_adjustment_sets sets = list_sets(&asked, WRT_ADJUST_OPTIMAL, 0, 0, 0);
    compare_verdict(&query, &sets, 0, 0);
    if (query.has_causal_path) {
        assert_int_equal(sets.n_sets, 1); /* one treatment, one outcome, a DAG: always a set */
        unsigned best = mask_of_set(&sets.sets[0]);
        double cov[N][N];
        covariance(cov, g, rng);
        double least = asymptotic_variance(cov, g->n, x, y, best);
        assert_true(oracle_valid(&query, best));
        for (unsigned z = 0; z <= all_nodes(g); z++)
            if ((z & (1u << x | 1u << y)) == 0 && oracle_valid(&query, z))
                assert_true(least <= asymptotic_variance(cov, g->n, x, y, z) * (1 + 1e-9));
    }
    wrt_adjustment_sets_free(&sets);
    wrt_graph_free(graph);
}

static void adjustment_optimal_set_has_least_variance_in_linear_models(void **state) {
    (void)state;
    for (unsigned i = 0; i < 2000; i++) {
        wrt_rng rng = wrt_rng_make(20240612, 2, i);
        oracle_graph g = random_graph(&rng);
        g.latent = 0;
        memset(g.bow, 0, sizeof g.bow);
        int order[N];
        shuffle(&rng, order, g.n);
        compare_optimal(&g, &rng, order[0], order[1]);
    }
}

/* Two or more outcomes or treatments: the O-set is a valid set wherever one exists. */
static void adjustment_optimal_set_is_valid_for_joint_effects(void **state) {
    (void)state;
    unsigned compared = 0;
    for (unsigned i = 0; i < 4000; i++) {
        wrt_rng rng = wrt_rng_make(20240613, 3, i);
        oracle_graph g = random_graph(&rng);
        unsigned x, y, reached = 0;
        g.latent = 0;
        memset(g.bow, 0, sizeof g.bow);
        if (!pick_ends(&rng, all_nodes(&g), &x, &y))
            continue;
        oracle_ask(&query, &g, x, y, false);
        for (size_t p = 0; p < query.n_paths; p++) {
            const oracle_path *path = &query.paths[p];
            bool causal = true;
            for (int k = 0; k + 1 < path->n; k++)
                causal = causal && path->step[k] == '>';
            if (causal)
                reached |= 1u << path->node[path->n - 1];
        }
        if (reached != y)
            continue;
        int x_items[ORACLE_NODES_MAX], y_items[ORACLE_NODES_MAX];
        wrt_node_set xs = set_of_mask(x, x_items), ys = set_of_mask(y, y_items);
        wrt_graph *graph = graph_of_oracle(&g, false);
        wrt_effect_query asked = {graph, &xs, &ys, WRT_EFFECT_TOTAL};
        wrt_adjustment_sets sets = list_sets(&asked, WRT_ADJUST_OPTIMAL, 0, 0, 0);
        assert_int_equal(sets.n_sets, oracle_any_valid(&query, 0, 0));
        if (sets.n_sets > 0)
            assert_true(oracle_valid(&query, mask_of_set(&sets.sets[0])));
        compare_verdict(&query, &sets, 0, 0);
        wrt_adjustment_sets_free(&sets);
        wrt_graph_free(graph);
        compared++;
    }
    assert_true(compared > 500);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adjustment_agrees_with_path_enumeration_on_random_graphs),
        cmocka_unit_test(adjustment_is_unchanged_by_order_and_bystanders),
        cmocka_unit_test(adjustment_optimal_set_has_least_variance_in_linear_models),
        cmocka_unit_test(adjustment_optimal_set_is_valid_for_joint_effects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
