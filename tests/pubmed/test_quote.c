/* test_quote.c: cuts of a stored text are found at their bytes however they are typed; altered
 * words are not found. */
#include "base/rng.h"
#include "pubmed/quote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A static wrt_str: WRT_STR is no constant expression. */
#define TEXT(literal)                                                                              \
    { (literal), sizeof(literal) - 1 }

static const wrt_pubmed_section SECTIONS[] = {
    {TEXT("AIM"), TEXT(""),
     TEXT("We asked whether TNF\xE2\x80\x93\xCE\xB1 levels \xE2\x80\x9Cpredict\xE2\x80\x9D "
          "outcome in na\xC3\xAFve patients\xE2\x80\x99 biopsies (n = 42). The e\xEF\xAC\x80"
          "ect was insigni\xEF\xAC\x81"
          "cant; 5\xC2\xA0mg/kg did not help.")},
    {TEXT("RESULTS"), TEXT(""),
     TEXT("Mortality fell from 12.5% to 7.1% (P < 0.001). Cafe\xCC\x81 visits did not change. "
          "\xE6\x82\xA3\xE8\x80\x85\xE6\x95\xB0")},
};

static const wrt_pubmed_article ARTICLE = {
    .pmid = 10,
    .title = TEXT("Randomised trial of a made-up drug."),
    .abstract = SECTIONS,
    .n_abstract = 2,
};

static wrt_pubmed_quote find(const char *text) {
    static wrt_arena *arena;
    wrt_pubmed_quote quote;
    wrt_err err = {0};
    if (arena == NULL)
        arena = wrt_arena_new();
    if (wrt_pubmed_quote_find(&quote, &ARTICLE, arena, wrt_str_of(text), &err) != WRT_OK)
        fail_msg("%s: %s", text, err.message);
    if (quote.found) {
        wrt_str field;
        assert_true(wrt_pubmed_field_text(&field, &ARTICLE, quote.field));
        assert_ptr_equal(quote.text.ptr, field.ptr + quote.start);
        assert_int_equal(quote.text.len, quote.end - quote.start);
        assert_true(wrt_pubmed_quote_holds(&ARTICLE, quote.field, quote.start, quote.end,
                                           wrt_str_of(text)));
    }
    return quote;
}

static void assert_found(const char *text, const char *field, const char *stored) {
    wrt_pubmed_quote quote = find(text);
    if (!quote.found)
        fail_msg("not found: %s", text);
    assert_string_equal(quote.field, field);
    assert_true(wrt_str_equal_c(quote.text, stored));
}

static void spellings_do_not_count(void **state) {
    (void)state;
    assert_found("randomised TRIAL  of a made\xE2\x80\x91up drug", "title",
                 "Randomised trial of a made-up drug");
    assert_found("TNF-\xCE\xB1 levels \"predict\" outcome", "abstract[0]",
                 "TNF\xE2\x80\x93\xCE\xB1 levels \xE2\x80\x9Cpredict\xE2\x80\x9D outcome");
    assert_found("na\xC3\xAFve patients' biopsies", "abstract[0]",
                 "na\xC3\xAFve patients\xE2\x80\x99 biopsies");
    assert_found("nai\xCC\x88ve", "abstract[0]", "na\xC3\xAFve");
    assert_found("The effect was insignificant", "abstract[0]",
                 "The e\xEF\xAC\x80"
                 "ect was insigni\xEF\xAC\x81"
                 "cant");
    assert_found(" 5 mg/kg\n", "abstract[0]", "5\xC2\xA0mg/kg");
    assert_found("Caf\xC3\xA9 visits", "abstract[1]", "Cafe\xCC\x81 visits");
    assert_found("\xE8\x80\x85", "abstract[1]", "\xE8\x80\x85"); /* one ideograph of three */
}

static void words_do_count(void **state) {
    (void)state;
    static const char *const absent[] = {
        "The effect was significant",
        "significant", /* inside "insignificant" */
        "effect was insignif",
        "Mortality rose from 12.5% to 7.1%",
        "12.5% to 7.2%",
        "2.5% to 7.1%", /* a cut number is another number */
        "Cafe visits",  /* the accent is a letter's */
        "naive patients",
        "randomised trial of made-up drug",
        "5 mg/kg did help",
        "drug. We asked", /* over two fields */
    };
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        if (find(absent[i]).found)
            fail_msg("found: %s", absent[i]);
}

static void a_quotation_must_hold_a_word(void **state) {
    (void)state;
    static const char *const bad[] = {"", "   ", "--", "\"\"", "\xC2\xAD", "\xFF"};
    wrt_pubmed_quote quote;
    wrt_arena *arena = wrt_arena_new();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(wrt_pubmed_quote_find(&quote, &ARTICLE, arena, wrt_str_of(bad[i]), NULL),
                         WRT_E_INPUT);
    wrt_str large = {calloc(1, (size_t)WRT_QUOTE_MAX + 1), (size_t)WRT_QUOTE_MAX + 1};
    assert_int_equal(wrt_pubmed_quote_find(&quote, &ARTICLE, arena, large, NULL), WRT_E_LIMIT);
    free((void *)(uintptr_t)large.ptr);
    wrt_arena_free(arena);
}

