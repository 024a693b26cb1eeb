/* Adjustment on the graphs every method stumbles over; expected sets and verdicts are from the
 * papers named or by hand. */
#include "support.h"

#include <stdio.h>

#define TOTAL     WRT_EFFECT_TOTAL
#define DIRECT    WRT_EFFECT_DIRECT
#define MINIMAL   WRT_ADJUST_MINIMAL
#define MINIMUM   WRT_ADJUST_MINIMUM
#define OPTIMAL   WRT_ADJUST_OPTIMAL
#define CANONICAL WRT_ADJUST_CANONICAL

static const char CONFOUNDER[] = "dag { X <- Z -> Y; X -> Y }";
static const char M_BIAS[] = "dag { X <- A -> M <- B -> Y; X -> Y }";
static const char BUTTERFLY[] = "dag { X <- A -> M <- B -> Y; X <- M -> Y; X -> Y }";
static const char FRONT_DOOR[] = "dag { X -> M -> Y; X <-> Y }";
/* Pearl and Mackenzie 2018, the napkin: no adjustment set, though the effect is identified. */
static const char NAPKIN[] = "dag { W -> Z -> X -> Y; W <-> X; W <-> Y }";
static const char BOW_ARC[] = "dag { X -> Y; X <-> Y }";
static const char MEDIATOR[] = "dag { X -> M -> Y; M -> D; Y -> E; X <- C -> Y }";

/* ---- checking a set */

static void check_names_the_open_path(void **state) {
    (void)state;
    assert_string_equal(check_text("dag { X <- U -> Y; X -> Y }", "X", "Y", "", TOTAL),
                        "{} is not valid: the path X <- U -> Y stays open");
    assert_string_equal(check_text(BOW_ARC, "X", "Y", "", TOTAL),
                        "{} is not valid: the path X <-> Y stays open");
    assert_string_equal(check_text(NAPKIN, "X", "Y", "Z", TOTAL),
                        "{Z} is not valid: the path X <-> W <-> Y stays open (Z, a descendant of "
                        "the collider W, opens it)");
    assert_string_equal(check_text(M_BIAS, "X", "Y", "M", TOTAL),
                        "{M} is not valid: the path X <- A -> M <- B -> Y stays open");
    assert_string_equal(
        check_text("dag { X <- A -> M <- B -> Y; X -> Y; M -> D }", "X", "Y", "D", TOTAL),
        "{D} is not valid: the path X <- A -> M <- B -> Y stays open (D, a "
        "descendant of the collider M, opens it)");
}

static void check_names_the_forbidden_node(void **state) {
    (void)state;
    assert_string_equal(check_text(MEDIATOR, "X", "Y", "C M", TOTAL),
                        "{C, M} is not valid: M is a descendant of X on a causal path to Y "
                        "(forbidden)");
    assert_string_equal(check_text(MEDIATOR, "X", "Y", "C D", TOTAL),
                        "{C, D} is not valid: D is a descendant of M, which lies on a causal path "
                        "from X to Y (forbidden)");
    assert_string_equal(check_text(MEDIATOR, "X", "Y", "C E", TOTAL),
                        "{C, E} is not valid: E is a descendant of the outcome Y (forbidden)");
}

static void check_accepts_valid_sets(void **state) {
    (void)state;
    assert_string_equal(check_text(CONFOUNDER, "X", "Y", "Z", TOTAL),
                        "{Z} is valid for the total effect of X on Y");
    assert_string_equal(check_text(M_BIAS, "X", "Y", "", TOTAL),
                        "{} is valid for the total effect of X on Y");
    assert_string_equal(check_text(M_BIAS, "X", "Y", "A M", TOTAL),
                        "{A, M} is valid for the total effect of X on Y");
    assert_string_equal(check_text("dag { Y -> D -> X }", "X", "Y", "D", TOTAL),
                        "{D} is valid for the total effect of X on Y; there is no causal path "
                        "between them, so the effect is zero");
    /* A descendant of the treatment that is on no causal path is harmless. */
    assert_string_equal(check_text("dag { X -> D; X -> Y; X <- Z -> Y }", "X", "Y", "D Z", TOTAL),
                        "{D, Z} is valid for the total effect of X on Y");
}

