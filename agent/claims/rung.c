/* rung.c: the rung table and relations. */
#include "agent/claims/rung.h"

#include "base/buf.h"

#include <stdio.h>
#include <string.h>

bool wrt_rung_is_curated(const wrt_json *edge) {
    return strcmp(wrt_json_get_text(edge, "knowledge_level", ""), "knowledge_assertion") == 0 &&
           strcmp(wrt_json_get_text(edge, "agent_type", ""), "manual_agent") == 0;
}

/* Read from object to subject an edge states no effect. */
static bool is_effect(const wrt_json *edge) {
    return wrt_json_get_bool(edge, "causal", false) && !wrt_json_get_bool(edge, "reversed", false);
}

int wrt_rung_of_edge(const wrt_json *edge, const char **reason) {
    bool causal = is_effect(edge);
    if (causal && wrt_rung_is_curated(edge)) {
        *reason = "curated causal statement";
        return 2;
    }
    *reason = causal ? "causal predicate, not asserted by a curator"
                     : "association or structure, no effect stated";
    return 1;
}

int wrt_rung_of_path(const wrt_json *path, size_t *weakest) {
    int rung = 3;
    size_t index = 0;
    const char *reason = NULL;
    WRT_JSON_EACH(edge, wrt_json_get(path, "edges")) {
        int own = wrt_rung_of_edge(edge, &reason);
        if (own < rung) {
            rung = own;
            if (weakest != NULL)
                *weakest = index;
        }
        index++;
    }
    return index == 0 ? 1 : rung;
}

static bool label_is(const wrt_json *edge, const char *stem) {
    const char *label = wrt_json_get_text(edge, "original_predicate", "");
    const char *curie = wrt_json_get_text(edge, "predicate", "");
    return strncmp(label, stem, strlen(stem)) == 0 ||
           (strncmp(curie, "biolink:", 8) == 0 && strncmp(curie + 8, stem, strlen(stem)) == 0);
}

const char *wrt_relation_of_sign(const wrt_json *sign) {
    double value = wrt_json_number(sign, 0.0);
    return value < 0 ? "decreases" : value > 0 ? "increases" : "unknown";
}

const char *wrt_relation_of_edge(const wrt_json *edge) {
    if (!is_effect(edge))
        return "associated_with";
    if (label_is(edge, "treats"))
        return "treats";
    if (label_is(edge, "prevents"))
        return "prevents";
    if (label_is(edge, "causes") || label_is(edge, "contributes"))
        return "causes";
    return wrt_relation_of_sign(wrt_json_get(edge, "sign"));
}

const char *wrt_role_of_path(const wrt_json *path, int want_sign) {
    const wrt_json *sign = wrt_json_get(path, "sign");
    if (want_sign != 0 && wrt_json_number(sign, 0.0) == 0)
        return "context";
    return wrt_json_number(sign, 0.0) * want_sign < 0 ? "contradicts" : "supports";
}

/* True when one of the edge's records, joined by '|', is this one. */
static bool has_record(const wrt_json *edge, wrt_str record) {
    wrt_str part, rest = wrt_str_of(wrt_json_get_text(edge, "record_id", ""));
    while (wrt_str_cut(&part, &rest, '|'))
        if (wrt_str_equal(part, record))
            return true;
    return false;
}

static bool all_have(const wrt_json *path, wrt_str record) {
    WRT_JSON_EACH(edge, wrt_json_get(path, "edges"))
    if (!has_record(edge, record))
        return false;
    return record.len > 0;
}

bool wrt_path_common_record(char *out, size_t room, const wrt_json *path) {
    const wrt_json *first = wrt_json_first(wrt_json_get(path, "edges"));
    wrt_str part, rest = wrt_str_of(wrt_json_get_text(first, "record_id", ""));
    while (wrt_str_cut(&part, &rest, '|'))
        if (all_have(path, part)) {
            part.len = part.len < room ? part.len : room - 1;
            snprintf(out, room, "%.*s", (int)wrt_utf8_valid_prefix(part), part.ptr);
            return true;
        }
    return false;
}
