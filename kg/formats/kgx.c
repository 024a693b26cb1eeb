/* kgx.c: KGX as tables (biolink/kgx, docs/kgx_format.md).
 *
 * Columns stand in any order; what stands between two tabs is the value, without quotes or escapes.
 * A table with subject and object is one of edges, one with an id otherwise is one of nodes. */
#include "kg/formats/formats.h"
#include "kg/formats/kgx_record.h"
#include "kg/formats/table.h"

#include "base/arena.h"

#include <stdlib.h>

typedef struct {
    wrt_kg_writer *writer;
    wrt_kg_table *table;
    int *slots; /* of each column */
    wrt_kgx_edge edge;
    wrt_kgx_node node;
} reader;

static wrt_status read_edge(reader *in, wrt_err *err) {
    wrt_kgx_edge_begin(&in->edge);
    for (size_t i = 0; i < wrt_kg_table_columns(in->table); i++) {
        wrt_str cell = wrt_kg_table_cell(in->table, (int)i);
        if (cell.len == 0)
            continue;
        if (in->slots[i] < WRT_KGX_EDGE_SLOTS)
            in->edge.cells[in->slots[i]] = cell;
        else
            wrt_kgx_attribute(in->slots[i] == WRT_KGX_QUALIFIER ? in->edge.qualifiers
                                                                : in->edge.attributes,
                              wrt_kg_table_column(in->table, i), cell);
    }
    return wrt_kgx_edge_write(in->writer, &in->edge, wrt_kg_table_line(in->table), err);
}

static wrt_status read_node(reader *in, wrt_err *err) {
    wrt_kgx_node_begin(&in->node);
    for (size_t i = 0; i < wrt_kg_table_columns(in->table); i++) {
        wrt_str cell = wrt_kg_table_cell(in->table, (int)i);
        if (cell.len == 0)
            continue;
        if (in->slots[i] < WRT_KGX_NODE_SLOTS)
            in->node.cells[in->slots[i]] = cell;
        else
            wrt_kgx_attribute(in->node.attributes, wrt_kg_table_column(in->table, i), cell);
    }
    return wrt_kgx_node_write(in->writer, &in->node, wrt_kg_table_line(in->table), err);
}

static wrt_status read_rows(reader *in, const wrt_kg_sink *sink, bool is_edges, wrt_err *err) {
    bool row = false;
    wrt_status status = WRT_OK;
    in->slots = wrt_calloc(wrt_kg_table_columns(in->table), sizeof *in->slots);
    for (size_t i = 0; i < wrt_kg_table_columns(in->table); i++) {
        const char *name = wrt_kg_table_column(in->table, i);
        in->slots[i] = is_edges ? (int)wrt_kgx_edge_slot_of(name) : (int)wrt_kgx_node_slot_of(name);
    }
    while (status == WRT_OK && (status = wrt_kg_table_next(&row, in->table, sink, err)) == WRT_OK &&
           row)
        status = is_edges ? read_edge(in, err) : read_node(in, err);
    return status;
}

/* An edges table that lacks one of its columns is told so, not taken for one of nodes. */
static wrt_status check_columns(bool *is_edges, const wrt_kg_table *table, const char *name,
                                wrt_err *err) {
    static const char *const needed[] = {"subject", "predicate", "object"};
    *is_edges = wrt_kg_table_find(table, "subject") >= 0 ||
                wrt_kg_table_find(table, "object") >= 0 ||
                wrt_kg_table_find(table, "predicate") >= 0;
    if (!*is_edges && wrt_kg_table_find(table, "id") < 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "%s:1: a nodes file needs a column \"id\" (others are category, name, "
                        "synonym, xref), an edges file subject, predicate and object",
                        name);
    for (size_t i = 0; *is_edges && i < sizeof needed / sizeof needed[0]; i++)
        if (wrt_kg_table_find(table, needed[i]) < 0)
            return wrt_fail(err, WRT_E_INPUT,
                            "%s:1: an edges file needs a column \"%s\" (subject, predicate and "
                            "object are required)",
                            name, needed[i]);
    return WRT_OK;
}

static wrt_status read_tables(const wrt_kg_sink *sink, wrt_input *input,
                              const wrt_kg_format_options *options, wrt_err *err) {
    (void)options;
    const wrt_kg_table_style style = {.separator = '\t', .has_header = true};
    reader in = {.slots = NULL};
    bool is_edges = false;
    wrt_status status = wrt_kg_table_open(&in.table, input, &style, err);
    if (status == WRT_OK)
        status = check_columns(&is_edges, in.table, wrt_input_name(input), err);
    if (status == WRT_OK) {
        in.writer = wrt_kg_writer_new(sink);
        status = read_rows(&in, sink, is_edges, err);
    }
    wrt_kg_writer_free(in.writer);
    wrt_kg_table_close(in.table);
    wrt_kgx_edge_free(&in.edge);
    wrt_kgx_node_free(&in.node);
    free(in.slots);
    return status;
}

static const char *table_role(wrt_str start) {
    static const char *const edges[] = {"subject", "predicate", "object", NULL};
    static const char *const nodes[] = {"id", "category", NULL};
    wrt_str header = wrt_kg_first_line(start, false);
    if (wrt_kg_header_holds(header, '\t', edges))
        return "edges";
    return wrt_kg_header_holds(header, '\t', nodes) ? "nodes" : NULL;
}

static const char *role(wrt_str start) {
    const char *part = table_role(start);
    return part != NULL ? part : wrt_kg_kgx_json.role(start);
}

static wrt_status read_file(const wrt_kg_sink *sink, wrt_input *input,
                            const wrt_kg_format_options *options, wrt_err *err) {
    bool is_it = false;
    wrt_status status = wrt_kg_variant_is(&is_it, &wrt_kg_kgx_json, input, err);
    if (status != WRT_OK)
        return status;
    return is_it ? wrt_kg_kgx_json.read(sink, input, options, err)
                 : read_tables(sink, input, options, err);
}

const wrt_kg_format wrt_kg_format_kgx = {
    "kgx", "KGX nodes and edges: tables (TSV), JSON, JSON Lines, the graph of a TRAPI message",
    role, read_file};
