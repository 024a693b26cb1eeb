/* drugcentral.c: targets, indications and classes of drugs from DrugCentral (tables of
 * dhimmel/drugcentral).
 *
 * Targets get a direction from their actions. An indication is disease modifying (DM), symptomatic
 * (SYM), unjudged, or judged to be none (NOT), which is no edge. */
#include "kg/formats/actions.h"
#include "kg/formats/formats.h"
#include "kg/formats/table.h"
#include "kg/formats/writer.h"

#include "kg/predicates.h"

typedef struct {
    wrt_kg_writer *writer;
    wrt_kg_table *table;
    int drug, drug_name, other, other_name, actions, sources, publications, urls, category;
    wrt_buf drug_id, other_id, found;
} reader;

static wrt_str cell(const reader *in, int column) {
    return wrt_kg_table_cell(in->table, column);
}

static wrt_kg_relation base_relation(void) {
    return (wrt_kg_relation){
        .level = WRT_STR("knowledge_assertion"),
        .agent = WRT_STR("manual_agent"),
        .primary = WRT_STR("infores:drugcentral"),
        .license = WRT_STR("CC BY 4.0"),
        .sign = WRT_KG_SIGN_UNKNOWN,
    };
}

static wrt_status write_nodes(reader *in, const wrt_kg_edge_record *edge, const char *kind,
                              wrt_err *err) {
    uint64_t line = wrt_kg_table_line(in->table);
    const wrt_kg_node_record nodes[] = {
        {.id = edge->subject, .name = cell(in, in->drug_name), .kind = WRT_STR("Drug")},
        {.id = edge->object, .name = cell(in, in->other_name), .kind = wrt_str_of(kind)}};
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < 2 && status == WRT_OK; i++)
        if (nodes[i].name.len > 0)
            status = wrt_kg_write_node_once(in->writer, &nodes[i], line, err);
    return status;
}

static wrt_status write_edge(reader *in, wrt_kg_relation *relation, wrt_json *qualifiers,
                             wrt_kg_edge_record *edge, wrt_err *err) {
    relation->qualifiers = wrt_kg_render_qualifiers(in->writer, qualifiers);
    wrt_status status = wrt_kg_write_relation(&edge->relation, in->writer, relation, err);
    return status == WRT_OK ? wrt_kg_write_edge(in->writer, edge, wrt_kg_table_line(in->table), err)
                            : status;
}

static bool read_ends(wrt_kg_edge_record *edge, reader *in, const char *prefix) {
    edge->subject = wrt_kg_join(&in->drug_id, "DRUGBANK:", cell(in, in->drug));
    edge->object = wrt_kg_join(&in->other_id, prefix, cell(in, in->other));
    return edge->subject.len > 0 && edge->object.len > 0;
}

static wrt_status reject_ends(const reader *in, wrt_err *err) {
    return wrt_kg_write_reject(in->writer, wrt_kg_table_line(in->table), err,
                               "the row lacks the id of an end");
}

/* ---- targets */

static wrt_json *target_attributes(reader *in) {
    wrt_json *attributes = wrt_json_new_object(), *others = wrt_json_new_array();
    wrt_str item, text = cell(in, in->publications), rest = text;
    wrt_kg_attribute_list(attributes, "sources", cell(in, in->sources), '|');
    wrt_kg_attribute_list(attributes, "actions", cell(in, in->actions), '|');
    wrt_kg_attribute_list(attributes, "urls", cell(in, in->urls), '|');
    wrt_buf_clear(&in->found);
    while (text.len > 0 && wrt_str_cut(&item, &rest, '|'))
        if ((item = wrt_str_trim(item)).len > 0 && !wrt_kg_add_publication(&in->found, item))
            wrt_json_push(others, wrt_json_new_text(item));
    if (wrt_json_count(others) > 0)
        wrt_json_set(attributes, "references", others);
    else
        wrt_json_free(others);
    return attributes;
}

static wrt_status read_target(void *ctx, wrt_err *err) {
    reader *in = ctx;
    wrt_kg_edge_record edge = {.relation = 0};
    if (!read_ends(&edge, in, "NCBIGene:"))
        return reject_ends(in, err);
    wrt_status status = write_nodes(in, &edge, "Gene", err);
    if (status != WRT_OK)
        return status;
    wrt_kg_relation relation = base_relation();
    wrt_json *qualifiers = NULL;
    relation.predicate = WRT_STR("biolink:interacts_with");
    relation.original = cell(in, in->actions);
    (void)wrt_kg_actions_read(&relation, &qualifiers, relation.original, '|');
    if (relation.original.len == 0)
        relation.original = WRT_STR("target");
    edge.attributes = wrt_kg_render(in->writer, target_attributes(in));
    edge.publications = wrt_buf_str(&in->found);
    return write_edge(in, &relation, qualifiers, &edge, err);
}

/* ---- indications and classes */

