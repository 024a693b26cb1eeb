/* cmd_pubmed_fetch.c: warrant pubmed fetch: articles over the network, by PMID or by a query. */
#include "cli/commands.h"
#include "cli/live_args.h"
#include "cli/pubmed_text.h"
#include "pubmed/live/split.h"

#include <string.h>

enum { FETCH_MAX = 10000, LIMIT = 20 };

/* ---- the query */

static wrt_status read_query(wrt_live_query *query, const char **type, const wrt_cli_call *call,
                             wrt_err *err) {
    *type = wrt_cli_value(call, "type");
    *query = (wrt_live_query){
        .term = wrt_cli_value(call, "query"),
        .types = type,
        .n_types = *type != NULL ? 1 : 0,
        .include_retracted = wrt_cli_flag(call, "include-retracted"),
        .include_preprints = wrt_cli_flag(call, "preprints"),
    };
    wrt_status status = wrt_cli_int(&query->limit, call, "limit", 1, WRT_LIVE_HITS_MAX, LIMIT, err);
    return status == WRT_OK ? wrt_cli_live_years(query, call, err) : status;
}

/* ---- results */

static wrt_json *texts_json(wrt_str_list list) {
    wrt_json *json = wrt_json_new_array();
    for (size_t i = 0; i < list.n; i++)
        wrt_json_push(json, wrt_json_new_text(list.items[i]));
    return json;
}

static wrt_json *found_json(const wrt_live_found *found) {
    wrt_json *json = wrt_json_new_object();
    wrt_json_set_int(json, "count", found->count);
    wrt_json_set_int(json, "listed", (int64_t)found->n);
    wrt_json_set(json, "query", wrt_json_new_text(found->sent));
    wrt_json_set(json, "translation", wrt_json_new_text(found->translation));
    wrt_json_set(json, "not_found", texts_json(found->not_found));
    wrt_json_set(json, "messages", texts_json(found->messages));
    wrt_json_set(json, "suggestion",
                 found->suggestion.len > 0 ? wrt_json_new_text(found->suggestion)
                                           : wrt_json_new_null());
    return json;
}

/* A record that PubMed does not have is known by its other id. */
static void mark_hit(wrt_json *json, const wrt_live_hit *hit) {
    wrt_json_set_bool(json, "preprint", hit->is_preprint);
    wrt_json_set(json, "id", wrt_json_new_text(hit->id));
    wrt_json_set(json, "source", wrt_json_new_text(hit->source));
    if (hit->pmid == 0)
        wrt_json_set(json, "pmid", wrt_json_new_null());
}

static const wrt_live_hit *hit_of(const wrt_live_found *found, const wrt_pubmed_article *article) {
    for (size_t i = 0; i < found->n; i++) {
        const wrt_live_hit *hit = &found->hits[i];
        if (hit->article == article || (hit->article == NULL && hit->pmid == article->pmid))
            return hit;
    }
    return NULL;
}

static void show_articles(wrt_json *data, const wrt_cli_call *call, const wrt_live_found *found,
                          const wrt_live_articles *fetched) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < fetched->n; i++) {
        const wrt_pubmed_article *article = fetched->articles[i];
        const wrt_live_hit *hit = hit_of(found, article);
        if (!call->globals->json) {
            if (hit != NULL && hit->is_preprint)
                fprintf(call->out, "*** preprint, not reviewed: %.*s ***\n", (int)hit->id.len,
                        hit->id.ptr);
            wrt_cli_print_article(call->out, article);
            continue;
        }
        wrt_json *json = wrt_pubmed_article_json(article);
        if (hit != NULL)
            mark_hit(json, hit);
        wrt_json_push(list, json);
    }
    wrt_json_set(data, "articles", list);
    wrt_json_set(data, "missing", wrt_cli_ids_json(fetched->missing));
}

