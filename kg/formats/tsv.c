/* tsv.c: any tab-separated table of edges, by a map of its columns.
 *
 *   --map subject=gene_id,object=disease,predicate==associated with,subject_prefix==NCBIGene:
 *
 * "key=column" names a column, "key==text" is a constant. subject, object and predicate are needed.
 * Keys: subject object predicate, subject_name object_name, subject_kind object_kind,
 * subject_prefix object_prefix (put before an id), original, sign (1, 0, -1), symmetric (true),
 * publications (separated by '|', ';' or ','), id, record, license, source, level, agent. Columns
 * that the map does not name become attributes. With "header==no" columns are called 1, 2, 3, ...
 */
#include "kg/formats/formats.h"
#include "kg/formats/table.h"
#include "kg/formats/writer.h"

#include "base/arena.h"
#include "kg/predicates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAP_MAX = 4096 };

enum {
    SUBJECT,
    OBJECT,
    PREDICATE,
    SUBJECT_NAME,
    OBJECT_NAME,
    SUBJECT_KIND,
    OBJECT_KIND,
    SUBJECT_PREFIX,
    OBJECT_PREFIX,
    ORIGINAL,
    SIGN,
    SYMMETRIC,
    PUBLICATIONS,
    ID,
    RECORD,
    LICENSE,
    SOURCE,
    LEVEL,
    AGENT,
    HEADER,
    N_KEYS
};
static const char *const keys[N_KEYS] = {
    "subject",       "object",       "predicate",   "subject_name",
    "object_name",   "subject_kind", "object_kind", "subject_prefix",
    "object_prefix", "original",     "sign",        "symmetric",
    "publications",  "id",           "record",      "license",
    "source",        "level",        "agent",       "header"};

typedef struct {
    wrt_str text; /* a column or a constant, a view into the map */
    bool is_constant;
    int column;
} entry;

typedef struct {
    wrt_kg_writer *writer;
    wrt_kg_table *table;
    entry map[N_KEYS];
    bool *is_mapped; /* of each column */
    wrt_str default_source;
    wrt_buf subject, object, primary, publications;
} reader;

/* ---- the map */

static int key_of(wrt_str name) {
    for (int i = 0; i < N_KEYS; i++)
        if (wrt_str_equal_c(name, keys[i]))
            return i;
    return -1;
}

static wrt_status read_entry(entry map[N_KEYS], wrt_str item, wrt_err *err) {
    wrt_str name, value = item;
    (void)wrt_str_cut(&name, &value, '=');
    int key = key_of(wrt_str_trim(name));
    int shown = (int)(item.len < 100 ? item.len : 100);
    if (key < 0 || value.ptr == NULL || value.len == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "the map entry \"%.*s\" is not key=column or key==text, with a key such as "
                        "subject, object, predicate, sign, publications",
                        shown, item.ptr);
    if (map[key].text.len > 0)
        return wrt_fail(err, WRT_E_INPUT, "the map names \"%s\" twice", keys[key]);
    map[key].is_constant = value.ptr[0] == '=';
    map[key].text = map[key].is_constant ? (wrt_str){value.ptr + 1, value.len - 1} : value;
    return WRT_OK;
}

static wrt_status read_map(entry map[N_KEYS], const char *text, wrt_err *err) {
    wrt_str item, rest = wrt_str_of(text);
    wrt_status status = WRT_OK;
    if (rest.len == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "the format tsv needs a map of columns: --map "
                        "subject=COLUMN,object=COLUMN,predicate==TEXT");
    if (rest.len > MAP_MAX || !wrt_utf8_valid(rest))
        return wrt_fail(err, WRT_E_INPUT, "the map must be UTF-8 of at most %d bytes",
                        (int)MAP_MAX);
    while (status == WRT_OK && wrt_str_cut(&item, &rest, ','))
        status = read_entry(map, item, err);
    for (int i = SUBJECT; i <= PREDICATE && status == WRT_OK; i++)
        if (map[i].text.len == 0)
            status = wrt_fail(err, WRT_E_INPUT,
                              "the map lacks \"%s\" (needed: subject, object, "
                              "predicate)",
                              keys[i]);
    return status;
}

