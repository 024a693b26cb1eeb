/* rng.c: Philox4x32-10, a counter-based generator.
 *
 * Ten rounds of multiply, exchange and exclusive-or turn (counter, key) into four words; the key is
 * the seed and the counter says which draw is wanted, so there is no state to share or to advance.
 * Invariant: block holds the output for the counter before the current one once used < 4.
 *
 * Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011,
 * doi:10.1145/2063384.2063405, section 4.3. */
#include "base/rng.h"

#include <assert.h>
#include <string.h>

enum { ROUNDS = 10, BLOCK_WORDS = 4, LANES = 16 };

static const uint32_t MULTIPLIER_0 = 0xD2511F53u;
static const uint32_t MULTIPLIER_1 = 0xCD9E8D57u;
static const uint32_t WEYL_0 = 0x9E3779B9u; /* golden ratio */
static const uint32_t WEYL_1 = 0xBB67AE85u; /* sqrt(3) - 1 */

static void philox_round(uint32_t word[4], const uint32_t key[2]) {
    uint64_t first = (uint64_t)MULTIPLIER_0 * word[0];
    uint64_t second = (uint64_t)MULTIPLIER_1 * word[2];
    uint32_t next[4] = {(uint32_t)(second >> 32) ^ word[1] ^ key[0], (uint32_t)second,
                        (uint32_t)(first >> 32) ^ word[3] ^ key[1], (uint32_t)first};
    memcpy(word, next, sizeof next);
}

void wrt_philox4x32(uint32_t out[4], const uint32_t counter[4], const uint32_t key[2]) {
    uint32_t word[4] = {counter[0], counter[1], counter[2], counter[3]};
    uint32_t round_key[2] = {key[0], key[1]};
    for (int round = 0; round < ROUNDS; round++) {
        philox_round(word, round_key);
        round_key[0] += WEYL_0;
        round_key[1] += WEYL_1;
    }
    memcpy(out, word, sizeof word);
}

wrt_rng wrt_rng_make(uint64_t seed, uint32_t stream, uint64_t unit) {
    return (wrt_rng){.key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
                     .counter = {(uint32_t)unit, (uint32_t)(unit >> 32), 0, stream},
                     .used = BLOCK_WORDS};
}

uint32_t wrt_rng_u32(wrt_rng *rng) {
    if (rng->used == BLOCK_WORDS) {
        wrt_philox4x32(rng->block, rng->counter, rng->key);
        rng->counter[2]++;
        rng->used = 0;
    }
    return rng->block[rng->used++];
}

static double uniform_of(uint32_t first, uint32_t second) {
    uint64_t high = first >> 5; /* 27 bits */
    uint64_t low = second >> 6; /* 26 bits */
    /* Below 2^53: by way of a signed integer, which every processor converts in one step. */
    return (double)(int64_t)(high << 26 | low) * 0x1p-53;
}

double wrt_rng_uniform(wrt_rng *rng) {
    uint32_t first = wrt_rng_u32(rng);
    return uniform_of(first, wrt_rng_u32(rng));
}

/* ---- many units side by side */

/* word[j][lane]: the rounds of philox4x32 on LANES counters at once, so that a compiler can use
 * vector instructions. */
static void philox_lanes(uint32_t word[BLOCK_WORDS][LANES], uint32_t key_0, uint32_t key_1) {
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < LANES; i++) {
            uint64_t first = (uint64_t)MULTIPLIER_0 * word[0][i];
            uint64_t second = (uint64_t)MULTIPLIER_1 * word[2][i];
            word[0][i] = (uint32_t)(second >> 32) ^ word[1][i] ^ key_0;
            word[1][i] = (uint32_t)second;
            word[2][i] = (uint32_t)(first >> 32) ^ word[3][i] ^ key_1;
            word[3][i] = (uint32_t)first;
        }
        key_0 += WEYL_0;
        key_1 += WEYL_1;
    }
}

void wrt_rng_uniforms(double *out, uint64_t seed, uint32_t stream, uint64_t first_unit, size_t n) {
    for (size_t done = 0; done < n; done += LANES) {
        uint32_t word[BLOCK_WORDS][LANES];
        size_t take = n - done < LANES ? n - done : LANES;
        for (size_t i = 0; i < LANES; i++) {
            uint64_t unit = first_unit + done + i;
            word[0][i] = (uint32_t)unit;
            word[1][i] = (uint32_t)(unit >> 32);
            word[2][i] = 0;
            word[3][i] = stream;
        }
        philox_lanes(word, (uint32_t)seed, (uint32_t)(seed >> 32));
        for (size_t i = 0; i < take; i++)
            out[done + i] = uniform_of(word[0][i], word[1][i]);
    }
}

uint64_t wrt_rng_below(wrt_rng *rng, uint64_t bound) {
    assert(bound > 0);
    /* 2^64 mod bound draws are refused, so that every residue is left equally often. */
    uint64_t refused = (UINT64_MAX - bound + 1) % bound;
    uint64_t draw = 0;
    do {
        uint64_t high = wrt_rng_u32(rng);
        draw = high << 32 | wrt_rng_u32(rng);
    } while (draw < refused);
    return draw % bound;
}
