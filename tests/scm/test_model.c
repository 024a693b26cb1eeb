/* test_model.c: what a *.scm.json may hold, what is refused, and the texts that come of it. */
#include "scm/mechanism/phrasing.h"
#include "scm/mechanism/prompt.h"
#include "scm/mechanism/rules.h"
#include "scm/model.h"
#include "scm/rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static wrt_scm *load(const char *text, wrt_status want, wrt_err *err) {
    wrt_json *document = NULL;
    wrt_scm *scm = NULL;
    if (wrt_json_parse(&document, wrt_str_of(text), err) != WRT_OK)
        fail_msg("%s", err != NULL ? err->message : "?");
    wrt_status status = wrt_scm_parse(&scm, document, err);
    if (status != want)
        fail_msg("status %d: %s", status, err != NULL ? err->message : "?");
    wrt_json_free(document);
    return scm;
}

/* The example of CONTRACTS.md with an outcome: a table in the middle, no phrases beside it. */
static const char dosing[] =
    "{\"schema\":\"warrant/scm/1\",\"name\":\"dosing\",\"about\":\"A made-up model.\","
    "\"intro\":\"Notes.\\n\",\"scoring\":{\"rule\":\"mean\",\"temperature\":0.5},\"variables\":["
    "{\"name\":\"relapse\",\"values\":[\"no\",\"yes\"],\"parents\":[\"dose\",\"age\",\"kidney\"],"
    "\"phrases\":[{\"before\":\"Relapse: \",\"after\":\".\"},{\"before\":\"\",\"after\":\" relapse "
    "was seen.\"},{\"before\":\"stage-\",\"after\":\";\"}]},"
    "{\"name\":\"age\",\"role\":\"exogenous\",\"values\":[\"40\",\"60\"],\"ordinal\":true,"
    "\"parents\":[],\"phrases\":[{\"before\":\"The patient is \",\"after\":\" years old.\"},"
    "{\"before\":\"Age: \",\"after\":\".\"}]},"
    "{\"name\":\"dose\",\"role\":\"endogenous\",\"values\":[\"standard\",\"halved\"],\"parents\":"
    "[\"kidney\",\"age\"],\"phrases\":[{\"before\":\"The dose was  \",\"after\":\".\"}]},"
    "{\"name\":\"kidney\",\"role\":\"hidden\",\"values\":[\"normal\",\"impaired\"],\"parents\":"
    "[\"age\"],\"cpt\":{\"rows\":[{\"age\":\"40\",\"p\":[0.95,0.05]},{\"age\":\"60\",\"p\":[0.8,0."
    "2]}]"
    "}}],\"treatment\":\"dose\",\"outcome\":\"relapse\"}";

static void model_keeps_all_that_the_file_says(void **state) {
    (void)state;
    wrt_err err = {0};
    wrt_scm *scm = load(dosing, WRT_OK, &err);
    static const char *const order[] = {"age", "kidney", "dose", "relapse"};
    size_t index = 0;
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(wrt_scm_variable_at(scm, i)->name, order[i]);
    assert_string_equal(wrt_scm_about(scm), "A made-up model.");
    assert_string_equal(wrt_scm_intro(scm), "Notes.\n");
    assert_int_equal(wrt_scm_scoring_of(scm).rule, WRT_SCM_MEAN);
    assert_true(wrt_scm_scoring_of(scm).temperature == 0.5);
    assert_true(wrt_scm_variable_at(scm, 0)->is_ordinal);
    assert_string_equal(wrt_scm_variable_at(scm, 1)->role, "hidden");
    assert_true(wrt_scm_treatment(&index, scm) && index == 2);
    assert_true(wrt_scm_outcome(&index, scm) && index == 3);
    assert_true(wrt_scm_needs_model(scm) && wrt_scm_is_model_implied(scm));
    assert_null(wrt_scm_origin(scm));
    wrt_json *facts = wrt_scm_describe(scm);
    /* age 1, dose 2*2, relapse 2*2*2 contexts of two values each; 2 * 3 ways to say it */
    assert_int_equal(wrt_json_get_int(facts, "contexts", 0), 13);
    assert_int_equal(wrt_json_get_int(facts, "scores", 0), 26);
    assert_int_equal(wrt_json_get_int(facts, "phrasings", 0), 6);
    wrt_json_free(facts);
    wrt_json *again = wrt_scm_to_json(scm);
    wrt_scm *copy = NULL;
    assert_int_equal(wrt_scm_parse(&copy, again, NULL), WRT_OK);
    wrt_json *third = wrt_scm_to_json(copy);
    assert_true(wrt_json_equal(again, third));
    wrt_json_free(third);
    wrt_json_free(again);
    wrt_scm_free(copy);
    wrt_scm_free(scm);
}

