/* primekg.c: PrimeKG's kg.csv (Chandak et al., Sci Data 2023;10:67).
 *
 * Every edge stands in it twice, once a direction, and says nothing of direction: both rows become
 * one symmetric edge, whose subject is the end that the relation begins with, or the smaller id.
 * The pairs that were read are kept as 64-bit keys, about 16 bytes an edge. Ids are unique only
 * within a source ("6954" is GO:0006954), so that each gets the prefix of its source; grouped
 * diseases keep their joined ids and refer to each member. A relation that says something is absent
 * is no edge. */
#include "kg/formats/formats.h"
#include "kg/formats/names.h"
#include "kg/formats/table.h"
#include "kg/formats/writer.h"

#include "base/arena.h"
#include "kg/predicates.h"

#include <stdlib.h>
#include <string.h>

#define UNKNOWN WRT_KG_SIGN_UNKNOWN
#define B       "biolink:"

enum { ID_DIGITS = 7, XREFS_MAX = 1000, FIRST_SLOTS = 1 << 16, NODE_BITS = 26, RELATION_BITS = 12 };

enum {
    RELATION,
    DISPLAY,
    X_INDEX,
    X_ID,
    X_TYPE,
    X_NAME,
    X_SOURCE,
    Y_INDEX,
    Y_ID,
    Y_TYPE,
    Y_NAME,
    Y_SOURCE,
    N_COLUMNS
};

static const char *const columns[] = {"relation", "display_relation", "x_index",  "x_id",
                                      "x_type",   "x_name",           "x_source", "y_index",
                                      "y_id",     "y_type",           "y_name",   "y_source"};

typedef struct {
    const char *name, *predicate;
    int sign;
    bool is_causal;
    const char *subject; /* type of the end that is the subject, or NULL: the smaller id */
} relation_row;

/* The predicates say no more than the relation; "parent-child" rows do not say which is which. */
static const relation_row relations[] = {
    {"protein_protein", B "physically_interacts_with", UNKNOWN, false, NULL},
    {"drug_protein", B "interacts_with", UNKNOWN, false, "drug"},
    {"disease_protein", B "associated_with", UNKNOWN, false, "disease"},
    {"phenotype_protein", B "associated_with", UNKNOWN, false, "effect/phenotype"},
    {"indication", B "treats", -1, true, "drug"},
    {"contraindication", B "contraindicated_in", UNKNOWN, false, "drug"},
    {"off-label use", B "applied_to_treat", UNKNOWN, false, "drug"},
    {"drug_drug", B "interacts_with", UNKNOWN, false, NULL},
    {"drug_effect", B "has_side_effect", 1, true, "drug"},
    {"bioprocess_protein", B "participates_in", 0, false, "gene/protein"},
    {"molfunc_protein", B "participates_in", 0, false, "gene/protein"},
    {"pathway_protein", B "participates_in", 0, false, "gene/protein"},
    {"cellcomp_protein", B "located_in", 0, false, "gene/protein"},
    {"anatomy_protein_present", B "expressed_in", 0, false, "gene/protein"},
    {"disease_phenotype_positive", B "has_phenotype", 1, false, "disease"},
    {"disease_disease", B "related_to", 0, false, NULL},
    {"phenotype_phenotype", B "related_to", 0, false, NULL},
    {"bioprocess_bioprocess", B "related_to", 0, false, NULL},
    {"molfunc_molfunc", B "related_to", 0, false, NULL},
    {"cellcomp_cellcomp", B "related_to", 0, false, NULL},
    {"pathway_pathway", B "related_to", 0, false, NULL},
    {"anatomy_anatomy", B "related_to", 0, false, NULL},
    {"exposure_exposure", B "related_to", 0, false, NULL},
    {"exposure_protein", B "interacts_with", UNKNOWN, false, "exposure"},
    {"exposure_disease", B "associated_with", UNKNOWN, false, "exposure"},
    {"exposure_bioprocess", B "interacts_with", UNKNOWN, false, "exposure"},
    {"exposure_molfunc", B "interacts_with", UNKNOWN, false, "exposure"},
    {"exposure_cellcomp", B "interacts_with", UNKNOWN, false, "exposure"},
};
static const char *const absences[] = {"disease_phenotype_negative", "anatomy_protein_absent"};

/* ---- pairs that were read */

