/* Tests of gbnf.c, gbnf_check.c, gbnf_match.c, gbnf_text.c. */
#include "gbnf_cases.h"
#include "llm/grammar/gbnf.h"
#include "sentence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static wrt_gbnf *parse(const char *text) {
    wrt_gbnf *grammar = NULL;
    wrt_err err = {0};
    if (wrt_gbnf_parse(&grammar, wrt_str_of(text), &err) != WRT_OK)
        fail_msg("%s: %s", text, err.message);
    return grammar;
}

static bool accepts(const wrt_gbnf *grammar, const char *text) {
    bool is_sentence = false;
    wrt_err err = {0};
    if (wrt_gbnf_accepts(&is_sentence, grammar, wrt_str_of(text), &err) != WRT_OK)
        fail_msg("%s: %s", text, err.message);
    return is_sentence;
}

/* ---- sentences ------------------------------------------------------------------------------- */

static void accepts_when_text_is_a_sentence(void **state) {
    (void)state;
    for (size_t i = 0; i < N_LANGUAGES; i++) {
        const language *one = &languages[i];
        wrt_gbnf *grammar = parse(one->grammar);
        for (size_t k = 0; k < 8 && one->good[k] != NULL; k++) {
            if (!accepts(grammar, one->good[k]))
                fail_msg("%s\nrefuses \"%s\"", one->grammar, one->good[k]);
        }
        for (size_t k = 0; k < 8 && one->bad[k] != NULL; k++) {
            if (accepts(grammar, one->bad[k]))
                fail_msg("%s\naccepts \"%s\"", one->grammar, one->bad[k]);
        }
        wrt_gbnf_free(grammar);
    }
}

/* x{m,n} against counting, for every small m, n and some large ones. */
static void repetition_counts_when_bounds_vary(void **state) {
    (void)state;
    static const int large[][2] = {{0, 1000}, {999, 1000}, {1, 512}, {513, 1025}, {100, 100}};
    char xs[1101];
    char text[64];
    memset(xs, 'x', sizeof xs);
    for (int pair = 0; pair < 20 * 20 + 5; pair++) {
        int low = pair < 400 ? pair / 20 : large[pair - 400][0];
        int high = pair < 400 ? pair % 20 : large[pair - 400][1];
        if (high < low)
            continue;
        (void)snprintf(text, sizeof text, "root ::= \"x\"{%d,%d}", low, high);
        wrt_gbnf *grammar = parse(text);
        wrt_gbnf_match *match = wrt_gbnf_match_new(grammar);
        for (int n = 0; n <= high + 2; n++) {
            bool is_possible = false;
            if (wrt_gbnf_match_complete(match) != (n >= low && n <= high))
                fail_msg("%s: wrong at %d", text, n);
            assert_int_equal(wrt_gbnf_match_feed(&is_possible, match, (wrt_str){xs, 1}, NULL),
                             WRT_OK);
            if (is_possible != (n + 1 <= high))
                fail_msg("%s: wrong beginning at %d", text, n + 1);
        }
        wrt_gbnf_match_free(match);
        wrt_gbnf_free(grammar);
    }
}

/* The number of sentences up to a length is a property of the language, however it is written. */
static size_t count_sentences(const char *text, const char *letters, size_t length) {
    wrt_gbnf *grammar = parse(text);
    size_t n_letters = strlen(letters);
    size_t total = 0;
    size_t words = 1;
    for (size_t len = 0; len <= length; len++, words *= n_letters) {
        for (size_t w = 0; w < words; w++) {
            char word[16] = "";
            size_t rest = w;
            for (size_t i = 0; i < len; i++, rest /= n_letters)
                word[i] = letters[rest % n_letters];
            total += accepts(grammar, word);
        }
    }
    wrt_gbnf_free(grammar);
    return total;
}

static void accepts_as_many_as_counted_by_hand(void **state) {
    (void)state;
    /* Catalan numbers: 1 + 1 + 2 + 5 + 14 balanced words of at most 8 brackets. */
    assert_int_equal(count_sentences("root ::= (\"(\" root \")\")*", "()", 8), 23);
    /* Binary words of length <= 8 without "bb": Fibonacci 1, 2, 3, 5, 8, 13, 21, 34, 55. */
    assert_int_equal(count_sentences("root ::= (\"a\" | \"b\" \"a\")* \"b\"?", "ab", 8), 142);
    /* Palindromes over two letters up to length 8: 1 + 2 + 2 + 4 + 4 + 8 + 8 + 16 + 16. */
    assert_int_equal(
        count_sentences("root ::= \"a\" root \"a\" | \"b\" root \"b\" | [ab]?", "ab", 8), 61);
    /* a^n b^n and a^n b^m together: every a* b*, 9 + 8 + ... + 1 words up to length 8. */
    assert_int_equal(count_sentences("root ::= p | \"a\"* \"b\"*\np ::= (\"a\" p \"b\")?", "ab", 8),
                     45);
}

