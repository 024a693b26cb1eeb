/* terms.h: names of an entity as tokens, and where they stand in a sentence.
 *
 * A name matches whole tokens (policies/tokens.h) whatever their case; hyphens do not count, and
 * the last word may have a plural s. Names of at most four letters match in their own case only:
 * "ALL" is not "all". */
#ifndef WRT_AGENT_TERMS_H
#define WRT_AGENT_TERMS_H

#include "base/json.h"
#include "policies/tokens.h"

enum { WRT_TERMS_MAX = 64, WRT_TERM_WORDS_MAX = 12 };

typedef struct {
    wrt_str words[WRT_TERM_WORDS_MAX]; /* borrowed from the names */
    size_t n;
    bool is_short; /* case counts */
} wrt_term;

typedef struct {
    wrt_term list[WRT_TERMS_MAX];
    size_t n;
} wrt_terms;

/* Reads names (an array of texts, which must outlive *out); those without a word, with more than
 * WRT_TERM_WORDS_MAX, and all beyond WRT_TERMS_MAX are left out. O(bytes). */
void wrt_terms_read(wrt_terms *out, const wrt_json *names);

typedef struct {
    size_t start, end; /* tokens */
} wrt_mention;

/* The longest name that begins at token `at`; false when none does. */
bool wrt_terms_at(wrt_mention *out, const wrt_terms *terms, const wrt_sentence *sentence,
                  size_t at);

/* All mentions, in order, without overlaps, at most `most`; returns how many. */
size_t wrt_terms_find(wrt_mention *out, size_t most, const wrt_terms *terms,
                      const wrt_sentence *sentence);

#endif
