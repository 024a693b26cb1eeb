/* causal.c: identification as tools: causal_dsep, causal_check_adjustment, causal_adjustment_sets.
 *
 * Each call parses its graph anew: a verdict depends on its arguments alone, so a stored call can
 * be checked by anybody who has the arguments. */
#include "causal/adjustment.h"
#include "causal/graph.h"
#include "causal/separation.h"
#include "tools/causal_args.h"
#include "tools/causal_identify.h"
#include "tools/causal_schemas.h"

#include <stdlib.h>
#include <string.h>

enum { SETS_DEFAULT = 100 };

/* ---- causal_dsep */

static wrt_status separate(wrt_json **data, const wrt_graph *graph, const wrt_adapter_call *call,
                           wrt_err *err) {
    wrt_node_set x = {0}, y = {0}, given = {0};
    bool is_separated = false;
    char *path = NULL;
    wrt_status status = causal_parse_set(&x, graph, call, "x", err);
    if (status == WRT_OK)
        status = causal_parse_set(&y, graph, call, "y", err);
    if (status == WRT_OK)
        status = causal_parse_set(&given, graph, call, "given", err);
    if (status == WRT_OK)
        status = wrt_graph_separated(&is_separated, &path, graph, &x, &y, &given, err);
    if (status == WRT_OK) {
        *data = wrt_json_new_object();
        wrt_json_set_bool(*data, "separated", is_separated);
        wrt_json_set(*data, "open_path", wrt_json_new_c(path));
    }
    free(path);
    wrt_node_set_free(&x);
    wrt_node_set_free(&y);
    wrt_node_set_free(&given);
    return status;
}

static wrt_status dsep_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    wrt_graph *graph = NULL;
    if (wrt_json_get(call->args, "given") == NULL)
        wrt_json_set(call->echo, "given", wrt_json_new_array());
    wrt_status status = causal_parse_any_graph(&graph, call, err);
    if (status == WRT_OK)
        status = separate(data, graph, call, err);
    wrt_graph_free(graph);
    return status;
}
WRT_ADAPTER_RUN(run_dsep, dsep_body)

/* ---- causal_check_adjustment */

static wrt_json *verdict_to_json(const wrt_adjustment_verdict *verdict) {
    wrt_json *data = wrt_json_new_object(), *reason = wrt_json_new_null();
    wrt_json_set_bool(data, "valid", verdict->valid);
    if (!verdict->valid) {
        static const char *const kinds[][2] = {
            [WRT_REASON_FORBIDDEN_NODE] = {"forbidden_node", "node"},
            [WRT_REASON_OPEN_PATH] = {"open_path", "path"},
            [WRT_REASON_NOT_AMENABLE] = {"not_amenable", "edge"},
            [WRT_REASON_SELECTION] = {"selection", "path"}};
        const char *const *kind = kinds[verdict->reason];
        wrt_json_free(reason);
        reason = wrt_json_new_object();
        wrt_json_set_text(reason, "kind", kind[0]);
        wrt_json_set_text(reason, kind[1], verdict->witness);
    }
    wrt_json_set(data, "reason", reason);
    wrt_json_set_text(data, "text", verdict->text);
    return data;
}

static wrt_status check_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    causal_question q = {0};
    wrt_node_set set = {0};
    wrt_adjustment_verdict verdict = {0};
    wrt_status status = causal_parse_any_question(&q, call, err);
    if (status == WRT_OK)
        status = causal_parse_set(&set, q.graph, call, "set", err);
    if (status == WRT_OK)
        status = wrt_adjustment_check(&verdict, &q.query, &set, err);
    if (status == WRT_OK) {
        *data = verdict_to_json(&verdict);
        wrt_adjustment_verdict_free(&verdict);
    }
    wrt_node_set_free(&set);
    causal_free_question(&q);
    return status;
}
WRT_ADAPTER_RUN(run_check, check_body)

/* ---- causal_adjustment_sets */

