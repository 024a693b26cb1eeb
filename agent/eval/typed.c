/* typed.c: see typed.h. */
#include "agent/eval/typed.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { NEEDS_COLLIDER = 1, NEEDS_MEDIATORS = 2, NEEDS_METHODS = 4, NEEDS_SET = 8 };

static const struct {
    const char *name;
    unsigned needs;
} kinds[WRT_TYPED_KINDS] = {
    [WRT_TYPED_MARGINAL] = {"marginal", 0},
    [WRT_TYPED_CORRELATION] = {"correlation", 0},
    [WRT_TYPED_EXP_AWAY] = {"exp_away", NEEDS_COLLIDER},
    [WRT_TYPED_ATE] = {"ate", 0},
    [WRT_TYPED_BACKADJ] = {"backadj", NEEDS_METHODS},
    [WRT_TYPED_COLLIDER_BIAS] = {"collider_bias", 0},
    [WRT_TYPED_ETT] = {"ett", 0},
    [WRT_TYPED_NDE] = {"nde", NEEDS_MEDIATORS},
    [WRT_TYPED_NIE] = {"nie", NEEDS_MEDIATORS},
    [WRT_TYPED_DETERMINISTIC] = {"det-counterfactual", NEEDS_SET},
};

const char *wrt_typed_kind_name(wrt_typed_kind kind) {
    return kinds[kind].name;
}

wrt_status wrt_typed_kind_of(wrt_typed_kind *out, const char *name, wrt_err *err) {
    wrt_buf known = wrt_buf_make(WRT_KIB(1));
    for (size_t i = 0; i < WRT_TYPED_KINDS; i++) {
        if (name != NULL && strcmp(name, kinds[i].name) == 0) {
            *out = (wrt_typed_kind)i;
            wrt_buf_free(&known);
            return WRT_OK;
        }
        wrt_buf_printf(&known, "%s%s", i > 0 ? ", " : "", kinds[i].name);
    }
    wrt_fail(err, WRT_E_INPUT, "type is \"%.40s\"; accepted are %s", name != NULL ? name : "",
             wrt_buf_str(&known).ptr);
    wrt_buf_free(&known);
    return WRT_E_INPUT;
}

/* ---- parts */

static wrt_status read_node(int *out, const wrt_graph *graph, const wrt_json *value,
                            const char *what, wrt_err *err) {
    const char *name = wrt_json_get_text(value, what, NULL);
    if (name == NULL)
        return wrt_fail(err, WRT_E_INPUT, "%s is missing: name a node of the graph", what);
    if (wrt_graph_find(out, graph, wrt_str_of(name), err) == WRT_OK)
        return WRT_OK;
    wrt_err_prefix(err, "%s", what);
    return WRT_E_INPUT;
}

