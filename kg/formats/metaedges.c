/* metaedges.c: one row for each metaedge.
 *
 * Kinds, verbs and direction are those of Hetionet's metagraph; where an edge comes from is in
 * Himmelstein et al., eLife 2017;6:e26726 (PMID 28936969) and its integrate notebook:
 *   AdG AeG AuG  Bgee, TISSUES: presence of expression      CcSE  SIDER, from package inserts
 *   CbG  DrugBank, ChEMBL, BindingDB, DrugCentral           CuG CdG Gr>G  LINCS L1000 signatures
 *   CtD CpD  PharmacotherapyDB, read by physicians          CrC  Dice coefficient of fingerprints
 *   DaG  GWAS Catalog, DISEASES, DisGeNET, DOAF             DuG DdG  STARGEO meta-analyses
 *   DlA DpS DrD  co-occurrence of MeSH topics in MEDLINE    GcG  evolutionary rate covariation
 *   GiG  protein interactions of several collections        GpBP GpCC GpMF  Gene Ontology
 * annotation GpPW  WikiPathways, Reactome, PID                       PCiC  DrugCentral, FDA classes
 *
 * Signs. Only a statement about an amount has one. CuG CdG DuG DdG say more or less of the gene.
 * AuG and AdG compare a tissue with others, which is context and neutral in a product. CbG has a
 * sign only through the actions of its attribute table, Gr>G only through its subtypes. Treating
 * and palliating lessen a disease. Causality is that of the predicate table (kg/predicates.c): what
 * a disease up-regulates is an association, not an effect. */
#include "kg/formats/metaedges.h"

#include "kg/predicates.h"

#include <string.h>

#define UNKNOWN   WRT_KG_SIGN_UNKNOWN
#define B         "biolink:"
#define CURATED   "knowledge_assertion", "manual_agent"
#define OBSERVED  "observation", "data_analysis_pipeline"
#define STATISTIC "statistical_association", "data_analysis_pipeline"
#define MINED     "knowledge_assertion", "text_mining_agent"
#define COMPUTED  "not_provided", "data_analysis_pipeline"
#define MIXED     "not_provided", "not_provided"

static const wrt_kg_metaedge table[WRT_KG_METAEDGES] = {
    {"AdG", "Anatomy", "downregulates", "Gene", B "expresses", NULL, 0, false, false, OBSERVED},
    {"AeG", "Anatomy", "expresses", "Gene", B "expresses", NULL, 0, false, false, OBSERVED},
    {"AuG", "Anatomy", "upregulates", "Gene", B "expresses", NULL, 0, false, false, OBSERVED},
    {"CbG", "Compound", "binds", "Gene", B "directly_physically_interacts_with", NULL, UNKNOWN,
     false, false, CURATED},
    {"CcSE", "Compound", "causes", "Side Effect", B "has_side_effect", NULL, 1, true, false, MINED},
    {"CdG", "Compound", "downregulates", "Gene", B "affects", "downregulated", -1, true, false,
     STATISTIC},
    {"CpD", "Compound", "palliates", "Disease", B "ameliorates_condition", NULL, -1, true, false,
     CURATED},
    {"CrC", "Compound", "resembles", "Compound", B "chemically_similar_to", NULL, UNKNOWN, false,
     false, COMPUTED},
    {"CtD", "Compound", "treats", "Disease", B "treats", NULL, -1, true, false, CURATED},
    {"CuG", "Compound", "upregulates", "Gene", B "affects", "upregulated", 1, true, false,
     STATISTIC},
    {"DaG", "Disease", "associates", "Gene", B "associated_with", NULL, UNKNOWN, false, false,
     MIXED},
    {"DdG", "Disease", "downregulates", "Gene", B "negatively_correlated_with", "downregulated", -1,
     false, false, STATISTIC},
    {"DlA", "Disease", "localizes", "Anatomy", B "located_in", NULL, 0, false, false, STATISTIC},
    {"DpS", "Disease", "presents", "Symptom", B "has_phenotype", NULL, 1, false, false, STATISTIC},
    {"DrD", "Disease", "resembles", "Disease", B "similar_to", NULL, UNKNOWN, false, false,
     STATISTIC},
    {"DuG", "Disease", "upregulates", "Gene", B "positively_correlated_with", "upregulated", 1,
     false, false, STATISTIC},
    {"GcG", "Gene", "covaries", "Gene", B "correlated_with", NULL, UNKNOWN, false, false,
     STATISTIC},
    {"GiG", "Gene", "interacts", "Gene", B "physically_interacts_with", NULL, UNKNOWN, false, false,
     MIXED},
    {"GpBP", "Gene", "participates", "Biological Process", B "participates_in", NULL, 0, false,
     false, MIXED},
    {"GpCC", "Gene", "participates", "Cellular Component", B "located_in", NULL, 0, false, false,
     MIXED},
    {"GpMF", "Gene", "participates", "Molecular Function", B "participates_in", NULL, 0, false,
     false, MIXED},
    {"GpPW", "Gene", "participates", "Pathway", B "participates_in", NULL, 0, false, false,
     CURATED},
    {"Gr>G", "Gene", "regulates", "Gene", B "regulates", NULL, UNKNOWN, true, true, STATISTIC},
    {"PCiC", "Pharmacologic Class", "includes", "Compound", B "has_member", NULL, 0, false, false,
     CURATED},
};

