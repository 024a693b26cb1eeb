/* test_words.c: splitting questions into words. */
#include "agent/question/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void words_classify_a_question(void **state) {
    (void)state;
    wrt_word words[WRT_WORDS_MAX];
    wrt_str text = WRT_STR("How might metformin lower blood glucose, in type 2 diabetes?");
    size_t n = wrt_words_split(words, text);
    static const struct {
        const char *text;
        wrt_word_kind kind;
        bool ends;
    } want[] = {
        {"How", WRT_WORD_FUNCTION, false},      {"might", WRT_WORD_FUNCTION, false},
        {"metformin", WRT_WORD_CONTENT, false}, {"lower", WRT_WORD_VERB, false},
        {"blood", WRT_WORD_CONTENT, false},     {"glucose", WRT_WORD_CONTENT, true},
        {"in", WRT_WORD_FUNCTION, false},       {"type", WRT_WORD_CONTENT, false},
        {"2", WRT_WORD_CONTENT, false},         {"diabetes", WRT_WORD_CONTENT, true},
    };
    assert_int_equal(n, sizeof want / sizeof *want);
    for (size_t i = 0; i < n; i++) {
        wrt_str word = {text.ptr + words[i].start, words[i].end - words[i].start};
        assert_true(wrt_str_equal_c(word, want[i].text));
        assert_int_equal(words[i].kind, want[i].kind);
        assert_int_equal(words[i].ends_phrase, want[i].ends);
    }
}

static void words_know_verb_forms_and_their_sign(void **state) {
    (void)state;
    static const struct {
        const char *text;
        wrt_word_kind kind;
        int sign;
    } cases[] = {
        {"lowers", WRT_WORD_VERB, -1},  {"reducing", WRT_WORD_VERB, -1},
        {"treated", WRT_WORD_VERB, -1}, {"RAISES", WRT_WORD_VERB, 1},
        {"causing", WRT_WORD_VERB, 1},  {"affects", WRT_WORD_VERB, 0},
        {"low", WRT_WORD_CONTENT, 0},   {"treatise", WRT_WORD_CONTENT, 0},
        {"caused", WRT_WORD_VERB, 1},   {"workshop", WRT_WORD_CONTENT, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_word words[WRT_WORDS_MAX];
        assert_int_equal(wrt_words_split(words, wrt_str_of(cases[i].text)), 1);
        assert_int_equal(words[0].kind, cases[i].kind);
        if (words[0].kind == WRT_WORD_VERB)
            assert_int_equal(words[0].verb_sign, cases[i].sign);
    }
}

static void words_keep_names_whole(void **state) {
    (void)state;
    wrt_word words[WRT_WORDS_MAX];
    wrt_str text = WRT_STR("IL-6 (MESH:D003924) 3',5'-cyclic \xce\xb2-catenin.");
    static const char *const want[] = {"IL-6", "MESH:D003924", "3", "5'-cyclic",
                                       "\xce\xb2-catenin"};
    assert_int_equal(wrt_words_split(words, text), 5);
    for (size_t i = 0; i < 5; i++)
        assert_true(wrt_str_equal_c(
            (wrt_str){text.ptr + words[i].start, words[i].end - words[i].start}, want[i]));
}

static void words_stop_at_the_cap(void **state) {
    (void)state;
    static char text[4 * WRT_WORDS_MAX];
    wrt_word words[WRT_WORDS_MAX];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 2 == 0 ? 'a' : ' ';
    assert_int_equal(wrt_words_split(words, (wrt_str){text, sizeof text}), WRT_WORDS_MAX);
    assert_int_equal(wrt_words_split(words, WRT_STR("")), 0);
    assert_int_equal(wrt_words_split(words, WRT_STR(" ?! ... ")), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_classify_a_question),
        cmocka_unit_test(words_know_verb_forms_and_their_sign),
        cmocka_unit_test(words_keep_names_whole),
        cmocka_unit_test(words_stop_at_the_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