static wrt_status read_indication(void *ctx, wrt_err *err) {
    reader *in = ctx;
    wrt_str category = cell(in, in->category);
    wrt_kg_edge_record edge = {.relation = 0};
    if (!read_ends(&edge, in, ""))
        return reject_ends(in, err);
    if (wrt_str_equal_c(category, "NOT"))
        return wrt_kg_write_skip(in->writer, wrt_kg_table_line(in->table),
                                 "the source judged that this is no indication", err);
    wrt_status status = write_nodes(in, &edge, "Disease", err);
    if (status != WRT_OK)
        return status;
    wrt_kg_relation relation = base_relation();
    relation.predicate = wrt_str_equal_c(category, "SYM") ? WRT_STR("biolink:ameliorates_condition")
                                                          : WRT_STR("biolink:treats");
    wrt_kg_read_assertion(&relation, NULL);
    relation.original = category.len > 0 ? category : WRT_STR("indication");
    return write_edge(in, &relation, NULL, &edge, err);
}

/* NDF-RT, MeSH or ChEBI: told apart by how the id begins. */
static const char *class_prefix(wrt_str id) {
    if (wrt_str_starts_with(id, WRT_STR("N")))
        return "NDFRT:";
    return wrt_str_starts_with(id, WRT_STR("D")) ? "MESH:" : "";
}

static wrt_status read_class(void *ctx, wrt_err *err) {
    reader *in = ctx;
    wrt_kg_edge_record edge = {.relation = 0};
    if (!read_ends(&edge, in, class_prefix(cell(in, in->other))))
        return reject_ends(in, err);
    wrt_status status = write_nodes(in, &edge, "Pharmacologic Class", err);
    if (status != WRT_OK)
        return status;
    wrt_kg_relation relation = base_relation();
    relation.predicate = WRT_STR("biolink:member_of");
    relation.original = WRT_STR("class");
    relation.sign = 0;
    return write_edge(in, &relation, NULL, &edge, err);
}

/* ---- the format */

static const char *const target_columns[] = {"GeneID", "drugbank_id", "actions", NULL};
static const char *const indication_columns[] = {"doid_id", "drugbank_id", "disease", "category",
                                                 NULL};
static const char *const class_columns[] = {"drugbank_id", "class_id", "class_name", NULL};

static const char *role(wrt_str start) {
    wrt_str header = wrt_kg_first_line(start, false);
    return wrt_kg_header_holds(header, '\t', target_columns) ||
                   wrt_kg_header_holds(header, '\t', indication_columns) ||
                   wrt_kg_header_holds(header, '\t', class_columns)
               ? "edges"
               : NULL;
}

static wrt_status read_table(const wrt_kg_sink *sink, wrt_kg_table *table, wrt_err *err) {
    reader in = {.table = table};
    bool is_target = wrt_kg_table_find(table, "GeneID") >= 0;
    bool is_class = wrt_kg_table_find(table, "class_id") >= 0;
    wrt_status status = wrt_kg_table_need(&in.drug, table, "drugbank_id", err);
    if (status == WRT_OK)
        status = wrt_kg_table_need(&in.other, table,
                                   is_target  ? "GeneID"
                                   : is_class ? "class_id"
                                              : "doid_id",
                                   err);
    if (status != WRT_OK)
        return status;
    in.drug_name = wrt_kg_table_find(table, is_target || is_class ? "drugbank_name" : "drug");
    in.other_name = wrt_kg_table_find(table, is_class ? "class_name" : "disease");
    in.actions = wrt_kg_table_find(table, "actions");
    in.sources = wrt_kg_table_find(table, "sources");
    in.publications = wrt_kg_table_find(table, "pubmed_ids");
    in.urls = wrt_kg_table_find(table, "urls");
    in.category = wrt_kg_table_find(table, "category");
    in.writer = wrt_kg_writer_new(sink);
    in.drug_id = in.other_id = in.found = wrt_buf_make((size_t)3 * WRT_KG_LINE_MAX);
    status = wrt_kg_table_each(table, sink,
                               is_target  ? read_target
                               : is_class ? read_class
                                          : read_indication,
                               &in, err);
    wrt_buf_free(&in.drug_id);
    wrt_buf_free(&in.other_id);
    wrt_buf_free(&in.found);
    wrt_kg_writer_free(in.writer);
    return status;
}

static wrt_status read_file(const wrt_kg_sink *sink, wrt_input *input,
                            const wrt_kg_format_options *options, wrt_err *err) {
    (void)options;
    const wrt_kg_table_style style = {.separator = '\t', .has_header = true};
    wrt_kg_table *table = NULL;
    wrt_status status = wrt_kg_table_open(&table, input, &style, err);
    if (status == WRT_OK)
        status = read_table(sink, table, err);
    wrt_kg_table_close(table);
    return status;
}

const wrt_kg_format wrt_kg_format_drugcentral = {
    "drugcentral", "DrugCentral tables: targets, indications, classes of drugs", role, read_file};
