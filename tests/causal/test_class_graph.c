/* Reading, refusing and writing CPDAG, MAG and PAG, and what the answers say. Expected values are
 * worked out by hand; the graphs of the adjustment tests are small cases of Perkovic, Textor,
 * Kalisch, Maathuis, JMLR 18 (2018). */
#include "causal/classes/class_graph.h"
#include "causal/separation.h"
#include "support.h"

#include <stdio.h>

static wrt_graph *any_graph_of(const char *text) {
    wrt_graph *graph;
    wrt_err err = {0};
    wrt_json *value = NULL;
    wrt_status status = text[0] == '{' && wrt_json_parse(&value, wrt_str_of(text), NULL) == WRT_OK
                            ? wrt_graph_parse_any(&graph, value, &err)
                            : wrt_graph_parse_any_text(&graph, wrt_str_of(text), &err);
    wrt_json_free(value);
    if (status != WRT_OK)
        fail_msg("graph \"%s\": %s", text, err.message);
    return graph;
}

/* The bytes of the buffer, which stay its own. */
static const char *buf_text(wrt_buf *buf) {
    wrt_buf_add_char(buf, '\0');
    return wrt_buf_str(buf).ptr;
}

static void assert_written(const char *text, const char *expected) {
    wrt_graph *graph = any_graph_of(text);
    wrt_buf out = wrt_buf_make(WRT_KIB(64));
    wrt_graph_to_dagitty(&out, graph);
    assert_string_equal(buf_text(&out), expected);
    wrt_graph *again = any_graph_of(wrt_buf_str(&out).ptr);
    wrt_json *object = wrt_graph_to_json(graph), *copy = wrt_graph_to_json(again);
    assert_true(wrt_json_equal(object, copy));
    wrt_graph_free(again);
    wrt_err err = {0};
    if (wrt_graph_parse_any(&again, object, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_buf second = wrt_buf_make(WRT_KIB(64));
    wrt_graph_to_dagitty(&second, again);
    assert_string_equal(buf_text(&second), expected);
    wrt_graph_free(again);
    wrt_graph_free(graph);
    wrt_json_free(object);
    wrt_json_free(copy);
    wrt_buf_free(&out);
    wrt_buf_free(&second);
}

static void class_graph_reads_back_as_it_was_written(void **state) {
    (void)state;
    assert_written("pdag { A -- B }", "pdag {\nA\nB\nA -- B\n}\n");
    assert_written("pdag { {A B} -> C -> D; E -- F [beta=1] }",
                   "pdag {\nA\nB\nC\nD\nE\nF\nA -> C\nB -> C\nC -> D\nE -- F\n}\n");
    assert_written("CPDAG { \"IL 6\" -- CRP -- TNF-alpha }",
                   "pdag {\n\"IL 6\"\nCRP\n\"TNF-alpha\"\n\"IL 6\" -- CRP\nCRP -- "
                   "\"TNF-alpha\"\n}\n");
    assert_written("mag { B <- A <-> C; C -> D }",
                   "mag {\nB\nA\nC\nD\nA -> B\nC -> D\nA <-> C\n}\n");
    assert_written("pag { A @-> B <-@ C; B -> D }",
                   "pag {\nA\nB\nC\nD\nB -> D\nA @-> B\nC @-> B\n}\n");
    assert_written("pag { A @-@ B\n B@-@C }", "pag {\nA\nB\nC\nA @-@ B\nB @-@ C\n}\n");
    assert_written("pag { cpdag @-@ \"pag\" }", "pag {\n\"cpdag\"\n\"pag\"\n\"cpdag\" @-@ "
                                                "\"pag\"\n}\n");
    assert_written("pdag { }", "pdag {\n}\n");
}

/* Rule R10 alone gives the tail at A: two uncovered paths that may be directed lead from A, by C
 * and by D, to parents of F. */
static void class_graph_reads_pag_of_rule_10(void **state) {
    (void)state;
    assert_written("pag { A @-@ B @-@ {C D} @-@ A; {A C D} -> F }",
                   "pag {\nA\nB\nC\nD\nF\nA -> F\nC -> F\nD -> F\nA @-@ B\nA @-@ C\nA @-@ D\nB "
                   "@-@ C\nB @-@ D\n}\n");
}

static void class_graph_reads_object_form(void **state) {
    (void)state;
    assert_written("{\"type\":\"pdag\",\"undirected\":[[\"A\",\"B\"]]}",
                   "pdag {\nA\nB\nA -- B\n}\n");
    assert_written("{\"type\":\"mag\",\"nodes\":[\"Z\"],\"bidirected\":[[\"A\",\"B\"]]}",
                   "mag {\nZ\nA\nB\nA <-> B\n}\n");
    assert_written("{\"type\":\"pag\",\"edges\":[[\"B\",\"D\"]],\"marks\":[[\"A\",\"o->\",\"B\"],"
                   "[\"B\",\"<-o\",\"C\"],[\"E\",\"o-o\",\"F\"]]}",
                   "pag {\nB\nD\nA\nC\nE\nF\nB -> D\nA @-> B\nC @-> B\nE @-@ F\n}\n");
    assert_written("{\"type\":\"dag\",\"edges\":[[\"A\",\"B\"]],\"undirected\":[]}",
                   "dag {\nA\nB\nA -> B\n}\n");
}

static void class_graph_merges_repeated_edges(void **state) {
    (void)state;
    wrt_graph *graph = any_graph_of("pdag { A -- B; B -- A; C -> D; E -> D; C -> D }");
    assert_int_equal(wrt_graph_merged(graph), 2);
    wrt_graph_free(graph);
}

typedef struct {
    const char *text;
    wrt_status status;
    const char *says;
} refusal;

static void assert_refused(const refusal *cases, size_t n) {
    for (size_t i = 0; i < n; i++) {
        wrt_graph *graph;
        wrt_err err = {0};
        wrt_json *value = NULL;
        bool is_object = cases[i].text[0] == '{' &&
                         wrt_json_parse(&value, wrt_str_of(cases[i].text), NULL) == WRT_OK;
        wrt_status status = is_object
                                ? wrt_graph_parse_any(&graph, value, &err)
                                : wrt_graph_parse_any_text(&graph, wrt_str_of(cases[i].text), &err);
        wrt_json_free(value);
        if (status != cases[i].status || strstr(err.message, cases[i].says) == NULL)
            fail_msg("%s: %s", cases[i].text, err.message);
        assert_null(graph);
    }
}

#define ASSERT_REFUSED(cases) assert_refused((cases), sizeof(cases) / sizeof((cases)[0]))

static void class_graph_refuses_edges_its_type_has_not(void **state) {
    (void)state;
    static const refusal cases[] = {
        {"dag { A -- B }", WRT_E_UNSUPPORTED, "edge '--' is not supported"},
        {"graph { A -- B }", WRT_E_UNSUPPORTED, "graph type 'graph'"},
        {"pdag { A <-> B }", WRT_E_INPUT, "line 1: a pdag has no '<->' edge; accepted: '->'"},
        {"pdag { A @-> B }", WRT_E_INPUT, "a pdag has no '@' edge"},
        {"mag { A @-@ B }", WRT_E_INPUT, "a mag has no '@' edge"},
        {"mag { A -- B }", WRT_E_UNSUPPORTED, "selection variables"},
        {"pag { A -- B }", WRT_E_UNSUPPORTED, "selection variables"},
        {"pag {\n A @-- B }", WRT_E_UNSUPPORTED, "line 2: edge '@--' speaks of selection"},
        {"pag { A --@ B }", WRT_E_UNSUPPORTED, "edge '--@'"},
        {"pag { A o-> B }", WRT_E_INPUT, "'A o' could be one name or two"},
        {"pag { A @@ B }", WRT_E_INPUT, "unknown edge mark '@@'"},
        {"pag { A @ B }", WRT_E_INPUT, "unknown edge mark '@'"},
        {"pag { A -@ B }", WRT_E_INPUT, "unknown edge mark '-@'"},
        {"pdag { A -> B [dir=back] }", WRT_E_UNSUPPORTED, "'dir' is not supported in a pdag"},
        {"pdag { A -- A }", WRT_E_INPUT, "self-loop at 'A'"},
        {"pdag { A [latent]; A -- B }", WRT_E_UNSUPPORTED, "'A' is latent"},
        {"mag { U [latent]; U -> B }", WRT_E_UNSUPPORTED, "'U' is latent"},
        {"pdag { A -- B; A -> B }", WRT_E_INPUT, "two edges join 'A' and 'B': A -> B and A -- B"},
        {"mag { A <-> B; A -> B }", WRT_E_INPUT, "two edges join 'A' and 'B': A -> B and A <-> B"},
        {"pag { A @-> B; B @-> A }", WRT_E_INPUT, "two edges join 'A' and 'B'"},
    };
    ASSERT_REFUSED(cases);
}

static void class_graph_refuses_object_that_is_none(void **state) {
    (void)state;
    static const refusal cases[] = {
        {"{\"type\":\"tree\"}", WRT_E_INPUT, "unknown type 'tree'; accepted: dag, pdag"},
        {"{\"type\":[]}", WRT_E_INPUT, "graph.type: expected a text"},
        {"{\"undirected\":[[\"A\",\"B\"]]}", WRT_E_INPUT, "set \"type\" to pdag"},
        {"{\"marks\":[[\"A\",\"o->\",\"B\"]]}", WRT_E_INPUT, "set \"type\" to pag"},
        {"{\"type\":\"pag\",\"marks\":[[\"A\",\"o>\",\"B\"]]}", WRT_E_INPUT,
         "graph.marks[0]: unknown mark 'o>'"},
        {"{\"type\":\"pag\",\"marks\":[[\"A\",\"B\"]]}", WRT_E_INPUT, "graph.marks[0]: expected"},
        {"{\"type\":\"pag\",\"marks\":[\"ABC\"]}", WRT_E_INPUT, "graph.marks[0]: expected"},
        {"{\"type\":\"pag\",\"marks\":[[\"A\",\"o->\",\"B\",\"C\"]]}", WRT_E_INPUT, "expected"},
        {"{\"type\":\"pag\",\"mark\":[]}", WRT_E_INPUT, "type, undirected, marks"},
        {"{\"type\":\"mag\",\"undirected\":[[\"A\",\"B\"]]}", WRT_E_UNSUPPORTED,
         "graph.undirected[0]"},
    };
    ASSERT_REFUSED(cases);
}

static void class_graph_shows_what_breaks_its_rules(void **state) {
    (void)state;
    static const refusal cases[] = {
        {"pdag { A -> B -> C -> A }", WRT_E_INPUT, "directed cycle: A -> B -> C -> A"},
        {"pdag { A -> B }", WRT_E_INPUT, "nothing fixes the direction of A -> B"},
        {"pdag { A -> B <- C; B -- D }", WRT_E_INPUT, "not a CPDAG: A -> B -- D without A -> D"},
        {"pdag { A -- B -- C -- D -- A }", WRT_E_INPUT, "B -- C -- D -- A -- B has no chord"},
        {"pdag { A -> B <- C; A -> D <- C; B -> D }", WRT_E_INPUT,
         "nothing fixes the direction of B -> D"},
        {"mag { A -> B -> C; A <-> C }", WRT_E_INPUT,
         "almost directed cycle: A <-> C, and a directed path runs from A to C"},
        {"mag { A <-> B <-> C <-> D; B -> D; C -> A }", WRT_E_INPUT,
         "no set separates 'D' and 'A', which are not adjacent, because of the inducing path D "
         "<-> C <-> B <-> A"},
        {"pag { A @-> B @-@ C }", WRT_E_INPUT, "needs an edge between A and C"},
        {"pag { A @-@ B @-@ C @-@ D @-@ A }", WRT_E_INPUT, "has no chord"},
        {"pag { A -> B -> C; A <-> C }", WRT_E_INPUT, "almost directed cycle"},
        {"pag { A -> B }", WRT_E_INPUT,
         "its members do not agree on A -> B as drawn; they have A o-o B"},
        {"pag { A @-@ B @-@ {C D} @-@ A; A @-> F; {C D} -> F }", WRT_E_INPUT,
         "A o-> F as drawn; they have A -> F"},
        {"pag { A @-> B; C }", WRT_E_INPUT, "A o-> B as drawn; they have A o-o B"},
        {"pag { A @-> B <-@ C; B @-> D }", WRT_E_INPUT, "A o-> B o-> D needs an edge"},
    };
    ASSERT_REFUSED(cases);
}

static void class_graph_is_refused_where_only_dags_are_read(void **state) {
    (void)state;
    wrt_json *object = NULL;
    wrt_graph *graph;
    wrt_err err = {0};
    assert_non_null(strstr(graph_error("pdag { A -- B }", WRT_E_UNSUPPORTED), "'pdag'"));
    assert_int_equal(wrt_json_parse(&object, WRT_STR("{\"type\":\"pdag\"}"), NULL), WRT_OK);
    assert_int_equal(wrt_graph_parse(&graph, object, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "unknown member 'type'"));
    wrt_json_free(object);
    graph = any_graph_of("mag { A -> B }");
    assert_int_equal(wrt_graph_require_dag(graph, "the front-door criterion", &err),
                     WRT_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "the front-door criterion"));
    assert_non_null(strstr(err.message, "'mag'"));
    wrt_graph_free(graph);
    graph = any_graph_of("dag { A -> B }");
    assert_int_equal(wrt_graph_require_dag(graph, "it", NULL), WRT_OK);
    assert_ptr_equal(wrt_graph_member(graph), graph);
    wrt_graph_free(graph);
}

/* ---- answers */

static char answer[4096];

static const char *check_any(const char *text, const char *x, const char *y, const char *z) {
    wrt_graph *graph = any_graph_of(text);
    wrt_node_set xs = set_of(graph, x), ys = set_of(graph, y), zs = set_of(graph, z);
    wrt_effect_query query = {graph, &xs, &ys, WRT_EFFECT_TOTAL};
    wrt_adjustment_verdict verdict;
    wrt_err err = {0};
    if (wrt_adjustment_check(&verdict, &query, &zs, &err) != WRT_OK)
        fail_msg("%s", err.message);
    snprintf(answer, sizeof answer, "%s", verdict.text);
    wrt_adjustment_verdict_free(&verdict);
    wrt_node_set_free(&xs);
    wrt_node_set_free(&ys);
    wrt_node_set_free(&zs);
    wrt_graph_free(graph);
    return answer;
}

static void class_adjustment_tells_why_no_set_is_valid(void **state) {
    (void)state;
    assert_string_equal(check_any("pdag { X -- Y }", "X", "Y", ""),
                        "{} is not valid, and no other set is: the effect of X on Y is not fixed "
                        "by the graph: X -- Y may be X -> Y or not");
    assert_string_equal(check_any("pag { X @-> M <-@ W; M -> Y }", "X", "Y", ""),
                        "{} is not valid, and no other set is: the effect of X on Y is not fixed "
                        "by the graph: X o-> M may be X -> M or not");
    assert_string_equal(check_any("mag { X -> Y }", "X", "Y", ""),
                        "{} is not valid, and no other set is: the effect of X on Y is not fixed "
                        "by the graph: X -> Y is not visible, so a hidden common cause may stand "
                        "behind it");
}

static void class_adjustment_uses_visible_edges(void **state) {
    (void)state;
    assert_string_equal(check_any("mag { W -> X -> Y }", "X", "Y", ""),
                        "{} is valid for the total effect of X on Y");
    /* W points at X by a path of colliders that are parents of Y. */
    assert_string_equal(check_any("mag { W <-> V <-> X -> Y; V -> Y }", "X", "Y", "V"),
                        "{V} is valid for the total effect of X on Y");
    assert_string_equal(check_any("pag { A @-> X <-@ B; X -> Y }", "X", "Y", ""),
                        "{} is valid for the total effect of X on Y");
    assert_string_equal(check_any("pdag { A -> X <- B; X -> Y }", "X", "Y", "A"),
                        "{A} is valid for the total effect of X on Y");
}

static void class_adjustment_shows_forbidden_node_and_open_path(void **state) {
    (void)state;
    assert_string_equal(check_any("pdag { A -> X <- B; X -> Y; X -> M; M -- Y }", "X", "Y", "M"),
                        "{M} is not valid: M may lie on a causal path from X to Y (forbidden)");
    assert_string_equal(check_any("pag { A @-> X <-@ B; X -> Y -> D }", "X", "Y", "D"),
                        "{D} is not valid: D is a possible descendant of the outcome Y "
                        "(forbidden)");
    assert_string_equal(check_any("mag { W -> X; A <-> X; A -> Y; X -> Y }", "X", "Y", ""),
                        "{} is not valid: the path X <-> A -> Y stays open");
    assert_string_equal(
        check_any("pdag { A -> X <- B; X -> Y; A -- C; C -> Y; A -> Y; C -> X }", "X", "Y", ""),
        "{} is not valid: the path X <- A -> Y stays open");
}

static void class_adjustment_refuses_direct_effect(void **state) {
    (void)state;
    wrt_graph *graph = any_graph_of("pdag { A -> X <- B; X -> Y }");
    wrt_node_set x = set_of(graph, "X"), y = set_of(graph, "Y"), none = {0};
    wrt_effect_query query = {graph, &x, &y, WRT_EFFECT_DIRECT};
    wrt_adjustment_verdict verdict;
    wrt_err err = {0};
    assert_int_equal(wrt_adjustment_check(&verdict, &query, &none, &err), WRT_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "the direct effect is not supported"));
    wrt_node_set_free(&x);
    wrt_node_set_free(&y);
    wrt_graph_free(graph);
}

