/* claim.c: building claims and taking them through the gate. */
#include "agent/claims/claim.h"

#include "agent/claims/certainty.h"
#include "agent/claims/cite.h"
#include "agent/claims/refute.h"
#include "agent/claims/rung.h"
#include "agent/claims/support.h"
#include "agent/claims/wording.h"
#include "agent/literature/link.h"
#include "agent/steer.h"

#include <stdio.h>
#include <string.h>

wrt_claims wrt_claims_make(void) {
    return (wrt_claims){.evidence = wrt_evidence_make(),
                        .list = wrt_json_new_array(),
                        .by_edge = wrt_json_new_object(),
                        .library = wrt_library_make()};
}

void wrt_claims_free(wrt_claims *claims) {
    wrt_evidence_free(&claims->evidence);
    wrt_json_free(claims->list);
    wrt_json_free(claims->by_edge);
    wrt_library_free(&claims->library);
    *claims = (wrt_claims){0};
}

const wrt_json *wrt_claims_find(const wrt_claims *claims, const char *id) {
    WRT_JSON_EACH(claim, claims->list)
    if (id != NULL && strcmp(wrt_json_get_text(claim, "id", ""), id) == 0)
        return claim;
    return NULL;
}

/* ---- parts of a claim */

static wrt_json *node_ref(const wrt_json *node) {
    wrt_json *ref = wrt_json_new_object();
    if (wrt_json_get_text(node, "id", NULL) != NULL)
        wrt_json_set_text(ref, "id", wrt_json_get_text(node, "id", "?"));
    wrt_json_set_text(ref, "name", wrt_json_get_text(node, "name", "?"));
    return ref;
}

static wrt_json *new_ground(const char *evidence, const char *role) {
    wrt_json *ground = wrt_json_new_object();
    wrt_json_set_text(ground, "evidence", evidence);
    wrt_json_set_text(ground, "role", role);
    return ground;
}

void wrt_claim_add_ground(wrt_json *claim, const char *evidence, const char *role) {
    wrt_json_push(wrt_json_get_mut(claim, "grounds"), new_ground(evidence, role));
}

bool wrt_claim_is_rebuttal(const wrt_json *claim, const char *evidence) {
    WRT_JSON_EACH(id, wrt_json_get(claim, "rebuttals"))
    if (strcmp(wrt_json_text(id), evidence) == 0)
        return true;
    return false;
}

/* The grounds in two parts: what speaks against it, with the new one, then the others. */
void wrt_claim_add_rebuttal(wrt_json *claim, const char *evidence) {
    if (wrt_claim_is_rebuttal(claim, evidence))
        return;
    wrt_json *grounds = wrt_json_new_array();
    if (wrt_json_get(claim, "rebuttals") == NULL)
        wrt_json_set(claim, "rebuttals", wrt_json_new_array());
    wrt_json_push_text(wrt_json_get_mut(claim, "rebuttals"), evidence);
    WRT_JSON_EACH(id, wrt_json_get(claim, "rebuttals"))
    wrt_json_push(grounds, new_ground(wrt_json_text(id), "contradicts"));
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds"))
    if (!wrt_claim_is_rebuttal(claim, wrt_json_get_text(ground, "evidence", "")))
        wrt_json_push(grounds, wrt_json_copy(ground));
    wrt_json_set(claim, "grounds", grounds);
}

static wrt_json *new_warrant(const char *kind, const char *check) {
    wrt_json *warrant = wrt_json_new_object();
    char ref[32];
    wrt_json_set_text(warrant, "kind", kind);
    if (check != NULL) {
        snprintf(ref, sizeof ref, "ev:%s", check);
        wrt_json_set_text(warrant, "check", ref);
    }
    wrt_json_set(warrant, "assumptions", wrt_json_new_array());
    return warrant;
}

wrt_json *wrt_claim_new(wrt_claims *claims, const char *kind, const wrt_json *from,
                        const wrt_json *to) {
    char id[16];
    snprintf(id, sizeof id, "c%d", ++claims->made);
    wrt_json *claim = wrt_json_new_object();
    wrt_json_set_text(claim, "id", id);
    wrt_json_set_text(claim, "kind", kind);
    wrt_json_set(claim, "subject", node_ref(from));
    wrt_json_set(claim, "object", node_ref(to));
    wrt_json_set_text(claim, "population", "not stated by the sources");
    wrt_json_set(claim, "grounds", wrt_json_new_array());
    wrt_json_set(claim, "limits", wrt_json_new_array());
    return claim;
}

