/* test_json_scan.c: the scanner against the reader and the canonical writer, which share no code
 * with it: on chosen texts, and on thousands of canonical texts with a byte changed, removed or
 * put in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/json_scan.h"
#include "base/rng.h"

static bool is_canonical(wrt_str text) {
    wrt_json *value = NULL;
    wrt_buf again = wrt_buf_make(WRT_MIB(1));
    bool is_same = false;
    if (wrt_json_parse(&value, text, NULL) == WRT_OK) {
        wrt_json_write_canonical(&again, value);
        is_same = wrt_str_equal(wrt_buf_str(&again), text);
    }
    wrt_json_free(value);
    wrt_buf_free(&again);
    return is_same;
}

static bool scan(wrt_str text) {
    size_t n = 0;
    return wrt_json_scan(NULL, 0, &n, text);
}

static void scan_takes_canonical_texts_only(void **state) {
    (void)state;
    static const char *const good[] = {
        "{}", "[]", "null", "true", "false", "0", "-1", "1e+21", "1e-7", "0.000001", "5e-324",
        "9007199254740991", "100000000000000000000", "\"\"", "\"\\\"\\\\\\b\\f\\n\\r\\t\"",
        "\"\\u0001\\u001f\x7f/\"", "{\"\":1,\"a\":[{}],\"b\":{\"c\":[]}}", "[[[[1,2],3]]]",
        "{\"\\n\":1,\" \":2,\"\\\"\":3,\"a\":4}",
        /* U+1F600 sorts before U+FB33: its first unit is D83D */
        "{\"\xc3\xb6\":1,\"\xf0\x9f\x98\x80\":2,\"\xef\xac\xb3\":3}"};
    static const char *const bad[] = {"",
                                      " ",
                                      "{} ",
                                      " {}",
                                      "{}{}",
                                      "[1, 2]",
                                      "{\"a\": 1}",
                                      "{\"b\":1,\"a\":2}",
                                      "{\"a\":1,\"a\":1}",
                                      "-0",
                                      "1.0",
                                      "1e21",
                                      "1E+21",
                                      "01",
                                      "+1",
                                      ".5",
                                      "5.",
                                      "1e400",
                                      "9007199254740993",
                                      "0.0000001",
                                      "\"\\/\"",
                                      "\"\\u0041\"",
                                      "\"\\u000A\"",
                                      "\"\\u000a\"",
                                      "\"\\u0000\"",
                                      "\"\\u001F\"",
                                      "\"\\ud800\"",
                                      "\"\t\"",
                                      "\"\xff\"",
                                      "\"\xed\xa0\x80\"",
                                      "nul",
                                      "[1,]",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{,}",
                                      "[",
                                      "{",
                                      "\"",
                                      "\"\\",
                                      "{\"a\":1",
                                      "[1",
                                      "tru",
                                      "-",
                                      "{\"a\":1}]",
                                      "{\"\xef\xac\xb3\":1,\"\xf0\x9f\x98\x80\":2}",
                                      "{\"\\r\":1,\"\\n\":2}",
                                      "{\"a\":1,\"\":2}",
                                      "NaN",
                                      "{1:2}"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (!scan(wrt_str_of(good[i])) || !is_canonical(wrt_str_of(good[i])))
            fail_msg("%s", good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (scan(wrt_str_of(bad[i])) || is_canonical(wrt_str_of(bad[i])))
            fail_msg("%s", bad[i]);
    }
    assert_false(scan((wrt_str){"\"a\0b\"", 5}));
}

static void scan_holds_the_depth_of_the_reader(void **state) {
    (void)state;
    char text[2 * WRT_JSON_DEPTH_MAX + 4];
    for (size_t depth = WRT_JSON_DEPTH_MAX - 1; depth <= WRT_JSON_DEPTH_MAX + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        wrt_str whole = {text, 2 * depth};
        assert_int_equal(scan(whole), depth <= WRT_JSON_DEPTH_MAX);
        assert_int_equal(scan(whole), is_canonical(whole));
    }
}

