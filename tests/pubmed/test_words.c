/* test_words.c: how text is cut into index words. Stems are those of the Porter stemmer of
 * snowballstemmer 3.1.1 (PyPI), an independent implementation of the paper, but for the words where
 * the author's own program departs from it (pathology, possibly). */
#include "pubmed/stem.h"
#include "pubmed/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static const char *stem(const char *word) {
    static char text[80];
    snprintf(text, sizeof text, "%s", word);
    text[wrt_stem_word(text, strlen(text))] = '\0';
    return text;
}

static void stem_gives_the_stems_of_porter(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"caresses", "caress"},
        {"ponies", "poni"},
        {"ties", "ti"},
        {"caress", "caress"},
        {"cats", "cat"},
        {"feed", "feed"},
        {"agreed", "agre"},
        {"plastered", "plaster"},
        {"bled", "bled"},
        {"motoring", "motor"},
        {"sing", "sing"},
        {"conflated", "conflat"},
        {"troubled", "troubl"},
        {"sized", "size"},
        {"hopping", "hop"},
        {"tanned", "tan"},
        {"falling", "fall"},
        {"hissing", "hiss"},
        {"fizzed", "fizz"},
        {"failing", "fail"},
        {"filing", "file"},
        {"happy", "happi"},
        {"sky", "sky"},
        {"relational", "relat"},
        {"conditional", "condit"},
        {"rational", "ration"},
        {"hesitanci", "hesit"},
        {"digitizer", "digit"},
        {"radicalli", "radic"},
        {"differentli", "differ"},
        {"vileli", "vile"},
        {"analogousli", "analog"},
        {"vietnamization", "vietnam"},
        {"predication", "predic"},
        {"operator", "oper"},
        {"feudalism", "feudal"},
        {"decisiveness", "decis"},
        {"hopefulness", "hope"},
        {"callousness", "callous"},
        {"formaliti", "formal"},
        {"sensitiviti", "sensit"},
        {"triplicate", "triplic"},
        {"formative", "form"},
        {"formalize", "formal"},
        {"electriciti", "electr"},
        {"electrical", "electr"},
        {"hopeful", "hope"},
        {"goodness", "good"},
        {"revival", "reviv"},
        {"allowance", "allow"},
        {"inference", "infer"},
        {"airliner", "airlin"},
        {"gyroscopic", "gyroscop"},
        {"adjustable", "adjust"},
        {"defensible", "defens"},
        {"irritant", "irrit"},
        {"replacement", "replac"},
        {"adjustment", "adjust"},
        {"dependent", "depend"},
        {"adoption", "adopt"},
        {"homologou", "homolog"},
        {"communism", "commun"},
        {"activate", "activ"},
        {"angulariti", "angular"},
        {"homologous", "homolog"},
        {"effective", "effect"},
        {"bowdlerize", "bowdler"},
        {"probate", "probat"},
        {"rate", "rate"},
        {"cease", "ceas"},
        {"controll", "control"},
        {"roll", "roll"},
        {"syzygy", "syzygi"},
        {"tyrosine", "tyrosin"},
        {"yyy", "yyi"},
        {"dying", "dy"},
        {"mitochondria", "mitochondria"},
        {"metastases", "metastas"},
        {"inhibitors", "inhibitor"},
        {"therapies", "therapi"},
        {"randomised", "randomis"},
        {"yield", "yield"},
        {"pathology", "patholog"},
        {"possibly", "possibl"},
        {"as", "as"},
        {"x", "x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(stem(cases[i][0]), cases[i][1]);
}

/* Words of 3 to 18 letters from a few syllables and endings: most recur, many share a place of the
 * memo, and some are too long for it. */
static size_t made_word(char out[32], unsigned n) {
    static const char *const parts[] = {"re", "lat", "hop", "happ", "tri", "card", "neur", "hyp"};
    static const char *const ends[] = {"",     "s",    "ies",  "ing",   "ed",    "ational", "ation",
                                       "ness", "ical", "ment", "ously", "ibili", "y",       "eed"};
    unsigned a = n % 8, b = n / 8 % 8, c = n / 64 % 8, d = n / 512 % 14;
    int len = snprintf(out, 32, "%s%s%s%s", parts[a], b < 6 ? parts[b] : "", c < 3 ? parts[c] : "",
                       ends[d]);
    return (size_t)len;
}

