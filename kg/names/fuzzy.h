/* fuzzy.h: names that are a few edits away; private to kg/. */
#ifndef WRT_KG_FUZZY_H
#define WRT_KG_FUZZY_H

#include "kg/names/exact.h"

/* Fuzzy scores lie in (0, WRT_KG_FUZZY_CEILING). */
#define WRT_KG_FUZZY_CEILING 0.6

enum { WRT_KG_FUZZY_EDITS = 4 };

/* Adds the names within 1 edit of the folded text, else within 2, and so on, as far as its length
 * allows: 1 edit for 4 to 7 code points, then one more for every 4, at
 * most `most` (up to WRT_KG_FUZZY_EDITS). None for shorter
 * texts and those of more than 250 code points. At most 60,000 entries of the trigram index are
 * read, the rarest trigrams first: far matches of long names may be missed, near ones are not. */
wrt_status wrt_kg_find_fuzzy(wrt_kg_matches *list, wrt_kg *kg, wrt_str folded, size_t most,
                             wrt_err *err);

size_t wrt_kg_code_points(wrt_str text); /* of valid UTF-8 */

#endif
