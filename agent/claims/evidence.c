/* evidence.c: turning observations into evidence objects. */
#include "agent/claims/evidence.h"

#include "base/hash.h"

#include <stdio.h>
#include <string.h>

wrt_evidence wrt_evidence_make(void) {
    return (wrt_evidence){.list = wrt_json_new_array(), .by_key = wrt_json_new_object()};
}

void wrt_evidence_free(wrt_evidence *evidence) {
    wrt_json_free(evidence->list);
    wrt_json_free(evidence->by_key);
    wrt_json_free(evidence->stored);
    *evidence = (wrt_evidence){0};
}

static void copy_member(wrt_json *to, const wrt_json *from, const char *name) {
    const wrt_json *value = wrt_json_get(from, name);
    if (value != NULL)
        wrt_json_set(to, name, wrt_json_copy(value));
}

static void set_hash(wrt_json *object, const char *name, const wrt_json *value) {
    char hex[WRT_SHA256_HEX + 1];
    wrt_buf bytes = wrt_buf_make(WRT_MIB(32));
    wrt_json_write_canonical(&bytes, value);
    wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(&bytes));
    wrt_sha256_hex(hex, &digest);
    wrt_json_set_text(object, name, hex);
    wrt_buf_free(&bytes);
}

static wrt_json *new_evidence(wrt_evidence *evidence, const char *kind, char id[16]) {
    snprintf(id, 16, "e%zu", wrt_json_count(evidence->list) + 1);
    wrt_json *object = wrt_json_new_object();
    wrt_json_set_text(object, "id", id);
    wrt_json_set_text(object, "kind", kind);
    return object;
}

const char *wrt_evidence_add(wrt_evidence *evidence, wrt_json *object) {
    char id[16];
    snprintf(id, sizeof id, "e%zu", wrt_json_count(evidence->list) + 1);
    wrt_json_set_text(object, "id", id);
    wrt_json_push(evidence->list, object);
    return wrt_json_get_text(object, "id", "?");
}

static wrt_json *edge_source(const wrt_json *edge) {
    wrt_json *source = wrt_json_new_object();
    copy_member(source, edge, "primary_knowledge_source");
    copy_member(source, edge, "sources");
    copy_member(source, edge, "record_id");
    copy_member(source, edge, "publications");
    copy_member(source, edge, "license");
    return source;
}

static void set_retraction(wrt_evidence *evidence, wrt_json *object, const wrt_json *edge) {
    wrt_retraction found;
    wrt_retraction_of_edge(&found, &evidence->sources, edge);
    wrt_json_set_bool(object, "retracted", wrt_retraction_is_total(&found));
    wrt_json_set_bool(object, "retraction_checked", wrt_retraction_is_checked(&found));
    if (found.list != NULL)
        wrt_json_set(object, "withdrawn", wrt_json_copy(found.list));
    if (found.unknown > 0 && found.unknown < found.publications)
        wrt_json_set_int(object, "unchecked", (int64_t)found.unknown);
    if (found.publications > 0 && found.rechecked == found.publications)
        wrt_json_set_bool(object, "rechecked", true);
    wrt_retraction_clear(&found);
}

const char *wrt_evidence_of_edge(wrt_evidence *evidence, const wrt_json *edge, const char *snapshot,
                                 int64_t proof) {
    const char *edge_id = wrt_json_get_text(edge, "id", "?");
    const char *known = wrt_json_get_text(evidence->by_key, edge_id, NULL);
    if (known != NULL)
        return known;
    char id[16];
    wrt_json *object = new_evidence(evidence, "kg_edge", id);
    wrt_json *locator = wrt_json_new_object(), *taint = wrt_json_new_array();
    wrt_json_set_text(locator, "edge", edge_id);
    wrt_json_set_text(locator, "kg_snapshot", snapshot);
    if (proof > 0)
        wrt_json_set_int(locator, "proof", proof);
    wrt_json_push_text(taint, "kg");
    wrt_json_set(object, "source", edge_source(edge));
    wrt_json_set(object, "locator", locator);
    copy_member(object, edge, "sha256");
    copy_member(object, edge, "knowledge_level");
    copy_member(object, edge, "agent_type");
    copy_member(object, edge, "predicate");
    copy_member(object, edge, "original_predicate");
    set_retraction(evidence, object, edge);
    wrt_json_set(object, "taint", taint);
    wrt_json_push(evidence->list, object);
    wrt_json_set_text(evidence->by_key, edge_id, id);
    return wrt_json_get_text(evidence->by_key, edge_id, "?");
}

const char *wrt_evidence_of_identification(wrt_evidence *evidence, const wrt_json *graph,
                                           const wrt_json *check, const wrt_json *sets) {
    char id[16];
    wrt_json *object = new_evidence(evidence, "identification", id);
    wrt_json *source = wrt_json_new_object(), *locator = wrt_json_new_object();
    wrt_json_set_text(source, "tool", "causal_check_adjustment");
    set_hash(locator, "graph_sha256", graph);
    wrt_json_set(object, "source", source);
    wrt_json_set(object, "locator", locator);
    wrt_json *verdict = wrt_json_new_object();
    if (check != NULL)
        wrt_json_set(verdict, "check", wrt_json_copy(check));
    if (sets != NULL)
        wrt_json_set(verdict, "sets", wrt_json_copy(sets));
    set_hash(object, "sha256", verdict);
    wrt_json_set(object, "verdict", verdict);
    wrt_json_set_bool(object, "retracted", false);
    wrt_json_set(object, "taint", wrt_json_new_array());
    wrt_json_push(evidence->list, object);
    return wrt_json_get_text(object, "id", "?");
}

const wrt_json *wrt_evidence_find(const wrt_evidence *evidence, const char *id) {
    WRT_JSON_EACH(object, evidence->list)
    if (strcmp(wrt_json_get_text(object, "id", ""), id) == 0)
        return object;
    return NULL;
}
