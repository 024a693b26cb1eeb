#include "tests/kg/recorder.h"

#include "base/json.h"
#include "kg/predicates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(bool holds, const char *what) {
    if (holds)
        return;
    fprintf(stderr, "recorder: %s\n", what);
    abort();
}

static void check_text(wrt_str text) {
    check(text.len == 0 || memchr(text.ptr, '\0', text.len) == NULL, "a zero byte");
    check(wrt_utf8_valid(text), "text that is not UTF-8");
}

static void check_object(wrt_str text) {
    if (text.len == 0)
        return;
    wrt_json *value = NULL;
    wrt_buf again = wrt_buf_make(WRT_MIB(64));
    check_text(text);
    check(wrt_json_parse(&value, text, NULL) == WRT_OK, "attributes that are no JSON");
    check(wrt_json_is(value, WRT_JSON_OBJECT) && wrt_json_count(value) > 0, "no object");
    wrt_json_write_canonical(&again, value);
    check(wrt_str_equal(wrt_buf_str(&again), text), "attributes that are not canonical");
    wrt_buf_free(&again);
    wrt_json_free(value);
}

/* Room for one more entry in an array of n. */
static void *grow(void *array, size_t n, size_t size) {
    bool is_full = n == 0 || (n >= 16 && (n & (n - 1)) == 0);
    return is_full ? wrt_realloc(array, (n == 0 ? 16 : 2 * n) * size) : array;
}

static const char *copy(recorder *rec, wrt_str text) {
    check_text(text);
    return wrt_arena_strdup(rec->arena, text.len > 0 ? text.ptr : "", text.len);
}

static const char *copy_list(recorder *rec, const wrt_str *items, size_t n) {
    wrt_buf joined = wrt_buf_make(WRT_MIB(64));
    for (size_t i = 0; i < n; i++) {
        check(items[i].len > 0, "an empty synonym or cross-reference");
        if (i > 0)
            wrt_buf_add_char(&joined, ';');
        wrt_buf_add_str(&joined, items[i]);
    }
    const char *text = copy(rec, wrt_buf_str(&joined));
    wrt_buf_free(&joined);
    return text;
}

static wrt_status take_node(void *ctx, const wrt_kg_node_record *node, wrt_err *err) {
    (void)err;
    recorder *rec = ctx;
    check(node->id.len > 0, "a node without id");
    check_object(node->attributes);
    if (rec->keeps)
        rec->nodes = grow(rec->nodes, rec->n_nodes, sizeof *rec->nodes);
    if (rec->keeps)
        rec->nodes[rec->n_nodes] = (recorded_node){
            copy(rec, node->id),
            copy(rec, node->name),
            copy(rec, node->kind),
            copy_list(rec, node->synonyms, node->n_synonyms),
            copy_list(rec, node->xrefs, node->n_xrefs),
            copy(rec, node->attributes),
        };
    rec->n_nodes++;
    return WRT_OK;
}

static wrt_status take_relation(uint32_t *out, void *ctx, const wrt_kg_relation *relation,
                                wrt_err *err) {
    (void)err;
    recorder *rec = ctx;
    check(relation->predicate.len > 0, "a relation without predicate");
    check(relation->sign >= -1 && relation->sign <= WRT_KG_SIGN_UNKNOWN, "a sign out of range");
    check_object(relation->qualifiers);
    rec->relations = grow(rec->relations, rec->n_relations, sizeof *rec->relations);
    rec->edges_of = grow(rec->edges_of, rec->n_relations, sizeof *rec->edges_of);
    rec->edges_of[rec->n_relations] = 0;
    recorded_relation *kept = wrt_arena_alloc(rec->arena, sizeof *kept);
    *kept = (recorded_relation){
        copy(rec, relation->predicate),
        copy(rec, relation->original),
        copy(rec, relation->qualifiers),
        copy(rec, relation->level),
        copy(rec, relation->agent),
        copy(rec, relation->primary),
        copy(rec, relation->aggregator),
        copy(rec, relation->license),
        copy(rec, relation->source),
        copy(rec, relation->version),
        relation->sign,
        relation->is_causal,
        relation->is_symmetric,
    };
    rec->relations[rec->n_relations] = kept;
    *out = (uint32_t)rec->n_relations++;
    return WRT_OK;
}

static size_t count_publications(wrt_str list) {
    size_t n = 0;
    wrt_str item, rest = list;
    while (list.len > 0 && wrt_str_cut(&item, &rest, '|')) {
        check(item.len > 0, "an empty publication");
        n++;
    }
    return n;
}

static wrt_status take_edge(void *ctx, const wrt_kg_edge_record *edge, wrt_err *err) {
    (void)err;
    recorder *rec = ctx;
    check(edge->subject.len > 0 && edge->object.len > 0, "an edge without ends");
    check(edge->relation < rec->n_relations, "a relation that was never registered");
    check_object(edge->attributes);
    rec->n_publications += count_publications(edge->publications);
    rec->edges_of[edge->relation]++;
    if (rec->on_edge != NULL)
        rec->on_edge(rec->ctx, edge);
    if (rec->keeps)
        rec->edges = grow(rec->edges, rec->n_edges, sizeof *rec->edges);
    if (rec->keeps)
        rec->edges[rec->n_edges] = (recorded_edge){
            copy(rec, edge->id),     copy(rec, edge->subject),       copy(rec, edge->object),
            copy(rec, edge->record), copy(rec, edge->publications),  copy(rec, edge->attributes),
            edge->is_amendment,      rec->relations[edge->relation],
        };
    rec->n_edges++;
    return WRT_OK;
}

