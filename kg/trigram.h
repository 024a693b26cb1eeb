/* trigram.h: three-byte windows of a folded name; private to kg/.
 *
 * The text is taken with one space before and after it, so that its ends count. Two names that are
 * close in edit distance share most of their windows, which makes them a cheap filter. */
#ifndef WRT_KG_TRIGRAM_H
#define WRT_KG_TRIGRAM_H

#include "base/buf.h"
#include "base/str.h"

enum { WRT_TRIGRAM_MAX = 256 };

/* Distinct trigrams (24-bit numbers) of at most the first WRT_TRIGRAM_MAX windows, ascending. */
size_t wrt_trigrams(uint32_t out[WRT_TRIGRAM_MAX], wrt_str folded);

/* Comparison key of an id or cross-reference: ASCII letters in lower case, nothing else changed. */
void wrt_kg_fold_id(wrt_buf *out, wrt_str id);

/* Damerau-Levenshtein distance in code points, transpositions of neighbours counting one and no
 * part edited twice (optimal string alignment; Boytsov, ACM J. Exp. Algorithmics 2011;16:1.1).
 * Gives cap + 1 as soon as it exceeds cap. Texts longer than 256 code points are cap + 1 apart
 * unless equal. O(length * cap). */
size_t wrt_edit_distance(wrt_str a, wrt_str b, size_t cap);

#endif
