/* arena.c: memory for one unit of work.
 *
 * A list of chunks; the newest is bumped. A request that does not fit starts a new chunk, twice as
 * large as the last one up to CHUNK_MAX, or a chunk of its own when it is larger than that. Chunks
 * come from calloc and no byte is handed out twice, so blocks are zeroed without a memset.
 *
 *   arena -> [header|block|block|free...] -> [header|block......] -> NULL
 *             newest                          older, full */
#include "base/arena.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16, CHUNK_MIN = 4096, CHUNK_MAX = 1 << 20 };

typedef struct chunk {
    struct chunk *next;
    size_t used; /* bytes after the header */
    size_t room;
    size_t padding; /* keeps the header a multiple of ALIGNMENT */
} chunk;

_Static_assert(sizeof(chunk) % ALIGNMENT == 0, "blocks start right after the header");

struct wrt_arena {
    chunk *newest;
    size_t next_room;
    bool is_block_per_chunk; /* WARRANT_ARENA_MALLOC */
};

wrt_arena *wrt_arena_new(void) {
    wrt_arena *arena = wrt_calloc(1, sizeof *arena);
    arena->next_room = CHUNK_MIN;
    arena->is_block_per_chunk = getenv("WARRANT_ARENA_MALLOC") != NULL;
    return arena;
}

void wrt_arena_free(wrt_arena *arena) {
    if (arena == NULL) {
        return;
    }
    for (chunk *item = arena->newest; item != NULL;) {
        chunk *next = item->next;
        free(item);
        item = next;
    }
    free(arena);
}

static char *chunk_bytes(chunk *item) {
    return (char *)(item + 1);
}

static chunk *new_chunk(size_t room) {
    if (room > SIZE_MAX - sizeof(chunk)) {
        wrt_out_of_memory();
    }
    chunk *item = wrt_calloc(1, sizeof *item + room);
    item->room = room;
    return item;
}

/* A block in a chunk of its own, put behind the newest so that its free room is not lost. */
static void *alloc_alone(wrt_arena *arena, size_t size) {
    chunk *item = new_chunk(size);
    item->used = size;
    if (arena->newest == NULL) {
        arena->newest = item;
    } else {
        item->next = arena->newest->next;
        arena->newest->next = item;
    }
    return chunk_bytes(item);
}

void *wrt_arena_alloc(wrt_arena *arena, size_t size) {
    if (arena->is_block_per_chunk) {
        return alloc_alone(arena, size); /* not rounded up: a tool sees the exact end */
    }
    if (size > SIZE_MAX - ALIGNMENT) {
        wrt_out_of_memory();
    }
    size_t need = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    need = need == 0 ? ALIGNMENT : need;
    if (arena->newest == NULL || arena->newest->room - arena->newest->used < need) {
        if (need > CHUNK_MAX / 4) {
            return alloc_alone(arena, need);
        }
        size_t room = arena->next_room;
        while (room < need) {
            room *= 2;
        }
        chunk *item = new_chunk(room);
        item->next = arena->newest;
        arena->newest = item;
        arena->next_room = room < CHUNK_MAX ? room * 2 : room;
    }
    void *block = chunk_bytes(arena->newest) + arena->newest->used;
    arena->newest->used += need;
    return block;
}

void wrt_arena_reset(wrt_arena *arena) {
    chunk *kept = arena->newest;
    if (kept != NULL && kept->next == NULL && !arena->is_block_per_chunk) {
        memset(chunk_bytes(kept), 0, kept->used);
        kept->used = 0;
        return;
    }
    size_t room = 0;
    for (chunk *item = kept; item != NULL;) {
        chunk *next = item->next;
        room += item->room;
        free(item);
        item = next;
    }
    arena->newest = room > 0 && !arena->is_block_per_chunk ? new_chunk(room) : NULL;
}

void *wrt_arena_calloc(wrt_arena *arena, size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size) {
        wrt_out_of_memory();
    }
    return wrt_arena_alloc(arena, count * size);
}

char *wrt_arena_strdup(wrt_arena *arena, const char *text, size_t len) {
    if (len == SIZE_MAX) {
        wrt_out_of_memory();
    }
    char *copy = wrt_arena_alloc(arena, len + 1);
    if (len != 0) {
        memcpy(copy, text, len);
    }
    return copy;
}

char *wrt_arena_printf(wrt_arena *arena, const char *format, ...) {
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        len = 0;
    }
    char *text = wrt_arena_alloc(arena, (size_t)len + 1);
    (void)vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

void *wrt_calloc(size_t count, size_t size) {
    bool is_empty = count == 0 || size == 0;
    void *block = calloc(is_empty ? 1 : count, is_empty ? 1 : size);
    if (block == NULL) {
        wrt_out_of_memory();
    }
    return block;
}

void *wrt_realloc(void *block, size_t size) {
    void *moved = realloc(block, size == 0 ? 1 : size);
    if (moved == NULL) {
        wrt_out_of_memory();
    }
    return moved;
}

char *wrt_strdup(const char *text) {
    char *copy = strdup(text);
    if (copy == NULL) {
        wrt_out_of_memory();
    }
    return copy;
}
