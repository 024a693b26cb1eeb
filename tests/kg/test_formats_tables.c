/* test_formats_tables.c: PrimeKG, DrugMechDB tables, SIGNOR, OmniPath, CTD, DrugCentral, DRKG and
 * plain TSV. Names, ids and PMIDs here are made up. */
#include "tests/kg/formats_support.h"

/* ---- PrimeKG */

#define PRIMEKG                                                                                    \
    "relation,display_relation,x_index,x_id,x_type,x_name,x_source,y_index,y_id,y_type,y_name,"    \
    "y_source\n"

static void primekg_folds_both_directions_into_one_edge(void **state) {
    (void)state;
    recorder *rec = read_ok(
        NULL, PRIMEKG "drug_protein,target,0,DB99999,drug,\"a, \"\"b\"\"\",DrugBank,1,42,"
                      "gene/protein,G42,NCBI\n"
                      "drug_protein,target,1,42,gene/protein,G42,NCBI,0,DB99999,drug,x,DrugBank\n"
                      "drug_protein,enzyme,1,42,gene/protein,G42,NCBI,0,DB99999,drug,x,DrugBank\n"
                      "protein_protein,ppi,1,42,gene/protein,G42,NCBI,2,7,gene/protein,G7,NCBI\n"
                      "protein_protein,ppi,2,7,gene/protein,G7,NCBI,1,42,gene/protein,G42,NCBI\n"
                      "indication,indication,3,8383,disease,d,MONDO,0,DB99999,drug,x,DrugBank\n");
    assert_int_equal(rec->n_edges, 4);
    assert_string_equal(recorder_statement(rec, 0),
                        "DRUGBANK:DB99999|biolink:interacts_with|NCBIGene:42|drug_protein "
                        "(target)|?|s|");
    assert_string_equal(rec->edges[1].relation->original, "drug_protein (enzyme)");
    assert_string_equal(recorder_statement(rec, 2),
                        "NCBIGene:42|biolink:physically_interacts_with|NCBIGene:7|protein_protein "
                        "(ppi)|?|s|");
    assert_string_equal(recorder_statement(rec, 3),
                        "DRUGBANK:DB99999|biolink:treats|MONDO:0008383|indication|-|cs|");
    assert_string_equal(recorder_evidence(rec, 3),
                        "not_provided|not_provided|infores:primekg|||||");
    assert_int_equal(rec->n_nodes, 4);
    assert_string_equal(recorder_node(rec, 0),
                        "DRUGBANK:DB99999|a, \"b\"|Drug|||{\"index\":0,\"source\":\"DrugBank\","
                        "\"type\":\"drug\"}");
    recorder_free(rec);
}

static void primekg_ids_are_unique_by_source(void **state) {
    (void)state;
    recorder *rec =
        read_ok(NULL, PRIMEKG
                "bioprocess_protein,interacts with,0,6954,biological_process,p,GO,1,6954,"
                "gene/protein,g,NCBI\n"
                "disease_phenotype_positive,phenotype present,2,1200_1134,disease,group,"
                "MONDO_grouped,3,6954,effect/phenotype,e,HPO\n"
                "disease_phenotype_negative,phenotype absent,2,1200_1134,disease,group,"
                "MONDO_grouped,4,1,effect/phenotype,f,HPO\n"
                "anatomy_protein_present,expression present,5,2048,anatomy,lung,UBERON,1,6954,"
                "gene/protein,g,NCBI\n"
                "new_relation,,6,R-HSA-1,pathway,w,REACTOME,7,D000001,exposure,x,CTD\n"
                "protein_protein,ppi,8,,gene/protein,g,NCBI,9,1,gene/protein,h,NCBI\n");
    assert_string_equal(recorder_statement(rec, 0),
                        "NCBIGene:6954|biolink:participates_in|GO:0006954|bioprocess_protein "
                        "(interacts with)|0|s|");
    assert_string_equal(rec->edges[1].subject, "MONDO_grouped:1200_1134");
    assert_string_equal(rec->edges[1].object, "HP:0006954");
    assert_string_equal(rec->nodes[2].xrefs, "MONDO:0001200;MONDO:0001134");
    assert_string_equal(rec->edges[2].object, "UBERON:0002048");
    assert_string_equal(recorder_statement(rec, 3),
                        "MESH:D000001|biolink:related_to|REACT:R-HSA-1|new_relation|?|s|");
    assert_int_equal(rec->n_skips, 1);
    assert_int_equal(rec->skips[0].line, 4);
    assert_string_equal(recorder_reject(rec, 0), "7: the row lacks relation, x_id or y_id");
    recorder_free(rec);
}

