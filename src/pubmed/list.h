/* list.h: texts and lists that grow in an arena. */
#ifndef WRT_PUBMED_LIST_H
#define WRT_PUBMED_LIST_H

#include "base/arena.h"
#include "base/str.h"

/* items, of n elements of size bytes, with room for one more: the same block, or a copy of twice
 * the room whenever n is a power of two. Amortised O(1); the old block stays in the arena. */
void *wrt_pubmed_list_grow(wrt_arena *arena, const void *items, size_t n, size_t size);

/* A copy of the text; "" for an empty one. */
wrt_str wrt_pubmed_keep(wrt_arena *arena, wrt_str text);

/* Appends; an empty text is not added. */
void wrt_pubmed_list_add_text(wrt_arena *arena, const wrt_str **list, size_t *n, wrt_str text);
void wrt_pubmed_list_add_pmid(wrt_arena *arena, const int64_t **list, size_t *n, int64_t pmid);

#endif
