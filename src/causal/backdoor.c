/* backdoor.c: causal nodes, forbidden nodes and separation for one effect query.
 *
 * Total effect: a node is causal when a treatment reaches it and it reaches an outcome, both
 * without passing a treatment; forbidden are the descendants of causal nodes. Direct effect:
 * forbidden are the descendants of every outcome that a treatment reaches. */
#include "causal/backdoor.h"

#include "causal/classes/class_internal.h"
#include "causal/graph_internal.h"

#include <stdlib.h>
#include <string.h>

static wrt_status refuse(const wrt_graph *graph, int node, const char *problem, wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    return wrt_fail(err, WRT_E_INPUT, "'%s' %s",
                    wrt_graph_label(label, wrt_str_of(wrt_graph_name(graph, node))), problem);
}

static wrt_status check_observed(const wrt_graph *graph, const wrt_node_set *set,
                                 const char *problem, wrt_err *err) {
    for (size_t i = 0; i < set->n; i++)
        if (wrt_graph_is_latent(graph, set->items[i]))
            return refuse(graph, set->items[i], problem, err);
    return WRT_OK;
}

static wrt_status check_query(const wrt_effect_query *query, wrt_err *err) {
    if (query->treatment->n == 0)
        return wrt_fail(err, WRT_E_INPUT, "treatment is empty; name at least one node");
    if (query->outcome->n == 0)
        return wrt_fail(err, WRT_E_INPUT, "outcome is empty; name at least one node");
    for (size_t i = 0; i < query->treatment->n; i++)
        if (wrt_node_set_has(query->outcome, query->treatment->items[i]))
            return refuse(query->graph, query->treatment->items[i],
                          "is both treatment and outcome; they must differ", err);
    wrt_status status = check_observed(query->graph, query->treatment,
                                       "is latent; the treatment must be observed", err);
    if (status == WRT_OK)
        status = check_observed(query->graph, query->outcome,
                                "is latent; the outcome must be observed", err);
    return status;
}

/* Data of selected units only: the sum over Z of P(y | x, z, s) P(z | s) is P(y | do(x)) iff no
 * member of Z is forbidden, Z and the selected nodes block every path that is not causal, and the
 * outcome is separated from the selected nodes in the back-door graph (Correa, Tian, Bareinboim,
 * AAAI 2018, generalised criterion of type 1). */
static wrt_status take_selected(wrt_backdoor *out, const wrt_effect_query *query, wrt_err *err) {
    out->selected = wrt_graph_selected(query->graph);
    for (size_t i = 0; i < out->selected.n; i++) {
        int node = out->selected.items[i];
        if (wrt_node_set_has(query->treatment, node) || wrt_node_set_has(query->outcome, node))
            return refuse(query->graph, node,
                          "is selected: it has one value in the data, so it is neither treatment "
                          "nor outcome",
                          err);
    }
    if (out->selected.n == 0)
        return WRT_OK;
    return query->effect == WRT_EFFECT_TOTAL
               ? WRT_OK
               : wrt_graph_require_dag(query->graph, "the direct effect", err);
}

static void find_selection_path(wrt_backdoor *out) {
    const wrt_node_set nothing = {0};
    if (out->selected.n == 0)
        return;
    wrt_reach_condition(&out->reach, &out->connected, &nothing);
    int state = wrt_reach_run_set(&out->reach, &out->connected, &out->selected, WRT_MARK_OUTCOME);
    if (state >= 0)
        out->selection_path = wrt_reach_path(&out->reach, state);
}

static void mark_causal(wrt_backdoor *backdoor, const wrt_effect_query *query) {
    wrt_reach *reach = &backdoor->reach;
    wrt_reach_rules up = WRT_REACH_ANCESTORS;
    up.enter.ban = WRT_MARK_TREATMENT;
    wrt_reach_run_set(reach, &WRT_REACH_DESCENDANTS, query->treatment, 0);
    wrt_reach_mark_visited(reach, WRT_MARK_REACHED);
    wrt_reach_run_set(reach, &up, query->outcome, 0);
    wrt_reach_mark_visited(reach, WRT_MARK_REACHES);
    const unsigned both = WRT_MARK_REACHED | WRT_MARK_REACHES;
    size_t n = wrt_graph_count(reach->graph);
    for (size_t v = 0; v < n; v++) {
        unsigned marks = reach->marks[v];
        if ((marks & both) == both && (marks & WRT_MARK_TREATMENT) == 0)
            reach->marks[v] |= WRT_MARK_CAUSAL;
    }
}