/* A set of keys that are not 0: open addressing. */
typedef struct {
    uint64_t *slots;
    size_t n, n_slots;
} pair_set;

static size_t find_pair(const pair_set *set, uint64_t key) {
    size_t at = (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (set->n_slots - 1);
    while (set->slots[at] != 0 && set->slots[at] != key)
        at = (at + 1) & (set->n_slots - 1);
    return at;
}

/* False when the key was there. */
static bool add_pair(pair_set *set, uint64_t key) {
    if (set->n * 2 >= set->n_slots) {
        pair_set larger = {.n_slots = set->n_slots == 0 ? FIRST_SLOTS : set->n_slots * 2};
        larger.slots = wrt_calloc(larger.n_slots, sizeof *larger.slots);
        for (size_t i = 0; i < set->n_slots; i++)
            if (set->slots[i] != 0)
                larger.slots[find_pair(&larger, set->slots[i])] = set->slots[i];
        larger.n = set->n;
        free(set->slots);
        *set = larger;
    }
    size_t at = find_pair(set, key);
    if (set->slots[at] == key)
        return false;
    set->slots[at] = key;
    set->n++;
    return true;
}

/* ---- nodes */

typedef struct {
    wrt_kg_writer *writer;
    wrt_kg_table *table;
    int at[N_COLUMNS];
    wrt_kg_names *ids;
    pair_set pairs;
    wrt_buf x_id, y_id, original, xrefs;
    wrt_buf last; /* original of the relation last_number */
    uint32_t last_number;
} reader;

static wrt_str cell(const reader *in, int column) {
    return wrt_kg_table_cell(in->table, in->at[column]);
}

static bool is_number(wrt_str text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len > 0 && text.len <= ID_DIGITS;
}

/* "MONDO:" and 8383 give MONDO:0008383; an id that is no number, or has its prefix, stays. */
static void add_padded(wrt_buf *out, const char *prefix, wrt_str id) {
    if (!wrt_str_starts_with(id, wrt_str_of(prefix)))
        wrt_buf_add_c(out, prefix);
    if (is_number(id))
        for (size_t i = id.len; i < ID_DIGITS; i++)
            wrt_buf_add_char(out, '0');
    wrt_buf_add_str(out, id);
}

static wrt_str make_id(wrt_buf *out, wrt_str source, wrt_str id) {
    static const struct {
        const char *source, *prefix;
        bool is_padded;
    } list[] = {{"NCBI", "NCBIGene:", false},  {"DrugBank", "DRUGBANK:", false},
                {"MONDO", "MONDO:", true},     {"HPO", "HP:", true},
                {"GO", "GO:", true},           {"UBERON", "UBERON:", true},
                {"REACTOME", "REACT:", false}, {"CTD", "MESH:", false}};
    wrt_buf_clear(out);
    if (id.len == 0)
        return WRT_STR("");
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        if (!wrt_str_equal_c(source, list[i].source))
            continue;
        if (list[i].is_padded)
            add_padded(out, list[i].prefix, id);
        else
            (void)wrt_kg_join(out, list[i].prefix, id);
        return wrt_buf_str(out);
    }
    wrt_buf_add_str(out, source);
    wrt_buf_add_char(out, ':');
    wrt_buf_add_str(out, id);
    return wrt_buf_str(out);
}

