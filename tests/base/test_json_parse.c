/* test_json_parse.c: what the strict reader takes and what it refuses, and where it says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes text and gives its canonical form in `out`, which the caller frees. */
static void parse_to(wrt_buf *out, wrt_str text) {
    wrt_json *value = NULL;
    wrt_err err = {WRT_OK, ""};
    if (wrt_json_parse(&value, text, &err) != WRT_OK) {
        fail_msg("%.*s: %s", (int)text.len, text.ptr, err.message);
    }
    wrt_json_write_canonical(out, value);
    wrt_json_free(value);
}

static void json_parse_accepts_rfc_8259_values(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *canonical;
    } rows[] = {
        {"null", "null"},
        {" \t\r\n true \n", "true"},
        {"[]", "[]"},
        {"[ ]", "[]"},
        {"{ }", "{}"},
        {"\"\"", "\"\""},
        {"[1,[2,[3]],{}]", "[1,[2,[3]],{}]"},
        {"{\"b\":1,\"a\":{\"b\":2,\"a\":3}}", "{\"a\":{\"a\":3,\"b\":2},\"b\":1}"},
        {"{\"a\":1,\"A\":2}", "{\"A\":2,\"a\":1}"},
        {"{\"\":{\"\":0}}", "{\"\":{\"\":0}}"},
        {"[0,-0,0.0,-0.0e5]", "[0,0,0,0]"},
        {"[1E2,1e+2,1e-2,1.5]", "[100,100,0.01,1.5]"},
        {"[9007199254740991,-9007199254740991]", "[9007199254740991,-9007199254740991]"},
        {"9007199254740992.0", "9007199254740992"},
        {"1e20", "100000000000000000000"},
        {"1e-400", "0"},
        {"1e21", "1e+21"},
        {"\"\\u20ac\\uD83D\\ude00\"", "\"\xe2\x82\xac\xf0\x9f\x98\x80\""},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
        {"\"\\u0001\\u001F\\u007f\"", "\"\\u0001\\u001f\x7f\""},
        {"\"\xc3\xa9\xe2\x80\xa8\"", "\"\xc3\xa9\xe2\x80\xa8\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wrt_buf out = wrt_buf_make(WRT_KIB(4));
        parse_to(&out, wrt_str_of(rows[i].text));
        assert_string_equal(out.ptr, rows[i].canonical);
        wrt_buf_free(&out);
    }
}

/* The integers beyond 2^53 - 1 that the writers print themselves are read back. */
static void json_parse_reads_integers_that_ecmascript_prints(void **state) {
    (void)state;
    static const char *const texts[] = {
        "9007199254740992",      "-9007199254740992",      "36028797018963970",
        "100000000000000000000", "-295147905179352830000", "999999999999999900000",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        wrt_buf out = wrt_buf_make(WRT_KIB(4));
        parse_to(&out, wrt_str_of(texts[i]));
        assert_string_equal(out.ptr, texts[i]);
        wrt_buf_free(&out);
    }
}

typedef struct {
    const char *text;
    size_t offset; /* that the message must name */
    const char *reason;
} refused;

static void check_refused(wrt_str text, const refused *row) {
    wrt_json *value = (wrt_json *)(uintptr_t)1;
    wrt_err err = {WRT_OK, ""};
    assert_int_equal(wrt_json_parse(&value, text, &err), WRT_E_INPUT);
    assert_null(value);
    assert_int_equal(err.code, WRT_E_INPUT);
    char where[64];
    (void)snprintf(where, sizeof where, "JSON, byte %zu: ", row->offset);
    if (strncmp(err.message, where, strlen(where)) != 0 ||
        strstr(err.message, row->reason) == NULL) {
        fail_msg("%.*s gave \"%s\", expected \"%s...%s\"", (int)text.len, text.ptr, err.message,
                 where, row->reason);
    }
}

static void check_refused_rows(const refused *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        check_refused(wrt_str_of(rows[i].text), &rows[i]);
    }
}

static void json_parse_refuses_bad_structure(void **state) {
    (void)state;
    static const refused rows[] = {
        {"", 0, "the text ends"},
        {"   ", 3, "the text ends"},
        {"[", 1, "the text ends"},
        {"[1", 2, "expected ',' or ']'"},
        {"[1,]", 3, "expected a value"},
        {"[,1]", 1, "expected a value"},
        {"[1 2]", 3, "expected ',' or ']'"},
        {"[1}", 2, "expected ',' or ']'"},
        {"{", 1, "expected a key"},
        {"{\"a\"}", 4, "expected ':'"},
        {"{\"a\":}", 5, "expected a value"},
        {"{\"a\":1,}", 7, "expected a key"},
        {"{\"a\" 1}", 5, "expected ':'"},
        {"{a:1}", 1, "expected a key"},
        {"{'a':1}", 1, "expected a key"},
        {"{\"a\":1]", 6, "expected ',' or '}'"},
        {"{1:2}", 1, "expected a key"},
        {"]", 0, "expected a value"},
        {"nul", 0, "expected a value"},
        {"True", 0, "expected a value"},
        {"NaN", 0, "expected a value"},
        {"Infinity", 0, "expected a value"},
        {"nullx", 4, "nothing may follow"},
        {"1 2", 2, "nothing may follow"},
        {"{} {}", 3, "nothing may follow"},
        {"[] // x", 3, "nothing may follow"},
        {"/* x */ 1", 0, "expected a value"},
        {"\xef\xbb\xbf[]", 0, "expected a value"},
        {"\v1", 0, "expected a value"},
        {"\xc2\xa0"
         "1",
         0, "expected a value"},
    };
    check_refused_rows(rows, sizeof rows / sizeof rows[0]);
}

