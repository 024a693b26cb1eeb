/* estimate.c: what a table says of an effect: the adjusted estimate with what carries it, and the
 * unadjusted difference as a claim of its own. */
#include "agent/answer/answer_text.h"
#include "agent/claims/measured.h"
#include "agent/claims/verdict.h"
#include "agent/makers/maker.h"

#include <string.h>

/* ---- evidence */

static const wrt_json *result_of(const wrt_conclusion *c, const wrt_json *spec, const char *role,
                                 const char **step) {
    *step = wrt_json_get_text(spec, role, role);
    return wrt_json_get(c->scope, *step);
}

/* Evidence of one step's estimate, recorded; *out is NULL when the step gave none. */
static wrt_status cite_step(const wrt_json **out, wrt_conclusion *c, const wrt_json *spec,
                            const char *role, wrt_err *err) {
    const char *step = NULL;
    const wrt_json *result = result_of(c, spec, role, &step);
    return wrt_claims_cite(out, c->claims, c->turn,
                           wrt_measured_evidence(step, result, wrt_json_get(c->turn->taints, step)),
                           err);
}

static const char *design_of(const char *estimator) {
    return strcmp(estimator, "frontdoor") == 0                              ? "frontdoor"
           : strcmp(estimator, "iv") == 0                                   ? "instrument"
           : strcmp(estimator, "did") == 0 || strcmp(estimator, "rdd") == 0 ? NULL
                                                                            : "adjustment";
}

/* The question that the engine is asked about the graph. Without an estimate nothing was used, and
 * what has no column is `unmeasured`. */
static void ask_graph(wrt_verdict_question *out, const wrt_json *asked, const wrt_json *estimate,
                      const wrt_json *unmeasured) {
    const wrt_json *digest = wrt_json_get(estimate, "estimate");
    *out = (wrt_verdict_question){.graph = wrt_json_get(asked, "graph"),
                                  .treatment = wrt_json_get(asked, "treatment"),
                                  .outcome = wrt_json_get(asked, "outcome"),
                                  .unmeasured = unmeasured};
    if (digest == NULL)
        return;
    const char *design = design_of(wrt_json_get_text(digest, "estimator", ""));
    out->design = design;
    out->used = wrt_json_get(digest, "adjusted_for");
    if (design != NULL && strcmp(design, "instrument") == 0) {
        out->conditioned = out->used;
        out->used = wrt_json_get(asked, "instruments");
    } else if (design != NULL && strcmp(design, "frontdoor") == 0) {
        out->used = wrt_json_get(asked, "mediators");
    }
}

static wrt_json *describe_verdict(const wrt_verdict_question *question, const wrt_json *verdict) {
    wrt_json *out = wrt_json_new_object(), *notes = wrt_json_new_array();
    const wrt_json *used = wrt_json_get(verdict, "used");
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    if (wrt_json_get_text(verdict, "estimand", NULL) != NULL)
        wrt_buf_printf(&text, "formula: %s", wrt_json_get_text(verdict, "estimand", ""));
    if (text.len > 0)
        wrt_json_push(notes, wrt_json_new_text(wrt_buf_str(&text)));
    if (wrt_json_is(used, WRT_JSON_OBJECT) && !wrt_json_get_bool(used, "valid", false))
        wrt_json_push_text(notes, wrt_json_get_text(used, "text", ""));
    wrt_buf_free(&text);
    wrt_json_set_bool(out, "checked", true);
    wrt_json_set_bool(out, "valid", wrt_json_get_bool(used, "valid", false));
    wrt_json_set_text(out, "verdict",
                      wrt_json_get_text(wrt_json_get(verdict, "sets"), "verdict", "?"));
    wrt_json_set_text(out, "text", wrt_json_get_text(verdict, "text", "?"));
    wrt_json_set(out, "notes", notes);
    wrt_json_set(out, "graph", wrt_json_copy(question->graph));
    wrt_json_set(out, "treatment", wrt_json_copy(question->treatment));
    wrt_json_set(out, "outcome", wrt_json_copy(question->outcome));
    wrt_json_set(out, "sets", wrt_json_copy(wrt_json_get(verdict, "sets")));
    return out;
}

