/* hash.c: SHA-256 (libsodium, or the processor's own instructions) and HMAC-SHA-256 (libsodium),
 * hexadecimal and base64.
 *
 * The one rule of its own is that every decoder accepts exactly one spelling of a value, so
 * that two texts that decode to the same bytes are the same text. FIPS 180-4, RFC 2104, RFC 4648.
 */
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sha256_x86.h"

_Static_assert(WRT_SHA256_SIZE == crypto_hash_sha256_BYTES, "SHA-256 is 32 bytes");

static atomic_bool use_x86; /* set at start-up; each hash keeps to what it began with */

void wrt_crypto_init(void) {
    if (sodium_init() < 0) {
        fputs("warrant: error: the crypto library cannot start\n", stderr);
        abort();
    }
    atomic_store(&use_x86, wrt_sha256_x86_usable());
}

static const unsigned char *bytes_of(wrt_str data) {
    return (const unsigned char *)(data.ptr != NULL ? data.ptr : "");
}

wrt_sha256 wrt_sha256_of(wrt_str data) {
    return wrt_sha256_of_parts(&data, 1);
}

/* ---- SHA-256: blocks go to the processor where it can, else everything to libsodium */

typedef struct {
    bool is_x86;
    crypto_hash_sha256_state portable;
    uint32_t words[8];
    unsigned char block[64];
    uint64_t total; /* bytes so far */
} sha256_state;

static void sha256_start(sha256_state *s) {
    /* FIPS 180-4 section 5.3.3. */
    static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    s->is_x86 = atomic_load_explicit(&use_x86, memory_order_relaxed);
    if (!s->is_x86) {
        crypto_hash_sha256_init(&s->portable);
        return;
    }
    memcpy(s->words, first, sizeof first);
    s->total = 0;
}

static void sha256_take(sha256_state *s, const unsigned char *bytes, size_t len) {
    if (!s->is_x86) {
        crypto_hash_sha256_update(&s->portable, bytes, len);
        return;
    }
    size_t held = (size_t)(s->total % sizeof s->block);
    s->total += len;
    if (held > 0) {
        size_t part = sizeof s->block - held < len ? sizeof s->block - held : len;
        memcpy(s->block + held, bytes, part);
        if (held + part < sizeof s->block)
            return;
        wrt_sha256_x86_blocks(s->words, s->block, 1);
        bytes += part;
        len -= part;
    }
    wrt_sha256_x86_blocks(s->words, bytes, len / sizeof s->block);
    memcpy(s->block, bytes + len - len % sizeof s->block, len % sizeof s->block);
}

static void store_big_endian(unsigned char *out, uint64_t value, size_t len) {
    for (size_t i = 0; i < len; i++)
        out[i] = (unsigned char)(value >> (8 * (len - 1 - i)));
}

static wrt_sha256 sha256_end(sha256_state *s) {
    wrt_sha256 digest;
    if (!s->is_x86) {
        crypto_hash_sha256_final(&s->portable, digest.bytes);
        return digest;
    }
    size_t held = (size_t)(s->total % sizeof s->block);
    s->block[held++] = 0x80;
    if (held > sizeof s->block - 8) {
        memset(s->block + held, 0, sizeof s->block - held);
        wrt_sha256_x86_blocks(s->words, s->block, 1);
        held = 0;
    }
    memset(s->block + held, 0, sizeof s->block - 8 - held);
    store_big_endian(s->block + sizeof s->block - 8, s->total * 8, 8);
    wrt_sha256_x86_blocks(s->words, s->block, 1);
    for (size_t i = 0; i < 8; i++)
        store_big_endian(digest.bytes + 4 * i, s->words[i], 4);
    return digest;
}

wrt_sha256 wrt_sha256_of_parts(const wrt_str *parts, size_t n) {
    sha256_state state;
    sha256_start(&state);
    for (size_t i = 0; i < n; i++)
        sha256_take(&state, bytes_of(parts[i]), parts[i].len);
    return sha256_end(&state);
}

