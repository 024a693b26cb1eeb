/* sign.h: Ed25519 keys on disk and detached signatures (RFC 8032). */
#ifndef WRT_BASE_SIGN_H
#define WRT_BASE_SIGN_H

#include "base/err.h"
#include "base/str.h"

enum { WRT_ED25519_PUBLIC = 32, WRT_ED25519_SIGNATURE = 64 };

typedef struct wrt_signing_key wrt_signing_key; /* secret half lives in locked memory */

/* Reads the 32-byte seed (hex, one line) at path. A file that others may read (mode & 077) or that
 * is malformed is WRT_E_CREDENTIAL and left alone; a missing file is WRT_E_NOT_FOUND. */
wrt_status wrt_signing_key_load(wrt_signing_key **out, const char *path, wrt_err *err);
/* Makes a fresh key and writes it to path with mode 0600, never over an existing file. */
wrt_status wrt_signing_key_create(wrt_signing_key **out, const char *path, wrt_err *err);
void wrt_signing_key_free(wrt_signing_key *key); /* wipes; accepts NULL */

const unsigned char *wrt_signing_key_public(const wrt_signing_key *key); /* 32 bytes, borrowed */
void wrt_sign(unsigned char out[WRT_ED25519_SIGNATURE], const wrt_signing_key *key, wrt_str data);
bool wrt_signature_valid(const unsigned char signature[WRT_ED25519_SIGNATURE],
                         const unsigned char public_key[WRT_ED25519_PUBLIC], wrt_str data);

/* len bytes from the operating system's generator: for keys and secrets only, never for results. */
void wrt_random_secret(unsigned char *out, size_t len);

/* Overwrites a secret so that no optimiser leaves it. */
void wrt_wipe(void *bytes, size_t len);

#endif
