/* Identification on known graphs. Formulas are those of the papers named, or worked out by hand;
 * the numbers too. */
#include "support.h"

#include "causal/identify/identify.h"
#include "causal/identify/project.h"

#include <stdio.h>
#include <time.h>

static char answer[1 << 20];

typedef struct {
    wrt_graph *graph;
    wrt_node_set x, y, z;
    wrt_identify_query query;
    wrt_identification found;
} asked;

static asked *ask(const char *text, const char *x, const char *y, const char *z) {
    asked *a = calloc(1, sizeof *a);
    assert_non_null(a);
    a->graph = graph_of(text);
    a->x = set_of(a->graph, x);
    a->y = set_of(a->graph, y);
    a->z = set_of(a->graph, z);
    a->query = (wrt_identify_query){a->graph, &a->x, &a->y, &a->z, false};
    return a;
}

static void drop(asked *a) {
    wrt_identification_free(&a->found);
    wrt_node_set_free(&a->x);
    wrt_node_set_free(&a->y);
    wrt_node_set_free(&a->z);
    wrt_graph_free(a->graph);
    free(a);
}

/* "method: formula", or "none: hedge in words". */
static const char *formula_with(const char *text, const char *x, const char *y, const char *z,
                                bool general_only, bool latex) {
    asked *a = ask(text, x, y, z);
    wrt_buf plain = wrt_buf_make(sizeof answer / 2), tex = wrt_buf_make(sizeof answer / 2);
    wrt_err err = {0};
    a->query.general_only = general_only;
    if (wrt_identify(&a->found, &a->query, &err) != WRT_OK)
        fail_msg("%s", err.message);
    if (a->found.estimand != NULL)
        assert_int_equal(wrt_identification_write(&plain, &tex, &a->found, &a->query, NULL),
                         WRT_OK);
    snprintf(answer, sizeof answer, "%s: %s", wrt_identify_method_name(a->found.method),
             a->found.estimand == NULL ? a->found.hedge_text
             : latex                   ? tex.ptr
                                       : plain.ptr);
    wrt_buf_free(&plain);
    wrt_buf_free(&tex);
    drop(a);
    return answer;
}

static const char *formula(const char *text, const char *x, const char *y, const char *z) {
    return formula_with(text, x, y, z, false, false);
}

static void identify_gives_adjustment_when_a_set_is_valid(void **state) {
    (void)state;
    assert_string_equal(formula("X -> Y; Z -> X; Z -> Y", "X", "Y", ""),
                        "backdoor: Σ_{Z} P(Y | X, Z) P(Z)");
    assert_string_equal(formula("X -> Y", "X", "Y", ""), "backdoor: P(Y | X)");
    assert_string_equal(formula("X -> Y; Z -> X; Z -> Y", "X", "Y", "Z"), "backdoor: P(Y | X, Z)");
    /* A and B each close the one back door; the one nearest the outcome is taken. */
    assert_string_equal(formula("A -> X; A -> B; B -> Y; X -> Y; W -> Y", "X", "Y", "W"),
                        "backdoor: Σ_{B} P(Y | B, W, X) P(B | W)");
    /* Two treatments, the second one's parents lie on the first one's path. */
    assert_string_equal(formula("X1 -> X2; X2 -> Y; X1 -> Y; Z -> X2; Z -> Y", "X1 X2", "Y", ""),
                        "backdoor: Σ_{Z} P(Y | X1, X2, Z) P(Z)");
}

static void identify_gives_the_outcome_alone_when_treatment_has_no_effect(void **state) {
    (void)state;
    assert_string_equal(formula("Y -> X; X <-> Y", "X", "Y", ""), "id: P(Y)");
    assert_string_equal(formula("A -> Y; A -> B -> Y; X", "X", "A Y", ""), "backdoor: P(A, Y | X)");
}

#define NAPKIN "W -> Z -> X -> Y; W <-> X; W <-> Y"

