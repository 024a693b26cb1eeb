/* affected.c: citing edges, citing claims. */
#include "agent/claims/affected.h"

#include "kg/store/retractions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the publications of several supports or grounds lost. A paper that two of them cite is one
 * publication. */
typedef struct {
    wrt_json *seen; /* PMID, or another identifier as it is written -> true */
    wrt_json *lost; /* array of {"pmid","status"} */
} loss;

static loss loss_make(void) {
    return (loss){wrt_json_new_object(), wrt_json_new_array()};
}

static void loss_free(loss *found) {
    wrt_json_free(found->seen);
    wrt_json_free(found->lost);
}

static int compare_standings(const void *key, const void *item) {
    int64_t pmid = *(const int64_t *)key, other = ((const wrt_pubmed_standing *)item)->pmid;
    return pmid < other ? -1 : pmid > other;
}

static const wrt_pubmed_standing *find(const wrt_affected_papers *papers, int64_t pmid) {
    if (papers->n == 0)
        return NULL;
    return bsearch(&pmid, papers->list, papers->n, sizeof *papers->list, compare_standings);
}

static void add_publication(loss *out, const char *given, const wrt_affected_papers *papers) {
    int64_t pmid = 0;
    char text[24];
    bool is_pmid = wrt_pubmed_read_pmid(&pmid, wrt_str_of(given));
    snprintf(text, sizeof text, "%lld", (long long)pmid);
    const char *name = is_pmid ? text : given;
    if (wrt_json_get(out->seen, name) != NULL)
        return;
    wrt_json_set_bool(out->seen, name, true);
    const wrt_pubmed_standing *standing = is_pmid ? find(papers, pmid) : NULL;
    if (standing == NULL)
        return;
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set_text(entry, "pmid", text);
    wrt_json_set_text(entry, "status", wrt_pubmed_status_name(standing->status));
    wrt_json_push(out->lost, entry);
}

static void add_publications(loss *out, const wrt_json *publications,
                             const wrt_affected_papers *papers) {
    WRT_JSON_EACH(item, publications)
    if (wrt_json_text(item) != NULL)
        add_publication(out, wrt_json_text(item), papers);
}

/* The counts and the list into an entry. */
static void set_loss(wrt_json *entry, const loss *found) {
    size_t publications = wrt_json_count(found->seen), lost = wrt_json_count(found->lost);
    wrt_json_set_int(entry, "publications", (int64_t)publications);
    wrt_json_set_int(entry, "remaining", (int64_t)(publications - lost));
    wrt_json_set(entry, "lost", wrt_json_copy(found->lost));
}

/* ---- edges */

static wrt_json *node_ref(const wrt_json *node) {
    wrt_json *ref = wrt_json_new_object();
    wrt_json_set_text(ref, "id", wrt_json_get_text(node, "id", "?"));
    wrt_json_set_text(ref, "name", wrt_json_get_text(node, "name", "?"));
    return ref;
}

static wrt_json *edge_entry(const wrt_json *edge, const wrt_affected_papers *papers) {
    wrt_json *entry = wrt_json_new_object();
    loss found = loss_make();
    const wrt_json *supports = wrt_json_get(edge, "supports");
    if (wrt_json_count(supports) == 0)
        add_publications(&found, wrt_json_get(edge, "publications"), papers);
    WRT_JSON_EACH(support, supports)
    add_publications(&found, wrt_json_get(support, "publications"), papers);
    wrt_json_set_text(entry, "id", wrt_json_get_text(edge, "id", "?"));
    wrt_json_set(entry, "subject", node_ref(wrt_json_get(edge, "subject")));
    wrt_json_set_text(entry, "predicate", wrt_json_get_text(edge, "predicate", "?"));
    wrt_json_set(entry, "object", node_ref(wrt_json_get(edge, "object")));
    set_loss(entry, &found);
    loss_free(&found);
    return entry;
}

wrt_status wrt_affected_edges(wrt_json **out, size_t *total, wrt_kg *kg,
                              const wrt_affected_papers *papers, wrt_err *err) {
    wrt_json *pmids = wrt_json_new_array(), *edges = NULL;
    *out = wrt_json_new_array();
    *total = 0;
    for (size_t i = 0; i < papers->n; i++)
        wrt_json_push(pmids, wrt_json_new_int(papers->list[i].pmid));
    wrt_status status = wrt_kg_edges_citing(&edges, total, kg, pmids, WRT_AFFECTED_EDGES_MAX, err);
    WRT_JSON_EACH(edge, edges)
    wrt_json_push(*out, edge_entry(edge, papers));
    wrt_json_free(pmids);
    wrt_json_free(edges);
    return status;
}

/* ---- claims */

/* The publications of one evidence id among the events. */
static const wrt_json *publications_of(const wrt_json *events, const char *id) {
    WRT_JSON_EACH(event, events) {
        const wrt_json *body = wrt_json_get(event, "body");
        if (strcmp(wrt_json_get_text(event, "type", ""), "evidence") == 0 &&
            strcmp(wrt_json_get_text(body, "id", ""), id) == 0)
            return wrt_json_path(body, "source.publications");
    }
    return NULL;
}

static loss loss_of_claim(const wrt_json *events, const wrt_json *claim,
                          const wrt_affected_papers *papers) {
    loss found = loss_make();
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds")) {
        if (strcmp(wrt_json_get_text(ground, "role", ""), "context") == 0)
            continue;
        const char *id = wrt_json_get_text(ground, "evidence", "");
        add_publications(&found, publications_of(events, id), papers);
    }
    return found;
}

static wrt_json *claim_entry(const wrt_run_info *run, const wrt_json *claim, const loss *found) {
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set_text(entry, "run", run->id);
    wrt_json_set_text(entry, "started", run->started);
    wrt_json_set_text(entry, "question", run->question);
    wrt_json_set_text(entry, "claim", wrt_json_get_text(claim, "id", "?"));
    wrt_json_set_text(entry, "kind", wrt_json_get_text(claim, "kind", "?"));
    wrt_json_set_text(entry, "text", wrt_json_get_text(claim, "text", "?"));
    wrt_json_set_int(entry, "rung", wrt_json_get_int(claim, "rung", 1));
    set_loss(entry, found);
    return entry;
}

static void add_run(wrt_json *out, const wrt_run_info *run, const wrt_json *events,
                    const wrt_affected_papers *papers) {
    WRT_JSON_EACH(event, events) {
        if (strcmp(wrt_json_get_text(event, "type", ""), "claim") != 0)
            continue;
        const wrt_json *claim = wrt_json_get(event, "body");
        loss found = loss_of_claim(events, claim, papers);
        if (wrt_json_count(found.lost) > 0)
            wrt_json_push(out, claim_entry(run, claim, &found));
        loss_free(&found);
    }
}

wrt_status wrt_affected_claims(wrt_json **out, size_t *unreadable, wrt_ledger *ledger,
                               const wrt_affected_papers *papers, wrt_err *err) {
    wrt_run_info *runs = NULL;
    size_t n = 0;
    *out = wrt_json_new_array();
    *unreadable = 0;
    wrt_status status = wrt_ledger_list(&runs, &n, ledger, err);
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        wrt_json *events = NULL;
        if (wrt_ledger_events(&events, ledger, runs[i].id, NULL) == WRT_OK)
            add_run(*out, &runs[i], events, papers);
        else
            ++*unreadable;
        wrt_json_free(events);
    }
    wrt_run_info_free(runs, n);
    return status;
}
