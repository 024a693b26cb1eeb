/* cmd_pubmed_affected.c: warrant pubmed affected: what rests on withdrawn papers. */
#include "agent/claims/affected.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/open.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the papers */

/* "2025", "2025-01" or "2025-01-31". */
static wrt_status check_since(const char *since, wrt_err *err) {
    static const char form[] = "dddd-dd-dd";
    size_t n = since != NULL ? strlen(since) : 10;
    bool ok = n == 4 || n == 7 || n == 10;
    for (size_t i = 0; since != NULL && ok && i < n; i++)
        ok = form[i] == 'd' ? since[i] >= '0' && since[i] <= '9' : since[i] == form[i];
    return ok ? WRT_OK
              : wrt_fail(err, WRT_E_INPUT, "--since \"%.40s\": write a day as 2025-01-31", since);
}

static wrt_status read_papers(wrt_pubmed_standing **out, size_t *n, wrt_pubmed_store *store,
                              const char *since, wrt_err *err) {
    int64_t *pmids = NULL;
    *out = NULL;
    wrt_status status = wrt_pubmed_withdrawn(&pmids, n, store, since, err);
    if (status == WRT_OK) {
        *out = wrt_calloc(*n + 1, sizeof **out);
        status = wrt_pubmed_standing_of(*out, store, pmids, *n, err);
    }
    free(pmids);
    return status;
}

/* ---- what rests on them */

static wrt_status add_edges(wrt_json *data, const wrt_cli_call *call,
                            const wrt_affected_papers *papers, wrt_err *err) {
    wrt_kg *kg = NULL;
    wrt_json *edges = NULL;
    size_t total = 0;
    char *path = wrt_cli_kg_path(call->globals);
    bool there = wrt_file_exists(path);
    free(path);
    if (!there) {
        wrt_json_push_text(call->warnings, "no knowledge graph here: its edges were not looked at");
        return WRT_OK;
    }
    wrt_status status = wrt_cli_open_kg(&kg, call->globals, err);
    if (status == WRT_OK)
        status = wrt_affected_edges(&edges, &total, kg, papers, err);
    wrt_json_set(data, "edges", edges);
    wrt_json_set_int(data, "edges_total", (int64_t)total);
    wrt_kg_close(kg);
    return status;
}

static wrt_status add_claims(wrt_json *data, const wrt_cli_call *call,
                             const wrt_affected_papers *papers, wrt_err *err) {
    wrt_ledger *ledger = NULL;
    wrt_json *claims = NULL;
    size_t unreadable = 0;
    wrt_status status = wrt_cli_open_ledger(&ledger, call->globals, false, err);
    if (status == WRT_E_NOT_FOUND) {
        wrt_json_push_text(call->warnings, "no runs here: past claims were not looked at");
        return WRT_OK;
    }
    if (status == WRT_OK)
        status = wrt_affected_claims(&claims, &unreadable, ledger, papers, err);
    wrt_json_set(data, "claims", claims);
    if (unreadable > 0)
        wrt_json_push_text(call->warnings, "runs that cannot be read were left out: see `warrant "
                                           "run list`");
    wrt_ledger_close(ledger);
    return status;
}

/* ---- printing */

static void print_lost(FILE *out, const wrt_json *entry) {
    fprintf(out, "    lost %zu of %lld publications:", wrt_json_count(wrt_json_get(entry, "lost")),
            (long long)wrt_json_get_int(entry, "publications", 0));
    WRT_JSON_EACH(item, wrt_json_get(entry, "lost"))
    fprintf(out, " PMID %s (%s)", wrt_json_get_text(item, "pmid", "?"),
            wrt_json_get_text(item, "status", "?"));
    fputc('\n', out);
}

static void print_edges(FILE *out, const wrt_json *data) {
    WRT_JSON_EACH(edge, wrt_json_get(data, "edges")) {
        fputs("edge ", out);
        wrt_cli_print_text(out, wrt_json_get_text(edge, "id", "?"));
        fputs(": ", out);
        wrt_cli_print_text(out, wrt_json_get_text(wrt_json_get(edge, "subject"), "name", "?"));
        fprintf(out, " -[%s]-> ", wrt_json_get_text(edge, "predicate", "?"));
        wrt_cli_print_text(out, wrt_json_get_text(wrt_json_get(edge, "object"), "name", "?"));
        fputc('\n', out);
        print_lost(out, edge);
    }
}

static void print_claims(FILE *out, const wrt_json *data) {
    WRT_JSON_EACH(claim, wrt_json_get(data, "claims")) {
        fprintf(out, "run %s, claim %s (rung %lld): ", wrt_json_get_text(claim, "run", "?"),
                wrt_json_get_text(claim, "claim", "?"),
                (long long)wrt_json_get_int(claim, "rung", 1));
        wrt_cli_print_text(out, wrt_json_get_text(claim, "text", "?"));
        fputc('\n', out);
        print_lost(out, claim);
    }
}

static void print_all(FILE *out, const wrt_json *data) {
    const wrt_json *copy = wrt_json_get(data, "local_copy");
    fprintf(out, "%lld withdrawn papers in the local copy (newest file %s, ingested %.10s)\n",
            (long long)wrt_json_get_int(data, "withdrawn", 0),
            wrt_json_get_text(copy, "newest_file", "none"),
            wrt_json_get_text(copy, "newest_finished", "never"));
    print_edges(out, data);
    print_claims(out, data);
    fprintf(out, "%lld edges and %zu past claims rest on them\n",
            (long long)wrt_json_get_int(data, "edges_total", 0),
            wrt_json_count(wrt_json_get(data, "claims")));
}

static wrt_status run_affected(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_pubmed_store *store = NULL;
    wrt_pubmed_standing *standings = NULL;
    wrt_json *info = NULL;
    const char *since = wrt_cli_value(call, "since");
    wrt_affected_papers papers = {0};
    wrt_json *data = wrt_json_new_object();
    result->data = data;
    wrt_status status = check_since(since, err);
    if (status == WRT_OK)
        status = wrt_cli_open_pubmed(&store, call->globals, WRT_PUBMED_STORE_READ, err);
    if (status == WRT_OK)
        status = wrt_pubmed_store_info(&info, store, err);
    if (status == WRT_OK)
        status = read_papers(&standings, &papers.n, store, since, err);
    papers.list = standings;
    wrt_json_set(data, "local_copy", info);
    wrt_json_set_int(data, "withdrawn", (int64_t)papers.n);
    if (status == WRT_OK)
        status = add_edges(data, call, &papers, err);
    if (status == WRT_OK)
        status = add_claims(data, call, &papers, err);
    if (status == WRT_OK && !call->globals->json)
        print_all(call->out, data);
    free(standings);
    wrt_pubmed_store_close(store);
    return status;
}

static const wrt_cli_option affected_options[] = {
    {"since", 0, "DAY", "only papers that a file ingested on or after this day withdrew"},
    {0},
};

const wrt_cli_command wrt_cmd_pubmed_affected = {
    .path = "pubmed affected",
    .operands = "",
    .summary = "list the graph's edges and the past claims that rest on withdrawn papers",
    .details =
        "Withdrawn are retracted papers, papers under concern, notices and deleted records, as\n"
        "the local store knows them. Nothing is changed; exit 0 also when nothing is affected.\n",
    .examples = "  warrant pubmed affected\n"
                "  warrant pubmed affected --since 2025-01-31 --json\n",
    .options = affected_options,
    .run = run_affected,
};
