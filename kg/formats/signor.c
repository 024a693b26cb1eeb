/* signor.c: causal interactions of SIGNOR (28 columns, separated by tabs or semicolons).
 *
 * EFFECT gives sign and aspect: "down-regulates quantity by repression" is less of the object's
 * expression. "unknown" and "form complex" have no sign. A row is one piece of evidence; its
 * SIGNOR_ID is kept as its record, so that several rows of one statement become one edge. */
#include "kg/formats/formats.h"
#include "kg/formats/table.h"
#include "kg/formats/writer.h"

#include "kg/predicates.h"

#include <string.h>

enum {
    A_NAME,
    A_TYPE,
    A_ID,
    A_BASE,
    B_NAME,
    B_TYPE,
    B_ID,
    B_BASE,
    EFFECT,
    PMID,
    SCORE,
    SIGNOR_ID,
    N_COLUMNS
};
static const char *const columns[] = {"ENTITYA", "TYPEA", "IDA",   "DATABASEA",
                                      "ENTITYB", "TYPEB", "IDB",   "DATABASEB",
                                      "EFFECT",  "PMID",  "SCORE", "SIGNOR_ID"};
/* Column, and its name among the attributes. */
static const char *const details[][2] = {{"MECHANISM", "mechanism"},
                                         {"RESIDUE", "residue"},
                                         {"SEQUENCE", "sequence"},
                                         {"CELL_DATA", "cell_data"},
                                         {"TISSUE_DATA", "tissue_data"},
                                         {"MODULATOR_COMPLEX", "modulator_complex"},
                                         {"TARGET_COMPLEX", "target_complex"},
                                         {"MODIFICATIONA", "modification_a"},
                                         {"MODASEQ", "modification_a_sequence"},
                                         {"MODIFICATIONB", "modification_b"},
                                         {"MODBSEQ", "modification_b_sequence"},
                                         {"DIRECT", "direct"},
                                         {"NOTES", "notes"},
                                         {"ANNOTATOR", "annotator"},
                                         {"SENTENCE", "sentence"}};
enum { DETAILS = sizeof details / sizeof details[0] };

typedef struct {
    wrt_kg_writer *writer;
    wrt_kg_table *table;
    int at[N_COLUMNS], detail_at[DETAILS], taxon;
    wrt_buf a_id, b_id, taxon_id, publications;
} reader;

static wrt_str cell(const reader *in, int column) {
    return wrt_kg_table_cell(in->table, in->at[column]);
}

/* ---- nodes */

static wrt_str make_id(wrt_buf *out, wrt_str base, wrt_str id) {
    static const char *const list[][2] = {
        {"UNIPROT", "UniProtKB:"}, {"DRUGBANK", "DRUGBANK:"}, {"PUBCHEM", "PUBCHEM.COMPOUND:"},
        {"CHEBI", "CHEBI:"},       {"miRBase", "MIRBASE:"},   {"RNAcentral", "RNACENTRAL:"},
        {"SIGNOR", "SIGNOR:"}};
    wrt_buf_clear(out);
    if (id.len == 0)
        return WRT_STR("");
    if (wrt_str_starts_with(id, WRT_STR("CID:")))
        id = (wrt_str){id.ptr + 4, id.len - 4};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (wrt_str_equal_c(base, list[i][0])) {
            if (!wrt_str_starts_with(id, wrt_str_of(list[i][1])))
                wrt_buf_add_c(out, list[i][1]);
            wrt_buf_add_str(out, id);
            return wrt_buf_str(out);
        }
    wrt_buf_printf(out, "%.*s%s%.*s", (int)base.len, base.ptr, base.len > 0 ? ":" : "", (int)id.len,
                   id.ptr);
    return wrt_buf_str(out);
}