static wrt_status record_verdict(const wrt_json **out, wrt_conclusion *c,
                                 const wrt_verdict_question *question, const wrt_json *verdict,
                                 wrt_err *err) {
    wrt_json *described = describe_verdict(question, verdict);
    wrt_json *nodes = wrt_verdict_nodes(question->graph);
    wrt_status status = wrt_utter_identification(described, &c->claims->said, c->turn, nodes, err);
    wrt_json_free(nodes);
    wrt_json_set(c->answer, "identification", described);
    if (status == WRT_OK)
        status =
            wrt_claims_cite(out, c->claims, c->turn, wrt_verdict_evidence(question, verdict), err);
    return status;
}

/* The engine's verdict as evidence; *out is NULL without a graph, or with one that it refuses. */
static wrt_status cite_verdict(const wrt_json **out, wrt_conclusion *c, const wrt_json *asked,
                               const wrt_json *estimate, wrt_err *err) {
    wrt_verdict_question question;
    wrt_json *verdict = NULL;
    wrt_err refusal = {0};
    *out = NULL;
    if (wrt_json_get(asked, "graph") == NULL)
        return WRT_OK;
    wrt_json *unmeasured =
        wrt_verdict_unmeasured(wrt_json_get(asked, "graph"), wrt_json_get(asked, "columns"));
    ask_graph(&question, asked, estimate, unmeasured);
    wrt_status status = wrt_verdict_find(&verdict, &question, &refusal);
    if (status == WRT_OK)
        status = record_verdict(out, c, &question, verdict, err);
    else
        wrt_turn_warn(c->turn, "the stated graph was not judged: %s", refusal.message);
    bool judged = verdict != NULL;
    wrt_json_free(verdict);
    wrt_json_free(unmeasured);
    return judged ? status : WRT_OK;
}

/* ---- claims */

static wrt_status admit(wrt_conclusion *c, const char *kind, wrt_json *content,
                        const wrt_json *estimate, wrt_err *err) {
    const wrt_claim_made made = {kind, wrt_measured_end(estimate, "treatment"),
                                 wrt_measured_end(estimate, "outcome"), content};
    return wrt_claims_admit_made(c->claims, c->turn, &made, err);
}

/* Why a step gave no estimate. */
static const char *reason_of(const wrt_json *result) {
    const wrt_json *warning = wrt_json_first(wrt_json_get(result, "warnings"));
    const char *message = wrt_json_get_text(wrt_json_get(result, "error"), "message", NULL);
    if (message == NULL)
        message = wrt_json_text(warning);
    return message != NULL ? message : "the step gave no estimate";
}

static bool is_unadjusted(const wrt_json *evidence) {
    const wrt_json *digest = wrt_json_get(evidence, "estimate");
    return wrt_json_count(wrt_json_get(digest, "adjusted_for")) == 0 &&
           !wrt_json_is(wrt_json_get(digest, "gap"), WRT_JSON_NUMBER) &&
           wrt_json_get(digest, "graph_verdict") == NULL;
}

static wrt_status claim_all(wrt_conclusion *c, const wrt_measured *m, const char *why,
                            wrt_err *err) {
    wrt_status status = WRT_OK;
    if (m->estimate != NULL)
        status = admit(c, "estimate", wrt_measured_effect(m), m->estimate, err);
    if (status == WRT_OK && m->naive != NULL)
        status = admit(
            c, "association",
            wrt_measured_difference(m->naive, m->identification, m->estimate == NULL ? why : NULL),
            m->naive, err);
    if (status == WRT_OK && wrt_json_count(c->claims->list) == 0)
        status = wrt_fail(err, WRT_E_DENIED, "policy withheld every claim");
    return status;
}

static wrt_status make(wrt_conclusion *c, const wrt_json *spec, wrt_err *err) {
    static const char no_graph[] =
        "no causal graph was stated: with one (--graph) the program could "
        "tell what to adjust for, and whether that is enough";
    const char *step = NULL, *why = reason_of(result_of(c, spec, "estimate", &step));
    const char *why_naive = reason_of(result_of(c, spec, "naive", &step));
    const wrt_json *asked = wrt_json_get(
        wrt_json_get(c->scope, wrt_json_get_text(spec, "estimand", "estimand")), "data");
    wrt_measured m = {0};
    wrt_status status = cite_step(&m.estimate, c, spec, "estimate", err);
    if (status == WRT_OK && m.estimate != NULL && is_unadjusted(m.estimate)) {
        m.naive = m.estimate; /* nothing was adjusted for: the same number */
        m.estimate = NULL;
        why = no_graph;
    }
    if (status == WRT_OK && m.estimate != NULL)
        status = cite_step(&m.second, c, spec, "second", err);
    if (status == WRT_OK && m.naive == NULL)
        status = cite_step(&m.naive, c, spec, "naive", err);
    if (status == WRT_OK)
        status = cite_verdict(&m.identification, c, asked, m.estimate, err);
    if (status == WRT_OK && m.estimate == NULL && m.naive == NULL)
        status = wrt_fail(err, WRT_E_NOT_FOUND, "%s", why_naive);
    return status == WRT_OK ? claim_all(c, &m, why, err) : status;
}

