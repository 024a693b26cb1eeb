/* identified.c: what a stated graph says of an effect, and what would have to be measured. All of
 * it is about the graph: nothing is claimed about the world. */
#include "agent/answer/answer_text.h"
#include "agent/claims/verdict.h"
#include "agent/makers/maker.h"

#include <string.h>

enum { LISTED_MAX = 10 };

static const wrt_json *data_of(const wrt_conclusion *c, const wrt_json *spec, const char *role) {
    return wrt_json_get(wrt_json_get(c->scope, wrt_json_get_text(spec, role, role)), "data");
}

/* ---- what else the graph allows */

static void add_set(wrt_buf *out, const wrt_json *set) {
    wrt_buf_add_char(out, '{');
    wrt_answer_add_values(out, set);
    wrt_buf_add_char(out, '}');
}

static void add_sets(wrt_buf *out, const wrt_json *sets) {
    size_t n = 0;
    WRT_JSON_EACH(set, sets) {
        if (n == LISTED_MAX)
            break;
        wrt_buf_add_c(out, n++ > 0 ? " or " : "");
        add_set(out, set);
    }
}

static void push(wrt_json *list, wrt_buf *text) {
    if (text->len > 0)
        wrt_json_push(list, wrt_json_new_text(wrt_buf_str(text)));
    wrt_buf_clear(text);
}

static void note_measurement(wrt_json *notes, const wrt_json *unhidden, const wrt_json *would,
                             wrt_buf *text) {
    const wrt_json *sets = wrt_json_get(would, "sets");
    if (wrt_json_count(sets) > 0) {
        wrt_buf_add_c(text, "to measure it by adjustment, measure one of these sets in full: ");
        add_sets(text, sets);
    }
    push(notes, text);
    WRT_JSON_EACH(pair, wrt_json_get(unhidden, "common_causes")) {
        wrt_buf_printf(text,
                       "%s <-> %s: what stands behind both has no name in the graph; it would "
                       "have to be named and measured, or ruled out",
                       wrt_json_text(wrt_json_at(pair, 0)), wrt_json_text(wrt_json_at(pair, 1)));
        push(notes, text);
    }
}

static void note_instruments(wrt_json *notes, const wrt_json *found, wrt_buf *text) {
    size_t n = 0;
    WRT_JSON_EACH(item, wrt_json_get(found, "instruments")) {
        if (n == LISTED_MAX)
            break;
        wrt_buf_printf(text, "%s%s", n++ > 0 ? ", " : "under parametric assumptions, instruments: ",
                       wrt_json_get_text(item, "instrument", "?"));
        if (wrt_json_count(wrt_json_get(item, "given")) > 0) {
            wrt_buf_add_c(text, " given ");
            add_set(text, wrt_json_get(item, "given"));
        }
    }
    push(notes, text);
}

static void note_implications(wrt_json *notes, const wrt_json *found, wrt_buf *text) {
    const wrt_json *list = wrt_json_get(found, "implications");
    size_t n = 0;
    WRT_JSON_EACH(item, list) {
        if (n == LISTED_MAX)
            break;
        wrt_buf_printf(text, "%s%s and %s",
                       n++ > 0 ? "; "
                               : "a table could contradict the graph: it "
                                 "implies independence of ",
                       wrt_json_get_text(item, "x", "?"), wrt_json_get_text(item, "y", "?"));
        if (wrt_json_count(wrt_json_get(item, "given")) > 0) {
            wrt_buf_add_c(text, " given ");
            add_set(text, wrt_json_get(item, "given"));
        }
    }
    if (wrt_json_count(list) > n)
        wrt_buf_printf(text, "; and %zu more", wrt_json_count(list) - n);
    push(notes, text);
}

static wrt_json *notes_of(const wrt_conclusion *c, const wrt_json *spec, const wrt_json *verdict) {
    wrt_json *notes = wrt_json_new_array();
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    const wrt_json *frontdoor = data_of(c, spec, "frontdoor");
    if (wrt_json_get_text(verdict, "estimand", NULL) != NULL)
        wrt_buf_printf(&text, "formula: %s", wrt_json_get_text(verdict, "estimand", ""));
    push(notes, &text);
    if (wrt_json_count(wrt_json_get(frontdoor, "sets")) > 0) {
        wrt_buf_add_c(&text, "front-door sets: ");
        add_sets(&text, wrt_json_get(frontdoor, "sets"));
    }
    push(notes, &text);
    note_instruments(notes, data_of(c, spec, "instruments"), &text);
    if (wrt_json_count(wrt_json_path(verdict, "sets.sets")) == 0)
        note_measurement(notes, data_of(c, spec, "unhidden"), data_of(c, spec, "would"), &text);
    note_implications(notes, data_of(c, spec, "implications"), &text);
    wrt_buf_free(&text);
    return notes;
}

