/* hetionet_json.c: Hetionet v1.0 as one JSON object, with the properties of nodes and edges.
 *
 *   {"metanode_kinds":[..],"metaedge_tuples":[..],"kind_to_abbrev":{..},"nodes":[..],"edges":[..]}
 *
 * A node is {kind, identifier, name, data}, an edge {source_id: [kind, identifier], target_id,
 * kind, direction, data}; identifiers of genes are integers. PubMed ids and licences in data go to
 * their places, actions (CbG) and subtypes (Gr>G) give signs, and all else becomes attributes. */
#include "kg/formats/actions.h"
#include "kg/formats/formats.h"
#include "kg/formats/hetionet.h"

#include "base/json_stream.h"
#include "kg/predicates.h"

#include <string.h>

enum { RECORD_MAX = 16 << 20 };

typedef struct {
    wrt_kg_writer *writer;
    wrt_buf subject, object, curie, primary, publications, joined;
    uint64_t number;
} reader;

static wrt_str text_of(const wrt_json *object, const char *key) {
    return wrt_str_of(wrt_json_get_text(object, key, ""));
}

/* Appends an identifier: a text, or an integer. */
static void add_identifier(wrt_buf *out, const wrt_json *value) {
    if (wrt_json_is_integer(value))
        wrt_json_write_canonical(out, value);
    else
        wrt_buf_add_str(out, wrt_str_of(wrt_json_text(value)));
}

/* *out becomes "Kind::identifier", "" when either is missing. */
static wrt_str make_id(wrt_buf *out, wrt_str kind, const wrt_json *identifier) {
    wrt_buf_clear(out);
    wrt_buf_add_str(out, kind);
    wrt_buf_add_c(out, "::");
    size_t before = out->len;
    add_identifier(out, identifier);
    return kind.len > 0 && out->len > before ? wrt_buf_str(out) : WRT_STR("");
}

/* ---- nodes */

static wrt_status read_node(reader *in, const wrt_json *value, wrt_err *err) {
    wrt_kg_node_record node = {.kind = text_of(value, "kind"), .name = text_of(value, "name")};
    const wrt_json *identifier = wrt_json_get(value, "identifier");
    wrt_str xref = WRT_STR("");
    node.id = make_id(&in->subject, node.kind, identifier);
    if (node.id.len == 0)
        return wrt_kg_write_reject(in->writer, in->number, err,
                                   "the node lacks kind or identifier");
    wrt_buf_clear(&in->curie);
    wrt_str plain = {node.id.ptr + node.kind.len + 2, node.id.len - node.kind.len - 2};
    if (wrt_kg_metaedge_curie(&in->curie, node.kind, plain))
        xref = wrt_buf_str(&in->curie);
    node.xrefs = &xref;
    node.n_xrefs = xref.len > 0;
    node.attributes = wrt_kg_render(in->writer, wrt_kg_copy_object(wrt_json_get(value, "data")));
    return wrt_kg_write_node(in->writer, &node, in->number, err);
}

/* ---- edges */

/* The texts of a list, or one text, each ended by a line feed. */
static wrt_str join(wrt_buf *out, const wrt_json *list) {
    wrt_buf_clear(out);
    wrt_buf_add_str(out, wrt_str_of(wrt_json_text(list)));
    if (wrt_json_is(list, WRT_JSON_ARRAY)) {
        WRT_JSON_EACH(item, list) {
            wrt_buf_add_str(out, wrt_str_of(wrt_json_text(item)));
            wrt_buf_add_char(out, '\n');
        }
    }
    return wrt_buf_str(out);
}

/* Knocking a regulator down tells the opposite of what it does. */
static int sign_of_subtype(const char *text) {
    static const struct {
        const char *name;
        int sign;
    } list[] = {{"knockdown upregulates", -1},
                {"knockdown downregulates", 1},
                {"overexpression upregulates", 1},
                {"overexpression downregulates", -1}};
    for (size_t i = 0; text != NULL && i < sizeof list / sizeof list[0]; i++)
        if (strcmp(text, list[i].name) == 0)
            return list[i].sign;
    return WRT_KG_SIGN_UNKNOWN;
}