static void check_direct_effect_uses_one_definition(void **state) {
    (void)state;
    const char *g = "dag { X -> Y; X -> M -> Y; Y -> D }";
    assert_string_equal(check_text(g, "X", "Y", "M", DIRECT),
                        "{M} is valid for the direct effect of X on Y");
    assert_string_equal(check_text(g, "X", "Y", "", DIRECT),
                        "{} is not valid: the path X -> M -> Y stays open");
    assert_string_equal(check_text(g, "X", "Y", "D M", DIRECT),
                        "{D, M} is not valid: D is a descendant of the outcome Y (forbidden)");
}

static void check_refuses_sets_that_cannot_be_adjusted_for(void **state) {
    (void)state;
    const char *g = "dag { U [latent]; X <- U -> Y; X -> Y }";
    assert_string_equal(check_text(g, "X", "Y", "U", TOTAL),
                        "error: set: 'U' is latent and cannot be adjusted for");
    assert_string_equal(check_text(g, "X", "Y", "X", TOTAL), "error: set: 'X' is the treatment");
    assert_string_equal(check_text(g, "X", "Y", "Y", TOTAL), "error: set: 'Y' is the outcome");
    assert_string_equal(check_text(g, "X", "X", "", TOTAL),
                        "error: 'X' is both treatment and outcome; they must differ");
    assert_string_equal(check_text(g, "", "Y", "", TOTAL),
                        "error: treatment is empty; name at least one node");
    assert_string_equal(check_text(g, "X", "", "", TOTAL),
                        "error: outcome is empty; name at least one node");
    assert_string_equal(check_text(g, "U", "Y", "", TOTAL),
                        "error: 'U' is latent; the treatment must be observed");
}

/* ---- listing */

static void list_gives_four_different_verdicts(void **state) {
    (void)state;
    assert_string_equal(list_text(CONFOUNDER, "X", "Y", MINIMAL), "ok: {Z}");
    assert_string_equal(list_text(M_BIAS, "X", "Y", MINIMAL), "empty_set_valid: {}");
    assert_string_equal(list_text(BOW_ARC, "X", "Y", MINIMAL), "no_set:");
    assert_string_equal(list_text("dag { X; Y }", "X", "Y", MINIMAL), "no_causal_path: {}");
    assert_string_equal(list_text("dag { Y -> D -> X }", "X", "Y", MINIMAL), "no_causal_path: {D}");
    assert_string_equal(list_text("dag { Y -> X }", "X", "Y", MINIMAL), "no_causal_path:");
}

static void list_minimal_sets_of_classic_graphs(void **state) {
    (void)state;
    assert_string_equal(list_text(BUTTERFLY, "X", "Y", MINIMAL), "ok: {A M} {B M}");
    assert_string_equal(list_text(FRONT_DOOR, "X", "Y", MINIMAL), "no_set:");
    assert_string_equal(list_text(NAPKIN, "X", "Y", MINIMAL), "no_set:");
    assert_string_equal(list_text(MEDIATOR, "X", "Y", MINIMAL), "ok: {C}");
    assert_string_equal(list_text("dag { X <- A <- B -> C -> Y; X -> Y }", "X", "Y", MINIMAL),
                        "ok: {A} {B} {C}");
    /* M-bias with hidden A and B. */
    assert_string_equal(list_text("dag { A [latent]; B [latent]; X <- A -> M <- B -> Y; X -> Y }",
                                  "X", "Y", MINIMAL),
                        "empty_set_valid: {}");
    /* Butterfly with hidden A and B: M must be in, and opens X <- A -> M <- B -> Y. */
    assert_string_equal(list_text("dag { X <-> M <-> Y; X <- M -> Y; X -> Y }", "X", "Y", MINIMAL),
                        "no_set:");
    /* The instrument is never needed, the confounder always. */
    assert_string_equal(list_text("dag { I -> X -> Y; X <- Z -> Y }", "X", "Y", MINIMAL),
                        "ok: {Z}");
    /* Shrier, Platt 2008 (doi:10.1186/1471-2288-8-70), warm-up exercises and injury, in part;
     * the sets are from path enumeration by hand-written script. */
    assert_string_equal(
        list_text("dag { coach -> motivation -> warmup; coach -> fitness; genetics -> fitness; "
                  "fitness -> pregame; fitness -> fatigue; genetics -> fatigue; pregame -> warmup; "
                  "warmup -> proprioception -> injury; fatigue -> proprioception; "
                  "fatigue -> injury; genetics -> tissue -> injury }",
                  "warmup", "injury", MINIMAL),
        "ok: {coach fitness} {coach pregame} {fatigue genetics} {fatigue tissue} "
        "{fitness genetics} {fitness motivation} {motivation pregame}");
}

