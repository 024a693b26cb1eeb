/* retraction.c: PMIDs of an edge against all that is known of them. */
#include "agent/claims/retraction.h"

#include "pubmed/retract.h"

#include <stdio.h>

/* A PMID stands in one of these lists in any of its spellings. */
static bool is_listed(const wrt_json *list, int64_t pmid) {
    WRT_JSON_EACH(item, list) {
        int64_t listed = 0;
        const char *text = wrt_json_text(item);
        if (text != NULL && wrt_pubmed_read_pmid(&listed, wrt_str_of(text)) && listed == pmid)
            return true;
    }
    return false;
}

static void add_withdrawn(wrt_retraction *out, int64_t pmid, wrt_pubmed_status standing) {
    char text[24];
    wrt_json *entry = wrt_json_new_object();
    snprintf(text, sizeof text, "%lld", (long long)pmid);
    wrt_json_set_text(entry, "pmid", text);
    wrt_json_set_text(entry, "status", wrt_pubmed_status_name(standing));
    if (out->list == NULL)
        out->list = wrt_json_new_array();
    wrt_json_push(out->list, entry);
    out->withdrawn++;
}

/* What one voice said of it; UNKNOWN when it was not asked, or did not say. */
static wrt_pubmed_status said_of(const wrt_json *voice, int64_t pmid) {
    char text[24];
    wrt_pubmed_status status = WRT_PUBMED_UNKNOWN;
    snprintf(text, sizeof text, "%lld", (long long)pmid);
    const char *name = wrt_json_get_text(voice, text, "");
    return wrt_pubmed_status_of_name(&status, wrt_str_of(name)) ? status : WRT_PUBMED_UNKNOWN;
}

static void judge(wrt_retraction *out, const wrt_retraction_sources *sources, const wrt_json *edge,
                  int64_t pmid) {
    wrt_pubmed_status standing = said_of(sources->stored, pmid);
    wrt_pubmed_status live = said_of(sources->live, pmid);
    if (live > standing)
        standing = live;
    out->publications++;
    out->rechecked += live != WRT_PUBMED_UNKNOWN;
    if (standing < WRT_PUBMED_CONCERN &&
        is_listed(wrt_json_get(edge, "retracted_publications"), pmid))
        standing = WRT_PUBMED_RETRACTED;
    if (standing == WRT_PUBMED_UNKNOWN)
        out->unknown++;
    else if (!wrt_pubmed_status_is_ground(standing))
        add_withdrawn(out, pmid, standing);
}

void wrt_retraction_of_edge(wrt_retraction *out, const wrt_retraction_sources *sources,
                            const wrt_json *edge) {
    *out = (wrt_retraction){.is_marked = wrt_json_get_bool(edge, "support_retracted", false)};
    WRT_JSON_EACH(item, wrt_json_get(edge, "publications")) {
        int64_t pmid = 0;
        const char *text = wrt_json_text(item);
        if (text != NULL && wrt_pubmed_read_pmid(&pmid, wrt_str_of(text)))
            judge(out, sources, edge, pmid);
    }
}

void wrt_retraction_clear(wrt_retraction *retraction) {
    wrt_json_free(retraction->list);
    *retraction = (wrt_retraction){0};
}

bool wrt_retraction_is_total(const wrt_retraction *retraction) {
    return retraction->is_marked ||
           (retraction->withdrawn > 0 && retraction->withdrawn == retraction->publications);
}

bool wrt_retraction_is_checked(const wrt_retraction *retraction) {
    return retraction->publications > 0 && retraction->unknown == 0;
}

bool wrt_retraction_breaks_path(const wrt_retraction_sources *sources, const wrt_json *path) {
    bool broken = false;
    WRT_JSON_EACH(edge, wrt_json_get(path, "edges")) {
        wrt_retraction found;
        wrt_retraction_of_edge(&found, sources, edge);
        broken = broken || wrt_retraction_is_total(&found);
        wrt_retraction_clear(&found);
    }
    return broken;
}
