/* counterfactual.c: what would have been for one unit of a structural model, and what the change
 * does in all its units, seen and set. */
#include "agent/answer/answer_text.h"
#include "agent/claims/imagined.h"
#include "agent/makers/maker.h"

#include <string.h>

enum { VALUES_MAX = 8 };

/* ---- evidence */

static wrt_status cite_step(const wrt_json **out, wrt_conclusion *c, const char *step,
                            const char *tool, wrt_err *err) {
    return wrt_claims_cite(out, c->claims, c->turn,
                           wrt_imagined_evidence(step, tool, wrt_json_get(c->scope, step),
                                                 wrt_json_get(c->turn->taints, step)),
                           err);
}

/* ---- claims */

static wrt_status admit(wrt_conclusion *c, const wrt_imagined *m, wrt_err *err) {
    const wrt_claim_made made = {"counterfactual", wrt_imagined_end(m, true),
                                 wrt_imagined_end(m, false), wrt_imagined_claim(m)};
    return wrt_claims_admit_made(c->claims, c->turn, &made, err);
}

/* A claim for each value of the outcome; of two values the last, which says it all. */
static wrt_status claim_values(wrt_conclusion *c, wrt_imagined m, wrt_err *err) {
    const wrt_json *digest = wrt_json_get(m.simulation, "simulation");
    const wrt_json *values = wrt_json_get(digest, "counterfactual");
    wrt_status status = WRT_OK;
    size_t at = 0;
    if (values == NULL)
        values = wrt_json_get(digest, "interventional");
    bool is_binary = wrt_json_count(values) == 2;
    WRT_JSON_EACH(value, values) {
        m.value = wrt_json_key(value);
        if (status == WRT_OK && at < VALUES_MAX && !(is_binary && at == 0))
            status = admit(c, &m, err);
        at++;
    }
    return status;
}

static const char *reason_of(const wrt_json *result) {
    const char *message = wrt_json_get_text(wrt_json_get(result, "error"), "message", NULL);
    if (message == NULL)
        message = wrt_json_text(wrt_json_first(wrt_json_get(result, "warnings")));
    return message != NULL ? message : "the model gave no answer";
}

/* What was asked has no answer, only what stands beside it: that comes first. */
static void say_not_computed(wrt_json *answer, const wrt_json *result) {
    wrt_json *missing = wrt_json_new_object();
    wrt_json_set_text(missing, "what",
                      "what would have been for this unit, which was asked; what follows is of all "
                      "units of the model");
    wrt_json_set_text(missing, "why", reason_of(result));
    wrt_json_set(answer, "not_computed", missing);
}

static wrt_status make(wrt_conclusion *c, const wrt_json *spec, wrt_err *err) {
    const char *whatif = wrt_json_get_text(spec, "whatif", "whatif");
    const char *effect = wrt_json_get_text(spec, "effect", "effect");
    wrt_imagined m = {0};
    const wrt_json *contrast = NULL;
    wrt_status status = cite_step(&m.simulation, c, whatif, "scm_whatif", err);
    if (status == WRT_OK)
        status = wrt_claims_cite(&m.patient, c->claims, c->turn,
                                 wrt_imagined_patient(whatif, wrt_json_get(c->scope, whatif),
                                                      wrt_json_get(c->turn->taints, whatif)),
                                 err);
    if (status == WRT_OK)
        status = cite_step(&contrast, c, effect, "scm_effect", err);
    if (status != WRT_OK)
        return status;
    if (m.simulation == NULL && contrast == NULL)
        return wrt_fail(err, WRT_E_NOT_FOUND, "%s", reason_of(wrt_json_get(c->scope, whatif)));
    if (m.simulation != NULL)
        status = claim_values(c, m, err);
    else
        say_not_computed(c->answer, wrt_json_get(c->scope, whatif));
    if (status == WRT_OK && contrast != NULL)
        status = claim_values(c, (wrt_imagined){.simulation = contrast}, err);
    if (status == WRT_OK && wrt_json_count(c->claims->list) == 0)
        status = wrt_fail(err, WRT_E_DENIED, "policy withheld every claim");
    return status;
}

/* ---- text */

static void add_pairs(wrt_buf *out, const char *title, const wrt_json *pairs) {
    size_t n = 0;
    WRT_JSON_EACH(value, pairs)
    wrt_buf_printf(out, "%s%s = %s", n++ > 0 ? ", " : title, wrt_json_key(value),
                   wrt_json_text(value) != NULL ? wrt_json_text(value) : "?");
    if (n > 0)
        wrt_buf_add_char(out, '\n');
}

static bool is_of(const wrt_json *claim, const char *rule) {
    return strcmp(wrt_json_get_text(wrt_json_get(claim, "basis"), "rule", ""), rule) == 0;
}

static void add_claims(wrt_buf *out, const wrt_json *answer, const char *rule, const char *title) {
    size_t n = 0;
    WRT_JSON_EACH(claim, wrt_json_get(answer, "claims")) {
        if (!is_of(claim, rule))
            continue;
        if (n++ == 0)
            wrt_buf_printf(out, "\n%s\n", title);
        wrt_answer_add_claim(out, "", claim);
        WRT_JSON_EACH(text, wrt_json_path(claim, "warrant.assumptions"))
        wrt_buf_printf(out, "          assumes: %s\n", wrt_json_text(text));
    }
}

/* The first simulation of the answer tells what was seen and done, and by what. */
static void add_basis(wrt_buf *out, const wrt_json *answer) {
    WRT_JSON_EACH(evidence, wrt_json_get(answer, "evidence")) {
        const wrt_json *digest = wrt_json_get(evidence, "simulation");
        if (wrt_json_get(digest, "counterfactual") == NULL)
            continue;
        add_pairs(out, "\nSeen       ", wrt_json_get(digest, "evidence"));
        add_pairs(out, "Set        ", wrt_json_get(digest, "do"));
        wrt_buf_printf(out, "Model      %s; %s, coupling %s, bounds %s\n",
                       wrt_json_get_text(digest, "scm", "?"),
                       wrt_json_get_text(digest, "method", "?"),
                       wrt_json_get_text(digest, "coupling", "none"),
                       wrt_json_get_text(digest, "bounds_kind", "?"));
        return;
    }
}

static void render(wrt_buf *out, const wrt_json *answer) {
    add_basis(out, answer);
    add_claims(out, answer, "whatif", "What would have been");
    add_claims(out, answer, "model_effect", "The same change in all units of the model");
}

const wrt_maker wrt_maker_counterfactual = {"counterfactual", make, render};
