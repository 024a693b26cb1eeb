/* omnipath.c: interactions of OmniPath's web service (up to 36 tab columns).
 *
 * The consensus of the databases decides the sign when it says one thing; without a consensus the
 * statements decide when they agree; else the sign is unknown. An undirected interaction is
 * symmetric. References are "DATABASE:PMID;..."; JSON columns are kept as JSON. */
#include "kg/formats/formats.h"
#include "kg/formats/table.h"
#include "kg/formats/writer.h"

#include "base/arena.h"
#include "kg/predicates.h"

#include <stdlib.h>
#include <string.h>

enum {
    SOURCE,
    TARGET,
    SOURCE_NAME,
    TARGET_NAME,
    DIRECTED,
    STIMULATION,
    INHIBITION,
    ALL_STIMULATION,
    ALL_INHIBITION,
    SOURCES,
    REFERENCES,
    TYPE,
    SOURCE_KIND,
    TARGET_KIND,
    SOURCE_TAXON,
    TARGET_TAXON,
    N_COLUMNS
};
static const char *const columns[] = {"source",
                                      "target",
                                      "source_genesymbol",
                                      "target_genesymbol",
                                      "is_directed",
                                      "is_stimulation",
                                      "is_inhibition",
                                      "consensus_stimulation",
                                      "consensus_inhibition",
                                      "sources",
                                      "references",
                                      "type",
                                      "entity_type_source",
                                      "entity_type_target",
                                      "ncbi_tax_id_source",
                                      "ncbi_tax_id_target"};

typedef struct {
    wrt_kg_writer *writer;
    wrt_kg_table *table;
    int at[N_COLUMNS];
    bool *is_detail; /* of each column: an attribute */
    wrt_buf source_id, target_id, taxon, primary, publications;
} reader;

static wrt_str cell(const reader *in, int column) {
    return wrt_kg_table_cell(in->table, in->at[column]);
}

static bool is_true(wrt_str text) {
    return wrt_str_equal_c(text, "1") || wrt_str_equal_c(text, "True") ||
           wrt_str_equal_c(text, "true") || wrt_str_equal_c(text, "TRUE");
}

/* ---- nodes */

/* Complexes are "COMPLEX:P1_P2"; an accession without a prefix is one of UniProt or miRBase. */
static wrt_str make_id(wrt_buf *out, wrt_str id, wrt_str kind) {
    wrt_buf_clear(out);
    if (id.len == 0)
        return WRT_STR("");
    if (memchr(id.ptr, ':', id.len) == NULL) {
        if (kind.len == 0 || wrt_str_equal_c(kind, "protein"))
            wrt_buf_add_c(out, "UniProtKB:");
        else if (wrt_str_equal_c(kind, "mirna"))
            wrt_buf_add_c(out, "MIRBASE:");
        else if (wrt_str_equal_c(kind, "small_molecule"))
            wrt_buf_add_c(out, "PUBCHEM.COMPOUND:");
    }
    wrt_buf_add_str(out, id);
    return wrt_buf_str(out);
}

