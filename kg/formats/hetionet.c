/* hetionet.c: Hetionet v1.0 as tables: nodes (id, name, kind), edges (source, metaedge, target) and
 * attributes of edges.
 *
 * A node id is "Kind::identifier", cut at the first "::", and is kept as it is; its CURIE becomes a
 * cross-reference. The edges file states no provenance; a table of attributes amends its edges. */
#include "kg/formats/hetionet.h"

#include "kg/formats/formats.h"

#include <string.h>

/* ---- nodes */

static bool split_id(wrt_str *kind, wrt_str *identifier, wrt_str id) {
    for (size_t i = 0; i + 2 <= id.len; i++)
        if (id.ptr[i] == ':' && id.ptr[i + 1] == ':') {
            *kind = (wrt_str){id.ptr, i};
            *identifier = (wrt_str){id.ptr + i + 2, id.len - i - 2};
            return kind->len > 0 && identifier->len > 0;
        }
    return false;
}

static wrt_status read_node(wrt_kg_writer *writer, const wrt_kg_table *table, const int columns[3],
                            wrt_buf *curie, wrt_err *err) {
    uint64_t line = wrt_kg_table_line(table);
    wrt_str id = wrt_kg_table_cell(table, columns[0]), kind, identifier;
    if (!split_id(&kind, &identifier, id))
        return wrt_kg_write_reject(writer, line, err,
                                   "the id is \"%.*s\" and should be \"Kind::identifier\"",
                                   (int)(id.len < 100 ? id.len : 100), id.ptr);
    wrt_kg_node_record node = {.id = id,
                               .name = wrt_kg_table_cell(table, columns[1]),
                               .kind = wrt_kg_table_cell(table, columns[2])};
    if (!wrt_str_equal(kind, node.kind))
        return wrt_kg_write_reject(writer, line, err,
                                   "the id says kind \"%.*s\", the column "
                                   "\"%.*s\"",
                                   (int)(kind.len < 60 ? kind.len : 60), kind.ptr,
                                   (int)(node.kind.len < 60 ? node.kind.len : 60), node.kind.ptr);
    wrt_buf_clear(curie);
    wrt_str xref = WRT_STR("");
    if (wrt_kg_metaedge_curie(curie, kind, identifier))
        xref = wrt_buf_str(curie);
    node.xrefs = &xref;
    node.n_xrefs = xref.len > 0;
    return wrt_kg_write_node(writer, &node, line, err);
}

static wrt_status read_nodes(wrt_kg_writer *writer, wrt_kg_table *table, const wrt_kg_sink *sink,
                             wrt_err *err) {
    const int columns[] = {wrt_kg_table_find(table, "id"), wrt_kg_table_find(table, "name"),
                           wrt_kg_table_find(table, "kind")};
    wrt_buf curie = wrt_buf_make(WRT_KG_LINE_MAX);
    bool row = false;
    wrt_status status = WRT_OK;
    while (status == WRT_OK && (status = wrt_kg_table_next(&row, table, sink, err)) == WRT_OK &&
           row)
        status = read_node(writer, table, columns, &curie, err);
    wrt_buf_free(&curie);
    return status;
}

/* ---- edges */

typedef struct {
    uint32_t relations[WRT_KG_METAEDGES];
    bool is_known[WRT_KG_METAEDGES];
    const wrt_kg_metaedge *last; /* files are sorted by metaedge, or nearly so */
} relation_list;

static wrt_status find_relation(uint32_t *out, relation_list *list, const wrt_kg_metaedge *metaedge,
                                wrt_kg_writer *writer, wrt_err *err) {
    size_t index = (size_t)(metaedge - wrt_kg_metaedge_at(0));
    if (!list->is_known[index]) {
        wrt_kg_relation relation = wrt_kg_metaedge_relation(metaedge);
        relation.qualifiers =
            wrt_kg_render_qualifiers(writer, wrt_kg_metaedge_qualifiers(metaedge));
        wrt_status status = wrt_kg_write_relation(&list->relations[index], writer, &relation, err);
        if (status != WRT_OK)
            return status;
        list->is_known[index] = true;
    }
    *out = list->relations[index];
    return WRT_OK;
}

static bool is_of_kind(wrt_str id, const char *kind) {
    size_t len = strlen(kind);
    return id.len > len + 2 && memcmp(id.ptr, kind, len) == 0 && id.ptr[len] == ':' &&
           id.ptr[len + 1] == ':';
}

