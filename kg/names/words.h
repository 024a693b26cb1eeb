/* words.h: everyday words that gene symbols and abbreviations look like; private to kg/. */
#ifndef WRT_KG_WORDS_H
#define WRT_KG_WORDS_H

#include "base/str.h"

/* True for a word that means something else in most sentences ("was", "set", "rest"), in any case:
 * a name that is spelt so counts only with the case of the stored spelling. */
bool wrt_kg_is_everyday(wrt_str word);

#endif