/* ---- reading bit by bit ---------------------------------------------------------------------- */

static bool feed(wrt_gbnf_match *match, const char *bytes) {
    bool is_possible = false;
    assert_int_equal(wrt_gbnf_match_feed(&is_possible, match, wrt_str_of(bytes), NULL), WRT_OK);
    return is_possible;
}

static void match_answers_when_fed_in_pieces(void **state) {
    (void)state;
    wrt_gbnf *grammar = parse("root ::= \"{\" [a-z]+ \"}\"");
    wrt_gbnf_match *match = wrt_gbnf_match_new(grammar);
    assert_false(wrt_gbnf_match_complete(match));
    assert_true(feed(match, ""));
    assert_true(feed(match, "{"));
    assert_true(feed(match, "ab"));
    assert_false(wrt_gbnf_match_complete(match));
    assert_true(feed(match, "}"));
    assert_true(wrt_gbnf_match_complete(match));
    assert_false(feed(match, "x"));
    assert_false(wrt_gbnf_match_complete(match));
    assert_false(feed(match, ""));
    wrt_gbnf_match_free(match);
    wrt_gbnf_free(grammar);
    wrt_gbnf_match_free(NULL);
    wrt_gbnf_free(NULL);
}

/* A character that is not complete keeps the text possible only if one that fits can come of it. */
static void match_looks_ahead_when_a_character_is_cut(void **state) {
    (void)state;
    static const struct {
        const char *grammar, *bytes;
        bool is_possible;
    } cuts[] = {
        {"root ::= \"\xc3\xa9\"", "\xc3", true},
        {"root ::= \"\xc3\xa9\"", "\xc4", false},
        {"root ::= [a-z]", "\xc3", false},
        {"root ::= [^a-z]", "\xc3", true},
        {"root ::= [\xe2\x82\xac-\xe2\x82\xaf]", "\xe2", true},
        {"root ::= [\xe2\x82\xac-\xe2\x82\xaf]", "\xe2\x82", true},
        {"root ::= [\xe2\x82\xac-\xe2\x82\xaf]", "\xe2\x83", false},
        {"root ::= [\xe2\x82\xac-\xe2\x82\xaf]", "\xe1", false},
        {"root ::= \"\\U0001F9EC\"", "\xf0\x9f\xa7", true},
        {"root ::= \"\\U0001F9EC\"", "\xf0\x9f\xa6", false},
        {"root ::= .", "\xed", true},      /* U+D000 to U+D7FF */
        {"root ::= .", "\xed\xa0", false}, /* surrogates */
        {"root ::= .", "\xe0\x9f", false}, /* overlong */
        {"root ::= .", "\xf0\x8f", false}, /* overlong */
        {"root ::= .", "\xf0\x90", true},
        {"root ::= .", "\xf4\x8f", true},
        {"root ::= .", "\xf4\x90", false}, /* beyond U+10FFFF */
        {"root ::= .", "\xc1", false},     /* overlong */
        {"root ::= .", "\xf5", false},
        {"root ::= .", "\x80", false},
        {"root ::= .", "\xc3(", false},
    };
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        wrt_gbnf *grammar = parse(cuts[i].grammar);
        wrt_gbnf_match *match = wrt_gbnf_match_new(grammar);
        if (feed(match, cuts[i].bytes) != cuts[i].is_possible)
            fail_msg("case %zu: %s", i, cuts[i].grammar);
        assert_false(wrt_gbnf_match_complete(match));
        wrt_gbnf_match_free(match);
        wrt_gbnf_free(grammar);
    }
}

/* ---- refusals -------------------------------------------------------------------------------- */

