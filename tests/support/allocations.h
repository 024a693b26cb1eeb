/* allocations.h: how often the program asked for memory.
 *
 * Under a sanitizer its hooks count; else malloc, calloc and realloc are defined here and hand on
 * to the C library, so that calls from every library of the program are seen. */
#ifndef WRT_TESTS_SUPPORT_ALLOCATIONS_H
#define WRT_TESTS_SUPPORT_ALLOCATIONS_H

#include <stddef.h>

/* Call once before the first count. */
void allocations_start(void);
size_t allocations_so_far(void);

#endif
