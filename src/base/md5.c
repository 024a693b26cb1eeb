/* md5.c: RFC 1321, 64 bytes at a time. */
#include "base/md5.h"

#include "base/file.h"
#include "base/hash.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK = 64, LENGTH_AT = 56 };

typedef struct {
    uint32_t state[4];
    uint64_t bytes;
    unsigned char block[BLOCK]; /* the last bytes % BLOCK of them */
} md5;

/* floor(2^32 * abs(sin(i + 1))), section 3.4. */
static const uint32_t SINES[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};

static const unsigned char TURNS[4][4] = {
    {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static uint32_t word_at(const unsigned char *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static uint32_t mix(unsigned round, uint32_t b, uint32_t c, uint32_t d) {
    return round == 0   ? (b & c) | (~b & d)
           : round == 1 ? (b & d) | (c & ~d)
           : round == 2 ? b ^ c ^ d
                        : c ^ (b | ~d);
}

static void take_block(md5 *sum, const unsigned char *bytes) {
    static const unsigned char step[4] = {1, 5, 3, 7}, from[4] = {0, 1, 5, 0};
    uint32_t a = sum->state[0], b = sum->state[1], c = sum->state[2], d = sum->state[3];
    for (unsigned i = 0; i < 64; i++) {
        unsigned round = i / 16, turn = TURNS[round][i % 4];
        uint32_t word = word_at(bytes + (size_t)4 * ((step[round] * i + from[round]) % 16));
        uint32_t sum_of_all = a + mix(round, b, c, d) + SINES[i] + word;
        a = d;
        d = c;
        c = b;
        b += sum_of_all << turn | sum_of_all >> (32 - turn);
    }
    sum->state[0] += a;
    sum->state[1] += b;
    sum->state[2] += c;
    sum->state[3] += d;
}

static void take(md5 *sum, const unsigned char *bytes, size_t len) {
    size_t held = sum->bytes % BLOCK;
    sum->bytes += len;
    while (len > 0) {
        if (held == 0 && len >= BLOCK) {
            take_block(sum, bytes);
            bytes += BLOCK;
            len -= BLOCK;
            continue;
        }
        size_t part = BLOCK - held < len ? BLOCK - held : len;
        memcpy(sum->block + held, bytes, part);
        bytes += part;
        len -= part;
        held = (held + part) % BLOCK;
        if (held == 0)
            take_block(sum, sum->block);
    }
}

static void finish(char out[WRT_MD5_HEX + 1], md5 *sum) {
    static const unsigned char padding[BLOCK] = {0x80};
    unsigned char length[8], digest[WRT_MD5_HEX / 2];
    uint64_t bits = sum->bytes * 8;
    size_t held = sum->bytes % BLOCK;
    for (unsigned i = 0; i < 8; i++)
        length[i] = (unsigned char)(bits >> 8 * i);
    take(sum, padding, held < LENGTH_AT ? LENGTH_AT - held : BLOCK + LENGTH_AT - held);
    take(sum, length, sizeof length);
    for (unsigned i = 0; i < sizeof digest; i++)
        digest[i] = (unsigned char)(sum->state[i / 4] >> 8 * (i % 4));
    wrt_hex_encode(out, digest, sizeof digest);
}

static md5 start(void) {
    return (md5){.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}};
}

void wrt_md5_of(char out[WRT_MD5_HEX + 1], wrt_str bytes) {
    md5 sum = start();
    take(&sum, (const unsigned char *)bytes.ptr, bytes.len);
    finish(out, &sum);
}

wrt_status wrt_md5_of_file(char out[WRT_MD5_HEX + 1], const char *path, wrt_err *err) {
    unsigned char piece[1 << 14];
    md5 sum = start();
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return wrt_fail(err, errno == ENOENT ? WRT_E_NOT_FOUND : WRT_E_FAILED,
                        "%s: cannot be opened: %s", wrt_path_base(path), strerror(errno));
    size_t n = 0;
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        take(&sum, piece, n);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed)
        return wrt_fail(err, WRT_E_FAILED, "%s: reading failed", wrt_path_base(path));
    finish(out, &sum);
    return WRT_OK;
}
