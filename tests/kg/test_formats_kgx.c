/* test_formats_kgx.c: KGX tables, JSON, JSON Lines, TRAPI, and what this program exported. Ids and
 * PMIDs here are made up. */
#include "tests/kg/formats_support.h"

static void table_of_edges_is_read_in_any_order_of_columns(void **state) {
    (void)state;
    recorder *rec = read_ok(
        NULL,
        "publications\tobject\tscore\tpredicate\tsubject\tknowledge_level\tagent_type\t"
        "primary_knowledge_source\taggregator_knowledge_source\tobject_aspect_qualifier\t"
        "object_direction_qualifier\tqualified_predicate\tlicense\tid\trecord_id\tcategory\n"
        "PMID:1| PMID:2|\tB\t0.5\tbiolink:affects\tA\tknowledge_assertion\tmanual_agent\t"
        "infores:x\tinfores:y|infores:z\tactivity\tdecreased\tbiolink:causes\tCC0-1.0\te1\tr1\t"
        "biolink:Association\n");
    assert_int_equal(rec->n_edges, 1);
    assert_string_equal(rec->edges[0].id, "e1");
    assert_string_equal(recorder_statement(rec, 0),
                        "A|biolink:affects|B||-|c|{\"object_aspect_qualifier\":\"activity\","
                        "\"object_direction_qualifier\":\"decreased\",\"qualified_predicate\":"
                        "\"biolink:causes\"}");
    assert_string_equal(recorder_evidence(rec, 0),
                        "knowledge_assertion|manual_agent|infores:x|infores:y|infores:z|CC0-1.0|r1|"
                        "PMID:1|PMID:2|{\"category\":[\"biolink:Association\"],\"score\":\"0.5\"}");
    recorder_free(rec);
}

static void legacy_slots_stand_in_for_missing_sources(void **state) {
    (void)state;
    recorder *rec =
        read_ok(NULL, "subject\tpredicate\tobject\tprovided_by\tknowledge_source\t"
                      "primary_knowledge_source\trelation\n"
                      "A\tbiolink:regulates\tB\tsome file\t\t\tRO:0002212\n"
                      "A\tbiolink:related_to\tB\tfile\tOld Source 1.2\t\tRO:0002213|RO:1\n"
                      "A\tbiolink:causes\tB\tfile\told\tGene Ontology (Monarch version 1)\t\n");
    assert_string_equal(recorder_statement(rec, 0), "A|biolink:regulates|B||-|c|");
    assert_string_equal(recorder_evidence(rec, 0),
                        "||infores:some-file||||"
                        "|{\"provided_by\":[\"some file\"],\"relation\":\"RO:0002212\"}");
    assert_string_equal(recorder_statement(rec, 1), "A|biolink:related_to|B||+||");
    assert_string_equal(recorder_evidence(rec, 1),
                        "||infores:old-source-1-2||||"
                        "|{\"knowledge_source\":\"Old Source 1.2\",\"provided_by\":[\"file\"],"
                        "\"relation\":[\"RO:0002213\",\"RO:1\"]}");
    assert_string_equal(recorder_evidence(rec, 2),
                        "||infores:gene-ontology-monarch-version-1||||"
                        "|{\"knowledge_source\":\"old\",\"primary_knowledge_source\":\"Gene "
                        "Ontology (Monarch version 1)\",\"provided_by\":[\"file\"]}");
    recorder_free(rec);
}

static void predicates_that_are_labels_become_curies(void **state) {
    (void)state;
    recorder *rec = read_ok(NULL, "subject\tpredicate\tobject\toriginal_predicate\n"
                                  "A\tnegatively regulates\tB\t\n"
                                  "A\tinteracts_with\tB\tbinds to\n"
                                  "A\tbiolink:invented\tB\t\n");
    assert_string_equal(recorder_statement(rec, 0),
                        "A|biolink:regulates|B|negatively regulates|-|c|");
    assert_string_equal(recorder_statement(rec, 1), "A|biolink:interacts_with|B|binds to|?|s|");
    assert_string_equal(recorder_statement(rec, 2), "A|biolink:invented|B||?||");
    recorder_free(rec);
}