#define MODEL(head, variables)                                                                     \
    "{\"schema\":\"warrant/scm/1\"," head "\"variables\":[" variables "]}"
#define SAID(name, values, parents, phrases)                                                       \
    "{\"name\":\"" name "\",\"values\":" values ",\"parents\":" parents ",\"phrases\":" phrases "}"
#define NO_YES "[\"no\",\"yes\"]"
#define PLAIN  "[{\"before\":\"It is \",\"after\":\".\"}]"

static void model_refuses_what_would_mislead(void **state) {
    (void)state;
    static const struct {
        const char *text, *word;
    } cases[] = {
        {MODEL("", SAID("a", NO_YES, "[]", "[]")), "1 to 1024 phrasings"},
        {MODEL("", SAID("a", NO_YES, "[]", "[{}]")), "phrasing 0 is empty"},
        {MODEL("", SAID("a", NO_YES, "[]", "[{\"before\":\"x \",\"afer\":\".\"}]")),
         "unknown member \"afer\""},
        {MODEL("", SAID("a", NO_YES, "[]", "[{\"before\":\" x \",\"after\":\".\"}]")), "blank"},
        {MODEL("", SAID("a", NO_YES, "[]", "[{\"before\":\"x \",\"after\":\". \"}]")), "blank"},
        {MODEL("", SAID("a", NO_YES, "[]", "[{\"before\":\"\",\"after\":\" it is.\"}]")),
         "nothing to continue"},
        {MODEL("", SAID("a", "[\"no\",\"not\"]", "[]", "[{\"before\":\"x \"}]")),
         "the value \"no\" begins \"not\"; give every"},
        {MODEL("", SAID("a", "[\"a\",\"ab\"]", "[]", "[{\"before\":\"x \",\"after\":\"b\"}]")),
         "\"a\" begins \"ab\""},
        {MODEL("\"scoring\":{\"rule\":\"sum_value\"},", SAID("a", "[\"no\",\"not\"]", "[]", PLAIN)),
         "use rule sum"},
        {MODEL("\"scoring\":{\"rule\":\"product\"},", SAID("a", NO_YES, "[]", PLAIN)),
         "there are: sum, sum_value"},
        {MODEL("\"scoring\":{\"temperature\":0},", SAID("a", NO_YES, "[]", PLAIN)), "temperature"},
        {MODEL("\"scoring\":{\"temp\":1},", SAID("a", NO_YES, "[]", PLAIN)), "unknown member"},
        {MODEL("\"outcome\":\"b\",", SAID("a", NO_YES, "[]", PLAIN)),
         "\"outcome\": variable \"b\""},
        {MODEL("\"extra\":1,", SAID("a", NO_YES, "[]", PLAIN)), "unknown member \"extra\""},
        {MODEL("\"intro\":7,", SAID("a", NO_YES, "[]", PLAIN)), "\"intro\" must be a text"},
        {MODEL("", SAID("a", "[\"no \",\"yes\"]", "[]", PLAIN)), "has a blank at an end"},
        {MODEL("", SAID("a", "[\"\",\"yes\"]", "[]", PLAIN)), "is empty"},
        {MODEL("", SAID("a", NO_YES, "[]", PLAIN) "," SAID("b", NO_YES, "[\"a\",\"a\"]", PLAIN)),
         "the parent \"a\" is repeated"},
        {MODEL("", SAID("a", NO_YES, "[\"c\"]", PLAIN) "," SAID(
                       "b", NO_YES, "[\"a\"]", PLAIN) "," SAID("c", NO_YES, "[\"b\"]", PLAIN)),
         "a <- c <- b <- a"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_err err = {0};
        assert_null(load(cases[i].text, WRT_E_INPUT, &err));
        if (strstr(err.message, cases[i].word) == NULL)
            fail_msg("case %zu: \"%s\" lacks \"%s\"", i, err.message, cases[i].word);
    }
}

/* ---- rows */

static void rows_are_numbered_with_the_last_parent_fastest(void **state) {
    (void)state;
    wrt_scm *scm = load(dosing, WRT_OK, NULL);
    uint64_t rows = 0;
    assert_int_equal(wrt_scm_row_count(&rows, scm, 3, NULL), WRT_OK);
    assert_int_equal(rows, 8);
    /* relapse's parents: dose, age, kidney; the unit is age, kidney, dose, relapse */
    for (uint64_t number = 0; number < 8; number++) {
        uint8_t values[3], unit[4] = {0};
        wrt_scm_row_values(values, scm, 3, number);
        assert_int_equal(number, values[0] * 4 + values[1] * 2 + values[2]);
        unit[2] = values[0];
        unit[0] = values[1];
        unit[1] = values[2];
        assert_int_equal(wrt_scm_row_of(scm, 3, unit), number);
    }
    double row[4];
    const uint64_t numbers[] = {1, 0}, beyond[] = {2};
    wrt_err err = {0};
    wrt_scm_rows tables = wrt_scm_rows_of_tables(scm);
    assert_int_equal(tables.ask(row, tables.ctx, 1, numbers, 2, NULL), WRT_OK);
    assert_true(row[0] == 0.8 && row[3] == 0.05);
    assert_int_equal(tables.ask(row, tables.ctx, 1, beyond, 1, &err), WRT_E_INPUT);
    assert_int_equal(tables.ask(row, tables.ctx, 0, beyond + 1 - 1, 0, &err), WRT_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "\"age\" has phrases"));
    wrt_scm_free(scm);
}