static void warn(const wrt_cli_call *call, const wrt_live_found *found,
                 const wrt_live_articles *fetched) {
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    int64_t retracted = 0;
    for (size_t i = 0; i < fetched->n; i++)
        retracted += fetched->articles[i]->status == WRT_PUBMED_RETRACTED;
    if (retracted > 0)
        wrt_buf_printf(&text, "retracted papers shown: %lld; ", (long long)retracted);
    if (fetched->missing.n > 0)
        wrt_buf_printf(&text, "PMIDs that the provider does not have: %zu; ", fetched->missing.n);
    if (found->count > (int64_t)found->n)
        wrt_buf_printf(&text, "%zu of %lld records listed; ", found->n, (long long)found->count);
    if (found->not_found.n > 0)
        wrt_buf_printf(&text, "not known to the provider: \"%.*s\"; ",
                       (int)found->not_found.items[0].len, found->not_found.items[0].ptr);
    if (text.len > 2)
        wrt_json_push(call->warnings, wrt_json_new_text((wrt_str){text.ptr, text.len - 2}));
    wrt_buf_free(&text);
}

static wrt_status check_found(const wrt_live_found *found, const wrt_live_articles *fetched,
                              bool is_query, wrt_err *err) {
    if (fetched->n > 0)
        return WRT_OK;
    if (is_query && found->suggestion.len > 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "nothing is found for this query; did you mean: %.*s",
                        (int)found->suggestion.len, found->suggestion.ptr);
    return wrt_fail(err, WRT_E_NOT_FOUND,
                    is_query ? "nothing is found for this query"
                             : "the provider has none of these PMIDs");
}

/* ---- all ids of a query */

static wrt_status list_ids(wrt_json *data, wrt_cli_desk *desk, const wrt_cli_call *call,
                           wrt_err *err) {
    const char *type = NULL;
    wrt_live_query query;
    wrt_eutils_all all;
    wrt_buf term = wrt_buf_make(WRT_EUTILS_TERM_MAX);
    wrt_status status = read_query(&query, &type, call, err);
    if (status == WRT_OK)
        status = wrt_live_query_check(&query, err);
    if (status == WRT_OK) {
        wrt_live_query_for_ncbi(&term, &query);
        status = wrt_eutils_search_all(&all, &desk->work, term.ptr, NULL, err);
    }
    wrt_buf_free(&term);
    if (status != WRT_OK) {
        wrt_cli_set_fault(data, desk);
        return status;
    }
    for (size_t i = 0; i < all.ids.n && !call->globals->json; i++)
        fprintf(call->out, "%lld\n", (long long)all.ids.items[i]);
    wrt_json_set(data, "pmids", wrt_cli_ids_json(all.ids));
    wrt_json_set_int(data, "count", all.count);
    wrt_json_set_int(data, "searches", all.searches);
    wrt_json_set_bool(data, "complete", all.is_complete);
    wrt_cli_set_origin(data, desk, call);
    if (!all.is_complete)
        wrt_json_push_text(call->warnings,
                           "PubMed counts another number of records than it listed");
    return all.ids.n > 0 ? WRT_OK
                         : wrt_fail(err, WRT_E_NOT_FOUND, "nothing is found for this query");
}

/* ---- the command */

static wrt_status ask(wrt_live_found *found, wrt_live_articles *fetched, wrt_cli_desk *desk,
                      const wrt_cli_call *call, wrt_err *err) {
    const wrt_pubmed_provider *provider = NULL;
    wrt_live_query query;
    wrt_id_list pmids;
    const char *type = NULL;
    wrt_status status = wrt_cli_live_may_store(call, err);
    if (status == WRT_OK)
        status = wrt_cli_provider(&provider, call, err);
    if (status == WRT_OK && wrt_cli_value(call, "query") == NULL) {
        status = wrt_cli_pmids(&pmids, desk->work.arena, call, FETCH_MAX, err);
        return status == WRT_OK ? provider->fetch(fetched, &desk->work, pmids, err) : status;
    }
    if (status == WRT_OK)
        status = read_query(&query, &type, call, err);
    if (status == WRT_OK)
        status = wrt_pubmed_provider_find(found, fetched, provider, &desk->work, &query, err);
    return status;
}