/* {"X":0}: at most WRT_FIT_STATES_MAX variables. */
static wrt_status read_states(wrt_fit_state *out, size_t *n, const wrt_graph *graph,
                              const wrt_json *states, wrt_err *err) {
    *n = 0;
    if (states != NULL && !wrt_json_is(states, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_INPUT, "states are an object such as {\"X\":1}, not %s",
                        wrt_json_type_name(wrt_json_typeof(states)));
    if (wrt_json_count(states) > WRT_FIT_STATES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "a fact names %zu variables on one side; at most %d",
                        wrt_json_count(states), WRT_FIT_STATES_MAX);
    WRT_JSON_EACH(item, states) {
        double value = wrt_json_number(item, -1);
        int node = 0;
        if (value != 0.0 && value != 1.0)
            return wrt_fail(err, WRT_E_INPUT, "\"%.40s\" takes the value 0 or 1",
                            wrt_json_key(item));
        if (wrt_graph_find(&node, graph, wrt_str_of(wrt_json_key(item)), err) != WRT_OK)
            return WRT_E_INPUT;
        out[(*n)++] = (wrt_fit_state){node, (int)value};
    }
    return WRT_OK;
}

static bool share_node(const wrt_fit_fact *fact) {
    for (size_t i = 0; i < fact->n_of; i++)
        for (size_t j = 0; j < fact->n_given; j++)
            if (fact->of[i].node == fact->given[j].node)
                return true;
    return false;
}

static wrt_status read_fact(wrt_fit_fact *out, const wrt_graph *graph, const wrt_json *value,
                            wrt_err *err) {
    out->p = wrt_json_get_number(value, "p", -1);
    wrt_status status = read_states(out->of, &out->n_of, graph, wrt_json_get(value, "of"), err);
    if (status == WRT_OK)
        status = read_states(out->given, &out->n_given, graph, wrt_json_get(value, "given"), err);
    if (status != WRT_OK)
        return status;
    if (out->n_of == 0)
        return wrt_fail(err, WRT_E_INPUT, "a fact names no variable: \"of\" is empty");
    if (share_node(out))
        return wrt_fail(err, WRT_E_INPUT, "a fact names one variable on both sides of its bar");
    if (!(out->p >= 0 && out->p <= 1))
        return wrt_fail(err, WRT_E_INPUT, "a fact's p lies between 0 and 1");
    return WRT_OK;
}

static wrt_status read_facts(wrt_typed_query *out, const wrt_json *facts, wrt_err *err) {
    size_t n = wrt_json_count(facts);
    if (n > WRT_FIT_FACTS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%zu facts; at most %d are read", n, WRT_FIT_FACTS_MAX);
    out->facts = wrt_calloc(n + 1, sizeof *out->facts);
    WRT_JSON_EACH(item, facts) {
        wrt_status status = read_fact(&out->facts[out->n_facts], out->graph, item, err);
        if (status != WRT_OK) {
            wrt_err_prefix(err, "facts[%zu]", out->n_facts);
            return status;
        }
        out->n_facts++;
    }
    return WRT_OK;
}

static wrt_status read_methods(wrt_typed_query *out, const wrt_json *methods, wrt_err *err) {
    if (wrt_json_count(methods) != 2)
        return wrt_fail(err, WRT_E_INPUT, "methods are two sets of nodes");
    for (size_t i = 0; i < 2; i++) {
        const wrt_json *names = wrt_json_at(methods, i);
        wrt_status status = wrt_node_set_parse(&out->methods[i], out->graph, names, "methods", err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

/* ---- the whole */

/* A model is a table a node: a common cause without a name has none. */
static wrt_status check_graph(const wrt_graph *graph, wrt_err *err) {
    if (wrt_graph_count(graph) > WRT_FIT_NODES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the graph has %zu nodes; at most %d are read",
                        wrt_graph_count(graph), WRT_FIT_NODES_MAX);
    for (int v = 0; v < (int)wrt_graph_count(graph); v++) {
        size_t n = 0;
        wrt_graph_spouses(graph, v, &n);
        if (n > 0 || wrt_graph_is_selected(graph, v))
            return wrt_fail(err, WRT_E_UNSUPPORTED,
                            "\"%.40s\" has a bidirected edge or is selected: give the common "
                            "cause, or what decides selection, as a node",
                            wrt_graph_name(graph, v));
    }
    return WRT_OK;
}

static wrt_status read_needed(wrt_typed_query *out, const wrt_json *value, wrt_err *err) {
    unsigned needs = kinds[out->kind].needs;
    wrt_status status = WRT_OK;
    if ((needs & NEEDS_COLLIDER) != 0)
        status = read_node(&out->collider, out->graph, value, "collider", err);
    if (status == WRT_OK && (needs & NEEDS_MEDIATORS) != 0)
        status = wrt_node_set_parse(&out->mediators, out->graph, wrt_json_get(value, "mediators"),
                                    "mediators", err);
    if (status == WRT_OK && (needs & NEEDS_METHODS) != 0)
        status = read_methods(out, wrt_json_get(value, "methods"), err);
    if (status == WRT_OK && (needs & NEEDS_SET) != 0)
        status = read_states(out->set, &out->n_set, out->graph, wrt_json_get(value, "set"), err);
    if (status == WRT_OK && (needs & NEEDS_SET) != 0 && out->n_set == 0)
        status = wrt_fail(err, WRT_E_INPUT, "set is missing: what would have been otherwise");
    if (status == WRT_OK)
        status = read_states(out->evidence, &out->n_evidence, out->graph,
                             wrt_json_get(value, "evidence"), err);
    return status;
}

wrt_status wrt_typed_read(wrt_typed_query *out, const wrt_json *value, wrt_err *err) {
    *out = (wrt_typed_query){.collider = -1};
    wrt_status status = wrt_typed_kind_of(&out->kind, wrt_json_get_text(value, "type", NULL), err);
    if (status == WRT_OK)
        status = wrt_graph_parse(&out->graph, wrt_json_get(value, "graph"), err);
    if (status == WRT_OK)
        status = check_graph(out->graph, err);
    if (status == WRT_OK)
        status = read_node(&out->treatment, out->graph, value, "treatment", err);
    if (status == WRT_OK)
        status = read_node(&out->outcome, out->graph, value, "outcome", err);
    if (status == WRT_OK && out->treatment == out->outcome)
        status = wrt_fail(err, WRT_E_INPUT, "treatment and outcome are one node");
    out->polarity = wrt_json_get_bool(value, "polarity", true);
    if (status == WRT_OK)
        status = read_needed(out, value, err);
    if (status == WRT_OK)
        status = read_facts(out, wrt_json_get(value, "facts"), err);
    return status;
}

void wrt_typed_free(wrt_typed_query *query) {
    if (query == NULL)
        return;
    wrt_graph_free(query->graph);
    wrt_node_set_free(&query->mediators);
    wrt_node_set_free(&query->methods[0]);
    wrt_node_set_free(&query->methods[1]);
    free(query->facts);
    *query = (wrt_typed_query){.collider = -1};
}