/* ---- DrugMechDB */

static void drugmechdb_tables_keep_label_sign_and_paths(void **state) {
    (void)state;
    recorder *rec = read_ok(NULL, "source\tpredicate\ttarget\tsign\tn_graphs\tpath_ids\n"
                                  "A:1\tdecreases activity of\tB:1\t-1\t2\tg1|g2\n"
                                  "A:1\taffected by\tB:1\t0\t1\tg1\n"
                                  "A:1\tunheard of\tB:1\t1\t1\tg1\n"
                                  "A:1\tcauses\tB:1\t2\t1\tg1\nA:1\t\tB:1\t\t\t\n");
    assert_string_equal(recorder_statement(rec, 0),
                        "A:1|biolink:affects|B:1|decreases activity of|-|c|");
    assert_string_equal(recorder_evidence(rec, 0),
                        "knowledge_assertion|manual_agent|infores:drugmechdb||CC0-1.0|g1||"
                        "{\"n_graphs\":2,\"path_ids\":[\"g1\",\"g2\"]}");
    assert_string_equal(recorder_statement(rec, 1), "A:1|biolink:affected_by|B:1|affected by|?||");
    assert_non_null(strstr(rec->edges[1].attributes, "\"stated_sign\":0"));
    assert_string_equal(recorder_statement(rec, 2), "A:1|unheard of|B:1|unheard of|+||");
    assert_string_equal(recorder_reject(rec, 0), "5: the sign is none of 1, 0, -1");
    assert_string_equal(recorder_reject(rec, 1), "6: the row lacks a predicate");
    recorder_free(rec);
    rec = read_ok(NULL, "id\tname\tlabel\nA:1\t\xce\xb1-thing\tDrug\n");
    assert_string_equal(recorder_node(rec, 0), "A:1|\xce\xb1-thing|Drug|||");
    recorder_free(rec);
}

/* ---- SIGNOR */

#define SIGNOR                                                                                     \
    "ENTITYA;TYPEA;IDA;DATABASEA;ENTITYB;TYPEB;IDB;DATABASEB;EFFECT;MECHANISM;TAX_ID;"             \
    "PMID;SENTENCE;SCORE;SIGNOR_ID\n"

static void signor_effects_give_signs_and_aspects(void **state) {
    (void)state;
    recorder *rec =
        read_ok(NULL, SIGNOR
                "A;protein;P1;UNIPROT;B;protein;P2;UNIPROT;\"up-regulates quantity by "
                "expression\";binding;9606;12;\"says: \"\"x; y\"\"\";0.5;SIGNOR-1\n"
                "A;chemical;CID:5;PUBCHEM;B;phenotype;SIGNOR-PH1;SIGNOR;down-regulates;;-1;Other;;;"
                "SIGNOR-2\n"
                "A;complex;SIGNOR-C1;SIGNOR;B;protein;P2;UNIPROT;unknown;;;;;;SIGNOR-3\n"
                "A;protein;P1;UNIPROT;C;complex;SIGNOR-C1;SIGNOR;form complex;;;;;;SIGNOR-4\n"
                "A;protein;P1;UNIPROT;B;smallmolecule;CHEBI:7;ChEBI;\"down-regulates quantity by "
                "destabilization\";;;;;;SIGNOR-5\n"
                "A;protein;;UNIPROT;B;protein;P2;UNIPROT;up-regulates;;;;;;SIGNOR-6\n");
    assert_string_equal(recorder_statement(rec, 0),
                        "UniProtKB:P1|biolink:affects|UniProtKB:P2|up-regulates quantity by "
                        "expression|+|c|{\"object_aspect_qualifier\":\"expression\","
                        "\"object_direction_qualifier\":\"increased\",\"qualified_predicate\":"
                        "\"biolink:causes\",\"species_context_qualifier\":\"NCBITaxon:9606\"}");
    assert_string_equal(recorder_evidence(rec, 0),
                        "knowledge_assertion|manual_agent|infores:signor||CC BY-NC 4.0|SIGNOR-1|"
                        "PMID:12|{\"mechanism\":\"binding\",\"score\":0.5,\"sentence\":\"says: "
                        "\\\"x; y\\\"\"}");
    assert_string_equal(rec->edges[1].subject, "PUBCHEM.COMPOUND:5");
    assert_int_equal(rec->edges[1].relation->sign, -1);
    assert_string_equal(rec->edges[1].attributes, "{\"reference\":\"Other\"}");
    assert_null(strstr(rec->edges[1].relation->qualifiers, "species"));
    assert_string_equal(recorder_statement(rec, 2),
                        "SIGNOR:SIGNOR-C1|biolink:affects|UniProtKB:P2|unknown|?||");
    assert_string_equal(recorder_statement(rec, 3),
                        "UniProtKB:P1|biolink:part_of|SIGNOR:SIGNOR-C1|form complex|?||");
    assert_int_equal(rec->edges[4].relation->sign, -1);
    assert_non_null(strstr(rec->edges[4].relation->qualifiers, "\"stability\""));
    assert_string_equal(recorder_reject(rec, 0), "7: the row lacks IDA, IDB or EFFECT");
    assert_string_equal(rec->nodes[0].kind, "Protein");
    recorder_free(rec);
}

