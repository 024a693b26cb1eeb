/* hetionet_attributes.c: what Hetionet knows of its binding (CbG) and association (DaG) edges.
 *
 * A row amends the edge of the edges file: licence, databases, PubMed ids; the actions of CbG give
 * a sign when those that have one agree, and the statement becomes "affects" then. A row without an
 * edge is an edge itself. */
#include "kg/formats/actions.h"
#include "kg/formats/hetionet.h"

typedef struct {
    wrt_kg_writer *writer;
    const wrt_kg_table *table;
    bool is_binding;
    int subject, gene, sources, license, publications, actions, affinity, urls, disease, symbol;
    wrt_buf subject_id, gene_id, primary, found;
} reader;

static wrt_str cell(const reader *in, int column) {
    return wrt_kg_table_cell(in->table, column);
}

static wrt_status write_relation(uint32_t *out, reader *in, wrt_err *err) {
    const wrt_kg_metaedge *metaedge =
        wrt_kg_metaedge_find(in->is_binding ? WRT_STR("CbG") : WRT_STR("DaG"));
    wrt_kg_relation relation = wrt_kg_metaedge_relation(metaedge);
    wrt_json *qualifiers = NULL;
    if (in->is_binding)
        (void)wrt_kg_actions_read(&relation, &qualifiers, cell(in, in->actions), '|');
    relation.license = cell(in, in->license);
    wrt_kg_single_source(&relation, &in->primary, cell(in, in->sources), '|');
    relation.qualifiers = wrt_kg_render_qualifiers(in->writer, qualifiers);
    return wrt_kg_write_relation(out, in->writer, &relation, err);
}

/* PubMed ids go to the publications, anything else that stands among them to the attributes. */
static void read_publications(reader *in, wrt_json *attributes) {
    wrt_str item, text = cell(in, in->publications), rest = text;
    wrt_json *others = wrt_json_new_array();
    wrt_buf_clear(&in->found);
    while (text.len > 0 && wrt_str_cut(&item, &rest, '|'))
        if ((item = wrt_str_trim(item)).len > 0 && !wrt_kg_add_publication(&in->found, item))
            wrt_json_push(others, wrt_json_new_text(item));
    wrt_json_set(attributes, "references", wrt_json_count(others) > 0 ? others : NULL);
    if (wrt_json_count(others) == 0)
        wrt_json_free(others);
}

static wrt_json *read_attributes(reader *in) {
    wrt_json *attributes = wrt_json_new_object();
    wrt_kg_attribute_list(attributes, "sources", cell(in, in->sources), '|');
    wrt_kg_attribute_list(attributes, "actions", cell(in, in->actions), '|');
    wrt_kg_attribute_list(attributes, "urls", cell(in, in->urls), '|');
    wrt_kg_attribute_number(attributes, "affinity_nM", cell(in, in->affinity));
    read_publications(in, attributes);
    return attributes;
}

/* The association table names both ends. */
static wrt_status write_names(reader *in, const wrt_kg_edge_record *edge, uint64_t line,
                              wrt_err *err) {
    const wrt_kg_node_record nodes[] = {
        {.id = edge->subject, .name = cell(in, in->disease), .kind = WRT_STR("Disease")},
        {.id = edge->object, .name = cell(in, in->symbol), .kind = WRT_STR("Gene")}};
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < 2 && status == WRT_OK; i++)
        if (nodes[i].name.len > 0)
            status = wrt_kg_write_node_once(in->writer, &nodes[i], line, err);
    return status;
}

static wrt_status read_row(reader *in, wrt_err *err) {
    uint64_t line = wrt_kg_table_line(in->table);
    wrt_kg_edge_record edge = {.is_amendment = true};
    edge.subject = wrt_kg_join(&in->subject_id,
                               in->is_binding ? "Compound::" : "Disease::", cell(in, in->subject));
    edge.object = wrt_kg_join(&in->gene_id, "Gene::", cell(in, in->gene));
    if (edge.subject.len == 0 || edge.object.len == 0)
        return wrt_kg_write_reject(in->writer, line, err, "the row lacks the id of an end");
    wrt_status status = write_names(in, &edge, line, err);
    if (status == WRT_OK)
        status = write_relation(&edge.relation, in, err);
    if (status != WRT_OK)
        return status;
    edge.attributes = wrt_kg_render(in->writer, read_attributes(in));
    edge.publications = wrt_buf_str(&in->found);
    return wrt_kg_write_edge(in->writer, &edge, line, err);
}

static void find_columns(reader *in, const wrt_kg_table *table) {
    in->is_binding = wrt_kg_table_find(table, "drugbank_id") >= 0;
    in->subject = wrt_kg_table_find(table, in->is_binding ? "drugbank_id" : "doid_id");
    in->gene = wrt_kg_table_find(table, "entrez_gene_id");
    in->sources = wrt_kg_table_find(table, "sources");
    in->license = wrt_kg_table_find(table, "license");
    in->publications = wrt_kg_table_find(table, "pubmed_ids");
    in->actions = wrt_kg_table_find(table, "actions");
    in->affinity = wrt_kg_table_find(table, "affinity_nM");
    in->urls = wrt_kg_table_find(table, "urls");
    in->disease = wrt_kg_table_find(table, "doid_name");
    in->symbol = wrt_kg_table_find(table, "gene_symbol");
}

wrt_status wrt_kg_hetionet_attributes(wrt_kg_writer *writer, wrt_kg_table *table,
                                      const wrt_kg_sink *sink, wrt_err *err) {
    reader in = {.writer = writer, .table = table};
    find_columns(&in, table);
    in.subject_id = in.gene_id = in.primary = in.found = wrt_buf_make((size_t)2 * WRT_KG_LINE_MAX);
    int column = in.subject;
    bool row = false;
    wrt_status status = WRT_OK;
    if (column < 0)
        status = wrt_kg_table_need(&column, table, "drugbank_id", err);
    while (status == WRT_OK && (status = wrt_kg_table_next(&row, table, sink, err)) == WRT_OK &&
           row)
        status = read_row(&in, err);
    wrt_buf_free(&in.subject_id);
    wrt_buf_free(&in.gene_id);
    wrt_buf_free(&in.primary);
    wrt_buf_free(&in.found);
    return status;
}