static wrt_graph *chain_of(const char *type, const char *mark, int n) {
    wrt_buf text = wrt_buf_make(WRT_MIB(16));
    wrt_buf_printf(&text, "%s {", type);
    for (int i = 0; i < n; i++)
        wrt_buf_printf(&text, " v%d %s", i, i + 1 < n ? mark : "}");
    wrt_graph *graph = any_graph_of(buf_text(&text));
    wrt_buf_free(&text);
    return graph;
}

static void class_graph_answers_on_long_chains(void **state) {
    (void)state;
    wrt_graph *graph = chain_of("pdag", "--", 100000);
    int x = 0, y = 99999, middle = 50000;
    wrt_node_set xs = {&x, 1}, ys = {&y, 1}, zs = {&middle, 1}, none = {0};
    wrt_effect_query query = {graph, &xs, &ys, WRT_EFFECT_TOTAL};
    wrt_adjustment_verdict verdict;
    bool separated;
    char *path;
    assert_int_equal(wrt_graph_separated(&separated, NULL, graph, &xs, &ys, &zs, NULL), WRT_OK);
    assert_true(separated);
    assert_int_equal(wrt_graph_separated(&separated, &path, graph, &xs, &ys, &none, NULL), WRT_OK);
    assert_non_null(strstr(path, "v0 -- v1 -- v2"));
    assert_non_null(strstr(path, " ... (99959 nodes) ..."));
    free(path);
    assert_int_equal(wrt_adjustment_check(&verdict, &query, &none, NULL), WRT_OK);
    assert_string_equal(verdict.witness, "v0 -- v1");
    wrt_adjustment_verdict_free(&verdict);
    wrt_graph_free(graph);
    graph = chain_of("mag", "->", WRT_GRAPH_MAG_NODES_MAX);
    wrt_graph_free(graph);
}

