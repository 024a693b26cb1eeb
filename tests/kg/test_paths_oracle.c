/* test_paths_oracle.c: every rule of path search against exhaustive enumeration of random graphs:
 * simple paths, directions, twins, kinds, treatment edges, signs, all ranks, the greedy cover. */
#include "tests/kg/path_support.h"

#include "base/rng.h"
#include "tests/oracle/path_oracle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One graph file holds many separate random graphs. */
enum { GRAPHS = 700, ROUNDS = 9, NODES_MAX = 8, EDGES_MAX = 36, KINDS = 4, CHOSEN_MAX = 30 };

typedef struct {
    int n_nodes, n_edges;
    int kind[NODES_MAX];
    oracle_edge edges[EDGES_MAX];
} small_graph;

/* What each word of the random graphs means. Priors by hand from the counts of Hetionet edges that
 * mechanisms use: GiG 17 of 147,164, GpBP 304 of 457,298; DrugMechDB's own words and words without
 * a count have 1. */
static const struct {
    const char *curie, *label;
    int sign;
    bool is_causal, both_ways, is_treatment;
    double prior;
} words[] = {
    {"biolink:affects", "increases activity of", 1, true, false, false, 1},
    {"biolink:affects", "decreases activity of", -1, true, false, false, 1},
    {"biolink:causes", "causes", 1, true, false, false, 1},
    {"biolink:part_of", "part of", 0, false, false, false, 1},
    {"biolink:affects", "", ORACLE_NULL_SIGN, true, false, false, 1},
    {"biolink:positively_correlated_with", "positively correlated with", 1, false, true, false, 1},
    {"biolink:negatively_correlated_with", "negatively correlated with", -1, false, true, false, 1},
    {"biolink:interacts_with", "GiG", ORACLE_NULL_SIGN, false, true, false, 18.0 / 147166},
    {"biolink:affects", "increases abundance of", 1, true, true, false, 1},
    {"biolink:participates_in", "GpBP", 0, false, true, false, 305.0 / 457300},
    {"biolink:treats", "treats", -1, true, false, true, 1},
};
enum { WORDS = sizeof words / sizeof words[0] };

static const char *const kind_names[KINDS] = {"Gene", "BiologicalProcess", "Drug", "Disease"};
enum { KIND_DRUG = 2, KIND_DISEASE = 3 };

static const char *const rank_names[] = {
    [ORACLE_MECHANISM] = "mechanism", [ORACLE_DEGREE_PRODUCT] = "degree_product",
    [ORACLE_DWPC] = "dwpc",           [ORACLE_INFORMATION] = "information",
    [ORACLE_EVIDENCE] = "evidence",   [ORACLE_SIGNED] = "signed",
};
enum { RANKS = sizeof rank_names / sizeof rank_names[0] };

static void assert_near(double got, double want) {
    if (!(fabs(got - want) <= 1e-9 * fabs(want) + 1e-300))
        fail_msg("%.17g is not %.17g", got, want);
}

/* ---- graphs */

static void fill_graph(small_graph *g, int number) {
    wrt_rng rng = wrt_rng_make(11, 1, (uint64_t)number);
    int distinct = 1 + (int)wrt_rng_below(&rng, WORDS);
    g->n_nodes = 2 + (int)wrt_rng_below(&rng, NODES_MAX - 1);
    g->n_edges = 1 + (int)wrt_rng_below(&rng, EDGES_MAX);
    for (int v = 0; v < g->n_nodes; v++)
        g->kind[v] = (int)wrt_rng_below(&rng, 2 * KINDS) % (KINDS + 1) % KINDS;
    for (int e = 0; e < g->n_edges; e++) {
        oracle_edge *edge = &g->edges[e];
        edge->word = (int)wrt_rng_below(&rng, (uint64_t)distinct);
        edge->from = (int)wrt_rng_below(&rng, (uint64_t)g->n_nodes);
        edge->to = (int)wrt_rng_below(&rng, (uint64_t)g->n_nodes);
        edge->sign = words[edge->word].sign;
        edge->is_causal = words[edge->word].is_causal;
        edge->both_ways = words[edge->word].both_ways;
        edge->prior = words[edge->word].prior;
        edge->evidence = (int)wrt_rng_below(&rng, 4);
        /* Ids whose order is not that of the rows; the row number keeps them apart. */
        snprintf(edge->id, sizeof edge->id, "g%d-%02x-%d", number,
                 (unsigned)wrt_rng_below(&rng, 256), e);
    }
}

