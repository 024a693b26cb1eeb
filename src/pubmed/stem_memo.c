/* stem_memo.c: a direct-mapped table of two words to a cache line: what it would save, a larger one
 * loses again to misses of the cache. */
#include "pubmed/stem_memo.h"

#include "base/arena.h"
#include "pubmed/stem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES_BITS = 11, PLACES = 1 << PLACES_BITS, BYTES = WRT_STEM_MEMO_WORD + 1 };

/* Letters are never zero bytes, so words padded with them are equal only if they are one. A free
 * place holds the empty word. Porter's stem is never longer than its word; the last byte is its
 * length. */
typedef struct {
    uint64_t word[2];
    char stem[BYTES];
} place;

struct wrt_stem_memo {
    place places[PLACES];
};

_Static_assert(BYTES == 2 * sizeof(uint64_t), "a word is compared as two numbers");

wrt_stem_memo *wrt_stem_memo_new(void) {
    return wrt_calloc(1, sizeof(wrt_stem_memo));
}

void wrt_stem_memo_free(wrt_stem_memo *memo) {
    free(memo);
}

/* The word padded with zero bytes, as two numbers. */
static void load(uint64_t out[2], const char *word, size_t len) {
    static const unsigned char ones[2 * BYTES] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                  255, 255, 255, 255, 255, 255, 255, 255};
    uint64_t mask[2];
    memcpy(mask, ones + BYTES - len, BYTES);
    memcpy(out, word, BYTES);
    out[0] &= mask[0];
    out[1] &= mask[1];
}

static size_t place_of(const uint64_t word[2]) {
    uint64_t hash = word[0] * 0x9E3779B97F4A7C15U;
    hash = (hash ^ hash >> 32 ^ word[1]) * 0xC2B2AE3D27D4EB4FU;
    return (size_t)(hash >> (64 - PLACES_BITS));
}

size_t wrt_stem_memo_word(wrt_stem_memo *memo, char *word, size_t len) {
    uint64_t key[2];
    if (len == 0 || len > WRT_STEM_MEMO_WORD)
        return wrt_stem_word(word, len);
    load(key, word, len);
    place *p = &memo->places[place_of(key)];
    if (p->word[0] == key[0] && p->word[1] == key[1]) {
        memcpy(word, p->stem, BYTES);
        return (unsigned char)p->stem[BYTES - 1];
    }
    len = wrt_stem_word(word, len);
    memcpy(p->word, key, sizeof key);
    memcpy(p->stem, word, BYTES);
    p->stem[BYTES - 1] = (char)(unsigned char)len;
    return len;
}