static void list_treats_drawn_latent_as_bidirected_edge(void **state) {
    (void)state;
    assert_string_equal(list_text("dag { U [latent]; X <- U -> Y; X -> Y }", "X", "Y", MINIMAL),
                        "no_set:");
    assert_string_equal(
        list_text("dag { U [latent]; W <- U -> Y; W -> X -> Y }", "X", "Y", MINIMAL), "ok: {W}");
    assert_string_equal(list_text("dag { W <-> Y; W -> X -> Y }", "X", "Y", MINIMAL), "ok: {W}");
}

static void list_joint_effects(void **state) {
    (void)state;
    /* X1 -> X2 with X2's own confounder: both treatments set, C blocks X2 <- C -> Y. */
    assert_string_equal(
        list_text("dag { X1 -> X2 -> Y; X1 -> Y; X2 <- C -> Y }", "X1 X2", "Y", MINIMAL),
        "ok: {C}");
    /* L is caused by X1 and confounds X2: no adjustment set for the joint effect (time-varying
     * confounding affected by earlier treatment, Robins 1986). */
    assert_string_equal(
        list_text("dag { X1 -> L -> X2 -> Y; L -> Y; X1 -> Y }", "X1 X2", "Y", MINIMAL), "no_set:");
    assert_string_equal(
        list_text("dag { X -> Y1; X -> Y2; X <- C -> Y1; X <- D -> Y2 }", "X", "Y1 Y2", MINIMAL),
        "ok: {C D}");
}

static void list_direct_effects(void **state) {
    (void)state;
    list_options direct = {.kind = MINIMAL, .effect = DIRECT};
    assert_string_equal(
        list_text_with("dag { X -> Y; X -> M -> Y; Y -> D; M <- W -> Y }", "X", "Y", direct),
        "ok: {M W}");
    assert_string_equal(list_text_with("dag { X -> Y; X -> M -> Y; M <-> Y }", "X", "Y", direct),
                        "no_set:");
    assert_string_equal(list_text_with("dag { X -> Y }", "X", "Y", direct), "empty_set_valid: {}");
}

static void list_obeys_include_and_exclude(void **state) {
    (void)state;
    const char *chain = "dag { X <- A <- B -> C -> Y; X -> Y }";
    assert_string_equal(
        list_text_with(chain, "X", "Y", (list_options){.kind = MINIMAL, .exclude = "B"}),
        "ok: {A} {C}");
    assert_string_equal(
        list_text_with(chain, "X", "Y", (list_options){.kind = MINIMAL, .include = "B"}),
        "ok: {B}");
    assert_string_equal(
        list_text_with(chain, "X", "Y", (list_options){.kind = MINIMAL, .exclude = "A B C"}),
        "no_set:");
    /* M must be in, so one of A and B joins it; the empty set is valid but not asked for. */
    assert_string_equal(
        list_text_with(M_BIAS, "X", "Y", (list_options){.kind = MINIMAL, .include = "M"}),
        "ok: {A M} {B M}");
    assert_string_equal(
        list_text_with(M_BIAS, "X", "Y",
                       (list_options){.kind = MINIMUM, .include = "M", .exclude = "A"}),
        "ok: {B M}");
    assert_string_equal(
        list_text_with(MEDIATOR, "X", "Y", (list_options){.kind = MINIMAL, .include = "M"}),
        "no_set:");
    assert_string_equal(list_error(chain, "X", "Y",
                                   (list_options){.kind = MINIMAL, .include = "A", .exclude = "A"},
                                   WRT_E_INPUT),
                        "'A' is in both include and exclude");
    assert_string_equal(
        list_error(chain, "X", "Y", (list_options){.kind = MINIMAL, .include = "X"}, WRT_E_INPUT),
        "include: 'X' is the treatment");
}

