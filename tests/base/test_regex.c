/* test_regex.c: spans, Unicode, and the limits that keep a hostile pattern cheap. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/regex.h"

static wrt_regex *compiled(const char *pattern, unsigned flags) {
    wrt_regex *regex = NULL;
    assert_int_equal(wrt_regex_compile(&regex, wrt_str_of(pattern), flags, NULL), WRT_OK);
    return regex;
}

static void assert_span(const wrt_regex *regex, const char *subject, size_t start, int begin,
                        int end) {
    bool found = false;
    size_t at = 99, stop = 99;
    assert_int_equal(wrt_regex_search(&found, &at, &stop, regex, wrt_str_of(subject), start, NULL),
                     WRT_OK);
    assert_int_equal(found, begin >= 0);
    if (begin >= 0) {
        assert_int_equal(at, begin);
        assert_int_equal(stop, end);
    }
}

static void regex_gives_the_span_when_it_matches(void **state) {
    (void)state;
    wrt_regex *regex = compiled("\\d{3}-\\d{2}", 0);
    assert_span(regex, "id 123-45, 678-90", 0, 3, 9);
    assert_span(regex, "id 123-45, 678-90", 4, 11, 17);
    assert_span(regex, "none", 0, -1, 0);
    assert_span(regex, "short", 6, -1, 0); /* start beyond the text */
    wrt_regex_free(regex);
    wrt_regex_free(NULL);
}

static void regex_finds_an_empty_match_at_the_end(void **state) {
    (void)state;
    wrt_regex *regex = compiled("x*$", 0);
    assert_span(regex, "ab", 2, 2, 2);
    assert_span(regex, "", 0, 0, 0);
    wrt_regex_free(regex);
}

static void regex_folds_case_beyond_ascii_when_caseless(void **state) {
    (void)state;
    wrt_regex *regex = compiled("\xce\xb2-catenin", WRT_REGEX_CASELESS); /* beta, small */
    assert_span(regex, "the \xce\x92-CATENIN gene", 0, 4, 14);           /* beta, capital */
    wrt_regex_free(regex);
    regex = compiled("\xce\xb2-catenin", 0);
    assert_span(regex, "the \xce\x92-CATENIN gene", 0, -1, 0);
    wrt_regex_free(regex);
    regex = compiled("\\b\\w+\\b", 0); /* a letter with an accent is a word character */
    assert_span(regex, "  \xc3\xa9t\xc3\xa9 ", 0, 2, 7);
    wrt_regex_free(regex);
}

static void regex_names_the_offset_when_a_pattern_is_bad(void **state) {
    (void)state;
    wrt_regex *regex = NULL;
    wrt_err err = {0};
    assert_int_equal(wrt_regex_compile(&regex, WRT_STR("a(b"), 0, &err), WRT_E_INPUT);
    assert_null(regex);
    assert_non_null(strstr(err.message, "byte 3"));
    assert_int_equal(wrt_regex_compile(&regex, WRT_STR("a\\Cb"), 0, &err), WRT_E_INPUT);
    assert_int_equal(wrt_regex_compile(&regex, WRT_STR("\xff"), 0, &err), WRT_E_INPUT);
    char *nested = calloc(1, 402);
    memset(nested, '(', 200);
    memset(nested + 200, ')', 200);
    assert_int_equal(wrt_regex_compile(&regex, wrt_str_of(nested), 0, &err), WRT_E_INPUT);
    free(nested);
}

static void regex_refuses_a_pattern_when_over_4096_bytes(void **state) {
    (void)state;
    wrt_regex *regex = NULL;
    char *pattern = malloc(4097);
    memset(pattern, 'a', 4097);
    assert_int_equal(wrt_regex_compile(&regex, (wrt_str){pattern, 4097}, 0, NULL), WRT_E_INPUT);
    assert_int_equal(wrt_regex_compile(&regex, (wrt_str){pattern, 4096}, 0, NULL), WRT_OK);
    wrt_regex_free(regex);
    free(pattern);
}

