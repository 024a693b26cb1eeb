/* Tests of tools/causal.c. Verdicts are those of textbook graphs: the confounding fork, the
 * collider and the M of Greenland, Pearl, Robins, Epidemiology 1999;10:37-48, worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tool_call.h"

static tool_bench bench;

static int open_bench(void **state) {
    (void)state;
    bench = tool_bench_open(TEST_PLUGIN, NULL);
    return 0;
}

static int close_bench(void **state) {
    (void)state;
    tool_bench_close(&bench);
    return 0;
}

#define FORK "'graph':'dag { X -> Y; Z -> X; Z -> Y }'"
/* M-bias: Z is a collider between two unobserved causes. */
#define M_GRAPH "'graph':'dag { X -> Y; U [latent]; V [latent]; U -> X; U -> Z; V -> Z; V -> Y }'"

static void causal_dsep_shows_open_path_when_not_separated(void **state) {
    (void)state;
    static const char chain[] = "{'graph':{'edges':[['A','B'],['B','C']]},'x':['A'],'y':['C']}";
    assert_tool_gives(&bench, "causal_dsep", chain, "data",
                      "{'separated':false,'open_path':'A -> B -> C'}");
    assert_tool_gives(&bench, "causal_dsep", chain, "echo.given", "[]");
    assert_tool_gives(&bench, "causal_dsep",
                      "{'graph':'digraph { A -> B; B -> C }','x':['A'],'y':['C'],'given':['B']}",
                      "data", "{'separated':true,'open_path':null}");
    assert_tool_gives(&bench, "causal_dsep",
                      "{'graph':'dag { A -> B; C -> B }','x':['A'],'y':['C'],'given':['B']}",
                      "data", "{'separated':false,'open_path':'A -> B <- C'}");
}

static void causal_check_accepts_set_when_it_closes_the_back_door(void **state) {
    (void)state;
    assert_tool_gives(&bench, "causal_check_adjustment",
                      "{" FORK ",'treatment':'X','outcome':'Y','set':['Z']}", "data.valid", "true");
    assert_tool_gives(&bench, "causal_check_adjustment",
                      "{" FORK ",'treatment':'X','outcome':'Y','set':['Z']}", "data.reason",
                      "null");
    assert_tool_gives(&bench, "causal_check_adjustment",
                      "{" FORK ",'treatment':['X'],'outcome':['Y'],'set':'Z'}", "echo.effect",
                      "'total'");
}

static void causal_check_gives_reason_when_set_is_invalid(void **state) {
    (void)state;
    assert_tool_gives(&bench, "causal_check_adjustment",
                      "{" FORK ",'treatment':'X','outcome':'Y','set':[]}", "data.reason",
                      "{'kind':'open_path','path':'X <- Z -> Y'}");
    assert_tool_gives(&bench, "causal_check_adjustment",
                      "{'graph':'dag { X -> M; M -> Y }','treatment':'X','outcome':'Y',"
                      "'set':['M']}",
                      "data.reason", "{'kind':'forbidden_node','node':'M'}");
    assert_tool_gives(&bench, "causal_check_adjustment",
                      "{" M_GRAPH ",'treatment':'X','outcome':'Y','set':['Z']}", "data.valid",
                      "false");
}

static void causal_sets_lists_minimal_sets(void **state) {
    (void)state;
    assert_tool_gives(&bench, "causal_adjustment_sets", "{" FORK ",'treatment':'X','outcome':'Y'}",
                      "data", "{'sets':[['Z']],'complete':true,'verdict':'ok'}");
    assert_tool_gives(&bench, "causal_adjustment_sets", "{" FORK ",'treatment':'X','outcome':'Y'}",
                      "coverage", "{'seen':1,'total':1}");
    assert_tool_gives(&bench, "causal_adjustment_sets",
                      "{" M_GRAPH ",'treatment':'X','outcome':'Y'}", "data",
                      "{'sets':[[]],'complete':true,'verdict':'empty_set_valid'}");
    /* Two back-door chains through A and B: either end of each closes it. */
    assert_tool_gives(&bench, "causal_adjustment_sets",
                      "{'graph':'dag { X -> Y; B -> A; A -> X; B -> Y }','treatment':'X',"
                      "'outcome':'Y'}",
                      "data.sets", "[['A'],['B']]");
    assert_tool_gives(&bench, "causal_adjustment_sets",
                      "{'graph':'dag { X -> Y; B -> A; A -> X; B -> Y }','treatment':'X',"
                      "'outcome':'Y','kind':'optimal'}",
                      "data.sets", "[['B']]");
    assert_tool_gives(&bench, "causal_adjustment_sets",
                      "{'graph':'dag { X -> Y; B -> A; A -> X; B -> Y }','treatment':'X',"
                      "'outcome':'Y','exclude':['B']}",
                      "data.sets", "[['A']]");
}

