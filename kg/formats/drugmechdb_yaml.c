/* drugmechdb_yaml.c: DrugMechDB's mechanism graphs: indication_paths.yaml, and the same as JSON
 * Lines (one graph a line).
 *
 *   - graph: {_id, disease, disease_mesh, drug, drug_mesh, drugbank}
 *     links: [{source, key, target}]   nodes: [{id, name, label, alt_names, alt_ids}]
 *     reference: [URL]                 comment: text
 *
 * The list is cut into its items at the dashes of column 0, and one item is read at a time.
 * Evidence belongs to a graph as a whole: its PubMed addresses become publications of each of its
 * links. */
#include "kg/formats/drugmechdb.h"
#include "kg/formats/formats.h"
#include "kg/formats/table.h"
#include "kg/formats/yaml.h"

#include "base/arena.h"
#include "kg/predicates.h"

#include <stdlib.h>
#include <string.h>

enum { GRAPH_MAX = 4 << 20 };

typedef struct {
    wrt_kg_writer *writer;
    wrt_buf item;  /* lines of the current graph */
    uint64_t line; /* where it begins */
    wrt_buf publications;
    bool is_too_long;
} reader;

static wrt_str text_of(const wrt_json *object, const char *key) {
    return wrt_str_of(wrt_json_get_text(object, key, ""));
}

/* ---- nodes */

static size_t read_texts(wrt_str **out, const wrt_json *list) {
    size_t n = 0;
    *out = wrt_calloc(wrt_json_count(list) + 1, sizeof **out);
    WRT_JSON_EACH(item, list) {
        (*out)[n] = wrt_str_of(wrt_json_text(item));
        n += (*out)[n].len > 0;
    }
    return n;
}

static wrt_status write_nodes(reader *in, const wrt_json *nodes, wrt_err *err) {
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(item, nodes) {
        wrt_str *synonyms, *xrefs;
        wrt_kg_node_record node = {.id = text_of(item, "id"),
                                   .name = text_of(item, "name"),
                                   .kind = text_of(item, "label")};
        node.n_synonyms = read_texts(&synonyms, wrt_json_get(item, "alt_names"));
        node.n_xrefs = read_texts(&xrefs, wrt_json_get(item, "alt_ids"));
        node.synonyms = synonyms;
        node.xrefs = xrefs;
        (void)wrt_kg_render(in->writer, NULL);
        status = wrt_kg_write_node(in->writer, &node, in->line, err);
        free(synonyms);
        free(xrefs);
        if (status != WRT_OK)
            return status;
    }
    return status;
}

/* ---- links */

/* Addresses that are no publication are kept. */
static wrt_json *read_references(reader *in, const wrt_json *graph) {
    static const char *const keys[] = {"reference", "references"};
    wrt_json *others = wrt_json_new_array();
    wrt_buf_clear(&in->publications);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const wrt_json *list = wrt_json_get(graph, keys[i]);
        if (wrt_json_text(list) != NULL &&
            !wrt_kg_add_publication(&in->publications, wrt_str_of(wrt_json_text(list))))
            wrt_json_push(others, wrt_json_copy(list));
        if (!wrt_json_is(list, WRT_JSON_ARRAY))
            continue;
        WRT_JSON_EACH(item, list) {
            if (!wrt_kg_add_publication(&in->publications, wrt_str_of(wrt_json_text(item))))
                wrt_json_push(others, wrt_json_copy(item));
        }
    }
    return others;
}

static wrt_json *graph_attributes(reader *in, const wrt_json *graph) {
    wrt_json *attributes = wrt_json_new_object(), *others = read_references(in, graph);
    if (wrt_json_count(others) > 0)
        wrt_json_set(attributes, "references", others);
    else
        wrt_json_free(others);
    wrt_kg_attribute(attributes, "comment", text_of(graph, "comment"));
    return attributes;
}

static wrt_status write_links(reader *in, const wrt_json *graph, wrt_err *err) {
    wrt_status status = WRT_OK;
    wrt_str record = wrt_str_of(wrt_json_text(wrt_json_path(graph, "graph._id")));
    wrt_json *attributes = graph_attributes(in, graph);
    wrt_str rendered = wrt_kg_render(in->writer, attributes);
    WRT_JSON_EACH(link, wrt_json_get(graph, "links")) {
        wrt_kg_edge_record edge = {.subject = text_of(link, "source"),
                                   .object = text_of(link, "target"),
                                   .record = record,
                                   .publications = wrt_buf_str(&in->publications),
                                   .attributes = rendered};
        wrt_str key = text_of(link, "key");
        if (key.len == 0) {
            status = wrt_kg_write_reject(in->writer, in->line, err, "a link of %.100s has no key",
                                         record.len > 0 ? record.ptr : "the graph");
        } else {
            const wrt_kg_relation relation = wrt_kg_drugmechdb_relation(key, WRT_KG_SIGN_UNKNOWN);
            status = wrt_kg_write_relation(&edge.relation, in->writer, &relation, err);
            if (status == WRT_OK)
                status = wrt_kg_write_edge(in->writer, &edge, in->line, err);
        }
        if (status != WRT_OK)
            return status;
    }
    return status;
}

