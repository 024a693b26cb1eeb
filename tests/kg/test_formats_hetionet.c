/* test_formats_hetionet.c: Hetionet's tables and its JSON. Identifiers are made up. */
#include "tests/kg/formats_support.h"

#include "kg/formats/metaedges.h"

#include <bzlib.h>

static void nodes_keep_their_ids_and_refer_to_curies(void **state) {
    (void)state;
    recorder *rec = read_ok(NULL, "kind\tname\tid\n"
                                  "Gene\tG\tGene::9999999\n"
                                  "Biological Process\tb::c\tBiological Process::GO:0000000\n"
                                  "Pathway\tp\tPathway::PC7_0\n"
                                  "Gene\tx\tGene:1\nGene\tx\tDisease::DOID:0\n");
    assert_string_equal(recorder_node(rec, 0), "Gene::9999999|G|Gene||NCBIGene:9999999|");
    assert_string_equal(recorder_node(rec, 1),
                        "Biological Process::GO:0000000|b::c|Biological Process||GO:0000000|");
    assert_string_equal(recorder_node(rec, 2), "Pathway::PC7_0|p|Pathway|||");
    assert_string_equal(recorder_reject(rec, 0),
                        "5: the id is \"Gene:1\" and should be \"Kind::identifier\"");
    assert_string_equal(recorder_reject(rec, 1), "6: the id says kind \"Disease\", the column "
                                                 "\"Gene\"");
    recorder_free(rec);
}

/* One row of each metaedge: sign and direction as the reference states them. */
static void edges_have_the_sign_of_their_metaedge(void **state) {
    (void)state;
    static const struct {
        const char *name;
        char sign;
    } signs[] = {{"CuG", '+'},  {"CdG", '-'},  {"DuG", '+'},  {"DdG", '-'}, {"AuG", '0'},
                 {"AdG", '0'},  {"CbG", '?'},  {"Gr>G", '?'}, {"CtD", '-'}, {"CpD", '-'},
                 {"GpBP", '0'}, {"PCiC", '0'}, {"CcSE", '+'}, {"GiG", '?'}};
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add_c(&text, "source\tmetaedge\ttarget\n");
    for (size_t i = 0; i < WRT_KG_METAEDGES; i++) {
        const wrt_kg_metaedge *metaedge = wrt_kg_metaedge_at(i);
        wrt_buf_printf(&text, "%s::1\t%s\t%s::2\n", metaedge->source, metaedge->abbreviation,
                       metaedge->target);
    }
    recorder *rec = read_ok(NULL, text.ptr);
    assert_int_equal(rec->n_edges, 24);
    for (size_t i = 0; i < 24; i++) {
        const recorded_relation *relation = rec->edges[i].relation;
        assert_int_equal(relation->is_symmetric, strcmp(relation->original, "Gr>G") != 0);
        assert_string_equal(relation->primary, "infores:hetionet");
        for (size_t k = 0; k < sizeof signs / sizeof signs[0]; k++)
            if (strcmp(signs[k].name, relation->original) == 0)
                assert_int_equal("-0+?"[relation->sign + 1], signs[k].sign);
    }
    recorder_free(rec);
    wrt_buf_free(&text);
}

static void edges_that_do_not_fit_their_metaedge_are_rejected(void **state) {
    (void)state;
    recorder *rec = read_ok(NULL, "source\tmetaedge\ttarget\n"
                                  "Gene::1\tGiG\tGene::2\nGene::1\tGxG\tGene::2\n"
                                  "Gene::1\tCbG\tGene::2\nGene::\tGiG\tGene::2\nGene::1\tGiG\n");
    assert_int_equal(rec->n_edges, 1);
    assert_string_equal(recorder_reject(rec, 0), "3: \"GxG\" is none of Hetionet's metaedges");
    assert_string_equal(recorder_reject(rec, 1),
                        "4: CbG is from \"Compound::...\" to \"Gene::...\"");
    assert_int_equal(rec->n_rejects, 4);
    recorder_free(rec);
}

