/* test_json_number.c: the text of a double.
 *
 * Literals: RFC 8785, appendix B, and what V8 (String(x)) prints for further doubles. Random bit
 * patterns must read back and must not have more digits than 17, nor one digit too many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t bits;
    const char *text;
} number_case;

static double from_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void check_cases(const number_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char text[32];
        wrt_json_format_number(text, from_bits(cases[i].bits));
        assert_string_equal(text, cases[i].text);
    }
}

static void json_number_prints_rfc_8785_appendix_b(void **state) {
    (void)state;
    static const number_case cases[] = {
        {0x0000000000000000, "0"},
        {0x8000000000000000, "0"},
        {0x0000000000000001, "5e-324"},
        {0x8000000000000001, "-5e-324"},
        {0x7fefffffffffffff, "1.7976931348623157e+308"},
        {0xffefffffffffffff, "-1.7976931348623157e+308"},
        {0x4340000000000000, "9007199254740992"},
        {0xc340000000000000, "-9007199254740992"},
        {0x4430000000000000, "295147905179352830000"},
        {0x44b52d02c7e14af5, "9.999999999999997e+22"},
        {0x44b52d02c7e14af6, "1e+23"},
        {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
        {0x444b1ae4d6e2ef4e, "999999999999999700000"},
        {0x444b1ae4d6e2ef4f, "999999999999999900000"},
        {0x444b1ae4d6e2ef50, "1e+21"},
        {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
        {0x3eb0c6f7a0b5ed8d, "0.000001"},
        {0x41b3de4355555553, "333333333.3333332"},
        {0x41b3de4355555554, "333333333.33333325"},
        {0x41b3de4355555555, "333333333.3333333"},
        {0x41b3de4355555556, "333333333.3333334"},
        {0x41b3de4355555557, "333333333.33333343"},
        {0xbecbf647612f3696, "-0.0000033333333333333333"},
        {0x43143ff3c1cb0959, "1424953923781206.2"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}

/* 3d30000000000000 is 2^-44, where the nearest 16-digit decimal (...801e-14) does not read back and
 * its neighbour does. */
static void json_number_prints_as_v8_does(void **state) {
    (void)state;
    static const number_case cases[] = {
        {0x3e7ad7f29abcaf48, "1e-7"},
        {0x3d30000000000000, "5.684341886080802e-14"},
        {0xbd30000000000000, "-5.684341886080802e-14"},
        {0x3d40000000000000, "1.1368683772161603e-13"},
        {0x4011666666666666, "4.35"},
        {0x3fd3333333333334, "0.30000000000000004"},
        {0x4415af1d78b58c40, "100000000000000000000"},
        {0x441ac53a7e04bcda, "123456789012345680000"},
        {0x4480f0cf064dd592, "1e+22"},
        {0x433fffffffffffff, "9007199254740991"},
        {0xc33fffffffffffff, "-9007199254740991"},
        {0x4340000000000001, "9007199254740994"},
        {0x4360000000000000, "36028797018963970"},
        {0x3fb999999999999a, "0.1"},
        {0x3fd5555555555555, "0.3333333333333333"},
        {0x4059000000000000, "100"},
        {0xbff8000000000000, "-1.5"},
        {0x0010000000000000, "2.2250738585072014e-308"},
        {0x000fffffffffffff, "2.225073858507201e-308"},
        {0x0000000000002710, "4.9407e-320"},
        {0x0008000000000000, "1.1125369292536007e-308"},
        {0x0000000000000002, "1e-323"},
        {0x7fe0000000000000, "8.98846567431158e+307"},
        {0x3e70000000000000, "5.960464477539063e-8"},
        {0x3eea36e2eb1c432d, "0.0000125"},
        {0x3c36b082c2148b8e, "1.23e-18"},
        {0x4580000000000000, "6.189700196426902e+26"},
        {0x44dfe185ca57c517, "6.02214076e+23"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}

/* Significant digits: without sign, exponent, radix character, leading and trailing zeros. */
static int count_digits(const char *text) {
    int count = 0;
    int trailing = 0;
    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text < '0' || *text > '9' || (*text == '0' && count == 0)) {
            continue;
        }
        count++;
        trailing = *text == '0' ? trailing + 1 : 0;
    }
    return count - trailing;
}

/* True when the nearest decimal of so many digits already reads back. */
static bool reads_back_with(double value, int digits) {
    char text[64];
    (void)snprintf(text, sizeof text, "%.*e", digits - 1, value);
    return strtod(text, NULL) == value;
}

static void check_number(double value) {
    char text[32];
    char full[64];
    wrt_json_format_number(text, value);
    (void)snprintf(full, sizeof full, "%.17g", value);
    int digits = count_digits(text);
    if (strtod(text, NULL) != value || strlen(text) > 25) {
        fail_msg("%s was written as %s", full, text);
    }
    if (digits > count_digits(full) || (digits > 1 && reads_back_with(value, digits - 1))) {
        fail_msg("%s for %s has more digits than needed", text, full);
    }
}

/* A linear congruential step with an output mix; the sequence is fixed. */
static uint64_t next_bits(uint64_t *state) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t mixed = *state ^ *state >> 33;
    mixed *= UINT64_C(0xff51afd7ed558ccd);
    return mixed ^ mixed >> 33;
}

static void json_number_reads_back_and_is_short_for_random_bits(void **state) {
    (void)state;
    uint64_t seed = 20240229;
    for (int i = 0; i < 200000; i++) {
        double value = from_bits(next_bits(&seed));
        if (isfinite(value)) {
            check_number(value);
        }
    }
}

static void json_number_reads_back_around_powers_of_two_and_ten(void **state) {
    (void)state;
    for (uint64_t exponent = 1; exponent < 2047; exponent++) {
        uint64_t bits = exponent << 52;
        check_number(from_bits(bits - 1));
        check_number(from_bits(bits));
        check_number(from_bits(bits + 1));
    }
    for (int power = -323; power <= 308; power++) {
        char text[16];
        (void)snprintf(text, sizeof text, "1e%d", power);
        double value = strtod(text, NULL);
        check_number(value);
        check_number(nextafter(value, 0));
        check_number(nextafter(value, INFINITY));
    }
    for (uint64_t bits = 1; bits < 20000; bits++) {
        check_number(from_bits(bits));
    }
}

/* In a locale whose radix character is a comma nothing may change. */
static void json_number_ignores_the_locale(void **state) {
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
    wrt_json *value = NULL;
    wrt_buf out = wrt_buf_make(WRT_KIB(1));
    assert_int_equal(wrt_json_parse(&value, WRT_STR("[0.1,1.5e-9,4.35,1e21]"), NULL), WRT_OK);
    wrt_json_write(&out, value);
    assert_string_equal(out.ptr, "[0.1,1.5e-9,4.35,1e+21]");
    wrt_json_free(value);
    wrt_buf_free(&out);
    (void)setlocale(LC_ALL, "C");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_number_prints_rfc_8785_appendix_b),
        cmocka_unit_test(json_number_prints_as_v8_does),
        cmocka_unit_test(json_number_reads_back_and_is_short_for_random_bits),
        cmocka_unit_test(json_number_reads_back_around_powers_of_two_and_ten),
        cmocka_unit_test(json_number_ignores_the_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
