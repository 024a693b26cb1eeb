/* test_growth.c: ten times the nodes take less than 25 times the time per query.
 *
 * Band graphs (edges of length 1 to 20 along a hidden order, two per node, one node in ten latent)
 * and ladders (layers of two nodes, each joined to both of the next) at n = 1,000 and 10,000.
 * Separation is asked of a node apart from all others, so that no early hit ends the walk.
 *
 * Time per query at n is the mean over ten different graphs, so that both sides touch as much
 * memory and as many different branches. One small graph asked again and again stays in the first
 * cache and is learnt by the branch predictor: optimised builds then show about 30 times for
 * separation on bands, where ten graphs show 12. Compared are ratios of this run alone, the best of
 * several runs on each side, never a time; a linear query gives 10 to 15, a quadratic one 100, and
 * one that lists paths never ends. */
#include "tests/causal/support.h"

#include "base/arena.h"
#include "base/rng.h"
#include "causal/separation.h"

#include <stdio.h>
#include <time.h>

enum { SMALL = 1000, FACTOR = 10, RATIO_MAX = 25, BAND = 20, RUNS = 7, ATTEMPTS = 4 };

typedef struct {
    wrt_graph *graph;
    int *order;
    wrt_node_set x, y, far, given, canonical;
} question;

typedef void query_run(const question *q);

static double cpu_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static wrt_node_set single(int node) {
    wrt_node_set set = {wrt_calloc(1, sizeof(int)), 1};
    set.items[0] = node;
    return set;
}

/* Nodes in a hidden order; every tenth of the order is latent if wanted. */
static void add_nodes(question *q, int n, bool has_latent, wrt_rng *rng) {
    q->graph = wrt_graph_new();
    q->order = wrt_calloc((size_t)n, sizeof *q->order);
    for (int i = 0; i < n; i++) {
        char name[16];
        snprintf(name, sizeof name, "v%d", i);
        assert_int_equal(wrt_graph_add_node(&q->order[i], q->graph, wrt_str_of(name), NULL),
                         WRT_OK);
    }
    int far;
    assert_int_equal(wrt_graph_add_node(&far, q->graph, WRT_STR("far"), NULL), WRT_OK);
    q->far = single(far);
    for (int i = n - 1; i > 0; i--) {
        int k = (int)wrt_rng_below(rng, (uint64_t)i + 1), kept = q->order[i];
        q->order[i] = q->order[k];
        q->order[k] = kept;
    }
    for (int i = 5; has_latent && i < n; i += 10)
        wrt_graph_set_latent(q->graph, q->order[i]);
}

static void add_edge(question *q, int from, int to) {
    assert_int_equal(wrt_graph_add_edge(q->graph, q->order[from], q->order[to], NULL), WRT_OK);
}

static void add_band(question *q, int n, wrt_rng *rng) {
    add_nodes(q, n, true, rng);
    for (int i = 0; i + 1 < n; i++) {
        int length = 1 + (int)wrt_rng_below(rng, BAND);
        add_edge(q, i, i + 1);
        add_edge(q, i, i + length < n ? i + length : n - 1);
    }
}

static void add_ladder(question *q, int n, wrt_rng *rng) {
    add_nodes(q, n, false, rng);
    for (int i = 0; i + 3 < n; i += 2)
        for (int side = 0; side < 4; side++)
            add_edge(q, i + side % 2, i + 2 + side / 2);
}

/* X in the middle and Y at the end, so that half of the graph is above X and half between; given
 * is every fiftieth node of the order. */