/* ---- OmniPath */

#define OMNIPATH                                                                                   \
    "source\ttarget\tsource_genesymbol\ttarget_genesymbol\tis_directed\tis_stimulation\t"          \
    "is_inhibition\tconsensus_direction\tconsensus_stimulation\tconsensus_inhibition\tsources\t"   \
    "references\tomnipath\tdorothea\ttype\textra_attrs\tentity_type_source\tncbi_tax_id_source\n"

static void omnipath_signs_follow_the_consensus(void **state) {
    (void)state;
    recorder *rec =
        read_ok(NULL, OMNIPATH
                "P1\tP2\tA\tB\t1\t1\t1\t1\t0\t1\tX;Y\tX:11;Y:12;X:11;odd\tTrue\tFalse\t"
                "post_translational\t\"{\"\"k\"\":[\"\"v\"\"]}\"\tprotein\t9606\n"
                "P1\tP2\tA\tB\t1\t1\t1\t1\t1\t1\tX\t\tTrue\tFalse\ttranscriptional\t\tprotein\t\n"
                "P1\tP2\tA\tB\t1\t1\t0\t1\t0\t0\tX\t\tTrue\tFalse\ttranscriptional\t\tprotein\t\n"
                "COMPLEX:P1_P2\tP3\tA_B\tC\t0\t0\t0\t0\t0\t0\tX\t\tTrue\tFalse\t\t\tcomplex\t\n"
                "P1\t\tA\t\t1\t0\t0\t0\t0\t0\t\t\t\t\t\t\t\t\n");
    assert_string_equal(recorder_statement(rec, 0),
                        "UniProtKB:P1|biolink:affects|UniProtKB:P2|stimulation, inhibition|-|c|"
                        "{\"object_aspect_qualifier\":\"activity\",\"object_direction_qualifier\":"
                        "\"decreased\",\"qualified_predicate\":\"biolink:causes\"}");
    assert_string_equal(
        recorder_evidence(rec, 0),
        "knowledge_assertion|manual_agent|infores:omnipath||||PMID:11|PMID:12|"
        "{\"consensus_direction\":1,\"consensus_inhibition\":1,\"consensus_stimulation\":0,"
        "\"extra_attrs\":{\"k\":[\"v\"]},\"is_directed\":1,\"is_inhibition\":1,"
        "\"is_stimulation\":1,\"omnipath\":true,\"references\":[\"odd\"],\"sources\":[\"X\",\"Y\"],"
        "\"type\":\"post_translational\"}");
    assert_int_equal(rec->edges[1].relation->sign, 2); /* the consensus says both */
    assert_int_equal(rec->edges[2].relation->sign, 1);
    assert_string_equal(rec->edges[2].relation->primary, "infores:x");
    assert_string_equal(rec->edges[2].relation->aggregator, "infores:omnipath");
    assert_string_equal(rec->edges[2].relation->level, "not_provided");
    assert_string_equal(recorder_statement(rec, 3),
                        "COMPLEX:P1_P2|biolink:interacts_with|UniProtKB:P3|undirected|?|s|");
    assert_string_equal(recorder_reject(rec, 0), "6: the row lacks source or target");
    assert_string_equal(recorder_node(rec, 0),
                        "UniProtKB:P1|A|Protein|||{\"taxon\":\"NCBITaxon:9606\"}");
    recorder_free(rec);
}

/* ---- CTD */

