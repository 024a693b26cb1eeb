/* code_set.h: sets of characters (Unicode scalar values: code points without surrogates), as
 * character classes of grammars and patterns need them. */
#ifndef WRT_LLM_CODE_SET_H
#define WRT_LLM_CODE_SET_H

#include "base/buf.h"

enum { WRT_CODE_MAX = 0x10FFFF, WRT_CODE_SURROGATE = 0xD800, WRT_CODE_AFTER_SURROGATES = 0xE000 };

typedef struct {
    uint32_t low, high; /* inclusive */
} wrt_code_range;

/* After wrt_code_set_join or _negate: ascending, apart from one another, no surrogates. */
typedef struct {
    wrt_code_range *ranges;
    size_t n, room;
} wrt_code_set;

void wrt_code_set_free(wrt_code_set *set); /* accepts NULL; the set is empty afterwards */
void wrt_code_set_add(wrt_code_set *set, uint32_t low, uint32_t high); /* low <= high */
void wrt_code_set_join(wrt_code_set *set);                             /* O(n log n) */
void wrt_code_set_negate(wrt_code_set *set); /* joins; all characters that are not in the set */

/* True when the joined set holds the code point. */
bool wrt_code_set_holds(const wrt_code_set *set, uint32_t code);

/* True when code is a character. */
bool wrt_code_is_scalar(uint32_t code);

/* Appends a joined set that is not empty as a GBNF class: [a-z\x2D]. */
void wrt_code_set_write(wrt_buf *out, const wrt_code_set *set);

#endif