static void identify_gives_the_formulas_of_the_papers(void **state) {
    (void)state;
    /* Pearl 1995: the front door. */
    assert_string_equal(formula("X -> M -> Y; X <-> Y", "X", "Y", ""),
                        "frontdoor: Σ_{M} P(M | X) Σ_{X'} P(X') P(Y | M, X')");
    /* The napkin: right in any stratum of Z. */
    assert_string_equal(formula(NAPKIN, "X", "Y", ""),
                        "id: [Σ_{W} P(W) P(X, Y | W, Z)] / [Σ_{W} P(W) P(X | W, Z)]");
    /* Verma and Pearl 1990: A is free, and the right side does not depend on it. */
    assert_string_equal(formula_with("A -> B -> C -> D; B <-> D", "B", "D", "", true, false),
                        "id: Σ_{C} P(C | B) Σ_{B'} P(B' | A) P(D | A, B', C)");
    assert_string_equal(formula("A -> B -> C -> D; B <-> D", "B", "D", ""),
                        "frontdoor: Σ_{C} P(C | B) Σ_{B'} P(B') P(D | B', C)");
    /* Two mediators side by side, one of them the cause of the other. */
    assert_string_equal(formula("X -> A -> Y; A -> B -> Y; X <-> Y", "X", "Y", ""),
                        "frontdoor: Σ_{A} P(A | X) Σ_{X'} P(X') P(Y | A, X')");
    assert_string_equal(formula("X -> A -> Y; X -> B -> Y; X <-> Y", "X", "Y", ""),
                        "frontdoor: Σ_{A, B} P(A, B | X) Σ_{X'} P(X') P(Y | A, B, X')");
    /* A graph of the kind of Tian and Pearl 2002, with four hidden causes; by hand. */
    assert_string_equal(formula("X -> Z1 -> Y; Z2 -> X; Z2 -> Z1; Z2 -> Z3; Z3 -> Y; X <-> Z2; "
                                "X <-> Y; X <-> Z3; Y <-> Z2",
                                "X", "Y", ""),
                        "id: Σ_{Z1, Z2, Z3} P(Z1 | X, Z2) Σ_{X'} P(X', Z2, Z3) "
                        "P(Y | X', Z1, Z2, Z3)");
    /* Conditioning on the mediator is setting it: rule 2. */
    assert_string_equal(formula("X -> M -> Y; X <-> Y", "X", "Y", "M"),
                        "id: Σ_{X'} P(X') P(Y | M, X')");
    assert_string_equal(formula("X -> Z -> Y; X <-> Z", "X", "Y", "Z"), "id: P(Y | Z)");
    /* By hand: the joint of M and Y over that of M. */
    assert_string_equal(formula("X -> M; X -> Y; M <-> Y", "X", "Y", "M"), "id: P(Y | M, X)");
}

static void identify_agrees_with_itself_without_adjustment(void **state) {
    (void)state;
    assert_string_equal(formula_with("Z -> X -> Y; Z -> Y", "X", "Y", "", true, false),
                        "id: Σ_{Z} P(Z) P(Y | X, Z)");
    assert_string_equal(formula_with("X -> M -> Y; Z -> X; Z -> Y", "X", "Y", "", true, false),
                        "id: Σ_{M, Z} P(Z) P(M | X) P(Y | M, Z)");
    assert_string_equal(formula_with("Y -> X", "X", "Y", "", true, false), "id: P(Y)");
}

static void identify_writes_latex_with_names_escaped(void **state) {
    (void)state;
    assert_string_equal(formula_with("X1 -> M -> Y; X1 <-> Y", "X1", "Y", "", false, true),
                        "frontdoor: \\sum_{M} P(M \\mid X_{1}) \\sum_{X_{1}'} P(X_{1}') "
                        "P(Y \\mid M, X_{1}')");
    assert_string_equal(
        formula_with("\"a_b\" -> \"50%{x}^~\\\\\"", "a_b", "50%{x}^~\\", "", false, true),
        "backdoor: P(\\text{50\\%\\{x\\}\\textasciicircum{}\\textasciitilde{}"
        "\\textbackslash{}} \\mid \\text{a\\_b})");
    assert_string_equal(formula_with(NAPKIN, "X", "Y", "", false, true),
                        "id: \\frac{\\sum_{W} P(W) P(X, Y \\mid W, Z)}"
                        "{\\sum_{W} P(W) P(X \\mid W, Z)}");
}