static void json_parse_refuses_bad_numbers(void **state) {
    (void)state;
    static const refused rows[] = {
        {"-", 0, "digit"},
        {"+1", 0, "expected a value"},
        {".5", 0, "expected a value"},
        {"01", 0, "superfluous zero"},
        {"-00", 0, "superfluous zero"},
        {"[1.]", 3, "decimal point"},
        {"1.e5", 2, "decimal point"},
        {"1e", 2, "exponent"},
        {"1e+", 3, "exponent"},
        {"-Infinity", 0, "digit"},
        {"0x10", 1, "nothing may follow"},
        {"1_0", 1, "nothing may follow"},
        {"1,5", 1, "nothing may follow"},
        {"[1e309]", 1, "range of a double"},
        {"-1e400", 0, "range of a double"},
        {"9007199254740993", 0, "2^53 - 1"},
        {"-9007199254740993", 0, "2^53 - 1"},
        {"{\"n\":12345678901234567890}", 5, "2^53 - 1"},
        {"18446744073709551615", 0, "2^53 - 1"},
        {"9223372036854775807", 0, "2^53 - 1"},
        {"1000000000000000000000", 0, "2^53 - 1"},
    };
    check_refused_rows(rows, sizeof rows / sizeof rows[0]);
}

static void json_parse_refuses_bad_strings(void **state) {
    (void)state;
    static const refused rows[] = {
        {"\"abc", 0, "not closed"},
        {"[\"abc\\\"]", 1, "not closed"},
        {"\"\\", 1, "not closed"},
        {"\"a\nb\"", 2, "control character"},
        {"\"a\tb\"", 2, "control character"},
        {"\"\x1f\"", 1, "control character"},
        {"\"\\x41\"", 1, "unknown escape"},
        {"\"\\'\"", 1, "unknown escape"},
        {"\"\\U0041\"", 1, "unknown escape"},
        {"\"\\u12g4\"", 5, "four hexadecimal"},
        {"\"\\u12", 5, "four hexadecimal"},
        {"\"\\u0000\"", 1, "U+0000"},
        {"{\"a\\u0000\":1}", 3, "U+0000"},
        {"\"\\ud83d\"", 1, "surrogate"},
        {"\"\\ude00\"", 1, "surrogate"},
        {"\"\\ud83dx\"", 1, "surrogate"},
        {"\"\\ud83d\\u0041\"", 1, "surrogate"},
        {"\"\\ud83d\\ud83d\"", 1, "surrogate"},
        {"\"\\ud83d\\n\"", 1, "surrogate"},
        {"\"\xc0\xaf\"", 1, "UTF-8"},
        {"[\"ok\",\"\xed\xa0\x80\"]", 7, "UTF-8"},
        {"\"\xf4\x90\x80\x80\"", 1, "UTF-8"},
        {"\"\xff\"", 1, "UTF-8"},
        {"\"\xe2\x82", 1, "UTF-8"},
    };
    check_refused_rows(rows, sizeof rows / sizeof rows[0]);
    static const refused zero = {NULL, 2, "U+0000"};
    check_refused(WRT_STR("\"a\0b\""), &zero);
    static const refused after = {NULL, 2, "nothing may follow"};
    check_refused(WRT_STR("{}\0"), &after);
}

static void json_parse_refuses_duplicate_keys_after_unescaping(void **state) {
    (void)state;
    static const refused rows[] = {
        {"{\"a\":1,\"a\":2}", 7, "duplicate key \"a\""},
        {"{\"a\":1,\"\\u0061\":2}", 7, "duplicate key \"a\""},
        {"{\"x\":{\"b\":1,\"c\":2,\"b\":3}}", 18, "duplicate key \"b\""},
        {"{\"b\":1,\"a\":1,\"b\":1,\"a\":1}", 13, "duplicate key \"b\""},
        {"{\"\":1,\"\":1}", 6, "duplicate key \"\""},
        {"{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":1}", 10, "duplicate key"},
        {"[{\"a\":{\"k\":1},\"b\":{\"k\":1},\"a\":0}]", 26, "duplicate key \"a\""},
        {"{\"\\n\":1,\"\\u000a\":1}", 8, "duplicate key \"?\""},
    };
    check_refused_rows(rows, sizeof rows / sizeof rows[0]);
}

static wrt_status parse_nested(int depth, const char *open, const char *close, wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_MIB(4));
    for (int i = 0; i < depth; i++) {
        wrt_buf_add_c(&text, open);
    }
    wrt_buf_add_c(&text, "0");
    for (int i = 0; i < depth; i++) {
        wrt_buf_add_c(&text, close);
    }
    wrt_json *value = NULL;
    wrt_status status = wrt_json_parse(&value, wrt_buf_str(&text), err);
    assert_int_equal(value != NULL, status == WRT_OK);
    wrt_json_free(value);
    wrt_buf_free(&text);
    return status;
}

