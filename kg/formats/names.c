/* names.c: open addressing over texts in an arena; a slot keeps the upper half of the hash, so that
 * most misses cost no comparison of texts. */
#include "kg/formats/names.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1024 };

typedef struct {
    uint32_t tag;    /* upper half of the hash */
    uint32_t number; /* 1 + number; 0 is free */
} slot;

struct wrt_kg_names {
    wrt_arena *arena;
    wrt_str *items;
    size_t n, room;
    slot *slots;
    size_t n_slots; /* a power of two */
};

wrt_kg_names *wrt_kg_names_new(void) {
    wrt_kg_names *names = wrt_calloc(1, sizeof *names);
    names->arena = wrt_arena_new();
    names->n_slots = FIRST_SLOTS;
    names->slots = wrt_calloc(FIRST_SLOTS, sizeof *names->slots);
    return names;
}

void wrt_kg_names_free(wrt_kg_names *names) {
    if (names == NULL)
        return;
    wrt_arena_free(names->arena);
    free(names->items);
    free(names->slots);
    free(names);
}

/* FNV-1a, 64 bits, with the halves mixed. */
static uint64_t hash_text(wrt_str text) {
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.ptr[i]) * 1099511628211u;
    return hash ^ hash >> 29;
}

static void put_slot(slot *slots, size_t n_slots, slot entry, uint64_t hash) {
    size_t at = (size_t)hash & (n_slots - 1);
    while (slots[at].number != 0)
        at = (at + 1) & (n_slots - 1);
    slots[at] = entry;
}

static void grow_slots(wrt_kg_names *names) {
    size_t n_slots = names->n_slots * 2;
    slot *slots = wrt_calloc(n_slots, sizeof *slots);
    for (size_t i = 0; i < names->n; i++) {
        uint64_t hash = hash_text(names->items[i]);
        put_slot(slots, n_slots, (slot){(uint32_t)(hash >> 32), (uint32_t)i + 1}, hash);
    }
    free(names->slots);
    names->slots = slots;
    names->n_slots = n_slots;
}

static void push_item(wrt_kg_names *names, wrt_str text) {
    if (names->n == names->room) {
        names->room = names->room == 0 ? 64 : names->room * 2;
        names->items = wrt_realloc(names->items, names->room * sizeof *names->items);
    }
    const char *copy = wrt_arena_strdup(names->arena, text.len > 0 ? text.ptr : "", text.len);
    names->items[names->n++] = (wrt_str){copy, text.len};
}

uint32_t wrt_kg_names_add(bool *is_new, wrt_kg_names *names, wrt_str text) {
    uint64_t hash = hash_text(text);
    uint32_t tag = (uint32_t)(hash >> 32);
    size_t at = (size_t)hash & (names->n_slots - 1);
    for (; names->slots[at].number != 0; at = (at + 1) & (names->n_slots - 1)) {
        uint32_t number = names->slots[at].number - 1;
        if (names->slots[at].tag == tag && wrt_str_equal(names->items[number], text)) {
            if (is_new != NULL)
                *is_new = false;
            return number;
        }
    }
    if (is_new != NULL)
        *is_new = true;
    names->slots[at] = (slot){tag, (uint32_t)names->n + 1};
    push_item(names, text);
    if (names->n * 2 > names->n_slots)
        grow_slots(names);
    return (uint32_t)names->n - 1;
}
