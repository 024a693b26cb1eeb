/* kgx_trapi.c: members of a JSON object into the slots of a KGX record.
 *
 * TRAPI states provenance in lists: sources [{resource_id, resource_role}], attributes
 * [{attribute_type_id, value}], qualifiers [{qualifier_type_id, qualifier_value}]. Their biolink:
 * names are those of KGX slots; what has no slot is kept, and so are lists that say more than names
 * and values. */
#include "kg/formats/kgx_trapi.h"

#include <string.h>

enum { MEMBERS_MAX = 1024 };

void wrt_kgx_json_free(wrt_kgx_json *json) {
    wrt_kgx_edge_free(&json->edge);
    wrt_kgx_node_free(&json->node);
    wrt_json_free(json->held);
}

/* ---- values as text */

static wrt_str hold(wrt_kgx_json *json, wrt_buf *text) {
    wrt_json *copy = wrt_json_new_text(wrt_buf_str(text));
    wrt_json_push(json->held, copy);
    wrt_buf_free(text);
    return wrt_str_of(wrt_json_text(copy));
}

/* A text as it is, a list joined by '|', anything else as JSON; "" for null. */
static wrt_str text_of(wrt_kgx_json *json, const wrt_json *value) {
    if (wrt_json_text(value) != NULL)
        return wrt_str_trim(wrt_str_of(wrt_json_text(value)));
    if (wrt_json_is(value, WRT_JSON_NULL))
        return WRT_STR("");
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    if (wrt_json_is(value, WRT_JSON_ARRAY)) {
        WRT_JSON_EACH(item, value) {
            wrt_str part = wrt_str_of(wrt_json_text(item));
            if (part.len > 0 && text.len > 0)
                wrt_buf_add_char(&text, '|');
            wrt_buf_add_str(&text, part);
        }
    } else {
        wrt_json_write_canonical(&text, value);
    }
    return hold(json, &text);
}

static bool is_empty(const wrt_json *value) {
    const char *text = wrt_json_text(value);
    return wrt_json_is(value, WRT_JSON_NULL) || (text != NULL && text[0] == '\0') ||
           (wrt_json_is(value, WRT_JSON_ARRAY) && wrt_json_count(value) == 0);
}

/* Keeps a value under a name; a second one makes a list of both. */
static void keep(wrt_json *object, const char *name, const wrt_json *value) {
    wrt_json *old = wrt_json_get_mut(object, name);
    if (old == NULL) {
        wrt_json_set(object, name, wrt_json_copy(value));
        return;
    }
    if (!wrt_json_is(old, WRT_JSON_ARRAY)) {
        wrt_json *list = wrt_json_new_array();
        wrt_json_push(list, wrt_json_copy(old));
        wrt_json_set(object, name, list);
        old = list;
    }
    wrt_json_push(old, wrt_json_copy(value));
}

/* ---- edges */

static const char *without_prefix(const char *name) {
    return strncmp(name, "biolink:", 8) == 0 ? name + 8 : name;
}

static void take_edge_member(wrt_kgx_json *json, const char *name, const wrt_json *value) {
    wrt_kgx_edge *edge = &json->edge;
    wrt_kgx_edge_slot slot = wrt_kgx_edge_slot_of(name);
    if (is_empty(value))
        return;
    if (slot == WRT_KGX_QUALIFIER)
        keep(edge->qualifiers, name, value);
    else if (slot < WRT_KGX_EDGE_SLOTS && edge->cells[slot].len == 0)
        edge->cells[slot] = text_of(json, value);
    else
        keep(edge->attributes, name, value);
}

static void take_sources(wrt_kgx_json *json, const wrt_json *sources) {
    wrt_json *aggregators = wrt_json_new_array();
    wrt_json_push(json->held, aggregators);
    bool says_more = false;
    WRT_JSON_EACH(source, sources) {
        const char *id = wrt_json_get_text(source, "resource_id", NULL);
        const char *part = wrt_json_get_text(source, "resource_role", "");
        bool is_primary = strcmp(part, "primary_knowledge_source") == 0;
        bool is_aggregator = strcmp(part, "aggregator_knowledge_source") == 0;
        says_more = says_more || wrt_json_count(source) > 2 || (!is_primary && !is_aggregator);
        if (id != NULL && is_primary)
            take_edge_member(json, part, wrt_json_get(source, "resource_id"));
        else if (id != NULL && is_aggregator)
            wrt_json_push_text(aggregators, id);
    }
    take_edge_member(json, "aggregator_knowledge_source", aggregators);
    if (says_more)
        keep(json->edge.attributes, "sources", sources);
}

