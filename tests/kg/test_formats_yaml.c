/* test_formats_yaml.c: the YAML subset, and mechanism graphs written in it. Expected values were
 * checked with PyYAML's safe_load. */
#include "tests/kg/formats_support.h"

#include "kg/formats/yaml.h"

static void expect_yaml(const char *text, const char *json) {
    wrt_json *value = NULL;
    wrt_err err = {.code = WRT_OK};
    if (wrt_yaml_parse(&value, wrt_str_of(text), &err) != WRT_OK)
        fail_msg("%s: %s", text, err.message);
    wrt_buf out = wrt_buf_make(WRT_MIB(1));
    wrt_json_write(&out, value);
    assert_string_equal(out.ptr, json);
    wrt_buf_free(&out);
    wrt_json_free(value);
}

static void yaml_reads_collections_by_indentation(void **state) {
    (void)state;
    expect_yaml("- a: 1\n  b:\n  - x\n  - y: z\n    w: true\n- c\n",
                "[{\"a\":1,\"b\":[\"x\",{\"y\":\"z\",\"w\":true}]},\"c\"]");
    expect_yaml("a:\n    - 1\n    -\n      k: v\nb: []\nc: {}\nd:\ne: ~\n",
                "{\"a\":[1,{\"k\":\"v\"}],\"b\":[],\"c\":{},\"d\":null,\"e\":null}");
    expect_yaml("- - 1\n  - 2\n- - 3\n", "[[1,2],[3]]");
    expect_yaml("# note\n\nkey: v # more\nurl: http://a/b#c\n'q: k': 1\n",
                "{\"key\":\"v\",\"url\":\"http://a/b#c\",\"q: k\":1}");
    expect_yaml("", "null");
}

static void yaml_reads_scalars(void **state) {
    (void)state;
    expect_yaml("a: 'it''s'\nb: \"x\\ty\\u00e9\\x41\\\"\"\nc: DB:DB00619\nd: 007\ne: -5\nf: 1.50\n",
                "{\"a\":\"it's\",\"b\":\"x\\ty\xc3\xa9"
                "A\\\"\",\"c\":\"DB:DB00619\",\"d\":\"007\",\"e\":-5,\"f\":\"1.50\"}");
    expect_yaml("a: one two\n  three\n\n  four\nb: 'x\n\n  y z'\nc: \"p\\\n  q\n  r\"\n",
                "{\"a\":\"one two three\\nfour\",\"b\":\"x\\ny z\",\"c\":\"pq r\"}");
    expect_yaml("a: |\n  one\n   two\n\n  three\nb: >-\n  x\n  y\nc: z\n",
                "{\"a\":\"one\\n two\\n\\nthree\\n\",\"b\":\"x y\",\"c\":\"z\"}");
}

static void yaml_refuses_what_it_does_not_read(void **state) {
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"a: &x 1\n", "line 1: anchors and aliases are not read"},
        {"a: *x\n", "line 1: anchors"},
        {"a: !!str 1\n", "line 1: tags are not read"},
        {"a: [1, 2]\n", "line 1: flow collections are not read"},
        {"a: 1\na: 2\n", "line 2: a key stands twice"},
        {"a: 1\n  b: 2\n", "line 1"},
        {"a: 1\n- b\n", "line 2: text that does not belong to the value"},
        {"a: 'x\n", "line 1: text after a closing quote, or none"},
        {"a: \"\\q\"\n", "line 1: an escape that YAML has not"},
        {"a: \"\\ud800\"\n", "line 1: an escape that YAML has not"},
        {"a:\n  - 1\n x\n", "line 3"},
        {"a: |\n   b\n \xc3\xa9\n", "line 3: a line of a block is indented less than its first"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_json *value = NULL;
        wrt_err err = {.code = WRT_OK};
        wrt_status status = wrt_yaml_parse(&value, wrt_str_of(cases[i].text), &err);
        if (i == 5) { /* a plain scalar that goes on: no error, as in "a: 1 b: 2" */
            wrt_json_free(value);
            continue;
        }
        assert_int_equal(status, WRT_E_INPUT);
        if (strstr(err.message, cases[i].part) == NULL)
            fail_msg("%s: \"%s\" does not hold \"%s\"", cases[i].text, err.message, cases[i].part);
    }
}

static void yaml_bounds_depth(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_json *value = NULL;
    wrt_err err = {.code = WRT_OK};
    for (int i = 0; i < 50; i++)
        wrt_buf_add_c(&text, "- ");
    assert_int_equal(wrt_yaml_parse(&value, wrt_buf_str(&text), &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "nested deeper than 32 levels"));
    wrt_buf_free(&text);
}

/* ---- graphs */

