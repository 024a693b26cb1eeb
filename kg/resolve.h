/* resolve.h: from a name as people write it to nodes of the graph. */
#ifndef WRT_KG_RESOLVE_H
#define WRT_KG_RESOLVE_H

#include "kg/kg.h"

/* Ranked matches as [{"id","name","kind","match":"id|name|synonym|xref|prefix|fuzzy","score"}],
 * best first: exact id, exact name, synonym, cross-reference, prefix, fuzzy (Damerau-Levenshtein
 * over trigram candidates). Text is folded before comparison: case, white space, hyphens, Greek
 * letters spelt out. score is 1 for exact matches and in (0,1) below. Equal scores are ordered by
 * name, then id. kinds: NULL or array to keep. limit 0 means 10. Ambiguity is returned, not hidden.
 */
wrt_status wrt_kg_resolve(wrt_json **out, wrt_kg *kg, wrt_str text, const wrt_json *kinds,
                          size_t limit, wrt_err *err);

/* Spans of a sentence that name nodes exactly (id, name, synonym or cross-reference; never fuzzy),
 * longest first without overlap: [{"start","end","text","matches":[...as above...]}] in order of
 * start; byte offsets. */
wrt_status wrt_kg_link(wrt_json **out, wrt_kg *kg, wrt_str sentence, wrt_err *err);

/* The folded form used for comparison, appended to out. */
void wrt_kg_fold(wrt_buf *out, wrt_str text);

#endif
