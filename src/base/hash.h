/* hash.h: SHA-256, HMAC, hex and base64. The only cryptographic hash in the program. */
#ifndef WRT_BASE_HASH_H
#define WRT_BASE_HASH_H

#include "base/err.h"
#include "base/str.h"

enum { WRT_SHA256_SIZE = 32, WRT_SHA256_HEX = 64 };

typedef struct {
    unsigned char bytes[WRT_SHA256_SIZE];
} wrt_sha256;

/* Must be called once before anything in hash.h or sign.h; safe to call again. Aborts if the
 * crypto library cannot start. */
void wrt_crypto_init(void);

wrt_sha256 wrt_sha256_of(wrt_str data);
/* SHA-256 over the concatenation of n pieces. */
wrt_sha256 wrt_sha256_of_parts(const wrt_str *parts, size_t n);
/* Streams the file. WRT_E_FAILED names the file's last path component. */
wrt_status wrt_sha256_of_file(wrt_sha256 *out, const char *path, wrt_err *err);
/* The same from an open descriptor, from its start; it stays open. name stands for it. */
wrt_status wrt_sha256_of_fd(wrt_sha256 *out, int fd, const char *name, wrt_err *err);
wrt_sha256 wrt_hmac_sha256(wrt_str key, wrt_str data);
bool wrt_sha256_equal(const wrt_sha256 *a, const wrt_sha256 *b);

void wrt_hex_encode(char *out, const unsigned char *bytes,
                    size_t len);                                  /* 2*len + NUL, lower case */
bool wrt_hex_decode(unsigned char *out, size_t len, wrt_str hex); /* exactly 2*len digits, lower */
void wrt_sha256_hex(char out[WRT_SHA256_HEX + 1], const wrt_sha256 *digest);

/* Standard base64 with padding (RFC 4648 section 4). Returns false on malformed input or when the
 * decoded length is not len. */
size_t wrt_base64_size(size_t len); /* bytes of the encoding without the terminator */
void wrt_base64_encode(char *out, const unsigned char *bytes, size_t len); /* NUL-terminated */
bool wrt_base64_decode(unsigned char *out, size_t len, wrt_str text);

#endif
