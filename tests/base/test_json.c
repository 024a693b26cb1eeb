/* test_json.c: the value API and the three written forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"

#include <stdlib.h>
#include <string.h>

static wrt_json *parse(const char *text) {
    wrt_json *value = NULL;
    wrt_err err = {WRT_OK, ""};
    if (wrt_json_parse(&value, wrt_str_of(text), &err) != WRT_OK) {
        fail_msg("%s: %s", text, err.message);
    }
    return value;
}

typedef void (*write_function)(wrt_buf *out, const wrt_json *value);

static void check_written(const wrt_json *value, write_function write, const char *expected) {
    wrt_buf out = wrt_buf_make(WRT_KIB(64));
    write(&out, value);
    assert_false(out.overflow);
    assert_string_equal(out.ptr, expected);
    wrt_buf_free(&out);
}

/* ---- writing */

/* RFC 8785, section 3.2.3: the sample of property sorting. */
static void json_canonical_sorts_keys_as_rfc_8785_does(void **state) {
    (void)state;
    wrt_json *value = parse("{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\","
                            "\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\","
                            "\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\","
                            "\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}");
    check_written(value, wrt_json_write_canonical,
                  "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\","
                  "\"\xc3\xb6\":\"Latin Small Letter O With Diaeresis\","
                  "\"\xe2\x82\xac\":\"Euro Sign\",\"\xf0\x9f\x98\x80\":\"Emoji: Grinning Face\","
                  "\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}");
    wrt_json_free(value);
}

