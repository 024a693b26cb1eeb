/* test_table.c: strict CSV. */
#include "effect/data/table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void table_reads_quotes_and_line_ends(void **state) {
    (void)state;
    static const char *const same[] = {
        "a,b\n1,\"x, \"\"y\"\"\nz\"\n,NA\n",
        "a,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n,NA\r\n",
        /* octal, because a hexadecimal escape would take the "a" in */
        "\357\273\277a,b\n1,\"x, \"\"y\"\"\nz\"\n,NA",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        wrt_table *t = NULL;
        assert_int_equal(wrt_table_parse(&t, "t.csv", wrt_str_of(same[i]), NULL), WRT_OK);
        assert_int_equal(wrt_table_rows(t), 2);
        assert_int_equal(wrt_table_columns(t), 2);
        assert_string_equal(wrt_table_column_name(t, 1), "b");
        const wrt_column *b = wrt_table_column(t, 1);
        assert_int_equal(b->kind, WRT_COLUMN_NOMINAL);
        assert_string_equal(wrt_levels_text(b->levels, (size_t)b->values[0]), "x, \"y\"\nz");
        assert_true(wrt_table_is_missing(t, 1, 0));
        assert_true(wrt_table_is_missing(t, 1, 1));
        wrt_table_free(t);
    }
}

static void table_keeps_empty_last_fields(void **state) {
    (void)state;
    wrt_table *t = NULL;
    assert_int_equal(wrt_table_parse(&t, "t.csv", WRT_STR("a,b\n1,\n2,"), NULL), WRT_OK);
    assert_int_equal(wrt_table_rows(t), 2);
    assert_true(wrt_table_is_missing(t, 1, 1));
    assert_true(wrt_table_column(t, 0)->values[1] == 2);
    wrt_table_free(t);
}

static void table_refuses_malformed_input(void **state) {
    (void)state;
    static const struct {
        const char *text, *word;
    } cases[] = {
        {"", "empty"},
        {"a,b\n1\n", "line 2"},
        {"a,b\n1,2,3\n", "line 2"},
        {"a,b\n\"1,2\n", "never closed"},
        {"a,b\n\"1\"x,2\n", "closing quote"},
        {"a,b\n1\"2,3\n", "quote inside"},
        {"a,a\n1,2\n", "two columns"},
        {"a,\n1,2\n", "no name"},
        {"a\n\xff\n", "UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_table *t = NULL;
        wrt_err err = {0};
        assert_int_equal(wrt_table_parse(&t, "t.csv", wrt_str_of(cases[i].text), &err),
                         WRT_E_INPUT);
        assert_null(t);
        assert_non_null(strstr(err.message, "t.csv"));
        assert_non_null(strstr(err.message, cases[i].word));
    }
}

static void table_numbers_name_the_bad_cell(void **state) {
    (void)state;
    wrt_table *t = NULL;
    wrt_err err = {0};
    double *values = NULL;
    assert_int_equal(wrt_table_parse(&t, "t.csv", WRT_STR("a,b\n1.5,x\nNA,2\n"), NULL), WRT_OK);
    assert_int_equal(wrt_table_numbers(&values, t, 0, NULL), WRT_OK);
    assert_true(values[0] == 1.5 && isnan(values[1]));
    free(values);
    assert_int_equal(wrt_table_numbers(&values, t, 1, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "line 2, column \"b\": \"x\""));
    size_t column = 0;
    assert_int_equal(wrt_table_find(&column, t, "c", &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "a, b"));
    wrt_table_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_reads_quotes_and_line_ends),
        cmocka_unit_test(table_keeps_empty_last_fields),
        cmocka_unit_test(table_refuses_malformed_input),
        cmocka_unit_test(table_numbers_name_the_bad_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
