/* provider_epmc.c: Europe PMC's search, page by page behind a cursor. */
#include <string.h>

#include "pubmed/list.h"
#include "pubmed/live/epmc_answer.h"
#include "pubmed/live/eutils_ask.h"
#include "pubmed/live/provider.h"

enum { PAGE = 100, FETCH_BATCH = 50 };

/* ---- queries */

void wrt_live_query_for_epmc(wrt_buf *out, const wrt_live_query *query) {
    wrt_str term = wrt_str_trim(wrt_str_of(query->term));
    wrt_buf_printf(out, "(%.*s)", (int)term.len, term.ptr);
    wrt_buf_add_c(out, query->include_preprints ? " AND (SRC:MED OR SRC:PPR)" : " AND SRC:MED");
    if (query->year_from != 0 || query->year_to != 0)
        wrt_buf_printf(out, " AND PUB_YEAR:[%04d TO %04d]",
                       query->year_from == 0 ? 1 : query->year_from,
                       query->year_to == 0 ? 3000 : query->year_to);
    for (size_t i = 0; i < query->n_types; i++)
        wrt_buf_printf(out, "%sPUB_TYPE:\"%s\"", i == 0 ? " AND (" : " OR ", query->types[i]);
    if (query->n_types > 0)
        wrt_buf_add_char(out, ')');
    if (!query->include_retracted)
        wrt_buf_add_c(out, " NOT PUB_TYPE:\"Retracted Publication\""
                           " NOT PUB_TYPE:\"Retraction of Publication\"");
}

/* ---- pages */

typedef struct {
    wrt_epmc_page *out;
    wrt_arena *arena;
    bool is_first;
} page_reading;

/* A first page that is counted and empty is not "nothing found". */
static wrt_status read_page(wrt_live_fault *fault, wrt_str body, void *ctx, wrt_err *err) {
    page_reading *self = ctx;
    wrt_status status = wrt_epmc_read_page(self->out, self->arena, body, fault, err);
    if (status == WRT_OK && self->is_first && self->out->count > 0 && self->out->n == 0) {
        wrt_live_fault_set(fault, WRT_LIVE_BACKEND, WRT_STR("a count without its records"));
        return wrt_live_fault_fail(fault, "Europe PMC", err);
    }
    return status;
}

static wrt_status ask_page(wrt_epmc_page *out, wrt_live_work *work, wrt_str query,
                           const wrt_live_question *frame, wrt_err *err) {
    wrt_live_question question = *frame; /* kind, and the cursor in ctx */
    wrt_str cursor = *(const wrt_str *)frame->ctx;
    page_reading reading = {out, work->arena, wrt_str_equal_c(cursor, "*")};
    wrt_buf url = wrt_buf_make(WRT_KIB(256));
    wrt_buf_printf(&url, "%ssearch?", wrt_live_epmc_url(work->live));
    wrt_live_add(&url, "query", query);
    wrt_live_add_c(&url, "resultType", "core");
    wrt_live_add_c(&url, "format", "json");
    wrt_live_add_int(&url, "pageSize", PAGE);
    wrt_live_add(&url, "cursorMark", cursor);
    question.service = "Europe PMC";
    question.format = "json";
    question.request = (wrt_live_request){.url = url.ptr};
    question.read = read_page;
    question.ctx = &reading;
    wrt_status status = wrt_live_ask(work, &question, err);
    wrt_buf_free(&url);
    return status;
}

