/* test_identified.c: graphs asked on behalf of a table: which covariates are chosen, and what is
 * refused with what offer. The answers are read off the graphs by hand. */
#include "causal/graph.h"
#include "effect/identified.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
    wrt_identified found;
    wrt_status status;
    wrt_err err;
    wrt_arena *arena;
    char names[256]; /* "a b c" */
} answer;

/* Columns and names are texts of words. */
typedef struct {
    const char *graph, *columns, *names;
    wrt_identified_design design;
    bool choose;
} question;

static size_t split(const char **out, wrt_arena *arena, const char *words) {
    char *rest = wrt_arena_strdup(arena, words, strlen(words)), *word;
    size_t n = 0;
    while ((word = strsep(&rest, " ")) != NULL)
        if (*word != '\0')
            out[n++] = word;
    return n;
}

static answer ask(const question *asked) {
    answer a = {.arena = wrt_arena_new()};
    const char *columns[16], *names[16];
    wrt_graph *graph = NULL;
    assert_int_equal(wrt_graph_parse_text(&graph, wrt_str_of(asked->graph), NULL), WRT_OK);
    wrt_identified_question q = {.treatment = "X",
                                 .outcome = "Y",
                                 .design = asked->design,
                                 .choose = asked->choose,
                                 .names = names,
                                 .columns = columns};
    q.n = split(names, a.arena, asked->names);
    q.n_columns = split(columns, a.arena, asked->columns);
    a.status = wrt_effect_identified(&a.found, graph, &q, a.arena, &a.err);
    size_t len = 0;
    for (size_t i = 0; i < a.found.n; i++)
        len += (size_t)snprintf(a.names + len, sizeof a.names - len, "%s%s", i > 0 ? " " : "",
                                a.found.names[i]);
    wrt_graph_free(graph);
    return a;
}

static void release(answer *a) {
    wrt_json_free(a->found.basis);
    wrt_arena_free(a->arena);
}

static void assert_refused(const question *asked, wrt_status status, const char *part) {
    answer a = ask(asked);
    assert_int_equal(a.status, status);
    if (strstr(a.err.message, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, a.err.message);
    release(&a);
}

/* Z confounds, P is a cause of the outcome alone: the optimal set holds both. */
static void the_set_of_lowest_variance_is_chosen_when_all_is_measured(void **state) {
    (void)state;
    answer a = ask(&(question){"dag { Z -> X -> Y; Z -> Y; P -> Y; I -> X }", "X Y Z P I", "",
                               WRT_DESIGN_ADJUSTMENT, true});
    assert_int_equal(a.status, WRT_OK);
    assert_string_equal(a.names, "P Z");
    assert_string_equal(wrt_json_get_text(a.found.basis, "kind", ""), "optimal");
    release(&a);
}

static void a_node_without_a_column_is_not_adjusted_for(void **state) {
    (void)state;
    answer a = ask(
        &(question){"dag { U -> X -> Y; U -> Z -> Y }", "X Y Z", "", WRT_DESIGN_ADJUSTMENT, true});
    assert_int_equal(a.status, WRT_OK);
    assert_string_equal(a.names, "Z");
    assert_string_equal(wrt_json_text(wrt_json_first(wrt_json_get(a.found.basis, "unmeasured"))),
                        "U");
    release(&a);
}

static void an_unidentified_effect_is_refused_with_what_would_do(void **state) {
    (void)state;
    assert_refused(
        &(question){"dag { X -> M -> Y; X <-> Y }", "X M Y", "", WRT_DESIGN_ADJUSTMENT, true},
        WRT_E_NOT_FOUND, "front-door estimator would do, with mediators M");
    assert_refused(
        &(question){"dag { W -> X -> Y; X <-> Y }", "W X Y", "", WRT_DESIGN_ADJUSTMENT, true},
        WRT_E_NOT_FOUND, "instrument W");
    assert_refused(&(question){"dag { X -> Y; X <-> Y }", "X Y", "", WRT_DESIGN_ADJUSTMENT, true},
                   WRT_E_NOT_FOUND, "measure more of it");
}

static void a_descendant_of_the_outcome_is_refused_as_a_covariate(void **state) {
    (void)state;
    assert_refused(&(question){"dag { Z -> X -> Y -> D; Z -> Y }", "X Y Z D", "Z D",
                               WRT_DESIGN_ADJUSTMENT, false},
                   WRT_E_INPUT, "D");
    assert_refused(
        &(question){"dag { Z -> X -> Y; Z -> Y }", "X Y Z", "", WRT_DESIGN_ADJUSTMENT, false},
        WRT_E_INPUT, "Z");
}

static void a_valid_given_set_is_kept_sorted(void **state) {
    (void)state;
    answer a = ask(&(question){"dag { Z -> X -> Y; Z -> Y; P -> Y }", "X Y Z P", "Z P",
                               WRT_DESIGN_ADJUSTMENT, false});
    assert_int_equal(a.status, WRT_OK);
    assert_string_equal(a.names, "P Z");
    release(&a);
}

static void mediators_and_instruments_are_judged(void **state) {
    (void)state;
    answer a =
        ask(&(question){"dag { X -> M -> Y; X <-> Y }", "X M Y", "M", WRT_DESIGN_FRONTDOOR, false});
    assert_int_equal(a.status, WRT_OK);
    release(&a);
    assert_refused(&(question){"dag { X -> M -> Y; X -> Y; X <-> Y }", "X M Y", "M",
                               WRT_DESIGN_FRONTDOOR, false},
                   WRT_E_INPUT, "refuses these mediators");
    a = ask(
        &(question){"dag { W -> X -> Y; X <-> Y }", "W X Y", "W", WRT_DESIGN_INSTRUMENT, false});
    assert_int_equal(a.status, WRT_OK);
    release(&a);
    assert_refused(&(question){"dag { W -> X -> Y; X <-> Y; W -> Y }", "W X Y", "W",
                               WRT_DESIGN_INSTRUMENT, false},
                   WRT_E_INPUT, "refuses W as an instrument");
}

static void no_causal_path_is_an_answer(void **state) {
    (void)state;
    answer a = ask(&(question){"dag { Z -> X; Z -> Y }", "X Y Z", "", WRT_DESIGN_ADJUSTMENT, true});
    assert_int_equal(a.status, WRT_OK);
    assert_string_equal(a.names, "Z");
    assert_string_equal(wrt_json_get_text(a.found.basis, "verdict", ""), "no_causal_path");
    release(&a);
}

static void a_treatment_that_is_no_node_is_named(void **state) {
    (void)state;
    assert_refused(&(question){"dag { A -> Y }", "X Y A", "", WRT_DESIGN_ADJUSTMENT, true},
                   WRT_E_INPUT, "X");
    assert_refused(&(question){"dag { X -> Y }", "X", "", WRT_DESIGN_ADJUSTMENT, true}, WRT_E_INPUT,
                   "outcome \"Y\"");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_set_of_lowest_variance_is_chosen_when_all_is_measured),
        cmocka_unit_test(a_node_without_a_column_is_not_adjusted_for),
        cmocka_unit_test(an_unidentified_effect_is_refused_with_what_would_do),
        cmocka_unit_test(a_descendant_of_the_outcome_is_refused_as_a_covariate),
        cmocka_unit_test(a_valid_given_set_is_kept_sorted),
        cmocka_unit_test(mediators_and_instruments_are_judged),
        cmocka_unit_test(no_causal_path_is_an_answer),
        cmocka_unit_test(a_treatment_that_is_no_node_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