/* ---- texts */

static void expect_prompt(const wrt_scm *scm, const wrt_scm_ask *ask, const char *text,
                          const char *first, const char *second) {
    wrt_arena *arena = wrt_arena_new();
    wrt_scm_prompt prompt;
    wrt_err err = {0};
    if (wrt_scm_prompt_make(&prompt, arena, scm, ask, &err) != WRT_OK)
        fail_msg("%s", err.message);
    assert_string_equal(prompt.text.ptr, text);
    assert_int_equal(prompt.n, 2);
    assert_string_equal(prompt.candidates[0].ptr, first);
    assert_string_equal(prompt.candidates[1].ptr, second);
    wrt_arena_free(arena);
}

static void prompt_puts_blanks_on_the_side_of_the_value(void **state) {
    (void)state;
    wrt_scm *scm = load(dosing, WRT_OK, NULL);
    size_t phrasings[4] = {0};
    const uint8_t dose[] = {1, 1}, relapse[] = {0, 1, 0}; /* in the order of their parents */
    wrt_scm_ask ask = {.phrasings = phrasings, .variable = 0, .values = dose, .rule = WRT_SCM_SUM};
    /* an intro that ends in white space is not followed by a blank */
    expect_prompt(scm, &ask, "Notes.\nThe patient is", " 40 years old.", " 60 years old.");
    ask.variable = 2;
    /* parents in causal order, a table without phrases by its name, both blanks moved */
    expect_prompt(scm, &ask, "Notes.\nThe patient is 60 years old. kidney: impaired. The dose was",
                  "  standard.", "  halved.");
    ask.rule = WRT_SCM_SUM_VALUE;
    expect_prompt(scm, &ask, "Notes.\nThe patient is 60 years old. kidney: impaired. The dose was",
                  "  standard", "  halved");
    ask.rule = WRT_SCM_REFERENCE;
    expect_prompt(scm, &ask,
                  "Notes.\n The patient is 60 years old. kidney: impaired. The dose was  ",
                  "standard", "halved");
    ask = (wrt_scm_ask){
        .phrasings = phrasings, .variable = 3, .values = relapse, .rule = WRT_SCM_MEAN};
    phrasings[0] = 1;
    phrasings[3] = 1;
    /* nothing before the value: the joint itself is its blank */
    expect_prompt(scm, &ask, "Notes.\nAge: 60. kidney: normal. The dose was  standard.",
                  " no relapse was seen.", " yes relapse was seen.");
    phrasings[3] = 2;
    expect_prompt(scm, &ask, "Notes.\nAge: 60. kidney: normal. The dose was  standard. stage-",
                  "no;", "yes;");
    ask.rule = WRT_SCM_PMI;
    ask.values = NULL;
    expect_prompt(scm, &ask, "Notes.\nstage-", "no;", "yes;");
    wrt_scm_free(scm);
}

