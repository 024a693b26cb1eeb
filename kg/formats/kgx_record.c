/* kgx_record.c: slots of KGX records, and nodes.
 *
 * The kind of a node with several categories is the most specific of them: general classes and
 * mixins of Biolink 4.4.4 have a rank below any class that is not listed, and the first of the
 * highest rank is taken. */
#include "kg/formats/kgx_record.h"

#include "base/arena.h"
#include "kg/store/export.h"

#include <stdlib.h>
#include <string.h>

enum { NOT_GENERAL = 9 };

static int slot_in(const char *const *names, int n, const char *name) {
    for (int i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return n;
}

static bool ends_with(const char *text, const char *end) {
    size_t len = strlen(text), tail = strlen(end);
    return len > tail && strcmp(text + len - tail, end) == 0;
}

wrt_kgx_edge_slot wrt_kgx_edge_slot_of(const char *name) {
    static const char *const names[WRT_KGX_EDGE_SLOTS] = {
        "id",
        "subject",
        "predicate",
        "object",
        "original_predicate",
        "knowledge_level",
        "agent_type",
        "primary_knowledge_source",
        "aggregator_knowledge_source",
        "publications",
        "record_id",
        "license",
        "negated",
        "knowledge_source",
        "provided_by",
        "relation",
        WRT_KG_EXPORT_EDGE,
    };
    int slot = slot_in(names, WRT_KGX_EDGE_SLOTS, name);
    if (slot < WRT_KGX_EDGE_SLOTS)
        return (wrt_kgx_edge_slot)slot;
    bool is_qualifier = ends_with(name, "_qualifier") || strcmp(name, "qualified_predicate") == 0;
    return is_qualifier ? WRT_KGX_QUALIFIER : WRT_KGX_ATTRIBUTE;
}

wrt_kgx_node_slot wrt_kgx_node_slot_of(const char *name) {
    static const char *const names[WRT_KGX_NODE_SLOTS] = {"id",      "name", "category",
                                                          "synonym", "xref", WRT_KG_EXPORT_NODE};
    return (wrt_kgx_node_slot)slot_in(names, WRT_KGX_NODE_SLOTS, name);
}

/* ---- attributes */

static bool is_one_of(const char *text, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(text, list[i]) == 0)
            return true;
    return false;
}

void wrt_kgx_attribute(wrt_json *attributes, const char *name, wrt_str cell) {
    static const char *const lists[] = {
        "category",     "provided_by", "publications",
        "qualifiers",   "same_as",     "aggregator_knowledge_source",
        "has_evidence", "in_taxon",    "equivalent_identifiers",
        "xref",         "synonym"};
    static const char *const texts[] = {"description", "iri", "name", "full_name", "symbol"};
    bool holds_bar = memchr(cell.ptr, '|', cell.len) != NULL;
    if (is_one_of(name, lists, sizeof lists / sizeof lists[0]) ||
        (holds_bar && !is_one_of(name, texts, sizeof texts / sizeof texts[0])))
        wrt_kg_attribute_list(attributes, name, cell, '|');
    else
        wrt_kg_attribute(attributes, name, cell);
}

/* ---- nodes */

void wrt_kgx_node_begin(wrt_kgx_node *node) {
    for (int i = 0; i < WRT_KGX_NODE_SLOTS; i++)
        node->cells[i] = WRT_STR("");
    wrt_json_free(node->attributes);
    node->attributes = wrt_json_new_object();
    node->n_items = 0;
    node->synonyms = node->xrefs = NULL;
}

void wrt_kgx_node_free(wrt_kgx_node *node) {
    wrt_json_free(node->attributes);
    free(node->items);
}

/* How general a class is: 0 says nothing, NOT_GENERAL is a class of its own. */
static int rank_of(wrt_str category) {
    static const struct {
        const char *name;
        int rank;
    } general[] = {
        {"Entity", 0},
        {"NamedThing", 0},
        {"OntologyClass", 0},
        {"Occurrent", 0},
        {"PhysicalEssence", 0},
        {"PhysicalEssenceOrOccurrent", 0},
        {"SubjectOfInvestigation", 0},
        {"ThingWithTaxon", 0},
        {"BiologicalEntity", 1},
        {"GenomicEntity", 1},
        {"OrganismalEntity", 1},
        {"MacromolecularMachineMixin", 1},
        {"ChemicalEntityOrGeneOrGeneProduct", 1},
        {"ChemicalEntityOrProteinOrPolypeptide", 1},
        {"ChemicalOrDrugOrTreatment", 1},
        {"GeneOrGeneProduct", 2},
        {"GeneProductMixin", 2},
        {"DiseaseOrPhenotypicFeature", 2},
        {"BiologicalProcessOrActivity", 2},
        {"ChemicalEntity", 3},
        {"AnatomicalEntity", 3},
        {"MolecularEntity", 4},
        {"MolecularMixture", 4},
        {"Polypeptide", 4},
    };
    for (size_t i = 0; i < sizeof general / sizeof general[0]; i++)
        if (wrt_str_equal_c(category, general[i].name))
            return general[i].rank;
    return NOT_GENERAL;
}

