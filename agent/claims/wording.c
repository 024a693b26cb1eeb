/* wording.c: English for graph facts. */
#include "agent/claims/wording.h"

#include <string.h>
#include <strings.h>

/* Names and predicates are at most 4 KiB each where they enter the graph. */
enum { LABEL_MAX = 8 << 10, PHRASE_MAX = 60 };

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

/* Case does not matter, and a name is whole words: "A" does not stand in "negatively". */
static bool names(wrt_str label, const char *name) {
    size_t len = strlen(name);
    for (size_t i = 0; len > 0 && i + len <= label.len; i++) {
        bool starts = i == 0 || label.ptr[i - 1] == ' ' || label.ptr[i - 1] == '-';
        bool ends = i + len == label.len || label.ptr[i + len] == ' ' || label.ptr[i + len] == '-';
        if (starts && ends && strncasecmp(label.ptr + i, name, len) == 0)
            return true;
    }
    return false;
}

/* A label is the graph's, and whoever wrote it chose the words: only a short phrase of letters that
 * names neither end can stand as the verb of the program's own sentence. */
static bool is_plain_phrase(wrt_str label, const char *subject, const char *object) {
    for (size_t i = 0; i < label.len; i++) {
        char c = label.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != ' ' && c != '-')
            return false;
    }
    return label.len <= PHRASE_MAX && !names(label, subject) && !names(label, object);
}

/* In quotation marks that nothing inside can end. */
static void add_quoted(wrt_buf *out, wrt_str label) {
    wrt_buf_add_char(out, '"');
    for (size_t i = 0; i < label.len; i++)
        wrt_buf_add_char(out, label.ptr[i] == '"' ? '\'' : label.ptr[i]);
    wrt_buf_add_char(out, '"');
}

void wrt_word_quotation(wrt_buf *out, const char *text, const char *pmid) {
    add_quoted(out, wrt_str_of(text));
    wrt_buf_printf(out, " (PMID %s)", pmid);
}

/* "decreases activity of", from sign and the aspect that the record states. */
static void add_effect(wrt_buf *out, const wrt_json *edge) {
    double sign = wrt_json_number(wrt_json_get(edge, "sign"), 0.0);
    const char *aspect = wrt_json_text(wrt_json_path(edge, "attributes.object_aspect_qualifier"));
    wrt_buf_add_c(out, sign < 0 ? "decreases" : sign > 0 ? "increases" : "affects");
    if (aspect == NULL || *aspect == '\0')
        return;
    wrt_buf_add_char(out, ' ');
    for (; *aspect != '\0'; aspect++)
        wrt_buf_add_char(out, *aspect == '_' ? ' ' : *aspect);
    wrt_buf_add_c(out, " of");
}

void wrt_word_edge(wrt_buf *out, const wrt_json *from, const wrt_json *edge, const wrt_json *to,
                   bool is_causal) {
    const char *subject = wrt_json_get_text(from, "name", "?");
    const char *object = wrt_json_get_text(to, "name", "?");
    wrt_buf label = wrt_buf_make(LABEL_MAX);
    predicate_label(&label, edge);
    wrt_str text = wrt_buf_str(&label);
    if (is_causal && is_verb_phrase(text) && is_plain_phrase(text, subject, object)) {
        wrt_buf_printf(out, "%s %s %s", subject, text.ptr, object);
    } else {
        wrt_buf_add_c(out, subject);
        wrt_buf_add_char(out, ' ');
        if (is_causal)
            add_effect(out, edge);
        else
            wrt_buf_add_c(out, "is associated with");
        wrt_buf_printf(out, " %s (recorded as ", object);
        add_quoted(out, text);
        wrt_buf_add_char(out, ')');
    }
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
    wrt_buf inner = wrt_buf_make(WRT_KIB(64));
    if (n > 2)
        wrt_buf_add_c(&inner, " through ");
    wrt_word_inner_nodes(&inner, path);
    const char *via = wrt_buf_str(&inner).ptr;
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