/* The sign that all subtypes share. */
static int sign_of_subtypes(const wrt_json *subtypes) {
    int sign = 0;
    WRT_JSON_EACH(item, subtypes) {
        int next = sign_of_subtype(wrt_json_text(item));
        if (next == WRT_KG_SIGN_UNKNOWN || (sign != 0 && next != sign))
            return WRT_KG_SIGN_UNKNOWN;
        sign = next;
    }
    return sign == 0 ? WRT_KG_SIGN_UNKNOWN : sign;
}

static wrt_json *read_regulation(wrt_kg_relation *relation, const wrt_json *data) {
    int sign = sign_of_subtypes(wrt_json_get(data, "subtypes"));
    if (sign == WRT_KG_SIGN_UNKNOWN)
        return NULL;
    relation->sign = sign;
    wrt_json *qualifiers = wrt_json_new_object();
    wrt_json_set_text(qualifiers, "object_aspect_qualifier", "expression");
    wrt_json_set_text(qualifiers, "object_direction_qualifier",
                      sign > 0 ? "upregulated" : "downregulated");
    return qualifiers;
}

static wrt_status write_relation(uint32_t *out, reader *in, const wrt_kg_metaedge *metaedge,
                                 const wrt_json *data, wrt_err *err) {
    wrt_kg_relation relation = wrt_kg_metaedge_relation(metaedge);
    wrt_json *qualifiers = NULL;
    if (strcmp(metaedge->abbreviation, "CbG") == 0)
        (void)wrt_kg_actions_read(&relation, &qualifiers,
                                  join(&in->joined, wrt_json_get(data, "actions")), '\n');
    else if (metaedge->is_directed)
        qualifiers = read_regulation(&relation, data);
    if (qualifiers == NULL)
        qualifiers = wrt_kg_metaedge_qualifiers(metaedge);
    relation.license = text_of(data, "license");
    const wrt_json *sources = wrt_json_get(data, "sources");
    if (sources == NULL)
        sources = wrt_json_get(data, "source");
    wrt_kg_single_source(&relation, &in->primary, join(&in->joined, sources), '\n');
    relation.qualifiers = wrt_kg_render_qualifiers(in->writer, qualifiers);
    return wrt_kg_write_relation(out, in->writer, &relation, err);
}

/* Takes PubMed ids out of the data; those that are none stay there. */
static void read_publications(reader *in, wrt_json *data) {
    wrt_json *others = wrt_json_new_array();
    wrt_buf_clear(&in->publications);
    WRT_JSON_EACH(item, wrt_json_get(data, "pubmed_ids")) {
        wrt_buf_clear(&in->joined);
        add_identifier(&in->joined, item);
        if (!wrt_kg_add_publication(&in->publications, wrt_buf_str(&in->joined)))
            wrt_json_push(others, wrt_json_copy(item));
    }
    bool has_others = wrt_json_count(others) > 0;
    wrt_json_set(data, "pubmed_ids", has_others ? others : NULL);
    if (!has_others)
        wrt_json_free(others);
    wrt_json_set(data, "license", NULL);
}

