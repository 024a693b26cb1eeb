/* test_formats.c: Bayesian networks in BIF, and the configuration of the authors of SD-SCM.
 *
 * What the networks of bnlearn's repository must come to is what that repository publishes of them:
 * nodes, arcs and free parameters (https://www.bnlearn.com/bnrepository/). */
#include "base/file.h"
#include "scm/formats/authors.h"
#include "scm/formats/bif.h"
#include "scm/load.h"
#include "scm/rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static wrt_scm *read_bif(const char *text, wrt_status want, wrt_err *err) {
    wrt_scm *scm = NULL;
    assert_int_equal(wrt_scm_read_bif(&scm, NULL, wrt_str_of(text), err), want);
    return scm;
}

static const wrt_scm_variable *named(const wrt_scm *scm, const char *name) {
    size_t index = 0;
    assert_int_equal(wrt_scm_find(&index, scm, name, NULL), WRT_OK);
    return wrt_scm_variable_at(scm, index);
}

/* A child with two parents, its block before its parents' in the file. */
#define HEAD                                                                                       \
    "network \"two words\" { property author x y; } // a comment\n"                                \
    "variable a { type discrete [ 2 ] { yes, no }; property position = (1, 2); }\n"                \
    "variable b { type discrete[3] { \"x y\", m, l }; }\n"                                         \
    "variable c { type discrete [ 2 ] { 0, 1 }; }\n"                                               \
    "probability ( a ) { table 0.25, 0.75; }\n"                                                    \
    "probability ( b ) { table 0.2 0.3 0.5; } /* long */\n"

static void bif_tables_are_read_in_either_form(void **state) {
    (void)state;
    /* P(c=0 | a, b), a slow, b fast: 0.1 0.2 0.3 | 0.4 0.5 0.6 */
    static const char *const forms[] = {
        HEAD "probability ( c | a, b ) { (yes, \"x y\") 0.1, 0.9; (yes, m) 0.2, 0.8; (yes, l) "
             "0.3, 0.7; (no, \"x y\") 0.4, 0.6; (no, l) 0.6, 0.4; (no, m) 0.5, 0.5; }",
        HEAD "probability ( c | a, b ) { table 0.1 0.2 0.3 0.4 0.5 0.6 0.9 0.8 0.7 0.6 0.5 0.4; }",
        HEAD "probability ( c | a, b ) { default 0.5, 0.5; property p; (yes, l) 0.3 0.7; (yes, m) "
             "0.2, 0.8; (no, l) 0.6, 0.4; (no, \"x y\") 4e-1, .6; (yes, \"x y\") 0.1, 0.9; }",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        wrt_scm *scm = read_bif(forms[i], WRT_OK, NULL);
        const wrt_scm_variable *c = named(scm, "c");
        assert_string_equal(wrt_scm_name(scm), "two words");
        assert_int_equal(c->n_parents, 2);
        assert_string_equal(named(scm, "b")->values[0], "x y");
        for (size_t row = 0; row < 6; row++)
            assert_true(fabs(c->table[row * 2] - 0.1 * (double)(row + 1)) < 1e-15);
        assert_false(wrt_scm_is_model_implied(scm));
        wrt_scm_free(scm);
    }
}