/* ---- the claim */

static wrt_json *end_of(const wrt_json *name) {
    wrt_json *end = wrt_json_new_object();
    wrt_buf id = wrt_buf_make(WRT_KIB(8));
    const char *text = wrt_json_text(name) != NULL ? wrt_json_text(name) : "?";
    wrt_buf_printf(&id, "node:%s", text);
    wrt_json_set(end, "id", wrt_json_new_text(wrt_buf_str(&id)));
    wrt_json_set_text(end, "name", text);
    wrt_buf_free(&id);
    return end;
}

static wrt_status claim(wrt_conclusion *c, const wrt_verdict_question *question,
                        const wrt_json *evidence, wrt_err *err) {
    const wrt_claim_made made = {"identifiability", end_of(question->treatment),
                                 end_of(question->outcome), wrt_verdict_claim(evidence)};
    return wrt_claims_admit_made(c->claims, c->turn, &made, err);
}

/* ---- all */

static wrt_json *describe(const wrt_conclusion *c, const wrt_json *spec,
                          const wrt_verdict_question *question, const wrt_json *verdict) {
    wrt_json *out = wrt_json_new_object();
    wrt_json_set_bool(out, "checked", true);
    wrt_json_set_bool(out, "valid", wrt_json_get_bool(verdict, "identifiable", false));
    wrt_json_set_text(out, "verdict",
                      wrt_json_get_text(wrt_json_get(verdict, "sets"), "verdict", "?"));
    wrt_json_set_text(out, "text", wrt_json_get_text(verdict, "text", "?"));
    wrt_json_set(out, "notes", notes_of(c, spec, verdict));
    wrt_json_set(out, "graph", wrt_json_copy(question->graph));
    wrt_json_set(out, "treatment", wrt_json_copy(question->treatment));
    wrt_json_set(out, "outcome", wrt_json_copy(question->outcome));
    wrt_json_set(out, "sets", wrt_json_copy(wrt_json_get(verdict, "sets")));
    return out;
}

/* The tool's verdict and the program's own are about the same question. */
static void compare(const wrt_conclusion *c, const wrt_json *spec, const wrt_json *verdict) {
    const wrt_json *theirs = data_of(c, spec, "identify");
    if (theirs != NULL && wrt_json_get_bool(theirs, "identifiable", false) !=
                              wrt_json_get_bool(verdict, "identifiable", false))
        wrt_turn_warn(c->turn,
                      "causal_identify says otherwise than the program's own engine, which "
                      "counts");
}

static wrt_status make(wrt_conclusion *c, const wrt_json *spec, wrt_err *err) {
    const wrt_json *frame = wrt_json_get(c->scope, "frame");
    const wrt_json *treatment = wrt_json_path(frame, "treatment.name");
    const wrt_json *outcome = wrt_json_path(frame, "outcome.name");
    const wrt_verdict_question question = {
        .graph = wrt_json_path(frame, "inputs.graph"), .treatment = treatment, .outcome = outcome};
    wrt_json *verdict = NULL;
    wrt_err refusal = {0};
    if (treatment == NULL || outcome == NULL || question.graph == NULL)
        return wrt_fail(err, WRT_E_NOT_FOUND, "no graph with treatment and outcome was stated");
    if (wrt_verdict_find(&verdict, &question, &refusal) != WRT_OK)
        return wrt_fail(err, WRT_E_NOT_FOUND, "the stated graph cannot be judged: %s",
                        refusal.message);
    compare(c, spec, verdict);
    const wrt_json *evidence = NULL;
    wrt_json *described = describe(c, spec, &question, verdict);
    wrt_json *nodes = wrt_verdict_nodes(question.graph);
    wrt_status status = wrt_utter_identification(described, &c->claims->said, c->turn, nodes, err);
    wrt_json_free(nodes);
    wrt_json_set(c->answer, "identification", described);
    if (status == WRT_OK)
        status = wrt_claims_cite(&evidence, c->claims, c->turn,
                                 wrt_verdict_evidence(&question, verdict), err);
    if (status == WRT_OK)
        status = claim(c, &question, evidence, err);
    wrt_json_free(verdict);
    return status;
}

static void render(wrt_buf *out, const wrt_json *answer) {
    wrt_buf_add_c(out, "\nWhat the stated graph says\n");
    WRT_JSON_EACH(claim, wrt_json_get(answer, "claims"))
    if (strcmp(wrt_json_get_text(claim, "kind", ""), "identifiability") == 0)
        wrt_answer_add_claim(out, "", claim);
    WRT_JSON_EACH(note, wrt_json_path(answer, "identification.notes"))
    wrt_buf_printf(out, "     %s\n", wrt_json_text(note));
}

const wrt_maker wrt_maker_identified = {"identified", make, render};
