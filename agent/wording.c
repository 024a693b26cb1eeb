/* wording.c: English for graph facts. */
#include "agent/wording.h"

#include <string.h>

/* The label people read: the source's own predicate, else the Biolink one without prefix. */
static void predicate_label(wrt_buf *out, const wrt_json *edge) {
    const char *label = wrt_json_get_text(edge, "original_predicate", "");
    if (*label != '\0') {
        wrt_buf_add_c(out, label);
        return;
    }
    const char *curie = wrt_json_get_text(edge, "predicate", "related_to");
    const char *colon = strchr(curie, ':');
    for (const char *at = colon ? colon + 1 : curie; *at != '\0'; at++)
        wrt_buf_add_char(out, *at == '_' ? ' ' : *at);
}

/* A label is a verb phrase when one of its first two words ends in "s" ("positively regulates"). */
static bool is_verb_phrase(wrt_str label) {
    wrt_str word, rest = label;
    for (int i = 0; i < 2 && wrt_str_cut(&word, &rest, ' '); i++)
        if (word.len > 0 && word.ptr[word.len - 1] == 's')
            return true;
    return false;
}

/* "inhibitor", "agonist": a role, not a phrase that can stand before an object. */
static bool is_role(wrt_str label) {
    static const char *const prepositions[] = {"of", "to", "with", "in", "by", "for", "from", "at"};
    size_t start = label.len;
    while (start > 0 && label.ptr[start - 1] != ' ')
        start--;
    wrt_str word = {label.ptr + start, label.len - start};
    for (size_t i = 0; i < sizeof prepositions / sizeof *prepositions; i++)
        if (wrt_str_equal_c(word, prepositions[i]))
            return false;
    return true;
}

static const char *verb_of_sign(const wrt_json *sign) {
    double value = wrt_json_number(sign, 0.0);
    return value < 0 ? "decreases" : value > 0 ? "increases" : "affects";
}

void wrt_word_edge(wrt_buf *out, const wrt_json *from, const wrt_json *edge, const wrt_json *to) {
    const char *subject = wrt_json_get_text(from, "name", "?");
    const char *object = wrt_json_get_text(to, "name", "?");
    wrt_buf label = wrt_buf_make(WRT_KIB(1));
    predicate_label(&label, edge);
    wrt_str text = wrt_buf_str(&label);
    if (is_verb_phrase(text))
        wrt_buf_printf(out, "%s %s %s", subject, label.ptr, object);
    else if (is_role(text))
        wrt_buf_printf(out, "%s %s %s (recorded as \"%s\")", subject,
                       verb_of_sign(wrt_json_get(edge, "sign")), object, label.ptr);
    else
        wrt_buf_printf(out, "%s is %s%s %s", subject,
                       wrt_str_equal_c(text, "manifestation of") ? "a " : "", label.ptr, object);
    wrt_buf_free(&label);
}

void wrt_word_inner_nodes(wrt_buf *out, const wrt_json *path) {
    const wrt_json *nodes = wrt_json_get(path, "nodes");
    size_t n = wrt_json_count(nodes), i = 0;
    WRT_JSON_EACH(node, nodes) {
        if (i > 0 && i + 1 < n) {
            if (i > 1)
                wrt_buf_add_c(out, i + 2 == n ? " and " : ", ");
            wrt_buf_add_c(out, wrt_json_get_text(node, "name", "?"));
        }
        i++;
    }
}

const char *wrt_word_relation(const char *relation) {
    return strcmp(relation, "associated_with") == 0 ? "is associated with"
           : strcmp(relation, "no_effect") == 0     ? "has no effect on"
           : strcmp(relation, "unknown") == 0       ? "has an unknown relation to"
                                                    : relation;
}

static const char *infinitive(const char *relation) {
    static const char *const forms[][2] = {{"decreases", "decrease"},
                                           {"increases", "increase"},
                                           {"causes", "affect"},
                                           {"prevents", "prevent"},
                                           {"treats", "treat"}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strcmp(relation, forms[i][0]) == 0)
            return forms[i][1];
    return NULL;
}

void wrt_word_hypothesis(wrt_buf out[WRT_HYPOTHESIS_WORDINGS], const wrt_json *path,
                         const char *relation) {
    const wrt_json *nodes = wrt_json_get(path, "nodes");
    size_t n = wrt_json_count(nodes);
    const char *from = wrt_json_get_text(wrt_json_at(nodes, 0), "name", "?");
    const char *to = wrt_json_get_text(wrt_json_at(nodes, n > 0 ? n - 1 : 0), "name", "?");
    const char *verb = infinitive(relation);
    wrt_buf inner = wrt_buf_make(WRT_KIB(8));
    if (n > 2)
        wrt_buf_add_c(&inner, " through ");
    wrt_word_inner_nodes(&inner, path);
    const char *via = inner.len > 0 ? inner.ptr : "";
    if (verb != NULL) {
        wrt_buf_printf(&out[0], "%s might %s %s%s.", from, verb, to, via);
        wrt_buf_printf(&out[1], "One hypothesis: %s might %s %s%s.", from, verb, to, via);
        wrt_buf_printf(&out[2], "It is possible that %s might %s %s%s.", from, verb, to, via);
    } else {
        wrt_buf_printf(&out[0], "%s is linked to %s%s.", from, to, via);
        wrt_buf_printf(&out[1], "One possible link: %s is connected with %s%s.", from, to, via);
        wrt_buf_printf(&out[2], "The graph links %s to %s%s.", from, to, via);
    }
    wrt_buf_free(&inner);
}
