/* terms.c: matching names token by token. */
#include "agent/literature/terms.h"

#include <strings.h>

enum { SHORT_MAX = 4 };

static bool is_hyphen(const wrt_token *token) {
    return token->kind == WRT_TOKEN_MARK && wrt_str_equal_c(token->text, "-");
}

/* Words and numbers count; a name of marks alone is none. */
static bool read_term(wrt_term *out, const char *name, wrt_sentences *reader) {
    wrt_sentence sentence;
    size_t letters = 0;
    *out = (wrt_term){.n = 0};
    wrt_sentences_start(reader, wrt_str_of(name));
    while (wrt_sentences_next(&sentence, reader)) {
        for (size_t i = 0; i < sentence.n; i++) {
            const wrt_token *token = &sentence.tokens[i];
            if (is_hyphen(token))
                continue;
            if (out->n == WRT_TERM_WORDS_MAX)
                return false;
            letters += token->kind == WRT_TOKEN_WORD ? token->text.len : 0;
            out->words[out->n++] = token->text;
        }
    }
    out->is_short = letters <= SHORT_MAX;
    return letters >= 2;
}

void wrt_terms_read(wrt_terms *out, const wrt_json *names) {
    wrt_sentences reader;
    out->n = 0;
    WRT_JSON_EACH(name, names) {
        if (out->n < WRT_TERMS_MAX && wrt_json_text(name) != NULL)
            out->n += read_term(&out->list[out->n], wrt_json_text(name), &reader);
    }
}

static bool same_word(wrt_str word, wrt_str said, bool is_last, bool is_short) {
    size_t len = word.len;
    bool plural = is_last && said.len == len + 1 && (said.ptr[len] == 's' || said.ptr[len] == 'S');
    if (said.len != len && !plural)
        return false;
    if (!is_short)
        return strncasecmp(word.ptr, said.ptr, len) == 0;
    return wrt_str_equal(word, (wrt_str){said.ptr, len});
}

/* One past the last token of the term at `at`; 0: it does not stand there. */
static size_t end_of_term(const wrt_term *term, const wrt_sentence *sentence, size_t at) {
    size_t word = 0, i = at;
    for (; i < sentence->n && word < term->n; i++) {
        if (is_hyphen(&sentence->tokens[i]) && i > at)
            continue;
        if (!same_word(term->words[word], sentence->tokens[i].text, word + 1 == term->n,
                       term->is_short))
            return 0;
        word++;
    }
    return word == term->n ? i : 0;
}

bool wrt_terms_at(wrt_mention *out, const wrt_terms *terms, const wrt_sentence *sentence,
                  size_t at) {
    size_t best = 0;
    for (size_t i = 0; i < terms->n; i++) {
        size_t end = end_of_term(&terms->list[i], sentence, at);
        best = end > best ? end : best;
    }
    *out = (wrt_mention){at, best};
    return best > 0;
}

size_t wrt_terms_find(wrt_mention *out, size_t most, const wrt_terms *terms,
                      const wrt_sentence *sentence) {
    size_t n = 0;
    for (size_t i = 0; i < sentence->n && n < most;) {
        bool found = wrt_terms_at(&out[n], terms, sentence, i);
        i = found ? out[n].end : i + 1;
        n += found;
    }
    return n;
}
