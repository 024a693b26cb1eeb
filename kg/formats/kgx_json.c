/* kgx_json.c: KGX as JSON Lines (one object a line), as one object {"nodes": [...], "edges":
 * [...]}, and the knowledge graph of a TRAPI message.
 *
 *   {"nodes":[..],"edges":[..]}    {"knowledge_graph":{..}}    {"message":{"knowledge_graph":{..}}}
 *
 * In TRAPI nodes and edges are objects by id. A large text is walked value by value; a value that
 * cannot be used is rejected with its number among the records, a line with its number. */
#include "kg/formats/formats.h"
#include "kg/formats/kgx_trapi.h"
#include "kg/formats/table.h"

#include "base/json_stream.h"

#include <string.h>

enum { RECORD_MAX = 16 << 20, KEY_MAX = 64 };

typedef struct {
    wrt_kg_writer *writer;
    wrt_kgx_json record;
    uint64_t number; /* of the record, from 1 */
} reader;

/* ---- one text */

/* The records of an array, or of an object by id. */
static wrt_status read_list(reader *in, wrt_json_stream *stream, bool is_edges, wrt_err *err) {
    wrt_json_type type;
    bool more = true;
    wrt_str key;
    wrt_status status = wrt_json_stream_peek(&type, stream, err);
    if (status == WRT_OK && type == WRT_JSON_NULL)
        return wrt_json_stream_skip(stream, err);
    if (status == WRT_OK)
        status = wrt_json_stream_enter(stream, err);
    while (status == WRT_OK &&
           (status = wrt_json_stream_next(&more, &key, stream, err)) == WRT_OK && more) {
        wrt_json *value = NULL;
        wrt_err why = {.code = WRT_OK};
        in->number++;
        status = wrt_json_stream_value(&value, stream, RECORD_MAX, &why);
        if (status == WRT_OK)
            status = is_edges ? wrt_kgx_json_edge(&in->record, value, key, in->number, err)
                              : wrt_kgx_json_node(&in->record, value, key, in->number, err);
        else if (wrt_json_stream_can_go_on(stream))
            status = wrt_kg_write_reject(in->writer, in->number, err, "%s", why.message);
        else
            status = wrt_fail(err, status, "%s", why.message);
        wrt_json_free(value);
    }
    return status;
}

/* levels: how many wrappers ("message", "knowledge_graph") may still be opened. */
static wrt_status read_graph(bool *found, reader *in, wrt_json_stream *stream, int levels,
                             wrt_err *err) {
    bool more = true;
    wrt_str key;
    wrt_status status = wrt_json_stream_enter(stream, err);
    while (status == WRT_OK &&
           (status = wrt_json_stream_next(&more, &key, stream, err)) == WRT_OK && more) {
        bool is_edges = wrt_str_equal_c(key, "edges");
        wrt_json_type type = WRT_JSON_NULL;
        bool is_wrapper = levels > 0 && (wrt_str_equal_c(key, "knowledge_graph") ||
                                         wrt_str_equal_c(key, "message"));
        if (is_wrapper)
            status = wrt_json_stream_peek(&type, stream, err);
        if (status != WRT_OK)
            return status;
        if (is_edges || wrt_str_equal_c(key, "nodes")) {
            *found = true;
            status = read_list(in, stream, is_edges, err);
        } else if (is_wrapper && type == WRT_JSON_OBJECT) {
            status = read_graph(found, in, stream, levels - 1, err);
        } else {
            status = wrt_json_stream_skip(stream, err);
        }
    }
    return status;
}

static wrt_status read_text(reader *in, wrt_input *input, wrt_err *err) {
    wrt_json_stream *stream = wrt_json_stream_new(input);
    bool found = false;
    wrt_status status = read_graph(&found, in, stream, 2, err);
    if (status == WRT_OK)
        status = wrt_json_stream_end(stream, err);
    if (status == WRT_OK && !found)
        status = wrt_fail(err, WRT_E_INPUT, "%s: the object has neither \"nodes\" nor \"edges\"",
                          wrt_input_name(input));
    wrt_json_stream_free(stream);
    return status;
}

/* ---- lines */

static bool is_edge(const wrt_json *record) {
    return wrt_json_get(record, "subject") != NULL || wrt_json_get(record, "object") != NULL ||
           wrt_json_get(record, "predicate") != NULL;
}

