/* fold.c: the form in which names are compared.
 *
 * NFKC with case folding (Unicode NFKC_Casefold through utf8proc), then Greek letters spelt out,
 * the typographic apostrophe made the plain one,
 * and every run of white space, dashes and underscores made one space, none at either end.
 * "diabetes mellitus" folds to "diabetes", as people write it; diabetes insipidus stays itself. Two
 * spellings are the same name exactly when their folded bytes are equal. */
#include "kg/names/resolve.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { FIRST_GREEK = 0x3B1, LAST_GREEK = 0x3C9, MINUS_SIGN = 0x2212, RIGHT_QUOTE = 0x2019 };

/* U+03B1 to U+03C9 in order; folding has turned the final sigma into the plain one. */
static const char *const greek[] = {
    "alpha", "beta",   "gamma",   "delta", "epsilon", "zeta",    "eta",   "theta", "iota",
    "kappa", "lambda", "mu",      "nu",    "xi",      "omicron", "pi",    "rho",   "sigma",
    "sigma", "tau",    "upsilon", "phi",   "chi",     "psi",     "omega",
};

static bool is_separator(utf8proc_int32_t c) {
    if (c == '_' || c == MINUS_SIGN)
        return true;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
        return true;
    default:
        return false;
    }
}

static void add_code_point(wrt_buf *out, utf8proc_int32_t c) {
    if (c == RIGHT_QUOTE)
        c = '\'';
    if (c >= FIRST_GREEK && c <= LAST_GREEK) {
        wrt_buf_add_c(out, greek[c - FIRST_GREEK]);
        return;
    }
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t len = utf8proc_encode_char(c, bytes);
    wrt_buf_add(out, bytes, (size_t)len);
}

static void add_folded(wrt_buf *out, const utf8proc_uint8_t *text, utf8proc_ssize_t len) {
    bool pending = false, any = false;
    for (utf8proc_ssize_t at = 0; at < len;) {
        utf8proc_int32_t c = 0;
        utf8proc_ssize_t step = utf8proc_iterate(text + at, len - at, &c);
        if (step <= 0)
            return;
        at += step;
        if (is_separator(c)) {
            pending = any;
            continue;
        }
        if (pending)
            wrt_buf_add_char(out, ' ');
        pending = false;
        any = true;
        add_code_point(out, c);
    }
}

static char lower(char c) {
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Text that is not UTF-8 still folds to something comparable: each byte beyond ASCII becomes '?'.
 */
static void add_ascii(wrt_buf *out, wrt_str text) {
    char *copy = malloc(text.len + 1);
    if (copy == NULL)
        wrt_out_of_memory();
    for (size_t i = 0; i < text.len; i++) {
        copy[i] = lower(text.ptr[i]);
        if ((unsigned char)copy[i] >= 0x80)
            copy[i] = '?';
    }
    add_folded(out, (const utf8proc_uint8_t *)copy, (utf8proc_ssize_t)text.len);
    free(copy);
}

/* Most names are plain ASCII, for which folding is a table walk without allocation. */
static bool add_plain(wrt_buf *out, wrt_str text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80)
            return false;
    bool pending = false, any = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if ((unsigned char)c <= ' ' || c == '_' || c == '-' || c == 0x7f) {
            pending = any;
            continue;
        }
        if (pending)
            wrt_buf_add_char(out, ' ');
        pending = false;
        any = true;
        wrt_buf_add_char(out, lower(c));
    }
    return true;
}

/* Takes the word "mellitus" behind "diabetes" out of the text that starts at byte `from`. */
static void drop_mellitus(wrt_buf *out, size_t from) {
    static const char phrase[] = "diabetes mellitus";
    enum { KEPT = sizeof "diabetes" - 1, LEN = sizeof phrase - 1 };
    for (size_t at = from; at + LEN <= out->len; at++) {
        bool starts = at == from || out->ptr[at - 1] == ' ';
        bool ends = at + LEN == out->len || out->ptr[at + LEN] == ' ' || out->ptr[at + LEN] == ',';
        if (!starts || !ends || memcmp(out->ptr + at, phrase, LEN) != 0)
            continue;
        memmove(out->ptr + at + KEPT, out->ptr + at + LEN, out->len - (at + LEN) + 1);
        out->len -= LEN - KEPT;
    }
}

static void fold(wrt_buf *out, wrt_str text) {
    if (text.len == 0 || add_plain(out, text))
        return;
    utf8proc_uint8_t *mapped = NULL;
    const int options =
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    utf8proc_ssize_t len =
        utf8proc_map((const utf8proc_uint8_t *)text.ptr, (utf8proc_ssize_t)text.len, &mapped,
                     (utf8proc_option_t)options);
    if (len < 0)
        add_ascii(out, text);
    else
        add_folded(out, mapped, len);
    free(mapped);
}

void wrt_kg_fold(wrt_buf *out, wrt_str text) {
    size_t from = out->len;
    fold(out, text);
    drop_mellitus(out, from);
}
