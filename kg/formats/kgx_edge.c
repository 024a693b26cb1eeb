/* kgx_edge.c: an edge of a KGX file as a relation and a record.
 *
 * Legacy slots: knowledge_source stands in for a missing primary source, then provided_by does. A
 * predicate that is a label becomes its CURIE and the label the original predicate. A RO predicate
 * in `relation` gives a sign when nothing else does. Texts that a coercion changes are kept in the
 * attributes under the name of their slot. */
#include "kg/formats/kgx_record.h"

#include "kg/predicates.h"
#include "kg/store/export.h"

#include <string.h>

void wrt_kgx_edge_begin(wrt_kgx_edge *edge) {
    for (int i = 0; i < WRT_KGX_EDGE_SLOTS; i++)
        edge->cells[i] = WRT_STR("");
    wrt_json_free(edge->qualifiers);
    wrt_json_free(edge->attributes);
    edge->qualifiers = wrt_json_new_object();
    edge->attributes = wrt_json_new_object();
    wrt_buf *const buffers[] = {&edge->primary, &edge->aggregator, &edge->publications};
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++) {
        buffers[i]->cap = (size_t)2 * WRT_KG_ATTRIBUTES_MAX;
        wrt_buf_clear(buffers[i]);
    }
}

void wrt_kgx_edge_free(wrt_kgx_edge *edge) {
    wrt_json_free(edge->qualifiers);
    wrt_json_free(edge->attributes);
    wrt_buf_free(&edge->primary);
    wrt_buf_free(&edge->aggregator);
    wrt_buf_free(&edge->publications);
}

/* ---- sources */

/* Each item as an information resource, joined by '|'. */
static wrt_str coerce(wrt_buf *out, wrt_str text) {
    wrt_str item, rest = text;
    wrt_buf_clear(out);
    while (text.len > 0 && wrt_str_cut(&item, &rest, '|')) {
        item = wrt_str_trim(item);
        if (item.len == 0)
            continue;
        if (out->len > 0)
            wrt_buf_add_char(out, '|');
        wrt_kg_add_infores(out, item);
    }
    return wrt_buf_str(out);
}

static void keep(wrt_kgx_edge *edge, const char *name, wrt_str text, wrt_str coerced) {
    if (text.len > 0 && !wrt_str_equal(text, coerced))
        wrt_kgx_attribute(edge->attributes, name, text);
}

static void read_sources(wrt_kg_relation *relation, wrt_kgx_edge *edge) {
    const wrt_str *cells = edge->cells;
    wrt_kgx_edge_slot from = WRT_KGX_PRIMARY;
    if (cells[from].len == 0)
        from = WRT_KGX_KNOWLEDGE_SOURCE;
    if (cells[from].len == 0 && cells[WRT_KGX_AGGREGATOR].len == 0)
        from = WRT_KGX_PROVIDED_BY;
    relation->primary = coerce(&edge->primary, cells[from]);
    relation->aggregator = coerce(&edge->aggregator, cells[WRT_KGX_AGGREGATOR]);
    const wrt_str none = WRT_STR("");
    keep(edge, "primary_knowledge_source", cells[WRT_KGX_PRIMARY], relation->primary);
    keep(edge, "aggregator_knowledge_source", cells[WRT_KGX_AGGREGATOR], relation->aggregator);
    keep(edge, "knowledge_source", cells[WRT_KGX_KNOWLEDGE_SOURCE],
         from == WRT_KGX_KNOWLEDGE_SOURCE ? relation->primary : none);
    keep(edge, "provided_by", cells[WRT_KGX_PROVIDED_BY],
         from == WRT_KGX_PROVIDED_BY ? relation->primary : none);
}

/* ---- predicates */

static void read_predicate(wrt_kg_relation *relation, const wrt_kgx_edge *edge) {
    relation->predicate = edge->cells[WRT_KGX_PREDICATE];
    relation->original = edge->cells[WRT_KGX_ORIGINAL];
    const wrt_kg_predicate *known = wrt_kg_predicate_find(relation->predicate);
    if (known == NULL || wrt_str_starts_with(relation->predicate, WRT_STR("biolink:")))
        return;
    if (relation->original.len == 0)
        relation->original = relation->predicate;
    relation->predicate = wrt_str_of(known->curie);
}

