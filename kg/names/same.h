/* same.h: matches that are one thing under several ids; private to kg/. */
#ifndef WRT_KG_SAME_H
#define WRT_KG_SAME_H

#include "kg/names/exact.h"

enum { WRT_KG_SAME_MAX = 50 }; /* matches that are compared with each other */

/* group[i] becomes the number of the first match that is the same thing as match i: two nodes are
 * when an id or cross-reference of one is an id or cross-reference of the other, in any spelling of
 * its prefix, also through a third. n is at most WRT_KG_SAME_MAX. O(k log k) in the ids. */
wrt_status wrt_kg_group_same(size_t *group, wrt_kg *kg, const wrt_kg_match *matches, size_t n,
                             wrt_err *err);

#endif
