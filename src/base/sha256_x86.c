/* sha256_x86.c: SHA-256 by SHA256RNDS2, SHA256MSG1 and SHA256MSG2.
 *
 * The processor keeps the eight words in two registers, ABEF and CDGH, and does two rounds an
 * instruction (Intel, "Intel SHA Extensions", 2013, sections on each instruction). Four registers
 * hold the last sixteen words of the message schedule; each group of four rounds makes the next
 * four words from them. */
#include "base/sha256_x86.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

/* FIPS 180-4 section 4.2.2. */
static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

#define WITH_SHA __attribute__((target("sha,sse4.1")))

bool wrt_sha256_x86_usable(void) {
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & bit_SSE4_1) || !(ecx & bit_SSSE3))
        return false;
    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (ebx & 1u << 29) != 0;
}

static inline WITH_SHA __m128i load(const void *at) {
    return _mm_loadu_si128((const __m128i *)at);
}

/* Four rounds with the words of one schedule register. */
static inline WITH_SHA void rounds(__m128i *abef, __m128i *cdgh, __m128i words, const uint32_t *k) {
    __m128i sum = _mm_add_epi32(words, load(k));
    *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, sum);
    *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32(sum, 0x0e));
}

/* The four words after w[0..15] = oldest, second, third, newest. */
static inline WITH_SHA __m128i schedule(__m128i oldest, __m128i second, __m128i third,
                                        __m128i newest) {
    __m128i sum =
        _mm_add_epi32(_mm_sha256msg1_epu32(oldest, second), _mm_alignr_epi8(newest, third, 4));
    return _mm_sha256msg2_epu32(sum, newest);
}

static WITH_SHA void take_block(__m128i *abef, __m128i *cdgh, const unsigned char *block) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    __m128i before[2] = {*abef, *cdgh}, w[4];
    for (int i = 0; i < 4; i++) {
        w[i] = _mm_shuffle_epi8(load(block + (ptrdiff_t)16 * i), big_endian);
        rounds(abef, cdgh, w[i], K + (ptrdiff_t)4 * i);
    }
    for (int t = 16; t < 64; t += 16) {
        w[0] = schedule(w[0], w[1], w[2], w[3]);
        rounds(abef, cdgh, w[0], K + t);
        w[1] = schedule(w[1], w[2], w[3], w[0]);
        rounds(abef, cdgh, w[1], K + t + 4);
        w[2] = schedule(w[2], w[3], w[0], w[1]);
        rounds(abef, cdgh, w[2], K + t + 8);
        w[3] = schedule(w[3], w[0], w[1], w[2]);
        rounds(abef, cdgh, w[3], K + t + 12);
    }
    *abef = _mm_add_epi32(*abef, before[0]);
    *cdgh = _mm_add_epi32(*cdgh, before[1]);
}

WITH_SHA void wrt_sha256_x86_blocks(uint32_t state[8], const unsigned char *blocks, size_t n) {
    __m128i cdab = _mm_shuffle_epi32(load(state), 0xb1);
    __m128i efgh = _mm_shuffle_epi32(load(state + 4), 0x1b);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8), cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);
    for (size_t i = 0; i < n; i++)
        take_block(&abef, &cdgh, blocks + 64 * i);
    __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)(void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#else

bool wrt_sha256_x86_usable(void) {
    return false;
}

void wrt_sha256_x86_blocks(uint32_t state[8], const unsigned char *blocks, size_t n) {
    (void)state;
    (void)blocks;
    (void)n;
}

#endif