static recorded_reject reject_of(recorder *rec, uint64_t line, const char *reason) {
    check(reason[0] != '\0' && strchr(reason, '\n') == NULL, "a reason that is not one line");
    return (recorded_reject){line, copy(rec, wrt_str_of(reason))};
}

static wrt_status take_reject(void *ctx, uint64_t line, const char *reason, wrt_err *err) {
    recorder *rec = ctx;
    rec->rejects = grow(rec->rejects, rec->n_rejects, sizeof *rec->rejects);
    rec->rejects[rec->n_rejects] = reject_of(rec, line, reason);
    rec->n_rejects++;
    return rec->strict
               ? wrt_fail(err, WRT_E_INPUT, "line %llu: %s", (unsigned long long)line, reason)
               : WRT_OK;
}

static wrt_status take_skip(void *ctx, uint64_t line, const char *reason, wrt_err *err) {
    (void)err;
    recorder *rec = ctx;
    rec->skips = grow(rec->skips, rec->n_skips, sizeof *rec->skips);
    rec->skips[rec->n_skips] = reject_of(rec, line, reason);
    rec->n_skips++;
    return WRT_OK;
}

recorder *recorder_new(bool keeps) {
    recorder *rec = wrt_calloc(1, sizeof *rec);
    rec->sink = (wrt_kg_sink){.ctx = rec,
                              .node = take_node,
                              .relation = take_relation,
                              .edge = take_edge,
                              .reject = take_reject,
                              .skip = take_skip};
    rec->arena = wrt_arena_new();
    rec->keeps = keeps;
    return rec;
}

void recorder_free(recorder *rec) {
    if (rec == NULL)
        return;
    wrt_arena_free(rec->arena);
    free(rec->nodes);
    free(rec->edges);
    free(rec->rejects);
    free(rec->skips);
    free(rec->relations);
    free(rec->edges_of);
    free(rec);
}

wrt_status recorder_read_text(recorder *rec, const char *format, wrt_str text,
                              const wrt_kg_format_options *options, wrt_err *err) {
    static const wrt_kg_format_options none = {.map = NULL};
    const wrt_kg_format *found = NULL;
    const char *role = NULL;
    wrt_input *input = NULL;
    wrt_status status = WRT_OK;
    if (format != NULL)
        found = wrt_kg_format_find(wrt_str_of(format));
    else
        status = wrt_kg_format_guess(&found, &role, text, "f", err);
    if (status == WRT_OK)
        status = wrt_input_open_bytes(&input, text, "f", err);
    if (status == WRT_OK)
        status = found->read(&rec->sink, input, options != NULL ? options : &none, err);
    wrt_input_close(input);
    return status;
}

wrt_status recorder_read_file(recorder *rec, const char *format, const char *path, wrt_err *err) {
    static const wrt_kg_format_options none = {.map = NULL};
    const wrt_kg_format *found = NULL;
    const char *role = NULL;
    wrt_input *input = NULL;
    const wrt_kg_format *given = format != NULL ? wrt_kg_format_find(wrt_str_of(format)) : NULL;
    wrt_status status = wrt_kg_format_of_file(&found, &role, given, path, err);
    if (status == WRT_OK)
        status = wrt_input_open(&input, path, err);
    if (status == WRT_OK)
        status = found->read(&rec->sink, input, &none, err);
    wrt_input_close(input);
    return status;
}

/* ---- records as text */

const char *recorder_statement(recorder *rec, size_t i) {
    static const char *const signs[] = {"-", "0", "+", "?"};
    if (i >= rec->n_edges)
        return "(no such edge)";
    const recorded_edge *edge = &rec->edges[i];
    const recorded_relation *relation = edge->relation;
    return wrt_arena_printf(rec->arena, "%s|%s|%s|%s|%s|%s%s|%s", edge->subject,
                            relation->predicate, edge->object, relation->original,
                            signs[relation->sign + 1], relation->is_causal ? "c" : "",
                            relation->is_symmetric ? "s" : "", relation->qualifiers);
}

const char *recorder_evidence(recorder *rec, size_t i) {
    if (i >= rec->n_edges)
        return "(no such edge)";
    const recorded_edge *edge = &rec->edges[i];
    const recorded_relation *relation = edge->relation;
    return wrt_arena_printf(rec->arena, "%s|%s|%s|%s|%s|%s|%s|%s", relation->level, relation->agent,
                            relation->primary, relation->aggregator, relation->license,
                            edge->record, edge->publications, edge->attributes);
}

const char *recorder_node(recorder *rec, size_t i) {
    if (i >= rec->n_nodes)
        return "(no such node)";
    const recorded_node *node = &rec->nodes[i];
    return wrt_arena_printf(rec->arena, "%s|%s|%s|%s|%s|%s", node->id, node->name, node->kind,
                            node->synonyms, node->xrefs, node->attributes);
}

const char *recorder_reject(recorder *rec, size_t i) {
    if (i >= rec->n_rejects)
        return "(no such reject)";
    return wrt_arena_printf(rec->arena, "%llu: %s", (unsigned long long)rec->rejects[i].line,
                            rec->rejects[i].reason);
}
