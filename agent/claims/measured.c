/* measured.c: the rule for estimates. */
#include "agent/claims/measured.h"

#include "agent/claims/certainty.h"
#include "agent/claims/parts.h"
#include "agent/claims/verdict.h"
#include "base/buf.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The interval's E-value from which a certainty may be moderate. */
#define E_VALUE_MIN 2.0

/* ---- evidence */

/* {"refuter","passes","text"} of those that ran, or why one did not. */
static wrt_json *refuters_of(const wrt_json *data) {
    wrt_json *list = wrt_json_new_array();
    WRT_JSON_EACH(item, wrt_json_get(data, "refuters")) {
        wrt_json *kept = wrt_json_new_object();
        wrt_part_copy(kept, "refuter", wrt_json_get(item, "refuter"));
        wrt_part_copy(kept, "passes", wrt_json_get(item, "passes"));
        wrt_part_copy(kept, "text", wrt_json_get(item, "text"));
        wrt_part_copy(kept, "not_run", wrt_json_get(item, "not_run"));
        wrt_json_push(list, kept);
    }
    return list;
}

static wrt_json *part_of(const wrt_json *object, const char *const *members, size_t n) {
    wrt_json *part = wrt_json_new_object();
    for (size_t i = 0; i < n; i++)
        wrt_part_copy(part, members[i], wrt_json_get(object, members[i]));
    return part;
}

static void add_checks(wrt_json *digest, const wrt_json *data) {
    static const char *const overlap[] = {"verdict", "text"};
    static const char *const balance[] = {"threshold", "worst_before", "worst_after"};
    static const char *const e_value[] = {"e_value", "e_value_limit", "text"};
    static const char *const conflicts[] = {"verdict", "text", "tested"};
    static const char *const control[] = {"outcome", "holds", "text"};
    const struct {
        const char *name, *path;
        const char *const *members;
        size_t n;
    } parts[] = {{"overlap", "diagnostics.overlap", overlap, 2},
                 {"balance", "diagnostics.balance", balance, 3},
                 {"e_value", "sensitivity.e_value", e_value, 3},
                 {"conflicts", "conflicts", conflicts, 3},
                 {"negative_control", "negative_control", control, 3}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const wrt_json *whole = wrt_json_path(data, parts[i].path);
        if (whole != NULL)
            wrt_json_set(digest, parts[i].name, part_of(whole, parts[i].members, parts[i].n));
    }
    if (wrt_json_get(data, "refuters") != NULL)
        wrt_json_set(digest, "refuters", refuters_of(data));
}

/* What of a result a claim may stand on. */
static wrt_json *digest_of(const wrt_json *result) {
    static const char *const members[] = {
        "estimator", "estimand",     "measure",        "estimate",     "se",
        "ci",        "level",        "mean_untreated", "mean_treated", "unadjusted",
        "gap",       "adjusted_for", "rung",           "rung_reason",  "assumptions",
        "n",         "n_used",       "seed",           "details",      "by",
        "bootstrap", "n_treated",    "extrapolation"};
    const wrt_json *data = wrt_json_get(result, "data"), *echo = wrt_json_get(result, "echo");
    wrt_json *digest = part_of(data, members, sizeof members / sizeof *members);
    wrt_json_set(digest, "details", NULL);
    wrt_part_copy(digest, "treatment", wrt_json_get(echo, "treatment"));
    wrt_part_copy(digest, "outcome", wrt_json_get(echo, "outcome"));
    wrt_part_copy(digest, "graph_verdict", wrt_json_path(data, "basis.verdict"));
    wrt_part_copy(digest, "unmeasured", wrt_json_path(data, "basis.unmeasured"));
    add_checks(digest, data);
    return digest;
}

static wrt_json *labels_of(const wrt_json *taint) {
    const wrt_json *labels = wrt_json_get(taint, "labels");
    return labels != NULL ? wrt_json_copy(labels) : wrt_json_new_array();
}

