/* The graph: names, the two input forms, cycles, what is refused, writing back. */
#include "support.h"

#include "base/json.h"

#include <stdio.h>

static wrt_graph *parse_json(const char *text, wrt_status expected, wrt_err *err) {
    wrt_json *value;
    wrt_graph *graph;
    *err = (wrt_err){0};
    assert_int_equal(wrt_json_parse(&value, wrt_str_of(text), err), WRT_OK);
    assert_int_equal(wrt_graph_parse(&graph, value, err), expected);
    wrt_json_free(value);
    return graph;
}

/* The graph as dagitty text on one line, lines parted by "; ". */
static const char *written(const char *text) {
    static char line[8192];
    wrt_graph *graph = graph_of(text);
    wrt_buf out = wrt_buf_make(WRT_KIB(8));
    wrt_graph_to_dagitty(&out, graph);
    wrt_str body = wrt_buf_str(&out);
    size_t at = 0;
    for (size_t i = 6; i + 2 < body.len; i++) { /* between "dag {\n" and "}\n" */
        if (body.ptr[i] == '\n' && i + 3 == body.len)
            break;
        at += (size_t)snprintf(line + at, sizeof line - at, "%s",
                               body.ptr[i] == '\n' ? "; " : (char[]){body.ptr[i], '\0'});
    }
    line[at] = '\0';
    wrt_buf_free(&out);
    wrt_graph_free(graph);
    return line;
}

static void expect_contains(const char *text, const char *part) {
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" does not hold \"%s\"", text, part);
}

static void graph_reads_object_form(void **state) {
    (void)state;
    wrt_err err;
    wrt_graph *graph = parse_json("{\"nodes\":[\"Y\",\"X\"],\"edges\":[[\"X\",\"Y\"],[\"Z\",\"X\"],"
                                  "[\"X\",\"Y\"]],\"bidirected\":[[\"X\",\"Y\"],[\"Y\",\"X\"]],"
                                  "\"latent\":[\"Z\"]}",
                                  WRT_OK, &err);
    assert_int_equal(wrt_graph_count(graph), 3);
    assert_string_equal(wrt_graph_name(graph, 0), "Y");
    assert_string_equal(wrt_graph_name(graph, 2), "Z");
    assert_true(wrt_graph_is_latent(graph, 2));
    assert_false(wrt_graph_is_latent(graph, 0));
    size_t n;
    assert_int_equal(wrt_graph_parents(graph, 0, &n)[0], 1);
    assert_int_equal(n, 1);
    assert_int_equal(wrt_graph_children(graph, 2, &n)[0], 1);
    assert_int_equal(wrt_graph_spouses(graph, 0, &n)[0], 1);
    assert_int_equal(n, 1);
    assert_int_equal(wrt_graph_merged(graph), 2);
    wrt_json *object = wrt_graph_to_json(graph);
    wrt_buf out = wrt_buf_make(WRT_KIB(4));
    wrt_json_write(&out, object);
    assert_string_equal(out.ptr, "{\"nodes\":[\"Y\",\"X\",\"Z\"],\"edges\":[[\"X\",\"Y\"],[\"Z\","
                                 "\"X\"]],\"bidirected\":[[\"Y\",\"X\"]],\"latent\":[\"Z\"]}");
    wrt_buf_free(&out);
    wrt_json_free(object);
    wrt_graph_free(graph);
}

