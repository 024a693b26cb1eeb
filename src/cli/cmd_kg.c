/* cmd_kg.c: warrant kg import | search | show | neighbors | paths | stats | check. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "kg/import.h"
#include "kg/paths.h"
#include "kg/resolve.h"

#include <stdlib.h>
#include <string.h>

/* ---- import */

static wrt_status run_import(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    const char *format = wrt_cli_value(call, "format");
    if (format != NULL && strcmp(format, "kgx") != 0)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "--format %s: this version reads kgx (TSV) only",
                        format);
    wrt_kg_import_options options = {
        .nodes_path = call->n_operands == 2 ? call->operands[0] : NULL,
        .edges_path = call->operands[call->n_operands - 1],
        .source = wrt_cli_value(call, "source"),
        .version = wrt_cli_value(call, "version"),
        .license = wrt_cli_value(call, "license"),
    };
    if (options.source == NULL || options.version == NULL)
        return wrt_fail(err, WRT_E_INPUT, "name what is imported: --source NAME --version VERSION");
    char *home = wrt_cli_home(call->globals), *path = wrt_cli_kg_path(call->globals);
    wrt_status status = wrt_dir_make(home, 0700, err);
    if (status == WRT_OK)
        status = wrt_kg_import_kgx(&result->data, path, &options, err);
    if (status == WRT_OK && !call->globals->json)
        fprintf(call->out, "%s%lld nodes, %lld edges; snapshot %s\n",
                wrt_json_get_bool(result->data, "already", false) ? "already imported: " : "",
                (long long)wrt_json_get_int(result->data, "nodes", 0),
                (long long)wrt_json_get_int(result->data, "edges", 0),
                wrt_json_get_text(result->data, "snapshot", "?"));
    free(home);
    free(path);
    return status;
}

static const wrt_cli_option import_options[] = {
    {"format", 0, "NAME", "kgx (TSV), the default"},
    {"source", 0, "NAME", "name of the source, shown with every edge"},
    {"version", 0, "VERSION", "its version"},
    {"license", 0, "TEXT", "licence of edges that state none"},
    {0},
};

const wrt_cli_command wrt_cmd_kg_import = {
    .path = "kg import",
    .operands = "[NODES.tsv] EDGES.tsv",
    .summary = "load a knowledge graph into the data directory",
    .examples = "  warrant kg import --source warrant-example --version 1 nodes.tsv edges.tsv\n",
    .options = import_options,
    .min_operands = 1,
    .max_operands = 2,
    .run = run_import,
};

/* ---- search */

static void print_matches(FILE *out, const wrt_json *matches) {
    WRT_JSON_EACH(match, matches) {
        char score[32];
        wrt_json_format_number(score, wrt_json_get_number(match, "score", 0));
        fprintf(out, "%s\t%s\t%s\t%s\t%s\n", wrt_json_get_text(match, "id", "?"),
                wrt_json_get_text(match, "name", "?"), wrt_json_get_text(match, "kind", "?"),
                wrt_json_get_text(match, "match", "?"), score);
    }
}

static wrt_status search(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg,
                         wrt_err *err) {
    int64_t limit = 0;
    wrt_status status = wrt_cli_int(&limit, call, "limit", 1, 1000, 10, err);
    wrt_json *kinds = NULL;
    if (status == WRT_OK && wrt_cli_value(call, "kind") != NULL) {
        kinds = wrt_json_new_array();
        wrt_json_push_text(kinds, wrt_cli_value(call, "kind"));
    }
    if (status == WRT_OK)
        status = wrt_kg_resolve(&result->data, kg, wrt_str_of(call->operands[0]), kinds,
                                (size_t)limit, err);
    wrt_json_free(kinds);
    if (status == WRT_OK && wrt_json_count(result->data) == 0)
        status = wrt_fail(err, WRT_E_NOT_FOUND, "nothing in the graph is like \"%s\"",
                          call->operands[0]);
    if (status == WRT_OK && !call->globals->json)
        print_matches(call->out, result->data);
    return status;
}

