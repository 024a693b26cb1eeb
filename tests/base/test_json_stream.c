/* test_json_stream.c: walking a JSON text, values across the pieces of an input, and faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_stream.h"

typedef struct {
    wrt_input *input;
    wrt_json_stream *stream;
    wrt_err err;
} fixture;

static fixture open_text(wrt_str text) {
    fixture f = {.err = {.code = WRT_OK}};
    assert_int_equal(wrt_input_open_bytes(&f.input, text, "f", NULL), WRT_OK);
    f.stream = wrt_json_stream_new(f.input);
    return f;
}

static void close_text(fixture *f) {
    wrt_json_stream_free(f->stream);
    wrt_input_close(f->input);
}

static bool next(fixture *f, const char *key) {
    bool more = false;
    wrt_str name;
    assert_int_equal(wrt_json_stream_next(&more, &name, f->stream, &f->err), WRT_OK);
    assert_true(wrt_str_equal_c(name, more ? key : ""));
    return more;
}

static void stream_walks_objects_and_arrays(void **state) {
    (void)state;
    fixture f = open_text(WRT_STR("\xef\xbb\xbf {\"a\" : [1, {\"x\":\"]}\"} ,null],\n\"\\u0062\":"
                                  "{\"skip\":[[{}]]}, \"c\":true} \n"));
    wrt_json *value = NULL;
    wrt_json_type type;
    assert_int_equal(wrt_json_stream_peek(&type, f.stream, NULL), WRT_OK);
    assert_int_equal(type, WRT_JSON_OBJECT);
    assert_int_equal(wrt_json_stream_enter(f.stream, NULL), WRT_OK);
    assert_true(next(&f, "a"));
    assert_int_equal(wrt_json_stream_enter(f.stream, NULL), WRT_OK);
    const char *expected[] = {"1", "{\"x\":\"]}\"}", "null"};
    for (size_t i = 0; i < 3; i++) {
        assert_true(next(&f, ""));
        assert_int_equal(wrt_json_stream_value(&value, f.stream, 100, NULL), WRT_OK);
        wrt_buf text = wrt_buf_make(100);
        wrt_json_write(&text, value);
        assert_string_equal(text.ptr, expected[i]);
        wrt_buf_free(&text);
        wrt_json_free(value);
    }
    assert_false(next(&f, ""));
    assert_true(next(&f, "b"));
    assert_int_equal(wrt_json_stream_skip(f.stream, NULL), WRT_OK);
    assert_true(next(&f, "c"));
    assert_int_equal(wrt_json_stream_value(&value, f.stream, 100, NULL), WRT_OK);
    assert_true(wrt_json_bool(value, false));
    wrt_json_free(value);
    assert_false(next(&f, ""));
    assert_int_equal(wrt_json_stream_end(f.stream, NULL), WRT_OK);
    close_text(&f);
}

/* 50,000 elements of 40 bytes are many pieces; one of 300,000 bytes is longer than two. */
static void stream_reads_values_across_pieces(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(16));
    wrt_buf_add_char(&text, '[');
    for (int i = 0; i < 50000; i++)
        wrt_buf_printf(&text, "%s{\"number\": %d, \"text\": \"\\\"[{\\\\\"}", i > 0 ? "," : "", i);
    wrt_buf_add_c(&text, ",\"");
    for (int i = 0; i < 300000; i++)
        wrt_buf_add_char(&text, 'x');
    wrt_buf_add_c(&text, "\",7]");
    fixture f = open_text(wrt_buf_str(&text));
    wrt_json *value = NULL;
    assert_int_equal(wrt_json_stream_enter(f.stream, NULL), WRT_OK);
    for (int i = 0; i < 50000; i++) {
        assert_true(next(&f, ""));
        assert_int_equal(wrt_json_stream_value(&value, f.stream, 100, NULL), WRT_OK);
        assert_int_equal(wrt_json_get_int(value, "number", -1), i);
        assert_string_equal(wrt_json_get_text(value, "text", ""), "\"[{\\");
        wrt_json_free(value);
    }
    assert_true(next(&f, ""));
    assert_int_equal(wrt_json_stream_value(&value, f.stream, 100000, &f.err), WRT_E_LIMIT);
    assert_non_null(strstr(f.err.message, "more than 100000 bytes"));
    assert_true(wrt_json_stream_can_go_on(f.stream));
    assert_true(next(&f, ""));
    assert_int_equal(wrt_json_stream_value(&value, f.stream, 100, NULL), WRT_OK);
    assert_int_equal((int)wrt_json_number(value, 0), 7);
    wrt_json_free(value);
    assert_false(next(&f, ""));
    assert_int_equal(wrt_json_stream_end(f.stream, NULL), WRT_OK);
    assert_int_equal(wrt_json_stream_offset(f.stream), text.len);
    close_text(&f);
    wrt_buf_free(&text);
}

