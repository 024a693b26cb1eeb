/* test_table.c: strict CSV and TSV, kinds of columns, where bytes may come from. */
#include "base/file.h"
#include "effect/data/cell.h"
#include "effect/data/summary.h"
#include "effect/data/table.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static wrt_table *parsed(const char *text, const wrt_table_options *options) {
    wrt_table *t = NULL;
    wrt_err err = {0};
    if (wrt_table_parse_with(&t, "t.csv", wrt_str_of(text), options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return t;
}

static void table_reads_quotes_and_line_ends(void **state) {
    (void)state;
    static const char *const same[] = {
        "a,b\n1,\"x, \"\"y\"\"\nz\"\n,NA\n",
        "a,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n,NA\r\n",
        /* octal, because a hexadecimal escape would take the "a" in */
        "\357\273\277a,b\n1,\"x, \"\"y\"\"\nz\"\n,NA",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        wrt_table *t = parsed(same[i], NULL);
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
    wrt_table *t = parsed("a,b\n1,\n2,", NULL);
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
        {"a,b\n1\n", "line 2: 1 fields"},
        {"a,b\n1,2,3\n", "line 2: 3 fields"},
        {"a,b\n1,2\n\n", "an empty line"},
        {"a,b\n\"1,2\n", "line 2: a quoted field is never closed"},
        {"a,b\n\"1\"x,2\n", "closing quote"},
        {"a,b\n1\"2,3\n", "quote inside"},
        {"a,b\n1,\"x\ny\"\n\"z\"\"\"w,1\n", "line 4: text behind"},
        {"a,a\n1,2\n", "two columns"},
        {"a,\n1,2\n", "no name"},
        {"a\n\xff\n", "line 2: not UTF-8"},
        {"a\n\"\xff\"\n", "line 2: not UTF-8"},
        {"a,b\n1,2\r3,4\n", "lone carriage return"},
        {"a,b\n\"1\",2\r3,4\n", "lone carriage return"},
        {"1,2\n3,4\n", "numbers only"},
        {"a;b\n1;2\n", "semicolons"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_table *t = NULL;
        wrt_err err = {0};
        assert_int_equal(wrt_table_parse(&t, "t.csv", wrt_str_of(cases[i].text), &err),
                         WRT_E_INPUT);
        assert_null(t);
        if (strstr(err.message, "t.csv") == NULL || strstr(err.message, cases[i].word) == NULL)
            fail_msg("case %zu: %s", i, err.message);
    }
    wrt_table *t = NULL;
    assert_int_equal(wrt_table_parse(&t, "t.csv", (wrt_str){"a,b\n1,\0\n", 8}, NULL), WRT_E_INPUT);
    assert_int_equal(wrt_table_parse(&t, "t.csv", (wrt_str){"a,b\n1,\"\0\"\n", 10}, NULL),
                     WRT_E_INPUT);
}

/* A record beyond the cap, and a header beyond its cap, are refused before they are held. */
static void table_caps_records_and_fields(void **state) {
    (void)state;
    wrt_table *t = NULL;
    wrt_err err = {0};
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_buf_add_c(&text, "a,b\n1,\"");
    for (int i = 0; i < 17 * 1024; i++) {
        static char kib[1025];
        memset(kib, 'x', 1024);
        wrt_buf_add_c(&text, kib);
    }
    assert_int_equal(wrt_table_parse(&t, "t.csv", wrt_buf_str(&text), &err), WRT_E_LIMIT);
    assert_non_null(strstr(err.message, "is a quote never closed?"));
    wrt_buf_clear(&text);
    for (int i = 0; i < 5000; i++)
        wrt_buf_printf(&text, "c%d,", i);
    wrt_buf_add_c(&text, "last\n");
    assert_int_equal(wrt_table_parse(&t, "t.csv", wrt_buf_str(&text), &err), WRT_E_LIMIT);
    assert_non_null(strstr(err.message, "more than 4096 fields"));
    wrt_buf_free(&text);
}

/* Four rows of two columns are eight cells; a column that nobody asked for does not count. */
static void table_caps_what_is_held_in_memory(void **state) {
    (void)state;
    static const char *const one[] = {"b"};
    const wrt_str text = WRT_STR("a,b\n1,2\n3,4\n5,6\n7,8\n");
    wrt_table_options o = {.cells_max = 7};
    wrt_table *t = NULL;
    wrt_err err = {0};
    assert_int_equal(wrt_table_parse_with(&t, "t.csv", text, &o, &err), WRT_E_LIMIT);
    assert_non_null(strstr(err.message, "4 rows of 2 columns"));
    assert_null(t);
    o.cells_max = 8;
    assert_int_equal(wrt_table_parse_with(&t, "t.csv", text, &o, &err), WRT_OK);
    wrt_table_free(t);
    o = (wrt_table_options){.cells_max = 4, .columns = one, .n_columns = 1};
    assert_int_equal(wrt_table_parse_with(&t, "t.csv", text, &o, &err), WRT_OK);
    wrt_table_free(t);
}

static void table_numbers_name_the_bad_cell(void **state) {
    (void)state;
    wrt_err err = {0};
    double *values = NULL;
    wrt_table *t = parsed("a,b\n1.5,x\nNA,2\n", NULL);
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

static void table_infers_kinds(void **state) {
    (void)state;
    static const char text[] = "i,r,d,b,n,m,e,big,late\n"
                               "1,1.5,2024-02-29,true,red,1,,9007199254740993,1\n"
                               "-2,3,1969-12-31,FALSE,blue,x,NA,9007199254740992,2\n"
                               " 3 ,1e3,2000-03-01,True,red,2,NaN,1,soon\n";
    static const wrt_column_kind kinds[] = {
        WRT_COLUMN_INTEGER, WRT_COLUMN_REAL,    WRT_COLUMN_DATE,
        WRT_COLUMN_BOOLEAN, WRT_COLUMN_NOMINAL, WRT_COLUMN_NOMINAL,
        WRT_COLUMN_EMPTY,   WRT_COLUMN_NOMINAL, WRT_COLUMN_NOMINAL};
    static const double days[] = {19782, -1, 11017}; /* date -d ... +%s / 86400 */
    wrt_table *t = parsed(text, NULL);
    for (size_t i = 0; i < 9; i++)
        if (wrt_table_column(t, i)->kind != kinds[i])
            fail_msg("column %zu is %s", i, wrt_column_kind_name(wrt_table_column(t, i)->kind));
    for (size_t row = 0; row < 3; row++)
        assert_true(wrt_table_column(t, 2)->values[row] == days[row]);
    assert_true(wrt_table_column(t, 0)->values[2] == 3);
    assert_true(wrt_table_column(t, 3)->values[1] == 0 && wrt_table_column(t, 3)->values[2] == 1);
    /* levels are sorted and a text behind numbers keeps them all */
    const wrt_column *late = wrt_table_column(t, 8), *color = wrt_table_column(t, 4);
    assert_string_equal(wrt_levels_text(color->levels, 0), "blue");
    assert_true(color->values[0] == 1 && color->values[1] == 0);
    assert_int_equal(wrt_levels_count(late->levels), 3);
    assert_true(late->values[0] == 0 && late->values[2] == 2);
    assert_int_equal(late->odd_line, 4);
    assert_string_equal(late->odd, "soon");
    wrt_table_free(t);
}

static void table_cells_are_read_strictly(void **state) {
    (void)state;
    static const struct {
        const char *cell;
        wrt_cell_kind kind;
        double value;
    } cases[] = {
        {"12", WRT_CELL_INTEGER, 12},
        {"-0", WRT_CELL_INTEGER, 0},
        {"1.", WRT_CELL_REAL, 1},
        {"9007199254740991", WRT_CELL_INTEGER, 9007199254740991.0},
        {"9007199254740992", WRT_CELL_TEXT, 0},
        {"1e400", WRT_CELL_TEXT, 0},
        {"0x10", WRT_CELL_TEXT, 0},
        {"1,5", WRT_CELL_TEXT, 0},
        {"inf", WRT_CELL_TEXT, 0},
        {"2023-02-29", WRT_CELL_TEXT, 0},
        {"2000-02-29", WRT_CELL_DATE, 11016},
        {"1900-02-29", WRT_CELL_TEXT, 0},
        {"1970-01-01", WRT_CELL_DATE, 0},
        {"2024-13-01", WRT_CELL_TEXT, 0},
        {"0001-01-01", WRT_CELL_DATE, -719162},
        {"0000-01-01", WRT_CELL_TEXT, 0},
        {"tRUE", WRT_CELL_TEXT, 0},
        {"TRUE", WRT_CELL_BOOLEAN, 1},
        {"-", WRT_CELL_TEXT, 0},
        {"1 2", WRT_CELL_TEXT, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = 0;
        wrt_cell_kind kind = wrt_cell_read(&value, wrt_str_of(cases[i].cell));
        if (kind != cases[i].kind || (kind != WRT_CELL_TEXT && value != cases[i].value))
            fail_msg("%s: kind %d, value %.17g", cases[i].cell, kind, value);
    }
}

static void table_takes_options(void **state) {
    (void)state;
    static const char *const missing[] = {"-9", "."}, *const wanted[] = {"y", "x"};
    static const char *const nominal[] = {"x"}, *const names[] = {"x", "y", "z"};
    wrt_table_options o = {.separator = ';',
                           .missing = missing,
                           .n_missing = 2,
                           .columns = wanted,
                           .n_columns = 2,
                           .nominal = nominal,
                           .n_nominal = 1,
                           .names = names,
                           .n_names = 3};
    wrt_table *t = parsed("2;1.5;a\n10;-9;b\n.;2;c\n", &o);
    assert_int_equal(wrt_table_rows(t), 3);
    const wrt_column *x = wrt_table_column(t, 0), *y = wrt_table_column(t, 1);
    assert_int_equal(x->kind, WRT_COLUMN_NOMINAL);
    assert_string_equal(wrt_levels_text(x->levels, 0), "10"); /* bytewise order */
    assert_true(isnan(x->values[2]) && isnan(y->values[1]) && y->values[2] == 2);
    assert_null(wrt_table_column(t, 2)->values);
    wrt_table_free(t);
    static const char *const unknown[] = {"q"};
    wrt_err err = {0};
    o.columns = unknown;
    o.n_columns = 1;
    assert_int_equal(wrt_table_parse_with(&t, "t.csv", WRT_STR("2;1;a\n"), &o, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "no column \"q\"; it has: x, y, z"));
}

/* gzip of "a\tb\n1\tx\n2\ty, z\n", by Python's gzip.compress(..., mtime=0). */
static const unsigned char packed[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
                                       0x03, 0x4b, 0xe4, 0x4c, 0xe2, 0x32, 0xe4, 0xac, 0xe0,
                                       0x32, 0xe2, 0xac, 0xd4, 0x51, 0xa8, 0xe2, 0x02, 0x00,
                                       0xc2, 0x6e, 0x0f, 0xc2, 0x0f, 0x00, 0x00, 0x00};

static void table_reads_files_descriptors_and_pipes(void **state) {
    (void)state;
    static const char text[] = "a\tb\n1\tx\n2\ty, z\n";
    const char *path = TEST_BINARY_DIR "/table.tsv";
    wrt_table *t[3] = {NULL}, *unpacked = NULL;
    assert_int_equal(wrt_file_write(path, WRT_STR(text), 0600, NULL), WRT_OK);
    assert_int_equal(wrt_table_read(&t[0], path, NULL), WRT_OK);
    int fd = open(path, O_RDONLY | O_CLOEXEC), ends[2];
    assert_true(fd >= 0 && lseek(fd, 5, SEEK_SET) == 5); /* it begins at the start all the same */
    assert_int_equal(wrt_table_read_fd(&t[1], fd, "table.tsv", NULL, NULL), WRT_OK);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, sizeof text - 1), sizeof text - 1);
    close(ends[1]);
    assert_int_equal(wrt_table_read_fd(&t[2], ends[0], "a pipe", NULL, NULL), WRT_OK);
    close(ends[0]);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(wrt_table_rows(t[i]), 2);
        assert_true(wrt_table_column(t[i], 0)->values[1] == 2);
        assert_string_equal(wrt_levels_text(wrt_table_column(t[i], 1)->levels, 1), "y, z");
        assert_string_equal(wrt_table_sha256(t[i]), wrt_table_sha256(t[0]));
    }
    for (int i = 0; i < 3; i++)
        wrt_table_free(t[i]);
    close(fd);
    assert_int_equal(wrt_table_parse(&unpacked, "table.tsv.gz",
                                     (wrt_str){(const char *)packed, sizeof packed}, NULL),
                     WRT_OK);
    assert_true(wrt_table_column(unpacked, 0)->values[1] == 2);
    wrt_table_free(unpacked);
    assert_int_equal(wrt_table_read(&t[0], TEST_BINARY_DIR "/no-such.csv", NULL), WRT_E_NOT_FOUND);
    assert_int_equal(wrt_table_read(&t[0], TEST_BINARY_DIR, NULL), WRT_E_INPUT);
    unlink(path);
}

/* Records that cross the pieces of the input, quoted and not, read as one. */
static void table_joins_records_across_pieces(void **state) {
    (void)state;
    enum { ROWS = 20000 };
    wrt_buf text = wrt_buf_make(WRT_MIB(8));
    wrt_buf_add_c(&text, "n,square,text\n");
    for (int i = 0; i < ROWS; i++)
        wrt_buf_printf(&text, i % 3 == 0 ? "%d,%d,\"l%d, \"\"q\"\"\"\n" : "%d,%d,l%d\r\n", i, i * 7,
                       i % 5);
    wrt_table *t = parsed(wrt_buf_str(&text).ptr, NULL);
    assert_int_equal(wrt_table_rows(t), ROWS);
    for (size_t i = 0; i < ROWS; i++)
        assert_true(wrt_table_column(t, 0)->values[i] == (double)i &&
                    wrt_table_column(t, 1)->values[i] == (double)(i * 7));
    assert_int_equal(wrt_levels_count(wrt_table_column(t, 2)->levels), 10);
    wrt_table_free(t);
    wrt_buf_free(&text);
}

/* 1, 2, 4, 10: mean 4.25, sd sqrt(48.75 / 3); R: quantile(c(1, 2, 4, 10)) gives 1.75, 3, 5.5. */
static void table_summarises_columns(void **state) {
    (void)state;
    wrt_table *t = parsed("x,g,e,b\n4,red,,true\n10,blue,,false\nNA,red,,true\n1,red,NA,true\n"
                          "2,blue,,true\n",
                          NULL);
    wrt_json *all = wrt_table_summarise(t);
    assert_int_equal(wrt_json_count(all), 4);
    const wrt_json *x = wrt_json_at(all, 0), *g = wrt_json_at(all, 1);
    static const struct {
        const char *key;
        double value;
    } expected[] = {{"n", 4},   {"missing", 1}, {"mean", 4.25}, {"sd", 4.0311288741492746},
                    {"min", 1}, {"q25", 1.75},  {"median", 3},  {"q75", 5.5},
                    {"max", 10}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (fabs(wrt_json_get_number(x, expected[i].key, -1) - expected[i].value) > 1e-14)
            fail_msg("%s", expected[i].key);
    const wrt_json *counts = wrt_json_get(g, "counts");
    assert_int_equal(wrt_json_get_int(g, "levels", 0), 2);
    assert_string_equal(wrt_json_get_text(wrt_json_at(counts, 0), "level", ""), "red");
    assert_int_equal(wrt_json_get_int(wrt_json_at(counts, 0), "n", 0), 3);
    assert_string_equal(wrt_json_get_text(wrt_json_at(all, 2), "kind", ""), "empty");
    assert_null(wrt_json_get(wrt_json_at(all, 2), "mean"));
    assert_true(fabs(wrt_json_get_number(wrt_json_at(all, 3), "mean", 0) - 0.8) < 1e-15);
    wrt_json_free(all);
    wrt_table_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_reads_quotes_and_line_ends),
        cmocka_unit_test(table_keeps_empty_last_fields),
        cmocka_unit_test(table_refuses_malformed_input),
        cmocka_unit_test(table_caps_records_and_fields),
        cmocka_unit_test(table_caps_what_is_held_in_memory),
        cmocka_unit_test(table_numbers_name_the_bad_cell),
        cmocka_unit_test(table_infers_kinds),
        cmocka_unit_test(table_cells_are_read_strictly),
        cmocka_unit_test(table_takes_options),
        cmocka_unit_test(table_reads_files_descriptors_and_pipes),
        cmocka_unit_test(table_summarises_columns),
        cmocka_unit_test(table_joins_records_across_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
