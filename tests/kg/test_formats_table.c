/* test_formats_table.c: rows of delimited text, what is refused, and which format a file is in. */
#include "tests/kg/formats_support.h"

#include "kg/formats/table.h"

/* Cells of all rows as "a,b;c" and rejects as "line: reason". */
static void expect_rows(const wrt_kg_table_style *style, wrt_str text, const char *rows,
                        const char *rejects) {
    recorder *rec = recorder_new(true);
    wrt_buf seen = wrt_buf_make(WRT_MIB(1)), bad = wrt_buf_make(WRT_MIB(1));
    wrt_input *input = NULL;
    wrt_kg_table *table = NULL;
    bool row = true;
    assert_int_equal(wrt_input_open_bytes(&input, text, "f", NULL), WRT_OK);
    assert_int_equal(wrt_kg_table_open(&table, input, style, NULL), WRT_OK);
    while (wrt_kg_table_next(&row, table, &rec->sink, NULL) == WRT_OK && row) {
        if (seen.len > 0)
            wrt_buf_add_char(&seen, ';');
        for (size_t i = 0; i < wrt_kg_table_cells(table); i++) {
            wrt_buf_add_c(&seen, i > 0 ? "," : "");
            wrt_buf_add_str(&seen, wrt_kg_table_cell(table, (int)i));
        }
    }
    for (size_t i = 0; i < rec->n_rejects; i++)
        wrt_buf_printf(&bad, "%s%s", i > 0 ? "; " : "", recorder_reject(rec, i));
    assert_string_equal(seen.len > 0 ? seen.ptr : "", rows);
    assert_string_equal(bad.len > 0 ? bad.ptr : "", rejects);
    wrt_kg_table_close(table);
    wrt_input_close(input);
    wrt_buf_free(&seen);
    wrt_buf_free(&bad);
    recorder_free(rec);
}

static const wrt_kg_table_style tabs = {.separator = '\t', .has_header = true};
static const wrt_kg_table_style quoted = {.separator = ',', .is_quoted = true, .has_header = true};

static void rows_are_cut_at_separators_and_trimmed(void **state) {
    (void)state;
    expect_rows(&tabs,
                WRT_STR("\xef\xbb\xbf"
                        "a\tb\tc\r\n1\t 2 \t\r\n\n \n3\n\"x\t4\t5"),
                "1,2,;3;\"x,4,5", "");
    expect_rows(&tabs, WRT_STR("a\tb\n1\t2\t\t\n1\t2\t3\n"), "1,2", "3: more cells than columns");
    const wrt_kg_table_style bare = {.separator = '\t', .is_commented = true};
    expect_rows(&bare, WRT_STR("# note\n1\t2\t3\n#x\n4\n"), "1,2,3;4", "");
}

static void rows_that_cannot_be_text_are_rejected_with_their_lines(void **state) {
    (void)state;
    expect_rows(&tabs, WRT_STR("a\tb\n1\t\0\n2\t\xff\n3\t4\n\xc3\x28\n"), "3,4",
                "2: the line holds a zero byte; 3: the line is not valid UTF-8; 5: the line is "
                "not valid UTF-8");
}

static void quoted_cells_follow_rfc_4180(void **state) {
    (void)state;
    expect_rows(&quoted,
                WRT_STR("\"a\",b\n\"x, y\",\"say \"\"no\"\"\"\n\"two\nlines\",1\n5\" tube,2\n"),
                "x, y,say \"no\";two\nlines,1;5\" tube,2", "");
}

/* A stray quote costs its own line only. */
static void a_quote_that_is_not_closed_costs_one_row(void **state) {
    (void)state;
    expect_rows(&quoted, WRT_STR("a,b\n\"x,1\ny,2\nz,3"), "y,2;z,3", "2: a quote is not closed");
    wrt_buf text = wrt_buf_make(WRT_MIB(1)), rows = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add_c(&text, "a,b\n\"open,0\n");
    for (int i = 0; i < 500; i++) {
        wrt_buf_printf(&text, "r%d,%d\n", i, i);
        wrt_buf_printf(&rows, "%sr%d,%d", i > 0 ? ";" : "", i, i);
    }
    expect_rows(&quoted, wrt_buf_str(&text), rows.ptr, "2: a quote is not closed");
    wrt_buf_free(&text);
    wrt_buf_free(&rows);
}

/* 5 MiB in one line, then a row; 100,000 bytes in a cell cross the pieces of the input. */
static void a_line_beyond_the_cap_is_rejected_and_passed_over(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(8));
    wrt_buf_add_c(&text, "a\tb\n");
    for (int i = 0; i < 5 << 20; i++)
        wrt_buf_add_char(&text, 'x');
    wrt_buf_add_c(&text, "\n1\t2\n");
    expect_rows(&tabs, wrt_buf_str(&text), "1,2", "2: the line is longer than 4 MiB");
    expect_rows(&quoted, wrt_buf_str(&text), "1\t2", "2: the line is longer than 4 MiB");
    wrt_buf_clear(&text);
    wrt_buf_add_c(&text, "a\n");
    for (int i = 0; i < 100000; i++)
        wrt_buf_add_char(&text, 'y');
    size_t len = text.len;
    wrt_buf rows = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add(&rows, text.ptr + 2, len - 2);
    wrt_buf_add_c(&rows, ";z");
    wrt_buf_add_c(&text, "\nz");
    expect_rows(&tabs, wrt_buf_str(&text), rows.ptr, "");
    wrt_buf_free(&text);
    wrt_buf_free(&rows);
}

