/* predicates.c: the predicate table.
 *
 * The first 67 rows carry the signs and roles of the DrugMechDB predicate lexicon
 * (SuLab/DrugMechDB-agentic, CC0-1.0); their CURIEs and the remaining rows follow Biolink 4.4.4.
 * Where the lexicon says 0 for a predicate that relates two quantities without saying in which
 * direction ("correlated with", "affects risk for", "interacts with"), the sign here is unknown:
 * only structure ("part of", "participates in") is neutral in a product of signs. Causality is
 * ours, by one rule: true for regulatory, causal and clinical-outcome predicates that say the
 * subject acts on the object; false for every other role, and for the three that only state risk,
 * contraindication or the site of expression. An edge is causal only when its predicate and, where
 * it is known, its original label both are: the weaker of the two counts. A CURIE whose direction
 * lives in qualifiers (affects, regulates) has an unknown sign when they are absent. */
#include "kg/predicates.h"

#include <string.h>

#define UNKNOWN WRT_KG_SIGN_UNKNOWN
#define B       "biolink:"

static const wrt_kg_predicate table[] = {
    {"positively regulates", B "regulates", 1, true, "regulatory"},
    {"positively correlated with", B "positively_correlated_with", 1, false, "correlation"},
    {"decreases activity of", B "affects", -1, true, "regulatory"},
    {"increases activity of", B "affects", 1, true, "regulatory"},
    {"negatively regulates", B "regulates", -1, true, "regulatory"},
    {"causes", B "causes", 1, true, "causal"},
    {"participates in", B "participates_in", 0, false, "contextual"},
    {"negatively correlated with", B "negatively_correlated_with", -1, false, "correlation"},
    {"increases abundance of", B "affects", 1, true, "regulatory"},
    {"occurs in", B "occurs_in", 0, false, "contextual"},
    {"manifestation of", B "manifestation_of", 1, false, "correlation"},
    {"in taxon", B "in_taxon", 0, false, "contextual"},
    {"contributes to", B "contributes_to", 1, true, "causal"},
    {"located in", B "located_in", 0, false, "contextual"},
    {"decreases abundance of", B "affects", -1, true, "regulatory"},
    {"correlated with", B "correlated_with", UNKNOWN, false, "correlation"},
    {"location of", B "location_of", 0, false, "contextual"},
    {"has metabolite", B "has_metabolite", 1, false, "derivation"},
    {"disrupts", B "disrupts", -1, true, "regulatory"},
    {"part of", B "part_of", 0, false, "structural"},
    {"treats", B "treats", -1, true, "clinical_outcome"},
    {"produces", B "produces", 1, true, "causal"},
    {"regulates", B "regulates", UNKNOWN, true, "regulatory"},
    {"molecularly interacts with", B "molecularly_interacts_with", UNKNOWN, false, "contextual"},
    {"has phenotype", B "has_phenotype", 1, false, "correlation"},
    {"precedes", B "precedes", UNKNOWN, false, "contextual"},
    {"affects risk for", B "affects_likelihood_of", UNKNOWN, false, "clinical_outcome"},
    {"has output", B "has_output", 1, true, "causal"},
    {"subclass of", B "subclass_of", 0, false, "structural"},
    {"caused by", B "caused_by", 1, false, "reverse"},
    {"prevents", B "preventative_for_condition", -1, true, "clinical_outcome"},
    {"affected by", B "affected_by", UNKNOWN, false, "reverse"},
    {"disrupted by", B "disrupted_by", -1, false, "reverse"},
    {"phenotype of", B "phenotype_of", 1, false, "reverse"},
    {"capable of", B "capable_of", UNKNOWN, false, "contextual"},
    {"chemically similar to", B "chemically_similar_to", UNKNOWN, false, "structural"},
    {"has participant", B "has_participant", 0, false, "contextual"},
    {"expressed in", B "expressed_in", 0, false, "contextual"},
    {"ameliorates", B "ameliorates_condition", -1, true, "clinical_outcome"},
    {"superclass of", B "superclass_of", 0, false, "structural"},
    {"actively involved in", B "actively_involved_in", 0, false, "contextual"},
    {"produced by", B "produced_by", 1, false, "reverse"},
    {"derives into", B "derives_into", 1, false, "derivation"},
    {"increases degradation of", B "affects", -1, true, "regulatory"},
    {"contraindicated for", B "contraindicated_in", UNKNOWN, false, "clinical_outcome"},
    {"increases transport of", B "affects", 1, true, "regulatory"},
    {"has active ingredient", B "has_active_ingredient", 0, false, "structural"},
    {"in complex with", B "in_complex_with", UNKNOWN, false, "contextual"},
    {"directly interacts with", B "directly_physically_interacts_with", UNKNOWN, false,
     "contextual"},
    {"increases stability of", B "affects", 1, true, "regulatory"},
    {"derives from", B "derives_from", 1, false, "reverse"},
    {"exacerbates", B "exacerbates_condition", 1, true, "clinical_outcome"},
    {"interacts with", B "interacts_with", UNKNOWN, false, "contextual"},
    {"is metabolite of", B "is_metabolite_of", 1, false, "reverse"},
    {"decreases synthesis of", B "affects", -1, true, "regulatory"},
    {"coexists with", B "coexists_with", UNKNOWN, false, "contextual"},
    {"enables", B "enables", 1, false, "causal"},
    {"increases expression of", B "affects", 1, true, "regulatory"},
    {"decreases expression of", B "affects", -1, true, "regulatory"},
    {"decreases uptake of", B "affects", -1, true, "regulatory"},
    {"predisposes", B "predisposes_to_condition", 1, false, "clinical_outcome"},
    {"physically interacts with", B "physically_interacts_with", UNKNOWN, false, "contextual"},
    {"has part", B "has_part", 0, false, "structural"},
    {"similar to", B "similar_to", UNKNOWN, false, "structural"},
    {"expresses", B "expresses", 1, false, "regulatory"},
    {"increases response to", B "increases_response_to", UNKNOWN, true, "regulatory"},
    {"decreases response to", B "decreases_response_to", UNKNOWN, true, "regulatory"},
    /* Biolink predicates that are more than the words of a label above. */
    {"affects", B "affects", UNKNOWN, true, "regulatory"},
    {"regulates (biolink)", B "regulates", UNKNOWN, true, "regulatory"},
    {"affects likelihood of", B "affects_likelihood_of", UNKNOWN, false, "clinical_outcome"},
    {"acts upstream of", B "acts_upstream_of", UNKNOWN, true, "causal"},
    {"acts upstream of positive effect", B "acts_upstream_of_positive_effect", 1, true, "causal"},
    {"acts upstream of negative effect", B "acts_upstream_of_negative_effect", -1, true, "causal"},
    {"acts upstream of or within", B "acts_upstream_of_or_within", UNKNOWN, true, "causal"},
    {"acts upstream of or within positive effect", B "acts_upstream_of_or_within_positive_effect",
     1, true, "causal"},
    {"acts upstream of or within negative effect", B "acts_upstream_of_or_within_negative_effect",
     -1, true, "causal"},
    {"promotes condition", B "promotes_condition", 1, true, "clinical_outcome"},
    {"preventative for condition", B "preventative_for_condition", -1, true, "clinical_outcome"},
    {"ameliorates condition", B "ameliorates_condition", -1, true, "clinical_outcome"},
    {"exacerbates condition", B "exacerbates_condition", 1, true, "clinical_outcome"},
    {"predisposes to condition", B "predisposes_to_condition", 1, false, "clinical_outcome"},
    {"has side effect", B "has_side_effect", 1, false, "clinical_outcome"},
    {"has adverse event", B "has_adverse_event", 1, false, "clinical_outcome"},
    {"contraindicated in", B "contraindicated_in", UNKNOWN, false, "clinical_outcome"},
    {"associated with", B "associated_with", UNKNOWN, false, "correlation"},
    {"genetically associated with", B "genetically_associated_with", UNKNOWN, false, "correlation"},
    {"gene associated with condition", B "gene_associated_with_condition", UNKNOWN, false,
     "correlation"},
    {"directly physically interacts with", B "directly_physically_interacts_with", UNKNOWN, false,
     "contextual"},
    {"genetically interacts with", B "genetically_interacts_with", UNKNOWN, false, "contextual"},
    {"gene product of", B "gene_product_of", 0, false, "structural"},
    {"has gene product", B "has_gene_product", 0, false, "structural"},
    {"close match", B "close_match", 0, false, "structural"},
    {"exact match", B "exact_match", 0, false, "structural"},
    {"same as", B "same_as", 0, false, "structural"},
    {"orthologous to", B "orthologous_to", 0, false, "structural"},
    {"homologous to", B "homologous_to", 0, false, "structural"},
    {"related to", B "related_to", UNKNOWN, false, "contextual"},
};