static wrt_status read_edge(wrt_kg_writer *writer, relation_list *list, const wrt_kg_table *table,
                            const int columns[3], wrt_err *err) {
    uint64_t line = wrt_kg_table_line(table);
    wrt_str name = wrt_kg_table_cell(table, columns[1]);
    if (list->last == NULL || !wrt_str_equal_c(name, list->last->abbreviation))
        list->last = wrt_kg_metaedge_find(name);
    const wrt_kg_metaedge *metaedge = list->last;
    if (metaedge == NULL)
        return wrt_kg_write_reject(writer, line, err, "\"%.*s\" is none of Hetionet's metaedges",
                                   (int)(name.len < 60 ? name.len : 60), name.ptr);
    wrt_kg_edge_record edge = {.subject = wrt_kg_table_cell(table, columns[0]),
                               .object = wrt_kg_table_cell(table, columns[2])};
    if (!is_of_kind(edge.subject, metaedge->source) || !is_of_kind(edge.object, metaedge->target))
        return wrt_kg_write_reject(writer, line, err, "%s is from \"%s::...\" to \"%s::...\"",
                                   metaedge->abbreviation, metaedge->source, metaedge->target);
    wrt_status status = find_relation(&edge.relation, list, metaedge, writer, err);
    return status == WRT_OK ? wrt_kg_write_edge(writer, &edge, line, err) : status;
}

static wrt_status read_edges(wrt_kg_writer *writer, wrt_kg_table *table, const wrt_kg_sink *sink,
                             wrt_err *err) {
    const int columns[] = {wrt_kg_table_find(table, "source"), wrt_kg_table_find(table, "metaedge"),
                           wrt_kg_table_find(table, "target")};
    relation_list list = {.last = NULL};
    bool row = false;
    wrt_status status = WRT_OK;
    while (status == WRT_OK && (status = wrt_kg_table_next(&row, table, sink, err)) == WRT_OK &&
           row)
        status = read_edge(writer, &list, table, columns, err);
    return status;
}

/* ---- the format */

static const char *const node_columns[] = {"id", "name", "kind", NULL};
static const char *const edge_columns[] = {"source", "metaedge", "target", NULL};
static const char *const binding_columns[] = {"drugbank_id", "entrez_gene_id", "actions",
                                              "affinity_nM", NULL};
static const char *const association_columns[] = {"doid_id", "entrez_gene_id", "sources", "license",
                                                  NULL};

static const char *table_role(wrt_str start) {
    wrt_str header = wrt_kg_first_line(start, false);
    if (wrt_kg_header_holds(header, '\t', node_columns))
        return "nodes";
    if (wrt_kg_header_holds(header, '\t', edge_columns))
        return "edges";
    return wrt_kg_header_holds(header, '\t', binding_columns) ||
                   wrt_kg_header_holds(header, '\t', association_columns)
               ? "attributes"
               : NULL;
}

static wrt_status read_table(const wrt_kg_sink *sink, wrt_kg_table *table, const char *name,
                             wrt_err *err) {
    wrt_kg_writer *writer = wrt_kg_writer_new(sink);
    wrt_status status;
    if (wrt_kg_table_find(table, "metaedge") >= 0 && wrt_kg_table_find(table, "source") >= 0 &&
        wrt_kg_table_find(table, "target") >= 0)
        status = read_edges(writer, table, sink, err);
    else if (wrt_kg_table_find(table, "entrez_gene_id") >= 0)
        status = wrt_kg_hetionet_attributes(writer, table, sink, err);
    else if (wrt_kg_table_find(table, "id") >= 0 && wrt_kg_table_find(table, "kind") >= 0)
        status = read_nodes(writer, table, sink, err);
    else
        status = wrt_fail(err, WRT_E_INPUT,
                          "%s: a table of Hetionet has the columns id, name, kind (nodes) or "
                          "source, metaedge, target (edges) or entrez_gene_id with drugbank_id or "
                          "doid_id (attributes)",
                          name);
    wrt_kg_writer_free(writer);
    return status;
}

static wrt_status read_tables(const wrt_kg_sink *sink, wrt_input *input,
                              const wrt_kg_format_options *options, wrt_err *err) {
    (void)options;
    const wrt_kg_table_style style = {.separator = '\t', .has_header = true};
    wrt_kg_table *table = NULL;
    wrt_status status = wrt_kg_table_open(&table, input, &style, err);
    if (status == WRT_OK)
        status = read_table(sink, table, wrt_input_name(input), err);
    wrt_kg_table_close(table);
    return status;
}

static const char *role(wrt_str start) {
    const char *part = table_role(start);
    return part != NULL ? part : wrt_kg_hetionet_json.role(start);
}

static wrt_status read_file(const wrt_kg_sink *sink, wrt_input *input,
                            const wrt_kg_format_options *options, wrt_err *err) {
    bool is_it = false;
    wrt_status status = wrt_kg_variant_is(&is_it, &wrt_kg_hetionet_json, input, err);
    if (status != WRT_OK)
        return status;
    return is_it ? wrt_kg_hetionet_json.read(sink, input, options, err)
                 : read_tables(sink, input, options, err);
}

const wrt_kg_format wrt_kg_format_hetionet = {
    "hetionet", "Hetionet v1.0: nodes TSV, edges SIF, attributes of CbG and DaG, JSON", role,
    read_file};
