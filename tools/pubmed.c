/* pubmed.c: the literature as tools: pubmed_search, pubmed_fetch, pubmed_quote.
 *
 * Source "local" is the store that `warrant pubmed import` fills, opened at the first call and kept
 * until the plugin is closed; "live" (pubmed_live.c) asks PubMed or Europe PMC through the host.
 * Papers that may not stand under a claim are held back from a search and counted; asked for by
 * PMID they come, and it is said loudly what they are. */
#include "base/arena.h"
#include "pubmed/quote.h"
#include "pubmed/retract.h"
#include "pubmed/search.h"
#include "tools/pubmed_args.h"
#include "tools/pubmed_schemas.h"
#include "tools/pubmed_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static wrt_pubmed_store *opened; /* of the call */

/* What the copy is and how old: an answer from it is as good as that. */
static wrt_status describe_store(wrt_adapter_call *call, wrt_err *err) {
    wrt_json *info = NULL;
    wrt_status status = wrt_pubmed_store_info(&info, opened, err);
    if (status != WRT_OK)
        return status;
    wrt_json *list = wrt_json_new_array(), *entry = wrt_json_new_object();
    wrt_json_set_text(entry, "id", "pubmed");
    wrt_json_set_text(entry, "version", wrt_json_get_text(info, "newest_revised", NULL));
    wrt_json_set_text(entry, "license", "LicenseRef-NLM-data");
    wrt_json_push(list, entry);
    call->source = list;
    wrt_json_set_text(call->echo, "store", wrt_json_get_text(info, "id", NULL));
    wrt_json_free(info);
    return WRT_OK;
}

static wrt_status open_store(wrt_adapter_call *call, wrt_err *err) {
    wrt_status status = pubmed_store_open(&opened, call, err);
    if (status == WRT_OK)
        status = describe_store(call, err);
    if (status != WRT_OK)
        call->error_code = "no_store";
    return status;
}

static bool is_live(wrt_adapter_call *call) {
    wrt_adapter_echo_text(call, "source", "local");
    return strcmp(wrt_json_get_text(call->args, "source", "local"), "live") == 0;
}

/* ---- pubmed_search */

static void tell_search(wrt_adapter_call *call, const wrt_pubmed_results *results, size_t limit) {
    wrt_adapter_count(call, (size_t)results->seen, results->total);
    wrt_json_set_text(call->echo, "looked_up", results->looked_up);
    if (results->held_back > 0)
        pubmed_warn(call,
                    "%lld papers held back, %lld of them retracted, the others notices or under "
                    "concern: include_retracted shows them",
                    (long long)results->held_back, (long long)results->retracted);
    if (results->n_unknown > 0)
        pubmed_warn(call, "%zu words of the query stand in no article", results->n_unknown);
    if (results->n == 0)
        call->status = results->held_back > 0 ? "gated" : "empty";
    else if (results->seen < results->total || results->n == limit)
        call->status = "truncated";
}

static wrt_status search_local(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    wrt_pubmed_query query = {.limit = (size_t)wrt_json_get_int(call->args, "limit", PUBMED_LIMIT),
                              .first_year = pubmed_first_year(call),
                              .last_year = pubmed_first_year(call) > 0 ? 9999 : 0,
                              .n_types = pubmed_types(query.types, call),
                              .include_retracted =
                                  wrt_json_get_bool(call->args, "include_retracted", false)};
    wrt_pubmed_results results;
    wrt_arena *arena = wrt_arena_new();
    wrt_status status = open_store(call, err);
    if (status == WRT_OK)
        status =
            wrt_pubmed_search(&results, opened, arena,
                              wrt_str_of(wrt_json_get_text(call->args, "query", "")), &query, err);
    if (status == WRT_OK) {
        *data = wrt_pubmed_results_json(&results);
        tell_search(call, &results, query.limit);
        for (size_t i = 0; i < results.n; i++)
            pubmed_warn_of(call, results.hits[i].pmid, results.hits[i].status);
    }
    wrt_arena_free(arena);
    return status;
}

static wrt_status search_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    wrt_adapter_echo_int(call, "limit", PUBMED_LIMIT);
    if (wrt_json_get(call->args, "include_retracted") == NULL)
        wrt_json_set_bool(call->echo, "include_retracted", false);
    return is_live(call) ? pubmed_search_live(data, call, err)
                         : pubmed_store_check(search_local(data, call, err), err);
}
WRT_ADAPTER_RUN(run_search, search_body)

/* ---- pubmed_fetch */

/* A paper that the store does not hold may still be known to be withdrawn. */
static wrt_status tell_missing(wrt_adapter_call *call, int64_t pmid, wrt_err *err) {
    wrt_pubmed_standing standing;
    wrt_status status = wrt_pubmed_standing_of(&standing, opened, &pmid, 1, err);
    if (status != WRT_OK)
        return status;
    pubmed_warn(call, "PMID %lld is not in the local store", (long long)pmid);
    if (standing.status != WRT_PUBMED_UNKNOWN)
        pubmed_warn_of(call, pmid, standing.status);
    return WRT_OK;
}

