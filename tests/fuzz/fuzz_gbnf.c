/* fuzz_gbnf.c: a grammar, and behind a line "%%" a text for it.
 *
 * Whatever the bytes are: nothing crashes; a refused grammar has a one-line reason; the text gets
 * the same answer whole and byte by byte; what has become impossible stays so; and a sentence that
 * is made by walking the rules is accepted. */
#include "llm/grammar/gbnf_form.h"
#include "tests/llm/sentence.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 256, MADE_MAX = 300, WALKED_RULES_MAX = 2000 };

static void check(bool holds) {
    if (!holds)
        abort();
}

/* The bytes before and behind the first line "%%". */
static wrt_str split(wrt_str *grammar) {
    for (size_t i = 0; i + 3 <= grammar->len; i++) {
        bool is_line = i == 0 || grammar->ptr[i - 1] == '\n';
        if (is_line && memcmp(grammar->ptr + i, "%%\n", 3) == 0) {
            wrt_str text = {grammar->ptr + i + 3, grammar->len - i - 3};
            grammar->len = i;
            text.len = text.len < TEXT_MAX ? text.len : TEXT_MAX;
            return text;
        }
    }
    return WRT_STR("");
}

static void check_text(const wrt_gbnf *grammar, wrt_str text) {
    bool is_sentence = false;
    bool was_possible = true;
    wrt_gbnf_match *match = wrt_gbnf_match_new(grammar);
    wrt_status status = wrt_gbnf_accepts(&is_sentence, grammar, text, NULL);
    for (size_t i = 0; i < text.len; i++) {
        bool is_possible = false;
        wrt_status one = wrt_gbnf_match_feed(&is_possible, match, (wrt_str){text.ptr + i, 1}, NULL);
        check(one == WRT_OK || (one == WRT_E_LIMIT && !is_possible));
        check(was_possible || !is_possible);
        check(is_possible || !wrt_gbnf_match_complete(match));
        was_possible = is_possible;
    }
    check(wrt_gbnf_match_complete(match) == is_sentence);
    check(status == WRT_OK || status == WRT_E_LIMIT);
    wrt_gbnf_match_free(match);
}

static void check_sentence(const wrt_gbnf *grammar, uint64_t seed) {
    bool is_sentence = false;
    wrt_buf text = wrt_buf_make(MADE_MAX);
    wrt_rng rng = wrt_rng_make(seed, 1, 0);
    sentence_maker *maker = sentence_maker_new(grammar);
    if (sentence_make(&text, maker, &rng, 40)) {
        wrt_status status = wrt_gbnf_accepts(&is_sentence, grammar, wrt_buf_str(&text), NULL);
        check(is_sentence || status == WRT_E_LIMIT);
    }
    sentence_maker_free(maker);
    wrt_buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_gbnf *grammar = NULL;
    wrt_err err = {0};
    wrt_str source = {(const char *)data, size};
    wrt_str text = split(&source);
    wrt_status status = wrt_gbnf_parse(&grammar, source, &err);
    if (status != WRT_OK) {
        check(status == WRT_E_INPUT || status == WRT_E_LIMIT || status == WRT_E_UNSUPPORTED);
        check(grammar == NULL && err.code == status && strstr(err.message, "grammar") != NULL);
        check(strchr(err.message, '\n') == NULL && wrt_utf8_valid(wrt_str_of(err.message)));
        return 0;
    }
    check_text(grammar, text);
    if (grammar->n_rules <= WALKED_RULES_MAX)
        check_sentence(grammar, size);
    wrt_gbnf_free(grammar);
    return 0;
}