wrt_json *wrt_measured_evidence(const char *step, const wrt_json *result, const wrt_json *taint) {
    static const char *const file[] = {"name", "sha256", "rows"};
    const wrt_json *data = wrt_json_get(result, "data");
    char hex[65];
    if (!wrt_json_is(wrt_json_get(data, "estimate"), WRT_JSON_NUMBER) ||
        !wrt_json_is(wrt_json_get(data, "rung"), WRT_JSON_NUMBER))
        return NULL;
    wrt_json *object = wrt_json_new_object(), *source = wrt_json_new_object();
    wrt_json *locator = wrt_json_new_object(), *digest = digest_of(result);
    wrt_json_set_text(object, "kind", "estimate");
    wrt_json_set_text(source, "tool", "effect_estimate");
    wrt_part_copy(source, "method", wrt_json_get(data, "source"));
    wrt_json_set(object, "source", source);
    wrt_json_set_text(locator, "step", step);
    wrt_json_set(locator, "file", part_of(wrt_json_path(data, "table.file"), file, 3));
    wrt_json_set(object, "locator", locator);
    wrt_verdict_hash(hex, digest);
    wrt_json_set_text(object, "sha256", hex);
    wrt_json_set(object, "estimate", digest);
    wrt_json_set_bool(object, "retracted", false);
    wrt_json_set(object, "taint", labels_of(taint));
    return object;
}

/* ---- the rule */

static const wrt_json *failing_refuter(const wrt_json *digest) {
    WRT_JSON_EACH(item, wrt_json_get(digest, "refuters"))
    if (!wrt_json_get_bool(item, "passes", true))
        return item;
    return NULL;
}

/* Does anything object to more than an association? *why is a sentence of the program's, *detail
 * what the tool or the engine said of it, or NULL. */
static bool objects(const char **why, const char **detail, const wrt_measured *m) {
    const wrt_json *digest = wrt_json_get(m->estimate, "estimate");
    const wrt_json *refuter = failing_refuter(digest), *said = NULL;
    const wrt_json *conflicts = wrt_json_get(digest, "conflicts");
    const wrt_json *control = wrt_json_get(digest, "negative_control");
    *why = *detail = NULL;
    if (m->identification == NULL) {
        *why = "no causal graph was stated that would make the adjustment enough";
    } else if (wrt_json_get_int(digest, "rung", 1) < 2) {
        *why = wrt_json_get_text(digest, "rung_reason", "?");
    } else if (!wrt_verdict_carries(m->identification)) {
        *why = "the program's own engine does not find that the graph carries it";
        said = wrt_json_path(m->identification, "verdict.used");
    } else if (strcmp(wrt_json_get_text(digest, "graph_verdict", ""), "no_causal_path") == 0) {
        *why = "the stated graph holds no causal path: it says that there is no effect";
    } else if (strcmp(wrt_json_get_text(conflicts, "verdict", ""), "conflict") == 0) {
        *why = "the table contradicts the stated graph";
        said = conflicts;
    } else if (refuter != NULL) {
        *why = "a refuter objects";
        said = refuter;
    } else if (!wrt_json_get_bool(control, "holds", true)) {
        *why = "the negative control objects";
        said = control;
    }
    if (said != NULL)
        *detail = wrt_json_get_text(said, "text", "?");
    return *why != NULL;
}

static wrt_json *reason_of(const char *why, const char *detail) {
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add_c(&text, why);
    if (detail != NULL)
        wrt_buf_printf(&text, ": %s", detail);
    wrt_json *out = wrt_json_new_text(wrt_buf_str(&text));
    wrt_buf_free(&text);
    return out;
}

static bool is_within(double value, const wrt_json *interval) {
    return wrt_json_is(interval, WRT_JSON_ARRAY) &&
           value >= wrt_json_number(wrt_json_at(interval, 0), INFINITY) &&
           value <= wrt_json_number(wrt_json_at(interval, 1), -INFINITY);
}

typedef enum { CANNOT_TELL, AGREES, DISAGREES } agreement;

/* Two estimates agree when each lies in the other's interval; without intervals nobody can tell. */
static agreement compare(const wrt_json *a, const wrt_json *b) {
    const wrt_json *first = wrt_json_get(a, "estimate"), *other = wrt_json_get(b, "estimate");
    const wrt_json *one = wrt_json_get(first, "ci"), *two = wrt_json_get(other, "ci");
    if (!wrt_json_is(one, WRT_JSON_ARRAY) || !wrt_json_is(two, WRT_JSON_ARRAY))
        return CANNOT_TELL;
    return is_within(wrt_json_get_number(first, "estimate", 0), two) &&
                   is_within(wrt_json_get_number(other, "estimate", 0), one)
               ? AGREES
               : DISAGREES;
}