static wrt_status fetch_one(wrt_json *list, wrt_adapter_call *call, wrt_arena *arena, int64_t pmid,
                            wrt_err *err) {
    wrt_pubmed_article article;
    bool found = false;
    wrt_status status = wrt_pubmed_store_get(&found, &article, opened, arena, pmid, err);
    if (status != WRT_OK)
        return status;
    if (!found)
        return tell_missing(call, pmid, err);
    pubmed_warn_of(call, pmid, article.status);
    wrt_json_push(list, wrt_pubmed_article_json(&article));
    return WRT_OK;
}

static wrt_status fetch_local(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    int64_t ids[PUBMED_IDS_MAX];
    size_t n = 0;
    wrt_arena *arena = wrt_arena_new();
    wrt_status status = pubmed_read_ids(ids, &n, call, err);
    if (status == WRT_OK)
        status = open_store(call, err);
    *data = wrt_json_new_array();
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        status = fetch_one(*data, call, arena, ids[i], err);
    if (status == WRT_OK)
        pubmed_count_fetched(call, wrt_json_count(*data), n);
    wrt_arena_free(arena);
    return status;
}

static wrt_status fetch_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    return is_live(call) ? pubmed_fetch_live(data, call, err)
                         : pubmed_store_check(fetch_local(data, call, err), err);
}
WRT_ADAPTER_RUN(run_fetch, fetch_body)

/* ---- pubmed_quote */

static wrt_status quote_in(wrt_json **data, wrt_adapter_call *call,
                           const wrt_pubmed_article *article, wrt_arena *arena, wrt_err *err) {
    wrt_pubmed_quote quote;
    wrt_str text = wrt_str_of(wrt_json_get_text(call->args, "text", ""));
    wrt_status status = wrt_pubmed_quote_find(&quote, article, arena, text, err);
    if (status != WRT_OK)
        return status;
    *data = wrt_pubmed_quote_json(&quote);
    wrt_json_set_text(*data, "status", wrt_pubmed_status_name(article->status));
    pubmed_warn_of(call, article->pmid, article->status);
    return WRT_OK;
}

/* "Not said there" is an answer; a paper that is not here is none. */
static wrt_status quote_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    int64_t pmid = 0;
    bool found = false;
    wrt_pubmed_article article;
    wrt_arena *arena = wrt_arena_new();
    wrt_status status = pubmed_read_id(&pmid, wrt_json_get(call->args, "pmid"), err);
    if (status == WRT_OK)
        status = open_store(call, err);
    if (status == WRT_OK)
        status = wrt_pubmed_store_get(&found, &article, opened, arena, pmid, err);
    if (status == WRT_OK && found)
        status = quote_in(data, call, &article, arena, err);
    else if (status == WRT_OK)
        status =
            wrt_fail(err, WRT_E_NOT_FOUND, "PMID %lld is not in the local store", (long long)pmid);
    wrt_arena_free(arena);
    return pubmed_store_check(status, err);
}
WRT_ADAPTER_RUN(run_quote, quote_body)

/* ---- the plugin */

static const char *const destinations[] = {"https://eutils.ncbi.nlm.nih.gov/entrez/eutils/",
                                           "https://www.ebi.ac.uk/europepmc/webservices/rest/"};
enum { DESTINATIONS = sizeof destinations / sizeof destinations[0] };

static const wrt_tool search_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_READS_PUBMED | WRT_TOOL_NETWORK,
    .name = "pubmed_search",
    .summary = "Searches PubMed for a question, in the local copy or over the network; retracted "
               "papers are held back and counted.",
    .args_schema = PUBMED_SEARCH_ARGS,
    .data_schema = PUBMED_SEARCH_DATA,
    .run = run_search,
    .destinations = destinations,
    .n_destinations = DESTINATIONS};

static const wrt_tool fetch_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_READS_PUBMED | WRT_TOOL_NETWORK,
    .name = "pubmed_fetch",
    .summary = "Gives PubMed records by PMID, with abstract, MeSH, types and retraction status.",
    .args_schema = PUBMED_FETCH_ARGS,
    .data_schema = PUBMED_FETCH_DATA,
    .run = run_fetch,
    .destinations = destinations,
    .n_destinations = DESTINATIONS};

static const wrt_tool quote_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_READS_PUBMED | WRT_TOOL_DETERMINISTIC,
    .name = "pubmed_quote",
    .summary = "Finds a quoted sentence in a paper of the local copy and gives its byte offsets.",
    .args_schema = PUBMED_QUOTE_ARGS,
    .data_schema = PUBMED_QUOTE_DATA,
    .run = run_quote};

const wrt_plugin *wrt_plugin_entry(void) {
    static const wrt_tool *const tools[] = {&search_tool, &fetch_tool, &quote_tool};
    static const wrt_plugin plugin = {.magic = WRT_PLUGIN_MAGIC,
                                      .struct_size = sizeof plugin,
                                      .abi_major = WRT_PLUGIN_ABI_MAJOR,
                                      .abi_minor = WRT_PLUGIN_ABI_MINOR,
                                      .name = "pubmed",
                                      .version = "0.1.0",
                                      .license = "Apache-2.0",
                                      .n_tools = sizeof tools / sizeof tools[0],
                                      .tools = tools};
    return &plugin;
}