static void set_polarity(wrt_json *claim, const wrt_json *sign) {
    wrt_json_set(claim, "polarity",
                 wrt_json_is(sign, WRT_JSON_NUMBER) ? wrt_json_copy(sign) : wrt_json_new_null());
}

/* ---- the gate */

static void set_wording(wrt_json *claim, const char *relation) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(
        &text, "%s %s %s", wrt_json_get_text(wrt_json_get(claim, "subject"), "name", "?"),
        wrt_word_relation(relation), wrt_json_get_text(wrt_json_get(claim, "object"), "name", "?"));
    wrt_json_set(claim, "text", wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
}

/* A downgrade only ever lowers: a rule cannot raise a rung. */
static void downgrade(wrt_json *claim, const wrt_json *obligation) {
    int64_t to = wrt_json_get_int(obligation, "to_rung", 1);
    const char *relation = wrt_json_get_text(obligation, "wording", "associated_with");
    if (to < wrt_json_get_int(claim, "rung", 1))
        wrt_json_set_int(claim, "rung", to);
    wrt_json_set_text(claim, "downgraded_from", wrt_json_get_text(claim, "relation", ""));
    wrt_json_set_text(claim, "relation", relation);
    set_wording(claim, relation);
}

static void add_labels(wrt_json *claim, const wrt_json *obligations) {
    WRT_JSON_EACH(obligation, obligations) {
        if (strcmp(wrt_json_get_text(obligation, "type", ""), "label") != 0)
            continue;
        if (wrt_json_get(claim, "labels") == NULL)
            wrt_json_set(claim, "labels", wrt_json_new_array());
        WRT_JSON_EACH(label, wrt_json_get(obligation, "labels"))
        wrt_json_push(wrt_json_get_mut(claim, "labels"), wrt_json_copy(label));
    }
}

/* Rests the claim, or a link of it, on withdrawn publications alone? */
static bool has_lost_support(const wrt_claims *claims, const wrt_json *claim) {
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds")) {
        const char *id = wrt_json_get_text(ground, "evidence", "");
        if (!wrt_claim_is_rebuttal(claim, id) &&
            wrt_json_get_bool(wrt_evidence_find(&claims->evidence, id), "retracted", false))
            return true;
    }
    return false;
}

/* What has lost its support is no ground, whatever policy says of it: the claim falls to the lowest
 * rung, without a warrant, and its grounds become context. */
static void weaken(wrt_json *claim) {
    wrt_json *grounds = wrt_json_new_array();
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds")) {
        const char *id = wrt_json_get_text(ground, "evidence", "?");
        wrt_json_push(grounds,
                      new_ground(id, wrt_claim_is_rebuttal(claim, id) ? "contradicts" : "context"));
    }
    wrt_json_set(claim, "grounds", grounds);
    wrt_json_set_text(claim, "relation", "associated_with");
    wrt_json_set_int(claim, "rung", 1);
    wrt_json_set_text(claim, "rung_reason", "every publication cited for a link was withdrawn");
    wrt_json_set_text(claim, "certainty", wrt_certainty_name(WRT_CERTAINTY_VERY_LOW));
    wrt_json_set(claim, "warrant", new_warrant("none", NULL));
    set_wording(claim, "associated_with");
    wrt_json_push_text(wrt_json_get_mut(claim, "limits"),
                       "not grounds: every publication cited for a link was withdrawn");
}

static wrt_status pass_gate(bool *allowed, const wrt_claims *claims, wrt_turn *turn,
                            wrt_json *claim, wrt_err *err) {
    bool lost = has_lost_support(claims, claim);
    if (lost)
        weaken(claim);
    wrt_json *request = wrt_json_new_object(), *about = wrt_json_copy(claim), *decision = NULL;
    wrt_json_set_int(about, "grounds_count",
                     (int64_t)wrt_json_count(wrt_json_get(claim, "grounds")));
    wrt_json_set_bool(about, "retracted_only", lost);
    wrt_json_set(about, "support", wrt_support_of(&claims->evidence, claim));
    wrt_json_set(request, "claim", about);
    wrt_err denial = {0};
    wrt_status status = wrt_turn_decide(&decision, turn, "claim", request,
                                        wrt_json_get_text(claim, "id", NULL), &denial);
    *allowed = status == WRT_OK;
    if (status == WRT_E_DENIED) {
        wrt_turn_warn(turn, "claim withheld: %s", denial.message);
        status = WRT_OK;
    }
    WRT_JSON_EACH(obligation, wrt_json_get(decision, "obligations"))
    if (strcmp(wrt_json_get_text(obligation, "type", ""), "downgrade") == 0)
        downgrade(claim, obligation);
    add_labels(claim, wrt_json_get(decision, "obligations"));
    if (decision != NULL)
        wrt_json_set_text(claim, "decision", wrt_json_get_text(decision, "id", ""));
    wrt_json_free(decision);
    if (status != WRT_OK && err != NULL)
        *err = denial;
    return status;
}

