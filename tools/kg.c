/* kg.c: the knowledge graph as tools: kg_resolve, kg_node, kg_neighbors, kg_paths, kg_edge.
 *
 * The graph file is opened at the first call and kept until the plugin is closed: one worker sees
 * one snapshot. Every result names the snapshot in its echo and the imports in its source. */
#include "kg/kg.h"
#include "base/arena.h"
#include "base/hash.h"
#include "kg/names/resolve.h"
#include "kg/paths/paths.h"
#include "tools/adapter.h"
#include "tools/kg_schemas.h"

#include <stdlib.h>
#include <string.h>

enum {
    RESOLVE_DEFAULT = 10,
    NEIGHBORS_DEFAULT = 50,
    HOPS_DEFAULT = 4,
    PATHS_DEFAULT = 10,
    CANDIDATES_MAX = 10
};

static wrt_kg *opened;
static char *opened_path;

/* Runs when the plugin is closed. */
__attribute__((destructor)) static void close_graph(void) {
    wrt_kg_close(opened);
    free(opened_path);
    opened = NULL;
    opened_path = NULL;
}

static wrt_status open_graph(wrt_kg **out, wrt_adapter_call *call, wrt_err *err) {
    const char *path = call->host->file(call->host->ctx, "kg");
    if (path == NULL) {
        call->error_code = "no_graph";
        return wrt_fail(err, WRT_E_FAILED,
                        "there is no knowledge graph; load one with `warrant kg import`");
    }
    if (opened == NULL || strcmp(path, opened_path) != 0) {
        close_graph();
        wrt_crypto_init();
        wrt_status status = wrt_kg_open(&opened, path, err);
        if (status != WRT_OK) {
            call->error_code = "no_graph";
            return status == WRT_E_NOT_FOUND ? WRT_E_FAILED : status;
        }
        opened_path = wrt_strdup(path);
    }
    *out = opened;
    call->source = wrt_kg_sources(opened);
    wrt_json_set_text(call->echo, "snapshot", wrt_kg_snapshot(opened));
    return WRT_OK;
}

static wrt_str text_arg(const wrt_adapter_call *call, const char *name) {
    return wrt_str_of(wrt_json_get_text(call->args, name, ""));
}

/* A list tool that found nothing gives an empty list, whatever the reason. */
static void want_list(wrt_json **data, wrt_status status) {
    if (status == WRT_E_NOT_FOUND && *data == NULL)
        *data = wrt_json_new_array();
}

/* A filter by a word that the graph does not hold finds nothing: that is said. */
static void warn_of_unknown(wrt_adapter_call *call, const wrt_kg *kg, const char *member) {
    wrt_json *unknown = wrt_kg_unknown_words(kg, wrt_json_get(call->args, member));
    WRT_JSON_EACH(word, unknown) {
        wrt_buf line = wrt_buf_make(WRT_ERR_MESSAGE_MAX);
        wrt_buf_printf(&line, "%s: the graph has no \"%.200s\"", member, wrt_json_text(word));
        wrt_json_push_text(call->warnings, wrt_buf_str(&line).ptr);
        wrt_buf_free(&line);
    }
    wrt_json_free(unknown);
}

/* ---- kg_resolve */

static wrt_status resolve_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    wrt_kg *kg = NULL;
    wrt_adapter_echo_int(call, "limit", RESOLVE_DEFAULT);
    wrt_status status = open_graph(&kg, call, err);
    if (status != WRT_OK)
        return status;
    size_t limit = (size_t)wrt_json_get_int(call->args, "limit", RESOLVE_DEFAULT);
    warn_of_unknown(call, kg, "kinds");
    status = wrt_kg_resolve(data, kg, text_arg(call, "text"), wrt_json_get(call->args, "kinds"),
                            limit, err);
    size_t seen = wrt_json_count(*data);
    wrt_adapter_count(call, seen, seen < limit ? (int64_t)seen : WRT_ADAPTER_TOTAL_UNKNOWN);
    return status;
}
WRT_ADAPTER_RUN(run_resolve, resolve_body)

/* ---- kg_node, kg_edge */

static wrt_status node_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    wrt_kg *kg = NULL;
    wrt_status status = open_graph(&kg, call, err);
    return status == WRT_OK ? wrt_kg_node(data, kg, wrt_json_get_text(call->args, "id", ""), err)
                            : status;
}
WRT_ADAPTER_RUN(run_node, node_body)

static wrt_status edge_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    wrt_kg *kg = NULL;
    wrt_status status = open_graph(&kg, call, err);
    return status == WRT_OK ? wrt_kg_edge(data, kg, wrt_json_get_text(call->args, "id", ""), err)
                            : status;
}
WRT_ADAPTER_RUN(run_edge, edge_body)

/* ---- kg_neighbors */