static void write_graphs(wrt_buf *nodes, wrt_buf *edges, const small_graph *graphs) {
    wrt_buf_add_c(nodes, "id\tcategory\n");
    wrt_buf_add_c(edges, "id\tsubject\tpredicate\tobject\toriginal_predicate\n");
    for (int i = 0; i < GRAPHS; i++) {
        for (int v = 0; v < graphs[i].n_nodes; v++)
            wrt_buf_printf(nodes, "g%d:%d\tbiolink:%s\n", i, v, kind_names[graphs[i].kind[v]]);
        for (int e = 0; e < graphs[i].n_edges; e++) {
            const oracle_edge *edge = &graphs[i].edges[e];
            wrt_buf_printf(edges, "%s\tg%d:%d\t%s\tg%d:%d\t%s\n", edge->id, i, edge->from,
                           words[edge->word].curie, i, edge->to, words[edge->word].label);
        }
    }
}

static int compare_ids(const void *a, const void *b) {
    return strcmp((*(const oracle_edge *const *)a)->id, (*(const oracle_edge *const *)b)->id);
}

/* Writes directions and evidence into the file; returns the number of all edges. */
static int patch_graphs(const scratch *s, const small_graph *graphs) {
    enum { ALL = GRAPHS * EDGES_MAX };
    const oracle_edge **order = calloc(ALL, sizeof *order);
    bool *both = calloc(ALL, sizeof *both);
    unsigned char *evidence = calloc(ALL, 1);
    size_t n = 0;
    assert_true(order != NULL && both != NULL && evidence != NULL);
    for (int i = 0; i < GRAPHS; i++)
        for (int e = 0; e < graphs[i].n_edges; e++)
            order[n++] = &graphs[i].edges[e];
    qsort(order, n, sizeof *order, compare_ids);
    for (size_t i = 0; i < n; i++) {
        both[i] = order[i]->both_ways;
        evidence[i] = (unsigned char)order[i]->evidence;
    }
    patch_adjacency(s, both, evidence, n);
    free(order);
    free(both);
    free(evidence);
    return (int)n;
}

/* ---- one question in both forms */

typedef struct {
    oracle_query oracle;
    wrt_kg_path_options options;
    bool allowed_node[NODES_MAX], allowed_edge[EDGES_MAX];
    wrt_json *kinds, *predicates, *exclude;
    bool end_excluded;
    char from[32], to[32];
} question;

static void choose_kinds(question *q, const small_graph *g, wrt_rng *rng) {
    bool keep[KINDS];
    bool named = wrt_rng_below(rng, 3) == 0;
    if (named)
        q->kinds = wrt_json_new_array();
    for (int k = 0; k < KINDS; k++) {
        keep[k] = named ? k == 0 || wrt_rng_below(rng, 2) == 0
                        : q->oracle.rank != ORACLE_MECHANISM || k < KIND_DRUG;
        if (named && keep[k])
            wrt_json_push_text(q->kinds, kind_names[k]);
    }
    for (int v = 0; v < g->n_nodes; v++)
        q->allowed_node[v] = keep[g->kind[v]];
}

static bool joins_drug_and_disease(const small_graph *g, const oracle_edge *e) {
    int a = g->kind[e->from], b = g->kind[e->to];
    return (a == KIND_DRUG && b == KIND_DISEASE) || (a == KIND_DISEASE && b == KIND_DRUG);
}

/* A word is named by its predicate or by its label, and then all words with that predicate are. */
static void choose_edges(question *q, const small_graph *g, wrt_rng *rng) {
    bool keep[WORDS];
    bool named = wrt_rng_below(rng, 3) == 0;
    size_t chosen = wrt_rng_below(rng, WORDS);
    q->options.include_treats = wrt_rng_below(rng, 4) == 0;
    for (size_t w = 0; w < WORDS; w++)
        keep[w] = !named || strcmp(words[w].curie, words[chosen].curie) == 0 || w % 3 == 0;
    if (named) {
        q->predicates = wrt_json_new_array();
        wrt_json_push_text(q->predicates, words[chosen].curie);
        for (size_t w = 0; w < WORDS; w += 3)
            wrt_json_push_text(q->predicates, words[w].label);
    }
    for (int e = 0; e < g->n_edges; e++) {
        const oracle_edge *edge = &g->edges[e];
        bool barred = words[edge->word].is_treatment && joins_drug_and_disease(g, edge) && !named &&
                      !q->options.include_treats;
        q->allowed_edge[e] = keep[edge->word] && !barred;
    }
}

static void choose_exclusion(question *q, const small_graph *g, int number, wrt_rng *rng) {
    char id[32];
    if (wrt_rng_below(rng, 4) != 0)
        return;
    int v = (int)wrt_rng_below(rng, (uint64_t)g->n_nodes);
    snprintf(id, sizeof id, "g%d:%d", number, v);
    q->exclude = wrt_json_new_array();
    wrt_json_push_text(q->exclude, id);
    q->allowed_node[v] = false;
    q->end_excluded = v == q->oracle.from || v == q->oracle.to;
}

