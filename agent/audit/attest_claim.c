/* attest_claim.c: claims against the evidence that they name. */
#include "agent/audit/attest_internal.h"

#include "agent/claims/claim.h"
#include "agent/claims/rows.h"
#include "agent/claims/rung.h"
#include "agent/claims/wording.h"
#include "agent/literature/quote.h"

#include <string.h>

static const char *id_of(const wrt_json *claim) {
    return wrt_json_get_text(claim, "id", "?");
}

static const char *end_of(const wrt_json *object, const char *end) {
    return wrt_json_get_text(wrt_json_get(object, end), "id", "?");
}

static bool is_kind(const wrt_json *object, const char *kind) {
    return strcmp(wrt_json_get_text(object, "kind", ""), kind) == 0;
}

/* ---- grounds */

static bool check_grounds(wrt_attest *a, const wrt_json *claim) {
    const wrt_json *grounds = wrt_json_get(claim, "grounds");
    if (wrt_json_count(grounds) == 0)
        return wrt_attest_fail(a, "claim %s has no grounds", id_of(claim));
    WRT_JSON_EACH(ground, grounds) {
        const char *id = wrt_json_get_text(ground, "evidence", "?");
        const char *role = wrt_json_get_text(ground, "role", "?");
        const wrt_json *evidence = wrt_attest_find_evidence(a, id);
        if (evidence == NULL)
            return wrt_attest_fail(a, "claim %s names evidence %s, which is not there before it",
                                   id_of(claim), id);
        if (strcmp(role, "context") != 0 && !wrt_claim_is_rebuttal(claim, id) &&
            wrt_json_get_bool(evidence, "retracted", false))
            return wrt_attest_fail(a, "claim %s stands on %s, all of whose support was withdrawn",
                                   id_of(claim), id);
    }
    WRT_JSON_EACH(item, wrt_json_get(claim, "rebuttals")) {
        if (wrt_json_text(item) == NULL || wrt_attest_find_evidence(a, wrt_json_text(item)) == NULL)
            return wrt_attest_fail(a, "claim %s names a rebuttal that is not there before it",
                                   id_of(claim));
    }
    return true;
}

/* ---- one row */

/* The row as the claim reads it: from subject to object, or turned round ("reversed"). */
static bool orient(wrt_json *row, const wrt_json *claim) {
    if (strcmp(end_of(row, "subject"), end_of(claim, "subject")) == 0 &&
        strcmp(end_of(row, "object"), end_of(claim, "object")) == 0)
        return true;
    if (strcmp(end_of(row, "subject"), end_of(claim, "object")) != 0 ||
        strcmp(end_of(row, "object"), end_of(claim, "subject")) != 0)
        return false;
    wrt_json_set_bool(row, "reversed", true);
    return true;
}

static bool is_text_of_row(const wrt_json *claim, const wrt_json *row, bool is_causal) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_word_edge(&text, wrt_json_get(claim, "subject"), row, wrt_json_get(claim, "object"),
                  is_causal);
    bool same = strcmp(wrt_json_get_text(claim, "text", ""), wrt_buf_str(&text).ptr) == 0;
    wrt_buf_free(&text);
    return same;
}

/* What the program says when a rule took the row's own words away. */
static bool is_weaker_text(const wrt_json *claim) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(&text, "%s %s %s",
                   wrt_json_get_text(wrt_json_get(claim, "subject"), "name", "?"),
                   wrt_word_relation("associated_with"),
                   wrt_json_get_text(wrt_json_get(claim, "object"), "name", "?"));
    bool same = strcmp(wrt_json_get_text(claim, "text", ""), wrt_buf_str(&text).ptr) == 0;
    wrt_buf_free(&text);
    return same || wrt_json_get_bool(claim, "withheld", false);
}

static bool is_named(const wrt_json *end, const wrt_json *of_row) {
    const char *name = wrt_json_get_text(end, "name", "");
    return strcmp(name, WRT_LEFT_OUT) == 0 ||
           strcmp(name, wrt_json_get_text(of_row, "name", "?")) == 0;
}