/* -1, +1, or 0 when the interval holds zero or there is none. */
static int direction_of(const wrt_json *digest) {
    const wrt_json *interval = wrt_json_get(digest, "ci");
    if (!wrt_json_is(interval, WRT_JSON_ARRAY) || is_within(0, interval))
        return 0;
    return wrt_json_get_number(digest, "estimate", 0) < 0 ? -1 : 1;
}

static wrt_certainty_grounds weigh(const wrt_measured *m, int rung) {
    const wrt_json *digest = wrt_json_get(m->estimate, "estimate");
    const wrt_json *e_value = wrt_json_get(digest, "e_value");
    const agreement second = compare(m->estimate, m->second);
    bool resists =
        e_value == NULL || wrt_json_get_number(e_value, "e_value_limit", 0) >= E_VALUE_MIN;
    bool is_tested = wrt_json_get_int(wrt_json_get(digest, "conflicts"), "tested", 0) > 0;
    return (wrt_certainty_grounds){
        .design = WRT_DESIGN_ESTIMATE,
        .is_identified = rung >= 2,
        .is_robust = direction_of(digest) != 0 && resists && is_tested && second == AGREES,
        .is_contradicted = second == DISAGREES,
    };
}

/* ---- parts of a claim */

static wrt_json *warrant_of(const wrt_measured *m, int rung) {
    const wrt_json *digest = wrt_json_get(m->estimate, "estimate");
    wrt_json *warrant =
        wrt_part_warrant(rung >= 2 ? "identified_estimate" : "none", m->identification);
    if (rung >= 2)
        wrt_part_copy(warrant, "assumptions", wrt_json_get(digest, "assumptions"));
    return warrant;
}

static wrt_json *numbers_of(const wrt_json *digest) {
    static const char *const members[] = {"estimator", "estimand", "measure", "estimate", "se",
                                          "ci",        "level",    "n_used",  "seed"};
    return part_of(digest, members, sizeof members / sizeof *members);
}

static void add_interval(wrt_buf *out, const wrt_json *digest) {
    const wrt_json *interval = wrt_json_get(digest, "ci");
    if (wrt_json_is(interval, WRT_JSON_ARRAY))
        wrt_buf_printf(out, "%.4g %% interval %.4g to %.4g",
                       100 * wrt_json_get_number(digest, "level", 0.95),
                       wrt_json_number(wrt_json_at(interval, 0), 0),
                       wrt_json_number(wrt_json_at(interval, 1), 0));
    else
        wrt_buf_add_c(out, "no interval");
}

static void add_list(wrt_buf *out, const wrt_json *list) {
    size_t n = 0;
    WRT_JSON_EACH(item, list)
    wrt_buf_printf(out, "%s%s", n++ > 0 ? ", " : "", wrt_json_text(item));
}

static void push_limit(wrt_json *limits, wrt_buf *text) {
    if (text->len > 0)
        wrt_json_push(limits, wrt_json_new_text(wrt_buf_str(text)));
    wrt_buf_clear(text);
}

static void limit_of_second(wrt_buf *text, const wrt_measured *m) {
    const wrt_json *other = wrt_json_get(m->second, "estimate");
    if (other == NULL)
        return;
    wrt_buf_printf(text, "a second estimator (%s) gives %.4g (",
                   wrt_json_get_text(other, "estimator", "?"),
                   wrt_json_get_number(other, "estimate", 0));
    add_interval(text, other);
    const agreement said = compare(m->estimate, m->second);
    wrt_buf_printf(text, "): the two %s",
                   said == AGREES      ? "agree"
                   : said == DISAGREES ? "DISAGREE"
                                       : "cannot be compared");
}