static void make_question(question *q, const small_graph *g, int number, int round) {
    wrt_rng rng = wrt_rng_make(12, (uint32_t)round, (uint64_t)number);
    *q = (question){.end_excluded = false};
    q->oracle = (oracle_query){.edges = g->edges, .n_edges = g->n_edges, .kind = g->kind};
    q->oracle.from = (int)wrt_rng_below(&rng, (uint64_t)g->n_nodes);
    q->oracle.to = (q->oracle.from + (int)wrt_rng_below(&rng, (uint64_t)g->n_nodes)) % g->n_nodes;
    q->oracle.max_hops = 1 + (int)wrt_rng_below(&rng, ORACLE_HOPS);
    q->oracle.sign = (int)wrt_rng_below(&rng, 6) % 4 / 2 * ((int)wrt_rng_below(&rng, 2) * 2 - 1);
    q->oracle.any_direction = wrt_rng_below(&rng, 3) == 0;
    q->oracle.rank = (oracle_rank)wrt_rng_below(&rng, RANKS);
    choose_kinds(q, g, &rng);
    choose_edges(q, g, &rng);
    choose_exclusion(q, g, number, &rng);
    q->oracle.allowed_node = q->allowed_node;
    q->oracle.allowed_edge = q->allowed_edge;
    q->options.max_hops = q->oracle.max_hops;
    q->options.k = 1 + wrt_rng_below(&rng, CHOSEN_MAX);
    q->options.kinds = q->kinds;
    q->options.predicates = q->predicates;
    q->options.exclude = q->exclude;
    q->options.sign = q->oracle.sign;
    q->options.rank = rank_names[q->oracle.rank];
    q->options.direction = q->oracle.any_direction ? "any" : "stored";
    q->options.cover = wrt_rng_below(&rng, 2) == 0 ? 1 : -1;
    snprintf(q->from, sizeof q->from, "g%d:%d", number, q->oracle.from);
    snprintf(q->to, sizeof q->to, "g%d:%d", number, q->oracle.to);
}

/* ---- comparison */

static bool is_same_path(const wrt_json *got, const oracle_path *want, const small_graph *g) {
    int i = 0;
    if ((int)wrt_json_count(wrt_json_get(got, "edges")) != want->hops)
        return false;
    WRT_JSON_EACH(edge, wrt_json_get(got, "edges")) {
        if (strcmp(wrt_json_get_text(edge, "id", "?"), g->edges[want->edges[i]].id) != 0 ||
            wrt_json_get_bool(edge, "reversed", false) != want->back[i])
            return false;
        i++;
    }
    return true;
}

/* The oracle's path that the engine gave; marks it as given. */
static const oracle_path *find_path(const wrt_json *got, const oracle_path *want, bool *given,
                                    size_t n, const small_graph *g) {
    for (size_t i = 0; i < n; i++)
        if (is_same_path(got, &want[i], g)) {
            if (given[i])
                fail_msg("a path is given twice");
            given[i] = true;
            return &want[i];
        }
    fail_msg("no such path");
    return NULL;
}

static void assert_facts(const wrt_json *got, const oracle_path *want) {
    const wrt_json *sign = wrt_json_get(got, "sign");
    assert_near(wrt_json_get_number(got, "score", 0), want->weight);
    if (want->sign == ORACLE_NULL_SIGN)
        assert_true(wrt_json_is(sign, WRT_JSON_NULL));
    else
        assert_int_equal((int)wrt_json_number(sign, 0), want->sign);
}

typedef struct {
    const oracle_path *all;
    size_t n, kept;
    bool *given;
    double node_weight[ORACLE_NODES], total;
    const oracle_path *chosen[CHOSEN_MAX];
} cover_check;

static double gain_after(cover_check *c, size_t i, const oracle_path *path) {
    double before = oracle_cover(c->chosen, i, c->node_weight);
    c->chosen[i] = path;
    return oracle_cover(c->chosen, i + 1, c->node_weight) - before;
}

/* Choice number i must add as much as any, or as any short path once no more places are left than
 * such paths. `c->given` marks the choices up to i. */
static void assert_choice(cover_check *c, size_t i, const oracle_path *path, double told) {
    size_t shorts = 0;
    double best = 0, best_short = 0;
    for (size_t j = 0; j < c->n; j++) {
        if (c->given[j] && &c->all[j] != path)
            continue;
        double gain = gain_after(c, i, &c->all[j]);
        best = fmax(best, gain);
        shorts += c->all[j].hops <= 2;
        if (c->all[j].hops <= 2)
            best_short = fmax(best_short, gain);
    }
    double gain = gain_after(c, i, path);
    bool only_shorts = shorts >= c->kept - i;
    if (only_shorts)
        assert_true(path->hops <= 2);
    if (gain < (only_shorts ? best_short : best) * (1 - 1e-9))
        fail_msg("choice %zu adds %g where %g was to be had", i, gain, best);
    if (c->total > 0 && fabs(told * c->total - gain) > 1e-9 * c->total)
        fail_msg("choice %zu says gain %g; it is %g", i, told, gain / c->total);
}

