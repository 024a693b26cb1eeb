/* cmd_kg_import.c: warrant kg import: files of any format into the graph of the data directory. */
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/signals.h"
#include "kg/formats/formats.h"
#include "kg/ingest/import.h"

#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = WRT_CLI_OPERANDS_MAX, ROLE_MAX = 64, SHOWN_SKIPS = 3, MAP_DIGITS = 16 };

/* One file of the job: what it is in its format. */
typedef struct {
    const char *path, *part; /* "nodes", "edges", "attributes" or "graph" */
    const wrt_kg_format *format;
    wrt_kg_format_options options;
    char role[ROLE_MAX]; /* "kgx edges"; of a mapped table with the hash of its map */
} input_file;

typedef struct {
    input_file files[FILES_MAX];
    wrt_kg_import_file list[FILES_MAX];
    size_t n;
} plan;

/* ---- the plan */

/* Nodes before the edges that name them, edges before the attributes that complete them. */
static int turn_of(const char *part) {
    static const char *const order[] = {"nodes", "graph", "edges", "attributes"};
    int i = 0;
    while (i < 3 && strcmp(part, order[i]) != 0)
        i++;
    return i;
}

static int by_turn(const void *a, const void *b) {
    const input_file *x = a, *y = b;
    int order = turn_of(x->part) - turn_of(y->part);
    return order != 0 ? order : strcmp(x->path, y->path);
}

static wrt_status read_file(const wrt_kg_sink *sink, wrt_input *input, const void *ctx,
                            wrt_err *err) {
    const input_file *file = ctx;
    return file->format->read(sink, input, &file->options, err);
}

static wrt_status find_format(const wrt_kg_format **out, const wrt_cli_call *call, wrt_err *err) {
    const char *name = wrt_cli_value(call, "format");
    *out = name != NULL ? wrt_kg_format_find(wrt_str_of(name)) : NULL;
    if (name == NULL || *out != NULL)
        return WRT_OK;
    wrt_buf list = wrt_buf_make(WRT_ERR_MESSAGE_MAX);
    for (size_t i = 0; wrt_kg_format_at(i) != NULL; i++)
        wrt_buf_printf(&list, "%s%s", i > 0 ? ", " : "", wrt_kg_format_at(i)->name);
    wrt_fail(err, WRT_E_INPUT, "--format %.40s: accepted are %s", name, wrt_buf_str(&list).ptr);
    wrt_buf_free(&list);
    return WRT_E_INPUT;
}

/* What a file is taken for: with it and the file's hash the graph knows what it holds already. One
 * table read by two maps states two things. */
static void write_role(input_file *file) {
    char hex[WRT_SHA256_HEX + 1] = "";
    if (file->format == &wrt_kg_format_tsv) {
        wrt_sha256 digest = wrt_sha256_of(wrt_str_of(file->options.map));
        wrt_sha256_hex(hex, &digest);
    }
    snprintf(file->role, sizeof file->role, "%s %s%s%.*s", file->format->name, file->part,
             hex[0] != '\0' ? " " : "", MAP_DIGITS, hex);
}

static wrt_status make_plan(plan *out, const wrt_cli_call *call, wrt_err *err) {
    const wrt_kg_format *format = NULL;
    wrt_status status = find_format(&format, call, err);
    for (int i = 0; i < call->n_operands && status == WRT_OK; i++) {
        input_file *file = &out->files[out->n++];
        file->path = call->operands[i];
        file->options = (wrt_kg_format_options){.map = wrt_cli_value(call, "map"),
                                                .source = wrt_cli_value(call, "source")};
        status = wrt_kg_format_of_file(&file->format, &file->part, format, file->path, err);
    }
    if (status != WRT_OK)
        return status;
    qsort(out->files, out->n, sizeof *out->files, by_turn);
    for (size_t i = 0; i < out->n; i++) {
        input_file *file = &out->files[i];
        write_role(file);
        out->list[i] = (wrt_kg_import_file){file->path, file->role, read_file, file};
    }
    return WRT_OK;
}

/* ---- while it runs */

static void show_progress(void *ctx, const wrt_kg_progress *state) {
    (void)ctx;
    if (state->total > 0)
        wrt_progress("%s: %d %% (%llu nodes, %llu edges)", state->phase,
                     (int)((double)state->done * 100 / (double)state->total),
                     (unsigned long long)state->nodes, (unsigned long long)state->edges);
    else
        wrt_progress("%s (%llu nodes, %llu edges)", state->phase, (unsigned long long)state->nodes,
                     (unsigned long long)state->edges);
}

/* ---- the report */

static void print_count(FILE *out, const wrt_json *report, const char *key, const char *words) {
    long long n = (long long)wrt_json_get_int(report, key, 0);
    if (n > 0)
        fprintf(out, "  %lld %s\n", n, words);
}