static void wrong_places_do_not_hold(void **state) {
    (void)state;
    wrt_str quote = WRT_STR("Randomised trial");
    assert_true(wrt_pubmed_quote_holds(&ARTICLE, "title", 0, 16, quote));
    assert_false(wrt_pubmed_quote_holds(&ARTICLE, "title", 1, 16, quote));
    assert_false(wrt_pubmed_quote_holds(&ARTICLE, "title", 0, 4000, quote));
    assert_false(wrt_pubmed_quote_holds(&ARTICLE, "title", 16, 0, quote));
    assert_false(wrt_pubmed_quote_holds(&ARTICLE, "abstract[7]", 0, 16, quote));
    assert_false(wrt_pubmed_quote_holds(&ARTICLE, "body", 0, 16, quote));
    assert_false(wrt_pubmed_quote_holds(&ARTICLE, "abstract[0]", 23, 26, WRT_STR("\xE2\x80\x93")));
}

/* ---- properties */

typedef struct {
    wrt_rng rng;
} chance;

static size_t below(chance *c, size_t n) {
    return (size_t)wrt_rng_below(&c->rng, (uint64_t)n);
}

static const char *one_of(chance *c, const char *const *list, size_t n) {
    return list[below(c, n)];
}

/* Types a stored piece anew: other blanks, dashes, quotation marks and case. */
static void retype(wrt_buf *out, wrt_str text, chance *c) {
    static const char *const blanks[] = {" ", "  ", "\n", "\t ", "\xC2\xA0", "\xE2\x80\x89"};
    static const char *const dashes[] = {"-", "\xE2\x80\x93", "\xE2\x80\x94", "\xE2\x88\x92"};
    static const char *const quotes[] = {"\"", "\xE2\x80\x9C", "\xE2\x80\x9D", "\xC2\xAB"};
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        if (byte == ' ')
            wrt_buf_add_c(out, one_of(c, blanks, 6));
        else if (byte == '-')
            wrt_buf_add_c(out, one_of(c, dashes, 4));
        else if (byte == '"')
            wrt_buf_add_c(out, one_of(c, quotes, 4));
        else if (byte >= 'a' && byte <= 'z' && below(c, 8) == 0)
            wrt_buf_add_char(out, (char)(byte - 'a' + 'A'));
        else
            wrt_buf_add_char(out, byte);
    }
}

enum { WORDS = 60, ROUNDS = 400 };

/* Distinct words, so that a cut stands at one place only. */
static void make_text(wrt_buf *out, size_t *starts, size_t *ends, chance *c) {
    for (size_t i = 0; i < WORDS; i++) {
        const char *const between[] = {" ", " ", ", ", "-", " \"", ". "};
        if (i > 0)
            wrt_buf_add_c(out, one_of(c, between, 6));
        starts[i] = out->len;
        wrt_buf_printf(out, "%c%zu%s", (char)('a' + below(c, 26)), i,
                       below(c, 4) == 0 ? "\xC3\xA9" : "x");
        ends[i] = out->len;
    }
}

static void random_cuts_are_found_at_their_bytes(void **state) {
    (void)state;
    chance c = {wrt_rng_make(7, 0, 0)};
    for (int round = 0; round < ROUNDS; round++) {
        size_t starts[WORDS], ends[WORDS];
        wrt_buf text = wrt_buf_make(WRT_KIB(16)), typed = wrt_buf_make(WRT_KIB(64));
        make_text(&text, starts, ends, &c);
        const wrt_pubmed_section section = {.text = wrt_buf_str(&text)};
        const wrt_pubmed_article article = {.abstract = &section, .n_abstract = 1};
        size_t first = below(&c, WORDS), last = first + below(&c, WORDS - first);
        retype(&typed, (wrt_str){text.ptr + starts[first], ends[last] - starts[first]}, &c);
        wrt_arena *arena = wrt_arena_new();
        wrt_pubmed_quote quote;
        assert_int_equal(wrt_pubmed_quote_find(&quote, &article, arena, wrt_buf_str(&typed), NULL),
                         WRT_OK);
        assert_true(quote.found);
        assert_int_equal(quote.start, starts[first]);
        assert_int_equal(quote.end, ends[last]);
        /* One word altered: not found. */
        size_t word = first + below(&c, last - first + 1);
        wrt_buf_clear(&typed);
        wrt_buf_add(&typed, text.ptr + starts[first], starts[word] - starts[first]);
        wrt_buf_add_c(&typed, "other");
        wrt_buf_add(&typed, text.ptr + ends[word], ends[last] - ends[word]);
        assert_int_equal(wrt_pubmed_quote_find(&quote, &article, arena, wrt_buf_str(&typed), NULL),
                         WRT_OK);
        assert_false(quote.found);
        wrt_arena_free(arena);
        wrt_buf_free(&text);
        wrt_buf_free(&typed);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_do_not_count),
        cmocka_unit_test(words_do_count),
        cmocka_unit_test(a_quotation_must_hold_a_word),
        cmocka_unit_test(wrong_places_do_not_hold),
        cmocka_unit_test(random_cuts_are_found_at_their_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
