/* cmd_kg_export.c: warrant kg export | retractions. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/kg_args.h"
#include "kg/store/export.h"
#include "kg/store/retractions.h"

#include <stdlib.h>
#include <string.h>

/* ---- export */

static char *with_suffix(const char *start, const char *suffix) {
    wrt_buf path = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(&path, "%s%s", start, suffix);
    return wrt_buf_take(&path);
}

static wrt_status read_format(wrt_kg_export_format *out, const char **ending,
                              const wrt_cli_call *call, wrt_err *err) {
    const char *name = wrt_cli_value(call, "format");
    bool tsv = name == NULL || strcmp(name, "kgx") == 0;
    *out = tsv ? WRT_KG_EXPORT_TSV : WRT_KG_EXPORT_JSONL;
    *ending = tsv ? "tsv" : "jsonl";
    if (!tsv && strcmp(name, "kgx-jsonl") != 0)
        return wrt_fail(err, WRT_E_INPUT, "--format %.40s: accepted are kgx, kgx-jsonl", name);
    if (call->globals->output == NULL || strcmp(call->globals->output, "-") == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "an export is two files: -o NAME makes NAME_nodes.%s and NAME_edges.%s",
                        *ending, *ending);
    return WRT_OK;
}

static void hand_over(wrt_cli_result *result, const wrt_cli_call *call, const wrt_kg *kg,
                      const wrt_kg_export_counts *counts, char *const paths[2]) {
    wrt_json *data = wrt_json_new_object(), *files = wrt_json_new_array();
    for (int i = 0; i < 2; i++)
        if (wrt_utf8_valid(wrt_str_of(paths[i])))
            wrt_json_push_text(files, paths[i]);
    wrt_json_set(data, "files", files);
    wrt_json_set_int(data, "nodes", (int64_t)counts->nodes);
    wrt_json_set_int(data, "edges", (int64_t)counts->edges);
    wrt_json_set_int(data, "rows", (int64_t)counts->rows);
    wrt_json_set_text(data, "snapshot", wrt_kg_snapshot(kg));
    result->data = data;
    if (!call->globals->json)
        fprintf(call->out, "%s: %llu nodes\n%s: %llu edges in %llu rows\nsnapshot %s\n", paths[0],
                (unsigned long long)counts->nodes, paths[1], (unsigned long long)counts->edges,
                (unsigned long long)counts->rows, wrt_kg_snapshot(kg));
}

static wrt_status export_graph(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg,
                               wrt_err *err) {
    wrt_kg_export_format format;
    const char *ending = NULL;
    wrt_kg_export_counts counts = {0};
    wrt_status status = read_format(&format, &ending, call, err);
    if (status != WRT_OK)
        return status;
    bool tsv = format == WRT_KG_EXPORT_TSV;
    char *paths[2] = {
        with_suffix(call->globals->output, tsv ? "_nodes.tsv" : "_nodes.jsonl"),
        with_suffix(call->globals->output, tsv ? "_edges.tsv" : "_edges.jsonl"),
    };
    status = wrt_kg_export(&counts, kg, format, paths[0], paths[1], err);
    if (status == WRT_OK)
        hand_over(result, call, kg, &counts, paths);
    free(paths[0]);
    free(paths[1]);
    return status;
}

static wrt_status run_export(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return wrt_cli_with_kg(export_graph, r, call, err);
}

static const wrt_cli_option export_options[] = {
    {"format", 0, "NAME", "kgx (TSV, the default) or kgx-jsonl"},
    {0},
};

const wrt_cli_command wrt_cmd_kg_export = {
    .path = "kg export",
    .operands = "",
    .summary = "write the graph as KGX files that read back to the same snapshot id",
    .details = "-o NAME makes NAME_nodes.tsv and NAME_edges.tsv (or .jsonl). An edge has a row for "
               "each of\n"
               "its supports.\n",
    .examples = "  warrant kg export -o mygraph\n",
    .options = export_options,
    .writes_output = true,
    .run = run_export,
};

/* ---- retractions */

static wrt_status run_retractions(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    char *path = wrt_cli_kg_path(call->globals);
    wrt_status status = WRT_OK;
    if (!wrt_file_exists(path))
        status = wrt_fail(err, WRT_E_NOT_FOUND,
                          "no knowledge graph here: load one with `warrant kg import`");
    if (status == WRT_OK)
        status = wrt_kg_retractions_load(&result->data, path, call->operands[0], err);
    if (status == WRT_OK && !call->globals->json)
        fprintf(call->out, "%lld retracted publications; %lld edges cite one of them\n",
                (long long)wrt_json_get_int(result->data, "pmids", 0),
                (long long)wrt_json_get_int(result->data, "edges", 0));
    int64_t skipped = wrt_json_get_int(result->data, "skipped_total", 0);
    if (status == WRT_OK && skipped > 0) {
        wrt_buf text = wrt_buf_make(WRT_KIB(1));
        wrt_buf_printf(&text, "%lld lines hold no PMID; --json lists them", (long long)skipped);
        wrt_json_push_text(call->warnings, wrt_buf_str(&text).ptr);
        wrt_buf_free(&text);
    }
    free(path);
    return status;
}

const wrt_cli_command wrt_cmd_kg_retractions = {
    .path = "kg retractions",
    .operands = "FILE",
    .summary = "mark edges whose publications are on a list of retracted PMIDs",
    .details =
        "One PMID a line, or a table with a column `pmid` or `OriginalPaperPubMedID` (Retraction\n"
        "Watch). The list replaces an older one; the snapshot id stays.\n",
    .examples = "  warrant kg retractions retracted.txt.gz\n",
    .min_operands = 1,
    .max_operands = 1,
    .run = run_retractions,
};
