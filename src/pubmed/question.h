/* question.h: a question in plain words, as the words of the index with their weights.
 *
 * There is no query language: quotes, brackets, AND, OR and NOT are words or nothing. A word of the
 * index holds letters and digits only, so no question can reach the syntax of the full-text
 * engine. */
#ifndef WRT_PUBMED_QUESTION_H
#define WRT_PUBMED_QUESTION_H

#include "pubmed/store.h"
#include "pubmed/words.h"

enum {
    WRT_QUESTION_BYTES_MAX = 1 << 20, /* of a question; more is WRT_E_LIMIT */
    WRT_QUESTION_WORDS_MAX = 64,      /* kept: the rarest of the first 32,768 distinct ones */
    WRT_QUESTION_RARE = 6             /* words that candidates are looked up by */
};

typedef struct {
    char text[WRT_WORD_MAX + 1];
    size_t len;
    int64_t articles; /* that hold it */
    double weight;    /* inverse document frequency, ln(1 + (N - n + 1/2) / (n + 1/2)) */
} wrt_question_word;

typedef struct {
    wrt_question_word words[WRT_QUESTION_WORDS_MAX]; /* rarest first; distinct; all are indexed */
    size_t n;
    size_t n_rare;               /* the first of them: what candidates are looked up by */
    size_t n_unknown;            /* distinct words that no article holds */
    int64_t articles;            /* N, in the store */
    double length;               /* mean words of an article */
    bool initials[WRT_INITIALS]; /* of the words, for wrt_words */
    signed char first[64];       /* private: hash -> index + 1 of a word */
    signed char chain[WRT_QUESTION_WORDS_MAX];
} wrt_question;

/* Reads a question (valid UTF-8). A question without a word that the index knows has n 0. O(bytes +
 * words log store). */
wrt_status wrt_question_read(wrt_question *out, wrt_pubmed_store *store, wrt_str text,
                             wrt_err *err);

/* Index of a word in the question, or -1. */
int wrt_question_find(const wrt_question *question, const char *word, size_t len);

/* Appends the expression for the full-text engine: the rare words, joined by OR. */
void wrt_question_expression(wrt_buf *out, const wrt_question *question);

#endif