static void a_header_with_a_name_twice_or_without_one_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {{"id\tname\tid\n", "f:1: column \"id\" stands twice"},
                 {"id\t\tname\n", "f:1: a column has no name"},
                 {"", "f is empty: the first line must name the columns"},
                 {"\n\n", "f is empty"},
                 {"\xff\xfei", "f:1: the file is UTF-16: convert it to UTF-8"},
                 {"id\t\xe9\n", "f:1: the line is not valid UTF-8"},
                 {"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n", "Git-LFS"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_refused("hetionet", wrt_str_of(cases[i].text), NULL, cases[i].part);
}

/* ---- formats */

static void formats_are_found_by_name(void **state) {
    (void)state;
    size_t n = 0;
    for (; wrt_kg_format_at(n) != NULL; n++) {
        const wrt_kg_format *format = wrt_kg_format_at(n);
        assert_ptr_equal(wrt_kg_format_find(wrt_str_of(format->name)), format);
        assert_true(format->about[0] != '\0' && format->read != NULL);
    }
    assert_int_equal(n, 10);
    assert_null(wrt_kg_format_find(WRT_STR("rdf")));
}

static void formats_are_guessed_from_the_first_line(void **state) {
    (void)state;
    static const struct {
        const char *start, *format, *role;
    } cases[] = {
        {"id\tname\tkind\n", "hetionet", "nodes"},
        {"source\tmetaedge\ttarget\r\n", "hetionet", "edges"},
        {"{\"metanode_kinds\": [\"Gene\"], \"nodes\": [", "hetionet", "graph"},
        {"category\tname\tid\n", "kgx", "nodes"},
        {"x\tobject\tpredicate\tsubject\n", "kgx", "edges"},
        {"{\"edges\":[]}", "kgx", "graph"},
        {"{\"subject\":\"A\",\"predicate\":\"p\",\"object\":\"B\"}\n", "kgx", "edges"},
        {"{\"name\":\"x\",\"id\":\"A\"}\n", "kgx", "nodes"},
        {"relation,display_relation,x_index,x_id,x_type,x_name,x_source,y_index,y_id,y_type\n",
         "primekg", "edges"},
        {"source\tpredicate\ttarget\tsign\tn_graphs\tpath_ids\n", "drugmechdb", "edges"},
        {"- directed: true\n  graph:\n  links:\n", "drugmechdb", "graph"},
        {"\"ENTITYA\";TYPEA;IDA;DATABASEA;ENTITYB;TYPEB;IDB;DATABASEB;EFFECT\n", "signor", "edges"},
        {"source\ttarget\tis_directed\tis_stimulation\tis_inhibition\n", "omnipath", "edges"},
        {"# CTD\nZinc\tD015032\t\tX\t1\tprotein\tHomo sapiens\t9606\tz\tincreases^activity\t1\n",
         "ctd", "edges"},
        {"doid_id\tdrugbank_id\tdisease\tdrug\tcategory\n", "drugcentral", "edges"},
        {"Gene::1\tHetionet::GiG::Gene:Gene\tGene::2\n", "drkg", "edges"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const wrt_kg_format *format = NULL;
        const char *role = NULL;
        wrt_err err = {.code = WRT_OK};
        if (wrt_kg_format_guess(&format, &role, wrt_str_of(cases[i].start), "f", &err) != WRT_OK)
            fail_msg("%s: %s", cases[i].start, err.message);
        assert_string_equal(format->name, cases[i].format);
        assert_string_equal(role, cases[i].role);
    }
}

static void formats_are_not_guessed_when_no_first_line_fits(void **state) {
    (void)state;
    const char *starts[] = {"", "a\tb\n", "{}", "[1]", "- a\n- b\n", "subject,object\n"};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        expect_refused(NULL, wrt_str_of(starts[i]), NULL,
                       "the first line of f is that of no known format: say it with --format");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_cut_at_separators_and_trimmed),
        cmocka_unit_test(rows_that_cannot_be_text_are_rejected_with_their_lines),
        cmocka_unit_test(quoted_cells_follow_rfc_4180),
        cmocka_unit_test(a_quote_that_is_not_closed_costs_one_row),
        cmocka_unit_test(a_line_beyond_the_cap_is_rejected_and_passed_over),
        cmocka_unit_test(a_header_with_a_name_twice_or_without_one_is_refused),
        cmocka_unit_test(formats_are_found_by_name),
        cmocka_unit_test(formats_are_guessed_from_the_first_line),
        cmocka_unit_test(formats_are_not_guessed_when_no_first_line_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
