/* attest_edge.c: evidence that is a row of the graph. */
#include "agent/audit/attest_internal.h"

#include "kg/store/proof.h"

#include <string.h>

static wrt_json *read_proof(const wrt_attest *a, const wrt_json *evidence) {
    const wrt_json *locator = wrt_json_get(evidence, "locator");
    return wrt_attest_lookup(a, wrt_json_get_int(locator, "proof", 0), "proof");
}

wrt_json *wrt_attest_row(const wrt_attest *a, const wrt_json *evidence) {
    wrt_json *proof = read_proof(a, evidence);
    wrt_json *row = proof != NULL ? wrt_json_take(proof, "edge") : NULL;
    wrt_json_free(proof);
    return row;
}

/* A member that is absent in both, or equal. */
static bool same_member(const wrt_json *evidence, const wrt_json *row, const char *name) {
    const wrt_json *stated = wrt_json_get(evidence, name), *stored = wrt_json_get(row, name);
    return (stated == NULL && stored == NULL) || wrt_json_equal(stated, stored);
}

/* The first member of the evidence that is not the row's; NULL when all are. */
static const char *difference(const wrt_json *evidence, const wrt_json *row) {
    static const char *const own[] = {"predicate", "original_predicate", "knowledge_level",
                                      "agent_type"};
    static const char *const of_source[] = {"primary_knowledge_source", "sources", "record_id",
                                            "publications", "license"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (!same_member(evidence, row, own[i]))
            return own[i];
    for (size_t i = 0; i < sizeof of_source / sizeof *of_source; i++)
        if (!same_member(wrt_json_get(evidence, "source"), row, of_source[i]))
            return of_source[i];
    return NULL;
}

static bool check_snapshot(wrt_attest *a, const wrt_json *evidence, const wrt_json *proof) {
    const char *snapshot = wrt_json_get_text(a->start, "kg_snapshot", "");
    const char *edge = wrt_json_get_text(wrt_json_get(evidence, "locator"), "edge", "?");
    wrt_err err = {0};
    if (strcmp(wrt_json_get_text(wrt_json_get(evidence, "locator"), "kg_snapshot", "?"),
               snapshot) != 0)
        return wrt_attest_fail(a, "edge %s is said to be of another graph than the run's", edge);
    if (proof == NULL)
        return wrt_attest_fail(a, "edge %s has no proof that it belongs to the graph", edge);
    if (wrt_kg_proof_check(proof, &err) != WRT_OK)
        return wrt_attest_fail(a, "edge %s: %s", edge, err.message);
    if (strcmp(wrt_json_get_text(proof, "snapshot", "?"), snapshot) != 0)
        return wrt_attest_fail(a, "the proof of edge %s leads to another graph than the run's",
                               edge);
    return true;
}

static bool check_row(wrt_attest *a, const wrt_json *evidence, const wrt_json *row) {
    const char *edge = wrt_json_get_text(wrt_json_get(evidence, "locator"), "edge", "?");
    char hex[WRT_SHA256_HEX + 1];
    if (strcmp(wrt_json_get_text(row, "id", "?"), edge) != 0)
        return wrt_attest_fail(a, "the proof is of edge %s, the evidence of %s",
                               wrt_json_get_text(row, "id", "?"), edge);
    wrt_attest_hash(hex, row);
    if (strcmp(wrt_json_get_text(evidence, "sha256", "?"), hex) != 0)
        return wrt_attest_fail(a, "edge %s: its bytes are not those that the evidence names", edge);
    const char *other = difference(evidence, row);
    if (other != NULL)
        return wrt_attest_fail(a, "edge %s: \"%s\" is not what the graph states", edge, other);
    return true;
}

/* What the journal's reads call withdrawn must not count as support. */
static bool check_standing(wrt_attest *a, const wrt_json *evidence, const wrt_json *row) {
    size_t cited = 0, withdrawn = 0;
    WRT_JSON_EACH(item, wrt_json_get(row, "publications")) {
        wrt_pubmed_status status =
            wrt_attest_standing(a, wrt_json_text(item) != NULL ? wrt_json_text(item) : "");
        cited++;
        withdrawn += status != WRT_PUBMED_UNKNOWN && !wrt_pubmed_status_is_ground(status);
    }
    if (cited == 0 || withdrawn < cited || wrt_json_get_bool(evidence, "retracted", false))
        return true;
    return wrt_attest_fail(a,
                           "edge %s: every publication that it cites was withdrawn, and the "
                           "evidence does not say so",
                           wrt_json_get_text(row, "id", "?"));
}

/* The row itself in the auditor's own graph, whose snapshot is the run's. */
static bool check_own_graph(wrt_attest *a, const wrt_json *evidence, const wrt_json *row) {
    const char *edge = wrt_json_get_text(row, "id", "?");
    wrt_json *own = NULL;
    if (a->with == NULL || a->with->kg == NULL)
        return true;
    wrt_status status = wrt_kg_edge(&own, a->with->kg, edge, NULL);
    bool same = status == WRT_OK && strcmp(wrt_json_get_text(own, "sha256", "?"),
                                           wrt_json_get_text(evidence, "sha256", "")) == 0;
    wrt_json_free(own);
    return same || wrt_attest_fail(a, "edge %s is not in the graph given", edge);
}

bool wrt_attest_edge(wrt_attest *a, const wrt_json *evidence) {
    wrt_json *proof = read_proof(a, evidence);
    const wrt_json *row = wrt_json_get(proof, "edge");
    bool ok = check_snapshot(a, evidence, proof) && check_row(a, evidence, row) &&
              check_standing(a, evidence, row) && check_own_graph(a, evidence, row);
    a->rows += ok;
    wrt_json_free(proof);
    return ok;
}