static void attributes_amend_binding_edges(void **state) {
    (void)state;
    recorder *rec = read_ok(
        NULL,
        "drugbank_id\tentrez_gene_id\tsources\tpubmed_ids\tactions\taffinity_nM\tlicense\turls\n"
        "DB99999\t1\tDrugBank (target)|DrugBank (enzyme)\t11|11|x\tinhibitor|substrate\t\tCC BY-NC "
        "4.0\t\n"
        "DB99999\t2\tChEMBL|DrugBank (target)\t\tagonist|antagonist\t62.4\t\thttp://a\n"
        "\t2\t\t\t\t\t\t\n");
    assert_int_equal(rec->n_edges, 2);
    assert_true(rec->edges[0].is_amendment);
    assert_string_equal(
        recorder_statement(rec, 0),
        "Compound::DB99999|biolink:affects|Gene::1|CbG|-|cs|"
        "{\"causal_mechanism_qualifier\":\"inhibition\",\"object_aspect_qualifier\":"
        "\"activity\",\"object_direction_qualifier\":\"decreased\","
        "\"qualified_predicate\":\"biolink:causes\"}");
    assert_string_equal(recorder_evidence(rec, 0),
                        "knowledge_assertion|manual_agent|infores:drugbank|infores:hetionet|CC "
                        "BY-NC 4.0||PMID:11|{\"actions\":[\"inhibitor\",\"substrate\"],"
                        "\"references\":[\"x\"],\"sources\":[\"DrugBank (target)\",\"DrugBank "
                        "(enzyme)\"]}");
    assert_string_equal(recorder_statement(rec, 1),
                        "Compound::DB99999|biolink:directly_physically_interacts_with|Gene::2|CbG|?"
                        "|s|");
    assert_string_equal(rec->edges[1].relation->primary, "infores:hetionet");
    assert_non_null(strstr(rec->edges[1].attributes, "\"affinity_nM\":62.4"));
    assert_string_equal(recorder_reject(rec, 0), "4: the row lacks the id of an end");
    recorder_free(rec);
    rec = read_ok(NULL, "doid_id\tdoid_name\tentrez_gene_id\tgene_symbol\tsources\tlicense\n"
                        "DOID:0\td\t1\tG1\tDOAF\tCC BY 4.0\n");
    assert_string_equal(recorder_statement(rec, 0),
                        "Disease::DOID:0|biolink:associated_with|Gene::1|DaG|?|s|");
    assert_string_equal(recorder_node(rec, 1), "Gene::1|G1|Gene|||");
    recorder_free(rec);
}

/* ---- JSON */

static const char JSON[] =
    "{\"metanode_kinds\": [\"Gene\"], \"metaedge_tuples\": [[\"Gene\", \"Gene\", \"regulates\", "
    "\"forward\"]], \"kind_to_abbrev\": {\"Gene\": \"G\"},\n \"nodes\": [\n"
    "{\"kind\": \"Gene\", \"identifier\": 9999999, \"name\": \"G\", \"data\": {\"license\": \"CC0 "
    "1.0\", \"chromosome\": \"1\"}}, {\"kind\": \"Compound\", \"identifier\": \"DB99999\", "
    "\"name\": \"c\", \"data\": {}}, {\"kind\": \"Gene\"}],\n \"edges\": [\n"
    "{\"source_id\": [\"Gene\", 1], \"target_id\": [\"Gene\", 2], \"kind\": \"regulates\", "
    "\"direction\": \"forward\", \"data\": {\"source\": \"LINCS L1000\", \"subtypes\": "
    "[\"knockdown "
    "upregulates\", \"overexpression downregulates\"], \"unbiased\": true}},\n"
    "{\"source_id\": [\"Gene\", 1], \"target_id\": [\"Gene\", 3], \"kind\": \"regulates\", "
    "\"direction\": \"forward\", \"data\": {\"subtypes\": [\"knockdown upregulates\", \"knockdown "
    "downregulates\"]}},\n"
    "{\"source_id\": [\"Compound\", \"DB99999\"], \"target_id\": [\"Gene\", 1], \"kind\": "
    "\"binds\", \"direction\": \"both\", \"data\": {\"sources\": [\"DrugBank (target)\"], "
    "\"pubmed_ids\": [11, \"12\"], \"actions\": [\"agonist\"], \"license\": \"CC BY-NC 4.0\", "
    "\"affinity_nM\": 5.5}},\n"
    "{\"source_id\": [\"Gene\", 1], \"target_id\": [\"Gene\", 3], \"kind\": \"loves\", \"data\": "
    "{}}, {\"kind\": \"binds\"}]}\n";

