/* tally.h: counting words in memory: an open hash table from words to signed counts. */
#ifndef WRT_PUBMED_TALLY_H
#define WRT_PUBMED_TALLY_H

#include "base/arena.h"
#include "base/str.h"

typedef struct {
    uint64_t head;    /* the first eight bytes, so that most comparisons touch one cache line */
    const char *word; /* NULL: the place is free */
    uint32_t len;
    uint32_t round; /* the last round in which it was counted */
    uint32_t hash;
    int32_t count;
} wrt_tally_entry;

typedef struct {
    wrt_arena *arena;
    wrt_tally_entry *places;
    size_t n_places, used; /* n_places is a power of two */
    uint32_t round;
} wrt_tally;

wrt_tally wrt_tally_make(void);
void wrt_tally_free(wrt_tally *tally);

/* Begins a round: a word counts once in each. */
void wrt_tally_next_round(wrt_tally *tally);
void wrt_tally_add(wrt_tally *tally, wrt_str word, int change);

/* The same in two steps. Where many words are counted, the first step for all of them and then the
 * second lets their places come from memory together instead of one after the other. */
typedef struct {
    uint64_t head;
    uint32_t hash;
} wrt_tally_key;

wrt_tally_key wrt_tally_fetch(const wrt_tally *tally, wrt_str word);
void wrt_tally_add_fetched(wrt_tally *tally, wrt_str word, wrt_tally_key key, int change);

/* The entries with a count other than 0, sorted bytewise by word; the tally must not be added to
 * while they are in use. The caller frees the list, not its words. */
wrt_tally_entry *wrt_tally_sorted(size_t *n, const wrt_tally *tally);

#endif
