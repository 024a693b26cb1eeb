/* mechanism.c: the prior over types of edge.
 *
 * For each metaedge of Hetionet v1.0: how many of its edges join two nodes that are neighbours in
 * one of 2,969 curated mechanism graphs of DrugMechDB (the training graphs: no drug of an
 * evaluation set is among them). tests/bench/mechanism_rates.py counts them anew. The weight of an
 * edge is (used + 1) / (edges + 2), the rule of succession: a drug's target is a hundred times
 * likelier to belong to a mechanism than one more gene of a process. Biolink predicates of other
 * sources take the counts of the Hetionet metaedges that say the same. */
#include "kg/paths/mechanism.h"

#include "kg/predicates.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

typedef struct {
    const char *name; /* Hetionet's abbreviation or a CURIE without its prefix */
    unsigned edges, used;
    bool is_followed;
} prior_row;

static const prior_row rows[] = {
    {"CbG", 11571, 745, true},
    {"DpS", 3357, 8, true},
    {"DlA", 3602, 7, true},
    {"GpBP", 457298, 304, true},
    {"GpPW", 84372, 48, true},
    {"GpMF", 82583, 37, true},
    {"DaG", 12623, 5, true},
    {"GiG", 147164, 17, true},
    {"GpCC", 70091, 8, true},
    {"Gr>G", 265672, 1, true},
    {"CtD", 755, 1, true},
    {"CpD", 390, 0, true},
    {"CuG", 18756, 3, false},
    {"CdG", 21102, 1, false},
    {"AuG", 97848, 4, false},
    {"AdG", 102240, 1, false},
    {"AeG", 526407, 0, false},
    {"DuG", 7731, 0, false},
    {"DdG", 7623, 0, false},
    {"GcG", 61690, 0, false},
    {"CrC", 6486, 8, false},
    {"DrD", 543, 0, false},
    {"PCiC", 1029, 0, false},
    {"CcSE", 138944, 0, false},
    /* CuG to CcSE: expression, similarity, classes, side effects. Below: Biolink. */
    {"participates_in", 624253, 389, true},
    {"actively_involved_in", 457298, 304, true},
    {"acts_upstream_of_or_within", 457298, 304, true},
    {"enables", 82583, 37, true},
    {"located_in", 70091, 8, true},
    {"associated_with", 12623, 5, true},
    {"genetically_associated_with", 12623, 5, true},
    {"gene_associated_with_condition", 12623, 5, true},
    {"interacts_with", 147164, 17, true},
    {"physically_interacts_with", 147164, 17, true},
    {"genetically_interacts_with", 147164, 17, true},
    {"has_phenotype", 3357, 8, true},
    {"expressed_in", 526407, 0, false},
    {"expresses", 526407, 0, false},
    {"coexpressed_with", 61690, 0, false},
    {"similar_to", 543, 0, false},
    {"chemically_similar_to", 6486, 8, false},
    {"homologous_to", 61690, 0, false},
    {"orthologous_to", 61690, 0, false},
    {"in_taxon", 526407, 0, false},
    {"has_side_effect", 138944, 0, false},
    {"has_adverse_event", 138944, 0, false},
};

static const char *without_prefix(const char *curie) {
    static const char prefix[] = "biolink:";
    const size_t len = sizeof prefix - 1;
    return strncmp(curie, prefix, len) == 0 ? curie + len : curie;
}

static const prior_row *find_row(const char *name) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

/* A label of DrugMechDB: its edges are mechanisms to begin with. */
static bool is_curated(const char *original) {
    const wrt_kg_predicate *row = wrt_kg_predicate_find(wrt_str_of(original));
    return row != NULL && strcmp(row->label, original) == 0;
}

wrt_kg_edge_prior wrt_kg_mechanism_prior(const char *predicate, const char *original) {
    const prior_row *row = find_row(original);
    if (row == NULL && !is_curated(original))
        row = find_row(without_prefix(predicate));
    if (row == NULL)
        return (wrt_kg_edge_prior){1, true};
    return (wrt_kg_edge_prior){(row->used + 1.0) / (row->edges + 2.0), row->is_followed};
}

/* ---- kinds */

static bool same_kind(const char *kind, const char *name) {
    const char *at = without_prefix(kind);
    for (; *at != '\0'; at++) {
        if (*at == ' ' || *at == '_')
            continue;
        if (*name == '\0' || tolower((unsigned char)*at) != *name)
            return false;
        name++;
    }
    return *name == '\0';
}

static bool kind_among(const char *kind, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (same_kind(kind, names[i]))
            return true;
    return false;
}

static bool is_drug(const char *kind) {
    static const char *const names[] = {"compound",          "drug",
                                        "smallmolecule",     "chemicalentity",
                                        "chemicalsubstance", "molecularmixture"};
    return kind_among(kind, names, sizeof names / sizeof names[0]);
}

static bool is_disease(const char *kind) {
    static const char *const names[] = {"disease", "phenotypicfeature",
                                        "diseaseorphenotypicfeature", "effect/phenotype"};
    return kind_among(kind, names, sizeof names / sizeof names[0]);
}

bool wrt_kg_mechanism_inner(const char *kind) {
    static const char *const barred[] = {"compound", "drug", "disease", "sideeffect",
                                         "pharmacologicclass"};
    return !kind_among(kind, barred, sizeof barred / sizeof barred[0]);
}

/* ---- treatment */

static bool names_treatment(const char *name) {
    static const char *const names[] = {
        "treats",
        "CtD",
        "CpD",
        "palliates",
        "indication",
        "off-label use",
        "prevents",
        "preventative_for_condition",
        "ameliorates",
        "ameliorates_condition",
        "applied_to_treat",
        "in_clinical_trials_for",
        "treats_or_applied_or_studied_to_treat",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(without_prefix(name), names[i]) == 0)
            return true;
    return false;
}

bool wrt_kg_is_treatment(const char *predicate, const char *original, const char *subject_kind,
                         const char *object_kind) {
    bool joins = (is_drug(subject_kind) && is_disease(object_kind)) ||
                 (is_disease(subject_kind) && is_drug(object_kind));
    return joins && (names_treatment(predicate) || names_treatment(original));
}