static void causal_sets_answers_no_set_when_confounder_is_latent(void **state) {
    (void)state;
    static const char args[] = "{'graph':{'edges':[['X','Y']],'bidirected':[['X','Y']]},"
                               "'treatment':'X','outcome':'Y'}";
    assert_tool_gives(&bench, "causal_adjustment_sets", args, "status", "'ok'");
    assert_tool_gives(&bench, "causal_adjustment_sets", args, "data",
                      "{'sets':[],'complete':true,'verdict':'no_set'}");
}

/* The front door with P(U=1) = 1/2, X = U, M = X with probability 3/4, Y = M or U: by the truncated
 * factorisation P(Y=1 | do(X=1)) = 7/8 and P(Y=1 | do(X=0)) = 5/8. Variables X, M, Y. */
#define FRONT_DOOR       "'graph':'X -> M -> Y; X <-> Y','treatment':'X','outcome':'Y'"
#define FRONT_DOOR_JOINT "[0.375,0,0,0,0,0.125,0.125,0.375]"

static void causal_identify_gives_formula_and_values(void **state) {
    (void)state;
    static const char args[] = "{" FRONT_DOOR ",'evaluate':{'variables':['X','M','Y'],"
                               "'joint':" FRONT_DOOR_JOINT "}}";
    assert_tool_gives(&bench, "causal_identify", args, "data.identifiable", "true");
    assert_tool_gives(&bench, "causal_identify", args, "data.method", "'frontdoor'");
    assert_tool_gives(&bench, "causal_identify", args, "data.hedge", "null");
    assert_tool_gives(&bench, "causal_identify", args, "data.value",
                      "{'0|0':0.375,'0|1':0.625,'1|0':0.125,'1|1':0.875}");
    wrt_json *result = tool_call(&bench, "causal_identify", args);
    assert_string_equal(wrt_json_text(wrt_json_path(result, "data.estimand.text")),
                        "Σ_{M} P(M | X) Σ_{X'} P(X') P(Y | M, X')");
    wrt_json_free(result);
    /* Variables in another order, digits in the order of the question. */
    assert_tool_gives(&bench, "causal_identify",
                      "{'graph':'X -> Y; Z -> Y','treatment':['Z','X'],'outcome':['Y'],'evaluate':"
                      "{'variables':['Y','X','Z'],'joint':[0.25,0,0,0.25,0.25,0,0.25,0]}}",
                      "data.value",
                      "{'00|0':1,'00|1':0,'01|0':0,'01|1':1,'10|0':1,'10|1':0,'11|0':1,'11|1':0}");
}

/* Y = X or M; M = X with probability 3/4. By hand: P(Y(1, M(0)) = 1) = 1, P(Y(0, M(1)) = 1) = 3/4.
 */
#define TWO_WAYS(effect)                                                                           \
    "{'graph':'X -> M -> Y; X -> Y','treatment':'X','outcome':'Y','effect':'" effect               \
    "','evaluate':{'variables':['X','M','Y'],'joint':[0.375,0,0,0,0,0.125,0.125,0.375]}}"

static void causal_identify_splits_an_effect_by_its_mediators(void **state) {
    (void)state;
    assert_tool_gives(&bench, "causal_identify", TWO_WAYS("nde"), "data.value.10|1", "1");
    assert_tool_gives(&bench, "causal_identify", TWO_WAYS("nde"), "data.value.00|1", "0.25");
    assert_tool_gives(&bench, "causal_identify", TWO_WAYS("nie"), "data.value.10|1", "0.75");
    assert_tool_gives(&bench, "causal_identify", TWO_WAYS("nie"), "data.rung", "3");
    assert_tool_gives(&bench, "causal_identify",
                      "{\"graph\":\"dag { X -> Y; X <-> Y }\",\"treatment\":\"X\","
                      "\"outcome\":\"Y\",\"effect\":\"ett\"}",
                      "data.witness.nodes", "['X','Y']");
}

static void causal_identify_says_null_when_value_is_undefined(void **state) {
    (void)state;
    static const char args[] = "{'graph':'X -> Y','treatment':'X','outcome':'Y','evaluate':"
                               "{'variables':['X','Y'],'joint':[0.25,0,0.75,0]}}";
    assert_tool_gives(&bench, "causal_identify", args, "data.value",
                      "{'0|0':0.25,'0|1':0.75,'1|0':null,'1|1':null}");
    assert_tool_gives(&bench, "causal_identify", args, "status", "'partial'");
}

