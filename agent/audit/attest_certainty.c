/* attest_certainty.c: the certainty of claims about rows, routes and papers, by the rule
 * (claims/certainty.h) and from their evidence alone. Claims of computed results are made again
 * whole by level 5. */
#include "agent/audit/attest_internal.h"

#include "agent/claims/certainty.h"
#include "agent/claims/claim.h"
#include "agent/literature/weigh.h"

#include <string.h>

static bool compare(wrt_attest *a, const wrt_json *claim, const wrt_certainty_grounds *grounds) {
    const char *own = wrt_certainty_name(wrt_certainty_of(grounds));
    const char *said = wrt_json_get_text(claim, "certainty", "?");
    wrt_json *reasons = wrt_certainty_reasons(grounds);
    bool same = wrt_json_equal(wrt_json_get(claim, "certainty_by"), reasons);
    wrt_json_free(reasons);
    if (strcmp(said, own) != 0)
        return wrt_attest_fail(a,
                               "claim %s is said to be of certainty \"%s\", its evidence gives "
                               "\"%s\"",
                               wrt_json_get_text(claim, "id", "?"), said, own);
    return same || wrt_attest_fail(a, "claim %s: the reasons of its certainty are not the rule's",
                                   wrt_json_get_text(claim, "id", "?"));
}

bool wrt_attest_certainty_of_link(wrt_attest *a, const wrt_json *claim, const wrt_json *evidence,
                                  const wrt_json *row) {
    wrt_certainty_grounds grounds = wrt_certainty_grounds_of_edge(row);
    grounds.is_contradicted = wrt_json_count(wrt_json_get(claim, "rebuttals")) > 0 ||
                              wrt_json_get_bool(row, "sign_conflict", false);
    grounds.has_withdrawn = wrt_json_count(wrt_json_get(evidence, "withdrawn")) > 0;
    grounds.has_lost_support = wrt_json_get_bool(evidence, "retracted", false);
    return compare(a, claim, &grounds);
}

/* ---- routes */

static bool is_kind(const wrt_json *object, const char *kind) {
    return strcmp(wrt_json_get_text(object, "kind", ""), kind) == 0;
}

static bool stands_on(const wrt_json *claim, const char *evidence) {
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds"))
    if (strcmp(wrt_json_get_text(ground, "evidence", ""), evidence) == 0)
        return !wrt_claim_is_rebuttal(claim, evidence);
    return false;
}

/* The claim of the link that this evidence carries, before the event under check; NULL: policy
 * withheld it. */
static const wrt_json *claim_of_link(const wrt_attest *a, const char *evidence) {
    WRT_JSON_EACH(event, a->events) {
        const wrt_json *body = wrt_json_get(event, "body");
        if (wrt_json_get_int(event, "seq", INT64_MAX) >= a->seq)
            return NULL;
        if (strcmp(wrt_json_get_text(event, "type", ""), "claim") == 0 && is_kind(body, "edge") &&
            stands_on(body, evidence))
            return body;
    }
    return NULL;
}

static wrt_certainty certainty_of_link(const wrt_attest *a, const wrt_json *evidence) {
    wrt_certainty own = WRT_CERTAINTY_VERY_LOW;
    const wrt_json *link = claim_of_link(a, wrt_json_get_text(evidence, "id", "?"));
    if (wrt_certainty_of_name(&own, wrt_json_get_text(link, "certainty", NULL)))
        return own;
    wrt_json *row = wrt_attest_row(a, evidence);
    own = wrt_certainty_of_edge(row);
    wrt_json_free(row);
    return own;
}

bool wrt_attest_certainty_of_route(wrt_attest *a, const wrt_json *claim) {
    wrt_certainty_grounds grounds = {
        .design = WRT_DESIGN_LINKS, .link = WRT_CERTAINTY_HIGH, .is_chain = true};
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds")) {
        const wrt_json *evidence =
            wrt_attest_find_evidence(a, wrt_json_get_text(ground, "evidence", "?"));
        if (!is_kind(evidence, "kg_edge"))
            continue;
        wrt_certainty own = certainty_of_link(a, evidence);
        grounds.link = own < grounds.link ? own : grounds.link;
        grounds.has_lost_support |= wrt_json_get_bool(evidence, "retracted", false);
    }
    return compare(a, claim, &grounds);
}

/* ---- papers */

bool wrt_attest_certainty_of_literature(wrt_attest *a, const wrt_json *claim) {
    wrt_agreement table = {.quotes = wrt_json_new_array()};
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds")) {
        const wrt_json *evidence =
            wrt_attest_find_evidence(a, wrt_json_get_text(ground, "evidence", "?"));
        if (is_kind(evidence, "publication_quote"))
            wrt_json_push(table.quotes, wrt_weigh_row(evidence));
    }
    const wrt_certainty_grounds grounds =
        wrt_weigh_quotes(&table, wrt_json_get_text(claim, "direction", "unclear"));
    wrt_json_free(table.quotes);
    return compare(a, claim, &grounds);
}
