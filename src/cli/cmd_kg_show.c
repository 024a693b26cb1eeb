/* cmd_kg_show.c: warrant kg search | show | neighbors. */
#include "cli/commands.h"
#include "cli/kg_args.h"
#include "kg/names/resolve.h"
#include "kg/store/proof.h"

#include <stdlib.h>

/* ---- search */

static void print_matches(FILE *out, const wrt_json *matches) {
    WRT_JSON_EACH(match, matches) {
        char score[32];
        const char *via = wrt_json_get_text(match, "via", NULL);
        wrt_json_format_number(score, wrt_json_get_number(match, "score", 0));
        wrt_cli_print_text(out, wrt_json_get_text(match, "id", "?"));
        fputc('\t', out);
        wrt_cli_print_text(out, wrt_json_get_text(match, "name", "?"));
        fputc('\t', out);
        wrt_cli_print_text(out, wrt_json_get_text(match, "kind", "?"));
        fprintf(out, "\t%s%s%s%s\t%s", wrt_json_get_text(match, "match", "?"),
                via != NULL ? " (" : "", via != NULL ? via : "", via != NULL ? ")" : "", score);
        if (wrt_json_get_bool(match, "ambiguous", false))
            fputs("\tambiguous", out);
        WRT_JSON_EACH(same, wrt_json_get(match, "same_as")) {
            fputs("\t= ", out);
            wrt_cli_print_text(out, wrt_json_text(same));
        }
        fputc('\n', out);
    }
}

static wrt_status search(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg,
                         wrt_err *err) {
    int64_t limit = 0;
    wrt_json *kinds = NULL;
    wrt_status status = wrt_cli_int(&limit, call, "limit", 1, 1000, 10, err);
    if (status == WRT_OK)
        status = wrt_cli_kg_words(&kinds, call, kg, "kind", err);
    if (status == WRT_OK)
        status = wrt_kg_resolve(&result->data, kg, wrt_str_of(call->operands[0]), kinds,
                                (size_t)limit, err);
    wrt_json_free(kinds);
    if (status == WRT_OK && wrt_json_count(result->data) == 0)
        status = wrt_fail(err, WRT_E_NOT_FOUND, "nothing in the graph is like \"%.100s\"",
                          call->operands[0]);
    if (status == WRT_OK && !call->globals->json)
        print_matches(call->out, result->data);
    return status;
}

static wrt_status run_search(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return wrt_cli_with_kg(search, r, call, err);
}

static const wrt_cli_option search_options[] = {
    {"limit", 0, "N", "most matches (default 10)"},
    {"kind", 0, "KIND,...", "only nodes of these kinds"},
    {0},
};

const wrt_cli_command wrt_cmd_kg_search = {
    .path = "kg search",
    .operands = "TEXT",
    .summary = "find nodes by id, name, synonym, cross-reference, prefix or likeness",
    .details =
        "One match a line: id, name, kind, how it was found, score. A variant overlooks what\n"
        "stands in brackets (spelling, word order, salt, case). Matches that tie for the first\n"
        "place are marked ambiguous, unless they are one thing under several ids (\"= ID\").\n",
    .examples = "  warrant kg search \"type 2 diabetes\"\n  warrant kg search DB00331\n",
    .options = search_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_search,
};

/* ---- show */

static wrt_status show(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg, wrt_err *err) {
    if (wrt_cli_flag(call, "proof")) {
        wrt_status proved = wrt_kg_edge_proof(&result->data, kg, call->operands[0], err);
        wrt_cli_print_pretty(call, result->data);
        return proved;
    }
    wrt_status status = wrt_kg_node(&result->data, kg, call->operands[0], err);
    if (status == WRT_E_NOT_FOUND)
        status = wrt_kg_edge(&result->data, kg, call->operands[0], NULL) == WRT_OK
                     ? WRT_OK
                     : wrt_fail(err, WRT_E_NOT_FOUND,
                                "no node or edge has the id \"%s\": `warrant kg search` finds ids",
                                call->operands[0]);
    wrt_cli_print_pretty(call, result->data);
    return status;
}

static wrt_status run_show(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return wrt_cli_with_kg(show, r, call, err);
}

static const wrt_cli_option show_options[] = {
    {"proof", 0, NULL, "of an edge: the proof that it belongs to the snapshot"},
    {0},
};

const wrt_cli_command wrt_cmd_kg_show = {
    .path = "kg show",
    .operands = "ID",
    .summary = "show a node, or an edge with all its provenance",
    .details = "A proof can be checked by anybody without the graph: `warrant kg check FILE`.\n",
    .examples = "  warrant kg show MESH:D008687\n  warrant kg show EDGE --proof -o proof.json\n",
    .options = show_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_show,
};

/* ---- neighbors */

static wrt_status list_neighbors(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg,
                                 wrt_kg_filter *filter, wrt_err *err) {
    char *id = NULL;
    size_t total = 0;
    wrt_status status = wrt_cli_kg_node(&id, kg, call->operands[0], err);
    if (status == WRT_OK)
        status = wrt_kg_neighbors(&result->data, &total, kg, id, filter, err);
    if (status == WRT_OK && wrt_json_count(result->data) < total)
        wrt_json_push_text(call->warnings, "more neighbours than --limit: raise it");
    wrt_cli_print_pretty(call, result->data);
    free(id);
    return status;
}

static wrt_status neighbors(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg,
                            wrt_err *err) {
    int64_t limit = 0;
    wrt_json *kinds = NULL, *predicates = NULL;
    wrt_status status = wrt_cli_int(&limit, call, "limit", 1, 10000, 50, err);
    if (status == WRT_OK)
        status = wrt_cli_kg_words(&kinds, call, kg, "kinds", err);
    if (status == WRT_OK)
        status = wrt_cli_kg_words(&predicates, call, kg, "predicates", err);
    wrt_kg_filter filter = {.direction = wrt_cli_value(call, "direction"),
                            .limit = (size_t)limit,
                            .kinds = kinds,
                            .predicates = predicates};
    if (status == WRT_OK)
        status = list_neighbors(result, call, kg, &filter, err);
    wrt_json_free(kinds);
    wrt_json_free(predicates);
    return status;
}

static wrt_status run_neighbors(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return wrt_cli_with_kg(neighbors, r, call, err);
}

static const wrt_cli_option neighbors_options[] = {
    {"direction", 0, "DIR", "out, in or both (default)"},
    {"kinds", 0, "KIND,...", "only neighbours of these kinds"},
    {"predicates", 0, "PREDICATE,...", "only edges with these predicates"},
    {"limit", 0, "N", "most neighbours (default 50)"},
    {0},
};

const wrt_cli_command wrt_cmd_kg_neighbors = {
    .path = "kg neighbors",
    .operands = "NODE",
    .summary = "list the edges at a node, by id or exact name",
    .examples = "  warrant kg neighbors metformin --direction out --limit 10\n",
    .options = neighbors_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_neighbors,
};
