/* cladder_item.c: see cladder_item.h. */
#include "agent/eval/cladder_item.h"

#include "agent/eval/fit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 24 };

/* The ten graphs of the paper (its figure of causal graphs), as this edition draws them. */
static const struct {
    const char *id, *graph;
} graphs[] = {
    {"IV", "V1 -> X; V2 -> X; V1 -> Y; X -> Y"},
    {"arrowhead", "X -> V3; V2 -> V3; X -> Y; V2 -> Y; V3 -> Y"},
    {"chain", "X -> V2; V2 -> Y"},
    {"collision", "X -> V3; Y -> V3"},
    {"confounding", "V1 -> X; V1 -> Y; X -> Y"},
    {"diamond", "X -> V3; X -> V2; V2 -> Y; V3 -> Y"},
    {"diamondcut", "V1 -> V3; V1 -> X; X -> Y; V3 -> Y"},
    {"fork", "X -> Y; V2 -> Y"},
    {"frontdoor", "V1 -> X; X -> V3; V1 -> Y; V3 -> Y"},
    {"mediation", "X -> V2; X -> Y; V2 -> Y"},
};

/* ---- the names of given_info */

typedef struct {
    char name[NAME_MAX_BYTES];
    int value; /* -1: none stated */
} term;

typedef struct {
    term of[WRT_FIT_STATES_MAX], given[WRT_FIT_STATES_MAX];
    size_t n_of, n_given;
} heading;

static bool is_name_byte(char byte) {
    return isalnum((unsigned char)byte) != 0 || byte == '_';
}

/* NAME or NAME=0 or NAME=1, blanks anywhere between. */
static bool read_term(term *out, wrt_str text) {
    wrt_str name, rest = text;
    wrt_str_cut(&name, &rest, '=');
    name = wrt_str_trim(name);
    if (name.len == 0 || name.len >= NAME_MAX_BYTES)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!is_name_byte(name.ptr[i]))
            return false;
    memcpy(out->name, name.ptr, name.len);
    out->name[name.len] = '\0';
    out->value = -1;
    if (rest.ptr == NULL)
        return true;
    rest = wrt_str_trim(rest);
    out->value = rest.len == 1 ? rest.ptr[0] - '0' : -1;
    return out->value == 0 || out->value == 1;
}

static bool read_terms(term *out, size_t *n, wrt_str text) {
    wrt_str piece, rest = text;
    *n = 0;
    while (wrt_str_cut(&piece, &rest, ','))
        if (*n == WRT_FIT_STATES_MAX || !read_term(&out[(*n)++], piece))
            return false;
    return *n > 0;
}

/* "p(Y | X, V2)" */
static bool read_heading(heading *out, const char *name) {
    wrt_str of, rest, all = wrt_str_trim(wrt_str_of(name));
    *out = (heading){.n_of = 0};
    if (all.len < 4 || (all.ptr[0] != 'p' && all.ptr[0] != 'P') || all.ptr[1] != '(' ||
        all.ptr[all.len - 1] != ')' || memchr(all.ptr, ')', all.len - 1) != NULL)
        return false;
    rest = (wrt_str){all.ptr + 2, all.len - 3};
    wrt_str_cut(&of, &rest, '|');
    return read_terms(out->of, &out->n_of, of) &&
           (rest.ptr == NULL || read_terms(out->given, &out->n_given, rest));
}

static bool is_difference(const char *name) {
    const char *close = strchr(name, ')');
    return close != NULL && strstr(close, "- P(") != NULL;
}

/* ---- facts */

static wrt_json *terms_json(const term *terms, size_t n, size_t bits) {
    wrt_json *json = wrt_json_new_object();
    size_t open = 0;
    for (size_t i = 0; i < n; i++)
        open += terms[i].value < 0;
    for (size_t i = 0; i < n; i++) {
        int value = terms[i].value;
        if (value < 0) /* the first such term is the slowest index of the nested lists */
            value = (int)(bits >> --open & 1);
        wrt_json_set_int(json, terms[i].name, value);
    }
    return json;
}

/* The number at the place that the open conditions of row `bits` lead to. */
static const wrt_json *number_at(const wrt_json *value, size_t open, size_t bits) {
    for (size_t i = open; i-- > 0;) {
        if (!wrt_json_is(value, WRT_JSON_ARRAY) || wrt_json_count(value) != 2)
            return NULL;
        value = wrt_json_at(value, bits >> i & 1);
    }
    if (open == 0 && wrt_json_is(value, WRT_JSON_ARRAY) && wrt_json_count(value) == 1)
        value = wrt_json_first(value);
    return wrt_json_is(value, WRT_JSON_NUMBER) ? value : NULL;
}

