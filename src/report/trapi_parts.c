/* trapi_parts.c: the vocabulary of a TRAPI message. */
#include "report/trapi_parts.h"

#include <stdio.h>
#include <string.h>

static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

/* ---- identifiers */

static const struct {
    const char *ours, *biolinks;
} prefixes[] = {
    {"UniProt", "UniProtKB"}, {"taxonomy", "NCBITaxon"}, {"reactome", "REACT"},
    {"DB", "DRUGBANK"},       {"Pfam", "PFAM"},          {"TIGR", "TIGRFAM"},
    {"InterPro", "interpro"},
};

static void encode(char out[WRT_TRAPI_ID_MAX], const char *id) {
    size_t at = (size_t)snprintf(out, WRT_TRAPI_ID_MAX, "warrant.local:");
    for (; *id != '\0' && at + 4 < WRT_TRAPI_ID_MAX; id++)
        at += (size_t)(strchr(plain, *id) != NULL
                           ? snprintf(out + at, WRT_TRAPI_ID_MAX - at, "%c", *id)
                           : snprintf(out + at, WRT_TRAPI_ID_MAX - at, "%%%02X",
                                      (unsigned)(unsigned char)*id));
}

void wrt_trapi_curie(char out[WRT_TRAPI_ID_MAX], const char *id) {
    size_t n = strcspn(id, ":");
    if (n == 0 || id[n] == '\0' || id[n + 1] == '\0' || strspn(id, plain) != n ||
        strpbrk(id, " \t\r\n") != NULL || strlen(id) >= WRT_TRAPI_ID_MAX - 16) {
        encode(out, id);
        return;
    }
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strlen(prefixes[i].ours) == n && strncmp(id, prefixes[i].ours, n) == 0) {
            snprintf(out, WRT_TRAPI_ID_MAX, "%s%s", prefixes[i].biolinks, id + n);
            return;
        }
    snprintf(out, WRT_TRAPI_ID_MAX, "%s", id);
}

void wrt_trapi_infores(char out[96], const char *name) {
    size_t at = (size_t)snprintf(out, 96, "infores:");
    if (name == NULL || name[0] == '\0')
        name = "not-provided";
    if (strncmp(name, "infores:", 8) == 0)
        name += 8;
    for (; *name != '\0' && at < 95; name++)
        out[at++] = strchr(plain, *name) != NULL ? *name : '-';
    out[at] = '\0';
}

/* ---- classes and predicates */

void wrt_trapi_category(char out[64], const char *kind) {
    static const char *const classes[] = {"AnatomicalEntity",
                                          "BiologicalProcess",
                                          "Cell",
                                          "CellLine",
                                          "CellularComponent",
                                          "ChemicalEntity",
                                          "ChemicalMixture",
                                          "Disease",
                                          "DiseaseOrPhenotypicFeature",
                                          "Drug",
                                          "EnvironmentalFeature",
                                          "Exon",
                                          "Food",
                                          "Gene",
                                          "GeneFamily",
                                          "Genome",
                                          "GrossAnatomicalStructure",
                                          "MacromolecularComplex",
                                          "MolecularActivity",
                                          "MolecularMixture",
                                          "NamedThing",
                                          "OrganismTaxon",
                                          "OrganismalEntity",
                                          "Pathway",
                                          "PhenotypicFeature",
                                          "PhysiologicalProcess",
                                          "Polypeptide",
                                          "Procedure",
                                          "Protein",
                                          "ProteinDomain",
                                          "ProteinFamily",
                                          "RNAProduct",
                                          "SequenceVariant",
                                          "SmallMolecule",
                                          "Transcript",
                                          "Treatment"};
    static const struct {
        const char *kind, *name;
    } others[] = {{"ChemicalSubstance", "ChemicalEntity"},
                  {"Compound", "ChemicalEntity"},
                  {"Anatomy", "AnatomicalEntity"},
                  {"Symptom", "PhenotypicFeature"},
                  {"Side Effect", "PhenotypicFeature"},
                  {"Biological Process", "BiologicalProcess"},
                  {"Cellular Component", "CellularComponent"},
                  {"Molecular Function", "MolecularActivity"}};
    const char *name = "NamedThing";
    for (size_t i = 0; kind != NULL && i < sizeof classes / sizeof *classes; i++)
        if (strcmp(classes[i], kind) == 0)
            name = classes[i];
    for (size_t i = 0; kind != NULL && i < sizeof others / sizeof *others; i++)
        if (strcmp(others[i].kind, kind) == 0)
            name = others[i].name;
    snprintf(out, 64, "biolink:%s", name);
}

void wrt_trapi_predicate(char out[96], const char *predicate) {
    const char *name = predicate != NULL ? predicate : "";
    bool is_good = strncmp(name, "biolink:", 8) == 0 && name[8] >= 'a' && name[8] <= 'z' &&
                   strspn(name + 8, "abcdefghijklmnopqrstuvwxyz_") == strlen(name + 8) &&
                   strlen(name) < 96;
    snprintf(out, 96, "%s", is_good ? name : "biolink:related_to");
}

const char *wrt_trapi_relation(const char **direction, const char *relation) {
    static const struct {
        const char *relation, *predicate, *direction;
    } table[] = {
        {"causes", "biolink:causes", NULL},
        {"prevents", "biolink:preventative_for_condition", NULL},
        {"increases", "biolink:affects", "increased"},
        {"decreases", "biolink:affects", "decreased"},
        {"treats", "biolink:treats", NULL},
        {"associated_with", "biolink:associated_with", NULL},
        {"no_effect", "biolink:affects", NULL},
    };
    *direction = NULL;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].relation, relation) == 0) {
            *direction = table[i].direction;
            return table[i].predicate;
        }
    return "biolink:related_to";
}

/* ---- attributes and qualifiers */

void wrt_trapi_attribute(wrt_json *list, const char *type, const char *name, wrt_json *value) {
    bool is_empty = value == NULL || wrt_json_is(value, WRT_JSON_NULL) ||
                    (wrt_json_is(value, WRT_JSON_ARRAY) && wrt_json_count(value) == 0);
    if (is_empty) {
        wrt_json_free(value);
        return;
    }
    wrt_json *attribute = wrt_json_new_object();
    wrt_json_set_text(attribute, "attribute_type_id", type);
    if (name != NULL)
        wrt_json_set_text(attribute, "original_attribute_name", name);
    wrt_json_set(attribute, "value", value);
    wrt_json_set_text(attribute, "attribute_source", WRT_TRAPI_SELF);
    wrt_json_push(list, attribute);
}

void wrt_trapi_note(wrt_json *list, const char *name, const char *text) {
    if (text != NULL)
        wrt_trapi_attribute(list, "biolink:Attribute", name, wrt_json_new_c(text));
}

void wrt_trapi_qualifier(wrt_json *edge, const char *type, const char *value) {
    wrt_json *qualifier = wrt_json_new_object();
    wrt_json_set_text(qualifier, "qualifier_type_id", type);
    wrt_json_set_text(qualifier, "qualifier_value", value);
    if (wrt_json_get(edge, "qualifiers") == NULL)
        wrt_json_set(edge, "qualifiers", wrt_json_new_array());
    wrt_json_push(wrt_json_get_mut(edge, "qualifiers"), qualifier);
}