static void ctd_gives_signs_only_to_what_is_not_nested(void **state) {
    (void)state;
    recorder *rec = read_ok(
        "ctd",
        "# Fields:\n#\n"
        "Chem\tD1\t1-2-3\tGEN1\t9\tprotein\tHomo sapiens\t9606\tChem results in decreased activity "
        "of GEN1 protein\tdecreases^activity\t11|12\n"
        "Chem\tD1\t\tGEN1\t9\tprotein\t\t\tChem inhibits the reaction [Zinc results in increased "
        "expression of GEN1 mRNA]\tdecreases^reaction|increases^expression\t11\n"
        "Chem\tD1\t\tGEN1\t9\tprotein\t\t\tGEN1 protein results in increased transport of "
        "Chem\tincreases^transport\t11\n"
        "Chem\tD1\t\tGEN1\t9\tprotein\t\t\tChem binds to and results in increased activity of GEN1 "
        "protein\taffects^binding|increases^activity\t11\n"
        "Chem\tD1\t\tGEN1\t9\tprotein\t\t\tChem results in increased phosphorylation of GEN1 "
        "protein\tincreases^phosphorylation\t11\n"
        "Chem\tD1\t\tGEN1\t9\tprotein\t\t\tChem results in increased activity of GEN1 protein "
        "mutant form\tincreases^activity\t11\n"
        "Chem\tD1\t\tGEN1\t9\tprotein\t\t\tChem results in increased degradation of GEN1 "
        "protein\tincreases^degradation\t11\n"
        "Chem\tD1\t\tGEN1\t\tprotein\t\t\tx\taffects^binding\t\n");
    static const int signs[] = {-1, 2, 1, 1, 2, 2, -1};
    assert_int_equal(rec->n_edges, 7);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(rec->edges[i].relation->sign, signs[i]);
    assert_string_equal(
        recorder_statement(rec, 0),
        "MESH:D1|biolink:affects|NCBIGene:9|decreases^activity|-|c|{\"object_aspect_qualifier\":"
        "\"activity\",\"object_direction_qualifier\":\"decreased\",\"qualified_predicate\":"
        "\"biolink:causes\",\"species_context_qualifier\":\"NCBITaxon:9606\"}");
    assert_string_equal(rec->edges[0].publications, "PMID:11|PMID:12");
    assert_string_equal(recorder_statement(rec, 1),
                        "MESH:D1|biolink:related_to|NCBIGene:9|decreases^reaction|"
                        "increases^expression|?||");
    assert_string_equal(rec->edges[2].subject, "NCBIGene:9"); /* the gene acts on the chemical */
    assert_string_equal(rec->edges[2].object, "MESH:D1");
    assert_string_equal(recorder_node(rec, 0), "MESH:D1|Chem|ChemicalEntity||CAS:1-2-3|");
    assert_string_equal(recorder_reject(rec, 0),
                        "10: the row lacks ChemicalID, GeneID or InteractionActions");
    recorder_free(rec);
}

/* ---- DrugCentral */

static void drugcentral_targets_get_signs_from_actions(void **state) {
    (void)state;
    recorder *rec =
        read_ok(NULL, "GeneID\tdrugbank_id\tdrugbank_name\tpubmed_ids\tsources\tactions\turls\n"
                      "1\tDB99999\tX\t11|12\tDrugCentral (label)\tInhibitor\thttp://a|http://b\n"
                      "1\tDB99999\tX\t\t\tagonist|"
                      "antagonist\t\n1\tDB99999\tX\t\t\tmodulator\t\n\tDB1\t\t\t\t\t\n");
    assert_string_equal(
        recorder_statement(rec, 0),
        "DRUGBANK:DB99999|biolink:affects|NCBIGene:1|Inhibitor|-|c|"
        "{\"causal_mechanism_qualifier\":\"inhibition\",\"object_aspect_qualifier\":"
        "\"activity\",\"object_direction_qualifier\":\"decreased\","
        "\"qualified_predicate\":\"biolink:causes\"}");
    assert_string_equal(
        recorder_evidence(rec, 0),
        "knowledge_assertion|manual_agent|infores:drugcentral||CC BY 4.0||PMID:11|"
        "PMID:12|{\"actions\":[\"Inhibitor\"],\"sources\":[\"DrugCentral (label)\"],"
        "\"urls\":[\"http://a\",\"http://b\"]}");
    assert_int_equal(rec->edges[1].relation->sign, 2);
    assert_int_equal(rec->edges[2].relation->sign, 2);
    assert_string_equal(rec->edges[2].relation->predicate, "biolink:interacts_with");
    assert_string_equal(recorder_reject(rec, 0), "5: the row lacks the id of an end");
    recorder_free(rec);
}

