/* levels.c: slots hold number + 1, so that zeroed memory is an empty table; at most half full. */
#include "effect/data/levels.h"

#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct wrt_levels {
    wrt_arena *arena;
    wrt_str *texts;
    size_t n, room, bytes;
    uint32_t *slots;
    size_t n_slots; /* a power of two */
};

/* Probes of one look-up. A good hash needs a handful; texts made to collide are refused before they
 * cost quadratic time. */
enum { PROBES_MAX = 2000 };

/* FNV-1a, 64 bits, with a final mix so that the low bits are good. */
static uint64_t hash_of(wrt_str text) {
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < text.len; i++)
        h = (h ^ (unsigned char)text.ptr[i]) * UINT64_C(0x100000001b3);
    h ^= h >> 32;
    return h * UINT64_C(0x9e3779b97f4a7c15) >> 20;
}

/* The slot of the text, or the empty slot where it belongs; n_slots after PROBES_MAX probes. */
static size_t slot_of(const wrt_levels *levels, wrt_str text) {
    size_t mask = levels->n_slots - 1, slot = (size_t)hash_of(text) & mask;
    for (int probe = 0; probe < PROBES_MAX; probe++) {
        uint32_t held = levels->slots[slot];
        if (held == 0 || wrt_str_equal(levels->texts[held - 1], text))
            return slot;
        slot = (slot + 1) & mask;
    }
    return levels->n_slots;
}

/* False when the texts collide too much; the table is then good for nothing but its texts. */
static bool rebuild(wrt_levels *levels, size_t n_slots) {
    free(levels->slots);
    levels->n_slots = n_slots;
    levels->slots = wrt_calloc(n_slots, sizeof *levels->slots);
    for (size_t i = 0; i < levels->n; i++) {
        size_t slot = slot_of(levels, levels->texts[i]);
        if (slot == n_slots)
            return false;
        levels->slots[slot] = (uint32_t)(i + 1);
    }
    return true;
}

wrt_levels *wrt_levels_new(void) {
    wrt_levels *levels = wrt_calloc(1, sizeof *levels);
    levels->arena = wrt_arena_new();
    (void)rebuild(levels, 16);
    return levels;
}

void wrt_levels_free(wrt_levels *levels) {
    if (levels == NULL)
        return;
    wrt_arena_free(levels->arena);
    free(levels->texts);
    free(levels->slots);
    free(levels);
}

bool wrt_levels_add(wrt_levels *levels, wrt_str text) {
    size_t slot = slot_of(levels, text);
    if (slot == levels->n_slots)
        return false;
    if (levels->slots[slot] != 0)
        return true;
    if (levels->n == WRT_LEVELS_MAX || text.len > WRT_LEVELS_BYTES_MAX - levels->bytes)
        return false;
    if (levels->n == levels->room) {
        levels->room = levels->room > 0 ? 2 * levels->room : 8;
        levels->texts = wrt_realloc(levels->texts, levels->room * sizeof *levels->texts);
    }
    levels->bytes += text.len;
    levels->texts[levels->n++] =
        (wrt_str){wrt_arena_strdup(levels->arena, text.ptr, text.len), text.len};
    levels->slots[slot] = (uint32_t)levels->n;
    return 2 * levels->n <= levels->n_slots || rebuild(levels, 2 * levels->n_slots);
}

bool wrt_levels_find(size_t *out, const wrt_levels *levels, wrt_str text) {
    size_t slot = slot_of(levels, text);
    if (slot == levels->n_slots || levels->slots[slot] == 0)
        return false;
    *out = levels->slots[slot] - 1;
    return true;
}

size_t wrt_levels_count(const wrt_levels *levels) {
    return levels->n;
}

const char *wrt_levels_text(const wrt_levels *levels, size_t number) {
    assert(number < levels->n);
    return levels->texts[number].ptr;
}

static int by_text(const void *a, const void *b) {
    const wrt_str *left = a, *right = b;
    return wrt_str_compare(*left, *right);
}

bool wrt_levels_sort(wrt_levels *levels) {
    if (levels->n > 1)
        qsort(levels->texts, levels->n, sizeof *levels->texts, by_text);
    return rebuild(levels, levels->n_slots);
}
