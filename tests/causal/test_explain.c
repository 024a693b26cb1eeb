/* Explanations of the classic teaching graphs, compared byte for byte with golden/explain.txt. Each
 * kind of bias is one that the literature names for its graph: Greenland, Pearl, Robins,
 * Epidemiology 1999 (M), Ding and Miratrix 2015 (butterfly), Pearl 1995 (front door). */
#include "support.h"

#include "base/file.h"
#include "causal/explain.h"

typedef struct {
    const char *title, *graph, *set;
    wrt_effect_kind effect;
    wrt_bias_kind kind;
} lesson;

#define M_GRAPH   "dag { X -> Y; X <- A -> M <- B -> Y; M -> D }"
#define BUTTERFLY "dag { X -> Y; X <- A -> M <- B -> Y; X <- M -> Y }"

static const lesson lessons[] = {
    {"confounder", "dag { X -> Y; X <- Z -> Y }", "", WRT_EFFECT_TOTAL, WRT_BIAS_CONFOUNDING},
    {"confounder, adjusted", "dag { X -> Y; X <- Z -> Y }", "Z", WRT_EFFECT_TOTAL, WRT_BIAS_NONE},
    {"two chains of confounding", "dag { X -> Y; X <- A <- B -> Y; X <- C -> D -> Y }", "A",
     WRT_EFFECT_TOTAL, WRT_BIAS_CONFOUNDING},
    {"hidden confounder", "dag { X -> Y; X <- U -> Y; U [latent] }", "", WRT_EFFECT_TOTAL,
     WRT_BIAS_CONFOUNDING},
    {"reverse causation", "dag { Y -> X }", "", WRT_EFFECT_TOTAL, WRT_BIAS_CONFOUNDING},
    {"collider", "dag { X -> Y; X -> C <- Y }", "C", WRT_EFFECT_TOTAL, WRT_BIAS_SELECTION},
    {"selection", "dag { X -> Y; X -> S <- U -> Y }", "S", WRT_EFFECT_TOTAL, WRT_BIAS_SELECTION},
    {"M-bias", M_GRAPH, "M", WRT_EFFECT_TOTAL, WRT_BIAS_M},
    {"M-bias through a descendant", M_GRAPH, "D", WRT_EFFECT_TOTAL, WRT_BIAS_COLLIDER_DESCENDANT},
    {"M-bias, hidden causes", "dag { X -> Y; X <-> M <-> Y }", "M", WRT_EFFECT_TOTAL, WRT_BIAS_M},
    {"selection, hidden cause", "dag { X -> Y; X -> S <-> Y }", "S", WRT_EFFECT_TOTAL,
     WRT_BIAS_SELECTION},
    {"butterfly", BUTTERFLY, "M", WRT_EFFECT_TOTAL, WRT_BIAS_BUTTERFLY},
    {"butterfly, unadjusted", BUTTERFLY, "", WRT_EFFECT_TOTAL, WRT_BIAS_CONFOUNDING},
    {"mediator", "dag { X -> M -> Y; X <- C -> Y }", "C M", WRT_EFFECT_TOTAL, WRT_BIAS_MEDIATOR},
    {"mediator in place of the confounder", "dag { X -> M -> Y; X <- C -> Y }", "M",
     WRT_EFFECT_TOTAL, WRT_BIAS_MEDIATOR},
    {"proxy of a mediator", "dag { X -> M -> Y; M -> P }", "P", WRT_EFFECT_TOTAL,
     WRT_BIAS_DESCENDANT_OF_MEDIATOR},
    {"effect of the outcome", "dag { X -> Y -> E }", "E", WRT_EFFECT_TOTAL,
     WRT_BIAS_DESCENDANT_OF_OUTCOME},
    {"direct effect", "dag { X -> M -> Y; X -> Y }", "", WRT_EFFECT_DIRECT, WRT_BIAS_INDIRECT_PATH},
    {"front door", "dag { X -> M -> Y; X <-> Y }", "", WRT_EFFECT_TOTAL, WRT_BIAS_CONFOUNDING},
    {"instrument", "dag { Z -> X -> Y; X <-> Y; Z <- W -> Y }", "", WRT_EFFECT_TOTAL,
     WRT_BIAS_CONFOUNDING},
    {"no causal path", "dag { X <- Z -> Y }", "Z", WRT_EFFECT_TOTAL, WRT_BIAS_NONE},
};

