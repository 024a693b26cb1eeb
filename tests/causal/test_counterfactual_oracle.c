/* Counterfactual questions against brute force: every graph of up to four observed nodes. Formulas
 * against two worlds of random models, with either kind of noise; verdicts against the types of
 * binary variables where that decides, and against the criterion by subsets everywhere. */
#include "support.h"

#include "../oracle/counterfactual_oracle.h"
#include "causal/identify/counterfactual.h"

#include <math.h>
#include <stdio.h>

static const double TOLERANCE = 1e-9;
static const char *const NAMES[] = {"D", "B", "A", "C"};

typedef struct {
    size_t queries, answered, compared, undefined, decided, apart, witness[4];
} tally;

static void add_edges(wrt_graph *graph, causal_graph *plain, int n, unsigned edges, unsigned bows) {
    int k = 0, index;
    *plain = (causal_graph){.n = n};
    for (int v = 0; v < n; v++)
        assert_int_equal(wrt_graph_add_node(&index, graph, wrt_str_of(NAMES[v]), NULL), WRT_OK);
    for (int a = 0; a < n; a++)
        for (int b = a + 1; b < n; b++, k++) {
            if (edges >> k & 1U) {
                plain->parents[b] |= 1U << a;
                assert_int_equal(wrt_graph_add_edge(graph, a, b, NULL), WRT_OK);
            }
            if (bows >> k & 1U) {
                plain->spouses[a] |= 1U << b;
                plain->spouses[b] |= 1U << a;
                assert_int_equal(wrt_graph_add_bidirected(graph, a, b, NULL), WRT_OK);
            }
        }
    assert_int_equal(wrt_graph_finish(graph, NULL), WRT_OK);
}

/* ---- the criterion, by closure of masks */

static unsigned leads_to(const causal_graph *g, unsigned within, unsigned to) {
    unsigned found = to & within;
    for (int v = g->n - 1; v >= 0; v--)
        if (found >> v & 1U)
            found |= g->parents[v] & within;
    return found;
}

static unsigned tied_to(const causal_graph *g, unsigned within, int v) {
    unsigned found = 1U << v;
    for (int round = 0; round < g->n; round++)
        for (int u = 0; u < g->n; u++)
            if (found >> u & 1U)
                found |= g->spouses[u] & within;
    return found;
}

static bool has_answer(const causal_graph *g, const counterfactual_question *q) {
    unsigned all = (1U << g->n) - 1, children = 0;
    for (int v = 0; v < g->n; v++)
        children |= (g->parents[v] >> q->x & 1U) << v;
    if (q->is_treated) {
        unsigned a = leads_to(g, all, 1U << q->x | 1U << q->y);
        return (tied_to(g, a, q->x) & children & a) == 0;
    }
    unsigned d = leads_to(g, all & ~(1U << q->x), 1U << q->y);
    unsigned past = leads_to(g, d & ~q->mediators, 1U << q->y) & children;
    unsigned through = leads_to(g, d, q->mediators) & children;
    if ((past & through) != 0 || oracle_has_hedge(g, 1U << q->x, 1U << q->y))
        return false;
    for (int v = 0; v < g->n; v++)
        if ((past >> v & 1U) != 0 && (tied_to(g, d, v) & through) != 0)
            return false;
    return true;
}

/* ---- one question */

typedef struct {
    counterfactual_question q;
    wrt_question kind;
} asked;

/* P(y = 1) of the answer; NAN when undefined. The world of y has x, in the indirect effect x*. */
static double value_of(const wrt_estimand_table *table, const wrt_graph *graph, const asked *a) {
    bool is_indirect = a->kind == WRT_QUESTION_NIE;
    int node[] = {a->q.x, wrt_counterfactual_other(graph), a->q.y};
    int digit[] = {is_indirect ? a->q.other : a->q.set, is_indirect ? a->q.set : a->q.other, 1};
    double value = 0, spread = 0;
    if (!wrt_estimand_value(&value, &spread, table, 3, node, digit))
        return (double)NAN;
    assert_true(spread < TOLERANCE);
    return value;
}