/* The column with this name; without a header its number, from 1. */
static int find_column(const wrt_kg_table *table, wrt_str name) {
    int64_t number = 0;
    for (size_t i = 0; i < wrt_kg_table_columns(table); i++)
        if (wrt_str_equal_c(name, wrt_kg_table_column(table, i)))
            return (int)i;
    bool is_number = wrt_kg_table_columns(table) == 0 && wrt_str_to_int64(&number, name) &&
                     number >= 1 && number <= WRT_KG_COLUMNS_MAX;
    return is_number ? (int)number - 1 : -1;
}

static wrt_status find_columns(reader *in, const char *file, wrt_err *err) {
    for (int i = 0; i < N_KEYS; i++) {
        entry *e = &in->map[i];
        e->column = e->text.len > 0 && !e->is_constant ? find_column(in->table, e->text) : -1;
        if (e->text.len > 0 && !e->is_constant && e->column < 0)
            return wrt_fail(err, WRT_E_INPUT, "%s has no column \"%.*s\" (of map key %s)", file,
                            (int)e->text.len, e->text.ptr, keys[i]);
        if (e->column >= 0)
            in->is_mapped[e->column] = true;
    }
    return WRT_OK;
}

/* ---- rows */

static wrt_str value(const reader *in, int key) {
    const entry *e = &in->map[key];
    return e->is_constant ? e->text : wrt_kg_table_cell(in->table, e->column);
}

static wrt_str make_id(const reader *in, wrt_buf *out, int key, int prefix) {
    wrt_str id = value(in, key), before = value(in, prefix);
    wrt_buf_clear(out);
    if (id.len > 0 && !wrt_str_starts_with(id, before))
        wrt_buf_add_str(out, before);
    wrt_buf_add_str(out, id);
    return wrt_buf_str(out);
}

/* A node is handed on when the map says more of it than its id. */
static wrt_status write_node(reader *in, wrt_str id, int name, int kind, wrt_err *err) {
    const wrt_kg_node_record node = {.id = id, .name = value(in, name), .kind = value(in, kind)};
    if (node.name.len == 0 && node.kind.len == 0)
        return WRT_OK;
    return wrt_kg_write_node_once(in->writer, &node, wrt_kg_table_line(in->table), err);
}

static bool read_sign(int *out, wrt_str text) {
    int64_t number = 0;
    if (text.len > 0 && (!wrt_str_to_int64(&number, text) || number < -1 || number > 1))
        return false;
    if (text.len > 0)
        *out = (int)number;
    return true;
}

static void read_predicate(wrt_kg_relation *relation) {
    const wrt_kg_predicate *known = wrt_kg_predicate_find(relation->predicate);
    if (known == NULL || wrt_str_starts_with(relation->predicate, WRT_STR("biolink:")))
        return;
    if (relation->original.len == 0)
        relation->original = relation->predicate;
    relation->predicate = wrt_str_of(known->curie);
}

static wrt_status write_relation(uint32_t *out, reader *in, int sign, wrt_err *err) {
    wrt_kg_relation relation = {.predicate = value(in, PREDICATE),
                                .original = value(in, ORIGINAL),
                                .level = value(in, LEVEL),
                                .agent = value(in, AGENT),
                                .license = value(in, LICENSE)};
    wrt_str source = value(in, SOURCE);
    wrt_buf_clear(&in->primary);
    wrt_kg_add_infores(&in->primary, source.len > 0 ? source : in->default_source);
    relation.primary = wrt_buf_str(&in->primary);
    read_predicate(&relation);
    wrt_kg_read_assertion(&relation, NULL);
    if (value(in, SIGN).len > 0)
        relation.sign = sign;
    wrt_str symmetric = value(in, SYMMETRIC);
    if (symmetric.len > 0)
        relation.is_symmetric =
            wrt_str_equal_c(symmetric, "true") || wrt_str_equal_c(symmetric, "1");
    return wrt_kg_write_relation(out, in->writer, &relation, err);
}

static void add_publications(reader *in, wrt_json *attributes) {
    wrt_str text = value(in, PUBLICATIONS);
    wrt_json *others = wrt_json_new_array();
    wrt_buf_clear(&in->publications);
    for (size_t start = 0, at = 0; at <= text.len && text.len > 0; at++) {
        if (at < text.len && strchr("|;,", text.ptr[at]) == NULL)
            continue;
        wrt_str item = wrt_str_trim((wrt_str){text.ptr + start, at - start});
        if (item.len > 0 && !wrt_kg_add_publication(&in->publications, item))
            wrt_json_push(others, wrt_json_new_text(item));
        start = at + 1;
    }
    if (wrt_json_count(others) > 0)
        wrt_json_set(attributes, "references", others);
    else
        wrt_json_free(others);
}