static void bif_errors_name_line_and_thing(void **state) {
    (void)state;
    static const struct {
        const char *text, *word;
    } cases[] = {
        {"network x { }", "must list"},
        {"variable a { type discrete [ 2 ] { y, n }; ", "line 1: the BIF text ends"},
        {"variable a { type discrete [ 3 ] { y, n }; }", "announced"},
        {"variable a { }", "no type"},
        {"variable a { type discrete [ 2 ] { y, y }; }", "repeated"},
        {"variable a { type discrete [ 2 ] { y, n }; }\nvariable a { type discrete [ 2 ] { y, n }; "
         "}",
         "line 2: variable names must be present and unique"},
        {"variable a { type discrete [ 2 ] { y, n }; }", "no probability block"},
        {HEAD "probability ( c | d ) { }", "found 'd' where a variable declared before"},
        {HEAD "probability ( c | a ) { (yes) 0.1, 0.9; }", "no default"},
        {HEAD "probability ( c | a ) { (yes) 0.1, 0.9; (yes) 0.1, 0.9; }", "repeated"},
        {HEAD "probability ( c | a ) { (maybe) 0.1, 0.9; }", "found 'maybe'"},
        {HEAD "probability ( c ) { table 0.1, 0.8, 0.1; }", "more numbers"},
        {HEAD "probability ( c ) { table 0.1; }", "found ';' where a probability"},
        {HEAD "probability ( c ) { table 0.1, 0.8; }", "sums to 0.9"},
        {HEAD "probability ( c ) { table -0.1, 1.1; }", "[0, 1]"},
        {HEAD "probability ( c ) { table nan, 1; }", "found 'nan'"},
        {HEAD "probability ( c | c ) { default 0.5, 0.5; }", "a cycle: c <- c"},
        {HEAD "probability ( c | a, a ) { default 0.5, 0.5; }", "\"a\" is repeated"},
        {HEAD "probability ( a ) { table 0.5, 0.5; }", "second probability block"},
        {"variable p { type discrete [ 2 ] { y, n }; } variable c { type discrete [ 2 ] { y, n }; }"
         "probability ( p ) { table 0.5, 0.5; } probability ( c | p ) { default 0.5, 0.5; }",
         "rename the parent"},
        {HEAD "/* open", "ends where"},
        {HEAD "probability ( c ) { table 0.5, 0.5; } \xff", "UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_err err = {0};
        assert_null(read_bif(cases[i].text, WRT_E_INPUT, &err));
        if (strstr(err.message, cases[i].word) == NULL)
            fail_msg("case %zu: \"%s\" lacks \"%s\"", i, err.message, cases[i].word);
    }
}

/* ---- round trips */

/* A default row of a few bytes stands for a table of 97336 * 64 numbers; six of them are too many.
 */
static void bif_cannot_ask_for_tables_without_end(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(1 << 20);
    wrt_err err = {0};
    for (int v = 0; v < 9; v++) {
        int k = v < 3 ? 46 : 64;
        wrt_buf_printf(&text, "variable v%d { type discrete [ %d ] { ", v, k);
        for (int i = 0; i < k; i++)
            wrt_buf_printf(&text, "%s%d", i > 0 ? ", " : "", i);
        wrt_buf_printf(&text, " }; }\n");
    }
    for (int v = 3; v < 9; v++) {
        wrt_buf_printf(&text, "probability ( v%d | v0, v1, v2 ) { default ", v);
        for (int i = 0; i < 64; i++)
            wrt_buf_printf(&text, "%s0.015625", i > 0 ? ", " : "");
        wrt_buf_printf(&text, "; }\n");
    }
    assert_null(read_bif(wrt_buf_str(&text).ptr, WRT_E_LIMIT, &err));
    assert_non_null(strstr(err.message, "\"v8\""));
    wrt_buf_free(&text);
}

static void assert_same_model(const wrt_scm *a, const wrt_scm *b) {
    assert_int_equal(wrt_scm_count(a), wrt_scm_count(b));
    for (size_t i = 0; i < wrt_scm_count(a); i++) {
        const wrt_scm_variable *x = wrt_scm_variable_at(a, i), *y = named(b, x->name);
        uint64_t rows = 0;
        assert_int_equal(x->n_values, y->n_values);
        assert_int_equal(x->n_parents, y->n_parents);
        for (size_t k = 0; k < x->n_values; k++)
            assert_string_equal(x->values[k], y->values[k]);
        for (size_t j = 0; j < x->n_parents; j++)
            assert_string_equal(wrt_scm_variable_at(a, x->parents[j])->name,
                                wrt_scm_variable_at(b, y->parents[j])->name);
        assert_int_equal(wrt_scm_row_count(&rows, a, i, NULL), WRT_OK);
        assert_memory_equal(x->table, y->table, (size_t)rows * x->n_values * sizeof *x->table);
    }
}

static void check_round_trips(const wrt_scm *scm) {
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_scm *again = NULL;
    wrt_err err = {0};
    assert_int_equal(wrt_scm_write_bif(&text, scm, NULL), WRT_OK);
    if (wrt_scm_read_bif(&again, NULL, wrt_buf_str(&text), &err) != WRT_OK)
        fail_msg("%s", err.message);
    assert_same_model(scm, again);
    wrt_scm_free(again);
    wrt_json *document = wrt_scm_to_json(scm);
    if (wrt_scm_parse(&again, document, &err) != WRT_OK)
        fail_msg("%s", err.message);
    assert_same_model(scm, again);
    wrt_scm_free(again);
    wrt_json_free(document);
    wrt_buf_free(&text);
}

static void bif_and_json_round_trips_keep_every_bit(void **state) {
    (void)state;
    wrt_scm *scm = read_bif(HEAD "probability ( c | b, a ) { default 0.3, 0.7; (m, no) 0.1, 0.9; }",
                            WRT_OK, NULL);
    check_round_trips(scm);
    wrt_scm_free(scm);
}

static const struct {
    const char *name;
    size_t nodes, arcs, parameters;
} networks[] = {
    {"alarm", 37, 46, 509},       {"andes", 223, 338, 1157}, {"asia", 8, 8, 18},
    {"cancer", 5, 4, 10},         {"child", 20, 25, 230},    {"earthquake", 5, 4, 10},
    {"hailfinder", 56, 66, 2656}, {"hepar2", 70, 123, 1453}, {"insurance", 27, 52, 1008},
    {"link", 724, 1125, 14211},   {"pigs", 441, 592, 5618},  {"sachs", 11, 17, 178},
    {"survey", 6, 6, 21},         {"water", 32, 66, 10083},  {"win95pts", 76, 112, 574},
};

static void check_network(const char *folder, size_t i) {
    wrt_scm *scm = NULL;
    wrt_json *notes = NULL;
    wrt_err err = {0};
    size_t arcs = 0, parameters = 0;
    wrt_buf path = wrt_buf_make(4096);
    wrt_buf_printf(&path, "%s/data/scm/bif/%s.bif.gz", folder, networks[i].name);
    if (wrt_scm_load(&scm, &notes, path.ptr, &err) != WRT_OK)
        fail_msg("%s", err.message);
    for (size_t v = 0; v < wrt_scm_count(scm); v++) {
        uint64_t rows = 0;
        assert_int_equal(wrt_scm_row_count(&rows, scm, v, NULL), WRT_OK);
        arcs += wrt_scm_variable_at(scm, v)->n_parents;
        parameters += (size_t)rows * (wrt_scm_variable_at(scm, v)->n_values - 1);
    }
    WRT_JSON_EACH(note, notes)
    print_message("%s: %s\n", networks[i].name, wrt_json_text(note));
    print_message("%s: %zu nodes, %zu arcs, %zu parameters\n", networks[i].name, wrt_scm_count(scm),
                  arcs, parameters);
    assert_int_equal(wrt_scm_count(scm), networks[i].nodes);
    assert_int_equal(arcs, networks[i].arcs);
    assert_int_equal(parameters, networks[i].parameters);
    check_round_trips(scm);
    wrt_buf_free(&path);
    wrt_json_free(notes);
    wrt_scm_free(scm);
}

static void published_networks_come_to_their_published_size(void **state) {
    (void)state;
    const char *folder = getenv("WARRANT_SHARED");
    folder = folder != NULL ? folder : TEST_SOURCE_DIR "/../shared";
    char *probe = wrt_path_join(folder, "data/scm/bif/asia.bif.gz");
    bool there = wrt_file_exists(probe);
    free(probe);
    if (!there) {
        print_message("SKIPPED: no networks in WARRANT_SHARED (%s)\n", folder);
        skip();
    }
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        check_network(folder, i);
}

/* ---- the authors' configuration */

#define ITEM(name, parents, choice, pairs)                                                         \
    "{\"variable_name\":\"" name "\",\"candidate_set\":[\"low\",\"high\",\"very high\"],"          \
    "\"parent_indices\":" parents ",\"intervention_choice\":" choice ","                           \
    "\"exogenous\":true,\"possible_prefix_suffix_pairs\":" pairs "}"
#define CONFIG(items)                                                                              \
    "{\"setup_sequence_sample_space\":[" items "],\"index_of_intervention\":0,"                    \
    "\"intervention_choices\":[0,1],\"index_of_outcome\":1,\"possible_outcome_choices\":[0,1,2]}"

static void authors_configuration_becomes_a_model(void **state) {
    (void)state;
    static const char text[] = CONFIG(ITEM(
        "dose", "null", "\"uniform\"",
        "[[\"The dose is \",\" .\"],[\"Dose: \",\".\"]]") "," ITEM("pain", "[0]", "null",
                                                                   "[[\" The pain is \",\" now. "
                                                                   "\"]]") "," ITEM("mood", "[1,0]",
                                                                                    "2",
                                                                                    "[[\"\",\" is "
                                                                                    "the "
                                                                                    "mood.\"]]"));
    wrt_scm *scm = NULL;
    wrt_json *notes = NULL;
    size_t index = 9;
    assert_int_equal(wrt_scm_load_text(&scm, &notes, WRT_STR(text), NULL), WRT_OK);
    const wrt_scm_variable *dose = named(scm, "dose"), *pain = named(scm, "pain");
    assert_int_equal(dose->n_phrasings, 2);
    assert_string_equal(dose->role, "exogenous");
    assert_true(fabs(dose->table[1] - 1.0 / 3.0) < 1e-15);
    assert_null(pain->table);
    assert_string_equal(pain->phrasings[0].before, "The pain is ");
    assert_string_equal(pain->phrasings[0].after, " now.");
    assert_int_equal(wrt_json_count(notes), 1);
    assert_non_null(strstr(wrt_json_text(wrt_json_at(notes, 0)), "2 texts lost blanks"));
    const wrt_scm_variable *mood = named(scm, "mood");
    for (size_t i = 0; i < 27; i++)
        assert_true(mood->table[i] == (i % 3 == 2 ? 1.0 : 0.0));
    assert_string_equal(wrt_scm_variable_at(scm, mood->parents[0])->name, "pain");
    assert_true(wrt_scm_treatment(&index, scm) && index == 0);
    assert_true(wrt_scm_outcome(&index, scm) && index == 1);
    wrt_json_free(notes);
    wrt_scm_free(scm);
}

static void authors_configuration_is_refused_when_it_is_wrong(void **state) {
    (void)state;
    static const struct {
        const char *text, *word;
    } cases[] = {
        {CONFIG(ITEM("a", "[0]", "null", "[[\"x \",\".\"]]")), "more parents"},
        {CONFIG(ITEM("a", "null", "null", "[[\"x \",\".\"]]") "," ITEM("b", "[1]", "null",
                                                                       "[[\"y \","
                                                                       "\".\"]]")),
         "variable before it"},
        {CONFIG(ITEM("a", "null", "3", "[[\"x \",\".\"]]")), "intervention_choice"},
        {CONFIG(ITEM("a", "null", "\"other\"", "[[\"x \",\".\"]]")), "intervention_choice"},
        {CONFIG(ITEM("a", "null", "null", "[[\"x \"]]")), "[prefix, suffix]"},
        {CONFIG(ITEM("a", "null", "null", "[]")), "1 to 1024 pairs"},
        {CONFIG(ITEM("a", "null", "null", "[[\"x \",\".\"]]")), "index_of_outcome"},
        {CONFIG(""), "index of a variable"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_err err = {0};
        wrt_scm *scm = NULL;
        assert_int_equal(wrt_scm_load_text(&scm, NULL, wrt_str_of(cases[i].text), &err),
                         WRT_E_INPUT);
        if (strstr(err.message, cases[i].word) == NULL)
            fail_msg("case %zu: \"%s\" lacks \"%s\"", i, err.message, cases[i].word);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bif_tables_are_read_in_either_form),
        cmocka_unit_test(bif_errors_name_line_and_thing),
        cmocka_unit_test(bif_cannot_ask_for_tables_without_end),
        cmocka_unit_test(bif_and_json_round_trips_keep_every_bit),
        cmocka_unit_test(published_networks_come_to_their_published_size),
        cmocka_unit_test(authors_configuration_becomes_a_model),
        cmocka_unit_test(authors_configuration_is_refused_when_it_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
