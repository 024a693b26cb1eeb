/* row_store.c: see row_store.h. */
#include "scm/mechanism/row_store.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

/* The finaliser of splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static size_t slot_of(const wrt_row_store *store, uint64_t number) {
    size_t at = (size_t)mix(number) & (store->n_slots - 1);
    while (store->slots[at] != 0 && store->numbers[store->slots[at] - 1] != number)
        at = (at + 1) & (store->n_slots - 1);
    return at;
}

void wrt_row_store_free(wrt_row_store *store) {
    free(store->numbers);
    free(store->rows);
    free(store->slots);
    *store = (wrt_row_store){0};
}

const double *wrt_row_store_get(const wrt_row_store *store, uint64_t number) {
    if (store->n_slots == 0)
        return NULL;
    uint32_t slot = store->slots[slot_of(store, number)];
    return slot == 0 ? NULL : store->rows + (size_t)(slot - 1) * store->width;
}

/* Rows and numbers have room for half as many as there are slots. */
static void grow(wrt_row_store *store) {
    size_t n_slots = store->n_slots == 0 ? 64 : 2 * store->n_slots;
    size_t room = n_slots / 2;
    free(store->slots);
    store->slots = wrt_calloc(n_slots, sizeof *store->slots);
    store->n_slots = n_slots;
    store->numbers = wrt_realloc(store->numbers, room * sizeof *store->numbers);
    store->rows = wrt_realloc(store->rows, room * store->width * sizeof *store->rows);
    for (size_t i = 0; i < store->n; i++)
        store->slots[slot_of(store, store->numbers[i])] = (uint32_t)(i + 1);
}

void wrt_row_store_put(wrt_row_store *store, uint64_t number, const double *row) {
    if ((store->n + 1) * store->width * sizeof *row > WRT_ROW_STORE_BYTES)
        return;
    if (store->n == store->n_slots / 2)
        grow(store);
    store->numbers[store->n] = number;
    memcpy(store->rows + store->n * store->width, row, store->width * sizeof *row);
    store->slots[slot_of(store, number)] = (uint32_t)(store->n + 1);
    store->n++;
}