wrt_status wrt_cladder_facts(wrt_json *facts, const char *name, const wrt_json *value,
                             wrt_err *err) {
    heading h;
    size_t open = 0;
    if (!read_heading(&h, name))
        return wrt_fail(err, WRT_E_INPUT,
                        "given_info: \"%.80s\" is not of the form P(A, B=1 | C, D=0)", name);
    for (size_t i = 0; i < h.n_given; i++)
        open += h.given[i].value < 0;
    for (size_t bits = 0; bits < (size_t)1 << open; bits++) {
        const wrt_json *p = number_at(value, open, bits);
        if (p == NULL)
            return wrt_fail(err, WRT_E_INPUT,
                            "given_info: %.80s needs lists of two nested %zu deep", name, open);
        wrt_json *fact = wrt_json_new_object();
        wrt_json_set(fact, "of", terms_json(h.of, h.n_of, SIZE_MAX)); /* nothing stated: 1 */
        wrt_json_set(fact, "given", terms_json(h.given, h.n_given, bits));
        wrt_json_set_number(fact, "p", wrt_json_number(p, 0));
        wrt_json_push(facts, fact);
    }
    return WRT_OK;
}

/* ---- the query */

/* "X->V2,V2->Y" as a graph of dagitty's. */
static char *graph_of_steps(const char *steps) {
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    for (const char *at = steps; *at != '\0'; at++) {
        if (at[0] == '-' && at[1] == '>')
            wrt_buf_add_c(&text, " -");
        else if (at[0] == '>')
            wrt_buf_add_c(&text, "> ");
        else
            wrt_buf_add_char(&text, at[0] == ',' ? ';' : at[0]);
    }
    return wrt_buf_take(&text);
}

static wrt_status set_graph(wrt_json *query, const wrt_json *record, wrt_err *err) {
    const char *id = wrt_json_get_text(wrt_json_get(record, "meta"), "graph_id", "");
    const char *steps = wrt_json_get_text(wrt_json_get(record, "reasoning"), "step1", NULL);
    for (size_t i = 0; i < sizeof graphs / sizeof graphs[0]; i++) {
        if (strcmp(graphs[i].id, id) == 0) {
            wrt_json_set_text(query, "graph", graphs[i].graph);
            return WRT_OK;
        }
    }
    if (steps == NULL)
        return wrt_fail(err, WRT_E_INPUT,
                        "meta.graph_id \"%.40s\" is none of the paper's, and reasoning.step1 lists "
                        "no edges",
                        id);
    char *text = graph_of_steps(steps);
    wrt_json_set_text(query, "graph", text);
    free(text);
    return WRT_OK;
}

static void copy_member(wrt_json *query, const wrt_json *meta, const char *name) {
    const wrt_json *value = wrt_json_get(meta, name);
    if (value != NULL)
        wrt_json_set(query, name, wrt_json_copy(value));
}

/* given_info: an object of probabilities, or for backadj a list of two sets. */
static wrt_status set_given(wrt_json *query, const wrt_json *given, wrt_err *err) {
    wrt_json *facts = wrt_json_new_array();
    wrt_json_set(query, "facts", facts);
    if (wrt_json_is(given, WRT_JSON_ARRAY)) {
        wrt_json_set(query, "methods", wrt_json_copy(given));
        return WRT_OK;
    }
    WRT_JSON_EACH(item, given) {
        wrt_status status = WRT_OK;
        if (!is_difference(wrt_json_key(item)))
            status = wrt_cladder_facts(facts, wrt_json_key(item), item, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

wrt_status wrt_cladder_query(wrt_json **out, const wrt_json *record, wrt_err *err) {
    const wrt_json *meta = wrt_json_get(record, "meta");
    wrt_json *query = wrt_json_new_object();
    *out = NULL;
    wrt_json_set_text(query, "type", wrt_json_get_text(meta, "query_type", ""));
    copy_member(query, meta, "treatment");
    copy_member(query, meta, "outcome");
    copy_member(query, meta, "mediators");
    copy_member(query, meta, "collider");
    copy_member(query, meta, "polarity");
    wrt_status status = set_graph(query, record, err);
    if (status == WRT_OK)
        status = set_given(query, wrt_json_get(meta, "given_info"), err);
    if (status != WRT_OK) {
        wrt_json_free(query);
        return status;
    }
    *out = query;
    return WRT_OK;
}
