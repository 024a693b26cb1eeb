/* cited.c: one look-up for all publications of a set of paths. */
#include "agent/claims/cited.h"

#include "agent/act/lookup.h"
#include "base/arena.h"
#include "pubmed/retract.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct {
    int64_t *item;
    size_t n, room;
} pmid_list;

static void add_pmid(pmid_list *list, int64_t pmid) {
    if (list->n == list->room) {
        list->room = list->room > 0 ? 2 * list->room : 64;
        list->item = wrt_realloc(list->item, list->room * sizeof *list->item);
    }
    list->item[list->n++] = pmid;
}

static void collect(pmid_list *list, const wrt_json *edge) {
    WRT_JSON_EACH(item, wrt_json_get(edge, "publications")) {
        int64_t pmid = 0;
        if (wrt_json_text(item) != NULL &&
            wrt_pubmed_read_pmid(&pmid, wrt_str_of(wrt_json_text(item))))
            add_pmid(list, pmid);
    }
}

static int compare(const void *a, const void *b) {
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* {"pmids":["1","2"]} in ascending order, each once and none that is known. */
static wrt_json *query_of(const wrt_json *paths, const wrt_json *known) {
    pmid_list list = {0};
    wrt_json *query = wrt_json_new_object(), *pmids = wrt_json_new_array();
    WRT_JSON_EACH(path, paths) {
        WRT_JSON_EACH(edge, wrt_json_get(path, "edges"))
        collect(&list, edge);
    }
    if (list.n > 0)
        qsort(list.item, list.n, sizeof *list.item, compare);
    for (size_t i = 0; i < list.n; i++) {
        char text[24];
        snprintf(text, sizeof text, "%lld", (long long)list.item[i]);
        if ((i == 0 || list.item[i] != list.item[i - 1]) && wrt_json_get(known, text) == NULL)
            wrt_json_push_text(pmids, text);
    }
    wrt_json_set(query, "pmids", pmids);
    free(list.item);
    return query;
}

static wrt_status look_standing(wrt_json **out, const wrt_json *query, void *ctx, wrt_err *err) {
    *out = wrt_json_new_object();
    WRT_JSON_EACH(item, wrt_json_get(query, "pmids")) {
        int64_t pmid = 0;
        wrt_pubmed_standing standing = {.status = WRT_PUBMED_UNKNOWN};
        if (!wrt_pubmed_read_pmid(&pmid, wrt_str_of(wrt_json_text(item))))
            continue;
        wrt_status status = wrt_pubmed_standing_of(&standing, ctx, &pmid, 1, err);
        if (status != WRT_OK)
            return status;
        wrt_json_set_text(*out, wrt_json_text(item), wrt_pubmed_status_name(standing.status));
    }
    return WRT_OK;
}

static void add_all(wrt_json *into, const wrt_json *found) {
    WRT_JSON_EACH(item, found)
    wrt_json_set(into, wrt_json_key(item), wrt_json_copy(item));
}

wrt_status wrt_cited_learn(wrt_evidence *evidence, wrt_turn *turn, const wrt_json *paths,
                           wrt_err *err) {
    wrt_json *found = NULL;
    wrt_err failure = {0};
    if (!wrt_turn_has_pubmed(turn))
        return WRT_OK;
    if (evidence->stored == NULL)
        evidence->stored = wrt_json_new_object();
    evidence->sources.stored = evidence->stored;
    wrt_json *query = query_of(paths, evidence->stored);
    if (wrt_json_count(wrt_json_get(query, "pmids")) == 0) {
        wrt_json_free(query);
        return WRT_OK;
    }
    wrt_status status =
        wrt_lookup(&found, turn, "standing", query, look_standing, turn->config->pubmed, &failure);
    add_all(evidence->stored, found);
    wrt_json_free(found);
    if (status == WRT_E_INTEGRITY || status == WRT_OK)
        return status == WRT_OK ? WRT_OK : wrt_fail(err, status, "%s", failure.message);
    wrt_turn_warn(turn, "the local copy of PubMed could not be read: the retraction status of "
                        "cited publications was not checked");
    return WRT_OK;
}