static wrt_str kind_of(wrt_str categories) {
    wrt_str best = WRT_STR(""), item, rest = categories;
    const wrt_str prefix = WRT_STR("biolink:");
    int best_rank = -1;
    while (categories.len > 0 && wrt_str_cut(&item, &rest, '|')) {
        item = wrt_str_trim(item);
        if (wrt_str_starts_with(item, prefix))
            item = (wrt_str){item.ptr + prefix.len, item.len - prefix.len};
        int rank = item.len > 0 ? rank_of(item) : -1;
        if (rank > best_rank) {
            best = item;
            best_rank = rank;
        }
    }
    return best;
}

static void add_item(wrt_kgx_node *node, wrt_str item) {
    if (item.len == 0)
        return;
    if (node->n_items == node->room) {
        node->room = node->room == 0 ? 16 : node->room * 2;
        node->items = wrt_realloc(node->items, node->room * sizeof *node->items);
    }
    node->items[node->n_items++] = item;
}

static void add_items(wrt_kgx_node *node, wrt_str joined) {
    wrt_str item, rest = joined;
    while (joined.len > 0 && wrt_str_cut(&item, &rest, '|'))
        add_item(node, wrt_str_trim(item));
}

/* The list where there is one, else the cell. */
static void add_names(wrt_kgx_node *node, const wrt_json *list, wrt_str cell) {
    if (list == NULL)
        add_items(node, cell);
    WRT_JSON_EACH(item, list) {
        add_item(node, wrt_str_of(wrt_json_text(item)));
    }
}

/* Members of warrant_node take the place of cells that a table could not hold. */
static void read_exported(wrt_kg_node_record *record, wrt_kgx_node *node, const wrt_json *extra) {
    record->id = wrt_str_of(wrt_json_get_text(extra, "id", ""));
    if (record->id.len == 0)
        record->id = node->cells[WRT_KGX_NODE_ID];
    record->name = wrt_json_get(extra, "name") != NULL
                       ? wrt_str_of(wrt_json_get_text(extra, "name", ""))
                       : node->cells[WRT_KGX_NODE_NAME];
    record->kind = wrt_json_get(extra, "kind") != NULL
                       ? wrt_str_of(wrt_json_get_text(extra, "kind", ""))
                       : kind_of(node->cells[WRT_KGX_NODE_CATEGORY]);
    if (wrt_json_get(extra, "synonym") != NULL)
        node->synonyms = wrt_json_get(extra, "synonym");
    if (wrt_json_get(extra, "xref") != NULL)
        node->xrefs = wrt_json_get(extra, "xref");
}

static void read_plain(wrt_kg_node_record *record, wrt_kgx_node *node) {
    wrt_str category = node->cells[WRT_KGX_NODE_CATEGORY];
    record->id = node->cells[WRT_KGX_NODE_ID];
    record->name = node->cells[WRT_KGX_NODE_NAME];
    record->kind = kind_of(category);
    if (memchr(category.ptr, '|', category.len) != NULL)
        wrt_kg_attribute_list(node->attributes, "category", category, '|');
}

static wrt_status write_node(wrt_kg_writer *writer, wrt_kg_node_record *record, wrt_kgx_node *node,
                             uint64_t line, wrt_err *err) {
    add_names(node, node->synonyms, node->cells[WRT_KGX_NODE_SYNONYM]);
    record->n_synonyms = node->n_items;
    add_names(node, node->xrefs, node->cells[WRT_KGX_NODE_XREF]);
    record->synonyms = node->items;
    record->xrefs = node->n_items > 0 ? node->items + record->n_synonyms : NULL;
    record->n_xrefs = node->n_items - record->n_synonyms;
    record->attributes = wrt_kg_render(writer, node->attributes);
    node->attributes = NULL;
    return wrt_kg_write_node(writer, record, line, err);
}

wrt_status wrt_kgx_node_write(wrt_kg_writer *writer, wrt_kgx_node *node, uint64_t line,
                              wrt_err *err) {
    wrt_kg_node_record record = {.id = WRT_STR("")};
    wrt_str exported = node->cells[WRT_KGX_NODE_WARRANT];
    if (exported.len == 0) {
        read_plain(&record, node);
        return write_node(writer, &record, node, line, err);
    }
    wrt_json *extra = NULL;
    if (wrt_json_parse(&extra, exported, NULL) != WRT_OK || !wrt_json_is(extra, WRT_JSON_OBJECT)) {
        wrt_json_free(extra);
        return wrt_kg_write_reject(writer, line, err, WRT_KG_EXPORT_NODE " is not a JSON object");
    }
    wrt_json_free(node->attributes);
    node->attributes = wrt_kg_copy_object(wrt_json_get(extra, "attributes"));
    read_exported(&record, node, extra);
    wrt_status status = write_node(writer, &record, node, line, err);
    wrt_json_free(extra);
    return status;
}
