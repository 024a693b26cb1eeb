/* cmd_kg_stats.c: warrant kg stats | check. */
#include "base/arena.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/kg_args.h"
#include "kg/store/proof.h"

#include <stdlib.h>
#include <string.h>

enum { PROOF_MAX = 64 << 20 };

/* ---- stats */

/* What --by may name, and the member of the statistics that holds it. */
static const struct {
    const char *by, *member, *unit;
} TABLES[] = {
    {"type", "kinds", "nodes"},
    {"predicate", "predicates", "edges"},
    {"source", "sources", "edges"},
    {"license", "licenses", "edges"},
    {"knowledge_level", "knowledge_levels", "edges"},
};

enum { N_TABLES = sizeof TABLES / sizeof TABLES[0] };

typedef struct {
    const char *text, *more;
    int64_t count;
} line;

static int larger_first(const void *a, const void *b) {
    const line *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* An object of counts, or the list of sources. */
static line *read_lines(const wrt_json *table) {
    line *lines = wrt_calloc(wrt_json_count(table) + 1, sizeof *lines);
    size_t n = 0;
    WRT_JSON_EACH(item, table) {
        if (wrt_json_key(item) != NULL)
            lines[n++] = (line){wrt_json_key(item), NULL, (int64_t)wrt_json_number(item, 0)};
        else
            lines[n++] =
                (line){wrt_json_get_text(item, "id", "?"), wrt_json_get_text(item, "version", ""),
                       wrt_json_get_int(item, "edges", 0)};
    }
    qsort(lines, n, sizeof *lines, larger_first);
    return lines;
}

static wrt_json *lines_json(const line *lines, size_t n, const char *unit) {
    wrt_json *out = wrt_json_new_array();
    for (size_t i = 0; i < n; i++) {
        wrt_json *row = wrt_json_new_object();
        wrt_json_set_text(row, "value", lines[i].text);
        if (lines[i].more != NULL)
            wrt_json_set_text(row, "version", lines[i].more);
        wrt_json_set_int(row, unit, lines[i].count);
        wrt_json_push(out, row);
    }
    return out;
}

static wrt_status stats_by(wrt_cli_result *result, const wrt_cli_call *call, size_t which) {
    const wrt_json *table = wrt_json_get(result->data, TABLES[which].member);
    size_t n = wrt_json_count(table);
    line *lines = read_lines(table);
    for (size_t i = 0; i < n && !call->globals->json; i++) {
        fprintf(call->out, "%10lld  ", (long long)lines[i].count);
        wrt_cli_print_text(call->out, lines[i].text);
        if (lines[i].more != NULL) {
            fputc(' ', call->out);
            wrt_cli_print_text(call->out, lines[i].more);
        }
        fputc('\n', call->out);
    }
    wrt_json *rows = lines_json(lines, n, TABLES[which].unit);
    free(lines);
    wrt_json_free(result->data);
    result->data = rows;
    return WRT_OK;
}

static wrt_status stats(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg,
                        wrt_err *err) {
    const char *by = wrt_cli_value(call, "by");
    size_t which = 0;
    while (by != NULL && which < N_TABLES && strcmp(by, TABLES[which].by) != 0)
        which++;
    if (which == N_TABLES)
        return wrt_fail(err, WRT_E_INPUT,
                        "--by %.40s: accepted are type, predicate, source, license, "
                        "knowledge_level",
                        by);
    wrt_status status = wrt_kg_stats(&result->data, kg, err);
    if (status == WRT_OK && by != NULL)
        return stats_by(result, call, which);
    wrt_cli_print_pretty(call, result->data);
    return status;
}

static wrt_status run_stats(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return wrt_cli_with_kg(stats, r, call, err);
}

static const wrt_cli_option stats_options[] = {
    {"by", 0, "WHAT", "one table: type, predicate, source, license or knowledge_level"},
    {0},
};

const wrt_cli_command wrt_cmd_kg_stats = {
    .path = "kg stats",
    .operands = "",
    .summary = "what the loaded graph holds, by kind, predicate, source and knowledge level",
    .examples = "  warrant kg stats --by predicate\n",
    .options = stats_options,
    .run = run_stats,
};

/* ---- check */

static wrt_status check(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg,
                        wrt_err *err) {
    wrt_status status = wrt_kg_check(&result->data, kg, err);
    wrt_cli_print_pretty(call, result->data);
    return status;
}

/* A proof alone, or the envelope that `kg show --proof --json` prints. */
static wrt_status check_proof(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_json *file = NULL;
    wrt_buf text = wrt_buf_make(PROOF_MAX);
    wrt_status status = wrt_file_read(&text, call->operands[0], PROOF_MAX, err);
    if (status == WRT_OK)
        status = wrt_json_parse(&file, wrt_buf_str(&text), err);
    const wrt_json *inner = wrt_json_get(file, "data");
    const wrt_json *proof = wrt_json_is(inner, WRT_JSON_OBJECT) ? inner : file;
    if (status == WRT_OK)
        status = wrt_kg_proof_check(proof, err);
    if (status == WRT_OK) {
        result->data = wrt_json_new_object();
        const char *edge = wrt_json_get_text(wrt_json_get(proof, "edge"), "id", "?");
        const char *snapshot = wrt_json_get_text(proof, "snapshot", "?");
        wrt_json_set_bool(result->data, "ok", true);
        wrt_json_set_text(result->data, "edge", edge);
        wrt_json_set_text(result->data, "snapshot", snapshot);
        if (!call->globals->json) {
            fputs("the edge ", call->out);
            wrt_cli_print_text(call->out, edge);
            fprintf(call->out, " belongs to snapshot %s\n", snapshot);
        }
    }
    wrt_buf_free(&text);
    wrt_json_free(file);
    return status;
}

static wrt_status run_check(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return call->n_operands > 0 ? check_proof(r, call, err) : wrt_cli_with_kg(check, r, call, err);
}

const wrt_cli_command wrt_cmd_kg_check = {
    .path = "kg check",
    .operands = "[PROOF.json]",
    .summary =
        "recompute the snapshot id and compare it with the stored one, or check one edge's proof",
    .details = "A proof of `warrant kg show EDGE --proof` is checked without the graph; exit code "
               "6: it does\n"
               "not hold.\n",
    .max_operands = 1,
    .run = run_check,
};
