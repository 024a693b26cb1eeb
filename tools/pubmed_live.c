/* pubmed_live.c: source "live": PubMed or Europe PMC, asked through the host.
 *
 * The worker has no socket: requests travel over host->http, which adds the identity, keeps the
 * rate and may refuse. A refusal is status "gated" (nothing was asked), a service that fails is an
 * error with its fault in the echo; neither is ever an empty result. */
#include "base/clock.h"
#include "pubmed/live/provider.h"
#include "tools/pubmed_args.h"
#include "tools/pubmed_store.h"

#include <stdio.h>
#include <string.h>

enum { SEARCH_TIME_MS = 25000, RETRY_AFTER_MS = 500 };

typedef struct {
    const wrt_host *host;
    bool is_refused; /* the host would not send: policy, --offline, or nobody to ask */
} carrier;

/* ---- the transport */

static wrt_status status_of(carrier *c, int code) {
    switch ((wrt_host_http)code) {
    case WRT_HOST_HTTP_ANSWERED:
        return WRT_OK;
    case WRT_HOST_HTTP_TIMEOUT:
        return WRT_E_TIMEOUT;
    case WRT_HOST_HTTP_UNAVAILABLE:
        return WRT_E_UNAVAILABLE;
    case WRT_HOST_HTTP_BUDGET:
    case WRT_HOST_HTTP_TOO_LARGE:
        return WRT_E_LIMIT;
    case WRT_HOST_HTTP_DENIED:
    case WRT_HOST_HTTP_OFFLINE:
    case WRT_HOST_HTTP_NO_SERVICE:
        c->is_refused = true;
        return WRT_E_DENIED;
    default:
        return WRT_E_FAILED;
    }
}

static void take_answer(wrt_live_answer *out, const wrt_host_response *response) {
    out->status = response->status;
    (void)snprintf(out->content_type, sizeof out->content_type, "%s", response->content_type);
    out->retry_after_ms = response->retry_after_ms;
    out->at_ms = wrt_clock_unix_ms();
    out->body = wrt_buf_make(WRT_LIVE_BODY_MAX);
    wrt_buf_add(&out->body, response->body, response->body_len);
}

static uint32_t time_for(const wrt_live_request *request) {
    int64_t left =
        request->deadline_ms > 0 ? request->deadline_ms - wrt_clock_monotonic_ms() : SEARCH_TIME_MS;
    return left < 1 ? 1 : left < UINT32_MAX ? (uint32_t)left : UINT32_MAX;
}

/* A wrt_live_send_fn. */
static wrt_status send_by_host(wrt_live_answer *out, const wrt_live_request *request, void *ctx,
                               wrt_err *err) {
    static const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded"};
    carrier *c = ctx;
    bool is_post = request->form.ptr != NULL;
    wrt_host_request asked = {.struct_size = sizeof asked,
                              .timeout_ms = time_for(request),
                              .method = is_post ? "POST" : "GET",
                              .url = request->url,
                              .headers = headers,
                              .n_headers = is_post ? 1 : 0,
                              .body = request->form.ptr,
                              .body_len = request->form.len};
    wrt_host_response response = {.struct_size = sizeof response};
    *out = (wrt_live_answer){.retry_after_ms = -1};
    int code = c->host->http(c->host->ctx, &asked, &response);
    wrt_status status = status_of(c, code);
    if (status != WRT_OK)
        return wrt_fail(err, status, "%s",
                        response.message[0] != '\0' ? response.message : "the host did not answer");
    take_answer(out, &response);
    return WRT_OK;
}

/* ---- one live call */

typedef struct {
    carrier carrier;
    wrt_live *live;
    wrt_live_work work;
    const wrt_pubmed_provider *provider;
} live_call;

/* All tries end while there is time to answer. */
static int64_t time_of_call(const wrt_host *host) {
    int64_t left = WRT_HOST_HAS(host, time_left_ms) ? host->time_left_ms(host->ctx) : -1;
    if (left < 0)
        return SEARCH_TIME_MS;
    return left > 1 ? left : 1;
}

static wrt_status open_live(live_call *out, wrt_adapter_call *call, wrt_err *err) {
    const char *name = wrt_json_get_text(call->args, "provider", "ncbi");
    *out =
        (live_call){.carrier = {.host = call->host}, .provider = wrt_pubmed_provider_of_name(name)};
    wrt_adapter_echo_text(call, "provider", "ncbi");
    if (!WRT_HOST_HAS(call->host, http))
        return wrt_fail(err, WRT_E_UNSUPPORTED, "this host makes no requests for tools");
    wrt_live_options options = {.transport = {send_by_host, &out->carrier},
                                .timeout_ms = time_of_call(call->host),
                                .backoff_ms = RETRY_AFTER_MS};
    wrt_status status = wrt_live_new(&out->live, &options, err);
    out->work = (wrt_live_work){.live = out->live, .arena = wrt_arena_new()};
    return status;
}