static void explain_lesson(wrt_buf *out, const lesson *l) {
    wrt_graph *graph = graph_of(l->graph);
    wrt_node_set x = set_of(graph, "X"), y = set_of(graph, "Y"), set = set_of(graph, l->set);
    wrt_effect_query query = {graph, &x, &y, l->effect};
    wrt_explanation explanation;
    wrt_adjustment_verdict verdict;
    assert_int_equal(wrt_explain_adjustment(&explanation, &query, &set, NULL), WRT_OK);
    assert_int_equal(wrt_adjustment_check(&verdict, &query, &set, NULL), WRT_OK);
    assert_int_equal(verdict.valid, explanation.kind == WRT_BIAS_NONE);
    assert_string_equal(wrt_bias_name(explanation.kind), wrt_bias_name(l->kind));
    wrt_buf_printf(out, "## %s\n%s\n%s effect of X on Y, set {%s}: %s\n%s\n", l->title, l->graph,
                   l->effect == WRT_EFFECT_TOTAL ? "total" : "direct", l->set,
                   wrt_bias_name(explanation.kind), explanation.text);
    if (explanation.repair[0] != '\0')
        wrt_buf_printf(out, "%s\n", explanation.repair);
    wrt_buf_add_c(out, "\n");
    wrt_adjustment_verdict_free(&verdict);
    wrt_explanation_free(&explanation);
    wrt_node_set_free(&x);
    wrt_node_set_free(&y);
    wrt_node_set_free(&set);
    wrt_graph_free(graph);
}

static void explain_reads_as_the_golden_file(void **state) {
    (void)state;
    wrt_buf ours = wrt_buf_make(WRT_MIB(1)), golden = wrt_buf_make(WRT_MIB(1));
    for (size_t i = 0; i < sizeof lessons / sizeof lessons[0]; i++)
        explain_lesson(&ours, &lessons[i]);
    assert_int_equal(wrt_file_read(&golden, TEST_SOURCE_DIR "/tests/causal/golden/explain.txt",
                                   WRT_MIB(1), NULL),
                     WRT_OK);
    if (!wrt_str_equal(wrt_buf_str(&ours), wrt_buf_str(&golden))) {
        wrt_file_write(TEST_BINARY_DIR "/explain.txt", wrt_buf_str(&ours), 0644, NULL);
        fail_msg("golden/explain.txt differs from %s/explain.txt", TEST_BINARY_DIR);
    }
    wrt_buf_free(&ours);
    wrt_buf_free(&golden);
}

static void explain_refuses_sets_with_the_treatment_or_latent_nodes(void **state) {
    (void)state;
    wrt_graph *graph = graph_of("dag { X -> Y; X <- U -> Y; U [latent] }");
    wrt_node_set x = set_of(graph, "X"), y = set_of(graph, "Y"), u = set_of(graph, "U");
    wrt_effect_query query = {graph, &x, &y, WRT_EFFECT_TOTAL};
    wrt_explanation explanation;
    wrt_err err;
    assert_int_equal(wrt_explain_adjustment(&explanation, &query, &u, &err), WRT_E_INPUT);
    assert_string_equal(err.message, "set: 'U' is latent and cannot be adjusted for");
    assert_int_equal(wrt_explain_adjustment(&explanation, &query, &x, &err), WRT_E_INPUT);
    wrt_node_set_free(&x);
    wrt_node_set_free(&y);
    wrt_node_set_free(&u);
    wrt_graph_free(graph);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explain_reads_as_the_golden_file),
        cmocka_unit_test(explain_refuses_sets_with_the_treatment_or_latent_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
