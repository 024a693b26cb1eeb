/* proposal.c: counts in an open-addressing table keyed by row number. */
#include "scm/infer/proposal.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

static const double OWN_SHARE = 0.2; /* of the model's row in the mixture */
/* Counts that the model's row stands for. With few, rows that were met a few times are trusted, and
 * chains of them leave values out that then come with huge weights, too seldom to be noticed. */
static const double PRIOR = 10.0;

void wrt_scm_proposal_init(wrt_scm_proposal *out, size_t k) {
    *out = (wrt_scm_proposal){.k = k};
}

void wrt_scm_proposal_free(wrt_scm_proposal *proposal) {
    free(proposal->numbers);
    free(proposal->counts);
}

/* Mixes all bits of a row number (the finaliser of SplitMix64: Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t x) {
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* The slot of the row, or the empty one where it would stand. */
static size_t find(const wrt_scm_proposal *proposal, uint64_t row) {
    size_t at = (size_t)mix(row) & (proposal->capacity - 1);
    while (proposal->numbers[at] != 0 && proposal->numbers[at] != row + 1)
        at = (at + 1) & (proposal->capacity - 1);
    return at;
}

static void grow(wrt_scm_proposal *proposal) {
    wrt_scm_proposal old = *proposal;
    size_t width = old.k + 1;
    proposal->capacity = old.capacity > 0 ? old.capacity * 2 : 64;
    proposal->numbers = wrt_calloc(proposal->capacity, sizeof *proposal->numbers);
    proposal->counts = wrt_calloc(proposal->capacity * width, sizeof *proposal->counts);
    for (size_t i = 0; i < old.capacity; i++) {
        if (old.numbers[i] == 0)
            continue;
        size_t at = find(proposal, old.numbers[i] - 1);
        proposal->numbers[at] = old.numbers[i];
        memcpy(proposal->counts + at * width, old.counts + i * width, width * sizeof *old.counts);
    }
    wrt_scm_proposal_free(&old);
}

void wrt_scm_proposal_learn(wrt_scm_proposal *proposal, uint64_t row, size_t value, double count) {
    if (proposal->n * 2 >= proposal->capacity)
        grow(proposal);
    size_t at = find(proposal, row);
    if (proposal->numbers[at] == 0) {
        if (proposal->n == WRT_SCM_PROPOSAL_ROWS_MAX)
            return;
        proposal->numbers[at] = row + 1;
        proposal->n++;
    }
    double *counts = proposal->counts + at * (proposal->k + 1);
    counts[value] += count;
    counts[proposal->k] += count;
}

void wrt_scm_proposal_row(double *out, const wrt_scm_proposal *proposal, uint64_t row,
                          const double *p) {
    size_t k = proposal->k, at = proposal->capacity > 0 ? find(proposal, row) : 0;
    memcpy(out, p, k * sizeof *out);
    if (proposal->capacity == 0 || proposal->numbers[at] == 0)
        return;
    const double *counts = proposal->counts + at * (k + 1);
    double share = (1.0 - OWN_SHARE) / (PRIOR + counts[k]);
    for (size_t i = 0; i < k; i++)
        out[i] = OWN_SHARE * p[i] + share * (PRIOR * p[i] + counts[i]);
}
