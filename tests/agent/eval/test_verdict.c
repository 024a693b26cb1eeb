/* test_verdict.c: typed causal questions with answers worked out by hand. */
#include "agent/eval/verdict.h"

#include "scm/infer/query.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CONFOUNDED "'graph':'V1 -> X; V1 -> Y; X -> Y','treatment':'X','outcome':'Y'"
#define MEDIATED   "'graph':'X -> V2; X -> Y; V2 -> Y','treatment':'X','outcome':'Y'"
#define FRONT_DOOR "'graph':'V1 -> X; X -> V3; V1 -> Y; V3 -> Y','treatment':'X','outcome':'Y'"
#define COLLISION  "'graph':'X -> V3; Y -> V3','treatment':'X','outcome':'Y'"
#define Y_BY_X(p0, p1)                                                                             \
    "{'of':{'Y':1},'given':{'X':0},'p':" p0 "},{'of':{'Y':1},'given':{'X':1},'p':" p1 "}"
#define BY_X(v, p0, p1)                                                                            \
    "{'of':{'" v "':1},'given':{'X':0},'p':" p0 "},{'of':{'" v "':1},'given':{'X':1},'p':" p1 "}"
#define Y_BY_TWO(a, b, p00, p01, p10, p11)                                                         \
    "{'of':{'Y':1},'given':{'" a "':0,'" b "':0},'p':" p00 "},"                                    \
    "{'of':{'Y':1},'given':{'" a "':0,'" b "':1},'p':" p01 "},"                                    \
    "{'of':{'Y':1},'given':{'" a "':1,'" b "':0},'p':" p10 "},"                                    \
    "{'of':{'Y':1},'given':{'" a "':1,'" b "':1},'p':" p11 "}"
#define SURE(v, p) "{'of':{'" v "':1},'p':" p "}"

/* JSON with single quotes, for reading. */
static wrt_json *parse(const char *text) {
    wrt_json *json = NULL;
    char *copy = strdup(text);
    for (char *at = copy; *at != '\0'; at++)
        if (*at == '\'')
            *at = '"';
    wrt_err err = {.code = WRT_OK};
    if (wrt_json_parse(&json, wrt_str_of(copy), &err) != WRT_OK)
        fail_msg("%s in %s", err.message, copy);
    free(copy);
    return json;
}