/* The claim's sentence, decided; names of its ends and, for a route, of its inner nodes may stand
 * in it. */
static wrt_status say(wrt_claims *claims, wrt_turn *turn, wrt_json *claim, const wrt_json *path,
                      wrt_err *err) {
    wrt_json *nodes = wrt_json_new_array();
    wrt_json_push(nodes, node_ref(wrt_json_get(claim, "subject")));
    wrt_json_push(nodes, node_ref(wrt_json_get(claim, "object")));
    WRT_JSON_EACH(node, wrt_json_get(path, "nodes"))
    wrt_json_push(nodes, node_ref(node));
    wrt_status status = wrt_utter_claim(claim, &claims->said, turn, nodes, err);
    if (wrt_json_get_bool(claim, "withheld", false)) /* names that must not be said stand in it */
        wrt_json_set(claim, "refute", NULL);
    wrt_json_free(nodes);
    return status;
}

/* Records a claim that passed and gives its id; the claim is consumed. */
static wrt_status keep(const char **id, wrt_claims *claims, wrt_turn *turn, wrt_json *claim,
                       wrt_err *err) {
    wrt_status status = wrt_turn_record(turn, "claim", wrt_json_copy(claim), err);
    wrt_json_push(claims->list, claim);
    *id = wrt_json_get_text(claim, "id", "?");
    return status;
}

wrt_status wrt_claims_admit(const char **id, wrt_claims *claims, wrt_turn *turn, wrt_json *claim,
                            wrt_err *err) {
    bool allowed = false;
    *id = NULL;
    wrt_status status = pass_gate(&allowed, claims, turn, claim, err);
    if (status == WRT_OK && allowed)
        status = say(claims, turn, claim, NULL, err);
    if (status == WRT_OK && allowed)
        return keep(id, claims, turn, claim, err);
    wrt_json_free(claim);
    return status;
}

/* ---- edges */