static wrt_status read_edge(reader *in, const wrt_json *value, wrt_err *err) {
    const wrt_json *source = wrt_json_get(value, "source_id");
    const wrt_json *target = wrt_json_get(value, "target_id"), *data = wrt_json_get(value, "data");
    wrt_str source_kind = wrt_str_of(wrt_json_text(wrt_json_at(source, 0)));
    wrt_str target_kind = wrt_str_of(wrt_json_text(wrt_json_at(target, 0)));
    wrt_kg_edge_record edge = {.subject =
                                   make_id(&in->subject, source_kind, wrt_json_at(source, 1)),
                               .object = make_id(&in->object, target_kind, wrt_json_at(target, 1))};
    if (edge.subject.len == 0 || edge.object.len == 0)
        return wrt_kg_write_reject(in->writer, in->number, err,
                                   "the edge lacks an end: source_id and target_id are [kind, "
                                   "identifier]");
    const wrt_kg_metaedge *metaedge =
        wrt_kg_metaedge_of(source_kind, text_of(value, "kind"), target_kind);
    if (metaedge == NULL)
        return wrt_kg_write_reject(in->writer, in->number, err,
                                   "\"%.60s\" from %.60s to %.60s is none of Hetionet's metaedges",
                                   wrt_json_get_text(value, "kind", ""), source_kind.ptr,
                                   target_kind.ptr);
    wrt_status status = write_relation(&edge.relation, in, metaedge, data, err);
    if (status != WRT_OK)
        return status;
    wrt_json *rest =
        wrt_json_is(data, WRT_JSON_OBJECT) ? wrt_json_copy(data) : wrt_json_new_object();
    read_publications(in, rest);
    edge.publications = wrt_buf_str(&in->publications);
    edge.attributes = wrt_kg_render(in->writer, rest);
    return wrt_kg_write_edge(in->writer, &edge, in->number, err);
}

/* ---- the text */

static wrt_status read_list(reader *in, wrt_json_stream *stream, bool is_edges, wrt_err *err) {
    bool more = true;
    wrt_status status = wrt_json_stream_enter(stream, err);
    while (status == WRT_OK &&
           (status = wrt_json_stream_next(&more, NULL, stream, err)) == WRT_OK && more) {
        wrt_json *value = NULL;
        wrt_err why = {.code = WRT_OK};
        in->number++;
        status = wrt_json_stream_value(&value, stream, RECORD_MAX, &why);
        if (status == WRT_OK)
            status = is_edges ? read_edge(in, value, err) : read_node(in, value, err);
        else if (wrt_json_stream_can_go_on(stream))
            status = wrt_kg_write_reject(in->writer, in->number, err, "%s", why.message);
        else
            status = wrt_fail(err, status, "%s", why.message);
        wrt_json_free(value);
    }
    return status;
}

static wrt_status read_text(reader *in, wrt_json_stream *stream, wrt_err *err) {
    bool more = true;
    wrt_str key;
    wrt_status status = wrt_json_stream_enter(stream, err);
    while (status == WRT_OK &&
           (status = wrt_json_stream_next(&more, &key, stream, err)) == WRT_OK && more) {
        bool is_edges = wrt_str_equal_c(key, "edges");
        if (is_edges || wrt_str_equal_c(key, "nodes"))
            status = read_list(in, stream, is_edges, err);
        else
            status = wrt_json_stream_skip(stream, err);
    }
    return status == WRT_OK ? wrt_json_stream_end(stream, err) : status;
}

static wrt_status read_file(const wrt_kg_sink *sink, wrt_input *input,
                            const wrt_kg_format_options *options, wrt_err *err) {
    (void)options;
    reader in = {.writer = wrt_kg_writer_new(sink)};
    wrt_buf *const buffers[] = {&in.subject, &in.object,       &in.curie,
                                &in.primary, &in.publications, &in.joined};
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++)
        *buffers[i] = wrt_buf_make((size_t)2 * RECORD_MAX);
    wrt_json_stream *stream = wrt_json_stream_new(input);
    wrt_status status = read_text(&in, stream, err);
    wrt_json_stream_free(stream);
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++)
        wrt_buf_free(buffers[i]);
    wrt_kg_writer_free(in.writer);
    return status;
}

static const char *role(wrt_str start) {
    if (wrt_str_starts_with(start, WRT_STR("\xef\xbb\xbf")))
        start = (wrt_str){start.ptr + 3, start.len - 3};
    start = wrt_str_trim(start);
    bool is_it = start.len > 0 && start.ptr[0] == '{' &&
                 (memmem(start.ptr, start.len, "\"metanode_kinds\"", 16) != NULL ||
                  memmem(start.ptr, start.len, "\"kind_to_abbrev\"", 16) != NULL ||
                  memmem(start.ptr, start.len, "\"identifier\"", 12) != NULL);
    return is_it ? "graph" : NULL;
}

const wrt_kg_variant wrt_kg_hetionet_json = {role, read_file};