/* Greedy choices reach 1 - 1/e of the best pair when no short path is forced in. */
static void assert_bound(cover_check *c) {
    double best = 0;
    for (size_t i = 0; i < c->n; i++)
        if (c->all[i].hops <= 2)
            return;
    for (size_t i = 0; i < c->n; i++)
        for (size_t j = 0; j < i; j++) {
            const oracle_path *pair[2] = {&c->all[i], &c->all[j]};
            best = fmax(best, oracle_cover(pair, 2, c->node_weight));
        }
    assert_true(oracle_cover(c->chosen, 2, c->node_weight) >= (1 - exp(-1)) * best * (1 - 1e-9));
}

static void compare_cover(const wrt_json *got, const oracle_path *want, size_t n,
                          const small_graph *g) {
    cover_check c = {.all = want, .n = n, .kept = wrt_json_count(got)};
    size_t i = 0;
    c.given = calloc(n + 1, sizeof *c.given);
    assert_non_null(c.given);
    for (size_t j = 0; j < n; j++)
        for (int h = 1; h < want[j].hops; h++) {
            c.node_weight[want[j].nodes[h]] += want[j].weight;
            c.total += want[j].weight;
        }
    WRT_JSON_EACH(path, got) {
        const oracle_path *match = find_path(path, want, c.given, n, g);
        assert_facts(path, match);
        assert_choice(&c, i++, match, wrt_json_get_number(path, "gain", -1));
    }
    if (c.kept >= 2 && n <= 100)
        assert_bound(&c);
    free(c.given);
}

static void compare_list(const wrt_json *got, const oracle_path *want, size_t n,
                         const small_graph *g, bool in_order) {
    bool *given = calloc(n + 1, sizeof *given);
    size_t i = 0;
    assert_non_null(given);
    WRT_JSON_EACH(path, got) {
        const oracle_path *match = find_path(path, want, given, n, g);
        assert_facts(path, match);
        assert_near(match->weight, want[i].weight);
        if (in_order)
            assert_ptr_equal(match, &want[i]);
        i++;
    }
    free(given);
}

static size_t compare_question(wrt_kg *kg, const small_graph *g, int number, int round, int all) {
    question q;
    size_t n = 0;
    wrt_kg_path_stats stats;
    make_question(&q, g, number, round);
    q.oracle.graph_edges = all;
    oracle_path *want = q.end_excluded ? NULL : oracle_paths(&n, &q.oracle);
    wrt_json *got = ask_paths(&stats, kg, q.from, q.to, &q.options);
    size_t kept = n < q.options.k ? n : q.options.k;
    if (wrt_json_count(got) != kept || stats.found != n)
        fail_msg("graph %d round %d: %zu of %zu paths, wanted %zu of %zu", number, round,
                 wrt_json_count(got), stats.found, kept, n);
    assert_false(stats.truncated);
    assert_true(stats.found_is_exact);
    if (q.options.cover > 0)
        compare_cover(got, want, n, g);
    else
        compare_list(got, want, n, g, q.oracle.rank == ORACLE_DEGREE_PRODUCT);
    if (q.oracle.sign != 0 && !q.end_excluded)
        assert_int_equal(oracle_count_doubled(&q.oracle), n);
    wrt_json_free(got);
    wrt_json_free(q.kinds);
    wrt_json_free(q.predicates);
    wrt_json_free(q.exclude);
    free(want);
    return kept;
}

static void paths_agree_with_the_oracle_on_random_graphs(void **state) {
    (void)state;
    small_graph *graphs = calloc(GRAPHS, sizeof *graphs);
    wrt_buf nodes = wrt_buf_make(WRT_MIB(16)), edges = wrt_buf_make(WRT_MIB(16));
    assert_non_null(graphs);
    for (int i = 0; i < GRAPHS; i++)
        fill_graph(&graphs[i], i);
    write_graphs(&nodes, &edges, graphs);
    scratch s = scratch_make();
    import_ok(&s, nodes.ptr, edges.ptr);
    int all = patch_graphs(&s, graphs);
    wrt_kg *kg = open_ok(&s);
    size_t compared = 0;
    for (int i = 0; i < GRAPHS; i++)
        for (int round = 0; round < ROUNDS; round++)
            compared += compare_question(kg, &graphs[i], i, round, all);
    printf("%d questions, %zu paths compared\n", GRAPHS * ROUNDS, compared);
    assert_true(compared > 10000);
    wrt_kg_close(kg);
    wrt_buf_free(&nodes);
    wrt_buf_free(&edges);
    scratch_remove(&s);
    free(graphs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_agree_with_the_oracle_on_random_graphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