static void rows_that_lack_an_end_are_rejected_and_negated_ones_skipped(void **state) {
    (void)state;
    recorder *rec = read_ok(NULL, "subject\tpredicate\tobject\tnegated\n"
                                  "\tp\tB\t\nA\t\tB\t\nA\tp\t\t\n"
                                  "A\tbiolink:causes\tB\tTrue\n"
                                  "A\tbiolink:causes\tC\tfalse\n");
    assert_int_equal(rec->n_edges, 1);
    assert_string_equal(recorder_reject(rec, 0), "2: the edge has no subject");
    assert_string_equal(recorder_reject(rec, 1), "3: the edge has no predicate");
    assert_string_equal(recorder_reject(rec, 2), "4: the edge has no object");
    assert_int_equal(rec->n_skips, 1);
    assert_int_equal(rec->skips[0].line, 5);
    recorder_free(rec);
}

static void an_id_of_more_than_4096_bytes_is_rejected(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add_c(&text, "id\tcategory\n");
    for (int i = 0; i < 4097; i++)
        wrt_buf_add_char(&text, 'x');
    wrt_buf_add_c(&text, "\tbiolink:Gene\nA\tbiolink:Gene\n");
    recorder *rec = read_ok(NULL, text.ptr);
    assert_int_equal(rec->n_nodes, 1);
    assert_string_equal(recorder_reject(rec, 0), "2: the node has an id of more than 4096 bytes");
    recorder_free(rec);
    wrt_buf_free(&text);
}

static void the_kind_of_a_node_is_its_most_specific_category(void **state) {
    (void)state;
    recorder *rec = read_ok(
        NULL, "id\tname\tcategory\tsynonym\txref\tdescription\n"
              "A:1\tone\tbiolink:NamedThing|biolink:Gene\tuno| eins \tX:1|X:2\ttext | text\n"
              "A:2\t\tbiolink:ChemicalEntity|biolink:SmallMolecule|biolink:NamedThing\t\t\t\n"
              "A:3\t\tbiolink:NamedThing\t\t\t\nA:4\t\t\t\t\t\n\tno id\t\t\t\t\n");
    assert_string_equal(recorder_node(rec, 0),
                        "A:1|one|Gene|uno;eins|X:1;X:2|{\"category\":[\"biolink:NamedThing\","
                        "\"biolink:Gene\"],\"description\":\"text | text\"}");
    assert_string_equal(rec->nodes[1].kind, "SmallMolecule");
    assert_string_equal(recorder_node(rec, 2), "A:3||NamedThing|||");
    assert_string_equal(recorder_node(rec, 3), "A:4|||||");
    assert_string_equal(recorder_reject(rec, 0), "6: the node has no id");
    recorder_free(rec);
}

/* ---- JSON */

static void one_object_holds_nodes_and_edges(void **state) {
    (void)state;
    recorder *rec = read_ok(
        NULL,
        "\xef\xbb\xbf{\"nodes\": [{\"id\":\"A\",\"name\":\"16|A\",\"category\":[\"biolink:Gene\"],"
        "\"synonym\":[\"x|y\",\"z\"],\"xref\":\"X:1|X:2\",\"count\":3,\"empty\":[],\"no\":null},"
        "7, {\"id\":\"B\",\"id\":\"C\"}, {\"id\":\"D\",\"big\":12345678901234567890}],\n"
        "\"edges\":[{\"id\":\"e\",\"subject\":\"A\",\"predicate\":\"biolink:treats\",\"object\":"
        "\"B\","
        "\"publications\":[\"PMID:1\",\"PMID:2\"],\"negated\":false,\"has\":{\"p\":[1,null]}}]}");
    assert_int_equal(rec->n_nodes, 1);
    assert_string_equal(recorder_node(rec, 0), "A|16|A|Gene|x|y;z|X:1;X:2|{\"count\":3}");
    assert_string_equal(recorder_reject(rec, 0), "2: a node is a JSON object");
    assert_non_null(strstr(recorder_reject(rec, 1), "duplicate key \"id\""));
    assert_non_null(strstr(recorder_reject(rec, 2), "2^53"));
    assert_string_equal(recorder_statement(rec, 0), "A|biolink:treats|B||-|c|");
    assert_string_equal(recorder_evidence(rec, 0),
                        "||||||PMID:1|PMID:2|{\"has\":{\"p\":[1,null]}}");
    recorder_free(rec);
}

