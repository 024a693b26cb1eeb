/* keymap.c: see keymap.h. */
#include "kg/ingest/keymap.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1024 };
#define POOL_MAX ((size_t)1 << 38)

/* ---- keys */

static uint64_t key_of(const wrt_kg_key_slot *slot) {
    return (uint64_t)slot->high << 32 | slot->low;
}

static void put(wrt_kg_keymap *map, wrt_kg_key_slot entry) {
    size_t mask = map->n_slots - 1, at = (size_t)key_of(&entry) & mask;
    while (map->slots[at].value != 0)
        at = (at + 1) & mask;
    map->slots[at] = entry;
}

static void grow(wrt_kg_keymap *map) {
    wrt_kg_keymap bigger = {.n_slots = map->n_slots == 0 ? FIRST_SLOTS : map->n_slots * 2};
    bigger.n = map->n;
    bigger.slots = wrt_calloc(bigger.n_slots, sizeof *bigger.slots);
    for (size_t i = 0; i < map->n_slots; i++)
        if (map->slots[i].value != 0)
            put(&bigger, map->slots[i]);
    free(map->slots);
    *map = bigger;
}

void wrt_kg_keymap_add(wrt_kg_keymap *map, uint64_t key, uint32_t value) {
    if ((map->n + 1) * 4 > map->n_slots * 3)
        grow(map);
    put(map, (wrt_kg_key_slot){(uint32_t)key, (uint32_t)(key >> 32), value});
    map->n++;
}

uint32_t wrt_kg_keymap_next(const wrt_kg_keymap *map, uint64_t key, size_t *at) {
    size_t mask = map->n_slots - 1;
    if (map->n_slots == 0)
        return 0;
    for (;; (*at)++) {
        const wrt_kg_key_slot *slot = &map->slots[((size_t)key + *at) & mask];
        if (slot->value == 0)
            return 0;
        if (key_of(slot) == key) {
            (*at)++;
            return slot->value;
        }
    }
}

void wrt_kg_keymap_free(wrt_kg_keymap *map) {
    free(map->slots);
    *map = (wrt_kg_keymap){.n = 0};
}

/* ---- texts */

static uint64_t mix(uint64_t x) {
    x = (x ^ x >> 32) * 0x9e3779b97f4a7c15u;
    return x ^ x >> 29;
}

uint64_t wrt_kg_hash_text(wrt_str text) {
    uint64_t hash = 14695981039346656037u ^ text.len, word = 0;
    size_t at = 0;
    for (; at + sizeof word <= text.len; at += sizeof word) {
        memcpy(&word, text.ptr + at, sizeof word);
        hash = mix(hash ^ word);
    }
    word = 0;
    if (at < text.len)
        memcpy(&word, text.ptr + at, text.len - at);
    return mix(hash ^ word);
}

wrt_kg_textmap wrt_kg_textmap_make(void) {
    return (wrt_kg_textmap){.pool = wrt_buf_make(POOL_MAX)};
}

void wrt_kg_textmap_free(wrt_kg_textmap *map) {
    wrt_buf_free(&map->pool);
    wrt_kg_keymap_free(&map->numbers);
    free(map->end);
    *map = wrt_kg_textmap_make();
}

wrt_str wrt_kg_textmap_text(const wrt_kg_textmap *map, uint32_t number) {
    size_t start = number > 1 ? map->end[number - 2] : 0;
    return (wrt_str){map->pool.ptr != NULL ? map->pool.ptr + start : "",
                     map->end[number - 1] - start};
}

uint32_t wrt_kg_textmap_find(const wrt_kg_textmap *map, wrt_str text) {
    uint64_t hash = wrt_kg_hash_text(text);
    size_t at = 0;
    uint32_t number = 0;
    while ((number = wrt_kg_keymap_next(&map->numbers, hash, &at)) != 0)
        if (wrt_str_equal(wrt_kg_textmap_text(map, number), text))
            return number;
    return 0;
}

uint32_t wrt_kg_textmap_add(wrt_kg_textmap *map, wrt_str text) {
    if (map->n == map->room) {
        map->room = map->room == 0 ? FIRST_SLOTS : map->room * 2;
        map->end = wrt_realloc(map->end, map->room * sizeof *map->end);
    }
    wrt_buf_add_str(&map->pool, text);
    map->end[map->n++] = map->pool.len;
    wrt_kg_keymap_add(&map->numbers, wrt_kg_hash_text(text), (uint32_t)map->n);
    return (uint32_t)map->n;
}
