/* causal_beyond.c: beyond adjustment: causal_frontdoor, causal_instruments, causal_implications. */
#include "causal/classes/class_graph.h"
#include "causal/frontdoor.h"
#include "causal/implications.h"
#include "causal/instruments.h"
#include "tools/causal_args.h"
#include "tools/causal_beyond_schemas.h"

#include <string.h>

enum { LISTED_DEFAULT = 100 };

static size_t max_of(wrt_adapter_call *call) {
    wrt_adapter_echo_int(call, "max", LISTED_DEFAULT);
    return (size_t)wrt_json_get_int(call->args, "max", LISTED_DEFAULT);
}

/* An empty list is an answer: the status stays "ok". */
static void cover(wrt_adapter_call *call, size_t n, bool complete) {
    call->seen = (int64_t)n;
    call->total = complete ? call->seen : WRT_ADAPTER_TOTAL_UNKNOWN;
    if (!complete)
        call->status = "truncated";
}

/* ---- causal_frontdoor */

static wrt_json *check_to_json(const wrt_frontdoor_verdict *verdict) {
    static const char *const kinds[] = {
        [WRT_FRONTDOOR_UNINTERCEPTED] = "unintercepted_path",
        [WRT_FRONTDOOR_TREATMENT] = "open_path_from_treatment",
        [WRT_FRONTDOOR_OUTCOME] = "open_path_to_outcome",
    };
    wrt_json *check = wrt_json_new_object(), *reason = NULL;
    wrt_json_set_bool(check, "valid", verdict->valid);
    if (!verdict->valid) {
        reason = wrt_json_new_object();
        wrt_json_set_text(reason, "kind", kinds[verdict->reason]);
        wrt_json_set_text(reason, "path", verdict->witness);
    }
    wrt_json_set(check, "reason", reason != NULL ? reason : wrt_json_new_null());
    wrt_json_set_text(check, "text", verdict->text);
    return check;
}

static wrt_status check_set(wrt_json *data, wrt_adapter_call *call, const causal_question *q,
                            wrt_err *err) {
    wrt_node_set set = {0};
    wrt_frontdoor_verdict verdict = {0};
    if (wrt_json_get(call->args, "set") == NULL)
        return WRT_OK;
    wrt_status status = causal_parse_set(&set, q->graph, call, "set", err);
    if (status == WRT_OK)
        status = wrt_frontdoor_check(&verdict, &q->query, &set, err);
    if (status == WRT_OK)
        wrt_json_set(data, "check", check_to_json(&verdict));
    wrt_frontdoor_verdict_free(&verdict);
    wrt_node_set_free(&set);
    return status;
}

static wrt_json *sets_to_json(const wrt_adjustment_sets *sets, const wrt_graph *graph) {
    wrt_json *data = wrt_json_new_object(), *list = wrt_json_new_array();
    for (size_t i = 0; i < sets->n_sets; i++)
        wrt_json_push(list, wrt_node_set_to_json(graph, &sets->sets[i]));
    wrt_json_set(data, "sets", list);
    wrt_json_set_bool(data, "complete", sets->complete);
    wrt_json_set_text(data, "verdict", wrt_adjust_verdict_name(sets->verdict));
    return data;
}

static wrt_status list_frontdoor(wrt_json **data, wrt_adapter_call *call, const causal_question *q,
                                 wrt_err *err) {
    const char *kind = wrt_json_get_text(call->args, "kind", "all");
    wrt_node_set include = {0}, exclude = {0};
    wrt_adjustment_sets sets = {0};
    wrt_frontdoor_options options = {.max = max_of(call),
                                     .include = &include,
                                     .exclude = &exclude,
                                     .kind = strcmp(kind, "minimal") == 0   ? WRT_FRONTDOOR_MINIMAL
                                             : strcmp(kind, "maximal") == 0 ? WRT_FRONTDOOR_MAXIMAL
                                                                            : WRT_FRONTDOOR_ALL};
    wrt_status status = causal_parse_set(&include, q->graph, call, "include", err);
    if (status == WRT_OK)
        status = causal_parse_set(&exclude, q->graph, call, "exclude", err);
    if (status == WRT_OK)
        status = wrt_frontdoor_list(&sets, &q->query, &options, err);
    if (status == WRT_OK) {
        cover(call, sets.n_sets, sets.complete);
        *data = sets_to_json(&sets, q->graph);
    }
    wrt_adjustment_sets_free(&sets);
    wrt_node_set_free(&include);
    wrt_node_set_free(&exclude);
    return status;
}

