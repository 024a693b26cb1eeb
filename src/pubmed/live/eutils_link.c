/* eutils_link.c: elink. One id= per paper, because a list of ids is answered as one merged set. */
#include <string.h>

#include "pubmed/live/eutils.h"
#include "pubmed/live/eutils_ask.h"

static const struct {
    const char *name, *db;
} RELATIONS[] = {
    [WRT_EUTILS_SIMILAR] = {"pubmed_pubmed", "pubmed"},
    [WRT_EUTILS_CITED_IN] = {"pubmed_pubmed_citedin", "pubmed"},
    [WRT_EUTILS_REFERENCES] = {"pubmed_pubmed_refs", "pubmed"},
    [WRT_EUTILS_PMC] = {"pubmed_pmc", "pmc"},
};

typedef struct {
    wrt_eutils_linked *out;
    wrt_arena *arena;
} link_reading;

static wrt_status read_links(wrt_live_fault *fault, wrt_str body, void *ctx, wrt_err *err) {
    link_reading *self = ctx;
    return wrt_eutils_read_links(self->out, self->arena, body, fault, err);
}

static wrt_status link_batch(wrt_eutils_linked *out, wrt_live_work *work, wrt_id_list ids,
                             wrt_eutils_relation relation, wrt_err *err) {
    wrt_buf params = wrt_buf_make(WRT_LIVE_FORM_MAX);
    wrt_live_add_c(&params, "tool", "warrant");
    wrt_live_add_c(&params, "dbfrom", "pubmed");
    wrt_live_add_c(&params, "db", RELATIONS[relation].db);
    wrt_live_add_c(&params, "cmd", "neighbor");
    wrt_live_add_c(&params, "linkname", RELATIONS[relation].name);
    wrt_live_add_c(&params, "retmode", "xml");
    for (size_t i = 0; i < ids.n; i++)
        wrt_live_add_int(&params, "id", ids.items[i]);
    link_reading reading = {out, work->arena};
    wrt_live_question question = {.service = "elink",
                                  .format = "xml",
                                  .kind = WRT_LIVE_LINK_KIND,
                                  .read = read_links,
                                  .ctx = &reading};
    wrt_status status = wrt_eutils_ask(work, &question, &params, false, err);
    wrt_buf_free(&params);
    return status;
}

/* The paper is the first of the papers similar to it. */
static wrt_id_list without(wrt_arena *arena, wrt_id_list ids, int64_t id) {
    int64_t *kept = wrt_arena_calloc(arena, ids.n, sizeof *kept);
    size_t n = 0;
    for (size_t i = 0; i < ids.n; i++)
        if (ids.items[i] != id)
            kept[n++] = ids.items[i];
    return (wrt_id_list){kept, n};
}

static wrt_eutils_links links_of(const wrt_eutils_linked *answer, int64_t source,
                                 wrt_eutils_relation relation, wrt_arena *arena) {
    wrt_eutils_links links = {source, wrt_str_of(RELATIONS[relation].name), {NULL, 0}};
    for (size_t i = 0; i < answer->n_links; i++) {
        const wrt_eutils_links *one = &answer->links[i];
        if (one->source == source && wrt_str_equal(one->name, links.name))
            links.ids = one->ids;
    }
    if (relation != WRT_EUTILS_PMC)
        links.ids = without(arena, links.ids, source);
    return links;
}

static bool has_source(const wrt_eutils_linked *answer, int64_t source) {
    for (size_t i = 0; i < answer->sources.n; i++)
        if (answer->sources.items[i] == source)
            return true;
    return false;
}

wrt_status wrt_eutils_link(wrt_eutils_related *out, wrt_live_work *work, wrt_id_list ids,
                           wrt_eutils_relation relation, wrt_err *err) {
    ids = wrt_eutils_unique(work->arena, ids);
    wrt_eutils_links *links = wrt_arena_calloc(work->arena, ids.n, sizeof *links);
    int64_t *unanswered = wrt_arena_calloc(work->arena, ids.n, sizeof *unanswered);
    size_t n_unanswered = 0;
    *out = (wrt_eutils_related){0};
    for (size_t from = 0; from < ids.n; from += WRT_EUTILS_LINK_BATCH) {
        size_t n = ids.n - from < WRT_EUTILS_LINK_BATCH ? ids.n - from : WRT_EUTILS_LINK_BATCH;
        wrt_eutils_linked answer = {0};
        wrt_id_list batch = {ids.items + from, n};
        wrt_status status = link_batch(&answer, work, batch, relation, err);
        if (status != WRT_OK)
            return status;
        for (size_t i = 0; i < n; i++) {
            links[from + i] = links_of(&answer, batch.items[i], relation, work->arena);
            if (!has_source(&answer, batch.items[i]))
                unanswered[n_unanswered++] = batch.items[i];
        }
    }
    *out = (wrt_eutils_related){links, ids.n, {unanswered, n_unanswered}};
    return WRT_OK;
}
