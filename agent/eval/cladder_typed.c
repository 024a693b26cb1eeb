/* cladder_typed.c: see cladder_typed.h. */
#include "agent/eval/cladder_typed.h"

#include "base/schema.h"

#include <math.h>
#include <string.h>

static const char *const symbols[] = {"X", "Y", "V1", "V2", "V3"};
static const char *const states[] = {"X=0",  "X=1",  "Y=0",  "Y=1",  "V1=0",
                                     "V1=1", "V2=0", "V2=1", "V3=0", "V3=1"};

enum { N_SYMBOLS = 5, N_STATES = 10, NUMBERS_MAX = 16, EDGES_MAX = 10 };

const char wrt_cladder_instruction[] =
    "Translate the question into a typed causal query. Call the cause that is asked about X, the "
    "effect Y, and other variables V1, V2, V3. Value 1 is that something is so, 0 that it is not. "
    "type: marginal (how likely is Y overall), correlation (seeing X), exp_away (seeing X among "
    "those selected by a common effect), ate (doing X), backadj (which method is right), "
    "collider_bias (does a correlation among the selected mean an effect), ett (had X been "
    "otherwise), nde (effect of X past mediators), nie (effect of X through mediators), "
    "det-counterfactual (what would have been in one case). edges: cause first. more: whether the "
    "question asks if Y is more likely (true) or less likely (false). numbers: each probability "
    "that is stated, in percent: of the states before the bar, given the states after it. methods: "
    "the variables that either method goes by, else two empty lists. evidence, set: for "
    "det-counterfactual, what was seen and what would have been otherwise, else empty.";

/* ---- the schema */

static wrt_json *texts(const char *const *items, size_t n) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < n; i++)
        wrt_json_push_text(list, items[i]);
    return list;
}

static wrt_json *one_of(wrt_json *values) {
    wrt_json *schema = wrt_json_new_object();
    wrt_json_set(schema, "enum", values);
    return schema;
}

static wrt_json *list_of(wrt_json *item, int64_t least, int64_t most) {
    wrt_json *schema = wrt_json_new_object();
    wrt_json_set_text(schema, "type", "array");
    wrt_json_set(schema, "items", item);
    wrt_json_set_int(schema, "minItems", least);
    wrt_json_set_int(schema, "maxItems", most);
    return schema;
}

static wrt_json *plain(const char *type) {
    wrt_json *schema = wrt_json_new_object();
    wrt_json_set_text(schema, "type", type);
    return schema;
}

/* Takes over properties; all of them are required. */
static wrt_json *object_of(wrt_json *properties) {
    wrt_json *schema = wrt_json_new_object(), *required = wrt_json_new_array();
    WRT_JSON_EACH(property, properties)
    wrt_json_push_text(required, wrt_json_key(property));
    wrt_json_set_text(schema, "type", "object");
    wrt_json_set(schema, "properties", properties);
    wrt_json_set(schema, "required", required);
    wrt_json_set_bool(schema, "additionalProperties", false);
    return schema;
}

static wrt_json *number_schema(void) {
    wrt_json *properties = wrt_json_new_object(), *percent = plain("integer");
    wrt_json_set_int(percent, "minimum", 0);
    wrt_json_set_int(percent, "maximum", 100);
    wrt_json_set(properties, "of", list_of(one_of(texts(states, N_STATES)), 1, 2));
    wrt_json_set(properties, "given", list_of(one_of(texts(states, N_STATES)), 0, 3));
    wrt_json_set(properties, "percent", percent);
    return object_of(properties);
}

