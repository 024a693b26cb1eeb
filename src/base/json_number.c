/* json_number.c: the shortest decimal text of a double, in the form of ECMAScript.
 *
 * ECMA-262, Number::toString asks for the integer n with the fewest digits k such that
 * n * 10^(e - k) reads back as the double, and among several such n for the closest to it. The C
 * library gives the nearest decimal of k digits ("%.*e" rounds exactly in glibc and musl), so k is
 * raised until the text reads back. One case needs more: at a power of two the doubles below lie
 * twice as dense as those above, and the nearest k-digit decimal may fall short of the half-gap
 * below while its upper neighbour is still within the half-gap above. 2^-44 is such a double:
 * 5.684341886080801e-14 is nearest but reads as another, 5.684341886080802e-14 reads back.
 *
 * A normal double whose shortest text has at most 15 digits is given by its nearest 15-digit
 * decimal (DBL_DIG: decimals of 15 digits survive the way through a double), so the search starts
 * there; subnormal doubles hold fewer digits and start at one. No text with a radix character is
 * made or read, so the locale does not matter. */
#include "base/json.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 17 };

/* The number digits[0].digits[1]... * 10^exponent, without trailing zeros. */
typedef struct {
    char digits[DIGITS_MAX + 1];
    int count;
    int exponent;
} decimal;

/* value > 0 rounded to `count` digits. */
static decimal nearest_decimal(double value, int count) {
    char text[64];
    (void)snprintf(text, sizeof text, "%.*e", count - 1, value);
    decimal result = {.count = 0};
    const char *at = text;
    for (; *at != 'e'; at++) {
        if (*at >= '0' && *at <= '9' && result.count < DIGITS_MAX) {
            result.digits[result.count++] = *at;
        }
    }
    result.exponent = (int)strtol(at + 1, NULL, 10);
    return result;
}

/* The next decimal upwards of the same number of digits. */
static decimal next_decimal(decimal number) {
    int at = number.count - 1;
    while (at >= 0 && number.digits[at] == '9') {
        number.digits[at--] = '0';
    }
    if (at >= 0) {
        number.digits[at]++;
    } else {
        number.digits[0] = '1';
        number.exponent++;
    }
    return number;
}

static bool reads_back(const decimal *number, double value) {
    char text[64];
    (void)snprintf(text, sizeof text, "%.*se%d", number->count, number->digits,
                   number->exponent - number->count + 1);
    return strtod(text, NULL) == value;
}

static decimal shortest_decimal(double value) {
    decimal result = {.count = 0};
    for (int count = value < DBL_MIN ? 1 : DBL_DIG; count <= DIGITS_MAX; count++) {
        result = nearest_decimal(value, count);
        if (reads_back(&result, value)) {
            break;
        }
        decimal above = next_decimal(result);
        if (reads_back(&above, value)) {
            result = above;
            break;
        }
    }
    while (result.count > 1 && result.digits[result.count - 1] == '0') {
        result.count--;
    }
    return result;
}

typedef struct {
    char *out;
    size_t len;
} writer;

static void put(writer *to, const char *bytes, int count) {
    memcpy(to->out + to->len, bytes, (size_t)count);
    to->len += (size_t)count;
}

static void put_zeros(writer *to, int count) {
    for (int i = 0; i < count; i++) {
        to->out[to->len++] = '0';
    }
}

/* The five layouts of Number::toString, steps 6 to 10; point is its n, count its k. At most 25
 * characters: sign, "0.", five zeros and 17 digits. */
static void put_decimal(writer *to, const decimal *number) {
    int point = number->exponent + 1;
    int count = number->count;
    if (count <= point && point <= 21) {
        put(to, number->digits, count);
        put_zeros(to, point - count);
    } else if (0 < point && point <= 21) {
        put(to, number->digits, point);
        put(to, ".", 1);
        put(to, number->digits + point, count - point);
    } else if (-6 < point && point <= 0) {
        put(to, "0.", 2);
        put_zeros(to, -point);
        put(to, number->digits, count);
    } else {
        put(to, number->digits, 1);
        if (count > 1) {
            put(to, ".", 1);
            put(to, number->digits + 1, count - 1);
        }
        char exponent[16];
        int len = snprintf(exponent, sizeof exponent, "e%+d", point - 1);
        put(to, exponent, len);
    }
}

void wrt_json_format_number(char out[32], double value) {
    assert(isfinite(value));
    writer to = {out, 0};
    if (!isfinite(value)) {
        put(&to, "null", 4); /* JSON has no text for it; never write "nan" */
    } else if (fabs(value) < 9007199254740992.0 && value == floor(value)) {
        to.len = (size_t)snprintf(out, 32, "%lld", (long long)value);
    } else {
        if (value < 0) {
            put(&to, "-", 1);
        }
        decimal number = shortest_decimal(fabs(value));
        put_decimal(&to, &number);
    }
    out[to.len] = '\0';
}
