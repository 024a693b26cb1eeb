/* provider_ncbi.c: PubMed through E-utilities. */
#include "pubmed/list.h"
#include "pubmed/live/eutils.h"
#include "pubmed/live/provider.h"

#include <string.h>

static void add_types(wrt_buf *out, const wrt_live_query *query) {
    for (size_t i = 0; i < query->n_types; i++)
        wrt_buf_printf(out, "%s\"%s\"[pt]", i == 0 ? " AND (" : " OR ", query->types[i]);
    if (query->n_types > 0)
        wrt_buf_add_char(out, ')');
}

void wrt_live_query_for_ncbi(wrt_buf *out, const wrt_live_query *query) {
    bool has_years = query->year_from != 0 || query->year_to != 0;
    bool has_filter = has_years || query->n_types > 0 || !query->include_retracted;
    wrt_str term = wrt_str_trim(wrt_str_of(query->term));
    wrt_buf_printf(out, has_filter ? "(%.*s)" : "%.*s", (int)term.len, term.ptr);
    if (has_years)
        wrt_buf_printf(out, " AND %04d:%04d[pdat]", query->year_from == 0 ? 1 : query->year_from,
                       query->year_to == 0 ? 3000 : query->year_to);
    add_types(out, query);
    if (!query->include_retracted)
        wrt_buf_add_c(out, " NOT \"retracted publication\"[pt] NOT \"retraction of "
                           "publication\"[pt]");
}

static wrt_str_list joined(wrt_arena *arena, wrt_str_list a, wrt_str_list b) {
    wrt_str *all = wrt_arena_calloc(arena, a.n + b.n, sizeof *all);
    if (a.n > 0)
        memcpy(all, a.items, a.n * sizeof *all);
    if (b.n > 0)
        memcpy(all + a.n, b.items, b.n * sizeof *all);
    return (wrt_str_list){all, a.n + b.n};
}

static void take_answer(wrt_live_found *out, wrt_arena *arena, const wrt_eutils_answer *answer) {
    wrt_live_hit *hits = wrt_arena_calloc(arena, answer->ids.n, sizeof *hits);
    for (size_t i = 0; i < answer->ids.n; i++) {
        const char *id = wrt_arena_printf(arena, "%lld", (long long)answer->ids.items[i]);
        hits[i] = (wrt_live_hit){
            .pmid = answer->ids.items[i], .id = wrt_str_of(id), .source = WRT_STR("MED")};
    }
    out->hits = hits;
    out->n = answer->ids.n;
    out->count = answer->count;
    out->translation = answer->translation;
    out->not_found = joined(arena, answer->phrases_not_found, answer->fields_not_found);
    out->messages = joined(arena, answer->messages, answer->phrases_ignored);
}

/* A suggestion is a courtesy: without one the empty result stands all the same. */
static void suggest(wrt_live_found *out, wrt_live_work *work, const char *term) {
    wrt_live_work quiet = {.live = work->live, .arena = work->arena};
    wrt_str corrected = {"", 0};
    if (wrt_eutils_spell(&corrected, &quiet, term, NULL) == WRT_OK)
        out->suggestion = corrected;
}

static wrt_status search(wrt_live_found *out, wrt_live_work *work, const wrt_live_query *query,
                         wrt_err *err) {
    wrt_eutils_answer answer;
    wrt_buf term = wrt_buf_make(WRT_EUTILS_TERM_MAX);
    *out = (wrt_live_found){0};
    wrt_status status = wrt_live_query_check(query, err);
    if (status != WRT_OK)
        return status;
    wrt_live_query_for_ncbi(&term, query);
    wrt_eutils_query ask = {.term = term.ptr, .sort = "relevance", .limit = query->limit};
    status = wrt_eutils_search(&answer, work, &ask, err);
    if (status == WRT_OK) {
        take_answer(out, work->arena, &answer);
        out->sent = wrt_pubmed_keep(work->arena, wrt_buf_str(&term));
        if (answer.count == 0)
            suggest(out, work, query->term);
    }
    wrt_buf_free(&term);
    return status;
}

static wrt_status fetch(wrt_live_articles *out, wrt_live_work *work, wrt_id_list pmids,
                        wrt_err *err) {
    return wrt_eutils_fetch(out, work, pmids, 0, err);
}

const wrt_pubmed_provider wrt_pubmed_ncbi = {"ncbi", search, fetch};