static wrt_status neighbors_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    wrt_kg *kg = NULL;
    size_t total = 0;
    wrt_adapter_echo_text(call, "direction", "both");
    wrt_adapter_echo_int(call, "limit", NEIGHBORS_DEFAULT);
    wrt_status status = open_graph(&kg, call, err);
    if (status != WRT_OK)
        return status;
    warn_of_unknown(call, kg, "predicates");
    warn_of_unknown(call, kg, "kinds");
    wrt_kg_filter filter = {.predicates = wrt_json_get(call->args, "predicates"),
                            .kinds = wrt_json_get(call->args, "kinds"),
                            .direction = wrt_json_get_text(call->args, "direction", "both"),
                            .limit =
                                (size_t)wrt_json_get_int(call->args, "limit", NEIGHBORS_DEFAULT)};
    status =
        wrt_kg_neighbors(data, &total, kg, wrt_json_get_text(call->args, "id", ""), &filter, err);
    size_t seen = wrt_json_count(*data);
    wrt_adapter_count(call, seen, (int64_t)total);
    if (seen > 0 && seen < total)
        call->status = "truncated";
    want_list(data, status);
    return status;
}
WRT_ADAPTER_RUN(run_neighbors, neighbors_body)

/* ---- kg_paths */

static wrt_status fail_ambiguous(wrt_adapter_call *call, const wrt_json *matches, size_t n,
                                 wrt_err *err) {
    wrt_buf list = wrt_buf_make(WRT_ERR_MESSAGE_MAX / 2);
    for (size_t i = 0; i < n; i++) {
        const wrt_json *match = wrt_json_at(matches, i);
        wrt_buf_printf(&list, "%s%s (%s, %s)", i > 0 ? ", " : "",
                       wrt_json_get_text(match, "id", "?"), wrt_json_get_text(match, "name", "?"),
                       wrt_json_get_text(match, "kind", "?"));
    }
    call->error_code = "ambiguous";
    wrt_fail(err, WRT_E_INPUT, "the text names several nodes; use one of these ids: %s", list.ptr);
    wrt_buf_free(&list);
    return WRT_E_INPUT;
}

static wrt_status fail_unknown(wrt_adapter_call *call, const wrt_json *matches, const char *which,
                               wrt_err *err) {
    WRT_JSON_EACH(match, matches) {
        wrt_buf line = wrt_buf_make(WRT_ERR_MESSAGE_MAX);
        wrt_buf_printf(&line, "%s: perhaps %s (%s, %s)", which,
                       wrt_json_get_text(match, "name", "?"), wrt_json_get_text(match, "id", "?"),
                       wrt_json_get_text(match, "kind", "?"));
        wrt_json_push_text(call->warnings, line.ptr != NULL ? line.ptr : which);
        wrt_buf_free(&line);
    }
    return wrt_fail(err, WRT_E_NOT_FOUND, "%s: no node has this id or name", which);
}

/* How many of the first matches are exact and exact in the same way: 0 when none is. */
static size_t count_best(const wrt_json *matches) {
    const wrt_json *first = wrt_json_first(matches);
    const char *how = wrt_json_get_text(first, "match", "");
    size_t n = 0;
    WRT_JSON_EACH(match, matches) {
        if (wrt_json_get_number(match, "score", 0) < 1 ||
            strcmp(wrt_json_get_text(match, "match", ""), how) != 0)
            break;
        n++;
    }
    return n;
}

/* Which node an end of the path is: an id stands for itself, a text must name exactly one node. */
static wrt_status find_end(char **out, wrt_adapter_call *call, wrt_kg *kg, const char *which,
                           wrt_err *err) {
    wrt_json *matches = NULL;
    wrt_status status =
        wrt_kg_resolve(&matches, kg, text_arg(call, which), NULL, CANDIDATES_MAX, err);
    if (status == WRT_OK) {
        size_t best = count_best(matches);
        const wrt_json *first = wrt_json_first(matches);
        if (best == 0)
            status = fail_unknown(call, matches, which, err);
        else if (best > 1 && strcmp(wrt_json_get_text(first, "match", ""), "id") != 0)
            status = fail_ambiguous(call, matches, best, err);
        if (status == WRT_E_INPUT)
            wrt_err_prefix(err, "%s", which);
        if (status == WRT_OK) {
            *out = wrt_strdup(wrt_json_get_text(first, "id", ""));
            wrt_json_set_text(call->echo, which, *out);
        }
    }
    wrt_json_free(matches);
    return status;
}

