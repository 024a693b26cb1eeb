/* str.h: text as pointer and length; no terminator is promised and none is needed. */
#ifndef WRT_BASE_STR_H
#define WRT_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *ptr;
    size_t len;
} wrt_str;

/* A literal: WRT_STR("abc"). */
#define WRT_STR(literal) ((wrt_str){(literal), sizeof(literal) - 1})

wrt_str wrt_str_of(const char *terminated); /* NULL gives the empty string */
bool wrt_str_equal(wrt_str a, wrt_str b);
bool wrt_str_equal_c(wrt_str a, const char *b);
bool wrt_str_starts_with(wrt_str text, wrt_str prefix);
int wrt_str_compare(wrt_str a, wrt_str b); /* bytewise, as memcmp; shorter first on a tie */
wrt_str wrt_str_trim(wrt_str text);        /* without leading and trailing ASCII white space */

/* Cuts the part before the first `separator` off *rest and returns it; the whole rest when there
 * is none. Returns false when *rest was already exhausted (ptr NULL). "a||b" gives a, "", b. */
bool wrt_str_cut(wrt_str *out, wrt_str *rest, char separator);

/* True when text is well-formed UTF-8 (RFC 3629: no overlong form, no surrogate, <= U+10FFFF). */
bool wrt_utf8_valid(wrt_str text);

/* Length in bytes of the longest well-formed UTF-8 prefix; text.len when all of it is. */
size_t wrt_utf8_valid_prefix(wrt_str text);

/* Makes text fit for one line on a terminal and for JSON, in place: control characters (C0, DEL,
 * C1, the line and paragraph separators) and bytes that are not well-formed UTF-8 become '?'. */
void wrt_utf8_make_printable(char *text, size_t len);

/* Strict decimal: the whole text must be one number in range, with an optional sign and no white
 * space. *out is untouched on failure. A double is [+-] digits [. digits] [e [+-] digits] with at
 * least one mantissa digit (".5" and "5." pass; hexadecimal, "inf" and "nan" do not), finite
 * after rounding to nearest; a magnitude too small for a double reads as zero. The locale does
 * not matter. */
bool wrt_str_to_int64(int64_t *out, wrt_str text);
bool wrt_str_to_double(double *out, wrt_str text);

#endif
