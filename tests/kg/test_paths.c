/* test_paths.c: path search against hand-made cases and against the brute-force oracle. */
#include "tests/kg/support.h"

#include "base/rng.h"
#include "tests/oracle/path_oracle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- by hand */

static const char NODES[] = "id\tcategory\n"
                            "D\tbiolink:Drug\nP\tbiolink:Protein\nQ\tbiolink:Protein\n"
                            "B\tbiolink:BiologicalProcess\nZ\tbiolink:Disease\n";
static const char EDGES[] =
    "id\tsubject\tpredicate\tobject\toriginal_predicate\tprimary_knowledge_source\t"
    "aggregator_knowledge_source\tpublications\n"
    "a1\tD\tbiolink:affects\tP\tdecreases activity of\tinfores:one\tinfores:agg\tPMID:5\n"
    "a2\tD\tbiolink:affects\tP\tdecreases activity of\tinfores:two\t\t\n"
    "a3\tD\tbiolink:affects\tQ\tincreases activity of\t\t\t\n"
    "b1\tP\tbiolink:causes\tZ\tcauses\t\t\t\n"
    "b2\tQ\tbiolink:participates_in\tB\tparticipates in\t\t\t\n"
    "b3\tB\tbiolink:causes\tZ\tcauses\t\t\t\n"
    "c1\tQ\tbiolink:invented\tZ\t\t\t\t\n"
    "d1\tZ\tbiolink:causes\tD\t\t\t\t\n";

typedef struct {
    scratch s;
    wrt_kg *kg;
} fixture;

static int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->s = scratch_make();
    import_ok(&f->s, NODES, EDGES);
    f->kg = open_ok(&f->s);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    wrt_kg_close(f->kg);
    scratch_remove(&f->s);
    free(f);
    return 0;
}

