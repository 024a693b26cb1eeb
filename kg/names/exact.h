/* exact.h: exact look-up of a spelling; private to kg/. */
#ifndef WRT_KG_EXACT_H
#define WRT_KG_EXACT_H

#include "kg/names/resolve.h"

typedef struct {
    uint32_t node;   /* from 0 */
    int how;         /* WRT_KG_MATCH_*, the following ones included */
    const char *via; /* of a variant: what was overlooked, a literal; else NULL */
    double score;
} wrt_kg_match;

enum { WRT_KG_MATCH_VARIANT = 4, WRT_KG_MATCH_PREFIX = 5, WRT_KG_MATCH_FUZZY = 6 };

typedef struct {
    wrt_kg_match *items;
    size_t n, room;
} wrt_kg_matches;

void wrt_kg_matches_add(wrt_kg_matches *list, wrt_kg_match match);
void wrt_kg_matches_free(wrt_kg_matches *list);

/* Adds the nodes that text names exactly: lower-case text, and the other spellings of its prefix
 * (kg/names/curie.h), against ids and cross-references, folded text against names and synonyms.
 * same_case: only spellings equal to text byte for byte. */
wrt_status wrt_kg_find_exact(wrt_kg_matches *list, wrt_kg *kg, wrt_str text, bool same_case,
                             wrt_err *err);

/* One match a node (its best), ordered best first, at most limit, as JSON. kinds: by term, NULL
 * for all. Matches that tie with the first are marked "ambiguous" unless they are one thing under
 * several ids, which "same_as" tells (kg/names/same.h). */
wrt_status wrt_kg_matches_json(wrt_json **out, wrt_kg *kg, wrt_kg_matches *list, const bool *kinds,
                               size_t limit, wrt_err *err);

#endif
