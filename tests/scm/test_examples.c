/* test_examples.c: the models of examples/scm are read and come to what they are said to come to.
 */
#include "scm/compile.h"
#include "scm/load.h"
#include "scm/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static wrt_scm *load(const char *name) {
    wrt_scm *scm = NULL;
    wrt_err err = {0};
    wrt_buf path = wrt_buf_make(4096);
    wrt_buf_printf(&path, TEST_SOURCE_DIR "/examples/scm/%s.scm.json", name);
    if (wrt_scm_load(&scm, NULL, path.ptr, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_buf_free(&path);
    return scm;
}

/* Numbers of contexts and scores of the complete graph, as published for that shape (Bynum and Cho:
 * 4,057,460 contexts, 12,314,995 scores); of the toys by hand. */
static void examples_need_the_contexts_of_their_graphs(void **state) {
    (void)state;
    static const struct {
        const char *name;
        size_t variables;
        int64_t contexts, scores;
        const char *cheaper; /* at 1000 units */
    } examples[] = {
        {"breast_cancer", 14, 4057460, 12314995, "sample"},
        {"warfarin", 8, 18, 72, "compile"}, /* 3 * 3 * 2 contexts of next_step */
        /* roots 1 + 1 + 1 of 4, 2, 3 values; 4 * 2 and 4 * 3 contexts of two values */
        {"confounder", 5, 23, 49, "compile"},
        /* roots 1 + 1; 2, 2; 3 * 2 contexts of three values */
        {"collider", 5, 12, 32, "compile"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        wrt_scm *scm = load(examples[i].name);
        wrt_scm_cost cost = wrt_scm_cost_of(scm, 1000);
        wrt_json *facts = wrt_scm_describe(scm), *why = wrt_scm_cost_json(&cost);
        size_t index = 0;
        print_message("%s: %s\n", examples[i].name, wrt_json_get_text(why, "why", ""));
        assert_int_equal(wrt_scm_count(scm), examples[i].variables);
        assert_int_equal(wrt_json_get_int(facts, "contexts", 0), examples[i].contexts);
        assert_int_equal(wrt_json_get_int(facts, "scores", 0), examples[i].scores);
        assert_string_equal(wrt_json_get_text(why, "cheaper", ""), examples[i].cheaper);
        assert_true(wrt_scm_treatment(&index, scm) && wrt_scm_outcome(&index, scm));
        wrt_json_free(facts);
        wrt_json_free(why);
        wrt_scm_free(scm);
    }
}

static void illustrative_tables_say_so(void **state) {
    (void)state;
    wrt_scm *scm = load("warfarin");
    assert_non_null(strstr(wrt_scm_about(scm), "ILLUSTRATIVE"));
    assert_non_null(strstr(wrt_scm_name(scm), "illustrative"));
    wrt_scm_free(scm);
}

static void toys_have_no_path_from_treatment_to_outcome(void **state) {
    (void)state;
    static const char *const names[] = {"confounder", "collider"};
    for (size_t i = 0; i < 2; i++) {
        wrt_scm *scm = load(names[i]);
        bool reached[8] = {false};
        size_t treatment = 0, outcome = 0;
        assert_true(wrt_scm_treatment(&treatment, scm) && wrt_scm_outcome(&outcome, scm));
        reached[treatment] = true;
        for (size_t v = 0; v < wrt_scm_count(scm); v++)
            for (size_t j = 0; j < wrt_scm_variable_at(scm, v)->n_parents; j++)
                reached[v] = reached[v] || reached[wrt_scm_variable_at(scm, v)->parents[j]];
        assert_false(reached[outcome]);
        wrt_scm_free(scm);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_need_the_contexts_of_their_graphs),
        cmocka_unit_test(illustrative_tables_say_so),
        cmocka_unit_test(toys_have_no_path_from_treatment_to_outcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