static const struct {
    const char *grammar;
    wrt_status status;
    const char *message; /* a part of it */
} refusals[] = {
    {"", WRT_E_INPUT, "no rule \"root\""},
    {"start ::= \"a\"", WRT_E_INPUT, "no rule \"root\""},
    {"root ::= missing", WRT_E_INPUT, "grammar, line 1: no rule \"missing\""},
    {"root ::= \"a\"\n\nb ::= c", WRT_E_INPUT, "grammar, line 3: no rule \"c\""},
    {"root ::= \"a\"\nroot ::= \"b\"", WRT_E_INPUT, "line 2: rule \"root\" is defined twice"},
    {"root \"a\"", WRT_E_INPUT, "\"::=\" is missing"},
    {"root ::= \"a", WRT_E_INPUT, "a literal is not closed"},
    {"root ::= \"a\\", WRT_E_INPUT, "unknown escape"},
    {"root ::= \"\\q\"", WRT_E_INPUT, "unknown escape"},
    {"root ::= \"\\x4\"", WRT_E_INPUT, "2 hexadecimal digits"},
    {"root ::= \"\\u12g4\"", WRT_E_INPUT, "4 hexadecimal digits"},
    {"root ::= \"\\ud800\"", WRT_E_INPUT, "names no character"},
    {"root ::= \"\\U00110000\"", WRT_E_INPUT, "names no character"},
    {"root ::= [a", WRT_E_INPUT, "class is not closed"},
    {"root ::= [z-", WRT_E_INPUT, "class is not closed"},
    {"root ::= []", WRT_E_INPUT, "an empty character class"},
    {"root ::= [^]", WRT_E_INPUT, "an empty character class"},
    {"root ::= [z-a]", WRT_E_INPUT, "runs backwards (U+007A to U+0061)"},
    {"root ::= [^\\x00-\\U0010FFFF]", WRT_E_INPUT, "no character fits"},
    {"root ::= (", WRT_E_INPUT, "a parenthesis is not closed"},
    {"root ::= (\"a\"", WRT_E_INPUT, "a parenthesis is not closed"},
    {"root ::= \"a\")", WRT_E_INPUT, "a rule ends before \")\""},
    {"root ::= *", WRT_E_INPUT, "nothing before it to repeat"},
    {"root ::= \"a\" | +", WRT_E_INPUT, "nothing before it to repeat"},
    {"root ::= \"a\"{", WRT_E_INPUT, "needs a number"},
    {"root ::= \"a\"{,3}", WRT_E_INPUT, "needs a number"},
    {"root ::= \"a\"{1", WRT_E_INPUT, "repetition is not closed"},
    {"root ::= \"a\"{1;2}", WRT_E_INPUT, "repetition is not closed"},
    {"root ::= \"a\"{3,2}", WRT_E_INPUT, "a repetition from 3 to 2"},
    {"root ::= \"a\"{1000001}", WRT_E_LIMIT, "a repetition beyond 1000000"},
    {"root ::= \"a\"{99999999999999999999}", WRT_E_LIMIT, "a repetition beyond"},
    {"root ::= \"a\" % \"b\"", WRT_E_INPUT, "a rule ends before \"%\""},
    {"%", WRT_E_INPUT, "a rule begins with its name"},
    {"root ::= \"a\"\n | \"b\"", WRT_E_INPUT, "line 2: a rule begins with its name"},
    {"root ::= <think>", WRT_E_UNSUPPORTED, "a token literal"},
    {"root ::= !<[12]>", WRT_E_UNSUPPORTED, "a token literal"},
    {"root ::= \"\xff\"", WRT_E_INPUT, "not UTF-8 at byte 10"},
    /* left recursion: direct, indirect, behind what may be empty, inside a repetition */
    {"root ::= root \"a\" | \"b\"", WRT_E_INPUT, "rule \"root\" may begin with itself"},
    {"root ::= \"x\" a\na ::= b \"1\" | \"2\"\nb ::= a", WRT_E_INPUT, "may begin with itself"},
    {"root ::= e root \"a\" | \"b\"\ne ::= \"\" | \"c\"", WRT_E_INPUT, "may begin with itself"},
    {"root ::= e e root \"a\" | \"b\"\ne ::= f f\nf ::= \"c\"*", WRT_E_INPUT,
     "may begin with itself"},
    {"root ::= (root \"a\")* \"b\"", WRT_E_INPUT, "may begin with itself"},
    {"root ::= root", WRT_E_INPUT, "may begin with itself"},
    {"root ::= \"a\"\nunused ::= unused", WRT_E_INPUT, "rule \"unused\" may begin with itself"},
    {"root ::= \"a\" root", WRT_E_INPUT, "no finite text fits \"root\""},
};

static void parse_refuses_with_reason_when_grammar_is_bad(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        wrt_gbnf *grammar = NULL;
        wrt_err err = {0};
        wrt_status status = wrt_gbnf_parse(&grammar, wrt_str_of(refusals[i].grammar), &err);
        if (status != refusals[i].status || strstr(err.message, refusals[i].message) == NULL)
            fail_msg("%s: %d %s", refusals[i].grammar, status, err.message);
        assert_null(grammar);
        assert_non_null(strstr(err.message, "grammar"));
    }
    assert_int_equal(wrt_gbnf_parse(&(wrt_gbnf *){NULL}, (wrt_str){"root ::= \"\0\"", 12}, NULL),
                     WRT_E_INPUT);
}

