/* Adjustment against brute force without a choice left out: every DAG of up to five nodes with up
 * to two of them latent and every pair of ends (up to renaming, every such question), and 20000
 * random graphs of up to nine nodes with bidirected edges. Every set of observed nodes is judged;
 * minimal, minimum and canonical sets are listed. Zero differences allowed.
 * WARRANT_ORACLE_GRAPHS sets the number of random graphs. */
#include "adjustment_compare.h"
#include "oracle_graphs.h"

#include "base/rng.h"

#include <stdio.h>

enum { RANDOM_GRAPHS = 20000 };

static oracle_query query; /* large: kept off the stack */
static unsigned long graphs, questions, sets_judged;

static void compare_question(const oracle_sample *s) {
    int x_item = s->x, y_item = s->y;
    wrt_node_set xs = {&x_item, 1}, ys = {&y_item, 1};
    wrt_effect_query asked = {s->graph, &xs, &ys, WRT_EFFECT_TOTAL};
    unsigned barred = 1u << s->x | 1u << s->y | s->oracle.latent;
    oracle_ask(&query, &s->oracle, 1u << s->x, 1u << s->y, false);
    for (unsigned z = 0; z < 1u << s->oracle.n; z++)
        if ((z & barred) == 0) {
            compare_check(&query, &asked, z);
            sets_judged++;
        }
    compare_minimal(&query, &asked, 0, 0);
    compare_canonical(&query, &asked, 0, 0);
    questions++;
}

static void adjustment_agrees_with_definition_on_every_small_dag(void **state) {
    (void)state;
    graphs = questions = sets_judged = 0;
    for (int n = 2; n <= 5; n++)
        graphs += each_small_dag(n, 2, compare_question);
    print_message("every DAG of 2 to 5 nodes, up to 2 latent: %lu graphs, %lu questions, %lu sets "
                  "judged, no difference\n",
                  graphs, questions, sets_judged);
    /* 2^(n (n - 1) / 2) DAGs times (1 + n + n (n - 1) / 2) choices of latent nodes. */
    assert_int_equal(graphs, 2 * 4 + 8 * 7 + 64 * 11 + 1024 * 16);
    /* Ordered pairs of the observed: n (n - 1) + n (n - 1) (n - 2) + half of that (n - 3). */
    assert_int_equal(questions, 2 * 2 + 8 * (6 + 6) + 64 * (12 + 24 + 12) + 1024 * (20 + 60 + 60));
}

static bool chance(wrt_rng *rng, double p) {
    return wrt_rng_uniform(rng) < p;
}

/* Two to nine nodes; sparser when larger, so that the paths can be enumerated. */
static void random_sample(oracle_sample *s, uint64_t number) {
    wrt_rng rng = wrt_rng_make(20261125, 1, number);
    oracle_graph *g = &s->oracle;
    *g = (oracle_graph){.n = 2 + (int)wrt_rng_below(&rng, ORACLE_NODES_MAX - 1)};
    double density = (1.0 + 2.0 * wrt_rng_uniform(&rng)) / g->n;
    double bows = chance(&rng, 0.4) ? 0.0 : 1.2 * wrt_rng_uniform(&rng) / g->n;
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
    bool hides = chance(&rng, 0.5);
    for (int v = 0; v < g->n; v++)
        if (v != s->x && v != s->y && hides && chance(&rng, 0.25))
            g->latent |= 1u << v;
}

static unsigned long graphs_wanted(void) {
    const char *text = getenv("WARRANT_ORACLE_GRAPHS");
    int64_t wanted;
    if (text != NULL && wrt_str_to_int64(&wanted, wrt_str_of(text)) && wanted > 0)
        return (unsigned long)wanted;
    return RANDOM_GRAPHS;
}

static void adjustment_agrees_with_definition_on_random_admgs(void **state) {
    (void)state;
    graphs = questions = sets_judged = 0;
    for (unsigned long wanted = graphs_wanted(); graphs < wanted; graphs++) {
        oracle_sample s = {0};
        random_sample(&s, graphs);
        s.graph = graph_of_oracle(&s.oracle, false);
        compare_question(&s);
        wrt_graph_free(s.graph);
    }
    print_message("random graphs of 2 to 9 nodes: %lu graphs, %lu questions, %lu sets judged, no "
                  "difference\n",
                  graphs, questions, sets_judged);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adjustment_agrees_with_definition_on_every_small_dag),
        cmocka_unit_test(adjustment_agrees_with_definition_on_random_admgs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
