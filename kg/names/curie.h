/* curie.h: the spellings of one identifier; private to kg/.
 *
 * Sources write the same prefix in several ways ("DB:DB00331", "DRUGBANK:DB00331", Hetionet's
 * "Compound::DB00331"), and people write none ("DB00331"). Prefixes are compared in lower case. */
#ifndef WRT_KG_CURIE_H
#define WRT_KG_CURIE_H

#include "base/buf.h"

/* Comparison key of an id or cross-reference: ASCII letters in lower case, nothing else changed. */
void wrt_kg_fold_id(wrt_buf *out, wrt_str id);

/* The other spellings of an id in lower case, appended, each followed by a line feed; nothing for
 * text that is no id. The first spelling of each family of prefixes comes first. */
void wrt_kg_id_variants(wrt_buf *out, wrt_str lower);

/* One spelling for all of a family, appended: with the family's first prefix; other ids as they
 * are. */
void wrt_kg_id_canonical(wrt_buf *out, wrt_str lower);

#endif
