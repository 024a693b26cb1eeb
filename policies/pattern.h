/* pattern.h: short patterns over the tokens of a sentence; what the clinical and dual-use rules are
 * written in.
 *
 * A pattern is a list of elements parted by spaces:
 *   word   a|b|c     the next token is one of the words
 *   <class>          the next token is of a class of pattern.c ("<drug>", "<kin>")
 *   #                the next token is a number
 *   ~                up to three tokens of any kind but marks that end a clause
 *   ^                nothing: a clause begins here
 *   !a|b|two_words   nothing: what comes next is none of these
 *   $                nothing: the clause ends here
 * Matching tries the shortest gaps first; its depth is the length of the pattern. */
#ifndef WRT_POLICIES_PATTERN_H
#define WRT_POLICIES_PATTERN_H

#include "policies/tokens.h"

/* Does the pattern match from token i on? O(4^gaps). */
bool wrt_pattern_matches(const wrt_sentence *sentence, size_t i, const char *pattern);

/* Does any of the NULL-terminated patterns match somewhere? Tokens of a quotation are left out when
 * `skips_quotes` is set. */
bool wrt_pattern_find(const wrt_sentence *sentence, const char *const *patterns, bool skips_quotes);

#endif