/* Records of all pages up to limit; a cursor that does not move on ends them. */
static wrt_status ask_all(wrt_epmc_page *out, wrt_live_work *work, wrt_str query,
                          const wrt_live_question *frame, wrt_err *err) {
    int64_t limit = *(const int64_t *)frame->ctx;
    wrt_str cursor = WRT_STR("*");
    wrt_epmc_record *all = NULL;
    *out = (wrt_epmc_page){0};
    for (;;) {
        wrt_epmc_page page;
        wrt_live_question question = *frame;
        question.ctx = &cursor;
        wrt_status status = ask_page(&page, work, query, &question, err);
        if (status != WRT_OK)
            return status;
        out->count = page.count;
        for (size_t i = 0; i < page.n && (int64_t)out->n < limit; i++) {
            all = wrt_pubmed_list_grow(work->arena, out->records, out->n, sizeof *all);
            all[out->n++] = page.records[i];
            out->records = all;
        }
        bool is_end = page.n == 0 || page.next.len == 0 || wrt_str_equal(page.next, cursor);
        if (is_end || (int64_t)out->n >= limit || (int64_t)out->n >= out->count)
            break;
        cursor = page.next;
    }
    return WRT_OK;
}

/* ---- the provider */

static wrt_status search(wrt_live_found *out, wrt_live_work *work, const wrt_live_query *query,
                         wrt_err *err) {
    wrt_epmc_page page;
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    int64_t limit = query->limit;
    const wrt_live_question frame = {.kind = WRT_LIVE_SEARCH_KIND, .ctx = &limit};
    *out = (wrt_live_found){0};
    wrt_status status = wrt_live_query_check(query, err);
    if (status != WRT_OK)
        return status;
    wrt_live_query_for_epmc(&text, query);
    status = ask_all(&page, work, wrt_buf_str(&text), &frame, err);
    if (status == WRT_OK) {
        wrt_live_hit *hits = wrt_arena_calloc(work->arena, page.n, sizeof *hits);
        for (size_t i = 0; i < page.n; i++)
            hits[i] = (wrt_live_hit){page.records[i].article->pmid, page.records[i].id,
                                     page.records[i].source, page.records[i].is_preprint,
                                     page.records[i].article};
        out->hits = hits;
        out->n = page.n;
        out->count = page.count;
        out->sent = wrt_pubmed_keep(work->arena, wrt_buf_str(&text));
    }
    wrt_buf_free(&text);
    return status;
}

static wrt_status fetch_batch(wrt_live_articles *out, wrt_live_work *work, wrt_id_list batch,
                              wrt_err *err) {
    wrt_epmc_page page;
    wrt_buf text = wrt_buf_make(WRT_KIB(16));
    int64_t limit = WRT_EPMC_PAGE_MAX;
    const wrt_live_question frame = {.kind = WRT_LIVE_ARTICLE_KIND, .ctx = &limit};
    for (size_t i = 0; i < batch.n; i++)
        wrt_buf_printf(&text, "%sEXT_ID:\"%lld\"", i == 0 ? "SRC:MED AND (" : " OR ",
                       (long long)batch.items[i]);
    wrt_buf_add_char(&text, ')');
    wrt_status status = ask_all(&page, work, wrt_buf_str(&text), &frame, err);
    wrt_buf_free(&text);
    if (status != WRT_OK)
        return status;
    if ((int64_t)page.n < page.count) /* else papers would be called missing that are not */
        return wrt_fail(err, WRT_E_UNAVAILABLE, "Europe PMC counts %lld records and lists %zu",
                        (long long)page.count, page.n);
    wrt_live_pile pile = {.arena = work->arena};
    for (size_t i = 0; i < page.n; i++)
        wrt_live_pile_add(&pile, page.records[i].article);
    wrt_live_articles_match(out, &pile, batch);
    return WRT_OK;
}

static wrt_status fetch(wrt_live_articles *out, wrt_live_work *work, wrt_id_list pmids,
                        wrt_err *err) {
    *out = (wrt_live_articles){0};
    pmids = wrt_eutils_unique(work->arena, pmids);
    for (size_t from = 0; from < pmids.n; from += FETCH_BATCH) {
        size_t n = pmids.n - from < FETCH_BATCH ? pmids.n - from : FETCH_BATCH;
        wrt_status status = fetch_batch(out, work, (wrt_id_list){pmids.items + from, n}, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

const wrt_pubmed_provider wrt_pubmed_europepmc = {"europepmc", search, fetch};
