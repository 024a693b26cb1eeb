/* rng.h: counter-based random numbers, Philox4x32-10.
 *
 * A draw is a pure function of (seed, stream, unit, index): results do not depend on threads,
 * shards or the order of calls. Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405. */
#ifndef WRT_BASE_RNG_H
#define WRT_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t key[2];
    uint32_t counter[4]; /* unit (low, high), index, stream */
    uint32_t block[4];
    int used; /* words of block already handed out, 0..4 */
} wrt_rng;

/* stream separates uses within a run ("bootstrap", "phrasing"): any constant below 2^32. */
wrt_rng wrt_rng_make(uint64_t seed, uint32_t stream, uint64_t unit);
uint32_t wrt_rng_u32(wrt_rng *rng);
double wrt_rng_uniform(wrt_rng *rng);                 /* [0, 1), 53 bits */
uint64_t wrt_rng_below(wrt_rng *rng, uint64_t bound); /* unbiased in [0, bound); bound > 0 */

/* out[i] = wrt_rng_uniform of a fresh wrt_rng_make(seed, stream, first_unit + i), bit for bit, for
 * many units at once. */
void wrt_rng_uniforms(double *out, uint64_t seed, uint32_t stream, uint64_t first_unit, size_t n);

/* The raw bijection, for the published test vectors. */
void wrt_philox4x32(uint32_t out[4], const uint32_t counter[4], const uint32_t key[2]);

#endif
