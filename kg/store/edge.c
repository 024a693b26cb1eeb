/* edge.c: an edge as JSON, with all its supports and what was retracted of them.
 *
 * kg/store/canonical.c writes the same value as bytes without building it; a test compares the two.
 * The marks of retraction come after the seal, because they say something about the world and not
 * about the edge. */
#include "kg/store/store.h"

#include "kg/predicates.h"

#include <stdlib.h>
#include <string.h>

enum { EDGE_BYTES_MAX = 64 << 20 };

/* ---- parts */

static wrt_json *text_or_null(const char *text) {
    return wrt_json_new_c(text != NULL && text[0] != '\0' ? text : NULL);
}

/* Biolink has a value for "the source does not say". */
static wrt_json *provided(const wrt_kg_store *store, uint32_t term) {
    return wrt_json_new_c(term == 0 ? "not_provided" : wrt_kg_term(store, term));
}

static wrt_json *split_list(wrt_str joined) {
    wrt_json *list = wrt_json_new_array();
    wrt_str item, rest = joined;
    while (joined.len > 0 && wrt_str_cut(&item, &rest, '|'))
        wrt_json_push(list, wrt_json_new_text(item));
    return list;
}

static wrt_json *sign_json(int sign) {
    return sign == WRT_KG_SIGN_UNKNOWN ? wrt_json_new_null() : wrt_json_new_int(sign);
}

static wrt_json *source_json(const wrt_kg_store *store, uint32_t number) {
    wrt_json *source = wrt_json_new_object();
    wrt_json_set_text(source, "id", store->sources[number - 1].id);
    wrt_json_set_text(source, "version", store->sources[number - 1].version);
    return source;
}

static wrt_status set_attributes(wrt_json *out, const wrt_kg_store *store, const char *key,
                                 wrt_str text, wrt_err *err) {
    wrt_json *value = NULL;
    if (text.len == 0)
        return WRT_OK;
    if (wrt_json_parse(&value, text, NULL) != WRT_OK || !wrt_json_is(value, WRT_JSON_OBJECT)) {
        wrt_json_free(value);
        return wrt_kg_damaged(store, "attributes of an edge are not a JSON object", err);
    }
    wrt_json_set(out, key, value);
    return WRT_OK;
}

static wrt_status set_provenance(wrt_json *out, const wrt_kg_store *store,
                                 const wrt_kg_support *support, wrt_err *err) {
    const wrt_kg_relation_row *relation = wrt_kg_relation_at(store, support->relation);
    wrt_json_set(out, "knowledge_level", provided(store, relation->level));
    wrt_json_set(out, "agent_type", provided(store, relation->agent));
    wrt_json_set(out, "primary_knowledge_source",
                 text_or_null(wrt_kg_term(store, relation->primary)));
    if (relation->aggregator != 0)
        wrt_json_set(out, "aggregator_knowledge_source",
                     split_list(wrt_str_of(wrt_kg_term(store, relation->aggregator))));
    wrt_json_set(out, "record_id",
                 support->record.len > 0 ? wrt_json_new_text(support->record)
                                         : wrt_json_new_null());
    wrt_json_set(out, "publications", split_list(support->publications));
    wrt_json_set(out, "license", text_or_null(wrt_kg_term(store, relation->license)));
    wrt_json_set(out, "source", source_json(store, relation->source));
    return set_attributes(out, store, "attributes", support->attributes, err);
}

/* ---- the edge */

static wrt_status set_supports(wrt_json *edge, wrt_kg_store *store, const wrt_kg_edge_row *row,
                               wrt_err *err) {
    wrt_kg_supports all;
    wrt_json *list = wrt_json_new_array();
    wrt_status status = wrt_kg_supports_load(&all, store, row, err);
    for (size_t i = 0; i < all.n && status == WRT_OK; i++) {
        const wrt_kg_relation_row *relation = wrt_kg_relation_at(store, all.list[i].relation);
        wrt_json *support = wrt_json_new_object();
        wrt_json_set(support, "sign", sign_json(relation->sign));
        wrt_json_set_bool(support, "causal", relation->is_causal);
        status = set_provenance(support, store, &all.list[i], err);
        wrt_json_push(list, support);
    }
    wrt_json_set(edge, "supports", list);
    wrt_kg_supports_free(&all);
    return status;
}

static wrt_status set_statement(wrt_json *edge, wrt_kg_store *store, const wrt_kg_edge_row *row,
                                wrt_err *err) {
    const wrt_kg_relation_row *relation = wrt_kg_relation_at(store, row->best.relation);
    char made[WRT_KG_MADE_ID + 1];
    wrt_json *node = NULL;
    wrt_json_set(edge, "id", wrt_json_new_text(wrt_kg_edge_id(made, row)));
    wrt_status status = wrt_kg_node_brief(&node, store, row->subject, err);
    if (status != WRT_OK)
        return status;
    wrt_json_set(edge, "subject", node);
    wrt_json_set_text(edge, "predicate", wrt_kg_term(store, relation->predicate));
    wrt_json_set(edge, "original_predicate", text_or_null(wrt_kg_term(store, relation->original)));
    status = wrt_kg_node_brief(&node, store, row->object, err);
    if (status != WRT_OK)
        return status;
    wrt_json_set(edge, "object", node);
    wrt_json_set_text(edge, "direction", relation->is_symmetric ? "both" : "forward");
    if (row->best.flags & WRT_KG_EDGE_CONFLICT) {
        wrt_json_set(edge, "sign", wrt_json_new_null());
        wrt_json_set_bool(edge, "sign_conflict", true);
    } else {
        wrt_json_set(edge, "sign", sign_json(relation->sign));
    }
    wrt_json_set_bool(edge, "causal", relation->is_causal);
    wrt_str qualifiers = wrt_str_of(relation->qualifiers);
    return set_attributes(edge, store, "qualifiers", qualifiers, err);
}

