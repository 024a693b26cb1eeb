/* tokens.h: English text as sentences of tokens; what the gate and the clinical rules read.
 *
 * A token is a word (letters, digits after a letter, inner apostrophes), a number, or one mark.
 * Words carry a folded form: lower case, typographic apostrophes and full-width letters as ASCII,
 * invisible characters left out. Words are cut at hyphens, so "aspirin-induced" is three tokens.
 * A sentence ends at . ! ? before white space and a new beginning, at a blank line, and before a
 * list item; never inside a quotation. A quotation counts only when it is closed within
 * WRT_QUOTE_MAX bytes of the same paragraph and holds three words or more, so an opening mark alone
 * hides nothing. Single quotes are apostrophes. A sentence of more than WRT_SENTENCE_TOKENS_MAX
 * tokens comes in parts that overlap. O(bytes), no allocation. */
#ifndef WRT_POLICIES_TOKENS_H
#define WRT_POLICIES_TOKENS_H

#include "base/str.h"

enum { WRT_SENTENCE_TOKENS_MAX = 256, WRT_WORD_MAX = 24, WRT_QUOTE_MAX = 1000 };

typedef enum { WRT_TOKEN_WORD, WRT_TOKEN_NUMBER, WRT_TOKEN_MARK } wrt_token_kind;

typedef struct {
    wrt_str text;            /* as written */
    char word[WRT_WORD_MAX]; /* folded; a letter beyond ASCII is the one that it looks like or '?',
                                a mark is itself or "?" */
    wrt_token_kind kind;
    bool is_quoted; /* inside a quotation */
    bool is_mixed;  /* mixes scripts that look alike */
    bool is_joined; /* no white space before it */
} wrt_token;

typedef struct {
    wrt_str text;
    const wrt_token *tokens; /* valid until the next sentence is read */
    size_t n;
    bool is_cut;      /* a part of one of more than WRT_SENTENCE_TOKENS_MAX tokens */
    bool is_question; /* ends with a question mark */
    bool is_mixed;    /* some word mixes scripts */
} wrt_sentence;

typedef struct {
    wrt_str rest;
    size_t unfinished; /* bytes of rest that belong to the sentence of the last part */
    wrt_token tokens[WRT_SENTENCE_TOKENS_MAX];
} wrt_sentences;

/* Starts on a text, which is borrowed. Bytes that are no UTF-8 read as marks. */
void wrt_sentences_start(wrt_sentences *out, wrt_str text);
/* The next sentence with at least one token; false at the end. */
bool wrt_sentences_next(wrt_sentence *out, wrt_sentences *reader);

/* The folded word of token i, "" outside of the sentence and for numbers: look-ups need no bounds.
 */
const char *wrt_sentence_word(const wrt_sentence *sentence, size_t i);
bool wrt_sentence_is(const wrt_sentence *sentence, size_t i, const char *word);
/* Is the word of token i one of the words of a space-separated list ("may might could")? */
bool wrt_sentence_in(const wrt_sentence *sentence, size_t i, const char *list);
bool wrt_word_in(const char *word, const char *list);

/* Does the sentence name a source: PMID, PMC, NCT or DOI identifier, or an evidence id "[e7]"? A
 * part of one does not. */
bool wrt_sentence_is_cited(const wrt_sentence *sentence);

#endif