static void identify_proves_by_hedge_when_not_identifiable(void **state) {
    (void)state;
    static const char *const graphs[] = {
        "X -> Y; X <-> Y",                               /* the bow */
        "X -> Z -> Y; X <-> Z",                          /* the bow above the outcome */
        "X -> Z -> Y; X <-> Y; Z <-> Y",                 /* front door, mediator confounded */
        "X -> Z -> Y; X <-> Z; X <-> Y",                 /* the other side */
        "X -> Y; X <-> Z; Z <-> Y",                      /* M: the empty set, no hedge */
        "Z -> X -> Y; X <-> Y",                          /* an instrument alone */
        "X -> Y; W -> Y; X <-> W; W <-> Y",              /* tied through W, an ancestor */
        "X -> Z1 -> Y; X -> Z2 -> Y; X <-> Z1; Z1 <-> Y" /* two mediators, one confounded */
    };
    for (size_t i = 0; i < sizeof graphs / sizeof graphs[0]; i++) {
        const char *text = formula(graphs[i], "X", "Y", "");
        assert_int_equal(strncmp(text, "none: ", 6) == 0, i != 4);
    }
    assert_string_equal(
        formula("X -> Y; X <-> Y", "X", "Y", ""),
        "none: {X, Y} and, inside it, {Y} form a hedge for the effect of X on Y: "
        "each is tied together by unobserved common causes and leads to Y, and only "
        "the larger one holds a treatment. Two models can then agree on everything "
        "observed and differ in this effect.");
}

static void identify_projects_latent_nodes(void **state) {
    (void)state;
    assert_string_equal(formula("dag { U [latent]; X -> M -> Y; U -> X; U -> Y }", "X", "Y", ""),
                        "frontdoor: Σ_{M} P(M | X) Σ_{X'} P(X') P(Y | M, X')");
    /* A latent mediator and a chain of latent nodes above both ends. */
    const char *text = formula("dag { L [latent]; U [latent]; V [latent]; X -> L -> Y; U -> V; "
                               "V -> X; U -> Y }",
                               "X", "Y", "");
    assert_int_equal(strncmp(text, "none: {X, Y}", 12), 0);
}

static const char *projected(const char *text) {
    wrt_graph *graph = graph_of(text), *result = NULL;
    wrt_buf out = wrt_buf_make(4096);
    assert_int_equal(wrt_graph_project(&result, graph, NULL), WRT_OK);
    wrt_graph_to_dagitty(&out, result);
    snprintf(answer, sizeof answer, "%s", out.ptr);
    wrt_buf_free(&out);
    wrt_graph_free(graph);
    wrt_graph_free(result);
    return answer;
}

static void project_keeps_paths_through_latent_nodes_only(void **state) {
    (void)state;
    /* A -> L -> {B, C}: two directed edges and a common cause; D <-> L ties D to both. */
    const char *text = projected("dag { L [latent]; A -> L; L -> B; L -> C; D <-> L }");
    assert_non_null(strstr(text, "A -> B"));
    assert_non_null(strstr(text, "A -> C"));
    assert_non_null(strstr(text, "B <-> C"));
    assert_non_null(strstr(text, "D <-> B") != NULL ? strstr(text, "D <-> B")
                                                    : strstr(text, "B <-> D"));
    assert_null(strstr(text, "L"));
    /* A collider at an observed node between latent ones ties nothing. */
    text = projected("dag { U [latent]; V [latent]; U -> A; U -> C; V -> C; V -> B }");
    assert_null(strstr(text, "A <-> B"));
    assert_non_null(strstr(text, "A <-> C"));
}

/* ---- input that is no question */

