/* test_str.c: views, UTF-8 well-formedness, strict decimal numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void str_compares_bytewise(void **state) {
    (void)state;
    assert_true(wrt_str_equal(WRT_STR("ab"), wrt_str_of("ab")));
    assert_true(wrt_str_equal((wrt_str){NULL, 0}, WRT_STR("")));
    assert_false(wrt_str_equal(WRT_STR("a\0b"), WRT_STR("a\0c")));
    assert_true(wrt_str_equal_c(WRT_STR(""), NULL));
    assert_true(wrt_str_starts_with(WRT_STR("abc"), WRT_STR("ab")));
    assert_true(wrt_str_starts_with(WRT_STR("abc"), WRT_STR("")));
    assert_false(wrt_str_starts_with(WRT_STR("a"), WRT_STR("ab")));
    assert_true(wrt_str_compare(WRT_STR("ab"), WRT_STR("abc")) < 0);
    assert_true(wrt_str_compare(WRT_STR("b"), WRT_STR("abc")) > 0);
    assert_true(wrt_str_compare(WRT_STR("\xff"), WRT_STR("a")) > 0);
    assert_int_equal(wrt_str_compare(WRT_STR(""), (wrt_str){NULL, 0}), 0);
}

static void str_trim_removes_ascii_white_space_only(void **state) {
    (void)state;
    assert_true(wrt_str_equal_c(wrt_str_trim(WRT_STR(" \t\r\n\v\fa b \n")), "a b"));
    assert_true(wrt_str_equal_c(wrt_str_trim(WRT_STR(" \n ")), ""));
    assert_true(wrt_str_equal_c(wrt_str_trim(WRT_STR("\xc2\xa0x")), "\xc2\xa0x"));
}

static void str_cut_gives_every_part_when_some_are_empty(void **state) {
    (void)state;
    wrt_str rest = WRT_STR("a||b|");
    static const char *const expected[] = {"a", "", "b", ""};
    wrt_str part;
    for (size_t i = 0; i < 4; i++) {
        assert_true(wrt_str_cut(&part, &rest, '|'));
        assert_true(wrt_str_equal_c(part, expected[i]));
    }
    assert_false(wrt_str_cut(&part, &rest, '|'));
    rest = WRT_STR("");
    assert_true(wrt_str_cut(&part, &rest, '|'));
    assert_false(wrt_str_cut(&part, &rest, '|'));
}

/* Boundaries of the table of well-formed byte sequences (Unicode Standard, table 3-7). */
static void utf8_valid_follows_the_standard_table(void **state) {
    (void)state;
    static const char *const good[] = {
        "",
        "plain",
        "\x7f",
        "\xc2\x80",
        "\xdf\xbf",
        "\xe0\xa0\x80",
        "\xed\x9f\xbf",
        "\xee\x80\x80",
        "\xef\xbf\xbf",
        "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf",
        "long enough for words \xe2\x82\xac and beyond",
    };
    static const char *const bad[] = {
        "\x80",
        "\xbf",
        "\xc0\xaf",
        "\xc1\xbf",
        "\xc2",
        "\xc2 ",
        "\xe0\x9f\xbf",
        "\xe2\x82",
        "\xe2\x82 ",
        "\xf0\x90\x80 ",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf0\x8f\xbf\xbf",
        "\xf0\x90\x80",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xfe",
        "\xff",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(wrt_utf8_valid(wrt_str_of(good[i])));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[32];
        (void)snprintf(text, sizeof text, "0123456789%s", bad[i]);
        assert_false(wrt_utf8_valid(wrt_str_of(text)));
        assert_int_equal(wrt_utf8_valid_prefix(wrt_str_of(text)), 10);
    }
    assert_true(wrt_utf8_valid((wrt_str){NULL, 0}));
}

/* All of Unicode, encoded here by hand: every scalar value passes, every surrogate fails. */
static void utf8_valid_accepts_every_scalar_value(void **state) {
    (void)state;
    for (uint32_t code = 0x800; code <= 0xFFFF; code++) {
        char bytes[3] = {(char)(0xE0 | code >> 12), (char)(0x80 | (code >> 6 & 63)),
                         (char)(0x80 | (code & 63))};
        bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
        assert_int_equal(wrt_utf8_valid((wrt_str){bytes, 3}), !is_surrogate);
    }
    for (uint32_t code = 0; code < 0x200000; code += 7) {
        char bytes[4] = {(char)(0xF0 | code >> 18), (char)(0x80 | (code >> 12 & 63)),
                         (char)(0x80 | (code >> 6 & 63)), (char)(0x80 | (code & 63))};
        bool is_scalar = code >= 0x10000 && code <= 0x10FFFF;
        assert_int_equal(wrt_utf8_valid((wrt_str){bytes, 4}), is_scalar);
    }
}

static void utf8_make_printable_replaces_controls(void **state) {
    (void)state;
    char text[] = "a\tb\x1b\x7f\xc2\x85 \xe2\x80\xa8\xc2\xa0\xe2\x82\xac\xff\xe2\x82";
    wrt_utf8_make_printable(text, sizeof text - 1);
    assert_string_equal(text, "a?b???? ???\xc2\xa0\xe2\x82\xac???");
}