static wrt_status write_graph(reader *in, const wrt_json *graph, wrt_err *err) {
    if (!wrt_json_is(wrt_json_get(graph, "links"), WRT_JSON_ARRAY))
        return wrt_kg_write_reject(in->writer, in->line, err, "the graph has no list of links");
    const wrt_json *nodes = wrt_json_get(graph, "nodes");
    wrt_status status = WRT_OK;
    if (wrt_json_is(nodes, WRT_JSON_ARRAY))
        status = write_nodes(in, nodes, err);
    return status == WRT_OK ? write_links(in, graph, err) : status;
}

/* ---- items of the list */

static wrt_status finish_item(reader *in, wrt_err *err) {
    wrt_json *list = NULL;
    wrt_err why = {.code = WRT_OK};
    wrt_str text = wrt_buf_str(&in->item);
    wrt_status status = WRT_OK;
    if (in->is_too_long || in->item.overflow)
        status = wrt_kg_write_reject(in->writer, in->line, err, "a graph of more than 4 MiB");
    else if (text.len > 0 && wrt_yaml_parse(&list, text, &why) != WRT_OK)
        status = wrt_kg_write_reject(in->writer, in->line, err, "from here: %s", why.message);
    else if (list != NULL && wrt_json_is(list, WRT_JSON_ARRAY))
        status = write_graph(in, wrt_json_at(list, 0), err);
    else if (list != NULL && !wrt_json_is(list, WRT_JSON_NULL))
        status = wrt_kg_write_reject(in->writer, in->line, err,
                                     "expected a list of graphs, \"- graph: ...\"");
    wrt_json_free(list);
    wrt_buf_clear(&in->item);
    in->is_too_long = false;
    return status;
}

static wrt_status read_line(reader *in, wrt_str line, uint64_t number, wrt_err *err) {
    if (wrt_str_starts_with(line, WRT_STR("---")) && in->item.len == 0)
        return WRT_OK;
    bool is_start = line.len > 0 && line.ptr[0] == '-' && (line.len == 1 || line.ptr[1] == ' ');
    wrt_status status = WRT_OK;
    if (is_start)
        status = finish_item(in, err);
    if (is_start || in->item.len == 0)
        in->line = number;
    wrt_buf_add_str(&in->item, line);
    wrt_buf_add_char(&in->item, '\n');
    return status;
}

static wrt_status read_json_line(reader *in, wrt_str line, uint64_t number, wrt_err *err) {
    wrt_json *graph = NULL;
    wrt_err why = {.code = WRT_OK};
    in->line = number;
    if (wrt_str_trim(line).len == 0)
        return WRT_OK;
    if (wrt_json_parse(&graph, line, &why) != WRT_OK)
        return wrt_kg_write_reject(in->writer, number, err, "%s", why.message);
    wrt_status status = write_graph(in, graph, err);
    wrt_json_free(graph);
    return status;
}

static wrt_status read_lines(reader *in, wrt_input *input, bool is_json, wrt_err *err) {
    bool got = true;
    wrt_str line;
    wrt_status status = WRT_OK;
    while (status == WRT_OK && got) {
        status = wrt_input_line(&got, &line, input, WRT_KG_LINE_MAX, err);
        uint64_t number = wrt_input_line_number(input);
        if (number == 1 && wrt_str_starts_with(line, WRT_STR("\xef\xbb\xbf")))
            line = (wrt_str){line.ptr + 3, line.len - 3};
        if (status == WRT_E_LIMIT && !is_json) {
            in->is_too_long = true;
            status = WRT_OK;
        } else if (status == WRT_E_LIMIT) {
            status = wrt_kg_write_reject(in->writer, number, err, "the line is longer than 4 MiB");
        } else if (status == WRT_OK && got) {
            status =
                is_json ? read_json_line(in, line, number, err) : read_line(in, line, number, err);
        }
    }
    return status == WRT_OK && !is_json ? finish_item(in, err) : status;
}

/* ---- the format */

static wrt_status read_file(const wrt_kg_sink *sink, wrt_input *input,
                            const wrt_kg_format_options *options, wrt_err *err) {
    (void)options;
    wrt_str start;
    wrt_status status = wrt_input_peek(&start, input, err);
    if (status != WRT_OK)
        return status;
    start = wrt_kg_first_line(start, true);
    reader in = {.writer = wrt_kg_writer_new(sink),
                 .item = wrt_buf_make(GRAPH_MAX),
                 .publications = wrt_buf_make((size_t)2 * GRAPH_MAX)};
    status = read_lines(&in, input, start.len > 0 && start.ptr[0] == '{', err);
    wrt_buf_free(&in.item);
    wrt_buf_free(&in.publications);
    wrt_kg_writer_free(in.writer);
    return status;
}

static bool holds(wrt_str text, const char *part) {
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static const char *role(wrt_str start) {
    wrt_str line = wrt_kg_first_line(start, true);
    bool is_yaml =
        wrt_str_starts_with(line, WRT_STR("- ")) || wrt_str_starts_with(line, WRT_STR("---"));
    if (is_yaml)
        return holds(start, "links:") && (holds(start, "graph:") || holds(start, "directed:"))
                   ? "graph"
                   : NULL;
    return wrt_str_starts_with(line, WRT_STR("{")) && holds(line, "\"links\"") &&
                   holds(line, "\"graph\"")
               ? "graph"
               : NULL;
}

const wrt_kg_variant wrt_kg_drugmechdb_graphs = {role, read_file};