static wrt_json *ask(wrt_kg_path_stats *stats, wrt_kg *kg, const char *from, const char *to,
                     const wrt_kg_path_options *options) {
    wrt_json *out = NULL;
    wrt_err err = {.code = WRT_OK};
    if (wrt_kg_paths(&out, stats, kg, from, to, options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return out;
}

/* "a1 b1;..." */
static void assert_paths(const wrt_json *list, const char *expected) {
    wrt_buf got = wrt_buf_make(1 << 16);
    WRT_JSON_EACH(path, list) {
        WRT_JSON_EACH(edge, wrt_json_get(path, "edges")) {
            if (edge != wrt_json_first(wrt_json_get(path, "edges")))
                wrt_buf_add_char(&got, ' ');
            wrt_buf_add_c(&got, wrt_json_get_text(edge, "id", "?"));
        }
        wrt_buf_add_char(&got, ';');
    }
    assert_string_equal(got.len > 0 ? got.ptr : "", expected);
    wrt_buf_free(&got);
}

static void assert_close(double got, double want) {
    if (!(fabs(got - want) <= 1e-12))
        fail_msg("%.17g is not %.17g", got, want);
}

static void paths_are_ranked_by_degree_product(void **state) {
    fixture *f = *state;
    wrt_kg_path_stats stats;
    wrt_json *list = ask(&stats, f->kg, "D", "Z", NULL);
    /* affects leaves D three times; it enters P twice and Q once; causes enters Z twice.
     * a3 c1: 3*1 * 1*1 = 3. a1 b1: 3*2 * 1*2 = 12, and so a2 b1. a3 b2 b3: 3*1 * 1 * 1*2 = 6. */
    assert_paths(list, "a3 c1;a3 b2 b3;a1 b1;a2 b1;");
    assert_close(wrt_json_get_number(wrt_json_at(list, 0), "score", 0), 1 / sqrt(3));
    assert_close(wrt_json_get_number(wrt_json_at(list, 1), "score", 0), 1 / sqrt(6));
    assert_close(wrt_json_get_number(wrt_json_at(list, 2), "score", 0), 1 / sqrt(12));
    assert_true(wrt_json_is(wrt_json_get(wrt_json_at(list, 0), "sign"), WRT_JSON_NULL));
    assert_int_equal(wrt_json_get_int(wrt_json_at(list, 1), "sign", 0), 1);
    assert_int_equal(wrt_json_get_int(wrt_json_at(list, 2), "sign", 0), -1);
    assert_int_equal(stats.found, 4);
    assert_false(stats.truncated);
    assert_true(stats.found_is_exact);
    wrt_json_free(list);
}

static void paths_carry_provenance(void **state) {
    fixture *f = *state;
    wrt_kg_path_options options = {.sign = -1};
    wrt_json *list = ask(NULL, f->kg, "D", "Z", &options);
    assert_paths(list, "a1 b1;a2 b1;");
    const wrt_json *path = wrt_json_at(list, 0);
    assert_string_equal(wrt_json_get_text(path, "metapath", ""),
                        "Drug -affects-> Protein -causes-> Disease");
    const wrt_json *edge = wrt_json_first(wrt_json_get(path, "edges"));
    const wrt_json *sources = wrt_json_get(edge, "sources");
    assert_int_equal(wrt_json_count(sources), 2);
    assert_string_equal(wrt_json_text(wrt_json_at(sources, 0)), "infores:one");
    assert_string_equal(wrt_json_text(wrt_json_at(sources, 1)), "infores:agg");
    assert_string_equal(wrt_json_text(wrt_json_first(wrt_json_get(edge, "publications"))),
                        "PMID:5");
    assert_int_equal(strlen(wrt_json_get_text(edge, "sha256", "")), 64);
    assert_true(wrt_json_get_bool(edge, "causal", false));
    /* An edge that names no source is the import's. */
    const wrt_json *last = wrt_json_at(wrt_json_get(path, "edges"), 1);
    assert_string_equal(wrt_json_text(wrt_json_first(wrt_json_get(last, "sources"))), "test");
    assert_string_equal(
        wrt_json_text(wrt_json_path(wrt_json_at(wrt_json_get(path, "nodes"), 1), "kind")),
        "Protein");
    wrt_json_free(list);
}

static void paths_obey_kinds_predicates_and_exclusions(void **state) {
    fixture *f = *state;
    wrt_json *list, *names = wrt_json_new_array();
    wrt_json_push_text(names, "Protein");
    wrt_kg_path_options options = {.kinds = names};
    list = ask(NULL, f->kg, "D", "Z", &options);
    assert_paths(list, "a3 c1;a1 b1;a2 b1;");
    wrt_json_free(list);
    wrt_json_free(names);
    names = wrt_json_new_array();
    wrt_json_push_text(names, "decreases activity of");
    wrt_json_push_text(names, "causes");
    options = (wrt_kg_path_options){.predicates = names};
    list = ask(NULL, f->kg, "D", "Z", &options);
    assert_paths(list, "a1 b1;a2 b1;");
    wrt_json_free(list);
    wrt_json_free(names);
    names = wrt_json_new_array();
    wrt_json_push_text(names, "P");
    options = (wrt_kg_path_options){.exclude = names, .max_hops = 2};
    list = ask(NULL, f->kg, "D", "Z", &options);
    assert_paths(list, "a3 c1;");
    wrt_json_free(list);
    wrt_json_push_text(names, "Z");
    list = ask(NULL, f->kg, "D", "Z", &options);
    assert_paths(list, "");
    wrt_json_free(list);
    wrt_json_push_text(names, "no:such");
    assert_int_equal(wrt_kg_paths(&list, NULL, f->kg, "D", "Z", &options, NULL), WRT_E_NOT_FOUND);
    wrt_json_free(names);
}

static void paths_refuse_bad_arguments(void **state) {
    fixture *f = *state;
    wrt_json *list = NULL;
    wrt_kg_path_options options = {.max_hops = 7};
    assert_int_equal(wrt_kg_paths(&list, NULL, f->kg, "D", "Z", &options, NULL), WRT_E_INPUT);
    options = (wrt_kg_path_options){.k = 1001};
    assert_int_equal(wrt_kg_paths(&list, NULL, f->kg, "D", "Z", &options, NULL), WRT_E_INPUT);
    options = (wrt_kg_path_options){.sign = 2};
    assert_int_equal(wrt_kg_paths(&list, NULL, f->kg, "D", "Z", &options, NULL), WRT_E_INPUT);
    assert_int_equal(wrt_kg_paths(&list, NULL, f->kg, "D", "nope", NULL, NULL), WRT_E_NOT_FOUND);
    assert_null(list);
    list = ask(NULL, f->kg, "D", "D", NULL);
    assert_int_equal(wrt_json_count(list), 0);
    wrt_json_free(list);
}

/* ---- against the oracle: one graph file holds many separate random graphs */

enum { GRAPHS = 1200, NODES_MAX = 9, EDGES_MAX = 40, PREDICATES = 4, KINDS = 3 };

typedef struct {
    int n_nodes, n_edges;
    int kind[NODES_MAX];
    oracle_edge edges[EDGES_MAX];
} small_graph;

/* Predicate, label and sign of each kind of edge that the random graphs use. */
static const struct {
    const char *curie, *label;
    int predicate, sign;
} vocabulary[] = {
    {"biolink:affects", "increases activity of", 0, 1},
    {"biolink:affects", "decreases activity of", 0, -1},
    {"biolink:causes", "causes", 1, 1},
    {"biolink:treats", "treats", 2, -1},
    {"biolink:part_of", "part of", 3, 0},
    {"biolink:affects", "", 0, ORACLE_NULL_SIGN},
};
static const char *const predicate_names[PREDICATES] = {"biolink:affects", "biolink:causes",
                                                        "biolink:treats", "biolink:part_of"};
static const char *const kind_names[KINDS] = {"Gene", "Drug", "Disease"};

static void fill_graph(small_graph *g, int number) {
    wrt_rng rng = wrt_rng_make(11, 1, (uint64_t)number);
    g->n_nodes = 2 + (int)wrt_rng_below(&rng, NODES_MAX - 1);
    g->n_edges = 1 + (int)wrt_rng_below(&rng, EDGES_MAX);
    for (int v = 0; v < g->n_nodes; v++)
        g->kind[v] = (int)wrt_rng_below(&rng, KINDS);
    for (int e = 0; e < g->n_edges; e++) {
        oracle_edge *edge = &g->edges[e];
        size_t word = wrt_rng_below(&rng, sizeof vocabulary / sizeof vocabulary[0]);
        edge->from = (int)wrt_rng_below(&rng, (uint64_t)g->n_nodes);
        edge->to = (int)wrt_rng_below(&rng, (uint64_t)g->n_nodes);
        edge->predicate = vocabulary[word].predicate;
        edge->sign = vocabulary[word].sign;
        /* Ids whose order is not that of the rows; the row number keeps them apart. */
        snprintf(edge->id, sizeof edge->id, "g%d-%02x-%d", number,
                 (unsigned)wrt_rng_below(&rng, 256), e);
    }
}

static const char *label_of(const oracle_edge *edge) {
    for (size_t i = 0; i < sizeof vocabulary / sizeof vocabulary[0]; i++)
        if (vocabulary[i].predicate == edge->predicate && vocabulary[i].sign == edge->sign)
            return vocabulary[i].label;
    return "";
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
                           predicate_names[edge->predicate], i, edge->to, label_of(edge));
        }
    }
}

