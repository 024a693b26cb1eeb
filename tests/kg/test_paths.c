/* test_paths.c: path search against hand-made cases. */
#include "tests/kg/path_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- by hand */

static const char NODES[] = "id\tcategory\n"
                            "D\tbiolink:Drug\nP\tbiolink:Protein\nQ\tbiolink:Protein\n"
                            "R\tbiolink:Protein\nS\tbiolink:Protein\n"
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
    "d1\tZ\tbiolink:causes\tD\t\t\t\t\n"
    "e1\tD\tbiolink:affects\tR\tdecreases activity of\t\t\t\n"
    "e2\tS\tbiolink:causes\tZ\tcauses\t\t\t\n"
    "f1\tP\tbiolink:causes\tZ\tnegatively correlated with\t\t\t\n";

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

static void assert_close(double got, double want) {
    if (!(fabs(got - want) <= 1e-12))
        fail_msg("%.17g is not %.17g", got, want);
}

static void paths_are_ranked_by_degree_product(void **state) {
    fixture *f = *state;
    wrt_kg_path_stats stats;
    const wrt_kg_path_options options = {.rank = "degree_product"};
    wrt_json *list = ask_paths(&stats, f->kg, "D", "Z", &options);
    /* a1 and a2 state the same. "decreases activity of" leaves D twice (P, R) and enters P once;
     * "causes" leaves P once and enters Z from proteins twice (P, S): a1 b1 costs 2*1 * 1*2 = 4.
     * f1 stands alone in its type: a1 f1 costs 2. All other degrees are 1. */
    assert_paths(list, "a3 c1;a3 b2 b3;a1 f1;a1 b1;");
    assert_close(wrt_json_get_number(wrt_json_at(list, 0), "score", 0), 1);
    assert_close(wrt_json_get_number(wrt_json_at(list, 1), "score", 0), 1);
    assert_close(wrt_json_get_number(wrt_json_at(list, 2), "score", 0), 1 / sqrt(2));
    assert_close(wrt_json_get_number(wrt_json_at(list, 3), "score", 0), 0.5);
    assert_true(wrt_json_is(wrt_json_get(wrt_json_at(list, 0), "sign"), WRT_JSON_NULL));
    assert_int_equal(wrt_json_get_int(wrt_json_at(list, 1), "sign", 0), 1);
    assert_int_equal(wrt_json_get_int(wrt_json_at(list, 2), "sign", 0), 1);
    assert_int_equal(wrt_json_get_int(wrt_json_at(list, 3), "sign", 0), -1);
    assert_int_equal(stats.found, 4);
    assert_false(stats.truncated);
    assert_true(stats.found_is_exact);
    wrt_json_free(list);
}

/* All weights are priors times PDP(0.4); no type here has a count, so p = 1. Through Q go a3 c1 and
 * a3 b2 b3, 1 each; through P a1 f1 and a1 b1: 2^-0.4 + 4^-0.4; B is on one path, 1. First choice:
 * a3 b2 b3 shows Q and B, 2 + 1; then a path by P; then those that add nothing, by score. */
static void paths_are_chosen_to_cover(void **state) {
    fixture *f = *state;
    wrt_json *list = ask_paths(NULL, f->kg, "D", "Z", NULL);
    double by_p = pow(2, -0.4) + pow(4, -0.4), total = 3 + by_p;
    assert_paths(list, "a3 b2 b3;a1 f1;a3 c1;a1 b1;");
    assert_close(wrt_json_get_number(wrt_json_at(list, 0), "gain", 0), 3 / total);
    assert_close(wrt_json_get_number(wrt_json_at(list, 1), "gain", 0), by_p / total);
    assert_close(wrt_json_get_number(wrt_json_at(list, 2), "gain", 9), 0);
    assert_close(wrt_json_get_number(wrt_json_at(list, 3), "score", 0), pow(4, -0.4));
    wrt_json_free(list);
    /* Two places and three short paths: they get them, by what they add: Q weighs 2, P less. */
    const wrt_kg_path_options two = {.k = 2};
    list = ask_paths(NULL, f->kg, "D", "Z", &two);
    assert_paths(list, "a3 c1;a1 f1;");
    wrt_json_free(list);
}

