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

struct wrt_regex_scratch {
    pcre2_match_context *context;
    pcre2_match_data *data; /* keeps the memory of its searches */
    size_t steps_left;
};

wrt_regex_scratch *wrt_regex_scratch_new(void) {
    wrt_regex_scratch *scratch = wrt_calloc(1, sizeof *scratch);
    scratch->context = pcre2_match_context_create(NULL);
    scratch->data = pcre2_match_data_create(1, NULL);
    if (scratch->context == NULL || scratch->data == NULL)
        wrt_out_of_memory();
    pcre2_set_match_limit(scratch->context, MATCH_LIMIT);
    pcre2_set_depth_limit(scratch->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(scratch->context, HEAP_LIMIT_KIB);
    pcre2_set_callout(scratch->context, count_step, &scratch->steps_left);
    return scratch;
}

void wrt_regex_scratch_free(wrt_regex_scratch *scratch) {
    if (scratch == NULL)
        return;
    pcre2_match_data_free(scratch->data);
    pcre2_match_context_free(scratch->context);
    free(scratch);
}

static int match_bounded(wrt_regex_scratch *scratch, const wrt_regex *regex, wrt_str subject,
                         size_t start) {
    scratch->steps_left = STEPS_BASE;
    if (subject.len <= (SIZE_MAX - STEPS_BASE) / STEPS_PER_BYTE)
        scratch->steps_left += subject.len * STEPS_PER_BYTE;
    PCRE2_SPTR text = (PCRE2_SPTR)(subject.ptr != NULL ? subject.ptr : "");
    return pcre2_match(regex->code, text, subject.len, start, 0, scratch->data, scratch->context);
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

/* *found, or why there is no answer; `code` is what the library returned. */
static wrt_status settle(bool *found, int code, const wrt_regex_scratch *scratch, wrt_err *err) {
    *found = code >= 0; /* 0: more groups than the one span that is kept */
    if (code >= 0 || code == PCRE2_ERROR_NOMATCH)
        return WRT_OK;
    return search_failure(code, pcre2_get_startchar(scratch->data), err);
}

wrt_status wrt_regex_search(bool *found, size_t *begin, size_t *end, const wrt_regex *regex,
                            wrt_str subject, size_t start, wrt_err *err) {
    *found = false;
    if (start > subject.len)
        return WRT_OK;
    wrt_regex_scratch *scratch = wrt_regex_scratch_new();
    int code = match_bounded(scratch, regex, subject, start);
    wrt_status status = settle(found, code, scratch, err);
    if (*found) {
        const size_t *span = pcre2_get_ovector_pointer(scratch->data);
        *begin = span[0];
        *end = span[1];
    }
    wrt_regex_scratch_free(scratch);
    return status;
}

wrt_status wrt_regex_test(bool *found, const wrt_regex *regex, wrt_str subject,
                          wrt_regex_scratch *scratch, wrt_err *err) {
    return settle(found, match_bounded(scratch, regex, subject, 0), scratch, err);
}