static const char *refusal(const char *text, const char *x, const char *y, const char *z) {
    asked *a = ask(text, x, y, z);
    wrt_err err = {0};
    assert_int_equal(wrt_identify(&a->found, &a->query, &err), WRT_E_INPUT);
    snprintf(answer, sizeof answer, "%s", err.message);
    drop(a);
    return answer;
}

static void identify_names_what_is_wrong_with_a_question(void **state) {
    (void)state;
    assert_string_equal(refusal("X -> Y", "", "Y", ""),
                        "treatment is empty; name at least one node");
    assert_string_equal(refusal("X -> Y", "X", "", ""), "outcome is empty; name at least one node");
    assert_string_equal(refusal("X -> Y", "X", "X Y", ""), "'X' is in both treatment and outcome");
    assert_string_equal(refusal("X -> Y", "X", "Y", "X"), "'X' is in both given and treatment");
    assert_string_equal(refusal("X -> Y", "X", "Y", "Y"), "'Y' is in both outcome and given");
    assert_string_equal(refusal("dag { U [latent]; U -> Y; X -> Y }", "U", "Y", ""),
                        "treatment: 'U' is latent; name observed nodes");
}

/* ---- numbers */

/* The front door with numbers: P(U=1) = 1/2, X = U, M = X with probability 3/4, Y = M or U. Then
 * P(Y=1 | do(X=x)) = 1/2 + 1/2 P(M=1 | x): 7/8 at x = 1, 5/8 at x = 0, while P(Y=1 | X=1) = 1. */
static void estimand_gives_the_effect_when_evaluated(void **state) {
    (void)state;
    asked *a = ask("X -> M -> Y; X <-> Y", "X", "Y", "");
    int node[] = {a->x.items[0], a->y.items[0]}, one_one[] = {1, 1}, none_one[] = {0, 1};
    double p[8] = {0}, value = -1;
    p[0] = 0.5 * 0.75; /* X 0 M 0 Y 0; variables X, M, Y */
    p[2 + 4] = 0.125;  /* X 0 M 1 Y 1 */
    p[1 + 4] = 0.125;  /* X 1 M 0 Y 1 */
    p[1 + 2 + 4] = 0.5 * 0.75;
    wrt_joint joint = {.n = 3, .p = p};
    wrt_estimand_table *table;
    for (int i = 0; i < 3; i++)
        assert_int_equal(wrt_graph_find(&joint.variable[i], a->graph,
                                        wrt_str_of(i == 0   ? "X"
                                                   : i == 1 ? "M"
                                                            : "Y"),
                                        NULL),
                         WRT_OK);
    assert_int_equal(wrt_identify(&a->found, &a->query, NULL), WRT_OK);
    assert_int_equal(wrt_estimand_evaluate(&table, a->found.estimand, &joint, a->graph, NULL),
                     WRT_OK);
    assert_true(wrt_estimand_value(&value, NULL, table, 2, node, one_one));
    assert_true(value > 0.875 - 1e-12 && value < 0.875 + 1e-12);
    assert_true(wrt_estimand_value(&value, NULL, table, 2, node, none_one));
    assert_true(value > 0.625 - 1e-12 && value < 0.625 + 1e-12);
    wrt_estimand_table_free(table);
    drop(a);
}

