/* path_words.c: see path_words.h. */
#include "draw/path_words.h"

#include <string.h>

enum { UNKNOWN = 2 };

static const char *without(const char *text, const char *prefix) {
    size_t len = strlen(prefix);
    return strncmp(text, prefix, len) == 0 ? text + len : text;
}

const char *wrt_path_node_name(const wrt_json *node) {
    return wrt_json_get_text(node, "name", wrt_json_get_text(node, "id", "?"));
}

const char *wrt_path_edge_label(const wrt_json *edge) {
    const char *original = wrt_json_get_text(edge, "original_predicate", "");
    return original[0] != '\0' ? original
                               : without(wrt_json_get_text(edge, "predicate", "?"), "biolink:");
}

int wrt_path_sign(const wrt_json *edge_or_path) {
    const wrt_json *sign = wrt_json_get(edge_or_path, "sign");
    double value = wrt_json_number(sign, UNKNOWN);
    return value > 1 ? UNKNOWN : value > 0 ? 1 : value < 0 ? -1 : 0;
}

const char *wrt_path_sign_word(const wrt_json *edge_or_path) {
    static const char *const words[] = {"decreases", "no sign", "increases", "sign not known"};
    return words[wrt_path_sign(edge_or_path) + 1];
}

bool wrt_path_edge_is_symmetric(const wrt_json *edge) {
    return strcmp(wrt_json_get_text(edge, "direction", "forward"), "both") == 0 ||
           wrt_json_get_bool(edge, "symmetric", false);
}

bool wrt_path_edge_is_weak(const wrt_json *edge) {
    return strcmp(wrt_json_get_text(edge, "knowledge_level", ""), "knowledge_assertion") != 0;
}

static void add_distinct(wrt_json *list, const char *text) {
    WRT_JSON_EACH(item, list)
    if (strcmp(wrt_json_text(item), text) == 0)
        return;
    wrt_json_push_text(list, text);
}

wrt_json *wrt_path_publications(const wrt_json *edges) {
    wrt_json *list = wrt_json_new_array();
    WRT_JSON_EACH(edge, edges)
    WRT_JSON_EACH(publication, wrt_json_get(edge, "publications"))
    if (wrt_json_text(publication) != NULL)
        add_distinct(list, wrt_json_text(publication));
    return list;
}

wrt_json *wrt_path_sources(const wrt_json *edges) {
    wrt_json *list = wrt_json_new_array();
    WRT_JSON_EACH(edge, edges)
    WRT_JSON_EACH(source, wrt_json_get(edge, "sources"))
    if (wrt_json_text(source) != NULL)
        add_distinct(list, without(wrt_json_text(source), "infores:"));
    return list;
}