static void list_stops_at_max_and_says_so(void **state) {
    (void)state;
    const char *chain = "dag { X <- A <- B -> C -> Y; X -> Y }";
    assert_string_equal(list_text_with(chain, "X", "Y", (list_options){.kind = MINIMAL, .max = 3}),
                        "ok: {A} {B} {C}");
    const char *two = list_text_with(chain, "X", "Y", (list_options){.kind = MINIMAL, .max = 2});
    assert_non_null(strstr(two, " ..."));
    assert_string_equal(
        list_error(chain, "X", "Y", (list_options){.kind = MINIMAL, .max = 1000001}, WRT_E_INPUT),
        "max is 1000001; at most 1000000 sets are listed");
}

static void list_minimum_and_canonical(void **state) {
    (void)state;
    /* Three ways in, two ways out: the smallest set is the narrow side. */
    const char *g = "dag { A1 -> X; A2 -> X; A3 -> X; B1 -> {A1 A2}; B2 -> {A2 A3}; B1 -> Y; "
                    "B2 -> Y; X -> M -> Y; I -> X }";
    assert_string_equal(list_text(g, "X", "Y", MINIMUM), "ok: {B1 B2}");
    assert_string_equal(list_text(g, "X", "Y", CANONICAL), "ok: {A1 A2 A3 B1 B2 I}");
    assert_string_equal(list_text(BOW_ARC, "X", "Y", MINIMUM), "no_set:");
    assert_string_equal(list_text(BOW_ARC, "X", "Y", CANONICAL), "no_set:");
    /* No covariates are needed, and the sets asked for are still given. */
    assert_string_equal(list_text("dag { W -> X -> Y }", "X", "Y", CANONICAL),
                        "empty_set_valid: {W}");
}

static void list_optimal_set(void **state) {
    (void)state;
    /* Parents of the causal nodes M and Y: the confounder nearest the outcome and the pure causes
     * of the outcome, not the instrument. */
    const char *g = "dag { I -> X -> M -> Y; X <- A -> B -> Y; W -> M; V -> Y }";
    assert_string_equal(list_text(g, "X", "Y", OPTIMAL), "ok: {B V W}");
    assert_string_equal(list_text("dag { X -> Y <- W }", "X", "Y", OPTIMAL),
                        "empty_set_valid: {W}");
    assert_string_equal(list_text("dag { Y -> X }", "X", "Y", OPTIMAL), "no_causal_path:");
    list_options optimal = {.kind = OPTIMAL};
    /* latent variables: an instrument's and a covariate's hidden cause do no harm; a hidden cause
     * of the outcome and of W makes W worth adjusting for; two chains that only together close the
     * path leave the choice to the numbers */
    assert_string_equal(
        list_text("dag { U [latent]; U -> I -> X; U -> X -> Y <- B -> A -> X }", "X", "Y", OPTIMAL),
        "ok: {B}");
    assert_string_equal(list_text("dag { X -> Y; W <-> Y; P -> W }", "X", "Y", OPTIMAL),
                        "empty_set_valid: {P W}");
    assert_string_equal(
        list_error("dag { X -> Y; X <- D -> W <-> Y }", "X", "Y", optimal, WRT_E_UNSUPPORTED),
        "with these latent variables no set is known to have the lowest variance "
        "whatever the numbers: ask for optimal_minimal, the best of the minimal "
        "sets");
    assert_string_equal(
        list_text("dag { X -> Y; X <- A <- B <- C -> Y }", "X", "Y", WRT_ADJUST_OPTIMAL_MINIMAL),
        "ok: {C}");
    optimal.exclude = "B";
    assert_string_equal(list_error(g, "X", "Y", optimal, WRT_E_UNSUPPORTED),
                        "the optimal set holds 'B', which is excluded; ask for minimal sets");
    optimal = (list_options){.kind = OPTIMAL, .include = "A"};
    assert_string_equal(list_error(g, "X", "Y", optimal, WRT_E_UNSUPPORTED),
                        "the optimal set does not hold 'A', which is to be included; ask for "
                        "minimal sets");
    optimal = (list_options){.kind = OPTIMAL, .effect = DIRECT};
    assert_string_equal(list_error(g, "X", "Y", optimal, WRT_E_UNSUPPORTED),
                        "the optimal set is defined for total effects only; ask for minimal sets");
    optimal = (list_options){.kind = OPTIMAL};
    assert_string_equal(list_error("dag { X -> Y; Z }", "X", "Y Z", optimal, WRT_E_UNSUPPORTED),
                        "the optimal set needs a causal path to every outcome, and there is none "
                        "to 'Z'");
}

