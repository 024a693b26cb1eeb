/* arena.h: memory for one unit of work (a turn, a tool call, a query), freed whole.
 *
 * An arena hands out zeroed, 16-byte aligned blocks and never frees one of them alone. When the
 * environment variable WARRANT_ARENA_MALLOC is set at wrt_arena_new, each block is a malloc of its
 * own, so that valgrind and AddressSanitizer see its bounds. Not thread-safe. */
#ifndef WRT_BASE_ARENA_H
#define WRT_BASE_ARENA_H

#include <stddef.h>

typedef struct wrt_arena wrt_arena;

wrt_arena *wrt_arena_new(void);
void wrt_arena_free(wrt_arena *arena); /* accepts NULL */

/* Takes back every block, for the next unit of work of the same kind: memory is kept, as one chunk
 * with room for all that was handed out, and zeroed where it was used. Blocks are invalid after. */
void wrt_arena_reset(wrt_arena *arena);

/* size bytes of zeroed memory; never NULL (exhaustion aborts). size 0 gives a valid pointer. */
void *wrt_arena_alloc(wrt_arena *arena, size_t size);

/* count * size bytes; an overflowing product aborts as exhaustion does. */
void *wrt_arena_calloc(wrt_arena *arena, size_t count, size_t size);

/* NUL-terminated copy of len bytes. */
char *wrt_arena_strdup(wrt_arena *arena, const char *text, size_t len);

/* printf into the arena; NUL-terminated. */
char *wrt_arena_printf(wrt_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same zeroed, never-NULL allocation outside any arena, for long-lived opaque objects. */
void *wrt_calloc(size_t count, size_t size);
void *wrt_realloc(void *block, size_t size);
char *wrt_strdup(const char *text);

#endif