/* The napkin's formula is the same for every Z; this joint is one of no such graph. */
static void causal_identify_warns_when_joint_contradicts_graph(void **state) {
    (void)state;
    wrt_json *result = tool_call(
        &bench, "causal_identify",
        "{'graph':'W -> Z -> X -> Y; W <-> X; W <-> Y','treatment':'X','outcome':'Y','evaluate':"
        "{'variables':['W','Z','X','Y'],'joint':[0.2,0.05,0.02,0.08,0.05,0.05,0.05,0.05,0.01,0.09,"
        "0.1,0.02,0.03,0.05,0.07,0.08]}}");
    const wrt_json *warnings = wrt_json_get(result, "warnings");
    assert_int_equal(wrt_json_count(warnings), 1);
    assert_non_null(strstr(wrt_json_text(wrt_json_first(warnings)), "cannot come from this graph"));
    wrt_json_free(result);
}

static void causal_identify_shows_hedge_when_not_identifiable(void **state) {
    (void)state;
    static const char args[] = "{'graph':'X -> Y; X <-> Y','treatment':'X','outcome':'Y'}";
    assert_tool_gives(&bench, "causal_identify", args, "status", "'ok'");
    assert_tool_gives(&bench, "causal_identify", args, "data.identifiable", "false");
    assert_tool_gives(&bench, "causal_identify", args, "data.method", "'none'");
    assert_tool_gives(&bench, "causal_identify", args, "data.estimand", "null");
    assert_tool_gives(&bench, "causal_identify", args, "data.hedge.outer",
                      "{'nodes':['X','Y'],'edges':[['X','Y']],'bidirected':[['Y','X']]}");
    assert_tool_gives(&bench, "causal_identify", args, "data.hedge.inner",
                      "{'nodes':['Y'],'edges':[],'bidirected':[]}");
    assert_tool_gives(&bench, "causal_identify", args, "data.hedge.roots", "['Y']");
}

#define ASSUMED                                                                                    \
    "'assumptions':['linear relations with constant coefficients, or monotonicity for an effect "  \
    "among compliers']}"

/* Instruments stand beside "not identifiable", never in its place. */
static void causal_identify_names_instruments_when_not_identifiable(void **state) {
    (void)state;
    static const char args[] =
        "{'graph':'Z -> X -> Y; X <-> Y; W -> Z; W -> Y','treatment':'X','outcome':'Y'}";
    assert_tool_gives(&bench, "causal_identify", args, "status", "'ok'");
    assert_tool_gives(&bench, "causal_identify", args, "data.identifiable", "false");
    assert_tool_gives(&bench, "causal_identify", args, "data.method", "'none'");
    assert_tool_gives(
        &bench, "causal_identify", args, "data.parametric",
        "{'method':'instrument','instruments':[{'instrument':'Z','given':['W']}]," ASSUMED);
    static const char *const without[] = {
        "{'graph':'X -> Y; X <-> Y','treatment':'X','outcome':'Y'}",           /* no instrument */
        "{'graph':'Z -> X -> Y','treatment':'X','outcome':'Y'}",               /* a formula */
        "{'graph':'Z -> X -> M -> Y; X <-> Y','treatment':'X','outcome':'Y'}", /* front door */
        "{'graph':'Z -> X -> Y; X <-> Y; V','treatment':['X','V'],'outcome':'Y'}",
        "{'graph':'Z -> X -> Y; X <-> Y; V','treatment':'X','outcome':'Y','given':'V'}"};
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++) {
        wrt_json *result = tool_call(&bench, "causal_identify", without[i]);
        assert_non_null(wrt_json_path(result, "data.method"));
        assert_null(wrt_json_path(result, "data.parametric"));
        wrt_json_free(result);
    }
}

