/* names.h: what is built over the table `name` so that names are found that are not spelt as
 * stored; private to kg/.
 *
 *   name_gram    FTS5, tokenizer trigram, no content: the windows of three characters of every
 *                folded name and synonym, with one space before and after it so that its ends count
 *   gram_count   how many names hold each trigram, to read the rarest first
 *   loose        loose forms (kg/names/loose.h) that differ from the folded name itself
 */
#ifndef WRT_KG_NAMES_H
#define WRT_KG_NAMES_H

#include "base/db.h"

/* Indexes the rows of `name` that were added since the last call (row numbers only grow), inside
 * the caller's transaction; makes the tables when they are missing. The last step of an import.
 * About 3 us a name. */
wrt_status wrt_kg_names_index(wrt_db *db, wrt_err *err);

#endif