static question make_question(int n, bool is_band, uint64_t seed) {
    question q = {0};
    wrt_rng rng = wrt_rng_make(seed, 1, (uint64_t)n);
    if (is_band)
        add_band(&q, n, &rng);
    else
        add_ladder(&q, n, &rng);
    assert_int_equal(wrt_graph_finish(q.graph, NULL), WRT_OK);
    q.x = single(q.order[n / 2]);
    q.y = single(q.order[n - 2]);
    q.given = (wrt_node_set){wrt_calloc((size_t)n, sizeof(int)), 0};
    for (int v = 0; v < n; v += 50)
        if (v != q.x.items[0] && v != q.y.items[0])
            q.given.items[q.given.n++] = v;
    wrt_effect_query query = {q.graph, &q.x, &q.y, WRT_EFFECT_TOTAL};
    wrt_adjust_options options = {.kind = WRT_ADJUST_CANONICAL};
    wrt_adjustment_sets sets;
    assert_int_equal(wrt_adjustment_list(&sets, &query, &options, NULL), WRT_OK);
    assert_int_equal(sets.verdict, WRT_ADJUST_OK);
    assert_true(sets.sets[0].n > (size_t)n / 4);
    q.canonical = sets.sets[0];
    free(sets.sets);
    return q;
}

static void free_question(question *q) {
    wrt_node_set_free(&q->x);
    wrt_node_set_free(&q->y);
    wrt_node_set_free(&q->far);
    wrt_node_set_free(&q->given);
    wrt_node_set_free(&q->canonical);
    free(q->order);
    wrt_graph_free(q->graph);
}

static void run_separation(const question *q) {
    bool separated;
    assert_int_equal(
        wrt_graph_separated(&separated, NULL, q->graph, &q->x, &q->far, &q->given, NULL), WRT_OK);
    assert_true(separated);
}

static void run_check(const question *q) {
    wrt_effect_query query = {q->graph, &q->x, &q->y, WRT_EFFECT_TOTAL};
    wrt_adjustment_verdict verdict;
    assert_int_equal(wrt_adjustment_check(&verdict, &query, &q->canonical, NULL), WRT_OK);
    assert_true(verdict.valid);
    wrt_adjustment_verdict_free(&verdict);
}

static void run_minimal(const question *q) {
    wrt_effect_query query = {q->graph, &q->x, &q->y, WRT_EFFECT_TOTAL};
    wrt_adjust_options options = {.kind = WRT_ADJUST_MINIMAL, .max = 1};
    wrt_adjustment_sets sets;
    assert_int_equal(wrt_adjustment_list(&sets, &query, &options, NULL), WRT_OK);
    assert_int_equal(sets.n_sets, 1);
    wrt_adjustment_sets_free(&sets);
}

/* Time per query: the least over some rounds of the mean over n questions. */
static double best_ms(query_run *run, const question *questions, int n) {
    double best = 0;
    for (int i = 0; i <= RUNS; i++) { /* the first round warms up */
        double start = cpu_ms();
        for (int k = 0; k < n; k++)
            run(&questions[k]);
        double took = (cpu_ms() - start) / n;
        best = i <= 1 || took < best ? took : best;
    }
    return best;
}

/* A neighbour on the machine can make a ratio worse, so the least of some attempts counts. */
static void check_growth(const char *what, query_run *run, const question *small,
                         const question *big) {
    double least = 0;
    for (int i = 0; i < ATTEMPTS && (i == 0 || least >= RATIO_MAX); i++) {
        double ratio = best_ms(run, big, 1) / best_ms(run, small, FACTOR);
        least = i == 0 || ratio < least ? ratio : least;
    }
    print_message("%s: %.1f times\n", what, least);
    assert_true(least < RATIO_MAX);
}

static void check_family(bool is_band) {
    question small[FACTOR];
    for (int i = 0; i < FACTOR; i++)
        small[i] = make_question(SMALL, is_band, (uint64_t)i + 1);
    question big = make_question(SMALL * FACTOR, is_band, FACTOR + 1);
    check_growth("separation", run_separation, small, &big);
    check_growth("adjustment test", run_check, small, &big);
    check_growth("one minimal set", run_minimal, small, &big);
    for (int i = 0; i < FACTOR; i++)
        free_question(&small[i]);
    free_question(&big);
}

static void growth_is_near_linear_on_band_graphs(void **state) {
    (void)state;
    check_family(true);
}

static void growth_is_near_linear_on_ladders(void **state) {
    (void)state;
    check_family(false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(growth_is_near_linear_on_band_graphs),
        cmocka_unit_test(growth_is_near_linear_on_ladders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
