/* names.h: numbers for texts, in the order in which they were first seen. */
#ifndef WRT_KG_FORMATS_NAMES_H
#define WRT_KG_FORMATS_NAMES_H

#include "base/str.h"

typedef struct wrt_kg_names wrt_kg_names;

wrt_kg_names *wrt_kg_names_new(void);
void wrt_kg_names_free(wrt_kg_names *names); /* accepts NULL */

/* The number of the text, from 0; *is_new (when not NULL) when it was not there. O(1) expected;
 * memory is that of the distinct texts and about 40 bytes for each. */
uint32_t wrt_kg_names_add(bool *is_new, wrt_kg_names *names, wrt_str text);

#endif
