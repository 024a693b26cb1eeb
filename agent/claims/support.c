/* support.c: counting publications. */
#include "agent/claims/support.h"

#include "agent/claims/claim.h"

#include <string.h>
#include <strings.h>

/* Prefixes of DOIs under which preprints stand and nothing else. openRxiv has its own since
 * December 2025; until then bioRxiv and medRxiv shared 10.1101 with the journals of Cold Spring
 * Harbor. */
static const char *const preprint_dois[] = {"10.64898/", "10.48550/", "10.21203/", "10.26434/",
                                            "10.20944/", "10.2139/",  "10.31234/", "10.31219/",
                                            "10.36227/", NULL};

static const char shared_doi[] = "10.1101/";

static const char *skip_prefix(const char *text, const char *prefix) {
    size_t len = strlen(prefix);
    return strncasecmp(text, prefix, len) == 0 ? text + len : text;
}

/* The DOI without what it may be written behind. */
static const char *skip_resolver(const char *publication) {
    static const char *const before[] = {"https://", "http://", "dx.", "doi.org/", "doi:"};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        publication = skip_prefix(publication, before[i]);
    while (*publication == ' ')
        publication++;
    return publication;
}

/* "10.1101/123456" and "10.1101/2020.01.31.123456"; the journals' begin with letters ("gr.1"). */
static bool is_shared_preprint(const char *doi) {
    size_t len = strlen(shared_doi);
    return strncmp(doi, shared_doi, len) == 0 && doi[len] >= '0' && doi[len] <= '9';
}

bool wrt_support_is_preprint(const char *publication) {
    if (strncasecmp(publication, "arxiv:", 6) == 0)
        return true;
    const char *doi = skip_resolver(publication);
    for (size_t i = 0; preprint_dois[i] != NULL; i++)
        if (strncmp(doi, preprint_dois[i], strlen(preprint_dois[i])) == 0)
            return true;
    return is_shared_preprint(doi);
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
        if (wrt_claim_is_rebuttal(claim, id))
            continue;
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