static void str_to_int64_takes_whole_numbers_in_range(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {
        {"0", 0},
        {"-0", 0},
        {"+1", 1},
        {"007", 7},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
    };
    static const char *const bad[] = {"",
                                      "-",
                                      "+",
                                      "+-1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "1e3",
                                      "0x10",
                                      "9223372036854775808",
                                      "+9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999999"};
    int64_t value = 0;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(wrt_str_to_int64(&value, wrt_str_of(good[i].text)));
        assert_true(value == good[i].value);
    }
    value = 42;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(wrt_str_to_int64(&value, wrt_str_of(bad[i])));
    }
    assert_false(wrt_str_to_int64(&value, WRT_STR("1\0")));
    assert_int_equal(value, 42);
}

static void check_double(const char *text, double expected) {
    double value = -1;
    assert_true(wrt_str_to_double(&value, wrt_str_of(text)));
    assert_true(value == expected);
}

static void str_to_double_takes_finite_decimals(void **state) {
    (void)state;
    check_double("0", 0);
    check_double("4.35", 4.35);
    check_double("-1e-7", -1e-7);
    check_double("+1E+21", 1e21);
    check_double(".5", 0.5);
    check_double("5.", 5);
    check_double("1.7976931348623157e308", DBL_MAX);
    check_double("1e-400", 0);
    /* 100 digits: longer than the buffer on the stack; the value is 1 + 2^-52. */
    check_double("1.0000000000000002220446049250313080847263336181640625"
                 "00000000000000000000000000000000000000000000000000",
                 1 + DBL_EPSILON);
    double value = 1;
    assert_true(wrt_str_to_double(&value, WRT_STR("-0")) && value == 0 && signbit(value));
    /* A view is not read past its end. */
    assert_true(wrt_str_to_double(&value, (wrt_str){"12345", 2}) && value == 12);
}

/* Digits, points and signs of every length around the short form, beside the C library. */
static void str_to_double_equals_strtod(void **state) {
    (void)state;
    uint64_t seed = 1;
    for (int i = 0; i < 200000; i++) {
        char text[32];
        size_t len = 0;
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t bits = seed >> 20;
        int digits = 1 + (int)(bits % 20), point = (int)(bits / 20 % 22);
        if (bits >> 40 & 1)
            text[len++] = '-';
        for (int d = 0; d < digits; d++) {
            if (d == point)
                text[len++] = '.';
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            text[len++] = (char)('0' + (seed >> 33) % 10);
        }
        text[len] = '\0';
        double ours = 0, theirs = strtod(text, NULL);
        assert_true(wrt_str_to_double(&ours, (wrt_str){text, len}));
        if (memcmp(&ours, &theirs, sizeof ours) != 0)
            fail_msg("%s: %.17g", text, ours);
    }
}

static void str_to_double_refuses_what_is_not_a_finite_decimal(void **state) {
    (void)state;
    static const char *const bad[] = {"",     "-",   ".",     "-.",    "e5",       "1e",
                                      "1e+",  " 1",  "1 ",    "1,5",   "0x1p3",    "inf",
                                      "-inf", "nan", "NaN",   "1e309", "-1e400",   "1.2.3",
                                      "1_0",  "--1", "1e5.0", "1d5",   "infinity", "1\n"};
    double value = 42;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(wrt_str_to_double(&value, wrt_str_of(bad[i])));
    }
    assert_false(wrt_str_to_double(&value, WRT_STR("1\0")));
    assert_false(wrt_str_to_double(&value, (wrt_str){NULL, 0}));
    assert_true(value == 42);
}

/* In a locale whose radix character is a comma nothing may change. */
static void str_to_double_ignores_the_locale(void **state) {
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
    const char *chosen = NULL;
    for (size_t i = 0; i < 4 && chosen == NULL; i++) {
        chosen = setlocale(LC_ALL, names[i]);
    }
    if (chosen == NULL) {
        print_message("no locale with a decimal comma is installed; skipped\n");
        skip();
    }
    double value = 0;
    assert_true(wrt_str_to_double(&value, WRT_STR("1.5")) && value == 1.5);
    assert_false(wrt_str_to_double(&value, WRT_STR("1,5")));
    (void)setlocale(LC_ALL, "C");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(str_compares_bytewise),
        cmocka_unit_test(str_trim_removes_ascii_white_space_only),
        cmocka_unit_test(str_cut_gives_every_part_when_some_are_empty),
        cmocka_unit_test(utf8_valid_follows_the_standard_table),
        cmocka_unit_test(utf8_valid_accepts_every_scalar_value),
        cmocka_unit_test(utf8_make_printable_replaces_controls),
        cmocka_unit_test(str_to_int64_takes_whole_numbers_in_range),
        cmocka_unit_test(str_to_double_takes_finite_decimals),
        cmocka_unit_test(str_to_double_equals_strtod),
        cmocka_unit_test(str_to_double_refuses_what_is_not_a_finite_decimal),
        cmocka_unit_test(str_to_double_ignores_the_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