/* Relation Ontology: "positively regulates", "directly positively regulates activity of", "causally
 * upstream of, positive effect" (as Biolink maps it), and their negative twins. */
static int sign_of_ontology(wrt_str relation) {
    static const struct {
        const char *curie;
        int sign;
    } list[] = {{"RO:0002213", 1},  {"RO:0002629", 1},  {"RO:0004034", 1},
                {"RO:0002212", -1}, {"RO:0002630", -1}, {"RO:0004035", -1}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (wrt_str_equal_c(relation, list[i].curie))
            return list[i].sign;
    return WRT_KG_SIGN_UNKNOWN;
}

static void read_publications(wrt_kgx_edge *edge) {
    wrt_str item, text = edge->cells[WRT_KGX_PUBLICATIONS], rest = text;
    while (text.len > 0 && wrt_str_cut(&item, &rest, '|')) {
        item = wrt_str_trim(item);
        if (item.len == 0)
            continue;
        if (edge->publications.len > 0)
            wrt_buf_add_char(&edge->publications, '|');
        wrt_buf_add_str(&edge->publications, item);
    }
}

/* ---- writing */

static bool is_negated(wrt_str cell) {
    static const char *const words[] = {"true", "True", "TRUE", "1"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (wrt_str_equal_c(cell, words[i]))
            return true;
    return false;
}

static const char *missing(const wrt_str cells[WRT_KGX_EDGE_SLOTS]) {
    if (cells[WRT_KGX_SUBJECT].len == 0)
        return "subject";
    if (cells[WRT_KGX_PREDICATE].len == 0)
        return "predicate";
    return cells[WRT_KGX_OBJECT].len == 0 ? "object" : NULL;
}

static wrt_status write_record(wrt_kg_writer *writer, wrt_kg_relation *relation, wrt_kgx_edge *edge,
                               uint64_t line, wrt_err *err) {
    wrt_kg_edge_record record = {.id = edge->cells[WRT_KGX_ID],
                                 .subject = edge->cells[WRT_KGX_SUBJECT],
                                 .object = edge->cells[WRT_KGX_OBJECT],
                                 .record = edge->cells[WRT_KGX_RECORD],
                                 .publications = wrt_buf_str(&edge->publications)};
    relation->qualifiers = wrt_kg_render_qualifiers(writer, edge->qualifiers);
    edge->qualifiers = NULL;
    wrt_status status = wrt_kg_write_relation(&record.relation, writer, relation, err);
    record.attributes = wrt_kg_render(writer, edge->attributes);
    edge->attributes = NULL;
    return status == WRT_OK ? wrt_kg_write_edge(writer, &record, line, err) : status;
}

static wrt_status write_plain(wrt_kg_writer *writer, wrt_kgx_edge *edge, uint64_t line,
                              wrt_err *err) {
    if (is_negated(edge->cells[WRT_KGX_NEGATED]))
        return wrt_kg_write_skip(writer, line, "the source negates this statement", err);
    wrt_kg_relation relation = {.level = edge->cells[WRT_KGX_LEVEL],
                                .agent = edge->cells[WRT_KGX_AGENT],
                                .license = edge->cells[WRT_KGX_LICENSE]};
    read_sources(&relation, edge);
    read_predicate(&relation, edge);
    wrt_kg_read_assertion(&relation, edge->qualifiers);
    wrt_str item, ontology = edge->cells[WRT_KGX_RELATION];
    (void)wrt_str_cut(&item, &(wrt_str){ontology.ptr, ontology.len}, '|');
    if (relation.sign == WRT_KG_SIGN_UNKNOWN)
        relation.sign = sign_of_ontology(wrt_str_trim(item));
    if (ontology.len > 0)
        wrt_kgx_attribute(edge->attributes, "relation", ontology);
    if (edge->cells[WRT_KGX_NEGATED].len > 0 && edge->cells[WRT_KGX_NEGATED].ptr[0] != 'f' &&
        edge->cells[WRT_KGX_NEGATED].ptr[0] != 'F' && edge->cells[WRT_KGX_NEGATED].ptr[0] != '0')
        wrt_kgx_attribute(edge->attributes, "negated", edge->cells[WRT_KGX_NEGATED]);
    read_publications(edge);
    return write_record(writer, &relation, edge, line, err);
}

/* ---- what this program exported */

static wrt_str text_member(const wrt_json *object, const char *name, wrt_str otherwise) {
    const wrt_json *member = wrt_json_get(object, name);
    return member != NULL ? wrt_str_of(wrt_json_text(member)) : otherwise;
}

/* Members named like a slot are its true text. */
static void take_members(wrt_kgx_edge *edge, const wrt_json *extra) {
    WRT_JSON_EACH(member, extra) {
        wrt_kgx_edge_slot slot = wrt_kgx_edge_slot_of(wrt_json_key(member));
        if (slot < WRT_KGX_EDGE_SLOTS && wrt_json_text(member) != NULL)
            edge->cells[slot] = wrt_str_of(wrt_json_text(member));
    }
}

static void read_relation(wrt_kg_relation *relation, const wrt_kgx_edge *edge,
                          const wrt_json *extra) {
    const wrt_str *cells = edge->cells, none = WRT_STR("");
    *relation = (wrt_kg_relation){
        .predicate = cells[WRT_KGX_PREDICATE],
        .original = cells[WRT_KGX_ORIGINAL],
        .level = cells[WRT_KGX_LEVEL],
        .agent = cells[WRT_KGX_AGENT],
        .primary = cells[WRT_KGX_PRIMARY],
        .aggregator = cells[WRT_KGX_AGGREGATOR],
        .license = cells[WRT_KGX_LICENSE],
        .is_causal = wrt_json_get_bool(extra, "causal", false),
        .is_symmetric = wrt_json_get_bool(extra, "symmetric", false),
        .source = text_member(extra, "source", none),
        .version = text_member(extra, "version", none),
    };
    int64_t sign = wrt_json_get_int(extra, "sign", WRT_KG_SIGN_UNKNOWN);
    relation->sign = sign >= -1 && sign <= 1 ? (int)sign : WRT_KG_SIGN_UNKNOWN;
}

static wrt_status write_exported(wrt_kg_writer *writer, wrt_kgx_edge *edge, const wrt_json *extra,
                                 uint64_t line, wrt_err *err) {
    wrt_kg_relation relation;
    take_members(edge, extra);
    read_relation(&relation, edge, extra);
    wrt_json_free(edge->qualifiers);
    wrt_json_free(edge->attributes);
    edge->qualifiers = wrt_kg_copy_object(wrt_json_get(extra, "qualifiers"));
    edge->attributes = wrt_kg_copy_object(wrt_json_get(extra, "attributes"));
    wrt_buf_add_str(&edge->publications, edge->cells[WRT_KGX_PUBLICATIONS]);
    return write_record(writer, &relation, edge, line, err);
}

wrt_status wrt_kgx_edge_write(wrt_kg_writer *writer, wrt_kgx_edge *edge, uint64_t line,
                              wrt_err *err) {
    wrt_json *extra = NULL;
    wrt_str exported = edge->cells[WRT_KGX_EDGE];
    if (exported.len > 0 && (wrt_json_parse(&extra, exported, NULL) != WRT_OK ||
                             !wrt_json_is(extra, WRT_JSON_OBJECT))) {
        wrt_json_free(extra);
        return wrt_kg_write_reject(writer, line, err, WRT_KG_EXPORT_EDGE " is not a JSON object");
    }
    const char *lacks = extra == NULL ? missing(edge->cells) : NULL;
    wrt_status status;
    if (lacks != NULL)
        status = wrt_kg_write_reject(writer, line, err, "the edge has no %s", lacks);
    else if (extra != NULL)
        status = write_exported(writer, edge, extra, line, err);
    else
        status = write_plain(writer, edge, line, err);
    wrt_json_free(extra);
    return status;
}