/* Marks the nodes whose descendants are forbidden, then those descendants. */
static void mark_forbidden(wrt_backdoor *backdoor, wrt_effect_kind effect) {
    wrt_reach *reach = &backdoor->reach;
    size_t n = wrt_graph_count(reach->graph);
    for (size_t v = 0; v < n; v++) {
        unsigned marks = reach->marks[v];
        bool is_reached_outcome =
            (marks & WRT_MARK_OUTCOME) != 0 && (marks & WRT_MARK_REACHED) != 0;
        if (is_reached_outcome)
            backdoor->has_causal_path = true;
        if (effect == WRT_EFFECT_TOTAL ? (marks & WRT_MARK_CAUSAL) != 0 : is_reached_outcome)
            reach->marks[v] |= WRT_MARK_FORBIDDEN;
    }
    wrt_reach_run(reach, &WRT_REACH_DESCENDANTS, WRT_MARK_FORBIDDEN, 0);
    wrt_reach_mark_visited(reach, WRT_MARK_FORBIDDEN);
}

wrt_status wrt_backdoor_init(wrt_backdoor *out, const wrt_effect_query *query, wrt_err *err) {
    *out = (wrt_backdoor){.connected = WRT_REACH_CONNECTED,
                          .treatment = query->treatment,
                          .uncertain_from = -1,
                          .uncertain_to = -1};
    wrt_status status = check_query(query, err);
    if (status == WRT_OK)
        status = take_selected(out, query, err);
    if (status == WRT_OK && query->effect == WRT_EFFECT_DIRECT)
        status = wrt_graph_require_dag(query->graph, "the direct effect", err);
    if (status != WRT_OK)
        return status;
    bool is_total = query->effect == WRT_EFFECT_TOTAL;
    out->connected.cut_from = WRT_MARK_TREATMENT;
    out->connected.cut_into = is_total ? WRT_MARK_CAUSAL : WRT_MARK_OUTCOME;
    wrt_reach_init(&out->reach, wrt_graph_member(query->graph));
    wrt_reach_mark_set(&out->reach, query->treatment, WRT_MARK_TREATMENT);
    wrt_reach_mark_set(&out->reach, query->outcome, WRT_MARK_OUTCOME);
    mark_causal(out, query);
    mark_forbidden(out, query->effect);
    if (query->graph->klass != NULL)
        wrt_class_mark_effect(out, query);
    find_selection_path(out);
    return WRT_OK;
}

void wrt_backdoor_free(wrt_backdoor *backdoor) {
    wrt_reach_free(&backdoor->reach);
    wrt_node_set_free(&backdoor->selected);
    free(backdoor->selection_path);
}

int wrt_backdoor_open_path(wrt_backdoor *backdoor, const wrt_node_set *set) {
    wrt_node_set given = *set;
    if (backdoor->selected.n > 0)
        given = wrt_node_set_join(set, &backdoor->selected);
    wrt_reach_condition(&backdoor->reach, &backdoor->connected, &given);
    if (backdoor->selected.n > 0)
        wrt_node_set_free(&given);
    return wrt_reach_run_set(&backdoor->reach, &backdoor->connected, backdoor->treatment,
                             WRT_MARK_OUTCOME);
}

int wrt_backdoor_forbidden_member(const wrt_backdoor *backdoor, const wrt_node_set *set) {
    const wrt_graph *graph = backdoor->reach.graph;
    int first = -1;
    for (size_t i = 0; i < set->n; i++) {
        int node = set->items[i];
        if ((backdoor->reach.marks[node] & WRT_MARK_FORBIDDEN) == 0)
            continue;
        if (first < 0 || strcmp(wrt_graph_name(graph, node), wrt_graph_name(graph, first)) < 0)
            first = node;
    }
    return first;
}

wrt_status wrt_backdoor_check_members(const wrt_backdoor *backdoor, const wrt_node_set *set,
                                      const char *what, wrt_err *err) {
    const wrt_graph *graph = backdoor->reach.graph;
    for (size_t i = 0; i < set->n; i++) {
        unsigned marks = backdoor->reach.marks[set->items[i]];
        const char *problem = (marks & WRT_MARK_TREATMENT) != 0 ? "is the treatment"
                              : (marks & WRT_MARK_OUTCOME) != 0 ? "is the outcome"
                              : wrt_graph_is_latent(graph, set->items[i])
                                  ? "is latent and cannot be adjusted for"
                              : wrt_node_set_has(&backdoor->selected, set->items[i])
                                  ? "is selected: it has one value in the data and is conditioned "
                                    "on already"
                                  : NULL;
        if (problem == NULL)
            continue;
        wrt_status status = refuse(graph, set->items[i], problem, err);
        wrt_err_prefix(err, "%s", what);
        return status;
    }
    return WRT_OK;
}