static bool same_names(const wrt_json *claim, const wrt_json *row) {
    bool reversed = wrt_json_get_bool(row, "reversed", false);
    const wrt_json *from = wrt_json_get(row, reversed ? "object" : "subject");
    const wrt_json *to = wrt_json_get(row, reversed ? "subject" : "object");
    return is_named(wrt_json_get(claim, "subject"), from) &&
           is_named(wrt_json_get(claim, "object"), to);
}

static bool check_against_row(wrt_attest *a, const wrt_json *claim, wrt_json *row) {
    const char *reason = NULL, *relation = wrt_json_get_text(claim, "relation", "?");
    if (row == NULL || !orient(row, claim) || !same_names(claim, row))
        return wrt_attest_fail(a, "claim %s is not about the two ends of its row", id_of(claim));
    int rung = wrt_rung_of_edge(row, &reason);
    if (wrt_json_get_int(claim, "rung", 9) > rung)
        return wrt_attest_fail(a, "claim %s stands on a higher rung than its row carries",
                               id_of(claim));
    if (strcmp(relation, wrt_relation_of_edge(row)) != 0 &&
        strcmp(relation, "associated_with") != 0)
        return wrt_attest_fail(a, "claim %s states \"%s\", its row does not", id_of(claim),
                               relation);
    const wrt_json *polarity = wrt_json_get(claim, "polarity");
    if (wrt_json_is(polarity, WRT_JSON_NUMBER) &&
        !wrt_json_equal(polarity, wrt_json_get(row, "sign")))
        return wrt_attest_fail(a, "claim %s has another direction than its row", id_of(claim));
    if (!is_text_of_row(claim, row, rung >= 2) && !is_weaker_text(claim))
        return wrt_attest_fail(a, "claim %s does not say what its row says", id_of(claim));
    return true;
}

/* ---- quotations */

/* A claim of the literature states its direction, which is that of its polarity. */
static wrt_direction direction_of(const wrt_json *claim) {
    double polarity = wrt_json_number(wrt_json_get(claim, "polarity"), 0.0);
    if (polarity == 0 && strcmp(wrt_json_get_text(claim, "direction", ""), "no_effect") == 0)
        return WRT_READS_NO_EFFECT;
    return wrt_direction_of_sign(polarity < 0 ? -1 : polarity > 0 ? 1 : 0);
}

/* A sentence has the role that its direction gives it; a weakened claim has only context left. */
static bool check_quotes(wrt_attest *a, const wrt_json *claim) {
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds")) {
        const char *id = wrt_json_get_text(ground, "evidence", "?");
        const char *role = wrt_json_get_text(ground, "role", "?");
        const wrt_json *evidence = wrt_attest_find_evidence(a, id);
        const char *direction =
            wrt_json_get_text(wrt_json_get(evidence, "reads"), "direction", "unclear");
        if (!is_kind(evidence, "publication_quote") || strcmp(role, "context") == 0)
            continue;
        if (strcmp(role, wrt_quote_role(direction, direction_of(claim))) != 0)
            return wrt_attest_fail(a, "claim %s: %s is said to be \"%s\" and reads \"%s\"",
                                   id_of(claim), id, role, direction);
    }
    return true;
}

/* Rung 2 needs a sentence about a randomised comparison; more no quotation carries. */
static bool check_literature(wrt_attest *a, const wrt_json *claim) {
    int most = 1;
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds")) {
        const wrt_json *evidence =
            wrt_attest_find_evidence(a, wrt_json_get_text(ground, "evidence", "?"));
        if (strcmp(wrt_json_get_text(ground, "role", ""), "supports") == 0 &&
            wrt_json_get_bool(evidence, "interventional", false))
            most = 2;
    }
    if (wrt_json_get_int(claim, "rung", 9) > most)
        return wrt_attest_fail(a, "claim %s stands on a higher rung than its quotations carry",
                               id_of(claim));
    if (strcmp(wrt_json_get_text(claim, "direction", "?"),
               wrt_direction_name(direction_of(claim))) != 0)
        return wrt_attest_fail(a, "claim %s has another polarity than its direction", id_of(claim));
    return check_quotes(a, claim) && wrt_attest_certainty_of_literature(a, claim);
}