static void drugcentral_indications_and_classes(void **state) {
    (void)state;
    recorder *rec = read_ok(NULL, "doid_id\tdrugbank_id\tdisease\tdrug\tcategory\n"
                                  "DOID:9\tDB99999\td\tX\tDM\nDOID:9\tDB99998\td\tY\tSYM\n"
                                  "DOID:9\tDB99997\td\tZ\tNOT\nDOID:9\tDB99996\td\tW\t\n");
    assert_int_equal(rec->n_edges, 3);
    assert_int_equal(rec->n_skips, 1);
    assert_string_equal(recorder_statement(rec, 0),
                        "DRUGBANK:DB99999|biolink:treats|DOID:9|DM|-|c|");
    assert_string_equal(recorder_statement(rec, 1),
                        "DRUGBANK:DB99998|biolink:ameliorates_condition|DOID:9|SYM|-|c|");
    assert_string_equal(rec->edges[2].relation->original, "indication");
    recorder_free(rec);
    rec = read_ok(NULL,
                  "drugbank_id\tdrugbank_name\tclass_id\tclass_name\n"
                  "DB99999\tX\tN0000000000\tc\nDB99999\tX\tD000000\tm\nDB99999\tX\tCHEBI:0\te\n");
    assert_string_equal(recorder_statement(rec, 0),
                        "DRUGBANK:DB99999|biolink:member_of|NDFRT:N0000000000|class|0||");
    assert_string_equal(rec->edges[1].object, "MESH:D000000");
    assert_string_equal(rec->edges[2].object, "CHEBI:0");
    recorder_free(rec);
}

/* ---- DRKG */

static void drkg_relations_name_source_and_sign(void **state) {
    (void)state;
    recorder *rec =
        read_ok(NULL, "Compound::DB99999\tHetionet::CuG::Compound:Gene\tGene::1\n"
                      "Gene::1\tDGIDB::INHIBITOR::Gene:Compound\tCompound::DB99999\n"
                      "Compound::DB99999\tGNBR::E-::Compound:Gene\tGene::2\n"
                      "Compound::DB99999\tDRUGBANK::treats::Compound:Disease\tDisease::M\n"
                      "Gene::1\tSTRING::OTHER::Gene:Gene\tGene::2\n"
                      "Gene::1\tnothing\tGene::2\nGene::1\tA::B::C:D\n");
    assert_int_equal(rec->n_edges, 5);
    assert_string_equal(recorder_statement(rec, 0),
                        "Compound::DB99999|biolink:affects|Gene::1|Hetionet::CuG::Compound:Gene|+|"
                        "cs|{\"object_aspect_qualifier\":\"expression\","
                        "\"object_direction_qualifier\":\"upregulated\",\"qualified_predicate\":"
                        "\"biolink:causes\"}");
    assert_string_equal(rec->edges[1].subject, "Compound::DB99999"); /* the drug inhibits */
    assert_int_equal(rec->edges[1].relation->sign, -1);
    assert_string_equal(rec->edges[1].relation->primary, "infores:dgidb");
    assert_int_equal(rec->edges[2].relation->sign, -1);
    assert_string_equal(rec->edges[2].relation->agent, "text_mining_agent");
    assert_int_equal(rec->edges[3].relation->sign, -1);
    assert_string_equal(recorder_statement(rec, 4),
                        "Gene::1|biolink:related_to|Gene::2|STRING::OTHER::Gene:Gene|?||");
    assert_int_equal(rec->n_rejects, 2);
    assert_string_equal(recorder_node(rec, 0), "Compound::DB99999||Compound|||");
    recorder_free(rec);
}

/* Percha and Altman 2018, table 3: T is "treatment/therapy (incl. investigatory)", E- a theme of
 * chemicals and genes only, and of two genes the theme does not say which one acts. */
