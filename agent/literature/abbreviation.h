/* abbreviation.h: names that a paper itself gives to a thing: "type 2 disorder (T2D)".
 *
 * A short form counts when it stands alone in brackets right behind a name, holds a capital, and
 * its letters stand in the name in their order, the first of them at the name's beginning
 * (Schwartz and Hearst, Pac Symp Biocomput 2003:451). One that is defined for something else in the
 * same record is none. */
#ifndef WRT_AGENT_ABBREVIATION_H
#define WRT_AGENT_ABBREVIATION_H

#include "agent/literature/terms.h"

enum { WRT_ABBREVIATION_MAX = 10 }; /* bytes of a short form */

/* *out holds the names and the short forms that title and abstract of the record define for them;
 * they borrow from both. O(bytes * names). */
void wrt_abbreviations_of(wrt_terms *out, const wrt_terms *names, const wrt_json *record);

#endif