static void compare_value(tally *t, const wrt_graph *graph, const causal_graph *plain,
                          const asked *a, const wrt_estimand *estimand, model_kind kind,
                          uint64_t *seed) {
    const counterfactual_question *q = &a->q;
    causal_model model;
    double joint[ORACLE_ASSIGNMENTS_MAX], had = 1;
    wrt_joint given = {.n = plain->n, .variable = {0, 1, 2, 3}, .p = joint};
    wrt_estimand_table *table = NULL;
    model_draw(&model, plain, kind, seed);
    model_intervene(joint, &model, 0);
    assert_int_equal(wrt_estimand_evaluate(&table, estimand, &given, graph, NULL), WRT_OK);
    double value = value_of(table, graph, a);
    if (q->is_treated)
        had = model_sum(joint, plain->n, 1U << q->x, (unsigned)q->other << q->x);
    if (isnan(value) || had == 0) {
        assert_int_not_equal(kind, MODEL_POSITIVE);
        t->undefined++;
    } else {
        double one = oracle_counterfactual(&model, q, NOISE_PER_PARENTS) / had;
        double threshold = oracle_counterfactual(&model, q, NOISE_THRESHOLD) / had;
        if (fabs(value - one) > TOLERANCE || fabs(value - threshold) > TOLERANCE)
            fail_msg("value %.12f, want %.12f and %.12f", value, one, threshold);
        t->compared++;
    }
    wrt_estimand_table_free(table);
}

static void check_verdict(tally *t, const causal_graph *plain, const counterfactual_question *q,
                          bool identifiable, uint64_t *seed) {
    bool applies = false, determined = false;
    assert_int_equal(identifiable, has_answer(plain, q));
    /* types of four variables are many: a sample of those questions */
    if (plain->n < 4 || t->queries % 37 == 0)
        determined = oracle_is_determined(&applies, plain, q, seed);
    if (!applies)
        return;
    if (determined != identifiable)
        fail_msg("x %d y %d mediators %u: verdict %d, types say %d", q->x, q->y, q->mediators,
                 identifiable, determined);
    t->decided++;
}

/* A recanting witness is proved by two kinds of noise that only the answer can tell apart. */
static void check_witness(tally *t, const causal_graph *plain, const counterfactual_question *q,
                          const wrt_counterfactual *answer, uint64_t *seed) {
    causal_model model;
    t->witness[answer->witness]++;
    assert_non_null(answer->text);
    assert_null(answer->estimand);
    assert_true((answer->witness == WRT_WITNESS_HEDGE) == (answer->hedge != NULL));
    if (answer->witness != WRT_WITNESS_NODE)
        return;
    model_draw(&model, plain, MODEL_POSITIVE, seed);
    double one = oracle_counterfactual(&model, q, NOISE_PER_PARENTS);
    double threshold = oracle_counterfactual(&model, q, NOISE_THRESHOLD);
    assert_true(fabs(one - threshold) > 1e-12);
    t->apart++;
}

static void check_question(tally *t, const wrt_graph *graph, const causal_graph *plain,
                           const asked *a, uint64_t *seed) {
    static const model_kind kinds[] = {MODEL_POSITIVE, MODEL_SPARSE, MODEL_DETERMINISTIC};
    int x = a->q.x, y = a->q.y, items[4];
    wrt_node_set xs = {&x, 1}, ys = {&y, 1}, m = {items, 0};
    for (int v = 0; v < plain->n; v++)
        if (a->q.mediators >> v & 1U)
            items[m.n++] = v;
    wrt_counterfactual_query query = {graph, &xs, &ys, &m, a->kind};
    wrt_counterfactual answer;
    wrt_err err = {0};
    if (wrt_counterfactual_identify(&answer, &query, &err) != WRT_OK)
        fail_msg("%s", err.message);
    t->queries++;
    t->answered += answer.identifiable ? 1 : 0;
    assert_true(answer.n_steps > 0);
    check_verdict(t, plain, &a->q, answer.identifiable, seed);
    if (!answer.identifiable)
        check_witness(t, plain, &a->q, &answer, seed);
    for (size_t i = 0; answer.identifiable && i < 3; i++)
        if (plain->n < 4 || t->queries % 3 == i)
            compare_value(t, graph, plain, a, answer.estimand, kinds[i], seed);
    wrt_counterfactual_free(&answer);
}