static wrt_kg_path_options path_options(wrt_adapter_call *call) {
    wrt_adapter_echo_int(call, "max_hops", HOPS_DEFAULT);
    wrt_adapter_echo_int(call, "k", PATHS_DEFAULT);
    wrt_adapter_echo_text(call, "rank", "mechanism");
    wrt_adapter_echo_text(call, "direction", "stored");
    wrt_kg_path_options options = {
        .max_hops = (int)wrt_json_get_int(call->args, "max_hops", HOPS_DEFAULT),
        .k = (size_t)wrt_json_get_int(call->args, "k", PATHS_DEFAULT),
        .kinds = wrt_json_get(call->args, "kinds"),
        .predicates = wrt_json_get(call->args, "predicates"),
        .exclude = wrt_json_get(call->args, "exclude"),
        .sign = (int)wrt_json_get_int(call->args, "sign", 0),
        .rank = wrt_json_get_text(call->args, "rank", "mechanism"),
        .direction = wrt_json_get_text(call->args, "direction", "stored"),
        .w = wrt_json_get_number(call->args, "w", 0),
        .include_treats = wrt_json_get_bool(call->args, "include_treats", false)};
    if (wrt_json_get(call->args, "cover") != NULL)
        options.cover = wrt_json_get_bool(call->args, "cover", false) ? 1 : -1;
    return options;
}

static wrt_status search_paths(wrt_json **data, wrt_adapter_call *call, wrt_kg *kg,
                               const char *ends[2], wrt_err *err) {
    wrt_kg_path_options options = path_options(call);
    wrt_kg_path_stats stats = {0};
    wrt_status status = wrt_kg_paths(data, &stats, kg, ends[0], ends[1], &options, err);
    if (status != WRT_OK)
        return status;
    warn_of_unknown(call, kg, "predicates");
    warn_of_unknown(call, kg, "kinds");
    wrt_adapter_count(call, wrt_json_count(*data),
                      stats.truncated ? WRT_ADAPTER_TOTAL_UNKNOWN : (int64_t)stats.found);
    if (stats.truncated) {
        call->status = "truncated";
        wrt_json_push_text(call->warnings, "the search stopped at its work limit: there may be "
                                           "better paths; lower max_hops or name predicates");
    }
    return WRT_OK;
}

static wrt_status paths_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    wrt_kg *kg = NULL;
    char *from = NULL, *to = NULL;
    wrt_status status = open_graph(&kg, call, err);
    if (status == WRT_OK)
        status = find_end(&from, call, kg, "from", err);
    if (status == WRT_OK)
        status = find_end(&to, call, kg, "to", err);
    if (status == WRT_OK)
        status = search_paths(data, call, kg, (const char *[2]){from, to}, err);
    want_list(data, status);
    free(from);
    free(to);
    return status;
}
WRT_ADAPTER_RUN(run_paths, paths_body)

/* ---- the description */

enum { FLAGS = WRT_TOOL_READS_KG | WRT_TOOL_DETERMINISTIC };

static const wrt_tool resolve_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = FLAGS,
    .name = "kg_resolve",
    .summary = "Finds nodes of the knowledge graph by id, name, synonym or similar spelling.",
    .args_schema = KG_RESOLVE_ARGS,
    .data_schema = KG_RESOLVE_DATA,
    .run = run_resolve};

static const wrt_tool node_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = FLAGS,
    .name = "kg_node",
    .summary = "Shows one node with its synonyms, cross-references and degrees.",
    .args_schema = KG_ID_ARGS,
    .data_schema = KG_NODE_DATA,
    .run = run_node};

static const wrt_tool neighbors_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = FLAGS,
    .name = "kg_neighbors",
    .summary = "Lists the edges at a node, each with its provenance and the node at its other end.",
    .args_schema = KG_NEIGHBORS_ARGS,
    .data_schema = KG_NEIGHBORS_DATA,
    .run = run_neighbors};

static const wrt_tool paths_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = FLAGS,
    .name = "kg_paths",
    .summary = "Finds the best paths between two nodes, with the sign of each path.",
    .args_schema = KG_PATHS_ARGS,
    .data_schema = KG_PATHS_DATA,
    .run = run_paths};

static const wrt_tool edge_tool = {.struct_size = sizeof(wrt_tool),
                                   .flags = FLAGS,
                                   .name = "kg_edge",
                                   .summary = "Shows one edge with all its provenance.",
                                   .args_schema = KG_ID_ARGS,
                                   .data_schema = KG_EDGE_DATA,
                                   .run = run_edge};

const wrt_plugin *wrt_plugin_entry(void) {
    static const wrt_tool *const tools[] = {&resolve_tool, &node_tool, &neighbors_tool, &paths_tool,
                                            &edge_tool};
    static const wrt_plugin plugin = {.magic = WRT_PLUGIN_MAGIC,
                                      .struct_size = sizeof plugin,
                                      .abi_major = WRT_PLUGIN_ABI_MAJOR,
                                      .abi_minor = WRT_PLUGIN_ABI_MINOR,
                                      .name = "kg",
                                      .version = "0.1.0",
                                      .license = "Apache-2.0",
                                      .n_tools = sizeof tools / sizeof tools[0],
                                      .tools = tools};
    return &plugin;
}