static void stream_passes_over_a_value_that_is_refused(void **state) {
    (void)state;
    fixture f =
        open_text(WRT_STR("[{\"a\":1,\"a\":2},{\"n\":9007199254740993},[tru],\"\\ud800\",5]"));
    wrt_json *value = NULL;
    assert_int_equal(wrt_json_stream_enter(f.stream, NULL), WRT_OK);
    for (int i = 0; i < 4; i++) {
        assert_true(next(&f, ""));
        assert_int_equal(wrt_json_stream_value(&value, f.stream, 100, &f.err), WRT_E_INPUT);
        assert_null(value);
        assert_true(wrt_json_stream_can_go_on(f.stream));
    }
    assert_true(next(&f, ""));
    assert_int_equal(wrt_json_stream_value(&value, f.stream, 100, NULL), WRT_OK);
    wrt_json_free(value);
    assert_false(next(&f, ""));
    close_text(&f);
}

/* Walks everything: into the first container, and takes what lies in it. */
static wrt_status walk(wrt_str text, wrt_err *err) {
    fixture f = open_text(text);
    bool more = true;
    wrt_status status = wrt_json_stream_enter(f.stream, err);
    while (status == WRT_OK && more) {
        wrt_json *value = NULL;
        status = wrt_json_stream_next(&more, NULL, f.stream, err);
        if (status == WRT_OK && more)
            status = wrt_json_stream_value(&value, f.stream, 1000, err);
        wrt_json_free(value);
    }
    if (status == WRT_OK)
        status = wrt_json_stream_end(f.stream, err);
    close_text(&f);
    return status;
}

static void stream_names_the_byte_of_a_fault(void **state) {
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"", "byte 0: expected an object or an array"},
        {"7", "byte 0: expected an object or an array"},
        {"[1", "byte 2: expected ',' or ']'"},
        {"[1 2]", "byte 3: expected ',' or ']'"},
        {"[1,]", "byte 3: expected a value"},
        {"[,1]", "byte 1: expected a value"},
        {"[1]]", "byte 3: nothing may follow the value"},
        {"[[}]", "byte 3: a bracket closes what it did not open"},
        {"[\"a", "byte 3: the text ends inside a value"},
        {"{\"a\" 1}", "byte 5: expected ':' after the key"},
        {"{a:1}", "byte 1: expected a key in quotation marks"},
        {"{\"a\":}", "byte 5: expected a value"},
        {"[tru]", "value at byte 1: JSON, byte 0: expected a value"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_err err = {.code = WRT_OK};
        assert_int_equal(walk(wrt_str_of(cases[i].text), &err), WRT_E_INPUT);
        if (strstr(err.message, cases[i].part) == NULL)
            fail_msg("%s: \"%s\" does not hold \"%s\"", cases[i].text, err.message, cases[i].part);
    }
}

static void stream_refuses_depth(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    for (int i = 0; i < 3000; i++)
        wrt_buf_add_char(&text, '[');
    wrt_err err = {.code = WRT_OK};
    assert_int_equal(walk(wrt_buf_str(&text), &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "nested deeper than 1024 levels"));
    fixture f = open_text(wrt_buf_str(&text));
    for (int i = 0; i < WRT_JSON_DEPTH_MAX; i++)
        assert_int_equal(wrt_json_stream_enter(f.stream, NULL), WRT_OK);
    assert_int_equal(wrt_json_stream_enter(f.stream, NULL), WRT_E_LIMIT);
    close_text(&f);
    wrt_buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stream_walks_objects_and_arrays),
        cmocka_unit_test(stream_reads_values_across_pieces),
        cmocka_unit_test(stream_passes_over_a_value_that_is_refused),
        cmocka_unit_test(stream_names_the_byte_of_a_fault),
        cmocka_unit_test(stream_refuses_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