static void json_parse_limits_depth(void **state) {
    (void)state;
    wrt_err err = {WRT_OK, ""};
    assert_int_equal(parse_nested(64, "[", "]", &err), WRT_OK);
    assert_int_equal(parse_nested(64, "{\"a\":", "}", &err), WRT_OK);
    assert_int_equal(parse_nested(65, "[", "]", &err), WRT_E_LIMIT);
    assert_string_equal(err.message, "JSON, byte 64: nested deeper than 64 levels");
    assert_int_equal(parse_nested(65, "{\"a\":", "}", &err), WRT_E_LIMIT);
    assert_int_equal(parse_nested(200000, "[", "]", &err), WRT_E_LIMIT);
    assert_int_equal(parse_nested(65, "[", "]", NULL), WRT_E_LIMIT);
}

/* Depth counts open containers, not containers seen. */
static void json_parse_depth_goes_down_when_containers_close(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_KIB(8));
    wrt_buf_add_c(&text, "[0");
    for (int i = 0; i < 500; i++) {
        wrt_buf_add_c(&text, ",[],{\"a\":{}}");
    }
    wrt_buf_add_c(&text, "]");
    wrt_json *value = NULL;
    assert_int_equal(wrt_json_parse(&value, wrt_buf_str(&text), NULL), WRT_OK);
    assert_int_equal(wrt_json_count(value), 1001);
    wrt_json_free(value);
    wrt_buf_free(&text);
}

/* 200,000 keys: a quadratic check would take minutes. */
static void json_parse_takes_many_keys(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(8));
    wrt_buf_add_char(&text, '{');
    for (int i = 0; i < 200000; i++) {
        wrt_buf_printf(&text, "\"key%d\":%d,", i, i);
    }
    size_t offset = text.len;
    wrt_buf_add_c(&text, "\"key777\":0}");
    static refused row = {NULL, 0, "duplicate key \"key777\""};
    row.offset = offset;
    check_refused(wrt_buf_str(&text), &row);
    text.ptr[offset + 1] = 'K';
    wrt_json *value = NULL;
    assert_int_equal(wrt_json_parse(&value, wrt_buf_str(&text), NULL), WRT_OK);
    assert_int_equal(wrt_json_count(value), 200001);
    wrt_json_free(value);
    wrt_buf_free(&text);
}

/* Every prefix of a valid text that starts a container is refused, without a read past its end. */
static void json_parse_refuses_every_truncation(void **state) {
    (void)state;
    const char *whole = "{\"a\":[1.5e+3,true,null,\"x\\u20ac\\ud83d\\ude00\\n\"],\"b\":{\"c\":-0}}";
    for (size_t len = 0; len < strlen(whole); len++) {
        char *exact = malloc(len == 0 ? 1 : len);
        assert_non_null(exact);
        memcpy(exact, whole, len);
        wrt_json *value = NULL;
        assert_int_equal(wrt_json_parse(&value, (wrt_str){exact, len}, NULL), WRT_E_INPUT);
        assert_null(value);
        free(exact);
    }
}

static void json_parse_reads_numbers_of_any_length(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_KIB(8));
    wrt_buf_add_c(&text, "0.");
    for (int i = 0; i < 5000; i++) {
        wrt_buf_add_char(&text, '3');
    }
    wrt_buf out = wrt_buf_make(WRT_KIB(8));
    parse_to(&out, wrt_buf_str(&text));
    assert_string_equal(out.ptr, "0.3333333333333333");
    wrt_buf_free(&out);
    wrt_buf_free(&text);
}

/* The length alone decides; no byte is read. */
static void json_parse_limits_the_text(void **state) {
    (void)state;
    wrt_json *value = NULL;
    wrt_err err = {WRT_OK, ""};
    wrt_str text = {"[]", ((size_t)1 << 30) + 1};
    assert_int_equal(wrt_json_parse(&value, text, &err), WRT_E_LIMIT);
    assert_string_equal(err.message, "JSON text of 1073741825 bytes; at most 1073741824 are read");
    assert_null(value);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_parse_accepts_rfc_8259_values),
        cmocka_unit_test(json_parse_reads_integers_that_ecmascript_prints),
        cmocka_unit_test(json_parse_refuses_bad_structure),
        cmocka_unit_test(json_parse_refuses_bad_numbers),
        cmocka_unit_test(json_parse_refuses_bad_strings),
        cmocka_unit_test(json_parse_refuses_duplicate_keys_after_unescaping),
        cmocka_unit_test(json_parse_limits_depth),
        cmocka_unit_test(json_parse_depth_goes_down_when_containers_close),
        cmocka_unit_test(json_parse_takes_many_keys),
        cmocka_unit_test(json_parse_refuses_every_truncation),
        cmocka_unit_test(json_parse_reads_numbers_of_any_length),
        cmocka_unit_test(json_parse_limits_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
