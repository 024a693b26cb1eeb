/* imagined.c: the rule for what-ifs and effects of structural models. */
#include "agent/claims/imagined.h"

#include "agent/claims/certainty.h"
#include "agent/claims/parts.h"
#include "agent/claims/verdict.h"
#include "base/buf.h"

#include <string.h>

/* ---- evidence */

/* What of a result a claim may stand on; how the language model was reached is not content. */
static wrt_json *digest_of(const wrt_json *result) {
    static const char *const members[] = {
        "outcome",   "treatment",    "contrast",       "evidence",      "do",     "given",
        "factual",   "posterior",    "counterfactual", "bounds",        "effect", "bounds_kind",
        "se",        "support",      "extrapolation",  "observational", "gap",    "interventional",
        "effective", "weak",         "rung",           "method",        "n",      "seed",
        "coupling",  "rule",         "temperature",    "phrasing",      "model",  "model_implied",
        "scm",       "scm_treatment"};
    const wrt_json *data = wrt_json_get(result, "data");
    wrt_json *digest = wrt_json_new_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        wrt_part_copy(digest, members[i], wrt_json_get(data, members[i]));
    return digest;
}

static wrt_json *new_evidence(const char *kind, const char *step, const char *tool,
                              const wrt_json *taint) {
    wrt_json *object = wrt_json_new_object(), *source = wrt_json_new_object();
    wrt_json *locator = wrt_json_new_object();
    const wrt_json *labels = wrt_json_get(taint, "labels");
    wrt_json_set_text(object, "kind", kind);
    wrt_json_set_text(source, "tool", tool);
    wrt_json_set(object, "source", source);
    wrt_json_set_text(locator, "step", step);
    wrt_json_set(object, "locator", locator);
    wrt_json_set_bool(object, "retracted", false);
    wrt_json_set(object, "taint", labels != NULL ? wrt_json_copy(labels) : wrt_json_new_array());
    return object;
}

static void set_content(wrt_json *object, const char *key, wrt_json *content) {
    char hex[65];
    wrt_verdict_hash(hex, content);
    wrt_json_set_text(object, "sha256", hex);
    wrt_json_set(object, key, content);
}

wrt_json *wrt_imagined_evidence(const char *step, const char *tool, const wrt_json *result,
                                const wrt_json *taint) {
    const wrt_json *data = wrt_json_get(result, "data");
    if (!wrt_json_is(wrt_json_get(data, "counterfactual"), WRT_JSON_OBJECT) &&
        !wrt_json_is(wrt_json_get(data, "interventional"), WRT_JSON_OBJECT))
        return NULL;
    wrt_json *object = new_evidence("simulation", step, tool, taint);
    wrt_part_copy(wrt_json_get_mut(object, "locator"), "scm", wrt_json_path(result, "echo.scm"));
    set_content(object, "simulation", digest_of(result));
    return object;
}

wrt_json *wrt_imagined_patient(const char *step, const wrt_json *result, const wrt_json *taint) {
    const wrt_json *seen = wrt_json_path(result, "data.evidence");
    if (wrt_json_count(seen) == 0)
        return NULL;
    wrt_json *object = new_evidence("patient_datum", step, "scm_whatif", taint);
    wrt_part_copy(wrt_json_get_mut(object, "locator"), "patient",
                  wrt_json_path(result, "echo.patient"));
    set_content(object, "values", wrt_json_copy(seen));
    return object;
}

static bool is_model_implied(const wrt_json *simulation) {
    return wrt_json_get_bool(wrt_json_get(simulation, "simulation"), "model_implied", true);
}

/* ---- reading a simulation */

static const wrt_json *digest(const wrt_imagined *m) {
    return wrt_json_get(m->simulation, "simulation");
}

static bool is_whatif(const wrt_imagined *m) {
    return wrt_json_get(digest(m), "counterfactual") != NULL;
}

/* The change in the probability of the value, and its limits where couplings give any. */
static double change_of(double *low, double *high, const wrt_imagined *m) {
    const wrt_json *effect = wrt_json_get(wrt_json_get(digest(m), "effect"), m->value);
    double change =
        is_whatif(m) ? wrt_json_get_number(effect, "effect", 0)
                     : wrt_json_get_number(wrt_json_get(digest(m), "interventional"), m->value, 0);
    double se = wrt_json_get_number(wrt_json_path(digest(m), "se.interventional"), m->value, 0);
    *low = is_whatif(m) ? wrt_json_get_number(effect, "low", 0) : change - 1.96 * se;
    *high = is_whatif(m) ? wrt_json_get_number(effect, "high", 0) : change + 1.96 * se;
    return change;
}

/* What rounding leaves of zero. */
#define NOTHING 1e-12

static int direction_of(const wrt_imagined *m) {
    double low = 0, high = 0;
    change_of(&low, &high, m);
    return low > NOTHING ? 1 : high < -NOTHING ? -1 : 0;
}