static wrt_str kind_of(wrt_str type) {
    static const char *const list[][2] = {{"gene/protein", "Gene"},
                                          {"drug", "Drug"},
                                          {"disease", "Disease"},
                                          {"effect/phenotype", "PhenotypicFeature"},
                                          {"biological_process", "BiologicalProcess"},
                                          {"molecular_function", "MolecularActivity"},
                                          {"cellular_component", "CellularComponent"},
                                          {"anatomy", "AnatomicalEntity"},
                                          {"pathway", "Pathway"},
                                          {"exposure", "ExposureEvent"}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (wrt_str_equal_c(type, list[i][0]))
            return wrt_str_of(list[i][1]);
    return type;
}

/* The members of a group, "1200_1134", as MONDO ids that end by a zero byte each. */
static size_t read_group(wrt_str *out, wrt_buf *room, wrt_str id) {
    size_t n = 0, starts[XREFS_MAX + 1] = {0};
    wrt_str item, rest = id;
    wrt_buf_clear(room);
    while (n < XREFS_MAX && wrt_str_cut(&item, &rest, '_')) {
        starts[n++] = room->len;
        add_padded(room, "MONDO:", item);
    }
    starts[n] = room->len;
    for (size_t i = 0; i < n; i++)
        out[i] = (wrt_str){wrt_buf_str(room).ptr + starts[i], starts[i + 1] - starts[i]};
    return n;
}

/* The end of the row whose columns begin at X_INDEX or Y_INDEX. */
static wrt_status write_node(reader *in, wrt_str id, int base, wrt_err *err) {
    wrt_str members[XREFS_MAX], source = cell(in, base + X_SOURCE - X_INDEX);
    wrt_kg_node_record node = {.id = id,
                               .name = cell(in, base + X_NAME - X_INDEX),
                               .kind = kind_of(cell(in, base + X_TYPE - X_INDEX)),
                               .xrefs = members};
    if (wrt_str_equal_c(source, "MONDO_grouped"))
        node.n_xrefs = read_group(members, &in->xrefs, cell(in, base + X_ID - X_INDEX));
    wrt_json *attributes = wrt_json_new_object();
    wrt_kg_attribute_number(attributes, "index", cell(in, base));
    wrt_kg_attribute(attributes, "source", source);
    wrt_kg_attribute(attributes, "type", cell(in, base + X_TYPE - X_INDEX));
    node.attributes = wrt_kg_render(in->writer, attributes);
    return wrt_kg_write_node(in->writer, &node, wrt_kg_table_line(in->table), err);
}

/* ---- edges */

static const relation_row *find_relation(wrt_str name) {
    for (size_t i = 0; i < sizeof relations / sizeof relations[0]; i++)
        if (wrt_str_equal_c(name, relations[i].name))
            return &relations[i];
    return NULL;
}

/* The relation's name and, in brackets, how the source displays it. */
static void write_original(wrt_buf *out, wrt_str name, wrt_str display) {
    wrt_buf_clear(out);
    wrt_buf_add_str(out, name);
    if (display.len == 0 || wrt_str_equal(name, display))
        return;
    wrt_buf_add_c(out, " (");
    wrt_buf_add_str(out, display);
    wrt_buf_add_char(out, ')');
}

/* Rows come sorted by relation: the last one is nearly always the next. */
static wrt_status write_relation(uint32_t *out, reader *in, const relation_row *row, wrt_err *err) {
    write_original(&in->original, cell(in, RELATION), cell(in, DISPLAY));
    *out = in->last_number;
    if (wrt_str_equal(wrt_buf_str(&in->original), wrt_buf_str(&in->last)))
        return WRT_OK;
    const wrt_kg_relation relation = {
        .predicate = wrt_str_of(row != NULL ? row->predicate : B "related_to"),
        .original = wrt_buf_str(&in->original),
        .level = WRT_STR("not_provided"),
        .agent = WRT_STR("not_provided"),
        .primary = WRT_STR("infores:primekg"),
        .sign = row != NULL ? row->sign : UNKNOWN,
        .is_causal = row != NULL && row->is_causal,
        .is_symmetric = true,
    };
    wrt_status status = wrt_kg_write_relation(out, in->writer, &relation, err);
    wrt_buf_clear(&in->last);
    wrt_buf_add_str(&in->last, wrt_buf_str(&in->original));
    in->last_number = *out;
    return status;
}

/* True when x is the subject. */
static bool x_comes_first(const reader *in, const relation_row *row, wrt_str x, wrt_str y) {
    wrt_str x_type = cell(in, X_TYPE), y_type = cell(in, Y_TYPE);
    if (row != NULL && row->subject != NULL && !wrt_str_equal(x_type, y_type))
        return !wrt_str_equal_c(y_type, row->subject);
    return wrt_str_compare(x, y) <= 0;
}

/* The number of a node, which is handed on when it is new. */
static wrt_status note_node(uint32_t *number, reader *in, wrt_str id, int base, wrt_err *err) {
    bool is_new = false;
    *number = wrt_kg_names_add(&is_new, in->ids, id);
    return is_new ? write_node(in, id, base, err) : WRT_OK;
}

/* Numbers beyond the bits of a key are not folded here; the tables know equal edges, too. */
static bool is_first(reader *in, uint32_t relation, uint32_t subject, uint32_t object) {
    if (relation >> RELATION_BITS != 0 || subject >> NODE_BITS != 0 || object >> NODE_BITS != 0)
        return true;
    uint64_t key = ((uint64_t)relation << 2 * NODE_BITS | (uint64_t)subject << NODE_BITS | object);
    return add_pair(&in->pairs, key + 1);
}

static bool is_absence(wrt_str name) {
    for (size_t i = 0; i < sizeof absences / sizeof absences[0]; i++)
        if (wrt_str_equal_c(name, absences[i]))
            return true;
    return false;
}

static wrt_status read_row(void *ctx, wrt_err *err) {
    reader *in = ctx;
    uint64_t line = wrt_kg_table_line(in->table);
    wrt_str x = make_id(&in->x_id, cell(in, X_SOURCE), cell(in, X_ID));
    wrt_str y = make_id(&in->y_id, cell(in, Y_SOURCE), cell(in, Y_ID));
    const relation_row *row = find_relation(cell(in, RELATION));
    if (x.len == 0 || y.len == 0 || cell(in, RELATION).len == 0)
        return wrt_kg_write_reject(in->writer, line, err, "the row lacks relation, x_id or y_id");
    if (x.len > WRT_KG_ID_MAX || y.len > WRT_KG_ID_MAX)
        return wrt_kg_write_reject(in->writer, line, err, "an id of more than 4096 bytes");
    uint32_t numbers[2], relation = 0;
    wrt_status status = note_node(&numbers[0], in, x, X_INDEX, err);
    if (status == WRT_OK)
        status = note_node(&numbers[1], in, y, Y_INDEX, err);
    if (status == WRT_OK && is_absence(cell(in, RELATION)))
        return wrt_kg_write_skip(in->writer, line, "the row states an absence", err);
    if (status == WRT_OK)
        status = write_relation(&relation, in, row, err);
    if (status != WRT_OK)
        return status;
    bool x_first = x_comes_first(in, row, x, y);
    if (!is_first(in, relation, numbers[x_first ? 0 : 1], numbers[x_first ? 1 : 0]))
        return WRT_OK;
    const wrt_kg_edge_record edge = {
        .subject = x_first ? x : y, .object = x_first ? y : x, .relation = relation};
    return wrt_kg_write_edge(in->writer, &edge, line, err);
}

/* ---- the format */

static wrt_status read_table(const wrt_kg_sink *sink, wrt_kg_table *table, wrt_err *err) {
    reader in = {.table = table};
    int column = -1;
    for (int i = 0; i < N_COLUMNS; i++)
        if (i != DISPLAY && i != X_INDEX && i != Y_INDEX &&
            wrt_kg_table_need(&column, table, columns[i], err) != WRT_OK)
            return WRT_E_INPUT;
    wrt_kg_table_locate(in.at, table, columns, N_COLUMNS);
    in.writer = wrt_kg_writer_new(sink);
    in.ids = wrt_kg_names_new();
    in.x_id = in.y_id = in.original = in.last = wrt_buf_make((size_t)3 * WRT_KG_LINE_MAX);
    in.xrefs = wrt_buf_make((size_t)16 * WRT_KG_LINE_MAX);
    wrt_status status = wrt_kg_table_each(table, sink, read_row, &in, err);
    wrt_buf_free(&in.x_id);
    wrt_buf_free(&in.y_id);
    wrt_buf_free(&in.original);
    wrt_buf_free(&in.last);
    wrt_buf_free(&in.xrefs);
    free(in.pairs.slots);
    wrt_kg_names_free(in.ids);
    wrt_kg_writer_free(in.writer);
    return status;
}

static wrt_status read_file(const wrt_kg_sink *sink, wrt_input *input,
                            const wrt_kg_format_options *options, wrt_err *err) {
    (void)options;
    const wrt_kg_table_style style = {.separator = ',', .is_quoted = true, .has_header = true};
    wrt_kg_table *table = NULL;
    wrt_status status = wrt_kg_table_open(&table, input, &style, err);
    if (status == WRT_OK)
        status = read_table(sink, table, err);
    wrt_kg_table_close(table);
    return status;
}

static const char *role(wrt_str start) {
    static const char *const names[] = {"relation", "x_id", "x_type", "y_id", "y_type", NULL};
    return wrt_kg_header_holds(wrt_kg_first_line(start, false), ',', names) ? "edges" : NULL;
}

const wrt_kg_format wrt_kg_format_primekg = {
    "primekg", "PrimeKG's kg.csv: both directions folded into one symmetric edge", role, read_file};