/* ---- claims about one link */

/* What the claim stands on: its first row that does not speak against it. */
static const wrt_json *own_evidence(const wrt_attest *a, const wrt_json *claim) {
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds")) {
        const char *id = wrt_json_get_text(ground, "evidence", "?");
        const wrt_json *evidence = wrt_attest_find_evidence(a, id);
        if (is_kind(evidence, "kg_edge") && !wrt_claim_is_rebuttal(claim, id))
            return evidence;
    }
    return NULL;
}

static bool check_rebuttals(wrt_attest *a, const wrt_json *claim, const wrt_json *row) {
    WRT_JSON_EACH(item, wrt_json_get(claim, "rebuttals")) {
        const wrt_json *evidence = wrt_attest_find_evidence(a, wrt_json_text(item));
        if (!is_kind(evidence, "kg_edge"))
            continue;
        wrt_json *other = wrt_attest_row(a, evidence);
        bool opposes = other != NULL && wrt_rows_oppose(row, other);
        wrt_json_free(other);
        if (!opposes)
            return wrt_attest_fail(a, "claim %s: %s does not speak against it", id_of(claim),
                                   wrt_json_text(item));
    }
    return true;
}

static bool check_link(wrt_attest *a, const wrt_json *claim) {
    const wrt_json *evidence = own_evidence(a, claim);
    if (evidence == NULL)
        return wrt_attest_fail(a, "claim %s stands on no row of the graph", id_of(claim));
    wrt_json *row = wrt_attest_row(a, evidence);
    bool ok = check_against_row(a, claim, row) && check_rebuttals(a, claim, row) &&
              check_quotes(a, claim) && wrt_attest_certainty_of_link(a, claim, evidence, row);
    wrt_json_free(row);
    return ok;
}

/* ---- claims about a route */

typedef struct {
    char at[512]; /* the id of the node reached so far */
    int rung;
    bool knows_sign;
    double sign; /* 0 while no link had a direction of effect */
} route_walk;

/* One link further; false when the row does not begin where the route has come to. */
static bool step(route_walk *walk, wrt_json *row) {
    const char *reason = NULL;
    bool forward = strcmp(end_of(row, "subject"), walk->at) == 0;
    if (!forward && strcmp(end_of(row, "object"), walk->at) != 0)
        return false;
    if (!forward)
        wrt_json_set_bool(row, "reversed", true);
    int rung = wrt_rung_of_edge(row, &reason);
    walk->rung = rung < walk->rung ? rung : walk->rung;
    const wrt_json *sign = wrt_json_get(row, "sign");
    bool both = strcmp(wrt_json_get_text(row, "direction", ""), "both") == 0;
    bool counts = forward || (both && !wrt_json_get_bool(row, "causal", false));
    if (!wrt_json_is(sign, WRT_JSON_NUMBER) || !counts)
        walk->knows_sign = false;
    else if (wrt_json_number(sign, 0.0) != 0)
        walk->sign = (walk->sign < 0) == (wrt_json_number(sign, 0.0) < 0) ? 1 : -1;
    strncpy(walk->at, end_of(row, forward ? "object" : "subject"), sizeof walk->at - 1);
    return true;
}

static bool walk_route(wrt_attest *a, route_walk *walk, const wrt_json *claim) {
    size_t links = 0;
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds")) {
        const wrt_json *evidence =
            wrt_attest_find_evidence(a, wrt_json_get_text(ground, "evidence", "?"));
        if (!is_kind(evidence, "kg_edge"))
            continue;
        wrt_json *row = wrt_attest_row(a, evidence);
        bool joins = row != NULL && step(walk, row);
        wrt_json_free(row);
        links++;
        if (!joins)
            return wrt_attest_fail(a, "claim %s: its rows do not join to a route", id_of(claim));
    }
    if (links == 0 || strcmp(walk->at, end_of(claim, "object")) != 0)
        return wrt_attest_fail(a, "claim %s: its rows do not lead to its object", id_of(claim));
    return true;
}

