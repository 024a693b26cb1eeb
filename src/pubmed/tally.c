/* tally.c: linear probing, at most two thirds full; multiplicative hashing. */
#include "pubmed/tally.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_PLACES = 1 << 12 };

wrt_tally wrt_tally_make(void) {
    return (wrt_tally){
        .arena = wrt_arena_new(),
        .places = wrt_calloc(FIRST_PLACES, sizeof(wrt_tally_entry)),
        .n_places = FIRST_PLACES,
        .round = 1,
    };
}

void wrt_tally_free(wrt_tally *tally) {
    wrt_arena_free(tally->arena);
    free(tally->places);
    *tally = (wrt_tally){0};
}

void wrt_tally_next_round(wrt_tally *tally) {
    tally->round++;
}

static uint64_t head_of(wrt_str word) {
    uint64_t head = 0;
    for (size_t i = 0; i < word.len && i < 8; i++)
        head = head << 8 | (unsigned char)word.ptr[i];
    return head;
}

static uint32_t hash_of(uint64_t head, wrt_str word) {
    uint64_t hash = (head ^ word.len) * 0x9E3779B97F4A7C15U;
    for (size_t i = 8; i < word.len; i++)
        hash = (hash ^ (unsigned char)word.ptr[i]) * 0x100000001B3U;
    return (uint32_t)(hash >> 32);
}

static wrt_tally_entry *place_of(const wrt_tally *tally, wrt_str word, uint64_t head,
                                 uint32_t hash) {
    size_t mask = tally->n_places - 1;
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
        wrt_tally_entry *entry = &tally->places[at];
        if (entry->word == NULL)
            return entry;
        if (entry->head == head && entry->len == word.len &&
            (word.len <= 8 || memcmp(entry->word + 8, word.ptr + 8, word.len - 8) == 0))
            return entry;
    }
}

static void grow(wrt_tally *tally) {
    wrt_tally_entry *old = tally->places;
    size_t n = tally->n_places;
    tally->n_places = n * 2;
    tally->places = wrt_calloc(tally->n_places, sizeof *tally->places);
    for (size_t i = 0; i < n; i++)
        if (old[i].word != NULL)
            *place_of(tally, (wrt_str){old[i].word, old[i].len}, old[i].head, old[i].hash) = old[i];
    free(old);
}

wrt_tally_key wrt_tally_fetch(const wrt_tally *tally, wrt_str word) {
    uint64_t head = head_of(word);
    wrt_tally_key key = {head, hash_of(head, word)};
    __builtin_prefetch(&tally->places[key.hash & (tally->n_places - 1)], 1);
    return key;
}

void wrt_tally_add(wrt_tally *tally, wrt_str word, int change) {
    uint64_t head = head_of(word);
    wrt_tally_add_fetched(tally, word, (wrt_tally_key){head, hash_of(head, word)}, change);
}

void wrt_tally_add_fetched(wrt_tally *tally, wrt_str word, wrt_tally_key key, int change) {
    uint64_t head = key.head;
    uint32_t hash = key.hash;
    wrt_tally_entry *entry = place_of(tally, word, head, hash);
    if (entry->word == NULL) {
        *entry = (wrt_tally_entry){.head = head,
                                   .word = wrt_arena_strdup(tally->arena, word.ptr, word.len),
                                   .len = (uint32_t)word.len,
                                   .hash = hash};
        if (++tally->used * 3 > tally->n_places * 2) {
            grow(tally);
            entry = place_of(tally, word, head, hash);
        }
    }
    if (entry->round == tally->round)
        return;
    entry->round = tally->round;
    entry->count += change;
}

static int compare_entries(const void *a, const void *b) {
    const wrt_tally_entry *left = a, *right = b;
    return wrt_str_compare((wrt_str){left->word, left->len}, (wrt_str){right->word, right->len});
}

wrt_tally_entry *wrt_tally_sorted(size_t *n, const wrt_tally *tally) {
    wrt_tally_entry *list = wrt_calloc(tally->used + 1, sizeof *list);
    *n = 0;
    for (size_t i = 0; i < tally->n_places; i++)
        if (tally->places[i].word != NULL && tally->places[i].count != 0)
            list[(*n)++] = tally->places[i];
    qsort(list, *n, sizeof *list, compare_entries);
    return list;
}