enum { ROWS = sizeof table / sizeof table[0] };

/* CURIEs that several rows share: the row that speaks for the bare CURIE. */
static const char *const bare_labels[][2] = {
    {B "affects", "affects"},
    {B "regulates", "regulates (biolink)"},
    {B "affects_likelihood_of", "affects likelihood of"},
};

static const wrt_kg_predicate *find_label(wrt_str text) {
    for (size_t i = 0; i < ROWS; i++)
        if (wrt_str_equal_c(text, table[i].label))
            return &table[i];
    return NULL;
}

static const wrt_kg_predicate *find_curie(wrt_str text) {
    for (size_t i = 0; i < sizeof bare_labels / sizeof bare_labels[0]; i++)
        if (wrt_str_equal_c(text, bare_labels[i][0]))
            return find_label(wrt_str_of(bare_labels[i][1]));
    for (size_t i = 0; i < ROWS; i++)
        if (wrt_str_equal_c(text, table[i].curie))
            return &table[i];
    return NULL;
}

const wrt_kg_predicate *wrt_kg_predicate_find(wrt_str text) {
    const size_t prefix = strlen(B);
    if (wrt_str_starts_with(text, WRT_STR(B)))
        return find_curie(text);
    const wrt_kg_predicate *row = find_label(text);
    if (row != NULL || text.len == 0)
        return row;
    for (size_t i = 0; i < ROWS; i++)
        if (wrt_str_equal_c(text, table[i].curie + prefix))
            return find_curie(wrt_str_of(table[i].curie));
    return NULL;
}