static wrt_status frontdoor_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    causal_question q = {0};
    wrt_json *listed = NULL;
    wrt_adapter_echo_text(call, "kind", "all");
    wrt_status status = causal_parse_question(&q, call, err);
    if (status == WRT_OK)
        status = list_frontdoor(&listed, call, &q, err);
    if (status == WRT_OK)
        status = check_set(listed, call, &q, err);
    if (status == WRT_OK)
        *data = listed;
    else
        wrt_json_free(listed);
    causal_free_question(&q);
    return status;
}
WRT_ADAPTER_RUN(run_frontdoor, frontdoor_body)

/* ---- causal_instruments */

static wrt_json *undecided_to_json(const wrt_instruments *found, const wrt_graph *graph) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < found->n_undecided; i++)
        wrt_json_push_text(list, wrt_graph_name(graph, found->undecided[i]));
    return list;
}

static wrt_json *instruments_to_json(const wrt_instruments *found, const wrt_graph *graph) {
    wrt_json *data = wrt_json_new_object();
    wrt_json_set(data, "instruments", wrt_instruments_to_json(found, graph));
    wrt_json_set_bool(data, "complete", found->complete);
    wrt_json_set(data, "undecided", undecided_to_json(found, graph));
    wrt_json_set_text(data, "verdict",
                      !found->has_causal_path ? "no_causal_path"
                      : found->n > 0          ? "ok"
                                              : "no_instrument");
    wrt_json_set_bool(data, "parametric", true);
    wrt_json_set(data, "assumptions", wrt_instruments_assumptions());
    return data;
}

static wrt_status instruments_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    causal_question q = {0};
    wrt_instruments found = {0};
    wrt_status status = causal_parse_question(&q, call, err);
    if (status == WRT_OK)
        status = wrt_instruments_list(&found, &q.query, max_of(call), err);
    if (status == WRT_OK) {
        cover(call, found.n, found.complete);
        *data = instruments_to_json(&found, q.graph);
    }
    wrt_instruments_free(&found);
    causal_free_question(&q);
    return status;
}
WRT_ADAPTER_RUN(run_instruments, instruments_body)

/* ---- causal_implications */

static wrt_json *implications_to_json(const wrt_implications *found, const wrt_graph *graph) {
    wrt_json *data = wrt_json_new_object(), *list = wrt_json_new_array();
    for (size_t i = 0; i < found->n; i++) {
        wrt_json *item = wrt_json_new_object();
        wrt_json_set_text(item, "x", wrt_graph_name(graph, found->items[i].x));
        wrt_json_set_text(item, "y", wrt_graph_name(graph, found->items[i].y));
        wrt_json_set(item, "given", wrt_node_set_to_json(graph, &found->items[i].given));
        wrt_json_push(list, item);
    }
    wrt_json_set(data, "implications", list);
    wrt_json_set_bool(data, "complete", found->complete);
    return data;
}

static wrt_status implications_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    wrt_graph *graph = NULL;
    wrt_implications found = {0};
    wrt_status status = causal_parse_any_graph(&graph, call, err);
    if (status == WRT_OK && wrt_graph_type_of(graph) != WRT_GRAPH_DAG)
        status = wrt_graph_require_dag(graph, "the list of implications", err);
    if (status == WRT_OK)
        status = wrt_implications_list(&found, graph, max_of(call), err);
    if (status == WRT_OK) {
        cover(call, found.n, found.complete);
        *data = implications_to_json(&found, graph);
    }
    wrt_implications_free(&found);
    wrt_graph_free(graph);
    return status;
}
WRT_ADAPTER_RUN(run_implications, implications_body)

/* ---- the description */

const wrt_tool causal_frontdoor_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_DETERMINISTIC,
    .name = "causal_frontdoor",
    .summary = "Lists the sets of mediators that identify an effect by the front door, and judges "
               "a given set.",
    .args_schema = CAUSAL_FRONTDOOR_ARGS,
    .data_schema = CAUSAL_FRONTDOOR_DATA,
    .run = run_frontdoor};

const wrt_tool causal_instruments_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_DETERMINISTIC,
    .name = "causal_instruments",
    .summary = "Lists conditional instruments; they identify an effect under parametric "
               "assumptions only.",
    .args_schema = CAUSAL_INSTRUMENTS_ARGS,
    .data_schema = CAUSAL_INSTRUMENTS_DATA,
    .run = run_instruments};

const wrt_tool causal_implications_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_DETERMINISTIC,
    .name = "causal_implications",
    .summary = "Lists the independences that a graph implies and data can contradict.",
    .args_schema = CAUSAL_IMPLICATIONS_ARGS,
    .data_schema = CAUSAL_IMPLICATIONS_DATA,
    .run = run_implications};