static void list_values(wrt_buf *out, const wrt_json *assignment) {
    size_t n = 0;
    WRT_JSON_EACH(value, assignment)
    wrt_buf_printf(out, "%s%s = %s", n++ > 0 ? ", " : "", wrt_json_key(value),
                   wrt_json_text(value) != NULL ? wrt_json_text(value) : "?");
}

static void what_is_done(wrt_buf *out, const wrt_imagined *m) {
    const wrt_json *contrast = wrt_json_get(digest(m), "contrast");
    const char *value = wrt_json_text(wrt_json_at(contrast, 1));
    if (is_whatif(m))
        list_values(out, wrt_json_get(digest(m), "do"));
    else
        wrt_buf_printf(out, "%s = %s", wrt_json_get_text(digest(m), "treatment", "?"),
                       value != NULL ? value : "?");
}

wrt_json *wrt_imagined_end(const wrt_imagined *m, bool is_subject) {
    wrt_json *end = wrt_json_new_object();
    wrt_buf name = wrt_buf_make(WRT_KIB(64)), id = wrt_buf_make(WRT_KIB(64));
    if (is_subject)
        what_is_done(&name, m);
    else
        wrt_buf_printf(&name, "%s = %s", wrt_json_get_text(digest(m), "outcome", "?"), m->value);
    wrt_buf_printf(&id, "variable:%s", wrt_buf_str(&name).ptr);
    wrt_json_set(end, "id", wrt_json_new_text(wrt_buf_str(&id)));
    wrt_json_set(end, "name", wrt_json_new_text(wrt_buf_str(&name)));
    wrt_buf_free(&name);
    wrt_buf_free(&id);
    return end;
}

/* ---- words */

static void word_whatif(wrt_buf *out, const wrt_imagined *m) {
    const wrt_json *bounds = wrt_json_get(wrt_json_get(digest(m), "bounds"), m->value);
    wrt_buf_printf(out, "in the model, with ");
    what_is_done(out, m);
    wrt_buf_printf(out,
                   " the probability of %s = %s for this unit would have been %.4g instead of %.4g "
                   "(%.4g to %.4g over every coupling)",
                   wrt_json_get_text(digest(m), "outcome", "?"), m->value,
                   wrt_json_get_number(wrt_json_get(digest(m), "counterfactual"), m->value, 0),
                   wrt_json_get_number(wrt_json_get(digest(m), "factual"), m->value, 0),
                   wrt_json_number(wrt_json_at(bounds, 0), 0),
                   wrt_json_number(wrt_json_at(bounds, 1), 0));
}

static void word_effect(wrt_buf *out, const wrt_imagined *m) {
    const char *reference = wrt_json_text(wrt_json_at(wrt_json_get(digest(m), "contrast"), 0));
    wrt_buf_printf(out, "in the model, the probability of %s = %s is %+.4g with ",
                   wrt_json_get_text(digest(m), "outcome", "?"), m->value,
                   wrt_json_get_number(wrt_json_get(digest(m), "interventional"), m->value, 0));
    what_is_done(out, m);
    wrt_buf_printf(out, " against %s when it is set, %+.4g when it is seen (gap %+.4g)",
                   reference != NULL ? reference : "?",
                   wrt_json_get_number(wrt_json_get(digest(m), "observational"), m->value, 0),
                   wrt_json_get_number(wrt_json_get(digest(m), "gap"), m->value, 0));
}

static wrt_json *text_of(const wrt_imagined *m) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    if (is_whatif(m))
        word_whatif(&text, m);
    else
        word_effect(&text, m);
    if (is_model_implied(m->simulation))
        wrt_buf_add_c(&text, " [model-implied, not evidence]");
    wrt_json *out = wrt_json_new_text(wrt_buf_str(&text));
    wrt_buf_free(&text);
    return out;
}

/* ---- parts of a claim */

static wrt_json *grounds_of(const wrt_imagined *m) {
    wrt_json *grounds = wrt_json_new_array();
    wrt_part_ground(grounds, m->simulation,
                    is_model_implied(m->simulation) ? "context" : "supports");
    wrt_part_ground(grounds, m->patient, "context");
    return grounds;
}

static wrt_json *assumptions_of(const wrt_imagined *m) {
    wrt_json *list = wrt_json_new_array();
    const char *coupling = wrt_json_get_text(digest(m), "coupling", NULL);
    wrt_json_push_text(list, "the model's variables, arrows and tables are right");
    if (coupling != NULL) {
        wrt_buf text = wrt_buf_make(WRT_KIB(1));
        wrt_buf_printf(&text,
                       "the coupling %s joins what was and what would have been; the bounds "
                       "hold for every coupling",
                       coupling);
        wrt_json_push(list, wrt_json_new_text(wrt_buf_str(&text)));
        wrt_buf_free(&text);
    }
    return list;
}

