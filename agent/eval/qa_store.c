/* qa_store.c: see qa_store.h. */
#include "agent/eval/qa_store.h"

#include "base/arena.h"
#include "base/file.h"
#include "pubmed/ingest.h"

#include <stdlib.h>

static wrt_status add_item(wrt_pubmed_ingest *ingest, wrt_arena *arena, const wrt_json *item,
                           int64_t offset, wrt_err *err) {
    const wrt_json *contexts = wrt_json_get(item, "CONTEXTS");
    wrt_pubmed_article article = {.version = 1, .status = WRT_PUBMED_OK};
    size_t n = 0;
    if (wrt_json_key(item) == NULL || wrt_json_count(contexts) == 0 ||
        !wrt_pubmed_pmid_of_text(&article.pmid, wrt_str_of(wrt_json_key(item))) ||
        article.pmid >= WRT_QA_TWIN_OFFSET)
        return wrt_fail(err, WRT_E_INPUT, "\"%.40s\" is no PMID with CONTEXTS",
                        wrt_json_key(item) != NULL ? wrt_json_key(item) : "an item");
    wrt_pubmed_section *sections =
        wrt_arena_calloc(arena, wrt_json_count(contexts), sizeof *sections);
    WRT_JSON_EACH(context, contexts)
    sections[n++].text = wrt_str_of(wrt_json_text(context));
    article.abstract = sections;
    article.n_abstract = n;
    article.pmid += offset;
    wrt_status status = wrt_pubmed_ingest_article(ingest, &article, err);
    if (status == WRT_OK && offset > 0)
        status = wrt_pubmed_ingest_mark(ingest, article.pmid, WRT_PUBMED_RETRACTED, err);
    return status;
}

wrt_status wrt_qa_store_fill(wrt_pubmed_store *store, const wrt_json *items, bool with_twins,
                             wrt_err *err) {
    const wrt_pubmed_source source = {.name = "pubmedqa", .kind = "live"};
    wrt_pubmed_ingest *ingest = NULL;
    wrt_arena *arena = wrt_arena_new();
    wrt_status status = wrt_pubmed_ingest_begin(&ingest, store, &source, NULL, err);
    WRT_JSON_EACH(item, items) {
        if (status == WRT_OK)
            status = add_item(ingest, arena, item, 0, err);
        if (status == WRT_OK && with_twins)
            status = add_item(ingest, arena, item, WRT_QA_TWIN_OFFSET, err);
    }
    if (status == WRT_OK)
        status = wrt_pubmed_ingest_commit(NULL, ingest, err);
    else
        wrt_pubmed_ingest_abandon(ingest);
    wrt_arena_free(arena);
    return status;
}

wrt_status wrt_qa_store_make(wrt_pubmed_store **out, const char *folder, const wrt_json *items,
                             bool with_twins, wrt_err *err) {
    *out = NULL;
    if (folder == NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "this suite needs a folder for its store");
    char *path = wrt_path_join(folder, "pubmedqa.db");
    wrt_status status = wrt_pubmed_store_open(out, path, WRT_PUBMED_STORE_WRITE, err);
    if (status == WRT_OK)
        status = wrt_qa_store_fill(*out, items, with_twins, err);
    free(path);
    return status;
}
