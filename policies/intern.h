/* intern.h: distinct texts, numbered in order of appearance; private to policies/.
 *
 * Two equal texts under different scopes are different entries. Texts are borrowed. */
#ifndef WRT_POLICIES_INTERN_H
#define WRT_POLICIES_INTERN_H

#include <stddef.h>

typedef struct {
    const char *text;
    size_t scope;
    size_t id;
} wrt_interned;

/* Zero is an empty table; open addressing, at most half full. */
typedef struct {
    wrt_interned *entries;
    size_t room; /* a power of two, or 0 */
    size_t count;
} wrt_interner;

/* The number of the text, a new one when it was not there. Expected O(length). */
size_t wrt_intern_add(wrt_interner *table, size_t scope, const char *text);
/* SIZE_MAX when it is not there. */
size_t wrt_intern_find(const wrt_interner *table, size_t scope, const char *text);
void wrt_interner_free(wrt_interner *table);

#endif
