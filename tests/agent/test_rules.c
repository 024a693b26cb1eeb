/* test_rules.c: from estimates, simulations and graphs to what may be said: the rules, on evidence
 * made by hand. */
#include "agent/audit/agree.h"
#include "agent/claims/imagined.h"
#include "agent/claims/measured.h"
#include "agent/claims/verdict.h"
#include "agent/plan/contrast.h"
#include "agent/plan/estimand.h"
#include "agent/plan/unhidden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static wrt_json *parse(const char *text) {
    wrt_json *value = NULL;
    wrt_err err = {0};
    if (wrt_json_parse(&value, wrt_str_of(text), &err) != WRT_OK)
        fail_msg("%s: %s", text, err.message);
    return value;
}

static void assert_texts(const wrt_json *list, const char *want) {
    wrt_json *wanted = parse(want);
    assert_true(wrt_json_equal(list, wanted));
    wrt_json_free(wanted);
}

/* ---- verdicts about graphs, the traps of the textbooks (Pearl 2009, ch. 3; Elwert and Winship
 * 2014, doi:10.1146/annurev-soc-071913-043455): what was used, and whether it carries */

static wrt_json *verdict_of(const char *graph, const char *used) {
    wrt_json *g = wrt_json_new_c(graph), *x = wrt_json_new_c("X"), *y = wrt_json_new_c("Y");
    wrt_json *set = parse(used), *verdict = NULL;
    const wrt_verdict_question question = {
        .graph = g, .treatment = x, .outcome = y, .design = "adjustment", .used = set};
    wrt_err err = {0};
    if (wrt_verdict_find(&verdict, &question, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json *evidence = wrt_verdict_evidence(&question, verdict);
    wrt_json_set_text(evidence, "id", "e2");
    wrt_json_free(verdict);
    wrt_json_free(g);
    wrt_json_free(x);
    wrt_json_free(y);
    wrt_json_free(set);
    return evidence;
}

static void verdict_knows_the_traps(void **state) {
    (void)state;
    static const struct {
        const char *graph, *used;
        bool carries;
    } cases[] = {
        {"dag { Z -> X; Z -> Y; X -> Y }", "[\"Z\"]", true},            /* confounder */
        {"dag { Z -> X; Z -> Y; X -> Y }", "[]", false},                /* left out */
        {"dag { X -> Y; X -> C; Y -> C }", "[]", true},                 /* collider */
        {"dag { X -> Y; X -> C; Y -> C }", "[\"C\"]", false},           /* adjusted for */
        {"dag { X -> M -> Y }", "[]", true},                            /* mediator */
        {"dag { X -> M -> Y }", "[\"M\"]", false},                      /* adjusted for */
        {"dag { A -> M; B -> M; A -> X; B -> Y; X -> Y }", "[]", true}, /* M-bias */
        {"dag { A -> M; B -> M; A -> X; B -> Y; X -> Y; A [latent]; B [latent] }", "[\"M\"]",
         false},
        {"dag { X -> Y; Y -> S }", "[\"S\"]", false},                /* effect of the outcome */
        {"dag { U -> X; U -> Y; X -> Y; U [latent] }", "[]", false}, /* unmeasured */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *evidence = verdict_of(cases[i].graph, cases[i].used);
        if (wrt_verdict_carries(evidence) != cases[i].carries)
            fail_msg("%s with %s", cases[i].graph, cases[i].used);
        wrt_json_free(evidence);
    }
}

static void verdict_reads_what_has_no_column_as_unmeasured(void **state) {
    (void)state;
    wrt_json *graph = wrt_json_new_c("dag { U -> X; U -> Y; X -> Y }"), *x = wrt_json_new_c("X");
    wrt_json *y = wrt_json_new_c("Y"), *unmeasured = parse("[\"U\"]"), *verdict = NULL;
    wrt_verdict_question question = {.graph = graph, .treatment = x, .outcome = y};
    assert_int_equal(wrt_verdict_find(&verdict, &question, NULL), WRT_OK);
    assert_string_equal(wrt_json_get_text(verdict, "text", ""),
                        "identified in the stated graph by adjustment for {U}");
    wrt_json_free(verdict);
    question.unmeasured = unmeasured;
    assert_int_equal(wrt_verdict_find(&verdict, &question, NULL), WRT_OK);
    assert_false(wrt_json_get_bool(verdict, "identifiable", true));
    assert_string_equal(wrt_json_get_text(verdict, "text", ""),
                        "not identified in the stated graph by what is measured");
    wrt_json_free(verdict);
    wrt_json_free(graph);
    wrt_json_free(x);
    wrt_json_free(y);
    wrt_json_free(unmeasured);
}

static void verdict_of_a_graph_is_no_claim_about_the_world(void **state) {
    (void)state;
    wrt_json *evidence = verdict_of("dag { Z -> X; Z -> Y; X -> Y }", "[\"Z\"]");
    wrt_json *claim = wrt_verdict_claim(evidence);
    assert_int_equal(wrt_json_get_int(claim, "rung", 9), 0);
    assert_string_equal(wrt_json_get_text(wrt_json_get(claim, "warrant"), "kind", ""), "none");
    assert_string_equal(wrt_json_get_text(claim, "relation", ""), "unknown");
    wrt_json_free(claim);
    wrt_json_free(evidence);
}

/* ---- estimates */

/* A result of effect_estimate whose numbers are made up for the rule: -5 (-6 to -4). */
#define RESULT(more)                                                                               \
    "{\"status\":\"ok\",\"echo\":{\"treatment\":\"X\",\"outcome\":\"Y\"},\"data\":{"               \
    "\"estimator\":\"aipw\",\"source\":\"s\",\"estimand\":\"ate\",\"measure\":"                    \
    "\"difference in means\",\"estimate\":-5,\"se\":0.5,\"ci\":[-6,-4],\"level\":0.95,"            \
    "\"unadjusted\":{\"estimate\":-2},\"gap\":3,\"adjusted_for\":[\"Z\"],\"n_used\":100,"          \
    "\"basis\":{\"verdict\":\"ok\",\"unmeasured\":[]},\"assumptions\":[\"a\"],\"seed\":0,"         \
    "\"table\":{\"file\":{\"name\":\"t.csv\",\"sha256\":\"00\",\"rows\":100}}," more "}}"
#define GOOD                                                                                       \
    "\"rung\":2,\"rung_reason\":\"identified by the stated graph; overlap and balance hold\","     \
    "\"conflicts\":{\"verdict\":\"none_found\",\"text\":\"\",\"tested\":2},"                       \
    "\"sensitivity\":{\"e_value\":{\"e_value\":3,\"e_value_limit\":2.5,\"text\":\"e\"}}"

static wrt_json *evidence_of(const char *result, const char *id) {
    wrt_json *parsed = parse(result);
    wrt_json *evidence = wrt_measured_evidence("estimate", parsed, NULL);
    assert_non_null(evidence);
    wrt_json_set_text(evidence, "id", id);
    wrt_json_free(parsed);
    return evidence;
}

static wrt_json *claim_of(const char *result, const char *second, const char *used) {
    wrt_json *estimate = evidence_of(result, "e1");
    wrt_json *other = second != NULL ? evidence_of(second, "e3") : NULL;
    wrt_json *verdict =
        used != NULL ? verdict_of("dag { Z -> X; Z -> Y; X -> Y; Z -> W }", used) : NULL;
    const wrt_measured m = {.estimate = estimate, .second = other, .identification = verdict};
    wrt_json *claim = wrt_measured_effect(&m);
    wrt_json_free(estimate);
    wrt_json_free(other);
    wrt_json_free(verdict);
    return claim;
}

static void assert_standing(const wrt_json *claim, int rung, const char *certainty,
                            const char *reason) {
    assert_int_equal(wrt_json_get_int(claim, "rung", 9), rung);
    assert_string_equal(wrt_json_get_text(claim, "certainty", ""), certainty);
    if (strstr(wrt_json_get_text(claim, "rung_reason", ""), reason) == NULL)
        fail_msg("\"%s\" not in \"%s\"", reason, wrt_json_get_text(claim, "rung_reason", ""));
    assert_string_equal(wrt_json_get_text(wrt_json_get(claim, "warrant"), "kind", ""),
                        rung >= 2 ? "identified_estimate" : "none");
    assert_string_equal(wrt_json_get_text(claim, "relation", ""),
                        rung >= 2 ? "decreases" : "associated_with");
}

static void estimate_is_an_intervention_when_nothing_objects(void **state) {
    (void)state;
    wrt_json *claim = claim_of(RESULT(GOOD), RESULT(GOOD), "[\"Z\"]");
    assert_standing(claim, 2, "moderate", "overlap and balance hold");
    assert_string_equal(wrt_json_get_text(claim, "text", ""),
                        "X decreases Y by 5 (difference in means, ate, 95 % interval -6 to -4), "
                        "adjusted for Z");
    assert_texts(wrt_json_path(claim, "warrant.assumptions"), "[\"a\"]");
    assert_int_equal(wrt_json_get_int(claim, "polarity", 0), -1);
    wrt_json_free(claim);
}

static void estimate_falls_to_association_by_any_objection(void **state) {
    (void)state;
    static const struct {
        const char *result, *used, *reason;
    } cases[] = {
        {RESULT(GOOD), NULL, "no causal graph was stated"},
        {RESULT(GOOD), "[\"W\"]", "the program's own engine does not find"},
        {RESULT("\"rung\":1,\"rung_reason\":\"the arms hardly overlap\""), "[\"Z\"]",
         "hardly overlap"},
        {RESULT("\"conflicts\":{\"verdict\":\"conflict\",\"text\":\"X and Q\",\"tested\":1},"
                "\"rung\":2,\"rung_reason\":\"r\""),
         "[\"Z\"]", "the table contradicts the stated graph: X and Q"},
        {RESULT(GOOD ",\"refuters\":[{\"refuter\":\"placebo\",\"passes\":false,\"text\":\"t\"}]"),
         "[\"Z\"]", "a refuter objects: t"},
        {RESULT("\"rung\":1,\"rung_reason\":\"\""), "[\"Z\"]", ""},
        {RESULT(GOOD ",\"negative_control\":{\"outcome\":\"N\",\"holds\":false,\"text\":\"t\"}"),
         "[\"Z\"]", "the negative control objects: t"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *claim = claim_of(cases[i].result, RESULT(GOOD), cases[i].used);
        assert_standing(claim, 1, "very_low", cases[i].reason);
        wrt_json_free(claim);
    }
}

static void certainty_is_moderate_only_with_agreement_tests_and_a_robust_limit(void **state) {
    (void)state;
    static const char weak[] = RESULT(
        "\"rung\":2,\"rung_reason\":\"r\",\"conflicts\":{\"verdict\":\"none_found\",\"tested\":2},"
        "\"sensitivity\":{\"e_value\":{\"e_value\":3,\"e_value_limit\":1.9}}");
    static const char untested[] = RESULT("\"rung\":2,\"rung_reason\":\"r\"");
    static const char far_off[] = "{\"echo\":{},\"data\":{\"estimator\":\"ipw\",\"estimate\":-9,"
                                  "\"ci\":[-10,-8],\"rung\":2}}";
    static const char bare[] = "{\"echo\":{},\"data\":{\"estimator\":\"ipw\",\"estimate\":-9,"
                               "\"rung\":2}}";
    static const struct {
        const char *first, *second, *certainty, *steps;
    } cases[] = {
        {RESULT(GOOD), RESULT(GOOD), "moderate",
         "[{\"step\":\"identified\",\"by\":1},{\"step\":\"robust\",\"by\":1}]"},
        {RESULT(GOOD), NULL, "low", "[{\"step\":\"identified\",\"by\":1}]"},
        {weak, RESULT(GOOD), "low", "[{\"step\":\"identified\",\"by\":1}]"},
        {untested, RESULT(GOOD), "low", "[{\"step\":\"identified\",\"by\":1}]"},
        {RESULT(GOOD), far_off, "very_low",
         "[{\"step\":\"identified\",\"by\":1},{\"step\":\"contradicted\",\"by\":-1}]"},
        {RESULT(GOOD), bare, "low", "[{\"step\":\"identified\",\"by\":1}]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *claim = claim_of(cases[i].first, cases[i].second, "[\"Z\"]");
        assert_standing(claim, 2, cases[i].certainty, "");
        assert_texts(wrt_json_path(claim, "certainty_by.steps"), cases[i].steps);
        wrt_json_free(claim);
    }
}

static void estimate_whose_interval_holds_zero_has_no_direction(void **state) {
    (void)state;
    wrt_json *result = parse(RESULT(GOOD)), *data = wrt_json_get_mut(result, "data");
    wrt_json_set(data, "ci", parse("[-11,1]"));
    wrt_json *estimate = wrt_measured_evidence("s", result, NULL);
    wrt_json *verdict = verdict_of("dag { Z -> X; Z -> Y; X -> Y }", "[\"Z\"]");
    const wrt_measured m = {.estimate = estimate, .identification = verdict};
    wrt_json *claim = wrt_measured_effect(&m);
    assert_string_equal(wrt_json_get_text(claim, "relation", ""), "unknown");
    assert_int_equal(wrt_json_get_int(claim, "polarity", 9), 0);
    wrt_json_free(claim);
    wrt_json_free(verdict);
    wrt_json_free(estimate);
    wrt_json_free(result);
}

static void difference_is_an_association_of_its_own(void **state) {
    (void)state;
    wrt_json *naive = evidence_of(RESULT("\"rung\":1,\"rung_reason\":\"r\""), "e1");
    wrt_json *claim = wrt_measured_difference(naive, NULL, "why not");
    assert_standing(claim, 1, "very_low", "unadjusted association");
    assert_texts(wrt_json_get(claim, "limits"), "[\"why not\"]");
    wrt_json_free(claim);
    wrt_json_free(naive);
}

static void evidence_of_a_failed_step_is_none(void **state) {
    (void)state;
    wrt_json *failed = parse("{\"status\":\"empty\",\"data\":null,\"warnings\":[\"w\"]}");
    assert_null(wrt_measured_evidence("s", failed, NULL));
    assert_null(wrt_measured_evidence("s", NULL, NULL));
    assert_null(wrt_imagined_evidence("s", "scm_whatif", failed, NULL));
    assert_null(wrt_imagined_patient("s", failed, NULL));
    wrt_json_free(failed);
}

static void labels_of_patients_reach_claims(void **state) {
    (void)state;
    wrt_json *result = parse(RESULT(GOOD));
    wrt_json *taint = parse("{\"labels\":[\"file\",\"patient\",\"phi\",\"plugin\"]}");
    wrt_json *evidence = wrt_measured_evidence("s", result, taint);
    wrt_json *claim = wrt_measured_difference(evidence, NULL, NULL);
    assert_texts(wrt_json_get(claim, "labels"), "[\"patient\",\"phi\"]");
    wrt_json_free(claim);
    wrt_json_free(evidence);
    wrt_json_free(taint);
    wrt_json_free(result);
}

/* ---- simulations */

#define WHATIF(more)                                                                               \
    "{\"status\":\"ok\",\"data\":{\"outcome\":\"bleeding\",\"do\":{\"dose\":\"low\"},"             \
    "\"evidence\":{\"dose\":\"high\"},\"factual\":{\"no\":0,\"yes\":1},"                           \
    "\"counterfactual\":{\"no\":0.25,\"yes\":0.75},\"bounds\":{\"no\":[0.1,1],\"yes\":[0,0.9]},"   \
    "\"bounds_kind\":\"outer\",\"coupling\":\"gumbel\",\"scm\":\"m\",\"seed\":0,"                  \
    "\"method\":\"exact\",\"support\":{\"p\":0.4}," more "}}"
#define CHANGE "\"effect\":{\"yes\":{\"effect\":-0.25,\"low\":-1,\"high\":-0.1}}"

static wrt_json *imagine(const char *result, wrt_json **keep) {
    wrt_json *parsed = parse(result);
    *keep = wrt_imagined_evidence("whatif", "scm_whatif", parsed, NULL);
    assert_non_null(*keep);
    wrt_json_set_text(*keep, "id", "e1");
    const wrt_imagined m = {.simulation = *keep, .value = "yes"};
    wrt_json_free(parsed);
    return wrt_imagined_claim(&m);
}

static void whatif_of_tables_is_a_counterfactual_under_assumptions(void **state) {
    (void)state;
    wrt_json *evidence = NULL;
    wrt_json *claim =
        imagine(WHATIF(CHANGE ",\"model_implied\":false,\"extrapolation\":false"), &evidence);
    assert_int_equal(wrt_json_get_int(claim, "rung", 9), 3);
    assert_string_equal(wrt_json_get_text(wrt_json_get(claim, "warrant"), "kind", ""),
                        "identified_estimate");
    assert_string_equal(wrt_json_get_text(claim, "relation", ""), "decreases");
    assert_false(wrt_json_get_bool(claim, "extrapolation", true));
    wrt_json_free(claim);
    wrt_json_free(evidence);
}

static void whatif_whose_bounds_hold_zero_has_no_direction(void **state) {
    (void)state;
    wrt_json *evidence = NULL;
    wrt_json *claim =
        imagine(WHATIF("\"effect\":{\"yes\":{\"effect\":-0.25,\"low\":-1,\"high\":0}},"
                       "\"model_implied\":false,\"extrapolation\":true"),
                &evidence);
    assert_string_equal(wrt_json_get_text(claim, "relation", ""), "unknown");
    assert_true(wrt_json_get_bool(claim, "extrapolation", false));
    wrt_json_free(claim);
    wrt_json_free(evidence);
}

static void whatif_of_a_language_model_claims_nothing_about_the_world(void **state) {
    (void)state;
    static const char *const results[] = {
        WHATIF(CHANGE ",\"model_implied\":true,\"extrapolation\":null"),
        WHATIF(CHANGE ",\"extrapolation\":null"), /* nobody says what gave the mechanisms */
    };
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        wrt_json *evidence = NULL, *claim = imagine(results[i], &evidence);
        assert_int_equal(wrt_json_get_int(claim, "rung", 9), 0);
        assert_string_equal(wrt_json_get_text(wrt_json_get(claim, "warrant"), "kind", ""),
                            "model_simulation");
        assert_string_equal(wrt_json_get_text(claim, "relation", ""), "unknown");
        assert_non_null(strstr(wrt_json_get_text(claim, "text", ""), "model-implied"));
        /* what nobody knows counts as what it may be */
        assert_true(wrt_json_get_bool(claim, "extrapolation", false));
        wrt_json_free(claim);
        wrt_json_free(evidence);
    }
}

/* ---- builtin steps */

static void estimand_leaves_covariates_to_the_graph(void **state) {
    (void)state;
    static const struct {
        const char *inputs, *adjust, *estimator, *naive, *second;
    } cases[] = {
        {"{}", NULL, "naive", "naive", NULL},
        {"{\"graph\":\"g\"}", "auto", "aipw", "naive", "ols"},
        {"{\"graph\":\"g\",\"estimator\":\"ols\"}", "auto", "ols", "naive", "aipw"},
        {"{\"graph\":\"g\",\"estimator\":\"iv\"}", NULL, "iv", "naive", NULL},
        {"{\"graph\":\"g\",\"event\":\"died\"}", "auto", "cox", "cox", NULL},
        {"{\"event\":\"died\"}", NULL, "km", "km", NULL},
        {"{\"graph\":\"g\",\"estimand\":\"att\"}", "auto", "aipw", "naive", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *args = wrt_json_new_object(), *result = NULL;
        wrt_json_set(args, "inputs", parse(cases[i].inputs));
        wrt_json_set_text(args, "treatment", "X");
        result = wrt_estimand_state(args, 7);
        const wrt_json *data = wrt_json_get(result, "data");
        const char *adjust = wrt_json_get_text(data, "adjust", NULL);
        const char *second = wrt_json_get_text(data, "second", NULL);
        assert_string_equal(wrt_json_get_text(data, "estimator", ""), cases[i].estimator);
        assert_string_equal(wrt_json_get_text(data, "naive", ""), cases[i].naive);
        assert_string_equal(adjust != NULL ? adjust : "", cases[i].adjust ? cases[i].adjust : "");
        assert_string_equal(second != NULL ? second : "", cases[i].second ? cases[i].second : "");
        assert_int_equal(wrt_json_get_int(data, "seed", 0), 7);
        wrt_json_free(result);
        wrt_json_free(args);
    }
}

static void contrast_is_of_what_is_done_against_what_was(void **state) {
    (void)state;
    static const struct {
        const char *args, *contrast;
    } cases[] = {
        {"{\"do\":{\"dose\":\"low\"},\"patient\":{\"dose\":\"high\"},\"variables\":[]}",
         "[\"high\",\"low\"]"},
        {"{\"do\":{\"dose\":\"low\"},\"variables\":[{\"name\":\"dose\",\"values\":[\"low\","
         "\"standard\",\"high\"]}]}",
         "[\"standard\",\"low\"]"},
        {"{\"do\":{\"dose\":\"low\"},\"patient\":{\"dose\":\"low\"},\"variables\":[]}", NULL},
        {"{\"do\":{\"dose\":\"low\",\"age\":\"old\"},\"variables\":[]}", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *args = parse(cases[i].args), *result = wrt_contrast_pick(args, 3);
        const wrt_json *got = wrt_json_path(result, "data.contrast");
        if (cases[i].contrast == NULL)
            assert_null(got);
        else
            assert_texts(got, cases[i].contrast);
        wrt_json_free(result);
        wrt_json_free(args);
    }
}

static void unhidden_graph_has_no_latent_nodes(void **state) {
    (void)state;
    wrt_json *args = parse("{\"graph\":\"dag { U -> X; U -> Y; X -> Y; X <-> Y; U [latent] }\"}");
    wrt_json *result = wrt_unhidden_graph(args);
    assert_texts(wrt_json_path(result, "data.was_latent"), "[\"U\"]");
    assert_texts(wrt_json_path(result, "data.common_causes"), "[[\"X\",\"Y\"]]");
    assert_texts(wrt_json_path(result, "data.graph.latent"), "[]");
    wrt_json_free(result);
    wrt_json_free(args);
    args = parse("{\"graph\":\"dag { X -> X }\"}");
    result = wrt_unhidden_graph(args);
    assert_string_equal(wrt_json_get_text(result, "status", ""), "error");
    wrt_json_free(result);
    wrt_json_free(args);
}

/* ---- agreement of numbers */

static void agree_allows_the_last_digits_of_numbers_only(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        double tolerance;
        const char *where; /* NULL: they agree */
    } cases[] = {
        {"{\"x\":1.0000000001}", "{\"x\":1.0000000002}", 1e-9, NULL},
        {"{\"x\":1.0000000001}", "{\"x\":1.0000000002}", 0, "x"},
        {"{\"x\":1.5}", "{\"x\":1.50001}", 1e-9, "x"},
        {"{\"x\":3}", "{\"x\":4}", 1, "x"},
        {"{\"x\":{\"y\":[1,2,\"a\"]}}", "{\"x\":{\"y\":[1,2,\"b\"]}}", 1e-9, "x.y[2]"},
        {"{\"x\":1e-17}", "{\"x\":-2e-17}", 1e-9, NULL},
        {"{\"x\":null}", "{\"x\":0}", 1e-9, "x"},
        {"{\"x\":1}", "{}", 1e-9, "x"},
        {"{}", "{\"x\":1}", 1e-9, ""},
        {"[1,2]", "[1,2,3]", 1e-9, ""},
        {"{\"x\":true}", "{\"x\":false}", 1e-9, "x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *a = parse(cases[i].a), *b = parse(cases[i].b);
        wrt_buf where = wrt_buf_make(WRT_KIB(1));
        bool same = wrt_agree(&where, a, b, cases[i].tolerance);
        assert_int_equal(same, cases[i].where == NULL);
        if (cases[i].where != NULL)
            assert_string_equal(wrt_buf_str(&where).ptr, cases[i].where);
        wrt_buf_free(&where);
        wrt_json_free(a);
        wrt_json_free(b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdict_knows_the_traps),
        cmocka_unit_test(verdict_reads_what_has_no_column_as_unmeasured),
        cmocka_unit_test(verdict_of_a_graph_is_no_claim_about_the_world),
        cmocka_unit_test(estimate_is_an_intervention_when_nothing_objects),
        cmocka_unit_test(estimate_falls_to_association_by_any_objection),
        cmocka_unit_test(certainty_is_moderate_only_with_agreement_tests_and_a_robust_limit),
        cmocka_unit_test(estimate_whose_interval_holds_zero_has_no_direction),
        cmocka_unit_test(difference_is_an_association_of_its_own),
        cmocka_unit_test(evidence_of_a_failed_step_is_none),
        cmocka_unit_test(labels_of_patients_reach_claims),
        cmocka_unit_test(whatif_of_tables_is_a_counterfactual_under_assumptions),
        cmocka_unit_test(whatif_whose_bounds_hold_zero_has_no_direction),
        cmocka_unit_test(whatif_of_a_language_model_claims_nothing_about_the_world),
        cmocka_unit_test(estimand_leaves_covariates_to_the_graph),
        cmocka_unit_test(contrast_is_of_what_is_done_against_what_was),
        cmocka_unit_test(unhidden_graph_has_no_latent_nodes),
        cmocka_unit_test(agree_allows_the_last_digits_of_numbers_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