static wrt_json *read_attributes(reader *in) {
    wrt_json *attributes = wrt_json_new_object();
    for (size_t i = 0; i < wrt_kg_table_cells(in->table); i++) {
        if (in->is_mapped[i])
            continue;
        char number[24];
        const char *name = number;
        if (i < wrt_kg_table_columns(in->table))
            name = wrt_kg_table_column(in->table, i);
        else
            snprintf(number, sizeof number, "%zu", i + 1);
        wrt_kg_attribute(attributes, name, wrt_kg_table_cell(in->table, (int)i));
    }
    add_publications(in, attributes);
    return attributes;
}

static wrt_status read_row(void *ctx, wrt_err *err) {
    reader *in = ctx;
    uint64_t line = wrt_kg_table_line(in->table);
    int sign = WRT_KG_SIGN_UNKNOWN;
    if (!read_sign(&sign, value(in, SIGN)))
        return wrt_kg_write_reject(in->writer, line, err, "the sign is none of 1, 0, -1");
    if (value(in, PREDICATE).len == 0)
        return wrt_kg_write_reject(in->writer, line, err, "the row lacks a predicate");
    wrt_kg_edge_record edge = {.id = value(in, ID),
                               .subject = make_id(in, &in->subject, SUBJECT, SUBJECT_PREFIX),
                               .object = make_id(in, &in->object, OBJECT, OBJECT_PREFIX),
                               .record = value(in, RECORD)};
    if (edge.subject.len == 0 || edge.object.len == 0)
        return wrt_kg_write_reject(in->writer, line, err, "the row lacks subject or object");
    (void)wrt_kg_render(in->writer, NULL);
    wrt_status status = write_node(in, edge.subject, SUBJECT_NAME, SUBJECT_KIND, err);
    if (status == WRT_OK)
        status = write_node(in, edge.object, OBJECT_NAME, OBJECT_KIND, err);
    if (status == WRT_OK)
        status = write_relation(&edge.relation, in, sign, err);
    if (status != WRT_OK)
        return status;
    edge.attributes = wrt_kg_render(in->writer, read_attributes(in));
    edge.publications = wrt_buf_str(&in->publications);
    return wrt_kg_write_edge(in->writer, &edge, line, err);
}

/* ---- the format */

static wrt_status read_table(const wrt_kg_sink *sink, reader *in, const char *file, wrt_err *err) {
    in->is_mapped = wrt_calloc(WRT_KG_COLUMNS_MAX, sizeof *in->is_mapped);
    wrt_status status = find_columns(in, file, err);
    in->subject = in->object = in->primary = in->publications =
        wrt_buf_make((size_t)3 * WRT_KG_LINE_MAX);
    in->writer = wrt_kg_writer_new(sink);
    if (status == WRT_OK)
        status = wrt_kg_table_each(in->table, sink, read_row, in, err);
    wrt_buf_free(&in->subject);
    wrt_buf_free(&in->object);
    wrt_buf_free(&in->primary);
    wrt_buf_free(&in->publications);
    wrt_kg_writer_free(in->writer);
    free(in->is_mapped);
    return status;
}

static wrt_status read_file(const wrt_kg_sink *sink, wrt_input *input,
                            const wrt_kg_format_options *options, wrt_err *err) {
    reader in = {.default_source = wrt_str_of(options != NULL ? options->source : NULL)};
    wrt_status status = read_map(in.map, options != NULL ? options->map : NULL, err);
    if (status != WRT_OK)
        return status;
    bool has_header = !wrt_str_equal_c(in.map[HEADER].text, "no");
    const wrt_kg_table_style style = {.separator = '\t', .has_header = has_header};
    in.map[HEADER].text = WRT_STR("");
    status = wrt_kg_table_open(&in.table, input, &style, err);
    if (status == WRT_OK)
        status = read_table(sink, &in, wrt_input_name(input), err);
    wrt_kg_table_close(in.table);
    return status;
}

/* Anything may be one; formats.c never guesses it. */
static const char *role(wrt_str start) {
    (void)start;
    return "edges";
}

const wrt_kg_format wrt_kg_format_tsv = {
    "tsv", "any tab-separated table of edges; needs --map subject=COLUMN,object=COLUMN,...", role,
    read_file};
