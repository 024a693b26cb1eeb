/* levels.h: the different texts of a nominal column, numbered.
 *
 * An open-addressing table over texts kept in an arena; O(1) per look-up. Numbers are in order of
 * first appearance until wrt_levels_sort, in bytewise order of the texts afterwards. */
#ifndef WRT_EFFECT_DATA_LEVELS_H
#define WRT_EFFECT_DATA_LEVELS_H

#include "base/str.h"

typedef struct wrt_levels wrt_levels;

/* Texts, and bytes of all of them together. */
enum { WRT_LEVELS_MAX = 1 << 20, WRT_LEVELS_BYTES_MAX = 1 << 26 };

wrt_levels *wrt_levels_new(void);
void wrt_levels_free(wrt_levels *levels); /* accepts NULL */

/* Adds a text unless it is there; false when it would pass a cap, or when texts were made to
 * collide (then no more is to be asked of the table). */
bool wrt_levels_add(wrt_levels *levels, wrt_str text);
/* Its number; false when it is not there. */
bool wrt_levels_find(size_t *out, const wrt_levels *levels, wrt_str text);
size_t wrt_levels_count(const wrt_levels *levels);
const char *wrt_levels_text(const wrt_levels *levels, size_t number); /* borrowed, terminated */
/* O(n log n); false when texts collide in their new order. */
bool wrt_levels_sort(wrt_levels *levels);

#endif
