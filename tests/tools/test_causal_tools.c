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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(causal_dsep_shows_open_path_when_not_separated),
        cmocka_unit_test(causal_check_accepts_set_when_it_closes_the_back_door),
        cmocka_unit_test(causal_check_gives_reason_when_set_is_invalid),
        cmocka_unit_test(causal_sets_lists_minimal_sets),
        cmocka_unit_test(causal_sets_answers_no_set_when_confounder_is_latent),
        cmocka_unit_test(causal_tools_read_cpdag_mag_and_pag),
        cmocka_unit_test(causal_tools_say_error_when_graph_is_illegal),
    };
    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