/* ---- size and time --------------------------------------------------------------------------- */

static double seconds_since(clock_t start) {
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static wrt_status parse_status(const wrt_buf *text, wrt_err *err) {
    wrt_gbnf *grammar = NULL;
    wrt_status status = wrt_gbnf_parse(&grammar, wrt_buf_str(text), err);
    wrt_gbnf_free(grammar);
    return status;
}

typedef void (*writer)(wrt_buf *out);

static void write_deep(wrt_buf *out) {
    wrt_buf_add_c(out, "root ::= ");
    for (int i = 0; i < 100000; i++)
        wrt_buf_add_char(out, '(');
}

static void write_huge(wrt_buf *out) {
    wrt_buf_add_c(out, "root ::= \"");
    while (out->len <= WRT_GBNF_BYTES_MAX)
        wrt_buf_add_char(out, 'a');
    wrt_buf_add_c(out, "\"");
}

static void write_many_groups(wrt_buf *out) {
    wrt_buf_add_c(out, "root ::= ");
    while (out->len < 900000)
        wrt_buf_add_c(out, "(.)");
}

static void write_many_alternates(wrt_buf *out) {
    wrt_buf_add_c(out, "root ::= .");
    while (out->len < 1000000)
        wrt_buf_add_c(out, "|.");
}

/* a0 ::= a1 | a1, a1 ::= a2 | a2, ...: 2^n ways to begin. */
static void write_forks(wrt_buf *out) {
    wrt_buf_add_c(out, "root ::= a0\n");
    for (int i = 0; i < 64; i++)
        wrt_buf_printf(out, "a%d ::= a%d \"x\" | a%d \"y\"\n", i, i + 1, i + 1);
    wrt_buf_add_c(out, "a64 ::= \"z\"\n");
}

static void write_chain(wrt_buf *out) {
    wrt_buf_add_c(out, "root ::= a0\n");
    for (int i = 0; i < 20000; i++)
        wrt_buf_printf(out, "a%d ::= a%d\n", i, i + 1);
    wrt_buf_add_c(out, "a20000 ::= \"z\"\n");
}

static void write_expansion(wrt_buf *out) {
    wrt_buf_add_c(out, "root ::= ");
    for (int i = 0; i < 2000; i++)
        wrt_buf_add_c(out, "\"a\"{0,2000} ");
}

static void parse_names_the_cap_when_grammar_is_too_large(void **state) {
    (void)state;
    static const struct {
        writer write;
        const char *message;
    } cases[] = {
        {write_deep, "nested deeper than 128 parentheses"},
        {write_huge, "accepted: at most 1048576"},
        {write_many_groups, "more than 65536 rules"},
        {write_many_alternates, "more than 262144 alternates"},
        {write_forks, "begin with one another in more than 262144 ways"},
        {write_chain, "more than 4096 rules begin with one another"},
        {write_expansion, "stand for more than 1048576 symbols"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_buf text = wrt_buf_make(WRT_MIB(4));
        wrt_err err = {0};
        clock_t start = clock();
        cases[i].write(&text);
        assert_int_equal(parse_status(&text, &err), WRT_E_LIMIT);
        if (strstr(err.message, cases[i].message) == NULL)
            fail_msg("%s, wanted: %s", err.message, cases[i].message);
        assert_true(seconds_since(start) < 5);
        wrt_buf_free(&text);
    }
}

/* Just under the caps: read, and in little time. */
static void parse_is_fast_when_grammar_is_large(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(4));
    wrt_buf_add_c(&text, "root ::= r0\n");
    for (int i = 0; i < 30000; i++)
        wrt_buf_printf(&text, "r%d ::= \"%d\" r%d?\n", i, i, i + 1);
    wrt_buf_add_c(&text, "r30000 ::= (((\"a\"{0,1000000})))\n");
    clock_t start = clock();
    wrt_err err = {0};
    if (parse_status(&text, &err) != WRT_OK)
        fail_msg("%s", err.message);
    assert_true(seconds_since(start) < 5);
    wrt_buf_free(&text);
}

/* The worst case of Earley's bound is cut by the work limit, not by patience. */
static void match_stops_at_work_limit_when_grammar_is_hostile(void **state) {
    (void)state;
    wrt_gbnf *grammar = parse("root ::= s\ns ::= \"a\" s s s | \"a\" s s | \"a\" s | \"\"");
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_err err = {0};
    bool is_possible = true;
    while (text.len < 20000)
        wrt_buf_add_char(&text, 'a');
    clock_t start = clock();
    wrt_gbnf_match *match = wrt_gbnf_match_new(grammar);
    assert_int_equal(wrt_gbnf_match_feed(&is_possible, match, wrt_buf_str(&text), &err),
                     WRT_E_LIMIT);
    assert_false(is_possible);
    assert_non_null(strstr(err.message, "stopped at its work limit"));
    assert_false(wrt_gbnf_match_complete(match));
    assert_int_equal(wrt_gbnf_match_feed(&is_possible, match, WRT_STR(""), NULL), WRT_E_LIMIT);
    assert_true(seconds_since(start) < 30);
    assert_int_equal(wrt_gbnf_accepts(&is_possible, grammar, wrt_buf_str(&text), NULL),
                     WRT_E_LIMIT);
    assert_false(is_possible);
    wrt_gbnf_match_free(match);
    wrt_gbnf_free(grammar);
    wrt_buf_free(&text);
}

/* ---- a generator that shares no code --------------------------------------------------------- */

static void accepts_what_the_generator_makes(void **state) {
    (void)state;
    for (size_t i = 0; i < N_LANGUAGES; i++) {
        wrt_gbnf *grammar = parse(languages[i].grammar);
        sentence_maker *maker = sentence_maker_new(grammar);
        wrt_rng rng = wrt_rng_make(11, 3, i);
        for (int k = 0; k < 200; k++) {
            wrt_buf text = wrt_buf_make(WRT_KIB(64));
            bool is_sentence = false;
            assert_true(sentence_make(&text, maker, &rng, 40));
            assert_int_equal(wrt_gbnf_accepts(&is_sentence, grammar, wrt_buf_str(&text), NULL),
                             WRT_OK);
            if (!is_sentence)
                fail_msg("%s\nrefuses \"%s\"", languages[i].grammar, text.ptr);
            wrt_buf_free(&text);
        }
        sentence_maker_free(maker);
        wrt_gbnf_free(grammar);
    }
}

/* ---- writing --------------------------------------------------------------------------------- */

static void literal_escapes_when_text_is_awkward(void **state) {
    (void)state;
    wrt_buf out = wrt_buf_make(100);
    wrt_gbnf_literal(&out, WRT_STR("a\"b\\c\n\t\x7f \xc3\xa9"));
    assert_string_equal(out.ptr, "\"a\\\"b\\\\c\\x0A\\x09\\x7F \xc3\xa9\"");
    wrt_buf_free(&out);
}

static void choice_takes_exactly_the_options(void **state) {
    (void)state;
    const wrt_str options[] = {WRT_STR("yes"), WRT_STR("no"), WRT_STR("not"), WRT_STR("a\"\\\n]"),
                               WRT_STR("h\xc3\xa9")};
    static const char *const others[] = {"", "ye", "yesno", "n", "nott", "a\"\\n]", "he"};
    wrt_buf out = wrt_buf_make(1000);
    wrt_gbnf_of_choice(&out, options, 5);
    assert_string_equal(out.ptr, "root ::= \"yes\" | \"no\" | \"not\" | \"a\\\"\\\\\\x0A]\" | "
                                 "\"h\xc3\xa9\"\n");
    wrt_gbnf *grammar = parse(out.ptr);
    for (size_t i = 0; i < 5; i++)
        assert_true(accepts(grammar, options[i].ptr));
    for (size_t i = 0; i < 7; i++)
        assert_false(accepts(grammar, others[i]));
    wrt_gbnf_free(grammar);
    wrt_buf_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_when_text_is_a_sentence),
        cmocka_unit_test(repetition_counts_when_bounds_vary),
        cmocka_unit_test(accepts_as_many_as_counted_by_hand),
        cmocka_unit_test(match_answers_when_fed_in_pieces),
        cmocka_unit_test(match_looks_ahead_when_a_character_is_cut),
        cmocka_unit_test(parse_refuses_with_reason_when_grammar_is_bad),
        cmocka_unit_test(parse_names_the_cap_when_grammar_is_too_large),
        cmocka_unit_test(parse_is_fast_when_grammar_is_large),
        cmocka_unit_test(match_stops_at_work_limit_when_grammar_is_hostile),
        cmocka_unit_test(accepts_what_the_generator_makes),
        cmocka_unit_test(literal_escapes_when_text_is_awkward),
        cmocka_unit_test(choice_takes_exactly_the_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