static void json_gives_properties_signs_and_integers_as_ids(void **state) {
    (void)state;
    recorder *rec = read_ok(NULL, JSON);
    assert_int_equal(rec->n_nodes, 2);
    assert_string_equal(recorder_node(rec, 0),
                        "Gene::9999999|G|Gene||NCBIGene:9999999|{\"chromosome\":\"1\",\"license\":"
                        "\"CC0 1.0\"}");
    assert_string_equal(recorder_node(rec, 1), "Compound::DB99999|c|Compound||DRUGBANK:DB99999|");
    assert_string_equal(recorder_reject(rec, 0), "3: the node lacks kind or identifier");
    assert_string_equal(recorder_statement(rec, 0),
                        "Gene::1|biolink:regulates|Gene::2|Gr>G|-|c|{\"object_aspect_qualifier\":"
                        "\"expression\",\"object_direction_qualifier\":\"downregulated\"}");
    assert_string_equal(recorder_evidence(rec, 0),
                        "statistical_association|data_analysis_pipeline|infores:lincs-l1000|"
                        "infores:hetionet||||{\"source\":\"LINCS L1000\",\"subtypes\":[\"knockdown "
                        "upregulates\",\"overexpression downregulates\"],\"unbiased\":true}");
    assert_string_equal(recorder_statement(rec, 1), "Gene::1|biolink:regulates|Gene::3|Gr>G|?|c|");
    assert_int_equal(rec->edges[2].relation->sign, 1);
    assert_string_equal(recorder_evidence(rec, 2),
                        "knowledge_assertion|manual_agent|infores:drugbank|infores:hetionet|CC "
                        "BY-NC 4.0||PMID:11|PMID:12|{\"actions\":[\"agonist\"],\"affinity_nM\":5.5,"
                        "\"sources\":[\"DrugBank (target)\"]}");
    assert_string_equal(recorder_reject(rec, 1),
                        "7: \"loves\" from Gene to Gene is none of Hetionet's metaedges");
    assert_int_equal(rec->n_rejects, 3);
    recorder_free(rec);
}

static void json_is_read_from_bzip2_and_a_cut_one_is_refused(void **state) {
    (void)state;
    char packed[8192], text[sizeof JSON];
    unsigned len = sizeof packed;
    memcpy(text, JSON, sizeof text);
    assert_int_equal(BZ2_bzBuffToBuffCompress(packed, &len, text, sizeof JSON - 1, 9, 0, 0), BZ_OK);
    recorder *rec = recorder_new(true);
    wrt_err err = {.code = WRT_OK};
    assert_int_equal(recorder_read_text(rec, "hetionet", (wrt_str){packed, len}, NULL, &err),
                     WRT_OK);
    assert_int_equal(rec->n_edges, 3);
    recorder_free(rec);
    expect_refused("hetionet", (wrt_str){packed, len - 20}, NULL, "f is cut off");
    expect_refused("hetionet", (wrt_str){JSON, sizeof JSON - 20}, NULL,
                   "the text ends inside a value");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_keep_their_ids_and_refer_to_curies),
        cmocka_unit_test(edges_have_the_sign_of_their_metaedge),
        cmocka_unit_test(edges_that_do_not_fit_their_metaedge_are_rejected),
        cmocka_unit_test(attributes_amend_binding_edges),
        cmocka_unit_test(json_gives_properties_signs_and_integers_as_ids),
        cmocka_unit_test(json_is_read_from_bzip2_and_a_cut_one_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