static void set_source(wrt_adapter_call *call, const live_call *live) {
    wrt_json *list = wrt_json_new_array(), *entry = wrt_json_new_object();
    char when[25];
    wrt_clock_format(when, live->work.at_ms > 0 ? live->work.at_ms : wrt_clock_unix_ms());
    wrt_json_set_text(entry, "id", live->provider->name);
    wrt_json_set_text(entry, "version", when); /* a service is what it was at that time */
    wrt_json_set_text(entry, "license", "LicenseRef-NLM-data");
    wrt_json_push(list, entry);
    call->source = list;
}

/* Codes of a failure that the caller can act on. */
static const char *code_of_fault(const wrt_live_fault *fault) {
    if (fault->is_transient)
        return "service_unavailable";
    switch (fault->kind) {
    case WRT_LIVE_QUERY:
        return "bad_query";
    case WRT_LIVE_KEY:
        return "key_refused";
    default:
        return "service_failed";
    }
}

/* Turns a failure into what the result says, and closes. The data of a refused call is empty. */
static wrt_status close_live(live_call *live, wrt_adapter_call *call, wrt_status status,
                             wrt_err *err) {
    const wrt_live_fault *fault = live->live != NULL ? wrt_live_last_fault(live->live) : NULL;
    if (status == WRT_OK) {
        set_source(call, live);
    } else if (live->carrier.is_refused) {
        wrt_adapter_count(call, 0, WRT_ADAPTER_TOTAL_UNKNOWN);
        pubmed_warn(call, "nothing was asked: %s", err->message);
        call->status = "gated";
        status = WRT_OK;
    } else if (fault != NULL && fault->kind != WRT_LIVE_NONE) {
        wrt_json_set(call->echo, "fault", wrt_live_fault_json(fault));
        call->error_code = code_of_fault(fault);
        if (status == WRT_E_NOT_FOUND) /* a failed service is no empty result */
            status = err->code = WRT_E_FAILED;
    }
    wrt_live_free(live->live);
    wrt_arena_free(live->work.arena);
    return status;
}

/* ---- pubmed_search */

static wrt_json *hit_json(const wrt_pubmed_article *article) {
    wrt_json *hit = wrt_json_new_object(), *snippet = wrt_json_new_object();
    char pmid[24];
    snprintf(pmid, sizeof pmid, "%lld", (long long)article->pmid);
    wrt_json_set_text(hit, "pmid", pmid);
    wrt_json_set(hit, "title", wrt_json_new_text(article->title));
    wrt_json_set(hit, "year",
                 article->year > 0 ? wrt_json_new_int(article->year) : wrt_json_new_null());
    wrt_json_set(hit, "journal",
                 article->journal.len > 0 ? wrt_json_new_text(article->journal)
                                          : wrt_json_new_null());
    wrt_json_set(hit, "score", wrt_json_new_null()); /* the services give an order, no score */
    wrt_json_set_text(hit, "status", wrt_pubmed_status_name(article->status));
    wrt_json_set_bool(hit, "retracted", article->status == WRT_PUBMED_RETRACTED);
    wrt_json_set_text(snippet, "field", "title"); /* nor the place that matched */
    wrt_json_set(snippet, "text", wrt_json_new_text(article->title));
    wrt_json_set_int(snippet, "start", 0);
    wrt_json_set_int(snippet, "end", (int64_t)article->title.len);
    wrt_json_set(hit, "snippet", snippet);
    return hit;
}

/* The article as it is shown: what the local copy knows against it counts, too, since a notice or a
 * list may be here before the service says it. */
static wrt_pubmed_article shown_article(wrt_adapter_call *call, const wrt_pubmed_article *article) {
    wrt_pubmed_article shown = *article;
    wrt_pubmed_status objection =
        article->pmid > 0 ? pubmed_store_objection(call, article->pmid) : WRT_PUBMED_UNKNOWN;
    if (objection > article->status) {
        shown.status = objection;
        pubmed_warn(call, "PMID %lld: the service says %s, the local copy %s",
                    (long long)article->pmid, wrt_pubmed_status_name(article->status),
                    wrt_pubmed_status_name(objection));
    }
    return shown;
}

/* The same papers are held back as from a local search. */
static bool is_held_back(wrt_pubmed_status status, bool include_retracted) {
    return !include_retracted && !wrt_pubmed_status_is_ground(status);
}

