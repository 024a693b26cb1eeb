/* row_store.h: rows of one variable that are known already, by their number. Private to
 * src/scm/mechanism. A hash table with open addressing; O(1) expected. */
#ifndef WRT_SCM_MECHANISM_ROW_STORE_H
#define WRT_SCM_MECHANISM_ROW_STORE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t width; /* probabilities of a row */
    uint64_t *numbers;
    double *rows;
    size_t n;
    uint32_t *slots; /* index of a row + 1, 0 when free */
    size_t n_slots;  /* a power of two */
} wrt_row_store;

/* Most bytes of rows that one store keeps; what comes then is not kept. */
enum { WRT_ROW_STORE_BYTES = 1 << 28 };

void wrt_row_store_free(wrt_row_store *store);
/* Borrowed until the next put; NULL when unknown. */
const double *wrt_row_store_get(const wrt_row_store *store, uint64_t number);
/* The number must be unknown. */
void wrt_row_store_put(wrt_row_store *store, uint64_t number, const double *row);

#endif