/* ---- show, neighbors, stats, check */

static void print_pretty(const wrt_cli_call *call, const wrt_json *value) {
    if (call->globals->json || value == NULL)
        return;
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_json_write_pretty(&text, value);
    fprintf(call->out, "%s\n", wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
}

static wrt_status show(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg, wrt_err *err) {
    wrt_status status = wrt_kg_node(&result->data, kg, call->operands[0], err);
    if (status == WRT_E_NOT_FOUND)
        status = wrt_kg_edge(&result->data, kg, call->operands[0], NULL) == WRT_OK
                     ? WRT_OK
                     : wrt_fail(err, WRT_E_NOT_FOUND,
                                "no node or edge has the id \"%s\": `warrant kg search` finds ids",
                                call->operands[0]);
    print_pretty(call, result->data);
    return status;
}

static wrt_status neighbors(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg,
                            wrt_err *err) {
    int64_t limit = 0;
    size_t total = 0;
    wrt_status status = wrt_cli_int(&limit, call, "limit", 1, 10000, 50, err);
    wrt_kg_filter filter = {.direction = wrt_cli_value(call, "direction"), .limit = (size_t)limit};
    if (status == WRT_OK)
        status = wrt_kg_neighbors(&result->data, &total, kg, call->operands[0], &filter, err);
    if (status == WRT_OK && wrt_json_count(result->data) < total)
        wrt_json_push_text(call->warnings, "more neighbours than --limit: raise it");
    print_pretty(call, result->data);
    return status;
}

static wrt_status stats(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg,
                        wrt_err *err) {
    wrt_status status = wrt_kg_stats(&result->data, kg, err);
    print_pretty(call, result->data);
    return status;
}

static wrt_status check(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg,
                        wrt_err *err) {
    wrt_status status = wrt_kg_check(&result->data, kg, err);
    print_pretty(call, result->data);
    return status;
}

/* ---- paths */

/* An id as it stands, else the best exact match of the text. */
static wrt_status node_id(char **out, wrt_kg *kg, const char *text, wrt_err *err) {
    wrt_json *matches = NULL;
    wrt_status status = wrt_kg_resolve(&matches, kg, wrt_str_of(text), NULL, 3, err);
    const wrt_json *best = wrt_json_first(matches);
    if (status == WRT_OK && best != NULL && wrt_json_get_number(best, "score", 0) >= 1.0)
        *out = strdup(wrt_json_get_text(best, "id", ""));
    else if (status == WRT_OK)
        status =
            wrt_fail(err, WRT_E_NOT_FOUND, "\"%s\" is not in the graph%s%s", text,
                     best ? "; nearest: " : "", best ? wrt_json_get_text(best, "name", "") : "");
    wrt_json_free(matches);
    return status;
}

static void print_paths(FILE *out, const wrt_json *paths) {
    WRT_JSON_EACH(path, paths) {
        char score[32];
        const wrt_json *edge = wrt_json_first(wrt_json_get(path, "edges"));
        wrt_json_format_number(score, wrt_json_get_number(path, "score", 0));
        fprintf(out, "%s\t", score);
        WRT_JSON_EACH(node, wrt_json_get(path, "nodes")) {
            fputs(wrt_json_get_text(node, "name", "?"), out);
            if (edge != NULL)
                fprintf(out, " -[%s]-> ",
                        wrt_json_get_text(edge, "original_predicate",
                                          wrt_json_get_text(edge, "predicate", "?")));
            edge = edge != NULL ? wrt_json_next(edge) : NULL;
        }
        fputc('\n', out);
    }
}

static wrt_status paths(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg,
                        wrt_err *err) {
    int64_t hops = 0, top = 0;
    char *from = NULL, *to = NULL;
    wrt_kg_path_stats found = {0};
    wrt_status status = wrt_cli_int(&hops, call, "max-hops", 1, 6, 4, err);
    if (status == WRT_OK)
        status = wrt_cli_int(&top, call, "top", 1, 1000, 10, err);
    if (status == WRT_OK)
        status = node_id(&from, kg, call->operands[0], err);
    if (status == WRT_OK)
        status = node_id(&to, kg, call->operands[1], err);
    wrt_kg_path_options options = {.max_hops = (int)hops, .k = (size_t)top};
    if (status == WRT_OK)
        status = wrt_kg_paths(&result->data, &found, kg, from, to, &options, err);
    if (status == WRT_OK && wrt_json_count(result->data) == 0)
        status = wrt_fail(err, WRT_E_NOT_FOUND, "no directed path of at most %d links", (int)hops);
    if (found.truncated)
        wrt_json_push_text(call->warnings, "the work limit was reached: there may be better paths");
    if (status == WRT_OK && !call->globals->json)
        print_paths(call->out, result->data);
    free(from);
    free(to);
    return status;
}

/* ---- with the graph open */

typedef wrt_status (*kg_fn)(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg,
                            wrt_err *err);

static wrt_status with_kg(kg_fn fn, wrt_cli_result *result, const wrt_cli_call *call,
                          wrt_err *err) {
    wrt_kg *kg = NULL;
    wrt_status status = wrt_cli_open_kg(&kg, call->globals, err);
    if (status == WRT_OK)
        status = fn(result, call, kg, err);
    wrt_kg_close(kg);
    return status;
}

static wrt_status run_search(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return with_kg(search, r, call, err);
}

static wrt_status run_show(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return with_kg(show, r, call, err);
}

static wrt_status run_neighbors(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return with_kg(neighbors, r, call, err);
}

static wrt_status run_paths(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return with_kg(paths, r, call, err);
}

static wrt_status run_stats(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return with_kg(stats, r, call, err);
}

static wrt_status run_check(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return with_kg(check, r, call, err);
}

static const wrt_cli_option search_options[] = {
    {"limit", 0, "N", "most matches (default 10)"},
    {"kind", 0, "KIND", "only nodes of this kind"},
    {0},
};

const wrt_cli_command wrt_cmd_kg_search = {
    .path = "kg search",
    .operands = "TEXT",
    .summary = "find nodes by id, name, synonym, cross-reference, prefix or likeness",
    .examples = "  warrant kg search \"type 2 diabetes\"\n",
    .options = search_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_search,
};

const wrt_cli_command wrt_cmd_kg_show = {
    .path = "kg show",
    .operands = "ID",
    .summary = "show a node, or an edge with all its provenance",
    .min_operands = 1,
    .max_operands = 1,
    .run = run_show,
};

static const wrt_cli_option neighbors_options[] = {
    {"direction", 0, "DIR", "out, in or both (default)"},
    {"limit", 0, "N", "most neighbours (default 50)"},
    {0},
};

const wrt_cli_command wrt_cmd_kg_neighbors = {
    .path = "kg neighbors",
    .operands = "ID",
    .summary = "list the edges at a node",
    .options = neighbors_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_neighbors,
};

static const wrt_cli_option paths_options[] = {
    {"max-hops", 0, "N", "longest path, 1 to 6 (default 4)"},
    {"top", 0, "K", "most paths (default 10)"},
    {0},
};

const wrt_cli_command wrt_cmd_kg_paths = {
    .path = "kg paths",
    .operands = "FROM TO",
    .summary = "the best directed paths between two nodes, by id or exact name",
    .examples = "  warrant kg paths metformin \"type 2 diabetes mellitus\" --max-hops 6\n",
    .options = paths_options,
    .min_operands = 2,
    .max_operands = 2,
    .run = run_paths,
};

const wrt_cli_command wrt_cmd_kg_stats = {
    .path = "kg stats",
    .operands = "",
    .summary = "what the loaded graph holds, by kind, predicate, source and knowledge level",
    .run = run_stats,
};

const wrt_cli_command wrt_cmd_kg_check = {
    .path = "kg check",
    .operands = "",
    .summary = "recompute the snapshot id and compare it with the stored one",
    .run = run_check,
};