static wrt_status read_line(reader *in, wrt_str line, uint64_t number, wrt_err *err) {
    wrt_json *record = NULL;
    wrt_err why = {.code = WRT_OK};
    if (number == 1 && wrt_str_starts_with(line, WRT_STR("\xef\xbb\xbf")))
        line = (wrt_str){line.ptr + 3, line.len - 3};
    if (wrt_str_trim(line).len == 0)
        return WRT_OK;
    if (wrt_json_parse(&record, line, &why) != WRT_OK)
        return wrt_kg_write_reject(in->writer, number, err, "%s", why.message);
    wrt_status status = is_edge(record)
                            ? wrt_kgx_json_edge(&in->record, record, WRT_STR(""), number, err)
                            : wrt_kgx_json_node(&in->record, record, WRT_STR(""), number, err);
    wrt_json_free(record);
    return status;
}

static wrt_status read_lines(reader *in, wrt_input *input, wrt_err *err) {
    bool got = true;
    wrt_str line;
    wrt_status status = WRT_OK;
    while (status == WRT_OK && got) {
        status = wrt_input_line(&got, &line, input, WRT_KG_LINE_MAX, err);
        uint64_t number = wrt_input_line_number(input);
        if (status == WRT_E_LIMIT)
            status = wrt_kg_write_reject(in->writer, number, err, "the line is longer than 4 MiB");
        else if (status == WRT_OK && got)
            status = read_line(in, line, number, err);
    }
    return status;
}

/* ---- the format */

/* The first key of the object that the text begins with; "" when it begins otherwise. */
static wrt_str first_key(wrt_str start) {
    if (wrt_str_starts_with(start, WRT_STR("\xef\xbb\xbf")))
        start = (wrt_str){start.ptr + 3, start.len - 3};
    start = wrt_str_trim(start);
    if (start.len == 0 || start.ptr[0] != '{')
        return WRT_STR("");
    wrt_str rest = wrt_str_trim((wrt_str){start.ptr + 1, start.len - 1}), key;
    if (rest.len == 0 || rest.ptr[0] != '"')
        return WRT_STR("");
    rest = (wrt_str){rest.ptr + 1, rest.len - 1};
    (void)wrt_str_cut(&key, &rest, '"');
    return key.len < KEY_MAX ? key : WRT_STR("");
}

static bool begins_graph(wrt_str key) {
    static const char *const keys[] = {"nodes",  "edges", "knowledge_graph", "message",
                                       "status", "logs",  "query_graph",     "results"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (wrt_str_equal_c(key, keys[i]))
            return true;
    return false;
}

/* Hetionet's JSON has nodes and edges too, and says "identifier" and "kind" of each. */
static bool is_hetionet(wrt_str start) {
    return memmem(start.ptr, start.len, "\"metanode_kinds\"", 16) != NULL ||
           memmem(start.ptr, start.len, "\"kind_to_abbrev\"", 16) != NULL ||
           memmem(start.ptr, start.len, "\"identifier\"", 12) != NULL;
}

static bool holds(wrt_str text, const char *part) {
    return text.len > 0 && memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static const char *role(wrt_str start) {
    wrt_str key = first_key(start), line = wrt_kg_first_line(start, false);
    if (begins_graph(key))
        return is_hetionet(start) ? NULL : "graph";
    if (key.len == 0 || holds(line, "\"links\""))
        return NULL;
    if (holds(line, "\"subject\"") && holds(line, "\"object\""))
        return "edges";
    return holds(line, "\"id\"") ? "nodes" : NULL;
}

static wrt_status read_file(const wrt_kg_sink *sink, wrt_input *input,
                            const wrt_kg_format_options *options, wrt_err *err) {
    (void)options;
    wrt_str start;
    wrt_status status = wrt_input_peek(&start, input, err);
    if (status != WRT_OK)
        return status;
    if (first_key(start).len == 0 && wrt_str_trim(start).len > 0 && start.ptr[0] != '{')
        return wrt_fail(err, WRT_E_INPUT,
                        "%s does not begin with '{': KGX JSON is one object, JSON Lines has one "
                        "object a line",
                        wrt_input_name(input));
    reader in = {.writer = wrt_kg_writer_new(sink)};
    in.record.writer = in.writer;
    status =
        begins_graph(first_key(start)) ? read_text(&in, input, err) : read_lines(&in, input, err);
    wrt_kgx_json_free(&in.record);
    wrt_kg_writer_free(in.writer);
    return status;
}

const wrt_kg_variant wrt_kg_kgx_json = {role, read_file};