const wrt_kg_metaedge *wrt_kg_metaedge_at(size_t index) {
    return index < WRT_KG_METAEDGES ? &table[index] : NULL;
}

const wrt_kg_metaedge *wrt_kg_metaedge_find(wrt_str abbreviation) {
    for (size_t i = 0; i < WRT_KG_METAEDGES; i++)
        if (wrt_str_equal_c(abbreviation, table[i].abbreviation))
            return &table[i];
    return NULL;
}

const wrt_kg_metaedge *wrt_kg_metaedge_of(wrt_str source, wrt_str verb, wrt_str target) {
    for (size_t i = 0; i < WRT_KG_METAEDGES; i++)
        if (wrt_str_equal_c(verb, table[i].verb) && wrt_str_equal_c(source, table[i].source) &&
            wrt_str_equal_c(target, table[i].target))
            return &table[i];
    return NULL;
}

wrt_kg_relation wrt_kg_metaedge_relation(const wrt_kg_metaedge *metaedge) {
    return (wrt_kg_relation){
        .predicate = wrt_str_of(metaedge->predicate),
        .original = wrt_str_of(metaedge->abbreviation),
        .level = wrt_str_of(metaedge->level),
        .agent = wrt_str_of(metaedge->agent),
        .primary = WRT_STR("infores:hetionet"),
        .sign = metaedge->sign,
        .is_causal = metaedge->is_causal,
        .is_symmetric = !metaedge->is_directed,
    };
}

wrt_json *wrt_kg_metaedge_qualifiers(const wrt_kg_metaedge *metaedge) {
    wrt_json *object = wrt_json_new_object();
    if (metaedge->direction == NULL)
        return object;
    if (metaedge->is_causal)
        wrt_json_set_text(object, "qualified_predicate", B "causes");
    wrt_json_set_text(object, "object_aspect_qualifier", "expression");
    wrt_json_set_text(object, "object_direction_qualifier", metaedge->direction);
    return object;
}

/* Prefixes as Biolink writes them; an identifier that holds its own is taken as it is. */
bool wrt_kg_metaedge_curie(wrt_buf *out, wrt_str kind, wrt_str identifier) {
    static const struct {
        const char *kind, *prefix, *start; /* of identifiers that the prefix is for */
    } list[] = {
        {"Anatomy", "", "UBERON:"},
        {"Biological Process", "", "GO:"},
        {"Cellular Component", "", "GO:"},
        {"Molecular Function", "", "GO:"},
        {"Disease", "", "DOID:"},
        {"Compound", "DRUGBANK:", "DB"},
        {"Gene", "NCBIGene:", ""},
        {"Pathway", "WikiPathways:", "WP"},
        {"Side Effect", "UMLS:", "C"},
        {"Symptom", "MESH:", "D"},
        {"Pharmacologic Class", "NDFRT:", "N"},
    };
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (wrt_str_equal_c(kind, list[i].kind) &&
            wrt_str_starts_with(identifier, wrt_str_of(list[i].start))) {
            wrt_buf_add_c(out, list[i].prefix);
            wrt_buf_add_str(out, identifier);
            return true;
        }
    return false;
}