static wrt_json *limits_of(const wrt_measured *m) {
    const wrt_json *digest = wrt_json_get(m->estimate, "estimate"),
                   *gap = wrt_json_get(digest, "gap");
    wrt_json *limits = wrt_json_new_array();
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    if (m->identification != NULL)
        wrt_buf_printf(&text, "the effect is %s",
                       wrt_json_get_text(wrt_json_get(m->identification, "verdict"), "text", "?"));
    push_limit(limits, &text);
    if (wrt_json_is(gap, WRT_JSON_NUMBER))
        wrt_buf_printf(&text,
                       "unadjusted the difference is %.4g: %.4g of it is the gap between "
                       "seeing and adjusting",
                       wrt_json_get_number(wrt_json_get(digest, "unadjusted"), "estimate", 0),
                       wrt_json_number(gap, 0));
    push_limit(limits, &text);
    wrt_buf_add_c(&text, wrt_json_get_text(wrt_json_get(digest, "e_value"), "text", ""));
    push_limit(limits, &text);
    limit_of_second(&text, m);
    push_limit(limits, &text);
    wrt_buf_free(&text);
    return limits;
}

static wrt_json *population_of(const wrt_json *evidence) {
    wrt_buf text = wrt_buf_make(WRT_KIB(8));
    wrt_buf_printf(&text, "the %lld rows of %s that were used",
                   (long long)wrt_json_get_int(wrt_json_get(evidence, "estimate"), "n_used", 0),
                   wrt_json_get_text(wrt_json_path(evidence, "locator.file"), "name", "the table"));
    wrt_json *population = wrt_json_new_text(wrt_buf_str(&text));
    wrt_buf_free(&text);
    return population;
}

static void set_extrapolation(wrt_json *claim, const wrt_json *digest) {
    const char *place = wrt_json_get_text(wrt_json_get(digest, "extrapolation"), "place", NULL);
    if (place != NULL)
        wrt_json_set_bool(claim, "extrapolation", strcmp(place, "outside") == 0);
}

/* ---- the adjusted estimate */

static const char *relation_of(int rung, int direction) {
    if (rung < 2)
        return "associated_with";
    return direction < 0 ? "decreases" : direction > 0 ? "increases" : "unknown";
}

static wrt_json *text_of_effect(const wrt_json *digest, int rung, int direction) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    const char *treatment = wrt_json_get_text(digest, "treatment", "?");
    const char *outcome = wrt_json_get_text(digest, "outcome", "?");
    double estimate = wrt_json_get_number(digest, "estimate", 0);
    if (rung >= 2 && direction != 0)
        wrt_buf_printf(&text, "%s %s %s by %.4g (", treatment,
                       direction < 0 ? "decreases" : "increases", outcome, fabs(estimate));
    else if (rung >= 2)
        wrt_buf_printf(&text, "whether %s changes %s is open: the estimate is %.4g (", treatment,
                       outcome, estimate);
    else
        wrt_buf_printf(&text, "%s is associated with %s: %.4g (", treatment, outcome, estimate);
    wrt_buf_printf(&text, "%s, %s, ", wrt_json_get_text(digest, "measure", "?"),
                   wrt_json_get_text(digest, "estimand", "?"));
    add_interval(&text, digest);
    wrt_buf_add_char(&text, ')');
    if (wrt_json_count(wrt_json_get(digest, "adjusted_for")) > 0) {
        wrt_buf_add_c(&text, ", adjusted for ");
        add_list(&text, wrt_json_get(digest, "adjusted_for"));
    }
    wrt_json *out = wrt_json_new_text(wrt_buf_str(&text));
    wrt_buf_free(&text);
    return out;
}

static wrt_json *grounds_of(const wrt_measured *m) {
    static const char *const roles[] = {
        [CANNOT_TELL] = "context", [AGREES] = "supports", [DISAGREES] = "contradicts"};
    wrt_json *grounds = wrt_json_new_array();
    wrt_part_ground(grounds, m->estimate, "supports");
    wrt_part_ground(grounds, m->second, roles[compare(m->estimate, m->second)]);
    wrt_part_ground(grounds, m->naive, "context");
    wrt_part_ground(grounds, m->identification, "context");
    return grounds;
}

