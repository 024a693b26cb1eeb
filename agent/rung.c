/* rung.c: the rung table, certainty and relations. */
#include "agent/rung.h"

#include "base/buf.h"

#include <stdio.h>
#include <string.h>

const char *wrt_certainty_name(wrt_certainty certainty) {
    static const char *const names[] = {"very_low", "low", "moderate", "high"};
    return names[certainty];
}

static bool is_curated(const wrt_json *edge) {
    return strcmp(wrt_json_get_text(edge, "knowledge_level", ""), "knowledge_assertion") == 0 &&
           strcmp(wrt_json_get_text(edge, "agent_type", ""), "manual_agent") == 0;
}

int wrt_rung_of_edge(const wrt_json *edge, const char **reason) {
    bool causal = wrt_json_get_bool(edge, "causal", false);
    if (causal && is_curated(edge)) {
        *reason = "curated causal statement (knowledge_assertion by manual_agent)";
        return 2;
    }
    *reason = causal ? "causal predicate, but not asserted by a curator"
                     : "the predicate states an association or a structure, not an effect";
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

/* How many values an edge states under this name: an array's length, or 1 for a text. */
static size_t stated(const wrt_json *edge, const char *name) {
    const wrt_json *value = wrt_json_get(edge, name);
    const char *text = wrt_json_text(value);
    return text != NULL ? (size_t)(*text != '\0') : wrt_json_count(value);
}

wrt_certainty wrt_certainty_of_edge(const wrt_json *edge) {
    const char *reason = NULL;
    if (wrt_rung_of_edge(edge, &reason) >= 2)
        return stated(edge, "record_id") >= 2 || stated(edge, "publications") >= 2
                   ? WRT_CERTAINTY_MODERATE
                   : WRT_CERTAINTY_LOW;
    return is_curated(edge) ? WRT_CERTAINTY_LOW : WRT_CERTAINTY_VERY_LOW;
}

wrt_certainty wrt_certainty_of_path(const wrt_json *path) {
    wrt_certainty least = WRT_CERTAINTY_HIGH;
    WRT_JSON_EACH(edge, wrt_json_get(path, "edges")) {
        wrt_certainty own = wrt_certainty_of_edge(edge);
        if (own < least)
            least = own;
    }
    return least == WRT_CERTAINTY_VERY_LOW ? least : least - 1;
}

static bool label_is(const wrt_json *edge, const char *stem) {
    const char *label = wrt_json_get_text(edge, "original_predicate", "");
    const char *curie = wrt_json_get_text(edge, "predicate", "");
    return strncmp(label, stem, strlen(stem)) == 0 ||
           (strncmp(curie, "biolink:", 8) == 0 && strncmp(curie + 8, stem, strlen(stem)) == 0);
}

const char *wrt_relation_of_sign(const wrt_json *sign) {
    double value = wrt_json_number(sign, 0.0);
    return value < 0 ? "decreases" : value > 0 ? "increases" : "causes";
}

const char *wrt_relation_of_edge(const wrt_json *edge) {
    if (!wrt_json_get_bool(edge, "causal", false))
        return "associated_with";
    if (label_is(edge, "treats"))
        return "treats";
    if (label_is(edge, "prevents"))
        return "prevents";
    if (label_is(edge, "causes") || label_is(edge, "contributes"))
        return "causes";
    return wrt_relation_of_sign(wrt_json_get(edge, "sign"));
}

/* True when an edge's record_id, a text or an array, holds this record. */
static bool has_record(const wrt_json *edge, const char *record) {
    const wrt_json *value = wrt_json_get(edge, "record_id");
    if (wrt_json_text(value) != NULL)
        return strcmp(wrt_json_text(value), record) == 0;
    WRT_JSON_EACH(item, value)
    if (wrt_json_text(item) != NULL && strcmp(wrt_json_text(item), record) == 0)
        return true;
    return false;
}

static bool all_have(const wrt_json *path, const char *record) {
    WRT_JSON_EACH(edge, wrt_json_get(path, "edges"))
    if (!has_record(edge, record))
        return false;
    return *record != '\0';
}

bool wrt_path_common_record(char *out, size_t room, const wrt_json *path) {
    const wrt_json *records =
        wrt_json_get(wrt_json_first(wrt_json_get(path, "edges")), "record_id");
    const char *only = wrt_json_text(records);
    if (only != NULL && all_have(path, only)) {
        snprintf(out, room, "%s", only);
        return true;
    }
    WRT_JSON_EACH(item, records)
    if (wrt_json_text(item) != NULL && all_have(path, wrt_json_text(item))) {
        snprintf(out, room, "%s", wrt_json_text(item));
        return true;
    }
    return false;
}