/* One question in both forms. */
typedef struct {
    oracle_query oracle;
    wrt_kg_path_options options;
    bool allowed_node[NODES_MAX], allowed_predicate[PREDICATES];
    wrt_json *kinds, *predicates, *exclude;
    bool end_excluded;
    char from[32], to[32];
} question;

static void choose_kinds(question *q, const small_graph *g, wrt_rng *rng) {
    bool keep[KINDS];
    for (int v = 0; v < g->n_nodes; v++)
        q->allowed_node[v] = true;
    if (wrt_rng_below(rng, 3) != 0)
        return;
    q->kinds = wrt_json_new_array();
    for (int k = 0; k < KINDS; k++) {
        keep[k] = k == 0 || wrt_rng_below(rng, 2) == 0;
        if (keep[k])
            wrt_json_push_text(q->kinds, kind_names[k]);
    }
    for (int v = 0; v < g->n_nodes; v++)
        q->allowed_node[v] = keep[g->kind[v]];
}

static void choose_predicates(question *q, wrt_rng *rng) {
    for (int p = 0; p < PREDICATES; p++)
        q->allowed_predicate[p] = true;
    if (wrt_rng_below(rng, 3) != 0)
        return;
    q->predicates = wrt_json_new_array();
    for (int p = 0; p < PREDICATES; p++) {
        q->allowed_predicate[p] = p == 0 || wrt_rng_below(rng, 2) == 0;
        if (q->allowed_predicate[p])
            wrt_json_push_text(q->predicates, predicate_names[p]);
    }
}

static void choose_exclusion(question *q, const small_graph *g, int number, wrt_rng *rng) {
    char id[32];
    if (wrt_rng_below(rng, 3) != 0)
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
    q->oracle.edges = g->edges;
    q->oracle.n_edges = g->n_edges;
    q->oracle.from = (int)wrt_rng_below(&rng, (uint64_t)g->n_nodes);
    q->oracle.to = (int)wrt_rng_below(&rng, (uint64_t)g->n_nodes);
    q->oracle.max_hops = 1 + (int)wrt_rng_below(&rng, ORACLE_HOPS);
    q->oracle.sign = (int)wrt_rng_below(&rng, 3) - 1;
    choose_kinds(q, g, &rng);
    choose_predicates(q, &rng);
    choose_exclusion(q, g, number, &rng);
    q->oracle.allowed_node = q->allowed_node;
    q->oracle.allowed_predicate = q->allowed_predicate;
    q->options = (wrt_kg_path_options){.max_hops = q->oracle.max_hops,
                                       .k = 1 + wrt_rng_below(&rng, 20),
                                       .kinds = q->kinds,
                                       .predicates = q->predicates,
                                       .exclude = q->exclude,
                                       .sign = q->oracle.sign};
    snprintf(q->from, sizeof q->from, "g%d:%d", number, q->oracle.from);
    snprintf(q->to, sizeof q->to, "g%d:%d", number, q->oracle.to);
}