/* ---- text */

static const wrt_json *find_rule(const wrt_json *answer, const char *rule) {
    WRT_JSON_EACH(claim, wrt_json_get(answer, "claims"))
    if (strcmp(wrt_json_get_text(wrt_json_get(claim, "basis"), "rule", ""), rule) == 0)
        return claim;
    return NULL;
}

static void add_assumptions(wrt_buf *out, const wrt_json *claim) {
    WRT_JSON_EACH(text, wrt_json_path(claim, "warrant.assumptions"))
    wrt_buf_printf(out, "          assumes: %s\n", wrt_json_text(text));
}

static void add_refuters(wrt_buf *out, const wrt_json *digest) {
    size_t n = 0;
    WRT_JSON_EACH(item, wrt_json_get(digest, "refuters")) {
        const char *verdict = wrt_json_get(item, "not_run") != NULL      ? "not run"
                              : wrt_json_get_bool(item, "passes", false) ? "passes"
                                                                         : "OBJECTS";
        wrt_buf_printf(out, "%s%s %s", n++ > 0 ? ", " : "     refuters          ",
                       wrt_json_get_text(item, "refuter", "?"), verdict);
    }
    if (n > 0)
        wrt_buf_add_char(out, '\n');
}

static void add_checks(wrt_buf *out, const wrt_json *digest) {
    const wrt_json *overlap = wrt_json_get(digest, "overlap");
    const wrt_json *balance = wrt_json_get(digest, "balance");
    const wrt_json *conflicts = wrt_json_get(digest, "conflicts");
    const wrt_json *control = wrt_json_get(digest, "negative_control");
    if (overlap != NULL)
        wrt_buf_printf(out, "     overlap           %s: %s\n",
                       wrt_json_get_text(overlap, "verdict", "?"),
                       wrt_json_get_text(overlap, "text", ""));
    if (wrt_json_is(wrt_json_get(balance, "worst_before"), WRT_JSON_NUMBER))
        wrt_buf_printf(out,
                       "     balance           largest standardised difference %.3g before, "
                       "%.3g after\n",
                       wrt_json_get_number(balance, "worst_before", 0),
                       wrt_json_get_number(balance, "worst_after", 0));
    add_refuters(out, digest);
    if (conflicts != NULL)
        wrt_buf_printf(out, "     the graph         %lld of its independences tested: %s\n",
                       (long long)wrt_json_get_int(conflicts, "tested", 0),
                       wrt_json_get_text(conflicts, "text", ""));
    if (control != NULL)
        wrt_buf_printf(out, "     negative control  %s\n", wrt_json_get_text(control, "text", ""));
}

static void render(wrt_buf *out, const wrt_json *answer) {
    const wrt_json *effect = find_rule(answer, "estimate");
    const wrt_json *difference = find_rule(answer, "difference");
    wrt_buf_add_c(out, "\nWhat the table says\n");
    if (effect != NULL) {
        wrt_answer_add_claim(out, "", effect);
        add_assumptions(out, effect);
    }
    if (difference != NULL)
        wrt_answer_add_claim(out, "", difference);
    const wrt_json *evidence =
        effect != NULL
            ? wrt_answer_find(wrt_json_get(answer, "evidence"),
                              wrt_json_get_text(wrt_json_get(effect, "basis"), "estimate", ""))
            : NULL;
    if (evidence == NULL)
        return;
    wrt_buf_printf(out, "\nChecks of %s\n", wrt_json_get_text(effect, "id", "?"));
    add_checks(out, wrt_json_get(evidence, "estimate"));
}

const wrt_maker wrt_maker_estimate = {"estimate", make, render};
