/* regex.c: PCRE2 with every dial that bounds it turned down.
 *
 * The library's match limit counts per starting position, so a hostile pair of pattern and subject
 * still costs limit * length. A callout before every pattern item therefore counts the work of the
 * whole search as well, and stops it at a budget that is linear in the subject. The just-in-time
 * compiler is not used: it ignores the depth and heap limits.
 *
 * Invariant: a compiled regex is never written to, so threads may share it. */
#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/arena.h"

enum {
    PATTERN_MAX = 4096,
    PARENS_NEST_MAX = 100,
    MATCH_LIMIT = 1000000,  /* backtracking steps from one starting position */
    DEPTH_LIMIT = 250000,   /* nested backtracking points */
    HEAP_LIMIT_KIB = 32768, /* memory for those */
    STEPS_BASE = 2000000,   /* pattern items tried in one search ... */
    STEPS_PER_BYTE = 64     /* ... and for each byte of the subject */
};

struct wrt_regex {
    pcre2_code *code;
};

static wrt_status compile_failure(int code, size_t offset, wrt_err *err) {
    char text[160] = "not accepted";
    pcre2_get_error_message(code, (PCRE2_UCHAR *)text, sizeof text);
    return wrt_fail(err, WRT_E_INPUT, "regular expression, byte %zu: %s", offset, text);
}

wrt_status wrt_regex_compile(wrt_regex **out, wrt_str pattern, unsigned flags, wrt_err *err) {
    *out = NULL;
    if (pattern.len > PATTERN_MAX)
        return wrt_fail(err, WRT_E_INPUT,
                        "regular expression of %zu bytes; at most %d are accepted", pattern.len,
                        PATTERN_MAX);
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (context == NULL)
        wrt_out_of_memory();
    pcre2_set_parens_nest_limit(context, PARENS_NEST_MAX);
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT;
    if (flags & WRT_REGEX_CASELESS)
        options |= PCRE2_CASELESS;
    int code = 0;
    size_t offset = 0;
    PCRE2_SPTR text = (PCRE2_SPTR)(pattern.ptr != NULL ? pattern.ptr : "");
    pcre2_code *compiled = pcre2_compile(text, pattern.len, options, &code, &offset, context);
    pcre2_compile_context_free(context);
    if (compiled == NULL)
        return compile_failure(code, offset, err);
    *out = wrt_calloc(1, sizeof **out);
    (*out)->code = compiled;
    return WRT_OK;
}

void wrt_regex_free(wrt_regex *regex) {
    if (regex == NULL)
        return;
    pcre2_code_free(regex->code);
    free(regex);
}

static int count_step(pcre2_callout_block *block, void *ctx) {
    size_t *steps_left = ctx;
    (void)block;
    if (*steps_left == 0)
        return PCRE2_ERROR_CALLOUT;
    --*steps_left;
    return 0;
}

static int match_bounded(pcre2_match_data *data, const wrt_regex *regex, wrt_str subject,
                         size_t start) {
    size_t steps_left = STEPS_BASE;
    if (subject.len <= (SIZE_MAX - STEPS_BASE) / STEPS_PER_BYTE)
        steps_left += subject.len * STEPS_PER_BYTE;
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    if (context == NULL)
        wrt_out_of_memory();
    pcre2_set_match_limit(context, MATCH_LIMIT);
    pcre2_set_depth_limit(context, DEPTH_LIMIT);
    pcre2_set_heap_limit(context, HEAP_LIMIT_KIB);
    pcre2_set_callout(context, count_step, &steps_left);
    PCRE2_SPTR text = (PCRE2_SPTR)(subject.ptr != NULL ? subject.ptr : "");
    int code = pcre2_match(regex->code, text, subject.len, start, 0, data, context);
    pcre2_match_context_free(context);
    return code;
}

static wrt_status search_failure(int code, size_t offset, wrt_err *err) {
    switch (code) {
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
    case PCRE2_ERROR_CALLOUT:
    case PCRE2_ERROR_RECURSELOOP:
        return wrt_fail(err, WRT_E_LIMIT,
                        "regular expression: the search was stopped at its work limit; use a "
                        "pattern without nested repetition or a shorter text");
    case PCRE2_ERROR_NOMEMORY:
        wrt_out_of_memory();
    case PCRE2_ERROR_BADUTFOFFSET:
        return wrt_fail(err, WRT_E_INPUT,
                        "regular expression: the search starts inside a character");
    default:
        break;
    }
    if (code <= PCRE2_ERROR_UTF8_ERR1 && code >= PCRE2_ERROR_UTF8_ERR21)
        return wrt_fail(err, WRT_E_INPUT, "regular expression: the text is not UTF-8 at byte %zu",
                        offset);
    return wrt_fail(err, WRT_E_FAILED, "regular expression: the search failed (code %d)", code);
}

wrt_status wrt_regex_search(bool *found, size_t *begin, size_t *end, const wrt_regex *regex,
                            wrt_str subject, size_t start, wrt_err *err) {
    *found = false;
    if (start > subject.len)
        return WRT_OK;
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(regex->code, NULL);
    if (data == NULL)
        wrt_out_of_memory();
    wrt_status status = WRT_OK;
    int code = match_bounded(data, regex, subject, start);
    if (code >= 0) {
        const size_t *span = pcre2_get_ovector_pointer(data);
        *found = true;
        *begin = span[0];
        *end = span[1];
    } else if (code != PCRE2_ERROR_NOMATCH) {
        status = search_failure(code, pcre2_get_startchar(data), err);
    }
    pcre2_match_data_free(data);
    return status;
}