wrt_status wrt_kg_edge_json(wrt_json **out, wrt_kg_store *store, const wrt_kg_edge_row *row,
                            wrt_err *err) {
    *out = NULL;
    wrt_json *edge = wrt_json_new_object();
    wrt_status status = set_statement(edge, store, row, err);
    if (status == WRT_OK)
        status = set_provenance(edge, store, &row->best, err);
    if (status == WRT_OK && row->extra > 0)
        status = set_supports(edge, store, row, err);
    if (status != WRT_OK) {
        wrt_json_free(edge);
        return status;
    }
    *out = edge;
    return WRT_OK;
}

void wrt_kg_json_seal(wrt_json *object) {
    wrt_buf bytes = wrt_buf_make(EDGE_BYTES_MAX);
    wrt_json_write_canonical(&bytes, object);
    wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(&bytes));
    char hex[WRT_SHA256_HEX + 1];
    wrt_sha256_hex(hex, &digest);
    wrt_json_set_text(object, "sha256", hex);
    wrt_buf_free(&bytes);
}

/* ---- retractions */

/* "retracted_publications", and whether the support rests on nothing else. */
static bool mark(wrt_json *support, const wrt_kg_store *store) {
    const wrt_json *publications = wrt_json_get(support, "publications");
    wrt_json *retracted = wrt_json_new_array();
    WRT_JSON_EACH(item, publications) {
        if (wrt_kg_is_retracted(store, wrt_str_of(wrt_json_text(item))))
            wrt_json_push(retracted, wrt_json_copy(item));
    }
    size_t n = wrt_json_count(retracted);
    bool all = n > 0 && n == wrt_json_count(publications);
    wrt_json_set(support, "retracted_publications", retracted);
    if (all)
        wrt_json_set_bool(support, "support_retracted", true);
    return all;
}

/* The edge's own marks are those of its best support, but it is retracted only when each of its
 * supports is. */
static void mark_retractions(wrt_json *edge, const wrt_kg_store *store) {
    if (!store->has_retractions)
        return;
    bool all = mark(edge, store);
    wrt_json *supports = wrt_json_get_mut(edge, "supports");
    if (supports == NULL)
        return;
    wrt_json *marked = wrt_json_new_array();
    all = true;
    WRT_JSON_EACH(item, supports) {
        wrt_json *copy = wrt_json_copy(item);
        all = mark(copy, store) && all;
        wrt_json_push(marked, copy);
    }
    wrt_json_set(edge, "supports", marked);
    wrt_json_set(edge, "support_retracted", all ? wrt_json_new_bool(true) : NULL);
}

wrt_status wrt_kg_edge_sealed(wrt_json **out, wrt_kg_store *store, const wrt_kg_edge_row *row,
                              wrt_err *err) {
    wrt_status status = wrt_kg_edge_json(out, store, row, err);
    if (status == WRT_OK) {
        wrt_kg_json_seal(*out);
        mark_retractions(*out, store);
    }
    return status;
}

wrt_status wrt_kg_edge_full(wrt_json **out, int64_t *source, wrt_kg_store *store, int64_t n,
                            wrt_err *err) {
    *out = NULL;
    wrt_kg_edge_row edge;
    wrt_status status = wrt_kg_edge_row_at(&edge, store, n, err);
    if (status == WRT_OK)
        status = wrt_kg_edge_sealed(out, store, &edge, err);
    if (status == WRT_OK && source != NULL)
        *source = wrt_kg_relation_at(store, edge.best.relation)->source;
    wrt_stmt_reset(store->edge_by_n);
    return status;
}

/* ---- where it comes from */

static void push_new(wrt_json *list, const char *text) {
    WRT_JSON_EACH(item, list) {
        if (strcmp(wrt_json_text(item), text) == 0)
            return;
    }
    wrt_json_push_text(list, text);
}

static void push_sources(wrt_json *list, const wrt_json *support) {
    const char *primary = wrt_json_get_text(support, "primary_knowledge_source", NULL);
    if (primary != NULL)
        push_new(list, primary);
    const wrt_json *aggregators = wrt_json_get(support, "aggregator_knowledge_source");
    WRT_JSON_EACH(item, aggregators) {
        if (wrt_json_text(item) != NULL)
            push_new(list, wrt_json_text(item));
    }
    const char *source = wrt_json_text(wrt_json_path(support, "source.id"));
    if (primary == NULL && source != NULL && wrt_json_count(aggregators) == 0)
        push_new(list, source);
}

wrt_status wrt_kg_edge_sources(wrt_json **out, wrt_kg_store *store, const wrt_json *edge,
                               int64_t source, wrt_err *err) {
    *out = NULL;
    if (source < 1 || (uint64_t)source > store->n_sources)
        return wrt_kg_damaged(store, "an edge has no source", err);
    wrt_json *list = wrt_json_new_array();
    const wrt_json *supports = wrt_json_get(edge, "supports");
    push_sources(list, edge);
    WRT_JSON_EACH(support, supports)
    push_sources(list, support);
    *out = list;
    return WRT_OK;
}