/* RFC 8785, section 3.2.2 and the bytes of section 3.2.4. */
static void json_canonical_writes_the_sample_of_rfc_8785(void **state) {
    (void)state;
    wrt_json *value = parse("{\n  \"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3,\n"
                            "    0.000000000000000000000000001],\n"
                            "  \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c"
                            "\\\\\\\"\\/\",\n  \"literals\": [null, true, false]\n}");
    check_written(value, wrt_json_write_canonical,
                  "{\"literals\":[null,true,false],"
                  "\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                  "\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    wrt_json_free(value);
}

/* UTF-16 order: U+0000..U+D7FF, then pairs (U+10000 and up), then U+E000..U+FFFF; a name goes
 * before the names that it begins. */
static void json_canonical_sorts_across_the_surrogate_gap(void **state) {
    (void)state;
    wrt_json *value = parse("{\"\xef\xbf\xbd\":1,\"\xee\x80\x80\":2,\"\xf4\x8f\xbf\xbd\":3,"
                            "\"\xf0\x90\x80\x80\":4,\"\xed\x9f\xbf\":5,\"a\xef\xbf\xbd\":6,"
                            "\"a\xf0\x90\x80\x80\":7,\"a\":8,\"\":9,\"aa\":10,\"B\":11}");
    check_written(value, wrt_json_write_canonical,
                  "{\"\":9,\"B\":11,\"a\":8,\"aa\":10,\"a\xf0\x90\x80\x80\":7,\"a\xef\xbf\xbd\":6,"
                  "\"\xed\x9f\xbf\":5,\"\xf0\x90\x80\x80\":4,\"\xf4\x8f\xbf\xbd\":3,"
                  "\"\xee\x80\x80\":2,\"\xef\xbf\xbd\":1}");
    wrt_json_free(value);
}

static void json_write_keeps_insertion_order(void **state) {
    (void)state;
    wrt_json *value = parse("{ \"b\" : [ 1 , -0.0 , \"\\u001b\" ] , \"a\" : { } , \"c\" : [ ] }");
    check_written(value, wrt_json_write, "{\"b\":[1,0,\"\\u001b\"],\"a\":{},\"c\":[]}");
    check_written(value, wrt_json_write_pretty,
                  "{\n  \"b\": [\n    1,\n    0,\n    \"\\u001b\"\n  ],\n  \"a\": {},\n"
                  "  \"c\": []\n}");
    wrt_json_free(value);
}

static void json_write_escapes_every_control_character(void **state) {
    (void)state;
    char text[40];
    size_t len = 0;
    for (char byte = 1; byte < 32; byte++) {
        text[len++] = byte;
    }
    wrt_json *value = wrt_json_new_text((wrt_str){text, len});
    check_written(value, wrt_json_write,
                  "\"\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r"
                  "\\u000e\\u000f\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018"
                  "\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f\"");
    wrt_json_free(value);
}

static void json_write_stops_at_the_cap(void **state) {
    (void)state;
    wrt_json *value = parse("[\"aaaaaaaaaa\",\"bbbbbbbbbb\"]");
    for (size_t cap = 0; cap < 27; cap++) {
        wrt_buf out = wrt_buf_make(cap);
        wrt_json_write(&out, value);
        assert_true(out.overflow);
        assert_true(out.len <= cap);
        wrt_buf_free(&out);
    }
    wrt_buf out = wrt_buf_make(27);
    wrt_json_write(&out, value);
    assert_false(out.overflow);
    assert_int_equal(out.len, 27);
    wrt_buf_free(&out);
    wrt_json_free(value);
}

/* ---- reading */

static void json_getters_answer_for_the_right_type(void **state) {
    (void)state;
    wrt_json *root = parse("{\"n\":null,\"t\":true,\"i\":42,\"x\":2.5,\"s\":\"text\","
                           "\"a\":[10,20,30],\"o\":{\"k\":{\"d\":7}}}");
    assert_int_equal(wrt_json_typeof(root), WRT_JSON_OBJECT);
    assert_int_equal(wrt_json_count(root), 7);
    assert_true(wrt_json_is(wrt_json_get(root, "n"), WRT_JSON_NULL));
    assert_true(wrt_json_get_bool(root, "t", false));
    assert_int_equal(wrt_json_get_int(root, "i", -1), 42);
    assert_true(wrt_json_get_number(root, "x", -1) == 2.5);
    assert_string_equal(wrt_json_get_text(root, "s", "?"), "text");
    const wrt_json *array = wrt_json_get(root, "a");
    assert_int_equal(wrt_json_count(array), 3);
    assert_true(wrt_json_number(wrt_json_at(array, 2), 0) == 30);
    assert_null(wrt_json_at(array, 3));
    assert_true(wrt_json_number(wrt_json_path(root, "o.k.d"), 0) == 7);
    assert_null(wrt_json_path(root, "o.k.e"));
    assert_null(wrt_json_path(root, "o..d"));
    assert_null(wrt_json_path(root, "a.0"));
    assert_null(wrt_json_path(root, "o.kk"));
    assert_ptr_equal(wrt_json_path(root, "i"), wrt_json_get(root, "i"));
    assert_null(wrt_json_get(root, "I"));
    assert_string_equal(wrt_json_key(wrt_json_first(root)), "n");
    assert_null(wrt_json_key(wrt_json_first(array)));
    assert_null(wrt_json_key(root));
    wrt_json_free(root);
}

static void json_getters_fall_back_for_null_and_other_types(void **state) {
    (void)state;
    wrt_json *root = parse("{\"s\":\"1\",\"x\":1.5,\"big\":1e300,\"t\":1}");
    assert_int_equal(wrt_json_get_int(root, "s", -1), -1);
    assert_int_equal(wrt_json_get_int(root, "x", -1), -1);
    assert_int_equal(wrt_json_get_int(root, "big", -1), -1);
    assert_int_equal(wrt_json_get_int(root, "absent", -1), -1);
    assert_false(wrt_json_get_bool(root, "t", false));
    assert_string_equal(wrt_json_get_text(root, "x", "?"), "?");
    assert_true(wrt_json_get_number(root, "s", 9) == 9);
    assert_null(wrt_json_get(wrt_json_get(root, "s"), "k"));
    assert_null(wrt_json_first(wrt_json_get(root, "s")));
    assert_null(wrt_json_at(root, 0));
    assert_int_equal(wrt_json_count(wrt_json_get(root, "s")), 0);
    assert_int_equal(wrt_json_count(NULL), 0);
    assert_int_equal(wrt_json_typeof(NULL), WRT_JSON_NULL);
    assert_false(wrt_json_is(NULL, WRT_JSON_NULL));
    assert_null(wrt_json_get(NULL, "k"));
    assert_null(wrt_json_first(NULL));
    assert_null(wrt_json_next(NULL));
    assert_null(wrt_json_key(NULL));
    assert_null(wrt_json_text(NULL));
    assert_null(wrt_json_path(NULL, "a"));
    assert_null(wrt_json_get_mut(NULL, "k"));
    assert_null(wrt_json_take(NULL, "k"));
    assert_null(wrt_json_copy(NULL));
    assert_true(wrt_json_number(NULL, 3) == 3);
    assert_true(wrt_json_bool(NULL, true));
    assert_false(wrt_json_is_integer(NULL));
    wrt_json_free(NULL);
    wrt_json_free(root);
}

static void json_is_integer_holds_below_2_to_53(void **state) {
    (void)state;
    wrt_json *list = parse("[0,-0.0,3,1e2,9007199254740991,-9007199254740991,1.5,1e16,1e300]");
    static const bool expected[] = {true, true, true, true, true, true, false, false, false};
    size_t at = 0;
    WRT_JSON_EACH(item, list) {
        assert_int_equal(wrt_json_is_integer(item), expected[at++]);
    }
    assert_int_equal(at, 9);
    wrt_json_free(list);
}

static void json_type_names_are_those_of_json_schema(void **state) {
    (void)state;
    assert_string_equal(wrt_json_type_name(WRT_JSON_NULL), "null");
    assert_string_equal(wrt_json_type_name(WRT_JSON_BOOL), "boolean");
    assert_string_equal(wrt_json_type_name(WRT_JSON_NUMBER), "number");
    assert_string_equal(wrt_json_type_name(WRT_JSON_STRING), "string");
    assert_string_equal(wrt_json_type_name(WRT_JSON_ARRAY), "array");
    assert_string_equal(wrt_json_type_name(WRT_JSON_OBJECT), "object");
}

static bool equal_texts(const char *a, const char *b) {
    wrt_json *first = parse(a);
    wrt_json *second = parse(b);
    bool equal = wrt_json_equal(first, second);
    assert_int_equal(wrt_json_equal(second, first), equal);
    wrt_json_free(first);
    wrt_json_free(second);
    return equal;
}

static void json_equal_ignores_member_order_only(void **state) {
    (void)state;
    assert_true(equal_texts("{\"a\":1,\"b\":[1,{\"c\":null,\"d\":0}]}",
                            "{\"b\":[1.0,{\"d\":-0.0,\"c\":null}],\"a\":1e0}"));
    assert_false(equal_texts("[1,2]", "[2,1]"));
    assert_false(equal_texts("[1]", "[1,1]"));
    assert_false(equal_texts("{\"a\":1}", "{\"A\":1}"));
    assert_false(equal_texts("{\"a\":1}", "{\"a\":1,\"b\":1}"));
    assert_false(equal_texts("{\"a\":1,\"c\":1}", "{\"a\":1,\"b\":1}"));
    assert_false(equal_texts("0.1", "0.10000000000000002"));
    assert_false(equal_texts("\"a\"", "\"b\""));
    assert_false(equal_texts("true", "false"));
    assert_false(equal_texts("null", "false"));
    assert_false(equal_texts("[]", "{}"));
    wrt_json *null = wrt_json_new_null();
    assert_true(wrt_json_equal(NULL, NULL));
    assert_false(wrt_json_equal(NULL, null));
    assert_false(wrt_json_equal(null, NULL));
    wrt_json_free(null);
}

/* ---- building */

static void json_set_replaces_in_place_and_removes(void **state) {
    (void)state;
    wrt_json *root = wrt_json_new_object();
    wrt_json_set_int(root, "a", 1);
    wrt_json_set_text(root, "b", "x\xe2\x82\xac");
    wrt_json_set_number(root, "c", 0.5);
    wrt_json_set_bool(root, "d", true);
    wrt_json_set_text(root, "e", NULL);
    wrt_json_set_int(root, "b", -2);
    wrt_json_set_int(root, "B", 3);
    wrt_json_set(root, "d", NULL);
    wrt_json_set(root, "absent", NULL);
    check_written(root, wrt_json_write, "{\"a\":1,\"b\":-2,\"c\":0.5,\"e\":null,\"B\":3}");
    wrt_json_set(root, "a", NULL);
    wrt_json_set(root, "B", NULL);
    wrt_json_set_int(root, "z", 0);
    check_written(root, wrt_json_write, "{\"b\":-2,\"c\":0.5,\"e\":null,\"z\":0}");
    wrt_json_set(root, "z", wrt_json_get_mut(root, "z")); /* onto itself: nothing changes */
    assert_int_equal(wrt_json_count(root), 4);
    wrt_json_free(root);
}

static void json_push_appends_and_mut_reaches_inside(void **state) {
    (void)state;
    wrt_json *root = wrt_json_new_object();
    wrt_json_set(root, "list", wrt_json_new_array());
    wrt_json *list = wrt_json_get_mut(root, "list");
    wrt_json_push(list, wrt_json_new_bool(false));
    wrt_json_push_text(list, "two");
    wrt_json_push_text(list, NULL);
    wrt_json_push(list, wrt_json_new_text((wrt_str){"abcdef", 3}));
    wrt_json_push(list, wrt_json_new_text((wrt_str){NULL, 0}));
    check_written(root, wrt_json_write, "{\"list\":[false,\"two\",null,\"abc\",\"\"]}");
    wrt_json_free(root);
}

static void json_take_and_copy_lose_the_name(void **state) {
    (void)state;
    wrt_json *root = parse("{\"a\":{\"x\":[1,2]},\"b\":2}");
    wrt_json *copy = wrt_json_copy(wrt_json_get(root, "a"));
    wrt_json *taken = wrt_json_take(root, "a");
    assert_null(wrt_json_take(root, "a"));
    assert_null(wrt_json_key(copy));
    assert_null(wrt_json_key(taken));
    assert_true(wrt_json_equal(copy, taken));
    check_written(root, wrt_json_write, "{\"b\":2}");
    wrt_json *list = wrt_json_new_array();
    wrt_json_push(list, copy);
    wrt_json_push(list, taken);
    check_written(list, wrt_json_write, "[{\"x\":[1,2]},{\"x\":[1,2]}]");
    wrt_json_set(root, "renamed", list);
    check_written(root, wrt_json_write_canonical,
                  "{\"b\":2,\"renamed\":[{\"x\":[1,2]},{\"x\":[1,2]}]}");
    wrt_json_free(root);
}

static void json_copy_is_independent(void **state) {
    (void)state;
    wrt_json *root = parse("{\"a\":{\"b\":1}}");
    wrt_json *copy = wrt_json_copy(root);
    wrt_json_set_int(wrt_json_get_mut(copy, "a"), "b", 2);
    check_written(root, wrt_json_write, "{\"a\":{\"b\":1}}");
    wrt_json_free(root);
    check_written(copy, wrt_json_write, "{\"a\":{\"b\":2}}");
    wrt_json_free(copy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_canonical_sorts_keys_as_rfc_8785_does),
        cmocka_unit_test(json_canonical_writes_the_sample_of_rfc_8785),
        cmocka_unit_test(json_canonical_sorts_across_the_surrogate_gap),
        cmocka_unit_test(json_write_keeps_insertion_order),
        cmocka_unit_test(json_write_escapes_every_control_character),
        cmocka_unit_test(json_write_stops_at_the_cap),
        cmocka_unit_test(json_getters_answer_for_the_right_type),
        cmocka_unit_test(json_getters_fall_back_for_null_and_other_types),
        cmocka_unit_test(json_is_integer_holds_below_2_to_53),
        cmocka_unit_test(json_type_names_are_those_of_json_schema),
        cmocka_unit_test(json_equal_ignores_member_order_only),
        cmocka_unit_test(json_set_replaces_in_place_and_removes),
        cmocka_unit_test(json_push_appends_and_mut_reaches_inside),
        cmocka_unit_test(json_take_and_copy_lose_the_name),
        cmocka_unit_test(json_copy_is_independent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
