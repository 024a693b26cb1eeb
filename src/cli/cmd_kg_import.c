/* cmd_kg_import.c: warrant kg import. */
#include "base/file.h"
#include "cli/commands.h"
#include "kg/import.h"

#include <stdlib.h>
#include <string.h>

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
