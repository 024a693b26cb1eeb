/* support.c: counting publications. */
#include "agent/support.h"

#include <string.h>
#include <strings.h>

/* Registrants of DOIs that hold preprints only. */
static const char *const preprint_dois[] = {"10.1101/",  "10.64898/", "10.48550/", "10.21203/",
                                            "10.26434/", "10.20944/", "10.2139/",  "10.31234/",
                                            "10.36227/", NULL};

static const char *skip_prefix(const char *text, const char *prefix) {
    size_t len = strlen(prefix);
    return strncasecmp(text, prefix, len) == 0 ? text + len : text;
}

bool wrt_support_is_preprint(const char *publication) {
    if (strncasecmp(publication, "arxiv:", 6) == 0)
        return true;
    const char *doi = skip_prefix(skip_prefix(publication, "https://doi.org/"), "doi:");
    while (*doi == ' ')
        doi++;
    for (size_t i = 0; preprint_dois[i] != NULL; i++)
        if (strncmp(doi, preprint_dois[i], strlen(preprint_dois[i])) == 0)
            return true;
    return false;
}

static void count_publications(wrt_json *seen, const wrt_json *evidence) {
    WRT_JSON_EACH(item, wrt_json_path(evidence, "source.publications"))
    if (wrt_json_text(item) != NULL)
        wrt_json_set_bool(seen, wrt_json_text(item), wrt_support_is_preprint(wrt_json_text(item)));
}

static void count_withdrawn(wrt_json *seen, const wrt_json *evidence) {
    WRT_JSON_EACH(item, wrt_json_get(evidence, "withdrawn"))
    wrt_json_set_bool(seen, wrt_json_get_text(item, "pmid", "?"), true);
}

wrt_json *wrt_support_of(const wrt_evidence *evidence, const wrt_json *claim) {
    wrt_json *out = wrt_json_new_object(), *cited = wrt_json_new_object();
    wrt_json *withdrawn = wrt_json_new_object();
    int64_t preprints = 0;
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds")) {
        const char *id = wrt_json_get_text(ground, "evidence", "");
        count_publications(cited, wrt_evidence_find(evidence, id));
        count_withdrawn(withdrawn, wrt_evidence_find(evidence, id));
    }
    WRT_JSON_EACH(item, cited)
    preprints += wrt_json_bool(item, false);
    int64_t publications = (int64_t)wrt_json_count(cited);
    wrt_json_set_int(out, "publications", publications);
    wrt_json_set_int(out, "retracted", (int64_t)wrt_json_count(withdrawn));
    wrt_json_set_int(out, "preprints", preprints);
    wrt_json_set_bool(out, "preprint_only", publications > 0 && preprints == publications);
    wrt_json_free(cited);
    wrt_json_free(withdrawn);
    return out;
}
