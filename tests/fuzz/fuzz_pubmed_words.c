/* fuzz_pubmed_words.c: the cutter of words and the matcher of quotations over any bytes.
 *
 * The first byte is a length (modulo what fits): the bytes that follow are a quotation, the rest a
 * stored text. Words must be valid UTF-8 of at most WRT_WORD_MAX bytes, from places that grow; the
 * full-text expression of a question may hold nothing but quoted words; a quotation that is found
 * must hold at its place, and be found again in the bytes that were found. Words cut with a memo of
 * stems are the same words. */
#include "pubmed/question.h"
#include "pubmed/quote.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

/* A question as if every word were indexed. */
static void cut(wrt_question *question, wrt_str text) {
    wrt_words words;
    size_t last_end = 0;
    wrt_words_start(&words, text);
    while (wrt_words_next(&words)) {
        check(words.len > 0 && words.len <= WRT_WORD_MAX);
        check(wrt_utf8_valid((wrt_str){words.word, words.len}));
        check(words.start < words.end && words.end <= text.len && words.end >= last_end);
        last_end = words.end;
        if (question->n == WRT_QUESTION_RARE)
            continue;
        wrt_question_word *word = &question->words[question->n++];
        word->len = words.len;
        memcpy(word->text, words.word, words.len);
    }
    question->n_rare = question->n;
}

static void cut_with_memo(wrt_str text) {
    wrt_stem_memo *memo = wrt_stem_memo_new();
    wrt_words plain, quick;
    wrt_words_start(&plain, text);
    wrt_words_start(&quick, text);
    quick.memo = memo;
    while (wrt_words_next(&plain)) {
        check(wrt_words_next(&quick));
        check(quick.len == plain.len && memcmp(quick.word, plain.word, plain.len) == 0);
    }
    check(!wrt_words_next(&quick));
    wrt_stem_memo_free(memo);
}

/* {...} : ("word" OR "word"): between quotation marks stand no quotation marks. */
static void check_expression(const wrt_question *question) {
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    size_t marks = 0;
    wrt_question_expression(&text, question);
    check(!text.overflow);
    for (size_t i = 0; i < text.len; i++) {
        marks += text.ptr[i] == '"';
        if (marks % 2 == 1 && text.ptr[i] != '"')
            check((text.ptr[i] >= 'a' && text.ptr[i] <= 'z') ||
                  (text.ptr[i] >= '0' && text.ptr[i] <= '9') || (unsigned char)text.ptr[i] >= 0x80);
    }
    check(marks == 2 * question->n_rare);
    wrt_buf_free(&text);
}

static void match(wrt_str quotation, wrt_str text) {
    const wrt_pubmed_section section = {.text = text};
    const wrt_pubmed_article article = {.abstract = &section, .n_abstract = 1};
    wrt_arena *arena = wrt_arena_new();
    wrt_pubmed_quote quote;
    if (wrt_pubmed_quote_find(&quote, &article, arena, quotation, NULL) == WRT_OK && quote.found) {
        check(quote.start < quote.end && quote.end <= text.len);
        check(wrt_pubmed_quote_holds(&article, quote.field, quote.start, quote.end, quotation));
        size_t start = quote.start;
        check(wrt_pubmed_quote_find(&quote, &article, arena, quote.text, NULL) == WRT_OK);
        check(quote.found && quote.start <= start);
        wrt_json_free(wrt_pubmed_quote_json(&quote));
    }
    wrt_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0 || size > 4096)
        return 0;
    char *bytes = malloc(size);
    check(bytes != NULL);
    memcpy(bytes, data, size);
    size_t len = (size_t)data[0] % size;
    wrt_str quotation = {bytes + 1, len}, text = {bytes + 1 + len, size - 1 - len};
    wrt_question *question = calloc(1, sizeof *question);
    check(question != NULL);
    cut(question, text);
    cut_with_memo(text);
    check_expression(question);
    if (wrt_utf8_valid(text) && memchr(text.ptr, '\0', text.len) == NULL) /* what is stored is */
        match(quotation, text);
    free(question);
    free(bytes);
    return 0;
}