static wrt_json *edge_claim(wrt_claims *claims, const wrt_json *from, const wrt_json *edge,
                            const wrt_json *to, const char *evidence) {
    const char *reason = NULL;
    int rung = wrt_rung_of_edge(edge, &reason);
    wrt_json *claim = wrt_claim_new(claims, "edge", from, to);
    wrt_claim_add_ground(claim, evidence, "supports");
    wrt_json_set_text(claim, "relation", wrt_relation_of_edge(edge));
    wrt_json_set_int(claim, "rung", rung);
    wrt_json_set_text(claim, "rung_reason", reason);
    wrt_json_set(claim, "warrant", new_warrant(rung >= 2 ? "curated_mechanism" : "none", NULL));
    set_polarity(claim, wrt_json_get(edge, "sign"));
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_word_edge(&text, from, edge, to, rung >= 2);
    wrt_json_set(claim, "text", wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
    wrt_json_push_text(wrt_json_get_mut(claim, "limits"),
                       rung >= 2
                           ? "as recorded, not checked here; population and dose are not stated"
                           : "no effect is stated");
    return claim;
}

/* The certainty of an edge's claim, once all its grounds are there. */
static void set_certainty(wrt_json *claim, const wrt_claims *claims, const wrt_json *edge,
                          const char *evidence) {
    const wrt_json *object = wrt_evidence_find(&claims->evidence, evidence);
    wrt_certainty_grounds grounds = wrt_certainty_grounds_of_edge(edge);
    grounds.is_contradicted = wrt_json_count(wrt_json_get(claim, "rebuttals")) > 0 ||
                              wrt_json_get_bool(edge, "sign_conflict", false);
    grounds.has_withdrawn = wrt_json_count(wrt_json_get(object, "withdrawn")) > 0;
    grounds.has_lost_support = wrt_json_get_bool(object, "retracted", false);
    wrt_json_set_text(claim, "certainty", wrt_certainty_name(wrt_certainty_of(&grounds)));
}

static wrt_status add_edge(wrt_claims *claims, const wrt_json *node, const wrt_json *edge,
                           const wrt_claim_context *context, wrt_err *err) {
    const char *edge_id = wrt_json_get_text(edge, "id", "?");
    if (wrt_json_get(claims->by_edge, edge_id) != NULL)
        return WRT_OK;
    const char *evidence = NULL, *id = NULL;
    wrt_status status = wrt_cite_edge(&evidence, claims, edge, context, err);
    if (status != WRT_OK)
        return status;
    wrt_json *claim = edge_claim(claims, node, edge, wrt_json_next(node), evidence);
    wrt_cite_limits(claim, &claims->evidence, evidence);
    status = wrt_cite_opposed(claim, claims, edge, context, err);
    if (status == WRT_OK)
        status = wrt_link_literature(claim, claims, edge, context->turn, err);
    if (status != WRT_OK) {
        wrt_json_free(claim);
        return status;
    }
    set_certainty(claim, claims, edge, evidence);
    status = wrt_claims_admit(&id, claims, context->turn, claim, err);
    if (id != NULL)
        wrt_json_set_text(claims->by_edge, edge_id, id);
    return status;
}

/* ---- paths */

static void add_limit(wrt_json *claim, wrt_buf *text) {
    wrt_json_push(wrt_json_get_mut(claim, "limits"), wrt_json_new_text(wrt_buf_str(text)));
    wrt_buf_clear(text);
}

/* Names the weakest link by the claim that passed the gate for it, if one did. */
static void limit_of_weakest(wrt_json *claim, const wrt_claims *claims, const wrt_json *path,
                             wrt_buf *text) {
    size_t weakest = 0;
    if (wrt_rung_of_path(path, &weakest) >= 2)
        return;
    const wrt_json *edge = wrt_json_at(wrt_json_get(path, "edges"), weakest);
    const char *id = wrt_json_get_text(claims->by_edge, wrt_json_get_text(edge, "id", "?"), NULL);
    const wrt_json *link = wrt_claims_find(claims, id);
    if (link == NULL)
        return;
    wrt_buf_printf(text, "weakest link: %s", wrt_json_get_text(link, "text", "?"));
    add_limit(claim, text);
}

static void limit_of_records(wrt_json *claim, const wrt_json *path, wrt_buf *text) {
    char record[128];
    if (wrt_path_common_record(record, sizeof record, path))
        wrt_buf_printf(text,
                       "every link comes from one record (%s); chaining links is still a "
                       "hypothesis",
                       record);
    else if (wrt_json_count(wrt_json_get(path, "edges")) > 1)
        wrt_buf_add_c(text, "no single record states every link: the route as a whole is nobody's "
                            "statement");
    if (text->len > 0)
        add_limit(claim, text);
}

static void limit_of_direction(wrt_json *claim, const wrt_json *path, int want_sign,
                               wrt_buf *text) {
    const wrt_json *sign = wrt_json_get(path, "sign");
    double value = wrt_json_number(sign, 0.0);
    if (!wrt_json_is(sign, WRT_JSON_NUMBER))
        wrt_buf_add_c(text, "direction unknown: a link states none");
    else if (value == 0)
        wrt_buf_add_c(text, "no direction: every link is structure, place or membership");
    else
        wrt_buf_printf(text, "direction: the signs of the links multiply to %s%s",
                       value < 0 ? "a decrease" : "an increase",
                       value * want_sign < 0 ? ", the opposite of what was asked" : "");
    add_limit(claim, text);
}

static void add_limits(wrt_json *claim, const wrt_claims *claims, const wrt_json *path,
                       const wrt_claim_context *context) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    limit_of_records(claim, path, &text);
    limit_of_weakest(claim, claims, path, &text);
    limit_of_direction(claim, path, context->want_sign, &text);
    wrt_buf_printf(&text, "the effect is %s", context->identified);
    add_limit(claim, &text);
    wrt_buf_free(&text);
}

static void add_path_grounds(wrt_json *claim, wrt_claims *claims, const wrt_json *path,
                             const wrt_claim_context *context) {
    const char *role = wrt_role_of_path(path, context->want_sign);
    WRT_JSON_EACH(edge, wrt_json_get(path, "edges"))
    wrt_claim_add_ground(
        claim, wrt_json_get_text(claims->evidence.by_key, wrt_json_get_text(edge, "id", "?"), "?"),
        role);
    if (context->identification != NULL)
        wrt_claim_add_ground(claim, context->identification, "context");
}

/* The claim of a link, or NULL when policy withheld it. */
static const wrt_json *link_claim(const wrt_claims *claims, const wrt_json *edge) {
    return wrt_claims_find(
        claims, wrt_json_get_text(claims->by_edge, wrt_json_get_text(edge, "id", "?"), NULL));
}

/* A route is at most one step below the least certain of its links' claims, and what speaks against
 * a link speaks against it. */
