/* drugmechdb.c: edges and nodes of DrugMechDB as tables: source, predicate, target, sign, and how
 * many mechanisms they stand in.
 *
 * The sign is that of the predicate table, which follows DrugMechDB's lexicon except that it calls
 * a relation without a direction unknown and not neutral; a sign of the file that differs is kept
 * as "stated_sign". */
#include "kg/formats/drugmechdb.h"

#include "kg/formats/formats.h"
#include "kg/formats/table.h"
#include "kg/predicates.h"

wrt_kg_relation wrt_kg_drugmechdb_relation(wrt_str label, int stated_sign) {
    const wrt_kg_predicate *known = wrt_kg_predicate_find(label);
    wrt_kg_relation relation = {
        .predicate = known != NULL ? wrt_str_of(known->curie) : label,
        .original = label,
        .level = WRT_STR("knowledge_assertion"),
        .agent = WRT_STR("manual_agent"),
        .primary = WRT_STR("infores:drugmechdb"),
        .license = WRT_STR("CC0-1.0"),
    };
    wrt_kg_read_assertion(&relation, NULL);
    if (known == NULL)
        relation.sign = stated_sign;
    return relation;
}

enum { SOURCE, PREDICATE, TARGET, SIGN, GRAPHS, PATHS, N_EDGE_COLUMNS };
enum { ID, NAME, LABEL };

typedef struct {
    wrt_kg_writer *writer;
    wrt_kg_table *table;
    int at[N_EDGE_COLUMNS];
} reader;

static wrt_str cell(const reader *in, int column) {
    return wrt_kg_table_cell(in->table, in->at[column]);
}

static wrt_status read_node(void *ctx, wrt_err *err) {
    reader *in = ctx;
    const wrt_kg_node_record node = {
        .id = cell(in, ID), .name = cell(in, NAME), .kind = cell(in, LABEL)};
    return wrt_kg_write_node(in->writer, &node, wrt_kg_table_line(in->table), err);
}

static wrt_status read_edge(void *ctx, wrt_err *err) {
    reader *in = ctx;
    uint64_t line = wrt_kg_table_line(in->table);
    int64_t stated = WRT_KG_SIGN_UNKNOWN;
    wrt_str first, paths = cell(in, PATHS), rest = paths;
    if (cell(in, PREDICATE).len == 0)
        return wrt_kg_write_reject(in->writer, line, err, "the row lacks a predicate");
    if (cell(in, SIGN).len > 0 &&
        (!wrt_str_to_int64(&stated, cell(in, SIGN)) || stated < -1 || stated > 1))
        return wrt_kg_write_reject(in->writer, line, err, "the sign is none of 1, 0, -1");
    (void)wrt_str_cut(&first, &rest, '|');
    wrt_kg_edge_record edge = {
        .subject = cell(in, SOURCE), .object = cell(in, TARGET), .record = first};
    const wrt_kg_relation relation = wrt_kg_drugmechdb_relation(cell(in, PREDICATE), (int)stated);
    wrt_status status = wrt_kg_write_relation(&edge.relation, in->writer, &relation, err);
    if (status != WRT_OK)
        return status;
    wrt_json *attributes = wrt_json_new_object();
    wrt_kg_attribute_number(attributes, "n_graphs", cell(in, GRAPHS));
    wrt_kg_attribute_list(attributes, "path_ids", paths, '|');
    if (stated != relation.sign && stated != WRT_KG_SIGN_UNKNOWN)
        wrt_json_set_int(attributes, "stated_sign", stated);
    edge.attributes = wrt_kg_render(in->writer, attributes);
    return wrt_kg_write_edge(in->writer, &edge, line, err);
}

static const char *const edge_columns[] = {"source", "predicate", "target",
                                           "sign",   "n_graphs",  "path_ids"};
static const char *const node_columns[] = {"id", "name", "label"};

static wrt_status read_table(const wrt_kg_sink *sink, wrt_kg_table *table, wrt_err *err) {
    reader in = {.table = table};
    int column = -1;
    bool is_nodes = wrt_kg_table_find(table, "label") >= 0;
    wrt_status status = wrt_kg_table_need(&column, table, is_nodes ? "id" : "source", err);
    if (status == WRT_OK && !is_nodes)
        status = wrt_kg_table_need(&column, table, "predicate", err);
    if (status == WRT_OK && !is_nodes)
        status = wrt_kg_table_need(&column, table, "target", err);
    if (status != WRT_OK)
        return status;
    if (is_nodes)
        wrt_kg_table_locate(in.at, table, node_columns, 3);
    else
        wrt_kg_table_locate(in.at, table, edge_columns, N_EDGE_COLUMNS);
    in.writer = wrt_kg_writer_new(sink);
    status = wrt_kg_table_each(table, sink, is_nodes ? read_node : read_edge, &in, err);
    wrt_kg_writer_free(in.writer);
    return status;
}

static wrt_status read_tables(const wrt_kg_sink *sink, wrt_input *input,
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

static const char *table_role(wrt_str start) {
    static const char *const edges[] = {"source", "predicate", "target", "path_ids", NULL};
    static const char *const nodes[] = {"id", "name", "label", NULL};
    wrt_str header = wrt_kg_first_line(start, false);
    if (wrt_kg_header_holds(header, '\t', edges))
        return "edges";
    return wrt_kg_header_holds(header, '\t', nodes) ? "nodes" : NULL;
}

static const char *role(wrt_str start) {
    const char *part = table_role(start);
    return part != NULL ? part : wrt_kg_drugmechdb_graphs.role(start);
}

static wrt_status read_file(const wrt_kg_sink *sink, wrt_input *input,
                            const wrt_kg_format_options *options, wrt_err *err) {
    bool is_it = false;
    wrt_status status = wrt_kg_variant_is(&is_it, &wrt_kg_drugmechdb_graphs, input, err);
    if (status != WRT_OK)
        return status;
    return is_it ? wrt_kg_drugmechdb_graphs.read(sink, input, options, err)
                 : read_tables(sink, input, options, err);
}

const wrt_kg_format wrt_kg_format_drugmechdb = {
    "drugmechdb",
    "DrugMechDB: indication_paths.yaml, graphs as JSON Lines, tables of edges and nodes", role,
    read_file};
