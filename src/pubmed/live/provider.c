/* provider.c: what is the same for every provider: names, checks, search with articles, recheck. */
#include "pubmed/live/provider.h"

#include <string.h>

#include "pubmed/live/eutils_ask.h"

static const wrt_pubmed_provider *const PROVIDERS[] = {&wrt_pubmed_ncbi, &wrt_pubmed_europepmc};

const wrt_pubmed_provider *wrt_pubmed_provider_of_name(const char *name) {
    for (size_t i = 0; i < sizeof PROVIDERS / sizeof PROVIDERS[0]; i++)
        if (strcmp(PROVIDERS[i]->name, name) == 0)
            return PROVIDERS[i];
    return NULL;
}

/* ---- queries */

const char *wrt_live_type_name(const char *word) {
    static const char *const names[][2] = {{"rct", "Randomized Controlled Trial"},
                                           {"trial", "Clinical Trial"},
                                           {"meta-analysis", "Meta-Analysis"},
                                           {"systematic-review", "Systematic Review"},
                                           {"review", "Review"},
                                           {"observational", "Observational Study"},
                                           {"case-report", "Case Reports"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i][0], word) == 0)
            return names[i][1];
    return word;
}

static wrt_status check_types(const wrt_live_query *query, wrt_err *err) {
    if (query->n_types > WRT_LIVE_TYPES_MAX)
        return wrt_fail(err, WRT_E_INPUT, "%zu types of publication, at most %d", query->n_types,
                        WRT_LIVE_TYPES_MAX);
    for (size_t i = 0; i < query->n_types; i++) {
        wrt_str type = wrt_str_of(query->types[i]);
        bool is_name = type.len > 0 && type.len <= 100;
        for (size_t k = 0; k < type.len && is_name; k++)
            is_name =
                type.ptr[k] >= ' ' && type.ptr[k] <= '~' && strchr("\"()[]", type.ptr[k]) == NULL;
        if (!is_name)
            return wrt_fail(err, WRT_E_INPUT, "type of publication %zu is not a name", i + 1);
    }
    return WRT_OK;
}

wrt_status wrt_live_query_check(const wrt_live_query *query, wrt_err *err) {
    wrt_str term = wrt_str_trim(wrt_str_of(query->term));
    if (term.len == 0)
        return wrt_fail(err, WRT_E_INPUT, "the query is empty");
    if (term.len > WRT_EUTILS_TERM_MAX / 2)
        return wrt_fail(err, WRT_E_LIMIT, "the query is longer than %d bytes",
                        WRT_EUTILS_TERM_MAX / 2);
    if (!wrt_utf8_valid(term))
        return wrt_fail(err, WRT_E_INPUT, "the query is not valid UTF-8");
    if (!wrt_eutils_is_balanced(term))
        return wrt_fail(err, WRT_E_INPUT,
                        "the brackets or quotation marks of the query do not match");
    if (query->year_from < 0 || query->year_from > 9999 || query->year_to < 0 ||
        query->year_to > 9999 || (query->year_to != 0 && query->year_to < query->year_from))
        return wrt_fail(err, WRT_E_INPUT, "years must be 1 to 9999, the earlier one first");
    if (query->limit < 1 || query->limit > WRT_LIVE_HITS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "limit: must be 1 to %d", WRT_LIVE_HITS_MAX);
    return check_types(query, err);
}

/* ---- search with articles */

wrt_status wrt_pubmed_provider_find(wrt_live_found *found, wrt_live_articles *articles,
                                    const wrt_pubmed_provider *provider, wrt_live_work *work,
                                    const wrt_live_query *query, wrt_err *err) {
    *articles = (wrt_live_articles){0};
    wrt_status status = provider->search(found, work, query, err);
    if (status != WRT_OK || found->n == 0)
        return status;
    if (found->hits[0].article == NULL) {
        int64_t *ids = wrt_arena_calloc(work->arena, found->n, sizeof *ids);
        for (size_t i = 0; i < found->n; i++)
            ids[i] = found->hits[i].pmid;
        return provider->fetch(articles, work, (wrt_id_list){ids, found->n}, err);
    }
    const wrt_pubmed_article **listed = wrt_arena_calloc(work->arena, found->n, sizeof(void *));
    for (size_t i = 0; i < found->n; i++)
        listed[i] = found->hits[i].article;
    articles->articles = listed;
    articles->n = found->n;
    return WRT_OK;
}

/* ---- recheck */

static const wrt_pubmed_article *article_of(const wrt_live_articles *fetched, int64_t pmid) {
    for (size_t i = 0; i < fetched->n; i++)
        if (fetched->articles[i]->pmid == pmid)
            return fetched->articles[i];
    return NULL;
}

static bool is_deleted(const wrt_live_articles *fetched, int64_t pmid) {
    for (size_t i = 0; i < fetched->deleted.n; i++)
        if (fetched->deleted.items[i] == pmid)
            return true;
    return false;
}

wrt_status wrt_pubmed_recheck(wrt_live_rechecked *out, const wrt_pubmed_provider *provider,
                              wrt_live_work *work, wrt_id_list pmids, wrt_err *err) {
    wrt_live_articles fetched;
    wrt_live_work fresh = {.live = work->live, .arena = work->arena, .is_fresh = true};
    *out = (wrt_live_rechecked){0};
    pmids = wrt_eutils_unique(work->arena, pmids);
    if (pmids.n == 0 || pmids.n > WRT_LIVE_RECHECK_MAX)
        return wrt_fail(err, pmids.n == 0 ? WRT_E_INPUT : WRT_E_LIMIT,
                        "%zu PMIDs to check, 1 to %d are accepted", pmids.n, WRT_LIVE_RECHECK_MAX);
    wrt_status status = provider->fetch(&fetched, &fresh, pmids, err);
    if (status != WRT_OK)
        return status;
    wrt_live_standing *standings = wrt_arena_calloc(work->arena, pmids.n, sizeof *standings);
    for (size_t i = 0; i < pmids.n; i++) {
        const wrt_pubmed_article *article = article_of(&fetched, pmids.items[i]);
        standings[i] = (wrt_live_standing){.pmid = pmids.items[i],
                                           .article = article,
                                           .status = article != NULL ? article->status
                                                     : is_deleted(&fetched, pmids.items[i])
                                                         ? WRT_PUBMED_DELETED
                                                         : WRT_PUBMED_UNKNOWN};
    }
    *out = (wrt_live_rechecked){standings, pmids.n, fresh.at_ms, fresh.is_cached};
    return WRT_OK;
}