static wrt_verdict verdict_of(const char *text) {
    wrt_json *json = parse(text);
    wrt_typed_query query;
    wrt_verdict verdict = {.is_known = false};
    wrt_err err = {.code = WRT_OK};
    if (wrt_typed_read(&query, json, &err) != WRT_OK ||
        wrt_verdict_of(&verdict, &query, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_typed_free(&query);
    wrt_json_free(json);
    return verdict;
}

static void check(const char *text, const char *method, double value, bool yes) {
    wrt_verdict v = verdict_of(text);
    assert_true(v.is_known);
    assert_true(v.settled);
    assert_string_equal(v.method, method);
    assert_true(fabs(v.value - value) < 1e-7);
    assert_true(v.high - v.low < 1e-7);
    assert_int_equal(v.yes, yes);
    wrt_verdict_free(&v);
}

/* ---- rung 1 */

static void marginal_is_against_one_half(void **state) {
    (void)state; /* 0.6 * 0.3 + 0.4 * 0.9 = 0.54 */
    check("{'type':'marginal'," MEDIATED
          ",'facts':[" SURE("X", "0.4") "," Y_BY_X("0.3", "0.9") "]}",
          "inference", 0.54, true);
    check("{'type':'marginal','polarity':false," MEDIATED
          ",'facts':[" SURE("X", "0.4") "," Y_BY_X("0.3", "0.9") "]}",
          "inference", 0.54, false);
}

static void correlation_follows_from_joint_probabilities(void **state) {
    (void)state; /* 0.3 / 0.5 - 0.1 / 0.5 = 0.4 */
    check("{'type':'correlation'," CONFOUNDED
          ",'facts':[{'of':{'X':1},'p':0.5},{'of':{'Y':1,'X':0},'p':0.1},"
          "{'of':{'Y':1,'X':1},'p':0.3}]}",
          "inference", 0.4, true);
}

/* Among V3 = 1: 0.3 with X, 0.6 without; how far below the mean depends on P(X | V3). */
static void explaining_away_is_settled_in_sign_only(void **state) {
    (void)state;
    wrt_verdict v = verdict_of("{'type':'exp_away'," COLLISION ",'collider':'V3','facts':[" SURE(
        "X", "0.5") "," Y_BY_TWO("X", "V3", "0.1", "0.6", "0.2", "0.3") "]}");
    assert_true(v.is_known && v.settled && !v.yes);
    assert_true(v.high < 0 && v.low > -0.3 && v.high - v.low > 1e-4);
    assert_non_null(strstr(wrt_buf_str(&v.why).ptr, "sign only"));
    wrt_verdict_free(&v);
}

/* ---- rung 2 */

static void ate_adjusts_for_a_confounder(void **state) {
    (void)state; /* 0.5 * (0.3 - 0.2) + 0.5 * (0.9 - 0.7) = 0.15 */
    check("{'type':'ate'," CONFOUNDED
          ",'facts':[" SURE("V1", "0.5") "," Y_BY_TWO("V1", "X", "0.2", "0.3", "0.7", "0.9") "]}",
          "backdoor", 0.15, true);
}

/* Simpson: every stratum falls by 0.1, and more of the treated are of the better stratum. */
static void ate_is_not_the_association(void **state) {
    (void)state;
    check("{'type':'ate'," CONFOUNDED ",'facts':[" SURE("V1", "0.5") "," BY_X(
              "V1", "0.2", "0.8") "," Y_BY_TWO("V1", "X", "0.3", "0.2", "0.9", "0.8") "]}",
          "backdoor", -0.1, false);
    check("{'type':'correlation'," CONFOUNDED ",'facts':[" SURE("V1", "0.5") "," BY_X(
              "V1", "0.2", "0.8") "," Y_BY_TWO("V1", "X", "0.3", "0.2", "0.9", "0.8") "]}",
          "inference", 0.68 - 0.42, true); /* 0.2*0.2+0.8*0.8 = 0.68; 0.8*0.3+0.2*0.9 = 0.42 */
}

static void ate_goes_through_the_front_door(void **state) {
    (void)state; /* (0.7 - 0.2) * [0.5 * (0.5 - 0.3) + 0.5 * (0.7 - 0.5)] = 0.1 */
    check("{'type':'ate'," FRONT_DOOR ",'facts':[" SURE("X", "0.5") "," BY_X(
              "V3", "0.2", "0.7") "," Y_BY_TWO("X", "V3", "0.3", "0.5", "0.5", "0.7") "]}",
          "frontdoor", 0.1, true);
}

static void ate_takes_an_instrument_where_nothing_else_is_left(void **state) {
    (void)state; /* (0.5 - 0.4) / (0.7 - 0.2) = 0.2 */
    check(
        "{'type':'ate','graph':'V1 -> X; V2 -> X; V1 -> Y; X -> Y','treatment':'X','outcome':'Y',"
        "'facts':[{'of':{'Y':1},'given':{'V2':0},'p':0.4},{'of':{'Y':1},'given':{'V2':1},'p':0.5},"
        "{'of':{'X':1},'given':{'V2':0},'p':0.2},{'of':{'X':1},'given':{'V2':1},'p':0.7}]}",
        "instrument", 0.2, true);
}

static void effect_that_rounds_to_nothing_is_no_either_way(void **state) {
    (void)state;
    check("{'type':'ate'," MEDIATED ",'facts':[" Y_BY_X("0.3", "0.304") "]}", "backdoor", 0.004,
          false);
    check("{'type':'ate','polarity':false," MEDIATED ",'facts':[" Y_BY_X("0.3", "0.304") "]}",
          "backdoor", 0.004, false);
}

static void hidden_confounder_leaves_the_question_open(void **state) {
    (void)state;
    wrt_verdict v = verdict_of("{'type':'ate'," CONFOUNDED ",'facts':[" Y_BY_X("0.2", "0.6") "]}");
    assert_false(v.is_known);
    assert_string_equal(v.method, "none");
    assert_true(v.why.len > 0);
    wrt_verdict_free(&v);
}

static void collider_bias_is_no_effect(void **state) {
    (void)state;
    check("{'type':'collider_bias'," COLLISION ",'collider':'V3'}", "graph", 0, false);
    wrt_verdict v = verdict_of("{'type':'collider_bias'," MEDIATED "}");
    assert_true(v.is_known && v.yes);
    wrt_verdict_free(&v);
}

static void better_set_is_the_valid_then_the_smaller(void **state) {
    (void)state;
    static const struct {
        const char *question;
        bool is_known, yes;
    } cases[] = {
        {CONFOUNDED ",'methods':[['V1'],[]]", true, true}, /* confounder: adjust */
        {CONFOUNDED ",'methods':[[],['V1']]", true, false},
        {MEDIATED ",'methods':[['V2'],[]]", true, false},  /* mediator: do not */
        {COLLISION ",'methods':[['V3'],[]]", true, false}, /* collider: do not */
        {"'graph':'X -> Y; V2 -> Y','treatment':'X','outcome':'Y','methods':[['V2'],[]]", true,
         false}, /* both are valid, the empty one is smaller */
        {MEDIATED ",'methods':[['V2'],['V2']]", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, "{'type':'backadj',%s}", cases[i].question);
        wrt_verdict v = verdict_of(text);
        assert_int_equal(v.is_known, cases[i].is_known);
        if (v.is_known)
            assert_int_equal(v.yes, cases[i].yes);
        wrt_verdict_free(&v);
    }
}

/* ---- rung 3 */

static void ett_asks_the_other_way_round(void **state) {
    (void)state;
    check("{'type':'ett'," MEDIATED ",'facts':[" Y_BY_X("0.3", "0.5") "]}", "counterfactual", 0.2,
          false);
    check("{'type':'ett','polarity':false," MEDIATED ",'facts':[" Y_BY_X("0.3", "0.5") "]}",
          "counterfactual", 0.2, true);
}

static void ett_through_the_front_door_is_of_the_treated(void **state) {
    (void)state; /* sum over v of P(Y | X=1, v) [P(v | 1) - P(v | 0)] = (0.8 - 0.5) * 0.5 = 0.15 */
    check("{'type':'ett'," FRONT_DOOR ",'facts':[" BY_X("V3", "0.2", "0.7") "," Y_BY_TWO(
              "X", "V3", "0.3", "0.5", "0.5", "0.8") "]}",
          "counterfactual", 0.15, false);
}

/* P(V1 | X) is not given: any mean of 0.1 and 0.2 will do, and the sign is settled. */
static void ett_without_its_weights_is_settled_in_sign(void **state) {
    (void)state;
    wrt_verdict v = verdict_of("{'type':'ett'," CONFOUNDED ",'facts':[" SURE(
        "V1", "0.5") "," Y_BY_TWO("V1", "X", "0.2", "0.3", "0.7", "0.9") "]}");
    assert_true(v.is_known && v.settled && !v.yes);
    assert_true(v.low >= 0.1 - 1e-9 && v.high <= 0.2 + 1e-9 && v.high - v.low > 1e-4);
    wrt_verdict_free(&v);
}

static void natural_effects_split_the_total(void **state) {
    (void)state; /* NDE 0.5 * 0.3 + 0.5 * 0.5 = 0.4; NIE (0.3 - 0.1) * (0.9 - 0.5) = 0.08 */
    check("{'type':'nde'," MEDIATED ",'mediators':['V2'],'facts':[" BY_X(
              "V2", "0.5", "0.9") "," Y_BY_TWO("X", "V2", "0.1", "0.3", "0.4", "0.8") "]}",
          "counterfactual", 0.4, true);
    check("{'type':'nie'," MEDIATED ",'mediators':['V2'],'facts':[" BY_X(
              "V2", "0.5", "0.9") "," Y_BY_TWO("X", "V2", "0.1", "0.3", "0.4", "0.8") "]}",
          "counterfactual", 0.08, true);
}

/* All of a chain's effect passes its mediator, of which no number is given. */
static void nie_of_a_chain_is_its_total(void **state) {
    (void)state;
    check(
        "{'type':'nie','graph':'X -> V2; V2 -> Y','treatment':'X','outcome':'Y','mediators':['V2']"
        ",'facts':[" Y_BY_X("0.6", "0.5") "]}",
        "counterfactual", -0.1, false);
}

/* P(Y | X, V2, V3) would be needed; the sign depends on what it is. */
static void numbers_that_do_not_settle_it_are_said_to(void **state) {
    (void)state;
    wrt_verdict v = verdict_of(
        "{'type':'nde','graph':'X -> V3; V2 -> V3; X -> Y; V2 -> Y; V3 -> Y','treatment':'X',"
        "'outcome':'Y','mediators':['V3'],'facts':[" SURE("V2", "0.5") "," Y_BY_TWO(
            "X", "V3", "0.50", "0.20", "0.51",
            "0.21") ","
                    "{'of':{'V3':1},'given':{'X':0,'V2':0},'p':0.1},{'of':{'V3':1},'given':{'X':0,'"
                    "V2':1},'p':0.9},"
                    "{'of':{'V3':1},'given':{'X':1,'V2':0},'p':0.9},{'of':{'V3':1},'given':{'X':1,'"
                    "V2':1},'p':0.1}]"
                    "}");
    assert_true(v.is_known);
    assert_false(v.settled);
    assert_true(v.low < 0 && v.high > 0);
    assert_non_null(strstr(wrt_buf_str(&v.why).ptr, "do not settle"));
    wrt_verdict_free(&v);
}

/* Two riflemen obey the captain; had the first not fired, the second would have. */
#define SQUAD                                                                                      \
    "{'type':'det-counterfactual','graph':'X -> V2; X -> V3; V2 -> Y; V3 -> Y','treatment':'X',"   \
    "'outcome':'Y','facts':[" BY_X("V2", "0", "1") "," BY_X("V3", "0", "1") "," Y_BY_TWO(          \
        "V2", "V3", "0", "1", "1", "1") "],'evidence':{'Y':1},"
static void deterministic_counterfactual_keeps_what_was_seen(void **state) {
    (void)state;
    wrt_verdict v = verdict_of(SQUAD "'set':{'V2':0}}");
    assert_true(v.is_known && v.yes && v.value > 0.999);
    wrt_verdict_free(&v);
    v = verdict_of(SQUAD "'set':{'X':0}}");
    assert_true(v.is_known && !v.yes && v.value < 0.001);
    wrt_verdict_free(&v);
}

/* ---- the models behind */

static void numbers_that_break_the_graph_have_no_model(void **state) {
    (void)state; /* X and Y are independent in a collision */
    wrt_verdict v =
        verdict_of("{'type':'correlation'," COLLISION ",'facts':[" Y_BY_X("0.2", "0.8") "]}");
    assert_false(v.is_known);
    assert_non_null(strstr(wrt_buf_str(&v.why).ptr, "no model with this graph"));
    wrt_verdict_free(&v);
}

/* The estimand and the intervention on the fitted model agree: two ways to the same number. */
static void fitted_model_gives_the_same_effect_when_acted_on(void **state) {
    (void)state;
    wrt_json *json = parse("{'type':'ate'," CONFOUNDED ",'facts':[" SURE("V1", "0.3") "," BY_X(
        "V1", "0.2", "0.4") "," Y_BY_TWO("V1", "X", "0.25", "0.35", "0.5", "0.9") "]}");
    wrt_json *set[2] = {parse("{'X':'0'}"), parse("{'X':'1'}")};
    wrt_typed_query query;
    wrt_fit *fit = NULL;
    wrt_scm *scm = NULL;
    double p[2];
    assert_int_equal(wrt_typed_read(&query, json, NULL), WRT_OK);
    assert_int_equal(wrt_fit_make(&fit, query.graph, query.facts, query.n_facts, 1, NULL), WRT_OK);
    assert_true(wrt_fit_error(fit) < 1e-9);
    assert_int_equal(wrt_fit_scm(&scm, fit, NULL), WRT_OK);
    for (int x = 0; x < 2; x++) {
        wrt_scm_question ask = {
            .outcome = "Y", .do_values = set[x], .method = WRT_SCM_METHOD_EXACT};
        wrt_scm_answer answer;
        assert_int_equal(wrt_scm_query(&answer, scm, wrt_scm_rows_of_tables(scm), &ask, NULL),
                         WRT_OK);
        p[x] = answer.p[1];
        wrt_json_free(set[x]);
    }
    assert_true(fabs(p[1] - p[0] - (0.7 * 0.1 + 0.3 * 0.4)) < 1e-7);
    wrt_scm_free(scm);
    wrt_fit_free(fit);
    wrt_typed_free(&query);
    wrt_json_free(json);
}

static void malformed_questions_are_named(void **state) {
    (void)state;
    static const struct {
        const char *question, *says;
    } cases[] = {
        {"{'type':'cause'," MEDIATED "}", "type is \"cause\""},
        {"{'type':'ate','treatment':'X','outcome':'Y'}", "graph"},
        {"{'type':'ate'," MEDIATED ",'facts':[{'of':{'Q':1},'p':0.5}]}", "facts[0]"},
        {"{'type':'ate'," MEDIATED ",'facts':[{'of':{},'p':0.5}]}", "names no variable"},
        {"{'type':'ate'," MEDIATED ",'facts':[{'of':{'Y':2},'p':0.5}]}", "0 or 1"},
        {"{'type':'ate'," MEDIATED ",'facts':[{'of':{'Y':1},'p':1.5}]}", "between 0 and 1"},
        {"{'type':'ate'," MEDIATED ",'facts':[{'of':{'Y':1},'given':{'Y':0},'p':1}]}",
         "both sides"},
        {"{'type':'exp_away'," COLLISION "}", "collider is missing"},
        {"{'type':'backadj'," COLLISION ",'methods':[[]]}", "two sets"},
        {"{'type':'det-counterfactual'," COLLISION "}", "set is missing"},
        {"{'type':'ate','graph':'X -> Y','treatment':'X','outcome':'X'}", "one node"},
        {"{'type':'ate','graph':'X <-> Y','treatment':'X','outcome':'Y'}", "bidirected"},
        {"{'type':'ate','graph':'A->B;C->D;E->F;G->H;I->X','treatment':'X','outcome':'A'}",
         "at most 8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_json *json = parse(cases[i].question);
        wrt_typed_query query;
        wrt_err err = {.code = WRT_OK};
        assert_int_not_equal(wrt_typed_read(&query, json, &err), WRT_OK);
        if (strstr(err.message, cases[i].says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", err.message, cases[i].says);
        wrt_typed_free(&query);
        wrt_json_free(json);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marginal_is_against_one_half),
        cmocka_unit_test(correlation_follows_from_joint_probabilities),
        cmocka_unit_test(explaining_away_is_settled_in_sign_only),
        cmocka_unit_test(ate_adjusts_for_a_confounder),
        cmocka_unit_test(ate_is_not_the_association),
        cmocka_unit_test(ate_goes_through_the_front_door),
        cmocka_unit_test(ate_takes_an_instrument_where_nothing_else_is_left),
        cmocka_unit_test(effect_that_rounds_to_nothing_is_no_either_way),
        cmocka_unit_test(hidden_confounder_leaves_the_question_open),
        cmocka_unit_test(collider_bias_is_no_effect),
        cmocka_unit_test(better_set_is_the_valid_then_the_smaller),
        cmocka_unit_test(ett_asks_the_other_way_round),
        cmocka_unit_test(ett_through_the_front_door_is_of_the_treated),
        cmocka_unit_test(ett_without_its_weights_is_settled_in_sign),
        cmocka_unit_test(natural_effects_split_the_total),
        cmocka_unit_test(nie_of_a_chain_is_its_total),
        cmocka_unit_test(numbers_that_do_not_settle_it_are_said_to),
        cmocka_unit_test(deterministic_counterfactual_keeps_what_was_seen),
        cmocka_unit_test(numbers_that_break_the_graph_have_no_model),
        cmocka_unit_test(fitted_model_gives_the_same_effect_when_acted_on),
        cmocka_unit_test(malformed_questions_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