const wrt_kg_predicate *wrt_kg_predicate_at(size_t index) {
    return index < ROWS ? &table[index] : NULL;
}

static int qualifier_sign(wrt_str direction) {
    if (wrt_str_equal_c(direction, "increased") || wrt_str_equal_c(direction, "upregulated"))
        return 1;
    if (wrt_str_equal_c(direction, "decreased") || wrt_str_equal_c(direction, "downregulated"))
        return -1;
    return WRT_KG_SIGN_UNKNOWN;
}

/* More of an aspect is more of the object, less of it, or says nothing of its amount. */
static int sign_of_aspect(wrt_str aspect, int sign) {
    static const char *const same[] = {
        "",           "abundance", "activity",  "activity_or_abundance",
        "expression", "secretion", "stability", "synthesis",
        "transport",  "uptake"};
    if (wrt_str_equal_c(aspect, "degradation"))
        return -sign;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        if (wrt_str_equal_c(aspect, same[i]))
            return sign;
    return UNKNOWN;
}

/* "Less of A causes more of B" says of A what "A causes less of B" says. */
static void flip_by_subject(int *sign, wrt_str direction) {
    if (direction.len == 0 || *sign == WRT_KG_SIGN_UNKNOWN)
        return;
    int subject = qualifier_sign(direction);
    *sign = subject == WRT_KG_SIGN_UNKNOWN ? subject : *sign * subject;
}

void wrt_kg_assertion_read(int *sign, bool *is_causal, const wrt_kg_assertion *assertion) {
    const wrt_kg_predicate *label = wrt_kg_predicate_find(assertion->original_predicate);
    const wrt_kg_predicate *curie = wrt_kg_predicate_find(assertion->predicate);
    const wrt_kg_predicate *row = label != NULL ? label : curie;
    *sign = row != NULL ? row->sign : WRT_KG_SIGN_UNKNOWN;
    *is_causal = curie != NULL && curie->is_causal && row->is_causal;
    if (assertion->qualified_predicate.len > 0) {
        const wrt_kg_predicate *meant = wrt_kg_predicate_find(assertion->qualified_predicate);
        *is_causal = *is_causal && meant != NULL && meant->is_causal;
    }
    int qualified = qualifier_sign(assertion->object_direction);
    if (qualified == WRT_KG_SIGN_UNKNOWN) {
        flip_by_subject(sign, assertion->subject_direction);
        return;
    }
    *sign = sign_of_aspect(assertion->object_aspect, qualified);
    flip_by_subject(sign, assertion->subject_direction);
}