wrt_json *wrt_cladder_schema(void) {
    wrt_json *properties = wrt_json_new_object(), *kinds = wrt_json_new_array();
    wrt_json *colliders = texts(symbols, N_SYMBOLS);
    for (size_t i = 0; i < WRT_TYPED_KINDS; i++)
        wrt_json_push_text(kinds, wrt_typed_kind_name((wrt_typed_kind)i));
    wrt_json_push_text(colliders, "none");
    wrt_json_set(properties, "type", one_of(kinds));
    wrt_json_set(properties, "edges",
                 list_of(list_of(one_of(texts(symbols, N_SYMBOLS)), 2, 2), 1, EDGES_MAX));
    wrt_json_set(properties, "mediators", list_of(one_of(texts(symbols + 2, 3)), 0, 3));
    wrt_json_set(properties, "collider", one_of(colliders));
    wrt_json_set(properties, "more", plain("boolean"));
    wrt_json_set(properties, "numbers", list_of(number_schema(), 0, NUMBERS_MAX));
    wrt_json_set(properties, "methods",
                 list_of(list_of(one_of(texts(symbols + 2, 3)), 0, 3), 2, 2));
    wrt_json_set(properties, "evidence", list_of(one_of(texts(states, N_STATES)), 0, 4));
    wrt_json_set(properties, "set", list_of(one_of(texts(states, N_STATES)), 0, 2));
    return object_of(properties);
}

/* ---- what the model wrote */

/* ["X=0"] as {"X":0}; the schema has checked the form. */
static wrt_json *states_of(const wrt_json *list) {
    wrt_json *out = wrt_json_new_object();
    WRT_JSON_EACH(item, list) {
        const char *text = wrt_json_text(item), *equals = strchr(text, '=');
        char name[8] = "";
        if (equals == NULL || (size_t)(equals - text) >= sizeof name)
            continue;
        memcpy(name, text, (size_t)(equals - text));
        wrt_json_set_int(out, name, equals[1] - '0');
    }
    return out;
}

static void set_graph(wrt_json *query, const wrt_json *reply) {
    wrt_json *graph = wrt_json_new_object();
    wrt_json_set(graph, "nodes", texts(symbols, 2));
    wrt_json_set(graph, "edges", wrt_json_copy(wrt_json_get(reply, "edges")));
    wrt_json_set(query, "graph", graph);
    wrt_json_set_text(query, "treatment", "X");
    wrt_json_set_text(query, "outcome", "Y");
}

static void set_facts(wrt_json *query, const wrt_json *numbers) {
    wrt_json *facts = wrt_json_new_array();
    WRT_JSON_EACH(number, numbers) {
        wrt_json *fact = wrt_json_new_object();
        wrt_json_set(fact, "of", states_of(wrt_json_get(number, "of")));
        wrt_json_set(fact, "given", states_of(wrt_json_get(number, "given")));
        wrt_json_set_number(fact, "p", wrt_json_get_number(number, "percent", 0) / 100);
        wrt_json_push(facts, fact);
    }
    wrt_json_set(query, "facts", facts);
}

wrt_status wrt_cladder_read_reply(wrt_json **out, wrt_str text, wrt_err *err) {
    wrt_json *reply = NULL, *schema = wrt_cladder_schema();
    *out = NULL;
    wrt_status status = wrt_json_parse(&reply, text, err);
    if (status == WRT_OK)
        status = wrt_schema_validate(schema, reply, "query", err);
    if (status == WRT_OK) {
        const char *collider = wrt_json_get_text(reply, "collider", "none");
        wrt_json *query = wrt_json_new_object();
        wrt_json_set_text(query, "type", wrt_json_get_text(reply, "type", ""));
        set_graph(query, reply);
        wrt_json_set(query, "mediators", wrt_json_copy(wrt_json_get(reply, "mediators")));
        wrt_json_set(query, "methods", wrt_json_copy(wrt_json_get(reply, "methods")));
        if (strcmp(collider, "none") != 0)
            wrt_json_set_text(query, "collider", collider);
        wrt_json_set_bool(query, "polarity", wrt_json_get_bool(reply, "more", true));
        set_facts(query, wrt_json_get(reply, "numbers"));
        wrt_json_set(query, "evidence", states_of(wrt_json_get(reply, "evidence")));
        wrt_json_set(query, "set", states_of(wrt_json_get(reply, "set")));
        *out = query;
    }
    wrt_json_free(reply);
    wrt_json_free(schema);
    return status;
}