/* k parallel confounding paths of two nodes each: 2^k minimal sets, all of size k. */
static void list_counts_product_of_independent_choices(void **state) {
    (void)state;
    char text[1024];
    size_t at = (size_t)snprintf(text, sizeof text, "dag { X -> Y");
    for (int i = 0; i < 10; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "; X <- A%d <- B%d -> Y", i, i);
    snprintf(text + at, sizeof text - at, " }");
    wrt_graph *graph = graph_of(text);
    wrt_node_set x = set_of(graph, "X"), y = set_of(graph, "Y");
    wrt_effect_query query = {graph, &x, &y, TOTAL};
    wrt_adjust_options options = {.kind = MINIMAL, .max = 5000};
    wrt_adjustment_sets sets;
    assert_int_equal(wrt_adjustment_list(&sets, &query, &options, NULL), WRT_OK);
    assert_int_equal(sets.n_sets, 1024);
    assert_true(sets.complete);
    for (size_t i = 0; i < sets.n_sets; i++)
        assert_int_equal(sets.sets[i].n, 10);
    wrt_adjustment_sets_free(&sets);
    wrt_node_set_free(&x);
    wrt_node_set_free(&y);
    wrt_graph_free(graph);
}

/* X at the end of a long back-door chain: every link is a minimal set of its own. */
static void list_answers_on_chain_of_100000_nodes(void **state) {
    (void)state;
    const int n = 100000;
    wrt_graph *graph = wrt_graph_new();
    char name[16];
    int node;
    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof name, "n%d", i);
        wrt_graph_add_node(&node, graph, wrt_str_of(name), NULL);
    }
    for (int i = 1; i + 1 < n; i++) /* 1 -> 0 (X); 1 -> 2 -> ... -> n - 1 (Y) */
        wrt_graph_add_edge(graph, i, i + 1, NULL);
    wrt_graph_add_edge(graph, 1, 0, NULL);
    wrt_graph_add_edge(graph, 0, n - 1, NULL);
    assert_int_equal(wrt_graph_finish(graph, NULL), WRT_OK);
    int first = 0, last = n - 1;
    wrt_node_set x = {&first, 1}, y = {&last, 1}, none = {0};
    wrt_effect_query query = {graph, &x, &y, TOTAL};
    wrt_adjust_options options = {.kind = MINIMAL, .max = 3};
    wrt_adjustment_sets sets;
    assert_int_equal(wrt_adjustment_list(&sets, &query, &options, NULL), WRT_OK);
    assert_int_equal(sets.n_sets, 3);
    assert_false(sets.complete);
    assert_int_equal(sets.sets[0].n, 1);
    wrt_adjustment_sets_free(&sets);
    options.kind = MINIMUM;
    assert_int_equal(wrt_adjustment_list(&sets, &query, &options, NULL), WRT_OK);
    assert_int_equal(sets.sets[0].n, 1);
    assert_int_equal(sets.sets[0].items[0], n - 2); /* of the smallest cuts, the nearest to Y */
    wrt_adjustment_sets_free(&sets);
    wrt_adjustment_verdict verdict;
    assert_int_equal(wrt_adjustment_check(&verdict, &query, &none, NULL), WRT_OK);
    assert_int_equal(verdict.reason, WRT_REASON_OPEN_PATH);
    wrt_adjustment_verdict_free(&verdict);
    wrt_graph_free(graph);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_names_the_open_path),
        cmocka_unit_test(check_names_the_forbidden_node),
        cmocka_unit_test(check_accepts_valid_sets),
        cmocka_unit_test(check_direct_effect_uses_one_definition),
        cmocka_unit_test(check_refuses_sets_that_cannot_be_adjusted_for),
        cmocka_unit_test(list_gives_four_different_verdicts),
        cmocka_unit_test(list_minimal_sets_of_classic_graphs),
        cmocka_unit_test(list_treats_drawn_latent_as_bidirected_edge),
        cmocka_unit_test(list_joint_effects),
        cmocka_unit_test(list_direct_effects),
        cmocka_unit_test(list_obeys_include_and_exclude),
        cmocka_unit_test(list_stops_at_max_and_says_so),
        cmocka_unit_test(list_minimum_and_canonical),
        cmocka_unit_test(list_optimal_set),
        cmocka_unit_test(list_counts_product_of_independent_choices),
        cmocka_unit_test(list_answers_on_chain_of_100000_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