wrt_json *wrt_measured_effect(const wrt_measured *m) {
    const char *why = NULL, *detail = NULL;
    const wrt_json *digest = wrt_json_get(m->estimate, "estimate");
    int rung = objects(&why, &detail, m) ? 1 : 2, direction = direction_of(digest);
    const wrt_certainty_grounds certainty = weigh(m, rung);
    wrt_json *claim = wrt_json_new_object(), *basis = wrt_json_new_object();
    wrt_json_set_text(claim, "relation", relation_of(rung, direction));
    wrt_json_set_int(claim, "rung", rung);
    wrt_json_set(claim, "rung_reason",
                 reason_of(rung < 2 ? why : wrt_json_get_text(digest, "rung_reason", "?"), detail));
    wrt_certainty_set(claim, &certainty);
    wrt_json_set_int(claim, "polarity", direction);
    wrt_json_set(claim, "population", population_of(m->estimate));
    wrt_json_set(claim, "grounds", grounds_of(m));
    wrt_json_set(claim, "warrant", warrant_of(m, rung));
    wrt_json_set(claim, "limits", limits_of(m));
    wrt_json_set(claim, "numbers", numbers_of(digest));
    wrt_json_set(claim, "text", text_of_effect(digest, rung, direction));
    wrt_json_set_text(basis, "rule", "estimate");
    wrt_part_basis(basis, "estimate", m->estimate);
    wrt_part_basis(basis, "second", m->second);
    wrt_part_basis(basis, "naive", m->naive);
    wrt_part_basis(basis, "identification", m->identification);
    wrt_json_set(claim, "basis", basis);
    wrt_part_labels(claim, m->estimate);
    set_extrapolation(claim, digest);
    return claim;
}

/* ---- the unadjusted difference */

static wrt_json *text_of_difference(const wrt_json *digest) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(
        &text, "%s is associated with %s: unadjusted %.4g (%s, ",
        wrt_json_get_text(digest, "treatment", "?"), wrt_json_get_text(digest, "outcome", "?"),
        wrt_json_get_number(digest, "estimate", 0), wrt_json_get_text(digest, "measure", "?"));
    add_interval(&text, digest);
    wrt_buf_add_char(&text, ')');
    wrt_json *out = wrt_json_new_text(wrt_buf_str(&text));
    wrt_buf_free(&text);
    return out;
}

wrt_json *wrt_measured_difference(const wrt_json *naive, const wrt_json *identification,
                                  const char *why) {
    const wrt_json *digest = wrt_json_get(naive, "estimate");
    const wrt_measured m = {.estimate = naive, .identification = identification};
    wrt_json *claim = wrt_json_new_object(), *basis = wrt_json_new_object();
    wrt_json *limits = wrt_json_new_array();
    if (why != NULL)
        wrt_json_push_text(limits, why);
    wrt_json_set_text(claim, "relation", "associated_with");
    wrt_json_set_int(claim, "rung", 1);
    wrt_json_set_text(claim, "rung_reason",
                      "an unadjusted association, an effect only if treatment was randomised");
    wrt_certainty_set(claim, &(wrt_certainty_grounds){.design = WRT_DESIGN_ESTIMATE});
    wrt_json_set_int(claim, "polarity", direction_of(digest));
    wrt_json_set(claim, "population", population_of(naive));
    wrt_json_set(claim, "grounds", grounds_of(&m));
    wrt_json_set(claim, "warrant", warrant_of(&m, 1));
    wrt_json_set(claim, "limits", limits);
    wrt_json_set(claim, "numbers", numbers_of(digest));
    wrt_json_set(claim, "text", text_of_difference(digest));
    wrt_json_set_text(basis, "rule", "difference");
    wrt_part_basis(basis, "estimate", naive);
    wrt_part_basis(basis, "identification", identification);
    wrt_json_set(claim, "basis", basis);
    wrt_part_labels(claim, naive);
    return claim;
}

wrt_json *wrt_measured_end(const wrt_json *estimate, const char *role) {
    const char *name = wrt_json_get_text(wrt_json_get(estimate, "estimate"), role, "?");
    wrt_json *end = wrt_json_new_object();
    wrt_buf id = wrt_buf_make(WRT_KIB(8));
    wrt_buf_printf(&id, "column:%s", name);
    wrt_json_set(end, "id", wrt_json_new_text(wrt_buf_str(&id)));
    wrt_json_set_text(end, "name", name);
    wrt_buf_free(&id);
    return end;
}
