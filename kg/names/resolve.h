/* resolve.h: from a name as people write it to nodes of the graph. */
#ifndef WRT_KG_RESOLVE_H
#define WRT_KG_RESOLVE_H

#include "kg/kg.h"

/* Ranked matches, best first:
 *   [{"id","name","kind","match","score","via"?,"ambiguous"?,"same_as"?}]
 * match is, in this order: id, name, synonym, xref (score 1: exact), variant, prefix, fuzzy.
 * - Exact text is folded before comparison: case, white space, hyphens, Greek letters spelt out. An
 *   id is found under any usual spelling of its prefix, or without one where its form tells it.
 * - A variant overlooks what `via` says: spelling 0.98 ("haemoglobin", "IL6" for "IL-6", a plural),
 *   word order 0.96 ("diabetes mellitus, type 2"), salt 0.93 (salts and hydrates of a chemical),
 *   case 0.9 (an everyday word that is a gene symbol in capitals).
 * - A prefix scores 0.6 + 0.3 * the share of the name that was typed; a fuzzy match
 *   0.6 * (1 - edits / longer length), edits by Damerau-Levenshtein (kg/names/fuzzy.h), a little
 * less for a synonym. Beside an exact match only names at one edit are looked for. Equal scores are
 * ordered by name, then id. Ambiguity is returned, not hidden: matches that tie for the first place
 * carry "ambiguous":true, unless ids and cross-references show that they are one thing under
 * several ids, which "same_as" lists. kinds: NULL or array to keep. limit 0 means 10. WRT_E_LIMIT:
 * more than 1,024 bytes or a limit above 1,000; WRT_E_INPUT: not UTF-8. */
wrt_status wrt_kg_resolve(wrt_json **out, wrt_kg *kg, wrt_str text, const wrt_json *kinds,
                          size_t limit, wrt_err *err);

/* Spans of a sentence that name nodes exactly (id, name, synonym or cross-reference; never fuzzy),
 * longest first without overlap: [{"start","end","text","matches":[...as above...]}] in order of
 * start; byte offsets. */
wrt_status wrt_kg_link(wrt_json **out, wrt_kg *kg, wrt_str sentence, wrt_err *err);

/* The folded form used for comparison, appended to out. */
void wrt_kg_fold(wrt_buf *out, wrt_str text);

#endif
