/* identify_json.c: an identification as the data of `causal_identify` and `warrant identify`. */
#include "causal/identify/estimand_internal.h"
#include "causal/identify/id.h"
#include "causal/identify/identify.h"
#include "causal/instruments.h"

#include <stdlib.h>

enum { FORMULA_BYTES = 1 << 20 };

static wrt_json *pairs_to_json(const wrt_graph *graph, const wrt_node_pair *pairs, size_t n) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < n; i++) {
        wrt_json *pair = wrt_json_new_array();
        wrt_json_push_text(pair, wrt_graph_name(graph, pairs[i].from));
        wrt_json_push_text(pair, wrt_graph_name(graph, pairs[i].to));
        wrt_json_push(list, pair);
    }
    return list;
}

static wrt_json *forest_to_json(const wrt_graph *graph, const wrt_c_forest *forest) {
    wrt_json *data = wrt_json_new_object();
    wrt_json_set(data, "nodes", wrt_node_set_to_json(graph, &forest->nodes));
    wrt_json_set(data, "edges", pairs_to_json(graph, forest->edges, forest->n_edges));
    wrt_json_set(data, "bidirected",
                 pairs_to_json(graph, forest->bidirected, forest->n_bidirected));
    return data;
}

wrt_json *wrt_hedge_to_json(const wrt_hedge *hedge, const char *words, const wrt_graph *graph) {
    if (hedge == NULL)
        return wrt_json_new_null();
    wrt_json *data = wrt_json_new_object();
    wrt_json_set(data, "outer", forest_to_json(graph, &hedge->outer));
    wrt_json_set(data, "inner", forest_to_json(graph, &hedge->inner));
    wrt_json_set(data, "roots", wrt_node_set_to_json(graph, &hedge->roots));
    wrt_json_set(data, "treatment", wrt_node_set_to_json(graph, &hedge->treatment));
    wrt_json_set(data, "outcome", wrt_node_set_to_json(graph, &hedge->outcome));
    wrt_json_set_text(data, "text", words);
    return data;
}

/* Treatments, outcomes and conditions: they have values outside the formula. */
static wrt_node_set asked_about(const wrt_identify_query *q) {
    const wrt_node_set *sets[] = {q->treatment, q->outcome, q->given};
    wrt_node_set all = {wrt_calloc(wrt_graph_count(q->graph) + 1, sizeof(int)), 0};
    for (size_t s = 0; s < 3; s++)
        for (size_t i = 0; sets[s] != NULL && i < sets[s]->n; i++)
            all.items[all.n++] = sets[s]->items[i];
    return all;
}

wrt_status wrt_identification_write(wrt_buf *text, wrt_buf *latex, const wrt_identification *found,
                                    const wrt_identify_query *query, wrt_err *err) {
    wrt_node_set fixed = asked_about(query);
    wrt_status status = wrt_estimand_write_text(text, found->estimand, query->graph, &fixed, err);
    if (status == WRT_OK && latex != NULL)
        status = wrt_estimand_write_latex(latex, found->estimand, query->graph, &fixed, err);
    wrt_node_set_free(&fixed);
    return status;
}

static wrt_status estimand_to_json(wrt_json **out, const wrt_identification *found,
                                   const wrt_identify_query *query, wrt_err *err) {
    wrt_buf text = wrt_buf_make(FORMULA_BYTES), latex = wrt_buf_make(FORMULA_BYTES);
    wrt_status status = wrt_identification_write(&text, &latex, found, query, err);
    *out = NULL;
    if (status == WRT_OK) {
        *out = wrt_json_new_object();
        wrt_json_set_text(*out, "text", text.ptr);
        wrt_json_set_text(*out, "latex", latex.ptr);
    }
    wrt_buf_free(&text);
    wrt_buf_free(&latex);
    return status;
}

/* Leaves *out NULL unless the effect of one node on one other, without conditions, has no formula
 * but an instrument. */
static wrt_status parametric_to_json(wrt_json **out, const wrt_identification *found,
                                     const wrt_identify_query *query, wrt_err *err) {
    wrt_effect_query effect = {query->graph, query->treatment, query->outcome, WRT_EFFECT_TOTAL};
    wrt_instruments instruments = {0};
    *out = NULL;
    if (found->method != WRT_IDENTIFY_NONE || query->treatment->n != 1 || query->outcome->n != 1 ||
        (query->given != NULL && query->given->n > 0))
        return WRT_OK;
    wrt_status status =
        wrt_instruments_list(&instruments, &effect, WRT_IDENTIFY_INSTRUMENTS_MAX, err);
    if (status == WRT_OK && instruments.n > 0) {
        *out = wrt_json_new_object();
        wrt_json_set_text(*out, "method", "instrument");
        wrt_json_set(*out, "instruments", wrt_instruments_to_json(&instruments, query->graph));
        wrt_json_set(*out, "assumptions", wrt_instruments_assumptions());
    }
    wrt_instruments_free(&instruments);
    return status;
}

wrt_status wrt_identification_to_json(wrt_json **out, const wrt_identification *found,
                                      const wrt_identify_query *query, wrt_err *err) {
    wrt_json *estimand = NULL, *parametric = NULL, *steps = wrt_json_new_array();
    wrt_status status = WRT_OK;
    if (found->estimand != NULL)
        status = estimand_to_json(&estimand, found, query, err);
    if (status == WRT_OK)
        status = parametric_to_json(&parametric, found, query, err);
    for (size_t i = 0; i < found->n_steps; i++)
        wrt_json_push_text(steps, found->steps[i]);
    *out = NULL;
    if (status != WRT_OK) {
        wrt_json_free(steps);
        wrt_json_free(estimand);
        return status;
    }
    *out = wrt_json_new_object();
    wrt_json_set_bool(*out, "identifiable", found->method != WRT_IDENTIFY_NONE);
    wrt_json_set_text(*out, "method", wrt_identify_method_name(found->method));
    if (parametric != NULL)
        wrt_json_set(*out, "parametric", parametric);
    wrt_json_set(*out, "estimand", estimand != NULL ? estimand : wrt_json_new_null());
    wrt_json_set(*out, "steps", steps);
    wrt_json_set(*out, "hedge", wrt_hedge_to_json(found->hedge, found->hedge_text, query->graph));
    return WRT_OK;
}