static bool check_route(wrt_attest *a, const wrt_json *claim) {
    route_walk walk = {.rung = 3, .knows_sign = true};
    strncpy(walk.at, end_of(claim, "subject"), sizeof walk.at - 1);
    if (!walk_route(a, &walk, claim))
        return false;
    const wrt_json *polarity = wrt_json_get(claim, "polarity");
    if (wrt_json_get_int(claim, "rung", 9) > walk.rung)
        return wrt_attest_fail(a, "claim %s stands on a higher rung than its weakest row",
                               id_of(claim));
    if (wrt_json_is(polarity, WRT_JSON_NUMBER) &&
        (!walk.knows_sign || wrt_json_number(polarity, 0.0) != walk.sign))
        return wrt_attest_fail(a, "claim %s has another direction than its rows", id_of(claim));
    return wrt_attest_certainty_of_route(a, claim);
}

/* ---- all claims */

/* The direction that a relation states must be the claim's own. */
static bool check_relation(wrt_attest *a, const wrt_json *claim) {
    const char *relation = wrt_json_get_text(claim, "relation", "?");
    double polarity = wrt_json_number(wrt_json_get(claim, "polarity"), 0.0);
    bool raises = strcmp(relation, "increases") == 0, lowers = strcmp(relation, "decreases") == 0;
    if ((raises && polarity <= 0) || (lowers && polarity >= 0))
        return wrt_attest_fail(a, "claim %s: \"%s\" is not its direction", id_of(claim), relation);
    if (is_kind(claim, "hypothesis") &&
        strcmp(wrt_json_get_text(wrt_json_get(claim, "warrant"), "kind", "none"), "none") == 0 &&
        (raises || lowers))
        return wrt_attest_fail(a, "claim %s states an effect without a warrant", id_of(claim));
    return true;
}

bool wrt_attest_claim(wrt_attest *a, const wrt_json *claim) {
    bool ok = check_grounds(a, claim) && check_relation(a, claim);
    if (ok && is_kind(claim, "edge"))
        ok = check_link(a, claim);
    else if (ok && is_kind(claim, "hypothesis"))
        ok = check_route(a, claim);
    else if (ok && is_kind(claim, "literature"))
        ok = check_literature(a, claim);
    a->claims += ok;
    return ok;
}

/* ---- the answer */

static const wrt_json *recorded_claim(const wrt_attest *a, const char *id) {
    WRT_JSON_EACH(event, a->events) {
        const wrt_json *body = wrt_json_get(event, "body");
        if (strcmp(wrt_json_get_text(event, "type", ""), "claim") == 0 &&
            strcmp(wrt_json_get_text(body, "id", ""), id) == 0)
            return body;
    }
    return NULL;
}

/* Texts of sources may have been left out of the answer; where things are and what they hash to
 * may not differ. */
static bool same_evidence(const wrt_json *shown, const wrt_json *recorded) {
    static const char *const members[] = {"kind", "locator", "sha256", "retracted"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const wrt_json *x = wrt_json_get(shown, members[i]),
                       *y = wrt_json_get(recorded, members[i]);
        wrt_json *masked = wrt_utter_masked(y, x);
        bool same = (x == NULL && y == NULL) || wrt_json_equal(x, masked);
        wrt_json_free(masked);
        if (!same)
            return false;
    }
    return recorded != NULL;
}

bool wrt_attest_answer(wrt_attest *a, const wrt_json *answer) {
    WRT_JSON_EACH(claim, wrt_json_get(answer, "claims")) {
        const wrt_json *recorded = recorded_claim(a, id_of(claim));
        if (recorded == NULL || !wrt_json_equal(claim, recorded))
            return wrt_attest_fail(a, "the answer's claim %s is not the one recorded",
                                   id_of(claim));
    }
    WRT_JSON_EACH(evidence, wrt_json_get(answer, "evidence")) {
        if (!same_evidence(evidence, wrt_attest_find_evidence(a, id_of(evidence))))
            return wrt_attest_fail(a, "the answer's evidence %s is not the one recorded",
                                   id_of(evidence));
    }
    return true;
}