static void drkg_claims_no_more_than_the_themes_of_gnbr(void **state) {
    (void)state;
    recorder *rec = read_ok(NULL, "Compound::DB99999\tGNBR::T::Compound:Disease\tDisease::M\n"
                                  "Gene::1\tGNBR::E-::Gene:Gene\tGene::2\n"
                                  "Gene::1\tGNBR::V+::Gene:Gene\tGene::2\n"
                                  "Compound::DB99999\tGNBR::C::Compound:Disease\tDisease::M\n"
                                  "Compound::DB99999\tGNBR::A-::Compound:Gene\tGene::1\n");
    static const char *const statements[] = {
        "Compound::DB99999|biolink:treats_or_applied_or_studied_to_treat|Disease::M|"
        "GNBR::T::Compound:Disease|?||",
        "Gene::1|biolink:related_to|Gene::2|GNBR::E-::Gene:Gene|?||",
        "Gene::1|biolink:related_to|Gene::2|GNBR::V+::Gene:Gene|?||",
        "Compound::DB99999|biolink:related_to|Disease::M|GNBR::C::Compound:Disease|?||",
        "Compound::DB99999|biolink:affects|Gene::1|GNBR::A-::Compound:Gene|-|c|"
        "{\"object_aspect_qualifier\":\"activity\",\"object_direction_qualifier\":\"decreased\","
        "\"qualified_predicate\":\"biolink:causes\"}",
    };
    assert_int_equal(rec->n_edges, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(recorder_statement(rec, i), statements[i]);
        assert_string_equal(rec->edges[i].relation->agent, "text_mining_agent");
    }
    recorder_free(rec);
}

/* ---- plain TSV */

static recorder *read_mapped(const char *text, const char *map) {
    recorder *rec = recorder_new(true);
    wrt_err err = {.code = WRT_OK};
    const wrt_kg_format_options options = {.map = map, .source = "My Lab"};
    if (recorder_read_text(rec, "tsv", wrt_str_of(text), &options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return rec;
}

static void tsv_follows_its_map(void **state) {
    (void)state;
    recorder *rec = read_mapped("drug\tgene\tpapers\tdir\tnote\n"
                                "D1\t7\t11;PMID:12, 10.1/x |odd\t-1\thello\n"
                                "D1\t7\t\tup\t\n\t7\t\t\t\n",
                                "subject=drug,object=gene,object_prefix==NCBIGene:,"
                                "predicate==decreases activity of,publications=papers,sign=dir,"
                                "subject_kind==Drug,license==CC0-1.0");
    assert_int_equal(rec->n_edges, 1);
    assert_string_equal(recorder_statement(rec, 0),
                        "D1|biolink:affects|NCBIGene:7|decreases activity of|-|c|");
    assert_string_equal(recorder_evidence(rec, 0),
                        "||infores:my-lab||CC0-1.0||PMID:11|PMID:12|DOI:10.1/x|{\"note\":\"hello\","
                        "\"references\":[\"odd\"]}");
    assert_string_equal(recorder_node(rec, 0), "D1||Drug|||");
    assert_string_equal(recorder_reject(rec, 0), "3: the sign is none of 1, 0, -1");
    assert_string_equal(recorder_reject(rec, 1), "4: the row lacks subject or object");
    recorder_free(rec);
    rec = read_mapped("A\tB\tx\ty\n", "header==no,subject=2,object=1,predicate=3,symmetric==true");
    assert_string_equal(recorder_statement(rec, 0), "B|x|A||?|s|");
    assert_string_equal(rec->edges[0].attributes, "{\"4\":\"y\"}");
    recorder_free(rec);
}

static void tsv_refuses_a_map_that_does_not_fit(void **state) {
    (void)state;
    static const struct {
        const char *map, *part;
    } cases[] = {{NULL, "needs a map of columns"},
                 {"subject=a,object=b", "the map lacks \"predicate\""},
                 {"subject=a,object=b,predicate", "\"predicate\" is not key=column"},
                 {"subject=a,subject=b", "the map names \"subject\" twice"},
                 {"colour=a", "\"colour=a\" is not key=column"},
                 {"subject=a,object=z,predicate==p", "f has no column \"z\" (of map key object)"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const wrt_kg_format_options options = {.map = cases[i].map};
        expect_refused("tsv", WRT_STR("a\tb\n1\t2\n"), &options, cases[i].part);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(primekg_folds_both_directions_into_one_edge),
        cmocka_unit_test(primekg_ids_are_unique_by_source),
        cmocka_unit_test(drugmechdb_tables_keep_label_sign_and_paths),
        cmocka_unit_test(signor_effects_give_signs_and_aspects),
        cmocka_unit_test(omnipath_signs_follow_the_consensus),
        cmocka_unit_test(ctd_gives_signs_only_to_what_is_not_nested),
        cmocka_unit_test(drugcentral_targets_get_signs_from_actions),
        cmocka_unit_test(drugcentral_indications_and_classes),
        cmocka_unit_test(drkg_relations_name_source_and_sign),
        cmocka_unit_test(drkg_claims_no_more_than_the_themes_of_gnbr),
        cmocka_unit_test(tsv_follows_its_map),
        cmocka_unit_test(tsv_refuses_a_map_that_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
