/* articles.c: reading sets of articles and matching them by PMID. */
#include "pubmed/live/articles.h"

#include <string.h>

#include "pubmed/list.h"
#include "pubmed/reader.h"

void wrt_live_pile_add(wrt_live_pile *pile, const wrt_pubmed_article *article) {
    pile->articles = wrt_pubmed_list_grow(pile->arena, pile->articles, pile->n, sizeof(void *));
    pile->articles[pile->n++] = article;
}

void wrt_live_pile_add_deleted(wrt_live_pile *pile, int64_t pmid) {
    wrt_pubmed_list_add_pmid(pile->arena, &pile->deleted, &pile->n_deleted, pmid);
}

/* ---- reading */

static wrt_status on_article(const wrt_pubmed_article *article, void *ctx, wrt_err *err) {
    wrt_live_pile *pile = ctx;
    (void)err;
    wrt_live_pile_add(pile, wrt_pubmed_article_copy(pile->arena, article));
    return WRT_OK;
}

static wrt_status on_deleted(int64_t pmid, void *ctx, wrt_err *err) {
    (void)err;
    wrt_live_pile_add_deleted(ctx, pmid);
    return WRT_OK;
}

/* Why the reader did not accept the document: it says so itself, it was cut off, or it is another
 * one. */
static void find_reason(wrt_live_fault *fault, wrt_str body, const wrt_err *said) {
    wrt_eutils_find_error(fault, body);
    if (said->code == WRT_E_LIMIT)
        wrt_live_fault_set(fault, WRT_LIVE_OTHER, wrt_str_of(said->message));
    else if (fault->kind == WRT_LIVE_NONE)
        wrt_live_fault_set(fault, WRT_LIVE_SHAPE, wrt_str_of(said->message));
    else if (fault->kind == WRT_LIVE_OTHER)
        wrt_live_fault_set(fault, WRT_LIVE_CUT, wrt_str_of(said->message));
}

wrt_status wrt_live_pile_read(wrt_live_pile *pile, wrt_str body, wrt_live_fault *fault,
                              wrt_err *err) {
    static const wrt_pubmed_sink sink = {on_article, on_deleted};
    wrt_err own = {0};
    wrt_pubmed_reader *reader = wrt_pubmed_reader_new(sink, pile);
    wrt_status status = wrt_pubmed_push(reader, body, &own);
    if (status == WRT_OK)
        status = wrt_pubmed_finish(NULL, reader, &own);
    wrt_pubmed_reader_free(reader);
    if (status != WRT_OK) {
        find_reason(fault, body, &own);
        if (err != NULL)
            *err = own;
    }
    return status;
}

/* ---- matching */

static const wrt_pubmed_article *best_of(const wrt_live_pile *pile, int64_t pmid) {
    const wrt_pubmed_article *best = NULL;
    for (size_t i = 0; i < pile->n; i++) {
        const wrt_pubmed_article *one = pile->articles[i];
        if (one->pmid == pmid && (best == NULL || one->version > best->version))
            best = one;
    }
    return best;
}

static bool has_id(const int64_t *ids, size_t n, int64_t id) {
    for (size_t i = 0; i < n; i++)
        if (ids[i] == id)
            return true;
    return false;
}

static void add_id(wrt_id_list *list, wrt_arena *arena, int64_t id) {
    wrt_pubmed_list_add_pmid(arena, &list->items, &list->n, id);
}

void wrt_live_articles_match(wrt_live_articles *out, const wrt_live_pile *pile, wrt_id_list asked) {
    wrt_arena *arena = pile->arena;
    for (size_t i = 0; i < asked.n; i++) {
        const wrt_pubmed_article *article = best_of(pile, asked.items[i]);
        if (article != NULL) {
            const wrt_pubmed_article **articles =
                wrt_pubmed_list_grow(arena, out->articles, out->n, sizeof(void *));
            articles[out->n++] = article;
            out->articles = articles;
            continue;
        }
        add_id(&out->missing, arena, asked.items[i]);
        if (has_id(pile->deleted, pile->n_deleted, asked.items[i]))
            add_id(&out->deleted, arena, asked.items[i]);
    }
    for (size_t i = 0; i < pile->n; i++)
        out->unasked += !has_id(asked.items, asked.n, pile->articles[i]->pmid);
}
