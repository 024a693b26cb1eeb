/* words.h: text as the words that the index knows.
 *
 * One cutter serves the index, the question, the rescoring and the snippets, so they cannot
 * disagree. A word is a run of letters and digits, folded (fold.h) without marks: "naive" and
 * "naïve" are one word. A Greek letter is a word of its own, spelt out ("TNFα": tnf,
 * alpha). Everything else separates. Letters and digits with a hyphen between them also give the
 * joined word after both parts ("IL-6": il, 6, il6), so that the three usual spellings of a gene
 * meet. Words of ASCII letters are stemmed (stem.h). Articles, prepositions, conjunctions and
 * auxiliaries (33 of them: "the", "of", "was", ...) are passed over. */
#ifndef WRT_PUBMED_WORDS_H
#define WRT_PUBMED_WORDS_H

#include "base/str.h"
#include "pubmed/stem_memo.h"

enum { WRT_WORD_MAX = 64, WRT_INITIALS = 26 * 26 }; /* bytes of a word; what is longer is cut */

typedef struct {
    wrt_str text;
    size_t at; /* where reading goes on */
    /* NULL, or which pairs of first letters matter to the caller (a to z, 26 * first + second):
     * other words of ASCII letters are given without stemming, which saves most of the time. */
    const bool *initials;
    wrt_stem_memo *memo; /* NULL, or what saves stemming a frequent word again; the caller's */
    char word[WRT_WORD_MAX + 1];
    size_t len;
    size_t start, end; /* bytes of the text that the word was read from */
    /* private: the join with the word before */
    char before[WRT_WORD_MAX + 1];
    size_t before_len, before_start;
    bool before_is_letters, may_join;
} wrt_words;

void wrt_words_start(wrt_words *words, wrt_str text);

/* The next word in words->word (len bytes, not terminated), false at the end. O(bytes read). */
bool wrt_words_next(wrt_words *words);

#endif