static wrt_str kind_of(wrt_str type) {
    static const char *const list[][2] = {{"protein", "Protein"},
                                          {"complex", "MacromolecularComplex"},
                                          {"mirna", "MicroRNA"},
                                          {"lncrna", "RNAProduct"},
                                          {"small_molecule", "SmallMolecule"}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (wrt_str_equal_c(type, list[i][0]))
            return wrt_str_of(list[i][1]);
    return type;
}

static wrt_status write_node(reader *in, wrt_str id, bool is_source, wrt_err *err) {
    wrt_kg_node_record node = {
        .id = id,
        .name = cell(in, is_source ? SOURCE_NAME : TARGET_NAME),
        .kind = kind_of(cell(in, is_source ? SOURCE_KIND : TARGET_KIND)),
    };
    wrt_json *attributes = wrt_json_new_object();
    wrt_kg_attribute(
        attributes, "taxon",
        wrt_kg_join(&in->taxon, "NCBITaxon:", cell(in, is_source ? SOURCE_TAXON : TARGET_TAXON)));
    node.attributes = wrt_kg_render(in->writer, attributes);
    return wrt_kg_write_node_once(in->writer, &node, wrt_kg_table_line(in->table), err);
}

/* ---- edges */

static int sign_of(bool is_up, bool is_down) {
    if (is_up == is_down)
        return WRT_KG_SIGN_UNKNOWN;
    return is_up ? 1 : -1;
}

static int read_sign(const reader *in) {
    bool all_up = is_true(cell(in, ALL_STIMULATION)), all_down = is_true(cell(in, ALL_INHIBITION));
    if (all_up || all_down)
        return sign_of(all_up, all_down);
    return sign_of(is_true(cell(in, STIMULATION)), is_true(cell(in, INHIBITION)));
}

static const char *aspect_of(wrt_str type) {
    if (wrt_str_equal_c(type, "post_translational"))
        return "activity";
    if (wrt_str_equal_c(type, "transcriptional") || wrt_str_equal_c(type, "post_transcriptional"))
        return "expression";
    return "activity_or_abundance";
}

/* The source's words: "directed stimulation", "undirected", ... */
static const char *words_of(const reader *in, bool is_directed) {
    bool is_up = is_true(cell(in, STIMULATION)), is_down = is_true(cell(in, INHIBITION));
    if (!is_directed)
        return "undirected";
    if (is_up && is_down)
        return "stimulation, inhibition";
    return is_up ? "stimulation" : is_down ? "inhibition" : "directed";
}

static wrt_json *read_qualifiers(const reader *in, int sign) {
    wrt_json *qualifiers = wrt_json_new_object();
    wrt_json_set_text(qualifiers, "qualified_predicate", "biolink:causes");
    wrt_json_set_text(qualifiers, "object_aspect_qualifier", aspect_of(cell(in, TYPE)));
    wrt_json_set_text(qualifiers, "object_direction_qualifier",
                      sign > 0 ? "increased" : "decreased");
    return qualifiers;
}

static wrt_status write_relation(uint32_t *out, reader *in, bool has_references, wrt_err *err) {
    bool is_directed = is_true(cell(in, DIRECTED));
    int sign = is_directed ? read_sign(in) : WRT_KG_SIGN_UNKNOWN;
    wrt_kg_relation relation = {
        .predicate = is_directed ? WRT_STR("biolink:affects") : WRT_STR("biolink:interacts_with"),
        .original = wrt_str_of(words_of(in, is_directed)),
        .level = has_references ? WRT_STR("knowledge_assertion") : WRT_STR("not_provided"),
        .agent = has_references ? WRT_STR("manual_agent") : WRT_STR("not_provided"),
        .primary = WRT_STR("infores:omnipath"),
        .sign = sign,
        .is_causal = is_directed,
        .is_symmetric = !is_directed,
    };
    wrt_kg_single_source(&relation, &in->primary, cell(in, SOURCES), ';');
    relation.qualifiers = wrt_kg_render_qualifiers(
        in->writer, sign == WRT_KG_SIGN_UNKNOWN ? NULL : read_qualifiers(in, sign));
    return wrt_kg_write_relation(out, in->writer, &relation, err);
}

/* "HPRD:123;SIGNOR:456" */
static void read_references(reader *in, wrt_json *attributes) {
    wrt_str item, text = cell(in, REFERENCES), rest = text;
    wrt_json *others = wrt_json_new_array();
    wrt_buf_clear(&in->publications);
    while (text.len > 0 && wrt_str_cut(&item, &rest, ';')) {
        const char *colon = item.len > 0 ? memrchr(item.ptr, ':', item.len) : NULL;
        size_t start = colon != NULL ? (size_t)(colon - item.ptr) + 1 : 0;
        wrt_str number = {item.ptr + start, item.len - start};
        if (item.len > 0 && !wrt_kg_add_publication(&in->publications, number))
            wrt_json_push(others, wrt_json_new_text(item));
    }
    if (wrt_json_count(others) > 0)
        wrt_json_set(attributes, "references", others);
    else
        wrt_json_free(others);
}

/* A cell that is JSON as its value; "False", the absence of a data set, is left out. */
static void add_detail(wrt_json *attributes, const char *name, wrt_str text) {
    wrt_json *value = NULL;
    if (text.len == 0 || wrt_str_equal_c(text, "False"))
        return;
    if ((text.ptr[0] == '{' || text.ptr[0] == '[') && wrt_json_parse(&value, text, NULL) == WRT_OK)
        wrt_json_set(attributes, name, value);
    else if (wrt_str_equal_c(text, "True"))
        wrt_json_set_bool(attributes, name, true);
    else
        wrt_kg_attribute_number(attributes, name, text);
}

static wrt_json *read_attributes(reader *in) {
    wrt_json *attributes = wrt_json_new_object();
    for (size_t i = 0; i < wrt_kg_table_columns(in->table); i++)
        if (in->is_detail[i])
            add_detail(attributes, wrt_kg_table_column(in->table, i),
                       wrt_kg_table_cell(in->table, (int)i));
    wrt_kg_attribute_list(attributes, "sources", cell(in, SOURCES), ';');
    read_references(in, attributes);
    return attributes;
}

static wrt_status read_row(void *ctx, wrt_err *err) {
    reader *in = ctx;
    uint64_t line = wrt_kg_table_line(in->table);
    wrt_kg_edge_record edge = {
        .subject = make_id(&in->source_id, cell(in, SOURCE), cell(in, SOURCE_KIND)),
        .object = make_id(&in->target_id, cell(in, TARGET), cell(in, TARGET_KIND))};
    if (edge.subject.len == 0 || edge.object.len == 0)
        return wrt_kg_write_reject(in->writer, line, err, "the row lacks source or target");
    wrt_status status = write_node(in, edge.subject, true, err);
    if (status == WRT_OK)
        status = write_node(in, edge.object, false, err);
    if (status != WRT_OK)
        return status;
    wrt_json *attributes = read_attributes(in);
    status = write_relation(&edge.relation, in, in->publications.len > 0, err);
    edge.attributes = wrt_kg_render(in->writer, attributes);
    edge.publications = wrt_buf_str(&in->publications);
    return status == WRT_OK ? wrt_kg_write_edge(in->writer, &edge, line, err) : status;
}

/* ---- the format */

static bool is_read(const reader *in, int column) {
    for (int i = 0; i < N_COLUMNS; i++)
        if (in->at[i] == column && i != TYPE)
            return i < DIRECTED || i >= SOURCES; /* signs and consensus are kept as they are */
    return false;
}

static wrt_status read_table(const wrt_kg_sink *sink, wrt_kg_table *table, wrt_err *err) {
    reader in = {.table = table};
    int column = -1;
    for (int i = 0; i <= INHIBITION; i++)
        if (i != SOURCE_NAME && i != TARGET_NAME &&
            wrt_kg_table_need(&column, table, columns[i], err) != WRT_OK)
            return WRT_E_INPUT;
    wrt_kg_table_locate(in.at, table, columns, N_COLUMNS);
    in.is_detail = wrt_calloc(wrt_kg_table_columns(table), sizeof *in.is_detail);
    for (size_t i = 0; i < wrt_kg_table_columns(table); i++)
        in.is_detail[i] = !is_read(&in, (int)i);
    in.writer = wrt_kg_writer_new(sink);
    in.source_id = in.target_id = in.taxon = in.primary = in.publications =
        wrt_buf_make((size_t)2 * WRT_KG_LINE_MAX);
    wrt_status status = wrt_kg_table_each(table, sink, read_row, &in, err);
    wrt_buf *const buffers[] = {&in.source_id, &in.target_id, &in.taxon, &in.primary,
                                &in.publications};
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++)
        wrt_buf_free(buffers[i]);
    free(in.is_detail);
    wrt_kg_writer_free(in.writer);
    return status;
}

static wrt_status read_file(const wrt_kg_sink *sink, wrt_input *input,
                            const wrt_kg_format_options *options, wrt_err *err) {
    (void)options;
    const wrt_kg_table_style style = {.separator = '\t', .is_quoted = true, .has_header = true};
    wrt_kg_table *table = NULL;
    wrt_status status = wrt_kg_table_open(&table, input, &style, err);
    if (status == WRT_OK)
        status = read_table(sink, table, err);
    wrt_kg_table_close(table);
    return status;
}

static const char *role(wrt_str start) {
    static const char *const names[] = {"source",         "target",        "is_directed",
                                        "is_stimulation", "is_inhibition", NULL};
    return wrt_kg_header_holds(wrt_kg_first_line(start, false), '\t', names) ? "edges" : NULL;
}

const wrt_kg_format wrt_kg_format_omnipath = {
    "omnipath", "OmniPath interactions (TSV of the web service), signs by consensus", role,
    read_file};