static void class_graph_caps_mags(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_graph *graph;
    wrt_err err = {0};
    wrt_buf_add_c(&text, "mag {");
    for (int i = 0; i <= WRT_GRAPH_MAG_NODES_MAX; i++)
        wrt_buf_printf(&text, " v%d;", i);
    wrt_buf_add_c(&text, "}");
    assert_int_equal(wrt_graph_parse_any_text(&graph, wrt_buf_str(&text), &err), WRT_E_LIMIT);
    assert_non_null(strstr(err.message, "at most 2000 nodes; this one has 2001"));
    wrt_buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(class_graph_reads_back_as_it_was_written),
        cmocka_unit_test(class_graph_reads_pag_of_rule_10),
        cmocka_unit_test(class_graph_reads_object_form),
        cmocka_unit_test(class_graph_merges_repeated_edges),
        cmocka_unit_test(class_graph_refuses_edges_its_type_has_not),
        cmocka_unit_test(class_graph_refuses_object_that_is_none),
        cmocka_unit_test(class_graph_shows_what_breaks_its_rules),
        cmocka_unit_test(class_graph_is_refused_where_only_dags_are_read),
        cmocka_unit_test(class_adjustment_tells_why_no_set_is_valid),
        cmocka_unit_test(class_adjustment_uses_visible_edges),
        cmocka_unit_test(class_adjustment_shows_forbidden_node_and_open_path),
        cmocka_unit_test(class_adjustment_refuses_direct_effect),
        cmocka_unit_test(class_graph_answers_on_long_chains),
        cmocka_unit_test(class_graph_caps_mags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