static void json_that_is_cut_ends_the_reading(void **state) {
    (void)state;
    expect_refused("kgx", WRT_STR("{\"nodes\":[{\"id\":\"A\"},"), NULL, "expected a value");
    expect_refused("kgx", WRT_STR("{\"nodes\":[{\"id\":\"A\"]}"), NULL,
                   "a bracket closes what it did not open");
    expect_refused("kgx", WRT_STR("{\"nodes\":[]} x"), NULL, "nothing may follow the value");
    expect_refused("kgx", WRT_STR("{\"query_graph\":{}}"), NULL,
                   "the object has neither \"nodes\" nor \"edges\"");
    expect_refused("kgx", WRT_STR("{\"nodes\":7}"), NULL, "expected an object or an array");
}

/* Depth beyond the parser's 64 is that of one record; beyond 1024 the text is given up. */
static void deep_json_costs_one_record(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add_c(&text, "{\"nodes\":[{\"id\":\"A\",\"x\":");
    for (int i = 0; i < 200; i++)
        wrt_buf_add_char(&text, '[');
    for (int i = 0; i < 200; i++)
        wrt_buf_add_char(&text, ']');
    wrt_buf_add_c(&text, "},{\"id\":\"B\"}]}");
    recorder *rec = read_ok("kgx", text.ptr);
    assert_int_equal(rec->n_nodes, 1);
    assert_string_equal(rec->nodes[0].id, "B");
    assert_non_null(strstr(recorder_reject(rec, 0), "nested deeper than 64 levels"));
    recorder_free(rec);
    wrt_buf_free(&text);
}

static void lines_of_json_are_nodes_or_edges(void **state) {
    (void)state;
    recorder *rec =
        read_ok(NULL, "{\"id\":\"A\",\"category\":\"biolink:Gene\"}\r\n\n"
                      "{\"id\":\"B\"\n[1]\n"
                      "{\"subject\":\"A\",\"predicate\":\"biolink:causes\",\"object\":\"B\"}");
    assert_int_equal(rec->n_nodes, 1);
    assert_int_equal(rec->n_edges, 1);
    assert_int_equal(rec->n_rejects, 2);
    assert_non_null(strstr(recorder_reject(rec, 0), "3: JSON, byte 9"));
    assert_string_equal(recorder_reject(rec, 1), "4: a node is a JSON object");
    recorder_free(rec);
}