static void causal_identify_names_what_is_wrong_with_a_joint(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"{'variables':['X','M','Y'],'joint':[1]}", "evaluate: joint: 1 probabilities"},
        {"{'variables':['X','M','W'],'joint':[1,0,0,0,0,0,0,0]}", "evaluate: variables: the graph"},
        {"{'variables':['X','M','M'],'joint':[1,0,0,0,0,0,0,0]}", "evaluate: variables names 'M'"},
        {"{'variables':['X','M','Y'],'joint':[1,1,0,0,0,0,0,0]}", "evaluate: joint: the prob"},
        {"{'variables':['X','M','Y'],'joint':[2,-1,0,0,0,0,0,0]}", "evaluate: joint[0] is 2"},
        {"{'variables':['X','M'],'joint':[1,0,0,0]}", "evaluate: variables lacks 'Y'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_buf args = wrt_buf_make(1024);
        wrt_buf_printf(&args, "{" FRONT_DOOR ",'evaluate':%s}", cases[i][0]);
        wrt_json *result = tool_call(&bench, "causal_identify", args.ptr);
        const char *message = wrt_json_text(wrt_json_path(result, "error.message"));
        assert_non_null(message);
        if (strncmp(message, cases[i][1], strlen(cases[i][1])) != 0)
            fail_msg("%s", message);
        wrt_json_free(result);
        wrt_buf_free(&args);
    }
}

static void causal_tools_read_cpdag_mag_and_pag(void **state) {
    (void)state;
    assert_tool_gives(&bench, "causal_dsep", "{'graph':'pdag { A -- B; B -- C }','x':'A','y':'C'}",
                      "data", "{'separated':false,'open_path':'A -- B -- C'}");
    assert_tool_gives(&bench, "causal_dsep",
                      "{'graph':{'type':'pag','marks':[['A','o->','B'],['C','o->','B']]},"
                      "'x':'A','y':'C','given':'B'}",
                      "data", "{'separated':false,'open_path':'A o-> B <-o C'}");
    assert_tool_gives(&bench, "causal_check_adjustment",
                      "{'graph':'mag { X -> Y }','treatment':'X','outcome':'Y','set':[]}",
                      "data.reason", "{'kind':'not_amenable','edge':'X -> Y'}");
    assert_tool_gives(&bench, "causal_adjustment_sets",
                      "{'graph':'pdag { X -- Y }','treatment':'X','outcome':'Y'}", "data",
                      "{'sets':[],'complete':true,'verdict':'no_set'}");
    assert_tool_gives(&bench, "causal_adjustment_sets",
                      "{'graph':'pdag { A -> X <- B; X -> Y; A -> Y }','treatment':'X',"
                      "'outcome':'Y'}",
                      "data", "{'sets':[['A']],'complete':true,'verdict':'ok'}");
    assert_tool_gives(&bench, "causal_adjustment_sets",
                      "{'graph':'mag { W -> X; X -> Y }','treatment':'Y','outcome':'X'}",
                      "data.verdict", "'no_causal_path'");
    assert_tool_gives(&bench, "causal_adjustment_sets",
                      "{'graph':{'type':'pdag','undirected':[['X','Y']],'edges':[['X','Y']]},"
                      "'treatment':'X','outcome':'Y'}",
                      "error.code", "'bad_graph'");
}

static void causal_tools_say_error_when_graph_is_illegal(void **state) {
    (void)state;
    static const char cycle[] = "{'graph':'dag { A -> B; B -> A }','x':['A'],'y':['B']}";
    wrt_json *result = tool_call(&bench, "causal_dsep", cycle);
    const char *message = wrt_json_text(wrt_json_path(result, "error.message"));
    assert_string_equal(wrt_json_get_text(result, "status", ""), "error");
    assert_string_equal(wrt_json_text(wrt_json_path(result, "error.code")), "bad_graph");
    assert_non_null(message);
    assert_true(strstr(message, "A -> B -> A") != NULL || strstr(message, "B -> A -> B") != NULL);
    wrt_json_free(result);
    assert_tool_gives(&bench, "causal_check_adjustment",
                      "{" FORK ",'treatment':'X','outcome':'W','set':[]}", "error.code",
                      "'bad_args'");
    assert_tool_gives(&bench, "causal_check_adjustment",
                      "{" FORK ",'treatment':'X','outcome':'X','set':[]}", "status", "'error'");
}

#define SMOKING "'graph':'dag { X -> M -> Y; X <-> Y }','treatment':'X','outcome':'Y'"