static void paths_carry_provenance(void **state) {
    fixture *f = *state;
    wrt_kg_path_options options = {.sign = -1};
    wrt_json *list = ask_paths(NULL, f->kg, "D", "Z", &options);
    assert_paths(list, "a1 b1;");
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

static void paths_name_alternatives_and_contradictions(void **state) {
    fixture *f = *state;
    const wrt_kg_path_options options = {.sign = -1};
    wrt_json *list = ask_paths(NULL, f->kg, "D", "Z", &options);
    const wrt_json *edges = wrt_json_get(wrt_json_at(list, 0), "edges");
    const wrt_json *first = wrt_json_at(edges, 0), *last = wrt_json_at(edges, 1);
    assert_int_equal(wrt_json_count(wrt_json_get(first, "alternatives")), 1);
    assert_string_equal(wrt_json_text(wrt_json_first(wrt_json_get(first, "alternatives"))), "a2");
    assert_null(wrt_json_get(first, "contradicted_by"));
    /* b1 says that P causes Z, f1 the contrary, both by the predicate "causes". */
    assert_int_equal(wrt_json_count(wrt_json_get(last, "contradicted_by")), 1);
    assert_string_equal(wrt_json_text(wrt_json_first(wrt_json_get(last, "contradicted_by"))), "f1");
    assert_null(wrt_json_get(last, "alternatives"));
    wrt_json_free(list);
}

static void paths_obey_kinds_predicates_and_exclusions(void **state) {
    fixture *f = *state;
    wrt_json *list, *names = wrt_json_new_array();
    wrt_json_push_text(names, "Protein");
    wrt_kg_path_options options = {.kinds = names, .rank = "degree_product"};
    list = ask_paths(NULL, f->kg, "D", "Z", &options);
    assert_paths(list, "a3 c1;a1 f1;a1 b1;");
    wrt_json_free(list);
    wrt_json_free(names);
    names = wrt_json_new_array();
    wrt_json_push_text(names, "decreases activity of");
    wrt_json_push_text(names, "causes");
    options = (wrt_kg_path_options){.predicates = names, .rank = "degree_product"};
    list = ask_paths(NULL, f->kg, "D", "Z", &options);
    assert_paths(list, "a1 f1;a1 b1;");
    wrt_json_free(list);
    wrt_json_free(names);
    names = wrt_json_new_array();
    wrt_json_push_text(names, "P");
    options = (wrt_kg_path_options){.exclude = names, .max_hops = 2};
    list = ask_paths(NULL, f->kg, "D", "Z", &options);
    assert_paths(list, "a3 c1;");
    wrt_json_free(list);
    wrt_json_push_text(names, "Z");
    list = ask_paths(NULL, f->kg, "D", "Z", &options);
    assert_paths(list, "");
    wrt_json_free(list);
    wrt_json_push_text(names, "no:such");
    assert_int_equal(wrt_kg_paths(&list, NULL, f->kg, "D", "Z", &options, NULL), WRT_E_NOT_FOUND);
    wrt_json_free(names);
}

static void paths_refuse_bad_arguments(void **state) {
    fixture *f = *state;
    static const wrt_kg_path_options wrong[] = {
        {.max_hops = 7},          {.k = 1001},  {.sign = 2}, {.rank = "best"},
        {.direction = "forward"}, {.w = -0.25}, {.w = 2.5},
    };
    wrt_json *list = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(wrt_kg_paths(&list, NULL, f->kg, "D", "Z", &wrong[i], NULL), WRT_E_INPUT);
    assert_int_equal(wrt_kg_paths(&list, NULL, f->kg, "D", "nope", NULL, NULL), WRT_E_NOT_FOUND);
    assert_null(list);
    list = ask_paths(NULL, f->kg, "D", "D", NULL);
    assert_int_equal(wrt_json_count(list), 0);
    wrt_json_free(list);
}

static void ranks_are_defined_in_words(void **state) {
    static const char *const names[] = {"mechanism",   "degree_product", "dwpc",
                                        "information", "evidence",       "signed"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_non_null(strstr(wrt_kg_path_rank_definition(names[i]), "score = "));
    assert_string_equal(wrt_kg_path_rank_definition(NULL),
                        wrt_kg_path_rank_definition("mechanism"));
    assert_null(wrt_kg_path_rank_definition("best"));
}

/* ---- edges that hold both ways, edges read against their direction, treatment edges */

static const char TWO_WAY_NODES[] = "id\tcategory\nD\tbiolink:Drug\nG\tbiolink:Gene\n"
                                    "H\tbiolink:Gene\nZ\tbiolink:Disease\n";
/* D -> G, H ~ G (both ways), Z ~ H (both ways, causal), Z -> G, and a treatment edge. */
static const char TWO_WAY_EDGES[] =
    "id\tsubject\tpredicate\tobject\toriginal_predicate\n"
    "a\tD\tbiolink:affects\tG\tdecreases activity of\n"
    "b\tH\tbiolink:positively_correlated_with\tG\tpositively correlated with\n"
    "c\tZ\tbiolink:causes\tH\tcauses\n"
    "d\tZ\tbiolink:positively_correlated_with\tG\tmanifestation of\n"
    "e\tD\tbiolink:treats\tZ\ttreats\n";

static wrt_json *ask_two_way(const wrt_kg_path_options *options) {
    static const bool both[] = {false, true, true, false, false};
    static const unsigned char evidence[] = {0, 0, 0, 0, 0};
    scratch s = scratch_make();
    import_ok(&s, TWO_WAY_NODES, TWO_WAY_EDGES);
    patch_adjacency(&s, both, evidence, sizeof both / sizeof both[0]);
    wrt_kg *kg = open_ok(&s);
    wrt_json *list = ask_paths(NULL, kg, "D", "Z", options);
    wrt_kg_close(kg);
    scratch_remove(&s);
    return list;
}

static void paths_follow_edges_that_hold_both_ways(void **state) {
    (void)state;
    wrt_json *list = ask_two_way(NULL);
    assert_paths(list, "a b c;");
    const wrt_json *path = wrt_json_first(list);
    const wrt_json *edges = wrt_json_get(path, "edges");
    assert_string_equal(wrt_json_get_text(path, "metapath", ""),
                        "Drug -affects-> Gene <-positively_correlated_with- Gene <-causes- "
                        "Disease");
    assert_null(wrt_json_get(wrt_json_at(edges, 0), "reversed"));
    assert_true(wrt_json_get_bool(wrt_json_at(edges, 1), "reversed", false));
    /* A correlation has its sign both ways; a cause read from its effect has none. */
    assert_int_equal(wrt_json_get_int(wrt_json_at(edges, 1), "sign", 0), 1);
    assert_true(wrt_json_is(wrt_json_get(wrt_json_at(edges, 2), "sign"), WRT_JSON_NULL));
    assert_true(wrt_json_is(wrt_json_get(path, "sign"), WRT_JSON_NULL));
    assert_string_equal(wrt_json_get_text(wrt_json_at(wrt_json_get(path, "nodes"), 2), "id", ""),
                        "H");
    wrt_json_free(list);
    const wrt_kg_path_options signed_only = {.sign = -1};
    list = ask_two_way(&signed_only);
    assert_paths(list, "");
    wrt_json_free(list);
}

static void paths_read_edges_backwards_when_asked(void **state) {
    (void)state;
    const wrt_kg_path_options options = {.direction = "any", .rank = "degree_product"};
    wrt_json *list = ask_two_way(&options);
    assert_paths(list, "a d;a b c;");
    const wrt_json *last = wrt_json_at(wrt_json_get(wrt_json_first(list), "edges"), 1);
    assert_true(wrt_json_get_bool(last, "reversed", false));
    assert_true(wrt_json_is(wrt_json_get(last, "sign"), WRT_JSON_NULL));
    wrt_json_free(list);
}

/* Membership alone carries no effect: its path has the sign 0 and is none of sign +1. */
static void paths_of_neutral_edges_have_no_direction(void **state) {
    (void)state;
    scratch s = scratch_make();
    import_ok(&s, "id\tcategory\nA\tbiolink:Gene\nB\tbiolink:Pathway\nC\tbiolink:Pathway\n",
              "id\tsubject\tpredicate\tobject\toriginal_predicate\n"
              "a\tA\tbiolink:participates_in\tB\tparticipates in\n"
              "b\tB\tbiolink:part_of\tC\tpart of\n");
    wrt_kg *kg = open_ok(&s);
    static const char *const ranks[] = {"degree_product", "signed"};
    for (size_t i = 0; i < 2; i++) {
        wrt_kg_path_options options = {.rank = ranks[i]};
        wrt_json *list = ask_paths(NULL, kg, "A", "C", &options);
        assert_paths(list, "a b;");
        assert_int_equal(wrt_json_get_int(wrt_json_first(list), "sign", 9), 0);
        assert_close(wrt_json_get_number(wrt_json_first(list), "score", 0), i == 0 ? 1 : 0.5);
        wrt_json_free(list);
        options.sign = 1;
        list = ask_paths(NULL, kg, "A", "C", &options);
        assert_paths(list, "");
        wrt_json_free(list);
    }
    wrt_kg_close(kg);
    scratch_remove(&s);
}

static void paths_pass_treatment_edges_only_when_asked(void **state) {
    (void)state;
    wrt_kg_path_options options = {.include_treats = true, .max_hops = 2};
    wrt_json *list = ask_two_way(&options);
    assert_paths(list, "e;");
    wrt_json_free(list);
    wrt_json *names = wrt_json_new_array();
    wrt_json_push_text(names, "treats");
    options = (wrt_kg_path_options){.predicates = names};
    list = ask_two_way(&options);
    assert_paths(list, "e;");
    wrt_json_free(list);
    wrt_json_free(names);
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
    wrt_kg_path_options options = {.max_hops = 6, .k = 5, .rank = "degree_product"};
    wrt_kg_path_stats stats;
    wrt_json *list = ask_paths(&stats, kg, "S", "T", &options);
    assert_int_equal(wrt_json_count(list), 5);
    assert_false(stats.found_is_exact);
    assert_true(stats.truncated);
    assert_true(stats.found >= 5 && stats.found < 7962624);
    wrt_json_free(list);
    /* All paths are of six hops: what could not be listed was searched best first. */
    options.rank = "mechanism";
    list = ask_paths(&stats, kg, "S", "T", &options);
    assert_int_equal(wrt_json_count(list), 5);
    assert_true(stats.truncated);
    assert_false(stats.found_is_exact);
    wrt_json_free(list);
    options.max_hops = 5;
    list = ask_paths(&stats, kg, "S", "T", &options);
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
        cmocka_unit_test_setup_teardown(paths_are_chosen_to_cover, setup, teardown),
        cmocka_unit_test_setup_teardown(paths_carry_provenance, setup, teardown),
        cmocka_unit_test_setup_teardown(paths_name_alternatives_and_contradictions, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(paths_obey_kinds_predicates_and_exclusions, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(paths_refuse_bad_arguments, setup, teardown),
        cmocka_unit_test(ranks_are_defined_in_words),
        cmocka_unit_test(paths_follow_edges_that_hold_both_ways),
        cmocka_unit_test(paths_read_edges_backwards_when_asked),
        cmocka_unit_test(paths_of_neutral_edges_have_no_direction),
        cmocka_unit_test(paths_pass_treatment_edges_only_when_asked),
        cmocka_unit_test(paths_say_so_when_a_limit_is_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