static void weigh_links(wrt_json *claim, const wrt_claims *claims, const wrt_json *path) {
    wrt_certainty least = wrt_certainty_of_path(path), own = WRT_CERTAINTY_VERY_LOW;
    wrt_json *against = wrt_json_new_array();
    WRT_JSON_EACH(edge, wrt_json_get(path, "edges")) {
        const wrt_json *link = link_claim(claims, edge);
        if (wrt_certainty_of_name(&own, wrt_json_get_text(link, "certainty", NULL)) && own <= least)
            least = own > WRT_CERTAINTY_VERY_LOW ? own - 1 : own;
        WRT_JSON_EACH(id, wrt_json_get(link, "rebuttals"))
        wrt_json_push(against, wrt_json_copy(id));
    }
    wrt_json_set_text(claim, "certainty", wrt_certainty_name(least));
    if (wrt_json_count(against) > 0)
        wrt_json_set(claim, "rebuttals", against);
    else
        wrt_json_free(against);
}

static void set_refute(wrt_json *claim, const wrt_json *path) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_refute_path(&text, path);
    wrt_json_set(claim, "refute", wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
}

static wrt_json *path_claim(wrt_claims *claims, const wrt_json *path,
                            const wrt_claim_context *context) {
    const wrt_json *nodes = wrt_json_get(path, "nodes");
    size_t n = wrt_json_count(nodes);
    int rung = wrt_rung_of_path(path, NULL);
    wrt_json *claim =
        wrt_claim_new(claims, "hypothesis", wrt_json_at(nodes, 0), wrt_json_at(nodes, n - 1));
    wrt_json_set_text(claim, "relation", wrt_relation_of_sign(wrt_json_get(path, "sign")));
    wrt_json_set_int(claim, "rung", rung);
    wrt_json_set_text(claim, "rung_reason",
                      rung >= 2 ? "hypothesis; every link is a curated causal statement"
                                : "hypothesis; its weakest link is no causal statement");
    wrt_json_set(claim, "warrant",
                 new_warrant(rung >= 2 ? "curated_mechanism" : "none", context->identification));
    if (rung >= 2)
        wrt_json_push_text(wrt_json_get_mut(wrt_json_get_mut(claim, "warrant"), "assumptions"),
                           "the links compose: each acts in the same tissue, dose range and time");
    set_polarity(claim, wrt_json_get(path, "sign"));
    add_path_grounds(claim, claims, path, context);
    add_limits(claim, claims, path, context);
    weigh_links(claim, claims, path);
    set_refute(claim, path);
    return claim;
}

/* The sentence a hypothesis is shown with: one of the program's wordings, picked by the model. */
static wrt_status word_hypothesis(wrt_json *claim, wrt_turn *turn, const wrt_json *path,
                                  wrt_err *err) {
    wrt_buf words[WRT_HYPOTHESIS_WORDINGS];
    wrt_str options[WRT_HYPOTHESIS_WORDINGS];
    for (int i = 0; i < WRT_HYPOTHESIS_WORDINGS; i++)
        words[i] = wrt_buf_make(WRT_KIB(64));
    wrt_word_hypothesis(words, path, wrt_json_get_text(claim, "relation", ""));
    for (int i = 0; i < WRT_HYPOTHESIS_WORDINGS; i++)
        options[i] = wrt_buf_str(&words[i]);
    wrt_steer_question question = {"wording", WRT_STR("State the hypothesis in one sentence."),
                                   options[0], options, WRT_HYPOTHESIS_WORDINGS};
    size_t index = 0;
    wrt_status status = wrt_steer_word(&index, NULL, turn, &question, err);
    wrt_json_set(claim, "text", wrt_json_new_text(options[index]));
    for (int i = 0; i < WRT_HYPOTHESIS_WORDINGS; i++)
        wrt_buf_free(&words[i]);
    return status;
}

wrt_status wrt_claims_add_path(const char **id, wrt_claims *claims, const wrt_json *path,
                               const wrt_claim_context *context, wrt_err *err) {
    *id = NULL;
    const wrt_json *node = wrt_json_first(wrt_json_get(path, "nodes"));
    WRT_JSON_EACH(edge, wrt_json_get(path, "edges")) {
        wrt_status status = add_edge(claims, node, edge, context, err);
        if (status != WRT_OK)
            return status;
        node = wrt_json_next(node);
    }
    wrt_json *claim = path_claim(claims, path, context);
    bool allowed = false;
    wrt_status status = pass_gate(&allowed, claims, context->turn, claim, err);
    if (status == WRT_OK && allowed)
        status = word_hypothesis(claim, context->turn, path, err);
    if (status == WRT_OK && allowed)
        status = say(claims, context->turn, claim, path, err);
    if (status == WRT_OK && allowed)
        return keep(id, claims, context->turn, claim, err);
    wrt_json_free(claim);
    return status;
}
