/* loose.h: the forms in which names are compared when they are not quite the same; private to kg/.
 *
 * A loose form is a name that was folded, cut into words and made plainer. Two names with the same
 * loose form are likely, not certainly, the same thing, so a match through it is a weak one and
 * says what it overlooked. */
#ifndef WRT_KG_LOOSE_H
#define WRT_KG_LOOSE_H

#include "base/buf.h"

typedef enum {
    WRT_KG_LOOSE_SPELLING, /* punctuation, accents, British spelling, plural, "IL6" as "IL-6" */
    WRT_KG_LOOSE_ORDER,    /* also the order of words, and "of", "the": "diabetes, type 2" */
    WRT_KG_LOOSE_SALT      /* also salts and hydrates: "metformin hydrochloride" */
} wrt_kg_loose_level;

enum { WRT_KG_LOOSE_MAX = 512 }; /* bytes of a folded name; longer ones have no loose form */

/* The loose form of folded text (wrt_kg_fold), appended: words in lower case with one space between
 * them. Nothing when no word is left or the text is too long. O(length). */
void wrt_kg_loosen(wrt_buf *out, wrt_str folded, wrt_kg_loose_level level);

#endif
