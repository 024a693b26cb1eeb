/* schema_gbnf_number.c: ranges of numbers as grammars of their digits.
 *
 * Two texts of equal length compare as their first digits do, and on a tie as the rest: that gives
 * a fork per digit, of which one arm is "anything" and the other goes on with one bound less. So a
 * range costs O(d) pieces per bound for d digits.
 *
 * A bound on numbers is taken as the shortest decimal text that reads back to it. Rounding is
 * monotone, so a decimal that is not below that text is not below the bound once it is read. */
#include "llm/grammar/schema_gbnf_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 24, PLACES = WRT_SCHEMA_GBNF_PLACES };

static const int64_t SAFE_MAX = 9007199254740991; /* 2^53 - 1 */

/* ---- digits ---------------------------------------------------------------------------------- */

static void write_any_digits(wrt_buf *out, size_t min, size_t max) {
    if (max == 0)
        return;
    wrt_buf_add_c(out, " [0-9]");
    if (min == max && max > 1)
        wrt_buf_printf(out, "{%zu}", min);
    else if (min != max)
        wrt_buf_printf(out, "{%zu,%zu}", min, max);
}

static void write_digit(wrt_buf *out, char low, char high) {
    if (low == high)
        wrt_buf_printf(out, "\"%c\"", low);
    else
        wrt_buf_printf(out, "[%c-%c]", low, high);
}

static bool is_all(const char *digits, size_t n, char digit) {
    for (size_t i = 0; i < n; i++) {
        if (digits[i] != digit)
            return false;
    }
    return true;
}

static void write_separator(wrt_buf *out, bool *is_first, const char *separator) {
    if (!*is_first)
        wrt_buf_add_c(out, separator);
    *is_first = false;
}

static const char NINES[] = "999999999999999999999999";
static const char ZEROS[] = "000000000000000000000000";

/* Texts of n digits from low to high, as a sequence. Recursion: one digit less. */
static void write_equal_length(wrt_buf *out, const char *low, const char *high, size_t n) {
    if (n == 0)
        return;
    wrt_buf_add_char(out, ' ');
    if (low[0] == high[0]) {
        write_digit(out, low[0], low[0]);
        write_equal_length(out, low + 1, high + 1, n - 1);
        return;
    }
    bool is_low_open = is_all(low + 1, n - 1, '0');
    bool is_high_open = is_all(high + 1, n - 1, '9');
    char from = (char)(low[0] + !is_low_open);
    char to = (char)(high[0] - !is_high_open);
    bool is_first = true;
    wrt_buf_add_char(out, '(');
    if (!is_low_open) {
        write_separator(out, &is_first, " | ");
        write_digit(out, low[0], low[0]);
        write_equal_length(out, low + 1, NINES, n - 1);
    }
    if (from <= to) {
        write_separator(out, &is_first, " | ");
        write_digit(out, from, to);
        write_any_digits(out, n - 1, n - 1);
    }
    if (!is_high_open) {
        write_separator(out, &is_first, " | ");
        write_digit(out, high[0], high[0]);
        write_equal_length(out, ZEROS, high + 1, n - 1);
    }
    wrt_buf_add_char(out, ')');
}

