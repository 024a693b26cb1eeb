/* index.h: the words of an article, in the full-text index and in the table of word counts.
 *
 * What goes in is computed from the article alone, so that taking it out again (FTS5 without
 * content wants the very words) repeats the computation on the stored record. Word counts are kept
 * in memory during one input file and added to the table at its end. */
#ifndef WRT_PUBMED_INDEX_H
#define WRT_PUBMED_INDEX_H

#include "pubmed/store.h"

enum { WRT_PUBMED_FIELDS = 3 }; /* title, abstract, subjects */

typedef struct wrt_pubmed_index wrt_pubmed_index;

wrt_status wrt_pubmed_index_new(wrt_pubmed_index **out, wrt_pubmed_store *store, wrt_err *err);
void wrt_pubmed_index_free(wrt_pubmed_index *index); /* accepts NULL */

/* Adds the words of an article, or takes out those of the one that was added as it is given. */
wrt_status wrt_pubmed_index_add(wrt_pubmed_index *index, const wrt_pubmed_article *article,
                                wrt_err *err);
wrt_status wrt_pubmed_index_remove(wrt_pubmed_index *index, const wrt_pubmed_article *article,
                                   wrt_err *err);

/* Writes counts, subject names and field lengths; must stand before the commit. The index is empty
 * again afterwards. O(distinct words). */
wrt_status wrt_pubmed_index_flush(wrt_pubmed_index *index, wrt_err *err);

/* The text of a field for the cutter: the k-th piece, false past the last. Pieces of the subjects
 * are MeSH descriptors and keywords. */
bool wrt_pubmed_field_piece(wrt_str *out, const wrt_pubmed_article *article, int field, size_t k);

#endif
