/* keymap.h: 64-bit keys to row numbers, and texts to numbers; private to kg/.
 *
 * Both are open-addressing tables with linear probing that double at three quarters. A keymap takes
 * 12 bytes a slot (16 to 32 an entry); its keys are hashes already. Entries are never removed: who
 * finds a number checks the row. */
#ifndef WRT_KG_KEYMAP_H
#define WRT_KG_KEYMAP_H

#include "base/buf.h"
#include "base/str.h"

typedef struct {
    uint32_t low, high, value; /* value 0: free */
} wrt_kg_key_slot;

typedef struct {
    wrt_kg_key_slot *slots;
    size_t n, n_slots; /* n_slots: zero or a power of two */
} wrt_kg_keymap;

/* Several values of one key may stand beside each other. value > 0. */
void wrt_kg_keymap_add(wrt_kg_keymap *map, uint64_t key, uint32_t value);
/* The next value of a key, 0 when there is none left. *at is 0 for the first call. */
uint32_t wrt_kg_keymap_next(const wrt_kg_keymap *map, uint64_t key, size_t *at);
void wrt_kg_keymap_free(wrt_kg_keymap *map);

/* Texts numbered from 1 in order of arrival; the bytes of all stand in one pool. */
typedef struct {
    wrt_buf pool;
    size_t *end; /* text n ends there and begins at the end of n - 1 */
    size_t n, room;
    wrt_kg_keymap numbers; /* by hash */
} wrt_kg_textmap;

wrt_kg_textmap wrt_kg_textmap_make(void);
void wrt_kg_textmap_free(wrt_kg_textmap *map);
uint32_t wrt_kg_textmap_find(const wrt_kg_textmap *map, wrt_str text);   /* 0: none */
uint32_t wrt_kg_textmap_add(wrt_kg_textmap *map, wrt_str text);          /* must be new */
wrt_str wrt_kg_textmap_text(const wrt_kg_textmap *map, uint32_t number); /* until the next add */

/* A 64-bit hash of bytes; not a cryptographic one. */
uint64_t wrt_kg_hash_text(wrt_str text);

#endif