static size_t print_digits(char out[DIGITS_MAX], uint64_t value) {
    char reversed[DIGITS_MAX];
    size_t n = 0;
    do {
        reversed[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    for (size_t i = 0; i < n; i++)
        out[i] = reversed[n - 1 - i];
    out[n] = '\0';
    return n;
}

/* Alternates of the whole numbers from low to high. */
static void write_whole(wrt_buf *out, uint64_t low, uint64_t high) {
    char a[DIGITS_MAX];
    char b[DIGITS_MAX];
    bool is_first = true;
    if (low == 0) {
        write_separator(out, &is_first, " | ");
        wrt_buf_add_c(out, "\"0\"");
        low = 1;
    }
    if (low > high)
        return;
    size_t n = print_digits(a, low);
    size_t m = print_digits(b, high);
    if (n == m) {
        write_separator(out, &is_first, " |");
        write_equal_length(out, a, b, n);
        return;
    }
    bool is_low_open = a[0] == '1' && is_all(a + 1, n - 1, '0');
    bool is_high_open = is_all(b, m, '9');
    size_t from = n + !is_low_open; /* lengths that are taken whole */
    size_t to = m - !is_high_open;
    if (!is_low_open) {
        write_separator(out, &is_first, " |");
        write_equal_length(out, a, NINES, n);
    }
    if (from <= to) {
        write_separator(out, &is_first, " | ");
        wrt_buf_add_c(out, "[1-9]");
        write_any_digits(out, from - 1, to - 1);
    }
    if (!is_high_open) {
        char least[DIGITS_MAX];
        memcpy(least, ZEROS, DIGITS_MAX);
        least[0] = '1';
        write_separator(out, &is_first, " |");
        write_equal_length(out, least, b, m);
    }
}

void wrt_sg_write_integers(wrt_buf *out, int64_t low, int64_t high) {
    if (low < 0) {
        wrt_buf_add_c(out, "\"-\" (");
        write_whole(out, high < 0 ? (uint64_t)-high : 1, (uint64_t)-low);
        wrt_buf_add_c(out, high >= 0 ? ") | " : ")");
    }
    if (high >= 0)
        write_whole(out, low > 0 ? (uint64_t)low : 0, (uint64_t)high);
}

/* ---- fractions ------------------------------------------------------------------------------- */

/* A decimal without sign; places without zeros at their end. */
typedef struct {
    uint64_t whole;
    char places[PLACES + 1];
    size_t n;
} decimal;

/* Digits that are, read as a fraction, at least f (of n digits; at most `room` are written). */
static void write_at_least(wrt_buf *out, const char *f, size_t n, size_t room) {
    if (n == 0) {
        write_any_digits(out, 0, room);
        return;
    }
    if (n == 1) {
        wrt_buf_add_char(out, ' ');
        write_digit(out, f[0], '9');
        write_any_digits(out, 0, room - 1);
        return;
    }
    wrt_buf_add_c(out, " (");
    if (f[0] < '9') {
        write_digit(out, (char)(f[0] + 1), '9');
        write_any_digits(out, 0, room - 1);
        wrt_buf_add_c(out, " | ");
    }
    write_digit(out, f[0], f[0]);
    write_at_least(out, f + 1, n - 1, room - 1);
    wrt_buf_add_char(out, ')');
}

static void write_at_most(wrt_buf *out, const char *f, size_t n, size_t room);

/* The same behind a first digit: nothing more need follow. */
static void write_rest_at_most(wrt_buf *out, const char *f, size_t n, size_t room) {
    if (room == 0)
        return;
    wrt_buf_add_c(out, " (");
    write_at_most(out, f, n, room);
    wrt_buf_add_c(out, ")?");
}

/* One to `room` digits that are, read as a fraction, at most f. */
static void write_at_most(wrt_buf *out, const char *f, size_t n, size_t room) {
    if (n == 0) {
        wrt_buf_printf(out, "\"0\"{1,%zu}", room);
        return;
    }
    wrt_buf_add_char(out, '(');
    if (f[0] > '0') {
        write_digit(out, '0', (char)(f[0] - 1));
        write_any_digits(out, 0, room - 1);
        wrt_buf_add_c(out, " | ");
    }
    write_digit(out, f[0], f[0]);
    write_rest_at_most(out, f + 1, n - 1, room - 1);
    wrt_buf_add_char(out, ')');
}

/* One to `room` digits from a to b, a > 0. */
static void write_between(wrt_buf *out, const decimal *a, const decimal *b, size_t at) {
    size_t room = PLACES - at;
    char low = at < a->n ? a->places[at] : '0';
    char high = at < b->n ? b->places[at] : '0';
    const char *low_rest = a->places + at + 1;
    const char *high_rest = b->places + at + 1;
    size_t n_low = at + 1 < a->n ? a->n - at - 1 : 0;
    size_t n_high = at + 1 < b->n ? b->n - at - 1 : 0;
    wrt_buf_add_c(out, " (");
    write_digit(out, low, low);
    if (low == high) {
        if (n_low == 0)
            write_rest_at_most(out, high_rest, n_high, room - 1);
        else
            write_between(out, a, b, at + 1);
    } else {
        write_at_least(out, low_rest, n_low, room - 1);
        if (high - low > 1) {
            wrt_buf_add_c(out, " | ");
            write_digit(out, (char)(low + 1), (char)(high - 1));
            write_any_digits(out, 0, room - 1);
        }
        wrt_buf_add_c(out, " | ");
        write_digit(out, high, high);
        write_rest_at_most(out, high_rest, n_high, room - 1);
    }
    wrt_buf_add_char(out, ')');
}

/* What may follow the whole part of `b` in a number of at most b. */
static void write_tail_at_most(wrt_buf *out, const decimal *b) {
    wrt_buf_add_c(out, " (\".\" ");
    write_at_most(out, b->places, b->n, PLACES);
    wrt_buf_add_c(out, ")?");
}

static void write_point(wrt_buf *out, uint64_t whole) {
    char digits[DIGITS_MAX];
    print_digits(digits, whole);
    wrt_buf_printf(out, "\"%s.\"", digits);
}

/* Alternates of the decimals from a to b, a <= b. */
static void write_decimals(wrt_buf *out, const decimal *a, const decimal *b) {
    char digits[DIGITS_MAX];
    uint64_t from = a->whole;
    if (a->whole == b->whole && a->n > 0) {
        write_point(out, a->whole);
        write_between(out, a, b, 0);
        return;
    }
    if (a->n > 0) {
        write_point(out, a->whole);
        write_at_least(out, a->places, a->n, PLACES);
        wrt_buf_add_c(out, " | ");
        from++;
    }
    if (from < b->whole) {
        wrt_buf_add_char(out, '(');
        write_whole(out, from, b->whole - 1);
        wrt_buf_printf(out, ") (\".\" [0-9]{1,%d})? | ", PLACES);
    }
    print_digits(digits, b->whole);
    wrt_buf_printf(out, "\"%s\"", digits);
    write_tail_at_most(out, b);
}

/* ---- from doubles to decimals ---------------------------------------------------------------- */

static void increment(decimal *d) {
    size_t i = PLACES;
    while (i > 0 && d->places[i - 1] == '9')
        d->places[--i] = '0';
    if (i > 0)
        d->places[i - 1]++;
    else
        d->whole++;
}

/* digits * 10^-scale as a decimal; what lies beyond PLACES is cut or, with is_up, rounded up. */
static void set_decimal(decimal *d, const char *digits, int scale, bool is_up) {
    int n = (int)strlen(digits);
    bool is_inexact = false;
    *d = (decimal){0};
    memset(d->places, '0', PLACES);
    for (int i = 0; i < n; i++) {
        int place = i - (n - scale); /* 0 is the first behind the point */
        if (place < 0)
            d->whole = d->whole * 10 + (uint64_t)(digits[i] - '0');
        else if (place < PLACES)
            d->places[place] = digits[i];
        else
            is_inexact = is_inexact || digits[i] != '0';
    }
    for (int i = n; i < n - scale; i++)
        d->whole *= 10;
    if (is_inexact && is_up)
        increment(d);
    d->n = PLACES;
    while (d->n > 0 && d->places[d->n - 1] == '0')
        d->n--;
}

/* The decimal for value, 0 <= value <= 2^53 - 1. */
static void decimal_of(decimal *d, double value, bool is_up) {
    char text[32] = "";
    char digits[32] = "";
    size_t n = 0;
    int scale = 0;
    bool is_behind_point = false;
    const char *at = text;
    wrt_json_format_number(text, value);
    for (; *at != '\0' && *at != 'e'; at++) {
        is_behind_point = is_behind_point || *at == '.';
        if (*at == '.')
            continue;
        digits[n++] = *at;
        scale += is_behind_point;
    }
    digits[n] = '\0';
    if (*at == 'e') /* only "e-": the others begin at 1e21 */
        scale += (int)strtol(at + 2, NULL, 10);
    set_decimal(d, digits, scale, is_up);
}

static bool is_ordered(const decimal *a, const decimal *b) {
    if (a->whole != b->whole)
        return a->whole < b->whole;
    return memcmp(a->places, b->places, PLACES) <= 0;
}

/* Alternates of the numbers from low to high, 0 <= low <= high, with `sign` before each. False when
 * there are none of at most PLACES places within the safe integers. */
static bool write_unsigned(wrt_buf *out, const char *sign, double low, double high) {
    decimal a;
    decimal b;
    double safe = (double)SAFE_MAX;
    if (low > safe)
        return false;
    decimal_of(&a, low, true);
    decimal_of(&b, high < safe ? high : safe, false);
    if (!is_ordered(&a, &b))
        return false;
    if (out->len > 0)
        wrt_buf_add_c(out, " | ");
    wrt_buf_printf(out, "%s(", sign);
    write_decimals(out, &a, &b);
    wrt_buf_add_char(out, ')');
    return true;
}

static void write_bound(wrt_buf *out, double bound) {
    char text[32];
    if (!isfinite(bound))
        return;
    wrt_json_format_number(text, bound);
    wrt_buf_printf(out, "%s\"%s\"", out->len > 0 ? " | " : "", text);
}

void wrt_sg_write_numbers(wrt_buf *out, double low, double high) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    bool has_some = false;
    if (low < 0)
        has_some = write_unsigned(&text, "\"-\" ", high < 0 ? -high : 0, -low);
    if (high >= 0)
        has_some = write_unsigned(&text, "", low > 0 ? low : 0, high) || has_some;
    if (!has_some) {
        write_bound(&text, low);
        if (high > low)
            write_bound(&text, high);
    }
    wrt_buf_add_str(out, wrt_buf_str(&text));
    wrt_buf_free(&text);
}