static void assert_same_path(const wrt_json *got, const oracle_path *want, const small_graph *g) {
    const wrt_json *edges = wrt_json_get(got, "edges"), *sign = wrt_json_get(got, "sign");
    assert_int_equal(wrt_json_count(edges), want->hops);
    assert_int_equal(wrt_json_count(wrt_json_get(got, "nodes")), want->hops + 1);
    int i = 0;
    WRT_JSON_EACH(edge, edges)
    assert_string_equal(wrt_json_get_text(edge, "id", "?"), g->edges[want->edges[i++]].id);
    assert_close(wrt_json_get_number(got, "score", 0), want->score);
    if (want->sign == ORACLE_NULL_SIGN)
        assert_true(wrt_json_is(sign, WRT_JSON_NULL));
    else
        assert_int_equal((int)wrt_json_number(sign, 0), want->sign);
}

static size_t compare_question(wrt_kg *kg, const small_graph *g, int number, int round) {
    question q;
    size_t n = 0;
    wrt_kg_path_stats stats;
    make_question(&q, g, number, round);
    oracle_path *want = q.end_excluded ? NULL : oracle_paths(&n, &q.oracle);
    wrt_json *got = ask(&stats, kg, q.from, q.to, &q.options);
    size_t kept = n < q.options.k ? n : q.options.k;
    if (wrt_json_count(got) != kept || stats.found != n)
        fail_msg("graph %d round %d: %zu of %zu paths, wanted %zu of %zu", number, round,
                 wrt_json_count(got), stats.found, kept, n);
    assert_false(stats.truncated);
    assert_true(stats.found_is_exact);
    for (size_t i = 0; i < kept; i++)
        assert_same_path(wrt_json_at(got, i), &want[i], g);
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
    for (int i = 0; i < GRAPHS; i++)
        fill_graph(&graphs[i], i);
    write_graphs(&nodes, &edges, graphs);
    scratch s = scratch_make();
    import_ok(&s, nodes.ptr, edges.ptr);
    wrt_kg *kg = open_ok(&s);
    size_t compared = 0;
    for (int i = 0; i < GRAPHS; i++)
        for (int round = 0; round < 5; round++)
            compared += compare_question(kg, &graphs[i], i, round);
    printf("%d questions, %zu paths compared\n", GRAPHS * 5, compared);
    assert_true(compared > 5000);
    wrt_kg_close(kg);
    wrt_buf_free(&nodes);
    wrt_buf_free(&edges);
    scratch_remove(&s);
    free(graphs);
}

/* ---- limits */

/* A ladder of `rungs` complete bipartite layers of width w between S and T. */
static void write_layers(wrt_buf *edges, int layers, int width) {
    wrt_buf_add_c(edges, "subject\tpredicate\tobject\n");
    for (int v = 0; v < width; v++) {
        wrt_buf_printf(edges, "S\tbiolink:causes\tn0_%d\n", v);
        wrt_buf_printf(edges, "n%d_%d\tbiolink:causes\tT\n", layers - 1, v);
        for (int l = 0; l + 1 < layers; l++)
            for (int u = 0; u < width; u++)
                wrt_buf_printf(edges, "n%d_%d\tbiolink:causes\tn%d_%d\n", l, v, l + 1, u);
    }
}

static void paths_say_so_when_a_limit_is_reached(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_buf edges = wrt_buf_make(WRT_MIB(4));
    write_layers(&edges, 5, 24); /* 24^5 = 7,962,624 paths of 6 hops, all of one score */
    import_ok(&s, NULL, edges.ptr);
    wrt_kg *kg = open_ok(&s);
    wrt_kg_path_options options = {.max_hops = 6, .k = 5};
    wrt_kg_path_stats stats;
    wrt_json *list = ask(&stats, kg, "S", "T", &options);
    assert_int_equal(wrt_json_count(list), 5);
    assert_false(stats.found_is_exact);
    assert_true(stats.truncated);
    assert_true(stats.found >= 5 && stats.found < 7962624);
    wrt_json_free(list);
    options.max_hops = 5;
    list = ask(&stats, kg, "S", "T", &options);
    assert_int_equal(wrt_json_count(list), 0);
    assert_int_equal(stats.found, 0);
    assert_true(stats.found_is_exact);
    wrt_json_free(list);
    wrt_kg_close(kg);
    wrt_buf_free(&edges);
    scratch_remove(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(paths_are_ranked_by_degree_product, setup, teardown),
        cmocka_unit_test_setup_teardown(paths_carry_provenance, setup, teardown),
        cmocka_unit_test_setup_teardown(paths_obey_kinds_predicates_and_exclusions, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(paths_refuse_bad_arguments, setup, teardown),
        cmocka_unit_test(paths_agree_with_the_oracle_on_random_graphs),
        cmocka_unit_test(paths_say_so_when_a_limit_is_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
