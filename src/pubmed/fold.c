/* fold.c: NFKD and case folding of one character at a time.
 *
 * Folding by character keeps the way back to the byte where each came from; canonical reordering of
 * several marks on one letter is not done, which matters only to texts that disagree on it. */
#include "pubmed/fold.h"

#include <string.h>
#include <utf8proc.h>

enum { REPLACEMENT = 0xFFFD, FIRST_GREEK = 0x3B1, LAST_GREEK = 0x3C9 };

void wrt_fold_char(wrt_folded *out, wrt_str text, size_t at) {
    unsigned char first = (unsigned char)text.ptr[at];
    out->n = 1;
    out->bytes = 1;
    if (first < 0x80) {
        out->code[0] = first >= 'A' && first <= 'Z' ? first + ('a' - 'A') : first;
        return;
    }
    utf8proc_int32_t code = 0;
    utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)text.ptr + at,
                                             (utf8proc_ssize_t)(text.len - at), &code);
    out->code[0] = REPLACEMENT;
    if (step <= 0)
        return;
    out->bytes = (size_t)step;
    utf8proc_ssize_t n = utf8proc_decompose_char(
        code, out->code, WRT_FOLD_MAX,
        UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE, NULL);
    out->n = n < 0 || n > WRT_FOLD_MAX ? 1 : (int)n;
}

size_t wrt_fold_encode(char out[4], int32_t code) {
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char(code, bytes);
    memcpy(out, bytes, n > 0 ? (size_t)n : 0);
    return n > 0 ? (size_t)n : 0;
}

bool wrt_fold_is_mark(int32_t code) {
    if (code < 0x300)
        return false;
    utf8proc_category_t category = utf8proc_category(code);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME ||
           category == UTF8PROC_CATEGORY_MC;
}

bool wrt_fold_is_word(int32_t code) {
    if (code < 0x80)
        return (code >= 'a' && code <= 'z') || (code >= '0' && code <= '9') ||
               (code >= 'A' && code <= 'Z');
    switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_CO:
        return true;
    default:
        return false;
    }
}

bool wrt_fold_is_space(int32_t code) {
    if (code < 0x80)
        return code == ' ' || (code >= '\t' && code <= '\r');
    utf8proc_category_t category = utf8proc_category(code);
    return code == 0x85 || category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP;
}

char wrt_fold_punctuation(int32_t code) {
    if (code == '-' || code == '\'' || code == '"')
        return (char)code;
    if (code < 0x80)
        return 0;
    if (code == 0x2212 || utf8proc_category(code) == UTF8PROC_CATEGORY_PD)
        return '-';
    switch (code) {
    case 0xB4:   /* acute accent, typed as an apostrophe */
    case 0x2018: /* single quotation marks */
    case 0x2019:
    case 0x201A:
    case 0x201B:
    case 0x2032: /* prime */
    case 0x2039:
    case 0x203A:
        return '\'';
    case 0xAB: /* guillemets */
    case 0xBB:
    case 0x201C: /* double quotation marks */
    case 0x201D:
    case 0x201E:
    case 0x201F:
    case 0x2033: /* double prime */
        return '"';
    default:
        return 0;
    }
}

const char *wrt_fold_greek(int32_t code) {
    static const char *const names[] = {
        "alpha", "beta",   "gamma",   "delta", "epsilon", "zeta",    "eta",   "theta", "iota",
        "kappa", "lambda", "mu",      "nu",    "xi",      "omicron", "pi",    "rho",   "sigma",
        "sigma", "tau",    "upsilon", "phi",   "chi",     "psi",     "omega",
    };
    return code >= FIRST_GREEK && code <= LAST_GREEK ? names[code - FIRST_GREEK] : NULL;
}