static void graph_refuses_object_when_malformed(void **state) {
    (void)state;
    static const struct {
        const char *json, *message;
    } cases[] = {
        {"{\"latents\":[\"A\"]}", "unknown member 'latents'; accepted: nodes, edges"},
        {"{\"edges\":[[\"A\"]]}", "graph.edges[0]: expected an array of two names"},
        {"{\"edges\":[[\"A\",\"B\"],[\"A\",1]]}", "graph.edges[1]"},
        {"{\"edges\":[[\"A\",\"A\"]]}", "graph.edges[0]: self-loop A -> A"},
        {"{\"bidirected\":[[\"A\",\"A\"]]}", "self-loop A <-> A"},
        {"{\"edges\":\"A->B\"}", "graph.edges: expected an array, found string"},
        {"{\"nodes\":[\"A\",2]}", "graph.nodes: expected names, found number"},
        {"{\"nodes\":[\"\"]}", "a node name is empty"},
        {"{\"nodes\":[\"a\\nb\"]}", "control character 0x0a"},
        {"{\"nodes\":[\"smoke\"],\"latent\":[\"smoker\"]}", "no node 'smoker'; nearest: 'smoke'"},
        {"{\"nodes\":[],\"latent\":[\"U\"]}", "no node 'U'; it has nothing"},
        {"{\"edges\":[[\"A\",\"B\"],[\"B\",\"A\"]]}", "directed cycle: A -> B -> A"},
        {"[]", "expected dagitty or DOT text, or an object with nodes and edges, found array"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_err err;
        assert_null(parse_json(cases[i].json, WRT_E_INPUT, &err));
        expect_contains(err.message, cases[i].message);
    }
}

static void graph_reads_text_when_given_as_json_string(void **state) {
    (void)state;
    wrt_err err;
    wrt_graph *graph = parse_json("\"dag { X -> Y; U [latent]; X <-> Y }\"", WRT_OK, &err);
    assert_int_equal(wrt_graph_count(graph), 3);
    assert_true(wrt_graph_is_latent(graph, 2));
    wrt_graph_free(graph);
}

static void graph_text_reads_dagitty_and_dot(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"dag { X -> Y; U [latent]; X <-> Y }", "X; Y; U [latent]; X -> Y; X <-> Y"},
        {"dag{X->Y<-Z}", "X; Y; Z; X -> Y; Z -> Y"},
        {"dag{X<-U->Y}", "X; U; Y; U -> X; U -> Y"},
        {"dag { A -> {B C} -> D }", "A; B; C; D; A -> B; A -> C; B -> D; C -> D"},
        {"dag {\nbb=\"0,0,1,1\"\nX [exposure,pos=\"-1.2,0.3\"]\nY [o]\nX -> Y [beta=0.3]\n}\n",
         "X; Y; X -> Y"},
        {"digraph G { rankdir=LR; node [shape=box]; a -> b [label=\"x -> y\", style=dashed]; }",
         "a; b; a -> b"},
        {"strict digraph \"my graph\" { a -> b // why\n /* and\n so */ b -> c\n# end\n}",
         "a; b; c; a -> b; b -> c"},
        {"digraph { X -> Y [dir=both] Y -> Z [dir=back] }", "X; Y; Z; Z -> Y; X <-> Y"},
        {"X -> Y; Z -> X, Z -> Y", "X; Y; Z; X -> Y; Z -> X; Z -> Y"},
        {"dag{Z -> X Z -> Y X -> Y U [latent] U <-> Y}",
         "Z; X; Y; U [latent]; Z -> X; Z -> Y; X -> Y; Y <-> U"},
        {"dag { U [unobserved] W [observed=\"no\"] V [observed=yes] }",
         "U [latent]; W [latent]; V"},
        {"dag { \"a b\" -> \"say \\\"hi\\\"\" \"c\\\\d\" }",
         "\"a b\"; \"say \\\"hi\\\"\"; \"c\\\\d\"; \"a b\" -> \"say \\\"hi\\\"\""},
        {"dag { X \xE2\x86\x92 Y \xE2\x86\x90 Z; X \xE2\x86\x94 Z }",
         "X; Y; Z; X -> Y; Z -> Y; X <-> Z"},
        {"\xEF\xBB\xBF"
         "dag { X -> Y }",
         "X; Y; X -> Y"},
        {"dag { graph -> node -> dag }", "\"graph\"; \"node\"; \"dag\"; \"graph\" -> \"node\"; "
                                         "\"node\" -> \"dag\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(written(cases[i][0]), cases[i][1]);
}

static void graph_text_reads_biomedical_names_whole(void **state) {
    (void)state;
    assert_string_equal(written("dag { IL-6 -> CRP }"), "\"IL-6\"; CRP; \"IL-6\" -> CRP");
    assert_string_equal(written("dag{IL-6->CRP<-HLA-B27}"),
                        "\"IL-6\"; CRP; \"HLA-B27\"; \"IL-6\" -> CRP; \"HLA-B27\" -> CRP");
    assert_string_equal(written("dag { 25-OH-D -> TNF-\xCE\xB1 }"),
                        "\"25-OH-D\"; \"TNF-\xCE\xB1\"; \"25-OH-D\" -> \"TNF-\xCE\xB1\"");
    assert_string_equal(written("dag { IL-6<->IL-1 }"),
                        "\"IL-6\"; \"IL-1\"; \"IL-6\" <-> \"IL-1\"");
    assert_string_equal(written("dag { \xC3\x84ther -> sm\xC3\xB8king_status }"),
                        "\"\xC3\x84ther\"; \"sm\xC3\xB8king_status\"; "
                        "\"\xC3\x84ther\" -> \"sm\xC3\xB8king_status\"");
}

static void graph_text_refuses_names_that_it_would_split(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"dag { blood pressure -> CRP }", "line 1: 'blood pressure' could be one name or two"},
        {"dag { CRP -> blood pressure }", "line 1: 'blood pressure' could be one name or two"},
        {"dag {\nX -> blood pressure\n}", "line 2: 'blood pressure' could be"},
        {"dag { X o-> Y }", "'X o' could be one name or two"},
        {"dag { CD4+ -> Y }", "line 1: cannot read 'CD4+'"},
        {"dag { MONDO:0005148 -> Y }", "cannot read 'MONDO:0005148'"},
        {"dag { HER2/neu -> Y }", "cannot read 'HER2/neu'"},
        {"dag { A- -> B }", "cannot read 'A-'"},
        {"dag { A -6 }", "cannot read '-6'"},
        {"dag { p(x) -> B }", "cannot read 'p(x)'"},
        {"dag { X\xC2\xA0-> Y }", "cannot read 'X\xC2\xA0->'"},
        {"dag { X -> \xE2\x80\x8BY }", "invisible character U+200B"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_contains(graph_error(cases[i][0], WRT_E_INPUT), cases[i][1]);
}

static void graph_text_refuses_what_it_does_not_know(void **state) {
    (void)state;
    static const struct {
        const char *text;
        wrt_status status;
        const char *message;
    } cases[] = {
        {"pdag { A -- B }", WRT_E_UNSUPPORTED, "graph type 'pdag' is not supported"},
        {"mag { A -> B }", WRT_E_UNSUPPORTED, "graph type 'mag'"},
        {"pag { A @-> B }", WRT_E_UNSUPPORTED, "graph type 'pag'"},
        {"graph { A -- B }", WRT_E_UNSUPPORTED, "graph type 'graph'"},
        {"dag { A -- B }", WRT_E_UNSUPPORTED, "line 1: edge '--' is not supported"},
        {"dag { A--B }", WRT_E_UNSUPPORTED, "edge '--'"},
        {"dag { A @-> B }", WRT_E_UNSUPPORTED, "edge '@->'"},
        {"dag { S [selected] }", WRT_E_UNSUPPORTED, "selection nodes are not supported here"},
        {"digraph { subgraph c { A } }", WRT_E_UNSUPPORTED, "subgraphs are not supported"},
        {"digraph { A -> B [dir=none] }", WRT_E_UNSUPPORTED, "dir=none"},
        {"dag { node [latent] }", WRT_E_UNSUPPORTED, "defaults for all nodes"},
        {"dag { A --> B }", WRT_E_INPUT, "unknown edge mark '-->'; accepted: '->', '<-' and '<->'"},
        {"dag { A => B }", WRT_E_INPUT, "unknown graph attribute 'A ='"},
        {"dag { Y = X }", WRT_E_INPUT, "unknown graph attribute 'Y ='"},
        {"dag { A \xE2\x87\x92 B }", WRT_E_INPUT, "unknown edge mark U+21D2"},
        {"dag { U [latnet] }", WRT_E_INPUT, "unknown mark 'latnet'; accepted: latent"},
        {"flowchart { A }", WRT_E_INPUT, "unknown graph type 'flowchart'"},
        {"dag { A -> }", WRT_E_INPUT, "found '}' where a node name or a group"},
        {"dag { A -> B", WRT_E_INPUT, "where '}' at the end of the graph is expected"},
        {"dag { A } B", WRT_E_INPUT, "found 'B' where the end of the text"},
        {" \n// nothing\n", WRT_E_INPUT, "graph text is empty"},
        {"dag { \"A }", WRT_E_INPUT, "a double quote is not closed"},
        {"dag { A /* B }", WRT_E_INPUT, "a comment '/*' is not closed"},
        {"dag { A [pos= }", WRT_E_INPUT, "found '}' where a value"},
        {"dag { \"\" }", WRT_E_INPUT, "line 1: a node name is empty"},
        {"dag { A -> A }", WRT_E_INPUT, "self-loop A -> A"},
        {"dag { A \xFF }", WRT_E_INPUT, "not valid UTF-8"},
        {"dag { A -> B -> C -> A }", WRT_E_INPUT, "directed cycle: A -> B -> C -> A"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_contains(graph_error(cases[i].text, cases[i].status), cases[i].message);
    }
}

static void graph_has_no_reserved_names(void **state) {
    (void)state;
    const char *text = "dag { constructor -> __proto__; toString -> valueOf; hasOwnProperty }";
    wrt_graph *graph = graph_of(text);
    int node;
    assert_int_equal(wrt_graph_count(graph), 5);
    assert_int_equal(wrt_graph_find(&node, graph, WRT_STR("__proto__"), NULL), WRT_OK);
    assert_int_equal(node, 1);
    wrt_graph_free(graph);
}

static void graph_written_text_reads_back_equal(void **state) {
    (void)state;
    const char *text = "dag { \"IL-6\" -> \"a \\\"b\\\" \\\\\"; subgraph -> \"\xCE\xB1\"; "
                       "U [latent]; U -> subgraph; \"IL-6\" <-> U }";
    wrt_graph *first = graph_of(text);
    wrt_buf one = wrt_buf_make(WRT_KIB(4)), two = wrt_buf_make(WRT_KIB(4));
    wrt_graph_to_dagitty(&one, first);
    wrt_graph *second = graph_of(one.ptr);
    wrt_graph_to_dagitty(&two, second);
    assert_string_equal(one.ptr, two.ptr);
    assert_int_equal(wrt_graph_count(second), 5);
    wrt_graph_free(first);
    wrt_graph_free(second);
    wrt_buf_free(&one);
    wrt_buf_free(&two);
}

static void graph_find_names_the_nearest_when_unknown(void **state) {
    (void)state;
    wrt_graph *graph = graph_of("dag { smoking -> cancer; smoker -> cancer; age }");
    wrt_err err;
    int node;
    assert_int_equal(wrt_graph_find(&node, graph, WRT_STR("Smokng"), &err), WRT_E_INPUT);
    assert_string_equal(err.message,
                        "the graph has no node 'Smokng'; nearest: 'smoking', 'smoker'");
    assert_int_equal(wrt_graph_find(&node, graph, WRT_STR("hypertension"), &err), WRT_E_INPUT);
    assert_string_equal(err.message, "the graph has no node 'hypertension'; it has 'smoking', "
                                     "'cancer', 'smoker', ...");
    wrt_graph_free(graph);
}

static void node_set_reads_name_or_array_and_sorts_by_name(void **state) {
    (void)state;
    wrt_graph *graph = graph_of("dag { C -> B -> A }");
    wrt_json *names;
    wrt_node_set set;
    wrt_err err;
    assert_int_equal(wrt_json_parse(&names, WRT_STR("[\"A\",\"C\"]"), NULL), WRT_OK);
    assert_int_equal(wrt_node_set_parse(&set, graph, names, "set", NULL), WRT_OK);
    wrt_json_free(names);
    assert_int_equal(set.n, 2);
    assert_int_equal(set.items[0], 0);
    assert_int_equal(set.items[1], 2);
    assert_true(wrt_node_set_has(&set, 2));
    assert_false(wrt_node_set_has(&set, 1));
    names = wrt_node_set_to_json(graph, &set);
    assert_string_equal(wrt_json_text(wrt_json_at(names, 0)), "A");
    wrt_json_free(names);
    wrt_node_set_free(&set);
    static const char *const cases[][2] = {
        {"[\"A\",\"A\"]", "treatment names 'A' twice"},
        {"[\"D\"]", "treatment: the graph has no node 'D'; nearest: 'C', 'B', 'A'"},
        {"[1]", "treatment: expected a node name or an array of them, found number"},
        {"{}", "treatment: expected a node name or an array of them, found object"},
        {"[\"A\",\"B\",\"C\",\"D\"]", "treatment lists 4 names; the graph has 3 nodes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(wrt_json_parse(&names, wrt_str_of(cases[i][0]), NULL), WRT_OK);
        assert_int_equal(wrt_node_set_parse(&set, graph, names, "treatment", &err), WRT_E_INPUT);
        assert_string_equal(err.message, cases[i][1]);
        assert_null(set.items);
        wrt_json_free(names);
    }
    assert_int_equal(wrt_node_set_parse(&set, graph, NULL, "set", NULL), WRT_OK);
    assert_int_equal(set.n, 0);
    wrt_graph_free(graph);
}

static void graph_finds_cycle_behind_long_tails(void **state) {
    (void)state;
    wrt_graph *graph = wrt_graph_new();
    char name[16];
    int node;
    for (int i = 0; i < 50000; i++) {
        snprintf(name, sizeof name, "n%d", i);
        wrt_graph_add_node(&node, graph, wrt_str_of(name), NULL);
        if (i > 0)
            wrt_graph_add_edge(graph, i - 1, i, NULL);
    }
    wrt_graph_add_edge(graph, 40000, 20000, NULL);
    wrt_err err;
    assert_int_equal(wrt_graph_finish(graph, &err), WRT_E_INPUT);
    expect_contains(err.message, "n20000 -> n20001 -> n20002");
    expect_contains(err.message, "(20001 nodes in all)");
    wrt_graph_free(graph);
}

static void graph_refuses_more_than_its_caps(void **state) {
    (void)state;
    wrt_graph *graph = wrt_graph_new();
    wrt_err err;
    char name[16];
    int node;
    for (int i = 0; i < WRT_GRAPH_NODES_MAX; i++) {
        snprintf(name, sizeof name, "n%d", i);
        assert_int_equal(wrt_graph_add_node(&node, graph, wrt_str_of(name), NULL), WRT_OK);
    }
    assert_int_equal(wrt_graph_add_node(&node, graph, WRT_STR("one more"), &err), WRT_E_LIMIT);
    for (int i = 0; i < WRT_GRAPH_EDGES_MAX; i++)
        assert_int_equal(wrt_graph_add_edge(graph, i % 1000, 1000 + i % 999, NULL), WRT_OK);
    assert_int_equal(wrt_graph_add_bidirected(graph, 0, 1, &err), WRT_E_LIMIT);
    wrt_graph_free(graph);
    char long_name[514];
    memset(long_name, 'a', sizeof long_name);
    graph = wrt_graph_new();
    assert_int_equal(wrt_graph_add_node(&node, graph, (wrt_str){long_name, 512}, &err), WRT_OK);
    assert_int_equal(wrt_graph_add_node(&node, graph, (wrt_str){long_name, 513}, &err),
                     WRT_E_INPUT);
    expect_contains(err.message, "has 513 bytes; at most 512");
    wrt_graph_free(graph);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(graph_reads_object_form),
        cmocka_unit_test(graph_refuses_object_when_malformed),
        cmocka_unit_test(graph_reads_text_when_given_as_json_string),
        cmocka_unit_test(graph_text_reads_dagitty_and_dot),
        cmocka_unit_test(graph_text_reads_biomedical_names_whole),
        cmocka_unit_test(graph_text_refuses_names_that_it_would_split),
        cmocka_unit_test(graph_text_refuses_what_it_does_not_know),
        cmocka_unit_test(graph_has_no_reserved_names),
        cmocka_unit_test(graph_written_text_reads_back_equal),
        cmocka_unit_test(graph_find_names_the_nearest_when_unknown),
        cmocka_unit_test(node_set_reads_name_or_array_and_sorts_by_name),
        cmocka_unit_test(graph_finds_cycle_behind_long_tails),
        cmocka_unit_test(graph_refuses_more_than_its_caps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