static size_t add_hits(wrt_json *list, wrt_adapter_call *call, const wrt_live_articles *articles) {
    bool all = wrt_json_get_bool(call->args, "include_retracted", false);
    size_t held_back = 0;
    for (size_t i = 0; i < articles->n; i++) {
        const wrt_pubmed_article article = shown_article(call, articles->articles[i]);
        if (is_held_back(article.status, all)) {
            held_back++;
            continue;
        }
        pubmed_warn_of(call, article.pmid, article.status);
        wrt_json_push(list, hit_json(&article));
    }
    return held_back;
}

static void tell_words(wrt_adapter_call *call, const wrt_live_found *found) {
    wrt_json_set(call->echo, "sent", wrt_json_new_text(found->sent));
    wrt_json_set(call->echo, "understood", wrt_json_new_text(found->translation));
    for (size_t i = 0; i < found->not_found.n; i++)
        pubmed_warn(call, "not known to the service: %.*s", (int)found->not_found.items[i].len,
                    found->not_found.items[i].ptr);
    for (size_t i = 0; i < found->messages.n; i++)
        pubmed_warn(call, "the service says: %.*s", (int)found->messages.items[i].len,
                    found->messages.items[i].ptr);
    if (found->suggestion.len > 0)
        pubmed_warn(call, "perhaps: %.*s", (int)found->suggestion.len, found->suggestion.ptr);
}

static void tell_search(wrt_adapter_call *call, const wrt_live_found *found,
                        const wrt_live_articles *articles, size_t shown, size_t held_back) {
    wrt_adapter_count(call, shown, found->count);
    tell_words(call, found);
    if (held_back > 0)
        pubmed_warn(call,
                    "%zu papers held back: retracted, notices or under concern; include_retracted "
                    "shows them",
                    held_back);
    if (articles->missing.n > 0)
        pubmed_warn(call, "%zu papers were found, but their records did not come",
                    articles->missing.n);
    if (shown == 0)
        call->status = held_back > 0 ? "gated" : articles->missing.n > 0 ? "partial" : "empty";
    else if (articles->missing.n > 0)
        call->status = "partial";
    else if ((int64_t)(shown + held_back) < found->count)
        call->status = "truncated";
}

wrt_status pubmed_search_live(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    const char *types[PUBMED_TYPES_MAX];
    wrt_live_query query = {.term = wrt_json_get_text(call->args, "query", ""),
                            .year_from = pubmed_first_year(call),
                            .types = types,
                            .n_types = pubmed_types(types, call),
                            .include_retracted =
                                wrt_json_get_bool(call->args, "include_retracted", false),
                            .limit = wrt_json_get_int(call->args, "limit", PUBMED_LIMIT)};
    wrt_live_found found = {0};
    wrt_live_articles articles = {0};
    live_call live;
    *data = wrt_json_new_array();
    for (size_t i = 0; i < query.n_types; i++)
        types[i] = wrt_live_type_name(types[i]);
    wrt_status status = open_live(&live, call, err);
    if (status == WRT_OK)
        status =
            wrt_pubmed_provider_find(&found, &articles, live.provider, &live.work, &query, err);
    if (status == WRT_OK) {
        size_t held_back = add_hits(*data, call, &articles);
        tell_search(call, &found, &articles, wrt_json_count(*data), held_back);
    }
    return close_live(&live, call, status, err);
}

/* ---- pubmed_fetch */

static void tell_missing(wrt_adapter_call *call, const wrt_live_articles *articles) {
    for (size_t i = 0; i < articles->missing.n; i++)
        pubmed_warn(call, "PMID %lld did not come: unknown to the service, or withdrawn",
                    (long long)articles->missing.items[i]);
    for (size_t i = 0; i < articles->deleted.n; i++)
        pubmed_warn_of(call, articles->deleted.items[i], WRT_PUBMED_DELETED);
}

wrt_status pubmed_fetch_live(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    int64_t ids[PUBMED_IDS_MAX];
    size_t n = 0;
    wrt_live_articles articles = {0};
    live_call live;
    *data = wrt_json_new_array();
    wrt_status status = pubmed_read_ids(ids, &n, call, err);
    if (status != WRT_OK)
        return status;
    status = open_live(&live, call, err);
    if (status == WRT_OK)
        status = live.provider->fetch(&articles, &live.work, (wrt_id_list){ids, n}, err);
    if (status == WRT_OK) {
        for (size_t i = 0; i < articles.n; i++) {
            const wrt_pubmed_article article = shown_article(call, articles.articles[i]);
            pubmed_warn_of(call, article.pmid, article.status);
            wrt_json_push(*data, wrt_pubmed_article_json(&article));
        }
        tell_missing(call, &articles);
        pubmed_count_fetched(call, articles.n, n);
    }
    return close_live(&live, call, status, err);
}
