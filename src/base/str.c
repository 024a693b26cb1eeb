/* str.c: text as pointer and length, UTF-8 validation, strict decimal numbers.
 *
 * UTF-8 follows the table of well-formed byte sequences of the Unicode Standard (table 3-7), which
 * is the grammar of RFC 3629, section 4. Numbers are checked against a grammar first and only then
 * given to the C library, in the C locale, so neither the locale nor its extensions (hexadecimal,
 * "inf", leading white space) can change what is accepted. */
#include "base/str.h"

#include "base/arena.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

wrt_str wrt_str_of(const char *terminated) {
    if (terminated == NULL) {
        return WRT_STR("");
    }
    return (wrt_str){terminated, strlen(terminated)};
}

bool wrt_str_equal(wrt_str a, wrt_str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool wrt_str_equal_c(wrt_str a, const char *b) {
    return wrt_str_equal(a, wrt_str_of(b));
}

bool wrt_str_starts_with(wrt_str text, wrt_str prefix) {
    return text.len >= prefix.len && wrt_str_equal((wrt_str){text.ptr, prefix.len}, prefix);
}

int wrt_str_compare(wrt_str a, wrt_str b) {
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared == 0 ? 0 : memcmp(a.ptr, b.ptr, shared);
    if (order != 0) {
        return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

static bool is_space(char byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

wrt_str wrt_str_trim(wrt_str text) {
    while (text.len > 0 && is_space(text.ptr[0])) {
        text.ptr++;
        text.len--;
    }
    while (text.len > 0 && is_space(text.ptr[text.len - 1])) {
        text.len--;
    }
    return text;
}

bool wrt_str_cut(wrt_str *out, wrt_str *rest, char separator) {
    if (rest->ptr == NULL) {
        *out = WRT_STR("");
        return false;
    }
    const char *found = rest->len == 0 ? NULL : memchr(rest->ptr, separator, rest->len);
    if (found == NULL) {
        *out = *rest;
        *rest = (wrt_str){NULL, 0};
        return true;
    }
    size_t len = (size_t)(found - rest->ptr);
    *out = (wrt_str){rest->ptr, len};
    *rest = (wrt_str){found + 1, rest->len - len - 1};
    return true;
}

/* Bytes of the well-formed sequence at text (len > 0), or 0. The second byte's range depends on
 * the first: it excludes overlong forms, surrogates and what lies beyond U+10FFFF. */
static size_t sequence_length(const unsigned char *text, size_t len) {
    unsigned char lead = text[0];
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    size_t need;
    if (lead < 0x80) {
        return 1;
    } else if (lead >= 0xC2 && lead <= 0xDF) {
        need = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        need = 3;
        low = lead == 0xE0 ? 0xA0 : 0x80;
        high = lead == 0xED ? 0x9F : 0xBF;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        need = 4;
        low = lead == 0xF0 ? 0x90 : 0x80;
        high = lead == 0xF4 ? 0x8F : 0xBF;
    } else {
        return 0;
    }
    if (len < need || text[1] < low || text[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < need; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return need;
}

/* Length of the run of ASCII bytes at text, eight at a time. */
static size_t ascii_run(const unsigned char *text, size_t len) {
    size_t at = 0;
    for (uint64_t word; len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
    }
    while (at < len && text[at] < 0x80) {
        at++;
    }
    return at;
}

size_t wrt_utf8_valid_prefix(wrt_str text) {
    const unsigned char *bytes = (const unsigned char *)text.ptr;
    size_t at = 0;
    while (at < text.len) {
        at += ascii_run(bytes + at, text.len - at);
        if (at == text.len) {
            break;
        }
        size_t step = sequence_length(bytes + at, text.len - at);
        if (step == 0) {
            return at;
        }
        at += step;
    }
    return at;
}

bool wrt_utf8_valid(wrt_str text) {
    return wrt_utf8_valid_prefix(text) == text.len;
}

/* C1 controls are C2 80 .. C2 9F; U+2028 and U+2029 are E2 80 A8 and E2 80 A9. */
static bool is_control(const unsigned char *at, size_t step) {
    if (step == 1) {
        return at[0] < 0x20 || at[0] == 0x7F;
    }
    if (step == 2) {
        return at[0] == 0xC2 && at[1] < 0xA0;
    }
    return step == 3 && at[0] == 0xE2 && at[1] == 0x80 && (at[2] == 0xA8 || at[2] == 0xA9);
}

void wrt_utf8_make_printable(char *text, size_t len) {
    for (size_t at = 0; at < len;) {
        const unsigned char *bytes = (const unsigned char *)text + at;
        size_t step = sequence_length(bytes, len - at);
        if (step == 0 || is_control(bytes, step)) {
            step = step == 0 ? 1 : step;
            memset(text + at, '?', step);
        }
        at += step;
    }
}

bool wrt_str_to_int64(int64_t *out, wrt_str text) {
    size_t at = 0;
    bool is_negative = text.len > 0 && text.ptr[0] == '-';
    if (is_negative || (text.len > 0 && text.ptr[0] == '+')) {
        at = 1;
    }
    if (at == text.len) {
        return false;
    }
    /* Counted downwards, because the most negative number has no positive counterpart. */
    int64_t value = 0;
    for (; at < text.len; at++) {
        if (text.ptr[at] < '0' || text.ptr[at] > '9') {
            return false;
        }
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, text.ptr[at] - '0', &value)) {
            return false;
        }
    }
    if (!is_negative && value == INT64_MIN) {
        return false;
    }
    *out = is_negative ? value : -value;
    return true;
}

static size_t skip_digits(wrt_str text, size_t at) {
    while (at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9') {
        at++;
    }
    return at;
}

static size_t skip_sign(wrt_str text, size_t at) {
    return at < text.len && (text.ptr[at] == '+' || text.ptr[at] == '-') ? at + 1 : at;
}

static bool is_decimal(wrt_str text) {
    size_t start = skip_sign(text, 0);
    size_t at = skip_digits(text, start);
    size_t digits = at - start;
    if (at < text.len && text.ptr[at] == '.') {
        size_t fraction = at + 1;
        at = skip_digits(text, fraction);
        digits += at - fraction;
    }
    if (digits == 0) {
        return false;
    }
    if (at < text.len && (text.ptr[at] == 'e' || text.ptr[at] == 'E')) {
        size_t exponent = skip_sign(text, at + 1);
        at = skip_digits(text, exponent);
        if (at == exponent) {
            return false;
        }
    }
    return at == text.len;
}

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void make_c_locale(void) {
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c_locale == (locale_t)0) {
        abort(); /* the C locale is built in; only exhausted memory can refuse it */
    }
}

/* [+-] digits [. digits] of at most 15 digits: the digits as a whole number and the power of ten
 * are both exact doubles, so that their quotient is the nearest one (Clinger 1990,
 * doi:10.1145/93542.93557). Most numbers of tables are such; false for any other text. */
static bool short_decimal(double *out, wrt_str text) {
    static const double tens[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    size_t at = skip_sign(text, 0), digits = 0, behind = 0;
    int64_t whole = 0;
    bool is_fraction = false;
    for (; at < text.len; at++) {
        char c = text.ptr[at];
        if (c == '.' && !is_fraction) {
            is_fraction = true;
            continue;
        }
        if (c < '0' || c > '9' || ++digits > 15) {
            return false;
        }
        whole = 10 * whole + (c - '0');
        behind += is_fraction;
    }
    if (digits == 0) {
        return false;
    }
    double value = (double)whole / tens[behind];
    *out = text.ptr[0] == '-' ? -value : value;
    return true;
}

bool wrt_str_to_double(double *out, wrt_str text) {
    if (short_decimal(out, text)) {
        return true;
    }
    if (!is_decimal(text)) {
        return false;
    }
    (void)pthread_once(&c_locale_once, make_c_locale);
    char small[64];
    char *copy = text.len < sizeof small ? small : wrt_calloc(text.len + 1, 1);
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    double value = strtod_l(copy, NULL, c_locale);
    if (copy != small) {
        free(copy);
    }
    if (!isfinite(value)) {
        return false;
    }
    *out = value;
    return true;
}