static wrt_adjust_kind kind_of(const wrt_adapter_call *call) {
    const char *kind = wrt_json_get_text(call->args, "kind", "minimal");
    if (strcmp(kind, "minimum") == 0)
        return WRT_ADJUST_MINIMUM;
    if (strcmp(kind, "optimal") == 0)
        return WRT_ADJUST_OPTIMAL;
    if (strcmp(kind, "optimal_minimal") == 0)
        return WRT_ADJUST_OPTIMAL_MINIMAL;
    return strcmp(kind, "canonical") == 0 ? WRT_ADJUST_CANONICAL : WRT_ADJUST_MINIMAL;
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

/* "No set is valid" is an answer, not an empty one: the status stays "ok". */
static wrt_json *report_sets(wrt_adapter_call *call, const wrt_adjustment_sets *sets,
                             const wrt_graph *graph) {
    call->seen = (int64_t)sets->n_sets;
    call->total = sets->complete ? call->seen : WRT_ADAPTER_TOTAL_UNKNOWN;
    if (!sets->complete)
        call->status = "truncated";
    return sets_to_json(sets, graph);
}

static wrt_status list_sets(wrt_json **data, wrt_adapter_call *call, const causal_question *q,
                            wrt_err *err) {
    wrt_node_set include = {0}, exclude = {0};
    wrt_adjustment_sets sets = {0};
    wrt_status status = causal_parse_set(&include, q->graph, call, "include", err);
    if (status == WRT_OK)
        status = causal_parse_set(&exclude, q->graph, call, "exclude", err);
    int *costs = NULL;
    if (status == WRT_OK)
        status = wrt_node_costs_parse(&costs, q->graph, wrt_json_get(call->args, "costs"), err);
    wrt_adjust_options options = {.kind = kind_of(call),
                                  .costs = costs,
                                  .max = (size_t)wrt_json_get_int(call->args, "max", SETS_DEFAULT),
                                  .include = include.n > 0 ? &include : NULL,
                                  .exclude = exclude.n > 0 ? &exclude : NULL};
    if (status == WRT_OK)
        status = wrt_adjustment_list(&sets, &q->query, &options, err);
    if (status == WRT_OK) {
        *data = report_sets(call, &sets, q->graph);
        wrt_adjustment_sets_free(&sets);
    }
    free(costs);
    wrt_node_set_free(&include);
    wrt_node_set_free(&exclude);
    return status;
}

static wrt_status sets_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    causal_question q = {0};
    wrt_adapter_echo_text(call, "kind", "minimal");
    wrt_adapter_echo_int(call, "max", SETS_DEFAULT);
    wrt_status status = causal_parse_any_question(&q, call, err);
    if (status == WRT_OK)
        status = list_sets(data, call, &q, err);
    causal_free_question(&q);
    return status;
}
WRT_ADAPTER_RUN(run_sets, sets_body)

/* ---- the description */

static const wrt_tool dsep_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_DETERMINISTIC,
    .name = "causal_dsep",
    .summary = "Tells whether two sets of variables are d-separated given a third, or shows an "
               "open path.",
    .args_schema = CAUSAL_DSEP_ARGS,
    .data_schema = CAUSAL_DSEP_DATA,
    .run = run_dsep};

static const wrt_tool check_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_DETERMINISTIC,
    .name = "causal_check_adjustment",
    .summary = "Checks whether a set of covariates identifies an effect by adjustment, and if not, "
               "why.",
    .args_schema = CAUSAL_CHECK_ARGS,
    .data_schema = CAUSAL_CHECK_DATA,
    .run = run_check};

static const wrt_tool sets_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_DETERMINISTIC,
    .name = "causal_adjustment_sets",
    .summary = "Lists the sets of covariates that identify an effect by adjustment.",
    .args_schema = CAUSAL_SETS_ARGS,
    .data_schema = CAUSAL_SETS_DATA,
    .run = run_sets};

const wrt_plugin *wrt_plugin_entry(void) {
    static const wrt_tool *const tools[] = {&dsep_tool,
                                            &check_tool,
                                            &sets_tool,
                                            &causal_frontdoor_tool,
                                            &causal_instruments_tool,
                                            &causal_implications_tool,
                                            &wrt_causal_identify_tool};
    static const wrt_plugin plugin = {.magic = WRT_PLUGIN_MAGIC,
                                      .struct_size = sizeof plugin,
                                      .abi_major = WRT_PLUGIN_ABI_MAJOR,
                                      .abi_minor = WRT_PLUGIN_ABI_MINOR,
                                      .name = "causal",
                                      .version = "0.1.0",
                                      .license = "Apache-2.0",
                                      .n_tools = sizeof tools / sizeof tools[0],
                                      .tools = tools};
    return &plugin;
}
