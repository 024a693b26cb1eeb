/* eutils_fetch.c: efetch, by ids in batches and from a stored result. */
#include <string.h>

#include "pubmed/live/eutils.h"
#include "pubmed/live/eutils_ask.h"

static wrt_status read_articles(wrt_live_fault *fault, wrt_str body, void *ctx, wrt_err *err) {
    wrt_live_pile *pile = ctx;
    *pile = (wrt_live_pile){.arena = pile->arena};
    return wrt_live_pile_read(pile, body, fault, err);
}

static wrt_status ask_articles(wrt_live_pile *pile, wrt_live_work *work, const wrt_buf *params,
                               const wrt_live_question *kind, wrt_err *err) {
    wrt_live_question question = *kind;
    *pile = (wrt_live_pile){.arena = work->arena};
    question.service = "efetch";
    question.format = "xml";
    question.read = read_articles;
    question.ctx = pile;
    return wrt_eutils_ask(work, &question, params, params->len > WRT_EUTILS_GET_MAX, err);
}

static wrt_status fetch_batch(wrt_live_articles *out, wrt_live_work *work, wrt_id_list batch,
                              wrt_err *err) {
    static const wrt_live_question kind = {.kind = WRT_LIVE_ARTICLE_KIND};
    wrt_live_pile pile;
    wrt_buf params = wrt_eutils_params();
    wrt_eutils_add_ids(&params, batch, 0, batch.n);
    wrt_status status = ask_articles(&pile, work, &params, &kind, err);
    if (status == WRT_OK)
        wrt_live_articles_match(out, &pile, batch);
    wrt_buf_free(&params);
    return status;
}

wrt_status wrt_eutils_fetch(wrt_live_articles *out, wrt_live_work *work, wrt_id_list ids, int batch,
                            wrt_err *err) {
    size_t size = batch == 0 ? WRT_EUTILS_BATCH : (size_t)batch;
    *out = (wrt_live_articles){0};
    if (batch < 0 || batch > WRT_EUTILS_BATCH_MAX)
        return wrt_fail(err, WRT_E_INPUT, "a batch must be 1 to %d ids", WRT_EUTILS_BATCH_MAX);
    ids = wrt_eutils_unique(work->arena, ids);
    for (size_t from = 0; from < ids.n; from += size) {
        wrt_id_list part = {ids.items + from, ids.n - from < size ? ids.n - from : size};
        wrt_status status = fetch_batch(out, work, part, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

wrt_status wrt_eutils_fetch_stored(wrt_live_articles *out, wrt_live_work *work,
                                   const wrt_eutils_answer *stored, const int64_t range[2],
                                   wrt_err *err) {
    static const wrt_live_question kind = {.kind = WRT_LIVE_SESSION_KIND};
    *out = (wrt_live_articles){0};
    if (range[0] < 0 || range[1] < 1 || range[1] > WRT_EUTILS_BATCH_MAX)
        return wrt_fail(err, WRT_E_INPUT, "1 to %d records at a time", WRT_EUTILS_BATCH_MAX);
    wrt_live_pile pile;
    wrt_buf params = wrt_eutils_params();
    wrt_live_add(&params, "WebEnv", stored->webenv);
    wrt_live_add_int(&params, "query_key", stored->query_key);
    wrt_live_add_int(&params, "retstart", range[0]);
    wrt_live_add_int(&params, "retmax", range[1]);
    wrt_status status = ask_articles(&pile, work, &params, &kind, err);
    if (status == WRT_OK) {
        out->articles = pile.articles;
        out->n = pile.n;
    }
    wrt_buf_free(&params);
    return status;
}