/* ---- phrasings */

static wrt_status choose(size_t out[4], const wrt_scm *scm, const char *text, wrt_err *err) {
    wrt_json *given = NULL;
    assert_int_equal(wrt_json_parse(&given, wrt_str_of(text), NULL), WRT_OK);
    wrt_status status = wrt_scm_phrasing_choose(out, scm, given, 7, 0, err);
    wrt_json_free(given);
    return status;
}

static void pmi_needs_every_value_without_the_parents(void **state) {
    (void)state;
    const wrt_str candidates[] = {wrt_str_of("a"), wrt_str_of("b")};
    const wrt_scm_prompt prompt = {.candidates = candidates, .n = 2};
    const wrt_scm_scoring scoring = {.rule = WRT_SCM_PMI, .temperature = 1.0};
    const wrt_llm_score scores[] = {{.log_p = log(0.5)}, {.log_p = -(double)INFINITY}};
    wrt_llm_score base[] = {{.log_p = log(0.25)}, {.log_p = log(0.25)}};
    const wrt_scm_scored scored = {&scoring, &prompt, scores, base};
    double row[2], mass = 0.0;
    wrt_err err = {0};
    assert_int_equal(wrt_scm_rule_apply(row, &mass, &scored, NULL), WRT_OK);
    assert_true(row[0] == 1.0 && row[1] == 0.0 && mass == 0.5);
    base[1].log_p = -(double)INFINITY;
    assert_int_equal(wrt_scm_rule_apply(row, &mass, &scored, &err), WRT_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "cannot divide by"));
}

static void phrasing_is_an_index_a_list_names_or_a_seed(void **state) {
    (void)state;
    wrt_scm *scm = load(dosing, WRT_OK, NULL);
    size_t at[4] = {9, 9, 9, 9};
    size_t counts[3] = {0};
    wrt_err err = {0};
    assert_int_equal(wrt_scm_phrasing_choose(at, scm, NULL, 0, 0, NULL), WRT_OK);
    assert_true(at[0] == 0 && at[1] == 0 && at[2] == 0 && at[3] == 0);
    assert_int_equal(choose(at, scm, "1", NULL), WRT_OK);
    assert_true(at[0] == 1 && at[1] == 0 && at[2] == 0 && at[3] == 1);
    assert_int_equal(choose(at, scm, "[1,0,0,2]", NULL), WRT_OK);
    assert_true(at[0] == 1 && at[3] == 2);
    assert_int_equal(choose(at, scm, "{\"relapse\":2}", NULL), WRT_OK);
    assert_true(at[0] == 0 && at[3] == 2);
    assert_int_equal(choose(at, scm, "2", &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "\"age\": the phrasing must be an index from 0 to 1"));
    assert_int_equal(choose(at, scm, "[0,0,0]", &err), WRT_E_INPUT);
    assert_int_equal(choose(at, scm, "\"best\"", &err), WRT_E_INPUT);
    assert_int_equal(choose(at, scm, "{\"dose\":0.5}", &err), WRT_E_INPUT);
    wrt_json *seed = wrt_json_new_c("seed");
    for (uint32_t member = 0; member < 3000; member++) {
        size_t again[4];
        assert_int_equal(wrt_scm_phrasing_choose(at, scm, seed, 3, member, NULL), WRT_OK);
        assert_int_equal(wrt_scm_phrasing_choose(again, scm, seed, 3, member, NULL), WRT_OK);
        assert_memory_equal(at, again, sizeof at);
        counts[at[3]]++;
    }
    /* 1000 each are expected; 5 standard deviations are 129 */
    for (size_t i = 0; i < 3; i++)
        assert_in_range(counts[i], 871, 1129);
    wrt_json_free(seed);
    wrt_scm_free(scm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(model_keeps_all_that_the_file_says),
        cmocka_unit_test(model_refuses_what_would_mislead),
        cmocka_unit_test(rows_are_numbered_with_the_last_parent_fastest),
        cmocka_unit_test(prompt_puts_blanks_on_the_side_of_the_value),
        cmocka_unit_test(pmi_needs_every_value_without_the_parents),
        cmocka_unit_test(phrasing_is_an_index_a_list_names_or_a_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