static bool hash_descriptor(wrt_sha256 *out, int fd) {
    sha256_state state;
    unsigned char chunk[16384];
    sha256_start(&state);
    for (;;) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        sha256_take(&state, chunk, (size_t)got);
    }
    *out = sha256_end(&state);
    return true;
}

wrt_status wrt_sha256_of_fd(wrt_sha256 *out, int fd, const char *name, wrt_err *err) {
    if (lseek(fd, 0, SEEK_SET) != 0 || !hash_descriptor(out, fd))
        return wrt_fail(err, WRT_E_FAILED, "%s: cannot be read: %s", name, strerror(errno));
    return WRT_OK;
}

wrt_status wrt_sha256_of_file(wrt_sha256 *out, const char *path, wrt_err *err) {
    const char *name = wrt_path_base(path);
    /* O_NONBLOCK: opening a named pipe must not wait for a writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return wrt_fail(err, WRT_E_FAILED, "%s: cannot be read: %s", name, strerror(errno));
    struct stat info;
    wrt_status status = WRT_OK;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        status = wrt_fail(err, WRT_E_FAILED, "%s: not a regular file", name);
    else if (!hash_descriptor(out, fd))
        status = wrt_fail(err, WRT_E_FAILED, "%s: cannot be read: %s", name, strerror(errno));
    close(fd);
    return status;
}

wrt_sha256 wrt_hmac_sha256(wrt_str key, wrt_str data) {
    crypto_auth_hmacsha256_state state;
    wrt_sha256 digest;
    crypto_auth_hmacsha256_init(&state, bytes_of(key), key.len);
    crypto_auth_hmacsha256_update(&state, bytes_of(data), data.len);
    crypto_auth_hmacsha256_final(&state, digest.bytes);
    sodium_memzero(&state, sizeof state);
    return digest;
}

bool wrt_sha256_equal(const wrt_sha256 *a, const wrt_sha256 *b) {
    return sodium_memcmp(a->bytes, b->bytes, WRT_SHA256_SIZE) == 0;
}

/* ---- text forms */

void wrt_hex_encode(char *out, const unsigned char *bytes, size_t len) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool wrt_hex_decode(unsigned char *out, size_t len, wrt_str hex) {
    if (hex.len / 2 != len || hex.len % 2 != 0)
        return false;
    for (size_t i = 0; i < len; i++) {
        int high = hex_digit(hex.ptr[2 * i]);
        int low = hex_digit(hex.ptr[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

void wrt_sha256_hex(char out[WRT_SHA256_HEX + 1], const wrt_sha256 *digest) {
    wrt_hex_encode(out, digest->bytes, WRT_SHA256_SIZE);
}

size_t wrt_base64_size(size_t len) {
    return (len + 2) / 3 * 4;
}

void wrt_base64_encode(char *out, const unsigned char *bytes, size_t len) {
    sodium_bin2base64(out, wrt_base64_size(len) + 1, bytes, len, sodium_base64_VARIANT_ORIGINAL);
}

/* The value of one digit, or -1. libsodium's own decoder (1.0.18) takes bytes above 0x7F for
 * digits, which would give a text many spellings. */
static int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool wrt_base64_decode(unsigned char *out, size_t len, wrt_str text) {
    if (text.len / 4 != (len + 2) / 3 || text.len % 4 != 0)
        return false;
    for (size_t at = 0; at < text.len; at += 4) {
        size_t done = at / 4 * 3;
        size_t bytes = len - done < 3 ? len - done : 3;
        uint32_t group = 0;
        for (size_t i = 0; i < 4; i++) {
            bool is_padding = i > bytes; /* n bytes take n + 1 digits */
            int digit = is_padding ? 0 : base64_digit(text.ptr[at + i]);
            if (digit < 0 || (is_padding && text.ptr[at + i] != '='))
                return false;
            group = group << 6 | (uint32_t)digit;
        }
        for (size_t i = 0; i < bytes; i++)
            out[done + i] = (unsigned char)(group >> (16 - 8 * i));
        if (bytes < 3 && (group & (0xFFFFFFu >> (8 * bytes))) != 0)
            return false; /* spare bits must be zero */
    }
    return true;
}