static void trapi_lists_become_slots(void **state) {
    (void)state;
    recorder *rec = read_ok(
        NULL,
        "{\"message\":{\"query_graph\":null,\"knowledge_graph\":{\"nodes\":{\"A:1\":{\"name\":"
        "\"a\","
        "\"categories\":[\"biolink:Gene\"]}},\"edges\":{\"k1\":{\"subject\":\"A:1\",\"predicate\":"
        "\"biolink:affects\",\"object\":\"B:1\",\"qualifiers\":[{\"qualifier_type_id\":"
        "\"biolink:object_direction_qualifier\",\"qualifier_value\":\"increased\"},"
        "{\"qualifier_type_id\":\"biolink:object_aspect_qualifier\",\"qualifier_value\":"
        "\"abundance\"}],\"sources\":[{\"resource_id\":\"infores:p\",\"resource_role\":"
        "\"primary_knowledge_source\"},{\"resource_id\":\"infores:a\",\"resource_role\":"
        "\"aggregator_knowledge_source\"}],\"attributes\":[{\"attribute_type_id\":"
        "\"biolink:publications\",\"value\":[\"PMID:7\"]},{\"attribute_type_id\":"
        "\"biolink:knowledge_level\",\"value\":\"prediction\"},{\"attribute_type_id\":\"x:score\","
        "\"value\":0.25}]}}}}}");
    assert_string_equal(recorder_node(rec, 0), "A:1|a|Gene|||");
    assert_string_equal(rec->edges[0].id, "k1");
    assert_string_equal(recorder_statement(rec, 0),
                        "A:1|biolink:affects|B:1||+|c|{\"object_aspect_qualifier\":\"abundance\","
                        "\"object_direction_qualifier\":\"increased\"}");
    assert_string_equal(recorder_evidence(rec, 0),
                        "prediction||infores:p|infores:a|||PMID:7|{\"x:score\":0.25}");
    recorder_free(rec);
}

/* ---- what was exported */

static void exported_rows_are_taken_as_they_stand(void **state) {
    (void)state;
    recorder *rec = read_ok(
        NULL, "id\tsubject\tpredicate\tobject\toriginal_predicate\tprimary_knowledge_source\t"
              "provided_by\tpublications\twarrant_edge\n"
              "e\tA\tinteracts_with\tB\t\tFree Text\tignored\tPMID:1\t{\"sign\":-1,\"causal\":true,"
              "\"symmetric\":true,\"source\":\"s\",\"version\":\"v\",\"object\":\"B\\tC\","
              "\"qualifiers\":{\"q\":\"1\"},\"attributes\":{\"a\":[1]},\"license\":\" L \"}\n"
              "e\tA\tp\tB\t\t\t\t\t{\"sign\":null}\n"
              "e\tA\tp\tB\t\t\t\t\t{broken\n");
    assert_string_equal(recorder_statement(rec, 0), "A|interacts_with|B\tC||-|cs|{\"q\":\"1\"}");
    assert_string_equal(recorder_evidence(rec, 0), "||Free Text|| L ||PMID:1|{\"a\":[1]}");
    assert_string_equal(rec->edges[0].relation->source, "s");
    assert_string_equal(rec->edges[0].relation->version, "v");
    assert_string_equal(recorder_statement(rec, 1), "A|p|B||?||");
    assert_string_equal(recorder_reject(rec, 0), "4: warrant_edge is not a JSON object");
    recorder_free(rec);
    rec =
        read_ok(NULL, "id\tcategory\tname\tsynonym\txref\textra\twarrant_node\n"
                      "A\tbiolink:Gene\tn\ts|t\tX:1\tignored\t{\"kind\":\"Gene \",\"name\":\" n\","
                      "\"synonym\":[\"a|b\",\"c\"],\"attributes\":{\"k\":true}}\n");
    assert_string_equal(recorder_node(rec, 0), "A| n|Gene |a|b;c|X:1|{\"k\":true}");
    recorder_free(rec);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_of_edges_is_read_in_any_order_of_columns),
        cmocka_unit_test(legacy_slots_stand_in_for_missing_sources),
        cmocka_unit_test(predicates_that_are_labels_become_curies),
        cmocka_unit_test(rows_that_lack_an_end_are_rejected_and_negated_ones_skipped),
        cmocka_unit_test(an_id_of_more_than_4096_bytes_is_rejected),
        cmocka_unit_test(the_kind_of_a_node_is_its_most_specific_category),
        cmocka_unit_test(one_object_holds_nodes_and_edges),
        cmocka_unit_test(json_that_is_cut_ends_the_reading),
        cmocka_unit_test(deep_json_costs_one_record),
        cmocka_unit_test(lines_of_json_are_nodes_or_edges),
        cmocka_unit_test(trapi_lists_become_slots),
        cmocka_unit_test(exported_rows_are_taken_as_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