/* ---- agreement */

static bool has_edge(const wrt_graph *graph, int from, int to) {
    size_t n = 0;
    const int *children = wrt_graph_children(graph, from, &n);
    for (size_t i = 0; i < n; i++)
        if (children[i] == to)
            return true;
    return false;
}

/* name[v]: the node of `right` that node v of `reading` is taken for. */
static bool same_edges(const wrt_typed_query *reading, const wrt_typed_query *right,
                       const int *name) {
    int n = (int)wrt_graph_count(reading->graph);
    for (int a = 0; a < n; a++)
        for (int b = 0; b < n; b++)
            if (has_edge(reading->graph, a, b) != has_edge(right->graph, name[a], name[b]))
                return false;
    return true;
}

static bool same_states(const wrt_fit_state *a, size_t n_a, const wrt_fit_state *b, size_t n_b,
                        const int *name) {
    if (n_a != n_b)
        return false;
    for (size_t i = 0; i < n_a; i++) {
        bool found = false;
        for (size_t j = 0; j < n_b; j++)
            found = found || (name[a[i].node] == b[j].node && a[i].value == b[j].value);
        if (!found)
            return false;
    }
    return true;
}

static bool same_numbers(const wrt_typed_query *reading, const wrt_typed_query *right,
                         const int *name) {
    if (reading->n_facts != right->n_facts)
        return false;
    for (size_t i = 0; i < right->n_facts; i++) {
        const wrt_fit_fact *b = &right->facts[i];
        bool found = false;
        for (size_t j = 0; j < reading->n_facts && !found; j++) {
            const wrt_fit_fact *a = &reading->facts[j];
            found = fabs(a->p - b->p) <= 0.0051 &&
                    same_states(a->of, a->n_of, b->of, b->n_of, name) &&
                    same_states(a->given, a->n_given, b->given, b->n_given, name);
        }
        if (!found)
            return false;
    }
    return true;
}

/* The next permutation of items in lexicographic order; false after the last (Pandita). */
static bool permute(int *items, size_t n) {
    size_t i = n, j = n;
    while (i > 1 && items[i - 2] >= items[i - 1])
        i--;
    if (i <= 1)
        return false;
    while (items[j - 1] <= items[i - 2])
        j--;
    int kept = items[i - 2];
    items[i - 2] = items[j - 1];
    items[j - 1] = kept;
    for (size_t a = i - 1, b = n - 1; a < b; a++, b--) {
        kept = items[a];
        items[a] = items[b];
        items[b] = kept;
    }
    return true;
}

static size_t others(int *out, const wrt_typed_query *q) {
    size_t n = 0;
    for (int v = 0; v < (int)wrt_graph_count(q->graph); v++)
        if (v != q->treatment && v != q->outcome)
            out[n++] = v;
    return n;
}

wrt_cladder_parse wrt_cladder_compare(const wrt_typed_query *reading,
                                      const wrt_typed_query *right) {
    wrt_cladder_parse out = {.type = reading->kind == right->kind};
    int mine[WRT_FIT_NODES_MAX], theirs[WRT_FIT_NODES_MAX], name[WRT_FIT_NODES_MAX] = {0};
    size_t n = others(mine, reading);
    if (others(theirs, right) != n)
        return out;
    bool both = false;
    do {
        name[reading->treatment] = right->treatment;
        name[reading->outcome] = right->outcome;
        for (size_t i = 0; i < n; i++)
            name[mine[i]] = theirs[i];
        bool edges = same_edges(reading, right, name);
        bool numbers = same_numbers(reading, right, name);
        both = both || (edges && numbers);
        out.graph = out.graph || edges;
        out.numbers = out.numbers || numbers;
    } while (permute(theirs, n));
    out.numbers = out.graph ? both : out.numbers;
    return out;
}