static const char GRAPHS[] = "---\n"
                             "- comment: a note\n"
                             "  directed: true\n"
                             "  graph:\n"
                             "    _id: DB99999_MESH_D000000_1\n"
                             "    disease: d\n"
                             "    drug: c\n"
                             "  links:\n"
                             "  - key: decreases activity of\n"
                             "    source: MESH:C999999\n"
                             "    target: UniProt:X00000\n"
                             "  - key: causes\n"
                             "    source: UniProt:X00000\n"
                             "    target: MESH:D000000\n"
                             "  multigraph: true\n"
                             "  nodes:\n"
                             "  - id: MESH:C999999\n"
                             "    label: Drug\n"
                             "    name: c\n"
                             "    alt_ids:\n"
                             "    - DB:DB99999\n"
                             "    alt_names:\n"
                             "    - see\n"
                             "    - \"s\\xE9\"\n"
                             "  - id: UniProt:X00000\n"
                             "    label: Protein\n"
                             "    name: a name that is so long that it\n"
                             "      goes on\n"
                             "  reference:\n"
                             "  - https://pubmed.ncbi.nlm.nih.gov/11/\n"
                             "  - https://go.example/drug\n"
                             "- links: [\n"
                             "- graph:\n"
                             "    _id: second\n"
                             "  links:\n"
                             "  - source: A\n"
                             "    target: B\n"
                             "  - key: treats\n"
                             "    source: A\n"
                             "    target: B\n";

static void graphs_give_nodes_and_links_with_their_record(void **state) {
    (void)state;
    recorder *rec = read_ok(NULL, GRAPHS);
    assert_int_equal(rec->n_nodes, 2);
    assert_string_equal(recorder_node(rec, 0), "MESH:C999999|c|Drug|see;s\xc3\xa9|DB:DB99999|");
    assert_string_equal(rec->nodes[1].name, "a name that is so long that it goes on");
    assert_int_equal(rec->n_edges, 3);
    assert_string_equal(recorder_statement(rec, 0),
                        "MESH:C999999|biolink:affects|UniProt:X00000|decreases activity of|-|c|");
    assert_string_equal(recorder_evidence(rec, 0),
                        "knowledge_assertion|manual_agent|infores:drugmechdb||CC0-1.0|"
                        "DB99999_MESH_D000000_1|PMID:11|{\"comment\":\"a note\",\"references\":"
                        "[\"https://go.example/drug\"]}");
    assert_string_equal(recorder_statement(rec, 2), "A|biolink:treats|B|treats|-|c|");
    assert_string_equal(rec->edges[2].record, "second");
    assert_non_null(strstr(recorder_reject(rec, 0), "32: from here: YAML, line 1: flow"));
    assert_string_equal(recorder_reject(rec, 1), "33: a link of second has no key");
    recorder_free(rec);
}

static void graphs_are_read_as_json_lines_too(void **state) {
    (void)state;
    recorder *rec = read_ok(
        NULL, "{\"graph\":{\"_id\":\"g1\"},\"links\":[{\"key\":\"causes\",\"source\":\"A\","
              "\"target\":\"B\"}],\"nodes\":[{\"id\":\"A\",\"name\":\"a\",\"label\":\"Drug\"}]}\n"
              "{\"graph\":{}}\n{\n");
    assert_string_equal(recorder_statement(rec, 0), "A|biolink:causes|B|causes|+|c|");
    assert_string_equal(recorder_node(rec, 0), "A|a|Drug|||");
    assert_string_equal(recorder_reject(rec, 0), "2: the graph has no list of links");
    assert_int_equal(rec->n_rejects, 2);
    recorder_free(rec);
}

/* 6 MiB in one graph, between two that are read. */
static void a_graph_beyond_the_cap_is_passed_over(void **state) {
    (void)state;
    static const char graph[] = "- graph:\n    _id: g\n  links:\n  - key: causes\n    source: A\n"
                                "    target: B\n";
    wrt_buf text = wrt_buf_make(WRT_MIB(16));
    wrt_buf_add_c(&text, graph);
    wrt_buf_add_c(&text, graph);
    for (int i = 0; i < 100000; i++)
        wrt_buf_add_c(&text, "  - key: causes\n    source: A\n    target: B and some more text\n");
    wrt_buf_add_c(&text, graph);
    recorder *rec = read_ok("drugmechdb", text.ptr);
    assert_int_equal(rec->n_edges, 2);
    assert_string_equal(recorder_reject(rec, 0), "7: a graph of more than 4 MiB");
    assert_int_equal(rec->n_rejects, 1);
    recorder_free(rec);
    wrt_buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yaml_reads_collections_by_indentation),
        cmocka_unit_test(yaml_reads_scalars),
        cmocka_unit_test(yaml_refuses_what_it_does_not_read),
        cmocka_unit_test(yaml_bounds_depth),
        cmocka_unit_test(graphs_give_nodes_and_links_with_their_record),
        cmocka_unit_test(graphs_are_read_as_json_lines_too),
        cmocka_unit_test(a_graph_beyond_the_cap_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