static wrt_json *warrant_of(const wrt_imagined *m) {
    bool implied = is_model_implied(m->simulation);
    wrt_json *warrant =
        wrt_part_warrant(implied ? "model_simulation" : "identified_estimate", m->simulation);
    wrt_json_set(warrant, "assumptions", assumptions_of(m));
    return warrant;
}

static wrt_json *limits_of(const wrt_imagined *m) {
    wrt_json *limits = wrt_json_new_array();
    const wrt_json *support = wrt_json_get(digest(m), "support");
    wrt_buf text = wrt_buf_make(WRT_KIB(8));
    wrt_buf_printf(&text, "of the model \"%s\" alone", wrt_json_get_text(digest(m), "scm", "?"));
    wrt_json_push(limits, wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_clear(&text);
    if (is_whatif(m) && wrt_json_is(support, WRT_JSON_OBJECT))
        wrt_buf_printf(&text, "support: such a unit gets this with probability %.3g%s",
                       wrt_json_get_number(support, "p", 0),
                       wrt_json_get_bool(digest(m), "extrapolation", false) ? ": EXTRAPOLATION"
                                                                            : "");
    else if (is_whatif(m))
        wrt_buf_add_c(&text, "support: not known, it would take too large a table; counted as an "
                             "extrapolation");
    if (text.len > 0)
        wrt_json_push(limits, wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
    return limits;
}

static wrt_json *numbers_of(const wrt_imagined *m) {
    wrt_json *numbers = wrt_json_new_object();
    double low = 0, high = 0, change = change_of(&low, &high, m);
    wrt_json_set_text(numbers, "measure", "change in probability");
    wrt_json_set_number(numbers, "estimate", change);
    wrt_json_set_number(numbers, "low", low);
    wrt_json_set_number(numbers, "high", high);
    wrt_part_copy(numbers, "method", wrt_json_get(digest(m), "method"));
    wrt_part_copy(numbers, "coupling", wrt_json_get(digest(m), "coupling"));
    wrt_part_copy(numbers, "seed", wrt_json_get(digest(m), "seed"));
    return numbers;
}

/* What is set in all units is the same in every coupling. */
static wrt_certainty_grounds weigh(const wrt_imagined *m) {
    bool is_implied = is_model_implied(m->simulation);
    bool has_one_answer =
        !is_whatif(m) || strcmp(wrt_json_get_text(digest(m), "bounds_kind", ""), "identified") == 0;
    return (wrt_certainty_grounds){.design = is_implied ? WRT_DESIGN_UNKNOWN : WRT_DESIGN_MODEL,
                                   .is_unmoved = has_one_answer};
}

static wrt_json *basis_of(const wrt_imagined *m) {
    wrt_json *basis = wrt_json_new_object();
    wrt_json_set_text(basis, "rule", is_whatif(m) ? "whatif" : "model_effect");
    wrt_part_basis(basis, "simulation", m->simulation);
    wrt_part_basis(basis, "patient", m->patient);
    wrt_json_set_text(basis, "value", m->value);
    return basis;
}

wrt_json *wrt_imagined_claim(const wrt_imagined *m) {
    bool implied = is_model_implied(m->simulation);
    int direction = direction_of(m), rung = implied ? 0 : is_whatif(m) ? 3 : 2;
    const wrt_certainty_grounds certainty = weigh(m);
    wrt_json *claim = wrt_json_new_object();
    wrt_json_set_text(claim, "relation",
                      implied || direction == 0 ? "unknown"
                      : direction < 0           ? "decreases"
                                                : "increases");
    wrt_json_set_int(claim, "rung", rung);
    wrt_json_set_text(claim, "rung_reason",
                      implied        ? "no claim about the world (model-implied: a "
                                       "language model gave mechanisms)"
                      : is_whatif(m) ? "a what-if of a stated model, its coupling and bounds given"
                                     : "an intervention in a stated model");
    wrt_certainty_set(claim, &certainty);
    wrt_json_set_int(claim, "polarity", direction);
    wrt_json_set_text(claim, "population",
                      is_whatif(m) ? "the unit whose values were given" : "units of the model");
    wrt_json_set(claim, "grounds", grounds_of(m));
    wrt_json_set(claim, "warrant", warrant_of(m));
    wrt_json_set(claim, "limits", limits_of(m));
    wrt_json_set(claim, "numbers", numbers_of(m));
    wrt_json_set(claim, "text", text_of(m));
    wrt_json_set(claim, "basis", basis_of(m));
    if (is_whatif(m)) /* what nobody knows counts as what it may be */
        wrt_json_set_bool(claim, "extrapolation",
                          wrt_json_get_bool(digest(m), "extrapolation", true));
    wrt_part_labels(claim, m->simulation);
    return claim;
}
