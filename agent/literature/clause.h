/* clause.h: a sentence as the reader's grammar sees it: one cell a token, one cell a name.
 *
 * What stands in round or square brackets is left out ("A (10 mg, p < 0.01) lowered B" has three
 * cells); when brackets do not match, everything behind the first open one is. Private to the
 * reader. */
#ifndef WRT_AGENT_CLAUSE_H
#define WRT_AGENT_CLAUSE_H

#include "agent/literature/reading_words.h"
#include "agent/literature/terms.h"

typedef enum {
    WRT_CELL_WORD,
    WRT_CELL_NUMBER,
    WRT_CELL_MARK,
    WRT_CELL_TREATMENT,
    WRT_CELL_OUTCOME
} wrt_cell_kind;

typedef struct {
    wrt_cell_kind kind;
    const char *word;    /* folded; of a name its last word; "" of a number; never NULL */
    wrt_reading_cue cue; /* nothing for names */
    bool is_joined;      /* no white space before it */
} wrt_cell;

typedef struct {
    wrt_cell cells[WRT_SENTENCE_TOKENS_MAX];
    size_t n;
} wrt_clause;

/* Where both kinds of names begin at one token the longer one stands. Borrows the sentence's words.
 * O(tokens * names). */
void wrt_clause_of(wrt_clause *out, const wrt_sentence *sentence, const wrt_terms *treatment,
                   const wrt_terms *outcome);

/* The word of cell i, "" outside of the clause and for names and numbers: no bounds needed. */
const char *wrt_clause_word(const wrt_clause *clause, size_t i);
bool wrt_clause_in(const wrt_clause *clause, size_t i, wrt_reading_set set);
bool wrt_clause_is(const wrt_clause *clause, size_t i, const char *list);

/* What the cell's word says by itself; nothing outside of the clause. */
wrt_says wrt_clause_says(const wrt_clause *clause, size_t i);

/* Some cell of [from, to) is in the set. */
bool wrt_clause_holds(const wrt_clause *clause, size_t from, size_t to, wrt_reading_set set);

/* The first cell of the clause around `at`, looking back `most` cells at the furthest: behind a
 * comma, semicolon, colon or a word that begins another clause. */
size_t wrt_clause_back(const wrt_clause *clause, size_t at, size_t most);

/* Over adverbs from i on. */
size_t wrt_clause_skip_adverbs(const wrt_clause *clause, size_t i);

bool wrt_clause_is_negation(const wrt_clause *clause, size_t i);

#endif