static unsigned between(const causal_graph *g, int x, int y) {
    unsigned below = 1U << x;
    for (int v = 0; v < g->n; v++)
        below |= (g->parents[v] & below) != 0 ? 1U << v : 0;
    return below & leads_to(g, (1U << g->n) - 1, 1U << y) & ~(1U << x | 1U << y);
}

/* The effect on the treated, and natural effects for every set of mediators. */
static void check_pair(tally *t, const wrt_graph *graph, const causal_graph *plain, int x, int y,
                       uint64_t *seed) {
    unsigned inside = between(plain, x, y);
    int set = (int)(oracle_random(seed) & 1);
    asked a = {{x, y, 0, true, set, 1 - set}, WRT_QUESTION_ETT};
    check_question(t, graph, plain, &a, seed);
    a.q.is_treated = false;
    for (unsigned m = 0; m < 16; m++) {
        if ((m & ~inside) != 0 || (m == 0 && inside != 0))
            continue;
        a.q.mediators = m;
        a.q.set = (int)(oracle_random(seed) & 1);
        a.q.other = 1 - a.q.set;
        a.kind = WRT_QUESTION_NDE;
        check_question(t, graph, plain, &a, seed);
        a.kind = WRT_QUESTION_NIE;
        check_question(t, graph, plain, &a, seed);
    }
}

static void check_graphs(tally *t, int n, uint64_t *seed) {
    unsigned pairs = (unsigned)(n * (n - 1) / 2), choices = 1U << pairs;
    for (unsigned g = 0; g < choices * choices; g++) {
        causal_graph plain;
        wrt_graph *graph = wrt_graph_new();
        add_edges(graph, &plain, n, g % choices, g / choices);
        for (int x = 0; x < n; x++)
            for (int y = 0; y < n; y++)
                /* against causal order nothing happens: a few of them will do */
                if (x < y || (x > y && g % 16 == 0))
                    check_pair(t, graph, &plain, x, y, seed);
        wrt_graph_free(graph);
    }
    printf("%d nodes: %zu questions, %zu with an answer (%zu values compared, %zu undefined), "
           "witnesses: %zu nodes, %zu districts, %zu hedges; %zu decided by types, %zu by two "
           "noises\n",
           n, t->queries, t->answered, t->compared, t->undefined, t->witness[WRT_WITNESS_NODE],
           t->witness[WRT_WITNESS_DISTRICT], t->witness[WRT_WITNESS_HEDGE], t->decided, t->apart);
}

static void counterfactual_agrees_with_two_worlds_on_graphs_of_three_nodes(void **state) {
    (void)state;
    uint64_t seed = 11;
    tally t = {0};
    check_graphs(&t, 2, &seed);
    check_graphs(&t, 3, &seed);
    assert_true(t.answered > 300 && t.decided > 300 && t.witness[WRT_WITNESS_DISTRICT] > 20);
}

static void counterfactual_agrees_with_two_worlds_on_graphs_of_four_nodes(void **state) {
    (void)state;
    uint64_t seed = 12;
    tally t = {0};
    check_graphs(&t, 4, &seed);
    assert_true(t.answered > 20000 && t.decided > 500 && t.apart > 100);
    assert_true(t.witness[WRT_WITNESS_DISTRICT] > 1000 && t.witness[WRT_WITNESS_HEDGE] > 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counterfactual_agrees_with_two_worlds_on_graphs_of_three_nodes),
        cmocka_unit_test(counterfactual_agrees_with_two_worlds_on_graphs_of_four_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