static void causal_frontdoor_lists_and_judges_sets(void **state) {
    (void)state;
    assert_tool_gives(&bench, "causal_frontdoor", "{" SMOKING "}", "data",
                      "{'sets':[['M']],'complete':true,'verdict':'ok'}");
    assert_tool_gives(&bench, "causal_frontdoor", "{" SMOKING ",'set':[]}", "data.check.reason",
                      "{'kind':'unintercepted_path','path':'X -> M -> Y'}");
    assert_tool_gives(&bench, "causal_frontdoor", "{" SMOKING ",'set':['M']}", "data.check.valid",
                      "true");
    assert_tool_gives(&bench, "causal_frontdoor",
                      "{'graph':'dag { X -> M -> Y; X <-> Y; X <-> M }','treatment':'X',"
                      "'outcome':'Y','set':'M'}",
                      "data.check.reason", "{'kind':'open_path_from_treatment','path':'X <-> M'}");
    assert_tool_gives(&bench, "causal_frontdoor",
                      "{'graph':'dag { X -> M -> Y; X <-> Y; M <-> Y }','treatment':'X',"
                      "'outcome':'Y','set':'M'}",
                      "data.check.reason", "{'kind':'open_path_to_outcome','path':'M <-> Y'}");
    /* Each node alone fails, the pair is a set. */
    assert_tool_gives(&bench, "causal_frontdoor",
                      "{'graph':'dag { X -> A -> Y; X -> B -> Y; A -> B; X <-> Y }','treatment':"
                      "'X','outcome':'Y'}",
                      "data.sets", "[['A','B']]");
    assert_tool_gives(&bench, "causal_frontdoor", "{" SMOKING ",'exclude':['M']}", "data.verdict",
                      "'no_set'");
    assert_tool_gives(&bench, "causal_frontdoor",
                      "{'graph':'dag { X <-> Y }','treatment':'X','outcome':'Y'}", "data",
                      "{'sets':[[]],'complete':true,'verdict':'no_causal_path'}");
}

static void causal_instruments_lists_conditional_instruments(void **state) {
    (void)state;
    assert_tool_gives(&bench, "causal_instruments",
                      "{'graph':'dag { Z -> X -> Y; X <-> Y; W -> Z; W -> Y }','treatment':'X',"
                      "'outcome':'Y'}",
                      "data.instruments", "[{'instrument':'Z','given':['W']}]");
    assert_tool_gives(&bench, "causal_instruments",
                      "{'graph':'dag { X -> Y; X <-> Y }','treatment':'X','outcome':'Y'}",
                      "data.verdict", "'no_instrument'");
    assert_tool_gives(&bench, "causal_instruments",
                      "{'graph':'dag { Z -> X <-> Y }','treatment':'X','outcome':'Y'}",
                      "data.verdict", "'no_causal_path'");
    assert_tool_gives(&bench, "causal_instruments",
                      "{'graph':'dag { A -> Y; B -> Y }','treatment':['A','B'],'outcome':'Y'}",
                      "status", "'error'");
}

static void causal_implications_counts_latent_causes(void **state) {
    (void)state;
    assert_tool_gives(&bench, "causal_implications", "{'graph':'dag { A -> B -> C; D }'}", "data",
                      "{'implications':[{'x':'A','y':'C','given':['B']},"
                      "{'x':'A','y':'D','given':[]},{'x':'B','y':'D','given':[]},"
                      "{'x':'C','y':'D','given':[]}],'complete':true}");
    assert_tool_gives(&bench, "causal_implications",
                      "{'graph':'dag { L [latent]; L -> A; L -> B; A <-> C }'}",
                      "data.implications", "[{'x':'B','y':'C','given':[]}]");
    assert_tool_gives(&bench, "causal_implications", "{'graph':'dag { A; B; C }','max':2}",
                      "status", "'truncated'");
    assert_tool_gives(&bench, "causal_implications", "{'graph':'dag { A; B; C }','max':3}",
                      "data.complete", "true");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(causal_dsep_shows_open_path_when_not_separated),
        cmocka_unit_test(causal_check_accepts_set_when_it_closes_the_back_door),
        cmocka_unit_test(causal_check_gives_reason_when_set_is_invalid),
        cmocka_unit_test(causal_sets_lists_minimal_sets),
        cmocka_unit_test(causal_sets_answers_no_set_when_confounder_is_latent),
        cmocka_unit_test(causal_identify_gives_formula_and_values),
        cmocka_unit_test(causal_identify_splits_an_effect_by_its_mediators),
        cmocka_unit_test(causal_identify_says_null_when_value_is_undefined),
        cmocka_unit_test(causal_identify_warns_when_joint_contradicts_graph),
        cmocka_unit_test(causal_identify_shows_hedge_when_not_identifiable),
        cmocka_unit_test(causal_identify_names_instruments_when_not_identifiable),
        cmocka_unit_test(causal_identify_names_what_is_wrong_with_a_joint),
        cmocka_unit_test(causal_tools_read_cpdag_mag_and_pag),
        cmocka_unit_test(causal_tools_say_error_when_graph_is_illegal),
        cmocka_unit_test(causal_frontdoor_lists_and_judges_sets),
        cmocka_unit_test(causal_instruments_lists_conditional_instruments),
        cmocka_unit_test(causal_implications_counts_latent_causes),
    };
    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
