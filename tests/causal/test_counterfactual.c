/* Counterfactual questions on the graphs that textbooks teach them with. Formulas by hand. */
#include "support.h"

#include "causal/identify/counterfactual.h"

#include <stdio.h>

/* The formula, or "not: " and the witness. Static buffer. */
static const char *answer_to(const char *text, wrt_question question, const char *mediators) {
    static char result[2000];
    wrt_graph *graph = graph_of(text);
    wrt_node_set x = set_of(graph, "X"), y = set_of(graph, "Y"), m = set_of(graph, mediators);
    wrt_counterfactual_query query = {graph, &x, &y, &m, question};
    wrt_counterfactual answer;
    wrt_json *data;
    assert_int_equal(wrt_counterfactual_identify(&answer, &query, NULL), WRT_OK);
    assert_int_equal(wrt_counterfactual_to_json(&data, &answer, &query, NULL), WRT_OK);
    const char *formula = wrt_json_text(wrt_json_path(data, "estimand.text"));
    snprintf(result, sizeof result, "%s%s", formula == NULL ? "not: " : "",
             formula == NULL ? answer.text : formula);
    wrt_json_free(data);
    wrt_counterfactual_free(&answer);
    wrt_node_set_free(&x);
    wrt_node_set_free(&y);
    wrt_node_set_free(&m);
    wrt_graph_free(graph);
    return result;
}

static void ett_weights_by_the_treated(void **state) {
    (void)state;
    assert_string_equal(answer_to("dag { X <- Z -> Y; X -> Y }", WRT_QUESTION_ETT, ""),
                        "\xCE\xA3_{Z} P(Z | X*) P(Y | X, Z)");
    assert_string_equal(answer_to("dag { X -> Y }", WRT_QUESTION_ETT, ""), "P(Y | X)");
    assert_string_equal(answer_to("dag { Y -> X }", WRT_QUESTION_ETT, ""), "P(Y | X*)");
    /* the front door: the outcome of the treated at the mediator of the other treatment */
    assert_string_equal(answer_to("dag { X -> M -> Y; X <-> Y }", WRT_QUESTION_ETT, ""),
                        "\xCE\xA3_{M} P(Y | M, X*) P(M | X)");
}

static void ett_names_the_child_that_shares_hidden_causes(void **state) {
    (void)state;
    assert_non_null(strstr(answer_to("dag { X -> Y; X <-> Y }", WRT_QUESTION_ETT, ""),
                           "not: Y is a child of X and tied to it by hidden common causes (X <-> "
                           "Y)"));
    assert_non_null(
        strstr(answer_to("dag { X -> M -> Y; X <-> W <-> M; W -> Y }", WRT_QUESTION_ETT, ""),
               "(X <-> W <-> M)"));
}

static void natural_effects_split_the_mediation_formula(void **state) {
    (void)state;
    const char *graph = "dag { X -> M -> Y; X -> Y }";
    assert_string_equal(answer_to(graph, WRT_QUESTION_NDE, ""),
                        "\xCE\xA3_{M} P(M | X*) P(Y | M, X)");
    assert_string_equal(answer_to(graph, WRT_QUESTION_NIE, "M"),
                        "\xCE\xA3_{M} P(M | X) P(Y | M, X*)");
    assert_string_equal(answer_to("dag { X -> Y }", WRT_QUESTION_NIE, ""), "P(Y | X*)");
}

static void natural_effects_name_the_recanting_witness(void **state) {
    (void)state;
    const char *kite = "dag { X -> W -> M -> Y; W -> Y; X -> Y }";
    assert_non_null(strstr(answer_to(kite, WRT_QUESTION_NDE, "M"),
                           "not: W is a recanting witness: X acts on it, and it leads to Y past "
                           "the mediators (W -> Y) and through them (W -> M -> ... -> Y)"));
    /* with both as mediators the direct way is X -> Y alone */
    assert_string_equal(answer_to(kite, WRT_QUESTION_NDE, "M W"),
                        "\xCE\xA3_{M, W} P(W | X*) P(M | W) P(Y | M, W, X)");
}

static void natural_effects_name_the_recanting_district(void **state) {
    (void)state;
    assert_non_null(strstr(answer_to("dag { X -> M -> Y; X -> Y; M <-> Y }", WRT_QUESTION_NDE, ""),
                           "not: A recanting district: Y and M are tied by hidden common causes (Y "
                           "<-> M)"));
    /* a hidden node that X acts on is that tie */
    assert_non_null(
        strstr(answer_to("dag { L [latent]; X -> L; L -> M -> Y; L -> Y }", WRT_QUESTION_NIE, ""),
               "recanting district"));
    assert_non_null(
        strstr(answer_to("dag { X -> M -> Y; X <-> M }", WRT_QUESTION_NDE, ""), "not: "));
}

static void counterfactual_refuses_what_is_no_question(void **state) {
    (void)state;
    static const struct {
        const char *x, *m;
        wrt_question question;
        const char *message;
    } cases[] = {
        {"X Z", "", WRT_QUESTION_ETT,
         "treatment names 2 nodes; a counterfactual question takes "
         "exactly one"},
        {"Y", "", WRT_QUESTION_ETT, "'Y' is both treatment and outcome"},
        {"U", "", WRT_QUESTION_NDE, "treatment: 'U' is latent; name an observed node"},
        {"X", "M", WRT_QUESTION_ETT,
         "mediators belong to the effects nde and nie; an ett has none"},
        {"X", "Z", WRT_QUESTION_NDE,
         "mediators: 'Z' is no observed node on a directed path from "
         "treatment to outcome"},
    };
    wrt_graph *graph = graph_of("dag { U [latent]; U -> X -> M -> Y; Z -> Y }");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_node_set x = set_of(graph, cases[i].x), y = set_of(graph, "Y");
        wrt_node_set m = set_of(graph, cases[i].m);
        wrt_counterfactual_query query = {graph, &x, &y, &m, cases[i].question};
        wrt_counterfactual answer;
        wrt_err err = {0};
        assert_int_equal(wrt_counterfactual_identify(&answer, &query, &err), WRT_E_INPUT);
        assert_string_equal(err.message, cases[i].message);
        wrt_counterfactual_free(&answer);
        wrt_node_set_free(&x);
        wrt_node_set_free(&y);
        wrt_node_set_free(&m);
    }
    wrt_graph_free(graph);
}

static void question_names_its_rung(void **state) {
    (void)state;
    wrt_question question = WRT_QUESTION_TOTAL;
    const char *words;
    assert_int_equal(wrt_question_parse(&question, WRT_STR("nie"), NULL), WRT_OK);
    assert_int_equal(question, WRT_QUESTION_NIE);
    assert_int_equal(wrt_question_rung(&words, question), 3);
    assert_int_equal(wrt_question_rung(&words, WRT_QUESTION_TOTAL), 2);
    assert_non_null(strstr(words, "an experiment that sets it would answer"));
    assert_int_equal(wrt_question_parse(&question, WRT_STR("NDE"), NULL), WRT_E_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ett_weights_by_the_treated),
        cmocka_unit_test(ett_names_the_child_that_shares_hidden_causes),
        cmocka_unit_test(natural_effects_split_the_mediation_formula),
        cmocka_unit_test(natural_effects_name_the_recanting_witness),
        cmocka_unit_test(natural_effects_name_the_recanting_district),
        cmocka_unit_test(counterfactual_refuses_what_is_no_question),
        cmocka_unit_test(question_names_its_rung),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
