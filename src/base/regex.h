/* regex.h: PCRE2 with UTF, a match limit, a depth limit and a heap limit, so that a hostile subject
 * or pattern costs bounded time and memory. \w, \d, \s and \b follow the Unicode classes. */
#ifndef WRT_BASE_REGEX_H
#define WRT_BASE_REGEX_H

#include "base/err.h"
#include "base/str.h"

typedef struct wrt_regex wrt_regex;

enum { WRT_REGEX_CASELESS = 1 };

/* WRT_E_INPUT gives the library's message and the offset in the pattern. Patterns are at most
 * 4,096 bytes. */
wrt_status wrt_regex_compile(wrt_regex **out, wrt_str pattern, unsigned flags, wrt_err *err);
void wrt_regex_free(wrt_regex *regex); /* accepts NULL */

/* Searches from byte offset `start`. On a match *found is true and [*begin, *end) is its span.
 * WRT_E_LIMIT when a resource limit was hit: the caller must fail closed. WRT_E_INPUT when the
 * subject is not UTF-8. A start beyond the subject finds nothing. */
wrt_status wrt_regex_search(bool *found, size_t *begin, size_t *end, const wrt_regex *regex,
                            wrt_str subject, size_t start, wrt_err *err);

/* Working memory that many searches share, one after another: after the first few searches none of
 * them allocates. Not thread-safe. */
typedef struct wrt_regex_scratch wrt_regex_scratch;
wrt_regex_scratch *wrt_regex_scratch_new(void);
void wrt_regex_scratch_free(wrt_regex_scratch *scratch); /* accepts NULL */

/* Is there a match anywhere? Limits and errors as of wrt_regex_search. */
wrt_status wrt_regex_test(bool *found, const wrt_regex *regex, wrt_str subject,
                          wrt_regex_scratch *scratch, wrt_err *err);

#endif