static wrt_status run_fetch(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    bool is_query = wrt_cli_value(call, "query") != NULL;
    wrt_cli_desk desk;
    wrt_live_found found = {0};
    wrt_live_articles fetched = {0};
    bool is_list = wrt_cli_flag(call, "ids");
    if (is_query == (call->n_operands > 0))
        return wrt_fail(err, WRT_E_INPUT, "give PMIDs, or --query, not both");
    if (is_list &&
        (!is_query || wrt_cli_flag(call, "store") || wrt_cli_value(call, "provider") != NULL))
        return wrt_fail(err, WRT_E_INPUT,
                        "--ids: goes with --query, without --store and "
                        "--provider");
    wrt_status status =
        wrt_cli_desk_open(&desk, call, is_query ? "pubmed_search" : "pubmed_fetch", err);
    if (status != WRT_OK)
        return status;
    desk.work.is_fresh = wrt_cli_flag(call, "fresh") || wrt_cli_flag(call, "store");
    result->data = wrt_json_new_object();
    if (is_list) {
        status = list_ids(result->data, &desk, call, err);
        wrt_cli_desk_close(&desk);
        return status;
    }
    status = ask(&found, &fetched, &desk, call, err);
    if (status == WRT_OK) {
        show_articles(result->data, call, &found, &fetched);
        if (is_query)
            wrt_json_set(result->data, "found", found_json(&found));
        wrt_cli_set_origin(result->data, &desk, call);
        warn(call, &found, &fetched);
        status = check_found(&found, &fetched, is_query, err);
        if (wrt_cli_flag(call, "store") && (fetched.n > 0 || fetched.deleted.n > 0)) {
            wrt_status stored = wrt_cli_live_store(result->data, call, &fetched, err);
            status = stored != WRT_OK ? stored : status;
        }
    } else {
        wrt_cli_set_fault(result->data, &desk);
    }
    wrt_cli_desk_close(&desk);
    return status;
}

static const wrt_cli_option options[] = {
    {"query", 'q', "TEXT", "fetch what a search finds, instead of PMIDs"},
    {"provider", 0, "NAME", "ncbi (the default) or europepmc"},
    {"limit", 0, "N", "articles of a query, 1 to 9999 (default 20)"},
    {"years", 0, "A-B", "published from A to B; B may be left out"},
    {"type", 0, "NAME", "only this type of publication, e.g. \"Randomized Controlled Trial\""},
    {"include-retracted", 0, NULL, "do not leave retracted papers and notices out of a query"},
    {"preprints", 0, NULL, "with europepmc: preprints too, marked as such"},
    {"ids", 0, NULL, "print the PMIDs of all that the query finds, past 9999 too, instead"},
    {"store", 0, NULL, "also put the articles into the local copy (pubmed.db)"},
    {"fresh", 0, NULL, "ask the provider even where the cache has an answer (so does --store)"},
    {0},
};

const wrt_cli_command wrt_cmd_pubmed_fetch = {
    .path = "pubmed fetch",
    .operands = "[PMID...|@FILE|-]",
    .summary = "fetch articles from PubMed or Europe PMC, retracted ones marked",
    .details =
        "PMIDs that the provider does not have are named as missing. A service that fails is an\n"
        "error (exit 7), never an empty result; nothing found is exit 3. At most 3 requests a\n"
        "second are sent to NCBI (10 with NCBI_API_KEY), shared by all programs on one data\n"
        "directory. Set WARRANT_EMAIL to an address that NCBI may write to. With --offline only\n"
        "answers kept from earlier are used, and their age is said. WARRANT_CASSETTE=record:FILE\n"
        "records the exchanges, play:FILE plays them without a network.\n",
    .examples = "  warrant pubmed fetch 31541003\n"
                "  warrant pubmed fetch --query 'metformin AND AMPK' --limit 5 --years 2015-\n",
    .options = options,
    .min_operands = 0,
    .max_operands = WRT_CLI_OPERANDS_MAX,
    .run = run_fetch,
};