static void print_report(FILE *out, const wrt_json *report) {
    fprintf(out, "%s%lld nodes, %lld edges; snapshot %s\n",
            wrt_json_get_bool(report, "already", false) ? "already imported: " : "",
            (long long)wrt_json_get_int(report, "nodes", 0),
            (long long)wrt_json_get_int(report, "edges", 0),
            wrt_json_get_text(report, "snapshot", "?"));
    print_count(out, report, "merged", "records added a support to an edge that was there");
    print_count(out, report, "amended", "edges were completed");
    print_count(out, report, "equal", "records said what was there");
    print_count(out, report, "unknown_nodes", "nodes are named by edges only");
    print_count(out, report, "renamed", "edges were renamed, because their id was taken");
    print_count(out, report, "kind_conflicts", "nodes have another kind in another file");
    print_count(out, report, "resumed", "files had been read by an interrupted run");
}

/* Rows that were not stored are never passed over in silence. */
static void warn_of_skips(const wrt_cli_call *call, const wrt_json *report) {
    int64_t total = wrt_json_get_int(report, "skipped_total", 0);
    wrt_buf text = wrt_buf_make(WRT_KIB(16));
    size_t n = 0;
    if (total > 0)
        wrt_buf_printf(&text, "%lld rows were read and not stored", (long long)total);
    WRT_JSON_EACH(skip, wrt_json_get(report, "skipped")) {
        if (n++ == SHOWN_SKIPS)
            break;
        wrt_buf_printf(
            &text, "%s%s:%lld: %s", n == 1 ? ": " : "; ", wrt_json_get_text(skip, "file", "?"),
            (long long)wrt_json_get_int(skip, "line", 0), wrt_json_get_text(skip, "reason", "?"));
    }
    if (total > SHOWN_SKIPS)
        wrt_buf_add_c(&text, "; all of them with --json");
    if (total > 0)
        wrt_json_push_text(call->warnings, wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
    WRT_JSON_EACH(warning, wrt_json_get(report, "warnings"))
    wrt_json_push_text(call->warnings, wrt_json_text(warning));
}

static wrt_status run_plan(wrt_cli_result *result, const wrt_cli_call *call, const plan *p,
                           wrt_err *err) {
    const wrt_kg_import_job job = {.files = p->list,
                                   .n_files = p->n,
                                   .source = wrt_cli_value(call, "source"),
                                   .version = wrt_cli_value(call, "version"),
                                   .license = wrt_cli_value(call, "license"),
                                   .is_strict = wrt_cli_flag(call, "strict"),
                                   .cancel = wrt_cli_cancel(),
                                   .progress = show_progress};
    char *home = wrt_cli_home(call->globals), *path = wrt_cli_kg_path(call->globals);
    wrt_status status = wrt_dir_make(home, 0700, err);
    if (status == WRT_OK)
        status = wrt_kg_import(&result->data, path, &job, err);
    wrt_progress_end();
    free(home);
    free(path);
    if (status != WRT_OK)
        return status;
    if (!call->globals->json)
        print_report(call->out, result->data);
    warn_of_skips(call, result->data);
    return WRT_OK;
}

static wrt_status run_import(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    plan p = {.n = 0};
    if (wrt_cli_value(call, "source") == NULL || wrt_cli_value(call, "version") == NULL)
        return wrt_fail(err, WRT_E_INPUT, "name what is imported: --source NAME --version VERSION");
    wrt_status status = make_plan(&p, call, err);
    return status == WRT_OK ? run_plan(result, call, &p, err) : status;
}

static const wrt_cli_option import_options[] = {
    {"format", 0, "NAME", "hetionet, kgx, primekg, ... (default: told by the first line)"},
    {"source", 0, "NAME", "name of the source, shown with every edge"},
    {"version", 0, "VERSION", "its version"},
    {"license", 0, "TEXT", "licence of edges that state none"},
    {"map", 0, "MAP", "columns of a plain table: subject=A,object=B,predicate==treats"},
    {"strict", 0, NULL, "end at the first row that cannot be used"},
    {0},
};

const wrt_cli_command wrt_cmd_kg_import = {
    .path = "kg import",
    .operands = "FILE...",
    .summary = "load files of a knowledge graph into the data directory",
    .details =
        "Files may be compressed (gzip, bzip2, zstd) and stand in any order: which holds nodes, "
        "edges\n"
        "or attributes is read from their content. Several sources live side by side; an edge "
        "that\n"
        "two of them state keeps both. The graph is replaced when everything is in: an "
        "interrupted\n"
        "import leaves it as it was and goes on after the last whole file when it is run again.\n"
        "Equal files are taken once. `warrant kg catalog` lists public graphs.\n",
    .examples = "  warrant kg import --source warrant-example --version 1 nodes.tsv edges.tsv\n"
                "  warrant kg import --format hetionet --source hetionet --version 1.0 \\\n"
                "      hetionet-v1.0-nodes.tsv hetionet-v1.0-edges.sif.gz\n",
    .options = import_options,
    .min_operands = 1,
    .max_operands = FILES_MAX,
    .run = run_import,
};