static void regex_refuses_text_that_is_not_utf8(void **state) {
    (void)state;
    wrt_regex *regex = compiled("a", 0);
    bool found = true;
    size_t begin = 0, end = 0;
    wrt_err err = {0};
    assert_int_equal(wrt_regex_search(&found, &begin, &end, regex, WRT_STR("xx\xff"), 0, &err),
                     WRT_E_INPUT);
    assert_false(found);
    assert_non_null(strstr(err.message, "byte 2"));
    assert_int_equal(wrt_regex_search(&found, &begin, &end, regex, WRT_STR("\xc3\xa9"), 1, &err),
                     WRT_E_INPUT);
    wrt_regex_free(regex);
}

static wrt_status search_of(const char *pattern, char byte, size_t len) {
    wrt_regex *regex = compiled(pattern, 0);
    char *subject = malloc(len);
    assert_non_null(subject);
    memset(subject, byte, len);
    bool found = false;
    size_t begin = 0, end = 0;
    wrt_err err = {0};
    wrt_status status =
        wrt_regex_search(&found, &begin, &end, regex, (wrt_str){subject, len}, 0, &err);
    assert_false(found);
    free(subject);
    wrt_regex_free(regex);
    return status;
}

static void regex_stops_at_a_limit_when_the_pattern_explodes(void **state) {
    (void)state;
    assert_int_equal(search_of("^(a+)+[bc]", 'a', 40), WRT_E_LIMIT);
    assert_int_equal(search_of("(?:a|aa)+[bc]", 'a', 200), WRT_E_LIMIT);
    /* Quadratic over starting positions: each is cheap, together they are not. */
    assert_int_equal(search_of("a.*[bc]", 'a', 50000), WRT_E_LIMIT);
    /* Recursion of the pattern into itself. */
    assert_int_equal(search_of("((?1)?a|(?1)?ab)[bc]", 'a', 5000), WRT_E_LIMIT);
}

/* One scratch for patterns with and without groups, before and after a limit was hit. */
static void regex_shares_a_scratch_between_searches(void **state) {
    (void)state;
    static const struct {
        const char *pattern, *subject;
        wrt_status status;
        bool found;
    } searches[] = {
        {"b+", "aabb", WRT_OK, true},
        {"(a)(b)(c)(d)", "xabcdx", WRT_OK, true},
        {"^(a+)+[bc]", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", WRT_E_LIMIT, false},
        {"b", "aaa", WRT_OK, false},
        {"a", "\xff", WRT_E_INPUT, false},
        {"", "", WRT_OK, true},
    };
    wrt_regex_scratch *scratch = wrt_regex_scratch_new();
    for (size_t i = 0; i < 2 * (sizeof searches / sizeof *searches); i++) {
        size_t n = i % (sizeof searches / sizeof *searches);
        wrt_regex *regex = NULL;
        bool found = !searches[n].found;
        assert_int_equal(wrt_regex_compile(&regex, wrt_str_of(searches[n].pattern), 0, NULL),
                         WRT_OK);
        assert_int_equal(
            wrt_regex_test(&found, regex, wrt_str_of(searches[n].subject), scratch, NULL),
            searches[n].status);
        assert_int_equal(found, searches[n].found);
        wrt_regex_free(regex);
    }
    wrt_regex_scratch_free(scratch);
    wrt_regex_scratch_free(NULL);
}

static void regex_searches_a_long_text_within_its_limits(void **state) {
    (void)state;
    assert_int_equal(search_of("\\b(?:causes?|prevents?)\\b", 'q', 1000000), WRT_OK);
    assert_int_equal(search_of("[0-9]{3}-[0-9]{2}-[0-9]{4}", '7', 1000000), WRT_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regex_gives_the_span_when_it_matches),
        cmocka_unit_test(regex_finds_an_empty_match_at_the_end),
        cmocka_unit_test(regex_folds_case_beyond_ascii_when_caseless),
        cmocka_unit_test(regex_names_the_offset_when_a_pattern_is_bad),
        cmocka_unit_test(regex_refuses_a_pattern_when_over_4096_bytes),
        cmocka_unit_test(regex_refuses_text_that_is_not_utf8),
        cmocka_unit_test(regex_stops_at_a_limit_when_the_pattern_explodes),
        cmocka_unit_test(regex_shares_a_scratch_between_searches),
        cmocka_unit_test(regex_searches_a_long_text_within_its_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
