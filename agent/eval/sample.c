/* sample.c: see sample.h. */
#include "agent/eval/sample.h"

#include "base/arena.h"
#include "base/rng.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE_STREAM = 12 };

typedef struct {
    const char *stratum;
    size_t item;
    uint64_t order; /* drawn */
} ticket;

typedef struct {
    size_t first, n; /* tickets */
    size_t share, remainder;
} stratum;

static int by_stratum(const void *a, const void *b) {
    const ticket *x = a, *y = b;
    int order = strcmp(x->stratum, y->stratum);
    if (order == 0)
        order = (x->order > y->order) - (x->order < y->order);
    return order != 0 ? order : (x->item > y->item) - (x->item < y->item);
}

static int by_item(const void *a, const void *b) {
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

static size_t find_strata(stratum *out, const ticket *tickets, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || strcmp(tickets[i].stratum, tickets[i - 1].stratum) != 0)
            out[count++] = (stratum){.first = i};
        out[count - 1].n++;
    }
    return count;
}

/* Whole shares first; what is left goes to the largest remainders. */
static void give_shares(stratum *strata, size_t count, size_t n, size_t limit) {
    size_t given = 0;
    for (size_t s = 0; s < count; s++) {
        strata[s].share = strata[s].n * limit / n;
        strata[s].remainder = strata[s].n * limit % n;
        given += strata[s].share;
    }
    while (given < limit) {
        size_t best = 0;
        for (size_t s = 1; s < count; s++)
            if (strata[s].remainder > strata[best].remainder)
                best = s;
        strata[best].share++;
        strata[best].remainder = 0;
        given++;
    }
}

size_t wrt_sample_pick(size_t *out, const char *const *strata, size_t n, size_t limit,
                       uint64_t seed) {
    size_t picked = 0;
    if (limit == 0 || limit >= n) {
        for (size_t i = 0; i < n; i++)
            out[i] = i;
        return n;
    }
    ticket *tickets = wrt_calloc(n, sizeof *tickets);
    stratum *groups = wrt_calloc(n, sizeof *groups);
    for (size_t i = 0; i < n; i++) {
        wrt_rng rng = wrt_rng_make(seed, SAMPLE_STREAM, i);
        uint64_t high = wrt_rng_u32(&rng);
        tickets[i] = (ticket){strata[i], i, high << 32 | wrt_rng_u32(&rng)};
    }
    qsort(tickets, n, sizeof *tickets, by_stratum);
    size_t count = find_strata(groups, tickets, n);
    give_shares(groups, count, n, limit);
    for (size_t s = 0; s < count; s++)
        for (size_t i = 0; i < groups[s].share; i++)
            out[picked++] = tickets[groups[s].first + i].item;
    qsort(out, picked, sizeof *out, by_item);
    free(tickets);
    free(groups);
    return picked;
}
