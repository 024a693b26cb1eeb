/* distance.h: edit distance; private to kg/. */
#ifndef WRT_KG_DISTANCE_H
#define WRT_KG_DISTANCE_H

#include "base/str.h"

/* Damerau-Levenshtein distance in code points, transpositions of neighbours counting one and no
 * part edited twice (optimal string alignment; Boytsov, ACM J. Exp. Algorithmics 2011;16:1.1).
 * Gives cap + 1 as soon as it exceeds cap. Texts longer than 256 code points are cap + 1 apart
 * unless equal. O(length * cap). */
size_t wrt_edit_distance(wrt_str a, wrt_str b, size_t cap);

#endif