static void take_attributes(wrt_kgx_json *json, const wrt_json *attributes) {
    WRT_JSON_EACH(attribute, attributes) {
        const char *type = wrt_json_get_text(attribute, "attribute_type_id", NULL);
        const wrt_json *value = wrt_json_get(attribute, "value");
        if (type == NULL || value == NULL) {
            keep(json->edge.attributes, "attributes", attribute);
            continue;
        }
        take_edge_member(json, without_prefix(type), value);
        if (wrt_json_count(attribute) > 2)
            keep(json->edge.attributes, "attributes", attribute);
    }
}

/* False when the list is not one of TRAPI. */
static bool take_qualifiers(wrt_kgx_json *json, const wrt_json *qualifiers) {
    WRT_JSON_EACH(qualifier, qualifiers) {
        if (wrt_json_get_text(qualifier, "qualifier_type_id", NULL) == NULL ||
            wrt_json_get(qualifier, "qualifier_value") == NULL)
            return false;
    }
    WRT_JSON_EACH(qualifier, qualifiers) {
        const char *name = without_prefix(wrt_json_get_text(qualifier, "qualifier_type_id", ""));
        keep(json->edge.qualifiers, name, wrt_json_get(qualifier, "qualifier_value"));
    }
    return true;
}

/* Longer lists are kept whole: their items would be looked up one by one. */
static bool take_list(wrt_kgx_json *json, const char *name, const wrt_json *value) {
    if (wrt_json_count(value) > MEMBERS_MAX)
        return false;
    if (!wrt_json_is(value, WRT_JSON_ARRAY) || !wrt_json_is(wrt_json_first(value), WRT_JSON_OBJECT))
        return false;
    if (strcmp(name, "sources") == 0)
        take_sources(json, value);
    else if (strcmp(name, "attributes") == 0)
        take_attributes(json, value);
    else
        return strcmp(name, "qualifiers") == 0 && take_qualifiers(json, value);
    return true;
}

static void renew_held(wrt_kgx_json *json) {
    wrt_json_free(json->held);
    json->held = wrt_json_new_array();
}

wrt_status wrt_kgx_json_edge(wrt_kgx_json *json, const wrt_json *object, wrt_str id,
                             uint64_t number, wrt_err *err) {
    if (!wrt_json_is(object, WRT_JSON_OBJECT))
        return wrt_kg_write_reject(json->writer, number, err, "an edge is a JSON object");
    if (wrt_json_count(object) > MEMBERS_MAX)
        return wrt_kg_write_reject(json->writer, number, err, "an edge of more than 1024 members");
    renew_held(json);
    wrt_kgx_edge_begin(&json->edge);
    WRT_JSON_EACH(member, object) {
        const char *name = wrt_json_key(member);
        if (strcmp(name, "source_id") == 0)
            name = "subject"; /* an old form of KGX */
        else if (strcmp(name, "target_id") == 0)
            name = "object";
        if (!take_list(json, name, member))
            take_edge_member(json, name, member);
    }
    if (json->edge.cells[WRT_KGX_ID].len == 0)
        json->edge.cells[WRT_KGX_ID] = id;
    return wrt_kgx_edge_write(json->writer, &json->edge, number, err);
}

/* ---- nodes */

static void take_node_member(wrt_kgx_json *json, const char *name, const wrt_json *value) {
    wrt_kgx_node *node = &json->node;
    if (is_empty(value))
        return;
    if (strcmp(name, "categories") == 0 || strcmp(name, "type") == 0)
        name = "category";
    wrt_kgx_node_slot slot = wrt_kgx_node_slot_of(name);
    bool is_list = wrt_json_is(value, WRT_JSON_ARRAY);
    if (slot == WRT_KGX_NODE_SYNONYM && is_list)
        node->synonyms = value;
    else if (slot == WRT_KGX_NODE_XREF && is_list)
        node->xrefs = value;
    else if (slot < WRT_KGX_NODE_SLOTS && node->cells[slot].len == 0)
        node->cells[slot] = text_of(json, value);
    else
        keep(node->attributes, name, value);
}

wrt_status wrt_kgx_json_node(wrt_kgx_json *json, const wrt_json *object, wrt_str id,
                             uint64_t number, wrt_err *err) {
    if (!wrt_json_is(object, WRT_JSON_OBJECT))
        return wrt_kg_write_reject(json->writer, number, err, "a node is a JSON object");
    if (wrt_json_count(object) > MEMBERS_MAX)
        return wrt_kg_write_reject(json->writer, number, err, "a node of more than 1024 members");
    renew_held(json);
    wrt_kgx_node_begin(&json->node);
    WRT_JSON_EACH(member, object) {
        take_node_member(json, wrt_json_key(member), member);
    }
    if (json->node.cells[WRT_KGX_NODE_ID].len == 0)
        json->node.cells[WRT_KGX_NODE_ID] = id;
    return wrt_kgx_node_write(json->writer, &json->node, number, err);
}