static void joint_is_refused_when_it_is_no_distribution(void **state) {
    (void)state;
    static const struct {
        const char *json, *says;
        wrt_status status;
    } cases[] = {
        {"{\"variables\":[\"X\"],\"joint\":[0.5,0.6]}",
         "joint: the probabilities add up to 1.1; to 1 within 1e-6 is needed", WRT_E_INPUT},
        {"{\"variables\":[\"X\"],\"joint\":[-0.5,1.5]}",
         "joint[0] is -0.5; a probability is 0 to 1", WRT_E_INPUT},
        {"{\"variables\":[\"X\"],\"joint\":[1]}",
         "joint: 1 probabilities; 1 variables need an array of 2", WRT_E_INPUT},
        {"{\"variables\":[\"X\"],\"joint\":[1,\"0\"]}", "joint[1] is no number but string",
         WRT_E_INPUT},
        {"{\"variables\":[\"X\",\"X\"],\"joint\":[1,0,0,0]}", "variables names 'X' twice",
         WRT_E_INPUT},
        {"{\"variables\":[\"U\"],\"joint\":[1,0]}",
         "variables: 'U' is latent; a joint is of observed variables", WRT_E_INPUT},
        {"{\"variables\":[],\"joint\":[1]}", "variables: 0 of them; 1 to 16 are taken",
         WRT_E_LIMIT},
        {"{\"variables\":[1],\"joint\":[1,0]}", "variables: expected node names, found number",
         WRT_E_INPUT},
        {"{\"joint\":[1]}", "variables: expected an array of node names", WRT_E_INPUT},
        {"{\"variables\":[\"X\",\"X\",\"X\",\"X\",\"X\",\"X\",\"X\",\"X\",\"X\",\"X\",\"X\",\"X\","
         "\"X\",\"X\",\"X\",\"X\",\"X\"],\"joint\":[1,0]}",
         "variables: 17 of them; 1 to 16 are taken", WRT_E_LIMIT},
    };
    wrt_graph *graph = graph_of("dag { U [latent]; U -> X; X -> Y }");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_json *value = NULL;
        wrt_joint joint;
        wrt_err err = {0};
        assert_int_equal(wrt_json_parse(&value, wrt_str_of(cases[i].json), NULL), WRT_OK);
        assert_int_equal(wrt_joint_parse(&joint, graph, value, &err), cases[i].status);
        assert_string_equal(err.message, cases[i].says);
        wrt_json_free(value);
    }
    double not_a_number[] = {0.0, 1.0};
    wrt_joint joint = {.n = 1, .variable = {1}, .p = not_a_number};
    not_a_number[0] = strtod("nan", NULL);
    assert_int_equal(wrt_joint_check(&joint, graph, NULL), WRT_E_INPUT);
    wrt_graph_free(graph);
}

static void estimand_is_undefined_when_treatment_never_happens(void **state) {
    (void)state;
    asked *a = ask("X -> Y", "X", "Y", "");
    int node[] = {a->x.items[0], a->y.items[0]}, never[] = {1, 1}, always[] = {0, 1};
    double p[4] = {0.25, 0, 0.75, 0}, value = -1; /* X is 0 */
    wrt_joint joint = {.n = 2, .variable = {a->x.items[0], a->y.items[0]}, .p = p};
    wrt_joint lacking = {.n = 1, .variable = {a->x.items[0]}, .p = (double[]){0.5, 0.5}};
    wrt_estimand_table *table;
    wrt_err err = {0};
    assert_int_equal(wrt_identify(&a->found, &a->query, NULL), WRT_OK);
    assert_int_equal(wrt_estimand_evaluate(&table, a->found.estimand, &joint, a->graph, NULL),
                     WRT_OK);
    assert_false(wrt_estimand_value(&value, NULL, table, 2, node, never));
    assert_true(wrt_estimand_value(&value, NULL, table, 2, node, always));
    assert_true(value == 0.75);
    wrt_estimand_table_free(table);
    assert_int_equal(wrt_estimand_evaluate(&table, a->found.estimand, &lacking, a->graph, &err),
                     WRT_E_INPUT);
    assert_string_equal(err.message, "variables lacks 'Y', which the estimand mentions");
    drop(a);
}

/* Z is never 1, so P(Y | X, Z = 1) is undefined and its weight is zero. */
static void estimand_ignores_what_has_weight_zero(void **state) {
    (void)state;
    asked *a = ask("X -> Y; Z -> X; Z -> Y", "X", "Y", "");
    int node[] = {a->x.items[0], a->y.items[0]}, ones[] = {1, 1};
    double p[8] = {0.25, 0.125, 0.25, 0.375, 0, 0, 0, 0}, value = -1; /* X, Y, Z */
    wrt_joint joint = {.n = 3, .variable = {0, 1, 2}, .p = p};
    wrt_estimand_table *table;
    assert_int_equal(wrt_identify(&a->found, &a->query, NULL), WRT_OK);
    assert_int_equal(wrt_estimand_evaluate(&table, a->found.estimand, &joint, a->graph, NULL),
                     WRT_OK);
    assert_true(wrt_estimand_value(&value, NULL, table, 2, node, ones));
    assert_true(value == 0.75);
    wrt_estimand_table_free(table);
    drop(a);
}

