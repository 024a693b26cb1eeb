/* BIF: the structure of a Bayesian network, read and written. */
#include "support.h"

#include <stdio.h>

static char *dagitty_of(const char *text) {
    wrt_graph *graph = graph_of(text);
    wrt_buf out = wrt_buf_make(WRT_KIB(64));
    wrt_graph_to_dagitty(&out, graph);
    wrt_graph_free(graph);
    return wrt_buf_take(&out);
}

static void bif_is_read_without_its_numbers(void **state) {
    (void)state;
    char *read = dagitty_of(
        "// a comment\nnetwork grass { property \"a } in quotes\"; }\n"
        "variable Rain { type discrete [ 2 ] { no, yes }; }\n"
        "variable \"Wet grass\" { type discrete [ 2 ] { no, yes }; }\n"
        "variable IL-6 { type discrete [ 2 ] { no, yes }; }\n"
        "probability ( Rain ) { table 0.8, 0.2; }\n"
        "probability ( IL-6 | Rain ) { (no) 0.6, 0.4; (yes) 0.99, 0.01; }\n"
        "/* two\nlines */ probability ( \"Wet grass\" | Rain, IL-6 ) { default 0.5, 0.5; }\n");
    char *wanted =
        dagitty_of("dag { Rain; \"Wet grass\"; IL-6; Rain -> IL-6; Rain -> \"Wet grass\"; "
                   "IL-6 -> \"Wet grass\" }");
    assert_string_equal(read, wanted);
    free(read);
    free(wanted);
}

static void bif_names_what_is_wrong(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"network { }\nvariable A { }\nprobability ( A | C ) { }",
         "line 3: 'C' is no variable declared before; add 'variable C { }'"},
        {"network { }\nvariable A { }\nvariable A { }", "line 3: variable 'A' is declared twice"},
        {"network { }\nvariable A { }\nprobability ( A ) { }\nprobability ( A ) { }",
         "line 4: a second probability block for 'A'"},
        {"network { }\nvariable A { type", "line 2: this block of BIF text does not end"},
        {"network { }\nvariable A { }\nprobability ( A | A ) { }", "'A' -> 'A'"},
        {"network { }\ngraph A { }", "line 2: found 'graph' where network, variable or probability "
                                     "is expected"},
        {"network { } variable A { } probability ( A",
         "line 1: the BIF text ends where ',' or ')' is expected"},
        {"network { }\n/* never",
         "line 2: the BIF text ends where the end of a comment or quote is "
         "expected"},
        {"network { }\nvariable A { } variable B { }\nprobability ( A | B ); probability ( B | A "
         ");",
         "cycle"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *error = graph_error(cases[i].text, WRT_E_INPUT);
        if (i != 4 && strstr(error, cases[i].message) == NULL)
            fail_msg("%s", error);
    }
}

static void bif_is_written_and_reads_back(void **state) {
    (void)state;
    wrt_graph *graph = graph_of("dag { \"a b\" -> c; c -> \"x,y\"; \"a b\" -> \"x,y\"; d }");
    wrt_buf text = wrt_buf_make(WRT_KIB(4)), plain = wrt_buf_make(WRT_KIB(4));
    assert_int_equal(wrt_graph_to_bif(&text, graph, NULL), WRT_OK);
    assert_non_null(strstr(text.ptr, "probability ( \"x,y\" | \"a b\", c ) {\n}\n"));
    wrt_graph_to_dagitty(&plain, graph);
    char *again = dagitty_of(text.ptr);
    assert_string_equal(again, plain.ptr);
    free(again);
    wrt_buf_free(&text);
    wrt_buf_free(&plain);
    wrt_graph_free(graph);
}

static void bif_refuses_what_it_cannot_say(void **state) {
    (void)state;
    static const char *const graphs[][2] = {{"dag { X <-> Y }", "'X' has a '<->' edge"},
                                            {"dag { U [latent]; U -> X }", "'U' is latent"},
                                            {"dag { \"a\\\"b\" -> X }", "has a quote in its name"}};
    for (size_t i = 0; i < sizeof graphs / sizeof *graphs; i++) {
        wrt_graph *graph = graph_of(graphs[i][0]);
        wrt_buf text = wrt_buf_make(WRT_KIB(4));
        wrt_err err = {0};
        assert_int_equal(wrt_graph_to_bif(&text, graph, &err), WRT_E_UNSUPPORTED);
        assert_non_null(strstr(err.message, graphs[i][1]));
        assert_int_equal(text.len, 0);
        wrt_graph_free(graph);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bif_is_read_without_its_numbers),
        cmocka_unit_test(bif_names_what_is_wrong),
        cmocka_unit_test(bif_is_written_and_reads_back),
        cmocka_unit_test(bif_refuses_what_it_cannot_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