static void scan_finds_the_members_of_the_outermost_object(void **state) {
    (void)state;
    wrt_json_span member[3];
    size_t n = 0;
    wrt_str text = WRT_STR("{\"body\":{\"a\":[1,{\"b\":2}]},\"n\":-7,\"t\\n\":\"x\",\"z\":null}");
    assert_true(wrt_json_scan(member, 3, &n, text));
    assert_int_equal(n, 4); /* one more than there was room for */
    assert_true(wrt_str_equal_c(member[0].name, "body"));
    assert_true(wrt_str_equal_c(member[0].value, "{\"a\":[1,{\"b\":2}]}"));
    assert_true(wrt_str_equal_c(member[1].name, "n") && wrt_str_equal_c(member[1].value, "-7"));
    assert_true(wrt_str_equal_c(member[2].name, "t\\n"));
    assert_true(wrt_str_equal_c(member[2].value, "\"x\""));
    assert_true(wrt_json_scan(member, 3, &n, WRT_STR("[{\"a\":1}]")));
    assert_int_equal(n, 0);
    assert_true(wrt_json_scan(member, 3, &n, WRT_STR("{\"a\":{}}")));
    assert_int_equal(n, 1);
    assert_true(wrt_str_equal_c(member[0].value, "{}"));
}

/* A random value of the given depth, as text; names of two letters collide and misorder often. */
static void add_value(wrt_buf *out, wrt_rng *rng, int depth) {
    static const char *const leaves[] = {
        "1",    "0",    "-3.5",         "1e+30",           "\"a\\nb\"",
        "true", "null", "\"\xc3\xa9\"", "123456789012345", "0.1"};
    static const char *const names[] = {"a", "b", "ab", "\\n", "\xef\xac\xb3", "\xf0\x9f\x98\x80"};
    uint64_t kind = depth == 0 ? 0 : wrt_rng_below(rng, 3);
    if (kind == 0) {
        wrt_buf_add_c(out, leaves[wrt_rng_below(rng, sizeof leaves / sizeof leaves[0])]);
        return;
    }
    uint64_t count = wrt_rng_below(rng, 4);
    wrt_buf_add_char(out, kind == 1 ? '[' : '{');
    for (uint64_t i = 0; i < count; i++) {
        if (i > 0)
            wrt_buf_add_char(out, ',');
        if (kind == 2)
            wrt_buf_printf(out,
                           "\"%s\":", names[wrt_rng_below(rng, sizeof names / sizeof names[0])]);
        add_value(out, rng, depth - 1);
    }
    wrt_buf_add_char(out, kind == 1 ? ']' : '}');
}

/* Changes, removes or puts in one byte. */
static void mutate(wrt_buf *text, wrt_rng *rng) {
    static const char bytes[] = "{}[],:\"\\0123456789eE+-. \nabtnu\x80\xc3";
    char byte = bytes[wrt_rng_below(rng, sizeof bytes - 1)];
    size_t at = (size_t)wrt_rng_below(rng, text->len);
    uint64_t kind = wrt_rng_below(rng, 3);
    if (kind == 0) {
        text->ptr[at] = byte;
    } else if (kind == 1) {
        memmove(text->ptr + at, text->ptr + at + 1, text->len - at);
        text->len--;
    } else {
        wrt_buf_add_char(text, '\0');
        memmove(text->ptr + at + 1, text->ptr + at, text->len - 1 - at);
        text->ptr[at] = byte;
    }
}

static void scan_agrees_with_reader_and_writer_on_random_texts(void **state) {
    (void)state;
    wrt_rng rng = wrt_rng_make(17, 1, 0);
    size_t canonical = 0, other = 0;
    for (int i = 0; i < 20000; i++) {
        wrt_buf text = wrt_buf_make(WRT_MIB(1));
        add_value(&text, &rng, 5);
        for (uint64_t k = wrt_rng_below(&rng, 3); k > 0 && text.len > 0; k--)
            mutate(&text, &rng);
        bool expected = is_canonical(wrt_buf_str(&text));
        if (scan(wrt_buf_str(&text)) != expected)
            fail_msg("%s: %d", wrt_buf_str(&text).ptr, expected);
        canonical += expected;
        other += !expected;
        wrt_buf_free(&text);
    }
    assert_true(canonical > 4000 && other > 4000); /* both answers were asked for */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scan_takes_canonical_texts_only),
        cmocka_unit_test(scan_holds_the_depth_of_the_reader),
        cmocka_unit_test(scan_finds_the_members_of_the_outermost_object),
        cmocka_unit_test(scan_agrees_with_reader_and_writer_on_random_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