/* ---- size */

static double seconds_of(clock_t start) {
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void add_chain(wrt_buf *text, int from, int to) {
    for (int i = from; i < to; i++)
        wrt_buf_printf(text, "V%d -> V%d; ", i, i + 1);
}

static void identify_answers_when_the_graph_is_long(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    add_chain(&text, 0, 2000);
    clock_t start = clock();
    assert_string_equal(formula(text.ptr, "V0", "V2000", ""), "backdoor: P(V2000 | V0)");
    printf("chain of 2001 nodes, adjustment: %.3f s\n", seconds_of(start));
    start = clock();
    const char *found = formula_with(text.ptr, "V0", "V2000", "", true, false);
    printf("chain of 2001 nodes, general: %.3f s\n", seconds_of(start));
    assert_non_null(strstr(found, "P(V1000 | V999) P(V1001 | V1000)"));
    wrt_buf_add_c(&text, "V0 <-> V2000");
    start = clock();
    found = formula_with(text.ptr, "V0", "V2000", "", true, false);
    printf("front door with 1999 mediators: %.3f s\n", seconds_of(start));
    assert_non_null(strstr(found, "P(V1999 | V1998) Σ_{V0'} P(V0') P(V2000 | V0', V1999)"));
    start = clock();
    assert_string_equal(formula(text.ptr, "V0", "V2000", ""),
                        "frontdoor: Σ_{V1} P(V1 | V0) Σ_{V0'} P(V0') P(V2000 | V0', V1)");
    printf("the same by its smallest front door: %.3f s\n", seconds_of(start));
    wrt_buf_free(&text);
}

/* A ladder whose formula doubles with every rung is refused or answered, never endless. */
static void identify_stops_when_the_formula_is_too_large(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    for (int i = 0; i < 120; i++)
        for (int j = i + 1; j < 120; j++)
            wrt_buf_printf(&text, "V%d <-> V%d; V%d -> V%d; ", i, j, i, j);
    wrt_buf_add_c(&text, "V0 -> X -> Y -> V119");
    asked *a = ask(text.ptr, "X", "Y", "");
    wrt_err err = {0};
    a->query.general_only = true;
    wrt_status status = wrt_identify(&a->found, &a->query, &err);
    assert_true(status == WRT_OK || status == WRT_E_LIMIT);
    drop(a);
    wrt_buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identify_gives_adjustment_when_a_set_is_valid),
        cmocka_unit_test(identify_gives_the_outcome_alone_when_treatment_has_no_effect),
        cmocka_unit_test(identify_gives_the_formulas_of_the_papers),
        cmocka_unit_test(identify_agrees_with_itself_without_adjustment),
        cmocka_unit_test(identify_writes_latex_with_names_escaped),
        cmocka_unit_test(identify_proves_by_hedge_when_not_identifiable),
        cmocka_unit_test(identify_projects_latent_nodes),
        cmocka_unit_test(project_keeps_paths_through_latent_nodes_only),
        cmocka_unit_test(identify_names_what_is_wrong_with_a_question),
        cmocka_unit_test(estimand_gives_the_effect_when_evaluated),
        cmocka_unit_test(joint_is_refused_when_it_is_no_distribution),
        cmocka_unit_test(estimand_is_undefined_when_treatment_never_happens),
        cmocka_unit_test(estimand_ignores_what_has_weight_zero),
        cmocka_unit_test(identify_answers_when_the_graph_is_long),
        cmocka_unit_test(identify_stops_when_the_formula_is_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