static wrt_str kind_of(wrt_str type) {
    static const char *const list[][2] = {{"protein", "Protein"},
                                          {"chemical", "ChemicalEntity"},
                                          {"smallmolecule", "SmallMolecule"},
                                          {"complex", "MacromolecularComplex"},
                                          {"proteinfamily", "ProteinFamily"},
                                          {"mirna", "MicroRNA"},
                                          {"phenotype", "BiologicalProcess"}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (wrt_str_equal_c(type, list[i][0]))
            return wrt_str_of(list[i][1]);
    return type;
}

static wrt_status write_nodes(reader *in, wrt_str a, wrt_str b, wrt_err *err) {
    const wrt_kg_node_record nodes[] = {
        {.id = a, .name = cell(in, A_NAME), .kind = kind_of(cell(in, A_TYPE))},
        {.id = b, .name = cell(in, B_NAME), .kind = kind_of(cell(in, B_TYPE))}};
    wrt_status status =
        wrt_kg_write_node_once(in->writer, &nodes[0], wrt_kg_table_line(in->table), err);
    if (status == WRT_OK)
        status = wrt_kg_write_node_once(in->writer, &nodes[1], wrt_kg_table_line(in->table), err);
    return status;
}

/* ---- edges */

static bool contains(wrt_str text, const char *part) {
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

/* Biolink qualifiers of an effect; NULL when it has no direction. */
static wrt_json *read_effect(wrt_str effect) {
    bool is_up = wrt_str_starts_with(effect, WRT_STR("up-regulates"));
    if (!is_up && !wrt_str_starts_with(effect, WRT_STR("down-regulates")))
        return NULL;
    const char *aspect = "activity_or_abundance";
    if (contains(effect, "expression") || contains(effect, "repression"))
        aspect = "expression";
    else if (contains(effect, "stabilization"))
        aspect = "stability";
    else if (contains(effect, "quantity"))
        aspect = "abundance";
    else if (contains(effect, "activity"))
        aspect = "activity";
    wrt_json *qualifiers = wrt_json_new_object();
    wrt_json_set_text(qualifiers, "qualified_predicate", "biolink:causes");
    wrt_json_set_text(qualifiers, "object_aspect_qualifier", aspect);
    wrt_json_set_text(qualifiers, "object_direction_qualifier", is_up ? "increased" : "decreased");
    return qualifiers;
}

static wrt_status write_relation(uint32_t *out, reader *in, wrt_err *err) {
    wrt_str effect = cell(in, EFFECT);
    bool is_complex = wrt_str_equal_c(effect, "form complex");
    wrt_json *qualifiers = read_effect(effect);
    wrt_kg_relation relation = {
        .predicate = is_complex ? WRT_STR("biolink:part_of") : WRT_STR("biolink:affects"),
        .original = effect,
        .level = WRT_STR("knowledge_assertion"),
        .agent = WRT_STR("manual_agent"),
        .primary = WRT_STR("infores:signor"),
        .license = WRT_STR("CC BY-NC 4.0"),
    };
    if (qualifiers != NULL)
        wrt_kg_read_assertion(&relation, qualifiers);
    else
        relation.sign = WRT_KG_SIGN_UNKNOWN;
    wrt_str taxon = wrt_kg_table_cell(in->table, in->taxon);
    if (taxon.len > 0 && taxon.ptr[0] != '-') { /* "-1", "-2": in vitro, a chemical reaction */
        if (qualifiers == NULL)
            qualifiers = wrt_json_new_object();
        wrt_kg_attribute(qualifiers, "species_context_qualifier",
                         wrt_kg_join(&in->taxon_id, "NCBITaxon:", taxon));
    }
    relation.qualifiers = wrt_kg_render_qualifiers(in->writer, qualifiers);
    return wrt_kg_write_relation(out, in->writer, &relation, err);
}

static wrt_json *read_attributes(reader *in) {
    wrt_json *attributes = wrt_json_new_object();
    for (int i = 0; i < DETAILS; i++)
        wrt_kg_attribute(attributes, details[i][1], wrt_kg_table_cell(in->table, in->detail_at[i]));
    wrt_kg_attribute_number(attributes, "score", cell(in, SCORE));
    wrt_buf_clear(&in->publications);
    if (!wrt_kg_add_publication(&in->publications, cell(in, PMID)))
        wrt_kg_attribute(attributes, "reference", cell(in, PMID));
    return attributes;
}

static wrt_status read_row(void *ctx, wrt_err *err) {
    reader *in = ctx;
    uint64_t line = wrt_kg_table_line(in->table);
    wrt_kg_edge_record edge = {.record = cell(in, SIGNOR_ID)};
    edge.subject = make_id(&in->a_id, cell(in, A_BASE), cell(in, A_ID));
    edge.object = make_id(&in->b_id, cell(in, B_BASE), cell(in, B_ID));
    if (edge.subject.len == 0 || edge.object.len == 0 || cell(in, EFFECT).len == 0)
        return wrt_kg_write_reject(in->writer, line, err, "the row lacks IDA, IDB or EFFECT");
    wrt_status status = write_nodes(in, edge.subject, edge.object, err);
    if (status == WRT_OK)
        status = write_relation(&edge.relation, in, err);
    if (status != WRT_OK)
        return status;
    edge.attributes = wrt_kg_render(in->writer, read_attributes(in));
    edge.publications = wrt_buf_str(&in->publications);
    return wrt_kg_write_edge(in->writer, &edge, line, err);
}

/* ---- the format */

static wrt_status read_table(const wrt_kg_sink *sink, wrt_kg_table *table, wrt_err *err) {
    static const char *const needed[] = {"IDA", "DATABASEA", "IDB", "DATABASEB", "EFFECT"};
    reader in = {.table = table};
    int column = -1;
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (wrt_kg_table_need(&column, table, needed[i], err) != WRT_OK)
            return WRT_E_INPUT;
    wrt_kg_table_locate(in.at, table, columns, N_COLUMNS);
    for (int i = 0; i < DETAILS; i++)
        in.detail_at[i] = wrt_kg_table_find(table, details[i][0]);
    in.taxon = wrt_kg_table_find(table, "TAX_ID");
    in.writer = wrt_kg_writer_new(sink);
    in.a_id = in.b_id = in.taxon_id = in.publications = wrt_buf_make((size_t)3 * WRT_KG_LINE_MAX);
    wrt_status status = wrt_kg_table_each(table, sink, read_row, &in, err);
    wrt_buf_free(&in.a_id);
    wrt_buf_free(&in.b_id);
    wrt_buf_free(&in.taxon_id);
    wrt_buf_free(&in.publications);
    wrt_kg_writer_free(in.writer);
    return status;
}

static char separator_of(wrt_str start) {
    wrt_str header = wrt_kg_first_line(start, false);
    return header.len > 0 && memchr(header.ptr, ';', header.len) != NULL ? ';' : '\t';
}

static wrt_status read_file(const wrt_kg_sink *sink, wrt_input *input,
                            const wrt_kg_format_options *options, wrt_err *err) {
    (void)options;
    wrt_str start;
    wrt_status status = wrt_input_peek(&start, input, err);
    if (status != WRT_OK)
        return status;
    const wrt_kg_table_style style = {
        .separator = separator_of(start), .is_quoted = true, .has_header = true};
    wrt_kg_table *table = NULL;
    status = wrt_kg_table_open(&table, input, &style, err);
    if (status == WRT_OK)
        status = read_table(sink, table, err);
    wrt_kg_table_close(table);
    return status;
}

static const char *role(wrt_str start) {
    static const char *const names[] = {"ENTITYA", "IDA", "IDB", "EFFECT", NULL};
    wrt_str header = wrt_kg_first_line(start, false);
    return wrt_kg_header_holds(header, separator_of(start), names) ? "edges" : NULL;
}

const wrt_kg_format wrt_kg_format_signor = {
    "signor", "SIGNOR's causal interactions (28 columns; tabs or semicolons)", role, read_file};