static void stem_memo_gives_the_stem_itself(void **state) {
    (void)state;
    wrt_stem_memo *memo = wrt_stem_memo_new();
    uint32_t draw = 1;
    for (int i = 0; i < 50000; i++) {
        char word[32] = "", memorised[WRT_STEM_MEMO_ROOM * 2] = "";
        draw = draw * 1664525u + 1013904223u;
        size_t len = made_word(word, draw >> 16);
        memcpy(memorised, word, sizeof word);
        memset(memorised + len, 'z', sizeof memorised - len); /* what follows is no part of it */
        size_t stemmed = wrt_stem_word(word, len);
        assert_int_equal(wrt_stem_memo_word(memo, memorised, len), stemmed);
        assert_memory_equal(memorised, word, stemmed);
    }
    wrt_stem_memo_free(memo);
    wrt_stem_memo_free(NULL);
}

/* The words of a text joined by blanks. */
static const char *cut(const char *text) {
    static char out[4096];
    wrt_words words;
    size_t n = 0;
    wrt_words_start(&words, wrt_str_of(text));
    while (wrt_words_next(&words)) {
        assert_true(words.start < words.end && words.end <= strlen(text));
        n += (size_t)snprintf(out + n, sizeof out - n, "%s%.*s", n > 0 ? " " : "", (int)words.len,
                              words.word);
    }
    out[n] = '\0';
    return out;
}

static void words_are_folded_and_stemmed(void **state) {
    (void)state;
    assert_string_equal(cut(""), "");
    assert_string_equal(cut(" -- \"'() "), "");
    assert_string_equal(cut("Mitochondrial Dynamics, in PLANTS."), "mitochondri dynam plant");
    assert_string_equal(cut("na\xC3\xAFve NAI\xCC\x88VE naive"), "naiv naiv naiv");
    assert_string_equal(cut("Sj\xC3\xB6gren\xE2\x80\x99s"), "sjogren s");
    assert_string_equal(cut("\xEF\xAC\x81"
                            "brosis"),
                        "fibrosi"); /* the ligature fi */
    assert_string_equal(cut("infor\xC2\xAD"
                            "mation"),
                        cut("information"));
    assert_string_equal(cut("5\xC2\xA0mg"), "5 mg");
    assert_string_equal(cut("\xC2\xBD tablet"), "tablet");
    assert_string_equal(cut("\xFF\xFE bad \xC3"), "bad"); /* bytes that are not UTF-8 */
}

static void words_spell_greek_letters_out(void **state) {
    (void)state;
    assert_string_equal(cut("TNF\xCE\xB1"), "tnf alpha");
    assert_string_equal(cut("TNF-\xCE\xB1"), "tnf alpha");
    assert_string_equal(cut("\xCE\x94\xCE\xA8m"), "delta psi m");
    assert_string_equal(cut("\xC2\xB5g"), "mu g"); /* the micro sign */
}

static void words_join_letters_and_digits_over_a_hyphen(void **state) {
    (void)state;
    assert_string_equal(cut("IL-6 levels"), "il 6 il6 level");
    assert_string_equal(cut("IL6"), "il6");
    assert_string_equal(cut("IL\xE2\x80\x91"
                            "6"),
                        "il 6 il6"); /* non-breaking hyphen */
    assert_string_equal(cut("IL - 6"), "il 6");
    assert_string_equal(cut("2-4"), "2 4");
    assert_string_equal(cut("6-mercaptopurine"), "6 mercaptopurin");
    assert_string_equal(cut("COVID-19-related"), "covid 19 covid19 relat");
}

static void words_that_carry_nothing_are_passed_over(void **state) {
    (void)state;
    assert_string_equal(cut("To be or not to be, that is the question"), "not question");
    assert_string_equal(
        cut("a an and are as at be been by for from had has have in is it its of on or "
            "that the their these this those to was we were which with"),
        "");
    assert_string_equal(cut("A, B and C"), "b c");
    assert_string_equal(cut("THE-1 of-2 then than"), "1 2 then than"); /* no join with one */
}

static void words_longer_than_the_cap_are_cut_at_a_character(void **state) {
    (void)state;
    char text[400] = "x";
    for (int i = 0; i < 60; i++)
        memcpy(text + strlen(text), "\xE4\xB8\xAD", 4); /* three bytes each */
    wrt_words words;
    wrt_words_start(&words, wrt_str_of(text));
    assert_true(wrt_words_next(&words));
    assert_int_equal(words.len, 64);
    assert_int_equal(words.end, strlen(text));
    assert_true(wrt_utf8_valid((wrt_str){words.word, words.len}));
    assert_false(wrt_words_next(&words));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stem_gives_the_stems_of_porter),
        cmocka_unit_test(stem_memo_gives_the_stem_itself),
        cmocka_unit_test(words_are_folded_and_stemmed),
        cmocka_unit_test(words_spell_greek_letters_out),
        cmocka_unit_test(words_join_letters_and_digits_over_a_hyphen),
        cmocka_unit_test(words_that_carry_nothing_are_passed_over),
        cmocka_unit_test(words_longer_than_the_cap_are_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
